#include "terrain/detail_shape.h"

/* Octaves are seen while they are so many pixels long: in full, and at all. */
#define PIXELS_FULL 6.0f
#define PIXELS_LEAST 3.0f
/* Cells from the raster's edge over which all is faded in. */
#define EDGE_CELLS 3.0f

/* ---- the smooth surface --------------------------------------------------------------------- */

typedef struct smooth {
    float z;
    float hu, hv; /* slopes, in heights a cell */
} smooth;

/** Weights of four posts at a fraction between the middle two, and their slopes: the cubic of
 *  Catmull and Rom 1974. */
static void cubic(float t, float w[4], float d[4])
{
    float t2 = t * t, t3 = t2 * t;
    w[0] = -0.5f * t3 + t2 - 0.5f * t;
    w[1] = 1.5f * t3 - 2.5f * t2 + 1.0f;
    w[2] = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
    w[3] = 0.5f * t3 - 0.5f * t2;
    d[0] = -1.5f * t2 + 2.0f * t - 0.5f;
    d[1] = 4.5f * t2 - 5.0f * t;
    d[2] = -4.5f * t2 + 4.0f * t + 0.5f;
    d[3] = 1.5f * t2 - t;
}

static smooth smooth_at(const vdk_height_field *f, int cx, int cy, float fx, float fy)
{
    float wx[4], wy[4], dx[4], dy[4];
    smooth s = {0.0f, 0.0f, 0.0f};
    cubic(fx, wx, dx);
    cubic(fy, wy, dy);
    for (int j = 0; j < 4; j++) {
        float row = 0.0f, slope = 0.0f;
        int y = vdk_imin(vdk_imax(cy + j - 1, 0), f->cells_y);
        for (int i = 0; i < 4; i++) {
            float h = vdk_post(f, vdk_imin(vdk_imax(cx + i - 1, 0), f->cells_x), y);
            row += wx[i] * h;
            slope += dx[i] * h;
        }
        s.z += wy[j] * row;
        s.hu += wy[j] * slope;
        s.hv += dy[j] * row;
    }
    return s;
}

/* ---- stripes -------------------------------------------------------------------------------- */

/* What an octave adds: a value and its slopes per lattice unit. */
typedef struct bump {
    float value, gx, gy;
} bump;

static vdk_uint lattice_hash(vdk_uint x, vdk_uint y, vdk_uint seed)
{
    vdk_uint h = (x * 0x8da6b343u) ^ (y * 0xd8163841u) ^ seed;
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/** Sparse kernels, each a window over waves across the direction (sx, sy). */
static bump stripes_at(vdk_noise_place at, vdk_uint seed, float sx, float sy, float frequency)
{
    bump sum = {0.0f, 0.0f, 0.0f};
    float tx = vdk_noise_fraction(at.x), ty = vdk_noise_fraction(at.y), total = 0.0f;
    vdk_uint x = (vdk_uint)(at.x >> 32), y = (vdk_uint)(at.y >> 32);
    for (int j = -1; j <= 1; j++)
        for (int i = -1; i <= 1; i++) {
            vdk_uint h = lattice_hash(x + (vdk_uint)i, y + (vdk_uint)j, seed);
            float px = (float)i + (float)(int)(h & 1023u) * (1.0f / 1024.0f) - tx;
            float py = (float)j + (float)(int)((h >> 10) & 1023u) * (1.0f / 1024.0f) - ty;
            float inside = 1.0f - (px * px + py * py);
            if (inside <= 0.0f) continue;
            float window = inside * inside, sine, cosine;
            float turns = frequency * (px * sx + py * sy) +
                          (float)(int)(h >> 20) * (1.0f / 4096.0f);
            vdk_sincos_turns(turns - (float)vdk_ifloor(turns), &sine, &cosine);
            sum.value += window * cosine;
            float slope = window * sine * frequency * 2.0f * VDK_PI;
            sum.gx += slope * sx;
            sum.gy += slope * sy;
            total += window * window;
        }
    float scale = 1.0f / vdk_sqrtf(0.5f * total + 0.1f);
    return (bump){sum.value * scale, sum.gx * scale, sum.gy * scale};
}

/* ---- the whole ------------------------------------------------------------------------------ */

float vd_detail_pixel(const vd_detail_shape *shape, int cx, int cy, float fx, float fy, float z)
{
    const vd_detail_sight *sight = &shape->sight;
    if (sight->is_parallel) return sight->width;
    float dx = ((float)(cx - sight->eye.cx) + (fx - sight->eye.fx)) * shape->metres[0];
    float dy = ((float)(cy - sight->eye.cy) + (fy - sight->eye.fy)) * shape->metres[1];
    float dz = (z - sight->eye.z) * shape->field->z_factor;
    return sight->width * vdk_sqrtf(dx * dx + dy * dy + dz * dz);
}

static float step_between(float low, float high, float x)
{
    float t = vdk_clamp((x - low) / (high - low), 0.0f, 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** How near the raster's edge lets detail come to its full strength. */
static float far_from_edge(const vdk_height_field *f, int cx, int cy, float fx, float fy)
{
    float x = vdk_min((float)(cx - 1) + fx, (float)(f->cells_x - 1 - cx) - fx);
    float y = vdk_min((float)(cy - 1) + fy, (float)(f->cells_y - 1 - cy) - fy);
    return step_between(0.0f, EDGE_CELLS, vdk_min(x, y));
}

float vd_detail_shape_height(const void *state, int cx, int cy, float fx, float fy)
{
    const vd_detail_shape *s = state;
    const vdk_height_field *f = s->field;
    smooth base = smooth_at(f, cx, cy, fx, fy);
    float amount = s->strength * far_from_edge(f, cx, cy, fx, fy);
    if (!(amount > 0.0f)) return base.z;
    float pixel = vd_detail_pixel(s, cx, cy, fx, fy, base.z);
    float rough = vd_roughness_at(s->roughness, cx, cy, fx, fy);
    float cell = vdk_sqrtf(s->metres[0] * s->metres[1]);
    float gx = base.hu / s->metres[0], gy = base.hv / s->metres[1];
    vdk_noise_place stripes = vdk_noise_at(&s->stripes, cx, fx, cy, fy, base.z);
    vdk_noise_place lumps = vdk_noise_at(&s->lumps, cx, fx, cy, fy, base.z);
    float wavelength = s->stripes.wavelength, z = base.z;
    for (int octave = 0; octave < s->octaves; octave++) {
        float seen = step_between(PIXELS_LEAST * pixel, PIXELS_FULL * pixel, wavelength);
        if (!(seen > 0.0f)) break;
        float steep = vdk_sqrtf(gx * gx + gy * gy);
        float sigma = amount * seen * rough *
                      vdk_powf(wavelength / (4.0f * cell), s->roughness->exponent);
        float fall = 1.0f / (steep + 1.0e-6f);
        bump b = stripes_at(stripes, s->stripes.seed + (vdk_uint)octave, -gy * fall, gx * fall,
                            1.0f);
        float a = sigma * 2.0f * steep / (steep + 0.35f);
        z += a * b.value;
        gx += a * b.gx / wavelength;
        gy += a * b.gy / wavelength;
        float lump = 0.35f * sigma * step_between(0.02f, 0.3f, steep);
        z += lump * vdk_noise_value(lumps, s->lumps.seed + (vdk_uint)octave);
        stripes = vdk_noise_finer(stripes);
        lumps = vdk_noise_finer(lumps);
        wavelength *= 0.5f;
    }
    return z;
}
