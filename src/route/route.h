/* SPDX-License-Identifier: Apache-2.0 */
/* Where a report must go: the force of the place, the force of the office, and the doors.
 *
 * Pure: data in, data out; no clock, no file, no database. Everything about a country comes from
 * its pack (pack_load). A place may be said in any of the ways of `struct route_query`, also by a
 * sentence that contains one; whatever is said becomes *mentions*, each with everything it can
 * mean. Mentions narrow each other ("Bow" and "Tower Hamlets"); what they have in common is the
 * place. "Two candidates" and "cannot tell" are answers, and a share is never rounded up to
 * certainty: a constituency that lies in two forces keeps both, however small the second is.
 *
 * Two answers are kept apart: where it happened (`incident`: postcode, outcode, ward, district,
 * place) and whom the office stands for (`office`: constituency). Without the first there is only
 * the second. The office never narrows where in a wide place something happened, but it tells
 * which of several places of one name is meant.
 *
 * Doors depend on office, kind and grade, and only a row that names nations waits for the place:
 * a G5 has its doors whatever the route says.
 */
#ifndef HUSTINGS_ROUTE_ROUTE_H
#define HUSTINGS_ROUTE_ROUTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "pack/pack.h"

enum {
    ROUTE_FIELD_BYTES_MAX = 4096, /* of a place; what follows is not read */
    ROUTE_SEATS_MAX = 16,         /* a wider place has no list of constituencies */
    ROUTE_FORCES_MAX = 8,         /* a wider place has no force */
    ROUTE_CHOICES_MAX = 20
};

/* All may be empty. `ward`, `district`, `constituency`: a name, a code, or an old code. */
struct route_query {
    str postcode, outcode, ward, district, constituency, place;
    str office; /* id of offices.csv, or a label of it */
    str kind;   /* id of codes.csv */
    str grade;  /* "G4"; empty = that of the kind, or the pack's unclassified_grade */
    bool is_danger_now;
};

enum route_of { ROUTE_OF_INCIDENT, ROUTE_OF_OFFICE };

struct route_seat {
    const struct pack_constituency *constituency; /* NULL for a seat of another assembly */
    str gss, name;
    unsigned permille; /* of the place, by postcodes; less than 1,000 in all where a meaning of the
                        * place has a force and no constituency */
    const char *rule;  /* as of a force */
    enum route_of of;
};
struct route_force {
    const struct pack_force *force;
    unsigned permille;
    const char *rule; /* "postcode", "outcode", "ward" …: what gave it */
    enum route_of of;
};

/* One reason, in words by route_why. */
enum route_why_id {
    ROUTE_WHY_NO_PLACE,        /* none was given */
    ROUTE_WHY_NOTHING_FOUND,   /* subject: what was said */
    ROUTE_WHY_NO_SUCH_OUTCODE, /* subject: the outcode */
    ROUTE_WHY_NOT_A_POSTCODE,
    ROUTE_WHY_POSTCODE_AREA,  /* text of the pack */
    ROUTE_WHY_INSIDE,         /* subject: a place that lies in one force */
    ROUTE_WHY_POSTCODE,       /* subject: its district */
    ROUTE_WHY_UNLISTED,       /* subject: the outcode whose shares are given instead */
    ROUTE_WHY_SEVERAL_FORCES, /* subject: a place that lies in several */
    ROUTE_WHY_SEVERAL_PLACES, /* subject: a name; number: how many places have it */
    ROUTE_WHY_ONE_KNOWN,      /* subject: a small place; there may be another of its name */
    ROUTE_WHY_LONGER_NAME,    /* subject: a name that is not known and holds one that is */
    ROUTE_WHY_BARE_WORD,      /* subject: a word that may not be meant as a place */
    ROUTE_WHY_CONFLICT,       /* what was said does not fit together */
    ROUTE_WHY_TOO_WIDE        /* subject */
};

struct route_answer {
    struct route_seat seats[2 * ROUTE_SEATS_MAX];
    size_t seat_count;
    struct route_force forces[2 * ROUTE_FORCES_MAX]; /* incident before office */
    size_t force_count;
    /* Exactly one force is possible for the place (the office, without a place), and more than the
     * name of a small town or a word that need not be a place says so. */
    bool certain;
    /* The same of the constituency. A postcode that is not listed never has it, though its force
     * may be certain: all of its outcode lies in one. */
    bool seat_certain;
    bool has_both; /* the input gave an incident's place and an office's */
    enum route_why_id why;
    str why_subject; /* points into the pack or the query */
    size_t why_number;
    const struct pack_text *why_text;
    const struct pack_office *office; /* NULL = unknown */
    const struct pack_code *code;     /* NULL = unknown */
    int grade;
    /* What was said and is no word of the pack: not used, and the answer says so. */
    str unknown_office, unknown_kind, unknown_grade;
    const struct pack_door *doors[PACK_DOORS_MAX]; /* call, owner and informed, in order */
    size_t door_count;
};

struct router;     /* read-only, shareable */
struct route_work; /* room for one question at a time */

/* `pack` must come from pack_load and outlive the router. STATUS_LIMIT for a country with more
 * than 4,096 shares between constituencies and districts. */
enum status router_open(struct arena *arena, const struct pack *pack,
                        const struct router **ret_router, struct error *err) MUST_CHECK;
struct route_work *route_work_new(struct arena *arena, const struct router *router);

/* Forgets the question before: it may have named somebody's home. */
void route_work_clear(struct route_work *work);

/* Never fails: an unknown place is an answer. Texts of the answer live as long as the pack and
 * the query do. */
void router_ask(const struct router *router, struct route_work *work,
                const struct route_query *query, struct route_answer *ret_answer);
/* One sentence of English, no full stop: why the answer is what it is. */
void route_why(const struct router *router, const struct route_answer *answer, struct buf *out);

/* What a place could mean, for a form that lets people choose: most likely first. */
struct route_choice {
    const char *kind; /* "town", "ward", "district", "constituency" … */
    str name;
    str within; /* the district or force it lies in; may be empty */
    str code;   /* what to send back as district, ward or constituency; may be empty */
    const struct pack_force *force; /* the first of them */
    size_t force_count;
};
size_t route_choices(const struct router *router, struct route_work *work,
                     const struct route_query *query,
                     struct route_choice ret_choices[ROUTE_CHOICES_MAX]);

/* --- the filter (docs/design/route.md): one JSON object a line --- */
struct route_line {
    struct route_query query;
    str id;           /* the value as it was written: a JSON string or number; empty = none */
    str other_member; /* the first that is not read; empty = none */
};
/* Reads one line; texts point into `line` or the arena. STATUS_INVALID and STATUS_LIMIT say what is
 * wrong; then the id is there where it could be read. */
enum status route_line_read(struct arena *arena, str line, struct route_line *ret_line,
                            struct error *err) MUST_CHECK;
/* Appends one JSON object without a final newline. `doors` is what route_doors_json gave. */
void route_line_write(const struct router *router, const struct route_line *line,
                      const struct route_answer *answer, str doors, struct buf *out);
/* Appends "doors":[…],"owner":…,"informed":[…] in `language`. */
void route_doors_json(const struct router *router, const struct route_answer *answer, str language,
                      struct buf *out);
/* Equal keys have equal doors: for a cache. */
uint64_t route_doors_key(const struct router *router, const struct route_answer *answer);

#endif
