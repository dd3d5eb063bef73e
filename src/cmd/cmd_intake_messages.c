/* SPDX-License-Identifier: Apache-2.0 */
/* An inbox into the desk: every message scored, copies together. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/message_file.h"
#include "codec/json.h"
#include "serve/message_record.h"
#include "serve/model_find.h"

enum {
    INBOX_BYTES_MAX = 1024 * 1024 * 1024, /* a million messages, each its own group */
    BATCH = 256,                          /* messages on their way at once */
    BATCH_BYTES = 64 * 1024 * 1024,
    BATCH_BYTES_MAX = 512 * 1024 * 1024,
    OUT_BYTES_MAX = 64 * 1024,
    GROUPS_LEAST = 1024
};

extern const struct cmd cmd_intake_messages;

static const struct arg_option options[] = {
    {"at", "DIR", "record the messages on this desk"},
    {"dry-run", NULL, "print what would be recorded; change nothing"},
    {"format", "WORD", "json, csv or mbox (default: by what the file begins with)"},
    {"encoding", "WORD", "of CSV, where it is not found out: utf-8, utf-16le …, windows-1252"},
    {"channel", "ID", "how they came: email (default), x, facebook, letter …"},
    {"grade", "N", "only messages of grade N or more, and their copies (default 0: all)"},
    {"pack", "DIR", "the country's reference data"},
    {"model", "FILE", "another model than models/triage.htm beside the program"},
    {0},
};

struct taking {
    struct message_file **files;
    const char *const *names;
    size_t file_count;
    const struct triage *triage;
    struct triage_work *work;
    struct inbox *inbox;
    struct own_box *box; /* NULL: a dry run */
    str channel;
    int64_t grade_least;
    time_us now;
    struct arena batch; /* messages on their way */
    size_t batched;
    struct message_recording recording;
    uint64_t left_out, repeats, refused;
    bool *rang; /* by group */
};

/* One line with its message, as a report that could be kept. */
struct taken {
    const char *file;
    uint64_t line;
    struct message message;
    struct triage_result read;
    struct report report;
    str why; /* it cannot be taken; empty = it can */
};

enum pass { PASS_LOOK, PASS_LEARN, PASS_PLACE };

static void flush_batch(struct taking *taking)
{
    if (taking->box != NULL) {
        own_box_pump(taking->box, &taking->recording.pending);
    }
    taking->batched = 0;
    arena_reset(&taking->batch);
}

/* Waits until what is on its way is kept, when that is much. */
static void batch_more(struct taking *taking)
{
    if (++taking->batched >= BATCH || taking->batch.used_total > BATCH_BYTES) {
        flush_batch(taking);
    }
}

static const char *member_of(const char *field)
{
    static const char *const names[][2] = {
        {"target.name", "to"}, {"accounts", "author"}, {"when", "at"}, {"what", "text"}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(field, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return field;
}

/* Checks and (not on the first pass) scores one message; taken->why says why it cannot be taken. */
static void take_message(struct taking *taking, struct arena *arena, enum pass pass,
                         struct taken *taken)
{
    struct report_problems problems = {0};
    if (taken->why.n > 0) {
        return;
    }
    if (pass != PASS_LOOK) {
        triage_message(taking->triage, taking->work, taken->message.text, pass == PASS_PLACE,
                       &taken->read);
    }
    message_report(&taken->message, &taken->read, taking->channel, &taken->report);
    static const struct report_choices any_word = {0};
    if (!report_validate(&taken->report, &any_word, taking->now, &problems)) {
        taken->why =
            arena_printf(arena, "'%s': %s", member_of(problems.list[0].field),
                         strcmp(problems.list[0].field, "when") == 0 ? "this time has not come yet"
                                                                     : problems.list[0].message);
    }
}

static void put_line(struct json_out *out, const struct taken *taken,
                     const struct inbox_place *place, const struct front_grade *grade,
                     bool is_left_out)
{
    const struct triage_result *read = &taken->read;
    char word[4];
    json_begin_object(out);
    json_put_text(out, "file", str_c(taken->file));
    json_put_int(out, "line", (int64_t)taken->line);
    json_put_text(out, "id", taken->message.id);
    if (place->is_repeat) {
        json_put_bool(out, "repeat", true);
        json_end_object(out);
        return;
    }
    json_put_int(out, "group", (int64_t)place->group);
    json_put_int(out, "of", (int64_t)place->of);
    int len = snprintf(word, sizeof word, "G%d", read->grade);
    json_put_text(out, "grade", str_from(word, (size_t)len));
    json_name(out, "codes");
    json_begin_list(out);
    for (size_t i = 0; i < grade->code_count; i++) {
        json_add_text(out, grade->codes[i]);
    }
    json_end_list(out);
    json_name(out, "over");
    json_begin_list(out);
    for (size_t k = 0; k < HEADS_SHOWN; k++) {
        if ((read->over >> k & 1U) == 1) {
            json_add_text(out, str_c(triage_head_name((enum model_head)k)));
        }
    }
    json_end_list(out);
    json_name(out, "personal");
    json_add_real(out, (double)place->personal / 1000, 3);
    json_put_text(out, "lang", str_c(lang_code(read->lang)));
    if (!read->is_judged) {
        json_put_bool(out, "judged", false);
    }
    json_put_text(out, "channel", taken->report.channel);
    json_put_text(out, "author", taken->message.author);
    json_put_text(out, "to", taken->message.to);
    json_put_text(out, "at", taken->message.at_text);
    if (is_left_out) {
        json_put_bool(out, "left_out", true);
    }
    json_end_object(out);
}

/* Writes and closes the line. */
static enum status print(struct buf *buf, struct error *err)
{
    buf_add_byte(buf, '\n');
    ASSERT(!buf->overflowed); /* every text in it has a limit, except the id */
    bool is_written = fwrite(buf->p, 1, buf->n, stdout) == buf->n;
    buf_close(buf);
    return is_written ? STATUS_OK
                      : error_set(err, STATUS_UNAVAILABLE, "cannot write to standard output");
}

static enum status print_line(const struct taken *taken, const struct inbox_place *place,
                              const struct front_grade *grade, bool is_left_out, struct error *err)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, OUT_BYTES_MAX);
    json_out_init(&out, &buf);
    put_line(&out, taken, place, grade, is_left_out);
    return print(&buf, err);
}

static enum status print_refused(const struct taken *taken, struct error *err)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, OUT_BYTES_MAX);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "file", str_c(taken->file));
    json_put_int(&out, "line", (int64_t)taken->line);
    json_put_text(&out, "error", taken->why);
    json_end_object(&out);
    return print(&buf, err);
}

typedef enum status use_taken(struct taking *taking, struct arena *arena, struct taken *taken,
                              struct error *err);

static use_taken look, learn, place;

static enum status use_message(struct taking *taking, struct arena *arena, enum pass pass,
                               struct taken *taken, struct error *err)
{
    static use_taken *const uses[] = {look, learn, place};
    take_message(taking, arena, pass, taken);
    if (taken->why.n == 0) {
        return uses[pass](taking, arena, taken, err);
    }
    if (pass == PASS_LOOK) {
        taking->refused++;
        fprintf(stderr, "hustings: %s:%llu: %.*s\n", taken->file, (unsigned long long)taken->line,
                STR_ARG(taken->why));
    }
    return pass == PASS_PLACE ? print_refused(taken, err) : STATUS_OK;
}

static enum status each(struct taking *taking, enum pass pass, struct error *err)
{
    struct arena own;
    enum status status = STATUS_OK;
    arena_init(&own, BATCH_BYTES_MAX);
    struct arena *arena = pass == PASS_PLACE ? &taking->batch : &own;
    for (size_t f = 0; f < taking->file_count && status == STATUS_OK; f++) {
        bool has_more = true;
        status = message_file_rewind(taking->files[f], err);
        while (status == STATUS_OK) {
            struct message_given *given = ARENA_NEW(arena, struct message_given);
            status = message_file_next(taking->files[f], arena, given, &has_more, err);
            if (status != STATUS_OK || !has_more) {
                break;
            }
            struct taken *taken = ARENA_NEW(arena, struct taken);
            *taken = (struct taken){.file = taking->names[f],
                                    .line = given->line,
                                    .message = given->message,
                                    .why = given->why};
            status = use_message(taking, arena, pass, taken, err);
            if (pass == PASS_PLACE) {
                batch_more(taking);
            } else {
                arena_reset(&own);
            }
        }
    }
    arena_close(&own);
    return status;
}

/* --- before, and first pass --- */

static enum status look(struct taking *taking, struct arena *arena, struct taken *taken,
                        struct error *err)
{
    (void)arena;
    (void)err;
    inbox_look(taking->inbox, &taken->message);
    return STATUS_OK;
}

static enum status learn(struct taking *taking, struct arena *arena, struct taken *taken,
                         struct error *err)
{
    (void)arena;
    return inbox_learn(taking->inbox, &taken->message, taken->read.grade, err);
}

/* --- second pass --- */

static enum status place(struct taking *taking, struct arena *arena, struct taken *taken,
                         struct error *err)
{
    struct inbox_place place;
    struct front_grade grade;
    enum status status = inbox_place(taking->inbox, &taken->message, &place, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_left_out = !place.is_repeat && place.top < taking->grade_least;
    taking->left_out += is_left_out;
    taking->repeats += place.is_repeat;
    message_grade(arena, &taken->read, &grade);
    status = print_line(taken, &place, &grade, is_left_out, err);
    if (status == STATUS_OK && taking->box != NULL && !is_left_out && !place.is_repeat) {
        bool rings = taken->read.grade >= 4 && !taking->rang[place.group] &&
                     message_is_recent(&taken->message, taking->now);
        taking->rang[place.group] = taking->rang[place.group] || rings;
        message_record(taking->box, arena, &taken->message, &place, &taken->read, &taken->report,
                       rings, &taking->recording);
    }
    return status;
}

static enum status take_all(struct taking *taking, struct arena *memory, struct error *err)
{
    enum status status = each(taking, PASS_LOOK, err);
    if (status == STATUS_OK) {
        status = each(taking, PASS_LEARN, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    inbox_settle(taking->inbox);
    taking->rang = ARENA_ARRAY(memory, bool, inbox_messages(taking->inbox) + 2);
    arena_init(&taking->batch, BATCH_BYTES_MAX);
    status = each(taking, PASS_PLACE, err);
    flush_batch(taking);
    arena_close(&taking->batch);
    if (fflush(stdout) != 0 && status == STATUS_OK) {
        status = error_set(err, STATUS_UNAVAILABLE, "cannot write to standard output");
    }
    return status;
}

static void say_sum(const struct taking *taking)
{
    fprintf(stderr, "hustings: %llu messages in %llu groups",
            (unsigned long long)inbox_messages(taking->inbox),
            (unsigned long long)inbox_groups(taking->inbox));
    if (taking->box != NULL) {
        fprintf(stderr, "; %zu recorded, %zu had been recorded before", taking->recording.kept,
                taking->recording.repeated + (size_t)taking->repeats);
    } else {
        fprintf(stderr, "; nothing was recorded (--dry-run)");
    }
    if (taking->left_out > 0) {
        fprintf(stderr, "; %llu below --grade left out", (unsigned long long)taking->left_out);
    }
    if (taking->refused > 0) {
        fprintf(stderr, "; %llu lines refused", (unsigned long long)taking->refused);
    }
    fprintf(stderr, "\n");
}

static enum status open_files(const struct args *args, struct arena *arena, struct taking *taking,
                              struct error *err)
{
    taking->files = ARENA_ARRAY(arena, struct message_file *, args->word_count);
    taking->names = args->words;
    for (size_t i = 0; i < args->word_count; i++) {
        const struct message_file_options how = {.path = args->words[i],
                                                 .format = args_value(args, "format", NULL),
                                                 .encoding = args_value(args, "encoding", NULL)};
        enum status status = message_file_open(arena, &how, &taking->files[i], err);
        if (status != STATUS_OK) {
            return status;
        }
        taking->file_count++;
    }
    return STATUS_OK;
}

/* As many groups as there can be messages: a line has 12 bytes at least. */
static size_t groups_for(const struct taking *taking)
{
    size_t groups = GROUPS_LEAST;
    uint64_t bytes = 0;
    for (size_t i = 0; i < taking->file_count; i++) {
        bytes += message_file_bytes(taking->files[i]);
    }
    while (groups < INBOX_GROUPS_MAX && groups < bytes / 12) {
        groups *= 2;
    }
    return groups;
}

static enum status open_all(const struct args *args, struct arena *arena, struct pack *pack,
                            struct taking *taking, struct error *err)
{
    struct model *model = NULL;
    char *folder = NULL;
    enum status status = pack_find(arena, args_value(args, "pack", NULL), &folder, err);
    if (status == STATUS_OK) {
        status = pack_open(arena, folder, pack, err);
    }
    if (status == STATUS_OK && pack_choice(&pack->channels, taking->channel) == NULL) {
        status = error_set(err, STATUS_INVALID, "the pack has no channel '%.*s'",
                           STR_ARG(utf8_clip(taking->channel, 40)));
        error_hint(err, "They stand in channels.csv: email, x, facebook, letter …");
    }
    if (status == STATUS_OK) {
        status = model_find(arena, args_value(args, "model", NULL), &model, err);
    }
    if (status == STATUS_OK) {
        status = triage_open(arena, pack, model, &taking->triage, err);
    }
    if (status == STATUS_OK) {
        taking->work = triage_work_new(arena, taking->triage);
        status = open_files(args, arena, taking, err);
    }
    const char *dir = args_value(args, "at", NULL);
    return status == STATUS_OK && dir != NULL
               ? own_box_open_at(arena, dir, folder, &taking->box, err)
               : status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct pack pack;
    struct arena memory;
    struct taking *taking = ARENA_NEW(arena, struct taking);
    taking->channel = str_c(args_value(args, "channel", "email"));
    taking->now = clock_wall();
    if (args->word_count == 0) {
        return cmd_usage(&cmd_intake_messages, "name at least one file of messages");
    }
    if (args_has(args, "dry-run") == args_has(args, "at")) {
        return cmd_usage(&cmd_intake_messages, "give either --at DIR or --dry-run");
    }
    if (args_number(args, "grade", 0, 0, 5, &taking->grade_least, &err) != STATUS_OK) {
        return cmd_usage(&cmd_intake_messages, "%s", err.primary);
    }
    if (open_all(args, arena, &pack, taking, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    arena_init(&memory, INBOX_BYTES_MAX);
    taking->inbox = inbox_new(&memory, groups_for(taking));
    enum status status = take_all(taking, &memory, &err);
    say_sum(taking);
    if (status == STATUS_OK && taking->recording.failed > 0) {
        status = error_set(&err, STATUS_UNAVAILABLE, "%zu messages were not kept",
                           taking->recording.failed);
        error_hint(&err, "Import the file again: what was kept is not taken twice.");
    }
    for (size_t i = 0; i < taking->file_count; i++) {
        message_file_close(taking->files[i]);
    }
    if (taking->box != NULL) {
        own_box_close(taking->box);
    }
    arena_close(&memory);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return taking->refused > 0 ? 1 : 0;
}

const struct cmd cmd_intake_messages = {
    .name = "intake messages",
    .summary = "take in the messages of an inbox, copies of one text together",
    .usage = "--at DIR | --dry-run [--format WORD] [--channel ID] [--grade N] FILE…",
    .help =
        "Reads JSON Lines, an object a line: text, and any of id, author, to, at (RFC 3339); or "
        "CSV "
        "with a\n"
        "header that names such columns; or an mbox, as Outlook, Gmail and Thunderbird export it: "
        "From,\n"
        "To, Date, subject and words; attachments are named and not read. Take only\n"
        "messages that were sent to the person or office, or were lawfully handed over. Each is "
        "scored\n"
        "as 'triage' does and becomes a sealed letter; copies of one text become one case, also "
        "with\n"
        "those of earlier imports. The same message is taken once. Messages are no reports: they "
        "stand\n"
        "in no number of reports. One line of JSON a message says what is recorded; its text is "
        "not\n"
        "printed. The first G4 or G5 of a group rings, unless it is older than 14 days. A line "
        "that\n"
        "cannot be read is refused with file and line, the rest is done, and the exit code is 1.",
    .options = options,
    .run = run,
};
