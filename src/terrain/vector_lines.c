#include "terrain/vector_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/vector_parts.h"

typedef struct reader {
    vd_context *context;
    const char *path;
    vd_line *out;
    double length; /* of the line so far */
} reader;

/** Takes a line over if it is longer than the one so far. */
static vd_result take(reader *r, OGRGeometryH line)
{
    vd_line *out = r->out;
    int count = OGR_G_GetPointCount(line);
    double length = OGR_G_Length(line);
    void *memory;
    if (count < 2 || !(length > 0.0)) return VD_OK;
    if (!isfinite(length))
        return vd_fail(r->context, VD_ERR_FORMAT, "%s: has coordinates that are no numbers",
                       r->path);
    if (out->x) out->others++;
    if (!(length > r->length)) return VD_OK;
    VD_TRY(vd_alloc(r->context, (size_t)count, 2 * sizeof(double), "the line", &memory));
    free(out->x);
    out->x = memory;
    out->y = out->x + count;
    out->count = count;
    r->length = length;
    for (int i = 0; i < count; i++) {
        out->x[i] = OGR_G_GetX(line, i);
        out->y[i] = OGR_G_GetY(line, i);
    }
    return VD_OK;
}

static vd_result add_geometry(reader *r, OGRGeometryH geometry)
{
    OGRGeometryH straight = NULL;
    vd_result result = VD_OK;
    if (OGR_G_IsEmpty(geometry)) return VD_OK;
    if (OGR_GT_IsNonLinear(OGR_G_GetGeometryType(geometry))) {
        straight = OGR_G_GetLinearGeometry(geometry, 0.0, NULL);
        if (straight) geometry = straight;
    }
    if (wkbFlatten(OGR_G_GetGeometryType(geometry)) == wkbLineString)
        result = take(r, geometry);
    else
        for (int i = 0; result == VD_OK && i < OGR_G_GetGeometryCount(geometry); i++)
            result = add_geometry(r, OGR_G_GetGeometryRef(geometry, i));
    OGR_G_DestroyGeometry(straight);
    return result;
}

static vd_result read_layer(reader *r, const vd_vector *vector)
{
    OGRFeatureH feature;
    vd_result result = VD_OK;
    OGR_L_ResetReading(vector->layer);
    while (result == VD_OK && (feature = OGR_L_GetNextFeature(vector->layer))) {
        OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
        if (geometry) result = add_geometry(r, geometry);
        OGR_F_Destroy(feature);
    }
    if (result == VD_OK) result = vd_vector_check(vector);
    if (result == VD_OK && r->out->count == 0)
        result = vd_fail(r->context, VD_ERR_FORMAT,
                         "%s: holds no line; give a vector file with one", r->path);
    return result == VD_OK ? vd_vector_wkt(vector, &r->out->wkt) : result;
}

vd_result vd_line_read(vd_context *context, const char *path, const char *layer, const char *flag,
                       vd_line *out)
{
    reader r = {context, path, out, 0.0};
    vd_vector vector;
    *out = (vd_line){0};
    vd_result result = vd_vector_open(context, path, NULL, NULL, layer, flag, &vector);
    if (result == VD_OK) result = read_layer(&r, &vector);
    vd_vector_close(&vector);
    if (result != VD_OK) vd_line_clear(out);
    return result;
}

void vd_line_clear(vd_line *line)
{
    free(line->x);
    free(line->wkt);
    *line = (vd_line){0};
}
