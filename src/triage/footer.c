/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/footer.h"

#include "base/text.h"
#include "triage/plain.h"

enum {
    WAYS = 4,
    LINE_LETTERS_LEAST = 10, /* shorter ones are names and numbers */
    LINE_BYTES = 96,         /* that tell a line from others */
    GREETING_BYTES_MAX = 80,
    NAME_BYTES_MAX = 40,
    BLOCK_BYTES_MAX = 4096,
    CUES_LEAST = 2
};

struct line {
    uint64_t key;        /* 0 = free */
    uint64_t beginnings; /* a bit each: as many as there are bits, about */
    uint32_t seen;       /* messages that have it near their end */
    uint32_t below;      /* of these, those with a beginning of their own above it */
    uint64_t most;       /* the beginning that has most of them, if one has (Boyer, Moore 1981) */
    uint32_t lead;
};
struct footers {
    struct line *lines;
    size_t rows;
};

/* What a line begins with that is no part of a letter. */
static const char *const starts[] = {
    "sent from my ",
    "sent from outlook",
    "sent from yahoo",
    "sent from mail for",
    "sent via ",
    "get outlook for",
    "get bluemail",
    "this email and any",
    "this e-mail and any",
    "this message and any",
    "this email is intended",
    "this e-mail is intended",
    "this message is intended",
    "this email may contain",
    "this e-mail may contain",
    "the information contained in this",
    "the information in this e",
    "the contents of this e",
    "confidentiality notice",
    "confidentiality:",
    "disclaimer",
    "if you are not the intended",
    "if you have received this",
    "you are receiving this",
    "you received this",
    "you have received this",
    "to unsubscribe",
    "unsubscribe",
    "click here to unsubscribe",
    "view this email",
    "view in browser",
    "view in your browser",
    "update your preferences",
    "manage your preferences",
    "manage preferences",
    "please consider the environment",
    "think before you print",
    "virus-free",
    "registered charity",
    "registered office",
    "registered in england",
    "copyright ",
    "\xC2\xA9 ",
};

/* Words of which two in one paragraph make a footer of it. */
static const char *const cues[] = {
    "confidential",      "intended recipient", "intended solely", "intended only",
    "addressee",         "privileged",         "in error",        "notify the sender",
    "unsubscribe",       "registered charity", "charity number",  "charity no",
    "registered office", "company number",     "company no",      "in england and wales",
    "privacy policy",    "privacy notice",     "virus",           "disclaimer",
    "all rights",        "your preferences",   "in your browser", "mailing list",
    "delete it",         "opinions expressed", "views expressed", "limited by guarantee",
};

static bool is_letter(char c)
{
    return ascii_is_alpha(c) || (unsigned char)c >= 0x80;
}

bool footer_has_words(str text, size_t words)
{
    bool is_inside = false;
    for (size_t i = 0; i < text.n && words > 0; i++) {
        bool is_word = is_letter(text.p[i]);
        words -= is_word && !is_inside;
        is_inside = is_word;
    }
    return words == 0;
}

size_t footer_greeting(str text)
{
    static const char *const words[] = {
        "dear",           "hi",           "hello", "hey",    "greetings", "good morning",
        "good afternoon", "good evening", "to",    "annwyl", "helo"};
    str line = str_trim(str_slice(text, 0, str_find_byte(text, '\n')));
    if (line.n > 1 && line.n < text.n && line.n <= NAME_BYTES_MAX && line.p[line.n - 1] == ',') {
        return (size_t)(line.p - text.p) + line.n; /* "Councillor Sample," */
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        size_t n = strlen(words[i]);
        if (!str_starts_ascii_fold(text, words[i]) || text.n == n || ascii_is_alnum(text.p[n])) {
            continue;
        }
        for (size_t at = 0; at < text.n && at < GREETING_BYTES_MAX; at++) {
            if (text.p[at] == ',' || text.p[at] == '\n' || text.p[at] == ':') {
                return at + 1;
            }
        }
    }
    return 0;
}

static bool begins_as_footer(str line)
{
    while (line.n > 0 && (line.p[0] == '*' || line.p[0] == '_' || line.p[0] == ' ')) {
        line = str_slice(line, 1, line.n);
    }
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (str_starts_ascii_fold(line, starts[i])) {
            return true;
        }
    }
    return false;
}

/* "-- ", "________": below it nobody writes to anybody. */
static bool is_rule(str line)
{
    size_t count = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != '-' && line.p[i] != '_' && line.p[i] != '=' && line.p[i] != '*') {
            return false;
        }
        count++;
    }
    return count >= 2;
}

static bool speaks_as_footer(str block)
{
    uint64_t found = 0;
    block = str_slice(block, 0, BLOCK_BYTES_MAX);
    for (size_t i = 0; i < block.n; i++) {
        if (!is_letter(block.p[i]) || (i > 0 && is_letter(block.p[i - 1]))) {
            continue;
        }
        for (size_t k = 0; k < ARRAY_LEN(cues); k++) {
            if (str_starts_ascii_fold(str_slice(block, i, block.n), cues[k])) {
                found |= UINT64_C(1) << k;
            }
        }
    }
    return __builtin_popcountll(found) >= CUES_LEAST;
}

/* --- lines and beginnings --- */

/* Of its letters alone, so that numbers and marks may differ; 0: too few. */
static uint64_t hash_of(str text, size_t letters_least)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    size_t letters = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (is_letter(text.p[i])) {
            hash = (hash ^ (unsigned char)ascii_lower(text.p[i])) * UINT64_C(0x100000001B3);
            letters++;
        }
    }
    return letters < letters_least ? 0 : plain_mix(hash) | 1;
}

/* The last line of the text, trimmed; *ret_above is what stands above it. */
static str last_line(str text, str *ret_above)
{
    const char *end = text.n > 0 ? memrchr(text.p, '\n', text.n) : NULL;
    size_t at = end == NULL ? 0 : (size_t)(end - text.p) + 1;
    *ret_above = str_slice(text, 0, at > 0 ? at - 1 : 0);
    return str_trim(str_slice(text, at, text.n));
}

/* The first line that says something; the greeting does not. */
static str beginning(str text)
{
    str line = {0};
    text = str_slice(text, footer_greeting(text), text.n);
    while (str_next_line(&text, &line)) {
        line = str_trim(line);
        if (footer_has_words(line, 1)) {
            return line;
        }
    }
    return (str){0};
}

static struct line *find(const struct footers *footers, uint64_t key, bool is_wanted)
{
    struct line *row = &footers->lines[(key >> 20) % footers->rows * WAYS];
    struct line *least = row;
    for (size_t i = 0; i < WAYS; i++) {
        if (row[i].key == key) {
            return &row[i];
        }
        least = row[i].seen < least->seen ? &row[i] : least;
    }
    if (!is_wanted) {
        return NULL;
    }
    *least = (struct line){.key = key};
    return least;
}

struct footers *footers_new(struct arena *arena, size_t lines_max)
{
    struct footers *footers = ARENA_NEW(arena, struct footers);
    ASSERT(lines_max >= WAYS && (lines_max & (lines_max - 1)) == 0);
    *footers = (struct footers){ARENA_ARRAY(arena, struct line, lines_max), lines_max / WAYS};
    return footers;
}

static void count_line(struct footers *footers, uint64_t key, uint64_t head)
{
    struct line *line = find(footers, key, true);
    if (line->seen == UINT32_MAX) {
        return;
    }
    line->seen++;
    if (head == 0) {
        return;
    }
    line->below++;
    line->beginnings |= UINT64_C(1) << (head >> 58);
    if (line->lead == 0) {
        line->most = head;
    }
    line->lead = line->most == head ? line->lead + 1 : line->lead - 1;
}

void footers_learn(struct footers *footers, str text)
{
    text = str_trim(text);
    str first = beginning(text);
    size_t from = first.p == NULL ? text.n : (size_t)(first.p - text.p) + first.n;
    if (from == text.n) {
        return; /* nothing stands below it: most messages of a stream are one line */
    }
    uint64_t head = hash_of(str_slice(first, 0, LINE_BYTES), 1);
    for (size_t i = 0; i < FOOTER_TAIL_LINES && text.n > 0; i++) {
        str line = last_line(text, &text);
        uint64_t key = hash_of(str_slice(line, 0, LINE_BYTES), LINE_LETTERS_LEAST);
        if (key != 0) {
            count_line(footers, key, line.p > first.p ? head : 0);
        }
    }
}

static bool is_learnt(const struct footers *footers, str line)
{
    uint64_t key =
        footers == NULL ? 0 : hash_of(str_slice(line, 0, LINE_BYTES), LINE_LETTERS_LEAST);
    const struct line *known = key == 0 ? NULL : find(footers, key, false);
    return known != NULL && __builtin_popcountll(known->beginnings) >= FOOTER_BEGINNINGS_LEAST &&
           known->below >= known->seen - known->seen / 4 && known->lead <= known->below / 4;
}

/* --- cutting --- */

/* Where the last paragraph begins. */
static size_t paragraph(str text)
{
    str above = text;
    size_t at = text.n;
    while (above.n > 0) {
        str line = last_line(above, &above);
        if (line.n == 0) {
            break;
        }
        at = (size_t)(line.p - text.p);
    }
    return at;
}

/* Without blank lines, rules, and one more line or paragraph of a footer at the end; the same text
 * when there is none. */
static str cut_once(const struct footers *footers, str text)
{
    str above = {0};
    str line = last_line(text, &above);
    if (line.n == 0 || is_rule(line) || begins_as_footer(line) || is_learnt(footers, line)) {
        return above;
    }
    size_t at = paragraph(text);
    str block = str_slice(text, at, text.n);
    return at > 0 && (begins_as_footer(block) || speaks_as_footer(block)) ? str_slice(text, 0, at)
                                                                          : text;
}

str footer_cut(const struct footers *footers, str text)
{
    text = str_trim(text);
    if (memchr(text.p == NULL ? "" : text.p, '\n', text.n) == NULL) {
        return text;
    }
    for (;;) {
        str less = str_trim(cut_once(footers, text));
        if (less.n == text.n || !footer_has_words(less, 1)) {
            return text;
        }
        text = less;
    }
}
