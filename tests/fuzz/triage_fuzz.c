/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no line breaks triage; both ways of reading a line agree; spans lie inside the text, scores
 * in (0, 1); what is written is JSON; a sketch of any text agrees with itself; a footer is cut at once; links of accounts have
 * two accounts at least. */
#include "base/io.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "triage/line.h"
#include "triage/link.h"
#include "triage/sketch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
    struct arena arena;
    struct pack pack;
    struct model *model;
    const struct triage *triage;
    struct triage_work *work;
    struct sketcher *sketcher;
    struct links *links;
    struct footers *footers;
};
/* Opened once: a model takes longer than a line. */
static struct world world;

static void check_link(void *context, const struct link *link)
{
    (void)context;
    ASSERT(link->account_count > 1 && link->account_count <= LINK_ACCOUNTS_MAX);
    ASSERT(link->messages >= link->account_count && link->value.n <= LINK_VALUE_BYTES);
}

static void open_world(void)
{
    str file = {0};
    if (world.triage != NULL) {
        return;
    }
    arena_init(&world.arena, 256 << 20);
    ASSERT(pack_open(&world.arena, HUSTINGS_SOURCE_ROOT "/packs/uk", &world.pack, NULL) ==
           STATUS_OK);
    ASSERT(io_read_file(&world.arena, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX,
                        &file, NULL) == STATUS_OK);
    ASSERT(model_open(&world.arena, file, &world.model, NULL) == STATUS_OK);
    ASSERT(triage_open(&world.arena, &world.pack, world.model, &world.triage, NULL) == STATUS_OK);
    world.work = triage_work_new(&world.arena, world.triage);
    world.sketcher = sketcher_new(&world.arena);
    world.footers = footers_new(&world.arena, 64);
    sketcher_use(world.sketcher, world.footers);
    world.links = links_new(&world.arena, 64, check_link, NULL);
}

static void check_text(str text, struct triage_result *result)
{
    struct sketch a, b;
    triage_message(world.triage, world.work, text, true, result);
    ASSERT(result->grade >= 0 && result->grade <= PACK_GRADE_MAX);
    for (size_t i = 0; i < result->reason_count; i++) {
        ASSERT(result->reasons[i].start < result->reasons[i].end);
        ASSERT(result->reasons[i].end <= text.n);
    }
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        ASSERT(result->scores[k] > 0 && result->scores[k] < 1);
    }
    sketch_make(world.sketcher, text, &a);
    sketch_make(world.sketcher, text, &b);
    ASSERT(sketch_similarity(&a, &b) >= 1);
    ASSERT(sketch_begins_in(&a, &b));
    footers_learn(world.footers, text);
    str less = footer_cut(world.footers, text);
    ASSERT(less.n <= text.n && footer_cut(world.footers, less).n == less.n);
    links_add(world.links, text, STR("ann"), 1);
    links_add(world.links, text, STR("bob"), 2);
    links_add(world.links, STR("Regards,\nAnn Moss\n07700 900123"), text, text.n);
    links_close(world.links);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct triage_line line, tree;
    struct triage_result result;
    str input = str_from(data, size);
    open_world();
    arena_init(&arena, 64 << 20);
    check_text(input, &result); /* raw bytes, NULs and all */
    if (size < 64 * 1024 && triage_line_read(&arena, input, NULL, &line, NULL) == STATUS_OK) {
        struct buf out;
        struct json json;
        struct triage_line_style style = {.has_reasons = true};
        ASSERT(triage_line_read_tree(&arena, input, NULL, &tree, NULL) == STATUS_OK);
        ASSERT(str_equal(line.text, tree.text) && str_equal(line.author, tree.author));
        check_text(line.text, &result);
        buf_init(&out, 8 << 20);
        triage_line_write(&line, &result, &style, &out);
        ASSERT(json_parse(&arena, buf_str(&out), &json, NULL) == STATUS_OK);
        buf_close(&out);
    }
    arena_close(&arena);
    return 0;
}
