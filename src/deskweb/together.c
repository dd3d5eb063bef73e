/* SPDX-License-Identifier: Apache-2.0 */
/* Before two cases become one, or two incidents: both side by side, what will happen, and what can
 * be done if it was wrong. A number is easily mistyped, and a merge joins people who wrote. */
#include "deskweb/case_view.h"

#include "base/utf8.h"
#include "pages/desk_together.html.h"

enum { TEXT_SHOWN_BYTES = 400 };

static str facts_of(struct ask *ask, const struct desk_row *row)
{
    struct buf codes;
    buf_init(&codes, 1024);
    for (size_t i = 0; i < row->code_count; i++) {
        buf_add_byte(&codes, ' ');
        buf_add(&codes, row->codes[i]);
    }
    str text = arena_printf(ask->arena, "G%lld · %.*s%s%.*s%s%.*s · %s%.*s", (long long)row->grade,
                            STR_ARG(words_state(row->state)), row->subject.n > 0 ? " · " : "",
                            STR_ARG(row->subject), row->area.n > 0 ? " · " : "", STR_ARG(row->area),
                            codes.n > 0 ? "codes" : "no codes", STR_ARG(buf_str(&codes)));
    buf_close(&codes);
    return text;
}

/* The words of the first report that is there; of one incident, or of any. */
static str words_of(const struct desk_case *shown, int64_t incident)
{
    for (size_t i = 0; i < shown->report_count; i++) {
        const struct desk_report *report = &shown->reports[i];
        if (!report->is_erased && (incident == 0 || report->incident == incident)) {
            return utf8_clip(report->body.report.what, TEXT_SHOWN_BYTES);
        }
    }
    return STR("(no words)");
}

static struct page_desk_together_fields field(struct ask *ask, const char *name, int64_t value)
{
    return (struct page_desk_together_fields){str_c(name),
                                              arena_printf(ask->arena, "%lld", (long long)value)};
}

/* Sets err and gives STATUS_INVALID when the case is not there, or not for this officer. */
static enum status read_case(struct ask *ask, int64_t number, struct desk_case *shown)
{
    enum status status = desk_case_read(ask->desk, &ask->caller, number, PURPOSE_READ, 0,
                                        ask->arena, shown, &ask->err);
    return status != STATUS_NOT_FOUND
               ? status
               : error_set(&ask->err, STATUS_INVALID,
                           "There is no case %lld that you may read: check the number.",
                           (long long)number);
}

enum status together_ask_merge(struct ask *ask, const struct desk_do *what)
{
    struct desk_case *from = ARENA_NEW(ask->arena, struct desk_case);
    struct desk_case *into = ARENA_NEW(ask->arena, struct desk_case);
    long long a = what->number;
    long long b = what->other;
    if (a == b) {
        return error_set(&ask->err, STATUS_INVALID, "Choose another case than this one.");
    }
    enum status status = read_case(ask, what->other, into);
    if (status == STATUS_OK) {
        status = read_case(ask, what->number, from);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct page_desk_together_sides sides[] = {{arena_printf(ask->arena, "Case %lld ends", a),
                                                facts_of(ask, &from->row), words_of(from, 0)},
                                               {arena_printf(ask->arena, "Case %lld goes on", b),
                                                facts_of(ask, &into->row), words_of(into, 0)}};
    struct part_desk_line effects[] = {
        {arena_printf(ask->arena,
                      "All reports, private notes and messages of case %lld are in case %lld from "
                      "then on; of case %lld only its history and the way to the other stay.",
                      a, b, a)},
        {arena_printf(ask->arena,
                      "Whoever reported in either of them reads what is written to the "
                      "reporter in case %lld.",
                      b)},
        {STR("The higher grade of the two holds, and the stricter access.")}};
    struct page_desk_together_fields fields[] = {field(ask, "other", what->other)};
    bool is_refused = form_has(&ask->form, "confirm");
    str error = is_refused ? STR("Write why these two are one: it stands in the history of both.")
                           : STR("");
    ASK_PAGE(ask, is_refused ? 400 : 200, desk_together, "",
             .token = {ask_csrf(ask), what->version}, .has_reason = true, .reason = what->reason,
             .error = error, .base = arena_printf(ask->arena, "/case/%lld", a),
             .action = http_path(ask->x),
             .title = arena_printf(ask->arena, "Merge case %lld into case %lld?", a, b),
             .sides = {sides, ARRAY_LEN(sides)}, .effects = {effects, ARRAY_LEN(effects)},
             .undo = arena_printf(
                 ask->arena,
                 "on the page of case %lld, under “What belongs together”, each incident can be "
                 "taken out into a case of its own, with a new number. Notes and messages stay in "
                 "case %lld, and what somebody has read by then is read.",
                 b, b),
             .button = arena_printf(ask->arena, "Merge case %lld into case %lld", a, b),
             .fields = {fields, ARRAY_LEN(fields)});
    return STATUS_OK;
}

static const struct desk_incident *incident_of(const struct desk_case *shown, int64_t number)
{
    for (size_t i = 0; i < shown->incident_count; i++) {
        if (shown->incidents[i].number == number) {
            return &shown->incidents[i];
        }
    }
    return NULL;
}

static struct page_desk_together_sides incident_side(struct ask *ask, const struct desk_case *shown,
                                                     int64_t number, const char *end)
{
    const struct desk_incident *incident = incident_of(shown, number);
    return (struct page_desk_together_sides){
        arena_printf(ask->arena, "Incident %lld %s", (long long)number, end),
        arena_printf(ask->arena, "%.*s%s%.*s", STR_ARG(incident->subject),
                     incident->subject.n > 0 && incident->area.n > 0 ? " · " : "",
                     STR_ARG(incident->area)),
        words_of(shown, number)};
}

enum status together_ask_same(struct ask *ask, const struct desk_do *what)
{
    struct desk_case *shown = ARENA_NEW(ask->arena, struct desk_case);
    enum status status = read_case(ask, what->number, shown);
    if (status != STATUS_OK) {
        return status;
    }
    if (what->incident == what->other) {
        return error_set(&ask->err, STATUS_INVALID, "Choose two different incidents.");
    }
    if (incident_of(shown, what->incident) == NULL || incident_of(shown, what->other) == NULL) {
        return error_set(
            &ask->err, STATUS_INVALID, "Incident %lld is not one of this case.",
            (long long)(incident_of(shown, what->incident) == NULL ? what->incident : what->other));
    }
    struct page_desk_together_sides sides[] = {
        incident_side(ask, shown, what->other, "is no longer counted"),
        incident_side(ask, shown, what->incident, "stays")};
    struct part_desk_line effects[] = {
        {arena_printf(ask->arena,
                      "All reports of incident %lld tell of incident %lld; the numbers "
                      "count one thing that happened instead of two.",
                      (long long)what->other, (long long)what->incident)},
        {STR("The codes of both are the codes of the one that stays.")}};
    struct page_desk_together_fields fields[] = {field(ask, "incident", what->incident),
                                                 field(ask, "other", what->other)};
    ASK_PAGE(ask, 200, desk_together, "", .token = {ask_csrf(ask), what->version},
             .base = arena_printf(ask->arena, "/case/%lld", (long long)what->number),
             .action = http_path(ask->x), .title = STR("Are these one incident?"),
             .sides = {sides, ARRAY_LEN(sides)}, .effects = {effects, ARRAY_LEN(effects)},
             .undo = STR("this cannot be undone. The reports stay as they are, but they cannot be "
                         "told apart into two incidents again."),
             .button = STR("They are one incident"), .fields = {fields, ARRAY_LEN(fields)});
    return STATUS_OK;
}
