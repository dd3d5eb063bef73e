/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/account.h"

#include <stdlib.h>

#include "plan/ids.h"

struct accountant {
    struct arena *arena;
    const struct plan_problem *problem;
    const struct plan_rates *rates;
    time_us day;                         /* whose rates count; INT64_MAX = the latest */
    struct plan_sum *by_site;            /* one a site */
    struct plan_name_sum *areas, *ranks; /* as they come */
    struct plan_pay *pays;
    struct plan_ids area_ids, rank_ids, pay_ids;
    uint32_t area_count, rank_count, pay_count;
    struct plan_sum of_unit[PLAN_BANDS]; /* of the unit at hand */
    struct plan_sum total;
    int64_t paid; /* officer-ticks of the roster */
};

/* The latest row that is valid on the day; of rest days the one with the most notice that was given. */
static const struct plan_rate *find_rate(const struct accountant *accountant,
                                         const struct plan_unit *unit, enum plan_band band)
{
    const struct plan_rate *best = NULL;
    for (uint32_t i = 0; accountant->rates != NULL && i < accountant->rates->count; i++) {
        const struct plan_rate *rate = &accountant->rates->rates[i];
        if (rate->band != band || !str_equal(rate->rank, unit->rank) ||
            rate->from > accountant->day || rate->notice_days > unit->notice_days) {
            continue;
        }
        if (best == NULL || rate->from > best->from ||
            (rate->from == best->from && rate->notice_days > best->notice_days)) {
            best = rate;
        }
    }
    return best;
}

static struct plan_sum *sum_of(struct plan_ids *ids, struct plan_name_sum *sums, uint32_t *count,
                               str name)
{
    name = name.n == 0 ? STR("") : name; /* a name without bytes may have no pointer */
    uint32_t found = plan_ids_find(ids, name);
    if (found == UINT32_MAX) {
        found = (*count)++;
        sums[found].name = name;
        (void)plan_ids_add(ids, name, found);
    }
    return &sums[found].sum;
}

struct entry {
    uint32_t site;
    enum plan_leg_kind kind;
    enum plan_band band;
    int64_t officer_ticks;
    bool is_unworked;
};

static void add(struct plan_sum *sum, const struct entry *entry, const struct plan_rate *rate)
{
    if (entry->is_unworked) {
        sum->unworked += entry->officer_ticks;
    } else {
        sum->spent[entry->kind] += entry->officer_ticks;
        sum->bands[entry->band] += entry->officer_ticks;
    }
    if (rate != NULL) {
        sum->cost += entry->officer_ticks * rate->pence;
    } else {
        sum->no_rate += entry->officer_ticks;
    }
}

static void book(struct accountant *accountant, const struct plan_unit *unit,
                 const struct entry *entry)
{
    str area = accountant->problem->sites[entry->site].area;
    const struct plan_rate *rate = find_rate(accountant, unit, entry->band);
    struct plan_sum *sums[] = {
        &accountant->by_site[entry->site],
        sum_of(&accountant->area_ids, accountant->areas, &accountant->area_count, area),
        sum_of(&accountant->rank_ids, accountant->ranks, &accountant->rank_count, unit->rank),
        &accountant->of_unit[entry->band], &accountant->total};
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        add(sums[i], entry, rate);
    }
}

/* Whoever dropped out is paid for what was worked until then. A leg that runs past the plain hours is cut there. */
static void book_leg(struct accountant *accountant, const struct plan_unit *unit,
                     const struct plan_duty *duty, const struct plan_leg *leg)
{
    struct entry entry = {.site = leg->end_site, .kind = leg->kind};
    int32_t turn = unit->plain > 0 ? duty->from + unit->plain : INT32_MAX;
    if (unit->is_rest_day) {
        entry.band = PLAN_BAND_REST_DAY;
        turn = INT32_MAX;
    }
    int32_t middle = turn < leg->from ? leg->from : turn > leg->to ? leg->to : turn;
    entry.officer_ticks = ((int64_t)middle - leg->from) * plan_unit_officers(unit);
    if (entry.officer_ticks > 0) {
        book(accountant, unit, &entry);
    }
    entry.band = PLAN_BAND_OVERTIME;
    entry.officer_ticks = ((int64_t)leg->to - middle) * plan_unit_officers(unit);
    if (entry.officer_ticks > 0) {
        book(accountant, unit, &entry);
    }
}

static void add_sum(struct plan_sum *to, const struct plan_sum *from)
{
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        to->spent[i] += from->spent[i];
    }
    for (size_t i = 0; i < PLAN_BANDS; i++) {
        to->bands[i] += from->bands[i];
    }
    to->unworked += from->unworked;
    to->cost += from->cost;
    to->no_rate += from->no_rate;
}

/* Rank, notice and rates are the unit's, so one look-up a unit and band is enough. */
static void book_pays(struct accountant *accountant, const struct plan_unit *unit)
{
    for (unsigned band = 0; band < PLAN_BANDS; band++) {
        int32_t notice = band == PLAN_BAND_REST_DAY ? unit->notice_days : 0;
        if (plan_sum_ticks(&accountant->of_unit[band]) == 0) {
            continue;
        }
        str key = arena_printf(accountant->arena, "%u %d %.*s", band, notice, STR_ARG(unit->rank));
        uint32_t found = plan_ids_find(&accountant->pay_ids, key);
        if (found == UINT32_MAX) {
            found = accountant->pay_count++;
            accountant->pays[found] =
                (struct plan_pay){.rank = unit->rank, .band = band, .notice_days = notice};
            (void)plan_ids_add(&accountant->pay_ids, key, found);
        }
        add_sum(&accountant->pays[found].sum, &accountant->of_unit[band]);
        accountant->pays[found].no_rate_officers +=
            accountant->of_unit[band].no_rate > 0 ? plan_unit_officers(unit) : 0;
        accountant->of_unit[band] = (struct plan_sum){0};
    }
}

static void book_unit(struct accountant *accountant, const struct plan_unit *unit,
                      const struct plan_duty *duty)
{
    for (uint32_t i = 0; i < duty->leg_count; i++) {
        book_leg(accountant, unit, duty, &duty->legs[i]);
    }
    accountant->paid += ((int64_t)duty->to - duty->from) * plan_unit_officers(unit);
    const struct plan_rate *rate =
        unit->is_rest_day ? find_rate(accountant, unit, PLAN_BAND_REST_DAY) : NULL;
    int64_t least = rate == NULL ? 0 : (int64_t)rate->minimum_s * accountant->problem->ticks_per_s;
    int64_t lack = least - ((int64_t)duty->to - duty->from);
    if (lack > 0 && duty->to > duty->from) {
        struct entry entry = {.site = unit->base,
                              .band = PLAN_BAND_REST_DAY,
                              .officer_ticks = lack * plan_unit_officers(unit),
                              .is_unworked = true};
        book(accountant, unit, &entry);
        accountant->paid += entry.officer_ticks;
    }
    book_pays(accountant, unit);
}

int64_t plan_pence(const struct plan_problem *problem, int64_t cost)
{
    int64_t hour = INT64_C(3600) * problem->ticks_per_s;
    return (cost + hour / 2) / hour;
}

int64_t plan_sum_ticks(const struct plan_sum *sum)
{
    int64_t ticks = sum->unworked;
    for (size_t i = 0; i < PLAN_LEG_KINDS; i++) {
        ticks += sum->spent[i];
    }
    return ticks;
}

static int64_t of_bands(const struct plan_sum *sum)
{
    int64_t ticks = sum->unworked;
    for (size_t i = 0; i < PLAN_BANDS; i++) {
        ticks += sum->bands[i];
    }
    return ticks;
}

static bool is_whole(const struct accountant *accountant, const struct plan_sum *all)
{
    return plan_sum_ticks(all) == accountant->paid && of_bands(all) == accountant->paid &&
           all->cost == accountant->total.cost;
}

static bool adds_up(const struct accountant *accountant, const struct plan_name_sum *sums,
                    uint32_t count)
{
    struct plan_sum all = {0};
    for (uint32_t i = 0; i < count; i++) {
        add_sum(&all, &sums[i].sum);
    }
    return is_whole(accountant, &all);
}

static bool pays_add_up(const struct accountant *accountant)
{
    struct plan_sum all = {0};
    for (uint32_t i = 0; i < accountant->pay_count; i++) {
        add_sum(&all, &accountant->pays[i].sum);
    }
    return is_whole(accountant, &all);
}

/* By name, so that the account does not depend on the order of the problem. */
static int by_name(const void *a, const void *b)
{
    const struct plan_name_sum *left = a;
    const struct plan_name_sum *right = b;
    return str_compare(left->name, right->name);
}

static int by_pay(const void *a, const void *b)
{
    const struct plan_pay *left = a;
    const struct plan_pay *right = b;
    int by = str_compare(left->rank, right->rank);
    by = by != 0 ? by : (left->band > right->band) - (left->band < right->band);
    return by != 0 ? by
                   : (left->notice_days > right->notice_days) -
                         (left->notice_days < right->notice_days);
}

static void finish(struct accountant *accountant, struct plan_account *account)
{
    const struct plan_problem *problem = accountant->problem;
    struct plan_name_sum *sites =
        ARENA_ARRAY(accountant->arena, struct plan_name_sum, problem->site_count + 1U);
    for (uint32_t i = 0; i < problem->site_count; i++) {
        if (plan_sum_ticks(&accountant->by_site[i]) > 0) {
            sites[account->site_count++] =
                (struct plan_name_sum){problem->sites[i].id, accountant->by_site[i]};
        }
    }
    account->sites = sites;
    account->areas = accountant->areas;
    account->area_count = accountant->area_count;
    account->ranks = accountant->ranks;
    account->rank_count = accountant->rank_count;
    account->pays = accountant->pays;
    account->pay_count = accountant->pay_count;
    account->total = accountant->total;
    qsort(account->sites, account->site_count, sizeof *account->sites, by_name);
    qsort(account->areas, account->area_count, sizeof *account->areas, by_name);
    qsort(account->ranks, account->rank_count, sizeof *account->ranks, by_name);
    qsort(account->pays, account->pay_count, sizeof *account->pays, by_pay);
}

enum status plan_account_make(struct arena *arena, const struct plan_problem *problem,
                              const struct plan_duty *duties, const bool *is_counted,
                              const struct plan_rates *rates, struct plan_account *ret_account,
                              struct error *err)
{
    struct accountant accountant = {
        .arena = arena, .problem = problem, .rates = rates, .day = INT64_MAX};
    struct plan_account account = {0};
    bool is_date = false;
    enum status status = STATUS_OK;
    if (problem->day.n > 0 && !time_parse(problem->day, &accountant.day, &is_date)) {
        accountant.day = INT64_MAX;
    }
    accountant.by_site = ARENA_ARRAY(arena, struct plan_sum, problem->site_count + 1U);
    accountant.areas = ARENA_ARRAY(arena, struct plan_name_sum, problem->site_count + 1U);
    accountant.ranks = ARENA_ARRAY(arena, struct plan_name_sum, problem->unit_count + 1U);
    accountant.pays =
        ARENA_ARRAY(arena, struct plan_pay, (size_t)problem->unit_count * PLAN_BANDS + 1U);
    account.units = ARENA_ARRAY(arena, int64_t, problem->unit_count + 1U);
    plan_ids_init(&accountant.area_ids, arena);
    plan_ids_init(&accountant.rank_ids, arena);
    plan_ids_init(&accountant.pay_ids, arena);
    for (uint32_t i = 0; i < problem->unit_count && status == STATUS_OK; i++) {
        if (is_counted != NULL && !is_counted[i]) {
            continue;
        }
        account.unit_count++;
        status = plan_duty_check(problem, i, &duties[i], err);
        account.units[i] = -accountant.paid;
        book_unit(&accountant, &problem->units[i], &duties[i]);
        account.units[i] += accountant.paid;
    }
    finish(&accountant, &account);
    if (status == STATUS_OK &&
        (!adds_up(&accountant, account.sites, account.site_count) ||
         !adds_up(&accountant, account.areas, account.area_count) ||
         !adds_up(&accountant, account.ranks, account.rank_count) || !pays_add_up(&accountant) ||
         plan_sum_ticks(&account.total) != accountant.paid)) {
        status = error_set(err, STATUS_INTERNAL,
                           "the account does not add up to the paid time of the roster");
    }
    if (status == STATUS_OK) {
        *ret_account = account;
    }
    return status;
}

struct plan_against plan_account_against(const struct plan_problem *problem,
                                         const struct plan_duty *duties,
                                         const struct plan_account *account)
{
    struct plan_against against = {.booked = plan_sum_ticks(&account->total),
                                   .unworked = account->total.unworked};
    for (uint32_t i = 0; i < problem->unit_count; i++) {
        const struct plan_unit *unit = &problem->units[i];
        int64_t past = ((int64_t)duties[i].to - unit->end) * plan_unit_officers(unit);
        against.shifts +=
            ((int64_t)unit->end - unit->start + unit->brief) * plan_unit_officers(unit);
        against.late += past > 0 ? past : 0;
        against.early += past < 0 ? -past : 0;
    }
    against.off = against.booked - against.shifts - against.late + against.early - against.unworked;
    return against;
}
