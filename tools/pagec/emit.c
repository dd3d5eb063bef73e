/* SPDX-License-Identifier: Apache-2.0 */
/* The C texts: one header and one source a template. */
#include "pagec.h"

static const char licence[] = "/* SPDX-License-Identifier: Apache-2.0 */\n";

static str base_name(str file)
{
    for (size_t at = file.n; at > 0; at--) {
        if (file.p[at - 1] == '/') {
            return str_slice(file, at, file.n);
        }
    }
    return file;
}

static void emit_field(const struct field *field, struct buf *out)
{
    switch (field->kind) {
    case KIND_STR:
        buf_add_c(out, "    str ");
        break;
    case KIND_BOOL:
        buf_add_c(out, "    bool ");
        break;
    case KIND_I64:
        buf_add_c(out, "    int64_t ");
        break;
    case KIND_HTML:
        buf_add_c(out, "    struct html ");
        break;
    case KIND_RECORD:
    case KIND_LIST:
        buf_printf(out, "    struct %.*s%s ", STR_ARG(field->record->c_name),
                   field->kind == KIND_LIST ? "_list" : "");
        break;
    }
    buf_printf(out, "%.*s;\n", STR_ARG(field->name));
}

static void emit_record(const struct record *record, bool has_list, struct buf *out)
{
    if (has_list) {
        buf_printf(out,
                   "struct %.*s;\nstruct %.*s_list {\n    const struct %.*s *items;\n"
                   "    size_t count;\n};\n",
                   STR_ARG(record->c_name), STR_ARG(record->c_name), STR_ARG(record->c_name));
    }
    buf_printf(out, "struct %.*s {\n", STR_ARG(record->c_name));
    for (size_t i = 0; i < record->count; i++) {
        emit_field(&record->fields[i], out);
    }
    if (record->count == 0) {
        buf_add_c(out, "    char nothing;\n");
    }
    buf_add_c(out, "};\n\n");
}

static void emit_signature(const struct template *t, const char *verb, struct buf *out)
{
    str name = t->record->c_name;
    buf_printf(out,
               "void %.*s_%s(struct buf *out, const struct catalogue *catalogue,\n"
               "    const struct %.*s *page)",
               STR_ARG(name), verb, STR_ARG(name));
}

enum status emit_header(const struct template *t, struct buf *out, struct error *err)
{
    str name = t->record->c_name;
    buf_printf(out, "%s/* Made by pagec from %.*s: do not edit. */\n", licence, STR_ARG(t->file));
    buf_printf(out, "#ifndef PAGEC_%.*s\n#define PAGEC_%.*s\n#include \"web/template.h\"\n",
               STR_ARG(name), STR_ARG(name));
    for (size_t i = 0; i < t->use_count; i++) {
        str file = base_name(t->uses[i]->file);
        buf_printf(out, "#include \"%.*s.h\"\n", STR_ARG(file));
    }
    buf_add_c(out, "\n");
    for (size_t i = 0; i < t->row_count; i++) {
        emit_record(t->rows[i], true, out);
    }
    emit_record(t->record, t->is_part, out);
    if (t->has_slot) {
        emit_signature(t, "begin", out);
        buf_add_c(out, ";\n");
        emit_signature(t, "end", out);
    } else {
        emit_signature(t, "render", out);
    }
    buf_add_c(out, ";\n\n#endif\n");
    return out->overflowed ? pagec_fail(t, 0, err, "too large") : STATUS_OK;
}

static void emit_function(const struct template *t, const char *verb, str statements,
                          struct buf *out)
{
    emit_signature(t, verb, out);
    buf_add_c(out, "\n{\n    (void)catalogue;\n    (void)page;\n    (void)out;\n");
    buf_add(out, statements);
    buf_add_c(out, "}\n\n");
}

enum status emit_source(struct library *library, struct template *t, struct buf *out,
                        struct buf *pot, struct error *err)
{
    struct buf statements;
    buf_init(&statements, OUT_BYTES_MAX);
    struct body *body = ARENA_NEW(library->arena, struct body);
    *body = (struct body){.library = library, .t = t, .out = &statements, .pot = pot};
    buf_init(&body->literal, SOURCE_BYTES_MAX);
    enum status status = pagec_body(body, err);
    if (status == STATUS_OK) {
        str all = buf_str(&statements);
        buf_printf(out, "%s/* Made by pagec from %.*s: do not edit. */\n", licence,
                   STR_ARG(t->file));
        str file = base_name(t->file);
        buf_printf(out, "#include \"%.*s.h\"\n%s\n", STR_ARG(file),
                   str_find(all, STR("STR(ASSET_")) < all.n ? "#include \"web/assets.h\"\n" : "");
        if (t->has_slot) {
            emit_function(t, "begin", str_slice(all, 0, body->slot_at), out);
            emit_function(t, "end", str_slice(all, body->slot_at, all.n), out);
        } else {
            emit_function(t, "render", all, out);
        }
        if (out->overflowed || statements.overflowed) {
            status = pagec_fail(t, 0, err, "too large");
        }
    }
    buf_close(&body->literal);
    buf_close(&statements);
    return status;
}
