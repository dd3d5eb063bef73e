/* SPDX-License-Identifier: Apache-2.0 */
/* Two plans of one operation side by side. */
#include "deskweb/plan_view.h"

#include "base/utf8.h"
#include "plan/day.h"
#include "plan/ids.h"

#include "pages/desk_plan_compare.html.h"

enum {
    UNITS_SHOWN = 200,
    FIGURES = 8,
    ALONE_SHOWN = 60,
    VISITS_NAMED = 5, /* of a unit, new or taken away */
    NAME_BYTES_MAX = 100,
    CHANGE_BYTES_MAX = 4096
};

struct pair {
    struct ask *ask;
    struct plan_opened *left, *right;
    struct plan_account left_paid, right_paid;
    bool has_rates;
    bool has_other_weights;
};

str words_change(struct arena *arena, int64_t left, int64_t right)
{
    int64_t by = right - left;
    str size = words_milli(arena, by < 0 ? -by : by);
    return str_equal(size, STR("0"))
               ? STR("–")
               : arena_printf(arena, "%s%.*s", by > 0 ? "+" : "−", STR_ARG(size));
}

static struct page_desk_plan_compare_rows row_of(struct pair *pair, const char *label, int64_t left,
                                                 int64_t right)
{
    struct arena *arena = pair->ask->arena;
    return (struct page_desk_plan_compare_rows){str_c(label), words_milli(arena, left),
                                                words_milli(arena, right),
                                                words_change(arena, left, right)};
}

/* Beside a difference of what was weighed in two ways. */
static str weight_change(struct pair *pair, int64_t left, int64_t right)
{
    struct arena *arena = pair->ask->arena;
    str by = words_change(arena, left, right);
    return pair->has_other_weights && left != right
               ? arena_printf(arena, "%.*s (other weights)", STR_ARG(by))
               : by;
}

static int64_t officers_of(const struct plan_problem *problem)
{
    int64_t officers = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        officers += plan_unit_officers(&problem->units[i]);
    }
    return officers;
}

/* An operation's plans have whole seconds, all, and one table of rates. */
static struct page_desk_plan_compare_rows cost_row(struct pair *pair)
{
    struct arena *arena = pair->ask->arena;
    const struct plan_problem *problem = &pair->right->problem;
    int64_t by = plan_pence(problem, pair->right_paid.total.cost) -
                 plan_pence(&pair->left->problem, pair->left_paid.total.cost);
    struct buf change;
    buf_init(&change, 100);
    buf_add_c(&change, !pair->has_rates || by == 0 ? "–" : by < 0 ? "−£" : "+£");
    if (pair->has_rates && by != 0) {
        plan_add_pounds(&change, by < 0 ? -by : by);
    }
    str words = arena_str(arena, buf_str(&change));
    buf_close(&change);
    return (struct page_desk_plan_compare_rows){
        STR("Cost"), words_cost(arena, problem, &pair->left_paid.total, pair->has_rates),
        words_cost(arena, problem, &pair->right_paid.total, pair->has_rates), words};
}

/* For whom a rate is missing, of each plan: the sums beside each other are of the rest. */
static struct page_desk_plan_compare_lacks_list lacks(struct pair *pair)
{
    struct arena *arena = pair->ask->arena;
    struct page_desk_plan_compare_lacks *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_compare_lacks, 2);
    const struct plan_opened *plans[] = {pair->left, pair->right};
    const struct plan_account *paid[] = {&pair->left_paid, &pair->right_paid};
    size_t count = 0;
    for (size_t i = 0; i < 2 && pair->has_rates; i++) {
        str words = plan_account_lacks(arena, &plans[i]->problem, paid[i]);
        if (words.n > 0) {
            rows[count++] = (struct page_desk_plan_compare_lacks){plans[i]->plan.row.number, words};
        }
    }
    return (struct page_desk_plan_compare_lacks_list){rows, count};
}

static struct page_desk_plan_compare_rows_list figures(struct pair *pair)
{
    struct arena *arena = pair->ask->arena;
    const struct desk_plan_row *a = &pair->left->plan.row;
    const struct desk_plan_row *b = &pair->right->plan.row;
    struct page_desk_plan_compare_rows *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_compare_rows, FIGURES);
    const struct plan_problem *problem = &pair->right->problem;
    rows[0] = row_of(pair, "Visits and posts", a->served * 1000, b->served * 1000);
    rows[1] = row_of(pair, "of", a->tasks * 1000, b->tasks * 1000);
    rows[2] = row_of(pair, "Must be done and is not", a->unmet * 1000, b->unmet * 1000);
    rows[3] = row_of(pair, "Covered weight", a->profit, b->profit);
    rows[3].change = weight_change(pair, a->profit, b->profit);
    int64_t left = plan_sum_ticks(&pair->left_paid.total);
    int64_t right = plan_sum_ticks(&pair->right_paid.total);
    rows[4] = (struct page_desk_plan_compare_rows){
        STR("Officer-hours"), words_hours(arena, problem, left), words_hours(arena, problem, right),
        words_hours_change(arena, problem, left, right)};
    rows[5] = cost_row(pair);
    rows[6] = row_of(pair, "Units", 1000 * (int64_t)pair->left->problem.unit_count,
                     1000 * (int64_t)problem->unit_count);
    rows[7] = row_of(pair, "Officers", 1000 * officers_of(&pair->left->problem),
                     1000 * officers_of(problem));
    return (struct page_desk_plan_compare_rows_list){rows, FIGURES};
}

static struct page_desk_plan_compare_areas_list areas(struct pair *pair)
{
    struct arena *arena = pair->ask->arena;
    struct plan_area *a = NULL;
    struct plan_area *b = NULL;
    size_t a_count = plan_areas(arena, pair->left, &a);
    size_t b_count = plan_areas(arena, pair->right, &b);
    struct page_desk_plan_compare_areas *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_compare_areas, a_count + b_count + 1);
    size_t count = 0;
    for (size_t i = 0, k = 0; i < a_count || k < b_count;) { /* both are in the order of names */
        int by = i == a_count ? 1 : k == b_count ? -1 : str_compare(a[i].name, b[k].name);
        int64_t left = by <= 0 ? a[i].weight : 0;
        int64_t right = by >= 0 ? b[k].weight : 0;
        rows[count++] = (struct page_desk_plan_compare_areas){
            by <= 0 ? a[i].name : b[k].name, words_milli(arena, left), words_milli(arena, right),
            weight_change(pair, left, right)};
        i += by <= 0;
        k += by >= 0;
    }
    return (struct page_desk_plan_compare_areas_list){rows, count};
}

/* One unit's day in one plan. */
struct own_day {
    const struct plan_problem *problem;
    const struct plan_route *route;
};

static const struct plan_stop *find_stop(const struct own_day *day, str id)
{
    for (uint32_t i = 0; i < day->route->stop_count; i++) {
        if (str_equal(id, day->problem->tasks[day->route->stops[i].task].id)) {
            return &day->route->stops[i];
        }
    }
    return NULL;
}

/* Visits of `one` that `other` has not: the first by place and time, the rest by number. */
static void add_only(struct arena *arena, struct buf *out, const char *label,
                     const struct own_day *one, const struct own_day *other)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < one->route->stop_count; i++) {
        const struct plan_stop *stop = &one->route->stops[i];
        const struct plan_task *task = &one->problem->tasks[stop->task];
        if (find_stop(other, task->id) == NULL && count++ < VISITS_NAMED) {
            buf_printf(out, "%s%s %.*s %.*s", count > 1 || out->n == 0 ? "" : "; ",
                       count > 1 ? "," : label,
                       STR_ARG(utf8_clip(plan_site_name(one->problem, task->site), NAME_BYTES_MAX)),
                       STR_ARG(plan_clock(arena, one->problem, stop->start)));
        }
    }
    if (count > VISITS_NAMED) {
        buf_printf(out, " and %u more", count - VISITS_NAMED);
    }
}

/* That it drops out, visits that are in one plan only, and how many begin at another time. */
static str unit_change(struct arena *arena, const struct plan_opened *left,
                       const struct plan_opened *right, uint32_t left_unit, uint32_t right_unit)
{
    const struct own_day a = {&left->problem, &left->result.routes[left_unit]};
    const struct own_day b = {&right->problem, &right->result.routes[right_unit]};
    const struct plan_unit *unit = &b.problem->units[right_unit];
    unsigned moved = 0;
    struct buf out;
    buf_init(&out, CHANGE_BYTES_MAX);
    if (unit->out_officers > 0 && a.problem->units[left_unit].out_officers == 0) {
        buf_printf(&out, "drops out at %.*s", STR_ARG(plan_clock(arena, b.problem, unit->out)));
    }
    add_only(arena, &out, "new:", &b, &a);
    add_only(arena, &out, "taken away:", &a, &b);
    for (uint32_t i = 0; i < a.route->stop_count; i++) {
        const struct plan_stop *stop = find_stop(&b, a.problem->tasks[a.route->stops[i].task].id);
        moved += stop != NULL && stop->start != a.route->stops[i].start;
    }
    if (moved > 0) {
        buf_printf(&out, "%s%u %s at another time", out.n > 0 ? "; " : "", moved,
                   moved == 1 ? "visit" : "visits");
    }
    str words = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return words;
}

static bool is_same_weight(const struct plan_problem *a, uint32_t a_task,
                           const struct plan_problem *b, uint32_t b_task)
{
    static const struct plan_group alone = {.weight_count = 1, .weights = {1000}};
    const struct plan_task *x = &a->tasks[a_task];
    const struct plan_task *y = &b->tasks[b_task];
    const struct plan_group *g = x->group == PLAN_NONE ? &alone : &a->groups[x->group];
    const struct plan_group *h = y->group == PLAN_NONE ? &alone : &b->groups[y->group];
    for (uint32_t i = 0; i < g->weight_count && i < h->weight_count; i++) {
        if (x->profit * g->weights[i] != y->profit * h->weights[i]) {
            return false;
        }
    }
    return true;
}

bool plan_has_other_weights(struct arena *arena, const struct plan_problem *a,
                            const struct plan_problem *b)
{
    struct plan_ids ids;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < a->task_count; i++) {
        (void)plan_ids_add(&ids, a->tasks[i].id, i);
    }
    for (uint32_t i = 0; i < b->task_count; i++) {
        uint32_t before = plan_ids_find(&ids, b->tasks[i].id);
        if (before != UINT32_MAX && !is_same_weight(a, before, b, i)) {
            return true;
        }
    }
    return false;
}

/* Units of `before` that `after` has not. */
static size_t units_gone(struct arena *arena, const struct plan_problem *before,
                         const struct plan_problem *after, struct plan_unit_change *ret_rows,
                         size_t max)
{
    struct plan_ids ids;
    size_t count = 0;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < after->unit_count; i++) {
        (void)plan_ids_add(&ids, after->units[i].id, i);
    }
    for (uint32_t i = 0; i < before->unit_count && count < max; i++) {
        if (plan_ids_find(&ids, before->units[i].id) == UINT32_MAX) {
            ret_rows[count++] =
                (struct plan_unit_change){before->units[i].id, STR("only in the earlier plan")};
        }
    }
    return count;
}

size_t plan_changes(struct arena *arena, const struct plan_opened *left,
                    const struct plan_opened *right, struct plan_unit_change *ret_rows, size_t max,
                    int64_t *ret_same, int64_t *ret_more)
{
    const struct plan_problem *a = &left->problem;
    const struct plan_problem *b = &right->problem;
    size_t count = units_gone(arena, a, b, ret_rows, max);
    struct plan_ids ids;
    plan_ids_init(&ids, arena);
    for (uint32_t i = 0; i < a->unit_count; i++) {
        (void)plan_ids_add(&ids, a->units[i].id, i);
    }
    for (uint32_t i = 0; i < b->unit_count; i++) {
        uint32_t before = plan_ids_find(&ids, b->units[i].id);
        str words = before == UINT32_MAX ? STR("only in the later plan")
                                         : unit_change(arena, left, right, before, i);
        if (words.n > 0 && count == max) {
            (*ret_more)++;
        } else if (words.n > 0) {
            ret_rows[count++] = (struct plan_unit_change){b->units[i].id, words};
        } else {
            (*ret_same)++;
        }
    }
    return count;
}

static struct page_desk_plan_compare_units_list units(struct pair *pair, int64_t *ret_same,
                                                      int64_t *ret_more)
{
    struct arena *arena = pair->ask->arena;
    struct plan_unit_change *changes = ARENA_ARRAY(arena, struct plan_unit_change, UNITS_SHOWN);
    struct page_desk_plan_compare_units *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_compare_units, UNITS_SHOWN);
    size_t count =
        plan_changes(arena, pair->left, pair->right, changes, UNITS_SHOWN, ret_same, ret_more);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_plan_compare_units){changes[i].id, changes[i].words};
    }
    return (struct page_desk_plan_compare_units_list){rows, count};
}

/* False when answered. */
static bool find_paid(struct pair *pair)
{
    struct ask *ask = pair->ask;
    enum status status =
        plan_paid(ask->arena, pair->left, &pair->left_paid, &pair->has_rates, &ask->err);
    if (status == STATUS_OK) {
        status = plan_paid(ask->arena, pair->right, &pair->right_paid, &pair->has_rates, &ask->err);
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
    }
    return status == STATUS_OK;
}

static struct page_desk_plan_compare_alone_list alone(struct pair *pair, int64_t *ret_more)
{
    struct arena *arena = pair->ask->arena;
    const struct plan_opened *const sides[] = {pair->left, pair->right};
    struct plan_alone *found = ARENA_ARRAY(arena, struct plan_alone, ALONE_SHOWN);
    struct page_desk_plan_compare_alone *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_compare_alone, 2 * ALONE_SHOWN);
    size_t count = 0;
    for (size_t side = 0; side < ARRAY_LEN(sides); side++) {
        size_t n = plan_alone(arena, sides[side], sides[1 - side], found, ALONE_SHOWN, ret_more);
        for (size_t i = 0; i < n; i++) {
            str there = found[i].there;
            str visits = found[i].count == 1
                             ? found[i].want
                             : arena_printf(arena, "%lld visits, the first %.*s",
                                            (long long)found[i].count, STR_ARG(found[i].want));
            rows[count++] = (struct page_desk_plan_compare_alone){found[i].place, visits,
                                                                  side == 0 ? STR("done") : there,
                                                                  side == 0 ? there : STR("done")};
        }
    }
    return (struct page_desk_plan_compare_alone_list){rows, count};
}

static struct page_desk_plan_compare_differs_list differs(struct pair *pair)
{
    const struct plan_opened *const sides[] = {pair->left, pair->right};
    struct page_desk_plan_compare_differs *rows =
        ARENA_ARRAY(pair->ask->arena, struct page_desk_plan_compare_differs, 2);
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        const struct desk_plan_row *row = &sides[i]->plan.row;
        if (row->differs.n > 0) {
            rows[count++] = (struct page_desk_plan_compare_differs){row->number, row->differs};
        }
    }
    return (struct page_desk_plan_compare_differs_list){rows, count};
}

void plan_compare_get(struct ask *ask)
{
    struct pair pair = {.ask = ask,
                        .left = ARENA_NEW(ask->arena, struct plan_opened),
                        .right = ARENA_NEW(ask->arena, struct plan_opened)};
    int64_t other = ask_number(&ask->query, "with", 0);
    int64_t same = 0;
    int64_t more = 0;
    int64_t first = other < ask->ids.number ? other : ask->ids.number;
    int64_t second = other < ask->ids.number ? ask->ids.number : other;
    if (!plan_open(ask, first, STR("read"), STR(""), pair.left) ||
        !plan_open(ask, second, STR("read"), STR(""), pair.right)) {
        return;
    }
    if (pair.left->plan.operation != pair.right->plan.operation) {
        error_set(&ask->err, STATUS_INVALID, "Choose two plans of one operation.");
        ask_fail(ask, STATUS_INVALID);
        return;
    }
    if (!find_paid(&pair)) {
        return;
    }
    pair.has_other_weights =
        plan_has_other_weights(ask->arena, &pair.left->problem, &pair.right->problem);
    int64_t alone_more = 0;
    struct page_desk_plan_compare_alone_list one_only = alone(&pair, &alone_more);
    struct page_desk_plan_compare_units_list changed = units(&pair, &same, &more);
    ASK_PAGE(ask, 200, desk_plan_compare, "operations", .name = pair.right->plan.name,
             .operation = pair.right->plan.operation, .left = pair.left->plan.row.number,
             .right = pair.right->plan.row.number, .left_leaf = first, .right_leaf = second,
             .rows = figures(&pair), .areas = areas(&pair), .units = changed, .same = same,
             .differs = differs(&pair), .lacks = lacks(&pair), .alone = one_only,
             .alone_more = alone_more, .undone = plan_undone(ask->arena, pair.left, pair.right),
             .has_other_weights = pair.has_other_weights, .more = more);
}
