/* SPDX-License-Identifier: Apache-2.0 */
#include "people/stretcher.h"

#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "ipc/helper.h"

enum { TYPE_STRETCH = 1, ARENA_BYTES_MAX = 1024 * 1024, HELPER_NICE = 5 /* pages go first */ };

/* ---- the helper ---- */

struct job {
    str password;
    struct crypt_salt salt;
};

/* What a child writes into its pipe; the same program reads it. */
struct job_result {
    enum status status;
    struct crypt_key key;
};

static bool job_run(int fd, const void *context)
{
    const struct job *job = context;
    struct job_result result = {0};
    struct error err;
    result.status = crypt_stretch(job->password, &job->salt, &result.key);
    return io_write_all(fd, str_from(&result, sizeof result), &err) == STATUS_OK;
}

static void job_answer(struct ipc *desk, uint64_t tag, const struct job_result *result)
{
    ipc_start(desk, TYPE_STRETCH, tag);
    ipc_put_u64(desk, (uint64_t)result->status);
    ipc_put_raw(desk, result->key.bytes, sizeof result->key.bytes);
    ipc_end(desk);
}

static void job_start(struct ipc *desk, struct helper_job *jobs, struct ipc_frame *frame)
{
    static const struct job_result failed = {.status = STATUS_UNAVAILABLE};
    struct job job = {0};
    ipc_take_raw(frame, job.salt.bytes, sizeof job.salt.bytes);
    job.password = ipc_take_bytes(frame, STRETCHER_PASSWORD_BYTES_MAX);
    if (!ipc_frame_done(frame) || frame->type != TYPE_STRETCH) {
        _exit(1); /* the desk is not the one that we know */
    }
    if (!helper_job_start(helper_job_free(jobs, STRETCHER_JOBS), frame->tag,
                          sizeof(struct job_result), job_run, &job)) {
        job_answer(desk, frame->tag, &failed);
    }
}

static void job_end(struct ipc *desk, struct helper_job *job)
{
    struct job_result result = {.status = STATUS_UNAVAILABLE};
    if (job->out.n == sizeof result) {
        memcpy(&result, job->out.p, sizeof result);
    } /* else killed, most likely */
    job_answer(desk, job->tag, &result);
    helper_job_close(job);
    CRYPT_WIPE(result);
}

NORETURN static void helper_run(int fd)
{
    struct ipc desk;
    struct ipc_frame frame;
    struct helper_job jobs[STRETCHER_JOBS] = {0};
    ipc_init(&desk, fd, true);
    for (;;) {
        bool has_frames = helper_wait(&desk, jobs, STRETCHER_JOBS);
        for (size_t i = 0; i < STRETCHER_JOBS; i++) {
            if (jobs[i].is_ended) {
                job_end(&desk, &jobs[i]);
            }
        }
        while (has_frames && ipc_next(&desk, &frame)) {
            job_start(&desk, jobs, &frame);
        }
        if (ipc_flush(&desk) != STATUS_OK) {
            _exit(0);
        }
        ipc_forget(&desk);
    }
}

/* ---- the desk's side ---- */

struct asked {
    bool is_used, is_sent;
    uint64_t tag;
    struct crypt_salt salt;
    char password[STRETCHER_PASSWORD_BYTES_MAX];
    size_t password_len;
    stretcher_done *done;
    void *context;
};

struct stretcher {
    struct arena arena; /* holds this struct itself */
    struct ipc ipc;
    pid_t pid;
    uint64_t tag;
    size_t sent;
    bool is_gone; /* the helper; the descriptor stays until the end, for who watches it */
    struct asked asked[STRETCHER_WAITING_MAX]; /* each wiped with its answer */
};

enum status stretcher_open(void (*set_up)(void *context), void *context, const int *close_fds,
                           size_t fd_count, struct stretcher **ret_stretcher, struct error *err)
{
    const struct helper_start start = {.name = "stretcher",
                                       .nice = HELPER_NICE,
                                       .set_up = set_up,
                                       .context = context,
                                       .close_fds = close_fds,
                                       .fd_count = fd_count,
                                       .run = helper_run};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    struct stretcher *stretcher = ARENA_NEW(&arena, struct stretcher);
    stretcher->arena = arena;
    enum status status = helper_start(&start, &stretcher->ipc, &stretcher->pid, err);
    if (status != STATUS_OK) {
        arena_close(&arena);
        return status;
    }
    *ret_stretcher = stretcher;
    return STATUS_OK;
}

void stretcher_close(struct stretcher *stretcher)
{
    if (stretcher != NULL) {
        struct arena arena = stretcher->arena;
        helper_stop(&stretcher->ipc, stretcher->pid);
        arena_close(&arena); /* wipes */
    }
}

static void answer(struct asked *asked, enum status status, const struct crypt_key *key)
{
    stretcher_done *done = asked->done;
    void *context = asked->context;
    CRYPT_WIPE(*asked); /* before the call: it may ask the next thing */
    done(context, status, status == STATUS_OK ? key : NULL);
}

static void compute_here(str password, const struct crypt_salt *salt, stretcher_done *done,
                         void *context)
{
    struct crypt_key key;
    enum status status = crypt_stretch(password, salt, &key);
    done(context, status, status == STATUS_OK ? &key : NULL);
    CRYPT_WIPE(key);
}

static struct asked *oldest_unsent(struct stretcher *stretcher)
{
    struct asked *found = NULL;
    for (size_t i = 0; i < STRETCHER_WAITING_MAX; i++) {
        struct asked *asked = &stretcher->asked[i];
        if (asked->is_used && !asked->is_sent && (found == NULL || asked->tag < found->tag)) {
            found = asked;
        }
    }
    return found;
}

/* The helper is gone: what was asked of it is computed here. */
static void give_up(struct stretcher *stretcher)
{
    if (stretcher->is_gone) {
        return;
    }
    stretcher->is_gone = true;
    fputs("hustings desk: the helper for passwords has ended; log-ins slow the pages down until "
          "the next start\n",
          stderr);
    for (size_t i = 0; i < STRETCHER_WAITING_MAX; i++) {
        struct asked asked = stretcher->asked[i];
        if (asked.is_used) {
            CRYPT_WIPE(stretcher->asked[i]);
            compute_here(str_from(asked.password, asked.password_len), &asked.salt, asked.done,
                         asked.context);
        }
        CRYPT_WIPE(asked);
    }
}

static void send_more(struct stretcher *stretcher)
{
    struct asked *next = NULL;
    while (stretcher->sent < STRETCHER_JOBS && (next = oldest_unsent(stretcher)) != NULL) {
        ipc_start(&stretcher->ipc, TYPE_STRETCH, next->tag);
        ipc_put_raw(&stretcher->ipc, next->salt.bytes, sizeof next->salt.bytes);
        ipc_put_bytes(&stretcher->ipc, str_from(next->password, next->password_len));
        ipc_end(&stretcher->ipc);
        next->is_sent = true;
        stretcher->sent++;
    }
    enum status status = ipc_flush(&stretcher->ipc);
    ipc_forget(&stretcher->ipc);
    if (status != STATUS_OK) {
        give_up(stretcher);
    }
}

void stretcher_ask(struct stretcher *stretcher, str password, const struct crypt_salt *salt,
                   stretcher_done *done, void *context)
{
    ASSERT(password.n <= STRETCHER_PASSWORD_BYTES_MAX);
    if (stretcher == NULL || stretcher->is_gone) {
        compute_here(password, salt, done, context);
        return;
    }
    size_t i = 0;
    while (i < STRETCHER_WAITING_MAX && stretcher->asked[i].is_used) {
        i++;
    }
    if (i == STRETCHER_WAITING_MAX) {
        done(context, STATUS_UNAVAILABLE, NULL);
        return;
    }
    struct asked *asked = &stretcher->asked[i];
    *asked = (struct asked){.is_used = true,
                            .tag = ++stretcher->tag,
                            .salt = *salt,
                            .password_len = password.n,
                            .done = done,
                            .context = context};
    memcpy(asked->password, password.n > 0 ? password.p : "", password.n);
    send_more(stretcher);
}

bool stretcher_is_gone(const struct stretcher *stretcher)
{
    return stretcher->is_gone;
}

int stretcher_fd(const struct stretcher *stretcher)
{
    return stretcher->ipc.fd;
}

bool stretcher_wants_write(const struct stretcher *stretcher)
{
    return !stretcher->is_gone && ipc_queued(&stretcher->ipc) > 0;
}

/* False when the helper says what it never would. */
static bool take_answer(struct stretcher *stretcher, struct ipc_frame *frame)
{
    struct crypt_key key;
    size_t i = 0;
    uint64_t word = ipc_take_u64(frame);
    ipc_take_raw(frame, key.bytes, sizeof key.bytes);
    while (i < STRETCHER_WAITING_MAX &&
           !(stretcher->asked[i].is_sent && stretcher->asked[i].tag == frame->tag)) {
        i++;
    }
    bool is_good = ipc_frame_done(frame) && i < STRETCHER_WAITING_MAX && word < STATUS_COUNT;
    if (is_good) {
        stretcher->sent--;
        answer(&stretcher->asked[i], (enum status)word, &key);
    }
    CRYPT_WIPE(key);
    return is_good;
}

void stretcher_run(struct stretcher *stretcher)
{
    struct ipc_frame frame;
    if (stretcher->is_gone) {
        return;
    }
    bool is_good = ipc_fill(&stretcher->ipc) == STATUS_OK;
    while (is_good && !stretcher->is_gone && ipc_next(&stretcher->ipc, &frame)) {
        is_good = take_answer(stretcher, &frame);
    }
    if (!is_good || stretcher->ipc.is_broken) {
        give_up(stretcher);
        return;
    }
    if (!stretcher->is_gone) {
        send_more(stretcher);
    }
}
