/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/messages.h"

#include <stdio.h>

#include "base/utf8.h"
#include "codec/json.h"

enum { FIRST_ROOM = 1024, NAME_BYTES = CRYPT_ID_BYTES, NO_GROUP = 0 };

struct inbox_group {
    uint64_t of;
    struct sketch *centre;
    struct crypt_id name;
    uint8_t top;
    bool is_begun; /* its first message was placed */
};
/* How often a content without an id was met: open addressing, never more than half full. */
struct content_seen {
    uint64_t key; /* 0 = free */
    uint32_t times;
};
struct inbox {
    struct arena *arena;
    struct campaigns *campaigns;
    struct sketcher *sketcher;
    uint32_t *group_of; /* by message */
    uint8_t *grade_of;
    size_t room, count, placed;
    uint32_t *into; /* by group number: the group that it became part of, or itself */
    size_t into_room;
    struct inbox_group *groups; /* by group number, after settling */
    uint64_t group_count;
    struct content_seen *seen;
    size_t seen_room, seen_count;
};

/* --- one line --- */

static enum status take_text(const struct json *root, const char *name, bool may_be_number,
                             struct arena *arena, str *ret_text, struct error *err)
{
    const struct json *member = json_member(root, name);
    *ret_text = (str){0};
    if (member == NULL || member->kind == JSON_NULL) {
        return STATUS_OK;
    }
    if (member->kind == JSON_TEXT) {
        *ret_text = str_trim(member->text);
        return STATUS_OK;
    }
    if (may_be_number && member->kind == JSON_INT) {
        *ret_text = arena_printf(arena, "%lld", (long long)member->integer);
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'%s' must be a string", name);
}

static enum status take_at(struct message *message, struct error *err)
{
    bool is_date = false;
    if (message->at_text.n > 0 && !time_parse(message->at_text, &message->at, &is_date)) {
        return error_set(err, STATUS_INVALID,
                         "'at' must be a time such as 2024-07-01T09:30:00Z, or a date");
    }
    return STATUS_OK;
}

/* A line of a report; a display name may be as long as it likes. */
static str line_clip(str text)
{
    str rest = text;
    uint32_t point = 0;
    size_t chars = 0;
    while (chars < REPORT_LINE_CHARS_MAX && utf8_next(&rest, &point)) {
        chars++;
    }
    return str_slice(text, 0, text.n - rest.n);
}

static enum status check_id(str id, struct error *err)
{
    return id.n <= REPORT_LINE_BYTES_MAX
               ? STATUS_OK
               : error_set(err, STATUS_INVALID, "'id' is longer than %d bytes",
                           REPORT_LINE_BYTES_MAX);
}

enum status message_read(struct arena *arena, str line, struct message *ret_message,
                         struct error *err)
{
    struct json root;
    struct message message = {0};
    if (line.n > MESSAGE_LINE_BYTES_MAX) {
        return error_set(err, STATUS_INVALID, "the line is longer than %d bytes",
                         MESSAGE_LINE_BYTES_MAX);
    }
    struct error why = {0};
    enum status status = json_parse(arena, line, &root, &why);
    if (status != STATUS_OK) {
        return error_set(err, status, "this is no JSON: %.300s", why.primary);
    }
    if (root.kind != JSON_OBJECT) {
        return error_set(err, STATUS_INVALID, "a line must be a JSON object with a member 'text'");
    }
    status = take_text(&root, "id", true, arena, &message.id, err);
    if (status == STATUS_OK) {
        status = check_id(message.id, err);
    }
    if (status == STATUS_OK) {
        status = take_text(&root, "text", false, arena, &message.text, err);
    }
    if (status == STATUS_OK && message.text.n == 0) {
        status = error_set(err, STATUS_INVALID, "'text' is missing or empty");
    }
    if (status == STATUS_OK) {
        status = take_text(&root, "author", false, arena, &message.author, err);
    }
    if (status == STATUS_OK) {
        status = take_text(&root, "to", false, arena, &message.to, err);
    }
    if (status == STATUS_OK) {
        status = take_text(&root, "at", false, arena, &message.at_text, err);
    }
    if (status == STATUS_OK) {
        status = take_at(&message, err);
    }
    if (status == STATUS_OK) {
        message.body = message.text;
        *ret_message = message;
    }
    return status;
}

/* --- a mail, a row --- */

static str list_of(struct arena *arena, const struct mail *mail)
{
    str list = {0};
    for (size_t i = 0; i < mail->attachment_count; i++) {
        list = arena_printf(arena, "%.*s%s%.*s", STR_ARG(list), i > 0 ? ", " : "",
                            STR_ARG(mail->attachments[i]));
    }
    return list;
}

enum status message_from_mail(struct arena *arena, const struct mail *mail,
                              struct message *ret_message, struct error *err)
{
    struct buf at;
    str attached = list_of(arena, mail);
    if (mail->text.n == 0 && mail->subject.n == 0 && attached.n == 0) {
        return error_set(err, STATUS_INVALID, "the mail has no words that can be read");
    }
    buf_init(&at, 64);
    if (mail->date != 0) {
        buf_add_time(&at, mail->date);
    }
    str text =
        arena_printf(arena, "%.*s%s%.*s%s%.*s%s%s", STR_ARG(mail->subject),
                     mail->subject.n > 0 && mail->text.n > 0 ? "\n\n" : "", STR_ARG(mail->text),
                     attached.n > 0 ? "\n\n[Attached, not read: " : "", STR_ARG(attached),
                     attached.n > 0 ? "]" : "",
                     mail->is_clipped ? "\n\n[The mail is longer: the rest was not read.]" : "");
    size_t from = mail->subject.n > 0 && mail->text.n > 0 ? mail->subject.n + 2 : mail->subject.n;
    *ret_message = (struct message){
        .id = utf8_clip(mail->id, REPORT_LINE_BYTES_MAX),
        .text = str_trim(text),
        .body = mail->text.n > 0 ? str_slice(text, from, from + mail->text.n) : str_trim(text),
        .author = line_clip(mail->from),
        .to = line_clip(mail->to),
        .at_text = arena_str(arena, buf_str(&at)),
        .at = mail->date};
    buf_close(&at);
    return STATUS_OK;
}

const char *const *message_field_names(size_t field)
{
    static const char *const names[MESSAGE_FIELDS][8] = {
        {"id", "message id", NULL},
        {"text", "body", "message", "content", NULL},
        {"author", "from", "sender", "username", "account", NULL},
        {"to", "recipient", NULL},
        {"at", "date", "sent", "time", "timestamp", "created at", NULL}};
    return names[field];
}

enum status message_from_row(const str fields[MESSAGE_FIELDS], struct message *ret_message,
                             struct error *err)
{
    struct message message = {.id = fields[0],
                              .text = str_trim(fields[1]),
                              .author = fields[2],
                              .to = fields[3],
                              .at_text = fields[4]};
    if (message.text.n == 0) {
        return error_set(err, STATUS_INVALID, "'text' is empty");
    }
    enum status status = check_id(message.id, err);
    if (status == STATUS_OK) {
        status = take_at(&message, err);
    }
    if (status == STATUS_OK) {
        message.body = message.text;
        *ret_message = message;
    }
    return status;
}

/* --- what was met before --- */

static void hash_part(struct crypt_sha256_state *state, str part)
{
    uint64_t len = part.n;
    crypt_sha256_add(state, str_from(&len, sizeof len));
    crypt_sha256_add(state, part);
}

static struct crypt_hash content_of(const struct message *message, uint32_t times)
{
    struct crypt_sha256_state state;
    crypt_sha256_start(&state);
    hash_part(&state, message->id);
    hash_part(&state, message->author);
    hash_part(&state, message->to);
    hash_part(&state, message->at_text);
    hash_part(&state, message->text);
    hash_part(&state, str_from(&times, sizeof times));
    return crypt_sha256_end(&state);
}

static struct content_seen *slot_of(const struct inbox *inbox, uint64_t key)
{
    size_t at = (size_t)(key >> 8) & (inbox->seen_room - 1);
    while (inbox->seen[at].key != 0 && inbox->seen[at].key != key) {
        at = (at + 1) & (inbox->seen_room - 1);
    }
    return &inbox->seen[at];
}

static void seen_make_room(struct inbox *inbox)
{
    const struct content_seen *old = inbox->seen;
    size_t old_room = inbox->seen_room;
    if (2 * (inbox->seen_count + 1) <= old_room) {
        return;
    }
    inbox->seen_room = old_room == 0 ? FIRST_ROOM : 2 * old_room;
    inbox->seen = ARENA_ARRAY(inbox->arena, struct content_seen, inbox->seen_room);
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].key != 0) {
            *slot_of(inbox, old[i].key) = old[i];
        }
    }
}

/* How often this content stood in the inbox before this time. */
static uint32_t times_before(struct inbox *inbox, const struct crypt_hash *content)
{
    uint64_t key = 0;
    memcpy(&key, content->bytes, sizeof key);
    key |= 1; /* never free */
    seen_make_room(inbox);
    struct content_seen *slot = slot_of(inbox, key);
    inbox->seen_count += slot->key == 0;
    slot->key = key;
    slot->times++;
    return slot->times - 1;
}

/* --- first pass --- */

static void joined(void *context, uint64_t from, uint64_t into)
{
    struct inbox *inbox = context;
    inbox->into[from] = (uint32_t)into;
}

struct inbox *inbox_new(struct arena *arena, size_t groups_max)
{
    struct inbox *inbox = ARENA_NEW(arena, struct inbox);
    struct campaign_options how = {.groups_max = groups_max, .least = 2};
    *inbox = (struct inbox){
        .arena = arena, .campaigns = campaigns_new(arena, &how), .sketcher = sketcher_new(arena)};
    sketcher_use(inbox->sketcher, campaigns_footers(inbox->campaigns));
    campaigns_listen(inbox->campaigns,
                     &(struct campaign_calls){.joined = joined, .context = inbox});
    return inbox;
}

void inbox_look(struct inbox *inbox, const struct message *message)
{
    campaigns_learn(inbox->campaigns, message->body);
}

static void make_room(struct inbox *inbox)
{
    if (inbox->count < inbox->room) {
        return;
    }
    size_t room = inbox->room == 0 ? FIRST_ROOM : inbox->room * 2;
    uint32_t *groups = ARENA_ARRAY(inbox->arena, uint32_t, room);
    uint8_t *grades = ARENA_ARRAY(inbox->arena, uint8_t, room);
    uint32_t *into = ARENA_ARRAY(inbox->arena, uint32_t, room + 1); /* a group a message at most */
    if (inbox->count > 0) {
        memcpy(groups, inbox->group_of, inbox->count * sizeof *groups);
        memcpy(grades, inbox->grade_of, inbox->count * sizeof *grades);
        memcpy(into, inbox->into, (inbox->room + 1) * sizeof *into);
    }
    for (size_t i = inbox->room == 0 ? 0 : inbox->room + 1; i <= room; i++) {
        into[i] = (uint32_t)i;
    }
    inbox->group_of = groups;
    inbox->grade_of = grades;
    inbox->into = into;
    inbox->room = room;
}

enum status inbox_learn(struct inbox *inbox, const struct message *message, int grade,
                        struct error *err)
{
    char number[24];
    if (inbox->count == INBOX_MESSAGES_MAX) {
        return error_set(err, STATUS_LIMIT,
                         "more than %d messages: cut the file and import its parts one after "
                         "another",
                         INBOX_MESSAGES_MAX);
    }
    make_room(inbox);
    struct crypt_hash content = content_of(message, 0);
    if (times_before(inbox, &content) > 0 && message->id.n > 0) {
        inbox->group_of[inbox->count++] = NO_GROUP; /* the same again */
        return STATUS_OK;
    }
    int len = snprintf(number, sizeof number, "%zu", inbox->count);
    str author = message->author.n > 0 ? message->author : str_from(number, (size_t)len);
    uint64_t group = campaigns_add(
        inbox->campaigns,
        &(struct campaign_message){
            .text = message->body, .author = author, .at = message->at, .grade = grade});
    inbox->group_of[inbox->count] = (uint32_t)group;
    inbox->grade_of[inbox->count] = (uint8_t)grade;
    inbox->count++;
    return STATUS_OK;
}

static uint32_t root_of(const struct inbox *inbox, uint32_t group)
{
    while (inbox->into[group] != group) {
        group = inbox->into[group];
    }
    return group;
}

void inbox_settle(struct inbox *inbox)
{
    inbox->groups = ARENA_ARRAY(inbox->arena, struct inbox_group, inbox->count + 1);
    for (size_t i = 0; i < inbox->count; i++) {
        if (inbox->group_of[i] == NO_GROUP) {
            continue;
        }
        uint32_t root = root_of(inbox, inbox->group_of[i]);
        struct inbox_group *group = &inbox->groups[root];
        inbox->group_of[i] = root;
        inbox->group_count += group->of == 0;
        group->of++;
        group->top = inbox->grade_of[i] > group->top ? inbox->grade_of[i] : group->top;
    }
    for (size_t i = 0; i < inbox->seen_room; i++) {
        inbox->seen[i].times = 0; /* counted once more on the second pass */
    }
}

uint64_t inbox_messages(const struct inbox *inbox)
{
    return inbox->count;
}

uint64_t inbox_groups(const struct inbox *inbox)
{
    return inbox->group_count;
}

/* --- second pass --- */

static void begin_group(struct inbox *inbox, struct inbox_group *group, str text,
                        const struct crypt_hash *content)
{
    group->is_begun = true;
    memcpy(group->name.bytes, content->bytes, NAME_BYTES);
    if (group->of > 1) {
        group->centre = ARENA_NEW(inbox->arena, struct sketch);
        sketch_make(inbox->sketcher, text, group->centre);
    }
}

/* As triage/campaign.c reckons it. */
static int64_t personal_of(struct inbox *inbox, const struct inbox_group *group, str text)
{
    struct sketch sketch;
    if (group->centre == NULL) {
        return 0;
    }
    sketch_make(inbox->sketcher, text, &sketch);
    double rows = sketch.rows > 0 ? sketch.rows : 1;
    double less = group->centre->rows < sketch.rows ? group->centre->rows : rows;
    double common = sketch_containment(group->centre, &sketch) * less;
    return common < rows ? (int64_t)(1000 * (1 - common / rows) + 0.5) : 0;
}

enum status inbox_place(struct inbox *inbox, const struct message *message,
                        struct inbox_place *ret_place, struct error *err)
{
    if (inbox->placed == inbox->count) {
        return error_set(err, STATUS_CONFLICT, "the file grew while it was read: import it again");
    }
    uint32_t number = inbox->group_of[inbox->placed++];
    struct inbox_group *group = &inbox->groups[number];
    struct crypt_hash content = content_of(message, 0);
    uint32_t times = times_before(inbox, &content);
    if (number == NO_GROUP) {
        *ret_place = (struct inbox_place){.is_repeat = true};
        return STATUS_OK;
    }
    if (times > 0) {
        content = content_of(message, times);
    }
    bool is_first = !group->is_begun;
    if (is_first) {
        begin_group(inbox, group, message->body, &content);
    }
    *ret_place =
        (struct inbox_place){.group = number,
                             .of = group->of,
                             .top = group->top,
                             .is_first = is_first,
                             .personal = is_first ? 0 : personal_of(inbox, group, message->body),
                             .centre = group->centre,
                             .name = group->name,
                             .content = content};
    return STATUS_OK;
}

/* --- as a report --- */

void message_report(const struct message *message, const struct triage_result *read, str channel,
                    struct report *ret_report)
{
    report_init(ret_report);
    ret_report->what = message->text;
    ret_report->target_name = message->to;
    ret_report->when = message->at_text;
    ret_report->channel = channel;
    if (message->author.n > 0) {
        ret_report->accounts[ret_report->account_count++] = message->author;
    }
    ret_report->language = read->lang == LANG_WELSH ? STR("cy")
                           : read->lang == LANG_BENGALI || read->lang == LANG_BENGALI_LATIN
                               ? STR("bn")
                               : STR("en");
}
