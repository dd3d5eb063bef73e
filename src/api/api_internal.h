/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_API_API_INTERNAL_H
#define HUSTINGS_API_API_INTERNAL_H

#include "api/api.h"
#include "codec/form.h"
#include "codec/json.h"

struct api_upload; /* a multipart body while it streams in */

struct api_call {
    struct front *front;
    struct http_exchange *x;
    struct report report;
    struct front_evidence evidence[FRONT_EVIDENCE_MAX];
    size_t evidence_count;
    struct crypt_id draft_id; /* under which files are staged; all zero = none */
    struct api_upload *upload;
};

/* problem+json (RFC 9457); problems may be NULL, else `detail` may be empty: then it is made of
 * them. */
void api_problem(struct http_exchange *x, unsigned status, str detail,
                 const struct report_problems *problems);
void api_problem_status(struct http_exchange *x, enum status status);
/* Validates and keeps. Answers. */
void api_report_put(struct api_call *call, str json);

/* Begins streaming a multipart body; false when it answered a refusal. */
bool api_upload_start(struct front *front, struct http_exchange *x);
void api_upload_serve(struct api_call *call);

#endif
