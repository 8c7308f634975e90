/* Places: map coordinates, the grid, and metres around the raster's middle. */
#include <math.h>

#include "kernel/surface.h"
#include "scene/view_parts.h"
#include "terrain/map_transform.h"

vdk_position vd_spot_position(vd_spot s)
{
    double column = floor(s.column), row = floor(s.row);
    return (vdk_position){(int)column, (int)row, (float)(s.column - column), (float)(s.row - row),
                          (float)s.z};
}

double vd_spot_ground(const vd_terrain *terrain, vd_spot s)
{
    const vdk_height_field *f = &terrain->field;
    s.column = fmin(fmax(s.column, 0.5), f->cells_x - 0.5);
    s.row = fmin(fmax(s.row, 0.5), f->cells_y - 0.5);
    vdk_position p = vd_spot_position(s);
    return (double)vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
}

vd_spot vd_spot_middle(const vd_terrain *terrain)
{
    const vd_dem_info *info = &terrain->dem->info;
    vd_spot s = {0.5 * (info->nx + 1), 0.5 * (info->ny + 1), 0.0};
    s.z = vd_spot_ground(terrain, s);
    return s;
}

vd_spot vd_spot_summit(const vd_terrain *terrain)
{
    const vdk_height_field *f = &terrain->field;
    vd_spot top = {f->cells_x / 2, f->cells_y / 2, -HUGE_VAL};
    for (int j = f->cells_y / 4; j <= f->cells_y - f->cells_y / 4; j++)
        for (int i = f->cells_x / 4; i <= f->cells_x - f->cells_x / 4; i++)
            if ((double)vdk_post(f, i, j) > top.z) top = (vd_spot){i, j, (double)vdk_post(f, i, j)};
    return top;
}

/** Map coordinates of the user to those of the grid, which differ where the DEM was warped. */
static vd_result to_grid_crs(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                             const vd_dem_info *info, double *x, double *y)
{
    vd_map_transform *transform;
    if (!info->source_wkt) return VD_OK;
    VD_TRY(vd_map_transform_create(context, info->source_wkt, info->wkt, &transform));
    vd_map_transform_points(transform, 1, x, y);
    vd_map_transform_destroy(transform);
    if (isfinite(*x) && isfinite(*y)) return VD_OK;
    return vd_settings_refuse(context, settings, knob,
                              "is no place near the DEM; X,Y are in its own CRS: longitude and "
                              "latitude");
}

vd_result vd_spot_of_map(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                         const vd_place *place, const vd_dem_info *info, vd_spot *out)
{
    double x = place->x, y = place->y;
    VD_TRY(to_grid_crs(context, settings, knob, info, &x, &y));
    const double *g = info->geotransform;
    double dx = x - g[0], dy = y - g[3], det = g[1] * g[5] - g[2] * g[4];
    *out = (vd_spot){(g[5] * dx - g[2] * dy) / det + 0.5, (g[1] * dy - g[4] * dx) / det + 0.5, 0.0};
    if (fabs(out->column) < 1e9 && fabs(out->row) < 1e9) return VD_OK;
    return vd_settings_refuse(context, settings, knob, "is too far from the DEM");
}

vd_result vd_spot_of_place(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                           const vd_place *place, const vd_scene_ground *ground, vd_spot *out)
{
    const vd_terrain *terrain = ground->terrain;
    const vd_dem *dem = terrain->dem;
    double z_factor = (double)terrain->field.z_factor;
    VD_TRY(vd_spot_of_map(context, settings, knob, place, &dem->info, out));
    if (place->above_ground > 0.0) {
        out->z = vd_spot_ground(terrain, *out) + place->z_m / z_factor;
        return VD_OK;
    }
    /* What stands far away sinks with the ground there. */
    vdk_position at = vd_spot_position(*out);
    out->z = place->z_m - dem->base_m - (double)vdk_curve_drop(&terrain->field, ground->curve, at);
    return VD_OK;
}

void vd_spot_to_world(const vd_terrain *terrain, vd_spot s, double out[3])
{
    const vd_dem_info *info = &terrain->dem->info;
    const double *m = info->to_grid;
    double dx = s.column - 0.5 * (info->nx + 1), dy = s.row - 0.5 * (info->ny + 1);
    double det = m[0] * m[3] - m[1] * m[2];
    out[0] = (m[3] * dx - m[1] * dy) / det;
    out[1] = (m[0] * dy - m[2] * dx) / det;
    out[2] = s.z * (double)terrain->field.z_factor;
}

vd_spot vd_spot_of_world(const vd_terrain *terrain, const double w[3])
{
    const vd_dem_info *info = &terrain->dem->info;
    const double *m = info->to_grid;
    return (vd_spot){m[0] * w[0] + m[1] * w[1] + 0.5 * (info->nx + 1),
                     m[2] * w[0] + m[3] * w[1] + 0.5 * (info->ny + 1),
                     w[2] / (double)terrain->field.z_factor};
}
