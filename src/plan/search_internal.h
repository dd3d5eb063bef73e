/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_PLAN_SEARCH_INTERNAL_H
#define HUSTINGS_PLAN_SEARCH_INTERNAL_H

#include "plan/search.h"

/* In which order absent tasks are put back. */
enum order {
    ORDER_RANDOM,
    ORDER_PROFIT, /* mandatory, then profit, then load */
    ORDER_NEAR_BASE,
    ORDER_FAR_BASE,
    ORDER_NEAR_2, /* way to the second nearest other task */
    ORDER_NEAR_5,
    ORDER_WIDTH,
    ORDER_OPEN,
    ORDER_CLOSE
};

const uint16_t *search_order(const struct search_tables *tables, const struct net *net,
                             unsigned order, struct random *random);
/* Is it worth anything, and could some unit serve it that had nothing else to do? Breaks and locks are not asked. */
bool search_has_hope(const struct net *net, uint32_t task);
void search_ruin(struct search *search);
void search_recreate(struct search *search);
void search_first(struct search *search);

#endif
