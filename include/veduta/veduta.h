/* veduta: path-traced pictures of terrain. The public C API.
 *
 * The way through it: a context carries callbacks and the text of the last error; settings hold
 * every knob; a scene is a DEM made ready under those settings; rendering it gives a picture,
 * which is read as linear radiance or written as the settings say.
 *
 *     vd_context_create -> vd_settings_create -> vd_settings_set... -> vd_scene_load
 *         -> vd_render -> vd_picture_write -> destroy in reverse order
 *
 * Strings are UTF-8. Handles are opaque; every destroy function takes NULL. A function that can
 * fail returns a vd_result and leaves a sentence in its context. One context belongs to one thread
 * at a time; different contexts may be used from different threads, also with one and the same
 * scene or picture as long as nobody changes it. Settings, scenes and pictures do not belong to the
 * context they were made under and may outlive it. Pointers must not be NULL unless a function says
 * so.
 *
 * Until version 1.0 structs may grow from one minor version to the next; the shared library's name
 * carries both numbers, so a program never meets structs it was not compiled with. */
#ifndef VEDUTA_H
#define VEDUTA_H

#include <stddef.h>
#include <stdint.h>

#define VD_VERSION_MAJOR 0
#define VD_VERSION_MINOR 1
#define VD_VERSION_PATCH 0

#if defined(_WIN32)
#define VD_API
#elif defined(__GNUC__)
#define VD_API __attribute__((visibility("default")))
#else
#define VD_API
#endif
#if defined(__GNUC__)
#define VD_MUST_USE __attribute__((warn_unused_result))
#else
#define VD_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Result codes. Their names, texts and exit statuses come from one table (src/base/errors.def). */
typedef enum vd_result {
    VD_OK = 0,
    VD_ERR_USAGE,       /**< a command or call that cannot be meant */
    VD_ERR_SETTING,     /**< a knob unknown, out of range, or of no use here */
    VD_ERR_FORMAT,      /**< input that is not what it should be */
    VD_ERR_INPUT,       /**< an input that cannot be opened or read to its end */
    VD_ERR_IO,          /**< a file that cannot be written, or a spool file that fails */
    VD_ERR_EXISTS,      /**< an output that exists and may not be overwritten */
    VD_ERR_MEMORY,      /**< not enough memory */
    VD_ERR_UNSUPPORTED, /**< sensible, but not in this build */
    VD_ERR_CANCELLED,   /**< the cancel callback said so */
    VD_ERR_INTERNAL     /**< a fault of veduta itself */
} vd_result;

/** The version of the library that is running, "major.minor.patch". Never NULL. */
VD_API const char *vd_version(void);

/** Lines of "name: value" that say how the library was built and what it found. Never NULL. */
VD_API const char *vd_build_info(void);

/** A code's identifier ("VD_ERR_IO") and the exit status a program should end with (0, 1 or 2). */
VD_API const char *vd_result_name(vd_result result);
VD_API int vd_result_exit_status(vd_result result);

/* ---- context ---------------------------------------------------------------------------- */

typedef struct vd_context vd_context;

typedef enum vd_level { VD_LEVEL_INFO, VD_LEVEL_WARNING } vd_level;

/** What a program may listen to. Any member may be NULL. All are called on the thread that made
 *  the call into veduta. */
typedef struct vd_callbacks {
    void *user;
    /** phase: a short word ("render"); fraction: 0..1 of that phase. */
    void (*progress)(void *user, const char *phase, double fraction);
    /** Asked often; a non-zero answer ends the call with VD_ERR_CANCELLED. */
    int (*cancel)(void *user);
    /** One line of text without a line end. */
    void (*message)(void *user, vd_level level, const char *text);
} vd_callbacks;

/** callbacks  copied; NULL for none.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_context_create(const vd_callbacks *callbacks, vd_context **out);
VD_API void vd_context_destroy(vd_context *context);

/** What went wrong in the last call that failed, one line; "" if none did. Never NULL; valid
 *  until the next call with this context. */
VD_API const char *vd_context_error(const vd_context *context);

/* ---- settings --------------------------------------------------------------------------- */

typedef struct vd_settings vd_settings;

/** One row of the table of knobs. All text is static. */
typedef struct vd_knob_info {
    const char *name;     /**< "sun.azimuth"; a field of a list record is "suns[].azimuth" */
    const char *flags;    /**< every spelling on the command line: "--sun-azimuth -az --azimuth"; ""
                               for a field of a record */
    const char *kind;     /**< bool int float choice text path name (of what came with
                               veduta, or a path) floats ints color size list */
    const char *fallback; /**< the default as text; "" when unset */
    const char *range;    /**< "0..360", "> 0", "" */
    const char *unit;     /**< "deg", "m", "" */
    const char *choices;  /**< "smooth|flat", "" */
    const char *commands; /**< "relief", space-separated */
    const char *help;     /**< one sentence */
    int takes_value;      /**< 0 for a switch */
    int is_list;          /**< each use adds a record */
} vd_knob_info;

VD_API size_t vd_knob_count(void);
/** The row at index, or NULL past the end. */
VD_API const vd_knob_info *vd_knob_at(size_t index);
/** The row for a dotted name ("sun.azimuth") or a flag ("--azimuth", "-az", and
 *  "--no-azimuth"); NULL if none. */
VD_API const vd_knob_info *vd_knob_find(const char *name_or_flag);
/** A knob's default for a command as text; "" when unset, for an unknown knob or command. */
VD_API const char *vd_knob_fallback(const char *name_or_flag, const char *command);
/** The known flag or name nearest to one that is unknown, for a helpful message; NULL if none is
 *  near. */
VD_API const char *vd_knob_nearest(const char *name_or_flag);

/** A group's title in documents ("sun" has "The sun"); NULL for a list of records, or no group. */
VD_API const char *vd_group_title(const char *group);
/** Reads a value as vd_settings_set() would, of any command, and gives it back in its plainest form
 *  as JSON: a number, an array of numbers, a string, true ("225" for camera.view_from is "SW").
 *  name  as for vd_settings_set(), or of a field of a record ("suns[].azimuth"); of a list, value
 *        is one item and comes back in an array. write gets all of it at once.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_knob_read(vd_context *context, const char *name, const char *value,
                                          void (*write)(void *user, const char *text,
                                                        size_t length),
                                          void *user);

/** The index-th name, in alphabetical order, of what came with veduta and can be given to a knob of
 *  kind "name" ("surface.ramp"), or as "preset"; NULL past the last, or for another knob. */
VD_API const char *vd_builtin_name(const char *knob, size_t index);

/** Settings at their defaults for a command ("relief"). A knob the command has no use for is then
 *  refused by name. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_USAGE. */
VD_API VD_MUST_USE vd_result vd_settings_create(vd_context *context, const char *command,
                                                vd_settings **out);
VD_API void vd_settings_destroy(vd_settings *settings);

/** Sets a knob as a flag would, over presets and scene files whatever the order of the calls.
 *  name   dotted name or flag; value  as on the command line; NULL or "true"/"false" for a switch.
 *  A list knob gets one more record. Returns VD_OK or VD_ERR_SETTING. */
VD_API VD_MUST_USE vd_result vd_settings_set(vd_context *context, vd_settings *settings,
                                             const char *name, const char *value);
/** Reads a YAML scene file: groups as maps, lists as sequences of maps. Unknown keys and wrong
 *  types are errors that name file, line, key and the nearest known name.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_SETTING. */
VD_API VD_MUST_USE vd_result vd_settings_load(vd_context *context, vd_settings *settings,
                                              const char *path);
/** Reads a scene file from memory; label stands for its name in messages, and relative paths are
 *  left as they are. Returns as vd_settings_load(). */
VD_API VD_MUST_USE vd_result vd_settings_load_text(vd_context *context, vd_settings *settings,
                                                   const char *label, const char *text);
/** What scene files and flags have set, without presets and defaults, as a JSON object: groups of
 *  values as vd_knob_read() has them, lists as arrays of objects without the fields that are as if
 *  left out, and under "preset" the preset that a scene file names. write gets all of it at once.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_settings_show(vd_context *context, const vd_settings *settings,
                                              void (*write)(void *user, const char *text,
                                                            size_t length),
                                              void *user);
/** Applies a preset that came with veduta, by name, or a YAML file, by path.
 *  Returns VD_OK, VD_ERR_SETTING or as vd_settings_load(). */
VD_API VD_MUST_USE vd_result vd_settings_preset(vd_context *context, vd_settings *settings,
                                                const char *name);
/** Names every preset, in alphabetical order: those in the user's own folder first, then those that
 *  came with veduta. summary is its first line if that is a comment, else ""; path the file of the
 *  user's own, NULL of others. An own one hides that of the same name.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_INPUT (the folder cannot be read). */
VD_API VD_MUST_USE vd_result vd_presets_list(vd_context *context,
                                             void (*each)(void *user, const char *name,
                                                          const char *summary, const char *path),
                                             void *user);
/** The text of a preset, found as vd_settings_preset() finds it. write gets all of it at once.
 *  Returns VD_OK, VD_ERR_SETTING (no such preset), VD_ERR_INPUT or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_preset_show(vd_context *context, const char *name,
                                            void (*write)(void *user, const char *text,
                                                          size_t length),
                                            void *user);
/** A knob's value as text, into buffer (always terminated); a list gives a line an item.
 *  Returns VD_OK, or VD_ERR_SETTING for an unknown name or a buffer that is too small. */
VD_API VD_MUST_USE vd_result vd_settings_get(vd_context *context, const vd_settings *settings,
                                             const char *name, char *buffer, size_t size);

typedef enum vd_settings_format {
    VD_SETTINGS_TEXT,
    VD_SETTINGS_MARKDOWN,
    VD_SETTINGS_JSON_SCHEMA
} vd_settings_format;

/** The whole table as a document. write gets it in pieces.
 *  Returns VD_OK or VD_ERR_USAGE. */
VD_API VD_MUST_USE vd_result vd_settings_document(vd_context *context, vd_settings_format format,
                                                  void (*write)(void *user, const char *text,
                                                                size_t length),
                                                  void *user);

/* ---- data in memory --------------------------------------------------------------------- */

/** Types of cells in memory, in the byte order of the machine. */
typedef enum vd_cell_kind {
    VD_CELLS_UINT8,
    VD_CELLS_UINT16,
    VD_CELLS_INT16,
    VD_CELLS_UINT32,
    VD_CELLS_INT32,
    VD_CELLS_FLOAT32,
    VD_CELLS_FLOAT64
} vd_cell_kind;

/** A raster in memory. The cell in a column and row of a band is at data + column * column_step +
 *  row * row_step + band * band_step. */
typedef struct vd_raster_data {
    const char *label; /**< what messages call it: letters, digits, '_', '-' and '.' */
    const void *data;
    vd_cell_kind kind;
    int width, height, bands;
    int64_t column_step, row_step, band_step; /**< in bytes, > 0, each below 2 GiB but the last */
    const double *geotransform;               /**< GDAL's six numbers, or NULL: it lies nowhere */
    const char *crs;                          /**< as GDAL takes it ("EPSG:32632", WKT), or NULL */
    const double *nodata;                     /**< the value that stands for none, or NULL */
    const char *unit; /**< of heights ("ft"), or NULL: the CRS's, or metres */
} vd_raster_data;

/** Something in memory that has a path for as long as it is lent. */
typedef struct vd_lent vd_lent;

/** Lends a raster: whatever takes a path of a raster (dem.path, drape.path, classes.path) takes its
 *  path and reads it in place, without a copy of it. The data must stay as they are until it is
 *  taken back; a scene has read them when vd_scene_load() returns.
 *  Returns VD_OK, VD_ERR_USAGE (sizes and steps that mean nothing), VD_ERR_SETTING (not a CRS) or
 *  VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_raster_lend(vd_context *context, const vd_raster_data *raster,
                                            vd_lent **out);
/** Lends bytes as a file, such as GeoJSON for clip.path. label is its name and ends in the suffix
 * by which readers know it ("polygons.geojson"). Returns VD_OK, VD_ERR_USAGE or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_bytes_lend(vd_context *context, const char *label,
                                           const void *bytes, size_t length, vd_lent **out);
/** Makes a raster of classes of polygons and lends it, for classes.path: cells whose centre lies in
 * a polygon get the whole number in a field of it, of several the last one's, others none. path a
 * vector file that OGR reads, or the path of bytes lent field       the attribute with the
 * numbers, 1..2147483647 resolution  side of a cell in units of its CRS, > 0; cells lie on whole
 * multiples of it Returns VD_OK, VD_ERR_USAGE, VD_ERR_INPUT (cannot be read), VD_ERR_FORMAT (no
 * such field, or no raster comes of it) or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_classes_lend(vd_context *context, const char *label,
                                             const char *path, const char *field, double resolution,
                                             vd_lent **out);
/** Its path, of this process alone; never NULL. */
VD_API const char *vd_lent_path(const vd_lent *lent);
/** Takes back what was lent, after which the path leads nowhere. */
VD_API void vd_lent_destroy(vd_lent *lent);

/* ---- scene and picture ------------------------------------------------------------------ */

typedef struct vd_scene vd_scene;
typedef struct vd_picture vd_picture;

/** What would be rendered and what it would cost; filled without loading any heights. */
typedef struct vd_plan {
    char crs[256];            /**< name of the CRS, or "none" */
    char horizontal_unit[64]; /**< unit of the map coordinates */
    char vertical_unit[64];   /**< unit of the heights in the file */
    int dem_width, dem_height;
    int dem_files;               /**< rasters that make the DEM */
    int read_width, read_height; /**< of the overview that will be read, or of the DEM */
    int width, height;           /**< of the picture, in pixels */
    int samples;
    double cell_m[2];    /**< metres per cell in x and y, at the middle row */
    double bounds[4];    /**< of the picture, xmin ymin xmax ymax in map units */
    double memory_bytes; /**< peak, estimated */
    double detail_bytes; /**< of that, for the terrain's detail, at most */
    double spool_bytes;  /**< on disk while rendering, 0 when the film fits in memory */
    double rays;         /**< estimated */
    double seconds;      /**< estimated, from a short measurement on this machine */
} vd_plan;

/** Looks at the input and the settings and says what rendering would do.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_plan_make(vd_context *context, const vd_settings *settings,
                                          vd_plan *out);

/** Refuses what could only fail after the work: outputs that exist without `output.overwrite`,
 *  folders that cannot be written, suffixes of no known format, knobs the formats cannot use, a
 *  checkpoint that exists and is not to be resumed.
 *  Returns VD_OK, VD_ERR_EXISTS, VD_ERR_IO, VD_ERR_SETTING, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED. */
VD_API VD_MUST_USE vd_result vd_outputs_check(vd_context *context, const vd_settings *settings);

/** Reads the DEM that the settings name and builds what rendering needs. The settings are copied.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING, VD_ERR_MEMORY or
 *  VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_scene_load(vd_context *context, const vd_settings *settings,
                                           vd_scene **out);
VD_API void vd_scene_destroy(vd_scene *scene);

/** Renders a scene. The same scene gives the same picture, bit for bit, unless
 *  `render.time_limit` cuts it short. With `render.checkpoint` the work is in that file when the
 *  call fails or is cancelled, and `render.resume` goes on with it.
 *  The picture keeps what it needs of the scene; the scene may be destroyed first.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO (spool file, checkpoint), VD_ERR_CANCELLED, or of a
 *  checkpoint VD_ERR_EXISTS, VD_ERR_INPUT (in use), VD_ERR_FORMAT or VD_ERR_SETTING (another
 *  picture's). */
VD_API VD_MUST_USE vd_result vd_render(vd_context *context, const vd_scene *scene,
                                       vd_picture **out);
VD_API void vd_picture_destroy(vd_picture *picture);

VD_API int vd_picture_width(const vd_picture *picture);
VD_API int vd_picture_height(const vd_picture *picture);

/** Scene-linear RGB radiance and coverage (0..1, not multiplied in) of a rectangle, row 0 at the
 *  top, into rgba[height][width][4]. Returns VD_OK, VD_ERR_USAGE (rectangle outside) or VD_ERR_IO.
 */
VD_API VD_MUST_USE vd_result vd_picture_read(vd_context *context, const vd_picture *picture, int x,
                                             int y, int width, int height, float *rgba);

/** Where the picture lies on the map: GDAL's six numbers for its pixels. Returns 1, or 0 with zeros
 *  where it lies nowhere: a view, or a relief of a DEM that lies nowhere. */
VD_API int vd_picture_geotransform(const vd_picture *picture, double out[6]);
/** The CRS of these coordinates as WKT2, "" if none is known. Never NULL; the picture's. */
VD_API const char *vd_picture_crs(const vd_picture *picture);
/** Channels of a pixel's display values: 3, or 4 where some pixel may be transparent. */
VD_API int vd_picture_display_channels(const vd_picture *picture);
/** The display values that a PNG of the picture would hold: exposed, through the tone curve,
 *  dithered, sRGB with straight alpha, row 0 at the top. All zero where alpha is.
 *  bits     8 or 16, whatever `output.type` says
 *  samples  [height][width][channels] of uint8_t or uint16_t
 *  Returns VD_OK, VD_ERR_USAGE (bits), VD_ERR_MEMORY, VD_ERR_IO or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_picture_display(vd_context *context, const vd_picture *picture,
                                                int bits, void *samples);

/** An AOV as a picture holds it. All text is the picture's. */
typedef struct vd_aov_info {
    const char *name;     /**< "normal", "light_sun2" */
    const char *channels; /**< names of its channels, "X Y Z"; "" of Cryptomatte: id, coverage, ...
                               by falling coverage */
    int channel_count;
} vd_aov_info;

/** How many AOVs the picture holds beside its radiance, and one of them. Returns VD_OK or
 *  VD_ERR_USAGE (no such index). */
VD_API int vd_picture_aov_count(const vd_picture *picture);
VD_API VD_MUST_USE vd_result vd_picture_aov_at(vd_context *context, const vd_picture *picture,
                                               int index, vd_aov_info *out);
/** Values of an AOV in a rectangle, row 0 at the top, into values[height][width][channel_count].
 *  What they mean, and what they are where nothing is, is in docs/guide.md.
 *  origin  gets what must be added to the AOV position (map coordinates and elevation); may be NULL
 *  Returns VD_OK, VD_ERR_USAGE (rectangle outside, no such AOV), VD_ERR_IO or VD_ERR_MEMORY. */
VD_API VD_MUST_USE vd_result vd_picture_read_aov(vd_context *context, const vd_picture *picture,
                                                 const char *name, int x, int y, int width,
                                                 int height, float *values, double origin[3]);

/** Writes every output that the settings name, each whole or not at all. When all are there, the
 *  checkpoint of a picture that no time limit cut short is removed.
 *  Returns VD_OK, VD_ERR_IO, VD_ERR_EXISTS, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_picture_write(vd_context *context, vd_picture *picture);

/** Writes the outputs that other settings name, under these: another format, another tone. The
 *  picture stays as it is.
 *  settings  of the picture's command; all that decides its light must be as it was rendered, so
 *            they may differ in the groups effects, output, run and tone (but not turn on
 *            tone.auto_exposure)
 *  Returns as vd_outputs_check() and vd_picture_write(), or VD_ERR_SETTING naming what differs. */
VD_API VD_MUST_USE vd_result vd_picture_write_as(vd_context *context, vd_picture *picture,
                                                 const vd_settings *settings);

/** Writes a JSON object of the time per phase, rays, samples, rates and peak memory.
 *  A file that exists is replaced only under `output.overwrite`.
 *  Returns VD_OK, VD_ERR_EXISTS or VD_ERR_IO. */
VD_API VD_MUST_USE vd_result vd_picture_write_stats(vd_context *context, const vd_picture *picture,
                                                    const char *path);

/** Renders the frames of an animation that are not there yet, and writes each under the settings'
 *  outputs, whose paths hold a place for its number ("frame_%04d.exr"); or all of them as a movie
 *  (.mp4, .mov, .mkv, .webm) by the program ffmpeg.
 *  settings  for "render", with keyframes or anything else that moves
 *  frames    how many were rendered, also on failure
 *  Returns VD_OK, VD_ERR_SETTING (nothing moves, no place for a number), VD_ERR_UNSUPPORTED (no
 *  ffmpeg), or as vd_scene_load(), vd_render() and vd_picture_write(). */
VD_API VD_MUST_USE vd_result vd_animate(vd_context *context, const vd_settings *settings,
                                        int *frames);

/* ---- points of the map in the picture ------------------------------------------------------- */

/** What a point's z counts from. */
typedef enum vd_height {
    VD_HEIGHT_GROUND,      /**< it is on the ground; z is unread */
    VD_HEIGHT_DATUM,       /**< metres above the datum, as the DEM's heights */
    VD_HEIGHT_ABOVE_GROUND /**< metres above the ground, which no exaggeration multiplies */
} vd_height;

/** A point of the map. */
typedef struct vd_point {
    double x, y; /**< easting and northing, or longitude and latitude */
    double z;
    vd_height height;
} vd_point;

/** What became of a point. The first that holds counts, from the last one up. */
typedef enum vd_point_state {
    VD_POINT_VISIBLE,
    VD_POINT_HIDDEN,      /**< behind ground or the block */
    VD_POINT_UNDERGROUND, /**< its z is below the ground */
    VD_POINT_NO_GROUND,   /**< in the picture, but there is no data; its z needs the ground, and is
                               that of the DEM's edge */
    VD_POINT_OUTSIDE,     /**< beside the picture */
    VD_POINT_BEHIND,      /**< of a view: the projection shows it nowhere; x and y are NaN */
    VD_POINT_NOWHERE      /**< its coordinates are no place in the DEM's CRS; all is NaN */
} vd_point_state;

/** A point in the picture. */
typedef struct vd_projected {
    double x, y;    /**< pixels from the picture's upper left corner; a pixel's centre is at .5 */
    double depth_m; /**< along the way the camera looks; NaN on a map */
    double distance_m; /**< from the eye, of an ortho camera from its plane; NaN on a map */
    double z_m;        /**< above the datum, where it was taken to be */
    vd_point_state state;
} vd_projected;

/** Finds where points come to lie in the picture of a scene, by its camera and the same curvature;
 *  whether they are seen is asked of the terrain.
 *  crs     of the points: whatever GDAL takes for one; NULL: the DEM's own
 *  points  [count]; out [count]
 *  Returns VD_OK, VD_ERR_SETTING (a CRS that is none, or no way to the DEM's), VD_ERR_MEMORY or
 *  VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_scene_project(vd_context *context, const vd_scene *scene,
                                              const char *crs, size_t count, const vd_point *points,
                                              vd_projected *out);

/** Which points to project, and where to. */
typedef struct vd_project_options {
    const char *path;       /**< points of a vector file that OGR reads, or of a CSV ("-": standard
                                 input); of lines the middle, of areas a point within; NULL: none */
    const char *layer;      /**< of that file; NULL: the only one */
    const vd_point *points; /**< more of them, [count]; may be NULL if count is 0 */
    size_t count;
    const char *crs;    /**< of all points whose file has none; NULL: the DEM's own */
    int has_height;     /**< all points stand height_m above the ground, whatever their z */
    double height_m;    /**< metres */
    const char *output; /**< a file: .csv, .geojson or .json; NULL: the text goes to write */
    int is_geojson;     /**< what write gets: GeoJSON, not CSV */
    int overwrite;      /**< output may replace a file that exists */
    void (*write)(void *user, const char *text, size_t length);
    void *user;
} vd_project_options;

/** Loads what of the settings' scene says where things are in the picture, and writes every point
 *  with its place there. Needs no light, drape or layer, so it is quick.
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_MEMORY, VD_ERR_IO,
 *  VD_ERR_EXISTS or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_project_write(vd_context *context, const vd_settings *settings,
                                              const vd_project_options *options);

/* ---- hours of sun ------------------------------------------------------------------------- */

/** Adds up hours of direct sun and the energy of a clear sky on each cell of a DEM, as settings of
 *  command "sun-hours" say, and writes them to every output that they name: GeoTIFFs of floats,
 *  NODATA -9999 where the DEM has none, with the bands sun_hours (h), direct, and unless
 *  insolation.diffuse is off, diffuse and global (Wh/m2, on the slope).
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_MEMORY, VD_ERR_IO,
 *  VD_ERR_EXISTS or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_sun_hours_write(vd_context *context, const vd_settings *settings);

/** Maps of numbers, one a band, row 0 in the north. */
typedef struct vd_band_maps {
    int width, height, count;
    const char *const *names;   /**< [count] */
    const char *const *units;   /**< [count] */
    const float *values;        /**< [count][height][width] */
    float nodata;               /**< where the DEM has none */
    const double *geotransform; /**< GDAL's six numbers; NULL: it lies nowhere */
    const char *crs;            /**< WKT2; "" if none is known */
} vd_band_maps;

/** The same into memory, and to outputs only where the settings name some. take gets the maps once
 *  and must copy what it keeps. Returns as vd_sun_hours_write(). */
VD_API VD_MUST_USE vd_result vd_sun_hours_read(vd_context *context, const vd_settings *settings,
                                               void (*take)(void *user, const vd_band_maps *maps),
                                               void *user);

/* ---- skies ------------------------------------------------------------------------------ */

/** How much light a physical sky has. */
typedef struct vd_sky_figures {
    double illuminance_sun_lx;     /**< by the sun, on a plane that faces it */
    double illuminance_sky_lx;     /**< by the sky alone, on level ground */
    double illuminance_level_lx;   /**< by both, on level ground */
    double zenith_luminance_cd_m2; /**< of the sky straight above */
    double sun_rgb[3]; /**< irradiance of a plane that faces the sun, linear Rec. 709, in
                            the unit of `sun.strength` */
    double sun_azimuth_deg, sun_altitude_deg; /**< where it stands; of the moon, if that shines */
    double sun_color_temperature_k; /**< of its light, 0 if there is none; McCamy's formula */
    double sky_color_temperature_k; /**< of the sky's light on level ground, likewise */
    double moon_lit;                /**< the part of the moon's disc that is lit; 0 without it */
} vd_sky_figures;

/** Computes the physical sky that settings of command "sky" describe, and writes it to every output
 *  that they name: a latitude-longitude map of `camera.size`, row 0 at the zenith, from north
 *  eastwards. Radiance is in the unit of `sun.strength`. out gets its figures, zeros on failure.
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_IO, VD_ERR_EXISTS, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_sky_write(vd_context *context, const vd_settings *settings,
                                          vd_sky_figures *out);

/** The same, and the map into memory too: rgb[height][width][3] of `camera.size`, linear radiance.
 *  Returns as vd_sky_write(). */
VD_API VD_MUST_USE vd_result vd_sky_read(vd_context *context, const vd_settings *settings,
                                         float *rgb, vd_sky_figures *out);

/* ---- composing --------------------------------------------------------------------------- */

/** Makes the pictures that settings of command "compose" describe out of the OpenEXR file that they
 *  name, which was rendered before: with another tone and other effects, and its lights weighed
 *  anew. What the file notes of its tone and effects holds unless it is set. width and height get
 *  its size, 0 on failure.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING, VD_ERR_UNSUPPORTED, VD_ERR_IO,
 *  VD_ERR_EXISTS, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_API VD_MUST_USE vd_result vd_compose(vd_context *context, const vd_settings *settings,
                                        int *width, int *height);

/** Where the sun is in the sky of a place, in degrees. */
typedef struct vd_sun_place {
    double azimuth;            /**< clockwise from true north, 0..360 */
    double altitude;           /**< of its centre above the horizon, as without air */
    double refracted_altitude; /**< as seen through mean air at sea level */
} vd_sun_place;

/** Finds the sun; see `sun.time`.
 *  time  as in 2026-06-21T09:30+02:00, of the years 1600 to 3000
 *  longitude, latitude  degrees, east and north positive
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_API VD_MUST_USE vd_result vd_sun_find(vd_context *context, const char *time, double longitude,
                                         double latitude, vd_sun_place *out);

/* ---- comparing pictures ------------------------------------------------------------------ */

/** What to measure beside PSNR and relative MSE, which cost nothing, and of what. */
typedef struct vd_compare_options {
    int ssim, flip;   /**< non-zero: measure it */
    int roi[4];       /**< x, y, width, height of the part to compare; all zero: the whole */
    const char *diff; /**< a PNG to write: what FLIP sees at each pixel; NULL: none */
    int overwrite;    /**< it may replace one that exists */
} vd_compare_options;

typedef struct vd_comparison {
    int width, height; /**< of the part compared */
    int is_linear;     /**< radiance was compared, not display values */
    double psnr;       /**< in decibels for a peak of 1; infinite if nothing differs */
    double ssim;       /**< 1 if nothing differs; 0 if not asked for */
    double flip;       /**< 0..1; 0 if nothing differs or it was not asked for */
    double relmse;     /**< mean of (test - reference)^2 / (reference^2 + 0.01) */
} vd_comparison;

/** Measures how far the picture `test` is from `reference`, files of PNG, TIFF, OpenEXR or
 *  Radiance (see `veduta help compare`). options may be NULL: everything, of the whole.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING (sizes or kinds that differ, a part
 *  outside), VD_ERR_MEMORY, VD_ERR_EXISTS or VD_ERR_IO. */
VD_API VD_MUST_USE vd_result vd_compare_files(vd_context *context, const char *reference,
                                              const char *test, const vd_compare_options *options,
                                              vd_comparison *out);

#ifdef __cplusplus
}
#endif
#endif
