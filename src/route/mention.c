/* SPDX-License-Identifier: Apache-2.0 */
/* Names: the whole of a field, or somewhere in a sentence; and what one name can mean. */
#include "pack/fold.h"
#include "route/route_internal.h"

enum { NAME_LOWER_BYTES_MIN = 8, FORCES_OF_SPOT = 64, TOWN_WARD_PEOPLE = 5000 };

static const enum spot_kind kind_of_name[PLACES_KINDS] = {
    [PLACES_AREA] = SPOT_AREA,         [PLACES_DISTRICT] = SPOT_DISTRICT,
    [PLACES_CONSTITUENCY] = SPOT_SEAT, [PLACES_ASSEMBLY_SEAT] = SPOT_ASSEMBLY_SEAT,
    [PLACES_TOWN] = SPOT_TOWN,         [PLACES_WARD] = SPOT_WARD,
};

struct mention *mention_new(struct route_work *work, str said)
{
    if (work->mention_count == MENTIONS_MAX) {
        return NULL;
    }
    struct mention *mention = &work->mentions[work->mention_count];
    mention->spot_count = 0;
    mention->is_office = false;
    mention->is_weak = false;
    mention->is_bare = false;
    mention->is_small = false;
    mention->said = said;
    work->mention_count++;
    return mention;
}

/* Of two meanings that overlap, which one stands for both: the first of these. */
static int breadth(enum spot_kind kind)
{
    static const int order[] = {
        [SPOT_AREA] = 0,     [SPOT_DISTRICT] = 1,      [SPOT_TOWN] = 2,
        [SPOT_SEAT] = 3,     [SPOT_ASSEMBLY_SEAT] = 4, [SPOT_WARD] = 5,
        [SPOT_POSTCODE] = 6, [SPOT_OUTCODE] = 7,       [SPOT_FORCE] = 8,
    };
    return order[kind];
}

static bool forces_within(const struct router *router, const struct spot *inner,
                          const struct spot *outer)
{
    uint16_t a[FORCES_OF_SPOT];
    uint16_t b[FORCES_OF_SPOT];
    size_t inner_count = spot_forces(router, inner, a, FORCES_OF_SPOT);
    size_t outer_count = spot_forces(router, outer, b, FORCES_OF_SPOT);
    for (size_t i = 0; i < inner_count; i++) {
        bool has = false;
        for (size_t j = 0; j < outer_count; j++) {
            has = has || a[i] == b[j];
        }
        if (!has) {
            return false;
        }
    }
    return true;
}

/* A ward is seldom meant where a town, district or constituency has the same name. */
static bool outshines_wards(const struct router *router, const struct spot *spot)
{
    return spot->kind == SPOT_AREA || spot->kind == SPOT_DISTRICT || spot->kind == SPOT_SEAT ||
           spot->kind == SPOT_ASSEMBLY_SEAT ||
           (spot->kind == SPOT_TOWN &&
            router->places->towns[spot->of].population >= TOWN_WARD_PEOPLE);
}

/* Does `spot` add nothing to `other`? The force must not be lost by leaving it out. */
static bool is_covered(const struct router *router, const struct spot *spot,
                       const struct spot *other)
{
    struct cells a;
    struct cells b;
    if (breadth(spot->kind) <= breadth(other->kind)) {
        return false;
    }
    cells_clear(router, &a);
    cells_clear(router, &b);
    spot_cells(router, spot, &a);
    spot_cells(router, other, &b);
    return cells_meet(router, &a, &b) && forces_within(router, spot, other);
}

static void sort_out(const struct router *router, struct mention *mention)
{
    bool has_major = false;
    bool drop[SPOTS_MAX] = {false};
    size_t kept = 0;
    for (size_t i = 0; i < mention->spot_count; i++) {
        has_major = has_major || outshines_wards(router, &mention->spots[i]);
    }
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        drop[i] = has_major && spot->kind == SPOT_WARD;
        for (size_t j = 0; j < mention->spot_count && !drop[i]; j++) {
            drop[i] = j != i && !(has_major && mention->spots[j].kind == SPOT_WARD) &&
                      is_covered(router, spot, &mention->spots[j]);
        }
    }
    for (size_t i = 0; i < mention->spot_count; i++) {
        if (!drop[i]) {
            mention->spots[kept] = mention->spots[i];
            kept++;
        }
    }
    mention->spot_count = kept;
}

void mention_refresh(const struct router *router, struct mention *mention)
{
    cells_clear(router, &mention->cells);
    mention->kind = SPOT_FORCE;
    for (size_t i = 0; i < mention->spot_count; i++) {
        spot_cells(router, &mention->spots[i], &mention->cells);
        if (mention->spots[i].kind < mention->kind) {
            mention->kind = mention->spots[i].kind;
        }
    }
}

/* Districts, constituencies and wards are complete lists; the towns are not, and of a small one
 * there may be a namesake that the list leaves out. */
static bool is_small_town(const struct router *router, const struct mention *mention)
{
    bool has_town = false;
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        if (spot->kind == SPOT_TOWN) {
            has_town = true;
            if (router->places->towns[spot->of].population >=
                (uint32_t)router->pack->known_town_people) {
                return false;
            }
        } else if (spot->kind != SPOT_WARD) {
            return false;
        }
    }
    return has_town;
}

void mention_finish(const struct router *router, struct route_work *work, struct mention *mention)
{
    mention->is_small = is_small_town(router, mention);
    if (mention->spot_count > 1) {
        sort_out(router, mention);
    }
    if (mention->spot_count == 0) {
        work->mention_count--;
        return;
    }
    mention_refresh(router, mention);
}

static uint32_t weight_of(const struct router *router, const struct spot *spot)
{
    /* More people, more likely meant; never used to call anything certain. */
    return spot->kind == SPOT_TOWN   ? router->places->towns[spot->of].population + 500
           : spot->kind == SPOT_WARD ? 5000
                                     : 50000;
}

static void add_spots(const struct router *router, struct mention *mention,
                      const struct places_name *names, size_t count, unsigned kinds)
{
    for (size_t i = 0; i < count && mention->spot_count < SPOTS_MAX; i++) {
        if ((kinds >> names[i].kind & 1) != 0) {
            struct spot *spot = &mention->spots[mention->spot_count];
            *spot = (struct spot){.kind = kind_of_name[names[i].kind], .of = names[i].of};
            spot->weight = weight_of(router, spot);
            mention->spot_count++;
        }
    }
}

bool find_name(const struct router *router, struct route_work *work, str text, unsigned kinds)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    size_t count = 0;
    str key = fold_name(text, bytes);
    const struct places_name *names =
        key.n == 0 ? NULL
                   : places_find(router->places, places_hash(PLACES_HASH_START, key), key, &count);
    struct mention *mention = names == NULL ? NULL : mention_new(work, text);
    if (mention == NULL) {
        return false;
    }
    add_spots(router, mention, names, count, kinds);
    size_t found = mention->spot_count;
    mention_finish(router, work, mention);
    return found > 0;
}

/* ---- a sentence ---- */

/* Splits as fold_name does, so that words of the text meet words of the keys. */
static void tokenise(struct route_work *work, str text)
{
    size_t n = 0;
    bool in_word = false;
    bool after_comma = false;
    struct fold_point point;
    work->token_count = 0;
    for (size_t at = 0; at < text.n; at += point.taken) {
        fold_next(text, at, &point);
        bool is_and = text.p[at] == '&';
        bool is_word = is_and || (point.kind == FOLD_WORD && point.len > 0);
        if (!is_word) {
            bool joins = point.kind == FOLD_APOSTROPHE || point.kind == FOLD_WORD ||
                         (text.p[at] == '.' && at + 1 < text.n && !ascii_is_space(text.p[at + 1]));
            in_word = in_word && joins;
            after_comma = after_comma || (!joins && point.kind != FOLD_BLANK) || text.p[at] == ',';
            continue;
        }
        in_word = in_word && !is_and;
        if (!in_word && work->token_count == TOKENS_MAX) {
            return;
        }
        if (n + point.len + 4 > sizeof work->folded) {
            return;
        }
        if (!in_word) {
            /* One blank between words, so that any run of words is a piece of `folded`. */
            if (n > 0) {
                work->folded[n] = ' ';
                n++;
            }
            work->tokens[work->token_count] = (struct token){.from = n,
                                                             .said_from = at,
                                                             .is_upper = true,
                                                             .is_lower = true,
                                                             .after_comma = after_comma};
            work->token_count++;
            after_comma = false;
        }
        struct token *token = &work->tokens[work->token_count - 1];
        if (is_and) {
            memcpy(work->folded + n, "and", 3);
            n += 3;
        } else {
            bool is_big = text.p[at] != point.bytes[0];
            memcpy(work->folded + n, point.bytes, point.len);
            n += point.len;
            token->is_capital = token->is_capital || (!in_word && is_big);
            token->is_upper = token->is_upper && (is_big || ascii_is_digit(text.p[at]));
            token->is_lower = token->is_lower && !is_big;
        }
        token->to = n;
        token->said_to = at + point.taken;
        in_word = !is_and;
    }
}

struct scan {
    const struct router *router;
    struct route_work *work;
    str text;
    bool is_short; /* a field with a place in it rather than a sentence */
    bool has_case; /* capitals tell something */
};

static str token_text(const struct scan *scan, size_t at)
{
    const struct token *token = &scan->work->tokens[at];
    return str_from(scan->work->folded + token->from, token->to - token->from);
}

static str token_said(const struct scan *scan, size_t from, size_t to)
{
    return str_slice(scan->text, scan->work->tokens[from].said_from,
                     scan->work->tokens[to].said_to);
}

/* The longest name that begins at token `at`; returns its number of words, 0 when there is none. */
static size_t longest_name(const struct scan *scan, size_t at, const struct places_name **ret_names,
                           size_t *ret_count)
{
    const struct route_work *work = scan->work;
    uint64_t hash = PLACES_HASH_START;
    size_t from = work->tokens[at].from;
    size_t best = 0;
    for (size_t words = 1; words <= PLACES_NAME_WORDS_MAX && at + words <= work->token_count;
         words++) {
        const struct token *token = &work->tokens[at + words - 1];
        size_t piece = words == 1 ? token->from : token->from - 1;
        size_t count = 0;
        hash = places_hash(hash, str_from(work->folded + piece, token->to - piece));
        const struct places_name *names = places_find(
            scan->router->places, hash, str_from(work->folded + from, token->to - from), &count);
        if (names != NULL) {
            best = words;
            *ret_names = names;
            *ret_count = count;
        }
    }
    return best;
}

static bool follows(const struct scan *scan, size_t at, const struct word_set *set)
{
    return at > 0 && at < scan->work->token_count && word_set_has(set, token_text(scan, at - 1)) &&
           !scan->work->tokens[at].after_comma;
}

/* "London Road" is in no London. */
static bool is_street(const struct scan *scan, size_t at, size_t words)
{
    size_t next = at + words;
    return next < scan->work->token_count && !scan->work->tokens[next].after_comma &&
           word_set_has(scan->router->street, token_text(scan, next));
}

/* "the hull": a thing rather than a place, unless it is written as a name. */
static bool is_thing(const struct scan *scan, size_t at)
{
    return follows(scan, at, scan->router->article) &&
           !(scan->has_case && scan->work->tokens[at].is_capital);
}

/* "the hull of a ship" */
static bool is_thing_of(const struct scan *scan, size_t at)
{
    return is_thing(scan, at) && at + 1 < scan->work->token_count &&
           !scan->work->tokens[at + 1].after_comma &&
           str_equal(token_text(scan, at + 1), STR("of"));
}

/* In a sentence without capitals: a name after no preposition, which may be any word. */
static bool is_bare(const struct scan *scan, size_t at)
{
    return is_thing(scan, at) ||
           (!scan->has_case && !scan->is_short && !follows(scan, at, scan->router->before));
}

/* Is a name of `words` words at token `at` meant as a place? */
static bool is_meant(const struct scan *scan, size_t at, size_t words)
{
    const struct token *token = &scan->work->tokens[at];
    size_t bytes = scan->work->tokens[at + words - 1].to - token->from;
    bool is_big = !scan->has_case || token->is_capital;
    bool is_after = follows(scan, at, scan->router->before);
    bool is_first = at == 0 || token->after_comma;
    if (bytes < 3 || is_street(scan, at, words)) {
        return false;
    }
    if (words == 1 && (follows(scan, at, scan->router->title) || is_thing_of(scan, at))) {
        return false; /* a person; a thing */
    }
    if (words == 1 && !is_first && !is_after &&
        word_set_has(scan->router->street, token_text(scan, at))) {
        return false; /* the second half of a street's name */
    }
    if (words > 1) {
        return is_big || scan->is_short || bytes >= NAME_LOWER_BYTES_MIN;
    }
    if (word_set_has(scan->router->common, token_text(scan, at))) {
        bool is_last = at + 1 == scan->work->token_count;
        return (scan->is_short && (is_first || (is_after && is_last))) ||
               (is_after && scan->has_case && token->is_capital);
    }
    if (scan->is_short) {
        return is_big || is_after || is_first;
    }
    return is_big || is_after;
}

/* A word with a capital before it may be a surname: "David Bradford". */
static bool may_be_surname(const struct scan *scan, size_t at)
{
    const struct token *token = &scan->work->tokens[at];
    return at > 0 && !scan->is_short && scan->has_case && !token->after_comma &&
           token[-1].is_capital && !follows(scan, at, scan->router->before) &&
           !follows(scan, at, scan->router->article);
}

/* A road number looks like an outcode: "the M25". */
static bool is_road(const struct scan *scan, size_t at)
{
    str word = token_text(scan, at);
    bool has_digits = word.n > 1;
    for (size_t i = 1; i < word.n; i++) {
        has_digits = has_digits && ascii_is_digit(word.p[i]);
    }
    return has_digits && word_set_has(scan->router->road, str_slice(word, 0, 1)) &&
           !(follows(scan, at, scan->router->before) &&
             !str_equal(token_text(scan, at - 1), STR("on")));
}

static bool has_digit(str word)
{
    for (size_t i = 0; i < word.n; i++) {
        if (ascii_is_digit(word.p[i])) {
            return true;
        }
    }
    return false;
}

/* A postcode of one or two tokens, or an outcode; returns the tokens it takes. */
static size_t code_at(const struct scan *scan, size_t at)
{
    const struct route_work *work = scan->work;
    const struct token *token = &work->tokens[at];
    str word = token_said(scan, at, at);
    if (!has_digit(word) || word.n > 8) {
        return 0;
    }
    if (at + 1 < work->token_count) {
        const struct token *next = &work->tokens[at + 1];
        str second = token_said(scan, at + 1, at + 1);
        bool same_case = (token->is_upper && next->is_upper) || (token->is_lower && next->is_lower);
        bool is_near = next->said_from - token->said_to <= 2 && !next->after_comma;
        if (is_near && has_digit(second) && second.n <= 4 && (same_case || scan->is_short) &&
            find_postcode_pieces(scan->router, scan->work, word, second)) {
            return 2;
        }
    }
    if (find_postcode_pieces(scan->router, scan->work, word, (str){0})) {
        return 1;
    }
    if (word.n <= 4 && (token->is_upper || scan->is_short || !scan->has_case) &&
        !(is_road(scan, at) && work->token_count > 1)) {
        bool had_trouble = work->has_trouble;
        size_t before = work->mention_count;
        bool is_outcode = find_outcode(scan->router, scan->work, word);
        if (is_outcode && work->mention_count == before && !had_trouble && !scan->is_short) {
            scan->work->has_trouble = false; /* "B2B", "G20": not meant as one */
        }
        return is_outcode ? 1 : 0;
    }
    return 0;
}

static bool only_wards(const struct mention *mention)
{
    for (size_t i = 0; i < mention->spot_count; i++) {
        if (mention->spots[i].kind != SPOT_WARD) {
            return false;
        }
    }
    return true;
}

static size_t name_at(const struct scan *scan, size_t at)
{
    const struct places_name *names = NULL;
    size_t count = 0;
    size_t words = longest_name(scan, at, &names, &count);
    if (words == 0 || !is_meant(scan, at, words)) {
        return 0;
    }
    str said = token_said(scan, at, at + words - 1);
    for (size_t i = 0; i < scan->work->mention_count; i++) {
        if (str_equal_ascii_fold(scan->work->mentions[i].said, said)) {
            return words; /* said twice */
        }
    }
    struct mention *mention = mention_new(scan->work, said);
    if (mention == NULL) {
        return words;
    }
    add_spots(scan->router, mention, names, count, ~0U);
    mention->is_weak = only_wards(mention) || (words == 1 && may_be_surname(scan, at));
    mention->is_bare = words == 1 && (is_bare(scan, at) || may_be_surname(scan, at));
    mention_finish(scan->router, scan->work, mention);
    return words;
}

void find_text(const struct router *router, struct route_work *work, str text)
{
    enum { SHORT_TOKENS = 5 };
    struct scan scan = {
        .router = router, .work = work, .text = str_slice(text, 0, ROUTE_FIELD_BYTES_MAX)};
    bool has_lower = false;
    bool has_upper = false;
    tokenise(work, scan.text);
    for (size_t i = 0; i < work->token_count; i++) {
        has_lower = has_lower || !work->tokens[i].is_upper;
        has_upper = has_upper || work->tokens[i].is_capital;
    }
    scan.is_short = work->token_count <= SHORT_TOKENS;
    scan.has_case = has_lower && has_upper;
    for (size_t at = 0; at < work->token_count;) {
        size_t taken = code_at(&scan, at);
        if (taken == 0) {
            taken = name_at(&scan, at);
        }
        at += taken == 0 ? 1 : taken;
    }
}
