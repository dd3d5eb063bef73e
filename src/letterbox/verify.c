/* SPDX-License-Identifier: Apache-2.0 */
#include "letterbox/verify.h"

#include <stdlib.h>

#include "ledger/note.h"
#include "ledger/tree.h"
#include "letterbox/box_client.h"
#include "store/letterbox.h"

/* What is kept of a leaf while everything else is held against it: 64 bytes each. */
struct seen {
    struct crypt_id subject;
    struct crypt_hash hash;
    time_us at;
    uint8_t kind;
    bool is_matched; /* something explains it */
    bool is_here;    /* the letter or file itself was found */
};

struct verifier {
    const struct verify_options *options;
    struct verify_report *report;
    struct arena *arena;
    struct buf seen; /* array of struct seen, by leaf number */
    struct tree tree;
    struct buf notes; /* array of struct kept_note, by size */
    size_t note_at;
    struct crypt_id epoch_id; /* the epoch checked last */
    bool has_epoch;
    struct crypt_sha256_state file; /* evidence file being hashed */
    struct crypt_id file_id;
    int64_t file_leaf;
    bool has_file;
    int64_t file_seq;
    struct db *db;
    struct arena record;   /* one record of an erasure */
    struct buf destroyed;  /* array of struct destroyed, by id */
    struct reply *replies; /* by hash */
    size_t reply_count;
    struct crypt_id mailbox_id; /* the mailbox whose messages are being counted */
    int64_t mailbox_seq, mailbox_messages;
    bool has_mailbox, is_mailbox_odd;
};

struct reply {
    struct crypt_hash hash;
    int64_t leaf;
    bool is_there;
};

struct kept_note {
    int64_t size;
    struct crypt_hash root;
};

enum { RECORD_BYTES_MAX = 64 * 1024 };
static const size_t seen_bytes_max = (size_t)4 << 30;

static void find(struct verifier *v, str what)
{
    if (v->report->findings < VERIFY_FINDINGS_MAX) {
        v->report->finding[v->report->findings] = what;
    }
    v->report->findings++;
}

static struct seen *seen_at(struct verifier *v, int64_t leaf)
{
    size_t count = v->seen.n / sizeof(struct seen);
    if (leaf < 0 || (uint64_t)leaf >= count) {
        return NULL;
    }
    return (struct seen *)(void *)v->seen.p + leaf;
}

/* --- checkpoints: read first, held against the tree as it grows --- */

static enum status visit_note(void *context, int64_t size, str text, struct error *err)
{
    struct verifier *v = context;
    struct note note;
    (void)err;
    if (note_parse(text, &v->options->desk_id, &note, NULL) != STATUS_OK || note.size != size ||
        !note_is_signed(&note, &v->options->desk_id, NOTE_LOG, &v->options->log_verify)) {
        find(v, arena_printf(v->arena, "checkpoint %lld is not validly signed by the log key",
                             (long long)size));
        return STATUS_OK;
    }
    if (str_find(note.signatures, STR("+desk ")) != note.signatures.n) {
        if (note_is_signed(&note, &v->options->desk_id, NOTE_DESK, &v->options->desk_verify)) {
            v->report->cosigned++;
        } else {
            find(v, arena_printf(v->arena, "checkpoint %lld has a wrong signature of the desk key",
                                 (long long)size));
        }
    }
    struct kept_note kept = {size, note.root};
    buf_add_bytes(&v->notes, &kept, sizeof kept);
    v->report->checkpoints++;
    return STATUS_OK;
}

static void check_notes(struct verifier *v)
{
    const struct kept_note *notes = (const struct kept_note *)(const void *)v->notes.p;
    size_t count = v->notes.n / sizeof(struct kept_note);
    while (v->note_at < count && notes[v->note_at].size == (int64_t)v->tree.size) {
        struct crypt_hash root = tree_root(&v->tree);
        if (memcmp(root.bytes, notes[v->note_at].root.bytes, sizeof root.bytes) != 0) {
            find(v, arena_printf(v->arena,
                                 "checkpoint %lld: the leaves up to it are not those it was "
                                 "signed over",
                                 (long long)v->tree.size));
        }
        v->note_at++;
    }
}

static void check_outside(struct verifier *v, struct note *outside)
{
    if (outside->size == (int64_t)v->tree.size) {
        struct crypt_hash root = tree_root(&v->tree);
        if (memcmp(root.bytes, outside->root.bytes, sizeof root.bytes) != 0) {
            find(v, arena_printf(v->arena,
                                 "the given checkpoint of %lld leaves does not fit: the "
                                 "log was rewritten before it",
                                 (long long)outside->size));
        }
    }
}

struct leaf_walk {
    struct verifier *v;
    struct note outside;
    bool has_outside;
};

static enum status visit_leaf(void *context, const struct leaf *leaf, struct error *err)
{
    struct leaf_walk *walk = context;
    struct verifier *v = walk->v;
    if (leaf->number != (int64_t)v->tree.size) {
        find(v, arena_printf(v->arena, "leaf %lld is missing", (long long)v->tree.size));
        return error_set(err, STATUS_CORRUPT,
                         "leaf %lld is missing: nothing after it can be checked",
                         (long long)v->tree.size);
    }
    if (leaf->kind < LEAF_START || leaf->kind >= LEAF_KIND_COUNT) {
        find(v, arena_printf(v->arena, "leaf %lld is of a kind that there is not",
                             (long long)leaf->number)); /* the hash holds its low byte only */
    }
    struct crypt_hash hash = leaf_hash(leaf);
    struct seen seen = {
        .subject = leaf->subject, .hash = leaf->hash, .at = leaf->at, .kind = (uint8_t)leaf->kind};
    check_notes(v);
    if (walk->has_outside) {
        check_outside(v, &walk->outside);
    }
    tree_add(&v->tree, &hash);
    buf_add_bytes(&v->seen, &seen, sizeof seen);
    return v->seen.overflowed ? error_set(err, STATUS_LIMIT, "the ledger is too long to check here")
                              : STATUS_OK;
}

/* --- what the leaves commit to --- */

/* The sealed epoch key against the nearest earlier leaf of that epoch; each epoch once in a row. */
static void check_epoch(struct verifier *v, const struct stored_letter *letter)
{
    if (v->has_epoch && crypt_id_equal(&v->epoch_id, &letter->epoch_id)) {
        return;
    }
    v->has_epoch = true;
    v->epoch_id = letter->epoch_id;
    struct crypt_hash hash = crypt_sha256(letter->sealed_epoch_key);
    for (int64_t i = letter->leaf - 1; i >= 0; i--) {
        const struct seen *seen = seen_at(v, i);
        if (seen != NULL && seen->kind == LEAF_EPOCH &&
            crypt_id_equal(&seen->subject, &letter->epoch_id)) {
            if (memcmp(seen->hash.bytes, hash.bytes, sizeof hash.bytes) != 0) {
                find(v, arena_printf(v->arena, "the sealed epoch key of leaf %lld was changed",
                                     (long long)i));
            }
            return;
        }
    }
    find(v, arena_printf(v->arena, "the letter of leaf %lld names an epoch that no leaf knows",
                         (long long)letter->leaf));
}

static enum status visit_letter(void *context, const struct stored_letter *letter,
                                struct error *err)
{
    struct verifier *v = context;
    const time_us hour = 3600 * US_PER_SECOND;
    struct seen *seen = seen_at(v, letter->leaf);
    struct crypt_hash hash =
        letter_commitment(&letter->id, &letter->epoch_id, letter->wrapped_key, letter->sealed_body);
    (void)err;
    v->report->letters++;
    check_epoch(v, letter);
    if (seen == NULL || (seen->kind != LEAF_LETTER && seen->kind != LEAF_ADDED) ||
        !crypt_id_equal(&seen->subject, &letter->id) ||
        letter->is_added != (seen->kind == LEAF_ADDED) ||
        letter->received_hour != seen->at - seen->at % hour ||
        memcmp(seen->hash.bytes, hash.bytes, sizeof hash.bytes) != 0) {
        find(v, arena_printf(v->arena, "the letter of leaf %lld is not the one that was accepted",
                             (long long)letter->leaf));
    }
    if (seen != NULL) {
        seen->is_matched = true;
        seen->is_here = true;
    }
    return STATUS_OK;
}

static enum status visit_import(void *context, int64_t leaf, str numbers, struct error *err)
{
    struct verifier *v = context;
    struct seen *import = seen_at(v, leaf);
    struct crypt_hash hash = crypt_sha256(numbers);
    (void)err;
    if (import == NULL || import->kind != LEAF_IMPORT || numbers.n % 8 != 0 ||
        memcmp(import->hash.bytes, hash.bytes, sizeof hash.bytes) != 0) {
        find(v, arena_printf(v->arena, "the list of imported letters of leaf %lld was changed",
                             (long long)leaf));
        return STATUS_OK;
    }
    for (size_t at = 0; at < numbers.n; at += 8) {
        uint64_t number = 0;
        for (size_t i = 0; i < 8; i++) {
            number = number << 8 | (unsigned char)numbers.p[at + i];
        }
        struct seen *seen = seen_at(v, (int64_t)number);
        if (seen != NULL) {
            seen->is_matched = true;
            v->report->imported++;
        }
    }
    return STATUS_OK;
}

static void end_file(struct verifier *v)
{
    if (!v->has_file) {
        return;
    }
    struct crypt_hash hash = crypt_sha256_end(&v->file);
    struct seen *seen = seen_at(v, v->file_leaf);
    v->report->evidence_files++;
    if (seen == NULL || seen->kind != LEAF_EVIDENCE ||
        !crypt_id_equal(&seen->subject, &v->file_id) ||
        memcmp(seen->hash.bytes, hash.bytes, sizeof hash.bytes) != 0) {
        find(v, arena_printf(v->arena,
                             "the evidence file of leaf %lld is not the one that was "
                             "accepted",
                             (long long)v->file_leaf));
    }
    if (seen != NULL) {
        seen->is_matched = true;
        seen->is_here = true;
    }
    v->has_file = false;
}

static enum status visit_chunk(void *context, int64_t leaf, const struct crypt_id *id, int64_t seq,
                               str sealed, struct error *err)
{
    struct verifier *v = context;
    (void)err;
    if (!v->has_file || !crypt_id_equal(&v->file_id, id)) {
        end_file(v);
        crypt_sha256_start(&v->file);
        v->file_id = *id;
        v->file_leaf = leaf;
        v->file_seq = 0;
        v->has_file = true;
    }
    if (seq != v->file_seq) {
        find(v, arena_printf(v->arena, "chunk %lld of the evidence file of leaf %lld is missing",
                             (long long)v->file_seq, (long long)leaf));
        v->file_seq = seq;
    }
    if (leaf != v->file_leaf) {
        find(v, arena_printf(v->arena, "chunk %lld of the evidence file of leaf %lld names another",
                             (long long)seq, (long long)v->file_leaf));
    }
    v->file_seq++;
    crypt_sha256_add(&v->file, sealed);
    return STATUS_OK;
}

/* --- erasures --- */

/* Something that a record says was destroyed. */
struct destroyed {
    struct crypt_id id;
    int64_t by; /* the erase leaf */
};

static int destroyed_compare(const void *a, const void *b)
{
    const struct destroyed *x = a;
    const struct destroyed *y = b;
    return memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
}

static const struct destroyed *destroyed_find(const struct verifier *v, const struct crypt_id *id)
{
    struct destroyed wanted = {.id = *id};
    size_t count = v->destroyed.n / sizeof wanted;
    return count == 0 ? NULL
                      : bsearch(&wanted, v->destroyed.p, count, sizeof wanted, destroyed_compare);
}

static void destroyed_add(struct verifier *v, const struct crypt_id *id, int64_t by)
{
    struct destroyed row = {.id = *id, .by = by};
    buf_add_bytes(&v->destroyed, &row, sizeof row);
}

/* A record against its leaf, and its mailbox must be gone. */
static enum status visit_erasure(void *context, int64_t leaf, const struct crypt_id *letter_id,
                                 str note, struct error *err)
{
    struct verifier *v = context;
    struct seen *seen = seen_at(v, leaf);
    struct erasure e;
    bool has_mailbox = false;
    enum status status = STATUS_OK;
    arena_reset(&v->record);
    if (seen == NULL || seen->kind != LEAF_ERASE ||
        erasure_parse(&v->record, note, &v->options->desk_id, &v->options->desk_verify, &e, NULL) !=
            STATUS_OK ||
        !crypt_id_equal(&seen->subject, &e.letter_id) || !crypt_id_equal(letter_id, &e.letter_id)) {
        find(v, arena_printf(v->arena, "the record of the erasure of leaf %lld was changed",
                             (long long)leaf));
        return STATUS_OK;
    }
    struct crypt_hash hash = erasure_hash(e.text);
    if (memcmp(hash.bytes, seen->hash.bytes, sizeof hash.bytes) != 0) {
        find(v, arena_printf(v->arena,
                             "the record of the erasure of leaf %lld is not the one that "
                             "was made",
                             (long long)leaf));
        return STATUS_OK;
    }
    seen->is_matched = true;
    destroyed_add(v, &e.letter_id, leaf);
    for (size_t i = 0; i < e.evidence_count; i++) {
        destroyed_add(v, &e.evidence[i], leaf);
    }
    status = letterbox_mailbox_known(v->db, &e.mailbox_id, &has_mailbox, err);
    if (status == STATUS_OK && has_mailbox) {
        find(v,
             arena_printf(v->arena, "a mailbox that leaf %lld erased is there", (long long)leaf));
    }
    return status;
}

static enum status walk_erasures(struct verifier *v, struct error *err)
{
    int64_t version = 0;
    enum status status = db_schema_version(v->db, &version, err);
    if (status == STATUS_OK && version >= LETTERBOX_VERSION_ERASURE) {
        status = letterbox_erasures_walk(v->db, visit_erasure, v, err);
    }
    if (status == STATUS_OK && v->destroyed.n > 0) {
        qsort(v->destroyed.p, v->destroyed.n / sizeof(struct destroyed), sizeof(struct destroyed),
              destroyed_compare);
    }
    return status;
}

/* --- mailboxes: that no message is missing, and that replies are those that were sent --- */

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct reply *)a)->hash.bytes, ((const struct reply *)b)->hash.bytes,
                  CRYPT_HASH_BYTES);
}

static void gather_replies(struct verifier *v)
{
    size_t count = v->seen.n / sizeof(struct seen);
    for (size_t i = 0; i < count; i++) {
        v->reply_count += seen_at(v, (int64_t)i)->kind == LEAF_REPLY;
    }
    v->replies = ARENA_ARRAY(v->arena, struct reply, v->reply_count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct seen *seen = seen_at(v, (int64_t)i);
        if (seen->kind == LEAF_REPLY) {
            v->replies[n++] = (struct reply){.hash = seen->hash, .leaf = (int64_t)i};
        }
    }
    qsort(v->replies, v->reply_count, sizeof *v->replies, by_hash);
}

static void end_mailbox(struct verifier *v)
{
    if (v->has_mailbox &&
        (v->is_mailbox_odd || v->mailbox_seq != v->mailbox_messages || v->mailbox_seq == 0)) {
        find(v, arena_printf(v->arena,
                             "a mailbox (%02x%02x%02x%02x…) has not the messages that it counts",
                             v->mailbox_id.bytes[0], v->mailbox_id.bytes[1], v->mailbox_id.bytes[2],
                             v->mailbox_id.bytes[3]));
    }
}

static enum status visit_message(void *context, const struct crypt_id *mailbox_id, int64_t seq,
                                 str sealed, int64_t messages, struct error *err)
{
    struct verifier *v = context;
    (void)err;
    if (!v->has_mailbox || !crypt_id_equal(&v->mailbox_id, mailbox_id)) {
        end_mailbox(v);
        v->has_mailbox = true;
        v->mailbox_id = *mailbox_id;
        v->mailbox_messages = messages;
        v->mailbox_seq = 0;
        v->is_mailbox_odd = false;
    }
    v->is_mailbox_odd = v->is_mailbox_odd || seq != v->mailbox_seq;
    v->mailbox_seq++;
    if (seq > 0 && v->reply_count > 0) { /* number 0 is the report's copy */
        struct reply key = {.hash = crypt_sha256(sealed)};
        struct reply *reply =
            bsearch(&key, v->replies, v->reply_count, sizeof *v->replies, by_hash);
        if (reply != NULL) {
            reply->is_there = true;
        }
    }
    return STATUS_OK;
}

static void check_replies(struct verifier *v)
{
    bool has_erasures = v->report->erased > 0; /* a mailbox is erased whole */
    for (size_t i = 0; i < v->reply_count && !has_erasures; i++) {
        if (!v->replies[i].is_there) {
            find(v, arena_printf(v->arena, "the reply of leaf %lld is not there as it was sent",
                                 (long long)v->replies[i].leaf));
        }
    }
}

/* Letters and files whose leaf nothing explains, what is there although it was erased, and erase
 * leaves without a record. */
static void check_unexplained(struct verifier *v)
{
    size_t count = v->seen.n / sizeof(struct seen);
    for (size_t i = 0; i < count; i++) {
        const struct seen *seen = seen_at(v, (int64_t)i);
        bool is_erase = seen->kind == LEAF_ERASE;
        bool is_content =
            seen->kind == LEAF_LETTER || seen->kind == LEAF_ADDED || seen->kind == LEAF_EVIDENCE;
        v->report->erased += is_erase;
        if (is_erase && !seen->is_matched) {
            find(v, arena_printf(v->arena, "the erasure of leaf %zu has no record", i));
        }
        if (!is_content) {
            continue;
        }
        const struct destroyed *destroyed = destroyed_find(v, &seen->subject);
        if (destroyed != NULL && seen->is_here) {
            find(v,
                 arena_printf(v->arena, "what leaf %zu accepted is there, but leaf %lld erased it",
                              i, (long long)destroyed->by));
        } else if (destroyed == NULL && !seen->is_matched) {
            find(v,
                 arena_printf(v->arena, "what leaf %zu accepted is gone, and no leaf says why", i));
        }
    }
}

static enum status walk_tree(struct verifier *v, struct db *db, struct error *err)
{
    struct leaf_walk walk = {.v = v};
    if (v->options->outside_note.n > 0) {
        enum status status =
            note_parse(v->options->outside_note, &v->options->desk_id, &walk.outside, err);
        if (status != STATUS_OK) {
            return status;
        }
        walk.has_outside = true;
        if (!note_is_signed(&walk.outside, &v->options->desk_id, NOTE_LOG,
                            &v->options->log_verify)) {
            find(v, STR("the given checkpoint is not signed by this desk's log key"));
        }
    }
    enum status status = letterbox_checkpoints_walk(db, visit_note, v, err);
    if (status == STATUS_OK) {
        status = letterbox_leaves_walk(db, visit_leaf, &walk, err);
    }
    if (status == STATUS_CORRUPT && v->report->findings > 0) {
        status = STATUS_OK; /* said already: go on with what can be checked */
    }
    check_notes(v);
    if (walk.has_outside) {
        check_outside(v, &walk.outside);
        if (walk.outside.size > (int64_t)v->tree.size) {
            find(v, STR("the log is shorter than the given checkpoint: its end was cut off"));
        }
    }
    return status;
}

static enum status check_state(struct verifier *v, struct db *db, struct error *err)
{
    struct tree stored;
    enum status status = letterbox_tree_read(db, &stored, err);
    struct crypt_hash computed = tree_root(&v->tree);
    struct crypt_hash kept = tree_root(&stored);
    if (status == STATUS_CORRUPT ||
        (status == STATUS_OK && (stored.size != v->tree.size ||
                                 memcmp(computed.bytes, kept.bytes, sizeof kept.bytes) != 0))) {
        find(v, STR("the ledger's own count and frontier do not fit its leaves"));
        status = STATUS_OK;
    }
    if (v->note_at < v->notes.n / sizeof(struct kept_note)) {
        find(v, STR("there is a checkpoint over more leaves than there are: the end was cut off"));
    }
    v->report->leaves = (int64_t)v->tree.size;
    v->report->root = computed;
    return status;
}

enum status verify_letterbox(struct db *db, const struct verify_options *options,
                             struct arena *arena, struct verify_report *ret_report,
                             struct error *err)
{
    struct verifier *v = ARENA_NEW(arena, struct verifier);
    v->options = options;
    v->arena = arena;
    v->report = ret_report;
    v->db = db;
    arena_init(&v->record, RECORD_BYTES_MAX);
    buf_init(&v->destroyed, seen_bytes_max);
    *ret_report = (struct verify_report){0};
    buf_init(&v->seen, seen_bytes_max);
    buf_init(&v->notes, seen_bytes_max);
    tree_init(&v->tree);
    /* one transaction = one moment, also while the desk is writing */
    enum status status = db_begin(db, err);
    if (status == STATUS_OK) {
        status = walk_tree(v, db, err);
    }
    if (status == STATUS_OK) {
        status = check_state(v, db, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_imports_walk(db, visit_import, v, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_letters_walk(db, visit_letter, v, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_chunks_walk(db, visit_chunk, v, err);
        end_file(v);
    }
    if (status == STATUS_OK) {
        status = walk_erasures(v, err);
    }
    if (status == STATUS_OK) {
        gather_replies(v);
        status = letterbox_messages_walk(db, visit_message, v, err);
        end_mailbox(v);
    }
    if (status == STATUS_OK) {
        check_unexplained(v);
        check_replies(v);
    }
    db_rollback(db);
    buf_close(&v->seen);
    buf_close(&v->notes);
    buf_close(&v->destroyed);
    arena_close(&v->record);
    return status;
}
