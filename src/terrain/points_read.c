/* Points in, by OGR. */
#include "terrain/points_read.h"

#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/gdal_words.h"

typedef struct reader {
    vd_context *context;
    const char *path;
    vd_points *out;
    int64_t capacity;
    vd_gdal_words words;
} reader;

static vd_result add_point(reader *r, double x, double y)
{
    vd_points *p = r->out;
    if (!isfinite(x) || !isfinite(y)) return VD_OK;
    if (p->count == r->capacity) {
        int64_t capacity = 2 * r->capacity + 1024;
        double *xs = realloc(p->x, (size_t)capacity * sizeof(double));
        if (xs) p->x = xs;
        double *ys = xs ? realloc(p->y, (size_t)capacity * sizeof(double)) : NULL;
        if (ys) p->y = ys;
        if (!ys)
            return vd_fail(r->context, VD_ERR_MEMORY, "%s: its points do not fit into memory",
                           r->path);
        r->capacity = capacity;
    }
    p->x[p->count] = x;
    p->y[p->count++] = y;
    return VD_OK;
}

/** Adds the points that a geometry is, or that it holds. */
static vd_result add_geometry(reader *r, OGRGeometryH geometry)
{
    if (!geometry) return VD_OK;
    if (wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbPoint)
        return OGR_G_IsEmpty(geometry)
                   ? VD_OK
                   : add_point(r, OGR_G_GetX(geometry, 0), OGR_G_GetY(geometry, 0));
    int parts = OGR_G_GetDimension(geometry) > 0 ? 0 : OGR_G_GetGeometryCount(geometry);
    for (int i = 0; i < parts; i++) VD_TRY(add_geometry(r, OGR_G_GetGeometryRef(geometry, i)));
    return VD_OK;
}

static vd_result read_crs(reader *r, OGRLayerH layer)
{
    static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
    OGRSpatialReferenceH crs = OGR_L_GetSpatialRef(layer);
    char *wkt = NULL;
    vd_result result = VD_OK;
    if (crs && OSRExportToWktEx(crs, &wkt, wkt2) == OGRERR_NONE && wkt && wkt[0])
        result = vd_strdup(r->context, wkt, &r->out->wkt);
    VSIFree(wkt);
    return result;
}

static vd_result read_file(reader *r, GDALDatasetH data)
{
    int layers = GDALDatasetGetLayerCount(data);
    if (layers != 1)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s: has %d layers, and must have one of points; take it out by ogr2ogr",
                       r->path, layers);
    OGRLayerH layer = GDALDatasetGetLayer(data, 0);
    OGRFeatureH feature;
    vd_result result = VD_OK;
    OGR_L_ResetReading(layer);
    while (result == VD_OK && (feature = OGR_L_GetNextFeature(layer))) {
        result = add_geometry(r, OGR_F_GetGeometryRef(feature));
        OGR_F_Destroy(feature);
    }
    if (result != VD_OK) return result;
    if (r->words.text[0])
        return vd_fail(r->context, VD_ERR_INPUT, "%s: cannot be read to its end: %s", r->path,
                       r->words.text);
    if (r->out->count == 0)
        return vd_fail(r->context, VD_ERR_FORMAT, "%s: holds no points", r->path);
    return read_crs(r, layer);
}

vd_result vd_points_read(vd_context *context, const char *path, vd_points *out)
{
    reader r = {.context = context, .path = path, .out = out};
    memset(out, 0, sizeof(*out));
    VD_TRY(vd_refuse_special_file(context, path));
    vd_raster_register();
    vd_gdal_listen(&r.words);
    GDALDatasetH data = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    vd_result result = data ? read_file(&r, data)
                            : vd_fail(context, VD_ERR_INPUT,
                                      "%s: cannot be opened as a vector file: %s; check its name",
                                      path, vd_gdal_words_or(&r.words, "no driver knows it"));
    if (data) GDALClose(data);
    vd_gdal_leave();
    if (result != VD_OK) vd_points_clear(out);
    return result;
}

void vd_points_clear(vd_points *points)
{
    free(points->x);
    free(points->y);
    free(points->wkt);
    memset(points, 0, sizeof(*points));
}
