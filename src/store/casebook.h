/* SPDX-License-Identifier: Apache-2.0 */
/* The casebook: all SQL of reports, incidents, cases, notes, messages and acts.
 *
 * What a thief of the database sees (PostgreSQL, or SQLite with its page key): ids and numbers,
 * codes, grades, states, owners' ids, hours, and keyed tags. Every name, place, text and exact
 * time is sealed here with a key per table; the associated data is desk ‖ table ‖ row ‖ column ‖
 * format, so no value can stand in another's place. The body of a report stays the ciphertext
 * that the front made; only its data key is wrapped anew, under the casebook key. The list of
 * clear columns is casebook_columns, and a test holds it against the schema.
 *
 * Tags: what a queue can be filtered by ("area:Bow", "code:THR1") is a keyed hash of 63 bits. A
 * case has one row in `facet` for each of its tags, with its rank, so that any filter is one index
 * walk in the order of urgency:
 *
 *   rank = (5 - grade) << 58 | due hour << 32 | number        small = urgent; one integer = keyset
 *
 * Every change of a case takes a new `change` number inside the writing transaction. Writers are
 * in one order (BEGIN IMMEDIATE, advisory lock), so a reader that remembers the highest number it
 * saw misses nothing: that is how the search index follows.
 *
 * All functions return STATUS_CORRUPT when a seal does not open, except the two that list cases
 * (casebook_queue, casebook_changed): there the row comes with an empty brief, so that one broken
 * case does not hide the others. Texts returned live in the arena.
 */
#ifndef HUSTINGS_STORE_CASEBOOK_H
#define HUSTINGS_STORE_CASEBOOK_H

#include "base/arena.h"
#include "crypt/crypt.h"
#include "db/db.h"

enum {
    CASEBOOK_FORMAT = 1,
    CASEBOOK_FACETS_MAX = 96, /* tags of one case */
    CASEBOOK_FILTER_TAGS_MAX = 8,
    CASEBOOK_HOUR_NONE = (1 << 26) - 1, /* due hour of a case whose clocks are all met */
    CASEBOOK_TEXT_BYTES_MAX = 256 * 1024
};

struct casebook;

struct casebook_options {
    struct db_options db; /* page_key is set from the key */
    struct crypt_id desk_id;
    const struct crypt_key *key; /* desk_keys.casebook */
};
enum status casebook_open(const struct casebook_options *options, time_us now,
                          struct casebook **ret_casebook, struct error *err) MUST_CHECK;
void casebook_close(struct casebook *casebook); /* wipes; accepts NULL */
/* Of the SQLite file, for who reads it as a file (a move to another store). */
struct crypt_key casebook_page_key(const struct crypt_key *key);

/* One writing transaction; every writing function below must be inside one. */
enum status casebook_begin(struct casebook *casebook, struct error *err) MUST_CHECK;
/* Inside one: returns when no other host can be inside one as well. (PostgreSQL is asked for its
 * lock together with the first question; who does something outside of the database needs it now.)
 * STATUS_UNAVAILABLE when another host does not end. */
enum status casebook_hold(struct casebook *casebook, struct error *err) MUST_CHECK;
enum status casebook_commit(struct casebook *casebook, struct error *err) MUST_CHECK;
void casebook_rollback(struct casebook *casebook); /* nothing to do outside of one */

/* Keyed hash of kind and value: 1 to INT64_MAX. Capitals (ASCII) and runs of blanks do not matter. */
int64_t casebook_tag(const struct casebook *casebook, str kind, str value);
/* Takes `count` numbers of a counter ("case", "change", "filter"); *ret_first is the first. */
enum status casebook_take(struct casebook *casebook, const char *counter, int64_t count,
                          int64_t *ret_first, struct error *err) MUST_CHECK;
enum status casebook_mark_get(struct casebook *casebook, const char *name, int64_t *ret_value,
                              struct error *err) MUST_CHECK;
enum status casebook_mark_set(struct casebook *casebook, const char *name, int64_t value,
                              struct error *err) MUST_CHECK;

/* --- case --- */
struct casebook_case {
    int64_t number;
    int64_t state, grade, owner, access;
    int64_t practice;
    time_us hour;     /* of receipt */
    int64_t due_hour; /* hours since 1970; CASEBOOK_HOUR_NONE */
    int64_t version;
    int64_t change;
    str brief; /* JSON of the desk: what a queue row shows */
};
struct casebook_facets {
    int64_t tags[CASEBOOK_FACETS_MAX];
    size_t count;
};
int64_t casebook_rank(int64_t grade, int64_t due_hour, int64_t number);
/* Adds a tag once; more than the maximum are dropped. */
void casebook_facet_add(struct casebook_facets *facets, int64_t tag);
enum status casebook_case_add(struct casebook *casebook, const struct casebook_case *row,
                              const struct casebook_facets *facets, struct error *err) MUST_CHECK;
/* STATUS_CONFLICT when the stored version is not old->version. Sets a new change number; the new
 * version is old->version + 1. `old_facets` must be the stored ones. */
enum status casebook_case_change(struct casebook *casebook, const struct casebook_case *old,
                                 const struct casebook_facets *old_facets,
                                 struct casebook_case *row, const struct casebook_facets *facets,
                                 struct error *err) MUST_CHECK;
/* Adds what of these the case is not found by yet; changes nothing else. */
enum status casebook_facets_fill(struct casebook *casebook, const struct casebook_case *row,
                                 const struct casebook_facets *facets,
                                 struct error *err) MUST_CHECK;
enum status casebook_case_get(struct casebook *casebook, struct arena *arena, int64_t number,
                              struct casebook_case *ret_row, struct error *err) MUST_CHECK;
enum status casebook_summary_set(struct casebook *casebook, int64_t number, str text,
                                 struct error *err) MUST_CHECK;
enum status casebook_summary_get(struct casebook *casebook, struct arena *arena, int64_t number,
                                 str *ret_text, struct error *err) MUST_CHECK;
/* Is there any case with this tag? */
enum status casebook_tag_known(struct casebook *casebook, int64_t tag, bool *ret_is_known,
                               struct error *err) MUST_CHECK;

struct casebook_query {
    int64_t tags[CASEBOOK_FILTER_TAGS_MAX]; /* all must hold; at least one */
    size_t tag_count;
    int64_t rank_after;   /* -1 from the start */
    int64_t grade;        /* -1 any */
    int64_t overdue_hour; /* only with a due hour before this; 0 = any */
    int64_t practice;     /* -1 any */
    int64_t officer;      /* who asks: for named cases; -1 = the desk itself, sees all */
    bool sees_restricted;
};
/* In the order of rank, at most `max` rows. *ret_next is the rank to go on after, -1 at the end. */
enum status casebook_queue(struct casebook *casebook, const struct casebook_query *query,
                           size_t max, struct arena *arena, struct casebook_case **ret_rows,
                           size_t *ret_count, int64_t *ret_next, struct error *err) MUST_CHECK;
/* Cases with a change number above `after`, oldest change first. */
enum status casebook_changed(struct casebook *casebook, int64_t after, size_t max,
                             struct arena *arena, struct casebook_case **ret_rows,
                             size_t *ret_count, struct error *err) MUST_CHECK;

/* --- incident --- */
struct casebook_incident {
    int64_t number;
    int64_t casefile;
    int64_t practice;
    time_us hour;
    str subject; /* as reported; kept sealed once, with a tag */
    str area;
    const str *codes;
    size_t code_count;
};
enum status casebook_incident_add(struct casebook *casebook,
                                  const struct casebook_incident *incident,
                                  struct error *err) MUST_CHECK;
enum status casebook_incident_codes_add(struct casebook *casebook, int64_t number, const str *codes,
                                        size_t code_count, struct error *err) MUST_CHECK;
enum status casebook_incident_codes(struct casebook *casebook, int64_t number, const str *codes,
                                    size_t code_count, struct error *err) MUST_CHECK;
enum status casebook_incidents(struct casebook *casebook, struct arena *arena, int64_t casefile,
                               struct casebook_incident **ret_list, size_t *ret_count,
                               struct error *err) MUST_CHECK;
/* All incidents, notes and messages of one case to another. */
enum status casebook_case_move(struct casebook *casebook, int64_t from, int64_t to,
                               struct error *err) MUST_CHECK;
enum status casebook_incident_move(struct casebook *casebook, int64_t incident, int64_t to,
                                   struct error *err) MUST_CHECK;
/* The reports of `from` join `into`; `from` is gone. */
enum status casebook_incident_join(struct casebook *casebook, int64_t into, int64_t from,
                                   struct error *err) MUST_CHECK;

/* --- report --- */
/* A message of an inbox is no report of somebody: it is counted nowhere. */
enum { CASEBOOK_REPORT_FIRST = 0, CASEBOOK_REPORT_ADDED = 1, CASEBOOK_REPORT_MESSAGE = 2 };
struct casebook_report {
    struct crypt_id id;
    int64_t leaf;
    int64_t incident;
    int64_t kind;
    int64_t practice;
    int64_t mailbox; /* tag; 0 = none */
    time_us hour;
    str key_wrap; /* empty = erased */
    str body;     /* the front's ciphertext */
};
enum status casebook_report_add(struct casebook *casebook, const struct casebook_report *report,
                                struct error *err) MUST_CHECK;
/* By leaf number, which a letter has for ever; also in quarantine. */
enum status casebook_report_known(struct casebook *casebook, int64_t leaf, bool *ret_is_known,
                                  struct error *err) MUST_CHECK;
/* The incident (0 = none) of the first report with this mailbox tag. */
enum status casebook_report_incident(struct casebook *casebook, int64_t mailbox,
                                     int64_t *ret_incident, int64_t *ret_casefile,
                                     struct error *err) MUST_CHECK;
/* Of one case, by leaf above `after`. */
enum status casebook_reports(struct casebook *casebook, struct arena *arena, int64_t casefile,
                             int64_t after, size_t max, struct casebook_report **ret_list,
                             size_t *ret_count, struct error *err) MUST_CHECK;
/* The same of one incident. */
enum status casebook_incident_reports(struct casebook *casebook, struct arena *arena,
                                      int64_t incident, int64_t after, size_t max,
                                      struct casebook_report **ret_list, size_t *ret_count,
                                      struct error *err) MUST_CHECK;
struct casebook_quarantined {
    struct crypt_id id;
    struct crypt_id epoch_id;
    int64_t leaf;
    time_us hour;
    str epoch_key, key_wrap, body; /* as they came */
    str why;
};
enum status casebook_quarantine_add(struct casebook *casebook,
                                    const struct casebook_quarantined *letter,
                                    struct error *err) MUST_CHECK;
/* Newest first, without the sealed parts. */
enum status casebook_quarantine(struct casebook *casebook, struct arena *arena, size_t max,
                                struct casebook_quarantined **ret_list, size_t *ret_count,
                                struct error *err) MUST_CHECK;

/* Is there one? Opens nothing, so that a broken row hides no other. */
enum status casebook_quarantine_any(struct casebook *casebook, bool *ret_any,
                                    struct error *err) MUST_CHECK;
/* One with its sealed parts; STATUS_NOT_FOUND. */
enum status casebook_quarantine_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                    struct casebook_quarantined *ret_row,
                                    struct error *err) MUST_CHECK;
enum status casebook_quarantine_remove(struct casebook *casebook, int64_t leaf,
                                       struct error *err) MUST_CHECK;
/* It was tried again and there is another reason now. */
enum status casebook_quarantine_why(struct casebook *casebook, int64_t leaf,
                                    const struct crypt_id *id, str why,
                                    struct error *err) MUST_CHECK;
/* The case of a report; 0 = there is no such report. */
enum status casebook_report_case(struct casebook *casebook, int64_t leaf, int64_t *ret_number,
                                 struct error *err) MUST_CHECK;

/* --- notes, messages, holds, requests to erase, acts: rows under a leaf number --- */
enum casebook_entry_kind { ENTRY_NOTE, ENTRY_MESSAGE, ENTRY_HOLD, ENTRY_ASK };
struct casebook_entry {
    int64_t leaf;
    int64_t casefile;
    int64_t officer;
    time_us hour;
    str body; /* sealed on disk */
};
enum status casebook_entry_add(struct casebook *casebook, enum casebook_entry_kind kind,
                               const struct casebook_entry *entry, struct error *err) MUST_CHECK;
/* Oldest first, at most 500. */
enum status casebook_entries(struct casebook *casebook, enum casebook_entry_kind kind,
                             struct arena *arena, int64_t casefile,
                             struct casebook_entry **ret_list, size_t *ret_count,
                             struct error *err) MUST_CHECK;
/* STATUS_NOT_FOUND when the case has none of this leaf. */
enum status casebook_entry_remove(struct casebook *casebook, enum casebook_entry_kind kind,
                                  int64_t casefile, int64_t leaf, struct error *err) MUST_CHECK;
/* Notes or messages of a case: all of them. */
enum status casebook_entries_clear(struct casebook *casebook, enum casebook_entry_kind kind,
                                   int64_t casefile, struct error *err) MUST_CHECK;
/* Holds of `from` also bind `to`. */
enum status casebook_holds_copy(struct casebook *casebook, int64_t from, int64_t to,
                                struct error *err) MUST_CHECK;
struct casebook_act {
    int64_t leaf;
    struct crypt_id id;
    int64_t officer;
    int64_t casefile; /* 0 = none */
    bool is_read;
    time_us hour;
    str detail; /* salt ‖ JSON */
};
enum status casebook_act_add(struct casebook *casebook, const struct casebook_act *act,
                             struct error *err) MUST_CHECK;
/* Newest first, leaf below `before` (0 = all). casefile 0 = of all cases. */
enum status casebook_acts(struct casebook *casebook, struct arena *arena, int64_t casefile,
                          int64_t before, bool with_reads, size_t max,
                          struct casebook_act **ret_list, size_t *ret_count,
                          struct error *err) MUST_CHECK;
enum status casebook_act_known(struct casebook *casebook, int64_t leaf, bool *ret_is_known,
                               struct error *err) MUST_CHECK;

/* --- campaigns: messages of an inbox that are copies of one another ---
 * A campaign is known by a tag (of the group that the import named) and leads to an incident; more
 * than one tag may lead to the same. Its centre (sealed) and the tags of the centre's bands serve to
 * find it again when a later import groups anew. A member is one message: who sent it and what it
 * says, as tags, so that it is taken once. */
enum { CASEBOOK_CAMPAIGN_HEADS = 6, CASEBOOK_ALIKE_MAX = 16 };
struct casebook_member {
    int64_t leaf;
    int64_t incident;
    int64_t sender;  /* tag; 0 = nobody knows */
    int64_t content; /* tag */
    int64_t heads;   /* bit a head of the model that was over its threshold; the last: not judged */
    int64_t personal; /* permille of its words that are not the template's */
};
struct casebook_campaign {
    int64_t tag;
    int64_t incident;
    str centre;
};
struct casebook_campaign_count {
    int64_t messages, senders, personal; /* the sum of permilles */
    int64_t heads[CASEBOOK_CAMPAIGN_HEADS];
};
/* The incident of a campaign and its case; 0 = there is none. */
enum status casebook_campaign_find(struct casebook *casebook, int64_t tag, int64_t *ret_incident,
                                   int64_t *ret_casefile, struct error *err) MUST_CHECK;
/* `bands`: tags under which it is found by what is like it; may be none. */
enum status casebook_campaign_add(struct casebook *casebook,
                                  const struct casebook_campaign *campaign, const int64_t *bands,
                                  size_t band_count, struct error *err) MUST_CHECK;
/* Campaigns that share a band's tag, each once; at most CASEBOOK_ALIKE_MAX. */
enum status casebook_campaigns_alike(struct casebook *casebook, struct arena *arena,
                                     const int64_t *bands, size_t band_count,
                                     struct casebook_campaign *ret_list, size_t *ret_count,
                                     struct error *err) MUST_CHECK;
enum status casebook_member_add(struct casebook *casebook, const struct casebook_member *member,
                                struct error *err) MUST_CHECK;
/* The same message was taken before. */
enum status casebook_member_known(struct casebook *casebook, int64_t content, bool *ret_is_known,
                                  struct error *err) MUST_CHECK;
enum status casebook_sender_known(struct casebook *casebook, int64_t incident, int64_t sender,
                                  bool *ret_is_known, struct error *err) MUST_CHECK;
/* Of a case, and of another together with it (0 = none); only one incident, or all but one (0). */
enum status casebook_campaign_counted(struct casebook *casebook, int64_t casefile, int64_t other,
                                      int64_t only_incident, int64_t skip_incident,
                                      struct casebook_campaign_count *ret_count,
                                      struct error *err) MUST_CHECK;
/* A campaign of which no member is left is forgotten, with its centre. */
enum status casebook_campaigns_sweep(struct casebook *casebook, int64_t incident,
                                     struct error *err) MUST_CHECK;

/* --- what officers teach the model of triage ---
 * A correction belongs to a report and goes with it when that is wiped; the report's own words are
 * not in it. The desk's own model was made of such reports: it is forgotten as soon as one of those
 * goes. */
struct casebook_correction {
    int64_t leaf;   /* of the act */
    int64_t report; /* its leaf */
    int64_t officer;
    time_us hour;
    str body; /* sealed on disk */
};
enum status casebook_correction_add(struct casebook *casebook,
                                    const struct casebook_correction *correction,
                                    struct error *err) MUST_CHECK;
/* The newest of each report of an open case, by leaf of the correction above `after`. */
enum status casebook_corrections(struct casebook *casebook, struct arena *arena, int64_t after,
                                 size_t max, struct casebook_correction **ret_list,
                                 size_t *ret_count, struct error *err) MUST_CHECK;
/* Replaces; an empty one is none. Sets the mark "model". */
enum status casebook_model_set(struct casebook *casebook, str bytes, time_us hour,
                               struct error *err) MUST_CHECK;
/* Empty when there is none. */
enum status casebook_model_get(struct casebook *casebook, struct arena *arena, str *ret_bytes,
                               struct error *err) MUST_CHECK;

/* --- outbox: what is to be put into reporters' mailboxes, one row a mailbox. It is written in the
 * transaction of its act, so a message that is there was decided, and one that is not was not. A
 * row stays when it is done, without its body. --- */
enum outbox_state { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_LOST };
struct casebook_outbound {
    int64_t leaf; /* of the act */
    int64_t seq;  /* 0, 1, … within it */
    str body; /* mailbox id ‖ what goes into it; empty when an erasure emptied it, or is_broken */
    bool is_broken; /* what is stored does not open: one such row must not hold up all others */
};
enum status casebook_outbox_add(struct casebook *casebook, const struct casebook_outbound *row,
                                struct error *err) MUST_CHECK;
/* Those that wait after `after`, oldest first. */
#define CASEBOOK_OUTBOX_START                                                                      \
    {                                                                                              \
        .leaf = -1, .seq = 0                                                                       \
    }
enum status casebook_outbox(struct casebook *casebook, struct arena *arena,
                            const struct casebook_outbound *after, size_t max,
                            struct casebook_outbound **ret_list, size_t *ret_count,
                            struct error *err) MUST_CHECK;
/* What waits loses its words and goes on waiting, with an empty body. */
enum status casebook_outbox_empty(struct casebook *casebook, int64_t leaf, int64_t seq,
                                  struct error *err) MUST_CHECK;
/* From waiting to sent or lost; *ret_is_ours is false when another host was faster. */
enum status casebook_outbox_set(struct casebook *casebook, int64_t leaf, int64_t seq,
                                enum outbox_state state, bool *ret_is_ours,
                                struct error *err) MUST_CHECK;
struct casebook_outbox_states {
    bool has[3]; /* by enum outbox_state: one at least */
};
enum status casebook_outbox_of(struct casebook *casebook, int64_t leaf,
                               struct casebook_outbox_states *ret_states,
                               struct error *err) MUST_CHECK;
/* The case that a message lies in now; 0 when the leaf is no message of an officer. */
enum status casebook_message_case(struct casebook *casebook, int64_t leaf, int64_t *ret_number,
                                  struct error *err) MUST_CHECK;

/* --- erasure --- */
/* Another case than `casefile` that is held and has a report, not erased, of this mailbox; 0 = none. */
enum status casebook_mailbox_held(struct casebook *casebook, int64_t mailbox, int64_t casefile,
                                  int64_t *ret_number, struct error *err) MUST_CHECK;
/* By leaf; *ret_casefile is 0 when there is no such report. */
enum status casebook_report_get(struct casebook *casebook, struct arena *arena, int64_t leaf,
                                struct casebook_report *ret_report, int64_t *ret_casefile,
                                struct error *err) MUST_CHECK;
/* Key wrap, body and mailbox tag are gone; the rest of the row stays. */
enum status casebook_report_wipe(struct casebook *casebook, int64_t leaf,
                                 struct error *err) MUST_CHECK;
/* A letter that could not be read, when it has this id. */
enum status casebook_quarantine_wipe(struct casebook *casebook, int64_t leaf,
                                     const struct crypt_id *id, struct error *err) MUST_CHECK;
/* Subject and area anew (empty = none); texts that no incident uses any more are gone. */
enum status casebook_incident_about(struct casebook *casebook, int64_t number, str subject,
                                    str area, struct error *err) MUST_CHECK;
/* What box must still be told: the signed record, under the report's leaf. */
struct casebook_todo {
    int64_t leaf;
    int64_t casefile;
    str body; /* sealed on disk */
};
enum status casebook_todo_add(struct casebook *casebook, const struct casebook_todo *todo,
                              struct error *err) MUST_CHECK;
enum status casebook_todo_remove(struct casebook *casebook, int64_t leaf,
                                 struct error *err) MUST_CHECK;
/* By leaf above `after`. The body is empty when what is stored does not open. */
enum status casebook_todos(struct casebook *casebook, struct arena *arena, int64_t after,
                           size_t max, struct casebook_todo **ret_list, size_t *ret_count,
                           struct error *err) MUST_CHECK;
/* A new change number, and nothing else: the case is to be indexed anew. */
enum status casebook_case_touch(struct casebook *casebook, int64_t number,
                                struct error *err) MUST_CHECK;
/* db_scrub of the casebook. */
enum status casebook_scrub(struct casebook *casebook, bool *ret_is_done,
                           struct error *err) MUST_CHECK;

/* --- links, need-to-know, filters --- */
struct casebook_link {
    int64_t other;
    str why;
};
enum status casebook_link_add(struct casebook *casebook, int64_t a, int64_t b, str why,
                              struct error *err) MUST_CHECK;
enum status casebook_link_remove(struct casebook *casebook, int64_t a, int64_t b,
                                 struct error *err) MUST_CHECK;
enum status casebook_links(struct casebook *casebook, struct arena *arena, int64_t number,
                           struct casebook_link **ret_list, size_t *ret_count,
                           struct error *err) MUST_CHECK;
enum status casebook_named_set(struct casebook *casebook, int64_t number, const int64_t *officers,
                               size_t count, struct error *err) MUST_CHECK;
enum status casebook_named(struct casebook *casebook, struct arena *arena, int64_t number,
                           int64_t **ret_list, size_t *ret_count, struct error *err) MUST_CHECK;
struct casebook_filter {
    int64_t id;
    int64_t officer; /* 0 = shared */
    str body;
};
enum status casebook_filter_add(struct casebook *casebook, const struct casebook_filter *filter,
                                struct error *err) MUST_CHECK;
enum status casebook_filter_remove(struct casebook *casebook, int64_t id, int64_t officer,
                                   struct error *err) MUST_CHECK;
enum status casebook_filters(struct casebook *casebook, struct arena *arena, int64_t officer,
                             struct casebook_filter **ret_list, size_t *ret_count,
                             struct error *err) MUST_CHECK;

/* --- directory: people and polling places, each a sealed body found by tags --- */
struct casebook_directory_entry {
    int64_t what; /* enum directory_kind */
    int64_t id;   /* tag of its own id */
    str body;
    const int64_t *tags; /* what else it is found by */
    size_t tag_count;
};
/* Puts it in place of the entry of that id, if there is one. */
enum status casebook_directory_put(struct casebook *casebook,
                                   const struct casebook_directory_entry *entry,
                                   struct error *err) MUST_CHECK;
/* An empty body when there is none. */
enum status casebook_directory_get(struct casebook *casebook, struct arena *arena, int64_t id,
                                   str *ret_body, struct error *err) MUST_CHECK;
enum status casebook_directory_remove(struct casebook *casebook, int64_t id, bool *ret_was_there,
                                      struct error *err) MUST_CHECK;
/* Bodies with the tag, oldest entry first, at most `max`. */
enum status casebook_directory_find(struct casebook *casebook, struct arena *arena, int64_t tag,
                                    size_t max, str **ret_bodies, size_t *ret_count,
                                    struct error *err) MUST_CHECK;

/* --- rows for counting (only desk_numbers may ask) --- */
struct casebook_count_row { /* one report */
    int64_t incident, subject, area, grade, practice;
    time_us hour;
};
struct casebook_count_code {
    int64_t incident;
    str code;
};
struct casebook_count {
    struct casebook_count_row *rows; /* by incident */
    size_t row_count;
    struct casebook_count_code *codes; /* by incident */
    size_t code_count;
};
enum status casebook_count_rows(struct casebook *casebook, struct arena *arena,
                                struct casebook_count *ret_rows, struct error *err) MUST_CHECK;
/* The text of a subject or area tag; empty when unknown. */
enum status casebook_label(struct casebook *casebook, struct arena *arena, int64_t tag,
                           str *ret_label, struct error *err) MUST_CHECK;

/* --- the promise about clear columns --- */
enum casebook_column_kind { COLUMN_CLEAR, COLUMN_TAG, COLUMN_SEALED };
struct casebook_column {
    const char *table;
    const char *column;
    enum casebook_column_kind kind;
};
extern const struct casebook_column casebook_columns[]; /* ends with a NULL table */
/* "table.column" for each column of the store, one a line, in no order: for the test. */
enum status casebook_schema(struct casebook *casebook, struct buf *out,
                            struct error *err) MUST_CHECK;

#endif
