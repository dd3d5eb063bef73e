/* SPDX-License-Identifier: Apache-2.0 */
/* store move: a stopped desk from SQLite to PostgreSQL. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "ops/move.h"
#include "ops/progress.h"
#include "serve/desk_call.h"

static const struct arg_option options[] = {
    {"to", "URL", "postgresql://user@host/database: an empty database, PostgreSQL 15 or newer"},
    {"dry-run", NULL, "look whether it could be done; nothing is changed and no log-in is needed"},
    DESK_CALL_OPTIONS,
    {0}};

extern const struct cmd cmd_store_move;

static enum status check_desk(const struct settings *settings, struct arena *arena, const char *to,
                              struct error *err)
{
    struct stat about;
    const char *dir = arena_cstr(arena, settings->dir);
    if (!str_equal(settings->store, STR("sqlite"))) {
        return error_set(err, STATUS_INVALID, "this desk is not on SQLite: it was moved already");
    }
    if (!str_starts(str_c(to), STR("postgresql://"))) {
        return error_set(err, STATUS_INVALID, "--to is an address postgresql://…");
    }
    if (stat(dir, &about) == 0 && about.st_uid != geteuid()) {
        error_set(err, STATUS_DENIED, "%.160s belongs to another user", dir);
        error_hint(err, "run this as the user that the desk runs as (runuser -u hustings -- …)");
        return STATUS_DENIED;
    }
    return STATUS_OK;
}

/* The log-in that the casebook asks for; is_there is false when there is no casebook yet. */
static enum status take_key(const struct args *args, const struct settings *settings,
                            struct arena *arena, struct crypt_key *ret_key, bool *ret_is_there,
                            struct error *err)
{
    *ret_is_there = io_exists(settings_path(settings, arena, "casebook.db"));
    if (!*ret_is_there || args_has(args, "dry-run")) {
        return STATUS_OK;
    }
    struct control_request login;
    enum status status = desk_call_login(args, arena, &login, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct login_input input = {login.login, login.password, login.code, .wants_why = true};
    return own_desk_casebook_key(settings, &input, arena, "store.move",
                                 STR("{\"to\":\"PostgreSQL\"}"), ret_key, err);
}

static void print_dry(const struct move_report *report, bool needs_login)
{
    struct buf size;
    buf_init(&size, 64);
    buf_add_size(&size, report->bytes);
    printf(
        "Nothing was changed. The ledger is whole (%lld leaves), the database is empty and can be "
        "reached;\n%.*s would be copied.%s\n",
        (long long)report->leaves, STR_ARG(buf_str(&size)),
        needs_login ? " The casebook needs --officer, --password-file and --code." : "");
    buf_close(&size);
}

static void print_done(const struct move_report *report, const char *dir)
{
    struct buf size;
    buf_init(&size, 64);
    buf_add_size(&size, report->bytes);
    printf("Moved %lld rows of %lld tables, %.*s%s; read again, every table and the ledger (%lld "
           "leaves) are\nthe same there. The desk in %s is on PostgreSQL from now on.\n",
           (long long)report->rows, (long long)report->tables, STR_ARG(buf_str(&size)),
           report->is_again ? " (in place of what an earlier move had left)" : "",
           (long long)report->leaves, dir);
    printf(
        "The SQLite files are kept in %.*s: erasures do not reach\nthem. Remove them when the desk "
        "has run a while and has a backup (docs/operator/postgresql.md).\n",
        STR_ARG(report->kept));
    buf_close(&size);
}

static enum status move(const struct args *args, struct arena *arena,
                        const struct settings *settings, const struct crypt_key *key,
                        struct move_report *ret_report, struct error *err)
{
    int claim = -1;
    struct move_options with = {.settings = settings,
                                .to = args_value(args, "to", ""),
                                .casebook = key,
                                .is_dry_run = args_has(args, "dry-run"),
                                .now = clock_wall()};
    enum status status = settings_claim(settings, arena, true, &claim, err);
    if (status == STATUS_OK) {
        status = move_store(&with, arena, ret_report, err);
        (void)close(claim);
    }
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct move_report report = {0};
    struct crypt_key key = {0};
    bool has_casebook = false;
    int claim = -1;
    if (args->word_count != 1 || !args_has(args, "to")) {
        return cmd_usage(&cmd_store_move, "give the folder of a desk, and --to postgresql://…");
    }
    crypt_start();
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK) {
        status = check_desk(&settings, arena, args_value(args, "to", ""), &err);
    }
    if (status == STATUS_OK) { /* before a code of the authenticator is spent */
        status = settings_claim(&settings, arena, true, &claim, &err);
    }
    if (status == STATUS_OK) {
        (void)close(claim);
        status = take_key(args, &settings, arena, &key, &has_casebook, &err);
    }
    if (status == STATUS_OK) {
        status = move(args, arena, &settings, has_casebook ? &key : NULL, &report, &err);
    }
    CRYPT_WIPE(key);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    if (args_has(args, "dry-run")) {
        print_dry(&report, has_casebook);
    } else {
        print_done(&report, args->words[0]);
    }
    return 0;
}

const struct cmd cmd_store_move = {
    .name = "store move",
    .summary = "move a stopped desk from SQLite to PostgreSQL",
    .usage = "DIR --to postgresql://… [--dry-run] --officer … --password-file … --code …",
    .help =
        "Copies letterbox, keyring and casebook into an empty database, reads both again, and\n"
        "compares every table and the ledger; only then desk.json names the database, and the\n"
        "SQLite files go into a folder of their own. Cut off before that, the desk is on SQLite "
        "as\n"
        "it was, and the command can be given again. The casebook's file opens with an officer's\n"
        "log-in (a supervisor or administrator), which is in the ledger; a desk that was never\n"
        "unlocked needs none. Run it as the user that the desk runs as.",
    .options = options,
    .run = run,
};
