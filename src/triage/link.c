/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/link.h"

#include "base/text.h"
#include "base/utf8.h"
#include "triage/plain.h"
#include "triage/sketch.h"

enum {
    WAYS = 4,
    PHRASE_WORDS = 6,
    PHRASE_LONG_WORDS = 3,
    LONG_BYTES = 6,
    PHRASE_SHARE =
        4, /* one row of so many is kept: chosen by its hash, so that all keep the same */
    PHONE_DIGITS_LEAST = 10,
    PHONE_DIGITS_MOST = 13,
    HANDLE_LEAST = 6,
    SIGNATURE_WORDS_LEAST = 2,
    SIGNATURE_WORDS_MOST = 24,
    POOL_SHARE = 16, /* of the keys have room for the names of accounts */
    SETS_TOLD = 4096
};

struct name {
    char bytes[LINK_NAME_BYTES];
    uint8_t n;
};
struct names {
    struct name of[LINK_ACCOUNTS_MAX];
};
struct key {
    uint64_t hash; /* 0 = free */
    uint64_t group;
    uint64_t seen; /* count of messages then */
    uint32_t messages;
    uint32_t names; /* index + 1; 0: one account only */
    uint8_t kind, accounts, value_n;
    bool is_common;
    struct name first;
    char value[LINK_VALUE_BYTES];
};
struct links {
    struct key *keys;
    size_t rows;
    struct names *pool;
    uint32_t *free_names;
    size_t free_count, pool_count;
    uint64_t added;
    uint64_t *told; /* hashes of sets of accounts that a phrase linked already */
    struct plain plain;
    void (*found)(void *context, const struct link *link);
    void *context;
};
/* One message at a time. */
struct message {
    str author;
    uint64_t group;
};

static const char *const kind_names[] = {"handle", "signature", "phone", "mail", "url", "phrase"};

const char *link_kind_name(enum link_kind kind)
{
    return kind_names[kind];
}

struct links *links_new(struct arena *arena, size_t keys_max,
                        void (*found)(void *context, const struct link *link), void *context)
{
    struct links *links = ARENA_NEW(arena, struct links);
    ASSERT(keys_max >= WAYS && (keys_max & (keys_max - 1)) == 0);
    *links = (struct links){.keys = ARENA_ARRAY(arena, struct key, keys_max),
                            .rows = keys_max / WAYS,
                            .pool_count = keys_max / POOL_SHARE + 1,
                            .told = ARENA_ARRAY(arena, uint64_t, SETS_TOLD),
                            .found = found,
                            .context = context};
    links->pool = ARENA_ARRAY(arena, struct names, links->pool_count);
    links->free_names = ARENA_ARRAY(arena, uint32_t, links->pool_count);
    for (size_t i = 0; i < links->pool_count; i++) {
        links->free_names[i] = (uint32_t)(links->pool_count - 1 - i);
    }
    links->free_count = links->pool_count;
    plain_init(&links->plain, arena);
    return links;
}

static uint64_t hash_of(enum link_kind kind, str value)
{
    uint64_t hash = (uint64_t)kind + 1;
    for (size_t i = 0; i < value.n; i++) {
        hash = (hash ^ (unsigned char)value.p[i]) * UINT64_C(0x100000001B3);
    }
    return plain_mix(hash) | 1;
}

static struct name name_of(str author)
{
    struct name name = {.n = (uint8_t)(author.n < LINK_NAME_BYTES ? author.n : LINK_NAME_BYTES)};
    str clip = utf8_clip(author, name.n);
    name.n = (uint8_t)clip.n;
    if (clip.n > 0) {
        memcpy(name.bytes, clip.p, clip.n);
    }
    return name;
}

static bool is_name(const struct name *name, str author)
{
    struct name other = name_of(author);
    return name->n == other.n && memcmp(name->bytes, other.bytes, other.n) == 0;
}

static void give_back(struct links *links, struct key *key)
{
    if (key->names != 0) {
        links->free_names[links->free_count] = key->names - 1;
        links->free_count++;
        key->names = 0;
    }
}

/* Neighbouring rows of one copied sentence link the same accounts: one of them is enough. */
static bool is_told(struct links *links, const struct key *key)
{
    uint64_t sum = 0;
    if (key->kind != LINK_PHRASE) {
        return false;
    }
    for (size_t i = 0; i < key->accounts; i++) {
        const struct name *name = &links->pool[key->names - 1].of[i];
        sum += hash_of(LINK_HANDLE, str_from(name->bytes, name->n));
    }
    uint64_t *slot = &links->told[plain_mix(sum) % SETS_TOLD];
    bool is_known = *slot == sum;
    *slot = sum;
    return is_known;
}

static void report(struct links *links, const struct key *key)
{
    if (key->accounts < 2 || key->is_common || is_told(links, key)) {
        return;
    }
    struct link link = {.kind = (enum link_kind)key->kind,
                        .value = str_from(key->value, key->value_n),
                        .account_count = key->accounts,
                        .messages = key->messages};
    for (size_t i = 0; i < key->accounts; i++) {
        const struct name *name = &links->pool[key->names - 1].of[i];
        link.accounts[i] = str_from(name->bytes, name->n);
    }
    links->found(links->context, &link);
}

static void drop(struct links *links, struct key *key)
{
    report(links, key);
    give_back(links, key);
    *key = (struct key){0};
}

/* Room for names: when all is taken, the link that was not seen for longest is told and goes. */
static uint32_t take_names(struct links *links)
{
    if (links->free_count == 0) {
        struct key *oldest = NULL;
        for (size_t i = 0; i < links->rows * WAYS; i++) {
            struct key *key = &links->keys[i];
            if (key->names != 0 && (oldest == NULL || key->seen < oldest->seen)) {
                oldest = key;
            }
        }
        ASSERT(oldest != NULL);
        drop(links, oldest);
    }
    links->free_count--;
    return links->free_names[links->free_count] + 1;
}

static void add_account(struct links *links, struct key *key, str author)
{
    if (key->accounts == 1 && is_name(&key->first, author)) {
        return;
    }
    if (key->names == 0) {
        uint64_t hash = key->hash;
        key->seen = links->added; /* so that it is not the one that has to go */
        key->names = take_names(links);
        ASSERT(key->hash == hash);
        links->pool[key->names - 1].of[0] = key->first;
    }
    struct names *names = &links->pool[key->names - 1];
    for (size_t i = 0; i < key->accounts; i++) {
        if (is_name(&names->of[i], author)) {
            return;
        }
    }
    if (key->accounts == LINK_ACCOUNTS_MAX) {
        key->is_common = true;
        give_back(links, key);
        return;
    }
    names->of[key->accounts] = name_of(author);
    key->accounts++;
}

/* The key's place, or the one of its row that has to go for it. */
static struct key *find(struct links *links, uint64_t hash)
{
    struct key *row = &links->keys[(hash >> 8) % links->rows * WAYS];
    struct key *oldest = row;
    for (size_t i = 0; i < WAYS; i++) {
        if (row[i].hash == hash) {
            return &row[i];
        }
        if (row[i].hash == 0 || (oldest->hash != 0 && row[i].seen < oldest->seen)) {
            oldest = &row[i];
        }
    }
    return oldest;
}

/* `is_own`: it stands behind the closing formula, where a template has a gap. */
static void use_key(struct links *links, const struct message *message, enum link_kind kind,
                    str value, bool is_own)
{
    str clip = utf8_clip(value, LINK_VALUE_BYTES);
    uint64_t hash = hash_of(kind, value);
    struct key *key = find(links, hash);
    if (key->hash != hash) {
        drop(links, key);
        *key = (struct key){.hash = hash,
                            .group = message->group,
                            .kind = (uint8_t)kind,
                            .accounts = 1,
                            .value_n = (uint8_t)clip.n,
                            .first = name_of(message->author)};
        memcpy(key->value, clip.p, clip.n);
    } else if (key->group == message->group && !is_own && !is_name(&key->first, message->author)) {
        return; /* a copy of the text that has it */
    }
    key->messages += key->seen != links->added || key->messages == 0; /* once a message */
    key->seen = links->added;
    if (!key->is_common) {
        add_account(links, key, message->author);
    }
}

/* --- what is taken from a message --- */

static void use_handle(struct links *links, const struct message *message)
{
    char bytes[LINK_VALUE_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < message->author.n && n < sizeof bytes; i++) {
        char c = message->author.p[i];
        if (ascii_is_alpha(c) || (unsigned char)c >= 0x80) {
            bytes[n] = ascii_lower(c);
            n++;
        }
    }
    if (n >= HANDLE_LEAST && str_find_byte(message->author, ' ') == message->author.n) {
        use_key(links, message, LINK_HANDLE, utf8_clip(str_from(bytes, n), n), true);
    }
}

/* Bytes from `at` that can belong to a telephone number; its digits in `digits`. */
static size_t read_phone(str text, size_t at, char digits[PHONE_DIGITS_MOST], size_t *ret_n)
{
    size_t n = 0, end = at;
    for (size_t i = at; i < text.n; i++) {
        char c = text.p[i];
        if (ascii_is_digit(c)) {
            if (n == PHONE_DIGITS_MOST) {
                *ret_n = 0;
                return i + 1 - at;
            }
            digits[n] = c;
            n++;
            end = i + 1;
        } else if (strchr(" -().+", c) == NULL || c == '\0') {
            break;
        }
    }
    *ret_n = n;
    return end - at;
}

/* 0044… and +44… as 0…; numbers that do not begin so are none of ours. */
static void use_phone(struct links *links, const struct message *message, char *digits, size_t n,
                      bool has_plus, bool is_own)
{
    str number = str_from(digits, n);
    size_t skip = str_starts(number, STR("0044"))                      ? 4
                  : has_plus && str_starts(number, STR("44")) && n > 2 ? 2
                                                                       : 0;
    if (skip > 0) {
        skip -= digits[skip] == '0' ? 0 : 1; /* "+44 (0)7700" has the 0 */
        digits[skip] = '0';
        number = str_slice(number, skip, n);
    }
    if (number.n >= PHONE_DIGITS_LEAST && number.n <= PHONE_DIGITS_LEAST + 1 &&
        number.p[0] == '0') {
        use_key(links, message, LINK_PHONE, number, is_own);
    }
}

static void use_lower(struct links *links, const struct message *message, enum link_kind kind,
                      str value, bool is_own)
{
    char bytes[LINK_VALUE_BYTES];
    str clip = utf8_clip(value, sizeof bytes);
    for (size_t i = 0; i < clip.n; i++) {
        bytes[i] = ascii_lower(clip.p[i]);
    }
    if (clip.n > 3) {
        use_key(links, message, kind, str_from(bytes, clip.n), is_own);
    }
}

static str without_end(str word, const char *marks)
{
    while (word.n > 0 && strchr(marks, word.p[word.n - 1]) != NULL) {
        word.n--;
    }
    return word;
}

/* A word with "://", "www." or a mail address; scheme, "www." and what is behind "?" or "#" go. */
static void use_address(struct links *links, const struct message *message, str word, bool is_own)
{
    word = without_end(word, ".,;:!?\"')>]");
    size_t scheme = str_find(word, STR("://")), sign = str_find_byte(word, '@');
    if (scheme < word.n || str_starts(word, STR("www."))) {
        word = scheme < word.n ? str_slice(word, scheme + 3, word.n) : word;
        word = str_starts(word, STR("www.")) ? str_slice(word, 4, word.n) : word;
        word = str_slice(word, 0, str_find_byte(word, '?'));
        word = without_end(str_slice(word, 0, str_find_byte(word, '#')), "/");
        use_lower(links, message, LINK_URL, word, is_own);
    } else if (sign > 0 && sign < word.n &&
               str_find_byte(str_slice(word, sign, word.n), '.') < word.n - sign) {
        while (word.n > 0 && strchr("<(\"'[", word.p[0]) != NULL) {
            word = str_slice(word, 1, word.n);
        }
        use_lower(links, message, LINK_MAIL, word, is_own);
    }
}

static void use_words(struct links *links, const struct message *message, str text, bool is_own)
{
    char digits[PHONE_DIGITS_MOST] = {0};
    for (size_t at = 0; at < text.n;) {
        bool has_plus = text.p[at] == '+';
        if (has_plus || ascii_is_digit(text.p[at])) {
            size_t n = 0, taken = read_phone(text, at, digits, &n);
            use_phone(links, message, digits, n, has_plus, is_own);
            at += taken > 0 ? taken : 1;
            continue;
        }
        size_t end = at;
        while (end < text.n && !ascii_is_space(text.p[end])) {
            end++;
        }
        if (end - at > 5) {
            use_address(links, message, str_slice(text, at, end), is_own);
        }
        at = end + 1;
    }
}

static void use_signature(struct links *links, const struct message *message, str signature)
{
    plain_read(&links->plain, signature);
    if (links->plain.count >= SIGNATURE_WORDS_LEAST && links->plain.count <= SIGNATURE_WORDS_MOST) {
        str words = str_trim(str_from(links->plain.bytes, links->plain.n));
        use_key(links, message, LINK_SIGNATURE, words, true);
    }
}

static void use_phrases(struct links *links, const struct message *message, str body)
{
    const struct plain *plain = &links->plain;
    plain_read(&links->plain, body);
    for (size_t i = 0; i + PHRASE_WORDS <= plain->count; i++) {
        uint64_t hash = 0;
        size_t long_words = 0;
        for (size_t k = i; k < i + PHRASE_WORDS; k++) {
            hash = plain_mix(hash + plain->words[k].hash);
            long_words += plain->words[k].n >= LONG_BYTES;
        }
        if (long_words >= PHRASE_LONG_WORDS && hash % PHRASE_SHARE == 0) {
            const struct plain_word *last = &plain->words[i + PHRASE_WORDS - 1];
            str words = str_from(plain->bytes + plain->words[i].at,
                                 last->at + last->n - plain->words[i].at);
            use_key(links, message, LINK_PHRASE, words, false);
        }
    }
}

void links_add(struct links *links, str text, str author, uint64_t group)
{
    const struct message message = {author, group};
    str body = sketch_body(NULL, text), signature = sketch_signature(text);
    links->added++;
    use_handle(links, &message);
    use_words(links, &message, signature, true);
    use_signature(links, &message, signature);
    use_words(links, &message, body, false); /* of a short text it holds the signature, too */
    use_phrases(links, &message, body);
}

void links_close(struct links *links)
{
    for (size_t i = 0; i < links->rows * WAYS; i++) {
        drop(links, &links->keys[i]);
    }
    memset(links->told, 0, SETS_TOLD * sizeof links->told[0]);
    links->added = 0;
}
