/* SPDX-License-Identifier: Apache-2.0 */
/* One request of an officer and what is known about it; for the files of this folder. */
#ifndef HUSTINGS_DESKWEB_ASK_H
#define HUSTINGS_DESKWEB_ASK_H

#include "codec/form.h"
#include "deskweb/deskweb.h"
#include "deskweb/routes.h"
#include "deskweb/words.h"
#include "pages/desk_bar.html.h"
#include "pages/desk_row.html.h"
#include "pages/desk_token.html.h"
#include "pages/option.html.h"

enum { ASK_COOKIE_HEX = 64 };

struct deskweb {
    struct arena arena;
    struct deskweb_options options;
    struct crypt_key form_key; /* of the log-in form's token */
};

/* A handler that needs a slow hash asks for it (ask_stretch), returns, and is served again from the
 * start when it is there; what it was given so far lives in the exchange's arena. */
enum { ASK_STRETCHED_MAX = 2 };
struct ask_rounds {
    struct deskweb *web;
    struct http_exchange *x;
    time_us now; /* of the first round: a code is as old as it was when it was sent */
    struct people_stretched done[ASK_STRETCHED_MAX];
    enum status status[ASK_STRETCHED_MAX];
    size_t count;
    bool is_asking;
    bool is_now; /* the answer came at once */
};

/* Lives for one round of serving. */
struct ask {
    struct deskweb *web;
    struct desk *desk;
    struct http_exchange *x;
    struct arena *arena;
    const struct route *route;
    struct route_ids ids;
    struct form form;  /* of a POST */
    struct form query; /* behind '?' */
    bool has_session;
    struct session session;
    struct caller caller;
    time_us now;
    struct officer *officers; /* after ask_officers */
    size_t officer_count;
    bool has_officers;
    struct error err;
    struct ask_rounds *rounds; /* NULL in the first */
    size_t stretched;          /* hashes taken in this round */
};

/* --- answers --- */
struct part_desk_bar ask_bar(struct ask *ask, const char *here);
str ask_csrf(const struct ask *ask);
/* Sends what a render function wrote; takes the buffer over and wipes it. */
void ask_answer(struct ask *ask, unsigned status, struct buf *html);
#define ASK_PAGE(ask, status, name, here, ...)                                                     \
    do {                                                                                           \
        struct buf html_;                                                                          \
        const struct page_##name page_ = {.bar = ask_bar((ask), (here)), __VA_ARGS__};             \
        buf_init(&html_, DESKWEB_PAGE_BYTES_MAX);                                                  \
        page_##name##_render(&html_, NULL, &page_);                                                \
        ask_answer((ask), (status), &html_);                                                       \
    } while (0)
/* A page with the sentence of ask->err. A sealed desk and an ended session lead to the log-in. */
void ask_fail(struct ask *ask, enum status status);
void ask_message(struct ask *ask, unsigned status, str title, str text, str back, str back_text);
void ask_redirect(struct ask *ask, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* --- the slow hash --- */
/* NULL: it was asked for; return without an answer, the handler will be called again. Else the
 * next hash of this handler in the order of its calls, with *ret_status. The salt counts when it is
 * asked for the first time (NULL: a new random one). */
const struct people_stretched *ask_stretch(struct ask *ask, str password,
                                           const struct crypt_salt *salt, enum status *ret_status);

/* A multipart body as a form: a file's bytes stand under its field's name, what it was called under
 * that name with ".name" behind. A file that is no text has ".broken" behind its name, and no bytes. */
enum status ask_upload(struct ask *ask, struct form *ret_form) MUST_CHECK;

/* --- helpers --- */
bool ask_can(const struct ask *ask, enum capability capability);
/* The officers of the desk, fetched once a request. */
void ask_officers(struct ask *ask);
/* "You", a colleague's name, "the desk". */
str ask_officer_name(struct ask *ask, int64_t id);
/* "G4" → the pack's title. */
str ask_grade_word(const struct ask *ask, int64_t grade);
/* What was typed in a field, trimmed; empty when it was not sent. */
str ask_field(const struct ask *ask, const char *name);
/* A number in a field; `otherwise` when it is none. */
int64_t ask_number(const struct form *form, const char *name, int64_t otherwise);
struct part_desk_row ask_row(struct ask *ask, const struct desk_row *row);
/* Options of a select from pairs. */
struct option_maker {
    struct part_option *rows;
    size_t count, cap;
    str chosen;
};
void options_start(struct option_maker *maker, struct arena *arena, size_t cap, str chosen);
void options_add(struct option_maker *maker, str value, str label);
struct part_option_list options_list(const struct option_maker *maker);
struct part_option_list options_grades(struct ask *ask, str chosen, bool has_any);
struct part_option_list options_owners(struct ask *ask, str chosen, bool has_any);
struct part_option_list options_states(struct ask *ask, str chosen, bool has_any);
/* The token of the log-in form; sets its cookie when there is none. */
str ask_form_token(struct ask *ask);
bool ask_form_token_ok(struct ask *ask);
const char *ask_cookie_name(const struct ask *ask);

/* --- handlers (routes.c) --- */
void home_get(struct ask *ask);
void asset_get(struct ask *ask);
void login_get(struct ask *ask);
void login_post(struct ask *ask);
void logout_post(struct ask *ask);
void lock_get(struct ask *ask);
void lock_post(struct ask *ask);
void password_get(struct ask *ask);
void password_post(struct ask *ask);
void queue_get(struct ask *ask);
void filter_post(struct ask *ask);
void filter_delete_post(struct ask *ask);
void search_get(struct ask *ask);
void case_get(struct ask *ask);
void case_here_get(struct ask *ask);
void case_act_post(struct ask *ask);
void message_post(struct ask *ask);
void erase_get(struct ask *ask);
void print_get(struct ask *ask);
void print_post(struct ask *ask);
void export_get(struct ask *ask);
void export_post(struct ask *ask);
void evidence_get(struct ask *ask);
void evidence_raw_get(struct ask *ask);
void evidence_download_get(struct ask *ask);
void numbers_get(struct ask *ask);
void map_get(struct ask *ask);
void officers_get(struct ask *ask);
void officer_add_post(struct ask *ask);
void officer_reset_post(struct ask *ask);
void officer_disable_post(struct ask *ask);
void officer_role_post(struct ask *ask);
void ledger_get(struct ask *ask);
void checkpoint_get(struct ask *ask);
void quarantine_get(struct ask *ask);
void quarantine_post(struct ask *ask);
void acts_get(struct ask *ask);
void report_get(struct ask *ask);
void report_post(struct ask *ask);

/* --- the case page, also with an error and what was typed (case_page.c) --- */
struct case_typed {
    enum desk_act_kind kind;
    str text, reason;
    str choice;          /* the grade or state that was chosen */
    str other, incident; /* numbers, as they were typed */
    str error;           /* empty: none */
    str hint;
};
void case_show(struct ask *ask, unsigned status, const struct case_typed *typed);
void operations_get(struct ask *ask);
void operations_post(struct ask *ask);
void operation_get(struct ask *ask);
void operation_places_post(struct ask *ask);
void operation_file_post(struct ask *ask);
void operation_site_post(struct ask *ask);
void operation_sites_post(struct ask *ask);
void operation_unit_post(struct ask *ask);
void operation_units_post(struct ask *ask);
void operation_count_post(struct ask *ask);
void operation_rules_post(struct ask *ask);
void operation_sitrep_post(struct ask *ask);
void operation_times_post(struct ask *ask);
void operation_state_post(struct ask *ask);
void operation_take_post(struct ask *ask);
void operation_search_post(struct ask *ask);
void plan_get(struct ask *ask);
void plan_publish_post(struct ask *ask);
void plan_files_get(struct ask *ask);
void plan_files_post(struct ask *ask);
void plan_answer_get(struct ask *ask);
void plan_change_get(struct ask *ask);
void plan_change_post(struct ask *ask);
void plan_compare_get(struct ask *ask);
void plan_mend_post(struct ask *ask);
void plan_more_get(struct ask *ask);
void plan_more_post(struct ask *ask);
void plan_take_post(struct ask *ask);
void plan_drop_post(struct ask *ask);
void plan_links_post(struct ask *ask);
void plan_tell_get(struct ask *ask);
void plan_tell_post(struct ask *ask);
void plan_account_get(struct ask *ask);
void sitrep_get(struct ask *ask);
void unit_get(struct ask *ask);
void unit_post(struct ask *ask);

#endif
