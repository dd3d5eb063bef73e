/* SPDX-License-Identifier: Apache-2.0 */
/* Goal: messages of an inbox that are copies of one another are one case, also when two imports named
 * them differently; each is taken once; a worse copy raises the case and a milder one does not; what
 * is erased is counted no more; messages stand in no number of reports.
 * Method: letters of source "messages" as an import writes them, on the bench's desk, both engines. */
#include "../support/erase_acts.h"
#include "../support/desk_clocks.h"
#include "store/casebook.h"
#include "triage/sketch.h"

static const char *const template_text =
    "Please vote against the closing of our library on Monday because children need a quiet place "
    "to "
    "read after school and there is no other one within five miles of the estate";

static struct sketcher *sketcher;
static struct arena tools;

/* A message as the import would seal it. `group` is one letter. */
struct mail {
    char group;
    const char *text, *author, *at;
    const char *codes;
    int64_t grade, personal, heads;
    time_us received; /* 0 = bench_now */
    bool is_not_english;
};

static void send_mail(struct desk_bench *d, const struct mail *mail)
{
    struct buf extra;
    struct sketch sketch;
    char hex[SKETCH_HEX];
    char more[SKETCH_MORE_HEX];
    char group[33];
    if (sketcher == NULL) {
        arena_init(&tools, (size_t)16 * 1024 * 1024);
        sketcher = sketcher_new(&tools);
    }
    memset(group, mail->group, 32);
    group[32] = 0;
    sketch_make(sketcher, str_c(mail->text), &sketch);
    struct crypt_hash content = crypt_sha256(str_c(mail->text));
    if (mail->author != NULL) {
        content = crypt_sha256(arena_printf(&d->arena, "%s|%s", mail->text, mail->author));
    }
    char content_hex[64];
    hex_encode(content.bytes, sizeof content.bytes, content_hex);
    buf_init(&extra, 4096);
    buf_printf(&extra,
               ",\"message\":{\"group\":\"%s\",\"content\":\"%.64s\",\"sketch\":\"%.*s\",\"more\":"
               "\"%.*s\",\"rows\":%u,"
               "\"author\":\"%s\",%s%s%s\"personal\":%lld,\"heads\":%lld,\"judged\":%s}",
               group, content_hex, STR_ARG(sketch_hex(&sketch, hex)),
               STR_ARG(sketch_more_hex(&sketch, more)), sketch.rows,
               mail->author == NULL ? "" : mail->author, mail->at == NULL ? "" : "\"at\":\"",
               mail->at == NULL ? "" : mail->at, mail->at == NULL ? "" : "\",",
               (long long)mail->personal, (long long)mail->heads,
               mail->is_not_english ? "false" : "true");
    bench_send(d, &(struct bench_letter){.what = mail->text,
                                         .codes = mail->codes == NULL ? "" : mail->codes,
                                         .grade = mail->grade,
                                         .source = "messages",
                                         .received = mail->received,
                                         .extra = arena_cstr(&d->arena, buf_str(&extra))});
    buf_close(&extra);
}

static void send_three(struct desk_bench *d)
{
    send_mail(d, &(struct mail){.group = 'a',
                                .text = template_text,
                                .author = "ann@example.org",
                                .at = "2024-07-01T09:00:00Z"});
    send_mail(d, &(struct mail){.group = 'a',
                                .text = "Please vote against the closing of our library. Bob",
                                .author = "bob@example.org",
                                .at = "2024-07-01T12:00:00Z",
                                .personal = 300});
    send_mail(d, &(struct mail){.group = 'a',
                                .text = "Please vote against the closing of our library, again!",
                                .author = "ANN@example.org",
                                .at = "2024-07-01T10:00:00Z",
                                .personal = 60,
                                .heads = 16,
                                .is_not_english = true});
}

static void test_one_case(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_three(&d);
    send_mail(&d, &(struct mail){.group = 'b', .text = "The drain in Mill Lane is blocked."});
    bench_import(&d);
    struct desk_page page = whole_queue(&d);
    assert_int_equal(page.count, 2);
    struct desk_case view = read_case(&d, 1);
    const struct desk_campaign *c = &view.row.campaign;
    assert_int_equal(view.report_count, 3);
    assert_int_equal(view.incident_count, 1);
    assert_int_equal(c->messages, 3);
    assert_int_equal(c->senders, 2); /* capitals do not make another sender */
    assert_int_equal(c->personal, 360);
    assert_int_equal(c->heads[HEAD_INSULT], 1);
    assert_int_equal(c->heads[HEAD_THREAT], 0);
    assert_int_equal(c->unjudged, 1);
    assert_true(c->last_at - c->first_at == 3 * 3600 * US_PER_SECOND);
    assert_false(view.can_message); /* nobody holds these receipts */
    view = read_case(&d, 2);
    assert_int_equal(view.row.campaign.messages, 1);
    assert_int_equal(view.row.campaign.senders, 0); /* nobody said who */
    /* the same files again: nothing new */
    send_three(&d);
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).report_count, 3);
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 3);
    assert_int_equal(whole_queue(&d).count, 2);
    desk_bench_close(&d);
}

/* Tuesday's import names the group anew. */
static void test_another_import(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_three(&d);
    bench_import(&d);
    char *longer =
        arena_cstr(&d.arena, arena_printf(&d.arena, "%s. Thank you for reading.", template_text));
    send_mail(&d, &(struct mail){.group = 'e', .text = longer, .author = "eve@example.org"});
    send_mail(&d, &(struct mail){.group = 'e', .text = "as before. F", .author = "f@example.org"});
    send_mail(&d,
              &(struct mail){.group = 'f',
                             .text = "I would like to know when the road in front of the school "
                                     "will be mended since buses no longer stop there at all",
                             .author = "ann@example.org"});
    bench_import(&d);
    assert_int_equal(whole_queue(&d).count, 2);
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 5);
    assert_int_equal(read_case(&d, 1).row.campaign.senders, 4);
    assert_int_equal(read_case(&d, 2).row.campaign.messages, 1);
    desk_bench_close(&d);
}

static void test_raised_by_the_worst(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    send_three(&d);
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).row.grade, 0);
    struct mail threat = {.group = 'a',
                          .text = "Vote against it or I will burn your house down",
                          .author = "x@example.org",
                          .codes = "THR1",
                          .grade = 4,
                          .heads = 2};
    send_mail(&d, &threat);
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 4);
    assert_str(view.row.codes[0], "THR1");
    assert_str(view.row.title, "Vote against it or I will burn your house down");
    assert_int_equal(view.row.campaign.worst, view.reports[3].leaf);
    assert_str(view.incidents[0].codes[0], "THR1");
    assert_int_equal(view.row.campaign.heads[HEAD_THREAT], 1);
    /* an officer lowers it; one more of the same kind does not raise it again, and nothing is lost */
    assert_int_equal(
        do_it(&d, &d.supervisor,
              (struct desk_do){
                  .kind = DO_GRADE, .number = 1, .grade = 1, .reason = STR("the police know him")},
              &done, NULL),
        STATUS_OK);
    threat.author = "y@example.org";
    send_mail(&d, &threat);
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).row.grade, 1);
    assert_int_equal(read_case(&d, 1).lowered.to, 1);
    assert_int_equal(read_case(&d, 1).lowered.suggested, 4);
    assert_true(read_case(&d, 1).row.has_news);
    /* closed: what comes later opens it */
    assert_int_equal(do_it(&d, &d.supervisor,
                           (struct desk_do){.kind = DO_STATE,
                                            .number = 1,
                                            .state = CASE_CLOSED,
                                            .reason = STR("a lawful campaign")},
                           &done, NULL),
                     STATUS_OK);
    threat.author = "z@example.org";
    threat.grade = 5;
    send_mail(&d, &threat);
    bench_import(&d);
    view = read_case(&d, 1);
    assert_true(view.row.state == CASE_OPEN);
    assert_int_equal(view.row.grade, 5);       /* worse than all before */
    assert_int_equal(view.lowered.officer, 0); /* and so nobody has lowered that */
    assert_str(view.acts[0].verb, "report.more");
    desk_bench_close(&d);
}

/* Two imports that never learnt what stands below each: no thank-you hides a threat. The bench wants
 * its texts as they stand in JSON; sketches are of the same bytes. */
static void test_unknown_footer(void **state)
{
#define BELOW                                                                                      \
    "\n\nSample Helping Hands brings meals and company to people of every age across the county "  \
    "on "                                                                                          \
    "every day of the year, thanks to many hundreds of volunteers and to all who give."
    struct desk_bench d;
    open_with(&d, state);
    send_mail(&d, &(struct mail){.group = 'a', .text = "Thank you for the new bus stop." BELOW});
    send_mail(&d, &(struct mail){.group = 'b', .text = "I will burn your house down." BELOW});
    send_mail(&d, &(struct mail){.group = 'c', .text = "Thank you for the new bus stop!" BELOW});
    bench_import(&d);
    assert_int_equal(whole_queue(&d).count, 2);
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 2);
    desk_bench_close(&d);
#undef BELOW
}

/* Called by what was found in it; else by its subject and what stands below. */
static void test_titles(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_mail(
        &d, &(struct mail){.group = 'a',
                           .text = "Our library\n\nDear Pat,\nPlease keep it. Children need it."});
    bench_send(
        &d,
        &(struct bench_letter){
            .what = "You\n\nPlease keep it. I will kill you. Yours",
            .codes = "THR1",
            .grade = 4,
            .source = "messages",
            .reasons = "[{\"span\":[0,3],\"why\":\"The model: threat\",\"rule\":\"model:threat\"},"
                       "{\"span\":[21,33],\"why\":\"Words of killing\",\"rule\":\"kill\"}]",
            .extra = ",\"message\":{\"group\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
                     "\"content\":\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                     "bbbb\",\"personal\":0,\"heads\":2,\"judged\":true}"});
    bench_import(&d);
    assert_str(read_case(&d, 1).row.title, "Our library – Please keep it. Children need it.");
    assert_str(read_case(&d, 2).row.title, "I will kill you.");
    desk_bench_close(&d);
}

/* "Many senders, abusive, soon" is a pile-on; a lawful campaign, or abuse over months, is none. */
static void send_many(struct desk_bench *d, char group, unsigned count, int64_t heads,
                      unsigned days)
{
    static const char *const texts[] = {
        "you are a disgrace to this town and must resign today",
        "please save our library since children need a quiet place",
        "nobody here has ever met such a lying coward as our member",
        "shame on the whole council and all of its rotten friends"};
    for (unsigned i = 0; i < count; i++) {
        char *text =
            arena_cstr(&d->arena, arena_printf(&d->arena, "%s %u", texts[(group - 'a') % 4], i));
        char *author = arena_cstr(&d->arena, arena_printf(&d->arena, "a%u@example.org", i));
        char *at = arena_cstr(
            &d->arena, arena_printf(&d->arena, "2024-06-%02uT09:00:00Z", 20 + i * days % 10));
        send_mail(d, &(struct mail){
                         .group = group, .text = text, .author = author, .at = at, .heads = heads});
    }
}

static void test_pile_on(void **state)
{
    const str abuse = STR("ABU1");
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    send_many(&d, 'a', 12, 1 << HEAD_ABUSIVE, 0);
    send_many(&d, 'b', 12, 0, 0);
    send_many(&d, 'c', 12, 1 << HEAD_ABUSIVE, 9);
    send_many(&d, 'd', 9, 1 << HEAD_ABUSIVE, 0);
    bench_import(&d);
    for (int64_t i = 1; i <= 4; i++) {
        struct desk_case view = read_case(&d, i);
        assert_int_equal(view.row.code_count, i == 1);
        assert_int_equal(view.row.grade, i == 1 ? 3 : 0);
    }
    struct desk_case view = read_case(&d, 1);
    assert_str(view.row.codes[0], "HAR3");
    assert_str(view.incidents[0].codes[0], "HAR3");
    assert_true(str_starts(view.why_grade[0], STR("Many senders sent one abusive text")));
    /* taken away by an officer, it does not come back with the next copy */
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_CODES, .number = 1, .codes = &abuse, .code_count = 1},
             &done, NULL));
    send_many(&d, 'a', 14, 1 << HEAD_ABUSIVE, 0); /* 12 are known */
    bench_import(&d);
    view = read_case(&d, 1);
    assert_int_equal(view.row.campaign.messages, 14);
    assert_int_equal(view.row.code_count, 1);
    assert_str(view.row.codes[0], "ABU1");
    desk_bench_close(&d);
}

static size_t count_from(struct desk_bench *d, const char *filter_text)
{
    struct desk_filter filter;
    struct desk_page page = {0};
    OK(desk_filter_decode(&d->arena, str_c(filter_text), &filter, &err));
    OK(desk_queue(d->desk, &d->supervisor, &filter, STR(""), 50, &d->arena, &page, &err));
    return page.count;
}

static void test_by_source(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    struct desk_filter filter;
    open_with(&d, state);
    send_three(&d);
    bench_send(&d, &(struct bench_letter){.what = "one", .codes = "ABU1", .source = "form"});
    bench_send(&d, &(struct bench_letter){.what = "two", .codes = "ABU1", .source = "desk"});
    bench_send(&d, &(struct bench_letter){.what = "three", .codes = "ABU1", .source = "press"});
    bench_import(&d);
    assert_int_equal(count_from(&d, "source="), 4);
    assert_int_equal(count_from(&d, "source=inbox"), 1);
    assert_int_equal(count_from(&d, "source=report"), 1);
    assert_int_equal(count_from(&d, "source=officer"), 1);
    assert_int_equal(count_from(&d, "source=press"), 1);
    assert_int_equal(desk_filter_decode(&d.arena, STR("source=pigeon"), &filter, NULL),
                     STATUS_INVALID);
    /* merged, a case is found by all that is in it; split, by what is left */
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_MERGE, .number = 1, .other = 2, .reason = STR("same")},
             &done, NULL));
    assert_int_equal(count_from(&d, "source=inbox"), 1);
    assert_int_equal(count_from(&d, "source=report"), 1);
    assert_str(read_case(&d, 2).row.title, "one"); /* not called by a message */
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_SPLIT, .number = 2, .incident = 1, .reason = STR("no")},
             &done, NULL));
    assert_int_equal(read_case(&d, 2).row.sources, DESK_SOURCE_REPORT);
    assert_int_equal(read_case(&d, done.number).row.sources, DESK_SOURCE_INBOX);
    desk_bench_close(&d);
}

static int64_t leaf_of(struct desk_bench *d, size_t report)
{
    return read_case(d, 1).reports[report].leaf;
}

static int64_t rows_in(struct desk_bench *d, const char *sql)
{
    struct db *db = bench_casebook(d);
    struct db_rows *rows = NULL;
    bool has_row = false;
    OK(db_query(db, sql, DB_NO_ARGS, &rows, &err));
    OK(db_next(rows, &has_row, &err));
    int64_t count = db_int(rows, 0);
    db_rows_close(rows);
    db_close(db);
    return count;
}

static void test_erased(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    send_three(&d);
    bench_import(&d);
    erase(&d, &d.supervisor, 1, leaf_of(&d, 1), 0); /* Bob's */
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.campaign.messages, 2);
    assert_int_equal(view.row.campaign.senders, 1);
    assert_int_equal(view.row.campaign.personal, 60);
    assert_int_equal(rows_in(&d, "SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_member"), 2);
    erase(&d, &d.supervisor, 1, 0, 0); /* all */
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 0);
    assert_int_equal(rows_in(&d, "SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_member"), 0);
    assert_int_equal(rows_in(&d, "SELECT CAST(COUNT(*) AS BIGINT) FROM campaign"), 0);
    assert_int_equal(rows_in(&d, "SELECT CAST(COUNT(*) AS BIGINT) FROM campaign_band"), 0);
    desk_bench_close(&d);
}

static void test_merged_and_split(void **state)
{
    struct desk_bench d;
    struct desk_done done;
    open_with(&d, state);
    send_three(&d);
    send_mail(&d, &(struct mail){.group = 'b',
                                 .text = "The drain in Mill Lane is blocked.",
                                 .author = "bob@example.org",
                                 .at = "2024-07-02T09:00:00Z"});
    bench_import(&d);
    OK(do_it(
        &d, &d.supervisor,
        (struct desk_do){.kind = DO_MERGE, .number = 2, .other = 1, .reason = STR("same hand")},
        &done, NULL));
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.campaign.messages, 4);
    assert_int_equal(view.row.campaign.senders, 2); /* Bob is one */
    assert_true(view.row.campaign.last_at - view.row.campaign.first_at ==
                24 * 3600 * US_PER_SECOND);
    assert_int_equal(read_case(&d, 2).row.campaign.messages, 0);
    /* copies of either go on to arrive where the case is now */
    send_mail(&d,
              &(struct mail){.group = 'b', .text = "The drain again.", .author = "g@example.org"});
    bench_import(&d);
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 5);
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_SPLIT, .number = 1, .incident = 2, .reason = STR("no")},
             &done, NULL));
    assert_int_equal(read_case(&d, 1).row.campaign.messages, 3);
    assert_int_equal(read_case(&d, done.number).row.campaign.messages, 2);
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){
                 .kind = DO_MERGE, .number = done.number, .other = 1, .reason = STR("same hand")},
             &done, NULL));
    OK(do_it(&d, &d.supervisor,
             (struct desk_do){.kind = DO_SAME, .number = 1, .incident = 1, .other = 2}, &done,
             NULL));
    send_mail(&d, &(struct mail){.group = 'b', .text = "The drain!", .author = "h@example.org"});
    bench_import(&d);
    view = read_case(&d, 1);
    assert_int_equal(view.row.campaign.messages, 6);
    assert_int_equal(view.incident_count, 1);
    desk_bench_close(&d);
}

/* What was sent long ago starts no clock and rings nobody later; a copy of today does both. */
static void test_long_past(void **state)
{
    struct desk_bench d;
    bool more = false;
    open_with(&d, state);
    struct mail threat = {.group = 'a',
                          .text = "I will burn your house down",
                          .at = "2024-05-01T09:00:00Z",
                          .author = "x@example.org",
                          .codes = "THR1",
                          .grade = 4};
    send_mail(&d, &threat);
    bench_import(&d);
    struct desk_case view = read_case(&d, 1);
    assert_int_equal(view.row.grade, 4);
    assert_true(view.row.due == 0);
    assert_str(view.old_news, "2024-05-01T09:00:00Z");
    OK(desk_tick(d.desk, bench_now + 3 * 3600 * US_PER_SECOND, &more, &err));
    assert_int_equal(d.box.alarms, 0);
    threat.at = "2024-07-03T09:00:00Z";
    threat.author = "y@example.org";
    send_mail(&d, &threat);
    bench_import(&d);
    view = read_case(&d, 1);
    assert_true(view.row.due != 0);
    assert_int_equal(view.old_news.n, 0);
    desk_bench_close(&d);
}

/* One more copy, so long after bench_now, from another sender. */
static void copy_at(struct desk_bench *d, time_us span, const char *codes, int64_t grade,
                    const char *at)
{
    char *author = arena_cstr(&d->arena, arena_printf(&d->arena, "%llu@example.org",
                                                      (unsigned long long)d->box.leaf_count));
    send_mail(d, &(struct mail){.group = 'a',
                                .text = "Vote against it or you will see",
                                .author = author,
                                .at = at,
                                .codes = codes,
                                .grade = grade,
                                .received = bench_now + span});
    bench_import(d);
}

static void acted_at(struct desk_bench *d, time_us span)
{
    do_it_at(d, span,
             (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("told"), .did = DID_TELL});
    assert_true(read_case_at(d, 1, span).clocks[ACT].is_met);
    assert_true(read_case_at(d, 1, span).clocks[TELL].is_met);
}

static void assert_alarms(struct desk_bench *d, time_us span, unsigned count)
{
    bool more = false;
    OK(desk_tick(d->desk, bench_now + span, &more, &err));
    assert_int_equal(d->box.alarms, count);
}

/* What was done was done about the milder copies: nobody has acted on the first grave one. */
static void test_grave_copy_is_new(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL);
    acted_at(&d, minute);
    copy_at(&d, day - minute, "THR3", 3, NULL); /* worse, and not grave */
    assert_true(read_case_at(&d, 1, day).clocks[ACT].is_met);
    copy_at(&d, day, "THR1", 4, NULL);
    struct desk_case view = read_case_at(&d, 1, day);
    assert_int_equal(view.row.grade, 4);
    assert_due(&view, ACT, day + 30 * minute);
    assert_due(&view, TELL, day + 60 * minute);
    assert_int_equal(view.clocks[HEAR].due, 0); /* nobody holds a receipt */
    assert_alarms(&d, day + 29 * minute, 0);
    assert_alarms(&d, day + 31 * minute, 1);
    assert_alarms(&d, day + 60 * minute, 1);
    acted_at(&d, day + 61 * minute);
    copy_at(&d, 2 * day, "THR1", 4, NULL); /* one of many, as bad as the last */
    assert_true(read_case_at(&d, 1, 2 * day).clocks[ACT].is_met);
    copy_at(&d, 3 * day, "PHY3", 5, NULL);
    view = read_case_at(&d, 1, 3 * day);
    assert_due(&view, ACT, 3 * day + 5 * minute);
    assert_alarms(&d, 3 * day + 6 * minute, 2);
    desk_bench_close(&d);
}

/* A clock that runs is put off by nothing. */
static void test_grave_copy_tightens(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL); /* to be acted on within a day */
    copy_at(&d, day - 10 * minute, "THR1", 4, NULL);
    struct desk_case view = read_case_at(&d, 1, day);
    assert_due(&view, ACT, 24 * 60 * minute);
    assert_due(&view, TELL, day + 50 * minute);
    desk_bench_close(&d);
}

static void close_at(struct desk_bench *d, time_us span)
{
    do_it_at(d, span,
             (struct desk_do){.kind = DO_STATE,
                              .number = 1,
                              .state = CASE_CLOSED,
                              .reason = STR("the force has it")});
}

/* A closed case that comes back is acted on anew: a grave one whatever came, any other when it is
 * worse than it was. */
static void test_copy_reopens(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL);
    acted_at(&d, minute);
    close_at(&d, 2 * minute);
    copy_at(&d, day, "ABU1", 2, NULL);
    assert_true(read_case_at(&d, 1, day).row.state == CASE_OPEN);
    assert_true(read_case_at(&d, 1, day).clocks[ACT].is_met);
    close_at(&d, day + minute);
    copy_at(&d, 2 * day, "THR3", 3, NULL);
    struct desk_case view = read_case_at(&d, 1, 2 * day);
    assert_due(&view, ACT, 2 * day + 240 * minute);
    copy_at(&d, 3 * day, "THR1", 4, NULL);
    acted_at(&d, 3 * day + minute);
    close_at(&d, 3 * day + 2 * minute);
    copy_at(&d, 5 * day, "", 0, NULL);
    view = read_case_at(&d, 1, 5 * day);
    assert_true(view.row.state == CASE_OPEN);
    assert_due(&view, ACT, 5 * day + 30 * minute);
    assert_true(view.clocks[TELL].is_met);
    assert_alarms(&d, 5 * day + 31 * minute, 1);
    desk_bench_close(&d);
}

static const char long_ago[] = "2024-05-01T09:00:00Z";

/* A copy that was sent long ago starts nothing in a case that goes on. */
static void test_long_past_copy(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL);
    acted_at(&d, minute);
    copy_at(&d, day, "THR1", 4, long_ago);
    struct desk_case view = read_case_at(&d, 1, day);
    assert_int_equal(view.row.grade, 4); /* an officer reads it */
    assert_true(view.clocks[ACT].is_met && view.clocks[TELL].is_met);
    close_at(&d, day + minute);
    copy_at(&d, 2 * day, "THR1", 4, long_ago);
    assert_true(read_case_at(&d, 1, 2 * day).clocks[ACT].is_met);
    assert_alarms(&d, 3 * day, 0);
    desk_bench_close(&d);
}

/* … and what nobody has done yet is due by the new grade from when it came: nobody is late at once. */
static void test_long_past_raise(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL); /* to be acted on within a day */
    copy_at(&d, 120 * minute, "THR1", 4, long_ago);
    struct desk_case view = read_case_at(&d, 1, 120 * minute);
    assert_int_equal(view.row.grade, 4);
    assert_due(&view, ACT, 150 * minute);
    assert_due(&view, TELL, 180 * minute);
    assert_false(view.clocks[ACT].is_overdue || view.clocks[TELL].is_overdue);
    close_at(&d, 121 * minute);
    copy_at(&d, 5 * day, "ABU1", 2, long_ago); /* it was closed and nobody had acted */
    view = read_case_at(&d, 1, 5 * day);
    assert_int_equal(view.row.state, CASE_OPEN);
    assert_due(&view, ACT, 5 * day + 30 * minute);
    desk_bench_close(&d);
}

/* A raise stands in the time line; one copy of many that changed nothing does not. */
static void test_raise_is_told(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "ABU1", 2, NULL);
    copy_at(&d, minute, "ABU1", 2, NULL);
    int64_t acts = (int64_t)read_case_at(&d, 1, minute).act_count;
    copy_at(&d, 2 * minute, "THR1", 4, NULL);
    struct desk_case view = read_case_at(&d, 1, 2 * minute);
    assert_str(view.acts[0].verb, "report.more");
    assert_true(str_find(view.acts[0].detail, STR("\"from\":2,\"to\":4,\"codes\":[\"THR1\"]")) <
                view.acts[0].detail.n);
    size_t told = 0;
    for (size_t i = 0; i < view.act_count; i++) {
        told += str_equal(view.acts[i].verb, STR("report.more"));
    }
    assert_int_equal(told, 1);
    assert_true((int64_t)view.act_count > acts);
    desk_bench_close(&d);
}

/* One of today starts all in a case that was long past, whatever was done about that. */
static void test_goes_on(void **state)
{
    struct desk_bench d;
    open_with(&d, state);
    copy_at(&d, 0, "THR1", 4, long_ago);
    do_it_at(&d, minute,
             (struct desk_do){.kind = DO_NOTE, .number = 1, .text = STR("told"), .did = DID_TELL});
    copy_at(&d, day, "THR1", 4, long_ago);
    assert_int_equal(read_case_at(&d, 1, day).row.due, 0);
    copy_at(&d, 2 * day, "THR1", 4, NULL);
    struct desk_case view = read_case_at(&d, 1, 2 * day);
    assert_due(&view, ACT, 2 * day + 30 * minute);
    assert_due(&view, TELL, 2 * day + 60 * minute);
    desk_bench_close(&d);
}

/* A message is another unit than a report. */
static void test_counted_nowhere(void **state)
{
    struct desk_bench d;
    struct casebook_count count = {0};
    struct casebook *casebook = NULL;
    open_with(&d, state);
    send_three(&d);
    bench_send(&d, &(struct bench_letter){.what = "one report", .codes = "ABU1"});
    bench_import(&d);
    desk_close(d.desk);
    d.desk = NULL;
    struct casebook_options options = {
        .db = d.options.casebook, .desk_id = d.desk_id, .key = &d.keys.casebook};
    OK(casebook_open(&options, bench_now, &casebook, &err));
    OK(casebook_count_rows(casebook, &d.arena, &count, &err));
    assert_int_equal(count.row_count, 1);
    casebook_close(casebook);
    desk_bench_close(&d);
}

/* A letter whose "message" is broken is kept for another try, and hides no other. */
static void test_broken(void **state)
{
    struct desk_bench d;
    struct desk_quarantined *list = NULL;
    size_t count = 0;
    open_with(&d, state);
    bench_send(&d, &(struct bench_letter){.what = "x",
                                          .codes = "",
                                          .source = "messages",
                                          .extra = ",\"message\":{\"group\":\"zz\"}"});
    bench_send(&d, &(struct bench_letter){.what = "y", .codes = "", .source = "messages"});
    bench_import(&d);
    OK(desk_quarantine(d.desk, &d.auditor, &d.arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(whole_queue(&d).count, 1); /* without "message": a case like any other */
    desk_bench_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_one_case),
        BOTH(test_another_import),
        BOTH(test_raised_by_the_worst),
        BOTH(test_erased),
        BOTH(test_merged_and_split),
        BOTH(test_counted_nowhere),
        BOTH(test_broken),
        BOTH(test_unknown_footer),
        BOTH(test_pile_on),
        BOTH(test_titles),
        BOTH(test_by_source),
        BOTH(test_long_past),
        BOTH(test_grave_copy_is_new),
        BOTH(test_grave_copy_tightens),
        BOTH(test_copy_reopens),
        BOTH(test_long_past_copy),
        BOTH(test_long_past_raise),
        BOTH(test_raise_is_told),
        BOTH(test_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
