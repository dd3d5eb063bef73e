/* SPDX-License-Identifier: Apache-2.0 */
/* Released counts only: what comes from desk_numbers has gone through review/release.h, and bars
 * are drawn from the released value, so that a bar cannot tell more than its figure. */
#include "deskweb/ask.h"

#include "desk/rules.h"

#include "pages/desk_numbers.html.h"

enum { BAR_LOW_WIDTH = 1, ROWS_SHOWN_MAX = 400 };

static str title_of(struct ask *ask, const struct released_table *table)
{
    str unit = str_equal(table->unit, STR("reports"))     ? STR("Reports")
               : str_equal(table->unit, STR("incidents")) ? STR("Incidents")
                                                          : STR("Subjects");
    return str_equal(table->dimension, STR("all"))
               ? arena_printf(ask->arena, "%.*s in the totals", STR_ARG(unit))
               : arena_printf(ask->arena, "%.*s by %.*s", STR_ARG(unit), STR_ARG(table->dimension));
}

/* "THR1" alone tells nobody what it is. */
static str label_of(struct ask *ask, const struct released_table *table, str label)
{
    const struct pack *pack = ask->web->options.pack;
    const struct pack_code *code = pack_code(pack, label);
    const struct pack_grade *grade = pack_grade(pack, label);
    str title = {0};
    if (code != NULL && str_equal(table->dimension, STR("code"))) {
        title = pack_text(pack, &code->title, STR("en"));
    } else if (grade != NULL && str_equal(table->dimension, STR("grade"))) {
        title = pack_text(pack, &grade->title, STR("en"));
    }
    return title.n == 0 ? label
                        : arena_printf(ask->arena, "%.*s %.*s", STR_ARG(label), STR_ARG(title));
}

static struct page_desk_numbers_tables_rows_list rows_of(struct ask *ask,
                                                         const struct released_table *table)
{
    size_t count = table->count < ROWS_SHOWN_MAX ? table->count : ROWS_SHOWN_MAX;
    struct page_desk_numbers_tables_rows *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_numbers_tables_rows, count + 1);
    int64_t most = 1;
    for (size_t i = 0; i < count; i++) {
        int64_t value = table->rows[i].count.value;
        most = value > most ? value : most;
    }
    for (size_t i = 0; i < count; i++) {
        const struct released_row *row = &table->rows[i];
        rows[i] = (struct page_desk_numbers_tables_rows){
            .label = label_of(ask, table, row->label),
            .value = released_text(ask->arena, row->count),
            .is_low = row->count.is_low,
            .width = row->count.is_low ? BAR_LOW_WIDTH : row->count.value * 100 / most};
    }
    return (struct page_desk_numbers_tables_rows_list){rows, count};
}

/* The codes of a kind: "LAW0, POL9". */
static str codes_of(struct ask *ask, enum rates_kind kind)
{
    const struct pack *pack = ask->web->options.pack;
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < pack->code_count; i++) {
        if (desk_code_kind(&pack->codes[i]) == kind) {
            buf_add_c(&text, text.n > 0 ? ", " : "");
            buf_add(&text, pack->codes[i].id);
        }
    }
    str copy = arena_str(ask->arena, buf_str(&text));
    buf_close(&text);
    return copy;
}

void numbers_get(struct ask *ask)
{
    struct released_tables released = {0};
    enum status status = desk_numbers(ask->desk, &ask->caller, &released, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    struct page_desk_numbers_tables *tables =
        ARENA_ARRAY(ask->arena, struct page_desk_numbers_tables, released.count + 1);
    for (size_t i = 0; i < released.count; i++) {
        const struct released_table *table = &released.tables[i];
        struct page_desk_numbers_tables_rows_list rows = rows_of(ask, table);
        tables[i] = (struct page_desk_numbers_tables){.title = title_of(ask, table),
                                                      .anchor = arena_printf(ask->arena, "n%zu", i),
                                                      .has_bars = rows.count > 1,
                                                      .rows = rows};
    }
    ASK_PAGE(ask, 200, desk_numbers, "numbers", .mark = STR("Not audited for publication"),
             .unclassified = codes_of(ask, RATES_UNCLASSIFIED),
             .left_out = codes_of(ask, RATES_LEFT_OUT), .is_opening = !desk_is_caught_up(ask->desk),
             .tables = {tables, released.count});
}
