/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to "how many more?": the interval with both proofs, and the curve. It is read from what was
 * kept, so that it is the same whenever it is looked at. */
#include "base/utf8.h"
#include "codec/json.h"
#include "desk/operation_ask.h"
#include "deskweb/plan_curve.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"

#include "pages/desk_plan_answer.html.h"

enum { CURVE_BYTES_MAX = 32 * 1024, HOUR_S = 3600 };

struct answer {
    struct ask *ask;
    struct desk_plan plan;
    struct plan_problem clock; /* its day */
    struct json more;
    struct plan_curve curve;
    struct page_desk_plan_answer *page;
};

static str count_words(const struct answer *a, const struct json *end)
{
    int64_t units = json_member_int(end, "units", 0);
    int64_t officers = json_member_int(end, "officers", 0);
    return units == 0
               ? STR("none")
               : arena_printf(a->ask->arena, "%lld more unit%s (%lld officer%s)", (long long)units,
                              units == 1 ? "" : "s", (long long)officers, officers == 1 ? "" : "s");
}

/* The sentences of plan/more.h have neither a capital nor a full stop. */
static str sentence(const struct answer *a, const char *before, str words)
{
    return arena_printf(a->ask->arena, "%s%.*s.", before, STR_ARG(words));
}

static void show_interval(struct answer *a)
{
    struct page_desk_plan_answer *page = a->page;
    struct arena *arena = a->ask->arena;
    const struct json *low = json_member(&a->more, "at_least");
    const struct json *high = json_member(&a->more, "at_most");
    int64_t least = low == NULL ? 0 : json_member_int(low, "units", 0);
    str why = json_member_text(&a->more, "binding_why");
    page->is_possible = json_member_bool(&a->more, "possible", false);
    page->has_plan = page->is_possible && high != NULL && high->kind == JSON_OBJECT;
    if (!page->is_possible) {
        page->interval =
            sentence(a, "No number of such units will do: ", json_member_text(&a->more, "why_not"));
        return;
    }
    page->low = low == NULL ? STR("none") : count_words(a, low);
    page->low_proof =
        least > 0 ? sentence(a, "Proof: ", why) : STR("Nothing proves that any is needed.");
    if (!page->has_plan) {
        page->high = STR("not known: no plan was found in this time");
        page->interval =
            arena_printf(arena, "At least %.*s. Give the search more seconds.", STR_ARG(page->low));
        return;
    }
    int64_t most = json_member_int(high, "units", 0);
    page->high = count_words(a, high);
    page->interval = most == 0       ? STR("No more units: those that are there can do it.")
                     : most == least ? arena_printf(arena, "Exactly %.*s.", STR_ARG(page->high))
                     : least == 0
                         ? arena_printf(arena, "%.*s are enough; whether fewer are is not proved.",
                                        STR_ARG(page->high))
                         : arena_printf(arena, "At least %lld, and %.*s are enough.",
                                        (long long)least, STR_ARG(page->high));
}

static void show_why(struct answer *a)
{
    static const struct {
        const char *name, *words;
    } times[] = {{"dwell", "visits"}, {"travel", "ways"}, {"break", "breaks"}, {"idle", "waiting"}};
    static const struct {
        str binding, words;
    } binds[] = {{STR_INIT("enough"), STR_INIT("Nothing")},
                 {STR_INIT("skill"), STR_INIT("A skill that few have")},
                 {STR_INIT("hour"), STR_INIT("A part of the day")},
                 {STR_INIT("travel"), STR_INIT("The ways")},
                 {STR_INIT("workload"), STR_INIT("The work of the whole day")},
                 {STR_INIT("never"), STR_INIT("What no such unit can do")}};
    struct page_desk_plan_answer *page = a->page;
    struct arena *arena = a->ask->arena;
    str binding = json_member_text(&a->more, "binding");
    str area = json_member_text(&a->more, "area");
    int64_t from = json_member_int(&a->more, "hour_from_s", -1);
    int64_t kinds = json_member_int(&a->more, "kinds", 0);
    const struct json *spent = json_member(&a->more, "time");
    const struct json *low = json_member(&a->more, "at_least");
    bool is_said = low != NULL && json_member_int(low, "units", 0) > 0; /* it is the proof */
    str why = is_said ? (str){0} : json_member_text(&a->more, "binding_why");
    for (size_t i = 0; i < ARRAY_LEN(binds); i++) {
        if (str_equal(binding, binds[i].binding)) {
            page->binds = arena_printf(arena, "%.*s%s%.*s.", STR_ARG(binds[i].words),
                                       why.n > 0 ? ": " : "", STR_ARG(why));
        }
    }
    if (from >= 0) {
        page->area = arena_printf(arena, "most of it lies between %.*s and %.*s%s%.*s",
                                  STR_ARG(plan_clock(arena, &a->clock, from)),
                                  STR_ARG(plan_clock(arena, &a->clock, from + HOUR_S)),
                                  area.n > 0 ? ", and most in " : "", STR_ARG(utf8_clip(area, 80)));
    }
    for (size_t i = 0; i < ARRAY_LEN(times) && spent != NULL; i++) {
        page->spent =
            arena_printf(arena, "%.*s%s%s %.0f %%", STR_ARG(page->spent), i > 0 ? ", " : "",
                         times[i].words, json_member_real(spent, times[i].name, 0) * 100);
    }
    page->kinds = kinds == 1 ? STR("of one kind")
                             : arena_printf(arena, "of any of the %lld kinds that are there",
                                            (long long)kinds);
}

static void show_curve(struct answer *a)
{
    struct arena *arena = a->ask->arena;
    const struct json *list = json_member(&a->more, "curve");
    const struct json *goal = json_member(&a->more, "goal");
    size_t count = list != NULL && list->kind == JSON_LIST ? list->count : 0;
    struct page_desk_plan_answer_rows *rows =
        ARENA_ARRAY(arena, struct page_desk_plan_answer_rows, PLAN_CURVE_POINTS);
    a->curve.goal = goal == NULL ? 0 : json_member_real(goal, "share", 0);
    for (size_t i = 0; i < count && i < PLAN_CURVE_POINTS; i++) {
        const struct json *point = &list->items[i];
        struct plan_curve_point *to = &a->curve.points[a->curve.count];
        const struct plan_curve_point *before = i == 0 ? to : to - 1;
        *to = (struct plan_curve_point){.units = json_member_int(point, "units", 0),
                                        .share = json_member_real(point, "share", 0),
                                        .is_met = json_member_bool(point, "met", false)};
        rows[a->curve.count] = (struct page_desk_plan_answer_rows){
            .units = to->units,
            .officers = json_member_int(point, "officers", 0),
            .share = arena_printf(arena, "%.1f %%", to->share * 100),
            .gain = to->share <= before->share
                        ? STR("–")
                        : arena_printf(arena, "+%.2f points",
                                       (to->share - before->share) * 100 /
                                           (double)(to->units - before->units)),
            .unmet = json_member_int(point, "unmet", 0),
            .hours = words_hours(arena, &a->clock, json_member_int(point, "paid_officer_s", 0)),
            .is_met = to->is_met};
        a->curve.count++;
    }
    a->page->rows = (struct page_desk_plan_answer_rows_list){rows, a->curve.count};
}

static void show_head(struct answer *a)
{
    struct ask *ask = a->ask;
    const struct desk_plan_row *row = &a->plan.row;
    *a->page = (struct page_desk_plan_answer){
        .bar = ask_bar(ask, "operations"),
        .csrf = ask_csrf(ask),
        .leaf = row->leaf,
        .number = row->number,
        .operation = a->plan.operation,
        .name = a->plan.name,
        .date = words_day(ask->arena, a->plan.day),
        .error = str_c(ask->err.primary),
        .hint = str_c(ask->err.hint),
        .question = row->why,
        .base = row->fork,
        .base_number = row->fork_number,
        .is_closed = a->plan.operation_state == OPERATION_CLOSED,
        .may_take = row->state == PLAN_FOUND && a->plan.operation_state != OPERATION_CLOSED,
        .differs = row->differs};
}

static void answer_show(struct ask *ask, unsigned status_code)
{
    struct page_desk_plan_answer page = {0};
    struct answer a = {.ask = ask, .page = &page};
    struct error why = ask->err;
    struct buf curve;
    struct buf html;
    enum status status = desk_plan_read(ask->desk, &ask->caller, ask->ids.number, STR("read"),
                                        STR(""), ask->arena, &a.plan, &ask->err);
    if (status == STATUS_OK && (a.plan.row.more.n == 0 || json_parse(ask->arena, a.plan.row.more,
                                                                     &a.more, NULL) != STATUS_OK)) {
        status = error_set(&ask->err, STATUS_NOT_FOUND, "This plan is no answer to a question.");
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    ask->err = why;
    a.clock = (struct plan_problem){.day = a.plan.day, .ticks_per_s = 1};
    show_head(&a);
    show_interval(&a);
    show_why(&a);
    show_curve(&a);
    buf_init(&curve, CURVE_BYTES_MAX);
    plan_curve_draw(&a.curve, &curve);
    page.curve = html_of(&curve);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_answer_render(&html, NULL, &page);
    ask_answer(ask, status_code, &html);
    buf_close(&curve);
}

void plan_answer_get(struct ask *ask)
{
    answer_show(ask, 200);
}

void plan_take_post(struct ask *ask)
{
    enum status status =
        desk_plan_take(ask->desk, &ask->caller, ask->ids.number, ask->arena, &ask->err);
    if (status == STATUS_OK) {
        ask_redirect(ask, "/plan/%lld?done=take-plan", (long long)ask->ids.number);
    } else if (status == STATUS_INVALID || status == STATUS_CONFLICT) {
        answer_show(ask, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
