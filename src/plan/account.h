/* SPDX-License-Identifier: Apache-2.0 */
/* Officer-hours and what they cost, planned and actual.
 *
 * Every second of every duty is counted once for its site, its area, its rank, its rate band and for
 * what it is spent on; so each of these tables adds up to the paid time of the roster, and
 * plan_account_make says STATUS_INTERNAL if one does not. A way counts for the site it leads to;
 * briefing, the way back and waiting at the base for the base.
 *
 * Rates are the user's, from a dated table; there is none in the program. What has no rate has no
 * cost, and is named.
 */
#ifndef HUSTINGS_PLAN_ACCOUNT_H
#define HUSTINGS_PLAN_ACCOUNT_H

#include "base/text.h"
#include "plan/legs.h"
#include "plan/told.h"

enum plan_band { PLAN_BAND_PLAIN, PLAN_BAND_OVERTIME, PLAN_BAND_REST_DAY, PLAN_BANDS };
enum {
    PLAN_RATES_MAX = 10000,   /* ranks × bands × years */
    PLAN_PENCE_MAX = 10000000 /* an hour */
};

struct plan_rate {
    time_us from; /* valid from this day on, until a later row of the same kind */
    str rank;
    enum plan_band band;
    int32_t notice_days; /* of a rest day: with at least so much notice */
    int32_t minimum_s;   /* of a rest day: so much is paid at least */
    int64_t pence;       /* an officer and hour */
};
struct plan_rates {
    struct plan_rate *rates;
    uint32_t count;
};

/* CSV: from, rank, band (plain, overtime, rest-day), notice_days, minimum_h, per_hour (pounds). A row
 * that is wrong refuses the table: money is not guessed at. */
enum status plan_rates_read(struct arena *arena, const char *name, str text,
                            struct plan_rates *ret_rates, struct error *err) MUST_CHECK;

/* Officer-ticks; cost in pence × ticks (an hour has 3600 × ticks_per_s). */
struct plan_sum {
    int64_t spent[PLAN_LEG_KINDS];
    int64_t bands[PLAN_BANDS];
    int64_t unworked; /* paid for the minimum of a rest day, beyond what was worked */
    int64_t cost;
    int64_t no_rate; /* officer-ticks without a rate */
};

/* All of it that is paid. */
int64_t plan_sum_ticks(const struct plan_sum *sum);
/* Pence of a cost, rounded. */
int64_t plan_pence(const struct plan_problem *problem, int64_t cost);

struct plan_name_sum {
    str name;
    struct plan_sum sum;
};

/* One rank in one band: what a row of the pay office's table is. Rest days by the notice that was given;
 * of the other bands notice_days is 0. */
struct plan_pay {
    str rank;
    enum plan_band band;
    int32_t notice_days;
    struct plan_sum sum;
    int64_t no_rate_officers; /* whose hours in it have no rate */
};

struct plan_account {
    struct plan_sum total;
    struct plan_name_sum *sites, *areas, *ranks; /* as many as have any; in order of names */
    struct plan_pay *pays;                       /* in order of rank, band, notice */
    uint32_t site_count, area_count, rank_count, pay_count;
    uint32_t unit_count; /* that were counted */
    int64_t *units; /* of each of the problem: officer-ticks that are paid; 0 when not counted */
};

/* `is_counted` (one a unit) may be NULL = all. rates may be NULL. */
enum status plan_account_make(struct arena *arena, const struct plan_problem *problem,
                              const struct plan_duty *duties, const bool *is_counted,
                              const struct plan_rates *rates, struct plan_account *ret_account,
                              struct error *err) MUST_CHECK;

/* What is booked against the shifts of the roster, in officer-ticks. The shifts are summed from the
 * units alone, so this is another way to the same figure:
 * booked = shifts + late - early + unworked + off. */
struct plan_against {
    int64_t shifts, booked;
    int64_t late;     /* units that are back after their shift has ended */
    int64_t early;    /* units that dropped out before it has */
    int64_t unworked; /* paid for the minimum of a rest day */
    int64_t off;      /* 0, or the account is wrong */
};
/* `account` is of all units. */
struct plan_against plan_account_against(const struct plan_problem *problem,
                                         const struct plan_duty *duties,
                                         const struct plan_account *account);
/* "plain", "overtime", "rest day" */
const char *plan_band_word(enum plan_band band);
/* "1,234.50": money looks the same wherever it is read. */
void plan_add_pounds(struct buf *out, int64_t pence);
/* "constable, plain"; "sergeant, rest day, told 3 days before" */
str plan_pay_words(struct arena *arena, const struct plan_pay *pay);
/* For whom the table has no rate: "2 officers of sergeant, plain (18 h 00); …"; empty: for nobody. */
str plan_account_lacks(struct arena *arena, const struct plan_problem *problem,
                       const struct plan_account *account);

/* What units did, as they told (told.h). *ret_is_told: which units said anything; others have no duty. */
enum status plan_actual_make(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_duty *planned, const struct plan_told_rows *told,
                             const struct plan_duty **ret_duties, const bool **ret_is_told,
                             struct error *err) MUST_CHECK;
/* The same from CSV: unit, what, task, at. `what` is on, arrived, left, skipped, break, back
 * or off. *ret_is_told: which units said anything; others have no duty. A row that cannot be is named
 * in `refused`, with its line, and passed over. */
enum status plan_actual_read(struct arena *arena, const struct plan_problem *problem,
                             const struct plan_duty *planned, const char *name, str text,
                             const struct plan_duty **ret_duties, const bool **ret_is_told,
                             struct plan_refused *refused, struct error *err) MUST_CHECK;

/* "planned" or "actual" as text, or as the members of a JSON object. */
void plan_account_add_text(const struct plan_problem *problem, const struct plan_account *account,
                           const char *title, bool has_rates, struct buf *out);
void plan_account_add_json(const struct plan_problem *problem, const struct plan_account *account,
                           bool has_rates, struct buf *out);
void plan_against_add_text(const struct plan_problem *problem, const struct plan_against *against,
                           struct buf *out);
void plan_against_add_json(const struct plan_problem *problem, const struct plan_against *against,
                           struct buf *out);

#endif
