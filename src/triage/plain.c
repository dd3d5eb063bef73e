/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/plain.h"

#include "base/utf8.h"
#include "pack/fold.h"

enum {
    BYTES_MAX = 2 * PLAIN_TEXT_BYTES_MAX, /* folding can make a text longer ("ﷺ") */
    WORD_BYTES_MAX = 200,                 /* a longer word is cut: nothing is known of it */
    SPACED_LEAST = 3                      /* single letters in a row that are one word */
};

enum byte_kind {
    KIND_BLANK,
    KIND_LETTER,
    KIND_DIGIT,
    KIND_STOP,
    KIND_APOSTROPHE,
    KIND_QUOTE,
    KIND_SIGN,
    KIND_HIGH
};

/* Digits and signs that stand for a letter inside a word. */
static const char leet[128] = {
    ['0'] = 'o', ['1'] = 'i', ['3'] = 'e', ['4'] = 'a', ['5'] = 's', ['7'] = 't',
    ['8'] = 'b', ['9'] = 'g', ['@'] = 'a', ['$'] = 's', ['!'] = 'i', ['|'] = 'i'};

static char leet_letter(char c)
{
    return (unsigned char)c < sizeof leet ? leet[(unsigned char)c] : '\0';
}

/* Signs that end no word: "stop!" and "dogs'" end before them. */
static const bool falls_off[256] = {
    ['\''] = true, ['!'] = true, ['|'] = true, ['@'] = true, ['$'] = true};

/* What a byte is to the reader, by table: this runs over every byte of every message. */
static const uint8_t kinds[256] = {
    ['a' ... 'z'] = KIND_LETTER, ['A' ... 'Z'] = KIND_LETTER, ['0' ... '9'] = KIND_DIGIT,
    ['\''] = KIND_APOSTROPHE,    ['`'] = KIND_APOSTROPHE,     ['.'] = KIND_STOP,
    ['?'] = KIND_STOP,           [';'] = KIND_STOP,           ['\n'] = KIND_STOP,
    ['!'] = KIND_SIGN,           ['@'] = KIND_SIGN,           ['$'] = KIND_SIGN,
    ['*'] = KIND_SIGN,           ['|'] = KIND_SIGN,           ['"'] = KIND_QUOTE,
    [0x80 ... 0xFF] = KIND_HIGH,
};

struct reading {
    struct plain *plain;
    str text;
    size_t at;    /* next byte of the text */
    size_t begin; /* of the word at hand, in plain->bytes */
    size_t start, end;
    bool has_letter, has_leet, has_apostrophe;
    bool may_have_digit;
    enum quotation { QUOTATION_NONE, QUOTATION_SINGLE, QUOTATION_DOUBLE } quotation;
    size_t quoted_from; /* the first word of the quotation that is open */
};

void plain_init(struct plain *plain, struct arena *arena)
{
    char *bytes = ARENA_ARRAY(arena, char, BYTES_MAX + WORD_BYTES_MAX + 2 * PLAIN_PAD);
    *plain = (struct plain){.bytes = bytes + PLAIN_PAD,
                            .words = ARENA_ARRAY(arena, struct plain_word, PLAIN_WORDS_MAX + 1)};
}

/* Multiply and shift over eight bytes at a time; the same on every machine that is little-endian,
 * which is every one that this is built for. */
uint32_t plain_hash(str text)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ text.n;
    size_t at = 0;
    for (; at + 8 <= text.n; at += 8) {
        uint64_t piece = 0;
        memcpy(&piece, text.p + at, 8);
        hash = (hash ^ piece) * UINT64_C(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
    }
    uint64_t rest = 0;
    size_t left = text.n - at;
    if (left >= 4) { /* the last four may overlap the first */
        uint32_t first = 0, last = 0;
        memcpy(&first, text.p + at, 4);
        memcpy(&last, text.p + text.n - 4, 4);
        rest = first | (uint64_t)last << (8 * (left - 4));
    } else {
        for (size_t i = 0; i < left; i++) {
            rest |= (uint64_t)(unsigned char)text.p[at + i] << (8 * i);
        }
    }
    hash = (hash ^ rest) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(hash >> 32);
}

/* plain_hash of bytes behind which PLAIN_PAD more may be read: nothing hangs on how many are left. */
static inline uint32_t hash_padded(const char *word, size_t n)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ n, piece = 0;
    for (; n >= 8; n -= 8, word += 8) {
        memcpy(&piece, word, sizeof piece);
        hash = (hash ^ piece) * UINT64_C(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
    }
    memcpy(&piece, word, sizeof piece);
    piece &= (UINT64_C(1) << (8 * n)) - 1;
    hash = (hash ^ piece) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint32_t)(hash >> 32);
}

str plain_word_text(const struct plain *plain, size_t word)
{
    return str_from(plain->bytes + plain->words[word].at, plain->words[word].n);
}

static bool is_latin(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "k1ll" but not "10th", "b12" or "covid19": a digit or sign becomes a letter where letters stand
 * on both sides; once one did, so does every other. */
static void undo_leet(char *word, size_t n)
{
    bool is_leet = false;
    for (size_t i = 1; i + 1 < n && !is_leet; i++) {
        size_t next = i + 1;
        while (next < n && leet_letter(word[next]) != '\0') {
            next++;
        }
        is_leet = leet_letter(word[i]) != '\0' && is_latin(word[i - 1]) && next < n &&
                  is_latin(word[next]);
    }
    for (size_t i = 0; i < n && is_leet; i++) {
        char letter = leet_letter(word[i]);
        word[i] = letter == '\0' ? word[i] : letter;
    }
}

/* Three of a letter and more: two of those that English doubles at a word's end, one of others. */
static size_t undo_repeats(char *word, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        size_t run = 1;
        while (i + run < n && word[i + run] == word[i]) {
            run++;
        }
        size_t keep = run;
        if (run > 2 && is_latin(word[i])) {
            keep = word[i] == 'l' || word[i] == 's' ? 2 : 1;
        }
        for (size_t k = 0; k < keep; k++) {
            word[to] = word[i];
            to++;
        }
        i += run;
    }
    return to;
}

/* Three equal bytes in a row. Eight bytes at once, of which six can be the first of three: a byte of
 * `same` that is 0 equals the one behind it. The usual test for a byte 0 may take a byte above one for 0
 * too: then undo_repeats looks and finds nothing. */
static bool has_run(const char *word, size_t n) /* n > 0 */
{
    uint64_t runs = 0;
    size_t at = 0;
    do {
        uint64_t bytes = 0;
        memcpy(&bytes, word + at, sizeof bytes); /* PLAIN_PAD bytes may be read behind the end */
        uint64_t same = bytes ^ bytes >> 8;
        uint64_t zero =
            (same - UINT64_C(0x0101010101010101)) & ~same & UINT64_C(0x8080808080808080);
        size_t left = n - at < 8 ? n - at : 8;
        runs |= zero & zero >> 8 & UINT64_MAX >> (64 - 8 * left) >> 16;
        at += 6;
    } while (at + 2 < n);
    return runs != 0;
}

static bool has_digit(const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (word[i] >= '0' && word[i] <= '9') {
            return true;
        }
    }
    return false;
}

static void finish_word(const struct reading *reading)
{
    struct plain *plain = reading->plain;
    struct plain_word *word = &plain->words[plain->count];
    *word = (struct plain_word){
        .at = (uint32_t)reading->begin,
        .n = (uint32_t)(plain->n - reading->begin),
        .start = (uint32_t)reading->start,
        .end = (uint32_t)reading->end,
        .has_apostrophe = reading->has_apostrophe,
        .has_digit = reading->may_have_digit &&
                     has_digit(plain->bytes + reading->begin, plain->n - reading->begin)};
    word->hash = hash_padded(plain->bytes + reading->begin, plain->n - reading->begin);
    plain->count++;
    plain->bytes[plain->n] = ' ';
    plain->n++;
}

static void end_word(struct reading *reading)
{
    struct plain *plain = reading->plain;
    if (plain->n == reading->begin) {
        return;
    }
    char *word = plain->bytes + reading->begin;
    size_t n = plain->n - reading->begin;
    while (n > 0 && falls_off[(unsigned char)word[n - 1]]) {
        n--;
    }
    if (reading->has_leet && reading->has_letter) {
        undo_leet(word, n);
    }
    if (n > 0 && has_run(word, n)) {
        n = undo_repeats(word, n);
    }
    plain->n = reading->begin + n;
    if (n > 0 && plain->count < PLAIN_WORDS_MAX) {
        finish_word(reading);
    } else {
        plain->n = reading->begin;
    }
    reading->begin = plain->n;
    reading->has_letter = reading->has_leet = reading->has_apostrophe = false;
    reading->may_have_digit = false;
}

static void end_sentence(struct reading *reading)
{
    end_word(reading);
    if (reading->plain->count > 0) {
        reading->plain->words[reading->plain->count - 1].has_stop = true;
    }
}

static void add(struct reading *reading, const char *bytes, size_t n, size_t taken)
{
    struct plain *plain = reading->plain;
    if (plain->n == reading->begin) {
        reading->start = reading->at;
    }
    if (plain->n + n - reading->begin <= WORD_BYTES_MAX && plain->n + n <= BYTES_MAX) {
        memcpy(plain->bytes + plain->n, bytes, n);
        plain->n += n;
    }
    reading->end = reading->at + taken;
}

/* The same mark opens and closes. What is never closed (inches, "'em") is no quotation. */
static void read_quote(struct reading *reading, enum quotation kind)
{
    struct plain *plain = reading->plain;
    end_word(reading);
    if (reading->quotation < kind) {
        reading->quotation = kind;
        reading->quoted_from = plain->count;
    } else if (reading->quotation == kind) {
        for (size_t i = reading->quoted_from; i < plain->count; i++) {
            plain->words[i].is_quoted = plain->has_quotation = true;
        }
        reading->quotation = QUOTATION_NONE;
    }
}

/* Inside a word it belongs to the word; at an end of one it may be a quotation mark. */
static void read_apostrophe(struct reading *reading, size_t taken)
{
    size_t next = reading->at + taken;
    bool is_behind = reading->plain->n > reading->begin;
    bool is_before = next < reading->text.n && ascii_is_alnum(reading->text.p[next]);
    bool closes = reading->quotation == QUOTATION_SINGLE && !is_before;
    if (is_behind && !closes) {
        reading->has_apostrophe = true;
        add(reading, "'", 1, taken);
    } else if (closes || (is_before && reading->quotation == QUOTATION_NONE)) {
        read_quote(reading, QUOTATION_SINGLE);
    }
}

/* Cyrillic and Greek small letters that look Latin. */
static char look_alike(uint32_t point)
{
    static const struct {
        uint16_t point;
        char letter;
    } table[] = {{0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'},
                 {0x0443, 'y'}, {0x0445, 'x'}, {0x0456, 'i'}, {0x0455, 's'}, {0x0458, 'j'},
                 {0x0501, 'd'}, {0x04BB, 'h'}, {0x051B, 'q'}, {0x051D, 'w'}, {0x0432, 'b'},
                 {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x0442, 't'}, {0x0475, 'v'},
                 {0x03B1, 'a'}, {0x03B5, 'e'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03BD, 'v'},
                 {0x03B9, 'i'}, {0x03BA, 'k'}, {0x03C5, 'u'}, {0x03C4, 't'}, {0x03C7, 'x'},
                 {0x0131, 'i'}, {0x0261, 'g'}, {0x026A, 'i'}, {0x0280, 'r'}, {0x029F, 'l'},
                 {0x1D00, 'a'}, {0x1D07, 'e'}, {0x1D0F, 'o'}, {0x1D1C, 'u'}, {0x0274, 'n'}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].point == point) {
            return table[i].letter;
        }
    }
    return '\0';
}

static bool is_hidden(uint32_t point)
{
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2061 && point <= 0x206F) ||
           (point >= 0x1F3FB && point <= 0x1F3FF) || point == 0x034F || point == 0x061C ||
           (point >= 0xE0000 && point <= 0xE0FFF);
}

static bool is_quote(uint32_t point)
{
    return (point >= 0x201C && point <= 0x201F) || point == 0xAB || point == 0xBB;
}

static bool is_picture(uint32_t point)
{
    return (point >= 0x2190 && point <= 0x2BFF) || (point >= 0x1F000 && point <= 0x1FAFF);
}

static void add_folded(struct reading *reading, const struct fold_point *point)
{
    str folded = str_from(point->bytes, point->len);
    uint32_t first = 0;
    str rest = folded;
    char letter = utf8_next(&rest, &first) && rest.n == 0 ? look_alike(first) : '\0';
    reading->has_letter = reading->may_have_digit = true; /* a full-width one, say */
    if (letter != '\0') {
        add(reading, &letter, 1, point->taken);
    } else {
        add(reading, folded.p, folded.n, point->taken);
    }
}

/* A character beyond ASCII; returns how many bytes it took. */
static size_t read_high(struct reading *reading)
{
    struct fold_point folded;
    uint32_t point = 0;
    str rest = str_slice(reading->text, reading->at, reading->text.n);
    str head = rest;
    if (!utf8_next(&rest, &point)) {
        end_word(reading);
        return 1;
    }
    size_t taken = head.n - rest.n;
    if (is_hidden(point)) {
        return taken;
    }
    if (is_picture(point)) {
        end_word(reading);
        reading->begin = reading->plain->n;
        add(reading, head.p, taken, taken);
        end_word(reading);
        return taken;
    }
    if (is_quote(point)) {
        read_quote(reading, QUOTATION_DOUBLE);
        return taken;
    }
    fold_next(reading->text, reading->at, &folded);
    switch (folded.kind) {
    case FOLD_WORD:
        if (folded.len > 0) {
            add_folded(reading, &folded);
        }
        break;
    case FOLD_APOSTROPHE:
        read_apostrophe(reading, taken);
        break;
    case FOLD_STOP:
        end_sentence(reading);
        break;
    case FOLD_BLANK:
        end_word(reading);
        break;
    }
    return folded.taken;
}

/* A sign is part of a word between letters ("sh!t", "f**k"), or before one ("@rse", "$hit"). */
static bool is_sign_inside(const struct reading *reading)
{
    str text = reading->text;
    size_t at = reading->at;
    char c = text.p[at];
    size_t next = at;
    while (next < text.n && text.p[next] == c) {
        next++;
    }
    bool is_before = next < text.n && ascii_is_alnum(text.p[next]);
    bool is_behind = reading->plain->n > reading->begin;
    return c == '*' ? is_behind : is_before && is_behind;
}

static void read_ascii(struct reading *reading, char c, enum byte_kind kind)
{
    switch (kind) {
    case KIND_LETTER:
        reading->has_letter = true;
        c = (char)(c | 0x20);
        add(reading, &c, 1, 1);
        break;
    case KIND_DIGIT:
        reading->has_leet = reading->may_have_digit = true;
        add(reading, &c, 1, 1);
        break;
    case KIND_APOSTROPHE:
        read_apostrophe(reading, 1);
        break;
    case KIND_QUOTE:
        read_quote(reading, QUOTATION_DOUBLE);
        break;
    case KIND_SIGN:
        if (is_sign_inside(reading)) {
            reading->has_leet = true;
            add(reading, &c, 1, 1);
        } else if (c == '!') {
            end_sentence(reading);
        } else {
            end_word(reading);
        }
        break;
    case KIND_STOP:
        end_sentence(reading);
        break;
    case KIND_BLANK:
    case KIND_HIGH:
        end_word(reading);
        break;
    }
}

/* The top bit of each byte that is a letter. */
static inline uint64_t letters_of(uint64_t bytes)
{
    uint64_t low = (bytes | UINT64_C(0x2020202020202020)) & UINT64_C(0x7F7F7F7F7F7F7F7F);
    uint64_t from_a = low + UINT64_C(0x1F1F1F1F1F1F1F1F); /* 'a' + 0x1F is 0x80 */
    uint64_t past_z = low + UINT64_C(0x0505050505050505);
    return from_a & ~past_z & ~bytes & UINT64_C(0x8080808080808080);
}

/* A run of plain letters, eight at once while text and word have as many: a loop over single ones is
 * left after a number of rounds that nobody can guess. */
static void read_letters(struct reading *reading)
{
    struct plain *plain = reading->plain;
    const char *from = reading->text.p + reading->at, *end = reading->text.p + reading->text.n;
    char *to = plain->bytes + plain->n;
    if (plain->n == reading->begin) {
        reading->start = reading->at;
    }
    reading->has_letter = true;
    size_t room = WORD_BYTES_MAX - (plain->n - reading->begin);
    room = BYTES_MAX - plain->n < room ? BYTES_MAX - plain->n : room;
    size_t n = 8;
    while (n == 8 && end - from >= 8 && room >= 8) {
        uint64_t bytes = 0;
        memcpy(&bytes, from, sizeof bytes);
        uint64_t others = letters_of(bytes) ^ UINT64_C(0x8080808080808080);
        n = others == 0 ? 8 : (size_t)__builtin_ctzll(others) / 8;
        bytes |= UINT64_C(0x2020202020202020);
        memcpy(to, &bytes,
               sizeof bytes); /* what is no letter of it is written over, or is behind */
        from += n;
        to += n;
        room -= n;
    }
    while (n == 8 && from < end && kinds[(unsigned char)*from] == KIND_LETTER) {
        if (room > 0) {
            *to = (char)(*from | 0x20);
            to++;
            room--;
        }
        from++;
    }
    plain->n = (size_t)(to - plain->bytes);
    reading->at = reading->end = (size_t)(from - reading->text.p);
}

/* One letter, and one byte of the original between it and the next: "k i l l", "k.i.l.l". */
static bool is_spaced_pair(const struct plain *plain, size_t i)
{
    const struct plain_word *here = &plain->words[i];
    const struct plain_word *next = &plain->words[i + 1];
    return here->n == 1 && next->n == 1 && next->start == here->end + 1 &&
           (is_latin(plain->bytes[here->at]) || leet_letter(plain->bytes[here->at]) != '\0') &&
           (is_latin(plain->bytes[next->at]) || leet_letter(plain->bytes[next->at]) != '\0');
}

/* Joins the words [from, to] in place: the blanks between them go. */
static void join(struct plain *plain, size_t from, size_t to, size_t *bytes, size_t *words)
{
    size_t begin = *bytes;
    for (size_t i = from; i <= to; i++) {
        memmove(plain->bytes + *bytes, plain->bytes + plain->words[i].at, plain->words[i].n);
        *bytes += plain->words[i].n;
    }
    size_t n = *bytes - begin;
    if (to > from) {
        undo_leet(plain->bytes + begin, n);
        n = undo_repeats(plain->bytes + begin, n);
        *bytes = begin + n;
    }
    struct plain_word word = plain->words[from];
    word.at = (uint32_t)begin;
    word.n = (uint32_t)n;
    word.end = plain->words[to].end;
    word.has_stop = plain->words[to].has_stop;
    word.has_digit = has_digit(plain->bytes + begin, n);
    plain->words[*words] = word;
    if (to > from) {
        plain->words[*words].hash = plain_hash(plain_word_text(plain, *words));
    }
    plain->bytes[*bytes] = ' ';
    (*bytes)++;
    (*words)++;
}

void plain_edit(struct plain *plain, const uint8_t *edits)
{
    size_t bytes = 1, words = 0;
    for (size_t i = 0; i < plain->count; i++) {
        if (edits[i] == PLAIN_DROP) {
            if (words > 0 && plain->words[i].has_stop) {
                plain->words[words - 1].has_stop = true;
            }
            continue;
        }
        size_t last = edits[i] == PLAIN_JOIN && i + 1 < plain->count ? i + 1 : i;
        join(plain, i, last, &bytes, &words);
        i = last;
    }
    plain->count = words;
    plain->n = bytes;
    memset(plain->bytes + plain->n, ' ', PLAIN_PAD);
}

static void join_spaced(struct plain *plain)
{
    bool has_run = false;
    for (size_t i = 0; i + 2 < plain->count && !has_run; i++) {
        has_run = is_spaced_pair(plain, i) && is_spaced_pair(plain, i + 1);
    }
    if (!has_run) {
        return;
    }
    size_t bytes = 1, words = 0;
    for (size_t i = 0; i < plain->count; i++) {
        size_t last = i;
        while (last + 1 < plain->count && is_spaced_pair(plain, last)) {
            last++;
        }
        last = last - i + 1 >= SPACED_LEAST ? last : i;
        join(plain, i, last, &bytes, &words);
        i = last;
    }
    plain->count = words;
    plain->n = bytes;
}

void plain_read(struct plain *plain, str text)
{
    str clipped = utf8_clip(text, PLAIN_TEXT_BYTES_MAX);
    struct reading reading = {.plain = plain, .text = clipped, .begin = 1};
    plain->is_clipped = clipped.n < text.n;
    plain->bytes[0] = ' ';
    plain->n = 1;
    plain->count = 0;
    plain->has_quotation = false;
    while (reading.at < clipped.n) {
        unsigned char c = (unsigned char)clipped.p[reading.at];
        enum byte_kind kind = (enum byte_kind)kinds[c];
        if (kind == KIND_LETTER) {
            read_letters(&reading);
        } else if (kind == KIND_HIGH) {
            reading.at += read_high(&reading);
        } else {
            read_ascii(&reading, (char)c, kind);
            reading.at++;
        }
    }
    end_word(&reading);
    join_spaced(plain);
    memset(plain->bytes + plain->n, ' ', PLAIN_PAD);
}
