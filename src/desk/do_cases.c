/* SPDX-License-Identifier: Apache-2.0 */
/* Acts on more than one case or incident: link, merge, join, split. */
#include "desk/do_internal.h"

enum status do_prepare_link(struct doing *doing, struct error *err)
{
    json_put_int(&doing->act.json, "other", doing->what->other);
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return check_text(doing->what->reason, DESK_REASON_BYTES_MAX, "The reason for the link", err);
}

enum status do_write_link(struct doing *doing, struct error *err)
{
    return casebook_link_add(doing->desk->casebook, doing->what->number, doing->what->other,
                             doing->what->reason, err);
}

enum status do_prepare_unlink(struct doing *doing, struct error *err)
{
    (void)err;
    json_put_int(&doing->act.json, "other", doing->what->other);
    return STATUS_OK;
}

enum status do_write_unlink(struct doing *doing, struct error *err)
{
    return casebook_link_remove(doing->desk->casebook, doing->what->number, doing->what->other,
                                err);
}

/* --- merge --- */

/* Every reporter counts: while one of them waits for an answer, the case does. */
static void merge_hearing(struct brief *into, const struct brief *from)
{
    time_us from_since = from->hear_from != 0 ? from->hear_from : from->received;
    time_us into_since = into->hear_from != 0 ? into->hear_from : into->received;
    bool from_waits = from->has_mailbox && from->heard_at < from_since;
    bool into_waits = into->has_mailbox && into->heard_at < into_since;
    if (!into->has_mailbox) {
        into->heard_at = from->heard_at;
        into->hear_from = from_since;
    } else if (from_waits && into_waits) {
        into->hear_from = from_since < into_since ? from_since : into_since;
    } else if (from_waits) {
        into->heard_at = 0;
        into->hear_from = from_since;
    } else if (into->heard_at == 0 || into->hear_from == 0) {
        into->hear_from = into_since; /* `received` may become an earlier one */
    }
}

/* What cannot be counted anew. */
static void merge_campaign(struct desk_campaign *into, const struct desk_campaign *from)
{
    bool is_earlier =
        into->first_at == 0 || (from->first_at != 0 && from->first_at < into->first_at);
    into->first_at = is_earlier ? from->first_at : into->first_at;
    into->last_at = from->last_at > into->last_at ? from->last_at : into->last_at;
    into->worst = from->top > into->top || into->worst == 0 ? from->worst : into->worst;
    into->top = from->top > into->top ? from->top : into->top;
    into->is_piled = into->is_piled || from->is_piled;
}

static void merge_brief(struct brief *into, const struct brief *from)
{
    merge_campaign(&into->campaign, &from->campaign);
    for (size_t i = 0; i < from->code_count; i++) {
        brief_add_code(into, from->codes[i]);
    }
    for (size_t i = 0; i < from->why_count; i++) {
        brief_add_why(into, from->why[i]);
    }
    for (size_t i = 0; i < from->pair_count && into->pair_count < DESK_PAIRS_MAX; i++) {
        into->pairs[into->pair_count++] = from->pairs[i];
    }
    merge_hearing(into, from);
    /* When an old article was taken in says nothing of how long somebody has waited. */
    if (into->old_news.n > 0 && from->old_news.n == 0) {
        into->received = from->received;
    } else if (from->received < into->received && (from->old_news.n == 0 || into->old_news.n > 0)) {
        into->received = from->received;
    }
    into->old_news = from->old_news.n > 0 ? into->old_news : (str){0};
    into->is_danger_now = into->is_danger_now || from->is_danger_now;
    into->has_mailbox = into->has_mailbox || from->has_mailbox;
    into->has_news = into->has_news || from->has_news;
    into->news = into->news.n > 0 ? into->news : from->news;
    into->unread = into->unread.n > 0 ? into->unread : from->unread;
    into->is_press = into->is_press && from->is_press;
    into->sources |= from->sources;
}

/* The higher of both grades. What comes in is a new fact for the case that goes on, so it raises it
 * also above a lowering; but a case that was lowered itself brings its lowering along. */
static void merge_grade(struct desk_file *into, const struct desk_file *from)
{
    struct desk_lowered *lowered = &into->brief.lowered;
    const struct desk_lowered *other = &from->brief.lowered;
    const bool is_raised = from->row.grade > into->row.grade;
    int64_t suggested =
        other->suggested > lowered->suggested ? other->suggested : lowered->suggested;
    if (is_raised || lowered->officer == 0) {
        *lowered = *other;
    }
    into->row.grade = is_raised ? from->row.grade : into->row.grade;
    if (into->row.grade >= suggested) { /* the other case is as high as that: nothing is lowered */
        *lowered = (struct desk_lowered){0};
    }
    lowered->suggested = suggested;
}

static time_us earlier(time_us one, time_us other)
{
    return one == 0 || (other != 0 && other < one) ? other : one;
}

/* What was done in a milder case was not done about the graver one that comes in: where nobody has
 * acted, the clock runs on, and is due when it was. What both have done stands as it was done for
 * the graver one. The answer is merge_hearing's; a raise only gives it the new grade's time. */
static void merge_clocks(const struct desk *desk, const struct desk_file *old_into,
                         const struct desk_file *from, time_us now, struct desk_file *into)
{
    struct desk_clock ins[3];
    struct desk_clock outs[3];
    const bool is_raised = into->row.grade > old_into->row.grade;
    if (from->row.grade < into->row.grade) {
        return;
    }
    brief_clocks(desk, old_into, now, ins);
    brief_clocks(desk, from, now, outs);
    for (size_t i = 0; i < ARRAY_LEN(ins); i++) {
        struct restart *restart = &into->brief.restarts[i];
        const bool is_hear = ins[i].clock == CLOCK_HEAR;
        const time_us runs = clock_running(&outs[i]);
        const time_us cap = earlier(clock_running(&ins[i]), runs);
        if (is_raised && !is_hear && ins[i].is_met && outs[i].is_met) {
            *restart = from->brief.restarts[i];
            restart->from = restart->from != 0 ? restart->from : from->brief.received;
            *(i == CLOCK_ACT - 1 ? &into->brief.acted_at : &into->brief.told_at) = outs[i].met_at;
        } else if (is_raised || (!is_hear && ins[i].is_met && runs != 0)) {
            clock_restart(&into->brief, ins[i].clock, now, cap);
        } else if (!is_hear && clock_running(&ins[i]) != 0 && runs != 0) {
            restart->cap = cap;
        }
    }
}

enum status do_prepare_merge(struct doing *doing, struct error *err)
{
    if (doing->old_other.row.state == CASE_MERGED) {
        return error_set(err, STATUS_INVALID,
                         "Case %lld was merged itself: choose the case it is "
                         "in.",
                         (long long)doing->what->other);
    }
    if (doing->old_other.row.practice != doing->old.row.practice) {
        return error_set(err, STATUS_INVALID,
                         "A practice case and a real one cannot become one case.");
    }
    struct desk_file *into = &doing->file_other;
    enum status status =
        check_text(doing->what->reason, DESK_REASON_BYTES_MAX, "The reason for the merge", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = campaign_recount(doing->desk, doing->what->other, doing->what->number, 0, 0,
                              &into->brief, err);
    if (status != STATUS_OK) {
        return status;
    }
    doing->changes_other = true;
    merge_brief(&into->brief, &doing->old.brief);
    merge_grade(into, &doing->old);
    merge_clocks(doing->desk, &doing->old_other, &doing->old, doing->caller->now, into);
    if (doing->old.row.access > into->row.access && doing->old.row.access != ACCESS_NAMED) {
        into->row.access = doing->old.row.access; /* the stricter of open and restricted */
    }
    if (doing->old.row.access == ACCESS_NAMED && into->row.access != ACCESS_NAMED) {
        return error_set(err, STATUS_INVALID,
                         "A named case can only go into a named one: set the access first.");
    }
    if (into->row.state == CASE_CLOSED) {
        into->row.state = CASE_OPEN;
        into->brief.closed_why = (str){0};
        into->brief.ended_at = 0;
    }
    doing->file.row.state = CASE_MERGED;
    /* Its words went along with its reports: here only the way to them stays, and its clocks. */
    doing->file.brief = (struct brief){.received = doing->old.brief.received,
                                       .hear_from = doing->old.brief.hear_from,
                                       .acted_at = doing->old.brief.acted_at,
                                       .told_at = doing->old.brief.told_at,
                                       .heard_at = doing->old.brief.heard_at,
                                       .ended_at = doing->caller->now,
                                       .has_mailbox = doing->old.brief.has_mailbox,
                                       .merged_into = doing->what->other};
    memcpy(doing->file.brief.restarts, doing->old.brief.restarts, sizeof doing->old.brief.restarts);
    /* Without its number: not everybody who sees this title may know of that case. */
    doing->file.brief.title = STR("Merged into another case");
    json_put_int(&doing->act.json, "into", doing->what->other);
    json_put_text(&doing->act.json, "reason", doing->what->reason);
    return STATUS_OK;
}

/* The desk's own words of both cases, one below the other. */
static enum status merge_summaries(struct doing *doing, struct error *err)
{
    struct casebook *casebook = doing->desk->casebook;
    int64_t from = doing->what->number;
    int64_t into = doing->what->other;
    str moving = {0};
    str staying = {0};
    enum status status = casebook_summary_get(casebook, doing->arena, from, &moving, err);
    if (status != STATUS_OK || moving.n == 0) {
        return status;
    }
    status = casebook_summary_get(casebook, doing->arena, into, &staying, err);
    if (status == STATUS_OK) {
        str both = staying.n == 0 ? moving
                                  : arena_printf(doing->arena, "%.*s\n\n%.*s", STR_ARG(staying),
                                                 STR_ARG(moving));
        status = casebook_summary_set(casebook, into, both, err);
    }
    return status == STATUS_OK ? casebook_summary_set(casebook, from, (str){0}, err) : status;
}

enum status do_write_merge(struct doing *doing, struct error *err)
{
    struct casebook *casebook = doing->desk->casebook;
    enum status status = merge_summaries(doing, err);
    if (status == STATUS_OK) {
        status = casebook_holds_copy(casebook, doing->what->number, doing->what->other, err);
    }
    return status == STATUS_OK
               ? casebook_case_move(casebook, doing->what->number, doing->what->other, err)
               : status;
}

/* --- incidents of one case --- */

static enum status find_incident(struct doing *doing, int64_t number,
                                 struct casebook_incident *ret_incident, size_t *ret_count,
                                 struct error *err)
{
    struct casebook_incident *rows = NULL;
    size_t count = 0;
    enum status status = casebook_incidents(doing->desk->casebook, doing->arena,
                                            doing->what->number, &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (rows[i].number == number) {
            *ret_incident = rows[i];
            *ret_count = count;
            return STATUS_OK;
        }
    }
    return status != STATUS_OK
               ? status
               : error_set(err, STATUS_INVALID, "Incident %lld is not one of this case.",
                           (long long)number);
}

enum status do_prepare_same(struct doing *doing, struct error *err)
{
    struct casebook_incident incident;
    size_t count = 0;
    if (doing->what->incident == doing->what->other) {
        return error_set(err, STATUS_INVALID, "Choose two different incidents.");
    }
    json_put_int(&doing->act.json, "into", doing->what->incident);
    json_put_int(&doing->act.json, "from", doing->what->other);
    enum status status = find_incident(doing, doing->what->incident, &incident, &count, err);
    return status == STATUS_OK ? find_incident(doing, doing->what->other, &incident, &count, err)
                               : status;
}

enum status do_write_same(struct doing *doing, struct error *err)
{
    return casebook_incident_join(doing->desk->casebook, doing->what->incident, doing->what->other,
                                  err);
}

enum status do_prepare_split(struct doing *doing, struct error *err)
{
    struct casebook_incident incident;
    size_t count = 0;
    json_put_int(&doing->act.json, "incident", doing->what->incident);
    enum status status = find_incident(doing, doing->what->incident, &incident, &count, err);
    if (status == STATUS_OK && count < 2) {
        return error_set(err, STATUS_INVALID,
                         "This is the only incident of the case: there is nothing to split.");
    }
    return status;
}

enum status do_write_split(struct doing *doing, struct error *err)
{
    struct casebook *casebook = doing->desk->casebook;
    struct casebook_incident incident;
    struct casebook_facets facets;
    size_t count = 0;
    struct desk_file file = doing->old;
    enum status status = find_incident(doing, doing->what->incident, &incident, &count, err);
    if (status == STATUS_OK) {
        status = casebook_take(casebook, "case", 1, &file.row.number, err);
    }
    if (status == STATUS_OK) {
        status = casebook_take(casebook, "change", 1, &file.row.change, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    file.row.version = 1;
    /* each keeps only the words of the reports that are in it */
    status = brief_derive(
        doing->desk, doing->arena,
        &(struct derive){.number = doing->what->number, .only_incident = doing->what->incident},
        &file.brief, err);
    if (status == STATUS_OK) {
        status = brief_derive(
            doing->desk, doing->arena,
            &(struct derive){.number = doing->what->number, .skip_incident = doing->what->incident},
            &doing->file.brief, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    /* Out of which one only its history tells, and only whom it may. */
    file.brief.title = arena_printf(doing->arena, "Split off: %.*s", STR_ARG(file.brief.title));
    file.brief.code_count = 0;
    for (size_t i = 0; i < incident.code_count; i++) {
        brief_add_code(&file.brief, incident.codes[i]);
    }
    file_finish(doing->desk, doing->arena, &file);
    brief_facets(doing->desk, &file, &facets);
    doing->new_number = file.row.number;
    status = casebook_case_add(casebook, &file.row, &facets, err);
    if (status == STATUS_OK && file.row.access == ACCESS_NAMED) {
        int64_t *named = NULL;
        size_t named_count = 0;
        status =
            casebook_named(casebook, doing->arena, doing->what->number, &named, &named_count, err);
        if (status == STATUS_OK) {
            status = casebook_named_set(casebook, file.row.number, named, named_count, err);
        }
    }
    if (status == STATUS_OK) { /* who holds the case holds what comes out of it */
        status = casebook_holds_copy(casebook, doing->what->number, file.row.number, err);
    }
    return status == STATUS_OK
               ? casebook_incident_move(casebook, doing->what->incident, file.row.number, err)
               : status;
}
