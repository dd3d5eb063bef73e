/* SPDX-License-Identifier: Apache-2.0 */
/* What an officer does to a case: one form, one act. Nothing typed is ever lost: a refused form
 * comes back filled, a stale one is shown beside what was saved meanwhile. */
#include "deskweb/case_view.h"

#include "pages/desk_confirm.html.h"
#include "pages/desk_conflict.html.h"

enum { FIELDS_MAX = DESK_CASE_CODES_MAX + DESK_NAMED_MAX + 16 };

/* What goes with an erasure. */
static unsigned read_also(const struct form *form)
{
    static const struct {
        const char *name;
        enum erasure_also bit;
    } boxes[] = {
        {"notes", ERASURE_NOTES}, {"messages", ERASURE_MESSAGES}, {"summary", ERASURE_SUMMARY}};
    unsigned also = 0;
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
        bool is_on = str_equal(form_value(form, boxes[i].name), STR("yes"));
        also |= is_on ? (unsigned)boxes[i].bit : 0;
    }
    return also;
}

/* The form as an act; false (and ask->err) when a field is not what it should be. */
static bool read_act(struct ask *ask, struct desk_do *what)
{
    const struct form *form = &ask->form;
    str *codes = ARENA_ARRAY(ask->arena, str, DESK_CODES_MAX);
    int64_t *named = ARENA_ARRAY(ask->arena, int64_t, DESK_NAMED_MAX);
    str value = {0};
    *what = (struct desk_do){.kind = (enum desk_act_kind)ask->route->act,
                             .number = ask->ids.number,
                             .version = ask_number(form, "version", -1),
                             .grade = ask_number(form, "grade", -1),
                             .owner = ask_number(form, "owner", 0),
                             .other = ask_number(form, "other", 0),
                             .incident = ask_number(form, "incident", 0),
                             .leaf = ask_number(form, "leaf", 0),
                             .report = ask_number(form, "report", 0),
                             .also = read_also(form),
                             .codes = codes,
                             .named = named,
                             .text = form_value(form, "text"),
                             .force = form_value(form, "force"),
                             .reason = form_value(form, "reason")};
    while (what->code_count < DESK_CODES_MAX && form_nth(form, "code", what->code_count, &value)) {
        codes[what->code_count++] = value;
    }
    while (what->named_count < DESK_NAMED_MAX &&
           form_nth(form, "named", what->named_count, &value)) {
        if (!str_to_i64(value, &named[what->named_count])) {
            error_set(&ask->err, STATUS_INVALID, "An officer in the list is not known.");
            return false;
        }
        what->named_count++;
    }
    if (what->version <= 0) {
        error_set(&ask->err, STATUS_INVALID,
                  "The form does not say which version it was made from.");
        return false;
    }
    if (what->kind == DO_STATE && !case_state_from_word(form_value(form, "state"), &what->state)) {
        error_set(&ask->err, STATUS_INVALID, "Choose one of the states.");
        return false;
    }
    if (what->kind == DO_NOTE && !desk_did_from_word(form_value(form, "did"), &what->did)) {
        error_set(&ask->err, STATUS_INVALID, "Choose what the note says was done.");
        return false;
    }
    if (what->kind == DO_ACCESS &&
        !case_access_from_word(form_value(form, "access"), &what->access)) {
        error_set(&ask->err, STATUS_INVALID, "Choose who may read the case.");
        return false;
    }
    return true;
}

static bool is_text_kind(enum desk_act_kind kind)
{
    return kind == DO_NOTE || kind == DO_MESSAGE || kind == DO_SUMMARY;
}

static void conflict_show(struct ask *ask, const struct desk_do *what,
                          const struct desk_conflict *conflict)
{
    struct page_desk_conflict_fields *fields =
        ARENA_ARRAY(ask->arena, struct page_desk_conflict_fields, FIELDS_MAX);
    size_t count = 0;
    bool is_text = is_text_kind(what->kind);
    for (size_t i = 0; i < ask->form.count && count + 1 < FIELDS_MAX; i++) {
        str name = ask->form.fields[i].name;
        if (str_equal(name, STR("version")) || (is_text && str_equal(name, STR("text")))) {
            continue;
        }
        fields[count++] = (struct page_desk_conflict_fields){name, ask->form.fields[i].value};
    }
    fields[count++] = (struct page_desk_conflict_fields){
        STR("version"), arena_printf(ask->arena, "%lld", (long long)conflict->version)};
    str who = view_act_who(ask, conflict->verb, conflict->officer);
    str theirs = conflict->is_detail ? view_act_words(ask, conflict->verb, conflict->theirs)
                                     : conflict->theirs;
    ASK_PAGE(ask, 409, desk_conflict, "",
             .base = arena_printf(ask->arena, "/case/%lld", (long long)what->number),
             .number = what->number, .action = http_path(ask->x), .who = who,
             .at = words_time(ask->arena, conflict->at), .theirs = theirs,
             .yours = is_text ? what->text : conflict->yours, .fields = {fields, count},
             .is_text = is_text);
}

static void refused(struct ask *ask, enum status status, const struct desk_do *what)
{
    bool is_shown = status == STATUS_INVALID || status == STATUS_LIMIT || status == STATUS_DENIED;
    struct case_typed typed = {.kind = what->kind,
                               .text = what->text,
                               .reason = what->reason,
                               .other = str_trim(form_value(&ask->form, "other")),
                               .incident = str_trim(form_value(&ask->form, "incident")),
                               .choice = form_value(&ask->form, what->kind == DO_GRADE   ? "grade"
                                                                : what->kind == DO_ROUTE ? "force"
                                                                : what->kind == DO_NOTE  ? "did"
                                                                                         : "state"),
                               .error = arena_str(ask->arena, str_c(ask->err.primary)),
                               .hint = arena_str(ask->arena, str_c(ask->err.hint))};
    if (is_shown) {
        ask->err = (struct error){0};
        case_show(ask, status_http(status), &typed);
    } else {
        ask_fail(ask, status);
    }
}

/* "/case/7/grade" → "grade". */
static str last_word(str path)
{
    size_t at = path.n;
    while (at > 0 && path.p[at - 1] != '/') {
        at--;
    }
    return str_slice(path, at, path.n);
}

static void act_run(struct ask *ask, const struct desk_do *what)
{
    struct desk_done done = {0};
    struct desk_conflict conflict = {0};
    enum status status =
        desk_do(ask->desk, &ask->caller, what, ask->arena, &done, &conflict, &ask->err);
    if (status == STATUS_CONFLICT && conflict.is_stale) {
        conflict_show(ask, what, &conflict);
        return;
    }
    if (status != STATUS_OK) {
        refused(ask, status, what);
        return;
    }
    str word = last_word(http_path(ask->x));
    int64_t number = done.number != 0 ? done.number : what->number;
    if (what->kind == DO_MESSAGE && (done.is_waiting || done.is_lost)) {
        word = done.is_waiting ? STR("message-waits") : STR("message-lost");
    }
    if (done.is_kept_low) {
        word = STR("codes-low");
    }
    ask_redirect(ask, "/case/%lld?done=%.*s", (long long)number, STR_ARG(word));
}

void case_act_post(struct ask *ask)
{
    struct desk_do what;
    if (!read_act(ask, &what)) {
        refused(ask, STATUS_INVALID, &what);
        return;
    }
    bool is_together = what.kind == DO_MERGE || what.kind == DO_SAME;
    bool is_confirmed = str_equal(form_value(&ask->form, "confirm"), STR("yes")) &&
                        (what.kind != DO_MERGE || str_trim(what.reason).n > 0);
    if (is_together && !is_confirmed) {
        enum status status =
            what.kind == DO_MERGE ? together_ask_merge(ask, &what) : together_ask_same(ask, &what);
        if (status != STATUS_OK) {
            refused(ask, status, &what);
        }
        return;
    }
    act_run(ask, &what);
}

/* A message leaves the desk, so it is looked at once more. */
void message_post(struct ask *ask)
{
    struct desk_do what;
    if (!read_act(ask, &what)) {
        refused(ask, STATUS_INVALID, &what);
        return;
    }
    if (str_trim(what.text).n == 0) {
        error_set(&ask->err, STATUS_INVALID, "The message must not be empty.");
        refused(ask, STATUS_INVALID, &what);
        return;
    }
    if (!str_equal(form_value(&ask->form, "confirm"), STR("yes"))) {
        ASK_PAGE(ask, 200, desk_confirm, "", .token = {ask_csrf(ask), what.version},
                 .base = arena_printf(ask->arena, "/case/%lld", (long long)what.number),
                 .number = what.number, .text = what.text);
        return;
    }
    act_run(ask, &what);
}
