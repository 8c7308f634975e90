/* Majorants of clouds that are made up: what no density in a cell is above.
 *
 * Map and noise are linear between texels, so within a cell they are between the least and the
 * greatest of the texels about it; one texel more on each side stands in for rounding. Of carved
 * clouds the bound takes the highest top, the greatest steepness and the least noise of the cell,
 * each by itself, and the finest noise for 0: so it is above density wherever those meet, and by
 * how much it is costs tracking a little time and no truth. */
#include "kernel/cloud.h"
#include "scene/clouds.h"

#define MARGIN 1.0e-4f /* of a cell, for rounding */

typedef struct span {
    float low, high;
} span;

static int wrapped(int i)
{
    return i & (VDK_CLOUD_NOISE - 1);
}

/** The least noise over a cell of the grid; texels of x and y are the same a cell. */
static float least_noise(const uint8_t *texels, span x, span y, span z)
{
    int least = 255;
    for (int k = vdk_ifloor(z.low); k <= vdk_ifloor(z.high) + 1; k++)
        for (int j = vdk_ifloor(y.low); j <= vdk_ifloor(y.high) + 1; j++)
            for (int i = vdk_ifloor(x.low); i <= vdk_ifloor(x.high) + 1; i++) {
                int texel = (wrapped(k) * VDK_CLOUD_NOISE + wrapped(j)) * VDK_CLOUD_NOISE;
                least = vdk_imin(least, texels[texel + wrapped(i)]);
            }
    return (float)least * (1.0f / 255.0f);
}

static span spread(float from, float to, float scale)
{
    return (span){(from - MARGIN) * scale, (to + MARGIN) * scale};
}

/** The greatest of both numbers of the map over a span of cells. */
static void greatest_of_map(const vdk_cloud *c, span x, span y, float *first, float *second)
{
    uint32_t low = 0, high = 0;
    int mask = c->map_mask;
    for (int j = vdk_ifloor(y.low); j <= vdk_ifloor(y.high) + 1; j++)
        for (int i = vdk_ifloor(x.low); i <= vdk_ifloor(x.high) + 1; i++) {
            uint32_t texel = c->map[(j & mask) * (mask + 1) + (i & mask)];
            low = (texel & 0xffffu) > low ? (texel & 0xffffu) : low;
            high = (texel >> 16) > high ? (texel >> 16) : high;
        }
    *first = (float)low * (1.0f / 65535.0f);
    *second = (float)high * (1.0f / 65535.0f);
}

static float bound_carved(const vdk_cloud *c, int i, int j, int k)
{
    float top, steepness, x = (float)i, y = (float)j;
    float low = ((float)k - MARGIN) * c->cell_z, high = ((float)k + 1.0f + MARGIN) * c->cell_z;
    greatest_of_map(c, spread(x, x + 1.0f, c->map_per_cell), spread(y, y + 1.0f, c->map_per_cell),
                    &top, &steepness);
    float inside = vdk_min(steepness * (c->thickness * top - low), high);
    if (!(inside > 0.0f)) return 0.0f;
    float noise = least_noise(c->billows, spread(x, x + 1.0f, c->billows_per_cell),
                              spread(y, y + 1.0f, c->billows_per_cell),
                              (span){low * c->billows_per_z, high * c->billows_per_z});
    inside -= (1.0f - VDK_CLOUD_WISPS) * vdk_cloud_carve(c, low) * noise;
    return vdk_cloud_core(c, high) * vdk_clamp(inside / c->edge, 0.0f, 1.0f);
}

static float bound_fibres(const vdk_cloud *c, int i, int j, int k)
{
    float most, unread, x = (float)i, y = (float)j;
    float low = ((float)k - MARGIN) * c->cell_z / c->thickness;
    float high = ((float)k + 1.0f + MARGIN) * c->cell_z / c->thickness;
    low = vdk_clamp(low, 0.0f, 1.0f);
    high = vdk_clamp(high, 0.0f, 1.0f);
    span trail = {vdk_cloud_trail(c, high), vdk_cloud_trail(c, low)};
    span over = {(x + trail.low - MARGIN) * c->map_per_cell,
                 (x + 1.0f + trail.high + MARGIN) * c->map_per_cell};
    greatest_of_map(c, over, spread(y, y + 1.0f, c->map_per_cell), &most, &unread);
    float middle = vdk_clamp(0.5f, low, high);
    return most * 4.0f * middle * (1.0f - middle);
}

void vd_cloud_bound(const vdk_cloud *c, uint8_t *majorants)
{
    int64_t at = 0;
    for (int j = 0; j <= c->mask_y; j++)
        for (int i = 0; i <= c->mask_x; i++)
            for (int k = 0; k < c->depth; k++) {
                float bound = c->kind == VDK_CLOUD_CIRRUS ? bound_fibres(c, i, j, k)
                                                          : bound_carved(c, i, j, k);
                int steps = vdk_ifloor(bound * 255.0f * (1.0f + MARGIN)) + (bound > 0.0f);
                majorants[at++] = (uint8_t)vdk_imin(steps, 255);
            }
}
