/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter's pages: everything on the public address that is not the API.
 *
 * No page needs script. The answers between two pages are one sealed draft in box, opened by a key
 * that only the reporter's cookie yields; the form carries a nonce derived from the same cookie, so
 * a form of another site cannot post. What was typed is kept in the draft also when it is wrong.
 * Nothing here reads a peer's address.
 *
 *   visit     one request (pages_internal.h)        pages.c     routes, answers, languages
 *   draft     what the form has collected           draft.c     as JSON, and checks of the form
 *   steps     the nine questions                    steps.c     read a form, render a page
 *   sending   check and send                        sending.c
 *   receipt   the receipt, whom to call             receipt.c
 *   say       dates, times, sizes in words         say.c
 *   files     evidence while it streams in          files.c
 *   mailbox   back with a receipt                   mailbox.c
 *   place     which of several places is meant     place.c
 *   practice  the same way, for trainers            practice.c
 */
#ifndef HUSTINGS_PAGES_SITE_H
#define HUSTINGS_PAGES_SITE_H

#include "front/front.h"
#include "http/http.h"
#include "pack/pack.h"

enum {
    SITE_FORM_BYTES_MAX = 512 * 1024,                 /* the longest answers, percent-encoded */
    SITE_FILE_BYTES_MAX = 25 * 1024 * 1024,           /* one file; the API has the same */
    SITE_UPLOAD_BYTES_MAX = 100 * 1024 * 1024 + 65536 /* all files of one page */
};

struct router;
struct site;
struct site_options {
    struct front *front;
    const struct pack *pack; /* labels of choices and advice */
    const struct router *router;
    str controller_name;    /* who runs the desk */
    str controller_contact; /* how to write to them */
    str regime;             /* "part2" or "part3" of the DPA 2018 */
    bool is_https;          /* behind TLS: cookies say so */
};

/* Opens the catalogues. Everything lives in `perm`. */
struct site *site_open(const struct site_options *options, struct arena *perm);
/* As in http_handler; every path that no one else owns. */
size_t site_body_bytes_max(struct site *site, struct http_exchange *x);
void site_serve(struct site *site, struct http_exchange *x);
void site_finished(struct site *site, struct http_exchange *x);

#endif
