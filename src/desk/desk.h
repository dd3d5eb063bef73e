/* SPDX-License-Identifier: Apache-2.0 */
/* The desk's model: everything officers do with reports, without a line of HTML.
 *
 *   letter ──import──▶ report (immutable) ─▶ incident (what happened) ─▶ case (the work)
 *
 * Every imported report gets an incident and a case of the same number at once, so that nothing
 * can lie outside the queue. Officers then fold: incidents that are one event are merged, cases
 * that belong together are merged or linked. A follow-up of the reporter joins its report's
 * incident and opens a closed case again. It is a new fact: it can raise the grade, also above a
 * lowering, it brings codes and reasons along, and it starts clocks (desk/addition.c).
 *
 * How every act is kept (design: "a desk act's leaf is durable first"):
 *   1. a casebook transaction begins: from here no other host writes;
 *   2. the act as JSON, with a random salt; SHA-256(salt ‖ JSON) goes to box as LEAF_ACT under a
 *      random act id; box answers with the leaf number once it is on disk;
 *   3. the change, the sealed act with its leaf number and the case's new version are written, and
 *      the transaction is committed;
 *   4. when 3 fails, the leaf is marked void (LEAF_VOID) now or at the next unlock. An unlock looks
 *      for such leaves inside a transaction too, so another host's act is never taken for one.
 * Reading is an act too: step 2 is done before any text is returned.
 *
 * Need-to-know: a case is open (read.case), restricted (read.restricted as well) or named (only
 * the officers on its list). A case that the caller may not read is not listed, not found by
 * search, and answers STATUS_NOT_FOUND, as if it did not exist.
 *
 * Clocks: a grade has three targets (act, tell the owner, let the victim hear). A clock runs from
 * the receipt of the report until it is met, and only by something that was done, never by a label
 * (docs/decisions/0015): `act` by a referral, by a message that reached the reporter (not at G5: a
 * control room is called), or by a note that says what was done; `tell` by a referral or a note that
 * says that the owner was told; `hear` by the first message, or a note that says that somebody spoke
 * with them, since the reporter last wrote (no mailbox: no such clock). A grade
 * whose victims hear hourly has a `hear` clock that each message starts anew. A case that is nothing but
 * what the press said long ago (REPORT_NEWS_DAYS) has no clocks. Closing or merging a case ends its
 * clocks and meets none of them. `due` is the earliest clock that runs. The queue is ordered by grade, then due hour, then number: the store keeps
 * only the hour in the clear; the exact time comes from the sealed part.
 *
 * No function here returns a count of cases, reports or incidents except desk_numbers, which goes
 * through review/release.h. A page says whether more follows, not how much.
 *
 * Not thread-safe. Texts in results live in the caller's arena. A sealed desk answers
 * STATUS_UNAVAILABLE ("The desk is sealed: log in to unlock it.") to everything below `--- work`.
 */
#ifndef HUSTINGS_DESK_DESK_H
#define HUSTINGS_DESK_DESK_H

#include "desk/desk_box.h"
#include "desk/letter_body.h"
#include "directory/directory.h"
#include "people/people.h"
#include "review/rates.h"
#include "triage/message.h"

enum {
    DESK_PAGE_ROWS_MAX = 100,
    DESK_PAGE_ROWS = 50,
    DESK_CODES_MAX = 128,     /* codes in the pack */
    DESK_CASE_CODES_MAX = 16, /* codes on a case */
    DESK_REPORTS_SHOWN = 50,  /* reports of one case shown at once; more by `reports_after` */
    DESK_ACTS_SHOWN = 200,    /* acts of one case shown, newest first */
    DESK_TITLE_BYTES_MAX = 160,
    DESK_TEXT_BYTES_MAX = 20000, /* note, message, summary */
    DESK_REASON_BYTES_MAX = 2000,
    DESK_FILTER_NAME_BYTES_MAX = 80,
    DESK_FILTERS_MAX = 50, /* saved filters an officer */
    DESK_PRESENCE_SECONDS = 120,
    DESK_PRESENCE_MAX = 256,
    DESK_NAMED_MAX = 50, /* officers on a named case */
    DESK_QUERY_BYTES_MAX = 400,
    DESK_ERASE_REPORTS_MAX = 1000, /* of one erasure; ask again for the rest */
    DESK_PLACE_BYTES_MAX = 1200,
    DESK_GRADES = 6,
    DESK_CALL_GRADE = 5,      /* from here on a message alone is no act: somebody calls */
    DESK_ROUTE_PARTS_MAX = 8, /* forces, constituencies of one route */
    DESK_ROUTE_DISTRICTS_MAX = 24
};

enum case_state { CASE_NEW = 1, CASE_TRIAGED, CASE_REFERRED, CASE_OPEN, CASE_CLOSED, CASE_MERGED };
enum case_access { ACCESS_OPEN = 1, ACCESS_RESTRICTED, ACCESS_NAMED };
enum case_clock { CLOCK_NONE, CLOCK_ACT, CLOCK_TELL, CLOCK_HEAR };
const char *case_state_word(enum case_state state);    /* "new" … */
const char *case_access_word(enum case_access access); /* "open" … */
const char *case_clock_word(enum case_clock clock);    /* "act", "tell", "hear", "" */
bool case_state_from_word(str word, enum case_state *ret_state);
bool case_access_from_word(str word, enum case_access *ret_access);

/* What a note says was done. A remark stops no clock; see "Clocks" above. */
enum desk_did {
    DID_NOTHING, /* a remark */
    DID_TELL,    /* the force, adviser or another owner was told, by voice */
    DID_SPEAK,   /* somebody spoke with the reporter or the person targeted */
    DID_MEASURE, /* a protective measure was arranged */
    DID_OTHER    /* the note says what */
};
const char *desk_did_word(enum desk_did did); /* "", "tell", "speak", "measure", "other" */
bool desk_did_from_word(str word, enum desk_did *ret_did);

/* The part of a country pack that the desk needs (desk/rules.h makes it from a pack). */
struct desk_code {
    str code;
    int64_t grade;          /* default grade */
    int64_t grade_repeated; /* when it happens again from the same account */
    enum rates_kind kind;   /* in the numbers: LAW0 and POL9 are left out of the totals */
};
struct desk_grade {
    int64_t act_minutes, tell_minutes, hear_minutes; /* 0 = no such clock */
    int64_t hear_repeat_minutes;                     /* and then again and again; 0 = once */
    int64_t hear_working_days;                       /* instead of minutes; 0 = minutes */
};
struct desk_rules {
    struct desk_code codes[DESK_CODES_MAX];
    size_t code_count;
    struct desk_grade grades[DESK_GRADES];
    int64_t quiet_grade; /* what the front gives a text in which it found no abuse: no finding */
};

struct planner;
struct router;

struct desk_options {
    const char *search_path;    /* DIR/search.db */
    struct db_options casebook; /* page_key is ignored: it comes from the root */
    struct db_options keyring;
    struct crypt_id id;
    struct crypt_public public_key; /* of DIR/desk.json: a root that does not fit is refused */
    const struct desk_rules *rules; /* lives as long as the desk */
    const struct pack *pack;        /* the same; areas and offices for the directory. May be NULL */
    const struct router *router;    /* the same; NULL: reports are not routed */
    const struct triage *triage;    /* the same; NULL: no model reads the reports that are shown */
    struct planner *planner;        /* of plans (desk/planner.h); NULL: searches block */
    struct desk_box box;
};

struct desk;

/* Opens the keyring; the desk is sealed. */
enum status desk_open(const struct desk_options *options, time_us now, struct desk **ret_desk,
                      struct error *err) MUST_CHECK;
void desk_close(struct desk *desk); /* locks first; accepts NULL */
struct people *desk_people(struct desk *desk);
bool desk_is_unlocked(const struct desk *desk);
/* When it was opened or locked last; of no meaning while it is unlocked. */
time_us desk_sealed_since(const struct desk *desk);

/* --- log-in, unlock, lock --- */
/* people_login, then unlocks when the desk is sealed, then starts a session. */
enum status desk_login(struct desk *desk, const struct login_input *input, time_us now,
                       char ret_token[PEOPLE_TOKEN_HEX], struct error *err) MUST_CHECK;
/* The same with the slow hash made elsewhere (people_login_salt gave its salt). */
enum status desk_login_with(struct desk *desk, const struct login_input *input,
                            const struct people_stretched *stretched, time_us now,
                            char ret_token[PEOPLE_TOKEN_HEX], struct error *err) MUST_CHECK;
/* Ends the session, with an act when the token was good. */
enum status desk_logout(struct desk *desk, str token, time_us now, struct error *err) MUST_CHECK;
/* Opens casebook and search with the root: migrates, marks void leaves, ledgers failed log-ins.
 * STATUS_DENIED when it is the root of another desk. `why` goes into the act ("log-in",
 * "credential", "recovery"). */
enum status desk_unlock(struct desk *desk, const struct crypt_key *root, int64_t officer,
                        const char *why, time_us now, struct error *err) MUST_CHECK;
/* Wipes keys, closes the stores, ends all sessions. caller may be NULL (the process ends). */
enum status desk_lock(struct desk *desk, const struct caller *caller, struct error *err) MUST_CHECK;

/* --- officers through the desk: needs officer.manage; each is an act --- */
enum status desk_officer_add(struct desk *desk, const struct caller *caller,
                             const struct officer_input *input, struct officer_secret *ret_secret,
                             struct error *err) MUST_CHECK;
enum status desk_officer_reset(struct desk *desk, const struct caller *caller, int64_t id,
                               str password, const struct people_stretched *stretched,
                               struct officer_secret *ret_secret, struct error *err) MUST_CHECK;
enum status desk_officer_disable(struct desk *desk, const struct caller *caller, int64_t id,
                                 struct error *err) MUST_CHECK;
/* Nobody changes their own; the last administrator keeps theirs. Ends the officer's sessions. */
enum status desk_officer_role(struct desk *desk, const struct caller *caller, int64_t id,
                              enum role role, struct error *err) MUST_CHECK;
/* Everybody may see the list of colleagues (to assign, to name). */
enum status desk_officers(struct desk *desk, const struct caller *caller, struct arena *arena,
                          struct officer **ret_list, size_t *ret_count,
                          struct error *err) MUST_CHECK;

/* --- work in the background: call from the event loop when idle --- */
/* Imports at most max_letters letters. *ret_more: call again soon. A letter that cannot be opened
 * goes to quarantine with its leaf. */
enum status desk_import_step(struct desk *desk, size_t max_letters, time_us now, bool *ret_more,
                             struct error *err) MUST_CHECK;
/* Has every letter that waited since the unlock become a case? While it has not, a queue, a search
 * and the numbers show less than there is, and the pages say so. */
bool desk_is_caught_up(const struct desk *desk);
/* Brings at most max_cases cases up to date in the search index. */
enum status desk_search_step(struct desk *desk, size_t max_cases, bool *ret_more,
                             struct error *err) MUST_CHECK;
/* Puts at most `max` messages that wait into reporters' mailboxes, oldest first. When box cannot
 * take one, that is the status, and it waits on. */
enum status desk_outbox_step(struct desk *desk, size_t max, time_us now, bool *ret_more,
                             struct error *err) MUST_CHECK;
/* One slice of each of the three, and once a minute the escalations: a live G4 or G5 of
 * which nobody met the act target rings the alarm again, once. Sealed: STATUS_OK and nothing to do. */
enum status desk_tick(struct desk *desk, time_us now, bool *ret_more, struct error *err) MUST_CHECK;
/* The same in bites of `slice` letters, cases, messages and erasures: a page waits for one bite. */
enum status desk_tick_by(struct desk *desk, size_t slice, time_us now, bool *ret_more,
                         struct error *err) MUST_CHECK;

/* Checks a checkpoint of this desk's log and appends the desk's signature line for it. */
enum status desk_cosign(struct desk *desk, str note, const struct crypt_verify_key *log_verify,
                        struct buf *out, int64_t *ret_size, struct error *err) MUST_CHECK;

/* --- work: the queue --- */
/* Whence what is in a case came; bits, as a merged case has several. */
enum desk_source {
    DESK_SOURCE_REPORT = 1, /* somebody told the desk: form, API */
    DESK_SOURCE_PRESS = 2,
    DESK_SOURCE_INBOX = 4,
    DESK_SOURCE_OFFICER = 8 /* entered by hand, for somebody who told it otherwise */
};
enum { DESK_SOURCES = 4 };
const char *desk_source_word(enum desk_source source); /* "report", "press", "inbox", "officer" */
struct desk_filter {                                   /* start from desk_filter_any() */
    int64_t grade;                                     /* exactly this; -1 any */
    int64_t state;    /* enum case_state; 0 = all that are not closed or merged */
    int64_t owner;    /* officer id; 0 nobody's; -1 any */
    int64_t practice; /* -1 any, 0 without, 1 only */
    bool is_overdue;  /* only those that are late now; a page of them may be short */
    str code;         /* "THR1"; empty = any, as below */
    str area;         /* "force:gwent" (desk_areas gives them), or words as in desk_row.area */
    str language;     /* "cy" */
    str week;         /* ISO week of receipt: "2024-W27" */
    int64_t source;   /* one of enum desk_source: cases that hold something of it; 0 = any */
};
struct desk_filter desk_filter_any(void);
/* As a query string body (grade=4&code=THR1 …), for links and saved filters; and back: unknown
 * names are ignored, wrong values are STATUS_INVALID. */
void desk_filter_encode(struct buf *out, const struct desk_filter *filter);
enum status desk_filter_decode(struct arena *arena, str text, struct desk_filter *ret_filter,
                               struct error *err) MUST_CHECK;

/* Messages of an inbox in one case: copies of a template, most often. The only count of things that a
 * page shows exactly: it is the size of what lies open before the officer, not of the desk's work. */
struct desk_campaign {
    int64_t messages; /* 0 = the case has none */
    int64_t senders;  /* distinct; those without an author are not among them */
    int64_t personal; /* sum over messages: permille of words that are not the template's */
    int64_t heads[HEADS_SHOWN]; /* messages in which the model heard each */
    int64_t unjudged;           /* messages in a language that the model cannot judge */
    int64_t top;                /* the highest grade that the machine suggested for one */
    int64_t worst; /* leaf of the first that has it; 0 = it is gone, or an older casebook */
    bool is_piled; /* the machine has suggested once that it is a pile-on */
    time_us first_at, last_at; /* when they were sent; 0 = not said */
};
struct desk_row {
    int64_t number; /* of the case */
    int64_t version;
    int64_t grade;
    enum case_state state;
    enum case_access access;
    int64_t owner;
    bool is_practice, is_overdue, is_danger_now, is_press;
    bool has_news;      /* the reporter added something since an officer last did something */
    int64_t news_grade; /* … and it raised the case to this grade; 0 = it did not */
    time_us received;
    time_us due; /* 0 = no clock runs */
    enum case_clock clock;
    str title;
    str seen;    /* what the machine noticed first: "threat: “…”"; empty = nothing */
    str subject; /* "name, office" as reported */
    str area;
    str language;
    /* "cy": something in it is in a language that the model cannot judge, and no officer has judged
     * it since (grade, codes or summary). */
    str unread;
    str codes[DESK_CASE_CODES_MAX];
    size_t code_count;
    int64_t viewers; /* other officers who have it open now */
    struct desk_campaign campaign;
    unsigned sources; /* enum desk_source */
};
struct desk_page {
    struct desk_row *rows;
    size_t count;
    str next; /* give it back as `after`; empty at the end */
};
/* An area to filter by. A case is found by each that it may lie in. */
enum desk_area_kind { DESK_AREA_FORCE, DESK_AREA_DISTRICT, DESK_AREA_SEAT };
enum { DESK_AREAS_MAX = 24 };
struct desk_area {
    str value; /* for desk_filter.area */
    str name;
    enum desk_area_kind kind;
    bool is_of_postcode; /* the words are a postcode that lies in it */
};
/* What words (a part of a name, a postcode, a town) can mean: whole names first. None: they are no
 * area, and only cases whose area was written so have it. *ret_more: more fit. read.queue. */
enum status desk_areas(struct desk *desk, const struct caller *caller, str words,
                       struct arena *arena, struct desk_area **ret_list, size_t *ret_count,
                       bool *ret_more, struct error *err) MUST_CHECK;
/* Of a value; false when it is words. */
bool desk_area_known(const struct desk *desk, str value, struct desk_area *ret_area);
/* Most urgent first. `after` is empty or a page's `next`. read.queue; an act ("queue.read"). */
enum status desk_queue(struct desk *desk, const struct caller *caller,
                       const struct desk_filter *filter, str after, size_t rows_max,
                       struct arena *arena, struct desk_page *ret_page,
                       struct error *err) MUST_CHECK;

struct desk_saved_filter {
    int64_t id;
    int64_t officer; /* whose; 0 = shared */
    str name;
    str filter; /* desk_filter_encode's text */
};
enum status desk_filters(struct desk *desk, const struct caller *caller, struct arena *arena,
                         struct desk_saved_filter **ret_list, size_t *ret_count,
                         struct error *err) MUST_CHECK;
enum status desk_filter_save(struct desk *desk, const struct caller *caller, str name,
                             const struct desk_filter *filter, bool is_shared, int64_t *ret_id,
                             struct error *err) MUST_CHECK;
enum status desk_filter_delete(struct desk *desk, const struct caller *caller, int64_t id,
                               struct error *err) MUST_CHECK;

/* --- work: search --- */
struct desk_hit {
    struct desk_row row;
    str snippet;         /* plain text, not escaped */
    size_t marks[16][2]; /* byte spans of the snippet that matched: [from, to) */
    size_t mark_count;
};
struct desk_hits {
    struct desk_hit *hits;
    size_t count;
    str next;
    bool is_complete; /* false while letters are being opened or the index is being built */
    str understood; /* what was searched for, in words: `knife AND "town hall"`; empty = nothing */
    str notes;      /* sentences: what was typed and taken otherwise; mostly empty */
};
/* Newest first. All words (AND), prefix with *, "phrases"; accents do not matter. Any text is a
 * valid query. Restricted and named cases are not in the index. read.queue; an act. */
enum status desk_search(struct desk *desk, const struct caller *caller, str query, str after,
                        size_t rows_max, struct arena *arena, struct desk_hits *ret_hits,
                        struct error *err) MUST_CHECK;

/* --- work: a case --- */
struct desk_report {
    struct crypt_id id;
    int64_t leaf;
    int64_t incident;
    struct letter_body body;
    str json;       /* the body as it came */
    bool is_erased; /* the data key was destroyed: nothing but id, leaf and incident */
    /* What rules and model make of its words now: a suggestion. NULL: nobody read it. */
    const struct triage_result *reading;
    bool is_own_reading; /* by the desk's own model (desk_teach.h) */
};
struct desk_incident {
    int64_t number;
    str codes[DESK_CASE_CODES_MAX];
    size_t code_count;
    str subject;
    str area;
};
struct desk_note {
    int64_t leaf;
    int64_t officer;
    time_us at;
    str text;
    enum desk_did did;
};
struct desk_message { /* to the reporter; what the reporter adds is a report with is_added */
    int64_t leaf;
    int64_t officer;
    time_us at;
    str kind; /* "reply" or "state" */
    str text;
    bool is_waiting; /* not yet in every reporter's mailbox */
    bool is_sent;    /* in one at least */
    bool is_lost;    /* a mailbox was erased or is full: this one will not have it */
};
struct desk_act { /* one line of the time line */
    int64_t leaf;
    int64_t officer;
    int64_t number; /* case, 0 = none */
    time_us at;
    str verb;   /* "case.read", "grade.set" … */
    str detail; /* JSON object */
};
struct desk_link {
    int64_t number; /* the other case */
    str why;
};
struct desk_account {
    str account; /* as reported */
    struct person_match match;
};
struct desk_viewer {
    int64_t officer;
    time_us since;
};
struct desk_clock {
    enum case_clock clock;
    time_us due;      /* 0 = this grade has no such clock */
    time_us met_at;   /* is_repeating: the last time */
    time_us ended_at; /* the case was closed or merged before it was met; 0 = not so */
    bool is_met;
    bool is_repeating; /* hourly, say: never met while the case is open */
    bool is_late;      /* met, or ended, after it was due */
    bool is_overdue;   /* still running after it was due */
};
/* Where a case must go, as the router said when its report came in: sealed with the case. Ids only;
 * names and doors come from the pack, doors by the codes and the grade of now. */
struct desk_route_part {
    str id; /* of the force, or code of the constituency */
    int64_t permille;
    str rule; /* of a force: what gave it */
    bool is_office;
};
#define DESK_ROUTE_BY_OFFICER "officer" /* rule of a force that an officer chose */
struct desk_route {
    bool is_there; /* false: the report came before there was a router */
    bool is_certain;
    int64_t officer;   /* who corrected it; 0 = as the router said */
    bool is_area_said; /* the case's area is from a place that an officer gave, not from a report */
    str why;           /* a sentence; of an officer: the reason */
    str office;        /* id of the pack, or empty = unknown */
    struct desk_route_part forces[DESK_ROUTE_PARTS_MAX];
    size_t force_count;
    struct desk_route_part seats[DESK_ROUTE_PARTS_MAX];
    size_t seat_count;
    str districts[DESK_ROUTE_DISTRICTS_MAX]; /* codes: every one that it may lie in */
    size_t district_count;
    /* A later message, or the summary, names a place that leads to one other force. It is only
     * said: the route stays until an officer takes it. */
    struct {
        str place;     /* as it was named, or the district of a postcode; empty = nothing to say */
        str force;     /* id */
        int64_t leaf;  /* of the message; 0 = the summary */
        bool is_alone; /* the place by itself leads there: it can be taken as the place */
    } hint;
};
struct desk_hold { /* as long as there is one, nothing of the case is erased */
    int64_t leaf;
    int64_t officer;
    time_us at;
    str reason;
};
struct desk_ask { /* a request to erase, not yet confirmed */
    int64_t leaf;
    int64_t officer;
    time_us at;
    str reason;
    int64_t *reports; /* their leaves */
    size_t report_count;
    unsigned also; /* enum erasure_also: what of the case goes with them */
};
/* An officer set the grade below what rules say. It stays there until an officer changes it or a new
 * report raises it: codes that are set later only suggest. */
struct desk_lowered {
    int64_t officer; /* 0 = nobody did */
    time_us at;
    str why;
    int64_t to;        /* what they set; a merge may have raised it since */
    int64_t suggested; /* what rules and codes say now */
};
struct desk_case {
    struct desk_row row;
    struct desk_lowered lowered;
    struct desk_route route;
    str summary; /* the desk's own words */
    str closed_why;
    str old_news; /* why no clock runs: the press said it, or it was sent, on this day; empty = not so */
    int64_t merged_into; /* 0 = not merged, or into one that the caller may not know of */
    struct desk_clock clocks[3];
    struct desk_incident *incidents;
    size_t incident_count;
    struct desk_report *reports; /* oldest first */
    size_t report_count;
    bool has_more_reports; /* ask again with reports_after = last leaf shown */
    struct desk_note *notes;
    size_t note_count;
    struct desk_message *messages;
    size_t message_count;
    struct desk_act *acts; /* newest first, at most DESK_ACTS_SHOWN, without reads */
    size_t act_count;
    struct desk_link *links;
    size_t link_count;
    struct desk_viewer *viewers; /* who else has it open */
    size_t viewer_count;
    int64_t *named;
    size_t named_count;
    struct desk_hold *holds; /* oldest first */
    size_t hold_count;
    struct desk_ask *asks;
    size_t ask_count;
    bool can_message;  /* there is a mailbox to write to */
    str why_grade[12]; /* reasons of the grade, in words */
    size_t why_grade_count;
    struct person_match *known; /* who of the directory may be meant, best first */
    size_t known_count;
    bool is_known_cut;             /* there are more */
    struct desk_account *accounts; /* reported accounts that are somebody's in the directory */
    size_t account_count;
};
/* What leaves the desk has no private notes in it unless that was asked for; the act says which. */
enum desk_purpose {
    PURPOSE_READ,
    PURPOSE_PRINT,
    PURPOSE_EXPORT,
    PURPOSE_PRINT_NOTES,
    PURPOSE_EXPORT_NOTES
};
/* read.case (print and export: export as well). Marks presence. */
enum status desk_case_read(struct desk *desk, const struct caller *caller, int64_t number,
                           enum desk_purpose purpose, int64_t reports_after, struct arena *arena,
                           struct desk_case *ret_case, struct error *err) MUST_CHECK;
/* The page is still open (a beacon, or a reload); gone. Neither is an act. */
void desk_presence_mark(struct desk *desk, const struct caller *caller, int64_t number);
void desk_presence_leave(struct desk *desk, const struct caller *caller, int64_t number);

/* --- work: acts --- */
/* Somebody else saved first. Nothing was changed; both texts are here to show side by side. */
struct desk_conflict {
    bool is_stale;
    int64_t version; /* the current one: save again with it to overrule */
    int64_t officer; /* who saved */
    time_us at;
    str verb;
    str theirs;     /* what they saved: a text, or the act's JSON */
    bool is_detail; /* theirs is JSON */
    str yours;      /* what you wanted to save */
};
enum desk_act_kind {
    DO_GRADE,   /* grade, reason (needed to lower) */
    DO_CODES,   /* codes, code_count, incident (0 = the only one): may raise, never lowers; raises
                   nothing that an officer has lowered */
    DO_STATE,   /* state; reason needed to close; not CASE_MERGED */
    DO_ASSIGN,  /* owner (0 = nobody) */
    DO_NOTE,    /* text, did */
    DO_MESSAGE, /* text: to every reporter of the case who has a mailbox */
    DO_SUMMARY, /* text: the desk's own words (replaces) */
    DO_ACCESS,  /* access, named, named_count; reason */
    DO_LINK,    /* other, reason */
    DO_UNLINK,  /* other */
    DO_MERGE,   /* other, reason: this case's incidents move to `other`; this one becomes merged */
    DO_SAME,    /* incident, other: reports of incident `other` join `incident` (same case) */
    DO_ROUTE,   /* text: where it was, in words; or force: an id of the pack; reason */
    DO_SPLIT,   /* incident: leaves this case for a new case; *ret_number says which */
    DO_HOLD,    /* reason: nothing of this case is erased while it is held */
    DO_LIFT,    /* leaf: of the hold; reason */
    DO_ASK,     /* report (0 = all), also, reason: ask for an erasure */
    DO_DROP,    /* leaf: of the request; reason */
    DO_ERASE    /* leaf: of the request; text: "ERASE <case>" where nobody else could confirm */
};
struct desk_do {
    enum desk_act_kind kind;
    int64_t number;  /* the case */
    int64_t version; /* as read; 0 = whatever it is now (never from a form) */
    int64_t grade;
    int64_t owner;
    int64_t other;
    int64_t incident;
    int64_t leaf;
    int64_t report; /* its leaf */
    unsigned also;  /* enum erasure_also */
    enum case_state state;
    enum case_access access;
    enum desk_did did;
    str force;
    const str *codes;
    size_t code_count;
    const int64_t *named;
    size_t named_count;
    str text;
    str reason;
};
struct desk_done {
    int64_t version; /* of the case after it */
    int64_t leaf;
    int64_t number;   /* DO_SPLIT: the new case; DO_MERGE: the other */
    bool is_waiting;  /* it has not reached every reporter yet; desk_tick goes on trying */
    bool is_lost;     /* it reaches nobody: the mailbox was erased or is full */
    bool is_kept_low; /* the codes suggest a higher grade than an officer lowered it to */
};
/* Checks capability, need-to-know, input and version; does it; writes the act. STATUS_INVALID
 * names the field in err->primary; STATUS_CONFLICT fills *ret_conflict (may be NULL). */
enum status desk_do(struct desk *desk, const struct caller *caller, const struct desk_do *what,
                    struct arena *arena, struct desk_done *ret_done,
                    struct desk_conflict *ret_conflict, struct error *err) MUST_CHECK;
/* The capability that an act needs at least (pages hide what a caller cannot do). */
enum capability desk_do_capability(enum desk_act_kind kind);

/* --- work: erasure ---
 * One officer asks (DO_ASK), another confirms (DO_ERASE); who is the only one that could do either
 * confirms alone, in writing. A hold wins over both. A report goes together with all that its
 * reporter added to it. What goes: the data key, the sealed text and files, the reporter's mailbox
 * and idempotency row, the case's index entry, and of the case what was taken from the report
 * (title, subject, area, language, reasons of the grade); notes, messages and summary where asked.
 * What stays: the row with its id, leaf, codes, grade and hours, and the acts.
 *
 * In this order, so that a power cut leaves nothing half: the act's leaf; one casebook transaction
 * with everything above that is the casebook's, the act, and the signed record of the erasure as a
 * thing still to be told; box erases its part and keeps the record under a leaf; the thing to be
 * told goes. What is still to be told is told at the next unlock. */
struct desk_erasable { /* one report that can be chosen */
    int64_t leaf;
    time_us hour;
    bool is_added;
    bool is_chosen;
};
struct desk_erase_view {
    struct desk_row row;
    struct desk_erasable *reports; /* that are not erased yet, at most DESK_ERASE_REPORTS_MAX */
    size_t report_count, chosen_count;
    bool has_more_reports;
    bool is_whole; /* nothing that was reported would be left in the case */
    size_t note_count, message_count;
    bool has_summary;
    struct desk_hold *holds;
    size_t hold_count;
    bool has_ask;
    struct desk_ask ask;
    bool may_confirm; /* somebody else asked, or nobody else could confirm */
    bool is_alone;    /* the latter */
    str others;       /* names of those who could confirm */
};
/* Before asking (ask = 0; report = its leaf, 0 = all) or before confirming. Holds no word of a
 * report. `erase`; an act ("erase.look"). */
enum status desk_erase_look(struct desk *desk, const struct caller *caller, int64_t number,
                            int64_t report, int64_t ask, struct arena *arena,
                            struct desk_erase_view *ret_view, struct error *err) MUST_CHECK;

/* --- work: evidence --- */
struct desk_evidence {
    struct letter_evidence about;
    struct crypt_file file;
    struct crypt_sha256_state sha;
    int64_t seq;
    bool is_end;
};
/* An act ("evidence.read"); then chunk by chunk. */
enum status desk_evidence_open(struct desk *desk, const struct caller *caller, int64_t number,
                               const struct crypt_id *report, const struct crypt_id *evidence,
                               struct arena *arena, struct desk_evidence *ret_evidence,
                               struct error *err) MUST_CHECK;
/* Empty at the end. STATUS_CORRUPT when a chunk, the order, the end or the SHA-256 is wrong: what
 * was sent before must then not be trusted. */
enum status desk_evidence_next(struct desk *desk, struct desk_evidence *evidence,
                               struct arena *arena, str *ret_chunk, struct error *err) MUST_CHECK;

/* --- work: audit and numbers --- */
/* audit.read: newest first, leaf numbers below `before` (0 = from the newest); an act itself. */
enum status desk_acts(struct desk *desk, const struct caller *caller, int64_t before,
                      size_t rows_max, struct arena *arena, struct desk_act **ret_acts,
                      size_t *ret_count, struct error *err) MUST_CHECK;
/* Writes an act that changes nothing in the casebook (a page outside this interface, an alarm
 * test). detail: a JSON object or empty. */
enum status desk_act_add(struct desk *desk, const struct caller *caller, const char *verb,
                         int64_t number, str detail, struct error *err) MUST_CHECK;
struct desk_quarantined {
    struct crypt_id id;
    int64_t leaf;
    time_us hour;
    str why;
};
/* Letters that could not be read, newest first, at most 100. audit.read, settings or
 * letter.retry. */
enum status desk_quarantine(struct desk *desk, const struct caller *caller, struct arena *arena,
                            struct desk_quarantined **ret_list, size_t *ret_count,
                            struct error *err) MUST_CHECK;
/* Is there one? Always "no" for who could do nothing about it (letter.retry). */
enum status desk_quarantine_any(struct desk *desk, const struct caller *caller, bool *ret_any,
                                struct error *err) MUST_CHECK;
struct desk_retried {
    const char *why; /* it still cannot be opened; NULL = it is in a case now */
    int64_t number;  /* of that case; 0 = the caller may not know of it */
};
/* Tries one again; letter.retry, an act with what became of it. */
enum status desk_quarantine_retry(struct desk *desk, const struct caller *caller, int64_t leaf,
                                  struct desk_retried *ret_retried, struct error *err) MUST_CHECK;
/* numbers.read: released tables only (review/release.h). On a large desk the same tables are given
 * again for a minute: counting blocks everybody else. They are the desk's own and valid until the
 * next call or the lock. */
enum status desk_numbers(struct desk *desk, const struct caller *caller,
                         struct released_tables *ret_tables, struct error *err) MUST_CHECK;
/* The same tables for the map; the act says so ("map.read"). */
enum status desk_map_numbers(struct desk *desk, const struct caller *caller,
                             struct released_tables *ret_tables, struct error *err) MUST_CHECK;

#endif
