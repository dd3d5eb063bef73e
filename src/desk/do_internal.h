/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_DO_INTERNAL_H
#define HUSTINGS_DESK_DO_INTERNAL_H

#include "desk/desk_internal.h"

/* One act on its way. */
struct doing {
    struct desk *desk;
    const struct caller *caller;
    const struct desk_do *what;
    struct arena *arena;
    struct desk_file old, file;             /* the case */
    struct desk_file old_other, file_other; /* the second case of link, unlink, merge */
    bool changes_other;
    struct act act;
    int64_t new_number;      /* split */
    struct erasing *erasing; /* ask, erase */
    int64_t taught;          /* the report whose suggestion this act corrects; 0 = none */
    const str *taught_from;  /* its incident's codes before */
    size_t taught_from_count;
    str state_message; /* non-empty: tell the reporters the new state */
    bool has_outbound; /* something waits in the outbox */
    bool is_kept_low;  /* codes suggest more than an officer lowered it to */
};

/* Checks the input and changes doing->file in memory; writes the act's detail. */
typedef enum status do_prepare(struct doing *doing, struct error *err);
/* In the transaction, before the case is saved. May be NULL. */
typedef enum status do_write(struct doing *doing, struct error *err);

struct do_kind {
    const char *verb;
    enum capability capability;
    const char *other_verb; /* of the act in the other or new case; NULL = there is none */
    bool needs_other;
    do_prepare *prepare;
    do_write *write;
};
extern const struct do_kind do_kinds[];

/* do_cases.c: acts on more than one case or incident */
do_prepare do_prepare_link, do_prepare_unlink, do_prepare_merge, do_prepare_same, do_prepare_split;
do_write do_write_link, do_write_unlink, do_write_merge, do_write_same, do_write_split;
/* do_erase.c */
do_prepare do_prepare_hold, do_prepare_lift, do_prepare_ask, do_prepare_drop, do_prepare_erase;
do_write do_write_hold, do_write_lift, do_write_ask, do_write_drop, do_write_erase;
/* do_route.c */
do_prepare do_prepare_route;
do_write do_write_route;
/* do_message.c */
do_prepare do_prepare_message;
do_write do_write_message;
/* In the transaction: {"kind","at","text"} sealed for every mailbox of the case waits in the outbox.
 * *ret_count (may be NULL): how many mailboxes there are. */
enum status send_to_reporters(struct doing *doing, const char *kind, str text, size_t *ret_count,
                              struct error *err) MUST_CHECK;

/* teach.c: which report a change of grade or codes corrects (incident 0: the only one), and the row. */
enum status correction_prepare(struct doing *doing, int64_t incident, struct error *err) MUST_CHECK;
enum status correction_write(struct doing *doing, struct error *err) MUST_CHECK;

enum status check_text(str text, size_t bytes_max, const char *what, struct error *err) MUST_CHECK;
/* {"at":…,"kind":…,"text":…}; kind may be NULL. */
void entry_encode(struct buf *out, time_us at, const char *kind, str text);
/* An entry of the case under the act's leaf: with a body, or with what entry_encode makes of a text of at
 * most DESK_TEXT_BYTES_MAX. */
enum status entry_add(struct doing *doing, enum casebook_entry_kind kind, str body,
                      struct error *err) MUST_CHECK;
enum status entry_write(struct doing *doing, enum casebook_entry_kind kind, const char *word,
                        str text, struct error *err) MUST_CHECK;

#endif
