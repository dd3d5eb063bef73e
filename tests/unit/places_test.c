/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: rows become the right polling places and stations whoever exported them; no voter's address
 * comes through.
 * Method: small invented files of every layout with the expected places as JSON and every sentence
 * that is said; the real samples, where the shared folder is there. */
#include "../support/directory_bench.h"

#include "directory/places_file.h"

/* --- places --- */

static void take_note(void *context, size_t line, bool is_refused, const char *text)
{
    struct buf *out = context;
    buf_printf(out, "%zu%s %s/", line, is_refused ? "!" : "", text);
}

static void read_places(struct fixture *f, str text, const struct places_options *options,
                        struct places_import *import, struct buf *notes)
{
    struct table table;
    struct source source;
    struct table_row row;
    struct places_layout layout = {0};
    struct places_options wanted = *options;
    wanted.pack = &f->pack;
    OK(source_open(&table, &source, text, &err));
    OK(places_layout_find(&table, &wanted, &layout, &err));
    places_import_start(import, &f->arena, &f->scratch, &layout, take_note, notes);
    for (;;) {
        struct error err = {0};
        assert_int_equal(table_next(&table, &row, &err), STATUS_OK);
        if (row.kind == TABLE_END) {
            break;
        }
        if (row.kind == TABLE_BAD) {
            take_note(notes, row.line, true, row.why);
        } else if (places_import_row(import, &row, &err) != STATUS_OK) {
            take_note(notes, row.line, true, err.primary);
        }
    }
    places_import_end(import);
    table_close(&table);
}

/* All places, one JSON a line, then the notes. */
static void check_places(const char *file, const struct places_options *options, const char *want)
{
    struct fixture f;
    struct places_import import;
    struct buf notes, out;
    open_fixture(&f);
    buf_init(&notes, 10000);
    buf_init(&out, 100000);
    read_places(&f, str_c(file), options, &import, &notes);
    for (size_t i = 0; i < import.entry_count; i++) {
        struct place back = {0};
        struct place_entry entry = *import.entries[i];
        size_t from = out.n;
        place_encode(&out, &entry.place);
        str body = str_slice(buf_str(&out), from, out.n);
        place_compare(&entry, body);
        assert_int_equal(entry.change, CHANGE_SAME);
        place_compare(&entry, (str){0});
        assert_int_equal(entry.change, CHANGE_NEW);
        place_compare(&entry, STR("{}"));
        assert_int_equal(entry.change, CHANGE_CHANGED);
        OK(place_decode(&f.arena, body, &back, &err));
        struct buf again;
        buf_init(&again, DIRECTORY_BODY_BYTES_MAX);
        place_encode(&again, &back);
        assert_true(str_equal(buf_str(&again), str_slice(buf_str(&out), from, out.n)));
        buf_close(&again);
        buf_add_byte(&out, '\n');
    }
    buf_add(&out, buf_str(&notes));
    buf_add_byte(&out, '\0');
    if (strcmp(out.p, want) != 0) {
        fail_msg("got\n%s\nwanted\n%s", out.p, want);
    }
    buf_close(&notes);
    buf_close(&out);
    close_fixture(&f);
}

static const struct places_options hamlets = {.council = STR_INIT("E09000030")};

/* The canary is a voter's address: in no place, in no note, whatever is wrong with the row. */
static void test_xpress(void **state)
{
    (void)state;
    check_places(
        "ElectionDate\tProperty_URN\tAddressLine1\tPost_Code\tPolling_Place_Id\t"
        "Polling_Place_Name\tPolling_Place_Address_1\tPolling_Place_Address_2\t"
        "Polling_Place_Postcode\tPolling_Place_Easting\tPolling_Place_Northing\t"
        "Polling_Place_District_Reference\n"
        "04/07/2024\t1\t1 Canary Row\tE1 1ZZ\t71\tCaf\xE9 Hall\tFore Street\tBow\te3 2ab\t537000\t"
        "183000\tBOW1\n"
        "04/07/2024\t2\t2 Canary Row\tE1 1ZZ\t71\tCaf\xE9 Hall\tFore Street\tBow\tE3 2AB\t537000\t"
        "183000\tBOW2\n"
        "04/07/2024\t3\t3 Canary Row\tE1 1ZZ\t71\tOther Hall\tFore Street\tBow\tE3 2AB\t537000\t"
        "183000\tBOW2\n"
        "04/07/2024\t4\t4 Canary Row\tE1 1ZZ\t72\tSecond Hall\tBack Street\t\tcanary\t0\t0\t\n"
        "04/07/2024\t5\t5 Canary Row\tE1 1ZZ\t\t\t\t\t\t\t\t\n"
        "04/07/2024\t6\t6 Canary Row\n"
        "04/07/2024\t7\t7 Canary Row\tE1 1ZZ\t73\tThird Hall\t\t\t\tx\t1\tBOW3\n",
        &hamlets,
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"71\",\"name\":"
        "\"Caf\xC3\xA9 "
        "Hall\",\"address\":\"Fore Street, Bow\",\"postcode\":\"E3 2AB\",\"lat_e6\":51529297,"
        "\"lon_e6\":-26396,\"stations\":[{\"district\":\"BOW1\"},{\"district\":\"BOW2\"}]}\n"
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"72\",\"name\":\"Second "
        "Hall\",\"address\":\"Back Street\",\"stations\":[]}\n"
        "{\"council\":\"E09000030\",\"election\":\"2024-07-04\",\"id\":\"73\",\"name\":\"Third "
        "Hall\",\"stations\":[{\"district\":\"BOW3\"}]}\n"
        "4! this place id has another name in line 2/"
        "5 postcode: does not have the form of one: left out/"
        "6! name: holds no letter/"
        "7! fewer fields than the header has/"
        "8 easting or northing is no number: left out/");
}

static void test_other_layouts(void **state)
{
    static const struct places_options none;
    (void)state;
    check_places("HouseID,AddressLine1,PollingVenueID,PollingStationName,PollingStationNumber,"
                 "PollingStationAddress1,PollingStationPostCode,PollingVenueEasting,"
                 "PollingVenueNorthing,PollingDistrictName\n"
                 "1,Canary Row,19,The Theatre,3,Here,,349506,479545,EAST\n"
                 "2,Canary Row,19,The Theatre,4,Here,,349506,479545,EAST\n"
                 "3,Canary Row,19,The Theatre,n/a,Here,,349506,479545,EAST\n"
                 "4,Canary Row,20,The Hall,4,There,LA7 7PS,479545,349506,WEST\n"
                 "5,Canary Row,21,The Barn,5,There,LA7 7PS,349000,479000,WEST\n"
                 "6,Canary Row,22,The Yard,6,There,LA7 7PS,479000,349000,WEST\n"
                 "7,Canary Row,23,The Ship,7,There,LA7 7PS,349100,479100,WEST\n"
                 "8,Canary Row,24,The Well,8,There,LA7 7PS,900000,900000,WEST\n",
                 &hamlets,
                 "{\"council\":\"E09000030\",\"id\":\"19\",\"name\":\"The "
                 "Theatre\",\"address\":\"Here\",\"lat_e6\":54209144,\"lon_e6\":-2775687,"
                 "\"stations\":[{\"district\":\"EAST\"},{\"number\":\"3\",\"district\":\"EAST\"},{"
                 "\"number\":\"4\",\"district\":\"EAST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"20\",\"name\":\"The "
                 "Hall\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54209144,\"lon_e6\":-2775687,\"stations\":[{\"number\":\"4\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"21\",\"name\":\"The "
                 "Barn\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54204196,\"lon_e6\":-2783352,\"stations\":[{\"number\":\"5\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"22\",\"name\":\"The "
                 "Yard\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54204196,\"lon_e6\":-2783352,\"stations\":[{\"number\":\"6\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"23\",\"name\":\"The "
                 "Ship\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"lat_e6\":54205104,\"lon_e6\":-2781836,\"stations\":[{\"number\":\"7\","
                 "\"district\":\"WEST\"}]}\n"
                 "{\"council\":\"E09000030\",\"id\":\"24\",\"name\":\"The "
                 "Well\",\"address\":\"There\",\"postcode\":\"LA7 "
                 "7PS\",\"stations\":[{\"number\":\"8\",\"district\":\"WEST\"}]}\n"
                 "5 this station's number is also that of a station of the place in line 2/9 "
                 "easting and northing are not on the grid: left out/5 easting and northing are "
                 "swapped: turned round/7 easting and northing are swapped: turned round/");
    check_places("Add1,Add2,PostCode,StationCode,Xordinate,Yordinate,PlaceName\n"
                 "Queens Road,Barnet,EN5 4DQ,B6/1,0,0,The School\n"
                 "Queens Road,Barnet,EN5 4DQ,B6/2,0,0,The School\n",
                 &hamlets,
                 "{\"council\":\"E09000030\",\"id\":\"the school EN5 4DQ\",\"name\":\"The School\","
                 "\"address\":\"Queens Road, Barnet\",\"postcode\":\"EN5 4DQ\",\"stations\":["
                 "{\"number\":\"B6/1\"},{\"number\":\"B6/2\"}]}\n");
    check_places("PRO_FULLADDRESS,PREM_ID,PREM_NAME,PREM_FULLADDRESS,PREM_POSTCODE,PREM_X_4326,"
                 "PREM_Y_4326\n"
                 "Canary Row,111,HALL,THE SQUARE,BT99 9BB,-5.8310,54.5910\n"
                 "Canary Row,112,ROOM,THE SQUARE,BT99 9BB,54.5910,-5.8310\n"
                 "Canary Row,113,SHED,THE SQUARE,BT99 9BB,99,99\n",
                 &none,
                 "{\"council\":\"N92000002\",\"id\":\"111\",\"name\":\"HALL\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"lat_e6\":54591000,\"lon_e6\":-5831000,"
                 "\"stations\":[]}\n"
                 "{\"council\":\"N92000002\",\"id\":\"112\",\"name\":\"ROOM\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"lat_e6\":54591000,\"lon_e6\":-5831000,"
                 "\"stations\":[]}\n"
                 "{\"council\":\"N92000002\",\"id\":\"113\",\"name\":\"SHED\",\"address\":\"THE "
                 "SQUARE\",\"postcode\":\"BT99 9BB\",\"stations\":[]}\n"
                 "3 latitude and longitude are swapped: turned round/"
                 "4 latitude and longitude are not in the British Isles: left out/");
}

/* A row of another council than was said for the file is not taken for one of that council, nor
 * quietly for its own; an authority's code of the maker's own gives way. */
static void test_other_council(void **state)
{
    (void)state;
    check_places(
        "Authority_Code,Polling_Place_Id,Polling_Place_Address_1,Polling_Place_Address_2\n"
        "E09000012,1,The Hall,Mare Street\n"
        "E09000030,2,The School,Bow Road\n"
        "XX17,3,The Church,Roman Road\n",
        &hamlets,
        "{\"council\":\"E09000030\",\"id\":\"2\",\"name\":\"The School\",\"address\":\"Bow "
        "Road\",\"stations\":[]}\n"
        "{\"council\":\"E09000030\",\"id\":\"3\",\"name\":\"The Church\",\"address\":\"Roman "
        "Road\",\"stations\":[]}\n"
        "2! district code: is another council than --district says: leave --district away, or "
        "give the one of the file/");
}

static void test_real_places(void **state)
{
    static const struct {
        const char *file;
        size_t places, stations, located;
        bool is_of_many;          /* councils: each row says which */
        struct geo_point outcode; /* its centroid, made from other data: {0} = no place is near */
    } files[] = {
        {"polling/xpress_democracy_club_teignbridge_sample.csv",
         1,
         0,
         1,
         false,
         {50.7092, -3.5143}},
        {"polling/fmt_halarose_importer_test.csv", 2, 3, 2, false, {54.2257, -2.7730}},
        {"polling/fmt_xpress_importer_test_weblookup.csv", 2, 0, 0, false, {0}},
        {"polling/fmt_dcounts_importer_stations.csv", 2, 2, 0, false, {0}},
        {"polling/fmt_eoni_importer_eoni_export.csv", 2, 0, 2, false, {0}},
        {"polling/gm_polling_stations.csv", 698, 700, 698, true, {0}},
    };
    static const struct places_options many = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct fixture f;
        struct places_import import;
        struct buf notes;
        char path[256];
        str text = {0};
        size_t stations = 0, located = 0;
        if (shared_file(files[i].file, path) == NULL) {
            skip();
        }
        open_fixture(&f);
        buf_init(&notes, 10000);
        OK(io_read_file(&f.arena, path, 1000000, &text, &err));
        read_places(&f, text, files[i].is_of_many ? &many : &hamlets, &import, &notes);
        for (size_t k = 0; k < import.entry_count; k++) {
            stations += place_stations(&import.entries[k]->place);
            located += import.entries[k]->place.is_located;
            if (files[i].outcode.lat > 0) { /* EX2 and LA7 */
                assert_true(geo_distance(import.entries[k]->place.at, files[i].outcode) < 5000);
            }
        }
        assert_int_equal(notes.n, 0);
        assert_int_equal(import.entry_count, files[i].places);
        assert_int_equal(stations, files[i].stations);
        assert_int_equal(located, files[i].located);
        buf_close(&notes);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_xpress),
        cmocka_unit_test(test_other_layouts),
        cmocka_unit_test(test_other_council),
        cmocka_unit_test(test_real_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
