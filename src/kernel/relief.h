/* The map view: a pixel's sample, straight down onto the ground. */
#ifndef VDK_RELIEF_H
#define VDK_RELIEF_H

#include "aerial.h"
#include "integrator.h"
#include "lattice.h"

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

/** The point on the grid, without its height, that a sample of a pixel sees, (u, v) pixels from the
 *  pixel's centre. Returns 0 where there is none. */
VD_FN int vdk_map_place(VDK_SCENE const vdk_scene *scene, int x, int y, float u, float v,
                        VDK_PRIVATE vdk_position *p)
{
    VDK_SCENE const vdk_map_camera *camera = &scene->camera;
    float by_x = 0.0f, by_y = 0.0f;
    if (camera->lattice.blocks) {
        if (!vdk_lattice_place(&camera->lattice, x, y, 0.5f + u, 0.5f + v, p)) return 0;
    } else {
        p->cx = camera->column_cell[x];
        p->fx = camera->column_fraction[x];
        p->cy = camera->row_cell[y];
        p->fy = camera->row_fraction[y];
        by_x = u * camera->cells_per_pixel_x;
        by_y = v * camera->cells_per_pixel_y;
    }
    vdk_shift(&p->cx, &p->fx, by_x, scene->terrain.cells_x);
    vdk_shift(&p->cy, &p->fy, by_y, scene->terrain.cells_y);
    return 1;
}

/** The point of the ground that a sample of a pixel sees. Returns 0 where the picture shows no
 * place of the grid. */
VD_FN int vdk_relief_place(VDK_SCENE const vdk_scene *scene, int x, int y,
                           VDK_PRIVATE const vdk_sampler *sampler, VDK_PRIVATE vdk_position *p)
{
    float u, v;
    vdk_sample_2d(sampler, VDK_PAD_PIXEL, &u, &v);
    if (!vdk_map_place(scene, x, y, vdk_filter_offset(&scene->filter, u),
                       vdk_filter_offset(&scene->filter, v), p))
        return 0;
    p->z = vdk_height_of(&scene->terrain, p->cx, p->cy, p->fx, p->fy);
    return 1;
}

/** Begins the path of a sample, which the sampler is at. Returns 0 where it sees no place. */
VD_FN int vdk_relief_begin(VDK_SCENE const vdk_scene *scene, int x, int y, vdk_sampler sampler,
                           VDK_PRIVATE vdk_path *path)
{
    vdk_position p;
    if (!vdk_relief_place(scene, x, y, &sampler, &p)) return 0;
    int part = VDK_PART_GROUND;
    if (scene->water.is_there && vdk_water_depth(scene, p) > 0.0f) {
        p.z = vdk_water_surface(scene, vdk_water_body_at(scene, p), p);
        part = VDK_PART_WATER;
    }
    *path = vdk_path_begin(sampler, p, vdk_vec_make(0.0f, 0.0f, 1.0f), scene->camera.spread);
    path->part = part;
    if (scene->air.distance_scale > 0.0f) vdk_aerial_above(scene, path);
    return 1;
}

#endif
