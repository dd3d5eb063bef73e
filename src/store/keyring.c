/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keyring.h"

#include "store/rows.h"

enum { KEYRING_ARENA_BYTES_MAX = 64 * 1024, KEYRING_ROWS_MAX = 1000 };
/* PostgreSQL: one order of writers ("keyr"). */
enum { KEYRING_LOCK = 0x6b657972 };

struct keyring {
    struct arena arena; /* holds this struct itself */
    struct db *db;
};

static const struct db_migration migrations[] = {
    {1, "keyring",
     "CREATE TABLE officer (id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE,"
     " role INTEGER NOT NULL, disabled INTEGER NOT NULL, created_hour INTEGER NOT NULL,"
     " totp_step INTEGER NOT NULL, failures INTEGER NOT NULL, waiting_until INTEGER NOT NULL,"
     " untold INTEGER NOT NULL, untold_hour INTEGER NOT NULL, salt BLOB NOT NULL,"
     " public_key BLOB NOT NULL, secret BLOB NOT NULL, root BLOB NOT NULL, totp BLOB NOT NULL,"
     " name BLOB NOT NULL) STRICT;\n"
     "CREATE TABLE recipient (kind TEXT PRIMARY KEY, public_key BLOB NOT NULL,"
     " root BLOB NOT NULL) STRICT;\n"},
};

/* Row 0 (see the header). */
static enum status add_nobody(struct db *db, struct error *err)
{
    return db_exec(db,
                   "INSERT INTO officer (id, login, role, disabled, created_hour, totp_step,"
                   " failures, waiting_until, untold, untold_hour, salt, public_key, secret,"
                   " root, totp, name) VALUES (0, '', 0, 1, 0, 0, 0, 0, 0, 0, $1, $1, $1, $1,"
                   " $1, $1) ON CONFLICT (id) DO NOTHING",
                   DB_ARGS(DB_B("", 0)), NULL, err);
}

enum status keyring_open(const struct db_options *options, time_us now,
                         struct keyring **ret_keyring, struct error *err)
{
    struct db *db = NULL;
    enum status status = db_open(options, &db, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = db_migrate(db, migrations, ARRAY_LEN(migrations), now, NULL, err);
    if (status == STATUS_OK) {
        status = add_nobody(db, err);
    }
    if (status != STATUS_OK) {
        db_close(db);
        return status;
    }
    struct arena arena;
    arena_init(&arena, KEYRING_ARENA_BYTES_MAX);
    struct keyring *keyring = ARENA_NEW(&arena, struct keyring);
    keyring->arena = arena;
    keyring->db = db;
    *ret_keyring = keyring;
    return STATUS_OK;
}

void keyring_close(struct keyring *keyring)
{
    if (keyring != NULL) {
        struct arena arena = keyring->arena;
        db_close(keyring->db);
        arena_close(&arena);
    }
}

static enum status begin(struct keyring *keyring, struct error *err)
{
    enum status status = db_begin(keyring->db, err);
    if (status == STATUS_OK) {
        status = db_lock_writer(keyring->db, KEYRING_LOCK, err);
        if (status != STATUS_OK) {
            db_rollback(keyring->db);
        }
    }
    return status;
}

static enum status finish(struct keyring *keyring, enum status status, struct error *err)
{
    if (status == STATUS_OK) {
        status = db_commit(keyring->db, err);
    }
    if (status != STATUS_OK && db_in_transaction(keyring->db)) {
        db_rollback(keyring->db);
    }
    return status;
}

static enum status insert(struct keyring *keyring, const struct keyring_officer *o,
                          struct error *err)
{
    return db_exec(
        keyring->db,
        "INSERT INTO officer (id, login, role, disabled, created_hour, totp_step, failures,"
        " waiting_until, untold, untold_hour, salt, public_key, secret, root, totp, name)"
        " VALUES ($1, $2, $3, 0, $4, 0, 0, 0, 0, 0, $5, $6, $7, $8, $9, $10)",
        DB_ARGS(DB_I(o->id), DB_T(o->login), DB_I(o->role), DB_I(o->created_hour), DB_S(o->salt),
                DB_S(o->public_key), DB_S(o->secret), DB_S(o->root), DB_S(o->totp), DB_S(o->name)),
        NULL, err);
}

enum status keyring_add(struct keyring *keyring, keyring_fill *fill, void *context, int64_t *ret_id,
                        struct error *err)
{
    int64_t id = 0;
    int64_t taken = 0;
    struct keyring_officer officer = {0};
    enum status status = begin(keyring, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = rows_number(keyring->db, "SELECT MAX(id) FROM officer", DB_NO_ARGS, 0, &id, err);
    if (status == STATUS_OK) {
        id++;
        status = fill(context, id, &officer, err);
    }
    if (status == STATUS_OK) {
        officer.id = id;
        status = rows_number(keyring->db, "SELECT id FROM officer WHERE login = $1",
                             DB_ARGS(DB_T(officer.login)), 0, &taken, err);
    }
    if (status == STATUS_OK && taken != 0) {
        status = error_set(err, STATUS_CONFLICT, "There is an officer with that login already.");
    }
    if (status == STATUS_OK && id > KEYRING_ROWS_MAX) {
        status = error_set(err, STATUS_LIMIT, "A desk has at most %d officers.", KEYRING_ROWS_MAX);
    }
    if (status == STATUS_OK) {
        status = insert(keyring, &officer, err);
    }
    status = finish(keyring, status, err);
    if (status == STATUS_OK) {
        *ret_id = id;
    }
    return status;
}

#define OFFICER_COLUMNS                                                                            \
    "id, role, disabled, created_hour, totp_step, failures, waiting_until, untold, untold_hour,"   \
    " login, salt, public_key, secret, root, totp, name"

static void take_officer(const struct db_rows *rows, struct arena *arena, struct keyring_officer *o)
{
    o->id = db_int(rows, 0);
    o->role = db_int(rows, 1);
    o->is_disabled = db_int(rows, 2) != 0;
    o->created_hour = db_int(rows, 3);
    o->totp_step = db_int(rows, 4);
    o->failures = db_int(rows, 5);
    o->waiting_until = db_int(rows, 6);
    o->untold = db_int(rows, 7);
    o->untold_hour = db_int(rows, 8);
    o->login = arena_str(arena, db_text(rows, 9));
    o->salt = rows_bytes(rows, 10, arena);
    o->public_key = rows_bytes(rows, 11, arena);
    o->secret = rows_bytes(rows, 12, arena);
    o->root = rows_bytes(rows, 13, arena);
    o->totp = rows_bytes(rows, 14, arena);
    o->name = rows_bytes(rows, 15, arena);
}

static enum status one_officer(struct keyring *keyring, struct arena *arena, const char *sql,
                               struct db_value arg, struct keyring_officer *ret_officer,
                               struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(keyring->db, sql, &arg, 1, &rows, &has_row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!has_row) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such officer.");
    }
    take_officer(rows, arena, ret_officer);
    db_rows_close(rows);
    return STATUS_OK;
}

enum status keyring_by_login(struct keyring *keyring, struct arena *arena, str login,
                             struct keyring_officer *ret_officer, struct error *err)
{
    return one_officer(keyring, arena,
                       "SELECT " OFFICER_COLUMNS " FROM officer WHERE login = $1 AND id > 0",
                       DB_T(login), ret_officer, err);
}

enum status keyring_by_id(struct keyring *keyring, struct arena *arena, int64_t id,
                          struct keyring_officer *ret_officer, struct error *err)
{
    return one_officer(keyring, arena, "SELECT " OFFICER_COLUMNS " FROM officer WHERE id = $1",
                       DB_I(id), ret_officer, err);
}

enum status keyring_list(struct keyring *keyring, struct arena *arena,
                         struct keyring_officer **ret_list, size_t *ret_count, struct error *err)
{
    struct keyring_officer *list = ARENA_ARRAY(arena, struct keyring_officer, KEYRING_ROWS_MAX);
    size_t count = 0;
    struct db_rows *rows = NULL;
    enum status status =
        db_query(keyring->db, "SELECT " OFFICER_COLUMNS " FROM officer WHERE id > 0 ORDER BY id",
                 DB_NO_ARGS, &rows, err);
    bool has_row = status == STATUS_OK;
    while (has_row && count < KEYRING_ROWS_MAX) {
        status = db_next(rows, &has_row, err);
        if (status != STATUS_OK) {
            break;
        }
        if (has_row) {
            take_officer(rows, arena, &list[count++]);
        }
    }
    db_rows_close(rows);
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = count;
    }
    return status;
}

/* A change of exactly one row. */
static enum status change(struct keyring *keyring, const char *sql, const struct db_value *args,
                          size_t arg_count, struct error *err)
{
    int64_t changed = 0;
    enum status status = begin(keyring, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = db_exec(keyring->db, sql, args, arg_count, &changed, err);
    if (status == STATUS_OK && changed != 1) {
        status = error_set(err, STATUS_NOT_FOUND, "There is no such officer.");
    }
    return finish(keyring, status, err);
}

enum status keyring_replace(struct keyring *keyring, const struct keyring_officer *o,
                            struct error *err)
{
    return change(keyring,
                  "UPDATE officer SET salt = $2, public_key = $3, secret = $4, root = $5,"
                  " totp = $6, disabled = 0, totp_step = 0, failures = 0, waiting_until = 0"
                  " WHERE id = $1",
                  DB_ARGS(DB_I(o->id), DB_S(o->salt), DB_S(o->public_key), DB_S(o->secret),
                          DB_S(o->root), DB_S(o->totp)),
                  err);
}

enum status keyring_repassword(struct keyring *keyring, const struct keyring_officer *o,
                               struct error *err)
{
    return change(keyring, "UPDATE officer SET salt = $2, secret = $3, totp = $4 WHERE id = $1",
                  DB_ARGS(DB_I(o->id), DB_S(o->salt), DB_S(o->secret), DB_S(o->totp)), err);
}

enum status keyring_role(struct keyring *keyring, int64_t id, int64_t role, int64_t last_role,
                         struct error *err)
{
    struct error none = {0};
    enum status status = change(keyring,
                                "UPDATE officer SET role = $2 WHERE id = $1 AND (role <> $3 OR"
                                " EXISTS (SELECT 1 FROM officer AS other WHERE other.id <> $1"
                                " AND other.role = $3 AND other.disabled = 0))",
                                DB_ARGS(DB_I(id), DB_I(role), DB_I(last_role)), &none);
    return status == STATUS_OK ? status
           : status == STATUS_NOT_FOUND
               ? error_set(err, STATUS_CONFLICT, "No other officer has that role.")
               : error_set(err, status, "%s", none.primary);
}

enum status keyring_disable(struct keyring *keyring, int64_t id, struct error *err)
{
    return change(keyring, "UPDATE officer SET disabled = 1, root = $2 WHERE id = $1",
                  DB_ARGS(DB_I(id), DB_B("", 0)), err);
}

enum status keyring_failed(struct keyring *keyring, int64_t id, time_us waiting_until, time_us hour,
                           struct error *err)
{
    return change(keyring,
                  "UPDATE officer SET failures = failures + 1, waiting_until = $2,"
                  " untold = untold + 1, untold_hour = $3 WHERE id = $1",
                  DB_ARGS(DB_I(id), DB_I(waiting_until), DB_I(hour)), err);
}

enum status keyring_passed(struct keyring *keyring, int64_t id, int64_t totp_step,
                           struct error *err)
{
    enum status status = change(keyring,
                                "UPDATE officer SET failures = 0, waiting_until = 0,"
                                " totp_step = $2 WHERE id = $1 AND totp_step < $2",
                                DB_ARGS(DB_I(id), DB_I(totp_step)), err);
    return status == STATUS_NOT_FOUND ? error_set(err, STATUS_DENIED, "The code was used before.")
                                      : status;
}

enum status keyring_told(struct keyring *keyring, int64_t id, int64_t count, struct error *err)
{
    return change(keyring, "UPDATE officer SET untold = untold - $2 WHERE id = $1",
                  DB_ARGS(DB_I(id), DB_I(count)), err);
}

enum status keyring_recipient_put(struct keyring *keyring, str kind,
                                  const struct keyring_recipient *recipient, struct error *err)
{
    return change(keyring,
                  "INSERT INTO recipient (kind, public_key, root) VALUES ($1, $2, $3)"
                  " ON CONFLICT (kind) DO UPDATE SET public_key = excluded.public_key,"
                  " root = excluded.root",
                  DB_ARGS(DB_T(kind), DB_S(recipient->public_key), DB_S(recipient->root)), err);
}

enum status keyring_recipient_get(struct keyring *keyring, struct arena *arena, str kind,
                                  struct keyring_recipient *ret_recipient, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(keyring->db, "SELECT public_key, root FROM recipient WHERE kind = $1",
                 DB_ARGS(DB_T(kind)), &rows, &has_row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!has_row) {
        return error_set(err, STATUS_NOT_FOUND, "This desk has no recovery key.");
    }
    ret_recipient->public_key = rows_bytes(rows, 0, arena);
    ret_recipient->root = rows_bytes(rows, 1, arena);
    db_rows_close(rows);
    return STATUS_OK;
}
