/* SPDX-License-Identifier: Apache-2.0 */
/* hustings route: JSON Lines in, JSON Lines out, same order. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "route/route.h"

extern const struct cmd cmd_route;

enum {
    READ_BYTES = 256 * 1024,
    LINE_BYTES_MAX = 1024 * 1024, /* longer lines are refused, not kept */
    OUT_BYTES_MAX = 4 * 1024 * 1024,
    FLUSH_BYTES = 256 * 1024,
    EXIT_CANNOT = 3,
    DOORS_CACHE = 256 /* a power of two */
};

static const struct arg_option options[] = {
    {"pack", "DIR", "the pack's folder or name (default: uk)"},
    {"language", "ID", "of what to say: en, cy, bn (default: the pack's first)"},
    {"no-doors", NULL, "only the place: constituency and force"},
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
    struct arena *arena;     /* as long as the command */
    struct arena line_arena; /* one line */
    struct buf out;
    struct buf doors_buf;
    struct doors doors[DOORS_CACHE];
    str language;
    bool has_doors;
    uint64_t line_number;
    bool has_refused;
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
    *slot = (struct doors){key, true, arena_str(filter->arena, buf_str(&filter->doors_buf))};
    return slot->text;
}

static void refuse(struct filter *filter, const char *why)
{
    struct json_out json;
    json_out_init(&json, &filter->out);
    json_begin_object(&json);
    json_put_int(&json, "line", (int64_t)filter->line_number);
    json_put_text(&json, "error", str_c(why));
    json_end_object(&json);
    fprintf(stderr, "hustings: line %llu: %s\n", (unsigned long long)filter->line_number, why);
    filter->has_refused = true;
}

static enum status one_line(struct filter *filter, str text, struct error *err)
{
    struct route_line line;
    struct route_answer answer;
    struct error why = {0};
    filter->line_number++;
    if (route_line_read(&filter->line_arena, text, &line, &why) != STATUS_OK) {
        /* The JSON reader counts lines of its own. */
        refuse(filter, why.primary + (strncmp(why.primary, "line 1, ", 8) == 0 ? 8 : 0));
    } else {
        router_ask(filter->router, filter->work, &line.query, &answer);
        route_line_write(filter->router, &line, &answer, doors_text(filter, &answer), &filter->out);
    }
    buf_add_byte(&filter->out, '\n');
    if (filter->line_arena.used_total > 0) {
        arena_reset(&filter->line_arena);
    }
    enum status status = STATUS_OK;
    if (filter->out.n >= FLUSH_BYTES) {
        status = io_write_all(STDOUT_FILENO, buf_str(&filter->out), err);
        buf_clear(&filter->out);
    }
    return status;
}

static enum status read_more(struct buf *in, bool *ret_is_end, struct error *err)
{
    char *at = buf_reserve(in, READ_BYTES);
    if (at == NULL) {
        return error_set(err, STATUS_LIMIT, "a line is longer than %d bytes", LINE_BYTES_MAX);
    }
    ssize_t got = 0;
    do {
        got = read(STDIN_FILENO, at, READ_BYTES);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return error_set(err, STATUS_UNAVAILABLE, "cannot read standard input: %s",
                         strerror(errno));
    }
    in->n += (size_t)got;
    *ret_is_end = got == 0;
    return STATUS_OK;
}

/* Lines are handed on as soon as they are whole, so that a pipe gets its answers. */
static enum status every_line(struct filter *filter, struct error *err)
{
    struct buf in;
    bool is_end = false;
    bool is_skipping = false; /* the rest of a line that is too long */
    enum status status = STATUS_OK;
    buf_init(&in, LINE_BYTES_MAX + 2 * READ_BYTES);
    while (status == STATUS_OK && !is_end) {
        size_t at = 0;
        status = read_more(&in, &is_end, err);
        while (status == STATUS_OK) {
            str rest = str_slice(buf_str(&in), at, in.n);
            const char *end = rest.n == 0 ? NULL : memchr(rest.p, '\n', rest.n);
            if (end == NULL) {
                break;
            }
            if (!is_skipping) {
                status = one_line(filter, str_from(rest.p, (size_t)(end - rest.p)), err);
            }
            is_skipping = false;
            at += (size_t)(end - rest.p) + 1;
        }
        buf_drop_front(&in, at);
        if (in.n > LINE_BYTES_MAX && status == STATUS_OK) {
            if (!is_skipping) {
                status = one_line(filter, buf_str(&in), err); /* refused as too long */
            }
            is_skipping = true;
            buf_clear(&in);
        }
        if (is_end && in.n > 0 && !is_skipping && status == STATUS_OK) {
            status = one_line(filter, buf_str(&in), err);
        }
        if (status == STATUS_OK && filter->out.n > 0 && (is_end || in.n < READ_BYTES)) {
            status = io_write_all(STDOUT_FILENO, buf_str(&filter->out), err);
            buf_clear(&filter->out);
        }
    }
    buf_close(&in);
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
    struct filter *filter = ARENA_NEW(arena, struct filter);
    char *folder = NULL;
    filter->arena = arena;
    filter->has_doors = !args_has(args, "no-doors");
    filter->language = str_c(args_value(args, "language", ""));
    if (args->word_count > 0) {
        return cmd_usage(&cmd_route, "it reads standard input and takes no file");
    }
    if (pack_find(arena, args_value(args, "pack", NULL), &folder, &err) != STATUS_OK ||
        pack_load(arena, folder, &pack, &err) != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    if (!has_language(&pack, filter->language)) {
        pack_unload(&pack);
        return cmd_usage(&cmd_route, "the pack has no language '%.*s'", STR_ARG(filter->language));
    }
    enum status status = router_open(arena, &pack, &filter->router, &err);
    if (status == STATUS_OK) {
        filter->work = route_work_new(arena, filter->router);
        arena_init(&filter->line_arena, 4 * LINE_BYTES_MAX);
        buf_init(&filter->out, OUT_BYTES_MAX);
        buf_init(&filter->doors_buf, OUT_BYTES_MAX);
        status = every_line(filter, &err);
        buf_close(&filter->doors_buf);
        buf_close(&filter->out);
        arena_close(&filter->line_arena);
    }
    pack_unload(&pack);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return EXIT_CANNOT;
    }
    return filter->has_refused ? 1 : 0;
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
    .usage = "[--pack DIR] [--language ID] [--no-doors] < PLACES.jsonl",
    .help =
        "Reads one JSON object a line with any of id, postcode, outcode, ward, district,\n"
        "constituency, place (a name or a sentence), office, kind (an incident code) and grade,\n"
        "and prints one line for each, in the same order: constituencies and forces with their\n"
        "shares and the rule that gave them; certain: exactly one force is possible, and more\n"
        "than the bare name of a small place says so; certain_of: which of constituency and\n"
        "force is certain; why; and the doors: whom to call and what to say. Two candidates and\n"
        "none are answers. An office, kind or grade that the pack does not know is not used, and\n"
        "the why says so. A line that is no such object gives {\"line\":N,\"error\":…} in its\n"
        "place; then the exit code is 1.",
    .more_help = values,
    .options = options,
    .run = run,
};
