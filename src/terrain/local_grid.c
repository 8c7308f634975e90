/* From degrees to metres.
 *
 * A view needs one metric for all of its rays, which cross the whole DEM. So a DEM in degrees is
 * resampled once: to a transverse Mercator projection about its middle, on the DEM's own datum.
 * That is conformal, so slopes keep their shape, true to scale along the middle meridian and larger
 * by x^2 / 2R^2 beside it: 0.1 % at 285 km, 0.4 % at the edge of ten degrees, which is as far as
 * this goes.
 *
 * The new grid is the largest upright rectangle between the four curved edges, so that no cell of
 * it lies outside, and has cells as large as the old ones (square, of the same area in the middle).
 * Heights are interpolated by cubic convolution (Keys 1981, a = -1/2, which reproduces parabolas);
 * a cell is valid if the nearest old one is. Places are transformed exactly at nodes and between
 * them linearly: nodes are at most 2 km apart, where a parallel bends by less than 0.1 m. */
#include "terrain/local_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/map_transform.h"

#define MOST_DEGREES 10.0
#define MOST_LATITUDE 84.0
#define EDGE_POINTS 129
#define NODE_CELLS 16
#define NODE_M 2000.0

/* West, south, east and north, in degrees. */
static void bounds_of(const vd_dem_info *info, double out[4])
{
    const double *g = info->geotransform, d = info->degrees_per_unit;
    out[0] = g[0] * d;
    out[1] = (g[3] + g[5] * info->ny) * d;
    out[2] = (g[0] + g[1] * info->nx) * d;
    out[3] = g[3] * d;
}

vd_result vd_local_grid_check(vd_context *context, const char *name, const vd_dem_info *info)
{
    double b[4];
    if (info->metric == VD_METRIC_CONSTANT) return VD_OK;
    bounds_of(info, b);
    double wide = b[2] - b[0], high = b[3] - b[1];
    if (wide > MOST_DEGREES || high > MOST_DEGREES)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: spans %.1f x %.1f degrees, and a view of ground in degrees takes %g at "
                       "most; cut a part out with gdal_translate -projwin, or warp it to a "
                       "projected CRS with gdalwarp -t_srs",
                       name, wide, high, MOST_DEGREES);
    if (fmax(fabs(b[1]), fabs(b[3])) > MOST_LATITUDE)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: reaches latitude %.1f, where a view needs a polar projection; warp it "
                       "with gdalwarp -t_srs EPSG:3413 (north) or EPSG:3031 (south)",
                       name, fabs(b[1]) > fabs(b[3]) ? b[1] : b[3]);
    return VD_OK;
}

/* ---- the new grid --------------------------------------------------------------------------- */

/** The rectangle between the edges: west, south, east, north in metres. */
static void inner_rectangle(vd_map_transform *transform, const vd_dem_info *old, double out[4])
{
    double x[EDGE_POINTS], y[EDGE_POINTS];
    const double *g = old->geotransform;
    out[0] = out[1] = -HUGE_VAL;
    out[2] = out[3] = HUGE_VAL;
    for (int edge = 0; edge < 4; edge++) {
        for (int i = 0; i < EDGE_POINTS; i++) {
            double t = (double)i / (EDGE_POINTS - 1);
            double column = edge == 0 ? 0.0 : edge == 2 ? old->nx : t * old->nx;
            double row = edge == 3 ? 0.0 : edge == 1 ? old->ny : t * old->ny;
            x[i] = g[0] + column * g[1];
            y[i] = g[3] + row * g[5];
        }
        vd_map_transform_points(transform, EDGE_POINTS, x, y);
        for (int i = 0; i < EDGE_POINTS; i++) {
            if (edge == 0) out[0] = fmax(out[0], x[i]);
            if (edge == 1) out[1] = fmax(out[1], y[i]);
            if (edge == 2) out[2] = fmin(out[2], x[i]);
            if (edge == 3) out[3] = fmin(out[3], y[i]);
        }
    }
}

static vd_result lay_out(vd_context *context, const char *name, const vd_dem_info *old,
                         vd_dem_info *info)
{
    vd_map_transform *transform = NULL;
    double b[4], metres[2], r[4];
    bounds_of(old, b);
    info->level_count = 1;
    info->has_geotransform = true;
    info->files = old->files;
    info->vertical_to_m = old->vertical_to_m;
    info->height_step_m = old->height_step_m;
    info->semi_major_m = old->semi_major_m;
    info->inverse_flattening = old->inverse_flattening;
    memcpy(info->vertical_unit, old->vertical_unit, sizeof(info->vertical_unit));
    snprintf(info->horizontal_unit, sizeof(info->horizontal_unit), "metre");
    snprintf(info->crs_name, sizeof(info->crs_name), "transverse Mercator about %.6g,%.6g",
             0.5 * (b[0] + b[2]), 0.5 * (b[1] + b[3]));
    VD_TRY(vd_strdup(context, old->wkt, &info->source_wkt));
    VD_TRY(vd_crs_local(context, old->wkt, info->crs_name, 0.5 * (b[1] + b[3]), 0.5 * (b[0] + b[2]),
                        &info->wkt));
    VD_TRY(vd_map_transform_create(context, old->wkt, info->wkt, &transform));
    inner_rectangle(transform, old, r);
    vd_map_transform_destroy(transform);
    vd_dem_metres_per_cell(old, 0.5 * (old->ny - 1), metres);
    double cell = sqrt(metres[0] * metres[1]);
    double nx = floor((r[2] - r[0]) / cell), ny = floor((r[3] - r[1]) / cell);
    if (!(nx >= 2.0 && ny >= 2.0))
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: its rectangle in degrees holds none in metres; warp it to a projected "
                       "CRS with gdalwarp -t_srs",
                       name);
    info->nx = (int)nx;
    info->ny = (int)ny;
    info->levels[0] = (vd_dem_level){info->nx, info->ny};
    /* What is left over, on both sides alike. */
    const double g[6] = {r[0] + 0.5 * (r[2] - r[0] - nx * cell), cell, 0.0,
                         r[3] - 0.5 * (r[3] - r[1] - ny * cell), 0.0,  -cell};
    memcpy(info->geotransform, g, sizeof(info->geotransform));
    info->metric = VD_METRIC_CONSTANT;
    info->to_grid[0] = 1.0 / cell;
    info->to_grid[3] = -1.0 / cell;
    return VD_OK;
}

/* ---- its heights ---------------------------------------------------------------------------- */

typedef struct warp_job {
    vd_context *context;
    const vd_dem *from;
    vd_dem *to;
    int step;                     /* cells between nodes */
    vd_map_transform **transform; /* one a thread */
} warp_job;

static void keys(double t, double w[4])
{
    double t2 = t * t, t3 = t2 * t;
    w[0] = -0.5 * t3 + t2 - 0.5 * t;
    w[1] = 1.5 * t3 - 2.5 * t2 + 1.0;
    w[2] = -1.5 * t3 + 2.0 * t2 + 0.5 * t;
    w[3] = 0.5 * t3 - 0.5 * t2;
}

static int clamped(double x, int most)
{
    return x < 0.0 ? 0 : x > most ? most : (int)x;
}

/** The height at padded grid coordinates. */
static float height_at(const vd_dem *dem, double column, double row)
{
    double wx[4], wy[4], height = 0.0;
    int i = clamped(floor(column), dem->info.nx), j = clamped(floor(row), dem->info.ny);
    keys(column - i, wx);
    keys(row - j, wy);
    for (int n = 0; n < 4; n++) {
        const float *posts = dem->posts + clamped(j - 1 + n, dem->info.ny + 1) * dem->stride;
        double sum = 0.0;
        for (int k = 0; k < 4; k++)
            sum += wx[k] * (double)posts[clamped(i - 1 + k, dem->info.nx + 1)];
        height += wy[n] * sum;
    }
    return (float)height;
}

static void set_cell(const warp_job *job, int column, int row, double x, double y)
{
    const vd_dem *from = job->from;
    const double *g = from->info.geotransform;
    double c = (x - g[0]) / g[1], r = (y - g[3]) / g[5];
    *vd_dem_post(job->to, column, row) = height_at(from, c + 0.5, r + 0.5);
    if (!from->valid) return;
    if (vd_dem_is_valid(from, clamped(c, from->info.nx - 1), clamped(r, from->info.ny - 1)))
        job->to->valid[row * job->to->valid_stride + (column >> 3)] |=
            (uint8_t)(1u << (column & 7));
}

/** A band of rows between two rows of nodes. */
static vd_result warp_band(void *state, int thread, int64_t band)
{
    const warp_job *job = state;
    const vd_dem_info *info = &job->to->info;
    const double *g = info->geotransform;
    int first = (int)band * job->step, nodes = info->nx / job->step + 2;
    int last = first + job->step < info->ny ? first + job->step : info->ny;
    void *memory;
    VD_TRY(vd_alloc(job->context, (size_t)nodes * 4, sizeof(double), "the warp's nodes", &memory));
    double *x[2] = {memory, x[0] + nodes}, *y[2] = {x[1] + nodes, y[0] + nodes};
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < nodes; i++) {
            x[k][i] = g[0] + (i * job->step + 0.5) * g[1];
            y[k][i] = g[3] + (first + k * job->step + 0.5) * g[5];
        }
        vd_map_transform_points(job->transform[thread], nodes, x[k], y[k]);
    }
    for (int row = first; row < last; row++) {
        double v = (double)(row - first) / job->step;
        for (int column = 0; column < info->nx; column++) {
            int i = column / job->step;
            double u = (double)(column % job->step) / job->step;
            double a[2], b[2];
            for (int k = 0; k < 2; k++) {
                a[k] = x[k][i] + u * (x[k][i + 1] - x[k][i]);
                b[k] = y[k][i] + u * (y[k][i + 1] - y[k][i]);
            }
            set_cell(job, column, row, a[0] + v * (a[1] - a[0]), b[0] + v * (b[1] - b[0]));
        }
    }
    free(memory);
    return VD_OK;
}

static vd_result fill_grid(vd_context *context, const vd_dem *from, int threads, vd_dem *to)
{
    const vd_dem_info *info = &to->info;
    int workers = vd_thread_count(threads);
    void *memory;
    VD_TRY(vd_alloc(context, vd_dem_post_count(info->nx, info->ny), sizeof(float),
                    "the warped heights", &memory));
    to->posts = memory;
    to->stride = (int64_t)info->nx + 2;
    to->valid_stride = ((int64_t)info->nx + 7) / 8;
    to->base_m = from->base_m;
    if (from->valid) {
        VD_TRY(vd_alloc(context, (size_t)to->valid_stride, (size_t)info->ny, "the warped mask",
                        &memory));
        to->valid = memory;
    }
    VD_TRY(vd_alloc(context, (size_t)workers, sizeof(vd_map_transform *), "transforms", &memory));
    warp_job job = {context, from, to, clamped(NODE_M * info->to_grid[0], NODE_CELLS), memory};
    if (job.step < 1) job.step = 1;
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < workers; i++)
        result = vd_map_transform_create(context, info->wkt, info->source_wkt, &job.transform[i]);
    vd_work work = {NULL, workers, (info->ny + job.step - 1) / job.step, warp_band, &job};
    if (result == VD_OK) result = vd_parallel(context, &work);
    for (int i = 0; i < workers; i++) vd_map_transform_destroy(job.transform[i]);
    free(job.transform);
    if (result != VD_OK) return result;
    for (int row = 0; to->valid && row < info->ny; row++)
        for (int i = 0; i < info->nx; i++) to->invalid_count += !vd_dem_is_valid(to, i, row);
    return vd_dem_add_ring(context, to, threads);
}

vd_result vd_dem_to_metres(vd_context *context, const char *name, int threads, vd_dem **dem)
{
    void *memory;
    if ((*dem)->info.metric == VD_METRIC_CONSTANT) return VD_OK;
    VD_TRY(vd_local_grid_check(context, name, &(*dem)->info));
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "a DEM's description", &memory));
    vd_dem *warped = memory;
    vd_result result = lay_out(context, name, &(*dem)->info, &warped->info);
    if (result == VD_OK) result = fill_grid(context, *dem, threads, warped);
    if (result != VD_OK) {
        vd_dem_destroy(warped);
        return result;
    }
    vd_message(context, VD_LEVEL_INFO, "%s: warped from degrees to %d x %d cells of %.4g m, %s",
               name, warped->info.nx, warped->info.ny, warped->info.geotransform[1],
               warped->info.crs_name);
    vd_dem_destroy(*dem);
    *dem = warped;
    return VD_OK;
}
