/* SPDX-License-Identifier: Apache-2.0 */
/* Which advice and which doors apply: rows of conditions against one report. */
#include "pack/pack.h"

static bool list_has(struct pack_list list, str item)
{
    for (size_t i = 0; i < list.count; i++) {
        if (str_equal(list.items[i], item)) {
            return true;
        }
    }
    return false;
}

static bool code_fits(str wanted, str code)
{
    if (str_ends(wanted, STR("*"))) {
        return str_starts(code, str_slice(wanted, 0, wanted.n - 1));
    }
    return str_equal(wanted, code);
}

/* One of the codes that are asked for; and not when there are no other codes than those with '-': what
 * is lawful beside what is a threat is a threat. */
static bool codes_fit(struct pack_list wanted, const struct pack_query *query)
{
    bool asks = false;
    bool fits = false;
    size_t refused = 0;
    for (size_t i = 0; i < wanted.count; i++) {
        bool is_not = str_starts(wanted.items[i], STR("-"));
        str code = str_slice(wanted.items[i], is_not ? 1 : 0, wanted.items[i].n);
        asks = asks || !is_not;
        for (size_t j = 0; j < query->code_count; j++) {
            if (!code_fits(code, query->codes[j])) {
                continue;
            }
            refused += is_not;
            fits = fits || !is_not;
        }
    }
    return (fits || !asks) && (refused == 0 || refused < query->code_count);
}

/* Every place that is possible lies in one of the nations: a wrong adviser is worse than none. */
static bool nations_fit(struct pack_list wanted, const struct pack_query *query)
{
    bool fits = query->nation_count > 0;
    for (size_t i = 0; i < query->nation_count; i++) {
        fits = fits && list_has(wanted, query->nations[i]);
    }
    return wanted.count == 0 || fits;
}

static str operation_of(const struct pack *pack, str office_id)
{
    const struct pack_office *office = pack_office(pack, office_id);
    return office != NULL && office->operation.n > 0 ? office->operation : STR("none");
}

static bool applies(const struct pack_condition *when, const struct pack_query *query,
                    str operation)
{
    if (when->danger.n > 0 && !query->is_danger_now) {
        return false;
    }
    if (!codes_fit(when->codes, query) || !nations_fit(when->nations, query)) {
        return false;
    }
    if (query->grade < when->grade_min) {
        return false;
    }
    if (when->operations.count > 0 && !list_has(when->operations, operation)) {
        return false;
    }
    if (when->offices.count > 0 && !list_has(when->offices, query->office)) {
        return false;
    }
    return when->channels.count == 0 || list_has(when->channels, query->channel);
}

size_t pack_advice_for(const struct pack *pack, const struct pack_query *query,
                       const struct pack_advice *ret_rows[PACK_ADVICE_MAX])
{
    size_t count = 0;
    str operation = operation_of(pack, query->office);
    for (size_t i = 0; i < pack->advice_count && count < PACK_ADVICE_MAX; i++) {
        const struct pack_advice *row = &pack->advice[i];
        bool is_given = false;
        for (size_t j = 0; j < count; j++) {
            is_given = is_given || str_equal(ret_rows[j]->id, row->id);
        }
        if (!is_given && applies(&row->when, query, operation)) {
            ret_rows[count] = row;
            count++;
        }
    }
    return count;
}

size_t pack_doors_for(const struct pack *pack, const struct pack_query *query,
                      const struct pack_door *ret_rows[PACK_DOORS_MAX])
{
    size_t count = 0;
    str operation = operation_of(pack, query->office);
    for (size_t i = 0; i < pack->door_count && count < PACK_DOORS_MAX; i++) {
        const struct pack_door *row = &pack->doors[i];
        bool is_given = false;
        for (size_t j = 0; j < count; j++) {
            is_given = is_given || str_equal(ret_rows[j]->id, row->id);
        }
        if (!is_given && applies(&row->when, query, operation)) {
            ret_rows[count] = row;
            count++;
        }
    }
    return count;
}
