/* SPDX-License-Identifier: Apache-2.0 */
/* Which visits are taken out: strings of tracks that are near a task drawn at random. */
#include "plan/search_internal.h"

enum {
    AVERAGE_REMOVED = 10,
    STRING_MAX = 10,
    SPLIT_GROWS = 100 /* a middle part that stays grows by one with a chance of one in so many */
};

static uint32_t position_of(const struct track *track, uint32_t task)
{
    uint32_t at = 1;
    while (track->stops[at].task != task) {
        at++;
    }
    return at;
}

static void take(struct search *search, uint32_t track, uint32_t first, uint32_t count)
{
    const struct stop *stops = search->now.all[track].stops;
    for (uint32_t i = first; i < first + count; i++) {
        search->removed_step[stops[i].task] = search->step;
        search->removed[search->removed_count++] = stops[i].task;
    }
    tracks_remove(&search->now, track, first, count);
}

/* A string of `length` visits with the task in it; or such a string and some more, of which a middle
 * part is left in. */
static void ruin_track(struct search *search, uint32_t track_index, uint32_t task, uint32_t length)
{
    struct random *random = &search->random;
    const struct track *track = &search->now.all[track_index];
    uint32_t at = position_of(track, task);
    uint32_t low = track->locked + 1;
    uint32_t room = track->len - track->locked;
    if (at < low || !tracks_touch(&search->now, track_index)) {
        return;
    }
    uint32_t keep = 0;
    if (length < room && length > 1 && random_below(random, 2) == 0) {
        keep = 1;
        while (length + keep < room && random_below(random, SPLIT_GROWS) == 0) {
            keep++;
        }
    }
    uint32_t span = length + keep;
    uint32_t first_low = at + 1 > low + span ? at + 1 - span : low;
    uint32_t first_high = at < track->len + 1 - span ? at : track->len + 1 - span;
    uint32_t first = first_low + random_below(random, first_high - first_low + 1);
    if (keep == 0) {
        take(search, track_index, first, length);
    } else {
        uint32_t head = 1 + random_below(random, length - 1); /* before the part that stays */
        take(search, track_index, first + head + keep, length - head);
        take(search, track_index, first, head);
    }
    if (!track_is_sound(track)) {
        take(search, track_index, low, track->len - track->locked);
    }
}

void search_ruin(struct search *search)
{
    const struct net *net = search->net;
    struct random *random = &search->random;
    struct tracks *now = &search->now;
    uint32_t served = net->task_count - now->absent_count;
    uint32_t seed = random_below(random, net->task_count);
    uint32_t lost = search_lost(search);
    search->wanted = lost != PLAN_NONE && random_below(random, 2) == 0 ? lost : PLAN_NONE;
    seed = search->wanted != PLAN_NONE ? search->wanted : seed; /* room for it is wanted */
    search->removed_count = 0;
    search->ruined_count = 0;
    search->removed[0] = seed;
    if (served == 0) {
        return;
    }
    uint32_t mean = search_mean_stops(search);
    uint32_t string_max = mean < STRING_MAX ? mean : STRING_MAX;
    uint32_t strings_max = 4 * AVERAGE_REMOVED / (1 + string_max);
    strings_max = strings_max > 1 ? strings_max - 1 : 1;
    uint32_t strings = 1 + random_below(random, strings_max);
    const uint32_t *near = &net->near[(size_t)seed * net->near_count];
    for (uint32_t i = 0; i <= net->near_count && now->touched_count < strings; i++) {
        uint32_t task = i == 0 ? seed : near[i - 1];
        if (task == PLAN_NONE) {
            break;
        }
        uint32_t track = now->where[task];
        if (track == PLAN_NONE || now->touched_stamp[track] == now->stamp) {
            continue;
        }
        const struct track *one = &now->all[track];
        uint32_t room = one->len - one->locked;
        uint32_t most = room < string_max ? room : string_max;
        if (most > 0) {
            ruin_track(search, track, task, 1 + random_below(random, most));
        }
    }
    search->ruined_count = now->touched_count;
    /* the seed counts as one that was taken out: what lies near it is tried */
    search->removed[search->removed_count] = seed;
}
