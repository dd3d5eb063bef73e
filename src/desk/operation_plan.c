/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: searched for, kept, published. */
#include <stdio.h>

#include "base/io.h"
#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "plan/check.h"

enum { ABOUT_BYTES_MAX = 128 * 1024, PLAN_ARENA_BYTES_MAX = 512 * 1024 * 1024 };

/* --- what is known of a plan without opening it --- */

static void about_encode(struct buf *out, const struct desk_plan_row *row)
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
        ret_row->left_out = json_member_text(&json, "left_out");
        ret_row->published_officer = json_member_int(&json, "published_by", 0);
        ret_row->published_at = json_member_int(&json, "published_at", 0);
    }
}

/* What the solver says that no plan exceeds: not the checker's figure, and shown as what it is. */
static int64_t bound_of(struct arena *arena, str result_text)
{
    struct json json;
    return json_parse(arena, result_text, &json, NULL) == STATUS_OK
               ? (int64_t)(operation_number(&json, "bound", 0) * 1000)
               : 0;
}

/* --- the checker, before anything is kept or published --- */

static enum status check_plan(struct arena *arena, str problem_text, str result_text,
                              struct desk_plan_row *row, struct error *err)
{
    struct plan_problem problem;
    struct plan_result result;
    struct plan_check check;
    struct plan_refused refused;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(arena, problem_text, &problem, &refused, err);
    plan_refused_close(&refused);
    if (status == STATUS_OK) {
        status = plan_result_read(arena, &problem, result_text, &result, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    plan_check(arena, &problem, &result, &check);
    row->profit = check.profit;
    row->bound = bound_of(arena, result_text);
    row->unmet = check.unmet;
    row->served = check.served;
    row->tasks = problem.task_count;
    return check.broken_count == 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "The checker refuses this plan: %.*s",
                           STR_ARG(str_slice(check.broken[0].words, 0, 200)));
}

/* --- searching --- */

static void fail(struct desk_search *search, str words)
{
    search->state = SEARCH_FAILED;
    (void)snprintf(search->words, sizeof search->words, "%.*s",
                   STR_ARG(str_slice(words, 0, ERROR_TEXT_MAX - 1)));
}

static void slot_close(struct search_slot *slot)
{
    buf_close(&slot->problem); /* wipes */
    buf_close(&slot->left_out);
    crypt_wipe(slot->why, sizeof slot->why);
}

void searches_forget(struct desk *desk)
{
    for (size_t i = 0; desk->searches != NULL && i < OPERATION_SEARCHES; i++) {
        struct search_slot *slot = &desk->searches->slots[i];
        slot_close(slot);
        slot->search.id = 0; /* its answer, if one is still to come, is thrown away */
    }
}

/* In a transaction of its own: the draft, under the leaf of its act. */
static enum status keep(struct search_slot *slot, str plan, const struct desk_plan_row *about,
                        struct error *err)
{
    struct desk *desk = slot->desk;
    struct desk_search *search = &slot->search;
    struct buf text;
    struct act act;
    act_begin(&act, &search->caller, "plan.keep", 0, false);
    json_put_int(&act.json, "operation", search->operation);
    json_put_text(&act.json, "why", about->why);
    buf_init(&text, ABOUT_BYTES_MAX);
    about_encode(&text, about);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        struct casebook_plan row = {.leaf = act.leaf,
                                    .operation = search->operation,
                                    .state = PLAN_DRAFT,
                                    .officer = search->caller.officer,
                                    .hour = act.at - act.at % HOUR_US,
                                    .about = buf_str(&text),
                                    .problem = buf_str(&slot->problem),
                                    .result = plan};
        status = act_finish(desk, &act, casebook_plan_add(desk->casebook, &row, err), err);
    }
    if (status == STATUS_OK) {
        search->leaf = act.leaf;
    }
    act_close(&act);
    buf_close(&text);
    return status;
}

static enum status keep_checked(struct search_slot *slot, const struct planner_answer *answer,
                                struct error *err)
{
    struct arena arena;
    struct buf left_out;
    struct desk_search *search = &slot->search;
    search->caller.now += (clock_monotonic() - slot->started);
    struct desk_plan_row about = {
        .at = search->caller.now, .seconds = search->seconds, .why = str_c(slot->why)};
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    buf_init(&left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    buf_add(&left_out, buf_str(&slot->left_out));
    buf_add(&left_out, answer->words);
    about.left_out = buf_str(&left_out);
    enum status status = check_plan(&arena, buf_str(&slot->problem), answer->plan, &about, err);
    if (status == STATUS_OK) {
        status = keep(slot, answer->plan, &about, err);
    }
    buf_close(&left_out);
    arena_close(&arena);
    return status;
}

static void searched(void *context, const struct planner_answer *answer)
{
    struct search_slot *slot = context;
    struct desk_search *search = &slot->search;
    struct error err = {0};
    slot->is_waiting = false;
    if (search->id == 0 || !desk_is_unlocked(slot->desk)) {
        slot_close(slot); /* locked since: nobody may keep it */
        return;
    }
    if (answer->status != STATUS_OK) {
        fail(search, answer->words);
    } else if (keep_checked(slot, answer, &err) != STATUS_OK) {
        fail(search, str_c(err.primary));
    } else {
        search->state = SEARCH_DONE;
    }
    slot_close(slot);
}

static enum status write_search(struct desk *desk, const struct caller *caller, int64_t number,
                                int64_t seconds, uint64_t seed, str why, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.search", 0, false);
    json_put_int(&act.json, "operation", number);
    json_put_int(&act.json, "seconds", seconds);
    json_put_int(&act.json, "seed", (int64_t)seed);
    json_put_text(&act.json, "why", why);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

/* The oldest that nothing is waited for. */
static struct search_slot *free_slot(struct desk *desk)
{
    struct search_slot *found = NULL;
    if (desk->searches == NULL) {
        desk->searches = ARENA_NEW(&desk->arena, struct searches);
    }
    for (size_t i = 0; i < OPERATION_SEARCHES; i++) {
        struct search_slot *slot = &desk->searches->slots[i];
        if (!slot->is_waiting && (found == NULL || slot->search.id < found->search.id)) {
            found = slot;
        }
    }
    return found;
}

static enum status ask(struct search_slot *slot, uint64_t seed, struct error *err)
{
    struct planner_job job = {
        .problem = buf_str(&slot->problem), .seed = seed, .seconds = slot->search.seconds};
    slot->is_waiting = true;
    slot->started = clock_monotonic();
    enum status status = planner_ask(slot->desk->options.planner, &job, searched, slot, err);
    if (status != STATUS_OK) {
        slot->is_waiting = false;
        slot->search.id = 0;
        slot_close(slot);
    }
    return status;
}

static enum status check_search(int64_t seconds, str why, const struct operation *operation,
                                struct error *err)
{
    if (seconds < 1 || seconds > PLANNER_SECONDS_MAX) {
        return error_set(err, STATUS_INVALID, "A search takes 1 to %d seconds.",
                         PLANNER_SECONDS_MAX);
    }
    if (why.n > WHY_BYTES_MAX || !utf8_is_text(why)) {
        return error_set(err, STATUS_INVALID, "The reason is too long: at most %d bytes.",
                         WHY_BYTES_MAX);
    }
    return operation->state == OPERATION_CLOSED
               ? error_set(err, STATUS_INVALID, "This operation is closed. Open it again first.")
               : STATUS_OK;
}

enum status desk_plan_search(struct desk *desk, const struct caller *caller, int64_t number,
                             int64_t seconds, uint64_t seed, str why, struct error *err)
{
    struct arena arena;
    struct operation operation;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct search_slot *slot = free_slot(desk);
    if (slot == NULL) {
        return error_set(err, STATUS_UNAVAILABLE,
                         "Too many searches wait already. Ask again when one has ended.");
    }
    slot_close(slot);
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    buf_init(&slot->problem, OPERATION_BODY_BYTES_MAX);
    buf_init(&slot->left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    status = operation_load(desk, &arena, number, &operation, err);
    if (status == STATUS_OK) {
        status = check_search(seconds, why, &operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_problem(&operation, &slot->problem, &slot->left_out, err);
    }
    arena_close(&arena);
    if (status == STATUS_OK) {
        status = write_search(desk, caller, number, seconds, seed, why, err);
    }
    if (status != STATUS_OK) {
        slot_close(slot);
        return status;
    }
    slot->desk = desk;
    slot->search = (struct desk_search){.id = ++desk->searches->last,
                                        .operation = number,
                                        .state = SEARCH_RUNNING,
                                        .caller = *caller,
                                        .started = caller->now,
                                        .seconds = seconds};
    (void)snprintf(slot->why, sizeof slot->why, "%.*s", STR_ARG(why));
    return ask(slot, seed, err);
}

void searches_of(const struct desk *desk, struct desk_operation *ret_operation)
{
    int64_t before = INT64_MAX;
    ret_operation->search_count = 0;
    for (size_t n = 0; desk->searches != NULL && n < OPERATION_SEARCHES; n++) {
        const struct desk_search *found = NULL;
        for (size_t i = 0; i < OPERATION_SEARCHES; i++) {
            const struct desk_search *search = &desk->searches->slots[i].search;
            if (search->id != 0 && search->operation == ret_operation->operation.number &&
                search->id < before && (found == NULL || search->id > found->id)) {
                found = search;
            }
        }
        if (found == NULL) {
            return;
        }
        before = found->id;
        ret_operation->searches[ret_operation->search_count++] = *found;
    }
}

/* --- reading and publishing --- */

static enum status load_plan(struct desk *desk, struct arena *arena, int64_t leaf,
                             struct casebook_plan *ret_row, struct operation *ret_operation,
                             struct error *err)
{
    enum status status = casebook_plan_get(desk->casebook, arena, leaf, ret_row, err);
    return status == STATUS_OK ? operation_load(desk, arena, ret_row->operation, ret_operation, err)
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
    struct casebook_plan row;
    struct operation operation;
    struct act act;
    bool is_read = str_equal(what, STR("read"));
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = load_plan(desk, arena, leaf, &row, &operation, err);
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
        status = casebook_plan_set(desk->casebook, row->leaf, PLAN_PUBLISHED, about, err);
    }
    operation->state = OPERATION_PUBLISHED;
    return status == STATUS_OK ? operation_store(desk, operation, err) : status;
}

enum status desk_plan_publish(struct desk *desk, const struct caller *caller, int64_t leaf,
                              struct arena *arena, struct error *err)
{
    struct casebook_plan row;
    struct operation operation;
    struct desk_plan_row about;
    struct buf text;
    struct act act;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = load_plan(desk, arena, leaf, &row, &operation, err);
    }
    if (status == STATUS_OK && operation.state == OPERATION_CLOSED) {
        status = error_set(err, STATUS_INVALID, "This operation is closed. Open it again first.");
    }
    if (status == STATUS_OK && row.state == PLAN_PUBLISHED) {
        status = error_set(err, STATUS_INVALID, "This plan is published already.");
    }
    if (status == STATUS_OK) {
        plan_about_decode(arena, &row, &about);
        status = check_plan(arena, row.problem, row.result, &about, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    about.published_officer = caller->officer;
    about.published_at = caller->now;
    buf_init(&text, ABOUT_BYTES_MAX);
    about_encode(&text, &about);
    act_begin(&act, caller, "plan.publish", 0, false);
    json_put_int(&act.json, "operation", row.operation);
    json_put_int(&act.json, "plan", row.number);
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = act_finish(desk, &act,
                            write_published(desk, &row, &operation, buf_str(&text), err), err);
    }
    act_close(&act);
    buf_close(&text);
    return status;
}
