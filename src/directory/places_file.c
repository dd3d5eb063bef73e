/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/places_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "directory/map.h"
#include "pack/fold.h"

enum { NOTE_BYTES_MAX = 400, PLACES_ARENA_RESERVE = 4 * 1024 * 1024 };

/* What is far from a council's other places, and what is near: metres. The widest council,
 * Highland, is 230 km across. */
#define FAR_AWAY 150000.0
#define NEAR_BY 60000.0

void places_import_start(struct places_import *import, struct arena *arena, struct arena *scratch,
                         const struct places_layout *layout, places_note *note, void *context)
{
    *import = (struct places_import){
        .arena = arena, .scratch = scratch, .layout = *layout, .note = note, .context = context};
    import->by_id = ARENA_NEW(arena, struct map);
    import->by_station = ARENA_NEW(arena, struct map);
    map_init(import->by_id, arena);
    map_init(import->by_station, arena);
}

/* --- values of a row --- */

struct reader {
    struct places_import *import;
    const struct table_row *row;
    struct error *err;
    enum status status;
};

static void refuse(struct reader *reader, enum place_field field, const char *what)
{
    if (reader->status == STATUS_OK) {
        reader->status =
            error_set(reader->err, STATUS_INVALID, "%s: %s", place_field_name(field), what);
    }
}

static str value(struct reader *reader, enum place_field field, size_t bytes_max)
{
    size_t at = reader->import->layout.at[field];
    str text = at < reader->row->count ? reader->row->fields[at] : (str){0};
    if (text.n > bytes_max) {
        refuse(reader, field, "longer than a field may be");
        return (str){0};
    }
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7F) {
            refuse(reader, field, "a line break or control character");
            return (str){0};
        }
    }
    return text;
}

PRINTF_LIKE(4, 5)
static void note(struct places_import *import, size_t line, bool is_refused, const char *fmt, ...)
{
    char text[NOTE_BYTES_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    import->note(import->context, line, is_refused, text);
}

static str keep(struct reader *reader, str text)
{
    return arena_str(reader->import->arena, text);
}

/* "n/a", "-", "0": what programs write for "none". */
static str station_number(struct reader *reader)
{
    str text = value(reader, PLACE_STATION, DIRECTORY_ID_BYTES_MAX);
    bool is_none = str_equal_ascii_fold(text, STR("n/a")) || str_equal(text, STR("-")) ||
                   str_equal(text, STR("0"));
    return is_none ? (str){0} : text;
}

static bool is_zero(double number)
{
    return number > -1e-9 && number < 1e-9;
}

/* A pair of numbers; false when it is not given. */
static bool pair(struct reader *reader, enum place_field a, enum place_field b, double *ret_a,
                 double *ret_b)
{
    str text_a = value(reader, a, DIRECTORY_ID_BYTES_MAX);
    str text_b = value(reader, b, DIRECTORY_ID_BYTES_MAX);
    if (text_a.n == 0 || text_b.n == 0) {
        return false;
    }
    if (!decimal_parse(text_a, ret_a) || !decimal_parse(text_b, ret_b)) {
        note(reader->import, reader->row->line, false, "%s or %s is no number: left out",
             place_field_name(a), place_field_name(b));
        return false;
    }
    return !(is_zero(*ret_a) && is_zero(*ret_b));
}

static void read_location(struct reader *reader, struct place_entry *entry)
{
    struct places_import *import = reader->import;
    size_t line = reader->row->line;
    struct geo_point at = {0};
    if (pair(reader, PLACE_LAT, PLACE_LON, &at.lat, &at.lon)) {
        struct geo_point turned = {at.lon, at.lat};
        if (geo_is_near(at)) {
            entry->place.is_located = true;
            entry->place.at = at;
            return;
        }
        if (geo_is_near(turned)) {
            note(import, line, false, "latitude and longitude are swapped: turned round");
            entry->place.is_located = true;
            entry->place.at = turned;
            return;
        }
        note(import, line, false, "latitude and longitude are not in the British Isles: left out");
    }
    if (pair(reader, PLACE_EASTING, PLACE_NORTHING, &entry->grid.easting, &entry->grid.northing)) {
        entry->has_grid = true;
    }
}

/* All lines of the address, and the postcode that hides in the last one. */
static void read_address(struct reader *reader, struct place *place)
{
    struct buf lines;
    struct arena *arena = reader->import->arena;
    str written = value(reader, PLACE_POSTCODE, DIRECTORY_TEXT_BYTES_MAX);
    buf_init(&lines, (size_t)8 * DIRECTORY_TEXT_BYTES_MAX);
    for (unsigned i = PLACE_ADDRESS; i <= PLACE_ADDRESS_7; i++) {
        str line = value(reader, (enum place_field)i, DIRECTORY_TEXT_BYTES_MAX);
        if (line.n == 0 || (written.n == 0 && postcode_parse(arena, line, &place->postcode))) {
            continue;
        }
        buf_add_c(&lines, lines.n > 0 ? ", " : "");
        buf_add(&lines, line);
    }
    if (lines.n > DIRECTORY_TEXT_BYTES_MAX) {
        refuse(reader, PLACE_ADDRESS, "longer than a field may be");
    }
    place->address = keep(reader, buf_str(&lines));
    buf_close(&lines);
    if (written.n > 0 && !postcode_parse(arena, written, &place->postcode)) {
        note(reader->import, reader->row->line, false,
             "postcode: does not have the form of one: left out");
    }
}

/* --- which place? --- */

struct whereabouts {
    str council, election, id;
};

/* A row of another council than was said for the whole file is refused; an authority's code that the
 * pack does not know (Xpress has its own) gives way to a district that was named. */
static struct whereabouts whereabouts_of(struct reader *reader)
{
    const struct places_options *options = &reader->import->layout.options;
    struct whereabouts where = {0};
    struct directory_area area = {0};
    str council = value(reader, PLACE_COUNCIL, DIRECTORY_ID_BYTES_MAX);
    str election = value(reader, PLACE_ELECTION, DIRECTORY_TEXT_BYTES_MAX);
    where.council = options->council.n > 0 ? options->council : council;
    if (area_find(options->pack, council, &area)) {
        where.council = area.code;
        if (options->council.n > 0 && !str_equal(area.code, options->council)) {
            refuse(reader, PLACE_COUNCIL,
                   "is another council than --district says: leave --district away, or give the "
                   "one of the file");
        }
    }
    if (where.council.n == 0) {
        refuse(reader, PLACE_COUNCIL, "is empty; say it for the file with --district");
    }
    if (!date_parse(reader->import->scratch, election, &where.election)) {
        refuse(reader, PLACE_ELECTION, "is no date such as 2024-07-04 or 04/07/2024");
    }
    where.election = where.election.n > 0 ? where.election : options->election;
    where.id = value(reader, PLACE_ID, DIRECTORY_ID_BYTES_MAX);
    return where;
}

/* Name and postcode, where the file has no id of places. */
static str made_id(struct reader *reader, str name)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str postcode = {0};
    str folded = fold_name(name, bytes);
    (void)postcode_parse(reader->import->scratch,
                         value(reader, PLACE_POSTCODE, DIRECTORY_TEXT_BYTES_MAX), &postcode);
    return arena_printf(reader->import->scratch, "%.*s %.*s", STR_ARG(folded), STR_ARG(postcode));
}

static bool same_name(str a, str b)
{
    char left[FOLD_NAME_BYTES_MAX];
    char right[FOLD_NAME_BYTES_MAX];
    return str_equal(a, b) || str_equal(fold_name(a, left), fold_name(b, right));
}

static struct place_entry *add_entry(struct places_import *import)
{
    if (import->entry_count == import->entry_cap) {
        size_t cap = import->entry_cap == 0 ? 64 : import->entry_cap * 2;
        struct place_entry **more = ARENA_ARRAY(import->arena, struct place_entry *, cap);
        if (import->entry_count > 0) {
            memcpy(more, import->entries, import->entry_count * sizeof(struct place_entry *));
        }
        import->entries = more;
        import->entry_cap = cap;
    }
    struct place_entry *entry = ARENA_NEW(import->arena, struct place_entry);
    import->entries[import->entry_count++] = entry;
    return entry;
}

static void new_place(struct reader *reader, const struct whereabouts *where, str id, str name,
                      struct place_entry **ret_entry)
{
    struct places_import *import = reader->import;
    struct place_entry draft = {.line = reader->row->line};
    struct place *place = &draft.place;
    read_address(reader, place);
    read_location(reader, &draft);
    place->uprn = value(reader, PLACE_UPRN, DIRECTORY_ID_BYTES_MAX);
    place->ward = value(reader, PLACE_WARD, DIRECTORY_ID_BYTES_MAX);
    if (reader->status != STATUS_OK) {
        return;
    }
    place->council = keep(reader, where->council);
    place->election = keep(reader, where->election);
    place->id = keep(reader, id);
    place->name = keep(reader, name);
    place->uprn = keep(reader, place->uprn);
    place->ward = keep(reader, place->ward);
    struct place_entry *entry = add_entry(import);
    *entry = draft;
    map_add(import->by_id, place_key(import->arena, place), import->entry_count - 1);
    *ret_entry = entry;
}

/* The rows of a place mostly stand together: the last one is looked at first. */
static bool is_last(const struct places_import *import, const struct whereabouts *where)
{
    return import->last != NULL && where->id.n > 0 &&
           str_equal(import->last->place.id, where->id) &&
           str_equal(import->last->place.council, where->council) &&
           str_equal(import->last->place.election, where->election);
}

static struct place_entry *find_place(struct reader *reader)
{
    struct places_import *import = reader->import;
    str name = value(reader, PLACE_NAME, DIRECTORY_NAME_BYTES_MAX);
    struct whereabouts where = whereabouts_of(reader);
    struct place_entry *entry = NULL;
    char folded[FOLD_NAME_BYTES_MAX];
    if (reader->status == STATUS_OK && fold_name(name, folded).n == 0) {
        refuse(reader, PLACE_NAME, "holds no letter");
    }
    if (reader->status != STATUS_OK) {
        return NULL;
    }
    if (is_last(import, &where)) {
        entry = import->last;
    } else {
        str id = where.id.n > 0 ? where.id : made_id(reader, name);
        struct place sought = {.council = where.council, .election = where.election, .id = id};
        const size_t *known = map_find(import->by_id, place_key(import->scratch, &sought));
        if (known != NULL) {
            entry = import->entries[*known];
        } else if (import->entry_count == DIRECTORY_PLACES_MAX ||
                   import->arena->bytes_max - import->arena->used_total < PLACES_ARENA_RESERVE) {
            reader->status = error_set(reader->err, STATUS_LIMIT,
                                       "more places than one file may hold: split it");
        } else {
            new_place(reader, &where, id, name, &entry);
            return entry;
        }
    }
    if (entry != NULL && !same_name(entry->place.name, name)) {
        reader->status = error_set(reader->err, STATUS_INVALID,
                                   "this place id has another name in line %zu", entry->line);
        return NULL;
    }
    return entry;
}

/* --- stations --- */

static void add_station(struct reader *reader, struct place_entry *entry)
{
    struct places_import *import = reader->import;
    struct place *place = &entry->place;
    struct station row = {station_number(reader),
                          value(reader, PLACE_DISTRICT, DIRECTORY_TEXT_BYTES_MAX)};
    if (reader->status != STATUS_OK || (row.number.n == 0 && row.district.n == 0)) {
        return;
    }
    for (size_t i = place->station_count; i > 0; i--) {
        if (str_equal(place->stations[i - 1].number, row.number) &&
            str_equal(place->stations[i - 1].district, row.district)) {
            return;
        }
    }
    if (place->station_count == PLACE_STATIONS_MAX) {
        reader->status = error_set(reader->err, STATUS_LIMIT,
                                   "this place has 256 stations and polling districts already");
        return;
    }
    if (place->station_count == place->station_cap) {
        place->station_cap = place->station_cap == 0 ? 2 : place->station_cap * 2;
        struct station *more = ARENA_ARRAY(import->arena, struct station, place->station_cap);
        if (place->station_count > 0) {
            memcpy(more, place->stations, place->station_count * sizeof more[0]);
        }
        place->stations = more;
    }
    row = (struct station){keep(reader, row.number), keep(reader, row.district)};
    place->stations[place->station_count++] = row;
    if (row.number.n == 0) {
        return;
    }
    str key = arena_printf(import->scratch, "%.*s/%.*s/%.*s", STR_ARG(place->council),
                           STR_ARG(place->election), STR_ARG(row.number));
    const size_t *other = map_find(import->by_station, key);
    if (other == NULL) {
        map_add(import->by_station, keep(reader, key), entry->line);
    } else if (*other != entry->line) {
        note(import, reader->row->line, false,
             "this station's number is also that of a station of the place in line %zu", *other);
    }
}

enum status places_import_row(struct places_import *import, const struct table_row *row,
                              struct error *err)
{
    struct reader reader = {.import = import, .row = row, .err = err};
    arena_reset(import->scratch);
    struct place_entry *entry = find_place(&reader);
    if (entry != NULL) {
        import->last = entry;
        add_station(&reader, entry);
    }
    return reader.status;
}

/* --- the end: where are they? --- */

static int compare_double(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

/* The middle one of all eastings and of all northings; false for fewer than three places. */
static bool middle_of(const struct places_import *import, struct geo_point *ret_middle)
{
    double *lats = ARENA_ARRAY(import->arena, double, import->entry_count + 1);
    double *lons = ARENA_ARRAY(import->arena, double, import->entry_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < import->entry_count; i++) {
        const struct place *place = &import->entries[i]->place;
        if (place->is_located) {
            lats[count] = place->at.lat;
            lons[count++] = place->at.lon;
        }
    }
    if (count < 3) {
        return false;
    }
    qsort(lats, count, sizeof lats[0], compare_double);
    qsort(lons, count, sizeof lons[0], compare_double);
    *ret_middle = (struct geo_point){lats[count / 2], lons[count / 2]};
    return true;
}

static void locate(struct places_import *import, struct place_entry *entry)
{
    enum grid grid = import->layout.options.is_irish ? GRID_IRELAND : GRID_GREAT_BRITAIN;
    struct grid_point turned = {entry->grid.northing, entry->grid.easting};
    struct place *place = &entry->place;
    if (!entry->has_grid || place->is_located) {
        return;
    }
    if (grid_to_geo(grid, entry->grid, &place->at) && geo_is_near(place->at)) {
        place->is_located = true;
    } else if (grid_to_geo(grid, turned, &place->at) && geo_is_near(place->at)) {
        place->is_located = true;
        note(import, entry->line, false, "easting and northing are swapped: turned round");
    } else {
        note(import, entry->line, false, "easting and northing are not on the grid: left out");
    }
}

/* A swapped pair of the south of England lies on the grid too, but in the sea off Galloway. */
static void turn_round(struct places_import *import, struct place_entry *entry,
                       struct geo_point middle)
{
    enum grid grid = import->layout.options.is_irish ? GRID_IRELAND : GRID_GREAT_BRITAIN;
    struct grid_point turned = {entry->grid.northing, entry->grid.easting};
    struct place *place = &entry->place;
    struct geo_point at = {0};
    if (!place->is_located || geo_distance(place->at, middle) < FAR_AWAY) {
        return;
    }
    if (entry->has_grid && grid_to_geo(grid, turned, &at) && geo_distance(at, middle) < NEAR_BY) {
        place->at = at;
        note(import, entry->line, false, "easting and northing are swapped: turned round");
    } else {
        note(import, entry->line, false,
             "this place lies more than 150 km from the file's other places: check it");
    }
}

static int compare_station(const void *a, const void *b)
{
    const struct station *left = a;
    const struct station *right = b;
    int order = str_compare(left->number, right->number);
    return order != 0 ? order : str_compare(left->district, right->district);
}

void places_import_end(struct places_import *import)
{
    struct geo_point middle = {0};
    for (size_t i = 0; i < import->entry_count; i++) {
        struct place *place = &import->entries[i]->place;
        locate(import, import->entries[i]);
        if (place->station_count > 1) {
            qsort(place->stations, place->station_count, sizeof place->stations[0],
                  compare_station);
        }
    }
    if (middle_of(import, &middle)) {
        for (size_t i = 0; i < import->entry_count; i++) {
            turn_round(import, import->entries[i], middle);
        }
    }
}

void place_compare(struct place_entry *entry, str kept)
{
    struct buf body;
    if (kept.n == 0) {
        entry->change = CHANGE_NEW;
        return;
    }
    buf_init(&body, DIRECTORY_BODY_BYTES_MAX);
    place_encode(&body, &entry->place);
    entry->change = str_equal(buf_str(&body), kept) ? CHANGE_SAME : CHANGE_CHANGED;
    buf_close(&body);
}
