/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that could not become a case, each with its reason, to be tried again. */
#include "deskweb/ask.h"

#include "pages/desk_quarantine.html.h"

static void quarantine_show(struct ask *ask, str result, str case_url)
{
    struct desk_quarantined *list = NULL;
    size_t count = 0;
    enum status status =
        desk_quarantine(ask->desk, &ask->caller, ask->arena, &list, &count, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    struct page_desk_quarantine_letters *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_quarantine_letters, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_quarantine_letters){words_hour(ask->arena, list[i].hour),
                                                        list[i].leaf, list[i].why};
    }
    ASK_PAGE(ask, 200, desk_quarantine, "quarantine", .csrf = ask_csrf(ask), .result = result,
             .case_url = case_url, .letters = {rows, count});
}

void quarantine_get(struct ask *ask)
{
    quarantine_show(ask, STR(""), STR(""));
}

void quarantine_post(struct ask *ask)
{
    struct desk_retried retried;
    enum status status =
        desk_quarantine_retry(ask->desk, &ask->caller, ask->ids.number, &retried, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    if (retried.why != NULL) {
        quarantine_show(ask,
                        arena_printf(ask->arena, "Letter %lld still cannot be opened: %s.",
                                     (long long)ask->ids.number, retried.why),
                        STR(""));
        return;
    }
    if (retried.number == 0) {
        quarantine_show(
            ask,
            arena_printf(ask->arena,
                         "Letter %lld was opened: it is in a case that you may not read.",
                         (long long)ask->ids.number),
            STR(""));
        return;
    }
    long long number = (long long)retried.number;
    quarantine_show(ask,
                    arena_printf(ask->arena, "Letter %lld was opened: it is in case %lld now.",
                                 (long long)ask->ids.number, number),
                    ask_can(ask, CAP_READ_CASE) ? arena_printf(ask->arena, "/case/%lld", number)
                                                : STR(""));
}
