/* SPDX-License-Identifier: Apache-2.0 */
/* A unit's card on a telephone. There is no log-in: the address holds the secret, so nothing here may
 * show more than that unit's own day, and no page that needs a session is linked from it. */
#include "desk/operation_day.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"

#include "pages/desk_unit.html.h"

struct card {
    struct ask *ask;
    struct unit_card view;
    bool *is_left, *is_skipped, *is_there; /* one a task, by this unit */
    struct page_desk_unit page;
};

static str token_of(struct ask *ask)
{
    char *hex = ARENA_ARRAY(ask->arena, char, UNIT_TOKEN_HEX);
    hex_encode(ask->ids.ids[0].bytes, CRYPT_ID_BYTES, hex);
    return str_from(hex, UNIT_TOKEN_HEX);
}

/* A sealed desk does not lead a telephone to the log-in page. */
static void card_fail(struct ask *ask, enum status status)
{
    if (status == STATUS_UNAVAILABLE) {
        ask_message(ask, 503, STR("The desk is closed for the moment"),
                    STR("Go on by what you know of your card, tell by radio, and open this page "
                        "again later."),
                    STR(""), STR(""));
        return;
    }
    str words = arena_printf(ask->arena, "%s%s%s", ask->err.primary,
                             ask->err.hint[0] != '\0' ? " " : "", ask->err.hint);
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
    card->is_skipped = ARENA_ARRAY(card->ask->arena, bool, count);
    card->is_there = ARENA_ARRAY(card->ask->arena, bool, count);
    for (uint32_t i = told->first[card->view.unit]; i != PLAN_NONE; i = told->rows[i].next) {
        const struct plan_told *row = &told->rows[i];
        if (row->task != PLAN_NONE) {
            card->is_there[row->task] = row->what == PLAN_TOLD_ARRIVED;
            card->is_left[row->task] |= row->what == PLAN_TOLD_LEFT;
            card->is_skipped[row->task] |= row->what == PLAN_TOLD_SKIPPED;
        }
    }
}

/* What the buttons are about: the visit that the unit is at, also when the plan gave it to another or has
 * another before it; else the first that is open. */
struct next {
    uint32_t task; /* PLAN_NONE: none */
    uint32_t stop; /* PLAN_NONE: it is not on the unit's route */
};

static bool is_next(const struct card *card, uint32_t task, const struct next *next)
{
    uint32_t there = plan_told_there(&card->view.told, card->view.unit);
    bool is_open = !card->is_left[task] && !card->is_skipped[task];
    return there != PLAN_NONE ? task == there : is_open && next->task == PLAN_NONE;
}

static struct next show_stops(struct card *card)
{
    const struct plan_problem *problem = &card->view.problem;
    const struct plan_route *route = &card->view.result.routes[card->view.unit];
    struct page_desk_unit_stops *rows =
        ARENA_ARRAY(card->ask->arena, struct page_desk_unit_stops, route->stop_count + 1);
    struct next next = {.task = plan_told_there(&card->view.told, card->view.unit),
                        .stop = PLAN_NONE};
    for (uint32_t i = 0; i < route->stop_count; i++) {
        uint32_t task = route->stops[i].task;
        uint32_t site = problem->tasks[task].site;
        bool is_it = is_next(card, task, &next);
        rows[i] =
            (struct page_desk_unit_stops){.time = clock_at(card, route->stops[i].start),
                                          .place = plan_site_name(problem, site),
                                          .area = problem->sites[site].area,
                                          .what = operation_sent_words(problem->tasks[task].id),
                                          .state = card->is_skipped[task] ? STR("skipped")
                                                   : card->is_left[task]  ? STR("done")
                                                   : card->is_there[task] ? STR("there")
                                                                          : STR(""),
                                          .is_next = is_it};
        next = is_it ? (struct next){.task = task, .stop = i} : next;
    }
    card->page.stops = (struct page_desk_unit_stops_list){rows, route->stop_count};
    return next;
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
    page->may_on = !has_told;
    page->may_back = is_break;
    page->may_break = has_told && !is_there && !is_break && !is_off;
    page->may_off = page->may_break;
    page->may_leave = is_there;
    page->may_arrive = !is_there && !is_break && !is_off && has_next;
    page->state = is_off      ? STR("Off duty")
                  : is_break  ? STR("On a break")
                  : is_there  ? STR("You are at")
                  : !has_next ? STR("No visit is left")
                              : STR("Next");
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
    page->next_what = operation_sent_words(task->id);
    page->next_place = plan_site_name(problem, task->site);
    page->next_area = site->area;
    if (next.stop != PLAN_NONE) {
        int64_t start = card->view.result.routes[card->view.unit].stops[next.stop].start;
        page->next_time =
            arena_printf(card->ask->arena, "%.*s to %.*s", STR_ARG(clock_at(card, start)),
                         STR_ARG(clock_at(card, start + task->dwell)));
    }
    if (plan_is_lonlat(problem)) {
        page->next_point = arena_printf(card->ask->arena, "%.5f, %.5f", site->y, site->x);
    }
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
    card->page.name = view->name;
    card->page.day = words_day(ask->arena, view->day);
    card->page.url = arena_printf(ask->arena, "/unit/%.*s", STR_ARG(token_of(ask)));
    card->page.is_newer = view->is_newer;
    card->page.plan = view->plan_number;
    card->page.is_gone = view->is_gone;
    if (!view->is_gone) {
        const struct plan_unit *unit = &view->problem.units[view->unit];
        card->page.unit = unit->id;
        card->page.hours = arena_printf(ask->arena, "%.*s to %.*s",
                                        STR_ARG(clock_at(card, (int64_t)unit->start - unit->brief)),
                                        STR_ARG(clock_at(card, unit->end)));
        take_told(card);
        struct next next = show_stops(card);
        show_buttons(card, next.task != PLAN_NONE);
        show_next(card, next);
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
    enum plan_told_what what = PLAN_TOLD_KINDS;
    for (enum plan_told_what one = PLAN_TOLD_ON; one < PLAN_TOLD_KINDS; one++) {
        what = str_equal(word, str_c(plan_told_word(one))) ? one : what;
    }
    enum status status = STATUS_OK;
    if (what == PLAN_TOLD_KINDS) {
        status = error_set(&ask->err, STATUS_INVALID, "That is no button of the card.");
    } else {
        status = desk_unit_tell(ask->desk, token_of(ask), what, form_value(&ask->form, "task"),
                                ask->now, ask->arena, &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/unit/%.*s", STR_ARG(token_of(ask)));
    } else if (status == STATUS_INVALID) {
        show_card(ask, status_http(status));
    } else {
        card_fail(ask, status);
    }
}
