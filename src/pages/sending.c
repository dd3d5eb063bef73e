/* SPDX-License-Identifier: Apache-2.0 */
/* Check your answers, and send. */
#include "base/io.h"
#include "pages/pages_internal.h"
#include "pages/report_check.html.h"

/* --- check your answers --- */

enum { ROWS_MAX = 32, SECTIONS_MAX = 12 };

struct answers {
    struct visit *visit;
    struct page_report_check_sections_rows rows[ROWS_MAX];
    size_t row_count;
    struct page_report_check_sections sections[SECTIONS_MAX];
    size_t section_count;
};

static void section(struct answers *a, str title, const char *href)
{
    ASSERT(a->section_count < SECTIONS_MAX);
    a->sections[a->section_count++] = (struct page_report_check_sections){
        say(a->visit, title), str_c(href), {a->rows + a->row_count, 0}};
}

static void row(struct answers *a, str name, str value)
{
    ASSERT(a->row_count < ROWS_MAX && a->section_count > 0);
    a->rows[a->row_count++] = (struct page_report_check_sections_rows){say(a->visit, name), value};
    a->sections[a->section_count - 1].rows.count++;
}

static str label_of(const struct visit *v, const struct pack_choices *choices, str id)
{
    const struct pack_choice *choice = pack_choice(choices, id);
    return choice == NULL ? id : pack_text(v->site->pack, &choice->label, v->language->code);
}

static str office_label(const struct visit *v, str id)
{
    const struct pack_office *office = pack_office(v->site->pack, id);
    return office == NULL ? id : pack_text(v->site->pack, &office->label, v->language->code);
}

static str joined(struct visit *v, const str *list, size_t count)
{
    str all = {0};
    for (size_t i = 0; i < count; i++) {
        all =
            i == 0 ? list[0] : arena_printf(v->arena, "%.*s\n%.*s", STR_ARG(all), STR_ARG(list[i]));
    }
    return all;
}

static str danger_words(const struct visit *v)
{
    switch (v->draft.report.danger) {
    case DANGER_NOW:
        return say(v, MSG("Yes, someone is in danger now"));
    case DANGER_SOON:
        return say(v, MSG("Not now, but it could happen soon"));
    case DANGER_NO:
        return say(v, MSG("No"));
    case DANGER_UNSAID:
        break;
    }
    return (str){0};
}

static void answers_first(struct answers *a, const struct report *r)
{
    struct visit *v = a->visit;
    const struct pack *pack = v->site->pack;
    section(a, MSG("Is it happening now?"), "/report/now?change=1");
    row(a, MSG("Danger"), danger_words(v));
    section(a, MSG("Who is it about?"), "/report/who?change=1");
    row(a, MSG("Office or election"), office_label(v, r->target_office));
    row(a, MSG("The person targeted"), label_of(v, &pack->roles, r->target_role));
    row(a, MSG("Their name"), r->target_name);
    row(a, MSG("And you?"), label_of(v, &pack->relations, r->relation));
    section(a, MSG("What happened?"), "/report/what?change=1");
    row(a, MSG("In your words"), r->what);
    section(a, MSG("When and where was it?"), "/report/where?change=1");
    row(a, MSG("Date"), say_typed(v, v->draft.date, v->draft.time));
    row(a, MSG("Place"), r->place);
    row(a, MSG("Postcode of that place"), r->postcode);
    row(a, MSG("Constituency or ward"), r->constituency);
}

static str consent_words(struct visit *v, const struct report *r)
{
    str list[3];
    size_t count = 0;
    if (r->may_tell_police) {
        list[count++] = say(v, MSG("The police"));
    }
    if (r->may_tell_party) {
        list[count++] = say(v, MSG("The party or council of the person targeted"));
    }
    if (r->may_use_in_review) {
        list[count++] = say(v, MSG("The review of abuse in elections"));
    }
    return count == 0 ? say(v, MSG("Nobody else")) : joined(v, list, count);
}

static void answers_last(struct answers *a, const struct report *r)
{
    struct visit *v = a->visit;
    str names[FRONT_EVIDENCE_MAX];
    for (size_t i = 0; i < v->draft.file_count; i++) {
        names[i] = v->draft.files[i].name;
    }
    section(a, MSG("How did it reach you?"), "/report/how?change=1");
    row(a, MSG("In person, by phone, online?"), label_of(v, &v->site->pack->channels, r->channel));
    row(a, MSG("Who did it? Names, accounts, numbers"), joined(v, r->accounts, r->account_count));
    row(a, MSG("Links to what they posted"), joined(v, r->links, r->link_count));
    section(a, MSG("Pictures and files"), "/report/files?change=1");
    row(a, MSG("Files added"), joined(v, names, v->draft.file_count));
    section(a, MSG("How has it affected you?"), "/report/effect?change=1");
    row(a, MSG("In your words"), r->impact);
    row(a, MSG("Fear, 1 to 5"),
        r->fear > 0 ? arena_printf(v->arena, "%d", (int)r->fear) : (str){0});
    section(a, MSG("Who may we tell?"), "/report/share?change=1");
    row(a, MSG("You ticked"), consent_words(v, r));
    section(a, MSG("May we contact you?"), "/report/contact?change=1");
    if (!r->has_contact) {
        row(a, MSG("Your answer"), say(v, MSG("No, I want to stay anonymous")));
        return;
    }
    row(a, MSG("Your name"), r->contact_name);
    row(a, MSG("E-mail address"), r->contact_email);
    row(a, MSG("Phone number"), r->contact_phone);
    row(a, MSG("Is there a safe way or time to reach you?"), r->contact_how);
}

static void check_render(struct visit *visit, unsigned status)
{
    const struct report *r = &visit->draft.report;
    struct answers *a = ARENA_NEW(visit->arena, struct answers);
    a->visit = visit;
    answers_first(a, r);
    answers_last(a, r);
    VISIT_ANSWER(visit, status, report_check, .form = visit_form(visit, 0),
                 .errors = visit_errors(visit), .sections = {a->sections, a->section_count},
                 .is_danger = r->danger == DANGER_NOW);
}

void check_get(struct visit *visit)
{
    if (!visit->has_draft) {
        visit_problem(visit, 404, STR("expired"), false);
        return;
    }
    check_render(visit, 200);
}

/* --- send --- */

static void sent(void *context, enum status status, const struct front_receipt *receipt)
{
    struct visit *visit = context;
    if (status == STATUS_OK) {
        receipt_show(visit, receipt);
    } else if (status == STATUS_NOT_FOUND) {
        draft_problem_add(&visit->problems, STR("main"),
                          MSG("A file has run out. Please remove it and add it again."));
        check_render(visit, 422);
    } else {
        visit_problem_status(visit, status, true);
    }
}

static str form_key(const struct visit *visit)
{
    return str_from(visit->keys.idempotency_hex, sizeof visit->keys.idempotency_hex);
}

/* The draft is gone: either this form was sent before (a second tap, a reload), and then its
 * receipt is shown again, or it ran out. */
static void repeated(void *context, enum status status, const struct front_receipt *receipt)
{
    struct visit *visit = context;
    if (status == STATUS_OK) {
        receipt_show_again(visit, receipt);
    } else if (status == STATUS_NOT_FOUND && http_method(visit->x) != HTTP_POST) {
        http_redirect(visit->x, STR("/report/check"));
    } else if (status == STATUS_NOT_FOUND) {
        visit_problem(visit, 404, STR("expired"), false);
    } else {
        visit_problem_status(visit, status, false);
    }
}

/* The receipt again: a link to another language, a reload, the way back of a browser. */
void send_get(struct visit *visit)
{
    if (visit->has_cookie) {
        front_repeat(visit->site->front, visit->arena, form_key(visit), repeated, visit);
    } else {
        http_redirect(visit->x, STR("/"));
    }
}

void send_post(struct visit *visit)
{
    if (!visit->has_draft) {
        front_repeat(visit->site->front, visit->arena, form_key(visit), repeated, visit);
        return;
    }
    visit->draft.report.language = visit->language->code;
    draft_check(&visit->draft, visit->arena, front_choices(visit->site->front), 0, clock_wall(),
                &visit->problems);
    if (visit->problems.count > 0) {
        check_render(visit, 422);
        return;
    }
    struct front_put put = {
        .report = &visit->draft.report,
        .evidence = visit->draft.files,
        .evidence_count = visit->draft.file_count,
        .idempotency_key = form_key(visit),
        .draft_id = visit->keys.id,
        .source = "form",
        .is_practice = visit->is_practice,
    };
    visit->sent_at = clock_wall();
    front_put(visit->site->front, visit->arena, &put, visit->sent_at, sent, visit);
}
