/* SPDX-License-Identifier: Apache-2.0 */
/* What the forms of a plan share. */
#ifndef HUSTINGS_PLAN_SHOW_INTERNAL_H
#define HUSTINGS_PLAN_SHOW_INTERNAL_H

#include "plan/day.h"
#include "plan/show.h"

bool show_has_unit(const struct plan_show *show, uint32_t unit);
bool show_has_site(const struct plan_show *show, uint32_t site);
/* Waiting of less than a minute: not for tables that are cut to minutes. */
bool show_is_moment(const struct plan_problem *problem, const struct plan_leg *leg);
/* "A" (2 officers, car) */
void show_add_unit(const struct plan_problem *problem, uint32_t unit, struct buf *out);
/* Text for an element or a quoted attribute. */
void show_add_html(struct buf *out, str text);
/* Text within a line of a terminal: line ends and whatever else moves its cursor are spaces. A column
 * is as wide as utf8_count says. */
void show_add_line(struct buf *out, str text);

#endif
