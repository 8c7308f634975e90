/* Overviews: smaller copies of a picture inside its own file, for programs that show it from afar.
 *
 * Each level is half the one before, rounded up, and each of its pixels the mean of up to four,
 * weighted by their alpha; its alpha is their mean. So a transparent pixel, whose colour is black
 * for want of another, lends nothing to the edge it touches. GDAL's own averages leave it out for
 * Byte and UInt16, but not for Float32, whose alpha its masks do not know; and what is computed
 * here does not change with GDAL's version. Display values are averaged as they are.
 *
 * GDAL makes room for the levels; they are filled tile by tile, and its cache is emptied after each
 * row of tiles, as when the picture itself is written (geotiff.c). */
#include <math.h>
#include <stdlib.h>

#include "output/gdal_parts.h"

#define TILE 256
#define MAX_LEVELS 30

typedef struct pyramid {
    vd_context *context;
    GDALDatasetH dataset;
    int channels;
    bool alpha, whole; /* whole: samples are integers */
    int64_t done, all; /* tiles */
    float *fine;       /* [channels][2 * TILE][2 * TILE], rows packed to the tile's width */
    float *coarse;     /* [channels][TILE][TILE], likewise */
} pyramid;

/* Level 0 is the picture. */
static GDALRasterBandH level_band(const pyramid *p, int level, int channel)
{
    GDALRasterBandH band = GDALGetRasterBand(p->dataset, channel + 1);
    return level ? GDALGetOverview(band, level - 1) : band;
}

/* The mean of up to 2 x 2 pixels from column x and row y of the fine tile, into pixel[]. */
static void average(const pyramid *p, int width, int height, int x, int y, float pixel[4])
{
    int columns = width - x < 2 ? 1 : 2, rows = height - y < 2 ? 1 : 2, colours = 3;
    double sum[3] = {0.0, 0.0, 0.0}, weights = 0.0;
    size_t plane = (size_t)width * (size_t)height;
    for (int j = 0; j < rows; j++)
        for (int i = 0; i < columns; i++) {
            const float *at = &p->fine[(size_t)(y + j) * (size_t)width + (size_t)(x + i)];
            double weight = p->alpha ? (double)at[3 * plane] : 1.0;
            weights += weight;
            for (int c = 0; c < colours; c++) sum[c] += weight * (double)at[(size_t)c * plane];
        }
    for (int c = 0; c < colours; c++) {
        double mean = weights > 0.0 ? sum[c] / weights : 0.0;
        pixel[c] = (float)(p->whole ? floor(mean + 0.5) : mean);
    }
    double alpha = weights / (rows * columns);
    pixel[3] = (float)(p->whole ? floor(alpha + 0.5) : alpha);
}

/* Columns x and rows y of a level, from the one below. */
static bool fill_tile(const pyramid *p, int level, int x, int y, int width, int height)
{
    GDALRasterBandH below = level_band(p, level - 1, 0);
    int fine_x = GDALGetRasterBandXSize(below) - 2 * x, fine_width = 2 * width;
    int fine_y = GDALGetRasterBandYSize(below) - 2 * y, fine_height = 2 * height;
    if (fine_x < fine_width) fine_width = fine_x;
    if (fine_y < fine_height) fine_height = fine_y;
    size_t fine_plane = (size_t)fine_width * (size_t)fine_height;
    size_t plane = (size_t)width * (size_t)height;

    for (int c = 0; c < p->channels; c++)
        if (GDALRasterIO(level_band(p, level - 1, c), GF_Read, 2 * x, 2 * y, fine_width,
                         fine_height, p->fine + (size_t)c * fine_plane, fine_width, fine_height,
                         GDT_Float32, 0, 0) != CE_None)
            return false;
    for (int j = 0; j < height; j++)
        for (int i = 0; i < width; i++) {
            float pixel[4];
            average(p, fine_width, fine_height, 2 * i, 2 * j, pixel);
            for (int c = 0; c < p->channels; c++)
                p->coarse[(size_t)c * plane + (size_t)j * (size_t)width + (size_t)i] = pixel[c];
        }
    for (int c = 0; c < p->channels; c++)
        if (GDALRasterIO(level_band(p, level, c), GF_Write, x, y, width, height,
                         p->coarse + (size_t)c * plane, width, height, GDT_Float32, 0,
                         0) != CE_None)
            return false;
    return true;
}

static bool flush_level(const pyramid *p, int level)
{
    for (int c = 0; c < p->channels; c++)
        if (GDALFlushRasterCache(level_band(p, level, c)) != CE_None) return false;
    return true;
}

/* GDAL compresses and reads in threads of its own, whose errors no handler of ours hears. So
 * nothing may fail there: what is to be read is first waited for until it is in the file. */
static bool settle_level(const pyramid *p, int level)
{
    GDALFlushCache(p->dataset);
    GDALDatasetH own = GDALGetBandDataset(level_band(p, level, 0));
    if (own && own != p->dataset) GDALFlushCache(own);
    return flush_level(p, level);
}

static vd_result fill_level(pyramid *p, int level, const vd_gdal_trap *trap)
{
    if (!settle_level(p, level - 1) || trap->failed) return vd_gdal_fail(p->context, trap);
    GDALRasterBandH band = level_band(p, level, 0);
    int width = GDALGetRasterBandXSize(band), height = GDALGetRasterBandYSize(band);
    for (int y = 0; y < height; y += TILE) {
        VD_TRY(vd_progress(p->context, "overviews", (double)p->done / (double)p->all));
        for (int x = 0; x < width; x += TILE, p->done++)
            if (!fill_tile(p, level, x, y, width - x < TILE ? width - x : TILE,
                           height - y < TILE ? height - y : TILE))
                return vd_gdal_fail(p->context, trap);
        if (!flush_level(p, level) || !flush_level(p, level - 1) || trap->failed)
            return vd_gdal_fail(p->context, trap);
    }
    return VD_OK;
}

/* The levels' factors, and their tiles, which are what progress counts. Returns how many. */
static int choose_levels(pyramid *p, int width, int height, int coarsest_px, int factors[])
{
    int count = 0;
    for (int side = width > height ? width : height; side >= coarsest_px && count < MAX_LEVELS;) {
        side = (side + 1) / 2;
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        p->all += (int64_t)((width + TILE - 1) / TILE) * ((height + TILE - 1) / TILE);
        factors[count] = 2 << count;
        count++;
    }
    return count;
}

vd_result vd_overviews_build(vd_context *context, GDALDatasetH dataset, bool alpha, int coarsest_px,
                             const vd_gdal_trap *trap)
{
    int factors[MAX_LEVELS];
    GDALDataType type = GDALGetRasterDataType(GDALGetRasterBand(dataset, 1));
    pyramid p = {.context = context,
                 .dataset = dataset,
                 .channels = alpha ? 4 : 3,
                 .alpha = alpha,
                 .whole = type != GDT_Float32};
    int count = choose_levels(&p, GDALGetRasterXSize(dataset), GDALGetRasterYSize(dataset),
                              coarsest_px, factors);
    if (count == 0) return VD_OK;
    if (GDALBuildOverviews(dataset, "NONE", count, factors, 0, NULL, NULL, NULL) != CE_None ||
        GDALGetOverviewCount(GDALGetRasterBand(dataset, 1)) != count)
        return vd_gdal_fail(context, trap);

    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)p.channels * 5 * TILE * TILE, sizeof(float),
                    "tiles of overviews", &memory));
    p.fine = memory;
    p.coarse = p.fine + (size_t)p.channels * 4 * TILE * TILE;
    vd_result result = VD_OK;
    for (int level = 1; result == VD_OK && level <= count; level++)
        result = fill_level(&p, level, trap);
    free(memory);
    return result == VD_OK ? vd_progress(context, "overviews", 1.0) : result;
}
