/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/plan_files.h"

#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "plan/check.h"

#define ARENA_BYTES_MAX (UINT64_C(4) << 30)

void plan_arena_init(struct arena *arena)
{
    arena_init(arena, ARENA_BYTES_MAX);
}

enum status plan_file_text(struct arena *arena, const char *path, str *ret_text, struct error *err)
{
    if (str_equal(str_c(path), STR("-"))) {
        return io_read_fd(arena, STDIN_FILENO, "standard input", PLAN_TEXT_BYTES_MAX, ret_text,
                          err);
    }
    return io_read_file(arena, path, PLAN_TEXT_BYTES_MAX, ret_text, err);
}

int plan_end(struct arena *arena, enum status status, bool is_partial, const struct error *err)
{
    arena_close(arena);
    if (status != STATUS_OK) {
        return cmd_failed(err);
    }
    return is_partial ? 1 : 0;
}

enum status plan_numbers(const struct args *args, int64_t seconds_else, int64_t seconds_max,
                         struct plan_solve_options *ret_options, struct error *err)
{
    int64_t seconds = 0;
    int64_t threads = 0;
    int64_t seed = 0;
    enum status status = args_number(args, "seconds", seconds_else, 1, seconds_max, &seconds, err);
    if (status == STATUS_OK) {
        status = args_number(args, "threads", 1, 1, PLAN_THREADS_MAX, &threads, err);
    }
    if (status == STATUS_OK) {
        status = args_number(args, "seed", 1, 0, INT64_MAX, &seed, err);
    }
    if (status == STATUS_OK) {
        status =
            args_number(args, "iterations", 0, 1, PLAN_STEPS_MAX, &ret_options->iterations, err);
    }
    ret_options->threads = (uint32_t)threads;
    ret_options->seed = (uint64_t)seed;
    ret_options->clock = clock_monotonic;
    ret_options->budget_us = seconds * US_PER_SECOND;
    return status;
}

enum status plan_unit_named(const struct plan_problem *problem, const char *id, uint32_t *ret_unit,
                            struct error *err)
{
    uint32_t unit = plan_find_unit(problem, str_c(id));
    if (unit == PLAN_NONE) {
        return error_set(err, STATUS_INVALID, "the problem has no unit '%.80s'", id);
    }
    *ret_unit = unit;
    return STATUS_OK;
}

void plan_say_refused(const char *path, const struct plan_refused *refused)
{
    const char *name = path == NULL ? "" : path;
    const char *colon = path == NULL ? "" : ": ";
    str rest = buf_str(&refused->text);
    for (str line; str_next_line(&rest, &line);) {
        fprintf(stderr, "hustings: %s%s%.*s\n", name, colon, STR_ARG(line));
    }
    if (refused->count > PLAN_REFUSED_SHOWN) {
        fprintf(stderr, "hustings: %s%sand %zu more rows were left out\n", name, colon,
                refused->count - PLAN_REFUSED_SHOWN);
    }
}

/* "FILE: what is wrong" */
static enum status named(const char *path, enum status status, struct error *err)
{
    if (status != STATUS_OK) {
        struct error why = *err;
        (void)error_set(err, status, "%s: %.200s", path, why.primary);
        memcpy(err->hint, why.hint, sizeof err->hint);
    }
    return status;
}

enum status plan_file_problem(struct arena *arena, const char *path,
                              struct plan_problem *ret_problem, bool *ret_has_refused,
                              struct error *err)
{
    struct arena text_arena;
    struct plan_refused refused;
    str text;
    arena_init(&text_arena, 2 * (size_t)PLAN_TEXT_BYTES_MAX);
    plan_refused_init(&refused);
    enum status status = plan_file_text(&text_arena, path, &text, err);
    if (status == STATUS_OK) {
        status = named(path, plan_problem_read(arena, text, ret_problem, &refused, err), err);
    }
    plan_say_refused(path, &refused);
    *ret_has_refused = refused.count > 0;
    plan_refused_close(&refused);
    arena_close(&text_arena);
    return status;
}

enum status plan_file_result(struct arena *arena, const struct plan_problem *problem,
                             const char *path, struct plan_result *ret_result, struct error *err)
{
    struct arena text_arena;
    str text;
    arena_init(&text_arena, 2 * (size_t)PLAN_TEXT_BYTES_MAX);
    enum status status = plan_file_text(&text_arena, path, &text, err);
    if (status == STATUS_OK) {
        status = named(path, plan_result_read(arena, problem, text, ret_result, err), err);
    }
    arena_close(&text_arena);
    return status;
}

enum status plan_file_both(struct arena *arena, const char *const *words,
                           struct plan_problem *ret_problem, struct plan_result *ret_result,
                           bool *ret_has_refused, struct error *err)
{
    enum status status = plan_file_problem(arena, words[0], ret_problem, ret_has_refused, err);
    return status == STATUS_OK ? plan_file_result(arena, ret_problem, words[1], ret_result, err)
                               : status;
}

/* A plan that breaks rules already would be blamed on what is done to it. */
enum status plan_file_sound(struct arena *arena, const struct plan_problem *problem,
                            const struct plan_result *result, struct error *err)
{
    struct plan_check check;
    plan_check(arena, problem, result, &check);
    if (plan_check_wrong(&check) == 0) {
        return STATUS_OK;
    }
    const struct plan_broken *one = plan_check_first(&check);
    enum status status =
        one == NULL /* behind all the duties that have words */
            ? error_set(err, STATUS_INVALID, "the plan breaks a rule already")
            : error_set(err, STATUS_INVALID, "the plan breaks a rule already (%s: %.*s)", one->rule,
                        STR_ARG(one->words));
    error_hint(err, "'hustings plan check' lists all of them");
    return status;
}
