/* SPDX-License-Identifier: Apache-2.0 */
/* Before an erasure: what goes, what stays, and who decides. */
#include "deskweb/ask.h"

#include "pages/desk_erase.html.h"

static struct page_desk_erase_holds_list holds_of(struct ask *ask,
                                                  const struct desk_erase_view *view)
{
    struct page_desk_erase_holds *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_erase_holds, view->hold_count + 1);
    for (size_t i = 0; i < view->hold_count; i++) {
        const struct desk_hold *hold = &view->holds[i];
        rows[i] = (struct page_desk_erase_holds){ask_officer_name(ask, hold->officer),
                                                 words_time(ask->arena, hold->at), hold->reason};
    }
    return (struct page_desk_erase_holds_list){rows, view->hold_count};
}

static struct page_desk_erase_reports_list reports_of(struct ask *ask,
                                                      const struct desk_erase_view *view)
{
    struct page_desk_erase_reports *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_erase_reports, view->report_count + 1);
    for (size_t i = 0; i < view->report_count; i++) {
        const struct desk_erasable *one = &view->reports[i];
        rows[i] = (struct page_desk_erase_reports){one->leaf, words_hour(ask->arena, one->hour),
                                                   one->is_added, one->is_chosen};
    }
    return (struct page_desk_erase_reports_list){rows, view->report_count};
}

static void show(struct ask *ask, const struct desk_erase_view *view, int64_t report)
{
    int64_t number = view->row.number;
    unsigned also = view->ask.also;
    ASK_PAGE(ask, 200, desk_erase, "", .token = {ask_csrf(ask), view->row.version},
             .base = arena_printf(ask->arena, "/case/%lld", (long long)number), .number = number,
             .holds = holds_of(ask, view), .reports = reports_of(ask, view),
             .has_more = view->has_more_reports, .is_whole = view->is_whole, .report = report,
             .notes = (int64_t)view->note_count, .has_notes = view->note_count > 0,
             .messages = (int64_t)view->message_count, .has_messages = view->message_count > 0,
             .has_summary = view->has_summary, .has_ask = view->has_ask, .ask = view->ask.leaf,
             .asked_by = view->has_ask ? ask_officer_name(ask, view->ask.officer) : STR(""),
             .asked_at = view->has_ask ? words_time(ask->arena, view->ask.at) : STR(""),
             .reason = view->ask.reason, .with_notes = (also & ERASURE_NOTES) != 0,
             .with_messages = (also & ERASURE_MESSAGES) != 0,
             .with_summary = (also & ERASURE_SUMMARY) != 0, .may_confirm = view->may_confirm,
             .is_own = view->has_ask && view->ask.officer == ask->caller.officer,
             .is_alone = view->is_alone, .others = view->others,
             .word = arena_printf(ask->arena, "ERASE %lld", (long long)number));
}

void erase_get(struct ask *ask)
{
    struct desk_erase_view *view = ARENA_NEW(ask->arena, struct desk_erase_view);
    int64_t report = ask_number(&ask->query, "report", 0);
    int64_t request = ask_number(&ask->query, "ask", 0);
    enum status status =
        desk_erase_look(ask->desk, &ask->caller, ask->ids.number, report < 0 ? 0 : report,
                        request < 0 ? 0 : request, ask->arena, view, &ask->err);
    if (status == STATUS_OK && !view->has_ask && view->chosen_count == 0) {
        status = error_set(&ask->err, STATUS_NOT_FOUND,
                           "There is no such report in this case to erase.");
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    show(ask, view, report < 0 ? 0 : report);
}
