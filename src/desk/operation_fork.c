/* SPDX-License-Identifier: Apache-2.0 */
/* What if: a copy of a plan's problem with something changed, searched for and kept as a draft. */
#include "base/utf8.h"
#include "desk/operation_ask.h"
#include "desk/operation_internal.h"
#include "plan/result.h"

enum { CHANGE_BYTES_MAX = 4000, HOUR_S = 3600, UNITS_NAMED = 12 };

struct forking {
    struct arena arena;
    struct casebook_plan row;
    struct operation operation; /* its head */
    struct desk_plan_row about;
    struct plan_problem problem, changed;
    struct plan_result result;
    str words;
    bool has_hours;      /* the longest duty is a rule */
    uint32_t first_back; /* of f.problem: units from here on were left out of the plan */
};

/* The sentences of plan/change.h have neither a capital nor a full stop. */
static enum status cannot(const struct plan_change *change, enum status status, struct error *err)
{
    struct error why = *err;
    if (status != STATUS_INVALID && status != STATUS_LIMIT) {
        return status;
    }
    error_set(err, status, "This cannot be tried: %s.", why.primary);
    if (change->visits > 0 || change->dwell_s >= 0) {
        error_hint(err, "Ask for fewer or shorter visits, or say in which area or at which place.");
    }
    return status;
}

static int64_t duty_of(const struct plan_unit *unit)
{
    return (int64_t)unit->end - unit->start + unit->brief;
}

static int64_t longest(const struct forking *f)
{
    return f->operation.rules.hours_max * HOUR_S * f->problem.ticks_per_s;
}

/* Is its duty longer than before the change, or is it new? */
static bool is_longer(const struct forking *f, const struct plan_unit *unit)
{
    uint32_t before = plan_find_unit(&f->problem, unit->id);
    return before == PLAN_NONE || duty_of(unit) > duty_of(&f->problem.units[before]);
}

/* What the rule leaves out of a search is not brought in by the back door. Who is late already, by the day or by
 * a rule that came later, forbids nothing else. */
static enum status check_hours(const struct forking *f, struct error *err)
{
    const struct plan_problem *problem = &f->changed;
    int64_t most = longest(f);
    for (uint32_t i = 0; i < problem->unit_count && f->has_hours; i++) {
        const struct plan_unit *unit = &problem->units[i];
        if (unit->officers > 0 && duty_of(unit) > most && is_longer(f, unit)) {
            enum status status = error_set(
                err, STATUS_INVALID,
                "This cannot be tried: the duty of unit %.*s would be longer than %lld hours.",
                STR_ARG(utf8_clip(unit->id, 80)), (long long)f->operation.rules.hours_max);
            error_hint(err, "The rule of the longest duty is on; it can be switched off below.");
            return status;
        }
    }
    return STATUS_OK;
}

/* --- without the rule of the longest duty --- */

/* The same skills by the numbers that they have in f->problem, where a new one is added. */
static bool skills_there(struct forking *f, const struct plan_problem *from, uint64_t skills,
                         uint64_t *ret_skills)
{
    struct plan_problem *to = &f->problem;
    *ret_skills = 0;
    for (uint32_t i = 0; i < from->skill_count; i++) {
        uint32_t at = 0;
        if ((skills >> i & 1) == 0) {
            continue;
        }
        while (at < to->skill_count && !str_equal(to->skills[at], from->skills[i])) {
            at++;
        }
        if (at == PLAN_SKILLS_MAX) {
            return false;
        }
        to->skills[at] = from->skills[i];
        to->skill_count += at == to->skill_count ? 1 : 0;
        *ret_skills |= UINT64_C(1) << at;
    }
    return true;
}

/* `unit` of `from` as one of f->problem; false when that has not its base, its way of going, or room. */
static bool unit_there(struct forking *f, const struct plan_problem *from, struct plan_unit *unit)
{
    const struct plan_problem *to = &f->problem;
    str mode = from->modes[unit->mode].id;
    unit->base = plan_find_site(to, from->sites[unit->base].id);
    unit->end_site = plan_find_site(to, from->sites[unit->end_site].id);
    unit->mode = 0;
    while (unit->mode < to->mode_count && !str_equal(to->modes[unit->mode].id, mode)) {
        unit->mode++;
    }
    return unit->base != PLAN_NONE && unit->end_site != PLAN_NONE && unit->mode < to->mode_count &&
           to->unit_count < PLAN_UNITS_MAX && skills_there(f, from, unit->skills, &unit->skills);
}

/* Units that only this rule left out come back, as they are in the operation now. */
static enum status bring_back(struct forking *f, struct desk *desk, struct error *err)
{
    struct operation whole;
    struct plan_problem now;
    struct plan_refused refused;
    struct buf text;
    struct buf left_out;
    enum status status = operation_load(desk, &f->arena, f->row.operation, &whole, err);
    if (status != STATUS_OK) {
        return status;
    }
    whole.rules.has_hours = false;
    buf_init(&text, OPERATION_BODY_BYTES_MAX);
    buf_init(&left_out, OPERATION_LEFT_OUT_BYTES_MAX);
    plan_refused_init(&refused);
    status = operation_problem(&whole, &text, &left_out, err);
    if (status == STATUS_OK) {
        status =
            plan_problem_read(&f->arena, arena_str(&f->arena, buf_str(&text)), &now, &refused, err);
    }
    plan_refused_close(&refused);
    buf_close(&left_out);
    buf_close(&text);
    if (status != STATUS_OK) {
        return status;
    }
    struct plan_unit *units =
        ARENA_ARRAY(&f->arena, struct plan_unit, f->problem.unit_count + now.unit_count + 1U);
    memcpy(units, f->problem.units, f->problem.unit_count * sizeof *units);
    f->problem.units = units;
    f->first_back = f->problem.unit_count;
    for (uint32_t i = 0; i < now.unit_count; i++) {
        struct plan_unit unit = now.units[i];
        if (duty_of(&unit) > longest(f) && plan_find_unit(&f->problem, unit.id) == PLAN_NONE &&
            unit_there(f, &now, &unit)) {
            units[f->problem.unit_count++] = unit;
        }
    }
    return STATUS_OK;
}

static enum status without_hours(struct forking *f, struct desk *desk, struct error *err)
{
    if (!f->has_hours) {
        return error_set(err, STATUS_INVALID,
                         "This cannot be tried: the longest duty is no rule of this plan already.");
    }
    enum status status = bring_back(f, desk, err);
    f->has_hours = false;
    return status;
}

/* Somebody works longer than the rule allows; else its end would change nothing. */
static enum status check_longer(const struct forking *f, struct error *err)
{
    for (uint32_t i = 0; i < f->changed.unit_count; i++) {
        if (duty_of(&f->changed.units[i]) > longest(f)) {
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID,
                     "This cannot be tried: no unit is left out for its long duty, and none would "
                     "have one.");
}

static void say_back(const struct forking *f, struct buf *out)
{
    for (uint32_t i = f->first_back; i < f->problem.unit_count; i++) {
        uint32_t nth = i - f->first_back;
        if (nth < UNITS_NAMED) {
            buf_printf(out, "%s%.*s", nth == 0 ? "; with unit " : ", ",
                       STR_ARG(utf8_clip(f->problem.units[i].id, 80)));
        }
    }
    if (f->problem.unit_count - f->first_back > UNITS_NAMED) {
        buf_printf(out, " and %u others", f->problem.unit_count - f->first_back - UNITS_NAMED);
    }
}

static enum status say_change(struct forking *f, const struct plan_change *change,
                              struct error *err)
{
    struct buf out;
    buf_init(&out, CHANGE_BYTES_MAX);
    plan_change_words(&f->problem, change, &out);
    if (change->has_no_hours) {
        say_back(f, &out);
    }
    f->words = arena_str(&f->arena, utf8_clip(buf_str(&out), CHANGE_BYTES_MAX - 4));
    buf_close(&out);
    if (f->words.n > 0) {
        return STATUS_OK;
    }
    enum status status = error_set(err, STATUS_INVALID, "Nothing is changed yet.");
    error_hint(err, "Say what shall be otherwise: fill in at least one of the fields.");
    return status;
}

static enum status make(struct forking *f, struct desk *desk, int64_t leaf,
                        const struct plan_change *change, int64_t seconds, struct error *err)
{
    enum status status = plan_load(desk, &f->arena, leaf, &f->row, &f->operation, err);
    if (status == STATUS_OK) {
        status = search_check(seconds, (str){0}, &f->operation, err);
    }
    if (status == STATUS_OK) {
        plan_about_decode(&f->arena, &f->row, &f->about);
        status =
            plan_texts_read(&f->arena, f->row.problem, f->row.result, &f->problem, &f->result, err);
    }
    f->has_hours = f->operation.rules.has_hours && !f->about.has_no_hours;
    if (status == STATUS_OK && change->has_no_hours) {
        status = without_hours(f, desk, err);
    }
    if (status == STATUS_OK) {
        status = say_change(f, change, err);
    }
    if (status == STATUS_OK) {
        status = plan_change_make(&f->arena, &f->problem, change, &f->changed, err);
        status = cannot(change, status, err);
    }
    if (status == STATUS_OK && change->has_no_hours) {
        status = check_longer(f, err);
    }
    return status == STATUS_OK ? check_hours(f, err) : status;
}

/* But for those who are back. */
static void put_left_out(struct forking *f, struct buf *out)
{
    str rest = f->about.left_out;
    str line = {0};
    while (str_next_line(&rest, &line)) {
        bool is_back = false;
        for (uint32_t i = f->first_back; f->first_back > 0 && i < f->problem.unit_count; i++) {
            is_back =
                is_back ||
                str_starts(line, arena_printf(&f->arena, "unit %.*s: its duty is longer",
                                              STR_ARG(utf8_clip(f->problem.units[i].id, 80))));
        }
        if (!is_back) {
            buf_printf(out, "%.*s\n", STR_ARG(line));
        }
    }
}

static enum status fill(struct forking *f, const struct plan_change *change,
                        struct search_slot *slot, struct error *err)
{
    plan_problem_write(&f->changed, &slot->problem);
    put_left_out(f, &slot->left_out);
    parts_of_change(&slot->changes, &f->problem, &f->changed, change);
    slot->has_no_hours = f->about.has_no_hours || change->has_no_hours;
    buf_printf(&slot->differs, "%.*s%s%.*s", STR_ARG(f->about.differs),
               f->about.differs.n > 0 ? "; " : "", STR_ARG(f->words));
    slot->fork = f->row.leaf;
    slot->fork_number = f->row.number;
    return slot->problem.overflowed || slot->differs.overflowed
               ? error_set(err, STATUS_LIMIT, "The operation is too large for one search.")
               : STATUS_OK;
}

static enum status write_fork(struct desk *desk, const struct caller *caller,
                              const struct forking *f, int64_t seconds, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "plan.fork", 0, false);
    json_put_int(&act.json, "operation", f->row.operation);
    json_put_int(&act.json, "plan", f->row.number);
    json_put_int(&act.json, "seconds", seconds);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_plan_fork(struct desk *desk, const struct caller *caller, int64_t leaf,
                           const struct plan_change *change, int64_t seconds, struct error *err)
{
    struct forking f = {0};
    struct search_slot *slot = NULL;
    enum status status = search_slot_open(desk, caller, &slot, err);
    if (status != STATUS_OK) {
        return status;
    }
    arena_init(&f.arena, PLAN_ARENA_BYTES_MAX);
    status = make(&f, desk, leaf, change, seconds, err);
    if (status == STATUS_OK) {
        status = fill(&f, change, slot, err);
    }
    if (status == STATUS_OK) {
        status = write_fork(desk, caller, &f, seconds, err);
    }
    if (status == STATUS_OK) {
        struct planner_job job = {.seed = f.result.seed};
        str why = arena_printf(&f.arena, "What if: %.*s", STR_ARG(f.words));
        search_slot_start(slot, caller, f.row.operation, seconds, utf8_clip(why, WHY_BYTES_MAX));
        status = search_slot_ask(slot, &job, err);
    } else {
        search_slot_close(slot);
    }
    arena_close(&f.arena);
    return status;
}
