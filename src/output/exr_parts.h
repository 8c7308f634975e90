/* What the files of the OpenEXR writer share.
 *
 *     exr.c         the pixels, chunk by chunk
 *     exr_header.c  parts, channels and all that the headers say */
#ifndef VD_EXR_PARTS_H
#define VD_EXR_PARTS_H

#include <openexr.h>

#include "output/parts.h"

/** Most channels of a file. */
#define VD_EXR_CHANNELS_MAX 1024

/** Where the samples of a channel are: an encoder of the job, and which of its channels. */
typedef struct vd_exr_slot {
    int encoder, channel;
} vd_exr_slot;

/** A file in the making. A part has the channels of all encoders, or of one. */
typedef struct vd_exr_job {
    vd_context *context;
    const vd_output_options *options;
    const char *final_path;
    exr_context_t file;
    int descriptor;       /**< -1: what is written goes nowhere */
    int cause;            /**< errno of a write that failed */
    vd_encoder *encoders; /**< of the picture, then of its layers */
    int encoder_count, part_count;
    int part;                         /**< the one being written, and of it: */
    int first, count;                 /**< its encoders */
    vd_exr_slot *slots;               /**< of its channels in the file's order */
    int tile, lines;                  /**< width of a chunk (0: the picture's), and its rows */
    int across, chunks;               /**< chunks side by side, and of a strip at most */
    int y, rows;                      /**< the strip */
    char **samples;                   /**< its rows, of each encoder */
    exr_encode_pipeline_t *pipelines; /**< one a chunk */
    bool *begun;                      /**< which of them are initialized */
} vd_exr_job;

/** The encoders of a part: from *first on so many. */
int vd_exr_part_encoders(const vd_exr_job *job, int part, int *first);
/** The name of a channel of an encoder. */
const char *vd_exr_channel_name(const vd_encoder *encoder, int channel);

/** Declares all parts, and writes the header. */
exr_result_t vd_exr_write_header(vd_exr_job *job);

#endif
