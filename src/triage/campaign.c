/* SPDX-License-Identifier: Apache-2.0 */
#include "triage/campaign.h"

#include "base/utf8.h"

enum {
    SENDER_BITS = 1024, /* for linear counting (Whang 1990); exact while few */
    SLOTS_A_GROUP = 64, /* of the table of bands: twice what a group puts in */
    CANDIDATES_MAX = 8
};
static const uint32_t NO_GROUP = UINT32_MAX;
static const double INDEX_BELOW = 0.9;

struct group {
    struct sketch sketch; /* of the first message: the centre */
    uint64_t number;      /* 0 = free */
    uint32_t parent;      /* itself: a root */
    uint64_t parent_number;
    uint32_t messages;
    time_us first, last;
    uint64_t added;    /* count of messages before the last that joined */
    double personal;   /* sum of shares */
    uint64_t *senders; /* NULL until the second message */
    uint64_t first_author;
    char text[CAMPAIGN_TEMPLATE_BYTES];
    uint32_t text_len;
};
struct slot {
    uint32_t key;   /* the upper half of a band's key; the lower half is the place */
    uint32_t group; /* index + 1, 0 = free */
};
struct campaigns {
    struct campaign_options options;
    struct campaign_calls calls;
    struct arena *arena;
    struct sketcher *sketcher;
    struct group *groups;
    struct slot *slots;
    size_t slot_count;
    size_t next; /* the group that is made next: a ring */
    uint64_t numbers, added;
    uint64_t **free_senders;
    size_t free_count;
};

struct campaigns *campaigns_new(struct arena *arena, const struct campaign_options *options)
{
    struct campaigns *campaigns = ARENA_NEW(arena, struct campaigns);
    ASSERT(options->groups_max > 0 && (options->groups_max & (options->groups_max - 1)) == 0);
    *campaigns = (struct campaigns){
        .options = *options,
        .arena = arena,
        .sketcher = sketcher_new(arena),
        .groups = ARENA_ARRAY(arena, struct group, options->groups_max),
        .slot_count = options->groups_max * SLOTS_A_GROUP,
        .slots = ARENA_ARRAY(arena, struct slot, options->groups_max * SLOTS_A_GROUP),
        .free_senders = ARENA_ARRAY(arena, uint64_t *, options->groups_max),
    };
    return campaigns;
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

/* 1024 slots, one a hash; -m ln(free share). The series of ln is enough for what is printed. */
static uint64_t count_senders(const struct group *group)
{
    double taken = 0;
    if (group->senders == NULL) {
        return 1;
    }
    for (size_t i = 0; i < SENDER_BITS / 64; i++) {
        taken += __builtin_popcountll(group->senders[i]);
    }
    double free_share = taken < SENDER_BITS ? 1 - taken / SENDER_BITS : 0.5 / SENDER_BITS;
    double z = (free_share - 1) / (free_share + 1), power = z, sum = 0;
    for (int k = 1; k < 2000; k += 2) {
        sum += power / k;
        power *= z * z;
    }
    uint64_t estimate = (uint64_t)(-2 * sum * SENDER_BITS + 0.5);
    return estimate < group->messages ? estimate : group->messages;
}

static void report(struct campaigns *campaigns, const struct group *group)
{
    struct campaign campaign = {.number = group->number,
                                .messages = group->messages,
                                .senders = count_senders(group),
                                .first = group->first,
                                .last = group->last,
                                .personal = group->personal / group->messages,
                                .text = str_from(group->text, group->text_len)};
    if (group->messages >= campaigns->options.least && campaigns->calls.closed != NULL) {
        campaigns->calls.closed(campaigns->calls.context, &campaign);
    }
}

/* Frees the place of a group. What pointed to it is found out by the band's key and the sketch. */
static void close_group(struct campaigns *campaigns, uint32_t index)
{
    struct group *group = &campaigns->groups[index];
    if (group->number != 0 && group->parent == index) {
        report(campaigns, group);
    }
    if (group->senders != NULL) {
        memset(group->senders, 0, SENDER_BITS / 8);
        campaigns->free_senders[campaigns->free_count] = group->senders;
        campaigns->free_count++;
    }
    *group = (struct group){.parent = index};
}

static void add_sender(struct campaigns *campaigns, struct group *group, uint64_t author)
{
    if (group->senders == NULL) {
        if (campaigns->free_count > 0) {
            campaigns->free_count--;
            group->senders = campaigns->free_senders[campaigns->free_count];
        } else {
            group->senders = ARENA_ARRAY(campaigns->arena, uint64_t, SENDER_BITS / 64);
        }
        add_sender(campaigns, group, group->first_author);
    }
    uint64_t bit = author % SENDER_BITS;
    group->senders[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static void join(struct campaigns *campaigns, uint32_t from, uint32_t into)
{
    struct group *source = &campaigns->groups[from];
    struct group *target = &campaigns->groups[into];
    target->messages += source->messages;
    target->personal += source->personal;
    target->first =
        source->first != 0 && source->first < target->first ? source->first : target->first;
    target->last = source->last > target->last ? source->last : target->last;
    add_sender(campaigns, target, source->first_author);
    for (size_t i = 0; source->senders != NULL && i < SENDER_BITS / 64; i++) {
        target->senders[i] |= source->senders[i];
    }
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

/* Groups whose bands meet the sketch's and whose centre agrees with it; roots, each once. */
static size_t find(struct campaigns *campaigns, const struct sketch *sketch, time_us at,
                   uint32_t found[CANDIDATES_MAX])
{
    uint64_t keys[SKETCH_BANDS];
    size_t count = 0;
    /* The table is larger than any cache: all places are asked for before the first is waited for. */
    for (size_t band = 0; band < SKETCH_BANDS; band++) {
        keys[band] = sketch_band(sketch, band);
        __builtin_prefetch(&campaigns->slots[keys[band] & (campaigns->slot_count - 1)]);
    }
    for (size_t band = 0; band < SKETCH_BANDS && count < CANDIDATES_MAX; band++) {
        uint64_t key = keys[band];
        const struct slot *slot = &campaigns->slots[key & (campaigns->slot_count - 1)];
        if (slot->group == 0 || slot->key != (uint32_t)(key >> 32)) {
            continue;
        }
        uint32_t index = slot->group - 1;
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

static void index_sketch(struct campaigns *campaigns, const struct sketch *sketch, uint32_t group)
{
    for (size_t band = 0; band < SKETCH_BANDS; band++) {
        uint64_t key = sketch_band(sketch, band);
        campaigns->slots[key & (campaigns->slot_count - 1)] =
            (struct slot){(uint32_t)(key >> 32), group + 1};
    }
}

static uint32_t make_group(struct campaigns *campaigns, const struct sketch *sketch, str text,
                           uint64_t author, time_us at)
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
    str clip = utf8_clip(text, CAMPAIGN_TEMPLATE_BYTES);
    struct group *group = &campaigns->groups[index];
    *group = (struct group){.sketch = *sketch,
                            .number = ++campaigns->numbers,
                            .parent = index,
                            .messages = 1,
                            .first = at,
                            .last = at,
                            .first_author = author,
                            .text_len = (uint32_t)clip.n};
    memcpy(group->text, clip.p, clip.n);
    index_sketch(campaigns, sketch, index);
    return index;
}

uint64_t campaigns_add(struct campaigns *campaigns, str text, str author, time_us at)
{
    struct sketch sketch;
    uint32_t found[CANDIDATES_MAX];
    uint64_t hash = plain_hash(author) * UINT64_C(0x9E3779B97F4A7C15) >> 20;
    sketch_make(campaigns->sketcher, text, &sketch);
    campaigns->added++;
    size_t count = find(campaigns, &sketch, at, found);
    if (count == 0) {
        return campaigns->groups[make_group(campaigns, &sketch, text, hash, at)].number;
    }
    uint32_t index = found[0];
    for (size_t i = 1; i < count; i++) {
        uint32_t other = found[i]; /* a root: each is joined at most once here */
        if (sketch_is_alike(&campaigns->groups[index].sketch, &campaigns->groups[other].sketch)) {
            bool is_older = campaigns->groups[other].number < campaigns->groups[index].number;
            join(campaigns, is_older ? index : other, is_older ? other : index);
            index = is_older ? other : index;
        }
    }
    struct group *group = &campaigns->groups[index];
    double same = sketch_containment(&group->sketch, &sketch);
    double rows = sketch.rows > 0 ? sketch.rows : 1;
    double common = same * (group->sketch.rows < sketch.rows ? group->sketch.rows : rows);
    group->messages++;
    group->personal += common < rows ? 1 - common / rows : 0;
    group->last = at > group->last ? at : group->last;
    group->first = group->first == 0 || (at != 0 && at < group->first) ? at : group->first;
    group->added = campaigns->added;
    add_sender(campaigns, group, hash);
    if (sketch_similarity(&group->sketch, &sketch) < INDEX_BELOW) {
        index_sketch(campaigns, &sketch, index); /* a way to the group from its other side */
    }
    return group->number;
}

void campaigns_close(struct campaigns *campaigns)
{
    for (size_t i = 0; i < campaigns->options.groups_max; i++) {
        size_t index = (campaigns->next + i) & (campaigns->options.groups_max - 1);
        if (campaigns->groups[index].number != 0) {
            const struct group *group = &campaigns->groups[index];
            if (group->parent == index) {
                report(campaigns, group);
            }
        }
    }
    for (size_t i = 0; i < campaigns->options.groups_max; i++) {
        campaigns->groups[i].number = 0;
    }
    memset(campaigns->slots, 0, campaigns->slot_count * sizeof campaigns->slots[0]);
}
