/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: nobody learns from the server whether a receipt could exist: an unknown receipt, one with
 * wrong words and one that is none cost the same derivations, questions and look-ups, and get the
 * same bytes.
 * The same holds for the page on which a reporter types the words.
 * Method: the linker puts counters before the functions that do the work (-Wl,--wrap); API and pages
 * run in this process behind a real socket, box in a child; the counters lie in shared memory. */
#include "../support/cm.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/api.h"
#include "base/io.h"
#include "codec/form.h"
#include "http/http.h"
#include "letterbox/box.h"
#include "pages/site.h"
#include "route/route.h"
#include "store/letterbox.h"

/* --- the counters --- */

struct counts {
    int derive, blake, pair, question, mailbox, query, open;
};
static struct counts *counts; /* shared with box */

struct crypt_key __real_crypt_derive(const struct crypt_key *key, uint64_t number,
                                     const char purpose[static 8]);
struct crypt_key __wrap_crypt_derive(const struct crypt_key *key, uint64_t number,
                                     const char purpose[static 8])
{
    counts->derive++;
    return __real_crypt_derive(key, number, purpose);
}

struct crypt_hash __real_crypt_blake(const struct crypt_key *key, str a, str b);
struct crypt_hash __wrap_crypt_blake(const struct crypt_key *key, str a, str b)
{
    counts->blake++;
    return __real_crypt_blake(key, a, b);
}

void __real_crypt_pair_from_seed(const struct crypt_key *seed, struct crypt_public *ret_public,
                                 struct crypt_secret *ret_secret);
void __wrap_crypt_pair_from_seed(const struct crypt_key *seed, struct crypt_public *ret_public,
                                 struct crypt_secret *ret_secret)
{
    counts->pair++;
    __real_crypt_pair_from_seed(seed, ret_public, ret_secret);
}

enum status __real_crypt_open(struct buf *out, const struct crypt_key *key, str sealed, str place);
enum status __wrap_crypt_open(struct buf *out, const struct crypt_key *key, str sealed, str place)
{
    counts->open++;
    return __real_crypt_open(out, key, sealed, place);
}

struct ipc *__real_box_start(struct box_client *client, enum box_question question);
struct ipc *__wrap_box_start(struct box_client *client, enum box_question question)
{
    counts->question++;
    return __real_box_start(client, question);
}

enum status __real_letterbox_mailbox_read(struct db *db, struct arena *arena,
                                          const struct crypt_id *id, str **ret_messages,
                                          size_t *ret_count, struct error *err);
enum status __wrap_letterbox_mailbox_read(struct db *db, struct arena *arena,
                                          const struct crypt_id *id, str **ret_messages,
                                          size_t *ret_count, struct error *err)
{
    counts->mailbox++;
    return __real_letterbox_mailbox_read(db, arena, id, ret_messages, ret_count, err);
}

enum status __real_db_query(struct db *db, const char *sql, const struct db_value *args,
                            size_t arg_count, struct db_rows **ret_rows, struct error *err);
enum status __wrap_db_query(struct db *db, const char *sql, const struct db_value *args,
                            size_t arg_count, struct db_rows **ret_rows, struct error *err)
{
    counts->query++;
    return __real_db_query(db, sql, args, arg_count, ret_rows, err);
}

/* --- a public side of our own --- */

struct world {
    char dir[64];
    char db_path[96];
    pid_t box;
    int control;
    struct box_client *client;
    struct front *front;
    struct arena perm;
    struct pack pack;
    struct site *site;
    struct loop *loop;
    struct http_server *server;
    struct sockaddr_in address;
    struct receipt known;
    bool is_put;
};

static void nothing(void *context)
{
    (void)context;
}

static void run_box(struct world *w, const struct crypt_id *desk_id, int control)
{
    struct error err = {0};
    struct crypt_key seed = crypt_key_new();
    struct box_options options = {
        .store = {.engine = DB_SQLITE, .where = w->db_path, .is_create = true},
        .desk_id = *desk_id,
        .control_fd = control,
        .checkpoint_ms = 3600 * 1000};
    crypt_sign_pair_from_seed(&seed, &options.log_verify, &options.log_sign);
    enum status status = box_run(&options, nothing, NULL, &err);
    _exit(status == STATUS_OK ? 0 : 1);
}

static size_t body_bytes_max(void *context, struct http_exchange *x)
{
    struct world *w = context;
    return api_owns(http_path(x)) ? api_body_bytes_max(w->front, x)
                                  : site_body_bytes_max(w->site, x);
}

static void serve(void *context, struct http_exchange *x)
{
    struct world *w = context;
    if (api_owns(http_path(x))) {
        api_serve(w->front, x);
    } else {
        site_serve(w->site, x);
    }
}

static void finished(void *context, struct http_exchange *x)
{
    struct world *w = context;
    if (api_owns(http_path(x))) {
        api_finished(x);
    } else {
        site_finished(w->site, x);
    }
}

static void box_ready(void *context, unsigned events)
{
    struct world *w = context;
    (void)events;
    box_client_run(w->client);
}

static bool box_wants_write(void *context)
{
    struct world *w = context;
    return box_client_wants_write(w->client);
}

static void on_put(void *context, enum status status, const struct front_receipt *receipt)
{
    struct world *w = context;
    assert_int_equal(status, STATUS_OK);
    w->known = receipt->receipt;
    w->is_put = true;
}

static void put_known(struct world *w)
{
    struct arena arena;
    struct report report;
    arena_init(&arena, 1 << 20);
    report_init(&report);
    report.what = STR("something");
    struct front_put put = {.report = &report, .source = "api"};
    front_put(w->front, &arena, &put, clock_wall(), on_put, w);
    for (int turns = 0; !w->is_put && turns < 1000; turns++) {
        loop_turn(w->loop, 10);
    }
    assert_true(w->is_put);
    arena_close(&arena);
}

static void open_site(struct world *w)
{
    struct error err = {0};
    const struct router *router = NULL;
    arena_init(&w->perm, 64 << 20);
    assert_int_equal(
        pack_load(&w->perm, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", &w->pack, &err),
        STATUS_OK);
    assert_int_equal(router_open(&w->perm, &w->pack, &router, &err), STATUS_OK);
    struct site_options options = {
        .front = w->front, .pack = &w->pack, .router = router, .controller_name = STR("Test")};
    w->site = site_open(&options, &w->perm);
}

static int up(void **state)
{
    struct error err = {0};
    int control[2], front[2], listen_fd = -1;
    socklen_t len = sizeof(struct sockaddr_in);
    struct world *w = calloc(1, sizeof *w);
    struct crypt_id desk_id = crypt_id_new();
    struct crypt_secret unused;
    crypt_start();
    (void)snprintf(w->dir, sizeof w->dir, "/tmp/hustings-count-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    (void)snprintf(w->db_path, sizeof w->db_path, "%s/l.db", w->dir);
    assert_int_equal(ipc_pair(control, &err), STATUS_OK);
    assert_int_equal(ipc_pair(front, &err), STATUS_OK);
    w->box = fork();
    if (w->box == 0) {
        (void)close(control[0]);
        (void)close(front[0]);
        (void)close(front[1]);
        run_box(w, &desk_id, control[1]);
    }
    (void)close(control[1]);
    w->control = control[0];
    assert_int_equal(ipc_send_fd(w->control, BOX_ROLE_FRONT, front[1]), STATUS_OK);
    (void)close(front[1]);
    w->client = box_client_open(front[0], false);
    struct front_options options = {.desk_id = desk_id, .box = w->client};
    crypt_pair_new(&options.desk_public, &unused);
    w->front = front_open(&options);
    open_site(w);
    w->loop = loop_new();
    assert_int_equal(http_listen("127.0.0.1:0", &listen_fd, &err), STATUS_OK);
    assert_int_equal(getsockname(listen_fd, (struct sockaddr *)&w->address, &len), 0);
    struct http_options http = {.listen_fd = listen_fd, .is_public = true};
    struct http_handler handler = {
        .body_bytes_max = body_bytes_max, .serve = serve, .finished = finished, .context = w};
    assert_int_equal(http_start(w->loop, &http, &handler, &w->server, &err), STATUS_OK);
    loop_watch(w->loop, box_client_fd(w->client), box_ready, box_wants_write, w);
    put_known(w);
    *state = w;
    return 0;
}

static int down(void **state)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct world *w = *state;
    char path[128];
    http_stop(w->server);
    loop_unwatch(w->loop, box_client_fd(w->client));
    front_close(w->front);
    pack_unload(&w->pack);
    arena_close(&w->perm);
    box_client_close(w->client);
    loop_free(w->loop);
    (void)close(w->control);
    (void)waitpid(w->box, NULL, 0);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        (void)snprintf(path, sizeof path, "%s%s", w->db_path, endings[i]);
        (void)unlink(path);
    }
    (void)rmdir(w->dir);
    free(w);
    return 0;
}

/* --- the questions --- */

struct outcome {
    struct counts counts;
    int status;
    char body[32 * 1024];
};

/* Sends the request and turns the loop until the answer is whole. */
static void exchange(struct world *w, str request, struct outcome *ret_outcome)
{
    char answer[64 * 1024];
    size_t n = 0;
    ssize_t got = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)connect(fd, (struct sockaddr *)&w->address, sizeof w->address);
    loop_turn(w->loop, 50);
    memset(counts, 0, sizeof *counts);
    assert_int_equal(send(fd, request.p, request.n, MSG_NOSIGNAL), request.n);
    for (int turns = 0; turns < 2000 && got != 0; turns++) {
        loop_turn(w->loop, 5);
        got = recv(fd, answer + n, sizeof answer - 1 - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    answer[n] = '\0';
    const char *body = strstr(answer, "\r\n\r\n");
    assert_true(n > 12 && body != NULL);
    ret_outcome->counts = *counts;
    ret_outcome->status = (int)strtoll(answer + 9, NULL, 10);
    (void)snprintf(ret_outcome->body, sizeof ret_outcome->body, "%s", body + 4);
}

static void read_with(struct world *w, str bearer, struct outcome *ret_outcome)
{
    struct buf request;
    buf_init(&request, 8 * 1024);
    buf_add(&request, STR("GET /api/v1/reports HTTP/1.1\r\nHost: l\r\nConnection: close\r\n"
                          "Authorization: Bearer "));
    buf_add(&request, bearer);
    buf_add(&request, STR("\r\n\r\n"));
    exchange(w, buf_str(&request), ret_outcome);
    buf_close(&request);
}

static void add_with(struct world *w, str bearer, struct outcome *ret_outcome)
{
    struct buf request;
    buf_init(&request, 8 * 1024);
    buf_add(&request, STR("POST /api/v1/reports/messages HTTP/1.1\r\nHost: l\r\n"
                          "Connection: close\r\nContent-Type: application/json\r\n"
                          "Content-Length: 12\r\nAuthorization: Bearer "));
    buf_add(&request, bearer);
    buf_add(&request, STR("\r\n\r\n{\"text\":\"x\"}"));
    exchange(w, buf_str(&request), ret_outcome);
    buf_close(&request);
}

static void post_form(struct world *w, const char *path, str words, const char *rest,
                      struct outcome *ret_outcome)
{
    struct buf body, request;
    buf_init(&body, 8 * 1024);
    buf_init(&request, 16 * 1024);
    buf_add_c(&body, "receipt=");
    form_add_encoded(&body, words);
    buf_add_c(&body, rest);
    buf_printf(&request,
               "POST %s HTTP/1.1\r\nHost: l\r\nConnection: close\r\nContent-Type: "
               "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n",
               path, body.n);
    buf_add(&request, buf_str(&body));
    exchange(w, buf_str(&request), ret_outcome);
    buf_close(&body);
    buf_close(&request);
    /* the page shows what was typed, and nothing else may differ */
    char *echo = strstr(ret_outcome->body, "<textarea");
    if (echo != NULL && strstr(echo, "</textarea>") != NULL) {
        const char *end = strstr(echo, "</textarea>");
        memmove(echo, end, strlen(end) + 1);
    }
}

static void open_page_with(struct world *w, str words, struct outcome *ret_outcome)
{
    post_form(w, "/mailbox", words, "", ret_outcome);
}

static void add_on_page_with(struct world *w, str words, struct outcome *ret_outcome)
{
    post_form(w, "/mailbox/add", words, "&message=x&nonce=0123456789abcdef0123456789abcdef",
              ret_outcome);
}

static void words_of(struct buf *out, const struct receipt *receipt)
{
    buf_init(out, 256);
    receipt_add_words(out, receipt);
}

typedef void asker(struct world *w, str bearer, struct outcome *ret_outcome);

/* looks: how often the mailbox is looked for. */
static void check_equal(struct world *w, asker *ask, int looks, const char *what)
{
    struct outcome first, other;
    struct buf unknown;
    struct receipt receipt = receipt_new();
    words_of(&unknown, &receipt);
    ask(w, buf_str(&unknown), &first);
    str words = buf_str(&unknown), rest = {0}, one = {0};
    rest = str_cut(words, '-', &one);
    const str wrong[] = {
        rest, /* eleven words */
        STR("zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz"),
        STR("x"),
        STR(""),
        STR("' OR 1=1 --"),
        STR("ability-ability-ability-ability-ability-ability-ability-ability-ability-ability-"
            "ability-able"), /* good words, wrong check bits or a receipt of nobody */
    };
    assert_int_equal(first.status, 404);
    assert_int_equal(first.counts.question, looks);
    assert_int_equal(first.counts.mailbox, looks);
    assert_true(first.counts.derive > 0 && first.counts.blake > 0);
    assert_int_equal(first.counts.pair, looks);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        ask(w, wrong[i], &other);
        if (memcmp(&first.counts, &other.counts, sizeof first.counts) != 0) {
            fail_msg("%s, row %zu: derive %d/%d blake %d/%d pair %d/%d question %d/%d mailbox "
                     "%d/%d query %d/%d open %d/%d",
                     what, i, first.counts.derive, other.counts.derive, first.counts.blake,
                     other.counts.blake, first.counts.pair, other.counts.pair,
                     first.counts.question, other.counts.question, first.counts.mailbox,
                     other.counts.mailbox, first.counts.query, other.counts.query,
                     first.counts.open, other.counts.open);
        }
        assert_int_equal(other.status, first.status);
        assert_string_equal(other.body, first.body);
    }
    buf_close(&unknown);
}

static void test_reading(void **state)
{
    struct world *w = *state;
    struct outcome known;
    struct buf words;
    check_equal(w, read_with, 1, "reading");
    words_of(&words, &w->known); /* the counters count: a known one is opened besides */
    read_with(w, buf_str(&words), &known);
    assert_int_equal(known.status, 200);
    assert_int_equal(known.counts.mailbox, 1);
    assert_int_equal(known.counts.question, 1);
    assert_true(known.counts.open > 0);
    buf_close(&words);
}

static void test_adding(void **state)
{
    struct world *w = *state;
    check_equal(w, add_with, 1, "adding");
}

static void test_the_page(void **state)
{
    struct world *w = *state;
    struct outcome known;
    struct buf words;
    check_equal(w, open_page_with, 1, "the page");
    words_of(&words, &w->known);
    open_page_with(w, buf_str(&words), &known);
    assert_int_equal(known.status, 200);
    assert_non_null(strstr(known.body, "something"));
    assert_int_equal(known.counts.mailbox, 1);
    assert_int_equal(known.counts.question, 1);
    assert_true(known.counts.open > 0);
    buf_close(&words);
}

/* Adding looks once to add and once to show. */
static void test_adding_on_the_page(void **state)
{
    struct world *w = *state;
    check_equal(w, add_on_page_with, 2, "adding on the page");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reading, up, down),
        cmocka_unit_test_setup_teardown(test_adding, up, down),
        cmocka_unit_test_setup_teardown(test_the_page, up, down),
        cmocka_unit_test_setup_teardown(test_adding_on_the_page, up, down),
    };
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
