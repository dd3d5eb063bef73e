/* SPDX-License-Identifier: Apache-2.0 */
#include "people/stretcher.h"

#include <poll.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <signal.h>

#include "base/arena.h"
#include "ipc/ipc.h"

enum { TYPE_STRETCH = 1, ARENA_BYTES_MAX = 1024 * 1024, HELPER_NICE = 5 };

/* ---- the helper ---- */

struct job {
    uint64_t tag;
    pid_t pid; /* 0: free */
    int fd;
};

/* What a child writes into its pipe; the same program reads it. */
struct job_result {
    enum status status;
    struct crypt_key key;
};

NORETURN static void job_run(int fd, str password, const struct crypt_salt *salt)
{
    struct job_result result = {0};
    result.status = crypt_stretch(password, salt, &result.key);
    ssize_t put = write(fd, &result, sizeof result); /* shorter than PIPE_BUF: whole or not */
    _exit(put == (ssize_t)sizeof result ? 0 : 1);
}

static void job_answer(struct ipc *desk, uint64_t tag, const struct job_result *result)
{
    ipc_start(desk, TYPE_STRETCH, tag);
    ipc_put_u64(desk, (uint64_t)result->status);
    ipc_put_raw(desk, result->key.bytes, sizeof result->key.bytes);
    ipc_end(desk);
}

static void job_start(struct ipc *desk, struct job *job, struct ipc_frame *frame)
{
    static const struct job_result failed = {.status = STATUS_UNAVAILABLE};
    struct crypt_salt salt;
    int fds[2] = {-1, -1};
    ipc_take_raw(frame, salt.bytes, sizeof salt.bytes);
    str password = ipc_take_bytes(frame, STRETCHER_PASSWORD_BYTES_MAX);
    if (!ipc_frame_done(frame)) {
        _exit(1); /* the desk is not the one that we know */
    }
    *job = (struct job){.tag = frame->tag};
    if (pipe(fds) == 0) {
        job->pid = fork();
        if (job->pid == 0) {
            (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
            (void)close(fds[0]);
            job_run(fds[1], password, &salt);
        }
        (void)close(fds[1]);
        job->fd = fds[0];
    }
    if (job->pid <= 0) {
        job->pid = 0;
        (void)(fds[0] >= 0 && close(fds[0]));
        job_answer(desk, frame->tag, &failed);
    }
}

static void job_end(struct ipc *desk, struct job *job)
{
    struct job_result result = {0};
    if (read(job->fd, &result, sizeof result) != (ssize_t)sizeof result) {
        result = (struct job_result){.status = STATUS_UNAVAILABLE}; /* killed, most likely */
    }
    (void)close(job->fd);
    (void)waitpid(job->pid, NULL, 0);
    job->pid = 0;
    job_answer(desk, job->tag, &result);
    CRYPT_WIPE(result);
}

static void wipe_sent(struct ipc *ipc)
{
    if (ipc_queued(ipc) == 0 && ipc->out.p != NULL) {
        crypt_wipe(ipc->out.p, ipc->out.cap);
    }
}

static void wipe_read(struct ipc *ipc)
{
    if (ipc->in_at == ipc->in.n && ipc->in.p != NULL) {
        crypt_wipe(ipc->in.p, ipc->in.cap);
    }
}

/* The desk sends no more than STRETCHER_JOBS at a time. */
static void take_jobs(struct ipc *desk, struct job jobs[STRETCHER_JOBS])
{
    struct ipc_frame frame;
    while (ipc_next(desk, &frame)) {
        size_t i = 0;
        while (i < STRETCHER_JOBS && jobs[i].pid != 0) {
            i++;
        }
        if (i == STRETCHER_JOBS || frame.type != TYPE_STRETCH) {
            _exit(1);
        }
        job_start(desk, &jobs[i], &frame);
    }
    wipe_read(desk);
}

NORETURN static void helper_run(int fd)
{
    struct ipc desk;
    struct job jobs[STRETCHER_JOBS] = {0};
    ipc_init(&desk, fd, true);
    for (;;) {
        struct pollfd polled[1 + STRETCHER_JOBS] = {{.fd = fd, .events = POLLIN}};
        for (size_t i = 0; i < STRETCHER_JOBS; i++) {
            polled[i + 1] =
                (struct pollfd){.fd = jobs[i].pid != 0 ? jobs[i].fd : -1, .events = POLLIN};
        }
        if (poll(polled, 1 + STRETCHER_JOBS, -1) < 0) {
            continue;
        }
        for (size_t i = 0; i < STRETCHER_JOBS; i++) {
            if (polled[i + 1].revents != 0) {
                job_end(&desk, &jobs[i]);
            }
        }
        if (polled[0].revents != 0) {
            if (ipc_fill(&desk) != STATUS_OK) {
                _exit(0); /* the desk has ended */
            }
            take_jobs(&desk, jobs);
        }
        if (ipc_flush(&desk) != STATUS_OK) {
            _exit(0);
        }
        wipe_sent(&desk);
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
    int pair[2] = {-1, -1};
    enum status status = ipc_pair(pair, err);
    if (status != STATUS_OK) {
        return status;
    }
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        (void)close(pair[0]);
        (void)close(pair[1]);
        return error_set(err, STATUS_INTERNAL, "cannot fork");
    }
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, "stretcher");
        if (getppid() != parent) {
            _exit(0);
        }
        (void)close(pair[0]);
        for (size_t i = 0; i < fd_count; i++) {
            (void)close(close_fds[i]);
        }
        (void)setpriority(PRIO_PROCESS, 0, HELPER_NICE); /* pages go first */
        set_up(context);
        helper_run(pair[1]);
    }
    (void)close(pair[1]);
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    struct stretcher *stretcher = ARENA_NEW(&arena, struct stretcher);
    stretcher->arena = arena;
    stretcher->pid = pid;
    ipc_init(&stretcher->ipc, pair[0], false);
    *ret_stretcher = stretcher;
    return STATUS_OK;
}

void stretcher_close(struct stretcher *stretcher)
{
    if (stretcher != NULL) {
        struct arena arena = stretcher->arena;
        ipc_close(&stretcher->ipc); /* the helper ends by that */
        (void)waitpid(stretcher->pid, NULL, 0);
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

/* The oldest that is sent, or not yet sent. */
static struct asked *oldest(struct stretcher *stretcher, bool is_sent)
{
    struct asked *found = NULL;
    for (size_t i = 0; i < STRETCHER_WAITING_MAX; i++) {
        struct asked *asked = &stretcher->asked[i];
        if (asked->is_used && asked->is_sent == is_sent &&
            (found == NULL || asked->tag < found->tag)) {
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
    while (stretcher->sent < STRETCHER_JOBS && (next = oldest(stretcher, false)) != NULL) {
        ipc_start(&stretcher->ipc, TYPE_STRETCH, next->tag);
        ipc_put_raw(&stretcher->ipc, next->salt.bytes, sizeof next->salt.bytes);
        ipc_put_bytes(&stretcher->ipc, str_from(next->password, next->password_len));
        ipc_end(&stretcher->ipc);
        next->is_sent = true;
        stretcher->sent++;
    }
    if (ipc_flush(&stretcher->ipc) != STATUS_OK) {
        give_up(stretcher);
        return;
    }
    wipe_sent(&stretcher->ipc);
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
        wipe_read(&stretcher->ipc);
        send_more(stretcher);
    }
}
