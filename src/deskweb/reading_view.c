/* SPDX-License-Identifier: Apache-2.0 */
/* A report's text with what rules and model noticed in it, in words beside the colour.
 *
 * Two sources: the reasons that the front put into the letter when it graded it, which never change,
 * and what rules and model make of the same words today. The same reason at the same place is shown
 * once. Who the suggestion comes from is always said; a person decides. */
#include "deskweb/case_view.h"

#include "base/utf8.h"
#include "deskweb/marks.h"

enum { QUOTE_BYTES_MAX = 120, SCORES_BYTES_MAX = 400 };

/* One thing that was noticed. */
struct notice {
    struct mark mark;
    bool is_model;
};
struct notices {
    struct notice *list;
    size_t count;
};

static void notice_add(struct notices *notices, struct mark mark, bool is_model)
{
    for (size_t i = 0; i < notices->count; i++) {
        const struct notice *n = &notices->list[i];
        if (n->mark.from == mark.from && n->mark.to == mark.to && n->is_model == is_model &&
            str_equal(n->mark.why, mark.why)) {
            return;
        }
    }
    notices->list[notices->count++] = (struct notice){mark, is_model};
}

/* The letter's reasons say "The model: threat"; here who says it stands apart. */
static str bare_why(str why, bool is_model)
{
    static const str prefix = STR_INIT("The model: ");
    return is_model && str_starts(why, prefix) ? str_slice(why, prefix.n, why.n) : why;
}

static struct notices notices_of(struct ask *ask, const struct desk_report *report)
{
    const struct letter_body *body = &report->body;
    const struct triage_result *reading = report->reading;
    size_t cap = body->reason_count + (reading == NULL ? 0 : reading->reason_count);
    struct notices notices = {.list = ARENA_ARRAY(ask->arena, struct notice, cap + 1)};
    for (size_t i = 0; i < body->reason_count; i++) {
        const struct letter_reason *r = &body->reasons[i];
        bool is_model = str_starts(r->rule, STR("model:"));
        notice_add(&notices, (struct mark){r->from, r->to, bare_why(r->why, is_model)}, is_model);
    }
    for (size_t i = 0; reading != NULL && i < reading->reason_count; i++) {
        const struct triage_reason *r = &reading->reasons[i];
        notice_add(&notices, (struct mark){r->start, r->end, r->why}, r->head >= 0);
    }
    return notices;
}

static struct part_desk_said_pieces_list pieces_of(struct ask *ask, str text,
                                                   const struct notices *notices)
{
    struct mark *marks = ARENA_ARRAY(ask->arena, struct mark, notices->count + 1);
    struct mark_piece *pieces = NULL;
    for (size_t i = 0; i < notices->count; i++) {
        marks[i] = notices->list[i].mark;
    }
    size_t count = marks_pieces(ask->arena, text, marks, notices->count, &pieces);
    struct part_desk_said_pieces *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_said_pieces, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct part_desk_said_pieces){pieces[i].text, pieces[i].why};
    }
    return (struct part_desk_said_pieces_list){rows, count};
}

/* "threat of violence: “slit your throat” (the model)"; an answer has no place in the text. */
static struct part_desk_line_list lines_of(struct ask *ask, str text, const struct notices *notices)
{
    struct part_desk_line *rows =
        ARENA_ARRAY(ask->arena, struct part_desk_line, notices->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < notices->count; i++) {
        const struct mark *m = &notices->list[i].mark;
        bool has_place = m->from < m->to && m->to <= text.n;
        str whole = has_place ? str_slice(text, m->from, m->to) : STR("");
        str quote = utf8_clip(whole, QUOTE_BYTES_MAX);
        if (m->why.n == 0) {
            continue;
        }
        rows[count++].text = !has_place
                                 ? m->why
                                 : arena_printf(ask->arena, "%.*s: “%.*s%s” (%s)", STR_ARG(m->why),
                                                STR_ARG(quote), quote.n < whole.n ? "…" : "",
                                                notices->list[i].is_model ? "the model" : "a rule");
    }
    return (struct part_desk_line_list){rows, count};
}

/* "The model: threat very likely, insult likely." */
static str scores_words(struct ask *ask, const struct desk_report *report)
{
    const struct triage_result *reading = report->reading;
    const char *who = report->is_own_reading ? "The desk's own model" : "The model";
    static const double VERY_LIKELY = 0.9;
    struct buf text;
    buf_init(&text, SCORES_BYTES_MAX);
    for (size_t k = 0; k < HEAD_COUNT; k++) {
        /* a threat of death or harm is a threat: said once */
        bool is_said = k == HEAD_EXPLICIT && (reading->over >> HEAD_THREAT & 1U) == 1;
        if ((reading->over >> k & 1U) == 1 && !is_said) {
            buf_printf(&text, "%s%s %s", text.n > 0 ? ", " : "",
                       triage_head_why((enum model_head)k),
                       reading->scores[k] >= VERY_LIKELY ? "very likely" : "likely");
        }
    }
    str words =
        text.n > 0 ? arena_printf(ask->arena, "%s: %.*s.", who, STR_ARG(buf_str(&text)))
        : reading->is_judged
            ? arena_printf(ask->arena,
                           "%s found nothing. That does not mean that nothing is there.", who)
            : STR("");
    buf_close(&text);
    return words;
}

/* Why a low score may mean nothing; empty where the model knows the language. */
static str language_words(struct ask *ask, const struct triage_result *reading)
{
    str name = words_language(str_c(lang_code(reading->lang)));
    if (reading->is_judged) {
        return STR("");
    }
    if (name.n == 0) {
        return arena_printf(ask->arena,
                            "This seems not to be English (%s). The model cannot judge it: a low "
                            "score says nothing. Somebody who reads the language must look.",
                            lang_code(reading->lang));
    }
    return arena_printf(
        ask->arena,
        "The model cannot judge %.*s text: a low score says nothing. Only a few rules "
        "for threats were tried. Somebody who reads %.*s must look.",
        STR_ARG(name), STR_ARG(name));
}

static str frame_words(enum triage_frame frame)
{
    switch (frame) {
    case FRAME_QUOTED:
        return STR("It seems to quote somebody else's words.");
    case FRAME_FORWARDED:
        return STR("It seems to pass on a message of somebody else.");
    case FRAME_REPORTING:
        return STR("It seems to tell what somebody else said or did.");
    case FRAME_DIRECT:
        break;
    }
    return STR("");
}

void view_reading(struct ask *ask, const struct desk_report *report, struct part_desk_said *said)
{
    struct notices notices = notices_of(ask, report);
    str text = report->body.report.what;
    said->pieces = pieces_of(ask, text, &notices);
    said->reasons = lines_of(ask, text, &notices);
    if (report->reading != NULL) {
        said->scores = scores_words(ask, report);
        said->unjudged = language_words(ask, report->reading);
        said->frame = frame_words(report->reading->frame);
        said->is_cut = report->reading->is_clipped;
    }
    said->has_reading = said->reasons.count > 0 || report->reading != NULL;
}
