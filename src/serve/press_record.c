/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/press_record.h"

#include <assert.h>

#include "base/io.h"
#include "codec/json.h"

struct recording {
    size_t pending;
    enum status worst;
};

static void kept(void *context, enum status status, const struct front_receipt *receipt)
{
    struct recording *recording = context;
    (void)receipt; /* nobody comes back for an article */
    recording->pending--;
    if (status != STATUS_OK) {
        recording->worst = status;
    }
}

/* {"title","published","section","status","subject","office","place":{"name","gss"}} */
static str press_member(struct arena *arena, const struct press_article *article,
                        const struct press_incident *incident)
{
    struct buf buf;
    struct json_out out;
    buf_init(&buf, 64 * 1024);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_text(&out, "status", STR("press-reported"));
    json_put_text(&out, "title", article->title);
    json_put_text(&out, "published", article->published);
    json_put_text(&out, "section", article->section);
    json_put_text(&out, "subject", incident->subject);
    json_put_text(&out, "office", incident->office);
    json_name(&out, "place");
    json_begin_object(&out);
    json_put_text(&out, "name", incident->place.name);
    json_put_text(&out, "gss", incident->place.gss);
    json_end_object(&out);
    json_end_object(&out);
    str text = arena_str(arena, buf_str(&buf));
    buf_close(&buf);
    return text;
}

static void grade_incident(const struct pack *pack, const struct press_incident *incident,
                           struct front_grade *grade)
{
    static_assert((int)PRESS_CODES_MAX <= (int)FRONT_CODES_MAX,
                  "every code of an incident has room");
    grade->grade = 1;
    for (size_t i = 0; i < incident->code_count; i++) {
        const struct pack_code *code = pack_code(pack, str_c(incident->codes[i]));
        if (code != NULL) {
            grade->codes[grade->code_count++] = code->id;
            grade->grade = code->grade > grade->grade ? code->grade : grade->grade;
        }
    }
}

static void fill_report(struct arena *arena, const struct press_article *article,
                        const struct press_incident *incident, struct report *report)
{
    report_init(report);
    report->what = arena_printf(
        arena, "Press-reported, uncorroborated. \"%.*s\" (%.*s%s%.*s)\n\n%.*s",
        STR_ARG(article->title), STR_ARG(article->published), article->section.n > 0 ? ", " : "",
        STR_ARG(article->section), STR_ARG(incident->quote));
    report->target_role = incident->office;
    report->target_name = incident->subject;
    report->target_office = incident->place.name;
    report->constituency = incident->place.gss.n > 0 ? incident->place.name : STR("");
    report->place = incident->place.gss.n > 0 ? STR("") : incident->place.name;
    report->when = incident->when;
    report->channel = STR("press");
    report->relation = STR("other");
    report->danger = DANGER_UNSAID;
    for (size_t i = 0; i < article->link_count && i < REPORT_LIST_MAX; i++) {
        report->links[report->link_count++] = article->links[i];
    }
}

/* The article's bytes and the incident's number. */
static str key_of(struct arena *arena, str bytes, size_t number)
{
    struct crypt_hash hash = crypt_sha256(bytes);
    char hex[2 * CRYPT_HASH_BYTES];
    hex_encode(hash.bytes, sizeof hash.bytes, hex);
    return arena_printf(arena, "press-%.*s-%zu", (int)sizeof hex, hex, number);
}

enum status press_record(struct own_box *box, struct arena *arena, const struct pack *pack,
                         str bytes, const struct press_article *article, struct error *err)
{
    struct recording recording = {.worst = STATUS_OK};
    const time_us now = clock_wall();
    for (size_t i = 0; i < article->incident_count; i++) {
        const struct press_incident *incident = &article->incidents[i];
        struct report *report = ARENA_NEW(arena, struct report);
        struct front_grade *grade = ARENA_NEW(arena, struct front_grade);
        fill_report(arena, article, incident, report);
        grade_incident(pack, incident, grade);
        struct front_put put = {.report = report,
                                .idempotency_key = key_of(arena, bytes, i),
                                .source = "press",
                                .grade = grade,
                                .press = press_member(arena, article, incident),
                                .is_silent = report_is_old_news(article->published, now)};
        recording.pending++;
        front_put(own_box_front(box), arena, &put, now, kept, &recording);
    }
    own_box_pump(box, &recording.pending);
    return recording.worst == STATUS_OK
               ? STATUS_OK
               : error_set(err, recording.worst, "an incident of this article was not kept");
}
