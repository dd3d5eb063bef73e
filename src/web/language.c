/* SPDX-License-Identifier: Apache-2.0 */
#include "web/language.h"

#include "web/asset.h"

enum { ACCEPT_ITEMS_MAX = 32 };

enum status languages_open(struct languages *ret_languages, struct error *err)
{
    *ret_languages = (struct languages){{
        {STR("en"), STR("English"), {.language = STR("en")}},
        {STR("cy"), STR("Cymraeg"), {.language = STR("cy")}},
        {STR("bn"),
         STR("\xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe"),
         {.language = STR("bn")}},
    }};
    static const str files[] = {STR_INIT(""), STR_INIT("cy.mo"), STR_INIT("bn.mo")};
    for (size_t i = 1; i < LANGUAGES; i++) {
        struct language *language = &ret_languages->all[i];
        enum status status =
            catalogue_open(language->code, asset_bytes(files[i]), &language->catalogue, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

const struct language *language_find(const struct languages *languages, str code)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (str_equal_ascii_fold(languages->all[i].code, code)) {
            return &languages->all[i];
        }
    }
    return NULL;
}

/* "q=0.8" in thousandths; 1000 without one, 0 when it cannot be read. */
static unsigned quality(str parameters)
{
    str p = str_trim(parameters);
    if (p.n == 0) {
        return 1000;
    }
    if (p.n < 3 || ascii_lower(p.p[0]) != 'q' || p.p[1] != '=') {
        return 0;
    }
    unsigned value = p.p[2] == '1' ? 1000 : 0;
    unsigned scale = 100;
    for (size_t i = 4; value < 1000 && i < p.n && i < 7 && ascii_is_digit(p.p[i]); i++) {
        value += (unsigned)(p.p[i] - '0') * scale;
        scale /= 10;
    }
    return value;
}

const struct language *language_accepted(const struct languages *languages, str header)
{
    const struct language *best = &languages->all[0];
    unsigned best_quality = 0;
    for (size_t i = 0; header.n > 0 && i < ACCEPT_ITEMS_MAX; i++) {
        str item = {0};
        header = str_cut(header, ',', &item);
        str tag = {0};
        str parameters = str_cut(item, ';', &tag);
        str primary = {0};
        (void)str_cut(str_trim(tag), '-', &primary);
        const struct language *found = language_find(languages, primary);
        unsigned q = quality(parameters);
        if (found != NULL && q > best_quality) {
            best = found;
            best_quality = q;
        }
    }
    return best;
}
