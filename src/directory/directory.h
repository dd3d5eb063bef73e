/* SPDX-License-Identifier: Apache-2.0 */
/* The directory: the operator's own list of people who stand for or hold office, and of polling
 * places. Pure: rows of a file in, entries out; who keeps them is store/casebook_directory.
 *
 * An entry is a person or a place. Files say the same person many times (a row an office, a row a
 * handle) and the same place ten thousand times (a row an address), so rows are folded into entries
 * by an id, and the entry is compared with the one that is kept: new, changed or the same. Importing
 * a file twice changes nothing the second time.
 *
 *   person: id · names (the newest last) · tenures (office, area, party, from, to) · handles
 *   place:  id within a council and an election · name, address, postcode, location · stations
 *
 * A place is a building that officers guard; a station is a table with a ballot box in it. A place
 * has one or more stations, or a number that the file does not say.
 *
 * The body of an entry is JSON (it is sealed where it is kept). Its keys are what it can be found
 * by; a key is kept only as a keyed hash.
 *
 * Dates are "2024-07-04" as text; they sort as such. An empty `from` is "since when is not known",
 * an empty `to` is "still so".
 */
#ifndef HUSTINGS_DIRECTORY_DIRECTORY_H
#define HUSTINGS_DIRECTORY_DIRECTORY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "codec/grid.h"
#include "codec/table.h"
#include "pack/pack.h"

enum {
    DIRECTORY_ID_BYTES_MAX = 64,    /* "dc:117009" */
    DIRECTORY_NAME_BYTES_MAX = 200, /* longest candidate of 2024: 43; longest place met: 61 */
    DIRECTORY_TEXT_BYTES_MAX = 300, /* party, area, an address in one line */
    DIRECTORY_HANDLE_BYTES_MAX = 200,
    DIRECTORY_PLATFORM_BYTES_MAX = 32,
    DIRECTORY_BODY_BYTES_MAX = 64 * 1024,
    DIRECTORY_PEOPLE_MAX = 100000, /* of one file; the kingdom has 20,000 councillors */
    DIRECTORY_PLACES_MAX = 60000,  /* of one file; the kingdom has 30,000 */
    PERSON_NAMES_MAX = 8,
    PERSON_TENURES_MAX = 64,
    PERSON_HANDLES_MAX = 32,
    PLACE_STATIONS_MAX = 256,
    DIRECTORY_KEYS_MAX = 2 * PERSON_NAMES_MAX + PERSON_HANDLES_MAX + 2 * PERSON_TENURES_MAX,
    DIRECTORY_WHY_BYTES_MAX = 200
};

enum directory_kind { DIRECTORY_PERSON = 1, DIRECTORY_PLACE = 2 };

/* --- people --- */
struct tenure {
    str office;    /* id of the pack */
    str area;      /* code, the present one where the pack knows the place; else as written */
    str area_name; /* of the pack, else as written */
    str party;
    str from, to;
};
struct handle {
    str platform; /* "x", "facebook" … */
    str name;     /* without "@", small letters */
};
struct person {
    str id;
    str names[PERSON_NAMES_MAX];
    size_t name_count;
    struct tenure *tenures;
    size_t tenure_count, tenure_cap;
    struct handle *handles;
    size_t handle_count, handle_cap;
};
/* What one row says. */
enum { FACT_HANDLES_MAX = 12 };
struct person_fact {
    str id, name;
    bool has_tenure;
    struct tenure tenure;
    bool is_area_known; /* false: the pack has no such area */
    struct handle handles[FACT_HANDLES_MAX];
    size_t handle_count;
};
enum directory_change { CHANGE_SAME, CHANGE_CHANGED, CHANGE_NEW };

/* Adds what the row says and the person does not have yet. One tenure is one office, area, first day
 * and last day; a row may set the party of one, and the last day where none was known, but never
 * takes a last day back. STATUS_LIMIT when the person has too much; then nothing was changed. Texts
 * are copied into the arena. */
enum status person_merge(struct arena *arena, struct person *person, const struct person_fact *fact,
                         enum directory_change *ret_change, struct error *err) MUST_CHECK;
void person_encode(struct buf *out, const struct person *person);
enum status person_decode(struct arena *arena, str body, struct person *ret_person,
                          struct error *err) MUST_CHECK;
str person_name(const struct person *person); /* the newest */

/* --- places --- */
struct station {
    str number;   /* "3", "B6/1"; empty = not said */
    str district; /* polling district, "BFC"; empty = not said */
};
struct place {
    str council;  /* GSS code of the district, or what the file calls the authority */
    str election; /* date, or empty: any */
    str id;       /* within the two */
    str name, address, postcode, uprn, ward;
    bool is_located;
    struct geo_point at;
    struct station *stations; /* sorted */
    size_t station_count, station_cap;
};
void place_encode(struct buf *out, const struct place *place);
enum status place_decode(struct arena *arena, str body, struct place *ret_place,
                         struct error *err) MUST_CHECK;
/* Different station numbers; 0 = the file does not say. */
size_t place_stations(const struct place *place);
/* "E07000045/2024-07-04/7136" */
str place_key(struct arena *arena, const struct place *place);

/* --- keys --- */
enum directory_key_kind {
    KEY_ID,      /* the entry itself */
    KEY_NAME,    /* all words of a name, sorted */
    KEY_ENDS,    /* first word and last word, sorted: "Paul Michael Duffy" is "Paul Duffy" */
    KEY_HANDLE,  /* "x/somebody" */
    KEY_OFFICE,  /* "mp/E14001086" */
    KEY_AREA,    /* "E14001086" */
    KEY_COUNCIL, /* places of a council */
    KEY_WORD     /* each word of a place's name and its postcode, folded */
};
struct directory_key {
    enum directory_key_kind kind;
    str value;
};
const char *directory_key_word(enum directory_key_kind kind);
/* All keys but KEY_ID, each once; returns how many. */
size_t person_keys(struct arena *arena, const struct person *person,
                   struct directory_key ret_keys[DIRECTORY_KEYS_MAX]);
size_t place_keys(struct arena *arena, const struct place *place,
                  struct directory_key ret_keys[DIRECTORY_KEYS_MAX]);

/* Does the place have all these words (folded, the last may be the beginning of one) in its name,
 * address and postcode? */
bool place_has_words(const struct place *place, str folded);

/* --- names and handles --- */
/* Words of a name, folded, without titles in front and letters behind; "Ali, Rushanara" the right
 * way round. Empty when there is no letter. */
str name_words(struct arena *arena, str name);
str name_key(struct arena *arena, str words);  /* sorted */
str name_ends(struct arena *arena, str words); /* empty for a single word */
/* Platform and handle of "@name", "https://x.com/name", "name"; false when it is no handle.
 * Without a platform and without an address that says it, the platform is empty. */
bool handle_parse(struct arena *arena, str platform, str text, struct handle *ret_handle);
/* The n-th platform that we know by name; NULL behind the last. */
const char *handle_platform(size_t n);

/* --- dates, postcodes, areas --- */
/* "2024-07-04", "04/07/2024", "4/7/2024" as "2024-07-04"; an empty text stays empty. */
bool date_parse(struct arena *arena, str text, str *ret_date);
/* "e1 6an" as "E1 6AN"; false when it does not have the form of a postcode. */
bool postcode_parse(struct arena *arena, str text, str *ret_postcode);
struct directory_area {
    str code, name;
};
/* A constituency, district, Assembly seat, force or ward by code of any age or name (a ward's name
 * when no other ward has it; wards need pack_load). */
bool area_find(const struct pack *pack, str code_or_name, struct directory_area *ret_area);

/* --- who is meant? --- */
struct person_query {
    str name;             /* as somebody wrote it; may be empty */
    struct handle handle; /* may be empty; an empty platform is any */
    str office;           /* id, may be empty */
    str area;             /* code, may be empty */
    str at;               /* date of the incident; empty = not known */
};
enum match_when { WHEN_NOT_ASKED, WHEN_INSIDE, WHEN_OPEN, WHEN_OUTSIDE };
struct person_match {
    const struct person *person;
    const struct tenure *tenure; /* the one that fits best; NULL = none kept */
    enum match_when when;        /* of that tenure at the date */
    int weight;                  /* larger fits better */
    str why;                     /* "same name; MP for Bethnal Green and Stepney at the time" */
};
enum { PERSON_MATCHES_MAX = 20 };
/* Was the tenure running at that date? OPEN: its beginning is not known. */
enum match_when tenure_when(const struct tenure *tenure, str at);
/* Weighs one person against the query; false when nothing but the area fits and a name was given,
 * or nothing at all. */
bool person_weigh(struct arena *arena, const struct pack *pack, const struct person *person,
                  const struct person_query *query, struct person_match *ret_match);
/* Sorts by weight, then name. */
void person_matches_sort(struct person_match *matches, size_t count);
/* One person, and nobody who fits as well: the only case in which one may be called "the" match. */
bool person_matches_single(const struct person_match *matches, size_t count);

#endif
