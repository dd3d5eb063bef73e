/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no input breaks the reader, and what it accepts survives writing and reading again. */
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_row(struct csv_out *out, const str *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csv_put(out, fields[i]);
    }
    csv_end_row(out);
}

static void read_again(struct arena *arena, struct csv *first, struct buf *copy)
{
    struct csv second;
    struct csv_row row = {0};
    struct csv_row again = {0};
    bool has_row = true;
    struct csv_out out;
    csv_out_init(&out, copy);
    write_row(&out, first->columns, first->column_count);
    struct csv saved = *first;
    while (csv_next(first, &row, &has_row, NULL) == STATUS_OK && has_row) {
        write_row(&out, row.fields, row.count);
    }
    ASSERT(csv_open(arena, "copy", buf_str(copy), ',', &second, NULL) == STATUS_OK);
    while (csv_next(&saved, &row, &has_row, NULL) == STATUS_OK && has_row) {
        ASSERT(csv_next(&second, &again, &has_row, NULL) == STATUS_OK && has_row);
        ASSERT(again.count == row.count);
        for (size_t i = 0; i < row.count; i++) {
            ASSERT(str_equal(again.fields[i], row.fields[i]));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct csv csv;
    struct buf copy;
    arena_init(&arena, 64 * 1024 * 1024);
    buf_init(&copy, 32 * 1024 * 1024);
    char separator = size % 2 == 0 ? ',' : '\t';
    if (csv_open(&arena, "fuzz", str_from(data, size), separator, &csv, NULL) == STATUS_OK) {
        read_again(&arena, &csv, &copy);
    }
    buf_close(&copy);
    arena_close(&arena);
    return 0;
}
