/* An open raster, as the two files that know GDAL's side of it share it: dem_read.c opens and
 * describes, raster_read.c reads. */
#ifndef VD_RASTER_H
#define VD_RASTER_H

#include <gdal.h>

#include "terrain/cells.h"
#include "terrain/gdal_words.h"

struct vd_raster {
    GDALDatasetH dataset;
    GDALRasterBandH band; /* an overview's, if one is read */
    GDALRasterBandH mask; /* NULL: all valid, but for nodata */
    const char *path;     /* the options' */
    int number;           /* of the band */
    int nx, ny;
    double scale, offset;

    /* How it is read: see vd_raster_plan(). */
    int block_columns, block_rows; /* of the file's own blocks */
    int strip_rows;
    bool is_direct; /* block by block, past GDAL's cache */
    bool is_shared; /* several handles on it may read at once */
    vd_cell_type type;
    bool has_nodata; /* of a direct one: the mask is by this value */
    double nodata, nodata_tolerance;
    void *cells; /* a block or a strip */
    uint8_t *valid;
    vd_gdal_words words;
};

/** Chooses how to read raster->band; again after each change of it. GDAL's words are listened to.
 */
void vd_raster_plan(struct vd_raster *raster);

#endif
