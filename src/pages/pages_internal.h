/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUSTINGS_PAGES_INTERNAL_H
#define HUSTINGS_PAGES_INTERNAL_H

#include "codec/form.h"
#include "pages/draft.h"
#include "pages/error_summary.html.h"
#include "pages/form_head.html.h"
#include "pages/option.html.h"
#include "pages/site.html.h"
#include "pages/site.h"
#include "web/language.h"

enum { PAGE_BYTES_MAX = 4 * 1024 * 1024, NONCE_CHARS = 32 };

struct site {
    struct site_options options;
    struct front *front;
    const struct pack *pack;
    struct route_work *route_work;
    struct languages languages;
};

struct upload; /* files.c */

/* One request and what is known about it. Lives in the exchange's arena. */
struct visit {
    struct site *site;
    struct http_exchange *x;
    struct arena *arena;
    const struct language *language;
    const struct catalogue *catalogue;
    const struct route *route;
    bool has_cookie;
    struct front_draft_keys keys; /* when has_cookie */
    struct draft draft;
    bool has_draft;   /* box had one */
    bool is_change;   /* the page was opened from "check your answers" */
    bool is_practice; /* every page says so */
    struct form form;
    struct draft_problems problems;
    struct upload *upload;
    str receipt_text; /* what was typed as receipt */
    bool is_added;
    bool is_busy;            /* box could not keep what was sent */
    const char *form_action; /* the page has a form of answers, and another language goes there */
    bool is_question;        /* one of the nine, or a page between them */
    bool goes_back;          /* the form was sent by its way back, or by … */
    str aside;               /* … the way to a small page: "privacy"; empty = not */
    str came_from;           /* a small page was opened from this question; empty = not */
    time_us sent_at;         /* 0 = not in this visit */
    struct front_grade added_grade; /* of the message that was just added */
    bool is_other_language;         /* the form was sent only to see it in another language */
};

/* --- pages.c --- */
str say(const struct visit *visit, str english);
struct part_site visit_site(const struct visit *visit);
/* A form's button "lang": from here on in that language. Nothing when we do not have it. */
void visit_take_language(struct visit *visit, str code);
/* Sends what a render function wrote; takes the buffer over. */
void visit_answer(struct visit *visit, unsigned status, struct buf *html);
#define VISIT_ANSWER(visit, status, name, ...)                                                     \
    do {                                                                                           \
        struct buf html_;                                                                          \
        const struct page_##name page_ = {.site = visit_site(visit), __VA_ARGS__};                 \
        buf_init(&html_, PAGE_BYTES_MAX);                                                          \
        page_##name##_render(&html_, (visit)->catalogue, &page_);                                  \
        visit_answer((visit), (status), &html_);                                                   \
    } while (0)
/* kind as in problem.html */
void visit_problem(struct visit *visit, unsigned status, str kind, bool is_kept);
void visit_problem_status(struct visit *visit, enum status status, bool is_kept);
/* Keeps the draft, then calls `then`. */
void visit_keep(struct visit *visit, front_done *then);
/* False (and answered) when the form's nonce is not this visitor's. */
bool visit_nonce_is_good(struct visit *visit, str nonce);
struct part_form_head visit_form(const struct visit *visit, int64_t step);
/* The translated message of a field, or empty. */
str visit_error(const struct visit *visit, const char *field);
struct part_error_summary visit_errors(const struct visit *visit);
/* Options of a select, in the visitor's language. */
struct part_option_list visit_choices(const struct visit *visit, const struct pack_choices *choices,
                                      str current);

/* Gives the visitor a new token: from the next page on it is a new draft. */
void visit_new_draft(struct visit *visit, bool is_practice);

/* --- place.c --- */
/* What was written about the place fits several, in the land of several forces. */
bool place_is_asked(struct visit *visit);
void place_get(struct visit *visit);
void place_post(struct visit *visit);

/* --- practice.c --- */
void practice_get(struct visit *visit);
void practice_post(struct visit *visit);
void practice_end_get(struct visit *visit);

/* --- steps.c --- */
enum { STEPS = 9 };
void step_get(struct visit *visit);
void step_post(struct visit *visit);
void danger_get(struct visit *visit);
/* Also after an upload. */
void step_render(struct visit *visit, unsigned status, int64_t step);
str step_next(const struct visit *visit, int64_t step);
str step_path(int64_t step); /* 1-STEPS */
/* The same page again, with its way back to "check your answers" when it had one. */
str step_again(const struct visit *visit, int64_t step);
str step_before(const struct visit *visit, int64_t step);

/* --- sending.c --- */
void check_get(struct visit *visit);
void send_get(struct visit *visit);
void send_post(struct visit *visit);

/* --- receipt.c --- */
struct whom_call {
    str name, href; /* "101" with "tel:101", or a body's name */
    str text;       /* what to say */
};
struct whom {
    bool is_danger;      /* 999, because somebody is in danger */
    bool is_urgent;      /* 999, for that or for another reason of the pack's */
    str emergency_words; /* what to say there; may be empty */
    struct whom_call *calls;
    size_t call_count;
};
/* By the pack's doors, in the visitor's language. */
void whom_to_call(struct visit *visit, const struct report *report, const struct front_grade *grade,
                  struct whom *ret_whom);
void receipt_show(struct visit *visit, const struct front_receipt *receipt);
/* After the draft was wiped: what was sent is read with the receipt. */
void receipt_show_again(struct visit *visit, const struct front_receipt *receipt);
void receipt_file_post(struct visit *visit);

/* --- say.c --- */
struct said {
    const char *name; /* what stands between the braces */
    str text;
};
/* As {{t}} in a template: the message with values in place of "{name}", not escaped. */
str say_with(const struct visit *visit, str english, const struct said *values, size_t count);
str say_day(const struct visit *visit, struct civil_time day);     /* "14 June 2026" */
str say_day_time(const struct visit *visit, struct civil_time at); /* "… at 9:40pm" */
/* For what is kept to the hour only, or shown so for privacy: "…, between 9pm and 10pm". */
str say_hour(const struct visit *visit, time_us at);
/* A button of a form led to a small page: what was typed is kept first. */
void visit_take_aside(struct visit *visit, str word);
/* The question of its last word ("what"); empty when there is none. */
str step_of_word(str word);
/* Date and time as they were typed; what is neither stands as it is. */
str say_typed(const struct visit *visit, str date, str time);
str say_size(const struct visit *visit, int64_t bytes);

/* --- files.c --- */
enum { FILES_STEP = 6 };
bool upload_begin(struct visit *visit);
void files_post(struct visit *visit);
void files_remove_post(struct visit *visit);
void upload_finished(struct visit *visit);

/* --- mailbox.c --- */
void return_get(struct visit *visit);
void return_post(struct visit *visit);
void mailbox_get(struct visit *visit);
void mailbox_post(struct visit *visit);
void mailbox_add_post(struct visit *visit);

#endif
