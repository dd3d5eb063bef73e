/* SPDX-License-Identifier: Apache-2.0 */
/* Acts as sentences.
 *
 * An act is a verb and a JSON object; each verb has a sentence with places for its members:
 *   {grade}   the member: a text, a number, or a list with commas
 *   {@owner}  officers' ids as their names; 0 is nobody
 *   {!officer}  the same, and 0 counts as not there
 *   {#other}  a case by its number; "another case" when the reader may not know of it (act_veil)
 *   {+flag}   nothing, and not there when the flag is false or missing
 *   {did}     what a note says was done, in words
 *   [ … ]     left out as a whole when a member in it is not there
 * A member outside of brackets that is not there is shown as "?". */
#include "deskweb/words.h"

#include "codec/json.h"

enum { ACT_WORDS_BYTES_MAX = 64 * 1024 };

/* The grade was looked at and set as it was. */
#define SAME_GRADE "case.grade="

struct verb_words {
    const char *verb, *words;
};
static const struct verb_words verbs[] = {
    {"case.read", "opened the case"},
    {"case.print", "printed the case[, {notes} private notes]"},
    {"case.export", "exported the case[, {notes} private notes]"},
    {SAME_GRADE, "kept the grade at G{to}[: {reason}]"},
    {"case.grade", "set the grade from G{from} to G{to}[: {reason}]"},
    {"case.codes",
     "set the codes of incident {incident} to {codes}[; the grade is G{grade}][; they suggest "
     "G{suggested}, but an officer had lowered it]"},
    {"case.state", "set the state from {from} to {to}[: {reason}]"},
    {"case.assign", "gave the case to {@to}[ (before: {!from})]"},
    {"case.summary", "wrote the summary[, which names a place that leads to {leads-to}]"},
    {"case.access", "set who may read from {from} to {to}[ ({@named})][: {reason}]"},
    {"case.route", "corrected where it must go[ to {force}][ to the place “{place}”][: {reason}]"},
    {"case.link", "linked this case with {#other}[: {reason}]"},
    {"case.unlink", "undid the link with {#other}"},
    {"case.merge", "merged this case into {#into}[: {reason}]"},
    {"case.merged-in", "merged {#other} into this one[: {reason}]"},
    {"case.escalate", "rang again, because nobody had acted in time[ (G{grade})]"},
    {"incident.join", "made incident {from} a part of incident {into}"},
    {"incident.split", "took incident {incident} out into a case of its own"},
    {"incident.split-off", "made this case out of {#other}"},
    {"note.add", "wrote a private note[: {did}]"},
    {"message.send", "wrote to the reporter"},
    {"evidence.read", "opened evidence"},
    {"hold.set", "held the case, so that nothing of it can be erased[: {reason}]"},
    {"hold.lift", "lifted the hold[: {reason}]"},
    {"erase.look", "looked at what an erasure would destroy"},
    {"erase.ask", "asked to erase the reports of leaves {reports}[, with {also}][: {reason}]"},
    {"erase.drop", "decided not to erase[: {reason}]"},
    {"erase", "erased the reports of leaves {reports}[, with {also}][, as {!asked_by} had asked][, "
              "alone{+alone}][: {reason}]"},
    {"erase.again", "erased again what a restored backup had brought back[: the report of leaf "
                    "{report}, first erased {erased}]"},
    {"report.received", "told us this"},
    {"report.added", "added to the report[: that raised the grade from G{from} to G{to}][, because "
                     "of {codes}][, and names a place that leads to {leads-to}][; the closed "
                     "case was opened again{+reopened}]"},
    {"report.more",
     "brought another copy[: that raised the grade from G{from} to G{to}][, because of "
     "{codes}][; the closed case was opened again{+reopened}]"},
    {"report.enter", "entered a report by hand[, as practice{+practice}]"},
    {"letter.retry", "tried letter {letter} again: {result}"},
    {"queue.read", "looked at the queue[, filter {filter}][; cases shown: {cases}]"},
    {"search", "searched for {query}[; cases shown: {cases}]"},
    {"audit.read", "read this list"},
    {"numbers.read", "looked at the numbers"},
    {"map.read", "looked at the map"},
    {"login", "logged in"},
    {"logout", "logged out"},
    {"login.failed", "wrong log-ins[ as {!officer}]: {times}"},
    {"desk.unlock", "unlocked the desk[ ({why})]"},
    {"desk.lock", "locked the desk"},
    {"directory.import", "imported {entries} {what} into the directory[ ({layout})]"},
    {"directory.forget", "took a {what} out of the directory"},
    {"directory.find", "looked for somebody in the directory"},
    {"directory.places", "looked for polling places in the directory"},
    {"operations.read", "looked at the operations"},
    {"operation.make", "made the operation {name} for {day}"},
    {"operation.read", "looked at operation {operation}"},
    {"operation.places",
     "took polling places[ of {council}] into operation {operation}: {added} new"},
    {"operation.sites", "took sites into operation {operation}: {added} new, {changed} changed"},
    {"operation.events", "took events into operation {operation}: {added} new, {changed} changed"},
    {"operation.units", "took units into operation {operation}: {added} new, {changed} changed"},
    {"operation.rates", "set the rates of pay of operation {operation}: {changed} rows"},
    {"operation.drop-site", "took {chosen} sites out of operation {operation}: {sites}"},
    {"operation.drop-unit", "took {chosen} units out of operation {operation}: {units}"},
    {"operation.rate",
     "rated {rating}[ {chosen} sites ({sites})][ every site of {area}] in operation "
     "{operation}[, as {source} "
     "says]"},
    {"operation.count", "had reports near the sites of operation {operation} counted"},
    {"operation.rules", "set the rules of operation {operation}"},
    {"operation.sitreps", "set the times of situation reports of operation {operation}"},
    {"operation.take", "took over into operation {operation} what plan {plan} does otherwise: "
                       "{taken}[; not taken: {left}]"},
    {"operation.close", "closed operation {operation}"},
    {"operation.reopen", "opened operation {operation} again"},
    {"plan.search", "had a plan for operation {operation} searched for, {seconds} s[: {why}]"},
    {"plan.keep", "kept a plan for operation {operation}[: {why}]"},
    {"plan.read", "looked at plan {plan} of operation {operation}"},
    {"plan.export", "took plan {plan} of operation {operation} out as {form}[, for unit {unit}]"},
    {"plan.publish", "published plan {plan} of operation {operation}[, which replaces plan "
                     "{replaces}][; it dropped "
                     "proposals: plan {drops}][; not in it, of what happened ({given_up}): "
                     "{gives_up}][; it differs "
                     "from the operation: {differs}]"},
    {"plan.mend", "had plan {plan} of operation {operation} mended"},
    {"plan.more",
     "asked how many more units plan {plan} of operation {operation} needs, {seconds} s"},
    {"plan.take", "made plan {plan} of operation {operation}, found for an answer, a draft"},
    {"plan.fork",
     "had plan {plan} of operation {operation} searched for with something changed, {seconds} s"},
    {"plan.drop", "dropped plan {plan} of operation {operation}"},
    {"unit.links", "made links for the units of plan {plan} of operation {operation}"},
    {"unit.card", "showed unit {unit} its card of operation {operation}"},
    {"unit.told",
     "heard from unit {unit} of operation {operation}: {what}[ {task}][; it happened {happened}]"},
    {"sitrep.make", "made a situation report of operation {operation}"},
    {"sitrep.read", "looked at a situation report of operation {operation}"},
    {"store.move", "began to move the desk to another store[: {to}]"},
    {"officer.add", "added the officer {login}[ as {role}]"},
    {"officer.reset", "gave {@officer} a new password and code"},
    {"officer.disable", "disabled {@officer}"},
    {"model.lessons", "read what corrections teach, of the reports of leaves {reports}"},
    {"model.use", "gave the desk a model of its own"},
    {"model.forget", "took the desk's own model away"},
    {"officer.role", "changed the role of {@officer} from {from} to {to}"},
    {"password.change", "changed their own password"},
};

struct sentence {
    struct buf *out;
    const struct json *detail;
    const struct words_names *names;
};

static bool add_officer(struct sentence *s, const struct json *value, bool needs_one)
{
    if (value->kind != JSON_INT || (needs_one && value->integer == 0)) {
        return false;
    }
    buf_add(s->out, value->integer == 0 ? STR("nobody")
                                        : s->names->officer(s->names->context, value->integer));
    return true;
}

static bool add_scalar(struct sentence *s, const struct json *value, char flag)
{
    if (flag == '@' || flag == '!') {
        return add_officer(s, value, flag == '!');
    }
    if (value->kind == JSON_TEXT) {
        buf_add(s->out, value->text);
        return value->text.n > 0;
    }
    if (value->kind == JSON_INT) {
        buf_add_i64(s->out, value->integer);
    }
    return value->kind == JSON_INT;
}

/* False when the member is not there. */
static bool add_member(struct sentence *s, str place)
{
    char flag = place.n > 0 && !ascii_is_alnum(place.p[0]) ? place.p[0] : ' ';
    str name = flag == ' ' ? place : str_slice(place, 1, place.n);
    const struct json *value = NULL;
    for (size_t i = 0; s->detail->kind == JSON_OBJECT && i < s->detail->count; i++) {
        if (str_equal(s->detail->names[i], name)) {
            value = &s->detail->items[i];
        }
    }
    if (flag == '#') {
        bool is_known = value != NULL && value->kind == JSON_INT;
        buf_add_c(s->out, is_known ? "case " : "another case");
        return !is_known || add_scalar(s, value, flag);
    }
    if (value == NULL) {
        return false;
    }
    if (str_equal(name, STR("did"))) {
        enum desk_did did = DID_NOTHING;
        (void)desk_did_from_word(value->text, &did); /* a later version's: a remark to this one */
        buf_add(s->out, words_did(did));
        return did != DID_NOTHING;
    }
    if (flag == '+') {
        return value->kind == JSON_BOOL && value->boolean;
    }
    if (value->kind != JSON_LIST) {
        return add_scalar(s, value, flag);
    }
    bool has_any = false;
    for (size_t i = 0; i < value->count; i++) {
        buf_add_c(s->out, has_any ? ", " : "");
        has_any = add_scalar(s, &value->items[i], flag) || has_any;
    }
    return has_any;
}

static void write_words(struct sentence *s, str words)
{
    size_t group = 0; /* where the bracket began */
    bool is_group = false, is_whole = true;
    while (words.n > 0) {
        char c = words.p[0];
        words = str_slice(words, 1, words.n);
        if (c == '[') {
            group = s->out->n;
            is_group = is_whole = true;
        } else if (c == ']') {
            s->out->n = is_whole ? s->out->n : group;
            is_group = false;
        } else if (c == '{') {
            str place = {0};
            words = str_cut(words, '}', &place);
            bool is_there = add_member(s, place);
            is_whole = is_whole && is_there;
            buf_add_c(s->out, is_there || is_group ? "" : "?");
        } else {
            buf_add_byte(s->out, c);
        }
    }
}

str words_act(struct arena *arena, const struct words_names *names, str verb, str detail)
{
    struct json json = {0};
    struct buf out;
    str words = verb;
    if (detail.n == 0 || json_parse(arena, detail, &json, NULL) != STATUS_OK) {
        json = (struct json){.kind = JSON_NULL};
    }
    if (str_equal(verb, STR("case.grade")) && json.kind == JSON_OBJECT &&
        json_member_int(&json, "from", -1) == json_member_int(&json, "to", -2)) {
        verb = STR(SAME_GRADE);
    }
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        if (str_equal(str_c(verbs[i].verb), verb)) {
            words = str_c(verbs[i].words);
        }
    }
    buf_init(&out, ACT_WORDS_BYTES_MAX);
    struct sentence sentence = {.out = &out, .detail = &json, .names = names};
    write_words(&sentence, words);
    str text = arena_str(arena, buf_str(&out));
    buf_close(&out);
    return text;
}
