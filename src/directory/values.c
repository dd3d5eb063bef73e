/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, postcodes and areas as files write them. */
#include "base/text.h"
#include "directory/directory.h"
#include "pack/fold.h"
#include "pack/places.h"

/* Digits up to `stop` or the end. */
static bool take_number(str *rest, char stop, unsigned *ret_number)
{
    str part = {0};
    uint64_t number = 0;
    *rest = str_cut(*rest, stop, &part);
    if (part.n == 0 || part.n > 4 || !str_to_u64(part, &number)) {
        return false;
    }
    *ret_number = (unsigned)number;
    return true;
}

bool date_parse(struct arena *arena, str text, str *ret_date)
{
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    time_us ignored = 0;
    bool is_date = false;
    bool is_british = str_find_byte(text, '/') != text.n;
    str rest = text;
    if (text.n == 0) {
        *ret_date = (str){0};
        return true;
    }
    bool is_read = is_british ? take_number(&rest, '/', &day) && take_number(&rest, '/', &month) &&
                                    take_number(&rest, '/', &year)
                              : take_number(&rest, '-', &year) && take_number(&rest, '-', &month) &&
                                    take_number(&rest, '-', &day);
    if (!is_read || rest.n > 0 || year < 1900) {
        return false;
    }
    str date = arena_printf(arena, "%04u-%02u-%02u", year, month, day);
    if (!time_parse(date, &ignored, &is_date) || !is_date) {
        return false;
    }
    *ret_date = date;
    return true;
}

/* Outward code: one or two letters, a digit, perhaps one more letter or digit (GIR 0AA is no place
 * where people vote). Inward code: a digit and two letters. */
bool postcode_parse(struct arena *arena, str text, str *ret_postcode)
{
    enum { SHORTEST = 5, LONGEST = 7 };
    char code[LONGEST + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (ascii_is_space(text.p[i])) {
            continue;
        }
        if (n == LONGEST || !ascii_is_alnum(text.p[i])) {
            return false;
        }
        code[n++] = ascii_upper(text.p[i]);
    }
    if (n < SHORTEST) {
        return false;
    }
    size_t outward = n - 3;
    size_t letters = ascii_is_alpha(code[1]) ? 2 : 1;
    bool is_good = ascii_is_alpha(code[0]) && letters < outward && outward <= letters + 2 &&
                   ascii_is_digit(code[letters]) && ascii_is_digit(code[outward]) &&
                   ascii_is_alpha(code[outward + 1]) && ascii_is_alpha(code[outward + 2]);
    if (is_good) {
        *ret_postcode = arena_printf(arena, "%.*s %.3s", (int)outward, code, code + outward);
    }
    return is_good;
}

/* A ward by its code, or by a name that no other ward has. */
static bool ward_find(const struct pack *pack, str code_or_name, struct directory_area *ret_area)
{
    char key[FOLD_NAME_BYTES_MAX];
    size_t count = 0;
    size_t wards = 0;
    struct directory_area found = {0};
    if (pack->places == NULL) {
        return false;
    }
    str folded = fold_name(code_or_name, key);
    const struct places_name *names =
        places_find(pack->places, places_hash(PLACES_HASH_START, folded), folded, &count);
    for (size_t i = 0; i < count; i++) {
        if (names[i].kind == PLACES_WARD) {
            const struct places_ward *ward = &pack->places->wards[names[i].of];
            str name = places_text(pack->places, ward->name);
            str gss = places_text(pack->places, ward->gss);
            found = (struct directory_area){gss, name.n > 0 ? name : gss};
            wards++;
        }
    }
    if (wards == 1) {
        *ret_area = found;
    }
    return wards == 1;
}

bool area_find(const struct pack *pack, str code_or_name, struct directory_area *ret_area)
{
    if (code_or_name.n == 0 || pack->constituency_count + pack->district_count == 0) {
        return false;
    }
    const struct pack_constituency *constituency = pack_constituency(pack, code_or_name);
    if (constituency != NULL) {
        *ret_area = (struct directory_area){constituency->gss, constituency->name};
        return true;
    }
    const struct pack_district *district = pack_district(pack, code_or_name);
    if (district != NULL) {
        *ret_area = (struct directory_area){district->gss, district->name};
        return true;
    }
    const struct pack_assembly_seat *seat = pack_assembly_seat(pack, code_or_name);
    if (seat != NULL) {
        *ret_area = (struct directory_area){seat->gss, seat->name};
        return true;
    }
    for (size_t i = 0; i < pack->force_count; i++) { /* where a commissioner is elected */
        const struct pack_force *force = &pack->forces[i];
        if (str_equal(force->id, code_or_name) || str_equal(force->gss, code_or_name)) {
            *ret_area =
                (struct directory_area){force->gss.n > 0 ? force->gss : force->id, force->name};
            return true;
        }
    }
    return ward_find(pack, code_or_name, ret_area);
}
