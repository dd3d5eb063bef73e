/* SPDX-License-Identifier: Apache-2.0 */
/* Is this a roster? Minute by minute, from the definitions, with none of the maker's code. */
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "plan/check.h"
#include "plan/roster.h"

enum { MINUTES = ROSTER_HORIZON_S / 60 };

struct auditor {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct roster_policy *policy;
    const struct roster_shift *shifts;
    uint32_t shift_count;
    struct roster_verdict *verdict;
    int32_t **lack;  /* of a site: officers wanted and not there, at each minute; NULL = no base */
    int32_t *travel; /* of a site, as base: seconds of the longest way to its posts */
};

static void broken(struct auditor *auditor, const char *rule, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
static void broken(struct auditor *auditor, const char *rule, const char *fmt, ...)
{
    struct roster_verdict *verdict = auditor->verdict;
    char words[ERROR_TEXT_MAX];
    va_list args;
    if (verdict->broken_count < ROSTER_BROKEN_SHOWN) {
        va_start(args, fmt);
        (void)vsnprintf(words, sizeof words, fmt, args);
        va_end(args);
        verdict->broken[verdict->broken_count] =
            (struct roster_broken){rule, arena_str(auditor->arena, str_c(words))};
    }
    verdict->broken_count++;
}

static str base_name(const struct auditor *auditor, uint32_t base)
{
    return utf8_clip(auditor->problem->sites[base].id, 60);
}

static void add_minutes(struct auditor *auditor, uint32_t base, int64_t from_s, int64_t to_s,
                        int32_t officers)
{
    if (auditor->lack[base] == NULL) {
        auditor->lack[base] = ARENA_ARRAY(auditor->arena, int32_t, MINUTES);
    }
    for (int64_t m = from_s < 0 ? 0 : from_s / 60; m * 60 < to_s && m < MINUTES; m++) {
        auditor->lack[base][m] += officers;
    }
}

static void wanted(struct auditor *auditor)
{
    const struct plan_problem *problem = auditor->problem;
    int64_t ticks = problem->ticks_per_s;
    for (uint32_t i = 0; i < problem->presence_count; i++) {
        const struct plan_presence *one = &problem->presence[i];
        add_minutes(auditor, one->base, one->from / ticks, (one->to + ticks - 1) / ticks,
                    one->officers);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        uint32_t base = roster_is_post(task) ? roster_base_of(problem, task->site) : PLAN_NONE;
        if (base == PLAN_NONE) {
            continue;
        }
        int64_t way = plan_check_way(problem, 0, base, task->site) / ticks;
        auditor->travel[base] = way > auditor->travel[base] ? (int32_t)way : auditor->travel[base];
        add_minutes(auditor, base, task->open / ticks,
                    ((int64_t)task->open + task->dwell + ticks - 1) / ticks, task->officers);
    }
}

static void check_shift(struct auditor *auditor, const struct roster_shift *shift)
{
    const struct roster_policy *policy = auditor->policy;
    str base = base_name(auditor, shift->base);
    int32_t duty = shift->end - shift->start;
    int32_t pause = shift->break_to - shift->break_from;
    if (duty <= 0) {
        broken(auditor, "shift", "base %.*s, officer %u: the shift ends before it starts",
               STR_ARG(base), shift->officer);
    }
    if (policy->is_on[ROSTER_HOURS] && duty > policy->duty_max_s) {
        broken(auditor, "hours", "base %.*s, officer %u: %d min on duty, %d are the most",
               STR_ARG(base), shift->officer, duty / 60, policy->duty_max_s / 60);
    }
    if (policy->is_on[ROSTER_BREAKS] && pause < roster_break_s(duty)) {
        broken(auditor, "breaks", "base %.*s, officer %u: a break of %d min, %d are due",
               STR_ARG(base), shift->officer, pause / 60, roster_break_s(duty) / 60);
    }
    if (pause < 0 ||
        (pause > 0 && (shift->break_from < shift->start || shift->break_to > shift->end))) {
        broken(auditor, "breaks", "base %.*s, officer %u: the break is not within the shift",
               STR_ARG(base), shift->officer);
    }
    auditor->verdict->cost +=
        policy->pence_per_hour > 0 ? policy->pence_per_hour * duty / 3600 : duty / 60;
    /* On the ground after briefing and way, until the way back, and not on the break. */
    int32_t travel = policy->travel_s >= 0 ? policy->travel_s : auditor->travel[shift->base];
    int32_t from = shift->start + policy->brief_s + travel;
    int32_t to = shift->end - travel;
    int32_t *lack = auditor->lack[shift->base];
    for (int32_t m = 0; m < MINUTES && lack != NULL; m++) {
        bool is_there = m * 60 >= from && (m + 1) * 60 <= to;
        bool is_off = (m + 1) * 60 > shift->break_from && m * 60 < shift->break_to;
        lack[m] -= is_there && !is_off ? 1 : 0;
    }
}

static void check_cover(struct auditor *auditor)
{
    for (uint32_t base = 0; base < auditor->problem->site_count; base++) {
        const int32_t *lack = auditor->lack[base];
        for (int32_t m = 0; lack != NULL && m < MINUTES; m++) {
            int32_t from = m;
            while (m + 1 < MINUTES && lack[m] > 0 && lack[m + 1] == lack[from]) {
                m++;
            }
            if (lack[from] > 0) {
                broken(auditor, "cover", "base %.*s: %d too few from %02d:%02d to %02d:%02d",
                       STR_ARG(base_name(auditor, base)), lack[from], from / 60, from % 60,
                       (m + 1) / 60, (m + 1) % 60);
            }
        }
    }
}

/* Two duties of one officer, whichever order they stand in. */
static void check_two(struct auditor *auditor, const struct roster_shift *a,
                      const struct roster_shift *b)
{
    const struct roster_shift *first = a->start <= b->start ? a : b;
    const struct roster_shift *second = first == a ? b : a;
    int32_t between = second->start - first->end;
    if (between < 0) {
        broken(auditor, "overlap", "base %.*s, officer %u: two duties at one time",
               STR_ARG(base_name(auditor, a->base)), a->officer);
    } else if (auditor->policy->is_on[ROSTER_REST] && between < auditor->policy->rest_s) {
        broken(auditor, "rest", "base %.*s, officer %u: %d min of rest between two duties, not %d",
               STR_ARG(base_name(auditor, a->base)), a->officer, between / 60,
               auditor->policy->rest_s / 60);
    }
}

static void check_officers(struct auditor *auditor)
{
    const struct roster_shift *shifts = auditor->shifts;
    /* The next shift of the same base, so that only those of one base are compared. */
    uint32_t *next = ARENA_ARRAY(auditor->arena, uint32_t, auditor->shift_count + 1U);
    uint32_t *head = ARENA_ARRAY(auditor->arena, uint32_t, auditor->problem->site_count + 1U);
    for (uint32_t i = 0; i < auditor->problem->site_count; i++) {
        head[i] = PLAN_NONE;
    }
    for (uint32_t i = 0; i < auditor->shift_count; i++) {
        for (uint32_t k = head[shifts[i].base]; k != PLAN_NONE; k = next[k]) {
            if (shifts[k].officer == shifts[i].officer) {
                check_two(auditor, &shifts[k], &shifts[i]);
            }
        }
        next[i] = head[shifts[i].base];
        head[shifts[i].base] = i;
    }
    for (uint32_t i = 0; i < auditor->shift_count && auditor->policy->is_on[ROSTER_PAIRS]; i++) {
        uint32_t alike = 0;
        bool is_first = true;
        for (uint32_t k = head[shifts[i].base]; k != PLAN_NONE; k = next[k]) {
            bool is_like = shifts[k].start == shifts[i].start && shifts[k].end == shifts[i].end &&
                           shifts[k].break_from == shifts[i].break_from &&
                           shifts[k].break_to == shifts[i].break_to;
            alike += is_like ? 1 : 0;
            is_first = is_first && !(is_like && k < i);
        }
        if (is_first && alike % 2 != 0) {
            broken(auditor, "pairs", "base %.*s, officer %u: nobody is on the same shift",
                   STR_ARG(base_name(auditor, shifts[i].base)), shifts[i].officer);
        }
    }
}

void roster_check(struct arena *arena, const struct plan_problem *problem,
                  const struct roster_policy *policy, const struct roster_shift *shifts,
                  uint32_t shift_count, struct roster_verdict *ret_verdict)
{
    struct auditor auditor = {.arena = arena,
                              .problem = problem,
                              .policy = policy,
                              .shifts = shifts,
                              .shift_count = shift_count,
                              .verdict = ret_verdict};
    *ret_verdict = (struct roster_verdict){0};
    auditor.lack = ARENA_ARRAY(arena, int32_t *, problem->site_count + 1U);
    auditor.travel = ARENA_ARRAY(arena, int32_t, problem->site_count + 1U);
    wanted(&auditor);
    for (uint32_t i = 0; i < shift_count; i++) {
        check_shift(&auditor, &shifts[i]);
    }
    check_cover(&auditor);
    check_officers(&auditor);
}
