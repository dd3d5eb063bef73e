/* SPDX-License-Identifier: Apache-2.0 */
/* One case on one page: what was reported on the left, the work on the right. */
#include "deskweb/case_view.h"

#include "base/utf8.h"
#include "pages/desk_case.html.h"

enum { HEADING_BYTES = 70 };

static struct page_desk_case_code_groups_list code_groups(struct ask *ask,
                                                          const struct desk_row *row)
{
    const struct pack *pack = ask->web->options.pack;
    struct page_desk_case_code_groups *groups =
        ARENA_ARRAY(ask->arena, struct page_desk_case_code_groups, pack->groups.count + 1);
    size_t count = 0;
    for (size_t g = 0; g < pack->groups.count; g++) {
        const struct pack_choice *group = &pack->groups.items[g];
        struct page_desk_case_code_groups_codes *codes =
            ARENA_ARRAY(ask->arena, struct page_desk_case_code_groups_codes, pack->code_count + 1);
        size_t n = 0;
        for (size_t i = 0; i < pack->code_count; i++) {
            const struct pack_code *code = &pack->codes[i];
            if (!str_equal(code->group, group->id)) {
                continue;
            }
            codes[n] = (struct page_desk_case_code_groups_codes){
                code->id, pack_text(pack, &code->title, STR("en")), false};
            for (size_t c = 0; c < row->code_count; c++) {
                codes[n].is_on = codes[n].is_on || str_equal(row->codes[c], code->id);
            }
            n++;
        }
        if (n > 0) {
            groups[count++] = (struct page_desk_case_code_groups){
                pack_text(pack, &group->label, STR("en")), {codes, n}};
        }
    }
    return (struct page_desk_case_code_groups_list){groups, count};
}

static struct page_desk_case_incidents_list incidents_of(struct ask *ask,
                                                         const struct desk_case *shown)
{
    struct page_desk_case_incidents *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_case_incidents, shown->incident_count + 1);
    for (size_t i = 0; i < shown->incident_count; i++) {
        const struct desk_incident *incident = &shown->incidents[i];
        struct buf codes;
        buf_init(&codes, 1024);
        for (size_t c = 0; c < incident->code_count; c++) {
            buf_add_c(&codes, c > 0 ? " " : "");
            buf_add(&codes, incident->codes[c]);
        }
        rows[i] =
            (struct page_desk_case_incidents){.number = incident->number,
                                              .subject = incident->subject,
                                              .area = incident->area,
                                              .codes = arena_str(ask->arena, buf_str(&codes))};
        buf_close(&codes);
    }
    return (struct page_desk_case_incidents_list){rows, shown->incident_count};
}

static struct part_desk_line_list viewers_of(struct ask *ask, const struct desk_case *shown)
{
    struct part_desk_line *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_line, shown->viewer_count + 1);
    for (size_t i = 0; i < shown->viewer_count; i++) {
        str name = ask_officer_name(ask, shown->viewers[i].officer);
        str since = words_span(ask->arena, ask->now - shown->viewers[i].since);
        rows[i].text = arena_printf(ask->arena, "%.*s, for %.*s", STR_ARG(name), STR_ARG(since));
    }
    return (struct part_desk_line_list){rows, shown->viewer_count};
}

static struct page_desk_case_named_options_list named_of(struct ask *ask,
                                                         const struct desk_case *shown)
{
    ask_officers(ask);
    struct page_desk_case_named_options *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_case_named_options, ask->officer_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < ask->officer_count; i++) {
        const struct officer *o = &ask->officers[i];
        bool is_on = false;
        for (size_t n = 0; n < shown->named_count; n++) {
            is_on = is_on || shown->named[n] == o->id;
        }
        bool may_read = (role_capabilities(o->role) >> CAP_READ_CASE & 1) != 0;
        if (is_on || (!o->is_disabled && may_read)) {
            rows[count++] =
                (struct page_desk_case_named_options){o->id, ask_officer_name(ask, o->id), is_on};
        }
    }
    return (struct page_desk_case_named_options_list){rows, count};
}

static struct part_option_list access_options(struct ask *ask, enum case_access chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, 3, str_c(case_access_word(chosen)));
    options_add(&maker, STR("open"), STR("open to all who read cases"));
    options_add(&maker, STR("restricted"), STR("restricted to supervisors"));
    options_add(&maker, STR("named"), STR("named officers only"));
    return options_list(&maker);
}

static struct page_desk_case_holds_list holds_of(struct ask *ask, const struct desk_case *shown)
{
    struct page_desk_case_holds *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_case_holds, shown->hold_count + 1);
    for (size_t i = 0; i < shown->hold_count; i++) {
        const struct desk_hold *hold = &shown->holds[i];
        rows[i] = (struct page_desk_case_holds){hold->leaf, ask_officer_name(ask, hold->officer),
                                                words_time(ask->arena, hold->at), hold->reason};
    }
    return (struct page_desk_case_holds_list){rows, shown->hold_count};
}

static struct page_desk_case_asks_list asks_of(struct ask *ask, const struct desk_case *shown)
{
    struct page_desk_case_asks *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_case_asks, shown->ask_count + 1);
    for (size_t i = 0; i < shown->ask_count; i++) {
        const struct desk_ask *one = &shown->asks[i];
        str url = arena_printf(ask->arena, "/case/%lld/erase?ask=%lld",
                               (long long)shown->row.number, (long long)one->leaf);
        rows[i] = (struct page_desk_case_asks){url, ask_officer_name(ask, one->officer),
                                               words_time(ask->arena, one->at)};
    }
    return (struct page_desk_case_asks_list){rows, shown->ask_count};
}

static str number_text(struct ask *ask, int64_t number)
{
    return arena_printf(ask->arena, "%lld", (long long)number);
}

/* Who and where say more than the first words of a text that stands right below. */
static str heading_of(struct ask *ask, const struct desk_row *row)
{
    str what = row->subject.n > 0 ? row->subject : utf8_clip(row->title, HEADING_BYTES);
    const char *cut = row->subject.n == 0 && what.n < row->title.n ? "…" : "";
    return arena_printf(ask->arena, "Case %lld: %.*s%s%s%.*s", (long long)row->number,
                        STR_ARG(what), cut, row->area.n > 0 ? " · " : "", STR_ARG(row->area));
}

static const char *field_of(enum desk_act_kind kind)
{
    switch (kind) {
    case DO_GRADE:
        return "grade-reason";
    case DO_STATE:
        return "state-reason";
    case DO_NOTE:
        return "note";
    case DO_MESSAGE:
        return "message";
    case DO_SUMMARY:
        return "summary";
    case DO_ASSIGN:
        return "owner";
    case DO_CODES:
        return "s-codes";
    case DO_ACCESS:
        return "s-access";
    case DO_HOLD:
        return "hold-reason";
    case DO_LIFT:
    case DO_ASK:
    case DO_DROP:
    case DO_ERASE:
        return "s-hold";
    case DO_ROUTE:
        return "route-place";
    case DO_LINK:
        return "link-other";
    case DO_MERGE:
        return "merge-other";
    case DO_SAME:
        return "same-one";
    case DO_UNLINK:
    case DO_SPLIT:
        break;
    }
    return "s-together";
}

static bool is_together_kind(enum desk_act_kind kind)
{
    return kind == DO_LINK || kind == DO_MERGE || kind == DO_SAME;
}

static struct part_option_list force_options(struct ask *ask, str chosen)
{
    const struct pack *pack = ask->web->options.pack;
    struct option_maker maker;
    options_start(&maker, ask->arena, pack->force_count + 1, chosen);
    options_add(&maker, STR(""), STR("as the place says"));
    for (size_t i = 0; i < pack->force_count; i++) {
        options_add(&maker, pack->forces[i].id, pack->forces[i].name);
    }
    return options_list(&maker);
}

/* What was typed into a form that was refused, else what stands. */
static str typed_if(const struct case_typed *typed, enum desk_act_kind kind, str given, str stands)
{
    return typed->error.n > 0 && typed->kind == kind ? given : stands;
}

/* The way to the worst message of an inbox, when it is not on this page. */
static str worst_url(struct ask *ask, const struct desk_case *shown)
{
    int64_t worst = shown->row.campaign.worst;
    bool is_here = shown->row.campaign.messages < 2 || shown->row.campaign.top == 0 || worst == 0;
    for (size_t i = 0; i < shown->report_count; i++) {
        is_here = is_here || shown->reports[i].leaf == worst;
    }
    return is_here ? STR("")
                   : arena_printf(ask->arena, "/case/%lld?reports_after=%lld#r%lld",
                                  (long long)shown->row.number, (long long)(worst - 1),
                                  (long long)worst);
}

static void case_render(struct ask *ask, unsigned status, const struct desk_case *shown,
                        const struct case_typed *typed)
{
    const struct desk_row *row = &shown->row;
    bool is_over = row->state == CASE_MERGED;
    bool has_error = typed->error.n > 0;
    bool may_erase = !is_over && ask_can(ask, CAP_ERASE);
    str base = arena_printf(ask->arena, "/case/%lld", (long long)row->number);
    int64_t last = shown->report_count > 0 ? shown->reports[shown->report_count - 1].leaf : 0;
    ASK_PAGE(
        ask, status, desk_case, "", .token = {ask_csrf(ask), row->version},
        .row = ask_row(ask, row), .base = base, .heading = heading_of(ask, row),
        .error = typed->error, .error_field = has_error ? str_c(field_of(typed->kind)) : STR(""),
        .hint = typed->hint, .viewers = viewers_of(ask, shown),
        .merged_url = shown->merged_into == 0
                          ? STR("")
                          : arena_printf(ask->arena, "/case/%lld", (long long)shown->merged_into),
        .merged_number = shown->merged_into,
        .closed_why = row->state == CASE_CLOSED ? shown->closed_why : STR(""),
        .reports = view_reports(ask, shown, may_erase, true),
        .more_reports = shown->has_more_reports
                            ? arena_printf(ask->arena, "%.*s?reports_after=%lld", STR_ARG(base),
                                           (long long)last)
                            : STR(""),
        .thread = view_thread(ask, shown), .can_message = shown->can_message && !is_over,
        .notes = view_notes(ask, shown),
        .typed_note = typed_if(typed, DO_NOTE, typed->text, STR("")),
        .dids = view_did_options(ask, typed_if(typed, DO_NOTE, typed->choice, STR(""))),
        .typed_message = typed_if(typed, DO_MESSAGE, typed->text, STR("")),
        .reason_grade = typed_if(typed, DO_GRADE, typed->reason, STR("")),
        .reason_state = typed_if(typed, DO_STATE, typed->reason, STR("")),
        .reason_link = typed_if(typed, DO_LINK, typed->reason, STR("")),
        .typed_link = typed_if(typed, DO_LINK, typed->other, STR("")),
        .typed_merge = typed_if(typed, DO_MERGE, typed->other, STR("")),
        .reason_merge = typed_if(typed, DO_MERGE, typed->reason, STR("")),
        .typed_same = typed_if(typed, DO_SAME, typed->incident, STR("")),
        .typed_same_other = typed_if(typed, DO_SAME, typed->other, STR("")),
        .is_together_open = has_error && is_together_kind(typed->kind),
        .reason_access = typed_if(typed, DO_ACCESS, typed->reason, STR("")),
        .summary = typed_if(typed, DO_SUMMARY, typed->text, shown->summary),
        .why = view_why(ask, shown), .lowered = view_lowered(ask, shown),
        .route = view_route(ask, shown), .may_route = !is_over && ask_can(ask, CAP_ROUTE_SET),
        .route_forces = force_options(ask, typed_if(typed, DO_ROUTE, typed->choice, STR(""))),
        .typed_place = typed_if(typed, DO_ROUTE, typed->text, STR("")),
        .reason_route = typed_if(typed, DO_ROUTE, typed->reason, STR("")),
        .known = view_known(ask, shown), .is_known_cut = shown->is_known_cut,
        .accounts = view_accounts(ask, shown), .clocks = view_clocks(ask, shown),
        .no_clock = view_no_clock(ask, shown), .clock_rule = view_clock_rule(shown),
        .grades = options_grades(
            ask, typed_if(typed, DO_GRADE, typed->choice, number_text(ask, row->grade)), false),
        .states = options_states(
            ask, typed_if(typed, DO_STATE, typed->choice, str_c(case_state_word(row->state))),
            false),
        .owners = options_owners(ask, number_text(ask, row->owner), false),
        .accesses = access_options(ask, row->access), .named_options = named_of(ask, shown),
        .code_groups = code_groups(ask, row),
        .incident_id = shown->incident_count > 0 ? shown->incidents[0].number : 0,
        .incidents = incidents_of(ask, shown), .has_many_incidents = shown->incident_count > 1,
        .links = view_links(ask, shown), .acts = view_history(ask, shown),
        .acts_cut = shown->act_count == DESK_ACTS_SHOWN,
        .may_grade = !is_over && ask_can(ask, CAP_GRADE_RAISE),
        .may_assign = !is_over && ask_can(ask, CAP_ASSIGN),
        .may_link = !is_over && ask_can(ask, CAP_LINK),
        .may_note = !is_over && ask_can(ask, CAP_NOTE_WRITE),
        .may_message = !is_over && ask_can(ask, CAP_MESSAGE_WRITE),
        .may_export = ask_can(ask, CAP_EXPORT),
        .may_state = !is_over && ask_can(ask, CAP_NOTE_WRITE), .holds = holds_of(ask, shown),
        .asks = asks_of(ask, shown), .may_hold = !is_over && ask_can(ask, CAP_HOLD),
        .may_erase = may_erase, .reason_hold = typed_if(typed, DO_HOLD, typed->reason, STR("")),
        .may_access = !is_over && ask_can(ask, CAP_ACCESS_SET),
        .is_inbox = row->sources == DESK_SOURCE_INBOX, .worst_url = worst_url(ask, shown),
        .is_over = is_over);
}

void case_show(struct ask *ask, unsigned status, const struct case_typed *typed)
{
    struct desk_case *shown = ARENA_NEW(ask->arena, struct desk_case);
    int64_t after = ask_number(&ask->query, "reports_after", 0);
    enum status read = desk_case_read(ask->desk, &ask->caller, ask->ids.number, PURPOSE_READ,
                                      after < 0 ? 0 : after, ask->arena, shown, &ask->err);
    if (read != STATUS_OK) {
        ask_fail(ask, read);
        return;
    }
    case_render(ask, status, shown, typed);
}

void case_get(struct ask *ask)
{
    struct case_typed typed = {0};
    case_show(ask, 200, &typed);
}

/* Asked once a minute by a page that is still open (assets/hustings.js). */
void case_here_get(struct ask *ask)
{
    desk_presence_mark(ask->desk, &ask->caller, ask->ids.number);
    http_answer(ask->x, 204, NULL, STR(""));
}
