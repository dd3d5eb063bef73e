/* SPDX-License-Identifier: Apache-2.0 */
/* Which person each later word means.
 *
 * Paragraph by paragraph, in reading order: first what the writer says, then
 * whose words the quotations are, then what stands inside them, where "I" is
 * the speaker. A pronoun that could mean two people means nobody: an incident
 * lost is cheaper than a wrong victim. */
#include "intake/press_internal.h"

struct reader {
    struct press_text *t;
    int *topics; /* sentence → who it is about, or NOBODY */
    int speaker;
};

static void add_mention(struct press_text *t, struct mention m)
{
    ASSERT(m.from < m.to && m.to <= t->token_count);
    if (t->mention_count < t->token_count && t->starts[m.from] == 0) {
        t->mentions[t->mention_count++] = m;
        t->starts[m.from] = (uint32_t)t->mention_count;
        t->ends[m.to - 1] = (uint32_t)t->mention_count;
    }
}

const struct mention *press_mention_at(const struct press_text *t, size_t i)
{
    return i < t->token_count && t->starts[i] != 0 ? &t->mentions[t->starts[i] - 1] : NULL;
}

const struct mention *press_mention_ending(const struct press_text *t, size_t i)
{
    return i < t->token_count && t->ends[i] != 0 ? &t->mentions[t->ends[i] - 1] : NULL;
}

static bool is_same_place(struct press_place a, struct press_place b)
{
    return a.gss.n > 0 ? str_equal(a.gss, b.gss) : str_equal_ascii_fold(a.name, b.name);
}

static int person_of_office(const struct press_text *t, enum office office, bool is_named_only,
                            int *ret_count)
{
    int found = NOBODY;
    *ret_count = 0;
    for (int i = t->unnamed + 1; i < t->person_count; i++) {
        if (t->persons[i].office == office && (!is_named_only || t->persons[i].full.n > 0)) {
            found = i;
            (*ret_count)++;
        }
    }
    return found;
}

static int new_holder(struct press_text *t, const struct role *role)
{
    if (t->person_count == PRESS_PERSONS_MAX) {
        return t->unnamed;
    }
    t->persons[t->person_count] =
        (struct person){.office = role->office, .place = role->place, .is_titled_only = true};
    return t->person_count++;
}

/* "A Tower Hamlets councillor was … Cllr Jane Doe, who …": the next sentence
 * opens with the name, and nobody else in the article holds such an office. */
static int named_next(const struct press_text *t, const struct role *role)
{
    int count = 0;
    int only = person_of_office(t, role->office, true, &count);
    size_t next = t->tokens[role->from].sentence + 1;
    struct name name = {0};
    struct role lead;
    if (count != 1 || next >= t->sentence_count) {
        return NOBODY;
    }
    size_t at = t->sentences[next].from;
    if (press_role_at(t, at, &lead) && lead.office == role->office) {
        bool has_comma = press_kind(t, lead.to) == TOKEN_COMMA;
        at = press_is(t, at, " cllr councillor mayor ") ? at : lead.to + (has_comma ? 1 : 0);
    }
    bool opens = press_name_at(t, at, &name) && press_person_named(t, &name) == only;
    bool is_spokesman = press_is(t, name.to + 1, " the ") &&
                        press_any(t, name.to, name.to + 5, " cabinet lead leader speaker ");
    return opens && !is_spokesman ? only : NOBODY;
}

static bool speaks(const struct press_text *t, size_t sentence)
{
    const struct sentence *s = &t->sentences[sentence];
    for (size_t i = s->from; i < s->to; i++) {
        /* "the court was told", "the clip was posted" */
        bool is_passive = i > s->from && press_is(t, i - 1, " was were been ");
        if (t->tokens[i].is_speech || (press_is(t, i, words_speech) && !is_passive)) {
            return true;
        }
    }
    return false;
}

static bool is_object_in(const struct press_text *t, const struct sentence *s, int person)
{
    for (size_t i = s->from + 2; i < s->to; i++) {
        struct name name = {0};
        if (press_name_at(t, i, &name) && press_person_named(t, &name) == person &&
            !press_is(t, i - 1, " and by from ")) {
            return true;
        }
    }
    return false;
}

/* "A man who told an east London MP … John Roe sent the Poplar MP Jane Doe eleven emails": named in
 * one of the next two sentences as the one to whom something is done. Not once somebody is heard to
 * speak: then the name is most likely a colleague's, asked for a comment. */
static int named_as_object(const struct press_text *t, const struct role *role)
{
    int count = 0;
    int only = person_of_office(t, role->office, true, &count);
    size_t here = t->tokens[role->from].sentence;
    for (size_t next = here + 1; count == 1 && next < t->sentence_count && next <= here + 2;
         next++) {
        if (speaks(t, next)) {
            return NOBODY;
        }
        if (is_object_in(t, &t->sentences[next], only)) {
            return only;
        }
    }
    return NOBODY;
}

static int with_place(struct press_text *t, const struct role *role)
{
    int next = role->is_indefinite ? named_next(t, role) : NOBODY;
    next = next == NOBODY && role->is_indefinite ? named_as_object(t, role) : next;
    if (next != NOBODY) {
        return next;
    }
    for (int i = t->unnamed + 1; i < t->person_count; i++) {
        if (t->persons[i].office == role->office &&
            is_same_place(t->persons[i].place, role->place)) {
            return i;
        }
    }
    int count = 0;
    int only = person_of_office(t, role->office, true, &count);
    if (count == 1 && t->persons[only].place.name.n == 0 && !role->is_indefinite) {
        t->persons[only].place = role->place;
        return only;
    }
    return new_holder(t, role);
}

static bool is_saying(const struct press_text *t, size_t i)
{
    while (press_is(t, i, words_aux) || press_is(t, i, words_adverb)) {
        i++;
    }
    return press_is(t, i, words_speech);
}

/* "…, Jane Doe has said. The mayor told the London Assembly …": the definite
 * phrase takes up the speaker of the sentence before. Only for a full name
 * without any office of its own. */
static int mayor_by_context(struct press_text *t, size_t at)
{
    size_t sentence = t->tokens[at].sentence;
    if (at != t->sentences[sentence].from || sentence == 0) {
        return NOBODY;
    }
    const struct sentence *before = &t->sentences[sentence - 1];
    for (size_t i = before->from; i < before->to; i++) {
        const struct mention *m = press_mention_at(t, i);
        if (m == NULL || m->person <= t->unnamed || m->is_pronoun || t->tokens[i].is_speech ||
            !is_saying(t, m->to) || (i > before->from && t->tokens[i - 1].is_cap)) {
            continue;
        }
        struct person *p = &t->persons[m->person];
        if (p->office == OFFICE_NONE && p->first.n > 0 && p->full.n > 0) {
            p->office = OFFICE_MAYOR;
            return m->person;
        }
    }
    return NOBODY;
}

static struct press_place london(const struct press_text *t)
{
    struct press_place place = {.name = STR("London")};
    if (t->gazetteer != NULL && t->gazetteer->find != NULL) {
        (void)t->gazetteer->find(t->gazetteer->context, PRESS_DISTRICT, STR("London"), &place);
    }
    return place;
}

static int definite(struct press_text *t, const struct role *role)
{
    size_t low =
        t->mention_count > PRESS_LOOK_BACK_MAX ? t->mention_count - PRESS_LOOK_BACK_MAX : 0;
    for (size_t k = t->mention_count; k > low; k--) {
        int person = t->mentions[k - 1].person;
        if (person > t->unnamed && t->persons[person].office == role->office) {
            return person;
        }
    }
    int count = 0;
    int only = person_of_office(t, role->office, false, &count);
    if (count == 1) {
        return only;
    }
    if (count == 0 && role->office == OFFICE_MAYOR && t->is_london) {
        int person = mayor_by_context(t, role->from);
        person = person == NOBODY ? new_holder(t, role) : person;
        t->persons[person].place = london(t);
        return person;
    }
    return t->unnamed;
}

/* "An MP has cancelled … The MP for Bow was not in the building": the next sentence opens with the
 * office and its place. */
static int placed_next(struct press_text *t, const struct role *role)
{
    size_t next = t->tokens[role->from].sentence + 1;
    struct role full;
    bool is_placed = next < t->sentence_count && press_role_at(t, t->sentences[next].from, &full) &&
                     full.has_determiner && !full.is_indefinite && !full.is_plural &&
                     !full.is_former && !full.is_foreign && full.has_own_place &&
                     full.office == role->office;
    size_t to = is_placed ? full.to + (press_kind(t, full.to) == TOKEN_COMMA ? 1 : 0) : 0;
    struct name name;
    return is_placed && !is_saying(t, full.to) && !press_name_at(t, to, &name)
               ? with_place(t, &full)
               : NOBODY;
}

static int role_person(struct press_text *t, const struct role *role)
{
    bool is_bare = !role->has_determiner && !role->has_own_place;
    bool is_worker = role->office == OFFICE_WORKER || role->office == OFFICE_CAMPAIGNER;
    if (role->is_former || role->is_foreign || role->is_generic || (is_bare && !is_worker)) {
        return t->unnamed;
    }
    if (is_worker) {
        int count = 0;
        int only = person_of_office(t, role->office, false, &count);
        return count > 0 ? only : new_holder(t, role);
    }
    if (role->has_own_place) {
        return with_place(t, role);
    }
    if (role->is_indefinite) {
        int next = named_next(t, role);
        next = next == NOBODY ? named_as_object(t, role) : next;
        next = next == NOBODY ? placed_next(t, role) : next;
        if (next == NOBODY && !role->is_political) {
            return t->unnamed;
        }
        return next != NOBODY ? next : new_holder(t, role);
    }
    return definite(t, role);
}

static bool fits(const struct press_text *t, int person, char gender)
{
    return person >= t->unnamed && (person == t->unnamed || t->persons[person].gender == 0 ||
                                    t->persons[person].gender == gender);
}

/* "a man" is never "she". */
static bool is_other_gender(const struct press_text *t, const struct mention *m, char gender)
{
    const char *others = gender == 'f'
                             ? " man boy father brother son husband landlord dad grandfather "
                               "gunman businessman spokesman "
                             : " woman girl mother sister daughter wife landlady mum grandmother "
                               "businesswoman spokeswoman ";
    return m->person == t->unnamed && gender != 0 && press_is(t, m->to - 1, others);
}

/* The only person of [from, to) that the pronoun can mean; NOBODY and
 * *ret_count = 2 for several. */
static int only_candidate(const struct press_text *t, size_t from, size_t to, char gender,
                          int *ret_count)
{
    int found = NOBODY;
    *ret_count = 0;
    for (size_t i = from; i < to; i++) {
        const struct mention *m = press_mention_at(t, i);
        if (m == NULL || m->kind != MENTION_PERSON || !fits(t, m->person, gender) ||
            is_other_gender(t, m, gender) || t->tokens[i].is_speech != t->tokens[to].is_speech) {
            continue;
        }
        if (*ret_count == 0 || m->person != found) {
            (*ret_count)++;
        }
        found = *ret_count == 1 ? m->person : found;
    }
    return *ret_count == 1 ? found : NOBODY;
}

/* Past ", the MP for Bow," behind a name; the same token when there is no such thing. */
static size_t past_apposition(const struct press_text *t, size_t i)
{
    if (press_kind(t, i) != TOKEN_COMMA) {
        return i;
    }
    size_t end = t->sentences[t->tokens[i].sentence].to;
    for (size_t k = i + 1; k < end && k < i + 14; k++) {
        if (press_kind(t, k) == TOKEN_COMMA) {
            return k + 1;
        }
    }
    return i;
}

static int pronoun_person(struct reader *r, size_t i, char gender)
{
    struct press_text *t = r->t;
    size_t sentence = t->tokens[i].sentence;
    int count = 0;
    size_t from = t->sentences[sentence].from;
    int only = only_candidate(t, from, i, gender, &count);
    if (count == 1) {
        return only;
    }
    if (count > 1) {
        /* "The mayor told Cllr Doe that he …": the one who speaks. */
        const struct mention *first = press_mention_at(t, from);
        bool speaks = first != NULL && first->kind == MENTION_PERSON &&
                      is_saying(t, past_apposition(t, first->to));
        return speaks && fits(t, first->person, gender) ? first->person : t->unnamed;
    }
    if (t->tokens[i].is_speech || sentence == 0) {
        return t->unnamed;
    }
    int topic = r->topics[sentence - 1];
    if (topic != NOBODY && fits(t, topic, gender)) {
        return topic;
    }
    return t->unnamed;
}

static char pronoun_gender(str low)
{
    return word_in(low, " he him his himself ")     ? 'm'
           : word_in(low, " she her hers herself ") ? 'f'
                                                    : 0;
}

static void pronoun(struct reader *r, size_t i)
{
    struct press_text *t = r->t;
    str low = t->tokens[i].low;
    char gender = pronoun_gender(low);
    struct mention m = {.from = i, .to = i + 1, .person = NOBODY, .is_pronoun = true};
    m.owns = word_in(low, " his my ");
    if (gender != 0) {
        m.person = pronoun_person(r, i, gender);
        if (m.person > t->unnamed && t->persons[m.person].gender == 0) {
            t->persons[m.person].gender = gender;
        }
    } else if (t->tokens[i].is_speech && r->speaker > t->unnamed) {
        m.person = r->speaker;
    }
    add_mention(t, m);
}

/* A surname, or a first name that only one person has, standing alone. */
static int bare_name(const struct press_text *t, size_t i)
{
    const struct token *token = &t->tokens[i];
    if (!token->is_cap || token->kind != TOKEN_WORD || word_in(token->low, words_not_name) ||
        press_is(t, i + 1, words_thing_name)) {
        return NOBODY;
    }
    bool is_start = t->sentences[token->sentence].from == i;
    int by_first = NOBODY;
    int first_count = 0;
    for (int p = t->person_count - 1; p > t->unnamed; p--) {
        if (str_equal(t->persons[p].last, token->low)) {
            return p;
        }
        if (str_equal(t->persons[p].first, token->low)) {
            by_first = p;
            first_count++;
        }
    }
    return first_count == 1 && !is_start ? by_first : NOBODY;
}

static size_t person_mention(struct press_text *t, size_t i)
{
    struct name name;
    struct role role;
    bool has_name = press_name_at(t, i, &name);
    if (has_name) {
        size_t to = name.to;
        if (press_is(t, to, " mp am msp ") && t->tokens[to].is_cap && press_role_at(t, to, &role)) {
            to = role.to;
        }
        int person = press_person_named(t, &name);
        bool is_mayor_title = name.office == OFFICE_MAYOR && name.first == name.last;
        if (person != NOBODY || !is_mayor_title) {
            add_mention(t, (struct mention){.from = i,
                                            .to = to,
                                            .person = person == NOBODY ? t->unnamed : person});
            return to;
        }
    }
    if (!press_role_at(t, i, &role)) {
        return i;
    }
    struct mention m = {.from = i, .to = role.to};
    size_t k = role.to;
    k += press_kind(t, k) == TOKEN_COMMA && role.has_own_place && !role.is_indefinite ? 1 : 0;
    if (role.is_plural) {
        m.kind = MENTION_GROUP;
        m.person = NOBODY;
    } else if (press_name_at(t, k, &name) && role.office != OFFICE_WORKER) {
        m.person = press_person_named(t, &name);
        m.to = name.to;
    } else {
        m.person = role_person(t, &role);
    }
    add_mention(t, m);
    return m.to;
}

static size_t mention_one(struct reader *r, size_t i)
{
    struct press_text *t = r->t;
    if (t->starts[i] != 0) {
        return t->mentions[t->starts[i] - 1].to;
    }
    size_t to = person_mention(t, i);
    if (to > i) {
        return to;
    }
    if (press_is(t, i, " he him his she her hers i me my i've i'm i'd i'll ")) {
        pronoun(r, i);
        return i + 1;
    }
    int bare = bare_name(t, i);
    if (bare != NOBODY) {
        add_mention(t, (struct mention){.from = i, .to = i + 1, .person = bare});
    } else if (press_is(t, i, words_human)) {
        add_mention(t, (struct mention){.from = i, .to = i + 1, .person = t->unnamed});
    }
    return i + 1;
}

static void pass(struct reader *r, const struct sentence *s, bool is_speech)
{
    for (size_t i = s->from; i < s->to;) {
        i = r->t->tokens[i].is_speech == is_speech ? mention_one(r, i) : i + 1;
    }
}

static void set_topic(struct reader *r, size_t sentence)
{
    const struct press_text *t = r->t;
    const struct sentence *s = &t->sentences[sentence];
    r->topics[sentence] = NOBODY;
    for (size_t i = s->from; i < s->to; i++) {
        const struct mention *m = press_mention_at(t, i);
        if (m != NULL && m->kind == MENTION_PERSON && !t->tokens[i].is_speech) {
            r->topics[sentence] = m->person;
            return;
        }
    }
    /* Words without anybody in them, or only speech: still about the same one,
   * for a while. */
    bool can_carry = sentence > 0 && t->tokens[s->from].is_speech;
    can_carry = can_carry || (sentence > 0 && t->sentences[sentence - 1].paragraph == s->paragraph);
    r->topics[sentence] = can_carry ? r->topics[sentence - 1] : NOBODY;
}

static bool paragraph_speaks(const struct press_text *t, size_t from, size_t to)
{
    for (size_t i = t->sentences[from].from; i < t->sentences[to - 1].to; i++) {
        if (t->tokens[i].is_speech) {
            return true;
        }
    }
    return false;
}

static void find_speaker(struct reader *r, size_t from, size_t to)
{
    const struct press_text *t = r->t;
    size_t end = t->sentences[to - 1].to;
    bool begins_open = press_kind(t, t->sentences[from].from) == TOKEN_OPEN;
    for (size_t i = t->sentences[from].from; i < end; i++) {
        if (t->tokens[i].is_speech || !press_is(t, i, words_speech)) {
            continue;
        }
        const struct mention *after = press_mention_at(t, i + 1);
        int person = NOBODY;
        if (after != NULL && after->kind == MENTION_PERSON && !after->owns &&
            i > t->sentences[from].from &&
            (press_kind(t, i - 1) == TOKEN_CLOSE || press_kind(t, i - 1) == TOKEN_COMMA)) {
            person = after->person;
        } else {
            person = press_subject_before(t, i);
        }
        if (person != NOBODY) {
            r->speaker = person;
            return;
        }
    }
    r->speaker = begins_open ? r->speaker : NOBODY;
}

void press_mentions_find(struct press_text *t)
{
    struct reader r = {.t = t, .speaker = NOBODY};
    t->mentions = ARENA_ARRAY(t->arena, struct mention, t->token_count + 1);
    t->starts = ARENA_ARRAY(t->arena, uint32_t, t->token_count + 1);
    t->ends = ARENA_ARRAY(t->arena, uint32_t, t->token_count + 1);
    r.topics = ARENA_ARRAY(t->arena, int, t->sentence_count + 1);
    for (size_t s = 0; s < t->sentence_count;) {
        size_t to = s;
        while (to < t->sentence_count && t->sentences[to].paragraph == t->sentences[s].paragraph) {
            pass(&r, &t->sentences[to], false);
            set_topic(&r, to);
            to++;
        }
        if (paragraph_speaks(t, s, to)) {
            find_speaker(&r, s, to);
        } else {
            r.speaker = NOBODY;
        }
        for (size_t k = s; k < to; k++) {
            pass(&r, &t->sentences[k], true);
        }
        s = to;
    }
}
