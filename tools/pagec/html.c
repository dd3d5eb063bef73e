/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the HTML at every letter.
 *
 * Templates are held to a small strict dialect: lower-case names from an allow-list, every element
 * closed, attribute values in double quotes, no inline script or style, no event attributes. In
 * return a hole's place is never in doubt. */
#include "pagec.h"

static const char *const elements[] = {
    "a",        "abbr",   "address",    "article",  "aside",   "b",       "bdi",      "blockquote",
    "body",     "br",     "button",     "caption",  "circle",  "code",    "col",      "colgroup",
    "datalist", "dd",     "del",        "details",  "div",     "dl",      "dt",       "em",
    "fieldset", "figure", "figcaption", "footer",   "form",    "g",       "h1",       "h2",
    "h3",       "h4",     "h5",         "h6",       "head",    "header",  "hr",       "html",
    "i",        "img",    "input",      "ins",      "kbd",     "label",   "legend",   "li",
    "line",     "link",   "main",       "mark",     "meta",    "meter",   "nav",      "ol",
    "optgroup", "option", "output",     "p",        "path",    "polygon", "polyline", "pre",
    "progress", "q",      "rect",       "s",        "samp",    "script",  "section",  "select",
    "small",    "span",   "strong",     "sub",      "summary", "sup",     "svg",      "table",
    "tbody",    "td",     "text",       "textarea", "tfoot",   "th",      "thead",    "time",
    "title",    "tr",     "u",          "ul",       "wbr",     NULL};
/* Closed by "/>" as SVG wants it. */
static const char *const shapes[] = {"circle", "line", "path", "polygon", "polyline", "rect", NULL};
static const char *const voids[] = {"br", "col", "hr", "img", "input", "link", "meta", "wbr", NULL};
static const char *const url_attrs[] = {"href", "src", "action", "formaction", "cite", NULL};
/* Never, with or without a hole. */
static const char *const refused_attrs[] = {"style",      "srcdoc", "http-equiv", "srcset",
                                            "xlink:href", "ping",   "background", NULL};
static const char *const schemes[] = {"http", "https", "mailto", "tel", NULL};

static bool is_in(const char *const *list, const char *word)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, word) == 0) {
            return true;
        }
    }
    return false;
}

static const char *around(const struct html_walk *walk)
{
    return walk->depth == 0 ? "" : walk->tags[walk->depth - 1];
}

bool html_keeps_space(const struct html_walk *walk)
{
    for (size_t i = 0; i < walk->depth; i++) {
        if (strcmp(walk->tags[i], "pre") == 0 || strcmp(walk->tags[i], "textarea") == 0) {
            return true;
        }
    }
    return walk->state == HTML_ATTR_VALUE;
}

static enum status add_letter(struct html_walk *walk, char c, struct error *err)
{
    if (!(c >= 'a' && c <= 'z') && !ascii_is_digit(c) && c != '-' && c != ':' && c != '_' &&
        !(c >= 'A' && c <= 'Z' && walk->state == HTML_ATTR_NAME)) {
        return error_set(err, STATUS_INVALID, "unexpected \"%c\" in a name", c);
    }
    if (walk->word_len + 1 >= sizeof walk->word) {
        return error_set(err, STATUS_INVALID, "a name of %zu letters", walk->word_len);
    }
    walk->word[walk->word_len++] = c;
    walk->word[walk->word_len] = '\0';
    return STATUS_OK;
}

static enum status tag_named(struct html_walk *walk, struct error *err)
{
    if (!is_in(elements, walk->word)) {
        return error_set(err, STATUS_INVALID, "element <%s> is not allowed", walk->word);
    }
    memcpy(walk->tag, walk->word, sizeof walk->tag);
    return STATUS_OK;
}

static enum status tag_closed(struct html_walk *walk, bool has_slash, struct error *err)
{
    bool is_shape = is_in(shapes, walk->tag);
    bool is_void = is_in(voids, walk->tag);
    if (is_shape != has_slash && !is_void) {
        return error_set(err, STATUS_INVALID, "<%s> wants %s", walk->tag,
                         is_shape ? "\"/>\"" : "an end tag, not \"/>\"");
    }
    walk->state = HTML_TEXT;
    if (is_void || is_shape) {
        return STATUS_OK;
    }
    if (walk->depth == TAGS_MAX) {
        return error_set(err, STATUS_LIMIT, "elements are nested too deep");
    }
    memcpy(walk->tags[walk->depth++], walk->tag, sizeof walk->tag);
    walk->is_preserved_begun = strcmp(walk->tag, "textarea") == 0 || strcmp(walk->tag, "pre") == 0;
    return STATUS_OK;
}

static enum status element_ended(struct html_walk *walk, struct error *err)
{
    if (walk->depth == 0 || strcmp(around(walk), walk->word) != 0) {
        return error_set(err, STATUS_INVALID, "</%s> does not close <%s>", walk->word,
                         around(walk));
    }
    walk->depth--;
    walk->state = HTML_TEXT;
    return STATUS_OK;
}

static enum status attr_named(struct html_walk *walk, struct error *err)
{
    if (is_in(refused_attrs, walk->word) ||
        (ascii_lower(walk->word[0]) == 'o' && ascii_lower(walk->word[1]) == 'n')) {
        return error_set(err, STATUS_INVALID, "attribute \"%s\" is not allowed", walk->word);
    }
    memcpy(walk->attr, walk->word, sizeof walk->attr);
    walk->value[0] = '\0';
    walk->value_len = 0;
    walk->value_has_hole = false;
    walk->value_has_slash = false;
    return STATUS_OK;
}

/* The static part of a URL must not smuggle a scheme either, nor finish one that a hole began. */
static enum status url_letter(struct html_walk *walk, char c, struct error *err)
{
    walk->value_has_slash = walk->value_has_slash || c == '/' || c == '?' || c == '#';
    if (c == ':' && !walk->value_has_slash) {
        bool is_known = !walk->value_has_hole && is_in(schemes, walk->value);
        walk->value_has_slash = is_known; /* from here on ':' is an ordinary letter */
        return is_known ? STATUS_OK
                        : error_set(err, STATUS_INVALID, "URL scheme \"%s\" is not allowed",
                                    walk->value);
    }
    if (walk->value_len + 1 < sizeof walk->value) {
        walk->value[walk->value_len++] = c;
        walk->value[walk->value_len] = '\0';
    }
    return STATUS_OK;
}

static enum status in_tag(struct html_walk *walk, char c, struct error *err)
{
    if (ascii_is_space(c)) {
        walk->state = HTML_IN_TAG;
        return STATUS_OK;
    }
    if (c == '>') {
        return tag_closed(walk, false, err);
    }
    if (c == '/') {
        walk->state = HTML_SELF_CLOSE;
        return STATUS_OK;
    }
    if (walk->state == HTML_NEED_SPACE) {
        return error_set(err, STATUS_INVALID, "white space is wanted before \"%c\"", c);
    }
    walk->state = HTML_ATTR_NAME;
    walk->word_len = 0;
    return add_letter(walk, c, err);
}

static enum status in_attr_name(struct html_walk *walk, char c, struct error *err)
{
    if (c != '=' && c != '>' && !ascii_is_space(c)) {
        return add_letter(walk, c, err);
    }
    enum status status = attr_named(walk, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (c == '=') {
        walk->state = HTML_ATTR_EQUALS;
        return STATUS_OK;
    }
    return in_tag(walk, c, err);
}

static enum status in_text(struct html_walk *walk, char c, struct error *err)
{
    if (c == '<') {
        walk->state = HTML_TAG_OPEN;
        walk->word_len = 0;
        return STATUS_OK;
    }
    if (strcmp(around(walk), "script") == 0) {
        return error_set(err, STATUS_INVALID, "inline script is not allowed");
    }
    return STATUS_OK;
}

static enum status in_tag_open(struct html_walk *walk, char c, struct error *err)
{
    if (c == '!') {
        walk->state = HTML_DECLARATION;
        return STATUS_OK;
    }
    if (c == '/') {
        walk->state = HTML_END_NAME;
        return STATUS_OK;
    }
    const char *in = around(walk);
    if (strcmp(in, "script") == 0 || strcmp(in, "textarea") == 0 || strcmp(in, "title") == 0) {
        return error_set(err, STATUS_INVALID, "no element may stand inside <%s>", in);
    }
    walk->state = HTML_TAG_NAME;
    return add_letter(walk, c, err);
}

static enum status in_tag_name(struct html_walk *walk, char c, struct error *err)
{
    if (!ascii_is_space(c) && c != '>' && c != '/') {
        return add_letter(walk, c, err);
    }
    enum status status = tag_named(walk, err);
    return status == STATUS_OK ? in_tag(walk, c, err) : status;
}

enum status html_feed(struct html_walk *walk, char c, struct error *err)
{
    switch (walk->state) {
    case HTML_TEXT:
        return in_text(walk, c, err);
    case HTML_TAG_OPEN:
        return in_tag_open(walk, c, err);
    case HTML_TAG_NAME:
        return in_tag_name(walk, c, err);
    case HTML_IN_TAG:
    case HTML_NEED_SPACE:
        return in_tag(walk, c, err);
    case HTML_SELF_CLOSE:
        return c == '>' ? tag_closed(walk, true, err)
                        : error_set(err, STATUS_INVALID, "\">\" is wanted after \"/\"");
    case HTML_ATTR_NAME:
        return in_attr_name(walk, c, err);
    case HTML_ATTR_EQUALS:
        if (c != '"') {
            return error_set(err, STATUS_INVALID, "attribute \"%s\" wants double quotes",
                             walk->attr);
        }
        walk->state = HTML_ATTR_VALUE;
        return STATUS_OK;
    case HTML_ATTR_VALUE:
        if (c == '"') {
            walk->state = HTML_NEED_SPACE;
            return STATUS_OK;
        }
        return is_in(url_attrs, walk->attr) ? url_letter(walk, c, err) : STATUS_OK;
    case HTML_END_NAME:
        return c == '>' ? element_ended(walk, err) : add_letter(walk, c, err);
    case HTML_DECLARATION:
        if (c == '>') {
            walk->state = HTML_TEXT;
        }
        return STATUS_OK;
    }
    return STATUS_INTERNAL;
}

enum status html_place(struct html_walk *walk, enum place *ret_place, struct error *err)
{
    if (walk->state == HTML_TEXT) {
        if (strcmp(around(walk), "script") == 0) {
            return error_set(err, STATUS_INVALID, "a hole inside <script> is not allowed");
        }
        *ret_place = PLACE_TEXT;
        return STATUS_OK;
    }
    if (walk->state == HTML_ATTR_EQUALS || walk->state == HTML_ATTR_NAME) {
        return error_set(err, STATUS_INVALID, "a hole in attribute \"%s\" wants double quotes",
                         walk->attr);
    }
    if (walk->state != HTML_ATTR_VALUE) {
        return error_set(err, STATUS_INVALID, "a hole may not stand in the name part of a tag");
    }
    if (strcmp(walk->tag, "meta") == 0 || strcmp(walk->tag, "script") == 0) {
        return error_set(err, STATUS_INVALID, "a hole in <%s> is not allowed", walk->tag);
    }
    *ret_place = PLACE_ATTRIBUTE;
    if (is_in(url_attrs, walk->attr)) {
        bool is_first = walk->value_len == 0 && !walk->value_has_hole;
        *ret_place = is_first ? PLACE_URL : PLACE_URL_PART;
    }
    walk->value_has_hole = true;
    return STATUS_OK;
}

enum status html_settle(struct html_walk *walk, struct error *err)
{
    enum status status = STATUS_OK;
    switch (walk->state) {
    case HTML_TAG_NAME:
        status = tag_named(walk, err);
        break;
    case HTML_ATTR_NAME:
        status = attr_named(walk, err);
        break;
    case HTML_ATTR_VALUE:
        /* What the block writes is not known: later holes are not the first of the value. */
        walk->value_has_hole = true;
        return STATUS_OK;
    case HTML_IN_TAG:
    case HTML_NEED_SPACE:
        break;
    case HTML_TEXT:
        return STATUS_OK;
    case HTML_TAG_OPEN:
    case HTML_ATTR_EQUALS:
    case HTML_END_NAME:
    case HTML_SELF_CLOSE:
    case HTML_DECLARATION:
        return error_set(err, STATUS_INVALID, "a block may not begin or end here");
    }
    walk->state = HTML_NEED_SPACE;
    return status;
}

bool html_same(const struct html_walk *a, const struct html_walk *b)
{
    if (a->state != b->state || a->depth != b->depth) {
        return false;
    }
    for (size_t i = 0; i < a->depth; i++) {
        if (strcmp(a->tags[i], b->tags[i]) != 0) {
            return false;
        }
    }
    return a->state != HTML_ATTR_VALUE || strcmp(a->attr, b->attr) == 0;
}
