/* SPDX-License-Identifier: Apache-2.0 */
/* The body of a template: static letters and holes in turn. */
#include "pagec.h"

static enum status fail_with(struct body *body, size_t at, const struct error *why,
                             struct error *err)
{
    return pagec_fail(body->t, at, err, "%s", why->primary);
}

/* What follows in the C file came from this line of the template. */
void body_line(struct body *body, size_t at)
{
    body_flush(body);
    buf_printf(body->out, "#line %zu \"%.*s\"\n", pagec_line(body->t->source, at),
               STR_ARG(body->t->file));
}

void body_flush(struct body *body)
{
    if (body->literal.n == 0) {
        return;
    }
    buf_add_c(body->out, "    buf_add(out, STR(");
    str rest = buf_str(&body->literal);
    /* One C literal a line of HTML, so that the emitted file can be read. */
    while (rest.n > 0) {
        size_t end = str_find_byte(rest, '\n');
        end = end < rest.n ? end + 1 : rest.n;
        buf_add_c(body->out, "\n        ");
        add_c_string(body->out, str_slice(rest, 0, end));
        rest = str_slice(rest, end, rest.n);
    }
    buf_add_c(body->out, "));\n");
    buf_clear(&body->literal);
}

/* White space between elements carries no meaning beyond one space or line end. */
static void add_static(struct body *body, char c)
{
    if (ascii_is_space(c) && !html_keeps_space(&body->walk)) {
        c = c == '\n' ? '\n' : ' ';
        if (body->literal.n > 0) {
            char *last = &body->literal.p[body->literal.n - 1];
            if (*last == ' ' || *last == '\n') {
                *last = c == '\n' ? c : *last;
                return;
            }
        }
    }
    buf_add_byte(&body->literal, c);
}

static enum status static_byte(struct body *body, size_t at, struct error *err)
{
    char c = body->t->source.p[at];
    struct error why = {0};
    if (html_feed(&body->walk, c, &why) != STATUS_OK) {
        return fail_with(body, at, &why, err);
    }
    add_static(body, c);
    if (body->walk.is_preserved_begun) {
        /* HTML drops one line end here; it shall not be the reporter's. */
        body->walk.is_preserved_begun = false;
        buf_add_byte(&body->literal, '\n');
    }
    return STATUS_OK;
}

static enum status hole_value(struct body *body, size_t at, struct words *in, struct error *err)
{
    struct value value = {0};
    enum status status = value_path(body, at, in, &value, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!word_end(in)) {
        return pagec_fail(body->t, at, err, "\"}}\" is wanted after a field");
    }
    enum place place = PLACE_TEXT;
    struct error why = {0};
    if (html_place(&body->walk, &place, &why) != STATUS_OK) {
        return fail_with(body, at, &why, err);
    }
    static const char *const calls[] = {"html_escape", "html_escape", "html_escape_url",
                                        "html_escape_url_part"};
    body_line(body, at);
    switch (value.kind) {
    case KIND_STR:
        buf_printf(body->out, "    %s(out, %.*s);\n", calls[place], STR_ARG(value.c));
        return STATUS_OK;
    case KIND_I64:
        buf_printf(body->out, "    buf_add_i64(out, %.*s);\n", STR_ARG(value.c));
        return STATUS_OK;
    case KIND_HTML:
        if (place == PLACE_TEXT) {
            buf_printf(body->out, "    buf_add(out, %.*s.rendered);\n", STR_ARG(value.c));
            return STATUS_OK;
        }
        return pagec_fail(body->t, at, err, "an html value may only stand between elements");
    case KIND_BOOL:
    case KIND_RECORD:
    case KIND_LIST:
        break;
    }
    return pagec_fail(body->t, at, err, "this field cannot be printed; use #if, #each or >part");
}

static enum status condition(struct body *body, size_t at, struct words *in, str *ret_c,
                             struct error *err)
{
    struct arena *arena = body->library->arena;
    bool is_not = word_keyword(in, STR("not"));
    struct value left = {0};
    struct value right = {0};
    enum status status = value_path(body, at, in, &left, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_unequal = word_keyword(in, STR("!="));
    if (is_unequal || word_keyword(in, STR("=="))) {
        status = value_any(body, at, in, &right, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (left.kind != right.kind || (left.kind != KIND_STR && left.kind != KIND_I64)) {
            return pagec_fail(body->t, at, err, "only text with text, number with number");
        }
        *ret_c = arena_printf(
            arena, left.kind == KIND_STR ? "%sstr_equal(%.*s, %.*s)" : "%s(%.*s == %.*s)",
            is_unequal != is_not ? "!" : "", STR_ARG(left.c), STR_ARG(right.c));
        return STATUS_OK;
    }
    static const char *const tests[] = {".n != 0",          "",   " != 0",
                                        ".rendered.n != 0", NULL, ".count != 0"};
    if (tests[left.kind] == NULL) {
        return pagec_fail(body->t, at, err, "a part is always there; test one of its fields");
    }
    *ret_c =
        arena_printf(arena, "%s(%.*s%s)", is_not ? "!" : "", STR_ARG(left.c), tests[left.kind]);
    return STATUS_OK;
}

static enum status push(struct body *body, size_t at, struct block block, struct error *err)
{
    struct error why = {0};
    if (html_settle(&body->walk, &why) != STATUS_OK) {
        return fail_with(body, at, &why, err);
    }
    if (body->block_count == DEPTH_MAX) {
        return pagec_fail(body->t, at, err, "blocks are nested too deep");
    }
    block.at = at;
    block.begin = body->walk;
    body->blocks[body->block_count++] = block;
    return STATUS_OK;
}

static enum status hole_if(struct body *body, size_t at, struct words *in, struct error *err)
{
    str c = {0};
    enum status status = condition(body, at, in, &c, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!word_end(in)) {
        return pagec_fail(body->t, at, err, "\"}}\" is wanted after the condition");
    }
    body_line(body, at);
    buf_printf(body->out, "    if (%.*s) {\n", STR_ARG(c));
    return push(body, at, (struct block){.kind = BLOCK_IF}, err);
}

static enum status hole_each(struct body *body, size_t at, struct words *in, struct error *err)
{
    struct arena *arena = body->library->arena;
    struct value list = {0};
    struct block block = {.kind = BLOCK_EACH};
    enum status status = value_path(body, at, in, &list, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (list.kind != KIND_LIST || !word_keyword(in, STR("as")) || !word_name(in, &block.row)) {
        return pagec_fail(body->t, at, err, "{{#each list as row}} is wanted");
    }
    (void)word_name(in, &block.number);
    if (!word_end(in)) {
        return pagec_fail(body->t, at, err, "\"}}\" is wanted after the row");
    }
    size_t n = body->each_count++;
    block.row_record = list.record;
    block.row_c = arena_printf(arena, "row_%zu", n);
    block.number_c = arena_printf(arena, "((int64_t)at_%zu + 1)", n);
    body_line(body, at);
    buf_printf(body->out,
               "    for (size_t at_%zu = 0; at_%zu < %.*s.count; at_%zu++) {\n"
               "    const struct %.*s *row_%zu = &%.*s.items[at_%zu];\n    (void)row_%zu;\n",
               n, n, STR_ARG(list.c), n, STR_ARG(list.record->c_name), n, STR_ARG(list.c), n, n);
    return push(body, at, block, err);
}

/* The fields of a part, given by name. */
static enum status part_fields(struct body *body, size_t at, struct words *in,
                               const struct template *part, struct buf *c, struct error *err)
{
    bool is_given[FIELDS_MAX] = {0};
    while (!word_end(in)) {
        str name = {0};
        if (!word_name(in, &name) || !word_byte(in, '=')) {
            return pagec_fail(body->t, at, err, "name=value is wanted");
        }
        const struct field *field = record_field(part->record, name);
        if (field == NULL) {
            return pagec_fail(body->t, at, err, "part \"%.*s\" has no field \"%.*s\"",
                              STR_ARG(part->name), STR_ARG(name));
        }
        struct value value = {0};
        enum status status = value_any(body, at, in, &value, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (value.kind != field->kind || value.record != field->record) {
            return pagec_fail(body->t, at, err, "field \"%.*s\" of part \"%.*s\" has another type",
                              STR_ARG(name), STR_ARG(part->name));
        }
        is_given[field - part->record->fields] = true;
        buf_printf(c, ".%.*s = %.*s, ", STR_ARG(name), STR_ARG(value.c));
    }
    for (size_t i = 0; i < part->record->count; i++) {
        const struct field *field = &part->record->fields[i];
        if (!is_given[i] && !field->is_optional) {
            return pagec_fail(body->t, at, err, "part \"%.*s\" wants field \"%.*s\"",
                              STR_ARG(part->name), STR_ARG(field->name));
        }
    }
    return STATUS_OK;
}

/* What follows the part's name: one path to a ready context, or name=value pairs. */
static enum status part_context(struct body *body, size_t at, struct words *in,
                                const struct template *part, str *ret_c, struct error *err)
{
    struct arena *arena = body->library->arena;
    struct words ahead = *in;
    str name = {0};
    bool is_pairs = word_end(&ahead) || (word_name(&ahead, &name) && word_byte(&ahead, '='));
    if (!is_pairs) {
        struct value value = {0};
        enum status status = value_path(body, at, in, &value, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (value.record != part->record || value.kind != KIND_RECORD || !word_end(in)) {
            return pagec_fail(body->t, at, err, "a field of type %.*s is wanted",
                              STR_ARG(part->name));
        }
        *ret_c = arena_printf(arena, "&%.*s", STR_ARG(value.c));
        return STATUS_OK;
    }
    struct buf c;
    buf_init(&c, SOURCE_BYTES_MAX);
    buf_printf(&c, "&(const struct %.*s){", STR_ARG(part->record->c_name));
    enum status status = part_fields(body, at, in, part, &c, err);
    buf_add_c(&c, part->record->count == 0 ? "0}" : "}");
    *ret_c = arena_str(arena, buf_str(&c));
    buf_close(&c);
    return status;
}

static enum status hole_part(struct body *body, size_t at, struct words *in, bool is_wrap,
                             struct error *err)
{
    str name = {0};
    struct template *part = word_name(in, &name) ? pagec_part(body->library, name) : NULL;
    if (part == NULL || part == body->t) {
        return pagec_fail(body->t, at, err, "no part \"%.*s\"", STR_ARG(name));
    }
    if (part->has_slot != is_wrap) {
        return pagec_fail(body->t, at, err, "part \"%.*s\" %s", STR_ARG(name),
                          is_wrap ? "has no {{slot}}; call it with >" : "wants {{#wrap …}}");
    }
    if (body->walk.state != HTML_TEXT) {
        return pagec_fail(body->t, at, err, "a part may only stand between elements");
    }
    str c = {0};
    enum status status = part_context(body, at, in, part, &c, err);
    if (status != STATUS_OK) {
        return status;
    }
    pagec_use(body->t, part);
    body_line(body, at);
    buf_printf(body->out, "    part_%.*s_%s(out, catalogue, %.*s);\n", STR_ARG(name),
               is_wrap ? "begin" : "render", STR_ARG(c));
    if (!is_wrap) {
        return STATUS_OK;
    }
    return push(body, at, (struct block){.kind = BLOCK_WRAP, .part = part, .wrap_c = c}, err);
}

static enum status hole_else(struct body *body, size_t at, struct error *err)
{
    struct block *block = body->block_count == 0 ? NULL : &body->blocks[body->block_count - 1];
    if (block == NULL || block->kind != BLOCK_IF || block->has_else) {
        return pagec_fail(body->t, at, err, "{{else}} without {{#if}}");
    }
    struct error why = {0};
    if (html_settle(&body->walk, &why) != STATUS_OK) {
        return fail_with(body, at, &why, err);
    }
    body_flush(body);
    buf_add_c(body->out, "    } else {\n");
    block->has_else = true;
    block->then = body->walk;
    body->walk = block->begin;
    return STATUS_OK;
}

static enum status hole_end(struct body *body, size_t at, struct words *in, struct error *err)
{
    static const char *const names[] = {"if", "each", "wrap"};
    struct block *block = body->block_count == 0 ? NULL : &body->blocks[body->block_count - 1];
    if (block == NULL || !word_keyword(in, str_c(names[block->kind])) || !word_end(in)) {
        return pagec_fail(body->t, at, err, "this ends no open block");
    }
    struct error why = {0};
    if (html_settle(&body->walk, &why) != STATUS_OK) {
        return fail_with(body, at, &why, err);
    }
    const struct html_walk *other = block->has_else ? &block->then : &block->begin;
    if (!html_same(&body->walk, other)) {
        return pagec_fail(body->t, block->at, err,
                          "this block does not close the elements that it opens");
    }
    body_flush(body);
    if (block->kind == BLOCK_WRAP) {
        body_line(body, at);
        buf_printf(body->out, "    part_%.*s_end(out, catalogue, %.*s);\n",
                   STR_ARG(block->part->name), STR_ARG(block->wrap_c));
    } else {
        buf_add_c(body->out, "    }\n");
    }
    body->block_count--;
    return STATUS_OK;
}

/* {{asset "name.css"}}: the served path of an embedded file; an unknown one does not compile. */
static enum status hole_asset(struct body *body, size_t at, struct words *in, struct error *err)
{
    str name = {0};
    if (!word_text(body->library->arena, in, &name) || !word_end(in) ||
        body->walk.state != HTML_ATTR_VALUE || body->walk.value_len > 0) {
        return pagec_fail(body->t, at, err, "an asset's name is a whole quoted attribute");
    }
    body->walk.value_has_hole = true;
    body_line(body, at);
    buf_add_c(body->out, "    buf_add(out, STR(ASSET_");
    for (size_t i = 0; i < name.n; i++) {
        buf_add_byte(body->out, ascii_is_alnum(name.p[i]) ? ascii_upper(name.p[i]) : '_');
    }
    buf_add_c(body->out, "));\n");
    return STATUS_OK;
}

static enum status hole_slot(struct body *body, size_t at, struct error *err)
{
    if (!body->t->is_part || body->slot_at != 0 || body->block_count > 0 ||
        body->walk.state != HTML_TEXT) {
        return pagec_fail(body->t, at, err, "{{slot}} stands once in a part, outside all blocks");
    }
    body_flush(body);
    body->slot_at = body->out->n;
    return STATUS_OK;
}

static enum status hole(struct body *body, size_t at, str inside, struct error *err)
{
    struct words in = {inside};
    if (str_starts(inside, STR("!"))) {
        return STATUS_OK;
    }
    if (word_keyword(&in, STR("#if"))) {
        return hole_if(body, at, &in, err);
    }
    if (word_keyword(&in, STR("#each"))) {
        return hole_each(body, at, &in, err);
    }
    if (word_keyword(&in, STR("#wrap"))) {
        return hole_part(body, at, &in, true, err);
    }
    if (word_byte(&in, '>')) {
        return hole_part(body, at, &in, false, err);
    }
    if (word_byte(&in, '/')) {
        return hole_end(body, at, &in, err);
    }
    struct words save = in;
    if (word_keyword(&in, STR("else")) && word_end(&in)) {
        return hole_else(body, at, err);
    }
    in = save;
    if (word_keyword(&in, STR("slot")) && word_end(&in)) {
        return hole_slot(body, at, err);
    }
    in = save;
    if (word_keyword(&in, STR("asset")) && !word_end(&in)) {
        return hole_asset(body, at, &in, err);
    }
    in = save;
    if (word_keyword(&in, STR("t")) && !word_end(&in)) {
        return hole_message(body, at, in.rest, err);
    }
    in = save;
    return hole_value(body, at, &in, err);
}

/* The end of the hole that begins at `at`; a "}}" inside a quoted text does not count. */
static size_t hole_close(str source, size_t at)
{
    bool is_quoted = false;
    for (size_t i = at; i + 1 < source.n; i++) {
        if (source.p[i] == '"' && source.p[at + 2] != '!') {
            is_quoted = !is_quoted;
        } else if (source.p[i] == '\\' && is_quoted) {
            i++;
        } else if (!is_quoted && source.p[i] == '}' && source.p[i + 1] == '}') {
            return i;
        }
    }
    return source.n;
}

static enum status step(struct body *body, size_t *at, struct error *err)
{
    str source = body->t->source;
    str rest = str_slice(source, *at, source.n);
    if (str_starts(rest, STR("<!--"))) {
        size_t end = str_find(rest, STR("-->"));
        if (end == rest.n || body->walk.state != HTML_TEXT) {
            return pagec_fail(body->t, *at, err, "a comment that does not end or stands in a tag");
        }
        *at += end + 3;
        return STATUS_OK;
    }
    if (!str_starts(rest, STR("{{"))) {
        return static_byte(body, (*at)++, err);
    }
    size_t close = hole_close(source, *at);
    if (close >= source.n) {
        return pagec_fail(body->t, *at, err, "a hole that does not end");
    }
    enum status status = hole(body, *at, str_slice(source, *at + 2, close), err);
    *at = close + 2;
    return status;
}

enum status pagec_body(struct body *body, struct error *err)
{
    str source = body->t->source;
    size_t at = body->t->body_at;
    while (at < source.n && ascii_is_space(source.p[at])) {
        at++; /* the line end after the declaration */
    }
    while (at < source.n) {
        enum status status = step(body, &at, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    body_flush(body);
    if (body->block_count > 0) {
        return pagec_fail(body->t, body->blocks[body->block_count - 1].at, err,
                          "this block is not ended");
    }
    if (body->walk.state != HTML_TEXT || body->walk.depth > 0) {
        return pagec_fail(body->t, source.n, err, "<%s> is not closed",
                          body->walk.depth > 0 ? body->walk.tags[body->walk.depth - 1] : "?");
    }
    return STATUS_OK;
}
