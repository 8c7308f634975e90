/* What the headers of an OpenEXR file say.
 *
 * Parts. In the layout "multipart" the picture is the part "beauty" and each layer one of its own,
 * in this order; in "multichannel" all channels are in the one part "beauty". Channels have the
 * same names in both: those of the picture R, G, B and A, all others the layer's before a dot
 * (`normal.X`), also in the part of that name. So Nuke, Blender and OpenImageIO, which take a name
 * before the dot for a layer and a part's name where there is none, show the same layers either
 * way, and a tool that flattens parts into one loses nothing.
 *
 * Compression. What loses something (DWAA, DWAB) takes the channels of light alone: it treats as
 * colour whatever ends in .R, .G or .B, also where that is a number that must not change. Layers
 * that are floats or whole numbers are zipped instead, as is the whole of a file of one part that
 * has such.
 *
 * Windows. A part of a picture (crop.c) is the data window in the display window of the whole.
 *
 * Attributes. Each part says what primaries its colours have, where the picture lies (as GDAL's own
 * driver does, by a WKT string and a 3 x 3 matrix from pixels to the map), and the notes of its
 * source; the first part those of all layers, since some programs read no other header, and the
 * settings. */
#include <stdio.h>
#include <string.h>

#include "output/exr_parts.h"

static exr_compression_t compression_of(vd_exr_compression compression)
{
    switch (compression) {
    case VD_EXR_NONE: return EXR_COMPRESSION_NONE;
    case VD_EXR_RLE: return EXR_COMPRESSION_RLE;
    case VD_EXR_ZIPS: return EXR_COMPRESSION_ZIPS;
    case VD_EXR_PIZ: return EXR_COMPRESSION_PIZ;
    case VD_EXR_DWAA: return EXR_COMPRESSION_DWAA;
    case VD_EXR_DWAB: return EXR_COMPRESSION_DWAB;
    default: return EXR_COMPRESSION_ZIP;
    }
}

int vd_exr_part_encoders(const vd_exr_job *job, int part, int *first)
{
    *first = job->part_count > 1 ? part : 0;
    return job->part_count > 1 ? 1 : job->encoder_count;
}

const char *vd_exr_channel_name(const vd_encoder *encoder, int channel)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    const vd_layer *layer = encoder->source->layer;
    return layer ? layer->channel_names[channel] : names[channel];
}

static exr_compression_t compression_of_part(const vd_exr_job *job, int part)
{
    exr_compression_t compression = compression_of(job->options->exr_compression);
    int first, count = vd_exr_part_encoders(job, part, &first);
    if (compression != EXR_COMPRESSION_DWAA && compression != EXR_COMPRESSION_DWAB)
        return compression;
    for (int i = first; i < first + count; i++) {
        const vd_layer *layer = job->encoders[i].source->layer;
        if (layer && layer->type != VD_SAMPLE_HALF) return EXR_COMPRESSION_ZIP;
    }
    return compression;
}

static exr_result_t add_channels(const vd_exr_job *job, int part)
{
    static const exr_pixel_type_t types[] = {[VD_SAMPLE_HALF] = EXR_PIXEL_HALF,
                                             [VD_SAMPLE_FLOAT32] = EXR_PIXEL_FLOAT,
                                             [VD_SAMPLE_UINT32] = EXR_PIXEL_UINT};
    exr_result_t code = EXR_ERR_SUCCESS;
    int first, count = vd_exr_part_encoders(job, part, &first);
    for (int i = first; i < first + count; i++) {
        const vd_encoder *encoder = &job->encoders[i];
        for (int c = 0; code == EXR_ERR_SUCCESS && c < encoder->channels; c++) {
            bool is_colour = !encoder->source->layer && c < 3;
            code = exr_add_channel(
                job->file, part, vd_exr_channel_name(encoder, c), types[encoder->options->type],
                is_colour ? EXR_PERCEPTUALLY_LOGARITHMIC : EXR_PERCEPTUALLY_LINEAR, 1, 1);
        }
    }
    return code;
}

static exr_result_t add_note(const vd_exr_job *job, int part, const vd_note *note)
{
    const double *n = note->numbers;
    if (note->text) return exr_attr_set_string(job->file, part, note->name, note->text);
    if (note->count == 1) return exr_attr_set_float(job->file, part, note->name, (float)n[0]);
    if (note->count == 16) {
        exr_attr_m44f_t matrix;
        for (int i = 0; i < 16; i++) matrix.m[i] = (float)n[i];
        return exr_attr_set_m44f(job->file, part, note->name, &matrix);
    }
    if (note->is_place) {
        exr_attr_v3d_t place;
        place.x = n[0], place.y = n[1], place.z = n[2];
        return exr_attr_set_v3d(job->file, part, note->name, &place);
    }
    exr_attr_v3f_t direction;
    direction.x = (float)n[0], direction.y = (float)n[1], direction.z = (float)n[2];
    return exr_attr_set_v3f(job->file, part, note->name, &direction);
}

static exr_result_t add_notes(const vd_exr_job *job, int part, const vd_source *source)
{
    exr_result_t code = EXR_ERR_SUCCESS;
    for (int i = 0; code == EXR_ERR_SUCCESS && i < source->note_count; i++)
        code = add_note(job, part, &source->notes[i]);
    return code;
}

/* The notes of the picture in each part, those of a layer in its own and in the first. */
static exr_result_t add_all_notes(const vd_exr_job *job, int part)
{
    const vd_source *picture = job->encoders[0].source;
    exr_result_t code = add_notes(job, part, picture);
    for (int i = 1; code == EXR_ERR_SUCCESS && i < job->encoder_count; i++)
        if (part == 0 || part == i) code = add_notes(job, part, job->encoders[i].source);
    if (code == EXR_ERR_SUCCESS && part == 0 && picture->settings_text && *picture->settings_text)
        code = exr_attr_set_string(job->file, 0, "veduta:settings", picture->settings_text);
    return code;
}

static exr_result_t describe(const vd_exr_job *job, int part)
{
    const exr_attr_chromaticities_t rec709 = {0.64f, 0.33f, 0.30f,   0.60f,
                                              0.15f, 0.06f, 0.3127f, 0.3290f};
    const vd_source *source = job->encoders[0].source;
    const double *g = source->geotransform;
    char software[64];
    snprintf(software, sizeof(software), "veduta %s", vd_version());
    exr_result_t code = exr_attr_set_chromaticities(job->file, part, "chromaticities", &rec709);
    if (code == EXR_ERR_SUCCESS) code = exr_attr_set_string(job->file, part, "software", software);
    if (code == EXR_ERR_SUCCESS && source->wkt)
        code = exr_attr_set_string(job->file, part, "gdal:crsWkt", source->wkt);
    if (code == EXR_ERR_SUCCESS && source->has_geotransform) {
        const exr_attr_m33d_t to_map = {{g[1], g[2], g[0], g[4], g[5], g[3], 0.0, 0.0, 1.0}};
        code = exr_attr_set_m33d(job->file, part, "gdal:geoTransform", &to_map);
    }
    return code == EXR_ERR_SUCCESS ? add_all_notes(job, part) : code;
}

/* The display window is the whole picture, from 0, 0; the data window what there is of it. The
 * screen window, whose middle and width no picture of ours has another use for, is as in OpenEXR's
 * own defaults. */
static exr_result_t set_windows(const vd_exr_job *job, int part, const vd_source *source)
{
    const vd_rect *cut = &source->cut;
    bool is_cut = cut->width > 0;
    exr_attr_box2i_t data, display;
    const exr_attr_v2f_t centre = {{{0.0f, 0.0f}}};
    data.min.x = cut->x;
    data.min.y = cut->y;
    data.max.x = cut->x + source->width - 1;
    data.max.y = cut->y + source->height - 1;
    display.min.x = display.min.y = 0;
    display.max.x = (is_cut ? cut->width : source->width) - 1;
    display.max.y = (is_cut ? cut->height : source->height) - 1;
    return exr_initialize_required_attr(job->file, part, &display, &data, 1.0f, &centre, 1.0f,
                                        EXR_LINEORDER_INCREASING_Y, compression_of_part(job, part));
}

static exr_result_t add_part(const vd_exr_job *job, int part)
{
    const vd_source *source = job->encoders[part].source;
    uint32_t tile = (uint32_t)job->options->exr_tile;
    int added;
    exr_result_t code = exr_add_part(job->file, source->layer ? source->layer->name : "beauty",
                                     tile > 0 ? EXR_STORAGE_TILED : EXR_STORAGE_SCANLINE, &added);
    if (code == EXR_ERR_SUCCESS) code = set_windows(job, part, source);
    if (code == EXR_ERR_SUCCESS && tile > 0)
        code = exr_set_tile_descriptor(job->file, part, tile, tile, EXR_TILE_ONE_LEVEL,
                                       EXR_TILE_ROUND_DOWN);
    if (code == EXR_ERR_SUCCESS) code = add_channels(job, part);
    return code == EXR_ERR_SUCCESS ? describe(job, part) : code;
}

exr_result_t vd_exr_write_header(vd_exr_job *job)
{
    exr_result_t code = EXR_ERR_SUCCESS;
    for (int part = 0; code == EXR_ERR_SUCCESS && part < job->part_count; part++)
        code = add_part(job, part);
    return code == EXR_ERR_SUCCESS ? exr_write_header(job->file) : code;
}
