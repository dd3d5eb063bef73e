/* SPDX-License-Identifier: Apache-2.0 */
/* The .mo reader: a good file by hand, and every way in which its numbers can lie. */
#include "../support/cm.h"

#include "base/buf.h"
#include "web/catalogue.h"

/* Two messages, sorted: "" → "H", "ab" → "xyz". */
static const unsigned char good[] = {0xde,
                                     0x12,
                                     0x04,
                                     0x95,
                                     0,
                                     0,
                                     0,
                                     0,
                                     2,
                                     0,
                                     0,
                                     0,
                                     28,
                                     0,
                                     0,
                                     0,
                                     44,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     /* 28: originals */ 0,
                                     0,
                                     0,
                                     0,
                                     60,
                                     0,
                                     0,
                                     0,
                                     2,
                                     0,
                                     0,
                                     0,
                                     61,
                                     0,
                                     0,
                                     0,
                                     /* 44: translations */ 1,
                                     0,
                                     0,
                                     0,
                                     64,
                                     0,
                                     0,
                                     0,
                                     3,
                                     0,
                                     0,
                                     0,
                                     66,
                                     0,
                                     0,
                                     0,
                                     /* 60 */ 0,
                                     'a',
                                     'b',
                                     0,
                                     'H',
                                     0,
                                     'x',
                                     'y',
                                     'z',
                                     0};

static void test_lookup(void **state)
{
    (void)state;
    struct catalogue c;
    assert_int_equal(catalogue_open(STR("cy"), str_from(good, sizeof good), &c, NULL), STATUS_OK);
    assert_str(catalogue_text(&c, STR("ab")), "xyz");
    assert_str(catalogue_text(&c, STR("a")), "a");
    assert_str(catalogue_text(&c, STR("abc")), "abc");
    assert_str(catalogue_text(&c, STR("")), ""); /* not the header */
    assert_str(catalogue_text(NULL, STR("ab")), "ab");
}

static void test_lies(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        unsigned char byte;
    } lies[] = {
        {0, 0},     /* magic */
        {4, 1},     /* revision */
        {8, 200},   /* more messages than bytes */
        {11, 0x80}, /* far more */
        {12, 255},  /* table outside */
        {15, 0xff}, /* far outside */
        {16, 100},  /* the other table outside */
        {36, 200},  /* text longer than the file */
        {43, 0xff}, /* text outside */
        {52, 100},  /* translation longer than the file */
        {66, 0xff}, /* not UTF-8 */
    };
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        unsigned char bytes[sizeof good];
        memcpy(bytes, good, sizeof good);
        bytes[lies[i].at] = lies[i].byte;
        struct catalogue c;
        struct error err = {0};
        enum status status = catalogue_open(STR("cy"), str_from(bytes, sizeof bytes), &c, &err);
        assert_int_equal(status, STATUS_CORRUPT);
    }
    unsigned char unsorted[sizeof good];
    memcpy(unsorted, good, sizeof good);
    unsorted[28] = 2;
    unsorted[32] = 62; /* "b\0" before "ab" */
    struct catalogue c;
    assert_int_equal(catalogue_open(STR("cy"), str_from(unsorted, sizeof unsorted), &c, NULL),
                     STATUS_CORRUPT);
    for (size_t len = 0; len + 1 < sizeof good; len++) {
        assert_int_equal(catalogue_open(STR("cy"), str_from(good, len), &c, NULL), STATUS_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lookup), cmocka_unit_test(test_lies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
