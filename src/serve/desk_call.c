/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/desk_call.h"

#include <poll.h>

#include "base/io.h"

enum { PASSWORD_FILE_BYTES_MAX = 1000, PATIENCE_MS = 120 * 1000 };

enum status desk_call_password(struct arena *arena, const char *path, str *ret_password,
                               struct error *err)
{
    str text = {0};
    enum status status = io_read_file(arena, path, PASSWORD_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, ret_password);
    }
    return status;
}

enum status desk_call_login(const struct args *args, struct arena *arena,
                            struct control_request *ret_login, struct error *err)
{
    const char *path = args_value(args, "password-file", NULL);
    const char *login = args_value(args, "officer", NULL);
    const char *code = args_value(args, "code", NULL);
    if (path == NULL || login == NULL || code == NULL) {
        return error_set(err, STATUS_INVALID, "give --officer, --password-file and --code");
    }
    *ret_login =
        (struct control_request){.kind = CONTROL_LOGIN, .login = str_c(login), .code = str_c(code)};
    return desk_call_password(arena, path, &ret_login->password, err);
}

/* --- a running desk --- */

static enum status lost(struct error *err)
{
    error_set(err, STATUS_UNCERTAIN, "the desk went away before it had answered");
    error_hint(err, "'hustings status' says whether it runs; the ledger says what was done");
    return STATUS_UNCERTAIN;
}

static enum status take_answer(struct ipc *ipc, struct control_answer *answer, struct error *err)
{
    struct ipc_frame frame;
    for (;;) {
        while (ipc_next(ipc, &frame)) {
            enum control_taken taken = control_answer_take(&frame, answer);
            if (taken == CONTROL_BROKEN) {
                return error_set(err, STATUS_INTERNAL,
                                 "the desk answered in a way that this program does not know");
            }
            if (taken == CONTROL_DONE) {
                *err = answer->err;
                return answer->err.status;
            }
        }
        struct pollfd fd = {.fd = ipc->fd, .events = POLLIN};
        if (ipc->is_broken || poll(&fd, 1, PATIENCE_MS) <= 0 || ipc_fill(ipc) != STATUS_OK) {
            return lost(err);
        }
    }
}

static enum status ask(struct ipc *ipc, const struct control_request *request,
                       struct control_answer *answer, struct error *err)
{
    struct error quiet = {0};
    control_answer_init(answer);
    control_request_put(ipc, 1, request);
    enum status status =
        ipc_flush(ipc) == STATUS_OK ? take_answer(ipc, answer, &quiet) : lost(&quiet);
    if (ipc->out.p != NULL) {
        crypt_wipe(ipc->out.p, ipc->out.cap);
    }
    if (status != STATUS_OK) {
        control_answer_close(answer);
        error_set(err, status, "%s", quiet.primary);
        error_hint(err, "%s", quiet.hint);
    }
    return status;
}

enum status desk_call_running(const struct settings *settings, struct arena *arena,
                              const struct control_request *login,
                              const struct control_request *request,
                              struct control_answer *ret_answer, struct error *err)
{
    struct ipc ipc;
    struct control_answer greeting;
    int fd = -1;
    enum status status = ipc_connect(settings_path(settings, arena, "run"), "desk.sock", &fd, err);
    if (status != STATUS_OK) {
        return status;
    }
    ipc_init(&ipc, fd, true);
    if (login != NULL) {
        status = ask(&ipc, login, &greeting, err);
        if (status == STATUS_OK) {
            control_answer_close(&greeting);
        } else if (status == STATUS_UNCERTAIN) {
            /* a killed desk whose last breath took the connection: nothing was asked of it yet */
            ipc_close(&ipc);
            return error_set(err, STATUS_NOT_FOUND, "the desk went away");
        }
    }
    if (status == STATUS_OK) {
        status = ask(&ipc, request, ret_answer, err);
    }
    if (status == STATUS_NOT_FOUND) {
        err->status = STATUS_INVALID; /* it runs, and does not know what was asked for */
        status = STATUS_INVALID;
    }
    ipc_close(&ipc);
    return status;
}

/* --- a stopped one --- */

static enum status call_own(const struct settings *settings, struct arena *arena,
                            const struct control_request *login,
                            const struct control_request *request,
                            struct control_answer *ret_answer, struct error *err)
{
    struct own_desk *own = NULL;
    struct caller caller;
    struct login_input input = {login->login, login->password, login->code, .wants_why = true};
    enum status status = own_desk_open(settings, &input, arena, &own, &caller, err);
    if (status != STATUS_OK) {
        return status;
    }
    control_answer_init(ret_answer);
    control_do(own_desk_desk(own), NULL, &caller, request, ret_answer);
    own_desk_close(own);
    status = ret_answer->err.status;
    if (status != STATUS_OK) {
        *err = ret_answer->err;
        control_answer_close(ret_answer);
    }
    return status;
}

enum status desk_call_own(const struct args *args, struct arena *arena, const char *dir,
                          struct own_desk **ret_own, struct caller *ret_caller, struct error *err)
{
    struct settings *settings = ARENA_NEW(arena, struct settings);
    struct control_request login;
    crypt_start();
    enum status status = settings_read(arena, dir, settings, err);
    if (status == STATUS_OK) {
        status = desk_call_login(args, arena, &login, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct login_input input = {login.login, login.password, login.code, .wants_why = true};
    return own_desk_open(settings, &input, arena, ret_own, ret_caller, err);
}

enum status desk_call(const struct args *args, struct arena *arena, const char *dir,
                      const struct control_request *request, struct control_answer *ret_answer,
                      struct error *err)
{
    struct settings *settings = ARENA_NEW(arena, struct settings);
    struct control_request login;
    struct error quiet = {0};
    crypt_start();
    enum status status = settings_read(arena, dir, settings, err);
    if (status == STATUS_OK) {
        status = desk_call_login(args, arena, &login, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = desk_call_running(settings, arena, &login, request, ret_answer, &quiet);
    if (status == STATUS_NOT_FOUND) {
        return call_own(settings, arena, &login, request, ret_answer, err);
    }
    if (status != STATUS_OK) {
        error_set(err, status, "%s", quiet.primary);
        error_hint(err, "%s", quiet.hint);
    }
    return status;
}
