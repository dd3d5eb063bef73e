/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "codec/json.h"
#include "letterbox/letter.h"
#include "serve/init.h"

enum { PASSWORD_FILE_BYTES_MAX = 1000, SECRET_TEXT_BYTES_MAX = 400 };

static const struct arg_option options[] = {
    {"pack", "uk", "the country pack: a name or a folder"},
    {"store", "sqlite|URL", "sqlite (default), or postgresql://… for the desk's own database"},
    {"regime", "part2|part3", "DPA 2018: Part 2 (council, party, charity) or Part 3 (police)"},
    {"controller", "NAME", "the data controller's name, for the privacy notice"},
    {"contact", "TEXT", "how to reach the controller"},
    {"officer", "LOGIN", "log-in of the first officer (default: officer)"},
    {"password-file", "FILE", "first line: the officer's password (else one is made up)"},
    {"front", "ADDR:PORT", "public address (default 127.0.0.1:8080)"},
    {"desk", "ADDR:PORT", "officers' address (default 127.0.0.1:8081)"},
    {"https", NULL, "the desk stands behind TLS (secure cookies)"},
    {"json", NULL, "print the result as JSON"},
    {0}};

static str ask(struct arena *arena, const char *question, const char *otherwise)
{
    char line[300];
    if (isatty(STDIN_FILENO) != 1) {
        return str_c(otherwise);
    }
    fprintf(stderr, "%s [%s]: ", question, otherwise);
    if (fgets(line, sizeof line, stdin) == NULL) {
        return str_c(otherwise);
    }
    str answer = str_trim(str_c(line));
    return answer.n == 0 ? str_c(otherwise) : arena_str(arena, answer);
}

static str setting(const struct args *args, struct arena *arena, const char *name,
                   const char *question, const char *otherwise)
{
    const char *given = args_value(args, name, NULL);
    return given != NULL ? str_c(given) : ask(arena, question, otherwise);
}

/* Six words: 66 random bits. */
static str make_up_password(struct arena *arena)
{
    struct buf words;
    struct receipt random = receipt_new();
    buf_init(&words, SECRET_TEXT_BYTES_MAX);
    receipt_add_words(&words, &random);
    size_t at = 0;
    for (size_t dashes = 0; dashes < 6; at++) {
        dashes += words.p[at] == '-';
    }
    str password = arena_str(arena, str_slice(buf_str(&words), 0, at - 1));
    crypt_wipe(words.p, words.n);
    buf_close(&words);
    CRYPT_WIPE(random);
    return password;
}

static enum status read_password(const struct args *args, struct arena *arena, str *ret_password,
                                 bool *ret_is_made_up, struct error *err)
{
    const char *path = args_value(args, "password-file", NULL);
    str text = {0};
    *ret_is_made_up = path == NULL;
    if (path == NULL) {
        *ret_password = make_up_password(arena);
        return STATUS_OK;
    }
    enum status status = io_read_file(arena, path, PASSWORD_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK) {
        (void)str_next_line(&text, ret_password);
    }
    return status;
}

struct shown {
    struct buf recovery, totp;
    str password;
    bool is_made_up;
};

static void print_words(const struct init_input *input, const struct shown *shown)
{
    printf("A desk was made in %.*s.\n\n", STR_ARG(input->settings.dir));
    printf("  officer         %.*s\n", STR_ARG(input->login));
    if (shown->is_made_up) {
        printf("  password        %.*s\n", STR_ARG(shown->password));
    }
    printf("  authenticator   %.*s\n", STR_ARG(buf_str(&shown->totp)));
    printf("  recovery key    %.*s\n\n", STR_ARG(buf_str(&shown->recovery)));
    printf("Write the recovery key on paper and lock it away. It opens everything when all\n"
           "passwords are lost; it is shown only now. Type the authenticator secret into an\n"
           "authenticator app: it makes the six-digit codes.\n\n");
    printf("Next: hustings serve %.*s\n", STR_ARG(input->settings.dir));
}

static void print_json(const struct init_input *input, const struct shown *shown)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, 8 * 1024);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "dir", input->settings.dir);
    json_put_text(&out, "officer", input->login);
    json_put_text(&out, "password", shown->is_made_up ? shown->password : STR(""));
    json_put_text(&out, "totp_secret", buf_str(&shown->totp));
    json_put_text(&out, "recovery_key", buf_str(&shown->recovery));
    json_end_object(&out);
    printf("%.*s\n", STR_ARG(buf_str(&buf)));
    crypt_wipe(buf.p, buf.n);
    buf_close(&buf);
}

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct init_result result;
    struct shown shown = {0};
    struct init_input input = {.name = STR("First officer")};
    struct settings *s = &input.settings;
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "init", .usage = "DIR [options]"},
                         "give the folder of the new desk");
    }
    s->dir = str_c(args->words[0]);
    s->pack = setting(args, arena, "pack", "Country pack", "uk");
    s->store = setting(args, arena, "store", "Store", "sqlite");
    s->regime = setting(args, arena, "regime", "Legal basis (part2, part3)", "part2");
    s->controller_name = setting(args, arena, "controller", "Data controller", "");
    s->controller_contact = setting(args, arena, "contact", "How to reach the controller", "");
    s->desk_name = s->controller_name;
    s->front_address = str_c(args_value(args, "front", "127.0.0.1:8080"));
    s->desk_address = str_c(args_value(args, "desk", "127.0.0.1:8081"));
    s->is_https = args_has(args, "https");
    input.login = setting(args, arena, "officer", "Log-in of the first officer", "officer");
    if (!str_equal(s->regime, STR("part2")) && !str_equal(s->regime, STR("part3"))) {
        return cmd_usage(&(struct cmd){.name = "init", .usage = "DIR [options]"},
                         "--regime is part2 or part3");
    }
    crypt_start();
    enum status status = read_password(args, arena, &shown.password, &shown.is_made_up, &err);
    input.password = shown.password;
    if (status == STATUS_OK) {
        status = desk_init(&input, clock_wall(), &result, &err);
    }
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    buf_init(&shown.recovery, SECRET_TEXT_BYTES_MAX);
    buf_init(&shown.totp, SECRET_TEXT_BYTES_MAX);
    recovery_key_add(&shown.recovery, &result.recovery);
    crypt_add_base32(&shown.totp, result.totp, sizeof result.totp);
    if (args_has(args, "json")) {
        print_json(&input, &shown);
    } else {
        print_words(&input, &shown);
    }
    CRYPT_WIPE(result);
    crypt_wipe(shown.recovery.p, shown.recovery.n);
    crypt_wipe(shown.totp.p, shown.totp.n);
    buf_close(&shown.recovery);
    buf_close(&shown.totp);
    return 0;
}

const struct cmd cmd_init = {
    .name = "init",
    .summary = "make a desk: keys, stores, first officer, recovery key",
    .usage = "DIR [--store sqlite|postgresql://…] [--regime part2|part3] [--officer LOGIN]",
    .help = "Makes the folder DIR with everything a desk needs. What is not given is asked when\n"
            "standard input is a terminal, and takes its default otherwise. The recovery key, the\n"
            "authenticator secret and a made-up password are shown once.",
    .options = options,
    .run = run,
};
