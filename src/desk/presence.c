/* SPDX-License-Identifier: Apache-2.0 */
/* Who has which case open: in memory only, forgotten after two minutes without a sign. */
#include "desk/desk_internal.h"

void desk_presence_mark(struct desk *desk, const struct caller *caller, int64_t number)
{
    struct presence *chosen = &desk->presence[0];
    time_us since = caller->now;
    for (size_t i = 0; i < DESK_PRESENCE_MAX; i++) {
        struct presence *slot = &desk->presence[i];
        if (slot->officer == caller->officer && slot->number == number) {
            since = slot->until >= caller->now ? slot->since : caller->now;
            chosen = slot;
            break;
        }
        if (slot->until < chosen->until) {
            chosen = slot; /* free, over, or the oldest */
        }
    }
    *chosen = (struct presence){.officer = caller->officer,
                                .number = number,
                                .since = since,
                                .until = caller->now + DESK_PRESENCE_SECONDS * US_PER_SECOND};
}

void desk_presence_leave(struct desk *desk, const struct caller *caller, int64_t number)
{
    for (size_t i = 0; i < DESK_PRESENCE_MAX; i++) {
        struct presence *slot = &desk->presence[i];
        if (slot->officer == caller->officer && slot->number == number) {
            *slot = (struct presence){0};
        }
    }
}

size_t presence_others(const struct desk *desk, const struct caller *caller, int64_t number,
                       struct desk_viewer *viewers, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < DESK_PRESENCE_MAX; i++) {
        const struct presence *slot = &desk->presence[i];
        if (slot->officer != 0 && slot->officer != caller->officer && slot->number == number &&
            slot->until >= caller->now) {
            if (viewers != NULL && count < max) {
                viewers[count] = (struct desk_viewer){slot->officer, slot->since};
            }
            count++;
        }
    }
    return count;
}
