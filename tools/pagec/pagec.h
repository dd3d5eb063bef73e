/* SPDX-License-Identifier: Apache-2.0 */
/* pagec: the template compiler. HTML with typed holes in, C out.
 *
 * The idea: where a value stands in a page decides how it must be escaped, and that place is known
 * when the program is built. So pagec follows the HTML letter by letter, knows at every hole
 * whether it is text, a quoted attribute or a URL, and writes the C call that escapes for exactly
 * that place. What has no safe escaping (script, style, unquoted attributes, on*) does not build.
 * Nothing is parsed when a page is served.
 *
 * The language is described in docs/design/templates.md. Steps, one file each:
 *   declare.c   `{{! page NAME; field type; … }}` → struct record
 *   html.c      the letter-by-letter state of the HTML, well-formedness, allow-lists
 *   holes.c     what is between `{{` and `}}`: paths, conditions, calls, messages
 *   emit.c      the .h and .c texts
 *   main.c      files in, files out
 * pagec runs on the build machine only; what it emits needs web/template.h.
 */
#ifndef HUSTINGS_TOOLS_PAGEC_H
#define HUSTINGS_TOOLS_PAGEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum {
    TEMPLATES_MAX = 256, /* files in one run */
    FIELDS_MAX = 96,     /* of one record */
    DEPTH_MAX = 24,      /* blocks in blocks */
    TAGS_MAX = 64,       /* elements in elements */
    ARGS_MAX = 32,       /* of one call */
    SOURCE_BYTES_MAX = 1 << 20,
    OUT_BYTES_MAX = 8 << 20
};

enum kind { KIND_STR, KIND_BOOL, KIND_I64, KIND_HTML, KIND_RECORD, KIND_LIST };

struct field {
    str name;
    enum kind kind;
    bool is_optional;      /* a call may leave it out */
    str of;                /* RECORD and LIST of a part: its name */
    struct record *record; /* RECORD and LIST: what it is made of */
};

/* A C struct to be: a page's context, a part's context or the rows of a list. */
struct record {
    str c_name; /* "page_report_start" */
    struct field fields[FIELDS_MAX];
    size_t count;
};

struct template
{
    str file;   /* as given */
    str source; /* all of it */
    str name;
    bool is_part;
    bool has_slot;
    size_t body_at; /* where the text after the declaration begins */
    struct record *record;
    struct record *rows[FIELDS_MAX]; /* records declared inside, inner ones first */
    size_t row_count;
    struct template *uses[TEMPLATES_MAX]; /* parts whose header is needed */
    size_t use_count;
};

struct library {
    struct arena *arena;
    struct template *templates[TEMPLATES_MAX];
    size_t count;
};

/* "file:line: text" as the error's primary. */
enum status pagec_fail(const struct template *t, size_t at, struct error *err, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
size_t pagec_line(str source, size_t at);

/* declare.c: reads the declaration and adds the template to the library. */
enum status pagec_declare(struct library *library, str file, str source,
                          struct error *err) MUST_CHECK;
/* Finds what each `part` type means, after all files are declared. */
enum status pagec_link(struct library *library, struct error *err) MUST_CHECK;
struct template *pagec_part(const struct library *library, str name);
void pagec_use(struct template *t, struct template *part);
const struct field *record_field(const struct record *record, str name);

/* html.c */
enum html_state {
    HTML_TEXT,       /* between elements */
    HTML_TAG_OPEN,   /* after "<" */
    HTML_TAG_NAME,   /* <na */
    HTML_IN_TAG,     /* white space inside a start tag */
    HTML_NEED_SPACE, /* inside a start tag, where only white space, "/" or ">" may follow */
    HTML_ATTR_NAME,
    HTML_ATTR_EQUALS, /* after "=" */
    HTML_ATTR_VALUE,  /* inside the double quotes */
    HTML_END_NAME,    /* </na */
    HTML_SELF_CLOSE,  /* after "/" in a start tag */
    HTML_DECLARATION  /* <!doctype … */
};

struct html_walk {
    enum html_state state;
    char word[40]; /* the tag or attribute name being read */
    size_t word_len;
    char tag[40];   /* the start tag we are in */
    char attr[40];  /* the attribute we are in */
    char value[24]; /* the first letters of its value */
    size_t value_len;
    bool value_has_hole;
    bool value_has_slash; /* past the point where a scheme could end */
    char tags[TAGS_MAX][40];
    size_t depth;
    bool is_preserved_begun; /* "<textarea …>" or "<pre>" was just closed */
};

/* Takes one byte of static text. The sentence is in err without the file. */
enum status html_feed(struct html_walk *walk, char c, struct error *err) MUST_CHECK;
/* How a value must be written here. */
enum place { PLACE_TEXT, PLACE_ATTRIBUTE, PLACE_URL, PLACE_URL_PART };
enum status html_place(struct html_walk *walk, enum place *ret_place, struct error *err) MUST_CHECK;
/* Is there an element around that keeps white space as it is? */
bool html_keeps_space(const struct html_walk *walk);
/* Called where a block begins, turns or ends: makes states comparable. */
enum status html_settle(struct html_walk *walk, struct error *err) MUST_CHECK;
bool html_same(const struct html_walk *a, const struct html_walk *b);

/* holes.c: compiles the body of t into C statements. */
struct body {
    struct library *library;
    struct template *t;
    struct buf *out; /* statements of render, or of begin and end for parts with a slot */
    struct buf *pot; /* messages, when wanted */
    struct buf literal;
    struct html_walk walk;
    size_t literal_at;
    size_t each_count;
    size_t slot_at; /* offset in out where the text after {{slot}} begins */
    struct block {
        enum block_kind { BLOCK_IF, BLOCK_EACH, BLOCK_WRAP } kind;
        size_t at;
        bool has_else;
        struct html_walk begin, then;
        str row, number, row_c, number_c;
        struct record *row_record;
        struct template *part;
        str wrap_c;
    } blocks[DEPTH_MAX];
    size_t block_count;
};
enum status pagec_body(struct body *body, struct error *err) MUST_CHECK;
/* message.c: `{{t "…" name=…}}`, `in` after the word t. */
enum status hole_message(struct body *body, size_t at, str in, struct error *err) MUST_CHECK;
void body_flush(struct body *body);
void body_line(struct body *body, size_t at);
void add_c_string(struct buf *out, str s);

/* words.c: small reading helpers shared by declarations and holes. */
struct words {
    str rest;
};
bool word_name(struct words *in, str *ret_name);
/* "…" with \" and \\ ; the text goes to the arena. */
bool word_text(struct arena *arena, struct words *in, str *ret_text);
bool word_number(struct words *in, int64_t *ret_value);
bool word_byte(struct words *in, char c);
bool word_keyword(struct words *in, str keyword);
bool word_end(struct words *in);

/* A value as C, found by its path ("row.name", "frame.title"). */
struct value {
    enum kind kind;
    struct record *record;
    str of;
    str c;
};
enum status value_path(struct body *body, size_t at, struct words *in, struct value *ret_value,
                       struct error *err) MUST_CHECK;
/* A path, "literal", number, true, false or t "message". */
enum status value_any(struct body *body, size_t at, struct words *in, struct value *ret_value,
                      struct error *err) MUST_CHECK;
void pot_add(struct body *body, size_t at, str msgid);

/* emit.c */
enum status emit_header(const struct template *t, struct buf *out, struct error *err) MUST_CHECK;
enum status emit_source(struct library *library, struct template *t, struct buf *out,
                        struct buf *pot, struct error *err) MUST_CHECK;

#endif
