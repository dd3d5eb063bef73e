/* SPDX-License-Identifier: Apache-2.0 */
/* What one of two plans does and the other does not. */
#include "deskweb/plan_view.h"

#include "plan/ids.h"

static void number_tasks(struct arena *arena, const struct plan_problem *problem,
                         struct plan_ids *ret_ids)
{
    plan_ids_init(ret_ids, arena);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(ret_ids, problem->tasks[i].id, i);
    }
}

size_t plan_alone(struct arena *arena, const struct plan_opened *one,
                  const struct plan_opened *other, struct plan_alone *ret_rows, size_t max,
                  int64_t *ret_more)
{
    const struct plan_problem *problem = &one->problem;
    struct plan_ids ids;
    uint32_t site = PLAN_NONE;
    size_t count = 0;
    number_tasks(arena, &other->problem, &ids);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        uint32_t there = plan_ids_find(&ids, problem->tasks[i].id);
        if (!one->show.is_served[i] || (there != UINT32_MAX && other->show.is_served[there])) {
            continue;
        }
        struct plan_alone row = {.place = plan_site_name(problem, problem->tasks[i].site),
                                 .want = words_want(arena, problem, &problem->tasks[i]),
                                 .count = 1,
                                 .there =
                                     there == UINT32_MAX ? STR("not wanted") : STR("nobody goes")};
        if (site == problem->tasks[i].site && count > 0 &&
            str_equal(row.there, ret_rows[count - 1].there)) {
            ret_rows[count - 1].count++;
        } else if (count == max) {
            ++*ret_more;
        } else {
            ret_rows[count++] = row;
            site = problem->tasks[i].site;
        }
    }
    return count;
}

int64_t plan_undone(struct arena *arena, const struct plan_opened *one,
                    const struct plan_opened *other)
{
    struct plan_ids ids;
    int64_t count = 0;
    number_tasks(arena, &other->problem, &ids);
    for (uint32_t i = 0; i < one->problem.task_count; i++) {
        uint32_t there = plan_ids_find(&ids, one->problem.tasks[i].id);
        bool is_there = there != UINT32_MAX && !other->show.is_served[there];
        count += is_there && !one->show.is_served[i] ? 1 : 0;
    }
    return count;
}
