/* SPDX-License-Identifier: Apache-2.0 */
/* Reference data of one country, as plain values read from a folder of CSV tables.
 *
 * Small tables are plain structs here; the large ones (postcodes, wards, towns, all names) are
 * compiled: see places.h, and pack_load below.
 *
 * A pack is a folder; another country is another folder and no C changes. The tables are listed in
 * docs/design/pack.md. pack_open reads all of them (under 10 ms), checks that every reference
 * meets something, and keeps them in the caller's arena; after that the pack is read-only and may
 * be shared. Whether the files are the ones that were published is another question, answered by
 * pack_verify against the hashes in the manifest.
 *
 * Texts are in the languages of languages.csv; the first is the language of last resort and every
 * text has it. Lists of ids are str arrays. All pointers live as long as the arena.
 */
#ifndef HUSTINGS_PACK_PACK_H
#define HUSTINGS_PACK_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

enum {
    PACK_LANGUAGES_MAX = 6,
    PACK_FILE_BYTES_MAX = 4 * 1024 * 1024,
    PACK_GRADE_MAX = 5,
    PACK_NEVER = -1 /* a target that does not apply */
};

/* One text in every language of the pack; read it with pack_text. */
struct pack_text {
    str in[PACK_LANGUAGES_MAX];
};
struct pack_list {
    const str *items;
    size_t count;
};

struct pack_language {
    str id;   /* "cy" */
    str name; /* in itself: "Cymraeg" */
    bool is_machine_drafted;
};

/* A row of a pick list: groups, roles, relations, channels, place kinds, measures. */
struct pack_choice {
    str id;
    struct pack_text label;
    str detail; /* channels: "yes" when online; measures: who provides it; else empty */
};
struct pack_choices {
    const struct pack_choice *items;
    size_t count;
};

/* G0-G5 with their clocks. Minutes of wall time; PACK_NEVER when there is no such target. */
struct pack_grade {
    str id; /* "G4" */
    int level;
    int desk_minutes;
    int owner_minutes;
    int victim_minutes;
    int victim_repeat_minutes;
    int victim_working_days;
    struct pack_text title, meaning, desk_does, owner_hears, victim_hears;
};

struct pack_code {
    str id; /* "THR1" */
    str group;
    int grade;
    int grade_repeated; /* when it happens again; equal to grade for most */
    bool counts_as_abuse;
    bool needs_person; /* a person must choose the grade */
    struct pack_text title, definition;
};

struct pack_office {
    str id;           /* "councillor" */
    str operation;    /* "ford", "bridger" or empty */
    str as_candidate; /* id of the row for those who stand for it, or empty */
    bool is_in_form;
    struct pack_text label;
    struct pack_list other_names; /* what other programs and people call it */
};

/* When a row of advice or a door applies: every condition that is not empty must hold. */
struct pack_condition {
    str danger;                  /* "now" or empty */
    struct pack_list codes;      /* ids, or a prefix with '*'; "-POL9" = not with this code */
    int grade_min;               /* 0 = any */
    struct pack_list operations; /* "none" = an office without operation */
    struct pack_list offices;
    struct pack_list channels;
    struct pack_list nations; /* as forces.csv has them; needs a route */
};
struct pack_advice {
    str id; /* several rows may share one; the first that applies is given */
    struct pack_condition when;
    struct pack_text text;
};
enum pack_part { PACK_PART_CALL, PACK_PART_OWNER, PACK_PART_INFORMED };
struct pack_door {
    str id;
    str to;              /* "999", "101", "force", "feoa", "spoc", "plait"; informed: any body */
    enum pack_part part; /* who is called, who owns the case, who is told of it */
    struct pack_condition when;
    struct pack_text say;
    struct pack_text why;
};

/* Only ever "possibly relevant": the software never says that an offence was committed. */
struct pack_offence {
    str id;
    struct pack_list nations; /* "E", "W", "S", "N" */
    struct pack_list codes;
    str act;
    struct pack_text note;
};

struct pack_force {
    str id; /* as data.police.uk has it: "metropolitan" */
    str name;
    str gss; /* empty for a force without area */
    str nation;
};
struct pack_district {
    str gss;
    str name;
    const struct pack_force *force;
    struct pack_list other_codes; /* older and newer codes of the same place */
    struct pack_list other_names; /* Welsh, short, of before */
};
struct pack_share {
    const struct pack_constituency *constituency;

    const struct pack_district *district;
    unsigned people_percent; /* of the constituency, rounded; 0 can mean a sliver */
    unsigned area_percent;
    unsigned postcodes;
};
struct pack_constituency {
    str gss;
    str name;
    str name_cy; /* empty when there is none */
    str nation;
    str region;
    str type; /* "Borough", "County", "Burgh" */
    unsigned electorate;
    int hex_q, hex_r; /* odd-r layout */
    struct pack_list other_codes;
    const struct pack_share *shares; /* largest first */
    size_t share_count;
    const struct pack_force *forces[4]; /* distinct, most postcodes first */
    size_t force_count;                 /* 20 seats have two */
};
struct pack_assembly_seat {
    str gss;
    str name;
    const struct pack_district **districts;
    size_t district_count;
};
/* A nation, region or county, or what people call one. */
struct pack_area {
    str name;
    struct pack_list other_names;
    const struct pack_district **districts;
    size_t district_count;
};
/* What is known of postcodes that begin so and are not in postcodes.csv. */
struct pack_postcode_area {
    str prefix;
    const struct pack_force *force; /* NULL: none of this country */
    struct pack_text why;
};
/* How a place is found in a sentence: words after which one stands, words after which a person's
 * name stands, and everyday words that are also places. */
struct pack_place_words {
    struct pack_list before, title, common;
    struct pack_list cut;    /* a town is also called by what stands before: "Barrow in Furness" */
    struct pack_list part;   /* "north": before a large place a part of it, else of another name */
    struct pack_list beside; /* "station": no part of the name it stands beside */
    struct pack_list change; /* "AFTER,…:NEW=OLD,…": after a word, a name may begin otherwise */
    struct pack_list street; /* words after a name that make it a street */
    struct pack_list article; /* after one a small word is a thing: "the hull" */
    struct pack_list road;    /* letters before a road's number: "M25" is no postcode */
};

/* A row of rules.csv, for triage/grade. */
struct pack_rule {
    str id;
    str kind; /* "text", "lawful", "idiom", "figure", "frame", "message", "answer" */
    str pattern;
    struct pack_list codes;
    int floor;   /* lowest grade when it fires; 0 = none */
    int raise;   /* grades to add, 0 or 1 */
    int message; /* in a message: the grade it may give alone; 0 = it is only for reports */
    struct pack_text why;
};
/* A row of words.csv: the words that {name} stands for in a pattern. */
struct pack_word_class {
    str name;
    struct pack_list words;
};

struct pack_index; /* codes and folded names, sorted */
struct places;     /* pack/places.h */

struct pack {
    str folder;
    str id, title, version, emergency_number, non_emergency_number;
    str map_credit;                   /* whose data a map is drawn from; may be empty */
    struct pack_list advice_of_calls; /* ids of advice that says no more than the doors do */
    int unclassified_grade;           /* of a report that no rule knows */
    int known_town_people; /* the name alone of a town with fewer is not certain; 0 = of any is */
    int lawful_grade;      /* of what seems to be no abuse, until a person has read it */
    struct pack_language languages[PACK_LANGUAGES_MAX];
    size_t language_count;
    struct pack_grade grades[PACK_GRADE_MAX + 1];
    const struct pack_code *codes;
    size_t code_count;
    const struct pack_office *offices;
    size_t office_count;
    struct pack_choices groups, roles, relations, channels, place_kinds, measures;
    const struct pack_advice *advice;
    size_t advice_count;
    const struct pack_door *doors;
    size_t door_count;
    const struct pack_offence *offences;
    size_t offence_count;
    const struct pack_force *forces;
    size_t force_count;
    const struct pack_district *districts;
    size_t district_count;
    const struct pack_constituency *constituencies;
    size_t constituency_count;
    const struct pack_share *shares; /* of all constituencies, in their order */
    size_t share_count;
    const struct pack_assembly_seat *assembly_seats;
    size_t assembly_seat_count;
    const struct pack_area *areas;
    size_t area_count;
    const struct pack_postcode_area *postcode_areas;
    size_t postcode_area_count;
    struct pack_list postcode_forms; /* "A9 9AA": A = letter, 9 = digit; empty = no postcodes */
    struct pack_place_words place_words;
    const struct pack_rule *rules;
    size_t rule_count;
    const struct pack_word_class *word_classes;
    size_t word_class_count;
    const struct pack_index *index;
    const struct places *places; /* NULL after pack_open */
    void *mapped;                /* pack_unload gives it back */
    size_t mapped_bytes;
    bool is_compiled; /* the places came from a compiled file, not from text just now */
};

/* `folder` must be a pack folder (see pack_find). Errors name file and line. */
enum status pack_open(struct arena *arena, const char *folder, struct pack *ret_pack,
                      struct error *err) MUST_CHECK;

/* As pack_open, and the place tables too: from FOLDER.pack, which the build or 'hustings pack
 * build' made, when it is of this version and of this text (its sizes and its manifest); else the
 * text is compiled in memory, which takes some 100 ms. */
enum status pack_load(struct arena *arena, const char *folder, struct pack *ret_pack,
                      struct error *err) MUST_CHECK;
void pack_unload(struct pack *pack);
/* Appends the compiled form of the folder: the same text gives the same bytes. */
enum status pack_compile(struct arena *arena, const char *folder, struct buf *out,
                         struct error *err) MUST_CHECK;
/* Where the compiled form of `folder` stands. */
char *pack_compiled_path(struct arena *arena, const char *folder);
/* Is FOLDER.pack what its text gives, byte for byte? *ret_problem is empty when it is, and when
 * there is no such file (*ret_is_there). */
enum status pack_compiled_check(struct arena *arena, const char *folder, bool *ret_is_there,
                                str *ret_problem, struct error *err) MUST_CHECK;

/* Where the pack is: `wanted` is the value of --pack (a folder, or a name such as "uk") or NULL
 * for "uk". A name is looked for beside the running program (DIR/packs, DIR/../packs) and under
 * the prefix (DIR/../share/hustings/packs). */
enum status pack_find(struct arena *arena, const char *wanted, char **ret_folder,
                      struct error *err) MUST_CHECK;

/* The text in `language` ("cy"), or in the pack's first language. */
str pack_text(const struct pack *pack, const struct pack_text *text, str language);

/* --- by id; NULL when there is none --- */
const struct pack_code *pack_code(const struct pack *pack, str id);
const struct pack_grade *pack_grade(const struct pack *pack, str id);
const struct pack_office *pack_office(const struct pack *pack, str id);
const struct pack_choice *pack_choice(const struct pack_choices *choices, str id);
const struct pack_force *pack_force(const struct pack *pack, str id);
/* The row of "mp" with role "candidate" is that of "parliamentary-candidate". */
const struct pack_office *pack_office_in_role(const struct pack *pack, str office, str role);

/* --- by code of any age, or by name: case, accents, "&", punctuation do not matter ---
 * Constituencies also by their Welsh names. A name that two places share finds neither. */
const struct pack_constituency *pack_constituency(const struct pack *pack, str name_or_code);
const struct pack_district *pack_district(const struct pack *pack, str name_or_code);
const struct pack_assembly_seat *pack_assembly_seat(const struct pack *pack, str name_or_code);

/* --- what to say --- */
struct pack_query {
    const str *codes;
    size_t code_count;
    int grade;
    bool is_danger_now;
    str office; /* id, or empty = unknown */
    str channel;
    /* Where the possible forces are; a row with nations applies when all of these are among them. */
    const str *nations;
    size_t nation_count;
};
enum { PACK_ADVICE_MAX = 24, PACK_DOORS_MAX = 24 };
/* Fills ret_rows with the rows that apply, in the order of the table; returns how many. */
size_t pack_advice_for(const struct pack *pack, const struct pack_query *query,
                       const struct pack_advice *ret_rows[PACK_ADVICE_MAX]);
size_t pack_doors_for(const struct pack *pack, const struct pack_query *query,
                      const struct pack_door *ret_rows[PACK_DOORS_MAX]);

/* --- the manifest --- */
struct pack_file {
    str name, sha256, licence, date, source;
    int64_t rows; /* PACK_NEVER for a text */
    str problem;  /* empty = as published */
};
struct pack_manifest {
    const struct pack_file *files;
    size_t count;
    size_t problem_count;
};
/* Reads manifest.csv of a folder without checking it (for pages that show the sources). */
enum status pack_manifest_read(struct arena *arena, const char *folder,
                               struct pack_manifest *ret_manifest, struct error *err) MUST_CHECK;
/* The same, and hashes every file. STATUS_OK also when files differ: see problem_count. */
enum status pack_verify(struct arena *arena, const char *folder, struct pack_manifest *ret_manifest,
                        struct error *err) MUST_CHECK;

#endif
