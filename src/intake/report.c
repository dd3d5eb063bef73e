/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/report.h"

#include "base/utf8.h"

void report_init(struct report *report)
{
    *report = (struct report){.language = STR("en")};
}

static const char *const danger_words[] = {
    [DANGER_UNSAID] = "", [DANGER_NOW] = "now", [DANGER_SOON] = "soon", [DANGER_NO] = "no"};

str report_where_words(struct arena *arena, const struct report *report)
{
    bool has_both = report->place.n > 0 && report->constituency.n > 0;
    return has_both              ? arena_printf(arena, "%.*s, %.*s", STR_ARG(report->place),
                                                STR_ARG(report->constituency))
           : report->place.n > 0 ? report->place
                                 : report->constituency;
}

const char *report_danger_word(enum report_danger danger)
{
    return danger_words[danger];
}

bool report_danger_from_word(str word, enum report_danger *ret_danger)
{
    for (size_t i = 0; i < ARRAY_LEN(danger_words); i++) {
        if (str_equal(word, str_c(danger_words[i]))) {
            *ret_danger = (enum report_danger)i;
            return true;
        }
    }
    return false;
}

/* The first of a field only: twenty accounts that are too long are one thing to mend. */
void report_problem_add(struct report_problems *problems, struct report_problem problem)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (str_equal(str_c(problems->list[i].field), str_c(problem.field))) {
            return;
        }
    }
    if (problems->count < REPORT_PROBLEMS_MAX) {
        problems->list[problems->count++] = problem;
    }
}

static void problem(struct report_problems *problems, const char *field, const char *message)
{
    report_problem_add(problems, (struct report_problem){.field = field, .message = message});
}

static const char text_is_bad[] = N_("This holds characters that cannot be read. Type it again.");
static const char text_is_too_many[] =
    N_("These are too many: at most 20, one a line. Tell the rest in your own words.");
static const char text_is_long[] = N_("This is too long. Shorten it.");

bool report_is_old_news(str published, time_us taken_in)
{
    const time_us day = (time_us)24 * 3600 * US_PER_SECOND;
    time_us at = 0;
    bool is_date = false;
    return time_parse(published, &at, &is_date) && (taken_in - at) / day > REPORT_NEWS_DAYS;
}

static void check_text(struct report_problems *problems, const char *field, str text,
                       size_t bytes_max)
{
    if (!utf8_is_text(text)) {
        problem(problems, field, text_is_bad);
    } else if (text.n > bytes_max) {
        problem(problems, field, text_is_long);
    }
}

static void check_line(struct report_problems *problems, const char *field, str text)
{
    if (str_find_byte(text, '\n') != text.n || str_find_byte(text, '\r') != text.n) {
        problem(problems, field, N_("Write this on one line."));
        return;
    }
    if (!utf8_is_text(text)) {
        problem(problems, field, text_is_bad);
    } else if (utf8_count(text) > REPORT_LINE_CHARS_MAX) {
        problem(problems, field, N_("This is too long: at most 300 characters. Shorten it."));
    }
}

static void check_postcode(struct report_problems *problems, str postcode)
{
    check_line(problems, "where.postcode", postcode);
    if (utf8_is_text(postcode) && utf8_count(postcode) > REPORT_POSTCODE_CHARS_MAX) {
        problem(problems, "where.postcode",
                N_("A postcode is short, like E1 6AN. Write anything longer in the field Place."));
    }
}

/* Only digits and the signs between them: meant as a date, not as words. */
static bool is_meant_as_date(str text)
{
    bool is_all = text.n >= 8;
    for (size_t i = 0; i < text.n && is_all; i++) {
        is_all = ascii_is_digit(text.p[i]) || str_find_byte(STR("-:+.TZtz"), text.p[i]) < 8;
    }
    return is_all;
}

static void check_when(struct report_problems *problems, str when, time_us now)
{
    time_us at = 0;
    bool is_date = false;
    check_line(problems, "when", when);
    if (!time_parse(when, &at, &is_date)) {
        if (is_meant_as_date(when)) {
            problem(problems, "when",
                    N_("Write the date like 2026-05-07 and the time like 21:40, or leave both "
                       "empty."));
        }
        return;
    }
    int64_t ahead = is_date ? REPORT_DAY_AHEAD_SECONDS : REPORT_TIME_AHEAD_SECONDS;
    if (now >= REPORT_CLOCK_IS_RIGHT_FROM && at > now + ahead * US_PER_SECOND) {
        problem(problems, "when",
                N_("This date or time has not come yet. Give the day on which something happened. "
                   "If you fear something that is still to come, leave this empty and write it "
                   "where you say what happened."));
    }
}

/* A word that we do not know is kept as it was said: no report is refused for its vocabulary. Only
 * a form that offers choices passes them here. */
static void check_choice(struct report_problems *problems, const char *field, str word,
                         const char *const *choices)
{
    if (word.n == 0 || choices == NULL) {
        check_line(problems, field, word);
        return;
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (str_equal(word, str_c(choices[i]))) {
            return;
        }
    }
    problem(problems, field, N_("Choose one of the answers."));
}

/* Deliberately loose: "name@place" without spaces. A strict check would refuse real addresses. */
static bool looks_like_email(str text)
{
    size_t at = str_find_byte(text, '@');
    return at > 0 && at + 1 < text.n && str_find_byte(text, ' ') == text.n;
}

/* A form keeps what is too many in the last one (form_lines). */
static bool has_too_many(const str *list, size_t count)
{
    return count == REPORT_LIST_MAX && str_find_byte(list[count - 1], '\n') != list[count - 1].n;
}

static void check_links(struct report_problems *problems, const struct report *report)
{
    if (has_too_many(report->links, report->link_count)) {
        problem(problems, "links", text_is_too_many);
    }
    if (has_too_many(report->accounts, report->account_count)) {
        problem(problems, "accounts", text_is_too_many);
    }
    for (size_t i = 0; i < report->link_count; i++) {
        str link = report->links[i];
        if (!utf8_is_text(link) || str_find_byte(link, '\n') != link.n) {
            problem(problems, "links", text_is_bad);
        } else if (link.n > REPORT_LINK_BYTES_MAX) {
            problem(problems, "links", text_is_long);
        }
    }
    for (size_t i = 0; i < report->account_count; i++) {
        check_line(problems, "accounts", report->accounts[i]);
    }
}

static void check_contact(struct report_problems *problems, const struct report *report)
{
    check_line(problems, "contact.name", report->contact_name);
    check_line(problems, "contact.email", report->contact_email);
    check_line(problems, "contact.phone", report->contact_phone);
    check_line(problems, "contact.how", report->contact_how);
    if (report->contact_email.n > 0 && !looks_like_email(report->contact_email)) {
        problem(problems, "contact.email",
                N_("Write an email address like name@example.org, or leave it empty."));
    }
}

bool report_validate(const struct report *report, const struct report_choices *choices, time_us now,
                     struct report_problems *ret_problems)
{
    struct report_problems *p = ret_problems;
    p->count = 0;
    if (str_trim(report->what).n == 0) {
        problem(p, "what", N_("Tell us what happened. A few words are enough."));
    }
    if (report->what.n > REPORT_WHAT_BYTES_MAX) {
        problem(p, "what",
                N_("This is too long for one report. Shorten it, or add the rest afterwards with "
                   "your receipt."));
    }
    check_text(p, "what", report->what, REPORT_WHAT_BYTES_MAX);
    check_text(p, "impact", report->impact, REPORT_IMPACT_BYTES_MAX);
    check_line(p, "target.role", report->target_role);
    check_choice(p, "target.office", report->target_office, choices->offices);
    check_line(p, "reporter.relation", report->relation);
    check_choice(p, "channel", report->channel, choices->channels);
    check_line(p, "target.name", report->target_name);
    check_when(p, report->when, now);
    check_postcode(p, report->postcode);
    check_line(p, "where.place", report->place);
    check_line(p, "where.constituency", report->constituency);
    check_links(p, report);
    if (report->fear < 0 || report->fear > 5) {
        problem(p, "fear", N_("Choose a number from 1 to 5."));
    }
    check_contact(p, report);
    static const char *const languages[] = {"en", "cy", "bn", NULL};
    check_choice(p, "language", report->language, languages);
    return p->count == 0;
}
