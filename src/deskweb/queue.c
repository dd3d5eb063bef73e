/* SPDX-License-Identifier: Apache-2.0 */
/* The queue: most urgent first, page by page, with filters that can be kept. */
#include "deskweb/ask.h"

#include "base/utf8.h"
#include "pages/desk_queue.html.h"

enum { QUERY_BYTES_MAX = 2048 };

static str filter_text(struct ask *ask, const struct desk_filter *filter)
{
    struct buf text;
    buf_init(&text, QUERY_BYTES_MAX);
    desk_filter_encode(&text, filter);
    str copy = arena_str(ask->arena, buf_str(&text));
    buf_close(&text);
    return copy;
}

static str queue_url(struct ask *ask, str filter, str after)
{
    struct buf url;
    buf_init(&url, (size_t)2 * QUERY_BYTES_MAX);
    buf_add_c(&url, "/queue");
    if (filter.n > 0) {
        buf_add_byte(&url, '?');
        buf_add(&url, filter);
    }
    if (after.n > 0) {
        buf_add_c(&url, filter.n > 0 ? "&after=" : "?after=");
        form_add_encoded(&url, after);
    }
    str copy = arena_str(ask->arena, buf_str(&url));
    buf_close(&url);
    return copy;
}

static struct part_option_list code_options(struct ask *ask, str chosen)
{
    const struct pack *pack = ask->web->options.pack;
    struct option_maker maker;
    options_start(&maker, ask->arena, pack->code_count + 1, chosen);
    options_add(&maker, STR(""), STR("any"));
    for (size_t i = 0; i < pack->code_count; i++) {
        str title = pack_text(pack, &pack->codes[i].title, STR("en"));
        options_add(
            &maker, pack->codes[i].id,
            arena_printf(ask->arena, "%.*s %.*s", STR_ARG(pack->codes[i].id), STR_ARG(title)));
    }
    return options_list(&maker);
}

static struct part_option_list practice_options(struct ask *ask, int64_t chosen)
{
    struct option_maker maker;
    options_start(&maker, ask->arena, 3,
                  chosen < 0 ? STR("") : arena_printf(ask->arena, "%lld", (long long)chosen));
    options_add(&maker, STR(""), STR("with"));
    options_add(&maker, STR("0"), STR("without"));
    options_add(&maker, STR("1"), STR("only"));
    return options_list(&maker);
}

static struct part_option_list source_options(struct ask *ask, int64_t chosen)
{
    static const char *const labels[DESK_SOURCES] = {"a report", "the press", "an inbox",
                                                     "an officer"};
    struct option_maker maker;
    options_start(&maker, ask->arena, DESK_SOURCES + 1,
                  chosen == 0 ? STR("") : str_c(desk_source_word((enum desk_source)chosen)));
    options_add(&maker, STR(""), STR("any"));
    for (size_t i = 0; i < DESK_SOURCES; i++) {
        options_add(&maker, str_c(desk_source_word((enum desk_source)(1U << i))), str_c(labels[i]));
    }
    return options_list(&maker);
}

static struct page_desk_queue_saved_list saved_filters(struct ask *ask, str here)
{
    struct desk_saved_filter *list = NULL;
    size_t count = 0;
    if (desk_filters(ask->desk, &ask->caller, ask->arena, &list, &count, NULL) != STATUS_OK) {
        count = 0;
    }
    struct page_desk_queue_saved *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_queue_saved, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct page_desk_queue_saved){.id = list[i].id,
                                                 .name = list[i].name,
                                                 .url = queue_url(ask, list[i].filter, STR("")),
                                                 .is_shared = list[i].officer == 0,
                                                 .is_here = str_equal(list[i].filter, here)};
    }
    return (struct page_desk_queue_saved_list){rows, count};
}

/* Are there letters that could not be opened, and can this officer do something about them? */
static bool has_unread(struct ask *ask)
{
    bool is_any = false;
    struct error err;
    /* When that cannot be told, the page behind the link says why. */
    return desk_quarantine_any(ask->desk, &ask->caller, &is_any, &err) != STATUS_OK || is_any;
}

/* How many letters still become cases; empty when all have. */
static str opening_words(struct ask *ask)
{
    struct box_state state = {0};
    if (desk_is_caught_up(ask->desk)) {
        return STR("");
    }
    if (box_state(ask->web->options.box, &state, NULL) != STATUS_OK || state.letters_waiting == 0) {
        return STR("Letters are being opened");
    }
    return arena_printf(ask->arena, "%lld %s being opened", (long long)state.letters_waiting,
                        state.letters_waiting == 1 ? "letter is" : "letters are");
}

/* --- the week: a bare number is of this year --- */

enum { WEEKS_MAX = 53, WEEK_TEXT_BYTES = 32 };

/* "48", "w48", "2026-48", "2026-W48" */
static enum status take_week(struct ask *ask, struct desk_filter *filter)
{
    struct buf now;
    str typed = str_trim(filter->week);
    str year = {0};
    int64_t week = 0;
    int64_t number = 0;
    if (typed.n == 0) {
        return STATUS_OK;
    }
    buf_init(&now, WEEK_TEXT_BYTES);
    buf_add_week(&now, ask->now);
    str this_week = arena_str(ask->arena, buf_str(&now));
    buf_close(&now);
    str rest = str_cut(typed, '-', &year);
    bool has_year = year.n < typed.n;
    rest = has_year ? rest : typed;
    year = has_year ? year : str_slice(this_week, 0, 4);
    rest = rest.n > 0 && ascii_lower(rest.p[0]) == 'w' ? str_slice(rest, 1, rest.n) : rest;
    if (year.n != 4 || !str_to_i64(year, &number) || number < 0 || rest.n > 2 ||
        !str_to_i64(rest, &week) || week < 1 || week > WEEKS_MAX) {
        return error_set(
            &ask->err, STATUS_INVALID,
            "The week “%.*s” is not known. Write its number, from 1 to %d, for a week of "
            "this year, or year and week as %.*s.",
            STR_ARG(utf8_clip(typed, WEEK_TEXT_BYTES)), WEEKS_MAX, STR_ARG(this_week));
    }
    filter->week = arena_printf(ask->arena, "%.*s-W%02lld", STR_ARG(year), (long long)week);
    return STATUS_OK;
}

/* --- the area: typed in words, kept as a value --- */

static const char *kind_words(enum desk_area_kind kind)
{
    return kind == DESK_AREA_FORCE      ? "police force"
           : kind == DESK_AREA_DISTRICT ? "district"
                                        : "constituency";
}

static str area_label(struct ask *ask, const struct desk_area *area)
{
    return arena_printf(ask->arena, "%.*s (%s)", STR_ARG(area->name), kind_words(area->kind));
}

/* What the area field of a filter meant. */
struct area_typed {
    struct desk_area *list;
    size_t count;
    bool has_more;
    bool is_words; /* no area has this name */
    str postcode;  /* a postcode was typed: the district that it lies in was taken, … */
    size_t taken;  /* … this one of the list; the others are offered */
};

/* A postcode lies in one place: nobody has to say which of its areas that is. */
static void take_postcode(struct desk_filter *filter, str words, struct area_typed *typed)
{
    for (size_t i = 0; i < typed->count; i++) {
        const struct desk_area *area = &typed->list[i];
        if (area->is_of_postcode && area->kind == DESK_AREA_DISTRICT) {
            filter->area = area->value;
            typed->postcode = words;
            typed->taken = i;
        }
    }
}

/* "Gwent Police (police force)", as the field shows it, and "newport" alike. */
static enum status take_area(struct ask *ask, struct desk_filter *filter, struct area_typed *typed)
{
    struct desk_area known;
    str words = str_trim(filter->area);
    if (words.n == 0 || desk_area_known(ask->desk, words, &known)) {
        return STATUS_OK;
    }
    str name = {0};
    (void)str_cut(words, '(', &name);
    enum status status =
        desk_areas(ask->desk, &ask->caller, words.n > name.n ? name : words, ask->arena,
                   &typed->list, &typed->count, &typed->has_more, &ask->err);
    for (size_t i = 0; i < typed->count && status == STATUS_OK; i++) {
        if (typed->count == 1 || str_equal(words, area_label(ask, &typed->list[i]))) {
            filter->area = typed->list[i].value;
            typed->count = 0;
            return STATUS_OK;
        }
    }
    typed->is_words = typed->count == 0;
    if (status == STATUS_OK) {
        take_postcode(filter, words, typed);
    }
    return status;
}

static struct page_desk_queue_areas_list
area_choices(struct ask *ask, const struct desk_filter *filter, const struct area_typed *typed)
{
    struct page_desk_queue_areas *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_queue_areas, typed->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < typed->count; i++) {
        struct desk_filter one = *filter;
        one.area = typed->list[i].value;
        if (typed->postcode.n == 0 || i != typed->taken) {
            rows[count++] = (struct page_desk_queue_areas){
                queue_url(ask, filter_text(ask, &one), STR("")), area_label(ask, &typed->list[i])};
        }
    }
    return (struct page_desk_queue_areas_list){rows, count};
}

static str search_url(struct ask *ask, str words)
{
    struct buf url;
    buf_init(&url, QUERY_BYTES_MAX);
    buf_add_c(&url, "/search?q=");
    form_add_encoded(&url, words);
    str copy = arena_str(ask->arena, buf_str(&url));
    buf_close(&url);
    return copy;
}

/* --- the page --- */

struct queue_page {
    struct desk_filter filter;
    struct desk_page page;
    struct area_typed area;
    str after;
    str error;
    str name; /* of a filter that could not be saved */
    str name_error;
    bool is_shared;
};

static void queue_show(struct ask *ask, unsigned status, const struct queue_page *shown)
{
    const struct desk_filter *filter = &shown->filter;
    const struct desk_page *page = &shown->page;
    struct desk_area known;
    str text = filter_text(ask, filter);
    struct part_desk_row *rows = ARENA_ARRAY(ask->arena, struct part_desk_row, page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        rows[i] = ask_row(ask, &page->rows[i]);
    }
    struct page_desk_queue_saved_list saved = saved_filters(ask, text);
    str grade =
        filter->grade < 0 ? STR("") : arena_printf(ask->arena, "%lld", (long long)filter->grade);
    str owner =
        filter->owner < 0 ? STR("") : arena_printf(ask->arena, "%lld", (long long)filter->owner);
    str state =
        filter->state == 0 ? STR("") : str_c(case_state_word((enum case_state)filter->state));
    str area =
        desk_area_known(ask->desk, filter->area, &known) ? area_label(ask, &known) : filter->area;
    str words = shown->area.is_words ? filter->area : STR("");
    ASK_PAGE(ask, status, desk_queue, "queue", .csrf = ask_csrf(ask), .rows = {rows, page->count},
             .next = page->next.n > 0 ? queue_url(ask, text, page->next) : STR(""),
             .first = queue_url(ask, text, STR("")), .is_first = shown->after.n == 0,
             .error = shown->error, .grades = options_grades(ask, grade, true),
             .states = options_states(ask, state, true), .owners = options_owners(ask, owner, true),
             .codes = code_options(ask, filter->code),
             .practices = practice_options(ask, filter->practice),
             .sources = source_options(ask, filter->source), .area = area,
             .areas = area_choices(ask, filter, &shown->area),
             .is_choosing = shown->area.count > 0 && shown->area.postcode.n == 0,
             .postcode = shown->area.postcode, .has_more_areas = shown->area.has_more,
             .words = words, .words_url = words.n > 0 ? search_url(ask, words) : STR(""),
             .week = filter->week, .is_overdue = filter->is_overdue, .filter = text,
             .has_unread = has_unread(ask), .opening = opening_words(ask),
             .is_opening = !desk_is_caught_up(ask->desk), .is_filtered = text.n > 0,
             .has_saved = saved.count > 0, .may_share = ask_can(ask, CAP_FILTER_SHARE),
             .saved = saved, .filter_name = shown->name, .name_error = shown->name_error,
             .is_shared = shown->is_shared);
}

/* Reads what `text` filters and shows it; a filter that cannot be is said, over an empty list. */
static void queue_answer(struct ask *ask, unsigned code, str text, struct queue_page *shown)
{
    enum status status = desk_filter_decode(ask->arena, text, &shown->filter, &ask->err);
    if (status == STATUS_OK) {
        status = take_week(ask, &shown->filter);
    }
    if (status == STATUS_OK) {
        status = take_area(ask, &shown->filter, &shown->area);
    }
    if (status == STATUS_OK && (shown->area.count == 0 || shown->area.postcode.n > 0)) {
        status = desk_queue(ask->desk, &ask->caller, &shown->filter, shown->after, DESK_PAGE_ROWS,
                            ask->arena, &shown->page, &ask->err);
    }
    if (status == STATUS_INVALID) {
        shown->after = STR("");
        shown->error = str_c(ask->err.primary);
        queue_show(ask, 422, shown);
    } else if (status != STATUS_OK) {
        ask_fail(ask, status);
    } else {
        queue_show(ask, code, shown);
    }
}

void queue_get(struct ask *ask)
{
    struct queue_page shown = {.filter = desk_filter_any(),
                               .after = form_value(&ask->query, "after")};
    queue_answer(ask, 200, http_query(ask->x), &shown);
}

/* The queue again, with what was typed and what is wrong with it. */
static void filter_refused(struct ask *ask)
{
    str why = arena_str(ask->arena, str_c(ask->err.primary));
    struct queue_page shown = {.filter = desk_filter_any(),
                               .error = why,
                               .name = form_value(&ask->form, "name"),
                               .name_error = why,
                               .is_shared = form_has(&ask->form, "shared")};
    ask->err = (struct error){0};
    queue_answer(ask, 422, form_value(&ask->form, "filter"), &shown);
}

void filter_post(struct ask *ask)
{
    struct desk_filter filter;
    int64_t id = 0;
    enum status status =
        desk_filter_decode(ask->arena, form_value(&ask->form, "filter"), &filter, &ask->err);
    if (status == STATUS_OK) {
        status = desk_filter_save(ask->desk, &ask->caller, str_trim(form_value(&ask->form, "name")),
                                  &filter, form_has(&ask->form, "shared"), &id, &ask->err);
    }
    if (status == STATUS_INVALID || status == STATUS_LIMIT || status == STATUS_CONFLICT) {
        filter_refused(ask);
        return;
    }
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    str text = filter_text(ask, &filter);
    ask_redirect(ask, "/queue?%.*s%sdone=filter", STR_ARG(text), text.n > 0 ? "&" : "");
}

void filter_delete_post(struct ask *ask)
{
    enum status status =
        desk_filter_delete(ask->desk, &ask->caller, ask_number(&ask->form, "id", 0), &ask->err);
    if (status != STATUS_OK) {
        ask_fail(ask, status);
        return;
    }
    ask_redirect(ask, "/queue?done=unfilter");
}
