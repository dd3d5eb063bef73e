/* SPDX-License-Identifier: Apache-2.0 */
/* Tables and calendars: what both add to one problem. */
#ifndef HUSTINGS_PLAN_EXCHANGE_INTERNAL_H
#define HUSTINGS_PLAN_EXCHANGE_INTERNAL_H

#include "codec/csv.h"
#include "codec/json.h"
#include "plan/exchange.h"
#include "plan/ids.h"

struct sheet_site {
    str id, name, address;
    double lon, lat;
};

struct sheet_reader {
    const struct plan_sheet *sheet;
    struct arena arena;
    struct plan_refused *refused;
    struct plan_ids ids;   /* of sites */
    struct plan_ids names; /* of sites, in small letters; the first of a name */
    struct plan_ids tasks, units;
    struct sheet_site *sites;
    uint32_t site_count, site_cap;
    bool is_full;         /* it was said that there are more sites than can be */
    str row_id, row_name; /* of the row at hand: what is said of it names it */
    uint32_t doubles;     /* rows of a site that is there already, at the same place */
    struct buf sites_text, units_text, visits_text, posts_text, tasks_text;
};

/* "FILE, line 7 ('id', name): …" */
void sheet_refuse(struct sheet_reader *reader, const char *file, size_t line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
/* The number of the site; PLAN_NONE when it cannot be had (the sentence is said). A site of the same
 * id and place is the same. */
uint32_t sheet_add_site(struct sheet_reader *reader, const char *file, size_t line,
                        struct sheet_site site, str area);
/* By id, or by name whatever the case; PLAN_NONE. */
uint32_t sheet_find_site(struct sheet_reader *reader, str text);
/* A row of a few words; a cell that somebody else's text ran into makes it too large to be kept. */
enum { SHEET_WORDS_MAX = 64, SHEET_WORD_BYTES_MAX = 100 };
enum { SHEET_NOTE_BYTES_MAX = 400 }; /* a few lines of a card */
/* False: there are more words, or a longer one. `parting` holds the characters between words. */
bool sheet_words_fit(str text, const char *parting) MUST_CHECK;
enum status sheet_need_column(const struct csv *csv, const char *file, const char *name,
                              struct error *err) MUST_CHECK;
/* The next row that has as many fields as the header; the others are named. False: there is none, or *status. */
bool sheet_next(struct sheet_reader *reader, struct csv *csv, struct csv_row *row,
                enum status *status, struct error *err) MUST_CHECK;
/* Begins the next object of a list's text. */
void sheet_begin(struct json_out *json, struct buf *text);

enum status sheet_read_events(struct sheet_reader *reader, struct error *err) MUST_CHECK;
enum status sheet_read_units(struct sheet_reader *reader, struct error *err) MUST_CHECK;

#endif
