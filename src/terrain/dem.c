/* A DEM from files to finished grid: read, masked, smoothed, filled, ringed.
 *
 * The order matters: smoothing sees measured heights only, filling sees them as smoothed, and the
 * ring continues whatever stands at the edge. The peak of memory is the posts plus a strip, or,
 * where there is NODATA, plus what fill.c needs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "terrain/dem_parts.h"
#include "terrain/local_grid.h"

/* Cells of an overview that a pixel must span along each axis. Shading is not linear in heights:
 * what an overview has averaged away no longer shades. On 30 m and 1 m terrain with averaged
 * overviews, pictures at four cells a pixel differ from those of the full grid by 0.2 to 0.5 % of
 * white (RMS, noise taken out), at two by 0.6 to 1.7 %, at one by up to 3.6 %. */
#define CELLS_TO_KEEP 4.0
/* More than this from the lowest to the highest is no land with cells that small. */
#define CELLS_OF_RELIEF 1000.0
/* Where heights are no ground. */
#define DEEPEST_M (-20000.0)

void vd_dem_info_clear(vd_dem_info *info)
{
    if (!info) return;
    free(info->wkt);
    free(info->source_wkt);
    free(info->sources);
    memset(info, 0, sizeof *info);
}

void vd_dem_destroy(vd_dem *dem)
{
    if (!dem) return;
    vd_dem_info_clear(&dem->info);
    if (dem->map) {
        munmap(dem->map, dem->map_bytes);
    } else {
        free(dem->posts);
        free(dem->valid);
    }
    free(dem);
}

vd_result vd_dem_probe(vd_context *context, const vd_dem_options *options, vd_dem_info *out)
{
    vd_mosaic mosaic;
    VD_TRY(vd_mosaic_open(context, options, out, &mosaic));
    vd_result result = options->in_metres ? vd_local_grid_check(context, mosaic.name, out) : VD_OK;
    vd_mosaic_clear(&mosaic);
    return result;
}

int vd_dem_choose_level(const vd_dem_info *info, double cells_per_pixel)
{
    int chosen = 0;
    for (int i = 1; i < info->level_count; i++) {
        double x = (double)info->levels[0].nx / info->levels[i].nx;
        double y = (double)info->levels[0].ny / info->levels[i].ny;
        if (CELLS_TO_KEEP * fmax(x, y) <= cells_per_pixel) chosen = i;
    }
    return chosen;
}

/* ---- what looks wrong ----------------------------------------------------------------------- */

/* What fills gaps by old custom, where nobody says that it is NODATA. No ground of the larger
 * bodies lies lower than 20 km, unless all of it is counted from elsewhere. Seen of heights as they
 * come only: smoothing blurs them. */
static void warn_of_fill(vd_context *context, const vd_dem *dem, const vd_mosaic *mosaic)
{
    static const double customary[] = {-32768.0, -32767.0, -9999.0, -99999.0};
    double to_m = mosaic->tiles[0].vertical_to_m;
    double lowest_m = dem->base_m + (double)dem->valid_min, lowest = lowest_m / to_m;
    bool looks_so = lowest_m < DEEPEST_M && dem->base_m + (double)dem->valid_max > DEEPEST_M;
    for (size_t i = 0; i < sizeof customary / sizeof customary[0]; i++)
        looks_so |= fabs(lowest - customary[i]) < 1e-2;
    if (!looks_so) return;
    int64_t cells = 0;
    for (int row = 0; row < dem->info.ny; row++)
        for (int i = 0; i < dem->info.nx; i++)
            cells += *vd_dem_post(dem, i, row) <= dem->valid_min && vd_dem_is_valid(dem, i, row);
    vd_message(context, VD_LEVEL_WARNING,
               "%s: its lowest height, %.7g in %lld cell%s, looks like a filling and is lit as "
               "ground; if there is none, declare it by gdal_edit.py -a_nodata %.7g",
               mosaic->name, lowest, (long long)cells, cells == 1 ? "" : "s", lowest);
}

/* Degrees under a projected CRS whose cells are large enough to be taken for metres: the land is
 * then a needle. */
static void warn_of_needles(vd_context *context, const vd_dem *dem, const char *name)
{
    const vd_dem_info *info = &dem->info;
    double metres[2];
    if (!info->wkt || info->metric != VD_METRIC_CONSTANT || !vd_metric_looks_like_degrees(info))
        return;
    vd_dem_metres_per_cell(info, 0.0, metres);
    if ((double)(dem->valid_max - dem->valid_min) > CELLS_OF_RELIEF * fmax(metres[0], metres[1]))
        vd_metric_warn_of_degrees(context, name, info);
}

vd_result vd_dem_load(vd_context *context, const vd_dem_options *options, vd_dem **out)
{
    *out = NULL;
    void *memory = NULL;
    vd_mosaic mosaic = {0};
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "a DEM's description", &memory));
    vd_dem *dem = memory;
    vd_result result = vd_mosaic_open(context, options, &dem->info, &mosaic);
    if (result != VD_OK) goto cleanup;

    const vd_dem_info *info = &dem->info;
    dem->stride = (int64_t)info->nx + 2;
    dem->valid_stride = ((int64_t)info->nx + 7) / 8;
    result = vd_alloc(context, vd_dem_post_count(info->nx, info->ny), sizeof(float), "the heights",
                      &memory);
    if (result != VD_OK) goto cleanup;
    dem->posts = memory;
    result = vd_dem_read_heights(context, options, &mosaic, dem);
    if (result != VD_OK) goto cleanup;

    if (options->smooth_m > 0.0) {
        result = vd_dem_smooth(context, dem, options->smooth_m, options->threads);
        if (result != VD_OK) goto cleanup;
    }
    if (options->fill_nodata != 0)
        result = vd_dem_close_voids(context, dem, options->fill_nodata,
                                    (double)info->levels[0].nx / info->nx,
                                    (double)info->levels[0].ny / info->ny, options->threads);
    else
        result = vd_dem_fill(context, dem, options->threads);
    if (result != VD_OK) goto cleanup;
    result = vd_dem_add_ring(context, dem, options->threads);
    if (result != VD_OK) goto cleanup;
    if (!(options->smooth_m > 0.0)) warn_of_fill(context, dem, &mosaic);
    warn_of_needles(context, dem, mosaic.name);
    if (options->in_metres) result = vd_dem_to_metres(context, mosaic.name, options->threads, &dem);

cleanup:
    vd_mosaic_clear(&mosaic);
    if (result != VD_OK) {
        vd_dem_destroy(dem);
        dem = NULL;
    }
    *out = dem;
    return result;
}
