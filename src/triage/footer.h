/* SPDX-License-Identifier: Apache-2.0 */
/* What stands below a message although nobody wrote it for this one: disclaimers, "Sent from my
 * iPhone", a newsletter's foot, a charity's standing words.
 *
 * Two ways to know such a line. Some begin or speak as only they do (a list, below); and all stand at
 * the end of messages that are otherwise unlike: a table counts for each line near an end under how
 * many different beginnings it stood. A line of a campaign's letter stands under one beginning, that
 * of the letter, again and again; so what one beginning has most of is no footer, however often it
 * is met. Only lines at the end go, from the last upwards, and never so much that no words are left.
 *
 * Bounded: a table of fixed size in rows of four, of which the rarest line goes first.
 */
#ifndef HUSTINGS_TRIAGE_FOOTER_H
#define HUSTINGS_TRIAGE_FOOTER_H

#include "base/arena.h"
#include "base/str.h"

enum {
    FOOTER_LINES_DEFAULT = 1 << 14, /* 640 kB */
    FOOTER_TAIL_LINES = 16,         /* of a message that are looked at */
    FOOTER_BEGINNINGS_LEAST = 4     /* under so many different ones a line is a footer */
};

struct footers;

/* `lines_max`: a power of two, at least 4. */
struct footers *footers_new(struct arena *arena, size_t lines_max);
void footers_learn(struct footers *footers, str text);
/* The text without its footer: a view. `footers` NULL: by the list alone. */
str footer_cut(const struct footers *footers, str text);
/* Where "Dear Ms Jones," at the beginning ends; 0 when there is none. */
size_t footer_greeting(str text);
/* Does the text have so many words at least? */
bool footer_has_words(str text, size_t words);

#endif
