/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/letter_body.h"

#include "letterbox/letter.h"

enum { REASON_BYTES_MAX = 400, EVIDENCE_NAME_BYTES_MAX = 1000, TITLE_BYTES_MAX = 1000 };

/* The first thing that is wrong sticks; the reader goes on and the caller looks once. */
struct reader {
    struct arena *arena;
    struct error *err;
    enum status status;
};

static void refuse(struct reader *reader, const char *member, const char *what)
{
    if (reader->status == STATUS_OK) {
        reader->status =
            error_set(reader->err, STATUS_INVALID, "The letter's member '%s' %s.", member, what);
    }
}

/* A member of the kind wanted; NULL when absent or null. */
static const struct json *take(struct reader *reader, const struct json *from, const char *name,
                               enum json_kind kind)
{
    const struct json *member = json_member(from, name);
    if (member == NULL || member->kind == JSON_NULL) {
        return NULL;
    }
    if (member->kind != kind) {
        refuse(reader, name, "is of another kind than it should be");
        return NULL;
    }
    return member;
}

static str take_text(struct reader *reader, const struct json *from, const char *name,
                     size_t bytes_max)
{
    const struct json *member = take(reader, from, name, JSON_TEXT);
    if (member == NULL) {
        return (str){0};
    }
    if (member->text.n > bytes_max) {
        refuse(reader, name, "is too long");
        return (str){0};
    }
    return member->text;
}

static int64_t take_int(struct reader *reader, const struct json *from, const char *name,
                        int64_t low, int64_t high)
{
    const struct json *member = take(reader, from, name, JSON_INT);
    if (member == NULL) {
        return low;
    }
    if (member->integer < low || member->integer > high) {
        refuse(reader, name, "is out of range");
        return low;
    }
    return member->integer;
}

static bool take_bool(struct reader *reader, const struct json *from, const char *name)
{
    const struct json *member = take(reader, from, name, JSON_BOOL);
    return member != NULL && member->boolean;
}

static void take_hex(struct reader *reader, const struct json *from, const char *name, void *out,
                     size_t len)
{
    if (!hex_decode(take_text(reader, from, name, 2 * len), out, len)) {
        refuse(reader, name, "is not the hex digits that it should be");
    }
}

static size_t take_list(struct reader *reader, const struct json *from, const char *name,
                        size_t max, size_t bytes_max, str *out)
{
    const struct json *list = take(reader, from, name, JSON_LIST);
    size_t count = list == NULL ? 0 : list->count;
    if (count > max) {
        refuse(reader, name, "has too many items");
        count = max;
    }
    for (size_t i = 0; i < count; i++) {
        if (list->items[i].kind != JSON_TEXT || list->items[i].text.n > bytes_max) {
            refuse(reader, name, "holds something that is no text or too long");
            return 0;
        }
        out[i] = list->items[i].text;
    }
    return count;
}

static void take_report_groups(struct reader *reader, const struct json *from,
                               struct report *report)
{
    const size_t line = (size_t)REPORT_LINE_BYTES_MAX * 2;
    const struct json *target = take(reader, from, "target", JSON_OBJECT);
    report->target_role = take_text(reader, target, "role", line);
    report->target_office = take_text(reader, target, "office", line);
    report->target_name = take_text(reader, target, "name", line);
    report->relation =
        take_text(reader, take(reader, from, "reporter", JSON_OBJECT), "relation", line);
    const struct json *where = take(reader, from, "where", JSON_OBJECT);
    report->postcode = take_text(reader, where, "postcode", line);
    report->place = take_text(reader, where, "place", line);
    report->constituency = take_text(reader, where, "constituency", line);
    const struct json *consent = take(reader, from, "consent", JSON_OBJECT);
    report->may_tell_police = take_bool(reader, consent, "police");
    report->may_tell_party = take_bool(reader, consent, "party");
    report->may_use_in_review = take_bool(reader, consent, "review");
    const struct json *contact = take(reader, from, "contact", JSON_OBJECT);
    report->has_contact = contact != NULL;
    report->contact_name = take_text(reader, contact, "name", line);
    report->contact_email = take_text(reader, contact, "email", line);
    report->contact_phone = take_text(reader, contact, "phone", line);
    report->contact_how = take_text(reader, contact, "how", line);
}

static void take_report(struct reader *reader, const struct json *from, struct report *report)
{
    const size_t line = (size_t)REPORT_LINE_BYTES_MAX * 2;
    report->what = take_text(reader, from, "what", LETTER_BODY_BYTES_MAX);
    str danger = take_text(reader, from, "danger", REPORT_WORD_BYTES_MAX);
    if (danger.n > 0 && !report_danger_from_word(danger, &report->danger)) {
        refuse(reader, "danger", "is none of now, soon, no");
    }
    report->when = take_text(reader, from, "when", line);
    report->channel = take_text(reader, from, "channel", line);
    report->account_count =
        take_list(reader, from, "accounts", REPORT_LIST_MAX, line, report->accounts);
    report->link_count =
        take_list(reader, from, "links", REPORT_LIST_MAX, REPORT_LINK_BYTES_MAX, report->links);
    report->impact = take_text(reader, from, "impact", LETTER_BODY_BYTES_MAX);
    report->fear = take_int(reader, from, "fear", 0, 5);
    report->language = take_text(reader, from, "language", REPORT_WORD_BYTES_MAX);
    take_report_groups(reader, from, report);
}

static void take_reason(struct reader *reader, const struct json *from, size_t text_len,
                        struct letter_reason *reason)
{
    reason->why = take_text(reader, from, "why", REASON_BYTES_MAX);
    reason->rule = take_text(reader, from, "rule", REASON_BYTES_MAX);
    const struct json *span = take(reader, from, "span", JSON_LIST);
    if (span == NULL) {
        return;
    }
    if (span->count != 2 || span->items[0].kind != JSON_INT || span->items[1].kind != JSON_INT) {
        refuse(reader, "span", "is not a pair of numbers");
        return;
    }
    int64_t a = span->items[0].integer;
    int64_t b = span->items[1].integer;
    /* A span that does not fit the text is only not shown: the reason still holds. */
    if (a >= 0 && a <= b && (uint64_t)b <= text_len) {
        reason->from = (size_t)a;
        reason->to = (size_t)b;
    }
}

static void take_triage(struct reader *reader, const struct json *from, struct letter_body *body)
{
    body->grade = take_int(reader, from, "grade", 0, 5);
    body->code_count =
        take_list(reader, from, "codes", LETTER_CODES_MAX, REPORT_WORD_BYTES_MAX, body->codes);
    const struct json *reasons = take(reader, from, "reasons", JSON_LIST);
    size_t count = reasons == NULL ? 0 : reasons->count;
    for (size_t i = 0; i < count && i < LETTER_REASONS_MAX; i++) {
        if (reasons->items[i].kind != JSON_OBJECT) {
            refuse(reader, "reasons", "holds something else than objects");
            return;
        }
        take_reason(reader, &reasons->items[i], body->report.what.n,
                    &body->reasons[body->reason_count++]);
    }
}

static void take_evidence(struct reader *reader, const struct json *from, struct letter_body *body)
{
    const struct json *list = take(reader, from, "evidence", JSON_LIST);
    size_t count = list == NULL ? 0 : list->count;
    if (count > LETTER_EVIDENCE_MAX) {
        refuse(reader, "evidence", "has too many items");
        return;
    }
    for (size_t i = 0; i < count && reader->status == STATUS_OK; i++) {
        const struct json *item = &list->items[i];
        struct letter_evidence *evidence = &body->evidence[body->evidence_count++];
        take_hex(reader, item, "id", evidence->id.bytes, sizeof evidence->id.bytes);
        take_hex(reader, item, "sha256", evidence->sha256.bytes, sizeof evidence->sha256.bytes);
        take_hex(reader, item, "key", evidence->key.bytes, sizeof evidence->key.bytes);
        take_hex(reader, item, "header", evidence->header, sizeof evidence->header);
        evidence->name = take_text(reader, item, "name", EVIDENCE_NAME_BYTES_MAX);
        evidence->type = take_text(reader, item, "type", EVIDENCE_NAME_BYTES_MAX);
        evidence->size = take_int(reader, item, "size", 0, INT64_MAX);
        evidence->chunks = take_int(reader, item, "chunks", 0, INT64_MAX);
    }
}

static void take_sketch(struct reader *reader, const struct json *from, struct letter_message *m)
{
    str hex = take_text(reader, from, "sketch", SKETCH_HEX);
    str more = take_text(reader, from, "more", SKETCH_MORE_HEX);
    uint32_t rows = (uint32_t)take_int(reader, from, "rows", 0, LETTER_BODY_BYTES_MAX);
    if (hex.n == 0) {
        return;
    }
    m->has_sketch = sketch_from_hex(hex, more, rows, &m->sketch);
    if (!m->has_sketch) {
        refuse(reader, "sketch", "is not the hex digits that it should be");
    }
}

static void take_message(struct reader *reader, const struct json *from, struct letter_message *m)
{
    bool is_date = false;
    if (from == NULL) {
        return;
    }
    m->is_there = true;
    take_hex(reader, from, "group", m->group.bytes, sizeof m->group.bytes);
    take_hex(reader, from, "content", m->content.bytes, sizeof m->content.bytes);
    take_sketch(reader, from, m);
    m->author = take_text(reader, from, "author", (size_t)REPORT_LINE_BYTES_MAX * 2);
    str at = take_text(reader, from, "at", 64);
    if (at.n > 0 && !time_parse(at, &m->at, &is_date)) {
        refuse(reader, "at", "is no RFC 3339 time");
    }
    m->personal = take_int(reader, from, "personal", 0, 1000);
    m->heads = (unsigned)take_int(reader, from, "heads", 0, 31);
    m->is_judged = take_bool(reader, from, "judged");
}

static const char *const source_words[] = {"form", "api", "press", "desk", "messages", "other"};

static void take_rest(struct reader *reader, const struct json *from, struct letter_body *body)
{
    bool is_date = false;
    if (!time_parse(take_text(reader, from, "received", 64), &body->received, &is_date)) {
        refuse(reader, "received", "is no RFC 3339 time");
    }
    const struct json *mailbox = take(reader, from, "mailbox", JSON_OBJECT);
    if (mailbox != NULL) {
        body->has_mailbox = true;
        take_hex(reader, mailbox, "id", body->mailbox_id.bytes, sizeof body->mailbox_id.bytes);
        take_hex(reader, mailbox, "public", body->mailbox_public.bytes,
                 sizeof body->mailbox_public.bytes);
    }
    body->language = take_text(reader, from, "language", REPORT_WORD_BYTES_MAX);
    body->is_practice = take_bool(reader, from, "practice");
    const struct json *press = take(reader, from, "press", JSON_OBJECT);
    body->title = take_text(reader, press, "title", TITLE_BYTES_MAX);
    body->published = take_text(reader, press, "published", REPORT_WORD_BYTES_MAX);
    body->source = SOURCE_OTHER;
    str source = take_text(reader, from, "source", REPORT_WORD_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(source_words); i++) {
        if (str_equal(source, str_c(source_words[i]))) {
            body->source = (enum letter_source)i;
        }
    }
    if (body->source == SOURCE_MESSAGES) {
        take_message(reader, take(reader, from, "message", JSON_OBJECT), &body->message);
    }
    take_evidence(reader, from, body);
}

enum status letter_body_decode(struct arena *arena, str json, struct letter_body *ret_body,
                               struct error *err)
{
    struct json root;
    struct reader reader = {.arena = arena, .err = err};
    struct letter_body *body = ARENA_NEW(arena, struct letter_body);
    enum status status = json_parse(arena, json, &root, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (root.kind != JSON_OBJECT || json_member_int(&root, "format", 0) != 1) {
        return error_set(err, STATUS_INVALID, "The letter is not of format 1.");
    }
    const struct json *report = take(&reader, &root, "report", JSON_OBJECT);
    const struct json *added = take(&reader, &root, "added", JSON_OBJECT);
    if ((report == NULL) == (added == NULL)) {
        refuse(&reader, "report", "must be there, or 'added', and not both");
    }
    body->is_added = added != NULL;
    report_init(&body->report);
    if (added != NULL) {
        body->report.what = take_text(&reader, added, "text", LETTER_BODY_BYTES_MAX);
    } else {
        take_report(&reader, report, &body->report);
    }
    take_triage(&reader, take(&reader, &root, "triage", JSON_OBJECT), body);
    take_rest(&reader, &root, body);
    if (reader.status == STATUS_OK) {
        *ret_body = *body;
    }
    return reader.status;
}

bool letter_has_reader(const struct letter_body *body)
{
    return body->has_mailbox && body->source != SOURCE_PRESS && body->source != SOURCE_MESSAGES;
}

const char *letter_source_word(enum letter_source source)
{
    return source_words[source];
}
