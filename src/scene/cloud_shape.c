/* The shape of clouds that are made up: a map that repeats, and noise that carves.
 *
 * Cumulus is discs of many sizes, jittered over two lattices, whose rims fBm frays and a broad
 * swell gathers into groups; over them stands a dome. Stratus is fBm with waves across it. Where
 * that field is above a threshold there is cloud, and the threshold is the quantile that the
 * coverage asks for: so a coverage is what it says, of any seed. Noise takes off the rims more than
 * the threshold would have it, by the mean of what it carves, so it counts columns that are higher.
 *
 * Cirrus is mares' tails: fibres that trail along one axis behind heads, which are scattered in
 * patches of fBm, bent by a broad swell, and a veil between them where the coverage asks for more.
 *
 * All of it is value noise on lattices that divide the map, so that it repeats without a seam. */
#include <math.h>
#include <stdlib.h>

#include "kernel/hash.h"
#include "kernel/math.h"
#include "scene/clouds.h"

enum { N = VD_CLOUD_MAP };

static float hashed(uint32_t seed, int i, int j)
{
    uint32_t h = vdk_hash_combine(vdk_hash_combine(seed, (uint32_t)i), (uint32_t)j);
    return (float)(h >> 8) * (1.0f / 16777216.0f);
}

/** Smooth value noise, -1 to 1, of a lattice of nx by ny points a period; x and y in periods. */
static float value_noise(uint32_t seed, int nx, int ny, float x, float y)
{
    float fx = x * (float)nx, fy = y * (float)ny;
    int i = vdk_ifloor(fx), j = vdk_ifloor(fy);
    float u = fx - (float)i, v = fy - (float)j;
    u = u * u * u * (u * (u * 6.0f - 15.0f) + 10.0f);
    v = v * v * v * (v * (v * 6.0f - 15.0f) + 10.0f);
    int i0 = ((i % nx) + nx) % nx, j0 = ((j % ny) + ny) % ny;
    int i1 = (i0 + 1) % nx, j1 = (j0 + 1) % ny;
    float low = vdk_lerp(hashed(seed, i0, j0), hashed(seed, i1, j0), u);
    float high = vdk_lerp(hashed(seed, i0, j1), hashed(seed, i1, j1), u);
    return 2.0f * vdk_lerp(low, high, v) - 1.0f;
}

/** Octaves of it, of a variance of about a third in all. */
static float fbm(uint32_t seed, int nx, int ny, int octaves, float x, float y)
{
    float sum = 0.0f, amplitude = 0.85f;
    for (int i = 0; i < octaves; i++) {
        sum += amplitude * value_noise(seed + (uint32_t)i, nx << i, ny << i, x, y);
        amplitude *= 0.5f;
    }
    return sum;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/** Raises a field to the cones over discs on a lattice, whose heights are their radii. */
static void raise_discs(uint32_t seed, int lattice, float least, float most, float *field)
{
    float pitch = (float)N / (float)lattice, size = (float)N / VD_CLOUD_SIZES;
    for (int j = 0; j < lattice; j++)
        for (int i = 0; i < lattice; i++) {
            float x = ((float)i + hashed(seed, i, j)) * pitch;
            float y = ((float)j + hashed(seed + 1u, i, j)) * pitch;
            float pick = hashed(seed + 2u, i, j);
            float radius = (least + (most - least) * pick * pick) * size;
            int reach = (int)radius + 1;
            for (int b = -reach; b <= reach; b++)
                for (int a = -reach; a <= reach; a++) {
                    int s = vdk_ifloor(x) + a, t = vdk_ifloor(y) + b;
                    float dx = (float)s - x, dy = (float)t - y;
                    float *at = &field[(t & (N - 1)) * N + (s & (N - 1))];
                    *at = vdk_max(*at, (radius - vdk_sqrtf(dx * dx + dy * dy)) / size);
                }
        }
}

/** How far within a heap a place is, in sizes; below 0 without. */
static void draw_heaps(uint32_t seed, float *field)
{
    for (int i = 0; i < N * N; i++) field[i] = -0.5f;
    raise_discs(seed + 100u, VD_CLOUD_SIZES, 0.25f, 0.85f, field);
    raise_discs(seed + 200u, 2 * VD_CLOUD_SIZES, 0.12f, 0.4f, field);
    for (int i = 0; i < N * N; i++) {
        float x = (float)(i % N) / N, y = (float)(i / N) / N;
        field[i] += 0.16f * fbm(seed + 300u, 2 * VD_CLOUD_SIZES, 2 * VD_CLOUD_SIZES, 3, x, y) +
                    0.3f * fbm(seed + 400u, 3, 3, 2, x, y);
    }
}

/** Rolls, likewise. */
static void draw_rolls(uint32_t seed, float *field)
{
    for (int i = 0; i < N * N; i++) {
        float wave, unread, x = (float)(i % N) / N, y = (float)(i / N) / N;
        float bend = 1.1f * fbm(seed + 500u, 5, 5, 3, x, y);
        vdk_sincos_turns((float)VD_CLOUD_SIZES * x + bend, &wave, &unread);
        field[i] = 0.3f * fbm(seed + 600u, 6, 6, 2, x, y) + 0.16f * wave +
                   0.22f * fbm(seed + 700u, 2 * VD_CLOUD_SIZES, 2 * VD_CLOUD_SIZES, 3, x, y);
    }
}

/* ---- cirrus ---------------------------------------------------------------------------------- */

enum { HEADS = 900 };  /* of mares' tails in a period */
enum { TRAILED = 12 }; /* texels that are over a place, as streaks trail (clouds.c) */

/** Raises a field by what one point of a fibre has, between two texels along y. */
static void raise_fibre(float x, float y, float much, float *field)
{
    int i = vdk_ifloor(x) & (N - 1), j = vdk_ifloor(y);
    float part = y - (float)j;
    for (int k = 0; k < 2; k++) {
        float *at = &field[((j + k) & (N - 1)) * N + i], more = much * (k ? part : 1.0f - part);
        *at = vdk_max(*at, more) + 0.12f * more; /* where fibres cross there is a little more */
    }
}

/** A mare's tail: ice falls from a small head and trails behind it, against x, in fibres that
 * spread and of which each begins in a hook, as it falls out of one wind into another. bend: texels
 * that all are moved by, along y, by their place. */
static void draw_tail(uint32_t seed, float head_x, float head_y, const float *bend, float *field)
{
    const float size = (float)N / VD_CLOUD_SIZES;
    float length = hashed(seed, 0, 0), hook = 0.5f * (hashed(seed, 1, 0) - 0.3f);
    float strength = 0.35f + 0.65f * hashed(seed, 2, 0);
    int fibres = 5 + (int)(9.0f * hashed(seed, 3, 0));
    for (int f = 1; f <= fibres; f++) {
        float x = head_x + 0.6f * (hashed(seed, 4, f) - 0.5f) * size;
        float side = 0.5f * (hashed(seed, 5, f) - 0.5f) * size, fan = hashed(seed, 6, f) - 0.5f;
        float reach = (1.0f + 4.0f * length * length) * size * (0.5f + 0.5f * hashed(seed, 7, f));
        int steps = (int)(1.5f * reach) + 1;
        for (int i = 0; i < steps; i++) {
            float t = (float)i / (float)steps, left = 1.0f - t, at = x - reach * t;
            float y = head_y + side * (0.35f + 0.65f * t) + 0.1f * fan * reach * t +
                      hook * size * vdk_expf(-7.0f * t);
            y += bend[(vdk_ifloor(y) & (N - 1)) * N + (vdk_ifloor(at) & (N - 1))];
            raise_fibre(at, y, strength * vdk_min(12.0f * t, 1.0f) * left * vdk_sqrtf(left), field);
        }
    }
}

/** Makes fibres of a texel a little wider: two passes along x and one along y. */
static void soften(float *field, float *other)
{
    for (int pass = 0; pass < 3; pass++) {
        const int dx = pass < 2, dy = pass == 2;
        const float middle = dx ? 2.0f : 3.0f;
        for (int i = 0; i < N * N; i++) {
            int x = i % N, y = i / N;
            float before = field[((y - dy) & (N - 1)) * N + ((x - dx) & (N - 1))];
            float after = field[((y + dy) & (N - 1)) * N + ((x + dx) & (N - 1))];
            other[i] = (before + middle * field[i] + after) / (middle + 2.0f);
        }
        for (int i = 0; i < N * N; i++) field[i] = other[i];
    }
}

/** How thick cirrus is, likewise: tails in patches, over a veil. other: as much memory. */
static void draw_streaks(uint32_t seed, float *field, float *other)
{
    const float period = (float)N;
    for (int i = 0; i < N * N; i++) {
        float x = (float)(i % N) / N, y = (float)(i / N) / N;
        field[i] = 0.0f;
        other[i] = 4.4f * fbm(seed + 800u, 5, 4, 2, x, y);
    }
    for (int h = 0; h < HEADS; h++) {
        float x = hashed(seed + 900u, h, 0), y = hashed(seed + 900u, h, 1);
        float chance = 0.8f * (hashed(seed + 900u, h, 2) + hashed(seed + 900u, h, 3) - 1.0f);
        if (fbm(seed + 970u, 4, 6, 3, x, y) > chance)
            draw_tail(vdk_hash(seed + 1000u + (uint32_t)h), x * period, y * period, other, field);
    }
    soften(field, other);
    for (int i = 0; i < N * N; i++) {
        float x = (float)(i % N) / N, y = (float)(i / N) / N;
        field[i] += 0.25f * fbm(seed + 970u, 4, 6, 3, x, y);
    }
}

/* ---- from field to map ----------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/** The value that so great a share of a field is above, or of what it is at most within so many
 *  texels along x. */
static float quantile(const float *field, float *sorted, double share, int reach)
{
    const int every = 16;
    int count = 0;
    for (int i = 0; i < N * N; i += every + 1, count++) {
        sorted[count] = field[i];
        for (int k = 1; k <= reach; k++)
            sorted[count] = vdk_max(sorted[count], field[i - i % N + ((i + k) & (N - 1))]);
    }
    qsort(sorted, (size_t)count, sizeof(float), ascending);
    int at = (int)((1.0 - share) * count);
    return sorted[vdk_imin(vdk_imax(at, 0), count - 1)];
}

/** The top over a place so far within a cloud: of a dome as wide as it is high. */
static float top_of(const vd_cloud_shape *shape, float within)
{
    float wide = shape->kind == VDK_CLOUD_CUMULUS ? (float)(shape->thickness / shape->size) : 0.45f;
    float s = vdk_clamp(within / wide, 0.0f, 1.0f);
    return vdk_sqrtf(s * (2.0f - s));
}

/** How far within the smooth shape its rim is, when noise has carved it. */
static float rim_of(const vd_cloud_shape *shape)
{
    double lost = 1.12 * shape->carve / shape->thickness; /* of the top, about */
    double wide = shape->kind == VDK_CLOUD_CUMULUS ? shape->thickness / shape->size : 0.45;
    return (float)(wide * (1.0 - sqrt(1.0 - fmin(lost * lost, 0.9))));
}

static uint32_t packed(float first, float second)
{
    uint32_t low = (uint32_t)(vdk_clamp(first, 0.0f, 1.0f) * 65535.0f + 0.5f);
    uint32_t high = (uint32_t)(vdk_clamp(second, 0.0f, 1.0f) * 65535.0f + 0.5f);
    return low | high << 16;
}

static void fill_tops(const vd_cloud_shape *shape, float *field, uint32_t *map)
{
    float metres = (float)shape->thickness;
    float texel = (float)(shape->size * VD_CLOUD_SIZES / N);
    for (int i = 0; i < N * N; i++) field[i] = top_of(shape, field[i]);
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++) {
            const float *row = field + j * N;
            float dx = row[(i + 1) & (N - 1)] - row[(i - 1) & (N - 1)];
            float dy = field[((j + 1) & (N - 1)) * N + i] - field[((j - 1) & (N - 1)) * N + i];
            float slope = 0.5f * metres / texel;
            float steepness = 1.0f / vdk_sqrtf(1.0f + slope * slope * (dx * dx + dy * dy));
            map[j * N + i] = packed(row[i], steepness);
        }
}

vd_result vd_cloud_draw_map(vd_context *context, const vd_cloud_shape *shape, uint32_t *map)
{
    void *memory;
    VD_TRY(vd_alloc(context, 2 * (size_t)N * N, sizeof(float), "the map of clouds", &memory));
    float *field = memory, *sorted = field + (size_t)N * N;
    uint32_t seed = vdk_hash(shape->seed);
    if (shape->kind == VDK_CLOUD_CUMULUS)
        draw_heaps(seed, field);
    else if (shape->kind == VDK_CLOUD_STRATUS)
        draw_rolls(seed, field);
    else
        draw_streaks(seed, field, sorted);
    float rim =
        quantile(field, sorted, shape->coverage, shape->kind == VDK_CLOUD_CIRRUS ? TRAILED : 0);
    if (shape->kind == VDK_CLOUD_CIRRUS) {
        for (int i = 0; i < N * N; i++) {
            float density = vdk_clamp((field[i] - rim) * 1.3f + 0.09f, 0.0f, 1.0f);
            map[i] = packed(
                shape->coverage > 0.0 ? density * density * (3.0f - 2.0f * density) : 0.0f, 1.0f);
        }
    } else {
        rim -= rim_of(shape);
        for (int i = 0; i < N * N; i++) field[i] = shape->coverage > 0.0 ? field[i] - rim : -1.0f;
        fill_tops(shape, field, map);
    }
    free(memory);
    return VD_OK;
}

/* ---- noise that carves ----------------------------------------------------------------------- */

/** Lowers squares of distances, in those of the lattice, to those of the points of one octave. */
static void scatter(int points, uint32_t seed, float *squares)
{
    const int n = VDK_CLOUD_NOISE, mask = VDK_CLOUD_NOISE - 1, reach = n / points + 1;
    const float pitch = (float)n / (float)points;
    for (int p = 0; p < points * points * points; p++) {
        int at[3] = {p % points, p / points % points, p / points / points};
        float place[3];
        for (int c = 0; c < 3; c++)
            place[c] = ((float)at[c] + hashed(seed + (uint32_t)c, p, points)) * pitch;
        for (int k = -reach; k <= reach; k++)
            for (int j = -reach; j <= reach; j++)
                for (int i = -reach; i <= reach; i++) {
                    int x = vdk_ifloor(place[0]) + i, y = vdk_ifloor(place[1]) + j;
                    int z = vdk_ifloor(place[2]) + k;
                    float dx = (float)x - place[0], dy = (float)y - place[1];
                    float dz = (float)z - place[2];
                    float *square = &squares[((z & mask) * n + (y & mask)) * n + (x & mask)];
                    *square = vdk_min(*square, (dx * dx + dy * dy + dz * dz) / (pitch * pitch));
                }
    }
}

vd_result vd_cloud_fill_noise(vd_context *context, int points, int octaves, uint32_t seed,
                              uint8_t *texels)
{
    enum { COUNT = VDK_CLOUD_NOISE * VDK_CLOUD_NOISE * VDK_CLOUD_NOISE };
    const float gain = 0.8f, steep = 1.7f; /* so that clefts are as deep as they are wide */
    float amplitude = (1.0f - gain) / (1.0f - vdk_powf(gain, (float)octaves));
    void *memory;
    VD_TRY(vd_alloc(context, 2 * (size_t)COUNT, sizeof(float), "the noise of clouds", &memory));
    float *squares = memory, *sum = squares + COUNT;
    for (int octave = 0; octave < octaves; octave++) {
        for (int i = 0; i < COUNT; i++) squares[i] = 1.0f;
        scatter(points << octave, vdk_hash(seed + (uint32_t)octave), squares);
        for (int i = 0; i < COUNT; i++) sum[i] += amplitude * vdk_min(steep * squares[i], 1.0f);
        amplitude *= gain;
    }
    for (int i = 0; i < COUNT; i++)
        texels[i] = (uint8_t)(vdk_clamp(sum[i], 0.0f, 1.0f) * 255.0f + 0.5f);
    free(memory);
    return VD_OK;
}
