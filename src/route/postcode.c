/* SPDX-License-Identifier: Apache-2.0 */
/* Postcodes by the forms of the pack: letters and digits, one blank between the two halves. */
#include "route/route_internal.h"

enum { CODE_MAX = PLACES_OUTCODE_MAX + PLACES_INCODE_MAX };

struct code {
    char bytes[CODE_MAX];
    size_t n;
};

/* Letters and digits in capitals; blanks, dots and dashes dropped. False for anything else. */
static bool code_read(struct code *code, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == ' ' || c == '-' || c == '.' || c == '\t') {
            continue;
        }
        if (!ascii_is_alnum(c) || code->n == sizeof code->bytes) {
            return false;
        }
        code->bytes[code->n] = ascii_upper(c);
        code->n++;
    }
    return code->n > 0;
}

static bool is_of_class(char c, char wanted)
{
    return wanted == 'A' ? ascii_is_alpha(c) : ascii_is_digit(c);
}

/* Length of the first half when the code has this form, else 0. */
static size_t form_split(str form, const struct code *code)
{
    size_t at = 0;
    size_t split = 0;
    for (size_t i = 0; i < form.n; i++) {
        if (form.p[i] == ' ') {
            split = at;
        } else if (at == code->n || !is_of_class(code->bytes[at], form.p[i])) {
            return 0;
        } else {
            at++;
        }
    }
    return at == code->n ? (split == 0 ? at : split) : 0;
}

static bool is_outward(const struct pack *pack, const struct code *code)
{
    for (size_t i = 0; i < pack->postcode_forms.count; i++) {
        str outer = {0};
        (void)str_cut(pack->postcode_forms.items[i], ' ', &outer);
        if (form_split(outer, code) == code->n) {
            return true;
        }
    }
    return false;
}

static const struct pack_postcode_area *area_of(const struct pack *pack, str outcode)
{
    for (size_t i = 0; i < pack->postcode_area_count; i++) {
        str prefix = pack->postcode_areas[i].prefix;
        bool is_longer_word = outcode.n > prefix.n && ascii_is_alpha(outcode.p[prefix.n]) &&
                              ascii_is_alpha(prefix.p[prefix.n - 1]);
        if (str_starts(outcode, prefix) && !is_longer_word) {
            return &pack->postcode_areas[i];
        }
    }
    return NULL;
}

static void trouble(struct route_work *work, enum route_why_id why, str subject,
                    const struct pack_text *text)
{
    work->has_trouble = true;
    work->trouble = why;
    work->trouble_subject = subject;
    work->trouble_text = text;
}

/* An outcode that is not in the table: perhaps its area is known, perhaps it does not exist. */
static void unknown_outcode(const struct router *router, struct route_work *work, str said,
                            str outcode)
{
    const struct pack_postcode_area *area = area_of(router->pack, outcode);
    if (area == NULL) {
        trouble(work, ROUTE_WHY_NO_SUCH_OUTCODE, said, NULL);
        return;
    }
    trouble(work, ROUTE_WHY_POSTCODE_AREA, said, &area->why);
    struct mention *mention = area->force == NULL ? NULL : mention_new(work, said);
    if (mention != NULL) {
        mention->spots[0] = (struct spot){
            .kind = SPOT_FORCE, .of = (uint32_t)(area->force - router->pack->forces), .weight = 1};
        mention->spot_count = 1;
        mention_finish(router, work, mention);
    }
}

/* What the runs say of one postcode: one place, two (between a single postcode and its
 * neighbours), or none (0). */
static uint16_t run_places(const struct places *places, struct places_slice parts,
                           struct places_slice runs, uint32_t incode, uint16_t ret_of[2])
{
    const struct places_part *list = places->parts + parts.at;
    if (parts.count == 0) {
        return 0;
    }
    if (runs.count == 0) {
        ret_of[0] = list[0].of;
        return 1;
    }
    const struct places_run *run = places_run_at(places, runs, incode);
    if (run == NULL || run->part == PLACES_UNKNOWN) {
        return 0;
    }
    ret_of[0] = list[run->part].of;
    if (run->is_single == 0 || run->from == incode) {
        return 1;
    }
    /* Not the postcode that is known: as likely what lies around it. */
    const struct places_run *before = run;
    const struct places_run *first = places->runs + runs.at;
    while (before > first && before->is_single != 0) {
        before--;
    }
    if (before->part == PLACES_UNKNOWN || before->is_single != 0) {
        return 0;
    }
    ret_of[1] = list[before->part].of;
    return ret_of[1] == ret_of[0] ? 1 : 2;
}

/* Is there a cell for the pair, so that both tables tell of the same place? */
static bool pair_fits(const struct router *router, size_t seat, size_t district)
{
    const uint64_t *a = router->of_seat + seat * router->cell_words;
    const uint64_t *b = router->of_district + district * router->cell_words;
    uint64_t any = 0;
    for (size_t i = 0; i < router->cell_words; i++) {
        any |= a[i] & b[i];
    }
    return any != 0;
}

static void found_postcode(const struct router *router, struct route_work *work, str said,
                           const struct places_outcode *row, str inner)
{
    const struct places *places = router->places;
    uint32_t incode = places_incode(inner);
    struct mention *mention = mention_new(work, said);
    if (mention == NULL) {
        return;
    }
    struct spot *spot = &mention->spots[0];
    *spot =
        (struct spot){.kind = SPOT_POSTCODE, .of = (uint32_t)(row - places->outcodes), .weight = 1};
    spot->seat_count =
        run_places(places, row->constituencies, row->constituency_runs, incode, spot->seats);
    spot->district_count =
        run_places(places, row->districts, row->district_runs, incode, spot->districts);
    /* The runs of the one table pass over postcodes that have no place in the other. */
    if (row->constituencies.count > 0 && spot->seat_count == 0) {
        spot->district_count = 0;
    }
    if (spot->district_count == 0) {
        spot->seat_count = 0;
    }
    if (spot->district_count != 1 || (row->constituencies.count > 0 && spot->seat_count != 1)) {
        work->unlisted = row;
    } else if (spot->seat_count == 1 && !pair_fits(router, spot->seats[0], spot->districts[0])) {
        spot->seat_count = 0; /* the two tables differ: the district decides, the seat is open */
        work->unlisted = row;
    }
    mention->spot_count = 1;
    mention_finish(router, work, mention);
}

/* As a whole postcode; `said` is what the answer quotes. Sets *ret_has_form. */
static bool whole_postcode(const struct router *router, struct route_work *work, str said,
                           const struct code *code, bool *ret_has_form)
{
    const struct pack *pack = router->pack;
    for (size_t i = 0; i < pack->postcode_forms.count; i++) {
        size_t split = form_split(pack->postcode_forms.items[i], code);
        if (split == 0 || split > PLACES_OUTCODE_MAX || code->n - split > PLACES_INCODE_MAX) {
            continue;
        }
        str outer = str_from(code->bytes, split);
        str inner = str_from(code->bytes + split, code->n - split);
        const struct places_outcode *row = places_outcode(router->places, outer);
        *ret_has_form = true;
        if (row != NULL) {
            found_postcode(router, work, said, row, inner);
            return true;
        }
    }
    return false;
}

/* "EC2" and "SW1" are no outcodes, but all that begin so and go on with a letter are meant. */
static struct mention *outcode_family(const struct router *router, struct route_work *work,
                                      str said, const struct code *code)
{
    const struct places *places = router->places;
    struct mention *mention = NULL;
    size_t low = 0;
    size_t high = places->outcode_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(places->outcodes[middle].key, code->bytes, code->n) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i < places->outcode_count; i++) {
        const struct places_outcode *row = &places->outcodes[i];
        if (memcmp(row->key, code->bytes, code->n) != 0) {
            break;
        }
        if (!ascii_is_alpha(row->key[code->n])) {
            continue;
        }
        mention = mention == NULL ? mention_new(work, said) : mention;
        if (mention != NULL && mention->spot_count < SPOTS_MAX) {
            mention->spots[mention->spot_count] = (struct spot){
                .kind = SPOT_OUTCODE, .of = (uint32_t)i, .weight = row->postcodes + 1};
            mention->spot_count++;
        }
    }
    return mention;
}

static bool code_outcode(const struct router *router, struct route_work *work, str said,
                         const struct code *code)
{
    if (!is_outward(router->pack, code)) {
        return false;
    }
    const struct places_outcode *row =
        code->n > PLACES_OUTCODE_MAX
            ? NULL
            : places_outcode(router->places, str_from(code->bytes, code->n));
    struct mention *mention = row == NULL ? NULL : mention_new(work, said);
    if (mention != NULL) {
        mention->spots[0] = (struct spot){
            .kind = SPOT_OUTCODE, .of = (uint32_t)(row - router->places->outcodes), .weight = 1};
        mention->spot_count = 1;
        mention_finish(router, work, mention);
        return true;
    }
    mention = row == NULL && code->n < PLACES_OUTCODE_MAX ? outcode_family(router, work, said, code)
                                                          : NULL;
    if (mention != NULL) {
        mention_finish(router, work, mention);
    } else if (row == NULL) {
        unknown_outcode(router, work, said, str_from(code->bytes, code->n));
    }
    return true;
}

bool find_outcode(const struct router *router, struct route_work *work, str text)
{
    struct code code = {.n = 0};
    return code_read(&code, text) && code_outcode(router, work, text, &code);
}

bool find_postcode(const struct router *router, struct route_work *work, str text)
{
    struct code code = {.n = 0};
    bool has_form = false;
    if (!code_read(&code, text)) {
        return false;
    }
    if (whole_postcode(router, work, text, &code, &has_form)) {
        return true;
    }
    if (has_form) {
        unknown_outcode(router, work, text, str_from(code.bytes, code.n));
        return true;
    }
    /* "E1", or "E1 6": the sector adds nothing that the table knows. */
    str first = {0};
    str rest = str_trim(str_cut(str_trim(text), ' ', &first));
    if (rest.n == 1 && ascii_is_digit(rest.p[0])) {
        return find_outcode(router, work, first);
    }
    return code_outcode(router, work, text, &code);
}

bool find_postcode_pieces(const struct router *router, struct route_work *work, str first,
                          str second)
{
    struct code code = {.n = 0};
    bool has_form = false;
    str said = second.n == 0 ? first : str_from(first.p, (size_t)(second.p + second.n - first.p));
    if (!code_read(&code, first) || (second.n > 0 && !code_read(&code, second))) {
        return false;
    }
    if (whole_postcode(router, work, said, &code, &has_form)) {
        return true;
    }
    if (has_form && !work->has_trouble) {
        unknown_outcode(router, work, said, str_from(code.bytes, code.n));
        return true;
    }
    return false;
}
