/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "letterbox/letter.h"
#include "people/people.h"
#include "serve/settings.h"

enum { RECOVERY_FILE_BYTES_MAX = 1000 };

extern const struct cmd cmd_credential;

static const struct arg_option options[] = {
    {"at", "DIR", "the desk"},
    {"recovery-file", "FILE", "first line: the recovery key from paper; '-' reads standard input"},
    {0}};

static enum status read_recovery(const struct args *args, struct arena *arena,
                                 struct crypt_key *ret_key, struct error *err)
{
    str text = {0};
    str line = {0};
    const char *path = args_value(args, "recovery-file", "-");
    enum status status =
        str_equal(str_c(path), STR("-"))
            ? io_read_fd(arena, 0, "standard input", RECOVERY_FILE_BYTES_MAX, &text, err)
            : io_read_file(arena, path, RECOVERY_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, &line);
        status = recovery_key_parse(line, ret_key, err);
    }
    return status;
}

static enum status open_root(const struct settings *settings, struct arena *arena,
                             const struct crypt_key *recovery, struct crypt_key *ret_root,
                             struct error *err)
{
    struct people *people = NULL;
    struct db_options keyring = settings_store(settings, arena, "keyring");
    enum status status = people_open(&keyring, &settings->desk_id, clock_wall(), &people, err);
    if (status == STATUS_OK) {
        status = people_recovery_open(people, recovery, ret_root, err);
    }
    people_close(people);
    return status;
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct crypt_key recovery = {{0}};
    struct crypt_key root = {{0}};
    const char *dir = args_value(args, "at", NULL);
    if (dir == NULL || args->word_count > 0) {
        return cmd_usage(&cmd_credential, "give the desk with --at DIR");
    }
    crypt_start();
    enum status status = settings_read(arena, dir, &settings, &err);
    if (status == STATUS_OK) {
        status = read_recovery(args, arena, &recovery, &err);
    }
    if (status == STATUS_OK) {
        status = open_root(&settings, arena, &recovery, &root, &err);
    }
    if (status == STATUS_OK) {
        char hex[2 * CRYPT_KEY_BYTES];
        hex_encode(root.bytes, sizeof root.bytes, hex);
        printf("%.*s\n", (int)sizeof hex, hex);
        CRYPT_WIPE(hex);
    }
    CRYPT_WIPE(recovery);
    CRYPT_WIPE(root);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

const struct cmd cmd_credential = {
    .name = "credential",
    .summary = "print the key with which a desk can unlock itself at start",
    .usage = "--at DIR --recovery-file FILE",
    .help =
        "Opens the desk's root with the recovery key and prints it (64 hex digits). Give it to\n"
        "systemd as the encrypted credential 'desk.root' (systemd-creds encrypt); the desk is\n"
        "then unlocked from its start. Whoever has this key can read everything: do not keep\n"
        "it in a plain file. Without it a desk stays sealed until an officer logs in.",
    .options = options,
    .run = run,
};
