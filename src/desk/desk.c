/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, unlocking and locking; officers through the desk. */
#include "desk/desk_internal.h"

#include "base/io.h"
#include "desk/operation_day.h"
#include "route/route.h"

enum status desk_open(const struct desk_options *options, time_us now, struct desk **ret_desk,
                      struct error *err)
{
    struct people *people = NULL;
    enum status status = people_open(&options->keyring, &options->id, now, &people, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct arena arena;
    arena_init(&arena, DESK_ARENA_BYTES_MAX);
    struct desk *desk = ARENA_NEW(&arena, struct desk);
    desk->arena = arena;
    desk->options = *options;
    desk->people = people;
    desk->sealed_at = now;
    if (options->router != NULL) {
        desk->route_work = route_work_new(&desk->arena, options->router);
    }
    arena_init(&desk->work, DESK_WORK_BYTES_MAX);
    arena_init(&desk->inbox, DESK_WORK_BYTES_MAX);
    arena_init(&desk->kept, DESK_WORK_BYTES_MAX);
    *ret_desk = desk;
    return STATUS_OK;
}

static void seal(struct desk *desk)
{
    own_model_forget(desk);
    searches_forget(desk);
    casebook_close(desk->casebook);
    search_close(desk->search);
    crypt_locked_free(desk->secrets); /* wipes */
    desk->casebook = NULL;
    desk->search = NULL;
    desk->secrets = NULL;
    memset(desk->presence, 0, sizeof desk->presence);
    arena_reset(&desk->work); /* wipes */
    arena_close(&desk->work);
    arena_close(&desk->inbox); /* ciphertext only */
    arena_close(&desk->kept);
    desk->numbers_until = 0;
    desk->waiting_count = desk->waiting_at = 0;
    session_end_officer(desk->people, 0);
}

void desk_close(struct desk *desk)
{
    if (desk != NULL) {
        struct arena arena = desk->arena;
        seal(desk);
        people_close(desk->people);
        arena_close(&arena);
    }
}

struct people *desk_people(struct desk *desk)
{
    return desk->people;
}

bool desk_is_unlocked(const struct desk *desk)
{
    return desk->secrets != NULL;
}

time_us desk_sealed_since(const struct desk *desk)
{
    return desk->sealed_at;
}

enum status desk_need_unlocked(const struct desk *desk, struct error *err)
{
    return desk_is_unlocked(desk)
               ? STATUS_OK
               : error_set(err, STATUS_UNAVAILABLE, "The desk is sealed: log in to unlock it.");
}

enum status desk_need(const struct desk *desk, const struct caller *caller,
                      enum capability capability, struct error *err)
{
    enum status status = desk_need_unlocked(desk, err);
    return status == STATUS_OK ? caller_need(caller, capability, err) : status;
}

/* --- unlock --- */

static enum status open_stores(struct desk *desk, time_us now, struct error *err)
{
    struct casebook_options options = {.db = desk->options.casebook,
                                       .desk_id = desk->options.id,
                                       .key = &desk->secrets->keys.casebook};
    enum status status = casebook_open(&options, now, &desk->casebook, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct crypt_key key = crypt_derive(&desk->secrets->keys.casebook, 1, "search__");
    status = search_open(desk->options.search_path, &key, now, &desk->search, err);
    CRYPT_WIPE(key);
    if (status == STATUS_OK) {
        status = search_mark(desk->search, &desk->search_after, err);
    }
    return status;
}

static enum status ledger_attempts(struct desk *desk, time_us now, struct error *err)
{
    struct arena arena;
    struct login_attempt *list = NULL;
    size_t count = 0;
    arena_init(&arena, DESK_ARENA_BYTES_MAX);
    enum status status = people_attempts_take(desk->people, &arena, &list, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct caller nobody = {.officer = 0, .now = now};
        struct act act;
        act_begin(&act, &nobody, "login.failed", 0, false);
        json_put_int(&act.json, "officer", list[i].officer);
        json_put_int(&act.json, "times", list[i].count);
        json_put_int(&act.json, "last", list[i].last_at / US_PER_SECOND);
        status = act_alone(desk, &act, err);
        act_close(&act);
    }
    arena_close(&arena);
    return status;
}

static enum status write_unlock(struct desk *desk, int64_t officer, const char *why, time_us now,
                                struct error *err)
{
    struct caller caller = {.officer = officer, .now = now};
    struct act act;
    act_begin(&act, &caller, "desk.unlock", 0, false);
    json_put_text(&act.json, "why", str_c(why));
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

/* What a power cut left to be told, and what a restore brought back, before anything is shown. */
static enum status finish_erasures(struct desk *desk, time_us now, struct error *err)
{
    enum { SLICE = 100 };
    bool more = true;
    enum status status = STATUS_OK;
    desk->wants_scrub = true;
    while (more && status == STATUS_OK) {
        status = erasures_finish(desk, SLICE, &more, err);
    }
    return status == STATUS_OK ? erasures_replay(desk, now, err) : status;
}

enum status desk_unlock(struct desk *desk, const struct crypt_key *root, int64_t officer,
                        const char *why, time_us now, struct error *err)
{
    if (desk_is_unlocked(desk)) {
        return STATUS_OK;
    }
    struct desk_secrets *secrets = crypt_locked_new(sizeof *secrets);
    secrets->root = *root;
    desk_keys_from_root(root, &secrets->keys);
    if (!crypt_equal(secrets->keys.desk_public.bytes, desk->options.public_key.bytes,
                     sizeof desk->options.public_key.bytes)) {
        crypt_locked_free(secrets);
        return error_set(err, STATUS_DENIED, "That key belongs to another desk.");
    }
    desk->secrets = secrets;
    desk->import_after = 0;
    desk->is_import_complete = false;
    desk->is_search_complete = false;
    desk->is_retagged = false;
    desk->retag_after = 0;
    desk->outbox_at = 0;
    desk->sitrep_at = 0;
    enum status status = open_stores(desk, now, err);
    if (status == STATUS_OK) {
        status = desk_void_leaves(desk, err);
    }
    if (status == STATUS_OK) {
        status = finish_erasures(desk, now, err);
    }
    if (status == STATUS_OK) {
        status = write_unlock(desk, officer, why, now, err);
    }
    if (status == STATUS_OK) {
        status = ledger_attempts(desk, now, err);
    }
    if (status != STATUS_OK) {
        seal(desk);
    }
    return status;
}

enum status desk_lock(struct desk *desk, const struct caller *caller, struct error *err)
{
    enum status status = STATUS_OK;
    if (!desk_is_unlocked(desk)) {
        return STATUS_OK;
    }
    if (caller != NULL) {
        status = caller_need(caller, CAP_LOCK, err);
        if (status != STATUS_OK) {
            return status;
        }
        struct act act;
        struct error ignored;
        act_begin(&act, caller, "desk.lock", 0, false);
        /* Locking must work when the disk is full too: the act is tried, the lock is done. */
        status = act_alone(desk, &act, &ignored);
        act_close(&act);
    }
    seal(desk);
    desk->sealed_at = caller != NULL ? caller->now : desk->sealed_at;
    return STATUS_OK;
}

/* --- log-in --- */

static enum status let_in(struct desk *desk, struct login_result *result, time_us now,
                          char ret_token[PEOPLE_TOKEN_HEX], struct error *err)
{
    bool was_sealed = !desk_is_unlocked(desk);
    enum status status = desk_unlock(desk, &result->root, result->officer, "log-in", now, err);
    CRYPT_WIPE(result->root);
    if (status == STATUS_OK && !was_sealed) {
        status = ledger_attempts(desk, now, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct caller caller = {.officer = result->officer, .now = now};
    struct act act;
    act_begin(&act, &caller, "login", 0, false);
    status = act_alone(desk, &act, err);
    act_close(&act);
    if (status == STATUS_OK) {
        session_start(desk->people, result->officer, result->role, now, ret_token);
    }
    return status;
}

enum status desk_login_with(struct desk *desk, const struct login_input *input,
                            const struct people_stretched *stretched, time_us now,
                            char ret_token[PEOPLE_TOKEN_HEX], struct error *err)
{
    struct login_result result;
    enum status status = people_login_with(desk->people, input, stretched, now, &result, err);
    return status == STATUS_OK ? let_in(desk, &result, now, ret_token, err) : status;
}

enum status desk_login(struct desk *desk, const struct login_input *input, time_us now,
                       char ret_token[PEOPLE_TOKEN_HEX], struct error *err)
{
    struct login_result result;
    enum status status = people_login(desk->people, input, now, &result, err);
    return status == STATUS_OK ? let_in(desk, &result, now, ret_token, err) : status;
}

enum status desk_logout(struct desk *desk, str token, time_us now, struct error *err)
{
    struct session session;
    enum status status = STATUS_OK;
    if (session_find(desk->people, token, now, &session) == STATUS_OK) {
        session_end(desk->people, token);
        for (size_t i = 0; i < DESK_PRESENCE_MAX; i++) {
            if (desk->presence[i].officer == session.officer) {
                desk->presence[i] = (struct presence){0};
            }
        }
        if (desk_is_unlocked(desk)) {
            struct caller caller = caller_from_session(&session, now);
            struct act act;
            act_begin(&act, &caller, "logout", 0, false);
            status = act_alone(desk, &act, err);
            act_close(&act);
        }
    }
    return status;
}

/* --- officers --- */

static enum status officer_act(struct desk *desk, const struct caller *caller, const char *verb,
                               int64_t id, str login, const char *role, struct error *err)
{
    struct act act;
    act_begin(&act, caller, verb, 0, false);
    if (id != 0) {
        json_put_int(&act.json, "officer", id);
    }
    json_put_text(&act.json, "login", login);
    json_put_text(&act.json, "role", str_c(role));
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_officer_add(struct desk *desk, const struct caller *caller,
                             const struct officer_input *input, struct officer_secret *ret_secret,
                             struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_OFFICER_MANAGE, err);
    if (status == STATUS_OK) {
        status = people_officer_add(desk->people, &desk->secrets->root, input, caller->now,
                                    ret_secret, err);
    }
    if (status == STATUS_OK) {
        status = officer_act(desk, caller, "officer.add", ret_secret->id, input->login,
                             role_word(input->role), err);
    }
    return status;
}

enum status desk_officer_reset(struct desk *desk, const struct caller *caller, int64_t id,
                               str password, const struct people_stretched *stretched,
                               struct officer_secret *ret_secret, struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_OFFICER_MANAGE, err);
    if (status == STATUS_OK) {
        status = people_password_check(STR(""), password, err); /* before the ledger says it */
    }
    if (status == STATUS_OK) {
        status = officer_act(desk, caller, "officer.reset", id, (str){0}, NULL, err);
    }
    if (status == STATUS_OK) {
        status = people_officer_reset(desk->people, &desk->secrets->root, id, password, stretched,
                                      ret_secret, err);
    }
    return status;
}

enum status desk_officer_disable(struct desk *desk, const struct caller *caller, int64_t id,
                                 struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_OFFICER_MANAGE, err);
    if (status == STATUS_OK && id == caller->officer) {
        return error_set(err, STATUS_INVALID,
                         "You cannot disable yourself: another admin can do it.");
    }
    if (status == STATUS_OK) {
        status = officer_act(desk, caller, "officer.disable", id, (str){0}, NULL, err);
    }
    return status == STATUS_OK ? people_officer_disable(desk->people, id, err) : status;
}

/* The officer as they are; STATUS_INVALID when the role is theirs already, STATUS_CONFLICT when they
 * are the last administrator: before the ledger says anything. */
static enum status role_can_change(struct desk *desk, struct arena *arena, int64_t id,
                                   enum role role, enum role *ret_from, struct error *err)
{
    struct officer *list = NULL;
    size_t count = 0;
    size_t admins = 0;
    bool is_known = false;
    enum status status = people_officers(desk->people, NULL, arena, &list, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        admins += list[i].role == ROLE_ADMIN && !list[i].is_disabled && list[i].id != id;
        if (list[i].id == id) {
            is_known = true;
            *ret_from = list[i].role;
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_known) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such officer.");
    }
    if (*ret_from == role) {
        return error_set(err, STATUS_INVALID, "That officer has the role %s already.",
                         role_word(role));
    }
    if (*ret_from == ROLE_ADMIN && admins == 0) {
        error_set(err, STATUS_CONFLICT, "This is the last administrator of the desk.");
        error_hint(err, "Give another officer that role first.");
        return STATUS_CONFLICT;
    }
    return STATUS_OK;
}

enum status desk_officer_role(struct desk *desk, const struct caller *caller, int64_t id,
                              enum role role, struct error *err)
{
    struct arena arena;
    struct act act;
    enum role from = ROLE_NONE;
    enum status status = desk_need(desk, caller, CAP_OFFICER_MANAGE, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (id == caller->officer) {
        return error_set(err, STATUS_INVALID,
                         "You cannot change your own role: another officer can do it.");
    }
    if (role <= ROLE_NONE || role >= ROLE_COUNT) {
        return error_set(err, STATUS_INVALID, "There is no such role.");
    }
    arena_init(&arena, PEOPLE_OFFICERS_MAX * 4096);
    status = role_can_change(desk, &arena, id, role, &from, err);
    arena_close(&arena);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, "officer.role", 0, false);
    json_put_int(&act.json, "officer", id);
    json_put_text(&act.json, "from", str_c(role_word(from)));
    json_put_text(&act.json, "to", str_c(role_word(role)));
    status = act_alone(desk, &act, err);
    act_close(&act);
    return status == STATUS_OK ? people_officer_role(desk->people, id, role, err) : status;
}

enum status desk_officers(struct desk *desk, const struct caller *caller, struct arena *arena,
                          struct officer **ret_list, size_t *ret_count, struct error *err)
{
    (void)caller; /* everybody may see who their colleagues are */
    enum status status = desk_need_unlocked(desk, err);
    if (status == STATUS_OK) {
        status =
            people_officers(desk->people, &desk->secrets->root, arena, ret_list, ret_count, err);
    }
    return status;
}

/* --- background --- */

enum { TICK_SLICE = 64, ESCALATE_SECONDS = 60, INDEX_SECONDS = 2 };

/* After a refusal not again at once: it would keep everybody else waiting. */
static enum status tick_outbox(struct desk *desk, size_t slice, time_us now, bool *ret_more,
                               struct error *err)
{
    const time_us pause = OUTBOX_PAUSE_SECONDS * US_PER_SECOND;
    if (now < desk->outbox_at && desk->outbox_at - now <= pause) { /* else the clock jumped */
        return STATUS_OK;
    }
    enum status status = desk_outbox_step(desk, slice, now, ret_more, err);
    desk->outbox_at = status == STATUS_OK ? 0 : now + pause;
    return status;
}

/* While letters come in the index follows now and then only: copies of one text are one case, which
 * would be indexed anew, with 200 of its reports, for each bite of them. */
static enum status tick_search(struct desk *desk, size_t slice, bool has_letters, bool *ret_more,
                               struct error *err)
{
    const time_us now = clock_monotonic();
    if (has_letters && now - desk->indexed_at < INDEX_SECONDS * US_PER_SECOND) {
        *ret_more = true;
        return STATUS_OK;
    }
    enum status status = desk_search_step(desk, slice, ret_more, err);
    desk->indexed_at = clock_monotonic();
    return status;
}

enum status desk_tick_by(struct desk *desk, size_t slice, time_us now, bool *ret_more,
                         struct error *err)
{
    bool more_letters = false;
    bool more_cases = false;
    bool more_messages = false;
    bool more_tags = false;
    enum status status = STATUS_OK;
    if (!desk_is_unlocked(desk)) {
        *ret_more = false;
        return STATUS_OK;
    }
    if (desk->has_todo) {
        status = erasures_finish(desk, slice, &desk->has_todo, err);
    }
    erasures_scrub(desk);
    if (status == STATUS_OK) {
        status = retag_step(desk, slice, &more_tags, err);
    }
    if (status == STATUS_OK) {
        status = desk_import_step(desk, slice, now, &more_letters, err);
    }
    if (status == STATUS_OK) {
        status = tick_search(desk, slice, more_letters, &more_cases, err);
    }
    /* A clock that jumped back must not stop the clocks of the cases. */
    bool is_time =
        now - desk->escalated_at > ESCALATE_SECONDS * US_PER_SECOND || now < desk->escalated_at;
    if (status == STATUS_OK && is_time && !more_letters) {
        desk->escalated_at = now;
        status = desk_escalate(desk, now, err);
    }
    if (status ==
        STATUS_OK) { /* last: box may refuse a message, and the clocks must be looked at */
        status = tick_outbox(desk, slice, now, &more_messages, err);
    }
    if (status == STATUS_OK && !more_letters) {
        status = desk_sitrep_step(desk, now, err);
    }
    if (status == STATUS_OK) {
        *ret_more = more_letters || more_cases || more_messages || more_tags || desk->has_todo;
    }
    return status;
}

enum status desk_tick(struct desk *desk, time_us now, bool *ret_more, struct error *err)
{
    return desk_tick_by(desk, TICK_SLICE, now, ret_more, err);
}
