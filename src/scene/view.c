/* From the knobs of group camera to the kernel's camera, and what it needs of the ground: a place
 * for the eye, axes, and how much of the projection's plane a pixel is. */
#include "scene/view.h"

#include <math.h>

#include "base/vmath.h"
#include "kernel/block.h"
#include "kernel/lights.h"
#include "kernel/surface.h"
#include "kernel/view.h"
#include "scene/lens.h"
#include "scene/view_parts.h"
#include "terrain/curve.h"

/* How far below all ground a block's sides go, in shares of its longer side. */
#define BASE_DEPTH 0.03
/* How high above the highest ground a panorama is seen from that is told nothing else. */
#define SUMMIT_EYE_M 10.0
/* The width of a lens's plane at distance 1 from which on it is very wide: 127 degrees. */
#define WIDE_LENS 4.0
/* Sides of a target on which a camera that goes round it is tried. */
#define ROUND_STEPS 24
/* Of a plane that shows only shadow, by which it lights the block. */
#define PLANE_ALBEDO 0.6f
/* What light on it is summed over. */
#define PLANE_RINGS 32
#define PLANE_RAYS 64
/* Where the sun is by default: so much to the left of the way the camera looks, up to a tilt; from
 * there on it turns to the upper left of the picture, where a map has it, or relief looks inverted.
 */
#define SUN_LEFT_DEG 105.0
#define SUN_TURNS_AT_DEG 50.0
#define SUN_LEFT_OF_MAP_DEG 45.0

typedef struct maker {
    vd_context *context;
    const vd_settings *settings;
    const vd_view_choice *choice;
    const vd_terrain *terrain;
    vdk_scene *flat;
    vd_hull hull;
    vd_axes axes;
    double eye[3], target[3]; /* world */
} maker;

static double half_tangent(double fov_deg)
{
    double sine, cosine;
    vd_sincos_deg(0.5 * fov_deg, &sine, &cosine);
    return sine / cosine;
}

/* ---- axes ----------------------------------------------------------------------------------- */

static void look_by_angles(double heading_deg, double tilt_deg, vd_axes *axes)
{
    double sh, ch, st, ct;
    vd_sincos_deg(heading_deg, &sh, &ch);
    vd_sincos_deg(tilt_deg, &st, &ct);
    *axes = (vd_axes){{ch, -sh, 0.0}, {st * sh, st * ch, ct}, {ct * sh, ct * ch, -st}};
}

static double length_of(const double v[3])
{
    return sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
}

static void look_along(const double v[3], vd_axes *axes)
{
    double length = length_of(v);
    for (int i = 0; i < 3; i++) axes->forward[i] = v[i] / length;
    const double *f = axes->forward;
    double flat = sqrt(f[0] * f[0] + f[1] * f[1]);
    double *r = axes->right;
    /* Straight down or up: north is up on the picture. */
    r[0] = flat > 1e-9 ? f[1] / flat : 1.0;
    r[1] = flat > 1e-9 ? -f[0] / flat : 0.0;
    r[2] = 0.0;
    axes->up[0] = r[1] * f[2] - r[2] * f[1];
    axes->up[1] = r[2] * f[0] - r[0] * f[2];
    axes->up[2] = r[0] * f[1] - r[1] * f[0];
}

/** From an eye towards the target, level where that is asked for. */
static vd_result look_from_eye(maker *m)
{
    double towards[3];
    for (int i = 0; i < 3; i++) towards[i] = m->target[i] - m->eye[i];
    bool by_tilt = m->choice->has_tilt || vd_view_is_around(m->settings);
    if (!(length_of(towards) > 1e-6))
        return vd_settings_refuse(m->context, m->settings, VD_KNOB_CAMERA_TARGET,
                                  "is where the eye is; move one of them");
    if (by_tilt) {
        double heading = 90.0 - vd_atan2_deg(towards[1], towards[0]);
        look_by_angles(heading, m->choice->has_tilt ? m->settings->camera_tilt : 0.0, &m->axes);
    } else {
        look_along(towards, &m->axes);
    }
    return VD_OK;
}

static void look_from_side(maker *m)
{
    bool by_tilt = m->choice->has_tilt || !vd_view_is_around(m->settings);
    look_by_angles(m->settings->camera_view_from + 180.0, by_tilt ? m->settings->camera_tilt : 0.0,
                   &m->axes);
}

/* ---- what a pixel is ------------------------------------------------------------------------ */

/** Does the focal length say how wide the lens is, rather than the angle? */
static bool is_by_focal(const vd_settings *settings)
{
    return vd_settings_is_set(settings, VD_KNOB_CAMERA_FOCAL_LENGTH) &&
           settings->origin[VD_KNOB_CAMERA_FOCAL_LENGTH] >= settings->origin[VD_KNOB_CAMERA_FOV];
}

/** The width of the projection's plane that the picture shows; an ortho camera's is 0 if it is to
 *  be found. */
static double plane_width(const vd_settings *settings)
{
    bool is_set = vd_settings_is_set(settings, VD_KNOB_CAMERA_FOV);
    bool by_focal = is_by_focal(settings);
    double film = settings->camera_sensor_width / settings->camera_focal_length;
    switch (settings->camera_projection) {
    case VD_CAMERA_PROJECTION_ORTHO:
        return vd_settings_is_set(settings, VD_KNOB_CAMERA_WIDTH) ? settings->camera_width : 0.0;
    case VD_CAMERA_PROJECTION_PANORAMA:
    case VD_CAMERA_PROJECTION_CYLINDER:
        return (is_set ? settings->camera_fov : 360.0) * (VD_PI / 180.0);
    case VD_CAMERA_PROJECTION_FISHEYE:
        return by_focal ? film : settings->camera_fov * (VD_PI / 180.0);
    default: return by_focal ? film : 2.0 * half_tangent(settings->camera_fov);
    }
}

static void set_pixels(const vd_settings *settings, const vd_frame *frame, double width,
                       vdk_view_camera *camera)
{
    camera->pixel = (float)(width / frame->width);
    camera->middle_x = (float)((0.5 - settings->camera_shift_x) * frame->width);
    camera->middle_y = (float)(0.5 * frame->height + settings->camera_shift_y * frame->width);
}

/* ---- where the eye is ----------------------------------------------------------------------- */

static void step_back(maker *m, double distance)
{
    for (int i = 0; i < 3; i++) m->eye[i] = m->target[i] - distance * m->axes.forward[i];
}

static vd_result fit_angles(maker *m, double half_x, double half_y)
{
    const vd_settings *s = m->settings;
    double half_deg = fmin(half_x, half_y) * (180.0 / VD_PI);
    if (half_deg >= 80.0)
        return vd_settings_refuse(m->context, s, VD_KNOB_CAMERA_FOV,
                                  "%g degrees have no distance at which the DEM fills the picture; "
                                  "give --distance, or --eye",
                                  s->camera_fov);
    step_back(m, vd_fit_cone(&m->hull, &m->axes, half_deg, m->target));
    return VD_OK;
}

/** How far away the whole DEM is in the picture, from wherever the camera goes round it. */
static double distance_round(maker *m, const vd_window *window, const double *target, double *width)
{
    const vd_settings *s = m->settings;
    const vd_axes own = m->axes;
    double distance = 0.0, eye[3], fitted;
    for (int i = 0; i < ROUND_STEPS; i++) {
        look_by_angles(360.0 / ROUND_STEPS * i, s->camera_tilt, &m->axes);
        if (s->camera_projection == VD_CAMERA_PROJECTION_ORTHO) {
            vd_fit_ortho(&m->hull, &m->axes, window->half_y / window->half_x, target, eye, &fitted);
            *width = fmax(*width, fitted);
        } else {
            distance = fmax(distance, vd_fit_distance(&m->hull, &m->axes, window, m->target));
        }
    }
    m->axes = own;
    return distance;
}

/** Places an eye of which only the direction is known. width may be found here. */
static vd_result place_eye(maker *m, const vd_frame *frame, double *width)
{
    const vd_settings *s = m->settings;
    double shape = (double)frame->height / frame->width;
    vd_window window = {s->camera_shift_x * *width, s->camera_shift_y * *width, 0.5 * *width,
                        0.5 * *width * shape};
    if (s->camera_projection == VD_CAMERA_PROJECTION_ORTHO) {
        const double *target = m->choice->has_target || *width > 0.0 ? m->target : NULL;
        double fitted;
        vd_fit_ortho(&m->hull, &m->axes, shape, target, m->eye, &fitted);
        if (!(*width > 0.0) && s->goes_round) {
            window.half_x = 1.0;
            window.half_y = shape;
            distance_round(m, &window, target, width);
        }
        if (!(*width > 0.0)) *width = fitted;
        return VD_OK;
    }
    if (vd_settings_is_set(s, VD_KNOB_CAMERA_DISTANCE)) {
        step_back(m, s->camera_distance);
        return VD_OK;
    }
    if (vd_view_is_around(s)) {
        vd_spot top = vd_spot_summit(m->terrain);
        if (m->choice->has_target) top = vd_spot_of_world(m->terrain, m->target);
        top.z = vd_spot_ground(m->terrain, top) + SUMMIT_EYE_M / (double)m->terrain->field.z_factor;
        vd_spot_to_world(m->terrain, top, m->eye);
        return VD_OK;
    }
    if (s->camera_projection == VD_CAMERA_PROJECTION_FISHEYE)
        return fit_angles(m, window.half_x, window.half_y);
    if (s->goes_round) {
        step_back(m, distance_round(m, &window, m->target, width));
        return VD_OK;
    }
    if (!m->choice->has_target) {
        vd_fit_lens(&m->hull, &m->axes, &window, m->eye);
        return VD_OK;
    }
    double distance = vd_fit_distance(&m->hull, &m->axes, &window, m->target);
    if (distance < 0.0)
        return vd_settings_refuse(m->context, s, VD_KNOB_CAMERA_TARGET,
                                  "is shifted out of the picture; give --distance or less shift");
    step_back(m, distance);
    return VD_OK;
}

/** What put the eye where it is: the knob to name. */
static vd_knob_id knob_of_eye(const maker *m)
{
    const vd_settings *s = m->settings;
    if (m->choice->has_eye) return VD_KNOB_CAMERA_EYE;
    if (vd_settings_is_set(s, VD_KNOB_CAMERA_DISTANCE)) return VD_KNOB_CAMERA_DISTANCE;
    /* The eye of a very wide lens is fitted so near that it may be anywhere. */
    bool is_level = vd_settings_is_set(s, VD_KNOB_CAMERA_TILT) && s->camera_tilt <= 0.0;
    bool is_lens = s->camera_projection == VD_CAMERA_PROJECTION_PERSPECTIVE;
    if (is_level || !is_lens || plane_width(s) < WIDE_LENS) return VD_KNOB_CAMERA_TILT;
    return is_by_focal(s) ? VD_KNOB_CAMERA_FOCAL_LENGTH : VD_KNOB_CAMERA_FOV;
}

/** How to raise it. */
static const char *remedy_by(vd_knob_id knob)
{
    switch (knob) {
    case VD_KNOB_CAMERA_EYE: return "raise it, or give agl:Z for metres above ground";
    case VD_KNOB_CAMERA_DISTANCE: return "stand farther away, or give a greater --tilt";
    case VD_KNOB_CAMERA_FOCAL_LENGTH: return "give a longer one, or a --distance";
    case VD_KNOB_CAMERA_FOV: return "give a smaller angle, or a --distance";
    default: return "look down by a --tilt above 0, or give a place by --eye";
    }
}

/** Fails if the eye is in the ground, or below a plane. It may be below a block that has none. */
static vd_result check_eye(const maker *m, bool is_over, vd_spot eye)
{
    const vd_terrain *t = m->terrain;
    const vdk_block *block = &m->flat->block;
    const vd_place *place = &m->settings->camera_eye;
    const double base_m = t->dem->base_m;
    vd_knob_id knob = knob_of_eye(m);
    double ground = vd_spot_ground(t, eye);
    bool is_by_ground = m->choice->has_eye && place->above_ground > 0.0;
    /* A Z is of the DEM's heights, before their exaggeration. */
    double metre = m->choice->has_eye && !is_by_ground ? 1.0 : (double)t->field.z_factor;
    bool is_solid = is_over || t->field.border == VDK_BORDER_EXTEND;
    bool is_below = block->is_there && !block->has_plane && eye.z < (double)block->base;

    const char *name = m->settings->where[knob] ? m->settings->where[knob] : "the camera";
    if (is_by_ground && is_solid && place->z_m == 0.0)
        return vd_settings_refuse(m->context, m->settings, knob,
                                  "stands on the ground, which is at %.1f m there; give agl: above "
                                  "0, such as agl:2",
                                  ground + base_m);
    if ((is_by_ground && place->z_m < 0.0) || (is_solid && eye.z <= ground && !is_below))
        return vd_fail(m->context, VD_ERR_SETTING,
                       "%s: puts the camera %.1f m under the ground, which is at %.1f m there; %s",
                       name, (ground - eye.z) * metre, ground + base_m, remedy_by(knob));
    if (block->has_plane && eye.z <= (double)block->base)
        return vd_fail(m->context, VD_ERR_SETTING,
                       "%s: puts the camera %.1f m under the plane around the DEM, which is at "
                       "%.1f m; %s, or take the plane away by --terrain-plane none",
                       name, ((double)block->base - eye.z) * metre, (double)block->base + base_m,
                       remedy_by(knob));
    return VD_OK;
}

/** Fails if it is beyond what positions can say. */
static vd_result check_far(const maker *m, vd_spot eye)
{
    const vd_settings *s = m->settings;
    if (fabs(eye.column) < 1e9 && fabs(eye.row) < 1e9 && fabs(eye.z) < 1e9) return VD_OK;
    if (m->choice->has_eye)
        return vd_settings_refuse(m->context, s, VD_KNOB_CAMERA_EYE,
                                  "is too far from the DEM; give a lower Z");
    if (vd_settings_is_set(s, VD_KNOB_CAMERA_DISTANCE))
        return vd_settings_refuse(m->context, s, VD_KNOB_CAMERA_DISTANCE,
                                  "is too far from the DEM; give less");
    return vd_fail(
        m->context, VD_ERR_SETTING,
        "the camera is too far away for so narrow a lens; give a larger --fov, a shorter "
        "--focal-length, or a --distance");
}

/* ---- the block ------------------------------------------------------------------------------ */

static vd_result make_block(maker *m)
{
    const vd_settings *s = m->settings;
    const vd_terrain *t = m->terrain;
    const vd_dem_info *info = &t->dem->info;
    vdk_block *block = &m->flat->block;
    double cell[2], low = (double)t->field.min;
    m->hull = (vd_hull){t, low};
    if (m->choice->border != VD_TERRAIN_BORDER_BLOCK) return VD_OK;
    vd_dem_metres_per_cell(info, 0.5 * info->ny, cell);
    double side = fmax(cell[0] * info->nx, cell[1] * info->ny);
    bool is_plain = m->choice->plane == VD_TERRAIN_PLANE_GROUND;
    double base = is_plain ? low : low - BASE_DEPTH * side / (double)t->field.z_factor;
    if (vd_settings_is_set(s, VD_KNOB_TERRAIN_BASE)) {
        base = s->terrain_base - t->dem->base_m;
        if (base > low)
            return vd_settings_refuse(m->context, s, VD_KNOB_TERRAIN_BASE,
                                      "lies above the lowest ground, which is at %.1f m",
                                      low + t->dem->base_m);
    }
    block->is_there = 1;
    block->has_plane = m->choice->plane != VD_TERRAIN_PLANE_NONE;
    block->plane_is_shadow = m->choice->plane == VD_TERRAIN_PLANE_SHADOW;
    block->base = (float)base;
    block->side_albedo = vdk_vec_make((float)s->terrain_plinth[0], (float)s->terrain_plinth[1],
                                      (float)s->terrain_plinth[2]);
    block->plane_albedo = vdk_vec_make(PLANE_ALBEDO, PLANE_ALBEDO, PLANE_ALBEDO);
    m->hull.low = base;
    return VD_OK;
}

/* What a white level plane reflects of the whole sky: by equal shares of the hemisphere as it sees
 * them, or of the light of an environment map. */
static vdk_vec sky_on_plane(const vdk_scene *flat)
{
    vdk_vec light = vdk_vec_make(0.0f, 0.0f, 0.0f);
    bool is_map = flat->sky.model == VDK_SKY_ENVIRONMENT;
    for (int i = 0; i < PLANE_RINGS; i++)
        for (int k = 0; k < PLANE_RAYS; k++) {
            float u = ((float)i + 0.5f) / PLANE_RINGS, v = ((float)k + 0.5f) / PLANE_RAYS;
            float sine, cosine, radius = vdk_sqrtf(u), share = 1.0f;
            vdk_sincos_turns(v, &sine, &cosine);
            vdk_vec wi = vdk_vec_make(radius * cosine, radius * sine, vdk_sqrtf(1.0f - u));
            if (is_map) {
                float pdf;
                wi = vdk_environment_sample(&flat->environment, u, v, &pdf);
                share = pdf > 0.0f ? vdk_max(wi.z, 0.0f) * VDK_INV_PI / pdf : 0.0f;
            }
            light = vdk_vec_add(light, vdk_vec_scale(vdk_sky_radiance(flat, wi), share));
        }
    return vdk_vec_scale(light, 1.0f / (PLANE_RINGS * PLANE_RAYS));
}

void vd_view_light_plane(vdk_scene *flat)
{
    if (!flat->block.has_plane) return;
    if (!flat->block.plane_is_shadow) {
        flat->block.plane_albedo = flat->material.base_color;
        if (flat->ramp.count > 0)
            flat->block.plane_albedo = vdk_ramp_colour(&flat->ramp, flat->block.base);
        return;
    }
    vdk_vec light = sky_on_plane(flat);
    for (int i = 0; i < flat->sun_count; i++) {
        float cosine = vdk_max(flat->suns[i].direction.z, 0.0f);
        light = vdk_vec_add(light, vdk_vec_scale(flat->suns[i].irradiance, cosine * VDK_INV_PI));
    }
    flat->block.plane_light = vdk_luminance(vdk_vec_mul(light, flat->block.plane_albedo));
}

double vd_view_sun_azimuth(const vdk_view_camera *camera)
{
    /* Along the picture's right edge, which has a direction even where the camera looks down. */
    double right = 90.0 - vd_atan2_deg((double)camera->right.y, (double)camera->right.x);
    double fx = (double)camera->forward.x, fy = (double)camera->forward.y;
    double tilt = vd_atan2_deg(-(double)camera->forward.z, sqrt(fx * fx + fy * fy));
    double turned = fmax(tilt - SUN_TURNS_AT_DEG, 0.0) / (90.0 - SUN_TURNS_AT_DEG);
    double left = SUN_LEFT_DEG - turned * (SUN_LEFT_DEG - SUN_LEFT_OF_MAP_DEG);
    double azimuth = right + 270.0 - left;
    return azimuth - 360.0 * floor(azimuth / 360.0);
}

bool vd_view_fills(const vdk_scene *flat, const vd_frame *frame)
{
    /* Where a projection shows something is convex, as the picture is. */
    for (int corner = 0; corner < 4; corner++) {
        vdk_sight sight;
        int x = (corner & 1) ? frame->width - 1 : 0, y = (corner & 2) ? frame->height - 1 : 0;
        if (!vdk_view_ray(flat, x, y, 0.0f, 0.0f, &sight)) return false;
    }
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static vdk_vec to_vec(const double v[3])
{
    return vdk_vec_make((float)v[0], (float)v[1], (float)v[2]);
}

/** What is so high above the ground stands above water where there is some. */
static void raise_over_water(const maker *m, const vd_place *place, vd_spot *spot)
{
    if (!m->flat->water.is_there || !(place->above_ground > 0.0)) return;
    vd_spot ground = {spot->column, spot->row, vd_spot_ground(m->terrain, *spot)};
    double depth = (double)vdk_water_depth(m->flat, vd_spot_position(ground));
    spot->z += fmax(depth, 0.0) / (double)m->terrain->field.z_factor;
}

static vd_result find_places(maker *m)
{
    const vd_settings *s = m->settings;
    const vd_scene_ground ground = {m->terrain, &m->flat->curve};
    vd_spot spot = vd_spot_middle(m->terrain);
    if (m->choice->has_target)
        VD_TRY(vd_spot_of_place(m->context, s, VD_KNOB_CAMERA_TARGET, &s->camera_target, &ground,
                                &spot));
    if (m->choice->has_target) raise_over_water(m, &s->camera_target, &spot);
    vd_spot_to_world(m->terrain, spot, m->target);
    if (!m->choice->has_eye) return VD_OK;
    VD_TRY(vd_spot_of_place(m->context, s, VD_KNOB_CAMERA_EYE, &s->camera_eye, &ground, &spot));
    raise_over_water(m, &s->camera_eye, &spot);
    vd_spot_to_world(m->terrain, spot, m->eye);
    return VD_OK;
}

/** A view has ground in gaps as it has elsewhere. */
static void tell_nodata(const maker *m)
{
    int64_t count = m->terrain->dem->invalid_count;
    if (count == 0) return;
    vd_message(m->context, VD_LEVEL_WARNING,
               "%lld cells without data are shown as smooth ground; cut the DEM to where it has "
               "data by gdal_translate -projwin, or accept them by --fill-nodata all",
               (long long)count);
}

vd_result vd_view_make(vd_context *context, const vd_settings *settings,
                       const vd_view_choice *choice, const vd_frame *frame,
                       const vd_terrain *terrain, vdk_scene *flat)
{
    maker m = {context, settings, choice, terrain, flat, {0}, {{0}, {0}, {0}}, {0}, {0}};
    vdk_view_camera *camera = &flat->view;
    double width = plane_width(settings);
    VD_TRY(make_block(&m));
    tell_nodata(&m);
    VD_TRY(find_places(&m));
    if (choice->has_eye) {
        VD_TRY(look_from_eye(&m));
        double eye[3];
        if (!(width > 0.0))
            vd_fit_ortho(&m.hull, &m.axes, (double)frame->height / frame->width, m.target, eye,
                         &width);
    } else {
        look_from_side(&m);
        VD_TRY(place_eye(&m, frame, &width));
    }
    vd_spot eye = vd_spot_of_world(terrain, m.eye);
    VD_TRY(check_far(&m, eye));
    camera->projection = VDK_PROJECTION_PERSPECTIVE + settings->camera_projection;
    camera->eye = vd_spot_position(eye);
    bool is_over = vdk_is_over(&terrain->field, camera->eye);
    VD_TRY(check_eye(&m, is_over, eye));
    camera->right = to_vec(m.axes.right);
    camera->up = to_vec(m.axes.up);
    camera->forward = to_vec(m.axes.forward);
    camera->sees_sky = choice->background == VD_BACKGROUND_FILL_SKY;
    set_pixels(settings, frame, width, camera);
    const vd_scene_ground ground = {terrain, &flat->curve};
    return vd_lens_set(context, settings, width, frame, &ground, flat);
}

double vd_view_pixel(const vd_settings *settings, const vd_frame *frame)
{
    return plane_width(settings) / frame->width;
}

static vd_spot spot_of_eye(const vdk_scene *flat)
{
    vdk_position eye = flat->view.eye;
    return (vd_spot){eye.cx + (double)eye.fx, eye.cy + (double)eye.fy, (double)eye.z};
}

double vd_view_ground(const vd_terrain *terrain, const vdk_scene *flat)
{
    return vd_spot_ground(terrain, spot_of_eye(flat));
}

vd_result vd_view_settle(vd_context *context, const vd_settings *settings,
                         const vd_view_choice *choice, const vd_terrain *terrain, double before,
                         vdk_scene *flat)
{
    maker m = {context, settings, choice, terrain, flat, {0}, {{0}, {0}, {0}}, {0}, {0}};
    double raised = vd_view_ground(terrain, flat) - before;
    bool is_over = vdk_is_over(&terrain->field, flat->view.eye);
    if (choice->has_eye && settings->camera_eye.above_ground > 0.0 && is_over)
        flat->view.eye.z += (float)raised;
    return check_eye(&m, is_over, spot_of_eye(flat));
}

vd_result vd_view_bend(vd_context *context, const vd_settings *settings,
                       const vd_view_choice *choice, vd_dem *dem, vdk_curve *out)
{
    vd_spot about = {0.5 * (dem->info.nx + 1), 0.5 * (dem->info.ny + 1), 0.0};
    *out = (vdk_curve){.per_m2 = 0.0f};
    if (!(choice->curvature > 0.0)) return VD_OK;
    if (choice->has_eye)
        VD_TRY(vd_spot_of_map(context, settings, VD_KNOB_CAMERA_EYE, &settings->camera_eye,
                              &dem->info, &about));
    vd_curve curve = {about.column, about.row, choice->curvature, settings->terrain_z_factor, 0.0};
    VD_TRY(vd_dem_bend(context, dem, &curve, settings->render_threads));
    out->about = vd_spot_position(about);
    out->per_m2 = (float)curve.per_m2;
    return VD_OK;
}
