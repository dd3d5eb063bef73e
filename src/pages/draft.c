/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/draft.h"

#include "codec/json.h"
#include "web/catalogue.h"

void draft_init(struct draft *draft)
{
    *draft = (struct draft){0};
    report_init(&draft->report);
}

void draft_problem_add(struct draft_problems *problems, str field, str message)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (str_equal(problems->list[i].field, field)) {
            return; /* one sentence beside a field */
        }
    }
    if (problems->count < DRAFT_PROBLEMS_MAX) {
        problems->list[problems->count++] = (struct draft_problem){field, message};
    }
}

/* Two lines of JSON: the report, which the report's own reader reads, and the rest. JSON text
 * holds no raw line end, so the first one divides them. */
void draft_encode(const struct draft *draft, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    report_to_json(&json, &draft->report);
    buf_add_byte(out, '\n');
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "date", draft->date);
    json_put_text(&json, "time", draft->time);
    json_put_text(&json, "contact", draft->contact);
    json_name(&json, "files");
    json_begin_list(&json);
    for (size_t i = 0; i < draft->file_count; i++) {
        front_evidence_to_json(&json, &draft->files[i]);
    }
    json_end_list(&json);
    json_end_object(&json);
}

enum status draft_decode(struct arena *arena, str plain, struct draft *ret_draft)
{
    str report = {0};
    str rest = str_cut(plain, '\n', &report);
    struct json json;
    draft_init(ret_draft);
    if (report_from_json(arena, report, &ret_draft->report, NULL) != STATUS_OK ||
        json_parse(arena, rest, &json, NULL) != STATUS_OK) {
        return STATUS_CORRUPT;
    }
    ret_draft->date = json_member_text(&json, "date");
    ret_draft->time = json_member_text(&json, "time");
    ret_draft->contact = json_member_text(&json, "contact");
    const struct json *files = json_member(&json, "files");
    for (size_t i = 0; files != NULL && i < files->count && i < FRONT_EVIDENCE_MAX; i++) {
        if (front_evidence_from_json(&files->items[i], &ret_draft->files[i]) != STATUS_OK) {
            return STATUS_CORRUPT;
        }
        ret_draft->file_count++;
    }
    return STATUS_OK;
}

/* --- reading a form --- */

static str line_of(const struct form *form, const char *name)
{
    return str_trim(form_value(form, name));
}

static void read_who(struct report *report, const struct form *form)
{
    report->target_office = line_of(form, "target.office");
    report->target_role = line_of(form, "target.role");
    report->target_name = line_of(form, "target.name");
    report->relation = line_of(form, "reporter.relation");
}

static void read_where(struct draft *draft, struct arena *arena, const struct form *form)
{
    draft->date = line_of(form, "date");
    draft->time = line_of(form, "time");
    draft->report.place = line_of(form, "where.place");
    draft->report.postcode = line_of(form, "where.postcode");
    draft->report.constituency = line_of(form, "where.constituency");
    if (!draft_when(arena, draft->date, draft->time, &draft->report.when)) {
        draft->report.when = (str){0};
    }
}

/* Who wrote an address and ticked neither answer is asked; only "no" throws it away. */
static bool is_written(const struct form *form)
{
    static const char *const names[] = {"contact.name", "contact.email", "contact.phone",
                                        "contact.how"};
    bool is_any = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        is_any = is_any || line_of(form, names[i]).n > 0;
    }
    return is_any;
}

static void read_contact(struct draft *draft, const struct form *form)
{
    struct report *report = &draft->report;
    bool is_no = str_equal(line_of(form, "contact"), STR("no"));
    draft->contact = line_of(form, "contact");
    draft->is_choice_bad = draft->contact.n > 0 && !is_no && !str_equal(draft->contact, STR("yes"));
    report->has_contact = !is_no && (draft->contact.n > 0 || is_written(form));
    /* Who chose to stay anonymous has nothing kept. */
    str none = {0};
    report->contact_name = report->has_contact ? line_of(form, "contact.name") : none;
    report->contact_email = report->has_contact ? line_of(form, "contact.email") : none;
    report->contact_phone = report->has_contact ? line_of(form, "contact.phone") : none;
    report->contact_how = report->has_contact ? line_of(form, "contact.how") : none;
}

static void read_effect(struct report *report, const struct form *form)
{
    str fear = line_of(form, "fear");
    report->impact = form_value(form, "impact");
    report->fear = 0;
    if (fear.n > 0 && (!str_to_i64(fear, &report->fear) || report->fear < 1 || report->fear > 5)) {
        report->fear = -1; /* no answer that the draft could keep: report_validate says so */
    }
}

void draft_read_step(struct draft *draft, struct arena *arena, const struct form *form,
                     int64_t step)
{
    struct report *report = &draft->report;
    draft->is_choice_bad = false;
    switch (step) {
    case 1:
        if (!report_danger_from_word(form_value(form, "danger"), &report->danger)) {
            report->danger = DANGER_UNSAID;
            draft->is_choice_bad = true;
        }
        break;
    case 2:
        read_who(report, form);
        break;
    case 3:
        report->what = form_value(form, "what");
        break;
    case 4:
        read_where(draft, arena, form);
        break;
    case 5:
        report->channel = line_of(form, "channel");
        report->account_count = form_lines(form, "accounts", report->accounts, REPORT_LIST_MAX);
        report->link_count = form_lines(form, "links", report->links, REPORT_LIST_MAX);
        break;
    case 7:
        read_effect(report, form);
        break;
    case 8:
        report->may_tell_police = form_has(form, "consent.police");
        report->may_tell_party = form_has(form, "consent.party");
        report->may_use_in_review = form_has(form, "consent.review");
        break;
    case 9:
        read_contact(draft, form);
        break;
    default: /* 6, files, are not in a form */
        break;
    }
}

/* --- checking --- */

static bool two_digits(str text, size_t at, unsigned max, unsigned *ret_value)
{
    if (at + 2 > text.n || !ascii_is_digit(text.p[at]) || !ascii_is_digit(text.p[at + 1])) {
        return false;
    }
    *ret_value = (unsigned)(text.p[at] - '0') * 10 + (unsigned)(text.p[at + 1] - '0');
    return *ret_value <= max;
}

/* "21:40", as a page sends it, or "21:40:30" or "21:40:30.5", as some browsers do. */
bool draft_clock(str time, int64_t *ret_seconds)
{
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    bool is_good = two_digits(time, 0, 23, &hour) && two_digits(time, 3, 59, &minute) &&
                   time.p[2] == ':' &&
                   (time.n == 5 || (two_digits(time, 6, 59, &second) && time.p[5] == ':'));
    for (size_t i = 8; i < time.n && is_good; i++) {
        is_good = i == 8 ? time.p[i] == '.' && time.n > 9 : ascii_is_digit(time.p[i]);
    }
    *ret_seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    return is_good;
}

bool draft_when(struct arena *arena, str date, str time, str *ret_when)
{
    time_us at = 0;
    bool is_date = false;
    int64_t seconds = 0;
    if (date.n == 0 && time.n == 0) {
        *ret_when = (str){0};
        return true;
    }
    if (!time_parse(date, &at, &is_date) || !is_date) {
        return false;
    }
    if (time.n == 0) {
        *ret_when = date;
        return true;
    }
    if (!draft_clock(time, &seconds)) {
        return false;
    }
    time_us wanted = at + seconds * US_PER_SECOND;
    /* London is on UTC or one hour ahead: take whichever instant shows the wanted clock. */
    time_us summer = wanted - 3600 * US_PER_SECOND;
    struct civil_time shown = time_civil_london(summer);
    struct buf out;
    buf_init(&out, 64);
    buf_add_time(&out, shown.hour == (unsigned)(seconds / 3600) ? summer : wanted);
    *ret_when = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return true;
}

int64_t draft_step_of(str field)
{
    static const struct {
        const char *start;
        int64_t step;
    } rows[] = {{"danger", 1}, {"target.", 2}, {"reporter.", 2}, {"what", 3},     {"where.", 4},
                {"when", 4},   {"date", 4},    {"channel", 5},   {"accounts", 5}, {"links", 5},
                {"impact", 7}, {"fear", 7},    {"consent.", 8},  {"contact", 9}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_starts(field, str_c(rows[i].start))) {
            return rows[i].step;
        }
    }
    return 0;
}

static bool is_many_lines(const str *list, size_t count)
{
    return count == REPORT_LIST_MAX && str_find_byte(list[count - 1], '\n') < list[count - 1].n;
}

static void check_dates(const struct draft *draft, struct arena *arena,
                        struct draft_problems *problems)
{
    str when = {0};
    if (!draft_when(arena, draft->date, draft->time, &when)) {
        draft_problem_add(problems, STR("date"),
                          MSG("Write the date like 2026-05-07 and the time like 21:40, or leave "
                              "both empty."));
    }
}

static void check_lists(const struct report *r, struct draft_problems *problems)
{
    if (is_many_lines(r->accounts, r->account_count)) {
        draft_problem_add(
            problems, STR("accounts"),
            MSG("There is room for 20 lines. Write the rest where you say what happened."));
    }
    if (is_many_lines(r->links, r->link_count)) {
        draft_problem_add(
            problems, STR("links"),
            MSG("There is room for 20 lines. Write the rest where you say what happened."));
    }
}

static void check_reach(const struct draft *draft, struct draft_problems *problems)
{
    const struct report *r = &draft->report;
    bool is_reachable = r->contact_email.n + r->contact_phone.n + r->contact_how.n > 0;
    if (str_equal(draft->contact, STR("yes")) && !is_reachable) {
        draft_problem_add(problems, STR("contact"),
                          MSG("Tell us how to reach you, or choose to stay anonymous."));
    } else if (draft->contact.n == 0 && r->has_contact) {
        draft_problem_add(problems, STR("contact"),
                          MSG("You wrote how to reach you. May we use it? Choose yes or no."));
    }
}

/* What only the form can get wrong; said first, because it explains what follows from it. */
static void check_form_only(const struct draft *draft, struct arena *arena, int64_t step,
                            struct draft_problems *problems)
{
    if (draft->is_choice_bad) {
        draft_problem_add(problems, step == 1 ? STR("danger") : STR("contact"),
                          MSG("Choose one of the answers."));
    }
    if (step == 0 || step == 4) {
        check_dates(draft, arena, problems);
    }
    if (step == 0 || step == 5) {
        check_lists(&draft->report, problems);
    }
    if (step == 0 || step == 9) {
        check_reach(draft, problems);
    }
}

void draft_check(const struct draft *draft, struct arena *arena,
                 const struct report_choices *choices, int64_t step, time_us now,
                 struct draft_problems *ret_problems)
{
    struct report_problems all;
    ret_problems->count = 0;
    check_form_only(draft, arena, step, ret_problems);
    (void)report_validate(&draft->report, choices, now, &all);
    for (size_t i = 0; i < all.count; i++) {
        str field = str_c(all.list[i].field);
        if (step == 0 || draft_step_of(field) == step) {
            /* the form asks for one member by two inputs */
            field = str_equal(field, STR("when")) ? STR("date") : field;
            draft_problem_add(ret_problems, field, str_c(all.list[i].message));
        }
    }
}
