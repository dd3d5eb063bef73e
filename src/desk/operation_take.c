/* SPDX-License-Identifier: Apache-2.0 */
/* What the plan in force does otherwise is taken over into the operation, in one step.
 *
 * Each what-if and each answer keeps, beside its words, what it alone does otherwise (operation_parts.c). A
 * plan does what its chain does: the plan that it mends or is a copy of, and so on back to one that was
 * searched for from the operation. Taken over, the plans of the chain differ no more, and say when that was. */
#include "desk/operation_internal.h"

enum { WORDS_IN_ACT_MAX = 50, REST_BYTES_MAX = OPERATION_LEFT_OUT_BYTES_MAX };

static const struct desk_plan_row *row_of(const struct desk_plan_row *rows, size_t count,
                                          int64_t leaf)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].leaf == leaf) {
            return &rows[i];
        }
    }
    return NULL;
}

static const struct desk_plan_row *parent_of(const struct desk_plan_row *rows, size_t count,
                                             const struct desk_plan_row *row)
{
    return row_of(rows, count, row->base != 0 ? row->base : row->fork);
}

/* Oldest first; none when not all of it is listed any more. A plan is made after the one that it comes from,
 * so this ends. */
static size_t chain_of(struct arena *arena, const struct desk_plan_row *rows, size_t count,
                       int64_t leaf, const struct desk_plan_row ***ret_chain)
{
    const struct desk_plan_row **chain =
        ARENA_ARRAY(arena, const struct desk_plan_row *, count + 1);
    size_t length = 0;
    *ret_chain = chain;
    const struct desk_plan_row *row = row_of(rows, count, leaf);
    while (row != NULL && length < count) {
        chain[length++] = row;
        row = parent_of(rows, count, row);
    }
    if (length > 0 && (chain[length - 1]->base != 0 || chain[length - 1]->fork != 0)) {
        return 0;
    }
    for (size_t i = 0; i < length / 2; i++) {
        const struct desk_plan_row *other = chain[i];
        chain[i] = chain[length - 1 - i];
        chain[length - 1 - i] = other;
    }
    return length;
}

/* Empty when there are none. */
static struct json parts_of(struct arena *arena, const struct desk_plan_row *row)
{
    struct json parts = {0};
    bool has_parts = row->changes.n > 0 &&
                     json_parse(arena, row->changes, &parts, NULL) == STATUS_OK &&
                     parts.kind == JSON_LIST;
    return has_parts ? parts : (struct json){0};
}

/* --- what may be taken --- */

void take_offer(struct arena *arena, struct desk_operation *view)
{
    const struct desk_plan_row **chain = NULL;
    const struct desk_plan_row *force = NULL;
    struct desk_take *take = &view->take;
    *take = (struct desk_take){0};
    for (size_t i = 0; i < view->plan_count; i++) {
        force = view->plans[i].state == PLAN_PUBLISHED ? &view->plans[i] : force;
    }
    if (force == NULL) {
        return;
    }
    size_t length = chain_of(arena, view->plans, view->plan_count, force->leaf, &chain);
    size_t max = 0;
    for (size_t i = 0; i < length; i++) {
        max += parts_of(arena, chain[i]).count;
    }
    take->parts = ARENA_ARRAY(arena, struct desk_take_part, max + 1);
    bool has_any = false;
    for (size_t i = 0; i < length; i++) {
        struct json parts = parts_of(arena, chain[i]);
        for (size_t k = 0; k < parts.count && take->count < max; k++) {
            bool is_by_hand = !part_may_be_taken(&parts.items[k]);
            take->parts[take->count++] = (struct desk_take_part){
                .words = json_member_text(&parts.items[k], "words"), .is_by_hand = is_by_hand};
            has_any = has_any || !is_by_hand;
        }
    }
    take->leaf = has_any ? force->leaf : 0;
    take->number = force->number;
}

/* --- taking it --- */

struct taking {
    struct changing *c;
    struct casebook_plan *stored;
    struct desk_plan_row *rows;
    size_t count;
    /* Of the chain as far as it was gone through: what still differs, and what does not any more. */
    struct buf rest, taken;
    size_t taken_count;
    bool is_too_long; /* for a row of a plan */
};

static void add_words(struct buf *out, str words)
{
    buf_printf(out, "%s%.*s", out->n > 0 && words.n > 0 ? "; " : "", STR_ARG(words));
}

/* What `text` says beyond `before`; all of it when it does not begin with that. */
static str beyond(str text, str before)
{
    str rest = str_starts(text, before) ? str_slice(text, before.n, text.n) : text;
    return before.n > 0 && str_starts(rest, STR("; ")) ? str_slice(rest, 2, rest.n) : rest;
}

static void take_parts(struct taking *t, const struct json *parts, const struct json *units)
{
    struct json_out *act = &t->c->act->json;
    /* New units last: they are as those are after all else that is done to them. */
    for (int is_new = 0; is_new < 2; is_new++) {
        for (size_t i = 0; i < parts->count; i++) {
            const struct json *part = &parts->items[i];
            size_t refused = t->c->done->refused;
            str words = json_member_text(part, "words");
            if (part_is_new(part) != (is_new != 0)) {
                continue;
            }
            bool is_taken = part_apply(t->c, part, units);
            if (is_taken && t->taken_count++ < WORDS_IN_ACT_MAX) {
                json_add_text(act, words);
            }
            if (is_taken) {
                add_words(&t->taken, words);
            }
            if (!is_taken || t->c->done->refused > refused) {
                add_words(&t->rest, words);
            }
        }
    }
}

/* The units of the plan's own problem, when it has new ones. */
static enum status units_of(struct taking *t, const struct desk_plan_row *row,
                            const struct json *parts, struct json *ret_problem, struct error *err)
{
    struct casebook_plan plan;
    bool has_new = false;
    *ret_problem = (struct json){0};
    for (size_t i = 0; i < parts->count; i++) {
        has_new = has_new || part_is_new(&parts->items[i]);
    }
    if (!has_new) {
        return STATUS_OK;
    }
    enum status status =
        casebook_plan_get(t->c->desk->casebook, t->c->arena, row->leaf, &plan, err);
    return status == STATUS_OK ? json_parse(t->c->arena, plan.problem, ret_problem, err) : status;
}

/* The row of a plan as it will be. */
static void turn_row(struct taking *t, size_t at, const struct desk_plan_row *now)
{
    struct changing *c = t->c;
    struct buf text;
    buf_init(&text, ABOUT_BYTES_MAX);
    plan_about_encode(&text, now);
    t->is_too_long = t->is_too_long || text.overflowed;
    t->stored[at].about = arena_str(c->arena, buf_str(&text));
    c->turned[c->turned_count++] = t->stored[at];
    buf_close(&text);
}

/* One of the chain differs by no more than the rest. */
static void turn_taken(struct taking *t, const struct desk_plan_row *row)
{
    struct changing *c = t->c;
    struct desk_plan_row now = *row;
    str taken = arena_str(c->arena, buf_str(&t->taken));
    now.differs = arena_str(c->arena, buf_str(&t->rest));
    now.changes = (str){0};
    if (taken.n > 0) {
        now.taken = now.taken.n > 0
                        ? arena_printf(c->arena, "%.*s; %.*s", STR_ARG(now.taken), STR_ARG(taken))
                        : taken;
        now.taken_officer = c->caller->officer;
        now.taken_at = c->caller->now;
    }
    turn_row(t, (size_t)(row - t->rows), &now);
}

static enum status take_one(struct taking *t, const struct desk_plan_row *row, str before,
                            struct error *err)
{
    struct json parts = parts_of(t->c->arena, row);
    struct json problem;
    enum status status = units_of(t, row, &parts, &problem, err);
    if (status != STATUS_OK) {
        return status;
    }
    take_parts(t, &parts, json_member(&problem, "units"));
    if (parts.count == 0) { /* what a plan says in words alone */
        add_words(&t->rest, beyond(row->differs, before));
    }
    if (row->differs.n > 0) {
        turn_taken(t, row);
    }
    return t->rest.overflowed || t->taken.overflowed
               ? error_set(err, STATUS_LIMIT, "What still differs is too much to be said.")
               : STATUS_OK;
}

/* Other plans that come from one of the chain say no longer what was taken over. Their own changes stay. */
static void turn_others(struct taking *t, const struct desk_plan_row *const *chain, size_t length,
                        const str *rests)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct desk_plan_row *row = &t->rows[i];
        size_t at = length;
        for (const struct desk_plan_row *from = row; from != NULL && at == length;
             from = parent_of(t->rows, t->count, from)) {
            for (at = 0; at < length && chain[at] != from; at++) {
            }
        }
        if (at == length || chain[at] == row || chain[at]->differs.n == 0 ||
            !str_starts(row->differs, chain[at]->differs)) {
            continue;
        }
        struct buf differs;
        str own = beyond(row->differs, chain[at]->differs);
        buf_init(&differs, REST_BYTES_MAX);
        buf_add(&differs, rests[at]);
        add_words(&differs, own);
        struct desk_plan_row now = *row;
        now.differs = buf_str(&differs);
        turn_row(t, i, &now);
        buf_close(&differs);
    }
}

static enum status read_rows(struct taking *t, struct error *err)
{
    struct changing *c = t->c;
    enum status status = casebook_plans(c->desk->casebook, c->arena, c->operation->number,
                                        &t->stored, &t->count, err);
    t->rows = ARENA_ARRAY(c->arena, struct desk_plan_row, t->count + 1);
    c->turned = ARENA_ARRAY(c->arena, struct casebook_plan, t->count + 1);
    for (size_t i = 0; i < t->count && status == STATUS_OK; i++) {
        plan_about_decode(c->arena, &t->stored[i], &t->rows[i]);
    }
    return status;
}

static enum status check_plan(const struct taking *t, struct error *err)
{
    const struct desk_plan_row *row = row_of(t->rows, t->count, t->c->change->plan);
    if (row != NULL && row->state == PLAN_PUBLISHED) {
        return STATUS_OK;
    }
    enum status status = error_set(err, STATUS_CONFLICT, "Another plan is in force by now.");
    error_hint(err, "Nothing was taken over. Look at what the plan in force does otherwise.");
    return status;
}

enum status change_take(struct changing *changing, struct error *err)
{
    struct taking t = {.c = changing};
    const struct desk_plan_row **chain = NULL;
    enum status status = read_rows(&t, err);
    if (status == STATUS_OK) {
        status = check_plan(&t, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    size_t length = chain_of(changing->arena, t.rows, t.count, changing->change->plan, &chain);
    str *rests = ARENA_ARRAY(changing->arena, str, length + 1);
    buf_init(&t.rest, REST_BYTES_MAX);
    buf_init(&t.taken, REST_BYTES_MAX);
    json_put_int(&changing->act->json, "plan",
                 row_of(t.rows, t.count, changing->change->plan)->number);
    json_name(&changing->act->json, "taken");
    json_begin_list(&changing->act->json);
    for (size_t i = 0; i < length && status == STATUS_OK; i++) {
        status = take_one(&t, chain[i], i > 0 ? chain[i - 1]->differs : (str){0}, err);
        rests[i] = arena_str(changing->arena, buf_str(&t.rest));
    }
    json_end_list(&changing->act->json);
    json_put_text(&changing->act->json, "left", buf_str(&t.rest));
    buf_close(&t.rest);
    buf_close(&t.taken);
    if (status == STATUS_OK && t.taken_count == 0 && changing->done->refused == 0) {
        status = error_set(
            err, STATUS_CONFLICT,
            "What this plan does otherwise was taken over already, or is in words alone.");
        error_hint(err, "Nothing was changed. Look at what is there now.");
    } else if (status == STATUS_OK && t.taken_count == 0) {
        status = error_set(err, STATUS_INVALID, "Nothing of it could be taken over.");
        error_hint(err, "What stands in the way is named below; put it in by hand.");
    }
    if (status == STATUS_OK) {
        turn_others(&t, chain, length, rests);
    }
    return status == STATUS_OK && t.is_too_long
               ? error_set(err, STATUS_LIMIT,
                           "What is to be said of the plans is too much to be kept.")
               : status;
}

enum status take_write(struct changing *changing, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < changing->turned_count && status == STATUS_OK; i++) {
        const struct casebook_plan *row = &changing->turned[i];
        status = casebook_plan_set(changing->desk->casebook, row->leaf, row->state, row->state,
                                   row->about, err);
    }
    return status;
}
