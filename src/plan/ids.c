/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/ids.h"

enum { SLOTS_MIN = 64 };

static uint32_t hash(str id)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (size_t i = 0; i < id.n; i++) {
        h = (h ^ (unsigned char)id.p[i]) * UINT64_C(1099511628211);
    }
    return (uint32_t)(h ^ h >> 32);
}

/* Where the name is, or where it would go: an empty slot has no text. */
static struct plan_id_slot *seek(const struct plan_ids *ids, str id)
{
    uint32_t at = hash(id) & ids->mask;
    while (ids->slots[at].id.p != NULL && !str_equal(ids->slots[at].id, id)) {
        at = (at + 1) & ids->mask;
    }
    return &ids->slots[at];
}

void plan_ids_init(struct plan_ids *ids, struct arena *arena)
{
    *ids = (struct plan_ids){.arena = arena, .mask = SLOTS_MIN - 1};
    ids->slots = ARENA_ARRAY(arena, struct plan_id_slot, SLOTS_MIN);
}

static void grow(struct plan_ids *ids)
{
    struct plan_id_slot *old = ids->slots;
    uint32_t old_count = ids->mask + 1;
    ids->mask = old_count * 4 - 1;
    ids->slots = ARENA_ARRAY(ids->arena, struct plan_id_slot, ids->mask + 1);
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].id.p != NULL) {
            *seek(ids, old[i].id) = old[i];
        }
    }
}

bool plan_ids_add(struct plan_ids *ids, str id, uint32_t value)
{
    if (ids->count * 2 > ids->mask) {
        grow(ids);
    }
    struct plan_id_slot *slot = seek(ids, id);
    if (slot->id.p != NULL) {
        return false;
    }
    *slot = (struct plan_id_slot){id, value};
    ids->count++;
    return true;
}

uint32_t plan_ids_find(const struct plan_ids *ids, str id)
{
    const struct plan_id_slot *slot = seek(ids, id);
    return slot->id.p != NULL ? slot->value : UINT32_MAX;
}
