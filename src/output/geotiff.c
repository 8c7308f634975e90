/* GeoTIFF by GDAL: tiles of 256 x 256, DEFLATE with a predictor, BigTIFF when it may be needed; all
 * of that can be overridden by creation options.
 *
 * A row of tiles is encoded, given to GDAL and flushed before the next is begun. So each tile is
 * compressed once, and GDAL's block cache, which could otherwise grow to a twentieth of the
 * machine's memory, holds one row of tiles.
 *
 * DEFLATE works at its fourth level: dithered pixels hardly compress, and the sixth, GDAL's
 * default, takes more than twice the time for a file less than a tenth smaller.
 *
 * GDAL reports errors to a handler, some of them (a full disk, found when the last buffer is
 * flushed) only while it closes the file. A trap catches them from creation to after closing: the
 * first error is the cause that the user reads, warnings become messages. Handlers belong to a
 * thread, so contexts in other threads are not disturbed. A picture whose CRS or metadata does not
 * fit into TIFF tags gets an .aux.xml from GDAL beside the temporary file; it is given its proper
 * name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_minixml.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "output/parts.h"

#define TILE 256
/* Most bytes of samples encoded at a time; a wider picture is given to GDAL in parts of a row of
 * tiles, which its cache puts together. */
#define STRIP_BYTES ((size_t)128 * 1024 * 1024)
#define TRIAL_SIDE 16

/* ---- errors ------------------------------------------------------------------------------- */

typedef struct gdal_trap {
    vd_context *context;   /* for warnings; NULL: they are passed over */
    const char *path;      /* as the user knows it */
    const char *part_path; /* as GDAL knows it */
    bool strict;           /* warnings are errors */
    bool failed;
    char cause[400]; /* of the first error */
} gdal_trap;

/* One line, without the temporary name. */
static void copy_cause(const gdal_trap *trap, const char *text, char *out, size_t size)
{
    size_t skip = trap->part_path ? strlen(trap->part_path) : 0, length = 0;
    while (*text && length + 1 < size) {
        if (skip && strncmp(text, trap->part_path, skip) == 0) {
            text += skip;
            if (length == 0) text += strspn(text, ":, ");
            continue;
        }
        out[length++] = *text == '\n' || *text == '\r' ? ' ' : *text;
        text++;
    }
    out[length] = '\0';
}

static void CPL_STDCALL catch_error(CPLErr level, CPLErrorNum number, const char *text)
{
    (void)number;
    gdal_trap *trap = CPLGetErrorHandlerUserData();
    int reason = errno;
    char cause[300];
    copy_cause(trap, text, cause, sizeof(cause));
    if (level < CE_Failure && !trap->strict) {
        if (trap->context && level == CE_Warning)
            vd_message(trap->context, VD_LEVEL_WARNING, "%s: %s", trap->path, cause);
        return;
    }
    if (trap->failed) return;
    trap->failed = true;
    bool io = reason == ENOSPC || reason == EFBIG || reason == EDQUOT || reason == EIO;
    snprintf(trap->cause, sizeof(trap->cause), "%s%s%s%s", cause, io ? " (" : "",
             io ? strerror(reason) : "", io ? ")" : "");
}

static void trap_set(gdal_trap *trap)
{
    CPLPushErrorHandlerEx(catch_error, trap);
    CPLSetCurrentErrorHandlerCatchDebug(FALSE);
    errno = 0;
}

static vd_result fail_write(vd_context *context, const gdal_trap *trap)
{
    return vd_fail(context, VD_ERR_IO,
                   "cannot write %s: %s; free some space or choose another folder", trap->path,
                   trap->failed ? trap->cause : "GDAL does not say why");
}

/* ---- creation options --------------------------------------------------------------------- */

static GDALDriverH find_driver(void)
{
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    if (driver) return driver;
    GDALAllRegister();
    return GDALGetDriverByName("GTiff");
}

static GDALDataType gdal_type(vd_sample_type type)
{
    switch (type) {
    case VD_SAMPLE_BYTE: return GDT_Byte;
    case VD_SAMPLE_UINT16: return GDT_UInt16;
    case VD_SAMPLE_UINT32: return GDT_UInt32;
    case VD_SAMPLE_FLOAT32: break;
    }
    return GDT_Float32;
}

static bool has_predictor(const char *compression)
{
    return EQUAL(compression, "DEFLATE") || EQUAL(compression, "LZW") || EQUAL(compression, "ZSTD");
}

/* Ours, then the user's over them. Free with CSLDestroy(). */
static char **creation_list(const vd_output_options *options, bool alpha)
{
    char **list = CSLSetNameValue(NULL, "TILED", "YES");
    list = CSLSetNameValue(list, "COMPRESS", "DEFLATE");
    list = CSLSetNameValue(list, "BIGTIFF", "IF_SAFER");
    bool is_grey = options->type == VD_SAMPLE_UINT32;
    list = CSLSetNameValue(list, "PHOTOMETRIC", is_grey ? "MINISBLACK" : "RGB");
    if (alpha) list = CSLSetNameValue(list, "ALPHA", "NON-PREMULTIPLIED");
    int threads = vd_thread_count(options->threads);
    if (threads > 1) list = CSLSetNameValue(list, "NUM_THREADS", CPLSPrintf("%d", threads));
    for (const char *const *at = options->creation_options; at && *at; at++) {
        char *name = NULL;
        const char *value = CPLParseNameValue(*at, &name);
        if (name) list = CSLSetNameValue(list, name, value);
        CPLFree(name);
    }
    const char *compression = CSLFetchNameValue(list, "COMPRESS");
    if (EQUAL(compression, "DEFLATE") && !CSLFetchNameValue(list, "ZLEVEL"))
        list = CSLSetNameValue(list, "ZLEVEL", "4");
    if (has_predictor(compression) && !CSLFetchNameValue(list, "PREDICTOR"))
        list = CSLSetNameValue(list, "PREDICTOR", options->type == VD_SAMPLE_FLOAT32 ? "3" : "2");
    return list;
}

/* The names the driver lists. Free with CSLDestroy(). */
static char **known_names(GDALDriverH driver)
{
    char **names = NULL;
    const char *text = GDALGetMetadataItem(driver, GDAL_DMD_CREATIONOPTIONLIST, NULL);
    CPLXMLNode *root = text ? CPLParseXMLString(text) : NULL;
    for (CPLXMLNode *node = root ? root->psChild : NULL; node; node = node->psNext) {
        const char *name = CPLGetXMLValue(node, "name", NULL);
        if (name) names = CSLAddString(names, name);
    }
    CPLDestroyXMLNode(root);
    return names;
}

/* Writes a few pixels in memory with these options, which finds values and combinations that GDAL
 * or a codec refuses. Four channels, since whether there is alpha may not be known yet; one thread,
 * since the trap does not hear of errors in others. */
static void try_creation(GDALDriverH driver, const vd_output_options *options, gdal_trap *trap)
{
    char path[64];
    snprintf(path, sizeof(path), "/vsimem/veduta-trial-%p.tif", (void *)trap);
    trap->part_path = path;
    char **list = CSLSetNameValue(creation_list(options, true), "NUM_THREADS", "1");
    trap->strict = true;
    bool valid = GDALValidateCreationOptions(driver, list);
    trap->strict = false;

    GDALDatasetH dataset = NULL;
    if (valid)
        dataset =
            GDALCreate(driver, path, TRIAL_SIDE, TRIAL_SIDE, 4, gdal_type(options->type), list);
    for (int band = 1; dataset && band <= 4; band++)
        if (GDALFillRaster(GDALGetRasterBand(dataset, band), 1.0, 0.0) != CE_None) break;
    if (dataset) GDALClose(dataset);
    VSIUnlink(path);
    CSLDestroy(list);
    trap->failed = trap->failed || !dataset;
}

vd_result vd_gtiff_check(vd_context *context, const vd_output_options *options)
{
    GDALDriverH driver = find_driver();
    if (!driver)
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "%s: this GDAL has no GTiff driver; write a .png", options->path);
    const char *const *creation = options->creation_options;
    if (!creation || !creation[0]) return VD_OK;

    char **known = known_names(driver);
    vd_result result = VD_OK;
    for (const char *const *at = creation; result == VD_OK && *at; at++)
        result = vd_creation_option_check(context, *at, (const char *const *)known);
    CSLDestroy(known);
    if (result != VD_OK) return result;

    gdal_trap trap = {.path = options->path};
    trap_set(&trap);
    try_creation(driver, options, &trap);
    CPLPopErrorHandler();
    if (!trap.failed) return VD_OK;
    return vd_fail(
        context, VD_ERR_SETTING,
        "%s: GDAL refuses the creation options (--co): %s; change or leave out the one it "
        "names",
        options->path, trap.cause);
}

/* ---- writing ------------------------------------------------------------------------------ */

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

/* Where the picture lies and how it was made. Before the pixels, so that the tags need not move. */
static bool describe(GDALDatasetH dataset, const vd_source *source)
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
           GDALSetMetadataItem(dataset, "SETTINGS", settings, "VEDUTA") == CE_None;
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
                                 gdal_type(encoder->options->type), channels, NULL,
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
                              const gdal_trap *trap)
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
        if (!good || trap->failed) result = fail_write(context, trap);
    }
    free(samples);
    return result;
}

/* Gives the .aux.xml that GDAL may have left beside the temporary file its place in the family. */
static vd_result adopt_pam(vd_context *context, vd_family *family, const gdal_trap *trap, bool keep)
{
    const char *left = CPLSPrintf("%s.aux.xml", trap->part_path);
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
    const vd_source *source = encoder->source;
    gdal_trap trap = {.context = context,
                      .path = family->paths[VD_MEMBER_PICTURE],
                      .part_path = vd_whole_path(family->files[VD_MEMBER_PICTURE])};
    char **list = creation_list(encoder->options, source->has_alpha);
    vd_result result = VD_OK;
    trap_set(&trap);
    GDALDatasetH dataset = GDALCreate(find_driver(), trap.part_path, source->width, source->height,
                                      encoder->channels, gdal_type(encoder->options->type), list);
    family->written[VD_MEMBER_PICTURE] = true;
    if (!dataset || !describe(dataset, source)) result = fail_write(context, &trap);
    if (result == VD_OK) result = write_pixels(context, dataset, encoder, &trap);
    if (dataset) GDALClose(dataset);
    CPLPopErrorHandler();
    CSLDestroy(list);
    if (result == VD_OK && trap.failed) result = fail_write(context, &trap);
    vd_result adopted = adopt_pam(context, family, &trap, result == VD_OK);
    return result != VD_OK ? result : adopted;
}
