/* The settings of a moment.
 *
 * Frames are counted from 1; a moment may lie between two. What moves is worked out here into plain
 * settings of that moment, by which a picture is made as any other, so that whatever is a knob of
 * numbers can move, and nothing else needs to know of time. Knobs that a higher origin has set stay
 * as they are: a flag wins over a scene's keyframes.
 *
 * An orbit of n frames goes a part of 1/n on with each, so that of a full turn frame n + 1 would be
 * the first again; a day ends with its last frame. */
#include "animation/animation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "animation/tracks.h"
#include "atmosphere/date.h"
#include "base/vmath.h"

struct vd_animation {
    const vd_settings *settings;
    double scale[2]; /* metres in a unit of the map */
    vd_flight *flight;
    vd_tracks tracks;
    int length;
    vd_date from, to; /* of the knob animation.day */
};

static bool has_orbit(const vd_settings *s)
{
    return vd_settings_is_set(s, VD_KNOB_ANIMATION_ORBIT);
}

static bool moves_by_itself(const vd_objects_item *o)
{
    return o->motion[0] != 0.0 || o->motion[1] != 0.0 || o->climb != 0.0 || o->spin != 0.0 ||
           o->deform != 0.0;
}

static bool has_wind(const vd_settings *s)
{
    return s->clouds_wind[0] != 0.0 || s->clouds_wind[1] != 0.0;
}

static bool has_motion(const vd_settings *s)
{
    for (int i = 0; i < s->objects.count; i++)
        if (moves_by_itself(&s->objects.items[i])) return true;
    return false;
}

bool vd_animation_is_asked(const vd_settings *s)
{
    return s->keyframes.count > 0 || has_orbit(s) || s->animation_day || s->flight_path ||
           has_wind(s) || has_motion(s);
}

/* ---- checks ------------------------------------------------------------------------------- */

static vd_result refuse_without(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id knobs[] = {
        VD_KNOB_ANIMATION_FRAME,    VD_KNOB_ANIMATION_FRAMES,
        VD_KNOB_ANIMATION_LENGTH,   VD_KNOB_ANIMATION_CHUNK,
        VD_KNOB_ANIMATION_FPS,      VD_KNOB_ANIMATION_NOISE,
        VD_KNOB_ANIMATION_EXPOSURE, VD_KNOB_ANIMATION_CONSTANT_SPEED,
    };
    for (size_t i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
        VD_TRY(vd_settings_refuse_unused(context, s, knobs[i],
                                         "has no use where nothing moves; add --keyframe, --orbit, "
                                         "--day or --flight, or give an object motion"));
    return VD_OK;
}

/* The two moments of the knob animation.day. */
static vd_result read_day(vd_context *context, const vd_settings *s, vd_date *from, vd_date *to)
{
    char text[80];
    const char *day = s->animation_day, *problem = NULL;
    if (!day) return VD_OK;
    const char *slash = strchr(day, '/');
    if (!slash || (size_t)(slash - day) >= sizeof(text))
        return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_DAY,
                                  "\"%.80s\" is not two times; write it as FROM/TO, such as "
                                  "2026-06-21T05:00+02:00/2026-06-21T22:00+02:00",
                                  day);
    memcpy(text, day, (size_t)(slash - day));
    text[slash - day] = '\0';
    problem = vd_date_parse(text, from);
    if (problem)
        return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_DAY, "\"%.60s\" %s", text, problem);
    problem = vd_date_parse(slash + 1, to);
    if (problem)
        return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_DAY, "\"%.60s\" %s", slash + 1,
                                  problem);
    if (to->day > from->day) return VD_OK;
    return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_DAY,
                              "\"%.80s\" ends before it begins; put the earlier time first", day);
}

/* Two things that move the same knob. */
static vd_result refuse_doubles(vd_context *context, const vd_settings *s, const vd_tracks *tracks)
{
    static const vd_knob_id of_sun[] = {VD_KNOB_SUN_AZIMUTH, VD_KNOB_SUN_ALTITUDE};
    bool by_eye =
        vd_settings_is_set(s, VD_KNOB_CAMERA_EYE) || vd_tracks_find(tracks, VD_KNOB_CAMERA_EYE);
    if (has_orbit(s) && by_eye)
        return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_ORBIT,
                                  "goes round the target from --view-from on; leave out --eye, and "
                                  "give --distance");
    if (has_orbit(s) && vd_tracks_find(tracks, VD_KNOB_CAMERA_VIEW_FROM))
        return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_ORBIT,
                                  "and keyframes both move camera.view_from; leave one out");
    for (int i = 0; s->animation_day && i < 2; i++)
        if (vd_tracks_find(tracks, of_sun[i]))
            return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_DAY,
                                      "and keyframes both move the sun; leave one out");
    if (!vd_tracks_find(tracks, VD_KNOB_CAMERA_EYE))
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_ANIMATION_CONSTANT_SPEED,
                                         "has no use without keyframes of camera.eye"));
    return VD_OK;
}

/* The camera of a flight has no other place. */
static vd_result check_flight(vd_context *context, const vd_settings *s, const vd_tracks *tracks)
{
    static const vd_knob_id of_flight[] = {VD_KNOB_FLIGHT_LAYER,     VD_KNOB_FLIGHT_HEIGHT,
                                           VD_KNOB_FLIGHT_SMOOTHING, VD_KNOB_FLIGHT_LOOK_AHEAD,
                                           VD_KNOB_FLIGHT_TILT,      VD_KNOB_FLIGHT_SPEED};
    static const vd_knob_id of_look[] = {VD_KNOB_FLIGHT_LOOK_AHEAD, VD_KNOB_FLIGHT_TILT};
    static const vd_knob_id of_place[] = {VD_KNOB_CAMERA_EYE, VD_KNOB_CAMERA_VIEW_FROM,
                                          VD_KNOB_CAMERA_TILT, VD_KNOB_CAMERA_DISTANCE,
                                          VD_KNOB_ANIMATION_ORBIT};
    if (!s->flight_path) {
        VD_REFUSE_ALL_UNUSED(context, s, of_flight, "has no use without --flight LINE");
        return VD_OK;
    }
    VD_REFUSE_ALL_UNUSED(context, s, of_place,
                         "has no use in a flight along a line; leave it out, or --flight");
    for (size_t i = 0; i < sizeof(of_place) / sizeof(of_place[0]); i++)
        if (vd_tracks_find(tracks, of_place[i]))
            return vd_settings_refuse(context, s, VD_KNOB_FLIGHT_PATH,
                                      "and keyframes both move the camera; leave one out");
    if (vd_settings_is_set(s, VD_KNOB_CAMERA_TARGET) ||
        vd_tracks_find(tracks, VD_KNOB_CAMERA_TARGET))
        VD_REFUSE_ALL_UNUSED(context, s, of_look, "has no use beside a target; leave out one");
    if (vd_settings_is_set(s, VD_KNOB_FLIGHT_SPEED))
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_ANIMATION_LENGTH,
                                         "has no use beside --flight-speed, which says how long it "
                                         "takes; leave one out"));
    return VD_OK;
}

/* Frames of a flight whose speed is given; 0: it is not, or the line is unread. */
static double frames_of_flight(const vd_settings *s, const vd_flight *flight)
{
    if (!flight || !vd_settings_is_set(s, VD_KNOB_FLIGHT_SPEED)) return 0.0;
    return 1.0 + ceil(vd_flight_length(flight) / s->flight_speed * s->animation_fps);
}

/* How many frames there are. */
static vd_result find_length(vd_context *context, const vd_settings *s, const vd_tracks *tracks,
                             const vd_flight *flight, int *out)
{
    vd_frames asked;
    double flown = frames_of_flight(s, flight);
    VD_TRY(vd_frames_asked(context, s, &asked));
    *out = s->animation_length;
    if (vd_settings_is_set(s, VD_KNOB_ANIMATION_LENGTH)) {
        if (asked.last > *out)
            return vd_settings_refuse(context, s, VD_KNOB_ANIMATION_FRAMES,
                                      "frame %d is behind the last one, which is %d by --length",
                                      asked.last, *out);
        return VD_OK;
    }
    if (flown > 1e6)
        return vd_settings_refuse(context, s, VD_KNOB_FLIGHT_SPEED,
                                  "makes %.3g frames of the line, and 1,000,000 are possible; fly "
                                  "faster",
                                  flown);
    *out = asked.last > (int)flown ? asked.last : (int)flown;
    if (tracks->count > 0 && tracks->last >= 1.0)
        *out = (int)fmax((double)*out, ceil(tracks->last));
    if (*out >= 1) return VD_OK;
    *out = 1; /* of what goes on and on, as a picture of it alone has it */
    bool is_flown = s->flight_path && !vd_settings_is_set(s, VD_KNOB_FLIGHT_SPEED);
    if (tracks->count == 0 && !has_orbit(s) && !s->animation_day && !is_flown) return VD_OK;
    vd_knob_id knob = has_orbit(s)       ? VD_KNOB_ANIMATION_ORBIT
                      : is_flown         ? VD_KNOB_FLIGHT_PATH
                      : s->animation_day ? VD_KNOB_ANIMATION_DAY
                                         : VD_KNOB_KEYFRAMES;
    return vd_settings_refuse(context, s, knob,
                              "over how many frames is not said; add --length, or --frames 1-N");
}

/* Is a field of an object keyframed? */
static bool is_keyed(const vd_settings *s, const vd_tracks *tracks, int object, const char *field)
{
    char name[64];
    vd_number_knob knob;
    snprintf(name, sizeof(name), "objects[%d].%s", object, field);
    if (vd_number_find(NULL, s, "", name, &knob) != VD_OK) return false;
    for (int i = 0; i < tracks->count; i++)
        if (vd_number_same(&tracks->items[i].knob, &knob)) return true;
    return false;
}

static vd_result check_shapes(vd_context *context, const vd_settings *s, const vd_tracks *tracks)
{
    for (int i = 0; i < s->objects.count; i++) {
        const vd_objects_item *o = &s->objects.items[i];
        if (o->shapes.count == 0 && o->deform != 0.0)
            return vd_settings_refuse(
                context, s, VD_KNOB_OBJECTS,
                "object %d (%s): deform has no use where it has one shape; add "
                "shapes",
                i + 1, o->path);
        if (o->shapes.count > 0 && o->shape == 0.0 && o->deform == 0.0 &&
            !is_keyed(s, tracks, i + 1, "shape"))
            return vd_settings_refuse(
                context, s, VD_KNOB_OBJECTS,
                "object %d (%s): has shapes, of which nothing shows more than "
                "the first; add deform, shape, or keyframes of objects[%d].shape",
                i + 1, o->path, i + 1);
    }
    return VD_OK;
}

static vd_result check_motion(vd_context *context, const vd_settings *s)
{
    for (int i = 0; i < s->objects.count; i++) {
        const vd_objects_item *o = &s->objects.items[i];
        if (o->points && (o->motion[0] != 0.0 || o->motion[1] != 0.0 || o->climb != 0.0))
            return vd_settings_refuse(context, s, VD_KNOB_OBJECTS,
                                      "object %d (%s): motion and climb move what stands at one "
                                      "place, and it has points; leave them out, or give it at",
                                      i + 1, o->path);
        if (o->climb != 0.0 && o->at.above_ground > 0.0 && o->at.z_m == 0.0)
            return vd_settings_refuse(context, s, VD_KNOB_OBJECTS,
                                      "object %d (%s): climbs, but stands on the ground; give at a "
                                      "height, such as X,Y,agl:100",
                                      i + 1, o->path);
    }
    return VD_OK;
}

static vd_result make(vd_context *context, const vd_settings *settings, const double scale[2],
                      vd_animation *a)
{
    vd_frames chunk = {1, 1};
    a->settings = settings;
    memcpy(a->scale, scale, sizeof(a->scale));
    VD_TRY(vd_tracks_make(context, settings, scale, &a->tracks));
    if (!settings->clouds_kind || strcmp(settings->clouds_kind, "none") == 0)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CLOUDS_WIND,
                                         "has no use without clouds; add --clouds"));
    VD_TRY(read_day(context, settings, &a->from, &a->to));
    VD_TRY(check_motion(context, settings));
    VD_TRY(check_shapes(context, settings, &a->tracks));
    VD_TRY(refuse_doubles(context, settings, &a->tracks));
    VD_TRY(check_flight(context, settings, &a->tracks));
    VD_TRY(find_length(context, settings, &a->tracks, a->flight, &a->length));
    return vd_frames_chunk(context, settings, &chunk);
}

vd_result vd_animation_check(vd_context *context, const vd_settings *settings)
{
    static const double metres[2] = {1.0, 1.0};
    vd_animation *animation;
    if (!vd_animation_is_asked(settings)) {
        const vd_tracks none = {0};
        VD_TRY(check_flight(context, settings, &none));
        VD_TRY(check_shapes(context, settings, &none));
        return refuse_without(context, settings);
    }
    VD_TRY(vd_animation_create(context, settings, metres, NULL, &animation));
    vd_animation_destroy(animation);
    return VD_OK;
}

vd_result vd_animation_create(vd_context *context, const vd_settings *settings,
                              const double scale[2], vd_flight *flight, vd_animation **out)
{
    void *memory;
    *out = NULL;
    vd_result result = vd_alloc(context, 1, sizeof(vd_animation), "the animation", &memory);
    if (result != VD_OK) {
        vd_flight_destroy(flight);
        return result;
    }
    vd_animation *animation = memory;
    animation->flight = flight;
    result = make(context, settings, scale, animation);
    if (result == VD_OK)
        *out = animation;
    else
        vd_animation_destroy(animation);
    return result;
}

void vd_animation_destroy(vd_animation *animation)
{
    if (!animation) return;
    vd_tracks_clear(&animation->tracks);
    vd_flight_destroy(animation->flight);
    free(animation);
}

vd_frames vd_animation_frames(const vd_animation *animation)
{
    return (vd_frames){1, animation->length};
}

/* ---- a moment ----------------------------------------------------------------------------- */

/* Other noise in each frame, and the same whoever renders it. */
static int seed_of(const vd_settings *s, double frame)
{
    const int64_t parts[2] = {s->render_seed, llround(frame)};
    if (s->animation_noise == VD_ANIMATION_NOISE_STILL) return s->render_seed;
    return (int)(vd_checksum(parts, sizeof(parts), 0) & 0x7fffffffu);
}

static vd_result turn(vd_context *context, const vd_animation *a, double frame, vd_settings *out)
{
    const vd_settings *s = a->settings;
    vd_number_knob knob;
    double numbers[VD_NUMBERS_MAX] = {0};
    if (!has_orbit(s)) return VD_OK;
    int origin = s->origin[VD_KNOB_ANIMATION_ORBIT], own = s->origin[VD_KNOB_CAMERA_VIEW_FROM];
    const char *where = s->where[VD_KNOB_ANIMATION_ORBIT];
    VD_TRY(vd_number_find(context, s, where, "camera.view_from", &knob));
    double to = s->camera_view_from + s->animation_orbit * (frame - 1.0) / a->length;
    numbers[0] = to - 360.0 * floor(to / 360.0);
    return vd_number_put(context, out, &knob, (vd_origin)(origin > own ? origin : own), where,
                         numbers);
}

static vd_result move_sun(vd_context *context, const vd_animation *a, double frame,
                          vd_settings *out)
{
    char text[40];
    if (!a->settings->animation_day) return VD_OK;
    double along = a->length > 1 ? (frame - 1.0) / (a->length - 1) : 0.0;
    vd_date date = {a->from.day + (a->to.day - a->from.day) * along, a->from.offset_min};
    VD_TRY(vd_settings_set(context, out, "--sun-time", vd_date_print(date, true, text)));
    free(out->where[VD_KNOB_SUN_TIME]);
    return vd_strdup(context, a->settings->where[VD_KNOB_ANIMATION_DAY],
                     &out->where[VD_KNOB_SUN_TIME]);
}

/* Takes objects and clouds to where they have come by themselves since the first frame. */
static void drift(const vd_animation *a, double frame, vd_settings *out)
{
    double gone = frame - 1.0;
    for (int i = 0; i < 2; i++) out->clouds_offset[i] += gone * a->settings->clouds_wind[i];
    for (int i = 0; i < out->objects.count; i++) {
        vd_objects_item *o = &out->objects.items[i];
        if (!moves_by_itself(o)) continue;
        o->at.x += gone * o->motion[0] / a->scale[0];
        o->at.y += gone * o->motion[1] / a->scale[1];
        o->at.z_m += gone * o->climb;
        o->rotate = remainder(o->rotate + gone * o->spin, 360.0);
        o->shape += gone * o->deform;
        o->motion[0] = o->motion[1] = o->climb = o->spin = o->deform = 0.0;
    }
}

/* Puts a place into a knob of the camera, on behalf of the flight. */
static vd_result put_place(vd_context *context, const vd_settings *s, const char *name,
                           const double at[3], vd_settings *out)
{
    vd_number_knob knob;
    double numbers[VD_NUMBERS_MAX] = {at[0], at[1], at[2]};
    const char *where = s->where[VD_KNOB_FLIGHT_PATH];
    VD_TRY(vd_number_find(context, s, where, name, &knob));
    return vd_number_put(context, out, &knob, (vd_origin)s->origin[VD_KNOB_FLIGHT_PATH], where,
                         numbers);
}

/* Takes the camera to where it flies: as far along as time, the whole way in all frames. */
static vd_result fly(vd_context *context, const vd_animation *a, double frame, vd_settings *out)
{
    const vd_settings *s = a->settings;
    double eye[3], target[3], length = a->flight ? vd_flight_length(a->flight) : 0.0;
    if (!a->flight) return VD_OK;
    bool has_speed = vd_settings_is_set(s, VD_KNOB_FLIGHT_SPEED);
    double a_frame = has_speed       ? s->flight_speed / s->animation_fps
                     : a->length > 1 ? length / (a->length - 1)
                                     : 0.0;
    double gone = a_frame * (frame - 1.0), sine, cosine;
    vd_flight_at(a->flight, gone, eye);
    VD_TRY(put_place(context, s, "camera.eye", eye, out));
    if (out->origin[VD_KNOB_CAMERA_TARGET] > VD_ORIGIN_DEFAULT) return VD_OK;
    vd_flight_at(a->flight, gone + s->flight_look_ahead, target);
    vd_sincos_deg(s->flight_tilt, &sine, &cosine);
    target[2] =
        eye[2] - vd_flight_distance(a->flight, eye, target) * sine / cosine / s->terrain_z_factor;
    return put_place(context, s, "camera.target", target, out);
}

static vd_result apply(vd_context *context, const vd_animation *a, double frame, vd_settings *out)
{
    const vd_settings *s = a->settings;
    vd_origin origin = (vd_origin)s->origin[VD_KNOB_KEYFRAMES];
    for (int k = 0; k < a->tracks.count; k++) {
        const vd_track *track = &a->tracks.items[k];
        double numbers[VD_NUMBERS_MAX];
        char where[400];
        snprintf(where, sizeof(where), "%.300s: %s", s->where[VD_KNOB_KEYFRAMES],
                 vd_knob_at((size_t)vd_number_id(&track->knob))->name);
        vd_track_at(track, frame, numbers);
        VD_TRY(vd_number_put(context, out, &track->knob, origin, where, numbers));
    }
    VD_TRY(turn(context, a, frame, out));
    VD_TRY(move_sun(context, a, frame, out));
    drift(a, frame, out);
    VD_TRY(fly(context, a, frame, out));
    out->render_seed = seed_of(s, frame);
    out->goes_round = has_orbit(s);
    return VD_OK;
}

vd_result vd_animation_at(vd_context *context, const vd_animation *animation, double frame,
                          vd_settings **out)
{
    static const vd_knob_id used[] = {VD_KNOB_ANIMATION_FRAME,
                                      VD_KNOB_ANIMATION_FRAMES,
                                      VD_KNOB_ANIMATION_LENGTH,
                                      VD_KNOB_ANIMATION_CHUNK,
                                      VD_KNOB_ANIMATION_FPS,
                                      VD_KNOB_ANIMATION_NOISE,
                                      VD_KNOB_ANIMATION_DAY,
                                      VD_KNOB_ANIMATION_ORBIT,
                                      VD_KNOB_KEYFRAMES,
                                      VD_KNOB_ANIMATION_EXPOSURE,
                                      VD_KNOB_ANIMATION_CONSTANT_SPEED,
                                      VD_KNOB_FLIGHT_PATH,
                                      VD_KNOB_FLIGHT_LAYER,
                                      VD_KNOB_FLIGHT_HEIGHT,
                                      VD_KNOB_FLIGHT_SMOOTHING,
                                      VD_KNOB_FLIGHT_LOOK_AHEAD,
                                      VD_KNOB_FLIGHT_TILT,
                                      VD_KNOB_FLIGHT_SPEED,
                                      VD_KNOB_CLOUDS_WIND};
    VD_TRY(vd_settings_copy(context, animation->settings, out));
    vd_result result = apply(context, animation, frame, *out);
    for (size_t i = 0; i < sizeof(used) / sizeof(used[0]) && result == VD_OK; i++)
        result = vd_settings_unset(context, *out, used[i]);
    if (result == VD_OK) return VD_OK;
    vd_settings_destroy(*out);
    *out = NULL;
    return result;
}
