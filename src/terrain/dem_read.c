/* A raster in, by GDAL: opened and described. This file and raster_read.c are the only ones that
 * read heights with GDAL; they hand on plain numbers.
 *
 * A band's values become heights in three steps that all belong to the file: the mask (GDAL makes
 * one from a NODATA value, a mask band or an alpha band alike; NaN and infinities are added to it),
 * the band's scale and offset, and the unit of height (the band's unit type, else the vertical part
 * of a compound CRS, else metres).
 *
 * AREA and POINT need nothing here: GDAL's geotransform is that of cells in both. For a raster that
 * says POINT, whose file ties its first post to the origin, the driver has already moved the origin
 * out by half a cell, so the post is at the cell's centre either way (a test holds GDAL to it).
 *
 * Overviews are taken as smaller rasters of the same ground. They share the band's scale, offset
 * and unit; how well they were made is their maker's business.
 *
 * GDAL reports by callback. Every function installs its own for as long as it runs, which keeps
 * GDAL silent and folds its words into our one sentence. Its block cache is the whole process's, so
 * its size is left alone; a raster's blocks are dropped as soon as they are read, or never come
 * there. */
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <cpl_vsi_error.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "terrain/dem_parts.h"
#include "terrain/raster.h"

/* Registering drivers is GDAL's own process-wide state; doing it once is all there is to guard. */
static pthread_once_t register_once = PTHREAD_ONCE_INIT;

void vd_raster_register(void)
{
    pthread_once(&register_once, GDALAllRegister);
}

/* ---- units --------------------------------------------------------------------------------- */

#define US_FOOT_M (1200.0 / 3937.0)

static const struct {
    const char *name;
    double metres;
} height_units[] = {
    {"m", 1.0},
    {"metre", 1.0},
    {"meter", 1.0},
    {"metres", 1.0},
    {"meters", 1.0},
    {"km", 1000.0},
    {"kilometre", 1000.0},
    {"kilometer", 1000.0},
    {"dm", 0.1},
    {"decimetre", 0.1},
    {"decimeter", 0.1},
    {"cm", 0.01},
    {"centimetre", 0.01},
    {"centimeter", 0.01},
    {"mm", 0.001},
    {"millimetre", 0.001},
    {"millimeter", 0.001},
    {"ft", 0.3048},
    {"foot", 0.3048},
    {"feet", 0.3048},
    {"international foot", 0.3048},
    {"yd", 0.9144},
    {"yard", 0.9144},
    {"us-ft", US_FOOT_M},
    {"us_ft", US_FOOT_M},
    {"ftus", US_FOOT_M},
    {"sft", US_FOOT_M},
    {"us survey foot", US_FOOT_M},
    {"us survey feet", US_FOOT_M},
    {"foot_us", US_FOOT_M},
    {"fathom", 1.8288},
};

static bool find_height_unit(const char *name, double *metres)
{
    for (size_t i = 0; i < sizeof height_units / sizeof height_units[0]; i++) {
        if (strcasecmp(name, height_units[i].name) == 0) {
            *metres = height_units[i].metres;
            return true;
        }
    }
    return false;
}

/** The step of numbers that are whole. */
static double find_step(GDALRasterBandH band)
{
    GDALDataType type = GDALGetRasterDataType(band);
    double scale = fabs(GDALGetRasterScale(band, NULL));
    if (GDALDataTypeIsFloating(type)) return 0.0;
    return scale > 0.0 && isfinite(scale) ? scale : 1.0;
}

static void describe_height_unit(const vd_raster *raster, OGRSpatialReferenceH srs,
                                 vd_dem_info *info)
{
    const char *unit = GDALGetRasterUnitType(raster->band);
    info->vertical_to_m = 1.0;
    if (unit && unit[0]) {
        snprintf(info->vertical_unit, sizeof info->vertical_unit, "%s", unit);
        (void)find_height_unit(unit, &info->vertical_to_m);
        return;
    }
    if (srs && OSRIsCompound(srs)) {
        char *name = NULL;
        double metres = OSRGetTargetLinearUnits(srs, "VERT_CS", &name);
        if (metres > 0.0 && isfinite(metres)) {
            info->vertical_to_m = metres;
            snprintf(info->vertical_unit, sizeof info->vertical_unit, "%s", name ? name : "metre");
            return;
        }
    }
    snprintf(info->vertical_unit, sizeof info->vertical_unit, "metre");
}

/* ---- the CRS ------------------------------------------------------------------------------- */

static void describe_body(OGRSpatialReferenceH srs, vd_dem_info *info, OGRErr *unknown)
{
    info->semi_major_m = OSRGetSemiMajor(srs, unknown);
    info->inverse_flattening = OSRGetInvFlattening(srs, NULL);
}

static vd_result describe_axes(vd_context *context, const vd_raster *raster,
                               OGRSpatialReferenceH srs, vd_dem_info *info, vd_raster_crs *crs)
{
    char *unit = NULL;
    if (OSRIsDerivedGeographic(srs))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its CRS '%s' has a pole of its own; reproject it first with gdalwarp "
                       "-t_srs EPSG:4326",
                       raster->path, info->crs_name);
    if (OSRIsGeographic(srs)) {
        crs->kind = VD_CRS_GEOGRAPHIC;
        double degrees = OSRGetAngularUnits(srs, &unit) * (180.0 / 3.14159265358979323846);
        info->degrees_per_unit = fabs(degrees - 1.0) < 1e-9 ? 1.0 : degrees;
        OGRErr unknown = OGRERR_NONE;
        describe_body(srs, info, &unknown);
        if (unknown != OGRERR_NONE || !(info->semi_major_m > 0.0) || !(degrees > 0.0))
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: its CRS '%s' has no ellipsoid; name the right one by --assign-crs",
                           raster->path, info->crs_name);
    } else if (OSRIsProjected(srs) || OSRIsLocal(srs)) {
        OGRErr unknown = OGRERR_NONE;
        crs->kind = VD_CRS_PROJECTED;
        describe_body(srs, info, &unknown);
        if (unknown != OGRERR_NONE) info->semi_major_m = info->inverse_flattening = 0.0;
        crs->metres_per_unit = OSRGetLinearUnits(srs, &unit);
        if (!(crs->metres_per_unit > 0.0) || !isfinite(crs->metres_per_unit))
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: its CRS '%s' has no unit of length; name the right one by "
                           "--assign-crs",
                           raster->path, info->crs_name);
    } else {
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its CRS '%s' is neither projected nor geographic; reproject it first "
                       "with gdalwarp, or name the right one by --assign-crs",
                       raster->path, info->crs_name);
    }
    snprintf(info->horizontal_unit, sizeof info->horizontal_unit, "%s", unit ? unit : "unknown");
    return VD_OK;
}

static vd_result describe_crs(vd_context *context, const vd_raster *raster,
                              OGRSpatialReferenceH srs, vd_dem_info *info, vd_raster_crs *crs)
{
    static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    vd_result result = VD_OK;
    const char *name = OSRGetName(srs);
    snprintf(info->crs_name, sizeof info->crs_name, "%s", name ? name : "unnamed");
    result = describe_axes(context, raster, srs, info, crs);
    if (result == VD_OK && OSRExportToWktEx(srs, &wkt, wkt2) == OGRERR_NONE && wkt)
        result = vd_strdup(context, wkt, &info->wkt);
    CPLFree(wkt);
    return result;
}

/* Where the raster lies. A CRS without a geotransform places nothing, so it counts as none. */
static vd_result describe_place(vd_context *context, const vd_raster *raster,
                                const vd_dem_options *options, vd_dem_info *info,
                                vd_raster_crs *crs)
{
    static const double identity[6] = {0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
    vd_result result = VD_OK;
    OGRSpatialReferenceH assigned = NULL;
    OGRSpatialReferenceH srs = GDALGetSpatialRef(raster->dataset);

    info->has_geotransform = GDALGetGeoTransform(raster->dataset, info->geotransform) == CE_None &&
                             memcmp(info->geotransform, identity, sizeof identity) != 0;
    snprintf(info->crs_name, sizeof info->crs_name, "none");
    snprintf(info->horizontal_unit, sizeof info->horizontal_unit, "%s",
             info->has_geotransform ? "metre (assumed)" : "cell");
    if (options->assign_crs && !info->has_geotransform) {
        result =
            vd_fail(context, VD_ERR_SETTING,
                    "--assign-crs: %s does not say where it lies, so a CRS has no use; give its "
                    "cells' side by --cell-size, or its place by gdal_translate -a_ullr",
                    raster->path);
        goto cleanup;
    }
    if (options->assign_crs) {
        assigned = OSRNewSpatialReference(NULL);
        if (!assigned || OSRSetFromUserInput(assigned, options->assign_crs) != OGRERR_NONE) {
            result =
                vd_fail(context, VD_ERR_SETTING,
                        "--assign-crs '%s': not a CRS that GDAL knows (%s); give a code such "
                        "as EPSG:32632, or a WKT or PROJ string",
                        options->assign_crs, vd_gdal_words_or(&raster->words, "no reason given"));
            goto cleanup;
        }
        srs = assigned;
    }
    if (srs && info->has_geotransform) {
        result = describe_crs(context, raster, srs, info, crs);
        if (result != VD_OK) goto cleanup;
    }
    describe_height_unit(raster, srs, info);
    info->height_step_m = find_step(raster->band) * info->vertical_to_m;

cleanup:
    OSRDestroySpatialReference(assigned);
    return result;
}

/* ---- the file ------------------------------------------------------------------------------ */

static vd_result open_failed(vd_context *context, const vd_raster *raster)
{
    VSIStatBufL status;
    VSIErrorReset();
    VSICurlPartialClearCache(raster->path); /* which knows that it failed, but not why */
    errno = 0;
    if (VSIStatExL(raster->path, &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_SET_ERROR_FLAG) != 0) {
        const char *why = VSIGetLastErrorMsg(); /* of the network; errno is of the disk */
        if (!why[0] && strncmp(raster->path, "/vsi", 4) != 0 && errno) why = strerror(errno);
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name",
                       raster->path, why[0] ? why : "no such file");
    }
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: cannot be opened as a raster: %s; `gdalinfo` shows what GDAL makes of it",
                   raster->path, vd_gdal_words_or(&raster->words, "no driver knows it"));
}

static vd_result choose_band(vd_context *context, vd_raster *raster, int number)
{
    int count = GDALGetRasterCount(raster->dataset);
    if (count == 0) {
        char **parts = GDALGetMetadata(raster->dataset, "SUBDATASETS");
        const char *first = CSLFetchNameValue(parts, "SUBDATASET_1_NAME");
        if (first)
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: holds %d rasters; name one of them as the input, such as '%s'",
                           raster->path, CSLCount(parts) / 2, first);
        return vd_fail(context, VD_ERR_FORMAT, "%s: has no raster bands; give it a raster",
                       raster->path);
    }
    if (number < 1 || number > count)
        return vd_fail(context, VD_ERR_SETTING, "--band %d: %s has %d band%s; choose 1..%d", number,
                       raster->path, count, count == 1 ? "" : "s", count);
    raster->number = number;
    raster->band = GDALGetRasterBand(raster->dataset, number);
    GDALDataType type = GDALGetRasterDataType(raster->band);
    if (GDALDataTypeIsComplex(type))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: band %d is complex (%s), not heights; extract a real part first",
                       raster->path, number, GDALGetDataTypeName(type));
    return VD_OK;
}

/* Formats that keep bare numbers beside a header: their drivers read what is missing as zeros. */
static vd_result check_bare_size(vd_context *context, const vd_raster *raster)
{
    static const char *const bare[] = {"ENVI", "EHdr", "ISCE", "ROI_PAC"};
    const char *driver = GDALGetDriverShortName(GDALGetDatasetDriver(raster->dataset));
    bool is_bare = false;
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
        is_bare |= strcmp(driver, bare[i]) == 0;
    /* Cells packed closer than bytes, or a gzipped file, have a size of their own. */
    if (!is_bare || GDALGetMetadataItem(raster->band, "NBITS", "IMAGE_STRUCTURE")) return VD_OK;
    unsigned char magic[2] = {0, 0};
    VSILFILE *file = VSIFOpenL(raster->path, "rb");
    bool gzip = file && VSIFReadL(magic, 1, 2, file) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
    if (file) VSIFCloseL(file);

    VSIStatBufL status;
    double needed = (double)raster->nx * raster->ny * GDALGetRasterCount(raster->dataset) *
                    GDALGetDataTypeSizeBytes(GDALGetRasterDataType(raster->band));
    if (gzip || VSIStatL(raster->path, &status) != 0 || (double)status.st_size >= needed)
        return VD_OK;
    return vd_fail(context, VD_ERR_INPUT,
                   "%s: has %.0f bytes where its header promises %.0f; the file may be truncated",
                   raster->path, (double)status.st_size, needed);
}

const char *vd_raster_colour(const vd_raster *raster)
{
    GDALColorInterp colour = GDALGetRasterColorInterpretation(raster->band);
    bool is_none = colour == GCI_Undefined || colour == GCI_GrayIndex;
    return is_none ? NULL : GDALGetColorInterpretationName(colour);
}

void vd_raster_remark(vd_context *context, const vd_raster *raster)
{
    double metres;
    const char *unit = GDALGetRasterUnitType(raster->band);
    if (unit && unit[0] && !find_height_unit(unit, &metres))
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: unknown unit of height '%s'; taken as metres (--z-factor can correct it)",
                   raster->path, unit);
    /* A picture taken for a DEM gives a relief of its brightness. */
    const char *colour = vd_raster_colour(raster);
    if (!colour) return;
    vd_message(context, VD_LEVEL_WARNING,
               "%s: its band holds colours (%s), which are taken as heights; is it a DEM?",
               raster->path, colour);
}

/* ---- overviews ----------------------------------------------------------------------------- */

static vd_dem_level size_of(GDALRasterBandH band)
{
    return (vd_dem_level){GDALGetRasterBandXSize(band), GDALGetRasterBandYSize(band)};
}

/* An overview that has lost the mask (some writers make none for it) would show NODATA as land. */
static bool is_usable(const vd_raster *raster, GDALRasterBandH overview)
{
    vd_dem_level size = size_of(overview);
    return size.nx >= 2 && size.ny >= 2 && size.nx < raster->nx && size.ny < raster->ny &&
           GDALGetMaskFlags(overview) == GDALGetMaskFlags(raster->band);
}

/* Files list their overviews in any order. */
static void list_levels(const vd_raster *raster, vd_dem_info *info)
{
    info->levels[0] = (vd_dem_level){raster->nx, raster->ny};
    info->level_count = 1;
    int overviews = GDALGetOverviewCount(raster->band);
    for (int i = 0; i < overviews && info->level_count < VD_DEM_LEVELS_MAX; i++) {
        GDALRasterBandH overview = GDALGetOverview(raster->band, i);
        if (!overview || !is_usable(raster, overview)) continue;
        vd_dem_level size = size_of(overview);
        int at = info->level_count++;
        for (; info->levels[at - 1].nx < size.nx; at--) info->levels[at] = info->levels[at - 1];
        info->levels[at] = size;
    }
}

vd_result vd_raster_use_level(vd_context *context, vd_raster *raster, vd_dem_level size)
{
    if (size.nx == raster->nx && size.ny == raster->ny) return VD_OK;
    vd_gdal_listen(&raster->words);
    GDALRasterBandH found = NULL;
    int overviews = GDALGetOverviewCount(raster->band);
    for (int i = 0; i < overviews && !found; i++) {
        GDALRasterBandH overview = GDALGetOverview(raster->band, i);
        if (!overview || !is_usable(raster, overview)) continue;
        vd_dem_level has = size_of(overview);
        if (has.nx == size.nx && has.ny == size.ny) found = overview;
    }
    if (found) {
        raster->nx = size.nx;
        raster->ny = size.ny;
        raster->band = found;
        vd_raster_plan(raster);
    }
    vd_gdal_leave();
    return found ? VD_OK
                 : vd_fail(context, VD_ERR_INPUT,
                           "%s: has no grid of %d x %d cells any more; has the file changed?",
                           raster->path, size.nx, size.ny);
}

/* ---- opening ------------------------------------------------------------------------------- */

static vd_result describe(vd_context *context, vd_raster *raster, const vd_dem_options *options,
                          vd_dem_info *info, vd_raster_crs *crs)
{
    VD_TRY(vd_refuse_special_file(context, raster->path));
    raster->dataset =
        GDALOpenEx(raster->path, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    if (!raster->dataset) return open_failed(context, raster);
    VD_TRY(choose_band(context, raster, options->band));

    raster->nx = info->nx = GDALGetRasterBandXSize(raster->band);
    raster->ny = info->ny = GDALGetRasterBandYSize(raster->band);
    if (info->nx < 2 || info->ny < 2)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: is %d x %d cells; a surface needs at least 2 x 2", raster->path,
                       info->nx, info->ny);
    VD_TRY(check_bare_size(context, raster));
    int set = 0;
    raster->scale = GDALGetRasterScale(raster->band, &set);
    if (!set) raster->scale = 1.0;
    raster->offset = GDALGetRasterOffset(raster->band, &set);
    if (!set) raster->offset = 0.0;
    if (!(fabs(raster->scale) > 0.0) || !isfinite(raster->scale) || !isfinite(raster->offset))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: band %d has scale %g and offset %g, which make no heights; correct "
                       "them with gdal_edit",
                       raster->path, options->band, raster->scale, raster->offset);
    VD_TRY(describe_place(context, raster, options, info, crs));
    info->files = 1;
    list_levels(raster, info);
    vd_raster_plan(raster);
    return VD_OK;
}

vd_result vd_raster_open(vd_context *context, const vd_dem_options *options, vd_dem_info *info,
                         vd_raster_crs *crs, vd_raster **out)
{
    *out = NULL;
    *crs = (vd_raster_crs){VD_CRS_NONE, 1.0};
    memset(info, 0, sizeof *info);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_raster), "a raster's description", &memory));
    vd_raster *raster = memory;
    raster->path = options->path;

    vd_raster_register();
    vd_gdal_listen(&raster->words);
    vd_result result = describe(context, raster, options, info, crs);
    vd_gdal_leave();
    if (result != VD_OK) {
        vd_raster_close(raster);
        vd_dem_info_clear(info);
        return result;
    }
    *out = raster;
    return VD_OK;
}

void vd_raster_close(vd_raster *raster)
{
    if (!raster) return;
    vd_gdal_listen(&raster->words);
    if (raster->dataset) GDALClose(raster->dataset);
    vd_gdal_leave();
    free(raster->cells);
    free(raster->valid);
    free(raster);
}
