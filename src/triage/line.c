/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/line.h"

#include "base/utf8.h"
#include "codec/json.h"

enum { DECIMALS = 6, DECIMALS_UNIT = 1000000, FIELDS = 4, POINTER_TOKEN_MAX = 256 };

static const char *const names[FIELDS] = {"id", "text", "author", "at"};

/* ---- the short way ---- */

struct scan {
    str line;
    size_t at;
    struct arena *arena;
};

static void skip_blank(struct scan *scan)
{
    while (scan->at < scan->line.n &&
           (scan->line.p[scan->at] == ' ' || scan->line.p[scan->at] == '\t' ||
            scan->line.p[scan->at] == '\r')) {
        scan->at++;
    }
}

static bool take(struct scan *scan, char c)
{
    if (scan->at == scan->line.n || scan->line.p[scan->at] != c) {
        return false;
    }
    scan->at++;
    return true;
}

/* The simple escapes; those with hex digits are left to the JSON reader. */
static char unescape(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = c == '\0' ? NULL : strchr(from, c);
    return at == NULL ? '\0' : to[at - from];
}

static bool decode(struct scan *scan, str raw, str *ret_value)
{
    char *out = ARENA_ARRAY(scan->arena, char, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '\\') {
            i++;
            c = unescape(raw.p[i]); /* the closing quote was not escaped, so there is one more */
            if (c == '\0') {
                return false;
            }
        }
        out[n] = c;
        n++;
    }
    *ret_value = str_from(out, n);
    return true;
}

/* The top bit of each byte that ends a run of plain ones: a quote, a backslash, what is below a blank.
 * Bytes above the lowest that is marked may be marked for nothing (the subtractions borrow). */
static inline uint64_t specials_of(uint64_t bytes)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quotes = bytes ^ ones * '"', slashes = bytes ^ ones * '\\';
    return (((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) |
            ((bytes - ones * ' ') & ~bytes)) &
           ones * 0x80;
}

/* To the next byte that is not plain, or to the last few of the line; *high gathers top bits. */
static void skip_plain(struct scan *scan, uint64_t *high)
{
    uint64_t specials = 0;
    while (specials == 0 && scan->at + 8 <= scan->line.n) { /* `at` may be one behind the end */
        uint64_t bytes = 0;
        memcpy(&bytes, scan->line.p + scan->at, sizeof bytes);
        specials = specials_of(bytes);
        *high |= bytes;
        scan->at += specials == 0 ? 8 : (size_t)__builtin_ctzll(specials) / 8;
    }
}

/* A string whose opening quote is behind us; its raw inside. */
static bool take_string(struct scan *scan, str *ret_raw, bool *ret_has_escape)
{
    size_t begin = scan->at;
    uint64_t high = 0;
    *ret_has_escape = false;
    for (;;) {
        skip_plain(scan, &high);
        if (scan->at >= scan->line.n || scan->line.p[scan->at] == '"') {
            break;
        }
        unsigned char c = (unsigned char)scan->line.p[scan->at];
        high |= c;
        if (c < 0x20) {
            return false;
        }
        if (c == '\\') {
            *ret_has_escape = true;
            scan->at++;
        }
        scan->at++;
    }
    if (scan->at >= scan->line.n) {
        return false;
    }
    *ret_raw = str_slice(scan->line, begin, scan->at);
    scan->at++;
    return (high & UINT64_C(0x8080808080808080)) == 0 || utf8_is_valid(*ret_raw);
}

/* A whole number of at most 15 digits, as it is written. */
static bool take_number(struct scan *scan, str *ret_raw)
{
    size_t begin = scan->at;
    while (scan->at < scan->line.n && ascii_is_digit(scan->line.p[scan->at])) {
        scan->at++;
    }
    *ret_raw = str_slice(scan->line, begin, scan->at);
    return ret_raw->n > 0 && ret_raw->n < 16 && (ret_raw->n == 1 || ret_raw->p[0] != '0');
}

static bool take_value(struct scan *scan, size_t field, struct triage_line *line)
{
    str *const into[FIELDS] = {&line->id, &line->text, &line->author, &line->at};
    size_t begin = scan->at;
    str raw = {0};
    bool has_escape = false;
    if (!take(scan, '"')) {
        bool is_id = field == 0 && take_number(scan, &raw);
        line->id = is_id ? raw : line->id; /* it is printed as it came: only what is JSON */
        return is_id;
    }
    if (!take_string(scan, &raw, &has_escape)) {
        return false;
    }
    if (field == 0) {
        line->id = has_escape ? line->id : str_slice(scan->line, begin, scan->at);
        return !has_escape;
    }
    if (field < FIELDS) {
        *into[field] = raw;
        return !has_escape || decode(scan, raw, into[field]);
    }
    return !has_escape;
}

static bool read_flat(struct scan *scan, struct triage_line *line)
{
    unsigned seen = 0;
    skip_blank(scan);
    if (!take(scan, '{')) {
        return false;
    }
    for (;;) {
        str name = {0};
        bool has_escape = false;
        size_t field = 0;
        skip_blank(scan);
        if (!take(scan, '"') || !take_string(scan, &name, &has_escape) || has_escape) {
            return false;
        }
        while (field < FIELDS && !str_equal(name, str_c(names[field]))) {
            field++;
        }
        if (field == FIELDS && !str_equal(name, STR("to"))) {
            return false; /* not known to us; the JSON reader knows whether it stands there twice */
        }
        if ((seen >> field & 1U) != 0) {
            return false;
        }
        seen |= 1U << field;
        skip_blank(scan);
        if (!take(scan, ':')) {
            return false;
        }
        skip_blank(scan);
        if (!take_value(scan, field, line)) {
            return false;
        }
        skip_blank(scan);
        if (take(scan, ',')) {
            continue;
        }
        bool is_closed = take(scan, '}');
        skip_blank(scan);
        return is_closed && scan->at == scan->line.n && (seen >> 1 & 1U) == 1;
    }
}

/* ---- the long way ---- */

static bool token_equal(str token, str name)
{
    size_t n = 0;
    for (size_t i = 0; i < token.n; i++, n++) {
        char c = token.p[i];
        if (c == '~' && i + 1 < token.n) {
            i++;
            c = token.p[i] == '1' ? '/' : '~';
        }
        if (n >= name.n || name.p[n] != c) {
            return false;
        }
    }
    return n == name.n;
}

static const struct json *step(const struct json *json, str token)
{
    uint64_t index = 0;
    if (json->kind == JSON_LIST) {
        return str_to_u64(token, &index) && index < json->count ? &json->items[index] : NULL;
    }
    for (size_t i = 0; json->kind == JSON_OBJECT && i < json->count; i++) {
        if (token_equal(token, json->names[i])) {
            return &json->items[i];
        }
    }
    return NULL;
}

static const struct json *follow(const struct json *json, const char *pointer)
{
    str rest = str_c(pointer);
    while (json != NULL && rest.n > 0) {
        str token = {0};
        rest = str_slice(rest, 1, rest.n);
        size_t end = str_find_byte(rest, '/');
        token = str_slice(rest, 0, end);
        rest = str_slice(rest, end, rest.n);
        json = step(json, token);
    }
    return json;
}

/* No JSON reader takes a NUL, and whoever hides one in a word wants it to be so: NULs become a character
 * that no text has, and blanks once the line is read. False when there is none. */
static bool mark_nuls(struct arena *arena, str line, str *ret_line)
{
    static const char escaped[] = "\\u0000";
    enum { ESCAPED = sizeof escaped - 1 };
    size_t raw = 0, n = 0;
    bool has_any = false;
    for (size_t i = 0; i < line.n; i++) {
        raw += line.p[i] == '\0';
    }
    char *out = ARENA_ARRAY(arena, char, line.n + (ESCAPED - 1) * raw + 1);
    for (size_t i = 0; i < line.n; i++) {
        bool is_escape = line.n - i >= ESCAPED && memcmp(line.p + i, escaped, ESCAPED) == 0;
        if (line.p[i] == '\0' || is_escape) {
            memcpy(out + n, "\\u0001", ESCAPED);
            n += ESCAPED;
            i += is_escape ? ESCAPED - 1 : 0;
            has_any = true;
        } else {
            out[n++] = line.p[i];
            if (line.p[i] == '\\' && i + 1 < line.n && line.p[i + 1] != '\0') {
                out[n++] = line.p[++i]; /* "\\\\u0000" is a backslash and a word */
            }
        }
    }
    *ret_line = str_from(out, n);
    return has_any;
}

static str blank_nuls(struct arena *arena, str text)
{
    char *out = arena_cstr(arena, text);
    for (size_t i = 0; i < text.n; i++) {
        out[i] = out[i] == '\x01' ? ' ' : out[i];
    }
    return str_from(out, text.n);
}

static enum status parse(struct arena *arena, str line, struct json *ret_json, bool *ret_has_nul,
                         struct error *err)
{
    str marked = {0};
    enum status status = json_parse(arena, line, ret_json, err);
    *ret_has_nul = false;
    if (status == STATUS_INVALID && mark_nuls(arena, line, &marked) &&
        json_parse(arena, marked, ret_json, NULL) == STATUS_OK) {
        *ret_has_nul = true;
        return STATUS_OK;
    }
    return status;
}

static enum status take_text(const struct json *json, const char *pointer, str *ret_text,
                             struct error *err)
{
    const struct json *text = follow(json, pointer);
    if (json->kind != JSON_OBJECT) {
        return error_set(err, STATUS_INVALID, "a line must be one JSON object");
    }
    if (text == NULL) {
        return error_set(err, STATUS_INVALID, "there is nothing at %.60s", pointer);
    }
    if (text->kind != JSON_TEXT) {
        return error_set(err, STATUS_INVALID, "what stands at %.60s is no text", pointer);
    }
    *ret_text = text->text;
    return STATUS_OK;
}

static str time_of(const struct json *json)
{
    const struct json *at = json_member(json, "at");
    bool is_none = at == NULL || at->kind == JSON_NULL;
    return is_none || at->kind == JSON_TEXT ? json_member_text(json, "at") : STR("?");
}

enum status triage_line_read_tree(struct arena *arena, str line, const char *pointer,
                                  struct triage_line *ret_line, struct error *err)
{
    struct json json;
    struct triage_line read = {0};
    if (!utf8_is_valid(line)) {
        return error_set(err, STATUS_INVALID, "the line is not valid UTF-8");
    }
    enum status status = parse(arena, line, &json, &read.has_nul, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct json *id = json_member(&json, "id");
    if (id != NULL && id->kind != JSON_NULL) {
        status = json_id(arena, id, &read.id, err);
        if (read.has_nul && memchr(id->text.p, '\x01', id->text.n) != NULL) {
            read.id = STR("");
            status = error_set(err, STATUS_INVALID, "id holds a NUL");
        }
    }
    if (status == STATUS_OK) {
        status = take_text(&json, pointer == NULL ? "/text" : pointer, &read.text, err);
    }
    if (status != STATUS_OK) {
        *ret_line = (struct triage_line){.id = read.id};
        return status;
    }
    read.author = json_member_text(&json, "author");
    read.at = time_of(&json);
    if (read.has_nul) {
        read.text = blank_nuls(arena, read.text);
        read.author = blank_nuls(arena, read.author);
    }
    *ret_line = read;
    return STATUS_OK;
}

enum status triage_line_read(struct arena *arena, str line, const char *pointer,
                             struct triage_line *ret_line, struct error *err)
{
    struct triage_line read = {0}, tree = {0};
    struct scan scan = {.line = line, .arena = arena};
    enum status status = STATUS_OK;
    bool is_flat = pointer == NULL && read_flat(&scan, &read);
    if (line.n > TRIAGE_LINE_BYTES_MAX) {
        status =
            error_set(err, STATUS_LIMIT, "the line is longer than %d bytes", TRIAGE_LINE_BYTES_MAX);
    } else if (!is_flat) {
        status = triage_line_read_tree(arena, line, pointer, &tree, err);
    }
    if (status != STATUS_OK) {
        if (pointer != NULL) {
            (void)read_flat(&scan, &read); /* for the id alone */
        }
        *ret_line = (struct triage_line){.id = tree.id.n > 0 ? tree.id : read.id};
        return status;
    }
    *ret_line = is_flat ? read : tree;
    if (str_trim(ret_line->text).n == 0) {
        *ret_line = (struct triage_line){.id = ret_line->id};
        status = error_set(err, STATUS_INVALID, "the text is empty");
    }
    return status;
}

/* ---- writing ---- */

/* Six decimals, never 0 or 1: a score is a chance, not a certainty. `at`: where the first decimal goes. */
static void put_score(char *at, double value)
{
    uint32_t units = (uint32_t)(value * DECIMALS_UNIT + 0.5);
    units = units < 1 ? 1 : units > DECIMALS_UNIT - 1 ? DECIMALS_UNIT - 1 : units;
    for (size_t i = DECIMALS; i > 0; i--) {
        at[i - 1] = (char)('0' + units % 10);
        units /= 10;
    }
}

/* All scores at once, into a copy of what they look like: a piece at a time costs more than they do. */
static void add_scores(struct buf *out, const struct triage_result *result)
{
    static const char shape[] = ",\"abusive\":0.000000,\"threat\":0.000000,\"identity\":0.000000,"
                                "\"sexual\":0.000000,\"insult\":0.000000,\"over\":[";
    static const struct {
        enum model_head head;
        uint8_t at; /* of the first decimal */
    } places[] = {{HEAD_ABUSIVE, 13},
                  {HEAD_THREAT, 31},
                  {HEAD_IDENTITY, 51},
                  {HEAD_SEXUAL, 69},
                  {HEAD_INSULT, 87}};
    static_assert(ARRAY_LEN(places) == HEADS_SHOWN, "each published score is written");
    char text[sizeof shape];
    memcpy(text, shape, sizeof text);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        put_score(text + places[i].at, result->scores[places[i].head]);
    }
    buf_add_bytes(out, text, sizeof text - 1);
}

static void add_over(struct buf *out, unsigned over)
{
    bool needs_comma = false;
    for (size_t k = 0; k < HEADS_SHOWN; k++) {
        if ((over >> k & 1U) == 1) {
            buf_add(out, needs_comma ? STR(",\"") : STR("\""));
            buf_add_c(out, triage_head_name((enum model_head)k));
            buf_add_byte(out, '"');
            needs_comma = true;
        }
    }
}

static void add_reasons(struct buf *out, const struct triage_result *result)
{
    struct json_out json;
    buf_add(out, STR(",\"reasons\":"));
    json_out_init(&json, out);
    json_begin_list(&json);
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct triage_reason *reason = &result->reasons[i];
        json_begin_object(&json);
        json_name(&json, "span");
        json_begin_list(&json);
        json_add_int(&json, (int64_t)reason->start);
        json_add_int(&json, (int64_t)reason->end);
        json_end_list(&json);
        json_put_text(&json, "why", reason->why);
        json_put_text(&json, "rule", reason->rule);
        if (reason->head >= 0) {
            json_put_text(&json, "head", str_c(triage_head_name((enum model_head)reason->head)));
        }
        json_name(&json, "weight");
        json_add_real(&json, reason->weight, 3);
        json_end_object(&json);
    }
    json_end_list(&json);
}

static void add_member(struct buf *out, const char *name, str text)
{
    struct json_out json;
    if (text.n > 0) {
        buf_add_c(out, name);
        json_out_init(&json, out);
        json_add_text(&json, text);
    }
}

/* So that the line can be read as a message again. */
static void add_message(struct buf *out, const struct triage_line *line)
{
    add_member(out, ",\"text\":", line->text);
    add_member(out, ",\"author\":", line->author);
    add_member(out, ",\"at\":", line->at);
}

void triage_line_write(const struct triage_line *line, const struct triage_result *result,
                       const struct triage_line_style *style, struct buf *out)
{
    char grade[] = "],\"grade\":\"G0\",\"codes\":[";
    grade[12] = (char)('0' + result->grade);
    buf_add(out, STR("{\"id\":"));
    buf_add(out, line->id.n == 0 ? STR("null") : line->id);
    add_scores(out, result);
    add_over(out, result->over);
    buf_add_bytes(out, grade, sizeof grade - 1);
    for (size_t i = 0; i < result->code_count; i++) {
        buf_add(out, i > 0 ? STR(",\"") : STR("\""));
        buf_add(out, result->codes[i]->id);
        buf_add_byte(out, '"');
    }
    buf_add(out, STR("],\"lang\":\""));
    buf_add_c(out, lang_code(result->lang));
    buf_add_byte(out, '"');
    if (!result->is_judged) {
        buf_add(out, STR(",\"judged\":false"));
    }
    if (result->frame != FRAME_DIRECT) {
        buf_add(out, STR(",\"frame\":\""));
        buf_add_c(out, triage_frame_name(result->frame));
        buf_add_byte(out, '"');
    }
    if (result->is_clipped) {
        buf_add(out, STR(",\"clipped\":true"));
    }
    if (line->has_nul) {
        buf_add(out, STR(",\"nul\":true"));
    }
    if (style->has_cluster) {
        buf_add(out, STR(",\"cluster\":\""));
        buf_add(out, style->signature);
        buf_add_byte(out, '"');
        add_message(out, line);
    }
    if (style->has_reasons) {
        add_reasons(out, result);
    }
    buf_add_byte(out, '}');
}
