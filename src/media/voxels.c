/* Bricks of voxels, whatever they were read from. */
#include "media/voxels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t cells_of(const int bricks[3])
{
    return (size_t)bricks[0] * (size_t)bricks[1] * (size_t)bricks[2];
}

vd_result vd_voxels_make_room(vd_context *context, const int bricks[3], int count, vd_voxels *out)
{
    size_t cells = cells_of(bricks), values = (size_t)count * VD_BRICK_VOXELS;
    VD_TRY(vd_alloc(context, 5 * cells + 4 * values, 1, "a grid's voxels", &out->memory));
    memcpy(out->bricks, bricks, sizeof out->bricks);
    out->count = count;
    out->places = out->memory;
    out->values = (float *)(out->places + cells);
    out->bounds = (uint8_t *)(out->values + values);
    memset(out->places, -1, cells * sizeof(int32_t));
    return VD_OK;
}

/** The greatest value of the first voxels of a cell's brick, so many along each axis. */
static float greatest(const vd_voxels *v, const int cell[3], const int count[3])
{
    float most = 0.0f;
    for (int k = 0; k < 3; k++)
        if (cell[k] >= v->bricks[k]) return 0.0f;
    int64_t at = ((int64_t)cell[1] * v->bricks[0] + cell[0]) * v->bricks[2] + cell[2];
    if (v->places[at] < 0) return 0.0f;
    const float *brick = v->values + (int64_t)v->places[at] * VD_BRICK_VOXELS;
    for (int north = 0; north < count[1]; north++)
        for (int east = 0; east < count[0]; east++)
            for (int up = 0; up < count[2]; up++)
                most = fmaxf(most, brick[(north * VD_BRICK + east) * VD_BRICK + up]);
    return most;
}

static uint8_t bound_of(const vd_voxels *v, int east, int north, int up)
{
    float most = 0.0f;
    for (int n = 0; n < 8; n++) {
        const int cell[3] = {east + (n & 1), north + (n >> 1 & 1), up + (n >> 2)};
        const int count[3] = {n & 1 ? 1 : VD_BRICK, n & 2 ? 1 : VD_BRICK, n & 4 ? 1 : VD_BRICK};
        most = fmaxf(most, greatest(v, cell, count));
    }
    return (uint8_t)ceilf(255.0f * most);
}

void vd_voxels_finish(vd_voxels *v)
{
    size_t values = (size_t)v->count * VD_BRICK_VOXELS;
    v->most = 0.0f;
    for (size_t i = 0; i < values; i++) v->most = fmaxf(v->most, v->values[i]);
    if (!(v->most > 0.0f)) return;
    for (size_t i = 0; i < values; i++) v->values[i] /= v->most;
    uint8_t *to = v->bounds;
    for (int north = 0; north < v->bricks[1]; north++)
        for (int east = 0; east < v->bricks[0]; east++)
            for (int up = 0; up < v->bricks[2]; up++) *to++ = bound_of(v, east, north, up);
}

void vd_voxels_free(vd_voxels *voxels)
{
    free(voxels->memory);
    memset(voxels, 0, sizeof *voxels);
}
