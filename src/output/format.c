/* Which format, what it may be asked, and the order in which a picture is written.
 *
 * All that can be refused is refused by vd_output_check() before anything is rendered, and again by
 * vd_output_write(), since the world may have changed in the hours between. */
#include <string.h>
#include <strings.h>

#include "output/parts.h"

typedef struct format_row {
    const char *name; /* GDAL's */
    const char *suffixes[3];
    bool integers, floats; /* the samples it takes; half and float are linear radiance */
    bool is_geotiff;
    vd_result (*write)(vd_context *context, const vd_encoder *encoder, vd_family *family);
} format_row;

static const format_row formats[] = {
    [VD_FORMAT_GTIFF] = {"GTiff", {".tif", ".tiff"}, true, true, true, vd_gtiff_write},
    [VD_FORMAT_PNG] = {"PNG", {".png"}, true, false, false, vd_png_write},
    [VD_FORMAT_COG] = {"COG", {NULL}, true, true, true, vd_cog_write}, /* by its name alone */
    [VD_FORMAT_EXR] = {"EXR", {".exr"}, false, true, false, vd_exr_write},
};
#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

static const char *suffix_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : "";
}

static bool has_suffix(const format_row *row, const char *suffix)
{
    for (int i = 0; row->suffixes[i]; i++)
        if (strcasecmp(row->suffixes[i], suffix) == 0) return true;
    return false;
}

/** A suffix that is known as another format's would give the file a name that lies. */
static vd_result refuse_other_suffix(vd_context *context, const char *path, const format_row *row)
{
    const char *suffix = suffix_of(path);
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (&formats[i] != row && !(formats[i].is_geotiff && row->is_geotiff) &&
            has_suffix(&formats[i], suffix))
            return vd_fail(context, VD_ERR_SETTING,
                           "--of %s: contradicts the suffix of %s, which is that of %s; change "
                           "the name, or leave out --of",
                           row->name, path, formats[i].name);
    return VD_OK;
}

vd_result vd_format_choose(vd_context *context, const char *path, const char *of, vd_format *out)
{
    const char *suffix = suffix_of(path);
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (of ? strcasecmp(formats[i].name, of) == 0 : has_suffix(&formats[i], suffix)) {
            *out = (vd_format)i;
            return of ? refuse_other_suffix(context, path, &formats[i]) : VD_OK;
        }
    *out = VD_FORMAT_GTIFF;
    if (of)
        return vd_fail(context, VD_ERR_SETTING,
                       "--of %s: no such output format; known are GTiff, COG, PNG and EXR", of);
    return vd_fail(context, VD_ERR_SETTING,
                   "%s: the suffix '%s' names no output format; use .tif, .tiff, .png or .exr, or "
                   "say --of GTiff, COG, PNG or EXR",
                   path, suffix);
}

bool vd_format_is_geotiff(vd_format format)
{
    return formats[format].is_geotiff;
}

bool vd_format_is_linear(vd_format format)
{
    return !formats[format].integers;
}

static vd_result check_format(vd_context *context, const vd_output_options *options)
{
    const format_row *row = &formats[options->format];
    const char *const *creation = options->creation_options;
    if (options->type == VD_SAMPLE_FLOAT32 && !row->floats)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %s holds no Float32 samples; use --ot Byte or UInt16, or a .tif or "
                       ".exr output",
                       options->path, row->name);
    bool is_shown = options->type == VD_SAMPLE_BYTE || options->type == VD_SAMPLE_UINT16;
    if (is_shown && !row->integers)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %s holds linear radiance; leave out --ot for half floats, or use --ot "
                       "Float32",
                       options->path, row->name);
    if (options->format == VD_FORMAT_EXR) VD_TRY(vd_exr_check(context, options));
    if (row->is_geotiff) return vd_creation_check(context, options);
    if (creation && creation[0])
        return vd_fail(
            context, VD_ERR_SETTING,
            "%s: --co %s: %s takes no creation options; leave it out, or use a .tif output",
            options->path, creation[0], row->name);
    return VD_OK;
}

vd_result vd_output_check(vd_context *context, const vd_output_options *options)
{
    VD_TRY(check_format(context, options));
    vd_family family;
    VD_TRY(vd_family_begin(context, options, &family));
    vd_family_abort(&family);
    return VD_OK;
}

static vd_result write_source(vd_context *context, const vd_source *source,
                              const vd_output_options *options)
{
    vd_family family = {0};
    vd_encoder encoder = {0};
    vd_result result = check_format(context, options);
    if (result == VD_OK) result = vd_family_begin(context, options, &family);
    if (result == VD_OK) result = vd_encoder_open(context, source, options, &encoder);
    if (result == VD_OK) result = formats[options->format].write(context, &encoder, &family);
    vd_encoder_close(&encoder);
    if (result == VD_OK && options->worldfile && source->has_geotransform &&
        !family.written[VD_MEMBER_WORLD])
        result = vd_world_file_write(context, source, &family);
    if (result == VD_OK) return vd_family_commit(context, &family);
    vd_family_abort(&family);
    return result;
}

/* Writes the layer of an AOV as a picture of its own. */
static vd_result write_aov(vd_context *context, vd_layers *layers, const vd_output_options *options)
{
    bool is_shown = options->type == VD_SAMPLE_BYTE || options->type == VD_SAMPLE_UINT16;
    for (int i = 0; i < vd_layers_count(layers); i++) {
        const vd_source *source = vd_layers_at(layers, i);
        vd_output_options own = *options;
        if (strcmp(source->layer->name, options->aov) != 0) continue;
        if (is_shown) VD_TRY(vd_layers_measure(context, layers, i));
        if (!is_shown && source->layer->type == VD_SAMPLE_UINT32) own.type = VD_SAMPLE_UINT32;
        if (options->format == VD_FORMAT_EXR && source->layer->type == VD_SAMPLE_FLOAT32)
            own.type = VD_SAMPLE_FLOAT32;
        return write_source(context, source, &own);
    }
    return vd_fail(context, VD_ERR_INTERNAL, "%s: the picture has no AOV %s", options->path,
                   options->aov);
}

vd_result vd_output_write(vd_context *context, const vd_source *source,
                          const vd_output_options *options)
{
    vd_layers *layers;
    vd_cropped cropped;
    vd_crop(source, &cropped);
    if (!options->aov) return write_source(context, &cropped.source, options);
    VD_TRY(vd_layers_open(context, &cropped.source, &layers));
    vd_result result = write_aov(context, layers, options);
    vd_layers_close(layers);
    return result;
}
