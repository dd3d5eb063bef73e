/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/json_rows.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct json_rows *rows)
{
    while (rows->at < rows->text.n && is_blank(rows->text.p[rows->at])) {
        rows->at++;
    }
}

static char look(const struct json_rows *rows)
{
    return rows->at < rows->text.n ? rows->text.p[rows->at] : '\0';
}

/* From an opening quote to behind the closing one; false when it is never closed. */
static bool skip_string(struct json_rows *rows)
{
    for (rows->at++; rows->at < rows->text.n; rows->at++) {
        char c = rows->text.p[rows->at];
        if (c == '\\') {
            rows->at++;
        } else if (c == '"') {
            rows->at++;
            return true;
        }
    }
    rows->at = rows->text.n;
    return false;
}

/* One value: to its closing bracket, or to the next comma, bracket or blank. */
static bool skip_value(struct json_rows *rows)
{
    size_t depth = 0;
    size_t begin = rows->at;
    while (rows->at < rows->text.n) {
        char c = rows->text.p[rows->at];
        if (c == '"') {
            if (!skip_string(rows)) {
                return false;
            }
            if (depth == 0) {
                return true;
            }
        } else if (c == '[' || c == '{') {
            depth++;
            rows->at++;
        } else if (c == ']' || c == '}') {
            if (depth == 0) {
                break;
            }
            depth--;
            rows->at++;
            if (depth == 0) {
                return true;
            }
        } else if (depth == 0 && (c == ',' || is_blank(c))) {
            break;
        } else {
            rows->at++;
        }
    }
    return depth == 0 && rows->at > begin;
}

enum status json_rows_open(str text, struct json_rows *ret_rows, struct error *err)
{
    struct json_rows rows = {.text = text};
    skip_blanks(&rows);
    if (look(&rows) != '{' && look(&rows) != '[') {
        return error_set(err, STATUS_INVALID, "here an object or a list is wanted");
    }
    rows.is_object = look(&rows) == '{';
    rows.at++;
    *ret_rows = rows;
    return STATUS_OK;
}

static enum status ended(struct json_rows *rows, bool *ret_has_row, struct error *err)
{
    rows->at++;
    skip_blanks(rows);
    if (rows->at < rows->text.n) {
        return error_set(err, STATUS_INVALID, "something stands after the closing bracket");
    }
    rows->is_ended = true;
    *ret_has_row = false;
    return STATUS_OK;
}

enum status json_rows_next(struct json_rows *rows, str *ret_name, str *ret_value, bool *ret_has_row,
                           struct error *err)
{
    str name = {0};
    char closing = rows->is_object ? '}' : ']';
    ASSERT(!rows->is_ended);
    skip_blanks(rows);
    if (look(rows) == closing) {
        return ended(rows, ret_has_row, err);
    }
    if (rows->is_started) {
        if (look(rows) != ',') {
            return error_set(err, STATUS_INVALID, "a comma or '%c' is missing", closing);
        }
        rows->at++;
        skip_blanks(rows);
    }
    rows->is_started = true;
    if (rows->is_object) {
        size_t begin = rows->at;
        if (look(rows) != '"' || !skip_string(rows)) {
            return error_set(err, STATUS_INVALID, "a member's name in quotes is missing");
        }
        name = str_slice(rows->text, begin + 1, rows->at - 1);
        skip_blanks(rows);
        if (look(rows) != ':') {
            return error_set(err, STATUS_INVALID, "a colon is missing after a member's name");
        }
        rows->at++;
        skip_blanks(rows);
    }
    size_t begin = rows->at;
    if (!skip_value(rows)) {
        return error_set(err, STATUS_INVALID, "a value is missing, or the text ends within one");
    }
    *ret_name = name;
    *ret_value = str_slice(rows->text, begin, rows->at);
    *ret_has_row = true;
    return STATUS_OK;
}

bool json_rows_more(struct json_rows *rows, str *ret_name, str *ret_value, enum status *status,
                    struct error *err)
{
    bool has_row = false;
    if (*status == STATUS_OK) {
        *status = json_rows_next(rows, ret_name, ret_value, &has_row, err);
    }
    return *status == STATUS_OK && has_row;
}

enum status json_rows_parse(struct json_rows *rows, struct arena *arena, str *ret_value,
                            struct json *ret_json, bool *ret_has_row, struct error *err)
{
    str ignored;
    enum status status = json_rows_next(rows, &ignored, ret_value, ret_has_row, err);
    if (status != STATUS_OK || !*ret_has_row) {
        return status;
    }
    arena_reset(arena);
    return json_parse(arena, *ret_value, ret_json, err);
}

size_t json_rows_line(str whole, str part)
{
    size_t line = 1;
    for (const char *p = whole.p; p < part.p; p++) {
        line += *p == '\n' ? 1 : 0;
    }
    return line;
}
