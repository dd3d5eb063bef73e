/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"

#ifdef HUSTINGS_FAULTS
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kind_words[FAULT_KIND_COUNT] = {"alloc",  "read", "write",  "fsync",
                                                         "rename", "step", "commit", "send"};

/* The one mutable static of a fault build: a counter per kind, per process. */
static struct {
    bool is_read;
    int kind;
    uint64_t nth;
    bool kills;
    bool stays;
    uint64_t passes[FAULT_KIND_COUNT];
    int count_fd;
} plan = {.count_fd = -1};

static void plan_read(void)
{
    plan.is_read = true;
    plan.kind = -1;
    const char *count = getenv("HUSTINGS_FAULT_COUNT");
    if (count != NULL) {
        plan.count_fd = open(count, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    }
    const char *text = getenv("HUSTINGS_FAULT");
    if (text == NULL) {
        return;
    }
    for (int k = 0; k < FAULT_KIND_COUNT; k++) {
        size_t n = strlen(kind_words[k]);
        if (strncmp(text, kind_words[k], n) == 0 && text[n] == ':') {
            char *end = NULL;
            plan.kind = k;
            plan.nth = strtoull(text + n + 1, &end, 10);
            plan.kills = strcmp(end, ":kill") == 0;
            plan.stays = strcmp(end, ":full") == 0;
        }
    }
}

bool fault_strikes(enum fault_kind kind)
{
    if (!plan.is_read) {
        plan_read();
    }
    uint64_t pass = ++plan.passes[kind];
    if (plan.count_fd >= 0) {
        ssize_t ignored = write(plan.count_fd, kind_words[kind], strlen(kind_words[kind]));
        ignored += write(plan.count_fd, "\n", 1);
        (void)ignored; /* counting is best effort: the harness checks it is not empty */
    }
    bool strikes = (int)kind == plan.kind && (pass == plan.nth || (plan.stays && pass > plan.nth));
    if (strikes && plan.kills) {
        (void)kill(getpid(), SIGKILL);
    }
    if (strikes) {
        errno = plan.stays ? ENOSPC : EIO;
    }
    return strikes;
}
#else
/* ISO C wants a declaration in every file. */
typedef int fault_is_off;
#endif
