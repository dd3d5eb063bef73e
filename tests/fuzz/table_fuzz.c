/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: no bytes break the decoders or the reader of foreign tables, and what it hands out does not
 * depend on where the pieces are cut: the same rows come out of one piece and of pieces of the
 * length that the first byte says. What is handed out is UTF-8 without zero bytes. */
#include "base/utf8.h"
#include "codec/grid.h"

#include "../support/table_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_row(const struct table_row *row, struct buf *out)
{
    buf_printf(out, "%zu %d %s", row->line, (int)row->kind, row->kind == TABLE_BAD ? row->why : "");
    for (size_t i = 0; row->kind == TABLE_ROW && i < row->count; i++) {
        double number = 0;
        ASSERT(utf8_is_valid(row->fields[i]));
        ASSERT(str_find_byte(row->fields[i], '\0') == row->fields[i].n);
        buf_add_byte(out, '\1');
        buf_add(out, row->fields[i]);
        if (decimal_parse(row->fields[i], &number)) {
            struct geo_point point;
            (void)!grid_to_geo(GRID_GREAT_BRITAIN, (struct grid_point){number, number}, &point);
        }
    }
    buf_add_byte(out, '\2');
}

static void read_all(str text, size_t piece, enum encoding encoding, struct buf *out)
{
    struct source source = {text, 0, piece};
    struct table_options options = {"fuzz", read_source, &source, encoding, '\0'};
    struct table table;
    struct table_row row;
    struct error err = {0};
    if (table_open(&table, &options, &err) != STATUS_OK) {
        buf_add_c(out, err.primary);
        return;
    }
    do {
        ASSERT(table_next(&table, &row, &err) == STATUS_OK);
        ASSERT(row.kind != TABLE_ROW || row.count == table.column_count);
        add_row(&row, out);
    } while (row.kind != TABLE_END);
    table_close(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    size_t piece = data[0] % 64 + 1U;
    str text = str_from(data + 1, size - 1);
    struct encoding_survey one = {0};
    struct encoding_survey many = {0};
    struct buf whole;
    struct buf cut;
    encoding_survey_add(&one, text);
    for (size_t at = 0; at < text.n; at += piece) {
        encoding_survey_add(&many, str_slice(text, at, at + piece));
    }
    enum encoding encoding = encoding_survey_end(&one);
    ASSERT(encoding == encoding_survey_end(&many));
    buf_init(&whole, 64 * 1024 * 1024);
    buf_init(&cut, 64 * 1024 * 1024);
    read_all(text, TABLE_PIECE_BYTES, encoding, &whole);
    read_all(text, piece, encoding, &cut);
    ASSERT(str_equal(buf_str(&whole), buf_str(&cut)));
    buf_close(&whole);
    buf_close(&cut);
    return 0;
}
