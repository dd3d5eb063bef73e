/* SPDX-License-Identifier: Apache-2.0 */
/* Names to numbers: an open-addressed table in an arena. */
#ifndef HUSTINGS_PLAN_IDS_H
#define HUSTINGS_PLAN_IDS_H

#include "base/arena.h"

struct plan_id_slot {
    str id;
    uint32_t value;
};
struct plan_ids {
    struct arena *arena;
    struct plan_id_slot *slots;
    uint32_t count, mask;
};

void plan_ids_init(struct plan_ids *ids, struct arena *arena);
/* False when the name is there already. */
bool plan_ids_add(struct plan_ids *ids, str id, uint32_t value);
/* UINT32_MAX when it is not there. */
uint32_t plan_ids_find(const struct plan_ids *ids, str id);

#endif
