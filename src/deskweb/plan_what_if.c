/* SPDX-License-Identifier: Apache-2.0 */
/* What if? A form about one plan; the answer is a copy of it with that changed, beside it. */
#include "base/utf8.h"
#include "desk/operation_ask.h"
#include "deskweb/plan_view.h"

#include "pages/desk_plan_change.html.h"

enum { SKIP_MAX = 50, SECONDS = 20 };
enum { MINUTES_MAX = 720, RISK_MIN = 1, RISK_MAX = PLAN_RISK_PERCENT };

/* --- the form --- */

static void show_units(struct ask *ask, const struct plan_problem *problem,
                       struct page_desk_plan_change *page)
{
    uint32_t count =
        problem->unit_count < PLAN_UNITS_SHOWN ? problem->unit_count : PLAN_UNITS_SHOWN;
    struct page_desk_plan_change_units *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_plan_change_units, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        rows[i].id = problem->units[i].id;
        rows[i].is_out = form_has_value(&ask->form, "out", rows[i].id);
    }
    page->units = (struct page_desk_plan_change_units_list){rows, count};
    page->units_more = (int64_t)problem->unit_count - count;
}

static void show_form(struct ask *ask, const struct plan_opened *opened, unsigned status)
{
    const struct desk_plan *plan = &opened->plan;
    const struct form *form = &ask->form;
    int64_t seconds = plan->row.base != 0 || plan->row.seconds < 1 ? SECONDS : plan->row.seconds;
    bool is_again = form_has(form, "seconds");
    struct buf html;
    struct page_desk_plan_change page = {
        .bar = ask_bar(ask, "operations"),
        .csrf = ask_csrf(ask),
        .leaf = plan->row.leaf,
        .number = plan->row.number,
        .operation = plan->operation,
        .name = plan->name,
        .date = words_day(ask->arena, plan->day),
        .error = str_c(ask->err.primary),
        .hint = str_c(ask->err.hint),
        .areas = plan_area_options(ask, &opened->problem, "all areas"),
        .others = form_value(form, "others"),
        .more = form_value(form, "more"),
        .like = form_value(form, "like"),
        .shifted = form_value(form, "shifted"),
        .start_by = form_value(form, "start_by"),
        .end_by = form_value(form, "end_by"),
        .skip = form_value(form, "skip"),
        .visits = form_value(form, "visits"),
        .dwell = form_value(form, "dwell"),
        .risk = form_value(form, "risk"),
        .names = plan_names(ask, &opened->problem),
        .site = form_value(form, "site"),
        .has_no_breaks = form_has(form, "no_breaks"),
        .has_no_pairs = form_has(form, "no_pairs"),
        .has_no_hours = form_has(form, "no_hours"),
        .has_no_spacing = form_has(form, "no_spacing"),
        .seconds = is_again ? form_value(form, "seconds")
                            : arena_printf(ask->arena, "%lld", (long long)seconds)};
    show_units(ask, &opened->problem, &page);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_plan_change_render(&html, NULL, &page);
    ask_answer(ask, status, &html);
}

void plan_change_get(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    if (plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        show_form(ask, opened, 200);
    }
}

/* --- what was said in it --- */

/* An empty field is `otherwise`. */
static enum status take_number(struct ask *ask, const char *name, const char *what, int64_t least,
                               int64_t most, int64_t otherwise, int64_t *ret_number)
{
    str text = ask_field(ask, name);
    int64_t number = otherwise;
    if (text.n > 0 && (!str_to_i64(text, &number) || number < least || number > most)) {
        return error_set(&ask->err, STATUS_INVALID,
                         "%s: '%.*s' is no number from %lld to %lld. Leave it empty when it stays.",
                         what, STR_ARG(utf8_clip(text, 40)), (long long)least, (long long)most);
    }
    *ret_number = number;
    return STATUS_OK;
}

static enum status take_numbers(struct ask *ask, struct plan_change *change)
{
    int64_t values[6] = {0};
    const struct {
        const char *name, *what;
        int64_t least, most, otherwise;
    } fields[] = {
        {"more", "More units", 1, PLAN_CHANGE_UNITS, 0},
        {"start_by", "Begin later", -MINUTES_MAX, MINUTES_MAX, 0},
        {"end_by", "End later", -MINUTES_MAX, MINUTES_MAX, 0},
        {"visits", "Visits to a place", 1, PLAN_CHANGE_VISITS, 0},
        {"dwell", "Minutes of a visit", 1, MINUTES_MAX, -1},
        {"risk", "Worth in % of now", RISK_MIN, RISK_MAX, 100},
    };
    static_assert(ARRAY_LEN(fields) == ARRAY_LEN(values), "one value a field");
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_LEN(fields) && status == STATUS_OK; i++) {
        status = take_number(ask, fields[i].name, fields[i].what, fields[i].least, fields[i].most,
                             fields[i].otherwise, &values[i]);
    }
    change->units = (int32_t)values[0];
    change->start_by_s = (int32_t)values[1] * 60;
    change->end_by_s = (int32_t)values[2] * 60;
    change->visits = (int32_t)values[3];
    change->dwell_s = values[4] < 0 ? -1 : (int32_t)values[4] * 60;
    change->risk_percent = (int32_t)values[5];
    return status;
}

/* New units begin where the one begins that they are like. */
static enum status take_units(struct ask *ask, const struct plan_problem *problem,
                              struct plan_change *change, str *out)
{
    size_t count = 0;
    uint32_t unit = 0;
    str like = ask_field(ask, "like");
    str shifted = ask_field(ask, "shifted");
    enum status status = plan_named_out(ask, problem, out, &count);
    change->units_out = out;
    change->units_out_count = (uint32_t)count;
    if (status == STATUS_OK && change->units > 0 && like.n == 0) {
        status = error_set(&ask->err, STATUS_INVALID, "Say which unit the new ones are like.");
    }
    if (status == STATUS_OK && change->units == 0 && like.n > 0) {
        status = error_set(&ask->err, STATUS_INVALID, "Say how many more units like %.*s.",
                           STR_ARG(utf8_clip(like, 60)));
        error_hint(&ask->err, "Or empty the field “like unit”, when there are none.");
    }
    if (status == STATUS_OK && like.n > 0) {
        status = plan_named_unit(ask, problem, like, &unit);
        change->like = unit;
        change->base = problem->sites[problem->units[unit].base].id;
    }
    if (status == STATUS_OK && shifted.n > 0) {
        status = plan_named_unit(ask, problem, shifted, &unit);
        change->shifted = problem->units[unit].id;
    }
    return status;
}

static enum status take_places(struct ask *ask, const struct plan_problem *problem,
                               struct plan_change *change, str *skip)
{
    str rest = form_value(&ask->form, "skip");
    enum status status = plan_named_site(ask, problem, ask_field(ask, "site"), &change->site);
    change->sites_out = skip;
    change->area = ask_field(ask, "area");
    while (rest.n > 0 && status == STATUS_OK) {
        str line = {0};
        rest = str_cut(rest, '\n', &line);
        line = str_trim(line);
        if (line.n == 0) {
            continue;
        }
        if (change->sites_out_count == SKIP_MAX) {
            return error_set(&ask->err, STATUS_INVALID,
                             "At most %d places can be left out at once.", SKIP_MAX);
        }
        status = plan_named_site(ask, problem, line, &skip[change->sites_out_count]);
        change->sites_out_count += status == STATUS_OK ? 1 : 0;
    }
    return status;
}

void plan_change_post(struct ask *ask)
{
    struct plan_opened *opened = ARENA_NEW(ask->arena, struct plan_opened);
    str out[PLAN_OUT_MAX];
    str skip[SKIP_MAX];
    struct plan_change change = plan_change_none();
    if (!plan_open(ask, ask->ids.number, STR("read"), STR(""), opened)) {
        return;
    }
    change.has_no_breaks = form_has(&ask->form, "no_breaks");
    change.has_no_pairs = form_has(&ask->form, "no_pairs");
    change.has_no_hours = form_has(&ask->form, "no_hours");
    change.has_no_spacing = form_has(&ask->form, "no_spacing");
    enum status status = take_numbers(ask, &change);
    if (status == STATUS_OK) {
        status = take_units(ask, &opened->problem, &change, out);
    }
    if (status == STATUS_OK) {
        status = take_places(ask, &opened->problem, &change, skip);
    }
    if (status == STATUS_OK) {
        status = desk_plan_fork(ask->desk, &ask->caller, ask->ids.number, &change,
                                ask_number(&ask->form, "seconds", 0), &ask->err);
    }
    if (status == STATUS_OK) {
        ask_redirect(ask, "/operation/%lld?watch=1", (long long)opened->plan.operation);
    } else if (words_are_kept(status)) {
        show_form(ask, opened, status_http(status));
    } else {
        ask_fail(ask, status);
    }
}
