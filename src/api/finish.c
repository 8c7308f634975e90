/* What happens to light between the picture and its display values: depth of field and bands of
 * sharpness (post/focus.h), motion blur (post/smear.h), distortion of a composition (post/bend.h),
 * lens and film (post/effects.h), and a table of colours (post/lut.h). Linear outputs have none of
 * it: an OpenEXR file keeps the light and notes these knobs, so that `veduta compose` comes to the
 * same picture, or another. What that writes as OpenEXR is blurred, as it notes nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/vmath.h"
#include "output/picture_in.h"
#include "post/bend.h"
#include "post/fft.h"
#include "scene/lens.h"

/* What makes an effect; the others say how. */
static const vd_knob_id makers[] = {VD_KNOB_EFFECTS_CHROMATIC_ABERRATION,
                                    VD_KNOB_EFFECTS_GLARE,
                                    VD_KNOB_EFFECTS_VIGNETTE,
                                    VD_KNOB_EFFECTS_VIGNETTE_BARREL,
                                    VD_KNOB_EFFECTS_VIGNETTE_STRENGTH,
                                    VD_KNOB_EFFECTS_VIGNETTE_MASK,
                                    VD_KNOB_EFFECTS_GRAIN};

vd_result vd_finish_refuse(vd_context *context, const vd_settings *settings, const char *why)
{
    VD_REFUSE_ALL_UNUSED(context, settings, makers, why);
    if (vd_settings_are_for(settings, VD_COMMAND_COMPOSE)) return VD_OK;
    return vd_settings_refuse_unused(context, settings, VD_KNOB_TILT_SHIFT_BAND, why);
}

/** Reads the files that settings name. */
static vd_result read_files(vd_context *context, const vd_settings *s, vd_finish *out)
{
    if (s->tone_lut) VD_TRY(vd_lut_load(context, s->tone_lut, &out->lut));
    if (!s->effects_vignette_mask) return VD_OK;
    VD_TRY(vd_refuse_special_file(context, s->effects_vignette_mask));
    return vd_picture_in_read(context, s->effects_vignette_mask, NULL, &out->mask);
}

/* ---- parts of pictures ---------------------------------------------------------------------- */

/* What needs pixels beyond a part of a picture. Of these the first three yield to --crop, with a
 * word, where but a preset set them. */
static const vd_knob_id wide[] = {VD_KNOB_EFFECTS_GLARE,   VD_KNOB_EFFECTS_CHROMATIC_ABERRATION,
                                  VD_KNOB_TILT_SHIFT_BAND, VD_KNOB_LENS_DOF,
                                  VD_KNOB_LENS_DISTORTION, VD_KNOB_LENS_PROFILE,
                                  VD_KNOB_SHUTTER_BLUR,    VD_KNOB_DENOISE_METHOD};
enum { WIDE = sizeof(wide) / sizeof(wide[0]), YIELDING = 3 };

static bool is_on(const vd_settings *s, vd_knob_id knob)
{
    switch (knob) {
    case VD_KNOB_EFFECTS_GLARE: return s->effects_glare > 0.0;
    case VD_KNOB_EFFECTS_CHROMATIC_ABERRATION: return s->effects_chromatic_aberration != 0.0;
    case VD_KNOB_LENS_DOF: return s->lens_dof == VD_LENS_DOF_POST;
    case VD_KNOB_SHUTTER_BLUR: return s->shutter_blur == VD_SHUTTER_BLUR_POST;
    case VD_KNOB_DENOISE_METHOD: return s->denoise_method != VD_DENOISE_METHOD_NONE;
    case VD_KNOB_LENS_DISTORTION:
        return vd_settings_are_for(s, VD_COMMAND_COMPOSE) && vd_settings_is_set(s, knob);
    default: return vd_settings_is_set(s, knob);
    }
}

vd_result vd_finish_refuse_on_part(vd_context *context, const vd_settings *s)
{
    for (int i = 0; i < WIDE; i++)
        if (is_on(s, wide[i]) && (i >= YIELDING || s->origin[wide[i]] >= VD_ORIGIN_SCENE))
            return vd_settings_refuse(
                context, s, wide[i],
                "needs pixels beyond the part of a picture that --crop makes; "
                "leave it out, or start from the whole picture");
    return VD_OK;
}

/** Is one of them left out of this picture? */
static bool yields(const vd_settings *s, const vd_source *source, vd_knob_id knob)
{
    return source->crop.width > 0 && s->origin[knob] < VD_ORIGIN_SCENE;
}

static void tell_yielding(vd_context *context, const vd_settings *s, const vd_source *source)
{
    for (int i = 0; i < YIELDING; i++)
        if (is_on(s, wide[i]) && yields(s, source, wide[i]))
            vd_message(context, VD_LEVEL_WARNING,
                       "%s: left out, since it needs pixels beyond the part that --crop makes",
                       s->where[wide[i]]);
}

/* ---- what contradicts itself ---------------------------------------------------------------- */

/** Of the two kinds of glare each has knobs of its own. */
static vd_result check_glare(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id blades[] = {VD_KNOB_EFFECTS_GLARE_BLADES};
    static const vd_knob_id spikes[] = {VD_KNOB_EFFECTS_GLARE_SPIKES};
    static const vd_knob_id turn[] = {VD_KNOB_EFFECTS_GLARE_ROTATION};
    if (!(s->effects_glare > 0.0)) return VD_OK;
    if (s->effects_glare_kind == VD_EFFECTS_GLARE_KIND_SCATTER) {
        VD_REFUSE_ALL_WITHOUT(context, s, blades, VD_KNOB_EFFECTS_GLARE_KIND,
                              "has no use with glare that is scattered; add --glare-kind "
                              "diffraction, or give --glare-spikes");
        if (s->effects_glare_spikes == 0)
            VD_REFUSE_ALL_WITHOUT(context, s, turn, VD_KNOB_EFFECTS_GLARE_SPIKES,
                                  "has no use without a star; add --glare-spikes");
        return VD_OK;
    }
    VD_REFUSE_ALL_WITHOUT(context, s, spikes, VD_KNOB_EFFECTS_GLARE_KIND,
                          "has no use with glare by diffraction, whose rays are those of its "
                          "aperture; give --glare-blades");
    if (s->effects_glare_blades == 0)
        VD_REFUSE_ALL_WITHOUT(context, s, turn, VD_KNOB_EFFECTS_GLARE_BLADES,
                              "has no use with a round aperture; add --glare-blades");
    if (s->effects_glare_blades == 1 || s->effects_glare_blades == 2)
        return vd_settings_refuse(context, s, VD_KNOB_EFFECTS_GLARE_BLADES,
                                  "%d make no opening; give 3 or more, or 0 for a round one",
                                  s->effects_glare_blades);
    if (vd_fft_is_there()) return VD_OK;
    return vd_settings_refuse(context, s, VD_KNOB_EFFECTS_GLARE_KIND,
                              "diffraction needs kissfft, which this build is without; install it "
                              "by tools/install-deps build and build anew, or leave it out");
}

vd_result vd_finish_check(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id of_glare[] = {
        VD_KNOB_EFFECTS_GLARE_KIND, VD_KNOB_EFFECTS_GLARE_BLADES, VD_KNOB_EFFECTS_GLARE_SPREAD,
        VD_KNOB_EFFECTS_GLARE_SPIKES, VD_KNOB_EFFECTS_GLARE_ROTATION};
    static const vd_knob_id of_radius[] = {VD_KNOB_EFFECTS_VIGNETTE_RADIUS,
                                           VD_KNOB_EFFECTS_VIGNETTE_SOFTNESS};
    static const vd_knob_id of_grain[] = {VD_KNOB_EFFECTS_GRAIN_SIZE, VD_KNOB_EFFECTS_GRAIN_SEED};
    static const vd_knob_id of_band[] = {VD_KNOB_TILT_SHIFT_CENTER, VD_KNOB_TILT_SHIFT_ANGLE,
                                         VD_KNOB_TILT_SHIFT_FALLOFF, VD_KNOB_TILT_SHIFT_BLUR};
    if (!(s->effects_glare > 0.0))
        VD_REFUSE_ALL_WITHOUT(context, s, of_glare, VD_KNOB_EFFECTS_GLARE,
                              "has no use without glare; add --glare");
    VD_TRY(check_glare(context, s));
    if (!(s->effects_vignette_strength > 0.0))
        VD_REFUSE_ALL_WITHOUT(context, s, of_radius, VD_KNOB_EFFECTS_VIGNETTE_STRENGTH,
                              "has no use without a vignette; add --vignette-strength");
    if (!s->effects_vignette_mask)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_EFFECTS_VIGNETTE_MASK_STRENGTH,
                                         "has no use without a mask; add --vignette-mask"));
    if (!(s->effects_grain > 0.0))
        VD_REFUSE_ALL_WITHOUT(context, s, of_grain, VD_KNOB_EFFECTS_GRAIN,
                              "has no use without grain; add --grain");
    if (!vd_settings_is_set(s, VD_KNOB_TILT_SHIFT_BAND))
        VD_REFUSE_ALL_UNUSED(context, s, of_band, "has no use without a band; add --tilt-shift");
    else if (!(s->tilt_shift_blur > 0.0))
        VD_TRY(vd_settings_refuse(context, s, VD_KNOB_TILT_SHIFT_BLUR,
                                  "of 0 blurs nothing; give more, or leave out --tilt-shift"));
    bool is_lens = !vd_settings_are_for(s, VD_COMMAND_RELIEF) &&
                   (!vd_settings_are_for(s, VD_COMMAND_RENDER) ||
                    s->camera_projection == VD_CAMERA_PROJECTION_PERSPECTIVE);
    if (!is_lens)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_EFFECTS_VIGNETTE,
                                         "has no use where there is no lens; --vignette-strength "
                                         "darkens any picture's corners"));
    vd_finish finish = {0};
    vd_result result = read_files(context, s, &finish);
    vd_finish_close(&finish);
    return result;
}

/* ---- blur ---------------------------------------------------------------------------------- */

vd_result vd_finish_focus(vd_context *context, const vd_settings *settings, double focal_mm,
                          double focus_m, int width, int height, vd_picture_lens *lens)
{
    vdk_lens numbers = {0};
    VD_TRY(vd_lens_measure(context, settings, focal_mm, focus_m, &numbers));
    if (vd_settings_are_for(settings, VD_COMMAND_COMPOSE))
        vd_lens_tell_sharp(context, settings, &numbers, (double)lens->pixel);
    lens->focus = (vd_focus_options){
        .width = width,
        .height = height,
        .radius_px = numbers.radius / lens->pixel,
        .nearness = numbers.nearness,
        .tilt_x = numbers.tilt_x * lens->pixel,
        .tilt_y = numbers.tilt_y * lens->pixel,
        .middle_x = lens->x,
        .middle_y = lens->y,
        .blades = numbers.blades,
        .turn = numbers.turn,
        .squeeze = numbers.squeeze,
        .threads = settings->render_threads,
    };
    return VD_OK;
}

static vd_result blur_by_depth(vd_context *context, const vd_picture_lens *lens, float *rgba)
{
    const vd_focus_options *o = &lens->focus;
    void *memory;
    VD_TRY(
        vd_alloc(context, (size_t)o->width * (size_t)o->height, sizeof(float), "depths", &memory));
    vd_result result = lens->read_depth(context, lens->state, 0, o->height, memory);
    if (result == VD_OK) result = vd_focus_blur(context, o, memory, rgba);
    free(memory);
    return result;
}

static vd_result blur_by_band(vd_context *context, const vd_settings *s, const vd_source *source,
                              float *rgba)
{
    double across, along, height = source->height;
    vd_sincos_deg(s->tilt_shift_angle, &across, &along);
    vd_focus_options options = {
        .width = source->width,
        .height = source->height,
        .radius_px = (float)(0.01 * s->tilt_shift_blur * height),
        .middle_x = 0.5f * (float)source->width,
        .middle_y = (float)(s->tilt_shift_center * height),
        .squeeze = 1.0f,
        .band_x = (float)-across,
        .band_y = (float)along,
        .band_half = (float)(0.5 * s->tilt_shift_band * height),
        .band_falloff = (float)(s->tilt_shift_falloff * height),
        .threads = s->render_threads,
    };
    /* The farthest corner from the middle of the band. */
    double x = 0.5 * source->width * fabs((double)options.band_x);
    double y = (0.5 + fabs(s->tilt_shift_center - 0.5)) * height * fabs((double)options.band_y);
    if (x + y <= (double)options.band_half)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: the band covers the whole picture, so nothing is blurred; give less",
                   s->where[VD_KNOB_TILT_SHIFT_BAND]);
    return vd_focus_blur(context, &options, NULL, rgba);
}

static vd_result read_blurred(vd_context *context, void *state, int y, int rows, float *rgba)
{
    const vd_finish *finish = state;
    size_t row = (size_t)finish->source.width * 4;
    (void)context;
    memcpy(rgba, finish->blurred + (size_t)y * row, (size_t)rows * row * sizeof(float));
    return VD_OK;
}

/** Reads the whole picture, to be changed in memory, unless it has been. */
static vd_result get_blurred(vd_context *context, vd_finish *finish)
{
    const vd_source *source = &finish->source;
    void *memory;
    if (finish->blurred) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)source->width * (size_t)source->height, 4 * sizeof(float),
                    "a picture to blur", &memory));
    finish->blurred = memory;
    return source->read_rows(context, source->state, 0, source->height, finish->blurred);
}

static vd_result blur(vd_context *context, const vd_settings *s, const vd_picture_lens *lens,
                      vd_finish *finish)
{
    const vd_source *source = &finish->source;
    bool has_lens = lens && lens->focus.radius_px > 0.0f;
    bool has_band = vd_settings_is_set(s, VD_KNOB_TILT_SHIFT_BAND) &&
                    !yields(s, source, VD_KNOB_TILT_SHIFT_BAND) && s->tilt_shift_blur > 0.0;
    bool moves = lens && lens->read_motion;
    if (!has_lens && !has_band && !moves) return VD_OK;
    VD_TRY(get_blurred(context, finish));
    if (has_lens) VD_TRY(blur_by_depth(context, lens, finish->blurred));
    if (moves)
        VD_TRY(vd_finish_smear(context, s, lens, source->width, source->height, finish->blurred));
    return has_band ? blur_by_band(context, s, source, finish->blurred) : VD_OK;
}

/** Bends the picture as the lens does, whose rays were straight. */
static vd_result bend(vd_context *context, const vd_settings *s, const vd_picture_lens *lens,
                      vd_finish *finish)
{
    vd_source *source = &finish->source;
    vdk_view_camera camera = {0};
    const vd_frame frame = {.width = source->width, .height = source->height};
    bool is_whole;
    void *memory;
    bool is_measured = s->lens_profile && lens && lens->profile.has_distortion;
    bool is_asked = vd_settings_is_set(s, VD_KNOB_LENS_DISTORTION);
    if (!vd_settings_are_for(s, VD_COMMAND_COMPOSE) || !(is_asked || is_measured)) return VD_OK;
    if (!lens || !(lens->pixel > 0.0f) || lens->is_distorted)
        return vd_settings_refuse(
            context, s, is_asked ? VD_KNOB_LENS_DISTORTION : VD_KNOB_LENS_PROFILE, "%s",
            lens && lens->is_distorted ? "has no use with a picture that was rendered through a "
                                         "distorted lens; leave it out, or render without it"
                                       : "has no use with a picture that no lens has made");
    camera.pixel = lens->pixel;
    camera.middle_x = lens->x;
    camera.middle_y = lens->y;
    VD_TRY(vd_lens_distort(context, s, &frame, &camera));
    if (is_measured) VD_TRY(vd_lens_bend(context, s, &lens->profile, &frame, &camera));
    VD_TRY(get_blurred(context, finish));
    VD_TRY(vd_alloc(context, (size_t)source->width * (size_t)source->height, 4 * sizeof(float),
                    "a picture to bend", &memory));
    const vd_bend_options options = {.width = source->width,
                                     .height = source->height,
                                     .pixel = lens->pixel,
                                     .middle_x = lens->x,
                                     .middle_y = lens->y,
                                     .lens = camera.lens,
                                     .threads = s->render_threads};
    vd_result result = vd_bend(context, &options, finish->blurred, memory, &is_whole);
    free(finish->blurred);
    finish->blurred = memory;
    if (!is_whole && !source->paper) source->has_alpha = true;
    return result;
}

/** The source as it is now: blurred, or not. */
static vd_source light_of(const vd_finish *finish, bool is_blurred)
{
    vd_source source = finish->source;
    if (!finish->blurred || !is_blurred) return source;
    source.read_rows = read_blurred;
    source.state = (void *)(uintptr_t)finish;
    return source;
}

/* ---- effects ------------------------------------------------------------------------------- */

/** The mask's green, which of a grey picture is its grey, in the place of its three colours. */
static void take_grey(vd_pixels *mask)
{
    for (size_t i = 0; i < (size_t)mask->width * (size_t)mask->height; i++)
        mask->rgb[i] = mask->rgb[3 * i + 1];
}

/** What a lens that was measured does to a picture besides bending it. */
static void add_profile(const vd_lens_profile *profile, vd_effects_options *options)
{
    options->is_measured = profile->has_colour;
    for (int i = 0; i < 3; i++) {
        options->red[i] = (float)profile->red[i];
        options->blue[i] = (float)profile->blue[i];
        options->light[i] = profile->has_light ? (float)profile->light[i] : 0.0f;
    }
}

vd_result vd_finish_open(vd_context *context, const vd_settings *s, const vd_source *source,
                         const vd_picture_lens *lens, vd_finish *out)
{
    *out =
        (vd_finish){.source = *source, .keeps_blurred = vd_settings_are_for(s, VD_COMMAND_COMPOSE)};
    if (source->crop.width > 0) VD_TRY(vd_finish_refuse_on_part(context, s));
    tell_yielding(context, s, source);
    VD_TRY(read_files(context, s, out));
    if (s->effects_vignette_mask) take_grey(&out->mask);
    VD_TRY(blur(context, s, lens, out));
    VD_TRY(bend(context, s, lens, out));
    bool has_lens = lens && lens->pixel > 0.0f;
    vd_source light = light_of(out, true);
    vd_effects_options options = {
        .width = source->width,
        .height = source->height,
        .pixel = has_lens ? lens->pixel : 0.0f,
        .middle_x = has_lens ? lens->x : 0.5f * (float)source->width,
        .middle_y = has_lens ? lens->y : 0.5f * (float)source->height,
        .aberration = yields(s, source, VD_KNOB_EFFECTS_CHROMATIC_ABERRATION)
                          ? 0.0f
                          : (float)(0.01 * s->effects_chromatic_aberration),
        .glare = yields(s, source, VD_KNOB_EFFECTS_GLARE) ? 0.0f : (float)s->effects_glare,
        .glare_spread = (float)s->effects_glare_spread,
        .spikes = s->effects_glare_spikes,
        .diffracts = s->effects_glare_kind == VD_EFFECTS_GLARE_KIND_DIFFRACTION,
        .blades = s->effects_glare_blades,
        .spike_turn = (float)(s->effects_glare_rotation / 360.0),
        .vignette = (float)s->effects_vignette,
        .vignette_barrel = (float)s->effects_vignette_barrel,
        .vignette_strength = (float)s->effects_vignette_strength,
        .vignette_radius = (float)s->effects_vignette_radius,
        .vignette_softness = (float)s->effects_vignette_softness,
        .mask = s->effects_vignette_mask ? out->mask.rgb : NULL,
        .mask_width = out->mask.width,
        .mask_height = out->mask.height,
        .mask_strength = (float)s->effects_vignette_mask_strength,
        .grain = (float)s->effects_grain,
        .grain_size = (float)(0.001 * s->effects_grain_size),
        .seed = (uint32_t)s->effects_grain_seed,
        .threads = s->render_threads,
        .read = light.read_rows,
        .state = light.state,
    };
    if (has_lens) add_profile(&lens->profile, &options);
    if (s->effects_vignette > 0.0 && !has_lens)
        return vd_settings_refuse(context, s, VD_KNOB_EFFECTS_VIGNETTE,
                                  "has no use with a picture that no lens has made; "
                                  "--vignette-strength darkens any picture's corners");
    if (!vd_effects_are_any(&options)) return VD_OK;
    return vd_effects_create(context, &options, &out->effects);
}

void vd_finish_close(vd_finish *finish)
{
    vd_effects_destroy(finish->effects);
    vd_lut_destroy(finish->lut);
    free(finish->mask.rgb);
    free(finish->blurred);
    *finish = (vd_finish){0};
}

vd_source vd_finish_source(const vd_finish *finish, vd_tone *tone)
{
    vd_source source = light_of(finish, true);
    tone->lut = finish->lut;
    if (finish->effects) {
        source.read_rows = vd_effects_read;
        source.state = finish->effects;
    }
    return source;
}

vd_result vd_finish_write(vd_context *context, const vd_finish *finish,
                          const vd_output_options *options)
{
    vd_output_options shown = *options;
    bool is_shown = !options->aov && !vd_format_is_linear(options->format) &&
                    options->type != VD_SAMPLE_FLOAT32;
    vd_source source = is_shown ? vd_finish_source(finish, &shown.tone)
                                : light_of(finish, finish->keeps_blurred && !options->aov);
    return vd_output_write(context, &source, &shown);
}
