/* A line of a vector file, by OGR. */
#ifndef VD_VECTOR_LINES_H
#define VD_VECTOR_LINES_H

#include "base/base.h"

typedef struct vd_line {
    int count;
    double *x, *y; /**< in the layer's CRS, x easting or longitude */
    char *wkt;     /**< of the layer's CRS, or NULL */
    int others;    /**< lines of the layer that are not it */
} vd_line;

/** Reads the longest line of a layer; curves become chords.
 *  layer  NULL: the only one
 *  flag   what a message says that one of several layers is chosen by
 *  *out is zero on failure; free what is in it with vd_line_clear(). Returns VD_OK, VD_ERR_INPUT,
 *  VD_ERR_FORMAT (no vector file, no line), VD_ERR_SETTING (layer unknown, or one of several to be
 *  named) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_line_read(vd_context *context, const char *path, const char *layer,
                                   const char *flag, vd_line *out);
void vd_line_clear(vd_line *line);

#endif
