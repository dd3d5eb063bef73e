/* SPDX-License-Identifier: Apache-2.0 */
/* Joins the country pack and the grading rules to front, which knows neither. */
#ifndef HUSTINGS_SERVE_PACK_BRIDGE_H
#define HUSTINGS_SERVE_PACK_BRIDGE_H

#include "front/front.h"

struct pack;
struct router;

/* Loads the pack and fills grader, adviser, choices and pack_context of *options. */
enum status pack_bridge_open(struct arena *arena, const char *pack_folder,
                             struct front_options *options, struct error *err) MUST_CHECK;
/* For the public process, which lets people choose among places. */
const struct router *pack_bridge_router(const struct front_options *options);
const struct pack *pack_bridge_pack(const struct front_options *options);

#endif
