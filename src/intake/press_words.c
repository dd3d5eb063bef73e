/* SPDX-License-Identifier: Apache-2.0 */
/* The closed classes of English that the rules lean on. Lists are " a b c ": a
 * word is in a list when it stands there between spaces. */
#include "intake/press_internal.h"

enum { WORD_BYTES_MAX = 32 }; /* longer than every word of every list */

bool word_in(str word, const char *list)
{
    char needle[WORD_BYTES_MAX + 2];
    if (word.n == 0 || word.n > WORD_BYTES_MAX) {
        return false;
    }
    needle[0] = ' ';
    memcpy(needle + 1, word.p, word.n);
    needle[word.n + 1] = ' ';
    return memmem(list, strlen(list), needle, word.n + 2) != NULL;
}

bool word_ends(str low, const char *ending)
{
    return str_ends(low, str_c(ending));
}

const char words_aux[] = " has had have having been be being was were is are am 's 've 'd i've "
                         "she's he's i'd also got get gets getting did ";
const char words_adverb[] = " already also again always allegedly apparently "
                            "consistently constantly continually daily "
                            "directly even ever frequently himself herself "
                            "later now nearly often once online only "
                            "openly personally physically previously publicly "
                            "racially reportedly recently regularly "
                            "repeatedly routinely since still subsequently "
                            "suddenly then themselves twice verbally "
                            "violently viciously badly horribly brutally both "
                            "all myself today yesterday earlier ";
const char words_speech[] =
    " said says told tells added adds revealed reveals claimed claims "
    "explained explains asked "
    "asks warned warns wrote writes tweeted posted recalled recalls described "
    "describes confirmed "
    "confirms insisted stated commented responded replied continued admitted "
    "spoke spoken shared "
    "condemned announced called urged believes disclosed reported reports ";
/* Before a harm these take it back or leave it open. */
const char words_hypothetical[] =
    " could may might would should can cannot can't will won't shall if unless "
    "whether would-be "
    "fear fears feared fearing worry worries worried concern concerns "
    "concerned risk risks "
    "risked potential possible possibly potentially not never no neither nor "
    "n't didn't doesn't "
    "wasn't weren't hasn't haven't hadn't isn't without deny denies denied "
    "denying false falsely "
    "hypothetical prevent prevents preventing avoid avoiding imagine imagined "
    "pretend pretended "
    "joke joked unlikely likely against-all must wouldn't couldn't shouldn't "
    "untrue baseless "
    "refuted debunked wrongly supposedly ";
const char words_preposition[] =
    " for from over about after against by to with in on at as if when while "
    "into onto under "
    "during before despite because through amid until since unless towards "
    "toward upon off out "
    "up down that which who whom whose where how why what between among "
    "without within ";
const char words_month[] = " january february march april may june july august september october "
                           "november december ";
const char words_party[] = " labour conservative conservatives tory lib dem democrat democrats "
                           "liberal green greens reform uk aspire independent snp plaid cymru "
                           "workers respect ukip tusc party co-operative sinn féin dup alliance "
                           "momentum ";
/* People who are no subject, for pronouns to find. */
const char words_human[] =
    " resident man woman boy girl teenager student shopkeeper owner driver "
    "cyclist victim officer "
    "constable detective inspector sergeant superintendent commander "
    "commissioner spokesman "
    "spokesperson spokeswoman footballer player "
    "teacher headteacher nurse doctor worker neighbour mother father brother "
    "sister son daughter "
    "wife husband partner tenant landlord landlady developer activist "
    "protester author artist "
    "chef pensioner campaigner judge defendant suspect prosecutor barrister "
    "magistrate minister "
    "secretary actor actress director founder manager trader writer playwright "
    "star singer boxer "
    "imam vicar priest rabbi historian curator photographer journalist "
    "reporter passer-by "
    "bystander attacker assailant gunman thief robber youth child baby "
    "grandmother grandfather "
    "mum dad friend colleague lawyer solicitor witness staffer aide caseworker "
    "volunteer "
    "steward runner rider passenger pedestrian courier pupil lecturer "
    "professor fan coach "
    "referee businessman businesswoman entrepreneur barista waiter waitress "
    "baker butcher "
    "publican bouncer heir king queen prince princess president chairman "
    "chairwoman chair "
    "protagonist heroine hero villain character narrator suffragette gangster ";
const char words_property[] =
    " office offices home house flat car van vehicle windows window tyres "
    "surgery door doors "
    "doorstep shopfront bike bicycle garden "
    "poster posters placard placards billboard billboards leaflets banner "
    "banners headquarters "
    "property windscreen shutters garage bins wall walls driveway ";
const char words_damage[] =
    " vandalised vandalized smashed daubed defaced torched firebombed slashed "
    "graffitied "
    "spray-painted shattered ransacked egged pelted keyed petrol-bombed ";
const char words_determiner[] = " the a an this that his her its their our my one another your ";
const char words_kin[] = " staff team family office wife husband children child daughter son "
                         "daughters sons kids sister brother partner caseworker caseworkers aide "
                         "aides mother parents assistant "
                         "volunteers campaigners canvassers supporters ";
/* Capitalised words that begin no personal name. */
const char words_not_name[] =
    " the a an in on at but and or if when while after before as it its he she "
    "they we i you his "
    "her their our this that these those there here what who why how where "
    "which with without for "
    "from to of by not no yes so then now all any some many more most both "
    "each every one two "
    "three four five six seven eight nine ten last next new old local police "
    "metropolitan met city "
    "east west north south central upper lower london england britain british "
    "english scottish "
    "welsh irish european monday tuesday wednesday thursday friday saturday "
    "sunday january "
    "february april june july august september october november december "
    "labour conservative "
    "tory liberal green reform aspire independent lib dem democrat snp plaid "
    "government "
    "home foreign prime minister secretary chancellor commissioner sir dame "
    "lord lady king queen "
    "prince princess mr mrs ms miss dr cllr councillor mayor mp mps "
    "councillors candidates "
    "former deputy assembly member members parliament council house speaker "
    "chief "
    "detective inspector sergeant constable superintendent officer judge also "
    "however meanwhile "
    "photo image credit picture caption read like since speaking asked during "
    "following according "
    "despite because although though until just only even another other such "
    "under over between "
    "black white muslim jewish christian asian bengali bangladeshi somali "
    "royal national "
    "international world our your my me us them him let's let it's i'm that's "
    "community election elections general campaign officers residents people "
    "police's protesters "
    "chair chairman director professor reverend father brother sister crown "
    "magistrates old "
    "tower bethnal mile roman brick columbia victoria hackney shoreditch "
    "whitechapel stepney "
    "poplar limehouse bow wapping shadwell newham islington westminster camden "
    "lambeth ";
/* A capitalised phrase that ends so is a thing or a place. */
const char words_thing_name[] =
    " council road street lane park square green market school college "
    "university hospital party "
    "assembly parliament court station house hall club church mosque centre "
    "foundation trust "
    "association group police service force museum gallery theatre cinema "
    "festival times post "
    "news evening standard advertiser guardian mail row gardens terrace way "
    "avenue close place "
    "estate bridge line tube town village city borough hamlets east west north "
    "south common "
    "commons lords office department ministry board committee society union "
    "company ltd limited "
    "review report act bill show day week night time fc united rovers athletic "
    "town's arms tavern "
    "inn pub bar cafe café restaurant kitchen bakery bookshop library academy "
    "primary secondary "
    "london england britain kingdom states america ireland scotland wales "
    "europe heath hill "
    "fields field marsh cross gate wharf docks dock basin canal overground "
    "underground awards "
    "prize cup league olympics games war express weekly gazette "
    "operation bridger ford taskforce question questions election ward "
    "constituency ";
/* Harm by these is a matter of the home, not of the office. */
const char words_home_matter[] =
    " boyfriend girlfriend ex-boyfriend ex-girlfriend ex-husband ex-wife "
    "ex-partner estranged stepfather ";
