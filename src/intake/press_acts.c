/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs of harm done to a person.
 *
 * Politics borrows the words of violence ("attacked the plans", "under fire",
 * "hit by cuts"), so a verb that is borrowed needs a bodily circumstance beside
 * it, and some need one of their own. */
#include "intake/press_internal.h"

struct act {
    const char *words; /* participle or past form */
    const char *code;
    const char *needs; /* one of these in the sentence; NULL: none */
    const char *never; /* none of these directly behind */
};

static const char bodily[] = " knife machete acid hammer man men woman gang "
                             "group mob thugs thug stranger strangers street "
                             "physically hospital doorstep canvassing "
                             "leafleting campaigning surgery bruised bruises "
                             "injured injury injuries punched kicked face "
                             "outside drunk yob yobs youths protester "
                             "protesters "
                             "masked attacker stick bottle brick egg eggs "
                             "ground head assailant racially verbally online "
                             "market station bus pub ";

static const struct act acts[] = {
    {"assaulted", "PHY1", NULL, " sexually "},
    {"punched", "PHY1", NULL, " above in-the-air "},
    {"kicked", "PHY1", bodily, " off out "},
    {"slapped", "PHY1", NULL, " down with "},
    {"headbutted", "PHY1", NULL, NULL},
    {"shoved", "PHY1", NULL, NULL},
    {"jostled", "INT2", NULL, NULL},
    {"manhandled", "PHY1", NULL, NULL},
    {"grabbed", "PHY1", " throat neck arm hair collar him her ", NULL},
    {"pushed", "PHY1", " ground over wall floor road ", " for on through to-the-left "},
    {"spat", "PHY1", NULL, NULL},
    {"pelted", "PHY2", NULL, NULL},
    {"egged", "PHY2", NULL, " on "},
    {"hit", "PHY2", " egg eggs bottle stone stones brick milkshake missile missiles can ", NULL},
    {"stabbed", "PHY3", " knife hospital police arrested attacker wounds ambulance ", NULL},
    {"attacked", "PHY1", bodily, " for over "},
    {"threatened", "THR3", NULL, " legal "},
    {"harassed", "HAR1", NULL, NULL},
    {"stalked", "HAR2", NULL, NULL},
    {"intimidated", "OTH0", NULL, NULL},
    {"doxxed", "DOX1", NULL, NULL},
    {"doxed", "DOX1", NULL, NULL},
    {"heckled", NULL, NULL, NULL},
    {"abused", "ABU1",
     " verbally racially online street shouted passer-by social canvassing "
     "repeatedly "
     "campaigning facebook twitter x troll trolls protester protesters ",
     " as "},
    {"trolled", "ABU2", NULL, NULL},
    {"hounded", "HAR1", NULL, " out "},
    {"cornered", "INT2", NULL, NULL},
    {"mobbed", "INT2", " angry hostile protesters shouting threatening masked ", NULL},
    {"surrounded", "INT2",
     " angry hostile protesters shouting threatening masked mob gang jeering "
     "aggressive ",
     NULL},
    {"followed", "INT1", " home filmed shouting car frightened police stranger man men ", NULL},
    {"chased", "INT1", NULL, NULL},
    {"accosted", "INT1", NULL, NULL},
    {"shouted", "ABU1", NULL, NULL},
    {"screamed", "ABU1", NULL, NULL},
    {"sworn", "ABU1", NULL, NULL},
    {"called", NULL, NULL, NULL},
};

/* Crimes that meet office-holders as they meet anybody, and matters of the
 * home. */
static const char other_crime[] =
    " rob robs robbed robber robbers robbery mugged mugger muggers mugging "
    "burglar burglars "
    "burglary burgled stole stolen steal snatch snatched snatcher snatching "
    "thief thieves theft "
    "bitten bit bites boyfriend girlfriend ex-boyfriend ex-girlfriend ex-husband "
    "ex-wife ex-partner "
    "childhood pickpocket carjacked shoplifter goose swan wasp squirrel fox "
    "seagull "
    "football pitch boxing bout sparring ring ";

/* "stabbed in the back", "punched above her weight": said of politics. */
static bool is_idiom(const struct press_text *t, size_t after)
{
    return press_phrase(t, after, "in the back") || press_phrase(t, after, "from all sides") ||
           press_phrase(t, after, "above") || press_phrase(t, after, "from pillar") ||
           press_phrase(t, after, "into touch");
}

static bool is_violent_with(const struct press_text *t, size_t k)
{
    return press_any(t, k, k + 4,
                     " knife violence death rape gun acid machete hammer weapon axe being "
                     "harm bottle firearm sword assault ");
}

/* What threatens without being anybody. */
static const char abstract_agent[] =
    " plans plan closure cuts development rise rises competition body illness "
    "disease cancer "
    "proposals proposal reform reforms changes change policy scheme redundancy "
    "budget decision "
    "success technology pandemic inflation ";

/* "threatened with the sack" is politics; "threatened with a knife" is not. */
static bool fits(const struct press_text *t, const struct act *act, size_t after,
                 const struct sentence *s)
{
    if (act->code == NULL || s->is_other_crime) {
        return false;
    }
    if ((act->never != NULL && press_is(t, after, act->never)) || is_idiom(t, after)) {
        return false;
    }
    if (press_is(t, after - 1, " threatened threatening ") && press_is(t, after, " with ")) {
        return is_violent_with(t, after + 1);
    }
    if (press_is(t, after, " by ") && press_any(t, after + 1, after + 5, abstract_agent)) {
        return false;
    }
    if (press_is(t, after - 1, " spat shouted screamed sworn ") &&
        !press_is(t, after, " at on upon ")) {
        return false;
    }
    return act->needs == NULL || (act->needs == bodily && s->has_body_word) ||
           press_any(t, s->from, s->to, act->needs);
}

static const struct act *act_of(str low)
{
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        if (str_equal(low, str_c(acts[i].words))) {
            return &acts[i];
        }
    }
    return NULL;
}

static const char *raised(const struct press_text *t, const struct sentence *s, const char *code,
                          size_t at)
{
    bool is_physical = str_equal(str_c(code), STR("PHY1"));
    if (is_physical && press_any(t, s->from, s->to,
                                 " knife machete hammer hospital unconscious "
                                 "fractured stitches broken acid ")) {
        return "PHY3";
    }
    if (str_equal(str_c(code), STR("THR3")) &&
        press_any(t, at, s->to, " knife machete gun kill ")) {
        return press_any(t, at, s->to, " kill ") ? "THR1" : "THR2";
    }
    if (str_equal(str_c(code), STR("ABU1")) && press_any(t, s->from, s->to, " racially racist ")) {
        return "ABU3";
    }
    return code;
}

/* X was punched; X described being punched. */
static void passive(const struct press_text *t, size_t i, const struct sentence *s,
                    struct findings *found)
{
    const struct act *act = act_of(t->tokens[i].low);
    size_t aux = i;
    while (aux > s->from && press_is(t, aux - 1, words_adverb)) {
        aux--;
    }
    bool is_pair = aux > s->from && press_is(t, aux - 1, " and ") && aux > s->from + 1 &&
                   act_of(t->tokens[aux - 2].low) != NULL;
    for (size_t steps = 0; is_pair && steps < 4 && aux > s->from &&
                           !press_is(t, aux - 1, " was were been being got felt feel ");
         steps++) {
        aux--;
    }
    /* An assault on a relative need not have to do with the office; threats to
   * one do. */
    bool is_relative = aux > s->from + 1 && act != NULL && act->code != NULL &&
                       act->code[0] == 'P' &&
                       press_is(t, aux - 2,
                                " wife husband children child daughter son partner "
                                "mother parents family ");
    if (act == NULL || aux == s->from || is_relative ||
        !press_is(t, aux - 1, " was were been being got felt feel feeling feels ")) {
        return;
    }
    bool is_felt = press_is(t, aux - 1, " felt feel feeling feels ");
    bool is_gerund =
        press_is(t, aux - 1, " being ") && aux > s->from + 1 && !press_is(t, aux - 2, words_aux);
    int person = is_gerund ? press_subject_of_gerund(t, aux - 1)
                           : press_subject_before(t, is_felt ? aux - 1 : aux);
    if (person != NOBODY && fits(t, act, i + 1, s) && !press_is_unreal(t, aux - 1, i)) {
        press_found(t, found, person, i, raised(t, s, act->code, i));
    }
}

/* Attackers are not office-holders: "the mayor attacked Cllr Doe" is a debate.
 */
static bool actor_is_holder(const struct press_text *t, size_t i)
{
    int actor = press_subject_before(t, i);
    return actor > t->unnamed && t->persons[actor].office != OFFICE_NONE;
}

static const struct {
    const char *words;
    const char *code;
    bool needs_bodily;
} active_words[] = {
    {" harassing harassed ", "HAR1", false},
    {" stalking stalked ", "HAR2", false},
    {" assaulting assaulted ", "PHY1", false},
    {" punching punched slapping slapped shoving shoved headbutted "
     "headbutting ",
     "PHY1", false},
    {" spitting spat ", "PHY1", false},
    {" attacking attacked ", "PHY1", true},
    {" threatening threatened ", "THR3", false},
    {" intimidating intimidated ", "OTH0", false},
    {" abusing abused ", "ABU1", true},
    {" shouting screaming yelling swearing ", "ABU1", true},
    {" chasing chased following ", "INT1", true},
    {" stabbing stabbed ", "PHY3", false},
};

static const char *active_code(const struct press_text *t, size_t i, const struct sentence *s)
{
    if (press_is(t, i, " followed ")) {
        bool is_stranger = i > s->from && press_is(t, i - 1,
                                                   " man men stranger strangers gang "
                                                   "youths car van ");
        return is_stranger || press_any(t, s->from, s->to, " home filmed shouting court stalking ")
                   ? "INT1"
                   : NULL;
    }
    for (size_t k = 0; k < ARRAY_LEN(active_words); k++) {
        if (press_is(t, i, active_words[k].words)) {
            bool is_real = !active_words[k].needs_bodily || s->has_body_word ||
                           press_any(t, s->from, s->to, " abuse racist court jailed arrested ");
            return is_real ? active_words[k].code : NULL;
        }
    }
    return NULL;
}

/* "threatening to kill Cllr Doe", "jailed for harassing the MP", "spat at the
 * candidate". */
static void active(const struct press_text *t, size_t i, const struct sentence *s,
                   struct findings *found)
{
    const char *code = active_code(t, i, s);
    size_t k = i + 1;
    if (code == NULL || s->is_other_crime) {
        return;
    }
    bool is_threat = press_is(t, i, " threatening threatened ");
    if (is_threat && press_is(t, k, " to ") &&
        press_is(t, k + 1, " kill stab shoot rape behead murder attack harm hurt burn ")) {
        code = press_is(t, k + 1, " kill shoot behead murder ") ? "THR1"
               : press_is(t, k + 1, " burn ")                   ? "THR4"
                                                                : "THR2";
        k += 2;
        k += press_is(t, k, " down up ") ? 1 : 0;
    } else if (is_threat && press_find(t, k, s->to, "with") < s->to &&
               !is_violent_with(t, press_find(t, k, s->to, "with") + 1)) {
        return;
    }
    if (press_is(t, k, " and ") && active_code(t, k + 1, s) != NULL) {
        k += 2;
    }
    k += press_is(t, k, " abuse racist sexist ") ? 1 : 0;
    k += press_is(t, k, " abuse slurs ") ? 1 : 0;
    k += press_is(t, k, " at on ") ||
                 (press_is(t, i, " spat spitting ") && press_is(t, k, " in into "))
             ? 1
             : 0;
    int person = press_victim_at(t, k);
    if (person != NOBODY && !actor_is_holder(t, i) && !press_is_unreal(t, i, i)) {
        press_found(t, found, person, i, raised(t, s, code, i));
    }
}

static const char mishap[] =
    " storm storms flood flooding flooded crash crashed electrical lorry winds "
    "gale rain leak subsidence explosion accidental accidentally neighbouring "
    "scaffolding ";

/* "a milkshake was thrown over the candidate", "threw eggs at Cllr Doe" */
static void thrown_at(const struct press_text *t, size_t i, const struct sentence *s,
                      struct findings *found)
{
    if (!press_is(t, i, " thrown threw throwing hurled hurling tipped poured ") ||
        !press_any(t, s->from, s->to,
                   " milkshake egg eggs bottle bottles coffee paint drink beer "
                   "stone stones brick flour liquid water can rubble cup ")) {
        return;
    }
    for (size_t k = i + 1; k < s->to && k < i + 6; k++) {
        if (press_is(t, k, " at over on ")) {
            int person = press_victim_at(t, k + 1);
            if (person != NOBODY && !actor_is_holder(t, i) && !press_is_unreal(t, i, k)) {
                press_found(t, found, person, i, "PHY2");
            }
            return;
        }
    }
}

static const char online[] =
    " online facebook twitter x telegram whatsapp instagram tiktok forum forums reddit internet "
    "website ";

/* "pictures of her daughters were posted on X with their school's name" */
static void pictured(const struct press_text *t, size_t i, const struct sentence *s,
                     struct findings *found)
{
    bool is_picture = press_is(t, i, " pictures photos photographs images video videos footage ") &&
                      press_is(t, i + 1, " of ");
    const struct mention *m = is_picture ? press_mention_at(t, i + 2) : NULL;
    int person = m != NULL ? press_victim_at(t, i + 2) : NOBODY;
    if (person == NOBODY ||
        !press_any(t, m->to, m->to + 4,
                   " home house children daughter daughters son sons child kids family front car "
                   "wife husband ") ||
        !press_any(t, i, s->to, online) || press_is_unreal(t, i, i) ||
        !press_any(t, i, s->to, " published posted shared leaked circulated ")) {
        return;
    }
    press_found(t, found, person, i, "DOX1");
}

/* "her home address was posted online" */
static void exposed(const struct press_text *t, size_t i, const struct sentence *s,
                    struct findings *found)
{
    if (!press_is(t, i, " address ") || !press_any(t, i, s->to, online) ||
        !press_any(t, s->from, s->to,
                   " published posted shared leaked publishing posting sharing ")) {
        return;
    }
    for (size_t k = i; k > s->from && i - k < 3; k--) {
        const struct mention *m = press_mention_ending(t, k - 1);
        m = m == NULL && press_kind(t, k - 1) == TOKEN_POSSESSIVE && k > s->from + 1
                ? press_mention_ending(t, k - 2)
                : m;
        if (m != NULL) {
            if (!press_is_unreal(t, m->from, i)) {
                press_found(t, found, m->person, i, "DOX1");
            }
            return;
        }
    }
}

/* "turned up at the home of a councillor" */
static void at_home(const struct press_text *t, size_t i, const struct sentence *s,
                    struct findings *found)
{
    bool is_verb = (press_is(t, i, " turned turning showed showing ") &&
                    press_is(t, i + 1, " up ") && press_is(t, i + 2, " at outside ")) ||
                   press_phrase(t, i, "banged on the") || press_phrase(t, i, "hammered on the");
    if (!is_verb || !press_any(t, i + 2, i + 8, " home house flat door doorstep ")) {
        return;
    }
    int person = press_victim_at(t, i + 3);
    if (person != NOBODY && !actor_is_holder(t, i) && !s->is_other_crime &&
        !press_is_unreal(t, i, i)) {
        press_found(t, found, person, i, "INT3");
    }
}

static bool is_fake(const struct press_text *t, size_t i)
{
    return press_is(t, i, " fake faked doctored deepfake deep-fake ai-generated manipulated ");
}

/* "a deepfake video of the mayor", "a fake video which appeared to show Jane Doe": but not as the
 * bait of a fraud, where those who are cheated are the victims. */
static void faked(const struct press_text *t, size_t i, const struct sentence *s,
                  struct findings *found)
{
    bool is_noun = press_is(t, i, " deepfake deepfakes ");
    size_t k = i + 1;
    if (!is_fake(t, i) && !is_noun) {
        return;
    }
    for (; k < i + 4 && press_is(t, k,
                                 " video videos audio recording clip image images picture pictures "
                                 "photo photograph photographs nude ");
         k++) {
        is_noun = true;
    }
    if (!is_noun || press_any(t, s->from, s->to,
                              " fraud fraudsters scam scams scammers investment investments "
                              "cryptocurrency advert adverts ")) {
        return;
    }
    size_t end = k + 7 < s->to ? k + 7 : s->to;
    size_t shows = press_find(t, k, end, "show");
    shows = shows < end ? shows : press_find(t, k, end, "showing");
    shows = shows < end ? shows : press_find(t, k, end, "which"); /* "a recording in which the" */
    int person = press_is(t, k, " of ") ? press_victim_at(t, k + 1)
                 : shows < end          ? press_victim_at(t, shows + 1)
                                        : NOBODY;
    if (person != NOBODY && !press_is_unreal(t, i, i)) {
        press_found(t, found, person, i, "FAL3");
    }
}

/* "a fake account in his name", "impersonated Cllr Doe" */
static void impersonated(const struct press_text *t, size_t i, const struct sentence *s,
                         struct findings *found)
{
    int person = NOBODY;
    if (press_is(t, i, " impersonated impersonating impersonates ") && !actor_is_holder(t, i)) {
        person = press_victim_at(t, i + 1);
    } else if (is_fake(t, i) && press_is(t, i + 1, " account accounts profile profiles page ") &&
               press_is(t, i + 2, " in ")) {
        const struct mention *m = press_mention_at(t, i + 3);
        size_t name = press_find(t, i + 3, s->to, "name");
        bool is_name = m != NULL && m->kind == MENTION_PERSON && name < m->to + 3;
        person = is_name ? m->person : NOBODY;
    }
    if (person != NOBODY && !press_is_unreal(t, i, i)) {
        press_found(t, found, person, i, "DOX2");
    }
}

/* "was told 'we know where you live'": the threat in its own words. */
static void told(const struct press_text *t, size_t i, const struct sentence *s,
                 struct findings *found)
{
    static const char *const threats[] = {
        "know where you live",
        "know where you are",
        "know your address",
        "watch your back",
        "you will die",
        "you'll die",
        "you're dead",
        "you are dead",
        "you're next",
        "you are next",
        "you'd be next",
        "coming for you",
        "will kill you",
        "kill you",
        "going to die",
        "deserve to die",
        "shoot you",
        "stab you",
        "slit your throat",
        "burn your house",
        "rape you",
        "hang you",
    };
    if (!press_is(t, i, " told warned ") || i == s->from ||
        !press_is(t, i - 1, " was were been being ")) {
        return;
    }
    int person = press_subject_before(t, i);
    for (size_t k = 0; person != NOBODY && k < ARRAY_LEN(threats); k++) {
        size_t at = press_find(t, i + 1, s->to < i + 10 ? s->to : i + 10, threats[k]);
        if (at < s->to && at < i + 10 && !press_is_unreal(t, i, i)) {
            press_found(t, found, person, i, "THR3");
            return;
        }
    }
}

/* "a caller to her office threatened to bring a knife": no object, but a place that is hers. */
static void threatened_at(const struct press_text *t, size_t i, const struct sentence *s,
                          struct findings *found)
{
    bool is_threat =
        press_is(t, i, " threatened threatening ") && press_is(t, i + 1, " to ") &&
        press_is(t, i + 2, " bring come turn burn shoot stab kill attack blow set behead ");
    /* "her office" is what the caller rang, not who threatened */
    size_t near = i > s->from + 6 ? i - 6 : s->from;
    bool is_other = press_any(t, near, i,
                              " caller callers man men woman someone somebody stranger "
                              "email letter message voicemail ");
    if (!is_threat || s->is_other_crime || press_is_unreal(t, i, i) ||
        (!is_other && actor_is_holder(t, i))) {
        return;
    }
    bool is_kill = press_is(t, i + 2, " shoot stab kill behead ");
    bool is_fire = press_is(t, i + 2, " burn blow set ");
    if (!is_kill && !is_fire && !is_violent_with(t, i + 3)) {
        return;
    }
    for (size_t k = i; k > s->from && i - k < 12; k--) {
        const struct mention *m = press_mention_at(t, k - 1);
        bool is_near = m != NULL && m->kind == MENTION_PERSON &&
                       (m->owns || press_is(t, m->from, " her ")) &&
                       press_any(t, m->to, m->to + 3, " office surgery home house staff ") &&
                       m->person > t->unnamed;
        if (is_near) {
            press_found(t, found, m->person, i, is_kill ? "THR1" : is_fire ? "THR4" : "THR2");
            return;
        }
    }
}

/* "told the MP that he would slit her throat": a threat in the words of whoever reports it. */
static void vowed(const struct press_text *t, size_t i, const struct sentence *s,
                  struct findings *found)
{
    size_t whom = i + 1 + (press_is(t, i + 1, " staff ") && press_is(t, i + 2, " of at ") ? 2 : 0);
    const struct mention *m = press_mention_at(t, whom);
    int person = press_victim_at(t, whom);
    if (!press_is(t, i, " told warned ") || m == NULL || person == NOBODY ||
        t->tokens[i].is_speech || actor_is_holder(t, i) || press_is_unreal(t, i, i)) {
        return;
    }
    size_t k = m->to + (press_is(t, m->to, " that ") ? 1 : 0);
    if (!press_is(t, k, " he she they i ") || !press_is(t, k + 1, " would will ") ||
        k + 3 >= s->to) {
        return;
    }
    static const struct {
        const char *verbs, *code;
    } rows[] = {{" kill murder shoot behead strangle hang ", "THR1"},
                {" stab rape hurt maim ", "THR2"},
                {" burn torch firebomb blow bomb ", "THR4"},
                {" beat attack punch find ", "THR3"}};
    bool is_throat = press_is(t, k + 2, " slit cut ") && press_any(t, k + 3, k + 6, " throat ");
    size_t what = k + 3 + (press_is(t, k + 3, " up down ") ? 1 : 0);
    bool is_hers =
        press_is(t, what, " her him them his their ") || press_mention_at(t, what) != NULL;
    for (size_t row = 0; row < ARRAY_LEN(rows) && is_hers; row++) {
        if (press_is(t, k + 2, rows[row].verbs) || (row == 0 && is_throat)) {
            press_found(t, found, person, i, rows[row].code);
            return;
        }
    }
}

/* "a caller said that she would be dealt with": somebody else says what would be done to her. */
static void foretold(const struct press_text *t, size_t i, const struct sentence *s,
                     struct findings *found)
{
    if (!press_is(t, i, " said saying wrote warning ") || t->tokens[i].is_speech) {
        return;
    }
    size_t k = i + 1 + (press_is(t, i + 1, " that ") ? 1 : 0);
    const struct mention *m = press_mention_at(t, k);
    if (m == NULL || m->kind != MENTION_PERSON || m->owns || press_is_unreal(t, i, i) ||
        !press_any(t, s->from, i,
                   " caller man men woman letter note message messages email emails stranger "
                   "voicemail post ")) {
        return;
    }
    /* "a caller to her office said": not she */
    bool is_message = press_any(t, s->from, i, " caller letter note message email voicemail ");
    int speaker = is_message ? NOBODY : press_subject_before(t, i);
    bool is_other = speaker <= t->unnamed || t->persons[speaker].office == OFFICE_NONE;
    k = m->to;
    if (!is_other || !press_is(t, k, " would will ") || !press_is(t, k + 1, " be ")) {
        return;
    }
    k += 2;
    k += press_kind(t, k) == TOKEN_OPEN ? 1 : 0;
    const char *code =
        press_is(t, k, " killed shot murdered beheaded hanged ") ? "THR1"
        : press_is(t, k, " stabbed raped maimed ")               ? "THR2"
        : press_is(t, k, " hurt beaten attacked harmed burned ") || press_phrase(t, k, "dealt with")
            ? "THR3"
            : NULL;
    if (code != NULL) {
        press_found(t, found, m->person, i, code);
    }
}

/* "a man who became obsessed with an MP": only where police or a court had to do with it. */
static void obsessed(const struct press_text *t, size_t i, const struct sentence *s,
                     struct findings *found)
{
    int person = press_is(t, i, " obsessed fixated ") && press_is(t, i + 1, " with on ")
                     ? press_victim_at(t, i + 2)
                     : NOBODY;
    if (person != NOBODY && !press_is_unreal(t, i, i) && !actor_is_holder(t, i) &&
        press_any(t, s->from, s->to,
                  " banned jailed court restraining stalker stalking police sentenced arrested "
                  "convicted ")) {
        press_found(t, found, person, i, "HAR2");
    }
}

/* "sent an MP more than 200 emails": harassment where police or a court say so; else the post of a
 * campaign. */
static void flooded(const struct press_text *t, size_t i, const struct sentence *s,
                    struct findings *found)
{
    const struct mention *m = press_is(t, i, " sent sending emailed messaged texted called ")
                                  ? press_mention_at(t, i + 1)
                                  : NULL;
    int person = m != NULL ? press_victim_at(t, i + 1) : NOBODY;
    if (person == NOBODY || actor_is_holder(t, i) || press_is_unreal(t, i, i) ||
        !press_any(t, s->from, s->to,
                   " restraining stalker stalking harassment court jailed sentenced arrested "
                   "convicted charged ")) {
        return;
    }
    bool is_many = false;
    for (size_t k = m->to; k < s->to && k < m->to + 8; k++) {
        uint64_t count = 0;
        is_many |= press_is(t, k, " hundreds dozens thousands scores ") ||
                   (str_to_u64(press_low(t, k), &count) && count >= 20);
        if (is_many && press_is(t, k, " emails messages letters calls texts times voicemails ")) {
            press_found(t, found, person, i, "HAR1");
            return;
        }
    }
}

void press_acts_mark(struct press_text *t)
{
    for (size_t i = 0; i < t->token_count; i++) {
        struct sentence *s = &t->sentences[t->tokens[i].sentence];
        s->has_body_word |= press_is(t, i, bodily);
        s->is_mishap |= press_is(t, i, mishap);
        bool is_weapon =
            i > s->from + 1 && (press_is(t, i - 1, " with ") || press_is(t, i - 2, " with "));
        bool is_dog = press_is(t, i, " dog dogs ") && !is_weapon; /* "men with dogs" are men */
        s->is_other_crime |= press_is(t, i, other_crime) || is_dog;
    }
}

void press_acts_find(const struct press_text *t, size_t sentence, struct findings *found)
{
    const struct sentence *s = &t->sentences[sentence];
    for (size_t i = s->from; i < s->to; i++) {
        passive(t, i, s, found);
        active(t, i, s, found);
        press_damage_find(t, i, s, found);
        thrown_at(t, i, s, found);
        exposed(t, i, s, found);
        pictured(t, i, s, found);
        told(t, i, s, found);
        threatened_at(t, i, s, found);
        vowed(t, i, s, found);
        foretold(t, i, s, found);
        obsessed(t, i, s, found);
        flooded(t, i, s, found);
        at_home(t, i, s, found);
        faked(t, i, s, found);
        impersonated(t, i, s, found);
    }
}
