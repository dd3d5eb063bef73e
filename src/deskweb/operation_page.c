/* SPDX-License-Identifier: Apache-2.0 */
/* One operation: where, who, by which rules, and the plans that were made of it. */
#include "deskweb/plan_view.h"

#include <math.h>
#include <stdlib.h>

#include "plan/day.h"
#include "plan/ids.h"
#include "plan/roster.h"

#include "pages/desk_op_site.html.h"
#include "pages/desk_op_take.html.h"
#include "pages/desk_op_unit.html.h"
#include "pages/desk_operation.html.h"

enum {
    SITES_SHOWN = 60,
    CHOSEN_MAX = FORM_FIELDS_MAX - 10 /* the rest of the form */,
    AREAS_MAX = 64,
    SEARCH_SECONDS = 20,
    NEEDS_BYTES_MAX = 8000
};
enum { AGAIN_SECONDS_MIN = 2, AGAIN_SECONDS_MAX = 10 };

struct showing {
    struct ask *ask;
    const struct operation_said *said;
    struct desk_operation view;
    struct page_desk_operation *page;
    struct operation_posts posts;
    str area;
    bool is_all;
};

/* What was typed into a form that was refused; else what stands there at first. */
static str typed(const struct showing *s, const char *form, const char *field, str at_first)
{
    bool is_again = s->said->form != NULL && strcmp(s->said->form, form) == 0;
    return is_again ? form_value(&s->ask->form, field) : at_first;
}

/* --- sites --- */

/* What release.h writes as a mark, in words. */
static str count_words(str released)
{
    return str_equal(released, STR("[low]")) ? STR("0 to 4") : released;
}

static str reasons_of(struct showing *s, const struct operation_site *site)
{
    struct arena *arena = s->ask->arena;
    str rated = site->rating == RATING_NONE
                    ? STR("not rated")
                    : arena_printf(arena, "rated %s: %.*s (%.*s, %.*s ago)",
                                   site_rating_word(site->rating), STR_ARG(site->rating_source),
                                   STR_ARG(ask_officer_name(s->ask, site->rating_officer)),
                                   STR_ARG(words_span(arena, s->ask->now - site->rating_at)));
    if (site->reported_here.n == 0) {
        return rated;
    }
    str around = site->reported_around.n == 0
                     ? STR("")
                     : arena_printf(arena, ", in its council %.*s",
                                    STR_ARG(count_words(site->reported_around)));
    str newest =
        site->newest.n == 0 ? STR("") : arena_printf(arena, ", newest %.*s", STR_ARG(site->newest));
    return arena_printf(arena, "%.*s; reports add %.*s: cases that name it %.*s%.*s%.*s",
                        STR_ARG(rated), STR_ARG(words_milli(arena, site->reported)),
                        STR_ARG(count_words(site->reported_here)), STR_ARG(around),
                        STR_ARG(newest));
}

/* Of a second of the operation's day. */
static str clock_at(struct showing *s, int64_t second)
{
    const struct plan_problem problem = {.day = s->view.operation.day, .ticks_per_s = 1};
    return plan_clock(s->ask->arena, &problem, second);
}

/* ", for protection": a unit must have them. */
static void add_skills(const struct json *row, const char *before, struct buf *out)
{
    const struct json *skills = json_member(row, "skills");
    for (size_t i = 0; skills != NULL && i < skills->count; i++) {
        buf_printf(out, "%s%.*s", i == 0 ? before : ", ", STR_ARG(skills->items[i].text));
    }
}

/* What the column of worths does not say: ", worth 10", and by how much further visits count less, when that is not
 * as everywhere. */
static void add_worth(struct showing *s, const struct json *row, int64_t weight, struct buf *out)
{
    static const double everywhere[] = {1, 0.6, 0.4};
    const struct json *list = json_member(row, "weights");
    double worth = json_member_real(row, "profit", 1) * (double)weight;
    size_t count = list == NULL ? 0 : list->count;
    bool is_usual = count == 0 || count == ARRAY_LEN(everywhere);
    for (size_t i = 0; is_usual && i < count; i++) {
        is_usual = list->items[i].real > everywhere[i] - 0.001 &&
                   list->items[i].real < everywhere[i] + 0.001;
    }
    if (is_usual && llround(worth) == weight) {
        return;
    }
    buf_printf(out, ", worth %.*s", STR_ARG(words_milli(s->ask->arena, llround(worth))));
    for (size_t i = 1; !is_usual && i < count; i++) {
        str next = words_milli(s->ask->arena, llround(worth * list->items[i].real));
        buf_printf(out, "%s%.*s", i == 1 ? ", then " : ", ", STR_ARG(next));
    }
}

static void add_need(struct showing *s, const struct operation_demand *demand, int64_t weight,
                     struct buf *out)
{
    struct json row;
    struct arena *arena = s->ask->arena;
    if (json_parse(arena, demand->json, &row, NULL) != STATUS_OK) {
        return;
    }
    bool is_task = demand->kind == DEMAND_TASK;
    int64_t from = json_member_int(&row, is_task ? "open_s" : "from_s", 0);
    int64_t dwell = json_member_int(&row, "dwell_s", 0);
    int64_t to =
        is_task ? json_member_int(&row, "close_s", 0) + dwell : json_member_int(&row, "to_s", 0);
    buf_add_c(out, out->n > 0 ? "; " : "");
    if (demand->kind == DEMAND_POST) {
        int64_t officers = json_member_int(&row, "officers", 1);
        buf_printf(out, "%lld %s there", (long long)officers,
                   officers == 1 ? "officer" : "officers");
    } else {
        int64_t count = is_task ? 1 : json_member_int(&row, "count", 1);
        buf_printf(out, "%lld %s of %lld min", (long long)count, count == 1 ? "visit" : "visits",
                   (long long)dwell / 60);
    }
    buf_printf(out, " from %.*s to %.*s", STR_ARG(clock_at(s, from)), STR_ARG(clock_at(s, to)));
    if (json_member_bool(&row, "mandatory", false)) {
        buf_add_c(out, ", must be");
    }
    add_skills(&row, ", by who has ", out);
    add_worth(s, &row, weight, out);
    if (demand->kind == DEMAND_POST) {
        buf_add(out, operation_post_words(s->ask, &s->posts, &row));
    }
    str note = json_member_text(&row, "note");
    if (note.n > 0) {
        buf_printf(out, " (%.*s)", STR_ARG(note));
    }
}

static str needs_of(struct showing *s, const struct operation_site *site)
{
    const struct operation *operation = &s->view.operation;
    struct buf out;
    buf_init(&out, NEEDS_BYTES_MAX);
    for (size_t i = 0; i < operation->demand_count; i++) {
        if (str_equal(operation->demands[i].site, site->id)) {
            add_need(s, &operation->demands[i], operation_weight(site), &out);
        }
    }
    str text = out.n > 0 ? arena_str(s->ask->arena, buf_str(&out)) : STR("nothing: a base");
    buf_close(&out);
    return text;
}

static int worth_most(const void *a, const void *b)
{
    const struct operation_site *x = a;
    const struct operation_site *y = b;
    int64_t left = operation_weight(x);
    int64_t right = operation_weight(y);
    int by = (left < right) - (left > right);
    by = by != 0 ? by : str_compare(x->area, y->area);
    by = by != 0 ? by : str_compare(x->name, y->name);
    return by != 0 ? by : str_compare(x->id, y->id);
}

static str site_name(const struct operation_site *site)
{
    return site->name.n > 0 ? site->name : site->id;
}

static str url_of(struct showing *s, str area)
{
    struct buf url;
    buf_init(&url, 2000);
    buf_printf(&url, "/operation/%lld", (long long)s->view.operation.number);
    if (area.n > 0) {
        buf_add_c(&url, "?area=");
        form_add_encoded(&url, area);
    }
    str text = arena_str(s->ask->arena, buf_str(&url));
    buf_close(&url);
    return text;
}

static void show_areas(struct showing *s)
{
    const struct operation *operation = &s->view.operation;
    struct page_desk_operation_areas *rows =
        ARENA_ARRAY(s->ask->arena, struct page_desk_operation_areas, AREAS_MAX);
    size_t count = 0;
    for (size_t i = 0; i < operation->site_count; i++) {
        str area = operation->sites[i].area;
        size_t at = 0;
        while (at < count && !str_equal(rows[at].name, area)) {
            at++;
        }
        if (area.n == 0 || at == AREAS_MAX) {
            continue;
        }
        if (at == count) {
            rows[count++] = (struct page_desk_operation_areas){
                .name = area, .url = url_of(s, area), .is_here = str_equal(area, s->area)};
        }
        rows[at].sites++;
    }
    s->page->areas = (struct page_desk_operation_areas_list){rows, count > 1 ? count : 0};
}

static void show_sites(struct showing *s)
{
    struct operation *operation = &s->view.operation;
    struct page_desk_operation_sites *rows =
        ARENA_ARRAY(s->ask->arena, struct page_desk_operation_sites, operation->site_count + 1);
    const bool is_again = s->said->form != NULL && strcmp(s->said->form, "sites") == 0;
    size_t count = 0;
    size_t fitting = 0;
    qsort(operation->sites, operation->site_count, sizeof *operation->sites, worth_most);
    for (size_t i = 0; i < operation->site_count; i++) {
        const struct operation_site *site = &operation->sites[i];
        if (s->area.n > 0 && !str_equal(site->area, s->area)) {
            continue;
        }
        fitting++;
        if (count == SITES_SHOWN && !s->is_all && s->area.n == 0) {
            continue;
        }
        rows[count] = (struct page_desk_operation_sites){
            .n = (int64_t)count + 1,
            .id = site->id,
            .name = site_name(site),
            .area = site->area,
            .weight = words_milli(s->ask->arena, operation_weight(site)),
            .reasons = reasons_of(s, site),
            .needs = needs_of(s, site),
            .rating = str_c(site_rating_word(site->rating)),
            .is_red = site->rating == RATING_RED,
            .is_green = site->rating == RATING_GREEN,
            .is_chosen = is_again && form_has_value(&s->ask->form, "site", site->id)};
        count++;
    }
    s->page->sites = (struct page_desk_operation_sites_list){rows, count};
    s->page->is_cut = count < fitting;
    s->page->is_many = count > CHOSEN_MAX;
    s->page->chosen_max = CHOSEN_MAX;
    s->page->site_count = (int64_t)operation->site_count;
    s->page->shown =
        arena_printf(s->ask->arena, "The %zu worth most of %zu are shown.", count, fitting);
    s->page->all_url =
        arena_printf(s->ask->arena, "/operation/%lld?all=1", (long long)operation->number);
    s->page->looked = operation->looked_at == 0
                          ? STR("Reports near the sites were not counted yet.")
                          : arena_printf(s->ask->arena, "Reports were counted on %.*s.",
                                         STR_ARG(words_time(s->ask->arena, operation->looked_at)));
}

/* --- units --- */

static str unit_words(struct showing *s, const struct json *row)
{
    struct buf out;
    str mode = json_member_text(row, "mode");
    str rank = json_member_text(row, "rank");
    buf_init(&out, NEEDS_BYTES_MAX);
    buf_add(&out, mode.n > 0 ? mode : STR("car"));
    add_skills(row, ", ", &out);
    if (rank.n > 0) {
        buf_printf(&out, ", %.*s", STR_ARG(rank));
    }
    int64_t brief = json_member_int(row, "brief_s", 0);
    int64_t plain = json_member_int(row, "plain_s", -1);
    int64_t notice = json_member_int(row, "rest_day_notice_days", -1);
    const struct json *pause = json_member(row, "break");
    if (brief > 0) {
        buf_printf(&out, ", briefing %lld min", (long long)brief / 60);
    }
    if (pause != NULL) {
        buf_printf(&out, ", break of %lld min to begin from %.*s to %.*s",
                   (long long)json_member_int(pause, "length_s", 0) / 60,
                   STR_ARG(clock_at(s, json_member_int(pause, "open_s", 0))),
                   STR_ARG(clock_at(s, json_member_int(pause, "close_s", 0))));
    }
    if (plain >= 0) {
        buf_printf(&out, ", overtime after %.*s h",
                   STR_ARG(words_milli(s->ask->arena, plain * 1000 / 3600)));
    }
    if (notice >= 0) {
        buf_printf(&out, ", a rest day told %lld days before", (long long)notice);
    }
    str text = arena_str(s->ask->arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static void show_units(struct showing *s)
{
    const struct operation *operation = &s->view.operation;
    struct arena *arena = s->ask->arena;
    struct page_desk_operation_units *rows =
        ARENA_ARRAY(arena, struct page_desk_operation_units, operation->unit_count + 1);
    const bool is_again = s->said->form != NULL && strcmp(s->said->form, "units") == 0;
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row = {0};
        if (json_parse(arena, operation->units[i].json, &row, NULL) != STATUS_OK) {
            continue;
        }
        str base = json_member_text(&row, "base");
        const struct operation_site *site = operation_site_find(operation, base);
        rows[i] = (struct page_desk_operation_units){
            .n = (int64_t)i + 1,
            .id = operation->units[i].id,
            .base = site == NULL ? base : site_name(site),
            .hours = arena_printf(arena, "%.*s to %.*s",
                                  STR_ARG(clock_at(s, json_member_int(&row, "start_s", 0))),
                                  STR_ARG(clock_at(s, json_member_int(&row, "end_s", 0)))),
            .officers = json_member_int(&row, "officers", 1),
            .what = unit_words(s, &row),
            .is_chosen = is_again && form_has_value(&s->ask->form, "unit", operation->units[i].id)};
    }
    s->page->units = (struct page_desk_operation_units_list){rows, operation->unit_count};
    s->page->unit_count = (int64_t)operation->unit_count;
}

/* --- plans and searches --- */

static void show_plans(struct showing *s)
{
    struct arena *arena = s->ask->arena;
    struct page_desk_operation_plans *rows =
        ARENA_ARRAY(arena, struct page_desk_operation_plans, s->view.plan_count + 1);
    for (size_t i = 0; i < s->view.plan_count; i++) {
        const struct desk_plan_row *plan = &s->view.plans[i];
        rows[i] = (struct page_desk_operation_plans){
            .leaf = plan->leaf,
            .is_answer = plan->more.n > 0,
            .fork = plan->more.n > 0 ? 0 : plan->fork, /* an answer has it on its own page */
            .fork_number = plan->fork_number,
            .number = plan->number,
            .state = words_plan(plan->state),
            .is_published = plan->state == PLAN_PUBLISHED,
            .at = words_time(arena, plan->at),
            .by = ask_officer_name(s->ask, plan->officer),
            .why = plan->why,
            .value = arena_printf(arena, "%.*s of at most %.*s",
                                  STR_ARG(words_milli(arena, plan->profit)),
                                  STR_ARG(words_milli(arena, plan->bound))),
            .unmet = plan->unmet,
            .served = plan->served,
            .tasks = plan->tasks,
            .published =
                plan->published_at == 0
                    ? STR("")
                    : arena_printf(arena, "published %.*s by %.*s",
                                   STR_ARG(words_time(arena, plan->published_at)),
                                   STR_ARG(ask_officer_name(s->ask, plan->published_officer)))};
    }
    s->page->plans = (struct page_desk_operation_plans_list){rows, s->view.plan_count};
}

/* Who asked for it watches: while one runs the page comes again by itself, without script (the
 * browser is told by a header), and has no form, for what is typed there would be lost. */
static void show_searches(struct showing *s)
{
    struct ask *ask = s->ask;
    struct page_desk_operation_searches *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_operation_searches, OPERATION_SEARCHES);
    bool is_running = false;
    int64_t left = AGAIN_SECONDS_MAX;
    for (size_t i = 0; i < s->view.search_count; i++) {
        const struct desk_search *search = &s->view.searches[i];
        int64_t since = (ask->now - search->started) / US_PER_SECOND;
        rows[i] = (struct page_desk_operation_searches){
            .id = search->id,
            .is_running = search->state == SEARCH_RUNNING,
            .is_failed = search->state == SEARCH_FAILED && i == 0,
            .leaf = search->leaf,
            .words = str_c(search->words),
            .since = arena_printf(ask->arena, "for %lld s of %lld s", (long long)since,
                                  (long long)search->seconds)};
        is_running = is_running || rows[i].is_running;
        left = rows[i].is_running && search->seconds - since + 1 < left
                   ? search->seconds - since + 1
                   : left;
    }
    s->page->searches = (struct page_desk_operation_searches_list){rows, s->view.search_count};
    s->page->is_watched =
        is_running && ask->route->method == HTTP_GET && form_has(&ask->query, "watch");
    if (s->page->is_watched) {
        left = left < AGAIN_SECONDS_MIN ? AGAIN_SECONDS_MIN : left;
        http_add_header(ask->x, "Refresh",
                        arena_printf(ask->arena, "%lld;url=/operation/%lld?watch=1",
                                     (long long)left, (long long)s->view.operation.number));
    }
}

/* All that wait: the newest need not be the one to confirm. */
static void show_proposed(struct showing *s)
{
    struct page_desk_operation_proposed *rows =
        ARENA_ARRAY(s->ask->arena, struct page_desk_operation_proposed, s->view.plan_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < s->view.plan_count; i++) {
        const struct desk_plan_row *plan = &s->view.plans[i];
        if (plan->state == PLAN_PROPOSED) {
            rows[count++] = (struct page_desk_operation_proposed){plan->leaf, plan->number};
        }
    }
    s->page->proposed = (struct page_desk_operation_proposed_list){rows, count};
    s->page->are_proposed = count > 1;
}

static void show_take(struct showing *s)
{
    const struct desk_take *take = &s->view.take;
    struct page_desk_operation *page = s->page;
    struct part_desk_op_take_parts *rows =
        ARENA_ARRAY(s->ask->arena, struct part_desk_op_take_parts, take->count + 1);
    for (size_t i = 0; i < take->count; i++) {
        rows[i] = (struct part_desk_op_take_parts){take->parts[i].words, take->parts[i].is_by_hand};
    }
    page->has_take = take->leaf != 0 && !page->is_closed;
    page->take = (struct part_desk_op_take){.csrf = page->csrf,
                                            .version = page->version,
                                            .number = page->number,
                                            .leaf = take->leaf,
                                            .plan = take->number,
                                            .parts = {rows, take->count}};
}

/* --- forms --- */

static struct part_option_list site_options(struct showing *s, str chosen, const char *none)
{
    const struct operation *operation = &s->view.operation;
    struct option_maker maker;
    options_start(&maker, s->ask->arena, operation->site_count + 1, chosen);
    if (none != NULL) {
        options_add(&maker, STR(""), str_c(none));
    }
    for (size_t i = 0; i < s->page->sites.count; i++) {
        options_add(&maker, s->page->sites.items[i].id, s->page->sites.items[i].name);
    }
    return options_list(&maker);
}

static void add_bases(struct option_maker *maker, const struct operation *operation,
                      const bool *needs, bool wanted)
{
    for (size_t i = 0; i < operation->site_count && maker->count < SITES_SHOWN; i++) {
        if (needs[i] == wanted) {
            options_add(maker, operation->sites[i].id, site_name(&operation->sites[i]));
        }
    }
}

/* A base is where nobody has to go, most often: those come first. */
static struct part_option_list base_options(struct showing *s, str chosen)
{
    const struct operation *operation = &s->view.operation;
    struct arena *arena = s->ask->arena;
    bool *needs = ARENA_ARRAY(arena, bool, operation->site_count + 1);
    struct plan_ids ids;
    struct option_maker maker;
    plan_ids_init(&ids, arena);
    for (size_t i = 0; i < operation->site_count; i++) {
        (void)plan_ids_add(&ids, operation->sites[i].id, (uint32_t)i);
    }
    for (size_t i = 0; i < operation->demand_count; i++) {
        uint32_t at = plan_ids_find(&ids, operation->demands[i].site);
        if (at != UINT32_MAX) {
            needs[at] = true;
        }
    }
    options_start(&maker, arena, SITES_SHOWN, chosen);
    add_bases(&maker, operation, needs, false);
    add_bases(&maker, operation, needs, true);
    return options_list(&maker);
}

static struct part_option_list few_options(struct ask *ask, const char *const *values,
                                           const char *const *labels, size_t count, str chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, count, chosen);
    for (size_t i = 0; i < count; i++) {
        options_add(&maker, str_c(values[i]), str_c(labels[i]));
    }
    return options_list(&maker);
}

static void show_forms(struct showing *s)
{
    static const char *const modes[] = {"car", "bicycle", "foot"};
    static const char *const mode_labels[] = {"car", "bicycle", "on foot"};
    static const char *const ratings[] = {"red", "amber", "green", "none"};
    static const char *const rating_labels[] = {"red", "amber", "green", "no rating"};
    static const char *const kinds[] = {"sites", "units", "events", "rates"};
    static const char *const kind_labels[] = {"sites (CSV)", "units (CSV)", "events (iCalendar)",
                                              "rates of pay (CSV)"};
    struct ask *ask = s->ask;
    struct page_desk_operation *page = s->page;
    page->site_form = (struct part_desk_op_site){
        .is_open = s->said->form != NULL && strcmp(s->said->form, "site") == 0,
        .name = typed(s, "site", "name", STR("")),
        .area = typed(s, "site", "area", s->area),
        .at = site_options(s, typed(s, "site", "at", STR("")), "none: by latitude and longitude"),
        .lon = typed(s, "site", "lon", STR("")),
        .lat = typed(s, "site", "lat", STR("")),
        .from = typed(s, "site", "from", STR("07:00")),
        .to = typed(s, "site", "to", STR("22:00")),
        .visits = typed(s, "site", "visits", STR("1")),
        .dwell = typed(s, "site", "dwell", STR("15")),
        .post = typed(s, "site", "post", STR("0")),
        .post_hint = operation_post_hint(ask, &s->view.operation),
        .risk = typed(s, "site", "risk", STR("1")),
        .note = typed(s, "site", "note", STR("")),
        .is_mandatory = typed(s, "site", "mandatory", STR("")).n > 0};
    page->unit_form = (struct part_desk_op_unit){
        .is_open = s->said->form != NULL && strcmp(s->said->form, "unit") == 0,
        .id = typed(s, "unit", "id", STR("")),
        .bases = base_options(s, typed(s, "unit", "base", STR(""))),
        .start = typed(s, "unit", "start", STR("06:30")),
        .end = typed(s, "unit", "end", STR("15:30")),
        .officers = typed(s, "unit", "officers", STR("2")),
        .modes = few_options(ask, modes, mode_labels, ARRAY_LEN(modes),
                             typed(s, "unit", "mode", STR("car"))),
        .skills = typed(s, "unit", "skills", STR("")),
        .rank = typed(s, "unit", "rank", STR("constable"))};
    page->ratings = few_options(ask, ratings, rating_labels, ARRAY_LEN(ratings),
                                typed(s, "sites", "rating", STR("amber")));
    page->source = typed(s, "sites", "source", STR(""));
    page->upload = operation_uploads(ask, &s->view.operation,
                                     s->said->form != NULL && strcmp(s->said->form, "file") == 0,
                                     few_options(ask, kinds, kind_labels, ARRAY_LEN(kinds),
                                                 typed(s, "file", "kind", STR("sites"))));
    page->rates = operation_rates_held(ask, &s->view.operation);
    page->council = typed(s, "places", "council", STR(""));
    page->election = typed(s, "places", "election", STR(""));
    page->seconds = typed(s, "search", "seconds", arena_printf(ask->arena, "%d", SEARCH_SECONDS));
    page->seed = typed(s, "search", "seed", STR(""));
    page->why = typed(s, "search", "why", STR(""));
}

static bool is_ticked(const struct showing *s, const char *rule, bool at_first)
{
    bool is_again = s->said->form != NULL && strcmp(s->said->form, "rules") == 0;
    return is_again ? form_has(&s->ask->form, rule) : at_first;
}

/* How long ways take, in words: nobody sees it in a plan otherwise. */
static void show_ways(struct showing *s)
{
    struct json travel;
    struct buf out;
    if (json_parse(s->ask->arena, operation_travel(), &travel, NULL) != STATUS_OK) {
        return;
    }
    const struct json *modes = json_member(&travel, "modes");
    buf_init(&out, NEEDS_BYTES_MAX);
    for (size_t i = 0; modes != NULL && i < modes->count; i++) {
        const struct json *mode = &modes->items[i];
        str kmh = words_milli(s->ask->arena, llround(json_member_real(mode, "kmh", 0) * 1000));
        str id = json_member_text(mode, "id");
        int64_t first_s = json_member_int(mode, "overhead_s", 0);
        buf_printf(&out, "%s%.*s %.*s km/h over %.3g times the straight line", i == 0 ? "" : "; ",
                   STR_ARG(id), STR_ARG(kmh), json_member_real(mode, "factor", 1));
        if (first_s > 0) {
            buf_printf(&out, " and %lld s to set off", (long long)first_s);
        }
    }
    s->page->ways = arena_str(s->ask->arena, buf_str(&out));
    buf_close(&out);
}

static void show_rules(struct showing *s)
{
    const struct operation_rules *rules = &s->view.operation.rules;
    struct page_desk_operation_rules *rows =
        ARENA_ARRAY(s->ask->arena, struct page_desk_operation_rules, 5);
    const struct roster_rule_text *breaks = roster_rule_text(ROSTER_BREAKS);
    const struct roster_rule_text *hours = roster_rule_text(ROSTER_HOURS);
    rows[0] = (struct page_desk_operation_rules){
        STR("breaks"), STR("Breaks"),
        arena_printf(s->ask->arena,
                     "%s. A unit without a break of its own gets one in the middle of its duty",
                     breaks->words),
        str_c(breaks->source), is_ticked(s, "breaks", rules->has_breaks)};
    rows[1] = (struct page_desk_operation_rules){
        STR("hours"), STR("Longest duty"),
        STR("a unit whose duty is longer is left out, and said so with the plan"),
        str_c(hours->source), is_ticked(s, "hours", rules->has_hours)};
    rows[2] = (struct page_desk_operation_rules){
        STR("pairs"), STR("Pairs"),
        STR("visits are made by units of two or more; posts are not "
            "meant"),
        str_c(roster_rule_text(ROSTER_PAIRS)->source), is_ticked(s, "pairs", rules->has_pairs)};
    rows[3] = (struct page_desk_operation_rules){
        STR("spacing"), STR("Spacing"),
        STR("between two visits to one place lie two hours, or half of what their number leaves"),
        STR("short visits of 10 to 16 minutes, about every two hours and at random times, as Koper "
            "found for patrols"),
        is_ticked(s, "spacing", rules->has_spacing)};
    rows[4] = (struct page_desk_operation_rules){
        STR("fairness"), STR("Fairness"),
        STR("a visit goes to the unit that has less to do, when nothing is lost by that and the "
            "ways grow by no more than the visit is long"),
        STR("the force's own rule"), is_ticked(s, "fairness", rules->has_fairness)};
    s->page->rules = (struct page_desk_operation_rules_list){rows, 5};
    struct arena *arena = s->ask->arena;
    s->page->hours_max =
        typed(s, "rules", "hours_max", arena_printf(arena, "%lld", (long long)rules->hours_max));
    s->page->visits =
        typed(s, "rules", "visits", arena_printf(arena, "%lld", (long long)rules->visits));
    s->page->dwell_minutes = typed(s, "rules", "dwell_minutes",
                                   arena_printf(arena, "%lld", (long long)rules->dwell_minutes));
}

void operation_show(struct ask *ask, const struct operation_said *said)
{
    struct error why = ask->err;
    struct page_desk_operation page = {.csrf = ask_csrf(ask)};
    struct showing s = {.ask = ask, .said = said, .page = &page};
    struct buf html;
    enum status status = desk_operation_read(ask->desk, &ask->caller, ask->ids.number, ask->arena,
                                             &s.view, &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    const struct operation *operation = &s.view.operation;
    bool is_post = ask->route->method == HTTP_POST;
    s.area = str_trim(form_value(is_post ? &ask->form : &ask->query, "area"));
    s.area = is_post && (said->form == NULL || strcmp(said->form, "sites") != 0) ? STR("") : s.area;
    s.is_all = form_has(&ask->query, "all");
    page.bar = ask_bar(ask, "operations");
    page.version = operation->version;
    page.number = operation->number;
    page.name = operation->name;
    page.day = words_day(ask->arena, operation->day);
    page.state = words_operation(operation->state);
    page.is_closed = operation->state == OPERATION_CLOSED;
    page.error = str_c(why.primary);
    page.hint = str_c(why.hint);
    page.refusals = said->refusals;
    page.note = said->note;
    page.area = s.area;
    status = operation_reports(ask, operation, said, &page.reports);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    s.posts = operation_posts_make(ask, operation);
    show_proposed(&s);
    show_take(&s);
    show_areas(&s);
    show_sites(&s);
    show_units(&s);
    show_plans(&s);
    show_searches(&s);
    show_rules(&s);
    show_ways(&s);
    show_forms(&s);
    buf_init(&html, DESKWEB_PAGE_BYTES_MAX);
    page_desk_operation_render(&html, NULL, &page);
    ask_answer(ask, said->status, &html);
}

void operation_get(struct ask *ask)
{
    operation_show(ask, &(struct operation_said){.status = 200});
}
