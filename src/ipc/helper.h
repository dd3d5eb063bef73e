/* SPDX-License-Identifier: Apache-2.0 */
/* A process that works for ours, so that what takes long does not stand in our event loop.
 *
 *   owner ── ipc ── helper ── pipe ── one child a job
 *
 * The helper is forked before its owner holds any key or has read an outside byte. It learns what
 * comes in the frames, answers in frames, and ends when its owner has ended. What a child finds it
 * writes into its pipe; a child that was ended (out of memory, most likely) has written less, and
 * the helper goes on. What the frames say is for the two ends to know (people/stretcher.h,
 * desk/planner.h).
 */
#ifndef HUSTINGS_IPC_HELPER_H
#define HUSTINGS_IPC_HELPER_H

#include <sys/types.h>

#include "ipc/ipc.h"

/* --- the owner's side --- */

struct helper_start {
    const char *name; /* of the process */
    int nice;
    void (*set_up)(void *context); /* the first call in the helper (the sandbox) */
    void *context;
    const int *close_fds; /* closed in the helper */
    size_t fd_count;
    void (*run)(int fd); /* the helper's loop; it ends the process */
};

enum status helper_start(const struct helper_start *start, struct ipc *ret_ipc, pid_t *ret_pid,
                         struct error *err) MUST_CHECK;
/* The helper ends by that, and its children with it. */
void helper_stop(struct ipc *ipc, pid_t pid);

/* --- the helper's side --- */

enum { HELPER_JOBS_MAX = 8 };

struct helper_job {
    uint64_t tag;
    pid_t pid; /* 0: free */
    int fd;
    bool is_ended;  /* and all that the child wrote is in `out` */
    struct buf out; /* wiped by helper_job_close */
};

/* Waits until the owner has sent something or a child has written, and gathers either. True when
 * there may be frames to take. Ends the process when the owner has ended. */
bool helper_wait(struct ipc *owner, struct helper_job *jobs, size_t count);
/* A free one. An owner that asks for more at a time than there are is not the one that we know:
 * ends the process. */
struct helper_job *helper_job_free(struct helper_job *jobs, size_t count);
/* Forks a child that calls work(fd, context) and ends; the pipe takes bytes_max. False: the machine
 * has no room for it now, and the job stays free. */
bool helper_job_start(struct helper_job *job, uint64_t tag, size_t bytes_max,
                      bool (*work)(int fd, const void *context), const void *context);
void helper_job_close(struct helper_job *job);

#endif
