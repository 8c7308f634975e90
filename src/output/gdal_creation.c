/* Creation options as GDAL takes them, for its GTiff and COG drivers: tiles, DEFLATE with a
 * predictor, BigTIFF when it may be needed; all of that can be overridden.
 *
 * DEFLATE works at its fourth level: dithered pixels hardly compress, and the sixth, GDAL's
 * default, takes more than twice the time for a file less than a tenth smaller.
 *
 * What a user asks for is tried before anything is rendered, on a picture of a few pixels. */
#include <stdio.h>

#include <cpl_conv.h>
#include <cpl_minixml.h>
#include <cpl_string.h>
#include <cpl_vsi.h>

#include "output/gdal_parts.h"

#define TRIAL_SIDE 16

static bool has_predictor(const char *compression)
{
    return EQUAL(compression, "DEFLATE") || EQUAL(compression, "LZW") || EQUAL(compression, "ZSTD");
}

/* What the two drivers call by different names. */
static char **our_list(const vd_output_options *options, const vd_source *source)
{
    char **list = CSLSetNameValue(NULL, "COMPRESS", "DEFLATE");
    list = CSLSetNameValue(list, "BIGTIFF", "IF_SAFER");
    int threads = vd_thread_room(options->threads);
    if (threads > 1) list = CSLSetNameValue(list, "NUM_THREADS", CPLSPrintf("%d", threads));
    if (options->format == VD_FORMAT_COG) return list;
    list = CSLSetNameValue(list, "TILED", "YES");
    list = CSLSetNameValue(list, "PHOTOMETRIC", source->layer ? "MINISBLACK" : "RGB");
    bool has_alpha = source->has_alpha && !source->layer;
    return has_alpha ? CSLSetNameValue(list, "ALPHA", "NON-PREMULTIPLIED") : list;
}

char **vd_creation_list(const vd_output_options *options, const vd_source *source)
{
    bool cog = options->format == VD_FORMAT_COG;
    const char *level = cog ? "LEVEL" : "ZLEVEL";
    const char *predictor = cog ? "YES" : options->type == VD_SAMPLE_FLOAT32 ? "3" : "2";
    char **list = our_list(options, source);
    for (const char *const *at = options->creation_options; at && *at; at++) {
        char *name = NULL;
        const char *value = CPLParseNameValue(*at, &name);
        if (name) list = CSLSetNameValue(list, name, value);
        CPLFree(name);
    }
    const char *compression = CSLFetchNameValue(list, "COMPRESS");
    if (EQUAL(compression, "DEFLATE") && !CSLFetchNameValue(list, level))
        list = CSLSetNameValue(list, level, "4");
    if (has_predictor(compression) && !CSLFetchNameValue(list, "PREDICTOR"))
        list = CSLSetNameValue(list, "PREDICTOR", predictor);
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

static bool fill(GDALDatasetH dataset)
{
    for (int band = 1; dataset && band <= 4; band++) {
        GDALRasterBandH at = GDALGetRasterBand(dataset, band);
        if (GDALFillRaster(at, 1.0, 0.0) != CE_None) return false;
        if (GDALSetRasterColorInterpretation(at, (GDALColorInterp)(GCI_RedBand + band - 1)) !=
            CE_None)
            return false;
    }
    return dataset != NULL;
}

/* Writes a few pixels in memory with these options, which finds values and combinations that GDAL
 * or a codec refuses. Four channels, since whether there is alpha may not be known yet; one thread,
 * since the trap does not hear of errors in others. */
static void try_creation(GDALDriverH driver, const vd_output_options *options, vd_gdal_trap *trap)
{
    char path[64];
    GDALDataType type = vd_gdal_type(options->type);
    snprintf(path, sizeof(path), "/vsimem/veduta-trial-%p.tif", (void *)trap);
    trap->part_path = path;
    const vd_source source = {.has_alpha = true};
    char **list = CSLSetNameValue(vd_creation_list(options, &source), "NUM_THREADS", "1");
    trap->strict = true;
    bool valid = GDALValidateCreationOptions(driver, list), good = false;
    trap->strict = false;

    bool copy = options->format == VD_FORMAT_COG;
    GDALDatasetH dataset = NULL;
    if (valid)
        dataset = GDALCreate(copy ? vd_gdal_driver("MEM") : driver, copy ? "" : path, TRIAL_SIDE,
                             TRIAL_SIDE, 4, type, copy ? NULL : list);
    if (valid) good = fill(dataset);
    if (copy && good) {
        GDALDatasetH copied = GDALCreateCopy(driver, path, dataset, FALSE, list, NULL, NULL);
        good = copied != NULL;
        if (copied) GDALClose(copied);
    }
    if (dataset) GDALClose(dataset);
    VSIUnlink(path);
    CSLDestroy(list);
    trap->failed = trap->failed || !good;
}

vd_result vd_creation_check(vd_context *context, const vd_output_options *options)
{
    const char *name = options->format == VD_FORMAT_COG ? "COG" : "GTiff";
    GDALDriverH driver = vd_gdal_driver(name);
    if (!driver)
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "%s: this GDAL has no %s driver; choose another format by --of",
                       options->path, name);
    const char *const *creation = options->creation_options;
    if (!creation || !creation[0]) return VD_OK;

    char **known = known_names(driver);
    vd_result result = VD_OK;
    for (const char *const *at = creation; result == VD_OK && *at; at++)
        result = vd_creation_option_check(context, name, *at, (const char *const *)known);
    CSLDestroy(known);
    if (result != VD_OK) return result;

    vd_gdal_trap trap = {.path = options->path};
    vd_gdal_trap_set(&trap);
    try_creation(driver, options, &trap);
    vd_gdal_trap_release();
    if (!trap.failed) return VD_OK;
    return vd_fail(
        context, VD_ERR_SETTING,
        "%s: GDAL refuses the creation options (--co): %s; change or leave out the one it "
        "names",
        options->path, trap.cause[0] ? trap.cause : "it does not say why");
}
