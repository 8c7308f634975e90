/* Writing pictures. A format reads rows from a source it knows nothing else about, and writes files
 * whole or not at all. */
#ifndef VD_OUTPUT_H
#define VD_OUTPUT_H

#include "base/base.h"
#include "film/aov.h"
#include "post/tone.h"

typedef enum vd_format { VD_FORMAT_GTIFF, VD_FORMAT_PNG, VD_FORMAT_COG, VD_FORMAT_EXR } vd_format;
/** UInt32 is for whole numbers of a layer, as they are; Half is for EXR. */
typedef enum vd_sample_type {
    VD_SAMPLE_BYTE,
    VD_SAMPLE_UINT16,
    VD_SAMPLE_FLOAT32,
    VD_SAMPLE_UINT32,
    VD_SAMPLE_HALF
} vd_sample_type;

typedef enum vd_exr_compression {
    VD_EXR_NONE,
    VD_EXR_ZIP,
    VD_EXR_ZIPS,
    VD_EXR_PIZ,
    VD_EXR_RLE,
    VD_EXR_DWAA,
    VD_EXR_DWAB
} vd_exr_compression;

/** One part for the picture and each layer, or one of all channels. */
typedef enum vd_exr_layout { VD_EXR_MULTIPART, VD_EXR_MULTICHANNEL } vd_exr_layout;

/** How the numbers of a layer become display values. */
typedef enum vd_shown {
    VD_SHOWN_RANGE, /**< low is black and high is white, evenly between them */
    VD_SHOWN_COLOR, /**< 0..1 linear, by the sRGB curve alone */
    VD_SHOWN_LIGHT, /**< radiance, toned as the picture is */
    VD_SHOWN_IDS,   /**< a colour for each number of the first channel, black for 0 */
    VD_SHOWN_RANKS  /**< number, share, number, ...: such colours by their shares */
} vd_shown;

/** What the numbers of a source are that is not the picture but goes with it, as an AOV does. */
typedef struct vd_layer {
    const char *name; /**< "normal"; of a part of an EXR */
    int channels;
    const char *const *channel_names; /**< in an EXR, "normal.X"; of bands */
    vd_sample_type type; /**< Half or Float32 as an EXR keeps it by default, or UInt32 */
    vd_shown shown;
    int seen;              /**< of the channels, from the first, when it is shown */
    float low[3], high[3]; /**< of VD_SHOWN_RANGE, each channel's */
    float empty;           /**< stands for nothing, if it is not 0 */
} vd_layer;

/** Something that an EXR's header says: text, or numbers by their count: 1 (a float), 3 (doubles:
 *  a place; floats: a direction) or 16 (a matrix for row vectors, row by row). */
typedef struct vd_note {
    const char *name;
    const char *text; /**< NULL: numbers */
    int count;
    bool is_place;
    double numbers[16];
} vd_note;

/** A rectangle of pixels. */
typedef struct vd_rect {
    int x, y, width, height;
} vd_rect;

/** Where the pixels come from: a picture, or a layer. */
typedef struct vd_source {
    int width, height;
    vd_rect crop; /**< what of them is written; of no width: all */
    vd_rect cut;  /**< of a source made of another by crop (crop.c): its first pixel in that one,
                         and how large that one is; of no width: it is the whole picture */
    const vd_layer *layer; /**< NULL: the picture */
    bool has_alpha;        /**< some pixel is transparent: write an alpha channel */
    const float *paper; /**< linear display values to lay the picture on where that is shown, which
                             so loses its alpha; or NULL */
    bool has_geotransform;
    double geotransform[6];    /**< of the picture */
    const char *wkt;           /**< CRS, or NULL */
    const char *settings_text; /**< the settings that made it, YAML, for the metadata */
    const vd_aov_source *aovs; /**< what the picture holds beside beauty; NULL: nothing */
    void *state;
    /** Rows y .. y + rows - 1, of a picture as scene-linear RGBA with the colour multiplied by
     *  alpha, values[rows][width][4]; of a layer as values[rows][width][channels], NaN where there
     *  is nothing. Called in increasing y, from the top again for another file. */
    vd_result (*read_rows)(vd_context *context, void *state, int y, int rows, float *values);
    /** What share of each pixel is there, coverage[rows][width], where AOVs are given and a map has
     *  gaps; NULL: AOVs say it themselves. */
    vd_result (*read_coverage)(vd_context *context, void *state, int y, int rows, float *coverage);
    const vd_note *notes; /**< what else an EXR's header says */
    int note_count;
} vd_source;

typedef struct vd_output_options {
    const char *path;
    const char *aov; /**< the part of the source's AOVs to write; NULL: the picture */
    vd_format format;
    vd_sample_type type; /**< UInt32 is taken for Float32 of an AOV that is whole numbers */
    vd_tone tone;        /**< for VD_SAMPLE_BYTE and _UINT16, which are display values */
    bool dither;
    bool overwrite;
    bool overviews; /**< inside a GeoTIFF; a COG has them anyway, other formats none */
    bool worldfile; /**< beside a GeoTIFF or COG that is georeferenced; a PNG always has one */
    vd_exr_compression exr_compression;
    vd_exr_layout exr_layout;
    int exr_tile;                        /**< side of its tiles in pixels; 0: scanlines */
    int threads;                         /**< for encoding and compressing; 0: one per processor */
    const char *const *creation_options; /**< "NAME=VALUE", NULL-terminated; GeoTIFF and COG only */
} vd_output_options;

/** The format for a path's suffix (".tif", ".tiff", ".png", ".exr", any case), or for an explicit
 * GDAL name ("GTiff", "COG", "PNG", "EXR") when of is not NULL. Returns VD_OK or VD_ERR_SETTING
 * (lists what is known; or the name contradicts the suffix, which is another format's). */
VD_MUST_USE vd_result vd_format_choose(vd_context *context, const char *path, const char *of,
                                       vd_format *out);

/** Is it a GeoTIFF of either kind, so that it takes creation options and a world file? */
bool vd_format_is_geotiff(vd_format format);

/** Does it hold linear radiance whatever the sample type? */
bool vd_format_is_linear(vd_format format);

/** Refuses options that the format cannot use (Float32 PNG, creation options of PNG, unknown
 *  creation options of GTiff), an output or side file (GDAL's .aux.xml and .ovr, the world file)
 *  that exists without overwrite, and a folder that cannot be written: everything that can
 *  be known before rendering.
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_UNSUPPORTED (GDAL without the driver), VD_ERR_EXISTS or
 *  VD_ERR_IO. */
VD_MUST_USE vd_result vd_output_check(vd_context *context, const vd_output_options *options);

/** Samples of a pixel as any format but EXR has them: 3 or 4. */
int vd_output_channels(const vd_source *source);
/** The samples that such a format would hold, as options->type and ->tone ask, into
 *  samples[height][width][channels]. Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED or what the
 *  source says. */
VD_MUST_USE vd_result vd_output_encode(vd_context *context, const vd_source *source,
                                       const vd_output_options *options, void *samples);

/** Writes the picture and its side files (PNG: world file and .aux.xml when georeferenced;
 *  GeoTIFF: a world file if asked). All appear together at the end, or none; with overwrite, old
 * side files not written anew go. Returns VD_OK, VD_ERR_IO, VD_ERR_EXISTS, VD_ERR_MEMORY,
 * VD_ERR_CANCELLED or as vd_output_check(). */
VD_MUST_USE vd_result vd_output_write(vd_context *context, const vd_source *source,
                                      const vd_output_options *options);

#endif
