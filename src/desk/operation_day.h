/* SPDX-License-Identifier: Apache-2.0 */
/* The day itself: a card for each unit's telephone, what units tell, and situation reports.
 *
 * A unit has no log-in. Its card is found by a link with a secret of 128 bits, made for one unit of one
 * published plan; the store knows a keyed hash of it. A link ends a day and a half after the day began, or
 * when new ones are made. After the plan was mended an older link shows the unit's newer card and says
 * so: a unit that would have to be reached for every change could not be sent anywhere.
 *
 * What a unit tells is an act of nobody ("unit.told"), kept once: a button that is pressed again, because
 * the net was gone, changes nothing.
 */
#ifndef HUSTINGS_DESK_OPERATION_DAY_H
#define HUSTINGS_DESK_OPERATION_DAY_H

#include "desk/operation.h"
#include "plan/sitrep.h"

enum { UNIT_TOKEN_HEX = 32, UNIT_BACK_S = 15 * 60, UNIT_TOLD_MAX = 400 };

struct unit_link {
    str unit;
    str token; /* 32 hex digits; shown once */
};
struct unit_links {
    struct unit_link *items;
    size_t count;
    int64_t plan_number;
    str name, day; /* of the operation */
};
/* Of every unit of the published plan that is on duty or has a visit; the older links end. "plan"; an act. */
enum status desk_unit_links(struct desk *desk, const struct caller *caller, int64_t leaf,
                            struct arena *arena, struct unit_links *ret_links,
                            struct error *err) MUST_CHECK;

/* Where what was told comes from, with what does not count any more. */
struct told_unit {
    int64_t newest; /* leaf; 0: it told nothing */
    uint32_t count;
    bool took_back; /* with its newest row */
};
struct told_back {
    uint32_t unit;
    int64_t leaf; /* of the row that takes back */
    int64_t what; /* was taken back */
    str task;
};
struct told_trail {
    int64_t
        *leaves; /* one for each row that counts; two rows that were told as one have the same */
    time_us *told_at; /* of each: when somebody told it, which may be later than it happened */
    struct told_unit *units;
    struct told_back *backs;
    size_t back_count;
    size_t count;   /* rows of the operation */
    int64_t newest; /* leaf of the operation */
};

struct unit_card {
    int64_t operation;
    str name, day;
    int64_t plan_number;
    bool is_newer; /* than the one that the link was made for */
    struct plan_problem problem;
    struct plan_result result;
    struct plan_told_rows told; /* without what was taken back */
    struct told_trail trail;
    uint32_t unit;
    bool is_gone; /* the plan of now has no such unit */
    /* Of each task: a plan that was in force before gave it to the unit; NULL = not asked. Of a card by radio. */
    const bool *had;
};
/* STATUS_NOT_FOUND: no such link, or it has ended. An act ("unit.card"). */
enum status desk_unit_card(struct desk *desk, str token, time_us now, struct arena *arena,
                           struct unit_card *ret_card, struct error *err) MUST_CHECK;
struct unit_press {
    enum plan_told_what what;
    str task;     /* may be empty (on, break, back, off) */
    int64_t seen; /* unit_card_seen of the card whose button it is */
    str when;     /* it happened then: "10:05", the last such time until now; empty = now */
    str until;    /* of "arrived": and it left again then; empty = it did not, or not yet */
};
/* The newest leaf that the card's unit wrote, if any; 0. */
int64_t unit_card_seen(const struct unit_card *card);
/* The same button of the same card again is STATUS_OK, whatever was told or taken back since. What happened
 * earlier is put in its place between what the unit told, if all of it can follow one another then. An officer's
 * form that knows of it (`seen`) and tells it again is STATUS_INVALID: another time, or another visit, is meant.
 * STATUS_LIMIT: the unit has told UNIT_TOLD_MAX words. */
enum status desk_unit_tell(struct desk *desk, str token, const struct unit_press *press,
                           time_us now, struct arena *arena, struct error *err) MUST_CHECK;

/* The leaf of what the card's unit told last, if anything; 0. */
int64_t unit_card_last(const struct unit_card *card);
/* Can that be taken back? Not what is older than UNIT_BACK_S, and one word only: then by radio. */
bool unit_card_may_take_back(const struct unit_card *card, time_us now);
/* Takes back what was told last, `of` being its leaf: a row and an act of its own, as what was told is.
 * Twice is once. STATUS_INVALID: it is not the last, or unit_card_may_take_back says no. */
enum status desk_unit_take_back(struct desk *desk, str token, int64_t of, time_us now,
                                struct arena *arena, struct error *err) MUST_CHECK;

/* An officer tells for a unit, by radio or telephone: the same card without a link, and the same words, as acts of
 * the officer. "plan". STATUS_INVALID: no plan is in force, or it has no such unit. */
enum status desk_unit_card_for(struct desk *desk, const struct caller *caller, int64_t operation,
                               str unit, struct arena *arena, struct unit_card *ret_card,
                               struct error *err) MUST_CHECK;
enum status desk_unit_tell_for(struct desk *desk, const struct caller *caller, int64_t operation,
                               str unit, const struct unit_press *press, struct arena *arena,
                               struct error *err) MUST_CHECK;
/* Any word that counts, however old, when what remains can still follow one another. */
enum status desk_unit_take_back_for(struct desk *desk, const struct caller *caller,
                                    int64_t operation, str unit, int64_t of, struct arena *arena,
                                    struct error *err) MUST_CHECK;

/* What the units of an operation told, for this problem; unknown ones are passed over. Inside an act. */
enum status desk_told(struct desk *desk, const struct caller *caller, int64_t operation,
                      const struct plan_problem *problem, struct arena *arena,
                      struct plan_told_rows *ret_rows, struct error *err) MUST_CHECK;

/* --- situation reports --- */
struct desk_sitrep {
    int64_t leaf;
    time_us at, made_at;
    int64_t plan_number;
    bool is_late;    /* the desk was locked at its time */
    int64_t officer; /* who asked for it; 0 = the desk, at a set time */
};
/* "plan"; inside of desk_operation_read's act. Newest first. */
enum status desk_sitreps(struct desk *desk, const struct caller *caller, int64_t operation,
                         struct arena *arena, struct desk_sitrep **ret_list, size_t *ret_count,
                         struct error *err) MUST_CHECK;
/* A page of HTML. "plan"; an act ("sitrep.read"). */
enum status desk_sitrep_read(struct desk *desk, const struct caller *caller, int64_t leaf,
                             struct arena *arena, str *ret_html, struct error *err) MUST_CHECK;
/* Is it the operation's day, or the one after it? Nothing is reported of others. */
bool operation_is_its_day(const struct operation *operation, time_us now);
/* One of now, for who cannot wait for the next set time; asked for twice within a minute it is made once,
 * unless a unit told something or something became of a plan since (*ret_is_new is false then). It lists what happened, and mended plans that wait for a decision.
 * STATUS_INVALID: no plan is published, or it is another day. An act ("sitrep.make"). */
enum status desk_sitrep_now(struct desk *desk, const struct caller *caller, int64_t operation,
                            struct arena *arena, int64_t *ret_leaf, bool *ret_is_new,
                            struct error *err) MUST_CHECK;
/* Makes those that are due (desk_tick calls it); an act of the desk each ("sitrep.make"). */
enum status desk_sitrep_step(struct desk *desk, time_us now, struct error *err) MUST_CHECK;

#endif
