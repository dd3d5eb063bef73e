/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan does otherwise than the operation, as data. */
#include "desk/operation_internal.h"

enum { WORDS_BYTES_MAX = 4000 };

static void begin(struct json_out *json, struct buf *out, str words)
{
    buf_add_c(out, out->n > 0 ? "," : "");
    json_out_init(json, out);
    json_begin_object(json);
    json_put_text(json, "words", words);
}

/* With the words that the whole change has for it. */
static void begin_one(struct json_out *json, struct buf *out, const struct plan_problem *problem,
                      const struct plan_change *one)
{
    struct buf words;
    buf_init(&words, WORDS_BYTES_MAX);
    plan_change_words(problem, one, &words);
    begin(json, out, buf_str(&words));
    buf_close(&words);
}

static void put_ids(struct json_out *json, const char *name, const str *ids, uint32_t count)
{
    json_name(json, name);
    json_begin_list(json);
    for (uint32_t i = 0; i < count; i++) {
        json_add_text(json, ids[i]);
    }
    json_end_list(json);
}

static void put_new(struct json_out *json, const struct plan_problem *problem, uint32_t first)
{
    json_name(json, "new");
    json_begin_list(json);
    for (uint32_t i = first; i < problem->unit_count; i++) {
        json_add_text(json, problem->units[i].id);
    }
    json_end_list(json);
}

/* Units of both with other hours: those of the change, but none whose day had begun. */
static void put_moved(struct json_out *json, const struct plan_problem *before,
                      const struct plan_problem *after)
{
    json_name(json, "hours");
    json_begin_list(json);
    for (uint32_t i = 0; i < before->unit_count; i++) {
        const struct plan_unit *unit = &before->units[i];
        uint32_t at = plan_find_unit(after, unit->id);
        if (at != PLAN_NONE &&
            (after->units[at].start != unit->start || after->units[at].end != unit->end)) {
            json_add_text(json, unit->id);
        }
    }
    json_end_list(json);
}

static void add_units(struct buf *out, const struct plan_problem *before,
                      const struct plan_problem *after, const struct plan_change *change)
{
    struct json_out json;
    struct plan_change one = plan_change_none();
    if (change->units > 0) {
        one.units = change->units;
        one.like = change->like;
        one.base = change->base;
        begin_one(&json, out, before, &one);
        put_new(&json, after, after->unit_count - (uint32_t)change->units);
        json_end_object(&json);
    }
    if (change->units_out_count > 0) {
        one = plan_change_none();
        one.units_out = change->units_out;
        one.units_out_count = change->units_out_count;
        begin_one(&json, out, before, &one);
        put_ids(&json, "gone", change->units_out, change->units_out_count);
        json_end_object(&json);
    }
    if (change->start_by_s != 0 || change->end_by_s != 0) {
        one = plan_change_none();
        one.start_by_s = change->start_by_s;
        one.end_by_s = change->end_by_s;
        one.shifted = change->shifted;
        begin_one(&json, out, before, &one);
        put_moved(&json, before, after);
        json_put_int(&json, "start_by_s", change->start_by_s);
        json_put_int(&json, "end_by_s", change->end_by_s);
        json_end_object(&json);
    }
}

static void put_where(struct json_out *json, const char *name, int64_t number,
                      const struct plan_change *one)
{
    json_put_int(json, name, number);
    json_put_text(json, "site", one->site);
    json_put_text(json, "area", one->area);
    json_end_object(json);
}

static void add_visits(struct buf *out, const struct plan_problem *before,
                       const struct plan_change *change)
{
    struct json_out json;
    struct plan_change none = plan_change_none();
    none.site = change->site;
    none.area = change->area;
    struct plan_change one = none;
    if (change->visits > 0) {
        one.visits = change->visits;
        begin_one(&json, out, before, &one);
        put_where(&json, "count", change->visits, &one);
    }
    one = none;
    if (change->dwell_s >= 0) {
        one.dwell_s = change->dwell_s;
        begin_one(&json, out, before, &one);
        put_where(&json, "dwell_s", change->dwell_s, &one);
    }
    one = none;
    if (change->risk_percent != 100) {
        one.risk_percent = change->risk_percent;
        begin_one(&json, out, before, &one);
        put_where(&json, "percent", change->risk_percent, &one);
    }
    one = none;
    if (change->noise_percent > 0) { /* of chance there is nothing to take */
        one.noise_percent = change->noise_percent;
        begin_one(&json, out, before, &one);
        json_end_object(&json);
    }
}

static void add_rule(struct buf *out, const struct plan_problem *before,
                     const struct plan_change *one, const char *rule)
{
    struct json_out json;
    begin_one(&json, out, before, one);
    json_put_text(&json, "rule", str_c(rule));
    json_end_object(&json);
}

void parts_of_change(struct buf *out, const struct plan_problem *before,
                     const struct plan_problem *after, const struct plan_change *change)
{
    struct json_out json;
    struct plan_change one = plan_change_none();
    add_units(out, before, after, change);
    if (change->units < 0) { /* no page asks for it: which ones went stands in the plan alone */
        one.units = change->units;
        one.base = change->base;
        begin_one(&json, out, before, &one);
        json_end_object(&json);
    }
    one = plan_change_none();
    if (change->sites_out_count > 0) {
        one.sites_out = change->sites_out;
        one.sites_out_count = change->sites_out_count;
        begin_one(&json, out, before, &one);
        put_ids(&json, "skip", change->sites_out, change->sites_out_count);
        json_end_object(&json);
    }
    add_visits(out, before, change);
    one = plan_change_none();
    one.has_no_breaks = change->has_no_breaks;
    if (change->has_no_breaks) {
        add_rule(out, before, &one, "breaks");
    }
    one = plan_change_none();
    one.has_no_hours = change->has_no_hours;
    if (change->has_no_hours) {
        add_rule(out, before, &one, "hours");
    }
    one = plan_change_none();
    one.has_no_pairs = change->has_no_pairs;
    if (change->has_no_pairs) {
        add_rule(out, before, &one, "pairs");
    }
    one = plan_change_none();
    one.has_no_spacing = change->has_no_spacing;
    if (change->has_no_spacing) {
        add_rule(out, before, &one, "spacing");
    }
}

void parts_of_goal(struct buf *out, str words, str site, str area)
{
    struct json_out json;
    begin(&json, out, words);
    if (site.n > 0 || area.n > 0) {
        json_put_bool(&json, "must", true);
        json_put_text(&json, "site", site);
        json_put_text(&json, "area", area);
    }
    json_end_object(&json);
}

void parts_of_more(struct buf *out, str words, const struct plan_problem *problem, uint32_t first)
{
    struct json_out json;
    begin(&json, out, words);
    put_new(&json, problem, first);
    json_end_object(&json);
}
