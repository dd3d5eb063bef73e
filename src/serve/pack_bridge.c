/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/pack_bridge.h"

#include "pack/pack.h"
#include "route/route.h"
#include "triage/grade.h"
#include "triage/message.h"

struct bridge {
    struct pack pack;
    const struct grader *grader;
    const struct router *router;
    const struct triage *triage; /* NULL without a model */
    struct triage_work *work;
};

/* The pack's office a report speaks of: by the role said, else by the office said. */
static str office_of(const struct pack *pack, const struct report *report)
{
    if (pack_office(pack, report->target_role) != NULL) {
        return report->target_role;
    }
    return pack_office(pack, report->target_office) != NULL ? report->target_office : STR("");
}

static enum grade_danger danger_of(const struct report *report)
{
    switch (report->danger) {
    case DANGER_NOW:
        return GRADE_DANGER_NOW;
    case DANGER_SOON:
        return GRADE_DANGER_SOON;
    case DANGER_NO:
        return GRADE_DANGER_NO;
    case DANGER_UNSAID:
        break;
    }
    return GRADE_DANGER_UNSAID;
}

/* What was read as a message lifts to its grade; a code comes along when it is worth no more than
 * that: a code that the message only hints at must not bring its whole grade. The code for abuse in
 * general is left to rules and people: who reports abuse writes of abuse, so the head hears it
 * nearly always. */
static size_t signals_of(const struct triage_result *read, struct grade_signal *signals)
{
    size_t count = 0;
    for (size_t i = 0; i < read->code_count; i++) {
        bool is_general = str_equal(read->codes[i]->id, str_c(triage_head_code(HEAD_ABUSIVE)));
        if (read->codes[i]->grade <= read->grade && !is_general) {
            signals[count++] = (struct grade_signal){
                .id = STR("message"), .code = read->codes[i]->id, .floor = read->codes[i]->grade};
        }
    }
    if (read->grade > 0) {
        signals[count++] = (struct grade_signal){.id = STR("message"), .floor = read->grade};
    }
    return count;
}

static void add_reason(struct front_grade *grade, struct front_reason reason)
{
    for (size_t i = 0; i < grade->reason_count; i++) {
        if (str_equal(grade->reasons[i].rule, reason.rule) &&
            grade->reasons[i].from == reason.from) {
            return; /* the same rule, read both ways */
        }
    }
    if (grade->reason_count < FRONT_REASONS_MAX) {
        grade->reasons[grade->reason_count++] = reason;
    }
}

static void add_reasons(const struct bridge *bridge, struct arena *arena,
                        const struct grade_result *graded, const struct triage_result *read,
                        struct front_grade *grade)
{
    for (size_t i = 0; i < graded->reason_count; i++) {
        const struct grade_reason *reason = &graded->reasons[i];
        if (reason->rule != NULL) { /* a signal says itself why, below */
            add_reason(grade, (struct front_reason){
                                  .from = reason->start,
                                  .to = reason->end,
                                  .rule = reason->id,
                                  .why = pack_text(&bridge->pack, &reason->rule->why, STR("en"))});
        }
    }
    for (size_t i = 0; read != NULL && i < read->reason_count; i++) {
        const struct triage_reason *reason = &read->reasons[i];
        str why = reason->why;
        str rule = reason->rule;
        if (reason->head >= 0) {
            why = arena_printf(arena, "The model: %.*s", STR_ARG(reason->why));
            rule = arena_printf(arena, "model:%s", triage_head_name((enum model_head)reason->head));
        }
        add_reason(grade, (struct front_reason){
                              .from = reason->start, .to = reason->end, .rule = rule, .why = why});
    }
}

static void grade(void *context, struct arena *arena, const struct report *report,
                  struct front_grade *ret_grade)
{
    const struct bridge *bridge = context;
    struct grade_result *result = ARENA_NEW(arena, struct grade_result);
    struct triage_result *read = NULL;
    struct grade_signal signals[TRIAGE_CODES_MAX + 1];
    struct grade_input input = {.text = report->what,
                                .danger = danger_of(report),
                                .fear = (int)report->fear,
                                .affects_family = str_equal(report->relation, STR("family")) ||
                                                  str_equal(report->target_role, STR("family")),
                                .signals = signals};
    if (bridge->triage != NULL) {
        read = ARENA_NEW(arena, struct triage_result);
        triage_message(bridge->triage, bridge->work, report->what, true, read);
        input.signal_count = signals_of(read, signals);
    }
    grade_report(bridge->grader, &input, arena, result);
    ret_grade->grade = result->grade;
    for (size_t i = 0; i < result->code_count && i < FRONT_CODES_MAX; i++) {
        ret_grade->codes[ret_grade->code_count++] = result->codes[i]->id;
    }
    add_reasons(bridge, arena, result, read, ret_grade);
}

static size_t advise(void *context, struct arena *arena, const struct report *report,
                     const struct front_grade *grade, str *ret_texts, size_t cap)
{
    const struct bridge *bridge = context;
    const struct pack_advice *rows[PACK_ADVICE_MAX];
    struct pack_query query = {.codes = grade->codes,
                               .code_count = grade->code_count,
                               .grade = (int)grade->grade,
                               .is_danger_now = report->danger == DANGER_NOW,
                               .office = office_of(&bridge->pack, report),
                               .channel = report->channel};
    size_t count = pack_advice_for(&bridge->pack, &query, rows);
    (void)arena;
    count = count < cap ? count : cap;
    for (size_t i = 0; i < count; i++) {
        ret_texts[i] = pack_text(&bridge->pack, &rows[i]->text, report->language);
    }
    return count;
}

enum status pack_bridge_open(struct arena *arena, const char *pack_folder,
                             const struct model *model, struct front_options *options,
                             struct error *err)
{
    struct bridge *bridge = ARENA_NEW(arena, struct bridge);
    enum status status = pack_load(arena, pack_folder, &bridge->pack, err);
    if (status == STATUS_OK) {
        status = router_open(arena, &bridge->pack, &bridge->router, err);
    }
    if (status == STATUS_OK) {
        status = grader_open(arena, &bridge->pack, &bridge->grader, err);
    }
    if (status == STATUS_OK && model != NULL) {
        status = triage_open(arena, &bridge->pack, model, &bridge->triage, err);
        bridge->work = status == STATUS_OK ? triage_work_new(arena, bridge->triage) : NULL;
    }
    if (status == STATUS_OK) {
        options->pack_context = bridge;
        options->grader = grade;
        options->adviser = advise;
    }
    return status;
}

const struct router *pack_bridge_router(const struct front_options *options)
{
    const struct bridge *bridge = options->pack_context;
    return bridge->router;
}

const struct triage *pack_bridge_triage(const struct front_options *options)
{
    const struct bridge *bridge = options->pack_context;
    return bridge->triage;
}

const struct pack *pack_bridge_pack(const struct front_options *options)
{
    const struct bridge *bridge = options->pack_context;
    return &bridge->pack;
}
