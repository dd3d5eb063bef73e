/* SPDX-License-Identifier: Apache-2.0 */
/* Acts on a case: check, leaf, one transaction. */
#include "desk/do_internal.h"

#include "base/utf8.h"

enum status check_text(str text, size_t bytes_max, const char *what, struct error *err)
{
    if (str_trim(text).n == 0) {
        return error_set(err, STATUS_INVALID, "%s must not be empty.", what);
    }
    if (text.n > bytes_max) {
        return error_set(err, STATUS_INVALID, "%s is too long: at most %zu bytes.", what,
                         bytes_max);
    }
    if (!utf8_is_text(text)) {
        return error_set(err, STATUS_INVALID, "%s holds characters that are no text.", what);
    }
    return STATUS_OK;
}

void entry_encode(struct buf *out, time_us at, const char *kind, str text)
{
    struct json_out json;
    struct buf time;
    buf_init(&time, 64);
    buf_add_time(&time, at);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "kind", str_c(kind));
    json_put_text(&json, "at", buf_str(&time));
    json_put_text(&json, "text", text);
    json_end_object(&json);
    buf_close(&time);
}

enum status entry_add(struct doing *doing, enum casebook_entry_kind kind, str body,
                      struct error *err)
{
    struct casebook_entry entry = {.leaf = doing->act.leaf,
                                   .casefile = doing->what->number,
                                   .officer = doing->caller->officer,
                                   .hour = doing->caller->now - doing->caller->now % HOUR_US,
                                   .body = body};
    return casebook_entry_add(doing->desk->casebook, kind, &entry, err);
}

enum status entry_write(struct doing *doing, enum casebook_entry_kind kind, const char *word,
                        str text, struct error *err)
{
    struct buf body;
    buf_init(&body, (size_t)DESK_TEXT_BYTES_MAX * 7);
    entry_encode(&body, doing->caller->now, word, text);
    enum status status = entry_add(doing, kind, buf_str(&body), err);
    buf_close(&body);
    return status;
}

/* Who sets a grade or codes has looked at it. That is no act yet: no clock is met by a label. */
static void mark_triaged(struct doing *doing)
{
    struct desk_file *file = &doing->file;
    file->brief.unread = (str){0};
    if (file->row.state == CASE_NEW) {
        file->row.state = CASE_TRIAGED;
        doing->state_message = str_c(case_state_word(CASE_TRIAGED));
    }
}

/* Something was done, and by it these clocks are met (docs/decisions/0015). */
static void mark_done(struct doing *doing, bool is_told, bool is_heard)
{
    struct brief *brief = &doing->file.brief;
    const time_us now = doing->caller->now;
    brief->acted_at = brief->acted_at == 0 ? now : brief->acted_at;
    brief->told_at = is_told && brief->told_at == 0 ? now : brief->told_at;
    brief->heard_at = is_heard ? now : brief->heard_at;
}

static enum status need_reason(const struct doing *doing, const char *what, struct error *err)
{
    return check_text(doing->what->reason, DESK_REASON_BYTES_MAX, what, err);
}

/* --- grade and codes --- */

/* Who lowered it, and why, stands with the case until an officer sets what rules say, or more. */
static void keep_lowered(struct doing *doing, int64_t from, int64_t to)
{
    struct desk_lowered *lowered = &doing->file.brief.lowered;
    const int64_t suggested = lowered->suggested;
    if (to < from ||
        (lowered->officer != 0 && to < brief_suggested(doing->desk, &doing->old.brief))) {
        *lowered = (struct desk_lowered){.officer = doing->caller->officer,
                                         .at = doing->caller->now,
                                         .why = str_trim(doing->what->reason),
                                         .to = to,
                                         .suggested = suggested};
    } else if (to > from) {
        *lowered = (struct desk_lowered){.suggested = suggested};
    }
}

static enum status prepare_grade(struct doing *doing, struct error *err)
{
    int64_t from = doing->old.row.grade;
    int64_t to = doing->what->grade;
    enum status status = STATUS_OK;
    if (to < 0 || to > 5) {
        return error_set(err, STATUS_INVALID, "A grade is a number from 0 to 5.");
    }
    if (to < from) {
        status = caller_need(doing->caller, CAP_GRADE_LOWER, err);
        if (status == STATUS_OK) {
            status = need_reason(doing, "The reason for lowering the grade", err);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    doing->file.row.grade = to;
    if (to > from) {
        doing->file.brief.is_escalated = false;
    }
    keep_lowered(doing, from, to);
    mark_triaged(doing);
    json_put_int(&doing->act.json, "from", from);
    json_put_int(&doing->act.json, "to", to);
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return to == from ? STATUS_OK : correction_prepare(doing, 0, err);
}

static enum status pick_incident(struct doing *doing, int64_t *ret_incident, struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    enum status status = casebook_incidents(doing->desk->casebook, doing->arena,
                                            doing->what->number, &rows, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (doing->what->incident == 0 && count == 1) {
        *ret_incident = rows[0].number;
        return STATUS_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].number == doing->what->incident) {
            *ret_incident = rows[i].number;
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID, "Say which incident of this case is meant.");
}

/* The codes of the case are those of all its incidents. */
static enum status gather_codes(struct doing *doing, int64_t incident, struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    struct brief *brief = &doing->file.brief;
    enum status status = casebook_incidents(doing->desk->casebook, doing->arena,
                                            doing->what->number, &rows, &count, err);
    brief->code_count = 0;
    for (size_t c = 0; c < doing->what->code_count; c++) {
        brief_add_code(brief, doing->what->codes[c]);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        for (size_t c = 0; c < rows[i].code_count && rows[i].number != incident; c++) {
            brief_add_code(brief, rows[i].codes[c]);
        }
    }
    return status;
}

static enum status prepare_codes(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    int64_t incident = 0;
    int64_t suggested = 0;
    enum status status = pick_incident(doing, &incident, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (what->code_count == 0 || what->code_count > LETTER_CODES_MAX) {
        return error_set(err, STATUS_INVALID, "Choose 1 to %d codes.", LETTER_CODES_MAX);
    }
    json_put_int(&doing->act.json, "incident", incident);
    json_name(&doing->act.json, "codes");
    json_begin_list(&doing->act.json);
    for (size_t i = 0; i < what->code_count; i++) {
        const struct desk_code *code = desk_code(doing->desk, what->codes[i]);
        if (code == NULL) {
            return error_set(err, STATUS_INVALID, "There is no code \"%.*s\".",
                             STR_ARG(utf8_clip(what->codes[i], 40)));
        }
        suggested = code->grade > suggested ? code->grade : suggested;
        json_add_text(&doing->act.json, what->codes[i]);
    }
    json_end_list(&doing->act.json);
    struct desk_file *file = &doing->file;
    if (suggested > file->row.grade && file->brief.lowered.officer == 0) {
        file_raise(file,
                   suggested); /* automatic; but codes are no new fact, and a person knew them */
    }
    doing->is_kept_low = suggested > file->row.grade;
    json_put_int(&doing->act.json, "grade", file->row.grade);
    if (doing->is_kept_low) {
        json_put_int(&doing->act.json, "suggested", suggested);
    }
    mark_triaged(doing);
    status = gather_codes(doing, incident, err);
    return status == STATUS_OK ? correction_prepare(doing, incident, err) : status;
}

static enum status write_codes(struct doing *doing, struct error *err)
{
    int64_t incident = 0;
    enum status status = pick_incident(doing, &incident, err);
    return status == STATUS_OK
               ? casebook_incident_codes(doing->desk->casebook, incident, doing->what->codes,
                                         doing->what->code_count, err)
               : status;
}

/* --- state --- */

enum { SIGN_GRADE_MIN = 4 };

static enum status prepare_state(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    struct desk_file *file = &doing->file;
    enum case_state from = (enum case_state)doing->old.row.state;
    enum status status = STATUS_OK;
    if (what->state < CASE_TRIAGED || what->state > CASE_CLOSED) {
        return error_set(err, STATUS_INVALID, "A case can be triaged, referred, open or closed.");
    }
    if (what->state == from) {
        return error_set(err, STATUS_INVALID,
                         "The case is %s already: choose another state, or write a private note.",
                         case_state_word(from));
    }
    if (what->state == CASE_CLOSED || from == CASE_CLOSED) {
        status = caller_need(doing->caller, CAP_CLOSE, err);
    }
    if (status == STATUS_OK && what->state == CASE_CLOSED) {
        status = need_reason(doing, "The reason for closing", err);
        if (status == STATUS_OK && file->row.grade >= SIGN_GRADE_MIN) {
            status = caller_need(doing->caller, CAP_CLOSE_SIGN, err);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    file->row.state = (int64_t)what->state;
    file->brief.closed_why = what->state == CASE_CLOSED ? str_trim(what->reason) : (str){0};
    file->brief.ended_at = what->state == CASE_CLOSED ? doing->caller->now : 0;
    if (what->state == CASE_REFERRED) {
        mark_done(doing, true, false);
    }
    doing->state_message = str_c(case_state_word(what->state));
    json_put_text(&doing->act.json, "from", str_c(case_state_word(from)));
    json_put_text(&doing->act.json, "to", str_c(case_state_word(what->state)));
    json_put_text(&doing->act.json, "reason", what->reason);
    return STATUS_OK;
}

/* --- owner, note, summary, access --- */

static enum status prepare_assign(struct doing *doing, struct error *err)
{
    struct officer *list = NULL;
    size_t count = 0;
    int64_t owner = doing->what->owner;
    bool is_known = owner == 0;
    enum status status =
        people_officers(doing->desk->people, NULL, doing->arena, &list, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        is_known = is_known || (list[i].id == owner && !list[i].is_disabled);
    }
    if (status == STATUS_OK && !is_known) {
        return error_set(err, STATUS_INVALID, "There is no such officer to give the case to.");
    }
    if (status == STATUS_OK && owner == doing->old.row.owner) {
        return error_set(err, STATUS_INVALID, "%s: nothing was changed.",
                         owner == 0 ? "The case is nobody's already"
                                    : "The case is with that officer already");
    }
    doing->file.row.owner = owner;
    json_put_int(&doing->act.json, "from", doing->old.row.owner);
    json_put_int(&doing->act.json, "to", owner);
    return status;
}

static enum status prepare_note(struct doing *doing, struct error *err)
{
    const enum desk_did did = doing->what->did;
    /* Not the text: who audits acts does not read cases. */
    json_put_int(&doing->act.json, "bytes", (int64_t)doing->what->text.n);
    json_put_text(&doing->act.json, "did", str_c(desk_did_word(did)));
    if (did != DID_NOTHING) {
        mark_done(doing, did == DID_TELL, did == DID_SPEAK);
    }
    return check_text(doing->what->text, DESK_TEXT_BYTES_MAX, "The note", err);
}

static enum status write_note(struct doing *doing, struct error *err)
{
    return entry_write(doing, ENTRY_NOTE, desk_did_word(doing->what->did), doing->what->text, err);
}

static enum status prepare_summary(struct doing *doing, struct error *err)
{
    str text = doing->what->text;
    struct desk_route *route = &doing->file.brief.route;
    doing->file.brief.unread = text.n > 0 ? (str){0} : doing->file.brief.unread;
    json_put_int(&doing->act.json, "bytes", (int64_t)text.n);
    if (text.n > 0) {
        enum status status = check_text(text, DESK_TEXT_BYTES_MAX, "The summary", err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (route->hint.leaf == 0) { /* of the summary before */
        memset(&route->hint, 0, sizeof route->hint);
    }
    if (route_hint(doing->desk, doing->arena, text, 0, route)) {
        json_put_text(&doing->act.json, "leads-to", route_hint_force(doing->desk, route));
    }
    return STATUS_OK;
}

static enum status write_summary(struct doing *doing, struct error *err)
{
    return casebook_summary_set(doing->desk->casebook, doing->what->number, doing->what->text, err);
}

static enum status prepare_access(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    if (what->access < ACCESS_OPEN || what->access > ACCESS_NAMED) {
        return error_set(err, STATUS_INVALID, "A case is open, restricted or named.");
    }
    if (what->access == ACCESS_NAMED &&
        (what->named_count == 0 || what->named_count > DESK_NAMED_MAX)) {
        return error_set(err, STATUS_INVALID, "Name 1 to %d officers who may read the case.",
                         DESK_NAMED_MAX);
    }
    doing->file.row.access = (int64_t)what->access;
    json_put_text(&doing->act.json, "from",
                  str_c(case_access_word((enum case_access)doing->old.row.access)));
    json_put_text(&doing->act.json, "to", str_c(case_access_word(what->access)));
    if (what->access == ACCESS_NAMED) {
        json_name(&doing->act.json, "named");
        json_begin_list(&doing->act.json);
        for (size_t i = 0; i < what->named_count; i++) {
            json_add_int(&doing->act.json, what->named[i]);
        }
        json_end_list(&doing->act.json);
    }
    json_put_text(&doing->act.json, "reason", what->reason);
    return need_reason(doing, "The reason", err);
}

static enum status write_access(struct doing *doing, struct error *err)
{
    bool is_named = doing->what->access == ACCESS_NAMED;
    return casebook_named_set(doing->desk->casebook, doing->what->number, doing->what->named,
                              is_named ? doing->what->named_count : 0, err);
}

const struct do_kind do_kinds[] = {
    [DO_GRADE] = {"case.grade", CAP_GRADE_RAISE, NULL, false, prepare_grade, NULL},
    [DO_CODES] = {"case.codes", CAP_GRADE_RAISE, NULL, false, prepare_codes, write_codes},
    [DO_STATE] = {"case.state", CAP_NOTE_WRITE, NULL, false, prepare_state, NULL},
    [DO_ASSIGN] = {"case.assign", CAP_ASSIGN, NULL, false, prepare_assign, NULL},
    [DO_NOTE] = {"note.add", CAP_NOTE_WRITE, NULL, false, prepare_note, write_note},
    [DO_MESSAGE] = {"message.send", CAP_MESSAGE_WRITE, NULL, false, do_prepare_message,
                    do_write_message},
    [DO_SUMMARY] = {"case.summary", CAP_NOTE_WRITE, NULL, false, prepare_summary, write_summary},
    [DO_ACCESS] = {"case.access", CAP_ACCESS_SET, NULL, false, prepare_access, write_access},
    [DO_ROUTE] = {"case.route", CAP_ROUTE_SET, NULL, false, do_prepare_route, do_write_route},
    [DO_LINK] = {"case.link", CAP_LINK, "case.link", true, do_prepare_link, do_write_link},
    [DO_UNLINK] = {"case.unlink", CAP_LINK, "case.unlink", true, do_prepare_unlink,
                   do_write_unlink},
    [DO_MERGE] = {"case.merge", CAP_LINK, "case.merged-in", true, do_prepare_merge, do_write_merge},
    [DO_SAME] = {"incident.join", CAP_LINK, NULL, false, do_prepare_same, do_write_same},
    [DO_SPLIT] = {"incident.split", CAP_LINK, "incident.split-off", false, do_prepare_split,
                  do_write_split},
    [DO_HOLD] = {"hold.set", CAP_HOLD, NULL, false, do_prepare_hold, do_write_hold},
    [DO_LIFT] = {"hold.lift", CAP_HOLD, NULL, false, do_prepare_lift, do_write_lift},
    [DO_ASK] = {"erase.ask", CAP_ERASE, NULL, false, do_prepare_ask, do_write_ask},
    [DO_DROP] = {"erase.drop", CAP_ERASE, NULL, false, do_prepare_drop, do_write_drop},
    [DO_ERASE] = {"erase", CAP_ERASE, NULL, false, do_prepare_erase, do_write_erase},
};

enum capability desk_do_capability(enum desk_act_kind kind)
{
    ASSERT((size_t)kind < ARRAY_LEN(do_kinds));
    return do_kinds[kind].capability;
}

/* --- conflicts --- */

static str yours(struct arena *arena, const struct desk_do *what)
{
    switch (what->kind) {
    case DO_GRADE:
        return arena_printf(arena, "G%lld %.*s", (long long)what->grade, STR_ARG(what->reason));
    case DO_STATE:
        return arena_printf(arena, "%s %.*s", case_state_word(what->state), STR_ARG(what->reason));
    case DO_NOTE:
    case DO_MESSAGE:
    case DO_SUMMARY:
        return arena_str(arena, what->text);
    case DO_ROUTE:
        return arena_printf(arena, "%.*s %.*s",
                            STR_ARG(what->force.n > 0 ? what->force : what->text),
                            STR_ARG(what->reason));
    case DO_CODES:
    case DO_ASSIGN:
    case DO_ACCESS:
    case DO_LINK:
    case DO_UNLINK:
    case DO_MERGE:
    case DO_SAME:
    case DO_SPLIT:
    case DO_HOLD:
    case DO_LIFT:
    case DO_ASK:
    case DO_DROP:
    case DO_ERASE:
        return arena_str(arena, what->reason);
    }
    return (str){0};
}

/* The text that a note or a message of this act has. */
static enum status text_of_entry(struct doing *doing, const struct desk_act *act, bool is_note,
                                 str *ret_text, struct error *err)
{
    struct casebook_entry *rows = NULL;
    size_t count = 0;
    enum status status =
        casebook_entries(doing->desk->casebook, is_note ? ENTRY_NOTE : ENTRY_MESSAGE, doing->arena,
                         doing->what->number, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct json json;
        if (rows[i].leaf == act->leaf &&
            json_parse(doing->arena, rows[i].body, &json, err) == STATUS_OK) {
            *ret_text = json_member_text(&json, "text");
        }
    }
    return status;
}

/* What stands now in the field that the officer wanted to write; where it has no text of its own, or
 * the act wrote another field, the act in words. The text of one field never stands for another's. */
static enum status theirs(struct doing *doing, const struct desk_act *act,
                          struct desk_conflict *conflict, struct error *err)
{
    const enum desk_act_kind kind = doing->what->kind;
    const bool is_same = str_equal(act->verb, str_c(do_kinds[kind].verb));
    if (kind == DO_SUMMARY) {
        return casebook_summary_get(doing->desk->casebook, doing->arena, doing->what->number,
                                    &conflict->theirs, err);
    }
    if (is_same && (kind == DO_NOTE || kind == DO_MESSAGE)) {
        return text_of_entry(doing, act, kind == DO_NOTE, &conflict->theirs, err);
    }
    conflict->theirs = act->detail;
    conflict->is_detail = true;
    return STATUS_OK;
}

enum { STALE_ACTS_MAX = 50 };

/* The newest act that wrote the same field since the page was made; else the newest of all. */
static enum status act_that_won(struct doing *doing, struct desk_act *ret_act, bool *ret_has,
                                struct error *err)
{
    struct casebook_act *rows = NULL;
    size_t count = 0;
    str verb = str_c(do_kinds[doing->what->kind].verb);
    enum status status = casebook_acts(doing->desk->casebook, doing->arena, doing->what->number, 0,
                                       false, STALE_ACTS_MAX, &rows, &count, err);
    *ret_has = count > 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_act act;
        struct json json;
        status = act_decode(doing->arena, &rows[i], &act, err);
        bool is_new = status == STATUS_OK &&
                      json_parse(doing->arena, act.detail, &json, NULL) == STATUS_OK &&
                      json_member_int(&json, "version", 0) > doing->what->version;
        if (status == STATUS_OK && i == 0) {
            *ret_act = act;
        }
        if (is_new && str_equal(act.verb, verb)) {
            *ret_act = act;
            break;
        }
    }
    return status;
}

static enum status stale(struct doing *doing, struct desk_conflict *ret_conflict, struct error *err)
{
    struct desk_act act;
    bool has_act = false;
    struct desk_conflict conflict = {.is_stale = true, .version = doing->old.row.version};
    conflict.yours = yours(doing->arena, doing->what);
    enum status status = act_that_won(doing, &act, &has_act, err);
    if (status == STATUS_OK && has_act) {
        status = act_veil(doing->desk, doing->caller, doing->arena, &act, err);
        if (status == STATUS_OK) {
            conflict.officer = act.officer;
            conflict.at = act.at;
            conflict.verb = act.verb;
            status = theirs(doing, &act, &conflict, err);
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (ret_conflict != NULL) {
        *ret_conflict = conflict;
    }
    error_set(err, STATUS_CONFLICT, "Somebody changed this case while you had it open.");
    error_hint(err, "Nothing was saved and nothing that you wrote is lost: look at both, then save "
                    "again.");
    return STATUS_CONFLICT;
}

/* --- doing --- */

enum { ERASE_AT_ONCE = 100 }; /* reports: a fraction of a second; the rest goes with the ticks */

static enum status is_merged(struct doing *doing, struct error *err)
{
    int64_t into = doing->old.brief.merged_into;
    bool may = false;
    enum status status = file_may_know(doing->desk, doing->caller, doing->arena, into, &may, err);
    if (status == STATUS_OK && may) {
        status = error_set(err, STATUS_INVALID, "This case was merged into case %lld: go there.",
                           (long long)into);
    } else if (status == STATUS_OK) {
        status = error_set(err, STATUS_INVALID,
                           "This case was merged into another: nothing more is done here.");
    }
    return status;
}

static enum status load(struct doing *doing, struct error *err)
{
    const struct desk_do *what = doing->what;
    const struct do_kind *kind = &do_kinds[what->kind];
    enum status status = desk_need(doing->desk, doing->caller, kind->capability, err);
    if (status == STATUS_OK) {
        status = caller_need(doing->caller, CAP_READ_CASE, err);
    }
    if (status == STATUS_OK) {
        status =
            file_load(doing->desk, doing->caller, doing->arena, what->number, &doing->old, err);
    }
    if (status == STATUS_OK && doing->old.row.state == CASE_MERGED) {
        status = is_merged(doing, err);
    }
    if (status == STATUS_OK && kind->needs_other) {
        if (what->other == what->number) {
            return error_set(err, STATUS_INVALID, "Choose another case than this one.");
        }
        status = file_load(doing->desk, doing->caller, doing->arena, what->other, &doing->old_other,
                           err);
        if (status ==
            STATUS_NOT_FOUND) { /* this case is there: what was typed for the other is wrong */
            status = error_set(err, STATUS_INVALID,
                               "There is no case %lld that you may read: check the number.",
                               (long long)what->other);
        }
    }
    doing->file = doing->old;
    doing->file.brief.has_news = false; /* whoever acts has seen it */
    doing->file.brief.news = (str){0};
    doing->file.brief.news_grade = 0;
    doing->file_other = doing->old_other;
    return status;
}

/* The same act as the other case tells it: each time line is whole by itself. */
static enum status keep_other(struct doing *doing, struct error *err)
{
    const struct do_kind *kind = &do_kinds[doing->what->kind];
    int64_t number = kind->needs_other ? doing->what->other : doing->new_number;
    if (kind->other_verb == NULL || number == 0) {
        return STATUS_OK;
    }
    struct act act;
    act_begin(&act, doing->caller, kind->other_verb, number, false);
    json_put_int(&act.json, "other", doing->what->number);
    json_put_text(&act.json, "reason", doing->what->reason);
    return act_inside(doing->desk, &act, err);
}

/* In the act's transaction. */
static enum status write(struct doing *doing, struct error *err)
{
    const struct do_kind *kind = &do_kinds[doing->what->kind];
    enum status status = kind->write == NULL ? STATUS_OK : kind->write(doing, err);
    if (status == STATUS_OK && doing->taught != 0) {
        status = correction_write(doing, err);
    }
    if (status == STATUS_OK) {
        status = file_save(doing->desk, doing->arena, &doing->old, &doing->file, err);
    }
    if (status == STATUS_OK && doing->changes_other) {
        status = file_save(doing->desk, doing->arena, &doing->old_other, &doing->file_other, err);
    }
    if (status == STATUS_OK && doing->state_message.n > 0) {
        status = send_to_reporters(doing, "state", doing->state_message, NULL, err);
    }
    return status == STATUS_OK ? keep_other(doing, err) : status;
}

enum { SEND_AT_ONCE = 16 };

/* What was decided goes out now, as far as it can; desk_tick sends the rest. The act is done by now,
 * so nothing here may make it look as if it were not: it would be done again. */
static void send_now(struct doing *doing, struct desk_done *done)
{
    struct desk *desk = doing->desk;
    struct casebook_outbox_states states;
    struct desk_file file;
    struct error later;
    bool ignored = false;
    done->is_waiting = true;
    if (desk_outbox_step(desk, SEND_AT_ONCE, doing->caller->now, &ignored, &later) != STATUS_OK) {
        desk->outbox_at = doing->caller->now + OUTBOX_PAUSE_SECONDS * US_PER_SECOND;
    }
    if (casebook_outbox_of(desk->casebook, done->leaf, &states, &later) == STATUS_OK) {
        done->is_waiting = states.has[OUTBOX_WAITING];
        done->is_lost = states.has[OUTBOX_LOST] && !states.has[OUTBOX_SENT];
    }
    /* sending may have met a clock */
    if (file_load(desk, NULL, doing->arena, doing->what->number, &file, &later) == STATUS_OK) {
        done->version = file.row.version;
    }
}

enum status desk_do(struct desk *desk, const struct caller *caller, const struct desk_do *what,
                    struct arena *arena, struct desk_done *ret_done,
                    struct desk_conflict *ret_conflict, struct error *err)
{
    ASSERT((size_t)what->kind < ARRAY_LEN(do_kinds));
    struct doing *doing = ARENA_NEW(arena, struct doing);
    doing->desk = desk;
    doing->caller = caller;
    doing->what = what;
    doing->arena = arena;
    enum status status = load(doing, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (what->version != 0 && what->version != doing->old.row.version) {
        return stale(doing, ret_conflict, err);
    }
    act_begin(&doing->act, caller, do_kinds[what->kind].verb, what->number, false);
    status = do_kinds[what->kind].prepare(doing, err);
    if (status == STATUS_OK) {
        json_put_int(&doing->act.json, "version", doing->old.row.version + 1);
        status = act_write(desk, &doing->act, err);
    }
    if (status == STATUS_OK) {
        status = act_finish(desk, &doing->act, write(doing, err), err);
        if (status == STATUS_CONFLICT && /* another host was faster between load and write */
            file_load(desk, caller, arena, what->number, &doing->old, err) == STATUS_OK) {
            status = stale(doing, ret_conflict, err);
        }
    }
    if (status == STATUS_OK) {
        bool is_other = what->kind == DO_MERGE;
        *ret_done = (struct desk_done){.version = doing->file.row.version,
                                       .leaf = doing->act.leaf,
                                       .is_kept_low = doing->is_kept_low,
                                       .number = doing->new_number != 0 ? doing->new_number
                                                 : is_other             ? what->other
                                                                        : what->number};
        desk_presence_mark(desk, caller, what->number);
        if (doing->has_outbound) {
            send_now(doing, ret_done);
        }
    }
    if (status == STATUS_OK && what->kind == DO_ERASE) {
        /* It is done whatever comes now: what cannot be told to box at once is told later. */
        bool more = false;
        struct error later;
        desk->has_todo = erasures_finish(desk, ERASE_AT_ONCE, &more, &later) != STATUS_OK || more;
    }
    act_close(&doing->act);
    return status;
}
