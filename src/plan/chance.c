/* SPDX-License-Identifier: Apache-2.0 */
/* How likely somebody is somewhere at a time, over a pool of plans. */
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "plan/show_internal.h"
#include "plan/vary.h"

enum { KNOWN = 900, SITES_SHOWN = 20, NAME_SHOWN = 60, SLOTS_MAX = 4 * 24 * 8 };

static void find_slots(const struct plan_problem *problem, struct plan_chance *chance)
{
    int64_t from = PLAN_TICKS_MAX;
    int64_t to = 0;
    chance->slot = PLAN_CHANCE_SLOT_S * problem->ticks_per_s;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        int64_t end = (int64_t)problem->tasks[i].close + problem->tasks[i].dwell;
        from = problem->tasks[i].open < from ? problem->tasks[i].open : from;
        to = end > to ? end : to;
    }
    from = from < to ? from / chance->slot * chance->slot : 0;
    int64_t count = to > from ? (to - from + chance->slot - 1) / chance->slot : 1;
    chance->from = (int32_t)from;
    chance->slot_count = (uint32_t)(count < SLOTS_MAX ? count : SLOTS_MAX);
}

/* A visit without length is there in the slot it begins in. */
static void mark_visit(const struct plan_chance *chance, int64_t begin, int64_t end, uint32_t site,
                       uint32_t plan, uint32_t *seen, uint32_t *counts)
{
    int64_t first = (begin - chance->from) / chance->slot;
    int64_t last = (end > begin ? end - 1 - chance->from : begin - chance->from) / chance->slot;
    for (int64_t slot = first > 0 ? first : 0; slot <= last && slot < chance->slot_count; slot++) {
        size_t at = (size_t)site * chance->slot_count + (size_t)slot;
        if (seen[at] != plan + 1) {
            seen[at] = plan + 1;
            counts[at]++;
        }
    }
}

/* Slots that the site's tasks could be in: what the spread is measured by. */
static uint32_t possible_slots(const struct plan_chance *chance, const bool *can, uint32_t site)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < chance->slot_count; i++) {
        count += can[(size_t)site * chance->slot_count + i] ? 1 : 0;
    }
    return count;
}

static void judge_site(const struct plan_chance *chance, const uint32_t *counts, const bool *can,
                       struct plan_site_chance *one)
{
    const uint32_t *row = counts + (size_t)one->site * chance->slot_count;
    uint64_t sum = 0;
    double entropy = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < chance->slot_count; i++) {
        sum += row[i];
        if (row[i] > most) {
            most = row[i];
            one->most_slot = i;
        }
    }
    for (uint32_t i = 0; i < chance->slot_count; i++) {
        double share = (double)row[i] / (double)sum;
        entropy -= row[i] > 0 ? share * log2(share) : 0;
    }
    uint32_t slots = possible_slots(chance, can, one->site);
    one->most = (uint16_t)(most * 1000U / chance->plan_count);
    one->entropy_milli = (int32_t)(entropy * 1000 + 0.5);
    one->spread_milli = slots > 1 ? (int32_t)(entropy / log2(slots) * 1000 + 0.5) : 0;
    one->spread_milli = one->spread_milli < 1000 ? one->spread_milli : 1000;
}

static int by_known(const void *a, const void *b)
{
    const struct plan_site_chance *x = a;
    const struct plan_site_chance *y = b;
    if (x->most != y->most) {
        return x->most > y->most ? -1 : 1;
    }
    if (x->spread_milli != y->spread_milli) {
        return x->spread_milli < y->spread_milli ? -1 : 1;
    }
    return (x->site > y->site) - (x->site < y->site);
}

void plan_chance_make(struct arena *arena, const struct plan_problem *problem,
                      const struct plan_result *const *results, uint32_t count,
                      struct plan_chance *ret_chance)
{
    struct plan_chance chance = {.plan_count = count > 0 ? count : 1};
    find_slots(problem, &chance);
    size_t cells = (size_t)problem->site_count * chance.slot_count + 1;
    uint32_t *seen = ARENA_ARRAY(arena, uint32_t, cells);
    uint32_t *counts = ARENA_ARRAY(arena, uint32_t, cells);
    uint32_t *visits = ARENA_ARRAY(arena, uint32_t, problem->site_count + 1U);
    bool *can = ARENA_ARRAY(arena, bool, cells);
    for (uint32_t plan = 0; plan < count; plan++) {
        for (uint32_t i = 0; i < problem->unit_count; i++) {
            const struct plan_route *route = &results[plan]->routes[i];
            for (uint32_t k = 0; k < route->stop_count; k++) {
                const struct plan_task *task = &problem->tasks[route->stops[k].task];
                int64_t start = route->stops[k].start;
                visits[task->site]++;
                mark_visit(&chance, start, start + task->dwell, task->site, plan, seen, counts);
            }
        }
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        int64_t last = ((int64_t)task->close + task->dwell - 1 - chance.from) / chance.slot;
        for (int64_t k = (task->open - chance.from) / chance.slot;
             k <= last && k < chance.slot_count; k++) {
            can[(size_t)task->site * chance.slot_count + (size_t)k] = true;
        }
    }
    chance.permille = ARENA_ARRAY(arena, uint16_t, cells);
    chance.sites = ARENA_ARRAY(arena, struct plan_site_chance, problem->site_count + 1U);
    int64_t spread = 0;
    for (uint32_t i = 0; i < problem->site_count; i++) {
        for (uint32_t k = 0; k < chance.slot_count; k++) {
            size_t at = (size_t)i * chance.slot_count + k;
            chance.permille[at] = (uint16_t)(counts[at] * 1000U / chance.plan_count);
        }
        if (visits[i] > 0) {
            struct plan_site_chance *one = &chance.sites[chance.site_count++];
            *one = (struct plan_site_chance){.site = i, .visits = visits[i]};
            judge_site(&chance, counts, can, one);
            chance.known_count += one->most >= KNOWN ? 1 : 0;
            spread += one->spread_milli;
        }
    }
    chance.mean_spread_milli =
        chance.site_count > 0 ? (int32_t)(spread / (int64_t)chance.site_count) : 0;
    qsort(chance.sites, chance.site_count, sizeof *chance.sites, by_known);
    *ret_chance = chance;
}

/* ---- out ---- */

static int32_t slot_ticks(const struct plan_chance *chance, uint32_t slot)
{
    return chance->from + (int32_t)slot * chance->slot;
}

void plan_chance_add_text(const struct plan_problem *problem, const struct plan_chance *chance,
                          struct buf *out)
{
    uint32_t shown = chance->site_count < SITES_SHOWN ? chance->site_count : SITES_SHOWN;
    buf_printf(out, "%u plan%s, %u sites with a visit\n", chance->plan_count,
               chance->plan_count == 1 ? "" : "s", chance->site_count);
    buf_printf(out,
               "at %u site%s some quarter-hour has a unit in nine of ten plans or more: there the "
               "hour is known\n",
               chance->known_count, chance->known_count == 1 ? "" : "s");
    buf_printf(out, "times are spread by %d.%d %% of what they could be, on average\n\n",
               chance->mean_spread_milli / 10, chance->mean_spread_milli % 10);
    buf_add_c(out,
              "the most predictable: share of plans with a unit there, when; spread of times\n");
    for (uint32_t i = 0; i < shown; i++) {
        const struct plan_site_chance *one = &chance->sites[i];
        buf_printf(out, "%6.1f %%  ", one->most / 10.0);
        plan_add_clock(out, problem, slot_ticks(chance, one->most_slot));
        buf_printf(out, "  %6.1f %%  ", one->spread_milli / 10.0);
        show_add_line(out, utf8_clip(plan_site_name(problem, one->site), NAME_SHOWN));
        buf_add_byte(out, '\n');
    }
    if (chance->site_count > shown) {
        buf_printf(out, "and %u more; --json and --csv have them all\n",
                   chance->site_count - shown);
    }
    buf_add_c(
        out,
        "Export with care: whoever has this, or the plans, knows more than those who watch.\n");
}

void plan_chance_add_csv(const struct plan_problem *problem, const struct plan_chance *chance,
                         struct buf *out)
{
    static const char *const columns[] = {"site", "from_s", "from", "share"};
    struct csv_out csv;
    struct buf cell;
    buf_init(&cell, 256);
    csv_out_init(&csv, out);
    csv_put_row(&csv, columns, ARRAY_LEN(columns));
    for (uint32_t i = 0; i < problem->site_count; i++) {
        for (uint32_t k = 0; k < chance->slot_count; k++) {
            uint16_t share = chance->permille[(size_t)i * chance->slot_count + k];
            if (share == 0) {
                continue;
            }
            csv_put(&csv, problem->sites[i].id);
            buf_clear(&cell);
            plan_add_ticks(&cell, problem, slot_ticks(chance, k));
            csv_put(&csv, buf_str(&cell));
            buf_clear(&cell);
            plan_add_clock(&cell, problem, slot_ticks(chance, k));
            csv_put(&csv, buf_str(&cell));
            buf_clear(&cell);
            plan_add_milli(&cell, share);
            csv_put(&csv, buf_str(&cell));
            csv_end_row(&csv);
        }
    }
    buf_close(&cell);
}

void plan_chance_add_json(const struct plan_problem *problem, const struct plan_chance *chance,
                          struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "plans", chance->plan_count);
    json_put_int(&json, "known_sites", chance->known_count);
    plan_put_milli(&json, "spread", chance->mean_spread_milli);
    plan_put_ticks(&json, problem, "from_s", chance->from);
    plan_put_ticks(&json, problem, "slot_s", chance->slot);
    json_name(&json, "sites");
    json_begin_list(&json);
    for (uint32_t i = 0; i < chance->site_count; i++) {
        const struct plan_site_chance *one = &chance->sites[i];
        const uint16_t *row = chance->permille + (size_t)one->site * chance->slot_count;
        json_begin_object(&json);
        json_put_text(&json, "site", problem->sites[one->site].id);
        json_put_int(&json, "visits", one->visits);
        plan_put_milli(&json, "most", one->most);
        plan_put_ticks(&json, problem, "most_from_s", slot_ticks(chance, one->most_slot));
        plan_put_milli(&json, "entropy_bits", one->entropy_milli);
        plan_put_milli(&json, "spread", one->spread_milli);
        json_name(&json, "slots");
        json_begin_list(&json);
        for (uint32_t k = 0; k < chance->slot_count; k++) {
            struct buf number;
            buf_init(&number, 64);
            plan_add_milli(&number, row[k]);
            json_add_json(&json, buf_str(&number));
            buf_close(&number);
        }
        json_end_list(&json);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}
