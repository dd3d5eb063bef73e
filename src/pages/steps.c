/* SPDX-License-Identifier: Apache-2.0 */
/* The nine questions. Each has a page to show and a form to take; a form that is not right is
 * shown again with what was typed, which the draft has kept all the same. */
#include "base/io.h"
#include "pages/pages_internal.h"
#include "pages/report_contact.html.h"
#include "pages/report_danger.html.h"
#include "pages/report_effect.html.h"
#include "pages/report_files.html.h"
#include "pages/report_how.html.h"
#include "pages/report_now.html.h"
#include "pages/report_share.html.h"
#include "pages/report_what.html.h"
#include "pages/report_where.html.h"
#include "pages/report_who.html.h"

static const char *const step_paths[STEPS] = {"/report/now",    "/report/who",   "/report/what",
                                              "/report/where",  "/report/how",   "/report/files",
                                              "/report/effect", "/report/share", "/report/contact"};

#define STEP_FOLDER "/report/" /* all of them begin so */

str step_of_word(str word)
{
    for (size_t i = 0; i < STEPS; i++) {
        if (str_equal(word, str_c(step_paths[i] + sizeof STEP_FOLDER - 1))) {
            return str_c(step_paths[i]);
        }
    }
    return (str){0};
}

static int64_t step_of_path(str path)
{
    for (size_t i = 0; i < STEPS; i++) {
        if (str_equal(path, str_c(step_paths[i]))) {
            return (int64_t)i + 1;
        }
    }
    return 0;
}

str step_path(int64_t step)
{
    ASSERT(step >= 1 && step <= STEPS);
    return str_c(step_paths[step - 1]);
}

str step_next(const struct visit *visit, int64_t step)
{
    if (step == 1 && visit->draft.report.danger == DANGER_NOW) {
        return visit->is_change ? STR("/report/danger?change=1") : STR("/report/danger");
    }
    if (visit->is_change || step >= STEPS) {
        return STR("/report/check");
    }
    return str_c(step_paths[step]);
}

/* --- pages --- */

static void render_now(struct visit *v, unsigned status)
{
    VISIT_ANSWER(v, status, report_now, .form = visit_form(v, 1), .errors = visit_errors(v),
                 .danger = str_c(report_danger_word(v->draft.report.danger)),
                 .error = visit_error(v, "danger"));
}

static struct part_option_list offices(const struct visit *v)
{
    const struct pack *pack = v->site->pack;
    struct part_option *rows = ARENA_ARRAY(v->arena, struct part_option, pack->office_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < pack->office_count; i++) {
        const struct pack_office *office = &pack->offices[i];
        if (office->is_in_form) {
            rows[count++] =
                (struct part_option){office->id, pack_text(pack, &office->label, v->language->code),
                                     str_equal(office->id, v->draft.report.target_office)};
        }
    }
    return (struct part_option_list){rows, count};
}

static void render_who(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    const struct pack *pack = v->site->pack;
    VISIT_ANSWER(v, status, report_who, .form = visit_form(v, 2), .errors = visit_errors(v),
                 .offices = offices(v), .roles = visit_choices(v, &pack->roles, r->target_role),
                 .relations = visit_choices(v, &pack->relations, r->relation),
                 .name = r->target_name, .office_error = visit_error(v, "target.office"),
                 .role_error = visit_error(v, "target.role"),
                 .name_error = visit_error(v, "target.name"),
                 .relation_error = visit_error(v, "reporter.relation"));
}

static void render_what(struct visit *v, unsigned status)
{
    VISIT_ANSWER(v, status, report_what, .form = visit_form(v, 3), .errors = visit_errors(v),
                 .what = v->draft.report.what, .error = visit_error(v, "what"));
}

static void render_where(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    VISIT_ANSWER(v, status, report_where, .form = visit_form(v, 4), .errors = visit_errors(v),
                 .date = v->draft.date, .date_error = visit_error(v, "date"), .time = v->draft.time,
                 .place = r->place, .place_error = visit_error(v, "where.place"),
                 .postcode = r->postcode, .postcode_error = visit_error(v, "where.postcode"),
                 .constituency = r->constituency,
                 .constituency_error = visit_error(v, "where.constituency"));
}

static str joined_lines(struct arena *arena, const str *lines, size_t count)
{
    struct buf out;
    buf_init(&out, REPORT_JSON_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_add(&out, lines[i]);
        buf_add_byte(&out, '\n');
    }
    str all = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return all;
}

static void render_how(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    VISIT_ANSWER(v, status, report_how, .form = visit_form(v, 5), .errors = visit_errors(v),
                 .channels = visit_choices(v, &v->site->pack->channels, r->channel),
                 .channel_error = visit_error(v, "channel"),
                 .accounts = joined_lines(v->arena, r->accounts, r->account_count),
                 .accounts_error = visit_error(v, "accounts"),
                 .links = joined_lines(v->arena, r->links, r->link_count),
                 .links_error = visit_error(v, "links"));
}

static void render_files(struct visit *v, unsigned status)
{
    const struct draft *d = &v->draft;
    struct page_report_files_files *rows =
        ARENA_ARRAY(v->arena, struct page_report_files_files, d->file_count + 1);
    for (size_t i = 0; i < d->file_count; i++) {
        rows[i] = (struct page_report_files_files){arena_printf(v->arena, "%zu", i + 1),
                                                   d->files[i].name, say_size(v, d->files[i].size)};
    }
    VISIT_ANSWER(v, status, report_files, .form = visit_form(v, FILES_STEP),
                 .errors = visit_errors(v), .error = visit_error(v, "files"),
                 .files = {rows, d->file_count}, .files_max = FRONT_EVIDENCE_MAX,
                 .file_megabytes_max = SITE_FILE_BYTES_MAX / (1024 * 1024));
}

static void render_effect(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    VISIT_ANSWER(v, status, report_effect, .form = visit_form(v, 7), .errors = visit_errors(v),
                 .impact = r->impact, .impact_error = visit_error(v, "impact"),
                 .fear = r->fear > 0 ? arena_printf(v->arena, "%d", (int)r->fear) : STR(""),
                 .fear_error = visit_error(v, "fear"));
}

static void render_share(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    VISIT_ANSWER(v, status, report_share, .form = visit_form(v, 8), .police = r->may_tell_police,
                 .party = r->may_tell_party, .review = r->may_use_in_review);
}

static void render_contact(struct visit *v, unsigned status)
{
    const struct report *r = &v->draft.report;
    VISIT_ANSWER(v, status, report_contact, .form = visit_form(v, 9), .errors = visit_errors(v),
                 .contact = v->draft.contact, .error = visit_error(v, "contact"),
                 .name = r->contact_name, .name_error = visit_error(v, "contact.name"),
                 .email = r->contact_email, .email_error = visit_error(v, "contact.email"),
                 .phone = r->contact_phone, .phone_error = visit_error(v, "contact.phone"),
                 .how = r->contact_how, .how_error = visit_error(v, "contact.how"));
}

void step_render(struct visit *visit, unsigned status, int64_t step)
{
    static void (*const renders[STEPS])(struct visit *, unsigned) = {
        render_now,   render_who,    render_what,  render_where,  render_how,
        render_files, render_effect, render_share, render_contact};
    ASSERT(step >= 1 && step <= STEPS);
    visit->form_action = step_paths[step - 1];
    visit->is_question = true;
    renders[step - 1](visit, status);
}

void step_get(struct visit *visit)
{
    step_render(visit, 200, step_of_path(http_path(visit->x)));
}

void danger_get(struct visit *visit)
{
    VISIT_ANSWER(visit, 200, report_danger,
                 .next = visit->is_change ? STR("/report/check") : STR("/report/who"));
}

/* --- forms --- */

str step_again(const struct visit *visit, int64_t step)
{
    const char *change = visit->is_change ? "?change=1" : "";
    return arena_printf(visit->arena, "%s%s", step_paths[step - 1], change);
}

str step_before(const struct visit *visit, int64_t step)
{
    if (visit->aside.n > 0) {
        str word = str_equal(visit->aside, STR("start")) ? STR("") : visit->aside;
        return arena_printf(visit->arena, "/%.*s?from=%s%s", STR_ARG(word),
                            step_paths[step - 1] + sizeof STEP_FOLDER - 1,
                            visit->is_change ? "&change=1" : "");
    }
    return visit->is_change ? STR("/report/check") : step > 1 ? step_path(step - 1) : STR("/");
}

static void step_kept(void *context, enum status status)
{
    struct visit *visit = context;
    int64_t step = step_of_path(http_path(visit->x));
    if (status == STATUS_LIMIT) { /* the page itself keeps what was typed */
        draft_problem_add(&visit->problems, STR("main"),
                          MSG("All your answers together are too long. Shorten this one, and add "
                              "the rest afterwards with your receipt."));
        step_render(visit, 422, step);
    } else if (status != STATUS_OK) {
        /* Box has nothing new, so the page itself keeps what was typed. */
        draft_problem_add(&visit->problems, STR("main"),
                          MSG("We could not keep this just now. Please try again in a moment."));
        step_render(visit, 503, step);
    } else if (visit->problems.count > 0) {
        step_render(visit, 422, step);
    } else if (visit->is_other_language) {
        http_redirect(visit->x, step_again(visit, step));
    } else if (visit->goes_back) {
        http_redirect(visit->x, step_before(visit, step));
    } else if (!visit->has_draft && step > 1) {
        /* The earlier answers had run out: show what is left before going on. */
        http_redirect(visit->x, STR("/report/check"));
    } else if (step == 4 && place_is_asked(visit)) {
        http_redirect(visit->x,
                      visit->is_change ? STR("/report/place?change=1") : STR("/report/place"));
    } else {
        http_redirect(visit->x, step_next(visit, step));
    }
}

void step_post(struct visit *visit)
{
    int64_t step = step_of_path(http_path(visit->x));
    visit->draft.report.language = visit->language->code;
    draft_read_step(&visit->draft, visit->arena, &visit->form, step);
    if (!visit->is_other_language && !visit->goes_back) { /* who goes on has answered */
        draft_check(&visit->draft, visit->arena, front_choices(visit->site->front), step,
                    clock_wall(), &visit->problems);
    }
    visit_keep(visit, step_kept);
}
