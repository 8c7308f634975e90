/* The bed under water whose surface the DEM has: of a raster of depths, or by a rule.
 *
 * The rule is a shelf: by distance x from the shore it sinks by s x at first and levels out in
 * depth D, as D (1 - e^(-s x / D)). It never raises what the DEM has deeper. */
#include <math.h>
#include <stdlib.h>

#include "base/vmath.h"
#include "terrain/map_transform.h"
#include "terrain/water_parts.h"

/* Least depth under marked cells, so that they are water. */
#define LEAST_DEPTH_M 0.02

/* A raster of the bed's heights. */
typedef struct bed_raster {
    vd_dem *dem;
    vd_map_transform *transform; /* from the DEM's CRS to its own; NULL: the same */
    double *x, *y;               /* a row's places */
    int64_t used;
} bed_raster;

static void close_raster(bed_raster *bed)
{
    vd_dem_destroy(bed->dem);
    vd_map_transform_destroy(bed->transform);
    free(bed->x);
}

static vd_result open_raster(const vd_water_work *work, bed_raster *bed)
{
    const vd_dem_info *info = &work->dem->info;
    vd_dem_options options = {
        .path = work->options->bathymetry, .band = 1, .threads = work->options->threads};
    void *memory;
    VD_TRY(vd_dem_load(work->context, &options, &bed->dem));
    const char *own = bed->dem->info.wkt;
    if (info->wkt && own && !vd_crs_is_same(info->wkt, own))
        VD_TRY(vd_map_transform_create(work->context, info->wkt, own, &bed->transform));
    VD_TRY(
        vd_alloc(work->context, (size_t)info->nx, 2 * sizeof(double), "a row of depths", &memory));
    bed->x = memory;
    bed->y = bed->x + info->nx;
    return VD_OK;
}

/** The bed's height at padded coordinates of its raster; false where it has none. */
static bool sample(const vd_dem *bed, double column, double row, double *out)
{
    if (!(column >= 0.5 && row >= 0.5 && column <= bed->info.nx + 0.5 && row <= bed->info.ny + 0.5))
        return false;
    int i = (int)column, j = (int)row;
    i = i > bed->info.nx ? bed->info.nx : i;
    j = j > bed->info.ny ? bed->info.ny : j;
    int nearest_i = (int)(column - 0.5), nearest_j = (int)(row - 0.5);
    nearest_i = nearest_i >= bed->info.nx ? bed->info.nx - 1 : nearest_i;
    nearest_j = nearest_j >= bed->info.ny ? bed->info.ny - 1 : nearest_j;
    if (!vd_dem_is_valid(bed, nearest_i, nearest_j)) return false;
    const float *post = bed->posts + j * bed->stride + i;
    double u = column - i, v = row - j;
    double near = (double)post[0] * (1.0 - u) + (double)post[1] * u;
    double far = (double)post[bed->stride] * (1.0 - u) + (double)post[bed->stride + 1] * u;
    *out = near * (1.0 - v) + far * v + bed->base_m;
    return true;
}

/** The places of a row's cells on the raster of the bed, in padded coordinates. */
static void place_row(const vd_water_work *work, bed_raster *bed, int row)
{
    const vd_dem_info *info = &work->dem->info;
    const double *g = info->geotransform, *b = bed->dem->info.geotransform;
    const double det = b[1] * b[5] - b[2] * b[4];
    for (int i = 0; i < info->nx; i++) {
        bed->x[i] = g[0] + (i + 0.5) * g[1] + (row + 0.5) * g[2];
        bed->y[i] = g[3] + (i + 0.5) * g[4] + (row + 0.5) * g[5];
    }
    if (bed->transform) vd_map_transform_points(bed->transform, info->nx, bed->x, bed->y);
    for (int i = 0; i < info->nx; i++) {
        double dx = bed->x[i] - b[0], dy = bed->y[i] - b[3];
        bed->x[i] = (b[5] * dx - b[2] * dy) / det + 0.5;
        bed->y[i] = (b[1] * dy - b[4] * dx) / det + 0.5;
    }
}

static double shelf(const vd_water_options *o, double distance)
{
    return o->bed_depth_m * (1.0 - vd_exp(-o->bed_slope * distance / o->bed_depth_m));
}

static void lower_row(vd_water_work *work, const float *distance, bed_raster *bed, int row)
{
    const int nx = work->dem->info.nx;
    const double base = work->dem->base_m;
    for (int x = 0; x < nx; x++) {
        int mark = work->marks[(int64_t)row * nx + x];
        float *post = vd_dem_post(work->dem, x, row);
        double height;
        if (!mark || mark == work->map->dry) continue;
        double level = work->map->level_m[mark == VD_WATER_SEA ? 0 : mark];
        double lower = fmin((double)*post,
                            level - shelf(work->options, (double)distance[(int64_t)row * nx + x]));
        if (bed->dem && sample(bed->dem, bed->x[x], bed->y[x], &height)) {
            lower = height - base;
            bed->used++;
        }
        *post = (float)fmin(lower, level - LEAST_DEPTH_M);
    }
}

vd_result vd_water_lower_bed(vd_water_work *work, const float *distance)
{
    bed_raster bed = {0};
    vd_result result = VD_OK;
    if (work->options->bathymetry) result = open_raster(work, &bed);
    for (int row = 0; result == VD_OK && row < work->dem->info.ny; row++) {
        if (bed.dem) place_row(work, &bed, row);
        lower_row(work, distance, &bed, row);
    }
    if (result == VD_OK && bed.dem && bed.used == 0)
        result = vd_fail(work->context, VD_ERR_SETTING,
                         "--water-bathymetry: %s has no data under the water that the DEM has as "
                         "level; check its place and CRS",
                         work->options->bathymetry);
    close_raster(&bed);
    return result;
}
