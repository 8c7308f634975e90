/* Places: map coordinates, the grid, and metres around the raster's middle. */
#include <math.h>

#include "kernel/surface.h"
#include "scene/view_parts.h"
#include "terrain/map_transform.h"

/* How far from the middle of the DEM, in its diagonals, a place can be meant. */
#define NEAR_DIAGONALS 20.0

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
    return (double)vdk_height_of(f, p.cx, p.cy, p.fx, p.fy);
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

/** Map coordinates of the user to those of the grid, which differ where the DEM was warped; or
 *  back. What has no counterpart is infinite then. */
static vd_result change_crs(vd_context *context, const vd_dem_info *info, bool to_grid, int count,
                            double *x, double *y)
{
    vd_map_transform *transform;
    if (!info->source_wkt) return VD_OK;
    VD_TRY(vd_map_transform_create(context, to_grid ? info->source_wkt : info->wkt,
                                   to_grid ? info->wkt : info->source_wkt, &transform));
    vd_map_transform_points(transform, count, x, y);
    vd_map_transform_destroy(transform);
    return VD_OK;
}

/** Says of a place that it is nowhere near, and where the DEM is. */
static vd_result refuse_place(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                              const vd_dem_info *info)
{
    const double *g = info->geotransform;
    double x[4], y[4], low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int k = 0; k < 4; k++) {
        double column = (k & 1) ? info->nx : 0.0, row = (k & 2) ? info->ny : 0.0;
        x[k] = g[0] + column * g[1] + row * g[2];
        y[k] = g[3] + column * g[4] + row * g[5];
    }
    VD_TRY(change_crs(context, info, false, 4, x, y));
    for (int k = 0; k < 4; k++) {
        low[0] = fmin(low[0], x[k]);
        low[1] = fmin(low[1], y[k]);
        high[0] = fmax(high[0], x[k]);
        high[1] = fmax(high[1], y[k]);
    }
    return vd_settings_refuse(context, settings, knob,
                              "is no place near the DEM; X,Y are in its own CRS%s, and it covers "
                              "%.8g,%.8g to %.8g,%.8g",
                              info->source_wkt ? " (longitude and latitude)" : "", low[0], low[1],
                              high[0], high[1]);
}

vd_result vd_spot_of_map(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                         const vd_place *place, const vd_dem_info *info, vd_spot *out)
{
    double x = place->x, y = place->y;
    VD_TRY(change_crs(context, info, true, 1, &x, &y));
    const double *g = info->geotransform;
    double dx = x - g[0], dy = y - g[3], det = g[1] * g[5] - g[2] * g[4];
    *out = (vd_spot){(g[5] * dx - g[2] * dy) / det + 0.5, (g[1] * dy - g[4] * dx) / det + 0.5, 0.0};
    double away = hypot(out->column - 0.5 * (info->nx + 1), out->row - 0.5 * (info->ny + 1));
    if (away <= NEAR_DIAGONALS * hypot(info->nx, info->ny) && away < 1e9) return VD_OK;
    return refuse_place(context, settings, knob, info);
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
