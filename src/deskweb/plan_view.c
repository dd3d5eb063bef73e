/* SPDX-License-Identifier: Apache-2.0 */
#include "deskweb/plan_view.h"

#include <stdlib.h>

#include "plan/day.h"

str words_operation(enum operation_state state)
{
    static const char *const words[] = {"", "Draft", "Published", "Closed"};
    return (size_t)state < ARRAY_LEN(words) ? str_c(words[state]) : STR("");
}

str words_plan(enum plan_state state)
{
    static const char *const words[] = {"",         "Draft",   "Published", "Replaced",
                                        "Proposed", "Dropped", "Answer"};
    return (size_t)state < ARRAY_LEN(words) ? str_c(words[state]) : STR("");
}

str words_told(enum plan_told_what what)
{
    static const char *const words[PLAN_TOLD_KINDS] = {
        "On duty", "Arrived", "Left", "Skipped", "Break begins", "Back from the break", "Off duty"};
    return str_c(words[what]);
}

bool words_are_kept(enum status status)
{
    return status == STATUS_INVALID || status == STATUS_LIMIT || status == STATUS_CONFLICT ||
           status == STATUS_UNAVAILABLE;
}

str words_day(struct arena *arena, str day)
{
    struct buf out;
    struct plan_problem problem = {.day = day, .ticks_per_s = 1};
    buf_init(&out, 100);
    plan_add_date(&out, &problem);
    str text = out.n > 0 ? arena_str(arena, buf_str(&out)) : day;
    buf_close(&out);
    return text;
}

str words_milli(struct arena *arena, int64_t milli)
{
    struct buf out;
    buf_init(&out, 100);
    plan_add_milli(&out, (milli + (milli >= 0 ? 50 : -50)) / 100 * 100); /* one decimal */
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

str words_share(struct arena *arena, int64_t part, int64_t whole)
{
    return whole <= 0 ? STR("–")
                      : arena_printf(arena, "%d %%", (int)((part * 100 + whole / 2) / whole));
}

str words_hours(struct arena *arena, const struct plan_problem *problem, int64_t ticks)
{
    struct buf out;
    buf_init(&out, 100);
    plan_add_hours(&out, problem, ticks);
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

str words_hours_change(struct arena *arena, const struct plan_problem *problem, int64_t left,
                       int64_t right)
{
    int64_t from = 0;
    (void)plan_whole_minutes(problem, &from, left); /* of the minutes that are read on both sides */
    int64_t by = plan_whole_minutes(problem, &from, right - left);
    str size = words_hours(arena, problem, by < 0 ? -by : by);
    return by == 0 ? STR("–") : arena_printf(arena, "%s%.*s", by < 0 ? "−" : "+", STR_ARG(size));
}

str words_pounds(struct arena *arena, const struct plan_problem *problem, int64_t cost)
{
    struct buf out;
    buf_init(&out, 100);
    buf_add_c(&out, "£");
    plan_add_pounds(&out, plan_pence(problem, cost));
    str words = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return words;
}

enum status plan_rates_open(struct arena *arena, const struct plan_opened *opened,
                            struct plan_rates *ret_rates, bool *ret_has_rates, struct error *err)
{
    *ret_rates = (struct plan_rates){0};
    *ret_has_rates = opened->plan.rates.n > 0;
    return *ret_has_rates ? plan_rates_read(arena, "the rates", opened->plan.rates, ret_rates, err)
                          : STATUS_OK;
}

enum status plan_paid(struct arena *arena, const struct plan_opened *opened,
                      struct plan_account *ret_account, bool *ret_has_rates, struct error *err)
{
    struct plan_rates rates;
    enum status status = plan_rates_open(arena, opened, &rates, ret_has_rates, err);
    return status == STATUS_OK
               ? plan_account_make(arena, &opened->problem, opened->show.duties, NULL,
                                   *ret_has_rates ? &rates : NULL, ret_account, err)
               : status;
}

str words_cost(struct arena *arena, const struct plan_problem *problem, const struct plan_sum *sum,
               bool has_rates)
{
    if (sum == NULL || !has_rates) {
        return sum == NULL ? STR("–") : STR("not known");
    }
    if (sum->cost == 0 && sum->no_rate > 0) {
        return STR("no rate");
    }
    str pounds = words_pounds(arena, problem, sum->cost);
    return sum->no_rate > 0 ? arena_printf(arena, "%.*s and more", STR_ARG(pounds)) : pounds;
}

str words_want(struct arena *arena, const struct plan_problem *problem,
               const struct plan_task *task)
{
    str happened = task->note.n > 0 ? task->note : operation_sent_words(task->id);
    str from = plan_clock(arena, problem, task->open);
    str to = plan_clock(arena, problem, (int64_t)task->close + task->dwell);
    str hours = task->open == task->close
                    ? arena_printf(arena, "from %.*s to %.*s", STR_ARG(from), STR_ARG(to))
                    : arena_printf(arena, "%lld min between %.*s and %.*s",
                                   (long long)(task->dwell / problem->ticks_per_s / 60),
                                   STR_ARG(from), STR_ARG(to));
    str officers =
        task->officers > 1 ? arena_printf(arena, ", %u officers", task->officers) : STR("");
    return arena_printf(arena, "%.*s%s%.*s%.*s", STR_ARG(happened), happened.n > 0 ? "; " : "",
                        STR_ARG(hours), STR_ARG(officers));
}

bool plan_open(struct ask *ask, int64_t leaf, str what, str unit, struct plan_opened *ret_opened)
{
    enum status status = desk_plan_read(ask->desk, &ask->caller, leaf, what, unit, ask->arena,
                                        &ret_opened->plan, &ask->err);
    if (status == STATUS_OK) {
        status = plan_texts_read(ask->arena, ret_opened->plan.problem, ret_opened->plan.result,
                                 &ret_opened->problem, &ret_opened->result, &ask->err);
    }
    if (status == STATUS_OK) {
        status = plan_show_make(ask->arena, &ret_opened->problem, &ret_opened->result,
                                &ret_opened->show, &ask->err);
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return false;
    }
    return true;
}

str plan_area_words(str area)
{
    return area.n > 0 ? area : STR("(no area)");
}

static int by_area(const void *a, const void *b)
{
    const struct plan_area *x = a;
    const struct plan_area *y = b;
    return str_compare(x->name, y->name);
}

size_t plan_areas(struct arena *arena, const struct plan_opened *opened,
                  struct plan_area **ret_areas)
{
    const struct plan_problem *problem = &opened->problem;
    uint32_t *wanted = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1);
    uint32_t *served = ARENA_ARRAY(arena, uint32_t, problem->group_count + 1);
    struct plan_area *rows = ARENA_ARRAY(arena, struct plan_area, problem->task_count + 1);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        rows[i] = (struct plan_area){
            .name = plan_area_words(problem->sites[task->site].area),
            .tasks = opened->show.is_counted[i] ? 1 : 0,
            .wanted = plan_task_gain(problem, task, plan_task_nth(task, wanted))};
        if (opened->show.is_served[i]) {
            rows[i].served = rows[i].tasks;
            rows[i].weight = plan_task_gain(problem, task, plan_task_nth(task, served));
        }
    }
    qsort(rows, problem->task_count, sizeof *rows, by_area);
    size_t count = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (count > 0 && str_equal(rows[count - 1].name, rows[i].name)) {
            rows[count - 1].served += rows[i].served;
            rows[count - 1].tasks += rows[i].tasks;
            rows[count - 1].weight += rows[i].weight;
            rows[count - 1].wanted += rows[i].wanted;
        } else {
            rows[count++] = rows[i];
        }
    }
    *ret_areas = rows;
    return count;
}
