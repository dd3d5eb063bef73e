/* SPDX-License-Identifier: Apache-2.0 */
/* What an officer changes about an operation. A row that a form makes is written as a table of one
 * row: there is one reader, and it says what is wrong in one way. */
#include "codec/csv.h"
#include "deskweb/plan_view.h"

enum { TABLE_BYTES_MAX = 8000, EVENT_MINUTES = 15, IDS_MAX = FORM_FIELDS_MAX };

/* A browser lets no page fill in a file again. */
static void hint_conflict(struct ask *ask, enum status status, const char *form)
{
    static const char *const without_words[] = {"count", "state", "take"};
    bool has_words = form != NULL;
    for (size_t i = 0; i < ARRAY_LEN(without_words) && has_words; i++) {
        has_words = strcmp(form, without_words[i]) != 0;
    }
    if (status == STATUS_CONFLICT && has_words) {
        error_hint(&ask->err,
                   strcmp(form, "file") == 0
                       ? "Nothing of yours was saved. Look at what is there now, choose the file "
                         "again, and send it again."
                       : "Nothing of yours was saved. What you typed is still in its form: look at "
                         "what is there now, and send it again.");
    }
}

/* `done`: the words of ask_bar for what was done. */
static void said(struct ask *ask, enum status status, const struct operation_changed *changed,
                 const char *form, const char *done)
{
    struct operation_said words = {.status = 200, .refusals = changed->refusals, .form = form};
    if (status == STATUS_OK && changed->refused == 0) {
        ask_redirect(ask, "/operation/%lld?done=%s&n=%zu&m=%zu", (long long)ask->ids.number, done,
                     changed->removed > 0 ? changed->removed : changed->added, changed->changed);
        return;
    }
    if (status == STATUS_OK) { /* some rows were taken, some were not: both are shown */
        words.form = NULL;
        str out = changed->removed == 0
                      ? STR("")
                      : arena_printf(ask->arena, "%zu taken out, ", changed->removed);
        words.note = arena_printf(ask->arena, "%zu new, %zu changed, %.*s%zu not taken.",
                                  changed->added, changed->changed, STR_ARG(out), changed->refused);
    } else if (!words_are_kept(status)) {
        ask_fail(ask, status);
        return;
    } else {
        hint_conflict(ask, status, form);
        words.status = status_http(status);
    }
    operation_show(ask, &words);
}

static const char *done_of(const struct operation_change *what)
{
    static const char *const words[] = {[OPERATION_PLACES] = "op-places",
                                        [OPERATION_SITES] = "op-sites",
                                        [OPERATION_EVENTS] = "op-events",
                                        [OPERATION_UNITS] = "op-units",
                                        [OPERATION_PAY] = "op-pay",
                                        [OPERATION_REMOVE_SITE] = "op-drop-site",
                                        [OPERATION_REMOVE_UNIT] = "op-drop-unit",
                                        [OPERATION_RATE] = "op-rate",
                                        [OPERATION_COUNT] = "op-count",
                                        [OPERATION_TAKE] = "op-take",
                                        [OPERATION_RULES] = "op-rules",
                                        [OPERATION_SITREPS] = "op-times",
                                        [OPERATION_CLOSE] = "op-close",
                                        [OPERATION_REOPEN] = "op-reopen"};
    bool is_form = str_equal(what->from, STR("form"));
    bool has_words = (size_t)what->kind < ARRAY_LEN(words) && words[what->kind] != NULL;
    return is_form && what->kind == OPERATION_SITES   ? "op-site"
           : is_form && what->kind == OPERATION_UNITS ? "op-unit"
           : has_words                                ? words[what->kind]
                                                      : "operation";
}

static void change(struct ask *ask, struct operation_change *what, const char *form)
{
    struct operation_changed changed;
    what->number = ask->ids.number;
    what->version = ask_number(&ask->form, "version", 0);
    enum status status =
        desk_operation_change(ask->desk, &ask->caller, what, ask->arena, &changed, &ask->err);
    said(ask, status, &changed, form, done_of(what));
}

void operation_places_post(struct ask *ask)
{
    struct operation_change what = {.kind = OPERATION_PLACES,
                                    .text = ask_field(ask, "council"),
                                    .election = ask_field(ask, "election")};
    change(ask, &what, "places");
}

static void need(struct ask *ask, const char *words, const char *hint, const char *form)
{
    struct operation_changed none = {0};
    error_set(&ask->err, STATUS_INVALID, "%s", words);
    error_hint(&ask->err, "%s", hint);
    said(ask, STATUS_INVALID, &none, form, "");
}

/* --- files --- */

void operation_file_post(struct ask *ask)
{
    str kind = ask_field(ask, "kind");
    str name = ask_field(ask, "file.name");
    struct operation_change what = {.kind = str_equal(kind, STR("units"))    ? OPERATION_UNITS
                                            : str_equal(kind, STR("events")) ? OPERATION_EVENTS
                                            : str_equal(kind, STR("rates"))  ? OPERATION_PAY
                                                                             : OPERATION_SITES,
                                    .text = form_value(&ask->form, "file"),
                                    .name = name.n > 0 ? name : STR("the file"),
                                    .from = STR("file"),
                                    .minutes = EVENT_MINUTES};
    if (form_has(&ask->form, "file.broken")) {
        need(ask, "The file is no text in UTF-8.",
             "In a spreadsheet choose “CSV UTF-8” when saving, and upload it again.", "file");
    } else if (what.text.n == 0) {
        need(ask, "Choose a file first; an empty one has nothing to take.", "", "file");
    } else {
        change(ask, &what, "file");
    }
}

/* --- rows of a form --- */

struct cell {
    const char *column, *field;
};

/* Empty fields have no column: the reader then takes what a table without it means. */
static str table_of(struct ask *ask, const struct cell *cells, size_t count)
{
    struct buf out;
    buf_init(&out, TABLE_BYTES_MAX);
    for (int is_row = 0; is_row < 2; is_row++) {
        bool is_first = true;
        for (size_t i = 0; i < count; i++) {
            str value = ask_field(ask, cells[i].field);
            if (value.n == 0) {
                continue;
            }
            buf_add_c(&out, is_first ? "" : ",");
            is_first = false;
            if (is_row != 0) {
                csv_add_quoted(&out, value);
            } else {
                buf_add_c(&out, cells[i].column);
            }
        }
        buf_add_byte(&out, '\n');
    }
    str text = out.overflowed ? STR("") : arena_str(ask->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

void operation_site_post(struct ask *ask)
{
    static const struct cell by_position[] = {
        {"id", "name"},
        {"name", "name"},
        {"area", "area"},
        {"lon", "lon"},
        {"lat", "lat"},
        {"from", "from"},
        {"to", "to"},
        {"visits", "visits"},
        {"dwell_min", "dwell"},
        {"post", "post"},
        {"mandatory", "mandatory"},
        {"risk", "risk"},
        {"note", "note"},
    };
    static const struct cell at_site[] = {
        {"id", "name"},         {"name", "name"}, {"area", "area"},
        {"from", "from"},       {"to", "to"},     {"visits", "visits"},
        {"dwell_min", "dwell"}, {"post", "post"}, {"mandatory", "mandatory"},
        {"risk", "risk"},       {"note", "note"},
    };
    bool has_site = ask_field(ask, "at").n > 0;
    struct operation_change what = {
        .kind = OPERATION_SITES, .name = STR("the form"), .from = STR("form")};
    if (ask_field(ask, "name").n == 0) {
        need(ask, "Give it a name.", "", "site");
        return;
    }
    what.id = ask_field(ask, "at");
    what.text = has_site ? table_of(ask, at_site, ARRAY_LEN(at_site))
                         : table_of(ask, by_position, ARRAY_LEN(by_position));
    change(ask, &what, "site");
}

void operation_unit_post(struct ask *ask)
{
    static const struct cell cells[] = {
        {"id", "id"},         {"base", "base"},         {"start", "start"},
        {"end", "end"},       {"officers", "officers"}, {"mode", "mode"},
        {"skills", "skills"}, {"rank", "rank"},
    };
    struct operation_change what = {.kind = OPERATION_UNITS,
                                    .name = STR("the form"),
                                    .from = STR("form"),
                                    .text = table_of(ask, cells, ARRAY_LEN(cells))};
    if (ask_field(ask, "id").n == 0) {
        need(ask, "Give the unit a call sign.", "", "unit");
        return;
    }
    change(ask, &what, "unit");
}

/* --- what is there --- */

static size_t chosen(struct ask *ask, const char *name, str *ids)
{
    size_t count = 0;
    while (count < IDS_MAX && form_nth(&ask->form, name, count, &ids[count])) {
        count++;
    }
    return count;
}

void operation_sites_post(struct ask *ask)
{
    str ids[IDS_MAX];
    str word = ask_field(ask, "do");
    struct operation_change what = {.kind = OPERATION_RATE, .text = ask_field(ask, "source")};
    what.ids = ids;
    if (str_equal(word, STR("rate-area"))) {
        what.area = ask_field(ask, "area");
    } else {
        what.id_count = chosen(ask, "site", ids);
    }
    if (str_equal(word, STR("remove"))) {
        what.kind = OPERATION_REMOVE_SITE;
    }
    what.rating = site_rating_from_word(ask_field(ask, "rating"));
    change(ask, &what, "sites");
}

void operation_units_post(struct ask *ask)
{
    str ids[IDS_MAX];
    struct operation_change what = {.kind = OPERATION_REMOVE_UNIT};
    what.ids = ids;
    what.id_count = chosen(ask, "unit", ids);
    change(ask, &what, "units");
}

void operation_count_post(struct ask *ask)
{
    struct operation_change what = {.kind = OPERATION_COUNT};
    change(ask, &what, "count");
}

void operation_rules_post(struct ask *ask)
{
    struct operation_change what = {.kind = OPERATION_RULES};
    what.rules =
        (struct operation_rules){.has_breaks = form_has(&ask->form, "breaks"),
                                 .has_hours = form_has(&ask->form, "hours"),
                                 .has_pairs = form_has(&ask->form, "pairs"),
                                 .has_spacing = form_has(&ask->form, "spacing"),
                                 .has_fairness = form_has(&ask->form, "fairness"),
                                 .hours_max = ask_number(&ask->form, "hours_max", 0),
                                 .visits = ask_number(&ask->form, "visits", 0),
                                 .dwell_minutes = ask_number(&ask->form, "dwell_minutes", 0)};
    change(ask, &what, "rules");
}

void operation_times_post(struct ask *ask)
{
    struct operation_change what = {.kind = OPERATION_SITREPS, .text = ask_field(ask, "times")};
    change(ask, &what, "times");
}

void operation_take_post(struct ask *ask)
{
    struct operation_change what = {.kind = OPERATION_TAKE,
                                    .plan = ask_number(&ask->form, "plan", 0)};
    change(ask, &what, "take");
}

void operation_state_post(struct ask *ask)
{
    struct operation_change what = {.kind = str_equal(ask_field(ask, "do"), STR("reopen"))
                                                ? OPERATION_REOPEN
                                                : OPERATION_CLOSE};
    change(ask, &what, "state");
}

void operation_search_post(struct ask *ask)
{
    struct operation_changed none = {0};
    uint64_t seed = 0;
    str typed = ask_field(ask, "seed");
    enum status status = STATUS_OK;
    if (typed.n == 0) { /* where officers will be should not be guessed from last year's plan */
        crypt_random(&seed, sizeof seed);
        seed >>= 16;
    } else if (!str_to_u64(typed, &seed) || seed > INT64_MAX) {
        status = error_set(&ask->err, STATUS_INVALID, "The seed is a number, or empty.");
    }
    if (status == STATUS_OK) {
        status = desk_plan_search(ask->desk, &ask->caller, ask->ids.number,
                                  ask_number(&ask->form, "seconds", 0), seed, ask_field(ask, "why"),
                                  &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?watch=1", (long long)ask->ids.number);
    } else {
        said(ask, status, &none, "search", "");
    }
}
