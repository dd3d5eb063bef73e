/* SPDX-License-Identifier: Apache-2.0 */
/* Officers: who they are, how they log in, what they hold, and their sessions.
 *
 * The keyring is a small store of its own (SQLite DIR/keyring.db, PostgreSQL schema `keyring`)
 * because it must be readable while the desk is sealed:
 *
 *   password ─Argon2id(salt)─▶ password key ─opens─▶ officer's X25519 secret, TOTP secret
 *   officer's X25519 secret ─opens─▶ desk root (crypt_box to the officer's public key)
 *   recovery key (32 bytes, on paper) ─seed─▶ one more X25519 pair ─opens─▶ desk root
 *
 * Log-in (who are you) and unlock (open the desk root) are two things; because the password opens
 * both, people_login returns the root, and the desk decides whether it needs it.
 *
 * A wrong password, code or login costs the same work and gets the same answer. From the fifth
 * failure in a row on, each doubles a waiting time (30 s, at most 15 minutes), for known and
 * unknown logins alike. Failures of known officers stay in the keyring until the unlocked desk
 * takes them (people_attempts_take) and writes them into the ledger.
 *
 * Sessions live in memory only: a random 256-bit token, kept as a hash; idle and absolute expiry.
 * Nothing here logs; nothing here knows HTTP.
 */
#ifndef HUSTINGS_PEOPLE_PEOPLE_H
#define HUSTINGS_PEOPLE_PEOPLE_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "crypt/crypt.h"
#include "db/db.h"
#include "people/capabilities.h"

enum {
    PEOPLE_OFFICERS_MAX = 1000,
    PEOPLE_LOGIN_BYTES_MAX = 64,
    PEOPLE_NAME_BYTES_MAX = 120,
    PEOPLE_PASSWORD_BYTES_MIN = 12, /* NCSC: length before composition rules */
    PEOPLE_PASSWORD_BYTES_MAX = 256,
    PEOPLE_FREE_FAILURES = 4, /* the fifth failure starts the waiting */
    PEOPLE_WAIT_SECONDS_MIN = 30,
    PEOPLE_WAIT_SECONDS_MAX = 15 * 60,
    PEOPLE_SESSIONS_MAX = 512,
    PEOPLE_SESSION_IDLE_SECONDS = 30 * 60,
    PEOPLE_SESSION_SECONDS_MAX = 12 * 3600,
    PEOPLE_TOKEN_BYTES = 32,
    PEOPLE_TOKEN_HEX = 64 /* token and CSRF token as text */
};

struct people;

/* Opens (and migrates) the keyring. `keyring->is_create` makes it. */
enum status people_open(const struct db_options *keyring, const struct crypt_id *desk_id,
                        time_us now, struct people **ret_people, struct error *err) MUST_CHECK;
/* Ends every session and wipes. Accepts NULL. */
void people_close(struct people *people);

/* --- officers --- */
struct officer {
    int64_t id; /* from 1; 0 is the desk itself */
    enum role role;
    bool is_disabled;
    time_us created_hour;
    str login; /* lower case: a-z 0-9 . _ - */
    str name;  /* empty while the desk is sealed: it is sealed under a key of the root */
};
/* A password after the slow hash. Whoever runs an event loop lets a stretcher make it
 * (people/stretcher.h) and gives it to the functions below; where they get NULL they compute it
 * themselves, which takes about 120 ms. The caller wipes it. */
struct people_stretched {
    struct crypt_salt salt;
    struct crypt_key key;
};
struct officer_input {
    str login;
    str name;
    enum role role;
    str password;
    const struct people_stretched *stretched; /* of the password, with a new random salt; or NULL */
};
struct officer_secret { /* shown once */
    int64_t id;
    uint8_t totp[CRYPT_TOTP_SECRET_BYTES];
};
/* STATUS_INVALID names the field; STATUS_CONFLICT when the login is taken. Needs the desk root,
 * so an officer can only be added at an unlocked desk (or at init). */
enum status people_officer_add(struct people *people, const struct crypt_key *root,
                               const struct officer_input *input, time_us now,
                               struct officer_secret *ret_secret, struct error *err) MUST_CHECK;
/* New key pair, password and TOTP secret for one who lost them; ends their sessions. */
enum status people_officer_reset(struct people *people, const struct crypt_key *root, int64_t id,
                                 str password, const struct people_stretched *stretched,
                                 struct officer_secret *ret_secret, struct error *err) MUST_CHECK;
/* Takes the wrap of the root away as well; ends their sessions. Enabling again needs a reset. */
enum status people_officer_disable(struct people *people, int64_t id, struct error *err) MUST_CHECK;
/* Ends their sessions: what they may do changes at once. STATUS_CONFLICT when it would leave the desk
 * without an administrator who can log in. */
enum status people_officer_role(struct people *people, int64_t id, enum role role,
                                struct error *err) MUST_CHECK;
/* `stretched`: two, of the old password (with the salt of people_salt) and of the new one; or NULL. */
enum status people_password_change(struct people *people, int64_t id, str old_password,
                                   str new_password, const struct people_stretched *stretched,
                                   struct error *err) MUST_CHECK;
/* All officers by id. `root` may be NULL (names stay empty). */
enum status people_officers(struct people *people, const struct crypt_key *root,
                            struct arena *arena, struct officer **ret_list, size_t *ret_count,
                            struct error *err) MUST_CHECK;
enum status people_officer_find(struct people *people, struct arena *arena, str login,
                                struct officer *ret_officer, struct error *err) MUST_CHECK;
/* The one sentence about a password that will not do, or STATUS_OK. */
enum status people_password_check(str login, str password, struct error *err) MUST_CHECK;

/* --- log-in --- */
struct login_input {
    str login;
    str password;
    str code; /* six digits; spaces allowed */
    /* Say what was wrong. Only for who holds the desk's folder and a file with the password (a command):
     * everybody else learns nothing about which of the three did not fit. */
    bool wants_why;
};
struct login_result {
    int64_t officer;
    enum role role;
    struct crypt_key root; /* the caller wipes it */
};
/* STATUS_DENIED: "That login, password or code is not right." STATUS_LIMIT: too many; the hint
 * says how long to wait. A TOTP step is accepted once. About 120 ms. */
enum status people_login(struct people *people, const struct login_input *input, time_us now,
                         struct login_result *ret_result, struct error *err) MUST_CHECK;
/* The same in two halves, with the slow hash between them done elsewhere. The first gives the salt,
 * or STATUS_LIMIT at once. The second looks again whether the login must wait: of many tries that
 * were sent at the same time, no more count than if they had come one after the other. */
enum status people_login_salt(struct people *people, str login, time_us now,
                              struct crypt_salt *ret_salt, struct error *err) MUST_CHECK;
enum status people_login_with(struct people *people, const struct login_input *input,
                              const struct people_stretched *stretched, time_us now,
                              struct login_result *ret_result, struct error *err) MUST_CHECK;
/* The salt of an officer's present password. */
enum status people_salt(struct people *people, int64_t id, struct crypt_salt *ret_salt,
                        struct error *err) MUST_CHECK;
/* What of a password goes into the hash: one byte more than may be is enough to be wrong. */
str people_password_cut(str password);

struct login_attempt {
    int64_t officer;
    int64_t count;
    time_us last_at; /* rounded down to the hour */
};
/* Failures since the last time, and forgets them. */
enum status people_attempts_take(struct people *people, struct arena *arena,
                                 struct login_attempt **ret_list, size_t *ret_count,
                                 struct error *err) MUST_CHECK;

/* --- recovery --- */
/* Adds (or replaces) the recovery recipient; *ret_key goes on paper. */
enum status people_recovery_make(struct people *people, const struct crypt_key *root,
                                 struct crypt_key *ret_key, struct error *err) MUST_CHECK;
enum status people_recovery_open(struct people *people, const struct crypt_key *key,
                                 struct crypt_key *ret_root, struct error *err) MUST_CHECK;
/* Sixteen groups of four hex digits and one group of four check digits. */
void recovery_key_add(struct buf *out, const struct crypt_key *key);
/* Spaces, '-' and capitals are accepted. */
enum status recovery_key_parse(str text, struct crypt_key *ret_key, struct error *err) MUST_CHECK;

/* --- sessions --- */
struct session {
    int64_t officer;
    enum role role;
    uint64_t capabilities;
    time_us started_at;
    char csrf[PEOPLE_TOKEN_HEX]; /* no NUL; derived from the token */
};
/* Writes the token as PEOPLE_TOKEN_HEX hex digits (for a cookie). When the table is full, the
 * session that was idle longest ends. */
void session_start(struct people *people, int64_t officer, enum role role, time_us now,
                   char ret_token[PEOPLE_TOKEN_HEX]);
/* Also marks it as used now. STATUS_DENIED when unknown, expired or ended. */
enum status session_find(struct people *people, str token, time_us now,
                         struct session *ret_session) MUST_CHECK;
void session_end(struct people *people, str token);
void session_end_officer(struct people *people, int64_t officer); /* 0 = everybody */
/* Constant time. */
bool session_csrf_ok(const struct session *session, str text) MUST_CHECK;

/* Who asks, in every call of the desk. */
struct caller {
    int64_t officer;
    uint64_t capabilities;
    time_us now;
};
struct caller caller_from_session(const struct session *session, time_us now);
bool caller_can(const struct caller *caller, enum capability capability);
/* STATUS_DENIED with a sentence that names the capability. */
enum status caller_need(const struct caller *caller, enum capability capability,
                        struct error *err) MUST_CHECK;

#endif
