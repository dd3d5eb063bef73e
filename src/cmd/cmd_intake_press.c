/* SPDX-License-Identifier: Apache-2.0 */
/* Articles to incidents, as JSON Lines. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "intake/press_pack.h"
#include "serve/press_record.h"

enum { LINE_BYTES_MAX = 8 * 1024 * 1024, ARTICLE_MEMORY_MAX = 192 * 1024 * 1024 };

extern const struct cmd cmd_intake_press;

static const struct arg_option options[] = {
    {"at", "DIR", "record the incidents on this desk, as press-reported"},
    {"dry-run", NULL, "print what would be recorded; change nothing"},
    {"pack", "DIR", "the country's reference data"},
    {0},
};

static void put_text(struct json_out *out, const char *name, str text)
{
    json_name(out, name);
    if (text.n == 0) {
        json_add_null(out);
    } else {
        json_add_text(out, text);
    }
}

static void put_incident(struct json_out *out, const struct press_incident *incident)
{
    json_begin_object(out);
    json_name(out, "subject");
    json_add_text(out, incident->subject);
    json_name(out, "office");
    json_add_text(out, incident->office);
    json_name(out, "place");
    json_begin_object(out);
    put_text(out, "name", incident->place.name);
    put_text(out, "gss", incident->place.gss);
    json_end_object(out);
    json_name(out, "codes");
    json_begin_list(out);
    for (size_t i = 0; i < incident->code_count; i++) {
        json_add_text(out, str_c(incident->codes[i]));
    }
    json_end_list(out);
    put_text(out, "when", incident->when);
    json_name(out, "quote");
    json_add_text(out, incident->quote);
    json_name(out, "status");
    json_add_text(out, STR("press-reported"));
    json_end_object(out);
}

static void put_article(struct buf *buf, const char *file, const struct press_article *article)
{
    struct json_out out;
    json_out_init(&out, buf);
    json_begin_object(&out);
    json_name(&out, "file");
    json_add_text(&out, str_c(file));
    json_name(&out, "title");
    json_add_text(&out, article->title);
    put_text(&out, "published", article->published);
    put_text(&out, "section", article->section);
    json_name(&out, "links");
    json_begin_list(&out);
    for (size_t i = 0; i < article->link_count; i++) {
        json_add_text(&out, article->links[i]);
    }
    json_end_list(&out);
    json_name(&out, "incidents");
    json_begin_list(&out);
    for (size_t i = 0; i < article->incident_count; i++) {
        put_incident(&out, &article->incidents[i]);
    }
    json_end_list(&out);
    json_end_object(&out);
    buf_add_byte(buf, '\n');
}

static enum status print_article(const char *file, const struct press_article *article)
{
    struct error err = {0};
    struct buf buf;
    enum status status = STATUS_OK;
    buf_init(&buf, LINE_BYTES_MAX);
    put_article(&buf, file, article);
    if (buf.overflowed) {
        fprintf(stderr, "hustings: %s:1: more links and incidents than fit a line\n", file);
        status = STATUS_LIMIT;
    } else {
        status = io_write_all(STDOUT_FILENO, buf_str(&buf), &err);
        if (status != STATUS_OK) {
            fprintf(stderr, "hustings: %s\n", err.primary);
        }
    }
    buf_close(&buf);
    return status;
}

/* One article. `arena` is this article's own; `box` is NULL on a dry run. */
static enum status take_article(struct arena *arena, const char *file,
                                const struct press_gazetteer *gazetteer, const struct pack *pack,
                                struct own_box *box)
{
    struct press_article article;
    struct error err = {0};
    unsigned line = 0;
    str bytes = {0};
    enum status status = io_read_file(arena, file, PRESS_BYTES_MAX, &bytes, &err);
    if (status == STATUS_OK) {
        line = 1;
        status = press_read(arena, bytes, gazetteer, &article, &line, &err);
    }
    if (status != STATUS_OK) {
        if (line == 0) {
            fprintf(stderr, "hustings: %s:1: %s\n", file, err.primary);
        } else {
            fprintf(stderr, "hustings: %s:%u: %s\n", file, line, err.primary);
        }
        return status;
    }
    if (box != NULL) {
        status = press_record(box, arena, pack, bytes, &article, &err);
        if (status != STATUS_OK) {
            fprintf(stderr, "hustings: %s: %s\n", file, err.primary);
            return status;
        }
    }
    return print_article(file, &article);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct pack pack;
    struct own_box *box = NULL;
    const char *dir = args_value(args, "at", NULL);
    char *folder = NULL;
    int code = 0;
    if (args->word_count == 0) {
        return cmd_usage(&cmd_intake_press, "name at least one article");
    }
    if (args_has(args, "dry-run") == args_has(args, "at")) {
        return cmd_usage(&cmd_intake_press, "give either --at DIR or --dry-run");
    }
    if (pack_find(arena, args_value(args, "pack", NULL), &folder, &err) != STATUS_OK ||
        pack_open(arena, folder, &pack, &err) != STATUS_OK ||
        (dir != NULL && own_box_open_at(arena, dir, folder, &box, &err) != STATUS_OK)) {
        (void)cmd_failed(&err);
        return 3;
    }
    const struct press_gazetteer gazetteer = press_gazetteer_of(&pack);
    for (size_t i = 0; i < args->word_count; i++) {
        struct arena own;
        arena_init(&own, ARTICLE_MEMORY_MAX);
        if (take_article(&own, args->words[i], &gazetteer, &pack, box) != STATUS_OK) {
            code = 1;
        }
        arena_close(&own);
    }
    if (box != NULL) {
        own_box_close(box);
    }
    return code;
}

const struct cmd cmd_intake_press = {
    .name = "intake press",
    .summary = "read a newsroom's articles for incidents against office-holders",
    .usage = "--at DIR | --dry-run [--pack DIR] FILE…",
    .help = "Reads Markdown with YAML front matter and prints one JSON object "
            "a line and article:\n"
            "title, date, section, links, and the incidents that the article "
            "reports, each marked\n"
            "press-reported (uncorroborated). Only sentences whose grammar "
            "says who suffered what\n"
            "count, and only for elected office-holders, candidates and "
            "election workers; an article\n"
            "about something else has no incidents. A broken article is "
            "refused with file and line,\n"
            "the rest is done, and the exit code is 1. What was published more "
            "than 14 days ago rings\n"
            "no alarm and starts no clock at the desk.",
    .options = options,
    .run = run,
};
