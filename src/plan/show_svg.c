/* SPDX-License-Identifier: Apache-2.0 */
/* Map and bars drawn here: no tiles, no script, nothing is fetched. Colour is never alone: lines
 * have a pattern and the unit's name, bars a shape for each kind of time. */
#include <math.h>

#include "base/utf8.h"
#include "plan/show_internal.h"
#include "plan/show_names.h"

enum { MAP_EDGE = 30, BAR_LEFT = 110, BAR_WIDTH = 600 };
enum { ROW_HEIGHT = 18, BAR_TOP = 24, DAY_S = 86400, HOUR_S = 3600 };

/* Of 4.5:1 and more on white. */
static const char *const colours[] = {"#1d4f91", "#9c2a00", "#1b6b3a", "#6d2c91",
                                      "#7a5200", "#a3004f", "#005f73", "#444444"};
static const char *const dashes[] = {"none", "8 3", "2 3", "10 3 2 3"};

/* A screen of 320 pixels leaves a picture some 260: fourteen of 320 are eleven there. */
static const struct {
    double width, height, text; /* at most; how high letters are */
    const char *id;
} shapes[] = {[PLAN_MAP_WIDE] = {720, 520, 11, "map"}, [PLAN_MAP_NARROW] = {320, 400, 14, "map-n"}};

struct map {
    double x0, y0, scale, squeeze;
    double text;
    double width, height;
};

static struct map map_make(const struct plan_problem *problem, enum plan_map_shape shape)
{
    double low_x = INFINITY;
    double low_y = INFINITY;
    double high_x = -INFINITY;
    double high_y = -INFINITY;
    for (uint32_t i = 0; i < problem->site_count; i++) {
        low_x = fmin(low_x, problem->sites[i].x);
        high_x = fmax(high_x, problem->sites[i].x);
        low_y = fmin(low_y, problem->sites[i].y);
        high_y = fmax(high_y, problem->sites[i].y);
    }
    struct map map = {.x0 = low_x, .y0 = high_y, .squeeze = 1, .text = shapes[shape].text};
    if (plan_is_lonlat(problem)) {
        map.squeeze = cos((low_y + high_y) / 2 * acos(-1.0) / 180);
    }
    double wide = fmax((high_x - low_x) * map.squeeze, 1e-9);
    double high = fmax(high_y - low_y, 1e-9);
    map.scale = fmin((shapes[shape].width - 2.0 * MAP_EDGE) / wide,
                     (shapes[shape].height - 2.0 * MAP_EDGE) / high);
    map.width = fmax(wide * map.scale, 200) + 2 * MAP_EDGE;
    map.height = fmax(high * map.scale, 80) + 2 * MAP_EDGE;
    return map;
}

static double map_x(const struct map *map, const struct plan_site *site)
{
    return MAP_EDGE + (site->x - map->x0) * map->squeeze * map->scale;
}

static double map_y(const struct map *map, const struct plan_site *site)
{
    return MAP_EDGE + (map->y0 - site->y) * map->scale;
}

static void add_route(const struct plan_show *show, const struct map *map, uint32_t unit,
                      struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    const struct plan_unit *one = &problem->units[unit];
    const struct plan_route *route = &show->result->routes[unit];
    const char *colour = colours[unit % ARRAY_LEN(colours)];
    if (route->stop_count == 0) {
        return;
    }
    buf_printf(out,
               "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" "
               "points=\"",
               colour, dashes[(unit + unit / ARRAY_LEN(colours)) % ARRAY_LEN(dashes)]);
    for (uint32_t i = 0; i <= route->stop_count + 1; i++) {
        uint32_t site = i == 0 ? one->base
                        : i == route->stop_count + 1
                            ? one->end_site
                            : problem->tasks[route->stops[i - 1].task].site;
        buf_printf(out, "%.1f,%.1f ", map_x(map, &problem->sites[site]),
                   map_y(map, &problem->sites[site]));
    }
    buf_add_c(out, "\"/>\n");
}

static void add_sites(const struct plan_show *show, const struct map *map, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_site *base = &problem->sites[problem->units[i].base];
        buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\"/>\n",
                   map_x(map, base) - 4, map_y(map, base) - 4);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        const struct plan_site *site = &problem->sites[task->site];
        double x = map_x(map, site);
        double y = map_y(map, site);
        if (!show_has_site(show, task->site)) {
            continue;
        }
        if (show->is_served[i]) {
            buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x, y);
        } else {
            buf_printf(out,
                       "<path fill=\"none\" stroke=\"#9c2a00\" stroke-width=\"2\" d=\"M%.1f %.1fl8 "
                       "8m0 -8l-8 8\"/>\n",
                       x - 4, y - 4);
        }
    }
}

/* A round length of a fifth of the picture or less, which is returned; 0 = there is none. */
static double add_scale(const struct plan_problem *problem, const struct map *map, struct buf *out)
{
    bool is_sphere = plan_is_lonlat(problem);
    if (!is_sphere && problem->travel_by != PLAN_PLANE) {
        return 0;
    }
    double per_metre = is_sphere ? map->scale / 111195 : map->scale;
    double metres = 100;
    for (unsigned i = 0; metres * 2.5 * per_metre < map->width / 4; i++) {
        metres *= i % 3 == 1 ? 2.5 : 2; /* 100, 200, 500, 1,000 … */
    }
    double length = metres * per_metre;
    if (length > map->width / 2) {
        return 0;
    }
    buf_printf(out,
               "<path d=\"M10 %.1fv6h%.1fv-6\" fill=\"none\" stroke=\"#222\"/>"
               "<text x=\"14\" y=\"%.1f\">%g %s</text>\n",
               map->height - 14, length, map->height - 12, metres >= 1000 ? metres / 1000 : metres,
               metres >= 1000 ? "km" : "m");
    return length;
}

/* ---- names ---- */

enum { DOT_REACH = 4, BASE_REACH = 5, SCALE_REACH = 8 };
static const double unit_weight = 1e9; /* the line is nobody's without its name */
static const double base_weight = 1e6;
static const double must_weight = 1e5; /* somebody must go there, and nobody does */

struct names {
    const struct plan_show *show;
    const struct map *map;
    struct arena *arena;
    struct name_board board;
    struct name_label *labels; /* units, then sites */
    const char **colours;
    uint32_t count;
};

static void add_name(struct names *names, const struct plan_site *site, str text, double weight,
                     const char *colour)
{
    names->colours[names->count] = colour;
    names->labels[names->count++] = (struct name_label){
        .x = map_x(names->map, site), .y = map_y(names->map, site), .weight = weight, .text = text};
}

static void name_units(struct names *names)
{
    const struct plan_problem *problem = names->show->problem;
    uint32_t drawn = 0;
    for (uint32_t i = 0; i < problem->unit_count && drawn < SHOW_MAP_UNITS; i++) {
        const struct plan_route *route = &names->show->result->routes[i];
        if (show_has_unit(names->show, i) && route->stop_count > 0) {
            add_name(names, &problem->sites[problem->tasks[route->stops[0].task].site],
                     name_short(names->arena, problem->units[i].id), unit_weight,
                     colours[i % ARRAY_LEN(colours)]);
            drawn++;
        }
    }
}

/* What a site's name weighs: bases, then what is missed, then what is visited most; 0 = no name. */
static double *weigh_sites(const struct names *names)
{
    const struct plan_show *show = names->show;
    const struct plan_problem *problem = show->problem;
    double *weights = ARENA_ARRAY(names->arena, double, problem->site_count + 1U);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_route *route = &show->result->routes[i];
        if (!show_has_unit(show, i)) {
            continue;
        }
        weights[problem->units[i].base] += base_weight;
        for (uint32_t k = 0; k < route->stop_count; k++) {
            weights[problem->tasks[route->stops[k].task].site] += 1;
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (!show->is_served[i] && show->unit == PLAN_NONE) {
            weights[task->site] += task->is_mandatory ? must_weight : 1;
        }
    }
    return weights;
}

static void name_sites(struct names *names)
{
    const struct plan_problem *problem = names->show->problem;
    const double *weights = weigh_sites(names);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        if (weights[i] > 0 && show_has_site(names->show, i)) {
            add_name(names, site, name_short(names->arena, plan_site_name(problem, i)), weights[i],
                     "#222");
        }
    }
}

/* Nothing is written over a dot, or over the scale. */
static void take_marks(struct names *names, double scale_length)
{
    const struct plan_problem *problem = names->show->problem;
    const struct map *map = names->map;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_site *base = &problem->sites[problem->units[i].base];
        name_board_take(&names->board, map_x(map, base), map_y(map, base), BASE_REACH);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_site *site = &problem->sites[problem->tasks[i].site];
        if (show_has_site(names->show, problem->tasks[i].site)) {
            name_board_take(&names->board, map_x(map, site), map_y(map, site), DOT_REACH);
        }
    }
    for (double x = SCALE_REACH; scale_length > 0 && x < scale_length + 20; x += SCALE_REACH) {
        name_board_take(&names->board, x, map->height - 12, SCALE_REACH);
    }
}

/* Written last, with an edge of white: lines run below them. */
static void add_names(const struct plan_show *show, const struct map *map, double scale_length,
                      struct buf *out)
{
    struct arena arena;
    struct names names = {.show = show, .map = map, .arena = &arena};
    size_t most = (size_t)show->problem->site_count + SHOW_MAP_UNITS + 1U;
    arena_init(&arena, (size_t)1024 * PLAN_SITES_MAX);
    names.board = name_board_make(&arena, map->width, map->height, map->text);
    names.labels = ARENA_ARRAY(&arena, struct name_label, most);
    names.colours = ARENA_ARRAY(&arena, const char *, most);
    take_marks(&names, scale_length);
    name_units(&names);
    name_sites(&names);
    name_board_place(&arena, &names.board, names.labels, names.count);
    buf_add_c(out, "<g stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\" "
                   "paint-order=\"stroke\">\n");
    for (uint32_t i = 0; i < names.count; i++) {
        if (names.labels[i].is_shown) {
            buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\"%s>", names.labels[i].left,
                       names.labels[i].base, names.colours[i],
                       names.labels[i].weight >= unit_weight ? " font-weight=\"bold\"" : "");
            show_add_html(out, names.labels[i].text);
            buf_add_c(out, "</text>\n");
        }
    }
    buf_add_c(out, "</g>\n");
    arena_close(&arena);
}

void plan_show_map(const struct plan_show *show, enum plan_map_shape shape, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    if (problem->travel_by == PLAN_MATRIX || problem->site_count == 0) {
        buf_add_c(out, "<p>There is no map: the sites have no coordinates, only ways between "
                       "them.</p>\n");
        return;
    }
    struct map map = map_make(problem, shape);
    const char *id = shapes[shape].id;
    uint32_t drawn = 0;
    buf_printf(
        out,
        "<svg role=\"img\" aria-labelledby=\"%s-title %s-say\" viewBox=\"0 0 %.0f %.0f\" "
        "font-size=\"%.0f\" font-family=\"sans-serif\">\n<title id=\"%s-title\">Map</title>"
        "<desc id=\"%s-say\">The way of each unit from its base (square) to its visits "
        "(dot). A cross is a visit that nobody makes. Names stand where there is room. The tables "
        "below say the same.</desc>\n",
        id, id, map.width, map.height, map.text, id, id);
    for (uint32_t i = 0; i < problem->unit_count && drawn < SHOW_MAP_UNITS; i++) {
        if (show_has_unit(show, i)) {
            drawn += show->result->routes[i].stop_count > 0 ? 1 : 0;
            add_route(show, &map, i, out);
        }
    }
    add_sites(show, &map, out);
    add_names(show, &map, add_scale(problem, &map, out), out);
    buf_add_c(out, "</svg>\n");
}

/* ---- bars ---- */

struct bars {
    const struct plan_problem *problem;
    struct buf *out;
    int64_t from, to; /* ticks of the axis */
};

static double bar_x(const struct bars *bars, int64_t ticks)
{
    return BAR_LEFT + BAR_WIDTH * (double)(ticks - bars->from) / (double)(bars->to - bars->from);
}

static void add_axis(const struct bars *bars, double height)
{
    int64_t hour = (int64_t)HOUR_S * bars->problem->ticks_per_s;
    int64_t step = hour;
    while ((bars->to - bars->from) / step > 10) {
        step += hour;
    }
    for (int64_t at = (bars->from + step - 1) / step * step; at <= bars->to; at += step) {
        double x = bar_x(bars, at);
        buf_printf(bars->out,
                   "<path d=\"M%.1f %dV%.0f\" stroke=\"#bbb\"/><text x=\"%.1f\" y=\"14\" "
                   "text-anchor=\"middle\">",
                   x, BAR_TOP - 4, height, x);
        plan_add_clock(bars->out, bars->problem, at);
        buf_add_c(bars->out, "</text>\n");
    }
}

static void add_bar(const struct bars *bars, const struct plan_leg *leg, double y)
{
    static const char *const fills[] = {"#ffd27f", "none", "#1d4f91", "url(#rest)", "none"};
    double x = bar_x(bars, leg->from);
    double width = bar_x(bars, leg->to) - x;
    if (leg->kind == PLAN_LEG_TRAVEL || leg->kind == PLAN_LEG_IDLE) {
        buf_printf(bars->out, "<path d=\"M%.1f %.1fh%.1f\" stroke=\"#222\"%s/>\n", x, y + 7, width,
                   leg->kind == PLAN_LEG_IDLE ? " stroke-dasharray=\"1 4\"" : "");
    } else {
        buf_printf(bars->out,
                   "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" fill=\"%s\" "
                   "stroke=\"#222\" stroke-width=\".6\"/>\n",
                   x, y + 1, fmax(width, 1), fills[leg->kind]);
    }
}

void plan_show_gantt(const struct plan_show *show, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    struct bars bars = {.problem = problem, .out = out, .from = INT64_MAX};
    uint32_t rows = 0;
    for (uint32_t i = 0; i < problem->unit_count && rows < SHOW_GANTT_UNITS; i++) {
        if (show_has_unit(show, i)) {
            rows++;
            bars.from = show->duties[i].from < bars.from ? show->duties[i].from : bars.from;
            bars.to = show->duties[i].to > bars.to ? show->duties[i].to : bars.to;
        }
    }
    bars.to = bars.to > bars.from ? bars.to : bars.from + 1;
    double height = BAR_TOP + (double)rows * ROW_HEIGHT;
    buf_printf(
        out,
        "<svg role=\"img\" aria-labelledby=\"bars-title bars-say\" viewBox=\"0 0 %d %.0f\" "
        "font-size=\"11\" font-family=\"sans-serif\">\n<title id=\"bars-title\">The day of "
        "each unit</title><desc id=\"bars-say\">Yellow: briefing. Line: travel. Blue: visit. "
        "Hatched: break. Dots: waiting.</desc>\n<defs><pattern id=\"rest\" width=\"5\" "
        "height=\"5\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 5L5 0\" "
        "stroke=\"#222\"/></pattern></defs>\n",
        BAR_LEFT + BAR_WIDTH + 30, height);
    add_axis(&bars, height);
    uint32_t row = 0;
    for (uint32_t i = 0; i < problem->unit_count && row < rows; i++) {
        if (!show_has_unit(show, i)) {
            continue;
        }
        double y = BAR_TOP + (double)row++ * ROW_HEIGHT;
        buf_printf(out, "<text x=\"2\" y=\"%.1f\">", y + 11);
        show_add_html(out, utf8_clip(problem->units[i].id, 18));
        buf_add_c(out, "</text>\n");
        for (uint32_t k = 0; k < show->duties[i].leg_count; k++) {
            add_bar(&bars, &show->duties[i].legs[k], y);
        }
    }
    buf_add_c(out, "</svg>\n");
}
