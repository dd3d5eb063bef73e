/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void hex_encode(const void *bytes, size_t len, char *out)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = hex_digits[in[i] >> 4];
        out[2 * i + 1] = hex_digits[in[i] & 15];
    }
}

static int hex_value(char c)
{
    c = ascii_lower(c);
    return ascii_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(str text, void *out, size_t len)
{
    unsigned char *bytes = out;
    if (text.n != 2 * len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(text.p[2 * i]);
        int low = hex_value(text.p[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void buf_add_hex(struct buf *buf, const void *bytes, size_t len)
{
    char *at = buf_reserve(buf, 2 * len);
    if (at != NULL) {
        hex_encode(bytes, len, at);
        buf->n += 2 * len;
    }
}

void buf_add_base64(struct buf *buf, const void *bytes, size_t len)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)in[i] << 16;
        group |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)in[i + 2] : 0;
        char out[4] = {base64_digits[group >> 18], base64_digits[group >> 12 & 63],
                       left > 1 ? base64_digits[group >> 6 & 63] : '=',
                       left > 2 ? base64_digits[group & 63] : '='};
        buf_add_bytes(buf, out, sizeof out);
    }
}

static int base64_value(char c)
{
    const char *at = c == '\0' ? NULL : memchr(base64_digits, c, 64);
    return at == NULL ? -1 : (int)(at - base64_digits);
}

bool base64_decode(str text, void *out, size_t cap, size_t *ret_len)
{
    unsigned char *bytes = out;
    size_t n = 0;
    if (text.n % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < text.n; i += 4) {
        bool is_last = i + 4 == text.n;
        size_t pad = is_last && text.p[i + 3] == '=' ? (text.p[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t group = 0;
        for (size_t j = 0; j < 4; j++) {
            int value = j >= 4 - pad ? 0 : base64_value(text.p[i + j]);
            if (value < 0) {
                return false;
            }
            group = group << 6 | (uint32_t)value;
        }
        size_t count = 3 - pad;
        if ((pad == 1 && (group & 0xff) != 0) || (pad == 2 && (group & 0xffff) != 0) ||
            count > cap - n) {
            return false;
        }
        for (size_t j = 0; j < count; j++) {
            bytes[n++] = (unsigned char)(group >> (16 - 8 * j));
        }
    }
    *ret_len = n;
    return true;
}

enum { SECONDS_PER_DAY = 86400 };

/* Days since 1970-01-01. */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + (int64_t)d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct civil_time time_civil_utc(time_us at)
{
    int64_t seconds = floor_div(at, US_PER_SECOND);
    int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    int64_t rest = seconds - days * SECONDS_PER_DAY;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    return (struct civil_time){.year = yoe + era * 400 + (month <= 2),
                               .month = month,
                               .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
                               .hour = (unsigned)(rest / 3600),
                               .minute = (unsigned)(rest / 60 % 60),
                               .second = (unsigned)(rest % 60)};
}

time_us time_from_civil_utc(struct civil_time c)
{
    int64_t days = days_from_civil(c.year, c.month, c.day);
    int64_t seconds = days * SECONDS_PER_DAY + (int64_t)c.hour * 3600 + (int64_t)c.minute * 60 +
                      (int64_t)c.second;
    return seconds * US_PER_SECOND;
}

/* 0 = Monday. 1970-01-01 was a Thursday. */
static int64_t weekday(int64_t days)
{
    return ((days + 3) % 7 + 7) % 7;
}

static time_us last_sunday_0100(int64_t year, unsigned month)
{
    int64_t day31 = days_from_civil(year, month, 31);
    int64_t sunday = day31 - (weekday(day31) + 1) % 7;
    return (sunday * SECONDS_PER_DAY + 3600) * US_PER_SECOND;
}

struct civil_time time_civil_london(time_us at)
{
    int64_t year = time_civil_utc(at).year;
    bool is_summer = at >= last_sunday_0100(year, 3) && at < last_sunday_0100(year, 10);
    return time_civil_utc(at + (is_summer ? 3600 * US_PER_SECOND : 0));
}

void buf_add_time(struct buf *buf, time_us at)
{
    struct civil_time c = time_civil_utc(at);
    buf_printf(buf, "%04lld-%02u-%02uT%02u:%02u:%02uZ", (long long)c.year, c.month, c.day, c.hour,
               c.minute, c.second);
}

/* Takes `width` digits off *rest and, when `after` is not NUL, that byte behind them. */
static bool take_number(str *rest, size_t width, char after, unsigned *ret_value)
{
    uint64_t value = 0;
    if (rest->n < width || !str_to_u64(str_slice(*rest, 0, width), &value)) {
        return false;
    }
    *rest = str_slice(*rest, width, rest->n);
    if (after != '\0') {
        if (rest->n == 0 || rest->p[0] != after) {
            return false;
        }
        *rest = str_slice(*rest, 1, rest->n);
    }
    *ret_value = (unsigned)value;
    return true;
}

static unsigned days_in_month(int64_t year, unsigned month)
{
    int64_t next_year = month == 12 ? year + 1 : year;
    unsigned next_month = month == 12 ? 1 : month + 1;
    return (unsigned)(days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1));
}

static bool take_offset(str *rest, int64_t *ret_seconds)
{
    unsigned hour = 0;
    unsigned minute = 0;
    if (rest->n == 0) {
        return false;
    }
    char sign = rest->p[0];
    *rest = str_slice(*rest, 1, rest->n);
    if (sign == 'Z' || sign == 'z') {
        *ret_seconds = 0;
        return true;
    }
    if ((sign != '+' && sign != '-') || !take_number(rest, 2, ':', &hour) ||
        !take_number(rest, 2, '\0', &minute) || hour > 23 || minute > 59) {
        return false;
    }
    int64_t seconds = (int64_t)hour * 3600 + (int64_t)minute * 60;
    *ret_seconds = sign == '-' ? -seconds : seconds;
    return true;
}

bool time_parse(str text, time_us *ret_at, bool *ret_is_date)
{
    unsigned year = 0;
    struct civil_time c = {0};
    int64_t offset = 0;
    if (!take_number(&text, 4, '-', &year) || !take_number(&text, 2, '-', &c.month) ||
        !take_number(&text, 2, '\0', &c.day)) {
        return false;
    }
    c.year = year;
    if (year < 1900 || year > 2200 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > days_in_month(c.year, c.month)) {
        return false;
    }
    bool is_date = text.n == 0;
    if (!is_date) {
        char separator = text.p[0];
        text = str_slice(text, 1, text.n);
        if ((separator != 'T' && separator != 't' && separator != ' ') ||
            !take_number(&text, 2, ':', &c.hour) || !take_number(&text, 2, ':', &c.minute) ||
            !take_number(&text, 2, '\0', &c.second) || c.hour > 23 || c.minute > 59 ||
            c.second > 60) {
            return false;
        }
        if (text.n > 0 && text.p[0] == '.') {
            size_t at = 1;
            while (at < text.n && ascii_is_digit(text.p[at])) {
                at++;
            }
            if (at == 1) {
                return false;
            }
            text = str_slice(text, at, text.n);
        }
        if (!take_offset(&text, &offset) || text.n != 0) {
            return false;
        }
    }
    *ret_at = time_from_civil_utc(c) - offset * US_PER_SECOND;
    *ret_is_date = is_date;
    return true;
}

void buf_add_week(struct buf *buf, time_us at)
{
    int64_t days = floor_div(at, SECONDS_PER_DAY * US_PER_SECOND);
    int64_t thursday = days - weekday(days) + 3;
    int64_t year = time_civil_utc(thursday * SECONDS_PER_DAY * US_PER_SECOND).year;
    int64_t week = (thursday - days_from_civil(year, 1, 1)) / 7 + 1;
    buf_printf(buf, "%04lld-W%02lld", (long long)year, (long long)week);
}
