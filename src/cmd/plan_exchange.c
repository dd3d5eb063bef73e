/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/plan_exchange.h"

#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "cmd/plan_files.h"
#include "plan/day.h"
#include "plan/exchange.h"

static enum status other_file(struct arena *arena, const struct args *args, const char *option,
                              const char **ret_name, str *ret_text, struct error *err)
{
    *ret_name = args_value(args, option, NULL);
    return *ret_name == NULL ? STATUS_OK : plan_file_text(arena, *ret_name, ret_text, err);
}

static enum status clock_option(const struct args *args, const char *option, const char *otherwise,
                                str day, int32_t *ret_seconds, struct error *err)
{
    const char *text = args_value(args, option, otherwise);
    time_us start;
    if (day.n > 0 && !plan_day_start(day, &start)) {
        return error_set(err, STATUS_INVALID, "--day '%.40s' is no day; write it as 2026-05-07",
                         args_value(args, "day", ""));
    }
    return plan_parse_clock(day, str_c(text), ret_seconds)
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "--%s '%.40s' is no time; write it as 07:00",
                           option, text);
}

static enum status options_read(const struct args *args, struct plan_sheet *sheet,
                                struct error *err)
{
    int64_t dwell = 0;
    int64_t visits = 0;
    sheet->day = str_c(args_value(args, "day", ""));
    sheet->name = str_c(args_value(args, "name", "plan"));
    enum status status = clock_option(args, "from", "07:00", sheet->day, &sheet->from, err);
    if (status == STATUS_OK) {
        status = clock_option(args, "to", "22:00", sheet->day, &sheet->to, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "dwell-min", 15, 0, 1440, &dwell, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "visits", 1, 0, 64, &visits, err);
    }
    sheet->dwell = (int32_t)dwell * 60;
    sheet->count = (int32_t)visits;
    return status;
}

static enum status make(struct arena *arena, const char *kind, const char *path,
                        const struct args *args, struct buf *out, struct plan_refused *refused,
                        struct error *err)
{
    struct plan_sheet sheet = {0};
    bool is_calendar = str_equal(str_c(kind), STR("ics"));
    str text = {0};
    enum status status = plan_file_text(arena, path, &text, err);
    if (status == STATUS_OK && text.n == 0) {
        status = error_set(err, STATUS_INVALID, "%.200s is empty", path);
    }
    if (status == STATUS_OK && str_equal(str_c(kind), STR("vroom"))) {
        struct error why = {0};
        status = plan_import_vroom(text, out, refused, &why);
        return status == STATUS_OK ? status
                                   : error_set(err, status, "%s: %.200s", path, why.primary);
    }
    if (status == STATUS_OK && is_calendar) {
        sheet.events_name = path;
        sheet.events = text;
        status = other_file(arena, args, "sites", &sheet.sites_name, &sheet.sites, err);
    } else if (status == STATUS_OK) {
        sheet.sites_name = path;
        sheet.sites = text;
    }
    if (status == STATUS_OK) {
        status = other_file(arena, args, "crews", &sheet.units_name, &sheet.units, err);
    }
    if (status == STATUS_OK) {
        status = options_read(args, &sheet, err);
    }
    uint32_t doubles = 0;
    if (status == STATUS_OK) {
        status = plan_import_sheet(&sheet, out, refused, &doubles, err);
    }
    if (doubles > 0) {
        fprintf(stderr,
                "hustings: %u row%s of a site that was there before, at the same place; "
                "its first row counts\n",
                doubles, doubles == 1 ? " is" : "s are");
    }
    return status;
}

static void say_refused(const struct plan_refused *refused, const char *before)
{
    str rest = buf_str(&refused->text);
    for (str line; str_next_line(&rest, &line);) {
        fprintf(stderr, "hustings: %s%.*s\n", before, STR_ARG(line));
    }
    if (refused->count > PLAN_REFUSED_SHOWN) {
        fprintf(stderr, "hustings: %sand %zu more were left out\n", before,
                refused->count - PLAN_REFUSED_SHOWN);
    }
}

/* The desk gives breaks by the table; a table of units says them itself, or has none. */
static void say_breaks(const struct plan_problem *problem)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        struct plan_unit unit = problem->units[i];
        bool has_none = unit.break_length == 0;
        plan_breaks_by_table(problem->ticks_per_s, &unit);
        count += has_none && unit.break_length > 0 ? 1 : 0;
    }
    if (count > 0) {
        fprintf(stderr,
                "hustings: %u unit%s a duty of four hours or more and no break: give 'break_min' "
                "in --crews, or write \"breaks\":\"table\" into the unit's row of the problem\n",
                count, count == 1 ? " has" : "s have");
    }
}

/* What was written is read again: nothing leaves here that 'plan solve' would not read. */
static enum status read_again(struct arena *arena, const char *kind, const struct buf *out,
                              size_t *ret_refused, struct error *err)
{
    struct plan_problem problem = {0};
    struct plan_refused refused;
    struct error why = {0};
    bool has_units = str_find(buf_str(out), STR("\"units\":[]")) == out->n;
    plan_refused_init(&refused);
    enum status status = plan_problem_read(arena, buf_str(out), &problem, &refused, &why);
    if (status == STATUS_INVALID && !has_units) {
        fprintf(stderr, "hustings: the problem has no units yet; give them with --crews, or add "
                        "\"units\" before 'plan solve'\n");
        status = STATUS_OK;
    } else if (status != STATUS_OK) {
        (void)error_set(err, status, "the problem made of it: %.200s", why.primary);
    } else {
        fprintf(stderr, "%u sites, %u tasks, %u units\n", problem.site_count, problem.task_count,
                problem.unit_count);
        say_refused(&refused, "in the problem made of it, ");
        if (!str_equal(str_c(kind), STR("vroom"))) {
            say_breaks(&problem);
        }
    }
    *ret_refused = refused.count;
    plan_refused_close(&refused);
    return status;
}

int plan_exchange_run(const char *kind, const char *path, const struct args *args)
{
    struct error err = {0};
    struct arena arena;
    struct plan_refused refused;
    struct buf out;
    size_t refused_again = 0;
    plan_arena_init(&arena);
    plan_refused_init(&refused);
    buf_init(&out, PLAN_OUT_BYTES_MAX);
    enum status status = make(&arena, kind, path, args, &out, &refused, &err);
    say_refused(&refused, "");
    if (status == STATUS_OK && out.overflowed) {
        status = error_set(&err, STATUS_LIMIT, "the problem made of %s is too large", path);
    }
    if (status == STATUS_OK) {
        status = read_again(&arena, kind, &out, &refused_again, &err);
    }
    if (status == STATUS_OK) {
        status = io_write_all(STDOUT_FILENO, buf_str(&out), &err);
    }
    bool is_whole = refused.count + refused_again == 0;
    buf_close(&out);
    plan_refused_close(&refused);
    return plan_end(&arena, status, !is_whole, &err);
}
