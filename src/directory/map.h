/* SPDX-License-Identifier: Apache-2.0 */
/* A growing table from texts to numbers, in an arena: which entry has this id? */
#ifndef HUSTINGS_DIRECTORY_MAP_H
#define HUSTINGS_DIRECTORY_MAP_H

#include "base/arena.h"

struct map_slot {
    str key; /* empty = free */
    size_t value;
};
struct map {
    struct arena *arena;
    struct map_slot *slots;
    size_t count, cap; /* cap is a power of two */
};
void map_init(struct map *map, struct arena *arena);
/* NULL when there is no such key. */
const size_t *map_find(const struct map *map, str key);
/* `key` is not in the map, is not empty, and lives as long as it. */
void map_add(struct map *map, str key, size_t value);

#endif
