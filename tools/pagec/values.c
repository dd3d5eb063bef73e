/* SPDX-License-Identifier: Apache-2.0 */
/* Values inside holes: paths into the context, literals, translated words. */
#include "pagec.h"

#include <inttypes.h>

void add_c_string(struct buf *out, str s)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '\n') {
            buf_add_c(out, "\\n");
        } else if (c == '"' || c == '\\') {
            buf_add_byte(out, '\\');
            buf_add_byte(out, (char)c);
        } else if (c < 0x20 || c == '?') { /* '?' could begin a trigraph */
            buf_printf(out, "\\%03o", c);
        } else {
            buf_add_byte(out, (char)c);
        }
    }
    buf_add_byte(out, '"');
}

/* The first word of a path: a loop's row or number, innermost first, or a field of the context. */
static bool find_root(struct body *body, str name, struct value *ret_value, bool *ret_pointer)
{
    struct arena *arena = body->library->arena;
    for (size_t i = body->block_count; i > 0; i--) {
        const struct block *block = &body->blocks[i - 1];
        if (block->kind != BLOCK_EACH) {
            continue;
        }
        if (str_equal(block->row, name)) {
            *ret_value = (struct value){KIND_RECORD, block->row_record, STR(""), block->row_c};
            *ret_pointer = true;
            return true;
        }
        if (block->number.n > 0 && str_equal(block->number, name)) {
            *ret_value = (struct value){KIND_I64, NULL, STR(""), block->number_c};
            *ret_pointer = false;
            return true;
        }
    }
    const struct field *field = record_field(body->t->record, name);
    if (field == NULL) {
        return false;
    }
    *ret_value = (struct value){field->kind, field->record, field->of,
                                arena_printf(arena, "page->%.*s", STR_ARG(name))};
    *ret_pointer = false;
    return true;
}

enum status value_path(struct body *body, size_t at, struct words *in, struct value *ret_value,
                       struct error *err)
{
    str name = {0};
    if (!word_name(in, &name)) {
        return pagec_fail(body->t, at, err, "a field name is wanted here");
    }
    struct value value = {0};
    bool is_pointer = false;
    if (!find_root(body, name, &value, &is_pointer)) {
        return pagec_fail(body->t, at, err, "no field or row \"%.*s\"", STR_ARG(name));
    }
    while (in->rest.n > 0 && in->rest.p[0] == '.') {
        in->rest = str_slice(in->rest, 1, in->rest.n);
        str member = {0};
        if (!word_name(in, &member) || value.kind != KIND_RECORD) {
            return pagec_fail(body->t, at, err, "\"%.*s\" has no fields", STR_ARG(name));
        }
        const struct field *field = record_field(value.record, member);
        if (field == NULL) {
            return pagec_fail(body->t, at, err, "\"%.*s\" has no field \"%.*s\"", STR_ARG(name),
                              STR_ARG(member));
        }
        value = (struct value){field->kind, field->record, field->of,
                               arena_printf(body->library->arena, "%.*s%s%.*s", STR_ARG(value.c),
                                            is_pointer ? "->" : ".", STR_ARG(member))};
        is_pointer = false;
        name = member;
    }
    if (is_pointer) {
        value.c = arena_printf(body->library->arena, "(*%.*s)", STR_ARG(value.c));
    }
    *ret_value = value;
    return STATUS_OK;
}

static str c_literal(struct body *body, const char *before, str text, const char *after)
{
    struct buf out;
    buf_init(&out, SOURCE_BYTES_MAX);
    buf_add_c(&out, before);
    add_c_string(&out, text);
    buf_add_c(&out, after);
    str copy = arena_str(body->library->arena, buf_str(&out));
    buf_close(&out);
    return copy;
}

enum status value_any(struct body *body, size_t at, struct words *in, struct value *ret_value,
                      struct error *err)
{
    struct arena *arena = body->library->arena;
    struct words save = *in;
    str text = {0};
    int64_t number = 0;
    if (word_text(arena, in, &text)) {
        *ret_value = (struct value){KIND_STR, NULL, STR(""), c_literal(body, "STR(", text, ")")};
        return STATUS_OK;
    }
    if (word_number(in, &number)) {
        *ret_value = (struct value){KIND_I64, NULL, STR(""),
                                    arena_printf(arena, "INT64_C(%" PRId64 ")", number)};
        return STATUS_OK;
    }
    if (word_keyword(in, STR("t")) && word_text(arena, in, &text)) {
        if (str_find_byte(text, '{') < text.n) {
            return pagec_fail(body->t, at, err, "a message given to a part takes no {names}");
        }
        pot_add(body, at, text);
        *ret_value = (struct value){KIND_STR, NULL, STR(""),
                                    c_literal(body, "catalogue_text(catalogue, STR(", text, "))")};
        return STATUS_OK;
    }
    *in = save;
    bool is_true = word_keyword(in, STR("true"));
    if (is_true || word_keyword(in, STR("false"))) {
        *ret_value = (struct value){KIND_BOOL, NULL, STR(""), is_true ? STR("true") : STR("false")};
        return STATUS_OK;
    }
    return value_path(body, at, in, ret_value, err);
}
