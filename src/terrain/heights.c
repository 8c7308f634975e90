/* From open rasters to posts: every tile read once, by strips, into its place.
 *
 * Heights keep a float's precision by being stored relative to one whole number of metres near
 * them, subtracted in double: a lidar tile at 4,000 m or a bathymetry whose integers start at -2^31
 * loses nothing. That base is the first valid height in the order of the grid's rows, which no
 * strip size, file layout or cutting into tiles changes, and neither do rasters stored south up. Of
 * several tiles the base is found first, by reading only those at the top, as far as their first
 * valid cell.
 *
 * Where tiles overlap the later one is written over the earlier where it is valid. The peak of
 * memory is the posts, the mask and a strip; one file is open at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"

/* Undeclared fill values (-3.4e38 is common) lie far beyond any height of any body, in metres. */
#define HEIGHT_LIMIT_M 1e7
#define DEEPEST_M -20000.0

typedef struct reader {
    vd_context *context;
    const vd_dem_options *options;
    vd_mosaic *mosaic;
    vd_dem *dem;
    bool has_base;
    int64_t absurd; /* cells beyond HEIGHT_LIMIT_M */
    /* The lowest value as its file has it, how often it comes there, and whose it is. */
    double lowest;
    int64_t lowest_count;
    int lowest_tile;
    double highest_m;
    /* The base's cell in the grid, and whose tile's it is. */
    int64_t base_cell;
    int base_tile;
} reader;

/* Looks at a row of a tile, in the tile's values; sets *done when no more rows are wanted. */
typedef vd_result row_visitor(reader *r, int tile, int row, const double *values,
                              const uint8_t *valid, bool *done);

static bool is_height(double metres)
{
    return fabs(metres) <= HEIGHT_LIMIT_M;
}

/* ---- a tile's rows ------------------------------------------------------------------------- */

static vd_result visit_strips(reader *r, int index, vd_raster *raster, row_visitor *visit,
                              double *values, uint8_t *valid)
{
    const vd_tile *tile = &r->mosaic->tiles[index];
    int height = vd_raster_strip_rows(raster);
    int strips = (tile->ny + height - 1) / height;
    bool done = false;
    for (int s = 0; s < strips && !done; s++) {
        VD_TRY(vd_progress(r->context, "read",
                           (index + (double)s / strips) / (double)r->mosaic->count));
        int first = (tile->flipped ? strips - 1 - s : s) * height;
        int rows = tile->ny - first < height ? tile->ny - first : height;
        VD_TRY(vd_raster_read(r->context, raster, first, rows, values, valid));
        for (int i = 0; i < rows && !done; i++) {
            int in_strip = tile->flipped ? rows - 1 - i : i;
            int64_t offset = (int64_t)in_strip * tile->nx;
            int row = tile->flipped ? tile->ny - 1 - (first + in_strip) : first + i;
            VD_TRY(visit(r, index, row, values + offset, valid + offset, &done));
        }
    }
    return VD_OK;
}

/* Calls visit for the tile's rows from the north. */
static vd_result visit_tile(reader *r, int index, row_visitor *visit)
{
    vd_raster *raster = NULL;
    void *values = NULL, *valid = NULL;
    VD_TRY(vd_mosaic_open_tile(r->context, r->mosaic, r->options, index, &raster));
    size_t cells = (size_t)r->mosaic->tiles[index].nx * (size_t)vd_raster_strip_rows(raster);
    vd_result result = vd_alloc(r->context, cells, sizeof(double), "a strip of the DEM", &values);
    if (result == VD_OK) result = vd_alloc(r->context, cells, 1, "a strip of the mask", &valid);
    if (result == VD_OK) result = visit_strips(r, index, raster, visit, values, valid);
    free(values);
    free(valid);
    vd_raster_close(raster);
    return result;
}

/* ---- the base ------------------------------------------------------------------------------ */

static vd_result look_for_base(reader *r, int index, int row, const double *values,
                               const uint8_t *valid, bool *done)
{
    const vd_tile *tile = &r->mosaic->tiles[index];
    int64_t cell = (int64_t)(tile->row + row) * r->dem->info.nx + tile->column;
    *done = r->has_base && cell > r->base_cell;
    for (int i = 0; i < tile->nx && !*done; i++) {
        double metres = values[i] * tile->vertical_to_m;
        if (!valid[i] || !is_height(metres)) continue;
        *done = true;
        if (r->has_base &&
            (cell + i > r->base_cell || (cell + i == r->base_cell && index < r->base_tile)))
            continue;
        r->has_base = true;
        r->base_cell = cell + i;
        r->base_tile = index;
        r->dem->base_m = floor(metres + 0.5);
    }
    return VD_OK;
}

typedef struct top {
    int row, tile;
} top;

static int compare_tops(const void *a, const void *b)
{
    const top *p = a, *q = b;
    return p->row != q->row ? (p->row < q->row ? -1 : 1) : p->tile - q->tile;
}

static vd_result find_base(reader *r)
{
    void *memory = NULL;
    int count = r->mosaic->count;
    vd_result result = VD_OK;
    VD_TRY(vd_alloc(r->context, (size_t)count, sizeof(top), "the tiles", &memory));
    top *tops = memory;
    for (int i = 0; i < count; i++) tops[i] = (top){r->mosaic->tiles[i].row, i};
    qsort(tops, (size_t)count, sizeof *tops, compare_tops);
    for (int i = 0; i < count && result == VD_OK; i++) {
        if (r->has_base && (int64_t)tops[i].row * r->dem->info.nx > r->base_cell) break;
        result = visit_tile(r, tops[i].tile, look_for_base);
    }
    free(tops);
    return result;
}

/* ---- heights ------------------------------------------------------------------------------- */

/* The mask with all cells alike. The bits behind a row's last cell are always set. */
static vd_result make_mask(reader *r, bool is_valid)
{
    vd_dem *dem = r->dem;
    void *memory = NULL;
    size_t stride = (size_t)dem->valid_stride, rows = (size_t)dem->info.ny;
    VD_TRY(vd_alloc(r->context, stride * rows, 1, "the NODATA mask", &memory));
    dem->valid = memory;
    memset(dem->valid, is_valid ? 0xff : 0x00, stride * rows);
    if (is_valid || dem->info.nx % 8 == 0) return VD_OK;
    for (size_t row = 1; row <= rows; row++)
        dem->valid[row * stride - 1] = (uint8_t)(0xff << (dem->info.nx % 8));
    return VD_OK;
}

/* A lone raster gets a mask with its first invalid cell. */
static vd_result mark_invalid(reader *r, int column, int row)
{
    if (!r->dem->valid) VD_TRY(make_mask(r, true));
    r->dem->valid[row * r->dem->valid_stride + (column >> 3)] &= (uint8_t) ~(1u << (column & 7));
    r->dem->invalid_count++;
    return VD_OK;
}

/* Tiles start from a mask without valid cells, which are the gaps in the end. */
static void mark_valid(reader *r, int column, int row)
{
    if (vd_dem_is_valid(r->dem, column, row)) return;
    r->dem->valid[row * r->dem->valid_stride + (column >> 3)] |= (uint8_t)(1u << (column & 7));
    r->dem->invalid_count--;
}

static void note_range(reader *r, int index, double value)
{
    double metres = value * r->mosaic->tiles[index].vertical_to_m;
    if (r->lowest_count == 0 || metres > r->highest_m) r->highest_m = metres;
    if (r->lowest_count > 0 && value > r->lowest) return;
    bool again = r->lowest_count > 0 && value >= r->lowest && index == r->lowest_tile;
    r->lowest_count = again ? r->lowest_count + 1 : 1;
    r->lowest = value;
    r->lowest_tile = index;
}

static vd_result store_row(reader *r, int index, int row, const double *values,
                           const uint8_t *valid, bool *done)
{
    vd_dem *dem = r->dem;
    const vd_tile *tile = &r->mosaic->tiles[index];
    bool is_lone = r->mosaic->count == 1;
    int at = tile->row + row;
    float *post = vd_dem_post(dem, tile->column, at);
    (void)done;
    for (int i = 0; i < tile->nx; i++) {
        double metres = values[i] * tile->vertical_to_m;
        if (!valid[i] || !is_height(metres)) {
            if (valid[i]) r->absurd++;
            if (is_lone) VD_TRY(mark_invalid(r, i, at));
            continue;
        }
        if (!r->has_base) {
            r->has_base = true;
            dem->base_m = floor(metres + 0.5);
        }
        note_range(r, index, values[i]);
        post[i] = (float)(metres - dem->base_m);
        if (!is_lone) mark_valid(r, tile->column + i, at);
    }
    return VD_OK;
}

/* What fills gaps by old custom, where nobody says that it is NODATA. No ground of the larger
 * bodies lies lower than 20 km, unless all of it is counted from elsewhere. */
static void warn_of_fill(const reader *r)
{
    static const double customary[] = {-32768.0, -32767.0, -9999.0, -99999.0};
    const vd_tile *tile = &r->mosaic->tiles[r->lowest_tile];
    bool looks_so = r->lowest * tile->vertical_to_m < DEEPEST_M && r->highest_m > DEEPEST_M;
    for (size_t i = 0; i < sizeof customary / sizeof customary[0]; i++)
        looks_so |= fabs(r->lowest - customary[i]) < 1e-3;
    if (looks_so && r->lowest_count > 0)
        vd_message(
            r->context, VD_LEVEL_WARNING,
            "%s: its lowest height, %.10g in %lld cell%s, looks like a filling and is lit as "
            "ground; if there is none, declare it by gdal_edit.py -a_nodata %.10g",
            tile->path, r->lowest, (long long)r->lowest_count, r->lowest_count == 1 ? "" : "s",
            r->lowest);
}

/* Whether there is anything to see, and what was odd. */
static vd_result check_heights(reader *r)
{
    const char *name = r->mosaic->name;
    if (r->absurd > 0)
        vd_message(
            r->context, VD_LEVEL_WARNING,
            "%s: %lld cells hold values beyond 10,000 km; taken as NODATA (gdal_edit -a_nodata "
            "declares them)",
            name, (long long)r->absurd);
    warn_of_fill(r);
    if (r->has_base) return VD_OK;
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s: has no valid height, all its cells are NODATA or beyond 10,000 km; check "
                   "--band and the file's NODATA value",
                   name);
}

vd_result vd_dem_read_heights(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic,
                              vd_dem *dem)
{
    reader r = {.context = context, .options = options, .mosaic = mosaic, .dem = dem};
    if (mosaic->count > 1) {
        VD_TRY(find_base(&r));
        VD_TRY(make_mask(&r, false));
        dem->invalid_count = (int64_t)dem->info.nx * dem->info.ny;
    }
    for (int i = 0; i < mosaic->count; i++) VD_TRY(visit_tile(&r, i, store_row));
    VD_TRY(vd_progress(context, "read", 1.0));
    if (dem->invalid_count == 0) {
        free(dem->valid);
        dem->valid = NULL;
    }
    return check_heights(&r);
}
