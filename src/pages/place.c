/* SPDX-License-Identifier: Apache-2.0 */
/* "Which place do you mean?": asked after the fourth question, and only when what was written fits
 * places of several police forces. No answer is an answer. The choice goes into the place as words
 * ("Bow, Tower Hamlets"), because the router reads words and so does an officer; what the reporter
 * wrote stays. */
#include "base/io.h"
#include "pages/pages_internal.h"
#include "pages/report_place.html.h"
#include "pack/fold.h"
#include "route/route.h"

enum { PLACE_STEP = 4 };

struct places_found {
    str said;
    struct route_choice list[ROUTE_CHOICES_MAX];
    size_t count;
};

/* One row a place: two rows of one name in one district are one answer. */
static bool is_there(const struct places_found *found, const struct route_choice *choice)
{
    for (size_t i = 0; i < found->count; i++) {
        if (str_equal(found->list[i].name, choice->name) &&
            str_equal(found->list[i].within, choice->within)) {
            return true;
        }
    }
    return false;
}

static void find_places(struct visit *visit, struct places_found *ret_found)
{
    const struct report *report = &visit->draft.report;
    struct site *site = visit->site;
    struct route_query query = {.postcode = report->postcode,
                                .place = report_where_words(visit->arena, report)};
    struct route_answer *answer = ARENA_NEW(visit->arena, struct route_answer);
    struct route_choice choices[ROUTE_CHOICES_MAX];
    *ret_found = (struct places_found){.said = query.place};
    router_ask(site->options.router, site->route_work, &query, answer);
    /* A postcode that is known decides by itself; one force is enough to go on with. */
    if (!answer->certain && answer->force_count > 1 && query.place.n > 0 && query.postcode.n == 0) {
        size_t count = route_choices(site->options.router, site->route_work, &query, choices);
        for (size_t i = 0; i < count; i++) {
            if (!is_there(ret_found, &choices[i])) {
                ret_found->list[ret_found->count++] = choices[i];
            }
        }
    }
    route_work_clear(site->route_work);
}

bool place_is_asked(struct visit *visit)
{
    struct places_found *found = ARENA_NEW(visit->arena, struct places_found);
    find_places(visit, found);
    return found->count > 1;
}

static str onward(const struct visit *visit)
{
    return step_next(visit, PLACE_STEP);
}

static void show(struct visit *visit, unsigned status, const struct places_found *found)
{
    struct page_report_place_choices *rows =
        ARENA_ARRAY(visit->arena, struct page_report_place_choices, found->count + 1);
    for (size_t i = 0; i < found->count; i++) {
        const struct route_choice *choice = &found->list[i];
        rows[i] = (struct page_report_place_choices){
            .id = i == 0 ? STR("choice") : arena_printf(visit->arena, "choice-%zu", i + 1),
            .value = arena_printf(visit->arena, "%zu", i + 1),
            .name = choice->name,
            .within = choice->within};
    }
    visit->form_action = "/report/place";
    visit->is_question = true;
    VISIT_ANSWER(visit, status, report_place, .form = visit_form(visit, PLACE_STEP),
                 .errors = visit_errors(visit), .said = found->said,
                 .error = visit_error(visit, "choice"), .choices = {rows, found->count},
                 .chosen = form_value(&visit->form, "choice"));
}

void place_get(struct visit *visit)
{
    struct places_found *found = ARENA_NEW(visit->arena, struct places_found);
    find_places(visit, found);
    if (found->count < 2) {
        http_redirect(visit->x, onward(visit));
        return;
    }
    show(visit, 200, found);
}

static void place_kept(void *context, enum status status)
{
    struct visit *visit = context;
    if (status == STATUS_OK) {
        http_redirect(visit->x, onward(visit));
    } else {
        visit_problem_status(visit, status, true);
    }
}

static bool is_same_name(str a, str b)
{
    char a_key[FOLD_NAME_BYTES_MAX];
    char b_key[FOLD_NAME_BYTES_MAX];
    return str_equal(fold_name(a, a_key), fold_name(b, b_key));
}

/* "Bow" becomes "Bow, Tower Hamlets"; "outside the bakery in Bow" keeps its words and gets the
 * name behind them. False when the place would be too long: then it stays as it was written. */
static bool name_place(struct visit *visit, const struct route_choice *choice)
{
    struct report *report = &visit->draft.report;
    bool has_more = choice->within.n > 0;
    str full = arena_printf(visit->arena, "%.*s%s%.*s", STR_ARG(choice->name), has_more ? ", " : "",
                            STR_ARG(choice->within));
    bool is_name = report->place.n == 0 || is_same_name(report->place, choice->name);
    str place =
        is_name ? full
                : arena_printf(visit->arena, "%.*s (%.*s)", STR_ARG(report->place), STR_ARG(full));
    if (place.n > REPORT_LINE_CHARS_MAX) { /* bytes: never fewer than characters */
        return false;
    }
    report->place = place;
    return true;
}

void place_post(struct visit *visit)
{
    struct places_found *found = ARENA_NEW(visit->arena, struct places_found);
    str choice = form_value(&visit->form, "choice");
    uint64_t number = 0;
    find_places(visit, found);
    if (visit->is_other_language && found->count > 1) {
        show(visit, 200, found); /* the choice is in no draft: the page itself keeps it */
    } else if (visit->goes_back) {
        http_redirect(visit->x, visit->aside.n > 0 ? step_before(visit, PLACE_STEP)
                                                   : step_again(visit, PLACE_STEP));
    } else if (choice.n == 0 || str_equal(choice, STR("none")) || found->count < 2) {
        http_redirect(visit->x, onward(visit));
    } else if (!str_to_u64(choice, &number) || number < 1 || number > found->count) {
        draft_problem_add(&visit->problems, STR("choice"),
                          MSG("Choose one of the places, or that it is none of these."));
        show(visit, 422, found);
    } else if (!name_place(visit, &found->list[number - 1])) {
        http_redirect(visit->x, onward(visit));
    } else {
        visit_keep(visit, place_kept);
    }
}
