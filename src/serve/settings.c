/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "codec/json.h"

enum { SETTINGS_FORMAT = 1, KEY_FILE_BYTES_MAX = 200 };

struct text_setting {
    const char *name;
    size_t at;
    const char *otherwise;
};

/* One row a setting: reader and writer both walk this table. */
static const struct text_setting texts[] = {
    {"name", offsetof(struct settings, desk_name), "hustings"},
    {"store", offsetof(struct settings, store), "sqlite"},
    {"pack", offsetof(struct settings, pack), "uk"},
    {"regime", offsetof(struct settings, regime), "part2"},
    {"controller_name", offsetof(struct settings, controller_name), ""},
    {"controller_contact", offsetof(struct settings, controller_contact), ""},
    {"front", offsetof(struct settings, front_address), "127.0.0.1:8080"},
    {"desk", offsetof(struct settings, desk_address), "127.0.0.1:8081"},
    {"webhook_url", offsetof(struct settings, webhook_url), ""},
    {"smtp_url", offsetof(struct settings, smtp_url), ""},
    {"smtp_from", offsetof(struct settings, smtp_from), ""},
    {"smtp_to", offsetof(struct settings, smtp_to), ""},
};

struct bytes_setting {
    const char *name;
    size_t at;
    size_t len;
};

static const struct bytes_setting fixed[] = {
    {"desk_id", offsetof(struct settings, desk_id), CRYPT_ID_BYTES},
    {"desk_public", offsetof(struct settings, desk_public), 32},
    {"log_public", offsetof(struct settings, log_verify), 32},
    {"desk_verify", offsetof(struct settings, desk_verify), 32},
};

bool settings_has_alarm(const struct settings *settings)
{
    return settings->webhook_url.n > 0 || (settings->smtp_url.n > 0 && settings->smtp_to.n > 0);
}

const char *settings_path(const struct settings *settings, struct arena *arena, const char *name)
{
    return arena_printf(arena, "%.*s/%s", STR_ARG(settings->dir), name).p;
}

enum status settings_read(struct arena *arena, const char *dir, struct settings *ret_settings,
                          struct error *err)
{
    struct settings s = {.dir = str_c(dir)};
    str text = {0};
    const char *path = settings_path(&s, arena, "desk.json");
    enum status status = io_read_file(arena, path, SETTINGS_BYTES_MAX, &text, err);
    if (status == STATUS_NOT_FOUND) {
        (void)error_set(err, status, "there is no desk in %s", dir);
        error_hint(err, "'hustings init %s' makes one", dir);
    }
    return status == STATUS_OK ? settings_parse(arena, text, dir, ret_settings, err) : status;
}

enum status settings_parse(struct arena *arena, str text, const char *dir,
                           struct settings *ret_settings, struct error *err)
{
    struct settings s = {.dir = arena_str(arena, str_c(dir))};
    struct json json;
    const char *path = settings_path(&s, arena, "desk.json");
    enum status status = json_parse(arena, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (json_member_int(&json, "format", 0) != SETTINGS_FORMAT) {
        return error_set(err, STATUS_DENIED, "%s has a format that this version does not know",
                         path);
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        str value = json_member_text(&json, texts[i].name);
        *(str *)(void *)((char *)&s + texts[i].at) =
            json_member(&json, texts[i].name) == NULL ? str_c(texts[i].otherwise) : value;
    }
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        if (!hex_decode(json_member_text(&json, fixed[i].name), (char *)&s + fixed[i].at,
                        fixed[i].len)) {
            return error_set(err, STATUS_CORRUPT, "%s lacks a good '%s'", path, fixed[i].name);
        }
    }
    s.is_https = json_member_bool(&json, "https", false);
    *ret_settings = s;
    return STATUS_OK;
}

enum status settings_write(const struct settings *s, struct error *err)
{
    struct buf buf;
    struct json_out out;
    struct arena arena;
    arena_init(&arena, SETTINGS_BYTES_MAX);
    buf_init(&buf, SETTINGS_BYTES_MAX);
    json_out_init(&out, &buf);
    json_begin_object(&out);
    json_put_int(&out, "format", SETTINGS_FORMAT);
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
        char hex[64];
        hex_encode((const char *)s + fixed[i].at, fixed[i].len, hex);
        json_put_text(&out, fixed[i].name, str_from(hex, 2 * fixed[i].len));
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        json_put_text(&out, texts[i].name,
                      *(const str *)(const void *)((const char *)s + texts[i].at));
    }
    json_put_bool(&out, "https", s->is_https);
    json_end_object(&out);
    buf_add_byte(&buf, '\n');
    /* the address of a database may hold its password */
    unsigned mode = str_equal(s->store, STR("sqlite")) ? 0644 : 0600;
    enum status status =
        io_write_file(settings_path(s, &arena, "desk.json"), buf_str(&buf), mode, err);
    buf_close(&buf);
    arena_close(&arena);
    return status;
}

enum status settings_key_read(const struct settings *settings, struct arena *arena,
                              const char *name, struct crypt_key *ret_key, struct error *err)
{
    str text = {0};
    const char *credentials = getenv("CREDENTIALS_DIRECTORY"); /* systemd.exec(5) */
    const char *path = settings_path(settings, arena, name);
    if (credentials != NULL) {
        const char *given = arena_printf(arena, "%s/%s", credentials, name).p;
        path = io_exists(given) ? given : path;
    }
    enum status status = io_read_file(arena, path, KEY_FILE_BYTES_MAX, &text, err);
    if (status == STATUS_OK && !hex_decode(str_trim(text), ret_key->bytes, sizeof ret_key->bytes)) {
        status = error_set(err, STATUS_CORRUPT, "%s is not a key file (64 hex digits)", path);
    }
    if (text.n > 0) {
        crypt_wipe((char *)(uintptr_t)text.p, text.n);
    }
    return status;
}

enum status settings_key_write(const struct settings *settings, struct arena *arena,
                               const char *name, const struct crypt_key *key, struct error *err)
{
    char hex[2 * CRYPT_KEY_BYTES + 1];
    hex_encode(key->bytes, sizeof key->bytes, hex);
    hex[2 * CRYPT_KEY_BYTES] = '\n';
    enum status status =
        io_write_file(settings_path(settings, arena, name), str_from(hex, sizeof hex), 0600, err);
    CRYPT_WIPE(hex);
    return status;
}

enum status settings_claim(const struct settings *settings, struct arena *arena, bool is_alone,
                           int *ret_fd, struct error *err)
{
    const char *path = settings_path(settings, arena, "run/claim");
    enum status status = io_make_folder(settings_path(settings, arena, "run"), err);
    if (status != STATUS_OK) {
        return status;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return error_set(err, STATUS_DENIED, "cannot open %.160s: %s", path, strerror(errno));
    }
    if (flock(fd, (is_alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        (void)close(fd);
        return error_set(err, STATUS_CONFLICT, "%s",
                         is_alone ? "somebody works with this desk: stop it first"
                                  : "this desk is being moved to another store: wait for that");
    }
    *ret_fd = fd;
    return STATUS_OK;
}

struct db_options settings_store(const struct settings *settings, struct arena *arena,
                                 const char *name)
{
    if (str_equal(settings->store, STR("sqlite"))) {
        str file = arena_printf(arena, "%s.db", name);
        return (struct db_options){.engine = DB_SQLITE,
                                   .where = settings_path(settings, arena, file.p)};
    }
    return (struct db_options){
        .engine = DB_POSTGRESQL, .where = arena_cstr(arena, settings->store), .schema = name};
}
