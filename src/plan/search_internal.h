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
/* One of the few mandatory tasks that are absent and might not be; PLAN_NONE = none. */
uint32_t search_lost(struct search *search);
void search_ruin(struct search *search);
void search_recreate(struct search *search);
void search_first(struct search *search);

#endif
