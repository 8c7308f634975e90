/* Which channel of a film is what, and what its means say. */
#include "film/aov.h"

#include <stdio.h>
#include <string.h>

#include "base/vmath.h"
#include "film/film.h"

#define VIEW true
#define BOTH false

const vd_aov vd_aovs[VD_AOV_COUNT] = {
#define VD_AOV(id, name, rule, storage, commands, rays, film, channels, empty, help)               \
    {name, VD_AOV_RULE_##rule, VD_AOV_STORAGE_##storage, commands, rays, film, channels, empty,    \
     help},
#include "film/aov.def"
};

vd_aov_id vd_aov_find(const char *name)
{
    int id = 0;
    while (id < VD_AOV_COUNT && strcmp(vd_aovs[id].name, name) != 0) id++;
    return (vd_aov_id)id;
}

int vd_aov_value_count(vd_aov_id id)
{
    int count = 0;
    if (vd_aovs[id].rule == VD_AOV_RULE_RANKS) return 2 * VD_AOV_RANKS;
    for (const char *at = vd_aovs[id].channels; *at; count++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return count;
}

const char *vd_aov_channel(vd_aov_id id, int index, char name[VD_AOV_NAME_MAX])
{
    const char *at = vd_aovs[id].channels;
    for (int i = 0; i < index; i++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    snprintf(name, VD_AOV_NAME_MAX, "%.*s", (int)strcspn(at, " "), at);
    return name;
}

int vd_aov_names_of(vd_aov_id id)
{
    switch (id) {
    case VD_AOV_CLASS:
    case VD_AOV_CRYPTO_CLASS: return 0;
    case VD_AOV_MATERIAL_ID:
    case VD_AOV_CRYPTO_MATERIAL: return 1;
    case VD_AOV_OBJECT_ID:
    case VD_AOV_CRYPTO_OBJECT: return 2;
    default: return -1;
    }
}

bool vd_aov_counts_hits(vd_aov_rule rule)
{
    return rule == VD_AOV_RULE_HITS || rule == VD_AOV_RULE_PLACE || rule == VD_AOV_RULE_GRADIENT ||
           rule == VD_AOV_RULE_FIRST || rule == VD_AOV_RULE_NEAREST;
}

/* Where an AOV is, or where it gets channels that no part is read from. */
static int part_channel(vd_aov_set *set, vd_aov_id id, bool is_needed)
{
    const vd_aov_part *part = vd_aov_part_of(set, id);
    if (part) return part->first;
    if (!is_needed) return -1;
    set->channels += vd_aovs[id].film;
    return set->channels - vd_aovs[id].film;
}

/* Adds the parts of an AOV, of which lights are several. */
static void add_parts(vd_aov_set *set, vd_aov_id id, int parts,
                      const char (*light_names)[VD_AOV_NAME_MAX])
{
    for (int i = 0; i < parts; i++) {
        vd_aov_part *part = &set->parts[set->all++];
        *part = (vd_aov_part){.id = id, .index = i, .first = set->channels};
        snprintf(part->name, sizeof(part->name), "%s",
                 id == VD_AOV_LIGHTS ? light_names[i] : vd_aovs[id].name);
        set->channels += vd_aovs[id].film;
    }
}

vd_result vd_aov_lay_out(vd_context *context, const bool wanted[VD_AOV_COUNT],
                         const bool needed[VD_AOV_COUNT], bool is_view, int lights,
                         const char (*light_names)[VD_AOV_NAME_MAX], vd_aov_set *out)
{
    memset(out, 0, sizeof(*out));
    out->alpha = is_view ? 3 : -1;
    out->hits = -1;
    out->channels = is_view ? 4 : 3;
    for (int id = 0; id < VD_AOV_COUNT; id++)
        if ((wanted[id] || needed[id]) && vd_aov_counts_hits(vd_aovs[id].rule))
            out->hits = is_view ? 4 : 3;
    if (out->hits >= 0) out->channels++;
    for (int id = 0; id < VD_AOV_COUNT; id++)
        if (wanted[id])
            add_parts(out, (vd_aov_id)id, id == VD_AOV_LIGHTS ? lights : 1, light_names);
    out->count = out->all;
    for (int id = 0; id < VD_AOV_COUNT; id++)
        if (needed[id] && !wanted[id]) add_parts(out, (vd_aov_id)id, 1, light_names);
    out->direct = part_channel(out, VD_AOV_DIRECT, wanted[VD_AOV_INDIRECT]);
    out->specular = part_channel(out, VD_AOV_SPECULAR, wanted[VD_AOV_DIFFUSE]);
    out->halves = -1;
    if (needed[VD_AOV_BEAUTY_HALF] &&
        (wanted[VD_AOV_AO] || wanted[VD_AOV_SUN_VISIBILITY] || wanted[VD_AOV_SKY_VISIBILITY])) {
        out->halves = out->channels;
        out->channels += 3;
    }
    if (out->channels <= VD_FILM_CHANNELS_MAX) return VD_OK;
    return vd_fail(context, VD_ERR_SETTING,
                   "--aov: asks for %d numbers of each pixel, and %d are possible; ask for fewer, "
                   "or for lights where there are fewer suns",
                   out->channels, VD_FILM_CHANNELS_MAX);
}

const vd_aov_part *vd_aov_part_of(const vd_aov_set *set, vd_aov_id id)
{
    for (int i = 0; i < set->all; i++)
        if (set->parts[i].id == id) return &set->parts[i];
    return NULL;
}

const vd_aov_part *vd_aov_part_named(const vd_aov_set *set, const char *name)
{
    for (int i = 0; i < set->count; i++)
        if (strcmp(set->parts[i].name, name) == 0) return &set->parts[i];
    return NULL;
}

/* Ids with their coverage, by falling coverage; those alike by rising id. The film has ids times
 * coverage. */
static void rank(const float *pairs, float *values)
{
    int count = 0;
    for (int i = 0; i < VD_AOV_RANKS; i++) {
        float pair[2] = {0.0f, pairs[2 * i + 1]};
        int at = count;
        if (!(pair[1] > 0.0f)) continue;
        pair[0] = (float)(int)(pairs[2 * i] / pair[1] + 0.5f);
        for (; at > 0; at--) {
            const float *before = values + 2 * (at - 1);
            if (before[1] > pair[1] || (before[1] == pair[1] && before[0] < pair[0])) break;
            memcpy(values + (size_t)2 * (size_t)at, before, 2 * sizeof(float));
        }
        memcpy(values + (size_t)2 * (size_t)at, pair, 2 * sizeof(float));
        count++;
    }
    memset(values + (size_t)2 * (size_t)count, 0,
           2 * sizeof(float) * (size_t)(VD_AOV_RANKS - count));
}

/* Where a slope of this gradient (rise per metre east and north) looks. */
static float aspect_of(const float gradient[2], float level)
{
    if (gradient[0] == 0.0f && gradient[1] == 0.0f) return level;
    double degrees = vd_atan2_deg(-(double)gradient[0], -(double)gradient[1]);
    float aspect = (float)(degrees < 0.0 ? degrees + 360.0 : degrees);
    return aspect < 360.0f ? aspect : 0.0f;
}

void vd_aov_values(vd_aov_id id, const float *of, float hits, uint32_t count, float *values)
{
    const vd_aov *aov = &vd_aovs[id];
    /* But of places and ranks a film has what is read. */
    int channels = aov->rule == VD_AOV_RULE_PLACE ? vd_aov_value_count(id) : aov->film;
    switch (aov->rule) {
    case VD_AOV_RULE_MEAN:
        for (int c = 0; c < channels; c++) values[c] = of[c];
        break;
    case VD_AOV_RULE_HITS:
    case VD_AOV_RULE_NEAREST:
        for (int c = 0; c < channels; c++) values[c] = hits > 0.0f ? of[c] / hits : aov->empty;
        break;
    case VD_AOV_RULE_FIRST:
        values[0] = hits > 0.0f ? (float)(int)(of[0] / hits + 0.5f) : aov->empty;
        break;
    case VD_AOV_RULE_PLACE:
        for (int c = 0; c < channels; c++) values[c] = aov->empty;
        break;
    case VD_AOV_RULE_GRADIENT:
        values[0] = hits > 0.0f ? aspect_of(of, aov->empty) : aov->empty;
        break;
    case VD_AOV_RULE_RANKS: rank(of, values); break;
    case VD_AOV_RULE_VARIANCE:
        for (int c = 0; c < channels; c++)
            values[c] = count > 1 ? of[c] / (float)(count - 1) : aov->empty;
        break;
    case VD_AOV_RULE_HALF:
        /* The film has the mean over all samples of those. */
        for (int c = 0; c < channels; c++)
            values[c] = count > 1 ? of[c] * ((float)count / (float)(count / 2)) : aov->empty;
        break;
    case VD_AOV_RULE_COUNT: values[0] = (float)count; break;
    }
}
