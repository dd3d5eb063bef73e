/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the answers of a half-filled form; the words of a form for its date and time; what
 * is taken is written and read the same. */
#include "pages/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct error err = {0};
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    struct draft *draft = ARENA_NEW(&arena, struct draft);
    struct draft *again = ARENA_NEW(&arena, struct draft);
    struct draft_problems *problems = ARENA_NEW(&arena, struct draft_problems);
    struct form form;
    struct buf out;
    str head = {0};
    str when = {0};
    buf_init(&out, (size_t)4 * 1024 * 1024);
    if (draft_decode(&arena, text, draft) == STATUS_OK) {
        ASSERT(draft->file_count <= FRONT_EVIDENCE_MAX);
        draft_encode(draft, &out);
        ASSERT(out.overflowed || draft_decode(&arena, buf_str(&out), again) == STATUS_OK);
    }
    buf_close(&out);
    draft_init(draft);
    if (form_parse(&arena, text, &form, &err) == STATUS_OK) {
        for (int64_t step = 1; step <= 9; step++) {
            static const struct report_choices none = {0};
            draft_read_step(draft, &arena, &form, step);
            draft_check(draft, &arena, &none, step, 1795680000 * US_PER_SECOND, problems);
            ASSERT(problems->count <= DRAFT_PROBLEMS_MAX);
        }
    }
    str rest = str_cut(text, ' ', &head);
    ASSERT(!draft_when(&arena, head, rest, &when) || when.n <= 32);
    arena_close(&arena);
    return 0;
}
