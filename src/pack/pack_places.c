/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of places: forces, districts, constituencies, their shares, assembly seats. */
#include "pack/pack_internal.h"

static void load_forces(struct loader *loader)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "forces.csv");
    struct pack_force *forces = ARENA_ARRAY(loader->arena, struct pack_force, cap + 1);
    pack->forces = forces;
    while (loader_next(loader)) {
        struct pack_force *force = &forces[pack->force_count];
        force->id = loader_word(loader, "id");
        force->name = loader_word(loader, "name");
        force->gss = loader_text(loader, "gss");
        force->nation = loader_word(loader, "nation");
        if (pack_force(pack, force->id) != NULL) {
            loader_refuse(loader, "id", "stands there twice");
        }
        pack->force_count++;
    }
}

static void index_codes(struct loader *loader, struct index *index, str gss,
                        struct pack_list other_codes, size_t at)
{
    index_add(loader->arena, index, gss, at);
    for (size_t i = 0; i < other_codes.count; i++) {
        index_add(loader->arena, index, other_codes.items[i], at);
    }
}

enum { OTHER_CODES_MAX = 16 };

static struct pack_list load_other_codes(struct loader *loader)
{
    struct pack_list list = loader_list(loader, "other_codes");
    if (list.count > OTHER_CODES_MAX) {
        loader_refuse(loader, "other_codes", "more than 16 codes");
        list.count = OTHER_CODES_MAX;
    }
    return list;
}

static void load_districts(struct loader *loader, struct index *index)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "districts.csv");
    struct pack_district *districts = ARENA_ARRAY(loader->arena, struct pack_district, cap + 1);
    pack->districts = districts;
    index_init(loader->arena, index, cap * (OTHER_CODES_MAX + 2));
    while (loader_next(loader)) {
        struct pack_district *district = &districts[pack->district_count];
        district->gss = loader_word(loader, "gss");
        district->name = loader_word(loader, "name");
        district->force = pack_force(pack, loader_word(loader, "force"));
        district->other_codes = load_other_codes(loader);
        district->other_names = loader_list_of(loader, "other_names", '|');
        if (district->force == NULL) {
            loader_refuse(loader, "force", "is not in forces.csv");
        }
        index_codes(loader, index, district->gss, district->other_codes, pack->district_count);
        index_add(loader->arena, index, district->name, pack->district_count);
        pack->district_count++;
    }
    index_sort(index);
}

static void load_constituencies(struct loader *loader, struct index *index)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "constituencies.csv");
    struct pack_constituency *rows = ARENA_ARRAY(loader->arena, struct pack_constituency, cap + 1);
    pack->constituencies = rows;
    index_init(loader->arena, index, cap * (OTHER_CODES_MAX + 3));
    while (loader_next(loader)) {
        struct pack_constituency *row = &rows[pack->constituency_count];
        row->gss = loader_word(loader, "gss");
        row->name = loader_word(loader, "name");
        row->name_cy = loader_text(loader, "name_cy");
        row->nation = loader_word(loader, "nation");
        row->region = loader_text(loader, "region");
        row->type = loader_text(loader, "type");
        int electorate = loader_int(loader, "electorate", 0);
        row->electorate = electorate < 0 ? 0 : (unsigned)electorate;
        row->hex_q = loader_int(loader, "hex_q", 0);
        row->hex_r = loader_int(loader, "hex_r", 0);
        row->other_codes = load_other_codes(loader);
        index_codes(loader, index, row->gss, row->other_codes, pack->constituency_count);
        index_add(loader->arena, index, row->name, pack->constituency_count);
        index_add(loader->arena, index, row->name_cy, pack->constituency_count);
        pack->constituency_count++;
    }
    index_sort(index);
}

static void add_force(struct loader *loader, struct pack_constituency *row,
                      const struct pack_force *force)
{
    for (size_t i = 0; i < row->force_count; i++) {
        if (row->forces[i] == force) {
            return;
        }
    }
    if (row->force_count == ARRAY_LEN(row->forces)) {
        loader_refuse(loader, "district", "a constituency lies in more than 4 forces");
        return;
    }
    row->forces[row->force_count] = force;
    row->force_count++;
}

static uint64_t force_weight(const struct pack_constituency *row, const struct pack_force *force)
{
    uint64_t postcodes = 0;
    for (size_t i = 0; i < row->share_count; i++) {
        if (row->shares[i].district->force == force) {
            postcodes += row->shares[i].postcodes;
        }
    }
    return postcodes;
}

/* Two districts of one force may outweigh the largest district, so the sums decide. */
static void order_forces(struct pack_constituency *row)
{
    for (size_t i = 1; i < row->force_count; i++) {
        for (size_t j = i; j > 0; j--) {
            const struct pack_force *before = row->forces[j - 1];
            if (force_weight(row, before) >= force_weight(row, row->forces[j])) {
                break;
            }
            row->forces[j - 1] = row->forces[j];
            row->forces[j] = before;
        }
    }
}

/* The table is in the order of the constituencies, largest share first. */
static void load_shares(struct loader *loader, const struct pack_index *index)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "constituency_shares.csv");
    struct pack_share *shares = ARENA_ARRAY(loader->arena, struct pack_share, cap + 1);
    struct pack_constituency *rows = (struct pack_constituency *)pack->constituencies;
    size_t count = 0;
    while (loader_next(loader)) {
        int64_t at = index_find(&index->constituencies, loader_word(loader, "constituency"));
        int64_t of = index_find(&index->districts, loader_word(loader, "district"));
        if (at < 0 || of < 0) {
            loader_refuse(loader, "constituency", "it or the district is unknown");
            return;
        }
        struct pack_constituency *row = &rows[at];
        if (row->share_count > 0 && row->shares + row->share_count != &shares[count]) {
            loader_refuse(loader, "constituency", "its rows must stand together");
            return;
        }
        int postcodes = loader_int(loader, "postcodes", 0);
        shares[count] = (struct pack_share){
            .constituency = row,
            .district = &pack->districts[of],
            .people_percent = loader_percent(loader, "people_share"),
            .area_percent = loader_percent(loader, "area_share"),
            .postcodes = postcodes < 0 ? 0 : (unsigned)postcodes,
        };
        row->shares = row->share_count == 0 ? &shares[count] : row->shares;
        row->share_count++;
        add_force(loader, row, shares[count].district->force);
        count++;
    }
    pack->shares = shares;
    pack->share_count = count;
    for (size_t i = 0; i < pack->constituency_count; i++) {
        if (rows[i].share_count == 0) {
            loader_refuse(loader, "constituency", "one constituency has no share");
        }
        order_forces(&rows[i]);
    }
}

static void load_assembly(struct loader *loader, struct pack_index *index)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open_optional(loader, "assembly_seats.csv");
    struct pack_assembly_seat *rows =
        ARENA_ARRAY(loader->arena, struct pack_assembly_seat, cap + 1);
    pack->assembly_seats = rows;
    index_init(loader->arena, &index->assembly_seats, cap * 2);
    while (cap > 0 && loader_next(loader)) {
        struct pack_assembly_seat *row = &rows[pack->assembly_seat_count];
        row->gss = loader_word(loader, "gss");
        row->name = loader_word(loader, "name");
        struct pack_list list = loader_list(loader, "districts");
        row->districts = ARENA_ARRAY(loader->arena, const struct pack_district *, list.count + 1);
        for (size_t i = 0; i < list.count; i++) {
            int64_t at = index_find(&index->districts, list.items[i]);
            if (at < 0) {
                loader_refuse(loader, "districts", "names an unknown district");
                return;
            }
            row->districts[i] = &pack->districts[at];
        }
        row->district_count = list.count;
        index_add(loader->arena, &index->assembly_seats, row->gss, pack->assembly_seat_count);
        index_add(loader->arena, &index->assembly_seats, row->name, pack->assembly_seat_count);
        pack->assembly_seat_count++;
    }
    index_sort(&index->assembly_seats);
}

void pack_load_places(struct loader *loader)
{
    struct pack_index *index = ARENA_NEW(loader->arena, struct pack_index);
    loader->pack->index = index;
    load_forces(loader);
    load_districts(loader, &index->districts);
    load_constituencies(loader, &index->constituencies);
    load_shares(loader, index);
    load_assembly(loader, index);
}
