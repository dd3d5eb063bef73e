/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/planner.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "ipc/helper.h"

enum {
    TYPE_TEXT = 1, /* a piece of the job that comes: which text, bytes */
    TYPE_START,    /* the job is whole: numbers */
    TYPE_FORGET,   /* end what runs, and keep nothing of it */
    TYPE_PIECE,    /* a piece of an answer: which text, bytes */
    TYPE_DONE      /* status */
};
enum { TEXT_PROBLEM, TEXT_PLAN, TEXT_EVENT, TEXT_WORDS, TEXTS }; /* back: event = more */
enum {
    PIECE_BYTES = 256 * 1024,
    HELPER_NICE = 10, /* pages go first, and passwords */
    SPARE_SECONDS = 60,
    ARENA_BYTES_MAX = 1024 * 1024,
    WORDS_BYTES_MAX = 8 * 1024,
    SPARE_BYTES = 64 * 1024 /* of an answer: its head and its words */
};
#define CHILD_BYTES_MAX ((size_t)1536 * 1024 * 1024)
#define CHILD_ARENA_BYTES_MAX ((size_t)1024 * 1024 * 1024)

struct texts {
    struct buf list[TEXTS];
};

static void texts_init(struct texts *texts)
{
    for (size_t i = 0; i < TEXTS; i++) {
        buf_init(&texts->list[i], i == TEXT_WORDS ? WORDS_BYTES_MAX : PLANNER_TEXT_BYTES_MAX);
    }
}

static void texts_close(struct texts *texts)
{
    for (size_t i = 0; i < TEXTS; i++) {
        buf_close(&texts->list[i]); /* wipes: who stands where is not for everybody */
    }
}

/* One frame of a text into its place; false when it is not one that we know. */
static bool take_piece(struct ipc_frame *frame, struct texts *texts)
{
    uint64_t which = ipc_take_u64(frame);
    str bytes = ipc_take_bytes(frame, PIECE_BYTES);
    if (!ipc_frame_done(frame) || which >= TEXTS) {
        return false;
    }
    buf_add(&texts->list[which], bytes);
    return !texts->list[which].overflowed;
}

static void put_text(struct ipc *ipc, uint16_t type, uint64_t tag, uint64_t which, str text)
{
    while (text.n > 0) {
        str piece = str_slice(text, 0, PIECE_BYTES);
        ipc_start(ipc, type, tag);
        ipc_put_u64(ipc, which);
        ipc_put_bytes(ipc, piece);
        ipc_end(ipc);
        text = str_slice(text, piece.n, text.n);
    }
}

/* ---- the child: one search ---- */

/* What stands in front of the texts in the child's pipe; the same program reads it. */
struct result_head {
    uint64_t status;
    uint64_t lengths[TEXTS];
};

/* The address sanitizer keeps terabytes of addresses in reserve and cannot live under this limit. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_OWN_LIMITS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_OWN_LIMITS 1
#endif

static void limit_memory(void)
{
#ifndef HAS_OWN_LIMITS
    struct rlimit memory = {CHILD_BYTES_MAX, CHILD_BYTES_MAX};
    (void)setrlimit(RLIMIT_AS, &memory);
#endif
}

static bool put(int fd, str bytes)
{
    struct error err;
    return io_write_all(fd, bytes, &err) == STATUS_OK;
}

static bool child_run(int fd, const void *context)
{
    const struct planner_job *job = context;
    struct arena arena;
    struct planner_answer answer;
    limit_memory();
    (void)alarm((unsigned)job->seconds + SPARE_SECONDS); /* nothing catches it: the child ends */
    arena_init(&arena, CHILD_ARENA_BYTES_MAX);
    planner_search(&arena, job, &answer);
    struct result_head head = {
        .status = (uint64_t)answer.status,
        .lengths = {answer.problem.n, answer.plan.n, answer.more.n, answer.words.n}};
    return put(fd, str_from(&head, sizeof head)) && put(fd, answer.problem) &&
           put(fd, answer.plan) && put(fd, answer.more) && put(fd, answer.words);
}

/* ---- the helper ---- */

static void put_failed(struct ipc *desk, uint64_t tag, str words)
{
    put_text(desk, TYPE_PIECE, tag, TEXT_WORDS, words);
    ipc_start(desk, TYPE_DONE, tag);
    ipc_put_u64(desk, (uint64_t)STATUS_UNAVAILABLE);
    ipc_end(desk);
}

static void job_start(struct ipc *desk, struct helper_job *job, struct ipc_frame *frame,
                      struct texts *texts)
{
    struct planner_job asked = {.problem = buf_str(&texts->list[TEXT_PROBLEM]),
                                .plan = buf_str(&texts->list[TEXT_PLAN]),
                                .event = buf_str(&texts->list[TEXT_EVENT])};
    asked.seed = ipc_take_u64(frame);
    asked.iterations = (int64_t)ipc_take_u64(frame);
    asked.seconds = (int64_t)ipc_take_u64(frame);
    asked.units_max = (uint32_t)ipc_take_u64(frame);
    asked.is_more = ipc_take_u64(frame) != 0;
    if (!ipc_frame_done(frame) || asked.seconds > PLANNER_SECONDS_MAX) {
        _exit(1); /* the desk is not the one that we know */
    }
    if (!helper_job_start(job, frame->tag, (size_t)2 * PLANNER_TEXT_BYTES_MAX + SPARE_BYTES,
                          child_run, &asked)) {
        put_failed(desk, frame->tag, STR("The machine has no room for a search now."));
    }
}

static void job_end(struct ipc *desk, struct helper_job *job)
{
    struct result_head head;
    str rest = buf_str(&job->out);
    bool is_whole = rest.n >= sizeof head && !job->out.overflowed;
    size_t total = sizeof head;
    if (is_whole) {
        memcpy(&head, rest.p, sizeof head);
        for (size_t i = 0; i < TEXTS; i++) {
            is_whole = is_whole && head.lengths[i] <= rest.n;
            total += is_whole ? (size_t)head.lengths[i] : 0;
        }
    }
    if (is_whole && total == rest.n && head.status < STATUS_COUNT) {
        rest = str_slice(rest, sizeof head, rest.n);
        for (uint64_t i = 0; i < TEXTS; i++) {
            put_text(desk, TYPE_PIECE, job->tag, i, str_slice(rest, 0, (size_t)head.lengths[i]));
            rest = str_slice(rest, (size_t)head.lengths[i], rest.n);
        }
        ipc_start(desk, TYPE_DONE, job->tag);
        ipc_put_u64(desk, head.status);
        ipc_end(desk);
    } else { /* it was ended: most likely it asked for more memory than there is */
        put_failed(desk, job->tag,
                   STR("The search was ended: it took more memory or time than it may."));
    }
    helper_job_close(job);
}

/* Their pipes end by that, and each is answered as one that was ended. */
static void end_jobs(struct helper_job jobs[PLANNER_JOBS])
{
    for (size_t i = 0; i < PLANNER_JOBS; i++) {
        if (jobs[i].pid != 0) {
            (void)kill(jobs[i].pid, SIGKILL);
        }
    }
}

/* The desk sends no more than PLANNER_JOBS at a time, one after the other. True when it said that
 * all is to be forgotten. */
static bool take_jobs(struct ipc *desk, struct helper_job jobs[PLANNER_JOBS], struct texts *texts)
{
    struct ipc_frame frame;
    bool is_to_forget = false;
    while (ipc_next(desk, &frame)) {
        if (frame.type == TYPE_FORGET) {
            end_jobs(jobs);
            is_to_forget = true;
            continue;
        }
        if (frame.type == TYPE_TEXT) {
            if (!take_piece(&frame, texts)) {
                _exit(1);
            }
            continue;
        }
        if (frame.type != TYPE_START) {
            _exit(1);
        }
        job_start(desk, helper_job_free(jobs, PLANNER_JOBS), &frame, texts);
        texts_close(texts);
        texts_init(texts);
    }
    return is_to_forget;
}

static bool has_jobs(const struct helper_job jobs[PLANNER_JOBS])
{
    bool has = false;
    for (size_t i = 0; i < PLANNER_JOBS; i++) {
        has = has || jobs[i].pid != 0;
    }
    return has;
}

NORETURN static void helper_run(int fd)
{
    struct ipc desk;
    struct texts texts;
    struct helper_job jobs[PLANNER_JOBS] = {0};
    bool is_forgetting = false;
    ipc_init(&desk, fd, true);
    texts_init(&texts);
    for (;;) {
        bool has_frames = helper_wait(&desk, jobs, PLANNER_JOBS);
        for (size_t i = 0; i < PLANNER_JOBS; i++) {
            if (jobs[i].is_ended) {
                job_end(&desk, &jobs[i]);
            }
        }
        if (has_frames) {
            is_forgetting = take_jobs(&desk, jobs, &texts) || is_forgetting;
        }
        if (ipc_flush(&desk) != STATUS_OK) {
            _exit(0);
        }
        if (is_forgetting) {
            ipc_forget(&desk);
            is_forgetting = has_jobs(jobs);
        }
    }
}

/* ---- the desk's side ---- */

struct asked {
    bool is_used, is_sent;
    bool is_forgotten; /* sent, and its answer is thrown away */
    uint64_t tag;
    struct texts texts; /* of the question until it is sent, then of the answer */
    struct planner_job job;
    planner_done *done;
    void *context;
};

struct planner {
    struct arena arena; /* holds this struct itself */
    struct ipc ipc;
    pid_t pid;
    uint64_t tag;
    size_t sent;
    bool is_forgetting; /* until nothing forgotten is under way */
    bool is_gone;       /* the helper; the descriptor stays until the end, for who watches it */
    struct asked asked[PLANNER_WAITING_MAX];
};

enum status planner_open(void (*set_up)(void *context), void *context, const int *close_fds,
                         size_t fd_count, struct planner **ret_planner, struct error *err)
{
    const struct helper_start start = {.name = "planner",
                                       .nice = HELPER_NICE,
                                       .set_up = set_up,
                                       .context = context,
                                       .close_fds = close_fds,
                                       .fd_count = fd_count,
                                       .run = helper_run};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    struct planner *planner = ARENA_NEW(&arena, struct planner);
    planner->arena = arena;
    enum status status = helper_start(&start, &planner->ipc, &planner->pid, err);
    if (status != STATUS_OK) {
        arena_close(&arena);
        return status;
    }
    *ret_planner = planner;
    return STATUS_OK;
}

void planner_close(struct planner *planner)
{
    if (planner != NULL) {
        struct arena arena = planner->arena;
        for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
            if (planner->asked[i].is_used) {
                texts_close(&planner->asked[i].texts);
            }
        }
        helper_stop(&planner->ipc, planner->pid);
        arena_close(&arena);
    }
}

static void answer(struct asked *asked, enum status status)
{
    struct asked was = *asked;
    struct planner_answer given = {.status = status,
                                   .words = buf_str(&was.texts.list[TEXT_WORDS]),
                                   .problem = buf_str(&was.texts.list[TEXT_PROBLEM]),
                                   .plan = buf_str(&was.texts.list[TEXT_PLAN]),
                                   .more = buf_str(&was.texts.list[TEXT_EVENT])};
    *asked = (struct asked){0}; /* before the call: it may ask the next thing */
    was.done(was.context, &given);
    texts_close(&was.texts);
}

static void give_up(struct planner *planner)
{
    if (planner->is_gone) {
        return;
    }
    planner->is_gone = true;
    fputs("hustings desk: the helper for plans has ended; no plan can be searched for until the "
          "next start\n",
          stderr);
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        if (planner->asked[i].is_forgotten) {
            planner->asked[i] = (struct asked){0};
        } else if (planner->asked[i].is_used) {
            buf_clear(&planner->asked[i].texts.list[TEXT_WORDS]);
            buf_add_c(&planner->asked[i].texts.list[TEXT_WORDS],
                      "The helper that searches has ended. Restart the desk and ask again.");
            answer(&planner->asked[i], STATUS_UNAVAILABLE);
        }
    }
}

static struct asked *oldest_unsent(struct planner *planner)
{
    struct asked *found = NULL;
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        struct asked *asked = &planner->asked[i];
        if (asked->is_used && !asked->is_sent && (found == NULL || asked->tag < found->tag)) {
            found = asked;
        }
    }
    return found;
}

static void send_more(struct planner *planner)
{
    struct asked *next = NULL;
    while (planner->sent < PLANNER_JOBS && (next = oldest_unsent(planner)) != NULL) {
        for (uint64_t i = 0; i < TEXTS; i++) {
            put_text(&planner->ipc, TYPE_TEXT, next->tag, i, buf_str(&next->texts.list[i]));
        }
        ipc_start(&planner->ipc, TYPE_START, next->tag);
        ipc_put_u64(&planner->ipc, next->job.seed);
        ipc_put_u64(&planner->ipc, (uint64_t)next->job.iterations);
        ipc_put_u64(&planner->ipc, (uint64_t)next->job.seconds);
        ipc_put_u64(&planner->ipc, next->job.units_max);
        ipc_put_u64(&planner->ipc, next->job.is_more ? 1 : 0);
        ipc_end(&planner->ipc);
        texts_close(&next->texts);
        texts_init(&next->texts);
        next->is_sent = true;
        planner->sent++;
    }
    if (ipc_flush(&planner->ipc) != STATUS_OK) {
        give_up(planner);
    }
}

void planner_forget(struct planner *planner)
{
    static const struct planner_answer none = {
        .status = STATUS_UNAVAILABLE,
        .words = STR_INIT("The desk was locked before the search ended. Ask again.")};
    if (planner == NULL || planner->is_gone) {
        return;
    }
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        struct asked was = planner->asked[i];
        if (!was.is_used || was.is_forgotten) {
            continue;
        }
        texts_close(&planner->asked[i].texts);
        planner->asked[i] = (struct asked){.is_used = was.is_sent,
                                           .is_sent = was.is_sent,
                                           .is_forgotten = was.is_sent,
                                           .tag = was.tag};
        texts_init(&planner->asked[i].texts);
        was.done(was.context, &none);
    }
    ipc_start(&planner->ipc, TYPE_FORGET, 0);
    ipc_end(&planner->ipc);
    planner->is_forgetting = true;
    if (ipc_flush(&planner->ipc) != STATUS_OK) {
        give_up(planner);
    }
}

/* What is under way cannot be taken back from the middle of a frame: wiped as soon as it is through. */
static void forget_more(struct planner *planner)
{
    bool is_there = ipc_queued(&planner->ipc) > 0;
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        is_there = is_there || planner->asked[i].is_forgotten;
    }
    if (planner->is_forgetting) {
        ipc_forget(&planner->ipc);
        planner->is_forgetting = is_there;
    }
}

static void search_here(const struct planner_job *job, planner_done *done, void *context)
{
    struct arena arena;
    struct planner_answer given;
    arena_init(&arena, CHILD_ARENA_BYTES_MAX);
    planner_search(&arena, job, &given);
    done(context, &given);
    arena_close(&arena);
}

enum status planner_ask(struct planner *planner, const struct planner_job *job, planner_done *done,
                        void *context, struct error *err)
{
    size_t i = 0;
    str texts[TEXTS] = {job->problem, job->plan, job->event};
    ASSERT(job->seconds >= 0 && job->seconds <= PLANNER_SECONDS_MAX);
    if (planner == NULL) {
        search_here(job, done, context);
        return STATUS_OK;
    }
    if (planner->is_gone) {
        return error_set(err, STATUS_UNAVAILABLE,
                         "The helper that searches has ended. Restart the desk and ask again.");
    }
    while (i < PLANNER_WAITING_MAX && planner->asked[i].is_used) {
        i++;
    }
    if (i == PLANNER_WAITING_MAX) {
        return error_set(err, STATUS_UNAVAILABLE,
                         "Too many searches wait already. Ask again when one has ended.");
    }
    struct asked *asked = &planner->asked[i];
    *asked = (struct asked){
        .is_used = true, .tag = ++planner->tag, .job = *job, .done = done, .context = context};
    texts_init(&asked->texts);
    for (size_t k = 0; k < TEXTS; k++) {
        buf_add(&asked->texts.list[k], texts[k]);
        if (asked->texts.list[k].overflowed) {
            texts_close(&asked->texts);
            *asked = (struct asked){0};
            return error_set(err, STATUS_LIMIT, "The operation is too large for one search.");
        }
    }
    send_more(planner);
    return STATUS_OK;
}

bool planner_is_gone(const struct planner *planner)
{
    return planner->is_gone;
}

int planner_fd(const struct planner *planner)
{
    return planner->ipc.fd;
}

bool planner_wants_write(const struct planner *planner)
{
    return !planner->is_gone && ipc_queued(&planner->ipc) > 0;
}

static struct asked *asked_of(struct planner *planner, uint64_t tag)
{
    for (size_t i = 0; i < PLANNER_WAITING_MAX; i++) {
        struct asked *asked = &planner->asked[i];
        if (asked->is_used && asked->is_sent && asked->tag == tag) {
            return asked;
        }
    }
    return NULL;
}

/* False when the helper says what it never would. */
static bool take_frame(struct planner *planner, struct ipc_frame *frame)
{
    struct asked *asked = asked_of(planner, frame->tag);
    if (asked != NULL && frame->type == TYPE_PIECE) {
        return asked->is_forgotten || take_piece(frame, &asked->texts);
    }
    uint64_t word = ipc_take_u64(frame);
    if (asked == NULL || frame->type != TYPE_DONE || !ipc_frame_done(frame) ||
        word >= STATUS_COUNT) {
        return false;
    }
    planner->sent--;
    if (asked->is_forgotten) {
        *asked = (struct asked){0};
    } else {
        answer(asked, (enum status)word);
    }
    return true;
}

void planner_run(struct planner *planner)
{
    struct ipc_frame frame;
    if (planner->is_gone) {
        return;
    }
    bool is_good = ipc_fill(&planner->ipc) == STATUS_OK;
    while (is_good && !planner->is_gone && ipc_next(&planner->ipc, &frame)) {
        is_good = take_frame(planner, &frame);
    }
    if (!is_good || planner->ipc.is_broken) {
        give_up(planner);
    } else if (!planner->is_gone) {
        send_more(planner);
        forget_more(planner);
    }
}
