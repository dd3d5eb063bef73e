/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/lang.h"

#include <math.h>

#include "base/utf8.h"
#include "triage/lang_samples.h"

enum {
    SLOTS = 4096,
    ROWS_MAX = 512, /* sets of languages that share a word: there are fewer */
    SCRIPT_POINTS_MAX = 4096,
    GRAM_BITS = 13,
    GRAM_LEAST = 2, /* runs of 2 to 4 bytes, over word borders */
    GRAM_MOST = 4,
    GRAM_BYTES_MAX = 160, /* of a text: more makes it no surer */
    GRAMS_LEAST = 20,     /* some eight letters, in two words at least: a name is no language */
    GRAM_UNIT = 256       /* of a nat */
};
/* How much likelier a run of the text must be in another language than in English, in nats, before
 * English is given up: 0.25 % of 59,873 English texts of the
 * training part are lost with it (0.11 % without runs), 126 of them of five words and fewer. */
static const double GRAM_MARGIN = 0.35;
/* … and than in any other foreign one, before it is named: not English, and which one is not sure. */
static const double SURE_MARGIN = 0.2;

/* The commonest words, folded as plain.h folds; written for this project from common knowledge. */
static const char *const words[LANG_LATIN_COUNT] = {
    [LANG_ENGLISH] = "the be to of and a in that have i it for not on with he as you do at this "
                     "but his by from they "
                     "we say her she or an will my one all would there their what so up out if "
                     "about who get which go "
                     "me when make can like time no just him know take people into year your good "
                     "some could them see "
                     "other than then now look only come its over think also back after use two "
                     "how our work first "
                     "well way even new want because any these give day most us is are was were "
                     "been has had did dont "
                     "don't i'm it's you're can't should more very why where here ur u im gonna "
                     "shit fuck fucking mp "
                     "vote council please thank dear hi hey hello ok okay yes bye lol thanks oh am "
                     "hers did does own",
    [LANG_WELSH] = "y yr a ac i o yn ar at am dros dw dwi rwy rydw mae mi fi ti chi di ef hi ni "
                   "nhw fy dy ei ein eich "
                   "eu bod fod wedi bydd bydda oedd roedd ydy yw ydi sydd sy nid dim ddim na nac "
                   "os pan pam sut beth "
                   "pwy ble yma yna hwn hon hyn rhaid eisiau gan gyda heb hefyd ond neu achos "
                   "felly iawn diolch bore "
                   "da cymru cymraeg cyngor cynghorydd aelod pobl pleidlais ty dy'r o'r i'r a'r "
                   "gwneud mynd dod cael "
                   "gweld gwybod chdi rwyt wyt mi'r byth dydd nos yr un lle nos gyfer gallu allan "
                   "mewn allwch hoffwn "
                   "annwyl cywilydd celwydd ladd lladda bradwr",
    [LANG_BENGALI_LATIN] = "ami tumi tui amar tomar tor apni apnar amra tomra tora ar na ki keno "
                           "kore korbo korbe koro kor "
                           "hobe hoy holo ache ase nai nei ekta eita eta oita kintu jodi tahole "
                           "ekhon shob sob bhalo valo "
                           "khub bolo bolse boltese bole theke jonno sathe shathe oder ora or "
                           "amader tomader ke re der te "
                           "diye dise dibo felbo felmu felum marbo maira khun mere korse korlam "
                           "geche gese jabo jao aso "
                           "dekhbo dekhe niye bhai bhaiya apa shala sala haramjada kuttar baccha "
                           "basha bari ghor manush vote "
                           "dimu dimo disi koira korum jani janen pathailam",
    [LANG_IRISH] = "agus an na is ta bhi ar ag le do go nach nil mar sin seo mo an-mhaith raibh ba "
                   "beidh mise tusa siad muid sinn aon duine ach nuair cad conas gaeilge dia duit "
                   "athas liom agat agam leis faoi chun ina",
    [LANG_GAELIC] =
        "agus tha an am na nan cha chan eil bha bidh mi thu sinn sibh iad air aig le gu "
        "gun nach ach mar seo sin mo do gaidhlig alba madainn mhath tapadh leat ciamar",
    [LANG_FRENCH] = "le la les de des du un une et est en que qui ne pas je tu il elle nous vous "
                    "ils ce cette dans "
                    "pour sur avec au aux mais ou donc sont ete avoir etre fait plus tout bien "
                    "merci bonjour mon ton "
                    "son mes vos votre notre te ta tes vais vas va suis sais sale honte contre "
                    "demain j'ai c'est qu'il n'est tres aussi",
    [LANG_GERMAN] = "der die das und ist nicht ich du er sie es wir ihr ein eine einen dem den des "
                    "zu mit auf fur von "
                    "im in auch sich so wie aber oder wenn dass haben hat war sind wird werden "
                    "kann mein dein sein "
                    "nach bei nur noch schon mehr alle danke bitte ihre ihnen",
    [LANG_SPANISH] = "el la los las de del un una y es en que no yo tu usted ellos nosotros por "
                     "para con se su lo como "
                     "mas pero sus le ya o este si porque esta entre cuando muy sin sobre tambien "
                     "me hasta hay donde "
                     "quien gracias todo nos todos mi son ser",
    [LANG_PORTUGUESE] = "o a os as de do da dos das um uma e em que nao eu voce ele ela nos eles "
                        "por para com se seu sua "
                        "mais mas como ja ou este isso porque esta muito sem sobre tambem me ate "
                        "ha onde quem obrigado "
                        "tudo meu minha sao ser foi pelo pela",
    [LANG_ITALIAN] = "il lo la i gli le di del della un una e che non io tu lui lei noi voi loro "
                     "per con si suo sua piu "
                     "ma come gia o questo perche sono molto senza anche mi ti ci quando dove chi "
                     "grazie tutto mio nel "
                     "nella dei alle ho ha hai siamo essere",
    [LANG_DUTCH] = "de het een en van ik je hij zij we jullie dat die in is op te niet met voor "
                   "zijn er aan om ook "
                   "als maar of dan wel nog naar heeft hebben werd wordt kan mijn uw deze meer "
                   "geen bij uit dank",
    [LANG_POLISH] = "i w z na do nie to sie jest ze jak o ale co po za tak ja ty on ona my wy oni "
                    "dla od byc bardzo "
                    "jestem tylko moj twoj kto gdzie kiedy prosze dziekuje czy juz tez tego tym by "
                    "byl byla moze "
                    "panie pani was cie mnie",
    [LANG_ROMANIAN] =
        "si de la in nu este un o cu pe ca sa se mai din care ce am eu tu el ea noi voi ei pentru "
        "dar sau "
        "fost sunt este multumesc foarte cand unde cine asta acest lui lor te imi iti va ai are",
    [LANG_TURKISH] = "bir ve bu da de icin ne ben sen biz siz onlar degil mi cok daha ama gibi "
                     "kadar var yok evet hayir "
                     "neden nasil kim sizi seni benim senin tesekkur olarak olan ile her sey",
    [LANG_SOMALI] = "waa iyo ka ku u oo la in aan uu ay ayaa waxaa ma si soo wax dad badan kale "
                    "aad adiga aniga isaga "
                    "waxay mahadsanid sida lagu laga kuu",
    [LANG_HINDI_LATIN] =
        "hai hain nahi nahin mein tum tumhe tumhein aap mujhe hamein tera teri tere mera "
        "meri ko ka ke ki se bhi aur kya kyun kab kahan kaise yeh woh wo karo karna "
        "kar raha rahe rahi tha thi hoga hogi denge dunga doonga karenge chahiye bhai saale "
        "shukriya accha bahut abhi sab kuch ghar jaan maar",
};

static const char *const codes[LANG_COUNT] = {
    "und",      "en", "cy", "bn", "bn-Latn", "ga", "gd", "fr",      "de", "es",
    "pt",       "it", "nl", "pl", "ro",      "tr", "so", "hi-Latn", "ar", "he",
    "und-Cyrl", "el", "hi", "pa", "gu",      "ta", "zh", "ja",      "ko", "und"};

struct lang_slot {
    uint32_t hash; /* 0 = free */
    uint32_t row;
};
/* Words that the same languages have, by language: what one counts (less, the more languages share it),
 * and COUNT_ONE. All languages of a word are added up at once. */
struct lang_row {
    uint16_t counts[LANG_LATIN_COUNT];
};
enum {
    COUNT_ONE = 256,
    WEIGHT_MOST = 6, /* of a word that one language has */
    WORDS_AT_ONCE = COUNT_ONE / WEIGHT_MOST,
    WORDS_LOOKED_AT = 400
};
struct langs {
    struct lang_slot slots[SLOTS];
    struct lang_row rows[ROWS_MAX];                  /* 0: of words that no language has */
    int16_t grams[1 << GRAM_BITS][LANG_LATIN_COUNT]; /* logarithm of a run's share, by hash */
};

static size_t slot_of(const struct langs *langs, uint32_t hash)
{
    size_t slot = hash % SLOTS;
    /* One question, since which of the two a word is would be guessed wrong. */
    while (((langs->slots[slot].hash != 0) & (langs->slots[slot].hash != hash)) != 0) {
        slot = (slot + 1) % SLOTS;
    }
    return slot;
}

static size_t gram_of(const char *bytes, size_t n)
{
    uint64_t piece = 0;
    memcpy(&piece, bytes, 8); /* PLAIN_PAD bytes may be read behind the end */
    piece = (piece & ((UINT64_C(1) << (8 * n)) - 1)) + 1;
    return (size_t)(piece * UINT64_C(0x9E3779B97F4A7C15) >> (64 - GRAM_BITS));
}

/* Counts runs of the language's words and sentences; a run that was not seen has a quarter. */
static void learn_grams(struct langs *langs, struct plain *plain, enum lang lang)
{
    double counts[1 << GRAM_BITS] = {0}, total = 0;
    const str texts[] = {str_c(words[lang]), str_c(lang_sample(lang))};
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        plain_read(plain, texts[t]);
        double weight = t == 0 ? 1 : 2;
        for (size_t at = 0; at < plain->n; at++) {
            for (size_t n = GRAM_LEAST; n <= GRAM_MOST && at + n <= plain->n; n++) {
                counts[gram_of(plain->bytes + at, n)] += weight;
                total += weight;
            }
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        double share = (counts[i] + 0.25) / (total + 0.25 * (double)ARRAY_LEN(counts));
        langs->grams[i][lang] = (int16_t)(log(share) * GRAM_UNIT);
    }
}

/* "a" to "z" and the blank: pictures and numbers are no language. */
static bool is_plain_letter(char c)
{
    return c == ' ' || c == '\'' || (c >= 'a' && c <= 'z');
}

/* Mean logarithm of the runs' shares; false when the text is too short to say. */
static bool weigh_grams(const struct langs *langs, const struct plain *plain,
                        double weights[LANG_LATIN_COUNT])
{
    int32_t sums[LANG_LATIN_COUNT] = {0}; /* GRAM_BYTES_MAX times three runs fit */
    int32_t count = 0;
    size_t end = plain->n < GRAM_BYTES_MAX ? plain->n : GRAM_BYTES_MAX;
    for (size_t at = 0; at < end; at++) {
        size_t most = 0;
        while (most < GRAM_MOST && at + most < end && is_plain_letter(plain->bytes[at + most])) {
            most++;
        }
        for (size_t n = GRAM_LEAST; n <= most; n++) {
            const int16_t *gram = langs->grams[gram_of(plain->bytes + at, n)];
            for (size_t k = 0; k < LANG_LATIN_COUNT; k++) {
                sums[k] += gram[k];
            }
            count++;
        }
    }
    for (size_t k = 1; k < LANG_LATIN_COUNT && count > 0; k++) {
        weights[k] = (double)sums[k] / (double)count / GRAM_UNIT;
    }
    return plain->count > 1 && count >= GRAMS_LEAST;
}

/* One row for all words with the same speakers. */
static void make_rows(struct langs *langs, const uint32_t speakers[SLOTS])
{
    uint32_t known[ROWS_MAX] = {0}, count = 1;
    for (size_t i = 0; i < SLOTS; i++) {
        uint32_t row = 0;
        while (row < count && known[row] != speakers[i]) {
            row++;
        }
        langs->slots[i].row = row;
        if (row < count) {
            continue;
        }
        ASSERT(count < ROWS_MAX);
        known[row] = speakers[i];
        count++;
        unsigned weight = 2 * WEIGHT_MOST / (1 + (unsigned)__builtin_popcount(speakers[i]));
        for (size_t k = 0; k < LANG_LATIN_COUNT; k++) {
            if ((speakers[i] >> k & 1U) == 1) {
                langs->rows[row].counts[k] = (uint16_t)(COUNT_ONE + weight);
            }
        }
    }
}

const struct langs *langs_new(struct arena *arena)
{
    struct langs *langs = ARENA_NEW(arena, struct langs);
    uint32_t speakers[SLOTS] = {0}; /* of each slot's word: a bit a language */
    for (size_t i = 0; i < LANG_LATIN_COUNT; i++) {
        str rest = str_c(words[i]);
        while (rest.n > 0) {
            str word = {0};
            rest = str_trim(str_cut(rest, ' ', &word));
            uint32_t hash = plain_hash(word);
            size_t slot = slot_of(langs, hash);
            langs->slots[slot].hash = hash;
            speakers[slot] |= UINT32_C(1) << i;
        }
    }
    make_rows(langs, speakers);
    struct plain plain;
    plain_init(&plain, arena);
    for (size_t i = 1; i < LANG_LATIN_COUNT; i++) {
        if (lang_sample((enum lang)i) != NULL) {
            learn_grams(langs, &plain, (enum lang)i);
        }
    }
    return langs;
}

static enum lang script_of(uint32_t point)
{
    static const struct {
        uint32_t from, to;
        enum lang lang;
    } scripts[] = {
        {0x0370, 0x03FF, LANG_GREEK},        {0x0400, 0x052F, LANG_CYRILLIC},
        {0x0590, 0x05FF, LANG_HEBREW},       {0x0600, 0x06FF, LANG_ARABIC},
        {0x0750, 0x077F, LANG_ARABIC},       {0x0900, 0x097F, LANG_HINDI},
        {0x0980, 0x09FF, LANG_BENGALI},      {0x0A00, 0x0A7F, LANG_PUNJABI},
        {0x0A80, 0x0AFF, LANG_GUJARATI},     {0x0B80, 0x0BFF, LANG_TAMIL},
        {0x0700, 0x074F, LANG_OTHER_SCRIPT}, {0x0B00, 0x0B7F, LANG_OTHER_SCRIPT},
        {0x0C00, 0x109F, LANG_OTHER_SCRIPT}, {0x1200, 0x137F, LANG_OTHER_SCRIPT},
        {0x3040, 0x30FF, LANG_JAPANESE},     {0x4E00, 0x9FFF, LANG_CHINESE},
        {0xAC00, 0xD7AF, LANG_KOREAN},
    };
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        if (point >= scripts[i].from && point <= scripts[i].to) {
            return scripts[i].lang;
        }
    }
    return LANG_UNKNOWN;
}

/* The script that holds more letters than Latin does, or LANG_UNKNOWN. */
static enum lang by_script(str text)
{
    size_t of[LANG_COUNT] = {0}, latin = 0, seen = 0;
    enum lang most = LANG_UNKNOWN;
    while (text.n > 0 && seen < SCRIPT_POINTS_MAX) {
        uint32_t point = (unsigned char)text.p[0];
        if (point < 0x80 || !utf8_next(&text, &point)) {
            latin += ascii_is_alpha(text.p[0]);
            text = str_slice(text, 1, text.n);
        } else {
            of[script_of(point)]++;
        }
        seen++;
    }
    of[LANG_UNKNOWN] = 0;
    for (size_t i = 1; i < LANG_COUNT; i++) {
        most = of[i] > of[most] ? (enum lang)i : most;
    }
    if (most == LANG_CHINESE && of[LANG_JAPANESE] > 0) {
        return LANG_JAPANESE;
    }
    return of[most] * 2 > latin ? most : LANG_UNKNOWN;
}

static bool is_ascii(str text)
{
    unsigned char high = 0;
    for (size_t i = 0; i < text.n; i++) {
        high |= (unsigned char)text.p[i];
    }
    return high < 0x80;
}

static bool has_letter(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (ascii_is_alpha(text.p[i]) || (unsigned char)text.p[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

/* What the words say: English unless another has clearly more, and more than a word or two.
 * *ret_is_sure: a quarter of the words is known to the language. */
static enum lang by_words(const struct langs *langs, const struct plain *plain, bool *ret_is_sure)
{
    unsigned of[LANG_LATIN_COUNT] = {0}, hits[LANG_LATIN_COUNT] = {0};
    size_t count = plain->count < WORDS_LOOKED_AT ? plain->count : WORDS_LOOKED_AT;
    for (size_t at = 0; at < count; at += WORDS_AT_ONCE) {
        struct lang_row sum = {0};
        size_t end = count - at < WORDS_AT_ONCE ? count : at + WORDS_AT_ONCE;
        for (size_t i = at; i < end; i++) {
            const struct lang_row *row =
                &langs->rows[langs->slots[slot_of(langs, plain->words[i].hash)].row];
            for (size_t k = 0; k < LANG_LATIN_COUNT; k++) {
                sum.counts[k] = (uint16_t)(sum.counts[k] + row->counts[k]);
            }
        }
        for (size_t k = 0; k < LANG_LATIN_COUNT; k++) {
            of[k] += sum.counts[k] % COUNT_ONE;
            hits[k] += sum.counts[k] / COUNT_ONE;
        }
    }
    enum lang most = LANG_ENGLISH;
    for (size_t i = 1; i < LANG_LATIN_COUNT; i++) {
        most = of[i] > of[most] ? (enum lang)i : most;
    }
    unsigned least = of[LANG_ENGLISH] == 0 ? 6 : 12; /* one word of its own; two */
    if (most != LANG_ENGLISH && (of[most] < least || of[most] * 4 < of[LANG_ENGLISH] * 5)) {
        most = LANG_ENGLISH;
    }
    unsigned second = 0; /* of another foreign language: "je te" is French as well as Dutch */
    for (size_t i = LANG_ENGLISH + 1; i < LANG_LATIN_COUNT && most != LANG_ENGLISH; i++) {
        second = i != most && of[i] > second ? of[i] : second;
    }
    *ret_is_sure = hits[most] * 4 >= count && of[most] * 4 >= second * 5;
    return most;
}

/* Runs of letters, where words were not enough: they cost more, and few texts need them. */
static enum lang by_grams(const struct langs *langs, const struct plain *plain, enum lang said)
{
    double weights[LANG_LATIN_COUNT] = {0}, second = -INFINITY;
    enum lang best = LANG_ENGLISH;
    if (!weigh_grams(langs, plain, weights)) {
        return said;
    }
    for (size_t i = 1; i < LANG_LATIN_COUNT; i++) {
        if (i != LANG_BENGALI && weights[i] > weights[best]) {
            best = (enum lang)i;
        }
    }
    for (size_t i = LANG_ENGLISH + 1; i < LANG_LATIN_COUNT; i++) {
        bool is_other = i != LANG_BENGALI && i != best;
        second = is_other && weights[i] > second ? weights[i] : second;
    }
    if (best != LANG_ENGLISH && weights[best] - weights[LANG_ENGLISH] < GRAM_MARGIN) {
        return said == best ? best : LANG_ENGLISH;
    }
    if (best != LANG_ENGLISH && said != best && weights[best] - second < SURE_MARGIN) {
        return LANG_OTHER_SCRIPT;
    }
    return best;
}

enum lang lang_of(const struct langs *langs, str text, const struct plain *plain)
{
    enum lang script = is_ascii(text) ? LANG_UNKNOWN : by_script(text);
    bool is_sure = false;
    if (script != LANG_UNKNOWN) {
        return script;
    }
    enum lang said = by_words(langs, plain, &is_sure);
    if (!is_sure) {
        said = by_grams(langs, plain, said);
    }
    return said == LANG_ENGLISH && !has_letter(text) ? LANG_UNKNOWN : said;
}

const char *lang_code(enum lang lang)
{
    ASSERT(lang < LANG_COUNT);
    return codes[lang];
}

bool lang_is_judged(enum lang lang)
{
    return lang == LANG_ENGLISH || lang == LANG_UNKNOWN;
}
