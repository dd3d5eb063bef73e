/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes on run/desk.sock, read by either side: frames end where they say, fields stay within
 * their limits, and what was taken as a request is the same request when it is sent again. */
#include "serve/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(str a, str b)
{
    ASSERT(str_equal(a, b) && a.n <= CONTROL_FIELD_BYTES_MAX);
}

static void check_request(const struct control_request *request, uint64_t tag)
{
    struct ipc ipc = {.fd = -1};
    struct ipc_frame frame;
    struct control_request again;
    buf_init(&ipc.out, CONTROL_REQUEST_BYTES_MAX);
    control_request_put(&ipc, tag, request);
    ASSERT(!ipc.is_broken);
    ipc.in = ipc.out;
    ASSERT(ipc_next(&ipc, &frame) && frame.tag == tag);
    ASSERT(control_request_take(&frame, &again));
    ASSERT(again.kind == request->kind && again.role == request->role);
    ASSERT(again.is_json == request->is_json);
    same(again.login, request->login);
    same(again.name, request->name);
    same(again.password, request->password);
    same(again.code, request->code);
    buf_close(&ipc.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipc ipc = {.fd = -1};
    struct ipc_frame frame;
    struct control_answer answer;
    control_answer_init(&answer);
    buf_init(&ipc.in, IPC_FRAME_BYTES_MAX);
    buf_add_bytes(&ipc.in, data, size < IPC_FRAME_BYTES_MAX ? size : IPC_FRAME_BYTES_MAX);
    while (ipc_next(&ipc, &frame)) {
        struct control_request request;
        struct ipc_frame copy = frame;
        if (control_request_take(&copy, &request)) {
            check_request(&request, frame.tag);
        }
        if (control_answer_take(&frame, &answer) == CONTROL_DONE) {
            ASSERT(answer.err.status < STATUS_COUNT);
            ASSERT(strlen(answer.err.primary) < ERROR_TEXT_MAX);
        }
        ASSERT(answer.text.n <= CONTROL_TEXT_BYTES_MAX);
    }
    ASSERT(ipc.in_at <= ipc.in.n);
    buf_close(&ipc.in);
    control_answer_close(&answer);
    return 0;
}
