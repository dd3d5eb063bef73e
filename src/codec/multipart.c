/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data, pushed in pieces of any size.
 *
 *     preamble  CRLF--B [blanks] CRLF  head CRLF CRLF  data  CRLF--B …  CRLF--B--  epilogue
 *
 * The delimiter is CRLF, two hyphens and the boundary. It is matched byte by byte, so that a cut
 * in the middle of it needs no buffer: the matched bytes are known. CR stands only at its start;
 * so after a mismatch the bytes matched so far are data, and a new match can only begin at the byte
 * at hand (no table as in Knuth-Morris-Pratt is needed). The body's first line has no CRLF
 * before it; the match starts as if it had been there.
 *
 * Strict where two readers could differ: CR LF only, no folded header lines, one
 * Content-Disposition with one name, nothing but blanks behind a boundary.
 */
#include "base/utf8.h"
#include "codec/form.h"

enum { BOUNDARY_BYTES_MAX = 70 }; /* RFC 2046 section 5.1.1 */

enum multipart_state {
    AT_PREAMBLE,
    AT_BOUNDARY_TAIL, /* behind a delimiter: "--", or blanks and CR LF */
    AT_HEAD,
    AT_DATA,
    AT_EPILOGUE,
    AT_FAILURE
};

struct multipart {
    struct multipart_events events;
    enum multipart_state state;
    char delimiter[4 + BOUNDARY_BYTES_MAX];
    size_t delimiter_len;
    size_t matched; /* bytes of the delimiter */
    char tail[2];   /* the last bytes behind a delimiter */
    size_t tail_len;
    char head[FORM_PART_HEAD_BYTES_MAX];
    size_t head_len;
    size_t part_count;
    struct error failure;
};

/* ---- parameters of a header: ; name=value; name="value" ---- */

static bool is_token_byte(char c)
{
    return ascii_is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static str skip_blanks(str text)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] == ' ' || text.p[n] == '\t')) {
        n++;
    }
    return str_slice(text, n, text.n);
}

static str take_token(str *rest)
{
    size_t n = 0;
    while (n < rest->n && is_token_byte(rest->p[n])) {
        n++;
    }
    str token = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return token;
}

/* Takes "…" off rest. Only \" and \\ are escapes: some senders put a plain C:\path in. They are
 * resolved where they stand: the text is always a copy of our own. */
static bool take_quoted(str *rest, str *ret_value)
{
    char *out = (char *)rest->p + 1;
    size_t n = 0;
    for (size_t i = 1; i < rest->n; i++) {
        char c = rest->p[i];
        if (c == '"') {
            *rest = str_slice(*rest, i + 1, rest->n);
            *ret_value = (str){out, n};
            return true;
        }
        if (c == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\')) {
            c = rest->p[++i];
        }
        out[n++] = c;
    }
    return false;
}

struct parameter {
    str name;
    str value;
};

/* 1: took one, 0: no more, -1: malformed. */
static int take_parameter(str *rest, struct parameter *parameter)
{
    *rest = skip_blanks(*rest);
    if (rest->n == 0) {
        return 0;
    }
    if (rest->p[0] != ';') {
        return -1;
    }
    *rest = skip_blanks(str_slice(*rest, 1, rest->n));
    if (rest->n == 0) {
        return 0; /* a last ';' is common */
    }
    parameter->name = take_token(rest);
    if (parameter->name.n == 0 || rest->n < 2 || rest->p[0] != '=') {
        return -1;
    }
    *rest = str_slice(*rest, 1, rest->n);
    if (rest->p[0] == '"') {
        return take_quoted(rest, &parameter->value) ? 1 : -1;
    }
    parameter->value = take_token(rest);
    return parameter->value.n > 0 ? 1 : -1;
}

/* ---- making ---- */

static bool is_boundary(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_alnum(text.p[i]) && strchr("'()+_,-./:=? ", text.p[i]) == NULL) {
            return false;
        }
    }
    return text.n > 0 && text.n <= BOUNDARY_BYTES_MAX && text.p[text.n - 1] != ' ';
}

enum status multipart_new(struct arena *arena, str content_type,
                          const struct multipart_events *events, struct multipart **ret_parser,
                          struct error *err)
{
    struct parameter parameter;
    str boundary = str_c(NULL);
    int took = 0;
    if (content_type.n > FORM_PART_HEAD_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "the Content-Type is too long");
    }
    size_t type_len = str_find_byte(content_type, ';');
    str rest = arena_str(arena, str_slice(content_type, type_len, content_type.n));
    if (!str_equal_ascii_fold(str_trim(str_slice(content_type, 0, type_len)),
                              STR("multipart/form-data"))) {
        return error_set(err, STATUS_INVALID, "the body is not multipart/form-data");
    }
    while ((took = take_parameter(&rest, &parameter)) > 0) {
        if (str_equal_ascii_fold(parameter.name, STR("boundary"))) {
            if (boundary.n > 0) {
                return error_set(err, STATUS_INVALID, "the boundary is given twice");
            }
            boundary = parameter.value;
        }
    }
    if (took < 0 || !is_boundary(boundary)) {
        return error_set(err, STATUS_INVALID, "the Content-Type has no usable boundary");
    }
    struct multipart *parser = ARENA_NEW(arena, struct multipart);
    parser->events = *events;
    memcpy(parser->delimiter, "\r\n--", 4);
    memcpy(parser->delimiter + 4, boundary.p, boundary.n);
    parser->delimiter_len = 4 + boundary.n;
    parser->matched = 2;
    *ret_parser = parser;
    return STATUS_OK;
}

/* ---- the head of a part ---- */

struct part_head {
    struct multipart_part part;
    bool has_disposition;
    bool has_name;
    bool has_type;
};

static enum status disposition_parse(str value, struct part_head *head, struct error *err)
{
    struct parameter parameter;
    str rest = skip_blanks(value);
    str kind = take_token(&rest);
    int took = 0;
    if (head->has_disposition || !str_equal_ascii_fold(kind, STR("form-data"))) {
        return error_set(err, STATUS_INVALID, "a part needs one Content-Disposition: form-data");
    }
    head->has_disposition = true;
    while ((took = take_parameter(&rest, &parameter)) > 0) {
        bool is_name = str_equal_ascii_fold(parameter.name, STR("name"));
        bool is_filename = str_equal_ascii_fold(parameter.name, STR("filename"));
        if ((is_name && head->has_name) || (is_filename && head->part.is_file)) {
            return error_set(err, STATUS_INVALID, "a part's name is given twice");
        }
        if (is_name) {
            head->has_name = true;
            head->part.name = parameter.value;
        } else if (is_filename) {
            head->part.is_file = true;
            head->part.filename = parameter.value;
        }
    }
    return took < 0 ? error_set(err, STATUS_INVALID, "a part's Content-Disposition is malformed")
                    : STATUS_OK;
}

static enum status head_line_parse(str line, struct part_head *head, struct error *err)
{
    str name;
    str value = str_trim(str_cut(line, ':', &name));
    str rest = name;
    if (take_token(&rest).n == 0 || rest.n > 0 || name.n == line.n) {
        return error_set(err, STATUS_INVALID, "a part's header line is malformed");
    }
    if (str_equal_ascii_fold(name, STR("Content-Disposition"))) {
        return disposition_parse(value, head, err);
    }
    if (str_equal_ascii_fold(name, STR("Content-Type"))) {
        if (head->has_type) {
            return error_set(err, STATUS_INVALID, "a part's type is given twice");
        }
        head->has_type = true;
        head->part.content_type = value;
    }
    if (str_equal_ascii_fold(name, STR("Content-Transfer-Encoding")) &&
        !str_equal_ascii_fold(value, STR("binary")) && !str_equal_ascii_fold(value, STR("8bit")) &&
        !str_equal_ascii_fold(value, STR("7bit"))) {
        return error_set(err, STATUS_INVALID, "parts must be sent as they are, not encoded");
    }
    return STATUS_OK;
}

static bool is_clean(str text)
{
    return utf8_is_text(text) && str_find_byte(text, '\r') == text.n &&
           str_find_byte(text, '\n') == text.n;
}

static enum status head_check(const struct part_head *head, struct error *err)
{
    if (!head->has_name || !is_clean(head->part.name)) {
        return error_set(err, STATUS_INVALID, "a part has no readable name");
    }
    if (!is_clean(head->part.filename)) {
        return error_set(err, STATUS_INVALID, "the file name in field \"%.*s\" is not readable",
                         STR_ARG(utf8_clip(head->part.name, FORM_NAME_BYTES_MAX)));
    }
    if (!is_clean(head->part.content_type)) {
        return error_set(err, STATUS_INVALID, "the type of field \"%.*s\" is not readable",
                         STR_ARG(utf8_clip(head->part.name, FORM_NAME_BYTES_MAX)));
    }
    if (head->part.name.n > FORM_NAME_BYTES_MAX ||
        head->part.filename.n > FORM_FILENAME_BYTES_MAX) {
        return error_set(err, STATUS_LIMIT, "a part's name is too long");
    }
    return STATUS_OK;
}

static enum status multipart_stopped(struct error *err)
{
    return error_set(err, STATUS_LIMIT, "the upload is larger than allowed");
}

/* parser->head holds all lines with their CR LF, and stays until the next part. */
static enum status part_begin(struct multipart *parser, struct error *err)
{
    struct part_head head = {.has_name = false};
    str rest = {parser->head, parser->head_len};
    if (++parser->part_count > FORM_FIELDS_MAX) {
        return error_set(err, STATUS_LIMIT, "more than %d parts", FORM_FIELDS_MAX);
    }
    while (rest.n > 0) {
        size_t end = str_find(rest, STR("\r\n"));
        enum status status =
            end == 0 ? STATUS_OK : head_line_parse(str_slice(rest, 0, end), &head, err);
        if (status != STATUS_OK) {
            return status;
        }
        rest = str_slice(rest, end + 2, rest.n);
    }
    enum status status = head_check(&head, err);
    if (status != STATUS_OK) {
        return status;
    }
    return parser->events.begin(parser->events.context, &head.part) ? STATUS_OK
                                                                    : multipart_stopped(err);
}

/* ---- the states; each takes at least one byte off *rest ---- */

static enum status emit(struct multipart *parser, str piece, struct error *err)
{
    if (parser->state != AT_DATA || piece.n == 0) {
        return STATUS_OK; /* the preamble is for nobody */
    }
    return parser->events.data(parser->events.context, piece) ? STATUS_OK : multipart_stopped(err);
}

static enum status delimiter_found(struct multipart *parser, struct error *err)
{
    bool is_part = parser->state == AT_DATA;
    parser->state = AT_BOUNDARY_TAIL;
    parser->matched = 0;
    parser->tail_len = 0;
    return !is_part || parser->events.end(parser->events.context) ? STATUS_OK
                                                                  : multipart_stopped(err);
}

static enum status feed_data(struct multipart *parser, str *rest, struct error *err)
{
    enum status status = STATUS_OK;
    if (parser->matched == 0) {
        size_t plain = str_find_byte(*rest, '\r');
        status = emit(parser, str_slice(*rest, 0, plain), err);
        *rest = str_slice(*rest, plain, rest->n);
    }
    while (status == STATUS_OK && rest->n > 0 && rest->p[0] == parser->delimiter[parser->matched]) {
        *rest = str_slice(*rest, 1, rest->n);
        if (++parser->matched == parser->delimiter_len) {
            return delimiter_found(parser, err);
        }
    }
    if (status == STATUS_OK && rest->n > 0 && parser->matched > 0) { /* it was data after all */
        str passed = {parser->delimiter, parser->matched};
        parser->matched = 0;
        status = emit(parser, passed, err);
    }
    return status;
}

/* "--" ends the body; CR LF (blanks may stand before it) begins a part. */
static enum status feed_tail(struct multipart *parser, str *rest, struct error *err)
{
    char c = rest->p[0];
    *rest = str_slice(*rest, 1, rest->n);
    if (parser->tail_len == 0 && (c == ' ' || c == '\t')) {
        return STATUS_OK;
    }
    parser->tail[parser->tail_len++] = c;
    str tail = {parser->tail, parser->tail_len};
    if (str_equal(tail, STR("--"))) {
        parser->state = AT_EPILOGUE;
    } else if (str_equal(tail, STR("\r\n"))) {
        parser->state = AT_HEAD;
        parser->head_len = 0;
    } else if (tail.n == 2 || (c != '-' && c != '\r')) {
        return error_set(err, STATUS_INVALID, "a boundary of the multipart body is malformed");
    }
    return STATUS_OK;
}

static enum status feed_head(struct multipart *parser, str *rest, struct error *err)
{
    if (parser->head_len == sizeof parser->head) {
        return error_set(err, STATUS_LIMIT, "the head of a part is too long");
    }
    char c = rest->p[0];
    *rest = str_slice(*rest, 1, rest->n);
    char before = parser->head_len == 0 ? '\0' : parser->head[parser->head_len - 1];
    if (c == '\0' || (c == '\n') != (before == '\r')) {
        return error_set(err, STATUS_INVALID, "the head of a part is malformed");
    }
    parser->head[parser->head_len++] = c;
    str head = {parser->head, parser->head_len};
    if (str_equal(head, STR("\r\n")) || str_ends(head, STR("\r\n\r\n"))) {
        parser->state = AT_DATA;
        parser->matched = 0;
        return part_begin(parser, err);
    }
    return STATUS_OK;
}

static enum status feed_some(struct multipart *parser, str *rest, struct error *err)
{
    switch (parser->state) {
    case AT_PREAMBLE:
    case AT_DATA:
        return feed_data(parser, rest, err);
    case AT_BOUNDARY_TAIL:
        return feed_tail(parser, rest, err);
    case AT_HEAD:
        return feed_head(parser, rest, err);
    case AT_EPILOGUE:
        rest->n = 0;
        return STATUS_OK;
    case AT_FAILURE:
        break;
    }
    if (err != NULL) {
        *err = parser->failure;
    }
    return parser->failure.status;
}

enum status multipart_feed(struct multipart *parser, str bytes, struct error *err)
{
    while (bytes.n > 0) {
        enum status status = feed_some(parser, &bytes, &parser->failure);
        if (status != STATUS_OK) {
            parser->state = AT_FAILURE;
            return feed_some(parser, &bytes, err);
        }
    }
    return STATUS_OK;
}

enum status multipart_finish(struct multipart *parser, struct error *err)
{
    if (parser->state == AT_FAILURE) {
        str nothing = str_c(NULL);
        return feed_some(parser, &nothing, err);
    }
    return parser->state == AT_EPILOGUE
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "the multipart body ends too early");
}
