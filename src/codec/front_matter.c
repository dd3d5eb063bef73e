/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/front_matter.h"

#include <yaml.h>

/* Where in the document the event loop stands. */
struct reader {
    struct arena *arena;
    struct front_matter *front;
    struct front_matter_field *field; /* the key that waits for its value, or NULL */
    size_t depth;                     /* of maps and lists that are open */
    bool is_in_list;                  /* depth 2, directly under a key */
    size_t items_total;
    size_t items_first; /* index of the field's first item in `items` */
    str *items;
    unsigned first_line; /* of the file, for libyaml's line 0 */
    unsigned *ret_line;
    struct error *err;
};

static bool is_fence(str line)
{
    while (line.n > 3 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t')) {
        line.n--;
    }
    return str_equal(line, STR("---"));
}

static enum status refuse(struct reader *r, const yaml_mark_t *mark, enum status status,
                          const char *what)
{
    *r->ret_line = r->first_line + (unsigned)(mark->line > 1000000 ? 1000000 : mark->line);
    return error_set(r->err, status, "front matter: %s", what);
}

static enum status begin_key(struct reader *r, const yaml_event_t *event, str key)
{
    struct front_matter *front = r->front;
    if (front->field_count == FRONT_MATTER_FIELDS_MAX) {
        return refuse(r, &event->start_mark, STATUS_LIMIT, "too many keys");
    }
    if (front_matter_find(front, key) != NULL) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "the same key stands twice");
    }
    r->field = &front->fields[front->field_count++];
    r->field->key = arena_str(r->arena, key);
    r->field->line = r->first_line + (unsigned)event->start_mark.line;
    r->field->items = &r->items[r->items_total];
    return STATUS_OK;
}

static enum status take_scalar(struct reader *r, const yaml_event_t *event)
{
    str value = str_from(event->data.scalar.value, event->data.scalar.length);
    if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "anchors and tags are not accepted");
    }
    if (r->depth == 0) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "expected keys and values");
    }
    if (r->depth == 1 && r->field == NULL) {
        return begin_key(r, event, value);
    }
    if (r->depth > 2 || (r->depth == 2 && !r->is_in_list)) {
        return STATUS_OK; /* inside something nested: passed over */
    }
    if (r->items_total == FRONT_MATTER_ITEMS_MAX) {
        return refuse(r, &event->start_mark, STATUS_LIMIT, "too many values");
    }
    r->items[r->items_total++] = arena_str(r->arena, value);
    r->field->item_count++;
    if (r->depth == 1) {
        r->field = NULL;
    }
    return STATUS_OK;
}

static enum status open_nested(struct reader *r, const yaml_event_t *event, bool is_list,
                               bool is_marked)
{
    if (is_marked) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "anchors and tags are not accepted");
    }
    if (r->depth == FRONT_MATTER_DEPTH_MAX) {
        return refuse(r, &event->start_mark, STATUS_LIMIT, "nested too deeply");
    }
    if (r->depth == 0 && is_list) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "expected keys and values");
    }
    if (r->depth == 1 && r->field == NULL) {
        return refuse(r, &event->start_mark, STATUS_INVALID, "a key must be a word");
    }
    if (r->depth == 1) {
        r->is_in_list = is_list;
        r->field->is_list = is_list;
    }
    r->depth++;
    return STATUS_OK;
}

static void close_nested(struct reader *r)
{
    ASSERT(r->depth > 0);
    r->depth--;
    if (r->depth == 1) {
        r->field = NULL;
        r->is_in_list = false;
    }
}

static enum status take_event(struct reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_nested(r, event, true,
                           event->data.sequence_start.anchor != NULL ||
                               event->data.sequence_start.tag != NULL);
    case YAML_MAPPING_START_EVENT:
        return open_nested(r, event, false,
                           event->data.mapping_start.anchor != NULL ||
                               event->data.mapping_start.tag != NULL);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_nested(r);
        return STATUS_OK;
    case YAML_ALIAS_EVENT:
        return refuse(r, &event->start_mark, STATUS_INVALID, "aliases are not accepted");
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status read_events(struct reader *r, yaml_parser_t *parser)
{
    enum status status = STATUS_OK;
    bool is_done = false;
    while (status == STATUS_OK && !is_done) {
        yaml_event_t event;
        if (yaml_parser_parse(parser, &event) == 0) {
            const char *problem = parser->problem;
            return refuse(r, &parser->problem_mark, STATUS_INVALID,
                          problem == NULL ? "not YAML" : problem);
        }
        is_done = event.type == YAML_STREAM_END_EVENT;
        status = take_event(r, &event);
        yaml_event_delete(&event);
    }
    return status;
}

/* Finds the closing fence. *ret_yaml is what lies between. */
static bool split(str text, str *ret_yaml, struct front_matter *ret_front)
{
    str rest = text;
    str line = {0};
    unsigned number = 1;
    if (!str_next_line(&rest, &line) || !is_fence(line)) {
        return false;
    }
    const char *begin = rest.p;
    const char *end = rest.p;
    while (str_next_line(&rest, &line)) {
        number++;
        if (is_fence(line)) {
            *ret_yaml = str_from(begin, (size_t)(end - begin));
            ret_front->body = rest;
            ret_front->body_line = number + 1;
            return true;
        }
        end = rest.p;
    }
    return false;
}

enum status front_matter_parse(struct arena *arena, str text, struct front_matter *ret_front,
                               unsigned *ret_line, struct error *err)
{
    struct front_matter front = {0};
    str yaml = {0};
    *ret_line = 1;
    if (str_starts(text, STR("\xef\xbb\xbf"))) {
        text = str_slice(text, 3, text.n);
    }
    if (!split(text, &yaml, &front)) {
        return error_set(
            err, STATUS_INVALID,
            "front matter: the article does not begin with a block between '---' lines");
    }
    if (yaml.n > FRONT_MATTER_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "front matter: longer than %d bytes",
                         FRONT_MATTER_BYTES_MAX);
    }
    front.fields = ARENA_ARRAY(arena, struct front_matter_field, FRONT_MATTER_FIELDS_MAX);
    struct reader r = {.arena = arena,
                       .front = &front,
                       .first_line = 2,
                       .ret_line = ret_line,
                       .err = err,
                       .items = ARENA_ARRAY(arena, str, FRONT_MATTER_ITEMS_MAX)};
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        return error_set(err, STATUS_UNAVAILABLE, "front matter: out of memory");
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(yaml.n == 0 ? "" : yaml.p),
                                 yaml.n);
    enum status status = read_events(&r, &parser);
    yaml_parser_delete(&parser);
    if (status == STATUS_OK) {
        *ret_front = front;
    }
    return status;
}

const struct front_matter_field *front_matter_find(const struct front_matter *front, str key)
{
    for (size_t i = 0; i < front->field_count; i++) {
        if (str_equal_ascii_fold(front->fields[i].key, key)) {
            return &front->fields[i];
        }
    }
    return NULL;
}

str front_matter_value(const struct front_matter *front, str key)
{
    const struct front_matter_field *field = front_matter_find(front, key);
    return field == NULL || field->item_count == 0 ? (str){0} : field->items[0];
}
