/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/table.h"

#include "base/utf8.h"

enum { NAMES_BYTES_MAX = TABLE_ROW_BYTES_MAX };

static void wipe_close(struct buf *buf)
{
    if (buf->p != NULL) {
        /* Addresses passed through it. Through a volatile pointer, so that it is not left out. */
        volatile char *bytes = buf->p;
        for (size_t i = 0; i < buf->cap; i++) {
            bytes[i] = 0;
        }
    }
    buf_close(buf);
}

void table_close(struct table *table)
{
    wipe_close(&table->piece);
    wipe_close(&table->window);
    wipe_close(&table->names);
}

/* --- the window --- */

/* Reads one more piece behind what is there; what lies before `at` makes room. */
static enum status read_more(struct table *table, struct error *err)
{
    size_t len = 0;
    buf_drop_front(&table->window, table->at);
    table->at = 0;
    buf_clear(&table->piece);
    char *room = buf_reserve(&table->piece, TABLE_PIECE_BYTES);
    ASSERT(room != NULL);
    enum status status =
        table->options.read(table->options.context, room, TABLE_PIECE_BYTES, &len, err);
    if (status != STATUS_OK) {
        return status;
    }
    ASSERT(len <= TABLE_PIECE_BYTES);
    table->is_end = len == 0;
    if (table->is_end) {
        decoder_end(&table->decoder, &table->window);
    } else {
        decoder_add(&table->decoder, str_from(room, len), &table->window);
    }
    ASSERT(!table->window.overflowed); /* the caller asks only below TABLE_ROW_BYTES_MAX */
    return STATUS_OK;
}

static str unread(const struct table *table)
{
    return str_slice(buf_str(&table->window), table->at, table->window.n);
}

/* --- one row in memory --- */

enum scan { SCAN_ROW, SCAN_MORE, SCAN_BAD };

struct scanner {
    char *p; /* the unread window; quoted fields lose their doubled quotes in place */
    size_t n;
    bool is_end;
    char separator;
    bool has_texts;
    size_t at;
    size_t lines; /* line ends passed */
    struct table_row *row;
    const char *why;
};

/* Length of the line end at `at`, 0 when there is none. *ret_needs_more: a "\r" is the last byte,
 * and a "\n" may follow. */
static size_t line_end(const struct scanner *scanner, size_t at, bool *ret_needs_more)
{
    if (at >= scanner->n) {
        return 0;
    }
    if (scanner->p[at] == '\n') {
        return 1;
    }
    if (scanner->p[at] != '\r') {
        return 0;
    }
    if (at + 1 == scanner->n) {
        *ret_needs_more = !scanner->is_end;
        return 1;
    }
    return scanner->p[at + 1] == '\n' ? 2 : 1;
}

static enum scan bad(struct scanner *scanner, const char *why)
{
    scanner->why = why;
    return SCAN_BAD;
}

/* at stands behind the opening quote. The closing one may be the last byte of what is read: then a
 * second quote may follow, and more is wanted. */
static enum scan quoted_field(struct scanner *scanner, str *ret_field)
{
    size_t from = scanner->at;
    size_t to = from;
    size_t lines = 0;
    for (size_t i = from; i < scanner->n; i++) {
        char c = scanner->p[i];
        if (c == '"' && i + 1 == scanner->n && !scanner->is_end) {
            return SCAN_MORE;
        }
        if (c == '"' && (i + 1 == scanner->n || scanner->p[i + 1] != '"')) {
            *ret_field = str_from(scanner->p + from, to - from);
            scanner->at = i + 1;
            scanner->lines += lines;
            return SCAN_ROW;
        }
        if (c == '\n' || (c == '\r' && i + 1 < scanner->n && scanner->p[i + 1] != '\n')) {
            lines++;
            if (lines >= TABLE_FIELD_LINES_MAX && !scanner->has_texts) {
                return bad(scanner, "a quote is opened and not closed within 20 lines");
            }
            if (lines >= TABLE_TEXT_LINES_MAX) {
                return bad(scanner, "a quote is opened and not closed within 2,000 lines");
            }
        }
        i += c == '"';
        to++;
    }
    if (!scanner->is_end) {
        return SCAN_MORE;
    }
    return bad(scanner, "a quote is opened and never closed");
}

/* The closing up of doubled quotes is done only once the whole row is known to be there. */
static void undouble(char *bytes, str *field, size_t raw_len)
{
    size_t to = 0;
    for (size_t i = 0; i < raw_len; i++) {
        char c = bytes[i];
        bytes[to++] = c;
        i += c == '"';
    }
    /* What is left over must not look like half a letter to who checks the row. */
    memset(bytes + to, ' ', raw_len - to);
    *field = str_from(bytes, to);
}

static void bare_field(struct scanner *scanner, str *ret_field)
{
    size_t from = scanner->at;
    size_t i = from;
    while (i < scanner->n && scanner->p[i] != scanner->separator && scanner->p[i] != '\n' &&
           scanner->p[i] != '\r') {
        i++;
    }
    scanner->at = i;
    *ret_field = str_from(scanner->p + from, i - from);
}

/* Where a quoted field lay, to undouble it at the end. */
struct quoted {
    size_t from[TABLE_COLUMNS_MAX], to[TABLE_COLUMNS_MAX];
    size_t field[TABLE_COLUMNS_MAX];
    size_t count;
};

static enum scan next_field(struct scanner *scanner, struct quoted *quoted, str *field)
{
    if (scanner->at == scanner->n || scanner->p[scanner->at] != '"') {
        bare_field(scanner, field);
        return SCAN_ROW;
    }
    scanner->at++;
    size_t from = scanner->at;
    enum scan scan = quoted_field(scanner, field);
    if (scan == SCAN_ROW && field->n + 1 != scanner->at - from) {
        quoted->from[quoted->count] = from;
        quoted->to[quoted->count] = scanner->at - 1;
        quoted->field[quoted->count] = scanner->row->count;
        quoted->count++;
    }
    return scan;
}

static enum scan scan_row(struct scanner *scanner)
{
    struct table_row *row = scanner->row;
    struct quoted quoted;
    quoted.count = 0;
    row->count = 0;
    for (;;) {
        bool needs_more = false;
        if (row->count == TABLE_COLUMNS_MAX) {
            return bad(scanner, "more than 256 columns");
        }
        enum scan scan = next_field(scanner, &quoted, &row->fields[row->count]);
        if (scan != SCAN_ROW) {
            return scan;
        }
        row->count++;
        size_t end = line_end(scanner, scanner->at, &needs_more);
        if (needs_more || (end == 0 && scanner->at == scanner->n && !scanner->is_end)) {
            return SCAN_MORE;
        }
        if (end > 0 || scanner->at == scanner->n) {
            scanner->at += end;
            scanner->lines += end > 0;
            break;
        }
        if (scanner->p[scanner->at] != scanner->separator) {
            return bad(scanner, "text after a closing quote");
        }
        scanner->at++;
    }
    for (size_t i = 0; i < quoted.count; i++) {
        undouble(scanner->p + quoted.from[i], &row->fields[quoted.field[i]],
                 quoted.to[i] - quoted.from[i]);
    }
    return SCAN_ROW;
}

/* --- rows of the table --- */

/* Passes the rest of the line at hand, reading on as long as it takes. */
static enum status skip_line(struct table *table, struct error *err)
{
    for (;;) {
        str text = unread(table);
        for (size_t i = 0; i < text.n; i++) {
            struct scanner here = {.p = table->window.p + table->at, .n = text.n};
            bool needs_more = false;
            size_t end = line_end(&here, i, &needs_more);
            if (end > 0 && !needs_more) {
                table->at += i + end;
                table->line++;
                return STATUS_OK;
            }
        }
        /* A "\r" at the very end stays: its "\n" may come with the next piece. */
        bool has_return = text.n > 0 && text.p[text.n - 1] == '\r';
        table->at = table->window.n - (has_return && !table->is_end ? 1U : 0U);
        if (table->is_end) {
            table->line += has_return;
            return STATUS_OK;
        }
        enum status status = read_more(table, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
}

static enum status skip_empty_lines(struct table *table, struct error *err)
{
    for (;;) {
        while (table->at < table->window.n &&
               (table->window.p[table->at] == '\n' || table->window.p[table->at] == '\r')) {
            bool is_pair = table->window.p[table->at] == '\r' && table->at + 1 < table->window.n &&
                           table->window.p[table->at + 1] == '\n';
            table->at += is_pair ? 2 : 1;
            table->line++;
        }
        if (table->at < table->window.n || table->is_end) {
            return STATUS_OK;
        }
        enum status status = read_more(table, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
}

static enum status bad_row(struct table *table, struct table_row *row, const char *why,
                           struct error *err)
{
    row->kind = TABLE_BAD;
    row->why = why;
    return skip_line(table, err);
}

static const char *check_row(const struct table *table, str raw, struct table_row *row)
{
    if (memchr(raw.p, '\0', raw.n) != NULL) {
        return "a zero byte";
    }
    if (!utf8_is_valid(raw)) {
        return "letters that the file's encoding does not have (see --encoding)";
    }
    if (table->column_count == 0) {
        return NULL; /* the header */
    }
    while (row->count > table->column_count && str_trim(row->fields[row->count - 1]).n == 0) {
        row->count--;
    }
    if (row->count > table->column_count) {
        return "more fields than the header has";
    }
    return row->count < table->column_count ? "fewer fields than the header has" : NULL;
}

/* The row at hand, reading on until it is whole. */
static enum status take_row(struct table *table, struct table_row *row, struct error *err)
{
    for (;;) {
        struct scanner scanner = {.p = table->window.p + table->at,
                                  .n = table->window.n - table->at,
                                  .is_end = table->is_end,
                                  .separator = table->options.separator,
                                  .has_texts = table->options.has_texts,
                                  .row = row};
        enum scan scan = scan_row(&scanner);
        if (scan == SCAN_BAD) {
            return bad_row(table, row, scanner.why, err);
        }
        if (scanner.at > TABLE_ROW_BYTES_MAX ||
            (scan == SCAN_MORE && scanner.n > TABLE_ROW_BYTES_MAX)) {
            return bad_row(table, row, "longer than 65,536 bytes", err);
        }
        if (scan == SCAN_MORE) {
            enum status status = read_more(table, err);
            if (status != STATUS_OK) {
                return status;
            }
            continue;
        }
        const char *why = check_row(table, str_from(scanner.p, scanner.at), row);
        table->at += scanner.at;
        table->line += scanner.lines;
        row->kind = why == NULL ? TABLE_ROW : TABLE_BAD;
        row->why = why;
        return STATUS_OK;
    }
}

enum status table_next(struct table *table, struct table_row *row, struct error *err)
{
    enum status status = skip_empty_lines(table, err);
    row->line = table->line;
    row->count = 0;
    row->why = NULL;
    if (status != STATUS_OK) {
        return status;
    }
    if (table->at == table->window.n) {
        row->kind = TABLE_END;
        return STATUS_OK;
    }
    status = take_row(table, row, err);
    for (size_t i = 0; status == STATUS_OK && i < row->count; i++) {
        row->fields[i] = str_trim(row->fields[i]);
    }
    return status;
}

/* --- header --- */

static const char separators[] = {',', '\t', ';', '|'};

/* The one that stands most often in the first line outside of quotes; 0 = none of them. */
static char guess_separator(str text)
{
    size_t counts[sizeof separators] = {0};
    bool is_quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!is_quoted && (c == '\n' || c == '\r')) {
            break;
        }
        is_quoted = c == '"' ? !is_quoted : is_quoted;
        for (size_t k = 0; k < sizeof separators && !is_quoted; k++) {
            counts[k] += c == separators[k];
        }
    }
    size_t best = 0;
    for (size_t k = 1; k < sizeof separators; k++) {
        best = counts[k] > counts[best] ? k : best;
    }
    return counts[best] > 0 ? separators[best] : '\0';
}

static enum status refuse(const struct table *table, const char *what, const char *hint,
                          struct error *err)
{
    enum status status = error_set(err, STATUS_INVALID, "%s:1: %s", table->options.name, what);
    error_hint(err, "%s", hint);
    return status;
}

static enum status check_content(struct table *table, struct error *err)
{
    str text = unread(table);
    if (text.n == 0) {
        return refuse(table, "the file is empty", "export it again: a header row is wanted", err);
    }
    /* 1F 8B, also when it was taken for windows-1252. */
    if (str_starts(text, STR("\x1F\x8B")) || str_starts(text, STR("\x1F\xE2\x80\xB9"))) {
        return refuse(table, "the file is compressed", "unpack it first: gunzip -k FILE", err);
    }
    if (str_starts(text, STR("PK\x03\x04"))) {
        return refuse(table, "this is a spreadsheet or an archive, not a text table",
                      "open it and save it as \"CSV UTF-8\"", err);
    }
    if (str_starts(text, STR("%PDF")) || str_starts(text, STR("<"))) {
        return refuse(table, "this is a document, not a table",
                      "ask for the export as CSV or TSV; a page is no table", err);
    }
    return STATUS_OK;
}

static enum status keep_header(struct table *table, const struct table_row *row, struct error *err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < row->count; i++) {
        bytes += row->fields[i].n;
    }
    char *room = buf_reserve(&table->names, bytes + 1);
    if (row->kind != TABLE_ROW || room == NULL) {
        return refuse(table, row->why != NULL ? row->why : "the header is too long",
                      "the first line must name the columns", err);
    }
    for (size_t i = 0; i < row->count; i++) {
        table->columns[i] = str_from(room, row->fields[i].n);
        if (row->fields[i].n > 0) {
            memcpy(room, row->fields[i].p, row->fields[i].n);
        }
        room += row->fields[i].n;
    }
    table->column_count = row->count;
    return STATUS_OK;
}

/* "sep=;" in a line of its own before the header: how a spreadsheet tells another. */
static void take_hint(struct table *table)
{
    str text = unread(table);
    if (!str_starts(text, STR("sep=")) || text.n < 6 ||
        memchr(separators, text.p[4], sizeof separators) == NULL ||
        (text.p[5] != '\n' && text.p[5] != '\r')) {
        return;
    }
    table->options.separator = text.p[4];
    table->at += text.p[5] == '\r' && text.n > 6 && text.p[6] == '\n' ? 7 : 6;
    table->line++;
}

static enum status open_header(struct table *table, struct table_row *row, struct error *err)
{
    enum status status = STATUS_OK;
    /* The separator is guessed from a whole line. */
    while (status == STATUS_OK && !table->is_end && table->window.n < TABLE_ROW_BYTES_MAX) {
        status = read_more(table, err);
    }
    if (status == STATUS_OK) {
        status = skip_empty_lines(table, err);
    }
    if (status == STATUS_OK) {
        status = check_content(table, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    take_hint(table);
    if (table->options.separator == '\0') {
        table->options.separator = guess_separator(unread(table));
    }
    if (table->options.separator == '\0') {
        return refuse(table, "the first line has no comma, tab, semicolon or bar",
                      "a table with a header row is wanted", err);
    }
    status = table_next(table, row, err);
    return status == STATUS_OK ? keep_header(table, row, err) : status;
}

enum status table_open(struct table *table, const struct table_options *options, struct error *err)
{
    struct table_row row;
    *table = (struct table){.options = *options, .line = 1};
    decoder_init(&table->decoder, options->encoding);
    buf_init(&table->piece, TABLE_PIECE_BYTES);
    buf_init(&table->window, TABLE_WINDOW_BYTES);
    buf_init(&table->names, NAMES_BYTES_MAX);
    enum status status = open_header(table, &row, err);
    if (status != STATUS_OK) {
        table_close(table);
    }
    return status;
}

/* --- columns --- */

static bool next_letter(str name, size_t *at, char *ret_letter)
{
    while (*at < name.n && !ascii_is_alnum(name.p[*at])) {
        (*at)++;
    }
    if (*at == name.n) {
        return false;
    }
    *ret_letter = ascii_lower(name.p[*at]);
    (*at)++;
    return true;
}

bool table_names_equal(str a, str b)
{
    size_t i = 0;
    size_t k = 0;
    for (bool is_empty = true;; is_empty = false) {
        char left = '\0';
        char right = '\0';
        bool has_left = next_letter(a, &i, &left);
        bool has_right = next_letter(b, &k, &right);
        if (!has_left || !has_right) {
            return has_left == has_right && !is_empty;
        }
        if (left != right) {
            return false;
        }
    }
}

size_t table_column(const struct table *table, str name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (table_names_equal(table->columns[i], name)) {
            return i;
        }
    }
    return TABLE_COLUMNS_MAX;
}

enum status table_columns_named(const struct table *table, str columns,
                                const struct table_fields *fields, size_t *at, struct error *err)
{
    while (columns.n > 0) {
        str pair = {0};
        str field = {0};
        size_t i = 0;
        columns = str_cut(columns, ',', &pair);
        str column = str_trim(str_cut(pair, '=', &field));
        while (i < fields->count && !table_names_equal(field, str_c(fields->names[i]))) {
            i++;
        }
        if (i == fields->count) {
            (void)error_set(err, STATUS_INVALID, "--columns: there is no field '%.*s'",
                            (int)(field.n > 60 ? 60 : field.n), field.p);
            error_hint(err, "write FIELD=COLUMN,…; the fields are in the manual, such as %s",
                       fields->examples);
            return STATUS_INVALID;
        }
        at[i] = table_column(table, column);
        if (at[i] == TABLE_COLUMNS_MAX) {
            return error_set(err, STATUS_INVALID, "--columns: the file has no column '%.*s'",
                             (int)(column.n > 60 ? 60 : column.n), column.p);
        }
    }
    return STATUS_OK;
}
