/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/show_names.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

enum { PLACES = 8 };
static const double square = 1;   /* a board of 720 × 520 has 374,400 of them */
static const double wide = 0.62;  /* of a sans-serif sign, on the average of a name, in its size */
static const double beside = 6.5; /* from a dot's middle to a name, so that no square is shared */

struct box {
    double x0, y0, x1, y1;
};

struct name_board name_board_make(struct arena *arena, double width, double height, double size)
{
    struct name_board board = {.width = width,
                               .height = height,
                               .size = size,
                               .columns = (uint32_t)ceil(width / square),
                               .rows = (uint32_t)ceil(height / square)};
    board.is_taken = ARENA_ARRAY(arena, uint8_t, (size_t)board.columns * board.rows + 1U);
    return board;
}

/* The squares that a box touches. False when it leaves the picture. */
static bool squares_of(const struct name_board *board, const struct box *box, uint32_t at[4])
{
    if (box->x0 < 0 || box->y0 < 0 || box->x1 > board->width || box->y1 > board->height) {
        return false;
    }
    at[0] = (uint32_t)(box->x0 / square);
    at[1] = (uint32_t)(box->y0 / square);
    at[2] = (uint32_t)ceil(box->x1 / square);
    at[3] = (uint32_t)ceil(box->y1 / square);
    at[2] = at[2] < board->columns ? at[2] : board->columns;
    at[3] = at[3] < board->rows ? at[3] : board->rows;
    return true;
}

static bool is_free(const struct name_board *board, const struct box *box)
{
    uint32_t at[4];
    if (!squares_of(board, box, at)) {
        return false;
    }
    for (uint32_t y = at[1]; y < at[3]; y++) {
        for (uint32_t x = at[0]; x < at[2]; x++) {
            if (board->is_taken[(size_t)y * board->columns + x] != 0) {
                return false;
            }
        }
    }
    return true;
}

static void take(struct name_board *board, const struct box *box)
{
    uint32_t at[4];
    if (!squares_of(board, box, at)) {
        return;
    }
    for (uint32_t y = at[1]; y < at[3]; y++) {
        memset(board->is_taken + (size_t)y * board->columns + at[0], 1, at[2] - at[0]);
    }
}

void name_board_take(struct name_board *board, double x, double y, double reach)
{
    struct box box = {fmax(x - reach, 0), fmax(y - reach, 0), fmin(x + reach, board->width),
                      fmin(y + reach, board->height)};
    take(board, &box);
}

double name_width(const struct name_board *board, str text)
{
    return (double)utf8_count(text) * board->size * wide;
}

struct order {
    double weight;
    uint32_t label;
};

static int by_weight(const void *a, const void *b)
{
    const struct order *x = a;
    const struct order *y = b;
    return x->weight != y->weight ? (x->weight < y->weight) - (x->weight > y->weight)
                                  : (x->label > y->label) - (x->label < y->label);
}

/* Right and left of the dot first: there a name is read as the dot's; then above and below. */
static bool place(struct name_board *board, struct name_label *label)
{
    double length = name_width(board, label->text);
    double high = board->size;
    const double corners[PLACES][2] = {
        {beside, -high / 2},           {-beside - length, -high / 2},
        {-2, -high - beside},          {-2, beside},
        {2 - length, -high - beside},  {2 - length, beside},
        {-length / 2, -high - beside}, {-length / 2, beside},
    };
    for (size_t i = 0; i < PLACES; i++) {
        struct box box = {label->x + corners[i][0], label->y + corners[i][1], 0, 0};
        box.x1 = box.x0 + length;
        box.y1 = box.y0 + high;
        if (is_free(board, &box)) {
            take(board, &box);
            label->left = box.x0;
            label->base = box.y1 - high * 0.2; /* what hangs below the line */
            return true;
        }
    }
    return false;
}

void name_board_place(struct arena *arena, struct name_board *board, struct name_label *labels,
                      uint32_t count)
{
    struct order *order = ARENA_ARRAY(arena, struct order, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct order){labels[i].weight, i};
        labels[i].is_shown = false;
    }
    qsort(order, count, sizeof *order, by_weight);
    for (uint32_t i = 0; i < count && i < NAMES_MAX; i++) {
        struct name_label *label = &labels[order[i].label];
        label->is_shown = label->text.n > 0 && place(board, label);
    }
}

str name_short(struct arena *arena, str name)
{
    str text = str_trim(name);
    str rest = text;
    uint32_t point = 0;
    size_t signs = 0;
    size_t end = text.n; /* of the first so many signs */
    size_t comma = text.n;
    for (size_t i = 0; i < text.n && comma == text.n; i++) {
        comma = text.p[i] == ',' || text.p[i] == ';' || text.p[i] == '\n' ? i : comma;
    }
    text = str_trim(comma > 0 ? str_slice(text, 0, comma) : text);
    rest = text;
    end = text.n;
    while (utf8_next(&rest, &point)) {
        if (++signs == NAMES_SIGNS_MAX) {
            end = text.n - rest.n;
        }
    }
    if (signs <= NAMES_SIGNS_MAX) {
        return text;
    }
    size_t blank = end;
    while (blank > end / 2 && text.p[blank] != ' ') {
        blank--;
    }
    end = text.p[blank] == ' ' ? blank : end;
    return arena_printf(arena, "%.*s…", STR_ARG(str_trim(str_slice(text, 0, end))));
}
