/* SPDX-License-Identifier: Apache-2.0 */
/* Nouns of harm and the constructions that say whom it met:
 *     X received N · X was sent N · sent X N · N against X · N faced by X · N
 * (that) X received · N left X … Everything that only mentions N ("the bill
 * tackles abuse") matches none of them. */
#include "intake/press_internal.h"

static const char after_other[] =
    " charge charges claim claims allegation allegations probe trial inquiry "
    "investigation case "
    "order orders complaint complaints accusation accusations row survivor "
    "survivors charity "
    "helpline law laws bill policy training awareness scandal victims "
    "conviction convictions "
    "warning warnings level levels assessment warnings' offence offences "
    "prevention points point "
    "train proof-vest express charities services support ";
static const char abuse_other[] =
    " domestic child sexual drug drugs substance alcohol elder animal "
    "financial spousal solvent "
    "institutional clerical historic historical planning market steroid carer "
    "economic labour "
    "against-children ";
static const char threat_other[] =
    " legal empty economic job jobs existential environmental health terror "
    "terrorist security "
    "eviction closure strike flood fire tariff cyber climate redundancy "
    "demolition development "
    "budget funding financial commercial electoral political serious-legal "
    "potential ";
static const char protected_words[] =
    " racist racial racially sexist misogynistic misogynist misogyny "
    "antisemitic anti-semitic "
    "islamophobic homophobic transphobic ableist anti-muslim homophobia "
    "racism ";
static const char violent_of[] = " violence death rape harm assault murder arson physical serious "
                                 "sexual injury extreme attack beheading ";
static const char kill_words[] = " kill murder stab shoot behead rape burn harm hurt attack bomb "
                                 "decapitate execute hang lynch slit cut firebomb torch ";

static bool has_modifier(const struct press_text *t, size_t i, size_t from, const char *list)
{
    for (size_t steps = 0; i > from && steps < 5; steps++) {
        i--;
        if (press_is(t, i, list)) {
            return true;
        }
        if (press_is(t, i, words_preposition) && !press_is(t, i, " of ")) {
            return false;
        }
    }
    return false;
}

static const char *threat_code(const struct press_text *t, size_t i, size_t from, size_t *ret_end)
{
    bool is_plural = press_is(t, i, " threats ");
    if (has_modifier(t, i, from, threat_other)) {
        return NULL;
    }
    if (press_is(t, i + 1, " to ") && press_is(t, i + 2, kill_words)) {
        *ret_end = i + 3;
        return press_is(t, i + 2, " kill murder shoot behead execute hang lynch decapitate ")
                   ? "THR1"
               : press_is(t, i + 2, " burn bomb firebomb torch ") ? "THR4"
                                                                  : "THR2";
    }
    if (press_is(t, i + 1, " of from by ") && press_is(t, i + 1, " of ")) {
        size_t k = i + 2;
        if (!press_is(t, k, violent_of)) {
            return NULL;
        }
        while (press_is(t, k, violent_of) || press_is(t, k, " and or sexual ")) {
            k++;
        }
        *ret_end = k;
        return press_any(t, i, k, " death murder beheading ") ? "THR1"
               : press_any(t, i, k, " rape sexual ")          ? "THR2"
                                                              : "THR3";
    }
    if (press_is(t, i + 1, " to ") && press_victim_at(t, i + 2) == NOBODY) {
        return NULL; /* "threats to quit", "a threat to the market" */
    }
    *ret_end = i + 1;
    if (i > from && press_is(t, i - 1, " death ")) {
        return "THR1";
    }
    if (i > from && press_is(t, i - 1, " bomb hoax ")) {
        return "THR5";
    }
    if (i > from && press_is(t, i - 1, " rape ")) {
        return "THR2";
    }
    if (i > from && press_is(t, i - 1, " arson firebomb ")) {
        return "THR4";
    }
    bool is_violent = i > from && press_is(t, i - 1, " acid knife violent physical stabbing ");
    return is_plural || is_violent || press_is(t, i + 1, " against ") ? "THR3" : NULL;
}

static const char *abuse_code(const struct press_text *t, size_t i, size_t from)
{
    if (has_modifier(t, i, from, abuse_other) || press_phrase(t, i + 1, "as a child") ||
        press_phrase(t, i + 1, "in childhood") ||
        (press_is(t, i + 1, " of ") &&
         press_is(t, i + 2,
                  " power powers position office process trust authority public "
                  "taxpayers planning the its their his her privilege children "
                  "women animals drugs alcohol expenses ") &&
         press_victim_at(t, i + 2) == NOBODY)) {
        return NULL;
    }
    if (has_modifier(t, i, from, protected_words)) {
        return "ABU3";
    }
    if (has_modifier(t, i, from,
                     " vile vicious obscene disgusting horrific foul torrent online "
                     "relentless sustained barrage grossly sickening hateful "
                     "abhorrent tirade ")) {
        return "ABU2";
    }
    return "ABU1";
}

static const char *message_code(const struct press_text *t, size_t i, size_t from)
{
    if (has_modifier(t, i, from, " threatening menacing ")) {
        return "THR3";
    }
    if (has_modifier(t, i, from, protected_words)) {
        return "ABU3";
    }
    if (has_modifier(t, i, from, " sexual indecent explicit lewd pornographic ")) {
        return "ABU4";
    }
    return has_modifier(t, i, from,
                        " abusive obscene hateful hate vile malicious intimidating "
                        "offensive disgusting poison-pen nasty sinister ")
               ? "ABU2"
               : NULL;
}

/* Things that are a menace when they come through the letter box. */
static const char *object_code(const struct press_text *t, size_t i, size_t from)
{
    if (press_is(t, i, " bullet bullets ")) {
        bool is_posted =
            press_any(t, i > from + 8 ? i - 8 : from, i,
                      " sent sending posted posting mailed delivered received receiving "
                      "receive ") ||
            press_phrase(t, i + 1, "in the post") || press_phrase(t, i + 1, "through") ||
            (press_is(t, i + 1, " was were ") &&
             press_is(t, i + 2, " posted sent mailed delivered "));
        return is_posted ? "THR6" : NULL;
    }
    if (press_is(t, i, " package parcel device envelope powder substance ")) {
        return has_modifier(t, i, from, " suspicious suspect hoax white explosive ") ? "SUS1"
                                                                                     : NULL;
    }
    bool is_blade = press_is(t, i, " razor-blade razor-blades ") ||
                    press_phrase(t, i, "razor blade") || press_phrase(t, i, "razor blades");
    if (press_is(t, i, " wreath noose coffin ") || is_blade) {
        return "THR6";
    }
    return press_is(t, i, " rat animal bird pigeon fish head ") &&
                   has_modifier(t, i, from, " dead pig's severed ")
               ? "THR6"
               : NULL;
}

/* "the complaint of harassment against Cllr Doe" is about what Doe did. */
static bool is_alleged_of(const struct press_text *t, size_t i, size_t from)
{
    for (size_t k = i; k > from && i - k < 5; k--) {
        if (press_is(t, k - 1, " of ") && k > from + 1) {
            return press_is(t, k - 2,
                            " complaint complaints allegation allegations claim claims "
                            "accusation accusations finding findings investigation "
                            "inquiry suspicion ");
        }
        if (press_is(t, k - 1, words_preposition)) {
            return false;
        }
    }
    return false;
}

const char *press_harm_code(const struct press_text *t, size_t i, size_t *ret_end)
{
    size_t from = t->sentences[t->tokens[i].sentence].from;
    *ret_end = i + 1;
    if (t->tokens[i].kind != TOKEN_WORD || press_is(t, i + 1, after_other) ||
        is_alleged_of(t, i, from)) {
        return NULL;
    }
    if (press_is(t, i, " threat threats ")) {
        return threat_code(t, i, from, ret_end);
    }
    if (press_is(t, i, " abuse ")) {
        return abuse_code(t, i, from);
    }
    if (press_is(t, i, " slurs insults ")) {
        return has_modifier(t, i, from, protected_words) ? "ABU3" : "ABU1";
    }
    if (press_is(t, i, " harassment ")) {
        return i > from && press_is(t, i - 1, " sexual workplace landlord ") ? NULL : "HAR1";
    }
    if (press_is(t, i, " stalking stalker ")) {
        return "HAR2";
    }
    if (press_is(t, i, " intimidation ")) {
        return "OTH0";
    }
    if (press_is(t, i, " pile-on ")) {
        return "HAR3";
    }
    if (press_is(t, i,
                 " message messages email emails e-mail e-mails letter letters "
                 "mail call calls "
                 "tweet tweets post posts comment comments note notes voicemail "
                 "voicemails "
                 "communication communications text texts ")) {
        return message_code(t, i, from);
    }
    if (press_is(t, i, " image images picture pictures photo photos photograph photographs ")) {
        return has_modifier(t, i, from, " sexual indecent explicit lewd pornographic obscene ")
                   ? "ABU4"
                   : NULL;
    }
    return object_code(t, i, from);
}

/* --- the constructions --- */

static size_t clause_start(const struct press_text *t, size_t i)
{
    size_t from = t->sentences[t->tokens[i].sentence].from;
    while (i > from && press_kind(t, i - 1) != TOKEN_COMMA && press_kind(t, i - 1) != TOKEN_DASH &&
           press_kind(t, i - 1) != TOKEN_COLON &&
           !press_is(t, i - 1, " and but who because after ")) {
        i--;
    }
    return i;
}

bool press_is_unreal(const struct press_text *t, size_t from, size_t to)
{
    const struct sentence *s = &t->sentences[t->tokens[from].sentence];
    if (s->is_question || s->is_historic || press_is(t, s->from, " if should were imagine ") ||
        press_any(t, clause_start(t, from), to, words_hypothetical)) {
        return true;
    }
    /* "denied that X …", "claims … are untrue" */
    return press_find(t, s->from, s->to, "no evidence") < s->to ||
           press_find(t, s->from, s->to, "calls for") < from ||
           press_any(t, s->from, from, " denied denies deny denying prevent preventing ");
}

void press_found(const struct press_text *t, struct findings *found, int person, size_t at,
                 const char *code)
{
    if (person <= t->unnamed || t->persons[person].office == OFFICE_NONE ||
        found->count == ARRAY_LEN(found->items)) {
        return;
    }
    found->items[found->count++] = (struct finding){
        .person = person, .sentence = t->tokens[at].sentence, .at = at, .codes = {code}};
}

static const char receive_words[] =
    " received receive receives receiving faced face faces facing suffered "
    "suffer suffers "
    "suffering "
    "endured endure endures enduring experienced experience experiencing "
    "encountered "
    "fielded withstood ";
static const char between_other[] =
    " allegations allegation claims accusations accusation charges charge "
    "complaints complaint "
    "investigation inquiry questions criticism award training support advice "
    "reports report "
    "calls-for discipline disciplinary sentence sentenced suspended expelled "
    "condemned raised "
    "responding tackling helping plans ";

/* "subjected to", "the victim of", "bombarded with": the verb in front of the
 * preposition. */
static size_t passive_with(const struct press_text *t, size_t k, size_t from)
{
    if (k == from) {
        return SIZE_MAX;
    }
    bool fits =
        (press_is(t, k, " to ") && press_is(t, k - 1, " subjected exposed ")) ||
        (press_is(t, k, " of ") && press_is(t, k - 1, " victim target recipient subject ")) ||
        (press_is(t, k, " with by ") &&
         press_is(t, k - 1,
                  " targeted bombarded deluged inundated flooded met plagued "
                  "hounded besieged showered "));
    if (!fits) {
        return SIZE_MAX;
    }
    k--;
    while (k > from && press_is(t, k - 1, " the a ")) {
        k--;
    }
    return k;
}

/* "what she called a torrent of abuse" is a torrent of abuse: over the four
 * words to the left. */
static size_t skip_called(const struct press_text *t, size_t k, size_t from)
{
    size_t verb = press_is(t, k, " as ") && k > from ? k - 1 : k;
    const struct mention *m = verb > from && press_is(t, verb, " called calls described describes ")
                                  ? press_mention_ending(t, verb - 1)
                                  : NULL;
    return m != NULL && m->from > from && press_is(t, m->from - 1, " what ") ? m->from - 1 : k;
}

/* X received N, X was sent N, sent X N: looks to the left of the noun. */
static int receiver(const struct press_text *t, size_t i, size_t from, size_t *ret_verb)
{
    for (size_t k = i; k > from && i - k < 12;) {
        k--;
        size_t over = skip_called(t, k, from);
        if (over != k) {
            k = over;
            continue;
        }
        size_t verb = passive_with(t, k, from);
        if (verb != SIZE_MAX) {
            bool is_gerund = verb > from + 1 && press_is(t, verb - 1, " being ") &&
                             !press_is(t, verb - 2, words_aux);
            *ret_verb = verb;
            return is_gerund ? press_subject_of_gerund(t, verb) : press_subject_before(t, verb);
        }
        if (press_is(t, k, receive_words)) {
            *ret_verb = k;
            bool is_gerund = word_ends(t->tokens[k].low, "ing") && k > from &&
                             !press_is(t, k - 1, words_aux) && !press_is(t, k - 1, words_adverb) &&
                             !press_is(t, k - 1, " started began ");
            return is_gerund ? press_subject_of_gerund(t, k) : press_subject_before(t, k);
        }
        bool is_send = press_is(t, k, " sent posted mailed emailed handed texted left given ");
        if (is_send && k > from &&
            (press_is(t, k - 1, " was were been being is got ") ||
             press_is(t, k - 1, words_adverb))) {
            *ret_verb = k;
            return press_is(t, k - 1, " being ") && k > from + 1 && !press_is(t, k - 2, words_aux)
                       ? press_subject_of_gerund(t, k)
                       : press_subject_before(t, k);
        }
        if (press_is(t, k, " had ") && k > from && press_is(t, k - 1, words_aux) && i - k <= 3) {
            *ret_verb = k;
            return press_subject_before(t, k);
        }
        if (press_is(t, k, " get gets getting got ") && i - k <= 4) {
            *ret_verb = k;
            return press_subject_before(t, k);
        }
        const struct mention *m = press_mention_ending(t, k);
        if (m != NULL) {
            bool is_object =
                m->from > from && press_is(t, m->from - 1,
                                           " sent send sending sends posted mailed emailed "
                                           "emailing texted texting left messaged ");
            *ret_verb = m->from;
            return is_object ? press_victim_at(t, m->from) : NOBODY;
        }
        if ((press_is(t, k, words_preposition) && !press_is(t, k, " of ")) ||
            press_is(t, k, between_other) || press_is(t, k, words_speech) ||
            press_kind(t, k) == TOKEN_STOP || press_kind(t, k) == TOKEN_COLON) {
            return NOBODY;
        }
    }
    return NOBODY;
}

/* Past an insertion between commas or dashes: "the abuse – which he called vile
 * – faced by". */
static size_t skip_insertion(const struct press_text *t, size_t k)
{
    enum token_kind kind = press_kind(t, k);
    if (kind != TOKEN_COMMA && kind != TOKEN_DASH) {
        return k;
    }
    size_t end = t->sentences[t->tokens[k].sentence].to;
    for (size_t j = k + 1; j < end && j < k + 14; j++) {
        if (press_kind(t, j) == kind &&
            press_is(t, j + 1,
                     " faced received suffered experienced endured sent directed "
                     "aimed ")) {
            return j + 1;
        }
    }
    return k;
}

/* N against X, N aimed at X, N faced by X: to the right. */
static int target(const struct press_text *t, size_t i, size_t k)
{
    k = skip_insertion(t, k);
    while (press_is(t, k, words_aux) || press_is(t, k, words_adverb)) {
        k++;
    }
    bool is_met = press_is(t, k, " faced received suffered experienced endured ");
    if (is_met) {
        return press_is(t, k + 1, " by ") ? press_victim_at(t, k + 2) : NOBODY;
    }
    if (press_is(t, k, " targeting ")) {
        return press_victim_at(t, k + 1);
    }
    bool is_sent = press_is(t, k,
                            " sent directed aimed made levelled posted delivered mailed hurled "
                            "shouted targeted thrown screamed emailed left ");
    k += is_sent ? 1 : 0;
    bool is_of = press_is(t, k, " of ") && !is_sent &&
                 press_is(t, i, " abuse harassment stalking intimidation ");
    bool is_to = press_is(t, k, " to ") && (is_sent || !press_is(t, i, " abuse "));
    if (press_is(t, k, " against at towards toward ") || is_of || is_to) {
        return press_victim_at(t, k + 1);
    }
    if (i > 0 && press_is(t, i - 1, kill_words)) {
        return NOBODY;
    }
    return press_is(t, k - 1, kill_words) ? press_victim_at(t, k) : NOBODY;
}

/* N (that) X received; N left X. */
static int sufferer(const struct press_text *t, size_t k)
{
    k += press_is(t, k, " that which ") ? 1 : 0;
    const struct mention *m = press_mention_at(t, k);
    if (m != NULL && m->kind == MENTION_PERSON && !m->owns) {
        k = m->to;
        while (press_is(t, k, words_aux) || press_is(t, k, words_adverb)) {
            k++;
        }
        bool has_got = press_is(t, k, receive_words) || press_is(t, k - 1, " had gets got get ");
        return has_got && k > m->to            ? m->person
               : press_is(t, k, receive_words) ? m->person
                                               : NOBODY;
    }
    while (press_is(t, k, words_aux) || press_is(t, k, words_adverb)) {
        k++;
    }
    return press_is(t, k, " left forced prompted led made caused driven drove ")
               ? press_victim_at(t, k + 1)
               : NOBODY;
}

static size_t retreat_at(const struct press_text *t, size_t from, size_t to)
{
    static const char *const phrases[] = {
        "pulled out",    "pulls out",     "stepped down", "stepped back", "stood down",
        "standing down", "stepping down", "dropped out",  "quit",         "quits",
        "resigned",      "withdrew",      "withdrawn",    "cancelled",    "suspended",
        "moved house",   "deleted her",   "deleted his",  "closed her",   "closed his",
        "put under",     "placed under",  "given police", "police guard",
    };
    for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
        size_t at = press_find(t, from, to, phrases[i]);
        if (at < to) {
            return at;
        }
    }
    return to;
}

/* X quit after N: nobody leaves over harm that is done to somebody else. */
static int retreater(const struct press_text *t, size_t i, size_t end, size_t from)
{
    if (press_is(t, end, " of against towards at to by ")) {
        return NOBODY;
    }
    for (size_t k = i; k > from && i - k < 9; k--) {
        if (press_is(t, k - 1, " after following amid citing ") ||
            (press_is(t, k - 1, " of ") && k > from + 1 && press_is(t, k - 2, " because "))) {
            size_t verb = retreat_at(t, from, k - 1);
            return verb < k - 1 ? press_subject_before(t, verb) : NOBODY;
        }
        bool is_plain = !press_is(t, k - 1, words_preposition) || press_is(t, k - 1, " of ");
        if (!is_plain || press_is(t, k - 1, between_other) ||
            press_mention_ending(t, k - 1) != NULL) {
            return NOBODY;
        }
    }
    return NOBODY;
}

void press_harm_find(const struct press_text *t, size_t sentence, struct findings *found)
{
    const struct sentence *s = &t->sentences[sentence];
    if (press_any(t, s->from, s->to, words_home_matter)) {
        return;
    }
    for (size_t i = s->from; i < s->to; i++) {
        size_t end = 0;
        const char *code = press_harm_code(t, i, &end);
        if (code == NULL || end > s->to) {
            continue;
        }
        size_t verb = i;
        int person = receiver(t, i, s->from, &verb);
        if (person == NOBODY) {
            verb = i;
            person = target(t, i, end);
        }
        if (person == NOBODY) {
            person = sufferer(t, end);
        }
        if (person == NOBODY) {
            person = retreater(t, i, end, s->from);
        }
        if (person != NOBODY && !press_is_unreal(t, verb, i)) {
            press_found(t, found, person, i, code);
        }
    }
}
