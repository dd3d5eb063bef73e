/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

enum status helper_start(const struct helper_start *start, struct ipc *ret_ipc, pid_t *ret_pid,
                         struct error *err)
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
        (void)prctl(PR_SET_NAME, start->name);
        if (getppid() != parent) {
            _exit(0);
        }
        (void)close(pair[0]);
        for (size_t i = 0; i < start->fd_count; i++) {
            (void)close(start->close_fds[i]);
        }
        (void)setpriority(PRIO_PROCESS, 0, start->nice);
        start->set_up(start->context);
        start->run(pair[1]);
        _exit(0);
    }
    (void)close(pair[1]);
    ipc_init(ret_ipc, pair[0], false);
    *ret_pid = pid;
    return STATUS_OK;
}

void helper_stop(struct ipc *ipc, pid_t pid)
{
    ipc_close(ipc);
    (void)waitpid(pid, NULL, 0);
}

/* What the child has written so far; it has ended at the end of its pipe. */
static void read_job(struct helper_job *job)
{
    char bytes[READ_BYTES];
    ssize_t got = read(job->fd, bytes, sizeof bytes);
    if (got > 0) {
        buf_add_bytes(&job->out, bytes, (size_t)got);
        explicit_bzero(bytes, (size_t)got);
    } else if (got == 0 || errno != EINTR) {
        (void)close(job->fd);
        (void)waitpid(job->pid, NULL, 0);
        job->is_ended = true;
    }
}

bool helper_wait(struct ipc *owner, struct helper_job *jobs, size_t count)
{
    struct pollfd polled[1 + HELPER_JOBS_MAX];
    ASSERT(count <= HELPER_JOBS_MAX);
    do {
        polled[0] = (struct pollfd){.fd = owner->fd, .events = POLLIN};
        for (size_t i = 0; i < count; i++) {
            polled[i + 1] =
                (struct pollfd){.fd = jobs[i].pid != 0 ? jobs[i].fd : -1, .events = POLLIN};
        }
    } while (poll(polled, 1 + count, -1) < 0);
    for (size_t i = 0; i < count; i++) {
        if (polled[i + 1].revents != 0) {
            read_job(&jobs[i]);
        }
    }
    if (polled[0].revents != 0 && ipc_fill(owner) != STATUS_OK) {
        _exit(0);
    }
    return polled[0].revents != 0;
}

struct helper_job *helper_job_free(struct helper_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].pid == 0) {
            return &jobs[i];
        }
    }
    _exit(1);
}

bool helper_job_start(struct helper_job *job, uint64_t tag, size_t bytes_max,
                      bool (*work)(int fd, const void *context), const void *context)
{
    int fds[2] = {-1, -1};
    if (pipe(fds) != 0) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close(fds[0]);
        _exit(work(fds[1], context) ? 0 : 1);
    }
    (void)close(fds[1]);
    if (pid < 0) {
        (void)close(fds[0]);
        return false;
    }
    *job = (struct helper_job){.tag = tag, .pid = pid, .fd = fds[0]};
    buf_init(&job->out, bytes_max);
    return true;
}

void helper_job_close(struct helper_job *job)
{
    buf_close(&job->out);
    *job = (struct helper_job){.pid = 0};
}
