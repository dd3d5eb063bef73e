/* SPDX-License-Identifier: Apache-2.0 */
/* hustings plan show: a plan for those who work by it. */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/check.h"
#include "plan/show.h"

extern const struct cmd cmd_plan_show;

static const struct arg_option options[] = {
    {"as", "FORM", "table (default), csv, ics, geojson, html or vroom"},
    {"unit", "ID", "only this unit"},
    {"area", "NAME", "html: only the sheet of this area"},
    {"label", "WORDS", "html: which plan it is, on every card and sheet"},
    {"sequence", "N", "ics: 0 at first, one more each time it is published again"},
    {"previous", "PLAN", "ics: the plan that was published before; what fell away is cancelled"},
    {"stamp", "TIME", "ics: when it was made (RFC 3339; default: now)"},
    {0},
};

static enum status select_unit(const struct args *args, struct plan_show *show, struct error *err)
{
    const char *name = args_value(args, "unit", NULL);
    return name == NULL ? STATUS_OK : plan_unit_named(show->problem, name, &show->unit, err);
}

static enum status select_area(const struct args *args, struct plan_show *show, struct error *err)
{
    const struct plan_problem *problem = show->problem;
    show->area = str_c(args_value(args, "area", ""));
    for (uint32_t i = 0; i < problem->site_count; i++) {
        if (str_equal(problem->sites[i].area, show->area)) {
            return STATUS_OK;
        }
    }
    return show->area.n == 0 ? STATUS_OK
                             : error_set(err, STATUS_INVALID, "no site has the area '%.*s'",
                                         STR_ARG(utf8_clip(show->area, 80)));
}

static enum status show_ics(const struct args *args, const struct plan_show *show, struct buf *out,
                            struct error *err)
{
    int64_t sequence = 0;
    time_us stamp = clock_wall();
    bool is_date = false;
    const char *given = args_value(args, "stamp", NULL);
    int64_t least = show->previous != NULL ? 1 : 0; /* a telephone keeps the higher one */
    enum status status = args_number(args, "sequence", least, least, INT32_MAX, &sequence, err);
    if (status == STATUS_OK && given != NULL && !time_parse(str_c(given), &stamp, &is_date)) {
        status = error_set(err, STATUS_INVALID, "--stamp '%.60s' is no time", given);
        error_hint(err, "write it as 2026-05-01T12:00:00Z");
    }
    if (status == STATUS_OK) {
        status = plan_show_ics(show, stamp, (uint32_t)sequence, out, err);
    }
    return status;
}

static enum status add_as(const struct args *args, const struct plan_show *show, struct buf *out,
                          struct error *err)
{
    str as = str_c(args_value(args, "as", "table"));
    if (str_equal(as, STR("ics"))) {
        return show_ics(args, show, out, err);
    }
    if (str_equal(as, STR("geojson"))) {
        return plan_show_geojson(show, out, err);
    }
    if (str_equal(as, STR("csv"))) {
        plan_show_csv(show, out);
    } else if (str_equal(as, STR("html"))) {
        plan_show_html(show, out);
    } else if (str_equal(as, STR("vroom"))) {
        plan_show_vroom(show, out);
    } else {
        plan_show_table(show, out);
    }
    return STATUS_OK;
}

static bool is_form(const char *as)
{
    static const char *const forms[] = {"table", "csv", "ics", "geojson", "html", "vroom"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (str_equal(str_c(as), str_c(forms[i]))) {
            return true;
        }
    }
    return false;
}

/* A plan with broken rules is shown, and not without a word. */
static bool warn_broken(struct arena *arena, const struct plan_problem *problem,
                        const struct plan_result *result)
{
    struct plan_check check;
    plan_check(arena, problem, result, &check);
    if (check.broken_count == 0) {
        return false;
    }
    fprintf(stderr, "hustings: the plan breaks %zu rule%s; 'plan check' names each\n",
            check.broken_count, check.broken_count == 1 ? "" : "s");
    return true;
}

static enum status read_previous(const struct args *args, struct arena *arena,
                                 struct plan_show *show, struct error *err)
{
    const char *path = args_value(args, "previous", NULL);
    if (path == NULL) {
        return STATUS_OK;
    }
    struct plan_result *previous = ARENA_NEW(arena, struct plan_result);
    enum status status = plan_file_result(arena, show->problem, path, previous, err);
    show->previous = previous;
    return status;
}

static int run(const struct args *args, struct arena *unused)
{
    struct error err = {0};
    struct arena arena;
    struct plan_problem problem;
    struct plan_result result;
    struct plan_show show;
    bool has_refused = false;
    bool is_broken = false;
    (void)unused;
    if (args->word_count != 2) {
        return cmd_usage(&cmd_plan_show, "give a problem and a plan");
    }
    if (!is_form(args_value(args, "as", "table"))) {
        return cmd_usage(&cmd_plan_show, "--as is one of table, csv, ics, geojson, html and vroom");
    }
    plan_arena_init(&arena);
    enum status status = plan_file_both(&arena, args->words, &problem, &result, &has_refused, &err);
    if (status == STATUS_OK) {
        status = plan_show_make(&arena, &problem, &result, &show, &err);
    }
    if (status == STATUS_OK) {
        status = select_unit(args, &show, &err);
    }
    if (status == STATUS_OK) {
        status = select_area(args, &show, &err);
        show.label = str_c(args_value(args, "label", ""));
    }
    if (status == STATUS_OK) {
        status = read_previous(args, &arena, &show, &err);
    }
    if (status == STATUS_OK) {
        struct buf out;
        is_broken = warn_broken(&arena, &problem, &result);
        buf_init(&out, PLAN_OUT_BYTES_MAX);
        status = add_as(args, &show, &out, &err);
        if (status == STATUS_OK && out.overflowed) {
            status = error_set(&err, STATUS_LIMIT, "what there is to show is too long");
            error_hint(&err, "use --unit or --area");
        }
        if (status == STATUS_OK) {
            status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
        }
        buf_close(&out);
    }
    return plan_end(&arena, status, has_refused || is_broken, &err);
}

const struct cmd cmd_plan_show = {
    .name = "plan show",
    .summary = "a plan as table, calendar, map or page to print",
    .usage = "PROBLEM.json PLAN.json [--as FORM] [--unit ID] [--area NAME] [--label WORDS] "
             "[--sequence N] [--previous PLAN] [--stamp TIME]",
    .help =
        "table: unit by unit, stop by stop, then what nobody serves. csv: a row a leg (briefing,\n"
        "travel, dwell, break, idle) with seconds. ics: RFC 5545, times in Europe/London; an "
        "event\n"
        "keeps its UID from plan to plan, so publish the next with a higher --sequence and the "
        "last one as\n"
        "--previous: what a unit has no longer is cancelled. geojson: a\n"
        "line a unit, a point a site; needs longitude and latitude. html: one page to print on A4\n"
        "with map, bars, a card a unit and a sheet an area. vroom: the answer as VROOM writes it.\n"
        "ics needs the problem's 'day'. Whatever the form, it says where officers will be: give "
        "it\n"
        "only to those who need it. Exit 1 when a rule is broken; the plan is shown all the same.",
    .options = options,
    .run = run,
};
