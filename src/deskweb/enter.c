/* SPDX-License-Identifier: Apache-2.0 */
/* A report that reached the desk by telephone, letter or across a table. It is sealed and kept like
 * every other (front/front.h), so that the ledger, the alarm and the queue treat it the same; the
 * desk opens it again a moment later when it imports. */
#include "deskweb/ask.h"

#include "desk/desk_directory.h"

#include "pages/desk_line.html.h"
#include "pages/desk_receipt.html.h"
#include "pages/desk_report.html.h"

enum { NONCE_BYTES = 16 };

/* --- choices --- */

static struct part_option_list choice_options(struct ask *ask, const struct pack_choices *choices,
                                              str chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, choices->count + 1, chosen);
    options_add(&maker, STR(""), STR("not said"));
    for (size_t i = 0; i < choices->count; i++) {
        options_add(&maker, choices->items[i].id,
                    pack_text(ask->web->options.pack, &choices->items[i].label, STR("en")));
    }
    return options_list(&maker);
}

static struct part_option_list office_options(struct ask *ask, str chosen)
{
    const struct pack *pack = ask->web->options.pack;
    struct option_maker maker;
    options_start(&maker, ask->arena, pack->office_count + 1, chosen);
    options_add(&maker, STR(""), STR("not said"));
    for (size_t i = 0; i < pack->office_count; i++) {
        if (pack->offices[i].is_in_form) {
            options_add(&maker, pack->offices[i].id,
                        pack_text(pack, &pack->offices[i].label, STR("en")));
        }
    }
    return options_list(&maker);
}

static struct part_option_list danger_options(struct ask *ask, enum report_danger danger)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, 4, str_c(report_danger_word(danger)));
    options_add(&maker, STR(""), STR("not said"));
    options_add(&maker, STR("now"), STR("yes, now: 999 first"));
    options_add(&maker, STR("soon"), STR("soon"));
    options_add(&maker, STR("no"), STR("no"));
    return options_list(&maker);
}

static struct part_option_list fear_options(struct ask *ask, int64_t fear)
{
    static const char *const labels[] = {"not said", "1 not afraid", "2", "3", "4", "5 very"};
    struct option_maker maker;
    options_start(&maker, ask->arena, ARRAY_LEN(labels),
                  fear == 0 ? STR("") : arena_printf(ask->arena, "%lld", (long long)fear));
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        options_add(&maker, i == 0 ? STR("") : str_from(labels[i], 1), str_c(labels[i]));
    }
    return options_list(&maker);
}

/* --- the form --- */

static void read_report(struct ask *ask, struct report *report)
{
    report_init(report);
    report->what = ask_field(ask, "what");
    report->target_name = ask_field(ask, "target.name");
    report->target_role = ask_field(ask, "target.role");
    report->target_office = ask_field(ask, "target.office");
    report->relation = ask_field(ask, "reporter.relation");
    if (!report_danger_from_word(ask_field(ask, "danger"), &report->danger)) {
        report->danger = DANGER_UNSAID;
    }
    report->when = ask_field(ask, "when");
    report->postcode = ask_field(ask, "where.postcode");
    report->place = ask_field(ask, "where.place");
    report->constituency = ask_field(ask, "where.constituency");
    report->channel = ask_field(ask, "channel");
    report->account_count = form_lines(&ask->form, "accounts", report->accounts, REPORT_LIST_MAX);
    report->link_count = form_lines(&ask->form, "links", report->links, REPORT_LIST_MAX);
    report->impact = ask_field(ask, "impact");
    report->fear = ask_number(&ask->form, "fear", 0);
    report->may_tell_police = form_has(&ask->form, "consent.police");
    report->may_tell_party = form_has(&ask->form, "consent.party");
    report->may_use_in_review = form_has(&ask->form, "consent.review");
    report->contact_name = ask_field(ask, "contact.name");
    report->contact_phone = ask_field(ask, "contact.phone");
    report->contact_email = ask_field(ask, "contact.email");
    report->contact_how = ask_field(ask, "contact.how");
    report->has_contact = report->contact_name.n + report->contact_phone.n +
                              report->contact_email.n + report->contact_how.n >
                          0;
}

/* What the directory knows of the place that was typed. */
struct polling {
    struct place *places;
    size_t count;
    str note;
};

static struct page_desk_report_polling_list polling_of(struct ask *ask,
                                                       const struct polling *polling)
{
    const struct pack *pack = ask->web->options.pack;
    struct page_desk_report_polling *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_report_polling, polling->count + 1);
    for (size_t i = 0; i < polling->count; i++) {
        const struct place *place = &polling->places[i];
        const struct pack_district *district = pack_district(pack, place->council);
        str label = place->name;
        str more[] = {place->address, place->postcode,
                      district == NULL ? place->council : district->name};
        for (size_t k = 0; k < ARRAY_LEN(more); k++) {
            if (more[k].n > 0) {
                label = arena_printf(ask->arena, "%.*s, %.*s", STR_ARG(label), STR_ARG(more[k]));
            }
        }
        rows[i] = (struct page_desk_report_polling){place_key(ask->arena, place), label};
    }
    return (struct page_desk_report_polling_list){rows, polling->count};
}

static void form_show(struct ask *ask, unsigned status, const struct report *report,
                      const struct report_problems *problems, const struct polling *polling)
{
    const struct pack *pack = ask->web->options.pack;
    struct part_field_error *errors =
        ARENA_ARRAY(ask->arena, struct part_field_error, problems->count + 1);
    for (size_t i = 0; i < problems->count; i++) {
        errors[i] = (struct part_field_error){str_c(problems->list[i].field),
                                              str_c(problems->list[i].message)};
    }
    str nonce = form_value(&ask->form, "nonce");
    if (nonce.n == 0) {
        uint8_t bytes[NONCE_BYTES];
        char *hex = ARENA_ARRAY(ask->arena, char, 2 * NONCE_BYTES);
        crypt_random(bytes, sizeof bytes);
        hex_encode(bytes, sizeof bytes, hex);
        nonce = str_from(hex, 2 * NONCE_BYTES);
    }
    ASK_PAGE(
        ask, status, desk_report, "report", .csrf = ask_csrf(ask), .nonce = nonce,
        .what = report->what, .target_name = report->target_name,
        .target_office = office_options(ask, report->target_office),
        .target_role = choice_options(ask, &pack->roles, report->target_role),
        .relation = choice_options(ask, &pack->relations, report->relation),
        .danger = danger_options(ask, report->danger), .when = report->when,
        .postcode = report->postcode, .place = report->place, .constituency = report->constituency,
        .channel = choice_options(ask, &pack->channels, report->channel),
        .accounts = form_value(&ask->form, "accounts"), .links = form_value(&ask->form, "links"),
        .impact = report->impact, .fear = fear_options(ask, report->fear),
        .contact_name = report->contact_name, .contact_phone = report->contact_phone,
        .contact_email = report->contact_email, .contact_how = report->contact_how,
        .police = report->may_tell_police, .party = report->may_tell_party,
        .review = report->may_use_in_review, .practice = form_has(&ask->form, "practice"),
        .polling = polling_of(ask, polling), .polling_note = polling->note,
        .errors = {errors, problems->count}, .error = problems->count > 0 ? STR("yes") : STR(""));
}

void report_get(struct ask *ask)
{
    struct report *report = ARENA_NEW(ask->arena, struct report);
    struct report_problems problems = {0};
    if (ask->web->options.front == NULL) {
        ask_fail(ask, STATUS_NOT_FOUND);
        return;
    }
    report_init(report);
    form_show(ask, 200, report, &problems, &(struct polling){0});
}

/* --- a polling place of the directory --- */

/* Looks for the place that was typed, or takes one over; the form comes back with all that was
 * typed. True: answered. */
static bool look_for_place(struct ask *ask, struct report *report)
{
    struct report_problems problems = {0};
    struct polling polling = {0};
    bool is_cut = false;
    str wanted = form_value(&ask->form, "use");
    if (wanted.n == 0 && form_value(&ask->form, "find").n == 0) {
        return false;
    }
    str words = report->place.n > 0 ? report->place : report->postcode;
    enum status status =
        desk_directory_places_named(ask->desk, &ask->caller, words, ask->arena, &polling.places,
                                    &polling.count, &is_cut, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return true;
    }
    for (size_t i = 0; i < polling.count && wanted.n > 0; i++) {
        const struct place *place = &polling.places[i];
        if (str_equal(place_key(ask->arena, place), wanted)) {
            report->place = place->address.n == 0
                                ? place->name
                                : arena_printf(ask->arena, "%.*s, %.*s", STR_ARG(place->name),
                                               STR_ARG(place->address));
            report->postcode = place->postcode.n > 0 ? place->postcode : report->postcode;
            polling.count = 0;
            polling.note = STR("Taken over from the directory: look at place and postcode.");
            break;
        }
    }
    if (polling.note.n == 0 && polling.count == 0) {
        polling.note = words.n == 0
                           ? STR("Write words of the name of the polling place first.")
                           : STR("The directory has no polling place with these words. The place "
                                 "can stay as it is.");
    } else if (is_cut) {
        polling.note = STR("More fit than are shown: write more of the name.");
    }
    form_show(ask, 200, report, &problems, &polling);
    return true;
}

/* --- keeping it --- */

struct sent {
    bool is_done;
    enum status status;
    struct front_receipt receipt;
};

static void sent_done(void *context, enum status status, const struct front_receipt *receipt)
{
    struct sent *sent = context;
    sent->is_done = true;
    sent->status = status;
    if (status == STATUS_OK) {
        sent->receipt = *receipt;
    }
}

static void receipt_show(struct ask *ask, const struct report *report, const struct sent *sent,
                         bool is_practice)
{
    str texts[FRONT_ADVICE_MAX];
    struct buf words;
    size_t count = front_advice(ask->web->options.front, ask->arena, report, &sent->receipt.grade,
                                texts, FRONT_ADVICE_MAX);
    struct part_desk_line *advice = ARENA_ARRAY(ask->arena, struct part_desk_line, count + 1);
    for (size_t i = 0; i < count; i++) {
        advice[i].text = texts[i];
    }
    buf_init(&words, 512);
    receipt_add_words(&words, &sent->receipt.receipt);
    ASK_PAGE(ask, 201, desk_receipt, "report", .receipt = buf_str(&words),
             .is_danger = front_says_999(report, &sent->receipt.grade), .is_practice = is_practice,
             .advice = {advice, count});
    crypt_wipe(words.p, words.n);
    buf_close(&words);
}

void report_post(struct ask *ask)
{
    struct report *report = ARENA_NEW(ask->arena, struct report);
    struct report_problems problems = {0};
    struct sent sent = {0};
    struct front *front = ask->web->options.front;
    if (front == NULL) {
        ask_fail(ask, STATUS_NOT_FOUND);
        return;
    }
    read_report(ask, report);
    if (look_for_place(ask, report)) {
        return;
    }
    if (!report_validate(report, front_choices(front), ask->now, &problems)) {
        form_show(ask, 422, report, &problems, &(struct polling){0});
        return;
    }
    bool is_practice = form_has(&ask->form, "practice");
    enum status status =
        desk_act_add(ask->desk, &ask->caller, "report.enter", 0,
                     is_practice ? STR("{\"practice\":true}") : STR(""), &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    struct front_put put = {.report = report,
                            .idempotency_key = form_value(&ask->form, "nonce"),
                            .source = "desk",
                            .is_practice = is_practice};
    front_put(front, ask->arena, &put, ask->now, sent_done, &sent);
    while (!sent.is_done) { /* the client is a blocking one: each turn waits for box */
        box_client_run(ask->web->options.box);
    }
    if (sent.status != STATUS_OK) {
        error_set(&ask->err, sent.status,
                  "The report was not kept. Nothing was sent; please try "
                  "again.");
        ask_fail(ask, sent.status);
        return;
    }
    receipt_show(ask, report, &sent, is_practice);
}
