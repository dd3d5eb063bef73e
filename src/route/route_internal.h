/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of src/route only.
 *
 * The unit of place is the *cell*: one row of constituency_shares.csv, the part of a constituency
 * that lies in one district. Every place is a set of cells, so "do these two fit together" is the
 * intersection of two bit sets, whatever kinds of place they are. */
#ifndef HUSTINGS_ROUTE_ROUTE_INTERNAL_H
#define HUSTINGS_ROUTE_ROUTE_INTERNAL_H

#include "pack/places.h"
#include "route/route.h"

enum {
    CELLS_MAX = 4096,
    CELL_WORDS_MAX = CELLS_MAX / 64,
    SPOTS_MAX = 48, /* meanings of one mention; "St Mary's" is the name of 23 wards */
    LARGE_TOWN_PEOPLE = 50000,
    MINORS_MAX = 8,    /* wards of that name, kept back while something larger has it */
    MENTIONS_MAX = 12, /* places in one question */
    TOKENS_MAX = 256,
    TALLY_MAX = 4096
};

struct cells {
    uint64_t words[CELL_WORDS_MAX];
};

enum spot_kind {
    SPOT_POSTCODE, /* most exact first: the order in which they decide */
    SPOT_WARD,
    SPOT_TOWN,
    SPOT_OUTCODE,
    SPOT_SEAT,
    SPOT_DISTRICT,
    SPOT_ASSEMBLY_SEAT,
    SPOT_AREA,
    SPOT_FORCE
};
/* One thing that a mention can mean. */
struct spot {
    enum spot_kind kind;
    uint32_t of; /* as in enum places_kind; outcode; force */
    uint32_t weight;
    /* Of a postcode: places in the tables, two where it lies between runs; 0 = whole outcode. */
    uint16_t seats[2], districts[2];
    uint16_t seat_count, district_count;
};
struct mention {
    struct spot spots[SPOTS_MAX];
    size_t spot_count;
    enum spot_kind kind; /* the most exact of its spots */
    bool is_office;      /* from the constituency field */
    bool is_weak;        /* a word that is seldom meant as a place */
    bool is_bare;        /* nothing but its letters says that it is meant as a place */
    bool is_small;       /* one place of the name is listed, and no second list says so */
    bool is_faint;       /* counts only beside another place */
    str longer;          /* the unknown name that it seems to be a part of: "Abbots Bromley" */
    struct spot minors[MINORS_MAX];
    size_t minor_count;
    bool was_open;  /* had more than one meaning before the others spoke */
    str located_by; /* what was said behind the comma after it */
    str said;
    struct cells cells; /* of all spots together */
};

struct token {
    size_t from, to;           /* in work->folded */
    size_t said_from, said_to; /* in the text */
    bool is_capital;
    bool is_upper; /* every letter */
    bool is_lower;
    bool after_comma;
};

struct tally {
    uint32_t weights[TALLY_MAX];
    uint16_t touched[TALLY_MAX];
    size_t count;
};

struct route_work {
    struct mention mentions[MENTIONS_MAX];
    size_t mention_count;
    struct token tokens[TOKENS_MAX];
    size_t token_count;
    char folded[ROUTE_FIELD_BYTES_MAX * 2];
    struct tally seats, forces;
    const char *rules[TALLY_MAX];      /* of a force in the tally */
    const char *seat_rules[TALLY_MAX]; /* of a constituency in it */
    uint64_t seatless;                 /* weight of what has a force and no constituency */
    /* What went wrong with a postcode, when nothing better was found. */
    enum route_why_id trouble;
    str trouble_subject;
    const struct pack_text *trouble_text;
    bool has_trouble;
    const struct places_outcode *unlisted; /* the postcode between runs */
    /* The doors of the question before: most lines ask for the same. */
    struct {
        bool is_known, is_danger_now;
        const struct pack_office *office;
        const struct pack_code *code;
        int grade;
        str nations[2 * ROUTE_FORCES_MAX];
        size_t nation_count;
        const struct pack_door *doors[PACK_DOORS_MAX];
        size_t door_count;
    } last;
};

struct word_set {
    const str *words; /* folded, sorted */
    size_t count;
};
/* After one of `after`, a name that begins with `old` may begin with `now` instead. */
struct name_change {
    struct word_set after;
    str now, old;
};

struct router {
    const struct pack *pack;
    const struct places *places;
    size_t cell_count, cell_words;
    uint32_t *weights; /* of a cell: postcodes, or people where there are none */
    uint16_t *cell_seat;
    uint16_t *cell_district;
    uint64_t *of_seat; /* cell_words each */
    uint64_t *of_district;
    uint64_t *of_force;
    uint16_t *district_force;
    str *seat_json; /* {"gss":…,"name":…,"share": of every constituency */
    str *force_json;
    const struct word_set *before, *title, *common, *road, *street, *article;
    const struct word_set *part, *beside;
    const struct name_change *changes;
    size_t change_count;
};

bool word_set_has(const struct word_set *set, str word);

/* Writes the part of a line that is the same for every constituency and force. */
void line_prepare(struct arena *arena, struct router *router);

/* --- cells --- */
void cells_clear(const struct router *router, struct cells *cells);
void cells_add(const struct router *router, struct cells *cells, const uint64_t *more);
bool cells_meet(const struct router *router, const struct cells *a, const struct cells *b);
void cells_keep(const struct router *router, struct cells *cells, const struct cells *others);
/* The cells of one spot, added to *cells. */
void spot_cells(const struct router *router, const struct spot *spot, struct cells *cells);
/* How many forces the cells of the spot lie in; at most `max` of them are listed. */
size_t spot_forces(const struct router *router, const struct spot *spot, uint16_t *ret_forces,
                   size_t max);
void town_cells(const struct router *router, const struct places_town *town, struct cells *cells);
/* The name to show for it. */
str spot_name(const struct router *router, const struct spot *spot);
const char *spot_rule(enum spot_kind kind);
/* Does a name hold these words? "Greenwich and Woolwich" holds "woolwich". */
bool name_has(str name, str part);

/* --- mentions --- */
/* Room for one more, or NULL. */
struct mention *mention_new(struct route_work *work, str said);
/* Sorts out its spots and computes its cells; takes it back when it has none. */
void mention_finish(const struct router *router, struct route_work *work, struct mention *mention);
void mention_refresh(const struct router *router, struct mention *mention);
/* A postcode or outcode that is the whole text. Returns true when the text has the form of one,
 * known or not (work->trouble says so). */
bool find_postcode(const struct router *router, struct route_work *work, str text);
enum spot_kind spot_kind_of(const struct places_name *name);
/* The meanings of a name, of the kinds in the mask (1 << places_kind). */
void add_spots(const struct router *router, struct mention *mention,
               const struct places_name *names, size_t count, unsigned kinds);
/* Everything in a free text. */
void find_text(const struct router *router, struct route_work *work, str text);
/* The whole text as a name, of the kinds in the mask (1 << places_kind). */
bool find_name(const struct router *router, struct route_work *work, str text, unsigned kinds);
/* Two pieces of text as one postcode: true when it is one and a mention was made. */
bool find_postcode_pieces(const struct router *router, struct route_work *work, str first,
                          str second);
bool find_outcode(const struct router *router, struct route_work *work, str text);

/* What was said becomes mentions that have narrowed each other. */
void route_prepare(const struct router *router, struct route_work *work,
                   const struct route_query *query);
/* Office, kind, grade, and the doors they lead to. */
void find_doors(const struct router *router, struct route_work *work,
                const struct route_query *query, struct route_answer *answer);

void tally_clear(struct tally *tally);
void tally_add(struct tally *tally, size_t of, uint32_t weight);

#endif
