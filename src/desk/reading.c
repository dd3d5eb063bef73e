/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine makes of a report's words, at the moment somebody looks at them.
 *
 * Nothing of it is kept (docs/decisions/0013): the same words and the same model give the same
 * answer, a better model gives a better one, and an erasure has one place less to look at. The
 * desk's own model, where it has one, reads instead of the shipped one (desk_teach.h). */
#include "desk/desk_internal.h"

#include <stdio.h>

void own_model_forget(struct desk *desk)
{
    arena_close(&desk->own_arena); /* wipes */
    desk->own_triage = NULL;
    desk->own_work = NULL;
    desk->own_mark = 0;
}

static enum status load(struct desk *desk, struct error *err)
{
    struct model *model = NULL;
    str bytes = {0};
    struct arena reading;
    arena_init(&reading, (size_t)4 * MODEL_BYTES_MAX);
    enum status status = casebook_model_get(desk->casebook, &reading, &bytes, err);
    if (status == STATUS_OK && bytes.n > 0 && desk->options.pack != NULL) {
        status = model_open(&desk->own_arena, bytes, &model, err);
        if (status == STATUS_OK) {
            status =
                triage_open(&desk->own_arena, desk->options.pack, model, &desk->own_triage, err);
        }
        if (status == STATUS_OK) {
            desk->own_work = triage_work_new(&desk->own_arena, desk->own_triage);
        }
    }
    arena_close(&reading);
    return status;
}

/* Another process may have made a new one: the mark says so. One that cannot be used (of another
 * version, say) is none: the shipped one reads on. */
static void refresh(struct desk *desk)
{
    struct error err;
    int64_t mark = 0;
    if (casebook_mark_get(desk->casebook, "model", &mark, &err) != STATUS_OK ||
        mark == desk->own_mark) {
        return;
    }
    own_model_forget(desk);
    arena_init(&desk->own_arena, (size_t)4 * MODEL_BYTES_MAX);
    if (load(desk, &err) != STATUS_OK) {
        own_model_forget(desk);
        fprintf(stderr, "hustings desk: the desk's own model is not used: %s\n", err.primary);
    }
    desk->own_mark = mark;
}

static struct triage_work *shipped_work(struct desk *desk)
{
    if (desk->triage_work == NULL) {
        desk->triage_work = triage_work_new(&desk->arena, desk->options.triage);
    }
    return desk->triage_work;
}

void report_triage(struct desk *desk, struct arena *arena, struct desk_report *report)
{
    refresh(desk);
    if (report->is_erased || (desk->own_triage == NULL && desk->options.triage == NULL)) {
        return;
    }
    struct triage_result *result = ARENA_NEW(arena, struct triage_result);
    if (desk->own_triage != NULL) {
        triage_message(desk->own_triage, desk->own_work, report->body.report.what, true, result);
        report->is_own_reading = true;
    } else {
        triage_message(desk->options.triage, shipped_work(desk), report->body.report.what, true,
                       result);
    }
    report->reading = result;
}

void brief_unread(struct desk *desk, const struct letter_body *body, struct brief *brief)
{
    if (desk->options.triage == NULL) {
        return;
    }
    struct triage_result *result = ARENA_NEW(&desk->work, struct triage_result);
    triage_message(desk->options.triage, shipped_work(desk), body->report.what, false, result);
    if (!result->is_judged) {
        brief->unread = str_c(lang_code(result->lang));
    }
}

int64_t own_model_lift(struct desk *desk, struct arena *arena, const struct letter_body *body,
                       int64_t grade, struct brief *brief)
{
    refresh(desk);
    if (desk->own_triage == NULL) {
        return grade;
    }
    struct triage_result *result = ARENA_NEW(arena, struct triage_result);
    triage_message(desk->own_triage, desk->own_work, body->report.what, false, result);
    if (result->grade <= grade) {
        return grade;
    }
    brief_add_why(brief, STR("The desk's own model suggests a higher grade."));
    return result->grade;
}
