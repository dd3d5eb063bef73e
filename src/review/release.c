/* SPDX-License-Identifier: Apache-2.0 */
#include "review/release.h"

#include "codec/json.h"

void raw_count_add(struct raw_count *count, int64_t n)
{
    count->secret_n += n;
}

struct released_count release(struct raw_count count)
{
    int64_t n = count.secret_n;
    if (n <= RELEASE_LOW_MAX) {
        return (struct released_count){.is_low = true};
    }
    return (struct released_count){.value = (n + RELEASE_BASE / 2) / RELEASE_BASE * RELEASE_BASE};
}

str released_text(struct arena *arena, struct released_count count)
{
    return count.is_low ? STR("[low]") : arena_printf(arena, "%lld", (long long)count.value);
}

struct released_table release_table(struct arena *arena, str unit, str dimension,
                                    const struct raw_row *rows, size_t count, bool is_open_list)
{
    struct released_table table = {.unit = unit, .dimension = dimension};
    table.rows = ARENA_ARRAY(arena, struct released_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct released_row row = {.label = rows[i].label, .count = release(rows[i].count)};
        if (!is_open_list || !row.count.is_low) {
            table.rows[table.count++] = row;
        }
    }
    if (is_open_list) {
        str label = arena_printf(arena, table.count == 0 ? "each %.*s" : "each of the other %.*ss",
                                 STR_ARG(dimension));
        table.rows[table.count++] =
            (struct released_row){.label = label, .count = {.is_low = true}};
    }
    return table;
}

/* A field of CSV: quoted when it must be. A label that a spreadsheet would take for a formula gets
 * an apostrophe in front. */
static void add_field(struct buf *out, str text)
{
    bool is_formula = text.n > 0 && memchr("=+-@", text.p[0], 4) != NULL;
    bool is_quoted = is_formula || memchr(text.p, ',', text.n) != NULL ||
                     memchr(text.p, '"', text.n) != NULL || memchr(text.p, '\n', text.n) != NULL;
    if (is_quoted) {
        buf_add_byte(out, '"');
    }
    if (is_formula) {
        buf_add_byte(out, '\'');
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') {
            buf_add_byte(out, '"');
        }
        buf_add_byte(out, text.p[i]);
    }
    if (is_quoted) {
        buf_add_byte(out, '"');
    }
}

static void add_count(struct buf *out, struct released_count count)
{
    if (count.is_low) {
        buf_add_c(out, "[low]");
    } else {
        buf_add_i64(out, count.value);
    }
}

void released_add_csv(struct buf *out, const struct released_tables *tables)
{
    buf_add_c(out, "unit,dimension,label,count,mark\n");
    for (size_t t = 0; t < tables->count; t++) {
        const struct released_table *table = &tables->tables[t];
        for (size_t r = 0; r < table->count; r++) {
            add_field(out, table->unit);
            buf_add_byte(out, ',');
            add_field(out, table->dimension);
            buf_add_byte(out, ',');
            add_field(out, table->rows[r].label);
            buf_add_byte(out, ',');
            add_count(out, table->rows[r].count);
            buf_add_c(out, "," RELEASE_MARK "\n");
        }
    }
}

void released_add_json(struct buf *out, const struct released_tables *tables)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "mark", STR(RELEASE_MARK));
    json_put_text(&json, "counted", STR(RELEASE_COUNTED));
    json_name(&json, "tables");
    json_begin_list(&json);
    for (size_t t = 0; t < tables->count; t++) {
        const struct released_table *table = &tables->tables[t];
        json_begin_object(&json);
        json_put_text(&json, "unit", table->unit);
        json_put_text(&json, "dimension", table->dimension);
        json_name(&json, "rows");
        json_begin_list(&json);
        for (size_t r = 0; r < table->count; r++) {
            json_begin_object(&json);
            json_put_text(&json, "label", table->rows[r].label);
            json_name(&json, "count");
            if (table->rows[r].count.is_low) {
                json_add_text(&json, STR("[low]"));
            } else {
                json_add_int(&json, table->rows[r].count.value);
            }
            json_end_object(&json);
        }
        json_end_list(&json);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
}

enum status released_export(const struct released_tables *tables, struct error *err)
{
    (void)tables;
    error_set(err, STATUS_DENIED, "These numbers are " RELEASE_MARK ".");
    error_hint(err, "They are for this desk's own screens; publishing waits for the disclosure "
                    "audit of the review.");
    return STATUS_DENIED;
}
