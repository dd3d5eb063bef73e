/* SPDX-License-Identifier: Apache-2.0 */
/* A polling place as JSON. Coordinates are kept with six decimals: a tenth of a metre. */
#include <math.h>

#include "codec/json.h"
#include "directory/directory.h"
#include "pack/fold.h"

#define MICRO 1e6

size_t place_stations(const struct place *place)
{
    size_t count = 0;
    for (size_t i = 0; i < place->station_count; i++) { /* sorted by number */
        str number = place->stations[i].number;
        count += number.n > 0 && (i == 0 || !str_equal(number, place->stations[i - 1].number));
    }
    return count;
}

static bool has_word(str text, str wanted, bool is_whole)
{
    while (text.n > 0) {
        str word = {0};
        text = str_cut(text, ' ', &word);
        if (is_whole ? str_equal(word, wanted) : str_starts(word, wanted)) {
            return true;
        }
    }
    return false;
}

bool place_has_words(const struct place *place, str folded)
{
    char bytes[3][FOLD_NAME_BYTES_MAX];
    const str texts[] = {fold_name(place->name, bytes[0]), fold_name(place->address, bytes[1]),
                         fold_name(place->postcode, bytes[2])};
    bool has_all = folded.n > 0;
    while (folded.n > 0 && has_all) {
        str word = {0};
        folded = str_cut(folded, ' ', &word);
        bool has = false;
        for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
            has = has || has_word(texts[i], word, folded.n > 0);
        }
        has_all = has;
    }
    return has_all;
}

str place_key(struct arena *arena, const struct place *place)
{
    return arena_printf(arena, "%.*s/%.*s/%.*s", STR_ARG(place->council), STR_ARG(place->election),
                        STR_ARG(place->id));
}

void place_encode(struct buf *out, const struct place *place)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "council", place->council);
    json_put_text(&json, "election", place->election);
    json_put_text(&json, "id", place->id);
    json_put_text(&json, "name", place->name);
    json_put_text(&json, "address", place->address);
    json_put_text(&json, "postcode", place->postcode);
    json_put_text(&json, "uprn", place->uprn);
    json_put_text(&json, "ward", place->ward);
    if (place->is_located) {
        json_put_int(&json, "lat_e6", (int64_t)llround(place->at.lat * MICRO));
        json_put_int(&json, "lon_e6", (int64_t)llround(place->at.lon * MICRO));
    }
    json_name(&json, "stations");
    json_begin_list(&json);
    for (size_t i = 0; i < place->station_count; i++) {
        json_begin_object(&json);
        json_put_text(&json, "number", place->stations[i].number);
        json_put_text(&json, "district", place->stations[i].district);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
}

enum status place_decode(struct arena *arena, str body, struct place *ret_place, struct error *err)
{
    struct json json;
    enum status status = json_parse(arena, body, &json, err);
    if (status != STATUS_OK || json_member_text(&json, "name").n == 0) {
        return error_set(err, STATUS_CORRUPT, "A place of the directory cannot be read.");
    }
    const struct json *stations = json_member(&json, "stations");
    const struct json *lat = json_member(&json, "lat_e6");
    const struct json *lon = json_member(&json, "lon_e6");
    struct place place = {.council = json_member_text(&json, "council"),
                          .election = json_member_text(&json, "election"),
                          .id = json_member_text(&json, "id"),
                          .name = json_member_text(&json, "name"),
                          .address = json_member_text(&json, "address"),
                          .postcode = json_member_text(&json, "postcode"),
                          .uprn = json_member_text(&json, "uprn"),
                          .ward = json_member_text(&json, "ward")};
    if (lat != NULL && lon != NULL && lat->kind == JSON_INT && lon->kind == JSON_INT) {
        place.is_located = true;
        place.at = (struct geo_point){(double)lat->integer / MICRO, (double)lon->integer / MICRO};
    }
    if (stations != NULL && stations->kind == JSON_LIST) {
        size_t count = stations->count > PLACE_STATIONS_MAX ? PLACE_STATIONS_MAX : stations->count;
        place.stations = ARENA_ARRAY(arena, struct station, count);
        place.station_count = place.station_cap = count;
        for (size_t i = 0; i < count; i++) {
            place.stations[i] = (struct station){json_member_text(&stations->items[i], "number"),
                                                 json_member_text(&stations->items[i], "district")};
        }
    }
    *ret_place = place;
    return STATUS_OK;
}
