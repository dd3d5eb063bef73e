/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_PEOPLE_PEOPLE_INTERNAL_H
#define HUSTINGS_PEOPLE_PEOPLE_INTERNAL_H

#include "people/people.h"
#include "store/keyring.h"

enum { PEOPLE_FORMAT = 1, PEOPLE_STRANGERS_MAX = 256, PEOPLE_ARENA_BYTES_MAX = 1024 * 1024 };

struct session_slot {
    bool is_used;
    struct crypt_hash token; /* never the token itself */
    int64_t officer;
    enum role role;
    time_us started_at;
    time_us used_at;
    char csrf[PEOPLE_TOKEN_HEX];
};

/* Tries under a login that does not exist: they wait like everybody's. */
struct stranger {
    struct crypt_hash login;
    int64_t failures;
    time_us waiting_until;
    time_us at;
};

struct people {
    struct arena arena; /* holds this struct itself */
    struct keyring *keyring;
    struct crypt_id desk_id;
    struct crypt_key stranger_key; /* random: salts and hashes of unknown logins */
    struct session_slot sessions[PEOPLE_SESSIONS_MAX];
    struct stranger strangers[PEOPLE_STRANGERS_MAX];
};

/* What one officer's password opens. */
struct officer_keys {
    struct crypt_secret secret;
    uint8_t totp[CRYPT_TOTP_SECRET_BYTES];
};
struct crypt_salt officer_salt(const struct keyring_officer *officer);
/* STATUS_DENIED when the password was wrong, or was stretched with a salt that is no more. */
enum status officer_keys_open(struct people *people, const struct keyring_officer *officer,
                              const struct people_stretched *stretched,
                              struct officer_keys *ret_keys) MUST_CHECK;
/* Seals both under a password; the values live in the arena. */
void officer_keys_seal(struct people *people, struct arena *arena, struct keyring_officer *officer,
                       const struct officer_keys *keys, const struct people_stretched *stretched);
/* The desk root in a box to a public key, with its place inside. */
str root_box(struct people *people, struct arena *arena, const struct crypt_public *to,
             int64_t officer, const struct crypt_key *root);
enum status root_unbox(struct people *people, str public_key, const struct crypt_secret *secret,
                       int64_t officer, str sealed, struct crypt_key *ret_root) MUST_CHECK;
/* Trimmed and in lower case, or empty when it cannot be a login. */
str login_normal(struct arena *arena, str login);

#endif
