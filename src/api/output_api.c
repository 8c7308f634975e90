/* Outputs and statistics, as veduta.h declares them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "output/output.h"

static vd_result output_options(vd_context *context, const vd_settings *settings, int index,
                                vd_output_options *out)
{
    *out = (vd_output_options){
        .path = settings->output_path.items[index],
        .type = (vd_sample_type)settings->output_type,
        .tone = {(vd_tone_curve)settings->tone_curve, (float)settings->tone_exposure},
        .dither = settings->output_dither,
        .overwrite = settings->output_overwrite,
        .threads = settings->render_threads,
        .creation_options = NULL,
    };
    return vd_format_choose(context, out->path, settings->output_format, &out->format);
}

/** The creation options as a NULL-terminated array; free with free(). */
static vd_result creation_options(vd_context *context, const vd_settings *settings,
                                  const char *const **out)
{
    void *memory;
    size_t count = (size_t)settings->output_creation.count;
    VD_TRY(vd_alloc(context, count + 1, sizeof(char *), "the creation options", &memory));
    const char **list = memory;
    for (size_t i = 0; i < count; i++) list[i] = settings->output_creation.items[i];
    *out = list;
    return VD_OK;
}

static vd_result refuse_unusable(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id display_knobs[] = {VD_KNOB_TONE_CURVE, VD_KNOB_TONE_EXPOSURE,
                                               VD_KNOB_OUTPUT_DITHER};
    if (settings->output_type != VD_OUTPUT_TYPE_FLOAT32) return VD_OK;
    for (size_t i = 0; i < sizeof(display_knobs) / sizeof(display_knobs[0]); i++)
        VD_TRY(vd_settings_refuse_unused(context, settings, display_knobs[i],
                                         "has no use with --ot Float32, which is linear radiance"));
    return VD_OK;
}

static vd_result refuse_creation(vd_context *context, const vd_settings *settings)
{
    for (int i = 0; i < settings->output_path.count; i++) {
        vd_format format;
        VD_TRY(vd_format_choose(context, settings->output_path.items[i], settings->output_format,
                                &format));
        if (format == VD_FORMAT_GTIFF) return VD_OK;
    }
    return vd_settings_refuse_unused(context, settings, VD_KNOB_OUTPUT_CREATION,
                                     "has no use without a GeoTIFF output; add -o NAME.tif");
}

/** Calls visit for each output, with its creation options. */
static vd_result each_output(vd_context *context, const vd_settings *settings,
                             vd_result (*visit)(vd_context *, const vd_output_options *, void *),
                             void *state)
{
    const char *const *creation = NULL;
    vd_result result = creation_options(context, settings, &creation);
    for (int i = 0; result == VD_OK && i < settings->output_path.count; i++) {
        vd_output_options options;
        result = output_options(context, settings, i, &options);
        if (options.format == VD_FORMAT_GTIFF) options.creation_options = creation;
        if (result == VD_OK) result = visit(context, &options, state);
    }
    free((void *)creation);
    return result;
}

static vd_result check_output(vd_context *context, const vd_output_options *options, void *state)
{
    (void)state;
    return vd_output_check(context, options);
}

/** Every file that a run writes: its outputs, then its statistics. NULL past the last. */
static const char *written_name(const vd_settings *settings, int index)
{
    if (index < settings->output_path.count) return settings->output_path.items[index];
    return index == settings->output_path.count ? settings->run_stats : NULL;
}

/** Refuses to write one file twice, or over an input. */
static vd_result check_names(vd_context *context, const vd_settings *settings)
{
    const char *inputs[] = {settings->dem_path, settings->surface_ramp, settings->clip_path};
    const char *name;
    for (int i = 0; (name = written_name(settings, i)); i++) {
        for (int j = 0; j < i; j++)
            if (vd_same_file(name, written_name(settings, j)))
                return vd_fail(context, VD_ERR_SETTING,
                               "%s: is to be written twice; give each its own name", name);
        for (size_t j = 0; j < sizeof(inputs) / sizeof(inputs[0]); j++)
            if (inputs[j] && vd_same_file(name, inputs[j]))
                return vd_fail(context, VD_ERR_SETTING,
                               "%s: is an input of this run; give the output another name", name);
    }
    return VD_OK;
}

/** Whether the statistics may be written where they are to go. */
static vd_result check_stats(vd_context *context, const vd_settings *settings)
{
    vd_whole_file *file = NULL;
    if (!settings->run_stats) return VD_OK;
    VD_TRY(vd_whole_begin(context, settings->run_stats, settings->output_overwrite, &file));
    vd_whole_abort(&file);
    return VD_OK;
}

vd_result vd_outputs_check(vd_context *context, const vd_settings *settings)
{
    vd_context_clear(context);
    if (settings->output_path.count == 0)
        return vd_fail(context, VD_ERR_SETTING, "no output given: add -o NAME.tif or -o NAME.png");
    VD_TRY(check_names(context, settings));
    VD_TRY(refuse_unusable(context, settings));
    VD_TRY(refuse_creation(context, settings));
    VD_TRY(check_stats(context, settings));
    return each_output(context, settings, check_output, NULL);
}

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    const vd_picture *picture = state;
    return vd_picture_rows(context, picture, 0, y, picture->frame.width, rows, rgba);
}

static vd_result write_output(vd_context *context, const vd_output_options *options, void *state)
{
    return vd_output_write(context, state, options);
}

vd_result vd_picture_write(vd_context *context, vd_picture *picture)
{
    vd_context_clear(context);
    vd_source source = {
        .width = picture->frame.width,
        .height = picture->frame.height,
        .has_alpha = picture->coverage != NULL,
        .has_geotransform = picture->has_geotransform,
        .wkt = picture->wkt,
        .settings_text = picture->settings_text,
        .state = picture,
        .read_rows = read_rows,
    };
    memcpy(source.geotransform, picture->frame.geotransform, sizeof(source.geotransform));
    double start = vd_seconds();
    vd_result result = each_output(context, picture->settings, write_output, &source);
    picture->write_seconds += vd_seconds() - start;
    return result;
}
