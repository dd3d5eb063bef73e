/* SPDX-License-Identifier: Apache-2.0 */
/* Which language a message is in: by its letters where a script is enough, else by common words.
 *
 * Each Latin-script language is a list of its commonest short words and endings; a text is the
 * language whose words it holds most of, weighed by how few languages share the word (a hashed table
 * that is made from lists in lang.c). Where the list knows less than a quarter of the words, runs of two
 * to four letters decide (naive Bayes over hashed counts of lang_samples.c, made at the start).
 * English is the answer where nothing speaks against it.
 * Made for one question: may the heads of the model, which know English, be believed here?
 */
#ifndef HUSTINGS_TRIAGE_LANG_H
#define HUSTINGS_TRIAGE_LANG_H

#include "triage/plain.h"

enum lang {
    LANG_UNKNOWN, /* no letters, or too little */
    LANG_ENGLISH,
    LANG_WELSH,
    LANG_BENGALI,
    LANG_BENGALI_LATIN, /* romanised, also mixed with English */
    LANG_IRISH,
    LANG_GAELIC,
    LANG_FRENCH,
    LANG_GERMAN,
    LANG_SPANISH,
    LANG_PORTUGUESE,
    LANG_ITALIAN,
    LANG_DUTCH,
    LANG_POLISH,
    LANG_ROMANIAN,
    LANG_TURKISH,
    LANG_SOMALI,
    LANG_HINDI_LATIN, /* romanised Hindi or Urdu: they are one by their words */
    LANG_LATIN_COUNT, /* those above are told by words, Bengali script apart */
    LANG_ARABIC = LANG_LATIN_COUNT,
    LANG_HEBREW,
    LANG_CYRILLIC,
    LANG_GREEK,
    LANG_HINDI,
    LANG_PUNJABI,
    LANG_GUJARATI,
    LANG_TAMIL,
    LANG_CHINESE,
    LANG_JAPANESE,
    LANG_KOREAN,
    LANG_OTHER_SCRIPT, /* or one of ours, and not English, but which is not sure */
    LANG_COUNT
};

struct langs; /* the table; read-only */
const struct langs *langs_new(struct arena *arena);
/* `text` is the original of `plain`. */
enum lang lang_of(const struct langs *langs, str text, const struct plain *plain);
/* ISO 639-1 ("en"), "bn-Latn", "und" for what is not known. */
const char *lang_code(enum lang lang);
/* Do the heads know it? */
bool lang_is_judged(enum lang lang);

#endif
