/* One layer of a vector file, opened by OGR. */
#include <cpl_vsi.h>
#include <ogr_srs_api.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "terrain/vector_parts.h"

static pthread_once_t register_once = PTHREAD_ONCE_INIT;

/** The layers' names, as "a, b, c". */
static void list_layers(GDALDatasetH data, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; i < GDALDatasetGetLayerCount(data) && length < size; i++) {
        const char *name = OGR_L_GetName(GDALDatasetGetLayer(data, i));
        length += (size_t)snprintf(text + length, size - length, "%s%s", i ? ", " : "", name);
    }
}

static vd_result choose_layer(vd_vector *v, const char *name, const char *flag)
{
    char names[256];
    int count = GDALDatasetGetLayerCount(v->data);
    list_layers(v->data, names, sizeof(names));
    if (count == 0)
        return vd_fail(v->context, VD_ERR_FORMAT, "%s: has no layer of features", v->path);
    if (!name && count > 1)
        return vd_fail(v->context, VD_ERR_SETTING, "%s: has several layers; choose one by %s: %s",
                       v->path, flag, names);
    v->layer = name ? GDALDatasetGetLayerByName(v->data, name) : GDALDatasetGetLayer(v->data, 0);
    if (!v->layer)
        return vd_fail(v->context, VD_ERR_SETTING, "%s: has no layer '%s'; it has %s", v->path,
                       name, names);
    return VD_OK;
}

static vd_result open_failed(const vd_vector *v, const char *name)
{
    VSIStatBufL status;
    errno = 0;
    if (!name && VSIStatL(v->path, &status) != 0)
        return vd_fail(v->context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", v->path,
                       errno ? strerror(errno) : "no such file");
    return vd_fail(v->context, VD_ERR_FORMAT,
                   "%s: cannot be opened as a vector file: %s; `ogrinfo` shows what GDAL makes of "
                   "it",
                   v->path, vd_gdal_words_or(&v->words, "no driver knows it"));
}

vd_result vd_vector_open(vd_context *context, const char *path, const char *name,
                         const char *const *options, const char *layer, const char *flag,
                         vd_vector *out)
{
    *out = (vd_vector){.context = context, .path = path};
    pthread_once(&register_once, GDALAllRegister);
    vd_gdal_listen(&out->words);
    if (!name) VD_TRY(vd_refuse_special_file(context, path));
    out->data =
        GDALOpenEx(name ? name : path, GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, NULL, options, NULL);
    if (!out->data) return open_failed(out, name);
    return choose_layer(out, layer, flag);
}

void vd_vector_close(vd_vector *vector)
{
    if (vector->data) GDALClose(vector->data);
    vd_gdal_leave();
}

vd_result vd_vector_check(const vd_vector *vector)
{
    if (!vector->words.text[0]) return VD_OK;
    return vd_fail(vector->context, VD_ERR_INPUT, "%s: cannot be read to its end: %s", vector->path,
                   vector->words.text);
}

vd_result vd_vector_wkt(const vd_vector *vector, char **out)
{
    static const char *const wkt2[] = {"FORMAT=WKT2_2019", NULL};
    OGRSpatialReferenceH crs = OGR_L_GetSpatialRef(vector->layer);
    vd_result result = VD_OK;
    char *wkt = NULL;
    *out = NULL;
    if (crs && OSRExportToWktEx(crs, &wkt, wkt2) == OGRERR_NONE && wkt && wkt[0])
        result = vd_strdup(vector->context, wkt, out);
    VSIFree(wkt);
    return result;
}
