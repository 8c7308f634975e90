/* A DEM from file to finished grid: read by strips, masked, smoothed, filled, ringed.
 *
 * Heights keep a float's precision by being stored relative to one whole number of metres near
 * them, subtracted in double: a lidar tile at 4,000 m or a bathymetry whose integers start at -2^31
 * loses nothing. That base is the first valid height in the order of the grid's rows, which no
 * strip size or file layout changes, and neither does a raster stored south up.
 *
 * The order matters: smoothing sees measured heights only, filling sees them as smoothed, and the
 * ring continues whatever stands at the edge. The peak of memory is the posts plus a strip, or,
 * where there is NODATA, plus what fill.c needs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"

/* Undeclared fill values (-3.4e38 is common) lie far beyond any height of any body, in metres. */
#define HEIGHT_LIMIT_M 1e7

typedef struct reader {
    vd_dem *dem;
    bool has_base;
    int64_t absurd; /* cells beyond HEIGHT_LIMIT_M */
} reader;

void vd_dem_info_clear(vd_dem_info *info)
{
    if (!info) return;
    free(info->wkt);
    memset(info, 0, sizeof *info);
}

void vd_dem_destroy(vd_dem *dem)
{
    if (!dem) return;
    vd_dem_info_clear(&dem->info);
    free(dem->posts);
    free(dem->valid);
    free(dem);
}

static vd_result open_raster(vd_context *context, const vd_dem_options *options, vd_dem_info *info,
                             vd_raster **raster)
{
    vd_raster_crs crs;
    VD_TRY(vd_raster_open(context, options, info, &crs, raster));
    vd_result result = vd_metric_derive(context, options, &crs, info);
    if (result != VD_OK) {
        vd_raster_close(*raster);
        *raster = NULL;
        vd_dem_info_clear(info);
    }
    return result;
}

vd_result vd_dem_probe(vd_context *context, const vd_dem_options *options, vd_dem_info *out)
{
    vd_raster *raster = NULL;
    VD_TRY(open_raster(context, options, out, &raster));
    vd_raster_close(raster);
    return VD_OK;
}

/* ---- reading ------------------------------------------------------------------------------- */

static vd_result mark_invalid(vd_context *context, vd_dem *dem, int column, int row)
{
    if (!dem->valid) {
        void *memory = NULL;
        size_t bytes = (size_t)dem->valid_stride * (size_t)dem->info.ny;
        VD_TRY(vd_alloc(context, bytes, 1, "the NODATA mask", &memory));
        memset(memory, 0xff, bytes);
        dem->valid = memory;
    }
    dem->valid[row * dem->valid_stride + (column >> 3)] &= (uint8_t) ~(1u << (column & 7));
    dem->invalid_count++;
    return VD_OK;
}

static vd_result store_row(vd_context *context, reader *state, int row, const double *values,
                           const uint8_t *valid)
{
    vd_dem *dem = state->dem;
    float *post = vd_dem_post(dem, 0, row);
    double to_m = dem->info.vertical_to_m;
    for (int i = 0; i < dem->info.nx; i++) {
        double metres = values[i] * to_m;
        bool sane = fabs(metres) <= HEIGHT_LIMIT_M;
        if (!valid[i] || !sane) {
            if (valid[i]) state->absurd++;
            VD_TRY(mark_invalid(context, dem, i, row));
            continue;
        }
        if (!state->has_base) {
            state->has_base = true;
            dem->base_m = floor(metres + 0.5);
        }
        post[i] = (float)(metres - dem->base_m);
    }
    return VD_OK;
}

static vd_result read_strips(vd_context *context, reader *state, vd_raster *raster, double *values,
                             uint8_t *valid)
{
    const vd_dem_info *info = &state->dem->info;
    int height = vd_raster_strip_rows(raster);
    int strips = (info->ny + height - 1) / height;
    for (int s = 0; s < strips; s++) {
        VD_TRY(vd_progress(context, "read", (double)s / strips));
        int first = (info->flipped ? strips - 1 - s : s) * height;
        int rows = info->ny - first < height ? info->ny - first : height;
        VD_TRY(vd_raster_read(context, raster, first, rows, values, valid));
        for (int r = 0; r < rows; r++) {
            int in_strip = info->flipped ? rows - 1 - r : r;
            int64_t offset = (int64_t)in_strip * info->nx;
            int row = info->flipped ? info->ny - 1 - (first + in_strip) : first + r;
            VD_TRY(store_row(context, state, row, values + offset, valid + offset));
        }
    }
    return vd_progress(context, "read", 1.0);
}

static vd_result read_heights(vd_context *context, const char *path, vd_dem *dem, vd_raster *raster)
{
    reader state = {.dem = dem};
    void *values = NULL, *valid = NULL;
    size_t cells = (size_t)dem->info.nx * (size_t)vd_raster_strip_rows(raster);
    vd_result result = vd_alloc(context, cells, sizeof(double), "a strip of the DEM", &values);
    if (result == VD_OK) result = vd_alloc(context, cells, 1, "a strip of the mask", &valid);
    if (result == VD_OK) result = read_strips(context, &state, raster, values, valid);
    free(values);
    free(valid);
    if (result != VD_OK) return result;
    if (state.absurd > 0)
        vd_message(
            context, VD_LEVEL_WARNING,
            "%s: %lld cells hold values beyond 10,000 km; taken as NODATA (gdal_edit -a_nodata "
            "declares them)",
            path, (long long)state.absurd);
    if (!state.has_base)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has no valid height, all its cells are NODATA or beyond 10,000 km; "
                       "check --band and the "
                       "file's NODATA value",
                       path);
    return VD_OK;
}

/* ---- the ring and the range ---------------------------------------------------------------- */

/* Rows first, then columns with the ring's own ends, which makes the corners bilinear. */
static void add_ring(vd_dem *dem)
{
    int nx = dem->info.nx, ny = dem->info.ny;
    for (int row = 0; row < ny; row++) {
        float *post = vd_dem_post(dem, 0, row);
        post[-1] = 2.0f * post[0] - post[1];
        post[nx] = 2.0f * post[nx - 1] - post[nx - 2];
    }
    float *top = dem->posts;
    float *bottom = dem->posts + (ny + 1) * dem->stride;
    for (int i = 0; i < nx + 2; i++) {
        top[i] = 2.0f * top[dem->stride + i] - top[2 * dem->stride + i];
        bottom[i] = 2.0f * bottom[i - dem->stride] - bottom[i - 2 * dem->stride];
    }
}

static void find_range(vd_dem *dem)
{
    int64_t count = dem->stride * (dem->info.ny + 2);
    dem->min = dem->max = dem->posts[0];
    for (int64_t i = 1; i < count; i++) {
        float h = dem->posts[i];
        dem->min = h < dem->min ? h : dem->min;
        dem->max = h > dem->max ? h : dem->max;
    }
    dem->valid_min = dem->max;
    dem->valid_max = dem->min;
    for (int row = 0; row < dem->info.ny; row++) {
        const float *post = vd_dem_post(dem, 0, row);
        for (int i = 0; i < dem->info.nx; i++) {
            if (!vd_dem_is_valid(dem, i, row)) continue;
            dem->valid_min = post[i] < dem->valid_min ? post[i] : dem->valid_min;
            dem->valid_max = post[i] > dem->valid_max ? post[i] : dem->valid_max;
        }
    }
}

vd_result vd_dem_load(vd_context *context, const vd_dem_options *options, vd_dem **out)
{
    *out = NULL;
    void *memory = NULL;
    vd_raster *raster = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "a DEM's description", &memory));
    vd_dem *dem = memory;
    vd_result result = open_raster(context, options, &dem->info, &raster);
    if (result != VD_OK) goto cleanup;

    dem->stride = (int64_t)dem->info.nx + 2;
    dem->valid_stride = ((int64_t)dem->info.nx + 7) / 8;
    result = vd_alloc(context, (size_t)dem->stride * ((size_t)dem->info.ny + 2), sizeof(float),
                      "the heights", &memory);
    if (result != VD_OK) goto cleanup;
    dem->posts = memory;
    result = read_heights(context, options->path, dem, raster);
    if (result != VD_OK) goto cleanup;

    if (options->smooth_m > 0.0) {
        result = vd_dem_smooth(context, dem, options->smooth_m, options->threads);
        if (result != VD_OK) goto cleanup;
    }
    result = vd_dem_fill(context, dem, options->threads);
    if (result != VD_OK) goto cleanup;
    add_ring(dem);
    find_range(dem);

cleanup:
    vd_raster_close(raster);
    if (result != VD_OK) {
        vd_dem_destroy(dem);
        dem = NULL;
    }
    *out = dem;
    return result;
}
