/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/sample.h"

const struct sample samples[] = {
    {"A man is outside my house right now, shouting that he will break the door down. He has a "
     "metal bar in his hand. My children are upstairs.",
     "councillor", "Cllr A. Marlow", "self", "now", "tonight", "Mile End", "", "in-person", 5, "en",
     false},
    {"A letter came to the office: 'You will be dead before polling day.' There was a bullet in "
     "the envelope. Nobody has touched it since.",
     "mp", "The member", "staff", "soon", "this morning", "", "Bethnal Green and Stepney", "letter",
     5, "en", false},
    {"Someone posted my home address on Facebook with the words 'pay her a visit'. Twelve people "
     "have shared it.",
     "parliamentary-candidate", "S. Okafor", "self", "soon", "yesterday evening", "Stratford",
     "Stratford and Bow", "facebook", 4, "en", false},
    {"The same man has followed me home from canvassing three times now. He never speaks. He takes "
     "photographs of our door.",
     "volunteer", "", "self", "soon", "the last two weeks", "Leeds", "", "in-person", 4, "en",
     false},
    {"Caller said he will burn down the campaign office if we put up one more poster.",
     "parliamentary-candidate", "J. Whitcombe", "staff", "no", "2026-11-20", "Rochdale", "Rochdale",
     "phone", 3, "en", false},
    {"Racist abuse shouted at our candidate from a car, then an egg was thrown. It missed.",
     "council-candidate", "P. Rahman", "witness", "no", "Saturday, about noon", "Shadwell", "",
     "in-person", 3, "en", false},
    {"Hundreds of messages within one hour, most of them the same sentence with my photograph. It "
     "looks organised.",
     "mayor-candidate", "", "self", "no", "Sunday night", "", "", "x", 3, "en", false},
    {"He keeps writing to the office, four e-mails a day, since March. Always about the same "
     "planning case, and now about where I park.",
     "councillor", "Cllr D. Penrose", "self", "no", "since March", "Truro", "", "email", 3, "en",
     false},
    {"Our posters were torn down along the whole street again.", "volunteer", "", "self", "no",
     "last night", "Hackney", "", "in-person", 1, "en", false},
    {"Graffiti on the surgery door and all four tyres of the car were slashed.", "mp", "", "staff",
     "no", "between Friday and Monday", "Swansea", "", "in-person", 3, "en", false},
    {"A fake video of me saying things I never said goes round in the local group. It has my "
     "voice.",
     "parliamentary-candidate", "R. Lindqvist", "self", "no", "today", "Norwich", "", "facebook", 2,
     "en", false},
    {"They shouted me down at the hustings so that the meeting had to end.",
     "parliamentary-candidate", "", "self", "no", "Thursday 19:30", "Inverness", "", "in-person", 2,
     "en", false},
    {"Called me useless and a liar in front of the shop.", "councillor", "", "self", "no",
     "this week", "Kettering", "", "in-person", 1, "en", false},
    {"He wrote that he will vote me out and that I should resign. I do not like it, but he may say "
     "so, I suppose.",
     "mp", "", "self", "no", "Monday", "", "", "email", 1, "en", false},
    {"A group stood in front of the polling station door and asked everybody how they would vote.",
     "election-staff", "", "self", "no", "polling day, 10:40", "Poplar", "", "in-person", 3, "en",
     false},
    {"Somebody has taken over my account and posts in my name.", "council-candidate", "", "self",
     "no", "since noon", "Bath", "", "instagram", 2, "en", false},
    {"An unknown man sent me a sexual picture after I spoke at the school.", "council-candidate",
     "", "self", "no", "Tuesday", "Derby", "", "instagram", 4, "en", false},
    {"A parcel without a sender stands at the door of the count. It ticks.", "election-staff", "",
     "self", "now", "just now", "Cardiff", "", "in-person", 5, "en", false},
    {"My husband gets calls at work: tell your wife to stand down or you will regret it.",
     "council-candidate", "", "family", "soon", "three times this month", "Belfast", "", "phone", 4,
     "en", false},
    {"Mae dyn wedi bod yn fy nilyn adref o'r cyfarfodydd. Rwy'n ofni mynd allan ar fy mhen fy hun.",
     "councillor", "", "self", "soon", "yr wythnos hon", "Caernarfon", "", "in-person", 4, "cy",
     false},
    {"Cafodd ein posteri eu rhwygo i lawr eto neithiwr.", "volunteer", "", "self", "no", "neithiwr",
     "Aberystwyth", "", "in-person", 1, "cy", false},
    {"আমার বাড়ির ঠিকানা ফেসবুকে দেওয়া হয়েছে। আমি ভয় পাচ্ছি।", "council-candidate", "", "self", "soon",
     "গতকাল", "Whitechapel", "", "facebook", 4, "bn", false},
    {"Practice: a threat to kill by telephone, to see that the alarm rings and who answers.", "mp",
     "Nobody", "officer", "no", "now", "", "Bethnal Green and Stepney", "phone", 0, "en", true},
};
const size_t sample_count = ARRAY_LEN(samples);

void sample_report(const struct sample *sample, struct report *ret_report)
{
    report_init(ret_report);
    ret_report->what = str_c(sample->what);
    ret_report->target_role = str_c(sample->role);
    ret_report->target_name = str_c(sample->name);
    ret_report->relation = str_c(sample->relation);
    (void)report_danger_from_word(str_c(sample->danger), &ret_report->danger);
    ret_report->when = str_c(sample->when);
    ret_report->place = str_c(sample->place);
    ret_report->constituency = str_c(sample->constituency);
    ret_report->channel = str_c(sample->channel);
    ret_report->fear = sample->fear;
    ret_report->may_tell_police = true;
    ret_report->may_use_in_review = true;
    ret_report->language = str_c(sample->language);
}
