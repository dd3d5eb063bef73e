/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/doctor_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/json.h"
#include "pack/pack.h"
#include "serve/model_find.h"

enum { SAYS_BYTES_MAX = 500 };

static const char *const levels[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_WARN] = "warn", [DOCTOR_BAD] = "BAD"};

void doctor_say(struct doctor *doctor, enum doctor_level level, const char *name,
                const char *advice, const char *fmt, ...)
{
    char text[SAYS_BYTES_MAX];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (doctor->count == DOCTOR_CHECKS_MAX) {
        return;
    }
    size_t n = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    doctor->checks[doctor->count++] =
        (struct doctor_check){.level = level,
                              .name = name,
                              .says = arena_str(doctor->arena, str_from(text, n)),
                              .advice = level == DOCTOR_OK ? (str){0} : str_c(advice)};
    doctor->worst = level > doctor->worst ? level : doctor->worst;
}

const char *doctor_span(struct doctor *doctor, time_us span)
{
    const int64_t minutes = span / (60 * US_PER_SECOND);
    const char *word = "minutes";
    int64_t count = minutes;
    if (minutes >= 2 * 24 * 60) {
        word = "days";
        count = minutes / (24 * 60);
    } else if (minutes >= 120) {
        word = "hours";
        count = minutes / 60;
    }
    return arena_printf(doctor->arena, "%lld %s", (long long)count, word).p;
}

/* The file that a route is read from: made of this text, or not used. */
static void look_at_compiled(struct doctor *doctor, const char *folder)
{
    bool is_there = false;
    str problem = {0};
    struct error err = {0};
    if (pack_compiled_check(doctor->arena, folder, &is_there, &problem, &err) != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "pack", "'hustings pack check' says more", "%s",
                   err.primary);
    } else if (!is_there) {
        doctor_say(doctor, DOCTOR_WARN, "pack", "run 'hustings pack build' with that folder",
                   "%s has no compiled file: every start compiles it anew", folder);
    } else if (problem.n > 0) {
        doctor_say(doctor, DOCTOR_BAD, "pack", "run 'hustings pack build' with that folder",
                   "%s.pack %.*s", folder, STR_ARG(problem));
    }
}

static void look_at_pack(struct doctor *doctor, const struct settings *settings, const char *given)
{
    struct error err = {0};
    struct pack_manifest manifest;
    char *folder = NULL;
    const char *wanted = given != NULL ? given : arena_cstr(doctor->arena, settings->pack);
    enum status status = pack_find(doctor->arena, wanted, &folder, &err);
    if (status == STATUS_OK) {
        status = pack_verify(doctor->arena, folder, &manifest, &err);
    }
    if (status != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "pack", "give the folder with --pack, or install it again",
                   "%s", err.primary);
        return;
    }
    if (manifest.problem_count == 0) {
        doctor_say(doctor, DOCTOR_OK, "pack", NULL, "%s: %zu files as published", folder,
                   manifest.count);
        look_at_compiled(doctor, folder);
        return;
    }
    for (size_t i = 0; i < manifest.count; i++) {
        const struct pack_file *file = &manifest.files[i];
        if (file->problem.n > 0) {
            doctor_say(doctor, DOCTOR_BAD, "pack",
                       "restore the file; 'hustings pack check' lists them all", "%s/%.*s: %.*s",
                       folder, STR_ARG(file->name), STR_ARG(file->problem));
            return;
        }
    }
}

/* The model beside this program: 'serve' of the same program reads the same file. */
static void look_at_model(struct doctor *doctor)
{
    struct error err = {0};
    struct model *model = NULL;
    if (model_find(doctor->arena, NULL, &model, &err) != STATUS_OK) {
        doctor_say(doctor, DOCTOR_WARN, "model",
                   "install hustings again, or make the file with 'hustings train'; then start the "
                   "desk anew",
                   "reports are graded by rules alone: %s", err.primary);
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "model", NULL, "reports are read by rules and by the model");
}

/* What a new desk has not yet is no fault; a desk that is in use without it is to look at. */
static enum doctor_level not_yet(const struct doctor *doctor)
{
    return doctor->is_new ? DOCTOR_NOTE : DOCTOR_WARN;
}

static void look_at_alarm(struct doctor *doctor, const struct settings *settings)
{
    bool has_mail = settings->smtp_url.n > 0 && settings->smtp_to.n > 0;
    if (settings->webhook_url.n == 0 && !has_mail) {
        doctor_say(doctor, not_yet(doctor), "alarm",
                   "set webhook_url, or smtp_url, smtp_from and smtp_to, in desk.json; then "
                   "'hustings alarm test DIR'",
                   "nobody is rung when something urgent comes in");
        return;
    }
    doctor_say(doctor, DOCTOR_OK, "alarm", NULL, "rings%s%s%s ('hustings alarm test' tries it)",
               settings->webhook_url.n > 0 ? " the webhook" : "",
               settings->webhook_url.n > 0 && has_mail ? " and" : "", has_mail ? " by mail" : "");
}

static void look_at_controller(struct doctor *doctor, const struct settings *settings)
{
    if (settings->controller_name.n == 0 || settings->controller_contact.n == 0) {
        doctor_say(doctor, not_yet(doctor), "controller",
                   "set controller_name and controller_contact in desk.json",
                   "the privacy notice cannot say who is responsible");
    }
}

void doctor_look(struct doctor *doctor, struct arena *arena, const char *dir, const char *pack,
                 time_us now)
{
    struct settings settings;
    struct doctor_running running = {0};
    struct error err = {0};
    *doctor = (struct doctor){.arena = arena};
    doctor_machine(doctor, now);
    if (settings_read(arena, dir, &settings, &err) != STATUS_OK) {
        doctor_say(doctor, DOCTOR_BAD, "desk", "give the folder that 'hustings init' made", "%s",
                   err.primary);
        return;
    }
    doctor_files(doctor, &settings);
    doctor_running(doctor, dir, &running);
    doctor_addresses(doctor, &settings, &running);
    doctor_stores(doctor, &settings, &running, now);
    look_at_pack(doctor, &settings, pack);
    look_at_model(doctor);
    look_at_alarm(doctor, &settings);
    look_at_controller(doctor, &settings);
}

void doctor_print(struct buf *out, const struct doctor *doctor)
{
    size_t counts[ARRAY_LEN(levels)] = {0};
    for (size_t i = 0; i < doctor->count; i++) {
        const struct doctor_check *check = &doctor->checks[i];
        counts[check->level]++;
        buf_printf(out, "%-5s %-12s %.*s\n", levels[check->level], check->name,
                   STR_ARG(check->says));
        if (check->advice.n > 0) {
            buf_printf(out, "%-18s → %.*s\n", "", STR_ARG(check->advice));
        }
    }
    buf_printf(out, "%zu ok, %zu not yet done, %zu to look at, %zu bad\n", counts[DOCTOR_OK],
               counts[DOCTOR_NOTE], counts[DOCTOR_WARN], counts[DOCTOR_BAD]);
}

void doctor_print_json(struct buf *out, const struct doctor *doctor)
{
    static const char *const words[] = {
        [DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_WARN] = "warn", [DOCTOR_BAD] = "bad"};
    struct json_out json;
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_text(&json, "worst", str_c(words[doctor->worst]));
    json_name(&json, "checks");
    json_begin_list(&json);
    for (size_t i = 0; i < doctor->count; i++) {
        const struct doctor_check *check = &doctor->checks[i];
        json_begin_object(&json);
        json_put_text(&json, "level", str_c(words[check->level]));
        json_put_text(&json, "name", str_c(check->name));
        json_put_text(&json, "says", check->says);
        json_put_text(&json, "advice", check->advice);
        json_end_object(&json);
    }
    json_end_list(&json);
    json_end_object(&json);
    buf_add_byte(out, '\n');
}
