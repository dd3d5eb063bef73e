/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the casebook, and the list of what stands in them in the clear. */
#include "store/casebook_internal.h"

const struct db_migration casebook_migrations[] = {
    {1, "casebook",
     "CREATE TABLE counter (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;\n"
     "INSERT INTO counter (name, n) VALUES ('case', 0), ('change', 0), ('filter', 0);\n"
     "CREATE TABLE casefile (number INTEGER PRIMARY KEY, state INTEGER NOT NULL,"
     " grade INTEGER NOT NULL, owner INTEGER NOT NULL, access INTEGER NOT NULL,"
     " practice INTEGER NOT NULL, hour INTEGER NOT NULL, due_hour INTEGER NOT NULL,"
     " version INTEGER NOT NULL, change INTEGER NOT NULL, brief BLOB NOT NULL,"
     " summary BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX casefile_change ON casefile (change);\n"
     "CREATE TABLE facet (tag INTEGER NOT NULL, rank INTEGER NOT NULL, number INTEGER NOT NULL,"
     " PRIMARY KEY (tag, rank)) STRICT, WITHOUT ROWID;\n"
     "CREATE TABLE named (number INTEGER NOT NULL, officer INTEGER NOT NULL,"
     " PRIMARY KEY (number, officer)) STRICT;\n"
     "CREATE TABLE incident (number INTEGER PRIMARY KEY, casefile INTEGER NOT NULL,"
     " practice INTEGER NOT NULL, hour INTEGER NOT NULL, subject INTEGER NOT NULL,"
     " area INTEGER NOT NULL) STRICT;\n"
     "CREATE INDEX incident_casefile ON incident (casefile);\n"
     "CREATE TABLE incident_code (incident INTEGER NOT NULL, code TEXT NOT NULL,"
     " PRIMARY KEY (incident, code)) STRICT, WITHOUT ROWID;\n"
     "CREATE TABLE label (tag INTEGER PRIMARY KEY, label BLOB NOT NULL) STRICT;\n"
     "CREATE TABLE report (leaf INTEGER PRIMARY KEY, id BLOB NOT NULL,"
     " incident INTEGER NOT NULL, kind INTEGER NOT NULL, practice INTEGER NOT NULL,"
     " mailbox INTEGER NOT NULL, hour INTEGER NOT NULL, key_wrap BLOB NOT NULL,"
     " body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX report_incident ON report (incident, leaf);\n"
     "CREATE INDEX report_mailbox ON report (mailbox) WHERE mailbox <> 0;\n"
     "CREATE TABLE quarantine (leaf INTEGER PRIMARY KEY, id BLOB NOT NULL,"
     " hour INTEGER NOT NULL, epoch_id BLOB NOT NULL, epoch_key BLOB NOT NULL,"
     " key_wrap BLOB NOT NULL, body BLOB NOT NULL, why BLOB NOT NULL) STRICT;\n"
     "CREATE TABLE note (leaf INTEGER PRIMARY KEY, casefile INTEGER NOT NULL,"
     " officer INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX note_casefile ON note (casefile, leaf);\n"
     "CREATE TABLE message (leaf INTEGER PRIMARY KEY, casefile INTEGER NOT NULL,"
     " officer INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX message_casefile ON message (casefile, leaf);\n"
     "CREATE TABLE act (leaf INTEGER PRIMARY KEY, id BLOB NOT NULL, officer INTEGER NOT NULL,"
     " casefile INTEGER NOT NULL, is_read INTEGER NOT NULL, hour INTEGER NOT NULL,"
     " detail BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX act_casefile ON act (casefile, is_read, leaf);\n"
     "CREATE TABLE link (a INTEGER NOT NULL, b INTEGER NOT NULL, why BLOB NOT NULL,"
     " PRIMARY KEY (a, b)) STRICT;\n"
     "CREATE TABLE saved_filter (id INTEGER PRIMARY KEY, officer INTEGER NOT NULL,"
     " body BLOB NOT NULL) STRICT;\n"},
    {2, "outbox",
     "CREATE TABLE outbox (leaf INTEGER NOT NULL, seq INTEGER NOT NULL, state INTEGER NOT NULL,"
     " body BLOB NOT NULL, PRIMARY KEY (leaf, seq)) STRICT;\n"
     "CREATE INDEX outbox_waiting ON outbox (leaf, seq) WHERE state = 0;\n"},
    {3, "directory",
     "INSERT INTO counter (name, n) VALUES ('directory', 0);\n"
     "CREATE TABLE directory (number INTEGER PRIMARY KEY, what INTEGER NOT NULL,"
     " id INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE UNIQUE INDEX directory_id ON directory (id);\n"
     "CREATE TABLE directory_key (tag INTEGER NOT NULL, number INTEGER NOT NULL,"
     " PRIMARY KEY (tag, number)) STRICT, WITHOUT ROWID;\n"
     "CREATE INDEX directory_key_number ON directory_key (number);\n"},
    {4, "erasure",
     "CREATE TABLE hold (leaf INTEGER NOT NULL, casefile INTEGER NOT NULL,"
     " officer INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL,"
     " PRIMARY KEY (casefile, leaf)) STRICT;\n"
     "CREATE TABLE erasure_ask (leaf INTEGER NOT NULL, casefile INTEGER NOT NULL,"
     " officer INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL,"
     " PRIMARY KEY (casefile, leaf)) STRICT;\n"
     "CREATE TABLE erasure_todo (leaf INTEGER PRIMARY KEY, casefile INTEGER NOT NULL,"
     " body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX incident_subject ON incident (subject) WHERE subject <> 0;\n"
     "CREATE INDEX incident_area ON incident (area) WHERE area <> 0;\n"},
    {5, "campaign",
     "CREATE TABLE campaign (tag INTEGER PRIMARY KEY, incident INTEGER NOT NULL,"
     " centre BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX campaign_incident ON campaign (incident);\n"
     "CREATE TABLE campaign_band (tag INTEGER NOT NULL, campaign INTEGER NOT NULL,"
     " PRIMARY KEY (tag, campaign)) STRICT, WITHOUT ROWID;\n"
     "CREATE INDEX campaign_band_campaign ON campaign_band (campaign);\n"
     "CREATE TABLE campaign_member (leaf INTEGER PRIMARY KEY, incident INTEGER NOT NULL,"
     " sender INTEGER NOT NULL, content INTEGER NOT NULL, heads INTEGER NOT NULL,"
     " personal INTEGER NOT NULL) STRICT;\n"
     "CREATE INDEX campaign_member_sender ON campaign_member (incident, sender);\n"
     "CREATE INDEX campaign_member_content ON campaign_member (content);\n"},
    {6, "correction",
     "CREATE TABLE correction (leaf INTEGER PRIMARY KEY, report INTEGER NOT NULL,"
     " officer INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX correction_report ON correction (report, leaf);\n"
     "CREATE TABLE desk_model (number INTEGER PRIMARY KEY, hour INTEGER NOT NULL,"
     " body BLOB NOT NULL) STRICT;\n"},
    {7, "operation",
     "INSERT INTO counter (name, n) VALUES ('operation', 0);\n"
     "CREATE TABLE operation (number INTEGER PRIMARY KEY, state INTEGER NOT NULL,"
     " version INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE TABLE operation_plan (leaf INTEGER PRIMARY KEY, operation INTEGER NOT NULL,"
     " number INTEGER NOT NULL, state INTEGER NOT NULL, officer INTEGER NOT NULL,"
     " hour INTEGER NOT NULL, about BLOB NOT NULL, problem BLOB NOT NULL,"
     " result BLOB NOT NULL) STRICT;\n"
     "CREATE UNIQUE INDEX operation_plan_number ON operation_plan (operation, number);\n"},
    {8, "day",
     "CREATE TABLE unit_link (tag INTEGER PRIMARY KEY, operation INTEGER NOT NULL,"
     " body BLOB NOT NULL) STRICT;\n"
     "CREATE INDEX unit_link_operation ON unit_link (operation);\n"
     "CREATE TABLE unit_told (leaf INTEGER PRIMARY KEY, operation INTEGER NOT NULL,"
     " tag INTEGER NOT NULL, hour INTEGER NOT NULL, body BLOB NOT NULL) STRICT;\n"
     "CREATE UNIQUE INDEX unit_told_tag ON unit_told (operation, tag);\n"
     "CREATE TABLE sitrep (leaf INTEGER PRIMARY KEY, operation INTEGER NOT NULL,"
     " tag INTEGER NOT NULL, hour INTEGER NOT NULL, about BLOB NOT NULL, body BLOB NOT NULL)"
     " STRICT;\n"
     "CREATE UNIQUE INDEX sitrep_tag ON sitrep (operation, tag);\n"},
};
const size_t casebook_migration_count = ARRAY_LEN(casebook_migrations);

#define CLEAR(table, column)                                                                       \
    {                                                                                              \
        table, column, COLUMN_CLEAR                                                                \
    }
#define TAGS(table, column)                                                                        \
    {                                                                                              \
        table, column, COLUMN_TAG                                                                  \
    }
#define SEALED(table, column)                                                                      \
    {                                                                                              \
        table, column, COLUMN_SEALED                                                               \
    }

const struct casebook_column casebook_columns[] = {
    CLEAR("counter", "name"),
    CLEAR("counter", "n"),
    CLEAR("casefile", "number"),
    CLEAR("casefile", "state"),
    CLEAR("casefile", "grade"),
    CLEAR("casefile", "owner"),
    CLEAR("casefile", "access"),
    CLEAR("casefile", "practice"),
    CLEAR("casefile", "hour"),
    CLEAR("casefile", "due_hour"),
    CLEAR("casefile", "version"),
    CLEAR("casefile", "change"),
    SEALED("casefile", "brief"),
    SEALED("casefile", "summary"),
    TAGS("facet", "tag"),
    CLEAR("facet", "rank"), /* grade, due hour, number */
    CLEAR("facet", "number"),
    CLEAR("named", "number"),
    CLEAR("named", "officer"),
    CLEAR("incident", "number"),
    CLEAR("incident", "casefile"),
    CLEAR("incident", "practice"),
    CLEAR("incident", "hour"),
    TAGS("incident", "subject"),
    TAGS("incident", "area"),
    CLEAR("incident_code", "incident"),
    CLEAR("incident_code", "code"),
    TAGS("label", "tag"),
    SEALED("label", "label"),
    CLEAR("report", "id"),
    CLEAR("report", "leaf"),
    CLEAR("report", "incident"),
    CLEAR("report", "kind"),
    CLEAR("report", "practice"),
    TAGS("report", "mailbox"),
    CLEAR("report", "hour"),
    SEALED("report", "key_wrap"),
    SEALED("report", "body"),
    CLEAR("quarantine", "id"),
    CLEAR("quarantine", "leaf"),
    CLEAR("quarantine", "hour"),
    CLEAR("quarantine", "epoch_id"),
    SEALED("quarantine", "epoch_key"),
    SEALED("quarantine", "key_wrap"),
    SEALED("quarantine", "body"),
    SEALED("quarantine", "why"),
    CLEAR("note", "leaf"),
    CLEAR("note", "casefile"),
    CLEAR("note", "officer"),
    CLEAR("note", "hour"),
    SEALED("note", "body"),
    CLEAR("message", "leaf"),
    CLEAR("message", "casefile"),
    CLEAR("message", "officer"),
    CLEAR("message", "hour"),
    SEALED("message", "body"),
    CLEAR("act", "leaf"),
    CLEAR("act", "id"),
    CLEAR("act", "officer"),
    CLEAR("act", "casefile"),
    CLEAR("act", "is_read"),
    CLEAR("act", "hour"),
    SEALED("act", "detail"),
    CLEAR("link", "a"),
    CLEAR("link", "b"),
    SEALED("link", "why"),
    CLEAR("saved_filter", "id"),
    CLEAR("saved_filter", "officer"),
    SEALED("saved_filter", "body"),
    CLEAR("outbox", "leaf"),
    CLEAR("outbox", "seq"),
    CLEAR("outbox", "state"),
    SEALED("outbox", "body"),
    CLEAR("directory", "number"),
    CLEAR("directory", "what"), /* person or polling place */
    TAGS("directory", "id"),
    SEALED("directory", "body"),
    TAGS("directory_key", "tag"),
    CLEAR("directory_key", "number"),
    CLEAR("hold", "leaf"),
    CLEAR("hold", "casefile"),
    CLEAR("hold", "officer"),
    CLEAR("hold", "hour"),
    SEALED("hold", "body"),
    CLEAR("erasure_ask", "leaf"),
    CLEAR("erasure_ask", "casefile"),
    CLEAR("erasure_ask", "officer"),
    CLEAR("erasure_ask", "hour"),
    SEALED("erasure_ask", "body"),
    CLEAR("erasure_todo", "leaf"),
    CLEAR("erasure_todo", "casefile"),
    SEALED("erasure_todo", "body"),
    TAGS("campaign", "tag"),
    CLEAR("campaign", "incident"),
    SEALED("campaign", "centre"),
    TAGS("campaign_band", "tag"),
    TAGS("campaign_band", "campaign"),
    CLEAR("campaign_member", "leaf"),
    CLEAR("campaign_member", "incident"),
    TAGS("campaign_member", "sender"),
    TAGS("campaign_member", "content"),
    CLEAR("campaign_member", "heads"),    /* which kinds of abuse the model heard, as a code is */
    CLEAR("campaign_member", "personal"), /* permille of own words */
    CLEAR("correction", "leaf"),
    CLEAR("correction", "report"),
    CLEAR("correction", "officer"),
    CLEAR("correction", "hour"),
    SEALED("correction", "body"),
    CLEAR("desk_model", "number"),
    CLEAR("desk_model", "hour"),
    SEALED("desk_model", "body"),
    CLEAR("operation", "number"),
    CLEAR("operation", "state"),
    CLEAR("operation", "version"),
    CLEAR("operation", "hour"), /* when it was made */
    SEALED("operation", "body"),
    CLEAR("operation_plan", "leaf"),
    CLEAR("operation_plan", "operation"),
    CLEAR("operation_plan", "number"),
    CLEAR("operation_plan", "state"),
    CLEAR("operation_plan", "officer"),
    CLEAR("operation_plan", "hour"),
    SEALED("operation_plan", "about"),
    SEALED("operation_plan", "problem"),
    SEALED("operation_plan", "result"),
    TAGS("unit_link", "tag"), /* of the link's secret */
    CLEAR("unit_link", "operation"),
    SEALED("unit_link", "body"),
    CLEAR("unit_told", "leaf"),
    CLEAR("unit_told", "operation"),
    TAGS("unit_told", "tag"), /* of unit, what and task: the same is told once */
    CLEAR("unit_told", "hour"),
    SEALED("unit_told", "body"),
    CLEAR("sitrep", "leaf"),
    CLEAR("sitrep", "operation"),
    TAGS("sitrep", "tag"), /* of the time that it is about */
    CLEAR("sitrep", "hour"),
    SEALED("sitrep", "about"),
    SEALED("sitrep", "body"),
    {NULL, NULL, COLUMN_CLEAR},
};

enum status casebook_schema(struct casebook *casebook, struct buf *out, struct error *err)
{
    const char *sql = db_engine_of(casebook->db) == DB_SQLITE
                          ? "SELECT t.name, c.name FROM sqlite_schema t,"
                            " pragma_table_info(t.name) c WHERE t.type = 'table'"
                            " AND t.name <> 'schema_version'"
                          : "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT)"
                            " FROM information_schema.columns WHERE table_schema ="
                            " current_schema() AND table_name <> 'schema_version'";
    struct db_rows *rows = NULL;
    enum status status = db_query(casebook->db, sql, DB_NO_ARGS, &rows, err);
    while (db_more(rows, &status, err)) {
        buf_add(out, db_text(rows, 0));
        buf_add_byte(out, '.');
        buf_add(out, db_text(rows, 1));
        buf_add_byte(out, '\n');
    }
    db_rows_close(rows);
    return status;
}
