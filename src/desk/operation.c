/* SPDX-License-Identifier: Apache-2.0 */
/* Operations: list, make, read, change. */
#include "base/utf8.h"
#include "desk/do_internal.h"
#include "desk/operation_internal.h"
#include "plan/account.h"
#include "plan/day.h"

enum { IDS_IN_ACT_MAX = 50 };
enum { HOURS_MAX = 24, DWELL_MINUTES_MAX = 240, REFUSALS_BYTES_MAX = 16 * 1024 };

enum status operation_load(struct desk *desk, struct arena *arena, int64_t number,
                           struct operation *ret_operation, struct error *err)
{
    struct casebook_operation row;
    enum status status = casebook_operation_get(desk->casebook, arena, number, &row, err);
    return status == STATUS_OK ? operation_decode(arena, &row, ret_operation, err) : status;
}

enum status operation_need_open(const struct operation *operation, struct error *err)
{
    return operation->state == OPERATION_CLOSED
               ? error_set(err, STATUS_INVALID, "This operation is closed. Open it again first.")
               : STATUS_OK;
}

/* What cannot be read again is not written: the operation before it is whole. */
static enum status check_body(str body, struct error *err)
{
    struct arena arena;
    struct json json;
    arena_init(&arena, OPERATION_ARENA_BYTES_MAX);
    enum status status = json_parse(&arena, body, &json, NULL);
    arena_close(&arena);
    if (status == STATUS_OK) {
        return STATUS_OK;
    }
    return status == STATUS_LIMIT
               ? error_set(err, STATUS_LIMIT, "The operation is too large to be kept.")
               : error_set(err, STATUS_INVALID,
                           "The operation would not be readable; nothing was "
                           "changed.");
}

enum status operation_store(struct desk *desk, struct operation *operation, struct error *err)
{
    struct buf body;
    struct casebook_operation row = {
        .number = operation->number, .state = operation->state, .version = operation->version};
    buf_init(&body, OPERATION_BODY_BYTES_MAX);
    operation_encode(&body, operation);
    row.body = buf_str(&body);
    enum status status =
        body.overflowed ? error_set(err, STATUS_LIMIT, "The operation is too large to be kept.")
                        : check_body(row.body, err);
    if (status == STATUS_OK) {
        status = casebook_operation_change(desk->casebook, &row, err);
    }
    if (status == STATUS_OK) {
        operation->version = row.version;
    }
    buf_close(&body);
    return status;
}

/* --- list, make, read --- */

enum status desk_operations(struct desk *desk, const struct caller *caller, struct arena *arena,
                            struct operation_row **ret_list, size_t *ret_count, struct error *err)
{
    struct casebook_operation *rows = NULL;
    struct act act;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "operations.read", 0, true);
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK) {
        status = casebook_operations(desk->casebook, arena, 0, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct operation_row *list = ARENA_ARRAY(arena, struct operation_row, count + 1);
    struct arena work;
    arena_init(&work, OPERATION_ARENA_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct error why; /* the row says that it is */
        list[i].is_broken =
            operation_glance(desk, arena, &work, &rows[i], &list[i], &why) != STATUS_OK;
    }
    arena_close(&work);
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

static enum status check_name(str name, str day, struct error *err)
{
    time_us start = 0;
    enum status status = check_text(name, OPERATION_NAME_BYTES_MAX, "The name", err);
    if (status == STATUS_OK && !plan_day_start(day, &start)) {
        status = error_set(err, STATUS_INVALID, "'%.*s' is no day; write it as 2026-05-07.",
                           STR_ARG(utf8_clip(day, 40)));
    }
    return status;
}

enum status desk_operation_make(struct desk *desk, const struct caller *caller, str name, str day,
                                int64_t *ret_number, struct error *err)
{
    struct operation operation = {
        .state = OPERATION_DRAFT, .name = name, .day = day, .rules = operation_rules_default()};
    struct casebook_operation row = {.state = OPERATION_DRAFT,
                                     .hour = caller->now - caller->now % HOUR_US};
    struct buf body;
    struct act act;
    sitreps_default(&operation);
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = check_name(name, day, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&body, OPERATION_BODY_BYTES_MAX);
    operation_encode(&body, &operation);
    row.body = buf_str(&body);
    act_begin(&act, caller, "operation.make", 0, false);
    json_put_text(&act.json, "name", name);
    json_put_text(&act.json, "day", day);
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = act_finish(desk, &act, casebook_operation_add(desk->casebook, &row, err), err);
    }
    act_close(&act);
    buf_close(&body);
    if (status == STATUS_OK) {
        *ret_number = row.number;
    }
    return status;
}

enum status desk_operation_read(struct desk *desk, const struct caller *caller, int64_t number,
                                struct arena *arena, struct desk_operation *ret_operation,
                                struct error *err)
{
    struct casebook_plan *rows = NULL;
    struct act act;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = operation_load(desk, arena, number, &ret_operation->operation, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "operation.read", 0, true);
    json_put_int(&act.json, "operation", number);
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK) {
        status = casebook_plans(desk->casebook, arena, number, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    ret_operation->plans = ARENA_ARRAY(arena, struct desk_plan_row, count + 1);
    ret_operation->plan_count = count;
    for (size_t i = 0; i < count; i++) {
        plan_about_decode(arena, &rows[i], &ret_operation->plans[i]);
    }
    searches_of(desk, ret_operation);
    take_offer(arena, ret_operation);
    return STATUS_OK;
}

/* --- changes --- */

/* How many, and the first of them: an act has a limit. */
static void put_ids(struct changing *changing, const char *name)
{
    const struct operation_change *change = changing->change;
    if (change->id_count == 0) {
        return;
    }
    json_put_int(&changing->act->json, "chosen", (int64_t)change->id_count);
    json_name(&changing->act->json, name);
    json_begin_list(&changing->act->json);
    for (size_t i = 0; i < change->id_count && i < IDS_IN_ACT_MAX; i++) {
        json_add_text(&changing->act->json, change->ids[i]);
    }
    json_end_list(&changing->act->json);
}

static bool is_chosen(const struct operation_change *change, str id)
{
    for (size_t i = 0; i < change->id_count; i++) {
        if (str_equal(change->ids[i], id)) {
            return true;
        }
    }
    return false;
}

static enum status need_chosen(const struct changing *changing, struct error *err)
{
    return changing->done->changed + changing->done->removed > 0
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "Choose at least one in the list first.");
}

static enum status check_bases(const struct changing *changing, struct error *err)
{
    const struct operation *operation = changing->operation;
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row;
        if (json_parse(changing->arena, operation->units[i].json, &row, NULL) == STATUS_OK &&
            (is_chosen(changing->change, json_member_text(&row, "base")) ||
             is_chosen(changing->change, json_member_text(&row, "end_site")))) {
            return error_set(err, STATUS_INVALID,
                             "Unit %.*s has its base there. Take the unit out first.",
                             STR_ARG(utf8_clip(operation->units[i].id, 80)));
        }
    }
    return STATUS_OK;
}

static enum status remove_sites(struct changing *changing, struct error *err)
{
    struct operation *operation = changing->operation;
    size_t kept = 0;
    enum status status = check_bases(changing, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < operation->site_count; i++) {
        if (is_chosen(changing->change, operation->sites[i].id)) {
            changing->done->removed++;
        } else {
            operation->sites[kept++] = operation->sites[i];
        }
    }
    operation->site_count = kept;
    kept = 0;
    for (size_t i = 0; i < operation->demand_count; i++) {
        if (!is_chosen(changing->change, operation->demands[i].site)) {
            operation->demands[kept++] = operation->demands[i];
        }
    }
    operation->demand_count = kept;
    put_ids(changing, "sites");
    return need_chosen(changing, err);
}

static enum status remove_units(struct changing *changing, struct error *err)
{
    struct operation *operation = changing->operation;
    size_t kept = 0;
    for (size_t i = 0; i < operation->unit_count; i++) {
        if (is_chosen(changing->change, operation->units[i].id)) {
            changing->done->removed++;
        } else {
            operation->units[kept++] = operation->units[i];
        }
    }
    operation->unit_count = kept;
    put_ids(changing, "units");
    return need_chosen(changing, err);
}

/* A rating without a source is an opinion: who it comes from stands beside it everywhere. */
static enum status rate(struct changing *changing, struct error *err)
{
    const struct operation_change *change = changing->change;
    struct operation *operation = changing->operation;
    enum status status = STATUS_OK;
    if (change->rating != RATING_NONE) {
        status = check_text(change->text, OPERATION_SOURCE_BYTES_MAX,
                            "Who says so, and when, for a rating,", err);
    }
    for (size_t i = 0; i < operation->site_count && status == STATUS_OK; i++) {
        struct operation_site *site = &operation->sites[i];
        if (change->area.n > 0 ? str_equal(site->area, change->area)
                               : is_chosen(change, site->id)) {
            site->rating = change->rating;
            site->rating_source = change->rating == RATING_NONE ? (str){0} : change->text;
            site->rating_officer = changing->caller->officer;
            site->rating_at = changing->caller->now;
            changing->done->changed++;
        }
    }
    put_ids(changing, "sites");
    json_put_text(&changing->act->json, "area", change->area);
    json_put_text(&changing->act->json, "rating",
                  change->rating == RATING_NONE ? STR("none")
                                                : str_c(site_rating_word(change->rating)));
    json_put_text(&changing->act->json, "source", change->text);
    return status == STATUS_OK ? need_chosen(changing, err) : status;
}

static enum status set_rules(struct changing *changing, struct error *err)
{
    const struct operation_rules *rules = &changing->change->rules;
    if (rules->hours_max < 1 || rules->hours_max > HOURS_MAX || rules->visits < 1 ||
        rules->visits > OPERATION_VISITS_MAX || rules->dwell_minutes < 1 ||
        rules->dwell_minutes > DWELL_MINUTES_MAX) {
        return error_set(err, STATUS_INVALID,
                         "The longest duty is 1 to %d hours, visits are 1 to %d, of 1 to %d "
                         "minutes.",
                         HOURS_MAX, OPERATION_VISITS_MAX, DWELL_MINUTES_MAX);
    }
    changing->operation->rules = *rules;
    json_put_bool(&changing->act->json, "breaks", rules->has_breaks);
    json_put_bool(&changing->act->json, "hours", rules->has_hours);
    json_put_int(&changing->act->json, "hours_max", rules->hours_max);
    json_put_bool(&changing->act->json, "pairs", rules->has_pairs);
    json_put_bool(&changing->act->json, "spacing", rules->has_spacing);
    json_put_bool(&changing->act->json, "fairness", rules->has_fairness);
    changing->done->changed = 1;
    return STATUS_OK;
}

static enum status set_rates(struct changing *changing, struct error *err)
{
    const struct operation_change *change = changing->change;
    struct plan_rates rates;
    const char *name = arena_cstr(changing->arena, utf8_clip(change->name, 100));
    enum status status = plan_rates_read(changing->arena, name, change->text, &rates, err);
    if (status == STATUS_OK) {
        changing->operation->rates = change->text;
        changing->operation->rates_at = changing->caller->now;
        changing->done->changed = rates.count;
    }
    return status;
}

/* As it was: a plan that is in force still is. */
static enum status reopen(struct changing *changing, struct error *err)
{
    struct operation *operation = changing->operation;
    struct casebook_plan *plans = NULL;
    size_t count = 0;
    enum status status = casebook_plans(changing->desk->casebook, changing->arena,
                                        operation->number, &plans, &count, err);
    if (status == STATUS_OK && operation->state == OPERATION_CLOSED) {
        operation->state = OPERATION_DRAFT;
        for (size_t i = 0; i < count; i++) {
            operation->state =
                plans[i].state == PLAN_PUBLISHED ? OPERATION_PUBLISHED : operation->state;
        }
    }
    return status;
}

static enum status change_it(struct changing *changing, struct error *err)
{
    struct operation *operation = changing->operation;
    switch (changing->change->kind) {
    case OPERATION_PLACES:
        return change_places(changing, err);
    case OPERATION_SITES:
    case OPERATION_EVENTS:
    case OPERATION_UNITS:
        return change_sheet(changing, err);
    case OPERATION_PAY:
        return set_rates(changing, err);
    case OPERATION_REMOVE_SITE:
        return remove_sites(changing, err);
    case OPERATION_REMOVE_UNIT:
        return remove_units(changing, err);
    case OPERATION_RATE:
        return rate(changing, err);
    case OPERATION_COUNT:
        return change_count(changing, err);
    case OPERATION_RULES:
        return set_rules(changing, err);
    case OPERATION_SITREPS:
        return change_sitreps(changing, err);
    case OPERATION_TAKE:
        return change_take(changing, err);
    case OPERATION_CLOSE:
        operation->state = OPERATION_CLOSED;
        return STATUS_OK;
    case OPERATION_REOPEN:
        return reopen(changing, err);
    }
    return error_set(err, STATUS_INTERNAL, "no such change");
}

static const char *verb_of(enum operation_change_kind kind)
{
    static const char *const verbs[] = {[OPERATION_PLACES] = "operation.places",
                                        [OPERATION_SITES] = "operation.sites",
                                        [OPERATION_EVENTS] = "operation.events",
                                        [OPERATION_UNITS] = "operation.units",
                                        [OPERATION_PAY] = "operation.rates",
                                        [OPERATION_REMOVE_SITE] = "operation.drop-site",
                                        [OPERATION_REMOVE_UNIT] = "operation.drop-unit",
                                        [OPERATION_RATE] = "operation.rate",
                                        [OPERATION_COUNT] = "operation.count",
                                        [OPERATION_RULES] = "operation.rules",
                                        [OPERATION_SITREPS] = "operation.sitreps",
                                        [OPERATION_TAKE] = "operation.take",
                                        [OPERATION_CLOSE] = "operation.close",
                                        [OPERATION_REOPEN] = "operation.reopen"};
    return verbs[kind];
}

/* Nothing is written until the change stands in memory; a colleague who was faster makes it fail. */
static enum status write_change(struct changing *changing, struct error *err)
{
    struct act *act = changing->act;
    struct desk *desk = changing->desk;
    const struct operation_changed *done = changing->done;
    json_put_int(&act->json, "added", (int64_t)done->added);
    json_put_int(&act->json, "changed", (int64_t)done->changed);
    json_put_int(&act->json, "refused", (int64_t)done->refused);
    enum status status = act_write(desk, act, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = operation_store(desk, changing->operation, err);
    if (status == STATUS_OK) {
        status = take_write(changing, err);
    }
    return act_finish(desk, act, status, err);
}

enum status desk_operation_change(struct desk *desk, const struct caller *caller,
                                  const struct operation_change *change, struct arena *arena,
                                  struct operation_changed *ret_changed, struct error *err)
{
    struct operation operation;
    struct act act;
    struct changing changing = {.desk = desk,
                                .caller = caller,
                                .change = change,
                                .arena = arena,
                                .operation = &operation,
                                .done = ret_changed,
                                .act = &act};
    *ret_changed = (struct operation_changed){0};
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = operation_load(desk, arena, change->number, &operation, err);
    }
    if (status == STATUS_OK && change->kind != OPERATION_REOPEN) {
        status = operation_need_open(&operation, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    operation.version = change->version; /* as the caller read it: the store compares */
    buf_init(&changing.refusals, REFUSALS_BYTES_MAX);
    act_begin(&act, caller, verb_of(change->kind), 0, false);
    json_put_int(&act.json, "operation", change->number);
    status = change_it(&changing, err);
    ret_changed->refusals = arena_str(arena, buf_str(&changing.refusals));
    if (status == STATUS_OK) {
        status = write_change(&changing, err);
    }
    ret_changed->version = operation.version;
    act_close(&act);
    buf_close(&changing.refusals);
    return status;
}
