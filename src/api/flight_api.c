/* From the knobs of group flight to a way over the ground (animation/flight.h). The DEM is read for
 * that by itself, of an overview where it has one that is as fine as the smoothing needs. */
#include <math.h>
#include <stdlib.h>

#include "animation/flight.h"
#include "api/api.h"
#include "terrain/map_transform.h"
#include "terrain/vector_lines.h"

/* So many cells to the smoothing's length are enough. */
#define CELLS 16.0

/** Between four posts; beyond the raster that of its edge. */
static double ground(void *state, double x, double y)
{
    const vd_dem *dem = state;
    const vd_dem_info *info = &dem->info;
    const double *g = info->geotransform;
    double det = g[1] * g[5] - g[2] * g[4], dx = x - g[0], dy = y - g[3];
    double column = fmin(fmax((g[5] * dx - g[2] * dy) / det + 0.5, 0.0), info->nx + 1.0);
    double row = fmin(fmax((g[1] * dy - g[4] * dx) / det + 0.5, 0.0), info->ny + 1.0);
    int i = (int)fmin(column, info->nx), j = (int)fmin(row, info->ny);
    double u = column - i, v = row - j;
    const float *at = dem->posts + j * dem->stride + i, *below = at + dem->stride;
    double upper = (double)at[0] + u * ((double)at[1] - (double)at[0]);
    double lower = (double)below[0] + u * ((double)below[1] - (double)below[0]);
    return dem->base_m + upper + v * (lower - upper);
}

/** Puts the line into the DEM's CRS. */
static vd_result transform(vd_context *context, const vd_settings *s, const vd_dem_info *info,
                           vd_line *line)
{
    vd_map_transform *way = NULL;
    const double *g = info->geotransform;
    double det = g[1] * g[5] - g[2] * g[4];
    int inside = 0;
    if (line->wkt && info->wkt)
        VD_TRY(vd_map_transform_create(context, line->wkt, info->wkt, &way));
    if (way) vd_map_transform_points(way, line->count, line->x, line->y);
    vd_map_transform_destroy(way);
    for (int i = 0; i < line->count; i++) {
        double dx = line->x[i] - g[0], dy = line->y[i] - g[3];
        double column = (g[5] * dx - g[2] * dy) / det, row = (g[1] * dy - g[4] * dx) / det;
        if (!isfinite(column) || !isfinite(row))
            return vd_settings_refuse(context, s, VD_KNOB_FLIGHT_PATH,
                                      "point %d of %s has no place in the DEM's CRS", i + 1,
                                      s->flight_path);
        inside += column >= 0.0 && row >= 0.0 && column <= info->nx && row <= info->ny;
    }
    if (inside > 0) return VD_OK;
    return vd_settings_refuse(context, s, VD_KNOB_FLIGHT_PATH, "no point of %s is over the DEM",
                              s->flight_path);
}

static vd_result fly(vd_context *context, const vd_settings *s, const vd_line *line,
                     const double scale[2], vd_dem *dem, vd_flight **out)
{
    const vd_flight_plan plan = {
        .count = line->count,
        .x = line->x,
        .y = line->y,
        .scale = {scale[0], scale[1]},
        .smoothing_m = s->flight_smoothing,
        .height = s->flight_height / s->terrain_z_factor,
        .state = dem,
        .ground = ground,
    };
    return vd_flight_create(context, &plan, out);
}

vd_result vd_flight_load(vd_context *context, const vd_settings *s, const double scale[2],
                         vd_flight **out)
{
    vd_line line;
    vd_dem_info info = {0};
    vd_dem *dem = NULL;
    double cell[2];
    vd_dem_options options = vd_scene_dem_options(s);
    *out = NULL;
    if (!s->flight_path || s->dem_path.count == 0) return VD_OK;
    options.in_metres = false;
    VD_TRY(vd_line_read(context, s->flight_path, s->flight_layer, "--flight-layer", &line));
    if (line.others > 0)
        vd_message(context, VD_LEVEL_WARNING, "%s: holds %d lines; the longest one is flown along",
                   s->flight_path, line.others + 1);
    vd_result result = vd_dem_probe(context, &options, &info);
    if (result == VD_OK && !info.has_geotransform)
        result = vd_settings_refuse(context, s, VD_KNOB_FLIGHT_PATH,
                                    "has no use with a DEM that lies nowhere on the map; "
                                    "georeference it, or give keyframes of camera.eye");
    if (result == VD_OK) result = transform(context, s, &info, &line);
    if (result == VD_OK) {
        vd_dem_metres_per_cell(&info, 0.5 * info.ny, cell);
        options.level =
            vd_dem_choose_level(&info, fmax(s->flight_smoothing / CELLS / cell[0], 1.0));
        result = vd_dem_load(context, &options, &dem);
    }
    if (result == VD_OK) result = fly(context, s, &line, scale, dem, out);
    vd_dem_destroy(dem);
    vd_dem_info_clear(&info);
    vd_line_clear(&line);
    return result;
}
