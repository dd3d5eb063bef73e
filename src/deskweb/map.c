/* SPDX-License-Identifier: Apache-2.0 */
/* The country as hexagons, one a constituency (the layout is data of the pack: odd rows stand half
 * a cell to the right, rows count from south to north). It draws the released table of incidents
 * by area and nothing else, so it can tell no more than the table beside it: a cell without a
 * released figure is [low], whether anything happened there or not.
 *
 * Only cells with a figure are links: a keyboard stops at what can be opened, not 650 times. Any
 * other is found by its name. */
#include "deskweb/ask.h"

#include <stdlib.h>

#include "codec/form.h"
#include "pages/desk_map.html.h"

enum {
    CELL_WIDTH = 8, /* of a hexagon with a point up; small numbers keep the page small */
    CELL_HEIGHT = 9,
    ROW_STEP = 7,
    MARGIN = 2,
    FIND_BYTES_MAX = 100
};

/* Lower ends of the steps of colour: released figures are multiples of 5. */
static const int64_t step_from[] = {5, 15, 30, 60, 120};

static int64_t step_of(int64_t value)
{
    int64_t step = 0;
    for (size_t i = 0; i < ARRAY_LEN(step_from); i++) {
        step += value >= step_from[i];
    }
    return step;
}

struct frame {
    int q_min, q_max, r_min, r_max;
};

static struct frame frame_of(const struct pack *pack)
{
    const struct pack_constituency *list = pack->constituencies;
    struct frame f = {0};
    for (size_t i = 0; i < pack->constituency_count; i++) {
        f.q_min = i == 0 || list[i].hex_q < f.q_min ? list[i].hex_q : f.q_min;
        f.q_max = i == 0 || list[i].hex_q > f.q_max ? list[i].hex_q : f.q_max;
        f.r_min = i == 0 || list[i].hex_r < f.r_min ? list[i].hex_r : f.r_min;
        f.r_max = i == 0 || list[i].hex_r > f.r_max ? list[i].hex_r : f.r_max;
    }
    return f;
}

/* Top point of a cell. */
static void cell_top(const struct frame *f, const struct pack_constituency *seat, int *ret_x,
                     int *ret_y)
{
    bool is_odd = seat->hex_r % 2 != 0;
    *ret_x = MARGIN + (seat->hex_q - f->q_min) * CELL_WIDTH + CELL_WIDTH / 2 +
             (is_odd ? CELL_WIDTH / 2 : 0);
    *ret_y = MARGIN + (f->r_max - seat->hex_r) * ROW_STEP;
}

static str cell_path(struct ask *ask, const struct frame *f, const struct pack_constituency *seat)
{
    int x = 0;
    int y = 0;
    cell_top(f, seat, &x, &y);
    return arena_printf(ask->arena, "M%d %dl4 2v5l-4 2-4-2v-5z", x, y);
}

/* The released figure of a seat; NULL = [low]. The table is short: low rows are not in it. */
static const struct released_row *figure_of(const struct released_table *table,
                                            const struct pack_constituency *seat)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!table->rows[i].count.is_low && str_equal(table->rows[i].label, seat->name)) {
            return &table->rows[i];
        }
    }
    return NULL;
}

static str queue_of(struct ask *ask, const struct pack_constituency *seat)
{
    struct desk_filter filter = desk_filter_any();
    struct buf text;
    filter.area = arena_printf(ask->arena, "seat:%.*s", STR_ARG(seat->gss));
    buf_init(&text, 4096);
    buf_add_c(&text, "/queue?");
    desk_filter_encode(&text, &filter);
    str url = arena_str(ask->arena, buf_str(&text));
    buf_close(&text);
    return url;
}

static struct page_desk_map_steps_list steps(struct ask *ask)
{
    size_t count = ARRAY_LEN(step_from);
    struct page_desk_map_steps *rows = ARENA_ARRAY(ask->arena, struct page_desk_map_steps, count);
    for (size_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        rows[i].step = (int64_t)i + 1;
        rows[i].label = is_last ? arena_printf(ask->arena, "%lld or more", (long long)step_from[i])
                                : arena_printf(ask->arena, "%lld to %lld", (long long)step_from[i],
                                               (long long)(step_from[i + 1] - RELEASE_BASE));
    }
    return (struct page_desk_map_steps_list){rows, count};
}

static void draw(struct ask *ask, const struct frame *f, const struct released_table *table,
                 struct page_desk_map *page)
{
    const struct pack *pack = ask->web->options.pack;
    size_t count = pack->constituency_count;
    struct page_desk_map_places *places =
        ARENA_ARRAY(ask->arena, struct page_desk_map_places, count + 1);
    struct page_desk_map_told *told = ARENA_ARRAY(ask->arena, struct page_desk_map_told, count + 1);
    page->places.items = places;
    page->told.items = told;
    for (size_t i = 0; i < count; i++) {
        const struct pack_constituency *seat = &pack->constituencies[i];
        const struct released_row *figure = figure_of(table, seat);
        str path = cell_path(ask, f, seat);
        if (figure == NULL) {
            places[page->places.count++] = (struct page_desk_map_places){seat->name, path};
            continue;
        }
        int x = 0;
        int y = 0;
        cell_top(f, seat, &x, &y);
        told[page->told.count++] =
            (struct page_desk_map_told){.name = seat->name,
                                        .path = path,
                                        .url = queue_of(ask, seat),
                                        .value = released_text(ask->arena, figure->count),
                                        .step = step_of(figure->count.value),
                                        .x = x,
                                        .y = y + CELL_HEIGHT / 2 + 2};
    }
    page->view = arena_printf(ask->arena, "0 0 %d %d",
                              (f->q_max - f->q_min + 1) * CELL_WIDTH + CELL_WIDTH / 2 + 2 * MARGIN,
                              (f->r_max - f->r_min) * ROW_STEP + CELL_HEIGHT + 2 * MARGIN);
}

static int most_first(const void *a, const void *b)
{
    const struct released_row *x = a;
    const struct released_row *y = b;
    if (x->count.value != y->count.value) {
        return x->count.value > y->count.value ? -1 : 1;
    }
    return str_compare(x->label, y->label);
}

/* Every row of the released table, also places that are no constituency ("not known"). */
static void tabulate(struct ask *ask, const struct released_table *table,
                     struct page_desk_map *page)
{
    struct page_desk_map_rows *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_map_rows, table->count + 1);
    struct released_row *sorted = ARENA_ARRAY(ask->arena, struct released_row, table->count + 1);
    page->rows.items = rows;
    for (size_t i = 0; i < table->count; i++) {
        sorted[i] = table->rows[i];
    }
    qsort(sorted, table->count, sizeof *sorted, most_first);
    for (size_t i = 0; i < table->count; i++) {
        const struct released_row *row = &sorted[i];
        if (!row->count.is_low) {
            const struct pack_constituency *seat =
                pack_constituency(ask->web->options.pack, row->label);
            rows[page->rows.count++] =
                (struct page_desk_map_rows){.name = row->label,
                                            .url = seat != NULL ? queue_of(ask, seat) : STR(""),
                                            .value = released_text(ask->arena, row->count)};
        }
    }
}

static void find(struct ask *ask, const struct frame *f, const struct released_table *table,
                 struct page_desk_map *page)
{
    page->find = str_trim(form_value(&ask->query, "find"));
    if (page->find.n == 0) {
        return;
    }
    const struct pack_constituency *seat =
        page->find.n > FIND_BYTES_MAX ? NULL
                                      : pack_constituency(ask->web->options.pack, page->find);
    if (seat == NULL) {
        page->find_error = STR("There is no constituency of that name. Write its full name, in "
                               "English or Welsh, or its code.");
        return;
    }
    const struct released_row *figure = figure_of(table, seat);
    page->found = cell_path(ask, f, seat);
    page->find_answer = arena_printf(
        ask->arena, "%.*s: %.*s", STR_ARG(seat->name),
        STR_ARG(figure == NULL ? STR("[low]") : released_text(ask->arena, figure->count)));
}

void map_get(struct ask *ask)
{
    struct released_tables released = {0};
    struct released_table table = {0};
    struct page_desk_map page = {.mark = STR("Not audited for publication"),
                                 .credit = ask->web->options.pack->map_credit};
    enum status status = desk_numbers(ask->desk, &ask->caller, &released, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    for (size_t i = 0; i < released.count; i++) {
        if (str_equal(released.tables[i].unit, STR("incidents")) &&
            str_equal(released.tables[i].dimension, STR("area"))) {
            table = released.tables[i];
        }
    }
    const struct frame f = frame_of(ask->web->options.pack);
    page.steps = steps(ask);
    draw(ask, &f, &table, &page);
    tabulate(ask, &table, &page);
    find(ask, &f, &table, &page);
    page.bar = ask_bar(ask, "map");
    struct buf html;
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_map_render(&html, NULL, &page);
    ask_answer(ask, 200, &html);
}
