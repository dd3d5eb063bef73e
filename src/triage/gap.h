/* SPDX-License-Identifier: Apache-2.0 */
/* A word of harm with one gap in it, "k ill" or "mur-der", is read as the word.
 *
 * Which words: the classes of words.csv named in gap.c. Two words that both stand for themselves ("be
 * head", "people' s laughter") stay two. Done when a message is scored and not in plain_read: the model is
 * learnt from texts as they are, whatever the pack says.
 */
#ifndef HUSTINGS_TRIAGE_GAP_H
#define HUSTINGS_TRIAGE_GAP_H

#include "pack/pack.h"
#include "triage/plain.h"

struct gaps; /* read-only */
const struct gaps *gaps_new(struct arena *arena, const struct pack *pack);
/* `text` is the original of `plain`; `edits` has room for PLAIN_WORDS_MAX. */
void gaps_close(const struct gaps *gaps, str text, struct plain *plain, uint8_t *edits);

#endif
