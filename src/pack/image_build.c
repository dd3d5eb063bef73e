/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling the text of a pack: the large tables become arrays, every name a folded key. */
#include <dirent.h>
#include <stdlib.h>

#include "base/io.h"
#include "crypt/crypt.h"
#include "pack/fold.h"
#include "pack/pack_internal.h"

enum { FILES_MAX = 200, WORDS_MAX = PLACES_NAME_WORDS_MAX };

struct named { /* a name before the keys are laid down */
    str key;
    uint32_t kind, of;
};
struct builder {
    struct arena *arena;
    struct pack pack;
    struct loader loader;
    struct buf sections[IMAGE_SECTIONS];
    struct buf named;
};

bool image_is_large(str name)
{
    return str_equal(name, STR("postcodes.csv")) || str_equal(name, STR("wards.csv")) ||
           str_equal(name, STR("places.csv"));
}

void image_manifest_hash(struct arena *arena, const char *folder,
                         uint8_t ret_hash[IMAGE_HASH_BYTES])
{
    str text = {0};
    struct error ignored;
    const char *path = arena_cstr(arena, arena_printf(arena, "%s/manifest.csv", folder));
    memset(ret_hash, 0, IMAGE_HASH_BYTES);
    if (io_read_file(arena, path, PACK_FILE_BYTES_MAX, &text, &ignored) == STATUS_OK) {
        struct crypt_hash hash = crypt_sha256(text);
        memcpy(ret_hash, hash.bytes, IMAGE_HASH_BYTES);
    }
}

static struct places_slice add_text(struct builder *builder, str text)
{
    struct buf *out = &builder->sections[IMAGE_TEXT];
    struct places_slice slice = {(uint32_t)out->n, (uint32_t)text.n};
    buf_add(out, text);
    return slice;
}

static void add_name(struct builder *builder, str name, enum places_kind kind, size_t of)
{
    char bytes[FOLD_NAME_BYTES_MAX];
    str key = fold_name(name, bytes);
    size_t words = 1;
    for (size_t i = 0; i < key.n; i++) {
        words += key.p[i] == ' ';
    }
    if (key.n > 0 && words <= WORDS_MAX) {
        struct named named = {arena_str(builder->arena, key), kind, (uint32_t)of};
        buf_add_bytes(&builder->named, &named, sizeof named);
    }
}

static void add_names(struct builder *builder, struct pack_list names, enum places_kind kind,
                      size_t of)
{
    for (size_t i = 0; i < names.count; i++) {
        add_name(builder, names.items[i], kind, of);
    }
}

/* "E14001086:964 …"; the places are looked up in the pack. */
static struct places_slice add_parts(struct builder *builder, const char *column,
                                     enum places_kind kind)
{
    struct buf *out = &builder->sections[IMAGE_PARTS];
    struct places_slice slice = {(uint32_t)(out->n / sizeof(struct places_part)), 0};
    struct pack_list list = loader_list(&builder->loader, column);
    for (size_t i = 0; i < list.count; i++) {
        str code = {0};
        uint64_t permille = 0;
        str share = str_cut(list.items[i], ':', &code);
        const struct pack_constituency *seat =
            kind == PLACES_CONSTITUENCY ? pack_constituency(&builder->pack, code) : NULL;
        const struct pack_district *district =
            kind == PLACES_DISTRICT ? pack_district(&builder->pack, code) : NULL;
        if ((seat == NULL && district == NULL) || !str_to_u64(share, &permille) ||
            permille > 1000) {
            loader_refuse(&builder->loader, column, "must be known codes with shares, CODE:0-1000");
            return slice;
        }
        struct places_part part = {
            .of = (uint16_t)(seat != NULL ? seat - builder->pack.constituencies
                                          : district - builder->pack.districts),
            .permille = (uint16_t)permille,
        };
        buf_add_bytes(out, &part, sizeof part);
        slice.count++;
    }
    return slice;
}

/* "FROM:N", "FROM:N!" or "FROM:-". */
static bool run_read(str text, size_t parts, struct places_run *ret_run)
{
    str from = {0};
    uint64_t part = 0;
    str mark = str_cut(text, ':', &from);
    bool is_single = str_ends(mark, STR("!"));
    bool is_unknown = str_equal(mark, STR("-"));
    mark = str_slice(mark, 0, is_single ? mark.n - 1 : mark.n);
    if (from.n > PLACES_INCODE_MAX || (!is_unknown && !str_to_u64(mark, &part)) ||
        (!is_unknown && part >= parts)) {
        return false;
    }
    *ret_run = (struct places_run){
        .from = places_incode(from),
        .part = (uint16_t)(is_unknown ? PLACES_UNKNOWN : part),
        .is_single = is_single,
    };
    return true;
}

static struct places_slice add_runs(struct builder *builder, const char *column, size_t parts)
{
    struct buf *out = &builder->sections[IMAGE_RUNS];
    struct places_slice slice = {(uint32_t)(out->n / sizeof(struct places_run)), 0};
    struct pack_list list = loader_list(&builder->loader, column);
    uint32_t before = 0;
    for (size_t i = 0; i < list.count; i++) {
        struct places_run run;
        if (!run_read(list.items[i], parts, &run) ||
            (i == 0 ? run.from != 0 : run.from <= before)) {
            loader_refuse(&builder->loader, column,
                          "must be runs FROM:N in order, N a place in the list before, the first "
                          "FROM empty");
            return slice;
        }
        before = run.from;
        buf_add_bytes(out, &run, sizeof run);
        slice.count++;
    }
    return slice;
}

/* "51.517" is 51517. */
static int32_t thousandths(struct builder *builder, const char *column)
{
    str text = loader_text(&builder->loader, column);
    bool is_minus = str_starts(text, STR("-"));
    str whole = {0};
    str part = str_cut(str_slice(text, is_minus ? 1 : 0, text.n), '.', &whole);
    uint64_t value = 0;
    bool is_good = str_to_u64(whole, &value) && value <= 180 && part.n <= 3;
    for (size_t i = 0; i < 3; i++) {
        char c = i < part.n ? part.p[i] : '0';
        is_good = is_good && ascii_is_digit(c);
        value = value * 10 + (uint64_t)(c - '0');
    }
    if (text.n > 0 && !is_good) {
        loader_refuse(&builder->loader, column, "is not a number of degrees such as -0.12");
    }
    return is_good ? (is_minus ? -(int32_t)value : (int32_t)value) : 0;
}

static void build_outcodes(struct builder *builder)
{
    struct loader *loader = &builder->loader;
    struct buf *out = &builder->sections[IMAGE_OUTCODES];
    size_t cap = loader_open_optional(loader, "postcodes.csv");
    char before[PLACES_OUTCODE_MAX] = {0};
    while (cap > 0 && loader_next(loader)) {
        struct places_outcode row = {0};
        str key = loader_word(loader, "outcode");
        if (key.n > sizeof row.key) {
            loader_refuse(loader, "outcode", "is too long");
            return;
        }
        memcpy(row.key, key.p, key.n);
        if (memcmp(before, row.key, sizeof before) >= 0) {
            loader_refuse(loader, "outcode", "the outcodes must be in order");
            return;
        }
        memcpy(before, row.key, sizeof before);
        row.lat = thousandths(builder, "lat");
        row.lon = thousandths(builder, "lon");
        row.postcodes = (uint32_t)loader_int(loader, "postcodes", 0);
        row.constituencies = add_parts(builder, "constituencies", PLACES_CONSTITUENCY);
        row.districts = add_parts(builder, "districts", PLACES_DISTRICT);
        row.constituency_runs = add_runs(builder, "constituency_runs", row.constituencies.count);
        row.district_runs = add_runs(builder, "district_runs", row.districts.count);
        if (row.districts.count == 0) {
            loader_refuse(loader, "districts", "is empty");
        }
        buf_add_bytes(out, &row, sizeof row);
    }
}

static void build_wards(struct builder *builder)
{
    struct loader *loader = &builder->loader;
    size_t cap = loader_open_optional(loader, "wards.csv");
    for (size_t count = 0; cap > 0 && loader_next(loader); count++) {
        str gss = loader_word(loader, "gss");
        str name = loader_text(loader, "name");
        const struct pack_district *district =
            pack_district(&builder->pack, loader_word(loader, "district"));
        if (district == NULL) {
            loader_refuse(loader, "district", "is not in districts.csv");
            return;
        }
        struct places_ward row = {
            .gss = add_text(builder, gss),
            .name = add_text(builder, name),
            .constituencies = add_parts(builder, "constituencies", PLACES_CONSTITUENCY),
            .district = (uint32_t)(district - builder->pack.districts),
        };
        buf_add_bytes(&builder->sections[IMAGE_WARDS], &row, sizeof row);
        add_name(builder, gss, PLACES_WARD, count);
        add_name(builder, name, PLACES_WARD, count);
        add_names(builder, loader_list_of(loader, "other_names", '|'), PLACES_WARD, count);
    }
}

static void build_towns(struct builder *builder)
{
    struct loader *loader = &builder->loader;
    const struct pack *pack = &builder->pack;
    size_t cap = loader_open_optional(loader, "places.csv");
    for (size_t count = 0; cap > 0 && loader_next(loader); count++) {
        str name = loader_word(loader, "name");
        str seat_code = loader_text(loader, "constituency");
        str district_code = loader_text(loader, "district");
        int population = 0;
        int64_t people = 0;
        const struct pack_constituency *seat = pack_constituency(pack, seat_code);
        const struct pack_district *district = pack_district(pack, district_code);
        const struct pack_force *force =
            district != NULL ? district->force : pack_force(pack, loader_text(loader, "force"));
        if (str_to_i64(loader_text(loader, "population"), &people) && people >= 0 &&
            people < 100000000) {
            population = (int)people;
        }
        if ((seat_code.n > 0 && seat == NULL) || (district_code.n > 0 && district == NULL) ||
            force == NULL) {
            loader_refuse(loader, "district", "it, the constituency or the force is unknown");
            return;
        }
        struct places_town row = {
            .name = add_text(builder, name),
            .lat = thousandths(builder, "lat"),
            .lon = thousandths(builder, "lon"),
            .population = (uint32_t)population,
            .constituency = seat == NULL ? PLACES_UNKNOWN : (uint16_t)(seat - pack->constituencies),
            .district = district == NULL ? PLACES_UNKNOWN : (uint16_t)(district - pack->districts),
            .force = (uint16_t)(force - pack->forces),
        };
        buf_add_bytes(&builder->sections[IMAGE_TOWNS], &row, sizeof row);
        add_name(builder, name, PLACES_TOWN, count);
        add_names(builder, loader_list_of(loader, "other_names", '|'), PLACES_TOWN, count);
    }
}

static void name_small_tables(struct builder *builder)
{
    const struct pack *pack = &builder->pack;
    for (size_t i = 0; i < pack->area_count; i++) {
        add_name(builder, pack->areas[i].name, PLACES_AREA, i);
        add_names(builder, pack->areas[i].other_names, PLACES_AREA, i);
    }
    for (size_t i = 0; i < pack->district_count; i++) {
        add_name(builder, pack->districts[i].gss, PLACES_DISTRICT, i);
        add_name(builder, pack->districts[i].name, PLACES_DISTRICT, i);
        add_names(builder, pack->districts[i].other_codes, PLACES_DISTRICT, i);
        add_names(builder, pack->districts[i].other_names, PLACES_DISTRICT, i);
    }
    for (size_t i = 0; i < pack->constituency_count; i++) {
        add_name(builder, pack->constituencies[i].gss, PLACES_CONSTITUENCY, i);
        add_name(builder, pack->constituencies[i].name, PLACES_CONSTITUENCY, i);
        add_name(builder, pack->constituencies[i].name_cy, PLACES_CONSTITUENCY, i);
        add_names(builder, pack->constituencies[i].other_codes, PLACES_CONSTITUENCY, i);
    }
    for (size_t i = 0; i < pack->assembly_seat_count; i++) {
        add_name(builder, pack->assembly_seats[i].gss, PLACES_ASSEMBLY_SEAT, i);
        add_name(builder, pack->assembly_seats[i].name, PLACES_ASSEMBLY_SEAT, i);
    }
}

static int named_compare(const void *a, const void *b)
{
    const struct named *left = a;
    const struct named *right = b;
    int order = str_compare(left->key, right->key);
    if (order == 0) {
        order = (left->kind > right->kind) - (left->kind < right->kind);
    }
    return order != 0 ? order : (left->of > right->of) - (left->of < right->of);
}

static void add_slots(struct builder *builder, size_t key_count)
{
    const struct places_name *names =
        (const struct places_name *)(const void *)builder->sections[IMAGE_NAMES].p;
    size_t name_count = builder->sections[IMAGE_NAMES].n / sizeof *names;
    const char *text = builder->sections[IMAGE_TEXT].p;
    size_t count = 16;
    while (count < key_count * 2) {
        count *= 2;
    }
    uint32_t *slots = ARENA_ARRAY(builder->arena, uint32_t, count);
    for (size_t i = 0; i < name_count; i++) {
        if (i > 0 && names[i].key.at == names[i - 1].key.at) {
            continue;
        }
        uint64_t hash =
            places_hash(PLACES_HASH_START, str_from(text + names[i].key.at, names[i].key.count));
        size_t at = (hash ^ hash >> 32) & (count - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (uint32_t)i + 1;
    }
    buf_add_bytes(&builder->sections[IMAGE_SLOTS], slots, count * sizeof *slots);
}

static struct named *sort_named(struct builder *builder, size_t *ret_count)
{
    struct named *named = (struct named *)(void *)builder->named.p;
    *ret_count = builder->named.n / sizeof *named;
    if (*ret_count > 1) {
        qsort(named, *ret_count, sizeof *named, named_compare);
    }
    return named;
}

/* What stands before the first word at which a name may be cut; empty when there is none. */
static str cut_name(const struct pack_list *words, str key)
{
    for (size_t i = 0; i < key.n; i++) {
        str word = {0};
        if (key.p[i] != ' ') {
            continue;
        }
        (void)str_cut(str_slice(key, i + 1, key.n), ' ', &word);
        for (size_t j = 0; j < words->count; j++) {
            if (str_equal(words->items[j], word)) {
                return str_slice(key, 0, i);
            }
        }
    }
    return (str){0};
}

/* Is there anything but a ward of this name? `named` is sorted; wards are the last kind. */
static bool is_named(const struct named *named, size_t count, str key)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(named[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && str_equal(named[low].key, key) && named[low].kind != PLACES_WARD;
}

/* "Barrow" is Barrow in Furness, but "Bradford" stays Bradford, whatever lies on the Avon. */
static void add_short_names(struct builder *builder)
{
    size_t count = 0;
    struct named *sorted = sort_named(builder, &count);
    struct named *named = ARENA_ARRAY(builder->arena, struct named, count + 1);
    if (count > 0) {
        memcpy(named, sorted, count * sizeof *named); /* add_name may move the buffer */
    }
    for (size_t i = 0; i < count; i++) {
        str cut = named[i].kind == PLACES_TOWN
                      ? cut_name(&builder->pack.place_words.cut, named[i].key)
                      : (str){0};
        if (cut.n > 0 && !is_named(named, count, cut)) {
            add_name(builder, cut, PLACES_TOWN, named[i].of);
        }
    }
}

static void build_names(struct builder *builder)
{
    size_t count = 0;
    size_t key_count = 0;
    struct places_slice key = {0};
    add_short_names(builder);
    const struct named *named = sort_named(builder, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_new = i == 0 || !str_equal(named[i].key, named[i - 1].key);
        if (!is_new && named_compare(&named[i], &named[i - 1]) == 0) {
            continue;
        }
        if (is_new) {
            key = add_text(builder, named[i].key);
            key_count++;
        }
        struct places_name name = {
            .key = key,
            .kind = (uint16_t)named[i].kind,
            .words = 1,
            .of = named[i].of,
        };
        for (size_t j = 0; j < named[i].key.n; j++) {
            name.words = (uint16_t)(name.words + (named[i].key.p[j] == ' '));
        }
        buf_add_bytes(&builder->sections[IMAGE_NAMES], &name, sizeof name);
    }
    add_slots(builder, key_count);
}

static int name_compare(const void *a, const void *b)
{
    return str_compare(*(const str *)a, *(const str *)b);
}

/* The tables of the folder, sorted by name. */
static size_t list_files(struct builder *builder, const char *folder, str names[FILES_MAX])
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL && count < FILES_MAX) {
        str name = str_c(entry->d_name);
        if (str_ends(name, STR(".csv")) && !str_starts(name, STR("."))) {
            names[count] = arena_str(builder->arena, name);
            count++;
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    qsort(names, count, sizeof names[0], name_compare);
    return count;
}

static enum status build_files(struct builder *builder, const char *folder, struct error *err)
{
    str names[FILES_MAX];
    size_t count = list_files(builder, folder, names);
    for (size_t i = 0; i < count; i++) {
        str text = {0};
        const char *path = arena_cstr(
            builder->arena, arena_printf(builder->arena, "%s/%.*s", folder, STR_ARG(names[i])));
        enum status status = io_read_file(builder->arena, path, PACK_FILE_BYTES_MAX, &text, err);
        if (status != STATUS_OK) {
            return status;
        }
        bool has_text = !image_is_large(names[i]);
        struct image_file file = {
            .name = add_text(builder, names[i]),
            .text = add_text(builder, has_text ? text : (str){0}),
            .bytes = text.n,
            .has_text = has_text,
        };
        buf_add_bytes(&builder->sections[IMAGE_FILES], &file, sizeof file);
    }
    return STATUS_OK;
}

static void align(struct buf *out, size_t begin)
{
    while ((out->n - begin) % 8 != 0) {
        buf_add_byte(out, '\0');
    }
}

static enum status lay_down(struct builder *builder, const char *folder, struct buf *out,
                            struct error *err)
{
    struct image_header header = {
        .magic = "HUSTPACK",
        .version = IMAGE_VERSION,
        .order = IMAGE_ORDER,
        .section_count = IMAGE_SECTIONS,
    };
    struct image_section table[IMAGE_SECTIONS];
    size_t offset = sizeof header + sizeof table;
    for (unsigned id = 0; id < IMAGE_SECTIONS; id++) {
        size_t bytes = builder->sections[id].n;
        table[id] = (struct image_section){id, image_record_bytes[id], offset,
                                           bytes / image_record_bytes[id]};
        offset += (bytes + 7) / 8 * 8;
        if (builder->sections[id].overflowed) {
            return error_set(err, STATUS_LIMIT, "the compiled pack would be larger than %d bytes",
                             IMAGE_BYTES_MAX);
        }
    }
    header.bytes = offset;
    image_manifest_hash(builder->arena, folder, header.manifest_sha256);
    size_t begin = out->n;
    buf_add_bytes(out, &header, sizeof header);
    buf_add_bytes(out, table, sizeof table);
    for (unsigned id = 0; id < IMAGE_SECTIONS; id++) {
        buf_add(out, buf_str(&builder->sections[id]));
        align(out, begin);
    }
    return out->overflowed ? error_set(err, STATUS_LIMIT, "the compiled pack is too large")
                           : STATUS_OK;
}

enum status image_build(struct arena *arena, const char *folder, struct buf *out, struct error *err)
{
    struct builder *builder = ARENA_NEW(arena, struct builder);
    builder->arena = arena;
    enum status status = pack_open(arena, folder, &builder->pack, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (unsigned id = 0; id < IMAGE_SECTIONS; id++) {
        buf_init(&builder->sections[id], IMAGE_BYTES_MAX);
    }
    buf_init(&builder->named, IMAGE_BYTES_MAX);
    builder->loader =
        (struct loader){.arena = arena, .folder = folder, .err = err, .pack = &builder->pack};
    name_small_tables(builder);
    build_outcodes(builder);
    build_wards(builder);
    build_towns(builder);
    status = builder->loader.status;
    if (status == STATUS_OK) {
        status = build_files(builder, folder, err);
    }
    if (status == STATUS_OK) {
        build_names(builder);
        status = lay_down(builder, folder, out, err);
    }
    for (unsigned id = 0; id < IMAGE_SECTIONS; id++) {
        buf_close(&builder->sections[id]);
    }
    buf_close(&builder->named);
    return status;
}
