/* SPDX-License-Identifier: Apache-2.0 */
/* Released counts only: what comes from desk_numbers has gone through review/release.h, and bars
 * are drawn from the released value, so that a bar cannot tell more than its figure. */
#include "deskweb/ask.h"

#include "desk/rules.h"

#include "pages/desk_numbers.html.h"

enum { BAR_LOW_WIDTH = 1, ROWS_SHOWN_MAX = 400, FOLD_MIN = 4 };

static const char *const units[] = {"reports", "incidents", "subjects"};
enum { UNITS = ARRAY_LEN(units) };

/* The three tables of one dimension, a unit each; NULL where there is none. */
struct dimension {
    str name;
    const struct released_table *tables[UNITS];
    int64_t most[UNITS]; /* the longest bar */
};

static str title_of(struct ask *ask, str dimension)
{
    return str_equal(dimension, STR("all"))
               ? STR("In the totals")
               : arena_printf(ask->arena, "By %.*s", STR_ARG(dimension));
}

/* "THR1" alone tells nobody what it is. */
static str label_of(struct ask *ask, str dimension, str label)
{
    const struct pack *pack = ask->web->options.pack;
    const struct pack_code *code = pack_code(pack, label);
    const struct pack_grade *grade = pack_grade(pack, label);
    str title = {0};
    if (code != NULL && str_equal(dimension, STR("code"))) {
        title = pack_text(pack, &code->title, STR("en"));
    } else if (grade != NULL && str_equal(dimension, STR("grade"))) {
        title = pack_text(pack, &grade->title, STR("en"));
    }
    return title.n == 0 ? label
                        : arena_printf(ask->arena, "%.*s %.*s", STR_ARG(label), STR_ARG(title));
}

/* Only the rows that can be shown are looked at: fewer incidents than reports have a row, and fewer
 * subjects, all in one order. */
static size_t shown(const struct released_table *table)
{
    size_t count = table == NULL ? 0 : table->count;
    return count < ROWS_SHOWN_MAX ? count : ROWS_SHOWN_MAX;
}

static const struct released_row *row_in(const struct released_table *table, str label)
{
    for (size_t i = 0; i < shown(table); i++) {
        if (str_equal(table->rows[i].label, label)) {
            return &table->rows[i];
        }
    }
    return NULL;
}

/* One row of the page: what has no row in a unit's open list is [low] there (review/release.h). */
static bool make_row(struct ask *ask, const struct dimension *d, str label,
                     struct page_desk_numbers_tables_rows *row)
{
    struct page_desk_numbers_tables_rows_cells *cells =
        ARENA_ARRAY(ask->arena, struct page_desk_numbers_tables_rows_cells, UNITS);
    bool is_all_low = true;
    for (size_t u = 0; u < UNITS; u++) {
        const struct released_row *found = row_in(d->tables[u], label);
        struct released_count count =
            found == NULL ? (struct released_count){.is_low = true} : found->count;
        is_all_low = is_all_low && count.is_low;
        cells[u] = (struct page_desk_numbers_tables_rows_cells){
            .value = released_text(ask->arena, count),
            .is_low = count.is_low,
            .width = count.is_low ? BAR_LOW_WIDTH : count.value * 100 / d->most[u]};
    }
    *row = (struct page_desk_numbers_tables_rows){.label = label_of(ask, d->name, label),
                                                  .cells = {cells, UNITS}};
    return is_all_low;
}

/* Rows that are [low] three times fold into one line, when there are many: nothing is lost by that,
 * and the figures are found at once. */
static void fill(struct ask *ask, const struct dimension *d, struct page_desk_numbers_tables *page)
{
    size_t most = 0;
    for (size_t u = 0; u < UNITS; u++) {
        most += shown(d->tables[u]);
    }
    struct page_desk_numbers_tables_rows *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_numbers_tables_rows, most + 1);
    bool *is_low = ARENA_ARRAY(ask->arena, bool, most + 1);
    size_t count = 0;
    size_t low = 0;
    for (size_t u = 0; u < UNITS; u++) {
        for (size_t i = 0; i < shown(d->tables[u]); i++) {
            str label = d->tables[u]->rows[i].label;
            bool is_known = false;
            for (size_t before = 0; before < u; before++) {
                is_known = is_known || row_in(d->tables[before], label) != NULL;
            }
            if (!is_known) {
                is_low[count] = make_row(ask, d, label, &rows[count]);
                low += is_low[count] ? 1 : 0;
                count++;
            }
        }
    }
    struct buf names;
    buf_init(&names, 64 * 1024);
    size_t kept = 0;
    bool folds = low >= FOLD_MIN;
    for (size_t i = 0; i < count; i++) {
        if (!folds || !is_low[i]) {
            rows[kept++] = rows[i];
            continue;
        }
        buf_add_c(&names, names.n > 0 ? "; " : "");
        buf_add(&names, rows[i].label);
    }
    page->rows = (struct page_desk_numbers_tables_rows_list){rows, kept};
    page->others = folds ? (int64_t)low : 0;
    page->is_rest = kept > 0;
    page->other_names = arena_str(ask->arena, buf_str(&names));
    buf_close(&names);
}

static size_t by_dimension(const struct released_tables *released, struct dimension *all)
{
    size_t count = 0;
    for (size_t i = 0; i < released->count; i++) {
        const struct released_table *table = &released->tables[i];
        size_t at = 0;
        while (at < count && !str_equal(all[at].name, table->dimension)) {
            at++;
        }
        if (at == count) {
            all[count++] = (struct dimension){.name = table->dimension, .most = {1, 1, 1}};
        }
        for (size_t u = 0; u < UNITS; u++) {
            if (!str_equal(table->unit, str_c(units[u]))) {
                continue;
            }
            all[at].tables[u] = table;
            for (size_t k = 0; k < table->count; k++) {
                int64_t value = table->rows[k].count.value;
                all[at].most[u] = value > all[at].most[u] ? value : all[at].most[u];
            }
        }
    }
    return count;
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
    struct dimension *dimensions = ARENA_ARRAY(ask->arena, struct dimension, released.count + 1);
    size_t count = by_dimension(&released, dimensions);
    struct page_desk_numbers_tables *tables =
        ARENA_ARRAY(ask->arena, struct page_desk_numbers_tables, count + 1);
    for (size_t i = 0; i < count; i++) {
        tables[i] =
            (struct page_desk_numbers_tables){.title = title_of(ask, dimensions[i].name),
                                              .anchor = arena_printf(ask->arena, "n%zu", i)};
        fill(ask, &dimensions[i], &tables[i]);
    }
    ASK_PAGE(ask, 200, desk_numbers, "numbers", .mark = STR("Not audited for publication"),
             .unclassified = codes_of(ask, RATES_UNCLASSIFIED),
             .left_out = codes_of(ask, RATES_LEFT_OUT), .is_opening = !desk_is_caught_up(ask->desk),
             .tables = {tables, count});
}
