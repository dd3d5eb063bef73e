/* SPDX-License-Identifier: Apache-2.0 */
/* How many: reports, incidents and subjects, by grade, code, area and week. Pure: rows in, raw
 * tables in, released tables out.
 *
 * The three units are kept apart, because one pile-on is a thousand reports, one incident and one
 * subject. A report counts once in its week of receipt; an incident once in the week of its first
 * report, with each of its codes; a subject once in each cell where one of their incidents is.
 * Practice reports count nowhere.
 *
 * What is counted (docs/decisions/0008): a report is one of three kinds, by its best code. Abuse and what is not yet classified (OTH0, or no code at all) are in every table, because nobody has found
 * it lawful; what was left out (only LAW0 or POL9) stands in the tables by kind and by code alone.
 */
#ifndef HUSTINGS_REVIEW_RATES_H
#define HUSTINGS_REVIEW_RATES_H

#include "base/text.h"
#include "review/release.h"

enum { RATES_GRADES = 6, RATES_CODES_MAX = 128, RATES_AREAS_MAX = 20000, RATES_WEEKS_MAX = 600 };

struct rates_row { /* one report */
    int64_t incident;
    int64_t subject; /* 0 = not known */
    int64_t grade;
    uint64_t codes[2]; /* bits by index of rates_input.codes */
    int64_t area;      /* index into rates_input.areas; -1 = not known */
    time_us received_hour;
    bool is_practice;
};
enum rates_kind { RATES_LEFT_OUT, RATES_UNCLASSIFIED, RATES_ABUSE, RATES_KINDS };
struct rates_code {
    str code;
    enum rates_kind kind;
};
struct rates_input {
    const struct rates_row *rows;
    size_t row_count;
    const struct rates_code *codes;
    size_t code_count;
    const str *areas;
    size_t area_count;
};
/* STATUS_LIMIT past the limits above; STATUS_INVALID for an index out of range. */
enum status rates_tables(const struct rates_input *input, struct arena *arena,
                         struct released_tables *ret_tables, struct error *err) MUST_CHECK;

#endif
