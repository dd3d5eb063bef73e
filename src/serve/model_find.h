/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_SERVE_MODEL_FIND_H
#define HUSTINGS_SERVE_MODEL_FIND_H

#include "triage/model.h"

/* `wanted` is a file, or NULL for models/triage.htm beside the program or under its prefix. Only
 * the model stays in the arena, not the file it came from. */
enum status model_find(struct arena *arena, const char *wanted, struct model **ret_model,
                       struct error *err) MUST_CHECK;

#endif
