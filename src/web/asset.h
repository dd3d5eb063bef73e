/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are part of the program: style sheet, script, fonts, catalogues.
 *
 * The table is made at build time by tools/embed. Templates name an asset by `{{asset "x.css"}}`
 * (a macro of the generated web/assets.h), so a missing one does not compile. What asset_find
 * returns may be cached for a year: another content has another name. */
#ifndef HUSTINGS_WEB_ASSET_H
#define HUSTINGS_WEB_ASSET_H

#include "base/str.h"

struct asset {
    str path; /* "/assets/hustings-0123456789abcdef.css"; without "/assets/" it is not served */
    str bytes;
    const char *content_type;
};
extern const struct asset asset_table[];
extern const size_t asset_count;

#define ASSET_CACHE_CONTROL "public, max-age=31536000, immutable"

/* By the path of a request; NULL when there is none. */
const struct asset *asset_find(str path);
/* An embedded file that is not served ("cy.mo"); empty when there is none. */
str asset_bytes(str name);

#endif
