/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled place tables of a pack: postcodes, wards, towns, and every name by its folded form.
 *
 * A pack's text is its source; `pack_load` (pack.h) maps the file that was compiled from it, or
 * compiles the text in memory when there is none. All records below lie in that file as they are
 * (this machine's byte order, which the header states); everything was checked when it was opened,
 * so an index or slice found here may be followed without asking again. Pure: no I/O.
 *
 * A *run* says: from this postcode on, within one outcode, the place is part number N, until the
 * next run begins. Runs answer for postcodes that were never given out; where the table can tell,
 * the run's part is PLACES_UNKNOWN, or the run `is_single`: only its first postcode is known.
 */
#ifndef HUSTINGS_PACK_PLACES_H
#define HUSTINGS_PACK_PLACES_H

#include "base/str.h"

enum {
    PLACES_UNKNOWN = 0xFFFF,
    PLACES_OUTCODE_MAX = 8, /* letters and digits */
    PLACES_INCODE_MAX = 6,
    PLACES_NAME_WORDS_MAX = 16
};

struct places_slice {
    uint32_t at;
    uint32_t count;
};
/* `of` is an index into pack->constituencies or pack->districts. */
struct places_part {
    uint16_t of;
    uint16_t permille;
};
struct places_run {
    uint32_t from; /* places_incode of its first postcode */
    uint16_t part; /* within the outcode's list, or PLACES_UNKNOWN */
    uint16_t is_single;
};
struct places_outcode {
    char key[PLACES_OUTCODE_MAX]; /* capitals and digits, then NUL */
    int32_t lat, lon;             /* thousandths of a degree */
    uint32_t postcodes;
    struct places_slice constituencies, districts;        /* in parts */
    struct places_slice constituency_runs, district_runs; /* in runs; none = all part 0 */
};
struct places_ward {
    struct places_slice gss, name; /* in the text; a name may be empty */
    struct places_slice constituencies;
    uint32_t district;
};
struct places_town {
    struct places_slice name;
    int32_t lat, lon; /* thousandths of a degree */
    uint32_t population;
    uint16_t constituency, district; /* PLACES_UNKNOWN where only the force is known */
    uint16_t force;                  /* of pack->forces; always there */
    uint16_t unused;
};

/* What a name can mean; `of` is an index into the array named. */
enum places_kind {
    PLACES_AREA,          /* pack->areas */
    PLACES_DISTRICT,      /* pack->districts */
    PLACES_CONSTITUENCY,  /* pack->constituencies */
    PLACES_ASSEMBLY_SEAT, /* pack->assembly_seats */
    PLACES_TOWN,          /* places->towns */
    PLACES_WARD,          /* places->wards */
    PLACES_KINDS
};
struct places_name {
    struct places_slice key; /* as fold_name gives it */
    uint16_t kind;
    uint16_t words;
    uint32_t of;
};

struct places {
    str text;
    const struct places_outcode *outcodes; /* by key */
    size_t outcode_count;
    const struct places_part *parts;
    size_t part_count;
    const struct places_run *runs;
    size_t run_count;
    const struct places_ward *wards;
    size_t ward_count;
    const struct places_town *towns;
    size_t town_count;
    const struct places_name *names; /* by key, then kind, then `of` */
    size_t name_count;
    const uint32_t *slots; /* open addressing by places_hash; 0 = free, else index + 1 */
    size_t slot_count;     /* a power of two */
};

str places_text(const struct places *places, struct places_slice slice);

/* A hash that can go on word by word: start with PLACES_HASH_START. */
#define PLACES_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t places_hash(uint64_t hash, str bytes);
/* The first entry whose key is `key` (folded), and how many follow with the same key; NULL when
 * there is none. `hash` is places_hash of all of it. */
const struct places_name *places_find(const struct places *places, uint64_t hash, str key,
                                      size_t *ret_count);

/* NULL when there is no such outcode. `key` in capitals. */
const struct places_outcode *places_outcode(const struct places *places, str key);
/* The second half of a postcode as a number that sorts as the text does; capitals and digits, at
 * most PLACES_INCODE_MAX of them. */
uint32_t places_incode(str incode);
/* The run that holds the incode, or NULL when the slice is empty. */
const struct places_run *places_run_at(const struct places *places, struct places_slice runs,
                                       uint32_t incode);

#endif
