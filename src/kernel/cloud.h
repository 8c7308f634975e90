/* How dense clouds are where: from 0 to 1.
 *
 * Clouds that are made up are carved out of a smooth shape, as Schneider 2015 ("The Real-Time
 * Volumetric Cloudscapes of Horizon Zero Dawn", Advances in Real-Time Rendering, SIGGRAPH) carves
 * them out of coverage and a profile of height by cellular noise (Worley 1996, "A Cellular Texture
 * Basis Function"), billows first and wisps at the rim (Hillaire 2016, "Physically Based Sky,
 * Atmosphere and Cloud Rendering in Frostbite", section 5.8). Here the shape is a map of tops over
 * a flat base, and what noise takes off it is metres: how far inside of the shape a place lies,
 * about, inside = min(steepness (top - z), z),   steepness = 1 / sqrt(1 + |grad top|^2), less what
 * billows and wisps carve there, over the metres within which density rises to 1. So billows are as
 * deep on a tower's flanks as on its head. Noise is the square of the distance to the nearest of
 * scattered points: round bulges about them, sharp clefts between. It carves less near the base,
 * which stays flat, and density grows upward, as cloud water does.
 *
 * Cirrus is a map of fibres, which trail behind the higher they fall from: ice that sinks into
 * slower wind. Its edges are soft.
 *
 * All noise lies in small textures that repeat, of which the map repeats as the grid of majorants
 * does. Every value is linear between texels, so the bounds of a cell follow from its texels
 * (scene/clouds.c). */
#ifndef VDK_CLOUD_H
#define VDK_CLOUD_H

#include "cloud_grid.h"

#define VDK_CLOUD_WISPS 0.2f /* share of what is carved by the finer noise */

/** A texture of noise at a place in texels, 0 to 1. */
VD_FN float vdk_cloud_noise(VDK_GLOBAL const vdk_uchar *texels, float x, float y, float z)
{
    const int n = VDK_CLOUD_NOISE, mask = VDK_CLOUD_NOISE - 1;
    int i = vdk_ifloor(x), j = vdk_ifloor(y), k = vdk_ifloor(z);
    float u = x - (float)i, v = y - (float)j, w = z - (float)k;
    int i0 = i & mask, i1 = (i + 1) & mask;
    int j0 = (j & mask) * n, j1 = ((j + 1) & mask) * n;
    VDK_GLOBAL const vdk_uchar *low = texels + (k & mask) * n * n;
    VDK_GLOBAL const vdk_uchar *high = texels + ((k + 1) & mask) * n * n;
    float a = vdk_lerp((float)low[j0 + i0], (float)low[j0 + i1], u);
    float b = vdk_lerp((float)low[j1 + i0], (float)low[j1 + i1], u);
    float c = vdk_lerp((float)high[j0 + i0], (float)high[j0 + i1], u);
    float d = vdk_lerp((float)high[j1 + i0], (float)high[j1 + i1], u);
    return (1.0f / 255.0f) * vdk_lerp(vdk_lerp(a, b, v), vdk_lerp(c, d, v), w);
}

/** The map at a place in cells: its first number, 0 to 1, and in *second the other. */
VD_FN float vdk_cloud_map(VDK_SCENE const vdk_cloud *c, float x, float y, VDK_PRIVATE float *second)
{
    x *= c->map_per_cell;
    y *= c->map_per_cell;
    int i = vdk_ifloor(x), j = vdk_ifloor(y), mask = c->map_mask;
    float u = x - (float)i, v = y - (float)j;
    VDK_GLOBAL const vdk_uint *near = c->map + (j & mask) * (mask + 1);
    VDK_GLOBAL const vdk_uint *far = c->map + ((j + 1) & mask) * (mask + 1);
    vdk_uint a = near[i & mask], b = near[(i + 1) & mask];
    vdk_uint d = far[i & mask], e = far[(i + 1) & mask];
    *second = (1.0f / 65535.0f) * vdk_lerp(vdk_lerp((float)(a >> 16), (float)(b >> 16), u),
                                           vdk_lerp((float)(d >> 16), (float)(e >> 16), u), v);
    return (1.0f / 65535.0f) * vdk_lerp(vdk_lerp((float)(a & 0xffffu), (float)(b & 0xffffu), u),
                                        vdk_lerp((float)(d & 0xffffu), (float)(e & 0xffffu), u), v);
}

/** What noise carves at most so high over the base. */
VD_FN float vdk_cloud_carve(VDK_SCENE const vdk_cloud *c, float z)
{
    float rise = vdk_clamp(4.0f * z / c->thickness, 0.0f, 1.0f);
    return c->carve * (c->foot + (1.0f - c->foot) * rise);
}

/** Density well inside, so high over the base. */
VD_FN float vdk_cloud_core(VDK_SCENE const vdk_cloud *c, float z)
{
    return c->thin + (1.0f - c->thin) * vdk_clamp(z / c->thickness, 0.0f, 1.0f);
}

/** Cumulus and stratus, at a place in cells and so high over the base. */
VD_FN float vdk_cloud_carved(VDK_SCENE const vdk_cloud *c, float x, float y, float z)
{
    float steepness, top = c->thickness * vdk_cloud_map(c, x, y, &steepness);
    float inside = vdk_min(steepness * (top - z), z);
    if (!(inside > 0.0f)) return 0.0f;
    float carve = vdk_cloud_carve(c, z), core = vdk_cloud_core(c, z);
    if (inside >= carve + c->edge) return core;
    inside -= (1.0f - VDK_CLOUD_WISPS) * carve *
              vdk_cloud_noise(c->billows, x * c->billows_per_cell, y * c->billows_per_cell,
                              z * c->billows_per_z);
    if (!(inside > 0.0f)) return 0.0f;
    if (inside < VDK_CLOUD_WISPS * carve + c->edge)
        inside -= VDK_CLOUD_WISPS * carve *
                  vdk_cloud_noise(c->wisps, x * c->wisps_per_cell, y * c->wisps_per_cell,
                                  z * c->wisps_per_z);
    return core * vdk_clamp(inside / c->edge, 0.0f, 1.0f);
}

/** How far streaks trail behind at a share of the thickness, in cells. */
VD_FN float vdk_cloud_trail(VDK_SCENE const vdk_cloud *c, float share)
{
    return c->shear * (1.0f - share) * (1.0f - share);
}

/** Cirrus, likewise. */
VD_FN float vdk_cloud_fibres(VDK_SCENE const vdk_cloud *c, float x, float y, float z)
{
    float unread, share = vdk_clamp(z / c->thickness, 0.0f, 1.0f);
    float profile = 4.0f * share * (1.0f - share);
    x += vdk_cloud_trail(c, share);
    float density = profile * vdk_cloud_map(c, x, y, &unread);
    if (!(density > 0.0f)) return 0.0f;
    return density *
           (1.0f - c->carve * vdk_cloud_noise(c->billows, x * c->billows_per_cell,
                                              y * c->wisps_per_cell, z * c->billows_per_z));
}

/** Density at a place: in cells of the majorants from the box's corner. */
VD_FN float vdk_cloud_density(VDK_SCENE const vdk_cloud *c, float x, float y, float z)
{
    switch (c->kind) {
    case VDK_CLOUD_CUMULUS:
    case VDK_CLOUD_STRATUS: return vdk_cloud_carved(c, x, y, z * c->cell_z);
    case VDK_CLOUD_GRID: return vdk_cloud_of_grid(c, x, y, z);
    case VDK_CLOUD_CIRRUS: return vdk_cloud_fibres(c, x, y, z * c->cell_z);
    default: return 0.0f;
    }
}

/** The majorant of a part of a cell whose parts have this number, and in *least the minorant. */
VD_FN void vdk_cloud_part_bounds(VDK_SCENE const vdk_cloud *c, int number, int i, int j, int k,
                                 VDK_PRIVATE float *most, VDK_PRIVATE float *least)
{
    const int n = VDK_CLOUD_PARTS, within = n - 1;
    VDK_GLOBAL const vdk_uchar *part = c->parts + (vdk_long)number * (2 * n * n * n);
    part += ((j & within) * n + (i & within)) * n + (k & within);
    *most = (1.0f / 255.0f) * (float)part[0];
    *least = (1.0f / 255.0f) * (float)part[n * n * n];
}

/** The majorant at a place of the box, in parts of cells from its corner, and in *least the
 *  minorant. Returns the number of the cell's parts, or -1 if these hold for all of it; *reach is
 *  for how many cells aside they do at least. */
VD_FN int vdk_cloud_bounds(VDK_SCENE const vdk_cloud *c, int i, int j, int k,
                           VDK_PRIVATE float *most, VDK_PRIVATE float *least,
                           VDK_PRIVATE int *reach)
{
    vdk_long at = (vdk_long)((j >> VDK_CLOUD_HALVED) & c->mask_y) * c->row +
                  (vdk_long)((i >> VDK_CLOUD_HALVED) & c->mask_x);
    at = at * c->depth + (k >> VDK_CLOUD_HALVED);
    int high = c->majorants[at], low = c->minorants ? c->minorants[at] : 0;
    *reach = high > 0 ? 0 : low;
    if (high == 0) low = 0;
    int number = high > low && c->parted ? c->parted[at] : -1;
    *most = (1.0f / 255.0f) * (float)high;
    *least = (1.0f / 255.0f) * (float)low;
    if (number >= 0) vdk_cloud_part_bounds(c, number, i, j, k, most, least);
    return number;
}

#endif
