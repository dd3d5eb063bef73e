/* SPDX-License-Identifier: Apache-2.0 */
/* The report as JSON: one table of members serves the API's reader; the writer mirrors it. */
#include "base/utf8.h"
#include "codec/json.h"
#include "intake/report.h"

enum member_kind {
    MEMBER_TEXT,
    MEMBER_BOOL,
    MEMBER_FEAR,
    MEMBER_DANGER,
    MEMBER_LIST,
    MEMBER_GROUP
};

struct member {
    const char *name;
    enum member_kind kind;
    size_t at;    /* offset in struct report */
    size_t count; /* MEMBER_LIST: offset of the count */
    const struct member *group;
};

#define AT(field) offsetof(struct report, field)

static const struct member target_members[] = {{"role", MEMBER_TEXT, AT(target_role), 0, NULL},
                                               {"office", MEMBER_TEXT, AT(target_office), 0, NULL},
                                               {"name", MEMBER_TEXT, AT(target_name), 0, NULL},
                                               {0}};
static const struct member reporter_members[] = {{"relation", MEMBER_TEXT, AT(relation), 0, NULL},
                                                 {0}};
static const struct member where_members[] = {
    {"postcode", MEMBER_TEXT, AT(postcode), 0, NULL},
    {"place", MEMBER_TEXT, AT(place), 0, NULL},
    {"constituency", MEMBER_TEXT, AT(constituency), 0, NULL},
    {0}};
static const struct member consent_members[] = {
    {"police", MEMBER_BOOL, AT(may_tell_police), 0, NULL},
    {"party", MEMBER_BOOL, AT(may_tell_party), 0, NULL},
    {"review", MEMBER_BOOL, AT(may_use_in_review), 0, NULL},
    {0}};
static const struct member contact_members[] = {{"name", MEMBER_TEXT, AT(contact_name), 0, NULL},
                                                {"email", MEMBER_TEXT, AT(contact_email), 0, NULL},
                                                {"phone", MEMBER_TEXT, AT(contact_phone), 0, NULL},
                                                {"how", MEMBER_TEXT, AT(contact_how), 0, NULL},
                                                {0}};
static const struct member report_members[] = {
    {"what", MEMBER_TEXT, AT(what), 0, NULL},
    {"target", MEMBER_GROUP, 0, 0, target_members},
    {"reporter", MEMBER_GROUP, 0, 0, reporter_members},
    {"danger", MEMBER_DANGER, AT(danger), 0, NULL},
    {"when", MEMBER_TEXT, AT(when), 0, NULL},
    {"where", MEMBER_GROUP, 0, 0, where_members},
    {"channel", MEMBER_TEXT, AT(channel), 0, NULL},
    {"accounts", MEMBER_LIST, AT(accounts), AT(account_count), NULL},
    {"links", MEMBER_LIST, AT(links), AT(link_count), NULL},
    {"impact", MEMBER_TEXT, AT(impact), 0, NULL},
    {"fear", MEMBER_FEAR, AT(fear), 0, NULL},
    {"consent", MEMBER_GROUP, 0, 0, consent_members},
    {"contact", MEMBER_GROUP, AT(has_contact), 0, contact_members},
    {"language", MEMBER_TEXT, AT(language), 0, NULL},
    {0}};

struct reader {
    struct arena *arena;
    struct report *report;
    struct report_problems *problems;
    const char *group; /* "where" while inside it, else NULL */
};

static void *field_at(struct reader *reader, size_t at)
{
    return (char *)reader->report + at;
}

/* "where.postcode", as forms and sentences name it. */
static const char *path_of(struct reader *reader, const char *name)
{
    return reader->group == NULL ? name
                                 : arena_printf(reader->arena, "%s.%s", reader->group, name).p;
}

static void wrong(struct reader *reader, const struct member *m, const char *wanted)
{
    const char *path = path_of(reader, m->name);
    report_problem_add(
        reader->problems,
        (struct report_problem){
            .field = path,
            .message = arena_printf(reader->arena, "the member '%s' must be %s", path, wanted).p});
}

/* A name as one step of a JSON pointer in a URI fragment (RFC 6901 sections 3 and 6). */
static str pointer_step(struct arena *arena, str name)
{
    static const char digits[] = "0123456789ABCDEF";
    struct buf out;
    buf_init(&out, 3 * name.n + 1);
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        unsigned char byte = (unsigned char)c;
        if (c == '~' || c == '/') {
            buf_add_c(&out, c == '~' ? "~0" : "~1");
        } else if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_') {
            buf_add_byte(&out, c);
        } else {
            const char code[] = {'%', digits[byte >> 4], digits[byte & 15]};
            buf_add_bytes(&out, code, sizeof code);
        }
    }
    str step = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return step;
}

enum { NAME_SHOWN_BYTES_MAX = 60 };

void report_problem_unknown(struct report_problems *problems, struct arena *arena, str group,
                            str name)
{
    str step = pointer_step(arena, name);
    str shown = utf8_clip(name, NAME_SHOWN_BYTES_MAX);
    str path = group.n == 0 ? arena_printf(arena, "%.*s", STR_ARG(shown))
                            : arena_printf(arena, "%.*s.%.*s", STR_ARG(group), STR_ARG(shown));
    str message = arena_printf(arena, "there is no member '%.*s'", STR_ARG(path));
    str pointer =
        arena_printf(arena, "%s%.*s/%.*s", group.n == 0 ? "" : "/", STR_ARG(group), STR_ARG(step));
    report_problem_add(problems, (struct report_problem){
                                     .field = path.p, .message = message.p, .pointer = pointer.p});
}

static void read_list(struct reader *reader, const struct member *m, const struct json *value)
{
    str *list = field_at(reader, m->at);
    size_t *count = field_at(reader, m->count);
    if (value->kind != JSON_LIST) {
        wrong(reader, m, "a list of texts");
        return;
    }
    if (value->count > REPORT_LIST_MAX) {
        const char *message =
            arena_printf(reader->arena, "the member '%s' holds more than %d entries", m->name,
                         REPORT_LIST_MAX)
                .p;
        report_problem_add(reader->problems,
                           (struct report_problem){.field = m->name, .message = message});
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (value->items[i].kind != JSON_TEXT) {
            const char *message =
                arena_printf(reader->arena, "the member '%s' must be a list of texts", m->name).p;
            const char *pointer = arena_printf(reader->arena, "/%s/%zu", m->name, i).p;
            report_problem_add(
                reader->problems,
                (struct report_problem){.field = m->name, .message = message, .pointer = pointer});
            return;
        }
        list[i] = value->items[i].text;
    }
    *count = value->count;
}

static void read_leaf(struct reader *reader, const struct member *m, const struct json *value)
{
    switch (m->kind) {
    case MEMBER_TEXT:
        if (value->kind != JSON_TEXT) {
            wrong(reader, m, "a text");
            return;
        }
        *(str *)field_at(reader, m->at) = value->text;
        return;
    case MEMBER_BOOL:
        if (value->kind != JSON_BOOL) {
            wrong(reader, m, "true or false");
            return;
        }
        *(bool *)field_at(reader, m->at) = value->boolean;
        return;
    case MEMBER_FEAR:
        if (value->kind != JSON_INT || value->integer < 1 || value->integer > 5) {
            wrong(reader, m, "a whole number from 1 to 5");
            return;
        }
        *(int64_t *)field_at(reader, m->at) = value->integer;
        return;
    case MEMBER_DANGER:
        if (value->kind != JSON_TEXT || value->text.n == 0 ||
            !report_danger_from_word(value->text, field_at(reader, m->at))) {
            wrong(reader, m, "\"now\", \"soon\" or \"no\"");
        }
        return;
    case MEMBER_LIST:
        read_list(reader, m, value);
        return;
    case MEMBER_GROUP:
        break;
    }
}

static const struct member *find_member(const struct member *members, str name)
{
    for (; members->name != NULL; members++) {
        if (str_equal(str_c(members->name), name)) {
            return members;
        }
    }
    return NULL;
}

/* One level; groups are one deep, so this calls itself at most once. */
static void read_members(struct reader *reader, const struct member *members,
                         const struct json *object)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct member *m = find_member(members, object->names[i]);
        const struct json *value = &object->items[i];
        if (m == NULL) {
            report_problem_unknown(reader->problems, reader->arena, str_c(reader->group),
                                   object->names[i]);
        } else if (value->kind == JSON_NULL) {
            continue;
        } else if (m->kind != MEMBER_GROUP) {
            read_leaf(reader, m, value);
        } else if (value->kind != JSON_OBJECT) {
            wrong(reader, m, "an object");
        } else {
            reader->report->has_contact =
                reader->report->has_contact || m->group == contact_members;
            reader->group = m->name;
            read_members(reader, m->group, value);
            reader->group = NULL;
        }
    }
}

bool report_read(struct arena *arena, const struct json *object, struct report *ret_report,
                 struct report_problems *ret_problems)
{
    struct reader reader = {.arena = arena, .report = ret_report, .problems = ret_problems};
    report_init(ret_report);
    ret_problems->count = 0;
    if (object->kind != JSON_OBJECT) {
        report_problem_add(ret_problems,
                           (struct report_problem){
                               .field = "", .message = "a report is a JSON object", .pointer = ""});
        return false;
    }
    read_members(&reader, report_members, object);
    return ret_problems->count == 0;
}

enum status report_from_json(struct arena *arena, str json, struct report *ret_report,
                             struct error *err)
{
    struct json root;
    struct report report;
    struct report_problems problems;
    if (json.n > REPORT_JSON_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "a report may have at most %d bytes",
                         REPORT_JSON_BYTES_MAX);
    }
    enum status status = json_parse(arena, json, &root, err);
    if (status == STATUS_OK && !report_read(arena, &root, &report, &problems)) {
        status = error_set(err, STATUS_INVALID, "%s", problems.list[0].message);
    }
    if (status == STATUS_OK) {
        *ret_report = report;
    }
    return status;
}

static void write_list(struct json_out *out, const char *name, const str *list, size_t count)
{
    if (count == 0) {
        return;
    }
    json_name(out, name);
    json_begin_list(out);
    for (size_t i = 0; i < count; i++) {
        json_add_text(out, list[i]);
    }
    json_end_list(out);
}

static void write_group(struct json_out *out, const char *name, const struct member *members,
                        const struct report *report)
{
    json_name(out, name);
    json_begin_object(out);
    for (; members->name != NULL; members++) {
        const void *field = (const char *)report + members->at;
        if (members->kind == MEMBER_TEXT) {
            json_put_text(out, members->name, *(const str *)field);
        } else if (members->kind == MEMBER_BOOL) {
            json_put_bool(out, members->name, *(const bool *)field);
        }
    }
    json_end_object(out);
}

void report_to_json(struct json_out *out, const struct report *report)
{
    json_begin_object(out);
    json_put_text(out, "what", report->what);
    write_group(out, "target", target_members, report);
    write_group(out, "reporter", reporter_members, report);
    json_put_text(out, "danger",
                  report->danger == DANGER_UNSAID ? (str){0}
                                                  : str_c(report_danger_word(report->danger)));
    json_put_text(out, "when", report->when);
    write_group(out, "where", where_members, report);
    json_put_text(out, "channel", report->channel);
    write_list(out, "accounts", report->accounts, report->account_count);
    write_list(out, "links", report->links, report->link_count);
    json_put_text(out, "impact", report->impact);
    if (report->fear > 0) {
        json_put_int(out, "fear", report->fear);
    }
    write_group(out, "consent", consent_members, report);
    if (report->has_contact) {
        write_group(out, "contact", contact_members, report);
    }
    json_put_text(out, "language", report->language);
    json_end_object(out);
}
