/* SPDX-License-Identifier: Apache-2.0 */
/* Units out of a table. */
#include <math.h>

#include "base/utf8.h"
#include "codec/csv.h"
#include "codec/grid.h"
#include "plan/day.h"
#include "plan/exchange_internal.h"

struct unit_row {
    struct sheet_reader *reader;
    const struct csv *csv;
    const struct csv_row *row;
    bool is_refused;
};

static str field(const struct unit_row *row, const char *name)
{
    for (size_t i = 0; i < row->csv->column_count; i++) {
        if (str_equal_ascii_fold(row->csv->columns[i], str_c(name))) {
            return str_trim(row->row->fields[i]);
        }
    }
    return (str){0};
}

static void refuse(struct unit_row *row, const char *name, const char *wanted)
{
    if (!row->is_refused) {
        sheet_refuse(row->reader, row->reader->sheet->units_name, row->row->line,
                     "'%s' is '%.*s'; %s", name, STR_ARG(utf8_clip(field(row, name), 60)), wanted);
    }
    row->is_refused = true;
}

/* -1 = not there. */
static double number(struct unit_row *row, const char *name, double high, const char *wanted)
{
    double value = -1;
    str text = field(row, name);
    if (text.n > 0 && (!decimal_parse(text, &value) || !(value >= 0 && value <= high))) {
        refuse(row, name, wanted);
    }
    return value;
}

static int32_t clock_of(struct unit_row *row, const char *name)
{
    int32_t seconds = 0;
    if (!plan_parse_clock(row->reader->sheet->day, field(row, name), &seconds)) {
        refuse(row, name, "a time like 07:00, or 01:30+1 on the day after, is wanted");
    }
    return seconds;
}

static void put_seconds(struct json_out *json, const char *name, double value, double factor)
{
    if (value >= 0) {
        json_put_int(json, name, (int64_t)nearbyint(value * factor));
    }
}

static void put_break(struct unit_row *row, struct json_out *json, int32_t start, int32_t end)
{
    double minutes = number(row, "break_min", 240, "minutes up to 240 are wanted");
    if (minutes <= 0 || row->is_refused) {
        return;
    }
    int32_t length = (int32_t)(minutes * 60);
    int32_t from = field(row, "break_from").n > 0 ? clock_of(row, "break_from") : start;
    int32_t to = field(row, "break_to").n > 0 ? clock_of(row, "break_to") : end - length;
    if (to < from) {
        refuse(row, "break_to", "it is before the break may begin, or the duty is too short");
        return;
    }
    json_name(json, "break");
    json_begin_object(json);
    json_put_int(json, "open_s", from);
    json_put_int(json, "close_s", to);
    json_put_int(json, "length_s", length);
    json_end_object(json);
}

static void put_skills(struct json_out *json, str text)
{
    if (text.n == 0) {
        return;
    }
    json_name(json, "skills");
    json_begin_list(json);
    while (text.n > 0) {
        str word;
        text = str_cut(text, ';', &word);
        word = str_trim(word);
        if (word.n > 0) {
            json_add_text(json, word);
        }
    }
    json_end_list(json);
}

static void put_words(struct unit_row *row, struct json_out *json)
{
    str skills = field(row, "skills");
    str rank = field(row, "rank");
    if (!sheet_words_fit(skills, ";")) {
        refuse(row, "skills", "up to 64 words of up to 100 bytes, parted by ';', are wanted");
    } else if (rank.n > SHEET_WORD_BYTES_MAX) {
        refuse(row, "rank", "up to 100 bytes are wanted");
    } else {
        put_skills(json, skills);
        json_put_text(json, "rank", rank);
    }
}

static void put_mode(struct unit_row *row, struct json_out *json)
{
    static const char *const modes[] = {"car", "bicycle", "foot"};
    str mode = field(row, "mode");
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        if (str_equal_ascii_fold(mode, str_c(modes[i]))) {
            json_put_text(json, "mode", str_c(modes[i]));
            return;
        }
    }
    if (mode.n > 0) {
        refuse(row, "mode", "car, bicycle or foot is wanted");
    }
}

/* What is optional; may refuse the row. */
static void put_rest(struct unit_row *row, struct json_out *json, int32_t start, int32_t end)
{
    double officers = number(row, "officers", 100, "1 to 100 are wanted");
    double brief = number(row, "brief_min", 1440, "minutes are wanted");
    if (officers == 0) {
        refuse(row, "officers", "1 to 100 are wanted");
    }
    put_seconds(json, "officers", officers, 1);
    put_mode(row, json);
    put_words(row, json);
    put_seconds(json, "brief_s", brief, 60);
    put_seconds(json, "plain_s", number(row, "plain_h", 48, "hours up to 48 are wanted"), 3600);
    put_seconds(json, "rest_day_notice_days",
                number(row, "notice_days", 366, "days up to 366 are wanted"), 1);
    if (brief * 60 > end - start) {
        refuse(row, "brief_min", "it is longer than the duty");
    }
    put_break(row, json, start, end);
}

static void read_unit(struct unit_row *row)
{
    struct sheet_reader *reader = row->reader;
    struct json_out json;
    str id = field(row, "id");
    row->is_refused = false;
    reader->row_id = id;
    reader->row_name = (str){0};
    if (id.n == 0 || id.n > 200 || plan_ids_find(&reader->units, id) != UINT32_MAX) {
        refuse(row, "id", "each unit needs an id of its own, of 1 to 200 bytes");
        return;
    }
    uint32_t base = sheet_find_site(reader, field(row, "base"));
    if (base == PLAN_NONE) {
        refuse(row, "base", "the id or name of a site is wanted");
    }
    int32_t start = clock_of(row, "start");
    int32_t end = clock_of(row, "end");
    if (end <= start) {
        str words = arena_printf(&reader->arena,
                                 "'end' is '%.*s': the duty ends before it starts (01:30+1 is on "
                                 "the day after)",
                                 STR_ARG(utf8_clip(field(row, "end"), 60)));
        refuse(row, "start", words.p);
    }
    if (row->is_refused) {
        return;
    }
    size_t before = reader->units_text.n;
    sheet_begin(&json, &reader->units_text);
    json_put_text(&json, "id", id);
    json_put_text(&json, "base", reader->sites[base].id);
    json_put_int(&json, "start_s", start);
    json_put_int(&json, "end_s", end);
    put_rest(row, &json, start, end);
    json_end_object(&json);
    if (row->is_refused) {
        reader->units_text.n = before; /* said; what was written of it goes */
        return;
    }
    (void)plan_ids_add(&reader->units, arena_str(&reader->arena, id), 0);
}

enum status sheet_read_units(struct sheet_reader *reader, struct error *err)
{
    const struct plan_sheet *sheet = reader->sheet;
    struct csv csv;
    struct csv_row fields;
    struct unit_row row = {.reader = reader, .csv = &csv, .row = &fields};
    static const char *const needed[] = {"id", "base", "start", "end"};
    enum status status = csv_open(&reader->arena, sheet->units_name, sheet->units, ',', &csv, err);
    for (size_t i = 0; i < ARRAY_LEN(needed) && status == STATUS_OK; i++) {
        status = sheet_need_column(&csv, sheet->units_name, needed[i], err);
    }
    while (sheet_next(reader, &csv, &fields, &status, err)) {
        read_unit(&row);
    }
    return status;
}
