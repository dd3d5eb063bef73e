/* SPDX-License-Identifier: Apache-2.0 */
#include "store/letterbox_internal.h"

static const char schema_1[] =
    "CREATE TABLE ledger (leaf INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at INTEGER NOT NULL,"
    " subject BLOB NOT NULL, hash BLOB NOT NULL) STRICT;\n"
    "CREATE TABLE ledger_state (one INTEGER PRIMARY KEY, size INTEGER NOT NULL,"
    " frontier BLOB NOT NULL) STRICT;\n"
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;\n"
    "CREATE TABLE import (leaf INTEGER PRIMARY KEY, numbers BLOB NOT NULL) STRICT;\n"
    "CREATE TABLE epoch (id BLOB PRIMARY KEY, sealed_key BLOB NOT NULL,"
    " hour INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE letter (leaf INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
    " epoch_id BLOB NOT NULL REFERENCES epoch (id), is_added INTEGER NOT NULL,"
    " received_hour INTEGER NOT NULL, wrapped_key BLOB NOT NULL, sealed_body BLOB NOT NULL)"
    " STRICT;\n"
    "CREATE TABLE mailbox (id BLOB PRIMARY KEY, messages INTEGER NOT NULL,"
    " hour INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE mailbox_message (mailbox_id BLOB NOT NULL REFERENCES mailbox (id),"
    " seq INTEGER NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (mailbox_id, seq)) STRICT;\n"
    "CREATE TABLE idempotency (id BLOB PRIMARY KEY, sealed BLOB NOT NULL,"
    " expires INTEGER NOT NULL) STRICT;\n"
    "CREATE INDEX idempotency_expires ON idempotency (expires);\n"
    "CREATE TABLE draft (id BLOB PRIMARY KEY, sealed BLOB NOT NULL,"
    " expires INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE evidence_chunk (evidence_id BLOB NOT NULL, seq INTEGER NOT NULL,"
    " sealed BLOB NOT NULL, leaf INTEGER NOT NULL, draft_id BLOB NOT NULL,"
    " expires INTEGER NOT NULL, PRIMARY KEY (evidence_id, seq)) STRICT;\n"
    "CREATE INDEX evidence_chunk_loose ON evidence_chunk (draft_id) WHERE leaf = 0;\n"
    "CREATE TABLE outbox (id BLOB PRIMARY KEY, band INTEGER NOT NULL,"
    " is_practice INTEGER NOT NULL, hour INTEGER NOT NULL, tries INTEGER NOT NULL,"
    " next_try INTEGER NOT NULL) STRICT";

/* A signed record an erasure (letterbox/erasure.h), and which letter an idempotency row is of, so
 * that both go together. */
static const char schema_2[] =
    "CREATE TABLE erasure (leaf INTEGER PRIMARY KEY, letter_id BLOB NOT NULL UNIQUE,"
    " note TEXT NOT NULL) STRICT;\n"
    "ALTER TABLE idempotency ADD COLUMN letter_id BLOB";

static const struct db_migration migrations[] = {{1, "letterbox", schema_1},
                                                 {LETTERBOX_VERSION_ERASURE, "erasure", schema_2}};

enum status letterbox_migrate(struct db *db, time_us now, int64_t *ret_from, struct error *err)
{
    return db_migrate(db, migrations, ARRAY_LEN(migrations), now, ret_from, err);
}
