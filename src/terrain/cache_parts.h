/* What the two files of the height cache share: cache_folder.c knows names and sizes,
 * height_cache.c what is in a file. */
#ifndef VD_CACHE_PARTS_H
#define VD_CACHE_PARTS_H

#include "terrain/height_cache.h"

struct vd_cache {
    vd_cache_options options;
    char *folder;   /* made, if it was missing */
    char *path;     /* of the file */
    char *identity; /* text of all that decides its content */
    char *sources;  /* the part of it that may change while heights are read */
};

/** The folder that options mean. Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cache_make_folder(vd_context *context, const char *option, char **out);
/** Removes files of the folder, the one used longest ago first, until at most so many bytes are
 *  left; never the one at `keep`. */
void vd_cache_shrink(const char *folder, const char *keep, double most_bytes);

#endif
