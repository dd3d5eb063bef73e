/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/cover.h"

#include <math.h>
#include <string.h>

#include "plan/gcd.h"

enum {
    DEPTH_MAX = 96,    /* branches above a node */
    CUTS_MAX = 96,     /* rows that are added before the first branch */
    CUTS_ROUND = 12,   /* at a time */
    CUT_BITS = 30,     /* multipliers are whole numbers of 2^-CUT_BITS */
    PIVOTS_MAX = 5000, /* of one relaxation; more is given up, and the node is not closed */
    PRICE_BITS = 20,
    PRICE_MAX = 2 * COVER_COST_MAX /* × slots × need fits 63 bits */
};
static const double eps = 1e-9;
static const double whole = 1e-6; /* a count so near to a whole number is one */

/* x[r] = constant + Σ coefficient·x[c] for every basic r; row 0 is the cost. Column 0 is the constant.
 * Variables: the counts, then what is missing, then one slack a row. */
struct dictionary {
    uint32_t rows, columns; /* without row 0 and column 0 */
    double *at;             /* (row_cap + 1) × (columns + 1) */
    uint32_t *basic;        /* [row] → variable */
    uint32_t *other;        /* [column] → variable */
};

struct search {
    const struct cover_question *question;
    struct arena *arena;
    uint32_t variables; /* counts and missing */
    uint32_t row_count; /* of the matrix: slots, the limit of officers, cuts */
    uint32_t row_cap;   /* of a dictionary: these and a branch a level */
    int32_t *matrix;    /* [row][variable]: Σ matrix·x ≥ right */
    int64_t *right;
    int32_t *need;  /* without what no shape covers */
    int64_t *cost;  /* [variable] */
    int32_t *low;   /* [variable] bounds of the node at hand */
    int32_t *high;  /* the same */
    int64_t *price; /* [row], of the node at hand, in 2^-PRICE_BITS */
    int64_t *left;  /* [variable], of its cost after the prices of its rows */
    int64_t step;   /* every cost is a multiple of it */
    int32_t *best;  /* [variable] */
    int64_t best_cost;
    int64_t bound; /* the least bound of a node that was given up; INT64_MAX = none was */
    int64_t nodes, nodes_max;
    struct dictionary levels[DEPTH_MAX + 1];
};

static bool is_on_duty(const struct cover_shape *shape, uint32_t slot)
{
    return slot >= shape->start && slot < shape->end &&
           !(slot >= shape->break_start && slot < shape->break_end);
}

static int32_t *matrix_row(const struct search *s, uint32_t row)
{
    return s->matrix + (size_t)row * s->variables;
}

static double *row_of(const struct dictionary *d, uint32_t row)
{
    return d->at + (size_t)row * (d->columns + 1);
}

/* --- the linear relaxation --- */

static void pivot(struct dictionary *d, uint32_t row, uint32_t column)
{
    double *pivot_row = row_of(d, row);
    double factor = 1 / pivot_row[column];
    for (uint32_t c = 0; c <= d->columns; c++) {
        pivot_row[c] *= -factor;
    }
    pivot_row[column] = factor;
    for (uint32_t r = 0; r <= d->rows; r++) {
        double *target = row_of(d, r);
        double by = target[column];
        if (r == row || by == 0) {
            continue;
        }
        target[column] = 0;
        for (uint32_t c = 0; c <= d->columns; c++) {
            target[c] += by * pivot_row[c];
        }
    }
    uint32_t leaving = d->basic[row];
    d->basic[row] = d->other[column];
    d->other[column] = leaving;
}

/* The column that makes the row's variable grow at the least price; 0 = none can. */
static uint32_t entering(const struct search *s, const struct dictionary *d, uint32_t row)
{
    const double *costs = row_of(d, 0);
    const double *of_row = row_of(d, row);
    uint32_t found = 0;
    double least = 0;
    for (uint32_t c = 1; c <= d->columns; c++) {
        uint32_t variable = d->other[c];
        bool is_fixed = variable < s->variables && s->high[variable] == 0;
        if (of_row[c] <= eps || is_fixed) {
            continue;
        }
        double ratio = costs[c] / of_row[c];
        if (found == 0 || ratio < least - eps ||
            (ratio < least + eps && of_row[c] > of_row[found])) {
            found = c;
            least = ratio;
        }
    }
    return found;
}

enum relaxed { RELAXED, RELAXED_EMPTY, RELAXED_GIVEN_UP };

/* *ret_row: of RELAXED_EMPTY, the row that cannot be met. */
static enum relaxed relax(const struct search *s, struct dictionary *d, uint32_t *ret_row)
{
    *ret_row = 0;
    for (int n = 0; n < PIVOTS_MAX; n++) {
        uint32_t row = 0;
        double least = -whole / 10;
        for (uint32_t r = 1; r <= d->rows; r++) {
            if (row_of(d, r)[0] < least) {
                least = row_of(d, r)[0];
                row = r;
            }
        }
        if (row == 0) {
            return RELAXED;
        }
        uint32_t column = entering(s, d, row);
        if (column == 0) {
            *ret_row = row;
            return RELAXED_EMPTY;
        }
        pivot(d, row, column);
    }
    return RELAXED_GIVEN_UP;
}

/* --- bounds that are proofs --- */

/* Sets the prices to the relaxation's; where its row `empty` cannot be met, with as much again of
 * the direction in which the cost grows without end. */
static void set_prices(struct search *s, const struct dictionary *d, uint32_t empty)
{
    const double *costs = row_of(d, 0);
    memset(s->price, 0, s->row_count * sizeof *s->price);
    for (uint32_t c = 1; c <= d->columns; c++) {
        uint32_t row = d->other[c] - s->variables;
        if (d->other[c] < s->variables || row >= s->row_count) {
            continue;
        }
        double price = costs[c] - (empty > 0 ? row_of(d, empty)[c] * COVER_COST_MAX : 0);
        if (price > 0) {
            price = price < PRICE_MAX ? price : PRICE_MAX;
            s->price[row] = (int64_t)(price * (1 << PRICE_BITS) + 0.5);
        }
    }
}

/* For any prices ≥ 0: what is needed at those prices, less what each variable could take away from
 * that within its bounds. */
static int64_t safe_bound(struct search *s)
{
    int64_t sum = 0;
    for (uint32_t v = 0; v < s->variables; v++) {
        s->left[v] = s->cost[v] << PRICE_BITS;
    }
    for (uint32_t r = 0; r < s->row_count; r++) {
        const int32_t *row = matrix_row(s, r);
        sum += s->price[r] * s->right[r];
        for (uint32_t v = 0; v < s->variables && s->price[r] > 0; v++) {
            s->left[v] -= s->price[r] * row[v];
        }
    }
    for (uint32_t v = 0; v < s->variables; v++) {
        sum += s->left[v] * (s->left[v] > 0 ? s->low[v] : s->high[v]);
    }
    int64_t unit = s->step << PRICE_BITS;
    return sum <= 0 ? 0 : (sum + unit - 1) / unit * s->step;
}

/* --- rosters --- */

static int64_t cost_of(const struct search *s, const int32_t *count)
{
    int64_t sum = 0;
    for (uint32_t v = 0; v < s->variables; v++) {
        sum += s->cost[v] * count[v];
    }
    return sum;
}

static void lacking(const struct search *s, const int32_t *count, int32_t *lack)
{
    const struct cover_question *q = s->question;
    for (uint32_t r = 0; r < q->slot_count; r++) {
        lack[r] = s->need[r];
    }
    for (uint32_t v = 0; v < q->shape_count; v++) {
        for (uint32_t r = q->shapes[v].start; r < q->shapes[v].end && count[v] > 0; r++) {
            lack[r] -= is_on_duty(&q->shapes[v], r) ? count[v] : 0;
        }
    }
}

/* The shape that fills the most lacking slots for its cost; shape_count = none fills any, or none
 * fills so many that it is cheaper than to go without. */
static uint32_t best_filler(const struct search *s, const int32_t *lack)
{
    const struct cover_question *q = s->question;
    uint32_t best = q->shape_count;
    int64_t best_filled = 0;
    for (uint32_t v = 0; v < q->shape_count; v++) {
        int64_t filled = 0;
        for (uint32_t r = q->shapes[v].start; r < q->shapes[v].end; r++) {
            filled += lack[r] > 0 && is_on_duty(&q->shapes[v], r);
        }
        bool is_worth = filled > 0 && (q->officers_max == INT32_MAX ||
                                       filled * q->short_cost > q->shapes[v].cost);
        if (is_worth && (best == q->shape_count ||
                         filled * q->shapes[best].cost > best_filled * q->shapes[v].cost)) {
            best = v;
            best_filled = filled;
        }
    }
    return best;
}

/* Takes away what is not needed, the dearest first. */
static void thin(const struct search *s, int32_t *count, int32_t *lack)
{
    const struct cover_question *q = s->question;
    for (;;) {
        uint32_t worst = q->shape_count;
        for (uint32_t v = 0; v < q->shape_count; v++) {
            bool is_spare = count[v] > 0 &&
                            (worst == q->shape_count || q->shapes[v].cost > q->shapes[worst].cost);
            for (uint32_t r = q->shapes[v].start; r < q->shapes[v].end && is_spare; r++) {
                is_spare = !is_on_duty(&q->shapes[v], r) || lack[r] < 0;
            }
            worst = is_spare ? v : worst;
        }
        if (worst == q->shape_count) {
            return;
        }
        count[worst]--;
        for (uint32_t r = q->shapes[worst].start; r < q->shapes[worst].end; r++) {
            lack[r] += is_on_duty(&q->shapes[worst], r);
        }
    }
}

/* Keeps the counts, with what they lack as missing, when they are the cheapest so far. */
static void keep(struct search *s, int32_t *count, const int32_t *lack)
{
    const struct cover_question *q = s->question;
    for (uint32_t r = 0; r < q->slot_count && q->officers_max == INT32_MAX; r++) {
        if (lack[r] > 0) { /* the relaxation was whole by rounding alone */
            return;
        }
    }
    for (uint32_t v = q->shape_count; v < s->variables; v++) {
        count[v] = lack[v - q->shape_count] > 0 ? lack[v - q->shape_count] : 0;
    }
    int64_t cost = cost_of(s, count);
    if (cost < s->best_cost) {
        s->best_cost = cost;
        memcpy(s->best, count, s->variables * sizeof *count);
    }
}

/* Fills and thins whole counts to a roster. */
static void mend(struct search *s, int32_t *count)
{
    const struct cover_question *q = s->question;
    int32_t lack[COVER_SLOTS_MAX];
    int64_t officers = 0;
    lacking(s, count, lack);
    for (uint32_t v = 0; v < q->shape_count; v++) {
        officers += count[v];
    }
    for (uint32_t v; officers < q->officers_max && (v = best_filler(s, lack)) < q->shape_count;) {
        count[v]++;
        officers++;
        for (uint32_t r = q->shapes[v].start; r < q->shapes[v].end; r++) {
            lack[r] -= is_on_duty(&q->shapes[v], r);
        }
    }
    thin(s, count, lack);
    keep(s, count, lack);
}

static void keep_whole(struct search *s, int32_t *count)
{
    int32_t lack[COVER_SLOTS_MAX];
    lacking(s, count, lack);
    keep(s, count, lack);
}

/* The value of a variable in the relaxation. */
static void values_of(const struct search *s, const struct dictionary *d, double *values)
{
    memset(values, 0, s->variables * sizeof *values);
    for (uint32_t r = 1; r <= d->rows; r++) {
        if (d->basic[r] < s->variables) {
            values[d->basic[r]] = row_of(d, r)[0];
        }
    }
}

static uint32_t most_broken(const struct search *s, const double *values)
{
    uint32_t found = s->variables;
    double most = whole;
    for (uint32_t v = 0; v < s->variables; v++) {
        double part = values[v] - floor(values[v]);
        double away = part < 0.5 ? part : 1 - part;
        if (away > most) {
            most = away;
            found = v;
        }
    }
    return found;
}

static void make_room(const struct search *s, struct dictionary *d, uint32_t columns)
{
    if (d->at == NULL) {
        d->columns = columns;
        d->at = ARENA_ARRAY(s->arena, double, (size_t)(s->row_cap + 1) * (columns + 1));
        d->basic = ARENA_ARRAY(s->arena, uint32_t, s->row_cap + 1);
        d->other = ARENA_ARRAY(s->arena, uint32_t, columns + 1);
    }
}

/* Copies the node above with one row more: the variable is at least, or at most, `limit`. */
static void branch(const struct search *s, const struct dictionary *from, struct dictionary *to,
                   uint32_t variable, bool is_least, int32_t limit)
{
    size_t width = from->columns + 1;
    make_room(s, to, from->columns);
    to->rows = from->rows + 1;
    memcpy(to->at, from->at, (from->rows + 1) * width * sizeof(double));
    memcpy(to->basic, from->basic, (from->rows + 1) * sizeof(uint32_t));
    memcpy(to->other, from->other, width * sizeof(uint32_t));
    double *added = row_of(to, to->rows);
    memset(added, 0, width * sizeof(double));
    to->basic[to->rows] = s->variables + to->rows - 1;
    double sign = is_least ? 1 : -1;
    for (uint32_t r = 1; r <= from->rows; r++) {
        if (from->basic[r] == variable) {
            for (uint32_t c = 0; c <= from->columns; c++) {
                added[c] = sign * row_of(from, r)[c];
            }
        }
    }
    for (uint32_t c = 1; c <= from->columns; c++) {
        if (from->other[c] == variable) {
            added[c] = sign;
        }
    }
    added[0] -= sign * limit;
}

/* --- cuts --- */

/* Adds row `row` of the matrix to a dictionary that has all before it. */
static void add_row(const struct search *s, struct dictionary *d, uint32_t row)
{
    const int32_t *of = matrix_row(s, row);
    d->rows++;
    d->basic[d->rows] = s->variables + row;
    double *added = row_of(d, d->rows);
    memset(added, 0, (d->columns + 1) * sizeof(double));
    added[0] = -(double)s->right[row];
    for (uint32_t r = 1; r < d->rows; r++) {
        const double *known = row_of(d, r);
        double by = d->basic[r] < s->variables ? of[d->basic[r]] : 0;
        for (uint32_t c = 0; c <= d->columns && by != 0; c++) {
            added[c] += by * known[c];
        }
    }
    for (uint32_t c = 1; c <= d->columns; c++) {
        added[c] += d->other[c] < s->variables ? of[d->other[c]] : 0;
    }
}

/* Chvátal (1973), with Gomory's multipliers: rows may be added up with any weights ≥ 0; whole counts
 * stay whole when every factor is rounded up, and then the right side may be too. The weights are
 * whole numbers of 2^-CUT_BITS, so that what is cut off is no roster whatever the simplex thought.
 * False when the relaxation keeps to the cut already. */
static bool cut_from(struct search *s, const struct dictionary *d, uint32_t row,
                     const double *values)
{
    const double *of_row = row_of(d, row);
    int32_t *cut = matrix_row(s, s->row_count);
    int64_t right = 0;
    double reached = 0;
    memset(s->left, 0, s->variables * sizeof *s->left);
    for (uint32_t c = 1; c <= d->columns; c++) {
        uint32_t other = d->other[c] - s->variables;
        double part = -of_row[c] - floor(-of_row[c] + whole);
        int64_t weight =
            (int64_t)(part * (1 << CUT_BITS)) - 1; /* so that a whole sum stays whole */
        if (d->other[c] < s->variables || other >= s->row_count || weight <= 0) {
            continue;
        }
        right += weight * s->right[other];
        for (uint32_t v = 0; v < s->variables; v++) {
            s->left[v] += weight * matrix_row(s, other)[v];
        }
    }
    for (uint32_t v = 0; v < s->variables; v++) {
        int64_t up = s->left[v] + ((1 << CUT_BITS) - 1);
        if (up >> CUT_BITS > COVER_NEED_MAX || up >> CUT_BITS < -COVER_NEED_MAX) {
            return false;
        }
        cut[v] = (int32_t)(up >> CUT_BITS); /* rounds down, also below zero */
        reached += cut[v] * values[v];
    }
    s->right[s->row_count] = (right + ((1 << CUT_BITS) - 1)) >> CUT_BITS;
    return reached < (double)s->right[s->row_count] - 1e-3;
}

/* Rounds of cuts until the relaxation is whole, nothing can be cut, or there are enough. */
static void cut_root(struct search *s)
{
    struct dictionary *d = &s->levels[0];
    double values[COVER_SHAPES_MAX + COVER_SLOTS_MAX];
    const uint32_t most = s->row_count + CUTS_MAX;
    uint32_t empty = 0;
    while (relax(s, d, &empty) == RELAXED) {
        uint32_t before = s->row_count;
        values_of(s, d, values);
        for (uint32_t r = 1; r <= before && s->row_count < most; r++) {
            double part = row_of(d, r)[0] - floor(row_of(d, r)[0]);
            if (part > 0.05 && part < 0.95 && s->row_count - before < CUTS_ROUND &&
                cut_from(s, d, r, values)) {
                s->row_count++;
            }
        }
        if (s->row_count == before) {
            return;
        }
        for (uint32_t r = before; r < s->row_count; r++) {
            add_row(s, d, r);
        }
    }
}

/* --- branch and bound --- */

static void give_up(struct search *s, int64_t bound)
{
    s->bound = bound < s->bound ? bound : s->bound;
}

/* `above`: a bound of the node over this one, which holds here too. */
static void visit(struct search *s, unsigned depth, int64_t above) /* NOLINT(misc-no-recursion) */
{
    struct dictionary *d = &s->levels[depth];
    double values[COVER_SHAPES_MAX + COVER_SLOTS_MAX];
    int32_t count[COVER_SHAPES_MAX + COVER_SLOTS_MAX];
    if (s->nodes >= s->nodes_max) {
        give_up(s, above);
        return;
    }
    s->nodes++;
    uint32_t empty = 0;
    enum relaxed relaxed = relax(s, d, &empty);
    set_prices(s, d, empty);
    int64_t bound = safe_bound(s);
    bound = bound > above ? bound : above;
    if (bound >= s->best_cost) {
        return;
    }
    if (relaxed == RELAXED_EMPTY) { /* by rounding alone: nothing is proved */
        give_up(s, bound);
        return;
    }
    values_of(s, d, values);
    uint32_t broken = most_broken(s, values);
    for (uint32_t v = 0; v < s->variables; v++) {
        count[v] = (int32_t)floor(values[v] + whole);
    }
    if (broken == s->variables) {
        keep_whole(s, count);
    } else {
        mend(s, count);
    }
    if (bound >= s->best_cost) {
        return;
    }
    if (relaxed == RELAXED_GIVEN_UP || broken == s->variables || depth == DEPTH_MAX) {
        give_up(s, bound);
        return;
    }
    int32_t below = (int32_t)floor(values[broken]);
    int32_t low = s->low[broken];
    int32_t high = s->high[broken];
    for (int side = 0; side < 2; side++) { /* more officers first: that is sooner a roster */
        bool is_least = side == 0;
        s->low[broken] = is_least ? below + 1 : low;
        s->high[broken] = is_least ? high : below;
        branch(s, d, &s->levels[depth + 1], broken, is_least, is_least ? below + 1 : below);
        visit(s, depth + 1, bound);
    }
    s->low[broken] = low;
    s->high[broken] = high;
}

/* --- the question --- */

static enum status check_question(const struct cover_question *q, struct error *err)
{
    if (q->slot_count == 0 || q->slot_count > COVER_SLOTS_MAX ||
        q->shape_count > COVER_SHAPES_MAX || q->officers_max < 0) {
        return error_set(
            err, STATUS_INVALID,
            "a roster has 1 to %d slots, at most %d shapes and no less than 0 officers",
            COVER_SLOTS_MAX, COVER_SHAPES_MAX);
    }
    for (uint32_t v = 0; v < q->shape_count; v++) {
        const struct cover_shape *shape = &q->shapes[v];
        bool has_break = shape->break_start != shape->break_end;
        if (shape->start >= shape->end || shape->end > q->slot_count || shape->cost < 1 ||
            shape->cost > COVER_COST_MAX ||
            (has_break && (shape->break_start < shape->start || shape->break_end > shape->end ||
                           shape->break_start > shape->break_end))) {
            return error_set(
                err, STATUS_INVALID,
                "shape %u: it must begin before it ends, within the %u slots, with its "
                "break inside and a cost of 1 to %d",
                v + 1, q->slot_count, COVER_COST_MAX);
        }
    }
    for (uint32_t r = 0; r < q->slot_count; r++) {
        if (q->need[r] < 0 || q->need[r] > COVER_NEED_MAX) {
            return error_set(err, STATUS_INVALID, "slot %u: 0 to %d officers can be needed", r + 1,
                             COVER_NEED_MAX);
        }
    }
    if (q->officers_max != INT32_MAX && (q->short_cost < 1 || q->short_cost > COVER_COST_MAX)) {
        return error_set(err, STATUS_INVALID, "a missing officer costs 1 to %d", COVER_COST_MAX);
    }
    return STATUS_OK;
}

/* What no shape covers is missing whatever is done; the rest is asked. */
static void set_up(struct search *s, const struct cover_question *q, int32_t *never)
{
    bool has_limit = q->officers_max != INT32_MAX;
    s->variables = q->shape_count + (has_limit ? q->slot_count : 0);
    s->row_count = q->slot_count + has_limit;
    uint32_t matrix_rows = s->row_count + CUTS_MAX;
    s->row_cap = matrix_rows + DEPTH_MAX;
    s->matrix = ARENA_ARRAY(s->arena, int32_t, (size_t)(matrix_rows + 1) * s->variables);
    s->right = ARENA_ARRAY(s->arena, int64_t, matrix_rows + 1);
    s->left = ARENA_ARRAY(s->arena, int64_t, s->variables);
    s->need = ARENA_ARRAY(s->arena, int32_t, q->slot_count);
    s->cost = ARENA_ARRAY(s->arena, int64_t, s->variables);
    s->low = ARENA_ARRAY(s->arena, int32_t, s->variables);
    s->high = ARENA_ARRAY(s->arena, int32_t, s->variables);
    s->best = ARENA_ARRAY(s->arena, int32_t, s->variables);
    s->price = ARENA_ARRAY(s->arena, int64_t, matrix_rows + 1);
    for (uint32_t r = 0; r < q->slot_count; r++) {
        never[r] = q->need[r];
        for (uint32_t v = 0; v < q->shape_count && never[r] > 0; v++) {
            never[r] = is_on_duty(&q->shapes[v], r) ? 0 : never[r];
        }
        s->need[r] = q->need[r] - never[r];
        s->right[r] = s->need[r];
    }
    if (has_limit) {
        s->right[q->slot_count] = -(int64_t)q->officers_max;
    }
    for (uint32_t v = 0; v < s->variables; v++) {
        bool is_count = v < q->shape_count;
        s->cost[v] = is_count ? q->shapes[v].cost : q->short_cost;
        s->step = gcd(s->cost[v], s->step);
        for (uint32_t r = 0; r < q->slot_count; r++) {
            bool is_in = is_count ? is_on_duty(&q->shapes[v], r) : v - q->shape_count == r;
            matrix_row(s, r)[v] = is_in;
            s->high[v] = is_in && s->need[r] > s->high[v] ? s->need[r] : s->high[v];
        }
        if (has_limit && is_count) {
            matrix_row(s, q->slot_count)[v] = -1;
        }
    }
}

/* Every count 0, every slack basic: dear, and never wrong about prices. */
static void first_dictionary(struct search *s)
{
    struct dictionary *d = &s->levels[0];
    make_room(s, d, s->variables);
    for (uint32_t c = 1; c <= d->columns; c++) {
        d->other[c] = c - 1;
        /* A little dearer each, so that equal prices do not turn the simplex in a ring. The bound is
         * reckoned with the true ones. */
        row_of(d, 0)[c] = (double)s->cost[c - 1] * (1 + (c * 37 % 101) * 1e-9);
    }
    for (uint32_t r = 0; r < s->row_count; r++) {
        add_row(s, d, r);
    }
}

enum status cover_solve(struct arena *arena, const struct cover_question *question,
                        struct cover_answer *ret_answer, struct error *err)
{
    enum status status = check_question(question, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct search *s = ARENA_NEW(arena, struct search);
    int32_t *missing = ARENA_ARRAY(arena, int32_t, question->slot_count);
    s->question = question;
    s->arena = arena;
    s->bound = INT64_MAX;
    s->best_cost = INT64_MAX;
    s->nodes_max = question->nodes_max > 0 ? question->nodes_max : COVER_NODES_DEFAULT;
    set_up(s, question, missing);
    mend(s, ARENA_ARRAY(arena, int32_t, s->variables)); /* so that there is one whatever happens */
    first_dictionary(s);
    cut_root(s);
    visit(s, 0, 0);
    for (uint32_t v = question->shape_count; v < s->variables; v++) {
        missing[v - question->shape_count] += s->best[v];
    }
    *ret_answer = (struct cover_answer){.count = s->best,
                                        .missing = missing,
                                        .cost = s->best_cost,
                                        .bound = s->bound < s->best_cost ? s->bound : s->best_cost,
                                        .nodes = s->nodes,
                                        .is_optimal = s->bound >= s->best_cost};
    return STATUS_OK;
}
