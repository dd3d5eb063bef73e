/* SPDX-License-Identifier: Apache-2.0 */
/* The officers' side over HTTP: pages of HTML over desk/desk.h, no script needed.
 *
 *   ask       one request: session, form, caller      ask.c      frame, answers, errors
 *   routes    the table: method, path, capability     routes.c   nothing is reachable but by a row
 *   log-in, log-out, lock, password                   login.c
 *   queue, filters                                    queue.c    search.c
 *   a case                                            case_page.c (show), case_acts.c (do), erase.c
 *   evidence, print, export                           evidence.c, bundle.c
 *   numbers, officers, ledger, a report by hand       numbers.c, officers.c, ledger.c, enter.c
 *   polling day: operations and plans                 operations.c, operation_*.c, plan_*.c, upload.c
 *   pure: words.c (times and states in words), magic.c, tar.c
 *
 * Every row of the route table names the capability that it needs, or is on the short list of rows
 * open to everybody (the log-in page, assets). Every POST carries a token: of the session, or for
 * the log-in form one that is bound to a cookie. Everything that shows or changes something calls
 * desk.h, which keeps need-to-know and writes the ledger; nothing here reads a store.
 */
#ifndef HUSTINGS_DESKWEB_DESKWEB_H
#define HUSTINGS_DESKWEB_DESKWEB_H

#include "desk/desk.h"
#include "front/front.h"
#include "http/http.h"
#include "pack/pack.h"
#include "people/stretcher.h"

enum {
    DESKWEB_FORM_BYTES_MAX = 512 * 1024,
    DESKWEB_UPLOAD_BYTES_MAX = 4 * 1024 * 1024,  /* a table of sites; one of London is 0.5 MiB */
    DESKWEB_EXPORT_BYTES_MAX = 60 * 1024 * 1024, /* under HTTP_ANSWER_BYTES_MAX */
    DESKWEB_PAGE_BYTES_MAX = 32 * 1024 * 1024,   /* 50 reports of the largest size */
    DESKWEB_ASK_BYTES_MAX = 1024 * 1024 * 1024   /* numbers hold a row a report */
};

struct deskweb;
struct deskweb_options {
    struct desk *desk;
    const struct pack *pack;
    struct box_client *box; /* blocking; state, checkpoint, and front's questions */
    struct front *front;    /* seals reports entered by hand; NULL: that page is not there */
    str desk_name;
    str folder; /* DIR, for the hint how to verify */
    bool is_https;
    bool has_alarm; /* somebody is rung: a destination is set, and this is no rehearsal */
    struct stretcher *stretcher; /* of passwords; NULL: the pages wait for each log-in */
};
/* Lives until deskweb_close; the options are copied, what they point to must live on. */
struct deskweb *deskweb_open(const struct deskweb_options *options);
void deskweb_close(struct deskweb *web);
/* As in http_handler; the whole address belongs to it. */
size_t deskweb_body_bytes_max(struct deskweb *web, struct http_exchange *x);
void deskweb_serve(struct deskweb *web, struct http_exchange *x);

#endif
