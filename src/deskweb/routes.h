/* SPDX-License-Identifier: Apache-2.0 */
/* The table of addresses: what is not in it is not there. Pure but for the handlers it names. */
#ifndef HUSTINGS_DESKWEB_ROUTES_H
#define HUSTINGS_DESKWEB_ROUTES_H

#include "crypt/crypt.h"
#include "http/http.h"
#include "people/capabilities.h"

enum route_need {
    NEED_NOTHING = -2, /* open to everybody: log-in, assets, a unit's card; a test holds the list */
    NEED_SESSION = -1  /* any officer who is logged in */
    /* else an enum capability */
};
enum { ROUTE_IDS_MAX = 2 };
enum { ROUTE_UPLOAD = -1 }; /* as `act`: a multipart form with a file */

struct ask;
struct route {
    enum http_method method;
    const char *path; /* "#": a number, "*": an id of 32 hex digits, "…": the rest */
    int need;         /* enum route_need or enum capability */
    void (*serve)(struct ask *ask);
    int act; /* of case_act_post: enum desk_act_kind */
};
struct route_ids {
    int64_t number;
    struct crypt_id ids[ROUTE_IDS_MAX];
    size_t id_count;
};
extern const struct route route_table[];
extern const size_t route_count;

/* NULL when there is none; *ret_other_method then says whether the path exists with another one. */
const struct route *route_find(enum http_method method, str path, struct route_ids *ret_ids,
                               bool *ret_other_method);

#endif
