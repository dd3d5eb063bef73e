/* SPDX-License-Identifier: Apache-2.0 */
/* The same tables as text and as a page, so that both say the same. */
#include "base/utf8.h"
#include "codec/json.h"
#include "plan/show_internal.h"
#include "plan/sitrep.h"

enum { COLUMNS_MAX = 6, CELL_BYTES = 4096, ROWS_SHOWN = 200 };

struct sheet {
    const struct plan_problem *problem;
    struct buf *out;
    bool is_html;
    size_t columns, widths[COLUMNS_MAX];
    const char *names[COLUMNS_MAX];
    struct arena arena; /* cells of the table at hand */
    str *cells;
    size_t count, cap, left_out;
    struct buf cell;
};

/* ---- tables ---- */

static void add_line_text(struct sheet *sheet, str text)
{
    if (sheet->is_html) {
        show_add_html(sheet->out, text);
        return;
    }
    show_add_line(sheet->out, text);
}

static void heading(struct sheet *sheet, const char *words)
{
    buf_add_c(sheet->out, sheet->is_html ? "<h2>" : "\n");
    add_line_text(sheet, str_c(words));
    buf_add_c(sheet->out, sheet->is_html ? "</h2>\n" : "\n");
}

static void line(struct sheet *sheet, str words)
{
    buf_add_c(sheet->out, sheet->is_html ? "<p>" : "  ");
    add_line_text(sheet, words);
    buf_add_c(sheet->out, sheet->is_html ? "</p>\n" : "\n");
}

static void begin(struct sheet *sheet, const char *const *names, size_t columns)
{
    arena_reset(&sheet->arena);
    sheet->columns = columns;
    sheet->cap = columns * ROWS_SHOWN;
    sheet->cells = ARENA_ARRAY(&sheet->arena, str, sheet->cap);
    sheet->count = sheet->left_out = 0;
    for (size_t i = 0; i < columns; i++) {
        sheet->names[i] = names[i];
        sheet->widths[i] = str_c(names[i]).n;
    }
}

/* What stands in `cell` becomes the next one. */
static void end_cell(struct sheet *sheet)
{
    if (sheet->count == sheet->cap) {
        sheet->left_out++;
    } else {
        str text = arena_str(&sheet->arena, buf_str(&sheet->cell));
        size_t *width = &sheet->widths[sheet->count % sheet->columns];
        *width = utf8_count(text) > *width ? utf8_count(text) : *width;
        sheet->cells[sheet->count++] = text;
    }
    buf_clear(&sheet->cell);
}

static void put(struct sheet *sheet, str text)
{
    buf_add(&sheet->cell, utf8_clip(text, CELL_BYTES / 2));
    end_cell(sheet);
}

static void put_clock(struct sheet *sheet, int32_t ticks)
{
    if (ticks >= 0) {
        plan_add_clock(&sheet->cell, sheet->problem, ticks);
    }
    end_cell(sheet);
}

static void end_text(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->columns + sheet->count; i++) {
        size_t column = i % sheet->columns;
        str text = i < sheet->columns ? str_c(sheet->names[i]) : sheet->cells[i - sheet->columns];
        bool is_last = column == sheet->columns - 1;
        buf_add_c(sheet->out, "  ");
        add_line_text(sheet, text);
        for (size_t k = utf8_count(text); k < sheet->widths[column] && !is_last; k++) {
            buf_add_byte(sheet->out, ' ');
        }
        buf_add_c(sheet->out, is_last ? "\n" : "");
    }
}

static void end_html(struct sheet *sheet)
{
    buf_add_c(sheet->out, "<table><thead><tr>");
    for (size_t i = 0; i < sheet->columns; i++) {
        buf_printf(sheet->out, "<th scope=\"col\">%s</th>", sheet->names[i]);
    }
    buf_add_c(sheet->out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < sheet->count; i++) {
        buf_add_c(sheet->out, i % sheet->columns == 0 ? "<tr><td>" : "<td>");
        add_line_text(sheet, sheet->cells[i]);
        buf_add_c(sheet->out, i % sheet->columns == sheet->columns - 1 ? "</td></tr>\n" : "</td>");
    }
    buf_add_c(sheet->out, "</tbody></table>\n");
}

static void end(struct sheet *sheet, const char *none)
{
    if (sheet->count == 0) {
        line(sheet, str_c(none));
        return;
    }
    if (sheet->is_html) {
        end_html(sheet);
    } else {
        end_text(sheet);
    }
    if (sheet->left_out > 0) {
        line(sheet, arena_printf(&sheet->arena, "and %zu more; --json has them all",
                                 sheet->left_out / sheet->columns));
    }
}

/* ---- the parts of the report ---- */

/* By the name of its place and what was said of it: nobody knows a task by its id. */
static void put_task(struct sheet *sheet, uint32_t task)
{
    const struct plan_task *one = &sheet->problem->tasks[task];
    buf_add(&sheet->cell, utf8_clip(plan_site_name(sheet->problem, one->site), 200));
    if (one->note.n > 0) {
        buf_add_c(&sheet->cell, ": ");
        buf_add(&sheet->cell, utf8_clip(one->note, 200));
    }
    end_cell(sheet);
}

static str unit_name(const struct sheet *sheet, uint32_t unit)
{
    return unit == PLAN_NONE ? STR("nobody") : sheet->problem->units[unit].id;
}

static void add_sums(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    struct buf words;
    uint32_t by_now = sitrep->visit_count - sitrep->states[PLAN_VISIT_DUE];
    buf_init(&words, 4096);
    buf_printf(&words, "%u of %u visits were to begin by now, or have begun:", by_now,
               sitrep->visit_count);
    for (enum plan_visit_state i = PLAN_VISIT_DONE; i < PLAN_VISIT_DUE; i++) {
        buf_printf(&words, " %s %u%s", plan_visit_word(i), sitrep->states[i],
                   i + 1 < PLAN_VISIT_DUE ? "," : ".");
    }
    buf_printf(&words, " Begun late: %u.", sitrep->late_count);
    heading(sheet, "Visits");
    line(sheet, buf_str(&words));
    buf_close(&words);
}

static void add_late(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Planned", "Unit", "Place", "Late, min"};
    if (sitrep->late_count == 0) {
        return;
    }
    heading(sheet, "Begun late");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &sitrep->visits[i];
        if (visit->was_late) {
            put_clock(sheet, visit->planned);
            put(sheet, unit_name(sheet, visit->arrived_by));
            put_task(sheet, visit->task);
            buf_add_i64(&sheet->cell,
                        (visit->arrived - visit->planned) / sheet->problem->ticks_per_s / 60);
            end_cell(sheet);
        }
    }
    end(sheet, "None.");
}

static void add_unmet(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Place", "From", "Until", "Officers"};
    heading(sheet, "Must be done, and is not");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->unmet_count; i++) {
        const struct plan_sitrep_unmet *unmet = &sitrep->unmet[i];
        put_task(sheet, unmet->task);
        put_clock(sheet, unmet->from);
        put_clock(sheet, unmet->until);
        buf_add_i64(&sheet->cell, unmet->officers);
        end_cell(sheet);
    }
    end(sheet, "Nothing.");
}

static void add_nobody(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Place", "From", "Until"};
    if (sitrep->nobody_count == 0) {
        return;
    }
    heading(sheet, "Wanted, and nobody goes");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->nobody_count; i++) {
        const struct plan_task *task = &sheet->problem->tasks[sitrep->nobody[i]];
        put_task(sheet, sitrep->nobody[i]);
        put_clock(sheet, task->open);
        put_clock(sheet, task->close + task->dwell);
    }
    end(sheet, "None.");
}

static void put_should(struct sheet *sheet, const struct plan_sitrep_unit *unit)
{
    if (unit->planned == PLAN_LEG_KINDS) {
        put(sheet, STR("off duty"));
        return;
    }
    buf_add_c(&sheet->cell, unit->planned == PLAN_LEG_TRAVEL  ? "on the way to "
                            : unit->planned == PLAN_LEG_DWELL ? "at "
                            : unit->planned == PLAN_LEG_BREAK ? "break at "
                            : unit->planned == PLAN_LEG_BRIEF ? "briefing at "
                                                              : "waiting at ");
    buf_add(&sheet->cell, utf8_clip(plan_site_name(sheet->problem, unit->site), 200));
    end_cell(sheet);
}

static void put_told(struct sheet *sheet, const struct plan_sitrep_unit *unit)
{
    if (!unit->has_told) {
        put(sheet, STR("nothing"));
        return;
    }
    buf_add_c(&sheet->cell, plan_told_word(unit->told.what));
    if (unit->told.task != PLAN_NONE) {
        uint32_t site = sheet->problem->tasks[unit->told.task].site;
        buf_add_c(&sheet->cell, " ");
        buf_add(&sheet->cell, utf8_clip(plan_site_name(sheet->problem, site), 200));
    }
    buf_add_c(&sheet->cell, ", ");
    plan_add_clock(&sheet->cell, sheet->problem, unit->told.at);
    end_cell(sheet);
}

static void add_units(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Unit", "By the plan", "Told last", "Behind, min"};
    heading(sheet, "Units");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->unit_count; i++) {
        const struct plan_sitrep_unit *unit = &sitrep->units[i];
        if (unit->planned == PLAN_LEG_KINDS && !unit->has_told) {
            continue;
        }
        put(sheet, sheet->problem->units[unit->unit].id);
        put_should(sheet, unit);
        put_told(sheet, unit);
        if (unit->behind > 0) {
            buf_add_i64(&sheet->cell, unit->behind / sheet->problem->ticks_per_s / 60);
        }
        end_cell(sheet);
    }
    end(sheet, "Nobody is on duty, and nobody told anything.");
}

static void add_trouble(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Planned", "Unit", "Place", "State"};
    heading(sheet, "Left early, late, missed, skipped, not heard of");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &sitrep->visits[i];
        if (visit->state > PLAN_VISIT_THERE && visit->state < PLAN_VISIT_DUE) {
            put_clock(sheet, visit->planned);
            put(sheet, unit_name(sheet, visit->unit));
            put_task(sheet, visit->task);
            buf_add_c(&sheet->cell, plan_visit_word(visit->state));
            if (visit->state == PLAN_VISIT_SHORT) {
                buf_add_c(&sheet->cell, ", ");
                plan_add_clock(&sheet->cell, sheet->problem, visit->away);
            }
            end_cell(sheet);
        }
    }
    end(sheet, "None.");
}

static void put_place(struct sheet *sheet, uint32_t unit, int32_t start)
{
    buf_add(&sheet->cell, unit_name(sheet, unit));
    if (unit != PLAN_NONE) {
        buf_add_c(&sheet->cell, ", ");
        plan_add_clock(&sheet->cell, sheet->problem, start);
    }
    end_cell(sheet);
}

static void add_changes(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Place", "Before", "Now"};
    if (sitrep->changes == NULL) {
        return;
    }
    heading(sheet, "Changed since the earlier plan");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->change_count; i++) {
        const struct plan_sitrep_change *change = &sitrep->changes[i];
        put_task(sheet, change->task);
        put_place(sheet, change->unit_before, change->start_before);
        put_place(sheet, change->unit_now, change->start_now);
    }
    end(sheet, "Nothing.");
}

static void add_next(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Planned", "Unit", "Place", "Must"};
    struct buf words;
    buf_init(&words, 256);
    buf_add_c(&words, "Until ");
    plan_add_clock(&words, sheet->problem, sitrep->until);
    buf_add_byte(&words, '\0');
    heading(sheet, words.p);
    buf_close(&words);
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &sitrep->visits[i];
        if (visit->state == PLAN_VISIT_DUE && visit->planned <= sitrep->until) {
            put_clock(sheet, visit->planned);
            put(sheet, unit_name(sheet, visit->unit));
            put_task(sheet, visit->task);
            put(sheet, sheet->problem->tasks[visit->task].is_mandatory ? STR("yes") : STR("no"));
        }
    }
    end(sheet, "No visit is planned.");
}

static void add_incidents(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Time", "What", "Where"};
    heading(sheet, "Incidents");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->incident_count; i++) {
        const struct plan_incident *one = &sitrep->incidents[i];
        put_clock(sheet, one->at);
        put(sheet, one->words);
        put(sheet, one->site == PLAN_NONE ? (str){0} : plan_site_name(sheet->problem, one->site));
    }
    end(sheet, sitrep->proposals == NULL ? "None were given." : "Nothing was entered.");
}

static void add_proposals(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    static const char *const names[] = {"Made", "Plan", "Because"};
    if (sitrep->proposals == NULL) {
        return;
    }
    heading(sheet, "Waits for a decision");
    begin(sheet, names, ARRAY_LEN(names));
    for (uint32_t i = 0; i < sitrep->proposal_count; i++) {
        put_clock(sheet, sitrep->proposals[i].at);
        buf_add_i64(&sheet->cell, sitrep->proposals[i].number);
        end_cell(sheet);
        put(sheet, sitrep->proposals[i].words);
    }
    end(sheet, "No mended plan.");
}

static void add_title(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                      struct buf *out)
{
    buf_add_c(out, "Situation at ");
    plan_add_clock(out, problem, sitrep->at);
    buf_add_c(out, problem->name.n > 0 ? ": " : "");
    buf_add(out, problem->name);
    if (plan_has_day(problem)) {
        buf_add_c(out, ", ");
        plan_add_date(out, problem);
    }
}

static void add_parts(struct sheet *sheet, const struct plan_sitrep *sitrep)
{
    arena_init(&sheet->arena, (size_t)64 << 20);
    buf_init(&sheet->cell, CELL_BYTES);
    line(sheet, STR("This says where officers are and will be. Keep it among those who need it."));
    add_sums(sheet, sitrep);
    add_late(sheet, sitrep);
    add_unmet(sheet, sitrep);
    add_nobody(sheet, sitrep);
    add_incidents(sheet, sitrep);
    add_proposals(sheet, sitrep);
    add_trouble(sheet, sitrep);
    add_units(sheet, sitrep);
    add_changes(sheet, sitrep);
    add_next(sheet, sitrep);
    buf_close(&sheet->cell);
    arena_close(&sheet->arena);
}

void plan_sitrep_add_text(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out)
{
    struct sheet sheet = {.problem = problem, .out = out};
    struct buf title;
    buf_init(&title, CELL_BYTES);
    add_title(problem, sitrep, &title);
    add_line_text(&sheet, buf_str(&title));
    buf_add_byte(out, '\n');
    add_parts(&sheet, sitrep);
    buf_close(&title);
}

void plan_sitrep_add_html(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out)
{
    static const char style[] =
        "body{font:16px/1.4 sans-serif;color:#111;background:#fff;margin:0 auto;padding:1rem;"
        "max-width:60rem}\nh1,h2{line-height:1.2}h2{margin:1.2rem 0 .3rem;font-size:1.15rem}\n"
        "table{border-collapse:collapse;width:100%;margin:.3rem 0 1rem}\n"
        "th,td{border-bottom:1px solid #888;padding:.25rem "
        ".4rem;text-align:left;vertical-align:top;"
        "overflow-wrap:anywhere}th{background:#eee;overflow-wrap:normal}"
        "td:first-child,td:last-child{min-width:3.4rem}\n"
        "@media(max-width:30rem){body{padding:.5rem}table{font-size:.85rem}th,td{padding:.2rem}}\n"
        "@media print{body{max-width:none;padding:0;font-size:10pt}tr{break-inside:avoid}"
        "thead{display:table-header-group}}\n@page{size:A4;margin:12mm}\n";
    struct sheet sheet = {.problem = problem, .out = out, .is_html = true};
    struct buf title;
    buf_init(&title, CELL_BYTES);
    add_title(problem, sitrep, &title);
    buf_add_c(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                   "name=\"viewport\" content=\"width=device-width\">\n<title>");
    show_add_html(out, buf_str(&title));
    buf_add_c(out, "</title>\n<style>\n");
    buf_add_c(out, style);
    buf_add_c(out, "</style>\n</head>\n<body>\n<main>\n<h1>");
    show_add_html(out, buf_str(&title));
    buf_add_c(out, "</h1>\n");
    add_parts(&sheet, sitrep);
    buf_add_c(out, "</main>\n</body>\n</html>\n");
    buf_close(&title);
}

/* ---- JSON ---- */

struct writer {
    const struct plan_problem *problem;
    struct json_out json;
};

static void put_ticks(struct writer *writer, const char *name, int32_t ticks)
{
    if (ticks >= 0) {
        plan_put_ticks(&writer->json, writer->problem, name, ticks);
    }
}

static void put_unit_id(struct writer *writer, const char *name, uint32_t unit)
{
    json_put_text(&writer->json, name,
                  unit == PLAN_NONE ? (str){0} : writer->problem->units[unit].id);
}

static void json_visits(struct writer *writer, const struct plan_sitrep *sitrep)
{
    json_name(&writer->json, "visits");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < sitrep->visit_count; i++) {
        const struct plan_sitrep_visit *visit = &sitrep->visits[i];
        json_begin_object(&writer->json);
        json_put_text(&writer->json, "task", writer->problem->tasks[visit->task].id);
        put_unit_id(writer, "unit", visit->unit);
        put_ticks(writer, "planned_s", visit->planned);
        put_ticks(writer, "arrived_s", visit->arrived);
        put_ticks(writer, "left_s", visit->left);
        json_put_text(&writer->json, "state", str_c(plan_visit_word(visit->state)));
        json_put_bool(&writer->json, "was_late", visit->was_late);
        json_end_object(&writer->json);
    }
    json_end_list(&writer->json);
}

static void json_units(struct writer *writer, const struct plan_sitrep *sitrep)
{
    const struct plan_problem *problem = writer->problem;
    json_name(&writer->json, "units");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < sitrep->unit_count; i++) {
        const struct plan_sitrep_unit *unit = &sitrep->units[i];
        bool is_off = unit->planned == PLAN_LEG_KINDS;
        json_begin_object(&writer->json);
        json_put_text(&writer->json, "id", problem->units[unit->unit].id);
        json_put_text(&writer->json, "planned",
                      is_off ? STR("off duty") : str_c(plan_leg_word(unit->planned)));
        json_put_text(&writer->json, "site", is_off ? (str){0} : problem->sites[unit->site].id);
        if (unit->has_told) {
            json_put_text(&writer->json, "told", str_c(plan_told_word(unit->told.what)));
            put_ticks(writer, "told_s", unit->told.at);
            json_put_text(&writer->json, "told_task",
                          unit->told.task == PLAN_NONE ? (str){0}
                                                       : problem->tasks[unit->told.task].id);
        }
        put_ticks(writer, "behind_s", unit->behind);
        json_end_object(&writer->json);
    }
    json_end_list(&writer->json);
}

static void json_changes(struct writer *writer, const struct plan_sitrep *sitrep)
{
    if (sitrep->changes == NULL) {
        return;
    }
    json_put_int(&writer->json, "changed_units", sitrep->changed_units);
    json_name(&writer->json, "changes");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < sitrep->change_count; i++) {
        const struct plan_sitrep_change *change = &sitrep->changes[i];
        json_begin_object(&writer->json);
        json_put_text(&writer->json, "task", writer->problem->tasks[change->task].id);
        put_unit_id(writer, "unit_before", change->unit_before);
        put_ticks(writer, "start_before_s", change->start_before);
        put_unit_id(writer, "unit", change->unit_now);
        put_ticks(writer, "start_s", change->start_now);
        json_end_object(&writer->json);
    }
    json_end_list(&writer->json);
}

static void json_proposals(struct writer *writer, const struct plan_sitrep *sitrep)
{
    if (sitrep->proposals == NULL) {
        return;
    }
    json_name(&writer->json, "proposals");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < sitrep->proposal_count; i++) {
        json_begin_object(&writer->json);
        put_ticks(writer, "at_s", sitrep->proposals[i].at);
        json_put_int(&writer->json, "plan", sitrep->proposals[i].number);
        json_put_text(&writer->json, "words", sitrep->proposals[i].words);
        json_end_object(&writer->json);
    }
    json_end_list(&writer->json);
}

static void json_incidents(struct writer *writer, const struct plan_sitrep *sitrep)
{
    json_name(&writer->json, "incidents");
    json_begin_list(&writer->json);
    for (uint32_t i = 0; i < sitrep->incident_count; i++) {
        const struct plan_incident *one = &sitrep->incidents[i];
        json_begin_object(&writer->json);
        put_ticks(writer, "at_s", one->at);
        json_put_text(&writer->json, "words", one->words);
        json_put_text(&writer->json, "site",
                      one->site == PLAN_NONE ? (str){0} : writer->problem->sites[one->site].id);
        json_end_object(&writer->json);
    }
    json_end_list(&writer->json);
}

void plan_sitrep_add_json(const struct plan_problem *problem, const struct plan_sitrep *sitrep,
                          struct buf *out)
{
    static const char *const names[PLAN_VISIT_STATES] = {"done",   "there",   "left_early", "late",
                                                         "missed", "skipped", "unheard",    "due"};
    struct writer writer = {.problem = problem};
    struct json_out *json = &writer.json;
    json_out_init(json, out);
    json_begin_object(json);
    json_put_text(json, "name", problem->name);
    json_put_text(json, "day", problem->day);
    put_ticks(&writer, "at_s", sitrep->at);
    put_ticks(&writer, "until_s", sitrep->until);
    json_name(json, "counts");
    json_begin_object(json);
    for (size_t i = 0; i < PLAN_VISIT_STATES; i++) {
        json_put_int(json, names[i], sitrep->states[i]);
    }
    json_put_int(json, "begun_late", sitrep->late_count);
    json_end_object(json);
    json_name(json, "unmet");
    json_begin_list(json);
    for (uint32_t i = 0; i < sitrep->unmet_count; i++) {
        json_add_text(json, problem->tasks[sitrep->unmet[i].task].id);
    }
    json_end_list(json);
    json_name(json, "nobody");
    json_begin_list(json);
    for (uint32_t i = 0; i < sitrep->nobody_count; i++) {
        json_add_text(json, problem->tasks[sitrep->nobody[i]].id);
    }
    json_end_list(json);
    json_units(&writer, sitrep);
    json_visits(&writer, sitrep);
    json_changes(&writer, sitrep);
    json_incidents(&writer, sitrep);
    json_proposals(&writer, sitrep);
    json_end_object(json);
    buf_add_byte(out, '\n');
}
