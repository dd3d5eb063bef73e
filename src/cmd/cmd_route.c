/* SPDX-License-Identifier: Apache-2.0 */
/* hustings route: JSON Lines in, JSON Lines out, same order. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "codec/json.h"
#include "route/route.h"

extern const struct cmd cmd_route;

enum {
    LINE_BYTES_MAX = 1024 * 1024, /* longer lines are refused, not kept */
    DOORS_BYTES_MAX = 4 * 1024 * 1024,
    EXIT_CANNOT = 3,
    DOORS_CACHE = 256 /* a power of two */
};

static const struct arg_option options[] = {
    {"pack", "DIR", "the pack's folder or name (default: uk)"},
    {"language", "ID", "of what to say: en, cy, bn (default: the pack's first)"},
    {"no-doors", NULL, "only the place: constituency and force"},
    {"threads", "N", "how many threads work (default: 1)"},
    {0},
};

struct doors {
    uint64_t key;
    bool is_used;
    str text;
};
struct filter {
    const struct router *router;
    struct route_work *work;
    struct arena doors_arena; /* as long as the command */
    struct arena line_arena;  /* one line */
    struct buf doors_buf;
    struct doors doors[DOORS_CACHE];
    str language;
    bool has_doors;
};

/* The doors of most lines are those of another line: rendered once. */
static str doors_text(struct filter *filter, const struct route_answer *answer)
{
    if (!filter->has_doors) {
        return STR("\"doors\":[]");
    }
    uint64_t key = route_doors_key(filter->router, answer);
    struct doors *slot = &filter->doors[(key ^ key >> 32) % DOORS_CACHE];
    if (slot->is_used && slot->key == key) {
        return slot->text;
    }
    buf_clear(&filter->doors_buf);
    route_doors_json(filter->router, answer, filter->language, &filter->doors_buf);
    if (slot->is_used) {
        return buf_str(&filter->doors_buf); /* taken by another: not worth keeping both */
    }
    *slot = (struct doors){key, true, arena_str(&filter->doors_arena, buf_str(&filter->doors_buf))};
    return slot->text;
}

static void use_line(struct lines_worker *worker, uint64_t line_number, str text)
{
    struct filter *filter = worker->context;
    struct route_line line = {0};
    struct route_answer answer;
    struct error why = {0};
    if (route_line_read(&filter->line_arena, text, &line, &why) != STATUS_OK) {
        lines_refuse(worker, line_number, line.id, why.primary);
    } else {
        router_ask(filter->router, filter->work, &line.query, &answer);
        route_line_write(filter->router, &line, &answer, doors_text(filter, &answer), &worker->out);
    }
    buf_add_byte(&worker->out, '\n');
    if (filter->line_arena.used_total > 0) {
        arena_reset(&filter->line_arena);
    }
}

static enum status filter_all(const struct args *args, struct arena *arena,
                              const struct router *router, size_t threads, int *ret_exit,
                              struct error *err)
{
    struct lines lines = {.line_bytes_max = LINE_BYTES_MAX,
                          .threads = threads,
                          .workers = ARENA_ARRAY(arena, struct lines_worker, threads),
                          .use = use_line};
    for (size_t i = 0; i < threads; i++) {
        struct filter *filter = ARENA_NEW(arena, struct filter);
        filter->router = router;
        filter->work = route_work_new(arena, router);
        filter->language = str_c(args_value(args, "language", ""));
        filter->has_doors = !args_has(args, "no-doors");
        arena_init(&filter->doors_arena, DOORS_CACHE * (size_t)DOORS_BYTES_MAX);
        arena_init(&filter->line_arena, 4 * LINE_BYTES_MAX);
        buf_init(&filter->doors_buf, DOORS_BYTES_MAX);
        lines.workers[i].context = filter;
        buf_init(&lines.workers[i].out, LINES_OUT_BYTES_MAX);
    }
    enum status status = lines_run(&lines, err);
    for (size_t i = 0; i < threads; i++) {
        struct filter *filter = lines.workers[i].context;
        buf_close(&filter->doors_buf);
        arena_close(&filter->line_arena);
        arena_close(&filter->doors_arena);
        buf_close(&lines.workers[i].out);
    }
    if (status == STATUS_OK) {
        *ret_exit = lines_end(&lines);
    }
    return status;
}

static bool has_language(const struct pack *pack, str language)
{
    for (size_t i = 0; i < pack->language_count; i++) {
        if (str_equal(pack->languages[i].id, language)) {
            return true;
        }
    }
    return language.n == 0;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct pack pack;
    const struct router *router = NULL;
    char *folder = NULL;
    int64_t threads = 1;
    int code = EXIT_CANNOT;
    str language = str_c(args_value(args, "language", ""));
    if (args->word_count > 0) {
        return cmd_usage(&cmd_route, "it reads standard input and takes no file");
    }
    if (args_number(args, "threads", 1, 1, LINES_THREADS_MAX, &threads, &err) != STATUS_OK) {
        return cmd_usage(&cmd_route, "%s", err.primary);
    }
    if (pack_find(arena, args_value(args, "pack", NULL), &folder, &err) != STATUS_OK ||
        pack_load(arena, folder, &pack, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    if (!has_language(&pack, language)) {
        pack_unload(&pack);
        return cmd_usage(&cmd_route, "the pack has no language '%.*s'", STR_ARG(language));
    }
    enum status status = router_open(arena, &pack, &router, &err);
    if (status == STATUS_OK) {
        status = filter_all(args, arena, router, (size_t)threads, &code, &err);
    }
    pack_unload(&pack);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return code;
}

/* The words that office, kind and grade may have, for --help. */
static void values(FILE *out, struct arena *arena)
{
    struct error ignored;
    struct pack pack;
    char *folder = NULL;
    if (pack_find(arena, NULL, &folder, &ignored) != STATUS_OK ||
        pack_open(arena, folder, &pack, &ignored) != STATUS_OK) {
        return; /* help is help without a pack, too */
    }
    fprintf(out, "\nof the pack %.*s:\n", STR_ARG(pack.title));
    for (size_t i = 0; i < pack.office_count; i++) {
        fprintf(out, "  %-6s %-25.*s %.*s\n", i == 0 ? "office" : "", STR_ARG(pack.offices[i].id),
                STR_ARG(pack_text(&pack, &pack.offices[i].label, (str){0})));
    }
    for (size_t i = 0; i < pack.code_count; i++) {
        fprintf(out, "  %-6s %-25.*s %.*s\n", i == 0 ? "kind" : "", STR_ARG(pack.codes[i].id),
                STR_ARG(pack_text(&pack, &pack.codes[i].title, (str){0})));
    }
    for (size_t i = 0; i < ARRAY_LEN(pack.grades); i++) {
        fprintf(out, "  %-6s %-25.*s %.*s\n", i == 0 ? "grade" : "", STR_ARG(pack.grades[i].id),
                STR_ARG(pack_text(&pack, &pack.grades[i].title, (str){0})));
    }
}

const struct cmd cmd_route = {
    .name = "route",
    .summary = "tell which police force and which doors a place and an office lead to",
    .usage = "[--pack DIR] [--language ID] [--no-doors] [--threads N] < PLACES.jsonl",
    .help =
        "Reads one JSON object a line with any of id, postcode, outcode, ward, district,\n"
        "constituency, place (a name or a sentence), office, kind (an incident code) and grade,\n"
        "and prints one line for each, in the same order: constituencies and forces with their\n"
        "shares and the rule that gave them; certain: exactly one force is possible, and more\n"
        "than the bare name of a small place says so; certain_of: which of constituency and\n"
        "force is certain; why; and the doors: whom to call and what to say. Two candidates and\n"
        "none are answers. An office, kind or grade that the pack does not know is not used, and\n"
        "the why says so. In the place of a line that is no such object stands an object with\n"
        "line, error, and id where it could be read; then the exit code is 1.",
    .more_help = values,
    .options = options,
    .run = run,
};
