/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: a place reaches its force and an office its doors, two candidates stay two, and nothing is
 * certain that is not.
 * Method: tables that a police reader can check (tests/route), each row one question to the real
 * pack; sums over whole tables of the pack; and an invented country, which needs no other code. */
#include "route/route.h"

#include <stdio.h>

#include "../support/cm.h"
#include "base/io.h"
#include "codec/csv.h"
#include "pack/places.h"

#define UK HUSTINGS_SOURCE_ROOT "/packs/uk"
#define LYONESSE HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse"
#define TABLES HUSTINGS_SOURCE_ROOT "/tests/route/"

static struct arena arena;
static struct pack pack;
static const struct router *router;
static struct route_work *work;

static void open_country(const char *folder, struct pack *ret_pack,
                         const struct router **ret_router, struct route_work **ret_work)
{
    struct error err = {0};
    if (pack_load(&arena, folder, ret_pack, &err) != STATUS_OK ||
        router_open(&arena, ret_pack, ret_router, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    *ret_work = route_work_new(&arena, *ret_router);
}

static int open_uk(void **state)
{
    (void)state;
    arena_init(&arena, 256 << 20);
    open_country(UK, &pack, &router, &work);
    return 0;
}

static int close_uk(void **state)
{
    (void)state;
    pack_unload(&pack);
    arena_close(&arena);
    return 0;
}

/* ---- tables ---- */

struct table {
    struct csv csv;
    struct csv_row row;
    const char *name;
    size_t rows;
};

static void table_open(struct table *table, const char *name)
{
    struct error err = {0};
    str text = {0};
    table->name = name;
    table->rows = 0;
    const char *path = arena_cstr(&arena, arena_printf(&arena, TABLES "%s", name));
    if (io_read_file(&arena, path, 1 << 20, &text, &err) != STATUS_OK ||
        csv_open(&arena, name, text, ',', &table->csv, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
}

static bool table_next(struct table *table)
{
    bool has_row = false;
    struct error err = {0};
    if (csv_next(&table->csv, &table->row, &has_row, &err) != STATUS_OK) {
        fail_msg("%s", err.primary);
    }
    table->rows += has_row;
    return has_row;
}

static str cell(const struct table *table, const char *column)
{
    size_t at = csv_column(&table->csv, str_c(column));
    assert_true(at < CSV_COLUMNS_MAX);
    return table->row.fields[at];
}

/* "-" wants nothing, "" takes anything. */
static void expect_list(const struct table *table, const char *column, str found)
{
    str wanted = cell(table, column);
    wanted = str_equal(wanted, STR("-")) ? (str){0} : wanted;
    if (cell(table, column).n > 0 && !str_equal(wanted, found)) {
        fail_msg("%s line %zu, %.*s: %s is '%.*s', wanted '%.*s'", table->name, table->row.line,
                 STR_ARG(table->row.fields[0]), column, STR_ARG(found), STR_ARG(wanted));
    }
}

static str join(str list, str word)
{
    return list.n == 0 ? word : arena_printf(&arena, "%.*s %.*s", STR_ARG(list), STR_ARG(word));
}

static str seats_of(const struct route_answer *answer, enum route_of of)
{
    str list = {0};
    for (size_t i = 0; i < answer->seat_count; i++) {
        if (answer->seats[i].of == of) {
            list = join(list, answer->seats[i].gss);
        }
    }
    return list;
}

static str forces_of(const struct route_answer *answer, enum route_of of)
{
    str list = {0};
    for (size_t i = 0; i < answer->force_count; i++) {
        if (answer->forces[i].of == of) {
            list = join(list, answer->forces[i].force->id);
        }
    }
    return list;
}

static void check_shares(const struct route_answer *answer)
{
    unsigned sum[2] = {0};
    for (size_t i = 0; i < answer->force_count; i++) {
        sum[answer->forces[i].of] += answer->forces[i].permille;
        assert_non_null(answer->forces[i].rule);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_true(sum[i] == 0 || (sum[i] >= 990 && sum[i] <= 1010));
    }
    unsigned seats[2] = {0};
    for (size_t i = 0; i < answer->seat_count; i++) {
        seats[answer->seats[i].of] += answer->seats[i].permille;
        assert_non_null(answer->seats[i].rule);
    }
    assert_true(seats[0] <= 1010 && seats[1] <= 1010);
}

static void test_places(void **state)
{
    (void)state;
    struct table table;
    table_open(&table, "places.csv");
    while (table_next(&table)) {
        struct route_answer answer;
        struct route_query query = {
            .postcode = cell(&table, "postcode"),
            .outcode = cell(&table, "outcode"),
            .ward = cell(&table, "ward"),
            .district = cell(&table, "district"),
            .constituency = cell(&table, "constituency"),
            .place = cell(&table, "place"),
        };
        router_ask(router, work, &query, &answer);
        bool has_place =
            query.postcode.n + query.outcode.n + query.ward.n + query.district.n + query.place.n >
            0;
        enum route_of of = has_place ? ROUTE_OF_INCIDENT : ROUTE_OF_OFFICE;
        expect_list(&table, "constituencies", seats_of(&answer, of));
        expect_list(&table, "forces", forces_of(&answer, of));
        expect_list(&table, "certain", answer.certain ? STR("yes") : STR("no"));
        assert_int_equal(answer.has_both,
                         query.constituency.n > 0 && forces_of(&answer, ROUTE_OF_INCIDENT).n > 0);
        check_shares(&answer);
    }
    assert_true(table.rows > 120);
}

static void doors_table(const char *name, size_t rows)
{
    struct table table;
    table_open(&table, name);
    while (table_next(&table)) {
        struct route_answer answer;
        struct route_query query = {
            .office = cell(&table, "office"),
            .kind = cell(&table, "kind"),
            .grade = cell(&table, "grade"),
            .place = cell(&table, "place"),
            .is_danger_now = str_equal(cell(&table, "danger"), STR("now")),
        };
        str doors = {0};
        str informed = {0};
        str owner = {0};
        bool has_words = cell(&table, "words").n == 0;
        router_ask(router, work, &query, &answer);
        for (size_t i = 0; i < answer.door_count; i++) {
            const struct pack_door *door = answer.doors[i];
            str say = door->say.in[0];
            has_words = has_words || str_find(say, cell(&table, "words")) < say.n;
            if (door->part == PACK_PART_INFORMED) {
                informed = join(informed, door->to);
                continue;
            }
            doors = join(doors, door->to);
            owner = door->part == PACK_PART_OWNER ? door->to : owner;
            for (size_t j = 0; j < pack.language_count; j++) {
                assert_true(door->say.in[j].n > 0);
            }
        }
        struct buf buf;
        buf_init(&buf, 1 << 20);
        route_doors_json(router, &answer, (str){0}, &buf);
        str operation = cell(&table, "operation");
        str mark = arena_printf(&arena, "\"operation\":\"%.*s\"", STR_ARG(operation));
        bool has_mark =
            str_find(buf_str(&buf), operation.n > 0 ? mark : STR("\"operation\":\"")) < buf.n;
        bool wants_mark = operation.n > 0 && answer.door_count > 0 && doors.n > 0;
        if (!str_equal(doors, cell(&table, "doors")) || !str_equal(owner, cell(&table, "owner")) ||
            !str_equal(informed, cell(&table, "informed")) || !has_words ||
            has_mark != wants_mark) {
            fail_msg("%s line %zu, %.*s: doors '%.*s' owner '%.*s' informed '%.*s' words %d "
                     "operation %d",
                     name, table.row.line, STR_ARG(cell(&table, "situation")), STR_ARG(doors),
                     STR_ARG(owner), STR_ARG(informed), has_words, has_mark);
        }
        buf_close(&buf);
    }
    assert_int_equal(table.rows, rows);
}

static void test_doors_of_bodies(void **state)
{
    (void)state;
    doors_table("doors_bodies.csv", 35);
}

static void test_doors_of_codes(void **state)
{
    (void)state;
    doors_table("doors_codes.csv", pack.code_count);
}

static void test_doors_of_grades(void **state)
{
    (void)state;
    doors_table("doors_grades.csv", 17);
}

static void test_advice_and_measures(void **state)
{
    (void)state;
    struct table table;
    table_open(&table, "advice.csv");
    while (table_next(&table)) {
        str code = cell(&table, "kind");
        const struct pack_code *row = code.n > 0 ? pack_code(&pack, code) : NULL;
        const struct pack_advice *found[PACK_ADVICE_MAX];
        struct pack_query query = {
            .codes = &code,
            .code_count = code.n > 0,
            .grade = row != NULL ? row->grade : 0,
            .is_danger_now = str_equal(cell(&table, "danger"), STR("now")),
            .office = cell(&table, "office"),
            .channel = cell(&table, "channel"),
        };
        size_t count = pack_advice_for(&pack, &query, found);
        bool has = false;
        for (size_t i = 0; i < count; i++) {
            str text = found[i]->text.in[0];
            has = has || (str_equal(found[i]->id, cell(&table, "advice")) &&
                          str_find(text, cell(&table, "words")) < text.n);
        }
        const struct pack_choice *measure = pack_choice(&pack.measures, cell(&table, "advice"));
        has = has || (measure != NULL && str_find(measure->label.in[0], cell(&table, "words")) <
                                             measure->label.in[0].n);
        if (!has) {
            fail_msg("advice.csv line %zu: %.*s is not given", table.row.line,
                     STR_ARG(cell(&table, "advice")));
        }
    }
    assert_int_equal(table.rows, 17 + 15);
}

/* ---- sums over the tables ---- */

static struct route_answer ask(struct route_query query)
{
    struct route_answer answer;
    router_ask(router, work, &query, &answer);
    return answer;
}

/* Both lists are of one set of candidates: a town without a constituency takes its share of them. */
static void test_shares_of_one_set(void **state)
{
    (void)state;
    struct route_answer answer = ask((struct route_query){.place = STR("Bangor")});
    assert_int_equal(answer.force_count, 2);
    assert_int_equal(answer.seat_count, 1);
    assert_str(answer.forces[1].force->id, "north-wales");
    assert_str(answer.seats[0].gss, "W07000083");
    assert_int_equal(answer.seats[0].permille, answer.forces[1].permille);
    assert_false(answer.certain);
    assert_false(answer.seat_certain);
}

/* Which of the two answers is certain, and by what rule. */
static void test_certain_of(void **state)
{
    (void)state;
    static const struct {
        const char *postcode, *place, *rule, *seat_rule;
        bool certain, seat_certain;
    } rows[] = {
        {"E1 6AQ", "", "postcode", "postcode", true, true},
        {"M1 9ZZ", "", "outcode", "outcode", true, false}, /* of no sector that M1 has */
        {"EC2M 1AA", "", "outcode", "outcode", false, false},
        {"BT1 1AA", "", "postcode-area", NULL, true, false},
        {"", "Cardiff", "district", "district", true, false},
        {"", "Whitby", "place", "place", true, true},
        {"", "Abberton", "place", "place", false, false},
        {"", "Leeds LS1 4AP", "postcode", "postcode", true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_answer answer = ask((struct route_query){.postcode = str_c(rows[i].postcode),
                                                              .place = str_c(rows[i].place)});
        assert_int_equal(answer.certain, rows[i].certain);
        assert_int_equal(answer.seat_certain, rows[i].seat_certain);
        assert_string_equal(answer.forces[0].rule, rows[i].rule);
        assert_int_equal(answer.seat_count == 0, rows[i].seat_rule == NULL);
        if (rows[i].seat_rule != NULL) {
            assert_string_equal(answer.seats[0].rule, rows[i].seat_rule);
        }
    }
}

/* A word that the pack does not know is not used, and is handed back to be named. */
static void test_unknown_words(void **state)
{
    (void)state;
    struct route_answer answer = ask((struct route_query){
        .office = STR("astronaut"), .kind = STR(" XYZ1"), .grade = STR("urgent")});
    assert_str(answer.unknown_office, "astronaut");
    assert_str(answer.unknown_kind, "XYZ1");
    assert_str(answer.unknown_grade, "urgent");
    assert_int_equal(answer.grade, pack.unclassified_grade);
    assert_true(answer.door_count > 0);
    answer =
        ask((struct route_query){.office = STR("Cllr"), .kind = STR("thr1"), .grade = STR("4")});
    assert_int_equal(answer.unknown_office.n + answer.unknown_kind.n + answer.unknown_grade.n, 0);
}

static void test_every_constituency(void **state)
{
    (void)state;
    size_t certain = 0;
    size_t in_two = 0;
    for (size_t i = 0; i < pack.constituency_count; i++) {
        const struct pack_constituency *row = &pack.constituencies[i];
        struct route_answer by_code = ask((struct route_query){.constituency = row->gss});
        struct route_answer by_name = ask((struct route_query){.constituency = row->name});
        assert_int_equal(by_code.seat_count, 1);
        assert_int_equal(by_name.seat_count, 1);
        assert_true(str_equal(by_code.seats[0].gss, row->gss));
        assert_true(str_equal(by_name.seats[0].gss, row->gss));
        assert_int_equal(by_code.force_count, row->force_count);
        assert_ptr_equal(by_code.forces[0].force, row->forces[0]);
        certain += by_code.certain;
        in_two += by_code.force_count == 2;
    }
    assert_int_equal(certain, 630);
    assert_int_equal(in_two, 20);
}

static void test_london_is_covered_once(void **state)
{
    (void)state;
    size_t covered = 0;
    size_t in_two = 0;
    for (size_t i = 0; i < pack.assembly_seat_count; i++) {
        covered += pack.assembly_seats[i].district_count;
        struct route_answer answer =
            ask((struct route_query){.constituency = pack.assembly_seats[i].name});
        assert_true(str_equal(answer.seats[0].gss, pack.assembly_seats[i].gss));
        in_two += answer.force_count == 2;
    }
    assert_int_equal(covered, 33);
    assert_int_equal(in_two, 1);
}

static void test_every_ward_is_in_one_force(void **state)
{
    (void)state;
    const struct places *places = pack.places;
    assert_int_equal(places->ward_count, 7979);
    for (size_t i = 0; i < places->ward_count; i++) {
        str gss = places_text(places, places->wards[i].gss);
        struct route_answer answer = ask((struct route_query){.ward = gss});
        assert_true(answer.certain);
        assert_int_equal(answer.force_count, 1);
        assert_string_equal(answer.forces[0].rule, "ward");
    }
}

static void test_every_district_has_its_force(void **state)
{
    (void)state;
    for (size_t i = 0; i < pack.district_count; i++) {
        const struct pack_district *row = &pack.districts[i];
        struct route_answer answer = ask((struct route_query){.district = row->gss});
        assert_true(answer.certain);
        assert_ptr_equal(answer.forces[0].force, row->force);
    }
}

/* The outcode's own table of forces is not in the pack; its districts give the same. */
static void test_every_outcode(void **state)
{
    (void)state;
    size_t one_force = 0;
    for (size_t i = 0; i < pack.places->outcode_count; i++) {
        const struct places_outcode *row = &pack.places->outcodes[i];
        str key = str_from(row->key, strnlen(row->key, sizeof row->key));
        struct route_answer answer = ask((struct route_query){.outcode = key});
        assert_true(answer.force_count > 0);
        one_force += answer.force_count == 1;
        check_shares(&answer);
    }
    assert_int_equal(pack.places->outcode_count, 2865);
    assert_int_equal(one_force, 2378);
}

static void test_places_in_one_force_or_more(void **state)
{
    (void)state;
    size_t certain = 0;
    for (size_t i = 0; i < pack.places->town_count; i++) {
        const struct places_town *town = &pack.places->towns[i];
        struct route_answer answer =
            ask((struct route_query){.place = places_text(pack.places, town->name)});
        bool has_own = answer.force_count == 0; /* too many: cannot tell */
        for (size_t j = 0; j < answer.force_count; j++) {
            has_own = has_own || answer.forces[j].force == &pack.forces[town->force];
        }
        if (!has_own) {
            str name = places_text(pack.places, town->name);
            fail_msg("%.*s does not lead to its own force", STR_ARG(name));
        }
        certain += answer.certain;
    }
    print_message("%zu of %zu towns are certain by their name alone\n", certain,
                  pack.places->town_count);
    assert_int_equal(pack.known_town_people, 10000);
    /* Large, in two lists, or of a long name; what that is worth is measured by route/names.py. */
    assert_true(certain > 3200 && certain < 3500);
}

static void test_office_and_incident_are_two(void **state)
{
    (void)state;
    struct route_answer answer = ask((struct route_query){
        .postcode = STR("E1 6AQ"), .constituency = STR("Clacton"), .office = STR("mp")});
    assert_true(answer.has_both);
    assert_true(answer.certain);
    assert_str(forces_of(&answer, ROUTE_OF_INCIDENT), "metropolitan");
    assert_str(forces_of(&answer, ROUTE_OF_OFFICE), "essex");
    assert_str(seats_of(&answer, ROUTE_OF_OFFICE), "E14001174");
    /* The office does not say where in a wide place it happened. */
    answer = ask((struct route_query){.outcode = STR("E1"),
                                      .constituency = STR("Bethnal Green and Stepney")});
    assert_false(answer.certain);
    assert_str(forces_of(&answer, ROUTE_OF_INCIDENT), "metropolitan city-of-london");
    assert_str(forces_of(&answer, ROUTE_OF_OFFICE), "metropolitan");
}

/* What people and other programs write where an office is asked for. */
static void test_offices(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        const char *id; /* NULL = unknown */
    } rows[] = {
        {"MP", "mp"},
        {"mp", "mp"},
        {"parliamentary candidate", "parliamentary-candidate"},
        {"parliamentary_candidate", "parliamentary-candidate"},
        {"Peer", "peer"},
        {"Cllr", "councillor"},
        {"mayor", "mayor"},
        {"PCC", "pcc"},
        {"Assembly member", "london-assembly-member"},
        {"parish", "parish-councillor"},
        {"Town Councillor", "parish-councillor"},
        {"volunteer", "campaigner"},
        {"polling staff", "election-staff"},
        {"Cynghorydd", "councillor"},
        {"astronaut", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_answer answer = ask((struct route_query){
            .office = str_c(rows[i].said), .kind = STR("thr1"), .grade = STR(" g5 ")});
        assert_int_equal(answer.office == NULL, rows[i].id == NULL);
        assert_true(rows[i].id == NULL || str_equal(answer.office->id, str_c(rows[i].id)));
        assert_str(answer.code->id, "THR1");
        assert_int_equal(answer.grade, 5);
        assert_str(answer.doors[0]->to, "999");
    }
}

static void test_choices(void **state)
{
    (void)state;
    struct route_choice choices[ROUTE_CHOICES_MAX];
    size_t count = route_choices(router, work, &(struct route_query){.place = STR("Bow")}, choices);
    assert_int_equal(count, 2);
    assert_str(choices[0].within, "Tower Hamlets"); /* more people, more likely meant */
    for (size_t i = 0; i < count; i++) {
        assert_str(choices[i].name, "Bow");
        assert_true(choices[i].within.n > 0);
        struct route_answer answer =
            ask((struct route_query){.place = STR("Bow"), .district = choices[i].code});
        assert_true(answer.certain);
        assert_ptr_equal(answer.forces[0].force, choices[i].force);
    }
    assert_int_equal(
        route_choices(router, work, &(struct route_query){.place = STR("Atlantis")}, choices), 0);
}

/* What the form writes into the place when a choice is made must lead where the choice said. */
static void test_every_choice_decides(void **state)
{
    (void)state;
    size_t asked = 0;
    size_t decided = 0;
    for (size_t i = 0; i < pack.places->town_count; i++) {
        struct route_choice choices[ROUTE_CHOICES_MAX];
        str name = places_text(pack.places, pack.places->towns[i].name);
        struct route_answer answer = ask((struct route_query){.place = name});
        if (answer.certain || answer.force_count < 2) {
            continue;
        }
        size_t count = route_choices(router, work, &(struct route_query){.place = name}, choices);
        for (size_t j = 0; j < count; j++) {
            if (choices[j].force_count != 1) {
                continue; /* all of London, say */
            }
            str full = arena_printf(&arena, "%.*s, %.*s", STR_ARG(choices[j].name),
                                    STR_ARG(choices[j].within));
            answer = ask((struct route_query){.place = full});
            asked++;
            bool is_it = answer.certain && answer.forces[0].force == choices[j].force;
            decided += is_it;
            if (!is_it) {
                print_message("%.*s\n", STR_ARG(full));
            }
        }
    }
    print_message("%zu of %zu choices decide\n", decided, asked);
    assert_true(asked > 500);
    assert_int_equal(decided, asked);
}

/* ---- the filter's lines ---- */

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *error; /* NULL = read */
        const char *id, *postcode;
    } rows[] = {
        {"{}", NULL, "", ""},
        {" { \"id\" : 7 , \"postcode\" : \"E1\" } ", NULL, "7", "E1"},
        {"{\"id\":\"a\\u0041\\\"\",\"postcode\":\"E1\"}", NULL, "\"aA\\\"\"", "E1"},
        {"{\"postcode\":null,\"id\":-3}", NULL, "-3", ""},
        {"{\"postcode\":\"\xC5\xB5\",\"more\":[1,{}]}", NULL, "", "\xC5\xB5"},
        {"{\"postcode\":1}", "postcode must be a text", NULL, NULL},
        {"{\"id\":1.5}", "id must be", NULL, NULL},
        {"{\"id\":[]}", "id must be", NULL, NULL},
        {"[]", "one JSON object", NULL, NULL},
        {"", "", NULL, NULL},
        {"{\"postcode\":\"E1\",\"postcode\":\"E2\"}", "", NULL, NULL},
        {"{\"id\":01}", "", NULL, NULL},
        {"{\"postcode\":\"\xFF\"}", "", NULL, NULL},
        {"{\"postcode\":\"E1\"} x", "", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_line line;
        struct error err = {0};
        enum status status = route_line_read(&arena, str_c(rows[i].line), &line, &err);
        if ((status == STATUS_OK) != (rows[i].error == NULL)) {
            fail_msg("row %zu: %s", i, err.primary);
        }
        if (status != STATUS_OK) {
            assert_non_null(strstr(err.primary, rows[i].error));
            continue;
        }
        assert_true(str_equal(line.id, str_c(rows[i].id)));
        assert_true(str_equal(line.query.postcode, str_c(rows[i].postcode)));
    }
}

/* ---- another country ---- */

static void test_invented_country(void **state)
{
    (void)state;
    static const struct {
        const char *postcode, *place, *office, *kind;
        const char *forces, *door, *say;
        bool certain;
    } rows[] = {
        {"LY 499", "", "elder", "", "east-watch", "watch", "Lantern", true},
        {"ly500", "", "fisher", "", "east-watch", "watch", "gate", true},
        {"TR 050", "", "fisher", "", "west-watch", "watch", "boat", true},
        {"", "Porth Enys", "", "", "west-watch east-watch", "watch", "gate", false},
        {"", "gwelys yn Porth Enys, the Mount", "", "", "east-watch", "watch", "gate", true},
        {"", "Wolf Rock", "", "WAVE", "west-watch", "112", "bell", true},
        {"SE 111", "", "", "", "", "watch", "gate", false},
        {"E1 6AN", "", "", "", "", "watch", "gate", false},
    };
    struct pack other;
    const struct router *other_router = NULL;
    struct route_work *other_work = NULL;
    open_country(LYONESSE, &other, &other_router, &other_work);
    assert_false(other.is_compiled); /* no file beside it: from text, in memory */
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct route_answer answer;
        struct route_query query = {.postcode = str_c(rows[i].postcode),
                                    .place = str_c(rows[i].place),
                                    .office = str_c(rows[i].office),
                                    .kind = str_c(rows[i].kind)};
        router_ask(other_router, other_work, &query, &answer);
        str say = answer.doors[0]->say.in[0];
        if (!str_equal(forces_of(&answer, ROUTE_OF_INCIDENT), str_c(rows[i].forces)) ||
            answer.certain != rows[i].certain ||
            !str_equal(answer.doors[0]->to, str_c(rows[i].door)) ||
            str_find(say, str_c(rows[i].say)) == say.n) {
            fail_msg("row %zu: %.*s %.*s", i, STR_ARG(forces_of(&answer, ROUTE_OF_INCIDENT)),
                     STR_ARG(say));
        }
    }
    pack_unload(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_shares_of_one_set),
        cmocka_unit_test(test_certain_of),
        cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_doors_of_bodies),
        cmocka_unit_test(test_doors_of_codes),
        cmocka_unit_test(test_doors_of_grades),
        cmocka_unit_test(test_advice_and_measures),
        cmocka_unit_test(test_every_constituency),
        cmocka_unit_test(test_london_is_covered_once),
        cmocka_unit_test(test_every_ward_is_in_one_force),
        cmocka_unit_test(test_every_district_has_its_force),
        cmocka_unit_test(test_every_outcode),
        cmocka_unit_test(test_places_in_one_force_or_more),
        cmocka_unit_test(test_office_and_incident_are_two),
        cmocka_unit_test(test_offices),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_every_choice_decides),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_invented_country),
    };
    return cmocka_run_group_tests(tests, open_uk, close_uk);
}
