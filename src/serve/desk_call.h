/* SPDX-License-Identifier: Apache-2.0 */
/* A command asks a desk: the running one over its socket, or the stopped one, which it unlocks in
 * its own process by the same log-in (serve/control.h). */
#ifndef HUSTINGS_SERVE_DESK_CALL_H
#define HUSTINGS_SERVE_DESK_CALL_H

#include "base/args.h"
#include "serve/control.h"
#include "serve/own_desk.h"
#include "serve/settings.h"

/* The options that such a command takes. */
#define DESK_CALL_OPTIONS                                                                          \
    {"officer", "LOGIN", "who asks"}, {"password-file", "FILE", "first line: the password"},       \
    {                                                                                              \
        "code", "DIGITS", "the authenticator's six digits"                                         \
    }

/* The first line of a file that holds a password; in the arena. */
enum status desk_call_password(struct arena *arena, const char *path, str *ret_password,
                               struct error *err) MUST_CHECK;
/* Logs in with the options above, asks, and logs out. The answer is open (control_answer_close)
 * only after STATUS_OK. */
enum status desk_call(const struct args *args, struct arena *arena, const char *dir,
                      const struct control_request *request, struct control_answer *ret_answer,
                      struct error *err) MUST_CHECK;
/* Without a log-in, for STATUS and LOCK: STATUS_NOT_FOUND when the desk does not run. */
enum status desk_call_running(const struct settings *settings, struct arena *arena,
                              const struct control_request *login, /* may be NULL */
                              const struct control_request *request,
                              struct control_answer *ret_answer, struct error *err) MUST_CHECK;
/* The log-in that the options say; STATUS_INVALID when one is missing. */
enum status desk_call_login(const struct args *args, struct arena *arena,
                            struct control_request *ret_login, struct error *err) MUST_CHECK;

/* A desk of one's own, also beside a running one: for a bulk of entries that would not fit a request
 * (pack people import …). Both write through the same store; close it with own_desk_close. */
enum status desk_call_own(const struct args *args, struct arena *arena, const char *dir,
                          struct own_desk **ret_own, struct caller *ret_caller,
                          struct error *err) MUST_CHECK;

#endif
