/* Movies, by the program ffmpeg. */
#ifndef VD_MOVIE_H
#define VD_MOVIE_H

#include "base/base.h"

/** Does a path's suffix name a movie (.mp4, .mov, .mkv, .webm)? */
bool vd_movie_is_named(const char *path);

/** Refuses what could only fail after the work: no ffmpeg, pictures that its codec cannot take, a
 *  movie that exists, a folder that cannot be written. Returns VD_OK, VD_ERR_UNSUPPORTED,
 *  VD_ERR_SETTING, VD_ERR_EXISTS, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_movie_check(vd_context *context, const char *path, const int size[2],
                                     bool overwrite);

/** Frames that lie in files. */
typedef struct vd_movie_frames {
    const char *pattern; /**< of their paths, with one %0Nd */
    int first;
    double fps;
} vd_movie_frames;

/** Makes a movie, whole or not at all. Returns VD_OK, VD_ERR_UNSUPPORTED, VD_ERR_IO,
 *  VD_ERR_EXISTS, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_movie_write(vd_context *context, const char *path,
                                     const vd_movie_frames *frames, bool overwrite);

#endif
