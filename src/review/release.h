/* SPDX-License-Identifier: Apache-2.0 */
/* The one door through which a count of reports, incidents or subjects leaves the desk.
 *
 * Rule: 0 to 4 is shown as [low] (zero included, because a zero that is shown tells what the
 * hidden cells beside it are); everything else is rounded to the nearest multiple of 5. That rule
 * alone is not yet safe for publication: a table can still be solved from its margins. The audit
 * comes with the full review, so every table carries RELEASE_MARK and export is refused.
 *
 * `struct raw_count` hides its number on purpose: nobody but release.c may read `secret_n`, and a
 * test looks for it in all of src.
 */
#ifndef HUSTINGS_REVIEW_RELEASE_H
#define HUSTINGS_REVIEW_RELEASE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

#define RELEASE_MARK "not audited for publication"
/* What the tables count, for everybody who reads them (review/rates.h). */
#define RELEASE_COUNTED                                                                            \
    "abuse and what is not yet classified; lawful speech and allegations of election crime only "  \
    "in "                                                                                          \
    "the tables by kind and by code; practice nowhere"
enum { RELEASE_LOW_MAX = 4, RELEASE_BASE = 5 };

struct raw_count {
    int64_t secret_n;
};
void raw_count_add(struct raw_count *count, int64_t n);

struct released_count {
    bool is_low;
    int64_t value; /* a multiple of RELEASE_BASE; 0 when is_low */
};
struct released_count release(struct raw_count count);
/* "[low]" or "1235". */
str released_text(struct arena *arena, struct released_count count);

/* A table before release: labels with raw counts. */
struct raw_row {
    str label;
    struct raw_count count;
};
struct released_row {
    str label;
    struct released_count count;
};
struct released_table {
    str unit;      /* "reports", "incidents", "subjects" */
    str dimension; /* "grade", "code", "area", "week", "all" */
    struct released_row *rows;
    size_t count;
};
struct released_tables {
    struct released_table *tables;
    size_t count;
};
/* Releases one table. An open list (areas: only those that occur are known) would tell by a label
 * alone that its count is not zero, so low rows of such a table are left out and one last row says
 * that every other is [low]. */
struct released_table release_table(struct arena *arena, str unit, str dimension,
                                    const struct raw_row *rows, size_t count, bool is_open_list);
/* CSV (unit,dimension,label,count,mark) and JSON; both carry the mark. For officers' screens and
 * the terminal. */
void released_add_csv(struct buf *out, const struct released_tables *tables);
void released_add_json(struct buf *out, const struct released_tables *tables);
/* Always STATUS_DENIED for now, with the sentence why. */
enum status released_export(const struct released_tables *tables, struct error *err) MUST_CHECK;

#endif
