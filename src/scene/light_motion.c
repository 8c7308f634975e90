/* A sun and clouds that move while the shutter is open.
 *
 * What a path meets at its time is a scene: the kernel knows no other way to say where the sun is.
 * So there are many of them, copies of the flat scene that share all they point to and have the
 * suns, sky and place of clouds of their own time. They are for MOMENTS even parts of the time that
 * the shutter is open, and a path takes that in which its time lies (vd_scene_then()): where a
 * shadow's edge goes a way L it is drawn as so many edges, each L / MOMENTS from the last, whose
 * light is off by less than 1 / (2 MOMENTS) of the sun's at any point. Times of a pixel's samples
 * are stratified (kernel/motion.h), and so is the sun.
 *
 * Where the sun is follows from the settings at KNOTS + 1 times, between which it goes along the
 * chord of its way, made unit again: of half a day's way, 180 degrees, it is off that by less than
 * (pi / KNOTS)^2 / 8, 0.02 degrees. Irradiance, radiance of a plain sky and the place of clouds go
 * straight.
 *
 * A physical sky is computed for as many altitudes of the sun as keep them within two degrees of
 * each other, a degree near the horizon, and at most SKIES; one alone where the sun changes by
 * less. Its tables go by azimuth from the sun, so a sky is turned to where the sun is; of its
 * altitude it is the nearest one, while the sun itself stands, and shines through the air, as it
 * does at the moment.
 *
 * A single sun's table of shadows holds a cone of directions (terrain/shadows.h), which is made
 * wide enough for all its way, or left out where that is too wide. */
#include "scene/light_motion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vmath.h"
#include "kernel/math.h"
#include "scene/sky.h"

enum { MOMENTS = 256, KNOTS = 64, SKIES = 33 };
#define NEAR_HORIZON_DEG 8.0

/* Light at one time. */
typedef struct knot {
    vd_settings *settings;
    vdk_sun suns[VDK_SUNS_MAX];
    int count;
    vdk_sky sky;
    vd_sun_angles angles;
    double east, north; /* how far clouds have gone */
    int shell;          /* its sky among the scene's; unread without a physical one */
} knot;

typedef struct mover {
    vd_context *context;
    vd_scene *scene;
    knot knots[KNOTS + 1];
    int shells[SKIES]; /* the knots of skies */
} mover;

/* ---- clouds ------------------------------------------------------------------------------- */

/* Those that are made up repeat themselves, and stay about the middle of the ground. */
static double within(double way, int mask, const vdk_cloud *cloud)
{
    double period = ((double)mask + 1.0) * (double)cloud->cell;
    return mask == 0x7fffffff ? way : way - period * nearbyint(way / period);
}

static void blow(vdk_cloud *cloud, double east, double north)
{
    double x = east * (double)cloud->east + north * (double)cloud->north;
    double y = north * (double)cloud->east - east * (double)cloud->north;
    if (cloud->kind == VDK_CLOUD_NONE) return;
    cloud->west = (float)((double)cloud->west + within(x, cloud->mask_x, cloud));
    cloud->south = (float)((double)cloud->south + within(y, cloud->mask_y, cloud));
}

void vd_clouds_blow(const vd_settings *settings, vdk_scene *flat)
{
    const double *offset = settings->clouds_offset;
    if (offset[0] != 0.0 || offset[1] != 0.0) blow(&flat->cloud, offset[0], offset[1]);
}

/* ---- light at a time ---------------------------------------------------------------------- */

/** Do settings differ in what is looked at here? */
static bool differ(const vd_settings *a, const vd_settings *b)
{
    static const vd_knob_id knobs[] = {VD_KNOB_CLOUDS_OFFSET};
    static const char *const groups[] = {"sun", "suns", "sky"};
    static const vd_knob_set light = {
        .knobs = knobs, .knob_count = 1, .groups = groups, .group_count = 3};
    return !vd_settings_same(a, b, &light);
}

static vd_result light_knot(mover *m, knot *k)
{
    const vd_scene *scene = m->scene;
    void *memory;
    VD_TRY(vd_sky_check(m->context, k->settings));
    VD_TRY(vd_alloc(m->context, 1, sizeof(vdk_scene), "the light's way", &memory));
    vdk_scene *flat = memory;
    *flat = scene->flat;
    const vd_dem_info *info = &scene->terrain->dem->info;
    vd_result result =
        vd_scene_lights_quietly(m->context, k->settings, info, &scene->frame, flat, &k->angles);
    memcpy(k->suns, flat->suns, sizeof(k->suns));
    k->count = flat->sun_count;
    k->sky = flat->sky;
    k->east = k->settings->clouds_offset[0] - scene->settings->clouds_offset[0];
    k->north = k->settings->clouds_offset[1] - scene->settings->clouds_offset[1];
    free(flat);
    return result;
}

/* ---- physical skies ----------------------------------------------------------------------- */

/** A scene like this one, for a sky of its own. */
static vd_result make_shell(mover *m, const knot *k, vd_scene *shell)
{
    *shell = *m->scene;
    shell->settings = k->settings;
    shell->environment = NULL;
    shell->atmosphere = NULL;
    shell->shells = NULL;
    shell->shell_count = 0;
    memcpy(shell->flat.suns, k->suns, sizeof(k->suns));
    shell->flat.sun_count = k->count;
    shell->flat.air = (vdk_air){.is_there = 0};
    shell->is_shell = true;
    VD_TRY(vd_scene_set_sky(m->context, shell, k->angles));
    return vd_scene_shade_air(m->context, shell);
}

static double step_of(double altitude_deg)
{
    return fabs(altitude_deg) < NEAR_HORIZON_DEG ? 1.0 : 2.0;
}

/** Chooses the knots that get skies of their own: the middle one of a short way; else first and
 * last, and between them where the sun's altitude has changed by a step, which is widened until
 * they are few enough. */
static int choose_shells(mover *m)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int k = 0; k <= KNOTS; k++) {
        low = fmin(low, m->knots[k].angles.altitude_deg);
        high = fmax(high, m->knots[k].angles.altitude_deg);
    }
    if (high - low < 0.5 * step_of(low)) {
        m->shells[0] = KNOTS / 2;
        return 1;
    }
    for (double wider = 1.0;; wider *= 1.25) {
        int count = 0;
        for (int k = 0; k <= KNOTS; k++) {
            double now = m->knots[k].angles.altitude_deg;
            double last = count > 0 ? m->knots[m->shells[count - 1]].angles.altitude_deg : 1e9;
            bool is_far = fabs(now - last) >= wider * step_of(now);
            if (!is_far && k < KNOTS) continue;
            if (count == SKIES) {
                count++;
                break;
            }
            m->shells[count++] = k;
        }
        if (count <= SKIES) return count;
    }
}

static vd_result make_skies(mover *m)
{
    vd_scene *scene = m->scene;
    void *memory;
    int count = choose_shells(m);
    VD_TRY(vd_alloc(m->context, (size_t)count, sizeof(vd_scene), "skies", &memory));
    scene->shells = memory;
    for (int i = 0; i < count; i++) {
        VD_TRY(vd_progress(m->context, "sky", (double)i / count));
        scene->shell_count++;
        VD_TRY(make_shell(m, &m->knots[m->shells[i]], &scene->shells[i]));
    }
    vd_message(
        m->context, VD_LEVEL_INFO,
        "physical sky: the sun goes from azimuth %.4f, altitude %.4f to %.4f, %.4f while the "
        "shutter is open, under %d skies",
        m->knots[0].angles.azimuth_deg, m->knots[0].angles.altitude_deg,
        m->knots[KNOTS].angles.azimuth_deg, m->knots[KNOTS].angles.altitude_deg, count);
    return VD_OK;
}

/** The sun's light through the air at a time in knots: between those of the two skies. */
static vdk_vec light_through(const mover *m, double at, int *nearest)
{
    const vd_scene *shells = m->scene->shells;
    int last = m->scene->shell_count - 1, a = 0;
    vdk_vec light[2];
    while (a + 1 < last && m->shells[a + 1] <= at) a++;
    int b = a < last ? a + 1 : a;
    double span = m->shells[b] - m->shells[a], t = span > 0.0 ? (at - m->shells[a]) / span : 0.0;
    *nearest = t < 0.5 ? a : b;
    for (int i = 0; i < 2; i++) {
        const vdk_scene *flat = &shells[i ? b : a].flat;
        light[i] = flat->sun_count > 0 ? flat->suns[0].irradiance : vdk_vec_make(0.0f, 0.0f, 0.0f);
    }
    return vdk_vec_add(vdk_vec_scale(light[0], (float)(1.0 - t)),
                       vdk_vec_scale(light[1], (float)t));
}

static void turn_sky(vdk_scene *flat, vdk_vec from)
{
    vdk_vec to = flat->suns[0].direction;
    double turn =
        vd_atan2_deg((double)to.x, (double)to.y) - vd_atan2_deg((double)from.x, (double)from.y);
    vdk_atmosphere *seen = &flat->air.seen;
    float level = vdk_sqrtf(to.x * to.x + to.y * to.y);
    flat->environment.turn += (float)(turn / 360.0);
    if (!flat->air.is_there || !(level > 1e-6f)) return;
    seen->sun = to;
    seen->sun_x = to.x / level;
    seen->sun_y = to.y / level;
}

/* ---- moments ------------------------------------------------------------------------------ */

static vdk_sun sun_between(const vdk_sun *a, const vdk_sun *b, float t)
{
    vdk_sun sun = t < 0.5f ? *a : *b;
    vdk_vec d = vdk_vec_add(vdk_vec_scale(a->direction, 1.0f - t), vdk_vec_scale(b->direction, t));
    if (vdk_vec_dot(d, d) > 1e-6f) sun.direction = vdk_vec_normalize(d);
    sun.irradiance =
        vdk_vec_add(vdk_vec_scale(a->irradiance, 1.0f - t), vdk_vec_scale(b->irradiance, t));
    sun.radiance = vdk_vec_add(vdk_vec_scale(a->radiance, 1.0f - t), vdk_vec_scale(b->radiance, t));
    return sun;
}

static vdk_vec colour_between(vdk_vec a, vdk_vec b, float t)
{
    return vdk_vec_add(vdk_vec_scale(a, 1.0f - t), vdk_vec_scale(b, t));
}

static void set_physical(const mover *m, double at, vdk_scene *flat)
{
    int nearest;
    vdk_vec light = light_through(m, at, &nearest);
    const vdk_scene *shell = &m->scene->shells[nearest].flat;
    vdk_sun *sun = &flat->suns[0];
    float sin2 = sun->sin_half * sun->sin_half;
    flat->sky = shell->sky;
    flat->environment = shell->environment;
    flat->air = shell->air;
    turn_sky(flat, m->knots[m->shells[nearest]].suns[0].direction);
    sun->irradiance = light;
    if (sin2 > 0.0f) sun->radiance = vdk_vec_scale(light, 1.0f / (VDK_PI * sin2));
    if (!(vdk_vec_max(light) > 0.0f)) flat->sun_count = 0;
}

static void make_moment(const mover *m, int number, vdk_scene *flat)
{
    double at = (number + 0.5) / MOMENTS * KNOTS;
    int i = (int)floor(at);
    float t = (float)(at - i);
    const knot *a = &m->knots[i], *b = a + 1, *nearest = t < 0.5f ? a : b;
    *flat = m->scene->flat;
    flat->sun_count = nearest->count;
    for (int k = 0; k < nearest->count; k++)
        flat->suns[k] =
            a->count == b->count ? sun_between(&a->suns[k], &b->suns[k], t) : nearest->suns[k];
    if (m->scene->shell_count > 0 && nearest->count > 0) {
        set_physical(m, at, flat);
    } else if (flat->sky.model != VDK_SKY_ENVIRONMENT) {
        flat->sky.zenith = colour_between(a->sky.zenith, b->sky.zenith, t);
        flat->sky.horizon = colour_between(a->sky.horizon, b->sky.horizon, t);
    }
    blow(&flat->cloud, (double)vdk_lerp((float)a->east, (float)b->east, t),
         (double)vdk_lerp((float)a->north, (float)b->north, t));
    vd_view_light_plane(flat);
}

static vd_result move(mover *m, const vd_animation *animation, double frame, double span,
                      bool *moves)
{
    vd_scene *scene = m->scene;
    void *memory;
    bool sun_moves = false;
    for (int k = 0; k <= KNOTS; k++) {
        VD_TRY(vd_animation_at(m->context, animation, frame + span * k / KNOTS,
                               &m->knots[k].settings));
        *moves |= differ(m->knots[k].settings, scene->settings);
    }
    if (!*moves) return VD_OK;
    for (int k = 0; k <= KNOTS; k++) {
        VD_TRY(light_knot(m, &m->knots[k]));
        sun_moves |= memcmp(m->knots[k].suns, m->knots[0].suns, sizeof(m->knots[0].suns)) != 0;
    }
    if (vd_settings_has_physical_sky(scene->settings) &&
        (sun_moves || scene->settings->sun_strength != m->knots[0].settings->sun_strength))
        VD_TRY(make_skies(m));
    VD_TRY(vd_alloc(m->context, MOMENTS, sizeof(vdk_scene), "the light's way", &memory));
    scene->moments = memory;
    for (int i = 0; i < MOMENTS; i++) make_moment(m, i, &scene->moments[i]);
    scene->flat.moments = scene->moments;
    scene->flat.moment_count = MOMENTS;
    return VD_OK;
}

vd_result vd_light_move(vd_context *context, const vd_animation *animation, double frame,
                        double span, vd_scene *scene, bool *moves)
{
    void *memory;
    *moves = false;
    VD_TRY(vd_alloc(context, 1, sizeof(mover), "the light's way", &memory));
    mover *m = memory;
    m->context = context;
    m->scene = scene;
    vd_result result = move(m, animation, frame, span, moves);
    for (int k = 0; k <= KNOTS; k++) vd_settings_destroy(m->knots[k].settings);
    for (int i = 0; i < scene->shell_count; i++) scene->shells[i].settings = NULL;
    free(m);
    return result;
}

void vd_light_motion_clear(vd_scene *scene)
{
    for (int i = 0; i < scene->shell_count; i++) {
        vd_environment_destroy(scene->shells[i].environment);
        vd_atmosphere_destroy(scene->shells[i].atmosphere);
    }
    free(scene->shells);
    free(scene->moments);
    scene->shells = NULL;
    scene->shell_count = 0;
    scene->moments = NULL;
}
