/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence: sealed while it arrives, 64 KiB at a time, never whole in memory or on disk in clear. */
#include "front/front_internal.h"

#include "base/utf8.h"
#include "codec/form.h"

/* A name is as long as the form's reader lets it be, so none is cut; of a type only the beginning
 * is worth keeping. */
enum {
    UPLOAD_BYTES_MAX = 16 * 1024,
    NAME_BYTES_MAX = FORM_FILENAME_BYTES_MAX,
    TYPE_BYTES_MAX = 200
};

struct front_upload {
    struct arena own; /* an upload outlives its request when the client vanishes */
    struct front *front;
    struct crypt_id draft_id;
    struct front_evidence evidence;
    struct crypt_file file;
    struct crypt_sha256_state plain_hash, sealed_hash;
    struct buf pending; /* less than one chunk */
    size_t unanswered;  /* chunks that box has not answered yet */
    enum status worst;
    bool is_ended, is_abandoned;
    front_upload_done *done;
    void *context;
};

struct front_upload *front_upload_start(struct front *front, const struct crypt_id *draft_id,
                                        str name, str type)
{
    struct arena own;
    arena_init(&own, UPLOAD_BYTES_MAX);
    struct front_upload *upload = ARENA_NEW(&own, struct front_upload);
    upload->own = own;
    upload->front = front;
    upload->draft_id = *draft_id;
    upload->evidence.id = crypt_id_new();
    upload->evidence.key = crypt_key_new();
    upload->evidence.name = arena_str(&upload->own, utf8_clip(name, NAME_BYTES_MAX));
    upload->evidence.type = arena_str(&upload->own, utf8_clip(type, TYPE_BYTES_MAX));
    crypt_file_seal_start(&upload->file, &upload->evidence.key, upload->evidence.header);
    crypt_sha256_start(&upload->plain_hash);
    crypt_sha256_start(&upload->sealed_hash);
    buf_init(&upload->pending, CRYPT_CHUNK_BYTES);
    return upload;
}

static void upload_free(struct front_upload *upload)
{
    struct arena own = upload->own;
    crypt_wipe(upload->pending.p, upload->pending.n);
    buf_close(&upload->pending);
    CRYPT_WIPE(*upload);
    arena_close(&own);
}

static void maybe_done(struct front_upload *upload)
{
    if (upload->unanswered > 0 || (!upload->is_ended && !upload->is_abandoned)) {
        return;
    }
    if (!upload->is_abandoned) {
        upload->done(upload->context, upload->worst, &upload->evidence);
    }
    upload_free(upload);
}

void front_upload_abandon(struct front_upload *upload)
{
    upload->is_abandoned = true;
    maybe_done(upload);
}

static void chunk_kept(void *context, struct box_answer *answer)
{
    struct front_upload *upload = context;
    upload->unanswered--;
    if (answer->status != STATUS_OK) {
        upload->worst = answer->status;
    }
    maybe_done(upload);
}

static void send_chunk(struct front_upload *upload, bool is_last)
{
    struct buf sealed;
    buf_init(&sealed, CRYPT_CHUNK_BYTES + CRYPT_CHUNK_OVERHEAD);
    crypt_file_seal(&upload->file, &sealed, buf_str(&upload->pending), is_last);
    crypt_sha256_add(&upload->sealed_hash, buf_str(&sealed));
    struct ipc *to = box_start(upload->front->options.box, BOX_EVIDENCE_CHUNK);
    ipc_put_raw(to, upload->evidence.id.bytes, CRYPT_ID_BYTES);
    ipc_put_raw(to, upload->draft_id.bytes, CRYPT_ID_BYTES);
    ipc_put_u64(to, (uint64_t)upload->evidence.chunks++);
    ipc_put_bytes(to, buf_str(&sealed));
    upload->unanswered++;
    box_ask(upload->front->options.box, chunk_kept, upload);
    buf_close(&sealed);
    crypt_wipe(upload->pending.p, upload->pending.n);
    buf_clear(&upload->pending);
}

void front_upload_piece(struct front_upload *upload, str piece)
{
    crypt_sha256_add(&upload->plain_hash, piece);
    upload->evidence.size += (int64_t)piece.n;
    while (piece.n > 0) {
        size_t room = CRYPT_CHUNK_BYTES - upload->pending.n;
        size_t take = piece.n < room ? piece.n : room;
        buf_add(&upload->pending, str_slice(piece, 0, take));
        piece = str_slice(piece, take, piece.n);
        if (upload->pending.n == CRYPT_CHUNK_BYTES) {
            send_chunk(upload, false);
        }
    }
}

int64_t front_upload_size(const struct front_upload *upload)
{
    return upload->evidence.size;
}

void front_upload_end(struct front_upload *upload, front_upload_done *done, void *context)
{
    /* the last chunk is padded to 4 KiB steps by a tail of zeros that `size` cuts off again */
    enum { STEP = 4096 };
    size_t tail = (STEP - upload->pending.n % STEP) % STEP;
    static const char zeros[STEP];
    buf_add(&upload->pending, str_from(zeros, tail));
    send_chunk(upload, true);
    upload->evidence.sha256 = crypt_sha256_end(&upload->plain_hash);
    upload->evidence.sealed_sha256 = crypt_sha256_end(&upload->sealed_hash);
    upload->done = done;
    upload->context = context;
    upload->is_ended = true;
    maybe_done(upload);
}
