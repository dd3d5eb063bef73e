/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/message_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/file_lines.h"
#include "codec/json.h"
#include "codec/table.h"

enum {
    PIECE_BYTES = 64 * 1024,
    MAIL_ARENA_BYTES_MAX = 16 * 1024 * 1024,
    OUT_BYTES = 1024 * 1024 /* written when so much waits */
};

struct message_file {
    const char *name;
    enum message_format format;
    int fd;
    struct file_lines lines;
    struct mail_reader *reader;
    bool has_mail;    /* a line "From " was read, and its mail has begun */
    bool was_blank;   /* the line before */
    uint64_t mail_at; /* where it begins */
    struct table table;
    enum encoding encoding;
    size_t columns[MESSAGE_FIELDS];
    bool has_table;
};

bool message_format_from_word(str word, enum message_format *ret_format)
{
    static const char *const words[] = {"json", "csv", "mbox"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_equal(word, str_c(words[i]))) {
            *ret_format = (enum message_format)i;
            return true;
        }
    }
    return false;
}

static enum status read_piece(void *context, char *out, size_t cap, size_t *ret_len,
                              struct error *err)
{
    struct message_file *file = context;
    ssize_t got = 0;
    do {
        got = read(file->fd, out, cap);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return error_set(err, STATUS_UNAVAILABLE, "cannot read %.300s: %s", file->name,
                         strerror(errno));
    }
    *ret_len = (size_t)got;
    return STATUS_OK;
}

/* --- a table --- */

static enum status find_columns(struct message_file *file, struct error *err)
{
    for (size_t i = 0; i < MESSAGE_FIELDS; i++) {
        file->columns[i] = TABLE_COLUMNS_MAX;
        for (const char *const *name = message_field_names(i);
             *name != NULL && file->columns[i] == TABLE_COLUMNS_MAX; name++) {
            file->columns[i] = table_column(&file->table, str_c(*name));
        }
    }
    if (file->columns[1] != TABLE_COLUMNS_MAX) {
        return STATUS_OK;
    }
    (void)error_set(err, STATUS_INVALID,
                    "%.300s: the first line names no column 'text' (or body, message, content)",
                    file->name);
    error_hint(err, "Known as well: id, author (from, sender), to (recipient), at (date, sent).");
    return STATUS_INVALID;
}

static enum status open_table(struct message_file *file, struct error *err)
{
    struct table_options options = {.name = file->name,
                                    .read = read_piece,
                                    .context = file,
                                    .encoding = file->encoding,
                                    .has_texts = true};
    enum status status = table_open(&file->table, &options, err);
    file->has_table = status == STATUS_OK;
    return status == STATUS_OK ? find_columns(file, err) : status;
}

/* Of a file, all of it; of a pipe nothing is known but that UTF-8 is likely. */
static enum status survey(struct message_file *file, struct error *err)
{
    struct encoding_survey survey = {0};
    char piece[PIECE_BYTES];
    size_t len = 1;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && len > 0) {
        status = read_piece(file, piece, sizeof piece, &len, err);
        if (status == STATUS_OK) {
            encoding_survey_add(&survey, str_from(piece, len));
        }
    }
    file->encoding = encoding_survey_end(&survey);
    (void)lseek(file->fd, 0, SEEK_SET);
    return status;
}

static enum status next_row(struct message_file *file, struct arena *arena,
                            struct message_given *given, bool *ret_has, struct error *err)
{
    struct table_row *row = ARENA_NEW(arena, struct table_row);
    str fields[MESSAGE_FIELDS] = {0};
    struct error why = {0};
    enum status status = table_next(&file->table, row, err);
    *ret_has = status == STATUS_OK && row->kind != TABLE_END;
    if (!*ret_has) {
        return status;
    }
    given->line = row->line;
    if (row->kind == TABLE_BAD) {
        given->why = arena_str(arena, str_c(row->why));
        return STATUS_OK;
    }
    for (size_t i = 0; i < MESSAGE_FIELDS; i++) {
        if (file->columns[i] < row->count) {
            fields[i] = arena_str(arena, row->fields[file->columns[i]]);
        }
    }
    if (message_from_row(fields, &given->message, &why) != STATUS_OK) {
        given->why = arena_str(arena, str_c(why.primary));
    }
    return STATUS_OK;
}

/* --- an mbox --- */

static void end_mail(struct message_file *file, struct arena *arena, struct message_given *given)
{
    struct mail *mail = ARENA_NEW(arena, struct mail);
    struct error why = {0};
    mail_end(file->reader, arena, mail);
    given->line = file->mail_at;
    if (message_from_mail(arena, mail, &given->message, &why) != STATUS_OK) {
        given->why = arena_str(arena, str_c(why.primary));
    }
}

/* ">From " in a body was "From " (mboxrd). */
static str unquote(str line)
{
    size_t at = 0;
    while (at < line.n && line.p[at] == '>') {
        at++;
    }
    bool is_quoted = at > 0 && str_starts(str_slice(line, at, line.n), STR("From "));
    return is_quoted ? str_slice(line, 1, line.n) : line;
}

static enum status next_mail(struct message_file *file, struct arena *arena,
                             struct message_given *given, bool *ret_has, struct error *err)
{
    for (;;) {
        str line = {0};
        bool has_line = false;
        enum status status = file_lines_next(&file->lines, &line, &has_line, err);
        bool is_mail = has_line && file->was_blank && mail_is_mbox_line(line);
        if (status != STATUS_OK) {
            return status;
        }
        if ((!has_line || is_mail) && file->has_mail) {
            end_mail(file, arena, given);
        }
        *ret_has = file->has_mail;
        bool is_end = !has_line || (is_mail && file->has_mail);
        if (is_mail) {
            mail_begin(file->reader);
            file->mail_at = file->lines.number;
        } else if (file->has_mail && has_line) {
            mail_line(file->reader, unquote(line));
            if (file->lines.is_skipping) {
                mail_cut(file->reader);
            }
        }
        file->has_mail = has_line && (file->has_mail || is_mail);
        file->was_blank = line.n == 0;
        if (is_end) {
            return STATUS_OK;
        }
    }
}

/* --- JSON Lines --- */

static enum status next_line(struct message_file *file, struct arena *arena,
                             struct message_given *given, bool *ret_has, struct error *err)
{
    str line = {0};
    struct error why = {0};
    do {
        enum status status = file_lines_next(&file->lines, &line, ret_has, err);
        if (status != STATUS_OK || !*ret_has) {
            return status;
        }
    } while (str_trim(line).n == 0);
    given->line = file->lines.number;
    if (message_read(arena, line, &given->message, &why) != STATUS_OK) {
        given->why = arena_str(arena, str_c(why.primary));
    }
    return STATUS_OK;
}

/* --- all --- */

enum status message_file_next(struct message_file *file, struct arena *arena,
                              struct message_given *ret_given, bool *ret_has, struct error *err)
{
    *ret_given = (struct message_given){0};
    switch (file->format) {
    case MESSAGES_CSV:
        return next_row(file, arena, ret_given, ret_has, err);
    case MESSAGES_MBOX:
        return next_mail(file, arena, ret_given, ret_has, err);
    case MESSAGES_JSON:
        break;
    }
    return next_line(file, arena, ret_given, ret_has, err);
}

static enum status open_fd(struct message_file *file, const char *path, struct error *err)
{
    struct stat about;
    if (path == NULL) {
        file->name = "standard input";
        file->fd = STDIN_FILENO;
        return STATUS_OK;
    }
    file->name = path;
    file->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (file->fd < 0) {
        return error_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE,
                         "cannot open %.300s: %s", path, strerror(errno));
    }
    if (fstat(file->fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        return error_set(err, STATUS_INVALID,
                         "%.300s is no regular file: it is read again, so save it first", path);
    }
    return STATUS_OK;
}

/* '{' begins JSON Lines, "From " an mbox; all else is a table. */
static enum message_format format_of(const struct message_file *file)
{
    char bytes[512];
    ssize_t got = pread(file->fd, bytes, sizeof bytes, 0);
    str begin = str_from(bytes, got < 0 ? 0 : (size_t)got);
    str line = {0};
    if (str_starts(begin, STR("\xEF\xBB\xBF"))) {
        begin = str_slice(begin, 3, begin.n);
    }
    (void)str_next_line(&begin, &line);
    line = str_trim(line);
    bool is_json = line.n == 0 || line.p[0] == '{' || line.p[0] == '[' || line.p[0] == '"';
    return mail_is_mbox_line(line)                           ? MESSAGES_MBOX
           : is_json && !(line.n > 0 && line.p[0] == '"')    ? MESSAGES_JSON
           : line.n > 0 && str_find_byte(line, '{') < line.n ? MESSAGES_JSON
           : str_find_byte(line, ',') < line.n || str_find_byte(line, ';') < line.n ||
                   str_find_byte(line, '\t') < line.n
               ? MESSAGES_CSV
               : MESSAGES_JSON;
}

static enum status choose(struct message_file *file, const struct message_file_options *options,
                          struct error *err)
{
    if (options->format == NULL) {
        file->format = options->path == NULL ? MESSAGES_JSON : format_of(file);
    } else if (!message_format_from_word(str_c(options->format), &file->format)) {
        return error_set(err, STATUS_INVALID, "--format is one of " MESSAGE_FORMATS);
    }
    if (options->encoding != NULL) {
        return encoding_from_word(str_c(options->encoding), &file->encoding)
                   ? STATUS_OK
                   : error_set(err, STATUS_INVALID,
                               "--encoding is one of utf-8, utf-16le, utf-16be, windows-1252");
    }
    return file->format == MESSAGES_CSV && options->path != NULL ? survey(file, err) : STATUS_OK;
}

static enum status begin(struct message_file *file, struct error *err)
{
    file->has_mail = false;
    file->was_blank = true;
    return file->format == MESSAGES_CSV ? open_table(file, err) : STATUS_OK;
}

enum status message_file_open(struct arena *arena, const struct message_file_options *options,
                              struct message_file **ret_file, struct error *err)
{
    struct message_file *file = ARENA_NEW(arena, struct message_file);
    enum status status = open_fd(file, options->path, err);
    if (status == STATUS_OK) {
        status = choose(file, options, err);
    }
    if (status == STATUS_OK && file->format != MESSAGES_CSV) {
        file_lines_from(arena, file->fd, MESSAGE_LINE_BYTES_MAX, &file->lines);
    }
    if (status == STATUS_OK && file->format == MESSAGES_MBOX) {
        file->reader = mail_reader_new(arena);
    }
    if (status == STATUS_OK) {
        status = begin(file, err);
    }
    if (status != STATUS_OK) {
        message_file_close(file);
        return status;
    }
    *ret_file = file;
    return STATUS_OK;
}

void message_file_close(struct message_file *file)
{
    if (file->has_table) {
        table_close(&file->table);
    }
    if (file->reader != NULL) {
        mail_reader_close(file->reader);
    }
    if (file->fd > STDIN_FILENO) {
        (void)close(file->fd);
    }
}

enum status message_file_rewind(struct message_file *file, struct error *err)
{
    if (file->has_table) {
        table_close(&file->table);
        file->has_table = false;
        (void)lseek(file->fd, 0, SEEK_SET);
    } else {
        file_lines_rewind(&file->lines);
    }
    return begin(file, err);
}

uint64_t message_file_bytes(const struct message_file *file)
{
    struct stat about;
    return fstat(file->fd, &about) == 0 && about.st_size > 0 ? (uint64_t)about.st_size : 0;
}

enum message_format message_file_format(const struct message_file *file)
{
    return file->format;
}

/* --- instead of lines --- */

struct triage_line message_as_line(struct arena *arena, const struct message *message)
{
    struct buf id;
    struct json_out json;
    struct triage_line line = {
        .text = message->text, .author = message->author, .at = message->at_text};
    if (message->id.n > 0) {
        buf_init(&id, 6 * message->id.n + 2);
        json_out_init(&json, &id);
        json_add_text(&json, message->id);
        line.id = arena_str(arena, buf_str(&id));
        buf_close(&id);
    }
    return line;
}

static enum status write_out(struct lines_worker *worker, struct error *err)
{
    enum status status = io_write_all(STDOUT_FILENO, buf_str(&worker->out), err);
    buf_clear(&worker->out);
    return status;
}

static void refuse(struct lines *lines, uint64_t line_number, const char *why)
{
    struct lines_worker *worker = &lines->workers[0];
    if (lines->refuse != NULL) {
        lines->refuse(worker, line_number, why);
        return;
    }
    lines_refuse(worker, line_number, STR(""), why);
    buf_add_byte(&worker->out, '\n');
}

static enum status run_all(struct lines *lines, struct message_file *file,
                           void (*use)(struct lines_worker *worker, uint64_t line_number,
                                       const struct message *message),
                           struct arena *arena, struct error *err)
{
    struct lines_worker *worker = &lines->workers[0];
    struct message_given given;
    bool has_more = true;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        status = message_file_next(file, arena, &given, &has_more, err);
        if (status != STATUS_OK || !has_more) {
            break;
        }
        if (given.why.n > 0) {
            refuse(lines, given.line, arena_cstr(arena, given.why));
        } else {
            use(worker, given.line, &given.message);
        }
        arena_reset(arena);
        if (worker->out.n >= OUT_BYTES) {
            status = write_out(worker, err);
        }
    }
    return status == STATUS_OK ? write_out(worker, err) : status;
}

enum status message_lines_run(struct lines *lines, const struct message_file_options *options,
                              void (*use)(struct lines_worker *worker, uint64_t line_number,
                                          const struct message *message),
                              struct error *err)
{
    struct arena memory, arena;
    struct message_file *file = NULL;
    arena_init(&memory, MAIL_ARENA_BYTES_MAX);
    arena_init(&arena, MAIL_ARENA_BYTES_MAX);
    enum status status = message_file_open(&memory, options, &file, err);
    if (status == STATUS_OK) {
        status = run_all(lines, file, use, &arena, err);
        message_file_close(file);
    }
    arena_close(&arena);
    arena_close(&memory);
    return status;
}
