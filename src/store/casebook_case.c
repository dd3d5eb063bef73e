/* SPDX-License-Identifier: Apache-2.0 */
/* Cases, their facets, and the queue. */
#include "store/casebook_internal.h"

enum { RANK_GRADE_SHIFT = 58, RANK_HOUR_SHIFT = 32, GRADE_MAX = 5 };

int64_t casebook_rank(int64_t grade, int64_t due_hour, int64_t number)
{
    ASSERT(grade >= 0 && grade <= GRADE_MAX);
    ASSERT(due_hour >= 0 && due_hour <= CASEBOOK_HOUR_NONE);
    ASSERT(number >= 0 && number <= UINT32_MAX);
    return (GRADE_MAX - grade) << RANK_GRADE_SHIFT | due_hour << RANK_HOUR_SHIFT | number;
}

void casebook_facet_add(struct casebook_facets *facets, int64_t tag)
{
    for (size_t i = 0; i < facets->count; i++) {
        if (facets->tags[i] == tag) {
            return;
        }
    }
    if (facets->count < CASEBOOK_FACETS_MAX) {
        facets->tags[facets->count++] = tag;
    }
}

static int64_t rank_of(const struct casebook_case *row)
{
    return casebook_rank(row->grade, row->due_hour, row->number);
}

static enum status facet_insert(struct casebook *casebook, int64_t tag, int64_t rank,
                                int64_t number, struct error *err)
{
    return db_exec(casebook->db, "INSERT INTO facet (tag, rank, number) VALUES ($1, $2, $3)",
                   DB_ARGS(DB_I(tag), DB_I(rank), DB_I(number)), NULL, err);
}

enum status casebook_facets_fill(struct casebook *casebook, const struct casebook_case *row,
                                 const struct casebook_facets *facets, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < facets->count && status == STATUS_OK; i++) {
        status = db_exec(casebook->db,
                         "INSERT INTO facet (tag, rank, number) VALUES ($1, $2, $3)"
                         " ON CONFLICT DO NOTHING",
                         DB_ARGS(DB_I(facets->tags[i]), DB_I(rank_of(row)), DB_I(row->number)),
                         NULL, err);
    }
    return status;
}

static bool has_tag(const struct casebook_facets *facets, int64_t tag)
{
    for (size_t i = 0; i < facets->count; i++) {
        if (facets->tags[i] == tag) {
            return true;
        }
    }
    return false;
}

static enum status brief_add(struct casebook *casebook, const struct casebook_case *row,
                             struct buf **ret_sealed)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_CASEFILE, "brief", row->number, row->brief, sealed);
    *ret_sealed = sealed;
    return sealed->overflowed ? STATUS_LIMIT : STATUS_OK;
}

enum status casebook_case_add(struct casebook *casebook, const struct casebook_case *row,
                              const struct casebook_facets *facets, struct error *err)
{
    struct buf *sealed = NULL;
    enum status status = brief_add(casebook, row, &sealed);
    if (status != STATUS_OK) {
        return error_set(err, status, "A case is too large.");
    }
    status = db_exec(
        casebook->db,
        "INSERT INTO casefile (number, state, grade, owner, access, practice, hour, due_hour,"
        " version, change, brief, summary) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10,"
        " $11)",
        DB_ARGS(DB_I(row->number), DB_I(row->state), DB_I(row->grade), DB_I(row->owner),
                DB_I(row->access), DB_I(row->practice), DB_I(row->hour), DB_I(row->due_hour),
                DB_I(row->change), DB_S(buf_str(sealed)), DB_B("", 0)),
        NULL, err);
    for (size_t i = 0; i < facets->count && status == STATUS_OK; i++) {
        status = facet_insert(casebook, facets->tags[i], rank_of(row), row->number, err);
    }
    return status;
}

static enum status facets_change(struct casebook *casebook, const struct casebook_case *old,
                                 const struct casebook_facets *old_facets,
                                 const struct casebook_case *row,
                                 const struct casebook_facets *facets, struct error *err)
{
    enum status status = STATUS_OK;
    bool is_same_rank = rank_of(old) == rank_of(row);
    for (size_t i = 0; i < old_facets->count && status == STATUS_OK; i++) {
        if (!is_same_rank || !has_tag(facets, old_facets->tags[i])) {
            status = db_exec(casebook->db, "DELETE FROM facet WHERE tag = $1 AND rank = $2",
                             DB_ARGS(DB_I(old_facets->tags[i]), DB_I(rank_of(old))), NULL, err);
        }
    }
    for (size_t i = 0; i < facets->count && status == STATUS_OK; i++) {
        if (!is_same_rank || !has_tag(old_facets, facets->tags[i])) {
            status = facet_insert(casebook, facets->tags[i], rank_of(row), row->number, err);
        }
    }
    return status;
}

enum status casebook_case_change(struct casebook *casebook, const struct casebook_case *old,
                                 const struct casebook_facets *old_facets,
                                 struct casebook_case *row, const struct casebook_facets *facets,
                                 struct error *err)
{
    struct buf *sealed = NULL;
    int64_t changed = 0;
    enum status status = casebook_take(casebook, "change", 1, &row->change, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = brief_add(casebook, row, &sealed);
    if (status != STATUS_OK) {
        return error_set(err, status, "A case is too large.");
    }
    row->version = old->version + 1;
    status = db_exec(
        casebook->db,
        "UPDATE casefile SET state = $3, grade = $4, owner = $5, access = $6, practice = $7,"
        " due_hour = $8, version = $9, change = $10, brief = $11"
        " WHERE number = $1 AND version = $2",
        DB_ARGS(DB_I(row->number), DB_I(old->version), DB_I(row->state), DB_I(row->grade),
                DB_I(row->owner), DB_I(row->access), DB_I(row->practice), DB_I(row->due_hour),
                DB_I(row->version), DB_I(row->change), DB_S(buf_str(sealed))),
        &changed, err);
    if (status == STATUS_OK && changed != 1) {
        return error_set(err, STATUS_CONFLICT, "Somebody else changed this case first.");
    }
    if (status == STATUS_OK) {
        status = facets_change(casebook, old, old_facets, row, facets, err);
    }
    return status;
}

#define CASE_COLUMNS                                                                               \
    "c.number, c.state, c.grade, c.owner, c.access, c.practice, c.hour, c.due_hour, c.version,"    \
    " c.change, c.brief"

static enum status take_case(struct casebook *casebook, const struct db_rows *rows,
                             struct arena *arena, struct casebook_case *row, struct error *err)
{
    row->number = db_int(rows, 0);
    row->state = db_int(rows, 1);
    row->grade = db_int(rows, 2);
    row->owner = db_int(rows, 3);
    row->access = db_int(rows, 4);
    row->practice = db_int(rows, 5);
    row->hour = db_int(rows, 6);
    row->due_hour = db_int(rows, 7);
    row->version = db_int(rows, 8);
    row->change = db_int(rows, 9);
    return casebook_unseal_number(casebook, arena, TABLE_CASEFILE, "brief", row->number,
                                  db_bytes(rows, 10), &row->brief, err);
}

enum status casebook_case_get(struct casebook *casebook, struct arena *arena, int64_t number,
                              struct casebook_case *ret_row, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status =
        rows_one(casebook->db, "SELECT " CASE_COLUMNS " FROM casefile c WHERE c.number = $1",
                 DB_ARGS(DB_I(number)), &rows, &has_row, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (!has_row) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such case.");
    }
    status = take_case(casebook, rows, arena, ret_row, err);
    db_rows_close(rows);
    return status;
}

enum status casebook_summary_set(struct casebook *casebook, int64_t number, str text,
                                 struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_CASEFILE, "summary", number, text, sealed);
    return db_exec(casebook->db, "UPDATE casefile SET summary = $2 WHERE number = $1",
                   DB_ARGS(DB_I(number), DB_S(buf_str(sealed))), NULL, err);
}

enum status casebook_summary_get(struct casebook *casebook, struct arena *arena, int64_t number,
                                 str *ret_text, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(casebook->db, "SELECT summary FROM casefile WHERE number = $1",
                                  DB_ARGS(DB_I(number)), &rows, &has_row, err);
    if (status == STATUS_OK && !has_row) {
        return error_set(err, STATUS_NOT_FOUND, "There is no such case.");
    }
    if (status == STATUS_OK) {
        status = casebook_unseal_number(casebook, arena, TABLE_CASEFILE, "summary", number,
                                        db_bytes(rows, 0), ret_text, err);
        db_rows_close(rows);
    }
    return status;
}

enum status casebook_tag_known(struct casebook *casebook, int64_t tag, bool *ret_is_known,
                               struct error *err)
{
    int64_t number = 0;
    enum status status =
        rows_number(casebook->db, "SELECT number FROM facet WHERE tag = $1 LIMIT 1",
                    DB_ARGS(DB_I(tag)), 0, &number, err);
    if (status == STATUS_OK) {
        *ret_is_known = number != 0;
    }
    return status;
}

/* --- the queue --- */

/* Whether a tag is rare, as far as it matters for choosing the one to walk: 0 = fewer than 8
 * cases, 4 = 4,096 or more. Nothing is counted. */
static enum status probe(struct casebook *casebook, int64_t tag, int64_t *ret_class,
                         struct error *err)
{
    int64_t number = 1;
    int64_t class = 0;
    enum status status = STATUS_OK;
    for (int64_t offset = 8; offset <= 4096 && number != 0; offset *= 8) {
        status =
            rows_number(casebook->db, "SELECT number FROM facet WHERE tag = $1 LIMIT 1 OFFSET $2",
                        DB_ARGS(DB_I(tag), DB_I(offset)), 0, &number, err);
        if (status != STATUS_OK) {
            return status;
        }
        class += number != 0;
    }
    *ret_class = class;
    return status;
}

/* Puts the rarest tag first: it is the one whose index is walked, the others are looked up. */
static enum status order_tags(struct casebook *casebook, const struct casebook_query *query,
                              int64_t tags[CASEBOOK_FILTER_TAGS_MAX], struct error *err)
{
    int64_t least = INT64_MAX;
    size_t first = 0;
    for (size_t i = 0; i < CASEBOOK_FILTER_TAGS_MAX; i++) {
        tags[i] = i < query->tag_count ? query->tags[i] : 0;
    }
    for (size_t i = 0; i < query->tag_count && query->tag_count > 1; i++) {
        int64_t class = 0;
        enum status status = probe(casebook, tags[i], &class, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (class < least) {
            least = class;
            first = i;
        }
    }
    int64_t tag = tags[0];
    tags[0] = tags[first];
    tags[first] = tag;
    return STATUS_OK;
}

/* CROSS JOIN fixes the order of the loops on SQLite: the facet index is the outer one, so rows
 * come in the order of rank and the walk stops at the limit. */
static const char queue_sql[] =
    "SELECT " CASE_COLUMNS " FROM facet f CROSS JOIN casefile c"
    " WHERE f.tag = $1 AND f.rank > $2 AND f.rank < $3 AND c.number = f.number"
    " AND ($4 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $4 AND g.rank = f.rank))"
    " AND ($5 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $5 AND g.rank = f.rank))"
    " AND ($6 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $6 AND g.rank = f.rank))"
    " AND ($7 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $7 AND g.rank = f.rank))"
    " AND ($8 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $8 AND g.rank = f.rank))"
    " AND ($13 = 0 OR EXISTS (SELECT 1 FROM facet g WHERE g.tag = $13 AND g.rank = f.rank))"
    " AND ($9 < 0 OR c.practice = $9)"
    " AND (c.access = 1 OR $11 < 0 OR (c.access = 2 AND $10 = 1) OR (c.access = 3 AND EXISTS"
    " (SELECT 1 FROM named n WHERE n.number = c.number AND n.officer = $11)))"
    " ORDER BY f.rank LIMIT $12";

struct queue_page {
    struct casebook_case *rows;
    size_t count;
    size_t max;
    bool is_full; /* one more row than wanted was there */
};

/* A row whose seal does not open must not hide all others: its brief stays empty. */
static enum status take_queue_row(struct casebook *casebook, const struct db_rows *rows,
                                  struct arena *arena, void *context, struct error *err)
{
    struct queue_page *page = context;
    struct error broken;
    (void)err;
    if (page->count == page->max) {
        page->is_full = true;
        return STATUS_OK;
    }
    struct casebook_case *row = &page->rows[page->count++];
    if (take_case(casebook, rows, arena, row, &broken) != STATUS_OK) {
        row->brief = (str){0};
    }
    return STATUS_OK;
}

/* The rows of one grade (or all, when `low` and `high` span them). */
static enum status walk(struct casebook *casebook, const struct casebook_query *query,
                        const int64_t tags[CASEBOOK_FILTER_TAGS_MAX], int64_t low, int64_t high,
                        struct arena *arena, struct queue_page *page, struct error *err)
{
    low = query->rank_after > low ? query->rank_after : low;
    if (low >= high || page->is_full) {
        return STATUS_OK;
    }
    return casebook_each(casebook, queue_sql,
                         DB_ARGS(DB_I(tags[0]), DB_I(low), DB_I(high), DB_I(tags[1]), DB_I(tags[2]),
                                 DB_I(tags[3]), DB_I(tags[4]), DB_I(tags[5]), DB_I(query->practice),
                                 DB_I(query->sees_restricted ? 1 : 0), DB_I(query->officer),
                                 DB_I(page->max - page->count + 1), DB_I(tags[6])),
                         arena, take_queue_row, page, err);
}

enum status casebook_queue(struct casebook *casebook, const struct casebook_query *query,
                           size_t max, struct arena *arena, struct casebook_case **ret_rows,
                           size_t *ret_count, int64_t *ret_next, struct error *err)
{
    ASSERT(query->tag_count >= 1 && query->tag_count <= CASEBOOK_FILTER_TAGS_MAX && max > 0);
    int64_t tags[CASEBOOK_FILTER_TAGS_MAX];
    struct queue_page page = {.rows = ARENA_ARRAY(arena, struct casebook_case, max), .max = max};
    enum status status = order_tags(casebook, query, tags, err);
    if (status == STATUS_OK && query->grade < 0 && query->overdue_hour == 0) {
        status = walk(casebook, query, tags, -1, INT64_MAX, arena, &page, err);
    } else {
        for (int64_t grade = GRADE_MAX; grade >= 0 && status == STATUS_OK; grade--) {
            if (query->grade >= 0 && query->grade != grade) {
                continue;
            }
            int64_t low = casebook_rank(grade, 0, 0) - 1;
            int64_t end_hour = query->overdue_hour > 0 ? query->overdue_hour : CASEBOOK_HOUR_NONE;
            int64_t high = casebook_rank(grade, end_hour, 0);
            high = query->overdue_hour > 0 ? high : high | UINT32_MAX;
            status = walk(casebook, query, tags, low, high, arena, &page, err);
        }
    }
    if (status == STATUS_OK) {
        *ret_rows = page.rows;
        *ret_count = page.count;
        *ret_next = page.is_full ? rank_of(&page.rows[page.count - 1]) : -1;
    }
    return status;
}

enum status casebook_changed(struct casebook *casebook, int64_t after, size_t max,
                             struct arena *arena, struct casebook_case **ret_rows,
                             size_t *ret_count, struct error *err)
{
    struct queue_page page = {.rows = ARENA_ARRAY(arena, struct casebook_case, max), .max = max};
    enum status status =
        casebook_each(casebook,
                      "SELECT " CASE_COLUMNS " FROM casefile c"
                      " WHERE c.change > $1 ORDER BY c.change LIMIT $2",
                      DB_ARGS(DB_I(after), DB_I(max)), arena, take_queue_row, &page, err);
    if (status == STATUS_OK) {
        *ret_rows = page.rows;
        *ret_count = page.count;
    }
    return status;
}
