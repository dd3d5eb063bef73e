/* SPDX-License-Identifier: Apache-2.0 */
/* Members of one row, each checked where it is taken. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "plan/problem_internal.h"

void plan_refused_init(struct plan_refused *refused)
{
    *refused = (struct plan_refused){.count = 0};
    buf_init(&refused->text, PLAN_REFUSED_SHOWN * 1024);
}

void plan_refused_close(struct plan_refused *refused)
{
    buf_close(&refused->text);
}

void plan_refused_say(struct plan_refused *refused, const char *fmt, ...)
{
    char words[ERROR_TEXT_MAX * 2];
    va_list args;
    if (++refused->count > PLAN_REFUSED_SHOWN) {
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    buf_printf(&refused->text, "%s\n", words);
}

void plan_refused_who(struct buf *out, str id, str name)
{
    name = str_equal(name, id) ? (str){0} : utf8_clip(name, 80);
    if (id.n > 0) {
        buf_printf(out, " ('%.*s'%s%.*s)", STR_ARG(utf8_clip(id, 80)), name.n > 0 ? ", " : "",
                   STR_ARG(name));
    } else if (name.n > 0) {
        buf_printf(out, " (%.*s)", STR_ARG(name));
    }
}

void plan_refused_row(struct plan_refused *refused, const char *name, size_t line, const char *why,
                      str what)
{
    plan_refused_say(refused, "%.200s, line %zu: %s '%.*s'", name, line, why,
                     STR_ARG(utf8_clip(what, 80)));
}

/* Its name, or that of the site that it is about. */
static str name_of(const struct plan_row *row, str id)
{
    const struct plan_reader *reader = row->reader;
    str name = json_member_text(row->json, "name");
    str site = json_member_text(row->json, "site");
    site = site.n > 0 || id.n > 0 ? site : json_member_text(row->json, "base");
    uint32_t found = name.n == 0 && site.n > 0 ? plan_ids_find(&reader->sites, site) : UINT32_MAX;
    if (found != UINT32_MAX && found < reader->problem->site_count) {
        name = reader->problem->sites[found].name;
    }
    return name.n > 0 || id.n > 0 ? name : site;
}

/* "line 7, tasks 3 ('t', Town hall)". A file of one line has no lines to be told apart. */
static void add_row(struct buf *out, const struct plan_row *row)
{
    str text = row->reader->text;
    str id = row->id.n > 0 ? row->id : json_member_text(row->json, "id");
    if (str_find_byte(str_trim(text), '\n') < str_trim(text).n) {
        buf_printf(out, "line %zu, ", json_rows_line(text, row->text));
    }
    buf_printf(out, "%s %zu", row->list, row->number);
    plan_refused_who(out, id, name_of(row, id));
}

void plan_row_refuse(struct plan_row *row, const char *fmt, ...)
{
    struct plan_reader *reader = row->reader;
    char why[ERROR_TEXT_MAX];
    va_list args;
    if (row->is_refused || row->is_told) {
        row->is_refused = true;
        return; /* one sentence a row */
    }
    row->is_refused = true;
    va_start(args, fmt);
    (void)vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    if (++reader->refused->count > PLAN_REFUSED_SHOWN) {
        return;
    }
    add_row(&reader->refused->text, row);
    buf_printf(&reader->refused->text, ": %s\n", why);
}

void plan_row_members(struct plan_row *row, const char *const *names)
{
    if (row->json->kind != JSON_OBJECT) {
        plan_row_refuse(row, "an object is wanted here");
        return;
    }
    for (size_t i = 0; i < row->json->count; i++) {
        size_t k = 0;
        while (names[k] != NULL && !str_equal(row->json->names[i], str_c(names[k]))) {
            k++;
        }
        if (names[k] == NULL) {
            plan_row_refuse(row, "there is no member '%.*s'",
                            STR_ARG(utf8_clip(row->json->names[i], 40)));
        }
    }
}

void plan_row_id(struct plan_row *row)
{
    const struct json *id = json_member(row->json, "id");
    if (id != NULL && id->kind == JSON_INT) {
        row->id = arena_printf(row->reader->arena, "%lld", (long long)id->integer);
    } else if (id != NULL && id->kind == JSON_TEXT && id->text.n > 0 && id->text.n <= 200) {
        row->id = arena_str(row->reader->arena, id->text);
    } else {
        plan_row_refuse(row, "'id' is missing, or not a text of 1 to 200 bytes or a whole number");
    }
}

double plan_row_number(struct plan_row *row, const char *name, double otherwise, double low,
                       double high)
{
    const struct json *value = json_member(row->json, name);
    if (value == NULL) {
        if (isnan(otherwise)) {
            plan_row_refuse(row, "'%s' is missing", name);
            return low;
        }
        return otherwise;
    }
    if (!json_has_number(value)) {
        plan_row_refuse(row, "'%s' is not a number", name);
        return low;
    }
    if (!(value->real >= low && value->real <= high)) {
        plan_row_refuse(row, "'%s' is %.10g; it must be from %.10g to %.10g", name, value->real,
                        low, high);
        return low;
    }
    return value->real;
}

double plan_row_whole(struct plan_row *row, const char *name, double otherwise, double low,
                      double high)
{
    double value = plan_row_number(row, name, otherwise, low, high);
    if (value != floor(value)) {
        plan_row_refuse(row, "'%s' is %.10g; a whole number is wanted", name, value);
    }
    return value;
}

int32_t plan_row_ticks(struct plan_row *row, const char *name, int64_t otherwise)
{
    double ticks = row->reader->problem->ticks_per_s;
    double max = PLAN_TICKS_MAX / ticks;
    double seconds =
        plan_row_number(row, name, otherwise < 0 ? NAN : (double)otherwise / ticks, 0, max);
    double value = nearbyint(seconds * ticks);
    if (fabs(value - seconds * ticks) > 1e-4) {
        plan_row_refuse(row, "'%s' is %.4f s, finer than 'ticks_per_s' (%g) can say", name, seconds,
                        ticks);
    }
    return (int32_t)value;
}

int64_t plan_row_profit(struct plan_row *row)
{
    double value = plan_row_number(row, "profit", 0, 0, (double)PLAN_PROFIT_MAX / 1000);
    double milli = nearbyint(value * 1000);
    if (fabs(milli - value * 1000) > 1e-4) {
        plan_row_refuse(row, "'profit' has more than three decimals");
    }
    return (int64_t)milli;
}

static uint64_t skill_bit(struct plan_row *row, str name)
{
    struct plan_reader *reader = row->reader;
    struct plan_problem *problem = reader->problem;
    uint32_t found = plan_ids_find(&reader->skills, name);
    if (found == UINT32_MAX) {
        if (problem->skill_count == PLAN_SKILLS_MAX) {
            plan_row_refuse(row, "skill '%.*s' is one more than the %d that a problem can have",
                            STR_ARG(utf8_clip(name, 40)), PLAN_SKILLS_MAX);
            return 0;
        }
        found = problem->skill_count++;
        problem->skills[found] = arena_str(reader->arena, name);
        (void)plan_ids_add(&reader->skills, problem->skills[found], found);
    }
    return UINT64_C(1) << found;
}

uint64_t plan_row_skills(struct plan_row *row)
{
    const struct json *list = json_member(row->json, "skills");
    uint64_t bits = 0;
    if (list == NULL) {
        return 0;
    }
    if (list->kind != JSON_LIST) {
        plan_row_refuse(row, "'skills' is not a list of texts");
        return 0;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != JSON_TEXT || list->items[i].text.n == 0) {
            plan_row_refuse(row, "'skills' is not a list of texts");
            return 0;
        }
        bits |= skill_bit(row, list->items[i].text);
    }
    return bits;
}

void plan_row_grow(struct arena *arena, void **array, size_t size, uint32_t count, uint32_t *cap)
{
    if (count < *cap) {
        return;
    }
    uint32_t more = *cap < 256 ? 256 : *cap * 2;
    void *bigger = arena_alloc(arena, more, size);
    if (count > 0) {
        memcpy(bigger, *array, count * size);
    }
    *array = bigger;
    *cap = more;
}

uint32_t plan_row_group(struct plan_row *row, const struct plan_group *group)
{
    struct plan_reader *reader = row->reader;
    struct plan_problem *problem = reader->problem;
    void *groups = problem->groups;
    plan_row_grow(reader->arena, &groups, sizeof *group, problem->group_count, &reader->group_cap);
    problem->groups = groups;
    void *profits = reader->group_profit;
    plan_row_grow(reader->arena, &profits, sizeof(int64_t), problem->group_count,
                  &reader->group_profit_cap);
    reader->group_profit = profits;
    reader->group_profit[problem->group_count] = -1;
    problem->groups[problem->group_count] = *group;
    return problem->group_count++;
}

uint32_t plan_row_weights(struct plan_row *row)
{
    const struct json *list = json_member(row->json, "weights");
    struct plan_group group = {0};
    if (list == NULL) {
        return PLAN_NONE;
    }
    if (list->kind != JSON_LIST || list->count == 0 || list->count > PLAN_WEIGHTS_MAX) {
        plan_row_refuse(row, "'weights' is not a list of 1 to %d numbers", PLAN_WEIGHTS_MAX);
        return PLAN_NONE;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct json *item = &list->items[i];
        if (!json_has_number(item) || !(item->real >= 0 && item->real <= 1)) {
            plan_row_refuse(row, "'weights' has something that is no number from 0 to 1");
            return PLAN_NONE;
        }
        group.weights[i] = (uint16_t)nearbyint(item->real * 1000);
        if (i > 0 && group.weights[i] > group.weights[i - 1]) {
            plan_row_refuse(row, "'weights' rises; a later visit never counts more");
            return PLAN_NONE;
        }
    }
    group.weight_count = (uint16_t)list->count;
    return plan_row_group(row, &group);
}

uint32_t plan_row_refer(struct plan_row *row, const char *name, const struct plan_ids *ids,
                        const char *what, bool is_wanted)
{
    const struct json *value = json_member(row->json, name);
    char digits[32];
    str id = {0};
    if (value == NULL && !is_wanted) {
        return PLAN_NONE;
    }
    if (value != NULL && value->kind == JSON_INT) {
        int len = snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
        id = str_from(digits, (size_t)len);
    } else if (value != NULL && value->kind == JSON_TEXT) {
        id = value->text;
    } else {
        plan_row_refuse(row, "'%s' is missing, or no name of a %s", name, what);
        return PLAN_NONE;
    }
    uint32_t found = plan_ids_find(ids, id);
    if (found == UINT32_MAX) {
        plan_row_refuse(row, "'%s' names a %s that is not there (or was refused): '%.*s'", name,
                        what, STR_ARG(utf8_clip(id, 80)));
    }
    return found;
}

/* Who dropped out has done what only it may do, and stood for others at its turns until then. */
static bool may_have(const struct plan_unit *unit, uint32_t index, const struct plan_task *task)
{
    struct plan_unit had = *unit;
    if (unit->out_officers > 0 &&
        (task->unit == index || (task->turn > 0 && task->open < unit->out))) {
        had.officers = unit->out_officers;
    }
    return plan_unit_may(&had, index, task);
}

static bool has_somebody(const struct plan_problem *problem, const struct plan_task *task)
{
    uint32_t i = 0;
    while (i < problem->unit_count && !may_have(&problem->units[i], i, task)) {
        i++;
    }
    return i < problem->unit_count;
}

void plan_row_add_task(struct plan_row *row, struct plan_task task)
{
    struct plan_reader *reader = row->reader;
    struct plan_problem *problem = reader->problem;
    if (row->is_refused) {
        return;
    }
    if (problem->task_count == PLAN_TASKS_MAX) {
        plan_row_refuse(row, "one task more than the %d that a problem can have", PLAN_TASKS_MAX);
        return;
    }
    if (task.group != PLAN_NONE) {
        int64_t *profit = &reader->group_profit[task.group];
        if (*profit >= 0 && *profit != task.profit) {
            plan_row_refuse(row, "tasks of one group have one profit");
            return;
        }
        *profit = task.profit;
    }
    if (task.turn > 0 && !plan_row_is_of_turn(row, &task)) {
        return;
    }
    if (!plan_ids_add(&reader->tasks, task.id, problem->task_count)) {
        plan_row_refuse(row, "there is another task of this id ('%.*s')",
                        STR_ARG(utf8_clip(task.id, 80)));
        return;
    }
    if (task.is_mandatory && !row->is_told && !has_somebody(problem, &task)) {
        plan_row_refuse(row, "no unit has the skills or officers for it, and somebody must; it is "
                             "a duty that nobody does");
        row->is_refused = false; /* once said is enough, but the task is there */
        row->is_told = true;
    }
    void *tasks = problem->tasks;
    plan_row_grow(reader->arena, &tasks, sizeof task, problem->task_count, &reader->task_cap);
    problem->tasks = tasks;
    if (task.turn > 0) {
        struct plan_turn *turn = &problem->turns[task.turn - 1];
        turn->each = task.officers;
        turn->count++;
    }
    problem->tasks[problem->task_count++] = task;
}
