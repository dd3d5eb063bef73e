/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "pack/pack.h"
#include "serve/init.h"
#include "serve/own_box.h"
#include "serve/sample.h"
#include "serve/serve.h"

static const struct arg_option options[] = {
    {"front", "ADDR:PORT", "public address (default 127.0.0.1:8080)"},
    {"desk", "ADDR:PORT", "officers' address (default 127.0.0.1:8081)"},
    {"no-serve", NULL, "fill the desk and stop"},
    {"json", NULL, "print log-ins as JSON"},
    {0}};

static const char password[] = "practice-makes-safer";

struct filling {
    struct arena *arena;
    size_t pending;
    size_t kept;
    str first_receipt;
};

static void kept(void *context, enum status status, const struct front_receipt *receipt)
{
    struct filling *filling = context;
    filling->pending--;
    if (status != STATUS_OK) {
        return;
    }
    filling->kept++;
    if (filling->first_receipt.n == 0) {
        struct buf words;
        buf_init(&words, 400);
        receipt_add_words(&words, &receipt->receipt);
        filling->first_receipt = arena_str(filling->arena, buf_str(&words));
        buf_close(&words);
    }
}

static enum status fill(const struct settings *settings, const char *pack, struct arena *arena,
                        struct filling *filling, struct error *err)
{
    struct own_box *box = NULL;
    enum status status = own_box_open(settings, pack, &box, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < sample_count; i++) {
        struct report *report = ARENA_NEW(arena, struct report);
        sample_report(&samples[i], report);
        struct front_put put = {
            .report = report, .source = "form", .is_practice = samples[i].is_practice};
        filling->pending++;
        front_put(own_box_front(box), arena, &put, clock_wall(), kept, filling);
    }
    own_box_pump(box, &filling->pending);
    own_box_close(box);
    if (filling->kept != sample_count) {
        return error_set(err, STATUS_UNAVAILABLE, "only %zu of %zu sample reports were kept",
                         filling->kept, sample_count);
    }
    return STATUS_OK;
}

/* The log-in of a demo desk is kept beside it, so that a second start can print it again. */
static enum status make(struct settings *settings, struct arena *arena, struct error *err)
{
    struct init_input input = {.settings = *settings,
                               .login = STR("demo"),
                               .name = STR("Demo officer"),
                               .password = STR_INIT("practice-makes-safer")};
    struct init_result result;
    struct buf text;
    enum status status = desk_init(&input, clock_wall(), &result, err);
    if (status != STATUS_OK) {
        return status;
    }
    *settings = input.settings;
    buf_init(&text, 200);
    crypt_add_base32(&text, result.totp, sizeof result.totp);
    status = io_write_file(settings_path(settings, arena, "demo.totp"), buf_str(&text), 0600, err);
    buf_close(&text);
    CRYPT_WIPE(result);
    return status;
}

/* What is typed is the way that the program was started: a newcomer's is on no PATH yet. */
static void print_words(const struct settings *s, const struct filling *filling, str totp,
                        const char *front, const char *desk, const char *program)
{
    fprintf(stderr,
            "\nA practice desk with made-up reports stands in %.*s.\n\n"
            "  reports     http://%s\n"
            "  officers    http://%s   log-in: demo   password: %s\n"
            "  code        run: %s totp %.*s   (or type it into an authenticator app)\n",
            STR_ARG(s->dir), front, desk, password, program, STR_ARG(totp));
    if (filling->first_receipt.n > 0) {
        fprintf(stderr, "  a receipt   %.*s\n", STR_ARG(filling->first_receipt));
    }
    fputs("\nCtrl-C stops it.\n\n", stderr);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings = {0};
    struct filling filling = {.arena = arena};
    char *pack = NULL;
    str totp = {0};
    const char *front = args_value(args, "front", "127.0.0.1:8080");
    const char *desk = args_value(args, "desk", "127.0.0.1:8081");
    const char *dir = args->word_count > 0 ? args->words[0] : "demo-desk";
    crypt_start();
    enum status status = pack_find(arena, "uk", &pack, &err);
    bool is_there = io_exists(arena_printf(arena, "%s/desk.json", dir).p);
    if (status == STATUS_OK && is_there) {
        status = settings_read(arena, dir, &settings, &err);
    } else if (status == STATUS_OK) {
        settings = (struct settings){.dir = str_c(dir),
                                     .store = STR("sqlite"),
                                     .pack = STR("uk"),
                                     .regime = STR("part2"),
                                     .controller_name = STR("Practice Council"),
                                     .controller_contact = STR("practice@example.org"),
                                     .desk_name = STR("Practice Council"),
                                     .front_address = str_c(front),
                                     .desk_address = str_c(desk)};
        status = make(&settings, arena, &err);
        if (status == STATUS_OK) {
            status = fill(&settings, pack, arena, &filling, &err);
        }
    }
    if (status == STATUS_OK) {
        status =
            io_read_file(arena, settings_path(&settings, arena, "demo.totp"), 200, &totp, &err);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    if (args_has(args, "json")) {
        printf("{\"dir\":\"%.*s\",\"login\":\"demo\",\"password\":\"%s\",\"totp_secret\":\"%.*s\","
               "\"receipt\":\"%.*s\"}\n",
               STR_ARG(settings.dir), password, STR_ARG(totp), STR_ARG(filling.first_receipt));
        (void)fflush(stdout);
    } else {
        print_words(&settings, &filling, totp, front, desk,
                    args->program == NULL ? "hustings" : args->program);
    }
    if (args_has(args, "no-serve")) {
        return 0;
    }
    struct serve_options serve = {.settings = &settings,
                                  .pack_folder = pack,
                                  .front_address = front,
                                  .desk_address = desk,
                                  .fronts = 1,
                                  .is_quiet = true};
    status = serve_run(&serve, &err);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    return 0;
}

const struct cmd cmd_demo = {
    .name = "demo",
    .summary = "a practice desk filled with made-up reports, served",
    .usage = "[DIR] [--front ADDR:PORT] [--desk ADDR:PORT]",
    .help =
        "Makes a desk in DIR (default: demo-desk), fills it with made-up reports and serves it.\n"
        "Not for real reports: its password is printed here for everybody to read.",
    .options = options,
    .run = run,
};
