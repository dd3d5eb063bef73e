/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/pack_bridge.h"

#include "pack/pack.h"

struct bridge {
    struct pack pack;
};

/* The pack's office a report speaks of: by the role said, else by the office said. */
static str office_of(const struct pack *pack, const struct report *report)
{
    if (pack_office(pack, report->target_role) != NULL) {
        return report->target_role;
    }
    return pack_office(pack, report->target_office) != NULL ? report->target_office : STR("");
}

static void grade(void *context, struct arena *arena, const struct report *report,
                  struct front_grade *ret_grade)
{
    (void)context;
    (void)arena;
    (void)report;
    (void)ret_grade;
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
    enum status status = pack_open(arena, pack_folder, &bridge->pack, err);
    if (status == STATUS_OK) {
        options->pack_context = bridge;
        options->grader = grade;
        options->adviser = advise;
    }
    return status;
}

const struct pack *pack_bridge_pack(const struct front_options *options)
{
    const struct bridge *bridge = options->pack_context;
    return &bridge->pack;
}
