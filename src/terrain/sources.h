/* What an input's name stands for: the rasters of a folder or an archive, a compressed file, a URL.
 */
#ifndef VD_SOURCES_H
#define VD_SOURCES_H

#include "base/base.h"

/** Rasters by names that GDAL opens. */
typedef struct vd_source_list {
    int count;
    char **paths;
    int left_out;        /**< pictures of veduta's own that lie among the rasters */
    char *left_out_path; /**< the first of them, or NULL */
} vd_source_list;

/** The rasters that inputs stand for, in their order; a folder's or an archive's by name, without
 *  the pictures that veduta has left there. A name
 *  that means nothing stays as it is, for opening it to fail. *out is zero on failure; clear it.
 *  Returns VD_OK, VD_ERR_INPUT (a pipe; a folder without rasters) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_sources_find(vd_context *context, const char *const *inputs, int count,
                                      vd_source_list *out);
void vd_sources_clear(vd_source_list *list);

#endif
