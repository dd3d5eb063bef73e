/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/courier.h"

#include <poll.h>
#include <stdio.h>

#include "base/io.h"
#include "codec/json.h"
#include "ipc/ipc.h"
#include "letterbox/box_client.h"
#include "mail/send.h"
#include "serve/sandbox.h"
#include "serve/serve.h"

void alarm_add_body(struct buf *out, const struct crypt_id *desk_id, const struct alarm *alarm)
{
    static const char tail[] = "\"}";
    size_t from = out->n;
    buf_add(out, STR("{\"desk\":\""));
    buf_add_hex(out, desk_id->bytes, sizeof desk_id->bytes);
    buf_add(out, STR("\",\"alarm\":\""));
    buf_add_hex(out, alarm->id.bytes, sizeof alarm->id.bytes);
    buf_printf(out, "\",\"band\":%lld,\"practice\":%s,\"hour\":\"", (long long)alarm->band,
               alarm->is_practice ? "true" : "false");
    buf_add_time(out, alarm->hour);
    buf_add(out, STR("\",\"pad\":\""));
    while (out->n - from < ALARM_BODY_BYTES - (sizeof tail - 1)) {
        buf_add_byte(out, '.');
    }
    buf_add(out, STR("\"}"));
}

static const char *band_words(const struct alarm *alarm)
{
    return alarm->is_practice ? "practice"
           : alarm->band == 5 ? "G5 level"
           : alarm->band == 4 ? "G4 level"
                              : "test one";
}

void alarm_add_email(struct buf *out, const struct settings *settings, const struct alarm *alarm)
{
    buf_printf(out, "From: <%.*s>\r\nTo: <%.*s>\r\n", STR_ARG(settings->smtp_from),
               STR_ARG(settings->smtp_to));
    buf_add(out, STR("Subject: hustings: please look at the desk\r\nMessage-ID: <"));
    buf_add_hex(out, alarm->id.bytes, sizeof alarm->id.bytes);
    buf_add(out, STR("@hustings.invalid>\r\nMIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\nAuto-Submitted: auto-generated"
                     "\r\n\r\nSomething waits on the desk. Level: "));
    buf_add_c(out, band_words(alarm));
    buf_add(out, STR(". Hour: "));
    buf_add_time(out, alarm->hour);
    buf_add(out, STR(".\r\nThis message never says more. Open the desk to read it.\r\n"));
}

static enum status deliver_webhook(const struct settings *settings, struct arena *arena,
                                   const struct crypt_key *secret, const struct alarm *alarm,
                                   struct error *err)
{
    struct buf body, signature;
    buf_init(&body, ALARM_BODY_BYTES);
    buf_init(&signature, 200);
    alarm_add_body(&body, &settings->desk_id, alarm);
    ASSERT(body.n == ALARM_BODY_BYTES);
    struct crypt_hash mac =
        crypt_hmac_sha256(str_from(secret->bytes, sizeof secret->bytes), buf_str(&body));
    buf_add(&signature, STR("sha256="));
    buf_add_hex(&signature, mac.bytes, sizeof mac.bytes);
    enum status status =
        send_webhook(arena, settings->webhook_url, buf_str(&body), buf_str(&signature), err);
    buf_close(&body);
    buf_close(&signature);
    return status;
}

enum status alarm_deliver(const struct settings *settings, const struct crypt_key *secret,
                          const struct alarm *alarm, struct error *err)
{
    struct arena arena;
    enum status status = STATUS_OK;
    enum status by_mail = STATUS_OK;
    if (settings->webhook_url.n == 0 && settings->smtp_url.n == 0) {
        return error_set(err, STATUS_NOT_FOUND, "no alarm destination is set in desk.json");
    }
    arena_init(&arena, 256 * 1024);
    if (settings->webhook_url.n > 0) {
        status = deliver_webhook(settings, &arena, secret, alarm, err);
    }
    if (settings->smtp_url.n > 0) {
        struct buf message;
        buf_init(&message, 8 * 1024);
        alarm_add_email(&message, settings, alarm);
        by_mail = send_email(&arena, settings->smtp_url, settings->smtp_from, settings->smtp_to,
                             buf_str(&message), err);
        buf_close(&message);
    }
    arena_close(&arena);
    return status != STATUS_OK ? status : by_mail;
}

/* id, band, practice, hour, tries */
static bool take_ring(struct ipc_frame *frame, struct alarm *alarm, uint64_t *ret_tries)
{
    ipc_take_raw(frame, alarm->id.bytes, sizeof alarm->id.bytes);
    alarm->band = (int64_t)ipc_take_u64(frame);
    alarm->is_practice = ipc_take_u64(frame) != 0;
    alarm->hour = (time_us)ipc_take_u64(frame);
    *ret_tries = ipc_take_u64(frame);
    return ipc_frame_done(frame) && frame->type == BOX_RING;
}

int courier_process(const struct child *child)
{
    const struct settings *settings = child->options->settings;
    struct arena arena;
    struct error err = {0};
    struct crypt_key secret = {{0}};
    struct ipc box;
    struct ipc_frame frame;
    bool has_destination = settings->webhook_url.n > 0 || settings->smtp_url.n > 0;
    arena_init(&arena, 64 * 1024);
    crypt_start();
    send_start();
    if (settings->webhook_url.n > 0 &&
        settings_key_read(settings, &arena, "alarm.key", &secret, &err) != STATUS_OK) {
        fprintf(stderr, "hustings courier: %s\n", err.primary);
        return 3;
    }
    if (!has_destination) {
        fputs("hustings courier: no alarm destination is set: G4 and G5 ring on the desk only\n",
              stderr);
    }
    ipc_init(&box, child->box_fd, true);
    sandbox_enter(SANDBOX_COURIER, NULL);
    for (;;) {
        if (!ipc_next(&box, &frame)) {
            if (box.is_broken || ipc_fill(&box) != STATUS_OK) {
                return 0; /* box is gone: the parent starts us anew */
            }
            continue;
        }
        struct alarm alarm = {0};
        uint64_t tries = 0;
        if (!take_ring(&frame, &alarm, &tries)) {
            return 1;
        }
        enum status status =
            has_destination ? alarm_deliver(settings, &secret, &alarm, &err) : STATUS_OK;
        if (status != STATUS_OK) {
            fprintf(stderr, "hustings courier: an alarm was not delivered (try %llu): %s\n",
                    (unsigned long long)tries + 1, err.primary);
        }
        ipc_start(&box, BOX_RUNG, 0);
        ipc_put_raw(&box, alarm.id.bytes, sizeof alarm.id.bytes);
        ipc_put_u64(&box, status == STATUS_OK ? 1 : 0);
        ipc_end(&box);
        if (ipc_flush(&box) != STATUS_OK) {
            return 0;
        }
    }
}
