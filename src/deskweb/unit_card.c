/* SPDX-License-Identifier: Apache-2.0 */
/* A unit's card on a telephone. There is no log-in: the address holds the secret, so nothing here may
 * show more than that unit's own day, and no page that needs a session is linked from it. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/check.h"
#include "plan/day.h"
#include "plan/roster.h"
#include "plan/sitrep.h"
#include "plan/stand.h"

#include "pages/desk_unit.html.h"

enum { BESIDE_BYTES_MAX = 2000 };

struct card {
    struct ask *ask;
    struct unit_card view;
    bool *is_left, *is_short, *is_skipped, *is_there; /* one a task, by this unit */
    uint32_t last_site;                               /* where it was last, as it told; PLAN_NONE */
    int64_t now;                                      /* ticks */
    struct page_desk_unit_buttons buttons[PLAN_TOLD_KINDS];
    struct page_desk_unit page;
};

static str token_of(struct ask *ask)
{
    char *hex = ARENA_ARRAY(ask->arena, char, UNIT_TOKEN_HEX);
    hex_encode(ask->ids.ids[0].bytes, CRYPT_ID_BYTES, hex);
    return str_from(hex, UNIT_TOKEN_HEX);
}

/* What was pressed and is not kept: "Arrived, 10:05 to 10:20"; empty: nothing was pressed. `place` may be empty. */
static str typed_words(struct ask *ask, str place)
{
    enum plan_told_what what = plan_told_what(form_value(&ask->form, "what"));
    str when = ask_field(ask, "when");
    str until = ask_field(ask, "until");
    return what == PLAN_TOLD_KINDS
               ? STR("")
               : arena_printf(ask->arena, "%.*s%s%.*s, %.*s%s%.*s", STR_ARG(words_told(what)),
                              place.n > 0 ? ": " : "", STR_ARG(place),
                              STR_ARG(when.n > 0 ? when : STR("now")), until.n > 0 ? " to " : "",
                              STR_ARG(until));
}

/* A sealed desk does not lead a telephone to the log-in page. */
static void card_fail(struct ask *ask, enum status status)
{
    str typed = typed_words(ask, STR(""));
    str lost = typed.n > 0 ? arena_printf(ask->arena, " Not kept: %.*s.", STR_ARG(typed)) : typed;
    if (status == STATUS_UNAVAILABLE) {
        ask_message(ask, 503, STR("The desk is closed for the moment"),
                    arena_printf(ask->arena,
                                 "Go on by what you know of your card, tell by radio, and open "
                                 "this page again later.%.*s",
                                 STR_ARG(lost)),
                    STR(""), STR(""));
        return;
    }
    str words = arena_printf(ask->arena, "%s%s%s%.*s", ask->err.primary,
                             ask->err.hint[0] != '\0' ? " " : "", ask->err.hint, STR_ARG(lost));
    ask_message(ask, status_http(status),
                status == STATUS_NOT_FOUND ? STR("No card") : STR("That did not work"),
                words.n > 0 ? words : STR("Please try again, and tell by radio."), STR(""),
                STR(""));
}

static str clock_at(struct card *card, int64_t ticks)
{
    return plan_clock(card->ask->arena, &card->view.problem, ticks);
}

static void take_told(struct card *card)
{
    const struct plan_told_rows *told = &card->view.told;
    size_t count = card->view.problem.task_count + 1;
    card->is_left = ARENA_ARRAY(card->ask->arena, bool, count);
    card->is_short = ARENA_ARRAY(card->ask->arena, bool, count);
    card->is_skipped = ARENA_ARRAY(card->ask->arena, bool, count);
    card->is_there = ARENA_ARRAY(card->ask->arena, bool, count);
    card->last_site = PLAN_NONE;
    for (uint32_t i = told->first[card->view.unit]; i != PLAN_NONE; i = told->rows[i].next) {
        const struct plan_told *row = &told->rows[i];
        if (row->task != PLAN_NONE) {
            card->is_there[row->task] = row->what == PLAN_TOLD_ARRIVED;
            card->is_left[row->task] |= row->what == PLAN_TOLD_LEFT;
            card->is_short[row->task] = row->what == PLAN_TOLD_LEFT &&
                                        plan_left_early(&card->view.problem, row->task, row->at);
            card->is_skipped[row->task] =
                row->what == PLAN_TOLD_SKIPPED ||
                (card->is_skipped[row->task] && row->what != PLAN_TOLD_ARRIVED);
            card->last_site = row->what == PLAN_TOLD_SKIPPED
                                  ? card->last_site
                                  : card->view.problem.tasks[row->task].site;
        }
    }
}

static bool is_open(const struct card *card, uint32_t task)
{
    return !card->is_left[task] && !card->is_skipped[task];
}

static str sent_words(const struct card *card, uint32_t task)
{
    return operation_sent_words(card->view.problem.tasks[task].id);
}

/* What was said when it was sent is its note, too: once is enough. */
static str note_of(const struct card *card, uint32_t task)
{
    return sent_words(card, task).n > 0 ? STR("") : card->view.problem.tasks[task].note;
}

/* Who stands at a post with this unit. */
static str beside_words(const struct card *card, uint32_t task)
{
    struct buf out;
    buf_init(&out, BESIDE_BYTES_MAX);
    if (roster_is_post(&card->view.problem.tasks[task])) {
        plan_add_beside(&card->view.problem, &card->view.result, card->view.unit, task, &out);
    }
    str text = arena_str(card->ask->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

/* Its time is over by so much that the unit cannot be on its way to it: either it was made and nobody told, or
 * it was not. */
static bool is_over(const struct card *card, const struct plan_stop *stop)
{
    const struct plan_problem *problem = &card->view.problem;
    int64_t end = (int64_t)stop->start + problem->tasks[stop->task].dwell;
    return end + (int64_t)PLAN_SITREP_LATE_S * problem->ticks_per_s <= card->now;
}

/* What the buttons are about: the visit that the unit is at, also when the plan gave it to another or has
 * another before it; else what somebody sent it to; else what is next by now. */
struct next {
    uint32_t task; /* PLAN_NONE: none */
    uint32_t stop; /* PLAN_NONE: it is not on the unit's route */
};

static struct next find_next(const struct card *card)
{
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    uint32_t there = plan_told_there(&card->view.told, card->view.unit);
    struct next next = {.task = there, .stop = PLAN_NONE};
    struct next sent = {.task = PLAN_NONE, .stop = PLAN_NONE};
    for (uint32_t i = 0; i < route->stop_count; i++) {
        uint32_t task = route->stops[i].task;
        struct next it = {.task = task, .stop = i};
        if (there != PLAN_NONE) {
            next = task == there ? it : next;
        } else if (is_open(card, task) && sent_words(card, task).n > 0) {
            sent = sent.task == PLAN_NONE ? it : sent;
        } else if (is_open(card, task) && !is_over(card, &route->stops[i])) {
            next = next.task == PLAN_NONE ? it : next;
        }
    }
    return sent.task != PLAN_NONE ? sent : next;
}

/* When it must leave at the latest to be there in time: from where it was last, by what it told or else by
 * the plan. Empty: it begins there, or there is no way. */
static str leave_words(struct card *card, uint32_t stop, bool is_next)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_unit *unit = &problem->units[card->view.unit];
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    uint32_t to = problem->tasks[route->stops[stop].task].site;
    uint32_t from = stop > 0 ? problem->tasks[route->stops[stop - 1].task].site : unit->base;
    from = is_next && card->last_site != PLAN_NONE ? card->last_site : from;
    int32_t start = route->stops[stop].start;
    int64_t way = plan_check_way_by(problem, unit->mode, from, to, 0, start);
    if (way <= 0) {
        return from == to && (stop > 0 || is_next) ? STR("stay there") : STR("");
    }
    return start - way <= card->now && is_next ? STR("leave now")
                                               : arena_printf(card->ask->arena, "leave by %.*s",
                                                              STR_ARG(clock_at(card, start - way)));
}

static str state_of(const struct card *card, uint32_t task)
{
    return card->is_skipped[task] ? STR("skipped")
           : card->is_short[task] ? str_c(plan_visit_word(PLAN_VISIT_SHORT))
           : card->is_left[task]  ? STR("done")
           : card->is_there[task] ? STR("there")
                                  : STR("");
}

/* --- the day --- */

struct pause {
    int32_t start, length;
};

/* Breaks that were had and those that are planned, in order. */
static uint32_t find_pauses(const struct card *card, struct pause pauses[4])
{
    const struct plan_unit *unit = &card->view.problem.units[card->view.unit];
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    uint32_t count = 0;
    for (uint32_t i = 0; i < unit->had_count; i++) {
        pauses[count++] = (struct pause){unit->had[i].start, unit->had[i].length};
    }
    if (route->break_start >= 0) {
        pauses[count++] = (struct pause){route->break_start, unit->break_length};
    }
    if (route->has_second) {
        pauses[count++] = (struct pause){route->second_start, unit->second_length};
    }
    return count;
}

static str span_words(struct card *card, int64_t from, int64_t length, const char *between)
{
    return arena_printf(card->ask->arena, "%.*s%s%.*s", STR_ARG(clock_at(card, from)), between,
                        STR_ARG(clock_at(card, from + length)));
}

static void show_day(struct card *card, struct next next)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_unit *unit = &problem->units[card->view.unit];
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    struct page_desk_unit_stops *rows =
        ARENA_ARRAY(card->ask->arena, struct page_desk_unit_stops, route->stop_count + 6U);
    struct pause pauses[4];
    uint32_t pause_count = find_pauses(card, pauses);
    uint32_t pause = 0;
    size_t count = 0;
    if (unit->brief > 0) {
        rows[count++] = (struct page_desk_unit_stops){
            .time = span_words(card, (int64_t)unit->start - unit->brief, unit->brief, "–"),
            .place = arena_printf(card->ask->arena, "Briefing, %.*s",
                                  STR_ARG(plan_site_name(problem, unit->base)))};
    }
    for (uint32_t i = 0; i <= route->stop_count; i++) {
        while (pause < pause_count &&
               (i == route->stop_count || pauses[pause].start <= route->stops[i].start)) {
            int64_t minutes = pauses[pause].length / problem->ticks_per_s / 60;
            rows[count++] = (struct page_desk_unit_stops){
                .time = span_words(card, pauses[pause].start, pauses[pause].length, "–"),
                .place = arena_printf(card->ask->arena, "Break, %lld min", (long long)minutes)};
            pause++;
        }
        if (i == route->stop_count) {
            break;
        }
        uint32_t task = route->stops[i].task;
        uint32_t site = problem->tasks[task].site;
        bool is_it = i == next.stop;
        rows[count++] = (struct page_desk_unit_stops){
            .time = span_words(card, route->stops[i].start, problem->tasks[task].dwell, "–"),
            .place = plan_site_name(problem, site),
            .area = problem->sites[site].area,
            .what = sent_words(card, task),
            .note = note_of(card, task),
            .risk = problem->sites[site].note,
            .with = beside_words(card, task),
            .leave = state_of(card, task).n == 0 && !is_over(card, &route->stops[i])
                         ? leave_words(card, i, is_it)
                         : STR(""),
            .state = state_of(card, task),
            .is_next = is_it};
    }
    card->page.stops = (struct page_desk_unit_stops_list){rows, count};
}

/* What somebody sent the unit to and the buttons are not about; and what is over and nobody told of. */
static void show_others(struct card *card, struct next next)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    struct page_desk_unit_sent *sent =
        ARENA_ARRAY(card->ask->arena, struct page_desk_unit_sent, route->stop_count + 1U);
    struct page_desk_unit_older *older =
        ARENA_ARRAY(card->ask->arena, struct page_desk_unit_older, route->stop_count + 1U);
    size_t sent_count = 0;
    size_t older_count = 0;
    for (uint32_t i = 0; i < route->stop_count; i++) {
        const struct plan_stop *stop = &route->stops[i];
        const struct plan_task *task = &problem->tasks[stop->task];
        str place = plan_site_name(problem, task->site);
        str words = sent_words(card, stop->task);
        if (!is_open(card, stop->task) || stop->task == next.task) {
            continue;
        }
        if (words.n > 0) {
            sent[sent_count++] = (struct page_desk_unit_sent){
                .words = words,
                .place = place,
                .area = problem->sites[task->site].area,
                .time = span_words(card, stop->start, task->dwell, " to "),
                .leave = leave_words(card, i, true)};
        } else if (is_over(card, stop)) {
            bool is_it = str_equal(form_value(&card->ask->form, "task"), task->id);
            older[older_count++] = (struct page_desk_unit_older){
                .task = task->id,
                .is_open = is_it,
                .when = is_it ? ask_field(card->ask, "when") : STR(""),
                .until = is_it ? ask_field(card->ask, "until") : STR(""),
                .place = place,
                .area = problem->sites[task->site].area,
                .time = span_words(card, stop->start, task->dwell, " to ")};
        }
    }
    card->page.sent = (struct page_desk_unit_sent_list){sent, sent_count};
    card->page.older = (struct page_desk_unit_older_list){older, older_count};
}

/* --- buttons --- */

static bool has_visits(const struct card *card)
{
    return card->view.result.routes[card->view.unit].stop_count > 0;
}

static bool is_out_by_now(const struct card *card)
{
    const struct plan_unit *unit = &card->view.problem.units[card->view.unit];
    return unit->out_officers > 0 && unit->out <= card->now;
}

/* What was typed stays when it was refused. */
static void add_button(struct card *card, enum plan_told_what what, str task, bool is_main)
{
    struct ask *ask = card->ask;
    bool is_it = plan_told_what(form_value(&ask->form, "what")) == what &&
                 str_equal(form_value(&ask->form, "task"), task);
    str when = is_it ? ask_field(ask, "when") : STR("");
    str until = is_it ? ask_field(ask, "until") : STR("");
    card->buttons[card->page.buttons.count++] =
        (struct page_desk_unit_buttons){.what = str_c(plan_told_word(what)),
                                        .label = words_told(what),
                                        .task = task,
                                        .is_main = is_main,
                                        .is_open = when.n > 0 || until.n > 0,
                                        .may_until = what == PLAN_TOLD_ARRIVED,
                                        .when = when,
                                        .until = until};
}

static void show_buttons(struct card *card, bool has_next)
{
    struct page_desk_unit *page = &card->page;
    const struct plan_told_rows *told = &card->view.told;
    enum plan_told_what state = told->state[card->view.unit];
    bool has_told = told->word[card->view.unit] != PLAN_NONE; /* more than skips */
    bool is_there = has_told && state == PLAN_TOLD_ARRIVED;
    bool is_break = has_told && state == PLAN_TOLD_BREAK;
    bool is_off = has_told && state == PLAN_TOLD_OFF;
    bool is_out = is_out_by_now(card);
    bool is_free = has_told && !is_there && !is_break && !is_off;
    page->buttons.items = card->buttons;
    page->may_older = !is_there && !is_break && !is_off;
    page->may_arrive = page->may_older && has_next;
    if (is_there) {
        add_button(card, PLAN_TOLD_LEFT, page->next_task, true);
    }
    if (page->may_arrive) {
        add_button(card, PLAN_TOLD_ARRIVED, page->next_task, true);
    }
    if (!has_told && !is_out) {
        add_button(card, PLAN_TOLD_ON, STR(""), false);
    }
    if (is_break) {
        add_button(card, PLAN_TOLD_BACK, STR(""), true);
    }
    if (is_free && !is_out) {
        add_button(card, PLAN_TOLD_BREAK, STR(""), false);
    }
    if (is_free) {
        add_button(card, PLAN_TOLD_OFF, STR(""), false);
    }
    page->state = is_off                  ? STR("Off duty")
                  : is_break              ? STR("On a break")
                  : is_there              ? STR("You are at")
                  : page->next_what.n > 0 ? STR("Sent to you now")
                  : has_next              ? STR("Next")
                  : is_out                ? STR("Out of service")
                  : has_visits(card)      ? STR("No visit is left")
                                          : STR("No visit is planned");
}

/* Who has nothing to do is told where to be, and who was taken out of service that it was. */
static void show_service(struct card *card, struct next next)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_unit *unit = &problem->units[card->view.unit];
    if (unit->out_officers > 0) {
        card->page.out = clock_at(card, unit->out);
        card->page.is_out = is_out_by_now(card);
    } else if (!has_visits(card) && next.task == PLAN_NONE &&
               card->view.told.state[card->view.unit] != PLAN_TOLD_OFF) {
        card->page.wait_at = plan_site_name(problem, unit->base);
        card->page.wait_until = clock_at(card, unit->end);
    }
}

static void show_next(struct card *card, struct next next)
{
    struct page_desk_unit *page = &card->page;
    const struct plan_problem *problem = &card->view.problem;
    if (next.task == PLAN_NONE || card->view.told.state[card->view.unit] == PLAN_TOLD_OFF) {
        return;
    }
    const struct plan_task *task = &problem->tasks[next.task];
    const struct plan_site *site = &problem->sites[task->site];
    page->next_task = task->id;
    page->next_what = sent_words(card, next.task);
    page->next_place = plan_site_name(problem, task->site);
    page->next_area = site->area;
    page->next_address = site->address;
    page->next_note = note_of(card, next.task);
    page->next_risk = site->note;
    page->next_with = beside_words(card, next.task);
    if (next.stop != PLAN_NONE) {
        int64_t start = card->view.result.routes[card->view.unit].stops[next.stop].start;
        page->next_time = span_words(card, start, task->dwell, " to ");
        page->next_leave = card->is_there[next.task] ? STR("") : leave_words(card, next.stop, true);
    }
    if (plan_is_lonlat(problem)) {
        page->next_point = arena_printf(card->ask->arena, "%.5f, %.5f", site->y, site->x);
    }
}

/* What was told last can be taken back, as a wrong press. */
static void show_last(struct card *card)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_told_rows *told = &card->view.told;
    if (unit_card_last(&card->view) == 0) {
        return;
    }
    const struct plan_told *row = &told->rows[told->last[card->view.unit]];
    str place =
        row->task == PLAN_NONE ? (str){0} : plan_site_name(problem, problem->tasks[row->task].site);
    card->page.last_leaf = unit_card_last(&card->view);
    card->page.may_take_back = unit_card_may_take_back(&card->view, card->ask->now);
    card->page.last =
        arena_printf(card->ask->arena, "%.*s%s%.*s, %.*s", STR_ARG(words_told(row->what)),
                     place.n > 0 ? ": " : "", STR_ARG(place), STR_ARG(clock_at(card, row->at)));
}

static void show_card(struct ask *ask, unsigned status_code)
{
    struct card *card = ARENA_NEW(ask->arena, struct card);
    struct error why = ask->err;
    struct buf html;
    card->ask = ask;
    enum status status =
        desk_unit_card(ask->desk, token_of(ask), ask->now, ask->arena, &card->view, &ask->err);
    if (status != STATUS_OK) {
        card_fail(ask, status);
        return;
    }
    const struct unit_card *view = &card->view;
    card->page.bar = (struct part_desk_bar){.here = STR("")};
    card->page.error = str_c(why.primary);
    card->page.hint = str_c(why.hint);
    if (card->page.error.n > 0) {
        uint32_t task = plan_find_task(&view->problem, form_value(&ask->form, "task"));
        card->page.typed =
            typed_words(ask, task == PLAN_NONE
                                 ? STR("")
                                 : plan_site_name(&view->problem, view->problem.tasks[task].site));
    }
    card->page.name = view->name;
    card->page.day = words_day(ask->arena, view->day);
    card->page.url = arena_printf(ask->arena, "/unit/%.*s", STR_ARG(token_of(ask)));
    card->page.is_newer = view->is_newer;
    card->page.is_same = view->is_same;
    card->page.plan = view->plan_number;
    card->page.is_gone = view->is_gone;
    card->page.seen = unit_card_seen(view);
    if (!view->is_gone) {
        const struct plan_unit *unit = &view->problem.units[view->unit];
        card->page.unit = unit->id;
        card->page.hours = arena_printf(ask->arena, "%.*s to %.*s",
                                        STR_ARG(clock_at(card, (int64_t)unit->start - unit->brief)),
                                        STR_ARG(clock_at(card, unit->end)));
        card->now = plan_ticks_at(&view->problem, ask->now);
        take_told(card);
        struct next next = find_next(card);
        show_next(card, next);
        show_buttons(card, next.task != PLAN_NONE);
        show_service(card, next);
        show_others(card, next);
        show_day(card, next);
        show_last(card);
    }
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_unit_render(&html, NULL, &card->page);
    ask_answer(ask, status_code, &html);
}

void unit_get(struct ask *ask)
{
    show_card(ask, 200);
}

void unit_post(struct ask *ask)
{
    str word = form_value(&ask->form, "what");
    enum plan_told_what what = plan_told_what(word);
    enum status status = STATUS_OK;
    if (str_equal(word, STR("take-back"))) {
        status = desk_unit_take_back(ask->desk, token_of(ask), ask_number(&ask->form, "of", 0),
                                     ask->now, ask->arena, &ask->err);
    } else if (what == PLAN_TOLD_KINDS) {
        status = error_set(&ask->err, STATUS_INVALID, "That is no button of the card.");
    } else {
        struct unit_press press = {.what = what,
                                   .task = form_value(&ask->form, "task"),
                                   .seen = ask_number(&ask->form, "seen", INT64_MAX),
                                   .when = ask_field(ask, "when"),
                                   .until = ask_field(ask, "until")};
        status = desk_unit_tell(ask->desk, token_of(ask), &press, ask->now, ask->arena, &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/unit/%.*s", STR_ARG(token_of(ask)));
    } else if (status == STATUS_INVALID || status == STATUS_LIMIT) {
        show_card(ask, status_http(status));
    } else {
        card_fail(ask, status);
    }
}
