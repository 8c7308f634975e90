/* What happens to light between the picture and its display values: lens and film (post/effects.h),
 * and a table of colours (post/lut.h). Linear outputs have none of it: an OpenEXR file keeps the
 * light and notes these knobs, so that `veduta compose` comes to the same picture, or another. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "output/picture_in.h"

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
    return VD_OK;
}

/** Reads the files that settings name. */
static vd_result read_files(vd_context *context, const vd_settings *s, vd_finish *out)
{
    if (s->tone_lut) VD_TRY(vd_lut_load(context, s->tone_lut, &out->lut));
    if (!s->effects_vignette_mask) return VD_OK;
    VD_TRY(vd_refuse_special_file(context, s->effects_vignette_mask));
    return vd_picture_in_read(context, s->effects_vignette_mask, NULL, &out->mask);
}

vd_result vd_finish_check(vd_context *context, const vd_settings *s)
{
    static const vd_knob_id of_glare[] = {
        VD_KNOB_EFFECTS_GLARE_SPREAD, VD_KNOB_EFFECTS_GLARE_SPIKES, VD_KNOB_EFFECTS_GLARE_ROTATION};
    static const vd_knob_id of_radius[] = {VD_KNOB_EFFECTS_VIGNETTE_RADIUS,
                                           VD_KNOB_EFFECTS_VIGNETTE_SOFTNESS};
    static const vd_knob_id of_grain[] = {VD_KNOB_EFFECTS_GRAIN_SIZE, VD_KNOB_EFFECTS_GRAIN_SEED};
    if (!(s->effects_glare > 0.0))
        VD_REFUSE_ALL_UNUSED(context, s, of_glare, "has no use without glare; add --glare");
    if (s->effects_glare_spikes == 0)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_EFFECTS_GLARE_ROTATION,
                                         "has no use without a star; add --glare-spikes"));
    if (!(s->effects_vignette_strength > 0.0))
        VD_REFUSE_ALL_UNUSED(context, s, of_radius,
                             "has no use without a vignette; add --vignette-strength");
    if (!s->effects_vignette_mask)
        VD_TRY(vd_settings_refuse_unused(context, s, VD_KNOB_EFFECTS_VIGNETTE_MASK_STRENGTH,
                                         "has no use without a mask; add --vignette-mask"));
    if (!(s->effects_grain > 0.0))
        VD_REFUSE_ALL_UNUSED(context, s, of_grain, "has no use without grain; add --grain");
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

/** The mask's green, which of a grey picture is its grey, in the place of its three colours. */
static void take_grey(vd_pixels *mask)
{
    for (size_t i = 0; i < (size_t)mask->width * (size_t)mask->height; i++)
        mask->rgb[i] = mask->rgb[3 * i + 1];
}

vd_result vd_finish_open(vd_context *context, const vd_settings *s, const vd_source *source,
                         vd_finish *out)
{
    *out = (vd_finish){.source = *source};
    VD_TRY(read_files(context, s, out));
    if (s->effects_vignette_mask) take_grey(&out->mask);
    vd_effects_options options = {
        .width = source->width,
        .height = source->height,
        .pixel = source->lens_pixel,
        .middle_x = source->lens_pixel > 0.0f ? source->lens_x : 0.5f * (float)source->width,
        .middle_y = source->lens_pixel > 0.0f ? source->lens_y : 0.5f * (float)source->height,
        .aberration = (float)(0.01 * s->effects_chromatic_aberration),
        .glare = (float)s->effects_glare,
        .glare_spread = (float)s->effects_glare_spread,
        .spikes = s->effects_glare_spikes,
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
        .read = source->read_rows,
        .state = source->state,
    };
    if (s->effects_vignette > 0.0 && !(options.pixel > 0.0f))
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
    *finish = (vd_finish){0};
}

vd_source vd_finish_source(const vd_finish *finish, vd_tone *tone)
{
    vd_source source = finish->source;
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
    if (!is_shown) return vd_output_write(context, &finish->source, options);
    vd_source source = vd_finish_source(finish, &shown.tone);
    return vd_output_write(context, &source, &shown);
}
