/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/campaign.h"

#include <math.h>
#include <sys/mman.h>

#include "base/utf8.h"

enum {
    SENDER_CELLS = 1024, /* HyperLogLog (Flajolet 2007): 3 % */
    SLOTS_A_GROUP = 64,  /* of the table of bands: twice what a group puts in */
    CANDIDATES_MAX = 8,
    TRUST_LEAST = 1,
    TRUST_MOST = 8
};
static const uint32_t NO_GROUP = UINT32_MAX;
static const double INDEX_BELOW = 0.9;

/* Hashes of authors: a list while they are few, cells afterwards. */
struct senders {
    uint64_t few[CAMPAIGN_SENDERS_EXACT];
    size_t count;
    uint8_t *cells;      /* NULL while the list has room */
    uint8_t *cells_room; /* kept when the place is used anew */
};
struct group {
    struct sketch sketch; /* of the first message: the centre */
    uint64_t number;      /* 0 = free */
    uint32_t parent;      /* itself: a root */
    uint64_t parent_number;
    uint32_t messages;
    time_us first, last;
    uint64_t added;          /* count of messages before the last that joined */
    double personal;         /* sum of shares */
    struct senders *senders; /* NULL until the second message */
    uint64_t first_author;
    char text[CAMPAIGN_TEMPLATE_BYTES];
    uint32_t text_len;
    int top;
    char *worst; /* NULL: the first message; its memory stays with the place */
    uint32_t worst_len;
    bool is_worst_cut; /* as `worst`: of the first message where that is NULL */
    uint64_t worst_line;
    uint32_t worst_id_len;
    int trust;        /* in the centre */
    char *worst_room; /* these two stay with the place */
    char *worst_id;
};
/* A band's tag above the index of a group; 0 = free, as no tag is 0. Half as wide as key and index would
 * be: the table is what a message waits for. A wrong tag costs one comparison of sketches. */
enum { SLOT_INDEX_BITS = 20 };
static_assert(CAMPAIGN_GROUPS_MAX == 1 << SLOT_INDEX_BITS, "each index fits");

struct campaigns {
    struct campaign_options options;
    struct campaign_calls calls;
    struct arena *arena;
    struct sketcher *sketcher;
    struct footers *footers;
    struct group *groups;
    uint32_t *slots;
    size_t slot_count;
    size_t next; /* the group that is made next: a ring */
    uint64_t numbers, added;
    uint64_t keys[SKETCH_BANDS]; /* of the message at hand */
    struct senders **free_senders;
    size_t free_count;
};

/* Each message looks at 32 places all over the table: with small pages most of the time goes into
 * finding the pages. Only a wish; where it is not granted all is the same but slower. */
static void want_large_pages(void *memory, size_t bytes)
{
    static const uintptr_t large = 2 * 1024 * 1024;
    uintptr_t from = ((uintptr_t)memory + large - 1) / large * large;
    uintptr_t to = ((uintptr_t)memory + bytes) / large * large;
    if (from < to) {
        (void)madvise((char *)memory + (from - (uintptr_t)memory), to - from, MADV_HUGEPAGE);
    }
}

struct campaigns *campaigns_new(struct arena *arena, const struct campaign_options *options)
{
    struct campaigns *campaigns = ARENA_NEW(arena, struct campaigns);
    ASSERT(options->groups_max > 0 && (options->groups_max & (options->groups_max - 1)) == 0);
    *campaigns = (struct campaigns){
        .options = *options,
        .arena = arena,
        .sketcher = sketcher_new(arena),
        .footers = footers_new(arena, FOOTER_LINES_DEFAULT),
        .groups = ARENA_ARRAY(arena, struct group, options->groups_max),
        .slot_count = options->groups_max * SLOTS_A_GROUP,
        .slots = ARENA_ARRAY(arena, uint32_t, options->groups_max * SLOTS_A_GROUP),
        .free_senders = ARENA_ARRAY(arena, struct senders *, options->groups_max),
    };
    sketcher_use(campaigns->sketcher, campaigns->footers);
    want_large_pages(campaigns->slots, campaigns->slot_count * sizeof campaigns->slots[0]);
    want_large_pages(campaigns->groups, options->groups_max * sizeof campaigns->groups[0]);
    return campaigns;
}

void campaigns_learn(struct campaigns *campaigns, str text)
{
    footers_learn(campaigns->footers, text);
}

const struct footers *campaigns_footers(const struct campaigns *campaigns)
{
    return campaigns->footers;
}

void campaigns_listen(struct campaigns *campaigns, const struct campaign_calls *calls)
{
    campaigns->calls = *calls;
}

/* NO_GROUP when the group, or one that it became part of, was closed and its place used anew. */
static uint32_t root_of(const struct campaigns *campaigns, uint32_t index)
{
    while (campaigns->groups[index].number != 0 && campaigns->groups[index].parent != index) {
        const struct group *group = &campaigns->groups[index];
        if (campaigns->groups[group->parent].number != group->parent_number) {
            return NO_GROUP;
        }
        index = group->parent;
    }
    return campaigns->groups[index].number == 0 ? NO_GROUP : index;
}

/* --- who sent it --- */

str campaign_sender(str author)
{
    size_t from = str_find_byte(author, '<');
    str inside = str_slice(author, from + 1, author.n);
    size_t end = str_find_byte(inside, '>');
    inside = str_trim(str_slice(inside, 0, end));
    bool is_address = from < author.n && str_find_byte(inside, '@') < inside.n;
    return is_address ? inside : str_trim(author);
}

static uint64_t sender_hash(str author)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    author = campaign_sender(author);
    for (size_t i = 0; i < author.n; i++) {
        hash = (hash ^ (unsigned char)ascii_lower(author.p[i])) * UINT64_C(0x100000001B3);
    }
    hash = (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
}

static void mark_cell(uint8_t *cells, uint64_t hash)
{
    size_t cell = (size_t)(hash >> 54);
    uint64_t rest = hash << 10 | UINT64_C(1) << 9;
    uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
    cells[cell] = rank > cells[cell] ? rank : cells[cell];
}

static void use_cells(struct arena *arena, struct senders *senders)
{
    if (senders->cells_room == NULL) {
        senders->cells_room = ARENA_ARRAY(arena, uint8_t, SENDER_CELLS);
    }
    memset(senders->cells_room, 0, SENDER_CELLS);
    senders->cells = senders->cells_room;
    for (size_t i = 0; i < senders->count; i++) {
        mark_cell(senders->cells, senders->few[i]);
    }
}

static void senders_add(struct arena *arena, struct senders *senders, uint64_t hash)
{
    if (senders->cells != NULL) {
        mark_cell(senders->cells, hash);
        return;
    }
    for (size_t i = 0; i < senders->count; i++) {
        if (senders->few[i] == hash) {
            return;
        }
    }
    if (senders->count < CAMPAIGN_SENDERS_EXACT) {
        senders->few[senders->count++] = hash;
        return;
    }
    use_cells(arena, senders);
    mark_cell(senders->cells, hash);
}

static uint64_t count_senders(const struct group *group)
{
    const struct senders *senders = group->senders;
    if (senders == NULL) {
        return 1;
    }
    if (senders->cells == NULL) {
        return senders->count;
    }
    double sum = 0, zeros = 0;
    for (size_t i = 0; i < SENDER_CELLS; i++) {
        sum += ldexp(1, -senders->cells[i]);
        zeros += senders->cells[i] == 0;
    }
    double m = SENDER_CELLS, estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    if (estimate <= 2.5 * m && zeros > 0) {
        estimate = m * log(m / zeros); /* linear counting (Whang 1990) is nearer for few */
    }
    uint64_t count = (uint64_t)(estimate + 0.5);
    count = count > CAMPAIGN_SENDERS_EXACT ? count : CAMPAIGN_SENDERS_EXACT + 1;
    return count < group->messages ? count : group->messages;
}

static void report(struct campaigns *campaigns, const struct group *group)
{
    struct campaign campaign = {.number = group->number,
                                .messages = group->messages,
                                .senders = count_senders(group),
                                .first = group->first,
                                .last = group->last,
                                .personal = group->personal / group->messages,
                                .text = str_from(group->text, group->text_len),
                                .top = group->top};
    campaign.is_worst_cut = group->is_worst_cut;
    campaign.worst_id = str_from(group->worst_id, group->worst_id_len);
    campaign.worst_line = group->worst_line;
    campaign.worst =
        group->worst == NULL ? campaign.text : str_from(group->worst, group->worst_len);
    if (group->messages >= campaigns->options.least && campaigns->calls.closed != NULL) {
        campaigns->calls.closed(campaigns->calls.context, &campaign);
    }
}

/* Frees the place of a group. What pointed to it is found out by the band's key and the sketch. */
static void close_group(struct campaigns *campaigns, uint32_t index)
{
    struct group *group = &campaigns->groups[index];
    if (group->number == 0) {
        group->parent = index;
        return; /* it never held one */
    }
    if (group->parent == index) {
        report(campaigns, group);
    }
    if (group->senders != NULL) {
        group->senders->count = 0;
        group->senders->cells = NULL;
        campaigns->free_senders[campaigns->free_count] = group->senders;
        campaigns->free_count++;
    }
    *group = (struct group){
        .parent = index, .worst_room = group->worst_room, .worst_id = group->worst_id};
}

static void add_sender(struct campaigns *campaigns, struct group *group, uint64_t author)
{
    if (group->senders == NULL) {
        if (campaigns->free_count > 0) {
            campaigns->free_count--;
            group->senders = campaigns->free_senders[campaigns->free_count];
        } else {
            group->senders = ARENA_NEW(campaigns->arena, struct senders);
        }
        senders_add(campaigns->arena, group->senders, group->first_author);
    }
    senders_add(campaigns->arena, group->senders, author);
}

static void add_senders(struct campaigns *campaigns, struct group *target,
                        const struct group *source)
{
    const struct senders *from = source->senders;
    add_sender(campaigns, target, source->first_author);
    if (from == NULL) {
        return;
    }
    if (from->cells != NULL && target->senders->cells == NULL) {
        use_cells(campaigns->arena, target->senders);
    }
    for (size_t i = 0; from->cells != NULL && i < SENDER_CELLS; i++) {
        uint8_t *cell = &target->senders->cells[i];
        *cell = from->cells[i] > *cell ? from->cells[i] : *cell;
    }
    for (size_t i = 0; from->cells == NULL && i < from->count; i++) {
        senders_add(campaigns->arena, target->senders, from->few[i]);
    }
}

/* --- the worst of them --- */

/* Which message it is. */
static void keep_worst_id(struct campaigns *campaigns, struct group *group, str id, uint64_t line)
{
    group->worst_line = line;
    group->worst_id_len = 0;
    if (id.n == 0 || id.n > CAMPAIGN_ID_BYTES) {
        return;
    }
    if (group->worst_id == NULL) {
        group->worst_id = ARENA_ARRAY(campaigns->arena, char, CAMPAIGN_ID_BYTES);
    }
    memmove(group->worst_id, id.p, id.n);
    group->worst_id_len = (uint32_t)id.n;
}

/* `is_cut`: the text was cut before. */
static void keep_worst(struct campaigns *campaigns, struct group *group,
                       const struct campaign_message *message, str text, bool is_cut)
{
    if (message->grade <= group->top) {
        return;
    }
    group->top = message->grade;
    if (group->worst_room == NULL) {
        group->worst_room = ARENA_ARRAY(campaigns->arena, char, CAMPAIGN_TEMPLATE_BYTES);
    }
    str clip = utf8_clip(text, CAMPAIGN_TEMPLATE_BYTES);
    memmove(group->worst_room, clip.p, clip.n);
    group->worst = group->worst_room;
    group->worst_len = (uint32_t)clip.n;
    group->is_worst_cut = is_cut || clip.n < text.n;
    keep_worst_id(campaigns, group, message->id, message->line);
}

static void join(struct campaigns *campaigns, uint32_t from, uint32_t into)
{
    struct group *source = &campaigns->groups[from];
    struct group *target = &campaigns->groups[into];
    target->messages += source->messages;
    target->personal += source->personal;
    if (source->first != 0 && (target->first == 0 || source->first < target->first)) {
        target->first = source->first;
    }
    target->last = source->last > target->last ? source->last : target->last;
    add_senders(campaigns, target, source);
    keep_worst(campaigns, target,
               &(struct campaign_message){.grade = source->top,
                                          .id = str_from(source->worst_id, source->worst_id_len),
                                          .line = source->worst_line},
               source->worst == NULL ? str_from(source->text, source->text_len)
                                     : str_from(source->worst, source->worst_len),
               source->is_worst_cut);
    source->parent = into;
    source->parent_number = target->number;
    if (campaigns->calls.joined != NULL) {
        campaigns->calls.joined(campaigns->calls.context, source->number, target->number);
    }
}

/* Is the group still open at that time? */
static bool is_open(struct campaigns *campaigns, uint32_t index, time_us at)
{
    const struct group *group = &campaigns->groups[index];
    return campaigns->options.hours == 0 || at == 0 || group->last == 0 ||
           at - group->last <= campaigns->options.hours * 3600 * US_PER_SECOND;
}

static uint32_t slot_tag(uint64_t key)
{
    return (uint32_t)(key >> 52) | 1;
}

/* The table is larger than any cache: all places are asked for before the first is waited for. */
static void ask_for_bands(struct campaigns *campaigns, const struct sketch *sketch)
{
    for (size_t band = 0; band < SKETCH_BANDS; band++) {
        campaigns->keys[band] = sketch_band(sketch, band);
        __builtin_prefetch(&campaigns->slots[campaigns->keys[band] & (campaigns->slot_count - 1)]);
    }
}

/* Groups whose bands meet the sketch's and whose centre agrees with it; roots, each once. */
static size_t find(struct campaigns *campaigns, const struct sketch *sketch, time_us at,
                   uint32_t found[CANDIDATES_MAX])
{
    size_t count = 0;
    ask_for_bands(campaigns, sketch);
    for (size_t band = 0; band < SKETCH_BANDS && count < CANDIDATES_MAX; band++) {
        uint64_t key = campaigns->keys[band];
        uint32_t slot = campaigns->slots[key & (campaigns->slot_count - 1)];
        if (slot >> SLOT_INDEX_BITS != slot_tag(key)) {
            continue;
        }
        uint32_t index = slot & ((1U << SLOT_INDEX_BITS) - 1);
        uint32_t root = root_of(campaigns, index);
        if (root == NO_GROUP) {
            continue; /* closed since */
        }
        bool is_known = false;
        for (size_t i = 0; i < count; i++) {
            is_known = is_known || found[i] == root;
        }
        if (!is_known && is_open(campaigns, root, at) &&
            (sketch_is_alike(&campaigns->groups[root].sketch, sketch) ||
             sketch_is_alike(&campaigns->groups[index].sketch, sketch))) {
            found[count] = root;
            count++;
            if (sketch_similarity(&campaigns->groups[root].sketch, sketch) >= INDEX_BELOW) {
                break; /* a copy: nothing is closer */
            }
        }
    }
    return count;
}

/* The group is found by the bands of the message at hand from now on. */
static void index_bands(struct campaigns *campaigns, uint32_t group)
{
    for (size_t band = 0; band < SKETCH_BANDS; band++) {
        uint64_t key = campaigns->keys[band];
        campaigns->slots[key & (campaigns->slot_count - 1)] =
            slot_tag(key) << SLOT_INDEX_BITS | group;
    }
}

static uint32_t make_group(struct campaigns *campaigns, const struct sketch *sketch,
                           const struct campaign_message *message)
{
    uint32_t index = (uint32_t)(campaigns->next & (campaigns->options.groups_max - 1));
    /* A busy group is not pushed out by the ring while another can be: it is passed over, but not
     * for ever. */
    for (size_t i = 0;
         i < 64 && campaigns->groups[index].messages >= campaigns->options.least &&
         campaigns->groups[index].added + campaigns->options.groups_max > campaigns->added;
         i++) {
        campaigns->next++;
        index = (uint32_t)(campaigns->next & (campaigns->options.groups_max - 1));
    }
    campaigns->next++;
    close_group(campaigns, index);
    str clip = utf8_clip(message->text, CAMPAIGN_TEMPLATE_BYTES);
    struct group *group = &campaigns->groups[index];
    group->sketch = *sketch; /* the rest is zero: close_group */
    group->number = ++campaigns->numbers;
    group->messages = 1;
    group->first = group->last = message->at;
    group->first_author = sender_hash(message->author);
    group->text_len = (uint32_t)clip.n;
    if (clip.n > 0) {
        memcpy(group->text, clip.p, clip.n);
    }
    group->is_worst_cut = clip.n < message->text.n;
    keep_worst_id(campaigns, group, message->id, message->line);
    if (message->graded.n > 0) {
        keep_worst(campaigns, group, message, message->graded, false);
    }
    group->top = message->grade;
    index_bands(campaigns, index);
    return index;
}

/* Groups that the message agrees with become one, if their centres agree. */
static uint32_t join_all(struct campaigns *campaigns, const uint32_t *found, size_t count)
{
    uint32_t index = found[0];
    for (size_t i = 1; i < count; i++) {
        uint32_t other = found[i]; /* a root: each is joined at most once here */
        if (sketch_is_alike(&campaigns->groups[index].sketch, &campaigns->groups[other].sketch)) {
            bool is_older = campaigns->groups[other].number < campaigns->groups[index].number;
            join(campaigns, is_older ? index : other, is_older ? other : index);
            index = is_older ? other : index;
        }
    }
    return index;
}

static void count_in(struct campaigns *campaigns, struct group *group, const struct sketch *sketch,
                     const struct campaign_message *message)
{
    double same = sketch_containment(&group->sketch, sketch);
    double rows = sketch->rows > 0 ? sketch->rows : 1;
    double common = same * (group->sketch.rows < sketch->rows ? group->sketch.rows : rows);
    time_us at = message->at;
    group->messages++;
    group->personal += common < rows ? 1 - common / rows : 0;
    group->last = at > group->last ? at : group->last;
    group->first = group->first == 0 || (at != 0 && at < group->first) ? at : group->first;
    group->added = campaigns->added;
    add_sender(campaigns, group, sender_hash(message->author));
    keep_worst(campaigns, group, message, message->graded.n > 0 ? message->graded : message->text,
               false);
}

/* A centre whose beginning most others lack had one of its own: the next that lacks it is nearer. */
static void look_at_centre(struct group *group, const struct sketch *sketch)
{
    if (sketch_begins_in(&group->sketch, sketch)) {
        group->trust += group->trust < TRUST_MOST;
    } else if (--group->trust < -TRUST_LEAST) {
        group->sketch = *sketch;
        group->trust = 0;
    }
}

uint64_t campaigns_add(struct campaigns *campaigns, const struct campaign_message *message)
{
    struct sketch sketch;
    uint32_t found[CANDIDATES_MAX];
    sketch_make(campaigns->sketcher, message->text, &sketch);
    campaigns->added++;
    size_t count = find(campaigns, &sketch, message->at, found);
    if (count == 0) {
        return campaigns->groups[make_group(campaigns, &sketch, message)].number;
    }
    for (size_t i = 0; i < count; i++) {
        look_at_centre(&campaigns->groups[found[i]], &sketch);
    }
    uint32_t index = join_all(campaigns, found, count);
    struct group *group = &campaigns->groups[index];
    count_in(campaigns, group, &sketch, message);
    if (sketch_similarity(&group->sketch, &sketch) < INDEX_BELOW) {
        index_bands(campaigns, index); /* a way to the group from its other side */
    }
    return group->number;
}

void campaigns_close(struct campaigns *campaigns)
{
    size_t max = campaigns->options.groups_max; /* what never was made is not even looked at */
    size_t made = campaigns->next < max ? campaigns->next : max;
    for (size_t i = 0; i < made; i++) {
        size_t index = (campaigns->next - made + i) & (max - 1);
        if (campaigns->groups[index].number != 0) {
            const struct group *group = &campaigns->groups[index];
            if (group->parent == index) {
                report(campaigns, group);
            }
        }
    }
    for (size_t i = 0; i < made; i++) {
        campaigns->groups[i] = (struct group){.worst_room = campaigns->groups[i].worst_room};
    }
    memset(campaigns->slots, 0, campaigns->slot_count * sizeof campaigns->slots[0]);
}
