/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/plan_files.h"

#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
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
    str rest = buf_str(&refused.text);
    for (str line; str_next_line(&rest, &line);) {
        fprintf(stderr, "hustings: %s: %.*s\n", path, STR_ARG(line));
    }
    if (refused.count > PLAN_REFUSED_SHOWN) {
        fprintf(stderr, "hustings: %s: and %zu more rows were left out\n", path,
                refused.count - PLAN_REFUSED_SHOWN);
    }
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
