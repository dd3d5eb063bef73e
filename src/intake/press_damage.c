/* SPDX-License-Identifier: Apache-2.0 */
/* Damage to what is an office-holder's: the home, the car, the posters, the office. */
#include "intake/press_internal.h"

static const char *damage_code(const struct press_text *t, size_t i)
{
    if (press_is(t, i, " torched firebombed petrol-bombed ") || press_phrase(t, i, "set on fire") ||
        press_phrase(t, i, "set alight") || press_phrase(t, i, "set ablaze")) {
        return "DAM4";
    }
    if (press_is(t, i, words_damage) || press_phrase(t, i, "sprayed with") ||
        press_phrase(t, i, "covered in graffiti") || press_phrase(t, i, "kicked in") ||
        press_phrase(t, i, "targeted by vandals") || press_phrase(t, i, "attacked by vandals")) {
        return "DAM2";
    }
    if (press_phrase(t, i, "torn down") || press_phrase(t, i, "ripped down") ||
        press_phrase(t, i, "ripped up") || press_phrase(t, i, "pulled down")) {
        return "DAM1";
    }
    return NULL;
}

/* The property noun of "X's campaign office", or SIZE_MAX. */
static size_t property_of(const struct press_text *t, const struct mention *m)
{
    bool has_mark = press_kind(t, m->to) == TOKEN_POSSESSIVE;
    bool owns = m->owns || (m->is_pronoun && press_is(t, m->from, " her my "));
    if (!has_mark && !owns) {
        return SIZE_MAX;
    }
    size_t k = m->to + (has_mark ? 1 : 0);
    for (size_t end = k + 4; k < end && press_kind(t, k) == TOKEN_WORD; k++) {
        if (press_is(t, k, words_property)) {
            while (press_is(t, k + 1, words_property)) {
                k++;
            }
            return k;
        }
        if (press_is(t, k, words_preposition)) {
            break;
        }
    }
    return SIZE_MAX;
}

/* "the office of Labour MP Jane Doe", "posters for Jane Doe" */
static bool is_owned_by(const struct press_text *t, const struct mention *m, size_t from)
{
    return m->from > from + 1 && press_is(t, m->from - 1, " of for belonging ") &&
           press_is(t, m->from - 2, words_property);
}

static void damaged_after(const struct press_text *t, size_t i, const struct sentence *s,
                          int person, struct findings *found)
{
    size_t k = i;
    while (k < s->to && k < i + 8 && press_kind(t, k) != TOKEN_STOP) {
        const char *code = damage_code(t, k);
        if (code != NULL && (k == i || press_any(t, i, k, " was were been being had have "))) {
            if (!press_is_unreal(t, i, k)) {
                press_found(t, found, person, k, code);
            }
            return;
        }
        if (press_is(t, k, words_preposition) && !press_is(t, k, " of in on after with ")) {
            return;
        }
        k++;
    }
}

/* "smashed the windows of X's office", "a brick was thrown through her window"
 */
static void damaged_before(const struct press_text *t, size_t mention_from,
                           const struct sentence *s, int person, struct findings *found)
{
    size_t low = mention_from > s->from + 9 ? mention_from - 9 : s->from;
    for (size_t k = mention_from; k > low; k--) {
        const char *code = damage_code(t, k - 1);
        bool is_thrown = press_is(t, k - 1,
                                  " thrown hurled threw lobbed hurling throwing daubed "
                                  "sprayed scrawled painted carved pushed posted put ") &&
                         press_any(t, s->from, s->to,
                                   " brick bricks rock rocks stone stones paint eggs egg "
                                   "firebomb petrol "
                                   "graffiti slogan slogans words swastika firework fireworks "
                                   "excrement faeces missile ") &&
                         press_any(t, k, mention_from, " at through over on across onto ");
        if (code != NULL || is_thrown) {
            code = code != NULL ? code : "DAM2";
            if (!press_is_unreal(t, k - 1, k - 1)) {
                press_found(t, found, person, k - 1, code);
            }
            return;
        }
        if (press_mention_ending(t, k - 1) != NULL) {
            return;
        }
    }
}

static void property(const struct press_text *t, size_t i, const struct sentence *s,
                     struct findings *found)
{
    const struct mention *m = press_mention_at(t, i);
    if (m == NULL || m->kind != MENTION_PERSON || s->is_mishap || s->is_other_crime) {
        return;
    }
    size_t noun = property_of(t, m);
    if (noun == SIZE_MAX && !is_owned_by(t, m, s->from)) {
        return;
    }
    size_t after = noun == SIZE_MAX ? m->to : noun + 1;
    damaged_after(t, after, s, m->person, found);
    damaged_before(t, m->from, s, m->person, found);
    bool is_home = noun != SIZE_MAX && press_is(t, noun, " home house flat ");
    bool is_outside = m->from > s->from && press_is(t, m->from - 1, " outside at to ");
    if (is_home && is_outside &&
        press_any(t, s->from, m->from,
                  " protest protested protesters gathered masked demonstrated "
                  "demonstration picketed ") &&
        !press_is_unreal(t, i, i)) {
        press_found(t, found, m->person, i, "INT3");
    }
}

/* "had eggs thrown at her", "had his tyres slashed" */
static void had_done(const struct press_text *t, size_t i, const struct sentence *s,
                     struct findings *found)
{
    int person = press_subject_before(t, i);
    for (size_t k = i + 1; person != NOBODY && k < s->to && k < i + 10; k++) {
        const char *code = damage_code(t, k);
        bool is_own =
            press_any(t, i, k, " his her their my ") && press_any(t, i, k, words_property);
        if (code != NULL && is_own) {
            if (!press_is_unreal(t, i, k)) {
                press_found(t, found, person, k, code);
            }
            return;
        }
        if (press_is(t, k, " thrown hurled ") && press_is(t, k + 1, " at over through ") &&
            press_is(t, k + 2, " him her me his my them ")) {
            if (!press_is_unreal(t, i, k)) {
                press_found(t, found, person, k, "PHY2");
            }
            return;
        }
        if (press_is(t, k, words_preposition)) {
            return;
        }
    }
}

/* "broke into the office of Jane Doe MP": an office is not burgled as a home is, so only offices. */
static void broken_into(const struct press_text *t, size_t i, const struct sentence *s,
                        struct findings *found)
{
    if (!press_is(t, i, " broke broken breaking ") || !press_is(t, i + 1, " into ") ||
        !press_any(t, s->from, s->to, " office offices surgery headquarters ")) {
        return;
    }
    int person = press_victim_at(t, i + 2);
    for (size_t k = i; person == NOBODY && k > s->from && i - k < 5; k--) {
        bool is_passive = press_is(t, k - 1, " office offices ") && k > s->from + 1;
        const struct mention *m =
            is_passive && press_kind(t, k - 2) == TOKEN_POSSESSIVE && k > s->from + 2
                ? press_mention_ending(t, k - 3)
                : NULL;
        person = m != NULL && m->kind == MENTION_PERSON ? m->person : NOBODY;
    }
    if (person != NOBODY && !press_is_unreal(t, i, i)) {
        press_found(t, found, person, i, "DAM3");
    }
}

/* An office that is nobody's by grammar ("the windows of a campaign office were smashed"): of the
 * one candidate or member whom the next sentences name. */
static int tenant(const struct press_text *t, size_t i)
{
    size_t paragraph = t->sentences[t->tokens[i].sentence].paragraph;
    int found = NOBODY;
    for (size_t k = i; k < t->token_count; k++) {
        if (t->sentences[t->tokens[k].sentence].paragraph > paragraph + 1) {
            break;
        }
        const struct mention *m = press_mention_at(t, k);
        bool is_named = m != NULL && m->kind == MENTION_PERSON && m->person > t->unnamed &&
                        t->persons[m->person].full.n > 0 &&
                        t->persons[m->person].office != OFFICE_NONE;
        if (is_named && found != NOBODY && found != m->person) {
            return NOBODY;
        }
        found = is_named ? m->person : found;
    }
    return found;
}

static void ownerless(const struct press_text *t, size_t i, const struct sentence *s,
                      struct findings *found)
{
    bool is_office = press_is(t, i, " office offices headquarters ") && i > s->from &&
                     press_is(t, i - 1, " campaign constituency ");
    if (!is_office || s->is_mishap || s->is_other_crime || press_is(t, i + 1, " of ")) {
        return;
    }
    for (size_t k = i > s->from + 9 ? i - 9 : s->from; k < s->to && k < i + 8; k++) {
        const char *code = damage_code(t, k);
        const struct mention *m = press_mention_at(t, k);
        if (m != NULL && m->kind == MENTION_PERSON && !m->is_pronoun) {
            return; /* it is somebody's after all */
        }
        if (code != NULL) {
            int person = tenant(t, i);
            if (person != NOBODY && !press_is_unreal(t, k, k)) {
                press_found(t, found, person, k, code);
            }
            return;
        }
    }
}

void press_damage_find(const struct press_text *t, size_t i, const struct sentence *s,
                       struct findings *found)
{
    property(t, i, s, found);
    ownerless(t, i, s, found);
    if (press_is(t, i, " had have having ")) {
        had_done(t, i, s, found);
    }
    broken_into(t, i, s, found);
}
