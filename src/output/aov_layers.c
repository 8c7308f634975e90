/* From AOVs to layers: names of parts and channels, types, how they are shown, ids as Cryptomatte
 * has them, and nothing where the picture has nothing. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/parts.h"

/* Rows read at a time to find out between which values a layer lies. */
#define MEASURE_ROWS 64

/* How an AOV is shown. Of an even range; without one it is that of the picture. */
typedef struct aov_look {
    vd_shown shown;
    float low, high;
} aov_look;

static const aov_look looks[VD_AOV_COUNT] = {
    [VD_AOV_ALBEDO] = {VD_SHOWN_COLOR, 0.0f, 1.0f},
    [VD_AOV_NORMAL] = {VD_SHOWN_RANGE, -1.0f, 1.0f},
    [VD_AOV_NORMAL_CAMERA] = {VD_SHOWN_RANGE, -1.0f, 1.0f},
    [VD_AOV_POSITION] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_DEPTH] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_DEPTH_NEAREST] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_ROUGHNESS] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_METALLIC] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_AO] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_SUN_VISIBILITY] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_SKY_VISIBILITY] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_DIRECT] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_INDIRECT] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_DIFFUSE] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_SPECULAR] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_LIGHTS] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_ELEVATION] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_LONLAT] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_SLOPE] = {VD_SHOWN_RANGE, 0.0f, 90.0f},
    [VD_AOV_ASPECT] = {VD_SHOWN_RANGE, 0.0f, 360.0f},
    [VD_AOV_CLASS] = {VD_SHOWN_IDS, 0.0f, 1.0f},
    [VD_AOV_MATERIAL_ID] = {VD_SHOWN_IDS, 0.0f, 1.0f},
    [VD_AOV_OBJECT_ID] = {VD_SHOWN_IDS, 0.0f, 1.0f},
    [VD_AOV_CRYPTO_CLASS] = {VD_SHOWN_RANKS, 0.0f, 1.0f},
    [VD_AOV_CRYPTO_MATERIAL] = {VD_SHOWN_RANKS, 0.0f, 1.0f},
    [VD_AOV_CRYPTO_OBJECT] = {VD_SHOWN_RANKS, 0.0f, 1.0f},
    [VD_AOV_MASK] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_UV] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_SAMPLE_COUNT] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_VARIANCE] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
    [VD_AOV_VOLUME] = {VD_SHOWN_LIGHT, 0.0f, 1.0f},
    [VD_AOV_TRANSMITTANCE] = {VD_SHOWN_RANGE, 0.0f, 1.0f},
    [VD_AOV_MOTION] = {VD_SHOWN_RANGE, 0.0f, 0.0f},
};

/* What a layer needs beside its row in the list of sources. */
typedef struct layer_room {
    vd_layer layer;
    const vd_source *picture;
    int part;
    bool has_gaps; /**< of the picture's coverage, which then tells where nothing is */
    const char *channel_names[VD_AOV_VALUES_MAX];
    char channel_texts[VD_AOV_VALUES_MAX][2 * VD_AOV_NAME_MAX];
    vd_crypto crypto;
    float *crypto_ids; /**< by id, of a Cryptomatte */
    int id_count;
} layer_room;

struct vd_layers {
    int count;
    vd_source *sources;
    layer_room *rooms;
};

static float crypto_id(const layer_room *room, float id)
{
    char name[16];
    int index = (int)((double)id + 0.5);
    if (index < room->id_count) return room->crypto_ids[index];
    snprintf(name, sizeof(name), "%d", index);
    return vd_crypto_id(name);
}

/* Ids, every other value, become hashes. */
static void name_ids(const layer_room *room, int64_t count, float *values)
{
    for (int64_t i = 0; i < count; i += 2)
        values[i] = values[i] > 0.0f ? crypto_id(room, values[i]) : 0.0f;
}

static vd_result cut_gaps(vd_context *context, const layer_room *room, int y, int rows,
                          float *values)
{
    const vd_source *picture = room->picture;
    int channels = room->layer.channels;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)rows * (size_t)picture->width, sizeof(float),
                    "rows of the mask", &memory));
    float *coverage = memory;
    vd_result result = picture->read_coverage(context, picture->state, y, rows, coverage);
    for (int64_t i = 0; result == VD_OK && i < (int64_t)rows * picture->width; i++)
        for (int c = 0; c < channels && !(coverage[i] > 0.0f); c++)
            values[i * channels + c] = (float)NAN;
    free(coverage);
    return result;
}

static vd_result read_layer(vd_context *context, void *state, int y, int rows, float *values)
{
    const layer_room *room = state;
    const vd_source *picture = room->picture;
    const vd_aov_source *aovs = picture->aovs;
    VD_TRY(aovs->read_rows(context, aovs->state, room->part, y, rows, values));
    if (room->crypto_ids)
        name_ids(room, (int64_t)rows * picture->width * room->layer.channels, values);
    return room->has_gaps ? cut_gaps(context, room, y, rows, values) : VD_OK;
}

/* "normal.X"; of a Cryptomatte "crypto_material00.R". */
static void name_channels(layer_room *room, const vd_aov_part *part)
{
    char name[VD_AOV_NAME_MAX];
    for (int i = 0; i < room->layer.channels; i++) {
        char *text = room->channel_texts[i];
        size_t size = sizeof(room->channel_texts[i]);
        if (vd_aovs[part->id].rule == VD_AOV_RULE_RANKS)
            snprintf(text, size, "%s%02d.%c", part->name, i / 4, "RGBA"[i % 4]);
        else
            snprintf(text, size, "%s.%s", part->name, vd_aov_channel(part->id, i, name));
        room->channel_names[i] = text;
    }
}

static vd_result describe_ids(vd_context *context, const vd_aov_source *aovs,
                              const vd_aov_part *part, layer_room *room, vd_source *source)
{
    const vd_aov_names *names = &aovs->names[vd_aov_names_of(part->id)];
    char name[16];
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)names->count + 1, sizeof(float), "ids of a Cryptomatte",
                    &memory));
    room->crypto_ids = memory;
    room->id_count = names->count;
    for (int i = 1; i < names->count; i++) {
        snprintf(name, sizeof(name), "%d", i);
        room->crypto_ids[i] = vd_crypto_id(names->items[i] ? names->items[i] : name);
    }
    VD_TRY(vd_crypto_describe(context, part->name, names, &room->crypto));
    for (int i = 0; i < VD_CRYPTO_NOTES; i++) room->crypto.notes[i].name = room->crypto.names[i];
    source->notes = room->crypto.notes;
    source->note_count = VD_CRYPTO_NOTES;
    return VD_OK;
}

static vd_result make_layer(vd_context *context, const vd_source *picture, int index,
                            layer_room *room, vd_source *source)
{
    static const vd_sample_type types[] = {[VD_AOV_STORAGE_HALF] = VD_SAMPLE_HALF,
                                           [VD_AOV_STORAGE_FLOAT] = VD_SAMPLE_FLOAT32,
                                           [VD_AOV_STORAGE_UINT] = VD_SAMPLE_UINT32};
    const vd_aov_part *part = &picture->aovs->set->parts[index];
    const vd_aov *aov = &vd_aovs[part->id];
    const aov_look *look = &looks[part->id];
    room->picture = picture;
    room->part = index;
    room->has_gaps = picture->has_alpha && picture->read_coverage;
    room->layer = (vd_layer){.name = part->name,
                             .channels = vd_aov_value_count(part->id),
                             .channel_names = room->channel_names,
                             .type = types[aov->storage],
                             .shown = look->shown,
                             .seen = part->id == VD_AOV_LONLAT ? 2 : vd_aov_value_count(part->id),
                             .empty = aov->empty};
    for (int c = 0; c < 3; c++) {
        room->layer.low[c] = look->low;
        room->layer.high[c] = look->high;
    }
    name_channels(room, part);
    *source = *picture;
    source->layer = &room->layer;
    source->has_alpha = room->has_gaps;
    source->paper = NULL;
    source->aovs = NULL;
    source->notes = NULL;
    source->note_count = 0;
    source->state = room;
    source->read_rows = read_layer;
    if (aov->rule != VD_AOV_RULE_RANKS) return VD_OK;
    return describe_ids(context, picture->aovs, part, room, source);
}

vd_result vd_layers_open(vd_context *context, const vd_source *picture, vd_layers **out)
{
    void *memory;
    size_t count = picture->aovs ? (size_t)picture->aovs->set->count : 0;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_layers), "layers of the picture", &memory));
    vd_layers *layers = memory;
    vd_result result =
        vd_alloc(context, count + 1, sizeof(vd_source), "layers of the picture", &memory);
    if (result == VD_OK) {
        layers->sources = memory;
        result = vd_alloc(context, count + 1, sizeof(layer_room), "layers of the picture", &memory);
    }
    if (result == VD_OK) layers->rooms = memory;
    for (size_t i = 0; result == VD_OK && i < count; i++) {
        layers->count = (int)i + 1;
        result = make_layer(context, picture, (int)i, &layers->rooms[i], &layers->sources[i]);
    }
    if (result == VD_OK)
        *out = layers;
    else
        vd_layers_close(layers);
    return result;
}

void vd_layers_close(vd_layers *layers)
{
    if (!layers) return;
    for (int i = 0; i < layers->count; i++) {
        free(layers->rooms[i].crypto_ids);
        free(layers->rooms[i].crypto.manifest);
    }
    free(layers->rooms);
    free(layers->sources);
    free(layers);
}

int vd_layers_count(const vd_layers *layers)
{
    return layers->count;
}

const vd_source *vd_layers_at(const vd_layers *layers, int index)
{
    return &layers->sources[index];
}

/* Widens a range by values; what stands for nothing is left out. */
static void widen(vd_layer *layer, const float *values, int64_t pixels)
{
    for (int64_t i = 0; i < pixels; i++)
        for (int c = 0; c < layer->channels && c < 3; c++) {
            float value = values[i * layer->channels + c];
            if (value != value || value == layer->empty) continue;
            if (value < layer->low[c]) layer->low[c] = value;
            if (value > layer->high[c]) layer->high[c] = value;
        }
}

vd_result vd_layers_measure(vd_context *context, vd_layers *layers, int index)
{
    vd_source *source = &layers->sources[index];
    vd_layer *layer = &layers->rooms[index].layer;
    void *memory;
    if (layer->shown != VD_SHOWN_RANGE || layer->low[0] < layer->high[0]) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)MEASURE_ROWS * (size_t)source->width,
                    (size_t)layer->channels * sizeof(float), "rows of the picture", &memory));
    vd_result result = VD_OK;
    for (int c = 0; c < 3; c++) {
        layer->low[c] = FLT_MAX;
        layer->high[c] = -FLT_MAX;
    }
    for (int y = 0; result == VD_OK && y < source->height; y += MEASURE_ROWS) {
        int rows = source->height - y < MEASURE_ROWS ? source->height - y : MEASURE_ROWS;
        result = source->read_rows(context, source->state, y, rows, memory);
        if (result == VD_OK) widen(layer, memory, (int64_t)rows * source->width);
    }
    free(memory);
    return result;
}
