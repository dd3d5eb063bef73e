/* SPDX-License-Identifier: Apache-2.0 */
/* Mentions: what one name can mean, and the whole of a field as a name. */
#include "pack/fold.h"
#include "route/route_internal.h"

enum { FORCES_OF_SPOT = 64, TOWN_WARD_PEOPLE = 5000 };

enum spot_kind spot_kind_of(const struct places_name *name)
{
    static const enum spot_kind kinds[PLACES_KINDS] = {
        [PLACES_AREA] = SPOT_AREA,         [PLACES_DISTRICT] = SPOT_DISTRICT,
        [PLACES_CONSTITUENCY] = SPOT_SEAT, [PLACES_ASSEMBLY_SEAT] = SPOT_ASSEMBLY_SEAT,
        [PLACES_TOWN] = SPOT_TOWN,         [PLACES_WARD] = SPOT_WARD,
    };
    return kinds[name->kind];
}

struct mention *mention_new(struct route_work *work, str said)
{
    if (work->mention_count == MENTIONS_MAX) {
        return NULL;
    }
    struct mention *mention = &work->mentions[work->mention_count];
    mention->spot_count = 0;
    mention->is_office = false;
    mention->is_weak = false;
    mention->is_bare = false;
    mention->is_small = false;
    mention->is_faint = false;
    mention->longer = (str){0};
    mention->minor_count = 0;
    mention->located_by = (str){0};
    mention->said = said;
    work->mention_count++;
    return mention;
}

/* Of two meanings that overlap, which one stands for both: the first of these. */
static int breadth(enum spot_kind kind)
{
    static const int order[] = {
        [SPOT_AREA] = 0,     [SPOT_DISTRICT] = 1,      [SPOT_TOWN] = 2,
        [SPOT_SEAT] = 3,     [SPOT_ASSEMBLY_SEAT] = 4, [SPOT_WARD] = 5,
        [SPOT_POSTCODE] = 6, [SPOT_OUTCODE] = 7,       [SPOT_FORCE] = 8,
    };
    return order[kind];
}

static bool forces_within(const struct router *router, const struct spot *inner,
                          const struct spot *outer)
{
    uint16_t a[FORCES_OF_SPOT];
    uint16_t b[FORCES_OF_SPOT];
    size_t inner_count = spot_forces(router, inner, a, FORCES_OF_SPOT);
    size_t outer_count = spot_forces(router, outer, b, FORCES_OF_SPOT);
    for (size_t i = 0; i < inner_count; i++) {
        bool has = false;
        for (size_t j = 0; j < outer_count; j++) {
            has = has || a[i] == b[j];
        }
        if (!has) {
            return false;
        }
    }
    return true;
}

/* A ward is seldom meant where a town, district or constituency has the same name. */
static bool outshines_wards(const struct router *router, const struct spot *spot)
{
    return spot->kind == SPOT_AREA || spot->kind == SPOT_DISTRICT || spot->kind == SPOT_SEAT ||
           spot->kind == SPOT_ASSEMBLY_SEAT ||
           (spot->kind == SPOT_TOWN &&
            router->places->towns[spot->of].population >= TOWN_WARD_PEOPLE);
}

/* Does `spot` add nothing to `other`? The force must not be lost by leaving it out. */
static bool is_covered(const struct router *router, const struct spot *spot,
                       const struct spot *other)
{
    struct cells a;
    struct cells b;
    if (breadth(spot->kind) <= breadth(other->kind)) {
        return false;
    }
    cells_clear(router, &a);
    cells_clear(router, &b);
    spot_cells(router, spot, &a);
    spot_cells(router, other, &b);
    return cells_meet(router, &a, &b) && forces_within(router, spot, other);
}

static void sort_out(const struct router *router, struct mention *mention)
{
    bool has_major = false;
    bool drop[SPOTS_MAX] = {false};
    size_t kept = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        has_major = has_major || outshines_wards(router, &mention->spots[i]);
    }
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        drop[i] = has_major && spot->kind == SPOT_WARD;
        for (size_t j = 0; j < mention->spot_count && !drop[i]; j++) {
            drop[i] = j != i && !(has_major && mention->spots[j].kind == SPOT_WARD) &&
                      is_covered(router, spot, &mention->spots[j]);
        }
    }
    for (size_t i = 0; i < mention->spot_count; i++) {
        if (!drop[i]) {
            mention->spots[kept] = mention->spots[i];
            kept++;
        } else if (has_major && mention->spots[i].kind == SPOT_WARD &&
                   mention->minor_count < MINORS_MAX) {
            mention->minors[mention->minor_count] = mention->spots[i];
            mention->minor_count++;
        }
    }
    mention->spot_count = kept;
}

void mention_refresh(const struct router *router, struct mention *mention)
{
    cells_clear(router, &mention->cells);
    mention->kind = SPOT_FORCE;
    for (size_t i = 0; i < mention->spot_count; i++) {
        spot_cells(router, &mention->spots[i], &mention->cells);
        if (mention->spots[i].kind < mention->kind) {
            mention->kind = mention->spots[i].kind;
        }
    }
}

/* Does a second list know the town: is a ward of its district, its district or its constituency
 * called after it? */
static bool is_town_known(const struct router *router, const struct mention *mention,
                          const struct places_town *town)
{
    const struct pack *pack = router->pack;
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        if (spot->kind == SPOT_WARD && router->places->wards[spot->of].district == town->district) {
            return true;
        }
    }
    return (town->constituency != PLACES_UNKNOWN &&
            name_has(pack->constituencies[town->constituency].name, mention->said)) ||
           (town->district != PLACES_UNKNOWN &&
            name_has(pack->districts[town->district].name, mention->said));
}

static bool is_ward_known(const struct router *router, const struct mention *mention,
                          const struct places_ward *ward)
{
    const struct places_part *parts = router->places->parts + ward->constituencies.at;
    for (size_t i = 0; i < ward->constituencies.count; i++) {
        if (name_has(router->pack->constituencies[parts[i].of].name, mention->said)) {
            return true;
        }
    }
    return name_has(router->pack->districts[ward->district].name, mention->said);
}

/* Is the name long enough to be the name of one place? "Bradford on Avon" is, "Victoria Park" and
 * "Church Street" are not: those are made of words that every town has. */
static bool is_long_name(const struct router *router, str said)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str rest = fold_name(said, bytes);
    size_t words = 0;
    size_t common = 0;
    str word = {0};
    while (rest.n > 0) {
        rest = str_cut(rest, ' ', &word);
        words += word.n > 2; /* "St" makes no name a rare one */
        common += word_set_has(router->common, word);
    }
    return words > 1 && common < words && !word_set_has(router->street, word);
}

/* Districts and constituencies are complete lists; the towns are not, and of a small one there may
 * be a namesake that the list leaves out (route.md has the counts). What two lists know in the same
 * district is as good as a large town: a third place of the name would have to be in neither. So is
 * a name of more than one word. */
static bool is_doubtful_name(const struct router *router, const struct mention *mention)
{
    const struct places *places = router->places;
    uint32_t people = (uint32_t)router->pack->known_town_people;
    char bytes[FOLD_NAME_BYTES_MAX];
    bool is_street = word_set_has(router->street, fold_name(mention->said, bytes));
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        bool is_known = spot->kind != SPOT_TOWN && spot->kind != SPOT_WARD;
        if (spot->kind == SPOT_TOWN) {
            const struct places_town *town = &places->towns[spot->of];
            is_known = town->population >= people || is_town_known(router, mention, town);
        } else if (spot->kind == SPOT_WARD) {
            is_known = is_ward_known(router, mention, &places->wards[spot->of]);
        }
        if (is_known && !(is_street && spot->kind >= SPOT_WARD && spot->kind <= SPOT_TOWN)) {
            return false;
        }
    }
    return people > 0 && !is_long_name(router, mention->said);
}

void mention_finish(const struct router *router, struct route_work *work, struct mention *mention)
{
    mention->is_small = is_doubtful_name(router, mention);
    if (mention->spot_count > 1) {
        sort_out(router, mention);
    }
    if (mention->spot_count == 0) {
        work->mention_count--;
        return;
    }
    mention_refresh(router, mention);
}

/* More people, more likely meant; never used to call anything certain. Of many a part of a city the
 * gazetteer has no number ("Poplar"), but its constituency is called after it. */
static uint32_t town_weight(const struct router *router, const struct places_town *town)
{
    enum { PEOPLE_UNKNOWN = 2000, PEOPLE_NAMED = 20000, PEOPLE_LEAST = 500 };
    uint32_t people = town->population == 0 ? PEOPLE_UNKNOWN : town->population;
    if (people < PEOPLE_NAMED && town->constituency != PLACES_UNKNOWN &&
        name_has(router->pack->constituencies[town->constituency].name,
                 places_text(router->places, town->name))) {
        people = PEOPLE_NAMED;
    }
    return people + PEOPLE_LEAST;
}

static uint32_t weight_of(const struct router *router, const struct spot *spot)
{
    return spot->kind == SPOT_TOWN   ? town_weight(router, &router->places->towns[spot->of])
           : spot->kind == SPOT_WARD ? 5000
                                     : 50000;
}

void add_spots(const struct router *router, struct mention *mention,
               const struct places_name *names, size_t count, unsigned kinds)
{
    for (size_t i = 0; i < count && mention->spot_count < SPOTS_MAX; i++) {
        if ((kinds >> names[i].kind & 1) != 0) {
            struct spot *spot = &mention->spots[mention->spot_count];
            *spot = (struct spot){.kind = spot_kind_of(&names[i]), .of = names[i].of};
            spot->weight = weight_of(router, spot);
            mention->spot_count++;
        }
    }
}

/* "Shadwell" as a ward is the ward Shadwell, not one that is called after it and another. */
static void keep_whole_names(const struct router *router, struct mention *mention, str key)
{
    size_t kept = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        char bytes[FOLD_NAME_BYTES_MAX];
        str name = spot_name(router, &mention->spots[i]);
        if (str_equal(fold_name(name, bytes), key)) {
            struct spot spot = mention->spots[i];
            mention->spots[i] = mention->spots[kept];
            mention->spots[kept] = spot;
            kept++;
        }
    }
    mention->spot_count = kept > 0 ? kept : mention->spot_count;
}

bool find_name(const struct router *router, struct route_work *work, str text, unsigned kinds)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    size_t count = 0;
    str key = fold_name(text, bytes);
    const struct places_name *names =
        key.n == 0 ? NULL
                   : places_find(router->places, places_hash(PLACES_HASH_START, key), key, &count);
    struct mention *mention = names == NULL ? NULL : mention_new(work, text);
    if (mention == NULL) {
        return false;
    }
    add_spots(router, mention, names, count, kinds);
    if (kinds == 1U << PLACES_WARD) {
        keep_whole_names(router, mention, key);
    }
    size_t found = mention->spot_count;
    mention_finish(router, work, mention);
    if (kinds != ~0U) {
        mention->is_small = false; /* asked of a list that is complete */
    }
    return found > 0;
}
