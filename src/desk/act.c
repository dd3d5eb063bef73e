/* SPDX-License-Identifier: Apache-2.0 */
/* Acts: first the leaf, then the row, both while no other host can write: a leaf that has no row is
 * then either of a host that failed, or of nobody. That is what desk_void_leaves goes by.
 *
 * The text of an act is {"format":1,"verb":…,"officer":…,"case":…,"at":…,"detail":{…}}; "detail" is
 * always the last member. The ledger gets SHA-256(salt ‖ text) under a random id, so the log says
 * nothing to who has no key, and whoever has the act can show that it is the one in the log. */
#include "desk/desk_internal.h"

void act_begin(struct act *act, const struct caller *caller, const char *verb, int64_t number,
               bool is_read)
{
    uint8_t salt[DESK_ACT_SALT_BYTES];
    *act = (struct act){.id = crypt_id_new(),
                        .officer = caller->officer,
                        .number = number,
                        .is_read = is_read,
                        .at = caller->now};
    buf_init(&act->text, DESK_ACT_BYTES_MAX);
    crypt_random(salt, sizeof salt);
    buf_add_bytes(&act->text, salt, sizeof salt);
    json_out_init(&act->json, &act->text);
    json_begin_object(&act->json);
    json_put_int(&act->json, "format", 1);
    json_put_text(&act->json, "verb", str_c(verb));
    json_put_int(&act->json, "officer", act->officer);
    json_put_int(&act->json, "case", number);
    struct buf at;
    buf_init(&at, 64);
    buf_add_time(&at, act->at);
    json_put_text(&act->json, "at", buf_str(&at));
    buf_close(&at);
    json_name(&act->json, "detail");
    json_begin_object(&act->json);
}

enum status act_leaf(struct desk *desk, struct act *act, struct error *err)
{
    json_end_object(&act->json);
    json_end_object(&act->json);
    if (act->text.overflowed) {
        return error_set(err, STATUS_LIMIT, "That is too long to keep.");
    }
    struct crypt_hash hash = crypt_sha256(buf_str(&act->text));
    const struct desk_box *box = &desk->options.box;
    enum status status = casebook_hold(desk->casebook, err);
    return status == STATUS_OK
               ? box->leaf_add(box->context, LEAF_ACT, &act->id, &hash, &act->leaf, err)
               : status;
}

enum status act_write(struct desk *desk, struct act *act, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = act_leaf(desk, act, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

enum status act_keep(struct desk *desk, const struct act *act, struct error *err)
{
    struct casebook_act row = {.leaf = act->leaf,
                               .id = act->id,
                               .officer = act->officer,
                               .casefile = act->number,
                               .is_read = act->is_read,
                               .hour = act->at - act->at % HOUR_US,
                               .detail = buf_str(&act->text)};
    return casebook_act_add(desk->casebook, &row, err);
}

static enum status void_leaf(struct desk *desk, const struct crypt_id *id, struct error *err)
{
    struct crypt_hash none = {0};
    int64_t leaf = 0;
    const struct desk_box *box = &desk->options.box;
    return box->leaf_add(box->context, LEAF_VOID, id, &none, &leaf, err);
}

/* What should have followed the leaf failed: marks it void now when the next unlock could not. */
static void act_void(struct desk *desk, const struct act *act)
{
    struct error ignored;
    if (act->leaf != 0 && desk->options.box.act_leaves == NULL) {
        /* Nothing more can be done when this fails too; the act itself was answered as failed. */
        (void)void_leaf(desk, &act->id, &ignored);
    }
}

void act_close(struct act *act)
{
    if (act->text.p != NULL) {
        crypt_wipe(act->text.p, act->text.cap);
    }
    buf_close(&act->text);
}

enum status act_inside(struct desk *desk, struct act *act, struct error *err)
{
    enum status status = act_leaf(desk, act, err);
    if (status == STATUS_OK) {
        status = act_keep(desk, act, err);
    }
    act_close(act);
    return status;
}

enum status act_finish(struct desk *desk, struct act *act, enum status status, struct error *err)
{
    if (status == STATUS_OK) {
        status = act_keep(desk, act, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
        if (status != STATUS_UNCERTAIN) { /* else it may stand there: the next unlock looks */
            act_void(desk, act);
        }
    }
    return status;
}

enum status act_alone(struct desk *desk, struct act *act, struct error *err)
{
    enum status status = act_write(desk, act, err);
    return status == STATUS_OK ? act_finish(desk, act, STATUS_OK, err) : status;
}

enum status act_decode(struct arena *arena, const struct casebook_act *row,
                       struct desk_act *ret_act, struct error *err)
{
    struct json json;
    str text = str_slice(row->detail, DESK_ACT_SALT_BYTES, row->detail.n);
    enum status status = json_parse(arena, text, &json, err);
    if (status != STATUS_OK) {
        return error_set(err, STATUS_CORRUPT, "An act of the casebook cannot be read.");
    }
    bool is_date = false;
    size_t at = str_find(text, STR("\"detail\":"));
    *ret_act =
        (struct desk_act){.leaf = row->leaf,
                          .officer = row->officer,
                          .number = row->casefile,
                          .at = row->hour,
                          .verb = json_member_text(&json, "verb"),
                          .detail = at == text.n ? STR("{}") : str_slice(text, at + 9, text.n - 1)};
    if (!time_parse(json_member_text(&json, "at"), &ret_act->at, &is_date)) {
        ret_act->at = row->hour;
    }
    return STATUS_OK;
}

/* The verbs that name a second case, and by which member. A reason given there is about both. */
static const char *other_case(str verb)
{
    static const struct {
        const char *verb, *member;
    } naming[] = {{"case.link", "other"},
                  {"case.unlink", "other"},
                  {"case.merge", "into"},
                  {"case.merged-in", "other"},
                  {"incident.split-off", "other"}};
    for (size_t i = 0; i < ARRAY_LEN(naming); i++) {
        if (str_equal(str_c(naming[i].verb), verb)) {
            return naming[i].member;
        }
    }
    return NULL;
}

enum status act_veil(struct desk *desk, const struct caller *caller, struct arena *arena,
                     struct desk_act *act, struct error *err)
{
    struct json json;
    bool may = false;
    enum status status = STATUS_OK;
    const char *member = other_case(act->verb);
    if (member == NULL) {
        return STATUS_OK;
    }
    if (json_parse(arena, act->detail, &json, NULL) == STATUS_OK) {
        int64_t number = json_member_int(&json, member, 0);
        status = file_may_know(desk, caller, arena, number, &may, err);
    }
    if (status == STATUS_OK && !may) {
        act->detail = STR("{}");
    }
    return status;
}

/* One page of act leaves, in the casebook's transaction: who holds it knows that no other host is
 * between a leaf and its row. *ret_count is how many leaves there were. */
static enum status void_page(struct desk *desk, int64_t *after, size_t *ret_count,
                             struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    struct desk_leaf *leaves = NULL;
    size_t count = 0;
    arena_reset(&desk->work);
    enum status status = casebook_hold(desk->casebook, err);
    if (status == STATUS_OK) {
        status = box->act_leaves(box->context, &desk->work, *after, &leaves, &count, err);
    }
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool is_known = false;
        status = casebook_act_known(desk->casebook, leaves[i].leaf, &is_known, err);
        if (status == STATUS_OK && !is_known) {
            status = void_leaf(desk, &leaves[i].subject, err);
        }
        *after = leaves[i].leaf;
    }
    *ret_count = count;
    return status == STATUS_OK ? casebook_mark_set(desk->casebook, "void", *after, err) : status;
}

/* Goes through the act leaves since the last unlock; those that have no row never happened. */
enum status desk_void_leaves(struct desk *desk, struct error *err)
{
    int64_t after = 0;
    size_t count = 1;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && desk->options.box.act_leaves != NULL && count > 0) {
        status = casebook_begin(desk->casebook, err);
        if (status == STATUS_OK) {
            status = casebook_mark_get(desk->casebook, "void", &after, err);
        }
        if (status == STATUS_OK) {
            status = void_page(desk, &after, &count, err);
        }
        if (status == STATUS_OK) {
            status = casebook_commit(desk->casebook, err);
        } else {
            casebook_rollback(desk->casebook);
        }
    }
    return status;
}

/* --- the log for auditors --- */

enum status desk_act_add(struct desk *desk, const struct caller *caller, const char *verb,
                         int64_t number, str detail, struct error *err)
{
    enum status status = desk_need_unlocked(desk, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act;
    act_begin(&act, caller, verb, number, false);
    str members = str_trim(detail);
    if (members.n >= 2) { /* the members of the object, without its braces */
        members = str_trim(str_slice(members, 1, members.n - 1));
        buf_add(&act.text, members);
    }
    status = act_alone(desk, &act, err);
    act_close(&act);
    return status;
}

enum status desk_acts(struct desk *desk, const struct caller *caller, int64_t before,
                      size_t rows_max, struct arena *arena, struct desk_act **ret_acts,
                      size_t *ret_count, struct error *err)
{
    struct casebook_act *rows = NULL;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_AUDIT_READ, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct act act;
    act_begin(&act, caller, "audit.read", 0, true);
    json_put_int(&act.json, "before", before);
    status = act_alone(desk, &act, err);
    act_close(&act);
    rows_max = rows_max > 0 && rows_max <= 500 ? rows_max : 500;
    if (status == STATUS_OK) {
        status =
            casebook_acts(desk->casebook, arena, 0, before, true, rows_max, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_act *acts = ARENA_ARRAY(arena, struct desk_act, count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = act_decode(arena, &rows[i], &acts[i], err);
    }
    if (status == STATUS_OK) {
        *ret_acts = acts;
        *ret_count = count;
    }
    return status;
}
