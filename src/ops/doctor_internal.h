/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_OPS_DOCTOR_INTERNAL_H
#define HUSTINGS_OPS_DOCTOR_INTERNAL_H

#include "ops/doctor.h"

/* Adds one line. `advice` may be NULL. */
void doctor_say(struct doctor *doctor, enum doctor_level level, const char *name,
                const char *advice, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* "3 minutes", "2 hours", "12 days" */
const char *doctor_span(struct doctor *doctor, time_us span);

/* Processes of this desk that run now. */
struct doctor_running {
    int64_t count;
    bool has_box, has_front, has_desk;
};

void doctor_machine(struct doctor *doctor, time_us now);
void doctor_running(struct doctor *doctor, const char *dir, struct doctor_running *ret_running);
void doctor_addresses(struct doctor *doctor, const struct settings *settings,
                      const struct doctor_running *running);
void doctor_files(struct doctor *doctor, const struct settings *settings);
void doctor_stores(struct doctor *doctor, const struct settings *settings,
                   const struct doctor_running *running, time_us now);

#endif
