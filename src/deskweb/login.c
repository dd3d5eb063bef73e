/* SPDX-License-Identifier: Apache-2.0 */
/* Log-in, log-out, lock, password. What was wrong about a log-in is never said. */
#include "deskweb/ask.h"

#include <stdio.h>

#include "pages/desk_lock.html.h"
#include "pages/desk_login.html.h"
#include "pages/desk_password.html.h"

static str waiting_words(struct ask *ask)
{
    struct box_state state;
    if (box_state(ask->web->options.box, &state, NULL) != STATUS_OK) {
        return STR("");
    }
    if (state.letters_waiting == 0) {
        return STR("No letter is waiting.");
    }
    str since = words_hour(ask->arena, state.oldest_waiting_hour);
    return arena_printf(ask->arena, "%lld %s waiting, the oldest since %.*s.",
                        (long long)state.letters_waiting,
                        state.letters_waiting == 1 ? "letter is" : "letters are", STR_ARG(since));
}

/* Only a path of our own; anything else would send an officer to a stranger. */
static str safe_next(str next)
{
    bool is_good =
        next.n > 1 && next.n < 200 && next.p[0] == '/' && next.p[1] != '/' && next.p[1] != '\\';
    for (size_t i = 0; i < next.n && is_good; i++) {
        is_good =
            ascii_is_alnum(next.p[i]) || next.p[i] == '/' || next.p[i] == '-' || next.p[i] == '_';
    }
    return is_good ? next : STR("/");
}

static void login_show(struct ask *ask, unsigned status, str error, str hint)
{
    bool is_sealed = !desk_is_unlocked(ask->desk);
    str sealed = is_sealed ? words_time(ask->arena, desk_sealed_since(ask->desk)) : STR("");
    str waiting = is_sealed ? waiting_words(ask) : STR("");
    bool is_get = ask->route->method == HTTP_GET;
    ASK_PAGE(ask, status, desk_login, "", .csrf = ask_form_token(ask),
             .login = form_value(&ask->form, "login"), .error = error, .hint = hint,
             .sealed = sealed, .is_waiting = waiting.n > 0, .waiting = waiting,
             .next = safe_next(form_value(is_get ? &ask->query : &ask->form, "next")));
}

void login_get(struct ask *ask)
{
    if (ask->has_session && desk_is_unlocked(ask->desk)) {
        ask_redirect(ask, "/");
        return;
    }
    login_show(ask, 200, STR(""), STR(""));
}

static void login_failed(struct ask *ask, enum status status)
{
    if (status != STATUS_DENIED && status != STATUS_LIMIT) {
        fprintf(stderr, "hustings desk: a log-in failed: %s\n", ask->err.primary);
    }
    unsigned code = status == STATUS_LIMIT ? 429 : status_http(status);
    str error = status == STATUS_DENIED || status == STATUS_LIMIT || status == STATUS_UNAVAILABLE
                    ? str_c(ask->err.primary)
                    : STR("You could not be logged in.");
    login_show(ask, code, error, str_c(ask->err.hint));
}

static enum status too_many(struct ask *ask)
{
    error_set(&ask->err, STATUS_UNAVAILABLE, "Too many log-ins at once, or too little memory.");
    error_hint(&ask->err, "Nothing was checked. Please try again in a moment.");
    return STATUS_UNAVAILABLE;
}

/* False: come again. */
static bool login_try(struct ask *ask, char ret_token[PEOPLE_TOKEN_HEX], enum status *ret_status)
{
    struct crypt_salt salt = {0};
    struct login_input input = {.login = form_value(&ask->form, "login"),
                                .password = form_value(&ask->form, "password"),
                                .code = form_value(&ask->form, "code")};
    enum status status = STATUS_OK;
    if (ask->rounds == NULL) {
        status = people_login_salt(desk_people(ask->desk), input.login, ask->now, &salt, &ask->err);
    }
    if (status == STATUS_OK) {
        const struct people_stretched *stretched = ask_stretch(ask, input.password, &salt, &status);
        if (stretched == NULL) {
            return false;
        }
        status = status == STATUS_OK
                     ? desk_login_with(ask->desk, &input, stretched, ask->now, ret_token, &ask->err)
                     : too_many(ask);
    }
    *ret_status = status;
    return true;
}

void login_post(struct ask *ask)
{
    char token[PEOPLE_TOKEN_HEX];
    enum status status = STATUS_OK;
    if (!ask_form_token_ok(ask)) {
        login_show(ask, 403, STR("This form was too old; nothing was checked. Please try again."),
                   STR(""));
        return;
    }
    if (!login_try(ask, token, &status)) {
        return;
    }
    if (status != STATUS_OK) {
        login_failed(ask, status);
        return;
    }
    http_set_cookie(ask->x, str_c(ask_cookie_name(ask)), str_from(token, sizeof token), -1,
                    ask->web->options.is_https);
    CRYPT_WIPE(token);
    str next = safe_next(form_value(&ask->form, "next"));
    ask_redirect(ask, "%.*s", STR_ARG(next));
}

static void forget_cookie(struct ask *ask)
{
    http_set_cookie(ask->x, str_c(ask_cookie_name(ask)), STR(""), 0, ask->web->options.is_https);
    http_add_header(ask->x, "Clear-Site-Data", STR("\"cache\", \"storage\""));
}

void logout_post(struct ask *ask)
{
    str token = http_cookie(ask->x, str_c(ask_cookie_name(ask)));
    enum status status = desk_logout(ask->desk, token, ask->now, &ask->err);
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE) {
        ask_fail(ask, status);
        return;
    }
    session_end(desk_people(ask->desk), token);
    forget_cookie(ask);
    ask_redirect(ask, "/login");
}

void lock_get(struct ask *ask)
{
    ASK_PAGE(ask, 200, desk_lock, "lock", .csrf = ask_csrf(ask));
}

void lock_post(struct ask *ask)
{
    enum status status = desk_lock(ask->desk, &ask->caller, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    forget_cookie(ask);
    ask_redirect(ask, "/login");
}

static void password_show(struct ask *ask, unsigned status, str error)
{
    ASK_PAGE(ask, status, desk_password, "password", .csrf = ask_csrf(ask), .error = error,
             .hint = str_c(ask->err.hint));
}

void password_get(struct ask *ask)
{
    password_show(ask, 200, STR(""));
}

/* Two hashes: of the old password and of the new one. False: come again. */
static bool password_stretch(struct ask *ask, str new_password, struct people_stretched both[2],
                             enum status *ret_status)
{
    struct crypt_salt salt = {0};
    enum status status = STATUS_OK;
    *ret_status = people_password_check(STR(""), new_password, &ask->err);
    if (*ret_status == STATUS_OK && ask->rounds == NULL) {
        *ret_status = people_salt(desk_people(ask->desk), ask->caller.officer, &salt, &ask->err);
    }
    if (*ret_status != STATUS_OK) {
        return true;
    }
    const struct people_stretched *old =
        ask_stretch(ask, form_value(&ask->form, "old"), &salt, &status);
    if (old == NULL) {
        return false;
    }
    const struct people_stretched *new = NULL;
    if (status == STATUS_OK) {
        both[0] = *old;
        new = ask_stretch(ask, new_password, NULL, &status);
        if (new == NULL) {
            return false;
        }
        both[1] = *new;
    }
    *ret_status = status == STATUS_OK ? status : too_many(ask);
    return true;
}

void password_post(struct ask *ask)
{
    struct people_stretched both[2] = {0};
    enum status status = STATUS_OK;
    str new_password = form_value(&ask->form, "new");
    if (!str_equal(new_password, form_value(&ask->form, "again"))) {
        password_show(ask, 422, STR("The new password was not the same both times."));
        return;
    }
    if (!password_stretch(ask, new_password, both, &status)) {
        return;
    }
    if (status == STATUS_OK) {
        status = desk_act_add(ask->desk, &ask->caller, "password.change", 0, STR(""), &ask->err);
    }
    if (status == STATUS_OK) {
        status =
            people_password_change(desk_people(ask->desk), ask->caller.officer,
                                   form_value(&ask->form, "old"), new_password, both, &ask->err);
    }
    CRYPT_WIPE(both);
    if (status != STATUS_OK) {
        password_show(ask, status_http(status), str_c(ask->err.primary));
        return;
    }
    ask_redirect(ask, "/password?done=password");
}
