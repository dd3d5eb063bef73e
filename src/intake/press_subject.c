/* SPDX-License-Identifier: Apache-2.0 */
/* Who does, or suffers, what a verb says: the grammar that keeps speakers,
 * attackers and bystanders from becoming victims. */
#include "intake/press_internal.h"

static bool is_holder(const struct press_text *t, int person)
{
    return person > t->unnamed && t->persons[person].office != OFFICE_NONE;
}

/* "supporters of the mayor": the mayor is not the head of that phrase. */
static bool is_inner(const struct press_text *t, const struct mention *m, size_t sentence_from)
{
    return m->from > sentence_from &&
           press_is(t, m->from - 1,
                    " of for to against with from by at near outside on in about "
                    "like than alongside beside behind opposite and or ");
}

/* "her husband", "the MP's staff": harm to them is harm because of the
 * office-holder. */
static int owner_of_kin(const struct press_text *t, size_t i, size_t from)
{
    size_t k = i;
    if (!press_is(t, k, words_kin)) {
        return NOBODY;
    }
    for (int steps = 0; steps < 3 && k > from; steps++) {
        k--;
        const struct mention *m = press_mention_ending(t, k);
        if (press_kind(t, k) == TOKEN_POSSESSIVE && k > from) {
            m = press_mention_ending(t, k - 1);
        } else if (m != NULL && !press_is(t, k, " his her my ")) {
            return NOBODY;
        }
        if (m != NULL) {
            return is_holder(t, m->person) ? m->person : NOBODY;
        }
    }
    return NOBODY;
}

/* "volunteers for the Green candidate": they are out there for one who stands. */
static int owner_of_team(const struct press_text *t, const struct mention *m, size_t from)
{
    bool is_team = m != NULL && m->kind == MENTION_PERSON && m->from > from + 1 &&
                   press_is(t, m->from - 1, " for of ") &&
                   press_is(t, m->from - 2,
                            " volunteers volunteer canvassers canvasser campaigners campaigner "
                            "activists staff ");
    return is_team && is_holder(t, m->person) ? m->person : NOBODY;
}

static int plain_subject(const struct press_text *t, size_t k, size_t from)
{
    int owner = owner_of_kin(t, k, from);
    if (owner != NOBODY) {
        return owner;
    }
    const struct mention *m = press_mention_ending(t, k);
    owner = owner_of_team(t, m, from);
    if (owner != NOBODY || m == NULL || m->kind != MENTION_PERSON || m->owns ||
        is_inner(t, m, from)) {
        return owner;
    }
    return m->person;
}

/* "Cllr Doe, a mother of two, was": the phrase before the opening comma. */
static int before_insertion(const struct press_text *t, size_t close, size_t from)
{
    for (size_t j = close; j > from + 1 && close - j < 24; j--) {
        enum token_kind kind = t->tokens[j - 1].kind;
        if (kind == TOKEN_COLON || kind == TOKEN_STOP) {
            return NOBODY;
        }
        if (kind == TOKEN_COMMA || kind == TOKEN_DASH || kind == TOKEN_PAREN_OPEN) {
            const struct mention *m = press_mention_ending(t, j - 2);
            if (m != NULL && m->kind == MENTION_PERSON && !m->owns) {
                return is_inner(t, m, from) ? NOBODY : m->person;
            }
        }
    }
    return NOBODY;
}

/* "Cllr Doe chaired the meeting and was": the mention that the clause begins
 * with. */
static int of_clause(const struct press_text *t, size_t k, size_t from)
{
    size_t c = k;
    while (c > from && press_kind(t, c - 1) != TOKEN_COLON && press_kind(t, c - 1) != TOKEN_OPEN &&
           !press_is(t, c - 1, " that because after when as while since where ")) {
        c--;
    }
    const struct mention *m = press_mention_at(t, c);
    return m != NULL && m->kind == MENTION_PERSON && !m->owns &&
                   press_kind(t, m->to) != TOKEN_POSSESSIVE
               ? m->person
               : NOBODY;
}

/* "Cllr Doe and two volunteers were": the first of the two, when it opens its clause. Not "Cllr Doe
 * and Ms Roe were", where each is found by name, and not "Cllr Doe and his attacker were". */
static int of_pair(const struct press_text *t, size_t k, size_t from)
{
    if (!press_is(t, k,
                  " volunteers canvassers campaigners helpers colleagues activists others friends "
                  "supporters volunteer helper colleague friend ")) {
        return NOBODY;
    }
    for (size_t j = k; j > from + 1 && k - j < 5; j--) {
        if (!press_is(t, j - 1, " and ")) {
            continue;
        }
        const struct mention *m = press_mention_ending(t, j - 2);
        bool is_plain = m != NULL && m->kind == MENTION_PERSON && !m->owns && !is_inner(t, m, from);
        return is_plain ? m->person : NOBODY;
    }
    return NOBODY;
}

int press_subject_before(const struct press_text *t, size_t i)
{
    size_t from = t->sentences[t->tokens[i].sentence].from;
    size_t k = i;
    while (k > from && press_mention_ending(t, k - 1) == NULL &&
           (press_is(t, k - 1, words_aux) || press_is(t, k - 1, words_adverb) ||
            press_is(t, k - 1,
                     " to continued continue continues began started starting "
                     "forced "))) {
        k--;
    }
    if (k == from) {
        return NOBODY;
    }
    k--;
    if (press_is(t, k, " they ")) {
        for (size_t j = from; j < k && j < from + 6; j++) {
            int owner = owner_of_team(t, press_mention_at(t, j), from);
            if (owner != NOBODY) {
                return owner;
            }
        }
    }
    /* "I've" and "she's" are a subject with its auxiliary. */
    const struct mention *here = press_mention_ending(t, k);
    int first_of_pair = of_pair(t, k, from);
    if (first_of_pair != NOBODY) {
        return first_of_pair;
    }
    if (here != NULL || press_is(t, k, words_kin)) {
        return plain_subject(t, k, from);
    }
    enum token_kind kind = press_kind(t, k);
    if (press_is(t, k, " who ") && k > from) {
        bool has_comma = press_kind(t, k - 1) == TOKEN_COMMA || press_kind(t, k - 1) == TOKEN_DASH;
        if (!has_comma) {
            return plain_subject(t, k - 1, from);
        }
        const struct mention *m = k - 1 > from ? press_mention_ending(t, k - 2) : NULL;
        int inner = m == NULL && k - 1 > from ? before_insertion(t, k - 1, from) : NOBODY;
        return m != NULL && m->kind == MENTION_PERSON && !m->owns ? m->person : inner;
    }
    if (kind == TOKEN_COMMA || kind == TOKEN_DASH || kind == TOKEN_PAREN_CLOSE) {
        return before_insertion(t, k, from);
    }
    if (press_is(t, k, " and but then ")) {
        return of_clause(t, k, from);
    }
    return NOBODY;
}

/* "Cllr Doe stepped down after receiving …", "After receiving …, Cllr Doe …":
 * with exactly one person about. */
int press_subject_of_gerund(const struct press_text *t, size_t i)
{
    const struct sentence *s = &t->sentences[t->tokens[i].sentence];
    int found = NOBODY;
    for (size_t k = s->from; k < i; k++) {
        const struct mention *m = press_mention_at(t, k);
        if (m == NULL || t->tokens[k].is_speech != t->tokens[i].is_speech) {
            continue;
        }
        if (m->kind == MENTION_GROUP || (found != NOBODY && found != m->person)) {
            return NOBODY;
        }
        found = m->person;
    }
    if (found != NOBODY) {
        return found;
    }
    for (size_t k = i; k < s->to && i - s->from <= 2; k++) {
        if (press_kind(t, k) == TOKEN_COMMA) {
            const struct mention *m = press_mention_at(t, k + 1);
            return m != NULL && m->kind == MENTION_PERSON && !m->owns ? m->person : NOBODY;
        }
    }
    return NOBODY;
}

static bool can_follow_object(const struct press_text *t, size_t i)
{
    return press_kind(t, i) != TOKEN_WORD || press_is(t, i, words_preposition) ||
           press_is(t, i, words_aux) || press_is(t, i, words_adverb) ||
           word_ends(press_low(t, i), "ing") || word_ends(press_low(t, i), "ly") ||
           press_is(t, i,
                    " and or feel afraid scared unable worried too so frightened "
                    "terrified "
                    "unwilling shaken death abuse threatening abusive threats think "
                    "reconsider reluctant anxious a the ");
}

/* "the constituency office of Jane Doe MP": whose. The token of the name, or i. */
static size_t past_possession(const struct press_text *t, size_t i)
{
    size_t k = i + (press_is(t, i, " the ") ? 1 : 0);
    k += press_is(t, k, " constituency campaign family ") ? 1 : 0;
    bool is_owned = press_is(t, k, words_property) || press_is(t, k, words_kin);
    return is_owned && press_is(t, k + 1, " of ") && press_mention_at(t, k + 2) != NULL ? k + 2 : i;
}

int press_victim_at(const struct press_text *t, size_t i)
{
    if (press_mention_at(t, i) == NULL && past_possession(t, i) > i) {
        const struct mention *owner = press_mention_at(t, past_possession(t, i));
        bool is_person = owner->kind == MENTION_PERSON && is_holder(t, owner->person);
        return is_person ? owner->person : NOBODY;
    }
    const struct mention *m = press_mention_at(t, i);
    if (m == NULL || m->kind != MENTION_PERSON || !is_holder(t, m->person)) {
        return NOBODY;
    }
    bool has_mark = press_kind(t, m->to) == TOKEN_POSSESSIVE;
    bool is_her = press_is(t, m->from, " her ") && m->is_pronoun;
    if (!has_mark && !m->owns && !(is_her && !can_follow_object(t, m->to))) {
        return m->person;
    }
    size_t k = m->to + (has_mark ? 1 : 0);
    for (size_t end = k + 3; k < end; k++) {
        if (press_is(t, k, words_kin) || press_is(t, k, words_property) ||
            press_is(t, k, " life safety constituency face head hair arm neck throat shoulder ")) {
            return m->person;
        }
        if (press_kind(t, k) != TOKEN_WORD || press_is(t, k, words_preposition)) {
            break;
        }
    }
    return NOBODY;
}
