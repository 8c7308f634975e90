/* Points of a vector file with what it says of them, by OGR. */
#ifndef VD_VECTOR_POINTS_H
#define VD_VECTOR_POINTS_H

#include "base/base.h"

typedef struct vd_vector_points {
    int64_t count;
    vd_point *points; /**< z is DATUM where the file has one, else GROUND */
    int field_count;
    char **fields;    /**< names */
    bool *is_number;  /**< [field_count] */
    char **values;    /**< [count][field_count]; NULL: unset */
    char *wkt;        /**< of the file's CRS, or NULL */
    int64_t capacity; /**< of points */
} vd_vector_points;

/** Reads the points of a layer: points and those of multipoints; of a line its middle, of an area a
 *  point within.
 *  path   a file that OGR reads; a CSV has its coordinates in columns x, lon... or east..., y,
 * lat... or north..., and z, ele... or alt..., or without a header in the first three; "-" is a CSV
 * on standard input layer  NULL: the only one *out is zero on failure; free what is in it with
 * vd_vector_points_clear(). chooser is what a message says that one of several layers is chosen by.
 * Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT (no vector file, no
 * coordinates), VD_ERR_SETTING (layer unknown, or one of several to be named) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_vector_points_read(vd_context *context, const char *path,
                                            const char *layer, const char *chooser,
                                            vd_vector_points *out);
void vd_vector_points_clear(vd_vector_points *points);

#endif
