/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions in memory, and the question what a caller may do. */
#include "people/people_internal.h"

static struct crypt_hash token_hash(const uint8_t token[PEOPLE_TOKEN_BYTES])
{
    return crypt_blake(NULL, STR("session"), str_from(token, PEOPLE_TOKEN_BYTES));
}

static bool is_over(const struct session_slot *slot, time_us now)
{
    /* A clock that jumped back makes neither age negative for long: both are bounded. */
    return now - slot->used_at > PEOPLE_SESSION_IDLE_SECONDS * US_PER_SECOND ||
           now - slot->started_at > PEOPLE_SESSION_SECONDS_MAX * US_PER_SECOND ||
           slot->started_at - now > PEOPLE_SESSION_SECONDS_MAX * US_PER_SECOND;
}

void session_start(struct people *people, int64_t officer, enum role role, time_us now,
                   char ret_token[PEOPLE_TOKEN_HEX])
{
    struct session_slot *chosen = &people->sessions[0];
    for (size_t i = 0; i < PEOPLE_SESSIONS_MAX; i++) {
        struct session_slot *slot = &people->sessions[i];
        if (!slot->is_used || is_over(slot, now)) {
            chosen = slot;
            break;
        }
        if (slot->used_at < chosen->used_at) {
            chosen = slot;
        }
    }
    uint8_t token[PEOPLE_TOKEN_BYTES];
    crypt_random(token, sizeof token);
    struct crypt_hash csrf = crypt_blake(NULL, STR("csrf"), str_from(token, sizeof token));
    *chosen = (struct session_slot){.is_used = true,
                                    .token = token_hash(token),
                                    .officer = officer,
                                    .role = role,
                                    .started_at = now,
                                    .used_at = now};
    hex_encode(csrf.bytes, sizeof csrf.bytes, chosen->csrf);
    hex_encode(token, sizeof token, ret_token);
    CRYPT_WIPE(token);
}

static struct session_slot *find(struct people *people, str text)
{
    uint8_t token[PEOPLE_TOKEN_BYTES];
    if (!hex_decode(text, token, sizeof token)) {
        return NULL;
    }
    struct crypt_hash hash = token_hash(token);
    CRYPT_WIPE(token);
    for (size_t i = 0; i < PEOPLE_SESSIONS_MAX; i++) {
        struct session_slot *slot = &people->sessions[i];
        if (slot->is_used && crypt_equal(slot->token.bytes, hash.bytes, sizeof hash.bytes)) {
            return slot;
        }
    }
    return NULL;
}

enum status session_find(struct people *people, str token, time_us now, struct session *ret_session)
{
    struct session_slot *slot = find(people, token);
    if (slot == NULL) {
        return STATUS_DENIED;
    }
    if (is_over(slot, now)) {
        CRYPT_WIPE(*slot);
        return STATUS_DENIED;
    }
    slot->used_at = now;
    ret_session->officer = slot->officer;
    ret_session->role = slot->role;
    ret_session->capabilities = role_capabilities(slot->role);
    ret_session->started_at = slot->started_at;
    memcpy(ret_session->csrf, slot->csrf, sizeof slot->csrf);
    return STATUS_OK;
}

void session_end(struct people *people, str token)
{
    struct session_slot *slot = find(people, token);
    if (slot != NULL) {
        CRYPT_WIPE(*slot);
    }
}

void session_end_officer(struct people *people, int64_t officer)
{
    for (size_t i = 0; i < PEOPLE_SESSIONS_MAX; i++) {
        if (people->sessions[i].is_used &&
            (officer == 0 || people->sessions[i].officer == officer)) {
            CRYPT_WIPE(people->sessions[i]);
        }
    }
}

bool session_csrf_ok(const struct session *session, str text)
{
    return text.n == sizeof session->csrf &&
           crypt_equal(text.p, session->csrf, sizeof session->csrf);
}

struct caller caller_from_session(const struct session *session, time_us now)
{
    return (struct caller){
        .officer = session->officer, .capabilities = session->capabilities, .now = now};
}

bool caller_can(const struct caller *caller, enum capability capability)
{
    return (caller->capabilities & (UINT64_C(1) << capability)) != 0;
}

enum status caller_need(const struct caller *caller, enum capability capability, struct error *err)
{
    if (caller_can(caller, capability)) {
        return STATUS_OK;
    }
    error_set(err, STATUS_DENIED, "Your role does not include this: %s.",
              capability_meaning(capability));
    error_hint(err, "An admin can give you a role with \"%s\".", capability_name(capability));
    return STATUS_DENIED;
}
