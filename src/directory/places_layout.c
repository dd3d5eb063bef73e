/* SPDX-License-Identifier: Apache-2.0 */
#include "directory/places_file.h"

static const char *const field_names[PLACE_FIELD_COUNT] = {
    [PLACE_ID] = "place id",
    [PLACE_NAME] = "name",
    [PLACE_ADDRESS] = "address",
    [PLACE_ADDRESS_2] = "address 2",
    [PLACE_ADDRESS_3] = "address 3",
    [PLACE_ADDRESS_4] = "address 4",
    [PLACE_ADDRESS_5] = "address 5",
    [PLACE_ADDRESS_6] = "address 6",
    [PLACE_ADDRESS_7] = "address 7",
    [PLACE_POSTCODE] = "postcode",
    [PLACE_EASTING] = "easting",
    [PLACE_NORTHING] = "northing",
    [PLACE_LAT] = "lat",
    [PLACE_LON] = "lon",
    [PLACE_UPRN] = "uprn",
    [PLACE_STATION] = "station",
    [PLACE_DISTRICT] = "polling district",
    [PLACE_WARD] = "ward code",
    [PLACE_COUNCIL] = "district code",
    [PLACE_ELECTION] = "election date",
};

const char *place_field_name(enum place_field field)
{
    return field_names[field];
}

enum { SIGNATURE_MAX = 5 };

struct alias {
    enum place_field field;
    const char *column;
};
struct known_layout {
    const char *name;
    enum place_field signature[SIGNATURE_MAX];
    size_t signature_count;
    const struct alias *aliases;
    size_t alias_count;
};

static const struct alias xpress[] = {
    {PLACE_ID, "polling place id"},
    {PLACE_NAME, "polling place name"},
    {PLACE_ADDRESS, "polling place address 1"},
    {PLACE_ADDRESS_2, "polling place address 2"},
    {PLACE_ADDRESS_3, "polling place address 3"},
    {PLACE_ADDRESS_4, "polling place address 4"},
    {PLACE_POSTCODE, "polling place postcode"},
    {PLACE_EASTING, "polling place easting"},
    {PLACE_NORTHING, "polling place northing"},
    {PLACE_UPRN, "polling place uprn"},
    {PLACE_DISTRICT, "polling place district reference"},
    {PLACE_ELECTION, "election date"},
};
static const struct alias weblookup[] = {
    {PLACE_COUNCIL, "authority code"},
    {PLACE_ID, "polling place id"},
    {PLACE_NAME, "polling place address 1"},
    {PLACE_ADDRESS, "polling place address 2"},
    {PLACE_ADDRESS_2, "polling place address 3"},
    {PLACE_ADDRESS_3, "polling place address 4"},
    {PLACE_ADDRESS_4, "polling place address 5"},
    {PLACE_ADDRESS_5, "polling place address 6"},
    {PLACE_ADDRESS_6, "polling place address 7"},
    {PLACE_EASTING, "polling place easting"},
    {PLACE_NORTHING, "polling place northing"},
    {PLACE_DISTRICT, "polling district reference"},
};
static const struct alias halarose[] = {
    {PLACE_ID, "polling venue id"},
    {PLACE_NAME, "polling station name"},
    {PLACE_STATION, "polling station number"},
    {PLACE_ADDRESS, "polling station address 1"},
    {PLACE_ADDRESS_2, "polling station address 2"},
    {PLACE_ADDRESS_3, "polling station address 3"},
    {PLACE_ADDRESS_4, "polling station address 4"},
    {PLACE_ADDRESS_5, "polling station address 5"},
    {PLACE_POSTCODE, "polling station post code"},
    {PLACE_UPRN, "polling venue uprn"},
    {PLACE_EASTING, "polling venue easting"},
    {PLACE_NORTHING, "polling venue northing"},
    {PLACE_DISTRICT, "polling district name"},
};
static const struct alias democracy_counts[] = {
    {PLACE_NAME, "place name"},   {PLACE_ADDRESS, "add 1"},      {PLACE_ADDRESS_2, "add 2"},
    {PLACE_ADDRESS_3, "add 3"},   {PLACE_ADDRESS_4, "add 4"},    {PLACE_ADDRESS_5, "add 5"},
    {PLACE_ADDRESS_6, "add 6"},   {PLACE_POSTCODE, "post code"}, {PLACE_STATION, "station code"},
    {PLACE_EASTING, "xordinate"}, {PLACE_NORTHING, "yordinate"},
};
static const struct alias eoni[] = {
    {PLACE_ID, "prem id"},
    {PLACE_NAME, "prem name"},
    {PLACE_ADDRESS, "prem fulladdress"},
    {PLACE_POSTCODE, "prem postcode"},
    {PLACE_LON, "prem x 4326"},
    {PLACE_LAT, "prem y 4326"},
};
static const struct alias stations[] = {
    {PLACE_STATION, "id"},        {PLACE_NAME, "name"},      {PLACE_ADDRESS, "address"},
    {PLACE_POSTCODE, "postcode"}, {PLACE_WARD, "ward code"}, {PLACE_COUNCIL, "la code"},
    {PLACE_LON, "lon"},           {PLACE_LAT, "lat"},
};

static const struct known_layout layouts[] = {
    {"xpress", {PLACE_ID, PLACE_NAME, PLACE_EASTING}, 3, xpress, ARRAY_LEN(xpress)},
    {"xpress-weblookup", {PLACE_COUNCIL, PLACE_ID, PLACE_NAME}, 3, weblookup, ARRAY_LEN(weblookup)},
    {"halarose", {PLACE_ID, PLACE_NAME, PLACE_STATION}, 3, halarose, ARRAY_LEN(halarose)},
    /* Its older exports have no id of the venue. */
    {"halarose", {PLACE_NAME, PLACE_STATION, PLACE_ADDRESS}, 3, halarose, ARRAY_LEN(halarose)},
    {"democracy-counts",
     {PLACE_NAME, PLACE_STATION},
     2,
     democracy_counts,
     ARRAY_LEN(democracy_counts)},
    {"eoni", {PLACE_ID, PLACE_NAME}, 2, eoni, ARRAY_LEN(eoni)},
    {"stations",
     {PLACE_STATION, PLACE_NAME, PLACE_POSTCODE, PLACE_LAT, PLACE_LON},
     5,
     stations,
     ARRAY_LEN(stations)},
    /* The own layout: the fields' names. */
    {"own", {PLACE_ID, PLACE_NAME, PLACE_POSTCODE}, 3, NULL, 0},
};

static bool has(const struct places_layout *layout, enum place_field field)
{
    return layout->at[field] != TABLE_COLUMNS_MAX;
}

static bool try_layout(const struct table *table, const struct known_layout *known,
                       struct places_layout *layout)
{
    for (size_t i = 0; i < PLACE_FIELD_COUNT; i++) {
        layout->at[i] = known->alias_count == 0 ? table_column(table, str_c(field_names[i]))
                                                : TABLE_COLUMNS_MAX;
    }
    for (size_t i = 0; i < known->alias_count; i++) {
        layout->at[known->aliases[i].field] = table_column(table, str_c(known->aliases[i].column));
    }
    layout->name = known->name;
    for (size_t i = 0; i < known->signature_count; i++) {
        if (!has(layout, known->signature[i])) {
            return false;
        }
    }
    return true;
}

enum status places_layout_find(const struct table *table, const struct places_options *options,
                               struct places_layout *ret_layout, struct error *err)
{
    struct places_layout layout = {.options = *options, .name = ""};
    bool is_found = false;
    for (size_t i = 0; i < ARRAY_LEN(layouts) && !is_found; i++) {
        is_found = try_layout(table, &layouts[i], &layout);
    }
    if (options->columns.n > 0) {
        const struct table_fields fields = {field_names, PLACE_FIELD_COUNT,
                                            "'place id', 'name', 'postcode', 'easting'"};
        enum status status = table_columns_named(table, options->columns, &fields, layout.at, err);
        if (status != STATUS_OK) {
            return status;
        }
        layout.name = "columns";
        is_found = has(&layout, PLACE_NAME);
    }
    if (!is_found) {
        (void)error_set(err, STATUS_INVALID, "the header is of no layout that is known");
        error_hint(err, "known: Xpress, Halarose, Democracy Counts, EONI, or columns place id, "
                        "name, address, postcode, easting, northing, station; or --columns");
        return STATUS_INVALID;
    }
    if (options->council.n == 0 && !has(&layout, PLACE_COUNCIL)) {
        if (str_equal(str_c(layout.name), STR("eoni"))) {
            layout.options.council = STR("N92000002"); /* one office for Northern Ireland */
        } else {
            (void)error_set(err, STATUS_INVALID, "the file does not say which council it is of");
            error_hint(err, "say it: --district 'Tower Hamlets' (a name or a code)");
            return STATUS_INVALID;
        }
    }
    *ret_layout = layout;
    return STATUS_OK;
}
