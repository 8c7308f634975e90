/* What the files of src/api share. */
#ifndef VD_API_INTERNAL_H
#define VD_API_INTERNAL_H

#include "film/aov.h"
#include "film/film.h"
#include "output/output.h"
#include "post/tone.h"
#include "render/render.h"
#include "scene/scene.h"

/** From padded grid coordinates to the map. */
typedef struct vd_grid_place {
    double geotransform[6]; /**< of the raster's corner */
    char *wkt;              /**< CRS, or NULL */
    double base_m;          /**< elevation that stored heights are relative to */
    double origin[3];       /**< of the AOV position: map coordinates and elevation */
} vd_grid_place;

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
    vd_grid_place grid;    /**< where the DEM lies that AOVs tell of */
    vd_aov_names names[3]; /**< of classes, materials, objects */
    int32_t *class_values; /**< of the raster, by the class's number; NULL: no classes */
    double cells;          /**< of the DEM */
    double read_seconds, build_seconds, write_seconds;
    vd_render_stats stats;
    float metered_stops; /**< automatic exposure; 0 without */
};

/** Reads the DEM that the settings name, and builds of the scene what says where things are in the
 *  picture: as vd_scene_load(), but for light, colours and materials, which are not looked at. */
VD_MUST_USE vd_result vd_scene_load_shape(vd_context *context, const vd_settings *settings,
                                          vd_scene **out);

/** The tone of a picture: what the settings ask for, with the exposure metered for it. */
vd_tone vd_picture_tone(const vd_settings *settings, float metered_stops);

/** Writes every output that the settings name of a source. Returns as vd_output_write(). */
VD_MUST_USE vd_result vd_outputs_write(vd_context *context, const vd_settings *settings,
                                       float metered_stops, const vd_source *source);

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

/** May pixels of the picture be less than wholly there? */
bool vd_picture_has_alpha(const vd_picture *picture);

/** Rows of a picture as straight linear RGBA, rgba[height][width][4].
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_IO. */
VD_MUST_USE vd_result vd_picture_rows(vd_context *context, const vd_picture *picture, int x, int y,
                                      int width, int height, float *rgba);

#endif
