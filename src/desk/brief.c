/* SPDX-License-Identifier: Apache-2.0 */
/* The brief of a case: how it is kept, and what it is found by. */
#include "desk/desk_internal.h"

#include "base/utf8.h"

#include <stdio.h>

static const char *const state_words[] = {"",     "new",    "triaged", "referred",
                                          "open", "closed", "merged"};
static const char *const access_words[] = {"", "open", "restricted", "named"};
static const char *const clock_words[] = {"", "act", "tell", "hear"};
static const char *const did_words[] = {"", "tell", "speak", "measure", "other"};

const char *case_state_word(enum case_state state)
{
    ASSERT((size_t)state < ARRAY_LEN(state_words));
    return state_words[state];
}

const char *desk_source_word(enum desk_source source)
{
    return source == DESK_SOURCE_PRESS     ? "press"
           : source == DESK_SOURCE_INBOX   ? "inbox"
           : source == DESK_SOURCE_OFFICER ? "officer"
                                           : "report";
}

const char *case_access_word(enum case_access access)
{
    ASSERT((size_t)access < ARRAY_LEN(access_words));
    return access_words[access];
}

const char *case_clock_word(enum case_clock clock)
{
    ASSERT((size_t)clock < ARRAY_LEN(clock_words));
    return clock_words[clock];
}

bool case_state_from_word(str word, enum case_state *ret_state)
{
    for (size_t i = 1; i < ARRAY_LEN(state_words); i++) {
        if (str_equal(word, str_c(state_words[i]))) {
            *ret_state = (enum case_state)i;
            return true;
        }
    }
    return false;
}

bool case_access_from_word(str word, enum case_access *ret_access)
{
    for (size_t i = 1; i < ARRAY_LEN(access_words); i++) {
        if (str_equal(word, str_c(access_words[i]))) {
            *ret_access = (enum case_access)i;
            return true;
        }
    }
    return false;
}

const char *desk_did_word(enum desk_did did)
{
    ASSERT((size_t)did < ARRAY_LEN(did_words));
    return did_words[did];
}

bool desk_did_from_word(str word, enum desk_did *ret_did)
{
    for (size_t i = 0; i < ARRAY_LEN(did_words); i++) {
        if (str_equal(word, str_c(did_words[i]))) {
            *ret_did = (enum desk_did)i;
            return true;
        }
    }
    return false;
}

/* --- keeping --- */

static void put_list(struct json_out *out, const char *name, const str *list, size_t count)
{
    if (count > 0) {
        json_name(out, name);
        json_begin_list(out);
        for (size_t i = 0; i < count; i++) {
            json_add_text(out, list[i]);
        }
        json_end_list(out);
    }
}

static void put_number(struct json_out *out, const char *name, int64_t value)
{
    if (value != 0) {
        json_put_int(out, name, value);
    }
}

static void put_restarts(struct json_out *out, const struct restart restarts[3])
{
    if (restarts[0].from == 0 && restarts[1].from == 0 && restarts[2].from == 0) {
        return;
    }
    json_name(out, "again");
    json_begin_list(out);
    for (size_t i = 0; i < 3; i++) {
        json_add_int(out, restarts[i].from);
        json_add_int(out, restarts[i].cap);
    }
    json_end_list(out);
}

static void get_restarts(const struct json *list, struct restart restarts[3])
{
    for (size_t i = 0; list != NULL && list->count == 6 && i < 3; i++) {
        restarts[i] = (struct restart){list->items[2 * i].integer, list->items[2 * i + 1].integer};
    }
}

void brief_encode(struct buf *out, const struct brief *brief)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "title", brief->title);
    json_put_text(&json, "seen", brief->seen);
    json_put_text(&json, "said", brief->news);
    json_put_text(&json, "subject", brief->subject);
    json_put_text(&json, "area", brief->area);
    json_put_text(&json, "language", brief->language);
    json_put_text(&json, "unread", brief->unread);
    json_put_text(&json, "closed", brief->closed_why);
    json_put_text(&json, "old_news", brief->old_news);
    put_list(&json, "codes", brief->codes, brief->code_count);
    put_list(&json, "why", brief->why, brief->why_count);
    if (brief->pair_count > 0) {
        json_name(&json, "pairs");
        json_begin_list(&json);
        for (size_t i = 0; i < brief->pair_count; i++) {
            json_add_int(&json, brief->pairs[i]);
        }
        json_end_list(&json);
    }
    put_number(&json, "received", brief->received);
    put_number(&json, "hear_from", brief->hear_from);
    put_number(&json, "acted", brief->acted_at);
    put_number(&json, "told", brief->told_at);
    put_number(&json, "heard", brief->heard_at);
    put_number(&json, "ended", brief->ended_at);
    put_restarts(&json, brief->restarts);
    put_number(&json, "news_grade", brief->news_grade);
    put_number(&json, "now", brief->is_danger_now);
    put_number(&json, "press", brief->is_press);
    put_number(&json, "news", brief->has_news);
    put_number(&json, "mailbox", brief->has_mailbox);
    put_number(&json, "escalated", brief->is_escalated);
    put_number(&json, "merged", brief->merged_into);
    put_number(&json, "sources", brief->sources);
    put_number(&json, "suggested", brief->lowered.suggested);
    put_number(&json, "lowered_by", brief->lowered.officer);
    put_number(&json, "lowered_at", brief->lowered.at);
    put_number(&json, "lowered_to", brief->lowered.to);
    json_put_text(&json, "lowered_why", brief->lowered.why);
    if (brief->campaign.messages > 0) {
        json_name(&json, "campaign");
        campaign_encode(&json, &brief->campaign);
    }
    if (brief->route.is_there) {
        json_name(&json, "route");
        desk_route_encode(&json, &brief->route);
    }
    json_end_object(&json);
}

static size_t get_list(const struct json *from, const char *name, str *out, size_t max)
{
    const struct json *list = json_member(from, name);
    size_t count = 0;
    for (size_t i = 0; list != NULL && i < list->count && count < max; i++) {
        out[count++] = list->items[i].text;
    }
    return count;
}

enum status brief_decode(struct arena *arena, str text, struct brief *ret_brief, struct error *err)
{
    struct json json;
    struct brief *b = ret_brief;
    enum status status = json_parse(arena, text, &json, err);
    if (status != STATUS_OK) {
        return error_set(err, STATUS_CORRUPT, "A case of the casebook cannot be read.");
    }
    *b = (struct brief){
        .title = json_member_text(&json, "title"),
        .seen = json_member_text(&json, "seen"),
        .news = json_member_text(&json, "said"),
        .subject = json_member_text(&json, "subject"),
        .area = json_member_text(&json, "area"),
        .language = json_member_text(&json, "language"),
        .unread = json_member_text(&json, "unread"),
        .closed_why = json_member_text(&json, "closed"),
        .old_news = json_member_text(&json, "old_news"),
        .received = json_member_int(&json, "received", 0),
        .hear_from = json_member_int(&json, "hear_from", 0),
        .acted_at = json_member_int(&json, "acted", 0),
        .told_at = json_member_int(&json, "told", 0),
        .heard_at = json_member_int(&json, "heard", 0),
        .ended_at = json_member_int(&json, "ended", 0),
        .news_grade = json_member_int(&json, "news_grade", 0),
        .is_danger_now = json_member_int(&json, "now", 0) != 0,
        .is_press = json_member_int(&json, "press", 0) != 0,
        .has_news = json_member_int(&json, "news", 0) != 0,
        .has_mailbox = json_member_int(&json, "mailbox", 0) != 0,
        .is_escalated = json_member_int(&json, "escalated", 0) != 0,
        .merged_into = json_member_int(&json, "merged", 0),
        .sources = (unsigned)json_member_int(&json, "sources", 0),
        .lowered = {.suggested = json_member_int(&json, "suggested", 0),
                    .officer = json_member_int(&json, "lowered_by", 0),
                    .at = json_member_int(&json, "lowered_at", 0),
                    .to = json_member_int(&json, "lowered_to", 0),
                    .why = json_member_text(&json, "lowered_why")},
    };
    b->code_count = get_list(&json, "codes", b->codes, DESK_CASE_CODES_MAX);
    b->why_count = get_list(&json, "why", b->why, DESK_WHY_MAX);
    get_restarts(json_member(&json, "again"), b->restarts);
    const struct json *pairs = json_member(&json, "pairs");
    for (size_t i = 0; pairs != NULL && i < pairs->count && i < DESK_PAIRS_MAX; i++) {
        b->pairs[b->pair_count++] = pairs->items[i].integer;
    }
    campaign_decode(json_member(&json, "campaign"), &b->campaign);
    desk_route_decode(json_member(&json, "route"), &b->route);
    return STATUS_OK;
}

void brief_add_code(struct brief *brief, str code)
{
    for (size_t i = 0; i < brief->code_count; i++) {
        if (str_equal(brief->codes[i], code)) {
            return;
        }
    }
    if (brief->code_count < DESK_CASE_CODES_MAX) {
        brief->codes[brief->code_count++] = code;
    }
}

void brief_add_why(struct brief *brief, str why)
{
    for (size_t i = 0; i < brief->why_count; i++) {
        if (str_equal(brief->why[i], why)) {
            return;
        }
    }
    if (brief->why_count < DESK_WHY_MAX && why.n > 0) {
        brief->why[brief->why_count++] = why;
    }
}

/* --- what a case is found by --- */

static void add_tag(const struct desk *desk, struct casebook_facets *facets, const char *kind,
                    str value)
{
    if (value.n > 0) {
        casebook_facet_add(facets, casebook_tag(desk->casebook, str_c(kind), value));
    }
}

void brief_facets(const struct desk *desk, const struct desk_file *file,
                  struct casebook_facets *ret_facets)
{
    const struct brief *brief = &file->brief;
    struct casebook_facets *facets = ret_facets;
    enum case_state state = (enum case_state)file->row.state;
    char owner[24];
    struct buf week;
    facets->count = 0;
    add_tag(desk, facets, "state", str_c(case_state_word(state)));
    for (size_t i = 0; i < brief->pair_count; i++) {
        casebook_facet_add(facets, brief->pairs[i]);
    }
    if (state == CASE_MERGED) {
        return; /* found through the case it went into */
    }
    if (state != CASE_CLOSED) {
        add_tag(desk, facets, "state", STR("live"));
    }
    int len = snprintf(owner, sizeof owner, "%lld", (long long)file->row.owner);
    add_tag(desk, facets, "owner", (str){owner, (size_t)len});
    for (size_t i = 0; i < brief->code_count; i++) {
        add_tag(desk, facets, "code", brief->codes[i]);
    }
    add_tag(desk, facets, "practice", file->row.practice != 0 ? STR("1") : (str){0});
    add_tag(desk, facets, "area", brief->area);
    area_facets(desk, brief, facets);
    for (unsigned bit = 1; bit < 1U << DESK_SOURCES; bit <<= 1) {
        add_tag(desk, facets, "source",
                (brief->sources & bit) != 0 ? str_c(desk_source_word((enum desk_source)bit))
                                            : (str){0});
    }
    add_tag(desk, facets, "language", brief->language);
    buf_init(&week, 32);
    buf_add_week(&week, file->row.hour);
    add_tag(desk, facets, "week", buf_str(&week));
    buf_close(&week);
}

/* --- rows --- */

void file_finish(const struct desk *desk, struct arena *arena, struct desk_file *file)
{
    enum case_clock clock = CLOCK_NONE;
    time_us due = clock_due(desk, file, &clock);
    int64_t hour = due / HOUR_US;
    file->row.due_hour = due <= 0                        ? CASEBOOK_HOUR_NONE
                         : hour < CASEBOOK_HOUR_NONE - 1 ? hour
                                                         : CASEBOOK_HOUR_NONE - 1;
    struct buf text;
    buf_init(&text, DESK_BRIEF_BYTES_MAX);
    brief_encode(&text, &file->brief);
    ASSERT(!text.overflowed); /* its parts have limits whose sum is below */
    file->row.brief = arena_str(arena, buf_str(&text));
    buf_close(&text);
}

void file_row(const struct desk *desk, const struct caller *caller, const struct desk_file *file,
              struct desk_row *ret_row)
{
    const struct brief *brief = &file->brief;
    enum case_clock clock = CLOCK_NONE;
    time_us due = clock_due(desk, file, &clock);
    *ret_row = (struct desk_row){
        .number = file->row.number,
        .version = file->row.version,
        .grade = file->row.grade,
        .state = (enum case_state)file->row.state,
        .access = (enum case_access)file->row.access,
        .owner = file->row.owner,
        .is_practice = file->row.practice != 0,
        .is_overdue = due != 0 && due < caller->now,
        .is_danger_now = brief->is_danger_now,
        .is_press = brief->is_press,
        .has_news = brief->has_news,
        .news_grade = brief->has_news ? brief->news_grade : 0,
        .received = brief->received,
        .due = due,
        .clock = clock,
        .title = brief->title,
        .seen = brief->news.n > 0 ? brief->news : brief->seen,
        .subject = brief->subject,
        .area = brief->area,
        .language = brief->language,
        .unread = brief->unread,
        .code_count = brief->code_count,
        .campaign = brief->campaign,
        .sources = brief->sources,
        .viewers = (int64_t)presence_others(desk, caller, file->row.number, NULL, 0),
    };
    memcpy(ret_row->codes, brief->codes, sizeof ret_row->codes);
}

/* --- from a letter --- */

const struct desk_code *desk_code(const struct desk *desk, str code)
{
    const struct desk_rules *rules = desk->options.rules;
    for (size_t i = 0; i < rules->code_count; i++) {
        if (str_equal(rules->codes[i].code, code)) {
            return &rules->codes[i];
        }
    }
    return NULL;
}

/* Rules only ever raise: the front's grade is the floor, and whoever wants less must be a person
 * with a reason. */
int64_t brief_least_grade(const struct desk *desk, const struct letter_body *body, bool is_repeated,
                          struct brief *brief)
{
    int64_t grade = 0;
    for (size_t i = 0; i < brief->code_count; i++) {
        const struct desk_code *code = desk_code(desk, brief->codes[i]);
        if (code != NULL) {
            int64_t of_code = is_repeated && code->grade_repeated > code->grade
                                  ? code->grade_repeated
                                  : code->grade;
            grade = of_code > grade ? of_code : grade;
        }
    }
    if (is_repeated) {
        brief_add_why(brief, STR("An earlier report names the same account and the same person."));
    }
    /* The front's rules say both as well, in the pack's words: then they are not said twice. */
    if (body->report.fear == 5) {
        grade += grade < 5;
        if (body->grade < grade) {
            brief_add_why(brief, STR("The reporter's fear is 5 of 5."));
        }
    }
    if (body->report.danger == DANGER_NOW) {
        grade = 5;
        if (body->grade < grade) {
            brief_add_why(brief, STR("The reporter says that it is happening now."));
        }
    }
    return grade > body->grade ? grade : body->grade;
}

int64_t brief_suggested(const struct desk *desk, const struct brief *brief)
{
    int64_t grade = brief->lowered.suggested;
    for (size_t i = 0; i < brief->code_count; i++) {
        const struct desk_code *code = desk_code(desk, brief->codes[i]);
        grade = code != NULL && code->grade > grade ? code->grade : grade;
    }
    return grade;
}

void file_raise(struct desk_file *file, int64_t grade)
{
    struct desk_lowered *lowered = &file->brief.lowered;
    if (grade > lowered->suggested) {
        lowered->suggested = grade;
    }
    if (grade > file->row.grade) {
        file->row.grade = grade;
        *lowered = (struct desk_lowered){.suggested = lowered->suggested};
    }
}

static str first_line(str text)
{
    str line = {0};
    while (str_next_line(&text, &line)) {
        line = str_trim(line);
        if (line.n > 0) {
            return utf8_clip(line, DESK_TITLE_BYTES_MAX);
        }
    }
    return (str){0};
}

/* Which reason a queue shows: what a rule saw, else what the model heard, the worst first. */
static int reason_rank(const struct letter_reason *reason)
{
    static const char *const heads[] = {"model:explicit", "model:threat",   "model:doxxing",
                                        "model:sexual",   "model:identity", "model:insult"};
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        if (str_equal(reason->rule, str_c(heads[i]))) {
            return i == 0 ? 0 : (int)i + 1;
        }
    }
    return str_starts(reason->rule, STR("model:")) ? (int)ARRAY_LEN(heads) + 1 : 1;
}

static str what_was_seen(struct arena *arena, const struct letter_body *body)
{
    const struct letter_reason *best = NULL;
    for (size_t i = 0; i < body->reason_count; i++) {
        const struct letter_reason *r = &body->reasons[i];
        if (r->from < r->to && r->why.n > 0 &&
            (best == NULL || reason_rank(r) < reason_rank(best))) {
            best = r;
        }
    }
    if (best == NULL) {
        return (str){0};
    }
    str whole = str_slice(body->report.what, best->from, best->to);
    if (!utf8_is_text(whole)) {
        return (str){0}; /* a place inside of a letter: not ours */
    }
    str quote = utf8_clip(whole, DESK_SEEN_BYTES_MAX);
    return arena_printf(arena, "%.*s: “%.*s%s”",
                        STR_ARG(utf8_clip(best->why, DESK_TITLE_BYTES_MAX)), STR_ARG(quote),
                        quote.n < whole.n ? "…" : "");
}

static bool is_stop(char c)
{
    return c == '.' || c == '!' || c == '?';
}

/* The sentence of it that a rule, else the model, found something in: rules are nearer to the words
 * that matter in a long letter. Empty when nothing was found. */
static str worst_sentence(const struct letter_body *body)
{
    const struct letter_reason *best = NULL;
    str text = body->report.what;
    for (size_t i = 0; i < body->reason_count; i++) {
        const struct letter_reason *r = &body->reasons[i];
        bool is_rule = !str_starts(r->rule, STR("model:"));
        if (r->from < r->to && r->to <= text.n &&
            (best == NULL || (is_rule && str_starts(best->rule, STR("model:"))))) {
            best = r;
        }
    }
    if (best == NULL) {
        return (str){0};
    }
    size_t from = best->to - 1, to = best->to; /* where it ends: it may begin in a subject */
    while (from > 0 && text.p[from - 1] != '\n' &&
           !(ascii_is_space(text.p[from - 1]) && from > 1 && is_stop(text.p[from - 2]))) {
        from--;
    }
    while (to < text.n && text.p[to] != '\n' && !is_stop(text.p[to])) {
        to++;
    }
    return first_line(str_slice(text, from, to < text.n && is_stop(text.p[to]) ? to + 1 : to));
}

/* What was found in it; else how it begins, with what stands below a line that says little: a mail's
 * subject, "Dear Councillor,". */
static str message_title(struct arena *arena, const struct letter_body *body)
{
    enum { SHORT_BYTES = 40 };
    str found = worst_sentence(body);
    if (found.n > 0 && utf8_is_text(found)) {
        return utf8_clip(found, DESK_TITLE_BYTES_MAX);
    }
    str text = sketch_body(NULL, body->report.what);
    str first = first_line(text);
    if (first.n == 0 || first.n > SHORT_BYTES) {
        return first;
    }
    str below = sketch_body(NULL, str_slice(text, (size_t)(first.p - text.p) + first.n, text.n));
    below = first_line(below);
    str both =
        arena_printf(arena, "%.*s%s%.*s", STR_ARG(first), below.n > 0 ? " – " : "", STR_ARG(below));
    return utf8_clip(both, DESK_TITLE_BYTES_MAX);
}

/* Codes stand in the clear in the casebook, so only what has the shape of one gets there. */
static bool is_code(str code)
{
    bool is_one = code.n > 0 && code.n <= 8;
    for (size_t i = 0; i < code.n; i++) {
        is_one = is_one && (ascii_is_digit(code.p[i]) || (code.p[i] >= 'A' && code.p[i] <= 'Z'));
    }
    return is_one;
}

/* The day of what was past already when it came in; empty for all that somebody reported. */
static str old_news(struct arena *arena, const struct letter_body *body)
{
    str day = body->source == SOURCE_PRESS ? body->published : (str){0};
    if (body->message.at != 0) {
        struct buf text;
        buf_init(&text, 64);
        buf_add_time(&text, body->message.at);
        day = arena_str(arena, buf_str(&text));
        buf_close(&text);
    }
    return report_is_old_news(day, body->received) ? day : (str){0};
}

unsigned brief_source(const struct letter_body *body)
{
    switch (body->source) {
    case SOURCE_PRESS:
        return DESK_SOURCE_PRESS;
    case SOURCE_MESSAGES:
        return DESK_SOURCE_INBOX;
    case SOURCE_DESK:
        return DESK_SOURCE_OFFICER;
    case SOURCE_FORM:
    case SOURCE_API:
    case SOURCE_OTHER:
        break;
    }
    return DESK_SOURCE_REPORT;
}

#define ADDED_WHY "The reporter added: "

void brief_from_letter(struct arena *arena, const struct letter_body *body, struct brief *ret_brief)
{
    const struct report *report = &body->report;
    *ret_brief = (struct brief){
        .title = body->title.n > 0        ? utf8_clip(body->title, DESK_TITLE_BYTES_MAX)
                 : body->message.is_there ? message_title(arena, body)
                                          : first_line(report->what),
        .seen = what_was_seen(arena, body),
        .area = report->constituency.n > 0 ? report->constituency : report->place,
        .language = body->language,
        .received = body->received,
        .is_danger_now = report->danger == DANGER_NOW,
        .is_press = body->source == SOURCE_PRESS,
        .sources = brief_source(body),
        .old_news = old_news(arena, body),
        .has_mailbox = letter_has_reader(body),
    };
    if (report->target_name.n > 0 && report->target_office.n > 0) {
        ret_brief->subject = arena_printf(arena, "%.*s, %.*s", STR_ARG(report->target_name),
                                          STR_ARG(report->target_office));
    } else {
        ret_brief->subject =
            report->target_name.n > 0 ? report->target_name : report->target_office;
    }
    if (body->message.is_there) {
        campaign_count(&body->message, body->message.author.n > 0, &ret_brief->campaign);
    }
    for (size_t i = 0; i < body->code_count; i++) {
        if (is_code(body->codes[i])) {
            brief_add_code(ret_brief, body->codes[i]);
        }
    }
    for (size_t i = 0; i < body->reason_count; i++) {
        str why = body->reasons[i].why;
        brief_add_why(ret_brief, body->is_added && why.n > 0
                                     ? arena_printf(arena, ADDED_WHY "%.*s", STR_ARG(why))
                                     : why);
    }
}
