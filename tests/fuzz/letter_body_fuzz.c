/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the body of a letter: a report or a sentence, never a crash; spans stay inside. */
#include "desk/letter_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct error err;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    struct letter_body *body = ARENA_NEW(&arena, struct letter_body);
    if (letter_body_decode(&arena, str_from(data, size), body, &err) == STATUS_OK) {
        for (size_t i = 0; i < body->reason_count; i++) {
            ASSERT(body->reasons[i].from <= body->reasons[i].to);
            ASSERT(body->reasons[i].to <= body->report.what.n);
        }
        ASSERT(body->code_count <= LETTER_CODES_MAX && body->evidence_count <= LETTER_EVIDENCE_MAX);
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
