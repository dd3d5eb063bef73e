/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/plan_unmet.h"

#include <stdio.h>

#include "base/utf8.h"
#include "plan/explain.h"

enum { UNMET_SHOWN = 10 };

void plan_say_unmet(struct arena *arena, const struct plan_problem *problem,
                    const struct plan_result *result, uint32_t first_new)
{
    const bool *is_served = plan_served(arena, problem, result);
    const bool *is_counted = plan_counted(arena, problem, result, is_served);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        struct plan_explained *why = NULL;
        bool is_wanted = task->is_mandatory || i >= first_new;
        if (!is_wanted || is_served[i] || !is_counted[i] || ++count > UNMET_SHOWN) {
            continue;
        }
        if (plan_explain(arena, problem, result, i, &why) == 1) {
            str site = utf8_clip(plan_site_name(problem, task->site), 80);
            str words = plan_nobody_words(arena, problem, site, why);
            fprintf(stderr, "unmet: '%.*s': %.*s\n", STR_ARG(utf8_clip(task->id, 80)),
                    STR_ARG(words));
        }
    }
    if (count > UNMET_SHOWN) {
        fprintf(stderr, "and %u more of that kind; 'hustings plan explain' lists all\n",
                count - UNMET_SHOWN);
    }
}
