/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/price.h"

#include <stdlib.h>

enum {
    PARTS = 64,    /* of the day */
    KEPT_MAX = 16, /* labels of one task and part */
    LABELS_MAX = 100000,
    LABELS_A_TASK = 1200,
    NEXT_MAX = 48, /* tasks that a label is tried to go on to */
    GOOD_MAX = 4096,
    NO_LABEL = UINT32_MAX
};

struct label {
    int64_t value; /* after prices */
    uint64_t bits[PRICED_WORDS];
    int32_t done; /* when the last visit has ended */
    int32_t load;
    uint32_t parent, next; /* in the list of its part */
    uint32_t task;
    uint32_t len;
    bool is_dropped;
};

struct good {
    int64_t value;
    uint32_t label;
};

struct follower {
    int64_t cost;
    uint32_t task;
};

struct pricer {
    const struct net *net;
    uint32_t words;
    uint16_t *next; /* [task * NEXT_MAX]: those that may follow, the closest first */
    uint16_t *next_count;
    bool *may;       /* units serve this task */
    int64_t *values; /* of each task after its price */
    struct label *labels;
    uint32_t label_count, label_cap;
    uint32_t heads[PARTS], tails[PARTS];
    uint32_t *kept; /* [(task * PARTS + part) * width] */
    uint32_t width;
    struct follower *by_rate; /* scratch */
    int32_t *least_way;       /* to each task */
    int64_t most[PARTS];      /* that a track can still gain from a part of the day on */
    struct good *good;
    uint32_t good_count;
    int64_t threshold;
    int32_t begin, end;
};

static int by_cost(const void *a, const void *b)
{
    const struct follower *x = a;
    const struct follower *y = b;
    if (x->cost != y->cost) {
        return x->cost < y->cost ? -1 : 1;
    }
    return x->task < y->task ? -1 : x->task > y->task;
}

static void list_next(struct pricer *pricer, uint32_t task, struct follower *all)
{
    const struct net *net = pricer->net;
    const struct net_task *a = &net->tasks[task];
    uint32_t count = 0;
    for (uint32_t i = 0; i < net->task_count; i++) {
        const struct net_task *b = &net->tasks[i];
        int64_t way = net_way(net, net->problem->units[0].mode, a->site, b->site);
        int32_t *least = &pricer->least_way[i];
        if (i != task && way < *least) {
            *least = (int32_t)way;
        }
        int64_t wait = (int64_t)b->open - a->close - a->dwell - way;
        if (i != task && (int64_t)a->open + a->dwell + way <= b->close) {
            all[count++] = (struct follower){way + (wait > 0 ? wait : 0), i};
        }
    }
    qsort(all, count, sizeof *all, by_cost);
    count = count < NEXT_MAX ? count : NEXT_MAX;
    for (uint32_t i = 0; i < count; i++) {
        pricer->next[task * NEXT_MAX + i] = (uint16_t)all[i].task;
    }
    pricer->next_count[task] = (uint16_t)count;
}

struct pricer *pricer_make(struct arena *arena, const struct net *net)
{
    const struct plan_unit *unit = &net->problem->units[0];
    uint32_t n = net->task_count;
    if (unit->break_length > 0 || unit->lock_count > 0 || n > 64 * PRICED_WORDS ||
        (unit->start > unit->free ? unit->start : unit->free) >= unit->end) {
        return NULL;
    }
    struct pricer *pricer = ARENA_NEW(arena, struct pricer);
    struct follower *all = ARENA_ARRAY(arena, struct follower, n + 1U);
    pricer->net = net;
    pricer->words = n / 64 + 1 < PRICED_WORDS ? n / 64 + 1 : PRICED_WORDS;
    pricer->begin = unit->start > unit->free ? unit->start : unit->free;
    pricer->end = unit->end;
    pricer->next = ARENA_ARRAY(arena, uint16_t, (size_t)n * NEXT_MAX + 1);
    pricer->next_count = ARENA_ARRAY(arena, uint16_t, n + 1U);
    pricer->may = ARENA_ARRAY(arena, bool, n + 1U);
    pricer->values = ARENA_ARRAY(arena, int64_t, n + 1U);
    pricer->label_cap = n < LABELS_MAX / LABELS_A_TASK ? (n + 1) * LABELS_A_TASK : LABELS_MAX;
    pricer->labels = ARENA_ARRAY(arena, struct label, pricer->label_cap);
    pricer->kept = ARENA_ARRAY(arena, uint32_t, (size_t)n * PARTS * KEPT_MAX + 1);
    pricer->good = ARENA_ARRAY(arena, struct good, GOOD_MAX);
    pricer->by_rate = ARENA_ARRAY(arena, struct follower, n + 1U);
    pricer->least_way = ARENA_ARRAY(arena, int32_t, n + 1U);
    for (uint32_t i = 0; i < n; i++) {
        pricer->may[i] = plan_unit_may(unit, 0, &net->problem->tasks[i]);
        pricer->least_way[i] = net_way(net, unit->mode, unit->base, net->tasks[i].site);
    }
    for (uint32_t i = 0; i < n; i++) {
        list_next(pricer, i, all);
    }
    return pricer;
}

static uint32_t part_of(const struct pricer *pricer, int32_t time)
{
    int64_t part = (int64_t)(time - pricer->begin) * PARTS / (pricer->end - pricer->begin + 1);
    return part < 0 ? 0 : part < PARTS ? (uint32_t)part : PARTS - 1;
}

/* Is every task of `a` in `b`? */
static bool is_within(const struct pricer *pricer, const uint64_t *a, const uint64_t *b)
{
    uint64_t more = 0;
    for (uint32_t i = 0; i < pricer->words; i++) {
        more |= a[i] & ~b[i];
    }
    return more == 0;
}

static int by_value(const void *a, const void *b)
{
    const struct good *x = a;
    const struct good *y = b;
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return x->label < y->label ? -1 : x->label > y->label;
}

/* When there are too many, the better half stays. */
static void add_good(struct pricer *pricer, uint32_t label)
{
    int64_t value = pricer->labels[label].value;
    if (value <= pricer->threshold) {
        return;
    }
    pricer->good[pricer->good_count++] = (struct good){value, label};
    if (pricer->good_count == GOOD_MAX) {
        qsort(pricer->good, GOOD_MAX, sizeof *pricer->good, by_value);
        pricer->good_count = GOOD_MAX / 2;
        pricer->threshold = pricer->good[GOOD_MAX / 2].value;
    }
}

/* Where the label may be kept: a free place, or that of a worse one. NULL: there are better ones. */
static uint32_t *place_for(struct pricer *pricer, const struct label *label, uint32_t part)
{
    uint32_t *row = &pricer->kept[((size_t)label->task * PARTS + part) * pricer->width];
    uint32_t *worst = NULL;
    for (uint32_t i = 0; i < pricer->width; i++) {
        if (row[i] == NO_LABEL) {
            return &row[i];
        }
        const struct label *other = &pricer->labels[row[i]];
        if (other->done <= label->done && other->value >= label->value &&
            (other->value == label->value || is_within(pricer, other->bits, label->bits))) {
            return NULL;
        }
        if (other->value < label->value &&
            (worst == NULL || other->value < pricer->labels[*worst].value)) {
            worst = &row[i];
        }
    }
    return worst;
}

static void go_on(struct pricer *pricer, uint32_t parent, uint32_t task)
{
    const struct net *net = pricer->net;
    const struct plan_unit *unit = &net->problem->units[0];
    const struct net_task *one = &net->tasks[task];
    const struct label *from = parent == NO_LABEL ? NULL : &pricer->labels[parent];
    uint32_t site = from == NULL ? unit->base : net->tasks[from->task].site;
    int32_t at =
        (from == NULL ? pricer->begin : from->done) + net_way(net, unit->mode, site, one->site);
    int32_t load = (from == NULL ? 0 : from->load) + one->load;
    if (at > one->close || load > unit->capacity) {
        return;
    }
    int32_t done = (at > one->open ? at : one->open) + one->dwell;
    if (done + net_way(net, unit->mode, one->site, unit->end_site) > pricer->end) {
        return;
    }
    uint32_t part = part_of(pricer, done);
    int64_t value = (from == NULL ? 0 : from->value) + pricer->values[task];
    if (value + pricer->most[part] <= pricer->threshold) {
        return;
    }
    struct label *label = &pricer->labels[pricer->label_count];
    memset(label->bits, 0, sizeof label->bits);
    for (uint32_t i = 0; i < pricer->words && from != NULL; i++) {
        label->bits[i] = from->bits[i];
    }
    label->bits[task / 64] |= UINT64_C(1) << task % 64;
    label->value = value;
    label->done = done;
    label->load = load;
    label->parent = parent;
    label->next = NO_LABEL;
    label->task = task;
    label->len = from == NULL ? 1 : from->len + 1;
    label->is_dropped = false;
    uint32_t *place = place_for(pricer, label, part);
    if (place == NULL) {
        return;
    }
    if (*place != NO_LABEL) {
        pricer->labels[*place].is_dropped = true;
    }
    *place = pricer->label_count++;
    if (pricer->heads[part] == NO_LABEL) {
        pricer->heads[part] = *place;
    } else {
        pricer->labels[pricer->tails[part]].next = *place;
    }
    pricer->tails[part] = *place;
    add_good(pricer, *place);
}

/* No track gains more from `from` on than what fits into the rest of the day at the least ways
 * (fractional knapsack). */
static int64_t most_from(const struct pricer *pricer, const struct follower *by_rate,
                         uint32_t count, int64_t from)
{
    int64_t room = pricer->end - from;
    int64_t most = 0;
    for (uint32_t i = 0; i < count && room > 0; i++) {
        uint32_t task = by_rate[i].task;
        int64_t takes = (int64_t)pricer->net->tasks[task].dwell + pricer->least_way[task];
        if (from + pricer->least_way[task] > pricer->net->tasks[task].close) {
            continue;
        }
        most += takes <= room ? pricer->values[task] : pricer->values[task] / takes * room + room;
        room -= takes;
    }
    return most;
}

static void find_most(struct pricer *pricer)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < pricer->net->task_count; i++) {
        int64_t takes = (int64_t)pricer->net->tasks[i].dwell + pricer->least_way[i];
        if (pricer->values[i] > 0) {
            int64_t rate = takes > 0 ? pricer->values[i] / takes : INT64_MAX / 2;
            pricer->by_rate[count++] = (struct follower){-rate, i};
        }
    }
    qsort(pricer->by_rate, count, sizeof *pricer->by_rate, by_cost);
    for (uint32_t part = 0; part < PARTS; part++) {
        int64_t from = pricer->begin + (int64_t)(pricer->end - pricer->begin + 1) * part / PARTS;
        pricer->most[part] = most_from(pricer, pricer->by_rate, count, from);
    }
}

static void go_on_all(struct pricer *pricer, int64_t *work)
{
    for (uint32_t part = 0; part < PARTS; part++) {
        for (uint32_t at = pricer->heads[part]; at != NO_LABEL; at = pricer->labels[at].next) {
            const struct label *label = &pricer->labels[at];
            const uint16_t *next = &pricer->next[label->task * NEXT_MAX];
            uint32_t count = pricer->next_count[label->task];
            if (label->is_dropped || label->len == PRICED_STOPS ||
                pricer->label_count + NEXT_MAX >= pricer->label_cap) {
                continue;
            }
            *work += count;
            for (uint32_t i = 0; i < count; i++) {
                if (pricer->values[next[i]] > 0 &&
                    (label->bits[next[i] / 64] >> next[i] % 64 & 1) == 0) {
                    go_on(pricer, at, next[i]);
                }
            }
        }
    }
}

uint32_t pricer_run(struct pricer *pricer, const int64_t *prices, int64_t threshold, uint32_t width,
                    int64_t *work)
{
    const struct net *net = pricer->net;
    pricer->width = width < KEPT_MAX ? width : KEPT_MAX;
    width = pricer->width;
    pricer->label_count = pricer->good_count = 0;
    pricer->threshold = threshold;
    memset(pricer->kept, 0xff, (size_t)net->task_count * PARTS * width * sizeof *pricer->kept);
    memset(pricer->heads, 0xff, sizeof pricer->heads);
    for (uint32_t i = 0; i < net->task_count; i++) {
        pricer->values[i] = pricer->may[i] ? net->tasks[i].value - prices[i] : -1;
    }
    find_most(pricer);
    for (uint32_t i = 0; i < net->task_count; i++) {
        if (pricer->values[i] > 0) {
            go_on(pricer, NO_LABEL, i);
        }
    }
    go_on_all(pricer, work);
    qsort(pricer->good, pricer->good_count, sizeof *pricer->good, by_value);
    return pricer->good_count < PRICED_MAX ? pricer->good_count : PRICED_MAX;
}

uint32_t pricer_track(const struct pricer *pricer, uint32_t found, uint16_t *tasks)
{
    uint32_t at = pricer->good[found].label;
    uint32_t len = pricer->labels[at].len;
    for (uint32_t i = len; i > 0; i--) {
        tasks[i - 1] = (uint16_t)pricer->labels[at].task;
        at = pricer->labels[at].parent;
    }
    return len;
}
