/* A drape, from GDAL's samples to textures.
 *
 * Texels lie on the DEM's grid, so many a cell or so many cells a texel, about one to a pixel of
 * the picture where it is shown, and coarse ones elsewhere, which only bounced light sees. So a
 * small part of a large DEM costs a small texture, whatever the size of the drape.
 *
 * Who is resampled how. A drape that is coarser than the texels is interpolated, and then needs no
 * more than two texels to its pixel. One that is finer is averaged: by GDAL down to a grid of
 * fold x fold samples a texel, and from there here, weighted by their masks, since GDAL's average
 * takes a sample for whole that is masked in part. All of it is done in linear light. Classes
 * (palettes, or by request) are never interpolated but sampled four times or more a side of a
 * texel, which puts their edges right to an eighth of it.
 *
 * Texels are bytes, as sRGB encodes them, with a byte of mask. Nothing here depends on memory or
 * the number of threads; GDAL and PROJ of other versions may differ in the last step of a byte. */
#include "terrain/drape.h"

#include <math.h>
#include <stdlib.h>

#include "terrain/drape_parts.h"
#include "terrain/srgb.h"

/* A gigabyte: 16,000 texels a side. */
#define TEXELS_MAX ((double)(1 << 28))
/* Of the level for what is not shown. */
#define COARSE_TEXELS_A_SIDE 1024
/* Cells around the part shown that keep its texels, beside what a pixel filter reaches. */
#define MARGIN_CELLS 16
#define FILTER_RADIUS_PX 4
#define STRIP_BYTES ((size_t)64 << 20)

typedef struct strip_job {
    const vd_drape_coding *coding;
    const float *samples;
    uint8_t *texels; /* of the strip's first row */
    int width, fold;
} strip_job;

void vd_drape_decoding(float linear[256])
{
    for (int i = 0; i < 256; i++) linear[i] = vd_srgb_decode((float)i / 255.0f);
}

static int at_least(int x, int least)
{
    return x < least ? least : x;
}

static int at_most(int x, int most)
{
    return x > most ? most : x;
}

/* ---- the layout ---------------------------------------------------------------------------- */

/** Sets a level's texels to so many a cell, or to so many cells each. */
static void set_scale(vdk_texture *t, int texels_per_cell, int cells_per_texel)
{
    t->texels_per_cell = texels_per_cell;
    t->cells_per_texel = cells_per_texel;
    t->width = (t->columns - 1) / cells_per_texel * texels_per_cell + texels_per_cell;
    t->height = (t->rows - 1) / cells_per_texel * texels_per_cell + texels_per_cell;
}

static double texel_count(const vdk_texture *t)
{
    return (double)t->width * (double)t->height;
}

/** The scale that has at least so many texels a cell, or as many as there is room for. */
static void choose_scale(vd_context *context, const char *path, double wanted, vdk_texture *t)
{
    const double slack = 1.0e-6;
    if (wanted > 1.0 + slack)
        set_scale(t, (int)ceil(wanted - slack), 1);
    else
        set_scale(t, 1, at_least((int)floor(1.0 / wanted + slack), 1));
    if (texel_count(t) <= TEXELS_MAX) return;
    while (texel_count(t) > TEXELS_MAX) {
        if (t->texels_per_cell > 1)
            set_scale(t, t->texels_per_cell - 1, 1);
        else
            set_scale(t, 1, t->cells_per_texel + 1);
    }
    vd_message(context, VD_LEVEL_INFO,
               "%s: is laid out in %d x %d texels, which is all there is room for; for finer ones "
               "show parts by --srcwin",
               path, t->width, t->height);
}

int vd_drape_lay_out(vd_context *context, const char *path, double wanted, const vd_dem_info *dem,
                     const vd_drape_window *window, vdk_texture level[VDK_DRAPE_LEVELS])
{
    vdk_texture *fine = &level[0], *coarse = &level[1];
    int margin = MARGIN_CELLS + (int)ceil(FILTER_RADIUS_PX / window->pixels_per_cell);
    int right = at_most(window->column + window->columns + margin, dem->nx);
    int bottom = at_most(window->row + window->rows + margin, dem->ny);
    fine->column = at_least(window->column - margin, 0);
    fine->row = at_least(window->row - margin, 0);
    fine->columns = right - fine->column;
    fine->rows = bottom - fine->row;
    choose_scale(context, path, wanted, fine);
    if (fine->columns == dem->nx && fine->rows == dem->ny) return 1;
    coarse->columns = dem->nx;
    coarse->rows = dem->ny;
    int side = at_least(dem->nx, dem->ny);
    set_scale(coarse, 1, (side + COARSE_TEXELS_A_SIDE - 1) / COARSE_TEXELS_A_SIDE);
    return 2;
}

static void lay_out(vd_context *context, const vd_drape_options *options,
                    const vd_drape_source *source, const vd_dem_info *dem,
                    const vd_drape_window *window, vd_drape *drape)
{
    double wanted = window->pixels_per_cell;
    double useful = 2.0 * vd_drape_source_density(source);
    bool interpolated =
        options->resampling != VD_DRAPE_NEAREST && !vd_drape_source_coding(source)->entry;
    if (interpolated && useful < wanted) wanted = useful;
    drape->levels = vd_drape_lay_out(context, options->path, wanted, dem, window, drape->level);
}

/* ---- texels -------------------------------------------------------------------------------- */

static uint8_t to_byte(float x)
{
    return (uint8_t)(255.0f * vdk_clamp(x, 0.0f, 1.0f) + 0.5f);
}

/** The mean of a texel's samples. */
static void make_texel(const strip_job *job, int64_t row, int64_t column, uint8_t *texel)
{
    int floats = vd_drape_sample_floats(job->coding);
    int64_t stride = (int64_t)job->width * job->fold * floats;
    const float *first = job->samples + row * job->fold * stride + column * job->fold * floats;
    float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int j = 0; j < job->fold; j++)
        for (int i = 0; i < job->fold; i++) {
            float rgba[4];
            vd_drape_decode(job->coding, first + j * stride + (int64_t)i * floats, rgba);
            for (int c = 0; c < 3; c++) sum[c] += rgba[c] * rgba[3];
            sum[3] += rgba[3];
        }
    if (!(sum[3] > 0.0f)) return; /* texels come zeroed */
    for (int c = 0; c < 3; c++) texel[c] = to_byte(vd_srgb_encode(sum[c] / sum[3]));
    texel[3] = to_byte(sum[3] / (float)(job->fold * job->fold));
}

static vd_result make_row(void *state, int thread, int64_t row)
{
    const strip_job *job = state;
    (void)thread;
    for (int64_t i = 0; i < job->width; i++)
        make_texel(job, row, i, job->texels + 4 * (row * job->width + i));
    return VD_OK;
}

/** Samples a side of a texel, and GDAL's way to make them. Bounced light alone needs few. */
static int choose_fold(const vd_drape_options *options, const vd_drape_source *source, double step,
                       bool is_shown, const char **method)
{
    double pixels = vd_drape_source_density(source) * step; /* of the drape, a side of a texel */
    if (options->resampling == VD_DRAPE_NEAREST || vd_drape_source_coding(source)->entry) {
        *method = "near";
        return !is_shown ? 2 : pixels > 4.0 ? (int)ceil(fmin(pixels, 8.0)) : 4;
    }
    int fold = !is_shown || pixels < 1.05 ? 1 : pixels < 2.0 ? 2 : (int)fmin(pixels, 4.0);
    bool finer = pixels > 1.05 * fold;
    *method = options->resampling == VD_DRAPE_CUBIC ? "cubic" : finer ? "average" : "bilinear";
    return fold;
}

static vd_result fill_level(vd_context *context, const vd_drape_options *options,
                            vd_drape_source *source, const vdk_texture *t, bool is_shown,
                            uint8_t *texels)
{
    void *memory = NULL;
    strip_job job = {.coding = vd_drape_source_coding(source), .width = t->width};
    vd_drape_grid grid = {.column = t->column};
    double step = (double)t->cells_per_texel / t->texels_per_cell;
    job.fold = choose_fold(options, source, step, is_shown, &grid.method);
    grid.step = step / job.fold;
    grid.width = t->width * job.fold;
    size_t line = (size_t)grid.width * (size_t)job.fold *
                  (size_t)vd_drape_sample_floats(job.coding) * sizeof(float);
    int strip = at_least((int)(STRIP_BYTES / line), 1);
    vd_result result = VD_OK;
    for (int row = 0; result == VD_OK && row < t->height; row += strip) {
        int rows = at_most(strip, t->height - row);
        result = vd_progress(context, "drape", (double)row / t->height);
        if (result == VD_OK)
            result = vd_alloc(context, (size_t)rows, line, "a strip of the drape", &memory);
        if (result != VD_OK) break;
        grid.row = t->row + row * step;
        grid.height = rows * job.fold;
        job.samples = memory;
        job.texels = texels + 4 * (int64_t)row * t->width;
        result = vd_drape_source_warp(context, source, &grid, memory);
        vd_work work = {NULL, options->threads, rows, make_row, &job};
        if (result == VD_OK) result = vd_parallel(context, &work);
        free(memory);
    }
    return result;
}

/* ---- the drape ----------------------------------------------------------------------------- */

vd_result vd_drape_probe(vd_context *context, const vd_drape_options *options,
                         const vd_dem_info *dem, const vd_drape_window *window, double *bytes)
{
    vd_drape drape = {0};
    vd_drape_source *source = NULL;
    VD_TRY(vd_drape_source_open(context, options, dem, window, &source));
    lay_out(context, options, source, dem, window, &drape);
    vd_drape_source_close(source);
    if (bytes) *bytes = 4.0 * (texel_count(&drape.level[0]) + texel_count(&drape.level[1]));
    return VD_OK;
}

static bool shows_anything(const vd_drape *drape)
{
    int64_t count = (int64_t)drape->level[0].width * drape->level[0].height;
    for (int64_t i = 0; i < count; i++)
        if (drape->texels[0][4 * i + 3] > 0) return true;
    return false;
}

static vd_result fill(vd_context *context, const vd_drape_options *options, const vd_dem_info *dem,
                      const vd_drape_window *window, vd_drape *drape)
{
    vd_drape_source *source = NULL;
    void *memory;
    VD_TRY(vd_drape_source_open(context, options, dem, window, &source));
    lay_out(context, options, source, dem, window, drape);
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < drape->levels; i++) {
        vdk_texture *t = &drape->level[i];
        result = vd_alloc(context, (size_t)t->width * (size_t)t->height, 4, "the drape", &memory);
        t->texels = drape->texels[i] = memory;
        if (result == VD_OK)
            result = fill_level(context, options, source, t, i == 0, drape->texels[i]);
    }
    if (result == VD_OK) result = vd_progress(context, "drape", 1.0);
    if (result == VD_OK) vd_drape_source_report(context, source);
    vd_drape_source_close(source);
    if (result == VD_OK && !shows_anything(drape))
        result = vd_fail(context, VD_ERR_FORMAT,
                         "%s: has no data in the part shown; show another by --bbox, or check its "
                         "NODATA and its CRS with gdalinfo",
                         options->path);
    return result;
}

vd_result vd_drape_load(vd_context *context, const vd_drape_options *options,
                        const vd_dem_info *dem, const vd_drape_window *window, vd_drape **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_drape), "the drape", &memory));
    vd_drape *drape = memory;
    vd_result result = fill(context, options, dem, window, drape);
    if (result != VD_OK) {
        vd_drape_destroy(drape);
        return result;
    }
    *out = drape;
    return VD_OK;
}

void vd_drape_destroy(vd_drape *drape)
{
    if (!drape) return;
    for (int i = 0; i < VDK_DRAPE_LEVELS; i++) free(drape->texels[i]);
    free(drape);
}
