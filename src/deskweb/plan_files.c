/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as a file. Whoever has one knows where officers will not be, so the page says so, each file
 * is made by a form (a link could be followed by mistake, or by a browser that fetches ahead), and
 * each is in the ledger. */
#include "deskweb/plan_view.h"
#include "plan/part.h"

#include "pages/desk_plan_files.html.h"

enum { FILE_BYTES_MAX = 48 * 1024 * 1024, SLUG_BYTES_MAX = 60 };
static const struct file_form {
    const char *word, *label, *words, *type, *ending;
} forms[] = {
    {"cards", "Cards and sheets to print", "A4: a card a unit, a sheet an area; opens here",
     "text/html; charset=utf-8", "html"},
    {"ics", "Calendar", "iCalendar; a later plan moves the events of an earlier one",
     "text/calendar; charset=utf-8", "ics"},
    {"csv", "Table", "CSV, a row for each part of each duty", "text/csv; charset=utf-8", "csv"},
    {"geojson", "Map data", "GeoJSON, the ways of the units", "application/geo+json", "geojson"},
    {"vroom", "VROOM", "JSON as other planning programs read it", "application/json", "json"},
    {"plan", "Plan",
     "JSON, for 'hustings plan check' and 'hustings plan show'; of one unit its part, with its "
     "problem below",
     "application/json", "json"},
    {"problem", "Problem", "JSON, for 'hustings plan solve'", "application/json", "json"},
};

/* Telephones follow a calendar, so one is made of the plan that is in force only. */
static bool may_have(const struct file_form *form, const struct plan_opened *opened)
{
    return strcmp(form->word, "ics") != 0 || opened->plan.row.state == PLAN_PUBLISHED;
}

/* The plan that was in force before this one, so that its calendar can be taken back: what it had and
 * this one has not. A plan for other visits than these cannot be told in their words, and is passed over. */
static bool find_previous(struct ask *ask, struct plan_opened *opened)
{
    const struct desk_plan *plan = &opened->plan;
    const struct desk_plan_row *before = NULL;
    for (size_t i = 0; i < plan->other_count; i++) {
        const struct desk_plan_row *one = &plan->others[i];
        if (one->published_at != 0 && one->published_at <= plan->row.published_at &&
            (before == NULL || one->published_at > before->published_at)) {
            before = one;
        }
    }
    if (before == NULL) {
        return true;
    }
    struct plan_opened *old = ARENA_NEW(ask->arena, struct plan_opened);
    struct plan_result *result = ARENA_NEW(ask->arena, struct plan_result);
    struct error why = {0};
    if (!plan_open(ask, before->leaf, STR("read"), STR(""), old)) {
        return false;
    }
    if (plan_result_read(ask->arena, &opened->problem, old->plan.result, result, &why) ==
        STATUS_OK) {
        opened->show.previous = result;
    }
    return true;
}

void plan_files_get(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    struct option_maker units;
    struct page_desk_plan_files_forms *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_files_forms, ARRAY_LEN(forms));
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    options_start(&units, ask->arena, opened->problem.unit_count + 1, STR(""));
    options_add(&units, STR(""), STR("all units"));
    for (uint32_t i = 0; i < opened->problem.unit_count; i++) {
        options_add(&units, opened->problem.units[i].id, opened->problem.units[i].id);
    }
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (!may_have(&forms[i], opened)) {
            continue;
        }
        rows[count++] = (struct page_desk_plan_files_forms){.word = str_c(forms[i].word),
                                                            .label = str_c(forms[i].label),
                                                            .words = str_c(forms[i].words)};
    }
    ASK_PAGE(ask, 200, desk_plan_files, "operations", .csrf = ask_csrf(ask),
             .leaf = ask->ids.number, .number = opened->plan.row.number,
             .operation = opened->plan.operation, .name = opened->plan.name, .forms = {rows, count},
             .has_calendar = count == ARRAY_LEN(forms), .units = options_list(&units));
}

/* Which plan a sheet is of, and whether it is the one that holds. */
static str label_of(struct ask *ask, const struct desk_plan_row *row)
{
    return row->state == PLAN_PUBLISHED
               ? arena_printf(ask->arena, "Plan %lld, published %.*s", (long long)row->number,
                              STR_ARG(words_time(ask->arena, row->published_at)))
               : arena_printf(ask->arena, "Plan %lld (%.*s, not in force)", (long long)row->number,
                              STR_ARG(words_plan(row->state)));
}

/* Plan and problem as JSON: whole as they are kept, or one unit's part of them. */
static enum status write_json(struct ask *ask, const struct plan_opened *opened, bool is_problem,
                              struct buf *out)
{
    struct plan_problem problem;
    struct plan_result result;
    if (opened->show.unit == PLAN_NONE) {
        buf_add(out, is_problem ? opened->plan.problem : opened->plan.result);
        return STATUS_OK;
    }
    enum status status = plan_part_make(ask->arena, &opened->problem, &opened->result,
                                        opened->show.unit, &problem, &result, &ask->err);
    if (status == STATUS_OK && is_problem) {
        plan_problem_write(&problem, out);
    } else if (status == STATUS_OK) {
        plan_result_write(&problem, &result, out);
    }
    return status;
}

static void add_slug(struct buf *out, str text)
{
    size_t from = out->n;
    for (size_t i = 0; i < text.n && out->n - from < SLUG_BYTES_MAX; i++) {
        bool is_sign = ascii_is_alnum(text.p[i]);
        if (is_sign || (out->n > from && out->p[out->n - 1] != '-')) {
            buf_add_byte(out, is_sign ? text.p[i] : '-');
        }
    }
    while (out->n > from && out->p[out->n - 1] == '-') {
        out->n--;
    }
}

/* "polling-day-2026-05-07-plan-3-P1.csv": a file that lies among others says what it is. */
static str name_of(struct ask *ask, const struct file_form *form, const struct plan_opened *opened)
{
    struct buf out;
    buf_init(&out, 4 * SLUG_BYTES_MAX);
    add_slug(&out, opened->plan.name);
    buf_printf(&out, "%s%.*s-plan-%lld", out.n > 0 ? "-" : "", STR_ARG(opened->plan.day),
               (long long)opened->plan.row.number);
    if (opened->show.unit != PLAN_NONE) {
        buf_add_c(&out, "-");
        add_slug(&out, opened->problem.units[opened->show.unit].id);
    }
    if (strcmp(form->word, form->ending) != 0) {
        buf_printf(&out, "-%s", form->word);
    }
    buf_printf(&out, ".%s", form->ending);
    str name = arena_str(ask->arena, buf_str(&out));
    buf_close(&out);
    return name;
}

static enum status write_file(struct ask *ask, const struct file_form *form,
                              const struct plan_opened *opened, struct buf *out)
{
    if (strcmp(form->word, "cards") == 0) {
        plan_show_html(&opened->show, out);
    } else if (strcmp(form->word, "csv") == 0) {
        plan_show_csv(&opened->show, out);
    } else if (strcmp(form->word, "vroom") == 0) {
        plan_show_vroom(&opened->show, out);
    } else if (strcmp(form->word, "plan") == 0) {
        return write_json(ask, opened, false, out);
    } else if (strcmp(form->word, "problem") == 0) {
        return write_json(ask, opened, true, out);
    } else if (strcmp(form->word, "ics") == 0) {
        return plan_show_ics(&opened->show, ask->now, (uint32_t)opened->plan.row.number, out,
                             &ask->err);
    } else {
        return plan_show_geojson(&opened->show, out, &ask->err);
    }
    return STATUS_OK;
}

static void send_file(struct ask *ask, const struct file_form *form,
                      const struct plan_opened *opened)
{
    struct buf out;
    buf_init(&out, FILE_BYTES_MAX);
    enum status status = write_file(ask, form, opened, &out);
    if (status == STATUS_OK && out.overflowed) {
        status =
            error_set(&ask->err, STATUS_LIMIT, "This file would be too large. Choose one unit.");
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
    } else {
        bool is_page = strcmp(form->word, "cards") == 0;
        if (is_page) {
            http_add_header(ask->x, "Content-Security-Policy", STR(PRINT_POLICY));
        } else {
            http_add_header(ask->x, "Content-Disposition",
                            arena_printf(ask->arena, "attachment; filename=\"%.*s\"",
                                         STR_ARG(name_of(ask, form, opened))));
        }
        http_answer(ask->x, 200, form->type, buf_str(&out));
    }
    buf_close(&out); /* wipes */
}

void plan_files_post(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    str word = form_value(&ask->form, "form");
    str unit = form_value(&ask->form, "unit");
    const struct file_form *form = NULL;
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        form = str_equal(word, str_c(forms[i].word)) ? &forms[i] : form;
    }
    if (form == NULL) {
        error_set(&ask->err, STATUS_INVALID, "Choose what the file shall be.");
        ask_fail(ask, STATUS_INVALID);
        return;
    }
    if (!plan_open(ask, ask->ids.number, word, unit, opened)) {
        return;
    }
    if (!may_have(form, opened)) {
        error_set(&ask->err, STATUS_INVALID,
                  "A calendar is made of the plan that is published. Publish this one first.");
        ask_fail(ask, STATUS_INVALID);
        return;
    }
    opened->show.label = label_of(ask, &opened->plan.row);
    if (strcmp(form->word, "ics") == 0 && !find_previous(ask, opened)) {
        return;
    }
    if (unit.n > 0) {
        opened->show.unit = plan_find_unit(&opened->problem, unit);
    }
    if (unit.n > 0 && opened->show.unit == PLAN_NONE) {
        error_set(&ask->err, STATUS_INVALID, "This plan has no such unit.");
        ask_fail(ask, STATUS_INVALID);
        return;
    }
    send_file(ask, form, opened);
}
