/* Scenes, pictures and plans, as veduta.h declares them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "render/aovs.h"
#include "render/meter.h"
#include "scene/clip.h"
#include "scene/detail.h"
#include "scene/motion.h"
#include "scene/objects.h"
#include "terrain/map_transform.h"

/* What a process takes beside heights, pyramid and film: libraries, GDAL's cache, buffers. */
#define BASE_MEMORY 150.0e6

/** What can be known, and be wrong, of the raster and the part of it to show before heights are
 * read. *info is cleared by the caller, also on failure. */
static vd_result look_at_dem(vd_context *context, const vd_settings *settings, vd_dem_info *info,
                             vd_frame *frame)
{
    vd_dem_options options = vd_scene_dem_options(settings);
    vd_area *clip = NULL;
    VD_TRY(vd_dem_probe(context, &options, info));
    if (!info->has_geotransform)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_OUTPUT_WORLDFILE,
                                         "has no use with a DEM that lies nowhere on the map; "
                                         "leave it out, or georeference the DEM"));
    VD_TRY(vd_frame_make(context, settings, info, frame));
    VD_TRY(vd_clip_load(context, settings, info, frame, &clip));
    vd_area_destroy(clip);
    if (frame->is_view && info->metric != VD_METRIC_CONSTANT && settings->dem_cache)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_CACHE,
                                  "cannot keep heights that are warped from degrees for a view; "
                                  "leave it out, or warp the file once with gdalwarp -t_srs");
    return VD_OK;
}

/** What can be known, and be wrong, before heights are read: the settings among themselves, the
 * raster, the part of it to show, what is laid over it and what lights it, which take *other_bytes,
 * *detail_bytes of them for finer ground (both may be NULL).
 * *info is cleared by the caller, also on failure. */
static vd_result look_ahead(vd_context *context, const vd_settings *settings, vd_dem_info *info,
                            vd_frame *frame, vd_aov_set *aovs, double *other_bytes,
                            double *detail_bytes)
{
    VD_TRY(vd_scene_check(context, settings));
    VD_TRY(vd_render_check(context, settings));
    VD_TRY(vd_denoise_check(context, settings));
    if (vd_settings_is_set(settings, VD_KNOB_CAMERA_CROP))
        VD_TRY(vd_finish_refuse_on_part(context, settings));
    VD_TRY(vd_scene_check_ramp(context, settings));
    VD_TRY(look_at_dem(context, settings, info, frame));
    VD_TRY(vd_aovs_choose(context, settings, info->wkt != NULL, aovs));
    VD_TRY(vd_scene_check_suns(context, settings, info, frame));
    double map_bytes, ground_bytes, water_bytes, object_bytes;
    VD_TRY(vd_scene_check_environment(context, settings, &map_bytes));
    VD_TRY(vd_scene_check_ground(context, settings, info, frame, &ground_bytes));
    VD_TRY(vd_scene_check_water(context, settings, info, &water_bytes));
    VD_TRY(vd_scene_check_objects(context, settings, &object_bytes));
    VD_TRY(vd_scene_plan_detail(context, settings, info, frame, detail_bytes));
    VD_TRY(vd_scene_check_drape(context, settings, info, frame, other_bytes));
    if (other_bytes)
        *other_bytes += map_bytes + ground_bytes + water_bytes + object_bytes + *detail_bytes;
    return VD_OK;
}

/** The plan's CRS and its unit: the picture's. */
static vd_result plan_crs(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                          const vd_frame *frame, vd_plan *out)
{
    vd_crs_info crs;
    memcpy(out->crs, info->crs_name, sizeof(out->crs));
    memcpy(out->horizontal_unit, info->horizontal_unit, sizeof(out->horizontal_unit));
    if (!frame->is_warped) return VD_OK;
    VD_TRY(vd_crs_describe(context, settings->camera_crs, &crs));
    memcpy(out->crs, crs.name, sizeof(out->crs));
    memcpy(out->horizontal_unit, crs.unit, sizeof(out->horizontal_unit));
    free(crs.wkt);
    return VD_OK;
}

/** Goes over to the overview that suffices for the picture, if there is one. */
static void use_overview(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                         vd_frame *frame, vd_dem_options *options)
{
    options->level = vd_frame_level(frame, settings, info);
    if (options->level == 0) return;
    const vd_dem_level *size = &info->levels[options->level];
    vd_message(context, VD_LEVEL_INFO,
               "%s: its overview of %d x %d cells is enough for this picture "
               "(--dem-overviews none reads all)",
               options->path, size->nx, size->ny);
    vd_frame_use_level(frame, info, options->level);
}

/** The peak of memory with the heights, beside which so many bytes are taken once they are read.
 * They are read as floats, and may take half of that then; whether they do is seen only by reading
 * them where they need not. */
static double with_heights(const vd_settings *settings, const vd_plan *plan, double others)
{
    vd_precision kept = vd_scene_precision(settings);
    if (kept == VD_PRECISION_AUTO) kept = VD_PRECISION_FLOAT32;
    double read = vd_posts_bytes(plan->read_width, plan->read_height, VD_PRECISION_FLOAT32);
    double rendered = vd_terrain_bytes(plan->read_width, plan->read_height, kept);
    return fmax(BASE_MEMORY + read, others + rendered);
}

static vd_result plan(vd_context *context, const vd_settings *settings, vd_plan *out)
{
    vd_dem_info info = {0};
    vd_frame frame;
    vd_aov_set aovs;
    VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_RUN_STATS,
                                     "has no use with --dry-run, which renders nothing"));
    double other_bytes;
    vd_result result =
        look_ahead(context, settings, &info, &frame, &aovs, &other_bytes, &out->detail_bytes);
    if (result != VD_OK) goto cleanup;

    result = plan_crs(context, settings, &info, &frame, out);
    if (result != VD_OK) goto cleanup;
    memcpy(out->vertical_unit, info.vertical_unit, sizeof(out->vertical_unit));
    int level = vd_frame_level(&frame, settings, &info);
    out->dem_width = info.nx;
    out->dem_height = info.ny;
    out->dem_files = info.files;
    out->read_width = info.levels[level].nx;
    out->read_height = info.levels[level].ny;
    out->width = frame.crop_width;
    out->height = frame.crop_height;
    out->samples = settings->render_samples;
    vd_dem_metres_per_cell(&info, 0.5 * info.ny - 0.5, out->cell_m);
    const double *g = frame.geotransform;
    for (int corner = 0; corner < 4; corner++) {
        double x = frame.crop_x + ((corner & 1) ? frame.crop_width : 0.0);
        double y = frame.crop_y + ((corner & 2) ? frame.crop_height : 0.0);
        double mx = g[0] + x * g[1] + y * g[2], my = g[3] + x * g[4] + y * g[5];
        if (corner == 0 || mx < out->bounds[0]) out->bounds[0] = mx;
        if (corner == 0 || my < out->bounds[1]) out->bounds[1] = my;
        if (corner == 0 || mx > out->bounds[2]) out->bounds[2] = mx;
        if (corner == 0 || my > out->bounds[3]) out->bounds[3] = my;
    }
    vd_film_options film = vd_render_film_options(settings, &frame, &aovs);
    double film_bytes = vd_film_bytes(&film);
    bool spooled = vd_film_spools(&film);
    out->memory_bytes = BASE_MEMORY + other_bytes + (spooled ? 0.0 : film_bytes);
    if (frame.is_warped) out->memory_bytes += vd_lattice_bytes(frame.width, frame.height);
    out->memory_bytes = with_heights(settings, out, out->memory_bytes);
    out->spool_bytes = spooled ? film_bytes : 0.0;
    result =
        vd_render_estimate(context, settings, (double)frame.crop_width * frame.crop_height, out);
cleanup:
    vd_dem_info_clear(&info);
    return result;
}

vd_result vd_plan_make(vd_context *context, const vd_settings *settings, vd_plan *out)
{
    vd_moment moment;
    vd_context_clear(context);
    memset(out, 0, sizeof(*out));
    vd_result result = vd_moment_begin(context, settings, &moment);
    if (result == VD_OK) result = plan(context, moment.settings, out);
    vd_moment_end(&moment);
    return result;
}

/** The DEM's heights: from the cache, or by reading them. *cache is left only for heights that are
 *  not in it yet. */
static vd_result load_dem(vd_context *context, const vd_dem_options *options, vd_cache **cache,
                          vd_dem **out)
{
    *out = NULL;
    if (*cache) VD_TRY(vd_cache_read(context, *cache, out));
    if (!*out) return vd_dem_load(context, options, out);
    vd_cache_end(*cache);
    *cache = NULL;
    return VD_OK;
}

typedef vd_result build_function(vd_context *, const vd_settings *, const vd_frame *, vd_dem **,
                                 vd_scene **);

/** Reads the heights and builds a scene of them, once the raster has been looked at. */
static vd_result read_and_build(vd_context *context, const vd_settings *settings,
                                const vd_dem_info *info, vd_frame *frame, build_function *build,
                                vd_scene **out)
{
    vd_dem *dem = NULL;
    vd_cache *cache = NULL;
    vd_dem_options options = vd_scene_dem_options(settings);
    vd_result result = VD_OK;
    double start = vd_seconds();
    use_overview(context, settings, info, frame, &options);
    vd_cache_options kept = vd_scene_cache_options(settings);
    if (kept.folder) result = vd_cache_begin(context, &kept, &options, info->sources, &cache);
    if (result == VD_OK) result = load_dem(context, &options, &cache, &dem);
    double read_seconds = vd_seconds() - start;
    if (result == VD_OK) result = build(context, settings, frame, &dem, out);
    if (result != VD_OK) goto cleanup;
    start = vd_seconds();
    if (cache) result = vd_cache_write(context, cache, (*out)->terrain);
    (*out)->read_seconds = read_seconds + vd_seconds() - start;
    if (result != VD_OK) {
        vd_scene_destroy(*out);
        *out = NULL;
    }

cleanup:
    vd_cache_end(cache);
    return result;
}

vd_result vd_scene_load_next(vd_context *context, const vd_settings *settings, vd_scene **before,
                             vd_scene **out)
{
    vd_dem_info info = {0};
    vd_frame frame;
    vd_aov_set aovs;
    bool is_shared = false;
    *out = NULL;
    double start = vd_seconds();
    vd_result result = look_ahead(context, settings, &info, &frame, &aovs, NULL, NULL);
    if (result == VD_OK && *before)
        result = vd_scene_shares_ground(context, *before, settings, &is_shared);
    double seconds = vd_seconds() - start;
    if (result == VD_OK && is_shared)
        result = vd_scene_rebuild(context, settings, &frame, *before, out);
    vd_scene_destroy(*before);
    *before = NULL;
    if (result == VD_OK && !is_shared)
        result = read_and_build(context, settings, &info, &frame, vd_scene_build, out);
    if (result == VD_OK) {
        (*out)->read_seconds += seconds;
        /* After the cache has been written, which keeps the ground as the DEM has it. */
        start = vd_seconds();
        result = vd_scene_refine(context, *out);
        /* Which stand on the ground that is there now. */
        if (result == VD_OK) result = vd_scene_set_objects(context, *out);
        (*out)->build_seconds += vd_seconds() - start;
    }
    if (result != VD_OK) {
        vd_scene_destroy(*out);
        *out = NULL;
    }
    vd_dem_info_clear(&info);
    return result;
}

vd_result vd_scene_load(vd_context *context, const vd_settings *settings, vd_scene **out)
{
    vd_moment moment;
    vd_scene *none = NULL;
    vd_context_clear(context);
    *out = NULL;
    vd_result result = vd_moment_begin(context, settings, &moment);
    if (result == VD_OK) result = vd_scene_load_next(context, moment.settings, &none, out);
    if (result == VD_OK && moment.animation)
        result = vd_motion_set(context, moment.animation, moment.frame, *out);
    if (result == VD_OK && !moment.animation) vd_motion_tell_still(context, (*out)->settings);
    if (result != VD_OK) {
        vd_scene_destroy(*out);
        *out = NULL;
    }
    vd_moment_end(&moment);
    return result;
}

vd_result vd_scene_load_shape(vd_context *context, const vd_settings *settings, vd_scene **out)
{
    vd_dem_info info = {0};
    vd_frame frame;
    vd_moment moment;
    *out = NULL;
    vd_result result = vd_moment_begin(context, settings, &moment);
    if (result == VD_OK) result = vd_scene_check(context, moment.settings);
    if (result == VD_OK) result = look_at_dem(context, moment.settings, &info, &frame);
    if (result == VD_OK)
        result = read_and_build(context, moment.settings, &info, &frame, vd_scene_build_shape, out);
    /* A picture that is blurred afterwards shows the middle of the shutter's time. */
    if (result == VD_OK && moment.animation)
        result = vd_motion_set(context, moment.animation, moment.frame, *out);
    if (result != VD_OK) {
        vd_scene_destroy(*out);
        *out = NULL;
    }
    vd_dem_info_clear(&info);
    vd_moment_end(&moment);
    return result;
}

/** The WKT of the picture's CRS; NULL if it has none. */
static vd_result copy_wkt(vd_context *context, const vd_scene *scene, char **out)
{
    vd_crs_info crs;
    if (!scene->frame.is_warped) {
        const char *wkt = scene->terrain->dem->info.wkt;
        return wkt ? vd_strdup(context, wkt, out) : VD_OK;
    }
    VD_TRY(vd_crs_describe(context, scene->settings->camera_crs, &crs));
    *out = crs.wkt;
    return VD_OK;
}

static void encode(const void *tone, const float linear[3], float encoded[3])
{
    vd_tone_apply(tone, linear, encoded);
}

static vd_result fill_picture(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    const vd_dem *dem = scene->terrain->dem;
    float metered_stops = 0.0f;
    picture->frame = scene->frame;
    picture->has_geotransform = dem->info.has_geotransform && !scene->frame.is_view;
    picture->sees_through = scene->frame.is_view && (!scene->flat.view.sees_sky ||
                                                     !vd_view_fills(&scene->flat, &scene->frame));
    picture->has_paper =
        picture->sees_through && scene->view.background == VD_BACKGROUND_FILL_COLOR;
    for (int c = 0; c < 3; c++) picture->paper[c] = (float)scene->view.paper[c];
    picture->cells = (double)dem->info.nx * dem->info.ny;
    picture->read_seconds = scene->read_seconds;
    picture->build_seconds = scene->build_seconds;
    VD_TRY(vd_settings_copy(context, scene->settings, &picture->settings));
    VD_TRY(vd_settings_to_yaml(context, scene->settings, &picture->settings_text));
    if (!scene->frame.is_view) VD_TRY(copy_wkt(context, scene, &picture->wkt));
    if (vd_coverage_has_gaps(scene->coverage))
        picture->coverage = vd_coverage_share(scene->coverage);
    VD_TRY(vd_picture_take_aovs(context, scene, picture));
    bool is_exposed = vd_outputs_are_exposed(scene->settings);
    if (is_exposed) VD_TRY(vd_meter_exposure(context, scene, &metered_stops));
    picture->metered_stops = metered_stops;
    VD_TRY(vd_picture_note(context, scene, picture));
    vd_tone tone = vd_picture_tone(scene->settings, metered_stops);
    vd_render_display display = {encode, &tone};
    picture->is_metered = scene->settings->tone_auto_exposure && is_exposed;
    VD_TRY(
        vd_render_scene(context, scene, &picture->aovs, &display, &picture->film, &picture->stats));
    return vd_picture_denoise(context, picture);
}

vd_result vd_render(vd_context *context, const vd_scene *scene, vd_picture **out)
{
    void *memory;
    vd_context_clear(context);
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_picture), "the picture", &memory));
    vd_picture *picture = memory;
    vd_result result = fill_picture(context, scene, picture);
    if (result != VD_OK) {
        vd_picture_destroy(picture);
        return result;
    }
    *out = picture;
    return VD_OK;
}

void vd_picture_destroy(vd_picture *picture)
{
    if (!picture) return;
    vd_settings_destroy(picture->settings);
    vd_film_destroy(picture->film);
    for (int i = 0; i < VD_CLEAN_COUNT; i++) vd_film_destroy(picture->clean[i]);
    vd_coverage_release(picture->coverage);
    vd_picture_clear_notes(&picture->notes);
    vd_picture_clear_aovs(picture);
    free(picture->wkt);
    free(picture->settings_text);
    free(picture);
}

int vd_picture_width(const vd_picture *picture)
{
    return picture->frame.crop_width;
}
int vd_picture_height(const vd_picture *picture)
{
    return picture->frame.crop_height;
}

int vd_picture_geotransform(const vd_picture *picture, double out[6])
{
    const vd_frame *frame = &picture->frame;
    const double *g = frame->geotransform;
    for (int i = 0; i < 6; i++) out[i] = picture->has_geotransform ? g[i] : 0.0;
    if (!picture->has_geotransform) return 0;
    out[0] += frame->crop_x * g[1] + frame->crop_y * g[2];
    out[3] += frame->crop_x * g[4] + frame->crop_y * g[5];
    return 1;
}
const char *vd_picture_crs(const vd_picture *picture)
{
    return picture->has_geotransform && picture->wkt ? picture->wkt : "";
}

/** Rows of a map, whose pixels are there as far as the coverage says. */
static vd_result map_rows(vd_context *context, const vd_picture *picture, int x, int y, int width,
                          int height, const float *means, float *rgba)
{
    void *memory = NULL;
    float *coverage = NULL;
    vd_result result = VD_OK;
    if (picture->coverage) {
        VD_TRY(vd_alloc(context, (size_t)width, sizeof(float), "a row of the mask", &memory));
        coverage = memory;
    }
    for (int j = 0; result == VD_OK && j < height; j++) {
        if (coverage)
            result = vd_coverage_rows(context, picture->coverage, x, y + j, width, 1, coverage);
        for (int i = 0; i < width; i++) {
            const float *mean = means + 3 * ((int64_t)j * width + i);
            float *out = &rgba[4 * ((int64_t)j * width + i)];
            out[3] = coverage ? coverage[i] : 1.0f;
            for (int c = 0; c < 3; c++) out[c] = out[3] > 0.0f ? mean[c] * out[3] : 0.0f;
        }
    }
    free(coverage);
    return result;
}

/** Pixels of a view. Noise of a shadow on the plane may carry its share a little past none or all.
 */
static void view_pixels(int64_t pixels, const float *means, float *rgba)
{
    for (int64_t i = 0; i < pixels; i++) {
        const float *mean = means + 4 * i;
        float alpha = mean[3];
        for (int c = 0; c < 3; c++) rgba[4 * i + c] = alpha > 0.0f ? mean[c] : 0.0f;
        rgba[4 * i + 3] = alpha > 0.0f ? alpha < 1.0f ? alpha : 1.0f : 0.0f;
    }
}

bool vd_picture_has_alpha(const vd_picture *picture)
{
    return picture->coverage || (picture->sees_through && !picture->has_paper);
}

vd_result vd_picture_rows(vd_context *context, const vd_picture *picture, int x, int y, int width,
                          int height, float *rgba)
{
    void *memory = NULL;
    int channels = picture->frame.is_view ? 4 : 3;
    VD_TRY(vd_alloc(context, (size_t)width * (size_t)height * (size_t)channels, sizeof(float),
                    "rows of pixels", &memory));
    float *means = memory;
    const vd_film *clean = picture->clean[VD_CLEAN_BEAUTY];
    vd_result result = vd_film_means(context, clean ? clean : picture->film, 0, channels, x, y,
                                     width, height, means);
    if (result == VD_OK && picture->frame.is_view)
        view_pixels((int64_t)width * height, means, rgba);
    else if (result == VD_OK)
        result = map_rows(context, picture, x, y, width, height, means, rgba);
    free(means);
    return result;
}

vd_result vd_picture_check_rectangle(vd_context *context, const vd_picture *picture, int x, int y,
                                     int width, int height)
{
    const vd_frame *frame = &picture->frame;
    if (x >= 0 && y >= 0 && width >= 1 && height >= 1 && x <= frame->crop_width - width &&
        y <= frame->crop_height - height)
        return VD_OK;
    return vd_fail(context, VD_ERR_USAGE,
                   "rectangle %d,%d,%d,%d does not lie in the picture of %d x %d", x, y, width,
                   height, frame->crop_width, frame->crop_height);
}

vd_result vd_picture_read(vd_context *context, const vd_picture *picture, int x, int y, int width,
                          int height, float *rgba)
{
    vd_context_clear(context);
    VD_TRY(vd_picture_check_rectangle(context, picture, x, y, width, height));
    VD_TRY(vd_picture_rows(context, picture, picture->frame.crop_x + x, picture->frame.crop_y + y,
                           width, height, rgba));
    for (int64_t i = 0; i < (int64_t)width * height; i++)
        for (int c = 0; c < 3; c++)
            if (rgba[4 * i + 3] > 0.0f && rgba[4 * i + 3] < 1.0f)
                rgba[4 * i + c] /= rgba[4 * i + 3];
    return VD_OK;
}
