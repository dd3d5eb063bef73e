/* SPDX-License-Identifier: Apache-2.0 */
/* The step in which sums of whole numbers move: a bound may be rounded to it. Private to src/plan. */
#ifndef HUSTINGS_PLAN_GCD_H
#define HUSTINGS_PLAN_GCD_H

#include <stdint.h>

/* The greatest common divisor of two numbers >= 0; of a number and 0 it is the number. */
static inline int64_t gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

#endif
