/* SPDX-License-Identifier: Apache-2.0 */
/* The account to read and to calculate with. Hours are written to the second, so that what is seen
 * adds up; pounds are rounded once a row. */
#include <stdio.h>

#include "base/utf8.h"
#include "codec/json.h"
#include "plan/account.h"
#include "plan/day.h"
#include "plan/show_internal.h"

enum {
    HOUR_S = 3600,
    MINUTE_S = 60,
    NAME_WIDTH = 44,
    LACKS_BYTES_MAX = 4000,
    NAME_BYTES_MAX = 64 * 1024
};

static const char *const band_members[PLAN_BANDS] = {"plain_s", "overtime_s", "rest_day_s"};
static const char *const kind_members[PLAN_LEG_KINDS] = {"briefing_s", "travel_s", "dwell_s",
                                                         "break_s", "idle_s"};

const char *plan_band_word(enum plan_band band)
{
    static const char *const words[PLAN_BANDS] = {"plain", "overtime", "rest day"};
    return words[band];
}

static void add_hours(const struct plan_problem *problem, int64_t ticks, struct buf *out)
{
    char text[40];
    int64_t s = (ticks < 0 ? -ticks : ticks) / problem->ticks_per_s;
    (void)snprintf(text, sizeof text, "%s%lld:%02d:%02d", ticks < 0 ? "-" : "",
                   (long long)(s / HOUR_S), (int)(s % HOUR_S / MINUTE_S), (int)(s % MINUTE_S));
    buf_printf(out, " %11s", text);
}

void plan_add_pounds(struct buf *out, int64_t pence)
{
    char text[40];
    int len = snprintf(text, sizeof text, "%lld", (long long)(pence / 100));
    for (int i = 0; i < len; i++) {
        buf_add_byte(out, text[i]);
        buf_add_c(out, i + 1 < len && (len - i - 1) % 3 == 0 ? "," : "");
    }
    buf_printf(out, ".%02d", (int)(pence % 100));
}

static void add_cost(const struct plan_problem *problem, const struct plan_sum *sum,
                     struct buf *out)
{
    struct buf text;
    buf_init(&text, 64);
    plan_add_pounds(&text, plan_pence(problem, sum->cost));
    buf_printf(out, " %*s%.*s%s", text.n < 12 ? 12 - (int)text.n : 0, "", STR_ARG(buf_str(&text)),
               sum->no_rate > 0 ? " and more (no rate)" : "");
    buf_close(&text);
}

str plan_pay_words(struct arena *arena, const struct plan_pay *pay)
{
    str rank = pay->rank.n > 0 ? utf8_clip(pay->rank, 200) : STR("(no rank)");
    return pay->band == PLAN_BAND_REST_DAY
               ? arena_printf(arena, "%.*s, rest day, told %d day%s before", STR_ARG(rank),
                              pay->notice_days, pay->notice_days == 1 ? "" : "s")
               : arena_printf(arena, "%.*s, %s", STR_ARG(rank), plan_band_word(pay->band));
}

str plan_account_lacks(struct arena *arena, const struct plan_problem *problem,
                       const struct plan_account *account)
{
    struct buf out;
    buf_init(&out, LACKS_BYTES_MAX);
    int64_t running = 0;
    for (uint32_t i = 0; i < account->pay_count; i++) {
        const struct plan_pay *pay = &account->pays[i];
        int64_t whole = plan_whole_minutes(problem, &running, plan_sum_ticks(&pay->sum));
        if (pay->sum.no_rate > 0) { /* then all of it: one rate is of one row */
            buf_printf(&out, "%s%lld officer%s of %.*s (", out.n > 0 ? "; " : "",
                       (long long)pay->no_rate_officers, pay->no_rate_officers == 1 ? "" : "s",
                       STR_ARG(plan_pay_words(arena, pay)));
            plan_add_hours(&out, problem, whole);
            buf_add_byte(&out, ')');
        }
    }
    str words = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return words;
}

static void add_row(const struct plan_problem *problem, str name, const struct plan_sum *sum,
                    bool has_rates, struct buf *out)
{
    name = name.n > 0 ? name : STR("(none)");
    buf_add_c(out, "  ");
    show_add_line(out, name);
    for (size_t width = 2 + utf8_count(name); width < NAME_WIDTH; width++) {
        buf_add_byte(out, ' ');
    }
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        add_hours(problem, sum->spent[i], out);
    }
    add_hours(problem, plan_sum_ticks(sum), out);
    if (has_rates) {
        add_cost(problem, sum, out);
    }
    buf_add_byte(out, '\n');
}

static void add_rows(const struct plan_problem *problem, const char *title,
                     const struct plan_name_sum *sums, uint32_t count, bool has_rates,
                     struct buf *out)
{
    buf_printf(out, " %s\n", title);
    for (uint32_t i = 0; i < count; i++) {
        add_row(problem, sums[i].name, &sums[i].sum, has_rates, out);
    }
}

void plan_account_add_text(const struct plan_problem *problem, const struct plan_account *account,
                           const char *title, bool has_rates, struct buf *out)
{
    struct arena arena;
    arena_init(&arena, NAME_BYTES_MAX);
    buf_printf(out, "%s: officer-hours of %u units\n%-*s", title, account->unit_count, NAME_WIDTH,
               "");
    for (unsigned i = 0; i < PLAN_LEG_KINDS; i++) {
        buf_printf(out, " %11s", plan_leg_word(i));
    }
    buf_printf(out, " %11s%s\n", "paid", has_rates ? "       pounds" : "");
    add_row(problem, STR("all"), &account->total, has_rates, out);
    add_rows(problem, "by area", account->areas, account->area_count, has_rates, out);
    add_rows(problem, "by rank", account->ranks, account->rank_count, has_rates, out);
    buf_add_c(out, " by rank and rate band\n");
    for (uint32_t i = 0; i < account->pay_count; i++) {
        add_row(problem, plan_pay_words(&arena, &account->pays[i]), &account->pays[i].sum,
                has_rates, out);
        arena_reset(&arena);
    }
    add_rows(problem, "by site", account->sites, account->site_count, has_rates, out);
    buf_add_c(out, " by rate band\n");
    for (size_t i = 0; i < PLAN_BANDS; i++) {
        buf_printf(out, "  %-22s", plan_band_word((enum plan_band)i));
        add_hours(problem, account->total.bands[i], out);
        buf_add_byte(out, '\n');
    }
    if (account->total.unworked > 0) {
        buf_printf(out, "  %-22s", "paid, not worked");
        add_hours(problem, account->total.unworked, out);
        buf_add_c(out, "  (minimum of a rest day)\n");
    }
    arena_close(&arena);
}

void plan_against_add_text(const struct plan_problem *problem, const struct plan_against *against,
                           struct buf *out)
{
    const struct {
        const char *words;
        int64_t ticks;
    } rows[] = {{"shifts", against->shifts},         {"back late", against->late},
                {"dropped out", -against->early},    {"paid, not worked", against->unworked},
                {"not accounted for", against->off}, {"booked", against->booked}};
    buf_add_c(out, " against the roster\n");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool is_end = i == 0 || i + 1 == ARRAY_LEN(rows);
        if (is_end || rows[i].ticks != 0) {
            buf_printf(out, "  %-22s", rows[i].words);
            add_hours(problem, rows[i].ticks, out);
            buf_add_byte(out, '\n');
        }
    }
}

/* ---- JSON ---- */

static void put_sum(struct json_out *json, const struct plan_problem *problem,
                    const struct plan_sum *sum, bool has_rates)
{
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        plan_put_ticks(json, problem, kind_members[i], sum->spent[i]);
    }
    for (size_t i = 0; i < PLAN_BANDS; i++) {
        plan_put_ticks(json, problem, band_members[i], sum->bands[i]);
    }
    plan_put_ticks(json, problem, "unworked_s", sum->unworked);
    plan_put_ticks(json, problem, "paid_s", plan_sum_ticks(sum));
    if (has_rates) {
        json_put_int(json, "pence", plan_pence(problem, sum->cost));
        plan_put_ticks(json, problem, "no_rate_s", sum->no_rate);
    }
}

static void put_list(struct json_out *json, const struct plan_problem *problem, const char *name,
                     const struct plan_name_sum *sums, uint32_t count, bool has_rates)
{
    json_name(json, name);
    json_begin_list(json);
    for (uint32_t i = 0; i < count; i++) {
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_name(json, "name");
        json_add_text(json, sums[i].name);
        put_sum(json, problem, &sums[i].sum, has_rates);
        json_end_object(json);
    }
    json_end_list(json);
}

static void put_pays(struct json_out *json, const struct plan_problem *problem,
                     const struct plan_account *account, bool has_rates)
{
    json_name(json, "pays");
    json_begin_list(json);
    for (uint32_t i = 0; i < account->pay_count; i++) {
        const struct plan_pay *pay = &account->pays[i];
        buf_add_byte(json->buf, '\n');
        json_begin_object(json);
        json_put_text(json, "rank", pay->rank);
        json_put_text(json, "band", str_c(plan_band_word(pay->band)));
        if (pay->band == PLAN_BAND_REST_DAY) {
            json_put_int(json, "notice_days", pay->notice_days);
        }
        put_sum(json, problem, &pay->sum, has_rates);
        json_end_object(json);
    }
    json_end_list(json);
}

void plan_account_add_json(const struct plan_problem *problem, const struct plan_account *account,
                           bool has_rates, struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "units", account->unit_count);
    json_name(&json, "total");
    json_begin_object(&json);
    put_sum(&json, problem, &account->total, has_rates);
    json_end_object(&json);
    put_list(&json, problem, "areas", account->areas, account->area_count, has_rates);
    put_list(&json, problem, "ranks", account->ranks, account->rank_count, has_rates);
    put_pays(&json, problem, account, has_rates);
    put_list(&json, problem, "sites", account->sites, account->site_count, has_rates);
    json_end_object(&json);
}

void plan_against_add_json(const struct plan_problem *problem, const struct plan_against *against,
                           struct buf *out)
{
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    plan_put_ticks(&json, problem, "shifts_s", against->shifts);
    plan_put_ticks(&json, problem, "late_s", against->late);
    plan_put_ticks(&json, problem, "early_s", against->early);
    plan_put_ticks(&json, problem, "unworked_s", against->unworked);
    plan_put_ticks(&json, problem, "off_s", against->off);
    plan_put_ticks(&json, problem, "booked_s", against->booked);
    json_end_object(&json);
}
