/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/cm.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "ledger/tree.h"
#include "ops/backup.h"
#include "ops/dump.h"
#include "ops/scan.h"
#include "serve/init.h"

static const uint8_t page_key[DB_PAGE_KEY_BYTES] = {7, 1, 1};

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        const char *text;
    } rows[] = {
        {0, "0 B"},         {999, "999 B"},     {1000, "1.0 kB"},    {99940, "99.9 kB"},
        {123456, "123 kB"}, {999600, "1.0 MB"}, {5300000, "5.3 MB"}, {INT64_C(7) << 40, "7.7 TB"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, 100);
        buf_add_size(&out, rows[i].bytes);
        buf_add_byte(&out, '\0');
        assert_string_equal(out.p, rows[i].text);
        buf_close(&out);
    }
}

static void test_progress(void **state)
{
    (void)state;
    struct buf out;
    struct progress p = {.what = "backup", .bytes = 1000000, .bytes_total = 4000000};
    buf_init(&out, 200);
    progress_text(&out, &p, 2 * US_PER_SECOND);
    assert_str(buf_str(&out), "backup: 1.0 MB of 4.0 MB, 500 kB/s, 6 s left");
    buf_clear(&out);
    p.bytes = 1000;
    progress_text(&out, &p, 2 * US_PER_SECOND);
    assert_str(buf_str(&out), "backup: 1.0 kB of 4.0 MB, 500 B/s, 133 min left");
    buf_clear(&out);
    p.bytes_total = 0;
    progress_text(&out, &p, 0); /* no time has passed: no rate */
    assert_str(buf_str(&out), "backup: 1.0 kB, 0 B/s");
    buf_close(&out);
}

static void test_salts(void **state)
{
    (void)state;
    char header[WAL_HEADER_BYTES] = {0};
    struct wal_salts none = wal_salts_from(str_from(header, sizeof header - 1));
    struct wal_salts zero = wal_salts_from(str_from(header, sizeof header));
    header[WAL_SALTS_AT + 7] = 1;
    struct wal_salts one = wal_salts_from(str_from(header, sizeof header));
    header[WAL_SALTS_AT + 8] = 1; /* a checksum, not a salt */
    struct wal_salts same = wal_salts_from(str_from(header, sizeof header));
    assert_true(wal_salts_equal(&none, &none));
    assert_false(wal_salts_equal(&none, &zero));
    assert_false(wal_salts_equal(&zero, &one));
    assert_true(wal_salts_equal(&one, &same));
}

/* --- backup.json --- */

static void make_manifest(struct manifest *m)
{
    *m = (struct manifest){.made = 5 * US_PER_SECOND,
                           .program = STR("0.1.0"),
                           .store = STR("sqlite"),
                           .leaves = 12,
                           .checkpoint = STR("hustings/aa\n12\nroot\n\n— sig\n"),
                           .file_count = 2};
    memset(m->root.bytes, 0xab, sizeof m->root.bytes);
    (void)snprintf(m->files[0].name, sizeof m->files[0].name, "letterbox.db");
    m->files[0].mark.bytes = 4096;
    (void)snprintf(m->files[1].name, sizeof m->files[1].name, "casebook.db-wal");
}

static void test_manifest(void **state)
{
    (void)state;
    struct arena arena;
    struct buf out;
    struct manifest m, back;
    struct error err = {0};
    arena_init(&arena, 16 * 1024 * 1024);
    buf_init(&out, 100000);
    make_manifest(&m);
    manifest_print(&out, &m);
    assert_int_equal(manifest_parse(&arena, buf_str(&out), &back, &err), STATUS_OK);
    assert_int_equal(back.leaves, 12);
    assert_int_equal(back.made, m.made);
    assert_memory_equal(&back.root, &m.root, sizeof m.root);
    assert_true(str_equal(back.checkpoint, m.checkpoint));
    assert_non_null(manifest_file(&back, "casebook.db-wal"));
    assert_null(manifest_file(&back, "search.db"));
    assert_int_equal(manifest_bytes(&back), 4096);
    for (size_t i = 0; i < out.n; i++) { /* each byte of it counts */
        out.p[i] = (char)(out.p[i] ^ 0x20);
        assert_int_equal(manifest_parse(&arena, buf_str(&out), &back, &err), STATUS_CORRUPT);
        out.p[i] = (char)(out.p[i] ^ 0x20);
    }
    assert_int_equal(manifest_parse(&arena, str_slice(buf_str(&out), 0, out.n - 1), &back, &err),
                     STATUS_CORRUPT);
    buf_close(&out);
    arena_close(&arena);
}

static void test_manifest_names(void **state)
{
    (void)state;
    static const char *const names[] = {"../desk.json", "/etc/passwd", ".", "", "a b", "a/b"};
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct buf out;
        struct manifest m, back;
        buf_init(&out, 100000);
        make_manifest(&m);
        (void)snprintf(m.files[0].name, sizeof m.files[0].name, "%s", names[i]);
        manifest_print(&out, &m);
        assert_int_equal(manifest_parse(&arena, buf_str(&out), &back, NULL), STATUS_CORRUPT);
        buf_close(&out);
    }
    arena_close(&arena);
}

/* --- a dump of PostgreSQL --- */

static void put_dump(struct buf *out, const int64_t *leaves, size_t count, struct crypt_hash *root)
{
    struct tree tree;
    tree_init(&tree);
    for (int64_t i = 0; i < (int64_t)count; i++) {
        struct leaf leaf = {.number = i, .kind = 2, .at = i * 60};
        struct crypt_hash hash = leaf_hash(&leaf);
        tree_add(&tree, &hash);
    }
    *root = tree_root(&tree);
    buf_add_c(out,
              "--\n-- PostgreSQL database dump\n--\n\nCOPY keyring.officer (id) FROM stdin;\n\\."
              "\n\nCOPY letterbox.ledger (leaf, kind, at, subject, hash) FROM stdin;\n");
    for (size_t i = 0; i < count; i++) {
        struct leaf leaf = {.number = leaves[i], .kind = 2, .at = leaves[i] * 60};
        buf_printf(out, "%lld\t2\t%lld\t\\\\x", (long long)leaf.number, (long long)leaf.at);
        buf_add_hex(out, leaf.subject.bytes, sizeof leaf.subject.bytes);
        buf_add_c(out, "\t\\\\x");
        buf_add_hex(out, leaf.hash.bytes, sizeof leaf.hash.bytes);
        buf_add_byte(out, '\n');
    }
    buf_add_c(out, "\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n");
}

static enum status read_dump(const char *path, str text, struct dump *ret_dump)
{
    struct error err = {0};
    assert_int_equal(io_write_file(path, text, 0600, &err), STATUS_OK);
    return dump_read(path, NULL, ret_dump, &err);
}

static void test_dump(void **state)
{
    (void)state;
    static const int64_t in_any_order[] = {0, 2, 1, 3, 4};
    static const int64_t with_a_gap[] = {0, 1, 3, 4, 5};
    char path[] = "/tmp/hustings-dump.XXXXXX";
    struct buf out;
    struct dump dump = {0};
    struct crypt_hash root;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    buf_init(&out, 100000);
    put_dump(&out, in_any_order, ARRAY_LEN(in_any_order), &root);
    assert_int_equal(read_dump(path, buf_str(&out), &dump), STATUS_OK);
    assert_int_equal(dump.leaves, 5);
    assert_true(dump.has_keyring && !dump.has_casebook);
    assert_memory_equal(&dump.root, &root, sizeof root);
    /* cut off anywhere before its last words */
    for (size_t n = 0; n + 6 < out.n; n += 7) {
        assert_int_not_equal(read_dump(path, str_slice(buf_str(&out), 0, n), &dump), STATUS_OK);
    }
    buf_clear(&out);
    put_dump(&out, with_a_gap, ARRAY_LEN(with_a_gap), &root);
    assert_int_equal(read_dump(path, buf_str(&out), &dump), STATUS_INVALID);
    assert_int_equal(read_dump(path, STR("PGDMP\1\2\n"), &dump), STATUS_INVALID);
    buf_close(&out);
    (void)unlink(path);
}

/* --- a page-encrypted casebook, written as fast as can be while it is copied --- */

/* A desk writes a leaf first: here it only waits until it could. */
static enum status write_pair(struct db *db, struct db *letterbox, int64_t i, const char *filler)
{
    struct error err = {0};
    enum status status = db_begin(letterbox, &err);
    if (status != STATUS_OK) {
        return status;
    }
    db_rollback(letterbox);
    status = db_begin(db, &err);
    if (status == STATUS_OK) {
        status = db_exec(db, "INSERT INTO a (n, filler) VALUES ($1, $2)",
                         DB_ARGS(DB_I(i), DB_B(filler, 20000)), NULL, &err);
    }
    if (status == STATUS_OK) {
        /* pages all over the file, so that checkpoints write into its middle */
        status = db_exec(db, "UPDATE a SET filler = $2 WHERE n = $1",
                         DB_ARGS(DB_I((i * 7919) % (i + 1)), DB_B(filler, 20000)), NULL, &err);
    }
    if (status == STATUS_OK) {
        status = db_exec(db, "INSERT INTO b (n) VALUES ($1)", DB_ARGS(DB_I(i)), NULL, &err);
    }
    return status == STATUS_OK ? db_commit(db, &err) : status;
}

static void write_forever(const char *path, const char *letterbox_path, int ready_fd)
{
    struct error err = {0};
    struct db *db = NULL;
    struct db *letterbox = NULL;
    static char filler[20000];
    struct db_options options = {
        .engine = DB_SQLITE, .where = path, .page_key = page_key, .is_create = true};
    static const struct db_migration migration = {
        1, "pairs",
        "CREATE TABLE a (n INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT;\n"
        "CREATE TABLE b (n INTEGER PRIMARY KEY) STRICT"};
    int64_t from = 0;
    struct db_options beside = {.engine = DB_SQLITE, .where = letterbox_path};
    enum status status = db_open(&options, &db, &err);
    if (status == STATUS_OK) {
        status = db_open(&beside, &letterbox, &err);
    }
    if (status == STATUS_OK) {
        status = db_migrate(db, &migration, 1, 0, &from, &err);
    }
    for (int64_t i = 0; status == STATUS_OK; i++) {
        memset(filler, (int)(i & 0x7f), sizeof filler);
        status = write_pair(db, letterbox, i, filler);
        if (status == STATUS_OK && i / 100 % 2 == 0 && i % 3 == 0) {
            status = db_checkpoint(db, &err); /* so that the log begins anew all the time */
        }
        if (i % 50 == 0 && write(ready_fd, "x", 1) != 1) {
            break; /* the test is over */
        }
    }
    fprintf(stderr, "writer: %s\n", err.primary);
    _exit(1);
}

static int64_t count_of(struct db *db, const char *sql)
{
    struct db_rows *rows = NULL;
    struct error err = {0};
    bool has_row = false;
    if (db_query(db, sql, DB_NO_ARGS, &rows, &err) != STATUS_OK ||
        db_next(rows, &has_row, &err) != STATUS_OK || !has_row) {
        fail_msg("%s", err.primary);
    }
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    return count;
}

static int64_t check_copy(const char *folder)
{
    struct error err = {0};
    struct db *db = NULL;
    char path[200];
    (void)snprintf(path, sizeof path, "%s/casebook.db", folder);
    struct db_options options = {
        .engine = DB_SQLITE, .where = path, .page_key = page_key, .is_read_only = true};
    assert_int_equal(db_open(&options, &db, &err), STATUS_OK);
    int64_t a = count_of(db, "SELECT count(*) FROM a");
    assert_int_equal(a, count_of(db, "SELECT count(*) FROM b"));
    assert_int_equal(a, count_of(db, "SELECT max(n) + 1 FROM a"));
    assert_int_equal(count_of(db, "SELECT sum(length(filler)) FROM a"), a * 20000);
    assert_int_equal(count_of(db, "SELECT count(*) FROM pragma_integrity_check "
                                  "WHERE integrity_check <> 'ok'"),
                     0);
    db_close(db);
    return a;
}

static void make_desk(struct settings *settings, const char *dir, struct arena *arena)
{
    struct init_result made;
    struct error err = {0};
    struct init_input input = {.settings = {.dir = str_c(dir), .store = STR("sqlite")},
                               .login = STR("officer"),
                               .name = STR("Officer"),
                               .password = STR("zebra kettle orbit nine")};
    if (desk_init(&input, clock_wall(), &made, &err) != STATUS_OK ||
        settings_read(arena, dir, settings, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
}

static void test_busy_casebook(void **state)
{
    (void)state;
    enum { ROUNDS = 5 };
    struct arena arena;
    struct settings settings;
    struct error err = {0};
    char home[] = "/tmp/hustings-ops.XXXXXX";
    int ready[2];
    char byte;
    arena_init(&arena, 256 * 1024 * 1024);
    assert_non_null(mkdtemp(home));
    const char *dir = arena_printf(&arena, "%s/desk", home).p;
    make_desk(&settings, dir, &arena);
    assert_int_equal(pipe(ready), 0);
    (void)fcntl(ready[0], F_SETPIPE_SZ, 4096);
    pid_t writer = fork();
    if (writer == 0) {
        (void)close(ready[0]);
        write_forever(settings_path(&settings, &arena, "casebook.db"),
                      settings_path(&settings, &arena, "letterbox.db"), ready[1]);
    }
    (void)close(ready[1]);
    int64_t before = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct manifest manifest;
        for (int steps = 0; steps < 4; steps++) {
            assert_int_equal(read(ready[0], &byte, 1), 1);
        }
        const char *to = arena_printf(&arena, "%s/backup-%d", home, i).p;
        struct backup_options options = {.settings = &settings, .to = to, .now = i};
        if (backup_make(&options, &arena, &manifest, &err) != STATUS_OK) {
            fail_msg("%s", err.primary);
        }
        assert_non_null(manifest_file(&manifest, "casebook.db"));
        int64_t rows = check_copy(to);
        assert_true(rows > before);
        before = rows;
    }
    (void)kill(writer, SIGKILL);
    (void)waitpid(writer, NULL, 0);
    (void)close(ready[0]);
    /* it is no good to say "cannot" and to leave half a backup behind */
    const char *to = arena_printf(&arena, "%s/broken", home).p;
    struct settings absent = settings;
    absent.dir = str_c(home);
    struct manifest manifest;
    struct backup_options options = {.settings = &absent, .to = to};
    assert_int_not_equal(backup_make(&options, &arena, &manifest, &err), STATUS_OK);
    assert_false(io_exists(to));
    arena_close(&arena);
    const char *const rm[] = {"rm", "-rf", home, NULL};
    pid_t remover = fork();
    if (remover == 0) {
        (void)execvp(rm[0], (char *const *)(uintptr_t)rm);
        _exit(1);
    }
    (void)waitpid(remover, NULL, 0);
}

/* --- disk-scan --- */

struct finds {
    int64_t count;
    int64_t offset;
    const char *form;
};

static void take_hit(void *context, const struct scan_hit *hit)
{
    struct finds *finds = context;
    finds->count++;
    finds->offset = hit->offset;
    finds->form = hit->pattern->form;
}

static void take_unread(void *context, const char *path, const char *why)
{
    (void)context;
    fail_msg("%s: %s", path, why);
}

static void test_scan_forms(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *form; /* NULL: not found */
        int64_t offset;
    } rows[] = {
        {"..Zebra\xc3\xa9?kettle..", 19, "text", 2},
        {"..zebra\xc3\xa9?kettle..", 19, NULL, 0},
        {"Zebra\xc3\xa9?kettl", 14, NULL, 0},
        {".Z\0e\0b\0r\0a\0\xe9\0?\0k\0e\0t\0t\0l\0e\0", 27, "utf-16", 1},
        {"5a65627261c3a93f6b6574746c65", 28, "hex", 0},
        {"5A65627261C3A93F6B6574746C65", 28, "hex", 0},
        {"WmVicmHDqT9rZXR0bGU=", 20, "base64", 0},     /* alone */
        {"YVplYnJhw6k/a2V0dGxlYg==", 24, "base64", 2}, /* a…b */
        {"YVplYnJhw6k_a2V0dGxlYg", 22, "base64url", 2},
        {"YWFaZWJyYcOpP2tldHRsZWJi", 24, "base64", 3}, /* aa…bb */
    };
    static const str canary[] = {STR_INIT("unrelated"), STR_INIT("Zebra\xc3\xa9?kettle")};
    struct arena arena;
    struct scan scan;
    arena_init(&arena, 64 * 1024 * 1024);
    assert_int_equal(scan_start(&arena, canary, 2, &scan, NULL), STATUS_OK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct finds finds = {0};
        scan_bytes(&scan, str_from(rows[i].bytes, rows[i].n), rows[i].n, "f", 0, take_hit, &finds);
        assert_int_equal(finds.count, rows[i].form == NULL ? 0 : 1);
        if (rows[i].form != NULL) {
            assert_string_equal(finds.form, rows[i].form);
            assert_int_equal(finds.offset, rows[i].offset);
        }
    }
    assert_int_equal(scan_start(&arena, canary, 0, &scan, NULL), STATUS_INVALID);
    assert_int_equal(scan_start(&arena, &(str){"abc", 3}, 1, &scan, NULL), STATUS_INVALID);
    arena_close(&arena);
}

/* A find across the edge of a window, at every place near it, is found once. */
static void test_scan_windows(void **state)
{
    (void)state;
    enum { EDGE = 1024 * 1024, BYTES = 2 * EDGE + 100 };
    static const str canary[] = {STR_INIT("canary-at-the-edge")};
    char path[] = "/tmp/hustings-scan.XXXXXX";
    struct arena arena;
    struct scan scan;
    struct buf bytes;
    arena_init(&arena, 256 * 1024 * 1024);
    buf_init(&bytes, BYTES);
    memset(buf_reserve(&bytes, BYTES), 'c', BYTES);
    bytes.n = BYTES;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(scan_start(&arena, canary, 1, &scan, NULL), STATUS_OK);
    for (size_t at = EDGE - 60; at < EDGE + 20; at += 3) {
        struct finds finds = {0};
        struct scan_counts counts;
        memcpy(bytes.p + at, canary[0].p, canary[0].n);
        assert_int_equal(io_write_file(path, buf_str(&bytes), 0600, NULL), STATUS_OK);
        assert_int_equal(scan_folder(&scan, path, take_hit, take_unread, &finds, &counts, NULL),
                         STATUS_OK);
        assert_int_equal(counts.bytes, BYTES);
        assert_int_equal(finds.count, 1);
        assert_int_equal(finds.offset, at);
        memset(bytes.p + at, 'c', canary[0].n);
    }
    (void)unlink(path);
    buf_close(&bytes);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),          cmocka_unit_test(test_progress),
        cmocka_unit_test(test_salts),          cmocka_unit_test(test_manifest),
        cmocka_unit_test(test_manifest_names), cmocka_unit_test(test_dump),
        cmocka_unit_test(test_scan_forms),     cmocka_unit_test(test_scan_windows),
        cmocka_unit_test(test_busy_casebook),
    };
    crypt_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
