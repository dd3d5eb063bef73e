/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: what a planner asks of a plan (what if) gives a plan of exactly the problem that was asked for,
 * beside the one that is there, and nobody publishes it without what differs being said.
 * Method: a desk with a letterbox in memory on an invented polling day, on both engines. */
#include "../support/operation_bench.h"

#include "desk/operation_ask.h"
#include "desk/operation_day.h"
#include "plan/day.h"
#include "plan/result.h"

static int64_t first_plan(struct fixture *f)
{
    fill(f);
    search(f, "first");
    return look(f).plans[0].leaf;
}

static struct plan_problem problem_of(struct fixture *f, int64_t leaf)
{
    struct desk_plan plan = {0};
    struct plan_problem problem;
    struct plan_result result;
    OK(desk_plan_read(f->d.desk, &f->planner, leaf, STR("read"), STR(""), &f->d.arena, &plan,
                      &err));
    OK(plan_texts_read(&f->d.arena, plan.problem, plan.result, &problem, &result, &err));
    return problem;
}

static struct plan_change more_units(void)
{
    struct plan_change wanted = plan_change_none();
    wanted.units = 2;
    wanted.like = 0;
    wanted.base = STR("base");
    return wanted;
}

static void test_fork(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct plan_problem before = problem_of(&f, first);
    struct plan_change wanted = more_units();
    wanted.sites_out = (const str[]){STR("b")};
    wanted.sites_out_count = 1;
    OK(desk_plan_fork(f.d.desk, &f.planner, first, &wanted, 1, &err));
    struct desk_operation view = look(&f);
    assert_int_equal(view.searches[0].state, SEARCH_DONE);
    assert_int_equal(view.plan_count, 2);
    const struct desk_plan_row *fork = &view.plans[0];
    assert_int_equal(fork->state, PLAN_DRAFT);
    assert_int_equal(fork->fork, first);
    assert_int_equal(fork->fork_number, 1);
    assert_str(fork->why,
               "What if: 2 more units like P1 at Harbour station; nobody goes to Market House");
    assert_str(fork->differs,
               "2 more units like P1 at Harbour station; nobody goes to Market House");
    struct plan_problem after = problem_of(&f, fork->leaf);
    assert_int_equal(after.unit_count, before.unit_count + 2);
    assert_int_equal(after.task_count, before.task_count - 2);
    /* of the fork another one, and both changes are said */
    wanted = plan_change_none();
    wanted.units_out = (const str[]){STR("P2")};
    wanted.units_out_count = 1;
    OK(desk_plan_fork(f.d.desk, &f.planner, fork->leaf, &wanted, 1, &err));
    view = look(&f);
    assert_str(view.plans[0].differs, "2 more units like P1 at Harbour station; nobody goes to "
                                      "Market House; without unit P2");
    assert_int_equal(view.operation.unit_count, 3); /* the operation stays as it is */
    fixture_close(&f);
}

static void says(struct fixture *f, int64_t leaf, const struct plan_change *wanted, int64_t seconds,
                 const char *words)
{
    struct error said = {0};
    size_t plans = look(f).plan_count;
    assert_int_equal(desk_plan_fork(f->d.desk, &f->planner, leaf, wanted, seconds, &said),
                     STATUS_INVALID);
    if (!has(str_c(said.primary), words)) {
        fail_msg("%s", said.primary);
    }
    assert_int_equal(look(f).plan_count, plans);
}

static void test_fork_refused(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct plan_change wanted = plan_change_none();
    says(&f, first, &wanted, 1, "Nothing is changed yet.");
    wanted = more_units();
    says(&f, first, &wanted, 0, "A search takes 1 to");
    ENDS(desk_plan_fork(f.d.desk, &f.d.triager, first, &wanted, 1, &err), STATUS_DENIED);
    ENDS(desk_plan_fork(f.d.desk, &f.planner, 999999, &wanted, 1, &err), STATUS_NOT_FOUND);
    wanted = plan_change_none();
    wanted.visits = 61;
    says(&f, first, &wanted, 1, "This cannot be tried: ");
    wanted = plan_change_none();
    wanted.end_by_s = 4 * 3600;
    says(&f, first, &wanted, 1, "the duty of unit P1 would be longer than 12 hours");
    struct operation_rules rules = look(&f).operation.rules;
    rules.has_hours = false;
    OK(change(&f, (struct operation_change){.kind = OPERATION_RULES, .rules = rules}));
    OK(desk_plan_fork(f.d.desk, &f.planner, first, &wanted, 1, &err));
    OK(change(&f, (struct operation_change){.kind = OPERATION_CLOSE}));
    says(&f, first, &wanted, 1, "This operation is closed.");
    fixture_close(&f);
}

/* The longest duty is a rule that can be switched off: whom it left out is there, and may stay longer. */
static void test_fork_without_longest_duty(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    fill(&f);
    OK(change(&f,
              (struct operation_change){
                  .kind = OPERATION_UNITS,
                  .text = STR("id,base,start,end,officers,mode,skills\n"
                              "P5,base,06:00,22:30,2,foot,dog\nP6,base,08:00,12:00,2,car,boat\n"),
                  .name = STR("units.csv"),
                  .from = STR("file")}));
    search(&f, "first");
    int64_t first = look(&f).plans[0].leaf;
    struct plan_problem before = problem_of(&f, first);
    assert_true(has(look(&f).plans[0].left_out, "unit P3: its duty is longer"));
    assert_int_equal(plan_find_unit(&before, STR("P3")), PLAN_NONE);
    struct plan_change wanted = plan_change_none();
    wanted.has_no_hours = true;
    OK(desk_plan_fork(f.d.desk, &f.planner, first, &wanted, 1, &err));
    struct desk_plan_row fork = look(&f).plans[0];
    assert_str(fork.differs, "no longest duty; with unit P3, P5");
    assert_int_equal(fork.left_out.n, 0);
    struct plan_problem after = problem_of(&f, fork.leaf);
    assert_int_equal(after.unit_count, before.unit_count + 2);
    const struct plan_unit *dog = &after.units[plan_find_unit(&after, STR("P5"))];
    assert_int_equal(dog->end - dog->start, 16 * 3600 + 1800);
    assert_str(after.modes[dog->mode].id, "foot");
    for (uint32_t i = 0; i < after.skill_count; i++) {
        assert_int_equal(dog->skills >> i & 1, str_equal(after.skills[i], STR("dog")));
    }
    assert_int_equal(after.skill_count, 2);
    says(&f, fork.leaf, &wanted, 1, "the longest duty is no rule of this plan already");
    /* of that one another: longer hours are no matter any more */
    wanted = plan_change_none();
    wanted.end_by_s = 6 * 3600;
    wanted.shifted = STR("P1");
    says(&f, first, &wanted, 1, "the duty of unit P1 would be longer than 12 hours");
    OK(desk_plan_fork(f.d.desk, &f.planner, fork.leaf, &wanted, 1, &err));
    wanted.has_no_hours = true;
    OK(desk_plan_fork(f.d.desk, &f.planner, first, &wanted, 1, &err)); /* or both at once */
    /* where nobody is left out it changes nothing */
    OK(change(&f, (struct operation_change){.kind = OPERATION_REMOVE_UNIT,
                                            .ids = (const str[]){STR("P3"), STR("P5")},
                                            .id_count = 2}));
    search(&f, "none left out");
    wanted = plan_change_none();
    wanted.has_no_hours = true;
    says(&f, look(&f).plans[0].leaf, &wanted, 1, "no unit is left out for its long duty");
    fixture_close(&f);
}

/* What differs is said before it is in force; then it stands in the row for good. */
static void test_publish_fork(void **state)
{
    struct fixture f;
    struct error said = {0};
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct plan_change wanted = more_units();
    OK(desk_plan_fork(f.d.desk, &f.planner, first, &wanted, 1, &err));
    int64_t fork = look(&f).plans[0].leaf;
    assert_int_equal(desk_plan_publish(f.d.desk, &f.planner, fork, &f.d.arena, &said),
                     STATUS_INVALID);
    assert_true(has(str_c(said.primary), "What differs: 2 more units like P1"));
    assert_int_equal(look(&f).plans[0].state, PLAN_DRAFT);
    str read = seen_with(&f, fork);
    ENDS(desk_plan_publish_changed(f.d.desk, &f.d.triager, fork, read, &f.d.arena, &err),
         STATUS_DENIED);
    ENDS(desk_plan_publish_changed(f.d.desk, &f.planner, fork, STR("1"), &f.d.arena, &err),
         STATUS_CONFLICT);
    OK(desk_plan_publish_changed(f.d.desk, &f.planner, fork, read, &f.d.arena, &err));
    struct desk_operation view = look(&f);
    assert_int_equal(view.plans[0].state, PLAN_PUBLISHED);
    assert_str(view.plans[0].differs, "2 more units like P1 at Harbour station");
    assert_int_equal(view.plans[0].fork, first);
    OK(desk_plan_publish(f.d.desk, &f.planner, first, &f.d.arena, &err)); /* and back */
    fixture_close(&f);
}

/* --- what a plan does otherwise, taken over --- */

/* Groups by the order of their tasks: one that has none any more is of no matter. */
static void number_groups(struct fixture *f, struct plan_problem *problem)
{
    struct plan_group *groups =
        ARENA_ARRAY(&f->d.arena, struct plan_group, problem->group_count + 1);
    uint32_t *now = ARENA_ARRAY(&f->d.arena, uint32_t, problem->group_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < problem->task_count; i++) {
        struct plan_task *task = &problem->tasks[i];
        if (task->group != PLAN_NONE && now[task->group] == 0) {
            groups[count] = problem->groups[task->group];
            now[task->group] = ++count;
        }
        task->group = task->group == PLAN_NONE ? PLAN_NONE : now[task->group] - 1;
    }
    problem->groups = groups;
    problem->group_count = count;
}

/* What the next search would plan, and what the plan was made of, written alike. */
static void same_problem(struct fixture *f, int64_t leaf)
{
    struct operation operation = look(f).operation;
    struct plan_problem wanted = problem_of(f, leaf);
    struct plan_problem next;
    struct plan_refused refused;
    struct buf text[3];
    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        buf_init(&text[i], OPERATION_BODY_BYTES_MAX);
    }
    plan_refused_init(&refused);
    OK(operation_problem(&operation, &text[0], &text[1], &err));
    OK(plan_problem_read(&f->d.arena, buf_str(&text[0]), &next, &refused, &err));
    assert_int_equal(refused.count, 0);
    buf_clear(&text[0]);
    number_groups(f, &next);
    number_groups(f, &wanted);
    plan_problem_write(&next, &text[0]);
    plan_problem_write(&wanted, &text[2]);
    if (!str_equal(buf_str(&text[0]), buf_str(&text[2]))) {
        fail_msg("%.*s\n--- wanted:\n%.*s", STR_ARG(buf_str(&text[0])), STR_ARG(buf_str(&text[2])));
    }
    plan_refused_close(&refused);
    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        buf_close(&text[i]);
    }
}

static void put_in_force(struct fixture *f, int64_t leaf)
{
    OK(desk_plan_publish_changed(f->d.desk, &f->planner, leaf, seen_with(f, leaf), &f->d.arena,
                                 &err));
}

static enum status take(struct fixture *f, int64_t leaf)
{
    return change(f, (struct operation_change){.kind = OPERATION_TAKE, .plan = leaf});
}

static int64_t fork_of(struct fixture *f, int64_t leaf, struct plan_change wanted)
{
    OK(desk_plan_fork(f->d.desk, &f->planner, leaf, &wanted, 1, &err));
    return look(f).plans[0].leaf;
}

/* A list that does not fit says how many there are more. */
static void test_long_list_of_losses(void **state)
{
    struct fixture f;
    struct casebook_plan row = {0};
    struct buf text;
    fixture_open(&f, state);
    fill(&f);
    search(&f, "first");
    search(&f, "second");
    struct desk_operation view = look(&f);
    OK(casebook_plan_get(f.d.desk->casebook, &f.d.arena, view.plans[0].leaf, &row, &err));
    size_t at = str_find(row.problem, STR("\"tasks\":[")) + strlen("\"tasks\":[");
    assert_true(at < row.problem.n && row.problem.p[at] == ']'); /* visits only */
    buf_init(&text, 1024 * 1024);
    buf_add(&text, str_slice(row.problem, 0, at));
    for (int i = 0; i < 200; i++) {
        buf_printf(&text,
                   "%s{\"id\":\"sent 08:40, plan 2: number %03d and %080d\",\"site\":\"b\","
                   "\"open_s\":31200,\"close_s\":33000,\"dwell_s\":600,\"profit\":1}",
                   i > 0 ? "," : "", i, 0);
    }
    buf_add(&text, str_slice(row.problem, at, row.problem.n));
    row.leaf = 100000;
    row.state = PLAN_PUBLISHED;
    row.problem = buf_str(&text);
    OK(casebook_begin(f.d.desk->casebook, &err));
    OK(casebook_plan_add(f.d.desk->casebook, &row, &err));
    OK(casebook_commit(f.d.desk->casebook, &err));
    struct desk_plan_lost lost = lost_with(&f, view.plans[1].leaf);
    size_t lines = 0;
    for (str rest = lost.words, line = {0}; str_next_line(&rest, &line);) {
        lines++;
    }
    assert_int_equal(lost.count, 200);
    assert_in_range(lines, 100, 199);
    assert_true(has(
        lost.words,
        arena_printf(&f.d.arena, "and %zu more, which do not fit here\n", 200 - (lines - 1)).p));
    OK(desk_plan_publish_changed(f.d.desk, &f.planner, view.plans[1].leaf, lost.seen, &f.d.arena,
                                 &err));
    assert_true(has(published_act(&f), "\"given_up\":200"));
    buf_close(&text);
    fixture_close(&f);
}

/* The answer is kept with the plan that proves it, and is a draft only when somebody takes it. */
static void test_more(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct plan_problem before = problem_of(&f, first);
    struct desk *desk = f.d.desk;
    /* two visits at night, when only new units of that shift are there */
    OK(change(&f, (struct operation_change){
                      .kind = OPERATION_SITES,
                      .text = STR("id,name,area,lon,lat,from,to,visits,dwell_min\n"
                                  "n1,Night one,Nightly,-5.51,50.1,23:00,23:20,1,20\n"
                                  "n2,Night two,Nightly,-5.52,50.1,23:00,23:20,1,20\n"),
                      .name = STR("sites.csv"),
                      .from = STR("file")}));
    search(&f, "with the night");
    int64_t night = look(&f).plans[0].leaf;
    struct desk_question q = {.goal = STR("area:Nightly"),
                              .base = STR("base"),
                              .mode = STR("car"),
                              .start_s = 22 * 3600,
                              .end_s = 26 * 3600,
                              .officers = 2,
                              .seconds = 1};
    OK(desk_plan_more(desk, &f.planner, night, &q, &err));
    struct desk_operation view = look(&f);
    if (view.searches[0].state != SEARCH_DONE) {
        fail_msg("%s", view.searches[0].words);
    }
    const struct desk_plan_row *answer = &view.plans[0];
    assert_int_equal(answer->state, PLAN_FOUND);
    assert_int_equal(answer->fork, night);
    assert_str(answer->why, "How many more units of 2 officers at Harbour station from 22:00 to "
                            "02:00+1 for all visits in Nightly?");
    assert_str(answer->differs, "all visits in Nightly must be made; 2 more units: new+1, new+2");
    assert_true(has(answer->more, "\"at_least\":{\"units\":2"));
    assert_true(has(answer->more, "\"at_most\":{\"units\":2"));
    assert_int_equal(answer->unmet, 0);
    assert_int_equal(problem_of(&f, answer->leaf).unit_count, before.unit_count + 2);
    ENDS(desk_plan_publish_changed(desk, &f.planner, answer->leaf, seen_with(&f, answer->leaf),
                                   &f.d.arena, &err),
         STATUS_INVALID);
    ENDS(desk_plan_take(desk, &f.d.triager, answer->leaf, &f.d.arena, &err), STATUS_DENIED);
    ENDS(desk_plan_take(desk, &f.planner, night, &f.d.arena, &err), STATUS_INVALID);
    OK(desk_plan_take(desk, &f.planner, answer->leaf, &f.d.arena, &err));
    ENDS(desk_plan_take(desk, &f.planner, answer->leaf, &f.d.arena, &err), STATUS_INVALID);
    ENDS(desk_plan_publish(desk, &f.planner, answer->leaf, &f.d.arena, &err), STATUS_INVALID);
    OK(desk_plan_publish_changed(desk, &f.planner, answer->leaf, seen_with(&f, answer->leaf),
                                 &f.d.arena, &err));
    view = look(&f);
    assert_int_equal(view.plans[0].state, PLAN_PUBLISHED);
    assert_true(has(view.plans[0].more, "\"curve\"")); /* the answer can be looked at again */
    int64_t taken = view.plans[0].leaf;
    OK(take(&f, taken));
    assert_int_equal(f.changed.refused, 0);
    same_problem(&f, taken);
    fixture_close(&f);
}

/* A what-if of each kind and of all of them: the operation then is what was planned for. */
static void test_take(void **state)
{
    static const str unit_out[] = {STR_INIT("P2")};
    static const str site_out[] = {STR_INIT("b")};
    struct plan_change kinds[11];
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        kinds[i] = plan_change_none();
    }
    struct plan_change *all = &kinds[10];
    kinds[0].units = all->units = 2;
    kinds[0].like = all->like = 0;
    kinds[0].base = all->base = STR("base");
    kinds[1].units_out = all->units_out = unit_out;
    kinds[1].units_out_count = all->units_out_count = 1;
    kinds[2].sites_out = all->sites_out = site_out;
    kinds[2].sites_out_count = all->sites_out_count = 1;
    kinds[3].start_by_s = all->start_by_s = 1800;
    kinds[3].end_by_s = all->end_by_s = -3600;
    kinds[4].visits = all->visits = 5;
    kinds[4].area = STR("Carrek Loos");
    kinds[5].dwell_s = all->dwell_s = 1200;
    kinds[5].site = STR("a");
    kinds[6].risk_percent = all->risk_percent = 140;
    kinds[7].has_no_breaks = all->has_no_breaks = true;
    kinds[8].has_no_pairs = all->has_no_pairs = true;
    kinds[9].has_no_spacing = all->has_no_spacing = true;
    struct fixture f;
    fixture_open(&f, state);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        OK(desk_operation_make(f.d.desk, &f.planner, STR("Again"), STR("2026-05-07"), &f.number,
                               &err));
        fill(&f);
        OK(change(&f,
                  (struct operation_change){
                      .kind = OPERATION_SITES,
                      .text = STR("id,name,area,lon,lat,from,to,visits,post,officers,mandatory\n"
                                  "h,Town hall,Kernow,-5.53,50.11,09:00,12:00,0,1,1,\n"
                                  "s,School,Kernow,-5.54,50.11,09:00,18:00,1,0,2,yes\n"),
                      .name = STR("more.csv"),
                      .from = STR("file")}));
        OK(change(&f, (struct operation_change){
                          .kind = OPERATION_UNITS,
                          .text = STR("id,base,start,end,officers,mode,skills,break_min,break_from,"
                                      "break_to,brief_min\n"
                                      "P7,base,07:00,15:00,2,foot,dog,30,10:00,,15\n"),
                          .name = STR("units.csv"),
                          .from = STR("file")}));
        search(&f, "first");
        int64_t first = look(&f).plans[0].leaf;
        int64_t fork = fork_of(&f, first, kinds[i]);
        str differs = look(&f).plans[0].differs;
        assert_int_equal(look(&f).take.leaf, 0); /* nobody follows it yet */
        put_in_force(&f, fork);
        struct desk_operation view = look(&f);
        assert_int_equal(view.take.leaf, fork);
        for (size_t k = 0; k < view.take.count; k++) {
            assert_false(view.take.parts[k].is_by_hand);
            assert_true(str_find(differs, view.take.parts[k].words) < differs.n);
        }
        if (take(&f, fork) != STATUS_OK || f.changed.refused > 0) {
            fail_msg("%zu: %s\n%.*s", i, f.said.primary, STR_ARG(f.changed.refusals));
        }
        same_problem(&f, fork);
        view = look(&f);
        assert_int_equal(view.take.leaf, 0);
        assert_int_equal(view.plans[0].differs.n, 0);
        assert_true(view.plans[0].taken.n == differs.n && view.plans[0].taken_officer == 2);
        ENDS(take(&f, fork), STATUS_CONFLICT); /* once */
    }
    fixture_close(&f);
}

/* Only of the plan in force, as it was shown; what cannot be is named, stays said, and is not asked twice. */
static void test_take_in_part(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct plan_change wanted = more_units();
    wanted.has_no_hours = true;
    wanted.units_out = (const str[]){STR("P2")};
    wanted.units_out_count = 1;
    int64_t fork = fork_of(&f, first, wanted);
    wanted = plan_change_none();
    wanted.dwell_s = 600;
    int64_t of_fork = fork_of(&f, fork, wanted); /* made before anything is taken over */
    ENDS(take(&f, fork), STATUS_CONFLICT);
    put_in_force(&f, fork);
    struct operation_change stale = {.kind = OPERATION_TAKE,
                                     .number = f.number,
                                     .plan = fork,
                                     .version = look(&f).operation.version};
    OK(change(&f, (struct operation_change){.kind = OPERATION_REMOVE_UNIT,
                                            .ids = (const str[]){STR("P2")},
                                            .id_count = 1}));
    ENDS(desk_operation_change(f.d.desk, &f.planner, &stale, &f.d.arena, &f.changed, &err),
         STATUS_CONFLICT);
    assert_int_equal(look(&f).take.leaf, fork);
    OK(take(&f, fork));
    assert_int_equal(f.changed.added, 2);
    assert_int_equal(f.changed.refused, 1);
    assert_str(f.changed.refusals, "without unit P2: the operation has no unit P2\n");
    struct desk_operation view = look(&f);
    assert_false(view.operation.rules.has_hours);
    assert_int_equal(view.operation.unit_count, 4);
    assert_int_equal(view.take.leaf, 0);
    assert_str(view.plans[1].differs, "without unit P2");
    assert_str(view.plans[1].taken, "no longest duty; 2 more units like P1 at Harbour station");
    struct desk_act *acts = NULL;
    size_t count = 0;
    OK(desk_acts(f.d.desk, &f.d.auditor, 0, 20, &f.d.arena, &acts, &count, &err));
    size_t at = 0;
    while (at + 1 < count && !str_equal(acts[at].verb, STR("operation.take"))) {
        at++;
    }
    assert_true(has(acts[at].detail, "\"taken\":[\"no longest duty\",\"2 more units like P1 at "
                                     "Harbour station\"],\"left\":\"without unit P2\""));
    /* what comes from it says no longer what was taken over, and has its own to be taken */
    assert_str(view.plans[0].differs, "without unit P2; 10 min a visit");
    put_in_force(&f, of_fork);
    view = look(&f);
    assert_int_equal(view.take.leaf, of_fork);
    assert_int_equal(view.take.count, 1);
    assert_str(view.take.parts[0].words, "10 min a visit");
    ENDS(take(&f, fork), STATUS_CONFLICT);
    OK(take(&f, of_fork));
    same_problem(&f, of_fork);
    assert_str(look(&f).plans[0].differs, "without unit P2");
    fixture_close(&f);
}

static struct desk_happening a_crowd(int32_t now_s)
{
    return (struct desk_happening){.now_s = now_s,
                                   .words = STR("a crowd"),
                                   .site = STR("a"),
                                   .dwell_minutes = 30,
                                   .within_minutes = 60,
                                   .officers = 2,
                                   .units_max = 3};
}

/* All of it is gone since: that is said, and nothing is changed or taken for done. */
static void test_take_nothing(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    struct plan_change wanted = plan_change_none();
    wanted.units_out = (const str[]){STR("P2")};
    wanted.units_out_count = 1;
    int64_t fork = fork_of(&f, first_plan(&f), wanted);
    put_in_force(&f, fork);
    OK(change(&f, (struct operation_change){
                      .kind = OPERATION_REMOVE_UNIT, .ids = wanted.units_out, .id_count = 1}));
    int64_t version = look(&f).operation.version;
    ENDS(take(&f, fork), STATUS_INVALID);
    assert_true(has(str_c(f.said.primary), "Nothing of it could be taken over."));
    assert_str(f.changed.refusals, "without unit P2: the operation has no unit P2\n");
    struct desk_operation view = look(&f);
    assert_int_equal(view.operation.version, version);
    assert_int_equal(view.take.leaf, fork);
    assert_str(view.plans[0].differs, "without unit P2");
    /* a mended plan does what the plan does that it mends */
    struct desk_happening what = a_crowd(8 * 3600);
    OK(desk_plan_mend(f.d.desk, &f.planner, fork, &what, &err));
    int64_t mended = look(&f).plans[0].leaf;
    put_in_force(&f, mended);
    OK(change(&f, (struct operation_change){.kind = OPERATION_UNITS,
                                            .text = str_c(units_csv),
                                            .name = STR("units.csv")}));
    view = look(&f);
    assert_int_equal(view.take.leaf, mended);
    OK(take(&f, mended));
    view = look(&f);
    assert_int_equal(view.operation.unit_count, 2);
    assert_str(view.plans[0].taken, "without unit P2");
    assert_int_equal(view.plans[0].differs.n + view.plans[1].differs.n, 0);
    fixture_close(&f);
}

/* P1 told at twenty to four, ten minutes after its duty, that it arrived; the plan is mended with that. */
static int64_t mend_late(struct fixture *f)
{
    int64_t first = first_plan(f);
    struct arena *arena = &f->d.arena;
    struct unit_card *card = ARENA_NEW(arena, struct unit_card);
    struct unit_links made;
    size_t at = 0;
    put_in_force(f, first);
    OK(desk_unit_links(f->d.desk, &f->planner, first, arena, &made, &err));
    while (!str_equal(made.items[at].unit, STR("P1"))) {
        at++;
    }
    OK(desk_unit_card(f->d.desk, made.items[at].token, bench_now, arena, card, &err));
    time_us late = plan_moment(&card->problem, (15 * 60 + 40) * 60 * card->problem.ticks_per_s);
    str task = card->problem.tasks[card->result.routes[card->unit].stops[0].task].id;
    struct unit_press press = {PLAN_TOLD_ARRIVED, task, 0};
    OK(desk_unit_tell(f->d.desk, made.items[at].token, &press, late, arena, &err));
    struct desk_happening what = a_crowd(15 * 3600 + 45 * 60);
    OK(desk_plan_mend(f->d.desk, &f->planner, first, &what, &err));
    return look(f).plans[0].leaf;
}

/* Whom the day made late forbids no what-if but more units of so long a duty. */
static void test_late_forbids_nothing_else(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t mended = mend_late(&f);
    struct plan_problem problem = problem_of(&f, mended);
    const struct plan_unit *late = &problem.units[plan_find_unit(&problem, STR("P1"))];
    assert_true(late->end > (15 * 60 + 30) * 60 * problem.ticks_per_s);
    struct operation_rules rules = look(&f).operation.rules;
    rules.hours_max = 9;
    OK(change(&f, (struct operation_change){.kind = OPERATION_RULES, .rules = rules}));
    struct plan_change wanted = plan_change_none();
    wanted.units = 1;
    wanted.like = plan_find_unit(&problem, STR("P2"));
    wanted.base = STR("base");
    OK(desk_plan_fork(f.d.desk, &f.planner, mended, &wanted, 1, &err));
    wanted = plan_change_none();
    wanted.units = 1;
    wanted.like = plan_find_unit(&problem, STR("P1"));
    wanted.base = STR("base");
    says(&f, mended, &wanted, 1, "would be longer than 9 hours");
    fixture_close(&f);
}

static void asks(struct fixture *f, int64_t leaf, const struct desk_question *q, const char *words)
{
    struct error said = {0};
    assert_int_equal(desk_plan_more(f->d.desk, &f->planner, leaf, q, &said), STATUS_INVALID);
    if (!has(str_c(said.primary), words)) {
        fail_msg("%s", said.primary);
    }
}

static void test_more_refused(void **state)
{
    struct fixture f;
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct desk_question q = {.goal = STR("120%"), .seconds = 1};
    asks(&f, first, &q, "This cannot be the goal: ");
    q.goal = STR("mandatory");
    asks(&f, first, &q, "Nothing in this plan must be done");
    q.goal = STR("site:base");
    asks(&f, first, &q, "Nobody has to go to Harbour station.");
    q.goal = STR("90%");
    q.like = STR("P9");
    asks(&f, first, &q, "No unit of this plan is called 'P9'.");
    q.like = (str){0};
    q.base = STR("nowhere");
    asks(&f, first, &q, "at which site");
    q.base = STR("base");
    q.start_s = q.end_s = 3600;
    asks(&f, first, &q, "would end before they begin");
    q.end_s = 20 * 3600;
    asks(&f, first, &q, "longer than 12 hours");
    q.end_s = 8 * 3600;
    asks(&f, first, &q, "A unit has 1 to 100 officers.");
    q.base = (str){0};
    q.seconds = 601;
    asks(&f, first, &q, "A search takes 1 to 600");
    q.seconds = 1;
    ENDS(desk_plan_more(f.d.desk, &f.d.triager, first, &q, &err), STATUS_DENIED);
    assert_int_equal(look(&f).plan_count, 1);
    /* of who needs none, the answer says so, and its plan is as the first */
    OK(desk_plan_more(f.d.desk, &f.planner, first, &q, &err));
    struct desk_plan_row row = look(&f).plans[0];
    assert_true(has(row.more, "\"at_most\":{\"units\":0"));
    assert_int_equal(row.differs.n, 0);
    OK(desk_plan_drop(f.d.desk, &f.planner, row.leaf, &f.d.arena, &err));
    fixture_close(&f);
}

/* What is said of an answer is whole, or there is no answer. */
static void test_more_says_all(void **state)
{
    static const char words[] = "nobody goes to Market House; ";
    struct fixture f;
    struct error said = {0};
    fixture_open(&f, state);
    int64_t first = first_plan(&f);
    struct casebook_plan row = {0};
    struct planner_answer answer = {0};
    struct search_slot slot = {.unit_count = 0};
    OK(casebook_plan_get(f.d.desk->casebook, &f.d.arena, first, &row, &err));
    answer.problem = row.problem;
    answer.plan = row.result;
    buf_init(&slot.differs, 20);
    assert_int_equal(more_take(&slot, &answer, &f.d.arena, &said), STATUS_LIMIT);
    assert_true(has(str_c(said.primary), "too much to be said"));
    buf_close(&slot.differs);
    /* and nobody waits for one that could not be kept */
    struct desk_plan_row about;
    struct desk_question q = {.goal = STR("90%"), .seconds = 1};
    struct buf text;
    struct buf differs;
    plan_about_decode(&f.d.arena, &row, &about);
    buf_init(&differs, OPERATION_LEFT_OUT_BYTES_MAX);
    while (differs.n + strlen(words) < OPERATION_LEFT_OUT_BYTES_MAX) {
        buf_add_c(&differs, words);
    }
    about.differs = buf_str(&differs);
    buf_init(&text, ABOUT_BYTES_MAX);
    plan_about_encode(&text, &about);
    OK(casebook_begin(f.d.desk->casebook, &err));
    OK(casebook_plan_set(f.d.desk->casebook, first, row.state, row.state, buf_str(&text), &err));
    OK(casebook_commit(f.d.desk->casebook, &err));
    assert_int_equal(desk_plan_more(f.d.desk, &f.planner, first, &q, &said), STATUS_LIMIT);
    assert_true(has(str_c(said.primary), "too much to be said"));
    assert_int_equal(look(&f).plan_count, 1);
    buf_close(&text);
    buf_close(&differs);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_fork),
        BOTH(test_fork_refused),
        BOTH(test_fork_without_longest_duty),
        BOTH(test_publish_fork),
        BOTH(test_more),
        BOTH(test_more_refused),
        BOTH(test_more_says_all),
        BOTH(test_take),
        BOTH(test_take_in_part),
        BOTH(test_take_nothing),
        BOTH(test_late_forbids_nothing_else),
        BOTH(test_long_list_of_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
