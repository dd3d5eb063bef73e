/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/charset.h"
#include "codec/html_text.h"
#include "codec/mail_internal.h"

#include "base/utf8.h"

enum {
    RAW_BYTES_MAX = 256 * 1024, /* of one part, decoded: HTML is many times its words */
    LINE_BYTES_MAX = 64 * 1024, /* of a header, unfolded */
    WORD_BYTES_MAX = 200,       /* of a boundary, a charset, a name */
    FIELD_BYTES_MAX = 2000
};

enum part_kind { PART_SILENT, PART_PLAIN, PART_HTML };
enum part_coding { CODING_NONE, CODING_QUOTED, CODING_BASE64 };

struct word {
    char bytes[WORD_BYTES_MAX];
    size_t n;
};
struct level {
    struct word boundary;
    bool is_alternative, has_plain;
};
/* What the head of a part says. */
struct part {
    enum part_kind kind;
    enum part_coding coding;
    struct word charset, boundary, name;
    bool is_multipart, is_alternative, is_attached, has_type;
};
struct mail_reader {
    struct buf line;                        /* a header, unfolded so far */
    struct buf from, to, subject, id, date; /* as they stand there */
    struct buf raw, text;                   /* of the part at hand; of the mail */
    struct word names[MAIL_NAMES_MAX];
    size_t name_count, header_bytes, depth;
    struct level levels[MAIL_DEPTH_MAX];
    struct part part;
    struct mail_base64 base64;
    bool in_head, is_first_head, is_clipped;
};

struct mail_reader *mail_reader_new(struct arena *arena)
{
    struct mail_reader *reader = ARENA_NEW(arena, struct mail_reader);
    struct buf *const fields[] = {&reader->from, &reader->to, &reader->subject, &reader->id,
                                  &reader->date};
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        buf_init(fields[i], LINE_BYTES_MAX);
    }
    buf_init(&reader->line, LINE_BYTES_MAX);
    buf_init(&reader->raw, RAW_BYTES_MAX);
    buf_init(&reader->text, (size_t)4 * RAW_BYTES_MAX);
    return reader;
}

void mail_reader_close(struct mail_reader *reader)
{
    struct buf *const all[] = {&reader->from, &reader->to,  &reader->subject, &reader->id,
                               &reader->date, &reader->raw, &reader->text,    &reader->line};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        buf_close(all[i]);
    }
}

void mail_begin(struct mail_reader *reader)
{
    struct buf *const all[] = {&reader->from, &reader->to,  &reader->subject, &reader->id,
                               &reader->date, &reader->raw, &reader->text,    &reader->line};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        buf_clear(all[i]);
    }
    reader->name_count = reader->header_bytes = reader->depth = 0;
    reader->part = (struct part){.kind = PART_PLAIN};
    reader->in_head = reader->is_first_head = true;
    reader->is_clipped = false;
}

/* --- heads --- */

static struct word word_of(str text)
{
    struct word word = {.n = text.n < WORD_BYTES_MAX ? text.n : WORD_BYTES_MAX};
    if (word.n > 0) {
        memcpy(word.bytes, text.p, word.n);
    }
    return word;
}

static str word_str(const struct word *word)
{
    return str_from(word->bytes, word->n);
}

/* "; name=value" or "; name="value"" of a field, with name* (RFC 2231) taken as it stands. */
static str parameter(str field, const char *name)
{
    size_t n = strlen(name);
    bool is_quoted = false;
    for (size_t i = 0; i + n < field.n; i++) {
        is_quoted = field.p[i] == '"' ? !is_quoted : is_quoted;
        bool is_start = !is_quoted && i > 0 &&
                        (field.p[i - 1] == ';' || field.p[i - 1] == ' ' || field.p[i - 1] == '\t');
        if (!is_start || !str_equal_ascii_fold(str_slice(field, i, i + n), str_from(name, n))) {
            continue;
        }
        str rest = str_trim(str_slice(field, i + n, field.n));
        if (rest.n == 0 || rest.p[0] != '=') {
            continue;
        }
        rest = str_trim(str_slice(rest, 1, rest.n));
        if (rest.n > 0 && rest.p[0] == '"') {
            rest = str_slice(rest, 1, rest.n);
            return str_slice(rest, 0, str_find_byte(rest, '"'));
        }
        size_t end = 0;
        while (end < rest.n && rest.p[end] != ';' && !ascii_is_space(rest.p[end])) {
            end++;
        }
        return str_slice(rest, 0, end);
    }
    return (str){0};
}

static void take_name(struct part *part, str field, const char *name)
{
    str value = parameter(field, name);
    if (part->name.n == 0 && value.n > 0) {
        part->name = word_of(value);
    }
}

/* filename*=utf-8''caf%C3%A9.pdf */
static void take_long_name(struct part *part, str field, const char *name)
{
    str value = parameter(field, name);
    size_t at = str_find(value, STR("''"));
    if (part->name.n > 0 || at + 2 >= value.n) {
        return;
    }
    for (size_t i = at + 2; i < value.n && part->name.n < WORD_BYTES_MAX; i++) {
        uint8_t byte = 0;
        bool is_code = value.p[i] == '%' && hex_decode(str_slice(value, i + 1, i + 3), &byte, 1);
        part->name.bytes[part->name.n++] = is_code ? (char)byte : value.p[i];
        i += is_code ? 2 : 0;
    }
}

static void take_type(struct part *part, str field)
{
    part->has_type = true;
    part->is_multipart = str_starts_ascii_fold(field, "multipart/");
    part->is_alternative = str_starts_ascii_fold(field, "multipart/alternative");
    part->kind = str_starts_ascii_fold(field, "text/plain")  ? PART_PLAIN
                 : str_starts_ascii_fold(field, "text/html") ? PART_HTML
                                                             : PART_SILENT;
    part->charset = word_of(parameter(field, "charset"));
    part->boundary = word_of(parameter(field, "boundary"));
    take_name(part, field, "name");
    take_long_name(part, field, "name*");
}

static void take_field(struct mail_reader *reader, str name, str field)
{
    struct part *part = &reader->part;
    if (str_equal_ascii_fold(name, STR("content-type"))) {
        take_type(part, field);
    } else if (str_equal_ascii_fold(name, STR("content-transfer-encoding"))) {
        part->coding = str_starts_ascii_fold(field, "quoted-printable") ? CODING_QUOTED
                       : str_starts_ascii_fold(field, "base64")         ? CODING_BASE64
                                                                        : CODING_NONE;
    } else if (str_equal_ascii_fold(name, STR("content-disposition"))) {
        part->is_attached = str_starts_ascii_fold(field, "attachment");
        take_name(part, field, "filename");
        take_long_name(part, field, "filename*");
    }
    const struct {
        const char *name;
        struct buf *into;
    } fields[] = {{"from", &reader->from},
                  {"to", &reader->to},
                  {"subject", &reader->subject},
                  {"date", &reader->date},
                  {"message-id", &reader->id}};
    for (size_t i = 0; reader->is_first_head && i < ARRAY_LEN(fields); i++) {
        if (fields[i].into->n == 0 && str_equal_ascii_fold(name, str_c(fields[i].name))) {
            buf_add(fields[i].into, field);
        }
    }
}

static void end_field(struct mail_reader *reader)
{
    str name = {0};
    str field = str_trim(str_cut(buf_str(&reader->line), ':', &name));
    if (reader->line.n > 0) {
        take_field(reader, str_trim(name), field);
    }
    buf_clear(&reader->line);
}

static void end_head(struct mail_reader *reader)
{
    struct part *part = &reader->part;
    end_field(reader);
    reader->in_head = reader->is_first_head = false;
    reader->header_bytes = 0;
    reader->base64 = (struct mail_base64){0};
    buf_clear(&reader->raw);
    if (part->is_multipart && part->boundary.n > 0 && reader->depth < MAIL_DEPTH_MAX) {
        reader->levels[reader->depth++] =
            (struct level){.boundary = part->boundary, .is_alternative = part->is_alternative};
        part->kind = PART_SILENT;
        return;
    }
    bool is_read = part->kind != PART_SILENT && !part->is_attached;
    if (!is_read && !part->is_multipart) {
        struct word name = part->name.n > 0 ? part->name : word_of(STR("without a name"));
        reader->is_clipped = reader->is_clipped || reader->name_count == MAIL_NAMES_MAX;
        if (reader->name_count < MAIL_NAMES_MAX) {
            reader->names[reader->name_count++] = name;
        }
    }
    part->kind = is_read ? part->kind : PART_SILENT;
}

static void head_line(struct mail_reader *reader, str line)
{
    reader->header_bytes += line.n;
    if (line.n == 0) {
        end_head(reader);
        return;
    }
    if (reader->header_bytes > MAIL_HEADER_BYTES_MAX) {
        reader->is_clipped = true;
        return;
    }
    if (line.p[0] == ' ' || line.p[0] == '\t') { /* folded */
        buf_add_byte(&reader->line, ' ');
        buf_add(&reader->line, str_trim(line));
        return;
    }
    end_field(reader);
    buf_add(&reader->line, line);
}

/* --- bodies --- */

static void note_plain(struct mail_reader *reader)
{
    for (size_t i = 0; i < reader->depth; i++) {
        reader->levels[i].has_plain =
            reader->levels[i].has_plain || reader->levels[i].is_alternative;
    }
}

static bool has_plain_beside(const struct mail_reader *reader)
{
    for (size_t i = 0; i < reader->depth; i++) {
        if (reader->levels[i].is_alternative && reader->levels[i].has_plain) {
            return true;
        }
    }
    return false;
}

static void end_part(struct mail_reader *reader)
{
    struct part *part = &reader->part;
    str charset = word_str(&part->charset);
    if (part->kind == PART_SILENT || str_trim(buf_str(&reader->raw)).n == 0 ||
        (part->kind == PART_HTML && has_plain_beside(reader))) {
        part->kind = PART_SILENT;
        return;
    }
    if (reader->text.n > 0) {
        buf_add_c(&reader->text, "\n\n");
    }
    if (part->kind == PART_PLAIN) {
        charset_decode(charset, buf_str(&reader->raw), &reader->text);
        note_plain(reader);
    } else {
        struct buf html;
        buf_init(&html, (size_t)3 * RAW_BYTES_MAX + 16);
        charset_decode(charset, buf_str(&reader->raw), &html);
        html_text(buf_str(&html), &reader->text);
        buf_close(&html);
    }
    while (reader->text.n > 0 && ascii_is_space(reader->text.p[reader->text.n - 1])) {
        reader->text.n--;
    }
    part->kind = PART_SILENT;
}

/* "--boundary" or "--boundary--" of a part that we are in. */
static bool take_boundary(struct mail_reader *reader, str line)
{
    if (!str_starts(line, STR("--"))) {
        return false;
    }
    str rest = str_slice(line, 2, line.n);
    for (size_t i = reader->depth; i > 0; i--) {
        str boundary = word_str(&reader->levels[i - 1].boundary);
        str behind = str_slice(rest, boundary.n, rest.n);
        bool is_end = str_starts(behind, STR("--"));
        behind = str_trim(is_end ? str_slice(behind, 2, behind.n) : behind);
        if (!str_starts(rest, boundary) || behind.n > 0) {
            continue;
        }
        end_part(reader);
        reader->depth = is_end ? i - 1 : i;
        reader->in_head = !is_end;
        reader->part = (struct part){.kind = is_end ? PART_SILENT : PART_PLAIN};
        return true;
    }
    return false;
}

static void add_raw(struct mail_reader *reader, str bytes)
{
    size_t room = RAW_BYTES_MAX - 4 - reader->raw.n; /* base64 adds three at a time */
    reader->is_clipped = reader->is_clipped || bytes.n > room;
    buf_add(&reader->raw, str_slice(bytes, 0, room));
}

static void add_quoted(struct mail_reader *reader, str line)
{
    while (line.n > 0 && ascii_is_space(line.p[line.n - 1])) {
        line = str_slice(line, 0, line.n - 1); /* blanks at an end were added on the way */
    }
    bool is_soft = line.n > 0 && line.p[line.n - 1] == '=';
    line = str_slice(line, 0, line.n - is_soft);
    while (line.n > 0) {
        uint8_t byte = 0;
        size_t at = str_find_byte(line, '=');
        add_raw(reader, str_slice(line, 0, at));
        line = str_slice(line, at, line.n);
        if (line.n == 0) {
            break;
        }
        bool is_code = hex_decode(str_slice(line, 1, 3), &byte, 1);
        add_raw(reader, is_code ? str_from(&byte, 1) : str_slice(line, 0, 1));
        line = str_slice(line, is_code ? 3 : 1, line.n);
    }
    if (!is_soft) {
        add_raw(reader, STR("\n"));
    }
}

static void body_line(struct mail_reader *reader, str line)
{
    if (take_boundary(reader, line) || reader->part.kind == PART_SILENT) {
        return;
    }
    switch (reader->part.coding) {
    case CODING_QUOTED:
        add_quoted(reader, line);
        break;
    case CODING_BASE64:
        if (reader->raw.n + line.n < RAW_BYTES_MAX) {
            mail_base64_add(&reader->base64, line, &reader->raw);
        } else {
            reader->is_clipped = true;
        }
        break;
    case CODING_NONE:
        add_raw(reader, line);
        add_raw(reader, STR("\n"));
        break;
    }
}

void mail_line(struct mail_reader *reader, str line)
{
    if (reader->in_head) {
        head_line(reader, line);
    } else {
        body_line(reader, line);
    }
}

void mail_cut(struct mail_reader *reader)
{
    bool is_read = reader->in_head || reader->part.kind != PART_SILENT;
    reader->is_clipped = reader->is_clipped || is_read;
}

/* --- the mail --- */

static str field_of(struct arena *arena, const struct buf *raw)
{
    struct buf text;
    buf_init(&text, (size_t)4 * LINE_BYTES_MAX); /* a byte becomes three at most */
    mail_words(buf_str(raw), &text);
    for (size_t i = 0; i < text.n; i++) { /* an encoded line end ends no field */
        text.p[i] = text.p[i] == '\n' || text.p[i] == '\t' ? ' ' : text.p[i];
    }
    str copy = arena_str(arena, str_trim(utf8_clip(str_trim(buf_str(&text)), FIELD_BYTES_MAX)));
    buf_close(&text);
    return copy;
}

/* The first of several addresses: commas inside of quotes are letters. */
static str first_address(str field)
{
    bool is_quoted = false;
    for (size_t i = 0; i < field.n; i++) {
        is_quoted = field.p[i] == '"' ? !is_quoted : is_quoted;
        if (field.p[i] == ',' && !is_quoted) {
            return str_trim(str_slice(field, 0, i));
        }
    }
    return field;
}

void mail_end(struct mail_reader *reader, struct arena *arena, struct mail *ret_mail)
{
    if (reader->in_head) {
        end_head(reader);
    }
    end_part(reader);
    str text = str_trim(buf_str(&reader->text));
    str clip = utf8_clip(text, MAIL_TEXT_BYTES_MAX);
    struct mail mail = {.from = first_address(field_of(arena, &reader->from)),
                        .to = first_address(field_of(arena, &reader->to)),
                        .subject = field_of(arena, &reader->subject),
                        .id = field_of(arena, &reader->id),
                        .text = arena_str(arena, clip),
                        .attachment_count = reader->name_count,
                        .is_clipped = reader->is_clipped || clip.n < text.n};
    if (!mail_date(buf_str(&reader->date), &mail.date)) {
        mail.date = 0;
    }
    for (size_t i = 0; i < reader->name_count; i++) {
        struct buf name;
        buf_init(&name, WORD_BYTES_MAX + 1);
        buf_add(&name, word_str(&reader->names[i]));
        mail.attachments[i] = field_of(arena, &name);
        buf_close(&name);
    }
    *ret_mail = mail;
}
