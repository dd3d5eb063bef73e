/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled pack with any bytes: refused, or every look-up stays inside it. The corpus is the
 * compiled form of the invented country ('hustings pack build tests/packs/lyonesse'). */
#include "pack/image.h"

static void look(const struct places *places)
{
    size_t count = 0;
    const str keys[] = {STR("harbour"), STR("porth enys"), STR("c8"), STR("")};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct places_name *name =
            places_find(places, places_hash(PLACES_HASH_START, keys[i]), keys[i], &count);
        ASSERT(name == NULL ||
               (count > 0 && (size_t)(name - places->names) + count <= places->name_count));
    }
    for (size_t i = 0; i < places->outcode_count; i++) {
        const struct places_outcode *row = &places->outcodes[i];
        const struct places_run *run =
            places_run_at(places, row->district_runs, places_incode(STR("500")));
        ASSERT(run == NULL || run->part == PLACES_UNKNOWN || run->part < row->districts.count);
    }
    for (size_t i = 0; i < places->ward_count; i++) {
        str name = places_text(places, places->wards[i].name);
        ASSERT(name.n == 0 || (name.p >= places->text.p && name.n <= places->text.n));
    }
}

/* The tables that the image's indexes must fit; opened once. */
static struct arena pack_arena;
static struct pack pack;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct image image;
    str text = {0};
    arena_init(&arena, 64 << 20);
    str bytes = arena_str(&arena, str_from(data, size)); /* aligned */
    if (pack.code_count == 0) {
        arena_init(&pack_arena, 64 << 20);
        ASSERT(pack_open(&pack_arena, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", &pack, NULL) ==
               STATUS_OK);
    }
    if (size > 0 && image_open(bytes, &image, NULL) == STATUS_OK) {
        (void)image_file_text(&image, STR("pack.csv"), &text);
        if (image_check(&image, &pack, NULL) == STATUS_OK) {
            look(&image.places);
        }
    }
    arena_close(&arena);
    return 0;
}
