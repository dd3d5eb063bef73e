/* SPDX-License-Identifier: Apache-2.0 */
/* Small tables that a country may do without: areas, postcode areas, words around a place. */
#include "pack/pack_internal.h"

static void load_areas(struct loader *loader)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open_optional(loader, "areas.csv");
    struct pack_area *rows = ARENA_ARRAY(loader->arena, struct pack_area, cap + 1);
    pack->areas = rows;
    while (cap > 0 && loader_next(loader)) {
        struct pack_area *row = &rows[pack->area_count];
        row->name = loader_word(loader, "name");
        row->other_names = loader_list_of(loader, "other_names", '|');
        struct pack_list list = loader_list(loader, "districts");
        row->districts = ARENA_ARRAY(loader->arena, const struct pack_district *, list.count + 1);
        for (size_t i = 0; i < list.count; i++) {
            row->districts[i] = pack_district(pack, list.items[i]);
            if (row->districts[i] == NULL) {
                loader_refuse(loader, "districts", "names an unknown district");
                return;
            }
        }
        row->district_count = list.count;
        pack->area_count++;
    }
}

static void load_postcode_areas(struct loader *loader)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open_optional(loader, "postcode_areas.csv");
    struct pack_postcode_area *rows =
        ARENA_ARRAY(loader->arena, struct pack_postcode_area, cap + 1);
    pack->postcode_areas = rows;
    while (cap > 0 && loader_next(loader)) {
        struct pack_postcode_area *row = &rows[pack->postcode_area_count];
        row->prefix = loader_word(loader, "prefix");
        str force = loader_text(loader, "force");
        row->force = pack_force(pack, force);
        row->why = loader_say(loader, "why");
        if (force.n > 0 && row->force == NULL) {
            loader_refuse(loader, "force", "is not in forces.csv");
        }
        pack->postcode_area_count++;
    }
}

/* "yn,ym:m=b,mh=p": what a word at the beginning of a name changes into after another word. */
static bool is_change(str text)
{
    str after = {0};
    str rest = str_cut(text, ':', &after);
    bool is_good = after.n > 0 && rest.n > 0;
    while (rest.n > 0 && is_good) {
        str pair = {0};
        str now = {0};
        rest = str_cut(rest, ',', &pair);
        str before = str_cut(pair, '=', &now);
        is_good = before.n > 0 && now.n + before.n + 1 == pair.n;
    }
    return is_good;
}

static void load_place_words(struct loader *loader)
{
    struct pack_place_words *words = &loader->pack->place_words;
    const struct {
        str kind;
        struct pack_list *list;
    } kinds[] = {
        {STR("before"), &words->before}, {STR("title"), &words->title},
        {STR("common"), &words->common}, {STR("article"), &words->article},
        {STR("road"), &words->road},     {STR("street"), &words->street},
        {STR("cut"), &words->cut},       {STR("change"), &words->change},
        {STR("part"), &words->part},     {STR("beside"), &words->beside},
    };
    size_t cap = loader_open_optional(loader, "place_words.csv");
    while (cap > 0 && loader_next(loader)) {
        str kind = loader_word(loader, "kind");
        size_t at = 0;
        while (at < ARRAY_LEN(kinds) && !str_equal(kinds[at].kind, kind)) {
            at++;
        }
        if (at == ARRAY_LEN(kinds)) {
            loader_refuse(loader, "kind",
                          "must be before, title, common, article, road, street, cut, part, beside "
                          "or change");
            return;
        }
        *kinds[at].list = loader_list(loader, "words");
    }
    for (size_t i = 0; i < words->change.count && loader->status == STATUS_OK; i++) {
        if (!is_change(words->change.items[i])) {
            loader->status = error_set(loader->err, STATUS_INVALID,
                                       "place_words.csv, change: '%.*s' must be "
                                       "WORD,WORD:NEW=OLD,NEW=OLD",
                                       STR_ARG(words->change.items[i]));
        }
    }
}

static void check_forms(struct loader *loader)
{
    const struct pack_list *forms = &loader->pack->postcode_forms;
    for (size_t i = 0; i < forms->count && loader->status == STATUS_OK; i++) {
        str inner = {0};
        str rest = forms->items[i];
        str outer = {0};
        inner = str_cut(rest, ' ', &outer);
        bool is_good = outer.n > 0 && outer.n <= PLACES_OUTCODE_MAX && inner.n <= PLACES_INCODE_MAX;
        for (size_t j = 0; j < rest.n; j++) {
            is_good = is_good && (rest.p[j] == 'A' || rest.p[j] == '9' || rest.p[j] == ' ');
        }
        if (!is_good) {
            loader->status = error_set(loader->err, STATUS_INVALID,
                                       "pack.csv, postcode_forms: a form is made of A, 9 and one "
                                       "blank, at most %d and %d long",
                                       PLACES_OUTCODE_MAX, PLACES_INCODE_MAX);
        }
    }
}

void pack_load_areas(struct loader *loader)
{
    if (loader->status != STATUS_OK) {
        return; /* the index of districts may not be there */
    }
    load_areas(loader);
    load_postcode_areas(loader);
    load_place_words(loader);
    check_forms(loader);
}
