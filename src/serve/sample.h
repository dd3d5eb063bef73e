/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up reports for `hustings demo`: invented people and events in real places, in English,
 * Welsh and Bengali, over all grades, some lawful, one a practice report. */
#ifndef HUSTINGS_SERVE_SAMPLE_H
#define HUSTINGS_SERVE_SAMPLE_H

#include "front/front.h"

struct sample {
    const char *what, *role, *name, *relation, *danger, *when, *place, *constituency, *channel;
    int64_t fear;
    const char *language;
    bool is_practice;
};
extern const struct sample samples[];
extern const size_t sample_count;
/* Fills a report; texts are the sample's own. */
void sample_report(const struct sample *sample, struct report *ret_report);

#endif
