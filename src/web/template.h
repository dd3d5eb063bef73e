/* SPDX-License-Identifier: Apache-2.0 */
/* What the C that pagec emits calls: escaping by place, and translated messages.
 *
 * Handlers fill a `struct page_x` and call `page_x_render`; they have no reason to call anything
 * here but html_of. All text is valid UTF-8 (input is checked where it enters).
 */
#ifndef HUSTINGS_WEB_TEMPLATE_H
#define HUSTINGS_WEB_TEMPLATE_H

#include "base/buf.h"
#include "web/catalogue.h"

/* Finished HTML: only what a renderer wrote, never what somebody sent. */
struct html {
    str rendered;
};
/* The buffer must hold the output of render functions and must live as long as the value. */
struct html html_of(const struct buf *rendered);

/* Text between tags and in quoted attributes: & < > " ' become references. */
void html_escape(struct buf *out, str text);
/* A whole URL in a quoted attribute: http, https, mailto, tel or relative; another scheme, or
 * white space and control characters (which browsers skip over), becomes "#". */
void html_escape_url(struct buf *out, str url);
/* One component of a URL: everything but letters, digits and - . _ ~ is percent-encoded. */
void html_escape_url_part(struct buf *out, str part);

enum message_kind { MESSAGE_STR, MESSAGE_I64, MESSAGE_TAG };
struct message_arg {
    str name; /* what stands between the braces */
    enum message_kind kind;
    str text; /* STR: escaped when written. TAG: written as it is, so only from a template */
    int64_t number;
};
/* Looks the text up and writes it escaped, with the values in place of "{name}". A name that was
 * not given stays as it stands. */
void message_render(struct buf *out, const struct catalogue *catalogue, str english,
                    const struct message_arg *args, size_t count);

#endif
