/* SPDX-License-Identifier: Apache-2.0 */
/* Who is meant? Every person who fits, with the reason; the choice is a person's. */
#include "directory/directory.h"

#include <stdlib.h>

/* How much each thing counts. A handle is one account on one platform; a whole name is more than
 * first and last word; a surname alone says nothing without the place. */
enum {
    WEIGHT_HANDLE = 100,
    WEIGHT_NAME = 60,
    WEIGHT_ENDS = 40,
    WEIGHT_SURNAME = 20,
    WEIGHT_AREA = 15,
    WEIGHT_OFFICE = 10,
    WEIGHT_INSIDE = 8,
    WEIGHT_OPEN = 4,
    WEIGHT_OUTSIDE = -6
};

enum match_when tenure_when(const struct tenure *tenure, str at)
{
    if (at.n == 0) {
        return WHEN_NOT_ASKED;
    }
    if ((tenure->from.n > 0 && str_compare(at, tenure->from) < 0) ||
        (tenure->to.n > 0 && str_compare(at, tenure->to) > 0)) {
        return WHEN_OUTSIDE;
    }
    return tenure->from.n > 0 ? WHEN_INSIDE : WHEN_OPEN;
}

static int when_weight(enum match_when when)
{
    switch (when) {
    case WHEN_INSIDE:
        return WEIGHT_INSIDE;
    case WHEN_OPEN:
        return WEIGHT_OPEN;
    case WHEN_OUTSIDE:
        return WEIGHT_OUTSIDE;
    case WHEN_NOT_ASKED:
        break;
    }
    return 0;
}

/* "candidate-for" offices count as the office: who reports "the MP" may mean who stands for it. */
static bool is_office(const struct pack *pack, str office, str wanted)
{
    if (wanted.n == 0) {
        return false;
    }
    const struct pack_office *row = pack == NULL ? NULL : pack_office(pack, wanted);
    return str_equal(office, wanted) ||
           (row != NULL && row->as_candidate.n > 0 && str_equal(office, row->as_candidate));
}

struct name_fit {
    int weight;
    const char *why;
};

static str last_word(str words)
{
    while (str_find_byte(words, ' ') != words.n) {
        str head = {0};
        words = str_cut(words, ' ', &head);
    }
    return words;
}

static struct name_fit fit_name(struct arena *arena, const struct person *person, str name)
{
    struct name_fit best = {0, ""};
    str words = name_words(arena, name);
    str key = name_key(arena, words);
    str ends = name_ends(arena, words);
    if (key.n == 0) {
        return best;
    }
    for (size_t i = 0; i < person->name_count; i++) {
        str own = name_words(arena, person->names[i]);
        if (str_equal(name_key(arena, own), key)) {
            return (struct name_fit){WEIGHT_NAME, "same name"};
        }
        if (ends.n > 0 && str_equal(name_ends(arena, own), ends)) {
            best = (struct name_fit){WEIGHT_ENDS, "same first name and surname"};
        } else if (best.weight == 0 && ends.n == 0 && str_equal(last_word(own), key)) {
            best = (struct name_fit){WEIGHT_SURNAME, "same surname"};
        }
    }
    return best;
}

static bool has_handle(const struct person *person, const struct handle *wanted)
{
    for (size_t i = 0; wanted->name.n > 0 && i < person->handle_count; i++) {
        if (str_equal(person->handles[i].name, wanted->name) &&
            (wanted->platform.n == 0 || str_equal(person->handles[i].platform, wanted->platform))) {
            return true;
        }
    }
    return false;
}

struct tenure_fit {
    const struct tenure *tenure;
    enum match_when when;
    int weight;
    bool is_area, is_office;
};

static struct tenure_fit fit_tenure(const struct pack *pack, const struct person *person,
                                    const struct person_query *query)
{
    struct tenure_fit best = {0};
    for (size_t i = 0; i < person->tenure_count; i++) {
        const struct tenure *tenure = &person->tenures[i];
        struct tenure_fit fit = {.tenure = tenure,
                                 .when = tenure_when(tenure, query->at),
                                 .is_area =
                                     query->area.n > 0 && str_equal(tenure->area, query->area),
                                 .is_office = is_office(pack, tenure->office, query->office)};
        fit.weight = (fit.is_area ? WEIGHT_AREA : 0) + (fit.is_office ? WEIGHT_OFFICE : 0) +
                     when_weight(fit.when);
        /* Of two that fit alike the later one. */
        if (best.tenure == NULL || fit.weight > best.weight ||
            (fit.weight == best.weight && str_compare(tenure->from, best.tenure->from) > 0)) {
            best = fit;
        }
    }
    return best;
}

static void add_reason(struct buf *out, const char *reason)
{
    if (reason[0] != '\0') {
        buf_add_c(out, out->n > 0 ? "; " : "");
        buf_add_c(out, reason);
    }
}

static str reasons(struct arena *arena, const struct name_fit *name, bool is_handle,
                   const struct tenure_fit *fit)
{
    static const char *const whens[] = {[WHEN_NOT_ASKED] = "",
                                        [WHEN_INSIDE] = "in office or standing at the time",
                                        [WHEN_OPEN] = "since when is not known",
                                        [WHEN_OUTSIDE] = "not at the time"};
    struct buf out;
    buf_init(&out, DIRECTORY_WHY_BYTES_MAX);
    add_reason(&out, is_handle ? "same handle" : "");
    add_reason(&out, name->why);
    add_reason(&out, fit->is_area ? "same area" : "");
    add_reason(&out, fit->is_office ? "same office" : "");
    add_reason(&out, fit->tenure != NULL ? whens[fit->when] : "");
    str copy = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return copy;
}

bool person_weigh(struct arena *arena, const struct pack *pack, const struct person *person,
                  const struct person_query *query, struct person_match *ret_match)
{
    struct name_fit name = fit_name(arena, person, query->name);
    bool is_handle = has_handle(person, &query->handle);
    struct tenure_fit fit = fit_tenure(pack, person, query);
    bool has_place = fit.is_area || fit.is_office;
    bool asked_by_name = query->name.n > 0 || query->handle.name.n > 0;
    if (name.weight == WEIGHT_SURNAME && !has_place && !is_handle) {
        return false;
    }
    if (asked_by_name ? name.weight == 0 && !is_handle : !fit.is_area) {
        return false;
    }
    /* By place alone only who was there: a list of all who ever were helps nobody. */
    if (!asked_by_name && (fit.when == WHEN_OUTSIDE || (query->office.n > 0 && !fit.is_office))) {
        return false;
    }
    *ret_match =
        (struct person_match){.person = person,
                              .tenure = fit.tenure,
                              .when = fit.when,
                              .weight = (is_handle ? WEIGHT_HANDLE : 0) + name.weight + fit.weight,
                              .why = reasons(arena, &name, is_handle, &fit)};
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct person_match *left = a;
    const struct person_match *right = b;
    if (left->weight != right->weight) {
        return left->weight > right->weight ? -1 : 1;
    }
    int order = str_compare(person_name(left->person), person_name(right->person));
    return order != 0 ? order : str_compare(left->person->id, right->person->id);
}

void person_matches_sort(struct person_match *matches, size_t count)
{
    if (count > 1) {
        qsort(matches, count, sizeof matches[0], compare);
    }
}

bool person_matches_single(const struct person_match *matches, size_t count)
{
    return count == 1 && matches[0].when != WHEN_OUTSIDE;
}
