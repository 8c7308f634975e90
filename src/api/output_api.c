/* Outputs and statistics, as veduta.h declares them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/api.h"
#include "output/output.h"
#include "terrain/sources.h"

/* As of a camera set to daylight: where the air colours the sun, its light is white by day. */
#define DAYLIGHT_K 5400.0

double vd_picture_white_balance(const vd_settings *settings)
{
    bool is_daylight = vd_settings_has_physical_sky(settings) &&
                       !vd_settings_is_set(settings, VD_KNOB_TONE_WHITE_BALANCE);
    return is_daylight ? DAYLIGHT_K : settings->tone_white_balance;
}

vd_tone vd_picture_tone(const vd_settings *settings, float metered_stops)
{
    vd_tone_options options = {
        .curve = (vd_tone_curve)settings->tone_curve,
        .exposure_stops = (float)settings->tone_exposure + metered_stops,
        .white_balance_k = vd_picture_white_balance(settings),
        .black = settings->tone_black,
        .white = settings->tone_white,
        .saturation = (float)settings->tone_saturation,
    };
    for (int i = 0; i < 3; i++) {
        options.tint_shadow[i] = (float)settings->tone_tint_shadow[i];
        options.tint_light[i] = (float)settings->tone_tint_light[i];
    }
    return vd_tone_make(&options);
}

/** Does an output hold display values? AOVs in a GeoTIFF are what they measure, unless a sample
 * type is asked for. */
static bool shows_display(const vd_settings *settings, const vd_output_item *item, vd_format format)
{
    if (vd_format_is_linear(format)) return false;
    return !item->aov || !vd_format_is_geotiff(format) ||
           vd_settings_is_set(settings, VD_KNOB_OUTPUT_TYPE);
}

static vd_result output_options(vd_context *context, const vd_settings *settings,
                                float metered_stops, const vd_output_item *item,
                                vd_output_options *out)
{
    *out = (vd_output_options){
        .path = item->path,
        .aov = item->aov,
        .type = (vd_sample_type)settings->output_type,
        .tone = vd_picture_tone(settings, metered_stops),
        .dither = settings->output_dither,
        .overwrite = settings->output_overwrite,
        .overviews = settings->output_overviews,
        .worldfile = settings->output_worldfile,
        .threads = settings->render_threads,
        .exr_compression = (vd_exr_compression)settings->output_exr_compression,
        .exr_layout = (vd_exr_layout)settings->output_exr_layout,
        .exr_tile = settings->output_exr_tile,
        .creation_options = NULL,
    };
    VD_TRY(vd_format_choose(context, out->path, settings->output_format, &out->format));
    /* A map of light loses nothing: half floats end below the radiance of a strong sun. */
    bool is_map_of_light = vd_settings_are_for(settings, VD_COMMAND_SKY);
    if (vd_format_is_linear(out->format))
        out->type =
            is_map_of_light || out->type == VD_SAMPLE_FLOAT32 ? VD_SAMPLE_FLOAT32 : VD_SAMPLE_HALF;
    else if (!shows_display(settings, item, out->format))
        out->type = VD_SAMPLE_FLOAT32;
    return VD_OK;
}

bool vd_outputs_are_exposed(const vd_settings *settings)
{
    bool is_exposed = settings->output_type != VD_OUTPUT_TYPE_FLOAT32;
    for (int i = 0; !is_exposed && i < settings->output_path.count; i++) {
        vd_format format;
        const char *path = settings->output_path.items[i];
        is_exposed = vd_format_choose(NULL, path, settings->output_format, &format) == VD_OK &&
                     format == VD_FORMAT_EXR;
    }
    return is_exposed;
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

/** What the formats of all outputs have in common. */
typedef struct formats_used {
    bool any_geotiff, any_plain_geotiff, any_exr, any_multi_exr, all_exr, any_display, any_aov;
} formats_used;

static vd_result look_at_formats(vd_context *context, const vd_settings *settings,
                                 const vd_output_list *list, formats_used *out)
{
    *out = (formats_used){.all_exr = true};
    for (int i = 0; i < list->count; i++) {
        const vd_output_item *item = &list->items[i];
        vd_format format;
        VD_TRY(vd_format_choose(context, item->path, settings->output_format, &format));
        bool is_exr = format == VD_FORMAT_EXR;
        out->any_geotiff = out->any_geotiff || vd_format_is_geotiff(format);
        out->any_plain_geotiff = out->any_plain_geotiff || format == VD_FORMAT_GTIFF;
        out->any_exr = out->any_exr || is_exr;
        out->any_multi_exr = out->any_multi_exr || (is_exr && !item->aov);
        out->all_exr = out->all_exr && is_exr;
        out->any_display = out->any_display || shows_display(settings, item, format);
        out->any_aov = out->any_aov || is_exr || item->aov;
    }
    return VD_OK;
}

/** What has no use where all that is written is linear radiance. */
static vd_result refuse_display_knobs(vd_context *context, const vd_settings *settings,
                                      const formats_used *formats)
{
    static const vd_knob_id display_knobs[] = {
        VD_KNOB_TONE_CURVE,      VD_KNOB_TONE_EXPOSURE,      VD_KNOB_TONE_AUTO_EXPOSURE,
        VD_KNOB_TONE_BLACK,      VD_KNOB_TONE_WHITE,         VD_KNOB_TONE_TINT_SHADOW,
        VD_KNOB_TONE_TINT_LIGHT, VD_KNOB_TONE_WHITE_BALANCE, VD_KNOB_OUTPUT_DITHER,
        VD_KNOB_TONE_LUT,        VD_KNOB_TONE_SATURATION};
    bool is_float = settings->output_type == VD_OUTPUT_TYPE_FLOAT32;
    if (formats->all_exr && !is_float)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_OUTPUT_TYPE,
                                         "has no use with OpenEXR, which holds half floats or, by "
                                         "--ot Float32, floats; leave it out"));
    if (formats->any_display && !is_float) return VD_OK;
    const char *why = is_float ? "has no use with --ot Float32, which is linear radiance"
                      : formats->all_exr
                          ? "has no use with OpenEXR, which is linear radiance; leave it "
                            "out, add -o NAME.png, or give it to veduta compose"
                          : "has no use with AOVs as GeoTIFF, which are measures; leave it "
                            "out, or add -o NAME.png";
    VD_REFUSE_ALL_UNUSED(context, settings, display_knobs, why);
    return vd_finish_refuse(context, settings, why);
}

/** What only one format can use. */
static vd_result refuse_format_knobs(vd_context *context, const vd_settings *settings,
                                     const formats_used *formats)
{
    static const vd_knob_id exr_knobs[] = {VD_KNOB_OUTPUT_EXR_COMPRESSION, VD_KNOB_OUTPUT_EXR_TILE,
                                           VD_KNOB_OUTPUT_EXR_LAYOUT};
    bool any = formats->any_geotiff;
    if (!formats->any_exr)
        VD_REFUSE_ALL_UNUSED(context, settings, exr_knobs,
                             "has no use without an OpenEXR output; add -o NAME.exr");
    if (!formats->any_multi_exr || settings->aov_names.count == 0)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_OUTPUT_EXR_LAYOUT,
                                         "has no use without AOVs in an OpenEXR output; add --aov "
                                         "and -o NAME.exr"));
    if (!formats->any_aov)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_AOV_NAMES,
                                         "has no use without a file to write AOVs to; add -o "
                                         "NAME.exr, or -o NAME.{aov}.tif"));
    if (!any)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_OUTPUT_CREATION,
                                         "has no use without a GeoTIFF output; add -o NAME.tif"));
    if (formats->any_plain_geotiff) return VD_OK;
    return vd_settings_refuse_unused(
        context, settings, VD_KNOB_OUTPUT_OVERVIEWS,
        any ? "has no use with --of COG, which always has overviews; leave it out"
            : "has no use without a GeoTIFF output; add -o NAME.tif");
}

/** Calls visit for each output, with its creation options. */
static vd_result each_output(vd_context *context, const vd_settings *settings,
                             const vd_output_list *list, float metered_stops,
                             vd_result (*visit)(vd_context *, const vd_output_options *, void *),
                             void *state)
{
    const char *const *creation = NULL;
    vd_result result = creation_options(context, settings, &creation);
    for (int i = 0; result == VD_OK && i < list->count; i++) {
        vd_output_options options;
        result = output_options(context, settings, metered_stops, &list->items[i], &options);
        if (vd_format_is_geotiff(options.format)) options.creation_options = creation;
        if (result == VD_OK) result = visit(context, &options, state);
    }
    free((void *)creation);
    return result;
}

/** The raster of sample counts, as an output. Returns VD_OK or VD_ERR_SETTING (no .tif). */
static vd_result counts_options(vd_context *context, const vd_settings *settings,
                                vd_output_options *out)
{
    *out = (vd_output_options){
        .path = settings->output_sample_counts,
        .type = VD_SAMPLE_UINT32,
        .overwrite = settings->output_overwrite,
        .threads = settings->render_threads,
    };
    VD_TRY(vd_format_choose(context, out->path, NULL, &out->format));
    if (out->format == VD_FORMAT_GTIFF) return VD_OK;
    return vd_settings_refuse(context, settings, VD_KNOB_OUTPUT_SAMPLE_COUNTS,
                              "%s: is written as GeoTIFF; give it a name that ends in .tif",
                              out->path);
}

static vd_result check_output(vd_context *context, const vd_output_options *options, void *state)
{
    (void)state;
    return vd_output_check(context, options);
}

/** Every file that a run writes, and what it is: its outputs, then those that come only when asked
 * for. NULL past the last. */
static const char *written_name(const vd_settings *settings, const vd_output_list *list, int index,
                                const char **what)
{
    const struct {
        const char *name, *what;
    } asked[] = {{settings->run_stats, "statistics"},
                 {settings->output_sample_counts, "sample counts"},
                 {settings->render_checkpoint, "checkpoint"}};
    *what = "picture";
    if (index < list->count) return list->items[index].path;
    index -= list->count;
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        *what = asked[i].what;
        if (asked[i].name && index-- == 0) return asked[i].name;
    }
    return NULL;
}

static vd_result refuse_input(vd_context *context, const vd_settings *settings,
                              const vd_output_list *list, const char *input)
{
    const char *name, *what;
    for (int i = 0; input && (name = written_name(settings, list, i, &what)); i++)
        if (vd_same_file(name, input))
            return vd_fail(context, VD_ERR_SETTING,
                           "%s: is an input of this run; give the %s another name", name, what);
    return VD_OK;
}

/** Refuses to write over any raster of the DEM. */
static vd_result check_sources(vd_context *context, const vd_settings *settings,
                               const vd_output_list *list)
{
    const vd_text_list *inputs = &settings->dem_path;
    vd_source_list files;
    VD_TRY(vd_sources_find(context, (const char *const *)inputs->items, inputs->count, &files));
    vd_result result = VD_OK;
    for (int i = 0; i < inputs->count && result == VD_OK; i++)
        result = refuse_input(context, settings, list, inputs->items[i]);
    for (int i = 0; i < files.count && result == VD_OK; i++)
        result = refuse_input(context, settings, list, files.paths[i]);
    vd_sources_clear(&files);
    return result;
}

/** Refuses to write one file twice, or over an input. */
static vd_result check_names(vd_context *context, const vd_settings *settings,
                             const vd_output_list *list)
{
    const char *name, *what;
    for (int i = 0; (name = written_name(settings, list, i, &what)); i++) {
        if (strcmp(name, "-") == 0)
            return vd_fail(context, VD_ERR_SETTING,
                           "-: standard output takes no %s; name a file (one of that name is ./-)",
                           what);
        for (int j = 0; j < i; j++)
            if (vd_same_file(name, written_name(settings, list, j, &what)))
                return vd_fail(context, VD_ERR_SETTING,
                               "%s: is to be written twice; give each its own name", name);
    }
    VD_TRY(refuse_input(context, settings, list, settings->compose_path));
    VD_TRY(refuse_input(context, settings, list, settings->surface_ramp));
    VD_TRY(refuse_input(context, settings, list, settings->drape_path));
    VD_TRY(refuse_input(context, settings, list, settings->environment_path));
    VD_TRY(refuse_input(context, settings, list, settings->clip_path));
    return check_sources(context, settings, list);
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

/** Whether the checkpoint may be begun, or is there to be gone on with. */
static vd_result check_checkpoint(vd_context *context, const vd_settings *settings)
{
    const char *path = settings->render_checkpoint;
    struct stat status;
    vd_whole_file *file = NULL;
    if (!path) return VD_OK;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return vd_settings_refuse(context, settings, VD_KNOB_RENDER_CHECKPOINT,
                                  "%s is a folder; add a file name", path);
    /* After a power failure a file may be there with nothing in it, which is nothing to resume. */
    bool is_void = settings->render_resume && vd_is_empty_file(path);
    if (settings->render_resume && !is_void && stat(path, &status) == 0) return VD_OK;
    if (!settings->output_overwrite && !is_void && stat(path, &status) == 0)
        return vd_fail(context, VD_ERR_EXISTS,
                       "%s exists; go on with it by --resume, or start anew by --overwrite", path);
    VD_TRY(vd_whole_begin(context, path, settings->output_overwrite || is_void, &file));
    vd_whole_abort(&file);
    return VD_OK;
}

static vd_result check_list(vd_context *context, const vd_settings *settings,
                            const vd_output_list *list, bool is_rendered)
{
    formats_used formats;
    VD_TRY(check_names(context, settings, list));
    VD_TRY(look_at_formats(context, settings, list, &formats));
    formats.any_aov = formats.any_aov || is_rendered; /* what is in memory is of use there */
    VD_TRY(refuse_display_knobs(context, settings, &formats));
    VD_TRY(refuse_format_knobs(context, settings, &formats));
    VD_TRY(vd_finish_check(context, settings));
    if (settings->output_sample_counts) {
        vd_output_options counts;
        VD_TRY(counts_options(context, settings, &counts));
        VD_TRY(vd_output_check(context, &counts));
    }
    return each_output(context, settings, list, 0.0f, check_output, NULL);
}

/** Of the outputs, all that can be known before they are written. */
static vd_result check_files(vd_context *context, const vd_settings *settings, bool is_rendered)
{
    vd_output_list list;
    vd_aov_set aovs;
    if (settings->output_path.count == 0)
        return vd_fail(context, VD_ERR_SETTING, "no output given: add -o NAME.tif, .png or .exr");
    VD_TRY(vd_aovs_choose(context, settings, true, &aovs));
    VD_TRY(vd_output_list_make(context, settings, &aovs, &list));
    vd_result result = check_list(context, settings, &list, is_rendered);
    vd_output_list_clear(&list);
    return result;
}

vd_result vd_outputs_check(vd_context *context, const vd_settings *settings)
{
    vd_context_clear(context);
    VD_TRY(check_files(context, settings, false));
    VD_TRY(check_stats(context, settings));
    return check_checkpoint(context, settings);
}

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    const vd_picture *picture = state;
    return vd_picture_rows(context, picture, 0, y, picture->frame.width, rows, rgba);
}

static vd_result read_coverage(vd_context *context, void *state, int y, int rows, float *coverage)
{
    const vd_picture *picture = state;
    return vd_coverage_rows(context, picture->coverage, 0, y, picture->frame.width, rows, coverage);
}

/** The sample counts; a float holds them exactly. */
static vd_result read_counts(vd_context *context, void *state, int y, int rows, float *values)
{
    const vd_picture *picture = state;
    int width = picture->frame.width;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)width * (size_t)rows, sizeof(uint32_t), "rows of counts",
                    &memory));
    uint32_t *counts = memory;
    vd_result result = vd_film_counts(context, picture->film, 0, y, width, rows, counts);
    for (int64_t i = 0; result == VD_OK && i < (int64_t)width * rows; i++)
        values[i] = (float)counts[i];
    free(counts);
    return result;
}

static vd_result write_counts(vd_context *context, const vd_settings *settings,
                              const vd_source *like)
{
    static const char *const names[] = {"sample_count"};
    static const vd_layer layer = {
        .name = "sample_count", .channels = 1, .channel_names = names, .type = VD_SAMPLE_UINT32};
    vd_output_options options;
    vd_source source = *like;
    source.layer = &layer;
    source.has_alpha = false;
    source.paper = NULL;
    source.read_rows = read_counts;
    VD_TRY(counts_options(context, settings, &options));
    return vd_output_write(context, &source, &options);
}

/** What becomes of the checkpoint: gone with its purpose, or kept and said so. */
static void end_checkpoint(vd_context *context, const vd_picture *picture, vd_result result)
{
    const char *path = picture->settings->render_checkpoint;
    if (!path) return;
    if (result == VD_OK && picture->stats.complete)
        vd_film_remove_checkpoint(picture->film);
    else if (!vd_film_has_checkpoint(picture->film))
        vd_render_tell_lost(context, path);
    else
        vd_message(context, VD_LEVEL_INFO,
                   "%s keeps the picture; the same command with --resume goes on", path);
}

static vd_result write_output(vd_context *context, const vd_output_options *options, void *state)
{
    return vd_finish_write(context, state, options);
}

vd_result vd_outputs_write(vd_context *context, const vd_settings *settings, float metered_stops,
                           const vd_source *source, const vd_picture_lens *lens)
{
    vd_output_list list;
    const vd_aov_set *aovs = source->aovs ? source->aovs->set : NULL;
    vd_finish finish;
    VD_TRY(vd_output_list_make(context, settings, aovs, &list));
    vd_result result = vd_finish_open(context, settings, source, lens, &finish);
    if (result == VD_OK)
        result = each_output(context, settings, &list, metered_stops, write_output, &finish);
    vd_finish_close(&finish);
    vd_output_list_clear(&list);
    return result;
}

static vd_rect crop_of(const vd_frame *frame)
{
    if (frame->crop_width == frame->width && frame->crop_height == frame->height)
        return (vd_rect){0};
    return (vd_rect){frame->crop_x, frame->crop_y, frame->crop_width, frame->crop_height};
}

/** The picture as a source of rows; *aovs is that of its AOVs and must live as long. */
static vd_source source_of(const vd_picture *picture, vd_aov_source *aovs)
{
    vd_picture_aov_source(picture, aovs);
    vd_source source = {
        .width = picture->frame.width,
        .height = picture->frame.height,
        .crop = crop_of(&picture->frame),
        .has_alpha = vd_picture_has_alpha(picture),
        .paper = picture->has_paper ? picture->paper : NULL,
        .has_geotransform = picture->has_geotransform,
        .wkt = picture->wkt,
        .settings_text = picture->settings_text,
        .aovs = picture->aovs.count > 0 ? aovs : NULL,
        .state = (void *)(uintptr_t)picture,
        .read_rows = read_rows,
        .read_coverage = picture->coverage ? read_coverage : NULL,
        .notes = picture->notes.items,
        .note_count = picture->notes.count,
    };
    memcpy(source.geotransform, picture->frame.geotransform, sizeof(source.geotransform));
    return source;
}

static vd_result write_under(vd_context *context, vd_picture *picture, const vd_settings *settings,
                             const char *text)
{
    vd_aov_source aovs;
    vd_source source = source_of(picture, &aovs);
    float stops = settings->tone_auto_exposure ? picture->metered_stops : 0.0f;
    double start = vd_seconds();
    source.settings_text = text;
    vd_result result = vd_outputs_write(context, settings, stops, &source, &picture->lens);
    if (result == VD_OK && settings->output_sample_counts)
        result = write_counts(context, settings, &source);
    end_checkpoint(context, picture, result);
    picture->write_seconds += vd_seconds() - start;
    return result;
}

vd_result vd_picture_write(vd_context *context, vd_picture *picture)
{
    vd_context_clear(context);
    return write_under(context, picture, picture->settings, picture->settings_text);
}

/* ---- the same picture under other settings --------------------------------------------------- */

/** The settings that decide light, as lines of text. */
static vd_result light_settings(vd_context *context, const vd_settings *settings, char **out)
{
    static const char *const groups[] = {"effects", "tilt_shift", "output", "run", "tone"};
    vd_knob_set without = {.groups = groups, .group_count = sizeof groups / sizeof groups[0]};
    return vd_settings_identity(context, settings, &without, out);
}

static vd_result compare_light(vd_context *context, const char *rendered, const char *asked)
{
    while (*rendered) {
        size_t was = strcspn(rendered, "\n"), is = strcspn(asked, "\n");
        if (was != is || memcmp(rendered, asked, is) != 0)
            return vd_fail(context, VD_ERR_SETTING,
                           "%.*s: the picture was rendered with %.*s; only settings of effects, "
                           "tilt_shift, output, tone and run may change afterwards",
                           (int)is, asked, (int)was, rendered);
        rendered += was + (rendered[was] == '\n');
        asked += is + (asked[is] == '\n');
    }
    return VD_OK;
}

static vd_result check_same_light(vd_context *context, const vd_picture *picture,
                                  const vd_settings *settings)
{
    char *rendered = NULL, *asked = NULL;
    if (settings->command != picture->settings->command)
        return vd_fail(context, VD_ERR_SETTING,
                       "these settings are of another command than the picture's");
    if (settings->tone_auto_exposure && !picture->is_metered)
        return vd_settings_refuse(context, settings, VD_KNOB_TONE_AUTO_EXPOSURE,
                                  "was off when the picture was rendered, so there is no exposure "
                                  "to take; set --exposure, or render anew");
    vd_result result = light_settings(context, picture->settings, &rendered);
    if (result == VD_OK) result = light_settings(context, settings, &asked);
    if (result == VD_OK) result = compare_light(context, rendered, asked);
    free(rendered);
    free(asked);
    return result;
}

vd_result vd_picture_write_as(vd_context *context, vd_picture *picture, const vd_settings *settings)
{
    char *text = NULL;
    vd_moment moment;
    vd_context_clear(context);
    vd_result result = vd_moment_begin(context, settings, &moment);
    if (result == VD_OK) result = check_same_light(context, picture, moment.settings);
    if (result == VD_OK) result = check_files(context, moment.settings, true);
    if (result == VD_OK) result = vd_settings_to_yaml(context, moment.settings, &text);
    if (result == VD_OK) result = write_under(context, picture, moment.settings, text);
    free(text);
    vd_moment_end(&moment);
    return result;
}

/* ---- display values in memory ---------------------------------------------------------------- */

int vd_picture_display_channels(const vd_picture *picture)
{
    vd_aov_source aovs;
    vd_source source = source_of(picture, &aovs);
    return vd_output_channels(&source);
}

vd_result vd_picture_display(vd_context *context, const vd_picture *picture, int bits,
                             void *samples)
{
    vd_context_clear(context);
    if (bits != 8 && bits != 16)
        return vd_fail(context, VD_ERR_USAGE, "display values of %d bits; ask for 8 or 16", bits);
    vd_output_options options = {
        .type = bits == 8 ? VD_SAMPLE_BYTE : VD_SAMPLE_UINT16,
        .format = VD_FORMAT_PNG,
        .tone = vd_picture_tone(picture->settings, picture->metered_stops),
        .dither = picture->settings->output_dither,
        .threads = picture->settings->render_threads,
    };
    vd_aov_source aovs;
    vd_source source = source_of(picture, &aovs);
    vd_finish finish;
    vd_result result = vd_finish_open(context, picture->settings, &source, &picture->lens, &finish);
    if (result == VD_OK) {
        source = vd_finish_source(&finish, &options.tone);
        result = vd_output_encode(context, &source, &options, samples);
    }
    vd_finish_close(&finish);
    return result;
}
