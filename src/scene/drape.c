/* From the knobs of group drape to textures on the ground. */
#include <string.h>

#include "scene/scene.h"

#include <math.h>

static vd_drape_options drape_options(const vd_settings *settings)
{
    return (vd_drape_options){
        .path = settings->drape_path,
        .resampling = settings->drape_resampling == VD_DRAPE_RESAMPLING_NEAREST ? VD_DRAPE_NEAREST
                      : settings->drape_resampling == VD_DRAPE_RESAMPLING_CUBIC ? VD_DRAPE_CUBIC
                                                                                : VD_DRAPE_AUTO,
        .threads = settings->render_threads,
    };
}

vd_drape_window vd_scene_window(const vd_frame *frame)
{
    double cells = frame->cells_per_pixel_x < frame->cells_per_pixel_y ? frame->cells_per_pixel_x
                                                                       : frame->cells_per_pixel_y;
    /* On an overview's grid the part shown may begin and end within cells. */
    int column = (int)floor(frame->column), row = (int)floor(frame->row);
    double width = frame->is_warped ? frame->columns : frame->width * frame->cells_per_pixel_x;
    double height = frame->is_warped ? frame->rows : frame->height * frame->cells_per_pixel_y;
    int columns = (int)ceil(frame->column + width) - column;
    int rows = (int)ceil(frame->row + height) - row;
    return (vd_drape_window){column, row, columns, rows, 1.0 / cells};
}

vd_result vd_scene_check_drape(vd_context *context, const vd_settings *settings,
                               const vd_dem_info *dem, const vd_frame *frame, double *bytes)
{
    if (bytes) *bytes = 0.0;
    if (!settings->drape_path) return VD_OK;
    vd_drape_options options = drape_options(settings);
    vd_drape_window window = vd_scene_window(frame);
    return vd_drape_probe(context, &options, dem, &window, bytes);
}

vd_result vd_scene_set_drape(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    vdk_drape *flat = &scene->flat.drape;
    if (!settings->drape_path) return VD_OK;
    vd_drape_options options = drape_options(settings);
    vd_drape_window window = vd_scene_window(&scene->frame);
    VD_TRY(vd_drape_load(context, &options, &scene->terrain->dem->info, &window, &scene->drape));
    memcpy(flat->level, scene->drape->level, sizeof(flat->level));
    flat->levels = scene->drape->levels;
    flat->opacity = (float)settings->drape_opacity;
    vd_drape_decoding(flat->linear);
    return VD_OK;
}
