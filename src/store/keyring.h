/* SPDX-License-Identifier: Apache-2.0 */
/* The keyring on disk: one row an officer, one a further recipient of the desk root.
 *
 * It is readable while the desk is sealed, so everything that matters in it is sealed by the
 * layer above (people/people.h says under which key); in the clear are login, role, counters and
 * hours. SQLite: DIR/keyring.db; PostgreSQL: schema `keyring`. Row 0 is nobody: it counts the
 * tries under logins that do not exist, with the same write as for one that does.
 */
#ifndef HUSTINGS_STORE_KEYRING_H
#define HUSTINGS_STORE_KEYRING_H

#include "base/arena.h"
#include "db/db.h"

struct keyring;

struct keyring_officer {
    int64_t id;
    int64_t role;
    bool is_disabled;
    time_us created_hour;
    int64_t totp_step;     /* the newest that was accepted */
    int64_t failures;      /* in a row */
    time_us waiting_until; /* no try before */
    int64_t untold;        /* failures that the ledger does not know yet */
    time_us untold_hour;
    str login;
    str salt;       /* of the password */
    str public_key; /* X25519 */
    str secret;     /* X25519 secret, sealed under the password key */
    str root;       /* desk root, boxed to public_key; empty when disabled */
    str totp;       /* TOTP secret, sealed under the password key */
    str name;       /* sealed under a key of the root */
};

enum status keyring_open(const struct db_options *options, time_us now,
                         struct keyring **ret_keyring, struct error *err) MUST_CHECK;
void keyring_close(struct keyring *keyring);

/* Gives the next id, tells it to `fill` (which seals, as seals bind the id), and inserts.
 * STATUS_CONFLICT when the login is taken. */
typedef enum status keyring_fill(void *context, int64_t id, struct keyring_officer *officer,
                                 struct error *err);
enum status keyring_add(struct keyring *keyring, keyring_fill *fill, void *context, int64_t *ret_id,
                        struct error *err) MUST_CHECK;
/* STATUS_NOT_FOUND. */
enum status keyring_by_login(struct keyring *keyring, struct arena *arena, str login,
                             struct keyring_officer *ret_officer, struct error *err) MUST_CHECK;
enum status keyring_by_id(struct keyring *keyring, struct arena *arena, int64_t id,
                          struct keyring_officer *ret_officer, struct error *err) MUST_CHECK;
/* By id. */
enum status keyring_list(struct keyring *keyring, struct arena *arena,
                         struct keyring_officer **ret_list, size_t *ret_count,
                         struct error *err) MUST_CHECK;
/* Replaces salt, keys, root and TOTP secret; enables; clears failures and step. */
enum status keyring_replace(struct keyring *keyring, const struct keyring_officer *officer,
                            struct error *err) MUST_CHECK;
/* Replaces salt and the two values under the password key only. */
enum status keyring_repassword(struct keyring *keyring, const struct keyring_officer *officer,
                               struct error *err) MUST_CHECK;
/* STATUS_CONFLICT: `last_role` is the officer's, and no other officer who can log in has it. */
enum status keyring_role(struct keyring *keyring, int64_t id, int64_t role, int64_t last_role,
                         struct error *err) MUST_CHECK;
enum status keyring_disable(struct keyring *keyring, int64_t id, struct error *err) MUST_CHECK;
enum status keyring_failed(struct keyring *keyring, int64_t id, time_us waiting_until, time_us hour,
                           struct error *err) MUST_CHECK;
/* Clears the failures and takes the step. STATUS_DENIED when that step or a later one was taken
 * before (also by another host). */
enum status keyring_passed(struct keyring *keyring, int64_t id, int64_t totp_step,
                           struct error *err) MUST_CHECK;
/* Forgets the `count` failures of one officer that were told. */
enum status keyring_told(struct keyring *keyring, int64_t id, int64_t count,
                         struct error *err) MUST_CHECK;

struct keyring_recipient {
    str public_key;
    str root;
};
enum status keyring_recipient_put(struct keyring *keyring, str kind,
                                  const struct keyring_recipient *recipient,
                                  struct error *err) MUST_CHECK;
enum status keyring_recipient_get(struct keyring *keyring, struct arena *arena, str kind,
                                  struct keyring_recipient *ret_recipient,
                                  struct error *err) MUST_CHECK;

#endif
