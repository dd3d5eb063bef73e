/* SPDX-License-Identifier: Apache-2.0 */
/* The queue: most urgent first, page by page, with filters that can be kept. */
#include "deskweb/ask.h"

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
        options_add(&maker, pack->codes[i].id, pack->codes[i].id);
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
};

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
    return status;
}

static struct page_desk_queue_areas_list
area_choices(struct ask *ask, const struct desk_filter *filter, const struct area_typed *typed)
{
    struct page_desk_queue_areas *rows =
        ARENA_ARRAY(ask->arena, struct page_desk_queue_areas, typed->count + 1);
    for (size_t i = 0; i < typed->count; i++) {
        struct desk_filter one = *filter;
        one.area = typed->list[i].value;
        rows[i] = (struct page_desk_queue_areas){queue_url(ask, filter_text(ask, &one), STR("")),
                                                 area_label(ask, &typed->list[i])};
    }
    return (struct page_desk_queue_areas_list){rows, typed->count};
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
             .has_more_areas = shown->area.has_more, .words = words,
             .words_url = words.n > 0 ? search_url(ask, words) : STR(""), .week = filter->week,
             .is_overdue = filter->is_overdue, .filter = text, .has_unread = has_unread(ask),
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
        status = take_area(ask, &shown->filter, &shown->area);
    }
    if (status == STATUS_OK && shown->area.count == 0) {
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
