/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as an auditor sees it: its size and root, the checkpoint to keep elsewhere, and the
 * acts behind the leaves. */
#include "deskweb/case_view.h"

#include "pages/desk_acts.html.h"
#include "pages/desk_ledger.html.h"

enum { ACTS_ROWS = 100 };

static struct page_desk_ledger_quarantine_list quarantine_of(struct ask *ask)
{
    struct desk_quarantined *list = NULL;
    size_t count = 0;
    if (desk_quarantine(ask->desk, &ask->caller, ask->arena, &list, &count, NULL) != STATUS_OK) {
        count = 0;
    }
    struct page_desk_ledger_quarantine *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_ledger_quarantine, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_ledger_quarantine){words_hour(ask->arena, list[i].hour),
                                                       list[i].leaf, list[i].why};
    }
    return (struct page_desk_ledger_quarantine_list){rows, count};
}

void ledger_get(struct ask *ask)
{
    struct box_state state;
    str note = {0};
    enum status status = box_state(ask->web->options.box, &state, &ask->err);
    if (status == STATUS_OK) {
        status = box_checkpoint(ask->web->options.box, ask->arena, &note, &ask->err);
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    struct buf root;
    buf_init(&root, 2 * CRYPT_HASH_BYTES);
    buf_add_hex(&root, state.ledger_root.bytes, sizeof state.ledger_root.bytes);
    ASK_PAGE(ask, 200, desk_ledger, "ledger", .size = state.ledger_size, .root = buf_str(&root),
             .note = note, .folder = ask->web->options.folder, .quarantine = quarantine_of(ask));
    buf_close(&root);
}

void checkpoint_get(struct ask *ask)
{
    str note = {0};
    enum status status = box_checkpoint(ask->web->options.box, ask->arena, &note, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    http_add_header(ask->x, "Content-Disposition",
                    STR("attachment; filename=\"hustings-checkpoint.txt\""));
    http_answer(ask->x, 200, "text/plain; charset=utf-8", note);
}

void acts_get(struct ask *ask)
{
    struct desk_act *acts = NULL;
    size_t count = 0;
    int64_t before = ask_number(&ask->query, "before", 0);
    enum status status = desk_acts(ask->desk, &ask->caller, before < 0 ? 0 : before, ACTS_ROWS,
                                   ask->arena, &acts, &count, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    ASK_PAGE(ask, 200, desk_acts, "acts", .acts = view_acts(ask, acts, count),
             .next = count == ACTS_ROWS ? arena_printf(ask->arena, "/acts?before=%lld",
                                                       (long long)acts[count - 1].leaf)
                                        : STR(""));
}
