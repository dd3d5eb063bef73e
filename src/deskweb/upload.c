/* SPDX-License-Identifier: Apache-2.0 */
/* A form with a file in it. */
#include "deskweb/ask.h"

#include "base/utf8.h"

struct upload {
    struct ask *ask;
    struct form_field *fields;
    size_t count;
    struct buf value; /* of the part at hand */
    str name;
    bool is_file;
    enum status status;
};

static bool begin(void *context, const struct multipart_part *part)
{
    struct upload *upload = context;
    buf_clear(&upload->value);
    upload->name = arena_str(upload->ask->arena, part->name);
    upload->is_file = part->is_file;
    if (part->is_file && upload->count < FORM_FIELDS_MAX) {
        upload->fields[upload->count++] =
            (struct form_field){arena_printf(upload->ask->arena, "%.*s.name", STR_ARG(part->name)),
                                arena_str(upload->ask->arena, part->filename)};
    }
    return upload->count < FORM_FIELDS_MAX;
}

static bool data(void *context, str piece)
{
    struct upload *upload = context;
    buf_add(&upload->value, piece);
    return !upload->value.overflowed;
}

static bool end(void *context)
{
    struct upload *upload = context;
    struct arena *arena = upload->ask->arena;
    str value = arena_str(arena, buf_str(&upload->value));
    if (upload->is_file && str_starts(value, STR("\xEF\xBB\xBF"))) {
        value = str_slice(value, 3, value.n); /* spreadsheets put a mark in front */
    }
    if (upload->is_file && !utf8_is_text(value)) {
        value = STR(""); /* the handler says so, beside the form */
        upload->name = arena_printf(arena, "%.*s.broken", STR_ARG(upload->name));
    }
    if (!upload->is_file) {
        upload->status = form_text(arena, upload->name, value, &value, &upload->ask->err);
    }
    upload->fields[upload->count++] = (struct form_field){upload->name, value};
    return upload->status == STATUS_OK;
}

enum status ask_upload(struct ask *ask, struct form *ret_form)
{
    struct multipart *parser = NULL;
    struct upload upload = {.ask = ask, .status = STATUS_OK};
    struct multipart_events events = {.begin = begin, .data = data, .end = end, .context = &upload};
    upload.fields = ARENA_ARRAY(ask->arena, struct form_field, FORM_FIELDS_MAX + 1);
    buf_init(&upload.value, DESKWEB_UPLOAD_BYTES_MAX);
    enum status status =
        multipart_new(ask->arena, http_header(ask->x, "Content-Type"), &events, &parser, &ask->err);
    if (status == STATUS_OK) {
        status = multipart_feed(parser, http_body(ask->x), &ask->err);
    }
    if (status == STATUS_OK) {
        status = multipart_finish(parser, &ask->err);
    }
    buf_close(&upload.value);
    *ret_form = (struct form){upload.fields, upload.count};
    return upload.status != STATUS_OK ? upload.status : status;
}
