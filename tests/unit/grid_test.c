/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: eastings and northings come out within 5 m of where the Ordnance Survey says they are.
 * Method: the Survey's worked example of the projection (Guide, annex C), all its 40 published
 * points of OSTN15 (grid and ETRS89; grid values as in OSTN15_TestOutput), a point of the Irish
 * Grid known in ITM too, and numbers that are on no grid. */
#include "codec/grid.h"

#include <math.h>
#include <stdio.h>

#include "../support/cm.h"

struct control {
    const char *name;
    struct grid_point grid;
    struct geo_point geo;
};

static const struct control controls[] = {
    {"TP01 Scilly", {91492.146, 11318.804}, {49.92226393730, -6.29977752014}},
    {"TP02 Lizard", {170370.718, 11572.405}, {49.96006137820, -5.20304609998}},
    {"TP03 Plymouth", {250359.811, 62016.569}, {50.43885825610, -4.10864563561}},
    {"TP04 St Catherine's Point", {449816.371, 75335.861}, {50.57563665000, -1.29782277240}},
    {"TP05 Southampton", {438710.920, 114792.250}, {50.93127937910, -1.45051433700}},
    {"TP06 Nash Point", {292184.870, 168003.465}, {51.40078220140, -3.55128349240}},
    {"TP07 North Foreland", {639821.835, 169565.858}, {51.37447025550, 1.44454730409}},
    {"TP08 Brislington", {362269.991, 169978.690}, {51.42754743020, -2.54407618349}},
    {"TP09 Lambeth", {530624.974, 178388.464}, {51.48936564950, -0.11992557180}},
    {"TP10 Carmarthen", {241124.584, 220332.641}, {51.85890896400, -4.30852476960}},
    {"TP11 Colchester", {599445.590, 225722.826}, {51.89436637350, 0.89724327012}},
    {"TP12 Droitwich", {389544.190, 261912.153}, {52.25529381630, -2.15458614387}},
    {"TP13 Northampton", {474335.969, 262047.755}, {52.25160951230, -0.91248956970}},
    {"TP14 King's Lynn", {562180.547, 319784.995}, {52.75136687170, 0.40153547065}},
    {"TP15 Nottingham", {454002.834, 340834.943}, {52.96219109410, -1.19747655922}},
    {"TP16 Daresbury", {357455.843, 383290.436}, {53.34480280190, -2.64049320810}},
    {"TP17 Point Lynas", {247958.971, 393492.909}, {53.41628516040, -4.28918069756}},
    {"TP18 Point Lynas", {247959.241, 393495.583}, {53.41630925420, -4.28917792869}},
    {"TP19 Blackpool", {331534.564, 431920.794}, {53.77911025760, -3.04045490691}},
    {"TP20 Pudsey", {422242.186, 433818.701}, {53.80021519630, -1.66379168242}},
    {"TP21 Isle of Man", {227778.330, 468847.388}, {54.08666318080, -4.63452168212}},
    {"TP22 Flamborough Head", {525745.670, 470703.214}, {54.11685144290, -0.07773133187}},
    {"TP23 Ramsey", {244780.636, 495254.887}, {54.32919541010, -4.38849118133}},
    {"TP24 Carlisle", {339921.145, 556034.761}, {54.89542340420, -2.93827741149}},
    {"TP25 Newcastle", {424639.355, 565012.703}, {54.97912273660, -1.61657685184}},
    {"TP26 Glasgow", {256340.925, 664697.269}, {55.85399952950, -4.29649016251}},
    {"TP27 Sighthill", {319188.434, 670947.534}, {55.92478265510, -3.29479219337}},
    {"TP28 Mallaig", {167634.202, 797067.144}, {57.00606696050, -5.82836691850}},
    {"TP29 Girdle Ness", {397160.491, 805349.736}, {57.13902518960, -2.04856030746}},
    {"TP30 Inverness", {267056.768, 846176.972}, {57.48625000720, -4.21926398555}},
    {"TP31 St Kilda", {9587.909, 899448.996}, {57.81351838410, -8.57854456076}},
    {"TP32 Flannan", {71713.132, 938516.404}, {58.21262247180, -7.59255560556}},
    {"TP33 Butt of Lewis", {151968.652, 966483.780}, {58.51560361300, -6.26091455533}},
    {"TP34 Dounreay", {299721.891, 967202.992}, {58.58120461280, -3.72631022121}},
    {"TP35 Orkney", {330398.323, 1017347.016}, {59.03743871190, -3.21454001115}},
    {"TP36 Sule Skerry", {261596.778, 1025447.602}, {59.09335035320, -4.41757674598}},
    {"TP37 Rona", {180862.461, 1029604.114}, {59.09671617400, -5.82799339844}},
    {"TP38 Fair Isle", {421300.525, 1072147.239}, {59.53470794490, -1.62516966058}},
    {"TP39 Sumburgh", {440725.073, 1107878.448}, {59.85409913890, -1.27486910356}},
    {"TP40 Foula", {395999.668, 1138728.951}, {60.13308091660, -2.07382822798}},
};

static void test_worked_example(void **state)
{
    (void)state;
    /* 52°39'27.2531"N 1°43'4.5177"E on OSGB36 */
    struct geo_point got =
        grid_unproject(GRID_GREAT_BRITAIN, (struct grid_point){651409.903, 313177.270});
    double second = 1.0 / 3600;
    assert_true(fabs(got.lat - (52 + 39.0 / 60 + 27.2531 * second)) < 0.0001 * second);
    assert_true(fabs(got.lon - (1 + 43.0 / 60 + 4.5177 * second)) < 0.0001 * second);
}

static void test_control_points(void **state)
{
    (void)state;
    double worst = 0;
    double sum = 0;
    const char *where = "";
    for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
        struct geo_point got;
        assert_true(grid_to_geo(GRID_GREAT_BRITAIN, controls[i].grid, &got));
        double off = geo_distance(got, controls[i].geo);
        if (off > 5) {
            fail_msg("%s is off by %.2f m", controls[i].name, off);
        }
        /* Without the change of datum each would be off by more than 50 m. */
        struct geo_point raw = grid_unproject(GRID_GREAT_BRITAIN, controls[i].grid);
        assert_true(geo_distance(raw, controls[i].geo) > 50);
        where = off > worst ? controls[i].name : where;
        worst = off > worst ? off : worst;
        sum += off;
    }
    print_message("# 40 points: mean %.2f m, worst %.2f m (%s)\n",
                  sum / (double)ARRAY_LEN(controls), worst, where);
}

static void test_irish_grid(void **state)
{
    (void)state;
    /* The Spire of Dublin: Irish Grid 315904, 234671 is ITM 715830, 734697, which on GRS80 is
     * (computed apart from this code, to 1 mm): */
    static const struct geo_point spire = {53.349793912, -6.260247773};
    struct geo_point got;
    assert_true(grid_to_geo(GRID_IRELAND, (struct grid_point){315904, 234671}, &got));
    if (geo_distance(got, spire) > 5) {
        fail_msg("off by %.2f m (%.6f %.6f)", geo_distance(got, spire), got.lat, got.lon);
    }
}

static void test_not_on_the_grid(void **state)
{
    (void)state;
    static const struct grid_point points[] = {{0, 0},       {-1, 5},  {5, -1},  {700001, 5},
                                               {5, 1300001}, {NAN, 5}, {5, NAN}, {INFINITY, 1}};
    struct geo_point got = {1, 2};
    for (size_t i = 0; i < ARRAY_LEN(points); i++) {
        assert_false(grid_to_geo(GRID_GREAT_BRITAIN, points[i], &got));
    }
    assert_true(got.lat == 1 && got.lon == 2);
    assert_true(geo_is_near((struct geo_point){51.5, -0.1}));
    assert_false(geo_is_near((struct geo_point){-0.1, 51.5}));
    assert_false(geo_is_near((struct geo_point){0, 0}));
}

static void test_decimal(void **state)
{
    (void)state;
    double value = 0;
    assert_true(decimal_parse(STR("-2.316675"), &value) && fabs(value + 2.316675) < 1e-12);
    assert_true(decimal_parse(STR("290135"), &value) && value == 290135);
    assert_true(decimal_parse(STR("290135.0"), &value) && value == 290135);
    assert_true(decimal_parse(STR(".5"), &value) && value == 0.5);
    assert_true(decimal_parse(STR("51.520123456789012345"), &value) && fabs(value - 51.52) < 0.001);
    assert_false(decimal_parse(STR(""), &value));
    assert_false(decimal_parse(STR("-"), &value));
    assert_false(decimal_parse(STR("."), &value));
    assert_false(decimal_parse(STR("1.2.3"), &value));
    assert_false(decimal_parse(STR("1e5"), &value));
    assert_false(decimal_parse(STR("nan"), &value));
    assert_false(decimal_parse(STR("1234567890123456"), &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_example), cmocka_unit_test(test_control_points),
        cmocka_unit_test(test_irish_grid),     cmocka_unit_test(test_not_on_the_grid),
        cmocka_unit_test(test_decimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
