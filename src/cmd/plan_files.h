/* SPDX-License-Identifier: Apache-2.0 */
/* What the plan commands share: options of a search, files in, text out, the exit code. */
#ifndef HUSTINGS_CMD_PLAN_FILES_H
#define HUSTINGS_CMD_PLAN_FILES_H

#include "base/args.h"
#include "plan/problem.h"
#include "plan/result.h"
#include "plan/solve.h"

enum { PLAN_OUT_BYTES_MAX = 512 * 1024 * 1024, PLAN_SECONDS_MAX = 86400 };

/* --seconds, --threads, --seed and --iterations; the rest of the options stays as it is. */
enum status plan_numbers(const struct args *args, int64_t seconds_else, int64_t seconds_max,
                         struct plan_solve_options *ret_options, struct error *err) MUST_CHECK;

/* The text of a file; "-" is standard input. */
enum status plan_file_text(struct arena *arena, const char *path, str *ret_text,
                           struct error *err) MUST_CHECK;
/* Reads a problem and says on stderr which rows were left out; *ret_has_refused then. */
enum status plan_file_problem(struct arena *arena, const char *path,
                              struct plan_problem *ret_problem, bool *ret_has_refused,
                              struct error *err) MUST_CHECK;
enum status plan_file_result(struct arena *arena, const struct plan_problem *problem,
                             const char *path, struct plan_result *ret_result,
                             struct error *err) MUST_CHECK;
/* words: a problem and a plan for it. */
enum status plan_file_both(struct arena *arena, const char *const *words,
                           struct plan_problem *ret_problem, struct plan_result *ret_result,
                           bool *ret_has_refused, struct error *err) MUST_CHECK;
/* STATUS_INVALID names the first rule that the plan breaks; what nobody serves is none. */
enum status plan_file_sound(struct arena *arena, const struct plan_problem *problem,
                            const struct plan_result *result, struct error *err) MUST_CHECK;
/* STATUS_INVALID when the problem has no unit with this id. */
enum status plan_unit_named(const struct plan_problem *problem, const char *id, uint32_t *ret_unit,
                            struct error *err) MUST_CHECK;
/* Which rows were left out, on stderr, each with the path in front; NULL: the rows name it. */
void plan_say_refused(const char *path, const struct plan_refused *refused);
/* An arena with room for the largest problem. */
void plan_arena_init(struct arena *arena);
/* How a command ends: closes the arena, says what is wrong, and returns the exit code (1 when
 * something was left out or is broken). */
int plan_end(struct arena *arena, enum status status, bool is_partial, const struct error *err);

#endif
