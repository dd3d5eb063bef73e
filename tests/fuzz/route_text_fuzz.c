/* SPDX-License-Identifier: Apache-2.0 */
/* A sentence with or without a place, as the field of each kind, against the invented country. */
#include "route/route.h"

/* Opened once: a pack takes longer than a sentence. */
static struct arena arena;
static struct pack pack;
static const struct router *router;
static struct route_work *work;

static void open_world(void)
{
    if (router != NULL) {
        return;
    }
    arena_init(&arena, 64 << 20);
    ASSERT(pack_load(&arena, HUSTINGS_SOURCE_ROOT "/tests/packs/lyonesse", &pack, NULL) ==
           STATUS_OK);
    ASSERT(router_open(&arena, &pack, &router, NULL) == STATUS_OK);
    work = route_work_new(&arena, router);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct route_choice choices[ROUTE_CHOICES_MAX];
    open_world();
    str text = str_from(data, size);
    const struct route_query queries[] = {
        {.place = text},
        {.postcode = text},
        {.outcode = text},
        {.ward = text},
        {.district = text},
        {.constituency = text},
        {.place = text, .district = STR("Great Sennen")},
        {.place = text, .constituency = text, .postcode = text, .ward = text},
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        struct route_answer answer;
        struct buf why;
        unsigned sum = 0;
        router_ask(router, work, &queries[i], &answer);
        for (size_t j = 0; j < answer.force_count; j++) {
            sum += answer.forces[j].of == answer.forces[0].of ? answer.forces[j].permille : 0;
        }
        ASSERT(answer.force_count == 0 || (sum >= 990 && sum <= 1010));
        buf_init(&why, 4096);
        route_why(router, &answer, &why);
        ASSERT(why.n > 0 && !why.overflowed);
        buf_close(&why);
        ASSERT(route_choices(router, work, &queries[i], choices) <= ROUTE_CHOICES_MAX);
    }
    return 0;
}
