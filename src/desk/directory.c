/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/desk_directory.h"
#include "desk/desk_internal.h"
#include "pack/fold.h"

enum {
    FOUND_MAX = 200, /* entries read for one key: an area has had some 100 people in 20 years */
    LOOKED_AT_MAX = 400,
    /* A pile-on is one case with thousands of reports; what a page costs must not grow with it. */
    REPORTS_ASKED_MAX = 3,   /* reports that are asked whom they are about, until one says */
    ACCOUNTS_ASKED_MAX = 40, /* different accounts that are looked up */
    ACCOUNTS_SHOWN_MAX = 20
};

static int64_t tag_of(const struct desk *desk, enum directory_key_kind kind, str value)
{
    return casebook_tag(desk->casebook, str_c(directory_key_word(kind)), value);
}

/* A person and a place may have one id. */
static int64_t id_tag(const struct desk *desk, struct arena *arena, enum directory_kind kind,
                      str id)
{
    return tag_of(desk, KEY_ID, arena_printf(arena, "%d/%.*s", (int)kind, STR_ARG(id)));
}

enum status desk_directory_load(struct desk *desk, struct arena *arena, enum directory_kind kind,
                                str id, str *ret_body, struct error *err)
{
    enum status status = desk_need_unlocked(desk, err);
    return status == STATUS_OK
               ? casebook_directory_get(desk->casebook, arena, id_tag(desk, arena, kind, id),
                                        ret_body, err)
               : status;
}

static enum status put_entry(struct desk *desk, const struct desk_directory_entry *entry,
                             struct error *err)
{
    int64_t tags[DIRECTORY_KEYS_MAX];
    ASSERT(entry->key_count <= DIRECTORY_KEYS_MAX);
    for (size_t i = 0; i < entry->key_count; i++) {
        tags[i] = tag_of(desk, entry->keys[i].kind, entry->keys[i].value);
    }
    struct casebook_directory_entry row = {.what = (int64_t)entry->kind,
                                           .id = id_tag(desk, &desk->work, entry->kind, entry->id),
                                           .body = entry->body,
                                           .tags = tags,
                                           .tag_count = entry->key_count};
    return casebook_directory_put(desk->casebook, &row, err);
}

enum status desk_directory_save(struct desk *desk, const struct caller *caller,
                                const struct desk_directory_entry *entries, size_t count,
                                const struct desk_directory_about *about, struct error *err)
{
    struct act act;
    ASSERT(count > 0 && count <= DESK_DIRECTORY_SLICE);
    enum status status = desk_need(desk, caller, CAP_DIRECTORY, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct buf hash;
    buf_init(&hash, 2 * CRYPT_HASH_BYTES);
    buf_add_hex(&hash, about->sha256.bytes, sizeof about->sha256.bytes);
    arena_reset(&desk->work);
    act_begin(&act, caller, "directory.import", 0, false);
    json_put_text(&act.json, "what",
                  entries[0].kind == DIRECTORY_PERSON ? STR("people") : STR("places"));
    json_put_int(&act.json, "entries", (int64_t)count);
    json_put_text(&act.json, "layout", about->layout);
    json_put_text(&act.json, "sha256", buf_str(&hash));
    buf_close(&hash);
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = put_entry(desk, &entries[i], err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    return status;
}

enum status desk_directory_forget(struct desk *desk, const struct caller *caller,
                                  enum directory_kind kind, str id, struct error *err)
{
    struct act act;
    str body = {0};
    bool was_there = false;
    enum status status = desk_need(desk, caller, CAP_DIRECTORY, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_reset(&desk->work);
    int64_t tag = id_tag(desk, &desk->work, kind, id);
    status = casebook_directory_get(desk->casebook, &desk->work, tag, &body, err);
    if (status == STATUS_OK && body.n == 0) {
        status = error_set(err, STATUS_NOT_FOUND, "The directory has no such entry.");
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "directory.forget", 0, false);
    json_put_text(&act.json, "what", kind == DIRECTORY_PERSON ? STR("person") : STR("place"));
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = casebook_directory_remove(desk->casebook, tag, &was_there, err);
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    return status;
}

/* --- looking up --- */

struct finder {
    struct desk *desk;
    struct arena *arena;
    const struct person_query *query;
    struct person_match *matches;
    size_t count, cap;
    bool is_cut;
    enum status status;
    struct error *err;
};

static bool is_found_already(const struct finder *finder, str id)
{
    for (size_t i = 0; i < finder->count; i++) {
        if (str_equal(finder->matches[i].person->id, id)) {
            return true;
        }
    }
    return false;
}

static void weigh(struct finder *finder, str body)
{
    struct person *person = ARENA_NEW(finder->arena, struct person);
    finder->status = person_decode(finder->arena, body, person, finder->err);
    if (finder->status != STATUS_OK || is_found_already(finder, person->id)) {
        return;
    }
    if (finder->count == LOOKED_AT_MAX) {
        finder->is_cut = true;
        return;
    }
    if (finder->count == finder->cap) {
        size_t cap = finder->cap == 0 ? 8 : finder->cap * 2;
        struct person_match *more = ARENA_ARRAY(finder->arena, struct person_match, cap);
        if (finder->count > 0) {
            memcpy(more, finder->matches, finder->count * sizeof more[0]);
        }
        finder->matches = more;
        finder->cap = cap;
    }
    finder->count += person_weigh(finder->arena, finder->desk->options.pack, person, finder->query,
                                  &finder->matches[finder->count]);
}

static void look(struct finder *finder, enum directory_key_kind kind, str value)
{
    str *bodies = NULL;
    size_t count = 0;
    if (finder->status != STATUS_OK || value.n == 0) {
        return;
    }
    finder->status = casebook_directory_find(finder->desk->casebook, finder->arena,
                                             tag_of(finder->desk, kind, value), FOUND_MAX + 1,
                                             &bodies, &count, finder->err);
    if (finder->status == STATUS_OK && count > FOUND_MAX) {
        finder->is_cut = true;
        count = FOUND_MAX;
    }
    for (size_t i = 0; finder->status == STATUS_OK && i < count; i++) {
        weigh(finder, bodies[i]);
    }
}

static void look_for_handle(struct finder *finder)
{
    const struct handle *handle = &finder->query->handle;
    for (size_t i = 0; handle->name.n > 0 && handle_platform(i) != NULL; i++) {
        str platform = str_c(handle_platform(i));
        if (handle->platform.n == 0 || str_equal(handle->platform, platform)) {
            look(
                finder, KEY_HANDLE,
                arena_printf(finder->arena, "%.*s/%.*s", STR_ARG(platform), STR_ARG(handle->name)));
        }
    }
}

/* Without an act: the caller is inside one. */
static enum status directory_look_up(struct desk *desk, const struct person_query *query,
                                     struct arena *arena, struct desk_people *ret_people,
                                     struct error *err)
{
    struct finder finder = {.desk = desk, .arena = arena, .query = query, .err = err};
    str words = name_words(arena, query->name);
    look(&finder, KEY_NAME, name_key(arena, words));
    look(&finder, KEY_ENDS, name_ends(arena, words));
    look_for_handle(&finder);
    bool is_word = words.n > 0 && name_ends(arena, words).n == 0;
    if (is_word || (words.n == 0 && query->handle.name.n == 0)) {
        look(&finder, KEY_AREA, query->area);
    }
    if (finder.status != STATUS_OK) {
        return finder.status;
    }
    person_matches_sort(finder.matches, finder.count);
    *ret_people = (struct desk_people){finder.matches, finder.count, finder.is_cut};
    if (ret_people->count > PERSON_MATCHES_MAX) {
        ret_people->count = PERSON_MATCHES_MAX;
        ret_people->is_cut = true;
    }
    return STATUS_OK;
}

enum status desk_directory_find(struct desk *desk, const struct caller *caller,
                                const struct person_query *query, struct arena *arena,
                                struct desk_people *ret_people, struct error *err)
{
    struct act act;
    enum status status = desk_need(desk, caller, CAP_READ_CASE, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "directory.find", 0, true);
    status = act_alone(desk, &act, err);
    act_close(&act);
    return status == STATUS_OK ? directory_look_up(desk, query, arena, ret_people, err) : status;
}

enum status directory_places(struct desk *desk, str council, str election, struct arena *arena,
                             struct place **ret_places, size_t *ret_count, struct error *err)
{
    str *bodies = NULL;
    size_t count = 0;
    size_t taken = 0;
    enum status status =
        casebook_directory_find(desk->casebook, arena, tag_of(desk, KEY_COUNCIL, council),
                                DESK_PLACES_MAX, &bodies, &count, err);
    struct place *places = ARENA_ARRAY(arena, struct place, count + 1);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = place_decode(arena, bodies[i], &places[taken], err);
        taken +=
            status == STATUS_OK && (election.n == 0 || str_equal(places[taken].election, election));
    }
    if (status == STATUS_OK) {
        *ret_places = places;
        *ret_count = taken;
    }
    return status;
}

enum status desk_directory_places(struct desk *desk, const struct caller *caller, str council,
                                  str election, struct arena *arena, struct place **ret_places,
                                  size_t *ret_count, struct error *err)
{
    struct act act;
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "directory.places", 0, true);
    json_put_text(&act.json, "council", council);
    json_put_text(&act.json, "election", election);
    status = act_alone(desk, &act, err);
    act_close(&act);
    return status == STATUS_OK
               ? directory_places(desk, council, election, arena, ret_places, ret_count, err)
               : status;
}

enum { WORDS_ASKED_MAX = 8, PLACES_LOOKED_AT_MAX = 400 };

struct naming {
    struct place *places;
    size_t count;
    bool is_cut;
};

/* Adds a place that has all words, unless it is there (of another election). */
static void name_place(struct naming *n, const struct place *place, str folded)
{
    if (!place_has_words(place, folded)) {
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        const struct place *other = &n->places[i];
        if (str_equal(other->name, place->name) && str_equal(other->address, place->address) &&
            str_equal(other->council, place->council)) {
            return;
        }
    }
    if (n->count == DESK_PLACES_SHOWN) {
        n->is_cut = true;
        return;
    }
    n->places[n->count++] = *place;
}

/* All with one of the words; what has the others too is kept. */
static enum status places_of_word(struct desk *desk, struct arena *arena, str word, str folded,
                                  struct naming *n, struct error *err)
{
    str *bodies = NULL;
    size_t count = 0;
    enum status status =
        casebook_directory_find(desk->casebook, arena, tag_of(desk, KEY_WORD, word),
                                PLACES_LOOKED_AT_MAX, &bodies, &count, err);
    n->is_cut = n->is_cut || count == PLACES_LOOKED_AT_MAX;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct place place;
        status = place_decode(arena, bodies[i], &place, err);
        if (status == STATUS_OK) {
            name_place(n, &place, folded);
        }
    }
    return status;
}

enum status desk_directory_places_named(struct desk *desk, const struct caller *caller, str words,
                                        struct arena *arena, struct place **ret_places,
                                        size_t *ret_count, bool *ret_is_cut, struct error *err)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    struct naming n = {0};
    struct act act;
    enum status status = desk_need(desk, caller, CAP_REPORT_ENTER, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "directory.places", 0, true);
    status = act_alone(desk, &act, err);
    act_close(&act);
    n.places = ARENA_ARRAY(arena, struct place, DESK_PLACES_SHOWN);
    str folded = fold_name(words, bytes);
    str rest = folded;
    for (size_t i = 0; i < WORDS_ASKED_MAX && rest.n > 0 && status == STATUS_OK; i++) {
        str word = {0};
        rest = str_cut(rest, ' ', &word);
        status = places_of_word(desk, arena, word, folded, &n, err);
    }
    if (status == STATUS_OK) {
        *ret_places = n.places;
        *ret_count = n.count;
        *ret_is_cut = n.is_cut;
    }
    return status;
}

/* --- who is the case about? --- */

static str area_of(const struct desk *desk, const struct report *report)
{
    const struct pack *pack = desk->options.pack;
    struct directory_area area = {0};
    str behind = report->target_office;
    size_t at = str_find(behind, STR(" for "));
    behind = at == behind.n ? behind : str_slice(behind, at + 5, behind.n);
    if (pack != NULL &&
        (area_find(pack, report->constituency, &area) || area_find(pack, str_trim(behind), &area) ||
         area_find(pack, report->place, &area))) {
        return area.code;
    }
    return (str){0};
}

/* The day it happened, if the report says one; else the day it came. */
static str day_of(struct arena *arena, const struct letter_body *body)
{
    struct buf out;
    time_us at = 0;
    bool is_date = false;
    buf_init(&out, 64);
    buf_add_time(&out, time_parse(body->report.when, &at, &is_date) ? at : body->received);
    str day = arena_str(arena, str_slice(buf_str(&out), 0, 10));
    buf_close(&out);
    return day;
}

/* "@somebody" or an address in the place of the name. */
static bool is_written_as_handle(str name)
{
    return str_starts(name, STR("@")) || str_find(name, STR("://")) != name.n;
}

enum status directory_of_report(struct desk *desk, struct arena *arena,
                                const struct letter_body *body, struct desk_people *ret_people,
                                struct error *err)
{
    const struct report *report = &body->report;
    struct person_query query = {.name = report->target_name,
                                 .office = report->target_role,
                                 .area = area_of(desk, report),
                                 .at = day_of(arena, body)};
    if (is_written_as_handle(query.name) &&
        handle_parse(arena, (str){0}, query.name, &query.handle)) {
        query.name = (str){0};
    }
    bool is_named = query.name.n > 0 || query.handle.name.n > 0;
    if (!is_named && (query.area.n == 0 || query.office.n == 0)) {
        *ret_people = (struct desk_people){0};
        return STATUS_OK;
    }
    return directory_look_up(desk, &query, arena, ret_people, err);
}

struct accounts {
    str asked[ACCOUNTS_ASKED_MAX];
    size_t count;
};

/* True once for each account. */
static bool is_new_account(struct accounts *accounts, str account)
{
    for (size_t i = 0; i < accounts->count; i++) {
        if (str_equal(accounts->asked[i], account)) {
            return false;
        }
    }
    if (accounts->count == ACCOUNTS_ASKED_MAX) {
        return false;
    }
    accounts->asked[accounts->count++] = account;
    return true;
}

static enum status add_accounts(struct desk *desk, struct arena *arena,
                                const struct letter_body *body, struct accounts *accounts,
                                struct desk_case *view, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < body->report.account_count && status == STATUS_OK; i++) {
        str account = body->report.accounts[i];
        struct desk_people people = {0};
        struct person_query query = {.at = day_of(arena, body)};
        if (!is_new_account(accounts, account) ||
            !handle_parse(arena, (str){0}, account, &query.handle)) {
            continue;
        }
        status = directory_look_up(desk, &query, arena, &people, err);
        for (size_t k = 0; k < people.count && view->account_count < ACCOUNTS_SHOWN_MAX; k++) {
            view->accounts[view->account_count++] =
                (struct desk_account){account, people.matches[k]};
        }
    }
    return status;
}

enum status directory_of_case(struct desk *desk, struct arena *arena, struct desk_case *view,
                              struct error *err)
{
    struct accounts accounts = {.count = 0};
    size_t asked = 0;
    enum status status = STATUS_OK;
    view->accounts = ARENA_ARRAY(arena, struct desk_account, ACCOUNTS_SHOWN_MAX);
    for (size_t i = 0; i < view->report_count && status == STATUS_OK; i++) {
        const struct letter_body *body = &view->reports[i].body;
        struct desk_people people = {0};
        if (view->reports[i].is_erased || body->is_added) {
            continue;
        }
        status = add_accounts(desk, arena, body, &accounts, view, err);
        if (status == STATUS_OK && view->known_count == 0 && asked < REPORTS_ASKED_MAX) {
            asked++;
            status = directory_of_report(desk, arena, body, &people, err);
            view->known = people.matches;
            view->known_count = people.count;
            view->is_known_cut = people.is_cut;
        }
    }
    return status;
}
