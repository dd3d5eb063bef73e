/* SPDX-License-Identifier: Apache-2.0 */
/* A few sentences of each language, written for this project in the register of mail to a council:
 * what the runs of letters in lang.c are counted from. Their only use. Not read by speakers of the
 * languages: a wrong word costs a little certainty and nothing else. */
#include "triage/lang_samples.h"

static const char *const samples[LANG_LATIN_COUNT] = {
    [LANG_ENGLISH] =
        "Dear councillor, I am writing about the street lights outside our house, which have been "
        "broken since last winter. My neighbours and I have phoned the council several times and "
        "nothing was done. Children walk to school along this road in the dark and somebody will "
        "be "
        "hurt. Please tell us when they will be repaired, and who is responsible. You promised at "
        "the meeting that you would answer every letter. We are angry because the rent went up "
        "again, the doctor's surgery closed and the buses stopped running on Sundays. You're a "
        "liar and an idiot, shut up and resign. I'm going to vote for another party. Thank you for "
        "your help with my mother's flat, she is very happy. What do you think about immigration, "
        "housing, taxes, hospitals and the police? This is a disgrace, shame on you. Don't worry, "
        "it's only a joke. Women, workers, farmers, students and pensioners all need better wages. "
        "Stop lying to people, you stupid clown. Knives, guns and threats have no place here. "
        "Smug bastards, dirty bitch, pathetic moron, scumbag, dickhead, wanker, bloody fucking "
        "shithole, kiss my ass, go home, send them back, hang them high, girls and guys, gays, "
        "blacks, Asians, Jews and Muslims, pakis out, trannies, homos. Merry Christmas, happy new "
        "year, congratulations, brilliant goal, lol, wtf, omg, dude, bro, mate, lads, gonna, "
        "wanna, "
        "ain't, y'all, yeah, nope, haha. Gonnae no dae that, wee numpty, divvent knaa, swear down, "
        "man's getting shanked, wot u doing about rent, cos ur a joke, thx, pls, tmrw, 2nite.",
    [LANG_WELSH] =
        "Annwyl gynghorydd, rwy'n ysgrifennu am y goleuadau stryd y tu allan i'n tŷ ni, sydd wedi "
        "torri ers y gaeaf diwethaf. Mae fy nghymdogion a minnau wedi ffonio'r cyngor sawl gwaith "
        "ond does dim byd wedi digwydd. Mae plant yn cerdded i'r ysgol ar hyd y ffordd hon yn y "
        "tywyllwch ac fe gaiff rhywun ei frifo. Dywedwch wrthym pryd y byddant yn cael eu trwsio. "
        "Addawoch chi yn y cyfarfod y byddech yn ateb pob llythyr. Rydym yn flin oherwydd bod y "
        "rhent wedi codi eto a'r feddygfa wedi cau. Celwyddgi wyt ti, cywilydd arnat. Diolch yn "
        "fawr am eich cymorth gyda fflat fy mam. Beth yw eich barn am dai, trethi, ysbytai a'r "
        "heddlu? Dydw i ddim yn cytuno â chi o gwbl. Mae angen gwell cyflogau ar ffermwyr, "
        "gweithwyr a myfyrwyr. Wela i ti nos yfory, gwylia dy hun. Bydd etholiad ym mis Mai.",
    [LANG_BENGALI_LATIN] =
        "Mananiyo councillor, amader barir samne rastar bati onek din dhore nosto hoye ache. Ami "
        "ar amar protibeshi koyekbar phone korechi kintu keu kichu kore nai. Bachchara ondhokare "
        "ei rasta diye school e jay, kono ekdin kichu ekta hoye jabe. Apnara kobe thik korben "
        "doya kore janaben. Apni meeting e bolechilen je sob chithir uttor diben. Amra khub rag "
        "korechi karon bhara abar barse ar daktarkhana bondho hoye gese. Tui ekta mithuk, lojja "
        "kor. Amar mayer flat er jonno apnake onek dhonnobad. Ei elakar manush ki chay apni "
        "janen na. Tor basha kothay ami jani, shabdhane thakis. Vote dimu na ar kokhono. Bhai "
        "amra to gorib manush, tin mash dhoira kaj nai, shorkar theke kichu pai nai.",
    [LANG_HINDI_LATIN] = "Janab councillor sahib, hamari gali ki battiyan pichhle saal se kharab "
                         "hain aur koi theek nahi "
                         "karta. Maine aur mere padosiyon ne kai baar phone kiya lekin kisi ne "
                         "jawab nahi diya. Bachche "
                         "andhere mein school jaate hain, kisi din koi haadsa ho jayega. Aapne "
                         "meeting mein vaada kiya tha ke "
                         "har chitthi ka jawab denge. Hum bahut naraz hain kyunki kiraya phir badh "
                         "gaya hai aur doctor ka "
                         "clinic band ho gaya. Tu jhootha hai, sharam kar, istifa de. Agli baar "
                         "tujhe koi nahi chhodega, "
                         "dekh lena, mera pata mat poochh. Meri ammi ke makaan ke liye aapki madad "
                         "ka shukriya. Yahan ke log "
                         "kya chahte hain aapko maloom nahi. Mehngai, naukri, ilaaj aur police ke "
                         "baare mein aap kya sochte "
                         "hain? Chup raho, kutte, kaminey.",
    [LANG_IRISH] =
        "A chomhairleoir, a chara, tá mé ag scríobh chugat faoi na soilse sráide taobh amuigh "
        "dár dteach atá briste ó bhí an geimhreadh ann. Ghlaoigh mé féin agus mo chomharsana ar "
        "an gcomhairle arís agus arís eile ach ní dhearnadh tada. Siúlann páistí ar scoil ar an "
        "mbóthar seo sa dorchadas agus gortófar duine éigin. Inis dúinn cathain a dheiseofar "
        "iad. Gheall tú ag an gcruinniú go bhfreagrófá gach litir. Táimid feargach toisc gur "
        "ardaíodh an cíos. Níl aon mhaith ionat, náire ort. Go raibh míle maith agat as do "
        "chabhair. Cad is dóigh leat faoi thithíocht agus ospidéil?",
    [LANG_GAELIC] =
        "A chomhairliche chòir, tha mi a' sgrìobhadh mu na solais sràide taobh a-muigh an taighe "
        "againn a tha briste bhon gheamhradh. Tha mi fhìn agus mo nàbaidhean air fòn a chur chun "
        "na comhairle iomadh turas ach cha deach càil a dhèanamh. Bidh clann a' coiseachd dhan "
        "sgoil air an rathad seo anns an dorchadas agus thèid cuideigin a ghoirteachadh. Innsibh "
        "dhuinn cuin a thèid an càradh. Gheall sibh aig a' choinneamh gum freagradh sibh gach "
        "litir. Tha sinn feargach. Mo nàire ort. Mòran taing airson ur cuideachaidh.",
    [LANG_FRENCH] =
        "Monsieur le conseiller, je vous écris au sujet de l'éclairage de notre rue, qui ne "
        "fonctionne plus depuis l'hiver dernier. Mes voisins et moi avons téléphoné plusieurs "
        "fois à la mairie mais rien n'a été fait. Les enfants marchent vers l'école dans le noir "
        "et quelqu'un sera blessé. Dites-nous quand il sera réparé. Vous aviez promis de répondre "
        "à chaque lettre. Nous sommes en colère parce que le loyer augmente. Tu es un menteur, "
        "tais-toi, honte à toi. Je sais où tu habites, fais attention. Merci beaucoup pour votre "
        "aide avec l'appartement de ma mère. Que pensez-vous du logement et des hôpitaux ?",
    [LANG_GERMAN] =
        "Sehr geehrter Herr Stadtrat, ich schreibe Ihnen wegen der Straßenlaternen vor unserem "
        "Haus, die seit dem letzten Winter kaputt sind. Meine Nachbarn und ich haben mehrmals bei "
        "der Gemeinde angerufen, aber nichts ist geschehen. Kinder gehen im Dunkeln zur Schule und "
        "irgendwann wird jemand verletzt. Sagen Sie uns bitte, wann sie repariert werden. Sie "
        "haben versprochen, jeden Brief zu beantworten. Wir sind wütend, weil die Miete steigt. "
        "Du bist ein Lügner, halt den Mund, schäm dich. Ich weiß, wo du wohnst, pass auf dich "
        "auf. Vielen Dank für Ihre Hilfe mit der Wohnung meiner Mutter.",
    [LANG_SPANISH] =
        "Estimado concejal, le escribo por las farolas de nuestra calle, que llevan rotas desde "
        "el invierno pasado. Mis vecinos y yo hemos llamado varias veces al ayuntamiento pero no "
        "han hecho nada. Los niños caminan a la escuela en la oscuridad y alguien va a salir "
        "herido. Díganos cuándo las van a arreglar. Usted prometió contestar todas las cartas. "
        "Estamos enfadados porque sube el alquiler. Eres un mentiroso, cállate, qué vergüenza. Sé "
        "dónde vives, ten cuidado. Muchas gracias por su ayuda con el piso de mi madre.",
    [LANG_PORTUGUESE] =
        "Caro vereador, escrevo sobre os candeeiros da nossa rua, que estão avariados desde o "
        "inverno passado. Os meus vizinhos e eu telefonámos várias vezes para a câmara mas não "
        "fizeram nada. As crianças vão para a escola às escuras e alguém vai ficar ferido. "
        "Diga-nos quando vão ser arranjados. O senhor prometeu responder a todas as cartas. "
        "Estamos zangados porque a renda aumentou. Você é um mentiroso, cale a boca, que "
        "vergonha. Sei onde moras, tem cuidado. Muito obrigado pela sua ajuda com a casa da "
        "minha mãe.",
    [LANG_ITALIAN] =
        "Egregio consigliere, le scrivo per i lampioni davanti alla nostra casa, che sono rotti "
        "dall'inverno scorso. I miei vicini e io abbiamo telefonato più volte al comune ma non è "
        "stato fatto niente. I bambini vanno a scuola al buio e qualcuno si farà male. Ci dica "
        "quando saranno riparati. Lei aveva promesso di rispondere a ogni lettera. Siamo "
        "arrabbiati perché l'affitto è aumentato. Sei un bugiardo, stai zitto, vergognati. So "
        "dove abiti, stai attento. Grazie mille per il suo aiuto con la casa di mia madre.",
    [LANG_DUTCH] =
        "Geachte wethouder, ik schrijf u over de straatverlichting voor ons huis, die sinds de "
        "vorige winter kapot is. Mijn buren en ik hebben meerdere keren naar de gemeente gebeld "
        "maar er is niets gedaan. Kinderen lopen in het donker naar school en iemand zal gewond "
        "raken. Zegt u ons wanneer het gerepareerd wordt. U had beloofd elke brief te "
        "beantwoorden. Wij zijn boos omdat de huur weer omhoog gaat. Je bent een leugenaar, hou "
        "je mond, schaam je. Ik weet waar je woont, pas maar op. Hartelijk dank voor uw hulp met "
        "het huis van mijn moeder.",
    [LANG_POLISH] =
        "Szanowny panie radny, piszę w sprawie latarni przed naszym domem, które nie działają od "
        "zeszłej zimy. Moi sąsiedzi i ja dzwoniliśmy do urzędu wiele razy, ale nic nie zrobiono. "
        "Dzieci chodzą do szkoły po ciemku i ktoś zostanie ranny. Proszę powiedzieć, kiedy będą "
        "naprawione. Obiecał pan odpowiadać na każdy list. Jesteśmy źli, ponieważ czynsz znowu "
        "wzrósł. Jesteś kłamcą, zamknij się, wstydź się. Wiem gdzie mieszkasz, uważaj na siebie. "
        "Bardzo dziękuję za pomoc w sprawie mieszkania mojej matki.",
    [LANG_ROMANIAN] =
        "Stimate domnule consilier, vă scriu despre felinarele din fața casei noastre, care sunt "
        "stricate de iarna trecută. Vecinii mei și cu mine am sunat de mai multe ori la primărie "
        "dar nu s-a făcut nimic. Copiii merg la școală pe întuneric și cineva va fi rănit. "
        "Spuneți-ne când vor fi reparate. Ați promis că răspundeți la fiecare scrisoare. Suntem "
        "supărați pentru că a crescut chiria. Ești un mincinos, taci din gură, să-ți fie rușine. "
        "Știu unde locuiești, ai grijă. Mulțumesc mult pentru ajutor cu locuința mamei mele.",
    [LANG_TURKISH] =
        "Sayın meclis üyesi, geçen kıştan beri bozuk olan evimizin önündeki sokak lambaları "
        "hakkında yazıyorum. Komşularım ve ben belediyeyi birkaç kez aradık ama hiçbir şey "
        "yapılmadı. Çocuklar okula karanlıkta yürüyor ve birisi yaralanacak. Ne zaman tamir "
        "edileceğini bize söyleyin. Toplantıda her mektuba cevap vereceğinize söz verdiniz. "
        "Kızgınız çünkü kira yine arttı. Sen bir yalancısın, sus artık, utan kendinden. Nerede "
        "oturduğunu biliyorum, dikkat et. Annemin evi için yardımınıza çok teşekkür ederim.",
    [LANG_SOMALI] =
        "Mudane xildhibaan, waxaan kuugu soo qorayaa nalalka waddada ee gurigeenna hortiisa oo "
        "jaban tan iyo jiilaalkii hore. Aniga iyo deriskayga dhowr jeer ayaan wacnay golaha "
        "deegaanka laakiin waxba lama qaban. Carruurtu mugdiga ayay ku socdaan marka ay dugsiga "
        "aadayaan qof baana dhaawacmi doona. Noo sheeg goorta la hagaajinayo. Waxaad ballan "
        "qaadday inaad warqad kasta ka jawaabto. Waan cadhaysannahay sababtoo ah kirada ayaa "
        "korodhay. Been baad sheegaysaa, iska aamus. Waan ogahay meesha aad degan tahay. Aad baad "
        "u mahadsan tahay caawintaada.",
};

const char *lang_sample(enum lang lang)
{
    return lang < LANG_LATIN_COUNT ? samples[lang] : NULL;
}
