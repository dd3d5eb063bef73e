/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/places.h"

str places_text(const struct places *places, struct places_slice slice)
{
    return str_from(places->text.p + slice.at, slice.count);
}

/* FNV-1a, 64 bits. */
uint64_t places_hash(uint64_t hash, str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        hash = (hash ^ (unsigned char)bytes.p[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

const struct places_name *places_find(const struct places *places, uint64_t hash, str key,
                                      size_t *ret_count)
{
    if (places->slot_count == 0) {
        return NULL;
    }
    size_t mask = places->slot_count - 1;
    for (size_t i = (hash ^ hash >> 32) & mask; places->slots[i] != 0; i = (i + 1) & mask) {
        size_t at = places->slots[i] - 1;
        if (!str_equal(places_text(places, places->names[at].key), key)) {
            continue;
        }
        size_t end = at + 1;
        while (end < places->name_count &&
               str_equal(places_text(places, places->names[end].key), key)) {
            end++;
        }
        *ret_count = end - at;
        return &places->names[at];
    }
    return NULL;
}

/* The key as a number that sorts as its text does. */
static uint64_t key_number(const char key[PLACES_OUTCODE_MAX])
{
    uint64_t number = 0;
    for (size_t i = 0; i < PLACES_OUTCODE_MAX; i++) {
        number = number << 8 | (unsigned char)key[i];
    }
    return number;
}

const struct places_outcode *places_outcode(const struct places *places, str key)
{
    char bytes[PLACES_OUTCODE_MAX] = {0};
    size_t low = 0;
    size_t high = places->outcode_count;
    if (key.n == 0 || key.n > sizeof bytes) {
        return NULL;
    }
    memcpy(bytes, key.p, key.n);
    uint64_t wanted = key_number(bytes);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t number = key_number(places->outcodes[middle].key);
        if (number == wanted) {
            return &places->outcodes[middle];
        }
        if (number < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

uint32_t places_incode(str incode)
{
    uint32_t value = 0;
    for (size_t i = 0; i < PLACES_INCODE_MAX; i++) {
        char c = i < incode.n ? incode.p[i] : '\0';
        uint32_t digit = 0;
        if (ascii_is_digit(c)) {
            digit = (uint32_t)(c - '0') + 1;
        } else if (ascii_is_alpha(c)) {
            digit = (uint32_t)(ascii_upper(c) - 'A') + 11;
        }
        value = value * 37 + digit;
    }
    return value;
}

const struct places_run *places_run_at(const struct places *places, struct places_slice runs,
                                       uint32_t incode)
{
    const struct places_run *all = places->runs + runs.at;
    size_t low = 0;
    size_t high = runs.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all[middle].from <= incode) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? NULL : &all[low - 1];
}
