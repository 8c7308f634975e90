/* Water: its bodies, its waves, and what it does to light.
 *
 * Kinds of water are absorption and backscattering per metre in red, green and blue, in the bands
 * of the primaries of Rec. 709. Absorption begins with that of pure water: 0.27, 0.057 and 0.010 at
 * 612, 549 and 450 nm (Pope and Fry 1997, "Absorption spectrum (380-700 nm) of pure water", Applied
 * Optics 36); what else is in it is chosen so that the sea is about Jerlov's ocean water II, the
 * coast his coastal water 3 (Jerlov 1976, "Marine Optics"; Solonenko and Mobley 2015), and a lake
 * one that glaciers feed. Clear depth z, of a white disc, makes the attenuation of the most
 * penetrating colour 1.7 / z (Poole and Atkins 1929).
 *
 * A colour of one's own is what endless water sends back from below its surface. For evenly
 * scattering matter of single-scattering albedo w that is (1 - g) / (1 + g) with g^2 = 1 - w (Hapke
 * 1981, "Bidirectional reflectance spectroscopy 1", equation 37), which gives each colour its w;
 * particles scatter all colours alike. */
#include "scene/water.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/block.h"
#include "scene/noise.h"

#define DISC 1.7
#define DEFAULT_CLARITY_M 12.0
#define LEAST_ALBEDO 1.0e-3 /* of single scattering, where a colour is black */
#define MOST_COLOUR 0.98
#define FOAM_SCALE_M 14.0
#define GUST_SCALE_M 2500.0
#define LEAST_FOAM_DEPTH_M 0.4
#define NO_WAVES 1.0e6 /* a wave number */

typedef struct kind_of_water {
    double absorption[3], backscattering[3]; /* per metre */
    double shallow[3], deep[3];              /* tints, linear */
} kind_of_water;

static const kind_of_water kinds[] = {
    [VD_WATER_COLOR_SEA] = {{0.30, 0.075, 0.040},
                            {0.0020, 0.0040, 0.0046},
                            {0.55, 0.70, 0.79},
                            {0.25, 0.42, 0.57}},
    [VD_WATER_COLOR_COAST] = {{0.37, 0.13, 0.15},
                              {0.010, 0.013, 0.013},
                              {0.52, 0.70, 0.73},
                              {0.21, 0.42, 0.48}},
    [VD_WATER_COLOR_LAKE] = {{0.32, 0.085, 0.085},
                             {0.007, 0.010, 0.011},
                             {0.53, 0.69, 0.81},
                             {0.28, 0.46, 0.64}},
};

bool vd_water_is_asked(const vd_settings *settings)
{
    return vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL) || settings->water_path;
}

static bool is_optical(const vd_settings *settings)
{
    if (settings->water_style == VD_WATER_STYLE_AUTO)
        return vd_settings_are_for(settings, VD_COMMAND_RENDER);
    return settings->water_style == VD_WATER_STYLE_OPTICAL;
}

static bool has_flats(const vd_settings *settings)
{
    return settings->water_path && strcmp(settings->water_path, "flats") == 0;
}

/* ---- what has no use ---------------------------------------------------------------------- */

static const vd_knob_id of_water[] = {
    VD_KNOB_WATER_LAYER,     VD_KNOB_WATER_LEVEL_FIELD, VD_KNOB_WATER_MIN_AREA,
    VD_KNOB_WATER_NODATA,    VD_KNOB_WATER_BATHYMETRY,  VD_KNOB_WATER_BED_SLOPE,
    VD_KNOB_WATER_BED_DEPTH, VD_KNOB_WATER_STYLE,       VD_KNOB_WATER_COLOR,
    VD_KNOB_WATER_CLARITY,   VD_KNOB_WATER_WIND,        VD_KNOB_WATER_WIND_FROM,
    VD_KNOB_WATER_FOAM,      VD_KNOB_WATER_LIGHT,       VD_KNOB_WATER_VIGNETTE,
    VD_KNOB_WATER_BASINS};

static vd_result check_style(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_optics[] = {VD_KNOB_WATER_CLARITY, VD_KNOB_WATER_WIND,
                                           VD_KNOB_WATER_WIND_FROM, VD_KNOB_WATER_FOAM,
                                           VD_KNOB_WATER_LIGHT};
    if (!is_optical(settings))
        VD_REFUSE_ALL_UNUSED(context, settings, of_optics,
                             "has no use with matte water; add --water-style optical");
    if (is_optical(settings) || settings->water_style == VD_WATER_STYLE_PLAIN)
        return vd_settings_refuse_unused(
            context, settings, VD_KNOB_WATER_VIGNETTE,
            "has no use but with tinted water; add --water-style tint");
    return VD_OK;
}

vd_result vd_water_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_file[] = {VD_KNOB_WATER_LAYER, VD_KNOB_WATER_LEVEL_FIELD};
    if (!vd_water_is_asked(settings)) {
        VD_REFUSE_ALL_UNUSED(context, settings, of_water,
                             "has no use without water; add --water-level, or --water");
        return VD_OK;
    }
    if (settings->dem_cache)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_CACHE,
                                  "cannot keep heights whose bed is lowered under water; leave it "
                                  "out");
    if (!settings->water_path || has_flats(settings))
        VD_REFUSE_ALL_UNUSED(context, settings, of_file,
                             "has no use without a file of lakes; give one by --water");
    if (!vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL)) {
        static const vd_knob_id of_sea[] = {VD_KNOB_WATER_NODATA, VD_KNOB_WATER_BASINS};
        VD_REFUSE_ALL_UNUSED(context, settings, of_sea,
                             "has no use without a sea; add --water-level");
        if (!has_flats(settings))
            VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_WATER_MIN_AREA,
                                             "has no use with lakes of a file; leave it out"));
    }
    if (settings->water_path && !has_flats(settings) && !strpbrk(settings->water_path, "/."))
        return vd_settings_refuse(context, settings, VD_KNOB_WATER_PATH,
                                  "'%s' is neither flats nor the path of a file",
                                  settings->water_path);
    return check_style(context, settings);
}

/* ---- where it is -------------------------------------------------------------------------- */

static vd_water_options options_of(const vd_settings *settings)
{
    return (vd_water_options){
        .has_sea = vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL),
        .sea_m = settings->water_level,
        .with_basins = settings->water_basins,
        .has_flats = has_flats(settings),
        .path = has_flats(settings) ? NULL : settings->water_path,
        .layer = settings->water_layer,
        .field = settings->water_level_field,
        .min_area_m2 = settings->water_min_area * 1.0e6,
        .nodata_is_sea = settings->water_nodata,
        .bathymetry = settings->water_bathymetry,
        .bed_slope = settings->water_bed_slope,
        .bed_depth_m = settings->water_bed_depth,
        .threads = settings->render_threads,
    };
}

vd_result vd_scene_check_water(vd_context *context, const vd_settings *settings,
                               const vd_dem_info *dem, double *bytes)
{
    if (bytes) *bytes = 0.0;
    if (!vd_water_is_asked(settings)) return VD_OK;
    vd_water_options options = options_of(settings);
    if (bytes) *bytes = vd_water_bytes(dem->nx, dem->ny);
    VD_TRY(vd_water_probe(context, &options));
    if (!options.bathymetry) return VD_OK;
    vd_dem_options bed = {.path = options.bathymetry, .band = 1};
    vd_dem_info info = {0};
    vd_result result = vd_dem_probe(context, &bed, &info);
    vd_dem_info_clear(&info);
    return result;
}

/** Refuses water that is nowhere, or everywhere. */
static vd_result check_level(vd_context *context, const vd_settings *settings, const vd_dem *dem,
                             const vd_water_map *map)
{
    if (vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL)) {
        double highest = (double)dem->valid_max + dem->base_m;
        if (settings->water_level > highest)
            return vd_settings_refuse(
                context, settings, VD_KNOB_WATER_LEVEL,
                "%g m lies above all ground, whose highest point is at %.1f m",
                settings->water_level, highest);
        if (map->wet_count == 0 && map->dry)
            return vd_settings_refuse(context, settings, VD_KNOB_WATER_LEVEL,
                                      "only low ground lies below %g m that the sea has no way to "
                                      "from the DEM's edge; add --water-basins to fill it",
                                      settings->water_level);
        if (map->wet_count == 0)
            return vd_settings_refuse(context, settings, VD_KNOB_WATER_LEVEL,
                                      "%g m lies below all ground, whose lowest point is at %.1f m",
                                      settings->water_level, (double)dem->valid_min + dem->base_m);
    }
    if (has_flats(settings) && map->count == 1 + (map->dry > 0))
        return vd_settings_refuse(context, settings, VD_KNOB_WATER_PATH,
                                  "the DEM has no level areas of %g km2 or more; see "
                                  "--water-min-area, or give a file of lakes",
                                  settings->water_min_area);
    return VD_OK;
}

vd_result vd_water_make(vd_context *context, const vd_settings *settings, vd_dem *dem,
                        struct vd_water **out)
{
    void *memory;
    *out = NULL;
    if (!vd_water_is_asked(settings)) return VD_OK;
    vd_water_options options = options_of(settings);
    VD_TRY(vd_alloc(context, 1, sizeof(struct vd_water), "the water", &memory));
    *out = memory;
    vd_water_map *map = &(*out)->map;
    VD_TRY(vd_water_find(context, &options, dem, map));
    VD_TRY(check_level(context, settings, dem, map));
    char lakes[32] = "";
    int count = map->count - 1 - (map->dry > 0);
    if (count > 0) snprintf(lakes, sizeof(lakes), "%d %s", count, count > 1 ? "lakes" : "lake");
    vd_message(context, VD_LEVEL_INFO, "water: %s%s%s, at most %.1f m deep", lakes,
               lakes[0] && options.has_sea ? " and " : "", options.has_sea ? "the sea" : "",
               map->deepest_m);
    if (map->dry)
        vd_message(context, VD_LEVEL_INFO,
                   "water: %lld cells below the sea's level are dry, which it has no way to; "
                   "--water-basins fills them",
                   (long long)map->dry_count);
    return VD_OK;
}

void vd_water_destroy(struct vd_water *water)
{
    if (!water) return;
    vd_water_clear(&water->map);
    free(water->bodies);
    free(water->waves);
    free(water);
}

/* ---- what it is like ---------------------------------------------------------------------- */

static vdk_vec to_vec(const double v[3])
{
    return vdk_vec_make((float)v[0], (float)v[1], (float)v[2]);
}

/** Absorption and backscattering of the settings' water. */
static void optics_of(const vd_settings *settings, double a[3], double b[3])
{
    const vd_paint *paint = &settings->water_color;
    bool is_own = (int)paint->word == VD_WATER_COLOR_COLOR;
    double least = HUGE_VAL, scale = 1.0;
    for (int c = 0; c < 3; c++) {
        if (is_own) {
            double g =
                (1.0 - fmin(paint->rgb[c], MOST_COLOUR)) / (1.0 + fmin(paint->rgb[c], MOST_COLOUR));
            double albedo = fmax(1.0 - g * g, LEAST_ALBEDO);
            b[c] = 0.5;
            a[c] = (1.0 - albedo) / albedo;
        } else {
            a[c] = kinds[(int)paint->word].absorption[c];
            b[c] = kinds[(int)paint->word].backscattering[c];
        }
        least = fmin(least, a[c] + b[c]);
    }
    if (vd_settings_is_set(settings, VD_KNOB_WATER_CLARITY))
        scale = DISC / settings->water_clarity / least;
    else if (is_own)
        scale = DISC / DEFAULT_CLARITY_M / least;
    for (int c = 0; c < 3; c++) {
        a[c] *= scale;
        b[c] *= scale;
    }
}

static void set_optics(const vd_settings *settings, vdk_water *flat)
{
    double a[3], b[3], body[3];
    optics_of(settings, a, b);
    flat->absorption = to_vec(a);
    for (int c = 0; c < 3; c++) {
        double g = sqrt(a[c] / (a[c] + 2.0 * b[c]));
        body[c] = (1.0 - g) / (1.0 + g);
        b[c] *= 2.0; /* evenly scattered: half of it goes back */
    }
    flat->scattering = to_vec(b);
    flat->deep = to_vec(body); /* of a block's cut */
    flat->is_straight = settings->water_light == VD_WATER_LIGHT_STRAIGHT;
}

static void set_tint(const vd_settings *settings, const vd_water_map *map, vdk_water *flat)
{
    const vd_paint *paint = &settings->water_color;
    flat->deep = to_vec(paint->rgb);
    flat->shallow = vdk_vec_add(vdk_vec_scale(flat->deep, 0.5f), vdk_vec_make(0.45f, 0.45f, 0.45f));
    if ((int)paint->word != VD_WATER_COLOR_COLOR) {
        flat->deep = to_vec(kinds[(int)paint->word].deep);
        flat->shallow = to_vec(kinds[(int)paint->word].shallow);
    }
    if (settings->water_style == VD_WATER_STYLE_PLAIN) {
        if ((int)paint->word != VD_WATER_COLOR_COLOR)
            flat->deep = vdk_vec_scale(vdk_vec_add(flat->deep, flat->shallow), 0.5f);
        return;
    }
    flat->depth_scale = (float)fmax(map->deepest_m, 1.0);
    flat->vignette = 2.0f * (float)settings->water_vignette;
}

/** Waves, their noise, and how long waves each body has room for. */
static vd_result set_waves(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    struct vd_water *water = scene->water;
    vdk_water *flat = &scene->flat.water;
    vd_wind wind = {settings->water_wind, settings->water_wind_from};
    double lost;
    void *memory;
    if (!(wind.speed > 0.0)) return VD_OK;
    for (int i = 0; i < water->map.count; i++)
        water->bodies[i].longest =
            (float)vd_waves_peak(&wind, i > 0 ? sqrt(water->map.area_m2[i]) : 0.0);
    VD_TRY(vd_alloc(context, VDK_WATER_WAVES, sizeof(vdk_water_wave), "the waves", &memory));
    water->waves = memory;
    vd_waves_make(&wind, &dem->info, water->waves, &lost);
    vd_noise_options foam = {FOAM_SCALE_M, FOAM_SCALE_M, 0.75, 6, "foam", 0};
    vd_noise_options gusts = {GUST_SCALE_M, GUST_SCALE_M, 0.65, 4, "gusts", 0};
    water->noise[0] = vd_noise_make(dem, settings->terrain_z_factor, &foam);
    water->noise[1] = vd_noise_make(dem, settings->terrain_z_factor, &gusts);
    flat->waves = water->waves;
    flat->wave_count = VDK_WATER_WAVES;
    flat->lost = (float)lost;
    flat->noise = water->noise;
    flat->foam = (float)settings->water_foam;
    flat->foam_depth = (float)fmax(1.3 * vd_waves_height(&wind), LEAST_FOAM_DEPTH_M);
    flat->whitecaps = (float)vd_waves_whitecaps(&wind);
    flat->whitecaps_limit = (float)vd_gaussian_threshold(vd_waves_whitecaps(&wind));
    return VD_OK;
}

vd_result vd_water_set(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    struct vd_water *water = scene->water;
    vdk_water *flat = &scene->flat.water;
    void *memory;
    if (!water) return VD_OK;
    const vd_water_map *map = &water->map;
    VD_TRY(vd_alloc(context, (size_t)map->count, sizeof(vdk_water_body), "the lakes", &memory));
    water->bodies = memory;
    for (int i = 0; i < map->count; i++)
        water->bodies[i] = (vdk_water_body){(float)map->level_m[i], (float)NO_WAVES};
    flat->is_there = 1;
    flat->has_sea = vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL);
    flat->is_optical = is_optical(settings);
    flat->bodies = map->cells;
    flat->body = water->bodies;
    flat->shore = map->shore;
    flat->shore_unit = (float)map->shore_unit_m;
    if (!flat->is_optical) {
        set_tint(settings, map, flat);
        return VD_OK;
    }
    set_optics(settings, flat);
    return set_waves(context, scene);
}

vd_result vd_water_check_eye(vd_context *context, const vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    if (!scene->water || settings->camera_projection == VD_CAMERA_PROJECTION_ORTHO) return VD_OK;
    float depth = vdk_water_depth(&scene->flat, scene->flat.view.eye);
    if (!(depth > 0.0f)) return VD_OK;
    vd_knob_id knob =
        vd_settings_is_set(settings, VD_KNOB_CAMERA_EYE) ? VD_KNOB_CAMERA_EYE : VD_KNOB_WATER_LEVEL;
    const char *name = settings->where[knob] ? settings->where[knob] : "--water";
    return vd_fail(context, VD_ERR_SETTING,
                   "%s: puts the camera %.1f m under water; raise it, or lower the water", name,
                   (double)depth);
}
