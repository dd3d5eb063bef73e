/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of a case as rows of templates, for the page, the print and the export; reads nothing. */
#ifndef HUSTINGS_DESKWEB_CASE_VIEW_H
#define HUSTINGS_DESKWEB_CASE_VIEW_H

#include "deskweb/ask.h"
#include "pages/desk_act.html.h"
#include "pages/desk_clock.html.h"
#include "pages/desk_line.html.h"
#include "pages/desk_link.html.h"
#include "pages/desk_report_card.html.h"
#include "pages/desk_talk.html.h"

struct part_desk_report_card_list view_reports(struct ask *ask, const struct desk_case *shown);
/* Messages of the desk and what the reporter added, oldest first. */
struct part_desk_talk_list view_thread(struct ask *ask, const struct desk_case *shown);
struct part_desk_talk_list view_notes(struct ask *ask, const struct desk_case *shown);
struct part_desk_clock_list view_clocks(struct ask *ask, const struct desk_case *shown);
struct part_desk_act_list view_acts(struct ask *ask, const struct desk_act *acts, size_t count);
struct part_desk_line_list view_why(struct ask *ask, const struct desk_case *shown);
/* Forces, constituencies, why, and the doors by the codes and the grade of now. */
struct part_desk_line_list view_route(struct ask *ask, const struct desk_case *shown);
struct part_desk_link_list view_links(struct ask *ask, const struct desk_case *shown);

#endif
