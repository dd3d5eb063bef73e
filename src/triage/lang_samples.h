/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_TRIAGE_LANG_SAMPLES_H
#define HUSTINGS_TRIAGE_LANG_SAMPLES_H

#include "triage/lang.h"

/* Sentences of a language that is told by its letters and words; NULL for the others. */
const char *lang_sample(enum lang lang);

#endif
