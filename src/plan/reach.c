/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "plan/pace.h"
#include "plan/problem_internal.h"

enum { BASES_MAX = 500 }; /* more are not looked at; with so many, somebody is near */

/* Units of one base and mode; the longest shift stands for all. */
struct base {
    uint32_t site, end_site;
    unsigned mode;
    int64_t shift;
};

static size_t find_bases(const struct plan_problem *problem, struct base *bases)
{
    size_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        int64_t shift = (int64_t)unit->end - unit->start;
        size_t k = 0;
        while (k < count && (bases[k].site != unit->base || bases[k].mode != unit->mode ||
                             bases[k].end_site != unit->end_site)) {
            k++;
        }
        if (k == BASES_MAX) {
            return 0;
        }
        if (k == count) {
            bases[count++] = (struct base){unit->base, unit->end_site, unit->mode, shift};
        } else if (shift > bases[k].shift) {
            bases[k].shift = shift;
        }
    }
    return count;
}

static int64_t shortest(const struct net *net, unsigned mode, uint32_t from, uint32_t to)
{
    return pace_shortest(net->problem, mode, net_compute_way(net, mode, from, to));
}

void plan_reach(struct plan_reader *reader)
{
    const struct plan_problem *problem = reader->problem;
    struct base *bases = ARENA_ARRAY(reader->arena, struct base, BASES_MAX);
    bool *has_task = ARENA_ARRAY(reader->arena, bool, problem->site_count + 1U);
    struct net net;
    size_t count = find_bases(problem, bases);
    net_make_points(reader->arena, problem, &net);
    for (uint32_t i = 0; i < problem->task_count; i++) {
        has_task[problem->tasks[i].site] = true;
    }
    for (uint32_t i = 0; i < problem->site_count && count > 0; i++) {
        size_t k = 0;
        while (has_task[i] && k < count &&
               shortest(&net, bases[k].mode, bases[k].site, i) +
                       shortest(&net, bases[k].mode, i, bases[k].end_site) >
                   bases[k].shift) {
            k++;
        }
        if (has_task[i] && k == count && ++reader->refused->count <= PLAN_REFUSED_SHOWN) {
            buf_printf(&reader->refused->text,
                       "line %zu, site '%.*s': nobody can get there and back within a shift; is "
                       "its place right? Its tasks will not be served\n",
                       json_rows_line(reader->text, reader->site_rows[i]),
                       STR_ARG(utf8_clip(problem->sites[i].id, 80)));
        }
    }
}
