/* SPDX-License-Identifier: Apache-2.0 */
/* An erasure at the bench: asked for, then confirmed, each in one call. */
#ifndef HUSTINGS_TESTS_ERASE_ACTS_H
#define HUSTINGS_TESTS_ERASE_ACTS_H

#include "desk_acts.h"

UNUSED static struct mailbox_keys mailbox_new(struct desk_bench *d)
{
    struct receipt receipt = receipt_new();
    struct mailbox_keys keys;
    mailbox_keys_from_receipt(&receipt, &d->desk_id, &keys);
    return keys;
}

/* `report` is a leaf; 0 = the whole case. `also` is a set of enum erasure_also. */
UNUSED static enum status erase_ask(struct desk_bench *d, const struct caller *caller,
                                    int64_t number, int64_t report, unsigned also,
                                    struct error *err)
{
    struct desk_done done;
    struct desk_do what = {.kind = DO_ASK,
                           .number = number,
                           .report = report,
                           .also = also,
                           .reason = STR("the reporter asked for it")};
    return desk_do(d->desk, caller, &what, &d->arena, &done, NULL, err);
}

/* Confirms the oldest request of the case. */
UNUSED static enum status erase_confirm(struct desk_bench *d, const struct caller *caller,
                                        int64_t number, struct error *err)
{
    struct desk_done done;
    struct desk_case view = read_case(d, number);
    assert_true(view.ask_count > 0);
    struct desk_do what = {.kind = DO_ERASE,
                           .number = number,
                           .leaf = view.asks[0].leaf,
                           .text = arena_printf(&d->arena, "ERASE %lld", (long long)number)};
    return desk_do(d->desk, caller, &what, &d->arena, &done, NULL, err);
}

/* Both by one, of a case that nobody else has asked about. */
UNUSED static void erase(struct desk_bench *d, const struct caller *caller, int64_t number,
                         int64_t report, unsigned also)
{
    OK(erase_ask(d, caller, number, report, also, &err));
    assert_int_equal(read_case(d, number).ask_count, 1);
    OK(erase_confirm(d, caller, number, &err));
}

#endif
