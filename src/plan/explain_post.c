/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/explain_post.h"

#include "base/utf8.h"
#include "plan/day.h"
#include "plan/stand.h"

enum { NAMES_SHOWN = 12, TEXT_BYTES_MAX = 4000 };
enum { LONGER_MINUTES = 60 }; /* more than that a further unit may be cheaper than a longer duty */

struct post {
    struct arena *arena;
    const struct net *net;
    const struct plan_problem *problem;
    const struct tracks *tracks;
    const struct plan_task *task;
    int64_t wanted, stand; /* officers */
    struct plan_stand *stands;
    bool *is_there; /* one a unit */
    uint32_t nearest;
};

static void find_there(struct post *post)
{
    const struct plan_problem *problem = post->problem;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        const struct plan_task *task = &problem->tasks[i];
        uint32_t unit = post->tracks->where[i];
        if (!plan_is_beside(task, post->task)) {
            continue;
        }
        post->wanted += task->turn == 0 ? task->officers : 0;
        if (unit != PLAN_NONE && !post->is_there[unit]) {
            post->is_there[unit] = true;
            post->stand += plan_turn_officers(&problem->units[unit], task);
        }
    }
    if (post->task->turn > 0) {
        post->wanted = problem->turns[post->task->turn - 1].officers;
    }
}

/* INT64_MAX: no change of its hours or breaks would do. */
static int64_t lacks_of(const struct plan_stand *stand)
{
    if (stand->rule == PLAN_STAND_BREAK) {
        bool is_late = stand->pause_early == 0 ||
                       (stand->pause_late > 0 && stand->pause_late < stand->pause_early);
        int64_t lacks = is_late ? stand->pause_late : stand->pause_early;
        return lacks > 0 ? lacks : PLAN_TICKS_MAX;
    }
    bool is_near = stand->rule == PLAN_STAND_CAN || stand->rule == PLAN_STAND_HOURS ||
                   stand->rule == PLAN_STAND_WAY;
    return is_near ? stand->early + stand->late : INT64_MAX;
}

static void find_nearest(struct post *post)
{
    int64_t least = INT64_MAX;
    post->nearest = PLAN_NONE;
    for (uint32_t i = 0; i < post->problem->unit_count; i++) {
        const struct track *track = &post->tracks->all[i];
        const struct stop *last = &track->stops[track->locked];
        int64_t at = last->dep < last->dep_owed ? last->dep : last->dep_owed;
        post->stands[i] = plan_stand_of(post->net, i, post->task, at, last->site);
        if (!post->is_there[i] && lacks_of(&post->stands[i]) < least) {
            least = lacks_of(&post->stands[i]);
            post->nearest = i;
        }
    }
}

/* --- words --- */

static str clock_of(const struct post *post, int64_t at)
{
    return plan_clock(post->arena, post->problem, at);
}

static str span_of(const struct post *post)
{
    return arena_printf(post->arena, "from %.*s to %.*s", STR_ARG(clock_of(post, post->task->open)),
                        STR_ARG(plan_clock_up(post->arena, post->problem,
                                              (int64_t)post->task->open + post->task->dwell)));
}

static void add_there(const struct post *post, struct buf *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < post->problem->unit_count; i++) {
        if (post->is_there[i] && ++count <= NAMES_SHOWN) {
            buf_printf(out, "%s%.*s", count > 1 ? ", " : " (",
                       STR_ARG(utf8_clip(post->problem->units[i].id, 80)));
        }
    }
    if (count > NAMES_SHOWN) {
        buf_printf(out, " and %u more", count - NAMES_SHOWN);
    }
    buf_add_c(out, count > 0 ? ")" : "");
}

/* A duty that its unit has in the way of this one; PLAN_NONE: nothing that must be. */
static uint32_t other_duty(const struct post *post, uint32_t unit)
{
    const struct track *track = &post->tracks->all[unit];
    for (uint32_t k = track->locked + 1; k <= track->len; k++) {
        const struct plan_task *task = &post->problem->tasks[track->stops[k].task];
        if (task->is_mandatory && task->open < post->task->open + post->task->dwell &&
            post->task->open < task->close + task->dwell) {
            return track->stops[k].task;
        }
    }
    return PLAN_NONE;
}

static void add_by(const struct post *post, struct buf *out, const struct plan_stand *stand)
{
    if (stand->early > 0) {
        buf_printf(out, "begin %lld min earlier", plan_minutes_up(post->problem, stand->early));
    }
    if (stand->late > 0) {
        buf_printf(out, "%send %lld min later", stand->early > 0 ? " and " : "",
                   plan_minutes_up(post->problem, stand->late));
    }
}

static void add_nearest(const struct post *post, struct buf *out)
{
    const struct plan_unit *unit = &post->problem->units[post->nearest];
    const struct plan_stand *stand = &post->stands[post->nearest];
    uint32_t duty = other_duty(post, post->nearest);
    buf_printf(out, "; nearest is %.*s, ", STR_ARG(utf8_clip(unit->id, 80)));
    if (stand->rule == PLAN_STAND_HOURS) {
        buf_printf(out, "on duty from %.*s to %.*s: that would have to ",
                   STR_ARG(clock_of(post, (int64_t)unit->start - unit->brief)),
                   STR_ARG(clock_of(post, unit->end)));
        add_by(post, out, stand);
        buf_add_c(out, ", ways included");
    } else if (stand->rule == PLAN_STAND_WAY) {
        buf_add_c(out, "on duty then, but for the way its duty would have to ");
        add_by(post, out, stand);
    } else if (stand->rule == PLAN_STAND_BREAK) {
        bool has_two = unit->second_length > 0;
        buf_printf(out,
                   "whose %s to begin between %.*s and %.*s, and there is no time for that before "
                   "or after",
                   has_two ? "breaks have" : "break has", STR_ARG(clock_of(post, unit->break_open)),
                   STR_ARG(clock_of(post, has_two ? unit->second_close : unit->break_close)));
    } else if (duty != PLAN_NONE) {
        buf_printf(out, "which could stand there, but has %.*s to do, which must be, too",
                   STR_ARG(utf8_clip(post->problem->tasks[duty].id, 80)));
    } else {
        buf_add_c(out, "which could stand there if it left out other visits");
    }
}

/* "; of the others 3 are not on duty for all of that time, 1 lacks a skill (dog)" */
static void add_others(const struct post *post, struct buf *out)
{
    static const char *const words[PLAN_STAND_RULES][2] = {
        [PLAN_STAND_CAN] = {"could, but for other visits", "could, but for other visits"},
        [PLAN_STAND_OUT] = {"is out of service", "are out of service"},
        [PLAN_STAND_SKILLS] = {"lacks a skill for it", "lack a skill for it"},
        [PLAN_STAND_OFFICERS] = {"has too few officers", "have too few officers"},
        [PLAN_STAND_NO_WAY] = {"has no way there", "have no way there"},
        [PLAN_STAND_HOURS] = {"is not on duty for all of that time",
                              "are not on duty for all of that time"},
        [PLAN_STAND_WAY] = {"cannot be there and back in time", "cannot be there and back in time"},
        [PLAN_STAND_BREAK] = {"has no time for its break", "have no time for their breaks"}};
    uint32_t counts[PLAN_STAND_RULES] = {0};
    const char *between = post->nearest == PLAN_NONE ? "; of the units " : "; of the others ";
    for (uint32_t i = 0; i < post->problem->unit_count; i++) {
        counts[post->stands[i].rule] += !post->is_there[i] && i != post->nearest ? 1 : 0;
    }
    for (size_t rule = 0; rule < PLAN_STAND_RULES; rule++) {
        if (counts[rule] > 0) {
            buf_printf(out, "%s%u %s", between, counts[rule], words[rule][counts[rule] > 1]);
            between = ", ";
            if (rule == PLAN_STAND_SKILLS) {
                str names = plan_skill_names(post->arena, post->problem, post->task->skills);
                buf_printf(out, " (%.*s)", STR_ARG(names));
            }
        }
    }
}

/* --- what could help --- */

static str further_unit(const struct post *post)
{
    int64_t lacks = post->wanted - post->stand;
    return arena_printf(post->arena, "a further unit of %lld %s, on duty %.*s and for the ways",
                        (long long)lacks, lacks == 1 ? "officer" : "officers",
                        STR_ARG(span_of(post)));
}

static str longer_duty(const struct post *post, const struct plan_stand *stand)
{
    const struct plan_unit *unit = &post->problem->units[post->nearest];
    int64_t begin = (int64_t)unit->start - unit->brief - stand->early;
    int64_t minute = INT64_C(60) * post->problem->ticks_per_s;
    struct buf out;
    buf_init(&out, TEXT_BYTES_MAX);
    buf_printf(&out, "let the duty of %.*s ", STR_ARG(utf8_clip(unit->id, 80)));
    if (stand->early > 0) {
        buf_printf(&out, "begin at %.*s (%lld min earlier)",
                   STR_ARG(clock_of(post, begin > 0 ? begin / minute * minute : 0)),
                   plan_minutes_up(post->problem, stand->early));
    }
    if (stand->late > 0) {
        buf_printf(&out, "%send at %.*s (%lld min later)", stand->early > 0 ? " and " : "",
                   STR_ARG(plan_clock_up(post->arena, post->problem, unit->end + stand->late)),
                   plan_minutes_up(post->problem, stand->late));
    }
    if (plan_minutes_up(post->problem, stand->early + stand->late) > LONGER_MINUTES) {
        buf_printf(&out, ", or %.*s", STR_ARG(further_unit(post)));
    }
    str text = arena_str(post->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static str other_break(const struct post *post, const struct plan_stand *stand)
{
    const struct plan_unit *unit = &post->problem->units[post->nearest];
    str id = utf8_clip(unit->id, 80);
    int64_t lacks = lacks_of(stand);
    if (lacks == PLAN_TICKS_MAX) {
        return arena_printf(post->arena, "other breaks for %.*s, or %.*s", STR_ARG(id),
                            STR_ARG(further_unit(post)));
    }
    bool is_early = lacks == stand->pause_early;
    int64_t at = is_early ? unit->break_open - lacks : unit->break_close + lacks;
    return arena_printf(post->arena, "let the break of %.*s begin as %s as %.*s (%lld min %s)",
                        STR_ARG(id), is_early ? "early" : "late", STR_ARG(clock_of(post, at)),
                        plan_minutes_up(post->problem, lacks), is_early ? "earlier" : "later");
}

static str mend_of(const struct post *post)
{
    const struct plan_stand *stand = &post->stands[post->nearest];
    if (stand->rule == PLAN_STAND_HOURS || stand->rule == PLAN_STAND_WAY) {
        return longer_duty(post, stand);
    }
    if (stand->rule == PLAN_STAND_BREAK) {
        return other_break(post, stand);
    }
    return other_duty(post, post->nearest) == PLAN_NONE ? STR("search for longer")
                                                        : further_unit(post);
}

/* Nobody is near at all: the first rule that keeps somebody away, skills before the rest. */
static void tell_far(const struct post *post, struct plan_explained *one)
{
    one->rule = "officers";
    for (uint32_t i = 0; i < post->problem->unit_count; i++) {
        enum plan_stand_rule rule = post->stands[i].rule;
        if (!post->is_there[i] && rule != PLAN_STAND_OUT) {
            one->rule = rule == PLAN_STAND_SKILLS   ? "skills"
                        : rule == PLAN_STAND_NO_WAY ? "reach"
                                                    : one->rule;
        }
    }
    one->mend = further_unit(post);
    if (str_equal(str_c(one->rule), STR("skills"))) {
        str names = plan_skill_names(post->arena, post->problem, post->task->skills);
        one->mend = arena_printf(post->arena, "give a unit what it lacks (%.*s), or %.*s",
                                 STR_ARG(names), STR_ARG(one->mend));
    }
}

void explain_post(struct arena *arena, const struct net *net, const struct tracks *tracks,
                  struct plan_explained *one)
{
    static const char *const rules[PLAN_STAND_RULES] = {[PLAN_STAND_CAN] = "time",
                                                        [PLAN_STAND_HOURS] = "hours",
                                                        [PLAN_STAND_WAY] = "way",
                                                        [PLAN_STAND_BREAK] = "break"};
    const struct plan_problem *problem = net->problem;
    struct post post = {.arena = arena,
                        .net = net,
                        .problem = problem,
                        .tracks = tracks,
                        .task = &problem->tasks[one->task],
                        .stands = ARENA_ARRAY(arena, struct plan_stand, problem->unit_count + 1U),
                        .is_there = ARENA_ARRAY(arena, bool, problem->unit_count + 1U)};
    struct buf out;
    find_there(&post);
    find_nearest(&post);
    buf_init(&out, TEXT_BYTES_MAX);
    buf_printf(&out, "%lld %s wanted %.*s, and ", (long long)post.wanted,
               post.wanted == 1 ? "officer is" : "officers are", STR_ARG(span_of(&post)));
    if (post.stand == 0) {
        buf_add_c(&out, "nobody stands there");
    } else {
        buf_printf(&out, "%lld %s there", (long long)post.stand,
                   post.stand == 1 ? "stands" : "stand");
    }
    add_there(&post, &out);
    one->unit = post.nearest;
    one->lacks = 0;
    if (post.nearest != PLAN_NONE) {
        one->lacks = lacks_of(&post.stands[post.nearest]);
        one->rule = rules[post.stands[post.nearest].rule];
        add_nearest(&post, &out);
        one->mend = mend_of(&post);
    } else {
        tell_far(&post, one);
    }
    add_others(&post, &out);
    one->words = arena_str(arena, buf_str(&out));
    buf_close(&out);
}
