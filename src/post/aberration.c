/* Lateral chromatic aberration: a lens magnifies by wavelength, so the three channels are pictures
 * of three sizes about the axis. Green stays; red is 1 + s times as large, blue 1 - s; or, of a
 * lens that was measured, as much as polynomials of the distance from the axis say.
 *
 * Resampled by the cubic of Catmull and Rom (Keys 1981, a = -1/2), which keeps parabolas and, since
 * sizes differ by thousandths, needs no filter beside. Where it would ring below nothing it stops
 * there. At the picture's edge the nearest pixel stands in. Alpha is green's. */
#include <math.h>
#include <string.h>

#include "kernel/math.h"
#include "post/effects_parts.h"

/* Newton's steps, from less than a hundredth off; and where the most is looked for. */
enum { STEPS = 3, RADII = 64 };

bool vd_aberration_is_any(const vd_effects_options *o)
{
    return o->is_measured || o->aberration < 0.0f || o->aberration > 0.0f;
}

/** How many times nearer to the axis than r, on the plane at distance 1, green has arrived where
 *  this colour arrives there: Newton's steps from where r would be were all as on the axis. */
static float nearer(const float c[3], float r)
{
    float at = r / c[0];
    if (!(r > 0.0f)) return 1.0f / c[0];
    for (int i = 0; i < STEPS; i++) {
        float to = at * (c[0] + at * (c[1] + at * c[2]));
        float slope = c[0] + at * (2.0f * c[1] + at * 3.0f * c[2]);
        if (slope > 0.0f) at -= (to - r) / slope;
    }
    return at / r;
}

/** Of a lens that was measured: the most that a colour is moved, in pixels. */
static float most_moved(const vd_effects_options *o)
{
    float x = vdk_max(o->middle_x, (float)o->width - o->middle_x);
    float y = vdk_max(o->middle_y, (float)o->height - o->middle_y);
    float corner = vdk_sqrtf(x * x + y * y), most = 0.0f;
    for (int i = 1; i <= RADII; i++) {
        float r = corner * (float)i / RADII;
        most = vdk_max(most, r * vdk_abs(1.0f - nearer(o->red, r * o->pixel)));
        most = vdk_max(most, r * vdk_abs(1.0f - nearer(o->blue, r * o->pixel)));
    }
    return most;
}

int vd_aberration_margin(const vd_effects_options *o)
{
    if (o->is_measured) return (int)ceilf(1.1f * most_moved(o)) + 3;
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
    float red = 1.0f / (1.0f + o->aberration), blue = 1.0f / (1.0f - o->aberration);
    for (int r = 0; r < rows; r++) {
        const float *line = rgba + (size_t)(y + r - first) * (size_t)o->width * 4;
        float *to = out + (size_t)r * (size_t)o->width * 4;
        float dy = (float)(y + r) + 0.5f - o->middle_y;
        memcpy(to, line, (size_t)o->width * 4 * sizeof(float));
        for (int x = 0; x < o->width; x++) {
            float dx = (float)x + 0.5f - o->middle_x;
            if (o->is_measured) {
                float away = o->pixel * vdk_sqrtf(dx * dx + dy * dy);
                red = nearer(o->red, away);
                blue = nearer(o->blue, away);
            }
            to[4 * x] =
                sample(o, rgba, first, have, 0, o->middle_x + dx * red, o->middle_y + dy * red);
            to[4 * x + 2] =
                sample(o, rgba, first, have, 2, o->middle_x + dx * blue, o->middle_y + dy * blue);
        }
    }
}
