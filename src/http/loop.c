/* SPDX-License-Identifier: Apache-2.0 */
/* One thread, one poll(2). The HTTP library keeps its connections in an epoll set of its own, so a
 * process watches a handful of descriptors here and poll is as good as epoll and simpler.
 *
 * A slot is not reused within a turn: a callback may remove another watch and add a new one, and
 * what poll said about the old descriptor must not reach the new owner. Removed slots are squeezed
 * out at the start of the next turn.
 */
#include "http/loop_internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/io.h"

enum {
    SLOTS_MAX = 2 * LOOP_WATCHES_MAX, /* live ones and those removed in this turn */
    LOOP_ARENA_BYTES = 64 * 1024
};

struct loop_slot {
    int fd; /* -1: removed */
    loop_ready *ready;
    bool (*wants_write)(void *context);
    loop_timeout *timeout_ms;
    void *context;
    time_us due; /* of timeout_ms in this turn; INT64_MAX: none */
};

struct loop_alarm {
    loop_timer *timer; /* NULL: free */
    void *context;
    time_us period;
    time_us due;
};

struct loop {
    struct arena arena; /* holds this very struct */
    struct loop_slot slots[SLOTS_MAX];
    struct pollfd polled[SLOTS_MAX];
    size_t slot_count;
    struct loop_alarm alarms[LOOP_TIMERS_MAX];
    int wake_fd; /* written by loop_stop, so that a signal just before poll is not lost */
    volatile sig_atomic_t is_stopped;
};

static void loop_woken(void *context, unsigned poll_events)
{
    const struct loop *loop = context;
    uint64_t count = 0;
    (void)poll_events;
    (void)!read(loop->wake_fd, &count, sizeof count); /* only empties it */
}

struct loop *loop_new(void)
{
    struct arena arena;
    arena_init(&arena, LOOP_ARENA_BYTES);
    struct loop *loop = ARENA_NEW(&arena, struct loop);
    loop->arena = arena;
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ASSERT(loop->wake_fd >= 0);
    loop_watch(loop, loop->wake_fd, loop_woken, NULL, loop);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop != NULL) {
        (void)close(loop->wake_fd);
        struct arena arena = loop->arena;
        arena_close(&arena);
    }
}

static void loop_add(struct loop *loop, struct loop_slot slot)
{
    size_t live = 0;
    for (size_t i = 0; i < loop->slot_count; i++) {
        ASSERT(loop->slots[i].fd != slot.fd);
        live += loop->slots[i].fd >= 0 ? 1 : 0;
    }
    ASSERT(slot.fd >= 0 && live < LOOP_WATCHES_MAX && loop->slot_count < SLOTS_MAX);
    loop->slots[loop->slot_count++] = slot;
}

void loop_watch(struct loop *loop, int fd, loop_ready *ready, bool (*wants_write)(void *context),
                void *context)
{
    loop_add(loop, (struct loop_slot){
                       .fd = fd, .ready = ready, .wants_write = wants_write, .context = context});
}

void loop_watch_timed(struct loop *loop, int fd, loop_ready *ready, loop_timeout *timeout_ms,
                      void *context)
{
    loop_add(loop, (struct loop_slot){
                       .fd = fd, .ready = ready, .timeout_ms = timeout_ms, .context = context});
}

void loop_unwatch(struct loop *loop, int fd)
{
    for (size_t i = 0; i < loop->slot_count; i++) {
        if (loop->slots[i].fd == fd) {
            loop->slots[i].fd = -1;
        }
    }
}

void loop_every(struct loop *loop, int64_t period_ms, loop_timer *timer, void *context)
{
    ASSERT(period_ms > 0);
    size_t i = 0;
    while (i < LOOP_TIMERS_MAX && loop->alarms[i].timer != NULL) {
        i++;
    }
    ASSERT(i < LOOP_TIMERS_MAX);
    time_us period = period_ms * 1000;
    loop->alarms[i] = (struct loop_alarm){timer, context, period, clock_monotonic() + period};
}

void loop_every_stop(struct loop *loop, loop_timer *timer, void *context)
{
    for (size_t i = 0; i < LOOP_TIMERS_MAX; i++) {
        if (loop->alarms[i].timer == timer && loop->alarms[i].context == context) {
            loop->alarms[i].timer = NULL;
        }
    }
}

static void loop_squeeze(struct loop *loop)
{
    size_t kept = 0;
    for (size_t i = 0; i < loop->slot_count; i++) {
        if (loop->slots[i].fd >= 0) {
            loop->slots[kept++] = loop->slots[i];
        }
    }
    loop->slot_count = kept;
}

/* Fills what poll wants; returns when the first time-out is due. */
static time_us loop_prepare(struct loop *loop, time_us now)
{
    time_us first = INT64_MAX;
    for (size_t i = 0; i < LOOP_TIMERS_MAX; i++) {
        const struct loop_alarm *alarm = &loop->alarms[i];
        first = alarm->timer != NULL && alarm->due < first ? alarm->due : first;
    }
    for (size_t i = 0; i < loop->slot_count; i++) {
        struct loop_slot *slot = &loop->slots[i];
        int64_t timeout_ms = slot->timeout_ms == NULL ? -1 : slot->timeout_ms(slot->context);
        bool is_writer = slot->wants_write != NULL && slot->wants_write(slot->context);
        slot->due = timeout_ms < 0 ? INT64_MAX : now + timeout_ms * 1000;
        first = slot->due < first ? slot->due : first;
        loop->polled[i] = (struct pollfd){.fd = slot->fd,
                                          .events = (short)(is_writer ? POLLIN | POLLOUT : POLLIN)};
    }
    return first;
}

static int loop_wait_ms(time_us now, time_us first, int timeout_ms_max)
{
    enum { LONGEST_MS = 60 * 1000 };
    int64_t wait = first == INT64_MAX ? LONGEST_MS : first <= now ? 0 : (first - now + 999) / 1000;
    wait = wait > LONGEST_MS ? LONGEST_MS : wait;
    return timeout_ms_max >= 0 && wait > timeout_ms_max ? timeout_ms_max : (int)wait;
}

void loop_turn(struct loop *loop, int timeout_ms_max)
{
    loop_squeeze(loop);
    time_us now = clock_monotonic();
    time_us first = loop_prepare(loop, now);
    size_t count = loop->slot_count; /* callbacks may add more */
    int got = poll(loop->polled, count, loop_wait_ms(now, first, timeout_ms_max));
    ASSERT(got >= 0 || errno == EINTR || errno == ENOMEM);
    now = clock_monotonic();
    for (size_t i = 0; i < LOOP_TIMERS_MAX; i++) {
        struct loop_alarm *alarm = &loop->alarms[i];
        if (alarm->timer != NULL && alarm->due <= now) {
            alarm->due = now + alarm->period;
            alarm->timer(alarm->context, now);
        }
    }
    for (size_t i = 0; i < count; i++) {
        const struct loop_slot *slot = &loop->slots[i];
        unsigned events = got > 0 ? (unsigned short)loop->polled[i].revents : 0;
        if (slot->fd >= 0 && (events != 0 || slot->due <= now)) {
            slot->ready(slot->context, events);
        }
    }
}

void loop_run(struct loop *loop)
{
    while (!loop->is_stopped) {
        loop_turn(loop, -1);
    }
    loop->is_stopped = 0;
}

void loop_stop(struct loop *loop)
{
    static const uint64_t one = 1;
    loop->is_stopped = 1;
    (void)!write(loop->wake_fd, &one, sizeof one); /* full means that it is awake anyway */
}
