/* What the files of this folder share; nothing outside includes it.
 *
 *   format.c            which format, what it may be asked, the order in which a picture is written
 *   rows.c              rows of the source turned into rows of samples
 *   crop.c              a part of a source as one of its own
 *   aov_layers.c        a picture's AOVs as layers
 *   cryptomatte.c       names of what is in a picture as a compositor picks them
 *   layers.c            what the numbers of a layer look like
 *   family.c            a picture and its side files under their names, all together
 *   side_files.c        what stands in the side files
 *   png.c exr.c geotiff.c cog.c   the formats
 *   bands.c             measures instead of pixels, as a GeoTIFF
 *   overviews.c         smaller copies inside a GeoTIFF
 *   creation_options.c  which NAME=VALUE may be asked of GDAL's drivers
 *   gdal_creation.c     what they are given
 *   gdal_errors.c       what they say
 */
#ifndef VD_OUTPUT_PARTS_H
#define VD_OUTPUT_PARTS_H

#include "output/output.h"

/* ---- rows.c ------------------------------------------------------------------------------- */

/** Turns a source into samples as the options ask, interleaved and in the host's byte order: of a
 * picture RGB or RGBA, all zero where alpha is, for EXR multiplied by alpha; of a layer its
 * channels, or RGB or RGBA where they are shown. */
typedef struct vd_encoder {
    const vd_source *source;
    const vd_output_options *options;
    int channels;        /**< of the samples */
    size_t sample_bytes; /**< 1, 2 or 4 */
    size_t row_bytes;
    int pull_channels;                    /**< of the source */
    int pull_rows;                        /**< rows asked of it at once */
    float *pulled;                        /**< [pull_rows][width][pull_channels] */
    vd_tone plain;                        /**< of colours that are no light */
    double progress_from, progress_share; /**< of all that is written */
} vd_encoder;

/** Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_encoder_open(vd_context *context, const vd_source *source,
                                      const vd_output_options *options, vd_encoder *out);
void vd_encoder_close(vd_encoder *encoder);
/** Rows y .. y + rows - 1 into samples[rows][row_bytes]; y must not fall from call to call. Reports
 *  progress in the phase "write". Returns VD_OK, VD_ERR_CANCELLED or what the source says. */
VD_MUST_USE vd_result vd_encoder_read(vd_context *context, const vd_encoder *encoder, int y,
                                      int rows, void *samples);

/* ---- crop.c ------------------------------------------------------------------------------- */

/** A source cut out of another by its crop, or that one itself where it has none. */
typedef struct vd_cropped {
    vd_source source;
    vd_aov_source aovs;
    const vd_source *whole;
} vd_cropped;

/** whole and *out must outlive out->source. */
void vd_crop(const vd_source *whole, vd_cropped *out);

/* ---- aov_layers.c ------------------------------------------------------------------------- */

/** The AOVs of a picture as sources of their own. */
typedef struct vd_layers vd_layers;

/** Layers of a picture's AOVs, none without; picture must outlive them. *out is NULL on failure.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_layers_open(vd_context *context, const vd_source *picture,
                                     vd_layers **out);
void vd_layers_close(vd_layers *layers);
int vd_layers_count(const vd_layers *layers);
const vd_source *vd_layers_at(const vd_layers *layers, int index);
/** Finds the range of a layer that is shown by the range of its values, by reading all of it.
 *  Returns VD_OK, VD_ERR_MEMORY or what the source says. */
VD_MUST_USE vd_result vd_layers_measure(vd_context *context, vd_layers *layers, int index);

/* ---- cryptomatte.c ------------------------------------------------------------------------ */

/** What a header says of a Cryptomatte. */
enum { VD_CRYPTO_NOTES = 4 };
typedef struct vd_crypto {
    vd_note notes[VD_CRYPTO_NOTES]; /**< whose names are to be pointed at names */
    char names[VD_CRYPTO_NOTES][32];
    char *manifest; /**< free with free() */
} vd_crypto;

/** The id of a name. */
float vd_crypto_id(const char *name);
/** Describes a layer whose ids are these names'. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_crypto_describe(vd_context *context, const char *layer,
                                         const vd_aov_names *names, vd_crypto *out);

/* ---- layers.c ----------------------------------------------------------------------------- */

/** The display values of a pixel of the encoder's layer: red, green, blue and alpha. */
void vd_layer_show(const vd_encoder *encoder, const float *in, int x, int y, uint32_t samples[4]);

/* ---- family.c ----------------------------------------------------------------------------- */

/** A picture, and the files beside it that programs read together with it. */
typedef enum vd_member {
    VD_MEMBER_PICTURE,
    VD_MEMBER_WORLD,     /**< world file: always of a PNG, of a GeoTIFF if asked */
    VD_MEMBER_PAM,       /**< GDAL's .aux.xml */
    VD_MEMBER_OVERVIEWS, /**< .ovr: never written, but an old one would hide the new picture */
    VD_MEMBER_COUNT
} vd_member;

typedef struct vd_family {
    bool overwrite;
    char *paths[VD_MEMBER_COUNT]; /**< final names */
    vd_whole_file *files[VD_MEMBER_COUNT];
    bool written[VD_MEMBER_COUNT]; /**< set by who has written files[i] */
} vd_family;

/** Claims every name of the family. Nothing is created yet. Returns as vd_whole_begin(). */
VD_MUST_USE vd_result vd_family_begin(vd_context *context, const vd_output_options *options,
                                      vd_family *out);
/** Puts what was written in place, the picture last, and removes old files of the family that were
 * not written anew; or, on failure, none of it. Frees the family. Returns as vd_whole_commit(). */
VD_MUST_USE vd_result vd_family_commit(vd_context *context, vd_family *family);
/** Removes all that was written and frees the family; fine for one that is all zero. */
void vd_family_abort(vd_family *family);

/* ---- side_files.c ------------------------------------------------------------------------- */

/** Write the two side files of a georeferenced PNG, each if there is something to say in it.
 *  Returns VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_side_files_write(vd_context *context, const vd_source *source,
                                          vd_family *family);
/** Writes the world file alone. Returns VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_world_file_write(vd_context *context, const vd_source *source,
                                          vd_family *family);

/* ---- png.c, exr.c, geotiff.c, cog.c, gdal_creation.c, creation_options.c
 * ------------------------- */

/** Write the picture, and mark what they have written of the family.
 *  Return VD_OK, VD_ERR_IO, VD_ERR_MEMORY, VD_ERR_CANCELLED or what the source says. */
VD_MUST_USE vd_result vd_png_write(vd_context *context, const vd_encoder *encoder,
                                   vd_family *family);
VD_MUST_USE vd_result vd_exr_write(vd_context *context, const vd_encoder *encoder,
                                   vd_family *family);
/** Tries what a library may not have. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_exr_check(vd_context *context, const vd_output_options *options);
VD_MUST_USE vd_result vd_gtiff_write(vd_context *context, const vd_encoder *encoder,
                                     vd_family *family);
VD_MUST_USE vd_result vd_cog_write(vd_context *context, const vd_encoder *encoder,
                                   vd_family *family);

/** Tries the creation options on a picture of a few pixels in memory.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_creation_check(vd_context *context, const vd_output_options *options);

/** Refuses a creation option that is no NAME=VALUE, contradicts what veduta writes, or is none of
 * the names that the driver ("GTiff", "COG") knows (NULL-terminated).
 * Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_creation_option_check(vd_context *context, const char *driver,
                                               const char *option, const char *const *known);

#endif
