/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/control.h"

#include "base/utf8.h"

void control_answer_init(struct control_answer *answer)
{
    *answer = (struct control_answer){.err = {.status = STATUS_OK}};
    buf_init(&answer->text, CONTROL_TEXT_BYTES_MAX);
}

void control_answer_close(struct control_answer *answer)
{
    if (answer->text.p != NULL) {
        crypt_wipe(answer->text.p, answer->text.cap);
    }
    buf_close(&answer->text);
    CRYPT_WIPE(*answer);
}

void control_request_put(struct ipc *ipc, uint64_t tag, const struct control_request *request)
{
    ipc_start(ipc, (uint16_t)request->kind, tag);
    ipc_put_bytes(ipc, request->login);
    ipc_put_bytes(ipc, request->name);
    ipc_put_bytes(ipc, request->password);
    ipc_put_bytes(ipc, request->code);
    ipc_put_u64(ipc, (uint64_t)request->role);
    ipc_put_u64(ipc, request->is_json ? 1 : 0);
    ipc_end(ipc);
}

bool control_request_take(struct ipc_frame *frame, struct control_request *ret_request)
{
    struct control_request request = {0};
    request.login = ipc_take_bytes(frame, CONTROL_FIELD_BYTES_MAX);
    request.name = ipc_take_bytes(frame, CONTROL_FIELD_BYTES_MAX);
    request.password = ipc_take_bytes(frame, CONTROL_FIELD_BYTES_MAX);
    request.code = ipc_take_bytes(frame, CONTROL_FIELD_BYTES_MAX);
    uint64_t role = ipc_take_u64(frame);
    uint64_t is_json = ipc_take_u64(frame);
    if (!ipc_frame_done(frame) || frame->type < CONTROL_LOGIN || frame->type >= CONTROL_KIND_END ||
        role >= ROLE_COUNT || is_json > 1) {
        return false;
    }
    request.kind = (enum control_kind)frame->type;
    request.role = (enum role)role;
    request.is_json = is_json == 1;
    *ret_request = request;
    return true;
}

void control_answer_put(struct ipc *ipc, uint64_t tag, const struct control_answer *answer)
{
    str text = buf_str(&answer->text);
    for (size_t at = 0; at < text.n; at += CONTROL_PIECE_BYTES_MAX) {
        size_t end = text.n - at < CONTROL_PIECE_BYTES_MAX ? text.n : at + CONTROL_PIECE_BYTES_MAX;
        ipc_start(ipc, CONTROL_PIECE, tag);
        ipc_put_bytes(ipc, str_slice(text, at, end));
        ipc_end(ipc);
    }
    ipc_start(ipc, CONTROL_END, tag);
    ipc_put_u64(ipc, (uint64_t)answer->err.status);
    ipc_put_bytes(ipc, str_c(answer->err.primary));
    ipc_put_bytes(ipc, str_c(answer->err.hint));
    ipc_put_bytes(ipc, answer->has_secret ? str_from(answer->totp, sizeof answer->totp) : STR(""));
    ipc_end(ipc);
}

/* Text for a terminal: no control character gets there. */
static bool take_words(struct ipc_frame *frame, char ret_words[ERROR_TEXT_MAX])
{
    str words = ipc_take_bytes(frame, ERROR_TEXT_MAX - 1);
    for (size_t i = 0; i < words.n; i++) {
        if ((unsigned char)words.p[i] < ' ' || words.p[i] == 0x7f) {
            return false;
        }
    }
    memcpy(ret_words, words.n > 0 ? words.p : "", words.n);
    ret_words[words.n] = '\0';
    return utf8_is_text(words);
}

static bool take_end(struct ipc_frame *frame, struct control_answer *answer)
{
    uint64_t status = ipc_take_u64(frame);
    bool is_good = status < STATUS_COUNT;
    is_good = take_words(frame, answer->err.primary) && is_good;
    is_good = take_words(frame, answer->err.hint) && is_good;
    str totp = ipc_take_bytes(frame, sizeof answer->totp);
    if (!is_good || !ipc_frame_done(frame) || (totp.n != 0 && totp.n != sizeof answer->totp)) {
        return false;
    }
    answer->err.status = (enum status)status;
    answer->has_secret = totp.n > 0;
    memcpy(answer->totp, totp.n > 0 ? totp.p : "", totp.n);
    return true;
}

enum control_taken control_answer_take(struct ipc_frame *frame, struct control_answer *answer)
{
    if (frame->type == CONTROL_END) {
        return take_end(frame, answer) ? CONTROL_DONE : CONTROL_BROKEN;
    }
    buf_add(&answer->text, ipc_take_bytes(frame, CONTROL_PIECE_BYTES_MAX));
    return frame->type == CONTROL_PIECE && ipc_frame_done(frame) && !answer->text.overflowed
               ? CONTROL_MORE
               : CONTROL_BROKEN;
}
