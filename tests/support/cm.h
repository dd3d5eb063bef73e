/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with the headers that it wants before it. */
#ifndef HUSTINGS_TESTS_CM_H
#define HUSTINGS_TESTS_CM_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define assert_str(actual, literal)                                                                \
    do {                                                                                           \
        str actual_ = (actual);                                                                    \
        assert_int_equal(actual_.n, sizeof(literal) - 1);                                          \
        assert_memory_equal(actual_.p == NULL ? "" : actual_.p, literal, sizeof(literal) - 1);     \
    } while (0)
#endif
