/* From an open raster to plain cells, as fast as its file can be decoded.
 *
 * Where the blocks of a file are independent of each other (GeoTIFF, and formats of bare numbers),
 * several threads read it at once, each through a handle of its own, since a GDAL dataset serves
 * one at a time. A band that shares its blocks with no other is read past GDAL's cache: a block is
 * decoded into a buffer that stays in the processor's cache until its cells are heights. All else
 * (PNG, grids as text, archives, the network, virtual rasters) is read by one thread, in strips, as
 * doubles. Rasters in memory (lend.c) are bare numbers, read as such.
 *
 * Which cells are NODATA is GDAL's word. But making a mask of a NODATA value takes GDAL as long as
 * reading, so where the mask comes from such a value a block is searched for it first. GDAL takes
 * floats for NODATA that are a few roundings away too, by rules that changed with its versions; so
 * only a block that holds such numbers, close to NODATA but not the same, has its mask made. */
#include <cpl_string.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "terrain/dem_parts.h"
#include "terrain/raster.h"

enum {
    STRIP_BYTES = 16 << 20,
    DIRECT_BYTES = 1 << 20, /* a strip's least where blocks are read one by one */
    BLOCK_BYTES = 32 << 20  /* a block's most there */
};

/* Far more than any rule of GDAL's takes for the same, relative. */
#define NODATA_CLOSE 1e-4

/* ---- planning ------------------------------------------------------------------------------ */

/* A strip is read from whole rows of blocks where they fit. A taller block's later rows come from
 * GDAL's cache, which must hold a row of blocks and their mask for that. */
static int strip_rows(const vd_raster *raster)
{
    int block_y = raster->block_rows;
    int64_t fit = STRIP_BYTES / ((int64_t)raster->nx * 9);
    if (fit < 1) fit = 1;
    if (fit > raster->ny) fit = raster->ny;
    if (fit >= block_y) return (int)(fit - fit % block_y);
    /* Halves of a block, mostly: strips then end where blocks do. */
    int64_t part = block_y;
    while (part > fit) part = (part + 1) / 2;
    return (int)part;
}

static bool has_independent_blocks(const vd_raster *raster)
{
    static const char *const drivers[] = {"GTiff", "COG", "ENVI", "EHdr", "SRTMHGT", "HFA"};
    const char *driver = GDALGetDriverShortName(GDALGetDatasetDriver(raster->dataset));
    if (vd_is_lent(raster->path)) return true;
    if (strncmp(raster->path, "/vsi", 4) == 0 && strncmp(raster->path, "/vsimem/", 8) != 0)
        return false;
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strcmp(driver, drivers[i]) == 0) return true;
    return false;
}

static bool find_type(GDALDataType type, vd_cell_type *out)
{
    static const struct {
        GDALDataType gdal;
        vd_cell_type cell;
    } types[] = {{GDT_Byte, VD_CELL_U8},    {GDT_UInt16, VD_CELL_U16}, {GDT_Int16, VD_CELL_S16},
                 {GDT_UInt32, VD_CELL_U32}, {GDT_Int32, VD_CELL_S32},  {GDT_Float32, VD_CELL_F32},
                 {GDT_Float64, VD_CELL_F64}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].gdal != type) continue;
        *out = types[i].cell;
        return true;
    }
    return false;
}

/* Whether blocks can be read by themselves, and which of their values are NODATA. */
static bool plan_direct(vd_raster *raster)
{
    const char *interleave = GDALGetMetadataItem(raster->dataset, "INTERLEAVE", "IMAGE_STRUCTURE");
    bool is_alone = GDALGetRasterCount(raster->dataset) == 1 ||
                    (interleave && strcasecmp(interleave, "BAND") == 0);
    if (!raster->is_shared || !is_alone ||
        !find_type(GDALGetRasterDataType(raster->band), &raster->type))
        return false;
    size_t size = vd_cell_size(raster->type);
    if ((int64_t)raster->block_columns * raster->block_rows > BLOCK_BYTES / (int64_t)size)
        return false;
    int flags = GDALGetMaskFlags(raster->band), set = 0;
    if (flags & GMF_ALL_VALID) return true;
    if (flags != GMF_NODATA) return false;
    raster->nodata = GDALGetRasterNoDataValue(raster->band, &set);
    raster->has_nodata = set != 0;
    bool is_float = raster->type == VD_CELL_F32 || raster->type == VD_CELL_F64;
    raster->nodata_tolerance = is_float ? NODATA_CLOSE * fabs(raster->nodata) : 0.999;
    return raster->has_nodata;
}

void vd_raster_plan(vd_raster *raster)
{
    raster->mask = NULL;
    if (!(GDALGetMaskFlags(raster->band) & GMF_ALL_VALID))
        raster->mask = GDALGetMaskBand(raster->band);
    GDALGetBlockSize(raster->band, &raster->block_columns, &raster->block_rows);
    if (raster->block_columns < 1) raster->block_columns = raster->nx;
    if (raster->block_rows < 1) raster->block_rows = 1;
    free(raster->cells);
    free(raster->valid);
    raster->cells = raster->valid = NULL;
    raster->is_shared = has_independent_blocks(raster);
    raster->has_nodata = false;
    raster->is_direct = plan_direct(raster);
    int block_rows = raster->block_rows;
    if (raster->is_direct) {
        int64_t bytes = (int64_t)raster->nx * block_rows * (int64_t)vd_cell_size(raster->type);
        int64_t blocks = (DIRECT_BYTES + bytes - 1) / bytes;
        int64_t most = (raster->ny + (int64_t)block_rows - 1) / block_rows;
        raster->strip_rows = (int)(blocks < most ? blocks : most) * block_rows;
    } else {
        if (block_rows > raster->ny) raster->block_rows = raster->ny;
        raster->strip_rows = strip_rows(raster);
        raster->is_shared &= raster->strip_rows % raster->block_rows == 0;
    }
}

int vd_raster_strip_rows(const vd_raster *raster)
{
    return raster->strip_rows;
}

bool vd_raster_is_shared(const vd_raster *raster)
{
    return raster->is_shared;
}

/* ---- a second handle ----------------------------------------------------------------------- */

static bool open_like(vd_raster *raster, const vd_raster *other)
{
    raster->dataset =
        GDALOpenEx(raster->path, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    if (!raster->dataset || GDALGetRasterCount(raster->dataset) < raster->number) return false;
    raster->band = GDALGetRasterBand(raster->dataset, raster->number);
    int overviews = GDALGetOverviewCount(raster->band);
    GDALRasterBandH full = raster->band;
    for (int i = -1; i < overviews; i++) {
        raster->band = i < 0 ? full : GDALGetOverview(full, i);
        if (!raster->band || GDALGetRasterBandXSize(raster->band) != raster->nx ||
            GDALGetRasterBandYSize(raster->band) != raster->ny)
            continue;
        vd_raster_plan(raster);
        return raster->type == other->type && raster->is_direct == other->is_direct &&
               raster->strip_rows == other->strip_rows;
    }
    return false;
}

vd_result vd_raster_open_again(vd_context *context, const vd_raster *other, vd_raster **out)
{
    void *memory = NULL;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_raster), "a raster's description", &memory));
    vd_raster *raster = memory;
    raster->path = other->path;
    raster->number = other->number;
    raster->nx = other->nx;
    raster->ny = other->ny;
    raster->scale = other->scale;
    raster->offset = other->offset;
    vd_gdal_listen(&raster->words);
    bool good = open_like(raster, other);
    vd_gdal_leave();
    if (good) {
        *out = raster;
        return VD_OK;
    }
    vd_result result =
        vd_fail(context, VD_ERR_INPUT,
                "%s: cannot be opened once more to read it faster: %s; "
                "has it changed? If not, --threads 1 reads it by one",
                raster->path, vd_gdal_words_or(&raster->words, "it is not as before"));
    vd_raster_close(raster);
    return result;
}

/* ---- reading ------------------------------------------------------------------------------- */

static vd_result make_room(vd_context *context, vd_raster *raster)
{
    if (raster->cells) return VD_OK;
    size_t columns = (size_t)(raster->is_direct ? raster->block_columns : raster->nx);
    size_t rows = (size_t)(raster->is_direct ? raster->block_rows : raster->strip_rows);
    size_t size = raster->is_direct ? vd_cell_size(raster->type) : sizeof(double);
    VD_TRY(vd_alloc(context, columns * rows, size, "a part of the DEM", &raster->cells));
    if (!raster->mask) return VD_OK;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, columns * rows, 1, "a part of the mask", &memory));
    raster->valid = memory;
    return VD_OK;
}

/* Some drivers report a short file and still return CE_None with zeros; their word counts. */
static vd_result check_read(vd_context *context, const vd_raster *raster, CPLErr status, int row,
                            int rows)
{
    if (status == CE_None && !raster->words.text[0]) return VD_OK;
    return vd_fail(context, VD_ERR_INPUT,
                   "%s: rows %d to %d cannot be read: %s; the file may be truncated or damaged",
                   raster->path, row, row + rows - 1,
                   vd_gdal_words_or(&raster->words, "no reason given"));
}

static CPLErr read_mask(vd_raster *raster, const vd_cells *cells)
{
    return GDALRasterIO(raster->mask, GF_Read, cells->column, cells->row, cells->columns,
                        cells->rows, raster->valid, cells->columns, cells->rows, GDT_Byte, 1,
                        (int)cells->stride);
}

static CPLErr read_block(vd_raster *raster, int block_x, int block_y, vd_cells *out)
{
    int width = raster->block_columns, height = raster->block_rows;
    *out = (vd_cells){.type = raster->type,
                      .values = raster->cells,
                      .stride = width,
                      .column = block_x * width,
                      .row = block_y * height,
                      .scale = raster->scale,
                      .offset = raster->offset};
    out->columns = raster->nx - out->column < width ? raster->nx - out->column : width;
    out->rows = raster->ny - out->row < height ? raster->ny - out->row : height;
    CPLErr status = GDALReadBlock(raster->band, block_x, block_y, raster->cells);
    if (status != CE_None || !raster->has_nodata) return status;
    int found = vd_cells_find_nodata(out, raster->nodata, raster->nodata_tolerance, raster->valid);
    if (found > 0) out->valid = raster->valid;
    return found == 2 ? read_mask(raster, out) : status;
}

static vd_result read_blocks(vd_context *context, vd_raster *raster, int row, int rows,
                             vd_cells_visitor *visit, void *state)
{
    int across = (int)(((int64_t)raster->nx + raster->block_columns - 1) / raster->block_columns);
    int last = (row + rows - 1) / raster->block_rows;
    for (int y = row / raster->block_rows; y <= last; y++)
        for (int x = 0; x < across; x++) {
            vd_cells cells;
            vd_gdal_listen(&raster->words);
            CPLErr status = read_block(raster, x, y, &cells);
            vd_gdal_leave();
            VD_TRY(check_read(context, raster, status, row, rows));
            VD_TRY(visit(state, &cells));
        }
    return VD_OK;
}

static vd_result read_strip(vd_context *context, vd_raster *raster, int row, int rows,
                            vd_cells_visitor *visit, void *state)
{
    int nx = raster->nx;
    vd_cells cells = {.type = VD_CELL_F64,
                      .values = raster->cells,
                      .valid = raster->valid,
                      .stride = nx,
                      .row = row,
                      .columns = nx,
                      .rows = rows,
                      .scale = raster->scale,
                      .offset = raster->offset};
    vd_gdal_listen(&raster->words);
    CPLErr status = GDALRasterIO(raster->band, GF_Read, 0, row, nx, rows, raster->cells, nx, rows,
                                 GDT_Float64, 0, 0);
    if (status == CE_None && raster->mask) status = read_mask(raster, &cells);
    /* What is read is not read again: blocks are given back at the end of each row of them. */
    if ((row + rows) / raster->block_rows != row / raster->block_rows)
        GDALFlushCache(raster->dataset);
    vd_gdal_leave();
    VD_TRY(check_read(context, raster, status, row, rows));
    return visit(state, &cells);
}

vd_result vd_raster_read(vd_context *context, vd_raster *raster, int row, int rows,
                         vd_cells_visitor *visit, void *state)
{
    VD_TRY(make_room(context, raster));
    if (raster->is_direct) return read_blocks(context, raster, row, rows, visit, state);
    return read_strip(context, raster, row, rows, visit, state);
}
