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
#include "pages/desk_route.html.h"
#include "pages/desk_said.html.h"
#include "pages/desk_talk.html.h"

/* has_links: each with the way to its erasure. is_folded: of copies of one text only what is their
 * own is open, the rest behind a summary; not on paper, where nothing opens. */
struct part_desk_report_card_list view_reports(struct ask *ask, const struct desk_case *shown,
                                               bool has_links, bool is_folded);
/* The report's text in pieces, what was noticed in it, and what the model makes of it. */
void view_reading(struct ask *ask, const struct desk_report *report, struct part_desk_said *said);
/* Messages of the desk and what the reporter added, oldest first. */
struct part_desk_talk_list view_thread(struct ask *ask, const struct desk_case *shown);
struct part_desk_talk_list view_notes(struct ask *ask, const struct desk_case *shown);
struct part_desk_clock_list view_clocks(struct ask *ask, const struct desk_case *shown);
/* Why no clock runs where one would; empty otherwise. */
str view_clock_rule(const struct desk_case *shown);
/* What a note says was done. */
struct part_option_list view_did_options(struct ask *ask, str chosen);
str view_no_clock(struct ask *ask, const struct desk_case *shown);
str view_act_words(struct ask *ask, str verb, str detail);
/* The reporter, the desk, or an officer. */
str view_act_who(struct ask *ask, str verb, int64_t officer);
struct part_desk_act_list view_acts(struct ask *ask, const struct desk_act *acts, size_t count);
/* Everything that happened in the case, newest first. */
struct part_desk_act_list view_history(struct ask *ask, const struct desk_case *shown);
/* "Rules suggest G4. Lowered to G2 by …"; empty when no officer lowered the grade. */
str view_lowered(struct ask *ask, const struct desk_case *shown);
struct part_desk_line_list view_why(struct ask *ask, const struct desk_case *shown);
/* People of the directory who fit, each with the reason. Parties are left out: nobody needs them to
 * recognise somebody. */
struct part_desk_line_list view_known(struct ask *ask, const struct desk_case *shown);
struct part_desk_line_list view_accounts(struct ask *ask, const struct desk_case *shown);
/* Forces, constituencies, why, and the doors by the codes and the grade of now. */
struct part_desk_route view_route(struct ask *ask, const struct desk_case *shown);
struct part_desk_link_list view_links(struct ask *ask, const struct desk_case *shown);

/* Asks once more before a merge, or before two incidents become one (together.c). STATUS_OK: it is
 * answered; else ask->err says why it cannot be. */
enum status together_ask_merge(struct ask *ask, const struct desk_do *what) MUST_CHECK;
enum status together_ask_same(struct ask *ask, const struct desk_do *what) MUST_CHECK;

#endif
