/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/pack_bridge.h"

#include "pack/pack.h"
#include "route/route.h"
#include "triage/grade.h"

struct bridge {
    struct pack pack;
    const struct grader *grader;
    const struct router *router;
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

static void grade(void *context, struct arena *arena, const struct report *report,
                  struct front_grade *ret_grade)
{
    const struct bridge *bridge = context;
    struct grade_result *result = ARENA_NEW(arena, struct grade_result);
    struct grade_input input = {.text = report->what,
                                .danger = danger_of(report),
                                .fear = (int)report->fear,
                                .affects_family = str_equal(report->relation, STR("family")) ||
                                                  str_equal(report->target_role, STR("family"))};
    grade_report(bridge->grader, &input, arena, result);
    ret_grade->grade = result->grade;
    for (size_t i = 0; i < result->code_count && i < FRONT_CODES_MAX; i++) {
        ret_grade->codes[ret_grade->code_count++] = result->codes[i]->id;
    }
    for (size_t i = 0; i < result->reason_count && i < FRONT_REASONS_MAX; i++) {
        const struct grade_reason *reason = &result->reasons[i];
        ret_grade->reasons[ret_grade->reason_count++] = (struct front_reason){
            .from = reason->start,
            .to = reason->end,
            .rule = reason->id,
            .why = reason->rule == NULL ? STR("")
                                        : pack_text(&bridge->pack, &reason->rule->why, STR("en"))};
    }
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
                             struct front_options *options, struct error *err)
{
    struct bridge *bridge = ARENA_NEW(arena, struct bridge);
    enum status status = pack_load(arena, pack_folder, &bridge->pack, err);
    if (status == STATUS_OK) {
        status = router_open(arena, &bridge->pack, &bridge->router, err);
    }
    if (status == STATUS_OK) {
        status = grader_open(arena, &bridge->pack, &bridge->grader, err);
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

const struct pack *pack_bridge_pack(const struct front_options *options)
{
    const struct bridge *bridge = options->pack_context;
    return &bridge->pack;
}
