/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a model file that is not ours is refused or gives scores in [0, 1]; it never breaks the reader.
 * Bytes that are no file are tried as they are; then they are laid over the fields of a good model,
 * the first byte says where, with the checksum made right. */
#include "base/io.h"
#include "triage/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Opened once: a file has more than a megabyte. */
static struct arena memory;
static struct model *good;

static void read_with(struct arena *arena, const struct model *model)
{
    struct plain plain;
    struct model_result result;
    struct model_work *work = ARENA_NEW(arena, struct model_work);
    plain_init(&plain, arena);
    plain_read(&plain, STR("I will kill you, said the Welsh fox. Please mend the bridge!"));
    model_read(model, &plain, work, &result);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        ASSERT(result.probability[k] >= 0 && result.probability[k] <= 1);
        ASSERT(result.from[k] <= result.to[k] && result.to[k] <= plain.count);
    }
}

static void lay_over(struct model *model, str bytes)
{
    static const size_t places[] = {
        offsetof(struct model, scale),       offsetof(struct model, bias),
        offsetof(struct model, square_unit), offsetof(struct model, curves),
        offsetof(struct model, over),        offsetof(struct model, class_hashes),
        offsetof(struct model, class_ids),   offsetof(struct model, unit_cost),
        offsetof(struct model, window_cost), offsetof(struct model, kin_starts),
        offsetof(struct model, kin_entries)};
    size_t at = places[(unsigned char)bytes.p[0] % ARRAY_LEN(places)];
    size_t room = sizeof *model - at;
    memcpy((char *)model + at, bytes.p + 1, bytes.n - 1 < room ? bytes.n - 1 : room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct model *model = NULL, changed;
    struct buf file;
    str text = {0};
    if (good == NULL) {
        arena_init(&memory, 64 << 20);
        ASSERT(io_read_file(&memory, HUSTINGS_SOURCE_ROOT "/models/triage.htm", MODEL_BYTES_MAX,
                            &text, NULL) == STATUS_OK);
        ASSERT(model_open(&memory, text, &good, NULL) == STATUS_OK);
    }
    arena_init(&arena, 64 << 20);
    ASSERT(model_open(&arena, str_from(data, size), &model, NULL) != STATUS_OK);
    if (size > 1) {
        changed = *good;
        lay_over(&changed, str_from(data, size));
        changed.buckets = good->buckets;
        buf_init(&file, MODEL_BYTES_MAX);
        model_write(&changed, &file);
        if (model_open(&arena, buf_str(&file), &model, NULL) == STATUS_OK) {
            read_with(&arena, model);
        }
        buf_close(&file);
    }
    arena_close(&arena);
    return 0;
}
