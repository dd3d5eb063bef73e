/* SPDX-License-Identifier: Apache-2.0 */
/* Situation reports on an operation's page: those that were made, one of now, and the set times. */
#include "deskweb/plan_view.h"

#include "desk/operation_day.h"
#include "plan/day.h"

enum { TIMES_BYTES_MAX = 400 };

static str times_of(struct ask *ask, const struct operation *operation)
{
    const struct plan_problem clock = {.day = operation->day, .ticks_per_s = 1};
    struct buf out;
    buf_init(&out, TIMES_BYTES_MAX);
    for (size_t i = 0; i < operation->sitrep_count; i++) {
        buf_printf(&out, "%s%.*s", i > 0 ? ", " : "",
                   STR_ARG(plan_clock(ask->arena, &clock, operation->sitrep_s[i])));
    }
    str text = arena_str(ask->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static str words_of(struct ask *ask, const struct desk_sitrep *sitrep)
{
    if (sitrep->officer != 0) {
        return arena_printf(ask->arena, "asked for by %.*s",
                            STR_ARG(ask_officer_name(ask, sitrep->officer)));
    }
    return sitrep->is_late
               ? arena_printf(ask->arena, "made at %.*s, because the desk was locked at its time",
                              STR_ARG(words_time(ask->arena, sitrep->made_at)))
               : STR("");
}

enum status operation_reports(struct ask *ask, const struct operation *operation,
                              const struct operation_said *said,
                              struct part_desk_op_reports *ret_part)
{
    struct desk_sitrep *list = NULL;
    size_t count = 0;
    bool is_again = said->form != NULL && strcmp(said->form, "times") == 0;
    enum status status = desk_sitreps(ask->desk, &ask->caller, operation->number, ask->arena, &list,
                                      &count, &ask->err);
    if (status != STATUS_OK) {
        return status;
    }
    struct part_desk_op_reports_rows *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_op_reports_rows, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct part_desk_op_reports_rows){.leaf = list[i].leaf,
                                                     .at = words_time(ask->arena, list[i].at),
                                                     .words = words_of(ask, &list[i])};
    }
    str times = times_of(ask, operation);
    bool is_published = operation->state == OPERATION_PUBLISHED;
    *ret_part = (struct part_desk_op_reports){
        .csrf = ask_csrf(ask),
        .version = operation->version,
        .number = operation->number,
        .is_closed = operation->state == OPERATION_CLOSED,
        .is_open = is_again,
        .may_now = is_published && operation_is_its_day(operation, ask->now),
        .times = is_again ? form_value(&ask->form, "times") : times,
        .set = times.n > 0
                   ? arena_printf(ask->arena,
                                  "Made by the desk at %.*s, from a published plan and while the "
                                  "desk is unlocked; a missed one is made at the unlock.",
                                  STR_ARG(times))
                   : STR("The desk makes none by itself: no time is set."),
        .rows = {rows, count}};
    if (!ret_part->may_now && !ret_part->is_closed) {
        ret_part->not_now =
            is_published
                ? STR("On its day one can be made at any moment; the button is here then.")
                : STR("With a published plan one can be made at any moment of the day; the button "
                      "is here then.");
    }
    return STATUS_OK;
}

void operation_sitrep_post(struct ask *ask)
{
    int64_t leaf = 0;
    bool is_new = false;
    enum status status = desk_sitrep_now(ask->desk, &ask->caller, ask->ids.number, ask->arena,
                                         &leaf, &is_new, &ask->err);
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?done=%s#op-sit", (long long)ask->ids.number,
                     is_new ? "sitrep" : "sitrep-again");
    } else if (words_are_kept(status)) {
        operation_show(ask, &(struct operation_said){.status = status_http(status)});
    } else {
        ask_fail(ask, status);
    }
}
