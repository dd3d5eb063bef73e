/* SPDX-License-Identifier: Apache-2.0 */
/* Reporters in a hurry: sends many reports over keep-alive connections and keeps the receipts, or
 * reads receipts back. Used by tests/e2e/burst (the server is killed meanwhile) and tests/bench.
 *
 *   load send --port P --count N --out FILE [--clients 64] [--seconds S] [--from N] [--seed WORD]
 *        one JSON report of about 1 kB each, with its own canary text and Idempotency-Key; a
 *        report whose answer did not come, or came as 503, is sent again with the same key; at
 *        SIGTERM what was begun is ended, and no more is sent
 *   load read --port P --file FILE [--clients 64] [--seconds S] [--seed WORD]
 *        each receipt must open its own report, and that report must stand there once
 *
 * Closed loop: a connection sends its next request when the answer to the last is there, so what
 * is measured is the time that a reporter waits. Prints one JSON object; exit 0 when every report
 * was accepted (opened), else 1. One thread, epoll, no library but base/.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/args.h"
#include "base/buf.h"
#include "base/io.h"

enum {
    CLIENTS_MAX = 512,
    COUNT_MAX = 2 * 1000 * 1000,
    RECEIPT_BYTES_MAX = 160,
    ANSWER_BYTES_MAX = 4 * 1024 * 1024,
    RETRY_US = 20 * 1000,
    STATUS_CODE_MAX = 600,
    FILE_BYTES_MAX = 512 * 1024 * 1024
};

enum phase { PHASE_IDLE, PHASE_WAITING, PHASE_CONNECTING, PHASE_SENDING, PHASE_READING };

struct client {
    int fd;
    enum phase phase;
    int64_t number;  /* of the report or line */
    time_us started; /* when its first byte was first sent */
    time_us retry_at;
    size_t sent;
    struct buf out, in;
};

struct entry { /* what is read back */
    int64_t number;
    str receipt;
};

struct load {
    bool is_reading;
    uint16_t port;
    const char *seed;
    int64_t from, count, next, ended, good;
    int64_t retries, lost_connections;
    int64_t codes[STATUS_CODE_MAX];
    int64_t wrong; /* read: another report, none, or twice; send: a 201 without a receipt */
    uint32_t *latencies;
    struct entry *entries;
    FILE *out;
    int epoll;
    time_us start, deadline, first_good;
    struct client clients[CLIENTS_MAX];
    int64_t client_count;
};

/* --- what is said --- */

static void add_report(struct buf *out, const struct load *load, int64_t number)
{
    static const char rest[] =
        "\\nThe account wrote under every photograph that I put up this week, mostly at night. "
        "It calls me a traitor and a liar and says that people like me should be driven out of "
        "the town hall. Yesterday it named the caf\\u00e9 where I hold my surgery and asked who "
        "would come along on Friday. Three neighbours had the same words through the letter box "
        "on a printed sheet; one of them kept it. I have screenshots of everything up to the "
        "point where the account was made private. I do not know who it is. My agent thinks that "
        "it is the person who shouted at us outside the library in spring, but nobody is sure.";
    buf_printf(out,
               "{\"what\":\"canary-%s-%lld. %s\",\"target\":{\"role\":\"councillor\","
               "\"office\":\"Example ward\"},\"reporter\":{\"relation\":\"self\"},"
               "\"danger\":\"no\",\"when\":\"2024-06-20\",\"where\":{\"place\":\"Exampleton\"},"
               "\"channel\":\"social-media\",\"accounts\":[\"@example_%lld\"],\"fear\":3,"
               "\"consent\":{\"police\":true,\"review\":true},\"language\":\"en\"}",
               load->seed, (long long)number, rest, (long long)number);
}

static void make_request(const struct load *load, struct client *client)
{
    buf_clear(&client->out);
    client->sent = 0;
    if (load->is_reading) {
        const struct entry *entry = &load->entries[client->number];
        buf_printf(&client->out,
                   "GET /api/v1/reports HTTP/1.1\r\nHost: localhost\r\n"
                   "Authorization: Bearer %.*s\r\n\r\n",
                   STR_ARG(entry->receipt));
        return;
    }
    struct buf body;
    buf_init(&body, 8 * 1024);
    add_report(&body, load, client->number);
    buf_printf(&client->out,
               "POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\n"
               "Content-Type: application/json\r\nIdempotency-Key: key-%s-%016lld\r\n"
               "Content-Length: %zu\r\n\r\n",
               load->seed, (long long)client->number, body.n);
    buf_add(&client->out, buf_str(&body));
    buf_close(&body);
}

/* --- connections --- */

static void watch(const struct load *load, struct client *client, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = client};
    (void)epoll_ctl(load->epoll, operation, client->fd, &event);
}

static void hang_up(struct client *client)
{
    if (client->fd >= 0) {
        (void)close(client->fd);
    }
    client->fd = -1;
}

static void try_later(struct load *load, struct client *client)
{
    hang_up(client);
    load->retries++;
    client->phase = PHASE_WAITING;
    client->retry_at = clock_monotonic() + RETRY_US;
}

static void lost(struct load *load, struct client *client)
{
    load->lost_connections++;
    try_later(load, client);
}

static void dial(struct load *load, struct client *client)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(load->port)};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0) {
        try_later(load, client);
        return;
    }
    (void)setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(client->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        try_later(load, client);
        return;
    }
    client->phase = PHASE_CONNECTING;
    watch(load, client, EPOLL_CTL_ADD, EPOLLOUT);
}

static void send_some(struct load *load, struct client *client)
{
    client->phase = PHASE_SENDING;
    while (client->sent < client->out.n) {
        ssize_t n = send(client->fd, client->out.p + client->sent, client->out.n - client->sent,
                         MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            watch(load, client, EPOLL_CTL_MOD, EPOLLOUT);
            return;
        }
        if (n <= 0) {
            lost(load, client);
            return;
        }
        client->sent += (size_t)n;
    }
    client->phase = PHASE_READING;
    watch(load, client, EPOLL_CTL_MOD, EPOLLIN);
}

/* The same request (again) on this client's connection. */
static void ask(struct load *load, struct client *client)
{
    buf_clear(&client->in);
    client->sent = 0;
    if (client->fd < 0) {
        dial(load, client);
    } else {
        send_some(load, client);
    }
}

static void take_next(struct load *load, struct client *client)
{
    if (load->next >= load->count || clock_monotonic() >= load->deadline) {
        client->phase = PHASE_IDLE;
        hang_up(client);
        return;
    }
    client->number = load->next++ + load->from;
    client->started = clock_monotonic();
    make_request(load, client);
    ask(load, client);
}

/* --- answers --- */

/* How often `what` stands in `text`. */
static int times_in(str text, const char *what)
{
    int times = 0;
    str needle = str_c(what);
    for (size_t at = str_find(text, needle); at < text.n; at = str_find(text, needle)) {
        times++;
        text = str_slice(text, at + needle.n, text.n);
    }
    return times;
}

static bool body_is_right(struct load *load, const struct client *client, str body)
{
    char wanted[200];
    if (load->is_reading) {
        (void)snprintf(wanted, sizeof wanted, "canary-%s-%lld. ", load->seed,
                       (long long)load->entries[client->number].number);
        return times_in(body, wanted) == 1 && times_in(body, "\"kind\":\"report\"") == 1;
    }
    str before = STR("\"receipt\":\"");
    size_t at = str_find(body, before);
    str rest = str_slice(body, at < body.n ? at + before.n : body.n, body.n);
    str receipt = {0};
    (void)str_cut(rest, '"', &receipt);
    if (receipt.n < 40 || receipt.n > RECEIPT_BYTES_MAX) {
        return false;
    }
    fprintf(load->out, "%lld %.*s\n", (long long)client->number, STR_ARG(receipt));
    return true;
}

static void answered(struct load *load, struct client *client, int code, str body)
{
    load->codes[code]++;
    if (code == 503) {
        try_later(load, client);
        return;
    }
    time_us now = clock_monotonic();
    load->ended++;
    if (code == (load->is_reading ? 200 : 201)) {
        if (body_is_right(load, client, body)) {
            load->first_good = load->good == 0 ? now : load->first_good;
            load->latencies[load->good++] = (uint32_t)(now - client->started);
        } else {
            load->wrong++;
        }
    }
    take_next(load, client);
}

/* Looks whether the whole answer is there. -1: it never will be. */
static int parse_answer(const struct client *client, int *ret_code, str *ret_body)
{
    str all = buf_str(&client->in);
    size_t head = str_find(all, STR("\r\n\r\n"));
    if (head == all.n) {
        return all.n > 64 * 1024 ? -1 : 0;
    }
    long long length = -1;
    for (size_t at = 0; at + 16 < head; at++) {
        if (all.p[at] == '\n' && strncasecmp(all.p + at + 1, "content-length:", 15) == 0) {
            length = strtoll(all.p + at + 16, NULL, 10);
        }
    }
    if (length < 0 || all.n < 12 || memcmp(all.p, "HTTP/1.1 ", 9) != 0) {
        return -1;
    }
    if (all.n < head + 4 + (size_t)length) {
        return 0;
    }
    *ret_code = (int)strtoll(all.p + 9, NULL, 10);
    *ret_body = str_slice(all, head + 4, head + 4 + (size_t)length);
    return *ret_code > 99 && *ret_code < STATUS_CODE_MAX ? 1 : -1;
}

static void read_some(struct load *load, struct client *client)
{
    enum { PIECE = 16 * 1024 };
    char *room = buf_reserve(&client->in, PIECE);
    ssize_t n = room == NULL ? -1 : recv(client->fd, room, PIECE, 0);
    int code = 0;
    str body = {0};
    if (n < 0 && room != NULL && errno == EAGAIN) {
        return;
    }
    if (n <= 0) {
        lost(load, client);
        return;
    }
    client->in.n += (size_t)n;
    int state = parse_answer(client, &code, &body);
    if (state > 0) {
        answered(load, client, code, body);
    } else if (state < 0) {
        lost(load, client);
    }
}

/* --- the loop --- */

static bool retry_due(struct load *load)
{
    time_us now = clock_monotonic();
    bool is_busy = false;
    for (int64_t i = 0; i < load->client_count; i++) {
        struct client *client = &load->clients[i];
        if (client->phase == PHASE_WAITING && now >= load->deadline) {
            client->phase = PHASE_IDLE;
        } else if (client->phase == PHASE_WAITING && now >= client->retry_at) {
            ask(load, client);
        }
        is_busy = is_busy || client->phase != PHASE_IDLE;
    }
    return is_busy;
}

/* Asked to end: what was begun is all there is. (The signal is blocked, so that it waits.) */
static void heed_the_end(struct load *load)
{
    sigset_t waiting;
    if (sigpending(&waiting) == 0 && sigismember(&waiting, SIGTERM) == 1) {
        load->count = load->next;
    }
}

static void run(struct load *load)
{
    enum { EVENTS = 64, PATIENCE_US = 5 * 1000 * 1000 };
    struct epoll_event events[EVENTS];
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &end, NULL);
    for (int64_t i = 0; i < load->client_count; i++) {
        struct client *client = &load->clients[i];
        client->fd = -1;
        buf_init(&client->out, 16 * 1024);
        buf_init(&client->in, ANSWER_BYTES_MAX);
        take_next(load, client);
    }
    while (retry_due(load) && clock_monotonic() < load->deadline + PATIENCE_US) {
        heed_the_end(load);
        int n = epoll_wait(load->epoll, events, EVENTS, RETRY_US / 1000);
        for (int i = 0; i < n; i++) {
            struct client *client = events[i].data.ptr;
            if (client->fd < 0) {
                continue;
            }
            if (client->phase == PHASE_READING) {
                read_some(load, client);
            } else if ((events[i].events & (EPOLLERR | EPOLLHUP)) != 0) {
                try_later(load, client); /* nobody listens: not a lost connection */
            } else {
                send_some(load, client);
            }
        }
    }
    for (int64_t i = 0; i < load->client_count; i++) {
        hang_up(&load->clients[i]);
        buf_close(&load->clients[i].out);
        buf_close(&load->clients[i].in);
    }
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double quantile_ms(const struct load *load, double q)
{
    if (load->good == 0) {
        return 0;
    }
    return load->latencies[(size_t)(q * (double)(load->good - 1))] / 1000.0;
}

static void print_result(struct load *load, time_us end)
{
    double seconds = (double)(end - load->start) / 1e6;
    const char *comma = "";
    qsort(load->latencies, (size_t)load->good, sizeof *load->latencies, by_value);
    printf("{\"asked\":%lld,\"good\":%lld,\"wrong\":%lld,\"retries\":%lld,"
           "\"lost_connections\":%lld,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.2f,"
           "\"p99_ms\":%.2f,\"max_ms\":%.2f,\"first_ms\":%.2f,\"codes\":{",
           (long long)load->next, (long long)load->good, (long long)load->wrong,
           (long long)load->retries, (long long)load->lost_connections, seconds,
           (double)load->good / seconds, quantile_ms(load, .5), quantile_ms(load, .99),
           quantile_ms(load, 1), (double)(load->first_good - load->start) / 1000.0);
    for (int code = 0; code < STATUS_CODE_MAX; code++) {
        if (load->codes[code] > 0) {
            printf("%s\"%d\":%lld", comma, code, (long long)load->codes[code]);
            comma = ",";
        }
    }
    printf("}}\n");
}

/* --- start --- */

static const struct arg_option options[] = {{"port", "P", "of the public address on 127.0.0.1"},
                                            {"count", "N", "send: how many reports"},
                                            {"from", "N", "send: number of the first"},
                                            {"clients", "N", "connections"},
                                            {"seconds", "S", "give up after"},
                                            {"seed", "WORD", "in every canary and key"},
                                            {"out", "FILE", "send: receipts are appended here"},
                                            {"file", "FILE", "read: receipts that 'send' wrote"},
                                            {0}};

static int64_t number_of(const struct args *args, const char *name, int64_t otherwise, int64_t most)
{
    struct error err = {0};
    int64_t value = 0;
    if (args_number(args, name, otherwise, 0, most, &value, &err) != STATUS_OK) {
        fprintf(stderr, "load: %s\n", err.primary);
        exit(2);
    }
    return value;
}

static void read_entries(struct load *load, struct arena *arena, const char *path)
{
    struct error err = {0};
    str text = {0}, line = {0};
    if (io_read_file(arena, path, FILE_BYTES_MAX, &text, &err) != STATUS_OK) {
        fprintf(stderr, "load: %s\n", err.primary);
        exit(2);
    }
    for (size_t i = 0; i < text.n; i++) {
        load->count += text.p[i] == '\n';
    }
    load->entries = ARENA_ARRAY(arena, struct entry, (size_t)load->count);
    for (int64_t i = 0; i < load->count && str_next_line(&text, &line); i++) {
        load->entries[i].number = strtoll(line.p, NULL, 10);
        str number = {0};
        load->entries[i].receipt = str_cut(line, ' ', &number);
    }
}

int main(int argc, char **argv)
{
    static struct load load;
    struct arena arena;
    struct args args;
    struct error err = {0};
    arena_init(&arena, SIZE_MAX / 2);
    if (argc < 2 || (strcmp(argv[1], "send") != 0 && strcmp(argv[1], "read") != 0) ||
        args_parse(&arena, options, argc - 2, argv + 2, &args, &err) != STATUS_OK) {
        fprintf(stderr, "usage: load send|read --port P …: %s\n", err.primary);
        return 2;
    }
    load.is_reading = strcmp(argv[1], "read") == 0;
    load.port = (uint16_t)number_of(&args, "port", 0, UINT16_MAX);
    load.client_count = number_of(&args, "clients", 64, CLIENTS_MAX);
    load.seed = args_value(&args, "seed", "load");
    load.start = clock_monotonic();
    load.deadline = load.start + number_of(&args, "seconds", 60, 86400) * US_PER_SECOND;
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load.is_reading) {
        read_entries(&load, &arena, args_value(&args, "file", "/dev/stdin"));
    } else {
        load.count = number_of(&args, "count", 1, COUNT_MAX);
        load.from = number_of(&args, "from", 0, INT64_MAX / 2);
        load.out = fopen(args_value(&args, "out", "/dev/null"), "a");
        if (load.out == NULL) {
            fprintf(stderr, "load: cannot write the receipts\n");
            return 2;
        }
        (void)setvbuf(load.out, NULL, _IOLBF, BUFSIZ); /* tests look how far it is */
    }
    load.latencies = ARENA_ARRAY(&arena, uint32_t, (size_t)load.count + 1);
    run(&load);
    time_us end = clock_monotonic();
    bool is_written = load.out == NULL || fclose(load.out) == 0;
    print_result(&load, end);
    bool is_good = is_written && load.good == load.count;
    arena_close(&arena);
    return is_good ? 0 : 1;
}
