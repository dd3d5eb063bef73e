/* SPDX-License-Identifier: Apache-2.0 */
/* What is worked out once: the cells of every district, constituency and force. */
#include <stdlib.h>

#include "pack/fold.h"
#include "route/route_internal.h"

static int word_compare(const void *a, const void *b)
{
    return str_compare(*(const str *)a, *(const str *)b);
}

static const struct word_set *word_set_new(struct arena *arena, struct pack_list list)
{
    struct word_set *set = ARENA_NEW(arena, struct word_set);
    str *words = ARENA_ARRAY(arena, str, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        char bytes[FOLD_NAME_BYTES_MAX];
        words[i] = arena_str(arena, fold_name(list.items[i], bytes));
    }
    if (list.count > 1) {
        qsort(words, list.count, sizeof words[0], word_compare);
    }
    *set = (struct word_set){words, list.count};
    return set;
}

bool word_set_has(const struct word_set *set, str word)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(set->words[middle], word);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* "yn,ym:m=b,mh=p yng:ng=g": one for each pair. */
static void fill_changes(struct arena *arena, struct router *router)
{
    const struct pack_list *list = &router->pack->place_words.change;
    size_t cap = 0;
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < list->items[i].n; j++) {
            cap += list->items[i].p[j] == '=';
        }
    }
    struct name_change *changes = ARENA_ARRAY(arena, struct name_change, cap + 1);
    for (size_t i = 0; i < list->count; i++) {
        str words = {0};
        str pairs = str_cut(list->items[i], ':', &words);
        str *after = ARENA_ARRAY(arena, str, words.n + 1);
        size_t count = 0;
        while (words.n > 0) {
            words = str_cut(words, ',', &after[count]);
            count++;
        }
        const struct word_set *set = word_set_new(arena, (struct pack_list){after, count});
        while (pairs.n > 0) {
            str pair = {0};
            pairs = str_cut(pairs, ',', &pair);
            struct name_change *change = &changes[router->change_count];
            change->after = *set;
            change->old = str_cut(pair, '=', &change->now);
            router->change_count++;
        }
    }
    router->changes = changes;
}

static void set_bit(uint64_t *words, size_t bit)
{
    words[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void fill_cells(struct router *router)
{
    const struct pack *pack = router->pack;
    for (size_t i = 0; i < router->cell_count; i++) {
        const struct pack_share *share = &pack->shares[i];
        size_t seat = (size_t)(share->constituency - pack->constituencies);
        size_t district = (size_t)(share->district - pack->districts);
        size_t force = (size_t)(share->district->force - pack->forces);
        router->cell_seat[i] = (uint16_t)seat;
        router->cell_district[i] = (uint16_t)district;
        /* A sliver still counts: it makes two candidates of one. */
        router->weights[i] =
            share->postcodes > 0 ? share->postcodes : share->people_percent * 20 + 1;
        set_bit(router->of_seat + seat * router->cell_words, i);
        set_bit(router->of_district + district * router->cell_words, i);
        set_bit(router->of_force + force * router->cell_words, i);
    }
    for (size_t i = 0; i < pack->district_count; i++) {
        router->district_force[i] = (uint16_t)(pack->districts[i].force - pack->forces);
    }
}

enum status router_open(struct arena *arena, const struct pack *pack,
                        const struct router **ret_router, struct error *err)
{
    ASSERT(pack->places != NULL);
    if (pack->share_count > CELLS_MAX || pack->constituency_count > TALLY_MAX ||
        pack->force_count > TALLY_MAX || pack->district_count > TALLY_MAX) {
        return error_set(err, STATUS_LIMIT,
                         "a pack may have at most %d shares, constituencies, "
                         "districts and forces",
                         CELLS_MAX);
    }
    struct router *router = ARENA_NEW(arena, struct router);
    size_t count = pack->share_count;
    size_t words = (count + 63) / 64;
    *router = (struct router){
        .pack = pack,
        .places = pack->places,
        .cell_count = count,
        .cell_words = words,
        .weights = ARENA_ARRAY(arena, uint32_t, count + 1),
        .cell_seat = ARENA_ARRAY(arena, uint16_t, count + 1),
        .cell_district = ARENA_ARRAY(arena, uint16_t, count + 1),
        .of_seat = ARENA_ARRAY(arena, uint64_t, pack->constituency_count * words + 1),
        .of_district = ARENA_ARRAY(arena, uint64_t, pack->district_count * words + 1),
        .of_force = ARENA_ARRAY(arena, uint64_t, pack->force_count * words + 1),
        .district_force = ARENA_ARRAY(arena, uint16_t, pack->district_count + 1),
        .before = word_set_new(arena, pack->place_words.before),
        .title = word_set_new(arena, pack->place_words.title),
        .common = word_set_new(arena, pack->place_words.common),
        .article = word_set_new(arena, pack->place_words.article),
        .road = word_set_new(arena, pack->place_words.road),
        .street = word_set_new(arena, pack->place_words.street),
        .part = word_set_new(arena, pack->place_words.part),
        .beside = word_set_new(arena, pack->place_words.beside),
    };
    fill_cells(router);
    fill_changes(arena, router);
    line_prepare(arena, router);
    *ret_router = router;
    return STATUS_OK;
}

struct route_work *route_work_new(struct arena *arena, const struct router *router)
{
    (void)router;
    return ARENA_NEW(arena, struct route_work);
}

void route_work_clear(struct route_work *work)
{
    memset(work, 0, sizeof *work);
}

void cells_clear(const struct router *router, struct cells *cells)
{
    memset(cells->words, 0, router->cell_words * sizeof cells->words[0]);
}

void cells_add(const struct router *router, struct cells *cells, const uint64_t *more)
{
    for (size_t i = 0; i < router->cell_words; i++) {
        cells->words[i] |= more[i];
    }
}

bool cells_meet(const struct router *router, const struct cells *a, const struct cells *b)
{
    uint64_t any = 0;
    for (size_t i = 0; i < router->cell_words; i++) {
        any |= a->words[i] & b->words[i];
    }
    return any != 0;
}

void cells_keep(const struct router *router, struct cells *cells, const struct cells *others)
{
    for (size_t i = 0; i < router->cell_words; i++) {
        cells->words[i] &= others->words[i];
    }
}

static const uint64_t *seat_cells(const struct router *router, size_t seat)
{
    return router->of_seat + seat * router->cell_words;
}

static const uint64_t *district_cells(const struct router *router, size_t district)
{
    return router->of_district + district * router->cell_words;
}

/* The cells of a district that lie in one of the constituencies; all of them when none does (a
 * stray postcode outside the shares). */
static void add_common(const struct router *router, struct cells *cells, size_t district,
                       const struct places_part *seats, size_t seat_count)
{
    const uint64_t *all = district_cells(router, district);
    uint64_t any = 0;
    for (size_t i = 0; i < seat_count; i++) {
        const uint64_t *seat = seat_cells(router, seats[i].of);
        for (size_t j = 0; j < router->cell_words; j++) {
            cells->words[j] |= seat[j] & all[j];
            any |= seat[j] & all[j];
        }
    }
    if (any == 0) {
        cells_add(router, cells, all);
    }
}

static void outcode_cells(const struct router *router, const struct spot *spot, struct cells *cells)
{
    const struct places_outcode *row = &router->places->outcodes[spot->of];
    const struct places_part *seats = router->places->parts + row->constituencies.at;
    const struct places_part *districts = router->places->parts + row->districts.at;
    const struct places_part own[2] = {{spot->seats[0], 0}, {spot->seats[1], 0}};
    size_t seat_count = row->constituencies.count;
    if (spot->kind == SPOT_POSTCODE && spot->seat_count > 0) {
        seat_count = spot->seat_count == 1 ? 1 : ARRAY_LEN(own);
        seats = own;
    }
    if (spot->kind == SPOT_POSTCODE && spot->district_count > 0) {
        for (size_t i = 0; i < spot->district_count; i++) {
            add_common(router, cells, spot->districts[i], seats, seat_count);
        }
        return;
    }
    for (size_t i = 0; i < row->districts.count; i++) {
        add_common(router, cells, districts[i].of, seats, seat_count);
    }
}

bool name_has(str name, str part)
{
    for (size_t at = 0; at + part.n <= name.n && part.n > 0; at++) {
        if ((at == 0 || name.p[at - 1] == ' ') &&
            (at + part.n == name.n || name.p[at + part.n] == ' ' || name.p[at + part.n] == ',') &&
            str_equal_ascii_fold(str_slice(name, at, at + part.n), part)) {
            return true;
        }
    }
    return false;
}

/* "Bolton" and Bolton West; "High Wycombe" and Wycombe. */
static bool is_named_after(str seat, str town)
{
    return name_has(seat, town) || name_has(town, seat);
}

/* A large town is more than the constituency of its centre: those of its district that are called
 * after it, or else ("Canary Wharf") all of its district. */
static void large_town_cells(const struct router *router, const struct places_town *town,
                             struct cells *cells)
{
    const uint64_t *district = router->of_district + town->district * router->cell_words;
    str name = places_text(router->places, town->name);
    struct cells named;
    bool has_named = false;
    cells_clear(router, &named);
    for (size_t i = 0; i < router->cell_count; i++) {
        if ((district[i / 64] >> i % 64 & 1) == 0) {
            continue;
        }
        bool is_named =
            is_named_after(router->pack->constituencies[router->cell_seat[i]].name, name);
        has_named = has_named || is_named;
        if (is_named || router->cell_seat[i] == town->constituency) {
            named.words[i / 64] |= UINT64_C(1) << i % 64;
        }
    }
    cells_add(router, cells, has_named ? named.words : district);
}

void town_cells(const struct router *router, const struct places_town *town, struct cells *cells)
{
    struct places_part seat = {town->constituency, 1000};
    if (town->district == PLACES_UNKNOWN) {
        cells_add(router, cells, router->of_force + town->force * router->cell_words);
    } else if (town->population >= LARGE_TOWN_PEOPLE || town->constituency == PLACES_UNKNOWN) {
        large_town_cells(router, town, cells);
    } else {
        add_common(router, cells, town->district, &seat, 1);
    }
}

void spot_cells(const struct router *router, const struct spot *spot, struct cells *cells)
{
    const struct pack *pack = router->pack;
    const struct places *places = router->places;
    switch (spot->kind) {
    case SPOT_POSTCODE:
    case SPOT_OUTCODE:
        outcode_cells(router, spot, cells);
        break;
    case SPOT_WARD: {
        const struct places_ward *ward = &places->wards[spot->of];
        add_common(router, cells, ward->district, places->parts + ward->constituencies.at,
                   ward->constituencies.count);
        break;
    }
    case SPOT_TOWN:
        town_cells(router, &places->towns[spot->of], cells);
        break;
    case SPOT_SEAT:
        cells_add(router, cells, seat_cells(router, spot->of));
        break;
    case SPOT_DISTRICT:
        cells_add(router, cells, district_cells(router, spot->of));
        break;
    case SPOT_ASSEMBLY_SEAT:
    case SPOT_AREA: {
        bool is_area = spot->kind == SPOT_AREA;
        const struct pack_district **list =
            is_area ? pack->areas[spot->of].districts : pack->assembly_seats[spot->of].districts;
        size_t count = is_area ? pack->areas[spot->of].district_count
                               : pack->assembly_seats[spot->of].district_count;
        for (size_t i = 0; i < count; i++) {
            cells_add(router, cells, district_cells(router, (size_t)(list[i] - pack->districts)));
        }
        break;
    }
    case SPOT_FORCE:
        cells_add(router, cells, router->of_force + spot->of * router->cell_words);
        break;
    }
}

static size_t add_force(uint16_t force, uint16_t *forces, size_t count, size_t max)
{
    for (size_t i = 0; i < count; i++) {
        if (forces[i] == force) {
            return count;
        }
    }
    if (count < max) {
        forces[count] = force;
    }
    return count < max ? count + 1 : max;
}

size_t spot_forces(const struct router *router, const struct spot *spot, uint16_t *ret_forces,
                   size_t max)
{
    struct cells cells;
    size_t count = 0;
    if (spot->kind == SPOT_FORCE) {
        return add_force((uint16_t)spot->of, ret_forces, 0, max);
    }
    if (spot->kind == SPOT_TOWN) {
        return add_force(router->places->towns[spot->of].force, ret_forces, 0, max);
    }
    cells_clear(router, &cells);
    spot_cells(router, spot, &cells);
    for (size_t i = 0; i < router->cell_count; i++) {
        if ((cells.words[i / 64] >> i % 64 & 1) != 0) {
            count =
                add_force(router->district_force[router->cell_district[i]], ret_forces, count, max);
        }
    }
    return count;
}

str spot_name(const struct router *router, const struct spot *spot)
{
    const struct pack *pack = router->pack;
    const struct places *places = router->places;
    switch (spot->kind) {
    case SPOT_POSTCODE:
    case SPOT_OUTCODE: {
        const char *key = places->outcodes[spot->of].key;
        return str_from(key, strnlen(key, PLACES_OUTCODE_MAX));
    }
    case SPOT_WARD:
        return places_text(places, places->wards[spot->of].name);
    case SPOT_TOWN:
        return places_text(places, places->towns[spot->of].name);
    case SPOT_SEAT:
        return pack->constituencies[spot->of].name;
    case SPOT_DISTRICT:
        return pack->districts[spot->of].name;
    case SPOT_ASSEMBLY_SEAT:
        return pack->assembly_seats[spot->of].name;
    case SPOT_AREA:
        return pack->areas[spot->of].name;
    case SPOT_FORCE:
        return pack->forces[spot->of].name;
    }
    return (str){0};
}

const char *spot_rule(enum spot_kind kind)
{
    static const char *const rules[] = {
        [SPOT_POSTCODE] = "postcode",
        [SPOT_WARD] = "ward",
        [SPOT_TOWN] = "place",
        [SPOT_OUTCODE] = "outcode",
        [SPOT_SEAT] = "constituency",
        [SPOT_DISTRICT] = "district",
        [SPOT_ASSEMBLY_SEAT] = "assembly-seat",
        [SPOT_AREA] = "area",
        [SPOT_FORCE] = "postcode-area",
    };
    return rules[kind];
}

void tally_clear(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        tally->weights[tally->touched[i]] = 0;
    }
    tally->count = 0;
}

void tally_add(struct tally *tally, size_t of, uint32_t weight)
{
    if (tally->weights[of] == 0) {
        tally->touched[tally->count] = (uint16_t)of;
        tally->count++;
        weight = weight == 0 ? 1 : weight;
    }
    tally->weights[of] += weight;
}
