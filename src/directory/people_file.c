/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/people_file.h"

#include "base/utf8.h"
#include "directory/map.h"

enum { ALIASES_MAX = 4, SIGNATURE_MAX = 4, PEOPLE_ARENA_RESERVE = 16 * 1024 * 1024 };

static const char *const field_names[PEOPLE_FIELD_COUNT] = {
    [PEOPLE_ID] = "person id",
    [PEOPLE_NAME] = "name",
    [PEOPLE_FIRST_NAME] = "first name",
    [PEOPLE_SURNAME] = "surname",
    [PEOPLE_OFFICE] = "office",
    [PEOPLE_AREA] = "area code",
    [PEOPLE_AREA_NAME] = "area name",
    [PEOPLE_PARTY] = "party",
    [PEOPLE_FROM] = "valid from",
    [PEOPLE_TO] = "valid to",
    [PEOPLE_ELECTION] = "election date",
    [PEOPLE_ELECTION_ID] = "election id",
    [PEOPLE_PLATFORM] = "platform",
    [PEOPLE_HANDLE] = "handle",
    [PEOPLE_X] = "x",
    [PEOPLE_FACEBOOK] = "facebook",
    [PEOPLE_FACEBOOK_OWN] = "facebook personal",
    [PEOPLE_INSTAGRAM] = "instagram",
    [PEOPLE_TIKTOK] = "tiktok",
    [PEOPLE_BLUESKY] = "bluesky",
    [PEOPLE_THREADS] = "threads",
    [PEOPLE_YOUTUBE] = "youtube",
    [PEOPLE_LINKEDIN] = "linkedin",
    [PEOPLE_MASTODON] = "mastodon",
};

const char *people_field_name(enum people_field field)
{
    return field_names[field];
}

/* --- layouts --- */

struct alias {
    enum people_field field;
    const char *columns[ALIASES_MAX]; /* the first that is there */
};
struct known_layout {
    const char *name;
    const char *id_prefix;
    enum people_field signature[SIGNATURE_MAX]; /* fields that must be there */
    size_t signature_count;
    const char *office; /* of every row, or NULL */
    const struct alias *aliases;
    size_t alias_count;
};

static const struct alias psephology[] = {
    {PEOPLE_FIRST_NAME, {"candidate first name"}},
    {PEOPLE_SURNAME, {"candidate surname"}},
    {PEOPLE_AREA, {"ons id"}},
    {PEOPLE_AREA_NAME, {"constituency name"}},
    {PEOPLE_PARTY, {"party name"}},
    {PEOPLE_ELECTION, {"election date"}},
    {PEOPLE_ID, {"dc person id", "democracy club person id"}},
};
static const struct alias democracy_club[] = {
    {PEOPLE_ID, {"person id"}},
    {PEOPLE_NAME, {"person name"}},
    {PEOPLE_ELECTION_ID, {"ballot paper id", "election id"}},
    {PEOPLE_ELECTION, {"election date"}},
    {PEOPLE_PARTY, {"party name"}},
    {PEOPLE_AREA, {"gss", "gss code", "post gss"}},
    {PEOPLE_AREA_NAME, {"post label"}},
    {PEOPLE_X, {"twitter username", "twitter name"}},
    {PEOPLE_FACEBOOK, {"facebook page url"}},
    {PEOPLE_FACEBOOK_OWN, {"facebook personal url"}},
    {PEOPLE_INSTAGRAM, {"instagram url"}},
    {PEOPLE_TIKTOK, {"tiktok url"}},
    {PEOPLE_BLUESKY, {"bluesky url", "blue sky url"}},
    {PEOPLE_THREADS, {"threads url"}},
    {PEOPLE_YOUTUBE, {"youtube profile", "youtube url"}},
    {PEOPLE_LINKEDIN, {"linkedin url"}},
    {PEOPLE_MASTODON, {"mastodon username"}},
};

static const struct known_layout layouts[] = {
    {"psephology",
     "dc:",
     {PEOPLE_ID, PEOPLE_FIRST_NAME, PEOPLE_SURNAME, PEOPLE_AREA},
     4,
     "parliamentary-candidate",
     psephology,
     ARRAY_LEN(psephology)},
    {"democracy-club",
     "dc:",
     {PEOPLE_ID, PEOPLE_NAME, PEOPLE_ELECTION_ID},
     3,
     NULL,
     democracy_club,
     ARRAY_LEN(democracy_club)},
    /* The own layout has no aliases: its columns are the fields' names. */
    {"own", "", {PEOPLE_ID, PEOPLE_NAME, PEOPLE_OFFICE}, 3, NULL, NULL, 0},
    {"own", "", {PEOPLE_ID, PEOPLE_NAME, PEOPLE_HANDLE}, 3, NULL, NULL, 0},
};

static void clear_columns(struct people_layout *layout)
{
    for (size_t i = 0; i < PEOPLE_FIELD_COUNT; i++) {
        layout->at[i] = TABLE_COLUMNS_MAX;
    }
}

static bool try_layout(const struct table *table, const struct known_layout *known,
                       struct people_layout *layout)
{
    clear_columns(layout);
    for (size_t i = 0; i < known->alias_count; i++) {
        const struct alias *alias = &known->aliases[i];
        for (size_t k = 0; k < ALIASES_MAX && alias->columns[k] != NULL &&
                           layout->at[alias->field] == TABLE_COLUMNS_MAX;
             k++) {
            layout->at[alias->field] = table_column(table, str_c(alias->columns[k]));
        }
    }
    for (size_t i = 0; known->alias_count == 0 && i < PEOPLE_FIELD_COUNT; i++) {
        layout->at[i] = table_column(table, str_c(field_names[i]));
    }
    for (size_t i = 0; i < known->signature_count; i++) {
        if (layout->at[known->signature[i]] == TABLE_COLUMNS_MAX) {
            return false;
        }
    }
    layout->name = known->name;
    layout->id_prefix = known->id_prefix;
    if (known->office != NULL && layout->options.office.n == 0) {
        layout->options.office = str_c(known->office);
    }
    return true;
}

static bool has(const struct people_layout *layout, enum people_field field)
{
    return layout->at[field] != TABLE_COLUMNS_MAX;
}

enum status people_layout_find(const struct table *table, const struct people_options *options,
                               struct people_layout *ret_layout, struct error *err)
{
    struct people_layout layout = {.options = *options, .name = "", .id_prefix = ""};
    bool is_found = false;
    for (size_t i = 0; i < ARRAY_LEN(layouts) && !is_found; i++) {
        is_found = try_layout(table, &layouts[i], &layout);
    }
    if (!is_found) {
        (void)try_layout(table, &layouts[ARRAY_LEN(layouts) - 1], &layout);
    }
    if (options->columns.n > 0) {
        const struct table_fields fields = {field_names, PEOPLE_FIELD_COUNT,
                                            "'person id', 'name', 'office', 'area code'"};
        enum status status = table_columns_named(table, options->columns, &fields, layout.at, err);
        if (status != STATUS_OK) {
            return status;
        }
        layout.name = "columns";
        is_found =
            has(&layout, PEOPLE_ID) && (has(&layout, PEOPLE_NAME) || has(&layout, PEOPLE_SURNAME));
    }
    if (!is_found) {
        (void)error_set(err, STATUS_INVALID, "the header is of no layout that is known");
        error_hint(err, "wanted: person id, name, office, area code, party, valid_from, valid_to, "
                        "platform, handle; or name the columns: --columns 'name=Full name,…'");
        return STATUS_INVALID;
    }
    *ret_layout = layout;
    return STATUS_OK;
}

/* --- one row --- */

struct reader {
    struct arena *arena;
    const struct people_layout *layout;
    const struct table_row *row;
    struct person_fact fact;
    struct error *err;
    enum status status; /* the first refusal stays */
};

static void refuse(struct reader *reader, enum people_field field, const char *what)
{
    if (reader->status == STATUS_OK) {
        reader->status = error_set(reader->err, STATUS_INVALID, "%s: %s", field_names[field], what);
    }
}

static str value(struct reader *reader, enum people_field field, size_t bytes_max)
{
    size_t at = reader->layout->at[field];
    str text = at < reader->row->count ? reader->row->fields[at] : (str){0};
    if (text.n > bytes_max) {
        refuse(reader, field, "longer than a field may be");
        return (str){0};
    }
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7F) {
            refuse(reader, field, "a line break or control character");
            return (str){0};
        }
    }
    return text;
}

static str date_value(struct reader *reader, enum people_field field, str otherwise)
{
    str date = {0};
    str text = value(reader, field, DIRECTORY_TEXT_BYTES_MAX);
    if (!date_parse(reader->arena, text, &date)) {
        refuse(reader, field, "is no date such as 2024-07-04 or 04/07/2024");
    }
    return date.n > 0 ? date : otherwise;
}

static void read_name(struct reader *reader)
{
    struct person_fact *fact = &reader->fact;
    str id = value(reader, PEOPLE_ID, DIRECTORY_ID_BYTES_MAX - 8);
    fact->name = value(reader, PEOPLE_NAME, DIRECTORY_NAME_BYTES_MAX);
    if (fact->name.n == 0) {
        str first = value(reader, PEOPLE_FIRST_NAME, DIRECTORY_NAME_BYTES_MAX / 2 - 1);
        str last = value(reader, PEOPLE_SURNAME, DIRECTORY_NAME_BYTES_MAX / 2);
        fact->name =
            str_trim(arena_printf(reader->arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)));
    }
    if (id.n == 0) {
        refuse(reader, PEOPLE_ID, "is empty; it tells two people of one name apart");
    }
    if (name_words(reader->arena, fact->name).n == 0) {
        refuse(reader, PEOPLE_NAME, "holds no letter");
    }
    fact->id = arena_printf(reader->arena, "%s%.*s", reader->layout->id_prefix, STR_ARG(id));
}

/* "parl.…" is who stands for Parliament (Democracy Club's election identifiers). */
static str office_of_election(str id)
{
    static const struct {
        const char *begins, *office;
    } kinds[] = {
        {"parl.", "parliamentary-candidate"},  {"local.", "council-candidate"},
        {"mayor.", "mayor-candidate"},         {"pcc.", "pcc-candidate"},
        {"gla.", "london-assembly-candidate"}, {"sp.", "devolved-candidate"},
        {"senedd.", "devolved-candidate"},     {"naw.", "devolved-candidate"},
        {"nia.", "devolved-candidate"},        {"parish.", "parish-candidate"},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_starts(id, str_c(kinds[i].begins))) {
            return str_c(kinds[i].office);
        }
    }
    return (str){0};
}

/* A ward may be called as a constituency or a district is, so for these offices only a code says
 * which area it is. */
static bool is_ward_office(str office)
{
    return str_equal(office, STR("councillor")) || str_equal(office, STR("council-candidate")) ||
           str_starts(office, STR("parish-"));
}

/* "local.tower-hamlets.bow-east.2022-05-05" without its date: the area in Democracy Club's words. */
static str area_of_election(str id)
{
    size_t end = id.n;
    while (end > 0 && id.p[end - 1] != '.') {
        end--;
    }
    return end > 1 ? str_slice(id, 0, end - 1) : id;
}

static void read_area(struct reader *reader, str election)
{
    struct tenure *tenure = &reader->fact.tenure;
    struct directory_area area = {0};
    const struct pack *pack = reader->layout->options.pack;
    str code = value(reader, PEOPLE_AREA, DIRECTORY_ID_BYTES_MAX);
    str name = value(reader, PEOPLE_AREA_NAME, DIRECTORY_TEXT_BYTES_MAX);
    str sought = code.n > 0 || is_ward_office(tenure->office) ? code : name;
    reader->fact.is_area_known = true;
    tenure->area_name = name;
    if (area_find(pack, sought, &area)) {
        tenure->area = area.code;
        tenure->area_name = area.name;
    } else if (code.n > 0 || name.n > 0) {
        reader->fact.is_area_known = false;
        tenure->area = code.n > 0 ? code : election.n > 0 ? area_of_election(election) : name;
    }
}

static void read_tenure(struct reader *reader)
{
    struct tenure *tenure = &reader->fact.tenure;
    const struct people_options *options = &reader->layout->options;
    str election = value(reader, PEOPLE_ELECTION_ID, DIRECTORY_TEXT_BYTES_MAX);
    tenure->office = value(reader, PEOPLE_OFFICE, DIRECTORY_ID_BYTES_MAX);
    if (tenure->office.n == 0 && election.n > 0) {
        tenure->office = office_of_election(election);
        if (tenure->office.n == 0) {
            refuse(reader, PEOPLE_ELECTION_ID,
                   "is of an election that the directory has no "
                   "office for");
        }
    }
    tenure->office = tenure->office.n > 0 ? tenure->office : options->office;
    read_area(reader, election);
    tenure->party = value(reader, PEOPLE_PARTY, DIRECTORY_TEXT_BYTES_MAX);
    tenure->from = date_value(reader, PEOPLE_FROM, options->from);
    str polled = date_value(reader, PEOPLE_ELECTION, options->to);
    tenure->to = date_value(reader, PEOPLE_TO, polled);
    reader->fact.has_tenure = tenure->office.n > 0;
    if (tenure->office.n > 0 && pack_office(options->pack, tenure->office) == NULL) {
        refuse(reader, PEOPLE_OFFICE,
               "is no office of the pack ('hustings route --help' lists them)");
    }
    if (tenure->office.n == 0 && tenure->area.n > 0) {
        refuse(reader, PEOPLE_OFFICE, "is empty where an area is given (--office says it for all)");
    }
    if (tenure->from.n > 0 && tenure->to.n > 0 && str_compare(tenure->from, tenure->to) > 0) {
        refuse(reader, PEOPLE_TO, "is before valid_from");
    }
}

static void add_handle(struct reader *reader, enum people_field field, str platform, str text)
{
    struct person_fact *fact = &reader->fact;
    ASSERT(fact->handle_count < FACT_HANDLES_MAX);
    struct handle *handle = &fact->handles[fact->handle_count];
    if (text.n == 0) {
        return;
    }
    if (!handle_parse(reader->arena, platform, text, handle)) {
        refuse(reader, field, "is no handle or address of one");
    } else if (handle->platform.n == 0) {
        refuse(reader, PEOPLE_PLATFORM, "is empty where a handle is given");
    } else {
        fact->handle_count++;
    }
}

static void read_handles(struct reader *reader)
{
    static const struct {
        enum people_field field;
        const char *platform;
    } columns[] = {
        {PEOPLE_X, "x"},
        {PEOPLE_FACEBOOK, "facebook"},
        {PEOPLE_FACEBOOK_OWN, "facebook"},
        {PEOPLE_INSTAGRAM, "instagram"},
        {PEOPLE_TIKTOK, "tiktok"},
        {PEOPLE_BLUESKY, "bluesky"},
        {PEOPLE_THREADS, "threads"},
        {PEOPLE_YOUTUBE, "youtube"},
        {PEOPLE_LINKEDIN, "linkedin"},
        {PEOPLE_MASTODON, "mastodon"},
    };
    static_assert(ARRAY_LEN(columns) + 1 <= FACT_HANDLES_MAX, "one row's handles fit");
    add_handle(reader, PEOPLE_HANDLE, value(reader, PEOPLE_PLATFORM, DIRECTORY_PLATFORM_BYTES_MAX),
               value(reader, PEOPLE_HANDLE, DIRECTORY_HANDLE_BYTES_MAX));
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        add_handle(reader, columns[i].field, str_c(columns[i].platform),
                   value(reader, columns[i].field, DIRECTORY_HANDLE_BYTES_MAX));
    }
}

enum status people_fact(struct arena *arena, const struct people_layout *layout,
                        const struct table_row *row, struct person_fact *ret_fact,
                        struct error *err)
{
    struct reader reader = {.arena = arena, .layout = layout, .row = row, .err = err};
    read_name(&reader);
    read_tenure(&reader);
    read_handles(&reader);
    if (reader.status == STATUS_OK) {
        *ret_fact = reader.fact;
    }
    return reader.status;
}

/* --- import --- */

void people_import_start(struct people_import *import, struct arena *arena, struct arena *scratch,
                         directory_load *load, void *context)
{
    *import = (struct people_import){
        .arena = arena, .scratch = scratch, .load = load, .context = context};
    import->by_id = ARENA_NEW(arena, struct map);
    map_init(import->by_id, arena);
}

static struct people_entry *add_entry(struct people_import *import)
{
    if (import->entry_count == import->entry_cap) {
        size_t cap = import->entry_cap == 0 ? 256 : import->entry_cap * 2;
        struct people_entry **more = ARENA_ARRAY(import->arena, struct people_entry *, cap);
        if (import->entry_count > 0) {
            memcpy(more, import->entries, import->entry_count * sizeof(struct people_entry *));
        }
        import->entries = more;
        import->entry_cap = cap;
    }
    struct people_entry *entry = ARENA_NEW(import->arena, struct people_entry);
    import->entries[import->entry_count++] = entry;
    return entry;
}

/* The person of the row: met before in this file, kept already, or new. */
static enum status find_entry(struct people_import *import, str id, struct people_entry **ret_entry,
                              struct error *err)
{
    const size_t *known = map_find(import->by_id, id);
    str body = {0};
    if (known != NULL) {
        *ret_entry = import->entries[*known];
        return STATUS_OK;
    }
    if (import->entry_count == DIRECTORY_PEOPLE_MAX ||
        import->arena->bytes_max - import->arena->used_total < PEOPLE_ARENA_RESERVE) {
        return error_set(err, STATUS_LIMIT, "more people than one file may hold: split it");
    }
    if (import->load != NULL) {
        enum status status =
            import->load(import->context, import->arena, DIRECTORY_PERSON, id, &body, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    struct person kept = {0};
    if (body.n > 0) {
        enum status status = person_decode(import->arena, body, &kept, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    struct people_entry *entry = add_entry(import);
    entry->person = kept;
    map_add(import->by_id, arena_str(import->arena, id), import->entry_count - 1);
    *ret_entry = entry;
    return STATUS_OK;
}

enum status people_import_row(struct people_import *import, const struct person_fact *fact,
                              struct error *err)
{
    struct people_entry *entry = NULL;
    enum directory_change change = CHANGE_SAME;
    enum status status = find_entry(import, fact->id, &entry, err);
    if (status == STATUS_OK) {
        status = person_merge(import->arena, &entry->person, fact, &change, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    import->row_count[change]++;
    entry->change = change > entry->change ? change : entry->change;
    return STATUS_OK;
}
