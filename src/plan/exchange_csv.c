/* SPDX-License-Identifier: Apache-2.0 */
/* Sites out of a table: our own columns, or what councils' software exports. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/grid.h"
#include "plan/day.h"
#include "plan/exchange_internal.h"

enum {
    SHEET_ARENA_BYTES = 512 * 1024 * 1024,
    SHEET_LIST_BYTES = 128 * 1024 * 1024,
    SAME_PLACE_M = 5
};

void sheet_refuse(struct sheet_reader *reader, const char *file, size_t line, const char *fmt, ...)
{
    char words[ERROR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    struct buf who;
    buf_init(&who, ERROR_TEXT_MAX);
    plan_refused_who(&who, reader->row_id, reader->row_name);
    plan_refused_say(reader->refused, "%.200s, line %zu%.*s: %s", file, line,
                     STR_ARG(buf_str(&who)), words);
    buf_close(&who);
}

bool sheet_words_fit(str text, const char *parting)
{
    size_t words = 0, len = 0;
    for (size_t i = 0; i <= text.n; i++) {
        bool ends = i == text.n || strchr(parting, text.p[i]) != NULL;
        words += ends && len > 0 ? 1 : 0;
        len = ends ? 0 : len + 1;
        if (words > SHEET_WORDS_MAX || len > SHEET_WORD_BYTES_MAX) {
            return false;
        }
    }
    return true;
}

bool sheet_next(struct sheet_reader *reader, struct csv *csv, struct csv_row *row,
                enum status *status, struct error *err)
{
    bool has_row = *status == STATUS_OK;
    csv->lets_odd_rows = true;
    while (has_row) {
        *status = csv_next(csv, row, &has_row, err);
        has_row = has_row && *status == STATUS_OK;
        if (has_row && row->count == csv->column_count) {
            return true;
        }
        if (has_row) {
            reader->row_id = reader->row_name = (str){0};
            sheet_refuse(reader, csv->name, row->line, "%zu fields where the header has %zu",
                         row->count, csv->column_count);
        }
    }
    return false;
}

enum status sheet_need_column(const struct csv *csv, const char *file, const char *name,
                              struct error *err)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (str_equal_ascii_fold(csv->columns[i], str_c(name))) {
            return STATUS_OK;
        }
    }
    enum status status = error_set(err, STATUS_INVALID, "%.150s has no column '%s'", file, name);
    str first = csv->column_count == 1 ? csv->columns[0] : (str){0};
    error_hint(err, str_find(first, STR(";")) < first.n
                        ? "Its columns are parted by semicolons; save it with commas between them."
                        : "docs/design/plan-out.md lists the columns");
    return status;
}

void sheet_begin(struct json_out *json, struct buf *text)
{
    buf_add_c(text, text->n > 0 ? ",\n" : "\n");
    json_out_init(json, text);
    json_begin_object(json);
}

static str folded(struct arena *arena, str text)
{
    char *low = arena_alloc(arena, text.n + 1, 1);
    for (size_t i = 0; i < text.n; i++) {
        low[i] = ascii_lower(text.p[i]);
    }
    return str_from(low, text.n);
}

uint32_t sheet_find_site(struct sheet_reader *reader, str text)
{
    uint32_t found = plan_ids_find(&reader->ids, text);
    return found != UINT32_MAX ? found
                               : plan_ids_find(&reader->names, folded(&reader->arena, text));
}

static void keep_site(struct sheet_reader *reader, struct sheet_site site)
{
    if (reader->site_count == reader->site_cap) {
        uint32_t cap = reader->site_cap == 0 ? 256 : reader->site_cap * 2;
        struct sheet_site *more = ARENA_ARRAY(&reader->arena, struct sheet_site, cap);
        if (reader->site_count > 0) {
            memcpy(more, reader->sites, reader->site_count * sizeof *more);
        }
        reader->sites = more;
        reader->site_cap = cap;
    }
    reader->sites[reader->site_count++] = site;
}

uint32_t sheet_add_site(struct sheet_reader *reader, const char *file, size_t line,
                        struct sheet_site site, str area)
{
    struct geo_point here = {.lat = site.lat, .lon = site.lon};
    struct json_out json;
    uint32_t found = plan_ids_find(&reader->ids, site.id);
    if (found != UINT32_MAX) {
        struct geo_point there = {.lat = reader->sites[found].lat, .lon = reader->sites[found].lon};
        if (geo_distance(here, there) > SAME_PLACE_M) {
            sheet_refuse(reader, file, line,
                         "site '%.*s' was there before, at another place; each needs its own id",
                         STR_ARG(utf8_clip(site.id, 80)));
            return PLAN_NONE;
        }
        reader->doubles++;
        return found;
    }
    if (!geo_is_near(here)) {
        sheet_refuse(reader, file, line,
                     "longitude %g, latitude %g is not in or near the British Isles", site.lon,
                     site.lat);
        return PLAN_NONE;
    }
    if (site.id.n == 0 || site.id.n > 180) {
        sheet_refuse(reader, file, line, "the id is empty or longer than 180 bytes");
        return PLAN_NONE;
    }
    if (reader->site_count == PLAN_SITES_MAX) {
        if (!reader->is_full) {
            sheet_refuse(reader, file, line,
                         "this is one site more than the %d that a problem can have; it and all "
                         "new sites after it are left out: plan one region at a time",
                         PLAN_SITES_MAX);
        }
        reader->is_full = true;
        return PLAN_NONE;
    }
    site.id = arena_str(&reader->arena, site.id);
    site.name = arena_str(&reader->arena, site.name);
    site.address = arena_str(&reader->arena, site.address);
    found = reader->site_count;
    keep_site(reader, site);
    (void)plan_ids_add(&reader->ids, site.id, found);
    if (site.name.n > 0) {
        (void)plan_ids_add(&reader->names, folded(&reader->arena, site.name), found);
    }
    sheet_begin(&json, &reader->sites_text);
    json_put_text(&json, "id", site.id);
    json_put_text(&json, "name", site.name);
    json_put_text(&json, "area", area);
    if (site.address.n > 0) {
        json_put_text(&json, "address", site.address);
    }
    json_name(&json, "lon");
    json_add_real(&json, site.lon, 7);
    json_name(&json, "lat");
    json_add_real(&json, site.lat, 7);
    json_end_object(&json);
    return found;
}

/* ---- columns ---- */

enum column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_AREA,
    COLUMN_ADDRESS,
    COLUMN_LON,
    COLUMN_LAT,
    COLUMN_EASTING,
    COLUMN_NORTHING,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMN_DWELL,
    COLUMN_VISITS,
    COLUMN_WEIGHTS,
    COLUMN_RISK,
    COLUMN_OFFICERS,
    COLUMN_SKILLS,
    COLUMN_MANDATORY,
    COLUMN_POST,
    COLUMN_RELIEF,
    COLUMN_NOTE,
    COLUMN_COUNT
};

enum { ALIASES = 6 };
/* Ours first; then Xpress and Democracy Club, Xpress WebLookup, Idox Eros, Democracy Counts. */
static const char *const columns[COLUMN_COUNT][ALIASES] = {
    {"id", "polling_place_id", "pollingplaceid", "pollingvenueid", "stationcode", "site"},
    {"name", "polling_place_name", "pollingplacename", "pollingvenuename", "placename"},
    {"area", "borough", "district", "council"},
    {"address", "postcode", "polling_place_postcode", "pollingplacepostcode"},
    {"lon", "longitude", "lng"},
    {"lat", "latitude"},
    {"easting", "polling_place_easting", "pollingplaceeasting", "pollingvenueeasting", "x"},
    {"northing", "polling_place_northing", "pollingplacenorthing", "pollingvenuenorthing", "y"},
    {"from"},
    {"to"},
    {"dwell_min"},
    {"visits"},
    {"weights"},
    {"risk"},
    {"officers"},
    {"skills"},
    {"mandatory"},
    {"post"},
    {"relief_min"},
    {"note", "notes", "contact"},
};

struct row {
    struct sheet_reader *reader;
    struct csv *csv;
    const struct csv_row *row;
    size_t at[COLUMN_COUNT]; /* CSV_COLUMNS_MAX = not there */
    bool is_refused;
};

static void find_columns(struct row *row)
{
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        row->at[c] = CSV_COLUMNS_MAX;
        for (size_t a = 0; a < ALIASES && columns[c][a] != NULL; a++) {
            for (size_t i = 0; i < row->csv->column_count; i++) {
                if (row->at[c] == CSV_COLUMNS_MAX &&
                    str_equal_ascii_fold(row->csv->columns[i], str_c(columns[c][a]))) {
                    row->at[c] = i;
                }
            }
        }
    }
}

static str field(const struct row *row, enum column column)
{
    return csv_field(row->row, row->at[column]);
}

static void refuse(struct row *row, enum column column, const char *wanted)
{
    if (!row->is_refused) {
        sheet_refuse(row->reader, row->reader->sheet->sites_name, row->row->line,
                     "'%s' is '%.*s'; %s", columns[column][0],
                     STR_ARG(utf8_clip(field(row, column), 60)), wanted);
    }
    row->is_refused = true;
}

static double number(struct row *row, enum column column, double otherwise, double low, double high,
                     const char *wanted)
{
    double value = otherwise;
    str text = field(row, column);
    if (text.n > 0 && (!decimal_parse(text, &value) || !(value >= low && value <= high))) {
        refuse(row, column, wanted);
        return low;
    }
    return value;
}

static int32_t clock_of(struct row *row, enum column column, int32_t otherwise)
{
    int32_t seconds = otherwise;
    str text = field(row, column);
    if (text.n > 0 && !plan_parse_clock(row->reader->sheet->day, text, &seconds)) {
        refuse(row, column, "a time like 07:00, or 01:30+1 on the day after, is wanted");
    }
    return seconds;
}

static bool place(struct row *row, struct sheet_site *site)
{
    struct geo_point point;
    if (field(row, COLUMN_LON).n > 0 || field(row, COLUMN_LAT).n > 0) {
        site->lon = number(row, COLUMN_LON, NAN, -180, 180, "degrees from -180 to 180 are wanted");
        site->lat = number(row, COLUMN_LAT, NAN, -90, 90, "degrees from -90 to 90 are wanted");
        if (!row->is_refused && (isnan(site->lon) || isnan(site->lat))) {
            refuse(row, isnan(site->lon) ? COLUMN_LON : COLUMN_LAT,
                   "both 'lon' and 'lat' are wanted");
        }
        return !row->is_refused;
    }
    struct grid_point grid = {.easting = number(row, COLUMN_EASTING, NAN, 0, 7e5,
                                                "metres of the National Grid are wanted"),
                              .northing = number(row, COLUMN_NORTHING, NAN, 0, 1.3e6,
                                                 "metres of the National Grid are wanted")};
    if (row->is_refused) {
        return false;
    }
    if (isnan(grid.easting) || isnan(grid.northing) ||
        !grid_to_geo(GRID_GREAT_BRITAIN, grid, &point)) {
        row->is_refused = true;
        sheet_refuse(row->reader, row->reader->sheet->sites_name, row->row->line,
                     "there is no place: give 'lon' and 'lat', or 'easting' and 'northing'");
        return false;
    }
    site->lon = point.lon;
    site->lat = point.lat;
    return true;
}

static void put_words(struct json_out *json, const char *name, str text, bool is_number)
{
    if (text.n == 0) {
        return;
    }
    json_name(json, name);
    json_begin_list(json);
    while (text.n > 0) {
        size_t len = 0;
        while (len < text.n && !ascii_is_space(text.p[len]) && text.p[len] != ';') {
            len++;
        }
        if (len > 0 && is_number) {
            json_add_json(json, str_slice(text, 0, len));
        } else if (len > 0) {
            json_add_text(json, str_slice(text, 0, len));
        }
        text = str_slice(text, len + 1, text.n);
    }
    json_end_list(json);
}

/* "1 0.6 0.4": numbers from 0 to 1 that do not rise. */
static str weights(struct row *row, int64_t visits)
{
    str text = field(row, COLUMN_WEIGHTS);
    str rest = text;
    double last = 1;
    size_t count = 0;
    if (text.n == 0) {
        return visits > 1 ? STR("1 0.6 0.4") : (str){0};
    }
    while (rest.n > 0) {
        str word;
        double value = 0;
        rest = str_trim(str_cut(rest, ' ', &word));
        if (!decimal_parse(word, &value) || !(value >= 0 && value <= last) ||
            ++count > PLAN_WEIGHTS_MAX || !ascii_is_digit(word.p[0]) ||
            (word.n > 1 && word.p[0] == '0' && word.p[1] != '.') || str_ends(word, STR("."))) {
            refuse(row, COLUMN_WEIGHTS,
                   "numbers from 1 to 0 that do not rise are wanted (1 0.6 0.4)");
            return (str){0};
        }
        last = value;
    }
    return text;
}

static void put_milli(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_add_real(json, value, 3);
}

static bool is_yes(struct row *row)
{
    str text = field(row, COLUMN_MANDATORY);
    if (text.n == 0 || str_equal_ascii_fold(text, STR("no")) || str_equal(text, STR("0"))) {
        return false;
    }
    if (!str_equal_ascii_fold(text, STR("yes")) && !str_equal(text, STR("1"))) {
        refuse(row, COLUMN_MANDATORY, "yes or no is wanted");
    }
    return true;
}

struct demand {
    str id, site, weights, skills, note;
    int32_t from, to, dwell, relief;
    int64_t visits, post, officers;
    double risk;
    bool is_mandatory;
};

static void put_note(struct json_out *json, str note)
{
    if (note.n > 0) {
        json_put_text(json, "note", note);
    }
}

static void add_demand(struct sheet_reader *reader, const struct demand *d)
{
    struct json_out json;
    if (d->visits > 0) {
        sheet_begin(&json, &reader->visits_text);
        json_put_text(&json, "id", d->id);
        json_put_text(&json, "site", d->site);
        json_put_int(&json, "from_s", d->from);
        json_put_int(&json, "to_s", d->to);
        json_put_int(&json, "dwell_s", d->dwell);
        json_put_int(&json, "count", d->visits);
        put_milli(&json, "profit", d->risk);
        put_words(&json, "weights", d->weights, true);
        put_words(&json, "skills", d->skills, false);
        json_put_int(&json, "officers", d->officers);
        if (d->is_mandatory) {
            json_put_bool(&json, "mandatory", true);
        }
        put_note(&json, d->note);
        json_end_object(&json);
    }
    if (d->post > 0) {
        sheet_begin(&json, &reader->posts_text);
        json_put_text(&json, "id", d->id);
        json_put_text(&json, "site", d->site);
        json_put_int(&json, "from_s", d->from);
        json_put_int(&json, "to_s", d->to);
        json_put_int(&json, "officers", d->post);
        if (d->relief > 0) {
            json_put_int(&json, "relief_s", d->relief);
        }
        put_milli(&json, "profit", d->risk);
        put_words(&json, "skills", d->skills, false);
        put_note(&json, d->note);
        json_end_object(&json);
    }
}

/* Who typed one of both is told of that one. */
static void refuse_hours(struct row *row)
{
    const struct plan_problem clock = {.day = row->reader->sheet->day, .ticks_per_s = 1};
    bool has_from = field(row, COLUMN_FROM).n > 0;
    bool has_to = field(row, COLUMN_TO).n > 0;
    int32_t other = has_to ? row->reader->sheet->from : row->reader->sheet->to;
    str words =
        has_from && has_to
            ? arena_printf(&row->reader->arena, "'to' is '%.*s'",
                           STR_ARG(utf8_clip(field(row, COLUMN_TO), 60)))
            : arena_printf(&row->reader->arena, "an empty '%s' is %.*s", has_to ? "from" : "to",
                           STR_ARG(plan_clock(&row->reader->arena, &clock, other)));
    words = arena_printf(&row->reader->arena,
                         "%.*s: it closes before it opens (01:30+1 is on the day after)",
                         STR_ARG(words));
    refuse(row, has_from ? COLUMN_FROM : COLUMN_TO, words.p);
}

static struct demand read_demand(struct row *row)
{
    const struct plan_sheet *sheet = row->reader->sheet;
    struct demand d = {.skills = field(row, COLUMN_SKILLS), .note = field(row, COLUMN_NOTE)};
    d.from = clock_of(row, COLUMN_FROM, sheet->from);
    d.to = clock_of(row, COLUMN_TO, sheet->to);
    d.dwell = (int32_t)(60 * number(row, COLUMN_DWELL, sheet->dwell / 60.0, 0, 1440,
                                    "minutes up to 1,440 are wanted"));
    d.post = (int64_t)number(row, COLUMN_POST, 0, 0, 100, "0 to 100 officers are wanted");
    /* Where officers stand all the time, nobody is wanted besides unless the row says so. */
    d.visits = (int64_t)number(row, COLUMN_VISITS, d.post > 0 ? 0 : sheet->count, 0, 64,
                               "0 to 64 are wanted");
    d.officers = (int64_t)number(row, COLUMN_OFFICERS, 1, 1, 100, "1 to 100 are wanted");
    d.relief = (int32_t)(60 * number(row, COLUMN_RELIEF, 0, 0, 1440, "minutes are wanted"));
    d.risk = number(row, COLUMN_RISK, 1, 0, 1e6, "a number from 0 to 1,000,000 is wanted");
    d.is_mandatory = is_yes(row);
    d.weights = weights(row, d.visits);
    if (!sheet_words_fit(d.skills, "; \t\r\n\v\f")) {
        refuse(row, COLUMN_SKILLS, "up to 64 words of up to 100 bytes are wanted");
    }
    if (d.note.n > SHEET_NOTE_BYTES_MAX) {
        refuse(row, COLUMN_NOTE, "up to 400 bytes are wanted: it is printed on a card");
    }
    if (row->is_refused) {
        return d;
    }
    if (d.to < d.from) {
        refuse_hours(row);
    } else if (d.post > 0 && d.to == d.from) {
        refuse(row, COLUMN_POST, "the hours from 'from' to 'to' are empty");
    } else if (d.visits > 0 && (d.to - d.from) / d.visits < d.dwell) {
        refuse(row, COLUMN_VISITS, "that many do not fit between 'from' and 'to'");
    }
    return d;
}

/* All of the row is read before anything of it is taken: a site whose visits were refused would
 * stand there as one that wants none. */
static void read_site(struct row *row, bool has_demand)
{
    struct sheet_reader *reader = row->reader;
    struct sheet_site site = {.id = field(row, COLUMN_ID),
                              .name = field(row, COLUMN_NAME),
                              .address = field(row, COLUMN_ADDRESS)};
    struct demand d = {0};
    row->is_refused = false;
    reader->row_id = site.id;
    reader->row_name = site.name;
    if (!place(row, &site)) {
        return;
    }
    has_demand = has_demand && plan_ids_find(&reader->ids, site.id) == UINT32_MAX;
    if (has_demand) {
        d = read_demand(row);
    }
    if (row->is_refused) {
        return;
    }
    uint32_t at = sheet_add_site(reader, reader->sheet->sites_name, row->row->line, site,
                                 field(row, COLUMN_AREA));
    if (at != PLAN_NONE && has_demand) {
        d.id = d.site = reader->sites[at].id;
        add_demand(reader, &d);
    }
}

static enum status read_sites(struct sheet_reader *reader, struct error *err)
{
    const struct plan_sheet *sheet = reader->sheet;
    struct csv csv;
    struct csv_row fields;
    struct row row = {.reader = reader, .csv = &csv, .row = &fields};
    enum status status = csv_open(&reader->arena, sheet->sites_name, sheet->sites, ',', &csv, err);
    if (status != STATUS_OK) {
        return status;
    }
    find_columns(&row);
    if (row.at[COLUMN_ID] == CSV_COLUMNS_MAX) {
        return sheet_need_column(&csv, sheet->sites_name, "id", err);
    }
    /* Beside a calendar the table says where places are; the calendar says when. */
    bool has_demand = sheet->events.n == 0;
    while (sheet_next(reader, &csv, &fields, &status, err)) {
        read_site(&row, has_demand);
    }
    return status;
}

/* ---- the whole ---- */

static void put_list(struct buf *out, const char *name, const struct buf *items)
{
    buf_printf(out, ",\n\"%s\":[", name);
    buf_add(out, buf_str(items));
    buf_add_c(out, "]");
}

static void write_problem(const struct sheet_reader *reader, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "format", STR("hustings-plan-problem"));
    json_put_int(&json, "version", 1);
    json_put_text(&json, "name", reader->sheet->name);
    json_put_text(&json, "day", reader->sheet->day);
    buf_add_c(out, ",\n\"travel\":{\"by\":\"sphere\",\"modes\":["
                   "{\"id\":\"car\",\"kmh\":25,\"factor\":1.35,\"overhead_s\":60},"
                   "{\"id\":\"bicycle\",\"kmh\":14,\"factor\":1.3,\"overhead_s\":60},"
                   "{\"id\":\"foot\",\"kmh\":4.8,\"factor\":1.25}]}");
    put_list(out, "sites", &reader->sites_text);
    put_list(out, "units", &reader->units_text);
    put_list(out, "tasks", &reader->tasks_text);
    put_list(out, "visits", &reader->visits_text);
    put_list(out, "posts", &reader->posts_text);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}

enum status plan_import_sheet(const struct plan_sheet *sheet, struct buf *out,
                              struct plan_refused *refused, uint32_t *ret_doubles,
                              struct error *err)
{
    struct sheet_reader reader = {.sheet = sheet, .refused = refused};
    struct buf *texts[] = {&reader.sites_text, &reader.units_text, &reader.visits_text,
                           &reader.posts_text, &reader.tasks_text};
    time_us start;
    if (sheet->day.n > 0 && !plan_day_start(sheet->day, &start)) {
        return error_set(err, STATUS_INVALID, "'%.*s' is no day; write it as 2026-05-07",
                         STR_ARG(utf8_clip(sheet->day, 40)));
    }
    arena_init(&reader.arena, SHEET_ARENA_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        buf_init(texts[i], SHEET_LIST_BYTES);
    }
    plan_ids_init(&reader.ids, &reader.arena);
    plan_ids_init(&reader.names, &reader.arena);
    plan_ids_init(&reader.tasks, &reader.arena);
    plan_ids_init(&reader.units, &reader.arena);
    enum status status = sheet->sites.n > 0 ? read_sites(&reader, err) : STATUS_OK;
    if (status == STATUS_OK && sheet->events.n > 0) {
        reader.row_id = reader.row_name = (str){0}; /* events say themselves which they are */
        status = sheet_read_events(&reader, err);
    }
    if (status == STATUS_OK && sheet->units.n > 0) {
        status = sheet_read_units(&reader, err);
    }
    if (status == STATUS_OK && reader.site_count == 0) {
        status = error_set(err, STATUS_INVALID, "no row gave a site");
    }
    if (status == STATUS_OK) {
        write_problem(&reader, out);
        *ret_doubles = reader.doubles;
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        buf_close(texts[i]);
    }
    arena_close(&reader.arena);
    return status;
}
