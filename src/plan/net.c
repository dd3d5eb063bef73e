/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/net.h"

#include <math.h>
#include <stdlib.h>

#include "plan/pace.h"

#define EARTH_M 6371008.8
enum {
    NEAR_SMALL = 128,
    NEAR_LARGE = 48,
    TABLE_NEAR_SITES = 160, /* of a user's table: that are looked at for near tasks */
    SLACK_SITES = 512,      /* their cube is what it costs */
    WAIT_SHARE = 5,
    LEAST_TASKS = 320, /* their cube is what the table costs */
    BESIDE_MAX =
        64 /* tasks of one site that are looked at for those that can stand beside each other */
};

/* ---- ways ---- */

/* Chord to arc: the series of 2 asin(c/2); its error is below a millimetre up to 2,000 km. */
static double arc(double chord)
{
    double h = chord / 2;
    double q = h * h;
    return chord * (1 + q * (1.0 / 6 + q * (3.0 / 40 + q * (15.0 / 336 + q * (105.0 / 3456)))));
}

int32_t net_plain_way(const struct net *net, unsigned mode, uint32_t from, uint32_t to)
{
    const struct plan_problem *problem = net->problem;
    const double *a = &net->points[3 * (size_t)from];
    const double *b = &net->points[3 * (size_t)to];
    if (from == to) {
        return 0;
    }
    double dx = b[0] - a[0];
    double dy = b[1] - a[1];
    double ticks = problem->ticks_per_s;
    double value = 0;
    switch (problem->travel_by) {
    case PLAN_EUCLID:
        value = floor(sqrt(dx * dx + dy * dy) * ticks);
        break;
    case PLAN_PLANE:
        value = floor((net->overhead[mode] + sqrt(dx * dx + dy * dy) * problem->modes[mode].factor /
                                                 net->per_metre[mode]) *
                      ticks);
        break;
    case PLAN_SPHERE: {
        /* The checker goes another way about it; a grain more than the truth is on the safe side. */
        double dz = b[2] - a[2];
        double metres = EARTH_M * arc(sqrt(dx * dx + dy * dy + dz * dz));
        value = floor(
            (net->overhead[mode] + metres * problem->modes[mode].factor / net->per_metre[mode]) *
                ticks +
            1e-4);
        break;
    }
    case PLAN_MATRIX: {
        int32_t way = problem->modes[mode].matrix[(size_t)from * net->matrix_sites + to];
        return way < 0 ? NET_NO_WAY : way;
    }
    }
    return value < NET_NO_WAY ? (int32_t)value : NET_NO_WAY;
}

int32_t net_compute_way(const struct net *net, unsigned mode, uint32_t from, uint32_t to)
{
    if (net->origin == NULL) {
        return net_plain_way(net, mode, from, to);
    }
    uint32_t a = net->origin[from];
    uint32_t b = net->origin[to];
    return a == b ? 0 : pace_longest(net, mode, from, net_plain_way(net, mode, a, b));
}

void net_make_points(struct arena *arena, const struct plan_problem *problem, struct net *net)
{
    *net = (struct net){.problem = problem,
                        .task_count = problem->task_count,
                        .unit_count = problem->unit_count,
                        .site_count = problem->site_count,
                        .matrix_sites = problem->site_count,
                        .slack = problem->travel_by == PLAN_MATRIX ? -1 : 2};
    double *points = ARENA_ARRAY(arena, double, 3 * (size_t)net->site_count + 3);
    const double degree = acos(-1.0) / 180;
    for (uint32_t i = 0; i < net->site_count; i++) {
        const struct plan_site *site = &problem->sites[i];
        double *p = &points[3 * (size_t)i];
        if (problem->travel_by == PLAN_SPHERE) {
            p[0] = cos(site->y * degree) * cos(site->x * degree);
            p[1] = cos(site->y * degree) * sin(site->x * degree);
            p[2] = sin(site->y * degree);
        } else {
            p[0] = site->x;
            p[1] = site->y;
        }
    }
    net->points = points;
    for (uint32_t i = 0; i < problem->mode_count; i++) {
        net->per_metre[i] = problem->modes[i].kmh * 1000 / 3600;
        net->overhead[i] = problem->modes[i].overhead_s;
    }
}

/* As net_make_points, and with paces where there are any. */
static void make_sites(struct arena *arena, const struct plan_problem *problem, struct net *net)
{
    net_make_points(arena, problem, net);
    if (pace_is_there(problem)) {
        struct net with = *net;
        pace_make_sites(arena, &with);
        net_make_points(arena, with.problem, net);
        net->origin = with.origin;
        memcpy(net->pace, with.pace, sizeof net->pace);
        memcpy(net->pace_most, with.pace_most, sizeof net->pace_most);
        net->matrix_sites = problem->site_count;
        net->slack = -1; /* a detour may be shorter than the straight way */
    }
}

static void make_tables(struct arena *arena, struct net *net)
{
    const struct plan_problem *problem = net->problem;
    size_t n = net->site_count;
    if (n > NET_TABLE_SITES && (problem->travel_by != PLAN_MATRIX || net->origin != NULL)) {
        return;
    }
    for (uint32_t mode = 0; mode < problem->mode_count; mode++) {
        int32_t *to = ARENA_ARRAY(arena, int32_t, n * n + 1);
        int32_t *from = problem->travel_by == PLAN_MATRIX || net->origin != NULL
                            ? ARENA_ARRAY(arena, int32_t, n * n + 1)
                            : to;
        for (uint32_t a = 0; a < n; a++) {
            for (uint32_t b = 0; b < n; b++) {
                int32_t way = net_compute_way(net, mode, a, b);
                to[a * n + b] = way;
                if (from != to) {
                    from[b * n + a] = way;
                }
            }
        }
        net->to[mode] = to;
        net->from[mode] = from;
    }
}

/* By how much a way by a third site can be shorter than the straight one, in a user's table; -1 = not known. */
static int32_t slack_of(const struct net *net)
{
    size_t n = net->site_count;
    int32_t slack = 0;
    if (net->slack >= 0 || net->origin != NULL || n > SLACK_SITES) {
        return net->slack;
    }
    for (uint32_t mode = 0; mode < net->problem->mode_count; mode++) {
        for (size_t pair = 0; pair < n * n; pair++) {
            const int32_t *to = net->to[mode] + pair / n * n;
            const int32_t *from = net->from[mode] + pair % n * n;
            int32_t least = net->to[mode][pair] - slack;
            for (size_t i = 0; i < n; i++) {
                int32_t way = to[i] + from[i];
                least = way < least ? way : least;
            }
            slack = net->to[mode][pair] - least;
        }
    }
    return slack < NET_NO_WAY / 2 ? slack : -1;
}

/* ---- near tasks ---- */

struct near_one {
    int64_t cost;
    uint32_t task;
};

static int by_cost(const void *a, const void *b)
{
    const struct near_one *x = a;
    const struct near_one *y = b;
    if (x->cost != y->cost) {
        return x->cost < y->cost ? -1 : 1;
    }
    return x->task < y->task ? -1 : x->task > y->task;
}

static inline bool is_before(const struct near_one *a, const struct near_one *b)
{
    return a->cost != b->cost ? a->cost < b->cost : a->task < b->task;
}

/* Sorts the `wanted` least of `count` to the front; returns how many there are. (Quickselect with
 * the middle as pivot, then a sort of the front alone.) */
static size_t least_first(struct near_one *all, size_t count, size_t wanted)
{
    size_t low = 0;
    size_t high = count;
    while (high - low > 1 && wanted < count) {
        struct near_one pivot = all[low + (high - low - 1) / 2];
        size_t i = low;
        size_t k = high - 1;
        for (;;) {
            while (is_before(&all[i], &pivot)) {
                i++;
            }
            while (is_before(&pivot, &all[k])) {
                k--;
            }
            if (i >= k) {
                break;
            }
            struct near_one swap = all[i];
            all[i++] = all[k];
            all[k--] = swap;
        }
        size_t cut = k + 1; /* all before are not after the pivot */
        if (wanted < cut) {
            high = cut;
        } else if (wanted > cut) {
            low = cut;
        } else {
            break;
        }
    }
    count = count < wanted ? count : wanted;
    qsort(all, count, sizeof *all, by_cost);
    return count;
}

/* Way and a share of the wait when `second` follows `first` as closely as windows let it; negative
 * when it cannot. */
static int64_t follow_cost(const struct net_task *first, const struct net_task *second, int32_t way)
{
    if ((int64_t)first->open + first->dwell + way > second->close) {
        return -1;
    }
    int64_t wait = (int64_t)second->open - first->close - first->dwell - way;
    return (int64_t)way * WAIT_SHARE + (wait > 0 ? wait : 0);
}

static bool is_post(const struct net_task *task)
{
    return task->is_mandatory && task->open == task->close;
}

/* Posts at one time never follow one another, and yet compete for units: they are near when their sites are. */
static int64_t near_cost(const struct net *net, const struct net_task *a, const struct net_task *b)
{
    int32_t way = net_way(net, 0, a->site, b->site);
    int64_t there = follow_cost(a, b, way);
    int64_t back = follow_cost(b, a, net_way(net, 0, b->site, a->site));
    if (there < 0 && back < 0 && is_post(a) && is_post(b)) {
        return (int64_t)way * WAIT_SHARE;
    }
    if (there < 0 || (back >= 0 && back < there)) {
        return back;
    }
    return there;
}

/* Sites in square cells, each with about four; sites of one cell are a run of `order`. */
struct grid {
    double x0, y0, cell, across; /* across: degrees of longitude are shorter than of latitude */
    uint32_t columns, rows;
    uint32_t *begins, *order;
};

static uint32_t cell_of(const struct grid *grid, const struct plan_site *site)
{
    double x = (site->x * grid->across - grid->x0) / grid->cell;
    double y = (site->y - grid->y0) / grid->cell;
    uint32_t column = x < 0 ? 0 : (uint32_t)x;
    uint32_t row = y < 0 ? 0 : (uint32_t)y;
    column = column < grid->columns ? column : grid->columns - 1;
    row = row < grid->rows ? row : grid->rows - 1;
    return row * grid->columns + column;
}

static void grid_make(struct arena *arena, const struct net *net, struct grid *grid)
{
    const struct plan_site *sites = net->problem->sites;
    uint32_t n = net->site_count;
    double x1 = -1e300;
    double y1 = -1e300;
    *grid = (struct grid){.x0 = 1e300, .y0 = 1e300, .across = 1};
    if (net->problem->travel_by == PLAN_SPHERE && n > 0) {
        grid->across = cos(sites[n / 2].y * acos(-1.0) / 180);
    }
    for (uint32_t i = 0; i < n; i++) {
        double x = sites[i].x * grid->across;
        grid->x0 = x < grid->x0 ? x : grid->x0;
        x1 = x > x1 ? x : x1;
        grid->y0 = sites[i].y < grid->y0 ? sites[i].y : grid->y0;
        y1 = sites[i].y > y1 ? sites[i].y : y1;
    }
    double width = x1 - grid->x0 + 1e-9;
    double height = y1 - grid->y0 + 1e-9;
    grid->cell = sqrt(width * height / (n / 4.0 + 1));
    double least = (width > height ? width : height) / 1000; /* at most a million cells */
    grid->cell = grid->cell > least ? grid->cell : least;
    grid->columns = (uint32_t)(width / grid->cell) + 1;
    grid->rows = (uint32_t)(height / grid->cell) + 1;
    uint32_t cells = grid->columns * grid->rows;
    grid->begins = ARENA_ARRAY(arena, uint32_t, cells + 2U);
    grid->order = ARENA_ARRAY(arena, uint32_t, n + 1U);
    for (uint32_t i = 0; i < n; i++) {
        grid->begins[cell_of(grid, &sites[i]) + 2]++;
    }
    for (uint32_t i = 2; i < cells + 2; i++) {
        grid->begins[i] += grid->begins[i - 1];
    }
    for (uint32_t i = 0; i < n; i++) {
        grid->order[grid->begins[cell_of(grid, &sites[i]) + 1]++] = i;
    }
}

struct near_maker {
    struct net *net;
    struct grid grid;
    uint32_t *task_begins, *site_tasks; /* tasks of each site */
    uint32_t *sites;                    /* found around one site */
    uint32_t site_count;
    struct near_one *found;
    size_t found_cap;
};

static void add_cell(struct near_maker *maker, int64_t column, int64_t row)
{
    const struct grid *grid = &maker->grid;
    if (column < 0 || row < 0 || column >= grid->columns || row >= grid->rows) {
        return;
    }
    size_t cell = (size_t)row * grid->columns + (size_t)column;
    for (uint32_t i = grid->begins[cell]; i < grid->begins[cell + 1]; i++) {
        uint32_t site = grid->order[i];
        if (maker->task_begins[site + 1] > maker->task_begins[site]) {
            maker->sites[maker->site_count++] = site;
        }
    }
}

/* Rings of cells around the site until there are enough, and one ring more. */
static void sites_around(struct near_maker *maker, uint32_t site)
{
    const struct grid *grid = &maker->grid;
    uint32_t cell = cell_of(grid, &maker->net->problem->sites[site]);
    int64_t column = cell % grid->columns;
    int64_t row = cell / grid->columns;
    int64_t rings = grid->columns > grid->rows ? grid->columns : grid->rows;
    bool is_last = false;
    maker->site_count = 0;
    for (int64_t ring = 0; ring <= rings && !is_last; ring++) {
        is_last = maker->site_count >= NET_NEAR_SITES;
        for (int64_t i = -ring; i <= ring; i++) {
            add_cell(maker, column + i, row - ring);
            if (ring > 0) {
                add_cell(maker, column + i, row + ring);
            }
        }
        for (int64_t i = -ring + 1; i < ring; i++) {
            add_cell(maker, column - ring, row + i);
            add_cell(maker, column + ring, row + i);
        }
    }
}

/* Of a user's table: those with the least ways, there or back. */
static void sites_by_table(struct near_maker *maker, uint32_t site)
{
    const struct net *net = maker->net;
    size_t count = 0;
    for (uint32_t i = 0; i < net->site_count; i++) {
        if (maker->task_begins[i + 1] > maker->task_begins[i]) {
            int32_t there = net_way(net, 0, site, i);
            int32_t back = net_way(net, 0, i, site);
            maker->found[count++] = (struct near_one){there < back ? there : back, i};
        }
    }
    maker->site_count = (uint32_t)least_first(maker->found, count, TABLE_NEAR_SITES);
    for (uint32_t i = 0; i < maker->site_count; i++) {
        maker->sites[i] = maker->found[i].task;
    }
}

static void near_of_task(struct near_maker *maker, uint32_t task)
{
    struct net *net = maker->net;
    const struct net_task *own = &net->tasks[task];
    size_t count = 0;
    for (uint32_t i = 0; i < maker->site_count; i++) {
        uint32_t site = maker->sites[i];
        for (uint32_t k = maker->task_begins[site]; k < maker->task_begins[site + 1]; k++) {
            uint32_t other = maker->site_tasks[k];
            int64_t cost = other == task ? -1 : near_cost(net, own, &net->tasks[other]);
            if (cost >= 0 && count < maker->found_cap) {
                maker->found[count++] = (struct near_one){cost, other};
            }
        }
    }
    count = least_first(maker->found, count, net->near_count);
    uint32_t *row = &net->near[(size_t)task * net->near_count];
    for (uint32_t i = 0; i < net->near_count; i++) {
        row[i] = i < count ? maker->found[i].task : PLAN_NONE;
    }
}

static void make_near(struct arena *arena, struct net *net)
{
    struct near_maker maker = {.net = net};
    uint32_t n = net->task_count;
    bool is_small = n <= 400;
    bool is_table = net->problem->travel_by == PLAN_MATRIX;
    net->near_count = n <= 400 ? NEAR_SMALL : NEAR_LARGE;
    net->near = ARENA_ARRAY(arena, uint32_t, (size_t)n * net->near_count + 1);
    maker.task_begins = ARENA_ARRAY(arena, uint32_t, net->site_count + 2U);
    maker.site_tasks = ARENA_ARRAY(arena, uint32_t, n + 1U);
    maker.sites = ARENA_ARRAY(arena, uint32_t, net->site_count + 1U);
    for (uint32_t i = 0; i < n; i++) {
        maker.task_begins[net->tasks[i].site + 2]++;
    }
    for (uint32_t i = 2; i <= net->site_count; i++) {
        maker.task_begins[i] += maker.task_begins[i - 1];
    }
    for (uint32_t i = 0; i < n; i++) {
        maker.site_tasks[maker.task_begins[net->tasks[i].site + 1]++] = i;
    }
    maker.found_cap = is_small || is_table ? n + 1U : 65536;
    maker.found = ARENA_ARRAY(arena, struct near_one, maker.found_cap);
    if (is_small) {
        for (uint32_t i = 0; i < net->site_count; i++) {
            maker.sites[maker.site_count++] = i;
        }
    } else if (!is_table) {
        grid_make(arena, net, &maker.grid);
    }
    for (uint32_t site = 0; site < net->site_count; site++) {
        if (maker.task_begins[site] == maker.task_begins[site + 1]) {
            continue;
        }
        if (!is_small && is_table) {
            sites_by_table(&maker, site);
        } else if (!is_small) {
            sites_around(&maker, site);
        }
        for (uint32_t k = maker.task_begins[site]; k < maker.task_begins[site + 1]; k++) {
            near_of_task(&maker, maker.site_tasks[k]);
        }
    }
}

/* ---- gaps ---- */

/* What `third` takes between `a` and each b, where that is less than what is known. */
static void take_least(const struct net *net, uint32_t a, uint32_t third, int32_t *least)
{
    const struct net_task *first = &net->tasks[a];
    const struct net_task *task = &net->tasks[third];
    int32_t way = net_way(net, 0, first->site, task->site);
    int32_t done = first->open + first->dwell + way;
    if (done > task->close) {
        return;
    }
    done = (done > task->open ? done : task->open) + task->dwell;
    for (uint32_t b = 0; b < net->task_count; b++) {
        const struct net_task *last = &net->tasks[b];
        int32_t back = net_way(net, 0, task->site, last->site);
        int32_t takes = task->dwell + way + back - net_way(net, 0, first->site, last->site);
        if (takes < least[b] && done + back <= last->close && b != third) {
            least[b] = takes;
        }
    }
}

static void make_least(struct arena *arena, struct net *net)
{
    uint32_t n = net->task_count;
    if (n > LEAST_TASKS || net->problem->mode_count != 1 || net->slack < 0 || !net->has_profit) {
        return;
    }
    int32_t *least = ARENA_ARRAY(arena, int32_t, (size_t)n * n + 1);
    for (uint32_t a = 0; a < n; a++) {
        int32_t *row = least + (size_t)a * n;
        for (uint32_t b = 0; b < n; b++) {
            row[b] = NET_NO_WAY;
        }
        for (uint32_t third = 0; third < n; third++) {
            if (third != a) {
                take_least(net, a, third, row);
            }
        }
    }
    net->least = least;
}

static void take_least_way(struct net_least *least, uint32_t site, int32_t way)
{
    if (way < least->first) {
        *least = (struct net_least){site, way, least->first};
    } else if (way < least->second) {
        least->second = way;
    }
}

static void make_least_ways(struct arena *arena, struct net *net, const uint32_t *task_counts)
{
    struct net_least *all = ARENA_ARRAY(arena, struct net_least, net->site_count + 1U);
    for (uint32_t a = 0; a < net->site_count; a++) {
        all[a] = (struct net_least){PLAN_NONE, NET_NO_WAY, NET_NO_WAY};
        for (uint32_t b = 0; b < net->site_count; b++) {
            for (uint32_t mode = 0; mode < net->problem->mode_count; mode++) {
                if (a != b && task_counts[b] > 0) {
                    take_least_way(&all[a], b, net_way(net, mode, a, b));
                }
            }
        }
    }
    net->least_ways = all;
}

static void take_beside(const struct net_task *first, const struct net_task *second,
                        struct net_beside *of_first, struct net_beside *of_second)
{
    if (first->open + first->dwell > second->close) {
        return;
    }
    int32_t done = second->open + second->dwell;
    of_first->after = done < of_first->after ? done : of_first->after;
    of_second->before = first->close > of_second->before ? first->close : of_second->before;
}

static void make_beside(struct arena *arena, struct net *net, const uint32_t *task_counts)
{
    struct net_beside *all = ARENA_ARRAY(arena, struct net_beside, net->task_count + 1U);
    uint32_t *last =
        ARENA_ARRAY(arena, uint32_t, net->site_count + 1U); /* task + 1, of each site */
    uint32_t *others = ARENA_ARRAY(arena, uint32_t, net->task_count + 1U);
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct net_task *one = &net->tasks[i];
        bool is_many = task_counts[one->site] > BESIDE_MAX;
        all[i] = is_many ? (struct net_beside){-NET_NO_WAY, NET_NO_WAY}
                         : (struct net_beside){NET_NO_WAY, -NET_NO_WAY};
        for (uint32_t k = last[one->site]; k != 0 && !is_many; k = others[k - 1]) {
            take_beside(one, &net->tasks[k - 1], &all[i], &all[k - 1]);
            take_beside(&net->tasks[k - 1], one, &all[k - 1], &all[i]);
        }
        others[i] = last[one->site];
        last[one->site] = i + 1;
    }
    net->beside = all;
}

/* What any third task takes between two others at least, where that can be told quickly. */
static void make_detours(struct arena *arena, struct net *net)
{
    double overhead = net->overhead[0];
    if (net->least != NULL || net->slack < 0 || net->to[0] == NULL ||
        net->problem->travel_by == PLAN_MATRIX) { /* where ways back may be others */
        return;
    }
    uint32_t *task_counts = ARENA_ARRAY(arena, uint32_t, net->site_count + 1U);
    for (uint32_t i = 0; i < net->task_count; i++) {
        task_counts[net->tasks[i].site]++;
    }
    make_least_ways(arena, net, task_counts);
    make_beside(arena, net, task_counts);
    for (uint32_t i = 1; i < net->problem->mode_count; i++) {
        overhead = net->overhead[i] < overhead ? net->overhead[i] : overhead;
    }
    net->least_detour = (int32_t)(overhead * net->problem->ticks_per_s) - net->slack;
}

int64_t net_after_had(const struct plan_unit *unit, uint32_t stops, int64_t at)
{
    for (uint32_t i = 0; i < unit->had_count; i++) {
        if (unit->had[i].after == stops) {
            at = (at > unit->had[i].start ? at : unit->had[i].start) + unit->had[i].length;
        }
    }
    return at;
}

/* ---- units that are alike ---- */

static bool is_alike(const struct plan_unit *a, const struct plan_unit *b)
{
    return plan_unit_is_alike(a, b) && a->free == b->free && a->lock_count == 0 &&
           b->lock_count == 0 && a->had_count == 0 && b->had_count == 0;
}

static uint64_t unit_hash(const struct plan_unit *unit)
{
    uint64_t h = unit->base * UINT64_C(0x9e3779b97f4a7c15) + (uint32_t)unit->start;
    h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + (uint32_t)unit->end + unit->skills;
    return h ^ h >> 31;
}

static void make_classes(struct arena *arena, struct net *net)
{
    const struct plan_problem *problem = net->problem;
    uint32_t mask = 64;
    while (mask < 4 * net->unit_count) {
        mask *= 2;
    }
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, mask);           /* unit + 1 */
    bool *has_own = ARENA_ARRAY(arena, bool, net->unit_count + 1U); /* tasks that are only its */
    mask--;
    net->classes = ARENA_ARRAY(arena, uint32_t, net->unit_count + 1U);
    for (uint32_t i = 0; i < net->task_count; i++) {
        if (problem->tasks[i].unit != PLAN_NONE) {
            has_own[problem->tasks[i].unit] = true;
        }
    }
    for (uint32_t i = 0; i < net->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        uint32_t at = (uint32_t)unit_hash(unit) & mask;
        while (!has_own[i] && slots[at] != 0 && !is_alike(unit, &problem->units[slots[at] - 1])) {
            at = (at + 1) & mask;
        }
        if (!has_own[i] && slots[at] != 0) {
            net->classes[i] = net->classes[slots[at] - 1];
            continue;
        }
        net->classes[i] = net->class_count++;
        if (!has_own[i]) {
            slots[at] = i + 1;
        }
    }
}

/* ---- the whole ---- */

static void make_tasks(struct arena *arena, struct net *net)
{
    const struct plan_problem *problem = net->problem;
    net->tasks = ARENA_ARRAY(arena, struct net_task, net->task_count + 1U);
    net->is_uniform = true;
    net->least_dwell = INT32_MAX;
    for (uint32_t i = 0; i < net->unit_count; i++) {
        net->is_uniform = net->is_uniform && problem->units[i].officers > 0;
    }
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        net->tasks[i] =
            (struct net_task){.open = task->open,
                              .close = task->close,
                              .dwell = task->dwell,
                              .load = task->load,
                              .site = task->site,
                              .group = task->group,
                              .turn = task->turn,
                              .is_mandatory = task->is_mandatory,
                              .value = (int64_t)((uint64_t)task->profit << NET_PROFIT_SHIFT)};
        net->least_dwell = task->dwell < net->least_dwell ? task->dwell : net->least_dwell;
        net->has_profit = net->has_profit || !task->is_mandatory;
        if (task->skills != 0 || task->officers > 1 || task->unit != PLAN_NONE) {
            net->is_uniform = false;
        }
    }
}

void net_make_small(struct arena *arena, const struct plan_problem *problem, struct net *ret_net)
{
    make_sites(arena, problem, ret_net);
    make_tasks(arena, ret_net);
}

void net_make(struct arena *arena, const struct plan_problem *problem, struct net *ret_net)
{
    struct net net;
    make_sites(arena, problem, &net);
    make_tables(arena, &net);
    net.slack = slack_of(&net);
    make_tasks(arena, &net);
    make_near(arena, &net);
    make_least(arena, &net);
    make_detours(arena, &net);
    make_classes(arena, &net);
    *ret_net = net;
}
