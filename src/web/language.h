/* SPDX-License-Identifier: Apache-2.0 */
/* The languages a reporter can choose, each with its catalogue. */
#ifndef HUSTINGS_WEB_LANGUAGE_H
#define HUSTINGS_WEB_LANGUAGE_H

#include "web/catalogue.h"

enum { LANGUAGES = 3 };

struct language {
    str code; /* "en" */
    str name; /* in itself: "Cymraeg" */
    struct catalogue catalogue;
};
struct languages {
    struct language all[LANGUAGES]; /* the first is English */
};

/* Opens the embedded catalogues. Fails only when the program was built wrongly. */
enum status languages_open(struct languages *ret_languages, struct error *err) MUST_CHECK;
/* By code; NULL when we do not have it. */
const struct language *language_find(const struct languages *languages, str code);
/* The best of an Accept-Language header (RFC 9110 section 12.5.4), English when none fits. */
const struct language *language_accepted(const struct languages *languages, str header);

#endif
