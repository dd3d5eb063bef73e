/* SPDX-License-Identifier: Apache-2.0 */
/* From mentions to an answer: narrow, intersect, count. */
#include "route/route_internal.h"

enum { PERMILLE = 1000, WHOLE = 1000000 };

#define KIND(kind) (1U << (kind))

/* ---- what was said ---- */

static void field_name(const struct router *router, struct route_work *work, str text,
                       unsigned kinds)
{
    if (text.n > 0 && !find_name(router, work, text, kinds) &&
        !find_name(router, work, text, ~0U)) {
        find_text(router, work, text);
    }
}

static void gather(const struct router *router, struct route_work *work,
                   const struct route_query *query)
{
    str postcode = str_trim(query->postcode);
    str outcode = str_trim(query->outcode);
    str place = str_trim(query->place);
    if (postcode.n > 0 && !find_postcode(router, work, postcode)) {
        size_t before = work->mention_count;
        find_text(router, work, postcode);
        if (work->mention_count == before && !work->has_trouble) {
            work->has_trouble = true;
            work->trouble = ROUTE_WHY_NOT_A_POSTCODE;
            work->trouble_subject = postcode;
        }
    }
    if (outcode.n > 0 && !find_postcode(router, work, outcode)) {
        find_text(router, work, outcode);
    }
    field_name(router, work, str_trim(query->ward), KIND(PLACES_WARD));
    if (place.n > 0 && !find_postcode(router, work, place) &&
        !find_name(router, work, place, ~0U)) {
        find_text(router, work, place);
    }
    field_name(router, work, str_trim(query->district), KIND(PLACES_DISTRICT));
    size_t before = work->mention_count;
    field_name(router, work, str_trim(query->constituency),
               KIND(PLACES_CONSTITUENCY) | KIND(PLACES_ASSEMBLY_SEAT));
    for (size_t i = before; i < work->mention_count; i++) {
        work->mentions[i].is_office = true;
    }
}

/* ---- narrowing ---- */

/* How near two places must be for one to speak for the other. */
enum nearness { NEAR_CELL, NEAR_DISTRICT, NEAR_FORCE, NEARNESSES };

/* The cells of `mention`, and all of the districts or forces they lie in. */
static void widen(const struct router *router, const struct mention *mention,
                  enum nearness nearness, struct cells *cells)
{
    cells_clear(router, cells);
    cells_add(router, cells, mention->cells.words);
    for (size_t i = 0; i < router->cell_count && nearness != NEAR_CELL; i++) {
        if ((mention->cells.words[i / 64] >> i % 64 & 1) == 0) {
            continue;
        }
        size_t district = router->cell_district[i];
        const uint64_t *more =
            nearness == NEAR_DISTRICT
                ? router->of_district + district * router->cell_words
                : router->of_force + router->district_force[district] * router->cell_words;
        cells_add(router, cells, more);
    }
}

/* Keeps the meanings of `mention` that fit; false when that changes nothing. */
static bool narrow(const struct router *router, struct mention *mention, const struct cells *other)
{
    bool fits[SPOTS_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        struct cells cells;
        cells_clear(router, &cells);
        spot_cells(router, &mention->spots[i], &cells);
        fits[i] = cells_meet(router, &cells, other);
        kept += fits[i];
    }
    if (kept == 0 || kept == mention->spot_count) {
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        if (fits[i]) {
            mention->spots[n] = mention->spots[i];
            n++;
        }
    }
    mention->spot_count = n;
    mention_refresh(router, mention);
    return true;
}

/* One round: the mentions with one meaning (or those with several) speak to all others. */
static bool narrow_round(const struct router *router, struct route_work *work,
                         enum nearness nearness, bool is_by_sure)
{
    bool has_changed = false;
    for (size_t j = 0; j < work->mention_count; j++) {
        struct cells cells;
        if ((work->mentions[j].spot_count == 1) != is_by_sure) {
            continue;
        }
        widen(router, &work->mentions[j], nearness, &cells);
        for (size_t i = 0; i < work->mention_count; i++) {
            if (i != j && work->mentions[i].spot_count > 1) {
                has_changed = narrow(router, &work->mentions[i], &cells) || has_changed;
            }
        }
    }
    return has_changed;
}

/* The same place first, then the same district, then the same force; in "Bow, Newham, London" Bow
 * must not choose for London. Only the first step is taken by mentions that are open themselves. */
static void narrow_all(const struct router *router, struct route_work *work)
{
    for (enum nearness nearness = NEAR_CELL; nearness < NEARNESSES; nearness++) {
        bool has_changed = true;
        for (size_t round = 0; has_changed && round < 3; round++) {
            has_changed = narrow_round(router, work, nearness, true);
            if (nearness == NEAR_CELL) {
                has_changed = narrow_round(router, work, nearness, false) || has_changed;
            }
        }
    }
}

/* A weak mention counts when it fits a strong one, or when there is nothing else; a faint one not
 * even then. */
static void drop_weak(const struct router *router, struct route_work *work)
{
    bool has_strong = false;
    size_t kept = 0;
    for (size_t i = 0; i < work->mention_count; i++) {
        has_strong = has_strong || !work->mentions[i].is_weak;
    }
    for (size_t i = 0; i < work->mention_count; i++) {
        bool fits = !work->mentions[i].is_weak || (!has_strong && !work->mentions[i].is_faint);
        for (size_t j = 0; j < work->mention_count && !fits; j++) {
            fits = !work->mentions[j].is_weak &&
                   cells_meet(router, &work->mentions[i].cells, &work->mentions[j].cells);
        }
        if (fits) {
            if (kept != i) {
                work->mentions[kept] = work->mentions[i];
            }
            kept++;
        }
    }
    work->mention_count = kept;
}

static bool has_spot_in(const struct router *router, const struct spot *spots, size_t count,
                        const struct cells *other)
{
    for (size_t i = 0; i < count; i++) {
        struct cells cells;
        cells_clear(router, &cells);
        spot_cells(router, &spots[i], &cells);
        if (cells_meet(router, &cells, other)) {
            return true;
        }
    }
    return false;
}

static void take_minors(const struct router *router, struct mention *mention,
                        const struct cells *other)
{
    size_t kept = 0;
    for (size_t i = 0; i < mention->minor_count; i++) {
        if (has_spot_in(router, &mention->minors[i], 1, other)) {
            mention->spots[kept] = mention->minors[i];
            kept++;
        }
    }
    mention->spot_count = kept;
    mention_refresh(router, mention);
}

static void drop_mention(struct route_work *work, size_t at)
{
    for (size_t i = at + 1; i < work->mention_count; i++) {
        work->mentions[i - 1] = work->mentions[i];
    }
    work->mention_count--;
}

/* "Whitchurch, Cardiff" and "St Mary's, Walthamstow". Where none of the places of a name lies in
 * the town or district behind the comma, a ward there may have the name although something larger
 * elsewhere has it too; else it is a church, an inn or a corner of that place that is on no list.
 * A county tells nothing here, for addresses go on naming the one of before 1965 ("Sutton, Surrey"),
 * unless the name is a part of an unknown one ("Abbots Bromley, Staffordshire"). */
static void locate(const struct router *router, struct route_work *work)
{
    for (size_t i = 0; i < work->mention_count; i++) {
        struct mention *mention = &work->mentions[i];
        const struct mention *where = NULL;
        for (size_t j = 0; j < work->mention_count && mention->located_by.n > 0; j++) {
            where = work->mentions[j].said.p == mention->located_by.p ? &work->mentions[j] : where;
        }
        bool is_part = mention->longer.n > 0;
        if (where == NULL || where == mention || where->spot_count != 1 ||
            (!is_part && where->kind != SPOT_DISTRICT && where->kind != SPOT_TOWN &&
             where->kind != SPOT_SEAT)) {
            continue;
        }
        struct cells cells;
        widen(router, where, NEAR_DISTRICT, &cells);
        if (cells_meet(router, &mention->cells, &cells)) {
            continue;
        }
        if (has_spot_in(router, mention->minors, mention->minor_count, &cells)) {
            take_minors(router, mention, &cells);
        } else if (mention->was_open || is_part) {
            drop_mention(work, i);
            i--;
        }
    }
}

/* ---- counting ---- */

struct count {
    const struct router *router;
    struct route_work *work;
    const struct cells *within; /* NULL = everything */
    const char *rule;
};

static void count_force(const struct count *count, size_t force, uint32_t weight)
{
    tally_add(&count->work->forces, force, weight);
    count->work->rules[force] = count->rule;
}

/* Where a meaning has a force and no constituency (a town of Northern Ireland), the share of the
 * constituencies of the others must not grow by it. */
static void count_seatless(const struct count *count, uint32_t weight)
{
    count->work->seatless += weight;
}

static void count_seat(const struct count *count, size_t seat, uint32_t weight)
{
    tally_add(&count->work->seats, seat, weight);
    count->work->seat_rules[seat] = count->rule;
}

static void count_district(const struct count *count, size_t district, uint32_t weight)
{
    count_force(count, count->router->district_force[district], weight);
}

static bool has_cell(const struct cells *cells, size_t cell)
{
    return cells == NULL || (cells->words[cell / 64] >> cell % 64 & 1) != 0;
}

static bool meets(const struct count *count, const uint64_t *words)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count->router->cell_words && count->within != NULL; i++) {
        any |= words[i] & count->within->words[i];
    }
    return count->within == NULL || any != 0;
}

static void count_cells(const struct count *count, const struct cells *cells, uint64_t weight)
{
    const struct router *router = count->router;
    uint64_t total = 0;
    for (size_t i = 0; i < router->cell_count; i++) {
        if (has_cell(cells, i) && has_cell(count->within, i)) {
            total += router->weights[i];
        }
    }
    for (size_t i = 0; i < router->cell_count && total > 0; i++) {
        if (has_cell(cells, i) && has_cell(count->within, i)) {
            uint32_t share = (uint32_t)(weight * router->weights[i] / total);
            count_seat(count, router->cell_seat[i], share);
            count_district(count, router->cell_district[i], share);
        }
    }
}

static void count_seats(const struct count *count, struct places_slice slice, uint32_t weight)
{
    const struct router *router = count->router;
    for (size_t i = 0; i < slice.count; i++) {
        const struct places_part *part = &router->places->parts[slice.at + i];
        if (meets(count, router->of_seat + part->of * router->cell_words)) {
            count_seat(count, part->of, (uint32_t)((uint64_t)weight * part->permille / PERMILLE));
        }
    }
}

static void count_outcode(struct count *count, const struct spot *spot, uint32_t weight)
{
    const struct router *router = count->router;
    const struct places_outcode *row = &router->places->outcodes[spot->of];
    const char *of_spot = count->rule;
    if (spot->seat_count == 0) {
        count->rule = spot_rule(SPOT_OUTCODE); /* a postcode that is in no table */
    }
    for (size_t i = 0; i < spot->seat_count; i++) {
        count_seat(count, spot->seats[i], weight / spot->seat_count);
    }
    if (spot->seat_count == 0) {
        count_seats(count, row->constituencies, weight);
    }
    count->rule = spot->district_count == 0 ? spot_rule(SPOT_OUTCODE) : of_spot;
    for (size_t i = 0; i < spot->district_count; i++) {
        count_district(count, spot->districts[i], weight / spot->district_count);
    }
    for (size_t i = 0; i < row->districts.count && spot->district_count == 0; i++) {
        const struct places_part *part = &router->places->parts[row->districts.at + i];
        if (meets(count, router->of_district + part->of * router->cell_words)) {
            count_district(count, part->of,
                           (uint32_t)((uint64_t)weight * part->permille / PERMILLE));
        }
    }
}

static void count_town(const struct count *count, const struct places_town *town, uint32_t weight)
{
    if (town->district == PLACES_UNKNOWN) {
        count_force(count, town->force, weight);
        count_seatless(count, weight);
        return;
    }
    if (town->population >= LARGE_TOWN_PEOPLE || town->constituency == PLACES_UNKNOWN) {
        struct cells cells;
        cells_clear(count->router, &cells);
        town_cells(count->router, town, &cells);
        count_cells(count, &cells, weight);
        return;
    }
    count_seat(count, town->constituency, weight);
    count_district(count, town->district, weight);
}

static void count_spot(struct count *count, const struct spot *spot, uint32_t weight)
{
    const struct router *router = count->router;
    struct cells cells;
    switch (spot->kind) {
    case SPOT_POSTCODE:
    case SPOT_OUTCODE:
        count_outcode(count, spot, weight);
        break;
    case SPOT_WARD: {
        const struct places_ward *ward = &router->places->wards[spot->of];
        count_seats(count, ward->constituencies, weight);
        count_district(count, ward->district, weight);
        break;
    }
    case SPOT_TOWN:
        count_town(count, &router->places->towns[spot->of], weight);
        break;
    case SPOT_FORCE:
        count_force(count, spot->of, weight);
        count_seatless(count, weight);
        break;
    case SPOT_SEAT:
    case SPOT_DISTRICT:
    case SPOT_ASSEMBLY_SEAT:
    case SPOT_AREA:
        cells_clear(router, &cells);
        spot_cells(router, spot, &cells);
        count_cells(count, &cells, weight);
        break;
    }
}

/* Adds one mention: each of its spots that lies within, by weight. */
static void count_mention(struct count *count, const struct mention *mention)
{
    uint64_t total = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        total += mention->spots[i].weight;
    }
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        struct cells cells;
        cells_clear(count->router, &cells);
        if (count->within != NULL) {
            spot_cells(count->router, spot, &cells);
        }
        if (count->within == NULL || cells_meet(count->router, &cells, count->within)) {
            count->rule = spot_rule(spot->kind);
            count_spot(count, spot, (uint32_t)(WHOLE * (uint64_t)spot->weight / total));
        }
    }
}

/* ---- the answer ---- */

static void sort_tally(struct tally *tally)
{
    for (size_t i = 1; i < tally->count; i++) {
        uint16_t of = tally->touched[i];
        size_t j = i;
        while (j > 0 && tally->weights[tally->touched[j - 1]] < tally->weights[of]) {
            tally->touched[j] = tally->touched[j - 1];
            j--;
        }
        tally->touched[j] = of;
    }
}

static uint64_t tally_total(const struct tally *tally, uint64_t others)
{
    uint64_t total = others;
    for (size_t i = 0; i < tally->count; i++) {
        total += tally->weights[tally->touched[i]];
    }
    /* Shares of a table are rounded: what adds up to 0.998 or 1.001 is the whole. */
    return total > WHOLE - WHOLE / 100 && total < WHOLE + WHOLE / 100 ? WHOLE
           : total == 0                                               ? 1
                                                                      : total;
}

/* Moves the tallies into the answer. Returns the number of forces that are possible. */
static size_t put_tallies(const struct router *router, struct route_work *work, enum route_of of,
                          struct route_answer *answer)
{
    const struct pack *pack = router->pack;
    size_t possible = work->forces.count;
    uint64_t total = tally_total(&work->forces, 0);
    if (possible <= ROUTE_FORCES_MAX) {
        sort_tally(&work->forces);
        for (size_t i = 0; i < possible; i++) {
            size_t force = work->forces.touched[i];
            answer->forces[answer->force_count] = (struct route_force){
                .force = &pack->forces[force],
                .permille =
                    (unsigned)((work->forces.weights[force] * (uint64_t)PERMILLE + total / 2) /
                               total),
                .rule = work->rules[force],
                .of = of,
            };
            answer->force_count++;
        }
    }
    total = tally_total(&work->seats, work->seatless);
    if (work->seats.count <= ROUTE_SEATS_MAX && possible <= ROUTE_FORCES_MAX) {
        sort_tally(&work->seats);
        for (size_t i = 0; i < work->seats.count; i++) {
            size_t seat = work->seats.touched[i];
            answer->seats[answer->seat_count] = (struct route_seat){
                .constituency = &pack->constituencies[seat],
                .gss = pack->constituencies[seat].gss,
                .name = pack->constituencies[seat].name,
                .permille =
                    (unsigned)((work->seats.weights[seat] * (uint64_t)PERMILLE + total / 2) /
                               total),
                .rule = work->seat_rules[seat],
                .of = of,
            };
            answer->seat_count++;
        }
    }
    tally_clear(&work->forces);
    tally_clear(&work->seats);
    work->seatless = 0;
    return possible;
}

/* A seat of another assembly stands for itself: its constituencies of Parliament say nothing. */
static bool put_assembly_seat(const struct router *router, const struct mention *mention,
                              enum route_of of, struct route_answer *answer)
{
    if (mention->spot_count != 1 || mention->spots[0].kind != SPOT_ASSEMBLY_SEAT) {
        return false;
    }
    const struct pack_assembly_seat *seat = &router->pack->assembly_seats[mention->spots[0].of];
    answer->seats[answer->seat_count] = (struct route_seat){.gss = seat->gss,
                                                            .name = seat->name,
                                                            .permille = PERMILLE,
                                                            .of = of,
                                                            .rule = spot_rule(SPOT_ASSEMBLY_SEAT)};
    answer->seat_count++;
    return true;
}

struct outcome {
    const struct mention *first; /* the most exact */
    size_t mentions;
    size_t possible;   /* forces */
    bool has_one_seat; /* one constituency is possible, and nothing else */
    bool is_conflict;
    bool is_doubtful; /* one name alone, and that a small town's or a bare word */
};

/* All mentions of one kind of place (incident or office): what they have in common. */
static struct outcome settle(const struct router *router, struct route_work *work, bool is_office,
                             struct route_answer *answer)
{
    struct outcome outcome = {0};
    struct count count = {.router = router, .work = work};
    enum route_of of = is_office ? ROUTE_OF_OFFICE : ROUTE_OF_INCIDENT;
    struct cells within;
    for (size_t i = 0; i < work->mention_count; i++) {
        const struct mention *mention = &work->mentions[i];
        if (mention->is_office == is_office) {
            outcome.mentions++;
            if (outcome.first == NULL || mention->kind < outcome.first->kind) {
                outcome.first = mention;
            }
        }
    }
    if (outcome.first == NULL) {
        return outcome;
    }
    if (outcome.mentions > 1) {
        cells_clear(router, &within);
        cells_add(router, &within, outcome.first->cells.words);
        count.within = &within;
    }
    for (size_t i = 0; i < work->mention_count && outcome.mentions > 1; i++) {
        const struct mention *mention = &work->mentions[i];
        if (mention->is_office != is_office || mention == outcome.first) {
            continue;
        }
        if (cells_meet(router, &within, &mention->cells)) {
            cells_keep(router, &within, &mention->cells);
        } else {
            struct count other = {.router = router, .work = work};
            outcome.is_conflict = true;
            count_mention(&other, mention);
        }
    }
    count_mention(&count, outcome.first);
    outcome.has_one_seat = work->seats.count == 1 && work->seatless == 0;
    if (!outcome.is_conflict && put_assembly_seat(router, outcome.first, of, answer)) {
        tally_clear(&work->seats);
        outcome.has_one_seat = true;
    }
    outcome.possible = put_tallies(router, work, of, answer);
    outcome.is_doubtful =
        outcome.mentions == 1 && !is_office &&
        (outcome.first->is_small || outcome.first->is_bare || outcome.first->longer.n > 0);
    return outcome;
}

static str district_of(const struct router *router, const struct mention *mention)
{
    const struct spot *spot = &mention->spots[0];
    return spot->kind == SPOT_POSTCODE && spot->district_count == 1
               ? router->pack->districts[spot->districts[0]].name
               : spot_name(router, spot);
}

static void explain(const struct router *router, const struct route_work *work,
                    const struct outcome *outcome, struct route_answer *answer)
{
    const struct mention *first = outcome->first;
    if (first == NULL) {
        answer->why = work->has_trouble ? work->trouble : ROUTE_WHY_NOTHING_FOUND;
        answer->why_subject = work->trouble_subject;
        answer->why_text = work->trouble_text;
        return;
    }
    answer->why_subject = first->spot_count == 1 ? district_of(router, first) : first->said;
    answer->why_number = first->spot_count;
    if (outcome->is_conflict && outcome->possible > 1) {
        answer->why = ROUTE_WHY_CONFLICT;
    } else if (first->kind == SPOT_FORCE) {
        answer->why = ROUTE_WHY_POSTCODE_AREA;
        answer->why_text = work->trouble_text;
    } else if (outcome->possible > ROUTE_FORCES_MAX) {
        answer->why = ROUTE_WHY_TOO_WIDE;
    } else if (first->spot_count > 1 && outcome->possible > 1 && first->kind != SPOT_OUTCODE) {
        answer->why = ROUTE_WHY_SEVERAL_PLACES;
    } else if (first->kind == SPOT_POSTCODE && work->unlisted != NULL) {
        answer->why = ROUTE_WHY_UNLISTED;
        answer->why_subject = spot_name(router, &first->spots[0]);
    } else if (outcome->possible > 1) {
        answer->why = ROUTE_WHY_SEVERAL_FORCES;
    } else if (outcome->is_doubtful) {
        answer->why = first->longer.n > 0 ? ROUTE_WHY_LONGER_NAME
                      : first->is_bare    ? ROUTE_WHY_BARE_WORD
                                          : ROUTE_WHY_ONE_KNOWN;
        answer->why_subject = first->longer.n > 0 ? first->longer : first->said;
    } else {
        answer->why = first->kind == SPOT_POSTCODE ? ROUTE_WHY_POSTCODE : ROUTE_WHY_INSIDE;
    }
}

void route_prepare(const struct router *router, struct route_work *work,
                   const struct route_query *query)
{
    work->mention_count = 0;
    work->has_trouble = false;
    work->trouble_subject = (str){0};
    work->trouble_text = NULL;
    work->unlisted = NULL;
    gather(router, work, query);
    if (work->mention_count > 1 || (work->mention_count == 1 && work->mentions[0].is_faint)) {
        bool is_open = false;
        drop_weak(router, work);
        for (size_t i = 0; i < work->mention_count; i++) {
            work->mentions[i].was_open = work->mentions[i].spot_count > 1;
            is_open = is_open || work->mentions[i].was_open;
        }
        if (is_open) {
            narrow_all(router, work);
        }
        locate(router, work);
    }
}

/* The office's force is a second clue: "Thaxted", and the member for a constituency of Essex. */
static bool agrees(const struct router *router, const struct mention *incident,
                   const struct mention *office)
{
    struct cells cells;
    if (office == NULL) {
        return false;
    }
    widen(router, office, NEAR_FORCE, &cells);
    return cells_meet(router, &cells, &incident->cells);
}

static str first_said(const struct route_query *query)
{
    const str all[] = {query->postcode, query->outcode,  query->ward,
                       query->place,    query->district, query->constituency};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (str_trim(all[i]).n > 0) {
            return str_trim(all[i]);
        }
    }
    return (str){0};
}

static bool says_incident(const struct route_query *query)
{
    return str_trim(query->postcode).n + str_trim(query->outcode).n + str_trim(query->ward).n +
               str_trim(query->district).n + str_trim(query->place).n >
           0;
}

/* A postcode between two listed ones, or in a part of its outcode of which nothing is known. */
static bool is_unlisted(const struct route_work *work)
{
    return work->unlisted != NULL;
}

void router_ask(const struct router *router, struct route_work *work,
                const struct route_query *query, struct route_answer *ret_answer)
{
    ret_answer->seat_count = 0;
    ret_answer->force_count = 0;
    ret_answer->why_number = 0;
    ret_answer->why_text = NULL;
    route_prepare(router, work, query);
    struct outcome incident = settle(router, work, false, ret_answer);
    struct outcome office = settle(router, work, true, ret_answer);
    ret_answer->has_both = incident.first != NULL && office.first != NULL;
    /* A place that was given and is not known leaves its force open, whatever the office's is. */
    bool is_about_office = incident.first == NULL && !says_incident(query);
    const struct outcome *main = is_about_office ? &office : &incident;
    incident.is_doubtful = incident.is_doubtful && !agrees(router, incident.first, office.first);
    ret_answer->certain = main->possible == 1 && !main->is_doubtful;
    ret_answer->seat_certain =
        main->has_one_seat && !main->is_doubtful && !(main == &incident && is_unlisted(work));
    explain(router, work, main, ret_answer);
    if (main->first == NULL && !work->has_trouble) {
        ret_answer->why_subject = first_said(query);
        ret_answer->why =
            ret_answer->why_subject.n == 0 ? ROUTE_WHY_NO_PLACE : ROUTE_WHY_NOTHING_FOUND;
    }
    find_doors(router, work, query, ret_answer);
}
