/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a compiled pack without believing a byte of it. */
#include "pack/image.h"

#include "pack/fold.h"

const uint32_t image_record_bytes[IMAGE_SECTIONS] = {
    [IMAGE_FILES] = sizeof(struct image_file),
    [IMAGE_TEXT] = 1,
    [IMAGE_OUTCODES] = sizeof(struct places_outcode),
    [IMAGE_PARTS] = sizeof(struct places_part),
    [IMAGE_RUNS] = sizeof(struct places_run),
    [IMAGE_WARDS] = sizeof(struct places_ward),
    [IMAGE_TOWNS] = sizeof(struct places_town),
    [IMAGE_NAMES] = sizeof(struct places_name),
    [IMAGE_SLOTS] = sizeof(uint32_t),
};

static enum status corrupt(struct error *err, const char *what)
{
    return error_set(err, STATUS_CORRUPT, "the compiled pack is damaged: %s", what);
}

static enum status check_header(str bytes, struct error *err)
{
    const struct image_header *header = (const struct image_header *)(const void *)bytes.p;
    if (bytes.n < sizeof *header || memcmp(header->magic, "HUSTPACK", 8) != 0) {
        return error_set(err, STATUS_CORRUPT, "this is no compiled pack");
    }
    if (header->order != IMAGE_ORDER || header->version != IMAGE_VERSION) {
        return error_set(err, STATUS_INVALID,
                         "the compiled pack was made by another version or for another machine");
    }
    if (header->bytes != bytes.n || header->section_count != IMAGE_SECTIONS) {
        return corrupt(err, "its length is not the one it states");
    }
    if (bytes.n - sizeof *header < IMAGE_SECTIONS * sizeof(struct image_section)) {
        return corrupt(err, "the table of sections is cut off");
    }
    return STATUS_OK;
}

/* The bytes of section `id`, which stands at place `id` of the table. */
static bool section_get(str bytes, unsigned id, const void **ret_at, size_t *ret_count)
{
    const struct image_section *table =
        (const struct image_section *)(const void *)(bytes.p + sizeof(struct image_header));
    const struct image_section *section = &table[id];
    uint64_t size = section->record_bytes;
    if (section->id != id || size != image_record_bytes[id] || section->offset % 8 != 0 ||
        section->offset > bytes.n || section->count > (bytes.n - section->offset) / size) {
        return false;
    }
    *ret_at = bytes.p + section->offset;
    *ret_count = (size_t)section->count;
    return true;
}

static bool slice_fits(struct places_slice slice, size_t count)
{
    return slice.at <= count && slice.count <= count - slice.at;
}

static bool files_fit(const struct image *image)
{
    bool fits = true;
    for (size_t i = 0; i < image->file_count; i++) {
        fits = fits && slice_fits(image->files[i].name, image->places.text.n) &&
               slice_fits(image->files[i].text, image->places.text.n);
    }
    return fits;
}

/* Slices stand one after another without gaps, so that each record is looked at once. */
static bool slice_follows(struct places_slice slice, size_t *at, size_t count)
{
    bool follows = slice.at == *at && slice_fits(slice, count);
    *at += follows ? slice.count : 0;
    return follows;
}

static bool runs_fit(const struct places *places, struct places_slice slice, size_t parts)
{
    for (size_t i = 0; i < slice.count; i++) {
        const struct places_run *run = &places->runs[slice.at + i];
        bool is_after = i == 0 || run->from > run[-1].from;
        if (!is_after || (run->part != PLACES_UNKNOWN && run->part >= parts)) {
            return false;
        }
    }
    return slice.count > 0 || parts > 0;
}

static bool outcodes_fit(const struct places *places, size_t *part)
{
    size_t run = 0;
    for (size_t i = 0; i < places->outcode_count; i++) {
        const struct places_outcode *row = &places->outcodes[i];
        if (!slice_follows(row->constituencies, part, places->part_count) ||
            !slice_follows(row->districts, part, places->part_count) ||
            !slice_follows(row->constituency_runs, &run, places->run_count) ||
            !slice_follows(row->district_runs, &run, places->run_count) ||
            (row->constituencies.count > 0 &&
             !runs_fit(places, row->constituency_runs, row->constituencies.count)) ||
            row->districts.count == 0 ||
            !runs_fit(places, row->district_runs, row->districts.count) ||
            (i > 0 && memcmp(row[-1].key, row->key, sizeof row->key) >= 0)) {
            return false;
        }
    }
    return true;
}

static bool rows_fit(const struct places *places, size_t *part)
{
    for (size_t i = 0; i < places->ward_count; i++) {
        const struct places_ward *row = &places->wards[i];
        if (!slice_fits(row->gss, places->text.n) || !slice_fits(row->name, places->text.n) ||
            !slice_follows(row->constituencies, part, places->part_count)) {
            return false;
        }
    }
    for (size_t i = 0; i < places->town_count; i++) {
        if (!slice_fits(places->towns[i].name, places->text.n)) {
            return false;
        }
    }
    return true;
}

static bool names_fit(const struct places *places)
{
    size_t used = 0;
    size_t slots = places->slot_count;
    for (size_t i = 0; i < places->name_count; i++) {
        const struct places_name *name = &places->names[i];
        if (name->kind >= PLACES_KINDS || !slice_fits(name->key, places->text.n)) {
            return false;
        }
    }
    for (size_t i = 0; i < slots; i++) {
        used += places->slots[i] != 0;
        if (places->slots[i] > places->name_count) {
            return false;
        }
    }
    /* A free slot ends every search. */
    return (slots & (slots - 1)) == 0 && (slots == 0 || used < slots);
}

enum status image_open(str bytes, struct image *ret_image, struct error *err)
{
    struct image image = {.header = (const struct image_header *)(const void *)bytes.p};
    const void *at[IMAGE_SECTIONS];
    size_t count[IMAGE_SECTIONS];
    enum status status = check_header(bytes, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (unsigned id = 0; id < IMAGE_SECTIONS; id++) {
        if (!section_get(bytes, id, &at[id], &count[id])) {
            return corrupt(err, "a section lies outside the file");
        }
    }
    image.files = at[IMAGE_FILES];
    image.file_count = count[IMAGE_FILES];
    image.places = (struct places){
        .text = str_from(at[IMAGE_TEXT], count[IMAGE_TEXT]),
        .outcodes = at[IMAGE_OUTCODES],
        .outcode_count = count[IMAGE_OUTCODES],
        .parts = at[IMAGE_PARTS],
        .part_count = count[IMAGE_PARTS],
        .runs = at[IMAGE_RUNS],
        .run_count = count[IMAGE_RUNS],
        .wards = at[IMAGE_WARDS],
        .ward_count = count[IMAGE_WARDS],
        .towns = at[IMAGE_TOWNS],
        .town_count = count[IMAGE_TOWNS],
        .names = at[IMAGE_NAMES],
        .name_count = count[IMAGE_NAMES],
        .slots = at[IMAGE_SLOTS],
        .slot_count = count[IMAGE_SLOTS],
    };
    size_t part = 0;
    if (!files_fit(&image) || !outcodes_fit(&image.places, &part) ||
        !rows_fit(&image.places, &part) || !names_fit(&image.places)) {
        return corrupt(err, "an entry points outside its table");
    }
    *ret_image = image;
    return STATUS_OK;
}

static bool parts_within(const struct places *places, struct places_slice slice, size_t count)
{
    bool fits = true;
    for (size_t i = 0; i < slice.count; i++) {
        fits = fits && places->parts[slice.at + i].of < count;
    }
    return fits;
}

static bool name_within(const struct places_name *name, const struct image *image,
                        const struct pack *pack)
{
    const size_t counts[PLACES_KINDS] = {
        [PLACES_AREA] = pack->area_count,
        [PLACES_DISTRICT] = pack->district_count,
        [PLACES_CONSTITUENCY] = pack->constituency_count,
        [PLACES_ASSEMBLY_SEAT] = pack->assembly_seat_count,
        [PLACES_TOWN] = image->places.town_count,
        [PLACES_WARD] = image->places.ward_count,
    };
    return name->of < counts[name->kind];
}

static bool town_within(const struct places_town *town, const struct pack *pack)
{
    return town->force < pack->force_count &&
           (town->district == PLACES_UNKNOWN || town->district < pack->district_count) &&
           (town->constituency == PLACES_UNKNOWN || town->constituency < pack->constituency_count);
}

enum status image_check(const struct image *image, const struct pack *pack, struct error *err)
{
    const struct places *places = &image->places;
    bool fits = true;
    for (size_t i = 0; i < places->outcode_count && fits; i++) {
        const struct places_outcode *row = &places->outcodes[i];
        fits = parts_within(places, row->constituencies, pack->constituency_count) &&
               parts_within(places, row->districts, pack->district_count);
    }
    for (size_t i = 0; i < places->ward_count && fits; i++) {
        fits = places->wards[i].district < pack->district_count &&
               parts_within(places, places->wards[i].constituencies, pack->constituency_count);
    }
    for (size_t i = 0; i < places->town_count && fits; i++) {
        fits = town_within(&places->towns[i], pack);
    }
    for (size_t i = 0; i < places->name_count && fits; i++) {
        fits = name_within(&places->names[i], image, pack);
    }
    return fits ? STATUS_OK : corrupt(err, "an entry names a place that is not in the tables");
}

bool image_file_text(const struct image *image, str name, str *ret_text)
{
    for (size_t i = 0; i < image->file_count; i++) {
        const struct image_file *file = &image->files[i];
        if (file->has_text != 0 && str_equal(places_text(&image->places, file->name), name)) {
            *ret_text = places_text(&image->places, file->text);
            return true;
        }
    }
    return false;
}
