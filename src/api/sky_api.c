/* A sky by itself, as veduta.h declares it. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "atmosphere/dome.h"
#include "atmosphere/spectrum.h"
#include "base/vmath.h"
#include "scene/sky.h"

#define SHARE 0.98 /* of the sky that a picture to look at keeps below TARGET of white */
#define TARGET 0.8f

typedef struct sky_map {
    float *texels;
    int width;
} sky_map;

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    const sky_map *map = state;
    (void)context;
    const float *texel = map->texels + 3 * (int64_t)y * map->width;
    for (int64_t i = 0; i < (int64_t)rows * map->width; i++) {
        for (int c = 0; c < 3; c++) rgba[4 * i + c] = texel[3 * i + c];
        rgba[4 * i + 3] = 1.0f;
    }
    return VD_OK;
}

float vd_meter_light(float *light, size_t count)
{
    if (count == 0) return 0.0f;
    qsort(light, count, sizeof(float), vd_compare_floats);
    float bright = light[(size_t)(SHARE * (double)(count - 1))];
    return bright > 0.0f ? vdk_log2f(TARGET) - vdk_log2f(bright) : 0.0f;
}

/** Stops by a map's upper half. */
static vd_result meter(vd_context *context, const vd_settings *settings, const float *texels,
                       int width, int height, float *stops)
{
    void *memory;
    size_t count = (size_t)width * (size_t)((height + 1) / 2);
    *stops = 0.0f;
    if (!settings->tone_auto_exposure) return VD_OK;
    VD_TRY(vd_alloc(context, count, sizeof(float), "the sky's meter", &memory));
    float *light = memory;
    for (size_t i = 0; i < count; i++)
        light[i] = vdk_luminance(vdk_vec_make(texels[3 * i], texels[3 * i + 1], texels[3 * i + 2]));
    *stops = vd_meter_light(light, count);
    free(light);
    return VD_OK;
}

/** Correlated colour temperature: McCamy 1992, "Correlated color temperature as an explicit
 * function of chromaticity coordinates", Color Research and Application 17. A sky bluer than 25,000
 * K is called that, past which a temperature says nothing. */
static double colour_temperature(vdk_vec rgb)
{
    double r = (double)rgb.x, g = (double)rgb.y, b = (double)rgb.z;
    double x = 0.4124 * r + 0.3576 * g + 0.1805 * b, y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    double sum = x + y + 0.0193 * r + 0.1192 * g + 0.9505 * b;
    if (!(sum > 0.0)) return 0.0;
    double n = (x / sum - 0.3320) / (0.1858 - y / sum);
    double kelvin = 5520.33 + n * (6823.3 + n * (3525.0 + n * 449.0));
    return kelvin > 0.0 && kelvin < 25000.0 ? kelvin : 25000.0;
}

/** What the light adds up to: by a map of its own, without the disc, whatever the picture's size.
 */
static vd_result add_up(vd_context *context, const vd_settings *settings,
                        const vdk_atmosphere *kernel, vdk_vec sun, vd_sky_figures *out)
{
    float *texels;
    VD_TRY(vd_dome_draw(context, kernel, NULL, VD_DOME_WIDTH, VD_DOME_HEIGHT,
                        settings->render_threads, &texels));
    vdk_vec sky = vd_dome_irradiance(texels, VD_DOME_WIDTH, VD_DOME_HEIGHT);
    free(texels);
    double lux = settings->sun_strength > 0.0 ? VD_SUN_LUX / settings->sun_strength : 0.0;
    vdk_vec zenith = vdk_atmosphere_sky(kernel, vdk_vec_make(0.0f, 0.0f, 1.0f));
    *out = (vd_sky_figures){
        .illuminance_sun_lx = lux * (double)vdk_luminance(sun),
        .illuminance_sky_lx = lux * (double)vdk_luminance(sky),
        .zenith_luminance_cd_m2 = lux * (double)vdk_luminance(zenith),
        .sun_rgb = {(double)sun.x, (double)sun.y, (double)sun.z},
        .sun_color_temperature_k = colour_temperature(sun),
        .sky_color_temperature_k = colour_temperature(sky),
    };
    out->illuminance_level_lx =
        out->illuminance_sky_lx + (double)vdk_max(kernel->sun.z, 0.0f) * out->illuminance_sun_lx;
    return VD_OK;
}

/** The sky as a map, texels[height][width][3], freed with free(). */
static vd_result draw(vd_context *context, const vd_settings *settings,
                      const vdk_atmosphere *kernel, vdk_vec sun, float **texels)
{
    vd_dome_disc disc = {sun, 0.5 * settings->sun_size};
    bool has_disc =
        settings->atmosphere_disc && disc.half_deg > 0.0 && vdk_vec_max(disc.irradiance) > 0.0f;
    return vd_dome_draw(context, kernel, has_disc ? &disc : NULL, settings->camera_size[0],
                        settings->camera_size[1], settings->render_threads, texels);
}

static vd_result write_map(vd_context *context, const vd_settings *settings, float *texels)
{
    sky_map map = {.texels = texels, .width = settings->camera_size[0]};
    char *text = NULL;
    float stops;
    int height = settings->camera_size[1];
    vd_result result = vd_settings_to_yaml(context, settings, &text);
    if (result == VD_OK) result = meter(context, settings, map.texels, map.width, height, &stops);
    vd_source source = {.width = map.width,
                        .height = height,
                        .settings_text = text,
                        .state = &map,
                        .read_rows = read_rows};
    if (result == VD_OK) result = vd_outputs_write(context, settings, stops, &source, NULL);
    free(text);
    return result;
}

/** Computes a sky, and draws it if texels is not NULL; *texels is freed with free(). */
static vd_result make_sky(vd_context *context, const vd_settings *settings, float **texels,
                          vd_sky_figures *out)
{
    vd_atmosphere *atmosphere;
    vd_context_clear(context);
    *out = (vd_sky_figures){0};
    if (texels) *texels = NULL;
    VD_TRY(vd_sky_check(context, settings));
    vd_sun_angles angles;
    VD_TRY(vd_scene_place_sun(context, settings, NULL, NULL, &angles));
    VD_TRY(vd_sky_create(context, settings, angles, &settings->atmosphere_altitude, 1, false,
                         &atmosphere));
    vdk_atmosphere kernel = vd_sky_kernel(settings, atmosphere);
    vdk_vec sun =
        vdk_atmosphere_sun(vd_atmosphere_kernel(atmosphere), (float)settings->atmosphere_altitude);
    vd_result result = add_up(context, settings, &kernel, sun, out);
    if (result == VD_OK && texels) result = draw(context, settings, &kernel, sun, texels);
    double unused, half;
    vd_sincos_deg(0.5 * angles.moon.phase, &unused, &half);
    out->sun_azimuth_deg = angles.azimuth_deg;
    out->sun_altitude_deg = angles.altitude_deg;
    out->moon_lit = angles.moon.is_there ? half * half : 0.0;
    vd_atmosphere_destroy(atmosphere);
    return result;
}

vd_result vd_sky_write(vd_context *context, const vd_settings *settings, vd_sky_figures *out)
{
    float *texels = NULL;
    bool is_written = settings->output_path.count > 0;
    vd_result result = make_sky(context, settings, is_written ? &texels : NULL, out);
    if (result == VD_OK && is_written) result = write_map(context, settings, texels);
    free(texels);
    return result;
}

vd_result vd_sky_read(vd_context *context, const vd_settings *settings, float *rgb,
                      vd_sky_figures *out)
{
    float *texels = NULL;
    size_t pixels = (size_t)settings->camera_size[0] * (size_t)settings->camera_size[1];
    vd_result result = make_sky(context, settings, &texels, out);
    if (result == VD_OK) memcpy(rgb, texels, 3 * sizeof(float) * pixels);
    if (result == VD_OK && settings->output_path.count > 0)
        result = write_map(context, settings, texels);
    free(texels);
    return result;
}
