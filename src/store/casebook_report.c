/* SPDX-License-Identifier: Apache-2.0 */
/* Reports, incidents, labels, quarantine, and the rows for counting. */
#include "store/casebook_internal.h"

/* --- labels --- */

/* Keeps the text of a tag once. */
static enum status label_add(struct casebook *casebook, int64_t tag, str label, struct error *err)
{
    int64_t *seen = &casebook->labels[(uint64_t)tag % LABEL_CACHE];
    if (*seen == tag) {
        return STATUS_OK;
    }
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_LABEL, "label", tag, label, sealed);
    enum status status = db_exec(
        casebook->db, "INSERT INTO label (tag, label) VALUES ($1, $2) ON CONFLICT (tag) DO NOTHING",
        DB_ARGS(DB_I(tag), DB_S(buf_str(sealed))), NULL, err);
    if (status == STATUS_OK) {
        *seen = tag;
    }
    return status;
}

enum status casebook_label(struct casebook *casebook, struct arena *arena, int64_t tag,
                           str *ret_label, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(casebook->db, "SELECT label FROM label WHERE tag = $1",
                                  DB_ARGS(DB_I(tag)), &rows, &has_row, err);
    if (status == STATUS_OK && !has_row) {
        *ret_label = (str){0};
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_LABEL, "label", tag,
                                        db_bytes(rows, 0), ret_label, err);
        db_rows_close(rows);
    }
    return status;
}

/* --- incidents --- */

enum status casebook_tag_label(struct casebook *casebook, str kind, str value, int64_t *ret_tag,
                               struct error *err)
{
    if (value.n == 0) {
        *ret_tag = 0;
        return STATUS_OK;
    }
    int64_t tag = casebook_tag(casebook, kind, value);
    enum status status = label_add(casebook, tag, value, err);
    if (status == STATUS_OK) {
        *ret_tag = tag;
    }
    return status;
}

enum status casebook_incident_codes_add(struct casebook *casebook, int64_t number, const str *codes,
                                        size_t code_count, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < code_count && status == STATUS_OK; i++) {
        status = db_exec(casebook->db,
                         "INSERT INTO incident_code (incident, code) VALUES ($1, $2)"
                         " ON CONFLICT (incident, code) DO NOTHING",
                         DB_ARGS(DB_I(number), DB_T(codes[i])), NULL, err);
    }
    return status;
}

enum status casebook_incident_add(struct casebook *casebook,
                                  const struct casebook_incident *incident, struct error *err)
{
    int64_t subject = 0;
    int64_t area = 0;
    enum status status =
        casebook_tag_label(casebook, STR("subject"), incident->subject, &subject, err);
    if (status == STATUS_OK) {
        status = casebook_tag_label(casebook, STR("area"), incident->area, &area, err);
    }
    if (status == STATUS_OK) {
        status = db_exec(casebook->db,
                         "INSERT INTO incident (number, casefile, practice, hour, subject, area)"
                         " VALUES ($1, $2, $3, $4, $5, $6)",
                         DB_ARGS(DB_I(incident->number), DB_I(incident->casefile),
                                 DB_I(incident->practice), DB_I(incident->hour), DB_I(subject),
                                 DB_I(area)),
                         NULL, err);
    }
    if (status == STATUS_OK) {
        status = casebook_incident_codes_add(casebook, incident->number, incident->codes,
                                             incident->code_count, err);
    }
    return status;
}

enum status casebook_incident_codes(struct casebook *casebook, int64_t number, const str *codes,
                                    size_t code_count, struct error *err)
{
    enum status status = db_exec(casebook->db, "DELETE FROM incident_code WHERE incident = $1",
                                 DB_ARGS(DB_I(number)), NULL, err);
    return status == STATUS_OK
               ? casebook_incident_codes_add(casebook, number, codes, code_count, err)
               : status;
}

struct incident_list {
    struct casebook_incident *rows;
    int64_t *subjects;
    int64_t *areas;
    size_t count, max;
};

static enum status take_incident(struct casebook *casebook, const struct db_rows *rows,
                                 struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    (void)arena;
    (void)err;
    struct incident_list *list = context;
    struct casebook_incident *row = &list->rows[list->count];
    row->number = db_int(rows, 0);
    row->casefile = db_int(rows, 1);
    row->practice = db_int(rows, 2);
    row->hour = db_int(rows, 3);
    list->subjects[list->count] = db_int(rows, 4);
    list->areas[list->count] = db_int(rows, 5);
    list->count++;
    return STATUS_OK;
}

enum { INCIDENTS_SHOWN_MAX = 500, INCIDENT_CODES_MAX = 16 };

struct code_list {
    str *codes;
    size_t count;
};

static enum status take_code(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    (void)err;
    struct code_list *list = context;
    list->codes[list->count++] = arena_str(arena, db_text(rows, 0));
    return STATUS_OK;
}

static enum status fill_incident(struct casebook *casebook, struct arena *arena, int64_t subject,
                                 int64_t area, struct casebook_incident *row, struct error *err)
{
    struct code_list codes = {.codes = ARENA_ARRAY(arena, str, INCIDENT_CODES_MAX)};
    enum status status = casebook_each(
        casebook, "SELECT code FROM incident_code WHERE incident = $1 ORDER BY code LIMIT $2",
        DB_ARGS(DB_I(row->number), DB_I(INCIDENT_CODES_MAX)), arena, take_code, &codes, err);
    if (status == STATUS_OK) {
        row->codes = codes.codes;
        row->code_count = codes.count;
        status = casebook_label(casebook, arena, subject, &row->subject, err);
    }
    if (status == STATUS_OK) {
        status = casebook_label(casebook, arena, area, &row->area, err);
    }
    return status;
}

enum status casebook_incidents(struct casebook *casebook, struct arena *arena, int64_t casefile,
                               struct casebook_incident **ret_list, size_t *ret_count,
                               struct error *err)
{
    struct incident_list list = {
        .rows = ARENA_ARRAY(arena, struct casebook_incident, INCIDENTS_SHOWN_MAX),
        .subjects = ARENA_ARRAY(arena, int64_t, INCIDENTS_SHOWN_MAX),
        .areas = ARENA_ARRAY(arena, int64_t, INCIDENTS_SHOWN_MAX),
        .max = INCIDENTS_SHOWN_MAX,
    };
    enum status status =
        casebook_each(casebook,
                      "SELECT number, casefile, practice, hour, subject, area FROM incident"
                      " WHERE casefile = $1 ORDER BY number LIMIT $2",
                      DB_ARGS(DB_I(casefile), DB_I(list.max)), arena, take_incident, &list, err);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++) {
        status =
            fill_incident(casebook, arena, list.subjects[i], list.areas[i], &list.rows[i], err);
    }
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_case_move(struct casebook *casebook, int64_t from, int64_t to,
                               struct error *err)
{
    static const char *const moves[] = {
        "UPDATE incident SET casefile = $2 WHERE casefile = $1",
        "UPDATE note SET casefile = $2 WHERE casefile = $1",
        "UPDATE message SET casefile = $2 WHERE casefile = $1",
        "UPDATE erasure_ask SET casefile = $2 WHERE casefile = $1",
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(moves) && status == STATUS_OK; i++) {
        status = db_exec(casebook->db, moves[i], DB_ARGS(DB_I(from), DB_I(to)), NULL, err);
    }
    return status;
}

enum status casebook_incident_move(struct casebook *casebook, int64_t incident, int64_t to,
                                   struct error *err)
{
    return db_exec(casebook->db, "UPDATE incident SET casefile = $2 WHERE number = $1",
                   DB_ARGS(DB_I(incident), DB_I(to)), NULL, err);
}

enum status casebook_incident_join(struct casebook *casebook, int64_t into, int64_t from,
                                   struct error *err)
{
    static const char *const joins[] = {
        "UPDATE report SET incident = $2 WHERE incident = $1",
        "UPDATE campaign SET incident = $2 WHERE incident = $1",
        "UPDATE campaign_member SET incident = $2 WHERE incident = $1",
        ("INSERT INTO incident_code (incident, code) SELECT $2, code FROM incident_code"
         " WHERE incident = $1 ON CONFLICT (incident, code) DO NOTHING"),
    };
    static const char *const ends[] = {
        "DELETE FROM incident_code WHERE incident = $1",
        "DELETE FROM incident WHERE number = $1",
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(joins) && status == STATUS_OK; i++) {
        status = db_exec(casebook->db, joins[i], DB_ARGS(DB_I(from), DB_I(into)), NULL, err);
    }
    if (status == STATUS_OK) { /* its words go where nobody else uses them */
        status = casebook_incident_about(casebook, from, (str){0}, (str){0}, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(ends) && status == STATUS_OK; i++) {
        status = db_exec(casebook->db, ends[i], DB_ARGS(DB_I(from)), NULL, err);
    }
    return status;
}

/* --- reports --- */

enum status casebook_report_add(struct casebook *casebook, const struct casebook_report *report,
                                struct error *err)
{
    return db_exec(
        casebook->db,
        "INSERT INTO report (id, leaf, incident, kind, practice, mailbox, hour, key_wrap, body)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (leaf) DO NOTHING",
        DB_ARGS(DB_B(report->id.bytes, sizeof report->id.bytes), DB_I(report->leaf),
                DB_I(report->incident), DB_I(report->kind), DB_I(report->practice),
                DB_I(report->mailbox), DB_I(report->hour), DB_S(report->key_wrap),
                DB_S(report->body)),
        NULL, err);
}

enum status casebook_report_known(struct casebook *casebook, int64_t leaf, bool *ret_is_known,
                                  struct error *err)
{
    int64_t found = -1;
    enum status status = rows_number(casebook->db,
                                     "SELECT leaf FROM report WHERE leaf = $1 UNION ALL"
                                     " SELECT leaf FROM quarantine WHERE leaf = $1",
                                     DB_ARGS(DB_I(leaf)), -1, &found, err);
    if (status == STATUS_OK) {
        *ret_is_known = found >= 0;
    }
    return status;
}

enum status casebook_report_incident(struct casebook *casebook, int64_t mailbox,
                                     int64_t *ret_incident, int64_t *ret_casefile,
                                     struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db,
                 "SELECT i.number, i.casefile FROM report r JOIN incident i"
                 " ON i.number = r.incident WHERE r.mailbox = $1 AND r.mailbox <> 0"
                 " ORDER BY r.kind, r.leaf LIMIT 1",
                 DB_ARGS(DB_I(mailbox)), &rows, &has_row, err);
    if (status == STATUS_OK) {
        *ret_incident = has_row ? db_int(rows, 0) : 0;
        *ret_casefile = has_row ? db_int(rows, 1) : 0;
        db_rows_close(rows);
    }
    return status;
}

enum status casebook_report_row(const struct db_rows *rows, struct arena *arena,
                                struct casebook_report *row, struct error *err)
{
    row->leaf = db_int(rows, 1);
    row->incident = db_int(rows, 2);
    row->kind = db_int(rows, 3);
    row->practice = db_int(rows, 4);
    row->mailbox = db_int(rows, 5);
    row->hour = db_int(rows, 6);
    row->key_wrap = rows_bytes(rows, 7, arena);
    row->body = rows_bytes(rows, 8, arena);
    return rows_fixed(rows, 0, row->id.bytes, sizeof row->id.bytes, err);
}

struct report_list {
    struct casebook_report *rows;
    size_t count;
};

static enum status take_report(struct casebook *casebook, const struct db_rows *rows,
                               struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    struct report_list *list = context;
    return casebook_report_row(rows, arena, &list->rows[list->count++], err);
}

enum status casebook_reports(struct casebook *casebook, struct arena *arena, int64_t casefile,
                             int64_t after, size_t max, struct casebook_report **ret_list,
                             size_t *ret_count, struct error *err)
{
    struct report_list list = {.rows = ARENA_ARRAY(arena, struct casebook_report, max)};
    enum status status = casebook_each(
        casebook,
        "SELECT " CASEBOOK_REPORT_COLUMNS " FROM incident i JOIN report r ON r.incident = i.number"
        " WHERE i.casefile = $1 AND r.leaf > $2 ORDER BY r.leaf LIMIT $3",
        DB_ARGS(DB_I(casefile), DB_I(after), DB_I(max)), arena, take_report, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_incident_reports(struct casebook *casebook, struct arena *arena,
                                      int64_t incident, int64_t after, size_t max,
                                      struct casebook_report **ret_list, size_t *ret_count,
                                      struct error *err)
{
    struct report_list list = {.rows = ARENA_ARRAY(arena, struct casebook_report, max)};
    enum status status = casebook_each(casebook,
                                       "SELECT " CASEBOOK_REPORT_COLUMNS " FROM report r"
                                       " WHERE r.incident = $1 AND r.leaf > $2"
                                       " ORDER BY r.leaf LIMIT $3",
                                       DB_ARGS(DB_I(incident), DB_I(after), DB_I(max)), arena,
                                       take_report, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

/* --- quarantine --- */

enum status casebook_quarantine_add(struct casebook *casebook,
                                    const struct casebook_quarantined *letter, struct error *err)
{
    struct buf *why = casebook_scratch(casebook);
    casebook_seal(casebook, TABLE_QUARANTINE, "why", letter->id.bytes, sizeof letter->id.bytes,
                  letter->why, why);
    return db_exec(casebook->db,
                   "INSERT INTO quarantine (id, leaf, hour, epoch_id, epoch_key, key_wrap, body,"
                   " why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (leaf) DO NOTHING",
                   DB_ARGS(DB_B(letter->id.bytes, sizeof letter->id.bytes), DB_I(letter->leaf),
                           DB_I(letter->hour),
                           DB_B(letter->epoch_id.bytes, sizeof letter->epoch_id.bytes),
                           DB_S(letter->epoch_key), DB_S(letter->key_wrap), DB_S(letter->body),
                           DB_S(buf_str(why))),
                   NULL, err);
}

struct quarantine_list {
    struct casebook_quarantined *rows;
    size_t count;
};

static enum status take_quarantined(struct casebook *casebook, const struct db_rows *rows,
                                    struct arena *arena, void *context, struct error *err)
{
    struct quarantine_list *list = context;
    struct casebook_quarantined *row = &list->rows[list->count++];
    row->leaf = db_int(rows, 1);
    row->hour = db_int(rows, 2);
    enum status status = rows_fixed(rows, 0, row->id.bytes, sizeof row->id.bytes, err);
    if (status == STATUS_OK) {
        status = casebook_unseal(casebook, arena, TABLE_QUARANTINE, "why", row->id.bytes,
                                 sizeof row->id.bytes, db_bytes(rows, 3), &row->why, err);
    }
    return status;
}

enum status casebook_quarantine(struct casebook *casebook, struct arena *arena, size_t max,
                                struct casebook_quarantined **ret_list, size_t *ret_count,
                                struct error *err)
{
    struct quarantine_list list = {.rows = ARENA_ARRAY(arena, struct casebook_quarantined, max)};
    enum status status = casebook_each(
        casebook, "SELECT id, leaf, hour, why FROM quarantine ORDER BY leaf DESC LIMIT $1",
        DB_ARGS(DB_I(max)), arena, take_quarantined, &list, err);
    if (status == STATUS_OK) {
        *ret_list = list.rows;
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_quarantine_any(struct casebook *casebook, bool *ret_any, struct error *err)
{
    int64_t leaf = -1;
    enum status status = rows_number(casebook->db, "SELECT leaf FROM quarantine LIMIT 1",
                                     DB_NO_ARGS, -1, &leaf, err);
    if (status == STATUS_OK) {
        *ret_any = leaf >= 0;
    }
    return status;
}

enum status casebook_quarantine_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                    struct casebook_quarantined *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    struct casebook_quarantined row = {.leaf = leaf};
    enum status status = rows_one(casebook->db,
                                  "SELECT id, epoch_id, hour, epoch_key, key_wrap, body"
                                  " FROM quarantine WHERE leaf = $1",
                                  DB_ARGS(DB_I(leaf)), &rows, &has_row, err);
    if (status == STATUS_OK && !has_row) {
        return error_set(err, STATUS_NOT_FOUND, "No such letter waits to be tried again.");
    }
    if (status == STATUS_OK) {
        row.hour = db_int(rows, 2);
        row.epoch_key = rows_bytes(rows, 3, arena);
        row.key_wrap = rows_bytes(rows, 4, arena);
        row.body = rows_bytes(rows, 5, arena);
        status = rows_fixed(rows, 0, row.id.bytes, sizeof row.id.bytes, err);
        if (status == STATUS_OK) {
            status = rows_fixed(rows, 1, row.epoch_id.bytes, sizeof row.epoch_id.bytes, err);
        }
        db_rows_close(rows);
    }
    if (status == STATUS_OK) {
        *ret_row = row;
    }
    return status;
}

enum status casebook_quarantine_remove(struct casebook *casebook, int64_t leaf, struct error *err)
{
    int64_t changed = 0;
    enum status status = db_exec(casebook->db, "DELETE FROM quarantine WHERE leaf = $1",
                                 DB_ARGS(DB_I(leaf)), &changed, err);
    return status == STATUS_OK && changed == 0
               ? error_set(err, STATUS_NOT_FOUND, "No such letter waits to be tried again.")
               : status;
}

enum status casebook_quarantine_why(struct casebook *casebook, int64_t leaf,
                                    const struct crypt_id *id, str why, struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal(casebook, TABLE_QUARANTINE, "why", id->bytes, sizeof id->bytes, why, sealed);
    return db_exec(casebook->db, "UPDATE quarantine SET why = $2 WHERE leaf = $1",
                   DB_ARGS(DB_I(leaf), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_report_case(struct casebook *casebook, int64_t leaf, int64_t *ret_number,
                                 struct error *err)
{
    return rows_number(casebook->db,
                       "SELECT i.casefile FROM report r JOIN incident i ON i.number = r.incident"
                       " WHERE r.leaf = $1",
                       DB_ARGS(DB_I(leaf)), 0, ret_number, err);
}

/* --- rows for counting --- */

enum { COUNT_BLOCK = 4096 };

static enum status take_count_row(struct casebook *casebook, const struct db_rows *rows,
                                  struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    (void)err;
    struct casebook_count *count = context;
    if (count->row_count % COUNT_BLOCK == 0 &&
        (count->row_count & (count->row_count - 1)) == 0) { /* full at each power of two */
        size_t room = count->row_count == 0 ? COUNT_BLOCK : count->row_count * 2;
        struct casebook_count_row *more = ARENA_ARRAY(arena, struct casebook_count_row, room);
        if (count->row_count > 0) {
            memcpy(more, count->rows, count->row_count * sizeof *more);
        }
        count->rows = more;
    }
    count->rows[count->row_count++] = (struct casebook_count_row){
        .incident = db_int(rows, 0),
        .subject = db_int(rows, 1),
        .area = db_int(rows, 2),
        .grade = db_int(rows, 3),
        .practice = db_int(rows, 4),
        .hour = db_int(rows, 5),
    };
    return STATUS_OK;
}

static enum status take_count_code(struct casebook *casebook, const struct db_rows *rows,
                                   struct arena *arena, void *context, struct error *err)
{
    (void)casebook;
    (void)err;
    struct casebook_count *count = context;
    if (count->code_count % COUNT_BLOCK == 0 &&
        (count->code_count & (count->code_count - 1)) == 0) {
        size_t room = count->code_count == 0 ? COUNT_BLOCK : count->code_count * 2;
        struct casebook_count_code *more = ARENA_ARRAY(arena, struct casebook_count_code, room);
        if (count->code_count > 0) {
            memcpy(more, count->codes, count->code_count * sizeof *more);
        }
        count->codes = more;
    }
    count->codes[count->code_count++] = (struct casebook_count_code){
        .incident = db_int(rows, 0), .code = arena_str(arena, db_text(rows, 1))};
    return STATUS_OK;
}

enum status casebook_count_rows(struct casebook *casebook, struct arena *arena,
                                struct casebook_count *ret_rows, struct error *err)
{
    struct casebook_count count = {0};
    enum status status = casebook_each(
        casebook,
        "SELECT r.incident, i.subject, i.area, c.grade, r.practice, r.hour FROM report r"
        " JOIN incident i ON i.number = r.incident JOIN casefile c ON c.number = i.casefile"
        " WHERE r.kind = 0 ORDER BY r.incident, r.leaf",
        DB_NO_ARGS, arena, take_count_row, &count, err);
    if (status == STATUS_OK) {
        status = casebook_each(casebook,
                               "SELECT incident, code FROM incident_code ORDER BY incident, code",
                               DB_NO_ARGS, arena, take_count_code, &count, err);
    }
    if (status == STATUS_OK) {
        *ret_rows = count;
    }
    return status;
}
