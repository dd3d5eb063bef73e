/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/form.h"

#include "base/text.h"
#include "base/utf8.h"

static int hex_digit(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes to `out` (as long as text at most); returns the length. */
static size_t percent_decode(str text, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        int high = text.p[i] == '%' && i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text.p[i + 2]) : -1;
        if (low >= 0) {
            out[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            out[n++] = text.p[i] == '+' ? ' ' : text.p[i];
        }
    }
    return n;
}

/* CR LF to LF in place; returns the new length. */
static size_t join_lines(char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n') {
            text[n++] = text[i];
        }
    }
    return n;
}

static bool is_text(str text)
{
    return str_find_byte(text, '\0') == text.n && utf8_is_valid(text);
}

/* A name that is fit for an error text. */
static enum status field_refused(struct error *err, str name, const char *what)
{
    return is_text(name) && name.n > 0
               ? error_set(err, STATUS_INVALID, "field \"%.*s\" %s", STR_ARG(name), what)
               : error_set(err, STATUS_INVALID, "a field without a readable name %s", what);
}

enum status form_text(struct arena *arena, str name, str value, str *ret_text, struct error *err)
{
    if (!is_text(value)) {
        return field_refused(err, name, "is not valid UTF-8 text");
    }
    char *copy = arena_cstr(arena, value);
    *ret_text = (str){copy, join_lines(copy, value.n)};
    return STATUS_OK;
}

static enum status field_parse(str pair, char **out, struct form_field *field, struct error *err)
{
    str name;
    str value = str_cut(pair, '=', &name);
    field->name = (str){*out, percent_decode(name, *out)};
    *out += field->name.n;
    if (!is_text(field->name)) {
        return field_refused(err, field->name, "was sent");
    }
    if (field->name.n > FORM_NAME_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "a field's name is longer than %d bytes",
                         FORM_NAME_BYTES_MAX);
    }
    size_t len = percent_decode(value, *out);
    if (!is_text((str){*out, len})) {
        return field_refused(err, field->name, "is not valid UTF-8 text");
    }
    field->value = (str){*out, join_lines(*out, len)};
    *out += field->value.n;
    return STATUS_OK;
}

enum status form_parse(struct arena *arena, str text, struct form *ret_form, struct error *err)
{
    enum { ROUNDING = 64 };
    size_t count = 0;
    for (str rest = text, pair; rest.n > 0;) {
        rest = str_cut(rest, '&', &pair);
        count += pair.n > 0 ? 1 : 0;
    }
    if (count > FORM_FIELDS_MAX) {
        return error_set(err, STATUS_LIMIT, "more than %d fields", FORM_FIELDS_MAX);
    }
    size_t fields_bytes = count * sizeof(struct form_field) + ROUNDING;
    size_t room = arena->bytes_max - arena->used_total;
    if (fields_bytes > room || text.n > room - fields_bytes) {
        return error_set(err, STATUS_LIMIT, "the form is too large");
    }
    struct form_field *fields = ARENA_ARRAY(arena, struct form_field, count);
    char *out = arena_alloc(arena, text.n, 1);
    size_t at = 0;
    for (str rest = text, pair; rest.n > 0;) {
        rest = str_cut(rest, '&', &pair);
        if (pair.n > 0) {
            enum status status = field_parse(pair, &out, &fields[at++], err);
            if (status != STATUS_OK) {
                return status;
            }
        }
    }
    *ret_form = (struct form){fields, count};
    return STATUS_OK;
}

bool form_nth(const struct form *form, const char *name, size_t n, str *ret_value)
{
    str wanted = str_c(name);
    for (size_t i = 0; i < form->count; i++) {
        if (str_equal(form->fields[i].name, wanted) && n-- == 0) {
            *ret_value = form->fields[i].value;
            return true;
        }
    }
    return false;
}

str form_value(const struct form *form, const char *name)
{
    str value = str_c(NULL);
    (void)form_nth(form, name, 0, &value); /* empty when absent */
    return value;
}

size_t form_lines(const struct form *form, const char *name, str *list, size_t max)
{
    str rest = form_value(form, name);
    str line = {0};
    size_t count = 0;
    while (count < max && str_next_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n > 0) {
            list[count++] = line;
        }
    }
    if (count == max && str_trim(rest).n > 0) {
        str *last = &list[count - 1];
        *last = str_from(last->p, (size_t)(rest.p + rest.n - last->p));
    }
    return count;
}

bool form_has(const struct form *form, const char *name)
{
    str value;
    return form_nth(form, name, 0, &value);
}

bool form_has_value(const struct form *form, const char *name, str value)
{
    str one = {0};
    for (size_t i = 0; form_nth(form, name, i, &one); i++) {
        if (str_equal(one, value)) {
            return true;
        }
    }
    return false;
}

void form_add_encoded(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            buf_add_byte(out, c);
        } else {
            buf_add_byte(out, '%');
            char digits[2];
            hex_encode(&c, 1, digits);
            buf_add_byte(out, ascii_upper(digits[0]));
            buf_add_byte(out, ascii_upper(digits[1]));
        }
    }
}
