/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/case_view.h"

#include "deskweb/fold.h"

enum { ANSWERS_MAX = 32 };

static str hex_of(struct arena *arena, const void *bytes, size_t len)
{
    char *hex = ARENA_ARRAY(arena, char, 2 * len);
    hex_encode(bytes, len, hex);
    return str_from(hex, 2 * len);
}

/* --- answers --- */

struct answers {
    struct part_desk_report_card_answers *rows;
    size_t count;
};

static void answer_add(struct answers *answers, str label, str value)
{
    if (value.n > 0 && answers->count < ANSWERS_MAX) {
        answers->rows[answers->count++] = (struct part_desk_report_card_answers){label, value};
    }
}

static str joined(struct arena *arena, const str *list, size_t count)
{
    struct buf text;
    buf_init(&text, (size_t)REPORT_LIST_MAX * (REPORT_LINK_BYTES_MAX + 2));
    for (size_t i = 0; i < count; i++) {
        buf_add_c(&text, i > 0 ? ", " : "");
        buf_add(&text, list[i]);
    }
    str copy = arena_str(arena, buf_str(&text));
    buf_close(&text);
    return copy;
}

/* The pack's label for an id, or the id itself. */
static str label_of(struct ask *ask, const struct pack_choices *choices, str id)
{
    const struct pack_choice *choice = pack_choice(choices, id);
    return choice == NULL ? id : pack_text(ask->web->options.pack, &choice->label, STR("en"));
}

static str office_label(struct ask *ask, str id)
{
    const struct pack_office *office = pack_office(ask->web->options.pack, id);
    return office == NULL ? id : pack_text(ask->web->options.pack, &office->label, STR("en"));
}

static str consent_words(struct arena *arena, const struct report *report)
{
    str list[3];
    size_t count = 0;
    if (report->may_tell_police) {
        list[count++] = STR("the police");
    }
    if (report->may_tell_party) {
        list[count++] = STR("party or council");
    }
    if (report->may_use_in_review) {
        list[count++] = STR("the review");
    }
    return count == 0 ? STR("nobody was named") : joined(arena, list, count);
}

static struct part_desk_report_card_answers_list answers_of(struct ask *ask, const struct report *r,
                                                            bool is_message)
{
    const struct pack *pack = ask->web->options.pack;
    struct answers a = {
        .rows = ARENA_ARRAY(ask->arena, struct part_desk_report_card_answers, ANSWERS_MAX)};
    answer_add(&a, STR("Danger"),
               r->danger == DANGER_NOW    ? STR("now")
               : r->danger == DANGER_SOON ? STR("soon")
               : r->danger == DANGER_NO   ? STR("no")
                                          : STR(""));
    answer_add(&a, STR("Person targeted"), is_message ? STR("") : r->target_name);
    /* the form offers roles of the pack and offices in one list */
    answer_add(&a, STR("Role"),
               pack_choice(&pack->roles, r->target_role) != NULL
                   ? label_of(ask, &pack->roles, r->target_role)
                   : office_label(ask, r->target_role));
    answer_add(&a, STR("Office"), office_label(ask, r->target_office));
    answer_add(&a, STR("Told by"), label_of(ask, &pack->relations, r->relation));
    answer_add(&a, STR("When"), is_message ? STR("") : r->when);
    answer_add(&a, STR("Postcode"), r->postcode);
    answer_add(&a, STR("Place"), r->place);
    answer_add(&a, STR("Constituency"), r->constituency);
    answer_add(&a, STR("Channel"), label_of(ask, &pack->channels, r->channel));
    if (!is_message) { /* its sender stands above it */
        answer_add(&a, STR("Accounts"), joined(ask->arena, r->accounts, r->account_count));
    }
    answer_add(&a, STR("Links"), joined(ask->arena, r->links, r->link_count));
    answer_add(&a, STR("What it does to them"), r->impact);
    if (r->fear > 0) {
        answer_add(&a, STR("Fear"), arena_printf(ask->arena, "%lld of 5", (long long)r->fear));
    }
    if (!is_message) { /* nobody was asked */
        answer_add(&a, STR("Who may be told"), consent_words(ask->arena, r));
        answer_add(&a, STR("Contact"), r->has_contact ? STR("") : STR("anonymous"));
    }
    answer_add(&a, STR("Contact name"), r->contact_name);
    answer_add(&a, STR("Telephone"), r->contact_phone);
    answer_add(&a, STR("E-mail"), r->contact_email);
    answer_add(&a, STR("Safe way"), r->contact_how);
    return (struct part_desk_report_card_answers_list){a.rows, a.count};
}

static struct part_desk_report_card_evidence_list evidence_of(struct ask *ask, str base,
                                                              const struct desk_report *report)
{
    size_t count = report->body.evidence_count;
    struct part_desk_report_card_evidence *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_report_card_evidence, count + 1);
    str id = hex_of(ask->arena, report->id.bytes, sizeof report->id.bytes);
    for (size_t i = 0; i < count; i++) {
        const struct letter_evidence *e = &report->body.evidence[i];
        str file = hex_of(ask->arena, e->id.bytes, sizeof e->id.bytes);
        rows[i] = (struct part_desk_report_card_evidence){
            .name = e->name.n > 0 ? e->name : STR("file without a name"),
            .type = e->type.n > 0 ? e->type : STR("nothing"),
            .size = words_size(ask->arena, e->size),
            .url = arena_printf(ask->arena, "%.*s/evidence/%.*s/%.*s", STR_ARG(base), STR_ARG(id),
                                STR_ARG(file)),
            .sha = hex_of(ask->arena, e->sha256.bytes, sizeof e->sha256.bytes)};
    }
    return (struct part_desk_report_card_evidence_list){rows, count};
}

static str source_words(enum letter_source source)
{
    switch (source) {
    case SOURCE_FORM:
        return STR("by the form");
    case SOURCE_API:
        return STR("by the API");
    case SOURCE_PRESS:
        return STR("from the press");
    case SOURCE_DESK:
        return STR("entered by the desk");
    case SOURCE_MESSAGES:
        return STR("out of an inbox");
    case SOURCE_OTHER:
        break;
    }
    return STR("another way");
}

/* The template of a page: its first message that is shown whole. */
struct folding {
    struct fold_template known;
    int64_t incident; /* of it; 0 = none yet */
};

/* Copies are shown by what is their own, but never the worst of them; without `folding` (on paper) all
 * are whole. */
static void fold_card(struct ask *ask, const struct desk_case *shown, const struct desk_report *r,
                      struct folding *folding, struct part_desk_report_card *card)
{
    card->is_message = r->body.source == SOURCE_MESSAGES;
    card->sender = r->body.message.author;
    card->recipient = r->body.report.target_name;
    card->sent = r->body.message.at != 0 ? words_time(ask->arena, r->body.message.at) : STR("");
    if (!card->is_message || folding == NULL) {
        return;
    }
    if (folding->incident == r->incident && r->leaf != shown->row.campaign.worst) {
        card->is_folded = fold_own(ask->arena, &folding->known, r->body.report.what, &card->own);
    }
    if (!card->is_folded && folding->incident != r->incident) {
        folding->incident = r->incident;
        fold_learn(ask->arena, r->body.report.what, &folding->known);
    }
}

struct part_desk_report_card_list view_reports(struct ask *ask, const struct desk_case *shown,
                                               bool has_links, bool is_folded)
{
    struct folding folding = {0};
    size_t count = shown->report_count;
    struct part_desk_report_card *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_report_card, count + 1);
    str base = arena_printf(ask->arena, "/case/%lld", (long long)shown->row.number);
    for (size_t i = 0; i < count; i++) {
        const struct desk_report *r = &shown->reports[i];
        rows[i] = (struct part_desk_report_card){
            .base = base,
            .anchor = arena_printf(ask->arena, "r%lld", (long long)r->leaf),
            .leaf = r->leaf,
            .incident = r->incident,
            .is_erased = r->is_erased,
            .is_added = r->body.is_added};
        if (r->is_erased) {
            continue;
        }
        if (has_links) {
            rows[i].erase_url = arena_printf(ask->arena, "%.*s/erase?report=%lld", STR_ARG(base),
                                             (long long)r->leaf);
        }
        rows[i].title = r->body.title;
        rows[i].source = r->body.is_added ? STR("with the receipt") : source_words(r->body.source);
        rows[i].received = words_time(ask->arena, r->body.received);
        rows[i].is_uncorroborated = r->body.source == SOURCE_PRESS;
        rows[i].language = r->body.report.language;
        rows[i].said.language = r->body.report.language;
        view_reading(ask, r, &rows[i].said);
        rows[i].evidence = evidence_of(ask, base, r);
        if (!r->body.is_added) {
            rows[i].answers = answers_of(ask, &r->body.report, r->body.source == SOURCE_MESSAGES);
        }
        fold_card(ask, shown, r, is_folded ? &folding : NULL, &rows[i]);
    }
    return (struct part_desk_report_card_list){rows, count};
}

/* --- conversation, notes --- */

static struct part_desk_talk talk_of(struct ask *ask, const char *kind, str who, time_us at,
                                     str text)
{
    str time = words_time(ask->arena, at);
    return (struct part_desk_talk){
        .kind = str_c(kind),
        .head = arena_printf(ask->arena, "%.*s · %.*s", STR_ARG(who), STR_ARG(time)),
        .text = text};
}

/* How far a message of the desk has come; empty when every reporter can read it. */
static str way_words(const struct desk_message *message)
{
    if (message->is_waiting) {
        return STR("NOT SENT YET: the letterbox did not take it; the desk goes on trying");
    }
    if (message->is_lost) {
        return message->is_sent
                   ? STR("NOT DELIVERED to every reporter: a mailbox was erased or is full")
                   : STR("NOT DELIVERED: the mailbox was erased or is full");
    }
    return STR("");
}

struct part_desk_talk_list view_thread(struct ask *ask, const struct desk_case *shown)
{
    size_t cap = shown->message_count + shown->report_count;
    struct part_desk_talk *rows = ARENA_ARRAY(ask->arena, struct part_desk_talk, cap + 1);
    size_t count = 0;
    size_t r = 0;
    size_t m = 0;
    while (r < shown->report_count || m < shown->message_count) {
        const struct desk_report *report = &shown->reports[r];
        bool is_report =
            r < shown->report_count &&
            (m == shown->message_count || report->body.received <= shown->messages[m].at);
        if (is_report) {
            if (report->body.is_added && !report->is_erased) {
                rows[count++] = talk_of(ask, "theirs", STR("The reporter"), report->body.received,
                                        report->body.report.what);
            }
            r++;
        } else {
            const struct desk_message *message = &shown->messages[m++];
            bool is_state = str_equal(message->kind, STR("state"));
            struct part_desk_talk *row = &rows[count++];
            *row = talk_of(ask, is_state ? "state" : "ours",
                           ask_officer_name(ask, message->officer), message->at, message->text);
            row->warning = way_words(message);
        }
    }
    return (struct part_desk_talk_list){rows, count};
}

struct part_desk_talk_list view_notes(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_talk *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_talk, shown->note_count + 1);
    for (size_t i = 0; i < shown->note_count; i++) {
        const struct desk_note *note = &shown->notes[i];
        rows[i] = talk_of(ask, "note", ask_officer_name(ask, note->officer), note->at, note->text);
        rows[i].did = words_did(note->did);
    }
    return (struct part_desk_talk_list){rows, shown->note_count};
}

/* --- clocks, acts, reasons, links --- */

/* What became of a clock that runs no more: never "done" when it was not. */
static str ended_words(struct ask *ask, const struct desk_case *shown,
                       const struct desk_clock *clock)
{
    const char *end = shown->row.state == CASE_MERGED ? "merged" : "closed";
    str due = words_time(ask->arena, clock->due);
    if (clock->is_late) {
        str span = words_span(ask->arena, clock->ended_at - clock->due);
        return arena_printf(ask->arena, "not done when the case was %s, late by %.*s (due %.*s)",
                            end, STR_ARG(span), STR_ARG(due));
    }
    if (clock->met_at != 0) {
        str last = words_time(ask->arena, clock->met_at);
        return arena_printf(ask->arena, "ended when the case was %s; last done %.*s", end,
                            STR_ARG(last));
    }
    return arena_printf(ask->arena, "not done when the case was %s (due %.*s)", end, STR_ARG(due));
}

static str clock_words(struct ask *ask, const struct desk_case *shown,
                       const struct desk_clock *clock)
{
    if (clock->ended_at != 0) {
        return ended_words(ask, shown, clock);
    }
    str met = words_time(ask->arena, clock->met_at);
    if (clock->is_met) {
        str span = words_span(ask->arena, clock->met_at - clock->due);
        return clock->is_late ? arena_printf(ask->arena, "done %.*s, late by %.*s", STR_ARG(met),
                                             STR_ARG(span))
                              : arena_printf(ask->arena, "done %.*s", STR_ARG(met));
    }
    str at = words_time(ask->arena, clock->due);
    str left = words_due(ask->arena, clock->due, ask->now);
    return clock->met_at != 0 ? arena_printf(ask->arena, "%.*s (%.*s); last done %.*s",
                                             STR_ARG(left), STR_ARG(at), STR_ARG(met))
                              : arena_printf(ask->arena, "%.*s (%.*s)", STR_ARG(left), STR_ARG(at));
}

static str clock_kind(const struct ask *ask, const struct desk_clock *clock)
{
    return clock->ended_at != 0 ? clock->is_late || clock->met_at == 0 ? STR("missed") : STR("")
           : clock->is_met ? STR("met")
           : clock->is_overdue  ? STR("late")
           : words_is_soon(clock->due, ask->now) ? STR("soon")
                                                 : STR("");
}

struct part_desk_clock_list view_clocks(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_clock *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_clock, ARRAY_LEN(shown->clocks));
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(shown->clocks); i++) {
        const struct desk_clock *clock = &shown->clocks[i];
        if (clock->due == 0 || clock->clock == CLOCK_NONE) {
            continue;
        }
        str word = words_clock(clock->clock);
        rows[count++] = (struct part_desk_clock){.name = arena_printf(ask->arena, "%c%.*s",
                                                                      ascii_upper(word.p[0]),
                                                                      (int)word.n - 1, word.p + 1),
                                                 .text = clock_words(ask, shown, clock),
                                                 .kind = clock_kind(ask, clock)};
    }
    return (struct part_desk_clock_list){rows, count};
}

/* What stops a clock, said where the clocks are: so that nobody takes a label for an act. */
str view_clock_rule(const struct desk_case *shown)
{
    if (shown->clocks[0].due == 0) {
        return STR("");
    }
    if (shown->row.sources == DESK_SOURCE_INBOX) { /* there is nobody to write to */
        return STR("To act stops with a referral, or with a private note that says what was done. "
                   "To tell the owner: a referral, or a note that says so. A grade, a code, an "
                   "owner or another state stops no clock.");
    }
    return shown->row.grade >= DESK_CALL_GRADE
               ? STR("To act stops with a referral, or with a private note that says what was "
                     "done: at this grade somebody calls, and a message alone is not enough. To "
                     "tell the owner: a referral, or a note that says so. A grade, a code, an "
                     "owner or another state stops no clock.")
               : STR("To act stops with a referral, a message that has reached the reporter, or a "
                     "private note that says what was done. To tell the owner: a referral, or a "
                     "note that says so. A grade, a code, an owner or another state stops no "
                     "clock.");
}

struct part_option_list view_did_options(struct ask *ask, str chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, DID_OTHER + 1, chosen);
    options_add(&maker, STR(""), STR("Nothing: it is a remark"));
    for (enum desk_did did = DID_TELL; did <= DID_OTHER; did++) {
        str words = words_did(did);
        char first = ascii_upper(words.p[0]);
        options_add(&maker, str_c(desk_did_word(did)),
                    arena_printf(ask->arena, "%c%.*s", first, (int)words.n - 1, words.p + 1));
    }
    return options_list(&maker);
}

str view_no_clock(struct ask *ask, const struct desk_case *shown)
{
    return shown->old_news.n == 0
               ? STR("")
               : arena_printf(ask->arena,
                              "No clock runs and no alarm rang: %s on %.*s, "
                              "more than %d days before it came to the desk, and nobody else has "
                              "told of it.",
                              shown->row.campaign.messages > 0 ? "this was sent"
                                                               : "the press published this",
                              STR_ARG(shown->old_news), REPORT_NEWS_DAYS);
}

static str officer_named(void *context, int64_t id)
{
    struct ask *ask = context;
    return ask_officer_name(ask, id);
}

str view_act_words(struct ask *ask, str verb, str detail)
{
    struct words_names names = {ask, officer_named};
    return words_act(ask->arena, &names, verb, detail);
}

str view_act_who(struct ask *ask, str verb, int64_t officer)
{
    return officer != 0                          ? ask_officer_name(ask, officer)
           : str_equal(verb, STR("report.more")) ? STR("An import of messages")
           : str_starts(verb, STR("report."))    ? STR("The reporter")
                                                 : ask_officer_name(ask, officer);
}

static struct part_desk_act act_row(struct ask *ask, const struct desk_act *act)
{
    return (struct part_desk_act){.at = words_time(ask->arena, act->at),
                                  .who = view_act_who(ask, act->verb, act->officer),
                                  .text = view_act_words(ask, act->verb, act->detail),
                                  .leaf = act->leaf,
                                  .number = act->number};
}

struct part_desk_act_list view_acts(struct ask *ask, const struct desk_act *acts, size_t count)
{
    struct part_desk_act *rows = ARENA_ARRAY(ask->arena, struct part_desk_act, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = act_row(ask, &acts[i]);
    }
    return (struct part_desk_act_list){rows, count};
}

/* Acts (newest first) and the reports that are shown (oldest first), by their leaves. */
struct part_desk_act_list view_history(struct ask *ask, const struct desk_case *shown)
{
    size_t cap = shown->act_count + shown->report_count;
    struct part_desk_act *rows = ARENA_ARRAY(ask->arena, struct part_desk_act, cap + 1);
    size_t count = 0;
    size_t a = 0;
    for (size_t r = shown->report_count; r > 0; r--) {
        const struct desk_report *report = &shown->reports[r - 1];
        bool is_copy = report->body.source == SOURCE_MESSAGES && r > 1;
        if (report->body.is_added || is_copy) {
            continue; /* an act of its own; hundreds of copies would hide what officers did */
        }
        while (a < shown->act_count && shown->acts[a].leaf > report->leaf) {
            rows[count++] = act_row(ask, &shown->acts[a++]);
        }
        struct desk_act received = {
            .leaf = report->leaf, .at = report->body.received, .verb = STR("report.received")};
        rows[count] = act_row(ask, &received);
        if (report->is_erased) { /* its key is gone, and with it who and when */
            rows[count].at = STR("");
            rows[count].who = STR("");
        } else if (report->body.source == SOURCE_PRESS) {
            rows[count].who = STR("The press");
        } else if (report->body.source == SOURCE_MESSAGES) {
            rows[count].who = STR("An import of messages");
        } else if (report->body.source == SOURCE_DESK) {
            rows[count].who = STR("Somebody (entered by hand)");
        }
        count++;
    }
    while (a < shown->act_count) {
        rows[count++] = act_row(ask, &shown->acts[a++]);
    }
    return (struct part_desk_act_list){rows, count};
}

str view_lowered(struct ask *ask, const struct desk_case *shown)
{
    const struct desk_lowered *lowered = &shown->lowered;
    if (lowered->officer == 0) {
        return STR("");
    }
    str who = ask_officer_name(ask, lowered->officer);
    str at = words_time(ask->arena, lowered->at);
    str rules =
        lowered->suggested > shown->row.grade
            ? arena_printf(ask->arena, "Rules suggest G%lld. ", (long long)lowered->suggested)
            : STR("");
    return arena_printf(ask->arena, "%.*sLowered to G%lld by %.*s (%.*s)%s%.*s", STR_ARG(rules),
                        (long long)lowered->to, STR_ARG(who), STR_ARG(at),
                        lowered->why.n > 0 ? ", because: " : ".", STR_ARG(lowered->why));
}

struct part_desk_line_list view_why(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_line *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_line, shown->why_grade_count + 1);
    for (size_t i = 0; i < shown->why_grade_count; i++) {
        rows[i].text = shown->why_grade[i];
    }
    return (struct part_desk_line_list){rows, shown->why_grade_count};
}

/* "Pat Sample, Councillor, Tower Hamlets (2018-05-03 to 2022-05-05): same name; …" */
static str known_line(struct ask *ask, const struct person_match *match)
{
    const struct tenure *tenure = match->tenure;
    str name = person_name(match->person);
    if (tenure == NULL) {
        return arena_printf(ask->arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(match->why));
    }
    str office = office_label(ask, tenure->office);
    str from = tenure->from.n > 0 ? tenure->from : STR("?");
    str to = tenure->to.n > 0 ? tenure->to : STR("today");
    return arena_printf(ask->arena, "%.*s, %.*s%s%.*s (%.*s to %.*s): %.*s", STR_ARG(name),
                        STR_ARG(office), tenure->area_name.n > 0 ? ", " : "",
                        STR_ARG(tenure->area_name), STR_ARG(from), STR_ARG(to),
                        STR_ARG(match->why));
}

struct part_desk_line_list view_known(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_line *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_line, shown->known_count + 1);
    for (size_t i = 0; i < shown->known_count; i++) {
        rows[i].text = known_line(ask, &shown->known[i]);
    }
    return (struct part_desk_line_list){rows, shown->known_count};
}

struct part_desk_line_list view_accounts(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_line *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_line, shown->account_count + 1);
    for (size_t i = 0; i < shown->account_count; i++) {
        str line = known_line(ask, &shown->accounts[i].match);
        rows[i].text = arena_printf(ask->arena, "%.*s: %.*s", STR_ARG(shown->accounts[i].account),
                                    STR_ARG(line));
    }
    return (struct part_desk_line_list){rows, shown->account_count};
}

struct part_desk_link_list view_links(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_link *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_link, shown->link_count + 1);
    for (size_t i = 0; i < shown->link_count; i++) {
        rows[i] = (struct part_desk_link){
            shown->links[i].number,
            arena_printf(ask->arena, "/case/%lld", (long long)shown->links[i].number),
            shown->links[i].why};
    }
    return (struct part_desk_link_list){rows, shown->link_count};
}
