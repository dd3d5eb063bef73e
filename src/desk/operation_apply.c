/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan does otherwise, put into the rows of the operation (operation_internal.h has the parts). */
#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "plan/ids.h"
#include "plan/roster.h"

enum { REAL_DECIMALS = 7, EDITS_MAX = 4, ID_BYTES_MAX = 80 };

struct applying {
    struct changing *c;
    const struct json *part;
    bool has_changed;
};

/* --- saying --- */

static void refuse(struct applying *a, const char *words, str id)
{
    a->c->done->refused++;
    buf_printf(&a->c->refusals, "%.*s: ", STR_ARG(json_member_text(a->part, "words")));
    buf_printf(&a->c->refusals, "%s%s%.*s\n", words, id.n > 0 ? " " : "",
               STR_ARG(utf8_clip(id, ID_BYTES_MAX)));
}

static void count(struct applying *a, size_t *what)
{
    ++*what;
    a->has_changed = true;
}

/* --- rows --- */

struct edit {
    const char *name;
    const char *json; /* NULL: the member goes */
};

/* The row with some members otherwise; empty when it does not fit. */
static str edited(struct arena *arena, const struct json *row, const struct edit *edits,
                  size_t edit_count)
{
    struct buf out;
    struct json_out json;
    buf_init(&out, OPERATION_ROW_BYTES_MAX);
    json_out_init(&json, &out);
    json_begin_object(&json);
    for (size_t i = 0; i < row->count; i++) {
        bool is_kept = true;
        for (size_t k = 0; k < edit_count; k++) {
            is_kept = is_kept && !str_equal(row->names[i], str_c(edits[k].name));
        }
        if (is_kept) {
            json_name_str(&json, row->names[i]);
            json_add_value(&json, &row->items[i], REAL_DECIMALS);
        }
    }
    for (size_t k = 0; k < edit_count; k++) {
        if (edits[k].json != NULL) {
            json_name(&json, edits[k].name);
            json_add_json(&json, str_c(edits[k].json));
        }
    }
    json_end_object(&json);
    str text = out.overflowed ? (str){0} : arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static const char *number_text(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%lld", (long long)number).p;
}

static const char *real_text(struct arena *arena, double number)
{
    struct buf out;
    struct json_out json;
    buf_init(&out, 400);
    json_out_init(&json, &out);
    json_add_real(&json, number, REAL_DECIMALS);
    const char *text = arena_cstr(arena, buf_str(&out));
    buf_close(&out);
    return text;
}

static size_t find_unit(const struct operation *operation, str id)
{
    size_t at = 0;
    while (at < operation->unit_count && !str_equal(operation->units[at].id, id)) {
        at++;
    }
    return at;
}

static str nth_id(const struct json *list, size_t nth)
{
    return nth < list->count && list->items[nth].kind == JSON_TEXT ? list->items[nth].text
                                                                   : (str){0};
}

/* --- units --- */

static void apply_gone(struct applying *a, const struct json *ids)
{
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < ids->count; i++) {
        size_t at = find_unit(operation, nth_id(ids, i));
        if (at == operation->unit_count) {
            refuse(a, "the operation has no unit", nth_id(ids, i));
            continue;
        }
        memmove(&operation->units[at], &operation->units[at + 1],
                (operation->unit_count - at - 1) * sizeof *operation->units);
        operation->unit_count--;
        count(a, &a->c->done->removed);
    }
}

static struct roster_pause pause_of(const struct json *pause)
{
    return (struct roster_pause){(int32_t)json_member_int(pause, "open_s", -1),
                                 (int32_t)json_member_int(pause, "close_s", -1),
                                 (int32_t)json_member_int(pause, "length_s", -1)};
}

static struct roster_hours hours_of(const struct json *row)
{
    return (struct roster_hours){(int32_t)json_member_int(row, "start_s", 0),
                                 (int32_t)json_member_int(row, "end_s", 0)};
}

static const char *pause_text(struct arena *arena, struct roster_pause pause)
{
    return pause.length == 0 ? NULL
                             : arena_printf(arena, "{\"open_s\":%d,\"close_s\":%d,\"length_s\":%d}",
                                            pause.open, pause.close, pause.length)
                                   .p;
}

static void move_unit(struct applying *a, struct operation_unit *unit)
{
    struct arena *arena = a->c->arena;
    struct json row;
    if (json_parse(arena, unit->json, &row, NULL) != STATUS_OK ||
        json_member(&row, "breaks") != NULL) {
        refuse(a, "its two breaks are its own, so change it by hand: unit", unit->id);
        return;
    }
    const struct json *pause = json_member(&row, "break");
    struct roster_hours was = hours_of(&row);
    struct roster_hours now = {was.start + (int32_t)json_member_int(a->part, "start_by_s", 0),
                               was.end + (int32_t)json_member_int(a->part, "end_by_s", 0)};
    struct edit edits[EDITS_MAX] = {{"start_s", number_text(arena, now.start)},
                                    {"end_s", number_text(arena, now.end)}};
    size_t edit_count = 2;
    bool fits = now.start >= 0 && now.start < now.end;
    if (pause != NULL) {
        struct roster_pause moved = pause_of(pause);
        fits = fits && roster_move_breaks(&moved, 1, was, now, 1);
        edits[edit_count++] = (struct edit){"break", pause_text(arena, moved)};
    }
    str text = fits ? edited(arena, &row, edits, edit_count) : (str){0};
    if (text.n == 0) {
        refuse(a, "these hours do not fit its day any more: unit", unit->id);
        return;
    }
    unit->json = text;
    count(a, &a->c->done->changed);
}

static void apply_hours(struct applying *a, const struct json *ids)
{
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < ids->count; i++) {
        size_t at = find_unit(operation, nth_id(ids, i));
        if (at == operation->unit_count) {
            refuse(a, "the operation has no unit", nth_id(ids, i));
        } else {
            move_unit(a, &operation->units[at]);
        }
    }
}

/* What the day did to it is no part of it, nor a break that the rule gives anyway. */
static str new_row(struct applying *a, const struct json *row)
{
    static const char *const days[] = {"free_s", "had", "locks", "out_s", "out_officers"};
    struct edit edits[ARRAY_LEN(days) + 1] = {0};
    const struct json *pause = json_member(row, "break");
    size_t edit_count = 0;
    for (; edit_count < ARRAY_LEN(days); edit_count++) {
        edits[edit_count].name = days[edit_count];
    }
    if (pause != NULL && a->c->operation->rules.has_breaks &&
        roster_is_middle(pause_of(pause), hours_of(row), 1)) {
        edits[edit_count++].name = "break";
    }
    return edited(a->c->arena, row, edits, edit_count);
}

static void apply_new(struct applying *a, const struct json *ids, const struct json *units)
{
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < ids->count; i++) {
        const struct json *row = NULL;
        for (size_t k = 0; units != NULL && k < units->count && row == NULL; k++) {
            bool is_it = str_equal(json_member_text(&units->items[k], "id"), nth_id(ids, i));
            row = is_it ? &units->items[k] : NULL;
        }
        bool has_base =
            row != NULL && operation_site_find(operation, json_member_text(row, "base")) != NULL;
        str text = has_base ? new_row(a, row) : (str){0};
        if (text.n == 0) {
            refuse(a, "the operation has no longer the base of unit", nth_id(ids, i));
        } else if (find_unit(operation, nth_id(ids, i)) < operation->unit_count) {
            refuse(a, "the operation has a unit of that name already:", nth_id(ids, i));
        } else if (operation->unit_count == OPERATION_UNITS_MAX) {
            refuse(a, "the operation has as many units as it may; not taken: unit", nth_id(ids, i));
        } else {
            operation->units[operation->unit_count++] =
                (struct operation_unit){.id = arena_str(a->c->arena, nth_id(ids, i)), .json = text};
            count(a, &a->c->done->added);
        }
    }
}

/* --- places --- */

static void apply_skip(struct applying *a, const struct json *ids)
{
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < ids->count; i++) {
        size_t kept = 0;
        for (size_t k = 0; k < operation->demand_count; k++) {
            if (!str_equal(operation->demands[k].site, nth_id(ids, i))) {
                operation->demands[kept++] = operation->demands[k];
            }
        }
        if (kept == operation->demand_count) {
            refuse(a, "nobody has to go there anyway:", nth_id(ids, i));
        } else {
            operation->demand_count = kept;
            count(a, &a->c->done->changed);
        }
    }
}

struct where {
    struct plan_ids sites;
    str site, area;
};

static bool is_there(const struct applying *a, const struct where *where, str site)
{
    uint32_t at = plan_ids_find(&where->sites, site);
    return at != UINT32_MAX && (where->site.n == 0 || str_equal(site, where->site)) &&
           (where->area.n == 0 || str_equal(a->c->operation->sites[at].area, where->area));
}

/* One number of a row; false: this row has none that it is about. */
static bool edit_of(const struct applying *a, const struct operation_demand *demand,
                    const struct json *row, struct edit *ret_edit)
{
    struct arena *arena = a->c->arena;
    const struct json *percent = json_member(a->part, "percent");
    if (percent != NULL) {
        double profit = json_member_real(row, "profit", 1) * (double)percent->integer / 100;
        *ret_edit = (struct edit){"profit", real_text(arena, profit)};
        return true;
    }
    if (json_member_bool(a->part, "must", false)) {
        *ret_edit = (struct edit){"mandatory", "true"};
        return demand->kind != DEMAND_POST; /* a post must be held anyway */
    }
    const char *name = json_member(a->part, "count") != NULL ? "count" : "dwell_s";
    *ret_edit = (struct edit){name, number_text(arena, json_member_int(a->part, name, 1))};
    return demand->kind == DEMAND_VISITS;
}

static void apply_where(struct applying *a)
{
    struct operation *operation = a->c->operation;
    struct where where = {.site = json_member_text(a->part, "site"),
                          .area = json_member_text(a->part, "area")};
    plan_ids_init(&where.sites, a->c->arena);
    for (size_t i = 0; i < operation->site_count; i++) {
        (void)plan_ids_add(&where.sites, operation->sites[i].id, (uint32_t)i);
    }
    bool has_any = false;
    for (size_t i = 0; i < operation->demand_count; i++) {
        struct operation_demand *demand = &operation->demands[i];
        struct json row;
        struct edit edit;
        if (!is_there(a, &where, demand->site) ||
            json_parse(a->c->arena, demand->json, &row, NULL) != STATUS_OK ||
            !edit_of(a, demand, &row, &edit)) {
            continue;
        }
        has_any = true;
        str text = edited(a->c->arena, &row, &edit, 1);
        if (text.n == 0) {
            refuse(a, "its row is too long to be kept:", demand->site);
        } else {
            demand->json = text;
            count(a, &a->c->done->changed);
        }
    }
    if (!has_any) {
        refuse(a, "the operation has nothing there that this is about", (str){0});
    }
}

/* --- rules --- */

/* Rows that say themselves what the rule would give. */
static void drop_breaks(struct applying *a)
{
    static const struct edit edits[] = {{"break", NULL}, {"breaks", NULL}};
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < operation->unit_count; i++) {
        struct json row;
        if (json_parse(a->c->arena, operation->units[i].json, &row, NULL) == STATUS_OK &&
            (json_member(&row, "break") != NULL || json_member(&row, "breaks") != NULL)) {
            str text = edited(a->c->arena, &row, edits, ARRAY_LEN(edits));
            operation->units[i].json = text.n > 0 ? text : operation->units[i].json;
        }
    }
}

static void drop_pairs(struct applying *a)
{
    static const struct edit edit = {"officers", "1"};
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < operation->demand_count; i++) {
        struct operation_demand *demand = &operation->demands[i];
        struct json row;
        if (demand->kind != DEMAND_POST &&
            json_parse(a->c->arena, demand->json, &row, NULL) == STATUS_OK &&
            json_member_int(&row, "officers", 1) == 2) {
            str text = edited(a->c->arena, &row, &edit, 1);
            demand->json = text.n > 0 ? text : demand->json;
        }
    }
}

static void drop_spacing(struct applying *a)
{
    static const struct edit edit = {"gap_s", NULL};
    struct operation *operation = a->c->operation;
    for (size_t i = 0; i < operation->demand_count; i++) {
        struct operation_demand *demand = &operation->demands[i];
        struct json row;
        if (json_parse(a->c->arena, demand->json, &row, NULL) == STATUS_OK &&
            json_member(&row, "gap_s") != NULL) {
            str text = edited(a->c->arena, &row, &edit, 1);
            demand->json = text.n > 0 ? text : demand->json;
        }
    }
}

static void apply_rule(struct applying *a, str rule)
{
    struct operation_rules *rules = &a->c->operation->rules;
    if (str_equal(rule, STR("breaks"))) {
        rules->has_breaks = false;
        drop_breaks(a);
    } else if (str_equal(rule, STR("pairs"))) {
        rules->has_pairs = false;
        drop_pairs(a);
    } else if (str_equal(rule, STR("spacing"))) {
        rules->has_spacing = false;
        drop_spacing(a);
    } else {
        rules->has_hours = false;
    }
    count(a, &a->c->done->changed);
}

bool part_is_new(const struct json *part)
{
    return json_member(part, "new") != NULL;
}

bool part_may_be_taken(const struct json *part)
{
    return part->count > 1; /* more than words */
}

bool part_apply(struct changing *changing, const struct json *part, const struct json *units)
{
    struct applying a = {.c = changing, .part = part};
    const struct json *list = NULL;
    if ((list = json_member(part, "new")) != NULL) {
        apply_new(&a, list, units);
    } else if ((list = json_member(part, "gone")) != NULL) {
        apply_gone(&a, list);
    } else if ((list = json_member(part, "hours")) != NULL) {
        apply_hours(&a, list);
    } else if ((list = json_member(part, "skip")) != NULL) {
        apply_skip(&a, list);
    } else if (json_member(part, "rule") != NULL) {
        apply_rule(&a, json_member_text(part, "rule"));
    } else if (part_may_be_taken(part)) {
        apply_where(&a);
    } else {
        refuse(&a, "this has to be put in by hand", (str){0});
    }
    return a.has_changed;
}
