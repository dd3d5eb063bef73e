/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of press intake share; included nowhere else. */
#ifndef HUSTINGS_INTAKE_PRESS_INTERNAL_H
#define HUSTINGS_INTAKE_PRESS_INTERNAL_H

#include "base/text.h"
#include "intake/press.h"

enum {
    PRESS_TOKENS_MAX = PRESS_BYTES_MAX, /* a token has at least one byte */
    PRESS_SENTENCE_MAX = 200,  /* tokens; longer ones are cut, so that no rule becomes quadratic */
    PRESS_LOOK_BACK_MAX = 500, /* mentions that "the mayor" may reach over */
    PRESS_PERSONS_MAX = 400,   /* later names are left unknown, which only loses incidents */
    PRESS_NAME_WORDS_MAX = 4,
    PRESS_SPEECH_WORDS_MIN = 5, /* shorter quotations are scare quotes, read as plain text */
    NOBODY = -1,
};

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_POSSESSIVE, /* 's or the bare ' after a plural */
    TOKEN_COMMA,
    TOKEN_DASH,
    TOKEN_COLON, /* : and ; */
    TOKEN_STOP,  /* . ? ! */
    TOKEN_OPEN,  /* a quotation begins */
    TOKEN_CLOSE,
    TOKEN_PAREN_OPEN,
    TOKEN_PAREN_CLOSE,
    TOKEN_OTHER,
};

struct token {
    str text;
    str low; /* ASCII lower case, ’ as ' */
    enum token_kind kind;
    uint32_t sentence;
    bool is_cap;
    bool is_speech; /* inside a quotation that is long enough to be somebody's
                     words */
};

struct sentence {
    size_t from, to; /* tokens [from, to) */
    size_t paragraph;
    str text;
    bool is_question;
    bool is_historic;
    bool has_stage_word;
    bool has_body_word, is_mishap, is_other_crime; /* press_acts_mark */
};

enum office {
    OFFICE_NONE,
    OFFICE_MP,
    OFFICE_COUNCILLOR,
    OFFICE_MAYOR,
    OFFICE_CANDIDATE,
    OFFICE_ASSEMBLY,
    OFFICE_DEVOLVED,
    OFFICE_PCC,
    OFFICE_WORKER,
    OFFICE_CAMPAIGNER,
};

struct person {
    str first, last, full; /* full is empty for a person known by office only */
    enum office office;
    struct press_place place;
    char gender; /* 'm', 'f' or 0 */
    bool is_titled_only;
};

enum mention_kind { MENTION_PERSON, MENTION_GROUP };

struct mention {
    size_t from, to;
    enum mention_kind kind;
    int person; /* NOBODY: somebody who is no subject, or unknown */
    bool is_pronoun;
    bool owns; /* "his", "the MP's": the harm is to what follows */
};

struct press_text {
    struct arena *arena;
    const struct press_gazetteer *gazetteer;
    struct token *tokens;
    size_t token_count;
    struct sentence *sentences;
    size_t sentence_count;
    size_t paragraph_count;
    struct person *persons;
    int person_count;
    int unnamed; /* person: stands for anybody without office, for pronouns to
                  find */
    struct mention *mentions;
    size_t mention_count;
    uint32_t *starts;            /* token → 1 + mention that begins there, or 0 */
    uint32_t *ends;              /* token → 1 + mention whose last token it is, or 0 */
    bool is_history;             /* filed under history or obituaries */
    bool is_stage;               /* filed under theatre, film or books */
    bool is_london;              /* the article speaks of the London Assembly or City Hall */
    struct civil_time published; /* year 0 when not known */
};

/* One find: a person, a sentence, codes. */
struct finding {
    int person;
    size_t sentence;
    size_t at; /* token */
    const char *codes[3];
};
struct findings {
    struct finding items[PRESS_INCIDENTS_MAX * 8];
    size_t count;
};

/* --- press_words: closed word lists, written " a b c " --- */
bool word_in(str word, const char *list);
bool word_ends(str low, const char *ending);
extern const char words_aux[], words_adverb[], words_speech[], words_hypothetical[],
    words_preposition[], words_month[], words_party[], words_human[], words_property[],
    words_damage[], words_determiner[], words_kin[], words_not_name[], words_thing_name[],
    words_home_matter[];

/* --- press_text --- */
void press_text_add(struct press_text *t, str paragraph);
/* The lower-cased token, empty outside [0, token_count). */
str press_low(const struct press_text *t, size_t i);
bool press_is(const struct press_text *t, size_t i, const char *list);
enum token_kind press_kind(const struct press_text *t, size_t i);
/* True when the words stand at i one after another ("set on fire"). Stays in
 * the sentence. */
bool press_phrase(const struct press_text *t, size_t i, const char *words);
/* The first such phrase at or after `from`, before `to`; `to` when there is
 * none. */
size_t press_find(const struct press_text *t, size_t from, size_t to, const char *words);
bool press_any(const struct press_text *t, size_t from, size_t to, const char *list);

/* --- press_people --- */
struct role {
    size_t from, to;
    enum office office;
    bool is_former, is_plural, is_indefinite, is_foreign, has_own_place, is_political;
    bool has_determiner, is_generic;
    struct press_place place;
};
bool press_role_at(const struct press_text *t, size_t i, struct role *ret_role);
/* A personal name, with its title ("Ms", "Cllr", "Sir") when there is one. */
struct name {
    size_t from, to;
    size_t first, last; /* tokens; equal when there is only a surname */
    char gender;
    bool has_title;
    enum office office; /* "Cllr" */
};
bool press_name_at(const struct press_text *t, size_t i, struct name *ret_name);
void press_people_find(struct press_text *t);
int press_person_named(const struct press_text *t, const struct name *name);
str press_office_name(enum office office);

/* --- press_mentions --- */
void press_mentions_find(struct press_text *t);
/* The mention that begins at token i or, after determiners, just behind it;
 * NULL otherwise. */
const struct mention *press_mention_at(const struct press_text *t, size_t i);
const struct mention *press_mention_ending(const struct press_text *t, size_t i);
/* Who is the subject of the verb group that begins at token i; NOBODY when not
 * certain. */
int press_subject_before(const struct press_text *t, size_t i);
int press_subject_of_gerund(const struct press_text *t, size_t i);
/* The person that the noun phrase beginning at i names or belongs to ("her
 * staff"). */
int press_victim_at(const struct press_text *t, size_t i);

/* --- press_harm, press_acts, press_damage (at token i of sentence s) --- */
void press_harm_find(const struct press_text *t, size_t sentence, struct findings *found);
void press_acts_mark(struct press_text *t);
void press_acts_find(const struct press_text *t, size_t sentence, struct findings *found);
void press_damage_find(const struct press_text *t, size_t i, const struct sentence *s,
                       struct findings *found);
void press_found(const struct press_text *t, struct findings *found, int person, size_t at,
                 const char *code);
/* True when what is said of [from, to) is denied, feared, possible or asked. */
bool press_is_unreal(const struct press_text *t, size_t from, size_t to);
/* The harm noun whose head is at i: its code; NULL when it is none or means
 * something else. */
const char *press_harm_code(const struct press_text *t, size_t i, size_t *ret_end);

/* --- press_when --- */
void press_mark_history(struct press_text *t);
str press_when(const struct press_text *t, const struct finding *finding);

#endif
