/* SPDX-License-Identifier: Apache-2.0 */
/* The block of YAML between two "---" lines at the top of an article.
 *
 * Newsrooms use a small corner of YAML: plain keys with a scalar or a list of scalars. That corner
 * is what this reads, as libyaml events, without building a tree. Anchors, aliases and explicit
 * tags are refused: the first two make "billion laughs" possible, the third asks a reader to build
 * types, and no article needs either. Nested maps and lists are passed over (their key is kept,
 * without values) to a small depth. A key that stands twice is refused: two readers would choose
 * differently.
 */
#ifndef HUSTINGS_CODEC_FRONT_MATTER_H
#define HUSTINGS_CODEC_FRONT_MATTER_H

#include "base/arena.h"
#include "base/status.h"

enum {
    FRONT_MATTER_BYTES_MAX = 64 * 1024, /* the longest block seen in the wild is under 2 KiB */
    FRONT_MATTER_FIELDS_MAX = 64,
    FRONT_MATTER_ITEMS_MAX = 512, /* of all lists together */
    FRONT_MATTER_DEPTH_MAX = 8,
};

struct front_matter_field {
    str key;
    str *items; /* one for a scalar */
    size_t item_count;
    bool is_list;
    unsigned line; /* in the file, from 1 */
};

struct front_matter {
    struct front_matter_field *fields;
    size_t field_count;
    str body;           /* what follows the closing line; points into the file's text */
    unsigned body_line; /* the line of the file at which the body begins */
};

/* `text` must be valid UTF-8 and outlive the result. STATUS_INVALID or STATUS_LIMIT with a sentence,
 * and *ret_line (always set then) says where. */
enum status front_matter_parse(struct arena *arena, str text, struct front_matter *ret_front,
                               unsigned *ret_line, struct error *err) MUST_CHECK;
/* NULL when there is no such key. Keys are compared without regard to ASCII case. */
const struct front_matter_field *front_matter_find(const struct front_matter *front, str key);
/* The first value of the key, or the empty str. */
str front_matter_value(const struct front_matter *front, str key);

#endif
