/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/utf8.h"
#include "plan/problem_internal.h"

struct in_group {
    uint32_t group, task;
    int32_t open, close;
};

static int by_window(const void *a, const void *b)
{
    const struct in_group *x = a;
    const struct in_group *y = b;
    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    if (x->open != y->open) {
        return x->open < y->open ? -1 : 1;
    }
    return (x->close > y->close) - (x->close < y->close);
}

static void say(struct plan_reader *reader, const struct plan_task *first,
                const struct plan_task *second)
{
    plan_refused_say(reader->refused,
                     "tasks '%.*s' and '%.*s': their windows leave no room for the 'gap_s' of "
                     "their group; it is not kept",
                     STR_ARG(utf8_clip(first->id, 80)), STR_ARG(utf8_clip(second->id, 80)));
}

void plan_gaps(struct plan_reader *reader)
{
    struct plan_problem *problem = reader->problem;
    uint32_t count = 0;
    struct in_group *all = NULL;
    for (uint32_t i = 0; i < problem->group_count && all == NULL; i++) {
        if (problem->groups[i].gap > 0) {
            all = ARENA_ARRAY(&reader->list_arena, struct in_group, problem->task_count + 1U);
        }
    }
    for (uint32_t i = 0; i < problem->task_count && all != NULL; i++) {
        const struct plan_task *task = &problem->tasks[i];
        if (task->group != PLAN_NONE && problem->groups[task->group].gap > 0) {
            all[count++] = (struct in_group){task->group, i, task->open, task->close};
        }
    }
    if (count > 0) {
        qsort(all, count, sizeof *all, by_window);
    }
    for (uint32_t i = 0; i + 1 < count; i++) {
        struct plan_task *task = &problem->tasks[all[i].task];
        struct plan_group *group = &problem->groups[all[i].group];
        int64_t latest = (int64_t)all[i + 1].open - group->gap - task->dwell;
        if (all[i + 1].group != all[i].group || latest >= task->close || group->gap == 0) {
            continue;
        }
        if (latest < task->open) {
            say(reader, task, &problem->tasks[all[i + 1].task]);
            group->gap = 0;
        } else {
            task->close = (int32_t)latest;
        }
    }
}
