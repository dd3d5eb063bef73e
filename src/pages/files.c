/* SPDX-License-Identifier: Apache-2.0 */
/* Files of a report. Each is sealed as it arrives and never held whole; when all are on disk, the
 * draft gets their keys. The form's nonce is its first part, so nothing is sealed for a stranger.
 */
#include "pages/pages_internal.h"

struct slot { /* one file on its way to box */
    struct visit *visit;
    struct front_upload *file; /* NULL once box has confirmed or refused it */
};

struct upload {
    struct multipart *parser;
    struct multipart_events events;
    struct slot slots[FRONT_EVIDENCE_MAX];
    size_t slot_count;
    struct slot *arriving; /* NULL = an ordinary field, or a file that is passed over */
    struct front_evidence files[FRONT_EVIDENCE_MAX];
    size_t file_count;
    str field; /* the ordinary field that is arriving */
    struct buf value;
    bool is_nonce_good, wants_more;
    bool is_file;          /* the part that is arriving */
    bool is_broken;        /* the body is not what its head says */
    bool is_served;        /* the whole body is there */
    bool is_gone;          /* the exchange is over */
    enum status status;    /* the first that was not OK */
    const char *complaint; /* a sentence for the page, or NULL */
};

static const char too_many[] = N_("That is too many files. The first ones have been added.");

/* --- all is there --- */

static void files_kept(void *context, enum status status)
{
    struct visit *visit = context;
    if (status != STATUS_OK) {
        visit_problem_status(visit, status, true);
    } else if (visit->problems.count > 0) {
        step_render(visit, 422, FILES_STEP);
    } else if (visit->is_other_language || (visit->upload != NULL && visit->upload->wants_more)) {
        http_redirect(visit->x, step_again(visit, FILES_STEP));
    } else if (visit->goes_back) {
        http_redirect(visit->x, step_before(visit, FILES_STEP));
    } else {
        http_redirect(visit->x, step_next(visit, FILES_STEP));
    }
}

/* Served, and box has confirmed every file: add them to the draft. */
static void settle(struct visit *visit)
{
    struct upload *up = visit->upload;
    bool is_waiting = !up->is_served;
    for (size_t i = 0; i < up->slot_count; i++) {
        is_waiting = is_waiting || up->slots[i].file != NULL;
    }
    if (is_waiting) {
        return;
    }
    if (up->status != STATUS_OK && up->complaint == NULL) {
        visit_problem_status(visit, up->status, true);
        return;
    }
    for (size_t i = 0; i < up->file_count; i++) {
        if (visit->draft.file_count == FRONT_EVIDENCE_MAX) {
            up->complaint = too_many;
            break;
        }
        visit->draft.files[visit->draft.file_count++] = up->files[i];
    }
    if (up->wants_more && up->slot_count == 0 && up->complaint == NULL) {
        up->complaint = MSG("Choose one or more files first, then add them.").p;
    }
    if (up->complaint != NULL) {
        draft_problem_add(&visit->problems, STR("files"), str_c(up->complaint));
    }
    visit_keep(visit, files_kept);
}

static void file_kept(void *context, enum status status, const struct front_evidence *evidence)
{
    struct slot *slot = context;
    struct visit *visit = slot->visit;
    struct upload *up = visit->upload;
    slot->file = NULL;
    if (status != STATUS_OK) {
        up->status = status;
    } else if (evidence->size == 0) {
        up->complaint = MSG("One file is empty and was left out.").p;
    } else if (up->file_count < FRONT_EVIDENCE_MAX) {
        struct front_evidence *kept = &up->files[up->file_count++];
        *kept = *evidence;
        kept->name = arena_str(visit->arena, evidence->name);
        kept->type = arena_str(visit->arena, evidence->type);
    }
    settle(visit);
}

/* A file that did not end cannot be kept. */
static void stop_all(struct upload *up)
{
    if (up->arriving != NULL) {
        struct front_upload *file = up->arriving->file;
        up->arriving->file = NULL;
        up->arriving = NULL;
        front_upload_abandon(file);
    }
}

void files_post(struct visit *visit)
{
    struct upload *up = visit->upload;
    if (up == NULL || !up->is_nonce_good) {
        visit_problem(visit, 403, STR("expired"), false);
        return;
    }
    up->is_served = true;
    if (up->is_broken || multipart_finish(up->parser, NULL) != STATUS_OK) {
        stop_all(up);
        up->complaint = MSG("The files did not arrive whole. Please send them again.").p;
    }
    settle(visit);
}

/* --- while it streams in --- */

static bool part_begins(void *context, const struct multipart_part *part)
{
    struct visit *visit = context;
    struct upload *up = visit->upload;
    up->field = (str){0};
    up->is_file = part->filename.n > 0 || str_equal(part->name, STR("files"));
    if (!up->is_file) {
        up->field = arena_str(visit->arena, part->name);
        buf_clear(&up->value);
        return true;
    }
    if (!up->is_nonce_good) {
        return false;
    }
    if (part->filename.n == 0) {
        return true; /* the empty part of a form without files */
    }
    if (up->slot_count == FRONT_EVIDENCE_MAX) {
        up->complaint = too_many;
        return true;
    }
    up->arriving = &up->slots[up->slot_count++];
    *up->arriving = (struct slot){visit, front_upload_start(visit->site->front, &visit->keys.id,
                                                            part->filename, part->content_type)};
    return true;
}

static bool part_data(void *context, str piece)
{
    struct visit *visit = context;
    struct upload *up = visit->upload;
    if (!up->is_file) {
        buf_add(&up->value, piece);
        return true;
    }
    if (up->arriving == NULL) {
        return true;
    }
    struct front_upload *file = up->arriving->file;
    if (front_upload_size(file) + (int64_t)piece.n > SITE_FILE_BYTES_MAX) {
        up->arriving->file = NULL;
        up->arriving = NULL;
        up->complaint = MSG("One file is too large and was left out.").p;
        front_upload_abandon(file);
        return true;
    }
    front_upload_piece(file, piece);
    return true;
}

static bool part_ends(void *context)
{
    struct visit *visit = context;
    struct upload *up = visit->upload;
    if (up->is_file) {
        struct slot *slot = up->arriving;
        up->arriving = NULL;
        if (slot != NULL) {
            front_upload_end(slot->file, file_kept, slot);
        }
        return true;
    }
    str value = buf_str(&up->value);
    if (str_equal(up->field, STR("nonce"))) {
        up->is_nonce_good = visit->has_cookie &&
                            str_equal(value, str_from(visit->keys.idempotency_hex, NONCE_CHARS));
    } else if (str_equal(up->field, STR("change"))) {
        visit->is_change = true;
    } else if (str_equal(up->field, STR("more"))) {
        up->wants_more = true;
    } else if (str_equal(up->field, STR("back"))) {
        visit->goes_back = true;
    } else if (str_equal(up->field, STR("aside"))) {
        visit_take_aside(visit, value);
    } else if (str_equal(up->field, STR("lang"))) {
        visit_take_language(visit, arena_str(visit->arena, value));
    }
    return true;
}

/* Never stops the body: the answer comes when all of it is there. */
static bool body_piece(void *context, struct http_exchange *x, str piece)
{
    struct visit *visit = context;
    struct upload *up = visit->upload;
    (void)x;
    if (!up->is_broken && multipart_feed(up->parser, piece, NULL) != STATUS_OK) {
        up->is_broken = true;
    }
    return true;
}

bool upload_begin(struct visit *visit)
{
    struct upload *up = ARENA_NEW(visit->arena, struct upload);
    up->events = (struct multipart_events){part_begins, part_data, part_ends, visit};
    buf_init(&up->value, 4096);
    if (multipart_new(visit->arena, http_header(visit->x, "Content-Type"), &up->events, &up->parser,
                      NULL) != STATUS_OK) {
        return false;
    }
    visit->upload = up;
    http_stream(visit->x, body_piece, visit);
    return true;
}

void upload_finished(struct visit *visit)
{
    struct upload *up = visit->upload;
    if (up == NULL) {
        return;
    }
    /* Before `serve` nobody waits for these any more; after it the exchange outlives the client. */
    for (size_t i = 0; i < up->slot_count && !up->is_served; i++) {
        if (up->slots[i].file != NULL) {
            front_upload_abandon(up->slots[i].file);
            up->slots[i].file = NULL;
        }
    }
    buf_close(&up->value);
}

/* --- remove --- */

static void removed(void *context, enum status status)
{
    struct visit *visit = context;
    if (status != STATUS_OK) {
        visit_problem_status(visit, status, true);
        return;
    }
    http_redirect(visit->x, STR("/report/files"));
}

void files_remove_post(struct visit *visit)
{
    uint64_t number = 0;
    struct draft *draft = &visit->draft;
    if (str_to_u64(form_value(&visit->form, "file"), &number) && number >= 1 &&
        number <= draft->file_count) {
        draft->file_count--;
        memmove(&draft->files[number - 1], &draft->files[number],
                (draft->file_count - (number - 1)) * sizeof draft->files[0]);
    }
    /* Box drops the sealed bytes with the draft; their key is gone with this. */
    visit_keep(visit, removed);
}
