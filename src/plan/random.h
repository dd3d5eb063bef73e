/* SPDX-License-Identifier: Apache-2.0 */
/* xoshiro256++ (Blackman and Vigna, public domain): the same numbers on every machine. */
#ifndef HUSTINGS_PLAN_RANDOM_H
#define HUSTINGS_PLAN_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t s[4];
};

static inline uint64_t random_next(struct random *r)
{
    uint64_t sum = r->s[0] + r->s[3];
    uint64_t result = (sum << 23 | sum >> 41) + r->s[0];
    uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = r->s[3] << 45 | r->s[3] >> 19;
    return result;
}

/* 0 … n-1; the bias is below n / 2^32. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
    return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

/* Seeded by splitmix64, so that near seeds give streams that are far apart. */
static inline void random_seed(struct random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        r->s[i] = z ^ z >> 31;
    }
}

#endif
