/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "mail/send.h"
#include "serve/courier.h"

static const struct arg_option options[] = {{0}};

static int run(const struct args *args, struct arena *arena)
{
    struct error err = {0};
    struct settings settings;
    struct crypt_key secret = {{0}};
    struct alarm alarm = {0};
    if (args->word_count != 1) {
        return cmd_usage(&(struct cmd){.name = "alarm test", .usage = "DIR"},
                         "give the folder of a desk");
    }
    crypt_start();
    send_start();
    alarm.id = crypt_id_new();
    alarm.hour = clock_wall() - clock_wall() % (3600 * US_PER_SECOND);
    enum status status = settings_read(arena, args->words[0], &settings, &err);
    if (status == STATUS_OK) {
        status = settings_key_read(&settings, arena, "alarm.key", &secret, &err);
    }
    if (status == STATUS_OK) {
        status = alarm_deliver(&settings, &secret, &alarm, &err);
    }
    CRYPT_WIPE(secret);
    if (status != STATUS_OK) {
        (void)cmd_failed(&err);
        return 3;
    }
    printf("The test alarm was taken by%s%s%s.\n", settings.webhook_url.n > 0 ? " the webhook" : "",
           settings.webhook_url.n > 0 && settings.smtp_url.n > 0 ? " and" : "",
           settings.smtp_url.n > 0 ? " the mail server" : "");
    return 0;
}

const struct cmd cmd_alarm_test = {
    .name = "alarm test",
    .summary = "ring every alarm destination once",
    .usage = "DIR",
    .help = "Sends one test alarm (level 0) to the webhook and the mail address of DIR/desk.json,\n"
            "in the same form as a real one: a fixed number of bytes, no content.",
    .options = options,
    .run = run,
};
