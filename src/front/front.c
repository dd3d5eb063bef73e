/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing and keeping reports. */
#include "front/front_internal.h"

#include "base/io.h"
#include "codec/json.h"

enum { FRONT_ARENA_BYTES_MAX = 1024 * 1024, SEALED_EPOCH_BYTES_MAX = 1024 };

struct front *front_open(const struct front_options *options)
{
    struct arena perm;
    arena_init(&perm, FRONT_ARENA_BYTES_MAX);
    struct front *front = ARENA_NEW(&perm, struct front);
    front->perm = perm;
    front->options = *options;
    buf_init(&front->sealed_epoch_key, SEALED_EPOCH_BYTES_MAX);
    return front;
}

const struct report_choices *front_choices(const struct front *front)
{
    return &front->options.choices;
}

size_t front_advice(const struct front *front, struct arena *arena, const struct report *report,
                    const struct front_grade *grade, str *ret_texts, size_t cap)
{
    if (front->options.adviser == NULL) {
        return 0;
    }
    return front->options.adviser(front->options.pack_context, arena, report, grade, ret_texts,
                                  cap);
}

bool front_says_999(const struct report *report, const struct front_grade *grade)
{
    return report->danger == DANGER_NOW || grade->grade >= 5;
}

static void epoch_end(struct front *front)
{
    CRYPT_WIPE(front->epoch_key);
    front->epoch_ends = 0;
}

void front_close(struct front *front)
{
    struct arena perm = front->perm;
    epoch_end(front);
    buf_close(&front->sealed_epoch_key);
    arena_close(&perm);
}

void front_tick(struct front *front, time_us now_monotonic)
{
    if (front->epoch_ends != 0 && now_monotonic >= front->epoch_ends) {
        epoch_end(front);
    }
}

static void epoch_need(struct front *front)
{
    time_us now = clock_monotonic();
    if (front->epoch_ends != 0 && now < front->epoch_ends &&
        front->epoch_letters < LETTER_EPOCH_LETTERS_MAX) {
        front->epoch_letters++;
        return;
    }
    front->epoch_id = crypt_id_new();
    front->epoch_key = crypt_key_new();
    buf_clear(&front->sealed_epoch_key);
    epoch_seal(&front->sealed_epoch_key, &front->options.desk_public, &front->options.desk_id,
               &front->epoch_id, &front->epoch_key);
    front->epoch_ends = now + LETTER_EPOCH_SECONDS_MAX * US_PER_SECOND;
    front->epoch_letters = 1;
}

/* --- idempotency: what is kept is sealed under the key itself --- */

struct idempotency {
    struct crypt_id id;
    struct crypt_key seal;
    struct crypt_key mac;
};

static void idempotency_keys(const struct front *front, str key, struct idempotency *ret_keys)
{
    struct crypt_hash hash = crypt_blake(
        NULL, str_from(front->options.desk_id.bytes, sizeof front->options.desk_id.bytes), key);
    struct crypt_key base;
    memcpy(base.bytes, hash.bytes, sizeof base.bytes);
    struct crypt_key id = crypt_derive(&base, 1, "idempot ");
    memcpy(ret_keys->id.bytes, id.bytes, sizeof ret_keys->id.bytes);
    ret_keys->seal = crypt_derive(&base, 2, "idempot ");
    ret_keys->mac = crypt_derive(&base, 3, "idempot ");
    CRYPT_WIPE(base);
    CRYPT_WIPE(hash);
}

/* receipt ‖ MAC of the body */
enum { KEPT_BYTES = LETTER_RECEIPT_BYTES + CRYPT_HASH_BYTES };

static void idempotency_seal(struct buf *out, const struct idempotency *keys,
                             const struct receipt *receipt, str body)
{
    uint8_t plain[KEPT_BYTES];
    struct crypt_hash mac = crypt_blake(&keys->mac, body, STR(""));
    memcpy(plain, receipt->bytes, sizeof receipt->bytes);
    memcpy(plain + sizeof receipt->bytes, mac.bytes, sizeof mac.bytes);
    crypt_seal(out, &keys->seal, str_from(plain, sizeof plain),
               str_from(keys->id.bytes, sizeof keys->id.bytes));
    CRYPT_WIPE(plain);
}

/* STATUS_CONFLICT when the body is another one; a NULL body is not compared. */
static enum status idempotency_open(const struct idempotency *keys, str kept, const str *body,
                                    struct receipt *ret_receipt)
{
    struct buf plain;
    buf_init(&plain, KEPT_BYTES + 1);
    enum status status =
        crypt_open(&plain, &keys->seal, kept, str_from(keys->id.bytes, sizeof keys->id.bytes));
    if (status == STATUS_OK && plain.n != KEPT_BYTES) {
        status = STATUS_CORRUPT;
    }
    if (status == STATUS_OK && body != NULL) {
        struct crypt_hash mac = crypt_blake(&keys->mac, *body, STR(""));
        bool is_same = crypt_equal(plain.p + LETTER_RECEIPT_BYTES, mac.bytes, sizeof mac.bytes);
        status = is_same ? STATUS_OK : STATUS_CONFLICT;
    }
    if (status == STATUS_OK) {
        memcpy(ret_receipt->bytes, plain.p, sizeof ret_receipt->bytes);
    }
    crypt_wipe(plain.p, plain.n);
    buf_close(&plain);
    return status;
}

/* --- a letter --- */

struct letter_in_flight {
    struct front *front;
    struct front_receipt receipt;
    struct idempotency idempotency;
    bool has_key;
    str body; /* what a repeat must equal */
    front_put_done *put_done;
    void *context;
};

static void add_hex_member(struct json_out *out, const char *name, const void *bytes, size_t len)
{
    char hex[2 * 64];
    ASSERT(len <= 64);
    hex_encode(bytes, len, hex);
    json_put_text(out, name, str_from(hex, 2 * len));
    CRYPT_WIPE(hex);
}

static void add_mailbox(struct json_out *out, const struct mailbox_keys *mailbox)
{
    json_name(out, "mailbox");
    json_begin_object(out);
    add_hex_member(out, "id", mailbox->id.bytes, sizeof mailbox->id.bytes);
    add_hex_member(out, "public", mailbox->public_key.bytes, sizeof mailbox->public_key.bytes);
    json_end_object(out);
}

static void add_received(struct json_out *out, const char *name, time_us now)
{
    struct buf text;
    buf_init(&text, 64);
    buf_add_time(&text, now);
    json_put_text(out, name, buf_str(&text));
    buf_close(&text);
}

static void add_triage(struct json_out *out, const struct front_grade *grade)
{
    json_name(out, "triage");
    json_begin_object(out);
    json_put_int(out, "grade", grade->grade);
    json_name(out, "codes");
    json_begin_list(out);
    for (size_t i = 0; i < grade->code_count; i++) {
        json_add_text(out, grade->codes[i]);
    }
    json_end_list(out);
    json_name(out, "reasons");
    json_begin_list(out);
    for (size_t i = 0; i < grade->reason_count; i++) {
        const struct front_reason *r = &grade->reasons[i];
        json_begin_object(out);
        json_name(out, "span");
        json_begin_list(out);
        json_add_int(out, (int64_t)r->from);
        json_add_int(out, (int64_t)r->to);
        json_end_list(out);
        json_put_text(out, "why", r->why);
        json_put_text(out, "rule", r->rule);
        json_end_object(out);
    }
    json_end_list(out);
    json_end_object(out);
}

void front_evidence_to_json(struct json_out *out, const struct front_evidence *e)
{
    json_begin_object(out);
    add_hex_member(out, "id", e->id.bytes, sizeof e->id.bytes);
    json_put_text(out, "name", e->name);
    json_put_text(out, "type", e->type);
    json_put_int(out, "size", e->size);
    add_hex_member(out, "sha256", e->sha256.bytes, sizeof e->sha256.bytes);
    add_hex_member(out, "sealed_sha256", e->sealed_sha256.bytes, sizeof e->sealed_sha256.bytes);
    add_hex_member(out, "key", e->key.bytes, sizeof e->key.bytes);
    add_hex_member(out, "header", e->header, sizeof e->header);
    json_put_int(out, "chunks", e->chunks);
    json_end_object(out);
}

enum status front_evidence_from_json(const struct json *json, struct front_evidence *ret_evidence)
{
    struct front_evidence e = {.name = json_member_text(json, "name"),
                               .type = json_member_text(json, "type"),
                               .size = json_member_int(json, "size", -1),
                               .chunks = json_member_int(json, "chunks", -1)};
    if (!hex_decode(json_member_text(json, "id"), e.id.bytes, sizeof e.id.bytes) ||
        !hex_decode(json_member_text(json, "sha256"), e.sha256.bytes, sizeof e.sha256.bytes) ||
        !hex_decode(json_member_text(json, "sealed_sha256"), e.sealed_sha256.bytes,
                    sizeof e.sealed_sha256.bytes) ||
        !hex_decode(json_member_text(json, "key"), e.key.bytes, sizeof e.key.bytes) ||
        !hex_decode(json_member_text(json, "header"), e.header, sizeof e.header) || e.size < 0 ||
        e.chunks < 0) {
        return STATUS_CORRUPT;
    }
    *ret_evidence = e;
    return STATUS_OK;
}

/* The inside of the letter. */
static void write_body(struct buf *buf, const struct front_put *put,
                       const struct front_grade *grade, const struct mailbox_keys *mailbox,
                       time_us now)
{
    struct json_out out;
    json_out_init(&out, buf);
    json_begin_object(&out);
    json_put_int(&out, "format", LETTER_FORMAT);
    json_name(&out, "report");
    report_to_json(&out, put->report);
    add_triage(&out, grade);
    add_received(&out, "received", now);
    json_put_text(&out, "language", put->report->language);
    add_mailbox(&out, mailbox);
    json_name(&out, "evidence");
    json_begin_list(&out);
    for (size_t i = 0; i < put->evidence_count; i++) {
        front_evidence_to_json(&out, &put->evidence[i]);
    }
    json_end_list(&out);
    if (put->press.n > 0) {
        json_name(&out, "press");
        json_add_json(&out, put->press);
    }
    json_put_bool(&out, "practice", put->is_practice);
    json_put_text(&out, "source", str_c(put->source));
    json_end_object(&out);
}

/* The reporter's own copy. */
static void write_copy(struct buf *buf, const struct front_put *put, time_us now)
{
    struct json_out out;
    json_out_init(&out, buf);
    json_begin_object(&out);
    json_put_text(&out, "kind", STR("report"));
    add_received(&out, "at", now);
    json_name(&out, "report");
    report_to_json(&out, put->report);
    json_name(&out, "files");
    json_begin_list(&out);
    for (size_t i = 0; i < put->evidence_count; i++) {
        json_begin_object(&out);
        json_put_text(&out, "name", put->evidence[i].name);
        json_put_int(&out, "size", put->evidence[i].size);
        json_end_object(&out);
    }
    json_end_list(&out);
    if (put->is_practice) {
        json_put_bool(&out, "practice", true);
    }
    json_end_object(&out);
}

/* Puts the fields that LETTER_PUT and MAILBOX_ADD share. */
static void put_letter_fields(struct front *front, struct ipc *to, const struct mailbox_keys *box,
                              str body, str copy)
{
    const struct crypt_id *desk = &front->options.desk_id;
    struct crypt_id letter_id = crypt_id_new();
    struct crypt_key data_key = crypt_key_new();
    struct buf sealed;
    epoch_need(front);
    buf_init(&sealed, 4 * LETTER_BODY_BYTES_MAX);
    ipc_put_raw(to, letter_id.bytes, sizeof letter_id.bytes);
    ipc_put_raw(to, front->epoch_id.bytes, sizeof front->epoch_id.bytes);
    ipc_put_bytes(to, buf_str(&front->sealed_epoch_key));
    letter_key_wrap(&sealed, &front->epoch_key, desk, &letter_id, &front->epoch_id, &data_key);
    ipc_put_bytes(to, buf_str(&sealed));
    buf_clear(&sealed);
    letter_body_seal(&sealed, &data_key, desk, &letter_id, body);
    ipc_put_bytes(to, buf_str(&sealed));
    buf_clear(&sealed);
    ipc_put_raw(to, box->id.bytes, sizeof box->id.bytes);
    mailbox_copy_seal(&sealed, box, desk, copy);
    ipc_put_bytes(to, buf_str(&sealed));
    buf_close(&sealed);
    CRYPT_WIPE(data_key);
}

static void put_answered(void *context, struct box_answer *answer)
{
    struct letter_in_flight *flight = context;
    enum status status = answer->status;
    if (status == STATUS_OK) {
        bool is_repeat = ipc_take_u64(&answer->frame) != 0;
        str kept = ipc_take_bytes(&answer->frame, 4096);
        if (!ipc_frame_done(&answer->frame)) {
            status = STATUS_INTERNAL;
        } else if (is_repeat) {
            flight->receipt.is_repeat = true;
            status = idempotency_open(&flight->idempotency, kept, &flight->body,
                                      &flight->receipt.receipt);
        }
    }
    CRYPT_WIPE(flight->idempotency);
    flight->put_done(flight->context, status, &flight->receipt);
    CRYPT_WIPE(flight->receipt);
}

/* Canonical form of what was asked for: a repeat must be equal in it. */
static str repeat_body(struct arena *arena, const struct front_put *put)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, LETTER_BODY_BYTES_MAX);
    json_out_init(&out, &buf);
    report_to_json(&out, put->report);
    /* files by what they are: when one is sent again, its id and its key are new */
    for (size_t i = 0; i < put->evidence_count; i++) {
        json_add_text(&out, put->evidence[i].name);
        buf_add_bytes(&buf, put->evidence[i].sha256.bytes, CRYPT_HASH_BYTES);
    }
    buf_add_byte(&buf, put->is_practice ? 'p' : 'r');
    str body = arena_str(arena, buf_str(&buf));
    crypt_wipe(buf.p, buf.n);
    buf_close(&buf);
    return body;
}

static void put_idempotency(struct ipc *to, struct letter_in_flight *flight, str key)
{
    static const struct crypt_id none = {{0}};
    struct buf sealed;
    buf_init(&sealed, 1024);
    flight->has_key = key.n >= FRONT_KEY_BYTES_MIN;
    if (flight->has_key) {
        idempotency_keys(flight->front, key, &flight->idempotency);
        idempotency_seal(&sealed, &flight->idempotency, &flight->receipt.receipt, flight->body);
    }
    const struct crypt_id *id = flight->has_key ? &flight->idempotency.id : &none;
    ipc_put_raw(to, id->bytes, sizeof id->bytes);
    ipc_put_bytes(to, buf_str(&sealed));
    buf_close(&sealed);
}

void front_grade_report(const struct front *front, struct arena *arena, const struct report *report,
                        struct front_grade *ret_grade)
{
    *ret_grade = (struct front_grade){.grade = 1};
    if (front->options.grader != NULL) {
        front->options.grader(front->options.pack_context, arena, report, ret_grade);
    }
}

void front_put(struct front *front, struct arena *arena, const struct front_put *put, time_us now,
               front_put_done *done, void *context)
{
    struct letter_in_flight *flight = ARENA_NEW(arena, struct letter_in_flight);
    struct mailbox_keys mailbox;
    struct buf body, copy;
    *flight = (struct letter_in_flight){.front = front, .put_done = done, .context = context};
    flight->receipt.receipt = receipt_new();
    flight->body = put->idempotency_key.n > 0 ? repeat_body(arena, put) : STR("");
    if (put->grade != NULL) {
        flight->receipt.grade = *put->grade;
    } else {
        front_grade_report(front, arena, put->report, &flight->receipt.grade);
    }
    mailbox_keys_from_receipt(&flight->receipt.receipt, &front->options.desk_id, &mailbox);
    buf_init(&body, LETTER_BODY_BYTES_MAX);
    buf_init(&copy, LETTER_BODY_BYTES_MAX);
    write_body(&body, put, &flight->receipt.grade, &mailbox, now);
    write_copy(&copy, put, now);

    struct ipc *to = box_start(front->options.box, BOX_LETTER_PUT);
    put_letter_fields(front, to, &mailbox, buf_str(&body), buf_str(&copy));
    put_idempotency(to, flight, put->idempotency_key);
    int64_t grade = flight->receipt.grade.grade;
    ipc_put_u64(to, grade >= 4 && !put->is_silent ? (uint64_t)grade : 0);
    ipc_put_u64(to, put->is_practice ? 1 : 0);
    ipc_put_raw(to, put->draft_id.bytes, sizeof put->draft_id.bytes);
    ipc_put_u64(to, put->evidence_count);
    for (size_t i = 0; i < put->evidence_count; i++) {
        ipc_put_raw(to, put->evidence[i].id.bytes, CRYPT_ID_BYTES);
        ipc_put_raw(to, put->evidence[i].sealed_sha256.bytes, CRYPT_HASH_BYTES);
    }
    box_ask(front->options.box, put_answered, flight);
    crypt_wipe(body.p, body.n);
    crypt_wipe(copy.p, copy.n);
    buf_close(&body);
    buf_close(&copy);
    CRYPT_WIPE(mailbox);
}

/* --- the same form again --- */

struct repeat_in_flight {
    struct idempotency idempotency;
    front_put_done *done;
    void *context;
};

static void repeat_answered(void *context, struct box_answer *answer)
{
    struct repeat_in_flight *flight = context;
    struct front_receipt receipt = {.is_repeat = true};
    enum status status = answer->status;
    if (status == STATUS_OK) {
        str kept = ipc_take_bytes(&answer->frame, 4096);
        status = ipc_frame_done(&answer->frame)
                     ? idempotency_open(&flight->idempotency, kept, NULL, &receipt.receipt)
                     : STATUS_INTERNAL;
    }
    CRYPT_WIPE(flight->idempotency);
    flight->done(flight->context, status, &receipt);
    CRYPT_WIPE(receipt);
}

void front_repeat(struct front *front, struct arena *arena, str idempotency_key,
                  front_put_done *done, void *context)
{
    struct repeat_in_flight *flight = ARENA_NEW(arena, struct repeat_in_flight);
    flight->done = done;
    flight->context = context;
    idempotency_keys(front, idempotency_key, &flight->idempotency);
    struct ipc *to = box_start(front->options.box, BOX_IDEMPOTENCY_READ);
    ipc_put_raw(to, flight->idempotency.id.bytes, CRYPT_ID_BYTES);
    box_ask(front->options.box, repeat_answered, flight);
}

/* --- mailbox --- */

struct mailbox_in_flight {
    struct front *front;
    struct arena *arena;
    struct mailbox_keys keys;
    front_mailbox_done *done;
    void *context;
};

static enum status open_messages(struct mailbox_in_flight *flight, struct ipc_frame *frame,
                                 struct front_message **ret_messages, size_t *ret_count)
{
    uint64_t count = ipc_take_u64(frame);
    if (frame->is_bad || count > 2 * BOX_MAILBOX_MESSAGES_MAX) {
        return STATUS_INTERNAL;
    }
    struct front_message *messages =
        ARENA_ARRAY(flight->arena, struct front_message, (size_t)count);
    size_t opened = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct buf plain;
        str sealed = ipc_take_bytes(frame, IPC_FRAME_BYTES_MAX);
        buf_init(&plain, IPC_FRAME_BYTES_MAX);
        /* one broken message must not hide the others; verify names it */
        if (mailbox_message_open(&plain, &flight->keys, &flight->front->options.desk_id, sealed) ==
            STATUS_OK) {
            messages[opened++].json = arena_str(flight->arena, buf_str(&plain));
        }
        crypt_wipe(plain.p, plain.n);
        buf_close(&plain);
    }
    *ret_messages = messages;
    *ret_count = opened;
    return ipc_frame_done(frame) ? STATUS_OK : STATUS_INTERNAL;
}

static void mailbox_answered(void *context, struct box_answer *answer)
{
    struct mailbox_in_flight *flight = context;
    struct front_message *messages = NULL;
    size_t count = 0;
    enum status status = answer->status;
    if (status == STATUS_OK) {
        status = open_messages(flight, &answer->frame, &messages, &count);
    }
    CRYPT_WIPE(flight->keys);
    flight->done(flight->context, status, messages, count);
}

void front_mailbox_read(struct front *front, struct arena *arena, const struct receipt *receipt,
                        front_mailbox_done *done, void *context)
{
    struct mailbox_in_flight *flight = ARENA_NEW(arena, struct mailbox_in_flight);
    *flight = (struct mailbox_in_flight){
        .front = front, .arena = arena, .done = done, .context = context};
    mailbox_keys_from_receipt(receipt, &front->options.desk_id, &flight->keys);
    struct ipc *to = box_start(front->options.box, BOX_MAILBOX_READ);
    ipc_put_raw(to, flight->keys.id.bytes, sizeof flight->keys.id.bytes);
    box_ask(front->options.box, mailbox_answered, flight);
}

/* What a repeat of an addition must equal: the same text to the same report. */
static str added_body(struct arena *arena, const struct mailbox_keys *mailbox, str text)
{
    char *body = arena_alloc(arena, CRYPT_ID_BYTES + text.n, 1);
    memcpy(body, mailbox->id.bytes, CRYPT_ID_BYTES);
    memcpy(body + CRYPT_ID_BYTES, text.p, text.n);
    return str_from(body, CRYPT_ID_BYTES + text.n);
}

struct add_in_flight {
    struct front *front;
    struct arena *arena;
    struct receipt receipt;
    str text, idempotency_key;
    time_us now;
    front_put_done *done;
    void *context;
};

static void write_added(struct buf *body, struct buf *copy, const struct add_in_flight *add,
                        const struct front_grade *grade, const struct mailbox_keys *mailbox,
                        bool is_practice)
{
    struct json_out out;
    json_out_init(&out, body);
    json_begin_object(&out);
    json_put_int(&out, "format", LETTER_FORMAT);
    json_name(&out, "added");
    json_begin_object(&out);
    json_put_text(&out, "text", add->text);
    json_end_object(&out);
    add_triage(&out, grade);
    add_received(&out, "received", add->now);
    add_mailbox(&out, mailbox);
    json_put_bool(&out, "practice", is_practice);
    json_end_object(&out);
    json_out_init(&out, copy);
    json_begin_object(&out);
    json_put_text(&out, "kind", STR("added"));
    add_received(&out, "at", add->now);
    json_put_text(&out, "text", add->text);
    json_end_object(&out);
}

static void add_send(struct add_in_flight *add, bool is_practice)
{
    static const struct crypt_id none = {{0}};
    struct front *front = add->front;
    struct letter_in_flight *flight = ARENA_NEW(add->arena, struct letter_in_flight);
    struct mailbox_keys mailbox;
    struct report added = {.what = add->text};
    struct front_grade *grade = &flight->receipt.grade;
    struct buf body, copy;
    *flight =
        (struct letter_in_flight){.front = front, .put_done = add->done, .context = add->context};
    flight->receipt.receipt = add->receipt;
    front_grade_report(front, add->arena, &added, grade);
    mailbox_keys_from_receipt(&add->receipt, &front->options.desk_id, &mailbox);
    flight->body = added_body(add->arena, &mailbox, add->text);
    buf_init(&body, LETTER_BODY_BYTES_MAX);
    buf_init(&copy, LETTER_BODY_BYTES_MAX);
    write_added(&body, &copy, add, grade, &mailbox, is_practice);
    struct ipc *to = box_start(front->options.box, BOX_MAILBOX_ADD);
    put_letter_fields(front, to, &mailbox, buf_str(&body), buf_str(&copy));
    put_idempotency(to, flight, add->idempotency_key);
    ipc_put_u64(to, grade->grade >= 4 ? (uint64_t)grade->grade : 0);
    ipc_put_u64(to, is_practice ? 1 : 0);
    ipc_put_raw(to, none.bytes, sizeof none.bytes);
    ipc_put_u64(to, 0);
    box_ask(front->options.box, put_answered, flight);
    crypt_wipe(body.p, body.n);
    crypt_wipe(copy.p, copy.n);
    buf_close(&body);
    buf_close(&copy);
    CRYPT_WIPE(mailbox);
}

/* The first message is the report itself (box never leaves it out), and knows what it was. */
static void add_is_read(void *context, enum status status, const struct front_message *messages,
                        size_t count)
{
    struct add_in_flight *add = context;
    struct json first;
    if (status == STATUS_OK) {
        bool is_practice = count > 0 &&
                           json_parse(add->arena, messages[0].json, &first, NULL) == STATUS_OK &&
                           json_member_bool(&first, "practice", false);
        add_send(add, is_practice);
    } else {
        add->done(add->context, status, NULL);
    }
    CRYPT_WIPE(add->receipt);
}

void front_mailbox_add(struct front *front, struct arena *arena, const struct receipt *receipt,
                       str text, str idempotency_key, time_us now, front_put_done *done,
                       void *context)
{
    struct add_in_flight *add = ARENA_NEW(arena, struct add_in_flight);
    *add = (struct add_in_flight){.front = front,
                                  .arena = arena,
                                  .receipt = *receipt,
                                  .text = text,
                                  .idempotency_key = idempotency_key,
                                  .now = now,
                                  .done = done,
                                  .context = context};
    front_mailbox_read(front, arena, receipt, add_is_read, add);
}
