/* The map view: a pixel's sample, straight down onto the ground. */
#ifndef VDK_RELIEF_H
#define VDK_RELIEF_H

#include "integrator.h"

/** The filter's offset in pixels for a uniform number. */
VD_FN float vdk_filter_offset(VDK_SCENE const vdk_filter *filter, float u)
{
    float x = u * (float)VDK_FILTER_CELLS;
    int i = vdk_imin(vdk_ifloor(x), VDK_FILTER_CELLS - 1);
    return vdk_lerp(filter->offset[i], filter->offset[i + 1], x - (float)i);
}

/** Moves a grid coordinate by so many cells, and back onto the raster if that leaves it. */
VD_FN void vdk_shift(VDK_PRIVATE int *cell, VDK_PRIVATE float *fraction, float by, int cells)
{
    float x = *fraction + by;
    int whole = vdk_ifloor(x);
    *cell += whole;
    *fraction = x - (float)whole;
    int side = vdk_side(*cell, *fraction, cells);
    if (side != 0) {
        *cell = side < 0 ? 0 : cells - 1;
        *fraction = 0.5f;
    }
}

/** The point of the ground that a sample of a pixel sees. */
VD_FN vdk_position vdk_relief_place(VDK_SCENE const vdk_scene *scene, int x, int y,
                                    VDK_PRIVATE const vdk_sampler *sampler)
{
    float u, v;
    VDK_SCENE const vdk_map_camera *camera = &scene->camera;
    vdk_position p;
    p.cx = camera->column_cell[x];
    p.fx = camera->column_fraction[x];
    p.cy = camera->row_cell[y];
    p.fy = camera->row_fraction[y];
    vdk_sample_2d(sampler, VDK_PAD_PIXEL, &u, &v);
    vdk_shift(&p.cx, &p.fx, vdk_filter_offset(&scene->filter, u) * camera->cells_per_pixel_x,
              scene->terrain.cells_x);
    vdk_shift(&p.cy, &p.fy, vdk_filter_offset(&scene->filter, v) * camera->cells_per_pixel_y,
              scene->terrain.cells_y);
    p.z = vdk_patch_height(vdk_patch_at(&scene->terrain, p.cx, p.cy), p.fx, p.fy);
    return p;
}

/** Radiance of one sample of a pixel, which the sampler is of. */
VD_FN vdk_vec vdk_relief_sample(VDK_SCENE const vdk_scene *scene, int x, int y, vdk_sampler sampler,
                                vdk_uint sample, VDK_PRIVATE vdk_uint *rays)
{
    vdk_sampler_seek(&sampler, sample);
    return vdk_radiance(scene, &sampler, vdk_relief_place(scene, x, y, &sampler), rays);
}

#endif
