/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/report.h"

#include "base/utf8.h"

void report_init(struct report *report)
{
    *report = (struct report){.language = STR("en")};
}

static const char *const danger_words[] = {
    [DANGER_UNSAID] = "", [DANGER_NOW] = "now", [DANGER_SOON] = "soon", [DANGER_NO] = "no"};

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

static void problem(struct report_problems *problems, const char *field, const char *message)
{
    if (problems->count < REPORT_PROBLEMS_MAX) {
        problems->list[problems->count++] = (struct report_problem){field, message};
    }
}

static const char text_is_bad[] = N_("This holds characters that cannot be read. Type it again.");
static const char text_is_long[] = N_("This is too long. Shorten it.");

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
    check_text(problems, field, text, REPORT_LINE_BYTES_MAX);
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

static void check_links(struct report_problems *problems, const struct report *report)
{
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

bool report_validate(const struct report *report, const struct report_choices *choices,
                     struct report_problems *ret_problems)
{
    struct report_problems *p = ret_problems;
    p->count = 0;
    if (str_trim(report->what).n == 0) {
        problem(p, "what", N_("Tell us what happened. A few words are enough."));
    }
    check_text(p, "what", report->what, REPORT_WHAT_BYTES_MAX);
    check_text(p, "impact", report->impact, REPORT_IMPACT_BYTES_MAX);
    check_line(p, "target.role", report->target_role);
    check_choice(p, "target.office", report->target_office, choices->offices);
    check_line(p, "reporter.relation", report->relation);
    check_choice(p, "channel", report->channel, choices->channels);
    check_line(p, "target.name", report->target_name);
    check_line(p, "when", report->when);
    check_line(p, "where.postcode", report->postcode);
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
