/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/check.h"
#include "plan/roster.h"

enum { HOUR = 3600, MINUTE = 60, BREAK_FROM_H = 4 };

const struct roster_rule_text *roster_rule_text(enum roster_rule rule)
{
    static const struct roster_rule_text texts[ROSTER_RULES] = {
        {"breaks",
         "a duty has its refreshment break: under 6 h of duty: 30 min; under 7 h: 35 min; under 8 "
         "h: "
         "40 min; under 9 h: 45 min; under 10 h: 50 min; 10 h and more: 60 min",
         "refreshment by length of duty as the Police Federation of England and Wales gives it; "
         "more "
         "than the 20 min over 6 h of the Working Time Regulations 1998, reg. 12"},
        {"rest", "11 hours between two duties of one officer",
         "Working Time Regulations 1998, reg. 10"},
        {"hours", "no duty is longer than --max-hours (12 unless given)",
         "the force's own rule; the Working Time Regulations 1998, reg. 4, limit the average week "
         "to "
         "48 h"},
        {"pairs", "officers go in pairs: every shift has an even number of them",
         "the force's own rule"},
    };
    return &texts[rule];
}

int32_t roster_break_s(int32_t duty_s)
{
    static const struct {
        int32_t below_h, minutes;
    } table[] = {{6, 30}, {7, 35}, {8, 40}, {9, 45}, {10, 50}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (duty_s < table[i].below_h * HOUR) {
            return table[i].minutes * MINUTE;
        }
    }
    return 60 * MINUTE;
}

struct roster_pause roster_middle_break(int32_t start_s, int32_t end_s)
{
    int32_t duty = end_s - start_s;
    int32_t length = roster_break_s(duty);
    return duty < BREAK_FROM_H * HOUR
               ? (struct roster_pause){0}
               : (struct roster_pause){start_s + duty / 3, start_s + duty * 2 / 3 - length, length};
}

static struct roster_pause middle_of(struct roster_hours hours, int32_t per_s)
{
    struct roster_pause pause = roster_middle_break(hours.start / per_s, hours.end / per_s);
    return (struct roster_pause){pause.open * per_s, pause.close * per_s, pause.length * per_s};
}

bool roster_is_middle(struct roster_pause pause, struct roster_hours hours, int32_t per_s)
{
    struct roster_pause middle = middle_of(hours, per_s);
    return middle.length > 0 && pause.length == middle.length && pause.open == middle.open &&
           pause.close == middle.close;
}

bool roster_move_breaks(struct roster_pause *pauses, size_t count, struct roster_hours was,
                        struct roster_hours now, int32_t per_s)
{
    bool fits = true;
    if (count == 1 && roster_is_middle(pauses[0], was, per_s)) {
        pauses[0] = middle_of(now, per_s);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        struct roster_pause *pause = &pauses[i];
        int32_t last = now.end - pause->length;
        pause->open += now.start - was.start;
        pause->close += now.start - was.start;
        pause->close = pause->close < last ? pause->close : last;
        fits = fits && pause->open <= pause->close;
    }
    return fits;
}

struct roster_policy roster_policy_default(void)
{
    struct roster_policy policy = {.lengths = {8 * HOUR, 9 * HOUR, 10 * HOUR},
                                   .length_count = 3,
                                   .every_s = 2 * ROSTER_SLOT_S,
                                   .travel_s = -1,
                                   .duty_max_s = 12 * HOUR,
                                   .rest_s = 11 * HOUR};
    for (size_t i = 0; i < ROSTER_RULES; i++) {
        policy.is_on[i] = true;
    }
    return policy;
}

bool roster_is_post(const struct plan_task *task)
{
    return task->is_mandatory && task->open == task->close && task->dwell > 0;
}

static void nearer(const struct plan_problem *problem, uint32_t base, uint32_t site, uint32_t *best,
                   int64_t *best_way)
{
    int64_t way = plan_check_way(problem, 0, base, site);
    if (way >= 0 && (*best == PLAN_NONE || way < *best_way || (way == *best_way && base < *best))) {
        *best = base;
        *best_way = way;
    }
}

uint32_t roster_base_of(const struct plan_problem *problem, uint32_t site)
{
    uint32_t best = PLAN_NONE;
    int64_t way = 0;
    uint32_t last = PLAN_NONE;
    for (uint32_t i = 0; i < problem->presence_count; i++) {
        if (problem->presence[i].base != last) {
            last = problem->presence[i].base;
            nearer(problem, last, site, &best, &way);
        }
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (problem->units[i].base != last) {
            last = problem->units[i].base;
            nearer(problem, last, site, &best, &way);
        }
    }
    return best;
}
