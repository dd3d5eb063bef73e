/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of words: languages, grades, codes, pick lists, advice, doors, offences, rules. */
#include "pack/pack_internal.h"

static void load_languages(struct loader *loader)
{
    struct pack *pack = loader->pack;
    (void)loader_open(loader, "languages.csv");
    while (loader_next(loader)) {
        if (pack->language_count == PACK_LANGUAGES_MAX) {
            loader_refuse(loader, "id", "a pack has at most 6 languages");
            return;
        }
        struct pack_language *language = &pack->languages[pack->language_count];
        language->id = loader_word(loader, "id");
        language->name = loader_word(loader, "name");
        language->is_machine_drafted =
            str_equal(loader_text(loader, "status"), STR("machine-drafted"));
        pack->language_count++;
    }
    if (loader->status == STATUS_OK && pack->language_count == 0) {
        loader->status =
            error_set(loader->err, STATUS_INVALID, "languages.csv: a pack needs a language");
    }
}

static void load_head(struct loader *loader)
{
    struct pack *pack = loader->pack;
    (void)loader_open(loader, "pack.csv");
    while (loader_next(loader)) {
        str key = loader_word(loader, "key");
        str *text = str_equal(key, STR("id"))                     ? &pack->id
                    : str_equal(key, STR("title"))                ? &pack->title
                    : str_equal(key, STR("version"))              ? &pack->version
                    : str_equal(key, STR("emergency_number"))     ? &pack->emergency_number
                    : str_equal(key, STR("non_emergency_number")) ? &pack->non_emergency_number
                    : str_equal(key, STR("map_credit"))           ? &pack->map_credit
                                                                  : NULL;
        if (text != NULL) {
            *text = loader_word(loader, "value");
        } else if (str_equal(key, STR("postcode_forms"))) {
            pack->postcode_forms = loader_list_of(loader, "value", '|');
        } else if (str_equal(key, STR("advice_of_calls"))) {
            pack->advice_of_calls = loader_list_of(loader, "value", '|');
        } else if (str_equal(key, STR("unclassified_grade"))) {
            pack->unclassified_grade = loader_int(loader, "value", 0);
        } else if (str_equal(key, STR("known_town_people"))) {
            pack->known_town_people = loader_int(loader, "value", 0);
        } else if (str_equal(key, STR("lawful_grade"))) {
            pack->lawful_grade = loader_int(loader, "value", 0);
        } else {
            loader_refuse(loader, "key", "is not known");
        }
    }
    if (pack->unclassified_grade < 0 || pack->unclassified_grade > PACK_GRADE_MAX ||
        pack->lawful_grade < 0 || pack->lawful_grade > PACK_GRADE_MAX) {
        loader_refuse(loader, "value", "a grade is 0 to 5");
    }
}

static void load_grades(struct loader *loader)
{
    bool has[PACK_GRADE_MAX + 1] = {false};
    (void)loader_open(loader, "grades.csv");
    while (loader_next(loader)) {
        int level = loader_grade(loader, "id", 0);
        struct pack_grade *grade = &loader->pack->grades[level];
        if (has[level]) {
            loader_refuse(loader, "id", "stands there twice");
        }
        has[level] = true;
        grade->id = loader_word(loader, "id");
        grade->level = level;
        grade->desk_minutes = loader_int(loader, "desk_minutes", PACK_NEVER);
        grade->owner_minutes = loader_int(loader, "owner_minutes", PACK_NEVER);
        grade->victim_minutes = loader_int(loader, "victim_minutes", PACK_NEVER);
        grade->victim_repeat_minutes = loader_int(loader, "victim_repeat_minutes", PACK_NEVER);
        grade->victim_working_days = loader_int(loader, "victim_working_days", PACK_NEVER);
        grade->title = loader_say(loader, "title");
        grade->meaning = loader_say(loader, "meaning");
        grade->desk_does = loader_say(loader, "desk_does");
        grade->owner_hears = loader_say(loader, "owner_hears");
        grade->victim_hears = loader_say(loader, "victim_hears");
    }
    for (size_t i = 0; i <= PACK_GRADE_MAX; i++) {
        if (!has[i]) {
            loader_refuse(loader, "id", "the grades G0 to G5 must all be there");
        }
    }
}

static void load_choices(struct loader *loader, const char *file, const char *detail,
                         struct pack_choices *ret_choices)
{
    size_t cap = loader_open(loader, file);
    struct pack_choice *items = ARENA_ARRAY(loader->arena, struct pack_choice, cap + 1);
    size_t count = 0;
    while (loader_next(loader)) {
        struct pack_choice *choice = &items[count];
        choice->id = loader_word(loader, "id");
        choice->label =
            loader_say(loader, str_equal(str_c(file), STR("groups.csv")) ? "title" : "label");
        if (detail != NULL) {
            choice->detail = loader_word(loader, detail);
        }
        for (size_t i = 0; i < count; i++) {
            if (str_equal(items[i].id, choice->id)) {
                loader_refuse(loader, "id", "stands there twice");
            }
        }
        count++;
    }
    *ret_choices = (struct pack_choices){items, count};
}

static void load_codes(struct loader *loader)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "codes.csv");
    struct pack_code *codes = ARENA_ARRAY(loader->arena, struct pack_code, cap + 1);
    pack->codes = codes;
    while (loader_next(loader)) {
        struct pack_code *code = &codes[pack->code_count];
        code->id = loader_word(loader, "id");
        code->group = loader_word(loader, "group");
        code->grade = loader_grade(loader, "grade", 0);
        code->grade_repeated = loader_grade(loader, "grade_repeated", code->grade);
        code->counts_as_abuse = loader_bool(loader, "counts_as_abuse");
        code->needs_person = loader_bool(loader, "needs_person");
        code->title = loader_say(loader, "title");
        code->definition = loader_say(loader, "definition");
        if (pack_code(pack, code->id) != NULL) {
            loader_refuse(loader, "id", "stands there twice");
        }
        if (pack_choice(&pack->groups, code->group) == NULL) {
            loader_refuse(loader, "group", "is not in groups.csv");
        }
        pack->code_count++;
    }
}

static void load_offices(struct loader *loader)
{
    struct pack *pack = loader->pack;
    size_t cap = loader_open(loader, "offices.csv");
    struct pack_office *offices = ARENA_ARRAY(loader->arena, struct pack_office, cap + 1);
    pack->offices = offices;
    while (loader_next(loader)) {
        struct pack_office *office = &offices[pack->office_count];
        office->id = loader_word(loader, "id");
        office->operation = loader_text(loader, "operation");
        office->as_candidate = loader_text(loader, "as_candidate");
        office->is_in_form = loader_bool(loader, "in_form");
        office->label = loader_say(loader, "label");
        office->other_names = loader_list_of(loader, "other_names", '|');
        if (pack_office(pack, office->id) != NULL) {
            loader_refuse(loader, "id", "stands there twice");
        }
        pack->office_count++;
    }
    for (size_t i = 0; i < pack->office_count; i++) {
        str other = offices[i].as_candidate;
        if (other.n > 0 && pack_office(pack, other) == NULL) {
            loader_refuse(loader, "as_candidate", "names an office that is not there");
        }
    }
}

/* A list of codes, each known or a prefix with '*' that meets at least one; '-' before it = not. */
static struct pack_list load_code_list(struct loader *loader, const char *column)
{
    struct pack_list list = loader_list(loader, column);
    for (size_t i = 0; i < list.count; i++) {
        str item = list.items[i];
        item = str_slice(item, str_starts(item, STR("-")) ? 1 : 0, item.n);
        bool is_known = pack_code(loader->pack, item) != NULL;
        if (str_ends(item, STR("*"))) {
            for (size_t j = 0; j < loader->pack->code_count && !is_known; j++) {
                is_known = str_starts(loader->pack->codes[j].id, str_slice(item, 0, item.n - 1));
            }
        }
        if (!is_known) {
            loader_refuse(loader, column, "names a code that is not in codes.csv");
        }
    }
    return list;
}

static struct pack_condition load_condition(struct loader *loader)
{
    struct pack_condition when = {
        .danger = loader_text(loader, "danger"),
        .codes = load_code_list(loader, "codes"),
        .grade_min = loader_grade(loader, "grade_min", 0),
        .operations = loader_list(loader, "operation"),
        .offices = loader_list(loader, "offices"),
    };
    when.channels = loader_list_of(loader, "channels", ' ');
    when.nations = loader_list_of(loader, "nations", '|');
    for (size_t i = 0; i < when.offices.count; i++) {
        if (pack_office(loader->pack, when.offices.items[i]) == NULL) {
            loader_refuse(loader, "offices", "names an office that is not in offices.csv");
        }
    }
    for (size_t i = 0; i < when.channels.count; i++) {
        if (pack_choice(&loader->pack->channels, when.channels.items[i]) == NULL) {
            loader_refuse(loader, "channels", "names a channel that is not in channels.csv");
        }
    }
    return when;
}

static void load_advice(struct loader *loader)
{
    size_t cap = loader_open(loader, "advice.csv");
    struct pack_advice *rows = ARENA_ARRAY(loader->arena, struct pack_advice, cap + 1);
    loader->pack->advice = rows;
    while (loader_next(loader)) {
        struct pack_advice *row = &rows[loader->pack->advice_count];
        row->id = loader_word(loader, "id");
        row->when = load_condition(loader);
        row->text = loader_say(loader, "text");
        loader->pack->advice_count++;
    }
}

static enum pack_part load_part(struct loader *loader)
{
    str part = loader_has(loader, "part") ? loader_text(loader, "part") : (str){0};
    if (str_equal(part, STR("owner"))) {
        return PACK_PART_OWNER;
    }
    if (str_equal(part, STR("informed"))) {
        return PACK_PART_INFORMED;
    }
    if (part.n > 0 && !str_equal(part, STR("call"))) {
        loader_refuse(loader, "part", "must be call, owner or informed");
    }
    return PACK_PART_CALL;
}

static void load_doors(struct loader *loader)
{
    size_t cap = loader_open(loader, "doors.csv");
    struct pack_door *rows = ARENA_ARRAY(loader->arena, struct pack_door, cap + 1);
    loader->pack->doors = rows;
    while (loader_next(loader)) {
        struct pack_door *row = &rows[loader->pack->door_count];
        row->id = loader_word(loader, "id");
        row->to = loader_word(loader, "to");
        row->part = load_part(loader);
        row->when = load_condition(loader);
        row->say = loader_say(loader, "say");
        row->why = loader_say(loader, "why");
        loader->pack->door_count++;
    }
}

static void load_offences(struct loader *loader)
{
    size_t cap = loader_open(loader, "offences.csv");
    struct pack_offence *rows = ARENA_ARRAY(loader->arena, struct pack_offence, cap + 1);
    loader->pack->offences = rows;
    while (loader_next(loader)) {
        struct pack_offence *row = &rows[loader->pack->offence_count];
        row->id = loader_word(loader, "id");
        row->nations = loader_list(loader, "nations");
        row->codes = load_code_list(loader, "codes");
        row->act = loader_word(loader, "act");
        row->note = loader_say(loader, "note");
        loader->pack->offence_count++;
    }
}

static void load_rules(struct loader *loader)
{
    size_t cap = loader_open(loader, "rules.csv");
    struct pack_rule *rules = ARENA_ARRAY(loader->arena, struct pack_rule, cap + 1);
    loader->pack->rules = rules;
    while (loader_next(loader)) {
        struct pack_rule *rule = &rules[loader->pack->rule_count];
        rule->id = loader_word(loader, "id");
        rule->kind = loader_word(loader, "kind");
        rule->pattern = loader_word(loader, "pattern");
        rule->codes = load_code_list(loader, "codes");
        rule->floor = loader_grade(loader, "floor", 0);
        rule->raise = loader_int(loader, "raise", 0);
        rule->message = loader_has(loader, "message") ? loader_grade(loader, "message", 0) : 0;
        rule->why = loader_say(loader, "why");
        if (rule->raise < 0 || rule->raise > 1) {
            loader_refuse(loader, "raise", "must be 0 or 1: a rule never lowers");
        }
        loader->pack->rule_count++;
    }
}

static void load_word_classes(struct loader *loader)
{
    size_t cap = loader_open(loader, "words.csv");
    struct pack_word_class *rows = ARENA_ARRAY(loader->arena, struct pack_word_class, cap + 1);
    loader->pack->word_classes = rows;
    while (loader_next(loader)) {
        struct pack_word_class *row = &rows[loader->pack->word_class_count];
        row->name = loader_word(loader, "name");
        row->words = loader_list(loader, "words");
        loader->pack->word_class_count++;
    }
}

void pack_load_words(struct loader *loader)
{
    struct pack *pack = loader->pack;
    load_languages(loader);
    load_head(loader);
    load_grades(loader);
    load_choices(loader, "groups.csv", NULL, &pack->groups);
    load_choices(loader, "roles.csv", NULL, &pack->roles);
    load_choices(loader, "relations.csv", NULL, &pack->relations);
    load_choices(loader, "channels.csv", "is_online", &pack->channels);
    load_choices(loader, "place_kinds.csv", NULL, &pack->place_kinds);
    load_choices(loader, "measures.csv", "by", &pack->measures);
    load_codes(loader);
    load_offices(loader);
    load_advice(loader);
    load_doors(loader);
    load_offences(loader);
    load_word_classes(loader);
    load_rules(loader);
}
