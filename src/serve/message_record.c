/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/message_record.h"

#include "base/io.h"
#include "codec/json.h"

enum { MESSAGE_JSON_BYTES_MAX = 16 * 1024 };

static void kept(void *context, enum status status, const struct front_receipt *receipt)
{
    struct message_recording *recording = context;
    recording->pending--;
    if (status != STATUS_OK) {
        recording->failed++;
    } else if (receipt->is_repeat) {
        recording->repeated++;
    } else {
        recording->kept++; /* nobody comes back for a message: its receipt is forgotten */
    }
}

void message_grade(struct arena *arena, const struct triage_result *read,
                   struct front_grade *ret_grade)
{
    *ret_grade = (struct front_grade){.grade = read->grade};
    for (size_t i = 0; i < read->code_count && ret_grade->code_count < FRONT_CODES_MAX; i++) {
        if (read->codes[i]->grade <= read->grade) {
            ret_grade->codes[ret_grade->code_count++] = read->codes[i]->id;
        }
    }
    static_assert((int)TRIAGE_REASONS_MAX <= (int)FRONT_REASONS_MAX,
                  "every reason of a message has room");
    for (size_t i = 0; i < read->reason_count; i++) {
        const struct triage_reason *r = &read->reasons[i];
        struct front_reason *reason = &ret_grade->reasons[ret_grade->reason_count++];
        *reason =
            (struct front_reason){.from = r->start, .to = r->end, .why = r->why, .rule = r->rule};
        if (r->head >= 0) {
            reason->why = arena_printf(arena, "The model: %.*s", STR_ARG(r->why));
            reason->rule =
                arena_printf(arena, "model:%s", triage_head_name((enum model_head)r->head));
        }
    }
}

bool message_is_recent(const struct message *message, time_us now)
{
    return message->at == 0 || now - message->at <= MESSAGE_RINGS_DAYS * 24 * 3600 * US_PER_SECOND;
}

static void put_hex(struct json_out *out, const char *name, const void *bytes, size_t len)
{
    char hex[2 * CRYPT_HASH_BYTES];
    ASSERT(len <= CRYPT_HASH_BYTES);
    hex_encode(bytes, len, hex);
    json_put_text(out, name, str_from(hex, 2 * len));
}

static str message_member(struct arena *arena, const struct message *message,
                          const struct inbox_place *place, const struct triage_result *read)
{
    struct buf buf;
    struct json_out out;
    char hex[SKETCH_HEX], more[SKETCH_MORE_HEX];
    buf_init(&buf, MESSAGE_JSON_BYTES_MAX);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    put_hex(&out, "group", place->name.bytes, sizeof place->name.bytes);
    put_hex(&out, "content", place->content.bytes, sizeof place->content.bytes);
    if (place->centre != NULL) {
        json_put_text(&out, "sketch", sketch_hex(place->centre, hex));
        json_put_text(&out, "more", sketch_more_hex(place->centre, more));
        json_put_int(&out, "rows", place->centre->rows);
    }
    json_put_text(&out, "author", message->author);
    if (message->at != 0) {
        struct buf at;
        buf_init(&at, 64);
        buf_add_time(&at, message->at);
        json_put_text(&out, "at", buf_str(&at));
        buf_close(&at);
    }
    json_put_int(&out, "personal", place->personal);
    json_put_int(&out, "heads", read->over & ((1U << HEADS_SHOWN) - 1));
    json_put_bool(&out, "judged", read->is_judged);
    json_end_object(&out);
    ASSERT(!buf.overflowed); /* author has a limit */
    str text = arena_str(arena, buf_str(&buf));
    buf_close(&buf);
    return text;
}

void message_record(struct own_box *box, struct arena *arena, const struct message *message,
                    const struct inbox_place *place, const struct triage_result *read,
                    const struct report *report, bool rings, struct message_recording *recording)
{
    char hex[2 * CRYPT_HASH_BYTES];
    struct front_grade *grade = ARENA_NEW(arena, struct front_grade);
    message_grade(arena, read, grade);
    hex_encode(place->content.bytes, sizeof place->content.bytes, hex);
    struct front_put put = {.report = report,
                            .idempotency_key =
                                arena_printf(arena, "message-%.*s", (int)sizeof hex, hex),
                            .source = "messages",
                            .grade = grade,
                            .message = message_member(arena, message, place, read),
                            .is_quiet = !rings};
    recording->pending++;
    front_put(own_box_front(box), arena, &put, clock_wall(), kept, recording);
}
