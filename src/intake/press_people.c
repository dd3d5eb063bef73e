/* SPDX-License-Identifier: Apache-2.0 */
/* Names and offices.
 *
 * An office phrase is determiners, modifiers (party, place, "local"), a head
 * ("MP", "councillor") and perhaps "for PLACE". A name is two to four
 * capitalised words, or a title and a surname. A name takes an office when the
 * two stand side by side: "Labour MP Jane Doe", "Jane Doe, the councillor for
 * Weavers", "Jane Doe MP", "the mayor, Jane Doe". */
#include "intake/press_internal.h"

static const char modifiers[] =
    " local sitting newly newly-elected elected incumbent fellow parliamentary "
    "prospective mayoral "
    "council deputy executive directly directly-elected re-elected longtime "
    "long-serving "
    "veteran backbench opposition ward borough young female male general "
    "election general-election "
    "by-election lead cabinet party's then-candidate first-time longstanding "
    "high-profile "
    "outspoken defeated losing successful unsuccessful london's east city's "
    "borough's hamlets' "
    "current new independent long-standing ";
static const char former_words[] =
    " former ex late onetime one-time ex-mp ex-mayor ex-councillor erstwhile "
    "murdered disgraced ";
static const char foreign_words[] =
    " bangladeshi ukrainian russian iranian turkish american canadian french "
    "german italian "
    "spanish indian pakistani israeli palestinian iraqi syrian afghan polish "
    "hungarian australian "
    "nigerian kenyan somalian chinese japanese brazilian mexican dutch swedish "
    "greek us "
    "republican u.s irish new-york ";

struct head {
    const char *words;
    enum office office;
    bool is_plural;
};
static const struct head heads[] = {
    {"mp", OFFICE_MP, false},
    {"member of parliament", OFFICE_MP, false},
    {"mps", OFFICE_MP, true},
    {"councillor", OFFICE_COUNCILLOR, false},
    {"cllr", OFFICE_COUNCILLOR, false},
    {"councillors", OFFICE_COUNCILLOR, true},
    {"council leader", OFFICE_COUNCILLOR, false},
    {"leader of the council", OFFICE_COUNCILLOR, false},
    {"cabinet member", OFFICE_COUNCILLOR, false},
    {"mayor", OFFICE_MAYOR, false},
    {"mayors", OFFICE_MAYOR, true},
    {"candidate", OFFICE_CANDIDATE, false},
    {"candidates", OFFICE_CANDIDATE, true},
    {"assembly member", OFFICE_ASSEMBLY, false},
    {"assembly members", OFFICE_ASSEMBLY, true},
    {"member of the london assembly", OFFICE_ASSEMBLY, false},
    {"am", OFFICE_ASSEMBLY, false},
    {"msp", OFFICE_DEVOLVED, false},
    {"mla", OFFICE_DEVOLVED, false},
    {"police and crime commissioner", OFFICE_PCC, false},
    {"pcc", OFFICE_PCC, false},
    {"presiding officer", OFFICE_WORKER, false},
    {"returning officer", OFFICE_WORKER, false},
    {"poll clerk", OFFICE_WORKER, false},
    {"poll clerks", OFFICE_WORKER, false},
    {"poll worker", OFFICE_WORKER, false},
    {"poll workers", OFFICE_WORKER, false},
    {"polling station staff", OFFICE_WORKER, false},
    {"polling station worker", OFFICE_WORKER, false},
    {"polling station workers", OFFICE_WORKER, false},
    {"polling staff", OFFICE_WORKER, false},
    {"election staff", OFFICE_WORKER, false},
    {"election worker", OFFICE_WORKER, false},
    {"election workers", OFFICE_WORKER, false},
    {"election official", OFFICE_WORKER, false},
    {"election officials", OFFICE_WORKER, false},
    {"count staff", OFFICE_WORKER, false},
    {"staff at the polling station", OFFICE_WORKER, false},
    {"staff at a polling station", OFFICE_WORKER, false},
    {"canvasser", OFFICE_CAMPAIGNER, false},
    {"canvassers", OFFICE_CAMPAIGNER, true},
    {"campaign volunteer", OFFICE_CAMPAIGNER, false},
    {"party volunteer", OFFICE_CAMPAIGNER, false},
    {"election agent", OFFICE_CAMPAIGNER, false},
};

str press_office_name(enum office office)
{
    switch (office) {
    case OFFICE_NONE:
        return STR("");
    case OFFICE_MP:
        return STR("MP");
    case OFFICE_COUNCILLOR:
        return STR("councillor");
    case OFFICE_MAYOR:
        return STR("mayor");
    case OFFICE_CANDIDATE:
        return STR("candidate");
    case OFFICE_ASSEMBLY:
        return STR("assembly member");
    case OFFICE_DEVOLVED:
        return STR("devolved member");
    case OFFICE_PCC:
        return STR("police and crime commissioner");
    case OFFICE_WORKER:
        return STR("election worker");
    case OFFICE_CAMPAIGNER:
        return STR("campaigner");
    }
    return STR("");
}

static const struct head *head_at(const struct press_text *t, size_t i, size_t *ret_to)
{
    for (size_t h = 0; h < ARRAY_LEN(heads); h++) {
        if (press_phrase(t, i, heads[h].words)) {
            size_t words = 1;
            for (const char *c = heads[h].words; *c != '\0'; c++) {
                words += *c == ' ' ? 1 : 0;
            }
            bool needs_capitals = heads[h].office == OFFICE_MP ||
                                  heads[h].office == OFFICE_ASSEMBLY ||
                                  heads[h].office == OFFICE_DEVOLVED;
            if (needs_capitals && words == 1 && !t->tokens[i].is_cap) {
                continue; /* "am" */
            }
            *ret_to = i + words;
            return &heads[h];
        }
    }
    return NULL;
}

static bool find_place(const struct press_text *t, str name, struct press_place *ret_place)
{
    static const enum press_place_kind order[] = {PRESS_CONSTITUENCY, PRESS_ASSEMBLY_SEAT,
                                                  PRESS_DISTRICT, PRESS_WARD};
    const struct press_gazetteer *g = t->gazetteer;
    for (size_t i = 0; g != NULL && g->find != NULL && i < ARRAY_LEN(order); i++) {
        if (g->find(g->context, order[i], name, ret_place)) {
            return true;
        }
    }
    return false;
}

static str span_text(const struct press_text *t, size_t from, size_t to)
{
    const char *begin = t->tokens[from].text.p;
    return str_from(begin, (size_t)(t->tokens[to - 1].text.p + t->tokens[to - 1].text.n - begin));
}

/* How far a place name may run: capitalised words and the small words inside
 * names. */
static size_t place_reach(const struct press_text *t, size_t i, size_t limit)
{
    size_t to = i;
    for (size_t k = i; k < limit && k < i + 9 && t->tokens[k].sentence == t->tokens[i].sentence;
         k++) {
        bool is_inner = press_is(t, k, " and & of on upon the with le under in ") ||
                        press_kind(t, k) == TOKEN_COMMA || press_kind(t, k) == TOKEN_POSSESSIVE;
        if (t->tokens[k].is_cap && t->tokens[k].kind == TOKEN_WORD) {
            to = k + 1;
        } else if (!is_inner) {
            break;
        }
    }
    return to;
}

/* The longest place name that begins at i. Without an entry in the gazetteer
 * the capitalised words up to the first comma are taken by name only, and
 * *ret_known is false. */
static size_t place_at(const struct press_text *t, size_t i, struct press_place *ret_place,
                       bool *ret_known)
{
    size_t reach = i < t->token_count ? place_reach(t, i, t->token_count) : i;
    *ret_known = false;
    for (size_t to = reach; to > i; to--) {
        if (t->tokens[to - 1].is_cap && find_place(t, span_text(t, i, to), ret_place)) {
            *ret_known = true;
            return to;
        }
    }
    if (press_is(t, i, " london ")) {
        *ret_known = true;
        *ret_place = (struct press_place){.name = t->tokens[i].text};
        return i + 1;
    }
    size_t to = i;
    while (to < reach && (t->tokens[to].is_cap || (press_is(t, to, " and & of ") &&
                                                   to + 1 < reach && t->tokens[to + 1].is_cap))) {
        to++;
    }
    if (to > i) {
        *ret_place = (struct press_place){.name = span_text(t, i, to)};
    }
    return to;
}

/* "for X", "of X", "in X ward" behind a head. */
static void take_place(const struct press_text *t, struct role *role)
{
    bool is_known = false;
    struct press_place place = {0};
    const char *links = role->office == OFFICE_MAYOR ? " of " : " for in at representing of ";
    size_t i = role->to;
    if (!press_is(t, i, links)) {
        return;
    }
    i++;
    i += press_is(t, i, " the ") && !t->tokens[i].is_cap ? 1 : 0;
    i += press_is(t, i, " mayor ") && press_is(t, i + 1, " of ") ? 2
                                                                 : 0; /* candidate for mayor of */
    size_t to = place_at(t, i, &place, &is_known);
    if (to == i) {
        return;
    }
    role->place = place;
    role->has_own_place = true;
    role->to = to + (press_is(t, to, " ward constituency ") ? 1 : 0);
    /* A mayor of a place that is not in the country's own lists is another
   * country's. */
    bool can_know = t->gazetteer != NULL && t->gazetteer->find != NULL;
    role->is_foreign |= !is_known && can_know && role->office == OFFICE_MAYOR;
    role->is_foreign |= !is_known && role->office == OFFICE_CANDIDATE;
}

/* Modifiers and a place in front of the head: "Tower Hamlets Labour". */
static size_t take_modifiers(const struct press_text *t, size_t i, struct role *role,
                             bool *ret_political)
{
    size_t to = 0;
    for (size_t k = i; k < i + 10 && k < t->token_count; k++) {
        if (t->tokens[k].sentence != t->tokens[i].sentence || head_at(t, k, &to) != NULL) {
            return k;
        }
        bool is_known = false;
        struct press_place place = {0};
        size_t end = t->tokens[k].is_cap ? place_at(t, k, &place, &is_known) : k;
        /* "the Weavers councillor": wards are in no gazetteer. */
        is_known = is_known ||
                   (role->has_determiner && k == i && end > k && press_is(t, end, " councillor "));
        if (is_known && end > k &&
            (head_at(t, end, &to) != NULL || press_is(t, end, words_party) ||
             press_is(t, end, modifiers) || press_kind(t, end) == TOKEN_POSSESSIVE)) {
            role->place = place;
            role->has_own_place = true;
            *ret_political = true;
            k = end - 1 + (press_kind(t, end) == TOKEN_POSSESSIVE ? 1 : 0);
        } else if (press_is(t, k, former_words)) {
            role->is_former = true;
        } else if (press_is(t, k, foreign_words)) {
            role->is_foreign = true;
        } else if (press_is(t, k, words_party) && t->tokens[k].is_cap) {
            *ret_political = true;
        } else if (press_is(t, k,
                            " parliamentary mayoral council election general ward "
                            "general-election by-election prospective independent ")) {
            *ret_political = true;
        } else if (!press_is(t, k, modifiers) && press_kind(t, k) != TOKEN_POSSESSIVE) {
            return k;
        }
    }
    return i + 10;
}

/* "the leader of Hackney council", "the council's leader" */
static const struct head *leader_at(const struct press_text *t, size_t i, struct role *role,
                                    size_t *ret_to)
{
    static const struct head leader = {"leader", OFFICE_COUNCILLOR, false};
    bool is_known = false;
    struct press_place place = {0};
    if (press_is(t, i, " council ") && press_kind(t, i + 1) == TOKEN_POSSESSIVE &&
        press_is(t, i + 2, " leader ")) {
        *ret_to = i + 3;
        return &leader;
    }
    if (!press_is(t, i, " leader ") || !press_is(t, i + 1, " of ") ||
        !(i + 2 < t->token_count && t->tokens[i + 2].is_cap)) {
        return NULL;
    }
    size_t to = place_at(t, i + 2, &place, &is_known);
    if (!is_known || !press_is(t, to, " council ")) {
        return NULL;
    }
    role->place = place;
    role->has_own_place = true;
    *ret_to = to + 1;
    return &leader;
}

/* "a candidate in next month's general election": no candidate for a job. Ends the phrase. */
static void take_election(const struct press_text *t, struct role *role)
{
    if (!press_is(t, role->to, " in for at ")) {
        return;
    }
    for (size_t k = role->to + 1; k < role->to + 8 && press_kind(t, k) != TOKEN_COMMA; k++) {
        if (press_is(t, k, " election elections by-election general-election hustings ")) {
            role->is_political = true;
            role->to = k + 1;
            return;
        }
        if (press_kind(t, k) == TOKEN_STOP || press_is(t, k, words_aux)) {
            bool is_mark = press_is(t, k, " 's ");
            if (!is_mark) {
                return;
            }
        }
    }
}

bool press_role_at(const struct press_text *t, size_t i, struct role *ret_role)
{
    struct role role = {.from = i};
    bool is_political = false;
    size_t k = i;
    role.is_generic = i > 0 && press_is(t, i - 1, " every any each no some many most ");
    while (press_is(t, k, words_determiner) || press_is(t, k, " fellow another ")) {
        role.has_determiner = true;
        role.is_indefinite |= press_is(t, k, " a an one another fellow ");
        k++;
    }
    k = take_modifiers(t, k, &role, &is_political);
    size_t to = 0;
    role.is_political = is_political;
    const struct head *head = head_at(t, k, &to);
    head = head == NULL ? leader_at(t, k, &role, &to) : head;
    if (head == NULL || t->tokens[k].sentence != t->tokens[i].sentence) {
        return false;
    }
    role.office = head->office;
    role.is_plural = head->is_plural;
    role.to = to;
    role.is_former |= press_is(t, k, " ex-mp ");
    if (role.office == OFFICE_CANDIDATE) {
        take_election(t, &role);
        is_political = role.is_political;
    }
    take_place(t, &role);
    if (role.office == OFFICE_CANDIDATE && !is_political && role.has_own_place && role.is_foreign) {
        return false; /* a candidate for a job */
    }
    if (role.office == OFFICE_CANDIDATE && !is_political && !role.has_own_place &&
        role.is_indefinite) {
        return false;
    }
    if (role.office == OFFICE_CANDIDATE && is_political) {
        role.is_foreign = false;
    }
    if (role.office == OFFICE_COUNCILLOR && role.has_own_place && role.place.name.n == 0) {
        role.has_own_place = false;
    }
    if (role.office == OFFICE_MAYOR && press_is(t, role.to, " 's ") &&
        press_phrase(t, role.to + 1, "question time")) {
        return false;
    }
    *ret_role = role;
    return true;
}

static bool is_name_word(const struct press_text *t, size_t i)
{
    const struct token *token = &t->tokens[i];
    return i < t->token_count && token->kind == TOKEN_WORD && token->is_cap && token->text.n > 1 &&
           !word_in(token->low, words_party) && !word_in(token->low, " mp mps am msp ulez bbc ");
}

static char title_gender(str low)
{
    if (word_in(low, " mr sir lord ")) {
        return 'm';
    }
    return word_in(low, " ms mrs miss dame lady baroness ") ? 'f' : 0;
}

bool press_name_at(const struct press_text *t, size_t i, struct name *ret_name)
{
    struct name name = {.from = i};
    size_t k = i;
    while (k < t->token_count && t->tokens[k].is_cap &&
           press_is(t, k,
                    " mr mrs ms miss dr sir dame lord lady baroness cllr councillor prof "
                    "professor mayor pc dc rev ")) {
        name.has_title = true;
        name.gender = name.gender != 0 ? name.gender : title_gender(t->tokens[k].low);
        name.office = press_is(t, k, " cllr councillor ") ? OFFICE_COUNCILLOR : name.office;
        name.office = press_is(t, k, " mayor ") ? OFFICE_MAYOR : name.office;
        k++;
        k += press_kind(t, k) == TOKEN_STOP && press_is(t, k, " . ") ? 1 : 0;
    }
    size_t first = k;
    while (k < t->token_count && k < first + PRESS_NAME_WORDS_MAX &&
           t->tokens[k].sentence == t->tokens[i].sentence) {
        bool is_particle = k > first && press_is(t, k, " de la van der von bin al ul ibn ") &&
                           is_name_word(t, k + 1);
        if (!is_name_word(t, k) && !is_particle) {
            break;
        }
        if (k == first && word_in(t->tokens[k].low, words_not_name)) {
            break;
        }
        k++;
    }
    size_t words = k - first;
    if (words == 0 || (words == 1 && !name.has_title)) {
        return false;
    }
    if (press_is(t, k - 1, words_thing_name) && !(name.has_title && words <= 2)) {
        return false;
    }
    name.first = first;
    name.last = k - 1;
    name.to = k;
    *ret_name = name;
    return true;
}

static int add_person(struct press_text *t)
{
    if (t->person_count == PRESS_PERSONS_MAX) {
        return t->unnamed;
    }
    return t->person_count++;
}

/* An exact full name, else a surname; a surname that two people share means the
 * later one. */
int press_person_named(const struct press_text *t, const struct name *name)
{
    str last = t->tokens[name->last].low;
    str first = t->tokens[name->first].low;
    for (int i = t->person_count - 1; i > t->unnamed; i--) {
        const struct person *p = &t->persons[i];
        bool is_same_last = str_equal(p->last, last);
        bool is_surname_only = name->first == name->last;
        bool fits = is_surname_only
                        ? name->gender == 0 || p->gender == 0 || name->gender == p->gender
                        : p->first.n == 0 || str_equal(p->first, first);
        if (is_same_last && fits) {
            return i;
        }
    }
    return NOBODY;
}

static int introduce(struct press_text *t, const struct name *name)
{
    int found = press_person_named(t, name);
    if (found == NOBODY) {
        found = add_person(t);
    }
    struct person *p = &t->persons[found];
    if (found == t->unnamed) {
        return found;
    }
    p->last = t->tokens[name->last].low;
    if (name->first != name->last || p->full.n == 0) {
        p->first = name->first == name->last ? p->first : t->tokens[name->first].low;
        p->full = span_text(t, name->first, name->to);
    }
    p->gender = p->gender != 0 ? p->gender : name->gender;
    if (p->office == OFFICE_NONE) {
        p->office = name->office;
    }
    return found;
}

static void give_office(struct press_text *t, int person, const struct role *role)
{
    struct person *p = &t->persons[person];
    if (person == t->unnamed || role->is_plural || role->is_former || role->is_foreign) {
        return;
    }
    /* The office with a place of its own says more than "Cllr". */
    if (p->office == OFFICE_NONE || p->place.name.n == 0) {
        bool keeps_office = p->office != OFFICE_NONE && !role->has_own_place;
        p->office = keeps_office ? p->office : role->office;
        p->place = role->has_own_place ? role->place : p->place;
    }
}

/* Whoever has a constituency office has a constituency. */
static void office_by_property(struct press_text *t, int person, size_t after)
{
    if (person != t->unnamed && t->persons[person].office == OFFICE_NONE &&
        press_kind(t, after) == TOKEN_POSSESSIVE &&
        press_phrase(t, after + 1, "constituency office")) {
        t->persons[person].office = OFFICE_MP;
    }
}

/* "Jane Doe came third in the East constituency": the token is the one behind the name. */
static bool is_placed_at(const struct press_text *t, size_t i, struct role *ret_role)
{
    if (!press_is(t, i, " came finished ") ||
        !press_is(t, i + 1, " second third fourth fifth sixth last ") ||
        !press_is(t, i + 2, " in ")) {
        return false;
    }
    bool is_seat = false;
    for (size_t k = i + 3; k < i + 11; k++) {
        is_seat |= press_is(t, k, " constituency ward seat by-election election borough ");
    }
    *ret_role =
        (struct role){.from = i, .to = i + 2, .office = OFFICE_CANDIDATE, .is_political = true};
    return is_seat;
}

/* "Jane Doe, who is standing for the Green Party in Bow East": a candidate, without the word. The
 * token is the one behind "standing". */
static bool is_standing_at(const struct press_text *t, size_t i, struct role *ret_role)
{
    struct role role = {.office = OFFICE_CANDIDATE, .is_political = true};
    bool is_known = false;
    i -= i > 0 && press_is(t, i - 1, " for ") ? 1 : 0; /* skip_to_office goes past it */
    if (i < 2 || !press_is(t, i - 1, " standing running ") ||
        !press_is(t, i - 2, " is was are who 's ")) {
        return false;
    }
    size_t k = i;
    role.from = i;
    role.to = i;
    if (press_is(t, k, " for ")) {
        k += press_is(t, k + 1, " the ") ? 2 : 1;
        if (!press_is(t, k, words_party) || !t->tokens[k].is_cap) {
            return false;
        }
        while (press_is(t, k, words_party) && t->tokens[k].is_cap) {
            k++;
        }
        role.to = k;
    }
    if (press_is(t, k, " in ")) {
        k += press_is(t, k + 1, " the ") ? 2 : 1;
        size_t to =
            k < t->token_count && t->tokens[k].is_cap ? place_at(t, k, &role.place, &is_known) : k;
        role.has_own_place = to > k;
        role.to = to > k && (is_known || role.to > i) ? to : role.to;
    }
    if (role.to == i) {
        return false; /* "standing in the rain" */
    }
    *ret_role = role;
    return true;
}

/* Token behind a name where an office phrase may stand: "Jane Doe, 34, who is
 * the". */
static size_t skip_to_office(const struct press_text *t, size_t i)
{
    if (press_kind(t, i) == TOKEN_COMMA && press_kind(t, i + 1) == TOKEN_NUMBER) {
        i += 2;
    }
    bool is_open = press_kind(t, i) == TOKEN_COMMA || press_kind(t, i) == TOKEN_DASH ||
                   press_kind(t, i) == TOKEN_PAREN_OPEN;
    i += is_open ? 1 : 0;
    bool has_verb = false;
    if (is_open && press_is(t, i, " who ")) {
        i++;
    }
    while (press_is(t, i,
                    " is has been standing running as re-elected elected "
                    "represents currently "
                    "was selected chosen s ") ||
           (has_verb && press_is(t, i, " to be for "))) {
        has_verb = true;
        i++;
    }
    return is_open || has_verb ? i : SIZE_MAX;
}

static size_t people_at(struct press_text *t, size_t i)
{
    struct role role;
    struct name name;
    bool has_name = press_name_at(t, i, &name);
    if (has_name && !name.has_title) {
        int person = introduce(t, &name);
        size_t k = name.to;
        office_by_property(t, person, k);
        if (press_is(t, k, " mp am msp ") && t->tokens[k].is_cap && press_role_at(t, k, &role)) {
            give_office(t, person, &role);
            return role.to;
        }
        if (is_placed_at(t, k, &role)) {
            give_office(t, person, &role);
        }
        k = skip_to_office(t, k);
        if (k != SIZE_MAX && (is_standing_at(t, k, &role) || press_role_at(t, k, &role))) {
            give_office(t, person, &role);
        }
        return name.to;
    }
    if (press_role_at(t, i, &role) && role.office != OFFICE_WORKER) {
        size_t k = role.to;
        k += press_kind(t, k) == TOKEN_COMMA && role.has_own_place && !role.is_indefinite ? 1 : 0;
        if (press_name_at(t, k, &name) && !role.is_plural) {
            int person = introduce(t, &name);
            give_office(t, person, &role);
            return name.to;
        }
        if (!has_name) {
            return role.to;
        }
    }
    if (!has_name) {
        return i + 1;
    }
    int person = introduce(t, &name);
    size_t k = skip_to_office(t, name.to);
    if (k != SIZE_MAX && (is_standing_at(t, k, &role) || press_role_at(t, k, &role))) {
        give_office(t, person, &role);
    }
    return name.to;
}

void press_people_find(struct press_text *t)
{
    t->persons = ARENA_ARRAY(t->arena, struct person, PRESS_PERSONS_MAX);
    t->unnamed = t->person_count++;
    for (size_t i = 0; i < t->token_count;) {
        t->is_london = t->is_london || press_phrase(t, i, "london assembly") ||
                       press_phrase(t, i, "mayor of london") || press_phrase(t, i, "city hall");
        i = people_at(t, i);
    }
}
