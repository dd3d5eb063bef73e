/* SPDX-License-Identifier: Apache-2.0 */
/* Places in a free text: which words are a name, and whether it is meant as a place. */
#include "pack/fold.h"
#include "route/route_internal.h"

enum { NAME_LOWER_BYTES_MIN = 8 };

/* "St." ends no sentence. */
static bool is_abbreviation(const struct route_work *work)
{
    const struct token *last = &work->tokens[work->token_count - 1];
    return last->to - last->from <= 2 && ascii_is_alpha(work->folded[last->to - 1]);
}

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
            bool is_short = in_word && is_abbreviation(work);
            in_word = in_word && joins;
            after_comma = after_comma || text.p[at] == ',' ||
                          (!joins && point.kind != FOLD_BLANK && !(is_short && text.p[at] == '.'));
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
    size_t first_mention;
    size_t known_to; /* the tokens before this one were understood or passed over */
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

/* Is there one with a comma in its name: "Ruislip, Northwood and Pinner"? */
static bool has_comma_name(const struct router *router, const struct places_name *names,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct spot spot = {.kind = spot_kind_of(&names[i]), .of = names[i].of};
        str name = spot_name(router, &spot);
        if (name.n > 0 && memchr(name.p, ',', name.n) != NULL) {
            return true;
        }
    }
    return false;
}

/* The longest name that begins with `text`, which is the words from token `at` on; returns its
 * number of words, 0 when there is none. */
static size_t longest_of(const struct scan *scan, size_t at, str text,
                         const struct places_name **ret_names, size_t *ret_count)
{
    uint64_t hash = PLACES_HASH_START;
    size_t hashed = 0;
    size_t best = 0;
    size_t left = scan->work->token_count - at;
    bool has_comma = false; /* "Dalton, North Yorkshire" is not in the ward Dalton North */
    for (size_t words = 1; words <= PLACES_NAME_WORDS_MAX && words <= left; words++) {
        size_t end = hashed + (words > 1 ? 1 : 0);
        size_t count = 0;
        has_comma = has_comma || (words > 1 && scan->work->tokens[at + words - 1].after_comma);
        while (end < text.n && text.p[end] != ' ') {
            end++;
        }
        if (end == hashed || end > text.n) {
            break;
        }
        hash = places_hash(hash, str_slice(text, hashed, end));
        hashed = end;
        const struct places_name *names =
            places_find(scan->router->places, hash, str_slice(text, 0, end), &count);
        if (names != NULL && (!has_comma || has_comma_name(scan->router, names, count))) {
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

/* "ym Mangor": Bangor, as a name begins after that word. */
static size_t changed_name(const struct scan *scan, size_t at, const struct places_name **ret_names,
                           size_t *ret_count)
{
    const struct route_work *work = scan->work;
    str text = str_from(work->folded + work->tokens[at].from,
                        work->tokens[work->token_count - 1].to - work->tokens[at].from);
    text = str_slice(text, 0, FOLD_NAME_BYTES_MAX);
    for (size_t i = 0; i < scan->router->change_count; i++) {
        const struct name_change *change = &scan->router->changes[i];
        char bytes[2 * FOLD_NAME_BYTES_MAX];
        if (!str_starts(text, change->now) || !follows(scan, at, &change->after) ||
            change->old.n > FOLD_NAME_BYTES_MAX) {
            continue;
        }
        memcpy(bytes, change->old.p, change->old.n);
        memcpy(bytes + change->old.n, text.p + change->now.n, text.n - change->now.n);
        size_t words = longest_of(scan, at, str_from(bytes, change->old.n + text.n - change->now.n),
                                  ret_names, ret_count);
        if (words > 0) {
            return words;
        }
    }
    return 0;
}

static size_t longest_name(const struct scan *scan, size_t at, const struct places_name **ret_names,
                           size_t *ret_count)
{
    const struct route_work *work = scan->work;
    const struct token *token = &work->tokens[at];
    size_t words = longest_of(
        scan, at,
        str_from(work->folded + token->from, work->tokens[work->token_count - 1].to - token->from),
        ret_names, ret_count);
    return words > 0 ? words : changed_name(scan, at, ret_names, ret_count);
}

static bool is_street_word(const struct scan *scan, size_t at)
{
    return at < scan->work->token_count && !scan->work->tokens[at].after_comma &&
           word_set_has(scan->router->street, token_text(scan, at));
}

/* "London Road" is in no London, nor is "Wilmslow Old Road" in Wilmslow; "Kilburn High Road" is. */
static bool is_street(const struct scan *scan, size_t at, size_t words)
{
    const struct router *router = scan->router;
    size_t next = at + words;
    if (is_street_word(scan, next)) {
        return true;
    }
    if (!is_street_word(scan, next + 1) || scan->work->tokens[next].after_comma) {
        return false;
    }
    str between = token_text(scan, next);
    return (scan->work->tokens[next].is_capital || !scan->has_case) &&
           !word_set_has(router->before, between) && !word_set_has(router->beside, between) &&
           !word_set_has(router->common, between) && !word_set_has(router->article, between);
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
    if (words == 1 && !is_after && scan->work->token_count > 1 &&
        word_set_has(scan->router->street, token_text(scan, at))) {
        return false; /* the second half of a street's name, or "Broadway" */
    }
    if (words > 1) {
        return is_big || scan->is_short || bytes >= NAME_LOWER_BYTES_MIN;
    }
    if (word_set_has(scan->router->common, token_text(scan, at))) {
        bool is_last = at + 1 == scan->work->token_count;
        bool is_written = scan->has_case && token->is_capital;
        return (scan->is_short && (is_first || (is_after && is_last))) ||
               (is_after && is_written) ||
               (is_last && token->after_comma && is_written); /* "School Lane, Bury" */
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

static bool is_large(const struct router *router, const struct mention *mention)
{
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        if (spot->kind != SPOT_WARD &&
            (spot->kind != SPOT_TOWN ||
             router->places->towns[spot->of].population >= LARGE_TOWN_PEOPLE)) {
            return true;
        }
    }
    return false;
}

/* Is the token a part of the name that stands beside it? Only a word that is written like one. */
static bool is_of_name(const struct scan *scan, size_t at)
{
    const struct router *router = scan->router;
    const struct token *token = &scan->work->tokens[at];
    str word = token_text(scan, at);
    bool is_pair = scan->is_short && !scan->has_case && scan->work->token_count == 2;
    if (!(scan->has_case ? token->is_capital : is_pair) || has_digit(word) || word.n < 2) {
        return false;
    }
    return !word_set_has(router->before, word) && !word_set_has(router->article, word) &&
           !word_set_has(router->title, word) && !word_set_has(router->street, word) &&
           !word_set_has(router->beside, word);
}

/* "Kirkby-in-Furness": the token and the one behind it are one word to whoever wrote them. */
static bool is_hyphened(const struct scan *scan, size_t at)
{
    const struct token *token = &scan->work->tokens[at];
    return at + 1 < scan->work->token_count && token[1].said_from == token->said_to + 1 &&
           scan->text.p[token->said_to] == '-';
}

static bool is_known_at(const struct scan *scan, size_t at)
{
    const struct places_name *names = NULL;
    size_t count = 0;
    return longest_name(scan, at, &names, &count) > 0;
}

/* Does the name at `at` go on to the left? The first word of a sentence has a capital anyway. */
static bool is_longer_before(const struct scan *scan, size_t at, bool is_large_place)
{
    const struct token *tokens = scan->work->tokens;
    if (at == 0 || tokens[at].after_comma) {
        return false;
    }
    bool is_part = word_set_has(scan->router->part, token_text(scan, at - 1));
    bool is_free = at > scan->known_to || is_part;
    bool is_inside = scan->is_short || (at > 1 && !tokens[at - 1].after_comma);
    return is_hyphened(scan, at - 1) ||
           (is_free && is_inside && is_of_name(scan, at - 1) && !(is_part && is_large_place));
}

/* The last token of the name that ends before `end`; "Redhill & Northbourne" is one, too, where it
 * is the whole answer. */
static size_t longer_end(const struct scan *scan, size_t end, bool is_one_word)
{
    const struct token *tokens = scan->work->tokens;
    size_t last = end - 1;
    while (is_hyphened(scan, last)) {
        last++;
    }
    if (last >= end || end >= scan->work->token_count || tokens[end].after_comma) {
        return last;
    }
    bool is_joined = scan->is_short && end + 1 < scan->work->token_count &&
                     str_equal(token_text(scan, end), STR("and")) && !tokens[end + 1].after_comma;
    size_t next = is_joined ? end + 1 : end;
    bool is_longer = is_of_name(scan, next) &&
                     !word_set_has(scan->router->beside, token_text(scan, next)) &&
                     !word_set_has(scan->router->part, token_text(scan, next)) &&
                     !is_street_word(scan, next + 1) &&
                     (!is_known_at(scan, next) ||
                      (is_one_word && word_set_has(scan->router->common, token_text(scan, next))));
    return is_longer ? next : last;
}

/* "Abbots Bromley" and "Stoke Prior" are in no list, and neither Bromley nor Stoke is meant. Returns
 * the whole of it, empty where the name stands alone. */
static str longer_name(const struct scan *scan, size_t at, size_t words, bool is_large_place)
{
    size_t from = is_longer_before(scan, at, is_large_place) ? at - 1 : at;
    size_t last = longer_end(scan, at + words, words == 1);
    return from < at || last >= at + words ? token_said(scan, from, last) : (str){0};
}

/* "Great Grimsby" is not listed, but its constituency is Great Grimsby and Cleethorpes. */
static bool is_of_seat(const struct router *router, const struct mention *mention, str longer)
{
    for (size_t i = 0; i < mention->spot_count; i++) {
        const struct spot *spot = &mention->spots[i];
        size_t seat = spot->kind == SPOT_TOWN   ? router->places->towns[spot->of].constituency
                      : spot->kind == SPOT_SEAT ? spot->of
                                                : PLACES_UNKNOWN;
        if (seat != PLACES_UNKNOWN && name_has(router->pack->constituencies[seat].name, longer)) {
            return true;
        }
    }
    return false;
}

/* "Whitchurch, Cardiff": what stands after the comma tells where the place before it is. */
static void link_to_next(const struct scan *scan, size_t at, str said)
{
    size_t count = scan->work->mention_count;
    if (scan->work->tokens[at].after_comma && count > scan->first_mention + 1) {
        scan->work->mentions[count - 2].located_by = said;
    }
}

static bool is_street_name(const struct scan *scan, size_t at, size_t words)
{
    return words > 1 && word_set_has(scan->router->street, token_text(scan, at + words - 1));
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
        struct mention *before = &scan->work->mentions[i];
        if (str_equal_ascii_fold(before->said, said)) { /* said twice: "Hyde Library, Hyde" */
            bool is_alone = longer_name(scan, at, words, is_large(scan->router, before)).n == 0;
            before->longer = is_alone ? (str){0} : before->longer;
            return words;
        }
    }
    struct mention *mention = mention_new(scan->work, said);
    if (mention == NULL) {
        return words;
    }
    add_spots(scan->router, mention, names, count, ~0U);
    mention->is_weak = only_wards(mention) || (words == 1 && may_be_surname(scan, at));
    mention->is_faint =
        only_wards(mention) &&
        (is_street_name(scan, at, words) ||
         (words == 1 && !scan->is_short && !follows(scan, at, scan->router->before)));
    mention->is_bare = words == 1 && (is_bare(scan, at) || may_be_surname(scan, at));
    mention->longer = longer_name(scan, at, words, is_large(scan->router, mention));
    if (mention->longer.n > 0 && is_of_seat(scan->router, mention, mention->longer)) {
        mention->longer = (str){0};
    }
    mention_finish(scan->router, scan->work, mention);
    link_to_next(scan, at, said);
    return words;
}

void find_text(const struct router *router, struct route_work *work, str text)
{
    enum { SHORT_TOKENS = 5 };
    struct scan scan = {
        .router = router,
        .work = work,
        .text = str_slice(text, 0, ROUTE_FIELD_BYTES_MAX),
        .first_mention = work->mention_count,
    };
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
        scan.known_to = taken == 0 ? scan.known_to : at;
    }
}
