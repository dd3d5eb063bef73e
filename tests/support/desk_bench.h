/* SPDX-License-Identifier: Apache-2.0 */
/* A desk with a letterbox in memory: letters are sealed as the front does it, leaves and replies
 * are kept for the test to look at, and each question of the desk can be made to fail. */
#ifndef HUSTINGS_TESTS_DESK_BENCH_H
#define HUSTINGS_TESTS_DESK_BENCH_H

#include "store_bench.h"

#include "desk/desk.h"

enum { BENCH_LEAVES_MAX = 300000 };
static const time_us bench_now = INT64_C(1720000000) * US_PER_SECOND; /* 2024-07-03T09:46:40Z */

struct bench_leaf {
    enum leaf_kind kind;
    struct crypt_id subject;
};
struct bench_reply {
    struct crypt_id mailbox;
    char sealed[2048];
    size_t len;
};
struct bench_box {
    struct arena arena;
    struct box_letter *letters;
    bool *is_done;
    size_t count, max;
    size_t first; /* of those not done */
    struct bench_leaf *leaves;
    int64_t leaf_count;
    struct bench_reply replies[16];
    size_t reply_count;
    size_t alarms, practice_alarms;
    bool leaf_fails, done_fails, reply_fails, erase_fails;
    bool is_erased;                  /* every mailbox */
    bool reply_answer_lost;          /* the reply is kept, and the desk does not hear so */
    void (*on_leaf)(void *context);  /* something happens between an act's leaf and its row */
    void (*on_reply)(void *context); /* … after a reply was kept */
    void *hook_context;
    struct crypt_id desk_id;
    struct crypt_verify_key desk_verify;
    struct stored_erasure erasures[256];
    struct erasure erased[256];
    size_t erasure_count;
    int64_t void_count;
    str chunks[4];
};

struct desk_bench {
    struct bench *bench;
    struct bench_box box;
    struct arena arena;
    struct crypt_key root;
    struct desk_keys keys;
    struct crypt_id desk_id, epoch_id;
    struct crypt_key epoch_key;
    str sealed_epoch_key;
    struct desk_options options;
    struct desk_rules rules;
    struct desk *desk;
    struct caller triager, supervisor, analyst, auditor, admin;
};

static enum status fake_fetch(void *context, struct arena *arena, int64_t after,
                              struct box_letter **ret_letters, size_t *ret_count, struct error *err)
{
    struct bench_box *box = context;
    struct box_letter *out = ARENA_ARRAY(arena, struct box_letter, BOX_FETCH_LETTERS_MAX);
    size_t n = 0;
    (void)err;
    while (box->first < box->count && box->is_done[box->first]) {
        box->first++;
    }
    for (size_t i = box->first; i < box->count && n < BOX_FETCH_LETTERS_MAX; i++) {
        if (!box->is_done[i] && box->letters[i].leaf > after) {
            out[n++] = box->letters[i];
        }
    }
    *ret_letters = out;
    *ret_count = n;
    return STATUS_OK;
}

static enum status fake_done(void *context, const int64_t *leaves, size_t count, struct error *err)
{
    struct bench_box *box = context;
    if (box->done_fails) {
        return error_set(err, STATUS_UNAVAILABLE, "box is gone");
    }
    for (size_t k = 0; k < count; k++) {
        for (size_t i = box->first; i < box->count; i++) {
            if (box->letters[i].leaf == leaves[k]) {
                box->is_done[i] = true;
                break;
            }
        }
    }
    return STATUS_OK;
}

static enum status fake_leaf(void *context, enum leaf_kind kind, const struct crypt_id *subject,
                             const struct crypt_hash *hash, int64_t *ret_leaf, struct error *err)
{
    struct bench_box *box = context;
    (void)hash;
    if (box->leaf_fails) {
        return error_set(err, STATUS_UNAVAILABLE, "the disk is full");
    }
    assert_true(box->leaf_count < BENCH_LEAVES_MAX);
    box->leaves[box->leaf_count] = (struct bench_leaf){kind, *subject};
    box->void_count += kind == LEAF_VOID;
    *ret_leaf = box->leaf_count++;
    if (box->on_leaf != NULL && kind == LEAF_ACT) {
        void (*hook)(void *) = box->on_leaf;
        box->on_leaf = NULL; /* once */
        hook(box->hook_context);
    }
    return STATUS_OK;
}

/* Like box: the same bytes twice in one mailbox are one message. */
static enum status fake_reply(void *context, const struct crypt_id *mailbox_id, str sealed,
                              int64_t *ret_leaf, struct error *err)
{
    struct bench_box *box = context;
    if (box->reply_fails) {
        return error_set(err, STATUS_UNAVAILABLE, "the disk is full");
    }
    bool is_gone = box->is_erased;
    for (size_t i = 0; i < box->erasure_count; i++) {
        is_gone = is_gone || crypt_id_equal(&box->erased[i].mailbox_id, mailbox_id);
    }
    if (is_gone) {
        return error_set(err, STATUS_NOT_FOUND, "no such mailbox");
    }
    bool is_known = false;
    for (size_t i = 0; i < box->reply_count && i < ARRAY_LEN(box->replies); i++) {
        is_known = is_known || (box->replies[i].len == sealed.n &&
                                memcmp(box->replies[i].sealed, sealed.p, sealed.n) == 0);
    }
    if (!is_known) {
        struct bench_reply *reply = &box->replies[box->reply_count++ % ARRAY_LEN(box->replies)];
        reply->mailbox = *mailbox_id;
        assert_true(sealed.n <= sizeof reply->sealed);
        memcpy(reply->sealed, sealed.p, sealed.n);
        reply->len = sealed.n;
        *ret_leaf = box->leaf_count++;
    }
    if (box->on_reply != NULL) {
        void (*hook)(void *) = box->on_reply;
        box->on_reply = NULL;
        hook(box->hook_context);
    }
    return box->reply_answer_lost ? error_set(err, STATUS_UNCERTAIN, "the line is gone")
                                  : STATUS_OK;
}

static enum status fake_evidence(void *context, struct arena *arena,
                                 const struct crypt_id *evidence_id, int64_t seq, str *ret_chunk,
                                 struct error *err)
{
    struct bench_box *box = context;
    (void)arena;
    (void)evidence_id;
    (void)err;
    *ret_chunk = seq < (int64_t)ARRAY_LEN(box->chunks) ? box->chunks[seq] : (str){0};
    return STATUS_OK;
}

static enum status fake_alarm(void *context, int64_t band, bool is_practice, struct error *err)
{
    struct bench_box *box = context;
    (void)band;
    (void)err;
    box->alarms++;
    box->practice_alarms += is_practice;
    return STATUS_OK;
}

static enum status fake_act_leaves(void *context, struct arena *arena, int64_t after,
                                   struct desk_leaf **ret_leaves, size_t *ret_count,
                                   struct error *err)
{
    struct bench_box *box = context;
    struct desk_leaf *out = ARENA_ARRAY(arena, struct desk_leaf, 1000);
    size_t n = 0;
    (void)err;
    for (int64_t i = after + 1; i < box->leaf_count && n < 1000; i++) {
        if (box->leaves[i].kind == LEAF_ACT) {
            out[n++] = (struct desk_leaf){i, box->leaves[i].subject};
        }
    }
    *ret_leaves = out;
    *ret_count = n;
    return STATUS_OK;
}

/* As box does it, but for the ledger: the letter is gone, and the record is kept. */
static enum status fake_erase(void *context, str note, int64_t *ret_leaf, struct error *why)
{
    struct bench_box *box = context;
    struct arena *arena = &box->arena;
    struct erasure e;
    if (box->erase_fails) {
        return error_set(why, STATUS_UNAVAILABLE, "box is gone");
    }
    OK(erasure_parse(arena, note, &box->desk_id, &box->desk_verify, &e, &err));
    for (size_t i = 0; i < box->count; i++) {
        if (crypt_id_equal(&box->letters[i].id, &e.letter_id)) {
            box->is_done[i] = true;
            box->letters[i].sealed_body = box->letters[i].wrapped_key = (str){0};
        }
    }
    for (size_t i = 0; i < box->erasure_count; i++) {
        if (crypt_id_equal(&box->erased[i].letter_id, &e.letter_id)) {
            *ret_leaf = box->erasures[i].leaf;
            return STATUS_OK;
        }
    }
    assert_true(box->erasure_count < ARRAY_LEN(box->erasures));
    box->erasures[box->erasure_count] =
        (struct stored_erasure){box->leaf_count, arena_str(arena, note)};
    box->erased[box->erasure_count++] = e;
    box->leaves[box->leaf_count] = (struct bench_leaf){LEAF_ERASE, e.letter_id};
    *ret_leaf = box->leaf_count++;
    return STATUS_OK;
}

static enum status fake_erasures(void *context, struct arena *arena, int64_t after,
                                 struct stored_erasure **ret_list, size_t *ret_count,
                                 struct error *err)
{
    struct bench_box *box = context;
    struct stored_erasure *list = ARENA_ARRAY(arena, struct stored_erasure, BOX_ERASURES_MAX);
    size_t count = 0;
    (void)err;
    for (size_t i = 0; i < box->erasure_count && count < BOX_ERASURES_MAX; i++) {
        if (box->erasures[i].leaf > after) {
            list[count++] = box->erasures[i];
        }
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

/* --- letters --- */

struct bench_letter { /* what is not given is left out */
    const char *what;
    const char *codes;  /* "THR1,ABU3" */
    const char *name;   /* target */
    const char *office; /* target, instead of the name */
    const char *area;
    const char *account;
    const char *place;    /* where it was, in words, beside the area */
    const char *relation; /* of who reports */
    const char *language;
    const char *danger;
    const char *press;   /* it is from an article of this date */
    const char *source;  /* "form" */
    const char *reasons; /* of the front's triage: a JSON list */
    const char *extra;   /* more JSON members, with a comma in front */
    int64_t grade, fear;
    time_us received;
    bool is_practice;
    const struct mailbox_keys *mailbox;
    bool is_added;
    bool is_broken; /* one bit of the sealed body is flipped */
};

static void bench_put_codes(struct json_out *json, const char *codes)
{
    str rest = str_c(codes);
    json_name(json, "codes");
    json_begin_list(json);
    while (rest.n > 0) {
        str code = {0};
        rest = str_cut(rest, ',', &code);
        json_add_text(json, code);
    }
    json_end_list(json);
}

static void bench_group(struct json_out *json, const char *group, const char *member,
                        const char *text)
{
    if (text != NULL) {
        json_name(json, group);
        json_begin_object(json);
        json_put_text(json, member, str_c(text));
        json_end_object(json);
    }
}

static void bench_where(struct json_out *json, const struct bench_letter *letter)
{
    if (letter->place == NULL) {
        bench_group(json, "where", "constituency", letter->area);
        return;
    }
    json_name(json, "where");
    json_begin_object(json);
    json_put_text(json, "constituency", str_c(letter->area));
    json_put_text(json, "place", str_c(letter->place));
    json_end_object(json);
}

static void bench_body(struct buf *out, const struct bench_letter *letter)
{
    struct json_out json;
    struct buf at;
    buf_init(&at, 64);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "format", 1);
    json_name(&json, letter->is_added ? "added" : "report");
    json_begin_object(&json);
    json_put_text(&json, letter->is_added ? "text" : "what", str_c(letter->what));
    if (!letter->is_added) {
        if (letter->office != NULL) {
            bench_group(&json, "target", "office", letter->office);
        } else {
            bench_group(&json, "target", "name", letter->name);
        }
        bench_group(&json, "reporter", "relation", letter->relation);
        bench_where(&json, letter);
        json_put_text(&json, "danger", str_c(letter->danger));
        if (letter->fear > 0) {
            json_put_int(&json, "fear", letter->fear);
        }
        if (letter->account != NULL) {
            json_name(&json, "accounts");
            json_begin_list(&json);
            json_add_text(&json, str_c(letter->account));
            json_end_list(&json);
        }
    }
    json_end_object(&json);
    if (!letter->is_added || letter->codes != NULL) {
        json_name(&json, "triage");
        json_begin_object(&json);
        json_put_int(&json, "grade", letter->grade);
        bench_put_codes(&json, letter->codes);
        if (letter->reasons != NULL) {
            json_name(&json, "reasons");
            json_add_json(&json, str_c(letter->reasons));
        }
        json_end_object(&json);
    }
    if (!letter->is_added) {
        json_put_text(&json, "language", str_c(letter->language == NULL ? "en" : letter->language));
        json_put_bool(&json, "practice", letter->is_practice);
        json_put_text(&json, "source",
                      letter->press != NULL    ? STR("press")
                      : letter->source != NULL ? str_c(letter->source)
                                               : STR("form"));
        bench_group(&json, "press", "published", letter->press);
        json_put_text(&json, "an_unknown_member", STR("is let by"));
    }
    buf_add_time(&at, letter->received == 0 ? bench_now : letter->received);
    json_put_text(&json, "received", buf_str(&at));
    if (letter->mailbox != NULL) {
        char hex[64];
        json_name(&json, "mailbox");
        json_begin_object(&json);
        hex_encode(letter->mailbox->id.bytes, CRYPT_ID_BYTES, hex);
        json_put_text(&json, "id", (str){hex, 32});
        hex_encode(letter->mailbox->public_key.bytes, 32, hex);
        json_put_text(&json, "public", (str){hex, 64});
        json_end_object(&json);
    }
    if (letter->extra != NULL) {
        buf_add_c(out, letter->extra);
    }
    json_end_object(&json);
    buf_close(&at);
}

UNUSED static struct crypt_id bench_send(struct desk_bench *d, const struct bench_letter *letter)
{
    struct bench_box *box = &d->box;
    struct crypt_key key = crypt_key_new();
    struct buf body, sealed, wrap;
    assert_true(box->count < box->max);
    struct box_letter *out = &box->letters[box->count++];
    time_us received = letter->received == 0 ? bench_now : letter->received;
    *out = (struct box_letter){.leaf = box->leaf_count,
                               .id = crypt_id_new(),
                               .epoch_id = d->epoch_id,
                               .is_added = letter->is_added,
                               .received_hour = received - received % (3600 * US_PER_SECOND),
                               .sealed_epoch_key = d->sealed_epoch_key};
    box->leaves[box->leaf_count++] = (struct bench_leaf){LEAF_LETTER, out->id};
    buf_init(&body, 1024 * 1024);
    buf_init(&sealed, 1024 * 1024);
    buf_init(&wrap, 1024);
    bench_body(&body, letter);
    letter_body_seal(&sealed, &key, &d->desk_id, &out->id, buf_str(&body));
    letter_key_wrap(&wrap, &d->epoch_key, &d->desk_id, &out->id, &d->epoch_id, &key);
    if (letter->is_broken) {
        sealed.p[40] ^= 1;
    }
    out->wrapped_key = arena_str(&box->arena, buf_str(&wrap));
    out->sealed_body = arena_str(&box->arena, buf_str(&sealed));
    buf_close(&body);
    buf_close(&sealed);
    buf_close(&wrap);
    return out->id;
}

/* The casebook behind the desk's back. */
UNUSED static struct db *bench_casebook(struct desk_bench *d)
{
    struct crypt_key page_key = crypt_derive(&d->keys.casebook, 1, "cb-page_");
    struct db_options options = d->options.casebook;
    struct db *db = NULL;
    options.page_key = page_key.bytes;
    OK(db_open(&options, &db, &err));
    return db;
}

UNUSED static void bench_import(struct desk_bench *d)
{
    bool more = true;
    while (more) {
        OK(desk_import_step(d->desk, 256, bench_now, &more, &err));
    }
}

UNUSED static void bench_index(struct desk_bench *d)
{
    bool more = true;
    while (more) {
        OK(desk_search_step(d->desk, 256, &more, &err));
    }
}

/* --- the desk --- */

static struct caller bench_caller(int64_t officer, enum role role)
{
    return (struct caller){
        .officer = officer, .capabilities = role_capabilities(role), .now = bench_now};
}

static void bench_rules(struct desk_rules *rules)
{
    static const struct desk_code codes[] = {
        {STR_INIT("THR1"), 4, 4, RATES_ABUSE},        {STR_INIT("THR3"), 3, 3, RATES_ABUSE},
        {STR_INIT("ABU1"), 1, 1, RATES_ABUSE},        {STR_INIT("DAM1"), 1, 2, RATES_ABUSE},
        {STR_INIT("HAR3"), 3, 3, RATES_ABUSE},        {STR_INIT("PHY3"), 5, 5, RATES_ABUSE},
        {STR_INIT("LAW0"), 0, 0, RATES_LEFT_OUT},     {STR_INIT("POL9"), 0, 0, RATES_LEFT_OUT},
        {STR_INIT("OTH0"), 0, 0, RATES_UNCLASSIFIED},
    };
    static const struct desk_grade grades[] = {
        {0},
        {.act_minutes = 4320, .hear_working_days = 5},
        {.act_minutes = 1440, .tell_minutes = 4320, .hear_working_days = 2},
        {.act_minutes = 240, .tell_minutes = 1440, .hear_minutes = 1440},
        {.act_minutes = 30, .tell_minutes = 60, .hear_minutes = 120},
        {.act_minutes = 5, .tell_minutes = 10, .hear_repeat_minutes = 60},
    };
    memcpy(rules->codes, codes, sizeof codes);
    rules->code_count = ARRAY_LEN(codes);
    rules->quiet_grade = 2;
    memcpy(rules->grades, grades, sizeof grades);
}

UNUSED static void desk_bench_unlock(struct desk_bench *d)
{
    OK(desk_unlock(d->desk, &d->root, 1, "test", bench_now, &err));
}

UNUSED static void desk_bench_open(struct desk_bench *d, struct bench *bench, size_t letters_max)
{
    static char search_path[128];
    memset(d, 0, sizeof *d);
    d->bench = bench;
    arena_init(&d->arena, (size_t)512 * 1024 * 1024);
    arena_init(&d->box.arena, (size_t)1024 * 1024 * 1024);
    d->box.max = letters_max;
    d->box.letters = ARENA_ARRAY(&d->box.arena, struct box_letter, letters_max);
    d->box.is_done = ARENA_ARRAY(&d->box.arena, bool, letters_max);
    d->box.leaves = ARENA_ARRAY(&d->box.arena, struct bench_leaf, BENCH_LEAVES_MAX);
    d->box.leaf_count = 1; /* leaf 0: the desk was made */
    d->root = crypt_key_new();
    desk_keys_from_root(&d->root, &d->keys);
    d->desk_id = crypt_id_new();
    d->epoch_id = crypt_id_new();
    d->epoch_key = crypt_key_new();
    struct buf sealed;
    buf_init(&sealed, 1024);
    epoch_seal(&sealed, &d->keys.desk_public, &d->desk_id, &d->epoch_id, &d->epoch_key);
    d->sealed_epoch_key = arena_str(&d->box.arena, buf_str(&sealed));
    buf_close(&sealed);
    struct crypt_sign_key sign;
    crypt_sign_pair_from_seed(&d->keys.cosign_seed, &d->box.desk_verify, &sign);
    d->box.desk_id = d->desk_id;
    bench_rules(&d->rules);
    snprintf(search_path, sizeof search_path, "%s/search.db", bench->folder);
    d->options = (struct desk_options){
        .search_path = search_path,
        .casebook = bench_store(bench, "casebook"),
        .keyring = bench_store(bench, "keyring"),
        .id = d->desk_id,
        .public_key = d->keys.desk_public,
        .rules = &d->rules,
        .box = {&d->box, fake_fetch, fake_done, fake_leaf, fake_reply, fake_evidence, fake_alarm,
                fake_act_leaves, fake_erase, fake_erasures},
    };
    OK(desk_open(&d->options, bench_now, &d->desk, &err));
    static const enum role roles[] = {ROLE_TRIAGER, ROLE_SUPERVISOR, ROLE_ANALYST, ROLE_AUDITOR,
                                      ROLE_ADMIN};
    static const char *const logins[] = {"tri", "sup", "ana", "aud", "adm"};
    struct caller *callers[] = {&d->triager, &d->supervisor, &d->analyst, &d->auditor, &d->admin};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        struct officer_input input = {str_c(logins[i]), str_c(logins[i]), roles[i],
                                      STR("three random words")};
        struct officer_secret secret;
        /* Argon2 costs 120 ms each: only the first two exist, the others are only callers. */
        if (i < 2) {
            OK(people_officer_add(desk_people(d->desk), &d->root, &input, bench_now, &secret,
                                  &err));
        }
        *callers[i] = bench_caller((int64_t)i + 1, roles[i]);
    }
}

UNUSED static void desk_bench_close(struct desk_bench *d)
{
    desk_close(d->desk);
    arena_close(&d->arena);
    arena_close(&d->box.arena);
}

#endif
