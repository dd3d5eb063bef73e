/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/operation_day.h"

#include "desk/operation_internal.h"
#include "plan/day.h"
#include "plan/ids.h"

enum { LINK_HOURS = 36, BODY_BYTES_MAX = 4096, DAY_S_MAX = 48 * 3600 };

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
    buf_init(&body, BODY_BYTES_MAX);
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

enum {
    TAKEN_BACK = 100
}; /* "what" of a row that takes another back: of no kind that a unit tells */

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
        if (json_member_int(&rows[i].json, "what", 0) != TAKEN_BACK) {
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

struct hearing {
    struct plan_ids units, tasks;
    const struct plan_problem *problem;
    struct told_trail *trail;
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

static void hear_row(const struct hearing *hearing, const struct heard *row,
                     struct plan_told_rows *rows)
{
    const struct json *json = &row->json;
    str task = json_member_text(json, "task");
    struct plan_told told = {
        .unit = plan_ids_find(&hearing->units, json_member_text(json, "unit")),
        .task = task.n > 0 ? plan_ids_find(&hearing->tasks, task) : PLAN_NONE,
        .what = (enum plan_told_what)json_member_int(json, "what", 0),
        .at = (int32_t)plan_ticks_at(hearing->problem, json_member_int(json, "at", 0))};
    if (told.unit == UINT32_MAX) {
        return;
    }
    hear_trail(hearing->trail, told.unit, row);
    if (row->is_gone || (task.n > 0 && told.task == UINT32_MAX) ||
        (size_t)told.what >= PLAN_TOLD_KINDS || plan_told_wrong(rows, &told) != NULL) {
        return;
    }
    hearing->trail->leaves[rows->count] = row->leaf;
    plan_told_add(rows, &told);
}

/* With where each row comes from. */
static enum status told_follow(struct desk *desk, struct arena *arena, int64_t operation,
                               const struct plan_problem *problem, struct plan_told_rows *ret_rows,
                               struct told_trail *ret_trail, struct error *err)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    struct hearing hearing = {.problem = problem, .trail = ret_trail};
    enum status status = casebook_told(desk->casebook, arena, operation, &rows, &count, err);
    count = status == STATUS_OK ? count : 0;
    struct heard *heard = ARENA_ARRAY(arena, struct heard, count + 1);
    *ret_trail =
        (struct told_trail){.leaves = ARENA_ARRAY(arena, int64_t, count + 1),
                            .units = ARENA_ARRAY(arena, struct told_unit, problem->unit_count + 1U),
                            .backs = ARENA_ARRAY(arena, struct told_back, count + 1),
                            .count = count,
                            .newest = count > 0 ? rows[count - 1].leaf : 0};
    plan_told_init(arena, problem, count + 1, ret_rows);
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
        hear_row(&hearing, &heard[i], ret_rows);
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

static enum status open_card(struct desk *desk, str token, time_us now, struct arena *arena,
                             struct unit_card *card, str *ret_unit, struct error *err)
{
    struct casebook_link_row link;
    struct casebook_plan row = {0};
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
    if (status == STATUS_OK) {
        status = plan_published(desk, arena, link.operation, &row, err);
    }
    if (status == STATUS_OK) {
        status =
            plan_texts_read(arena, row.problem, row.result, &card->problem, &card->result, err);
    }
    if (status == STATUS_OK) {
        status = told_follow(desk, arena, link.operation, &card->problem, &card->told, &card->trail,
                             err);
    }
    *ret_unit = json_member_text(&json, "unit");
    card->operation = link.operation;
    card->name = operation.name;
    card->day = operation.day;
    card->plan_number = row.number;
    card->is_newer = row.number != json_member_int(&json, "plan", 0);
    card->is_gone = true;
    for (uint32_t i = 0; i < card->problem.unit_count && status == STATUS_OK; i++) {
        if (str_equal(card->problem.units[i].id, *ret_unit)) {
            card->unit = i;
            card->is_gone = false;
        }
    }
    return status;
}

enum status desk_unit_card(struct desk *desk, str token, time_us now, struct arena *arena,
                           struct unit_card *ret_card, struct error *err)
{
    struct caller nobody = {.officer = 0, .now = now};
    struct act act;
    str unit = {0};
    enum status status = open_card(desk, token, now, arena, ret_card, &unit, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, &nobody, "unit.card", 0, true);
    json_put_int(&act.json, "operation", ret_card->operation);
    json_put_text(&act.json, "unit", unit);
    status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

/* To write on it: the plan of now has the unit. */
static enum status open_own_card(struct desk *desk, str token, time_us now, struct arena *arena,
                                 struct unit_card *card, str *ret_unit, struct error *err)
{
    enum status status = open_card(desk, token, now, arena, card, ret_unit, err);
    return status == STATUS_OK && card->is_gone
               ? error_set(err, STATUS_INVALID, "The plan of now has no unit of that name.")
               : status;
}

/* Only of what the card shows: the unit's own visits, and where it is. */
static enum status find_task(const struct unit_card *card, str task, uint32_t *ret_task,
                             struct error *err)
{
    const struct plan_route *route = &card->result.routes[card->unit];
    uint32_t there = plan_told_there(&card->told, card->unit);
    *ret_task = PLAN_NONE;
    if (task.n == 0) {
        return STATUS_OK;
    }
    if (there != PLAN_NONE && str_equal(card->problem.tasks[there].id, task)) {
        *ret_task = there;
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < route->stop_count; i++) {
        if (str_equal(card->problem.tasks[route->stops[i].task].id, task)) {
            *ret_task = route->stops[i].task;
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID,
                     "The plan was changed meanwhile. Use the buttons that the card shows now.");
}

/* What makes a press the same as one before. Names in hex: a tag takes no notice of case and blanks.
 * A break has no task but may come again: the one after the first "back" is another; and what was taken back may
 * be told again. Only what the pressed form knew of counts, so that the same form stays the same press. */
static int64_t told_tag(const struct desk *desk, struct arena *arena, const struct unit_card *card,
                        str unit, const struct unit_press *press)
{
    char *hex = ARENA_ARRAY(arena, char, 2 * (unit.n + press->task.n) + 1);
    enum plan_told_what what = press->what;
    uint32_t times = 0;
    uint32_t backs = 0;
    hex_encode(unit.p, unit.n, hex);
    hex_encode(press->task.p, press->task.n, hex + 2 * unit.n);
    for (uint32_t i = card->told.first[card->unit]; i != PLAN_NONE; i = card->told.rows[i].next) {
        enum plan_told_what one = card->told.rows[i].what;
        bool is_other = (what == PLAN_TOLD_BREAK && one == PLAN_TOLD_BACK) ||
                        (what == PLAN_TOLD_BACK && one == PLAN_TOLD_BREAK);
        times += is_other && card->trail.leaves[i] <= press->seen ? 1 : 0;
    }
    for (size_t i = 0; i < card->trail.back_count; i++) {
        const struct told_back *back = &card->trail.backs[i];
        backs += back->unit == card->unit && back->leaf <= press->seen &&
                         back->what == (int64_t)what && str_equal(back->task, press->task)
                     ? 1
                     : 0;
    }
    str key = arena_printf(arena, "%.*s/%s/%.*s/%u", (int)(2 * unit.n), hex, plan_told_word(what),
                           (int)(2 * press->task.n), hex + 2 * unit.n, times);
    if (backs > 0) {
        key = arena_printf(arena, "%.*s/after %u", STR_ARG(key), backs);
    }
    return casebook_tag(desk->casebook, STR("told"), key);
}

static enum status check_told(const struct unit_card *card, time_us now, struct plan_told *told,
                              struct error *err)
{
    int64_t ticks = plan_ticks_at(&card->problem, now);
    bool is_visit = told->what == PLAN_TOLD_ARRIVED || told->what == PLAN_TOLD_LEFT ||
                    told->what == PLAN_TOLD_SKIPPED;
    if (ticks < 0 || ticks > (int64_t)DAY_S_MAX * card->problem.ticks_per_s) {
        return error_set(err, STATUS_INVALID,
                         "This card is for another day; nothing was kept of what you pressed.");
    }
    if (is_visit == (told->task == PLAN_NONE)) {
        return error_set(err, STATUS_INVALID, "That button belongs to no visit. Reload the card.");
    }
    told->at = (int32_t)ticks;
    return plan_told_wrong(&card->told, told) == NULL
               ? STATUS_OK
               : error_set(err, STATUS_INVALID,
                           "That does not follow what this unit told before. Reload the card and "
                           "use the buttons that it shows.");
}

/* What is above the limit would be kept from the room, so it is refused where it is told. */
static enum status check_room(const struct unit_card *card, struct error *err)
{
    if (card->trail.units[card->unit].count < UNIT_TOLD_MAX &&
        card->trail.count < CASEBOOK_TOLD_MAX) {
        return STATUS_OK;
    }
    enum status status =
        error_set(err, STATUS_LIMIT, "So much was told that the desk keeps no more of it.");
    error_hint(err, "Tell your control room by radio, this and what follows.");
    return status;
}

int64_t unit_card_seen(const struct unit_card *card)
{
    return card->is_gone ? 0 : card->trail.units[card->unit].newest;
}

int64_t unit_card_last(const struct unit_card *card)
{
    uint32_t last = card->told.last[card->unit];
    return last == PLAN_NONE ? 0 : card->trail.leaves[last];
}

/* Whoever has the link may put a wrong press right, and not undo the unit's day. */
static enum status check_take_back(const struct unit_card *card, int64_t of, time_us now,
                                   struct error *err)
{
    const struct told_unit *unit = &card->trail.units[card->unit];
    if (of == 0 || unit_card_last(card) != of) {
        return error_set(err, STATUS_INVALID,
                         "Something else was told meanwhile. Only what the card shows as told last "
                         "can be taken back.");
    }
    int64_t at = card->told.rows[card->told.last[card->unit]].at;
    int64_t age = plan_ticks_at(&card->problem, now) - at;
    enum status status = check_room(card, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (unit->took_back) {
        status = error_set(err, STATUS_INVALID,
                           "One word was taken back already, and nothing was told since. Only one "
                           "can be taken back here.");
    } else if (age > (int64_t)UNIT_BACK_S * card->problem.ticks_per_s) {
        status = error_set(err, STATUS_INVALID,
                           "That was told more than %d minutes ago, and cannot be taken back here.",
                           UNIT_BACK_S / 60);
    }
    if (status != STATUS_OK) {
        error_hint(err, "Tell your control room by radio what was wrong.");
    }
    return status;
}

/* One row; with `of` it takes back the row of that leaf. */
struct saying {
    str unit, task;
    const char *word; /* for the ledger */
    int64_t what, of, tag;
};

static enum status check_saying(const struct unit_card *card, const struct saying *saying,
                                time_us now, struct error *err)
{
    struct plan_told told = {
        .unit = card->unit, .task = PLAN_NONE, .what = (enum plan_told_what)saying->what};
    if (saying->what == TAKEN_BACK) {
        return check_take_back(card, saying->of, now, err);
    }
    enum status status = check_room(card, err);
    if (status == STATUS_OK) {
        status = find_task(card, saying->task, &told.task, err);
    }
    return status == STATUS_OK ? check_told(card, now, &told, err) : status;
}

/* In the turn of writing: another host may have written since the card was read. */
static enum status check_turn(struct desk *desk, struct arena *arena, struct unit_card *card,
                              const struct saying *saying, time_us now, bool *ret_is_known,
                              struct error *err)
{
    int64_t newest = 0;
    enum status status =
        casebook_told_known(desk->casebook, card->operation, saying->tag, ret_is_known, err);
    if (status == STATUS_OK && *ret_is_known) {
        return error_set(err, STATUS_CONFLICT, "That was told meanwhile.");
    }
    if (status == STATUS_OK) {
        status = casebook_told_newest(desk->casebook, card->operation, &newest, err);
    }
    if (status != STATUS_OK || newest == card->trail.newest) {
        return status;
    }
    status =
        told_follow(desk, arena, card->operation, &card->problem, &card->told, &card->trail, err);
    return status == STATUS_OK ? check_saying(card, saying, now, err) : status;
}

static enum status keep_told(struct desk *desk, struct arena *arena, struct unit_card *card,
                             const struct saying *saying, time_us now, struct error *err)
{
    bool is_known = false;
    struct caller nobody = {.officer = 0, .now = now};
    struct act act;
    struct buf body;
    struct json_out json;
    act_begin(&act, &nobody, "unit.told", 0, false);
    json_put_int(&act.json, "operation", card->operation);
    json_put_text(&act.json, "unit", saying->unit);
    json_put_text(&act.json, "what", str_c(saying->word));
    json_put_text(&act.json, "task", operation_sent_head(saying->task));
    buf_init(&body, BODY_BYTES_MAX);
    json_out_init(&json, &body);
    json_begin_object(&json);
    json_put_text(&json, "unit", saying->unit);
    json_put_int(&json, "what", saying->what);
    json_put_text(&json, "task", saying->task);
    json_put_int(&json, "at", now);
    if (saying->of != 0) {
        json_put_int(&json, "of", saying->of);
    }
    json_end_object(&json);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        struct casebook_day_row row = {.leaf = act.leaf,
                                       .operation = card->operation,
                                       .tag = saying->tag,
                                       .hour = now - now % HOUR_US,
                                       .body = buf_str(&body)};
        status = check_turn(desk, arena, card, saying, now, &is_known, err);
        if (status == STATUS_OK) {
            status = casebook_told_add(desk->casebook, &row, err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    buf_close(&body);
    return is_known ? STATUS_OK : status; /* and nothing of this one is kept */
}

enum status desk_unit_tell(struct desk *desk, str token, const struct unit_press *press,
                           time_us now, struct arena *arena, struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    str unit = {0};
    bool is_known = false;
    enum status status = open_own_card(desk, token, now, arena, card, &unit, err);
    if (status != STATUS_OK) {
        return status;
    }
    int64_t tag = told_tag(desk, arena, card, unit, press);
    status = casebook_told_known(desk->casebook, card->operation, tag, &is_known, err);
    if (status != STATUS_OK || is_known) {
        return status;
    }
    struct saying saying = {.unit = unit,
                            .task = press->task,
                            .word = plan_told_word(press->what),
                            .what = press->what,
                            .tag = tag};
    status = check_saying(card, &saying, now, err);
    return status == STATUS_OK ? keep_told(desk, arena, card, &saying, now, err) : status;
}

bool unit_card_may_take_back(const struct unit_card *card, time_us now)
{
    struct error unused;
    return check_take_back(card, unit_card_last(card), now, &unused) == STATUS_OK;
}

enum status desk_unit_take_back(struct desk *desk, str token, int64_t of, time_us now,
                                struct arena *arena, struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    str unit = {0};
    bool is_known = false;
    enum status status = open_own_card(desk, token, now, arena, card, &unit, err);
    if (status != STATUS_OK) {
        return status;
    }
    int64_t tag = casebook_tag(desk->casebook, STR("told"),
                               arena_printf(arena, "taken back/%lld", (long long)of));
    status = casebook_told_known(desk->casebook, card->operation, tag, &is_known, err);
    if (status != STATUS_OK || is_known) {
        return status;
    }
    status = check_take_back(card, of, now, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct plan_told *row = &card->told.rows[card->told.last[card->unit]];
    const char *word = arena_printf(arena, "taken back: %s", plan_told_word(row->what)).p;
    struct saying saying = {.unit = unit,
                            .task = row->task == PLAN_NONE ? (str){0}
                                                           : card->problem.tasks[row->task].id,
                            .word = word,
                            .what = TAKEN_BACK,
                            .of = of,
                            .tag = tag};
    return keep_told(desk, arena, card, &saying, now, err);
}
