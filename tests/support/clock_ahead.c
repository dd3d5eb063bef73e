/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into a program: its wall clock, moved by as many seconds as CLOCK_AHEAD said at the start.
 * Clocks that only measure spans go as ever. A whole suite at the end of a year:
 *     LD_PRELOAD=$PWD/build/tests/support/clock_ahead.so \
 *     CLOCK_AHEAD=$(($(date -d '2027-12-31T23:59:30Z' +%s) - $(date +%s))) tests/run e2e/reporter */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long ahead;

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("CLOCK_AHEAD");
    ahead = text == NULL ? 0 : strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t id, struct timespec *ret_time)
{
    int rc = (int)syscall(SYS_clock_gettime, id, ret_time);
    if (rc == 0 && id == CLOCK_REALTIME) {
        ret_time->tv_sec += ahead;
    }
    return rc;
}

/* What browsers and interpreters ask. */
int gettimeofday(struct timeval *ret_time, void *zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }
    ret_time->tv_sec = now.tv_sec;
    ret_time->tv_usec = now.tv_nsec / 1000;
    return 0;
}
