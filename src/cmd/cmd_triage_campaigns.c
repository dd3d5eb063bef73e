/* SPDX-License-Identifier: Apache-2.0 */
/* hustings triage campaigns: which messages are copies of one another. */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "cmd/message_file.h"
#include "codec/json.h"
#include "serve/model_find.h"
#include "triage/campaign.h"
#include "triage/line.h"
#include "triage/link.h"
#include "triage/message.h"

extern const struct cmd cmd_triage_campaigns;

enum {
    EXIT_CANNOT = 3,
    LINE_ARENA_MAX = 64 * 1024 * 1024,
    AHEAD_LINES = 4096, /* from which footers are learnt before the first is grouped */
    AHEAD_BYTES = 4 * 1024 * 1024
};

static const struct arg_option options[] = {
    {"format", "WORD", "of the input: json (default), csv or mbox"},
    {"encoding", "WORD", "of CSV: utf-8 (default), utf-16le, utf-16be, windows-1252"},
    {"text", "POINTER", "where the text stands, as a JSON pointer (default: /text)"},
    {"links", NULL, "also look for accounts that may be one hand"},
    {"score", NULL, "score each message, too: print the grade and the words of the worst"},
    {"pack", "DIR", "the pack's folder or name, for --score (default: uk)"},
    {"model", "FILE", "the model, for --score (default: the one that came with the program)"},
    {"members", NULL, "print for each message the number of its group, too"},
    {"least", "N", "messages that make a campaign (default: 3)"},
    {"hours", "N", "close a group that nothing joined for so long (default: 0, never)"},
    {"groups", "N", "groups kept in memory at once (default: 65536, some 80 MB)"},
    {0},
};

/* A message, or why it is none. */
struct given {
    uint64_t line_number;
    str told; /* the object of triage that stands for a line that it could not read */
    str why;  /* with a zero behind it; empty = it could be read */
    struct triage_line line;
    str body; /* of line.text: what copies are told by */
};
struct pass {
    struct campaigns *campaigns;
    struct links *links; /* NULL: not asked for */
    struct lines_worker *worker;
    struct arena arena;          /* one line */
    struct arena ahead_arena;    /* messages that wait until there is enough to learn from */
    const struct triage *triage; /* NULL: not asked for */
    struct triage_work *work;
    struct triage_result result;
    const char *pointer;
    struct message_file_options input;
    bool has_members, has_links;
    struct given *ahead;
    size_t ahead_count, ahead_bytes;
    bool is_begun;
};

static void closed(void *context, const struct campaign *campaign)
{
    struct pass *pass = context;
    struct json_out json;
    struct buf *out = &pass->worker->out;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "campaign", (int64_t)campaign->number);
    json_put_int(&json, "messages", (int64_t)campaign->messages);
    json_put_int(&json, "senders", (int64_t)campaign->senders);
    if (campaign->first != 0) {
        json_name(&json, "hours");
        json_add_real(
            &json, (double)(campaign->last - campaign->first) / (double)(3600 * US_PER_SECOND), 1);
    }
    json_name(&json, "personal");
    json_add_real(&json, campaign->personal, 3);
    if (pass->triage != NULL) {
        char grade[3] = {'G', (char)('0' + campaign->top), '\0'};
        json_put_text(&json, "grade", str_c(grade));
        json_put_text(&json, "worst", campaign->worst);
        if (campaign->is_worst_cut) {
            json_name(&json, "worst_cut");
            json_add_bool(&json, true);
        }
        buf_add(out, STR(",\"worst_id\":"));
        buf_add(out, campaign->worst_id.n == 0 ? STR("null") : campaign->worst_id);
        json_put_int(&json, "worst_line", (int64_t)campaign->worst_line);
    }
    json_put_text(&json, "template", campaign->text);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

static void joined(void *context, uint64_t from, uint64_t into)
{
    struct pass *pass = context;
    if (pass->has_members) {
        buf_printf(&pass->worker->out, "{\"campaign\":%llu,\"into\":%llu}\n",
                   (unsigned long long)from, (unsigned long long)into);
    }
}

static void linked(void *context, const struct link *link)
{
    struct pass *pass = context;
    struct json_out json;
    struct buf *out = &pass->worker->out;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "link", str_c(link_kind_name(link->kind)));
    json_put_text(&json, "value", link->value);
    json_name(&json, "accounts");
    json_begin_list(&json);
    for (size_t i = 0; i < link->account_count; i++) {
        json_add_text(&json, link->accounts[i]);
    }
    json_end_list(&json);
    json_put_int(&json, "messages", (int64_t)link->messages);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

static int grade_of(struct pass *pass, str text)
{
    if (pass->triage == NULL) {
        return 0;
    }
    triage_message(pass->triage, pass->work, text, false, &pass->result);
    return pass->result.grade;
}

static void group_given(struct pass *pass, const struct given *given)
{
    const struct triage_line *line = &given->line;
    struct buf *out = &pass->worker->out;
    time_us at = 0;
    bool is_date = false;
    char number[24]; /* without an author each message has its own */
    if (given->told.n > 0) {
        buf_add(out, given->told);
        buf_add_byte(out, '\n');
        return;
    }
    if (given->why.n > 0) {
        lines_refuse(pass->worker, given->line_number, line->id, given->why.p);
        buf_add_byte(out, '\n');
        return;
    }
    int n = snprintf(number, sizeof number, "%llu", (unsigned long long)given->line_number);
    struct campaign_message message = {
        .text = given->body,
        .graded = line->text.n > given->body.n ? line->text : STR(""),
        .author = line->author.n > 0 ? line->author : str_from(number, (size_t)n),
        .grade = grade_of(pass, line->text),
        .id = pass->triage == NULL ? STR("") : line->id,
        .line = given->line_number};
    if (line->at.n > 0 && time_parse(line->at, &at, &is_date)) {
        message.at = at;
    }
    uint64_t group = campaigns_add(pass->campaigns, &message);
    if (pass->links != NULL && line->author.n > 0) {
        links_add(pass->links, given->body, line->author, group);
    }
    if (pass->has_members) {
        buf_add(out, STR("{\"id\":"));
        buf_add(out, line->id.n == 0 ? STR("null") : line->id);
        buf_add(out, STR(",\"campaign\":"));
        buf_add_u64(out, group);
        buf_add(out, STR("}\n"));
    }
}

/* What waited is grouped; from now on each message is learnt from and grouped at once. */
static void begin(struct pass *pass)
{
    for (size_t i = 0; i < pass->ahead_count; i++) {
        group_given(pass, &pass->ahead[i]);
    }
    pass->is_begun = true;
    pass->ahead_count = 0;
    arena_reset(&pass->ahead_arena);
}

static void wait_for_more(struct pass *pass, const struct given *given, size_t bytes)
{
    struct arena *arena = &pass->ahead_arena;
    struct given *kept = &pass->ahead[pass->ahead_count++];
    *kept = *given;
    kept->why = str_c(arena_cstr(arena, given->why));
    kept->told = arena_str(arena, given->told);
    kept->line.id = arena_str(arena, given->line.id);
    if (given->why.n == 0) {
        size_t from = (size_t)(given->body.p - given->line.text.p);
        kept->line.text = arena_str(arena, given->line.text);
        kept->line.author = arena_str(arena, given->line.author);
        kept->line.at = arena_str(arena, given->line.at);
        kept->body = str_slice(kept->line.text, from, from + given->body.n);
    }
    pass->ahead_bytes += bytes + 1;
}

/* `bytes`: what it was read from. */
static void use_given(struct pass *pass, const struct given *given, size_t bytes)
{
    if (!pass->is_begun &&
        (pass->ahead_count == AHEAD_LINES || pass->ahead_bytes + bytes >= AHEAD_BYTES)) {
        begin(pass);
    }
    if (given->why.n == 0) {
        campaigns_learn(pass->campaigns, given->body);
    }
    if (pass->is_begun) {
        group_given(pass, given);
    } else {
        wait_for_more(pass, given, bytes);
    }
    if (pass->arena.used_total > 0) {
        arena_reset(&pass->arena);
    }
}

/* A time that cannot be read would put the message into no hour, and no --hours would close on it. */
static enum status check_time(str at, struct error *err)
{
    time_us time = 0;
    bool is_date = false;
    if (at.n == 0 || time_parse(at, &time, &is_date)) {
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID,
                     "'at' must be a time such as 2024-07-01T09:30:00Z, or a date");
}

/* Is it what lines_refuse writes? Then it is passed on, and not told of a second time. */
static bool is_told(struct pass *pass, str line)
{
    struct triage_line told;
    struct error why = {0};
    return str_starts(line, STR("{\"line\":")) &&
           triage_line_read(&pass->arena, line, "/error", &told, &why) == STATUS_OK;
}

static void use_line(struct lines_worker *worker, uint64_t line_number, str text)
{
    struct pass *pass = worker->context;
    struct given given = {.line_number = line_number};
    struct error why = {0};
    enum status status = triage_line_read(&pass->arena, text, pass->pointer, &given.line, &why);
    if (status == STATUS_OK) {
        status = check_time(given.line.at, &why);
    }
    if (status == STATUS_OK) {
        given.body = given.line.text;
    } else {
        given.why = str_c(why.primary);
        given.told = is_told(pass, text) ? str_trim(text) : STR("");
    }
    use_given(pass, &given, text.n);
}

static void use_message(struct lines_worker *worker, uint64_t line_number,
                        const struct message *message)
{
    struct pass *pass = worker->context;
    const struct given given = {.line_number = line_number,
                                .line = message_as_line(&pass->arena, message),
                                .body = message->body};
    use_given(pass, &given, message->text.n);
}

static void use_refusal(struct lines_worker *worker, uint64_t line_number, const char *why)
{
    const struct given given = {.line_number = line_number, .why = str_c(why)};
    use_given(worker->context, &given, given.why.n);
}

static enum status group_all(struct pass *pass, const struct campaign_options *how,
                             struct lines *lines, struct error *err)
{
    struct arena memory;
    struct campaign_calls calls = {closed, joined, pass};
    arena_init(&memory, (size_t)4 * 1024 * 1024 * 1024);
    arena_init(&pass->arena, LINE_ARENA_MAX);
    buf_init(&lines->workers[0].out, LINES_OUT_BYTES_MAX);
    arena_init(&pass->ahead_arena, LINE_ARENA_MAX);
    pass->ahead = ARENA_ARRAY(&memory, struct given, AHEAD_LINES);
    pass->campaigns = campaigns_new(&memory, how);
    if (pass->has_links) {
        pass->links = links_new(&memory, LINK_KEYS_DEFAULT, linked, pass);
    }
    campaigns_listen(pass->campaigns, &calls);
    enum status status = pass->input.format == NULL
                             ? lines_run(lines, err)
                             : message_lines_run(lines, &pass->input, use_message, err);
    if (status == STATUS_OK) {
        if (!pass->is_begun) {
            begin(pass);
        }
        campaigns_close(pass->campaigns);
        if (pass->links != NULL) {
            links_close(pass->links);
        }
        status = io_write_all(1, buf_str(&lines->workers[0].out), err);
    }
    arena_close(&pass->ahead_arena);
    buf_close(&lines->workers[0].out);
    arena_close(&pass->arena);
    arena_close(&memory);
    return status;
}

static enum status open_triage(const struct args *args, struct arena *arena, struct pass *pass,
                               struct error *err)
{
    struct pack *pack = ARENA_NEW(arena, struct pack);
    struct model *model = NULL;
    char *folder = NULL;
    enum status status = pack_find(arena, args_value(args, "pack", NULL), &folder, err);
    if (status == STATUS_OK) {
        status = pack_open(arena, folder, pack, err);
    }
    if (status == STATUS_OK) {
        status = model_find(arena, args_value(args, "model", NULL), &model, err);
    }
    if (status == STATUS_OK) {
        status = triage_open(arena, pack, model, &pass->triage, err);
    }
    if (status == STATUS_OK) {
        pass->work = triage_work_new(arena, pass->triage);
    }
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    int64_t least = 0, hours = 0, groups = 0;
    struct pass *pass = ARENA_NEW(arena, struct pass);
    struct lines lines = {.line_bytes_max = TRIAGE_LINE_BYTES_MAX,
                          .threads = 1,
                          .workers = ARENA_NEW(arena, struct lines_worker),
                          .use = use_line,
                          .refuse = use_refusal};
    if (args->word_count > 0) {
        return cmd_usage(&cmd_triage_campaigns, "it reads standard input and takes no file");
    }
    if (args_number(args, "least", 3, 2, 1000000, &least, &err) != STATUS_OK ||
        args_number(args, "hours", 0, 0, 1000000, &hours, &err) != STATUS_OK ||
        args_number(args, "groups", CAMPAIGN_GROUPS_DEFAULT, 1024, CAMPAIGN_GROUPS_MAX, &groups,
                    &err) != STATUS_OK) {
        return cmd_usage(&cmd_triage_campaigns, "%s", err.primary);
    }
    struct campaign_options how = {.groups_max = 1024, .hours = hours, .least = (uint32_t)least};
    while (how.groups_max < (size_t)groups) {
        how.groups_max *= 2;
    }
    pass->worker = lines.workers;
    pass->pointer = args_value(args, "text", NULL);
    pass->input = (struct message_file_options){.format = args_value(args, "format", NULL),
                                                .encoding = args_value(args, "encoding", NULL)};
    if (pass->input.format != NULL && pass->pointer != NULL) {
        return cmd_usage(&cmd_triage_campaigns, "--text is for JSON: give no --format with it");
    }
    pass->has_members = args_has(args, "members");
    pass->has_links = args_has(args, "links");
    lines.workers[0].context = pass;
    if (pass->pointer != NULL && pass->pointer[0] != '/') {
        return cmd_usage(&cmd_triage_campaigns, "a JSON pointer begins with '/': --text /body");
    }
    if (args_has(args, "score") && open_triage(args, arena, pass, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    if (group_all(pass, &how, &lines, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return lines_end(&lines);
}

const struct cmd cmd_triage_campaigns = {
    .name = "triage campaigns",
    .summary = "find messages that are copies of one template",
    .usage =
        "[--format WORD] [--score] [--links] [--members] [--least N] [--hours N] < MESSAGES.jsonl",
    .help =
        "Reads what triage reads, or what triage --cluster prints. Prints one line for each\n"
        "group of messages that share most of their words: how many, from how many senders, in\n"
        "how many hours, the template, and the mean share that senders added of their own.\n"
        "Greetings, closings, quoted mails and footers do not count; footers are learnt from the "
        "first 4,096 messages and on. Memory is bounded "
        "by\n"
        "--groups; groups are printed when they are closed. That many people sent a text says "
        "nothing\n"
        "about whether it is lawful: --score prints the grade of the worst of them, its first 200 "
        "bytes\n"
        "(\"worst_cut\":true: there is more), its id and the number of its line. A time (at) must "
        "be "
        "one that\n"
        "can be read. With\n"
        "--links there is also a line for each thing that 2 to 16 accounts share: a name but for "
        "digits\n"
        "and marks, the words behind the closing formula, a telephone number, an address of mail "
        "or "
        "on\n"
        "the net, a rare phrase. Such accounts may be one hand, or one family: ask. A line that "
        "cannot\n"
        "be read gives {\"line\":N,\"id\":…,\"error\":…}; then the exit code is 1.",
    .options = options,
    .run = run,
};
