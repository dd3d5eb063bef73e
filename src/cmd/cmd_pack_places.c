/* SPDX-License-Identifier: Apache-2.0 */
/* hustings pack places import: polling places out of councils' exports. */
#include "cmd/import.h"
#include "directory/places_file.h"

extern const struct cmd cmd_pack_places_import;

static const struct arg_option options[] = {
    IMPORT_OPTIONS,
    {"district", "AREA", "the council, by name or code, where the file does not say it"},
    {"election", "DATE", "the polling day, where the file does not say it"},
    {"grid", "NAME", "of eastings and northings: national (default) or irish"},
    {0},
};

struct places_work {
    struct import import; /* first: import_work gets a pointer to it */
    struct places_import places;
    size_t count[3]; /* by enum directory_change */
};

static enum status find_layout(struct import *import, struct places_layout *ret_layout,
                               struct error *err)
{
    const struct args *args = import->args;
    struct directory_area area = {0};
    const char *grid = args_value(args, "grid", "national");
    const char *district = args_value(args, "district", NULL);
    struct places_options wanted = {.pack = import->pack,
                                    .columns = str_c(args_value(args, "columns", NULL)),
                                    .is_irish = strcmp(grid, "irish") == 0};
    if (!wanted.is_irish && strcmp(grid, "national") != 0) {
        return error_set(err, STATUS_INVALID, "--grid is national or irish");
    }
    if (!date_parse(&import->arena, str_c(args_value(args, "election", NULL)), &wanted.election)) {
        return error_set(err, STATUS_INVALID, "--election is a date such as 2024-07-04");
    }
    if (district != NULL && !area_find(import->pack, str_c(district), &area)) {
        (void)error_set(err, STATUS_INVALID, "--district: the pack knows no such area");
        error_hint(err, "districts.csv of the pack lists the names and codes");
        return STATUS_INVALID;
    }
    wanted.council = area.code;
    return places_layout_find(&import->file.table, &wanted, ret_layout, err);
}

static void take_note(void *context, size_t line, bool is_refused, const char *text)
{
    struct import *import = context;
    if (is_refused) {
        import_refuse(import, line, text);
    } else {
        import_note(import, line, text);
    }
}

static enum status read_rows(struct places_work *work, struct error *err)
{
    struct import *import = &work->import;
    struct table_row row;
    for (;;) {
        enum status status = table_next(&import->file.table, &row, err);
        if (status != STATUS_OK || row.kind == TABLE_END) {
            return status;
        }
        import->row_count++;
        if (row.kind == TABLE_BAD) {
            import_refuse(import, row.line, row.why);
            continue;
        }
        status = places_import_row(&work->places, &row, err);
        if (status == STATUS_INVALID || status == STATUS_LIMIT) {
            import_refuse(import, row.line, err->primary);
        } else if (status != STATUS_OK) {
            return status;
        }
    }
}

/* Compares with what is kept, and keeps what is new or otherwise. */
static enum status save_all(struct places_work *work, struct error *err)
{
    struct import *import = &work->import;
    struct import_saver *saver = ARENA_NEW(&import->arena, struct import_saver);
    enum status status = STATUS_OK;
    saver->import = import;
    for (size_t i = 0; i < work->places.entry_count && status == STATUS_OK; i++) {
        struct place_entry *entry = work->places.entries[i];
        str key = place_key(&import->arena, &entry->place);
        str kept = {0};
        arena_reset(&import->scratch);
        status = import_load(import, &import->scratch, DIRECTORY_PLACE, key, &kept, err);
        if (status != STATUS_OK) {
            break;
        }
        place_compare(entry, kept);
        work->count[entry->change]++;
        if (entry->change == CHANGE_SAME || import->is_dry) {
            continue;
        }
        struct directory_key *keys =
            ARENA_ARRAY(&import->arena, struct directory_key, DIRECTORY_KEYS_MAX);
        struct buf body;
        buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
        place_encode(&body, &entry->place);
        struct desk_directory_entry row = {.kind = DIRECTORY_PLACE,
                                           .id = key,
                                           .body = arena_str(&import->arena, buf_str(&body)),
                                           .keys = keys,
                                           .key_count =
                                               place_keys(&import->arena, &entry->place, keys)};
        bool is_whole = !body.overflowed;
        buf_close(&body);
        status = is_whole ? import_save(saver, &row, err)
                          : error_set(err, STATUS_LIMIT, "a place has more than 64 KB of stations");
    }
    return status == STATUS_OK ? import_save_end(saver, err) : status;
}

static enum status work_on(struct import *import, struct error *err)
{
    struct places_work *work = (struct places_work *)import;
    struct places_layout layout;
    memset(work->count, 0, sizeof work->count);
    enum status status = find_layout(import, &layout, err);
    if (status != STATUS_OK) {
        return status;
    }
    import->layout = layout.name;
    places_import_start(&work->places, &import->arena, &import->scratch, &layout, take_note,
                        import);
    status = read_rows(work, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (import->row_count == 0) {
        import_note(import, 1, "the file has a header and no rows");
    }
    places_import_end(&work->places);
    return save_all(work, err);
}

static void sums(const struct import *import, struct json_out *json, struct buf *text)
{
    const struct places_work *work = (const struct places_work *)import;
    size_t stations = 0;
    size_t located = 0;
    for (size_t i = 0; i < work->places.entry_count; i++) {
        stations += place_stations(&work->places.entries[i]->place);
        located += work->places.entries[i]->place.is_located;
    }
    if (json != NULL) {
        json_put_int(json, "new", (int64_t)work->count[CHANGE_NEW]);
        json_put_int(json, "changed", (int64_t)work->count[CHANGE_CHANGED]);
        json_put_int(json, "same", (int64_t)work->count[CHANGE_SAME]);
        json_put_int(json, "places", (int64_t)work->places.entry_count);
        json_put_int(json, "stations", (int64_t)stations);
        json_put_int(json, "located", (int64_t)located);
        return;
    }
    buf_printf(text,
               "  rows: %zu (%zu refused), places: %zu (%zu new, %zu changed, %zu same)\n"
               "  located: %zu, stations: ",
               import->row_count, import->refusal_count, work->places.entry_count,
               work->count[CHANGE_NEW], work->count[CHANGE_CHANGED], work->count[CHANGE_SAME],
               located);
    if (stations > 0) {
        buf_printf(text, "%zu\n", stations);
    } else {
        buf_add_c(text, "not said\n");
    }
}

static int run(const struct args *args, struct arena *arena)
{
    struct places_work *work = ARENA_NEW(arena, struct places_work);
    return import_run(&cmd_pack_places_import, args, arena, &work->import, work_on, sums);
}

const struct cmd cmd_pack_places_import = {
    .name = "pack places import",
    .summary = "import polling places from a council's export",
    .usage = "--at DIR --officer LOGIN --password-file FILE --code DIGITS [--dry-run] FILE…",
    .help = "Reads the exports of Xpress, Halarose, Democracy Counts and EONI, and tables of\n"
            "stations, known by their headers. Where a row is a voter's address, that address is\n"
            "dropped while it is read: never kept, never printed. A place may have several\n"
            "stations. Eastings and northings become latitude and longitude, within 5 m.\n"
            "A row that cannot be taken is listed with its line and the rest is done (exit 1).",
    .options = options,
    .run = run,
};
