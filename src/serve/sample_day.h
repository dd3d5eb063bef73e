/* SPDX-License-Identifier: Apache-2.0 */
/* A made-up polling day for `hustings demo`: invented halls in real boroughs, units, a hustings, a count,
 * and a published plan, so that a newcomer sees one. */
#ifndef HUSTINGS_SERVE_SAMPLE_DAY_H
#define HUSTINGS_SERVE_SAMPLE_DAY_H

#include "crypt/crypt.h"
#include "serve/settings.h"

/* The day is today. Unlocks a stopped desk by its root; letters stay as they are. */
enum status sample_day(const struct settings *settings, const struct crypt_key *root,
                       struct error *err) MUST_CHECK;

#endif
