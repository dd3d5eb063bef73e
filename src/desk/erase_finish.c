/* SPDX-License-Identifier: Apache-2.0 */
/* The second half of an erasure (telling box), and the repetition after a restore. */
#include "desk/desk_internal.h"

#include "base/io.h"

#include <stdio.h>

enum { SCRUB_WAIT_MS = 1000 };

/* One record to box; the index forgets the case until it is indexed anew. */
static enum status tell(struct desk *desk, const struct casebook_todo *todo, struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    struct error problem = {0};
    int64_t leaf = 0;
    enum status status = search_forget(desk->search, todo->casefile, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = box->erase(box->context, todo->body, &leaf, &problem);
    /* A letter that this ledger never had cannot be here either. */
    return status == STATUS_OK || status == STATUS_NOT_FOUND
               ? STATUS_OK
               : error_set(err, status, "%s", problem.primary);
}

/* A page of them: tells box, and then forgets what was told. A record that does not open says nothing
 * that box could be told; its row stays, and each unlock says so again. */
static enum status finish_page(struct desk *desk, const struct casebook_todo *list, size_t count,
                               size_t *ret_told, struct error *err)
{
    enum status status = STATUS_OK;
    size_t told = 0;
    size_t damaged = 0;
    int64_t touched = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (list[i].body.n == 0) {
            damaged++;
            continue;
        }
        status = tell(desk, &list[i], err);
        told++;
    }
    if (damaged > 0) {
        fprintf(stderr,
                "hustings desk: box cannot be told of some erasures, for their records in the "
                "casebook are damaged: %zu\n",
                damaged);
    }
    if (status != STATUS_OK || told == 0) {
        *ret_told = 0;
        return status;
    }
    status = casebook_begin(desk->casebook, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (list[i].body.n > 0) {
            status = casebook_todo_remove(desk->casebook, list[i].leaf, err);
        }
        /* It may have been indexed since the erasure, and `tell` forgot that again. */
        if (status == STATUS_OK && list[i].body.n > 0 && list[i].casefile != touched) {
            touched = list[i].casefile;
            status = casebook_case_touch(desk->casebook, touched, err);
        }
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    *ret_told = told;
    return status;
}

enum status erasures_finish(struct desk *desk, size_t max, bool *ret_more, struct error *err)
{
    struct casebook_todo *list = NULL;
    size_t count = max;
    size_t told = 0;
    int64_t after = -1;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && told == 0 && count == max) { /* past a page of damaged ones */
        arena_reset(&desk->work);
        status = casebook_todos(desk->casebook, &desk->work, after, max, &list, &count, err);
        if (status == STATUS_OK && count > 0) {
            after = list[count - 1].leaf;
            status = finish_page(desk, list, count, &told, err);
        }
    }
    if (status == STATUS_OK) {
        if (told > 0) {
            desk->wants_scrub = true;
            desk->numbers_until = 0; /* a kept table may still name an area that nobody reported */
        }
        *ret_more = count == max;
        erasures_scrub(desk);
    }
    return status;
}

void erasures_scrub(struct desk *desk)
{
    bool is_casebook = false;
    bool is_search = false;
    struct error ignored;
    if (!desk->wants_scrub || clock_monotonic() < desk->scrub_at) {
        return;
    }
    desk->scrub_at = clock_monotonic() + (time_us)SCRUB_WAIT_MS * 1000;
    /* A reader (a backup) may hold a log for a while: tried again with the ticks. */
    bool is_done = casebook_scrub(desk->casebook, &is_casebook, &ignored) == STATUS_OK &&
                   search_scrub(desk->search, &is_search, &ignored) == STATUS_OK;
    desk->wants_scrub = !(is_done && is_casebook && is_search);
}

/* --- after a restore --- */

static void say_damaged(int64_t leaf, int64_t number)
{
    fprintf(stderr,
            "hustings desk: report %lld was erased again, but case %lld is damaged: look there for "
            "what else was to go\n",
            (long long)leaf, (long long)number);
}

/* A report that an older backup brought back. A case that does not open cannot be made anew; the
 * report goes all the same, and the time line says so. */
static enum status erase_again(struct desk *desk, struct arena *arena, const struct erasure *e,
                               const struct casebook_report *row, int64_t number, time_us now,
                               struct error *err)
{
    struct caller nobody = {.officer = 0, .now = now};
    struct desk_file old, file;
    struct act act;
    struct buf at;
    enum status status = file_load(desk, NULL, arena, number, &old, err);
    const bool is_damaged = status == STATUS_CORRUPT;
    if (status == STATUS_OK) {
        file = old;
        struct derive from = {.number = number, .without = &row->leaf, .without_count = 1};
        status = brief_derive(desk, arena, &from, &file.brief, err);
    }
    if (status == STATUS_OK) {
        file_end_if_erased(&file, now);
    }
    if (status != STATUS_OK && !is_damaged) {
        return status;
    }
    buf_init(&at, 64);
    buf_add_time(&at, e->at);
    act_begin(&act, &nobody, "erase.again", number, false);
    json_put_int(&act.json, "report", row->leaf);
    json_put_text(&act.json, "erased", buf_str(&at));
    buf_close(&at);
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = erase_rows(desk, number, is_damaged ? NULL : &old.brief, row, 1, e->also, err);
        if (status == STATUS_OK && !is_damaged) {
            status = campaign_recount(desk, number, 0, 0, 0, &file.brief, err);
        }
        if (status == STATUS_OK && !is_damaged) {
            status = file_save(desk, arena, &old, &file, err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    desk->wants_scrub = true;
    if (status == STATUS_OK && is_damaged) {
        say_damaged(row->leaf, number);
    }
    return status == STATUS_OK ? search_forget(desk->search, number, err) : status;
}

/* Something around the report is damaged: the report itself needs nothing of that to go. */
static enum status wipe_alone(struct desk *desk, const struct casebook_report *row, int64_t number,
                              struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = casebook_report_wipe(desk->casebook, row->leaf, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
        return status;
    }
    say_damaged(row->leaf, number);
    return search_forget(desk->search, number, err);
}

static enum status forget_quarantined(struct desk *desk, const struct erasure *e, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = casebook_quarantine_wipe(desk->casebook, e->letter_leaf, &e->letter_id, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

static enum status replay_one(struct desk *desk, struct arena *arena,
                              const struct crypt_verify_key *verify,
                              const struct stored_erasure *stored, time_us now, struct error *err)
{
    struct erasure e;
    struct casebook_report row;
    int64_t number = 0;
    /* Not signed by this desk: nobody here decided that. `ledger verify` names it. */
    if (erasure_parse(arena, stored->note, &desk->options.id, verify, &e, NULL) != STATUS_OK) {
        return STATUS_OK;
    }
    enum status status =
        casebook_report_get(desk->casebook, arena, e.letter_leaf, &row, &number, err);
    if (status == STATUS_CORRUPT) { /* its id is not one, so that nothing opens its text either */
        fprintf(stderr, "hustings desk: report %lld is damaged and was not erased again\n",
                (long long)e.letter_leaf);
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (number == 0) {
        return forget_quarantined(desk, &e, err);
    }
    if (!crypt_id_equal(&row.id, &e.letter_id) || row.key_wrap.n == 0) {
        return STATUS_OK;
    }
    status = erase_again(desk, arena, &e, &row, number, now, err);
    return status == STATUS_CORRUPT ? wipe_alone(desk, &row, number, err) : status;
}

static enum status set_mark(struct desk *desk, int64_t leaf, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = casebook_mark_set(desk->casebook, "erased", leaf, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

enum status erasures_replay(struct desk *desk, time_us now, struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    struct crypt_verify_key verify;
    struct crypt_sign_key sign;
    int64_t after = 0;
    size_t count = 1;
    crypt_sign_pair_from_seed(&desk->secrets->keys.cosign_seed, &verify, &sign);
    CRYPT_WIPE(sign);
    enum status status = casebook_mark_get(desk->casebook, "erased", &after, err);
    while (status == STATUS_OK && count > 0) {
        struct stored_erasure *list = NULL;
        struct arena page, arena;
        arena_init(&page, DESK_WORK_BYTES_MAX);
        arena_init(&arena, DESK_WORK_BYTES_MAX);
        status = box->erasures(box->context, &page, after, &list, &count, err);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = replay_one(desk, &arena, &verify, &list[i], now, err);
            after = list[i].leaf;
            arena_reset(&arena); /* each may open a whole case */
        }
        if (status == STATUS_OK && count > 0) {
            status = set_mark(desk, after, err);
        }
        arena_close(&arena); /* wipes */
        arena_close(&page);
    }
    return status;
}
