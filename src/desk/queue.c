/* SPDX-License-Identifier: Apache-2.0 */
/* The queue, its filters, and the escalation of what nobody took. */
#include "desk/desk_internal.h"

#include <stdio.h>

struct desk_filter desk_filter_any(void)
{
    return (struct desk_filter){.grade = -1, .owner = -1, .practice = -1};
}

/* --- filters as text: "grade=4&code=THR1" --- */

static void put_text(struct buf *out, const char *name, str value)
{
    static const char hex[] = "0123456789ABCDEF";
    if (value.n == 0) {
        return;
    }
    buf_printf(out, "%s%s=", out->n > 0 ? "&" : "", name);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_') {
            buf_add_byte(out, c);
        } else {
            buf_add_byte(out, '%');
            buf_add_byte(out, hex[(unsigned char)c >> 4]);
            buf_add_byte(out, hex[(unsigned char)c & 15]);
        }
    }
}

static void put_number(struct buf *out, const char *name, int64_t value)
{
    buf_printf(out, "%s%s=%lld", out->n > 0 ? "&" : "", name, (long long)value);
}

void desk_filter_encode(struct buf *out, const struct desk_filter *filter)
{
    struct buf text;
    buf_init(&text, 8192);
    if (filter->grade >= 0) {
        put_number(&text, "grade", filter->grade);
    }
    if (filter->state > 0) {
        put_text(&text, "state", str_c(case_state_word((enum case_state)filter->state)));
    }
    if (filter->owner >= 0) {
        put_number(&text, "owner", filter->owner);
    }
    if (filter->practice >= 0) {
        put_number(&text, "practice", filter->practice);
    }
    if (filter->is_overdue) {
        put_number(&text, "overdue", 1);
    }
    put_text(&text, "code", filter->code);
    put_text(&text, "area", filter->area);
    put_text(&text, "language", filter->language);
    put_text(&text, "week", filter->week);
    if (filter->source > 0) {
        put_text(&text, "source", str_c(desk_source_word((enum desk_source)filter->source)));
    }
    buf_add(out, buf_str(&text));
    buf_close(&text);
}

static str unescape(struct arena *arena, str text)
{
    char *out = ARENA_ARRAY(arena, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t byte = 0;
        if (text.p[i] == '%' && hex_decode(str_slice(text, i + 1, i + 3), &byte, 1)) {
            out[n++] = (char)byte;
            i += 2;
        } else {
            out[n++] = text.p[i] == '+' ? ' ' : text.p[i];
        }
    }
    return (str){out, n};
}

static enum status take_number(str name, str value, int64_t low, int64_t high, int64_t *number,
                               struct error *err)
{
    int64_t n = 0;
    if (!str_to_i64(value, &n) || n < low || n > high) {
        return error_set(err, STATUS_INVALID,
                         "The filter's %.*s must be a number from %lld to %lld.", STR_ARG(name),
                         (long long)low, (long long)high);
    }
    *number = n;
    return STATUS_OK;
}

static enum status take_source(str value, int64_t *ret_source, struct error *err)
{
    for (int64_t bit = 1; bit < 1 << DESK_SOURCES; bit <<= 1) {
        if (str_equal(value, str_c(desk_source_word((enum desk_source)bit)))) {
            *ret_source = bit;
            return STATUS_OK;
        }
    }
    return error_set(err, STATUS_INVALID,
                     "There is no source \"%.*s\": choose report, press, inbox or officer.",
                     STR_ARG(value));
}

static enum status take_one(str name, str value, struct desk_filter *filter, struct error *err)
{
    enum case_state state = CASE_NEW;
    int64_t flag = 0;
    enum status status = STATUS_OK;
    if (value.n == 0) {
        return STATUS_OK; /* a form sends empty fields for "any" */
    }
    if (value.n > 200) {
        return error_set(err, STATUS_INVALID, "The filter's %.*s is too long.", STR_ARG(name));
    }
    if (str_equal(name, STR("grade"))) {
        status = take_number(name, value, -1, 5, &filter->grade, err);
    } else if (str_equal(name, STR("owner"))) {
        status = take_number(name, value, -1, INT64_MAX, &filter->owner, err);
    } else if (str_equal(name, STR("practice"))) {
        status = take_number(name, value, -1, 1, &filter->practice, err);
    } else if (str_equal(name, STR("overdue"))) {
        status = take_number(name, value, 0, 1, &flag, err);
        filter->is_overdue = flag == 1;
    } else if (str_equal(name, STR("state"))) {
        if (!case_state_from_word(value, &state)) {
            return error_set(err, STATUS_INVALID, "There is no state \"%.*s\".", STR_ARG(value));
        }
        filter->state = (int64_t)state;
    } else if (str_equal(name, STR("code"))) {
        filter->code = value;
    } else if (str_equal(name, STR("area"))) {
        filter->area = value;
    } else if (str_equal(name, STR("language"))) {
        filter->language = value;
    } else if (str_equal(name, STR("week"))) {
        filter->week = value;
    } else if (str_equal(name, STR("source"))) {
        status = take_source(value, &filter->source, err);
    }
    return status;
}

enum status desk_filter_decode(struct arena *arena, str text, struct desk_filter *ret_filter,
                               struct error *err)
{
    struct desk_filter filter = desk_filter_any();
    enum status status = STATUS_OK;
    while (text.n > 0 && status == STATUS_OK) {
        str pair = {0};
        str name = {0};
        text = str_cut(text, '&', &pair);
        str value = str_cut(pair, '=', &name);
        status = take_one(name, unescape(arena, value), &filter, err);
    }
    if (status == STATUS_OK) {
        *ret_filter = filter;
    }
    return status;
}

/* --- the page --- */

static void add_tag(const struct desk *desk, struct casebook_query *query, const char *kind,
                    str value)
{
    if (value.n > 0) {
        ASSERT(query->tag_count < CASEBOOK_FILTER_TAGS_MAX);
        query->tags[query->tag_count++] = casebook_tag(desk->casebook, str_c(kind), value);
    }
}

static void make_query(const struct desk *desk, const struct caller *caller,
                       const struct desk_filter *filter, struct casebook_query *ret_query)
{
    char owner[24];
    *ret_query = (struct casebook_query){
        .rank_after = -1,
        .grade = filter->grade,
        .overdue_hour = filter->is_overdue ? caller->now / HOUR_US + 1 : 0, /* then exactly */
        .practice = filter->practice,
        .officer = caller->officer,
        .sees_restricted = caller_can(caller, CAP_READ_RESTRICTED),
    };
    add_tag(desk, ret_query, "state",
            filter->state == 0 ? STR("live")
                               : str_c(case_state_word((enum case_state)filter->state)));
    if (filter->owner >= 0) {
        int len = snprintf(owner, sizeof owner, "%lld", (long long)filter->owner);
        add_tag(desk, ret_query, "owner", (str){owner, (size_t)len});
    }
    add_tag(desk, ret_query, "practice", filter->practice == 1 ? STR("1") : (str){0});
    add_tag(desk, ret_query, "code", filter->code);
    if (filter->area.n > 0) {
        ASSERT(ret_query->tag_count < CASEBOOK_FILTER_TAGS_MAX);
        ret_query->tags[ret_query->tag_count++] = area_tag(desk, filter->area);
    }
    add_tag(desk, ret_query, "language", filter->language);
    add_tag(desk, ret_query, "week", filter->week);
    add_tag(desk, ret_query, "source",
            filter->source > 0 ? str_c(desk_source_word((enum desk_source)filter->source))
                               : (str){0});
}

static enum status page_act(struct desk *desk, const struct caller *caller,
                            const struct desk_filter *filter, const struct desk_page *page,
                            struct error *err)
{
    struct act act;
    struct buf text;
    buf_init(&text, 8192);
    desk_filter_encode(&text, filter);
    act_begin(&act, caller, "queue.read", 0, true);
    json_put_text(&act.json, "filter", buf_str(&text));
    json_name(&act.json, "cases");
    json_begin_list(&act.json);
    for (size_t i = 0; i < page->count; i++) {
        json_add_int(&act.json, page->rows[i].number);
    }
    json_end_list(&act.json);
    enum status status = act_alone(desk, &act, err);
    act_close(&act);
    buf_close(&text);
    return status;
}

static enum status open_rows(struct desk *desk, const struct caller *caller, struct arena *arena,
                             struct casebook_case *rows, size_t count, struct desk_page *page,
                             struct error *err)
{
    enum status status = STATUS_OK;
    page->rows = ARENA_ARRAY(arena, struct desk_row, count);
    page->count = count;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_file file = {.row = rows[i]};
        if (rows[i].brief.n == 0) {
            file.brief.title = STR("This case cannot be read: its stored bytes were changed.");
        } else {
            status = brief_decode(arena, rows[i].brief, &file.brief, err);
        }
        if (status == STATUS_OK) {
            file_row(desk, caller, &file, &page->rows[i]);
        }
    }
    return status;
}

/* The store knows only the hour in which a clock ends; the minute is in the brief. */
static void drop_not_overdue(struct desk_page *page)
{
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++) {
        if (page->rows[i].is_overdue) {
            page->rows[kept++] = page->rows[i];
        }
    }
    page->count = kept;
}

enum status desk_queue(struct desk *desk, const struct caller *caller,
                       const struct desk_filter *filter, str after, size_t rows_max,
                       struct arena *arena, struct desk_page *ret_page, struct error *err)
{
    struct casebook_query query;
    struct casebook_case *rows = NULL;
    size_t count = 0;
    int64_t next = -1;
    struct desk_page page = {0};
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status != STATUS_OK) {
        return status;
    }
    make_query(desk, caller, filter, &query);
    if (after.n > 0 && !str_to_i64(after, &query.rank_after)) {
        return error_set(err, STATUS_INVALID, "That page of the queue does not exist.");
    }
    rows_max = rows_max == 0 ? DESK_PAGE_ROWS : rows_max;
    rows_max = rows_max > DESK_PAGE_ROWS_MAX ? DESK_PAGE_ROWS_MAX : rows_max;
    status = casebook_queue(desk->casebook, &query, rows_max, arena, &rows, &count, &next, err);
    if (status == STATUS_OK) {
        status = open_rows(desk, caller, arena, rows, count, &page, err);
    }
    if (status == STATUS_OK && filter->is_overdue) {
        drop_not_overdue(&page);
    }
    if (status == STATUS_OK) {
        page.next = next < 0 ? (str){0} : arena_printf(arena, "%lld", (long long)next);
        status = page_act(desk, caller, filter, &page, err);
    }
    if (status == STATUS_OK) {
        *ret_page = page;
    }
    return status;
}

/* --- saved filters: {"name":…,"filter":…} --- */

enum status desk_filters(struct desk *desk, const struct caller *caller, struct arena *arena,
                         struct desk_saved_filter **ret_list, size_t *ret_count, struct error *err)
{
    struct casebook_filter *rows = NULL;
    size_t count = 0;
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status == STATUS_OK) {
        status = casebook_filters(desk->casebook, arena, caller->officer, &rows, &count, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_saved_filter *list = ARENA_ARRAY(arena, struct desk_saved_filter, count);
    for (size_t i = 0; i < count; i++) {
        struct json json;
        status = json_parse(arena, rows[i].body, &json, err);
        if (status != STATUS_OK) {
            return error_set(err, STATUS_CORRUPT, "A saved filter cannot be read.");
        }
        list[i] = (struct desk_saved_filter){.id = rows[i].id,
                                             .officer = rows[i].officer,
                                             .name = json_member_text(&json, "name"),
                                             .filter = json_member_text(&json, "filter")};
    }
    *ret_list = list;
    *ret_count = count;
    return STATUS_OK;
}

/* In a transaction of its own. */
static enum status keep_filter(struct desk *desk, struct casebook_filter *row, struct error *err)
{
    enum status status = casebook_begin(desk->casebook, err);
    if (status == STATUS_OK) {
        status = casebook_take(desk->casebook, "filter", 1, &row->id, err);
    }
    if (status == STATUS_OK) {
        status = casebook_filter_add(desk->casebook, row, err);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        casebook_rollback(desk->casebook);
    }
    return status;
}

/* Room for one more, and nobody who sees both would have two of one name. */
static enum status check_filter_room(struct desk *desk, const struct caller *caller, str name,
                                     struct error *err)
{
    struct casebook_filter *rows = NULL;
    size_t count = 0;
    size_t own = 0;
    arena_reset(&desk->work);
    enum status status =
        casebook_filters(desk->casebook, &desk->work, caller->officer, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct json json;
        own += rows[i].officer == caller->officer;
        if (json_parse(&desk->work, rows[i].body, &json, NULL) == STATUS_OK &&
            str_equal_ascii_fold(json_member_text(&json, "name"), name)) {
            return error_set(
                err, STATUS_CONFLICT,
                "There is a filter of the name \"%.*s\" already%s. Choose another name, "
                "or delete that one first.",
                STR_ARG(name), rows[i].officer == 0 ? " (shared)" : "");
        }
    }
    if (status == STATUS_OK && own >= DESK_FILTERS_MAX) {
        return error_set(err, STATUS_LIMIT, "You have %d saved filters: delete one first.",
                         DESK_FILTERS_MAX);
    }
    return status;
}

enum status desk_filter_save(struct desk *desk, const struct caller *caller, str name,
                             const struct desk_filter *filter, bool is_shared, int64_t *ret_id,
                             struct error *err)
{
    struct buf text, body;
    struct json_out json;
    enum status status =
        desk_need(desk, caller, is_shared ? CAP_FILTER_SHARE : CAP_READ_QUEUE, err);
    name = str_trim(name);
    if (status == STATUS_OK && (name.n == 0 || name.n > DESK_FILTER_NAME_BYTES_MAX)) {
        status = name.n == 0
                     ? error_set(err, STATUS_INVALID, "Give the filter a name, then save it again.")
                     : error_set(err, STATUS_INVALID,
                                 "The filter's name is too long: at most %d bytes. Shorten it.",
                                 DESK_FILTER_NAME_BYTES_MAX);
    }
    if (status == STATUS_OK) {
        status = check_filter_room(desk, caller, name, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    buf_init(&text, 8192);
    buf_init(&body, 32768);
    desk_filter_encode(&text, filter);
    json_out_init(&json, &body);
    json_begin_object(&json);
    json_put_text(&json, "name", name);
    json_put_text(&json, "filter", buf_str(&text));
    json_end_object(&json);
    struct casebook_filter row = {.officer = is_shared ? 0 : caller->officer,
                                  .body = buf_str(&body)};
    status = keep_filter(desk, &row, err);
    if (status == STATUS_OK) {
        *ret_id = row.id;
    }
    buf_close(&text);
    buf_close(&body);
    return status;
}

enum status desk_filter_delete(struct desk *desk, const struct caller *caller, int64_t id,
                               struct error *err)
{
    enum status status = desk_need(desk, caller, CAP_READ_QUEUE, err);
    if (status == STATUS_OK) {
        status = casebook_begin(desk->casebook, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct error first = {0};
    status = casebook_filter_remove(desk->casebook, id, caller->officer, &first);
    if (status == STATUS_NOT_FOUND && caller_can(caller, CAP_FILTER_SHARE)) {
        status = casebook_filter_remove(desk->casebook, id, 0, &first);
    }
    if (status == STATUS_OK) {
        status = casebook_commit(desk->casebook, err);
    } else {
        casebook_rollback(desk->casebook);
        error_set(err, status, "%s", first.primary);
    }
    return status;
}

/* --- escalation --- */

static enum status escalate_one(struct desk *desk, const struct caller *caller,
                                const struct desk_file *old, struct error *err)
{
    const struct desk_box *box = &desk->options.box;
    struct desk_file file = *old;
    struct act act;
    file.brief.is_escalated = true;
    act_begin(&act, caller, "case.escalate", old->row.number, false);
    json_put_int(&act.json, "grade", old->row.grade);
    enum status status = act_write(desk, &act, err);
    if (status == STATUS_OK) {
        status = file_save(desk, &desk->work, old, &file, err);
        if (status == STATUS_OK) {
            status = box->alarm(box->context, file.row.grade, file.row.practice != 0, err);
        }
        status = act_finish(desk, &act, status, err);
    }
    act_close(&act);
    return status;
}

enum { ESCALATE_GRADE_MIN = 4, ESCALATE_PAGE = 50, ESCALATE_PAGES_MAX = 20 };

/* One page of overdue cases of a grade and state; *ret_next goes on, -1 at the end. */
static enum status escalate_page(struct desk *desk, const struct caller *caller, int64_t grade,
                                 enum case_state state, int64_t after, int64_t *ret_next,
                                 struct error *err)
{
    struct desk_filter filter = desk_filter_any();
    struct casebook_query query;
    struct casebook_case *rows = NULL;
    size_t count = 0;
    filter.grade = grade;
    filter.state = (int64_t)state;
    make_query(desk, caller, &filter, &query);
    query.officer = -1; /* whoever may read it, somebody must act */
    query.rank_after = after;
    query.overdue_hour = caller->now / HOUR_US + 1; /* the exact time is in the brief */
    arena_reset(&desk->work);
    enum status status = casebook_queue(desk->casebook, &query, ESCALATE_PAGE, &desk->work, &rows,
                                        &count, ret_next, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_file file = {.row = rows[i]};
        struct desk_clock clocks[3];
        if (rows[i].brief.n == 0) {
            continue; /* broken: shown in the queue, nothing can be kept in it */
        }
        status = brief_decode(&desk->work, rows[i].brief, &file.brief, err);
        if (status == STATUS_OK) {
            brief_clocks(desk, &file, caller->now, clocks);
            if (!file.brief.is_escalated && clocks[0].is_overdue) {
                status = escalate_one(desk, caller, &file, err);
            }
        }
    }
    return status;
}

static enum status escalate_some(struct desk *desk, const struct caller *caller, int64_t grade,
                                 enum case_state state, struct error *err)
{
    int64_t next = -1;
    enum status status = STATUS_OK;
    for (size_t page = 0; page < ESCALATE_PAGES_MAX && status == STATUS_OK; page++) {
        status = escalate_page(desk, caller, grade, state, next, &next, err);
        if (next < 0) {
            break;
        }
    }
    return status;
}

/* State by state: so many old ones of one state never keep those that nobody has looked at waiting. */
enum status desk_escalate(struct desk *desk, time_us now, struct error *err)
{
    static const enum case_state live[] = {CASE_NEW, CASE_TRIAGED, CASE_OPEN, CASE_REFERRED};
    struct caller caller = {.officer = 0, .now = now};
    enum status status = STATUS_OK;
    for (int64_t grade = 5; grade >= ESCALATE_GRADE_MIN && status == STATUS_OK; grade--) {
        for (size_t i = 0; i < ARRAY_LEN(live) && status == STATUS_OK; i++) {
            status = escalate_some(desk, &caller, grade, live[i], err);
        }
    }
    return status;
}
