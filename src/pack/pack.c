/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack.h"

#include <unistd.h>

#include "base/io.h"
#include "pack/pack_internal.h"

enum status pack_read(struct loader *loader, struct pack *ret_pack)
{
    struct pack *pack = ARENA_NEW(loader->arena, struct pack);
    pack->folder = arena_str(loader->arena, str_c(loader->folder));
    loader->pack = pack;
    pack_load_words(loader);
    pack_load_places(loader);
    pack_load_areas(loader);
    if (loader->status == STATUS_OK) {
        *ret_pack = *pack;
    } else {
        error_hint(loader->err,
                   "The pack in %.150s cannot be used; 'hustings pack check' says more.",
                   loader->folder);
    }
    return loader->status;
}

enum status pack_open(struct arena *arena, const char *folder, struct pack *ret_pack,
                      struct error *err)
{
    struct loader loader = {.arena = arena, .folder = folder, .err = err};
    return pack_read(&loader, ret_pack);
}

static bool is_pack(const char *folder, struct arena *arena)
{
    return io_exists(arena_printf(arena, "%s/pack.csv%c", folder, '\0').p);
}

enum status pack_find(struct arena *arena, const char *wanted, char **ret_folder, struct error *err)
{
    static const char *const beside[] = {"packs", "../packs", "../../packs",
                                         "../share/hustings/packs"};
    char self[4096];
    const char *name = wanted == NULL || wanted[0] == '\0' ? "uk" : wanted;
    bool is_path = str_find_byte(str_c(name), '/') < str_c(name).n;
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    size_t folder_len = len > 0 ? (size_t)len : 0;
    while (folder_len > 0 && self[folder_len - 1] != '/') {
        folder_len--;
    }
    for (size_t i = 0; i < ARRAY_LEN(beside) && !is_path && folder_len > 0; i++) {
        char *folder = arena_cstr(
            arena, arena_printf(arena, "%.*s%s/%s", (int)folder_len, self, beside[i], name));
        if (is_pack(folder, arena)) {
            *ret_folder = folder;
            return STATUS_OK;
        }
    }
    if (wanted != NULL && is_pack(name, arena)) {
        *ret_folder = arena_cstr(arena, str_c(name));
        return STATUS_OK;
    }
    (void)error_set(err, STATUS_NOT_FOUND, "there is no pack %s", name);
    error_hint(err, "Give its folder with --pack DIR.");
    return STATUS_NOT_FOUND;
}

str pack_text(const struct pack *pack, const struct pack_text *text, str language)
{
    for (size_t i = 0; i < pack->language_count; i++) {
        if (str_equal(pack->languages[i].id, language) && text->in[i].n > 0) {
            return text->in[i];
        }
    }
    return text->in[0];
}

const struct pack_code *pack_code(const struct pack *pack, str id)
{
    for (size_t i = 0; i < pack->code_count; i++) {
        if (str_equal(pack->codes[i].id, id)) {
            return &pack->codes[i];
        }
    }
    return NULL;
}

const struct pack_grade *pack_grade(const struct pack *pack, str id)
{
    for (size_t i = 0; i < ARRAY_LEN(pack->grades); i++) {
        if (str_equal(pack->grades[i].id, id)) {
            return &pack->grades[i];
        }
    }
    return NULL;
}

const struct pack_office *pack_office(const struct pack *pack, str id)
{
    for (size_t i = 0; i < pack->office_count; i++) {
        if (str_equal(pack->offices[i].id, id)) {
            return &pack->offices[i];
        }
    }
    return NULL;
}

const struct pack_office *pack_office_in_role(const struct pack *pack, str office, str role)
{
    const struct pack_office *row = pack_office(pack, office);
    if (row != NULL && row->as_candidate.n > 0 && str_equal(role, STR("candidate"))) {
        return pack_office(pack, row->as_candidate);
    }
    return row;
}

const struct pack_choice *pack_choice(const struct pack_choices *choices, str id)
{
    for (size_t i = 0; i < choices->count; i++) {
        if (str_equal(choices->items[i].id, id)) {
            return &choices->items[i];
        }
    }
    return NULL;
}

const struct pack_force *pack_force(const struct pack *pack, str id)
{
    for (size_t i = 0; i < pack->force_count; i++) {
        if (str_equal(pack->forces[i].id, id)) {
            return &pack->forces[i];
        }
    }
    return NULL;
}

const struct pack_constituency *pack_constituency(const struct pack *pack, str name_or_code)
{
    int64_t at = index_find(&pack->index->constituencies, name_or_code);
    return at < 0 ? NULL : &pack->constituencies[at];
}

const struct pack_district *pack_district(const struct pack *pack, str name_or_code)
{
    int64_t at = index_find(&pack->index->districts, name_or_code);
    return at < 0 ? NULL : &pack->districts[at];
}

const struct pack_assembly_seat *pack_assembly_seat(const struct pack *pack, str name_or_code)
{
    int64_t at = index_find(&pack->index->assembly_seats, name_or_code);
    return at < 0 ? NULL : &pack->assembly_seats[at];
}
