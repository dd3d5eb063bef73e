/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no file breaks the import of people or places; what comes out can be kept and read back as
 * it was, has its keys, and stays inside its limits; a second time all is the same.
 * The file is read as people and as places; stored bodies and handles are read from it as well. */
#include "base/utf8.h"
#include "directory/people_file.h"
#include "directory/places_file.h"

#include "../support/table_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_person(struct arena *arena, const struct person *person)
{
    struct directory_key keys[DIRECTORY_KEYS_MAX];
    struct buf body, again;
    struct person back = {0};
    buf_init(&body, 1024 * 1024);
    buf_init(&again, 1024 * 1024);
    person_encode(&body, person);
    ASSERT(person_decode(arena, buf_str(&body), &back, NULL) == STATUS_OK);
    person_encode(&again, &back);
    ASSERT(str_equal(buf_str(&body), buf_str(&again)));
    ASSERT(person_keys(arena, person, keys) > 0);
    ASSERT(utf8_is_valid(buf_str(&body)));
    buf_close(&body);
    buf_close(&again);
}

static void read_people(struct arena *arena, struct arena *scratch, const struct pack *pack,
                        str text)
{
    struct people_import import;
    people_import_start(&import, arena, scratch, NULL, NULL);
    for (size_t round = 0; round < 2; round++) {
        struct table table;
        struct source source;
        struct table_row row;
        struct people_layout layout;
        struct people_options options = {.pack = pack};
        if (source_open(&table, &source, text, NULL) != STATUS_OK) {
            return;
        }
        bool is_known = people_layout_find(&table, &options, &layout, NULL) == STATUS_OK;
        for (row.kind = TABLE_BAD; is_known && row.kind != TABLE_END;) {
            struct person_fact fact;
            ASSERT(table_next(&table, &row, NULL) == STATUS_OK);
            arena_reset(scratch);
            if (row.kind == TABLE_ROW &&
                people_fact(scratch, &layout, &row, &fact, NULL) == STATUS_OK) {
                (void)!people_import_row(&import, &fact, NULL);
            }
        }
        table_close(&table);
        if (round == 0) { /* parties may take turns; people and handles may not */
            for (size_t i = 0; i < import.entry_count; i++) {
                check_person(arena, &import.entries[i]->person);
            }
            import.row_count[CHANGE_NEW] = 0;
        } else {
            ASSERT(import.row_count[CHANGE_NEW] == 0);
        }
    }
}

static void ignore_note(void *context, size_t line, bool is_refused, const char *text)
{
    (void)context;
    (void)is_refused;
    ASSERT(line > 0 && text[0] != '\0');
}

static void check_place(struct arena *arena, struct place_entry *entry)
{
    struct buf body;
    struct place back = {0};
    buf_init(&body, 1024 * 1024);
    place_encode(&body, &entry->place);
    ASSERT(place_decode(arena, buf_str(&body), &back, NULL) == STATUS_OK);
    place_compare(entry, buf_str(&body));
    ASSERT(entry->change == CHANGE_SAME);
    ASSERT(!entry->place.is_located || geo_is_near(entry->place.at));
    ASSERT(place_stations(&entry->place) <= entry->place.station_count);
    buf_close(&body);
}

static void read_places(struct arena *arena, struct arena *scratch, const struct pack *pack,
                        str text)
{
    struct table table;
    struct source source;
    struct table_row row;
    struct places_layout layout;
    struct places_import import;
    struct places_options options = {
        .pack = pack, .council = STR("E1"), .is_irish = text.n % 2 == 1};
    if (source_open(&table, &source, text, NULL) != STATUS_OK) {
        return;
    }
    if (places_layout_find(&table, &options, &layout, NULL) == STATUS_OK) {
        places_import_start(&import, arena, scratch, &layout, ignore_note, NULL);
        for (row.kind = TABLE_BAD; row.kind != TABLE_END;) {
            ASSERT(table_next(&table, &row, NULL) == STATUS_OK);
            if (row.kind == TABLE_ROW) {
                (void)!places_import_row(&import, &row, NULL);
            }
        }
        places_import_end(&import);
        for (size_t i = 0; i < import.entry_count; i++) {
            check_place(arena, import.entries[i]);
        }
    }
    table_close(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pack_office offices[] = {{.id = STR_INIT("mp")},
                                                 {.id = STR_INIT("parliamentary-candidate")},
                                                 {.id = STR_INIT("council-candidate")}};
    struct pack pack = {.offices = offices, .office_count = ARRAY_LEN(offices)};
    struct arena arena;
    struct arena scratch;
    struct person person;
    struct place place;
    struct handle handle;
    str text = str_from(data, size);
    arena_init(&arena, (size_t)512 * 1024 * 1024);
    arena_init(&scratch, (size_t)64 * 1024 * 1024);
    read_people(&arena, &scratch, &pack, text);
    read_places(&arena, &scratch, &pack, text);
    if (person_decode(&arena, text, &person, NULL) == STATUS_OK) {
        struct directory_key keys[DIRECTORY_KEYS_MAX];
        ASSERT(person_keys(&arena, &person, keys) <= DIRECTORY_KEYS_MAX);
    }
    (void)!place_decode(&arena, text, &place, NULL);
    if (handle_parse(&arena, (str){0}, text, &handle)) {
        ASSERT(handle.name.n > 0 && handle.name.n <= DIRECTORY_HANDLE_BYTES_MAX);
    }
    arena_close(&scratch);
    arena_close(&arena);
    return 0;
}
