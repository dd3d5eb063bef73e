/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine makes of a report's words, at the moment somebody looks at them.
 *
 * Nothing of it is kept (docs/decisions/0013): the same words and the same model give the same
 * answer, a better model gives a better one, and an erasure has one place less to look at. */
#include "desk/desk_internal.h"

void report_triage(struct desk *desk, struct arena *arena, struct desk_report *report)
{
    if (desk->options.triage == NULL || report->is_erased) {
        return;
    }
    if (desk->triage_work == NULL) {
        desk->triage_work = triage_work_new(&desk->arena, desk->options.triage);
    }
    struct triage_result *result = ARENA_NEW(arena, struct triage_result);
    triage_message(desk->options.triage, desk->triage_work, report->body.report.what, true, result);
    report->reading = result;
}
