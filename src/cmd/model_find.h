/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_CMD_MODEL_FIND_H
#define HUSTINGS_CMD_MODEL_FIND_H

#include "triage/model.h"

/* `wanted` is a file, or NULL for models/triage.htm beside the program or under its prefix. */
enum status model_find(struct arena *arena, const char *wanted, struct model **ret_model,
                       struct error *err) MUST_CHECK;

#endif
