/* Vector layers in, by OGR; nothing but rings of points comes out. */
#include "terrain/vector_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/vector_parts.h"

typedef struct reader {
    vd_context *context;
    const char *path;
    const vd_polygon_query *query;
    vd_polygons *out;
    int field;    /* its number; -1: none */
    double value; /* of the feature that is read */
    int64_t ring_capacity, point_capacity;
} reader;

/** Makes room for more items behind count; *items is of capacity items of this size. */
static vd_result grow(reader *r, void **items, int64_t count, int64_t more, int64_t *capacity,
                      size_t size)
{
    if (count + more <= *capacity) return VD_OK;
    int64_t wanted = 2 * *capacity + more;
    void *memory = realloc(*items, (size_t)wanted * size);
    if (!memory)
        return vd_fail(r->context, VD_ERR_MEMORY, "%s: its polygons do not fit into memory",
                       r->path);
    *items = memory;
    *capacity = wanted;
    return VD_OK;
}

static vd_result add_ring(reader *r, OGRGeometryH line, bool is_hole)
{
    vd_polygons *p = r->out;
    int points = OGR_G_GetPointCount(line);
    void *x = p->x, *y = p->y, *rings = p->rings;
    int64_t capacity = r->point_capacity;
    vd_result result = grow(r, &x, p->point_count, points, &capacity, sizeof(double));
    p->x = x;
    if (result == VD_OK)
        result = grow(r, &y, p->point_count, points, &r->point_capacity, sizeof(double));
    p->y = y;
    if (result == VD_OK)
        result = grow(r, &rings, p->ring_count, 1, &r->ring_capacity, sizeof(vd_ring));
    p->rings = rings;
    if (result != VD_OK) return result;
    vd_ring *ring = &p->rings[p->ring_count];
    *ring = (vd_ring){p->point_count, 0, is_hole, r->value};
    for (int i = 0; i < points; i++) {
        double px = OGR_G_GetX(line, i), py = OGR_G_GetY(line, i);
        if (!isfinite(px) || !isfinite(py)) continue;
        p->x[ring->first + ring->count] = px;
        p->y[ring->first + ring->count++] = py;
    }
    if (ring->count < 3) return VD_OK; /* without area; the next ring takes its place */
    p->point_count += ring->count;
    p->ring_count++;
    return VD_OK;
}

/** Adds what a geometry holds of polygons. */
static vd_result add_geometry(reader *r, OGRGeometryH geometry)
{
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
    bool is_polygon = type == wkbPolygon || type == wkbTriangle;
    int parts = OGR_G_GetDimension(geometry) < 2 ? 0 : OGR_G_GetGeometryCount(geometry);
    for (int i = 0; i < parts; i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(geometry, i);
        VD_TRY(is_polygon ? add_ring(r, part, i > 0) : add_geometry(r, part));
    }
    return VD_OK;
}

static vd_result add_feature(reader *r, OGRFeatureH feature)
{
    OGRGeometryH geometry = OGR_F_GetGeometryRef(feature), lines = NULL;
    if (!geometry) return VD_OK;
    r->value = NAN;
    if (r->field >= 0 && OGR_F_IsFieldSetAndNotNull(feature, r->field))
        r->value = OGR_F_GetFieldAsDouble(feature, r->field);
    if (OGR_G_HasCurveGeometry(geometry, FALSE)) {
        lines = OGR_G_GetLinearGeometry(geometry, 0.0, NULL);
        if (!lines) return VD_OK;
    }
    vd_result result = add_geometry(r, lines ? lines : geometry);
    OGR_G_DestroyGeometry(lines);
    return result;
}

/** Finds the number of the field asked for. */
static vd_result choose_field(reader *r, OGRLayerH layer)
{
    const char *name = r->query->field;
    char names[256] = "";
    size_t length = 0;
    r->field = -1;
    if (!name) return VD_OK;
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
    r->field = OGR_FD_GetFieldIndex(definition, name);
    if (r->field >= 0) return VD_OK;
    for (int i = 0; i < OGR_FD_GetFieldCount(definition) && length < sizeof(names); i++)
        length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s", i ? ", " : "",
                                   OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
    return vd_fail(r->context, VD_ERR_SETTING, "%s: %s has no field '%s'; it has %s",
                   r->query->field_flag, r->path, name, names[0] ? names : "none");
}

static vd_result read_layer(reader *r, const vd_vector *vector)
{
    vd_result result = VD_OK;
    OGRFeatureH feature;
    OGR_L_ResetReading(vector->layer);
    while (result == VD_OK && (feature = OGR_L_GetNextFeature(vector->layer))) {
        result = add_feature(r, feature);
        OGR_F_Destroy(feature);
    }
    if (result == VD_OK) result = vd_vector_check(vector);
    if (result != VD_OK) return result;
    if (r->out->ring_count == 0)
        return vd_fail(r->context, VD_ERR_FORMAT, "%s: layer '%s' holds no polygons, which %s",
                       r->path, OGR_L_GetName(vector->layer), r->query->purpose);
    return vd_vector_wkt(vector, &r->out->wkt);
}

vd_result vd_polygons_read(vd_context *context, const vd_polygon_query *query, vd_polygons *out)
{
    const char *path = query->path;
    reader r = {.context = context, .path = path, .query = query, .out = out, .field = -1};
    vd_vector vector;
    memset(out, 0, sizeof(*out));
    vd_result result =
        vd_vector_open(context, path, NULL, NULL, query->layer, query->layer_flag, &vector);
    if (result == VD_OK) result = choose_field(&r, vector.layer);
    if (result == VD_OK) result = read_layer(&r, &vector);
    vd_vector_close(&vector);
    if (result != VD_OK) vd_polygons_clear(out);
    return result;
}

void vd_polygons_clear(vd_polygons *polygons)
{
    free(polygons->rings);
    free(polygons->x);
    free(polygons->y);
    free(polygons->wkt);
    memset(polygons, 0, sizeof(*polygons));
}
