/* A scene under a physical sky.
 *
 * Two places see the air. The ground, at its mean elevation, is lit: by a map drawn from the tables
 * (atmosphere/dome.c), which the integrator samples like any environment map, and by the sun as it
 * shines there. The eye looks into the sky and through the air before the ground: by the tables of
 * its own place, unsampled and exact. A map without aerial perspective sees neither.
 *
 * The sun shines as its light comes down to each point's own elevation: under a low sun peaks are
 * lit more, and whiter, than valleys, and after it has set in these for a while longer, in red. The
 * sky's map is one for all, and so is the sun's place. */
#include "scene/sky.h"

#include <math.h>
#include <stdlib.h>

#include "atmosphere/dome.h"
#include "atmosphere/spectrum.h"
#include "base/vmath.h"
#include "kernel/surface.h"

#define MEAN_GRID 64 /* posts along a side that the mean elevation is of, at most */
#define MOON_ALBEDO 0.12

/* ---- what has no use ---------------------------------------------------------------------- */

static const vd_knob_id of_air[] = {
    VD_KNOB_ATMOSPHERE_PLANET,         VD_KNOB_ATMOSPHERE_VISIBILITY,
    VD_KNOB_ATMOSPHERE_TURBIDITY,      VD_KNOB_ATMOSPHERE_AEROSOL,
    VD_KNOB_ATMOSPHERE_OZONE,          VD_KNOB_ATMOSPHERE_GROUND_ALBEDO,
    VD_KNOB_ATMOSPHERE_ALTITUDE,       VD_KNOB_ATMOSPHERE_STRENGTH,
    VD_KNOB_ATMOSPHERE_DISC,           VD_KNOB_ATMOSPHERE_AERIAL,
    VD_KNOB_ATMOSPHERE_AERIAL_STRENGTH};
static const vd_knob_id of_other_skies[] = {VD_KNOB_SKY_STRENGTH, VD_KNOB_SKY_COLOR,
                                            VD_KNOB_SKY_HORIZON};
static const vd_knob_id of_earth[] = {VD_KNOB_ATMOSPHERE_AEROSOL, VD_KNOB_ATMOSPHERE_OZONE};
static const vd_knob_id of_any_air[] = {VD_KNOB_ATMOSPHERE_VISIBILITY, VD_KNOB_ATMOSPHERE_TURBIDITY,
                                        VD_KNOB_ATMOSPHERE_AERIAL,
                                        VD_KNOB_ATMOSPHERE_AERIAL_STRENGTH};

static bool is_ortho(const vd_settings *settings)
{
    return vd_settings_are_for(settings, VD_COMMAND_RENDER) &&
           settings->camera_projection == VD_CAMERA_PROJECTION_ORTHO;
}

/** Is there air to be seen before the ground? */
static bool has_aerial(const vd_settings *settings)
{
    return settings->atmosphere_aerial != VD_ATMOSPHERE_AERIAL_OFF && !is_ortho(settings) &&
           settings->atmosphere_planet != VD_ATMOSPHERE_PLANET_MOON;
}

/** And does it show where the sun is hidden? */
static bool is_shaded(const vd_settings *settings)
{
    return settings->atmosphere_aerial == VD_ATMOSPHERE_AERIAL_SHADED && has_aerial(settings);
}

static vd_result check_aerial(vd_context *context, const vd_settings *settings)
{
    if (is_ortho(settings)) {
        static const vd_knob_id both[] = {VD_KNOB_ATMOSPHERE_AERIAL,
                                          VD_KNOB_ATMOSPHERE_AERIAL_STRENGTH};
        VD_REFUSE_ALL_UNUSED(
            context, settings, both,
            "has no use with parallel lines, which start at no eye; choose another "
            "--projection");
    }
    if (settings->atmosphere_aerial == VD_ATMOSPHERE_AERIAL_SHADED &&
        !vd_settings_are_for(settings, VD_COMMAND_RENDER))
        return vd_settings_refuse(context, settings, VD_KNOB_ATMOSPHERE_AERIAL,
                                  "shaded needs a view (veduta render): a map is seen from above, "
                                  "where shafts of light have no shape; choose on");
    if (settings->atmosphere_aerial != VD_ATMOSPHERE_AERIAL_OFF) return VD_OK;
    return vd_settings_refuse_unused(context, settings, VD_KNOB_ATMOSPHERE_AERIAL_STRENGTH,
                                     "has no use without aerial perspective; add --aerial on");
}

vd_result vd_sky_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id haze[] = {VD_KNOB_ATMOSPHERE_VISIBILITY, VD_KNOB_ATMOSPHERE_TURBIDITY};
    vd_knob_id unused;
    if (!vd_settings_has_physical_sky(settings)) {
        VD_REFUSE_ALL_UNUSED(context, settings, of_air,
                             "has no use without a physical sky; add --sky physical");
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SUN_MOON,
                                         "has no use without a physical sky; add --sky physical"));
        if (settings->sun_altitude < 0.0)
            return vd_settings_refuse(context, settings, VD_KNOB_SUN_ALTITUDE,
                                      "%g is below the horizon, where only a physical sky has "
                                      "light; add --sky physical, or choose 0 to 90",
                                      settings->sun_altitude);
        return VD_OK;
    }
    VD_REFUSE_ALL_UNUSED(context, settings, of_other_skies,
                         "has no use under a physical sky; see --atmosphere-strength and "
                         "--atmosphere-visibility");
    if (settings->sun_moon && settings->atmosphere_planet != VD_ATMOSPHERE_PLANET_EARTH)
        return vd_settings_refuse(context, settings, VD_KNOB_SUN_MOON,
                                  "is the Earth's, and has no use over another planet; leave it "
                                  "out");
    VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SUN_COLOR,
                                     "has no use under a physical sky, whose air colours the sun; "
                                     "leave it out"));
    if (settings->atmosphere_planet != VD_ATMOSPHERE_PLANET_EARTH)
        VD_REFUSE_ALL_UNUSED(context, settings, of_earth,
                             "has no use but on the Earth; leave it out");
    if (settings->atmosphere_planet == VD_ATMOSPHERE_PLANET_MOON)
        VD_REFUSE_ALL_UNUSED(context, settings, of_any_air,
                             "has no use on the Moon, which has no air; leave it out");
    VD_TRY(vd_settings_choose(context, settings, haze, 2, &unused));
    return check_aerial(context, settings);
}

/* ---- the air ------------------------------------------------------------------------------ */

static vd_air air_of(const vd_settings *settings)
{
    bool is_mars = settings->atmosphere_planet == VD_ATMOSPHERE_PLANET_MARS;
    vd_air air = is_mars ? vd_air_mars() : vd_air_defaults();
    if (settings->atmosphere_planet == VD_ATMOSPHERE_PLANET_MOON) {
        air.planet = VD_PLANET_MOON;
        air.ground_albedo = MOON_ALBEDO;
    }
    if (vd_settings_is_set(settings, VD_KNOB_ATMOSPHERE_VISIBILITY))
        air.visibility_km = settings->atmosphere_visibility;
    if (settings->origin[VD_KNOB_ATMOSPHERE_TURBIDITY] >
        settings->origin[VD_KNOB_ATMOSPHERE_VISIBILITY]) {
        air.visibility_km = 0.0;
        air.turbidity = settings->atmosphere_turbidity;
    }
    if (!is_mars) {
        air.aerosol = VD_AEROSOL_RURAL + (vd_aerosol_kind)settings->atmosphere_aerosol;
        air.ozone_du = settings->atmosphere_ozone;
    }
    if (vd_settings_is_set(settings, VD_KNOB_ATMOSPHERE_GROUND_ALBEDO))
        air.ground_albedo = settings->atmosphere_ground_albedo;
    return air;
}

vd_result vd_sky_create(vd_context *context, const vd_settings *settings, vd_sun_angles sun,
                        const double *altitudes_m, int count, bool with_air, vd_atmosphere **out)
{
    vd_air air = air_of(settings);
    vd_sky_place places[2];
    for (int i = 0; i < count; i++)
        places[i] = (vd_sky_place){.altitude_m = altitudes_m[i],
                                   .sun_elevation_deg = sun.altitude_deg,
                                   .sun_azimuth_deg = sun.azimuth_deg,
                                   .sun_half_deg = 0.5 * settings->sun_size,
                                   .strength = settings->sun_strength,
                                   .moon = sun.moon,
                                   .sky_alone = !with_air || i + 1 < count,
                                   .tells_once = is_shaded(settings) && i + 1 == count};
    return vd_atmospheres_find(context, settings->dem_cache, settings->dem_cache_size * 1e6, &air,
                               places, count, settings->render_threads, out);
}

vdk_atmosphere vd_sky_kernel(const vd_settings *settings, const vd_atmosphere *atmosphere)
{
    vdk_atmosphere kernel = *vd_atmosphere_kernel(atmosphere);
    kernel.strength *= (float)settings->atmosphere_strength;
    return kernel;
}

/* ---- the scene ---------------------------------------------------------------------------- */

/** Of the ground, from posts all over it. */
static double mean_elevation(const vd_terrain *terrain)
{
    const vdk_height_field *f = &terrain->field;
    int columns = vdk_imin(terrain->dem->info.nx, MEAN_GRID);
    int rows = vdk_imin(terrain->dem->info.ny, MEAN_GRID);
    double sum = 0.0;
    for (int j = 0; j < rows; j++)
        for (int i = 0; i < columns; i++) {
            int64_t column = (2 * i + 1) * (int64_t)terrain->dem->info.nx / (2 * columns);
            int64_t row = (2 * j + 1) * (int64_t)terrain->dem->info.ny / (2 * rows);
            sum += (double)vdk_post(f, (int)column + 1, (int)row + 1);
        }
    return sum / (columns * rows) + terrain->dem->base_m;
}

/** The map that lights the ground. */
static vd_result light_ground(vd_context *context, vd_scene *scene, const vd_atmosphere *ground)
{
    vdk_atmosphere kernel = vd_sky_kernel(scene->settings, ground);
    float *texels;
    VD_TRY(vd_dome_draw(context, &kernel, NULL, VD_DOME_WIDTH, VD_DOME_HEIGHT,
                        scene->settings->render_threads, &texels));
    VD_TRY(
        vd_environment_create(context, VD_DOME_WIDTH, VD_DOME_HEIGHT, texels, &scene->environment));
    scene->flat.sky = (vdk_sky){.model = VDK_SKY_ENVIRONMENT};
    scene->flat.environment = vd_environment_flat(scene->environment, 0.0);
    return VD_OK;
}

static float ratio(float part, float whole)
{
    return whole > 0.0f ? part / whole : 0.0f;
}

/** The sun as it shines on the highest ground, and what of that comes down to all other. */
static void light_sun(vd_scene *scene, const vdk_atmosphere *air)
{
    const vd_terrain *terrain = scene->terrain;
    const vd_settings *settings = scene->settings;
    vdk_scene *flat = &scene->flat;
    double low = (double)terrain->field.min, high = (double)terrain->field.max;
    double base = terrain->dem->base_m;
    if (vd_settings_is_set(settings, VD_KNOB_ATMOSPHERE_ALTITUDE)) {
        base = settings->atmosphere_altitude;
        low = high = 0.0;
    }
    if (flat->sun_count == 0) return;
    vdk_sun *sun = &flat->suns[0];
    float sin2 = sun->sin_half * sun->sin_half;
    sun->irradiance = vdk_atmosphere_sun(air, (float)(base + high));
    if (sin2 > 0.0f) sun->radiance = vdk_vec_scale(sun->irradiance, 1.0f / (VDK_PI * sin2));
    if (!(vdk_vec_max(sun->irradiance) > 0.0f)) flat->sun_count = 0;
    if (flat->sun_count == 0 || !(high > low)) return;
    for (int i = 0; i < VDK_SUN_STEPS; i++) {
        double altitude = base + low + (high - low) * i / (VDK_SUN_STEPS - 1.0);
        vdk_vec light = vdk_atmosphere_sun(air, (float)altitude);
        float *at = scene->sun_at + 3 * i;
        at[0] = ratio(light.x, sun->irradiance.x);
        at[1] = ratio(light.y, sun->irradiance.y);
        at[2] = ratio(light.z, sun->irradiance.z);
    }
    flat->air.sun_at = scene->sun_at;
    flat->air.sun_from = (float)low;
    flat->air.sun_steps = (float)((VDK_SUN_STEPS - 1.0) / (high - low));
}

/** How much brighter than the mean of the moon's disc a place is whose light and sight stand alike:
 *  one over the disc's mean of mu0 / (mu0 + mu), Hapke 1993, equation 8.40a. */
static float moon_face(double phase_deg)
{
    double sine, cosine, sine4, cosine4;
    vd_sincos_deg(0.5 * phase_deg, &sine, &cosine);
    vd_sincos_deg(0.25 * phase_deg, &sine4, &cosine4);
    double lit = 1.0;
    if (sine4 > 1e-6 && cosine > 1e-6) lit = 1.0 - sine * sine / cosine * vd_log(cosine4 / sine4);
    return (float)(2.0 / fmax(lit, 1e-3));
}

static void look_through(vd_scene *scene, vd_sun_angles sun)
{
    const vd_settings *settings = scene->settings;
    vdk_scene *flat = &scene->flat;
    const vdk_atmosphere *seen = vd_atmosphere_kernel(scene->atmosphere);
    double half_deg = 0.5 * settings->sun_size;
    flat->air.is_there = 1;
    flat->air.seen = vd_sky_kernel(settings, scene->atmosphere);
    if (settings->atmosphere_disc && half_deg > 0.0) {
        float sine, cosine;
        vdk_sincos_turns((float)(half_deg / 360.0), &sine, &cosine);
        flat->air.disc = vdk_vec_scale(seen->whole, seen->strength / (VDK_PI * sine * sine));
        flat->air.face = sun.moon.is_there ? moon_face(sun.moon.phase) : 0.0f;
        flat->air.lit_from = sun.moon_lit_from;
    }
    if (has_aerial(settings))
        flat->air.distance_scale = (float)settings->atmosphere_aerial_strength;
    flat->air.ceiling = scene->terrain->field.max;
}

vd_result vd_scene_shade_air(vd_context *context, vd_scene *scene)
{
    vdk_scene *flat = &scene->flat;
    vdk_air *air = &flat->air;
    if (!is_shaded(scene->settings) || !(air->distance_scale > 0.0f)) return VD_OK;
    if (air->seen.outside > 0.0f)
        return vd_settings_refuse(context, scene->settings, VD_KNOB_ATMOSPHERE_AERIAL,
                                  "shaded has no use above the air, at %.0f m; choose on",
                                  (double)flat->view.eye.z + scene->terrain->dem->base_m);
    air->is_shaded = flat->sun_count > 0 && flat->suns[0].direction.z > 0.0f;
    air->shade_top = flat->terrain.max;
    if (flat->media.fog != VDK_FOG_NONE) air->shade_top = fmaxf(air->shade_top, flat->media.top);
    if (flat->cloud.kind != VDK_CLOUD_NONE)
        air->shade_top =
            fmaxf(air->shade_top, flat->cloud.base + (float)flat->cloud.depth * flat->cloud.cell_z);
    if (scene->settings->objects.count > 0) air->shade_top = VDK_HUGE;
    return VD_OK;
}

static void tell(vd_context *context, const vd_scene *scene, vd_sun_angles sun, double ground_m,
                 double eye_m)
{
    vd_message(context, VD_LEVEL_INFO,
               "physical sky: %s at azimuth %.4f, altitude %.4f; lights the ground at %.0f m, seen "
               "from %.0f m",
               sun.moon.is_there ? "moon" : "sun", sun.azimuth_deg, sun.altitude_deg, ground_m,
               eye_m);
    if (scene->flat.sun_count == 0)
        vd_message(context, VD_LEVEL_INFO, "physical sky: the sun is below the horizon");
}

vd_result vd_scene_set_sky(vd_context *context, vd_scene *scene, vd_sun_angles sun)
{
    const vd_settings *settings = scene->settings;
    const vd_terrain *terrain = scene->terrain;
    vd_atmosphere *skies[2] = {NULL, NULL}; /* over the ground and over the eye */
    if (!vd_settings_has_physical_sky(settings)) return VD_OK;
    double ground_m = floor(mean_elevation(terrain) + 0.5), eye_m = ground_m;
    if (scene->frame.is_view)
        eye_m = (double)scene->flat.view.eye.z + terrain->dem->base_m;
    else if (has_aerial(settings))
        eye_m = (double)terrain->field.max + terrain->dem->base_m;
    if (vd_settings_is_set(settings, VD_KNOB_ATMOSPHERE_ALTITUDE))
        ground_m = eye_m = settings->atmosphere_altitude;
    bool is_seen = scene->frame.is_view || has_aerial(settings);
    bool is_apart = is_seen && fabs(eye_m - ground_m) > 0.0;
    const double altitudes_m[2] = {ground_m, eye_m};
    VD_TRY(vd_sky_create(context, settings, sun, altitudes_m, is_apart ? 2 : 1,
                         has_aerial(settings), skies));
    vd_result result = light_ground(context, scene, skies[0]);
    if (result == VD_OK) {
        light_sun(scene, vd_atmosphere_kernel(skies[0]));
        if (!scene->is_shell) tell(context, scene, sun, ground_m, eye_m);
        scene->atmosphere = skies[is_apart];
        skies[is_apart] = NULL;
        if (is_seen) look_through(scene, sun);
    }
    vd_atmosphere_destroy(skies[0]);
    vd_atmosphere_destroy(skies[1]);
    return result;
}
