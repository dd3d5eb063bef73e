/* SPDX-License-Identifier: Apache-2.0 */
/* From below, for a share of the profit: prices for the time of units.
 *
 * Let an hour of a unit cost something at each time of the day. Then whatever plan is made, its profit is at most
 * what tasks gain beyond the time that they take, each at its cheapest time, and what all the time on duty
 * costs. That holds for any prices (weak duality of linear programming), so the prices may be looked
 * for in any way: here by steps against the surplus of each part of the day (subgradients, with Polyak's length of a
 * step). Unlike one span of hours alone, prices count what lacks in the morning and what lacks at night
 * together.
 *
 * A task takes its dwell and, just before it, the shortest way to its site: the unit is on the way or waits
 * there, and does nothing else. It may have come from another visit to the same site; then the time since
 * that one ended is all.
 *
 * Prices are whole numbers, and so are the sums that prove something.
 */
#include "plan/more_internal.h"

enum {
    PART_S = 300,
    PARTS_MIN = 96,
    PARTS_MAX = 640,
    STEPS = 400,
    FLAT_TRIED = 8,
    BLOCK_FIRST = 16,  /* parts that have one price at first … */
    BLOCKS = 5,        /* … and halves of that, down to one */
    WORK_MAX = 400000, /* times of tasks that one step looks at; longer parts make fewer */
    PATIENCE = 12,     /* steps without a better proof until steps become shorter */
    SHAPES_MAX = 4096,
    MEAN_PRICE = 1 << 14,
    PRICE_RANGE = 64 /* no price is more than so many times the mean */
};
#define SUM_MAX (INT64_C(1) << 58)
#define PRODUCT_MAX (8 * SUM_MAX)

/* Units that are on duty and rest alike. */
struct shape {
    const struct plan_unit *unit;
    int64_t count;
};

struct item {
    int64_t cost;
    int64_t from, to; /* what it takes, at its cheapest */
    int64_t way, since;
};

struct prices {
    struct more *more;
    const struct need *need;
    struct item *items; /* one a task; cost 0 and from == to: no question of time */
    uint32_t *by_group; /* tasks, those of one group side by side */
    struct shape *now, *kinds;
    uint32_t now_count, kind_count;
    int64_t begin, part; /* ticks */
    uint32_t parts;
    int64_t *price, *best_price, *sums; /* of each part; sums[i]: of all before i */
    double *left;                       /* ticks in each part */
    int64_t *room, *one, *taken;        /* ticks in each part: units now, the best kind, tasks */
    int64_t scale, goal, price_most;
    int64_t gain, now_cost, kind_cost; /* at these prices */
    uint32_t best_kind;
};

/* ---- the price of an interval ---- */

static int64_t until(const struct prices *p, int64_t at)
{
    int64_t since = at - p->begin;
    if (since <= 0) {
        return 0;
    }
    if (since >= p->parts * p->part) {
        return p->sums[p->parts];
    }
    int64_t i = since / p->part;
    return p->sums[i] + p->price[i] * (since - i * p->part);
}

static int64_t between(const struct prices *p, int64_t from, int64_t to)
{
    return to > from ? until(p, to) - until(p, from) : 0;
}

static void add_ticks(const struct prices *p, int64_t *row, int64_t from, int64_t to, int64_t times)
{
    from = from > p->begin ? from : p->begin;
    int64_t end = p->begin + p->parts * p->part;
    to = to < end ? to : end;
    while (from < to) {
        int64_t i = (from - p->begin) / p->part;
        int64_t next = p->begin + (i + 1) * p->part;
        next = next < to ? next : to;
        row[i] += (next - from) * times;
        from = next;
    }
}

/* ---- tasks ---- */

static void look_at(const struct prices *p, const struct plan_task *task, struct item *item,
                    int64_t start)
{
    if (start < task->open || start > task->close) {
        return;
    }
    int64_t from = start - item->way > item->since ? start - item->way : item->since;
    from = from < start ? from : start;
    int64_t cost = between(p, from, start + task->dwell);
    if (cost < item->cost) {
        item->cost = cost;
        item->from = from;
        item->to = start + task->dwell;
    }
}

/* Between times at which an end of it comes to the border of a part the cost is a straight line: so the least is
 * at one of them. */
static void find_cheapest(const struct prices *p, const struct plan_task *task, struct item *item)
{
    item->cost = INT64_MAX;
    look_at(p, task, item, task->open);
    look_at(p, task, item, task->close);
    look_at(p, task, item, item->since + item->way);
    int64_t first = (task->open - item->way - p->begin) / p->part;
    int64_t last = ((int64_t)task->close + task->dwell - p->begin) / p->part + 1;
    first = first > 0 ? first : 0;
    last = last < p->parts ? last : p->parts;
    for (int64_t i = first; i <= last; i++) {
        int64_t border = p->begin + i * p->part;
        look_at(p, task, item, border);
        look_at(p, task, item, border - task->dwell);
        look_at(p, task, item, border + item->way);
    }
}

/* Of one group the j-th that is served counts the j-th weight: the cheapest ones first. */
static void take_group(struct prices *p, uint32_t *tasks, uint32_t count)
{
    const struct plan_problem *problem = &p->more->problem;
    for (uint32_t i = 1; i < count; i++) {
        uint32_t task = tasks[i];
        uint32_t k = i;
        for (; k > 0 && p->items[tasks[k - 1]].cost > p->items[task].cost; k--) {
            tasks[k] = tasks[k - 1];
        }
        tasks[k] = task;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct item *item = &p->items[tasks[i]];
        int64_t gain =
            plan_task_gain(problem, &problem->tasks[tasks[i]], i) * p->scale - item->cost;
        if (gain > 0) {
            p->gain += gain;
            add_ticks(p, p->taken, item->from, item->to, 1);
        }
    }
}

static void take_tasks(struct prices *p)
{
    const struct plan_problem *problem = &p->more->problem;
    p->gain = 0;
    memset(p->taken, 0, p->parts * sizeof *p->taken);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (p->items[i].to > p->items[i].from) {
            find_cheapest(p, &problem->tasks[i], &p->items[i]);
        }
    }
    for (uint32_t i = 0; i < problem->task_count;) {
        uint32_t group = problem->tasks[p->by_group[i]].group;
        uint32_t count = 1;
        while (group != PLAN_NONE && i + count < problem->task_count &&
               problem->tasks[p->by_group[i + count]].group == group) {
            count++;
        }
        take_group(p, p->by_group + i, count);
        i += count;
    }
}

/* ---- units ---- */

/* The cheapest time for a break, which is no time for anything else. */
static int64_t cheapest_break(const struct prices *p, int32_t open, int32_t close, int32_t length,
                              int64_t *ret_start)
{
    int64_t least = INT64_MAX;
    if (length == 0) {
        return 0;
    }
    for (int64_t i = -1; i <= 2 * (int64_t)p->parts + 2; i++) {
        int64_t border = p->begin + i / 2 * p->part - (i % 2 == 0 ? 0 : length);
        int64_t start = i < 0 ? open : border;
        start = start < open ? open : start > close ? close : start;
        int64_t cost = between(p, start, (int64_t)start + length);
        if (cost < least) {
            least = cost;
            *ret_start = start;
        }
    }
    return least;
}

static int64_t cost_of(const struct prices *p, const struct plan_unit *unit, int64_t *row,
                       int64_t times)
{
    int64_t first = 0;
    int64_t second = 0;
    int64_t cost = between(p, unit->start, unit->end);
    cost -= cheapest_break(p, unit->break_open, unit->break_close, unit->break_length, &first);
    cost -= cheapest_break(p, unit->second_open, unit->second_close, unit->second_length, &second);
    if (row != NULL) {
        add_ticks(p, row, unit->start, unit->end, times);
        add_ticks(p, row, first, first + unit->break_length, -times);
        add_ticks(p, row, second, second + unit->second_length, -times);
    }
    return cost > 0 ? cost : 0;
}

static void take_units(struct prices *p)
{
    p->now_cost = p->kind_cost = 0;
    memset(p->room, 0, p->parts * sizeof *p->room);
    memset(p->one, 0, p->parts * sizeof *p->one);
    for (uint32_t i = 0; i < p->now_count; i++) {
        p->now_cost += cost_of(p, p->now[i].unit, p->room, p->now[i].count) * p->now[i].count;
    }
    for (uint32_t i = 0; i < p->kind_count; i++) {
        int64_t cost = cost_of(p, p->kinds[i].unit, NULL, 1);
        if (cost > p->kind_cost) {
            p->kind_cost = cost;
            p->best_kind = i;
        }
    }
    if (p->kind_cost > 0) {
        (void)cost_of(p, p->kinds[p->best_kind].unit, p->one, 1);
    }
}

/* ---- proofs ---- */

/* Of sums below SUM_MAX and counts: more than PRODUCT_MAX counts as that, which proves less, never more. */
static int64_t times(int64_t a, int64_t b)
{
    int64_t product = 0;
    bool is_over = __builtin_mul_overflow(a, b, &product) || product > PRODUCT_MAX;
    return is_over ? PRODUCT_MAX : product;
}

static void evaluate(struct prices *p)
{
    p->sums[0] = 0;
    for (uint32_t i = 0; i < p->parts; i++) {
        p->sums[i + 1] = p->sums[i] + p->price[i] * p->part;
    }
    take_tasks(p);
    take_units(p);
}

/* Further units that any plan has that reaches the goal. */
static int64_t proved(const struct prices *p)
{
    int64_t lacks = p->goal - p->gain - p->now_cost;
    return lacks > 0 && p->kind_cost > 0 ? (lacks + p->kind_cost - 1) / p->kind_cost : 0;
}

/* Only units whose duty has a price help: so many of them, and so much of an officer's time. */
static int64_t proved_officers(const struct prices *p)
{
    int64_t lacks = p->goal - p->gain - p->now_cost;
    int64_t by_time = INT64_MAX;
    int64_t fewest = INT64_MAX;
    for (uint32_t i = 0; i < p->kind_count && lacks > 0; i++) {
        int64_t cost = cost_of(p, p->kinds[i].unit, NULL, 1);
        uint16_t officers = p->kinds[i].unit->officers;
        if (cost > 0) {
            int64_t wanted = (times(lacks, officers) + cost - 1) / cost;
            by_time = wanted < by_time ? wanted : by_time;
            fewest = officers < fewest ? officers : fewest;
        }
    }
    if (by_time == INT64_MAX) {
        return 0;
    }
    int64_t by_units = times(proved(p), fewest);
    return by_time > by_units ? by_time : by_units;
}

static void keep(struct prices *p, struct more_priced *best)
{
    int64_t units = proved(p);
    if (units > (int64_t)best->units && units < UINT32_MAX / 2) {
        int64_t most = p->gain + p->now_cost + times(units - 1, p->kind_cost);
        int64_t officers = proved_officers(p);
        best->units = (uint32_t)units;
        best->officers = officers < UINT32_MAX ? (uint32_t)officers : UINT32_MAX;
        best->most = most / p->scale;
    }
}

static int64_t most_with(const struct prices *p, int64_t units)
{
    return p->gain + p->now_cost + times(units, p->kind_cost);
}

/* Time that is left in each part, `block` parts taken as one: long blocks first come near the best prices in few
 * steps. */
static double find_left(struct prices *p, int64_t units, uint32_t block)
{
    double square = 0;
    for (uint32_t i = 0; i < p->parts; i += block) {
        uint32_t count = p->parts - i < block ? p->parts - i : block;
        double sum = 0;
        for (uint32_t k = i; k < i + count; k++) {
            sum += (double)(p->room[k] + units * p->one[k] - p->taken[k]);
        }
        for (uint32_t k = i; k < i + count; k++) {
            p->left[k] = sum / count;
            square += p->left[k] * p->left[k];
        }
    }
    return square;
}

/* Prices go down where time is left, and up where more is taken than is there. */
static void step(struct prices *p, int64_t units, double share, uint32_t block)
{
    double surplus = (double)(most_with(p, units) - p->goal);
    double square = find_left(p, units, block);
    surplus = surplus > 0 ? surplus : 0;
    surplus += (double)p->goal / 100; /* aim for more than was proved */
    double length = square > 0 ? share * surplus / square : 0;
    for (uint32_t i = 0; i < p->parts; i++) {
        double price = (double)p->price[i] - length * p->left[i];
        price = price > 0 ? price : 0;
        p->price[i] = price < (double)p->price_most ? (int64_t)(price + 0.5) : p->price_most;
    }
}

/* One price all day, whichever proves most. */
static void begin_flat(struct prices *p)
{
    int64_t least = INT64_MAX;
    int64_t first = p->price[0];
    for (int i = 0; i < FLAT_TRIED; i++) {
        for (uint32_t k = 0; k < p->parts; k++) {
            p->price[k] = first * 2 * (i + 1) / FLAT_TRIED;
        }
        evaluate(p);
        if (most_with(p, 0) < least) {
            least = most_with(p, 0);
            memcpy(p->best_price, p->price, p->parts * sizeof *p->price);
        }
    }
    memcpy(p->price, p->best_price, p->parts * sizeof *p->price);
}

static void search(struct prices *p, struct more_priced *best)
{
    double share = 1;
    int waited = 0;
    int64_t least = INT64_MAX;
    begin_flat(p);
    for (int i = 0; i < STEPS; i++) {
        evaluate(p);
        uint32_t before = best->units;
        keep(p, best);
        int64_t most = most_with(p, best->units);
        waited++;
        if (best->units > before || most < least) {
            least = most;
            waited = 0;
            memcpy(p->best_price, p->price, p->parts * sizeof *p->price);
        }
        if (i * BLOCKS / STEPS != (i + 1) * BLOCKS / STEPS) {
            share = 1;
        }
        if (waited > PATIENCE) {
            share /= 2;
            waited = 0;
            memcpy(p->price, p->best_price, p->parts * sizeof *p->price);
            evaluate(p);
        }
        step(p, best->units, share, BLOCK_FIRST >> (i * BLOCKS / STEPS));
    }
}

/* ---- the question ---- */

static uint32_t add_shape(struct shape *shapes, uint32_t count, const struct plan_unit *unit)
{
    for (uint32_t k = count; k > 0; k--) {
        const struct plan_unit *like = shapes[k - 1].unit;
        if (like->start == unit->start && like->end == unit->end &&
            like->officers == unit->officers && like->break_open == unit->break_open &&
            like->break_close == unit->break_close && like->break_length == unit->break_length &&
            like->second_open == unit->second_open && like->second_close == unit->second_close &&
            like->second_length == unit->second_length) {
            shapes[k - 1].count++;
            return count;
        }
    }
    if (count < SHAPES_MAX) {
        shapes[count] = (struct shape){unit, 1};
    }
    return count + 1;
}

static bool make_units(struct prices *p)
{
    const struct more *more = p->more;
    p->now = ARENA_ARRAY(more->arena, struct shape, SHAPES_MAX);
    p->kinds = ARENA_ARRAY(more->arena, struct shape, SHAPES_MAX);
    for (uint32_t i = 0; i < more->problem.unit_count && p->now_count < SHAPES_MAX; i++) {
        const struct plan_unit *unit = &more->problem.units[i];
        if (more_is_able(p->need, unit)) {
            p->now_count = add_shape(p->now, p->now_count, unit);
        }
    }
    for (uint32_t i = 0; i < more->kind_count && p->kind_count < SHAPES_MAX; i++) {
        if (more_is_able(p->need, &more->kinds[i])) {
            p->kind_count = add_shape(p->kinds, p->kind_count, &more->kinds[i]);
        }
    }
    return p->now_count < SHAPES_MAX && p->kind_count < SHAPES_MAX && p->kind_count > 0;
}

/* When another visit to the site can have ended at the latest before this one may begin; and no way to this
 * one where another can end while it may begin. */
static void look_at_others(struct prices *p, const uint32_t *tasks, uint32_t count, uint32_t at)
{
    const struct plan_task *all = p->more->problem.tasks;
    const struct plan_task *task = &all[tasks[at]];
    struct item *item = &p->items[tasks[at]];
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_task *other = &all[tasks[i]];
        int64_t first = (int64_t)other->open + other->dwell;
        int64_t last = (int64_t)other->close + other->dwell;
        if (i == at || first > task->close) {
            continue;
        }
        if (last > task->open) {
            item->way = 0;
        }
        item->since = last > item->since ? last : item->since;
    }
}

static void make_items(struct prices *p, const bool *is_fact, const struct more_ways *ways)
{
    const struct plan_problem *problem = &p->more->problem;
    p->items = ARENA_ARRAY(p->more->arena, struct item, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        bool is_free = is_fact[i] || !more_concerns(p->need, task);
        p->items[i] = (struct item){.way = ways->straight[task->site], .since = -1};
        p->items[i].to = is_free ? 0 : 1;
    }
    for (uint32_t site = 0; site < problem->site_count; site++) {
        const uint32_t *tasks = ways->tasks + ways->begins[site];
        uint32_t count = ways->begins[site + 1] - ways->begins[site];
        for (uint32_t i = 0; i < count && ways->straight[site] > 0; i++) {
            look_at_others(p, tasks, count, i);
        }
    }
}

/* Tasks by group: counted, then put in their place. */
static void make_groups(struct prices *p)
{
    const struct plan_problem *problem = &p->more->problem;
    struct arena *arena = p->more->arena;
    uint32_t *begins = ARENA_ARRAY(arena, uint32_t, problem->group_count + 2U);
    p->by_group = ARENA_ARRAY(arena, uint32_t, problem->task_count + 1U);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t group = problem->tasks[i].group;
        begins[(group == PLAN_NONE ? problem->group_count : group) + 1]++;
    }
    for (uint32_t i = 1; i < problem->group_count + 2; i++) {
        begins[i] += begins[i - 1];
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t group = problem->tasks[i].group;
        p->by_group[begins[group == PLAN_NONE ? problem->group_count : group]++] = i;
    }
}

/* Parts of the day as short as the work allows. */
static void make_parts(struct prices *p)
{
    const struct plan_problem *problem = &p->more->problem;
    struct arena *arena = p->more->arena;
    int64_t end = 0;
    int64_t wide = 0;
    p->begin = INT64_MAX;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (p->items[i].to > p->items[i].from) {
            int64_t last = (int64_t)task->close + task->dwell;
            int64_t from = task->open - p->items[i].way;
            p->begin = from < p->begin ? from : p->begin;
            end = last > end ? last : end;
            wide += last - from;
        }
    }
    p->begin = p->begin < end ? p->begin : end;
    p->part = (int64_t)PART_S * problem->ticks_per_s;
    int64_t short_part = (end - p->begin) / PARTS_MIN + 1;
    p->part = short_part < p->part ? short_part : p->part;
    while (3 * wide / p->part > WORK_MAX || (end - p->begin) / p->part >= PARTS_MAX) {
        p->part *= 2;
    }
    p->parts = (uint32_t)((end - p->begin) / p->part + 1);
    p->price = ARENA_ARRAY(arena, int64_t, p->parts);
    p->best_price = ARENA_ARRAY(arena, int64_t, p->parts);
    p->left = ARENA_ARRAY(arena, double, p->parts);
    p->sums = ARENA_ARRAY(arena, int64_t, p->parts + 1U);
    p->room = ARENA_ARRAY(arena, int64_t, p->parts);
    p->one = ARENA_ARRAY(arena, int64_t, p->parts);
    p->taken = ARENA_ARRAY(arena, int64_t, p->parts);
}

/* One price all day to begin with: what the time on duty would have to gain. */
static bool begin(struct prices *p)
{
    const struct plan_more *out = p->more->out;
    evaluate(p); /* for the room, at prices of 0 */
    int64_t room = 1;
    for (uint32_t i = 0; i < p->parts; i++) {
        room += p->room[i];
    }
    p->scale = 1;
    while (out->profit_all < SUM_MAX / (p->scale * 4) &&
           out->profit_all * p->scale / room < MEAN_PRICE) {
        p->scale *= 2;
    }
    p->goal = out->profit_goal * p->scale;
    int64_t mean = out->profit_all * p->scale / room / 2;
    int64_t longest = p->parts * p->part; /* what one unit, or one task, can have of the day */
    p->price_most = mean * PRICE_RANGE;
    for (uint32_t i = 0; i < p->parts; i++) {
        p->price[i] = mean;
    }
    return mean > 0 && mean < SUM_MAX / (room > longest ? room : longest) / PRICE_RANGE;
}

bool more_price(struct more *more, const struct need *need, const bool *is_fact,
                const struct more_ways *ways, struct more_priced *ret_priced)
{
    struct prices p = {.more = more, .need = need, .scale = 1};
    *ret_priced = (struct more_priced){0};
    if (ways->begins == NULL || !make_units(&p)) {
        return false;
    }
    make_items(&p, is_fact, ways);
    make_groups(&p);
    make_parts(&p);
    if (begin(&p)) {
        search(&p, ret_priced);
    }
    return ret_priced->units > 0;
}
