/* What the readers of vector files share: one opens a layer, the others read it. */
#ifndef VD_VECTOR_PARTS_H
#define VD_VECTOR_PARTS_H

#include <gdal.h>
#include <ogr_api.h>

#include "base/base.h"
#include "terrain/gdal_words.h"

/** An open layer. GDAL's words are listened to until it is closed. */
typedef struct vd_vector {
    vd_context *context;
    const char *path;
    GDALDatasetH data;
    OGRLayerH layer;
    vd_gdal_words words;
} vd_vector;

/** Opens a layer of a vector file.
 *  name     as GDAL opens it, if that is not path; NULL
 *  options  of the driver, "NAME=VALUE", NULL-terminated; or NULL
 *  layer    NULL: the only one
 *  flag     by which one of several is chosen, for the message
 *  Close it in any case. Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_vector_open(vd_context *context, const char *path, const char *name,
                                     const char *const *options, const char *layer,
                                     const char *flag, vd_vector *out);
void vd_vector_close(vd_vector *vector);

/** Fails if the file could not be read to its end. Returns VD_OK or VD_ERR_INPUT. */
VD_MUST_USE vd_result vd_vector_check(const vd_vector *vector);
/** The layer's CRS as WKT2, or NULL. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_vector_wkt(const vd_vector *vector, char **out);

#endif
