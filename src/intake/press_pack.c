/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/press_pack.h"

/* A region has a mayor but no code in the pack. */
static bool find_region(const struct pack *pack, str name, struct press_place *ret_place)
{
    for (size_t i = 0; i < pack->constituency_count; i++) {
        if (str_equal_ascii_fold(pack->constituencies[i].region, name)) {
            *ret_place = (struct press_place){.name = pack->constituencies[i].region};
            return true;
        }
    }
    return false;
}

/* Codes are answered by the pack too; in running text a code is no place name.
 */
static bool is_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (ascii_is_digit(name.p[i])) {
            return false;
        }
    }
    return name.n > 0;
}

static bool find_place(const void *context, enum press_place_kind kind, str name,
                       struct press_place *ret_place)
{
    const struct pack *pack = context;
    if (!is_name(name)) {
        return false;
    }
    if (kind == PRESS_CONSTITUENCY) {
        const struct pack_constituency *c = pack_constituency(pack, name);
        if (c != NULL) {
            *ret_place = (struct press_place){c->name, c->gss};
        }
        return c != NULL;
    }
    if (kind == PRESS_ASSEMBLY_SEAT) {
        const struct pack_assembly_seat *seat = pack_assembly_seat(pack, name);
        if (seat != NULL) {
            *ret_place = (struct press_place){seat->name, seat->gss};
        }
        return seat != NULL;
    }
    if (kind == PRESS_DISTRICT) {
        const struct pack_district *d = pack_district(pack, name);
        if (d != NULL) {
            *ret_place = (struct press_place){d->name, d->gss};
        }
        return d != NULL || find_region(pack, name, ret_place);
    }
    return false;
}

struct press_gazetteer press_gazetteer_of(const struct pack *pack)
{
    return (struct press_gazetteer){find_place, pack};
}
