/* SPDX-License-Identifier: Apache-2.0 */
/* Polling places out of the files that councils' election software exports.
 *
 * | layout              | recognised by                                              | row      |
 * |---------------------|------------------------------------------------------------|----------|
 * | own                 | place id, name, postcode                                   | station  |
 * | xpress              | Polling_Place_Id, _Name, _Easting                          | address  |
 * | xpress-weblookup    | AuthorityCode, PollingPlaceId, PollingPlaceAddress1        | address  |
 * | halarose            | PollingVenueID, PollingStationName, PollingStationNumber   | address  |
 * | democracy-counts    | StationCode, PlaceName                                     | station  |
 * | eoni                | PREM_ID, PREM_NAME                                         | address  |
 * | stations            | id, name, postcode, lon, lat                               | station  |
 * | columns             | what --columns says                                        | any      |
 *
 * Where a row is an address, the address is a voter's: those columns are never copied out of the
 * reader's window, which is wiped. Places are told apart by the file's own id, else by name and
 * postcode; the stations and polling districts of all their rows are gathered.
 *
 * Locations: degrees where the file has them, else easting and northing. 0,0 is "not known". Swapped
 * coordinates are turned round when only that makes sense: degrees always (no latitude of the
 * kingdom is a longitude of it), metres when the place would else lie outside of the grid, or far
 * from the file's other places and near to them when turned.
 */
#ifndef HUSTINGS_DIRECTORY_PLACES_FILE_H
#define HUSTINGS_DIRECTORY_PLACES_FILE_H

#include "directory/directory.h"

enum place_field {
    PLACE_ID,
    PLACE_NAME,
    PLACE_ADDRESS, /* and the six behind it: further lines */
    PLACE_ADDRESS_2,
    PLACE_ADDRESS_3,
    PLACE_ADDRESS_4,
    PLACE_ADDRESS_5,
    PLACE_ADDRESS_6,
    PLACE_ADDRESS_7,
    PLACE_POSTCODE,
    PLACE_EASTING,
    PLACE_NORTHING,
    PLACE_LAT,
    PLACE_LON,
    PLACE_UPRN,
    PLACE_STATION,
    PLACE_DISTRICT, /* polling district */
    PLACE_WARD,
    PLACE_COUNCIL,
    PLACE_ELECTION,
    PLACE_FIELD_COUNT
};
const char *place_field_name(enum place_field field);

struct places_options {
    const struct pack *pack;
    str columns;   /* "FIELD=COLUMN,…" or empty */
    str council;   /* GSS code for rows that do not say it */
    str election;  /* date for rows that do not say it */
    bool is_irish; /* eastings and northings are of the Irish Grid */
};
struct places_layout {
    const char *name;
    struct places_options options;
    size_t at[PLACE_FIELD_COUNT];
};
enum status places_layout_find(const struct table *table, const struct places_options *options,
                               struct places_layout *ret_layout, struct error *err) MUST_CHECK;

/* --- an import --- */
struct map;
struct place_entry {
    struct place place;
    size_t line; /* where it was met first */
    struct grid_point grid;
    bool has_grid;
    enum directory_change change;
};
/* Something odd that was dealt with, or a row that was left out. */
typedef void places_note(void *context, size_t line, bool is_refused, const char *text);
struct places_import {
    struct arena *arena;   /* places, for the whole import */
    struct arena *scratch; /* one row; wiped for each */
    struct places_layout layout;
    places_note *note;
    void *context;
    struct place_entry **entries; /* in the order of the file */
    size_t entry_count, entry_cap;
    struct map *by_id;
    struct map *by_station;   /* which place has this station number? */
    struct place_entry *last; /* rows of one place stand together */
};
void places_import_start(struct places_import *import, struct arena *arena, struct arena *scratch,
                         const struct places_layout *layout, places_note *note, void *context);
/* STATUS_INVALID and STATUS_LIMIT refuse the row. */
enum status places_import_row(struct places_import *import, const struct table_row *row,
                              struct error *err) MUST_CHECK;
/* After the last row: locates, turns round, sorts the stations. */
void places_import_end(struct places_import *import);
/* Sets entry->change against the body that is kept (empty = none). */
void place_compare(struct place_entry *entry, str kept);

#endif
