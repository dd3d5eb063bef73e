/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a file of people, in a layout that is recognised by its header.
 *
 * | layout         | recognised by                                          |
 * |----------------|--------------------------------------------------------|
 * | own            | person id, name and one of office, handle              |
 * | psephology     | candidate first name, candidate surname, ONS ID        |
 * | democracy-club | person_id, person_name, and an election or ballot id   |
 * | columns        | what --columns says: "name=Full name,area code=GSS"    |
 *
 * Ids of Democracy Club become "dc:117009" in both foreign layouts, so that the same person meets
 * herself. A value is taken or the row is refused with a reason that does not repeat it.
 */
#ifndef HUSTINGS_DIRECTORY_PEOPLE_FILE_H
#define HUSTINGS_DIRECTORY_PEOPLE_FILE_H

#include "directory/directory.h"

enum people_field {
    PEOPLE_ID,
    PEOPLE_NAME,
    PEOPLE_FIRST_NAME,
    PEOPLE_SURNAME,
    PEOPLE_OFFICE,
    PEOPLE_AREA,
    PEOPLE_AREA_NAME,
    PEOPLE_PARTY,
    PEOPLE_FROM,
    PEOPLE_TO,
    PEOPLE_ELECTION,    /* a date: the last day of a candidacy */
    PEOPLE_ELECTION_ID, /* Democracy Club: the office is its beginning */
    PEOPLE_PLATFORM,
    PEOPLE_HANDLE,
    PEOPLE_X,
    PEOPLE_FACEBOOK,
    PEOPLE_FACEBOOK_OWN,
    PEOPLE_INSTAGRAM,
    PEOPLE_TIKTOK,
    PEOPLE_BLUESKY,
    PEOPLE_THREADS,
    PEOPLE_YOUTUBE,
    PEOPLE_LINKEDIN,
    PEOPLE_MASTODON,
    PEOPLE_FIELD_COUNT
};
/* "person id", "name" … as --columns and the own layout call it. */
const char *people_field_name(enum people_field field);

struct people_options {
    const struct pack *pack;
    str columns;  /* "FIELD=COLUMN,…" or empty */
    str office;   /* for rows that do not say it */
    str from, to; /* dates, for rows that do not say them */
};
struct people_layout {
    const char *name; /* "psephology" */
    const char *id_prefix;
    struct people_options options;
    size_t at[PEOPLE_FIELD_COUNT]; /* column, TABLE_COLUMNS_MAX = none */
};
/* STATUS_INVALID: the header is of no layout; the hint says what is wanted. */
enum status people_layout_find(const struct table *table, const struct people_options *options,
                               struct people_layout *ret_layout, struct error *err) MUST_CHECK;
/* STATUS_INVALID with the reason in err. Texts may be views into the row. */
enum status people_fact(struct arena *arena, const struct people_layout *layout,
                        const struct table_row *row, struct person_fact *ret_fact,
                        struct error *err) MUST_CHECK;

/* --- a whole import --- */
/* The body of the entry that is kept, or an empty text. NULL: nothing is kept yet. */
typedef enum status directory_load(void *context, struct arena *arena, enum directory_kind kind,
                                   str id, str *ret_body, struct error *err);
struct people_entry {
    struct person person;
    enum directory_change change;
};
struct people_import {
    struct arena *arena;   /* people, for the whole import */
    struct arena *scratch; /* one row; wiped for each */
    directory_load *load;
    void *context;
    struct people_entry **entries; /* in the order of the file */
    size_t entry_count, entry_cap;
    struct map *by_id;
    size_t row_count[3]; /* by enum directory_change */
};
void people_import_start(struct people_import *import, struct arena *arena, struct arena *scratch,
                         directory_load *load, void *context);
/* STATUS_INVALID and STATUS_LIMIT refuse the row; anything else ends the import. */
enum status people_import_row(struct people_import *import, const struct person_fact *fact,
                              struct error *err) MUST_CHECK;

#endif
