/* Measures of a grid's cells as a GeoTIFF of floats, a band each. */
#ifndef VD_BANDS_H
#define VD_BANDS_H

#include "output/output.h"

/** What a band holds. */
typedef struct vd_band {
    const char *description, *unit;
} vd_band;

/** Where the numbers come from. */
typedef struct vd_bands {
    int width, height, count;
    const vd_band *bands; /**< [count] */
    float nodata;         /**< of cells that have none */
    bool has_geotransform;
    double geotransform[6];
    const char *wkt;           /**< CRS, or NULL */
    const char *settings_text; /**< the settings that made it, YAML, for the metadata */
    void *state;
    /** Rows y .. y + rows - 1, values[count][rows][width]. Called in increasing y. */
    vd_result (*read_rows)(vd_context *context, void *state, int y, int rows, float *values);
} vd_bands;

/** Writes them, tiled and compressed, whole or not at all. Of the options those of a GeoTIFF of
 *  floats count. Returns VD_OK, VD_ERR_IO, VD_ERR_EXISTS, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_bands_write(vd_context *context, const vd_bands *bands,
                                     const vd_output_options *options);

#endif
