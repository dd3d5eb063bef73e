/* SPDX-License-Identifier: Apache-2.0 */
/* What the plan commands share: files in, text out. */
#ifndef HUSTINGS_CMD_PLAN_FILES_H
#define HUSTINGS_CMD_PLAN_FILES_H

#include "plan/problem.h"
#include "plan/result.h"

enum { PLAN_OUT_BYTES_MAX = 512 * 1024 * 1024 };

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
/* An arena with room for the largest problem. */
void plan_arena_init(struct arena *arena);

#endif
