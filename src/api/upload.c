/* SPDX-License-Identifier: Apache-2.0 */
/* A report with files in one request: multipart/form-data, sealed while it streams in. */
#include "api/api_internal.h"

struct file_slot {
    struct api_upload *upload;
    struct front_upload *file; /* NULL once kept */
    size_t index;
};

struct api_upload {
    struct api_call *call;
    struct multipart *parser;
    struct buf report;         /* the JSON part */
    struct front_upload *file; /* the part being read */
    struct file_slot slots[FRONT_EVIDENCE_MAX];
    size_t file_count;
    size_t ended;
    bool is_report_part;
    bool is_served;
    unsigned refusal; /* HTTP status to answer with; 0 = none */
    struct error err;
};

static bool refuse(struct api_upload *upload, unsigned status, const char *why)
{
    if (upload->refusal == 0) {
        upload->refusal = status;
        (void)error_set(&upload->err, STATUS_INVALID, "%s", why);
    }
    return true; /* the rest is read and dropped, so that the client hears why */
}

static void file_kept(void *context, enum status status, const struct front_evidence *evidence)
{
    struct file_slot *slot = context;
    struct api_upload *upload = slot->upload;
    struct api_call *call = upload->call;
    struct front_evidence *kept = &call->evidence[slot->index];
    if (status != STATUS_OK) {
        (void)refuse(upload, 503, "A file could not be kept just now. Send the report again.");
    }
    *kept = *evidence;
    kept->name = arena_str(http_arena(call->x), evidence->name);
    kept->type = arena_str(http_arena(call->x), evidence->type);
    slot->file = NULL;
    upload->ended++;
    if (upload->is_served && upload->ended == upload->file_count) {
        api_upload_serve(call);
    }
}

static bool part_begin(void *context, const struct multipart_part *part)
{
    struct api_upload *upload = context;
    struct api_call *call = upload->call;
    upload->is_report_part = part->filename.n == 0 && str_equal(part->name, STR("report"));
    upload->file = NULL;
    if (upload->is_report_part || upload->refusal != 0) {
        return true;
    }
    if (part->filename.n == 0) {
        return refuse(upload, 400,
                      "A part has no name that we know: send \"report\" (JSON) and files.");
    }
    if (upload->file_count == FRONT_EVIDENCE_MAX) {
        return refuse(upload, 413, "A report takes at most 10 files.");
    }
    upload->file =
        front_upload_start(call->front, &call->draft_id, part->filename, part->content_type);
    upload->slots[upload->file_count] =
        (struct file_slot){upload, upload->file, upload->file_count};
    upload->file_count++;
    return true;
}

static bool part_data(void *context, str piece)
{
    struct api_upload *upload = context;
    if (upload->is_report_part) {
        buf_add(&upload->report, piece);
    } else if (upload->file != NULL) {
        if (front_upload_size(upload->file) + (int64_t)piece.n > API_FILE_BYTES_MAX) {
            return refuse(upload, 413, "A file may have at most 25 MB.");
        }
        front_upload_piece(upload->file, piece);
    }
    return true;
}

static bool part_end(void *context)
{
    struct api_upload *upload = context;
    if (upload->file != NULL) {
        struct front_upload *file = upload->file;
        upload->file = NULL;
        front_upload_end(file, file_kept, &upload->slots[upload->file_count - 1]);
    }
    return true;
}

static bool piece_came(void *context, struct http_exchange *x, str piece)
{
    struct api_upload *upload = context;
    (void)x;
    if (upload->refusal == 0 && multipart_feed(upload->parser, piece, &upload->err) != STATUS_OK) {
        upload->refusal = 400;
    }
    return true;
}

bool api_upload_start(struct front *front, struct http_exchange *x)
{
    struct error err = {0};
    struct arena *arena = http_arena(x);
    struct api_call *call = ARENA_NEW(arena, struct api_call);
    struct api_upload *upload = ARENA_NEW(arena, struct api_upload);
    struct multipart_events *events = ARENA_NEW(arena, struct multipart_events);
    call->front = front;
    call->x = x;
    call->upload = upload;
    call->draft_id = crypt_id_new();
    upload->call = call;
    buf_init(&upload->report, REPORT_JSON_BYTES_MAX);
    *events = (struct multipart_events){part_begin, part_data, part_end, upload};
    if (multipart_new(arena, http_header(x, "Content-Type"), events, &upload->parser, &err) !=
        STATUS_OK) {
        api_problem(x, 400, str_c(err.primary), NULL);
        return false;
    }
    http_set_state(x, call);
    http_stream(x, piece_came, upload);
    return true;
}

void api_upload_serve(struct api_call *call)
{
    struct api_upload *upload = call->upload;
    if (!upload->is_served && upload->refusal == 0 &&
        multipart_finish(upload->parser, &upload->err) != STATUS_OK) {
        upload->refusal = 400;
    }
    upload->is_served = true;
    for (size_t i = 0; i < upload->file_count && upload->refusal != 0; i++) {
        if (upload->slots[i].file != NULL) {
            front_upload_abandon(upload->slots[i].file);
            upload->slots[i].file = NULL;
            upload->ended++;
        }
    }
    if (upload->ended < upload->file_count) {
        return; /* file_kept comes back here */
    }
    if (http_is_over(call->x)) { /* box was too slow and the client has had its 503 */
        api_problem_status(call->x, STATUS_UNAVAILABLE);
        return;
    }
    if (upload->refusal == 0 && upload->report.overflowed) {
        (void)refuse(upload, 413, "The part \"report\" is too large.");
    }
    if (upload->refusal == 0 && upload->report.n == 0) {
        (void)refuse(upload, 400, "The part \"report\" (JSON) is missing.");
    }
    if (upload->refusal != 0) {
        api_problem(call->x, upload->refusal, str_c(upload->err.primary), NULL);
        return;
    }
    call->evidence_count = upload->file_count;
    str json = arena_str(http_arena(call->x), buf_str(&upload->report));
    api_report_put(call, json);
}

void api_finished(struct http_exchange *x)
{
    struct api_call *call = http_state(x);
    if (call != NULL && call->upload != NULL) {
        /* one that was served waits for its files and is answered then, though nobody listens */
        for (size_t i = 0; i < call->upload->file_count && !call->upload->is_served; i++) {
            if (call->upload->slots[i].file != NULL) {
                front_upload_abandon(call->upload->slots[i].file);
                call->upload->slots[i].file = NULL;
            }
        }
        crypt_wipe(call->upload->report.p, call->upload->report.n);
        buf_close(&call->upload->report);
    }
}
