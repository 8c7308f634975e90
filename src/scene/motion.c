/* From the knobs of the shutter to times and poses of the kernel's camera (kernel/motion.h);
 * objects have theirs from object_motion.c.
 *
 * How far open a shutter is over its time is a curve of straight pieces. Its integral, a share of
 * all the light for each time, is turned round into a table of times: the kernel goes straight
 * between its entries, so what it has is the curve as VDK_SHUTTER_CELLS steps of the same light:
 * its integral is off by less than one of them, 0.8 %, where the shutter is closed in between, and
 * by far less elsewhere.
 *
 * Poses are the cameras of the settings at even times; those that are alike to the bit make no
 * motion, so that a picture of what stands still is the same with a shutter and without. */
#include "scene/motion.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/view.h"
#include "scene/light_motion.h"
#include "scene/objects.h"
#include "scene/sky.h"

#define POSES 17
#define CURVE_MAX 64

/** A shutter's curve: how far open it is at even times. */
typedef struct curve {
    int count;
    double time[CURVE_MAX], open[CURVE_MAX];
} curve;

static vd_result read_curve(vd_context *context, const vd_settings *s, curve *out)
{
    double sum = 0.0;
    out->count = 0;
    for (const char *at = s->shutter_curve; at;) {
        char *end;
        double value = vd_strtod(at, &end);
        bool is_number = end != at && (*end == ',' || !*end);
        if (!is_number || !(value >= 0.0 && value <= 1e6) || out->count == CURVE_MAX)
            return vd_settings_refuse(context, s, VD_KNOB_SHUTTER_CURVE,
                                      "\"%.60s\" is no curve; write 2 to %d numbers from 0 up by "
                                      "commas, such as 0,1,1,0",
                                      s->shutter_curve, CURVE_MAX);
        out->open[out->count++] = value;
        sum += value;
        at = *end ? end + 1 : NULL;
    }
    if (out->count < 2 || !(sum > 0.0))
        return vd_settings_refuse(context, s, VD_KNOB_SHUTTER_CURVE,
                                  "\"%.60s\" lets no light in; write at least two numbers, not all "
                                  "of them 0",
                                  s->shutter_curve);
    for (int i = 0; i < out->count; i++) out->time[i] = i / (out->count - 1.0);
    return VD_OK;
}

static vd_result make_curve(vd_context *context, const vd_settings *s, curve *out)
{
    if (s->shutter_curve) return read_curve(context, s, out);
    double ramp = s->shutter_shape == VD_SHUTTER_SHAPE_TRAPEZOID ? 0.5 * s->shutter_ramp : 0.0;
    *out = (curve){2, {0.0, 1.0}, {1.0, 1.0}};
    if (ramp > 0.0) *out = (curve){4, {0.0, ramp, 1.0 - ramp, 1.0}, {0.0, 1.0, 1.0, 0.0}};
    return VD_OK;
}

/* Knobs that say how far open it is. */
static vd_result check_curve(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id of_shape[] = {VD_KNOB_SHUTTER_SHAPE, VD_KNOB_SHUTTER_RAMP,
                                          VD_KNOB_SHUTTER_CURVE};
    curve unread;
    if (s->shutter_blur == VD_SHUTTER_BLUR_NONE)
        VD_REFUSE_ALL_WITHOUT(context, s, of_shape, VD_KNOB_SHUTTER_BLUR,
                              "has no use where nothing is blurred; leave it out");
    if (s->shutter_curve)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_SHUTTER_SHAPE,
                                         "has no use beside a curve of one's own; leave one out"));
    if (s->shutter_shape != VD_SHUTTER_SHAPE_TRAPEZOID || s->shutter_curve)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_SHUTTER_RAMP,
                                         "has no use without --shutter-shape trapezoid"));
    return make_curve(context, s, &unread);
}

vd_result vd_motion_check(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id of_shutter[] = {VD_KNOB_SHUTTER_BLUR, VD_KNOB_SHUTTER_SHAPE,
                                            VD_KNOB_SHUTTER_RAMP, VD_KNOB_SHUTTER_CURVE,
                                            VD_KNOB_SHUTTER_ROLLING};
    if (!vd_settings_is_set(s, VD_KNOB_SHUTTER_INTERVAL)) {
        VD_REFUSE_ALL_UNUSED(context, s, of_shutter, "has no use without --shutter OPEN,CLOSE");
        return VD_OK;
    }
    double open = s->shutter_interval[0], close = s->shutter_interval[1];
    if (!(open < close))
        return vd_settings_refuse(context, s, VD_KNOB_SHUTTER_INTERVAL,
                                  "%g,%g does not close after it opens; write OPEN,CLOSE with the "
                                  "earlier time first",
                                  open, close);
    static const vd_knob_id rolling[] = {VD_KNOB_SHUTTER_ROLLING};
    if (s->shutter_blur != VD_SHUTTER_BLUR_RENDER)
        VD_REFUSE_ALL_WITHOUT(context, s, rolling, VD_KNOB_SHUTTER_BLUR,
                              "has no use where all is taken at one time; leave it out, or "
                              "--motion-blur");
    return check_curve(context, s);
}

vd_result vd_motion_check_file(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id of_shape[] = {VD_KNOB_SHUTTER_SHAPE, VD_KNOB_SHUTTER_RAMP,
                                          VD_KNOB_SHUTTER_CURVE};
    if (s->shutter_blur != VD_SHUTTER_BLUR_POST) {
        VD_REFUSE_ALL_UNUSED(context, s, of_shape, "has no use without --motion-blur post");
        return VD_OK;
    }
    return check_curve(context, s);
}

/** The light of a piece of the curve up to a share of it. */
static double light_of(const curve *c, int i, double share)
{
    double a = c->open[i], b = c->open[i + 1];
    return (c->time[i + 1] - c->time[i]) * share * (a + 0.5 * share * (b - a));
}

/** The share of a piece by which so much light has come in: the root of a quadratic, in the form
 *  that divides by no small number. */
static double share_of(const curve *c, int i, double light)
{
    double a = c->open[i], b = c->open[i + 1], l = light / (c->time[i + 1] - c->time[i]);
    double root = sqrt(fmax(a * a + 2.0 * (b - a) * l, 0.0));
    return a + root > 0.0 ? fmin(2.0 * l / (a + root), 1.0) : 0.0;
}

/** Times up to which even parts of the light have come in, as shares of open. */
static void tabulate(const curve *c, double open, float when[VDK_SHUTTER_CELLS + 1])
{
    double total = 0.0, before = 0.0;
    int piece = 0;
    for (int i = 0; i + 1 < c->count; i++) total += light_of(c, i, 1.0);
    for (int k = 0; k <= VDK_SHUTTER_CELLS; k++) {
        double wanted = total * k / VDK_SHUTTER_CELLS;
        while (piece + 2 < c->count && before + light_of(c, piece, 1.0) < wanted)
            before += light_of(c, piece++, 1.0);
        double share = share_of(c, piece, wanted - before);
        double time = c->time[piece] + share * (c->time[piece + 1] - c->time[piece]);
        when[k] = (float)(open * time);
    }
}

/** The mean time of the light. */
static double middle_of(const float when[VDK_SHUTTER_CELLS + 1])
{
    double sum = 0.0;
    for (int k = 0; k < VDK_SHUTTER_CELLS; k++)
        sum += 0.5 * ((double)when[k] + (double)when[k + 1]) / VDK_SHUTTER_CELLS;
    return sum;
}

vd_result vd_motion_times(vd_context *context, const vd_settings *settings,
                          float times[VDK_SHUTTER_CELLS])
{
    curve shutter;
    float when[VDK_SHUTTER_CELLS + 1];
    VD_TRY(make_curve(context, settings, &shutter));
    tabulate(&shutter, 1.0, when);
    double middle = middle_of(when);
    for (int k = 0; k < VDK_SHUTTER_CELLS; k++)
        times[k] = (float)(0.5 * ((double)when[k] + (double)when[k + 1]) - middle);
    return VD_OK;
}

/** Lets all samples have one time: the camera stands as it does then. */
static void stop(vdk_view_camera *camera)
{
    vdk_motion *motion = &camera->motion;
    float middle = (float)middle_of(motion->when);
    motion->is_sharp = 1;
    for (int k = 0; k <= VDK_SHUTTER_CELLS; k++) motion->when[k] = middle;
    if (motion->count == 0) return;
    vdk_pose pose = vdk_pose_at(motion, middle);
    vdk_vec *of_lens[] = {&camera->lens.side, &camera->lens.top};
    for (int k = 0; k < 2; k++)
        *of_lens[k] = vdk_pose_direction(&pose, vdk_vec_dot(*of_lens[k], camera->right),
                                         vdk_vec_dot(*of_lens[k], camera->up),
                                         vdk_vec_dot(*of_lens[k], camera->forward));
    camera->eye = pose.eye;
    camera->right = pose.right;
    camera->up = pose.up;
    camera->forward = pose.forward;
    camera->pixel = pose.pixel;
    camera->middle_x = pose.middle_x;
    camera->middle_y = pose.middle_y;
}

/** The camera of some settings, in the scene as it is. */
static vd_result pose_of(vd_context *context, const vd_scene *scene, const vd_settings *settings,
                         vdk_scene *scratch, vdk_pose *out)
{
    vd_view_choice choice;
    VD_TRY(vd_view_choose(context, settings, &choice));
    *scratch = scene->flat;
    VD_TRY(vd_view_make(context, settings, &choice, &scene->frame, scene->terrain, scratch));
    *out = vdk_pose_still(&scratch->view);
    return VD_OK;
}

/** The same, without what there is to say of a picture that is never made of it. */
static vd_result silent_pose_of(vd_context *context, const vd_scene *scene,
                                const vd_settings *settings, vdk_scene *scratch, vdk_pose *out)
{
    vd_context *silent = NULL;
    VD_TRY(vd_context_create(NULL, &silent));
    vd_result result = pose_of(silent, scene, settings, scratch, out);
    if (result != VD_OK) result = vd_fail(context, result, "%s", vd_context_error(silent));
    vd_context_destroy(silent);
    return result;
}

/** Some cameras are moved after they were made, onto finer ground or behind objects: so are all. */
static void shift(const vd_scene *scene, const vdk_pose *made, vdk_pose *poses)
{
    const vdk_scene *flat = &scene->flat;
    vdk_vec by = vdk_metres_between(&flat->terrain, made->eye, flat->view.eye);
    if (memcmp(&made->eye, &flat->view.eye, sizeof(made->eye)) == 0) return;
    float right = vdk_vec_dot(by, made->right), up = vdk_vec_dot(by, made->up);
    float forward = vdk_vec_dot(by, made->forward);
    for (int k = 0; k < POSES; k++)
        poses[k].eye = vdk_moved(&flat->terrain, poses[k].eye,
                                 vdk_pose_direction(&poses[k], right, up, forward));
}

/** What settings say of the camera at a time. A lens that is looked up by its name, which takes a
 *  while, is the same all along. */
static vd_result camera_at(vd_context *context, const vd_animation *animation, double time,
                           vd_settings **out)
{
    VD_TRY(vd_animation_at(context, animation, time, out));
    free((*out)->lens_profile);
    (*out)->lens_profile = NULL;
    return VD_OK;
}

static vd_result make_poses(vd_context *context, const vd_animation *animation, double frame,
                            vd_scene *scene, vdk_pose *poses)
{
    const vd_settings *s = scene->settings;
    double open = s->shutter_interval[0];
    double span = s->shutter_interval[1] - open + s->shutter_rolling;
    void *memory;
    vdk_pose made;
    VD_TRY(vd_alloc(context, 1, sizeof(vdk_scene), "the camera's way", &memory));
    vdk_scene *scratch = memory;
    vd_result result = silent_pose_of(context, scene, s, scratch, &made);
    for (int k = 0; k < POSES && result == VD_OK; k++) {
        vd_settings *moment = NULL;
        double time = frame + open + span * k / (POSES - 1);
        result = camera_at(context, animation, time, &moment);
        if (result == VD_OK) result = silent_pose_of(context, scene, moment, scratch, &poses[k]);
        vd_settings_destroy(moment);
    }
    free(scratch);
    if (result == VD_OK) shift(scene, &made, poses);
    return result;
}

vd_result vd_motion_set(vd_context *context, const vd_animation *animation, double frame,
                        vd_scene *scene)
{
    const vd_settings *s = scene->settings;
    void *memory;
    curve shutter;
    bool moves = false, objects_move, light_moves;
    if (!vd_settings_is_set(s, VD_KNOB_SHUTTER_INTERVAL) || !scene->frame.is_view) return VD_OK;
    VD_TRY(make_curve(context, s, &shutter));
    double open = s->shutter_interval[1] - s->shutter_interval[0];
    double span = open + s->shutter_rolling;
    VD_TRY(vd_objects_move(context, animation, frame + s->shutter_interval[0], span, scene,
                           &objects_move));
    VD_TRY(vd_light_move(context, animation, frame + s->shutter_interval[0], span, scene,
                         &light_moves));
    VD_TRY(vd_alloc(context, POSES, sizeof(vdk_pose), "the camera's way", &memory));
    scene->poses = memory;
    VD_TRY(make_poses(context, animation, frame, scene, scene->poses));
    for (int k = 1; k < POSES; k++)
        moves |= memcmp(&scene->poses[k], scene->poses, sizeof(vdk_pose)) != 0;
    if (!moves && !objects_move && !light_moves) return VD_OK;
    vdk_motion *motion = &scene->flat.view.motion;
    motion->is_open = 1;
    motion->poses = scene->poses;
    motion->count = moves ? POSES : 0;
    motion->rolling = (float)(s->shutter_rolling / span);
    motion->height = (float)scene->frame.height;
    motion->open = (float)(open / span);
    tabulate(&shutter, open / span, motion->when);
    if (s->shutter_blur != VD_SHUTTER_BLUR_RENDER) stop(&scene->flat.view);
    return VD_OK;
}

void vd_motion_tell_still(vd_context *context, const vd_settings *s)
{
    if (vd_settings_is_set(s, VD_KNOB_SHUTTER_INTERVAL) &&
        s->shutter_blur != VD_SHUTTER_BLUR_NONE &&
        s->origin[VD_KNOB_SHUTTER_INTERVAL] >= VD_ORIGIN_SCENE)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: nothing moves while the shutter is open, so it blurs nothing; move the "
                   "camera or an object by keyframes, --orbit or --flight",
                   s->where[VD_KNOB_SHUTTER_INTERVAL]);
}

/** Are the sun and the camera of a frame where they can be? */
static vd_result check_frame(vd_context *context, const vd_scene *scene,
                             const vd_settings *settings, int frame, vdk_scene *scratch)
{
    vdk_pose unread;
    vd_sun_angles sun;
    bool is_shared = false;
    vd_result result = vd_sky_check(context, settings);
    *scratch = scene->flat;
    if (result == VD_OK)
        result = vd_scene_lights_quietly(context, settings, &scene->terrain->dem->info,
                                         &scene->frame, scratch, &sun);
    if (result == VD_OK) VD_TRY(vd_scene_shares_ground(context, scene, settings, &is_shared));
    if (is_shared) result = silent_pose_of(context, scene, settings, scratch, &unread);
    if (result == VD_OK) return VD_OK;
    char why[1024];
    snprintf(why, sizeof(why), "%s", vd_context_error(context));
    vd_context_clear(context);
    return vd_fail(context, result, "frame %d: %s", frame, why);
}

vd_result vd_motion_check_way(vd_context *context, const vd_animation *animation, int first,
                              int last, const vd_scene *scene)
{
    void *memory;
    vd_result result = VD_OK;
    VD_TRY(vd_alloc(context, 1, sizeof(vdk_scene), "the camera's way", &memory));
    for (int frame = first; frame <= last && result == VD_OK; frame++) {
        vd_settings *moment = NULL;
        result = camera_at(context, animation, frame, &moment);
        if (result == VD_OK) result = check_frame(context, scene, moment, frame, memory);
        vd_settings_destroy(moment);
    }
    free(memory);
    return result;
}
