/* SPDX-License-Identifier: Apache-2.0 */
/* What was reported near a site, as a number that moves a plan and gives no case away.
 *
 * Each open case of the site's council counts by its grade, halved every 60 days, shared among the
 * councils that it may lie in; ten times more when a report names the site or its postcode. What was
 * entered at the desk by somebody who only saw it counts at most as much as everything else together,
 * because a patrol sees more where it was sent. The sum s becomes 3 s / (s + 4), in steps of a half:
 * it never reaches 3, and one case more or less seldom shows. */
#include <math.h>

#include "base/utf8.h"
#include "desk/operation_internal.h"
#include "pack/fold.h"
#include "review/release.h"

enum {
    CASES_PAGE = 200,
    CASES_MAX = 2000, /* of a council, most urgent first */
    REPORTS_ASKED = 3,
    TEXTS_MAX = 8,
    COUNCILS_MAX = 64,
    DAYS_MAX = 365,
    HALF_LIFE_DAYS = 60,
    NAME_BYTES_MIN = 8, /* "School" names no site */
    STEP = 500,
    DAYS_NONE = 100000
};
#define DAY_US (24 * HOUR_US)
#define AROUND_SHARE 0.1

struct seen {           /* one site while counting */
    str code;           /* of its council; empty = not known */
    str name, postcode; /* folded */
    double reported, patrolled;
    struct raw_count here;
    int64_t newest_days;
};
struct around {
    str code;
    double reported, patrolled;
    struct raw_count count;
    int64_t newest_days;
};
struct weighing {
    struct desk *desk;
    const struct caller *caller;
    struct operation *operation;
    struct arena *arena; /* lives until the end */
    struct arena cases;  /* one page */
    struct seen *seen;   /* one a site */
    struct around councils[COUNCILS_MAX];
    size_t council_count;
};

static str fold_kept(struct arena *arena, str text)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    return arena_str(arena, fold_name(utf8_clip(text, 200), bytes));
}

static str without_blanks(struct arena *arena, str text)
{
    char *out = ARENA_ARRAY(arena, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_is_space(text.p[i])) {
            out[n++] = ascii_lower(text.p[i]);
        }
    }
    return str_from(out, n);
}

/* --- one case --- */

struct telling { /* what its reports say */
    str places[TEXTS_MAX];
    str postcodes[TEXTS_MAX];
    size_t count;
    bool is_patrol;
};

/* Entered at the desk, and not for the person who was targeted. */
static bool is_of_patrol(const struct letter_body *body)
{
    str relation = body->report.relation;
    return body->source == SOURCE_DESK && (relation.n == 0 || str_equal(relation, STR("witness")) ||
                                           str_equal(relation, STR("officer")));
}

static enum status ask_reports(struct weighing *w, int64_t number, struct telling *telling,
                               struct error *err)
{
    struct casebook_report *rows = NULL;
    size_t count = 0;
    size_t opened = 0;
    *telling = (struct telling){.is_patrol = true};
    enum status status = casebook_reports(w->desk->casebook, &w->cases, number, 0, REPORTS_ASKED,
                                          &rows, &count, err);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct desk_report report;
        if (report_open(w->desk, &w->cases, &rows[i], &report, NULL) != STATUS_OK ||
            report.is_erased || report.body.is_added) {
            continue; /* one that does not open tells nothing */
        }
        opened++;
        telling->is_patrol = telling->is_patrol && is_of_patrol(&report.body);
        telling->places[telling->count] = fold_kept(&w->cases, report.body.report.place);
        telling->postcodes[telling->count++] =
            without_blanks(&w->cases, report.body.report.postcode);
    }
    telling->is_patrol = telling->is_patrol && opened > 0;
    return status;
}

static bool names_site(const struct telling *telling, const struct seen *seen)
{
    for (size_t i = 0; i < telling->count; i++) {
        str place = telling->places[i];
        bool is_postcode = seen->postcode.n > 0 && str_equal(seen->postcode, telling->postcodes[i]);
        bool is_name = seen->name.n >= NAME_BYTES_MIN && str_find(place, seen->name) < place.n;
        if (is_postcode || is_name) {
            return true;
        }
    }
    return false;
}

static double worth_of(int64_t grade, int64_t days)
{
    static const double grades[DESK_GRADES] = {0, 0.5, 1, 2, 4, 8};
    return grade >= 0 && grade < DESK_GRADES ? grades[grade] * exp2(-(double)days / HALF_LIFE_DAYS)
                                             : 0;
}

static void count_case(struct weighing *w, struct around *around, const struct telling *telling,
                       double worth, int64_t days)
{
    raw_count_add(&around->count, 1);
    around->newest_days = days < around->newest_days ? days : around->newest_days;
    *(telling->is_patrol ? &around->patrolled : &around->reported) += worth * AROUND_SHARE;
    for (size_t i = 0; i < w->operation->site_count; i++) {
        struct seen *seen = &w->seen[i];
        if (str_equal(seen->code, around->code) && names_site(telling, seen)) {
            raw_count_add(&seen->here, 1);
            seen->newest_days = days < seen->newest_days ? days : seen->newest_days;
            *(telling->is_patrol ? &seen->patrolled : &seen->reported) += worth;
        }
    }
}

static enum status look_at(struct weighing *w, struct around *around,
                           const struct casebook_case *row, struct error *err)
{
    struct brief brief;
    struct telling telling;
    /* A restricted case stays out: its place may be all that somebody needs to know. */
    if (row->access != ACCESS_OPEN || row->state == CASE_MERGED || row->practice != 0 ||
        brief_decode(&w->cases, row->brief, &brief, NULL) != STATUS_OK) {
        return STATUS_OK;
    }
    int64_t days = (w->caller->now - brief.received) / DAY_US;
    days = days < 0 ? 0 : days;
    double worth = worth_of(row->grade, days);
    if (days > DAYS_MAX || worth <= 0) {
        return STATUS_OK;
    }
    size_t shared = brief.route.district_count > 1 ? brief.route.district_count : 1;
    enum status status = ask_reports(w, row->number, &telling, err);
    if (status == STATUS_OK) {
        count_case(w, around, &telling, worth / (double)shared, days);
    }
    return status;
}

static enum status look_around(struct weighing *w, struct around *around, struct error *err)
{
    str area = arena_printf(w->arena, "district:%.*s", STR_ARG(around->code));
    struct casebook_query query = {
        .tags = {area_tag(w->desk, area),
                 casebook_tag(w->desk->casebook, STR("state"), STR("live"))},
        .tag_count = 2,
        .rank_after = -1,
        .grade = -1,
        .practice = 0,
        .officer = -1,
        .sees_restricted = true};
    enum status status = STATUS_OK;
    for (size_t seen = 0; seen < CASES_MAX && status == STATUS_OK; seen += CASES_PAGE) {
        struct casebook_case *rows = NULL;
        size_t count = 0;
        arena_reset(&w->cases);
        status = casebook_queue(w->desk->casebook, &query, CASES_PAGE, &w->cases, &rows, &count,
                                &query.rank_after, err);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = look_at(w, around, &rows[i], err);
        }
        if (query.rank_after < 0) {
            break;
        }
    }
    return status;
}

/* --- all sites --- */

static str band_of(int64_t days)
{
    return days >= DAYS_NONE ? (str){0}
           : days < 7        ? STR("under 7 days old")
           : days < 30       ? STR("under 30 days old")
           : days < 90       ? STR("under 90 days old")
                             : STR("older than 90 days");
}

static double capped(double reported, double patrolled)
{
    return reported + (patrolled < reported ? patrolled : reported);
}

static int64_t step_of(double sum)
{
    int64_t exact = (int64_t)(3000 * sum / (sum + 4));
    return (exact + STEP / 2) / STEP * STEP;
}

static void finish(struct weighing *w)
{
    for (size_t i = 0; i < w->operation->site_count; i++) {
        struct operation_site *site = &w->operation->sites[i];
        const struct seen *seen = &w->seen[i];
        const struct around *around = NULL;
        int64_t newest = seen->newest_days;
        for (size_t k = 0; k < w->council_count; k++) {
            around = str_equal(w->councils[k].code, seen->code) ? &w->councils[k] : around;
        }
        double reported = seen->reported + (around == NULL ? 0 : around->reported);
        double patrolled = seen->patrolled + (around == NULL ? 0 : around->patrolled);
        site->reported = step_of(capped(reported, patrolled));
        site->reported_here = released_text(w->arena, release(seen->here));
        site->reported_around =
            around == NULL ? (str){0} : released_text(w->arena, release(around->count));
        newest = around != NULL && around->newest_days < newest ? around->newest_days : newest;
        site->newest = band_of(newest);
    }
}

static struct around *council_of(struct weighing *w, str code)
{
    for (size_t i = 0; i < w->council_count; i++) {
        if (str_equal(w->councils[i].code, code)) {
            return &w->councils[i];
        }
    }
    if (w->council_count == COUNCILS_MAX) {
        return NULL;
    }
    w->councils[w->council_count] = (struct around){.code = code, .newest_days = DAYS_NONE};
    return &w->councils[w->council_count++];
}

static str code_of(const struct weighing *w, const struct operation_site *site)
{
    struct directory_area area;
    const struct pack *pack = w->desk->options.pack;
    const struct pack_district *district = NULL;
    if (pack != NULL) {
        district = pack_district(pack, site->council.n > 0 ? site->council : site->area);
    }
    if (district != NULL) {
        return district->gss;
    }
    return pack != NULL && site->area.n > 0 && area_find(pack, site->area, &area) ? area.code
                                                                                  : site->council;
}

enum status change_count(struct changing *changing, struct error *err)
{
    struct weighing *w = ARENA_NEW(changing->arena, struct weighing);
    struct operation *operation = changing->operation;
    enum status status = STATUS_OK;
    *w = (struct weighing){.desk = changing->desk,
                           .caller = changing->caller,
                           .operation = operation,
                           .arena = changing->arena};
    arena_init(&w->cases, DESK_WORK_BYTES_MAX);
    w->seen = ARENA_ARRAY(w->arena, struct seen, operation->site_count + 1);
    for (size_t i = 0; i < operation->site_count; i++) {
        const struct operation_site *site = &operation->sites[i];
        w->seen[i] = (struct seen){.code = code_of(w, site),
                                   .name = fold_kept(w->arena, site->name),
                                   .postcode = without_blanks(w->arena, site->postcode),
                                   .newest_days = DAYS_NONE};
        if (w->seen[i].code.n > 0) {
            (void)council_of(w, w->seen[i].code);
        }
    }
    for (size_t i = 0; i < w->council_count && status == STATUS_OK; i++) {
        status = look_around(w, &w->councils[i], err);
    }
    if (status == STATUS_OK) {
        finish(w);
        operation->looked_at = changing->caller->now;
        changing->done->changed = operation->site_count;
    }
    arena_close(&w->cases);
    return status;
}
