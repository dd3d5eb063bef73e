/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt and what stands around it: whom to call and in which words, what to do, when to come
 * back. Seen again (a reload, another language), it says the same: the draft is gone by then, but
 * the receipt opens the reporter's own copy. */
#include "base/io.h"
#include "codec/json.h"
#include "pages/pages_internal.h"
#include "pages/report_sent.html.h"
#include "route/route.h"

/* --- whom to call --- */

/* The pack's row for the person targeted: the form names office and role apart, a program may name
 * the row itself as the role. */
static str office_of(const struct pack *pack, const struct report *report)
{
    const struct pack_office *office =
        pack_office_in_role(pack, report->target_office, report->target_role);
    office = office != NULL ? office : pack_office(pack, report->target_role);
    return office == NULL ? (str){0} : office->id;
}

/* The nations in which the place may lie: a door of Scotland is not for the rest. */
static size_t nations_of(struct visit *visit, const struct report *report,
                         str ret_nations[2 * ROUTE_FORCES_MAX])
{
    struct site *site = visit->site;
    struct route_query query = {.postcode = report->postcode,
                                .place = report_where_words(visit->arena, report)};
    struct route_answer *answer = ARENA_NEW(visit->arena, struct route_answer);
    router_ask(site->options.router, site->route_work, &query, answer);
    for (size_t i = 0; i < answer->force_count; i++) {
        ret_nations[i] = answer->forces[i].force->nation;
    }
    route_work_clear(site->route_work);
    return answer->force_count;
}

/* Bodies that are asked for by name; any other stands as the pack writes it. */
static str body_name(const struct visit *visit, str id)
{
    static const struct {
        str id, name;
    } rows[] = {
        {STR_INIT("feoa"), MSG_INIT("The police adviser for elected people and candidates")},
        {STR_INIT("spoc"), MSG_INIT("The police officer for election crime")},
        {STR_INIT("plait"), MSG_INIT("The police team for crime against members of Parliament")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_equal(rows[i].id, id)) {
            return say(visit, rows[i].name);
        }
    }
    return id;
}

void whom_to_call(struct visit *visit, const struct report *report, const struct front_grade *grade,
                  struct whom *ret_whom)
{
    const struct pack *pack = visit->site->pack;
    const struct pack_door *doors[PACK_DOORS_MAX];
    str nations[2 * ROUTE_FORCES_MAX];
    *ret_whom = (struct whom){.is_danger = front_says_999(report, grade)};
    struct pack_query query = {.codes = grade->codes,
                               .code_count = grade->code_count,
                               .grade = (int)grade->grade,
                               .is_danger_now = report->danger == DANGER_NOW,
                               .office = office_of(pack, report),
                               .channel = report->channel,
                               .nations = nations,
                               .nation_count = nations_of(visit, report, nations)};
    size_t count = pack_doors_for(pack, &query, doors);
    ret_whom->calls = ARENA_ARRAY(visit->arena, struct whom_call, count + 1);
    for (size_t i = 0; i < count; i++) {
        str to = doors[i]->to;
        str text = pack_text(pack, &doors[i]->say, visit->language->code);
        bool is_number = str_equal(to, pack->non_emergency_number);
        if (doors[i]->part != PACK_PART_CALL) {
            continue;
        }
        if (str_equal(to, pack->emergency_number)) {
            ret_whom->emergency_words = text;
            continue;
        }
        ret_whom->calls[ret_whom->call_count++] = (struct whom_call){
            .name = is_number ? to : body_name(visit, to),
            .href = is_number ? arena_printf(visit->arena, "tel:%.*s", STR_ARG(to)) : (str){0},
            .text = text};
    }
    ret_whom->is_urgent = ret_whom->is_danger || ret_whom->emergency_words.n > 0;
}

static bool is_about_calls(const struct pack *pack, str advice_id)
{
    bool is_any = false;
    for (size_t i = 0; i < pack->advice_of_calls.count; i++) {
        is_any = is_any || str_equal(pack->advice_of_calls.items[i], advice_id);
    }
    return is_any;
}

/* What to do besides calling; advice about calls only when nobody is named to call. */
static struct page_report_sent_advice_list advice_for(struct visit *visit,
                                                      const struct report *report,
                                                      const struct front_grade *grade,
                                                      const struct whom *whom)
{
    const struct pack *pack = visit->site->pack;
    const struct pack_advice *rows[PACK_ADVICE_MAX];
    struct pack_query query = {.codes = grade->codes,
                               .code_count = grade->code_count,
                               .grade = (int)grade->grade,
                               .is_danger_now = report->danger == DANGER_NOW,
                               .office = office_of(pack, report),
                               .channel = report->channel};
    size_t count = pack_advice_for(pack, &query, rows);
    struct page_report_sent_advice *items =
        ARENA_ARRAY(visit->arena, struct page_report_sent_advice, count + 1);
    size_t used = 0;
    bool has_call = whom->is_urgent || whom->call_count > 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_call || !is_about_calls(pack, rows[i]->id)) {
            items[used++].text = pack_text(pack, &rows[i]->text, visit->language->code);
        }
    }
    return (struct page_report_sent_advice_list){items, used};
}

enum { ADVICE_AT_ONCE = 3 };

static struct page_report_sent_more_list more_of(struct arena *arena,
                                                 const struct page_report_sent_advice_list *advice)
{
    size_t count = advice->count - ADVICE_AT_ONCE;
    struct page_report_sent_more *rows = ARENA_ARRAY(arena, struct page_report_sent_more, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].text = advice->items[ADVICE_AT_ONCE + i].text;
    }
    return (struct page_report_sent_more_list){rows, count};
}

/* --- the page --- */

static struct page_report_sent_words_list words_of(struct arena *arena, str receipt)
{
    struct page_report_sent_words *rows =
        ARENA_ARRAY(arena, struct page_report_sent_words, LETTER_RECEIPT_WORDS);
    str rest = receipt;
    size_t count = 0;
    while (rest.n > 0 && count < LETTER_RECEIPT_WORDS) {
        rest = str_cut(rest, '-', &rows[count++].word);
    }
    return (struct page_report_sent_words_list){rows, count};
}

static void receipt_render(struct visit *visit, const struct front_receipt *receipt, time_us at)
{
    struct buf words;
    struct whom whom = {.is_danger = true, .is_urgent = true};
    struct page_report_sent_advice_list advice = {0};
    const struct report *r = &visit->draft.report;
    buf_init(&words, 256);
    receipt_add_words(&words, &receipt->receipt);
    str line = arena_str(visit->arena, buf_str(&words));
    crypt_wipe(words.p, words.n);
    buf_close(&words);
    if (visit->has_draft) { /* else it is not known what was reported, and 999 is said */
        whom_to_call(visit, r, &receipt->grade, &whom);
        advice = advice_for(visit, r, &receipt->grade, &whom);
    }
    struct page_report_sent_calls *calls =
        ARENA_ARRAY(visit->arena, struct page_report_sent_calls, whom.call_count + 1);
    for (size_t i = 0; i < whom.call_count; i++) {
        calls[i] = (struct page_report_sent_calls){whom.calls[i].name, whom.calls[i].href,
                                                   whom.calls[i].text};
    }
    /* Who is in danger reads little: what matters at once stands first in the pack, the rest is folded. */
    struct page_report_sent_more_list more = {0};
    if (whom.is_urgent && advice.count > ADVICE_AT_ONCE) {
        more = more_of(visit->arena, &advice);
        advice.count = ADVICE_AT_ONCE;
    }
    VISIT_ANSWER(visit, 200, report_sent, .is_danger = whom.is_danger, .is_urgent = whom.is_urgent,
                 .emergency_words = whom.emergency_words, .receipt = line,
                 .words = words_of(visit->arena, line), .calls = {calls, whom.call_count},
                 .sent_at = at == 0 ? (str){0} : say_hour(visit, at), .advice = advice,
                 .more = more);
}

void receipt_show(struct visit *visit, const struct front_receipt *receipt)
{
    receipt_render(visit, receipt, visit->sent_at);
}

/* --- the page again --- */

struct again {
    struct visit *visit;
    struct front_receipt receipt;
};

/* The first message is the reporter's own copy of the report. */
static void again_is_read(void *context, enum status status, const struct front_message *messages,
                          size_t count)
{
    struct again *again = context;
    struct visit *visit = again->visit;
    struct report_problems problems;
    struct json copy;
    time_us at = 0;
    bool is_date = false;
    visit->has_draft = false;
    if (status == STATUS_OK && count > 0 &&
        json_parse(visit->arena, messages[0].json, &copy, NULL) == STATUS_OK) {
        const struct json *report = json_member(&copy, "report");
        visit->has_draft =
            report != NULL && report_read(visit->arena, report, &visit->draft.report, &problems);
        visit->is_practice = json_member_bool(&copy, "practice", false);
        at = time_parse(json_member_text(&copy, "at"), &at, &is_date) ? at : 0;
    }
    if (visit->has_draft) {
        front_grade_report(visit->site->front, visit->arena, &visit->draft.report,
                           &again->receipt.grade);
    }
    receipt_render(visit, &again->receipt, at);
    CRYPT_WIPE(again->receipt);
}

void receipt_show_again(struct visit *visit, const struct front_receipt *receipt)
{
    struct again *again = ARENA_NEW(visit->arena, struct again);
    *again = (struct again){visit, *receipt};
    front_mailbox_read(visit->site->front, visit->arena, &again->receipt.receipt, again_is_read,
                       again);
}

/* --- the receipt as a file --- */

void receipt_file_post(struct visit *visit)
{
    struct receipt receipt;
    if (receipt_parse(form_value(&visit->form, "receipt"), &receipt, NULL) != STATUS_OK) {
        http_redirect(visit->x, STR("/return"));
        return;
    }
    struct buf text;
    buf_init(&text, 4096);
    receipt_add_words(&text, &receipt);
    buf_add_c(&text, "\r\n\r\n");
    if (visit->is_practice || form_has(&visit->form, "practice")) {
        buf_add(&text, say(visit, MSG("PRACTICE: this is not a real report.")));
        buf_add_c(&text, "\r\n\r\n");
    }
    buf_add(&text, say(visit, MSG("Keep these twelve words. With them you can read our answer and "
                                  "add more. We cannot recover them.")));
    buf_add_c(&text, "\r\n");
    /* A name that tells nobody who looks over a shoulder what it is. */
    http_add_header(visit->x, "Content-Disposition", STR("attachment; filename=\"words.txt\""));
    http_answer(visit->x, 200, "text/plain; charset=utf-8", buf_str(&text));
    crypt_wipe(text.p, text.n);
    buf_close(&text);
    CRYPT_WIPE(receipt);
}
