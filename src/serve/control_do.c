/* SPDX-License-Identifier: Apache-2.0 */
/* What each request does at a desk; the same for a running one and for one that a command opened. */
#include "codec/json.h"
#include "serve/control.h"

enum { IMPORT_SLICE = 256, IMPORT_SLICES_MAX = 16 };

bool control_wants_stretch(enum control_kind kind)
{
    return kind == CONTROL_LOGIN || kind == CONTROL_OFFICER_ADD || kind == CONTROL_OFFICER_RESET;
}

static void add_minute(struct buf *out, time_us at)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, at); /* 2024-07-03T09:46:40Z */
    str time = buf_str(&text);
    buf_printf(out, "%.*s %.*s UTC", STR_ARG(str_slice(time, 0, 10)),
               STR_ARG(str_slice(time, 11, 16)));
    buf_close(&text);
}

void control_add_status(struct buf *out, bool is_sealed, time_us since, int64_t letters,
                        time_us oldest_hour)
{
    if (is_sealed) {
        buf_add_c(out, "sealed since ");
        add_minute(out, since);
    } else {
        buf_add_c(out, "unlocked");
    }
    buf_printf(out, ", %lld letter%s waiting", (long long)letters, letters == 1 ? "" : "s");
    if (letters > 0) {
        buf_add_c(out,
                  letters == 1 ? ", from the hour after " : ", the oldest from the hour after ");
        add_minute(out, oldest_hour);
    }
}

static void put_time(struct json_out *out, const char *name, time_us at)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, at);
    json_put_text(out, name, buf_str(&text));
    buf_close(&text);
}

static void tell_status(struct desk *desk, const struct box_state *state, bool is_json,
                        struct buf *out)
{
    bool is_sealed = !desk_is_unlocked(desk);
    if (!is_json) {
        control_add_status(out, is_sealed, desk_sealed_since(desk), state->letters_waiting,
                           state->oldest_waiting_hour);
        buf_add_byte(out, '\n');
        return;
    }
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_bool(&json, "running", true);
    json_put_bool(&json, "sealed", is_sealed);
    if (is_sealed) {
        put_time(&json, "sealed_since", desk_sealed_since(desk));
    }
    json_put_int(&json, "letters_waiting", state->letters_waiting);
    if (state->letters_waiting > 0) {
        put_time(&json, "oldest_waiting", state->oldest_waiting_hour);
    }
    json_put_int(&json, "alarms_waiting", state->alarms_waiting);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

/* Counts include what came in a moment ago; a very long backlog is left to the work between. */
static enum status import_some(struct desk *desk, time_us now, struct error *err)
{
    bool has_more = true;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < IMPORT_SLICES_MAX && has_more && status == STATUS_OK; i++) {
        status = desk_import_step(desk, IMPORT_SLICE, now, &has_more, err);
    }
    return status;
}

static enum status tell_numbers(struct desk *desk, const struct caller *caller, bool is_json,
                                struct control_answer *answer)
{
    struct released_tables tables;
    enum status status = import_some(desk, caller->now, &answer->err);
    if (status == STATUS_OK) {
        status = desk_numbers(desk, caller, &tables, &answer->err);
    }
    if (status == STATUS_OK && is_json) {
        released_add_json(&answer->text, &tables);
        buf_add_byte(&answer->text, '\n');
    } else if (status == STATUS_OK) {
        released_add_csv(&answer->text, &tables);
    }
    return status;
}

static void add_officer_json(struct json_out *json, const struct officer *officer)
{
    json_begin_object(json);
    json_put_int(json, "id", officer->id);
    json_put_text(json, "login", officer->login);
    json_put_text(json, "name", officer->name);
    json_put_text(json, "role", str_c(role_word(officer->role)));
    json_put_bool(json, "disabled", officer->is_disabled);
    put_time(json, "since", officer->created_hour);
    json_end_object(json);
}

static enum status tell_officers(struct desk *desk, const struct caller *caller, bool is_json,
                                 struct control_answer *answer)
{
    struct arena arena;
    struct officer *list = NULL;
    struct json_out json;
    size_t count = 0;
    struct buf *out = &answer->text;
    arena_init(&arena, PEOPLE_OFFICERS_MAX * 4096);
    enum status status = desk_officers(desk, caller, &arena, &list, &count, &answer->err);
    json_out_init(&json, out);
    if (is_json) {
        json_begin_list(&json);
    }
    for (size_t i = 0; i < count; i++) {
        const struct officer *o = &list[i];
        if (is_json) {
            add_officer_json(&json, o);
            continue;
        }
        buf_printf(out, "%-24.*s %-11s %-9s %.*s\n", STR_ARG(o->login), role_word(o->role),
                   o->is_disabled ? "disabled" : "", STR_ARG(o->name));
    }
    if (is_json) {
        json_end_list(&json);
        buf_add_byte(out, '\n');
    }
    arena_close(&arena);
    return status;
}

static enum status find_officer(struct desk *desk, const struct caller *caller, str login,
                                int64_t *ret_id, struct error *err)
{
    struct arena arena;
    struct officer officer;
    enum status status = caller_need(caller, CAP_OFFICER_MANAGE, err);
    if (status != STATUS_OK) {
        return status; /* before it is told which log-ins there are */
    }
    arena_init(&arena, 256 * 1024);
    status = people_officer_find(desk_people(desk), &arena, login, &officer, err);
    if (status == STATUS_OK) {
        *ret_id = officer.id;
    } else if (status == STATUS_NOT_FOUND) {
        error_set(err, status, "There is no officer with that login.");
        error_hint(err, "'hustings officer list' has them all.");
    }
    arena_close(&arena);
    return status;
}

static enum status change_officer(struct desk *desk, const struct caller *caller,
                                  const struct control_request *request,
                                  struct control_answer *answer)
{
    struct officer_secret secret = {0};
    struct officer_input input = {.login = request->login,
                                  .name = request->name,
                                  .role = request->role,
                                  .password = request->password,
                                  .stretched = request->stretched};
    int64_t id = 0;
    enum status status = STATUS_OK;
    if (request->kind == CONTROL_OFFICER_ADD) {
        status = desk_officer_add(desk, caller, &input, &secret, &answer->err);
    } else {
        status = find_officer(desk, caller, request->login, &id, &answer->err);
    }
    if (status == STATUS_OK && request->kind == CONTROL_OFFICER_RESET) {
        status = desk_officer_reset(desk, caller, id, request->password, request->stretched,
                                    &secret, &answer->err);
    } else if (status == STATUS_OK && request->kind == CONTROL_OFFICER_DISABLE) {
        status = desk_officer_disable(desk, caller, id, &answer->err);
    } else if (status == STATUS_OK && request->kind == CONTROL_OFFICER_ROLE) {
        status = desk_officer_role(desk, caller, id, request->role, &answer->err);
    }
    if (status == STATUS_OK && secret.id != 0) {
        answer->has_secret = true;
        memcpy(answer->totp, secret.totp, sizeof answer->totp);
    }
    CRYPT_WIPE(secret);
    return status;
}

static enum status lock(struct desk *desk, const struct caller *caller, struct error *err)
{
    struct caller locker = *caller; /* an officer of any role, or nobody: 0009 */
    locker.capabilities |= UINT64_C(1) << CAP_LOCK;
    return desk_lock(desk, &locker, err);
}

void control_do(struct desk *desk, const struct box_state *state, const struct caller *caller,
                const struct control_request *request, struct control_answer *answer)
{
    enum status status = STATUS_OK;
    switch (request->kind) {
    case CONTROL_STATUS:
        tell_status(desk, state, request->is_json, &answer->text);
        break;
    case CONTROL_LOCK:
        status = lock(desk, caller, &answer->err);
        break;
    case CONTROL_NUMBERS:
        status = tell_numbers(desk, caller, request->is_json, answer);
        break;
    case CONTROL_OFFICERS:
        status = tell_officers(desk, caller, request->is_json, answer);
        break;
    case CONTROL_OFFICER_ADD:
    case CONTROL_OFFICER_RESET:
    case CONTROL_OFFICER_DISABLE:
    case CONTROL_OFFICER_ROLE:
        status = change_officer(desk, caller, request, answer);
        break;
    case CONTROL_LOGIN:
    case CONTROL_KIND_END:
    case CONTROL_PIECE:
    case CONTROL_END:
    default:
        status = error_set(&answer->err, STATUS_INVALID, "There is no such request.");
        break;
    }
    if (status == STATUS_OK && answer->text.overflowed) {
        status = error_set(&answer->err, STATUS_LIMIT, "The answer is longer than may be sent.");
    }
    if (status != STATUS_OK) {
        buf_clear(&answer->text);
    }
    answer->err.status = status;
}
