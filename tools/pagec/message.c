/* SPDX-License-Identifier: Apache-2.0 */
/* `{{t "Text with {name} and a {a}link{/a}" name=field a=<a href="/x">}}`
 *
 * The English text is the key of the catalogue. What stands in braces is either a value, escaped
 * when it is put in, or a pair of tags that is written here and not by the translator. */
#include "pagec.h"

static const char *const inline_tags[] = {"a", "abbr", "b", "code", "em", "span", "strong", NULL};

struct arg {
    str name;
    bool is_tag;
    bool is_used;
};

struct message {
    struct arg args[ARGS_MAX];
    size_t count;
    struct buf c; /* the rows of the C table */
};

void pot_add(struct body *body, size_t at, str msgid)
{
    if (body->pot == NULL) {
        return;
    }
    buf_printf(body->pot, "#: %.*s:%zu\nmsgid ", STR_ARG(body->t->file),
               pagec_line(body->t->source, at));
    buf_add_byte(body->pot, '"');
    for (size_t i = 0; i < msgid.n; i++) {
        if (msgid.p[i] == '"' || msgid.p[i] == '\\') {
            buf_add_byte(body->pot, '\\');
        }
        buf_add_byte(body->pot, msgid.p[i]);
    }
    buf_add_c(body->pot, "\"\nmsgstr \"\"\n\n");
}

static void add_row(struct message *message, str name, const char *kind, str c)
{
    buf_printf(&message->c, "        {.name = STR_INIT(\"%.*s\"), .kind = %s, .%s = %.*s},\n",
               STR_ARG(name), kind, str_equal(str_c(kind), STR("MESSAGE_I64")) ? "number" : "text",
               STR_ARG(c));
}

/* A start tag given as a value. It is fed through the HTML state so that its attributes obey. */
static enum status tag_arg(struct body *body, size_t at, struct words *in, str name,
                           struct message *message, struct error *err)
{
    size_t end = str_find_byte(in->rest, '>');
    struct words inside = {str_slice(in->rest, 1, end)};
    str tag = {0};
    bool is_known = end < in->rest.n && word_name(&inside, &tag);
    struct html_walk walk = {0};
    for (size_t i = 0; is_known && i <= end; i++) {
        struct error why = {0};
        if (html_feed(&walk, in->rest.p[i], &why) != STATUS_OK) {
            return pagec_fail(body->t, at, err, "%s", why.primary);
        }
    }
    is_known = is_known && walk.state == HTML_TEXT && walk.depth == 1;
    for (size_t i = 0; is_known && !str_equal(tag, str_c(inline_tags[i])); i++) {
        is_known = inline_tags[i + 1] != NULL;
    }
    if (!is_known) {
        return pagec_fail(body->t, at, err, "\"%.*s\" wants a start tag such as <a href=\"/x\">",
                          STR_ARG(name));
    }
    struct buf c;
    buf_init(&c, SOURCE_BYTES_MAX);
    buf_add_c(&c, "STR_INIT(");
    add_c_string(&c, str_slice(in->rest, 0, end + 1));
    buf_add_c(&c, ")");
    add_row(message, name, "MESSAGE_TAG", buf_str(&c));
    buf_close(&c);
    add_row(message, arena_printf(body->library->arena, "/%.*s", STR_ARG(name)), "MESSAGE_TAG",
            arena_printf(body->library->arena, "STR_INIT(\"</%.*s>\")", STR_ARG(tag)));
    in->rest = str_slice(in->rest, end + 1, in->rest.n);
    return STATUS_OK;
}

static enum status value_arg(struct body *body, size_t at, struct words *in, str name,
                             struct message *message, struct error *err)
{
    struct value value = {0};
    enum status status = value_any(body, at, in, &value, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (value.kind != KIND_STR && value.kind != KIND_I64) {
        return pagec_fail(body->t, at, err, "\"%.*s\" must be text or a number", STR_ARG(name));
    }
    add_row(message, name, value.kind == KIND_I64 ? "MESSAGE_I64" : "MESSAGE_STR", value.c);
    return STATUS_OK;
}

/* Every {name} of the text must be given. */
static enum status check_names(struct body *body, size_t at, str text, struct message *message,
                               struct error *err)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '}') {
            return pagec_fail(body->t, at, err, "a lone \"}\" in the message");
        }
        if (text.p[i] != '{') {
            continue;
        }
        str rest = str_slice(text, i + 1, text.n);
        str name = str_slice(rest, 0, str_find_byte(rest, '}'));
        str bare = str_starts(name, STR("/")) ? str_slice(name, 1, name.n) : name;
        bool is_found = false;
        for (size_t k = 0; k < message->count; k++) {
            struct arg *arg = &message->args[k];
            if (str_equal(arg->name, bare) && (arg->is_tag || name.n == bare.n)) {
                arg->is_used = true;
                is_found = true;
            }
        }
        if (!is_found) {
            return pagec_fail(body->t, at, err, "{%.*s} is not given", STR_ARG(name));
        }
        i += name.n + 1;
    }
    for (size_t k = 0; k < message->count; k++) {
        if (!message->args[k].is_used) {
            return pagec_fail(body->t, at, err, "{%.*s} does not occur in the message",
                              STR_ARG(message->args[k].name));
        }
    }
    return STATUS_OK;
}

static enum status read_args(struct body *body, size_t at, struct words *in, enum place place,
                             struct message *message, struct error *err)
{
    while (!word_end(in)) {
        str name = {0};
        if (!word_name(in, &name) || !word_byte(in, '=') || message->count == ARGS_MAX) {
            return pagec_fail(body->t, at, err, "name=value is wanted after the message");
        }
        bool is_tag = in->rest.n > 0 && in->rest.p[0] == '<';
        if (is_tag && place != PLACE_TEXT) {
            return pagec_fail(body->t, at, err, "a tag may not stand in an attribute");
        }
        size_t end = str_find(in->rest, STR(">"));
        if (is_tag && str_find(str_slice(in->rest, 0, end), STR("{{")) < end) {
            return pagec_fail(body->t, at, err,
                              "the tag of a message is put out as it stands: no {{…}} in it");
        }
        message->args[message->count++] = (struct arg){name, is_tag, false};
        enum status status = is_tag ? tag_arg(body, at, in, name, message, err)
                                    : value_arg(body, at, in, name, message, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status message_with(struct body *body, size_t at, str text, struct words *in,
                                enum place place, struct message *message, struct error *err)
{
    enum status status = read_args(body, at, in, place, message, err);
    if (status == STATUS_OK) {
        status = check_names(body, at, text, message, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    body_line(body, at);
    if (message->count == 0) {
        buf_add_c(body->out, "    html_escape(out, catalogue_text(catalogue, STR(");
        add_c_string(body->out, text);
        buf_add_c(body->out, ")));\n");
        return STATUS_OK;
    }
    buf_add_c(body->out, "    {\n        const struct message_arg args[] = {\n");
    buf_add(body->out, buf_str(&message->c));
    buf_add_c(body->out, "        };\n        message_render(out, catalogue, STR(");
    add_c_string(body->out, text);
    buf_add_c(body->out, "), args, ARRAY_LEN(args));\n    }\n");
    return STATUS_OK;
}

enum status hole_message(struct body *body, size_t at, str inside, struct error *err)
{
    struct words in = {inside};
    str text = {0};
    if (!word_text(body->library->arena, &in, &text) || text.n == 0) {
        return pagec_fail(body->t, at, err, "t wants an English text in double quotes");
    }
    enum place place = PLACE_TEXT;
    struct error why = {0};
    if (html_place(&body->walk, &place, &why) != STATUS_OK) {
        return pagec_fail(body->t, at, err, "%s", why.primary);
    }
    if (place != PLACE_TEXT && place != PLACE_ATTRIBUTE) {
        return pagec_fail(body->t, at, err, "a message may not stand in a URL");
    }
    pot_add(body, at, text);
    struct message message = {0};
    buf_init(&message.c, SOURCE_BYTES_MAX);
    enum status status = message_with(body, at, text, &in, place, &message, err);
    buf_close(&message.c);
    return status;
}
