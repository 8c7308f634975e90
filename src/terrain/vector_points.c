/* Places to be labelled, out of whatever keeps them: a gazetteer as CSV, a layer of peaks, rivers,
 * lakes. A feature gives one row, a multipoint one for each point. */
#include "terrain/vector_points.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/vector_parts.h"

typedef struct reader {
    vd_context *context;
    const char *path;
    vd_vector_points *out;
} reader;

static vd_result no_memory(const reader *r)
{
    return vd_fail(r->context, VD_ERR_MEMORY, "%s: its points do not fit into memory", r->path);
}

static vd_result grow(reader *r)
{
    vd_vector_points *p = r->out;
    if (p->count < p->capacity) return VD_OK;
    int64_t wanted = 2 * p->capacity + 256;
    void *points = realloc(p->points, (size_t)wanted * sizeof(vd_point));
    if (!points) return no_memory(r);
    p->points = points;
    if (p->field_count > 0) {
        void *values = realloc(p->values, (size_t)wanted * (size_t)p->field_count * sizeof(char *));
        if (!values) return no_memory(r);
        p->values = values;
    }
    p->capacity = wanted;
    return VD_OK;
}

static vd_result add_point(reader *r, OGRFeatureH feature, double x, double y, const double *z)
{
    vd_vector_points *p = r->out;
    VD_TRY(grow(r));
    bool has_z = z && isfinite(*z);
    p->points[p->count] =
        (vd_point){x, y, has_z ? *z : 0.0, has_z ? VD_HEIGHT_DATUM : VD_HEIGHT_GROUND};
    char **values = p->values + p->count * p->field_count;
    for (int i = 0; i < p->field_count; i++) values[i] = NULL;
    p->count++;
    for (int i = 0; i < p->field_count; i++)
        if (OGR_F_IsFieldSetAndNotNull(feature, i))
            VD_TRY(vd_strdup(r->context, OGR_F_GetFieldAsString(feature, i), &values[i]));
    return VD_OK;
}

/** The longest part of several lines. */
static OGRGeometryH longest_of(OGRGeometryH geometry)
{
    int count = OGR_G_GetGeometryCount(geometry);
    OGRGeometryH best = geometry;
    double most = -1.0;
    for (int i = 0; i < count; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);
        if (OGR_G_Length(part) <= most) continue;
        most = OGR_G_Length(part);
        best = part;
    }
    return best;
}

static vd_result add_geometry(reader *r, OGRFeatureH feature, OGRGeometryH geometry)
{
    OGRGeometryH point = NULL;
    bool is_point = wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbPoint;
    if (OGR_G_IsEmpty(geometry)) return VD_OK;
    if (is_point) {
        double z = OGR_G_GetZ(geometry, 0);
        return add_point(r, feature, OGR_G_GetX(geometry, 0), OGR_G_GetY(geometry, 0),
                         OGR_G_Is3D(geometry) ? &z : NULL);
    }
    int dimension = OGR_G_GetDimension(geometry);
    if (dimension == 0) {
        for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
            VD_TRY(add_geometry(r, feature, OGR_G_GetGeometryRef(geometry, i)));
        return VD_OK;
    }
    if (dimension == 1) {
        OGRGeometryH line = longest_of(geometry);
        point = OGR_G_Value(line, 0.5 * OGR_G_Length(line));
    } else {
        point = OGR_G_PointOnSurface(geometry);
    }
    if (!point)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s: feature %lld is a %s that GDAL finds no point of (%s); give points",
                       r->path, (long long)OGR_F_GetFID(feature), OGR_G_GetGeometryName(geometry),
                       "areas need a GDAL with GEOS");
    vd_result result = add_point(r, feature, OGR_G_GetX(point, 0), OGR_G_GetY(point, 0), NULL);
    OGR_G_DestroyGeometry(point);
    return result;
}

static vd_result read_fields(reader *r, OGRLayerH layer)
{
    vd_vector_points *p = r->out;
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
    int count = OGR_FD_GetFieldCount(definition);
    void *memory;
    if (count == 0) return VD_OK;
    VD_TRY(vd_alloc(r->context, (size_t)count, sizeof(char *), "names of fields", &memory));
    p->fields = memory;
    VD_TRY(vd_alloc(r->context, (size_t)count, sizeof(bool), "names of fields", &memory));
    p->is_number = memory;
    for (int i = 0; i < count; i++) {
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
        OGRFieldType type = OGR_Fld_GetType(field);
        p->is_number[i] = type == OFTInteger || type == OFTInteger64 || type == OFTReal;
        VD_TRY(vd_strdup(r->context, OGR_Fld_GetNameRef(field), &p->fields[i]));
        p->field_count++;
    }
    return VD_OK;
}

static vd_result read_layer(reader *r, const vd_vector *vector, bool is_csv)
{
    OGRFeatureH feature;
    OGRLayerH layer = vector->layer;
    int64_t without = 0;
    vd_result result = read_fields(r, layer);
    if (result == VD_OK && OGR_L_GetGeomType(layer) == wkbNone)
        return vd_fail(r->context, VD_ERR_FORMAT, "%s: %s", r->path,
                       is_csv ? "has no columns of coordinates; name them x and y, or lon and lat, "
                                "in its first line"
                              : "has no places");
    OGR_L_ResetReading(layer);
    while (result == VD_OK && (feature = OGR_L_GetNextFeature(layer))) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        if (geometry)
            result = add_geometry(r, feature, geometry);
        else
            without++;
        OGR_F_Destroy(feature);
    }
    if (without > 0)
        vd_message(r->context, VD_LEVEL_WARNING,
                   "%s: %lld of its features have no place and are left out", r->path,
                   (long long)without);
    if (result == VD_OK) result = vd_vector_check(vector);
    if (result != VD_OK) return result;
    return vd_vector_wkt(vector, &r->out->wkt);
}

vd_result vd_vector_points_read(vd_context *context, const char *path, const char *layer,
                                const char *chooser, vd_vector_points *out)
{
    /* "field_1" and so on are the columns of a file without a header. */
    static const char *const columns[] = {"X_POSSIBLE_NAMES=x,lon*,lng,east*,field_1",
                                          "Y_POSSIBLE_NAMES=y,lat*,north*,field_2",
                                          "Z_POSSIBLE_NAMES=z,ele*,alt*,field_3",
                                          "KEEP_GEOM_COLUMNS=NO",
                                          "AUTODETECT_TYPE=YES",
                                          "EMPTY_STRING_AS_NULL=YES",
                                          NULL};
    bool is_input = strcmp(path, "-") == 0;
    const char *suffix = strrchr(path, '.');
    bool is_csv = is_input || (suffix && strcasecmp(suffix, ".csv") == 0);
    reader r = {context, is_input ? "standard input" : path, out};
    vd_vector vector;
    *out = (vd_vector_points){0};
    vd_result result = vd_vector_open(context, r.path, is_input ? "CSV:/vsistdin/" : NULL,
                                      is_csv ? columns : NULL, layer, chooser, &vector);
    if (result == VD_OK) result = read_layer(&r, &vector, is_csv);
    vd_vector_close(&vector);
    if (result != VD_OK) vd_vector_points_clear(out);
    return result;
}

void vd_vector_points_clear(vd_vector_points *points)
{
    for (int64_t i = 0; points->values && i < points->count * points->field_count; i++)
        free(points->values[i]);
    for (int i = 0; i < points->field_count; i++) free(points->fields[i]);
    free(points->fields);
    free(points->is_number);
    free(points->values);
    free(points->points);
    free(points->wkt);
    *points = (vd_vector_points){0};
}
