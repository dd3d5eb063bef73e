/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as the body of the report API: a report that is written and read the same, or a sentence. */
#include "codec/json.h"
#include "intake/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = str_from(data, size);
    struct arena arena;
    struct error err = {0};
    struct buf out;
    struct json_out json;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    struct report *report = ARENA_NEW(&arena, struct report);
    struct report *again = ARENA_NEW(&arena, struct report);
    struct report_problems *problems = ARENA_NEW(&arena, struct report_problems);
    static const struct report_choices none = {0};
    if (report_from_json(&arena, text, report, &err) == STATUS_OK) {
        (void)report_validate(report, &none, 1795680000 * US_PER_SECOND, problems);
        ASSERT(problems->count <= REPORT_PROBLEMS_MAX);
        buf_init(&out, (size_t)8 * 1024 * 1024);
        json_out_init(&json, &out);
        report_to_json(&json, report);
        ASSERT(report_from_json(&arena, buf_str(&out), again, NULL) == STATUS_OK);
        ASSERT(str_equal(again->what, report->what) && again->danger == report->danger);
        ASSERT(again->fear == report->fear && again->account_count == report->account_count);
        buf_close(&out);
    } else {
        ASSERT(err.primary[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
