/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/search.h"

#include "plan/pool.h"
#include "plan/search_internal.h"

enum {
    LOOKS_IN_VAIN = 20, /* after so many nothing weighs more than another any more */
    LOST_FEW = 100,     /* where more is missing, it is time that is missing */
    LOSE_AGAIN = 64,    /* one in so many may lose a heavier task instead of a lighter one */
    NOTE_STEPS = 32,    /* between two notes of the tracks at hand */
    PRICE_STEPS = 3000, /* a task: shorter runs have better use for their time than prices */
    PRICE_PERCENT = 20  /* of the time goes into new tracks by prices, while there are any */
};

void search_make(struct arena *arena, const struct net *net, const struct search_tables *tables,
                 uint64_t seed, struct search *search)
{
    uint32_t tasks = net->task_count + 1;
    uint32_t units = net->unit_count + 1;
    *search = (struct search){.net = net, .tables = tables};
    random_seed(&search->random, seed);
    tracks_make(arena, net, &search->now);
    search->best = ARENA_ARRAY(arena, struct track, units);
    struct stop *stops = ARENA_ARRAY(arena, struct stop, units * (search->now.cap + 2U));
    for (uint32_t i = 0; i < net->unit_count; i++) {
        search->best[i].stops = stops + (size_t)i * (search->now.cap + 2U);
    }
    search->is_dirty = ARENA_ARRAY(arena, bool, units);
    search->dirty = ARENA_ARRAY(arena, uint32_t, units);
    search->removed_step = ARENA_ARRAY(arena, uint32_t, tasks);
    search->listed_step = ARENA_ARRAY(arena, uint32_t, tasks);
    search->seen_track = ARENA_ARRAY(arena, uint32_t, units);
    search->seen_class = ARENA_ARRAY(arena, uint32_t, units);
    search->keys = ARENA_ARRAY(arena, uint64_t, tasks);
    search->removed = ARENA_ARRAY(arena, uint32_t, tasks + 1);
    search->pool = pool_make(arena, net);
    search->best_missing = INT32_MAX;
    search->looked_missing = INT32_MAX;
    search->is_weighing = true;
    search->is_by_travel = !net->has_profit;
    for (uint32_t i = 0; i < net->unit_count; i++) {
        search->is_dirty[i] = true;
        search->dirty[search->dirty_count++] = i;
    }
    search_keep_best(search);
}

static void copy_track(struct track *to, const struct track *from)
{
    struct stop *stops = to->stops;
    memcpy(stops, from->stops, (from->len + 2U) * sizeof *stops);
    *to = *from;
    to->stops = stops;
    to->openings = NULL;
}

void search_keep_best(struct search *search)
{
    const struct tracks *now = &search->now;
    while (search->dirty_count > 0) {
        uint32_t track = search->dirty[--search->dirty_count];
        search->is_dirty[track] = false;
        copy_track(&search->best[track], &now->all[track]);
    }
    search->best_value = now->value;
    search->best_way = now->way;
    search->best_missing = now->missing;
    search->best_absent = now->absent_count;
}

/* Only tracks that changed since the best differ from it. */
void search_take_best(struct search *search)
{
    struct tracks *now = &search->now;
    tracks_begin_step(now);
    for (uint32_t i = 0; i < search->dirty_count; i++) {
        tracks_clear(now, search->dirty[i]);
    }
    for (uint32_t i = 0; i < search->dirty_count; i++) {
        tracks_fill(now, search->dirty[i], &search->best[search->dirty[i]]);
        search->is_dirty[search->dirty[i]] = false;
    }
    search->dirty_count = 0;
    tracks_begin_step(now);
}

static bool is_best(const struct search *search)
{
    const struct tracks *now = &search->now;
    if (now->missing != search->best_missing) {
        return now->missing < search->best_missing;
    }
    if (now->value != search->best_value) {
        return now->value > search->best_value;
    }
    return now->way < search->best_way;
}

bool search_is_better(const struct search *a, const struct search *b)
{
    if (a->best_missing != b->best_missing) {
        return a->best_missing < b->best_missing;
    }
    if (a->best_value != b->best_value) {
        return a->best_value > b->best_value;
    }
    return a->best_way < b->best_way;
}

static void mark_dirty(struct search *search, uint32_t track)
{
    if (!search->is_dirty[track]) {
        search->is_dirty[track] = true;
        search->dirty[search->dirty_count++] = track;
    }
}

void search_adopt(struct search *search, const struct search *from)
{
    struct tracks *now = &search->now;
    uint32_t units = search->net->unit_count;
    tracks_begin_step(now);
    for (uint32_t i = 0; i < units; i++) {
        tracks_clear(now, i);
    }
    for (uint32_t i = 0; i < units; i++) {
        tracks_fill(now, i, &from->best[i]);
        mark_dirty(search, i);
    }
    tracks_begin_step(now);
    if (is_best(search)) {
        search_keep_best(search);
    }
}

int64_t search_recombine(struct search *search, int64_t steps, bool is_late)
{
    bool is_long = is_late || steps * PLAN_EPOCHS / PRICE_STEPS >= search->net->task_count;
    int64_t used = 0;
    if (search->pool != NULL && !search->is_by_travel &&
        pool_recombine(search->pool, &search->now, search->best_value,
                       is_long ? steps * PRICE_PERCENT / 100 : 0, &used)) {
        for (uint32_t i = 0; i < search->net->unit_count; i++) {
            mark_dirty(search, i);
        }
        search_keep_best(search);
    }
    return used;
}

static void accept(struct search *search)
{
    const struct tracks *now = &search->now;
    for (uint32_t i = 0; i < now->touched_count; i++) {
        mark_dirty(search, now->touched[i]);
    }
    if (is_best(search)) {
        search_keep_best(search);
    }
}

uint32_t search_lost(struct search *search)
{
    const struct tracks *now = &search->now;
    if (!search->is_weighing || now->lost_count == 0 || now->lost_count > LOST_FEW) {
        return PLAN_NONE;
    }
    uint32_t task = now->lost[random_below(&search->random, now->lost_count)];
    return search->tables->is_hopeless[task] ? PLAN_NONE : task;
}

static bool is_accepted(struct search *search)
{
    const struct tracks *now = &search->now;
    int64_t gain = now->way_before - now->way;
    if (now->missing < now->missing_before || now->lost_sum < now->lost_sum_before) {
        return true;
    }
    if (now->missing > now->missing_before ||
        (now->lost_sum > now->lost_sum_before && random_below(&search->random, LOSE_AGAIN) > 0)) {
        return false;
    }
    if (search->is_by_travel) {
        if (now->value != now->value_before) {
            return now->value > now->value_before;
        }
        gain *= 1024;
    } else {
        gain += now->value - now->value_before;
    }
    if (gain >= 0) {
        return true;
    }
    uint32_t log = search->tables->log_of[random_below(&search->random, LOG_ENTRIES)];
    return -gain < (search->heat * (int64_t)log) >> 16;
}

void search_begin_with(struct search *search, const struct plan_result *start)
{
    for (uint32_t i = 0; i < search->net->unit_count; i++) {
        tracks_load(&search->now, i, &start->routes[i]);
        mark_dirty(search, i);
    }
    search_keep_best(search);
}

static void look_for_missing(struct search *search)
{
    if (search->best_missing < search->looked_missing) {
        search->looked_missing = search->best_missing;
        search->looks = 0;
    } else if (search->is_weighing && search->best_missing > 0 &&
               ++search->looks == LOOKS_IN_VAIN) {
        search->is_weighing = false;
        search_take_best(search);
        tracks_unweigh(&search->now);
    }
}

void search_look(struct search *search)
{
    const struct tracks *now = &search->now;
    const struct net *net = search->net;
    uint32_t turns = 0;
    look_for_missing(search);
    if (search->is_by_travel) {
        return;
    }
    for (uint32_t i = 0; i < net->task_count && net->problem->turn_count > 0; i++) {
        turns += net->tasks[i].turn > 0 ? 1 : 0;
    }
    if (search->best_absent > search->tables->hopeless_count + turns) {
        return;
    }
    search_take_best(search);
    for (uint32_t i = 0; i < now->absent_count; i++) {
        if (!tracks_is_met(now, now->absent[i]) && !search->tables->is_hopeless[now->absent[i]]) {
            return;
        }
    }
    search->is_by_travel = true;
}

void search_construct(struct search *search)
{
    search->step++;
    for (uint32_t i = 0; i < search->net->task_count; i++) {
        search->removed_step[i] = search->step;
    }
    search->removed_count = 0;
    search->ruined_count = 0;
    search_first(search);
    for (uint32_t i = 0; i < search->net->unit_count; i++) {
        mark_dirty(search, i);
    }
    if (is_best(search)) {
        search_keep_best(search);
    }
}

uint32_t search_mean_stops(const struct search *search)
{
    uint32_t served = search->net->task_count - search->now.absent_count;
    uint32_t used = search->net->unit_count - search->now.empty_count;
    return used > 0 && served > used ? served / used : 1;
}

void search_run(struct search *search, int64_t steps, int64_t from, int64_t to)
{
    struct tracks *now = &search->now;
    const struct search_tables *tables = search->tables;
    bool is_by_travel = search->is_by_travel;
    int64_t log_begin =
        search_log2((uint64_t)(is_by_travel ? tables->way_begin : tables->heat_begin));
    int64_t log_end = search_log2((uint64_t)(is_by_travel ? tables->way_end : tables->heat_end));
    int64_t level_done = -1;
    for (int64_t i = 0; i < steps; i++) {
        int64_t level = from + (to - from) * i / steps;
        if (level != level_done) {
            level_done = level;
            search->heat =
                (int64_t)search_exp2(log_begin + (log_end - log_begin) * level / HEAT_LEVELS);
        }
        search->step++;
        tracks_begin_step(now);
        search_ruin(search);
        search_recreate(search);
        if (is_accepted(search)) {
            accept(search);
        } else {
            tracks_undo_step(now);
        }
        uint32_t lost = search_lost(search);
        if (lost != PLAN_NONE) {
            tracks_weigh(now, lost);
        }
        if (search->pool != NULL && !search->is_by_travel && search->step % NOTE_STEPS == 0) {
            pool_note(search->pool, now);
        }
    }
}
