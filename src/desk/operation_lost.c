/* SPDX-License-Identifier: Apache-2.0 */
/* What goes when a plan is published: what happened on the day that it does not know of, and proposals that
 * wait. A plan searched anew knows nothing of the day, and one of two proposals nothing of the other. */
#include "base/text.h"
#include "desk/operation_internal.h"
#include "plan/ids.h"
#include "plan/result.h"

enum { LOST_BYTES_MAX = 1024 * 1024, SHOWN_BYTES_MAX = 16 * 1024, SEEN_BYTES = 16 };

struct losing {
    struct desk *desk;
    struct arena *arena;
    struct arena plan_arena;            /* of the plan that is looked at */
    const struct plan_problem *problem; /* of the plan that is to be published */
    struct plan_ids said;               /* each thing once, whichever plans have it */
    struct desk_plan_lost *lost;
    struct buf lines;
    size_t shown_bytes, shown_count; /* of the lines: as many whole ones as fit on the page */
};

static bool has_task(const struct plan_problem *problem, str id)
{
    for (uint32_t i = 0; i < problem->task_count; i++) {
        if (str_equal(problem->tasks[i].id, id)) {
            return true;
        }
    }
    return false;
}

str operation_sent_head(str task)
{
    str words = operation_sent_words(task);
    if (words.n == 0) {
        return task;
    }
    str head = str_trim(str_slice(task, 0, (size_t)(words.p - task.p)));
    return str_slice(head, 0, head.n > 0 ? head.n - 1 : 0);
}

/* True when no other plan had it. */
static bool is_first(struct losing *l, const char *what, str id)
{
    str key = arena_printf(&l->plan_arena, "%s %.*s", what, STR_ARG(id));
    return plan_ids_find(&l->said, key) == UINT32_MAX &&
           plan_ids_add(&l->said, arena_str(l->arena, key), 0);
}

static void add_line(struct losing *l, bool has_happened, str line, str ledger)
{
    struct desk_plan_lost *lost = l->lost;
    buf_printf(&l->lines, "%.*s\n", STR_ARG(line));
    if (lost->count++ == l->shown_count && l->lines.n <= SHOWN_BYTES_MAX) {
        l->shown_bytes = l->lines.n;
        l->shown_count++;
    }
    if (has_happened && lost->happened_count++ < PLAN_LOST_NAMED) {
        lost->happened[lost->happened_count - 1] = arena_str(l->arena, ledger);
    }
}

static void add_task(struct losing *l, const struct casebook_plan *row, str id)
{
    str words = operation_sent_words(id);
    bool has_happened = row->state == PLAN_PUBLISHED;
    if (words.n == 0 || has_task(l->problem, id) || !is_first(l, "task", id)) {
        return;
    }
    str head = operation_sent_head(id);
    add_line(l, has_happened,
             has_happened
                 ? id
                 : arena_printf(&l->plan_arena,
                                "asked for in plan %lld: %.*s, somebody goes (%.*s)",
                                (long long)row->number,
                                STR_ARG(str_slice(head, strlen("sent "), strlen("sent 08:40"))),
                                STR_ARG(words)),
             head);
}

static void add_unit(struct losing *l, const struct casebook_plan *row,
                     const struct plan_unit *unit)
{
    uint32_t at = plan_find_unit(l->problem, unit->id);
    bool has_happened = row->state == PLAN_PUBLISHED;
    if (unit->out_officers == 0 || at == PLAN_NONE || l->problem->units[at].officers == 0 ||
        !is_first(l, "unit", unit->id)) {
        return;
    }
    str line = arena_printf(&l->plan_arena, "unit %.*s dropped out", STR_ARG(unit->id));
    add_line(l, has_happened,
             has_happened ? line
                          : arena_printf(&l->plan_arena,
                                         "asked for in plan %lld: to go on without unit %.*s",
                                         (long long)row->number, STR_ARG(unit->id)),
             line);
}

static enum status look_at_plan(struct losing *l, int64_t leaf, struct error *err)
{
    struct casebook_plan row;
    struct plan_problem problem;
    struct plan_result result;
    struct desk_plan_lost *lost = l->lost;
    enum status status = casebook_plan_get(l->desk->casebook, &l->plan_arena, leaf, &row, err);
    if (status == STATUS_OK) {
        status = plan_texts_read(&l->plan_arena, row.problem, row.result, &problem, &result, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (row.state == PLAN_PROPOSED) {
        add_line(l, false,
                 arena_printf(&l->plan_arena, "plan %lld, which waits to be published",
                              (long long)row.number),
                 (str){0});
        lost->waiting++;
        lost->newest_waiting = row.leaf > lost->newest_waiting ? row.leaf : lost->newest_waiting;
        if (lost->drop_count < PLAN_LOST_NAMED) {
            lost->drops[lost->drop_count++] = row.number;
        }
    } else {
        lost->replaces = row.number;
        lost->replaced = row.leaf;
    }
    for (uint32_t i = 0; i < problem.task_count; i++) {
        add_task(l, &row, problem.tasks[i].id);
    }
    for (uint32_t i = 0; i < problem.unit_count; i++) {
        add_unit(l, &row, &problem.units[i]);
    }
    return STATUS_OK;
}

/* Nothing but what is said of it stays: there may be many, each as large as the operation. */
static enum status add_plan(struct losing *l, int64_t leaf, struct error *err)
{
    arena_init(&l->plan_arena, PLAN_ARENA_BYTES_MAX);
    enum status status = look_at_plan(l, leaf, err);
    arena_close(&l->plan_arena);
    return status;
}

/* What happened first: a proposal has all that its plan in force has, and that is said once. */
static enum status add_plans(struct losing *l, const struct casebook_plan *but, struct error *err)
{
    static const enum plan_state states[] = {PLAN_PUBLISHED, PLAN_PROPOSED};
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    enum status status =
        casebook_plans(l->desk->casebook, l->arena, but->operation, &rows, &count, err);
    for (size_t k = 0; k < ARRAY_LEN(states); k++) {
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            if (rows[i].leaf != but->leaf && rows[i].state == (int64_t)states[k]) {
                status = add_plan(l, rows[i].leaf, err);
            }
        }
    }
    return status;
}

static str shown(struct losing *l)
{
    size_t more = l->lost->count - l->shown_count;
    str text = str_slice(buf_str(&l->lines), 0, l->shown_bytes);
    return more == 0 ? arena_str(l->arena, text)
                     : arena_printf(l->arena, "%.*sand %zu more, which do not fit here\n",
                                    STR_ARG(text), more);
}

/* Stands for all that is to be read: who has read one thing has not agreed to another. */
static str seen_of(struct losing *l, str differs)
{
    char hex[2 * SEEN_BYTES + 1] = {0};
    struct crypt_hash hash =
        crypt_blake(NULL, buf_str(&l->lines),
                    arena_printf(l->arena, "%zu, %lld: %.*s", l->lost->count,
                                 (long long)l->lost->replaced, STR_ARG(differs)));
    hex_encode(hash.bytes, SEEN_BYTES, hex);
    return l->lines.n + differs.n == 0 ? (str){0} : arena_str(l->arena, str_c(hex));
}

enum status plan_lost(struct desk *desk, struct arena *arena, const struct casebook_plan *row,
                      const struct desk_plan_row *about, struct desk_plan_lost *ret_lost,
                      struct error *err)
{
    struct plan_problem problem;
    struct plan_result result;
    struct losing l = {.desk = desk, .arena = arena, .problem = &problem, .lost = ret_lost};
    *ret_lost = (struct desk_plan_lost){0};
    if (row->state != PLAN_DRAFT && row->state != PLAN_PROPOSED && row->state != PLAN_REPLACED) {
        return STATUS_OK;
    }
    enum status status = plan_texts_read(arena, row->problem, row->result, &problem, &result, err);
    if (status != STATUS_OK) {
        return status;
    }
    plan_ids_init(&l.said, arena);
    buf_init(&l.lines, LOST_BYTES_MAX);
    status = add_plans(&l, row, err);
    ret_lost->words = shown(&l);
    /* of a mended plan it was confirmed with the plan that it mends */
    ret_lost->seen = seen_of(&l, about->base == 0 ? about->differs : (str){0});
    buf_close(&l.lines);
    return status;
}

enum status desk_plan_lost(struct desk *desk, const struct caller *caller,
                           const struct desk_plan *plan, struct arena *arena,
                           struct desk_plan_lost *ret_lost, struct error *err)
{
    struct casebook_plan row = {.leaf = plan->row.leaf,
                                .operation = plan->operation,
                                .state = plan->row.state,
                                .problem = plan->problem,
                                .result = plan->result};
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    return status == STATUS_OK ? plan_lost(desk, arena, &row, &plan->row, ret_lost, err) : status;
}
