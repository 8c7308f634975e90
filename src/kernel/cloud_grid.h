/* Density of clouds out of a file (media/voxels.h): trilinear between the middles of voxels, and 0
 * outside.
 *
 * A brick has 8^3 voxels, and each cell of the majorants is where one may be, so that voxels of a
 * cell are found by one look-up. Most places lie between voxels of one brick. */
#ifndef VDK_CLOUD_GRID_H
#define VDK_CLOUD_GRID_H

#include "cloud_data.h"

#define VDK_BRICK 8

/** The voxels of a cell, or NULL. */
VD_FN VDK_GLOBAL const float *vdk_cloud_brick(VDK_SCENE const vdk_cloud *c, int i, int j, int k)
{
    if (i < 0 || j < 0 || k < 0 || i >= c->across || j >= c->along || k >= c->depth) return 0;
    int place = c->places[((vdk_long)j * c->row + i) * c->depth + k];
    return place < 0 ? 0 : c->voxels + (vdk_long)place * (VDK_BRICK * VDK_BRICK * VDK_BRICK);
}

VD_FN float vdk_cloud_voxel(VDK_SCENE const vdk_cloud *c, int x, int y, int z)
{
    VDK_GLOBAL const float *brick = vdk_cloud_brick(c, x >> 3, y >> 3, z >> 3);
    return brick ? brick[((y & 7) << 6) + ((x & 7) << 3) + (z & 7)] : 0.0f;
}

/** Density at a place in cells from the box's corner, which is the middle of the first voxel. */
VD_FN float vdk_cloud_of_grid(VDK_SCENE const vdk_cloud *c, float x, float y, float z)
{
    float v[8];
    x *= (float)VDK_BRICK;
    y *= (float)VDK_BRICK;
    z *= (float)VDK_BRICK;
    int i = vdk_ifloor(x), j = vdk_ifloor(y), k = vdk_ifloor(z);
    float t = x - (float)i, u = y - (float)j, w = z - (float)k;
    if ((i & 7) < 7 && (j & 7) < 7 && (k & 7) < 7) {
        VDK_GLOBAL const float *brick = vdk_cloud_brick(c, i >> 3, j >> 3, k >> 3);
        if (!brick) return 0.0f;
        brick += ((j & 7) << 6) + ((i & 7) << 3) + (k & 7);
        for (int n = 0; n < 8; n++) v[n] = brick[((n & 4) << 4) + ((n & 2) << 2) + (n & 1)];
    } else {
        for (int n = 0; n < 8; n++)
            v[n] = vdk_cloud_voxel(c, i + ((n >> 1) & 1), j + (n >> 2), k + (n & 1));
    }
    return vdk_lerp(vdk_lerp(vdk_lerp(v[0], v[1], w), vdk_lerp(v[2], v[3], w), t),
                    vdk_lerp(vdk_lerp(v[4], v[5], w), vdk_lerp(v[6], v[7], w), t), u);
}

#endif
