/* What the files of src/api share. */
#ifndef VD_API_INTERNAL_H
#define VD_API_INTERNAL_H

#include "animation/animation.h"
#include "base/exr_in.h"
#include "film/aov.h"
#include "film/film.h"
#include "film/pixels.h"
#include "output/output.h"
#include "post/effects.h"
#include "post/focus.h"
#include "post/smear.h"
#include "post/tone.h"
#include "render/aovs.h"
#include "render/render.h"
#include "scene/lens_profile.h"
#include "scene/scene.h"

/** Names of what an OpenEXR file notes for `veduta compose` (notes.c). */
#define VD_NOTE_TONE "veduta:tone"
#define VD_NOTE_EFFECTS "veduta:effects"
#define VD_NOTE_EXPOSURE "veduta:autoExposure"
#define VD_NOTE_PAPER "veduta:paper"
#define VD_NOTE_LIGHTS "veduta:lights"
#define VD_NOTE_LENS "veduta:lens" /* side of a pixel at distance 1, and the axis in pixels */
#define VD_NOTE_FOCAL_LENGTH "veduta:focalLength" /* in mm */
#define VD_NOTE_FOCUS "veduta:focus"
#define VD_NOTE_BLURRED "veduta:blurred"     /* by rays through a lens */
#define VD_NOTE_DENOISED "veduta:denoised"   /* beauty, by which method */
#define VD_NOTE_MEDIA "veduta:media"         /* what fills the air, if anything does */
#define VD_NOTE_DISTORTED "veduta:distorted" /* likewise */
#define VD_NOTE_TILT_SHIFT "veduta:tiltShift"
#define VD_NOTE_SHUTTER "veduta:shutter"
#define VD_NOTE_PROFILE "veduta:lensProfile" /* of lens_profile.h */
#define VD_NOTE_MOVED "veduta:motionBlurred" /* by rays of several times */

/** More suns than these are not noted. */
#define VD_NOTED_SUNS 8
#define VD_PICTURE_NOTES_MAX 32

/** What an OpenEXR file says of a picture, and the room for it. */
typedef struct vd_picture_notes {
    int count;
    vd_note items[VD_PICTURE_NOTES_MAX];
    char *tone, *effects, *focus, *tilt_shift, *shutter;
    char lights[80 * VD_AOV_NAME_MAX];
    char profile[VD_LENS_PROFILE_TEXT];
    char date[32];
    char sun_names[VD_NOTED_SUNS][24];
} vd_picture_notes;

/** The lens that made a picture, and what it is to blur of it afterwards. */
typedef struct vd_picture_lens {
    float pixel;       /**< side of a pixel on the plane at distance 1; 0: there was no lens */
    float x, y;        /**< its axis, in pixels from the upper left */
    bool is_distorted; /**< by rays */
    vd_lens_profile profile; /**< of a lens that was measured; what of it rays have not done */
    vd_focus_options focus;  /**< radius_px 0: nothing to blur */
    void *state;
    /** Depths of rows y to y + rows - 1, as of vd_focus_blur(); where there is something to blur.
     */
    vd_result (*read_depth)(vd_context *context, void *state, int y, int rows, float *depth_m);
    /** Likewise motions, as of vd_smear(); NULL: nothing is blurred by them. */
    vd_result (*read_motion)(vd_context *context, void *state, int y, int rows, float *motion);
    float times[VD_SMEAR_TIMES]; /**< of vd_smear_options */
} vd_picture_lens;

/** From padded grid coordinates to the map. */
typedef struct vd_grid_place {
    double geotransform[6]; /**< of the raster's corner */
    char *wkt;              /**< CRS, or NULL */
    double base_m;          /**< elevation that stored heights are relative to */
    double origin[3];       /**< of the AOV position: map coordinates and elevation */
} vd_grid_place;

/** What is denoised. */
enum { VD_CLEAN_BEAUTY, VD_CLEAN_AO, VD_CLEAN_SUN, VD_CLEAN_SKY, VD_CLEAN_COUNT };

/** A transform that readers of AOVs hand on: whoever takes it leaves NULL, and puts it back. */
typedef struct vd_lonlat {
    _Atomic(struct vd_map_transform *) free;
} vd_lonlat;

struct vd_picture {
    vd_settings *settings;
    vd_film *film;
    vd_frame frame;
    vd_coverage *coverage; /**< NULL: every pixel is there */
    bool has_geotransform;
    bool sees_through; /**< a view with nothing behind it, or around it */
    bool has_paper;    /**< which is then laid on paper */
    float paper[3];    /**< of this colour, linear display values */
    char *wkt;         /**< CRS, or NULL */
    char *settings_text;
    vd_aov_set aovs;
    vd_film *clean[VD_CLEAN_COUNT]; /**< without noise: beauty, and AOVs; NULL: as rendered */
    vd_grid_place grid;             /**< where the DEM lies that AOVs tell of */
    vd_lonlat *lonlat;              /**< from there to longitudes and latitudes; NULL: unasked */
    vd_aov_names names[3];          /**< of classes, materials, objects */
    int32_t *class_values;          /**< of the raster, by the class's number; NULL: no classes */
    double cells;                   /**< of the DEM */
    double read_seconds, build_seconds, denoise_seconds, write_seconds;
    vd_picture_notes notes;
    vd_picture_lens lens;
    vd_render_stats stats;
    bool is_metered;
    float metered_stops; /**< automatic exposure; 0 if not metered */
};

/* ---- scene_api.c --------------------------------------------------------------------------- */

/** Reads the DEM that the settings name, and builds of the scene what says where things are in the
 *  picture: as vd_scene_load(), but for light, colours and materials, which are not looked at. */
VD_MUST_USE vd_result vd_scene_load_shape(vd_context *context, const vd_settings *settings,
                                          vd_scene **out);

/** Reads the DEM that the settings of a moment name and builds their scene; where it stands on the
 *  same ground as *before, it takes that over. *before, which may be NULL, is destroyed. Returns as
 *  vd_scene_load(). */
VD_MUST_USE vd_result vd_scene_load_next(vd_context *context, const vd_settings *settings,
                                         vd_scene **before, vd_scene **out);

/* ---- moment.c ------------------------------------------------------------------------------ */

/** The settings of a picture: those given, or of one moment if they move. */
typedef struct vd_moment {
    const vd_settings *settings;
    vd_settings *own;        /**< NULL: those given */
    vd_animation *animation; /**< NULL: nothing moves */
    double frame;            /**< the moment, of those that do */
} vd_moment;

/** What moves in settings for veduta render or animate; NULL where nothing does. Returns VD_OK,
 *  VD_ERR_SETTING, VD_ERR_MEMORY or what a DEM that cannot be opened gives. */
VD_MUST_USE vd_result vd_moment_animate(vd_context *context, const vd_settings *settings,
                                        vd_animation **out);
/** The moment that the knob animation.frame names. End it in any case; settings must outlive it.
 *  Returns as vd_moment_animate(). */
VD_MUST_USE vd_result vd_moment_begin(vd_context *context, const vd_settings *settings,
                                      vd_moment *out);
void vd_moment_end(vd_moment *moment);

/* ---- denoise_planes.c ---------------------------------------------------------------------- */

/** What media leave of light from beyond them, below which there is something to be denoised. */
#define VD_CLEAN_AIR 0.9999f

/** What a surface's features are worth behind media that leave so much of its light: media are
 *  white, have no normal, and the less of it is left the less its depth tells. */
void vd_clean_veil(float left, float albedo[3], float normal[3], float *depth);

/** A whole picture to be denoised, [height][width] of each plane. */
typedef struct vd_clean_planes {
    int width, height;
    int channels;           /**< as of a vd_denoise_input */
    bool is_share;          /**< of samples that are 0 or 1, not light */
    bool has_depth;         /**< a view */
    float *signal, *noise;  /**< [channels] */
    float *clean;           /**< likewise, which is made of them */
    float *albedo, *normal; /**< [3] */
    float *depth;
    bool *is_there; /**< its own */
} vd_clean_planes;

/** Makes room for them all, which is not set. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_clean_planes_create(vd_context *context, int width, int height,
                                             int channels, vd_clean_planes *out);
void vd_clean_planes_destroy(vd_clean_planes *planes);
/** Denoises them by what the settings name; albedo and normal may change, too. Returns VD_OK,
 *  VD_ERR_MEMORY, VD_ERR_UNSUPPORTED or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_clean_planes_run(vd_context *context, const vd_settings *settings,
                                          vd_clean_planes *planes);

/** Fails where denoising would for want of a library. Returns VD_OK, VD_ERR_SETTING (its knobs
 *  without it) or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_denoise_check(vd_context *context, const vd_settings *settings);

/* ---- denoise_layers.c ---------------------------------------------------------------------- */

/** Reads the planes of an OpenEXR file, but for the signal; for noise what half of the samples say.
 *  part  of beauty
 *  Returns VD_OK, VD_ERR_SETTING (what the file lacks), VD_ERR_FORMAT, VD_ERR_INPUT or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_clean_planes_read(vd_context *context, const vd_settings *settings,
                                           const char *path, vd_exr_in *in, int part,
                                           vd_clean_planes *planes);

/* ---- denoise_api.c ------------------------------------------------------------------------- */

/** Takes the noise out of a rendered picture, if its settings ask for that. Returns VD_OK,
 *  VD_ERR_MEMORY, VD_ERR_IO, VD_ERR_UNSUPPORTED or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_picture_denoise(vd_context *context, vd_picture *picture);

/** The film that has an AOV without noise, or NULL. */
const vd_film *vd_picture_clean_aov(const vd_picture *picture, vd_aov_id id);

/* ---- output_list.c ------------------------------------------------------------------------- */

/** A file to write. */
typedef struct vd_output_item {
    char *path;
    const char *aov; /**< the part of the AOVs that goes into it; NULL: the picture */
} vd_output_item;

/** All that are written. */
typedef struct vd_output_list {
    int count;
    vd_output_item *items;
} vd_output_list;

/** Lists the outputs of settings; clear with vd_output_list_clear(), which a failure has done.
 *  aovs  that there are, whose names the list borrows; NULL: none
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_output_list_make(vd_context *context, const vd_settings *settings,
                                          const vd_aov_set *aovs, vd_output_list *out);
void vd_output_list_clear(vd_output_list *list);

/* ---- output_api.c -------------------------------------------------------------------------- */

/** The knob tone.white_balance as it takes effect; 0: unset. */
double vd_picture_white_balance(const vd_settings *settings);

/** The tone of a picture: what the settings ask for, with the exposure metered for it. */
vd_tone vd_picture_tone(const vd_settings *settings, float metered_stops);

/** Has the exposure of a picture a use: is one shown, or noted in an EXR? */
bool vd_outputs_are_exposed(const vd_settings *settings);

/** Writes every output that the settings name of a source. Returns as vd_output_write(). */
VD_MUST_USE vd_result vd_outputs_write(vd_context *context, const vd_settings *settings,
                                       float metered_stops, const vd_source *source,
                                       const vd_picture_lens *lens);

/* ---- finish.c ------------------------------------------------------------------------------ */

/** What lies between light and display values beside tone. */
typedef struct vd_finish {
    vd_source source;    /**< as it was */
    float *blurred;      /**< the picture, if it is blurred; else NULL */
    bool keeps_blurred;  /**< linear outputs have it so, too */
    vd_effects *effects; /**< NULL: none */
    vd_lut *lut;         /**< NULL: none */
    vd_pixels mask;
} vd_finish;

/** Refuses by name whatever of it is set, with this reason. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_finish_refuse(vd_context *context, const vd_settings *settings,
                                       const char *why);
/** Refuses what looks at a pixel's neighbours, which a part of a picture has not at its edges.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_finish_refuse_on_part(vd_context *context, const vd_settings *settings);
/** Refuses by name what has no use, and files that cannot be read. Returns VD_OK, VD_ERR_SETTING,
 *  VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_finish_check(vd_context *context, const vd_settings *settings);
/** Makes it for a source, which is read through if there is glare or blur, and which must live as
 *  long. lens may be NULL. Close it in any case. Returns as vd_finish_check(), or what the source's
 * rows return. */
VD_MUST_USE vd_result vd_finish_open(vd_context *context, const vd_settings *settings,
                                     const vd_source *source, const vd_picture_lens *lens,
                                     vd_finish *out);
void vd_finish_close(vd_finish *finish);
/** The source as display values are to be made of it, by this tone, which gets its table. */
vd_source vd_finish_source(const vd_finish *finish, vd_tone *tone);
/** Writes an output: finished where it holds display values of the picture, else the light as it
 *  is. Returns as vd_output_write(). */
VD_MUST_USE vd_result vd_finish_write(vd_context *context, const vd_finish *finish,
                                      const vd_output_options *options);

/** What a lens blurs afterwards, by the knobs: fills lens->focus, whose other numbers are there.
 *  Returns VD_OK or as vd_lens_measure(). */
VD_MUST_USE vd_result vd_finish_focus(vd_context *context, const vd_settings *settings,
                                      double focal_mm, double focus_m, int width, int height,
                                      vd_picture_lens *lens);

/* ---- frame_digest.c ------------------------------------------------------------------------ */

enum { VD_FRAME_DIGEST = 17 };
/** Fills a text that other settings of an animation have another of. Returns VD_OK or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_frame_digest(vd_context *context, const vd_settings *settings,
                                      const vd_animation *animation, char out[VD_FRAME_DIGEST]);
/** Puts it into what a frame's files say of its settings. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_frame_mark(vd_context *context, const char *digest, vd_picture *picture);
/** Is a file that is there a frame to its end? Empty ones and PNGs cut off are not. */
bool vd_frame_is_whole(const char *path);
/** Does a file say that it is a frame of other settings? */
bool vd_frame_is_other(const char *path, const char *digest);

/* ---- flight_api.c -------------------------------------------------------------------------- */

/** The flight of settings, if they have one and a DEM; scale is that of vd_animation_create().
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_SETTING, or as vd_line_read() and vd_dem_load(). */
VD_MUST_USE vd_result vd_flight_load(vd_context *context, const vd_settings *settings,
                                     const double scale[2], vd_flight **out);

/* ---- motion_api.c -------------------------------------------------------------------------- */

/** What a picture's shutter is to blur afterwards: fills its lens and notes. Returns VD_OK or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_picture_take_motion(vd_context *context, const vd_settings *settings,
                                             vd_picture *picture);
/** Opens the depth of a file whose beauty is open, for what a knob asks, if it is not. Returns
 * VD_OK, VD_ERR_SETTING (there is none), VD_ERR_FORMAT or as vd_exr_rows_open(). */
VD_MUST_USE vd_result vd_file_open_depth(vd_context *context, const vd_settings *settings,
                                         vd_knob_id knob, const char *path, vd_exr_in *in,
                                         const vd_exr_rows *beauty, vd_exr_rows **out);
/** Likewise its motion, and the times of vd_smear_options, if the settings' shutter is to blur it;
 * else *out is NULL. Returns as that, and VD_ERR_SETTING where it is blurred already, or the
 * shutter's knobs mean nothing. */
VD_MUST_USE vd_result vd_file_open_motion(vd_context *context, const vd_settings *settings,
                                          const char *path, vd_exr_in *in, int beauty_part,
                                          const vd_exr_rows *beauty, vd_exr_rows **out,
                                          float times[VD_SMEAR_TIMES]);
/** Blurs what moves; lens has motions. Returns as vd_smear(). */
VD_MUST_USE vd_result vd_finish_smear(vd_context *context, const vd_settings *settings,
                                      const vd_picture_lens *lens, int width, int height,
                                      float *rgba);

/* ---- notes.c ------------------------------------------------------------------------------- */

/** Takes down what a file will say of a picture, whose exposure is metered. Returns VD_OK,
 *  VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_picture_note(vd_context *context, const vd_scene *scene,
                                      vd_picture *picture);
void vd_picture_clear_notes(vd_picture_notes *notes);

/* ---- sky_api.c ----------------------------------------------------------------------------- */

/** Stops that bring the brightest of so much light, but the very brightest, near white, as the
 * meter of views does (render/meter.c). Sorts it. */
float vd_meter_light(float *light, size_t count);

/* ---- aov_api.c ----------------------------------------------------------------------------- */

/** Returns VD_OK, or VD_ERR_USAGE if the rectangle does not lie in the picture. */
VD_MUST_USE vd_result vd_picture_check_rectangle(vd_context *context, const vd_picture *picture,
                                                 int x, int y, int width, int height);

/** Takes from a scene what a picture's AOVs are read with. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_picture_take_aovs(vd_context *context, const vd_scene *scene,
                                           vd_picture *picture);
void vd_picture_clear_aovs(vd_picture *picture);
/** Values of a part of the picture's AOVs, values[height][width][vd_aov_value_count()]. Returns
 *  VD_OK, VD_ERR_MEMORY, VD_ERR_IO or VD_ERR_SETTING (no way to longitude and latitude). */
VD_MUST_USE vd_result vd_picture_aov_values(vd_context *context, const vd_picture *picture,
                                            int part, int x, int y, int width, int height,
                                            float *values);
/** Fills what files are written from; names and the like stay the picture's. */
void vd_picture_aov_source(const vd_picture *picture, vd_aov_source *out);

/* ---- scene_api.c --------------------------------------------------------------------------- */

/** May pixels of the picture be less than wholly there? */
bool vd_picture_has_alpha(const vd_picture *picture);

/** Rows of a picture as linear RGBA, colours multiplied by alpha, rgba[height][width][4].
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_IO. */
VD_MUST_USE vd_result vd_picture_rows(vd_context *context, const vd_picture *picture, int x, int y,
                                      int width, int height, float *rgba);

#endif
