/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text and back: hex, base64 (RFC 4648), and times (RFC 3339). */
#ifndef HUSTINGS_BASE_TEXT_H
#define HUSTINGS_BASE_TEXT_H

#include "base/buf.h"

/* Lower-case hex. out needs 2*len bytes; no NUL is written. */
void hex_encode(const void *bytes, size_t len, char *out);
/* Exactly 2*len hex digits of either case. */
bool hex_decode(str text, void *out, size_t len) MUST_CHECK;
void buf_add_hex(struct buf *buf, const void *bytes, size_t len);
/* Standard alphabet with '=' padding. */
void buf_add_base64(struct buf *buf, const void *bytes, size_t len);
/* Strict (padding wanted, no white space). *ret_len bytes are written to out[0..cap). */
bool base64_decode(str text, void *out, size_t cap, size_t *ret_len) MUST_CHECK;

/* Microseconds since 1970-01-01T00:00:00Z: the only form in which times are stored. */
typedef int64_t time_us;
#define US_PER_SECOND INT64_C(1000000)

struct civil_time {
    int64_t year;
    unsigned month, day, hour, minute, second; /* 1-12, 1-31, 0-23, 0-59, 0-59 */
};
/* Proleptic Gregorian (algorithm: Howard Hinnant, "chrono-compatible low-level date algorithms"). */
struct civil_time time_civil_utc(time_us at);
time_us time_from_civil_utc(struct civil_time civil);
/* Local clock time of the United Kingdom (Summer Time Act 1972 as amended: from 01:00 UTC on the
 * last Sunday of March to 01:00 UTC on the last Sunday of October). */
struct civil_time time_civil_london(time_us at);
/* "2024-07-22T09:30:00Z"; seconds precision. */
void buf_add_time(struct buf *buf, time_us at);
/* RFC 3339 date-time with offset, or a bare date (taken as 00:00 UTC; *ret_is_date says so).
 * Refuses impossible dates and years outside 1900-2200. */
bool time_parse(str text, time_us *ret_at, bool *ret_is_date) MUST_CHECK;
/* ISO 8601 week: "2024-W30". */
void buf_add_week(struct buf *buf, time_us at);

#endif
