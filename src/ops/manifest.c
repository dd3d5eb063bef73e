/* SPDX-License-Identifier: Apache-2.0 */
#include "ops/manifest.h"

#include <stdio.h>

#include "base/io.h"
#include "codec/json.h"

enum { MANIFEST_BYTES_MAX = 64 * 1024, PATH_BYTES_MAX = 4096 };

static const char above_before[] = ",\"above\":\"";
static const char above_after[] = "\"}\n";

static void put_hash(struct json_out *out, const char *name, const struct crypt_hash *hash)
{
    char hex[2 * CRYPT_HASH_BYTES];
    hex_encode(hash->bytes, sizeof hash->bytes, hex);
    json_put_text(out, name, str_from(hex, sizeof hex));
}

static void put_files(struct json_out *out, const struct manifest *manifest)
{
    json_name(out, "files");
    json_begin_list(out);
    for (size_t i = 0; i < manifest->file_count; i++) {
        const struct backup_file *file = &manifest->files[i];
        json_begin_object(out);
        json_put_text(out, "name", str_c(file->name));
        json_put_int(out, "bytes", file->mark.bytes);
        put_hash(out, "sha256", &file->mark.hash);
        json_end_object(out);
    }
    json_end_list(out);
}

void manifest_print(struct buf *out, const struct manifest *manifest)
{
    char id[2 * CRYPT_ID_BYTES];
    struct buf made;
    struct json_out json;
    size_t start = out->n;
    hex_encode(manifest->desk_id.bytes, sizeof manifest->desk_id.bytes, id);
    buf_init(&made, 64);
    buf_add_time(&made, manifest->made);
    json_out_init(&json, out);
    json_begin_object(&json);
    json_put_int(&json, "format", BACKUP_FORMAT);
    json_put_text(&json, "desk_id", str_from(id, sizeof id));
    json_put_text(&json, "made", buf_str(&made));
    json_put_text(&json, "program", manifest->program);
    json_put_text(&json, "store", manifest->store);
    json_name(&json, "ledger");
    json_begin_object(&json);
    json_put_int(&json, "leaves", manifest->leaves);
    put_hash(&json, "root", &manifest->root);
    json_end_object(&json);
    json_put_text(&json, "checkpoint", manifest->checkpoint);
    put_files(&json, manifest);
    buf_close(&made);
    /* the object stays open for "above" */
    struct crypt_hash hash = crypt_sha256(str_slice(buf_str(out), start, out->n));
    buf_add_c(out, above_before);
    buf_add_hex(out, hash.bytes, sizeof hash.bytes);
    buf_add_c(out, above_after);
}

/* Is the last member the hash of all before it? */
static bool is_untouched(str text)
{
    const size_t tail =
        sizeof above_before - 1 + (size_t)2 * CRYPT_HASH_BYTES + sizeof above_after - 1;
    struct crypt_hash said;
    if (text.n <= tail) {
        return false;
    }
    str body = str_slice(text, 0, text.n - tail);
    str rest = str_slice(text, text.n - tail, text.n);
    char hex[2 * CRYPT_HASH_BYTES];
    if (!str_starts(rest, str_c(above_before)) || !str_ends(rest, str_c(above_after)) ||
        !hex_decode(str_slice(rest, sizeof above_before - 1, rest.n - (sizeof above_after - 1)),
                    said.bytes, sizeof said.bytes)) {
        return false;
    }
    hex_encode(said.bytes, sizeof said.bytes, hex); /* capitals would be another byte */
    struct crypt_hash is = crypt_sha256(body);
    return memcmp(is.bytes, said.bytes, sizeof is.bytes) == 0 &&
           str_equal(str_from(hex, sizeof hex),
                     str_slice(rest, sizeof above_before - 1, rest.n - (sizeof above_after - 1)));
}

static bool is_plain_name(str name)
{
    if (name.n == 0 || name.n >= BACKUP_NAME_BYTES_MAX || name.p[0] == '.') {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '.' && name.p[i] != '-') {
            return false;
        }
    }
    return true;
}

static enum status parse_file(const struct json *json, struct backup_file *ret_file,
                              struct error *err)
{
    str name = json_member_text(json, "name");
    struct backup_file file = {.mark.bytes = json_member_int(json, "bytes", -1)};
    if (!is_plain_name(name) || file.mark.bytes < 0 ||
        !hex_decode(json_member_text(json, "sha256"), file.mark.hash.bytes,
                    sizeof file.mark.hash.bytes)) {
        return error_set(err, STATUS_CORRUPT, "backup.json lists a file that cannot be");
    }
    memcpy(file.name, name.p, name.n);
    *ret_file = file;
    return STATUS_OK;
}

static enum status parse_files(const struct json *json, struct manifest *manifest,
                               struct error *err)
{
    const struct json *files = json_member(json, "files");
    if (files == NULL || files->kind != JSON_LIST || files->count > BACKUP_FILES_MAX) {
        return error_set(err, STATUS_CORRUPT, "backup.json does not list its files");
    }
    for (size_t i = 0; i < files->count; i++) {
        enum status status = parse_file(&files->items[i], &manifest->files[i], err);
        if (status != STATUS_OK) {
            return status;
        }
        manifest->file_count++;
    }
    return STATUS_OK;
}

enum status manifest_parse(struct arena *arena, str text, struct manifest *ret_manifest,
                           struct error *err)
{
    struct json json;
    struct manifest m = {0};
    bool is_date = false;
    if (!is_untouched(text)) {
        return error_set(err, STATUS_CORRUPT, "backup.json is not as it was written");
    }
    enum status status = json_parse(arena, text, &json, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (json_member_int(&json, "format", 0) != BACKUP_FORMAT) {
        error_set(err, STATUS_DENIED, "backup.json has a format that this version does not know");
        error_hint(err, "restore it with the version that made it, or a newer one");
        return STATUS_DENIED;
    }
    const struct json *ledger = json_member(&json, "ledger");
    m.program = json_member_text(&json, "program");
    m.store = json_member_text(&json, "store");
    m.checkpoint = json_member_text(&json, "checkpoint");
    m.leaves = ledger == NULL ? -1 : json_member_int(ledger, "leaves", -1);
    if (!hex_decode(json_member_text(&json, "desk_id"), m.desk_id.bytes, sizeof m.desk_id.bytes) ||
        !time_parse(json_member_text(&json, "made"), &m.made, &is_date) || m.leaves < 0 ||
        !hex_decode(json_member_text(ledger, "root"), m.root.bytes, sizeof m.root.bytes)) {
        return error_set(err, STATUS_CORRUPT, "backup.json lacks what it must say");
    }
    status = parse_files(&json, &m, err);
    if (status == STATUS_OK) {
        *ret_manifest = m;
    }
    return status;
}

const struct backup_file *manifest_file(const struct manifest *manifest, const char *name)
{
    for (size_t i = 0; i < manifest->file_count; i++) {
        if (strcmp(manifest->files[i].name, name) == 0) {
            return &manifest->files[i];
        }
    }
    return NULL;
}

static enum status join(char path[PATH_BYTES_MAX], const char *folder, const char *name,
                        struct error *err)
{
    int len = snprintf(path, PATH_BYTES_MAX, "%s/%s", folder, name);
    return len > 0 && len < PATH_BYTES_MAX ? STATUS_OK
                                           : error_set(err, STATUS_LIMIT, "the path is too long");
}

enum status manifest_write(const char *folder, const struct manifest *manifest, struct error *err)
{
    char path[PATH_BYTES_MAX];
    struct buf out;
    buf_init(&out, MANIFEST_BYTES_MAX);
    manifest_print(&out, manifest);
    enum status status = join(path, folder, "backup.json", err);
    if (status == STATUS_OK) {
        status = io_write_file(path, buf_str(&out), 0600, err);
    }
    buf_close(&out);
    return status;
}

enum status manifest_read(struct arena *arena, const char *folder, struct manifest *ret_manifest,
                          struct error *err)
{
    char path[PATH_BYTES_MAX];
    str text = {0};
    enum status status = join(path, folder, "backup.json", err);
    if (status == STATUS_OK) {
        status = io_read_file(arena, path, MANIFEST_BYTES_MAX, &text, err);
    }
    if (status == STATUS_NOT_FOUND) {
        (void)error_set(err, status, "%.180s is no backup: it has no backup.json", folder);
        error_hint(err, "backup.json is written last, so a backup that was cut off has none");
    }
    return status == STATUS_OK ? manifest_parse(arena, text, ret_manifest, err) : status;
}

static enum status check_file(const char *folder, const struct backup_file *file,
                              struct progress *progress, struct error *err)
{
    char path[PATH_BYTES_MAX];
    struct file_mark is;
    enum status status = join(path, folder, file->name, err);
    if (status == STATUS_OK) {
        status = file_hash(path, progress, &is, err);
    }
    if (status == STATUS_NOT_FOUND) {
        return error_set(err, STATUS_CORRUPT, "%s is missing from the backup", file->name);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (is.bytes != file->mark.bytes) {
        return error_set(err, STATUS_CORRUPT, "%s has %lld bytes, not %lld", file->name,
                         (long long)is.bytes, (long long)file->mark.bytes);
    }
    if (memcmp(is.hash.bytes, file->mark.hash.bytes, sizeof is.hash.bytes) != 0) {
        return error_set(err, STATUS_CORRUPT, "%s was changed since the backup was made",
                         file->name);
    }
    return STATUS_OK;
}

enum status manifest_check(const char *folder, const struct manifest *manifest,
                           struct progress *progress, struct error *err)
{
    for (size_t i = 0; i < manifest->file_count; i++) {
        enum status status = check_file(folder, &manifest->files[i], progress, err);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

int64_t manifest_bytes(const struct manifest *manifest)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < manifest->file_count; i++) {
        bytes += manifest->files[i].mark.bytes;
    }
    return bytes;
}
