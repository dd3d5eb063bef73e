/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/lang.h"

#include "base/utf8.h"

enum { SLOTS = 8192, SCRIPT_POINTS_MAX = 4096 };

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
                    "son mes vos votre notre j'ai c'est qu'il n'est tres aussi",
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
};

static const char *const codes[LANG_COUNT] = {
    "und", "en", "cy", "bn", "bn-Latn",  "ga", "gd", "fr", "de", "es", "pt", "it", "nl", "pl", "ro",
    "tr",  "so", "ar", "he", "und-Cyrl", "el", "hi", "pa", "gu", "ta", "zh", "ja", "ko", "und"};

struct langs {
    uint32_t hashes[SLOTS];   /* 0 = free */
    uint32_t speakers[SLOTS]; /* bit a language */
    uint8_t weights[SLOTS];   /* less, the more languages share the word */
};

static size_t slot_of(const struct langs *langs, uint32_t hash)
{
    size_t slot = hash % SLOTS;
    while (langs->hashes[slot] != 0 && langs->hashes[slot] != hash) {
        slot = (slot + 1) % SLOTS;
    }
    return slot;
}

const struct langs *langs_new(struct arena *arena)
{
    struct langs *langs = ARENA_NEW(arena, struct langs);
    for (size_t i = 0; i < LANG_LATIN_COUNT; i++) {
        str rest = str_c(words[i]);
        while (rest.n > 0) {
            str word = {0};
            rest = str_trim(str_cut(rest, ' ', &word));
            uint32_t hash = plain_hash(word);
            size_t slot = slot_of(langs, hash);
            langs->hashes[slot] = hash;
            langs->speakers[slot] |= UINT32_C(1) << i;
        }
    }
    for (size_t i = 0; i < SLOTS; i++) {
        langs->weights[i] = (uint8_t)(12 / (1 + __builtin_popcount(langs->speakers[i])));
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

enum lang lang_of(const struct langs *langs, str text, const struct plain *plain)
{
    unsigned of[LANG_LATIN_COUNT] = {0};
    bool is_ascii = true;
    size_t count = plain->count < 400 ? plain->count : 400;
    unsigned char high = 0;
    for (size_t i = 0; i < text.n; i++) {
        high |= (unsigned char)text.p[i];
    }
    is_ascii = high < 0x80;
    enum lang script = is_ascii ? LANG_UNKNOWN : by_script(text);
    if (script != LANG_UNKNOWN) {
        return script;
    }
    for (size_t i = 0; i < count; i++) {
        size_t slot = slot_of(langs, plain->words[i].hash);
        uint32_t speakers = langs->speakers[slot];
        unsigned weight = langs->weights[slot];
        for (; speakers != 0; speakers &= speakers - 1) {
            of[__builtin_ctz(speakers)] += weight;
        }
    }
    enum lang most = LANG_ENGLISH;
    for (size_t i = 1; i < LANG_LATIN_COUNT; i++) {
        most = of[i] > of[most] ? (enum lang)i : most;
    }
    /* English unless another has clearly more, and more than a word or two. */
    unsigned least = of[LANG_ENGLISH] == 0 ? 6 : 12; /* one word of its own; two */
    if (most != LANG_ENGLISH && (of[most] < least || of[most] * 4 < of[LANG_ENGLISH] * 5)) {
        most = LANG_ENGLISH;
    }
    bool has_letter = of[LANG_ENGLISH] > 0;
    for (size_t i = 0; i < text.n && !has_letter; i++) {
        has_letter = ascii_is_alpha(text.p[i]);
    }
    return most == LANG_ENGLISH && !has_letter ? LANG_UNKNOWN : most;
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
