/* SPDX-License-Identifier: Apache-2.0 */
/* Which doors an office, a kind and a grade lead to; a word that the pack does not know is said so. */
#include "pack/fold.h"
#include "route/route_internal.h"

static const struct pack_office *office_of(const struct pack *pack, str said)
{
    char wanted_bytes[FOLD_NAME_BYTES_MAX];
    char label_bytes[FOLD_NAME_BYTES_MAX];
    const struct pack_office *office = said.n == 0 ? NULL : pack_office(pack, said);
    if (office != NULL || said.n == 0) {
        return office;
    }
    str wanted = fold_name(said, wanted_bytes);
    for (size_t i = 0; i < pack->office_count; i++) {
        const struct pack_office *row = &pack->offices[i];
        bool is_it = str_equal(fold_name(row->id, label_bytes), wanted);
        for (size_t j = 0; j < pack->language_count && !is_it; j++) {
            is_it = str_equal(fold_name(row->label.in[j], label_bytes), wanted);
        }
        for (size_t j = 0; j < row->other_names.count && !is_it; j++) {
            is_it = str_equal(fold_name(row->other_names.items[j], label_bytes), wanted);
        }
        if (is_it && wanted.n > 0) {
            return row;
        }
    }
    return NULL;
}

static const struct pack_code *code_of(const struct pack *pack, str said)
{
    for (size_t i = 0; i < pack->code_count && said.n > 0; i++) {
        if (str_equal_ascii_fold(pack->codes[i].id, said)) {
            return &pack->codes[i];
        }
    }
    return NULL;
}

/* "G4" or "4". */
static bool is_grade(const struct pack_grade *grade, str said)
{
    return str_equal_ascii_fold(grade->id, said) ||
           (said.n == 1 && said.p[0] == '0' + grade->level && grade->id.n > 0);
}

/* NULL: there is none. */
static const struct pack_grade *grade_said(const struct pack *pack, str said)
{
    for (size_t i = 0; i < ARRAY_LEN(pack->grades) && said.n > 0; i++) {
        if (is_grade(&pack->grades[i], said)) {
            return &pack->grades[i];
        }
    }
    return NULL;
}

static int grade_without(const struct pack *pack, const struct pack_code *code)
{
    /* What a person must grade has no grade of its own yet, and waits no less for that. */
    return code != NULL && !code->needs_person ? code->grade : pack->unclassified_grade;
}

/* Are office, kind, grade and nations those of the question before? */
static bool is_like_last(const struct route_work *work, const struct route_query *query,
                         const struct route_answer *answer)
{
    bool is_like = work->last.is_known && work->last.office == answer->office &&
                   work->last.code == answer->code && work->last.grade == answer->grade &&
                   work->last.is_danger_now == query->is_danger_now &&
                   work->last.nation_count == answer->force_count;
    for (size_t i = 0; i < answer->force_count && is_like; i++) {
        is_like = str_equal(work->last.nations[i], answer->forces[i].force->nation);
    }
    return is_like;
}

void find_doors(const struct router *router, struct route_work *work,
                const struct route_query *query, struct route_answer *answer)
{
    const struct pack *pack = router->pack;
    const struct pack_grade *grade = grade_said(pack, str_trim(query->grade));
    answer->office = office_of(pack, str_trim(query->office));
    answer->code = code_of(pack, str_trim(query->kind));
    answer->grade = grade != NULL ? grade->level : grade_without(pack, answer->code);
    answer->unknown_office = answer->office == NULL ? str_trim(query->office) : (str){0};
    answer->unknown_kind = answer->code == NULL ? str_trim(query->kind) : (str){0};
    answer->unknown_grade = grade != NULL ? (str){0} : str_trim(query->grade);
    if (!is_like_last(work, query, answer)) {
        for (size_t i = 0; i < answer->force_count; i++) {
            work->last.nations[i] = answer->forces[i].force->nation;
        }
        struct pack_query asked = {
            .codes = answer->code == NULL ? NULL : &answer->code->id,
            .code_count = answer->code != NULL,
            .grade = answer->grade,
            .is_danger_now = query->is_danger_now,
            .office = answer->office == NULL ? (str){0} : answer->office->id,
            .nations = work->last.nations,
            .nation_count = answer->force_count,
        };
        work->last.is_known = true;
        work->last.is_danger_now = query->is_danger_now;
        work->last.office = answer->office;
        work->last.code = answer->code;
        work->last.grade = answer->grade;
        work->last.nation_count = answer->force_count;
        work->last.door_count = pack_doors_for(pack, &asked, work->last.doors);
    }
    memcpy(answer->doors, work->last.doors, work->last.door_count * sizeof answer->doors[0]);
    answer->door_count = work->last.door_count;
}
