/* Several rasters as one DEM, without a file that lists them.
 *
 * All have the same CRS and lie on one grid: cells of one size and shape (to a millionth, so that a
 * tile of 10,000 cells ends within a hundredth of one) whose corners meet (to a hundredth of a
 * cell). Then a tile is a rectangle of the DEM's cells, nothing is resampled, and the heights are
 * bit for bit those of the same DEM in one file. Units of height, NODATA, scale and direction of
 * rows are each tile's own affair. What no tile covers is NODATA.
 *
 * Looking costs opening each file once; reading opens them once more, one at a time, so there is no
 * limit to their number. An overview is used only if every tile has one of that factor, and if the
 * factor divides the tiles' places and sizes, so that its cells join as well. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/map_transform.h"

#define CELL_TOLERANCE 1e-6  /* relative */
#define ALIGN_TOLERANCE 0.01 /* cells */
#define CELLS_MAX 1e9        /* along one side; place for int arithmetic */

#define WAY_OUT "bring both onto one grid with gdalwarp -t_srs -tr -tap"

void vd_mosaic_clear(vd_mosaic *mosaic)
{
    vd_raster_close(mosaic->only);
    vd_sources_clear(&mosaic->files);
    free(mosaic->name);
    free(mosaic->tiles);
    *mosaic = (vd_mosaic){0};
}

/* ---- one grid ------------------------------------------------------------------------------ */

static double cell_side(const double g[6])
{
    return sqrt(g[1] * g[1] + g[4] * g[4]);
}

static bool same_cells(const double a[6], const double b[6])
{
    static const int steps[] = {1, 2, 4, 5};
    double tolerance = CELL_TOLERANCE * cell_side(a);
    for (int i = 0; i < 4; i++)
        if (!(fabs(a[steps[i]] - b[steps[i]]) <= tolerance)) return false;
    return true;
}

/* The place of b's corner in a's cells. */
static void find_offset(const double a[6], const double b[6], double *column, double *row)
{
    double det = a[1] * a[5] - a[2] * a[4];
    double x = b[0] - a[0], y = b[3] - a[3];
    *column = (x * a[5] - y * a[2]) / det;
    *row = (y * a[1] - x * a[4]) / det;
}

static vd_result check_grid(vd_context *context, const vd_mosaic *mosaic, const vd_tile *tile)
{
    const vd_tile *first = mosaic->tiles;
    const double *a = first->geotransform, *b = tile->geotransform;
    double column, row;
    if (!same_cells(a, b))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its cells of %.9g x %.9g are not those of %s, %.9g x %.9g%s; " WAY_OUT,
                       tile->path, cell_side(b), fabs(b[5]), first->path, cell_side(a), fabs(a[5]),
                       fabs(cell_side(a) - cell_side(b)) <= CELL_TOLERANCE * cell_side(a) &&
                               fabs(a[5] - b[5]) <= CELL_TOLERANCE * cell_side(a)
                           ? ", being rotated"
                           : "");
    find_offset(a, b, &column, &row);
    double off_x = column - floor(column + 0.5) + 0.0; /* -0 becomes 0 */
    double off_y = row - floor(row + 0.5) + 0.0;
    if (!(fabs(off_x) <= ALIGN_TOLERANCE && fabs(off_y) <= ALIGN_TOLERANCE))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its cells lie %.3g, %.3g of a cell beside those of %s; " WAY_OUT,
                       tile->path, off_x, off_y, first->path);
    if (!(fabs(column) < CELLS_MAX && fabs(row) < CELLS_MAX))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: lies %.3g cells from %s, too far for one DEM; leave one out",
                       tile->path, fmax(fabs(column), fabs(row)), first->path);
    return VD_OK;
}

static vd_result check_crs(vd_context *context, const vd_mosaic *mosaic, const vd_tile *tile,
                           const vd_dem_info *a, const vd_dem_info *b)
{
    const char *first = mosaic->tiles->path;
    if (!a->has_geotransform || !b->has_geotransform)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: does not say where it lies, so it cannot be put beside %s; give it a "
                       "place with gdal_translate -a_ullr",
                       b->has_geotransform ? first : tile->path,
                       b->has_geotransform ? tile->path : first);
    if (a->wkt && b->wkt ? vd_crs_is_same(a->wkt, b->wkt) : a->wkt == b->wkt) return VD_OK;
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: its CRS ('%s') is not that of %s ('%s'); bring both into one with gdalwarp "
                   "-t_srs, or name the right one of both by --assign-crs",
                   tile->path, b->crs_name, first, a->crs_name);
}

/* ---- overviews ----------------------------------------------------------------------------- */

/* The factor of a level, or 0 where its cells are not whole blocks of the grid's. */
static int whole_factor(const vd_dem_level *levels, int index)
{
    int factor = levels[0].nx / levels[index].nx;
    return levels[index].nx * factor == levels[0].nx && levels[index].ny * factor == levels[0].ny
               ? factor
               : 0;
}

static bool has_factor(const vd_dem_info *info, int factor)
{
    for (int i = 0; i < info->level_count; i++)
        if (whole_factor(info->levels, i) == factor) return true;
    return false;
}

/* Of the first tile's levels, keeps those that another tile has too. */
static void keep_common_levels(vd_dem_info *info, const vd_dem_info *other)
{
    int kept = 0;
    for (int i = 0; i < info->level_count; i++) {
        int factor = whole_factor(info->levels, i);
        if (factor && has_factor(other, factor)) info->levels[kept++] = info->levels[i];
    }
    info->level_count = kept;
}

/* From the first tile's levels to the whole grid's, where the tiles' places allow it. */
static void spread_levels(const vd_mosaic *mosaic, vd_dem_info *info)
{
    int kept = 0;
    const vd_dem_level first = info->levels[0];
    for (int l = 0; l < info->level_count; l++) {
        int factor = first.nx / info->levels[l].nx;
        bool fits = true;
        for (int i = 0; i < mosaic->count; i++)
            fits &= mosaic->tiles[i].column % factor == 0 && mosaic->tiles[i].row % factor == 0;
        if (fits) info->levels[kept++] = (vd_dem_level){info->nx / factor, info->ny / factor};
    }
    info->level_count = kept;
}

/* ---- laying out ---------------------------------------------------------------------------- */

static vd_result look_at(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic,
                         int index, vd_dem_info *info, vd_raster_crs *crs, FILE *sources)
{
    vd_dem_info own;
    vd_raster_crs own_crs;
    vd_raster *raster = NULL;
    vd_tile *tile = &mosaic->tiles[index];
    vd_dem_options one = *options;
    one.path = tile->path = mosaic->files.paths[index];
    VD_TRY(vd_raster_open(context, &one, &own, &own_crs, &raster));
    vd_result result = vd_metric_turn(context, &one, &own);
    tile->nx = tile->size.nx = own.nx;
    tile->ny = tile->size.ny = own.ny;
    tile->flipped = own.flipped;
    tile->vertical_to_m = own.vertical_to_m;
    memcpy(tile->geotransform, own.geotransform, sizeof own.geotransform);
    if (result == VD_OK && index > 0) result = check_crs(context, mosaic, tile, info, &own);
    if (result == VD_OK && index > 0) result = check_grid(context, mosaic, tile);
    if (result != VD_OK) goto cleanup;

    if (sources) vd_raster_list_sources(raster, sources);
    const char *colour = vd_raster_colour(raster);
    if (colour && mosaic->count > 1) {
        result = vd_fail(context, VD_ERR_FORMAT,
                         "%s: its band holds colours (%s), not heights like the other files; leave "
                         "it out, or say what they are by gdal_edit.py -colorinterp_%d undefined",
                         tile->path, colour, options->band);
        goto cleanup;
    }
    if (index == 0 || strcmp(own.vertical_unit, info->vertical_unit) != 0)
        vd_raster_remark(context, raster);
    if (index > 0) {
        keep_common_levels(info, &own);
        info->flipped &= own.flipped;
        goto cleanup;
    }
    *info = own;
    *crs = own_crs;
    own.wkt = NULL;
    if (mosaic->count == 1) {
        mosaic->only = raster;
        raster = NULL;
    }

cleanup:
    vd_raster_close(raster);
    vd_dem_info_clear(&own);
    return result;
}

/* Places the tiles in the smallest grid that holds them all. Its corner's coordinates are the
 * tiles' own, which arithmetic would miss by a bit. */
static vd_result lay_out(vd_context *context, vd_mosaic *mosaic, vd_dem_info *info)
{
    const double *first = mosaic->tiles->geotransform;
    double *g = info->geotransform;
    int left = 0, top = 0, right = 0, bottom = 0;
    for (int i = 0; i < mosaic->count; i++) {
        vd_tile *tile = &mosaic->tiles[i];
        double column, row;
        find_offset(first, tile->geotransform, &column, &row);
        tile->column = (int)floor(column + 0.5);
        tile->row = (int)floor(row + 0.5);
        if (tile->column < left) g[0] = tile->geotransform[0];
        if (tile->row < top) g[3] = tile->geotransform[3];
        left = tile->column < left ? tile->column : left;
        top = tile->row < top ? tile->row : top;
        right = tile->column + tile->nx > right ? tile->column + tile->nx : right;
        bottom = tile->row + tile->ny > bottom ? tile->row + tile->ny : bottom;
    }
    if (fabs(g[2]) > 0.0 || fabs(g[4]) > 0.0) {
        g[0] = first[0] + left * first[1] + top * first[2];
        g[3] = first[3] + left * first[4] + top * first[5];
    }
    for (int i = 0; i < mosaic->count; i++) {
        mosaic->tiles[i].column -= left;
        mosaic->tiles[i].row -= top;
    }
    if (right - left > CELLS_MAX || bottom - top > CELLS_MAX)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: make a DEM of %d x %d cells, which is too large; leave some out",
                       mosaic->name, right - left, bottom - top);
    info->nx = right - left;
    info->ny = bottom - top;
    return VD_OK;
}

/* Turns the grid and its tiles into an overview's. */
static void use_level(vd_mosaic *mosaic, vd_dem_info *info, vd_dem_level level)
{
    double *g = info->geotransform;
    double x = (double)info->nx / level.nx, y = (double)info->ny / level.ny;
    for (int i = 0; i < mosaic->count; i++) {
        vd_tile *tile = &mosaic->tiles[i];
        /* A lone raster's factor may be odd; those of several divide everything. */
        tile->nx = mosaic->count == 1 ? level.nx : (int)(tile->nx / x + 0.5);
        tile->ny = mosaic->count == 1 ? level.ny : (int)(tile->ny / y + 0.5);
        tile->column = (int)(tile->column / x + 0.5);
        tile->row = (int)(tile->row / y + 0.5);
    }
    g[1] *= x;
    g[4] *= x;
    g[2] *= y;
    g[5] *= y;
    info->nx = level.nx;
    info->ny = level.ny;
}

/* "dem.tif", "tiles" or "a.tif and 399 more". */
static vd_result name_mosaic(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic)
{
    bool by_input = mosaic->count > 1 && options->more_count == 0;
    const char *first = by_input ? options->path : mosaic->files.paths[0];
    void *memory = NULL;
    size_t size = strlen(first) + 32;
    VD_TRY(vd_alloc(context, size, 1, "a file's name", &memory));
    mosaic->name = memory;
    if (mosaic->count == 1 || by_input)
        snprintf(mosaic->name, size, "%s", first);
    else
        snprintf(mosaic->name, size, "%s and %d more", first, mosaic->count - 1);
    return VD_OK;
}

static vd_result find_files(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic)
{
    void *memory = NULL;
    size_t inputs = 1 + (size_t)options->more_count;
    VD_TRY(vd_alloc(context, inputs, sizeof(char *), "the inputs", &memory));
    const char **names = memory;
    names[0] = options->path;
    for (size_t i = 1; i < inputs; i++) names[i] = options->more[i - 1];
    vd_result result = vd_sources_find(context, names, (int)inputs, &mosaic->files);
    free(memory);
    if (result != VD_OK) return result;
    mosaic->count = mosaic->files.count;
    if (mosaic->files.left_out > 0)
        vd_message(context, VD_LEVEL_INFO, "%s: a picture of veduta, no heights%s; left out",
                   mosaic->files.left_out_path ? mosaic->files.left_out_path : options->path,
                   mosaic->files.left_out > 1 ? ", like others there" : "");
    VD_TRY(vd_alloc(context, (size_t)mosaic->count, sizeof(vd_tile), "the tiles", &memory));
    mosaic->tiles = memory;
    return name_mosaic(context, options, mosaic);
}

static vd_result look_at_all(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic,
                             vd_dem_info *info, vd_raster_crs *crs, FILE *sources)
{
    for (int i = 0; i < mosaic->count; i++) {
        if (mosaic->count > 1)
            VD_TRY(vd_progress(context, "look", (double)i / (double)mosaic->count));
        VD_TRY(look_at(context, options, mosaic, i, info, crs, sources));
    }
    return VD_OK;
}

static vd_result open_all(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic,
                          vd_dem_info *info, vd_raster_crs *crs)
{
    char *text = NULL;
    size_t length = 0;
    FILE *sources = options->list_sources ? open_memstream(&text, &length) : NULL;
    vd_result result = look_at_all(context, options, mosaic, info, crs, sources);
    bool failed = options->list_sources && (!sources || fclose(sources) != 0);
    if (result == VD_OK && failed)
        result = vd_fail(context, VD_ERR_MEMORY, "not enough memory for a list of files");
    if (result != VD_OK) {
        free(text);
        return result;
    }
    info->sources = text;
    info->files = mosaic->count;
    if (mosaic->count == 1) return VD_OK;
    VD_TRY(lay_out(context, mosaic, info));
    spread_levels(mosaic, info);
    vd_message(context, VD_LEVEL_INFO, "%s: %d rasters make one DEM of %d x %d cells", mosaic->name,
               mosaic->count, info->nx, info->ny);
    return VD_OK;
}

vd_result vd_mosaic_open(vd_context *context, const vd_dem_options *options, vd_dem_info *info,
                         vd_mosaic *out)
{
    vd_raster_crs crs = {VD_CRS_NONE, 1.0};
    vd_dem_options named = *options;
    *out = (vd_mosaic){0};
    memset(info, 0, sizeof *info);
    vd_result result = find_files(context, options, out);
    if (result == VD_OK) result = open_all(context, options, out, info, &crs);
    if (result == VD_OK && options->level > 0) use_level(out, info, info->levels[options->level]);
    named.path = out->name;
    if (result == VD_OK) result = vd_metric_derive(context, &named, &crs, info);
    if (result == VD_OK) return VD_OK;
    vd_mosaic_clear(out);
    vd_dem_info_clear(info);
    return result;
}

vd_result vd_mosaic_open_tile(vd_context *context, vd_mosaic *mosaic, const vd_dem_options *options,
                              int index, vd_raster **out)
{
    const vd_tile *tile = &mosaic->tiles[index];
    vd_result result = VD_OK;
    *out = mosaic->only;
    mosaic->only = NULL;
    if (!*out) {
        vd_dem_info info;
        vd_raster_crs crs;
        vd_dem_options one = *options;
        one.path = tile->path;
        VD_TRY(vd_raster_open(context, &one, &info, &crs, out));
        if (info.nx != tile->size.nx || info.ny != tile->size.ny)
            result = vd_fail(context, VD_ERR_INPUT, "%s: has changed while it was read; try again",
                             tile->path);
        vd_dem_info_clear(&info);
    }
    if (result == VD_OK)
        result = vd_raster_use_level(context, *out, (vd_dem_level){tile->nx, tile->ny});
    if (result == VD_OK) return VD_OK;
    vd_raster_close(*out);
    *out = NULL;
    return result;
}
