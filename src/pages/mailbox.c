/* SPDX-License-Identifier: Apache-2.0 */
/* Back with a receipt: what was said, what was answered, and a place to add.
 *
 * Words that cannot be a receipt and a receipt that nobody has get the same answer by the same
 * work: the derivations and the look-up of a receipt that does not exist. */
#include "base/io.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "pages/mailbox.html.h"
#include "pages/pages_internal.h"
#include "pages/return.html.h"

/* Escaped, one byte can become six. */
enum { SHOWN_BYTES_MAX = PAGE_BYTES_MAX / 8 };

static void return_render(struct visit *visit, unsigned status)
{
    visit->form_action = "/return";
    VISIT_ANSWER(visit, status, return, .errors = visit_errors(visit),
                 .receipt = visit->receipt_text, .error = visit_error(visit, "receipt"));
}

void return_get(struct visit *visit)
{
    return_render(visit, 200);
}

/* In another language, with the words as far as they were typed. */
void return_post(struct visit *visit)
{
    visit->receipt_text = str_trim(form_value(&visit->form, "receipt"));
    return_render(visit, 200);
}

/* An address that a browser still shows after a form. */
void mailbox_get(struct visit *visit)
{
    http_redirect(visit->x, STR("/return"));
}

/* Between which hours, as the receipt says it: whoever gets to see either learns no minute by which
 * it could be found in a log. */
static str time_words(const struct visit *visit, str at)
{
    time_us when = 0;
    bool is_date = false;
    return time_parse(at, &when, &is_date) ? say_hour(visit, when) : (str){0};
}

/* Each is {"name":…,"size":…}; copies made before sizes were kept hold the name alone. */
static struct page_mailbox_items_files_list files_of(const struct visit *visit,
                                                     const struct json *message)
{
    const struct json *list = json_member(message, "files");
    size_t count = list == NULL ? 0 : list->count;
    struct page_mailbox_items_files *rows =
        ARENA_ARRAY(visit->arena, struct page_mailbox_items_files, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct json *file = &list->items[i];
        int64_t size = json_member_int(file, "size", -1);
        rows[i].name = file->kind == JSON_TEXT ? file->text : json_member_text(file, "name");
        rows[i].size = size < 0 ? (str){0} : say_size(visit, size);
    }
    return (struct page_mailbox_items_files_list){rows, count};
}

/* What an officer's state change is called towards the reporter. */
static str state_words(const struct visit *visit, str state)
{
    static const struct {
        str state, words;
    } rows[] = {
        {STR_INIT("new"), MSG_INIT("We have your report.")},
        {STR_INIT("triaged"), MSG_INIT("An officer has read your report.")},
        {STR_INIT("open"), MSG_INIT("An officer is working on your report.")},
        {STR_INIT("referred"), MSG_INIT("We have passed your report on to those who can act.")},
        {STR_INIT("merged"), MSG_INIT("Your report has been joined with others about the same.")},
        {STR_INIT("closed"), MSG_INIT("Your report is closed. You can still add to it.")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (str_equal(rows[i].state, state)) {
            return say(visit, rows[i].words);
        }
    }
    return state;
}

/* What the page says first. A case may change hands without a word about its state, so an answer
 * counts whatever the state is. */
struct news {
    str state; /* in words; empty = none was told */
    bool is_answered, is_practice;
};

static bool item_of(struct visit *visit, str json, struct page_mailbox_items *ret_item,
                    struct news *news)
{
    struct json message;
    if (json_parse(visit->arena, json, &message, NULL) != STATUS_OK) {
        return false;
    }
    str kind = json_member_text(&message, "kind");
    str text = json_member_text(&message, "text");
    const struct json *report = json_member(&message, "report");
    if (report != NULL) {
        text = json_member_text(report, "what");
    }
    bool is_state = str_equal(kind, STR("state"));
    if (is_state) {
        text = state_words(visit, text);
        news->state = text;
    }
    news->is_answered = news->is_answered || str_equal(kind, STR("reply"));
    news->is_practice = news->is_practice || json_member_bool(&message, "practice", false);
    *ret_item =
        (struct page_mailbox_items){.kind = str_equal(kind, STR("reply")) ? STR("ours")
                                            : is_state                    ? STR("state")
                                                                          : STR("theirs"),
                                    .at = time_words(visit, json_member_text(&message, "at")),
                                    .text = text,
                                    .files = files_of(visit, &message)};
    return true;
}

/* A page has an end, and so has a request's memory: when there is very much, the report and the
 * newest messages are shown. Returns the first of those. */
static size_t first_shown(const struct front_message *messages, size_t count)
{
    size_t bytes = 0;
    size_t first = count;
    while (first > 1 && bytes + messages[first - 1].json.n <= SHOWN_BYTES_MAX) {
        bytes += messages[--first].json.n;
    }
    return first;
}

static str fresh_nonce(struct arena *arena)
{
    uint8_t bytes[NONCE_CHARS / 2];
    char *hex = arena_alloc(arena, NONCE_CHARS, 1);
    crypt_random(bytes, sizeof bytes);
    hex_encode(bytes, sizeof bytes, hex);
    return (str){hex, NONCE_CHARS};
}

/* What was added tells of danger: 999 with the words for the office that the report named. */
static void whom_for_added(struct visit *visit, const struct front_message *messages, size_t count,
                           struct whom *ret_whom)
{
    struct report_problems problems;
    struct json first;
    struct report *report = ARENA_NEW(visit->arena, struct report);
    report_init(report);
    if (count > 0 && json_parse(visit->arena, messages[0].json, &first, NULL) == STATUS_OK &&
        json_member(&first, "report") != NULL) {
        (void)report_read(visit->arena, json_member(&first, "report"), report, &problems);
    }
    whom_to_call(visit, report, &visit->added_grade, ret_whom);
}

static void mailbox_is_read(void *context, enum status status, const struct front_message *messages,
                            size_t count)
{
    struct visit *visit = context;
    if (status == STATUS_NOT_FOUND) {
        draft_problem_add(&visit->problems, STR("receipt"),
                          MSG("These words do not open a report. Check their order and spelling. A "
                              "report that was erased cannot be opened again."));
        return_render(visit, 404);
        return;
    }
    bool is_written = form_value(&visit->form, "message").n > 0;
    visit->form_action = "/mailbox";
    if (status != STATUS_OK && is_written && visit->problems.count > 0) {
        /* box is away altogether: what was written stays on the page */
        http_add_header(visit->x, "Retry-After", STR("60"));
        VISIT_ANSWER(visit, 503, mailbox, .errors = visit_errors(visit), .is_away = true,
                     .receipt = visit->receipt_text, .text = form_value(&visit->form, "message"),
                     .error = visit_error(visit, "message"),
                     .nonce = form_value(&visit->form, "nonce"));
        return;
    }
    if (status != STATUS_OK) {
        visit_problem_status(visit, status, false);
        return;
    }
    struct page_mailbox_items *items =
        ARENA_ARRAY(visit->arena, struct page_mailbox_items, count + 1);
    size_t used = 0;
    struct news news = {0};
    size_t first = first_shown(messages, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || i >= first) {
            used += item_of(visit, messages[i].json, &items[used], &news) ? 1 : 0;
        }
    }
    visit->is_practice = news.is_practice; /* the report's, not the browser's */
    struct whom whom = {0};
    if (visit->is_added && front_says_999(&visit->draft.report, &visit->added_grade)) {
        whom_for_added(visit, messages, count, &whom);
    }
    unsigned http_status = visit->problems.count == 0 ? 200 : visit->is_busy ? 503 : 422;
    VISIT_ANSWER(visit, http_status, mailbox, .errors = visit_errors(visit),
                 .receipt = visit->receipt_text, .state = news.state,
                 .is_answered = news.is_answered, .is_added = visit->is_added,
                 .is_urgent = whom.is_urgent, .emergency_words = whom.emergency_words,
                 .items = {items, used},
                 .text = visit->is_added ? STR("") : form_value(&visit->form, "message"),
                 .error = visit_error(visit, "message"), .nonce = fresh_nonce(visit->arena));
}

/* Always yields a receipt; one that was made up has no mailbox. */
static struct receipt receipt_of(struct visit *visit)
{
    struct receipt receipt;
    visit->receipt_text = str_trim(form_value(&visit->form, "receipt"));
    if (receipt_parse(visit->receipt_text, &receipt, NULL) != STATUS_OK) {
        receipt = receipt_new();
    }
    return receipt;
}

static void show(struct visit *visit)
{
    struct receipt receipt = receipt_of(visit);
    front_mailbox_read(visit->site->front, visit->arena, &receipt, mailbox_is_read, visit);
    CRYPT_WIPE(receipt);
}

void mailbox_post(struct visit *visit)
{
    show(visit);
}

static void added(void *context, enum status status, const struct front_receipt *receipt)
{
    struct visit *visit = context;
    visit->is_added = status == STATUS_OK;
    if (status == STATUS_OK) {
        visit->added_grade = receipt->grade;
    }
    if (status == STATUS_LIMIT) {
        draft_problem_add(&visit->problems, STR("message"),
                          MSG("There is no room for more here. Please send a new report."));
    } else if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        visit->is_busy = true;
        draft_problem_add(&visit->problems, STR("message"),
                          MSG("We could not keep this just now. Please try again in a moment."));
    }
    show(visit);
}

void mailbox_add_post(struct visit *visit)
{
    str text = form_value(&visit->form, "message");
    if (str_trim(text).n == 0) {
        draft_problem_add(&visit->problems, STR("message"), MSG("Write something first."));
    } else if (!utf8_is_text(text)) {
        draft_problem_add(&visit->problems, STR("message"),
                          MSG("This holds characters that cannot be read. Type it again."));
    } else if (text.n > REPORT_WHAT_BYTES_MAX) {
        draft_problem_add(&visit->problems, STR("message"),
                          MSG("This is too long for one message. Send it in two parts."));
    }
    if (visit->problems.count > 0) {
        show(visit);
        return;
    }
    struct receipt receipt = receipt_of(visit);
    str nonce = form_value(&visit->form, "nonce");
    bool is_key = nonce.n >= FRONT_KEY_BYTES_MIN && nonce.n <= FRONT_KEY_BYTES_MAX;
    front_mailbox_add(visit->site->front, visit->arena, &receipt, text, is_key ? nonce : (str){0},
                      clock_wall(), added, visit);
    CRYPT_WIPE(receipt);
}
