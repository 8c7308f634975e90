/* Motion blur after the render (post/smear.h), of a picture or from a file: where motion and depth
 * come from, and what a file notes of the shutter. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "scene/motion.h"

static vd_result read_motion(vd_context *context, void *state, int y, int rows, float *motion)
{
    const vd_picture *picture = state;
    const vd_aov_part *part = vd_aov_part_named(&picture->aovs, vd_aovs[VD_AOV_MOTION].name);
    return vd_picture_aov_values(context, picture, (int)(part - picture->aovs.parts), 0, y,
                                 picture->frame.width, rows, motion);
}

vd_result vd_picture_take_motion(vd_context *context, const vd_settings *settings,
                                 vd_picture *picture)
{
    if (settings->shutter_blur != VD_SHUTTER_BLUR_POST) return VD_OK;
    picture->lens.read_motion = read_motion;
    VD_TRY(vd_settings_group_text(context, settings, "shutter", &picture->notes.shutter));
    return vd_motion_times(context, settings, picture->lens.times);
}

/** Opens channels of a file, which has to be as large as beauty. */
static vd_result open_rows(vd_context *context, const vd_settings *settings, vd_exr_in *in,
                           int part, const int *channels, int count, const vd_exr_rows *beauty,
                           vd_exr_rows **out)
{
    VD_TRY(vd_exr_rows_open(context, in, part, channels, count, settings->render_threads, out));
    return vd_exr_rows_check_size(context, *out, count == 1 ? "depth" : "motion",
                                  vd_exr_rows_width(beauty), vd_exr_rows_height(beauty));
}

vd_result vd_file_open_depth(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                             const char *path, vd_exr_in *in, const vd_exr_rows *beauty,
                             vd_exr_rows **out)
{
    static const char *const layers[] = {"depth", "depth_nearest", ""};
    int channel, part;
    bool is_found = false;
    if (*out) return VD_OK;
    for (int i = 0; i < 3 && !is_found; i++)
        is_found = vd_exr_in_find_layer(in, layers[i], "Z", &part, &channel);
    if (!is_found)
        return vd_settings_refuse(context, settings, knob,
                                  "%s holds no depth; render it with --aov depth", path);
    return open_rows(context, settings, in, part, &channel, 1, beauty, out);
}

vd_result vd_file_open_motion(vd_context *context, const vd_settings *settings, const char *path,
                              vd_exr_in *in, int beauty_part, const vd_exr_rows *beauty,
                              vd_exr_rows **out, float times[VD_SMEAR_TIMES])
{
    int channels[2], part;
    *out = NULL;
    VD_TRY(vd_motion_check_file(context, settings));
    if (settings->shutter_blur != VD_SHUTTER_BLUR_POST) return VD_OK;
    if (vd_exr_in_text(in, beauty_part, VD_NOTE_MOVED))
        return vd_settings_refuse(context, settings, VD_KNOB_SHUTTER_BLUR,
                                  "%s was rendered with a shutter and is blurred already", path);
    if (!vd_exr_in_find_layer(in, "motion", "XY", &part, channels))
        return vd_settings_refuse(context, settings, VD_KNOB_SHUTTER_BLUR,
                                  "%s holds no motion; render it with --shutter OPEN,CLOSE "
                                  "--motion-blur none --aov motion,depth",
                                  path);
    VD_TRY(vd_motion_times(context, settings, times));
    return open_rows(context, settings, in, part, channels, 2, beauty, out);
}

vd_result vd_finish_smear(vd_context *context, const vd_settings *settings,
                          const vd_picture_lens *lens, int width, int height, float *rgba)
{
    void *memory;
    size_t pixels = (size_t)width * (size_t)height;
    vd_smear_options options = {
        .width = width, .height = height, .threads = settings->render_threads};
    memcpy(options.times, lens->times, sizeof(options.times));
    VD_TRY(vd_alloc(context, pixels, 3 * sizeof(float), "motion", &memory));
    float *motion = memory, *depth_m = motion + 2 * pixels;
    vd_result result = lens->read_motion(context, lens->state, 0, height, motion);
    if (result == VD_OK) result = lens->read_depth(context, lens->state, 0, height, depth_m);
    if (result == VD_OK) result = vd_smear(context, &options, motion, depth_m, rgba);
    free(memory);
    return result;
}
