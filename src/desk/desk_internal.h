/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_DESK_DESK_INTERNAL_H
#define HUSTINGS_DESK_DESK_INTERNAL_H

#include "desk/desk.h"
#include "store/casebook.h"
#include "store/search.h"

enum {
    DESK_ARENA_BYTES_MAX = 16 * 1024 * 1024, /* two of triage's work are the most of it */
    DESK_WORK_BYTES_MAX = 256 * 1024 * 1024, /* one slice of background work */
    DESK_GRADE_GRAVE = 4,                    /* from here on somebody is rung up */
    DESK_WHY_MAX = 12,
    DESK_PAIRS_MAX = 16,
    DESK_SEEN_BYTES_MAX = 80, /* of a quotation in the queue */
    DESK_BRIEF_BYTES_MAX = 64 * 1024,
    DESK_ACT_BYTES_MAX = 128 * 1024,
    DESK_ACT_SALT_BYTES = 16,
    OUTBOX_PAUSE_SECONDS = 10 /* after box refused a message */
};

#define HOUR_US (3600 * US_PER_SECOND)

struct presence {
    int64_t officer; /* 0 = free */
    int64_t number;
    time_us since;
    time_us until;
};

/* Kept in locked memory while the desk is unlocked. */
struct desk_secrets {
    struct crypt_key root;
    struct desk_keys keys;
    struct crypt_id epoch_id; /* the epoch opened last */
    struct crypt_key epoch_key;
    bool has_epoch;
};

struct desk {
    struct arena arena; /* holds this struct itself */
    struct arena work;  /* one slice of background work; wiped by arena_reset */
    struct desk_options options;
    struct people *people;
    struct desk_secrets *secrets; /* NULL = sealed */
    time_us sealed_at;
    struct casebook *casebook;
    struct search *search;
    struct arena inbox;         /* letters fetched and not yet imported */
    struct box_letter *waiting; /* in the inbox */
    size_t waiting_count, waiting_at;
    int64_t import_after;    /* the newest leaf imported */
    int64_t search_after;    /* change number up to which search is complete */
    bool is_import_complete; /* box had no more letters when it was asked last */
    bool is_search_complete;
    bool is_retagged;              /* every case is found by what cases of today are found by */
    time_us indexed_at;            /* when the search followed last; monotonic */
    int64_t retag_after;           /* change number up to which they are */
    int64_t cosigned_size;         /* of the newest checkpoint that was signed here */
    time_us escalated_at;          /* when the clocks were looked at last */
    time_us outbox_at;             /* not before: box refused a message */
    struct route_work *route_work; /* NULL without a router */
    struct triage_work *triage_work;
    struct arena own_arena; /* the desk's own model, while unlocked */
    const struct triage *own_triage;
    struct triage_work *own_work;
    int64_t own_mark; /* of the model that was looked at last */
    struct presence presence[DESK_PRESENCE_MAX];
    struct arena kept; /* released tables that took long to make */
    struct released_tables numbers;
    time_us numbers_until;     /* monotonic; 0 = none kept */
    time_us sitrep_at;         /* when due situation reports were looked for last */
    struct searches *searches; /* for plans; NULL until the first */
    bool has_todo;             /* an erasure that box may not know of yet */
    bool wants_scrub;          /* erased bytes may still lie in a store's log */
    time_us scrub_at;          /* monotonic: not before */
};

/* STATUS_UNAVAILABLE when sealed. */
enum status desk_need_unlocked(const struct desk *desk, struct error *err) MUST_CHECK;
/* Unlocked, and the caller has the capability. */
enum status desk_need(const struct desk *desk, const struct caller *caller,
                      enum capability capability, struct error *err) MUST_CHECK;

/* --- brief: the sealed part of a case that a queue row shows --- */
/* A clock that a new fact has started anew. */
struct restart {
    time_us from; /* 0 = it was not */
    time_us cap;  /* it ran already, and was due then: not later than that. 0 = none */
};
struct brief {
    str title, seen, subject, area, language, closed_why;
    str news;   /* what the reporter said last, until an officer acts; empty when `seen` has it */
    str unread; /* code of a language of its reports that no model judged, and no officer since */
    str old_news; /* nothing but press or messages, and this is the date of what is long past: no clock runs */
    str codes[DESK_CASE_CODES_MAX];
    size_t code_count;
    str why[DESK_WHY_MAX]; /* reasons of the grade */
    size_t why_count;
    int64_t pairs[DESK_PAIRS_MAX]; /* tags of subject and account */
    size_t pair_count;
    time_us received;
    time_us hear_from; /* what the reporter added and nobody has answered; 0 = the report itself */
    time_us acted_at, told_at;
    time_us heard_at; /* the last message */
    time_us ended_at; /* closed or merged */
    struct restart restarts[3];
    int64_t news_grade;
    bool is_danger_now, is_press, has_news, has_mailbox, is_escalated;
    int64_t merged_into;
    unsigned sources; /* enum desk_source; 0: an older casebook */
    struct desk_route route;
    struct desk_lowered lowered; /* `suggested` also without an officer; 0 = an older casebook */
    struct desk_campaign campaign;
};
/* At most `max` cases get what they are found by, when an older program wrote them (retag.c). */
enum status retag_step(struct desk *desk, size_t max, bool *ret_more, struct error *err) MUST_CHECK;
/* A case in memory: the row and its brief, opened. */
struct desk_file {
    struct casebook_case row;
    struct brief brief;
};

void brief_encode(struct buf *out, const struct brief *brief);
enum status brief_decode(struct arena *arena, str json, struct brief *ret_brief,
                         struct error *err) MUST_CHECK;
void brief_add_code(struct brief *brief, str code);
void brief_add_why(struct brief *brief, str why);
void brief_facets(const struct desk *desk, const struct desk_file *file,
                  struct casebook_facets *ret_facets);
/* Force, constituencies and districts of the route: of what is kept in the brief only, for they are
 * taken away again by what they were made of. */
void area_facets(const struct desk *desk, const struct brief *brief,
                 struct casebook_facets *facets);
/* Of desk_filter.area. */
int64_t area_tag(const struct desk *desk, str area);
/* The three clocks as they stand at `now`. */
void brief_clocks(const struct desk *desk, const struct desk_file *file, time_us now,
                  struct desk_clock clocks[3]);
/* When it is due while it runs; 0 = not promised, met, or ended. */
time_us clock_running(const struct desk_clock *clock);
/* What was done by then counts no more: the clock runs from `from`, and is due at `cap` (0 = none) at
 * the latest. An act that is due anew may ring once more, as that of a first report. */
void clock_restart(struct brief *brief, enum case_clock clock, time_us from, time_us cap);
/* When the clock that runs out first does; 0 = none runs. */
time_us clock_due(const struct desk *desk, const struct desk_file *file,
                  enum case_clock *ret_clock);
/* The same time of the day in London, `days` days from Monday to Friday later. Bank holidays are
 * not known here: on one of them the promise is kept early. */
time_us working_days_after(time_us from, int64_t days);
/* Sets row.due_hour and row.brief (arena) from the brief. */
void file_finish(const struct desk *desk, struct arena *arena, struct desk_file *file);
void file_row(const struct desk *desk, const struct caller *caller, const struct desk_file *file,
              struct desk_row *ret_row);
/* Of a code; NULL when the pack has no such code. */
const struct desk_code *desk_code(const struct desk *desk, str code);
/* enum desk_source. */
unsigned brief_source(const struct letter_body *body);
/* The lowest grade that codes, danger and fear allow, with reasons added to the brief. */
int64_t brief_least_grade(const struct desk *desk, const struct letter_body *body, bool is_repeated,
                          struct brief *brief);
/* What rules and codes say of the case as it stands. */
int64_t brief_suggested(const struct desk *desk, const struct brief *brief);
/* A new fact says that the case is of this grade at least: raises it, also above a lowering. */
void file_raise(struct desk_file *file, int64_t grade);
void brief_from_letter(struct arena *arena, const struct letter_body *body,
                       struct brief *ret_brief);

/* --- what the reporter adds --- */
/* Reads an addition as a first report: codes of abuse and reasons into *ret_one; the grade, 0 when
 * nothing was found in it. */
int64_t addition_read(const struct desk *desk, struct arena *arena, const struct letter_body *body,
                      struct brief *ret_one);
/* Nothing but thanks, word for word. */
bool addition_is_courtesy(const struct desk *desk, const struct letter_body *body);
/* Its reasons go to the case: to the front, and into the queue, when it is worse than what was known. */
void addition_why(const struct brief *one, int64_t grade, struct brief *brief);
/* Its words, for the queue. */
void addition_news(struct arena *arena, const struct brief *one, struct brief *brief);
/* The clocks of `file`, whose grade is set by now, after a new fact of `grade`. */
void addition_clocks(const struct desk *desk, const struct desk_file *old, int64_t grade,
                     const struct brief *one, time_us received, struct desk_file *file);
/* The same after `one`, a report or message of its own that joined the case; nothing when it was long
 * past as it came in. */
void joined_clocks(const struct desk *desk, const struct desk_file *old, const struct brief *one,
                   struct desk_file *file);
/* What came to a closed case of a high grade starts its act anew. */
void reopened_clock(const struct desk_file *old, time_us received, struct desk_file *file);

/* --- route --- */
/* Asks the router about a letter's places and office; does nothing without one. */
void brief_route(struct desk *desk, struct arena *arena, const struct letter_body *body,
                 int64_t grade, struct brief *brief);
/* Where an officer says it was: forces, constituencies and the area of the case. False, and nothing
 * changed, when no force is known for it. */
bool route_ask_place(struct desk *desk, str place, struct brief *brief, struct desk_route *route);
/* The districts that the constituencies and forces of a route leave possible. */
void route_districts(const struct desk *desk, struct desk_route *route);
/* A text that came later: sets route->hint when it leads for certain to one force that is not the
 * one of the route. True when it did. `leaf` = 0: the text is the summary. */
bool route_hint(struct desk *desk, struct arena *arena, str text, int64_t leaf,
                struct desk_route *route);
/* The name of the hint's force. */
str route_hint_force(const struct desk *desk, const struct desk_route *route);
/* The member "route" of a brief. */
void desk_route_encode(struct json_out *out, const struct desk_route *route);
void desk_route_decode(const struct json *json, struct desk_route *ret_route);

/* --- cases --- */
/* STATUS_NOT_FOUND also when the caller may not know of it. caller NULL = the desk itself. */
enum status file_load(struct desk *desk, const struct caller *caller, struct arena *arena,
                      int64_t number, struct desk_file *ret_file, struct error *err) MUST_CHECK;
/* May the caller know of this case? Of one that cannot be read nobody may. */
enum status file_may_know(struct desk *desk, const struct caller *caller, struct arena *arena,
                          int64_t number, bool *ret_may, struct error *err) MUST_CHECK;
/* In a transaction: writes `file` over what `old` was. */
enum status file_save(struct desk *desk, struct arena *arena, const struct desk_file *old,
                      struct desk_file *file, struct error *err) MUST_CHECK;

/* --- acts --- */
struct act {
    struct crypt_id id;
    int64_t leaf;
    int64_t officer;
    int64_t number;
    bool is_read;
    time_us at;
    struct buf text; /* salt ‖ JSON */
    struct json_out json;
};
/* Begins an act; write its detail's members into act->json, then act_leaf. */
void act_begin(struct act *act, const struct caller *caller, const char *verb, int64_t number,
               bool is_read);
/* In a transaction: ends the JSON and puts the leaf into the ledger. It is durable when this
 * returns STATUS_OK, and no other host writes until the transaction ends. */
enum status act_leaf(struct desk *desk, struct act *act, struct error *err) MUST_CHECK;
enum status act_keep(struct desk *desk, const struct act *act, struct error *err) MUST_CHECK;
/* One act more, whole, inside the transaction of another thing. Closes it. */
enum status act_inside(struct desk *desk, struct act *act, struct error *err) MUST_CHECK;
/* Begins the transaction of an act, with its leaf; none is open when it fails. */
enum status act_write(struct desk *desk, struct act *act, struct error *err) MUST_CHECK;
/* Ends it: `status` is what became of the change. Keeps the act and commits, or takes everything
 * back (the leaf is marked void now when the next unlock could not) and gives the status. */
enum status act_finish(struct desk *desk, struct act *act, enum status status,
                       struct error *err) MUST_CHECK;
void act_close(struct act *act);
/* An act without a change of its own. */
enum status act_alone(struct desk *desk, struct act *act, struct error *err) MUST_CHECK;
/* Reads a stored act back. */
enum status act_decode(struct arena *arena, const struct casebook_act *row,
                       struct desk_act *ret_act, struct error *err) MUST_CHECK;
/* An act that names another case, which the caller may not know of, keeps only its verb. */
enum status act_veil(struct desk *desk, const struct caller *caller, struct arena *arena,
                     struct desk_act *act, struct error *err) MUST_CHECK;
/* Marks leaves without an act (unlock). */
enum status desk_void_leaves(struct desk *desk, struct error *err) MUST_CHECK;

/* --- outbox --- */
/* In a transaction: `sealed` goes into the mailbox once it is committed. */
enum status outbox_add(struct desk *desk, int64_t leaf, int64_t seq, const struct crypt_id *mailbox,
                       str sealed, struct error *err) MUST_CHECK;

/* --- reports --- */
enum status report_open(struct desk *desk, struct arena *arena, const struct casebook_report *row,
                        struct desk_report *ret_report, struct error *err) MUST_CHECK;

/* Fills report->reading. */
void report_triage(struct desk *desk, struct arena *arena, struct desk_report *report);
/* The grade, lifted by the desk's own model where it hears more; the brief says so. */
int64_t own_model_lift(struct desk *desk, struct arena *arena, const struct letter_body *body,
                       int64_t grade, struct brief *brief);
void own_model_forget(struct desk *desk); /* of the memory: at the lock */

/* The language of a text that the model cannot judge: brief->unread. */
void brief_unread(struct desk *desk, const struct letter_body *body, struct brief *brief);

/* What reports and the outbox know a mailbox by. */
int64_t mailbox_tag(const struct desk *desk, const struct crypt_id *mailbox);
int64_t pair_tag(const struct desk *desk, struct arena *arena, str subject, str account);

/* --- campaigns --- */
struct opened;
/* In a transaction: a letter of source "messages" joins its campaign's case, or makes one. */
enum status message_import(struct desk *desk, const struct opened *opened,
                           struct error *err) MUST_CHECK;
/* Counts anew what can be counted: of a case (and another), one incident, or all but one. */
enum status campaign_recount(struct desk *desk, int64_t number, int64_t other,
                             int64_t only_incident, int64_t skip_incident, struct brief *brief,
                             struct error *err) MUST_CHECK;
/* One message more. */
void campaign_count(const struct letter_message *message, bool is_new_sender,
                    struct desk_campaign *campaign);
bool campaign_is_pile(const struct desk_campaign *campaign);
void campaign_encode(struct json_out *out, const struct desk_campaign *campaign);
void campaign_decode(const struct json *json, struct desk_campaign *ret_campaign);

/* --- what a case shows is made from its reports --- */
struct derive {
    int64_t number;         /* the case */
    int64_t only_incident;  /* 0 = all */
    int64_t skip_incident;  /* 0 = none */
    const int64_t *without; /* leaves of reports that are about to go */
    size_t without_count;
    str area; /* with only_incident: where an officer said it was, if a report is left; or empty */
};
/* Title, subject, area, route, language, reasons, pairs, danger and mailbox anew from the reports that
 * are left; all else stays. When none is left the title says so, and the times keep only their hour. */
enum status brief_derive(struct desk *desk, struct arena *arena, const struct derive *from,
                         struct brief *brief, struct error *err) MUST_CHECK;

/* An officer said where the case was, and its incidents that were counted there went along: that
 * holds for what is left of them. Empty for other incidents. `brief` may be NULL. */
enum status said_area(struct desk *desk, struct arena *arena, int64_t number,
                      const struct brief *brief, int64_t incident, str *ret_area,
                      struct error *err) MUST_CHECK;

/* A case of which nothing is left has nothing to wait for: it is closed, and its clocks end. */
void file_end_if_erased(struct desk_file *file, time_us now);

/* --- erasure --- */
enum status holds_read(struct desk *desk, struct arena *arena, int64_t number,
                       struct desk_hold **ret_list, size_t *ret_count,
                       struct error *err) MUST_CHECK;
enum status asks_read(struct desk *desk, struct arena *arena, int64_t number,
                      struct desk_ask **ret_list, size_t *ret_count, struct error *err) MUST_CHECK;
/* STATUS_DENIED with who holds the case and why. */
enum status hold_refuses(struct desk *desk, struct arena *arena, int64_t number,
                         struct error *err) MUST_CHECK;
/* May the caller confirm this request? *ret_is_alone: nobody else could. `others`: their names. */
enum status erase_confirmers(struct desk *desk, const struct caller *caller, struct arena *arena,
                             const struct desk_file *file, int64_t asked_by, bool *ret_may,
                             bool *ret_is_alone, str *ret_others, struct error *err) MUST_CHECK;
/* Reports of a case that are not erased; with `report` only that one and what belongs to it. */
enum status erasable(struct desk *desk, struct arena *arena, int64_t number, int64_t report,
                     struct casebook_report **ret_rows, size_t *ret_count, bool *ret_has_more,
                     struct error *err) MUST_CHECK;
/* In a transaction: wipes the reports, what the case's incidents took from them, and what waits for
 * their mailboxes. `brief` is the case's, as it was before; NULL when it does not open. */
enum status erase_rows(struct desk *desk, int64_t number, const struct brief *brief,
                       const struct casebook_report *rows, size_t count, unsigned also,
                       struct error *err) MUST_CHECK;
/* Tells box what it has not been told yet, at most `max` reports; *ret_more: call again. */
enum status erasures_finish(struct desk *desk, size_t max, bool *ret_more,
                            struct error *err) MUST_CHECK;
/* Erases again what a restored backup brought back (unlock). */
enum status erasures_replay(struct desk *desk, time_us now, struct error *err) MUST_CHECK;
/* Takes what was erased out of the stores' logs, when nobody reads them. */
void erasures_scrub(struct desk *desk);

/* Other officers who have the case open; viewers may be NULL. Returns how many. */
size_t presence_others(const struct desk *desk, const struct caller *caller, int64_t number,
                       struct desk_viewer *viewers, size_t max);

/* --- directory --- */
struct desk_people;
/* Who may be meant by the report, as of the day it happened, best first; nobody when it names no
 * one, or a place without an office. Without an act: the caller is inside of one. */
enum status directory_of_report(struct desk *desk, struct arena *arena,
                                const struct letter_body *body, struct desk_people *ret_people,
                                struct error *err) MUST_CHECK;
/* Polling places of a council, as desk_directory_places; the caller is inside of an act. */
enum status directory_places(struct desk *desk, str council, str election, struct arena *arena,
                             struct place **ret_places, size_t *ret_count,
                             struct error *err) MUST_CHECK;
/* Fills known and accounts from the reports of the view. */
enum status directory_of_case(struct desk *desk, struct arena *arena, struct desk_case *view,
                              struct error *err) MUST_CHECK;

/* At the lock: nothing of what was searched for stays. */
void searches_forget(struct desk *desk);

enum status desk_escalate(struct desk *desk, time_us now, struct error *err) MUST_CHECK;

#endif
