/* How long would it take? A small terrain of hills is rendered under the same settings, and its
 * rays per sample and samples per second are taken for the real one's. */
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "render/aovs.h"
#include "render/render.h"
#include "scene/media.h"

#define SIDE 128
#define SAMPLES 8

static vd_result make_hills(vd_context *context, vd_dem **out)
{
    void *memory;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "a test terrain", &memory));
    vd_dem *dem = memory;
    dem->info.nx = dem->info.ny = SIDE;
    dem->info.metric = VD_METRIC_CONSTANT;
    dem->info.to_grid[0] = 1.0 / 30.0;
    dem->info.to_grid[3] = -1.0 / 30.0;
    dem->stride = SIDE + 2;
    vd_result result =
        vd_alloc(context, vd_dem_post_count(SIDE, SIDE), sizeof(float), "a test terrain", &memory);
    if (result != VD_OK) {
        vd_dem_destroy(dem);
        return result;
    }
    dem->posts = memory;
    for (int j = 0; j < SIDE + 2; j++)
        for (int i = 0; i < SIDE + 2; i++) {
            float s1, s2, c;
            vdk_sincos_turns((float)i / 37.0f, &s1, &c);
            vdk_sincos_turns((float)(i + 2 * j) / 53.0f, &s2, &c);
            float h = 120.0f * s1 * s2;
            dem->posts[j * dem->stride + i] = h;
            dem->min = vdk_min(dem->min, h);
            dem->max = vdk_max(dem->max, h);
        }
    dem->valid_min = dem->min;
    dem->valid_max = dem->max;
    *out = dem;
    return VD_OK;
}

/** Takes out of the settings what belongs to the real DEM, and what makes a render long. */
static void make_neutral(vd_settings *settings)
{
    static const vd_knob_id knobs[] = {VD_KNOB_DEM_BBOX,
                                       VD_KNOB_DEM_SRCWIN,
                                       VD_KNOB_CAMERA_SIZE,
                                       VD_KNOB_CAMERA_RESOLUTION,
                                       VD_KNOB_CAMERA_OUTPUT_SCALE,
                                       VD_KNOB_CAMERA_CRS,
                                       VD_KNOB_CLIP_PATH,
                                       VD_KNOB_SUN_TIME,
                                       VD_KNOB_SUN_PLACE,
                                       VD_KNOB_CAMERA_EYE,
                                       VD_KNOB_CAMERA_TARGET,
                                       VD_KNOB_CAMERA_DISTANCE,
                                       VD_KNOB_CAMERA_WIDTH,
                                       VD_KNOB_CLOUDS_AT,
                                       VD_KNOB_TERRAIN_BASE};
    for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
        settings->origin[knobs[i]] = VD_ORIGIN_DEFAULT;
    free(settings->drape_path); /* it lies elsewhere; a render with one takes a tenth longer */
    settings->drape_path = NULL;
    free(settings->lens_profile); /* measured for pictures of this shape alone */
    settings->lens_profile = NULL;
    settings->render_samples =
        settings->render_samples < SAMPLES ? settings->render_samples : SAMPLES;
    settings->water_level = 0.0;
    settings->render_noise = 0.0;
    settings->tone_auto_exposure = false;
    if (vd_media_is_asked(settings)) /* over shadow alone there are none */
        settings->terrain_plane = VD_TERRAIN_PLANE_NONE;
    settings->render_time_limit = 0.0;
    free(settings->render_checkpoint);
    settings->render_checkpoint = NULL;
    settings->render_resume = false;
    settings->render_tile = 16;      /* enough tiles for many threads */
    settings->camera_size[0] = SIDE; /* of a view */
    settings->camera_size[1] = SIDE;
}

vd_result vd_render_estimate(vd_context *context, const vd_settings *settings, double pixels,
                             vd_plan *plan)
{
    vd_settings *neutral = NULL;
    vd_dem *dem = NULL;
    vd_scene *scene = NULL;
    vd_film *film = NULL;
    vd_frame frame;
    vd_context *quiet = NULL; /* so that the test's progress is not taken for the work's */
    vd_render_stats stats;
    vd_aov_set aovs;
    vd_result result = vd_context_create(NULL, &quiet);
    if (result == VD_OK) result = vd_settings_copy(quiet, settings, &neutral);
    if (result == VD_OK) make_neutral(neutral);
    int objects = neutral ? neutral->objects.count : 0;
    if (neutral) neutral->objects.count = 0; /* they stand elsewhere */
    if (result == VD_OK && neutral->lens_focus && strcmp(neutral->lens_focus, "auto") != 0)
        result = vd_settings_set(quiet, neutral, "lens.focus", "auto");
    if (result == VD_OK) result = make_hills(quiet, &dem);
    if (result == VD_OK) result = vd_frame_make(quiet, neutral, &dem->info, &frame);
    if (result == VD_OK) result = vd_scene_build(quiet, neutral, &frame, &dem, &scene);
    if (result == VD_OK) result = vd_aovs_choose(quiet, neutral, true, &aovs);
    if (result == VD_OK) result = vd_render_scene(quiet, scene, &aovs, NULL, &film, &stats);
    if (result == VD_OK) {
        double samples = pixels * settings->render_samples;
        plan->rays = samples * (double)stats.rays / (double)stats.samples;
        plan->seconds = samples * stats.seconds / (double)stats.samples;
        double limit = settings->render_time_limit;
        if (limit > 0.0 && plan->seconds > limit) {
            plan->rays *= limit / plan->seconds;
            plan->seconds = limit;
        }
    } else {
        result =
            vd_fail(context, result, "%s", quiet ? vd_context_error(quiet) : "not enough memory");
    }
    vd_dem_destroy(dem);
    vd_film_destroy(film);
    vd_scene_destroy(scene);
    if (neutral) neutral->objects.count = objects;
    vd_settings_destroy(neutral);
    vd_context_destroy(quiet);
    return result;
}
