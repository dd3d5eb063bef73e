/* SPDX-License-Identifier: Apache-2.0 */
/* A desk's folder and what stands in its desk.json (public facts only; no key).
 *
 *   DIR/desk.json       ids, public keys, addresses, alarm destinations
 *   DIR/log.key         the log-signing seed (0600), or a systemd credential "log.key"
 *   DIR/alarm.key       secret of the webhook's signature (0600)
 *   DIR/letterbox.db DIR/keyring.db DIR/casebook.db DIR/search.db   (SQLite; else in PostgreSQL)
 *   DIR/run/ DIR/backup/
 */
#ifndef HUSTINGS_SERVE_SETTINGS_H
#define HUSTINGS_SERVE_SETTINGS_H

#include "base/arena.h"
#include "crypt/crypt.h"
#include "db/db.h"

struct settings {
    str dir;
    struct crypt_id desk_id;
    struct crypt_public desk_public;
    struct crypt_verify_key log_verify;
    struct crypt_verify_key desk_verify; /* co-signer */
    str store;                           /* "sqlite" or a postgresql:// URL */
    str pack;                            /* "uk" or a folder */
    str regime;                          /* "part2" or "part3" (DPA 2018) */
    str controller_name, controller_contact;
    str desk_name;
    str front_address, desk_address;
    bool is_https; /* behind TLS: cookies get Secure */
    str webhook_url, smtp_url, smtp_from, smtp_to;
};

enum { SETTINGS_BYTES_MAX = 64 * 1024 };

enum status settings_read(struct arena *arena, const char *dir, struct settings *ret_settings,
                          struct error *err) MUST_CHECK;
/* The text of a desk.json; `dir` is the folder that it is of. */
enum status settings_parse(struct arena *arena, str text, const char *dir,
                           struct settings *ret_settings, struct error *err) MUST_CHECK;
enum status settings_write(const struct settings *settings, struct error *err) MUST_CHECK;
/* DIR/name as C string. */
/* Is there somebody to ring? */
bool settings_has_alarm(const struct settings *settings);
const char *settings_path(const struct settings *settings, struct arena *arena, const char *name);
/* A 32-byte key file of 64 hex digits: from $CREDENTIALS_DIRECTORY/name, else DIR/name. */
enum status settings_key_read(const struct settings *settings, struct arena *arena,
                              const char *name, struct crypt_key *ret_key,
                              struct error *err) MUST_CHECK;
enum status settings_key_write(const struct settings *settings, struct arena *arena,
                               const char *name, const struct crypt_key *key,
                               struct error *err) MUST_CHECK;
/* Who works with the stores of a desk holds this until it ends (or closes the descriptor): as many as
 * like, or one alone that moves them. STATUS_CONFLICT when that cannot be. */
enum status settings_claim(const struct settings *settings, struct arena *arena, bool is_alone,
                           int *ret_fd, struct error *err) MUST_CHECK;
/* How to open a store: "letterbox", "keyring" or "casebook". */
struct db_options settings_store(const struct settings *settings, struct arena *arena,
                                 const char *name);

#endif
