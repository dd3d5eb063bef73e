/* SPDX-License-Identifier: Apache-2.0 */
/* The report API under /api/v1/ (design 6.0; described at /api/v1/openapi.json).
 *
 *   POST /api/v1/reports            JSON, or multipart with a part "report" (JSON) and files
 *   GET  /api/v1/reports            Authorization: Bearer <receipt>: what was said, replies, state
 *   POST /api/v1/reports/messages   the same bearer; {"text":"…"}: adds to the report
 *   GET  /api/v1/openapi.json
 * Errors are application/problem+json (RFC 9457). `?practice=1` makes a practice report.
 */
#ifndef HUSTINGS_API_API_H
#define HUSTINGS_API_API_H

#include "front/front.h"
#include "http/http.h"

enum {
    API_FILE_BYTES_MAX = 25 * 1024 * 1024,
    API_UPLOAD_BYTES_MAX = 100 * 1024 * 1024, /* all of a multipart body */
    API_ERRORS_MAX = REPORT_PROBLEMS_MAX
};

/* True for paths that the API answers. */
bool api_owns(str path);
/* As in http_handler. */
size_t api_body_bytes_max(struct front *front, struct http_exchange *x);
void api_serve(struct front *front, struct http_exchange *x);
/* Releases what a streamed body holds; from the handler's `finished`. */
void api_finished(struct http_exchange *x);

#endif
