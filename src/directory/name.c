/* SPDX-License-Identifier: Apache-2.0 */
/* Names as a person would compare them, and handles as platforms do. */
#include "directory/directory.h"
#include "pack/fold.h"

enum { WORDS_MAX = 24 };

static const char *const titles[] = {
    "mr",        "mrs",        "ms",   "miss",     "mx",    "dr",        "prof",
    "professor", "sir",        "dame", "lord",     "lady",  "baroness",  "baron",
    "cllr",      "councillor", "rt",   "right",    "hon",   "honorable", "honourable",
    "the",       "rev",        "revd", "reverend", "mayor", "mep",       "alderman",
};
static const char *const letters_behind[] = {
    "mp", "msp", "mla", "ms", "am",  "mep", "obe", "mbe", "cbe", "kbe", "dbe",
    "kc", "qc",  "dl",  "jp", "phd", "pc",  "bem", "ch",  "kcb", "gbe",
};

static bool is_one_of(str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_equal(word, str_c(list[i]))) {
            return true;
        }
    }
    return false;
}

static size_t split(str text, str words[WORDS_MAX])
{
    size_t count = 0;
    while (text.n > 0 && count < WORDS_MAX) {
        text = str_cut(text, ' ', &words[count]);
        count += words[count].n > 0;
    }
    return count;
}

static str join(struct arena *arena, const str *words, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += words[i].n + 1;
    }
    char *out = ARENA_ARRAY(arena, char, len + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            out[n++] = ' ';
        }
        memcpy(out + n, words[i].p, words[i].n);
        n += words[i].n;
    }
    return str_from(out, n);
}

static size_t without_letters(const str *words, size_t count, size_t least)
{
    while (count > least &&
           is_one_of(words[count - 1], letters_behind, ARRAY_LEN(letters_behind))) {
        count--;
    }
    return count;
}

static size_t titles_before(const str *words, size_t count)
{
    size_t first = 0;
    while (first + 1 < count && is_one_of(words[first], titles, ARRAY_LEN(titles))) {
        first++;
    }
    return first;
}

str name_words(struct arena *arena, str name)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    char bytes_behind[FOLD_NAME_BYTES_MAX];
    str words[2 * WORDS_MAX];
    str front = {0};
    str behind = str_cut(name, ',', &front);
    /* "Ali, Rushanara" is a surname first; "Rushanara Ali, MP" is not. */
    size_t turned = without_letters(words, split(fold_name(behind, bytes_behind), words), 0);
    size_t first = titles_before(words, turned);
    str own[WORDS_MAX];
    size_t own_count = split(fold_name(front, bytes), own);
    /* The last word is never taken for a title: somebody may be called so. */
    for (size_t i = titles_before(own, own_count); i < own_count; i++) {
        words[turned++] = own[i];
    }
    size_t count = without_letters(words, turned, first + 1);
    return join(arena, words + first, count - first);
}

str name_key(struct arena *arena, str text)
{
    str words[WORDS_MAX];
    size_t count = split(text, words);
    for (size_t i = 1; i < count; i++) { /* few words: insertion */
        str word = words[i];
        size_t at = i;
        while (at > 0 && str_compare(words[at - 1], word) > 0) {
            words[at] = words[at - 1];
            at--;
        }
        words[at] = word;
    }
    return join(arena, words, count);
}

str name_ends(struct arena *arena, str text)
{
    str words[WORDS_MAX];
    size_t count = split(text, words);
    if (count < 2) {
        return (str){0};
    }
    words[1] = words[count - 1];
    return name_key(arena, join(arena, words, 2));
}

/* --- handles --- */

static const struct {
    const char *word;     /* in a column, or the host of an address */
    const char *platform; /* ours */
} platform_words[] = {
    {"x", "x"},
    {"x.com", "x"},
    {"twitter", "x"},
    {"twitter.com", "x"},
    {"facebook", "facebook"},
    {"facebook.com", "facebook"},
    {"fb", "facebook"},
    {"fb.com", "facebook"},
    {"instagram", "instagram"},
    {"instagram.com", "instagram"},
    {"tiktok", "tiktok"},
    {"tiktok.com", "tiktok"},
    {"bluesky", "bluesky"},
    {"bsky", "bluesky"},
    {"bsky.app", "bluesky"},
    {"threads", "threads"},
    {"threads.net", "threads"},
    {"threads.com", "threads"},
    {"youtube", "youtube"},
    {"youtube.com", "youtube"},
    {"linkedin", "linkedin"},
    {"linkedin.com", "linkedin"},
    {"mastodon", "mastodon"},
    {"telegram", "telegram"},
    {"t.me", "telegram"},
};
static const char *const platforms[] = {"x",       "facebook", "instagram", "tiktok",   "bluesky",
                                        "threads", "youtube",  "linkedin",  "mastodon", "telegram"};

const char *handle_platform(size_t n)
{
    return n < ARRAY_LEN(platforms) ? platforms[n] : NULL;
}

static const char *platform_of(str word)
{
    for (size_t i = 0; i < ARRAY_LEN(platform_words); i++) {
        if (str_equal_ascii_fold(word, str_c(platform_words[i].word))) {
            return platform_words[i].platform;
        }
    }
    return NULL;
}

static str without_prefix(str text, const char *prefix)
{
    str front = str_slice(text, 0, strlen(prefix));
    return str_equal_ascii_fold(front, str_c(prefix)) ? str_slice(text, front.n, text.n) : text;
}

/* The name in "profile.php?id=1", "in/name", "channel/ID", "@name/video/1". */
static str name_in_path(str path)
{
    static const char *const steps[] = {"in/", "profile/", "channel/", "user/",
                                        "c/",  "people/",  "pages/",   "#!/"};
    str name = {0};
    str numbered = without_prefix(path, "profile.php?id=");
    if (numbered.n < path.n) {
        (void)str_cut(numbered, '&', &name);
        return name;
    }
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        path = without_prefix(path, steps[i]);
    }
    (void)str_cut(path, '/', &name);
    (void)str_cut(name, '?', &name);
    (void)str_cut(name, '#', &name);
    return name;
}

/* "https://www.x.com/name": takes the address apart; false when it is none that we know. */
static bool take_address(str text, const char **ret_platform, str *ret_name)
{
    str rest = without_prefix(without_prefix(text, "https://"), "http://");
    rest = without_prefix(without_prefix(without_prefix(rest, "www."), "m."), "mobile.");
    str host = {0};
    str path = str_cut(rest, '/', &host);
    const char *platform = str_find_byte(host, '.') == host.n ? NULL : platform_of(host);
    if (platform == NULL) {
        return false;
    }
    *ret_platform = platform;
    *ret_name = name_in_path(path);
    return true;
}

static bool is_handle(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c <= ' ' || c == 0x7F || c == '/' || c == '"' || c == '<') {
            return false;
        }
    }
    return name.n > 0 && name.n <= DIRECTORY_HANDLE_BYTES_MAX;
}

static str lowered(struct arena *arena, str text)
{
    char *out = ARENA_ARRAY(arena, char, text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        out[i] = ascii_lower(text.p[i]);
    }
    return str_from(out, text.n);
}

bool handle_parse(struct arena *arena, str platform, str text, struct handle *ret_handle)
{
    str name = str_trim(text);
    platform = str_trim(platform);
    const char *known = platform_of(platform);
    if (!take_address(name, &known, &name) && str_find(name, STR("://")) != name.n) {
        return false; /* an address somewhere else */
    }
    if (name.n > 0 && name.p[0] == '@') {
        name = str_slice(name, 1, name.n);
    }
    if (!is_handle(name) || platform.n > DIRECTORY_PLATFORM_BYTES_MAX ||
        (known == NULL && platform.n > 0 && !is_handle(platform))) {
        return false;
    }
    ret_handle->platform = known != NULL ? str_c(known) : lowered(arena, platform);
    ret_handle->name = lowered(arena, name);
    return true;
}
