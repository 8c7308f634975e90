/* Lateral chromatic aberration: a lens magnifies by wavelength, so the three channels are pictures
 * of three sizes about the axis. Green stays; red is 1 + s times as large, blue 1 - s.
 *
 * Resampled by the cubic of Catmull and Rom (Keys 1981, a = -1/2), which keeps parabolas and, since
 * sizes differ by thousandths, needs no filter beside. Where it would ring below nothing it stops
 * there. At the picture's edge the nearest pixel stands in. Alpha is green's. */
#include <math.h>
#include <string.h>

#include "kernel/math.h"
#include "post/effects_parts.h"

int vd_aberration_margin(const vd_effects_options *o)
{
    float reach = vdk_max(o->middle_y, (float)o->height - o->middle_y);
    reach = vdk_max(vdk_abs(reach), vdk_max(vdk_abs(o->middle_y), (float)o->height));
    return (int)ceilf(reach * vdk_abs(o->aberration) / (1.0f - vdk_abs(o->aberration))) + 3;
}

/** Weights of four samples about a place that is f after the second. */
static void weights(float f, float w[4])
{
    w[0] = ((-0.5f * f + 1.0f) * f - 0.5f) * f;
    w[1] = (1.5f * f - 2.5f) * f * f + 1.0f;
    w[2] = ((-1.5f * f + 2.0f) * f + 0.5f) * f;
    w[3] = (0.5f * f - 0.5f) * f * f;
}

static int clamped(int i, int least, int most)
{
    return i < least ? least : i > most ? most : i;
}

/** One channel at a place in pixels, whose centres are at halves. */
static float sample(const vd_effects_options *o, const float *rgba, int first, int have,
                    int channel, float x, float y)
{
    float wx[4], wy[4], sum = 0.0f;
    int i = vdk_ifloor(x - 0.5f), j = vdk_ifloor(y - 0.5f);
    weights(x - 0.5f - (float)i, wx);
    weights(y - 0.5f - (float)j, wy);
    for (int b = 0; b < 4; b++) {
        int row = clamped(j - 1 + b, first, first + have - 1) - first;
        const float *line = rgba + (size_t)row * (size_t)o->width * 4 + channel;
        float across = 0.0f;
        for (int a = 0; a < 4; a++) across += wx[a] * line[4 * clamped(i - 1 + a, 0, o->width - 1)];
        sum += wy[b] * across;
    }
    return vdk_max(sum, 0.0f);
}

void vd_aberration_rows(const vd_effects_options *o, const float *rgba, int first, int have, int y,
                        int rows, float *out)
{
    const float red = 1.0f / (1.0f + o->aberration), blue = 1.0f / (1.0f - o->aberration);
    for (int r = 0; r < rows; r++) {
        const float *line = rgba + (size_t)(y + r - first) * (size_t)o->width * 4;
        float *to = out + (size_t)r * (size_t)o->width * 4;
        float dy = (float)(y + r) + 0.5f - o->middle_y;
        memcpy(to, line, (size_t)o->width * 4 * sizeof(float));
        for (int x = 0; x < o->width; x++) {
            float dx = (float)x + 0.5f - o->middle_x;
            to[4 * x] =
                sample(o, rgba, first, have, 0, o->middle_x + dx * red, o->middle_y + dy * red);
            to[4 * x + 2] =
                sample(o, rgba, first, have, 2, o->middle_x + dx * blue, o->middle_y + dy * blue);
        }
    }
}
