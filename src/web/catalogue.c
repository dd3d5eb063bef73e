/* SPDX-License-Identifier: Apache-2.0 */
#include "web/catalogue.h"

#include "base/utf8.h"

/* The head of a .mo file; all numbers are 32 bits, here little-endian:
 *   0  magic 0x950412de      12  offset of the table of originals (length, offset pairs)
 *   4  revision (0)          16  offset of the table of translations
 *   8  number of strings     20  hash table: not used */
enum { MO_HEAD_BYTES = 28, MO_PAIR_BYTES = 8 };
#define MO_MAGIC UINT32_C(0x950412de)

static uint32_t mo_u32(str bytes, size_t at)
{
    const unsigned char *p = (const unsigned char *)bytes.p + at;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool mo_fits(str bytes, uint64_t at, uint64_t len)
{
    return at <= bytes.n && len <= bytes.n - at;
}

static str mo_text(str bytes, uint32_t table_at, uint32_t i)
{
    size_t pair = table_at + (size_t)i * MO_PAIR_BYTES;
    uint32_t len = mo_u32(bytes, pair);
    uint32_t at = mo_u32(bytes, pair + 4);
    return str_slice(bytes, at, (size_t)at + len);
}

void catalogue_at(const struct catalogue *catalogue, uint32_t i, str *ret_english,
                  str *ret_translation)
{
    ASSERT(i < catalogue->count);
    *ret_english = mo_text(catalogue->bytes, catalogue->originals_at, i);
    *ret_translation = mo_text(catalogue->bytes, catalogue->translations_at, i);
}

static enum status check_text(str bytes, uint32_t table_at, uint32_t i, struct error *err)
{
    size_t pair = table_at + (size_t)i * MO_PAIR_BYTES;
    uint64_t len = mo_u32(bytes, pair);
    uint64_t at = mo_u32(bytes, pair + 4);
    if (!mo_fits(bytes, at, len)) {
        return error_set(err, STATUS_CORRUPT, "message %u of the catalogue is out of bounds", i);
    }
    if (!utf8_is_valid(mo_text(bytes, table_at, i))) {
        return error_set(err, STATUS_CORRUPT, "message %u of the catalogue is not UTF-8", i);
    }
    return STATUS_OK;
}

static enum status check_all(const struct catalogue *c, struct error *err)
{
    for (uint32_t i = 0; i < c->count; i++) {
        enum status status = check_text(c->bytes, c->originals_at, i, err);
        if (status == STATUS_OK) {
            status = check_text(c->bytes, c->translations_at, i, err);
        }
        if (status != STATUS_OK) {
            return status;
        }
        if (i > 0 && str_compare(mo_text(c->bytes, c->originals_at, i - 1),
                                 mo_text(c->bytes, c->originals_at, i)) >= 0) {
            return error_set(err, STATUS_CORRUPT, "the catalogue is not sorted at message %u", i);
        }
    }
    return STATUS_OK;
}

enum status catalogue_open(str language, str bytes, struct catalogue *ret_catalogue,
                           struct error *err)
{
    if (bytes.n < MO_HEAD_BYTES || bytes.n > CATALOGUE_BYTES_MAX) {
        return error_set(err, STATUS_CORRUPT, "a catalogue of %zu bytes", bytes.n);
    }
    if (mo_u32(bytes, 0) != MO_MAGIC || mo_u32(bytes, 4) != 0) {
        return error_set(err, STATUS_CORRUPT, "not a little-endian .mo file of revision 0");
    }
    struct catalogue c = {.language = language,
                          .bytes = bytes,
                          .count = mo_u32(bytes, 8),
                          .originals_at = mo_u32(bytes, 12),
                          .translations_at = mo_u32(bytes, 16)};
    uint64_t table_bytes = (uint64_t)c.count * MO_PAIR_BYTES;
    if (c.count > CATALOGUE_MESSAGES_MAX || !mo_fits(bytes, c.originals_at, table_bytes) ||
        !mo_fits(bytes, c.translations_at, table_bytes)) {
        return error_set(err, STATUS_CORRUPT, "the catalogue's tables are out of bounds");
    }
    enum status status = check_all(&c, err);
    if (status == STATUS_OK) {
        *ret_catalogue = c;
    }
    return status;
}

str catalogue_text(const struct catalogue *catalogue, str english)
{
    if (catalogue == NULL || english.n == 0) {
        return english;
    }
    uint32_t low = 0;
    uint32_t high = catalogue->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order =
            str_compare(english, mo_text(catalogue->bytes, catalogue->originals_at, middle));
        if (order == 0) {
            str found = mo_text(catalogue->bytes, catalogue->translations_at, middle);
            return found.n == 0 ? english : found;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return english;
}
