/* SPDX-License-Identifier: Apache-2.0 */
#include "letterbox/erasure.h"

#include "ledger/note.h"
#include "letterbox/box_client.h"

static const struct {
    enum erasure_also bit;
    const char *word;
} also_words[] = {
    {ERASURE_NOTES, "notes"}, {ERASURE_MESSAGES, "messages"}, {ERASURE_SUMMARY, "summary"}};

static bool is_zero(const struct crypt_id *id)
{
    static const struct crypt_id zero = {{0}};
    return crypt_id_equal(id, &zero);
}

static void add_origin(struct buf *out, const struct crypt_id *desk_id)
{
    buf_add_c(out, "hustings/");
    buf_add_hex(out, desk_id->bytes, sizeof desk_id->bytes);
    buf_add_c(out, "/erasure\n");
}

static void add_text(struct buf *out, const struct crypt_id *desk_id, const struct erasure *e)
{
    add_origin(out, desk_id);
    buf_add_c(out, "letter ");
    buf_add_i64(out, e->letter_leaf);
    buf_add_byte(out, ' ');
    buf_add_hex(out, e->letter_id.bytes, sizeof e->letter_id.bytes);
    buf_add_c(out, "\nmailbox ");
    if (is_zero(&e->mailbox_id)) {
        buf_add_byte(out, '-');
    } else {
        buf_add_hex(out, e->mailbox_id.bytes, sizeof e->mailbox_id.bytes);
    }
    buf_add_c(out, "\nat ");
    buf_add_time(out, e->at - e->at % (60 * US_PER_SECOND));
    buf_add_c(out, "\nalso");
    for (size_t i = 0; i < ARRAY_LEN(also_words); i++) {
        if ((e->also & (unsigned)also_words[i].bit) != 0) {
            buf_add_byte(out, ' ');
            buf_add_c(out, also_words[i].word);
        }
    }
    buf_add_c(out, e->also == 0 ? " -\n" : "\n");
    for (size_t i = 0; i < e->evidence_count; i++) {
        buf_add_c(out, "evidence ");
        buf_add_hex(out, e->evidence[i].bytes, sizeof e->evidence[i].bytes);
        buf_add_byte(out, '\n');
    }
}

void erasure_add_note(struct buf *out, const struct crypt_id *desk_id,
                      const struct crypt_sign_key *sign, const struct crypt_verify_key *verify,
                      const struct erasure *erasure)
{
    struct buf text;
    ASSERT(erasure->evidence_count <= ERASURE_EVIDENCE_MAX);
    buf_init(&text, ERASURE_NOTE_BYTES_MAX);
    add_text(&text, desk_id, erasure);
    buf_add(out, buf_str(&text));
    buf_add_byte(out, '\n');
    note_add_signature(out, desk_id, NOTE_DESK, sign, verify, buf_str(&text));
    buf_close(&text);
}

struct crypt_hash erasure_hash(str text)
{
    return crypt_sha256(text);
}

/* --- reading --- */

/* The rest of the next line behind `word` and a space. */
static bool take_line(str *rest, const char *word, str *ret_value)
{
    str line = {0};
    str found = {0};
    if (!str_next_line(rest, &line)) {
        return false;
    }
    *ret_value = str_cut(line, ' ', &found);
    return str_equal(found, str_c(word));
}

static bool take_also(str words, unsigned *ret_also)
{
    *ret_also = 0;
    if (str_equal(words, STR("-"))) {
        return true;
    }
    while (words.n > 0) {
        str word = {0};
        bool is_known = false;
        words = str_cut(words, ' ', &word);
        for (size_t i = 0; i < ARRAY_LEN(also_words); i++) {
            if (str_equal(word, str_c(also_words[i].word))) {
                *ret_also |= (unsigned)also_words[i].bit;
                is_known = true;
            }
        }
        if (!is_known) {
            return false;
        }
    }
    return true;
}

static bool take_text(struct arena *arena, str text, struct erasure *e)
{
    str value = {0};
    str number = {0};
    bool is_date = false;
    uint64_t leaf = 0;
    bool is_good = take_line(&text, "letter", &value);
    value = str_cut(value, ' ', &number);
    is_good = is_good && str_to_u64(number, &leaf) && leaf <= (uint64_t)INT64_MAX &&
              hex_decode(value, e->letter_id.bytes, sizeof e->letter_id.bytes);
    e->letter_leaf = (int64_t)leaf;
    is_good = is_good && take_line(&text, "mailbox", &value) &&
              (str_equal(value, STR("-")) ||
               hex_decode(value, e->mailbox_id.bytes, sizeof e->mailbox_id.bytes));
    is_good = is_good && take_line(&text, "at", &value) && time_parse(value, &e->at, &is_date);
    is_good = is_good && take_line(&text, "also", &value) && take_also(value, &e->also);
    /* No more than there are lines: a list may hold a million records. */
    size_t room = text.n / (sizeof "evidence " - 1 + 2 * (size_t)CRYPT_ID_BYTES);
    room = room < ERASURE_EVIDENCE_MAX ? room : ERASURE_EVIDENCE_MAX;
    if (is_good && room > 0) {
        e->evidence = ARENA_ARRAY(arena, struct crypt_id, room);
    }
    while (is_good && text.n > 0) {
        is_good = e->evidence_count < room && take_line(&text, "evidence", &value) &&
                  hex_decode(value, e->evidence[e->evidence_count++].bytes, CRYPT_ID_BYTES);
    }
    return is_good;
}

enum status erasure_parse(struct arena *arena, str note, const struct crypt_id *desk_id,
                          const struct crypt_verify_key *verify, struct erasure *ret_erasure,
                          struct error *err)
{
    struct erasure e = {0};
    struct buf origin;
    size_t end = str_find(note, STR("\n\n"));
    str text = str_slice(note, 0, end + 1);
    const struct note signed_text = {.text = text, .signatures = str_slice(note, end + 2, note.n)};
    buf_init(&origin, 128);
    add_origin(&origin, desk_id);
    bool is_ours = str_starts(text, buf_str(&origin));
    size_t origin_n = origin.n;
    buf_close(&origin);
    if (!is_ours || !take_text(arena, str_slice(text, origin_n, text.n), &e)) {
        return error_set(err, STATUS_INVALID, "this is not the record of an erasure of this desk");
    }
    if (verify != NULL && !note_is_signed(&signed_text, desk_id, NOTE_DESK, verify)) {
        return error_set(err, STATUS_INVALID,
                         "the record of the erasure of leaf %lld is not signed by this desk's "
                         "key",
                         (long long)e.letter_leaf);
    }
    e.text = text;
    *ret_erasure = e;
    return STATUS_OK;
}

enum status erasure_apply(struct db *db, const struct erasure *erasure, struct error *err)
{
    enum status status = letterbox_letter_erase(db, &erasure->letter_id, err);
    if (status == STATUS_OK) {
        status = letterbox_idempotency_erase(db, &erasure->letter_id, err);
    }
    if (status == STATUS_OK && !is_zero(&erasure->mailbox_id)) {
        status = letterbox_mailbox_erase(db, &erasure->mailbox_id, err);
    }
    for (size_t i = 0; i < erasure->evidence_count && status == STATUS_OK; i++) {
        status = letterbox_evidence_erase(db, &erasure->evidence[i], err);
    }
    return status;
}

/* --- the list --- */

#define LIST_HEAD "hustings erasures 1 "

struct list_print {
    struct buf *notes;
    int64_t count;
};

static enum status print_one(void *context, int64_t leaf, const struct crypt_id *letter_id,
                             str note, struct error *err)
{
    struct list_print *list = context;
    (void)leaf;
    (void)letter_id;
    buf_add_byte(list->notes, '\n');
    buf_add(list->notes, note);
    list->count++;
    return list->notes->overflowed ? error_set(err, STATUS_LIMIT, "the list is too long")
                                   : STATUS_OK;
}

enum status erasure_list_print(struct db *db, const struct crypt_id *desk_id, struct buf *out,
                               struct error *err)
{
    struct buf notes;
    struct list_print list = {.notes = &notes};
    int64_t version = 0;
    buf_init(&notes, ERASURE_LIST_BYTES_MAX);
    enum status status = db_schema_version(db, &version, err);
    if (status == STATUS_OK && version >= LETTERBOX_VERSION_ERASURE) {
        status = letterbox_erasures_walk(db, print_one, &list, err);
    }
    if (status == STATUS_OK) {
        buf_add_c(out, LIST_HEAD);
        buf_add_hex(out, desk_id->bytes, sizeof desk_id->bytes);
        buf_add_byte(out, ' ');
        buf_add_i64(out, list.count);
        buf_add_byte(out, '\n');
        buf_add(out, buf_str(&notes));
    }
    buf_close(&notes);
    return status;
}

static enum status list_head(str *text, const struct crypt_id *desk_id, size_t *ret_count,
                             struct error *err)
{
    struct crypt_id id;
    str line = {0};
    str hex = {0};
    uint64_t count = 0;
    if (!str_next_line(text, &line) || !str_starts(line, STR(LIST_HEAD))) {
        return error_set(err, STATUS_INVALID,
                         "this is not a list of erasures: 'hustings ledger erasures DIR' makes "
                         "one, and each backup holds one");
    }
    str number = str_cut(str_slice(line, sizeof LIST_HEAD - 1, line.n), ' ', &hex);
    if (!hex_decode(hex, id.bytes, sizeof id.bytes) || !crypt_id_equal(&id, desk_id)) {
        return error_set(err, STATUS_INVALID, "this list of erasures is of another desk");
    }
    if (!str_to_u64(number, &count) || count > ERASURE_LIST_BYTES_MAX / 128) {
        return error_set(err, STATUS_INVALID, "the first line of the list of erasures is broken");
    }
    *ret_count = (size_t)count;
    return STATUS_OK;
}

/* A note has one empty line inside, and one before it. */
static bool next_note(str *text, str *ret_note)
{
    if (!str_starts(*text, STR("\n"))) {
        return false;
    }
    str rest = str_slice(*text, 1, text->n);
    size_t inside = str_find(rest, STR("\n\n"));
    size_t after = inside < rest.n ? inside + 2 : rest.n;
    size_t end = after + str_find(str_slice(rest, after, rest.n), STR("\n\n"));
    end = end < rest.n ? end + 1 : rest.n;
    *ret_note = str_slice(rest, 0, end);
    *text = str_slice(rest, end, rest.n);
    return ret_note->n > 0;
}

enum status erasure_list_parse(struct arena *arena, str text, const struct crypt_id *desk_id,
                               const struct crypt_verify_key *verify, struct erasure_list *ret_list,
                               struct error *err)
{
    struct erasure_list list = {0};
    size_t wanted = 0;
    enum status status = list_head(&text, desk_id, &wanted, err);
    if (status != STATUS_OK) {
        return status;
    }
    list.notes = ARENA_ARRAY(arena, str, wanted + 1);
    list.erasures = ARENA_ARRAY(arena, struct erasure, wanted + 1);
    while (list.count < wanted && status == STATUS_OK) {
        str *note = &list.notes[list.count];
        if (!next_note(&text, note)) {
            return error_set(err, STATUS_INVALID,
                             "the list of erasures is cut off: %zu of %zu are there", list.count,
                             wanted);
        }
        status = erasure_parse(arena, *note, desk_id, verify, &list.erasures[list.count++], err);
    }
    if (status == STATUS_OK && str_trim(text).n > 0) {
        status = error_set(err, STATUS_INVALID,
                           "there is more in the list of erasures than its first line says");
    }
    if (status == STATUS_OK) {
        *ret_list = list;
    }
    return status;
}

/* --- replay --- */

/* Is the letter of this record one of this ledger? Up to the backup both ledgers are the same. */
static enum status has_letter(struct db *db, const struct erasure *e, bool *ret_has,
                              struct error *err)
{
    struct leaf leaf;
    bool has_leaf = false;
    enum status status = letterbox_leaf_read(db, e->letter_leaf, &leaf, &has_leaf, err);
    if (status == STATUS_OK) {
        *ret_has = has_leaf && crypt_id_equal(&leaf.subject, &e->letter_id) &&
                   (leaf.kind == LEAF_LETTER || leaf.kind == LEAF_ADDED);
    }
    return status;
}

static enum status replay_one(struct db *db, struct tree *tree, str note, const struct erasure *e,
                              time_us now, struct erasure_replayed *replayed, struct error *err)
{
    int64_t known = -1;
    bool has = false;
    enum status status = letterbox_erasure_find(db, &e->letter_id, &known, err);
    if (status != STATUS_OK || known >= 0) {
        replayed->known += status == STATUS_OK;
        return status;
    }
    struct leaf leaf = {.number = (int64_t)tree->size,
                        .kind = LEAF_ERASE,
                        .at = now - now % (60 * US_PER_SECOND),
                        .subject = e->letter_id,
                        .hash = erasure_hash(e->text)};
    status = has_letter(db, e, &has, err);
    if (status == STATUS_OK) {
        status = erasure_apply(db, e, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_leaf_insert(db, &leaf, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_erasure_insert(db, leaf.number, &e->letter_id, note, err);
    }
    if (status == STATUS_OK) {
        struct crypt_hash hash = leaf_hash(&leaf);
        tree_add(tree, &hash);
        replayed->applied += has;
        replayed->kept += !has;
    }
    return status;
}

enum status erasure_replay(struct db *db, const struct erasure_list *list, time_us now,
                           struct erasure_replayed *ret_replayed, struct error *err)
{
    struct erasure_replayed replayed = {0};
    struct tree tree;
    enum status status = db_begin(db, err);
    if (status == STATUS_OK) {
        status = db_lock_writer(db, LETTERBOX_LOCK, err);
    }
    if (status == STATUS_OK) {
        status = letterbox_tree_read(db, &tree, err);
    }
    for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
        status = replay_one(db, &tree, list->notes[i], &list->erasures[i], now, &replayed, err);
    }
    if (status == STATUS_OK && replayed.applied + replayed.kept > 0) {
        status = letterbox_tree_write(db, &tree, err);
    }
    if (status == STATUS_OK) {
        status = db_commit(db, err);
    } else if (db_in_transaction(db)) {
        db_rollback(db);
    }
    if (status == STATUS_OK) {
        *ret_replayed = replayed;
    }
    return status;
}
