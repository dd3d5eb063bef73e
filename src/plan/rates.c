/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "codec/csv.h"
#include "codec/grid.h"
#include "plan/account.h"

enum rate_column {
    RATE_FROM,
    RATE_RANK,
    RATE_BAND,
    RATE_NOTICE,
    RATE_MINIMUM,
    RATE_PER_HOUR,
    RATE_COLUMNS
};

static const char *const column_names[RATE_COLUMNS] = {"from",        "rank",      "band",
                                                       "notice_days", "minimum_h", "per_hour"};

static bool number(str text, double high, double *ret_value)
{
    *ret_value = 0;
    return text.n == 0 || (decimal_parse(text, ret_value) && *ret_value >= 0 && *ret_value <= high);
}

/* NULL, or what is wrong. */
static const char *read_row(struct arena *arena, const struct csv_row *row, const size_t *at,
                            struct plan_rate *rate)
{
    static const char *const bands[] = {"plain", "overtime", "rest-day"};
    double pounds = 0;
    double notice = 0;
    double minimum = 0;
    bool is_date = false;
    size_t band = 0;
    if (!time_parse(csv_field(row, at[RATE_FROM]), &rate->from, &is_date) || !is_date) {
        return "'from' is no date like 2026-04-01";
    }
    while (band < PLAN_BANDS && !str_equal(csv_field(row, at[RATE_BAND]), str_c(bands[band]))) {
        band++;
    }
    if (band == PLAN_BANDS) {
        return "'band' is none of plain, overtime, rest-day";
    }
    str per_hour = csv_field(row, at[RATE_PER_HOUR]);
    if (per_hour.n == 0 || !number(per_hour, PLAN_PENCE_MAX / 100.0, &pounds) ||
        fabs(nearbyint(pounds * 100) - pounds * 100) > 1e-6) {
        return "'per_hour' is no number of pounds like 31.50";
    }
    if (!number(csv_field(row, at[RATE_NOTICE]), 366, &notice) || notice != floor(notice)) {
        return "'notice_days' is no whole number of days up to 366";
    }
    if (!number(csv_field(row, at[RATE_MINIMUM]), 24, &minimum)) {
        return "'minimum_h' is no number of hours up to 24";
    }
    if (band != PLAN_BAND_REST_DAY && (notice > 0 || minimum > 0)) {
        return "'notice_days' and 'minimum_h' are of the band rest-day only";
    }
    rate->rank = arena_str(arena, csv_field(row, at[RATE_RANK]));
    rate->band = (enum plan_band)band;
    rate->pence = (int64_t)nearbyint(pounds * 100);
    rate->notice_days = (int32_t)notice;
    rate->minimum_s = (int32_t)nearbyint(minimum * 3600);
    return NULL;
}

static bool is_twice(const struct plan_rates *rates, const struct plan_rate *rate)
{
    for (uint32_t i = 0; i < rates->count; i++) {
        const struct plan_rate *other = &rates->rates[i];
        if (other->from == rate->from && other->band == rate->band &&
            other->notice_days == rate->notice_days && str_equal(other->rank, rate->rank)) {
            return true;
        }
    }
    return false;
}

enum status plan_rates_read(struct arena *arena, const char *name, str text,
                            struct plan_rates *ret_rates, struct error *err)
{
    struct csv csv;
    struct csv_row row;
    struct plan_rates rates = {0};
    size_t at[RATE_COLUMNS];
    bool has_row = true;
    enum status status = csv_open(arena, name, text, ',', &csv, err);
    if (status != STATUS_OK) {
        return status;
    }
    const uint64_t may_lack = UINT64_C(1) << RATE_NOTICE | UINT64_C(1) << RATE_MINIMUM;
    status = csv_columns(&csv, column_names, RATE_COLUMNS, may_lack, at, err);
    if (status != STATUS_OK) {
        return status;
    }
    rates.rates = ARENA_ARRAY(arena, struct plan_rate, PLAN_RATES_MAX);
    for (;;) {
        struct plan_rate rate = {0};
        status = csv_next(&csv, &row, &has_row, err);
        if (status != STATUS_OK || !has_row) {
            break;
        }
        const char *wrong = rates.count == PLAN_RATES_MAX ? "more than 10,000 rates"
                                                          : read_row(arena, &row, at, &rate);
        wrong = wrong == NULL && is_twice(&rates, &rate) ? "this rate is there twice" : wrong;
        if (wrong != NULL) {
            return error_set(err, STATUS_INVALID, "%.120s, line %zu: %s", name, row.line, wrong);
        }
        rates.rates[rates.count++] = rate;
    }
    if (status == STATUS_OK) {
        *ret_rates = rates;
    }
    return status;
}
