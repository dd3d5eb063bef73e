/* SPDX-License-Identifier: Apache-2.0 */
/* Posts are wanted in officers and stood by whole units. Who can stand there, and by which rule the others cannot, is
 * said where it stands. What is said to be impossible is so; whether the rest comes out, with other duties, a
 * search says. */
#include "base/utf8.h"
#include "deskweb/plan_view.h"
#include "plan/day.h"
#include "plan/stand.h"

enum {
    TURNS_LOOKED_AT = 48, /* more are not gone through for a page */
    NAMES_SHOWN = 12,
    ID_BYTES_MAX = 80,
    WORDS_BYTES_MAX = 6000,
    STAND_ARENA_BYTES = 64 * 1024 * 1024
};

struct operation_posts operation_posts_make(struct ask *ask, const struct operation *operation)
{
    struct operation_posts posts = {.operation = operation};
    struct plan_refused refused;
    struct error none = {0};
    struct buf text;
    plan_refused_init(&refused);
    buf_init(&text, PLAN_TEXT_BYTES_MAX);
    posts.is_there =
        operation_posts_problem(operation, &text, &none) == STATUS_OK &&
        plan_problem_read(ask->arena, buf_str(&text), &posts.problem, &refused, &none) == STATUS_OK;
    buf_close(&text);
    plan_refused_close(&refused);
    plan_ids_init(&posts.tasks, ask->arena);
    plan_ids_init(&posts.units, ask->arena);
    for (uint32_t i = 0; posts.is_there && i < posts.problem.task_count; i++) {
        (void)plan_ids_add(&posts.tasks, posts.problem.tasks[i].id, i);
    }
    for (uint32_t i = 0; posts.is_there && i < posts.problem.unit_count; i++) {
        (void)plan_ids_add(&posts.units, posts.problem.units[i].id, i);
    }
    return posts;
}

/* --- the turn that fewest can stand --- */

struct turn {
    const struct plan_task *task;
    const struct plan_stand *stands;
    int64_t officers; /* that can */
};

static int64_t officers_of(const struct plan_problem *problem, const struct plan_stand *stands)
{
    int64_t officers = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        officers += stands[i].rule == PLAN_STAND_CAN ? problem->units[i].officers : 0;
    }
    return officers;
}

static uint32_t find_scarcest(struct arena *arena, const struct operation_posts *posts, str id,
                              struct turn *ret_turn)
{
    uint32_t count = 0;
    while (posts->is_there && count < TURNS_LOOKED_AT) {
        str name = arena_printf(arena, "%.*s/1.%u", STR_ARG(id), count + 1);
        uint32_t at = plan_ids_find(&posts->tasks, name);
        if (at == UINT32_MAX) {
            break;
        }
        struct turn turn = {.task = &posts->problem.tasks[at]};
        turn.stands = plan_stands(arena, &posts->problem, turn.task);
        turn.officers = officers_of(&posts->problem, turn.stands);
        if (count++ == 0 || turn.officers < ret_turn->officers) {
            *ret_turn = turn;
        }
    }
    return count;
}

/* --- words --- */

/* Units with one reason side by side: "P3, P4 (its reason), P5 (another)". */
struct reasons {
    struct buf *out;
    str last;
    uint32_t count;
};

static void add_reason(struct reasons *reasons, str id, str reason)
{
    struct buf *out = reasons->out;
    if (++reasons->count > NAMES_SHOWN) {
        return;
    }
    if (reasons->count > 1 && !str_equal(reason, reasons->last)) {
        buf_printf(out, " (%.*s)", STR_ARG(reasons->last));
    }
    buf_printf(out, "%s%.*s", reasons->count == 1 ? "; not " : ", ",
               STR_ARG(utf8_clip(id, ID_BYTES_MAX)));
    reasons->last = reason;
}

static void end_reasons(struct reasons *reasons)
{
    if (reasons->count > 0) {
        buf_printf(reasons->out, " (%.*s)", STR_ARG(reasons->last));
    }
    if (reasons->count > NAMES_SHOWN) {
        buf_printf(reasons->out, " and %u more", reasons->count - NAMES_SHOWN);
    }
}

static str reason_of(struct arena *arena, const struct plan_problem *problem, uint32_t unit_index,
                     const struct turn *turn)
{
    const struct plan_unit *unit = &problem->units[unit_index];
    const struct plan_stand *stand = &turn->stands[unit_index];
    if (stand->rule == PLAN_STAND_SKILLS) {
        uint64_t lacks = turn->task->skills & ~unit->skills;
        return arena_printf(arena, "lacks %.*s", STR_ARG(plan_skill_names(arena, problem, lacks)));
    }
    if (stand->rule == PLAN_STAND_HOURS) {
        return arena_printf(arena, "on duty %.*s to %.*s",
                            STR_ARG(plan_clock(arena, problem, (int64_t)unit->start - unit->brief)),
                            STR_ARG(plan_clock(arena, problem, unit->end)));
    }
    if (stand->rule == PLAN_STAND_WAY && stand->early > 0) {
        return arena_printf(arena, "by its way there %lld min late",
                            plan_minutes_up(problem, stand->early));
    }
    if (stand->rule == PLAN_STAND_WAY) {
        return arena_printf(arena, "by its way back %lld min after its duty",
                            plan_minutes_up(problem, stand->late));
    }
    return stand->rule == PLAN_STAND_BREAK    ? STR("no time for its break before or after")
           : stand->rule == PLAN_STAND_NO_WAY ? STR("no way there")
           : stand->rule == PLAN_STAND_OUT    ? STR("out of service")
                                              : STR("too few officers");
}

/* Those that the problem has not got, first. */
static void add_left_out(struct arena *arena, const struct operation_posts *posts,
                         struct reasons *reasons)
{
    const struct operation *operation = posts->operation;
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row = {0};
        str id = operation->units[i].id;
        if (plan_ids_find(&posts->units, id) != UINT32_MAX) {
            continue;
        }
        bool is_too_long = json_parse(arena, operation->units[i].json, &row, NULL) == STATUS_OK &&
                           operation_is_too_long(operation, &row);
        add_reason(reasons, id,
                   is_too_long ? arena_printf(arena, "rule of the longest duty, %lld h",
                                              (long long)operation->rules.hours_max)
                               : STR("its row cannot be used"));
    }
}

static void add_standers(const struct plan_problem *problem, const struct turn *turn,
                         struct buf *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        if (turn->stands[i].rule == PLAN_STAND_CAN && ++count <= NAMES_SHOWN) {
            buf_printf(out, "%s%.*s", count == 1 ? " (" : ", ",
                       STR_ARG(utf8_clip(problem->units[i].id, ID_BYTES_MAX)));
        }
    }
    if (count > NAMES_SHOWN) {
        buf_printf(out, " and %u more", count - NAMES_SHOWN);
    }
    buf_add_c(out, count > 0 ? ")" : "");
}

static void add_words(struct arena *arena, const struct operation_posts *posts,
                      const struct json *row, struct buf *out)
{
    const struct plan_problem *problem = &posts->problem;
    struct reasons reasons = {.out = out};
    struct turn turn = {0};
    uint32_t count = find_scarcest(arena, posts, json_member_text(row, "id"), &turn);
    if (posts->operation->unit_count == 0 || (posts->is_there && count == 0)) {
        return;
    }
    buf_add_c(out, ": ");
    if (count > 1) {
        buf_printf(
            out, "from %.*s to %.*s ", STR_ARG(plan_clock(arena, problem, turn.task->open)),
            STR_ARG(plan_clock(arena, problem, (int64_t)turn.task->open + turn.task->dwell)));
    }
    if (turn.officers == 0) {
        buf_add_c(out, "nobody can stand there");
    } else {
        buf_printf(out, "%lld %s can stand there", (long long)turn.officers,
                   turn.officers == 1 ? "officer" : "officers");
        add_standers(problem, &turn, out);
    }
    if (turn.officers < json_member_int(row, "officers", 1)) {
        buf_add_c(out, ", so it cannot be met");
    }
    add_left_out(arena, posts, &reasons);
    for (uint32_t i = 0; posts->is_there && i < problem->unit_count; i++) {
        if (turn.stands[i].rule != PLAN_STAND_CAN) {
            add_reason(&reasons, problem->units[i].id,
                       reasons.count < NAMES_SHOWN ? reason_of(arena, problem, i, &turn)
                                                   : (str){0});
        }
    }
    end_reasons(&reasons);
}

str operation_post_words(struct ask *ask, const struct operation_posts *posts,
                         const struct json *row)
{
    struct arena arena;
    struct buf out;
    arena_init(&arena, STAND_ARENA_BYTES);
    buf_init(&out, WORDS_BYTES_MAX);
    add_words(&arena, posts, row, &out);
    str text = arena_str(ask->arena, buf_str(&out));
    buf_close(&out);
    arena_close(&arena);
    return text;
}

str operation_post_hint(struct ask *ask, const struct operation *operation)
{
    static const char rule[] =
        "Whole units stand there for all of its hours and do nothing else meanwhile; only a table "
        "(relief_min) can have them relieved.";
    uint32_t sizes[PLAN_OFFICERS_MAX + 1] = {0};
    uint32_t left_out = 0;
    struct buf out;
    buf_init(&out, WORDS_BYTES_MAX);
    buf_add_c(&out, rule);
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row = {0};
        if (json_parse(ask->arena, operation->units[i].json, &row, NULL) != STATUS_OK) {
            continue;
        }
        int64_t officers = json_member_int(&row, "officers", 1);
        bool is_too_long = operation_is_too_long(operation, &row);
        left_out += is_too_long ? 1 : 0;
        if (!is_too_long && officers >= 0 && officers <= PLAN_OFFICERS_MAX) {
            sizes[officers]++;
        }
    }
    const char *between = " Units here: ";
    for (int size = PLAN_OFFICERS_MAX; size > 0; size--) {
        if (sizes[size] > 0) {
            buf_printf(&out, "%s%u of %d %s", between, sizes[size], size,
                       size == 1 ? "officer" : "officers");
            between = ", ";
        }
    }
    if (left_out > 0) {
        buf_printf(&out, "%s%u left out by the rule of the longest duty", between, left_out);
        between = ", ";
    }
    if (operation->unit_count == 0) {
        buf_add_c(&out, " Who can stand there is said here once there are units");
    }
    buf_add_c(&out, str_ends(buf_str(&out), STR(".")) ? "" : ".");
    str text = arena_str(ask->arena, buf_str(&out));
    buf_close(&out);
    return text;
}
