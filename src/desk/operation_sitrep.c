/* SPDX-License-Identifier: Apache-2.0 */
/* Situation reports: made by the desk at set times of the day, and made up for after an unlock. */
#include <stdlib.h>

#include "base/utf8.h"
#include "desk/operation_day.h"
#include "desk/operation_internal.h"
#include "plan/day.h"

enum {
    STEP_SECONDS = 30, /* between two looks */
    LATE_SECONDS = 300,
    PAST_HOURS = 48, /* of an older day nothing is reported */
    HTML_BYTES_MAX = 3 * 1024 * 1024,
    NAMES_BYTES_MAX = 1024 * 1024,
    WORK_BYTES_MAX = 256 * 1024 * 1024
};

enum { MINUTE_US = 60 * 1000 * 1000 };

/* --- the set times --- */

void sitreps_default(struct operation *operation)
{
    /* Before the polls open, through the day, at their close, and for the count. */
    static const int32_t times_s[] = {6 * 3600 + 1800, 10 * 3600, 13 * 3600,       16 * 3600,
                                      19 * 3600,       22 * 3600, 25 * 3600 + 1800};
    static_assert(ARRAY_LEN(times_s) <= OPERATION_SITREPS_MAX, "as the header says");
    memcpy(operation->sitrep_s, times_s, sizeof times_s);
    operation->sitrep_count = ARRAY_LEN(times_s);
}

/* In its place in the order of the day; one that is there already stays one. */
static enum status add_time(struct operation *operation, str word, struct error *err)
{
    int32_t at = 0;
    size_t place = operation->sitrep_count;
    if (!plan_parse_clock(operation->day, word, &at)) {
        enum status status =
            error_set(err, STATUS_INVALID, "'%.*s' is no time for a situation report.",
                      STR_ARG(utf8_clip(word, 40)));
        error_hint(err, "Write times like 06:30, 13:00, 01:30+1 (on the day after), with commas "
                        "between.");
        return status;
    }
    while (place > 0 && operation->sitrep_s[place - 1] >= at) {
        place--;
    }
    if (place < operation->sitrep_count && operation->sitrep_s[place] == at) {
        return STATUS_OK;
    }
    if (operation->sitrep_count == OPERATION_SITREPS_MAX) {
        return error_set(err, STATUS_INVALID,
                         "A day has at most %d set times; a report can be made at any other moment "
                         "by the button.",
                         OPERATION_SITREPS_MAX);
    }
    memmove(&operation->sitrep_s[place + 1], &operation->sitrep_s[place],
            (operation->sitrep_count - place) * sizeof operation->sitrep_s[0]);
    operation->sitrep_s[place] = at;
    operation->sitrep_count++;
    return STATUS_OK;
}

enum status change_sitreps(struct changing *changing, struct error *err)
{
    struct operation *operation = changing->operation;
    str rest = changing->change->text;
    enum status status = STATUS_OK;
    operation->sitrep_count = 0;
    operation->sitreps_set_at = changing->caller->now;
    while (rest.n > 0 && status == STATUS_OK) {
        str word = {0};
        rest = str_cut(rest, ',', &word);
        word = str_trim(word);
        status = word.n > 0 ? add_time(operation, word, err) : STATUS_OK;
    }
    changing->done->changed = operation->sitrep_count;
    return status;
}

bool operation_is_its_day(const struct operation *operation, time_us now)
{
    time_us start = 0;
    return plan_day_start(operation->day, &start) && now >= start &&
           now <= start + PAST_HOURS * HOUR_US;
}

/* --- making one --- */

/* What is to be made. */
struct wanted {
    int64_t operation, tag, officer; /* officer 0: the desk itself */
    bool is_now;                     /* else at this second of the day: */
    int32_t at_s;
    time_us now;
};

static void put_about(struct buf *out, time_us at, const struct wanted *wanted, int64_t plan_number)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "at", at);
    json_put_int(&json, "made_at", wanted->now);
    json_put_int(&json, "plan", plan_number);
    json_put_int(&json, "officer", wanted->officer);
    json_end_object(&json);
}

static enum status keep(struct desk *desk, const struct caller *caller, const struct wanted *wanted,
                        str about, str html, int64_t *ret_leaf, struct error *err)
{
    struct act act;
    act_begin(&act, caller, "sitrep.make", 0, false);
    json_put_int(&act.json, "operation", wanted->operation);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        struct casebook_day_row row = {.leaf = act.leaf,
                                       .operation = wanted->operation,
                                       .tag = wanted->tag,
                                       .hour = wanted->now - wanted->now % HOUR_US,
                                       .about = about,
                                       .body = html};
        status = act_finish(desk, &act, casebook_sitrep_add(desk->casebook, &row, err), err);
    }
    if (status == STATUS_OK) {
        *ret_leaf = act.leaf;
    }
    act_close(&act);
    return status;
}

/* What happened on the day stands in the plans that were mended for it. */
struct gathering {
    struct arena *arena;
    const struct plan_problem *problem;
    struct desk_plan_row *rows;
    size_t row_count;
    struct plan_incident *incidents;
    struct plan_proposal *proposals;
    uint32_t incident_count, proposal_count;
};

static int32_t ticks_of(const struct plan_problem *problem, time_us at)
{
    int64_t ticks = plan_ticks_at(problem, at);
    return ticks < 0 ? 0 : (int32_t)(ticks < PLAN_TICKS_MAX ? ticks : PLAN_TICKS_MAX);
}

/* A proposal that was dropped, perhaps because its plan was no good: it happened all the same, once. */
static bool is_said_elsewhere(const struct gathering *g, size_t at)
{
    bool is_said = false;
    for (size_t i = 0; i < g->row_count; i++) {
        const struct desk_plan_row *other = &g->rows[i];
        is_said =
            is_said ||
            (i != at && other->base != 0 && str_equal(other->why, g->rows[at].why) &&
             str_equal(other->site, g->rows[at].site) && (other->state != PLAN_DROPPED || i > at));
    }
    return g->rows[at].state == PLAN_DROPPED && is_said;
}

static void add_happened(struct gathering *g, size_t at)
{
    const struct desk_plan_row *row = &g->rows[at];
    bool is_waiting = row->state == PLAN_PROPOSED;
    if (row->base == 0 || is_said_elsewhere(g, at)) {
        return;
    }
    const char *became = is_waiting                   ? "is proposed"
                         : row->state == PLAN_DROPPED ? "was dropped"
                                                      : "was put in force";
    g->incidents[g->incident_count++] = (struct plan_incident){
        .at = ticks_of(g->problem, row->happened_at != 0 ? row->happened_at : row->at),
        .site = row->site.n > 0 ? plan_find_site(g->problem, row->site) : PLAN_NONE,
        .words = arena_printf(g->arena, "%.*s (plan %lld %s)", STR_ARG(row->why),
                              (long long)row->number, became)};
    if (is_waiting) {
        g->proposals[g->proposal_count++] = (struct plan_proposal){
            .at = ticks_of(g->problem, row->at), .number = row->number, .words = row->why};
    }
}

static int by_published(const void *a, const void *b)
{
    const struct desk_plan_row *x = a;
    const struct desk_plan_row *y = b;
    return (x->published_at > y->published_at) - (x->published_at < y->published_at);
}

static bool is_told_between(const struct plan_told_rows *told, int32_t from, int32_t until)
{
    bool is_any = false;
    for (uint32_t i = 0; i < told->count; i++) {
        is_any = is_any || (told->rows[i].at >= from && told->rows[i].at < until);
    }
    return is_any;
}

/* Nothing of its problem stays: it may be as large as the operation. */
static enum status add_earlier(struct desk *desk, struct gathering *g, int64_t leaf,
                               struct plan_force *force, struct error *err)
{
    struct arena arena;
    struct casebook_plan row;
    struct plan_problem problem;
    struct plan_result result;
    arena_init(&arena, PLAN_ARENA_BYTES_MAX);
    enum status status = casebook_plan_get(desk->casebook, &arena, leaf, &row, err);
    if (status == STATUS_OK) {
        status = plan_texts_read(&arena, row.problem, row.result, &problem, &result, err);
    }
    if (status == STATUS_OK) {
        force->result = plan_result_for(g->arena, g->problem, &problem, &result);
    }
    arena_close(&arena);
    return status;
}

/* The plans that were in force when something was told, the one of now apart. Sorts the rows. */
static enum status gather_earlier(struct desk *desk, struct gathering *g,
                                  struct plan_sitrep_options *options, struct error *err)
{
    struct plan_force *earlier = ARENA_ARRAY(g->arena, struct plan_force, g->row_count + 1);
    enum status status = STATUS_OK;
    qsort(g->rows, g->row_count, sizeof *g->rows, by_published);
    for (size_t i = 0; i + 1 < g->row_count && status == STATUS_OK; i++) {
        struct plan_force force = {.until = ticks_of(g->problem, g->rows[i + 1].published_at)};
        if (g->rows[i].published_at != 0 &&
            is_told_between(options->told, ticks_of(g->problem, g->rows[i].published_at),
                            force.until)) {
            status = add_earlier(desk, g, g->rows[i].leaf, &force, err);
            earlier[options->earlier_count] = force;
            options->earlier_count += status == STATUS_OK ? 1 : 0;
        }
    }
    options->earlier = earlier;
    return status;
}

static enum status gather(struct desk *desk, struct arena *arena, int64_t operation,
                          const struct plan_problem *problem, struct plan_sitrep_options *options,
                          struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    struct gathering g = {.arena = arena, .problem = problem};
    enum status status = casebook_plans(desk->casebook, arena, operation, &rows, &count, err);
    if (status != STATUS_OK) {
        return status;
    }
    g.rows = ARENA_ARRAY(arena, struct desk_plan_row, count + 1);
    g.row_count = count;
    g.incidents = ARENA_ARRAY(arena, struct plan_incident, count + problem->unit_count + 1U);
    g.proposals = ARENA_ARRAY(arena, struct plan_proposal, count + 1);
    for (size_t i = 0; i < count; i++) {
        plan_about_decode(arena, &rows[i], &g.rows[i]);
    }
    for (size_t i = 0; i < count; i++) {
        add_happened(&g, i);
    }
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        if (unit->out_officers > 0) {
            g.incidents[g.incident_count++] = (struct plan_incident){
                .at = unit->out,
                .site = PLAN_NONE,
                .words = arena_printf(arena, "unit %.*s dropped out", STR_ARG(unit->id))};
        }
    }
    options->incidents = g.incidents;
    options->incident_count = g.incident_count;
    options->proposals = g.proposals;
    options->proposal_count = g.proposal_count;
    return gather_earlier(desk, &g, options, err);
}

static enum status make_one(struct desk *desk, struct arena *arena, const struct caller *caller,
                            const struct wanted *wanted, int64_t *ret_leaf, struct error *err)
{
    struct casebook_plan row = {0};
    struct plan_problem problem;
    struct plan_result result;
    struct plan_told_rows told;
    struct plan_sitrep sitrep;
    struct buf html, about;
    enum status status = plan_published(desk, arena, wanted->operation, &row, err);
    if (status == STATUS_OK) {
        status = plan_texts_read(arena, row.problem, row.result, &problem, &result, err);
    }
    if (status == STATUS_OK) {
        status = told_read(desk, arena, wanted->operation, &problem, &told, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int64_t at =
        wanted->is_now ? plan_ticks_at(&problem, wanted->now) : wanted->at_s * problem.ticks_per_s;
    struct plan_sitrep_options options = {.at = (int32_t)at,
                                          .late = PLAN_SITREP_LATE_S * problem.ticks_per_s,
                                          .ahead = PLAN_SITREP_AHEAD_S * problem.ticks_per_s,
                                          .told = &told};
    buf_init(&html, HTML_BYTES_MAX);
    buf_init(&about, 1024);
    status = gather(desk, arena, wanted->operation, &problem, &options, err);
    if (status == STATUS_OK) {
        status = plan_sitrep_make(arena, &problem, &result, &options, &sitrep, err);
    }
    if (status == STATUS_OK) {
        plan_sitrep_add_html(&problem, &sitrep, &html);
        put_about(&about, plan_moment(&problem, options.at), wanted, row.number);
        status = html.overflowed
                     ? error_set(err, STATUS_LIMIT, "The situation report is too large to be kept.")
                     : keep(desk, caller, wanted, buf_str(&about), buf_str(&html), ret_leaf, err);
    }
    buf_close(&html);
    buf_close(&about);
    return status;
}

static enum status check_now(const struct operation *operation, time_us now, struct error *err)
{
    if (operation->state != OPERATION_PUBLISHED) {
        enum status status = operation_need_open(operation, err);
        return status == STATUS_OK ? error_set(err, STATUS_INVALID,
                                               "There is nothing to report yet: no plan of this "
                                               "operation is published.")
                                   : status;
    }
    if (!operation_is_its_day(operation, now)) {
        return error_set(err, STATUS_INVALID,
                         "A situation report is made on the operation's day (%.*s) or the day "
                         "after it.",
                         STR_ARG(operation->day));
    }
    return STATUS_OK;
}

/* The leaf of the report with this tag; 0 = none. */
static enum status leaf_of(struct desk *desk, struct arena *arena, int64_t operation, int64_t tag,
                           int64_t *ret_leaf, struct error *err)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    enum status status = casebook_sitreps(desk->casebook, arena, operation, &rows, &count, err);
    *ret_leaf = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        *ret_leaf = rows[i].tag == tag ? rows[i].leaf : *ret_leaf;
    }
    return status;
}

/* Of this minute, of what the units have told, and of what became of each plan: another report is another one of
 * these. */
static enum status tag_of_now(struct desk *desk, struct arena *arena, int64_t operation,
                              time_us now, int64_t *ret_tag, struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    int64_t told = 0;
    struct buf key;
    enum status status = casebook_told_newest(desk->casebook, operation, &told, err);
    if (status == STATUS_OK) {
        status = casebook_plans(desk->casebook, arena, operation, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&key, NAMES_BYTES_MAX);
    buf_printf(&key, "%lld/now/%lld/%lld", (long long)operation, (long long)(now / MINUTE_US),
               (long long)told);
    for (size_t i = 0; i < count; i++) {
        struct desk_plan_row about;
        plan_about_decode(arena, &rows[i], &about);
        buf_printf(&key, "/%lld %d", (long long)about.leaf, (int)about.state);
    }
    *ret_tag = casebook_tag(desk->casebook, STR("sitrep"), buf_str(&key));
    buf_close(&key);
    return STATUS_OK;
}

enum status desk_sitrep_now(struct desk *desk, const struct caller *caller, int64_t operation,
                            struct arena *arena, int64_t *ret_leaf, bool *ret_is_new,
                            struct error *err)
{
    struct operation head;
    struct wanted wanted = {
        .operation = operation, .officer = caller->officer, .is_now = true, .now = caller->now};
    int64_t leaf = 0;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = operation_head(desk, arena, operation, &head, err);
    }
    if (status == STATUS_OK) {
        status = check_now(&head, caller->now, err);
    }
    if (status == STATUS_OK) {
        status = tag_of_now(desk, arena, operation, caller->now, &wanted.tag, err);
    }
    if (status == STATUS_OK) {
        status = leaf_of(desk, arena, operation, wanted.tag, &leaf, err);
    }
    bool is_new = leaf == 0;
    if (status == STATUS_OK && is_new) {
        status = make_one(desk, arena, caller, &wanted, &leaf, err);
    }
    if (status == STATUS_OK) {
        *ret_leaf = leaf;
        *ret_is_new = is_new;
    }
    return status;
}

/* --- by the clock --- */

/* When a plan of the operation was first in force; INT64_MAX = never. Nothing is reported of before. */
static enum status first_published(struct desk *desk, struct arena *arena, int64_t operation,
                                   time_us *ret_at, struct error *err)
{
    struct casebook_plan *rows = NULL;
    size_t count = 0;
    enum status status = casebook_plans(desk->casebook, arena, operation, &rows, &count, err);
    *ret_at = INT64_MAX;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_plan_row about;
        plan_about_decode(arena, &rows[i], &about);
        if (about.published_at != 0 && about.published_at < *ret_at) {
            *ret_at = about.published_at;
        }
    }
    return status;
}

/* At most one a call: making one takes a moment, and pages wait for it. */
static enum status step_operation(struct desk *desk, struct arena *arena, int64_t number,
                                  time_us now, bool *ret_is_made, struct error *err)
{
    const struct caller nobody = {.officer = 0, .now = now};
    struct operation operation;
    time_us first = 0;
    enum status status = operation_head(desk, arena, number, &operation, err);
    if (status != STATUS_OK || !operation_is_its_day(&operation, now)) {
        return status;
    }
    struct plan_problem clock = {.day = operation.day, .ticks_per_s = 1};
    status = first_published(desk, arena, number, &first, err);
    /* what was due before the times were set had been made then, or was not wanted */
    first = operation.sitreps_set_at > first ? operation.sitreps_set_at : first;
    for (size_t i = 0; i < operation.sitrep_count && status == STATUS_OK && !*ret_is_made; i++) {
        int32_t at_s = operation.sitrep_s[i];
        bool is_known = false;
        int64_t leaf = 0;
        str key = arena_printf(arena, "%lld/%d", (long long)number, at_s);
        struct wanted wanted = {.operation = number,
                                .tag = casebook_tag(desk->casebook, STR("sitrep"), key),
                                .at_s = at_s,
                                .now = now};
        if (plan_moment(&clock, at_s) > now) {
            break;
        }
        if (plan_moment(&clock, at_s) < first) {
            continue;
        }
        status = casebook_sitrep_known(desk->casebook, number, wanted.tag, &is_known, err);
        if (status == STATUS_OK && !is_known) {
            status = make_one(desk, arena, &nobody, &wanted, &leaf, err);
            *ret_is_made = status == STATUS_OK;
        }
    }
    return status;
}

enum status desk_sitrep_step(struct desk *desk, time_us now, struct error *err)
{
    struct casebook_operation *rows = NULL;
    struct arena arena, names;
    size_t count = 0;
    bool is_made = false;
    bool is_time = now - desk->sitrep_at > STEP_SECONDS * US_PER_SECOND || now < desk->sitrep_at;
    if (!desk_is_unlocked(desk) || !is_time) {
        return STATUS_OK;
    }
    desk->sitrep_at = now;
    arena_init(&arena, WORK_BYTES_MAX);
    arena_init(&names, NAMES_BYTES_MAX);
    enum status status =
        casebook_operations(desk->casebook, &names, OPERATION_PUBLISHED, &rows, &count, err);
    for (size_t i = 0; i < count && !is_made; i++) {
        struct error other;
        bool is_first = status == STATUS_OK; /* what is wrong with one stops no other */
        enum status one =
            step_operation(desk, &arena, rows[i].number, now, &is_made, is_first ? err : &other);
        status = is_first ? one : status;
        arena_reset(&arena);
    }
    if (is_made) {
        desk->sitrep_at = 0; /* there may be another that is due */
    }
    arena_close(&arena);
    arena_close(&names);
    return status;
}

/* --- reading --- */

enum status desk_sitreps(struct desk *desk, const struct caller *caller, int64_t operation,
                         struct arena *arena, struct desk_sitrep **ret_list, size_t *ret_count,
                         struct error *err)
{
    struct casebook_day_row *rows = NULL;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = casebook_sitreps(desk->casebook, arena, operation, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_sitrep *list = ARENA_ARRAY(arena, struct desk_sitrep, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct json json = {0};
        list[i] = (struct desk_sitrep){.leaf = rows[i].leaf, .at = rows[i].hour};
        if (json_parse(arena, rows[i].about, &json, NULL) == STATUS_OK) {
            list[i].at = json_member_int(&json, "at", rows[i].hour);
            list[i].made_at = json_member_int(&json, "made_at", rows[i].hour);
            list[i].officer = json_member_int(&json, "officer", 0);
            list[i].plan_number = json_member_int(&json, "plan", 0);
            list[i].is_late = list[i].made_at - list[i].at > LATE_SECONDS * US_PER_SECOND;
        }
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

enum status desk_sitrep_read(struct desk *desk, const struct caller *caller, int64_t leaf,
                             struct arena *arena, str *ret_html, struct error *err)
{
    struct casebook_day_row row;
    struct act act;
    enum status status = desk_need(desk, caller, CAP_PLAN, err);
    if (status == STATUS_OK) {
        status = casebook_sitrep_get(desk->casebook, arena, leaf, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "sitrep.read", 0, true);
    json_put_int(&act.json, "operation", row.operation);
    json_put_int(&act.json, "report", leaf);
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK) {
        *ret_html = row.body;
    }
    return status;
}
