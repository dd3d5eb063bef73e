/* SPDX-License-Identifier: Apache-2.0 */
/* The declaration at the top of a template: `{{! page NAME; field type; … }}`.
 * `part` instead of `page` makes a piece that other templates call. Types: str bool i64 html,
 * the name of a part, `list PART`, `list { field type; … }`. `field?` may be left out of a call. */
#include "pagec.h"

#include <stdarg.h>
#include <stdio.h>

size_t pagec_line(str source, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < source.n; i++) {
        line += source.p[i] == '\n';
    }
    return line;
}

enum status pagec_fail(const struct template *t, size_t at, struct error *err, const char *fmt, ...)
{
    char text[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return error_set(err, STATUS_INVALID, "%.*s:%zu: %s", STR_ARG(t->file),
                     pagec_line(t->source, at), text);
}

const struct field *record_field(const struct record *record, str name)
{
    for (size_t i = 0; i < record->count; i++) {
        if (str_equal(record->fields[i].name, name)) {
            return &record->fields[i];
        }
    }
    return NULL;
}

struct template *pagec_part(const struct library *library, str name)
{
    for (size_t i = 0; i < library->count; i++) {
        if (library->templates[i]->is_part && str_equal(library->templates[i]->name, name)) {
            return library->templates[i];
        }
    }
    return NULL;
}

void pagec_use(struct template *t, struct template *part)
{
    for (size_t i = 0; i < t->use_count; i++) {
        if (t->uses[i] == part) {
            return;
        }
    }
    if (part != t && t->use_count < TEMPLATES_MAX) {
        t->uses[t->use_count++] = part;
    }
}

static enum kind kind_of(str word)
{
    if (str_equal(word, STR("str"))) {
        return KIND_STR;
    }
    if (str_equal(word, STR("bool"))) {
        return KIND_BOOL;
    }
    if (str_equal(word, STR("i64"))) {
        return KIND_I64;
    }
    if (str_equal(word, STR("html"))) {
        return KIND_HTML;
    }
    if (str_equal(word, STR("list"))) {
        return KIND_LIST;
    }
    return KIND_RECORD;
}

struct declaring {
    struct library *library;
    struct template *t;
    struct words in;
};

static size_t declare_at(const struct declaring *d)
{
    return (size_t)(d->in.rest.p - d->t->source.p);
}

/* One `name type;` Lists of their own rows push a record; the caller reads its fields. */
static enum status declare_field(struct declaring *d, struct record *record, bool *ret_opened,
                                 struct error *err)
{
    struct field field = {0};
    if (!word_name(&d->in, &field.name)) {
        return pagec_fail(d->t, declare_at(d), err, "a field name is wanted here");
    }
    field.is_optional = word_byte(&d->in, '?');
    if (record_field(record, field.name) != NULL) {
        return pagec_fail(d->t, declare_at(d), err, "field \"%.*s\" is declared twice",
                          STR_ARG(field.name));
    }
    str type = {0};
    if (!word_name(&d->in, &type)) {
        return pagec_fail(d->t, declare_at(d), err, "field \"%.*s\" has no type",
                          STR_ARG(field.name));
    }
    field.kind = kind_of(type);
    field.of = field.kind == KIND_RECORD ? type : STR("");
    if (field.kind == KIND_LIST && word_byte(&d->in, '{')) {
        field.record = ARENA_NEW(d->library->arena, struct record);
        field.record->c_name = arena_printf(d->library->arena, "%.*s_%.*s", STR_ARG(record->c_name),
                                            STR_ARG(field.name));
        *ret_opened = true;
    } else if (field.kind == KIND_LIST && !word_name(&d->in, &field.of)) {
        return pagec_fail(d->t, declare_at(d), err, "a list wants a part's name or { fields }");
    }
    if (record->count == FIELDS_MAX) {
        return pagec_fail(d->t, declare_at(d), err, "more than %d fields", FIELDS_MAX);
    }
    record->fields[record->count++] = field;
    if (!*ret_opened && !word_byte(&d->in, ';') && !word_end(&d->in)) {
        return pagec_fail(d->t, declare_at(d), err, "\";\" is wanted after field \"%.*s\"",
                          STR_ARG(field.name));
    }
    return STATUS_OK;
}

static enum status declare_fields(struct declaring *d, struct error *err)
{
    struct record *open[DEPTH_MAX] = {d->t->record};
    size_t depth = 1;
    while (!word_end(&d->in)) {
        if (depth > 1 && word_byte(&d->in, '}')) {
            if (d->t->row_count == FIELDS_MAX) {
                return pagec_fail(d->t, declare_at(d), err, "too many lists");
            }
            d->t->rows[d->t->row_count++] = open[--depth];
            (void)word_byte(&d->in, ';');
            continue;
        }
        bool is_opened = false;
        struct record *record = open[depth - 1];
        enum status status = declare_field(d, record, &is_opened, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (is_opened) {
            if (depth == DEPTH_MAX) {
                return pagec_fail(d->t, declare_at(d), err, "lists are nested too deep");
            }
            open[depth++] = record->fields[record->count - 1].record;
        }
    }
    if (depth != 1) {
        return pagec_fail(d->t, declare_at(d), err, "a \"}\" is missing in the declaration");
    }
    return STATUS_OK;
}

/* The source with the `# …` comments of its declaration turned into spaces. */
static str without_comments(struct arena *arena, str source)
{
    char *copy = arena_alloc(arena, source.n + 1, 1);
    memcpy(copy, source.p == NULL ? "" : source.p, source.n);
    bool is_comment = false;
    for (size_t i = 0; i < source.n && !str_starts(str_slice(source, i, source.n), STR("}}"));
         i++) {
        is_comment = source.p[i] != '\n' && (is_comment || source.p[i] == '#');
        copy[i] = is_comment ? ' ' : source.p[i];
    }
    return (str){copy, source.n};
}

enum status pagec_declare(struct library *library, str file, str source, struct error *err)
{
    struct template *t = ARENA_NEW(library->arena, struct template);
    source = without_comments(library->arena, source);
    *t = (struct template){.file = file, .source = source};
    size_t end = str_find(source, STR("}}"));
    if (!str_starts(source, STR("{{!")) || end == source.n) {
        return pagec_fail(t, 0, err, "a template begins with {{! page NAME; field type; … }}");
    }
    struct declaring d = {library, t, {str_slice(source, 3, end)}};
    t->is_part = word_keyword(&d.in, STR("part"));
    if ((!t->is_part && !word_keyword(&d.in, STR("page"))) || !word_name(&d.in, &t->name) ||
        (!word_byte(&d.in, ';') && !word_end(&d.in))) {
        return pagec_fail(t, 0, err, "\"page NAME;\" or \"part NAME;\" is wanted first");
    }
    t->record = ARENA_NEW(library->arena, struct record);
    t->record->c_name =
        arena_printf(library->arena, "%s_%.*s", t->is_part ? "part" : "page", STR_ARG(t->name));
    t->body_at = end + 2;
    t->has_slot = str_find(source, STR("{{slot}}")) < source.n;
    enum status status = declare_fields(&d, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < library->count; i++) {
        const struct template *other = library->templates[i];
        if (other->is_part == t->is_part && str_equal(other->name, t->name)) {
            return pagec_fail(t, 0, err, "\"%.*s\" is also declared in %.*s", STR_ARG(t->name),
                              STR_ARG(other->file));
        }
    }
    if (library->count == TEMPLATES_MAX) {
        return pagec_fail(t, 0, err, "more than %d templates", TEMPLATES_MAX);
    }
    library->templates[library->count++] = t;
    return STATUS_OK;
}

static enum status link_record(struct library *library, struct template *t, struct record *record,
                               struct error *err)
{
    for (size_t i = 0; i < record->count; i++) {
        struct field *field = &record->fields[i];
        if (field->of.n == 0) {
            continue;
        }
        struct template *part = pagec_part(library, field->of);
        if (part == NULL) {
            return pagec_fail(t, 0, err, "field \"%.*s\": no type or part \"%.*s\"",
                              STR_ARG(field->name), STR_ARG(field->of));
        }
        if (part == t && field->kind == KIND_RECORD) {
            return pagec_fail(t, 0, err, "field \"%.*s\" would hold itself", STR_ARG(field->name));
        }
        field->record = part->record;
        pagec_use(t, part);
    }
    return STATUS_OK;
}

enum status pagec_link(struct library *library, struct error *err)
{
    for (size_t i = 0; i < library->count; i++) {
        struct template *t = library->templates[i];
        enum status status = link_record(library, t, t->record, err);
        for (size_t k = 0; status == STATUS_OK && k < t->row_count; k++) {
            status = link_record(library, t, t->rows[k], err);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}
