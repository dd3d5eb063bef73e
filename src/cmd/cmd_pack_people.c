/* SPDX-License-Identifier: Apache-2.0 */
/* hustings pack people import: candidates, office-holders and their handles. */
#include "cmd/import.h"
#include "directory/people_file.h"

extern const struct cmd cmd_pack_people_import;

static const struct arg_option options[] = {
    IMPORT_OPTIONS,
    {"office", "ID", "of rows that do not say it (offices.csv of the pack)"},
    {"valid-from", "DATE", "of rows that do not say it: the first day"},
    {"valid-to", "DATE", "of rows that do not say it: the last day"},
    {0},
};

struct people_work {
    struct import import; /* first: import_work gets a pointer to it */
    struct arena of_layout;
    struct people_import people;
};

static enum status find_layout(struct import *import, struct arena *arena,
                               struct people_layout *ret_layout, struct error *err)
{
    const struct args *args = import->args;
    struct people_options wanted = {.pack = import->pack,
                                    .columns = str_c(args_value(args, "columns", NULL)),
                                    .office = str_c(args_value(args, "office", NULL))};
    if (!date_parse(arena, str_c(args_value(args, "valid-from", NULL)), &wanted.from) ||
        !date_parse(arena, str_c(args_value(args, "valid-to", NULL)), &wanted.to)) {
        return error_set(err, STATUS_INVALID,
                         "--valid-from and --valid-to are dates such as 2024-07-04");
    }
    if (wanted.office.n > 0 && pack_office(import->pack, wanted.office) == NULL) {
        return error_set(err, STATUS_INVALID, "--office: the pack has no such office");
    }
    return people_layout_find(&import->file.table, &wanted, ret_layout, err);
}

/* STATUS_OK also when the row was refused. */
static enum status take_row(struct people_work *work, const struct people_layout *layout,
                            const struct table_row *row, struct error *err)
{
    struct import *import = &work->import;
    struct person_fact fact;
    import->row_count++;
    if (row->kind == TABLE_BAD) {
        import_refuse(import, row->line, row->why);
        return STATUS_OK;
    }
    arena_reset(&import->scratch);
    enum status status = people_fact(&import->scratch, layout, row, &fact, err);
    if (status == STATUS_OK) {
        status = people_import_row(&work->people, &fact, err);
    }
    if (status == STATUS_INVALID || status == STATUS_LIMIT) {
        import_refuse(import, row->line, err->primary);
        return STATUS_OK;
    }
    if (status == STATUS_OK && !fact.is_area_known) {
        import_unknown_area(import, fact.tenure.area);
    }
    return status;
}

static enum status save_all(struct people_work *work, struct error *err)
{
    struct import *import = &work->import;
    struct import_saver *saver = ARENA_NEW(&import->arena, struct import_saver);
    enum status status = STATUS_OK;
    saver->import = import;
    for (size_t i = 0; i < work->people.entry_count && status == STATUS_OK; i++) {
        const struct people_entry *entry = work->people.entries[i];
        if (entry->change == CHANGE_SAME || import->is_dry) {
            continue;
        }
        struct directory_key *keys =
            ARENA_ARRAY(&import->arena, struct directory_key, DIRECTORY_KEYS_MAX);
        struct buf body;
        buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
        person_encode(&body, &entry->person);
        struct desk_directory_entry row = {.kind = DIRECTORY_PERSON,
                                           .id = entry->person.id,
                                           .body = arena_str(&import->arena, buf_str(&body)),
                                           .keys = keys,
                                           .key_count =
                                               person_keys(&import->arena, &entry->person, keys)};
        bool is_whole = !body.overflowed;
        buf_close(&body);
        status = is_whole ? import_save(saver, &row, err)
                          : error_set(err, STATUS_LIMIT, "a person has more than 64 KB of facts");
    }
    return status == STATUS_OK ? import_save_end(saver, err) : status;
}

/* Candidacies without an end never end: that is rarely meant. */
static void tell_of_dates(struct import *import, const struct people_layout *layout)
{
    bool has_dates = layout->at[PEOPLE_TO] != TABLE_COLUMNS_MAX ||
                     layout->at[PEOPLE_ELECTION] != TABLE_COLUMNS_MAX ||
                     layout->at[PEOPLE_FROM] != TABLE_COLUMNS_MAX;
    if (!has_dates && layout->options.from.n == 0 && layout->options.to.n == 0) {
        import_note(import, 1,
                    "the file has no dates, so all of it holds for ever; say them with "
                    "--valid-from and --valid-to");
    }
}

static enum status work_on(struct import *import, struct error *err)
{
    struct people_work *work = (struct people_work *)import;
    struct people_layout layout;
    struct table_row row;
    enum status status = find_layout(import, &import->arena, &layout, err);
    if (status != STATUS_OK) {
        return status;
    }
    import->layout = layout.name;
    tell_of_dates(import, &layout);
    people_import_start(&work->people, &import->arena, &import->scratch, import_load, import);
    do {
        status = table_next(&import->file.table, &row, err);
        if (status == STATUS_OK && row.kind != TABLE_END) {
            status = take_row(work, &layout, &row, err);
        }
    } while (status == STATUS_OK && row.kind != TABLE_END);
    if (status == STATUS_OK && import->row_count == 0) {
        import_note(import, 1, "the file has a header and no rows");
    }
    return status == STATUS_OK ? save_all(work, err) : status;
}

static void sums(const struct import *import, struct json_out *json, struct buf *text)
{
    const struct people_work *work = (const struct people_work *)import;
    const size_t *rows = work->people.row_count;
    if (json != NULL) {
        json_put_int(json, "new", (int64_t)rows[CHANGE_NEW]);
        json_put_int(json, "changed", (int64_t)rows[CHANGE_CHANGED]);
        json_put_int(json, "same", (int64_t)rows[CHANGE_SAME]);
        json_put_int(json, "people", (int64_t)work->people.entry_count);
        return;
    }
    buf_printf(text, "  rows: %zu (%zu new, %zu changed, %zu same, %zu refused), people: %zu\n",
               import->row_count, rows[CHANGE_NEW], rows[CHANGE_CHANGED], rows[CHANGE_SAME],
               import->refusal_count, work->people.entry_count);
}

static int run(const struct args *args, struct arena *arena)
{
    struct people_work *work = ARENA_NEW(arena, struct people_work);
    return import_run(&cmd_pack_people_import, args, arena, &work->import, work_on, sums);
}

const struct cmd cmd_pack_people_import = {
    .name = "pack people import",
    .summary = "import candidates, office-holders and their handles",
    .usage = "--at DIR --officer LOGIN --password-file FILE --code DIGITS [--dry-run] FILE…",
    .help = "Reads tables of people into the desk's directory, which says who a report may be\n"
            "about. Columns: person id, name, office, area code, party, valid_from, valid_to,\n"
            "platform, handle; one row an office or a handle. The candidacies of UK Parliament\n"
            "(psephology) and the candidates of Democracy Club are known by their headers.\n"
            "Comma, tab, semicolon; UTF-8, UTF-16, windows-1252; unpack .gz first. A row that\n"
            "cannot be taken is listed with its line and the rest is done (exit 1). A file that\n"
            "is imported twice changes nothing the second time.",
    .options = options,
    .run = run,
};
