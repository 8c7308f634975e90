/* Frames of an animation, one after the other.
 *
 * A frame is there when its files are, which appear whole or not at all; those that are there are
 * not rendered again, if they are of the same settings (frame_digest.c), so a run that was cut off
 * is simply run anew, and several machines may take parts of the frames. Frames that stand on the
 * same ground hand it on, and only their camera, light and colours are made anew. A movie's frames
 * lie in a folder beside it until it is done. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "output/movie.h"
#include "render/meter.h"
#include "scene/motion.h"

/* A run, and what goes from frame to frame. */
typedef struct run {
    vd_context *outer, *inner; /* the caller's; and of one frame, which hands on what it says */
    const vd_settings *settings;
    vd_animation *animation;
    vd_scene *scene;  /* of the frame before */
    vd_frames frames; /* to be there in the end */
    int done, rendered;
    const char *movie; /* NULL: none */
    char *folder;      /* of its frames */
    char *pattern;     /* and their paths */
    double stops;      /* metered once */
    bool is_metered, is_checked;
    char digest[VD_FRAME_DIGEST];
} run;

/* ---- what a frame says -------------------------------------------------------------------- */

static void on_progress(void *user, const char *phase, double fraction)
{
    run *r = user;
    double share = strcmp(phase, "render") == 0 ? fraction : 0.0;
    double count = r->frames.last - r->frames.first + 1.0;
    /* Cancelling is asked for by the frame itself. */
    (void)!vd_progress(r->outer, "frames", (r->done + share) / count);
}

static int on_cancel(void *user)
{
    const run *r = user;
    return vd_progress(r->outer, NULL, 0.0) != VD_OK;
}

/* Every frame would say the same. */
static void on_message(void *user, vd_level level, const char *text)
{
    const run *r = user;
    if (r->rendered <= 1) vd_message(r->outer, level, "%s", text);
}

/* ---- files -------------------------------------------------------------------------------- */

static const char *pattern_at(const run *r, int index)
{
    return r->movie ? r->pattern : r->settings->output_path.items[index];
}

static int pattern_count(const run *r)
{
    return r->movie ? 1 : r->settings->output_path.count;
}

/* How many of a frame's files are there. */
static vd_result count_files(run *r, int frame, int *out)
{
    *out = 0;
    for (int i = 0; i < pattern_count(r); i++) {
        char *path;
        VD_TRY(vd_frames_path(r->outer, pattern_at(r, i), frame, &path));
        struct stat status;
        bool is_there = stat(path, &status) == 0;
        if (is_there && S_ISDIR(status.st_mode)) {
            vd_result result =
                vd_fail(r->outer, VD_ERR_IO, "%s: is a folder, and in a frame's place", path);
            free(path);
            return result;
        }
        bool is_frame = is_there && vd_frame_is_whole(path);
        *out += is_frame;
        vd_result result = VD_OK;
        if (is_frame && !r->settings->output_overwrite && vd_frame_is_other(path, r->digest))
            result = vd_fail(r->outer, VD_ERR_SETTING,
                             "%s: is a frame of other settings; --overwrite renders all anew, or "
                             "name other files",
                             path);
        free(path);
        if (result != VD_OK) return result;
    }
    return VD_OK;
}

/* Puts a frame's paths in the place of the patterns. */
static vd_result name_files(run *r, int frame, vd_settings *settings)
{
    vd_text_list *list = &settings->output_path;
    for (int i = 0; i < pattern_count(r); i++) {
        char *path;
        VD_TRY(vd_frames_path(r->outer, pattern_at(r, i), frame, &path));
        free(list->items[i]);
        list->items[i] = path;
    }
    return VD_OK;
}

/* A movie stands alone, and its frames go to a folder; all other outputs have a place for the
 * frame's number. */
static vd_result choose_files(run *r)
{
    const vd_settings *s = r->settings;
    const vd_text_list *paths = &s->output_path;
    if (paths->count == 0)
        return vd_fail(r->outer, VD_ERR_USAGE,
                       "no output: add -o frame_%%04d.png, or a movie as -o flight.mp4");
    for (int i = 0; i < paths->count; i++)
        if (vd_movie_is_named(paths->items[i])) r->movie = paths->items[i];
    if (!r->movie) {
        for (int i = 0; i < paths->count; i++)
            VD_TRY(vd_frames_check_pattern(r->outer, s, paths->items[i]));
        return VD_OK;
    }
    if (paths->count > 1)
        return vd_settings_refuse(r->outer, s, VD_KNOB_OUTPUT_PATH,
                                  "%s cannot be made beside other outputs; write the frames, or "
                                  "the movie",
                                  r->movie);
    VD_TRY(vd_settings_refuse(r->outer, s, VD_KNOB_ANIMATION_CHUNK,
                              "a movie cannot be made of a part of its frames; write frames as "
                              "-o frame_%%04d.png"));
    VD_TRY(vd_movie_check(r->outer, r->movie, s->camera_size, s->output_overwrite));
    if (asprintf(&r->folder, "%s.frames", r->movie) < 0 ||
        asprintf(&r->pattern, "%s/%%06d.png", r->folder) < 0)
        return vd_fail(r->outer, VD_ERR_MEMORY, "not enough memory for a path");
    if (strchr(r->folder, '%'))
        return vd_settings_refuse(r->outer, s, VD_KNOB_OUTPUT_PATH,
                                  "%s: a movie's name may have no percent sign", r->movie);
    if (mkdir(r->folder, 0777) == 0 || errno == EEXIST) return VD_OK;
    return vd_fail(r->outer, VD_ERR_IO, "%s: cannot be made: %s", r->folder, strerror(errno));
}

/* ---- frames ------------------------------------------------------------------------------- */

/* The exposure of all frames is that of the first one of the animation, whichever are rendered. */
static vd_result meter(run *r, const vd_settings *settings)
{
    float stops = 0.0f;
    vd_settings *first;
    bool is_asked = settings->tone_auto_exposure && vd_outputs_are_exposed(settings) &&
                    r->settings->animation_exposure == VD_ANIMATION_EXPOSURE_FIRST;
    if (r->is_metered || !is_asked) return VD_OK;
    VD_TRY(vd_animation_at(r->inner, r->animation, 1.0, &first));
    vd_scene *scene = NULL;
    vd_result result = vd_scene_load_next(r->inner, first, &r->scene, &scene);
    if (result == VD_OK) result = vd_meter_exposure(r->inner, scene, &stops);
    r->scene = scene;
    r->stops = (double)stops;
    r->is_metered = result == VD_OK;
    vd_settings_destroy(first);
    return result;
}

static vd_result render(run *r, int frame, vd_settings *settings)
{
    vd_picture *picture = NULL;
    vd_scene *scene = NULL;
    VD_TRY(vd_outputs_check(r->inner, settings));
    VD_TRY(meter(r, settings));
    if (r->is_metered) {
        settings->tone_auto_exposure = false;
        settings->tone_exposure += r->stops;
    }
    vd_result result = vd_scene_load_next(r->inner, settings, &r->scene, &scene);
    r->scene = scene;
    if (result == VD_OK && !r->is_checked)
        result =
            vd_motion_check_way(r->inner, r->animation, r->frames.first, r->frames.last, scene);
    r->is_checked = true;
    if (result == VD_OK) result = vd_motion_set(r->inner, r->animation, frame, scene);
    if (result == VD_OK) result = vd_render(r->inner, scene, &picture);
    if (result == VD_OK) result = vd_frame_mark(r->inner, r->digest, picture);
    if (result == VD_OK) result = vd_picture_write(r->inner, picture);
    vd_picture_destroy(picture);
    return result;
}

static vd_result make_frame(run *r, int frame)
{
    vd_settings *settings = NULL;
    int there;
    VD_TRY(count_files(r, frame, &there));
    if (there == pattern_count(r) && !(r->settings->output_overwrite && !r->movie)) return VD_OK;
    double start = vd_seconds();
    r->rendered++;
    vd_result result = vd_animation_at(r->inner, r->animation, frame, &settings);
    if (result == VD_OK) result = name_files(r, frame, settings);
    /* What of it is there, be it an empty file, is made anew with the rest. */
    if (result == VD_OK) settings->output_overwrite = true;
    if (result == VD_OK) result = render(r, frame, settings);
    if (result == VD_OK)
        vd_message(r->outer, VD_LEVEL_INFO, "frame %d of %d-%d: %s (%.1f s)", frame,
                   r->frames.first, r->frames.last, settings->output_path.items[0],
                   vd_seconds() - start);
    vd_settings_destroy(settings);
    if (result == VD_OK) return VD_OK;
    const char *why = vd_context_error(r->inner);
    return vd_fail(r->outer, result, "%s", why[0] ? why : vd_result_name(result));
}

/* ---- the movie ---------------------------------------------------------------------------- */

static vd_result make_movie(run *r)
{
    const vd_movie_frames frames = {r->pattern, r->frames.first, r->settings->animation_fps};
    if (!r->movie) return VD_OK;
    VD_TRY(vd_movie_write(r->outer, r->movie, &frames, r->settings->output_overwrite));
    for (int frame = r->frames.first; frame <= r->frames.last; frame++) {
        char *path;
        VD_TRY(vd_frames_path(r->outer, r->pattern, frame, &path));
        unlink(path);
        free(path);
    }
    rmdir(r->folder);
    return VD_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static vd_result check(run *r)
{
    static const vd_knob_id of_one[] = {VD_KNOB_RENDER_CHECKPOINT,    VD_KNOB_RENDER_RESUME,
                                        VD_KNOB_OUTPUT_SAMPLE_COUNTS, VD_KNOB_RUN_STATS,
                                        VD_KNOB_RUN_DRY_RUN,          VD_KNOB_ANIMATION_FRAME};
    const vd_settings *s = r->settings;
    if (!vd_settings_are_for(s, VD_COMMAND_RENDER))
        return vd_fail(r->outer, VD_ERR_USAGE, "an animation is of settings for render");
    VD_REFUSE_ALL_UNUSED(r->outer, s, of_one,
                         "has no use with many frames; veduta render --frame N takes it");
    if (!vd_animation_is_asked(s))
        return vd_fail(r->outer, VD_ERR_SETTING,
                       "nothing moves: add keyframes (--keyframe), --orbit, --day or --flight, or "
                       "give an object motion");
    VD_TRY(vd_moment_animate(r->outer, s, &r->animation));
    VD_TRY(vd_frames_asked(r->outer, s, &r->frames));
    if (r->frames.last == 0) r->frames = vd_animation_frames(r->animation);
    VD_TRY(vd_frame_digest(r->outer, s, r->animation, r->digest));
    VD_TRY(choose_files(r));
    return vd_frames_chunk(r->outer, s, &r->frames);
}

static vd_result make_all(run *r)
{
    int there = 0, all = r->frames.last - r->frames.first + 1;
    if (all <= 0)
        vd_message(r->outer, VD_LEVEL_WARNING,
                   "part %s of the frames has none: there are more parts than frames",
                   r->settings->animation_chunk);
    for (int frame = r->frames.first; frame <= r->frames.last; frame++) {
        int files;
        VD_TRY(count_files(r, frame, &files));
        there += files == pattern_count(r);
    }
    if (there > 0 && !r->settings->output_overwrite)
        vd_message(r->outer, VD_LEVEL_INFO,
                   "%d of %d frames are there already and are kept (--overwrite renders all)",
                   there, all);
    for (int frame = r->frames.first; frame <= r->frames.last; frame++, r->done++)
        VD_TRY(make_frame(r, frame));
    VD_TRY(vd_progress(r->outer, "frames", 1.0));
    return make_movie(r);
}

vd_result vd_animate(vd_context *context, const vd_settings *settings, int *frames)
{
    run r = {.outer = context, .settings = settings};
    const vd_callbacks callbacks = {&r, on_progress, on_cancel, on_message};
    vd_context_clear(context);
    *frames = 0;
    vd_result result = check(&r);
    if (result == VD_OK) result = vd_context_create(&callbacks, &r.inner);
    if (result == VD_OK) result = make_all(&r);
    *frames = r.rendered;
    if (result != VD_OK && r.folder) rmdir(r.folder); /* if there is nothing in it */
    vd_scene_destroy(r.scene);
    vd_animation_destroy(r.animation);
    vd_context_destroy(r.inner);
    free(r.folder);
    free(r.pattern);
    return result;
}
