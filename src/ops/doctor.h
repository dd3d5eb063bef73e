/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at a desk and its machine from outside, without a key, and says what is well, what is not
 * and what to do. It asks the machine instead of believing the settings: the sandbox is tried, the
 * limits of running processes are read, files are hashed. */
#ifndef HUSTINGS_OPS_DOCTOR_H
#define HUSTINGS_OPS_DOCTOR_H

#include "base/arena.h"
#include "base/text.h"
#include "serve/settings.h"

/* NOTE: nothing is wrong; something is still to be done before the desk is of use. */
enum doctor_level { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARN, DOCTOR_BAD };
enum { DOCTOR_CHECKS_MAX = 64 };

struct doctor_check {
    enum doctor_level level;
    const char *name;
    str says;
    str advice; /* empty when all is well */
};
struct doctor {
    struct arena *arena;
    struct doctor_check checks[DOCTOR_CHECKS_MAX];
    size_t count;
    bool is_new; /* the desk's ledger has nothing but its start */
    enum doctor_level worst;
};

/* Never fails: what cannot be looked at is a finding. `pack`: --pack or NULL. */
void doctor_look(struct doctor *doctor, struct arena *arena, const char *dir, const char *pack,
                 time_us now);
/* Pure: a table for people, an object for programs. */
void doctor_print(struct buf *out, const struct doctor *doctor);
void doctor_print_json(struct buf *out, const struct doctor *doctor);

#endif
