/* SPDX-License-Identifier: Apache-2.0 */
/* hustings triage campaigns: which messages are copies of one another. */
#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "codec/json.h"
#include "triage/campaign.h"
#include "triage/line.h"
#include "triage/link.h"

extern const struct cmd cmd_triage_campaigns;

enum { EXIT_CANNOT = 3, LINE_ARENA_MAX = 64 * 1024 * 1024 };

static const struct arg_option options[] = {
    {"text", "POINTER", "where the text stands, as a JSON pointer (default: /text)"},
    {"links", NULL, "also look for accounts that may be one hand"},
    {"members", NULL, "print for each message the number of its group, too"},
    {"least", "N", "messages that make a campaign (default: 3)"},
    {"hours", "N", "close a group that nothing joined for so long (default: 0, never)"},
    {"groups", "N", "groups kept in memory at once (default: 65536, some 80 MB)"},
    {0},
};

struct pass {
    struct campaigns *campaigns;
    struct links *links; /* NULL: not asked for */
    struct lines_worker *worker;
    struct arena arena; /* one line */
    const char *pointer;
    bool has_members, has_links;
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

static void use_line(struct lines_worker *worker, uint64_t line_number, str text)
{
    struct pass *pass = worker->context;
    struct triage_line line;
    struct error why = {0};
    time_us at = 0;
    bool is_date = false;
    if (triage_line_read(&pass->arena, text, pass->pointer, &line, &why) != STATUS_OK) {
        buf_printf(&worker->talk, "hustings: line %llu: %s\n", (unsigned long long)line_number,
                   why.primary);
        worker->has_refused = true;
    } else {
        if (line.at.n > 0 && !time_parse(line.at, &at, &is_date)) {
            at = 0;
        }
        /* Without an author each message has its own. */
        char number[24];
        int n = snprintf(number, sizeof number, "%llu", (unsigned long long)line_number);
        str author = line.author.n > 0 ? line.author : str_from(number, (size_t)n);
        uint64_t group = campaigns_add(pass->campaigns, line.text, author, at);
        if (pass->links != NULL && line.author.n > 0) {
            links_add(pass->links, line.text, line.author, group);
        }
        if (pass->has_members) {
            buf_add(&worker->out, STR("{\"id\":"));
            buf_add(&worker->out, line.id.n == 0 ? STR("null") : line.id);
            buf_add(&worker->out, STR(",\"campaign\":"));
            buf_add_u64(&worker->out, group);
            buf_add(&worker->out, STR("}\n"));
        }
    }
    if (pass->arena.used_total > 0) {
        arena_reset(&pass->arena);
    }
}

static enum status group_all(struct pass *pass, const struct campaign_options *how,
                             struct lines *lines, struct error *err)
{
    struct arena memory;
    struct campaign_calls calls = {closed, joined, pass};
    arena_init(&memory, (size_t)4 * 1024 * 1024 * 1024);
    arena_init(&pass->arena, LINE_ARENA_MAX);
    buf_init(&lines->workers[0].out, LINES_OUT_BYTES_MAX);
    buf_init(&lines->workers[0].talk, LINES_OUT_BYTES_MAX);
    pass->campaigns = campaigns_new(&memory, how);
    if (pass->has_links) {
        pass->links = links_new(&memory, LINK_KEYS_DEFAULT, linked, pass);
    }
    campaigns_listen(pass->campaigns, &calls);
    enum status status = lines_run(lines, err);
    if (status == STATUS_OK) {
        campaigns_close(pass->campaigns);
        if (pass->links != NULL) {
            links_close(pass->links);
        }
        status = io_write_all(1, buf_str(&lines->workers[0].out), err);
    }
    buf_close(&lines->workers[0].out);
    buf_close(&lines->workers[0].talk);
    arena_close(&pass->arena);
    arena_close(&memory);
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
                          .use = use_line};
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
    pass->has_members = args_has(args, "members");
    pass->has_links = args_has(args, "links");
    lines.workers[0].context = pass;
    if (pass->pointer != NULL && pass->pointer[0] != '/') {
        return cmd_usage(&cmd_triage_campaigns, "a JSON pointer begins with '/': --text /body");
    }
    if (group_all(pass, &how, &lines, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return lines.workers[0].has_refused ? 1 : 0;
}

const struct cmd cmd_triage_campaigns = {
    .name = "triage campaigns",
    .summary = "find messages that are copies of one template",
    .usage = "[--links] [--members] [--least N] [--hours N] < MESSAGES.jsonl",
    .help =
        "Reads what triage reads and prints one line for each group of messages that share most "
        "of\n"
        "their words: how many, from how many senders, in how many hours, the template, and the\n"
        "mean share that senders added of their own. Greetings and closings do not count. Memory\n"
        "is bounded by --groups; groups are printed when they are closed. That many people sent a\n"
        "text says nothing about whether it is lawful: look at its scores too. With --links there "
        "is\n"
        "also a line for each thing that 2 to 16 accounts share: a name but for digits and marks, "
        "the\n"
        "words behind the closing formula, a telephone number, an address of mail or on the net, a "
        "rare\n"
        "phrase. Such accounts may be one hand, or one family: ask.",
    .options = options,
    .run = run,
};
