/* Text files that come inside the library: the YAML files of presets/ and the materials, palettes
 * and ramps of data/, turned into C by cmake/embed.cmake, so that an installed veduta needs no data
 * folder. */
#ifndef VD_EMBEDDED_H
#define VD_EMBEDDED_H

#include <stddef.h>
#include <string.h>

typedef struct vd_embedded_file {
    const char *folder; /**< "materials", "palettes", "presets" or "ramps" */
    const char *name;   /**< without suffix: "swiss" */
    const char *text;   /**< all of it, terminated */
} vd_embedded_file;

/** Sorted by folder and name; folder is NULL in the last, empty one. */
extern const vd_embedded_file vd_embedded_files[];

/** The text of a file, or NULL if there is none of that name. */
static inline const char *vd_embedded_find(const char *folder, const char *name)
{
    for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++)
        if (!strcmp(file->folder, folder) && !strcmp(file->name, name)) return file->text;
    return NULL;
}

#endif
