/* SPDX-License-Identifier: Apache-2.0 */
/* preview DIR [LANGUAGE]: renders every page a reporter can see, with sample data, into DIR, with
 * the assets beside. For looking at pages and for tests/e2e/pages.mjs; no server is needed. */
#include <stdio.h>

#include "base/io.h"
#include "pages/accessibility.html.h"
#include "pages/cookies.html.h"
#include "pages/mailbox.html.h"
#include "pages/practice.html.h"
#include "pages/privacy.html.h"
#include "pages/problem.html.h"
#include "pages/report_check.html.h"
#include "pages/report_contact.html.h"
#include "pages/report_danger.html.h"
#include "pages/report_effect.html.h"
#include "pages/report_files.html.h"
#include "pages/report_how.html.h"
#include "pages/report_now.html.h"
#include "pages/report_sent.html.h"
#include "pages/report_share.html.h"
#include "pages/report_what.html.h"
#include "pages/report_place.html.h"
#include "pages/report_where.html.h"
#include "pages/report_who.html.h"
#include "pages/return.html.h"
#include "pages/start.html.h"
#include "web/asset.h"
#include "web/language.h"

enum { PAGE_BYTES_MAX = 1 << 20 };

struct preview {
    const char *folder;
    const struct catalogue *catalogue;
    struct buf out;
    struct arena arena;
    struct error err;
    bool has_failed;
};

static void save(struct preview *p, const char *name)
{
    const char *path = arena_cstr(&p->arena, arena_printf(&p->arena, "%s/%s", p->folder, name));
    if (io_write_file(path, buf_str(&p->out), 0644, &p->err) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", p->err.primary);
        p->has_failed = true;
    }
    buf_clear(&p->out);
}

static void make_folder(struct preview *p, str path)
{
    if (io_make_folder(arena_cstr(&p->arena, path), &p->err) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", p->err.primary);
        p->has_failed = true;
    }
}

/* PAGE(start, "start", .x = 1) renders and saves one page. */
#define PAGE(name, file, ...)                                                                      \
    do {                                                                                           \
        const struct page_##name page = {.site = site, __VA_ARGS__};                               \
        page_##name##_render(&p->out, p->catalogue, &page);                                        \
        save(p, file ".html");                                                                     \
    } while (0)

static struct part_site site_at(struct preview *p, const char *path)
{
    return (struct part_site){.lang = p->catalogue->language,
                              .path = str_c(path),
                              .desk = STR("Example Borough Council")};
}

/* A page with a form of answers: its languages are buttons. */
static struct part_site form_at(struct preview *p, const char *path)
{
    struct part_site site = site_at(p, path);
    site.action = site.path;
    site.is_question = true;
    return site;
}

static str words(struct preview *p, str english)
{
    return catalogue_text(p->catalogue, english);
}

static const struct part_form_head form = {STR_INIT("n0nce"), 3, 9, false};

static void plain_pages(struct preview *p)
{
    struct part_site site = site_at(p, "/");
    PAGE(start, "start", );
    PAGE(cookies, "cookies", );
    PAGE(accessibility, "accessibility", .contact = STR("desk@example.gov.uk"));
    PAGE(privacy, "privacy", .controller = STR("Example Borough Council"),
         .contact = STR("data@example.gov.uk"));
    PAGE(problem, "problem-404", .kind = STR("not-found"));
    PAGE(problem, "problem-405", .kind = STR("no-form"));
    PAGE(problem, "problem-413", .kind = STR("too-large"), .is_kept = true);
    PAGE(problem, "problem-expired", .kind = STR("expired"));
    PAGE(problem, "problem-500", .kind = STR("trouble"), .is_kept = true);
    PAGE(problem, "problem-503", .kind = STR("busy"), .is_kept = true);
    PAGE(return, "return", );
    PAGE(practice, "practice", .nonce = STR("n0nce"));
}

static void question_pages(struct preview *p)
{
    struct part_site site = form_at(p, "/report/now");
    const struct part_option options[] = {
        {STR("councillor"), words(p, STR("Councillor")), true},
        {STR("mp"), words(p, STR("Member of Parliament")), false}};
    const struct part_option_list list = {options, ARRAY_LEN(options)};
    PAGE(report_now, "now", .form = form, .danger = STR("soon"));
    PAGE(report_danger, "danger", .next = STR("/report/who"));
    PAGE(report_who, "who", .form = form, .offices = list, .roles = list, .relations = list);
    PAGE(report_what, "what", .form = form);
    PAGE(report_where, "where", .form = form);
    const struct page_report_place_choices places[] = {
        {STR("choice"), STR("1"), STR("Bow"), STR("Tower Hamlets")},
        {STR("choice-2"), STR("2"), STR("Bow"), STR("Mid Devon")}};
    PAGE(report_place, "place", .form = form, .said = STR("Bow"), .choices = {places, 2});
    PAGE(report_how, "how", .form = form, .channels = list);
    const struct page_report_files_files files[] = {
        {STR("1"), STR("screenshot-of-the-message.png"), STR("1.2 MB")}};
    PAGE(report_files, "files", .form = form, .files = {files, 1}, .files_max = 10,
         .file_megabytes_max = 25);
    PAGE(report_effect, "effect", .form = form, .fear = STR("4"));
    PAGE(report_share, "share", .form = form, .police = true);
    PAGE(report_contact, "contact", .form = form, .contact = STR("no"));
}

static void error_pages(struct preview *p)
{
    struct part_site site = form_at(p, "/report/what");
    str message = words(p, STR("Tell us what happened. A few words are enough."));
    const struct part_field_error errors[] = {{STR("what"), message}};
    PAGE(report_what, "what-error", .form = form, .errors = {true, {errors, 1}}, .error = message);
    str bad = words(p, STR("Write a postcode like E1 6AN, or leave it empty."));
    const struct part_field_error where[] = {{STR("where.postcode"), bad}};
    PAGE(report_where, "where-error", .form = form, .errors = {true, {where, 1}},
         .postcode = STR("<script>alert(1)</script>"), .postcode_error = bad);
}

static void place_error_page(struct preview *p)
{
    struct part_site site = form_at(p, "/report/place");
    str bad = words(p, STR("Choose one of the places, or that it is none of these."));
    const struct part_field_error errors[] = {{STR("choice"), bad}};
    const struct page_report_place_choices places[] = {
        {STR("choice"), STR("1"), STR("Bow"), STR("Tower Hamlets")}};
    PAGE(report_place, "place-error", .form = form, .errors = {true, {errors, 1}}, .error = bad,
         .said = STR("Bow"), .choices = {places, 1});
}

static void mailbox_pages(struct preview *p, str receipt)
{
    struct part_site site = form_at(p, "/mailbox");
    site.is_question = false;
    const struct page_mailbox_items_files files[] = {{STR("shouting.mp3"), STR("1.2 MB")}};
    const struct page_mailbox_items items[] = {
        {STR("theirs"),
         STR("23 November 2026 at 9:12pm"),
         STR("A man shouted at me outside the library."),
         {files, 1}},
        {STR("state"),
         STR("24 November 2026 at 8:05am"),
         words(p, STR("An officer has read your report.")),
         {NULL, 0}},
        {STR("ours"),
         STR("24 November 2026 at 8:10am"),
         STR("Thank you. We have told your local police team.\nPlease call 999 if he comes "
             "back."),
         {NULL, 0}}};
    PAGE(mailbox, "mailbox", .receipt = receipt, .items = {items, ARRAY_LEN(items)},
         .is_answered = true, .state = words(p, STR("An officer has read your report.")));
    PAGE(mailbox, "mailbox-danger", .receipt = receipt, .items = {items, 1}, .is_added = true,
         .is_urgent = true, .emergency_words = STR("Say where you are."));
    PAGE(return, "return-form", );
}

static void end_pages(struct preview *p)
{
    struct part_site site = site_at(p, "/report/check");
    const struct page_report_check_sections_rows rows[] = {
        {words(p, STR("What happened?")),
         STR("A man shouted at me outside the library.\nHe said he knows where I live.")},
        {words(p, STR("Date")), STR("")}};
    const struct page_report_check_sections sections[] = {
        {words(p, STR("What happened?")), STR("/report/what?change=1"), {rows, 2}},
        {words(p, STR("When and where was it?")), STR("/report/where?change=1"), {rows + 1, 1}}};
    PAGE(report_check, "check", .form = form, .sections = {sections, 2});
    const struct page_report_sent_words receipt_words[] = {
        {STR("abandon")}, {STR("river")},  {STR("candle")},  {STR("orbit")},
        {STR("maple")},   {STR("tunnel")}, {STR("gentle")},  {STR("pepper")},
        {STR("window")},  {STR("copper")}, {STR("harvest")}, {STR("zebra")}};
    str receipt =
        STR("abandon-river-candle-orbit-maple-tunnel-gentle-pepper-window-copper-harvest-zebra");
    const struct page_report_sent_advice advice[] = {
        {words(p, STR("Keep every message. Do not answer and do not delete. Take a screenshot "
                      "that shows the address, the time and the account."))},
        {words(p, STR("Do not canvass alone. Tell somebody where you are and when you will be "
                      "back."))}};
    const struct page_report_sent_calls calls[] = {
        {STR("101"), STR("tel:101"), STR("Call 101. Say “Operation Ford”.")},
        {words(p, STR("The police adviser for elected people and candidates")), STR(""),
         STR("Ask the police who take your report, or your council’s election office, to put you "
             "in touch with the force’s adviser for elected people and candidates (FEOA). Ask for "
             "a "
             "briefing, quoting your police reference.")}};
    PAGE(report_sent, "sent-danger", .is_danger = true, .is_urgent = true, .receipt = receipt,
         .emergency_words = STR("Say where you are. Then say “Operation Ford”."),
         .words = {receipt_words, ARRAY_LEN(receipt_words)}, .calls = {calls + 1, 1},
         .sent_at = STR("23 November 2026, between 9pm and 10pm"),
         .advice = {advice, ARRAY_LEN(advice)});
    PAGE(report_sent, "sent", .receipt = receipt,
         .words = {receipt_words, ARRAY_LEN(receipt_words)}, .calls = {calls, ARRAY_LEN(calls)},
         .sent_at = STR("23 November 2026, between 9pm and 10pm"),
         .advice = {advice, ARRAY_LEN(advice)});
    mailbox_pages(p, receipt);
    site.is_practice = true;
    PAGE(report_check, "practice-check", .form = form, .sections = {sections, 2});
    PAGE(report_sent, "practice-sent", .receipt = receipt,
         .words = {receipt_words, ARRAY_LEN(receipt_words)},
         .sent_at = STR("23 November 2026, between 9pm and 10pm"));
}

static void assets(struct preview *p)
{
    make_folder(p, arena_printf(&p->arena, "%s/assets", p->folder));
    for (size_t i = 0; i < asset_count; i++) {
        if (str_starts(asset_table[i].path, STR("/assets/"))) {
            buf_add(&p->out, asset_table[i].bytes);
            save(p, arena_cstr(&p->arena, str_slice(asset_table[i].path, 1, 1000)));
        }
    }
}

int main(int argc, char **argv)
{
    struct preview p = {.folder = argc > 1 ? argv[1] : "."};
    struct languages languages;
    if (languages_open(&languages, &p.err) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", p.err.primary);
        return 3;
    }
    const struct language *language = language_find(&languages, str_c(argc > 2 ? argv[2] : "en"));
    if (language == NULL || argc < 2) {
        (void)fprintf(stderr, "usage: preview DIR [en|cy|bn]\n");
        return 2;
    }
    p.catalogue = &language->catalogue;
    buf_init(&p.out, PAGE_BYTES_MAX);
    arena_init(&p.arena, PAGE_BYTES_MAX);
    make_folder(&p, str_c(p.folder));
    plain_pages(&p);
    question_pages(&p);
    error_pages(&p);
    place_error_page(&p);
    end_pages(&p);
    assets(&p);
    buf_close(&p.out);
    arena_close(&p.arena);
    return p.has_failed ? 3 : 0;
}
