/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections are kept, and what was learnt from them is used. */
#include "desk/desk_teach.h"

#include "desk/do_internal.h"

enum { LESSON_BYTES_MAX = 8 * 1024, LOOK_AT_MAX = 8 };

/* --- a correction beside its act --- */

/* The report that is meant: the only one of the incident, or the first of copies; 0 = not clear. */
static enum status report_meant(struct doing *doing, int64_t incident, int64_t *ret_leaf,
                                struct error *err)
{
    struct casebook_report *rows = NULL;
    size_t count = 0;
    size_t firsts = 0;
    *ret_leaf = 0;
    enum status status = casebook_incident_reports(doing->desk->casebook, doing->arena, incident, 0,
                                                   LOOK_AT_MAX, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (rows[i].kind == CASEBOOK_REPORT_ADDED || rows[i].key_wrap.n == 0) {
            continue;
        }
        firsts++;
        if (firsts == 1) {
            *ret_leaf = rows[i].leaf;
        } else if (rows[i].kind != CASEBOOK_REPORT_MESSAGE) {
            *ret_leaf = 0;
        }
    }
    return status;
}

enum status correction_prepare(struct doing *doing, int64_t incident, struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    enum status status = casebook_incidents(doing->desk->casebook, doing->arena,
                                            doing->what->number, &rows, &count, err);
    if (status != STATUS_OK || count == 0 || (incident == 0 && count > 1)) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (incident == 0 || rows[i].number == incident) {
            incident = rows[i].number;
            doing->taught_from = rows[i].codes;
            doing->taught_from_count = rows[i].code_count;
        }
    }
    status = report_meant(doing, incident, &doing->taught, err);
    if (status == STATUS_OK && doing->taught != 0) {
        json_put_int(&doing->act.json, "teaches", doing->taught);
    }
    return status;
}

static void put_side(struct json_out *json, const char *name, int64_t grade, const str *codes,
                     size_t count)
{
    json_name(json, name);
    json_begin_object(json);
    json_put_int(json, "grade", grade);
    json_name(json, "codes");
    json_begin_list(json);
    for (size_t i = 0; i < count; i++) {
        json_add_text(json, codes[i]);
    }
    json_end_list(json);
    json_end_object(json);
}

enum status correction_write(struct doing *doing, struct error *err)
{
    struct buf body;
    struct json_out json;
    const struct desk_do *what = doing->what;
    bool is_codes = what->kind == DO_CODES;
    buf_init(&body, LESSON_BYTES_MAX);
    json_out_init(&json, &body);
    json_begin_object(&json);
    put_side(&json, "from", doing->old.row.grade, doing->taught_from, doing->taught_from_count);
    put_side(&json, "to", doing->file.row.grade, is_codes ? what->codes : doing->taught_from,
             is_codes ? what->code_count : doing->taught_from_count);
    json_end_object(&json);
    ASSERT(!body.overflowed); /* codes are short */
    struct casebook_correction row = {.leaf = doing->act.leaf,
                                      .report = doing->taught,
                                      .officer = doing->caller->officer,
                                      .hour = doing->caller->now - doing->caller->now % HOUR_US,
                                      .body = buf_str(&body)};
    enum status status = casebook_correction_add(doing->desk->casebook, &row, err);
    buf_close(&body);
    return status;
}

/* --- for training --- */

static size_t take_side(const struct json *from, int64_t *ret_grade, str *codes)
{
    const struct json *list = from == NULL ? NULL : json_member(from, "codes");
    size_t count = 0;
    *ret_grade = from == NULL ? 0 : json_member_int(from, "grade", 0);
    for (size_t i = 0; list != NULL && i < list->count && count < DESK_CASE_CODES_MAX; i++) {
        codes[count++] = list->items[i].text;
    }
    return count;
}

static enum status open_lesson(struct desk *desk, struct arena *arena,
                               const struct casebook_correction *row, struct desk_lesson *lesson,
                               bool *ret_is_good, struct error *err)
{
    struct json json;
    struct casebook_report report;
    struct error broken;
    int64_t number = 0;
    *ret_is_good = false;
    enum status status =
        casebook_report_get(desk->casebook, arena, row->report, &report, &number, err);
    if (status != STATUS_OK || number == 0 || row->body.n == 0 ||
        json_parse(arena, row->body, &json, &broken) != STATUS_OK) {
        return status;
    }
    struct desk_report opened;
    if (report_open(desk, arena, &report, &opened, &broken) != STATUS_OK || opened.is_erased) {
        return STATUS_OK;
    }
    *lesson = (struct desk_lesson){.leaf = row->leaf,
                                   .report = row->report,
                                   .officer = row->officer,
                                   .text = opened.body.report.what};
    lesson->from_count =
        take_side(json_member(&json, "from"), &lesson->from_grade, lesson->from_codes);
    lesson->to_count = take_side(json_member(&json, "to"), &lesson->to_grade, lesson->to_codes);
    *ret_is_good = true;
    return STATUS_OK;
}

enum status desk_lessons(struct desk *desk, const struct caller *caller, int64_t after,
                         struct arena *arena, struct desk_lesson **ret_list, size_t *ret_count,
                         int64_t *ret_after, struct error *err)
{
    struct casebook_correction *rows = NULL;
    size_t count = 0;
    size_t good = 0;
    struct act act;
    enum status status = desk_need(desk, caller, CAP_TEACH, err);
    if (status == STATUS_OK) {
        status = caller_need(caller, CAP_READ_CASE, err);
    }
    if (status == STATUS_OK) {
        status = casebook_corrections(desk->casebook, arena, after, DESK_LESSONS_MAX, &rows, &count,
                                      err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    /* Reading is an act: its leaf is durable before a text is opened. */
    act_begin(&act, caller, "model.lessons", 0, true);
    json_name(&act.json, "reports");
    json_begin_list(&act.json);
    for (size_t i = 0; i < count; i++) {
        json_add_int(&act.json, rows[i].report);
    }
    json_end_list(&act.json);
    status = act_alone(desk, &act, err);
    act_close(&act);
    struct desk_lesson *list = ARENA_ARRAY(arena, struct desk_lesson, count + 1);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool is_good = false;
        status = open_lesson(desk, arena, &rows[i], &list[good], &is_good, err);
        good += is_good;
    }
    if (status == STATUS_OK) {
        *ret_list = list;
        *ret_count = good;
        *ret_after = count == DESK_LESSONS_MAX ? rows[count - 1].leaf : 0;
    }
    return status;
}

enum status desk_model_keep(struct desk *desk, const struct caller *caller, str bytes, str detail,
                            struct error *err)
{
    struct act act;
    enum status status = desk_need(desk, caller, CAP_TEACH, err);
    if (status != STATUS_OK) {
        return status;
    }
    act_begin(&act, caller, bytes.n > 0 ? "model.use" : "model.forget", 0, false);
    if (detail.n > 0) {
        json_name(&act.json, "numbers");
        json_add_json(&act.json, detail);
    }
    status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        time_us hour = caller->now - caller->now % HOUR_US;
        status = act_finish(desk, &act, casebook_model_set(desk->casebook, bytes, hour, err), err);
    }
    act_close(&act);
    return status;
}
