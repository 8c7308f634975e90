/* What GDAL has to say, kept for our own sentence instead of printed. */
#ifndef VD_GDAL_WORDS_H
#define VD_GDAL_WORDS_H

#include <stdbool.h>

typedef struct vd_gdal_words {
    char text[512]; /**< the first failure, one line; "" for none */
    /** The thread's setting of what GDAL writes beside a gzipped file, while it is ours. */
    bool had_properties;
    char properties[16];
} vd_gdal_words;

/** Forgets what was said and listens, in this thread, until vd_gdal_leave(). Meanwhile GDAL leaves
 *  nothing beside what it reads. Calls may be nested, each with words of its own. */
void vd_gdal_listen(vd_gdal_words *words);
void vd_gdal_leave(void);
/** The words, or otherwise if there are none. */
const char *vd_gdal_words_or(const vd_gdal_words *words, const char *otherwise);

#endif
