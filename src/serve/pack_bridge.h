/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the country pack, the grading rules and the model to front, which knows none of them.
 *
 * A report's words go through the rules for reports (triage/grade.h) and, where there is a model,
 * through what reads messages (triage/message.h). What the latter finds comes in as signals, which
 * can lift a grade and add a code, and nothing else. */
#ifndef HUSTINGS_SERVE_PACK_BRIDGE_H
#define HUSTINGS_SERVE_PACK_BRIDGE_H

#include "front/front.h"

struct model;
struct pack;
struct router;
struct triage;

/* Loads the pack and fills grader, adviser, choices and pack_context of *options. `model` outlives
 * them; NULL: rules alone. */
enum status pack_bridge_open(struct arena *arena, const char *pack_folder,
                             const struct model *model, struct front_options *options,
                             struct error *err) MUST_CHECK;
/* For the public process, which lets people choose among places. */
const struct router *pack_bridge_router(const struct front_options *options);
/* NULL without a model. */
const struct triage *pack_bridge_triage(const struct front_options *options);
const struct pack *pack_bridge_pack(const struct front_options *options);

#endif
