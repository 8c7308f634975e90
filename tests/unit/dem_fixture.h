/* Small rasters written by GDAL for the tests of src/terrain, and a context that keeps what it is
 * told. */
#ifndef VD_DEM_FIXTURE_H
#define VD_DEM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem.h"

#define UTM_30M                                                                                    \
    {                                                                                              \
        500000.0, 30.0, 0.0, 4000000.0, 0.0, -30.0                                                 \
    }

/* cmocka compares floats; these are doubles. */
#define assert_near(a, b, tolerance)                                                               \
    do {                                                                                           \
        double a_ = (a), b_ = (b);                                                                 \
        if (!(fabs(a_ - b_) <= (tolerance)))                                                       \
            fail_msg("%s = %.17g, expected %.17g within %g", #a, a_, b_, (double)(tolerance));     \
    } while (0)

/* A raster to write; zero members are left out of the file. */
typedef struct raster_spec {
    const char *path, *driver; /* driver NULL: GTiff */
    int nx, ny;
    GDALDataType type; /* GDT_Unknown: Float32 */
    double geotransform[6];
    const char *crs;
    const double *values; /* ny x nx */
    const double *nodata; /* one */
    double scale, offset;
    const char *unit;
    const char *area_or_point;
    char **creation;
} raster_spec;

static inline void write_raster(const raster_spec *spec)
{
    GDALAllRegister();
    GDALDriverH driver = GDALGetDriverByName(spec->driver ? spec->driver : "GTiff");
    GDALDataType type = spec->type == GDT_Unknown ? GDT_Float32 : spec->type;
    GDALDatasetH file = GDALCreate(driver, spec->path, spec->nx, spec->ny, 1, type, spec->creation);
    assert_non_null(file);
    if (spec->area_or_point) GDALSetMetadataItem(file, "AREA_OR_POINT", spec->area_or_point, NULL);
    if (spec->geotransform[1] != 0.0 || spec->geotransform[2] != 0.0) {
        double geotransform[6];
        memcpy(geotransform, spec->geotransform, sizeof geotransform);
        assert_int_equal(GDALSetGeoTransform(file, geotransform), CE_None);
    }
    if (spec->crs) {
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(srs, spec->crs), OGRERR_NONE);
        assert_int_equal(GDALSetSpatialRef(file, srs), CE_None);
        OSRDestroySpatialReference(srs);
    }
    GDALRasterBandH band = GDALGetRasterBand(file, 1);
    if (spec->nodata) GDALSetRasterNoDataValue(band, *spec->nodata);
    if (spec->scale != 0.0) GDALSetRasterScale(band, spec->scale);
    if (spec->offset != 0.0) GDALSetRasterOffset(band, spec->offset);
    if (spec->unit) GDALSetRasterUnitType(band, spec->unit);
    if (spec->values)
        assert_int_equal(GDALRasterIO(band, GF_Write, 0, 0, spec->nx, spec->ny,
                                      (void *)(uintptr_t)spec->values, spec->nx, spec->ny,
                                      GDT_Float64, 0, 0),
                         CE_None);
    GDALClose(file);
}

/* ---- a context that listens ---------------------------------------------------------------- */

typedef struct listener {
    vd_context *context;
    int warnings, infos;
    int cancel;
    char last[512];
} listener;

static inline void hear(void *user, vd_level level, const char *text)
{
    listener *l = user;
    if (level == VD_LEVEL_WARNING)
        l->warnings++;
    else
        l->infos++;
    snprintf(l->last, sizeof l->last, "%s", text);
}

static inline int wants_cancel(void *user)
{
    return ((listener *)user)->cancel;
}

static inline void listener_open(listener *l)
{
    memset(l, 0, sizeof *l);
    vd_callbacks callbacks = {.user = l, .cancel = wants_cancel, .message = hear};
    assert_int_equal(vd_context_create(&callbacks, &l->context), VD_OK);
}

static inline void listener_close(listener *l)
{
    vd_context_destroy(l->context);
}

/* ---- loading ------------------------------------------------------------------------------- */

static inline vd_dem_options plain_options(const char *path)
{
    return (vd_dem_options){.path = path, .band = 1, .threads = 1};
}

/* Loads a raster that must load without a warning. */
static inline vd_dem *load_with(const vd_dem_options *options)
{
    listener l;
    vd_dem *dem = NULL;
    listener_open(&l);
    if (vd_dem_load(l.context, options, &dem) != VD_OK) fail_msg("%s", vd_context_error(l.context));
    if (l.warnings) fail_msg("unexpected warning: %s", l.last);
    listener_close(&l);
    return dem;
}

static inline vd_dem *load(const char *path)
{
    vd_dem_options options = plain_options(path);
    return load_with(&options);
}

/* Loading must fail with this code and a sentence of one line that contains words. */
static inline void assert_refused(const vd_dem_options *options, vd_result code, const char *words)
{
    listener l;
    vd_dem *dem = NULL;
    listener_open(&l);
    assert_int_equal(vd_dem_load(l.context, options, &dem), code);
    assert_null(dem);
    const char *text = vd_context_error(l.context);
    if (!strstr(text, words)) fail_msg("'%s' does not say '%s'", text, words);
    assert_null(strchr(text, '\n'));
    listener_close(&l);
}

/* The height in metres at a raster cell, or of the ring (-1, nx). */
static inline double height_at(const vd_dem *dem, int column, int row)
{
    return dem->base_m + (double)dem->posts[(row + 1) * dem->stride + column + 1];
}

#endif
