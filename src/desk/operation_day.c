/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/operation_day.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "desk/operation_day_internal.h"
#include "plan/day.h"
#include "plan/ids.h"

enum { LINK_HOURS = 36 };

static int64_t token_tag(const struct desk *desk, str token)
{
    return casebook_tag(desk->casebook, STR("unit link"), token);
}

/* --- links --- */

static void put_link(struct buf *out, str unit, int64_t plan_number, time_us until)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "unit", unit);
    json_put_int(&json, "plan", plan_number);
    json_put_int(&json, "until", until);
    json_end_object(&json);
}

static enum status add_link(struct desk *desk, struct arena *arena, const struct casebook_plan *row,
                            str unit, time_us until, struct unit_link *ret_link, struct error *err)
{
    struct crypt_id secret = crypt_id_new();
    char *hex = ARENA_ARRAY(arena, char, UNIT_TOKEN_HEX);
    struct buf body;
    hex_encode(secret.bytes, sizeof secret.bytes, hex);
    *ret_link = (struct unit_link){unit, str_from(hex, UNIT_TOKEN_HEX)};
    buf_init(&body, UNIT_BODY_BYTES_MAX);
    put_link(&body, unit, row->number, until);
    struct casebook_link_row link = {.tag = token_tag(desk, ret_link->token),
                                     .operation = row->operation,
                                     .body = buf_str(&body)};
    enum status status = casebook_unit_link_add(desk->casebook, &link, err);
    buf_close(&body);
    return status;
}

static enum status add_links(struct desk *desk, struct arena *arena,
                             const struct casebook_plan *row, const struct plan_problem *problem,
                             const struct plan_result *result, struct unit_links *ret_links,
                             struct error *err)
{
    time_us until = plan_moment(problem, 0) + LINK_HOURS * HOUR_US;
    enum status status = casebook_unit_links_drop(desk->casebook, row->operation, err);
    for (uint32_t i = 0; i < problem->unit_count && status == STATUS_OK; i++) {
        /* also without a visit: it may be sent somewhere */
        if (result->routes[i].stop_count > 0 || problem->units[i].officers > 0) {
            status = add_link(desk, arena, row, problem->units[i].id, until,
                              &ret_links->items[ret_links->count++], err);
        }
    }
    return status;
}

enum status desk_unit_links(struct desk *desk, const struct caller *caller, int64_t leaf,
                            struct arena *arena, struct unit_links *ret_links, struct error *err)
{
    struct casebook_plan row = {0};
    struct operation operation;
    struct plan_problem problem;
    struct plan_result result;
    struct act act;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = plan_load(desk, arena, leaf, &row, &operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_need_open(&operation, err);
    }
    if (status == STATUS_OK && row.state != PLAN_PUBLISHED) {
        status = error_set(err, STATUS_INVALID, "Publish the plan first.");
    }
    if (status == STATUS_OK) {
        status = plan_texts_read(arena, row.problem, row.result, &problem, &result, err);
    }
    if (status == STATUS_OK && !plan_has_day(&problem)) {
        status = error_set(err, STATUS_INVALID, "The plan has no day.");
    }
    if (status != STATUS_OK) {
        return status;
    }
    *ret_links =
        (struct unit_links){.items = ARENA_ARRAY(arena, struct unit_link, problem.unit_count + 1),
                            .plan_number = row.number,
                            .name = operation.name,
                            .day = problem.day};
    act_begin(&act, caller, "unit.links", 0, false);
    json_put_int(&act.json, "operation", row.operation);
    json_put_int(&act.json, "plan", row.number);
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = act_finish(desk, &act,
                            add_links(desk, arena, &row, &problem, &result, ret_links, err), err);
    }
    act_close(&act);
    return status;
}

/* --- what units told --- */

struct heard {
    struct json json;
    int64_t leaf;
    bool is_gone;              /* it does not count: taken back, or it takes another back */
    const struct heard *takes; /* what it takes back */
};

/* Whose leaf a later row of the same unit names is taken back. */
static void find_taken_back(struct heard *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t of = json_member_int(&rows[i].json, "of", 0);
        if (json_member_int(&rows[i].json, "what", 0) != UNIT_TAKEN_BACK) {
            continue;
        }
        rows[i].is_gone = true;
        for (size_t k = i; k > 0 && rows[k].leaf >= of; k--) {
            if (rows[k - 1].leaf == of && str_equal(json_member_text(&rows[k - 1].json, "unit"),
                                                    json_member_text(&rows[i].json, "unit"))) {
                rows[k - 1].is_gone = true;
                rows[i].takes = &rows[k - 1];
            }
        }
    }
}

/* One thing that a unit did, from a row that counts. */
struct word {
    struct plan_told told;
    int64_t leaf;
    time_us told_at;
};

struct hearing {
    struct plan_ids units, tasks;
    const struct plan_problem *problem;
    struct told_trail *trail;
    struct word *words;
    size_t count;
};

static void hear_trail(struct told_trail *trail, uint32_t unit, const struct heard *row)
{
    struct told_unit *of = &trail->units[unit];
    of->newest = row->leaf;
    of->count++;
    of->took_back = row->takes != NULL;
    if (row->takes != NULL) {
        trail->backs[trail->back_count++] =
            (struct told_back){.unit = unit,
                               .leaf = row->leaf,
                               .what = json_member_int(&row->takes->json, "what", 0),
                               .task = json_member_text(&row->takes->json, "task")};
    }
}

static void hear_row(struct hearing *hearing, const struct heard *row)
{
    const struct json *json = &row->json;
    str task = json_member_text(json, "task");
    time_us at = json_member_int(json, "at", 0);
    time_us until = json_member_int(json, "until", 0);
    struct plan_told told = {.unit = plan_ids_find(&hearing->units, json_member_text(json, "unit")),
                             .task = task.n > 0 ? plan_ids_find(&hearing->tasks, task) : PLAN_NONE,
                             .what = (enum plan_told_what)json_member_int(json, "what", 0),
                             .at = (int32_t)plan_ticks_at(hearing->problem, at)};
    if (told.unit == UINT32_MAX) {
        return;
    }
    hear_trail(hearing->trail, told.unit, row);
    if (row->is_gone || (task.n > 0 && told.task == UINT32_MAX) ||
        (size_t)told.what >= PLAN_TOLD_KINDS) {
        return;
    }
    time_us told_at = json_member_int(json, "told_at", at);
    hearing->words[hearing->count++] = (struct word){told, row->leaf, told_at};
    if (until != 0) {
        told.what = PLAN_TOLD_LEFT;
        told.at = (int32_t)plan_ticks_at(hearing->problem, until);
        hearing->words[hearing->count++] = (struct word){told, row->leaf, told_at};
    }
}

/* By when it happened; what was told as one stays in its order. */
static int by_time(const void *a, const void *b)
{
    const struct word *x = a;
    const struct word *y = b;
    if (x->told.at != y->told.at) {
        return (x->told.at > y->told.at) - (x->told.at < y->told.at);
    }
    return x->leaf != y->leaf ? (x->leaf > y->leaf) - (x->leaf < y->leaf)
                              : (x->told.what > y->told.what) - (x->told.what < y->told.what);
}

enum status told_follow(struct desk *desk, struct arena *arena, int64_t operation,
                        const struct plan_problem *problem, struct plan_told_rows *ret_rows,
                        struct told_trail *ret_trail, struct error *err)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    struct hearing hearing = {.problem = problem, .trail = ret_trail};
    enum status status = casebook_told(desk->casebook, arena, operation, &rows, &count, err);
    count = status == STATUS_OK ? count : 0;
    struct heard *heard = ARENA_ARRAY(arena, struct heard, count + 1);
    hearing.words = ARENA_ARRAY(arena, struct word, 2 * count + 1);
    *ret_trail =
        (struct told_trail){.leaves = ARENA_ARRAY(arena, int64_t, 2 * count + 1),
                            .told_at = ARENA_ARRAY(arena, time_us, 2 * count + 1),
                            .units = ARENA_ARRAY(arena, struct told_unit, problem->unit_count + 1U),
                            .backs = ARENA_ARRAY(arena, struct told_back, count + 1),
                            .count = count,
                            .newest = count > 0 ? rows[count - 1].leaf : 0};
    plan_told_init(arena, problem, 2 * count + 1, ret_rows);
    plan_ids_init(&hearing.units, arena);
    plan_ids_init(&hearing.tasks, arena);
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        (void)plan_ids_add(&hearing.units, problem->units[i].id, i);
    }
    for (uint32_t i = 0; i < problem->task_count; i++) {
        (void)plan_ids_add(&hearing.tasks, problem->tasks[i].id, i);
    }
    size_t read = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].body.n > 0 &&
            json_parse(arena, rows[i].body, &heard[read].json, NULL) == STATUS_OK) {
            heard[read++].leaf = rows[i].leaf;
        }
    }
    find_taken_back(heard, read);
    for (size_t i = 0; i < read; i++) {
        hear_row(&hearing, &heard[i]);
    }
    qsort(hearing.words, hearing.count, sizeof *hearing.words, by_time);
    for (size_t i = 0; i < hearing.count; i++) {
        const struct word *word = &hearing.words[i];
        if (plan_told_wrong(ret_rows, &word->told) == NULL) {
            ret_trail->leaves[ret_rows->count] = word->leaf;
            ret_trail->told_at[ret_rows->count] = word->told_at;
            plan_told_add(ret_rows, &word->told);
        }
    }
    return status;
}

enum status told_read(struct desk *desk, struct arena *arena, int64_t operation,
                      const struct plan_problem *problem, struct plan_told_rows *ret_rows,
                      struct error *err)
{
    struct told_trail unused;
    return told_follow(desk, arena, operation, problem, ret_rows, &unused, err);
}

enum status desk_told(struct desk *desk, const struct caller *caller, int64_t operation,
                      const struct plan_problem *problem, struct arena *arena,
                      struct plan_told_rows *ret_rows, struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    return status == STATUS_OK ? told_read(desk, arena, operation, problem, ret_rows, err) : status;
}

/* --- the card --- */

static enum status no_card(struct error *err)
{
    enum status status = error_set(err, STATUS_NOT_FOUND, "This link leads nowhere, or has ended.");
    error_hint(err, "Ask your control room for a new one, and go on by radio.");
    return status;
}

/* By the plan that is in force. */
static enum status open_day(struct desk *desk, struct arena *arena, const struct operation *head,
                            str unit, struct unit_card *card, struct error *err)
{
    struct casebook_plan row = {0};
    enum status status = plan_published(desk, arena, head->number, &row, err);
    if (status == STATUS_OK) {
        status =
            plan_texts_read(arena, row.problem, row.result, &card->problem, &card->result, err);
    }
    if (status == STATUS_OK) {
        status =
            told_follow(desk, arena, head->number, &card->problem, &card->told, &card->trail, err);
    }
    card->operation = head->number;
    card->name = head->name;
    card->day = head->day;
    card->plan_number = row.number;
    card->unit = status == STATUS_OK ? plan_find_unit(&card->problem, unit) : PLAN_NONE;
    card->is_gone = card->unit == PLAN_NONE;
    card->unit = card->is_gone ? 0 : card->unit;
    return status;
}

enum status unit_card_open(struct desk *desk, str token, time_us now, struct arena *arena,
                           struct unit_card *card, str *ret_unit, struct error *err)
{
    struct casebook_link_row link;
    struct operation operation;
    struct json json;
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK) {
        status = casebook_unit_link_get(desk->casebook, arena, token_tag(desk, token), &link, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (link.body.n == 0 || json_parse(arena, link.body, &json, NULL) != STATUS_OK ||
        now > json_member_int(&json, "until", 0)) {
        return no_card(err);
    }
    status = operation_head(desk, arena, link.operation, &operation, err);
    if (status == STATUS_OK && operation.state != OPERATION_PUBLISHED) {
        return no_card(err);
    }
    *ret_unit = json_member_text(&json, "unit");
    if (status == STATUS_OK) {
        status = open_day(desk, arena, &operation, *ret_unit, card, err);
        card->is_newer = card->plan_number != json_member_int(&json, "plan", 0);
    }
    return status;
}

enum status unit_card_open_for(struct desk *desk, const struct caller *caller, int64_t number,
                               str unit, struct arena *arena, struct unit_card *card,
                               struct error *err)
{
    struct operation operation;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = operation_head(desk, arena, number, &operation, err);
    }
    if (status == STATUS_OK) {
        status = operation_need_open(&operation, err);
    }
    if (status == STATUS_OK) {
        status = open_day(desk, arena, &operation, unit, card, err);
    }
    return status == STATUS_OK && card->is_gone
               ? error_set(err, STATUS_INVALID, "The plan in force has no unit '%.*s'.",
                           STR_ARG(utf8_clip(unit, 60)))
               : status;
}

static enum status write_card_act(struct desk *desk, const struct caller *caller, int64_t operation,
                                  str unit, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "unit.card", 0, true);
    json_put_int(&act.json, "operation", operation);
    json_put_text(&act.json, "unit", unit);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_unit_card_for(struct desk *desk, const struct caller *caller, int64_t operation,
                               str unit, struct arena *arena, struct unit_card *ret_card,
                               struct error *err)
{
    enum status status = unit_card_open_for(desk, caller, operation, unit, arena, ret_card, err);
    if (status == STATUS_OK) {
        status = unit_card_had(desk, arena, ret_card, err);
    }
    return status == STATUS_OK ? write_card_act(desk, caller, operation, unit, err) : status;
}

enum status desk_unit_card(struct desk *desk, str token, time_us now, struct arena *arena,
                           struct unit_card *ret_card, struct error *err)
{
    struct caller nobody = {.officer = 0, .now = now};
    str unit = {0};
    enum status status = unit_card_open(desk, token, now, arena, ret_card, &unit, err);
    return status == STATUS_OK ? write_card_act(desk, &nobody, ret_card->operation, unit, err)
                               : status;
}
