/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: checked, read, published, dropped. */
#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "plan/check.h"

enum { DIFFERS_IN_ACT_BYTES_MAX = 1000 };

/* --- what is known of a plan without opening it --- */

void plan_about_encode(struct buf *out, const struct desk_plan_row *row)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "at", row->at);
    json_put_text(&json, "why", row->why);
    json_put_int(&json, "profit", row->profit);
    json_put_int(&json, "bound", row->bound);
    json_put_int(&json, "unmet", row->unmet);
    json_put_int(&json, "served", row->served);
    json_put_int(&json, "tasks", row->tasks);
    json_put_int(&json, "seconds", row->seconds);
    json_put_text(&json, "left_out", row->left_out);
    if (row->base != 0) {
        json_put_int(&json, "base", row->base);
        json_put_int(&json, "base_number", row->base_number);
        json_put_int(&json, "happened_at", row->happened_at);
        json_put_text(&json, "site", row->site);
    }
    if (row->fork != 0) {
        json_put_int(&json, "fork", row->fork);
        json_put_int(&json, "fork_number", row->fork_number);
    }
    if (row->more.n > 0) {
        json_name(&json, "more");
        json_add_json(&json, row->more);
    }
    if (row->differs.n > 0) {
        json_put_text(&json, "differs", row->differs);
    }
    if (row->changes.n > 0) {
        json_name(&json, "changes");
        json_add_json(&json, row->changes);
    }
    if (row->has_no_hours) {
        json_put_bool(&json, "no_hours", true);
    }
    if (row->taken_at != 0) {
        json_put_text(&json, "taken", row->taken);
        json_put_int(&json, "taken_by", row->taken_officer);
        json_put_int(&json, "taken_at", row->taken_at);
    }
    if (row->published_at != 0) {
        json_put_int(&json, "published_by", row->published_officer);
        json_put_int(&json, "published_at", row->published_at);
    }
    json_end_object(&json);
}

void plan_about_decode(struct arena *arena, const struct casebook_plan *row,
                       struct desk_plan_row *ret_row)
{
    struct json json = {0};
    *ret_row = (struct desk_plan_row){.leaf = row->leaf,
                                      .number = row->number,
                                      .state = (enum plan_state)row->state,
                                      .officer = row->officer,
                                      .at = row->hour};
    if (json_parse(arena, row->about, &json, NULL) == STATUS_OK) {
        ret_row->at = json_member_int(&json, "at", row->hour);
        ret_row->why = json_member_text(&json, "why");
        ret_row->profit = json_member_int(&json, "profit", 0);
        ret_row->bound = json_member_int(&json, "bound", 0);
        ret_row->unmet = json_member_int(&json, "unmet", 0);
        ret_row->served = json_member_int(&json, "served", 0);
        ret_row->tasks = json_member_int(&json, "tasks", 0);
        ret_row->seconds = json_member_int(&json, "seconds", 0);
        ret_row->base = json_member_int(&json, "base", 0);
        ret_row->base_number = json_member_int(&json, "base_number", 0);
        ret_row->happened_at = json_member_int(&json, "happened_at", 0);
        ret_row->site = json_member_text(&json, "site");
        ret_row->fork = json_member_int(&json, "fork", 0);
        ret_row->fork_number = json_member_int(&json, "fork_number", 0);
        const struct json *more = json_member(&json, "more");
        const struct json *changes = json_member(&json, "changes");
        ret_row->more = more != NULL ? operation_json_text(arena, more) : (str){0};
        ret_row->changes = changes != NULL ? operation_json_text(arena, changes) : (str){0};
        ret_row->has_no_hours = json_member_bool(&json, "no_hours", false);
        ret_row->taken = json_member_text(&json, "taken");
        ret_row->taken_officer = json_member_int(&json, "taken_by", 0);
        ret_row->taken_at = json_member_int(&json, "taken_at", 0);
        ret_row->differs = json_member_text(&json, "differs");
        ret_row->left_out = json_member_text(&json, "left_out");
        ret_row->published_officer = json_member_int(&json, "published_by", 0);
        ret_row->published_at = json_member_int(&json, "published_at", 0);
    }
}

/* --- the checker, before anything is kept or published --- */

enum status plan_checked(struct arena *arena, str problem_text, str result_text,
                         struct desk_plan_row *row, struct error *err)
{
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check;
    enum status status = plan_texts_read(arena, problem_text, result_text, &problem, &result, err);
    if (status != STATUS_OK) {
        return status;
    }
    plan_check(arena, &problem, &result, &check);
    row->profit = check.profit;
    /* what the solver says that no plan exceeds: not the checker's figure, and shown as what it is */
    row->bound = result.bound > 0 ? result.bound : 0;
    struct plan_counts counts = plan_count(arena, &problem, &result);
    row->unmet = counts.unmet;
    row->served = counts.served;
    row->tasks = counts.wanted;
    /* a duty that nobody serves is listed, with why; it does not stop everybody else's day */
    return plan_check_wrong(&check) == 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "The checker refuses this plan: %.*s",
                           STR_ARG(utf8_clip(plan_check_words(arena, &problem, &check), 400)));
}

/* --- reading and publishing --- */

enum status plan_load(struct desk *desk, struct arena *arena, int64_t leaf,
                      struct casebook_plan *ret_row, struct operation *ret_operation,
                      struct error *err)
{
    enum status status = casebook_plan_get(desk->casebook, arena, leaf, ret_row, err);
    return status == STATUS_OK ? operation_head(desk, arena, ret_row->operation, ret_operation, err)
                               : status;
}

enum status plan_published(struct desk *desk, struct arena *arena, int64_t operation,
                           struct casebook_plan *ret_row, struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    enum status status = casebook_plans(desk->casebook, arena, operation, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (rows[i].state == PLAN_PUBLISHED) {
            return casebook_plan_get(desk->casebook, arena, rows[i].leaf, ret_row, err);
        }
    }
    return status == STATUS_OK
               ? error_set(err, STATUS_NOT_FOUND, "No plan of this operation is published.")
               : status;
}

static enum status other_plans(struct desk *desk, struct arena *arena, struct desk_plan *plan,
                               struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    enum status status = casebook_plans(desk->casebook, arena, plan->operation, &rows, &count, err);
    if (status == STATUS_OK) {
        plan->others = ARENA_ARRAY(arena, struct desk_plan_row, count + 1);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (rows[i].leaf != plan->row.leaf) {
            plan_about_decode(arena, &rows[i], &plan->others[plan->other_count++]);
        }
    }
    return status;
}

enum status desk_plan_read(struct desk *desk, const struct caller *caller, int64_t leaf, str what,
                           str unit, struct arena *arena, struct desk_plan *ret_plan,
                           struct error *err)
{
    struct casebook_plan row = {0};
    struct operation operation;
    struct act act;
    bool is_read = str_equal(what, STR("read"));
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = plan_load(desk, arena, leaf, &row, &operation, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, is_read ? "plan.read" : "plan.export", 0, is_read);
    json_put_int(&act.json, "operation", row.operation);
    json_put_int(&act.json, "plan", row.number);
    if (!is_read) {
        json_put_text(&act.json, "form", what);
        json_put_text(&act.json, "unit", unit);
    }
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status != STATUS_OK) {
        return status;
    }
    *ret_plan = (struct desk_plan){.operation = row.operation,
                                   .operation_state = operation.state,
                                   .name = operation.name,
                                   .day = operation.day,
                                   .rates = operation.rates,
                                   .problem = row.problem,
                                   .result = row.result};
    plan_about_decode(arena, &row, &ret_plan->row);
    return other_plans(desk, arena, ret_plan, err);
}

static enum status write_published(struct desk *desk, const struct casebook_plan *row,
                                   struct operation *operation, str about, struct error *err)
{
    enum status status =
        casebook_plans_turn(desk->casebook, row->operation, PLAN_PUBLISHED, PLAN_REPLACED, err);
    if (status == STATUS_OK) {
        status =
            casebook_plan_set(desk->casebook, row->leaf, row->state, PLAN_PUBLISHED, about, err);
    }
    if (status == STATUS_OK) { /* the other proposals mend a plan that is not in force any more */
        status =
            casebook_plans_turn(desk->casebook, row->operation, PLAN_PROPOSED, PLAN_DROPPED, err);
    }
    operation->state = OPERATION_PUBLISHED;
    return status == STATUS_OK ? operation_store(desk, operation, err) : status;
}

/* A mended plan belongs to the one that it mends: when that is not in force any more, its past is not
 * what happened. */
static enum status check_base(struct desk *desk, struct arena *arena,
                              const struct casebook_plan *row, const struct desk_plan_row *about,
                              struct error *err)
{
    struct casebook_plan base = {.state = PLAN_PUBLISHED};
    enum status status = about->base == 0
                             ? STATUS_OK
                             : casebook_plan_get(desk->casebook, arena, about->base, &base, err);
    if (status == STATUS_OK && base.state == PLAN_PUBLISHED && row->state == PLAN_DROPPED) {
        status = error_set(err, STATUS_INVALID, "This plan was dropped.");
    } else if (status == STATUS_OK && base.state != PLAN_PUBLISHED) {
        status = error_set(err, STATUS_CONFLICT,
                           "Plan %lld, which this one mends, is not the published one any more.",
                           (long long)about->base_number);
        error_hint(err, "Open the plan that is published now and say there what happened.");
    }
    return status;
}

enum status plan_turn(struct desk *desk, const struct caller *caller, const char *verb,
                      const struct casebook_plan *row, enum plan_state state, struct error *err)
{
    struct act act;
    act_begin(&act, caller, verb, 0, false);
    json_put_int(&act.json, "operation", row->operation);
    json_put_int(&act.json, "plan", row->number);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = act_finish(
            desk, &act,
            casebook_plan_set(desk->casebook, row->leaf, row->state, state, row->about, err), err);
    }
    act_close(&act);
    return status;
}

enum status desk_plan_drop(struct desk *desk, const struct caller *caller, int64_t leaf,
                           struct arena *arena, struct error *err)
{
    struct casebook_plan row = {0};
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = casebook_plan_get(desk->casebook, arena, leaf, &row, err);
    }
    if (status == STATUS_OK && row.state != PLAN_PROPOSED && row.state != PLAN_DRAFT &&
        row.state != PLAN_FOUND) {
        status = error_set(err, STATUS_INVALID, "Only a draft or a proposal can be dropped.");
    }
    return status == STATUS_OK ? plan_turn(desk, caller, "plan.drop", &row, PLAN_DROPPED, err)
                               : status;
}

/* The next search would plan without what differs, so nobody puts that in force unawares. */
static enum status check_differs(const struct desk_plan_row *about, struct error *err)
{
    if (about->differs.n == 0 || about->base != 0) {
        return STATUS_OK;
    }
    enum status status = error_set(
        err, STATUS_INVALID, "This plan is not of the operation as it stands. What differs: %.*s.",
        STR_ARG(utf8_clip(about->differs, 300)));
    error_hint(err, "Say that you have read it, or change the operation and search anew.");
    return status;
}

static enum status check_lost(const struct desk_plan_lost *lost, struct error *err)
{
    str rest = lost->words;
    str first = {0};
    if (lost->count == 0) {
        return STATUS_OK;
    }
    (void)str_next_line(&rest, &first);
    first = utf8_clip(first, 150);
    enum status status = error_set(
        err, STATUS_INVALID,
        lost->happened_count > 0 ? "With this plan something that happened would be lost: %.*s%s."
                                 : "With this plan what waits would be dropped: %.*s%s.",
        STR_ARG(first), lost->count > 1 ? ", and more" : "");
    error_hint(err,
               lost->happened_count > 0
                   ? "Say that you have read it; or drop this plan, and say what happened in the "
                     "plan in force."
                   : "Say that you have read it; or look at the proposal first.");
    return status;
}

static enum status something_else(struct error *err)
{
    enum status status =
        error_set(err, STATUS_CONFLICT,
                  "Since you read what differs or would be lost, it has become something else.");
    error_hint(err, "The plan is not published. Read it again, and say so again.");
    return status;
}

/* Who ticked a page of before has not read what came since. */
static enum status check_seen(const struct desk_plan_row *about, const struct desk_plan_lost *lost,
                              str seen, struct error *err)
{
    if (lost->seen.n == 0 || str_equal(seen, lost->seen)) {
        return STATUS_OK;
    }
    if (seen.n > 0) {
        return something_else(err);
    }
    enum status status = check_differs(about, err);
    return status == STATUS_OK ? check_lost(lost, err) : status;
}

struct publishing {
    struct casebook_plan row;
    struct operation operation;
    struct desk_plan_row about;
    struct desk_plan_lost lost;
};

static enum status may_publish(struct desk *desk, struct publishing *p, int64_t leaf, str seen,
                               struct arena *arena, struct error *err)
{
    enum status status = casebook_plan_get(desk->casebook, arena, leaf, &p->row, err);
    if (status == STATUS_OK) {
        status = operation_load(desk, arena, p->row.operation, &p->operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_need_open(&p->operation, err);
    }
    if (status == STATUS_OK && p->row.state == PLAN_PUBLISHED) {
        status = error_set(err, STATUS_INVALID, "This plan is published already.");
    }
    if (status == STATUS_OK && p->row.state == PLAN_FOUND) {
        status = error_set(err, STATUS_INVALID,
                           "This plan only proves an answer. Make it a draft first.");
    }
    if (status == STATUS_OK) {
        plan_about_decode(arena, &p->row, &p->about);
        status = check_base(desk, arena, &p->row, &p->about, err);
    }
    if (status == STATUS_OK) {
        status = plan_lost(desk, arena, &p->row, &p->about, &p->lost, err);
    }
    if (status == STATUS_OK) {
        status = check_seen(&p->about, &p->lost, seen, err);
    }
    return status == STATUS_OK ? plan_checked(arena, p->row.problem, p->row.result, &p->about, err)
                               : status;
}

/* What goes is named; the words of what happened are not: they stand in the plans alone. */
static void put_given_up(struct json_out *json, const struct publishing *p)
{
    const struct desk_plan_lost *lost = &p->lost;
    if (lost->replaces != 0) {
        json_put_int(json, "replaces", lost->replaces);
    }
    if (lost->drop_count > 0) {
        json_name(json, "drops");
        json_begin_list(json);
        for (size_t i = 0; i < lost->drop_count; i++) {
            json_add_int(json, lost->drops[i]);
        }
        json_end_list(json);
    }
    if (lost->happened_count > 0) {
        json_put_int(json, "given_up", (int64_t)lost->happened_count);
        json_name(json, "gives_up");
        json_begin_list(json);
        for (size_t i = 0; i < lost->happened_count && i < PLAN_LOST_NAMED; i++) {
            json_add_text(json, lost->happened[i]);
        }
        json_end_list(json);
    }
    if (p->about.differs.n > 0) {
        json_put_text(json, "differs", utf8_clip(p->about.differs, DIFFERS_IN_ACT_BYTES_MAX));
    }
}

/* In the turn of writing: another host may have proposed or published something since plan_lost looked. */
static enum status check_still(struct desk *desk, struct arena *arena, const struct publishing *p,
                               struct error *err)
{
    const struct desk_plan_lost *lost = &p->lost;
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    int64_t force = 0;
    int64_t waiting = 0;
    int64_t newest = 0;
    enum status status =
        casebook_plans(desk->casebook, arena, p->row.operation, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool waits = rows[i].state == PLAN_PROPOSED && rows[i].leaf != p->row.leaf;
        force = rows[i].state == PLAN_PUBLISHED ? rows[i].leaf : force;
        waiting += waits ? 1 : 0;
        newest = waits && rows[i].leaf > newest ? rows[i].leaf : newest;
    }
    bool is_same =
        force == lost->replaced && waiting == lost->waiting && newest == lost->newest_waiting;
    return status == STATUS_OK && !is_same ? something_else(err) : status;
}

static enum status write_publish(struct desk *desk, const struct caller *caller,
                                 struct arena *arena, struct publishing *p, struct error *err)
{
    struct buf text;
    struct act act;
    p->about.published_officer = caller->officer;
    p->about.published_at = caller->now;
    buf_init(&text, ABOUT_BYTES_MAX);
    plan_about_encode(&text, &p->about);
    act_begin(&act, caller, "plan.publish", 0, false);
    json_put_int(&act.json, "operation", p->row.operation);
    json_put_int(&act.json, "plan", p->row.number);
    put_given_up(&act.json, p);
    enum status status =
        text.overflowed
            ? error_set(err, STATUS_LIMIT, "What is to be said of the plan is too much to be kept.")
            : act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = check_still(desk, arena, p, err);
        if (status == STATUS_OK) {
            status = write_published(desk, &p->row, &p->operation, buf_str(&text), err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    buf_close(&text);
    return status;
}

enum status desk_plan_publish_changed(struct desk *desk, const struct caller *caller, int64_t leaf,
                                      str seen, struct arena *arena, struct error *err)
{
    struct publishing *p = ARENA_NEW(arena, struct publishing);
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = may_publish(desk, p, leaf, seen, arena, err);
    }
    return status == STATUS_OK ? write_publish(desk, caller, arena, p, err) : status;
}

enum status desk_plan_publish(struct desk *desk, const struct caller *caller, int64_t leaf,
                              struct arena *arena, struct error *err)
{
    return desk_plan_publish_changed(desk, caller, leaf, (str){0}, arena, err);
}
