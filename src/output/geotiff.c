/* GeoTIFF by GDAL, with the creation options of gdal_creation.c.
 *
 * A row of tiles is encoded, given to GDAL and flushed before the next is begun. So each tile is
 * compressed once, and GDAL's block cache, which could otherwise grow to a twentieth of the
 * machine's memory, holds one row of tiles.
 *
 * A picture whose CRS or metadata does not fit into TIFF tags gets an .aux.xml from GDAL beside the
 * temporary file; it is given its proper name. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <ogr_srs_api.h>

#include "output/gdal_parts.h"

#define TILE 256
/* Overviews end with one smaller than this. */
#define COARSEST 256
/* Most bytes of samples encoded at a time; a wider picture is given to GDAL in parts of a row of
 * tiles, which its cache puts together. */
#define STRIP_BYTES ((size_t)128 * 1024 * 1024)

static bool set_crs(GDALDatasetH dataset, const char *wkt)
{
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    bool good = OSRSetFromUserInput(crs, wkt) == OGRERR_NONE;
    if (good) {
        OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
        good = GDALSetSpatialRef(dataset, crs) == CE_None;
    }
    OSRDestroySpatialReference(crs);
    return good;
}

/* The COG driver copies no metadata domain but the default one. */
bool vd_gdal_describe(GDALDatasetH dataset, const vd_source *source, bool cog)
{
    double geotransform[6];
    memcpy(geotransform, source->geotransform, sizeof(geotransform));
    if (source->has_geotransform && GDALSetGeoTransform(dataset, geotransform) != CE_None)
        return false;
    if (source->wkt && !set_crs(dataset, source->wkt)) return false;

    const char *software = CPLSPrintf("veduta %s", vd_version());
    if (GDALSetMetadataItem(dataset, "TIFFTAG_SOFTWARE", software, NULL) != CE_None) return false;
    const char *settings = source->settings_text;
    return !settings || !*settings ||
           GDALSetMetadataItem(dataset, cog ? "VEDUTA_SETTINGS" : "SETTINGS", settings,
                               cog ? NULL : "VEDUTA") == CE_None;
}

/* What the bands of a layer are, and what stands in them for nothing. */
static bool describe_bands(GDALDatasetH dataset, const vd_encoder *encoder)
{
    const vd_layer *layer = encoder->source->layer;
    bool is_float = encoder->options->type == VD_SAMPLE_FLOAT32;
    for (int i = 0; layer && i < encoder->channels; i++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, i + 1);
        GDALSetDescription(band, layer->channels > 1 ? layer->channel_names[i] : layer->name);
        if (is_float && encoder->source->has_alpha &&
            GDALSetRasterNoDataValue(band, (double)NAN) != CE_None)
            return false;
    }
    return true;
}

static int block_rows(GDALDatasetH dataset)
{
    int width, height;
    GDALGetBlockSize(GDALGetRasterBand(dataset, 1), &width, &height);
    return height;
}

/* Rows to encode at a time: one row of tiles, or about as many strips. */
static int strip_rows(int block, const vd_encoder *encoder)
{
    int rows = block < TILE ? TILE / block * block : block;
    while (rows > 1 && (size_t)rows * encoder->row_bytes > STRIP_BYTES) rows = (rows + 1) / 2;
    return rows < encoder->source->height ? rows : encoder->source->height;
}

static bool give_rows(GDALDatasetH dataset, const vd_encoder *encoder, int y, int rows,
                      void *samples)
{
    int width = encoder->source->width, channels = encoder->channels;
    GSpacing sample = (GSpacing)encoder->sample_bytes;
    return GDALDatasetRasterIOEx(dataset, GF_Write, 0, y, width, rows, samples, width, rows,
                                 vd_gdal_type(encoder->options->type), channels, NULL,
                                 sample * channels, (GSpacing)encoder->row_bytes, sample,
                                 NULL) == CE_None;
}

static bool flush_blocks(GDALDatasetH dataset, int channels)
{
    for (int band = 1; band <= channels; band++)
        if (GDALFlushRasterCache(GDALGetRasterBand(dataset, band)) != CE_None) return false;
    return true;
}

static vd_result write_pixels(vd_context *context, GDALDatasetH dataset, const vd_encoder *encoder,
                              const vd_gdal_trap *trap)
{
    int height = encoder->source->height, block = block_rows(dataset);
    int rows = strip_rows(block, encoder);
    void *samples = NULL;
    VD_TRY(vd_alloc(context, (size_t)rows, encoder->row_bytes, "rows of the GeoTIFF", &samples));
    vd_result result = VD_OK;
    for (int y = 0; result == VD_OK && y < height; y += rows) {
        int count = height - y < rows ? height - y : rows;
        result = vd_encoder_read(context, encoder, y, count, samples);
        if (result != VD_OK) break;
        bool good = give_rows(dataset, encoder, y, count, samples);
        if (good && (y + count) / block > y / block)
            good = flush_blocks(dataset, encoder->channels);
        if (!good || trap->failed) result = vd_gdal_fail(context, trap);
    }
    free(samples);
    return result;
}

vd_result vd_gtiff_create(vd_context *context, const vd_encoder *encoder, char **list,
                          bool overviews, int coarsest_px, vd_gdal_trap *trap)
{
    const vd_source *source = encoder->source;
    vd_result result = VD_OK;
    vd_gdal_trap_set(trap);
    GDALDatasetH dataset =
        GDALCreate(vd_gdal_driver("GTiff"), trap->part_path, source->width, source->height,
                   encoder->channels, vd_gdal_type(encoder->options->type), list);
    if (!dataset || !vd_gdal_describe(dataset, source, encoder->options->format == VD_FORMAT_COG) ||
        !describe_bands(dataset, encoder))
        result = vd_gdal_fail(context, trap);
    if (result == VD_OK) result = write_pixels(context, dataset, encoder, trap);
    if (result == VD_OK && overviews)
        result = vd_overviews_build(context, dataset, source->has_alpha && !source->layer, coarsest_px, trap);
    if (dataset) GDALClose(dataset);
    vd_gdal_trap_release();
    return result == VD_OK && trap->failed ? vd_gdal_fail(context, trap) : result;
}

vd_result vd_gdal_adopt_pam(vd_context *context, vd_family *family, const char *part_path,
                            bool keep)
{
    const char *left = CPLSPrintf("%s.aux.xml", part_path);
    if (access(left, F_OK) != 0) return VD_OK;
    if (!keep) {
        unlink(left);
        return VD_OK;
    }
    if (rename(left, vd_whole_path(family->files[VD_MEMBER_PAM])) != 0) {
        unlink(left);
        return vd_fail(context, VD_ERR_IO, "cannot write %s: %s", family->paths[VD_MEMBER_PAM],
                       strerror(errno));
    }
    family->written[VD_MEMBER_PAM] = true;
    return VD_OK;
}

vd_result vd_gtiff_write(vd_context *context, const vd_encoder *encoder, vd_family *family)
{
    vd_gdal_trap trap = {.context = context,
                         .path = family->paths[VD_MEMBER_PICTURE],
                         .part_path = vd_whole_path(family->files[VD_MEMBER_PICTURE])};
    char **list = vd_creation_list(encoder->options, encoder->source);
    family->written[VD_MEMBER_PICTURE] = true;
    vd_result result =
        vd_gtiff_create(context, encoder, list, encoder->options->overviews, COARSEST, &trap);
    CSLDestroy(list);
    vd_result adopted = vd_gdal_adopt_pam(context, family, trap.part_path, result == VD_OK);
    return result != VD_OK ? result : adopted;
}
