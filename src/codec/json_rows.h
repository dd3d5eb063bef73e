/* SPDX-License-Identifier: Apache-2.0 */
/* A large JSON text, one member or item at a time.
 *
 * json_parse makes a tree of the whole text and has a limit for that reason. This cuts an object or
 * a list at the top into its members' texts without looking into them; each is then given to
 * json_parse (a row) or opened again (a list of rows). The cutting knows strings and brackets and
 * checks what stands between the values; whether a value is JSON is for json_parse to say.
 */
#ifndef HUSTINGS_CODEC_JSON_ROWS_H
#define HUSTINGS_CODEC_JSON_ROWS_H

#include "codec/json.h"

struct json_rows {
    str text;
    size_t at;
    bool is_object, is_started, is_ended;
};

/* `text` is an object or a list and nothing else but white space. STATUS_INVALID otherwise. */
enum status json_rows_open(str text, struct json_rows *ret_rows, struct error *err) MUST_CHECK;
/* The next value as a view into the text, with its member's name as it is written between the
 * quotes (empty in a list). *ret_has_row false at the end. STATUS_INVALID: the place is wrong. */
enum status json_rows_next(struct json_rows *rows, str *ret_name, str *ret_value, bool *ret_has_row,
                           struct error *err) MUST_CHECK;
/* For loops: is *status STATUS_OK, and is there a next one? A failure goes to *status. */
bool json_rows_more(struct json_rows *rows, str *ret_name, str *ret_value, enum status *status,
                    struct error *err) MUST_CHECK;
/* As json_rows_next, and the value parsed into the arena, which is emptied before. */
enum status json_rows_parse(struct json_rows *rows, struct arena *arena, str *ret_value,
                            struct json *ret_json, bool *ret_has_row, struct error *err) MUST_CHECK;
/* Line (from 1) of a view into `whole`. */
size_t json_rows_line(str whole, str part);

#endif
