/* SPDX-License-Identifier: Apache-2.0 */
/* Officers: add, reset, role, disable. A TOTP secret is shown on exactly one page. */
#include "deskweb/ask.h"

#include "pages/desk_officers.html.h"
#include "pages/desk_secret.html.h"

static struct part_option_list role_options(struct ask *ask, str chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, ROLE_COUNT, chosen);
    for (enum role role = ROLE_TRIAGER; role < ROLE_COUNT; role++) {
        options_add(&maker, str_c(role_word(role)), words_role(role));
    }
    return options_list(&maker);
}

static void officers_show(struct ask *ask, unsigned status, str error)
{
    ask_officers(ask);
    struct page_desk_officers_officers *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_officers_officers, ask->officer_count + 1);
    for (size_t i = 0; i < ask->officer_count; i++) {
        const struct officer *o = &ask->officers[i];
        rows[i] = (struct page_desk_officers_officers){
            .id = o->id,
            .login = o->login,
            .name = o->name.n > 0 ? o->name : o->login,
            .role = words_role(o->role),
            .roles = role_options(ask, str_c(role_word(o->role))),
            .is_disabled = o->is_disabled,
            .since = words_hour(ask->arena, o->created_hour),
            .is_me = o->id == ask->caller.officer};
    }
    bool has_failed = error.n > 0;
    ASK_PAGE(ask, status, desk_officers, "officers", .csrf = ask_csrf(ask), .error = error,
             .hint = str_c(ask->err.hint),
             .login = has_failed ? form_value(&ask->form, "login") : STR(""),
             .name = has_failed ? form_value(&ask->form, "name") : STR(""),
             .roles = role_options(ask, has_failed ? form_value(&ask->form, "role") : STR("")),
             .officers = {rows, ask->officer_count});
}

void officers_get(struct ask *ask)
{
    officers_show(ask, 200, STR(""));
}

static void secret_show(struct ask *ask, str login, struct officer_secret *secret, bool is_new)
{
    struct buf base32, uri;
    buf_init(&base32, 64);
    buf_init(&uri, 1024);
    crypt_add_base32(&base32, secret->totp, sizeof secret->totp);
    buf_add_c(&uri, "otpauth://totp/hustings:");
    form_add_encoded(&uri, login);
    buf_add_c(&uri, "?secret=");
    buf_add(&uri, buf_str(&base32));
    buf_add_c(&uri, "&issuer=hustings");
    ask->has_officers = false; /* a reset may have changed a name */
    ASK_PAGE(ask, 200, desk_secret, "officers", .login = login, .secret = buf_str(&base32),
             .uri = buf_str(&uri), .is_new = is_new);
    crypt_wipe(base32.p, base32.n);
    crypt_wipe(uri.p, uri.n);
    buf_close(&base32);
    buf_close(&uri);
    crypt_wipe(secret, sizeof *secret);
}

/* The hash of a first password; false: come again. A password that will not do is refused by what
 * comes after it, before anything is kept. */
static bool stretch_first(struct ask *ask, const struct people_stretched **ret_stretched,
                          enum status *ret_status)
{
    str password = form_value(&ask->form, "password");
    if (people_password_check(STR(""), password, NULL) != STATUS_OK) {
        *ret_status = STATUS_OK;
        return true;
    }
    *ret_stretched = ask_stretch(ask, password, NULL, ret_status);
    if (*ret_stretched != NULL && *ret_status != STATUS_OK) {
        error_set(&ask->err, *ret_status, "Too many log-ins at once, or too little memory.");
        error_hint(&ask->err, "Nothing was changed. Please try again in a moment.");
    }
    return *ret_stretched != NULL;
}

void officer_add_post(struct ask *ask)
{
    struct officer_secret secret = {0};
    enum status status = STATUS_OK;
    struct officer_input input = {.login = str_trim(form_value(&ask->form, "login")),
                                  .name = str_trim(form_value(&ask->form, "name")),
                                  .role = role_from_word(form_value(&ask->form, "role")),
                                  .password = form_value(&ask->form, "password")};
    if (!stretch_first(ask, &input.stretched, &status)) {
        return;
    }
    if (status == STATUS_OK) {
        status = desk_officer_add(ask->desk, &ask->caller, &input, &secret, &ask->err);
    }
    if (status != STATUS_OK) {
        officers_show(ask, status_http(status), str_c(ask->err.primary));
        return;
    }
    secret_show(ask, input.login, &secret, true);
}

void officer_reset_post(struct ask *ask)
{
    struct officer_secret secret = {0};
    const struct people_stretched *stretched = NULL;
    enum status status = STATUS_OK;
    str login = STR("");
    if (!stretch_first(ask, &stretched, &status)) {
        return;
    }
    ask_officers(ask);
    for (size_t i = 0; i < ask->officer_count; i++) {
        login = ask->officers[i].id == ask->ids.number ? ask->officers[i].login : login;
    }
    if (status == STATUS_OK) {
        status =
            desk_officer_reset(ask->desk, &ask->caller, ask->ids.number,
                               form_value(&ask->form, "password"), stretched, &secret, &ask->err);
    }
    if (status != STATUS_OK) {
        officers_show(ask, status_http(status), str_c(ask->err.primary));
        return;
    }
    secret_show(ask, login, &secret, false);
}

void officer_role_post(struct ask *ask)
{
    enum status status =
        desk_officer_role(ask->desk, &ask->caller, ask->ids.number,
                          role_from_word(form_value(&ask->form, "role")), &ask->err);
    if (status != STATUS_OK) {
        officers_show(ask, status_http(status), str_c(ask->err.primary));
        return;
    }
    ask_redirect(ask, "/officers?done=role");
}

void officer_disable_post(struct ask *ask)
{
    enum status status = desk_officer_disable(ask->desk, &ask->caller, ask->ids.number, &ask->err);
    if (status != STATUS_OK) {
        officers_show(ask, status_http(status), str_c(ask->err.primary));
        return;
    }
    ask_redirect(ask, "/officers?done=disable");
}
