/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/map.h"

enum { FIRST_CAP = 64 };

void map_init(struct map *map, struct arena *arena)
{
    *map = (struct map){
        .arena = arena, .slots = ARENA_ARRAY(arena, struct map_slot, FIRST_CAP), .cap = FIRST_CAP};
}

/* FNV-1a. Who writes the file can make keys collide, but only slow down an own import. */
static uint64_t hash_of(str key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.n; i++) {
        hash = (hash ^ (unsigned char)key.p[i]) * UINT64_C(1099511628211);
    }
    return hash ^ hash >> 32;
}

/* The slot of the key, or the free one where it belongs. */
static struct map_slot *slot_of(const struct map *map, str key)
{
    size_t at = (size_t)hash_of(key) & (map->cap - 1);
    while (map->slots[at].key.n > 0 && !str_equal(map->slots[at].key, key)) {
        at = (at + 1) & (map->cap - 1);
    }
    return &map->slots[at];
}

const size_t *map_find(const struct map *map, str key)
{
    const struct map_slot *slot = slot_of(map, key);
    return slot->key.n > 0 ? &slot->value : NULL;
}

void map_add(struct map *map, str key, size_t value)
{
    ASSERT(key.n > 0);
    if (map->count + 1 > map->cap / 2) {
        struct map old = *map;
        map->cap *= 2;
        map->slots = ARENA_ARRAY(map->arena, struct map_slot, map->cap);
        for (size_t i = 0; i < old.cap; i++) {
            if (old.slots[i].key.n > 0) {
                *slot_of(map, old.slots[i].key) = old.slots[i];
            }
        }
    }
    *slot_of(map, key) = (struct map_slot){key, value};
    map->count++;
}
