/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/csv.h"

#include "base/utf8.h"

static enum status refuse(const struct csv *csv, enum status status, size_t line, const char *what,
                          struct error *err)
{
    return error_set(err, status, "%s line %zu: %s", csv->name, line, what);
}

/* Length of the line ending at `at`: 0, 1 or 2. */
static size_t line_end(str text, size_t at)
{
    if (at < text.n && text.p[at] == '\n') {
        return 1;
    }
    return at + 1 < text.n && text.p[at] == '\r' && text.p[at + 1] == '\n' ? 2 : 0;
}

/* Without the doubled quotes. */
static str undouble(struct arena *arena, str raw)
{
    char *out = arena_alloc(arena, raw.n, 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        out[n] = raw.p[i];
        n++;
        if (raw.p[i] == '"') {
            i++; /* quoted_field let only pairs through */
        }
    }
    return str_from(out, n);
}

/* csv->at stands behind the opening quote; afterwards behind the closing one. */
static enum status quoted_field(struct csv *csv, str *ret_field, struct error *err)
{
    size_t opened = csv->line;
    size_t begin = csv->at;
    bool has_pairs = false;
    while (csv->at < csv->text.n) {
        char c = csv->text.p[csv->at];
        if (c == '"' && csv->at + 1 < csv->text.n && csv->text.p[csv->at + 1] == '"') {
            has_pairs = true;
            csv->at += 2;
            continue;
        }
        if (c == '"') {
            str raw = str_slice(csv->text, begin, csv->at);
            csv->at++;
            *ret_field = has_pairs ? undouble(csv->arena, raw) : raw;
            return STATUS_OK;
        }
        csv->line += c == '\n';
        csv->at++;
        if (csv->at - begin > CSV_ROW_BYTES_MAX) {
            return refuse(csv, STATUS_LIMIT, opened, "a quoted field is too long", err);
        }
    }
    return refuse(csv, STATUS_INVALID, opened, "a quote is opened and never closed", err);
}

static enum status bare_field(struct csv *csv, str *ret_field, struct error *err)
{
    size_t begin = csv->at;
    while (csv->at < csv->text.n) {
        char c = csv->text.p[csv->at];
        if (c == csv->separator || c == '\n') {
            break;
        }
        if (c == '\r') {
            if (line_end(csv->text, csv->at) == 2) {
                break;
            }
            return refuse(csv, STATUS_INVALID, csv->line, "a carriage return without line feed",
                          err);
        }
        if (c == '"') {
            return refuse(csv, STATUS_INVALID, csv->line,
                          "a quote inside a field that does not begin with one", err);
        }
        csv->at++;
    }
    *ret_field = str_slice(csv->text, begin, csv->at);
    return STATUS_OK;
}

static enum status check_field(struct csv *csv, size_t line, str field, struct error *err)
{
    if (field.n > CSV_FIELD_BYTES_MAX) {
        return refuse(csv, STATUS_LIMIT, line, "a field is longer than 65,536 bytes", err);
    }
    if (str_find_byte(field, '\0') != field.n) {
        return refuse(csv, STATUS_INVALID, line, "a NUL byte", err);
    }
    if (!utf8_is_valid(field)) {
        return refuse(csv, STATUS_INVALID, line, "bytes that are not UTF-8", err);
    }
    return STATUS_OK;
}

static enum status next_field(struct csv *csv, size_t line, str *ret_field, struct error *err)
{
    enum status status = STATUS_OK;
    if (csv->at < csv->text.n && csv->text.p[csv->at] == '"') {
        csv->at++;
        status = quoted_field(csv, ret_field, err);
    } else {
        status = bare_field(csv, ret_field, err);
    }
    return status == STATUS_OK ? check_field(csv, line, *ret_field, err) : status;
}

/* The fields of the row that begins at csv->at (which is not the end of the text). */
static enum status read_row(struct csv *csv, struct csv_row *row, struct error *err)
{
    size_t begin = csv->at;
    row->line = csv->line;
    row->count = 0;
    for (;;) {
        if (row->count == CSV_COLUMNS_MAX) {
            return refuse(csv, STATUS_LIMIT, row->line, "more than 64 columns", err);
        }
        enum status status = next_field(csv, row->line, &row->fields[row->count], err);
        if (status != STATUS_OK) {
            return status;
        }
        row->count++;
        if (csv->at - begin > CSV_ROW_BYTES_MAX) {
            return refuse(csv, STATUS_LIMIT, row->line, "a row is longer than 262,144 bytes", err);
        }
        size_t end = line_end(csv->text, csv->at);
        if (end > 0 || csv->at == csv->text.n) {
            csv->at += end;
            csv->line += end > 0;
            return STATUS_OK;
        }
        if (csv->text.p[csv->at] != csv->separator) {
            return refuse(csv, STATUS_INVALID, csv->line, "text after a closing quote", err);
        }
        csv->at++;
    }
}

static void skip_empty_lines(struct csv *csv)
{
    for (size_t end = line_end(csv->text, csv->at); end > 0; end = line_end(csv->text, csv->at)) {
        csv->at += end;
        csv->line++;
    }
}

enum status csv_open(struct arena *arena, const char *name, str text, char separator,
                     struct csv *ret_csv, struct error *err)
{
    ASSERT(separator == ',' || separator == '\t');
    struct csv csv = {
        .name = name, .arena = arena, .text = text, .line = 1, .separator = separator};
    struct csv_row row = {0};
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        csv.at = 3;
    }
    skip_empty_lines(&csv);
    if (csv.at == text.n) {
        return refuse(&csv, STATUS_INVALID, csv.line, "empty; a header row is wanted", err);
    }
    enum status status = read_row(&csv, &row, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < row.count; i++) {
        csv.columns[i] = str_trim(row.fields[i]);
        if (csv.columns[i].n == 0) {
            return refuse(&csv, STATUS_INVALID, row.line, "a column without a name", err);
        }
        for (size_t j = 0; j < i; j++) {
            if (str_equal(csv.columns[j], csv.columns[i])) {
                return refuse(&csv, STATUS_INVALID, row.line, "two columns of one name", err);
            }
        }
    }
    csv.column_count = row.count;
    *ret_csv = csv;
    return STATUS_OK;
}

enum status csv_next(struct csv *csv, struct csv_row *row, bool *ret_has_row, struct error *err)
{
    skip_empty_lines(csv);
    if (csv->at == csv->text.n) {
        *ret_has_row = false;
        return STATUS_OK;
    }
    enum status status = read_row(csv, row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (row->count != csv->column_count && !csv->lets_odd_rows) {
        return error_set(err, STATUS_INVALID, "%s line %zu: %zu fields where the header has %zu",
                         csv->name, row->line, row->count, csv->column_count);
    }
    *ret_has_row = true;
    return STATUS_OK;
}

size_t csv_column(const struct csv *csv, str name)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (str_equal(csv->columns[i], name)) {
            return i;
        }
    }
    return CSV_COLUMNS_MAX;
}

enum status csv_columns(const struct csv *csv, const char *const *names, size_t count,
                        uint64_t may_lack, size_t *ret_at, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        ret_at[i] = csv_column(csv, str_c(names[i]));
        if (ret_at[i] == CSV_COLUMNS_MAX && (may_lack >> i & 1) == 0) {
            return error_set(err, STATUS_INVALID, "%.150s has no column '%s'", csv->name, names[i]);
        }
    }
    return STATUS_OK;
}

str csv_field(const struct csv_row *row, size_t column)
{
    return column == CSV_COLUMNS_MAX ? (str){0} : str_trim(row->fields[column]);
}

void csv_out_init(struct csv_out *out, struct buf *buf)
{
    *out = (struct csv_out){.buf = buf, .row_begin = buf->n};
}

static bool needs_quotes(str field)
{
    if (field.n == 0) {
        return false;
    }
    /* Blank ends are quoted because some readers trim bare fields. */
    if (ascii_is_space(field.p[0]) || ascii_is_space(field.p[field.n - 1])) {
        return true;
    }
    /* At the start of a file it would be taken for the mark of the file. */
    if (str_starts(field, STR("\xEF\xBB\xBF"))) {
        return true;
    }
    for (size_t i = 0; i < field.n; i++) {
        char c = field.p[i];
        if (c == ',' || c == '"' || c == '\n' || c == '\r') {
            return true;
        }
    }
    return false;
}

void csv_put(struct csv_out *out, str field)
{
    if (out->fields_in_row > 0) {
        buf_add_byte(out->buf, ',');
    }
    out->fields_in_row++;
    if (!needs_quotes(field)) {
        buf_add(out->buf, field);
        return;
    }
    buf_add_byte(out->buf, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"') {
            buf_add_byte(out->buf, '"');
        }
        buf_add_byte(out->buf, field.p[i]);
    }
    buf_add_byte(out->buf, '"');
}

void csv_put_i64(struct csv_out *out, int64_t value)
{
    if (out->fields_in_row > 0) {
        buf_add_byte(out->buf, ',');
    }
    out->fields_in_row++;
    buf_add_i64(out->buf, value);
}

void csv_end_row(struct csv_out *out)
{
    /* One empty field would read back as an empty line, which readers skip. */
    if (out->fields_in_row == 1 && out->buf->n == out->row_begin) {
        buf_add_c(out->buf, "\"\"");
    }
    buf_add_byte(out->buf, '\n');
    out->fields_in_row = 0;
    out->row_begin = out->buf->n;
}

void csv_put_row(struct csv_out *out, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csv_put(out, str_c(fields[i]));
    }
    csv_end_row(out);
}

void csv_add_quoted(struct buf *buf, str field)
{
    buf_add_byte(buf, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"') {
            buf_add_byte(buf, '"');
        }
        buf_add_byte(buf, field.p[i] == '\n' || field.p[i] == '\r' ? ' ' : field.p[i]);
    }
    buf_add_byte(buf, '"');
}
