/* SPDX-License-Identifier: Apache-2.0 */
/* Press intake: a newsroom's article in, the incidents that it reports out.
 *
 * Precision comes first: most articles are about something else and must give
 * nothing, and a person who is only quoted must not become a victim. So nothing
 * here scores "topics". A sentence counts only when its grammar says *who*
 * suffered *what*, when that who resolves to one elected office-holder,
 * candidate or election worker, and when nothing around it (a denial, a
 * "could", a year long past, a play, a robbery) takes it back. Whatever the
 * rules cannot decide they leave out.
 *
 * The steps, one file each:
 * - press_text: paragraphs into tokens, sentences and speech (between quotation marks)
 * - press_people: names and offices into persons ("the Labour MP for X, Jane Doe")
 * - press_mentions: each later "Ms Doe", "the MP", "she", "I" to the person it means
 * - press_harm: nouns of harm ("death threats") and the constructions that give their victim
 * - press_acts: verbs of harm ("was punched")
 * - press_damage: what is theirs ("her office was vandalised")
 * - press_when: when it happened, and what is history
 * - press: the article as a whole
 *
 * Pure: bytes and a gazetteer in, structs in the arena out. Every incident is
 * press-reported and uncorroborated; codes are suggestions for a person to
 * confirm. One incident a subject and article.
 */
#ifndef HUSTINGS_INTAKE_PRESS_H
#define HUSTINGS_INTAKE_PRESS_H

#include "base/arena.h"
#include "base/status.h"

enum {
    PRESS_BYTES_MAX =
        256 * 1024, /* a long read has 60 KiB; the rules are linear but not for free */
    PRESS_INCIDENTS_MAX = 32,
    PRESS_CODES_MAX = 8,
    PRESS_QUOTE_BYTES_MAX = 900,
};

enum press_place_kind { PRESS_CONSTITUENCY, PRESS_ASSEMBLY_SEAT, PRESS_DISTRICT, PRESS_WARD };

struct press_place {
    str name;
    str gss; /* empty when the place is known by name only */
};

/* Where place names are looked up. `find` answers for exact names (it may fold
 * case and accents) and returns text that outlives the call. */
struct press_gazetteer {
    bool (*find)(const void *context, enum press_place_kind kind, str name,
                 struct press_place *ret_place);
    const void *context;
};

struct press_incident {
    str subject; /* a name, or "Mayor of London" when the article gives none */
    str office;  /* MP, councillor, mayor, candidate, assembly member, election
                  worker … */
    struct press_place place;
    const char *codes[PRESS_CODES_MAX];
    size_t code_count;
    str when;  /* "2024-07-18: on Thursday", "by 2024-07-22: during her campaign"
              */
    str quote; /* the sentences that say so */
};

struct press_article {
    str title;
    str published; /* YYYY-MM-DD, empty when the article does not say */
    str section;
    str *links;
    size_t link_count;
    struct press_incident *incidents;
    size_t incident_count;
};

/* `bytes` must outlive the result. STATUS_INVALID or STATUS_LIMIT with a
 * sentence when it is no article (not text, no or bad front matter, no title,
 * an impossible date, too long); *ret_line is then the line. */
enum status press_read(struct arena *arena, str bytes, const struct press_gazetteer *gazetteer,
                       struct press_article *ret_article, unsigned *ret_line,
                       struct error *err) MUST_CHECK;

#endif
