#include "terrain/map_transform.h"

#include <cpl_conv.h>
#include <ogr_srs_api.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/gdal_words.h"

struct vd_map_transform {
    OGRCoordinateTransformationH transformation;
};

/* The start of a long WKT is enough of it for a message. */
#define EXCERPT 60

static OGRSpatialReferenceH crs_open(const char *text)
{
    vd_gdal_words words;
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    if (!crs) return NULL;
    vd_gdal_listen(&words);
    OGRErr status = OSRSetFromUserInput(crs, text);
    vd_gdal_leave();
    if (status != OGRERR_NONE) {
        OSRDestroySpatialReference(crs);
        return NULL;
    }
    OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    return crs;
}

static vd_result fail_unknown(vd_context *context, const char *text)
{
    return vd_fail(context, VD_ERR_SETTING,
                   "'%.*s': not a CRS that GDAL knows; give a code such as EPSG:32632, or a WKT or "
                   "PROJ string",
                   EXCERPT, text);
}

vd_result vd_map_transform_create(vd_context *context, const char *from, const char *to,
                                  vd_map_transform **out)
{
    void *memory = NULL;
    vd_gdal_words words;
    vd_result result = VD_OK;
    *out = NULL;
    OGRSpatialReferenceH source = crs_open(from), target = crs_open(to);
    if (!source || !target) {
        result = fail_unknown(context, source ? to : from);
        goto cleanup;
    }
    result = vd_alloc(context, 1, sizeof(vd_map_transform), "a transformation", &memory);
    if (result != VD_OK) goto cleanup;
    vd_map_transform *transform = memory;
    vd_gdal_listen(&words);
    transform->transformation = OCTNewCoordinateTransformation(source, target);
    vd_gdal_leave();
    if (!transform->transformation) {
        free(transform);
        result =
            vd_fail(context, VD_ERR_SETTING,
                    "there is no way from the CRS '%.*s' to '%.*s' (%s); warp the data with "
                    "gdalwarp -t_srs",
                    EXCERPT, from, EXCERPT, to, vd_gdal_words_or(&words, "GDAL does not say why"));
        goto cleanup;
    }
    *out = transform;
cleanup:
    OSRDestroySpatialReference(source);
    OSRDestroySpatialReference(target);
    return result;
}

void vd_map_transform_destroy(vd_map_transform *transform)
{
    if (!transform) return;
    OCTDestroyCoordinateTransformation(transform->transformation);
    free(transform);
}

void vd_map_transform_points(vd_map_transform *transform, int count, double *x, double *y)
{
    int good[256];
    vd_gdal_words words;
    for (int first = 0; first < count; first += 256) {
        int part = count - first < 256 ? count - first : 256;
        memset(good, 0, sizeof(good));
        vd_gdal_listen(&words);
        OCTTransformEx(transform->transformation, part, x + first, y + first, NULL, good);
        vd_gdal_leave();
        for (int i = first; i < first + part; i++)
            if (!good[i - first] || !isfinite(x[i]) || !isfinite(y[i])) x[i] = y[i] = (double)NAN;
    }
}

static vd_result describe_axes(vd_context *context, const char *text, OGRSpatialReferenceH crs,
                               vd_crs_info *out)
{
    char *unit = NULL;
    const char *name = OSRGetName(crs);
    snprintf(out->name, sizeof(out->name), "%s", name ? name : "unnamed");
    out->semi_major_m = OSRGetSemiMajor(crs, NULL);
    out->is_geographic = OSRIsGeographic(crs);
    if (out->is_geographic)
        out->degrees_per_unit = OSRGetAngularUnits(crs, &unit) * (180.0 / 3.14159265358979323846);
    else if (OSRIsProjected(crs))
        out->metres_per_unit = OSRGetLinearUnits(crs, &unit);
    if (!(out->degrees_per_unit > 0.0) && !(out->metres_per_unit > 0.0))
        return vd_fail(context, VD_ERR_SETTING,
                       "'%.*s': is neither a projected nor a geographic CRS; choose one of these",
                       EXCERPT, text);
    snprintf(out->unit, sizeof(out->unit), "%s", unit ? unit : "unknown");
    return VD_OK;
}

vd_result vd_crs_describe(vd_context *context, const char *text, vd_crs_info *out)
{
    static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    vd_gdal_words words;
    memset(out, 0, sizeof(*out));
    OGRSpatialReferenceH crs = crs_open(text);
    if (!crs) return fail_unknown(context, text);
    vd_gdal_listen(&words);
    vd_result result = describe_axes(context, text, crs, out);
    if (result == VD_OK && OSRExportToWktEx(crs, &wkt, wkt2) == OGRERR_NONE && wkt)
        result = vd_strdup(context, wkt, &out->wkt);
    vd_gdal_leave();
    CPLFree(wkt);
    OSRDestroySpatialReference(crs);
    if (result != VD_OK) memset(out, 0, sizeof(*out));
    return result;
}

vd_result vd_crs_local(vd_context *context, const char *geographic, const char *name,
                       double latitude_deg, double longitude_deg, char **out)
{
    static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    vd_gdal_words words;
    *out = NULL;
    OGRSpatialReferenceH base = crs_open(geographic);
    if (!base) return fail_unknown(context, geographic);
    vd_gdal_listen(&words);
    OGRSpatialReferenceH local = OSRCloneGeogCS(base);
    vd_result result = VD_ERR_SETTING;
    if (local && OSRSetProjCS(local, name) == OGRERR_NONE &&
        OSRSetTM(local, latitude_deg, longitude_deg, 1.0, 0.0, 0.0) == OGRERR_NONE &&
        OSRSetLinearUnits(local, "metre", 1.0) == OGRERR_NONE &&
        OSRExportToWktEx(local, &wkt, wkt2) == OGRERR_NONE)
        result = vd_strdup(context, wkt, out);
    vd_gdal_leave();
    CPLFree(wkt);
    OSRDestroySpatialReference(local);
    OSRDestroySpatialReference(base);
    if (result == VD_ERR_SETTING)
        return vd_fail(context, result, "'%.*s': no projection in metres can be made of this CRS",
                       EXCERPT, geographic);
    return result;
}

bool vd_crs_is_same(const char *a, const char *b)
{
    static const char *const criterion[] = {"CRITERION=EQUIVALENT",
                                            "IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", NULL};
    vd_gdal_words words;
    if (strcmp(a, b) == 0) return true;
    OGRSpatialReferenceH first = crs_open(a), second = crs_open(b);
    vd_gdal_listen(&words);
    bool same = first && second && OSRIsSameEx(first, second, criterion);
    vd_gdal_leave();
    OSRDestroySpatialReference(first);
    OSRDestroySpatialReference(second);
    return same;
}
