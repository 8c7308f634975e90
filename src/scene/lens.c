/* From the knobs of group lens to the kernel's lens: what its numbers are on the ground's scale,
 * what is in focus, and whether its distortion can be had. */
#include "scene/lens.h"

#include <math.h>
#include <string.h>

#include "base/vmath.h"
#include "kernel/block.h"
#include "kernel/view.h"

/* Points along each side of the picture, and steps from its middle to each, at which a distortion
 * is looked at. */
enum { EDGE_POINTS = 16, EDGE_STEPS = 32, NEWTON_STEPS = 20 };
/* The least that a pixel may be stretched, as a determinant, where it still counts as one. */
#define LEAST_STRETCH 1e-3

/* ---- the table of knobs -------------------------------------------------------------------- */

/** Which of the knobs that say how wide the aperture is counts. */
static vd_result choose_width(vd_context *context, const vd_settings *settings, vd_knob_id *out)
{
    static const vd_knob_id widths[] = {VD_KNOB_LENS_APERTURE, VD_KNOB_LENS_F_STOP};
    return vd_settings_choose(context, settings, widths, 2, out);
}

vd_result vd_lens_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_aperture[] = {
        VD_KNOB_LENS_FOCUS,    VD_KNOB_LENS_APERTURE,   VD_KNOB_LENS_SCALE,
        VD_KNOB_LENS_TILT,     VD_KNOB_LENS_SWING,      VD_KNOB_LENS_BLADES,
        VD_KNOB_LENS_ROTATION, VD_KNOB_LENS_ANAMORPHIC, VD_KNOB_LENS_CAT_EYE};
    static const vd_knob_id of_light[] = {VD_KNOB_LENS_F_STOP};
    bool is_lens = settings->camera_projection == VD_CAMERA_PROJECTION_PERSPECTIVE;
    if (!is_lens) {
        if (settings->lens_dof != VD_LENS_DOF_NONE)
            return vd_settings_refuse(context, settings, VD_KNOB_LENS_DOF,
                                      "has no use with this projection; only --projection "
                                      "perspective has a lens that can be out of focus");
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_DISTORTION,
                                         "has no use with this projection, which is no lens's; "
                                         "choose --projection perspective"));
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_CHROMATIC_ABERRATION,
                                         "has no use with this projection, which is no lens's; "
                                         "choose --projection perspective"));
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_PROFILE,
                                         "has no use with this projection, which is no lens's; "
                                         "choose --projection perspective"));
    }
    if (settings->lens_chromatic_aberration != 0.0 && settings->effects_chromatic_aberration != 0.0)
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_CHROMATIC_ABERRATION,
                                  "would come twice with --chromatic-aberration; leave out one");
    if (settings->camera_projection != VD_CAMERA_PROJECTION_FISHEYE)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_DISTORTION_FISHEYE,
                                         "has no use without a fisheye; add --projection fisheye, "
                                         "or give a lens's --distortion"));
    if (settings->lens_dof == VD_LENS_DOF_NONE)
        VD_REFUSE_ALL_WITHOUT(context, settings, of_aperture, VD_KNOB_LENS_DOF,
                              "has no use where all is sharp; add --dof thin-lens, or --dof post");
    if (settings->lens_dof == VD_LENS_DOF_NONE && !settings->lens_profile)
        VD_REFUSE_ALL_WITHOUT(context, settings, of_light, VD_KNOB_LENS_DOF,
                              "has no use where all is sharp; add --dof thin-lens, or --dof post");
    if (settings->lens_dof == VD_LENS_DOF_POST)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_CAT_EYE,
                                         "has no use with --dof post, whose aperture is the same "
                                         "all over; --dof thin-lens has cat's eyes"));
    if (settings->lens_blades == 1 || settings->lens_blades == 2)
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_BLADES,
                                  "%d make no opening; give 3 or more, or 0 for a round one",
                                  settings->lens_blades);
    if (settings->lens_blades == 0)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_ROTATION,
                                         "has no use with a round aperture; add --blades"));
    bool is_tilted = settings->lens_tilt < 0.0 || settings->lens_tilt > 0.0 ||
                     settings->lens_swing < 0.0 || settings->lens_swing > 0.0;
    if (vd_settings_is_set(settings, VD_KNOB_LENS_APERTURE) && !is_tilted)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_LENS_SCALE,
                                         "has no use beside an aperture in metres; give one of "
                                         "them"));
    vd_knob_id chosen;
    VD_TRY(choose_width(context, settings, &chosen));
    return vd_lens_profile_check(context, settings);
}

/* ---- distortion ----------------------------------------------------------------------------- */

/* OpenCV's five coefficients, and then inner, odd1 and odd3 of a lens that was measured. */
enum { BENDS = 8 };

/* vdk_lens_distort() in doubles. Returns the determinant of slopes. */
static double distort(const double c[BENDS], const double at[2], double to[2], double slopes[3])
{
    const double k1 = c[0], k2 = c[1], p1 = -c[2], p2 = c[3], k3 = c[4];
    double x = at[0], y = at[1], r2 = x * x + y * y, r = sqrt(r2);
    double radial = 1.0 + c[5] + r * c[6] + r2 * (k1 + r * c[7] + r2 * (k2 + r2 * k3));
    double change = k1 + r2 * (2.0 * k2 + r2 * (3.0 * k3));
    if (r > 0.0) change += 0.5 * c[6] / r + 1.5 * c[7] * r;
    to[0] = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x);
    to[1] = y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y;
    slopes[0] = radial + 2.0 * x * x * change + 2.0 * p1 * y + 6.0 * p2 * x;
    slopes[1] = 2.0 * x * y * change + 2.0 * p1 * x + 2.0 * p2 * y;
    slopes[2] = radial + 2.0 * y * y * change + 6.0 * p1 * y + 2.0 * p2 * x;
    return slopes[0] * slopes[2] - slopes[1] * slopes[1];
}

/** Is there a straight ray for each point on the way from the middle to one of the picture's edge,
 *  as if by a map that is one to one? Followed step by step; at[] is the last. */
static bool reaches(const double c[BENDS], const double edge[2], double at[2])
{
    at[0] = at[1] = 0.0;
    for (int step = 1; step <= EDGE_STEPS; step++) {
        double off = 1.0;
        for (int i = 0; i < NEWTON_STEPS && off > 1e-12; i++) {
            double to[2], s[3], determinant = distort(c, at, to, s);
            if (!(determinant > LEAST_STRETCH) || !(s[0] + s[2] > 0.0)) return false;
            double dx = edge[0] * step / EDGE_STEPS - to[0];
            double dy = edge[1] * step / EDGE_STEPS - to[1];
            at[0] += (s[2] * dx - s[1] * dy) / determinant;
            at[1] += (s[0] * dy - s[1] * dx) / determinant;
            off = fabs(dx) + fabs(dy);
        }
        if (off > 1e-9) return false;
    }
    return true;
}

static bool is_one_to_one(const double set[BENDS], double share, const vdk_view_camera *camera,
                          const vd_frame *frame)
{
    double c[BENDS], at[2];
    for (int i = 0; i < BENDS; i++) c[i] = share * set[i];
    const double unit = (double)camera->pixel;
    double left = -(double)camera->middle_x * unit, top = (double)camera->middle_y * unit;
    double right = left + frame->width * unit, bottom = top - frame->height * unit;
    for (int i = 0; i < EDGE_POINTS; i++) {
        double u = (i + 0.5) / EDGE_POINTS;
        double x = left + u * (right - left), y = bottom + u * (top - bottom);
        const double edges[][2] = {{x, top}, {x, bottom}, {left, y}, {right, y}};
        for (int k = 0; k < 4; k++)
            if (!reaches(c, edges[k], at)) return false;
    }
    const double corners[][2] = {{left, top}, {right, top}, {left, bottom}, {right, bottom}};
    for (int k = 0; k < 4; k++)
        if (!reaches(c, corners[k], at)) return false;
    return true;
}

bool vd_lens_arrives(const vdk_lens *lens, double *x, double *y)
{
    const double c[BENDS] = {(double)lens->k1,   (double)lens->k2,  (double)lens->p1,
                             (double)lens->p2,   (double)lens->k3,  (double)lens->inner,
                             (double)lens->odd1, (double)lens->odd3};
    double straight[2] = {*x, *y}, to[2], slopes[3], back[2];
    distort(c, straight, to, slopes);
    *x = to[0];
    *y = to[1];
    /* What a fold brings back into the picture is not seen there. */
    return reaches(c, to, back) && fabs(back[0] - straight[0]) + fabs(back[1] - straight[1]) < 1e-6;
}

static void set_distortion(const double c[BENDS], int kind, vdk_lens *lens)
{
    lens->is_distorted = kind;
    lens->k1 = (float)c[0];
    lens->k2 = (float)c[1];
    lens->p1 = (float)c[2];
    lens->p2 = (float)c[3];
    lens->k3 = (float)c[4];
    lens->inner = (float)c[5];
    lens->odd1 = (float)c[6];
    lens->odd3 = (float)c[7];
}

vd_result vd_lens_bend(vd_context *context, const vd_settings *settings,
                       const vd_lens_profile *profile, const vd_frame *frame,
                       vdk_view_camera *camera)
{
    const double c[BENDS] = {profile->even[0], profile->even[1], 0.0, 0.0, 0.0, profile->inner,
                             profile->odd[0],  profile->odd[1]};
    if (!profile->has_distortion) return VD_OK;
    if (!is_one_to_one(c, 1.0, camera, frame))
        return vd_settings_refuse(
            context, settings, VD_KNOB_LENS_PROFILE,
            "was measured over less than this picture's corners, beyond which its distortion folds "
            "the picture over; give a smaller --sensor-width, or a longer --focal-length");
    set_distortion(c, VDK_DISTORTION_MEASURED, &camera->lens);
    return VD_OK;
}

vd_result vd_lens_distort(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                          vdk_view_camera *camera)
{
    double c[BENDS] = {0.0};
    if (!vd_settings_is_set(settings, VD_KNOB_LENS_DISTORTION)) return VD_OK;
    memcpy(c, settings->lens_distortion, 5 * sizeof(c[0]));
    if (!is_one_to_one(c, 1.0, camera, frame)) {
        double most = 0.0;
        for (double step = 0.5; step > 1e-4; step *= 0.5)
            if (is_one_to_one(c, most + step, camera, frame)) most += step;
        return vd_settings_refuse(
            context, settings, VD_KNOB_LENS_DISTORTION,
            "folds the picture over before its edge; the most of it that this angle of view has "
            "room for is %.4g,%.4g,%.4g,%.4g,%.4g",
            most * c[0], most * c[1], most * c[2], most * c[3], most * c[4]);
    }
    set_distortion(c, VDK_DISTORTION_BROWN, &camera->lens);
    return VD_OK;
}

/* ---- focus ---------------------------------------------------------------------------------- */

/** Numbers with commas between: how many there are, at most 3; 0 if it is anything else. *agl: is
 *  the last one above ground? */
static int read_numbers(const char *text, double out[3], bool *agl)
{
    static const char above[] = "agl:";
    *agl = false;
    for (int count = 0; count < 3; count++) {
        char *end;
        if (count == 2 && strncmp(text, above, sizeof(above) - 1) == 0) {
            *agl = true;
            text += sizeof(above) - 1;
        }
        out[count] = vd_strtod(text, &end);
        if (end == text || !isfinite(out[count])) return 0;
        if (!*end) return count + 1;
        if (*end != ',') return 0;
        text = end + 1;
    }
    return 0;
}

/** How far along the camera's axis a point is. */
static double along_axis(const vdk_scene *flat, vdk_position at)
{
    const vdk_view_camera *camera = &flat->view;
    vdk_vec way = vdk_metres_between(&flat->terrain, camera->eye, at);
    return (double)vdk_vec_dot(camera->forward, way);
}

/** What is in the middle of the picture; the sky is at infinity. */
static double middle_distance(const vdk_scene *flat, const vd_frame *frame)
{
    vdk_sight sight;
    vdk_position hit;
    if (!vdk_view_ray(flat, frame->width / 2, frame->height / 2, -0.5f, -0.5f, &sight))
        return HUGE_VAL;
    if (!vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &hit)) return HUGE_VAL;
    return along_axis(flat, hit);
}

static vd_result find_focus(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                            const vd_scene_ground *ground, const vdk_scene *flat, double *out)
{
    double number[3];
    bool agl;
    if (strcmp(settings->lens_focus, "auto") == 0) {
        *out = middle_distance(flat, frame);
        return VD_OK;
    }
    if (vd_lens_focus_name(settings)) { /* which are placed later: vd_lens_focus_object() */
        *out = HUGE_VAL;
        if (settings->objects.count > 0) return VD_OK;
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                                  "there are no objects to focus on; add --object");
    }
    int count = read_numbers(settings->lens_focus, number, &agl);
    if (count == 0)
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                                  "\"%.60s\" is no focus; it takes metres, X,Y or X,Y,Z or "
                                  "X,Y,agl:Z in map coordinates, object:NAME, or auto",
                                  settings->lens_focus);
    *out = number[0];
    if (count == 1) {
        if (number[0] > 0.0) return VD_OK;
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                                  "%g m lies behind the camera; give a distance above 0",
                                  number[0]);
    }
    vd_place place = {number[0], number[1], count == 3 ? number[2] : 0.0,
                      agl || count == 2 ? 1.0 : 0.0};
    vd_spot spot;
    VD_TRY(vd_spot_of_place(context, settings, VD_KNOB_LENS_FOCUS, &place, ground, &spot));
    *out = along_axis(flat, vd_spot_position(spot));
    if (*out > 0.0) return VD_OK;
    return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                              "lies behind the camera, by %.6g m; give a place before it", -*out);
}

/* ---- aperture ------------------------------------------------------------------------------- */

/* Its axis is the camera's turned to the right, then down: (ss ct, -st, cs ct). */
static void turn_aperture(const vd_settings *settings, vdk_view_camera *camera)
{
    double st, ct, ss, cs;
    vd_sincos_deg(settings->lens_tilt, &st, &ct);
    vd_sincos_deg(settings->lens_swing, &ss, &cs);
    vdk_lens *lens = &camera->lens;
    const vdk_pose pose = vdk_pose_still(camera);
    lens->side = vdk_pose_direction(&pose, (float)cs, 0.0f, (float)-ss);
    lens->top = vdk_pose_direction(&pose, (float)(ss * st), (float)ct, (float)(cs * st));
}

vd_result vd_lens_measure(vd_context *context, const vd_settings *settings, double focal_mm,
                          double focus_m, vdk_lens *lens)
{
    double st, ct, ss, cs, focal_m = 1e-3 * focal_mm * settings->lens_scale;
    vd_knob_id width;
    VD_TRY(choose_width(context, settings, &width));
    vd_sincos_deg(settings->lens_tilt, &st, &ct);
    vd_sincos_deg(settings->lens_swing, &ss, &cs);
    bool in_metres = width == VD_KNOB_LENS_APERTURE;
    lens->radius =
        (float)(in_metres ? settings->lens_aperture : 0.5 * focal_m / settings->lens_f_stop);
    lens->nearness = (float)(1.0 / focus_m);
    lens->tilt_x = (float)(ss * ct / focal_m);
    lens->tilt_y = (float)(-st / focal_m);
    lens->blades = settings->lens_blades;
    lens->turn = (float)(settings->lens_rotation / 360.0);
    lens->squeeze = (float)(1.0 / settings->lens_anamorphic);
    return VD_OK;
}

/* Of a circle of confusion, in pixels: less is not seen. */
#define SEEN_BLUR 0.5

void vd_lens_tell_sharp(vd_context *context, const vd_settings *settings, const vdk_lens *lens,
                        double pixel)
{
    double blur = 2.0 * (double)lens->radius * (double)lens->nearness / pixel;
    bool is_tilted = lens->tilt_x != 0.0f || lens->tilt_y != 0.0f;
    if (!(lens->nearness > 0.0f) || is_tilted || !(blur < SEEN_BLUR)) return;
    vd_message(
        context, VD_LEVEL_WARNING,
        "%s: an aperture %.3g m wide, focused at %.0f m, blurs nothing behind that by more than "
        "%.1g pixels; add --lens-scale, which makes the camera larger than life, or --aperture "
        "in metres",
        settings->where[VD_KNOB_LENS_DOF], 2.0 * (double)lens->radius, 1.0 / (double)lens->nearness,
        blur);
}

/* Below, some pixels of a picture have no sample of one of the colours. */
#define COLOURED_SAMPLES 8

vd_result vd_lens_set(vd_context *context, const vd_settings *settings, double plane_width,
                      const vd_frame *frame, const vd_scene_ground *ground, vdk_scene *flat)
{
    vdk_view_camera *camera = &flat->view;
    vdk_lens *lens = &camera->lens;
    double focus = 0.0;
    vd_lens_profile profile;
    const vd_lens_shot shot = {.focal_mm = settings->camera_sensor_width / plane_width,
                               .sensor_mm = settings->camera_sensor_width,
                               .shape = (double)frame->height / frame->width,
                               .focus_m = HUGE_VAL};
    VD_TRY(vd_lens_distort(context, settings, frame, camera));
    VD_TRY(vd_lens_profile_find(context, settings, &shot, &profile));
    VD_TRY(vd_lens_bend(context, settings, &profile, frame, camera));
    VD_TRY(vd_fisheye_set(context, settings, frame, camera));
    lens->aberration = (float)(0.01 * settings->lens_chromatic_aberration);
    if (lens->aberration != 0.0f && settings->render_samples < COLOURED_SAMPLES)
        vd_message(context, VD_LEVEL_WARNING,
                   "lens.chromatic_aberration: each sample has one colour, and fewer than %d leave "
                   "pixels without one; raise --samples",
                   COLOURED_SAMPLES);
    if (settings->lens_dof == VD_LENS_DOF_NONE) return VD_OK;
    VD_TRY(find_focus(context, settings, frame, ground, flat, &focus));
    VD_TRY(vd_lens_measure(context, settings, shot.focal_mm, focus, lens));
    vd_lens_tell_sharp(context, settings, lens, (double)camera->pixel);
    if (settings->lens_dof == VD_LENS_DOF_POST) lens->radius = 0.0f; /* for rays */
    turn_aperture(settings, camera);
    /* At the corners of the picture. */
    double half_x = 0.5 * frame->width * (double)camera->pixel;
    double half_y = 0.5 * frame->height * (double)camera->pixel;
    lens->cat_eye = (float)(settings->lens_cat_eye / sqrt(half_x * half_x + half_y * half_y));
    return VD_OK;
}
