/* SPDX-License-Identifier: Apache-2.0 */
/* A person: folding rows in, keeping as JSON, what it is found by. */
#include "codec/json.h"
#include "directory/directory.h"
#include "pack/fold.h"

str person_name(const struct person *person)
{
    return person->name_count > 0 ? person->names[person->name_count - 1] : (str){0};
}

/* Room for one more of `size` bytes; arrays double, the old one stays in the arena. */
static void *grown(struct arena *arena, void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap) {
        return list;
    }
    *cap = *cap == 0 ? 2 : *cap * 2;
    void *more = arena_alloc(arena, *cap, size);
    if (count > 0) {
        memcpy(more, list, count * size);
    }
    return more;
}

static void change_to(enum directory_change *change)
{
    *change = *change == CHANGE_SAME ? CHANGE_CHANGED : *change;
}

static enum status add_name(struct arena *arena, struct person *person, str name,
                            enum directory_change *change, struct error *err)
{
    for (size_t i = 0; i < person->name_count; i++) {
        if (str_equal(person->names[i], name)) {
            return STATUS_OK;
        }
    }
    if (person->name_count == PERSON_NAMES_MAX) {
        return error_set(err, STATUS_LIMIT, "this person has 8 other names already");
    }
    person->names[person->name_count++] = arena_str(arena, name);
    change_to(change);
    return STATUS_OK;
}

static void set_text(struct arena *arena, str *place, str text, enum directory_change *change)
{
    if (!str_equal(*place, text)) {
        *place = arena_str(arena, text);
        change_to(change);
    }
}

/* Two last days are two tenures: a candidate may stand in one place twice, and files often do not
 * say the first day. So whatever the order of files, importing them again changes nothing. */
static bool is_same_tenure(const struct tenure *a, const struct tenure *b)
{
    return str_equal(a->office, b->office) && str_equal(a->area, b->area) &&
           str_equal(a->from, b->from) && (a->to.n == 0 || b->to.n == 0 || str_equal(a->to, b->to));
}

static enum status add_tenure(struct arena *arena, struct person *person, const struct tenure *row,
                              enum directory_change *change, struct error *err)
{
    for (size_t i = 0; i < person->tenure_count; i++) {
        struct tenure *tenure = &person->tenures[i];
        if (is_same_tenure(tenure, row)) {
            set_text(arena, &tenure->area_name, row->area_name, change);
            set_text(arena, &tenure->party, row->party, change);
            set_text(arena, &tenure->to, row->to.n > 0 ? row->to : tenure->to, change);
            return STATUS_OK;
        }
    }
    if (person->tenure_count == PERSON_TENURES_MAX) {
        return error_set(err, STATUS_LIMIT, "this person has 64 offices already");
    }
    person->tenures = grown(arena, person->tenures, person->tenure_count, &person->tenure_cap,
                            sizeof person->tenures[0]);
    person->tenures[person->tenure_count++] = (struct tenure){
        .office = arena_str(arena, row->office),
        .area = arena_str(arena, row->area),
        .area_name = arena_str(arena, row->area_name),
        .party = arena_str(arena, row->party),
        .from = arena_str(arena, row->from),
        .to = arena_str(arena, row->to),
    };
    change_to(change);
    return STATUS_OK;
}

static enum status add_handle(struct arena *arena, struct person *person, const struct handle *row,
                              enum directory_change *change, struct error *err)
{
    for (size_t i = 0; i < person->handle_count; i++) {
        if (str_equal(person->handles[i].platform, row->platform) &&
            str_equal(person->handles[i].name, row->name)) {
            return STATUS_OK;
        }
    }
    if (person->handle_count == PERSON_HANDLES_MAX) {
        return error_set(err, STATUS_LIMIT, "this person has 32 handles already");
    }
    person->handles = grown(arena, person->handles, person->handle_count, &person->handle_cap,
                            sizeof person->handles[0]);
    person->handles[person->handle_count++] =
        (struct handle){arena_str(arena, row->platform), arena_str(arena, row->name)};
    change_to(change);
    return STATUS_OK;
}

enum status person_merge(struct arena *arena, struct person *person, const struct person_fact *fact,
                         enum directory_change *ret_change, struct error *err)
{
    enum directory_change change = person->id.n == 0 ? CHANGE_NEW : CHANGE_SAME;
    /* A refused row must leave nothing behind: handles and names are only added to the copy, and
     * the tenure, which may be changed in place, comes last. */
    struct person merged = *person;
    enum status status = STATUS_OK;
    if (change == CHANGE_NEW) {
        merged.id = arena_str(arena, fact->id);
    }
    for (size_t i = 0; i < fact->handle_count && status == STATUS_OK; i++) {
        status = add_handle(arena, &merged, &fact->handles[i], &change, err);
    }
    if (status == STATUS_OK) {
        status = add_name(arena, &merged, fact->name, &change, err);
    }
    if (status == STATUS_OK && fact->has_tenure) {
        status = add_tenure(arena, &merged, &fact->tenure, &change, err);
    }
    if (status == STATUS_OK) {
        *person = merged;
        *ret_change = change;
    }
    return status;
}

void person_encode(struct buf *out, const struct person *person)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "id", person->id);
    json_name(&json, "names");
    json_begin_list(&json);
    for (size_t i = 0; i < person->name_count; i++) {
        json_add_text(&json, person->names[i]);
    }
    json_end_list(&json);
    json_name(&json, "tenures");
    json_begin_list(&json);
    for (size_t i = 0; i < person->tenure_count; i++) {
        const struct tenure *tenure = &person->tenures[i];
        json_begin_object(&json);
        json_put_text(&json, "office", tenure->office);
        json_put_text(&json, "area", tenure->area);
        json_put_text(&json, "area_name", tenure->area_name);
        json_put_text(&json, "party", tenure->party);
        json_put_text(&json, "from", tenure->from);
        json_put_text(&json, "to", tenure->to);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_name(&json, "handles");
    json_begin_list(&json);
    for (size_t i = 0; i < person->handle_count; i++) {
        json_begin_object(&json);
        json_put_text(&json, "platform", person->handles[i].platform);
        json_put_text(&json, "name", person->handles[i].name);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
}

static size_t list_count(const struct json *list, size_t max)
{
    size_t count = list == NULL || list->kind != JSON_LIST ? 0 : list->count;
    return count > max ? max : count;
}

enum status person_decode(struct arena *arena, str body, struct person *ret_person,
                          struct error *err)
{
    struct json json;
    enum status status = json_parse(arena, body, &json, err);
    struct person person = {0};
    if (status != STATUS_OK || json_member_text(&json, "id").n == 0) {
        return error_set(err, STATUS_CORRUPT, "A person of the directory cannot be read.");
    }
    const struct json *names = json_member(&json, "names");
    const struct json *tenures = json_member(&json, "tenures");
    const struct json *handles = json_member(&json, "handles");
    person.id = json_member_text(&json, "id");
    person.name_count = list_count(names, PERSON_NAMES_MAX);
    for (size_t i = 0; i < person.name_count; i++) {
        person.names[i] = names->items[i].text;
    }
    person.tenure_count = person.tenure_cap = list_count(tenures, PERSON_TENURES_MAX);
    person.tenures = ARENA_ARRAY(arena, struct tenure, person.tenure_count);
    for (size_t i = 0; i < person.tenure_count; i++) {
        const struct json *row = &tenures->items[i];
        person.tenures[i] =
            (struct tenure){json_member_text(row, "office"),    json_member_text(row, "area"),
                            json_member_text(row, "area_name"), json_member_text(row, "party"),
                            json_member_text(row, "from"),      json_member_text(row, "to")};
    }
    person.handle_count = person.handle_cap = list_count(handles, PERSON_HANDLES_MAX);
    person.handles = ARENA_ARRAY(arena, struct handle, person.handle_count);
    for (size_t i = 0; i < person.handle_count; i++) {
        person.handles[i] = (struct handle){json_member_text(&handles->items[i], "platform"),
                                            json_member_text(&handles->items[i], "name")};
    }
    *ret_person = person;
    return STATUS_OK;
}

/* --- keys --- */

const char *directory_key_word(enum directory_key_kind kind)
{
    static const char *const key_words[] = {[KEY_ID] = "directory",
                                            [KEY_NAME] = "directory-name",
                                            [KEY_ENDS] = "directory-ends",
                                            [KEY_HANDLE] = "directory-handle",
                                            [KEY_OFFICE] = "directory-office",
                                            [KEY_AREA] = "directory-area",
                                            [KEY_COUNCIL] = "directory-council",
                                            [KEY_WORD] = "directory-word"};
    return key_words[kind];
}

static void key_add(struct directory_key *keys, size_t *count, enum directory_key_kind kind,
                    str value)
{
    for (size_t i = 0; i < *count; i++) {
        if (keys[i].kind == kind && str_equal(keys[i].value, value)) {
            return;
        }
    }
    if (value.n > 0 && *count < DIRECTORY_KEYS_MAX) {
        keys[(*count)++] = (struct directory_key){kind, value};
    }
}

size_t person_keys(struct arena *arena, const struct person *person,
                   struct directory_key ret_keys[DIRECTORY_KEYS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < person->name_count; i++) {
        str words = name_words(arena, person->names[i]);
        key_add(ret_keys, &count, KEY_NAME, name_key(arena, words));
        key_add(ret_keys, &count, KEY_ENDS, name_ends(arena, words));
    }
    for (size_t i = 0; i < person->handle_count; i++) {
        key_add(ret_keys, &count, KEY_HANDLE,
                arena_printf(arena, "%.*s/%.*s", STR_ARG(person->handles[i].platform),
                             STR_ARG(person->handles[i].name)));
    }
    for (size_t i = 0; i < person->tenure_count; i++) {
        const struct tenure *tenure = &person->tenures[i];
        if (tenure->area.n > 0) {
            key_add(
                ret_keys, &count, KEY_OFFICE,
                arena_printf(arena, "%.*s/%.*s", STR_ARG(tenure->office), STR_ARG(tenure->area)));
            key_add(ret_keys, &count, KEY_AREA, tenure->area);
        }
    }
    return count;
}

size_t place_keys(struct arena *arena, const struct place *place,
                  struct directory_key ret_keys[DIRECTORY_KEYS_MAX])
{
    char bytes[FOLD_NAME_BYTES_MAX];
    size_t count = 0;
    str texts[] = {place->name, place->postcode};
    key_add(ret_keys, &count, KEY_COUNCIL, place->council);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        str rest = fold_name(texts[i], bytes);
        while (rest.n > 0) {
            str word = {0};
            rest = str_cut(rest, ' ', &word);
            key_add(ret_keys, &count, KEY_WORD, arena_str(arena, word));
        }
    }
    return count;
}
