/* What the numbers of a layer look like, where it is shown and not kept.
 *
 * Three channels are red, green and blue, one is grey; of two, which are those of a plane, blue
 * stays dark, as it does of longitude and latitude, and of more than three the first three are seen. A number is a colour by Knuth's
 * multiplicative hash of it, which takes neighbouring numbers far apart around the circle of hues.
 * Radiance and reflectance follow the sRGB curve, as eyes expect of them; a measure goes evenly
 * from black to white, so that its values can be read back from the picture. Where there is
 * nothing, a pixel is transparent, or black if the file has no alpha. */
#include <math.h>
#include <string.h>

#include "output/parts.h"

/* A hue of its own and one of three brightnesses for each number but 0. */
static void colour_of_hash(uint32_t hash, float encoded[3])
{
    float hue = (float)(hash >> 8) * (6.0f / 16777216.0f), value = 1.0f - 0.18f * (float)(hash % 3u);
    const float at[3] = {fabsf(hue - 3.0f) - 1.0f, 2.0f - fabsf(hue - 2.0f),
                         2.0f - fabsf(hue - 4.0f)};
    for (int c = 0; c < 3; c++) encoded[c] = value * (0.25f + 0.75f * fminf(fmaxf(at[c], 0.0f), 1.0f));
}

static void show_number(float number, float encoded[3])
{
    memset(encoded, 0, 3 * sizeof(encoded[0]));
    if (number >= 0.5f) colour_of_hash((uint32_t)((double)number + 0.5) * 2654435761u, encoded);
}

/* Ids, which are hashes as floats, each with its share of the pixel. */
static void show_ranks(const vd_layer *layer, const float *in, float encoded[3])
{
    memset(encoded, 0, 3 * sizeof(encoded[0]));
    for (int i = 0; i + 1 < layer->channels; i += 2) {
        float colour[3];
        uint32_t hash;
        memcpy(&hash, &in[i], sizeof(hash));
        if (!(in[i + 1] > 0.0f)) break;
        colour_of_hash(hash * 2654435761u, colour);
        for (int c = 0; c < 3; c++) encoded[c] += in[i + 1] * colour[c];
    }
}

static void show_channels(const vd_encoder *encoder, const float *in, float encoded[3])
{
    const vd_layer *layer = encoder->source->layer;
    float values[3];
    for (int c = 0; c < 3; c++)
        values[c] = layer->channels == 1 ? in[0] : c < layer->seen ? in[c] : 0.0f;
    if (layer->shown != VD_SHOWN_RANGE) {
        bool is_light = layer->shown == VD_SHOWN_LIGHT;
        vd_tone_apply(is_light ? &encoder->options->tone : &encoder->plain, values, encoded);
        return;
    }
    for (int c = 0; c < 3; c++) {
        int range = layer->channels == 1 ? 0 : c;
        float low = layer->low[range], width = layer->high[range] - low;
        float share = width > 0.0f ? (values[c] - low) / width : 0.0f;
        encoded[c] = range < layer->seen ? fminf(fmaxf(share, 0.0f), 1.0f) : 0.0f;
    }
}

void vd_layer_show(const vd_encoder *encoder, const float *in, int x, int y, uint32_t samples[4])
{
    const vd_output_options *options = encoder->options;
    uint32_t levels = options->type == VD_SAMPLE_BYTE ? 255 : 65535;
    const vd_layer *layer = encoder->source->layer;
    bool is_name = layer->shown == VD_SHOWN_IDS || layer->shown == VD_SHOWN_RANKS;
    float encoded[3];
    memset(samples, 0, 4 * sizeof(samples[0]));
    if (in[0] != in[0]) return;
    samples[3] = levels;
    if (layer->shown == VD_SHOWN_IDS)
        show_number(in[0], encoded);
    else if (layer->shown == VD_SHOWN_RANKS)
        show_ranks(layer, in, encoded);
    else
        show_channels(encoder, in, encoded);
    for (int c = 0; c < 3; c++)
        samples[c] = vd_tone_quantise(encoded[c], levels, options->dither && !is_name, x, y);
}
