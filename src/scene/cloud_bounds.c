/* Majorants and minorants of clouds that are made up: what no density in a cell is above, or below.
 *
 * Map and noise are linear between texels, so within a box they are between the least and the
 * greatest of what they are at its corners and at those of the texels within it. Of carved clouds
 * the bound takes the highest top, the greatest steepness and the least noise of the box, each by
 * itself, and the finest noise for 0: so it is above density wherever those meet, and by how much
 * it is costs tracking a little time and no truth. A place that rounding puts beyond its box by so
 * many texels as SLACK says is between those bounds too.
 *
 * All cells are bounded, coarsely, by the texels about them. Where the two bounds come out far from
 * each other the cell is parted (kernel/cloud_data.h): its parts are as wide as texels of billows
 * and of the map, so that a column of them takes the noise of four columns of texels, from plane to
 * plane. At the rims of clouds, where rays collide most, that takes off more than half of all
 * collisions. */
#include "kernel/cloud.h"
#include "scene/clouds.h"

#define MARGIN 1.0e-4f /* of a cell, for rounding */
#define SLACK 2.0e-3f  /* of the difference between neighbouring texels, likewise */
#define APART 8        /* so many 255ths apart are the bounds of a cell that is parted */

enum { PARTS = VDK_CLOUD_PARTS, CUBE = PARTS * PARTS * PARTS };

typedef struct span {
    float low, high;
} span;

static int wrapped(int i)
{
    return i & (VDK_CLOUD_NOISE - 1);
}

static int texel_of(const uint8_t *texels, int i, int j, int k)
{
    return texels[(wrapped(k) * VDK_CLOUD_NOISE + wrapped(j)) * VDK_CLOUD_NOISE + wrapped(i)];
}

/** The least and the greatest of noise over spans of its texels. */
static span noise_over(const uint8_t *texels, span x, span y, span z)
{
    int least = 255, most = 0;
    for (int k = vdk_ifloor(z.low); k <= vdk_ifloor(z.high) + 1; k++)
        for (int j = vdk_ifloor(y.low); j <= vdk_ifloor(y.high) + 1; j++)
            for (int i = vdk_ifloor(x.low); i <= vdk_ifloor(x.high) + 1; i++) {
                int texel = texel_of(texels, i, j, k);
                least = vdk_imin(least, texel);
                most = vdk_imax(most, texel);
            }
    return (span){(float)least * (1.0f / 255.0f), (float)most * (1.0f / 255.0f)};
}

static span widened(float from, float to, float scale)
{
    return (span){(from - MARGIN) * scale, (to + MARGIN) * scale};
}

static void include(span *s, float value)
{
    s->low = vdk_min(s->low, value);
    s->high = vdk_max(s->high, value);
}

/** The same of both numbers of the map. */
static void map_over(const vdk_cloud *c, span x, span y, span *first, span *second)
{
    uint32_t low[2] = {65535u, 65535u}, high[2] = {0, 0};
    int mask = c->map_mask;
    for (int j = vdk_ifloor(y.low); j <= vdk_ifloor(y.high) + 1; j++)
        for (int i = vdk_ifloor(x.low); i <= vdk_ifloor(x.high) + 1; i++) {
            uint32_t texel = c->map[(j & mask) * (mask + 1) + (i & mask)];
            for (int n = 0; n < 2; n++, texel >>= 16) {
                uint32_t value = texel & 0xffffu;
                if (value < low[n]) low[n] = value;
                if (value > high[n]) high[n] = value;
            }
        }
    *first = (span){(float)low[0] * (1.0f / 65535.0f), (float)high[0] * (1.0f / 65535.0f)};
    *second = (span){(float)low[1] * (1.0f / 65535.0f), (float)high[1] * (1.0f / 65535.0f)};
}

/** Bounds of carved density between heights, from those of the map and of noise there. */
static span carved(const vdk_cloud *c, span z, span top, span steepness, span noise)
{
    span bound = {0.0f, 0.0f};
    float deepest = vdk_min(steepness.high * (c->thickness * top.high - z.low), z.high);
    deepest -= (1.0f - VDK_CLOUD_WISPS) * vdk_cloud_carve(c, z.low) * noise.low;
    if (!(deepest > 0.0f)) return bound;
    bound.high = vdk_cloud_core(c, z.high) * vdk_clamp(deepest / c->edge, 0.0f, 1.0f);
    float least = vdk_min(steepness.low * (c->thickness * top.low - z.high), z.low);
    least -= vdk_cloud_carve(c, z.high) * ((1.0f - VDK_CLOUD_WISPS) * noise.high + VDK_CLOUD_WISPS);
    bound.low = vdk_cloud_core(c, z.low) * vdk_clamp(least / c->edge, 0.0f, 1.0f);
    return bound;
}

static span bound_carved(const vdk_cloud *c, int i, int j, int k)
{
    span top, steepness, noise = {0.0f, 1.0f};
    span x = widened((float)i, (float)i + 1.0f, 1.0f), y = widened((float)j, (float)j + 1.0f, 1.0f);
    span z = widened((float)k, (float)k + 1.0f, c->cell_z);
    map_over(c, widened((float)i, (float)i + 1.0f, c->map_per_cell),
             widened((float)j, (float)j + 1.0f, c->map_per_cell), &top, &steepness);
    if (!(c->thickness * top.high > z.low)) return (span){0.0f, 0.0f};
    noise =
        noise_over(c->billows, (span){x.low * c->billows_per_cell, x.high * c->billows_per_cell},
                   (span){y.low * c->billows_per_cell, y.high * c->billows_per_cell},
                   (span){z.low * c->billows_per_z, z.high * c->billows_per_z});
    return carved(c, z, top, steepness, noise);
}

/** Density of streaks over a box, from x and y to so many cells on. */
static span bound_fibres(const vdk_cloud *c, float x, float y, float size, span z)
{
    span density, unread, share = {z.low / c->thickness, z.high / c->thickness};
    float low = vdk_clamp(share.low, 0.0f, 1.0f), high = vdk_clamp(share.high, 0.0f, 1.0f);
    span along = {x + vdk_cloud_trail(c, high) - MARGIN,
                  x + size + vdk_cloud_trail(c, low) + MARGIN};
    map_over(c, (span){along.low * c->map_per_cell, along.high * c->map_per_cell},
             widened(y, y + size, c->map_per_cell), &density, &unread);
    float middle = vdk_clamp(0.5f, low, high);
    return (span){0.0f, density.high * 4.0f * middle * (1.0f - middle)};
}

/* ---- parts of cells -------------------------------------------------------------------------- */

/* Columns of a cell's parts, and bounds of the map and of noise over each. */
typedef struct columns {
    span top[PARTS * PARTS], steepness[PARTS * PARTS], noise[PARTS * PARTS];
    float highest; /* of the tops */
} columns;

/** Bounds of the map over the texels between (i, j) and the next, which a column of parts is. */
static void map_of_column(const vdk_cloud *c, int i, int j, span *top, span *steepness)
{
    const float few = 0.25f; /* of a texel: within those that count */
    span wide[2], *all[2] = {top, steepness};
    float x = (float)i, y = (float)j;
    map_over(c, (span){x + few, x + few}, (span){y + few, y + few}, top, steepness);
    map_over(c, (span){x - few, x + 1.0f + few}, (span){y - few, y + 1.0f + few}, &wide[0],
             &wide[1]);
    for (int n = 0; n < 2; n++) {
        all[n]->low -= 2.0f * SLACK * (all[n]->low - wide[n].low);
        all[n]->high += 2.0f * SLACK * (wide[n].high - all[n]->high);
    }
}

/** Lets bounds of noise hold at a height in texels over a cell that begins at texel (i, j). */
static void noise_at_plane(const uint8_t *texels, int i, int j, float z, columns *all)
{
    enum { SIDE = PARTS + 1 };
    float value[SIDE * SIDE], w = z - (float)vdk_ifloor(z);
    int k = vdk_ifloor(z);
    for (int n = 0; n < SIDE * SIDE; n++) {
        int low = texel_of(texels, i + n % SIDE, j + n / SIDE, k);
        int high = texel_of(texels, i + n % SIDE, j + n / SIDE, k + 1);
        value[n] = (1.0f / 255.0f) * vdk_lerp((float)low, (float)high, w);
    }
    for (int n = 0; n < PARTS * PARTS; n++)
        for (int corner = 0; corner < 4; corner++)
            include(&all->noise[n],
                    value[(n / PARTS + (corner >> 1)) * SIDE + n % PARTS + (corner & 1)]);
}

/** Bounds of noise between heights over all columns of a cell. */
static void noise_of_columns(const vdk_cloud *c, int i, int j, span z, columns *all)
{
    span texels = {z.low * c->billows_per_z, z.high * c->billows_per_z};
    for (int n = 0; n < PARTS * PARTS; n++) all->noise[n] = (span){1.0f, 0.0f};
    noise_at_plane(c->billows, i, j, texels.low, all);
    noise_at_plane(c->billows, i, j, texels.high, all);
    for (int m = vdk_ifloor(texels.low) + 1; m <= vdk_ifloor(texels.high); m++)
        noise_at_plane(c->billows, i, j, (float)m, all);
    for (int n = 0; n < PARTS * PARTS; n++) {
        all->noise[n].low -= 2.0f * SLACK;
        all->noise[n].high += 2.0f * SLACK;
    }
}

/** Rounds bounds outward to 255ths. */
static void keep(span bound, uint8_t *most, uint8_t *least)
{
    int steps = vdk_ifloor(bound.high * 255.0f * (1.0f + MARGIN)) + (bound.high > 0.0f);
    *most = (uint8_t)vdk_imin(steps, 255);
    *least = (uint8_t)vdk_ifloor(bound.low * 255.0f * (1.0f - MARGIN));
}

/** Fills the bounds of a cell's parts, whose columns' tops are known, and makes its own no wider
 * than those. */
static void bound_parts(const vdk_cloud *c, int i, int j, int k, columns *all, uint8_t *parts,
                        uint8_t *majorant, uint8_t *minorant)
{
    const float size = 1.0f / PARTS;
    int most = 0, least = 255;
    for (int m = 0; m < PARTS; m++) {
        float from = (float)k + (float)m * size;
        span z = widened(from, from + size, c->cell_z);
        bool is_above = c->kind != VDK_CLOUD_CIRRUS && z.low >= c->thickness * all->highest;
        if (is_above) {
            for (int n = 0; n < PARTS * PARTS; n++)
                parts[n * PARTS + m] = parts[CUBE + n * PARTS + m] = 0;
            least = 0;
            continue;
        }
        if (c->kind != VDK_CLOUD_CIRRUS) noise_of_columns(c, PARTS * i, PARTS * j, z, all);
        for (int n = 0; n < PARTS * PARTS; n++) {
            float x = (float)i + (float)(n % PARTS) * size,
                  y = (float)j + (float)(n / PARTS) * size;
            span bound = c->kind == VDK_CLOUD_CIRRUS
                             ? bound_fibres(c, x, y, size, z)
                             : carved(c, z, all->top[n], all->steepness[n], all->noise[n]);
            int at = n * PARTS + m;
            keep(bound, &parts[at], &parts[CUBE + at]);
            most = vdk_imax(most, parts[at]);
            least = vdk_imin(least, parts[CUBE + at]);
        }
    }
    *majorant = (uint8_t)vdk_imin(most, *majorant);
    *minorant = (uint8_t)vdk_imax(least, *minorant);
}

/* ---- all of them ----------------------------------------------------------------------------- */

typedef struct bounding {
    const vdk_cloud *cloud;
    vd_cloud_bounds *bounds;
} bounding;

static vd_result bound_row(void *state, int thread, int64_t j)
{
    bounding *b = state;
    const vdk_cloud *c = b->cloud;
    (void)thread;
    for (int i = 0; i <= c->mask_x; i++)
        for (int k = 0; k < c->depth; k++) {
            int64_t at = (j * c->row + i) * c->depth + k;
            float z = (float)k;
            span bound = c->kind == VDK_CLOUD_CIRRUS ? bound_fibres(c, (float)i, (float)j, 1.0f,
                                                                    widened(z, z + 1.0f, c->cell_z))
                                                     : bound_carved(c, i, (int)j, k);
            keep(bound, &b->bounds->majorants[at], &b->bounds->minorants[at]);
        }
    return VD_OK;
}

static vd_result part_row(void *state, int thread, int64_t j)
{
    bounding *b = state;
    const vdk_cloud *c = b->cloud;
    vd_cloud_bounds *bounds = b->bounds;
    (void)thread;
    for (int i = 0; i <= c->mask_x; i++) {
        columns all;
        all.highest = 0.0f;
        for (int n = 0; n < PARTS * PARTS; n++) {
            map_of_column(c, PARTS * i + n % PARTS, PARTS * (int)j + n / PARTS, &all.top[n],
                          &all.steepness[n]);
            all.highest = vdk_max(all.highest, all.top[n].high);
        }
        for (int k = 0; k < c->depth; k++) {
            int64_t at = (j * c->row + i) * c->depth + k;
            if (bounds->parted[at] < 0) continue;
            uint8_t *parts = bounds->parts + (size_t)bounds->parted[at] * 2 * CUBE;
            bound_parts(c, i, (int)j, k, &all, parts, &bounds->majorants[at],
                        &bounds->minorants[at]);
        }
    }
    return VD_OK;
}

vd_result vd_cloud_bound(vd_context *context, const vdk_cloud *cloud, vd_cloud_bounds *bounds)
{
    bounding state = {cloud, bounds};
    int64_t cells = (int64_t)(cloud->mask_y + 1) * cloud->row * cloud->depth;
    int count = 0;
    void *memory;
    vd_work work = {NULL, 0, cloud->mask_y + 1, bound_row, &state};
    VD_TRY(vd_parallel(context, &work));
    for (int64_t at = 0; at < cells; at++) {
        bool is_parted = bounds->majorants[at] - bounds->minorants[at] >= APART;
        bounds->parted[at] = is_parted ? count++ : -1;
    }
    VD_TRY(vd_alloc(context, (size_t)count + 1, 2 * CUBE, "bounds of clouds", &memory));
    bounds->parts = memory;
    work.run = part_row;
    return vd_parallel(context, &work);
}
