/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a clock that stands wrong, jumps or goes back neither keeps what should go nor holds back
 * what should ring; and what runs out runs out at its time.
 * Method: the letterbox of each engine, asked with a `now` of our own. */
#include "../support/store_bench.h"

#include "letterbox/box_client.h"
#include "store/letterbox.h"

static const time_us start = INT64_C(1720000000) * US_PER_SECOND;
static const time_us minute = 60 * US_PER_SECOND, hour = 3600 * US_PER_SECOND;
static const time_us year = INT64_C(365) * 24 * 3600 * US_PER_SECOND;
static const struct letterbox_lifetimes lifetimes = {
    .draft = BOX_DRAFT_SECONDS * US_PER_SECOND,
    .idempotency = BOX_IDEMPOTENCY_SECONDS * US_PER_SECOND,
    .chunk = 2 * BOX_DRAFT_SECONDS * US_PER_SECOND};

struct fixture {
    struct db *db;
    struct arena arena;
};

static const struct crypt_id id_a = {{1}}, id_b = {{2}}, draft = {{3}};

static void fixture_open(struct fixture *f, void **state)
{
    struct db_options options = bench_store(ready(state), "letterbox");
    arena_init(&f->arena, 1 << 20);
    OK(db_open(&options, &f->db, &err));
    OK(letterbox_migrate(f->db, start, NULL, &err));
}

static void fixture_close(struct fixture *f)
{
    db_close(f->db);
    arena_close(&f->arena);
}

/* Everything that runs out, written when the clock says `now`. */
static void write_all(struct fixture *f, time_us now)
{
    bool is_new = false;
    str kept = {0};
    OK(db_begin(f->db, &err));
    OK(letterbox_draft_write(f->db, &draft, STR("sealed"), now + lifetimes.draft, &err));
    OK(letterbox_idempotency_insert(f->db, &f->arena, &id_a, &id_a, STR("kept"), now,
                                    now + lifetimes.idempotency, &is_new, &kept, &err));
    assert_true(is_new);
    OK(letterbox_chunk_insert(f->db, &id_b, 0, STR("chunk"), &draft, now + lifetimes.chunk, &err));
    OK(db_commit(f->db, &err));
}

static void sweep(struct fixture *f, time_us now)
{
    OK(db_begin(f->db, &err));
    OK(letterbox_sweep(f->db, now, &lifetimes, &err));
    OK(db_commit(f->db, &err));
}

/* What is still there at `now`: 1 draft, 2 idempotency, 4 chunk. */
static int there(struct fixture *f, time_us now)
{
    str sealed = {0};
    struct error why;
    int found = 0;
    if (letterbox_draft_read(f->db, &f->arena, &draft, now, &sealed, &why) == STATUS_OK) {
        found += 1;
    }
    if (letterbox_idempotency_read(f->db, &f->arena, &id_a, now, &sealed, &why) == STATUS_OK) {
        found += 2;
    }
    OK(db_begin(f->db, &err)); /* a chunk that waits for its report can only be attached */
    if (letterbox_evidence_attach(f->db, &id_b, 1, &why) == STATUS_OK) {
        found += 4;
    }
    db_rollback(f->db);
    return found;
}

static void test_runs_out(void **state)
{
    static const struct {
        time_us after;
        int there;
    } rows[] = {{0, 7},        {hour - 1, 7},      {hour, 6},      {2 * hour - 1, 6},
                {2 * hour, 2}, {24 * hour - 1, 2}, {24 * hour, 0}, {24 * hour + year, 0}};
    struct fixture f;
    fixture_open(&f, state);
    write_all(&f, start);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        sweep(&f, start + rows[i].after);
        assert_int_equal(there(&f, start + rows[i].after), rows[i].there);
    }
    write_all(&f, start + 24 * hour); /* the same key is new again */
    fixture_close(&f);
}

/* Read without a sweep in between: what has run out is not shown. */
static void test_runs_out_unswept(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    write_all(&f, start);
    assert_int_equal(there(&f, start + hour) & 1, 0);
    assert_int_equal(there(&f, start + 24 * hour) & 2, 0);
    fixture_close(&f);
}

/* The clock stood years ahead while things were written and is then set right: they must not live
 * for years, and what a reporter is typing must not vanish either. */
static void test_clock_set_back(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    write_all(&f, start + 14 * year);
    sweep(&f, start);
    assert_int_equal(there(&f, start), 7);
    sweep(&f, start + 30 * minute); /* a second sweep does not lengthen it again */
    sweep(&f, start + hour);
    assert_int_equal(there(&f, start + hour), 6);
    sweep(&f, start + 2 * hour);
    assert_int_equal(there(&f, start + 2 * hour), 2);
    sweep(&f, start + 24 * hour);
    assert_int_equal(there(&f, start + 24 * hour), 0);
    fixture_close(&f);
}

/* A few minutes back, as a clock is set by the network: nothing is lost. */
static void test_clock_a_little_back(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    write_all(&f, start);
    sweep(&f, start - 5 * minute);
    assert_int_equal(there(&f, start - 5 * minute), 7);
    sweep(&f, start + 54 * minute);
    assert_int_equal(there(&f, start + 54 * minute), 7);
    fixture_close(&f);
}

static size_t due(struct fixture *f, time_us now)
{
    struct outbox_row rows[4];
    size_t count = 0;
    OK(letterbox_outbox_due(f->db, now, rows, ARRAY_LEN(rows), &count, &err));
    return count;
}

/* An alarm whose next try was set by a clock that stood ahead rings all the same. */
static void test_alarm(void **state)
{
    struct fixture f;
    struct outbox_row row = {.id = id_a, .band = 5, .hour = start};
    fixture_open(&f, state);
    OK(db_begin(f.db, &err));
    OK(letterbox_outbox_insert(f.db, &row, &err));
    OK(db_commit(f.db, &err));
    assert_int_equal(due(&f, start), 1);
    OK(db_begin(f.db, &err));
    OK(letterbox_outbox_tried(f.db, &id_a, start + 10 * minute, &err));
    OK(db_commit(f.db, &err));
    assert_int_equal(due(&f, start), 0);
    assert_int_equal(due(&f, start + 10 * minute), 1);
    assert_int_equal(due(&f, start - year), 1);
    OK(db_begin(f.db, &err));
    OK(letterbox_outbox_tried(f.db, &id_a, start + 14 * year, &err));
    OK(db_commit(f.db, &err));
    assert_int_equal(due(&f, start), 1);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_runs_out),       BOTH(test_runs_out_unswept),
        BOTH(test_clock_set_back), BOTH(test_clock_a_little_back),
        BOTH(test_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
