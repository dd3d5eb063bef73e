/* SPDX-License-Identifier: Apache-2.0 */
/* The file that a pack's text is compiled to: FOLDER.pack beside FOLDER.
 *
 * header (128 bytes) | table of sections | sections, each aligned to 8 bytes. The first section
 * lists the text files it was made of, with their sizes (a file that has another size now means
 * that the compiled file is stale), the second holds all text: the small tables as they are, and
 * the keys of names. The rest are the arrays of places.h. Nothing in the file is believed: every
 * offset, count and index is checked once, when it is opened; records are then used in place.
 *
 * Internal to src/pack, and to the fuzz target.
 */
#ifndef HUSTINGS_PACK_IMAGE_H
#define HUSTINGS_PACK_IMAGE_H

#include "base/buf.h"
#include "base/status.h"
#include "pack/pack.h"
#include "pack/places.h"

enum {
    IMAGE_BYTES_MAX = 64 * 1024 * 1024,
    IMAGE_VERSION = 1,
    IMAGE_ORDER = 0x01020304,
    IMAGE_HASH_BYTES = 32
};

enum image_section_id {
    IMAGE_FILES,
    IMAGE_TEXT,
    IMAGE_OUTCODES,
    IMAGE_PARTS,
    IMAGE_RUNS,
    IMAGE_WARDS,
    IMAGE_TOWNS,
    IMAGE_NAMES,
    IMAGE_SLOTS,
    IMAGE_SECTIONS
};
extern const uint32_t image_record_bytes[IMAGE_SECTIONS];

struct image_section {
    uint32_t id;
    uint32_t record_bytes;
    uint64_t offset;
    uint64_t count;
};
struct image_header {
    char magic[8];
    uint32_t version, order;
    uint64_t bytes; /* of the whole file */
    uint8_t manifest_sha256[IMAGE_HASH_BYTES];
    uint32_t section_count;
    uint32_t unused[17];
};
/* A text file of the pack. The large tables are listed with their size but without their text. */
struct image_file {
    struct places_slice name, text; /* in IMAGE_TEXT */
    uint64_t bytes;
    uint32_t has_text;
    uint32_t unused;
};

struct image {
    const struct image_header *header;
    const struct image_file *files;
    size_t file_count;
    struct places places;
};

/* Checks header, sections, slices and names against each other. `bytes` must be aligned to 8 and
 * outlive the image. STATUS_CORRUPT says what is wrong. */
enum status image_open(str bytes, struct image *ret_image, struct error *err) MUST_CHECK;
/* Checks every index against the tables of the pack that was read out of the same image. */
enum status image_check(const struct image *image, const struct pack *pack,
                        struct error *err) MUST_CHECK;
/* The text of a small table; false when the pack has none of that name. */
bool image_file_text(const struct image *image, str name, str *ret_text);
/* Appends the compiled form. The pack in `folder` is opened from its text and checked first. */
enum status image_build(struct arena *arena, const char *folder, struct buf *out,
                        struct error *err) MUST_CHECK;
/* The tables that are compiled and not embedded. */
bool image_is_large(str name);
/* SHA-256 of the folder's manifest; zeros when it has none. */
void image_manifest_hash(struct arena *arena, const char *folder,
                         uint8_t ret_hash[IMAGE_HASH_BYTES]);

#endif
