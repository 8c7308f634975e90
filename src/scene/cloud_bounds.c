/* Majorants and minorants of clouds that are made up: what no density in a cell is above, or below.
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

/** The least and the greatest of noise over spans of its texels. */
static span noise_over(const uint8_t *texels, span x, span y, span z)
{
    int least = 255, most = 0;
    for (int k = vdk_ifloor(z.low); k <= vdk_ifloor(z.high) + 1; k++)
        for (int j = vdk_ifloor(y.low); j <= vdk_ifloor(y.high) + 1; j++)
            for (int i = vdk_ifloor(x.low); i <= vdk_ifloor(x.high) + 1; i++) {
                int row = (wrapped(k) * VDK_CLOUD_NOISE + wrapped(j)) * VDK_CLOUD_NOISE;
                int texel = texels[row + wrapped(i)];
                least = vdk_imin(least, texel);
                most = vdk_imax(most, texel);
            }
    return (span){(float)least * (1.0f / 255.0f), (float)most * (1.0f / 255.0f)};
}

static span widened(float from, float to, float scale)
{
    return (span){(from - MARGIN) * scale, (to + MARGIN) * scale};
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

static span bound_carved(const vdk_cloud *c, int i, int j, int k)
{
    span top, steepness, x = widened((float)i, (float)i + 1.0f, 1.0f);
    span y = widened((float)j, (float)j + 1.0f, 1.0f), bound = {0.0f, 0.0f};
    span z = widened((float)k, (float)k + 1.0f, c->cell_z);
    map_over(c, widened((float)i, (float)i + 1.0f, c->map_per_cell),
             widened((float)j, (float)j + 1.0f, c->map_per_cell), &top, &steepness);
    float deepest = vdk_min(steepness.high * (c->thickness * top.high - z.low), z.high);
    if (!(deepest > 0.0f)) return bound;
    span noise =
        noise_over(c->billows, (span){x.low * c->billows_per_cell, x.high * c->billows_per_cell},
                   (span){y.low * c->billows_per_cell, y.high * c->billows_per_cell},
                   (span){z.low * c->billows_per_z, z.high * c->billows_per_z});
    deepest -= (1.0f - VDK_CLOUD_WISPS) * vdk_cloud_carve(c, z.low) * noise.low;
    bound.high = vdk_cloud_core(c, z.high) * vdk_clamp(deepest / c->edge, 0.0f, 1.0f);
    float least = vdk_min(steepness.low * (c->thickness * top.low - z.high), z.low);
    least -= vdk_cloud_carve(c, z.high) * ((1.0f - VDK_CLOUD_WISPS) * noise.high + VDK_CLOUD_WISPS);
    bound.low = vdk_cloud_core(c, z.low) * vdk_clamp(least / c->edge, 0.0f, 1.0f);
    return bound;
}

static span bound_fibres(const vdk_cloud *c, int i, int j, int k)
{
    span density, unread, z = widened((float)k, (float)k + 1.0f, c->cell_z / c->thickness);
    float low = vdk_clamp(z.low, 0.0f, 1.0f), high = vdk_clamp(z.high, 0.0f, 1.0f);
    span x = {(float)i + vdk_cloud_trail(c, high) - MARGIN,
              (float)i + 1.0f + vdk_cloud_trail(c, low) + MARGIN};
    map_over(c, (span){x.low * c->map_per_cell, x.high * c->map_per_cell},
             widened((float)j, (float)j + 1.0f, c->map_per_cell), &density, &unread);
    float middle = vdk_clamp(0.5f, low, high);
    return (span){0.0f, density.high * 4.0f * middle * (1.0f - middle)};
}

void vd_cloud_bound(const vdk_cloud *c, uint8_t *majorants, uint8_t *minorants)
{
    int64_t at = 0;
    for (int j = 0; j <= c->mask_y; j++)
        for (int i = 0; i <= c->mask_x; i++)
            for (int k = 0; k < c->depth; k++, at++) {
                span bound = c->kind == VDK_CLOUD_CIRRUS ? bound_fibres(c, i, j, k)
                                                         : bound_carved(c, i, j, k);
                int steps = vdk_ifloor(bound.high * 255.0f * (1.0f + MARGIN)) + (bound.high > 0.0f);
                majorants[at] = (uint8_t)vdk_imin(steps, 255);
                minorants[at] = (uint8_t)vdk_ifloor(bound.low * 255.0f * (1.0f - MARGIN));
            }
}
