/* Composing a picture from an OpenEXR file that was rendered before, as veduta.h declares it.
 *
 * A chain of steps, each from linear light to linear light, row by row: beauty is read as the
 * renderer left it, its lights are weighed against each other, and what comes out takes the way
 * that a rendered picture takes, through tone and encoding. Nothing is rounded on the way, so a
 * file of floats from which nothing is changed gives the very pixels that the renderer wrote; one
 * of halves, those within a rounding of 11 bits. An effect to come is a step between the two.
 *
 * Beauty is the sum of its lights L, so of weights w it becomes
 *     sum of w L                  where the file has all lights,
 *     beauty + sum of (w - 1) L   where it has only some;
 * the second would do for both, but is a small difference of large numbers where a sun is put out,
 * and halves have few digits. Weights that are all 1 leave beauty as it is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/exr_in.h"
#include "kernel/math.h"
#include "scene/lens.h"

#define LIGHTS_MAX 80
/* Pixels that automatic exposure looks at, at most. */
#define METERED_PIXELS 1000000
#define METERED_ROWS 64

/* A light of the file, and what it counts. */
typedef struct file_light {
    char name[VD_AOV_NAME_MAX];
    int part, channels[3];
    float weight[3];
    vd_exr_rows *rows; /**< NULL: it counts as it is, and need not be read */
} file_light;

typedef struct composition {
    vd_settings *settings; /**< with what the file notes */
    const char *path;
    vd_exr_in *in;
    int part; /**< beauty's */
    bool has_alpha, is_weighed, has_told_broken;
    bool has_all; /**< lights, which then make up beauty */
    vd_exr_rows *beauty;
    int light_count;
    file_light lights[LIGHTS_MAX];
    float *room; /**< [pixels][3] of a light */
    int64_t room_pixels;
    float paper[3];
    vd_clean_planes clean; /**< of which clean.signal is NULL unless noise is taken out */
    char *settings_text;
    vd_exr_rows *depth, *motion; /**< NULL: not needed */
    vd_picture_lens lens;
} composition;

/* ---- the file ------------------------------------------------------------------------------ */

static vd_result open_beauty(vd_context *context, composition *c)
{
    int channels[4], count = 3;
    if (!vd_exr_in_find_layer(c->in, "", "RGB", &c->part, channels))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has no beauty: no part of it has channels R, G and B; give a file that "
                       "veduta relief or render wrote",
                       c->path);
    channels[3] = vd_exr_in_find(c->in, c->part, "A");
    c->has_alpha = channels[3] >= 0;
    if (c->has_alpha) count = 4;
    return vd_exr_rows_open(context, c->in, c->part, channels, count, c->settings->render_threads,
                            &c->beauty);
}

static vd_result read_beauty(vd_context *context, composition *c, int y, int rows, float *rgba)
{
    int64_t pixels = (int64_t)rows * vd_exr_rows_width(c->beauty);
    VD_TRY(vd_exr_rows_read(context, c->beauty, y, rows, rgba));
    for (int64_t i = pixels - 1; !c->has_alpha && i >= 0; i--) { /* from rgb to rgba, in place */
        memmove(rgba + 4 * i, rgba + 3 * i, 3 * sizeof(rgba[0]));
        rgba[4 * i + 3] = 1.0f;
    }
    return VD_OK;
}

/* ---- lights -------------------------------------------------------------------------------- */

static file_light *find_light(composition *c, const char *name)
{
    char whole[VD_AOV_NAME_MAX + 8];
    snprintf(whole, sizeof(whole), "%s%.24s", strncmp(name, "light_", 6) == 0 ? "" : "light_",
             name);
    for (int i = 0; i < c->light_count; i++)
        if (strcmp(c->lights[i].name, whole) == 0) return &c->lights[i];
    return NULL;
}

static vd_result refuse_light(vd_context *context, const composition *c, const char *name)
{
    char list[1024];
    size_t used = 0;
    list[0] = '\0';
    for (int i = 0; i < c->light_count && used < sizeof(list); i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
                                 c->lights[i].name + 6);
    if (c->light_count == 0)
        return vd_settings_refuse(context, c->settings, VD_KNOB_LIGHT_WEIGHTS,
                                  "%s holds no lights; render it with --aov lights", c->path);
    return vd_settings_refuse(context, c->settings, VD_KNOB_LIGHT_WEIGHTS,
                              "%s has no light '%.60s'; it has %s", c->path, name, list);
}

/* Finds the file's lights: all layers called light_ something. */
static void list_lights(composition *c)
{
    const char *channel;
    for (int part = 0; part < vd_exr_in_parts(c->in); part++)
        for (int i = 0; (channel = vd_exr_in_channel(c->in, part, i)); i++) {
            file_light *next = &c->lights[c->light_count];
            size_t length = strcspn(channel, ".");
            if (c->light_count == LIGHTS_MAX || strncmp(channel, "light_", 6) != 0 ||
                strcmp(channel + length, ".R") != 0 || length >= sizeof(next->name))
                continue;
            *next = (file_light){.part = part, .weight = {1.0f, 1.0f, 1.0f}};
            snprintf(next->name, sizeof(next->name), "%.*s", (int)length, channel);
            if (vd_exr_in_has_layer(c->in, part, next->name, "RGB", next->channels))
                c->light_count++;
        }
}

/* Are all lights there that the renderer says there are? */
static bool has_all_lights(composition *c)
{
    const char *at = vd_exr_in_text(c->in, c->part, VD_NOTE_LIGHTS);
    if (!at || !*at) return false;
    while (*at) {
        char name[VD_AOV_NAME_MAX];
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof(name), "%.*s",
                 (int)(length < sizeof(name) ? length : sizeof(name) - 1), at);
        if (!find_light(c, name)) return false;
        at += length;
        at += strspn(at, " ");
    }
    return true;
}

static vd_result weigh_lights(vd_context *context, composition *c)
{
    list_lights(c);
    for (int i = 0; i < c->settings->light_weights.count; i++) {
        const vd_light_weights_item *item = &c->settings->light_weights.items[i];
        file_light *at = find_light(c, item->name);
        if (!at) return refuse_light(context, c, item->name);
        const double colour[3] = {item->red, item->green, item->blue};
        for (int k = 0; k < 3; k++) {
            at->weight[k] = (float)(item->weight * colour[k]);
            c->is_weighed = c->is_weighed || at->weight[k] != 1.0f;
        }
    }
    if (!c->is_weighed) return VD_OK;
    c->has_all = has_all_lights(c);
    for (int i = 0; i < c->light_count; i++) {
        file_light *at = &c->lights[i];
        bool is_whole = at->weight[0] == 1.0f && at->weight[1] == 1.0f && at->weight[2] == 1.0f;
        if (!c->has_all && is_whole) continue;
        VD_TRY(vd_exr_rows_open(context, c->in, at->part, at->channels, 3,
                                c->settings->render_threads, &at->rows));
        VD_TRY(vd_exr_rows_check_size(context, at->rows, at->name, vd_exr_rows_width(c->beauty),
                                      vd_exr_rows_height(c->beauty)));
    }
    return VD_OK;
}

static vd_result get_room(vd_context *context, composition *c, int64_t pixels)
{
    void *memory;
    if (pixels <= c->room_pixels) return VD_OK;
    free(c->room);
    c->room = NULL;
    c->room_pixels = 0;
    VD_TRY(vd_alloc(context, (size_t)pixels, 3 * sizeof(float), "rows of a light", &memory));
    c->room = memory;
    c->room_pixels = pixels;
    return VD_OK;
}

/* Puts weighed light in beauty's place, rows of rgba. */
static vd_result mix_lights(vd_context *context, composition *c, int y, int rows, float *rgba)
{
    int64_t pixels = (int64_t)rows * vd_exr_rows_width(c->beauty);
    VD_TRY(get_room(context, c, pixels));
    for (int64_t i = 0; c->has_all && i < pixels; i++) memset(rgba + 4 * i, 0, 3 * sizeof(rgba[0]));
    for (int l = 0; l < c->light_count; l++) {
        const file_light *at = &c->lights[l];
        if (!at->rows) continue;
        VD_TRY(vd_exr_rows_read(context, at->rows, y, rows, c->room));
        for (int k = 0; k < 3; k++) {
            float factor = c->has_all ? at->weight[k] : at->weight[k] - 1.0f;
            for (int64_t i = 0; i < pixels; i++) rgba[4 * i + k] += factor * c->room[3 * i + k];
        }
    }
    /* Differences of halves may end below nothing. */
    for (int64_t i = 0; i < 4 * pixels; i++)
        if (!(rgba[i] > 0.0f)) rgba[i] = 0.0f;
    return VD_OK;
}

/* ---- noise ------------------------------------------------------------------------------------
 */

/* A map's light has been multiplied by what of a pixel is there after it was rendered: halves and
 * features have not. So it is divided here, and multiplied again where it is put back. */
static vd_result read_signal(vd_context *context, composition *c)
{
    vd_clean_planes *p = &c->clean;
    bool is_map = p->channels == 3;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)p->width, 4 * sizeof(float), "a row", &memory));
    float *row = memory, *to = p->signal;
    vd_result result = VD_OK;
    for (int y = 0; result == VD_OK && y < p->height; y++) {
        result = read_beauty(context, c, y, 1, row);
        for (int x = 0; result == VD_OK && x < p->width; x++, to += p->channels) {
            float alpha = row[4 * x + 3], divisor = is_map && alpha > 0.0f ? alpha : 1.0f;
            for (int k = 0; k < 3; k++) to[k] = row[4 * x + k] / divisor;
            if (!is_map) to[3] = alpha;
        }
    }
    free(memory);
    return result;
}

static void put_back(const composition *c, int y, int rows, float *rgba)
{
    const vd_clean_planes *p = &c->clean;
    const float *from = p->clean + (int64_t)y * p->width * p->channels;
    for (int64_t i = 0; i < (int64_t)rows * p->width; i++, from += p->channels) {
        float factor = p->channels == 3 ? rgba[4 * i + 3] : 1.0f;
        for (int k = 0; k < 3; k++) rgba[4 * i + k] = from[k] * factor;
        if (p->channels == 4) rgba[4 * i + 3] = from[3];
    }
}

static vd_result take_noise_out(vd_context *context, composition *c)
{
    vd_clean_planes *p = &c->clean;
    double place[9];
    bool is_map = vd_exr_in_matrix(c->in, c->part, "gdal:geoTransform", place);
    if (c->is_weighed)
        return vd_settings_refuse(
            context, c->settings, VD_KNOB_DENOISE_METHOD,
            "tells the noise of beauty alone, not of lights that are weighed; "
            "leave out one of them");
    VD_TRY(vd_clean_planes_create(context, vd_exr_rows_width(c->beauty),
                                  vd_exr_rows_height(c->beauty), is_map ? 3 : 4, p));
    p->has_depth = !is_map;
    VD_TRY(vd_clean_planes_read(context, c->settings, c->path, c->in, c->part, p));
    VD_TRY(read_signal(context, c));
    for (int64_t i = 0; i < (int64_t)p->channels * p->width * p->height; i++) {
        float off = p->signal[i] - p->noise[i]; /* of all samples and of half */
        p->noise[i] = off * off;
    }
    return vd_clean_planes_run(context, c->settings, p);
}

/* ---- the chain ----------------------------------------------------------------------------- */

/** Light that is no number or infinite would spread with glare and focus; there is none instead. */
static void drop_broken(vd_context *context, composition *c, int64_t pixels, float *rgba)
{
    bool is_broken = false;
    for (int64_t i = 0; i < 4 * pixels; i++)
        if (!isfinite(rgba[i])) {
            rgba[i] = 0.0f;
            is_broken = true;
        }
    if (is_broken && !c->has_told_broken)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: has values that are no numbers or infinite, which are taken as 0", c->path);
    c->has_told_broken = c->has_told_broken || is_broken;
}

static vd_result compose_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    composition *c = state;
    VD_TRY(read_beauty(context, c, y, rows, rgba));
    drop_broken(context, c, (int64_t)rows * vd_exr_rows_width(c->beauty), rgba);
    if (c->clean.signal) put_back(c, y, rows, rgba);
    if (c->is_weighed) VD_TRY(mix_lights(context, c, y, rows, rgba));
    return VD_OK;
}

/* Stops by the picture itself. */
static vd_result meter(vd_context *context, composition *c, float *stops)
{
    int width = vd_exr_rows_width(c->beauty), height = vd_exr_rows_height(c->beauty);
    int64_t step = (int64_t)width * height / METERED_PIXELS + 1, at = 0;
    void *memory, *strip = NULL;
    VD_TRY(vd_alloc(context, METERED_PIXELS + 1, sizeof(float), "the meter", &memory));
    float *light = memory;
    size_t count = 0;
    vd_result result =
        vd_alloc(context, (size_t)METERED_ROWS * (size_t)width, 4 * sizeof(float), "rows", &strip);
    for (int y = 0; result == VD_OK && y < height; y += METERED_ROWS) {
        int rows = height - y < METERED_ROWS ? height - y : METERED_ROWS;
        int64_t end = (int64_t)(y + rows) * width;
        const float *rgba = strip;
        result = compose_rows(context, c, y, rows, strip);
        for (; result == VD_OK && at < end; at += step) {
            const float *pixel = rgba + 4 * (at - (int64_t)y * width);
            if (!(pixel[3] > 0.0f)) continue;
            float share = pixel[3] < 1.0f ? pixel[3] : 1.0f;
            light[count++] = vdk_luminance(vdk_vec_make(pixel[0], pixel[1], pixel[2])) / share;
        }
    }
    if (result == VD_OK) *stops = vd_meter_light(light, count);
    free(strip);
    free(memory);
    return result;
}

/* What the renderer found, unless the exposure is asked for anew. */
static vd_result find_exposure(vd_context *context, composition *c, float *stops)
{
    *stops = 0.0f;
    if (!c->settings->tone_auto_exposure) return VD_OK;
    if (c->settings->origin[VD_KNOB_TONE_AUTO_EXPOSURE] == VD_ORIGIN_NOTED &&
        vd_exr_in_number(c->in, c->part, VD_NOTE_EXPOSURE, stops))
        return VD_OK;
    return meter(context, c, stops);
}

/* ---- focus --------------------------------------------------------------------------------- */

static vd_result read_depth(vd_context *context, void *state, int y, int rows, float *depth_m)
{
    const composition *c = state;
    return vd_exr_rows_read(context, c->depth, y, rows, depth_m);
}

/* Metres, or what is in the middle of the picture. */
static vd_result find_focus(vd_context *context, composition *c, double *out)
{
    const char *text = c->settings->lens_focus;
    int width = vd_exr_rows_width(c->beauty), height = vd_exr_rows_height(c->beauty);
    char *end;
    if (strcmp(text, "auto") == 0) {
        void *memory;
        VD_TRY(vd_alloc(context, (size_t)width, sizeof(float), "depths", &memory));
        vd_result result = vd_exr_rows_read(context, c->depth, height / 2, 1, memory);
        *out = (double)((float *)memory)[width / 2];
        free(memory);
        if (!(*out > 0.0)) *out = HUGE_VAL;
        return result;
    }
    *out = vd_strtod(text, &end);
    if (end == text || *end)
        return vd_settings_refuse(
            context, c->settings, VD_KNOB_LENS_FOCUS,
            "\"%.60s\" is no distance; a picture knows no map, so give metres "
            "along the view axis, or auto",
            text);
    if (*out > 0.0) return VD_OK;
    return vd_settings_refuse(context, c->settings, VD_KNOB_LENS_FOCUS,
                              "%g m lies behind the camera; give a distance above 0", *out);
}

/* A lens that was measured: the one that the file was rendered through, or one that is named. */
static vd_result take_profile(vd_context *context, composition *c, double focal_mm)
{
    const char *noted = vd_exr_in_text(c->in, c->part, VD_NOTE_PROFILE);
    double width = vd_exr_rows_width(c->beauty), height = vd_exr_rows_height(c->beauty);
    if (noted && c->settings->lens_profile)
        return vd_settings_refuse(context, c->settings, VD_KNOB_LENS_PROFILE,
                                  "has no use with a picture that was rendered through a lens that "
                                  "was measured; leave it out, or render without it");
    if (noted) {
        if (vd_lens_profile_read(noted, &c->lens.profile)) return VD_OK;
        return vd_fail(context, VD_ERR_FORMAT, "%s: its %s is not one; render it anew", c->path,
                       VD_NOTE_PROFILE);
    }
    if (!c->settings->lens_profile) return VD_OK;
    if (!(focal_mm > 0.0))
        return vd_settings_refuse(context, c->settings, VD_KNOB_LENS_PROFILE,
                                  "has no use with a picture that no lens has made");
    const vd_lens_shot shot = {.focal_mm = focal_mm,
                               .sensor_mm = focal_mm * (double)c->lens.pixel * width,
                               .shape = height / width,
                               .focus_m = HUGE_VAL};
    return vd_lens_profile_find(context, c->settings, &shot, &c->lens.profile);
}

/* The lens that the file notes, and what it is to blur. */
static vd_result take_lens(vd_context *context, composition *c)
{
    float lens[3], focal_mm;
    double focus_m;
    int width = vd_exr_rows_width(c->beauty), height = vd_exr_rows_height(c->beauty);
    bool has_lens = vd_exr_in_direction(c->in, c->part, VD_NOTE_LENS, lens) &&
                    vd_exr_in_number(c->in, c->part, VD_NOTE_FOCAL_LENGTH, &focal_mm) &&
                    lens[0] > 0.0f && focal_mm > 0.0f;
    VD_TRY(vd_lens_check(context, c->settings));
    c->lens = (vd_picture_lens){.state = c, .read_depth = read_depth};
    if (has_lens) c->lens.pixel = lens[0], c->lens.x = lens[1], c->lens.y = lens[2];
    c->lens.is_distorted = vd_exr_in_text(c->in, c->part, VD_NOTE_DISTORTED) != NULL;
    VD_TRY(take_profile(context, c, has_lens ? (double)focal_mm : 0.0));
    if (c->settings->lens_dof == VD_LENS_DOF_NONE) return VD_OK;
    if (c->settings->lens_dof == VD_LENS_DOF_THIN_LENS)
        return vd_settings_refuse(
            context, c->settings, VD_KNOB_LENS_DOF,
            "thin-lens traces rays, which needs a render; --dof post blurs by "
            "depth");
    if (vd_exr_in_text(c->in, c->part, VD_NOTE_BLURRED))
        return vd_settings_refuse(context, c->settings, VD_KNOB_LENS_DOF,
                                  "%s was rendered through a lens and is blurred already", c->path);
    if (!has_lens)
        return vd_settings_refuse(context, c->settings, VD_KNOB_LENS_DOF,
                                  "has no use with %s, which no lens has made", c->path);
    VD_TRY(vd_file_open_depth(context, c->settings, VD_KNOB_LENS_DOF, c->path, c->in, c->beauty,
                              &c->depth));
    VD_TRY(find_focus(context, c, &focus_m));
    return vd_finish_focus(context, c->settings, (double)focal_mm, focus_m, width, height,
                           &c->lens);
}

static vd_result read_motion(vd_context *context, void *state, int y, int rows, float *motion)
{
    const composition *c = state;
    return vd_exr_rows_read(context, c->motion, y, rows, motion);
}

/* The shutter that the file notes, and what it is to blur; after the lens. */
static vd_result take_motion(vd_context *context, composition *c)
{
    VD_TRY(vd_file_open_motion(context, c->settings, c->path, c->in, c->part, c->beauty, &c->motion,
                               c->lens.times));
    if (!c->motion) return VD_OK;
    c->lens.read_motion = read_motion;
    return vd_file_open_depth(context, c->settings, VD_KNOB_SHUTTER_BLUR, c->path, c->in, c->beauty,
                              &c->depth);
}

/* The settings that the picture was made by, and what is changed of them here. */
static vd_result describe(vd_context *context, composition *c, const vd_settings *settings)
{
    const char *rendered = vd_exr_in_text(c->in, c->part, "veduta:settings");
    char *changes = NULL;
    size_t length;
    VD_TRY(vd_settings_to_yaml(context, settings, &changes));
    FILE *stream = open_memstream(&c->settings_text, &length);
    if (stream) {
        fputs(rendered ? rendered : "", stream);
        for (const char *at = changes; *at;) {
            size_t line = strcspn(at, "\n");
            fprintf(stream, "# compose: %.*s\n", (int)line, at);
            at += line + (at[line] == '\n');
        }
    }
    free(changes);
    if (stream && fclose(stream) == 0) return VD_OK;
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
}

/* Of a file with a part of its picture (`--crop`) that part is written. */
static vd_result find_part(vd_context *context, const composition *c, vd_source *source)
{
    int part[4];
    vd_exr_rows_part(c->beauty, part);
    if (part[2] == 0)
        return vd_fail(context, VD_ERR_FORMAT, "%s: its data window lies beside its display window",
                       c->path);
    if (part[2] < source->width || part[3] < source->height)
        source->crop = (vd_rect){part[0], part[1], part[2], part[3]};
    return VD_OK;
}

static void locate(const composition *c, vd_source *source)
{
    double m[9];
    source->wkt = vd_exr_in_text(c->in, c->part, "gdal:crsWkt");
    source->has_geotransform = vd_exr_in_matrix(c->in, c->part, "gdal:geoTransform", m);
    if (!source->has_geotransform) return;
    const double geotransform[6] = {m[2], m[0], m[1], m[5], m[3], m[4]};
    memcpy(source->geotransform, geotransform, sizeof(geotransform));
    /* The file's is that of what it has. */
    source->geotransform[0] -= source->crop.x * m[0] + source->crop.y * m[1];
    source->geotransform[3] -= source->crop.x * m[3] + source->crop.y * m[4];
}

/** Of a file whose beauty has been denoised, its lights not. */
static vd_result check_denoised(vd_context *context, const composition *c)
{
    if (!vd_exr_in_text(c->in, c->part, VD_NOTE_DENOISED)) return VD_OK;
    if (c->settings->denoise_method != VD_DENOISE_METHOD_NONE)
        return vd_settings_refuse(context, c->settings, VD_KNOB_DENOISE_METHOD,
                                  "has no use for a picture denoised as it was rendered; leave it "
                                  "out, or render without it");
    if (c->is_weighed)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: beauty is denoised and its lights are not, whose noise comes back as they "
                   "are weighed; render without --denoise and put that here",
                   c->path);
    return VD_OK;
}

static vd_result write_all(vd_context *context, composition *c, const vd_settings *settings)
{
    float stops;
    static const char *const noted[] = {VD_NOTE_TONE, VD_NOTE_EFFECTS, VD_NOTE_FOCUS,
                                        VD_NOTE_TILT_SHIFT, VD_NOTE_SHUTTER};
    for (int i = 0; i < 5; i++) {
        char label[512];
        const char *text = vd_exr_in_text(c->in, c->part, noted[i]);
        snprintf(label, sizeof(label), "%s: %s", c->path, noted[i]);
        if (text) VD_TRY(vd_settings_apply_noted(context, c->settings, label, text));
    }
    VD_TRY(vd_scene_check_tone(context, c->settings));
    VD_TRY(weigh_lights(context, c));
    VD_TRY(vd_denoise_check(context, c->settings));
    VD_TRY(check_denoised(context, c));
    if (c->settings->denoise_method != VD_DENOISE_METHOD_NONE) VD_TRY(take_noise_out(context, c));
    VD_TRY(find_exposure(context, c, &stops));
    VD_TRY(take_lens(context, c));
    VD_TRY(take_motion(context, c));
    VD_TRY(describe(context, c, settings));
    bool has_paper = vd_exr_in_direction(c->in, c->part, VD_NOTE_PAPER, c->paper);
    vd_source source = {.width = vd_exr_rows_width(c->beauty),
                        .height = vd_exr_rows_height(c->beauty),
                        .has_alpha = c->has_alpha && !has_paper,
                        .paper = has_paper ? c->paper : NULL,
                        .settings_text = c->settings_text,
                        .state = c,
                        .read_rows = compose_rows};
    VD_TRY(find_part(context, c, &source));
    locate(c, &source);
    return vd_outputs_write(context, c->settings, stops, &source, &c->lens);
}

static void close_composition(composition *c)
{
    for (int i = 0; i < c->light_count; i++) vd_exr_rows_close(c->lights[i].rows);
    vd_exr_rows_close(c->beauty);
    vd_exr_rows_close(c->depth);
    vd_exr_rows_close(c->motion);
    vd_exr_in_close(c->in);
    vd_settings_destroy(c->settings);
    vd_clean_planes_destroy(&c->clean);
    free(c->room);
    free(c->settings_text);
}

vd_result vd_compose(vd_context *context, const vd_settings *settings, int *width, int *height)
{
    composition c = {.path = settings->compose_path};
    vd_context_clear(context);
    *width = *height = 0;
    if (!c.path)
        return vd_fail(context, VD_ERR_SETTING, "no input: give an OpenEXR file that was rendered");
    vd_result result = vd_settings_copy(context, settings, &c.settings);
    if (result == VD_OK) result = vd_refuse_special_file(context, c.path);
    if (result == VD_OK) result = vd_exr_in_open(context, c.path, &c.in);
    if (result == VD_OK) result = open_beauty(context, &c);
    if (result == VD_OK) result = write_all(context, &c, settings);
    int part[4] = {0};
    if (result == VD_OK) vd_exr_rows_part(c.beauty, part);
    *width = part[2];
    *height = part[3];
    close_composition(&c);
    return result;
}
