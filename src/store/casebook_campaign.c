/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns and their members. */
#include "store/casebook_internal.h"

enum status casebook_campaign_find(struct casebook *casebook, int64_t tag, int64_t *ret_incident,
                                   int64_t *ret_casefile, struct error *err)
{
    struct db_rows *rows = NULL;
    bool has_row = false;
    enum status status = rows_one(casebook->db,
                                  "SELECT i.number, i.casefile FROM campaign c JOIN incident i"
                                  " ON i.number = c.incident WHERE c.tag = $1",
                                  DB_ARGS(DB_I(tag)), &rows, &has_row, err);
    if (status == STATUS_OK) {
        *ret_incident = has_row ? db_int(rows, 0) : 0;
        *ret_casefile = has_row ? db_int(rows, 1) : 0;
        db_rows_close(rows);
    }
    return status;
}

enum status casebook_campaign_add(struct casebook *casebook,
                                  const struct casebook_campaign *campaign, const int64_t *bands,
                                  size_t band_count, struct error *err)
{
    struct buf *sealed = casebook_scratch(casebook);
    casebook_seal_number(casebook, TABLE_CAMPAIGN, "centre", campaign->tag, campaign->centre,
                         sealed);
    enum status status = db_exec(
        casebook->db, "INSERT INTO campaign (tag, incident, centre) VALUES ($1, $2, $3)",
        DB_ARGS(DB_I(campaign->tag), DB_I(campaign->incident), DB_S(buf_str(sealed))), NULL, err);
    for (size_t i = 0; i < band_count && status == STATUS_OK; i++) {
        status = db_exec(casebook->db,
                         "INSERT INTO campaign_band (tag, campaign) VALUES ($1, $2)"
                         " ON CONFLICT (tag, campaign) DO NOTHING",
                         DB_ARGS(DB_I(bands[i]), DB_I(campaign->tag)), NULL, err);
    }
    return status;
}

struct alike_list {
    struct casebook_campaign *rows;
    size_t count;
};

static enum status take_alike(struct casebook *casebook, const struct db_rows *rows,
                              struct arena *arena, void *context, struct error *err)
{
    struct alike_list *list = context;
    int64_t tag = db_int(rows, 0);
    (void)err;
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].tag == tag) {
            return STATUS_OK;
        }
    }
    if (list->count == CASEBOOK_ALIKE_MAX) {
        return STATUS_OK;
    }
    struct casebook_campaign row = {.tag = tag, .incident = db_int(rows, 1)};
    struct error broken; /* one that does not open is like nothing */
    if (casebook_unseal_number(casebook, arena, TABLE_CAMPAIGN, "centre", tag, db_bytes(rows, 2),
                               &row.centre, &broken) == STATUS_OK) {
        list->rows[list->count++] = row;
    }
    return STATUS_OK;
}

enum status casebook_campaigns_alike(struct casebook *casebook, struct arena *arena,
                                     const int64_t *bands, size_t band_count,
                                     struct casebook_campaign *ret_list, size_t *ret_count,
                                     struct error *err)
{
    struct alike_list list = {.rows = ret_list};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < band_count && status == STATUS_OK; i++) {
        status = casebook_each(casebook,
                               "SELECT c.tag, c.incident, c.centre FROM campaign_band b"
                               " JOIN campaign c ON c.tag = b.campaign WHERE b.tag = $1"
                               " ORDER BY c.incident LIMIT $2",
                               DB_ARGS(DB_I(bands[i]), DB_I(CASEBOOK_ALIKE_MAX)), arena, take_alike,
                               &list, err);
    }
    if (status == STATUS_OK) {
        *ret_count = list.count;
    }
    return status;
}

enum status casebook_member_add(struct casebook *casebook, const struct casebook_member *member,
                                struct error *err)
{
    return db_exec(casebook->db,
                   "INSERT INTO campaign_member (leaf, incident, sender, content, heads, personal)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   DB_ARGS(DB_I(member->leaf), DB_I(member->incident), DB_I(member->sender),
                           DB_I(member->content), DB_I(member->heads), DB_I(member->personal)),
                   NULL, err);
}

enum status casebook_member_known(struct casebook *casebook, int64_t content, bool *ret_is_known,
                                  struct error *err)
{
    int64_t leaf = -1;
    enum status status =
        rows_number(casebook->db, "SELECT leaf FROM campaign_member WHERE content = $1 LIMIT 1",
                    DB_ARGS(DB_I(content)), -1, &leaf, err);
    if (status == STATUS_OK) {
        *ret_is_known = leaf >= 0;
    }
    return status;
}

enum status casebook_sender_known(struct casebook *casebook, int64_t incident, int64_t sender,
                                  bool *ret_is_known, struct error *err)
{
    int64_t leaf = -1;
    enum status status =
        rows_number(casebook->db,
                    "SELECT leaf FROM campaign_member WHERE incident = $1 AND sender = $2 LIMIT 1",
                    DB_ARGS(DB_I(incident), DB_I(sender)), -1, &leaf, err);
    if (status == STATUS_OK) {
        *ret_is_known = leaf >= 0;
    }
    return status;
}

#define HEAD_SUM(bit) ", SUM(CASE WHEN (m.heads & " #bit ") <> 0 THEN 1 ELSE 0 END)"

enum status casebook_campaign_counted(struct casebook *casebook, int64_t casefile, int64_t other,
                                      int64_t only_incident, int64_t skip_incident,
                                      struct casebook_campaign_count *ret_count, struct error *err)
{
    static const char sql[] =
        "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(DISTINCT CASE WHEN m.sender <> 0 THEN m.sender"
        " END) AS BIGINT), CAST(SUM(m.personal) AS BIGINT)" HEAD_SUM(1) HEAD_SUM(2) HEAD_SUM(4)
            HEAD_SUM(8) HEAD_SUM(16)
                HEAD_SUM(32) " FROM incident i JOIN campaign_member m"
                             " ON m.incident = i.number"
                             " WHERE (i.casefile = $1 OR (i.casefile = $2 AND $2 <> 0))"
                             " AND ($3 = 0 OR i.number = $3) AND i.number <> $4";
    struct db_rows *rows = NULL;
    bool has_row = false;
    struct casebook_campaign_count count = {0};
    enum status status =
        rows_one(casebook->db, sql,
                 DB_ARGS(DB_I(casefile), DB_I(other), DB_I(only_incident), DB_I(skip_incident)),
                 &rows, &has_row, err);
    if (status == STATUS_OK && has_row) {
        count.messages = db_int(rows, 0);
        if (count.messages > 0) { /* a sum of nothing is no number */
            count.senders = db_int(rows, 1);
            count.personal = db_int(rows, 2);
            for (size_t i = 0; i < CASEBOOK_CAMPAIGN_HEADS; i++) {
                count.heads[i] = db_int(rows, 3 + i);
            }
        }
        db_rows_close(rows);
    }
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

enum status casebook_campaigns_sweep(struct casebook *casebook, int64_t incident, struct error *err)
{
    static const char *const sweeps[] = {
        "DELETE FROM campaign_band WHERE campaign IN (SELECT tag FROM campaign WHERE incident = $1)"
        " AND NOT EXISTS (SELECT 1 FROM campaign_member WHERE incident = $1)",
        "DELETE FROM campaign WHERE incident = $1"
        " AND NOT EXISTS (SELECT 1 FROM campaign_member WHERE incident = $1)",
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(sweeps) && status == STATUS_OK; i++) {
        status = db_exec(casebook->db, sweeps[i], DB_ARGS(DB_I(incident)), NULL, err);
    }
    return status;
}
