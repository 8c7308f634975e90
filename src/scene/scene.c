#include "scene/scene.h"
#include "scene/sun_by_date.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/sampler.h"
#include "scene/clip.h"
#include "scene/clouds.h"
#include "scene/detail.h"
#include "scene/light_motion.h"
#include "scene/material.h"
#include "scene/media.h"
#include "scene/motion.h"
#include "scene/objects.h"
#include "scene/sky.h"
#include "scene/view.h"
#include "scene/water.h"

vd_dem_options vd_scene_dem_options(const vd_settings *settings)
{
    const vd_text_list *inputs = &settings->dem_path;
    return (vd_dem_options){
        .path = inputs->count > 0 ? inputs->items[0] : NULL,
        .more = inputs->count > 1 ? (const char *const *)inputs->items + 1 : NULL,
        .more_count = inputs->count > 1 ? inputs->count - 1 : 0,
        .band = settings->dem_band,
        .assign_crs = settings->dem_assign_crs,
        .cell_size_m = settings->dem_cell_size,
        .scale = settings->dem_scale,
        .smooth_m = settings->dem_smooth,
        .fill_nodata = settings->dem_fill_nodata,
        .in_metres = vd_settings_are_for(settings, VD_COMMAND_RENDER),
        .threads = settings->render_threads,
        .list_sources = settings->dem_cache != NULL,
    };
}

vd_cache_options vd_scene_cache_options(const vd_settings *settings)
{
    return (vd_cache_options){
        .folder = settings->dem_cache,
        .most_bytes = settings->dem_cache_size * 1e6,
        .verify = settings->dem_cache_verify,
    };
}

vd_precision vd_scene_precision(const vd_settings *settings)
{
    switch (settings->terrain_precision) {
    case VD_TERRAIN_PRECISION_FLOAT32: return VD_PRECISION_FLOAT32;
    case VD_TERRAIN_PRECISION_INT16: return VD_PRECISION_INT16;
    default: return settings->dem_cache ? VD_PRECISION_FLOAT32 : VD_PRECISION_AUTO;
    }
}

vd_result vd_scene_check_tone(vd_context *context, const vd_settings *settings)
{
    double black = settings->tone_black, white = settings->tone_white;
    if (black < white) return VD_OK;
    VD_TRY(vd_settings_refuse(context, settings, VD_KNOB_TONE_BLACK,
                              "%g must lie below the white point (--white-point), which is %g",
                              black, white));
    return vd_settings_refuse(context, settings, VD_KNOB_TONE_WHITE,
                              "%g must lie above the black point (--black-point), which is %g",
                              white, black);
}

vd_result vd_scene_check(vd_context *context, const vd_settings *settings)
{
    vd_knob_id suns;
    if (settings->dem_path.count == 0)
        return vd_fail(context, VD_ERR_SETTING,
                       "no DEM given: name a raster, or dem.path in a scene file");
    VD_TRY(vd_scene_choose_suns(context, settings, &suns));
    VD_TRY(vd_sun_check_date(context, settings));
    bool is_view = vd_settings_are_for(settings, VD_COMMAND_RENDER);
    if (!is_view && settings->terrain_border > VD_TERRAIN_BORDER_OPEN)
        return vd_settings_refuse(context, settings, VD_KNOB_TERRAIN_BORDER,
                                  "has no use on a map, which has no sides; choose extend or open");
    vd_view_choice view;
    if (is_view) VD_TRY(vd_view_choose(context, settings, &view));
    if (is_view) VD_TRY(vd_motion_check(context, settings));
    if (settings->dem_cache && settings->terrain_precision == VD_TERRAIN_PRECISION_INT16)
        return vd_settings_refuse(context, settings, VD_KNOB_TERRAIN_PRECISION,
                                  "int16 cannot be had of a cache, which keeps floats; leave out "
                                  "--cache, or keep float32");
    static const vd_knob_id of_cache[] = {VD_KNOB_DEM_CACHE_SIZE, VD_KNOB_DEM_CACHE_VERIFY};
    if (!settings->dem_cache)
        VD_REFUSE_ALL_UNUSED(context, settings, of_cache,
                             "has no use without a cache; add --cache");
    if (!settings->clip_path)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CLIP_LAYER,
                                         "has no use without a mask; add --clip-mask"));
    VD_TRY(vd_scene_choose_sky(context, settings));
    if (!settings->surface_ramp)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SURFACE_RAMP_MATCH,
                                         "has no use without a ramp; add --ramp"));
    else
        VD_TRY(vd_settings_refuse_unused(
            context, settings, VD_KNOB_SURFACE_ALBEDO,
            "has no use beside a ramp, whose colours are the albedo; leave one"));
    static const vd_knob_id of_drape[] = {VD_KNOB_DRAPE_OPACITY, VD_KNOB_DRAPE_RESAMPLING};
    if (!settings->drape_path)
        VD_REFUSE_ALL_UNUSED(context, settings, of_drape,
                             "has no use without a drape; add --drape");
    static const vd_knob_id of_classes[] = {VD_KNOB_CLASSES_PALETTE, VD_KNOB_CLASSES_OPACITY,
                                            VD_KNOB_CLASSES_BLEND};
    if (!settings->classes_path)
        VD_REFUSE_ALL_UNUSED(context, settings, of_classes,
                             "has no use without land cover; add --classes");
    VD_TRY(vd_material_check(context, settings));
    VD_TRY(vd_water_check(context, settings));
    VD_TRY(vd_media_check(context, settings));
    VD_TRY(vd_clouds_check(context, settings));
    VD_TRY(vd_scene_check_detail(context, settings));
    return vd_scene_check_tone(context, settings);
}

/** Grid coordinates of pixel centres along one axis: cell and fraction, in padded cells. */
static void tabulate(const vd_frame *frame, double (*coordinate)(const vd_frame *, int), int count,
                     int *cells, float *fractions)
{
    for (int i = 0; i < count; i++) {
        double x = coordinate(frame, i) + 0.5;
        cells[i] = (int)floor(x);
        fractions[i] = (float)(x - floor(x));
    }
}

/** The part of the picture that is there, and with it the camera of one in another CRS. */
static vd_result set_coverage(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    const vd_frame *frame = &scene->frame;
    vd_lattice *lattice = NULL;
    vd_area *clip = NULL;
    VD_TRY(vd_clip_load(context, settings, &dem->info, frame, &clip));
    vd_result result = VD_OK;
    if (frame->is_warped)
        result = vd_lattice_create(context, frame, &dem->info, settings->camera_crs,
                                   settings->render_threads, &lattice);
    if (result != VD_OK) {
        vd_area_destroy(clip);
        return result;
    }
    if (lattice) scene->flat.camera.lattice = lattice->flat;
    return vd_coverage_create(context, frame, dem, lattice, clip, &scene->coverage);
}

static vd_result set_camera(vd_context *context, vd_scene *scene)
{
    if (scene->frame.is_warped) return VD_OK;
    const vd_frame *frame = &scene->frame;
    void *memory;
    size_t count = (size_t)frame->width + (size_t)frame->height;
    VD_TRY(vd_alloc(context, count, sizeof(int), "the camera's tables", &memory));
    scene->cells = memory;
    VD_TRY(vd_alloc(context, count, sizeof(float), "the camera's tables", &memory));
    scene->fractions = memory;
    tabulate(frame, vd_frame_column, frame->width, scene->cells, scene->fractions);
    tabulate(frame, vd_frame_row, frame->height, scene->cells + frame->width,
             scene->fractions + frame->width);
    vdk_map_camera *camera = &scene->flat.camera;
    camera->column_cell = scene->cells;
    camera->column_fraction = scene->fractions;
    camera->row_cell = scene->cells + frame->width;
    camera->row_fraction = scene->fractions + frame->width;
    camera->cells_per_pixel_x = (float)frame->cells_per_pixel_x;
    camera->cells_per_pixel_y = (float)frame->cells_per_pixel_y;
    return VD_OK;
}

static vd_ramp_match ramp_match(const vd_settings *settings)
{
    bool nearest = settings->surface_ramp_match == VD_SURFACE_RAMP_MATCH_NEAREST;
    return nearest ? VD_RAMP_NEAREST : VD_RAMP_LINEAR;
}

vd_result vd_scene_check_ramp(vd_context *context, const vd_settings *settings)
{
    vd_ramp *ramp = NULL;
    if (!settings->surface_ramp) return VD_OK;
    VD_TRY(
        vd_ramp_load(context, settings->surface_ramp, ramp_match(settings), 0.0, 1.0, 0.0, &ramp));
    vd_ramp_destroy(ramp);
    return VD_OK;
}

static vd_result set_ramp(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    if (!settings->surface_ramp) return VD_OK;
    VD_TRY(vd_ramp_load(context, settings->surface_ramp, ramp_match(settings),
                        (double)dem->valid_min + dem->base_m, (double)dem->valid_max + dem->base_m,
                        dem->base_m, &scene->ramp));
    scene->flat.ramp.elevation = scene->ramp->elevation_m;
    scene->flat.ramp.rgba = scene->ramp->rgb[0];
    scene->flat.ramp.count = scene->ramp->count;
    return VD_OK;
}

/** How the noise is spread: without a noise target as ever, so that pictures keep their bits. */
static int pattern(const vd_settings *settings)
{
    bool blue = settings->render_pattern == VD_RENDER_PATTERN_AUTO
                    ? settings->render_noise > 0.0
                    : settings->render_pattern == VD_RENDER_PATTERN_BLUE;
    return blue ? VDK_PATTERN_BLUE : VDK_PATTERN_INDEPENDENT;
}

/** Terrain and water of a DEM. */
static vd_result make_ground(vd_context *context, vd_scene *scene, vd_dem **dem)
{
    const vd_settings *settings = scene->settings;
    vd_view_choice *view = &scene->view;
    VD_TRY(vd_water_make(context, settings, *dem, &scene->water));
    if (scene->frame.is_view)
        VD_TRY(vd_view_bend(context, settings, view, *dem, &scene->flat.curve));
    vd_terrain_options options = {
        .z_factor = settings->terrain_z_factor,
        .open_border = view->border != VD_TERRAIN_BORDER_EXTEND,
        .smooth_normals = settings->terrain_normals == VD_TERRAIN_NORMALS_SMOOTH,
        .precision = vd_scene_precision(settings),
        .threads = settings->render_threads,
    };
    VD_TRY(vd_terrain_create(context, dem, &options, &scene->terrain));
    scene->flat.terrain = scene->terrain->field;
    return vd_water_set(context, scene);
}

/** The ground, unless there is one already, and the camera. */
static vd_result fill_shape(vd_context *context, vd_scene *scene, vd_dem **dem)
{
    const vd_settings *settings = scene->settings;
    vdk_scene *flat = &scene->flat;
    vd_view_choice *view = &scene->view;
    view->border = settings->terrain_border;
    if (scene->frame.is_view) VD_TRY(vd_view_choose(context, settings, view));
    if (!scene->terrain) VD_TRY(make_ground(context, scene, dem));
    if (scene->frame.is_view) vd_frame_cover(&scene->frame, &scene->terrain->dem->info);
    if (scene->frame.is_view) {
        VD_TRY(vd_view_make(context, settings, view, &scene->frame, scene->terrain, flat));
        VD_TRY(vd_water_check_eye(context, scene));
    } else {
        double metres[2];
        VD_TRY(set_coverage(context, scene));
        VD_TRY(set_camera(context, scene));
        vd_dem_metres_per_cell(&scene->terrain->dem->info,
                               scene->frame.row + 0.5 * scene->frame.rows - 0.5, metres);
        flat->camera.spread = (float)(0.5 * sqrt(metres[0] * scene->frame.cells_per_pixel_x *
                                                 metres[1] * scene->frame.cells_per_pixel_y));
    }
    return VD_OK;
}

static vd_result fill(vd_context *context, vd_scene *scene, vd_dem **dem)
{
    const vd_settings *settings = scene->settings;
    vdk_scene *flat = &scene->flat;
    VD_TRY(fill_shape(context, scene, dem));
    VD_TRY(set_ramp(context, scene));
    VD_TRY(vd_scene_set_drape(context, scene));
    vd_sun_angles sun;
    VD_TRY(
        vd_scene_lights(context, settings, &scene->terrain->dem->info, &scene->frame, flat, &sun));
    VD_TRY(vd_scene_set_environment(context, scene));
    VD_TRY(vd_scene_set_sky(context, scene, sun));
    vd_scene_filter(settings->filter_shape, vd_scene_filter_width(settings), &flat->filter);
    flat->material.base_color = (vdk_vec){1.0f, 1.0f, 1.0f}; /* a ramp's colours are the albedo */
    if (!scene->ramp)
        flat->material.base_color =
            (vdk_vec){(float)settings->surface_albedo[0], (float)settings->surface_albedo[1],
                      (float)settings->surface_albedo[2]};
    flat->plain = flat->sky.model != VDK_SKY_ENVIRONMENT && !flat->block.is_there;
    vd_material_set(settings, flat);
    VD_TRY(vd_scene_set_ground(context, scene));
    if (scene->ground || scene->water) flat->plain = 0;
    VD_TRY(vd_scene_set_media(context, scene));
    VD_TRY(vd_scene_set_clouds(context, scene));
    vd_clouds_blow(settings, flat);
    VD_TRY(vd_scene_shade_air(context, scene));
    vd_view_light_plane(flat);
    flat->shadow_strength = (float)settings->shadow_strength;
    flat->bounces = settings->render_bounces;
    flat->pattern = pattern(settings);
    flat->seed = (uint32_t)settings->render_seed;
    return VD_OK;
}

/** *before gives its ground away, if there is one. */
static void take_ground(vd_scene *before, vd_scene *scene)
{
    scene->terrain = before->terrain;
    scene->water = before->water;
    scene->flat.terrain = before->flat.terrain;
    scene->flat.water = before->flat.water;
    before->terrain = NULL;
    before->water = NULL;
}

static vd_result build(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                       vd_result (*fill_by)(vd_context *, vd_scene *, vd_dem **), vd_dem **dem,
                       vd_scene *before, vd_scene **out)
{
    void *memory = NULL;
    *out = NULL;
    double start = vd_seconds();
    vd_result result = vd_alloc(context, 1, sizeof(vd_scene), "the scene", &memory);
    vd_scene *scene = memory;
    if (result == VD_OK) result = vd_settings_copy(context, settings, &scene->settings);
    if (result == VD_OK) scene->frame = *frame;
    if (result == VD_OK && before) take_ground(before, scene);
    if (result == VD_OK) result = fill_by(context, scene, dem);
    vd_dem_destroy(*dem); /* NULL once the terrain has it */
    *dem = NULL;
    if (result != VD_OK) {
        vd_scene_destroy(scene);
        return result;
    }
    scene->build_seconds = vd_seconds() - start;
    *out = scene;
    return VD_OK;
}

vd_result vd_scene_build(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                         vd_dem **dem, vd_scene **out)
{
    return build(context, settings, frame, fill, dem, NULL, out);
}

vd_result vd_scene_build_shape(vd_context *context, const vd_settings *settings,
                               const vd_frame *frame, vd_dem **dem, vd_scene **out)
{
    return build(context, settings, frame, fill_shape, dem, NULL, out);
}

vd_result vd_scene_rebuild(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                           vd_scene *before, vd_scene **out)
{
    vd_dem *none = NULL;
    return build(context, settings, frame, fill, &none, before, out);
}

/* Of everything else ground is made, which new knobs belong to until they are named here. */
static vd_result ground_text(vd_context *context, const vd_settings *settings, char **out)
{
    static const char *const groups[] = {
        "camera",  "lens",       "sun",           "suns",   "sky",     "atmosphere", "environment",
        "shadow",  "filter",     "render",        "aov",    "denoise", "compose",    "tone",
        "effects", "tilt_shift", "light_weights", "output", "run",     "animation",  "keyframes",
        "shutter", "flight",     "surface",       "drape",  "classes", "layers",     "materials",
        "objects", "background", "media",         "fog",    "clouds",  "insolation"};
    vd_knob_set without = {NULL, 0, groups, sizeof(groups) / sizeof(groups[0])};
    return vd_settings_identity(context, settings, &without, out);
}

vd_result vd_scene_shares_ground(vd_context *context, const vd_scene *scene,
                                 const vd_settings *settings, bool *out)
{
    vd_view_choice view;
    char *a = NULL, *b = NULL;
    *out = false;
    if (!scene->frame.is_view || settings->terrain_detail > 1) return VD_OK;
    VD_TRY(vd_view_choose(context, settings, &view));
    if (view.curvature > 0.0 || scene->view.curvature > 0.0 || view.border != scene->view.border)
        return VD_OK;
    vd_result result = ground_text(context, scene->settings, &a);
    if (result == VD_OK) result = ground_text(context, settings, &b);
    if (result == VD_OK) *out = strcmp(a, b) == 0;
    free(a);
    free(b);
    return result;
}

void vd_scene_destroy(vd_scene *scene)
{
    if (!scene) return;
    vd_light_motion_clear(scene);
    vd_settings_destroy(scene->settings);
    vd_terrain_destroy(scene->terrain);
    vd_ramp_destroy(scene->ramp);
    vd_drape_destroy(scene->drape);
    vd_environment_destroy(scene->environment);
    vd_atmosphere_destroy(scene->atmosphere);
    vd_ground_destroy(scene->ground);
    vd_objects_destroy(scene->objects);
    vd_water_destroy(scene->water);
    vd_coverage_release(scene->coverage);
    free(scene->floors);
    free(scene->clouds);
    free(scene->cloud_parts);
    free(scene->poses);
    free(scene->cells);
    free(scene->fractions);
    free(scene);
}
