/* SPDX-License-Identifier: Apache-2.0 */
/* What a case shows (title, subject, area, route, reasons …) is made from its reports, and from nothing
 * else: so that it can be made anew when a report leaves, and no case keeps words of a report that
 * is not in it. */
#include "desk/desk_internal.h"

#define ERASED_TITLE "Erased"      /* a report's own words never come without a language */
enum { DERIVE_REPORTS_MAX = 200 }; /* of a pile-on the oldest say enough */

struct deriving {
    struct desk *desk;
    struct arena *arena;
    const struct derive *from;
    struct brief *brief;
    size_t count;  /* opened */
    size_t firsts; /* of those, what is no addition */
    bool has_news; /* a report that is no old article */
    bool had_unread, had_words;
    int64_t top; /* the highest grade of a message of an inbox, and which that is */
    int64_t worst;
    str worst_title, worst_seen;
    bool is_empty;
};

static bool is_meant(const struct derive *from, const struct casebook_report *row)
{
    bool is_meant = row->key_wrap.n > 0 &&
                    (from->only_incident == 0 || from->only_incident == row->incident) &&
                    (from->skip_incident == 0 || from->skip_incident != row->incident);
    for (size_t i = 0; i < from->without_count && is_meant; i++) {
        is_meant = from->without[i] != row->leaf;
    }
    return is_meant;
}

static void add_pairs(struct deriving *d, const struct letter_body *body, str subject)
{
    struct brief *brief = d->brief;
    for (size_t i = 0; i < body->report.account_count && subject.n > 0; i++) {
        int64_t tag = pair_tag(d->desk, d->arena, subject, body->report.accounts[i]);
        bool is_there = false;
        for (size_t k = 0; k < brief->pair_count; k++) {
            is_there = is_there || brief->pairs[k] == tag;
        }
        if (!is_there && brief->pair_count < DESK_PAIRS_MAX) {
            brief->pairs[brief->pair_count++] = tag;
        }
    }
}

static void add_report(struct deriving *d, const struct letter_body *body, int64_t leaf)
{
    struct brief *brief = d->brief;
    struct brief one;
    brief->has_mailbox = brief->has_mailbox || letter_has_reader(body);
    d->count++;
    if (d->had_unread) {
        brief_unread(d->desk, body, brief);
    }
    if (body->is_added) {
        int64_t added = addition_read(d->desk, d->arena, body, &one);
        addition_why(&one, added, brief);
        if (d->had_words) {
            addition_news(d->arena, &one, brief);
        }
        brief->is_danger_now = brief->is_danger_now || one.is_danger_now;
        if (added > brief->lowered.suggested) {
            brief->lowered.suggested = added;
        }
        route_hint(d->desk, d->arena, body->report.what, leaf, &brief->route);
        return;
    }
    d->firsts++;
    brief_from_letter(d->arena, body, &one);
    int64_t grade = brief_least_grade(d->desk, body, false, &one); /* and the reasons */
    if (grade > brief->lowered.suggested) {
        brief->lowered.suggested = grade;
    }
    brief->sources |= one.sources;
    if (body->message.is_there && grade > d->top) {
        d->top = grade;
        d->worst = leaf;
        d->worst_title = one.title;
        d->worst_seen = one.seen;
    }
    if (brief->title.n == 0) {
        brief_route(d->desk, d->arena, body, grade, &one);
        brief->route = one.route;
        brief->title = one.title;
        brief->seen =
            brief->seen.n > 0 ? brief->seen : one.seen; /* of an addition that came first */
        brief->subject = one.subject;
        brief->area = one.area;
        brief->language = one.language;
    }
    for (size_t i = 0; i < one.why_count; i++) {
        brief_add_why(brief, one.why[i]);
    }
    brief->is_danger_now = brief->is_danger_now || one.is_danger_now;
    brief->is_press = brief->is_press && one.is_press;
    d->has_news = d->has_news || one.old_news.n == 0;
    brief->old_news = one.old_news;
    add_pairs(d, body, one.subject);
}

void file_end_if_erased(struct desk_file *file, time_us now)
{
    struct brief *brief = &file->brief;
    bool is_empty = brief->language.n == 0 && str_equal(brief->title, STR(ERASED_TITLE));
    if (!is_empty || file->row.state == CASE_CLOSED || file->row.state == CASE_MERGED) {
        return;
    }
    file->row.state = CASE_CLOSED;
    brief->closed_why = STR("Everything in it was erased.");
    brief->ended_at = now;
}

/* A case of messages is called by the worst of them, also when that is not among the oldest. */
static enum status take_worst(struct deriving *d, struct error *err)
{
    struct brief *brief = d->brief;
    struct casebook_report *rows = NULL;
    size_t count = 0;
    enum status status = brief->campaign.worst == 0 || d->worst == brief->campaign.worst
                             ? STATUS_OK
                             : casebook_reports(d->desk->casebook, d->arena, d->from->number,
                                                brief->campaign.worst - 1, 1, &rows, &count, err);
    struct desk_report opened;
    struct error broken;
    if (status == STATUS_OK && count == 1 && rows[0].leaf == brief->campaign.worst &&
        is_meant(d->from, &rows[0]) &&
        report_open(d->desk, d->arena, &rows[0], &opened, &broken) == STATUS_OK &&
        opened.body.message.is_there) {
        struct brief one;
        brief_from_letter(d->arena, &opened.body, &one);
        int64_t grade = brief_least_grade(d->desk, &opened.body, false, &one);
        if (grade >= d->top) {
            d->worst = rows[0].leaf;
            d->worst_title = one.title;
            d->worst_seen = one.seen;
        }
    }
    brief->campaign.worst = d->worst;
    if (status == STATUS_OK && brief->sources == DESK_SOURCE_INBOX && d->worst_title.n > 0) {
        brief->title = d->worst_title;
        brief->seen = d->worst_seen.n > 0 ? d->worst_seen : brief->seen;
    }
    return status;
}

enum status brief_derive(struct desk *desk, struct arena *arena, const struct derive *from,
                         struct brief *brief, struct error *err)
{
    struct deriving d = {.desk = desk,
                         .arena = arena,
                         .from = from,
                         .brief = brief,
                         .is_empty = true,
                         .top = -1,
                         .had_unread = brief->unread.n > 0,
                         .had_words = brief->news.n > 0};
    size_t count = 1;
    int64_t after = 0;
    bool has_hint = false;
    const struct desk_route said = brief->route;
    str said_area = brief->area;
    brief->title = brief->seen = brief->subject = brief->area = (str){0};
    brief->language = brief->unread = brief->old_news = brief->news = (str){0};
    brief->route = (struct desk_route){0};
    brief->why_count = brief->pair_count = brief->sources = 0;
    brief->lowered.suggested = 0; /* what an officer decided stays */
    brief->is_danger_now = brief->has_mailbox = false;
    brief->is_press = true; /* until one is not */
    while (count > 0 && d.count < DERIVE_REPORTS_MAX) {
        struct casebook_report *rows = NULL;
        enum status status =
            from->only_incident != 0
                ? casebook_incident_reports(desk->casebook, arena, from->only_incident, after,
                                            DESK_REPORTS_SHOWN, &rows, &count, err)
                : casebook_reports(desk->casebook, arena, from->number, after, DESK_REPORTS_SHOWN,
                                   &rows, &count, err);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            struct desk_report opened;
            struct error broken;
            after = rows[i].leaf;
            if (!is_meant(from, &rows[i])) {
                continue;
            }
            d.is_empty = false;
            has_hint = has_hint || rows[i].leaf == said.hint.leaf;
            /* One that does not open gives no words; it must not keep those of others. */
            if (report_open(desk, arena, &rows[i], &opened, &broken) == STATUS_OK) {
                add_report(&d, &opened.body, rows[i].leaf);
            }
        }
    }
    enum status status = take_worst(&d, err);
    if (status != STATUS_OK) {
        return status;
    }
    brief->is_press = brief->is_press && d.firsts > 0;
    brief->old_news = d.has_news ? (str){0} : brief->old_news;
    if (said.officer != 0 && from->only_incident == 0 && !d.is_empty) {
        brief->route = said;     /* an officer knows better, also of fewer reports */
        if (said.is_area_said) { /* else it is a report's, and that one may be gone */
            brief->area = said_area;
        }
        if (!has_hint) { /* what named the place is not in the case any more */
            memset(&brief->route.hint, 0, sizeof brief->route.hint);
        }
    }
    if (from->area.n > 0 && !d.is_empty) {
        brief->area = from->area;
    }
    if (d.is_empty) {
        brief->title = STR(ERASED_TITLE);
        brief->received -= brief->received % HOUR_US;
        brief->hear_from = 0;
    }
    return campaign_recount(desk, from->number, 0, from->only_incident, from->skip_incident, brief,
                            err);
}
