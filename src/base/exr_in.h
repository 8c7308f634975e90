/* OpenEXR files read by parts and channels, rows at a time. */
#ifndef VD_EXR_IN_H
#define VD_EXR_IN_H

#include "base/base.h"

/** The most pixels a side that is believed of a file. */
#define VD_EXR_SIDE_MAX 65536

typedef struct vd_exr_in vd_exr_in;

/** Opens a file. *out is NULL on failure.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_UNSUPPORTED or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_exr_in_open(vd_context *context, const char *path, vd_exr_in **out);
void vd_exr_in_close(vd_exr_in *in);

int vd_exr_in_parts(const vd_exr_in *in);
/** A part's name, "" if it has none. */
const char *vd_exr_in_part_name(const vd_exr_in *in, int part);
/** Has each of its pixels one value a channel? Deep ones have not. */
bool vd_exr_in_is_flat(const vd_exr_in *in, int part);
/** The index-th channel's name; NULL past the last. */
const char *vd_exr_in_channel(const vd_exr_in *in, int part, int index);
/** Index of a channel that has a half or float for each pixel, or -1. */
int vd_exr_in_find(const vd_exr_in *in, int part, const char *name);
/** Finds the channels of a layer ("" for those without) by their letters, in a part that is flat.
 */
bool vd_exr_in_has_layer(const vd_exr_in *in, int part, const char *layer, const char *letters,
                         int *channels);
/** The same, in the first part that has them all. */
bool vd_exr_in_find_layer(const vd_exr_in *in, const char *layer, const char *letters, int *part,
                          int *channels);

/** What the header says. Text is valid until the file is closed and ends with a 0; NULL if it says
 *  nothing of that name. The others return false then, and leave *out alone. */
const char *vd_exr_in_text(const vd_exr_in *in, int part, const char *name);
bool vd_exr_in_number(const vd_exr_in *in, int part, const char *name, float *out);
bool vd_exr_in_direction(const vd_exr_in *in, int part, const char *name, float out[3]);
/** 3 x 3, row by row. */
bool vd_exr_in_matrix(const vd_exr_in *in, int part, const char *name, double out[9]);
/** x and y of red, green, blue and white. */
bool vd_exr_in_chromaticities(const vd_exr_in *in, int part, float out[8]);
bool vd_exr_in_is_cube_map(const vd_exr_in *in, int part);

/** Channels of a part, to be read. */
typedef struct vd_exr_rows vd_exr_rows;

/** Makes ready to read channels (by their indices, which may repeat) of a part, which is flat.
 *  The file must stay open. *out is NULL on failure.
 *  Returns VD_OK, VD_ERR_FORMAT (its size, too) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_exr_rows_open(vd_context *context, vd_exr_in *in, int part,
                                       const int *channels, int count, int threads,
                                       vd_exr_rows **out);
void vd_exr_rows_close(vd_exr_rows *rows);
/** Of the picture, which is the display window. */
int vd_exr_rows_width(const vd_exr_rows *rows);
int vd_exr_rows_height(const vd_exr_rows *rows);
/** Returns VD_OK for a layer as large as beauty, or else VD_ERR_FORMAT. */
VD_MUST_USE vd_result vd_exr_rows_check_size(vd_context *context, const vd_exr_rows *rows,
                                             const char *layer, int width, int height);
/** The part of the picture that the file has: x, y, width and height; zeros: it has none of it. */
void vd_exr_rows_part(const vd_exr_rows *rows, int part[4]);
/** Reads rows y .. y + count - 1 as values[count][width][channels]; zero where the data window
 *  leaves the picture out. Fast if y does not fall from call to call.
 *  Returns VD_OK, VD_ERR_FORMAT, VD_ERR_UNSUPPORTED or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_exr_rows_read(vd_context *context, vd_exr_rows *rows, int y, int count,
                                       float *values);

#endif
