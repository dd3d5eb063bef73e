/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of src/pack only. */
#ifndef HUSTINGS_PACK_PACK_INTERNAL_H
#define HUSTINGS_PACK_PACK_INTERNAL_H

#include "codec/csv.h"
#include "pack/image.h"
#include "pack/pack.h"

/* The first failure sticks: later calls do nothing, and the caller looks once at the end. */
struct loader {
    struct arena *arena;
    struct pack *pack;
    const char *folder;
    enum status status;
    struct error *err;
    struct csv csv;
    struct csv_row row;
    const char *file;
    const struct image *image; /* where the texts are; NULL = in the folder */
};

/* Opens a table; returns room for its rows (an upper bound), 0 after a failure. */
size_t loader_open(struct loader *loader, const char *file);
/* The same for a table that a pack need not have: 0 when it is not there. */
size_t loader_open_optional(struct loader *loader, const char *file);
bool loader_next(struct loader *loader);
/* Refuses the present row. */
void loader_refuse(struct loader *loader, const char *column, const char *what);
str loader_text(struct loader *loader, const char *column);
/* As loader_text, and refuses an empty field. */
str loader_word(struct loader *loader, const char *column);
int loader_int(struct loader *loader, const char *column, int otherwise);
bool loader_bool(struct loader *loader, const char *column);
/* "G4" is 4; empty is `otherwise`. */
int loader_grade(struct loader *loader, const char *column, int otherwise);
/* "0.85" is 85. */
unsigned loader_percent(struct loader *loader, const char *column);
struct pack_list loader_list(struct loader *loader, const char *column);
/* As loader_list, separated by `separator`; empty when the table has no such column. */
struct pack_list loader_list_of(struct loader *loader, const char *column, char separator);
bool loader_has(const struct loader *loader, const char *column);
/* column_en, column_cy … as far as they are there; the first language must be. */
struct pack_text loader_say(struct loader *loader, const char *column);

void pack_load_words(struct loader *loader);
void pack_load_places(struct loader *loader);
void pack_load_areas(struct loader *loader);
/* Words, places and areas, from loader->image or loader->folder. */
enum status pack_read(struct loader *loader, struct pack *ret_pack) MUST_CHECK;

/* --- index --- */
struct index_entry {
    str key; /* folded */
    size_t at;
};
struct index {
    struct index_entry *entries;
    size_t count;
    size_t cap;
};
struct pack_index {
    struct index constituencies, districts, assembly_seats;
};
void index_init(struct arena *arena, struct index *index, size_t cap);
/* Folds the key; an empty one is not added. */
void index_add(struct arena *arena, struct index *index, str key, size_t at);
void index_sort(struct index *index);
enum { INDEX_NONE = -1, INDEX_SEVERAL = -2 };
/* The place of the key, or one of the two above. */
int64_t index_find(const struct index *index, str key);

#endif
