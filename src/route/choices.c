/* SPDX-License-Identifier: Apache-2.0 */
/* What a place could mean, for a form that lets people choose. */
#include "route/route_internal.h"

/* The smallest county or region that holds all of it: what people write behind a name. */
static str area_around(const struct router *router, const struct spot *spot)
{
    const struct pack *pack = router->pack;
    struct cells cells;
    str name = {0};
    size_t least = SIZE_MAX;
    cells_clear(router, &cells);
    spot_cells(router, spot, &cells);
    for (size_t i = 0; i < pack->area_count; i++) {
        struct cells around;
        struct spot area = {.kind = SPOT_AREA, .of = (uint32_t)i};
        uint64_t outside = 0;
        cells_clear(router, &around);
        spot_cells(router, &area, &around);
        for (size_t j = 0; j < router->cell_words; j++) {
            outside |= cells.words[j] & ~around.words[j];
        }
        if (outside == 0 && pack->areas[i].district_count < least) {
            least = pack->areas[i].district_count;
            name = pack->areas[i].name;
        }
    }
    return name;
}

/* More people, more likely meant. */
static void likely_first(struct mention *mention)
{
    for (size_t i = 1; i < mention->spot_count; i++) {
        struct spot spot = mention->spots[i];
        size_t j = i;
        while (j > 0 && mention->spots[j - 1].weight < spot.weight) {
            mention->spots[j] = mention->spots[j - 1];
            j--;
        }
        mention->spots[j] = spot;
    }
}

size_t route_choices(const struct router *router, struct route_work *work,
                     const struct route_query *query,
                     struct route_choice ret_choices[ROUTE_CHOICES_MAX])
{
    const struct pack *pack = router->pack;
    const struct places *places = router->places;
    size_t count = 0;
    route_prepare(router, work, query);
    for (size_t i = 0; i < work->mention_count; i++) {
        struct mention *mention = &work->mentions[i];
        likely_first(mention);
        for (size_t j = 0; j < mention->spot_count && count < ROUTE_CHOICES_MAX; j++) {
            const struct spot *spot = &mention->spots[j];
            uint16_t forces[ROUTE_FORCES_MAX] = {0};
            struct route_choice *choice = &ret_choices[count];
            *choice = (struct route_choice){.kind = spot_rule(spot->kind),
                                            .name = spot_name(router, spot)};
            choice->force_count = spot_forces(router, spot, forces, ROUTE_FORCES_MAX);
            choice->force = choice->force_count > 0 ? &pack->forces[forces[0]] : NULL;
            if (spot->kind == SPOT_WARD) {
                const struct pack_district *district =
                    &pack->districts[places->wards[spot->of].district];
                choice->code = places_text(places, places->wards[spot->of].gss);
                choice->within = district->name;
            } else if (spot->kind == SPOT_TOWN &&
                       places->towns[spot->of].district != PLACES_UNKNOWN) {
                const struct pack_district *district =
                    &pack->districts[places->towns[spot->of].district];
                choice->code = district->gss;
                choice->within = district->name;
            } else if (spot->kind == SPOT_DISTRICT) {
                choice->code = pack->districts[spot->of].gss;
                choice->within = area_around(router, spot);
            } else if (spot->kind == SPOT_SEAT) {
                choice->code = pack->constituencies[spot->of].gss;
                choice->within = area_around(router, spot);
            } else if (spot->kind == SPOT_ASSEMBLY_SEAT) {
                choice->code = pack->assembly_seats[spot->of].gss;
            }
            if (choice->within.n == 0 && choice->force != NULL) {
                choice->within = choice->force->name;
            }
            count++;
        }
    }
    return count;
}
