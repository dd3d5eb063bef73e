/* SPDX-License-Identifier: Apache-2.0 */
/* GeoJSON for maps of others, and the answer in the form that VROOM gives. */
#include "codec/json.h"
#include "plan/check.h"
#include "plan/show_internal.h"

static void add_position(struct json_out *json, const struct plan_site *site)
{
    json_begin_list(json);
    json_add_real(json, site->x, 6);
    json_add_real(json, site->y, 6);
    json_end_list(json);
}

static void begin_feature(struct json_out *json, const char *kind)
{
    buf_add_byte(json->buf, '\n');
    json_begin_object(json);
    json_put_text(json, "type", STR("Feature"));
    json_name(json, "geometry");
    json_begin_object(json);
    json_put_text(json, "type", str_c(kind));
    json_name(json, "coordinates");
}

static void begin_properties(struct json_out *json)
{
    json_end_object(json); /* geometry */
    json_name(json, "properties");
    json_begin_object(json);
}

static void end_feature(struct json_out *json)
{
    json_end_object(json);
    json_end_object(json);
}

static void put_iso(struct json_out *json, const struct plan_problem *problem, const char *name,
                    int64_t ticks)
{
    struct buf text;
    buf_init(&text, 64);
    plan_add_iso(&text, problem, ticks);
    json_put_text(json, name, buf_str(&text));
    buf_close(&text);
}

static void add_line(const struct plan_show *show, uint32_t unit, struct json_out *json)
{
    const struct plan_problem *problem = show->problem;
    const struct plan_unit *one = &problem->units[unit];
    const struct plan_route *route = &show->result->routes[unit];
    begin_feature(json, "LineString");
    json_begin_list(json);
    add_position(json, &problem->sites[one->base]);
    for (uint32_t i = 0; i < route->stop_count; i++) {
        add_position(json, &problem->sites[problem->tasks[route->stops[i].task].site]);
    }
    add_position(json, &problem->sites[one->end_site]);
    json_end_list(json);
    begin_properties(json);
    json_put_text(json, "unit", one->id);
    json_put_int(json, "officers", plan_unit_officers(one));
    json_put_int(json, "visits", route->stop_count);
    put_iso(json, problem, "from", show->duties[unit].from);
    put_iso(json, problem, "to", show->duties[unit].to);
    end_feature(json);
}

/* Of one unit: its base and where it goes; who has its file learns nothing of the others. */
static bool is_its_site(const struct plan_show *show, uint32_t site)
{
    const struct plan_problem *problem = show->problem;
    if (show->unit == PLAN_NONE) {
        return true;
    }
    const struct plan_route *route = &show->result->routes[show->unit];
    bool is_its =
        problem->units[show->unit].base == site || problem->units[show->unit].end_site == site;
    for (uint32_t i = 0; i < route->stop_count && !is_its; i++) {
        is_its = problem->tasks[route->stops[i].task].site == site;
    }
    return is_its;
}

/* The tasks that are counted of each site, and who of them is served: by all units, or by the one. */
static void count_tasks(const struct plan_show *show, uint32_t *tasks, uint32_t *served)
{
    const struct plan_problem *problem = show->problem;
    if (show->unit != PLAN_NONE) {
        const struct plan_route *route = &show->result->routes[show->unit];
        for (uint32_t i = 0; i < route->stop_count; i++) {
            tasks[problem->tasks[route->stops[i].task].site]++;
            served[problem->tasks[route->stops[i].task].site]++;
        }
        return;
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        tasks[problem->tasks[i].site]++;
        served[problem->tasks[i].site] += show->is_served[i] ? 1 : 0;
    }
}

static void add_points(const struct plan_show *show, struct json_out *json, const uint32_t *tasks,
                       const uint32_t *served)
{
    const struct plan_problem *problem = show->problem;
    for (uint32_t i = 0; i < problem->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        if (!is_its_site(show, i)) {
            continue;
        }
        begin_feature(json, "Point");
        add_position(json, site);
        begin_properties(json);
        json_put_text(json, "site", site->id);
        json_put_text(json, "name", site->name);
        json_put_text(json, "area", site->area);
        json_put_int(json, "tasks", tasks[i]);
        json_put_int(json, "served", served[i]);
        end_feature(json);
    }
}

enum status plan_show_geojson(const struct plan_show *show, struct buf *out, struct error *err)
{
    const struct plan_problem *problem = show->problem;
    struct json_out json;
    if (!plan_is_lonlat(problem)) {
        enum status status = error_set(err, STATUS_INVALID,
                                       "the sites have no longitude and latitude, and GeoJSON "
                                       "has nothing else");
        error_hint(err, "give sites 'lon' and 'lat', and \"travel\":{\"by\":\"sphere\",…}");
        return status;
    }
    struct arena arena;
    arena_init(&arena, sizeof(uint32_t) * 4 * (PLAN_SITES_MAX + 64));
    uint32_t *tasks = ARENA_ARRAY(&arena, uint32_t, problem->site_count + 1U);
    uint32_t *served = ARENA_ARRAY(&arena, uint32_t, problem->site_count + 1U);
    count_tasks(show, tasks, served);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "type", STR("FeatureCollection"));
    json_name(&json, "features");
    json_begin_list(&json);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (show_has_unit(show, i)) {
            add_line(show, i, &json);
        }
    }
    add_points(show, &json, tasks, served);
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
    arena_close(&arena);
    return STATUS_OK;
}

/* ---- VROOM ---- */

struct vroom {
    const struct plan_show *show;
    struct json_out json;
    int64_t spent[PLAN_LEG_KINDS]; /* of the unit at hand */
    int64_t sum[PLAN_LEG_KINDS];   /* of all */
    int64_t priority, priority_sum;
    uint32_t routes;
    bool has_unit_numbers, has_task_numbers; /* all ids are numbers */
};

static bool is_number(str id)
{
    uint64_t value = 0;
    return str_to_u64(id, &value) && (id.n == 1 || id.p[0] != '0') && id.n < 16;
}

static void put_id(struct vroom *vroom, const char *name, bool has_numbers, str id, uint32_t at)
{
    json_name(&vroom->json, name);
    if (has_numbers) {
        json_add_json(&vroom->json, id);
    } else {
        json_add_int(&vroom->json, (int64_t)at + 1);
    }
}

static void put_location(struct vroom *vroom, uint32_t site)
{
    const struct plan_problem *problem = vroom->show->problem;
    if (problem->travel_by == PLAN_MATRIX) {
        json_put_int(&vroom->json, "location_index", site);
        return;
    }
    json_name(&vroom->json, "location");
    add_position(&vroom->json, &problem->sites[site]);
}

static void put_empty_list(struct vroom *vroom, const char *name)
{
    json_name(&vroom->json, name);
    json_begin_list(&vroom->json);
    json_end_list(&vroom->json);
}

/* `duration` is what was travelled so far, as VROOM counts it. */
static void add_step(struct vroom *vroom, const char *type, uint32_t site, uint32_t task,
                     int32_t arrival, int64_t service, int64_t waited)
{
    const struct plan_problem *problem = vroom->show->problem;
    struct json_out *json = &vroom->json;
    json_begin_object(json);
    json_put_text(json, "type", str_c(type));
    put_location(vroom, site);
    if (task != PLAN_NONE) {
        put_id(vroom, "id", vroom->has_task_numbers, problem->tasks[task].id, task);
        put_id(vroom, "job", vroom->has_task_numbers, problem->tasks[task].id, task);
        json_put_text(json, "description", problem->tasks[task].id);
    }
    json_put_int(json, "setup", 0);
    plan_put_ticks(json, problem, "service", service);
    plan_put_ticks(json, problem, "waiting_time", waited);
    plan_put_ticks(json, problem, "arrival", arrival);
    plan_put_ticks(json, problem, "duration", vroom->spent[PLAN_LEG_TRAVEL]);
    put_empty_list(vroom, "violations");
    json_end_object(json);
}

static void add_steps(struct vroom *vroom, uint32_t unit)
{
    const struct plan_problem *problem = vroom->show->problem;
    const struct plan_duty *duty = &vroom->show->duties[unit];
    const struct plan_unit *one = &problem->units[unit];
    bool is_away = false;
    int64_t waited = 0;
    int32_t at = duty->from;
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        const struct plan_leg *leg = &duty->legs[i];
        bool is_visit = leg->kind == PLAN_LEG_DWELL;
        bool is_break = leg->kind == PLAN_LEG_BREAK;
        if (!is_away && (leg->kind == PLAN_LEG_TRAVEL || is_visit || is_break)) {
            add_step(vroom, "start", one->base, PLAN_NONE, leg->from, 0, 0);
            is_away = true;
            waited = 0;
        }
        bool is_last = i + 1 == duty->leg_count && leg->kind == PLAN_LEG_IDLE;
        if (!is_away || is_last) {
            continue; /* at the base, before and after the tour: VROOM does not count it */
        }
        int64_t length = (int64_t)leg->to - leg->from;
        vroom->spent[leg->kind] += length;
        waited = leg->kind == PLAN_LEG_IDLE ? waited + length : waited;
        if (is_visit || is_break) {
            add_step(vroom, is_visit ? "job" : "break", leg->site, leg->task,
                     (int32_t)(leg->from - waited), length, waited);
            waited = 0;
        }
        vroom->priority += is_visit ? problem->tasks[leg->task].profit / 1000 : 0;
        at = leg->to;
    }
    add_step(vroom, "end", one->end_site, PLAN_NONE, at, 0, 0);
}

static void put_sums(struct vroom *vroom, const int64_t *spent, int64_t priority)
{
    const struct plan_problem *problem = vroom->show->problem;
    struct json_out *json = &vroom->json;
    plan_put_ticks(json, problem, "cost", spent[PLAN_LEG_TRAVEL]);
    json_put_int(json, "setup", 0);
    plan_put_ticks(json, problem, "service", spent[PLAN_LEG_DWELL] + spent[PLAN_LEG_BREAK]);
    plan_put_ticks(json, problem, "duration", spent[PLAN_LEG_TRAVEL]);
    plan_put_ticks(json, problem, "waiting_time", spent[PLAN_LEG_IDLE]);
    json_put_int(json, "priority", priority);
    put_empty_list(vroom, "violations");
}

static void add_routes(struct vroom *vroom)
{
    const struct plan_problem *problem = vroom->show->problem;
    struct json_out *json = &vroom->json;
    json_name(json, "routes");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (!show_has_unit(vroom->show, i) || vroom->show->result->routes[i].stop_count == 0) {
            continue;
        }
        memset(vroom->spent, 0, sizeof vroom->spent);
        vroom->priority = 0;
        vroom->routes++;
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        put_id(vroom, "vehicle", vroom->has_unit_numbers, problem->units[i].id, i);
        json_put_text(json, "description", problem->units[i].id);
        json_name(json, "steps");
        json_begin_list(json);
        add_steps(vroom, i);
        json_end_list(json);
        put_sums(vroom, vroom->spent, vroom->priority);
        json_end_object(json);
        for (size_t k = 0; k < PLAN_LEG_KINDS; k++) {
            vroom->sum[k] += vroom->spent[k];
        }
        vroom->priority_sum += vroom->priority;
    }
    json_end_list(json);
}

void plan_show_vroom(const struct plan_show *show, struct buf *out)
{
    const struct plan_problem *problem = show->problem;
    struct vroom vroom = {.show = show, .has_unit_numbers = true, .has_task_numbers = true};
    struct json_out *json = &vroom.json;
    int64_t unassigned = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        vroom.has_unit_numbers = vroom.has_unit_numbers && is_number(problem->units[i].id);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        vroom.has_task_numbers = vroom.has_task_numbers && is_number(problem->tasks[i].id);
    }
    json_out_init(json, out);
    json_begin_object(json);
    json_put_int(json, "code", 0);
    json_name(json, "unassigned");
    json_begin_list(json);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (!show->is_served[i] && show->unit == PLAN_NONE) {
            unassigned++;
            json_begin_object(json);
            put_id(&vroom, "id", vroom.has_task_numbers, problem->tasks[i].id, i);
            json_put_text(json, "type", STR("job"));
            put_location(&vroom, problem->tasks[i].site);
            json_put_text(json, "description", problem->tasks[i].id);
            json_end_object(json);
        }
    }
    json_end_list(json);
    add_routes(&vroom);
    json_name(json, "summary");
    json_begin_object(json);
    json_put_int(json, "routes", vroom.routes);
    json_put_int(json, "unassigned", unassigned);
    put_sums(&vroom, vroom.sum, vroom.priority_sum);
    json_end_object(json);
    json_end_object(json);
    buf_add_byte(out, '\n');
}
