/* SPDX-License-Identifier: Apache-2.0 */
#include "people/capabilities.h"

static const struct {
    const char *name;
    const char *meaning;
    unsigned roles;
} capabilities[] = {
#define CAPABILITY_ROW(identifier, name, meaning, roles) {name, meaning, roles},
    CAPABILITY_ROWS(CAPABILITY_ROW)
#undef CAPABILITY_ROW
};

static const char *const role_words[] = {"none",    "triager", "supervisor", "adviser",
                                         "analyst", "auditor", "admin",      "planner"};
static_assert(ARRAY_LEN(role_words) == ROLE_COUNT, "a word a role");

const char *capability_name(enum capability capability)
{
    ASSERT(capability < CAP_COUNT);
    return capabilities[capability].name;
}

const char *capability_meaning(enum capability capability)
{
    ASSERT(capability < CAP_COUNT);
    return capabilities[capability].meaning;
}

uint64_t role_capabilities(enum role role)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < ARRAY_LEN(capabilities) && role != ROLE_NONE; i++) {
        if ((capabilities[i].roles & (1U << role)) != 0) {
            bits |= UINT64_C(1) << i;
        }
    }
    return bits;
}

const char *role_word(enum role role)
{
    ASSERT(role < ROLE_COUNT);
    return role_words[role];
}

enum role role_from_word(str word)
{
    for (size_t i = 1; i < ARRAY_LEN(role_words); i++) {
        if (str_equal(word, str_c(role_words[i]))) {
            return (enum role)i;
        }
    }
    return ROLE_NONE;
}
