/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of a unit, by who has its link or by an officer for it: checked, kept once, taken back. */
#include "base/utf8.h"
#include "desk/operation_day_internal.h"
#include "plan/day.h"

enum { DAY_S_MAX = 48 * 3600 };

/* To write on it: the plan of now has the unit. */
static enum status open_own_card(struct desk *desk, str token, time_us now, struct arena *arena,
                                 struct unit_card *card, struct error *err)
{
    str unit = {0};
    enum status status = unit_card_open(desk, token, now, arena, card, &unit, err);
    return status == STATUS_OK && card->is_gone
               ? error_set(err, STATUS_INVALID, "The plan of now has no unit of that name.")
               : status;
}

static void mark_had(const struct unit_card *card, const struct plan_problem *problem,
                     const struct plan_result *result, bool *had)
{
    uint32_t unit = plan_find_unit(problem, card->problem.units[card->unit].id);
    for (uint32_t i = 0; unit != PLAN_NONE && i < result->routes[unit].stop_count; i++) {
        uint32_t task = result->routes[unit].stops[i].task;
        uint32_t now = plan_find_task(&card->problem, problem->tasks[task].id);
        if (now != PLAN_NONE) {
            had[now] = true;
        }
    }
}

enum status unit_card_had(struct desk *desk, struct arena *card_arena, struct unit_card *card,
                          struct error *err)
{
    struct casebook_plan *rows = NULL;
    struct casebook_plan row;
    struct desk_plan_row about;
    struct plan_problem problem;
    struct plan_result result;
    struct arena arena, work;
    size_t count = 0;
    bool *had = ARENA_ARRAY(card_arena, bool, card->problem.task_count + 1U);
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    arena_init(&work, PLAN_ARENA_BYTES_MAX);
    enum status status =
        casebook_plans(desk->casebook, &arena, card->operation, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        plan_about_decode(&arena, &rows[i], &about);
        if (about.published_at == 0 || rows[i].state == PLAN_PUBLISHED) {
            continue;
        }
        arena_reset(&work);
        status = casebook_plan_get(desk->casebook, &work, rows[i].leaf, &row, err);
        if (status == STATUS_OK) {
            status = plan_texts_read(&work, row.problem, row.result, &problem, &result, err);
        }
        if (status == STATUS_OK) {
            mark_had(card, &problem, &result, had);
        }
    }
    arena_close(&work);
    arena_close(&arena);
    card->had = had;
    return status;
}

/* Only of what the card shows: the unit's own visits, and where it is; or of what it showed by an earlier plan: the
 * form may have been opened then, where there is no signal. */
static enum status find_task(struct desk *desk, struct arena *arena, struct unit_card *card,
                             str task, uint32_t *ret_task, struct error *err)
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
    uint32_t other = plan_find_task(&card->problem, task);
    enum status status = STATUS_OK;
    if (other != PLAN_NONE && card->had == NULL) {
        status = unit_card_had(desk, arena, card, err);
    }
    if (status == STATUS_OK && (other == PLAN_NONE || !card->had[other])) {
        status =
            error_set(err, STATUS_INVALID,
                      "The plan was changed meanwhile. Use the buttons that the card shows now.");
    }
    *ret_task = other;
    return status;
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

/* One row; with `of` it takes back the row of that leaf. */
struct saying {
    const struct caller *caller; /* officer 0: who has the unit's link */
    str unit, task;
    const char *word; /* for the ledger */
    int64_t what, of, tag;
    int64_t seen;         /* of the form that says it */
    str when, until;      /* as they were typed */
    time_us at, until_at; /* when it happened; until_at 0: nothing more is said */
};

/* The last such time until now: after midnight "23:50" is that of the evening before. */
static enum status find_time(const struct unit_card *card, str text, time_us now, time_us *ret_at,
                             struct error *err)
{
    const struct plan_problem *problem = &card->problem;
    int64_t day_ticks = INT64_C(24) * 3600 * problem->ticks_per_s;
    int64_t now_ticks = plan_ticks_at(problem, now);
    int32_t seconds = 0;
    text = str_trim(text);
    if (text.n == 0) {
        *ret_at = now;
        return STATUS_OK;
    }
    if (!plan_parse_clock(problem->day, text, &seconds)) {
        return error_set(err, STATUS_INVALID, "'%.*s' is no time like 10:05.",
                         STR_ARG(utf8_clip(text, 40)));
    }
    int64_t ticks = (int64_t)seconds * problem->ticks_per_s;
    ticks += ticks + day_ticks <= now_ticks ? day_ticks : 0;
    if (ticks > now_ticks) {
        return error_set(err, STATUS_INVALID,
                         "%.*s is still to come: only what has happened can be told.",
                         STR_ARG(text));
    }
    uint32_t last = card->told.last[card->unit]; /* a minute was said, and it was in that minute */
    int32_t last_at = last == PLAN_NONE ? 0 : card->told.rows[last].at;
    ticks = last_at > ticks && last_at < ticks + 60 * problem->ticks_per_s ? last_at : ticks;
    *ret_at = plan_moment(problem, ticks);
    return STATUS_OK;
}

/* NULL, or why what the unit told cannot follow one another, with `more` (in order of time) put in its place, and
 * without the row of the leaf `but`. */
static const char *wrong_with(struct arena *arena, const struct unit_card *card, int64_t but,
                              const struct plan_told *more, size_t count)
{
    const struct plan_told_rows *told = &card->told;
    struct plan_told_rows rows;
    const char *wrong = NULL;
    size_t k = 0;
    plan_told_init(arena, &card->problem, told->count + count, &rows);
    for (uint32_t i = told->first[card->unit]; wrong == NULL && (i != PLAN_NONE || k < count);) {
        bool is_more = k < count && (i == PLAN_NONE || more[k].at < told->rows[i].at);
        struct plan_told one = is_more ? more[k] : told->rows[i];
        bool is_out = !is_more && card->trail.leaves[i] == but;
        k += is_more ? 1 : 0;
        i = is_more ? i : told->rows[i].next;
        wrong = is_out ? NULL : plan_told_wrong(&rows, &one);
        if (!is_out && wrong == NULL) {
            plan_told_add(&rows, &one);
        }
    }
    return wrong;
}

static enum status check_follows(struct arena *arena, const struct unit_card *card,
                                 const struct saying *saying, const struct plan_told *told,
                                 size_t count, struct error *err)
{
    const char *wrong = wrong_with(arena, card, 0, told, count);
    if (wrong != NULL && saying->when.n == 0) {
        return error_set(err, STATUS_INVALID,
                         "That does not follow what this unit told before. Reload the card and "
                         "use the buttons that it shows.");
    }
    if (wrong != NULL) {
        enum status status =
            error_set(err, STATUS_INVALID,
                      "At that time it does not fit between what this unit told before and after.");
        error_hint(err,
                   "Who arrived before it told something else had left again: say when. Or take "
                   "back first what is wrong.");
        return status;
    }
    return STATUS_OK;
}

/* Also of the clock, when no time is given: who tries a card days before does not begin the day with it. */
static enum status check_near(struct arena *arena, const struct unit_card *card,
                              const struct plan_told *told, size_t count, struct error *err)
{
    const struct plan_unit *unit = &card->problem.units[card->unit];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (plan_told_is_far(&card->problem, &told[i])) {
            status = error_set(
                err, STATUS_INVALID,
                "%.*s is more than six hours before or after the duty of this unit (%.*s to %.*s).",
                STR_ARG(plan_clock(arena, &card->problem, told[i].at)),
                STR_ARG(plan_clock(arena, &card->problem, (int64_t)unit->start - unit->brief)),
                STR_ARG(plan_clock(arena, &card->problem, unit->end)));
            error_hint(err, "Write when it happened. If it is as you wrote, the hours of the unit "
                            "in the operation are wrong.");
        }
    }
    return status;
}

static enum status check_told(struct arena *arena, const struct unit_card *card,
                              struct saying *saying, uint32_t task, struct error *err)
{
    struct plan_told told[2] = {
        {.unit = card->unit, .task = task, .what = (enum plan_told_what)saying->what},
        {.unit = card->unit, .task = task, .what = PLAN_TOLD_LEFT}};
    time_us now = saying->caller->now;
    int64_t ticks = plan_ticks_at(&card->problem, now);
    bool is_visit = saying->what == PLAN_TOLD_ARRIVED || saying->what == PLAN_TOLD_LEFT ||
                    saying->what == PLAN_TOLD_SKIPPED;
    bool has_until = saying->what == PLAN_TOLD_ARRIVED && str_trim(saying->until).n > 0;
    if (ticks < 0 || ticks > (int64_t)DAY_S_MAX * card->problem.ticks_per_s) {
        return error_set(err, STATUS_INVALID,
                         "This card is for another day; nothing was kept of what you pressed.");
    }
    if (is_visit == (task == PLAN_NONE)) {
        return error_set(err, STATUS_INVALID, "That button belongs to no visit. Reload the card.");
    }
    enum status status = find_time(card, saying->when, now, &saying->at, err);
    if (status == STATUS_OK && has_until) {
        status = find_time(card, saying->until, now, &saying->until_at, err);
    }
    if (status == STATUS_OK && has_until && saying->until_at < saying->at) {
        status = error_set(err, STATUS_INVALID, "It cannot have left before it arrived.");
    }
    if (status != STATUS_OK) {
        return status;
    }
    told[0].at = (int32_t)plan_ticks_at(&card->problem, saying->at);
    told[1].at = has_until ? (int32_t)plan_ticks_at(&card->problem, saying->until_at) : 0;
    status = check_near(arena, card, told, has_until ? 2 : 1, err);
    return status == STATUS_OK ? check_follows(arena, card, saying, told, has_until ? 2 : 1, err)
                               : status;
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
    time_us age = now - card->trail.told_at[card->told.last[card->unit]];
    enum status status = check_room(card, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (unit->took_back) {
        status = error_set(err, STATUS_INVALID,
                           "One word was taken back already, and nothing was told since. Only one "
                           "can be taken back here.");
    } else if (age > UNIT_BACK_S * US_PER_SECOND) {
        status = error_set(err, STATUS_INVALID,
                           "That was told more than %d minutes ago, and cannot be taken back here.",
                           UNIT_BACK_S / 60);
    }
    if (status != STATUS_OK) {
        error_hint(err, "Tell your control room by radio what was wrong.");
    }
    return status;
}

/* By an officer: any word that counts. Returns its row; PLAN_NONE. */
static uint32_t row_of(const struct unit_card *card, int64_t leaf)
{
    uint32_t i = card->told.first[card->unit];
    while (i != PLAN_NONE && card->trail.leaves[i] != leaf) {
        i = card->told.rows[i].next;
    }
    return i;
}

static enum status check_take_back_for(struct arena *arena, const struct unit_card *card,
                                       int64_t of, struct error *err)
{
    if (of == 0 || row_of(card, of) == PLAN_NONE) {
        return error_set(err, STATUS_INVALID,
                         "That is taken back already, or was never told by this unit.");
    }
    if (wrong_with(arena, card, of, NULL, 0) != NULL) {
        return error_set(err, STATUS_INVALID,
                         "What the unit told after that does not follow without it. Take back what "
                         "it told last first.");
    }
    return check_room(card, err);
}

static enum status check_saying(struct desk *desk, struct arena *arena, struct unit_card *card,
                                struct saying *saying, struct error *err)
{
    uint32_t task = PLAN_NONE;
    if (saying->what == UNIT_TAKEN_BACK) {
        return saying->caller->officer != 0
                   ? check_take_back_for(arena, card, saying->of, err)
                   : check_take_back(card, saying->of, saying->caller->now, err);
    }
    enum status status = check_room(card, err);
    if (status == STATUS_OK) {
        status = find_task(desk, arena, card, saying->task, &task, err);
    }
    return status == STATUS_OK ? check_told(arena, card, saying, task, err) : status;
}

/* In the turn of writing: another host may have written since the card was read. */
static enum status check_turn(struct desk *desk, struct arena *arena, struct unit_card *card,
                              struct saying *saying, bool *ret_is_known, struct error *err)
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
    return status == STATUS_OK ? check_saying(desk, arena, card, saying, err) : status;
}

static void put_saying(struct buf *out, const struct saying *saying)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "unit", saying->unit);
    json_put_int(&json, "what", saying->what);
    json_put_text(&json, "task", saying->task);
    json_put_int(&json, "at", saying->at);
    if (saying->at != saying->caller->now) {
        json_put_int(&json, "told_at", saying->caller->now);
    }
    if (saying->until_at != 0) {
        json_put_int(&json, "until", saying->until_at);
    }
    if (saying->of != 0) {
        json_put_int(&json, "of", saying->of);
    }
    json_end_object(&json);
}

/* When it happened, when somebody said so: the act itself has when it was told. */
static str happened_words(struct arena *arena, const struct unit_card *card,
                          const struct saying *saying)
{
    const struct plan_problem *problem = &card->problem;
    str at = plan_clock(arena, problem, plan_ticks_at(problem, saying->at));
    return saying->until_at == 0
               ? at
               : arena_printf(
                     arena, "%.*s to %.*s", STR_ARG(at),
                     STR_ARG(plan_clock(arena, problem, plan_ticks_at(problem, saying->until_at))));
}

static enum status keep_told(struct desk *desk, struct arena *arena, struct unit_card *card,
                             struct saying *saying, struct error *err)
{
    bool is_known = false;
    time_us now = saying->caller->now;
    struct act act;
    struct buf body;
    act_begin(&act, saying->caller, "unit.told", 0, false);
    json_put_int(&act.json, "operation", card->operation);
    json_put_text(&act.json, "unit", saying->unit);
    json_put_text(&act.json, "what", str_c(saying->word));
    json_put_text(&act.json, "task", operation_sent_head(saying->task));
    if (saying->at != now || saying->until_at != 0) {
        json_put_text(&act.json, "happened", happened_words(arena, card, saying));
    }
    enum status status = act_write(desk, &act, err);
    buf_init(&body, UNIT_BODY_BYTES_MAX);
    if (status == STATUS_OK) {
        put_saying(&body, saying);
        struct casebook_day_row row = {.leaf = act.leaf,
                                       .operation = card->operation,
                                       .tag = saying->tag,
                                       .hour = now - now % HOUR_US,
                                       .body = buf_str(&body)};
        status = check_turn(desk, arena, card, saying, &is_known, err);
        if (status == STATUS_OK) {
            status = casebook_told_add(desk->casebook, &row, err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    buf_close(&body);
    return is_known ? STATUS_OK : status; /* and nothing of this one is kept */
}

/* Is what was told of the same, in the row, no repetition? An officer who knew of it means another time, or another
 * visit; and on a card another time was written into the form. */
static bool is_another(const struct unit_card *card, const struct saying *saying, uint32_t row)
{
    struct error unused;
    time_us at = 0;
    if (saying->caller->officer != 0) {
        return card->trail.leaves[row] <= saying->seen;
    }
    return str_trim(saying->when).n > 0 &&
           (find_time(card, saying->when, saying->caller->now, &at, &unused) != STATUS_OK ||
            plan_ticks_at(&card->problem, at) != card->told.rows[row].at);
}

/* A form that is sent twice is one. */
static enum status say_again(struct arena *arena, const struct unit_card *card,
                             const struct saying *saying, struct error *err)
{
    for (uint32_t i = card->told.first[card->unit]; i != PLAN_NONE; i = card->told.rows[i].next) {
        const struct plan_told *row = &card->told.rows[i];
        str task = row->task == PLAN_NONE ? (str){0} : card->problem.tasks[row->task].id;
        if ((int64_t)row->what != saying->what || !str_equal(task, saying->task)) {
            continue;
        }
        if (is_another(card, saying, i)) {
            str at = plan_clock(arena, &card->problem, row->at);
            enum status status = error_set(
                err, STATUS_INVALID,
                "This unit told that already, for %.*s: nothing was written down.", STR_ARG(at));
            error_hint(err, "Choose the other visit if there are several to the place; or take it "
                            "back below first, to give another time.");
            return status;
        }
        if (saying->caller->officer == 0) {
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

/* Unless it was said already. */
static enum status say(struct desk *desk, struct arena *arena, struct unit_card *card,
                       struct saying *saying, struct error *err)
{
    bool is_known = false;
    enum status status =
        casebook_told_known(desk->casebook, card->operation, saying->tag, &is_known, err);
    if (status == STATUS_OK && is_known) {
        return say_again(arena, card, saying, err);
    }
    if (status == STATUS_OK) {
        status = check_saying(desk, arena, card, saying, err);
    }
    return status == STATUS_OK ? keep_told(desk, arena, card, saying, err) : status;
}

static enum status tell(struct desk *desk, const struct caller *caller, struct unit_card *card,
                        const struct unit_press *press, struct arena *arena, struct error *err)
{
    str unit = card->problem.units[card->unit].id;
    struct saying saying = {.caller = caller,
                            .unit = unit,
                            .task = press->task,
                            .word = plan_told_word(press->what),
                            .what = press->what,
                            .tag = told_tag(desk, arena, card, unit, press),
                            .seen = press->seen,
                            .when = press->when,
                            .until = press->until};
    return say(desk, arena, card, &saying, err);
}

enum status desk_unit_tell(struct desk *desk, str token, const struct unit_press *press,
                           time_us now, struct arena *arena, struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    struct caller nobody = {.officer = 0, .now = now};
    enum status status = open_own_card(desk, token, now, arena, card, err);
    return status == STATUS_OK ? tell(desk, &nobody, card, press, arena, err) : status;
}

enum status desk_unit_tell_for(struct desk *desk, const struct caller *caller, int64_t operation,
                               str unit, const struct unit_press *press, struct arena *arena,
                               struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    enum status status = unit_card_open_for(desk, caller, operation, unit, arena, card, err);
    return status == STATUS_OK ? tell(desk, caller, card, press, arena, err) : status;
}

bool unit_card_may_take_back(const struct unit_card *card, time_us now)
{
    struct error unused;
    return check_take_back(card, unit_card_last(card), now, &unused) == STATUS_OK;
}

static enum status take_back(struct desk *desk, const struct caller *caller, struct unit_card *card,
                             int64_t of, struct arena *arena, struct error *err)
{
    uint32_t at = row_of(card, of);
    const struct plan_told *row = at == PLAN_NONE ? NULL : &card->told.rows[at];
    str key = arena_printf(arena, "taken back/%lld", (long long)of);
    struct saying saying = {
        .caller = caller,
        .unit = card->problem.units[card->unit].id,
        .task =
            row == NULL || row->task == PLAN_NONE ? (str){0} : card->problem.tasks[row->task].id,
        .word =
            row == NULL ? "" : arena_printf(arena, "taken back: %s", plan_told_word(row->what)).p,
        .what = UNIT_TAKEN_BACK,
        .of = of,
        .at = caller->now,
        .tag = casebook_tag(desk->casebook, STR("told"), key)};
    return say(desk, arena, card, &saying, err);
}

enum status desk_unit_take_back(struct desk *desk, str token, int64_t of, time_us now,
                                struct arena *arena, struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    struct caller nobody = {.officer = 0, .now = now};
    enum status status = open_own_card(desk, token, now, arena, card, err);
    return status == STATUS_OK ? take_back(desk, &nobody, card, of, arena, err) : status;
}

enum status desk_unit_take_back_for(struct desk *desk, const struct caller *caller,
                                    int64_t operation, str unit, int64_t of, struct arena *arena,
                                    struct error *err)
{
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    enum status status = unit_card_open_for(desk, caller, operation, unit, arena, card, err);
    return status == STATUS_OK ? take_back(desk, caller, card, of, arena, err) : status;
}
