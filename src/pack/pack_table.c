/* SPDX-License-Identifier: Apache-2.0 */
/* Reading one table of a pack, field by field, with the first failure kept. */
#include <stdlib.h>

#include "base/io.h"
#include "pack/fold.h"
#include "pack/pack_internal.h"

static enum status read_table(struct loader *loader, const char *file, str *ret_text)
{
    if (loader->image != NULL) {
        return image_file_text(loader->image, str_c(file), ret_text)
                   ? STATUS_OK
                   : error_set(loader->err, STATUS_NOT_FOUND, "the pack has no %s", file);
    }
    const char *path = arena_printf(loader->arena, "%s/%s%c", loader->folder, file, '\0').p;
    return io_read_file(loader->arena, path, PACK_FILE_BYTES_MAX, ret_text, loader->err);
}

size_t loader_open(struct loader *loader, const char *file)
{
    str text = {0};
    if (loader->status != STATUS_OK) {
        return 0;
    }
    loader->file = file;
    loader->status = read_table(loader, file, &text);
    if (loader->status == STATUS_OK) {
        loader->status = csv_open(loader->arena, file, text, ',', &loader->csv, loader->err);
    }
    if (loader->status != STATUS_OK) {
        return 0;
    }
    size_t lines = 1;
    for (size_t i = 0; i < text.n; i++) {
        lines += text.p[i] == '\n';
    }
    return lines;
}

size_t loader_open_optional(struct loader *loader, const char *file)
{
    str ignored = {0};
    bool is_there = false;
    if (loader->image != NULL) {
        is_there = image_file_text(loader->image, str_c(file), &ignored);
    } else {
        is_there = io_exists(arena_printf(loader->arena, "%s/%s%c", loader->folder, file, '\0').p);
    }
    return is_there ? loader_open(loader, file) : 0;
}

bool loader_next(struct loader *loader)
{
    bool has_row = false;
    if (loader->status == STATUS_OK) {
        loader->status = csv_next(&loader->csv, &loader->row, &has_row, loader->err);
    }
    return loader->status == STATUS_OK && has_row;
}

void loader_refuse(struct loader *loader, const char *column, const char *what)
{
    if (loader->status == STATUS_OK) {
        loader->status = error_set(loader->err, STATUS_INVALID, "%s line %zu, %s: %s", loader->file,
                                   loader->row.line, column, what);
    }
}

str loader_text(struct loader *loader, const char *column)
{
    size_t at = csv_column(&loader->csv, str_c(column));
    if (at == CSV_COLUMNS_MAX) {
        loader_refuse(loader, column, "the table has no such column");
        return (str){0};
    }
    return loader->row.fields[at];
}

str loader_word(struct loader *loader, const char *column)
{
    str text = loader_text(loader, column);
    if (text.n == 0) {
        loader_refuse(loader, column, "is empty");
    }
    return text;
}

int loader_int(struct loader *loader, const char *column, int otherwise)
{
    int64_t value = 0;
    str text = loader_text(loader, column);
    if (text.n == 0) {
        return otherwise;
    }
    if (!str_to_i64(text, &value) || value < -1000000 || value > 1000000) {
        loader_refuse(loader, column, "is not a whole number");
        return otherwise;
    }
    return (int)value;
}

bool loader_bool(struct loader *loader, const char *column)
{
    str text = loader_text(loader, column);
    if (!str_equal(text, STR("yes")) && !str_equal(text, STR("no"))) {
        loader_refuse(loader, column, "must be yes or no");
    }
    return str_equal(text, STR("yes"));
}

int loader_grade(struct loader *loader, const char *column, int otherwise)
{
    str text = loader_text(loader, column);
    if (text.n == 0) {
        return otherwise;
    }
    if (text.n != 2 || text.p[0] != 'G' || text.p[1] < '0' || text.p[1] > '0' + PACK_GRADE_MAX) {
        loader_refuse(loader, column, "is not a grade G0 to G5");
        return otherwise;
    }
    return text.p[1] - '0';
}

unsigned loader_percent(struct loader *loader, const char *column)
{
    str text = loader_text(loader, column);
    str whole = {0};
    uint64_t ones = 0;
    unsigned value = 0;
    str part = str_cut(text, '.', &whole);
    if (!str_to_u64(whole, &ones) || ones > 1) {
        loader_refuse(loader, column, "is not a share from 0 to 1");
        return 0;
    }
    for (size_t i = 0; i < 2; i++) {
        char c = i < part.n ? part.p[i] : '0';
        if (!ascii_is_digit(c)) {
            loader_refuse(loader, column, "is not a share from 0 to 1");
            return 0;
        }
        value = value * 10 + (unsigned)(c - '0');
    }
    return (unsigned)ones * 100 + value;
}

bool loader_has(const struct loader *loader, const char *column)
{
    return csv_column(&loader->csv, str_c(column)) < CSV_COLUMNS_MAX;
}

static struct pack_list split(struct arena *arena, str text, char separator)
{
    str rest = str_trim(text);
    size_t cap = 1;
    struct pack_list list = {0};
    if (rest.n == 0) {
        return list;
    }
    for (size_t i = 0; i < rest.n; i++) {
        cap += rest.p[i] == separator;
    }
    str *items = ARENA_ARRAY(arena, str, cap);
    while (rest.n > 0) {
        str word = {0};
        rest = str_trim(str_cut(rest, separator, &word));
        items[list.count] = word;
        list.count++;
    }
    list.items = items;
    return list;
}

struct pack_list loader_list(struct loader *loader, const char *column)
{
    return split(loader->arena, loader_text(loader, column), ' ');
}

struct pack_list loader_list_of(struct loader *loader, const char *column, char separator)
{
    if (!loader_has(loader, column)) {
        return (struct pack_list){0};
    }
    return split(loader->arena, loader_text(loader, column), separator);
}

struct pack_text loader_say(struct loader *loader, const char *column)
{
    struct pack_text text = {0};
    for (size_t i = 0; i < loader->pack->language_count; i++) {
        str name = arena_printf(loader->arena, "%s_%.*s%c", column,
                                STR_ARG(loader->pack->languages[i].id), '\0');
        size_t at = csv_column(&loader->csv, str_c(name.p));
        if (at < CSV_COLUMNS_MAX) {
            text.in[i] = loader->row.fields[at];
        }
        if (i == 0 && text.in[i].n == 0) {
            loader_refuse(loader, name.p, "is empty or missing");
        }
    }
    return text;
}

void index_init(struct arena *arena, struct index *index, size_t cap)
{
    *index = (struct index){.entries = ARENA_ARRAY(arena, struct index_entry, cap + 1), .cap = cap};
}

void index_add(struct arena *arena, struct index *index, str key, size_t at)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str folded = fold_name(key, bytes);
    if (folded.n > 0) {
        ASSERT(index->count < index->cap);
        index->entries[index->count] = (struct index_entry){arena_str(arena, folded), at};
        index->count++;
    }
}

static int entry_compare(const void *a, const void *b)
{
    const struct index_entry *left = a;
    const struct index_entry *right = b;
    int order = str_compare(left->key, right->key);
    if (order != 0) {
        return order;
    }
    return (left->at > right->at) - (left->at < right->at);
}

void index_sort(struct index *index)
{
    if (index->count > 1) {
        qsort(index->entries, index->count, sizeof index->entries[0], entry_compare);
    }
}

int64_t index_find(const struct index *index, str key)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str folded = fold_name(key, bytes);
    size_t low = 0;
    size_t high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(index->entries[middle].key, folded) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (folded.n == 0 || low == index->count || !str_equal(index->entries[low].key, folded)) {
        return INDEX_NONE;
    }
    size_t at = index->entries[low].at;
    for (size_t i = low + 1; i < index->count; i++) {
        if (!str_equal(index->entries[i].key, folded)) {
            break;
        }
        if (index->entries[i].at != at) {
            return INDEX_SEVERAL;
        }
    }
    return (int64_t)at;
}
