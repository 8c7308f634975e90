/* Hours of sun, as veduta.h declares them. */
#include <stdlib.h>

#include "api/api.h"
#include "output/bands.h"
#include "render/sun_hours.h"
#include "terrain/map_transform.h"

#define NODATA (-9999.0f)

typedef struct reader {
    const vd_scene *scene;
    const vd_film *film;
    double diffuse_whm2; /* of level ground; channels of the sky are shares of it */
    bool has_sky;
} reader;

/** The bands of a cell from its channels. */
static void fill_cell(const reader *r, const float *means, int64_t cell, int64_t cells, float *out)
{
    out[cell] = means[VD_SUN_HOURS_DIRECT];
    out[cells + cell] = means[VD_SUN_HOURS_BEAM];
    if (!r->has_sky) return;
    float diffuse = (float)(r->diffuse_whm2 * (double)means[VD_SUN_HOURS_SKY]);
    out[2 * cells + cell] = diffuse;
    out[3 * cells + cell] = means[VD_SUN_HOURS_BEAM] + diffuse;
}

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *values)
{
    const reader *r = state;
    const vd_frame *frame = &r->scene->frame;
    const int channels = vd_film_channels(r->film), width = frame->width;
    const int64_t cells = (int64_t)rows * width;
    void *means = NULL;
    VD_TRY(vd_alloc(context, (size_t)cells, (size_t)channels * sizeof(float), "rows", &means));
    vd_result result = vd_film_means(context, r->film, 0, channels, 0, y, width, rows, means);
    for (int64_t i = 0; result == VD_OK && i < cells; i++) {
        int column = (int)frame->column + (int)(i % width);
        int row = (int)frame->row + y + (int)(i / width);
        if (vd_dem_is_valid(r->scene->terrain->dem, column, row))
            fill_cell(r, (const float *)means + i * channels, i, cells, values);
        else
            for (int k = 0; k < (r->has_sky ? 4 : 2); k++) values[k * cells + i] = NODATA;
    }
    free(means);
    return result;
}

static vd_result write_all(vd_context *context, const vd_settings *settings, reader *r,
                           const vd_output_options *options)
{
    static const vd_band bands[] = {
        {"sun_hours", "h"}, {"direct", "Wh/m2"}, {"diffuse", "Wh/m2"}, {"global", "Wh/m2"}};
    const vd_dem_info *info = &r->scene->terrain->dem->info;
    char *text = NULL;
    vd_bands source = {.width = r->scene->frame.width,
                       .height = r->scene->frame.height,
                       .count = r->has_sky ? 4 : 2,
                       .bands = bands,
                       .nodata = NODATA,
                       .has_geotransform = info->has_geotransform,
                       .wkt = info->wkt,
                       .state = r,
                       .read_rows = read_rows};
    for (int i = 0; i < 6; i++) source.geotransform[i] = r->scene->frame.geotransform[i];
    vd_result result = vd_settings_to_yaml(context, settings, &text);
    source.settings_text = text;
    for (int i = 0; result == VD_OK && i < settings->output_path.count; i++)
        result = vd_bands_write(context, &source, &options[i]);
    free(text);
    return result;
}

/** Options of every output, checked; free with free(). */
static vd_result check_outputs(vd_context *context, const vd_settings *settings,
                               const char **creation, vd_output_options **out)
{
    int count = settings->output_path.count;
    void *memory;
    if (count == 0) return vd_fail(context, VD_ERR_SETTING, "no output: add -o OUT.tif");
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(vd_output_options), "outputs", &memory));
    *out = memory;
    for (int i = 0; i < count; i++) {
        vd_output_options *o = &(*out)[i];
        *o = (vd_output_options){.path = settings->output_path.items[i],
                                 .type = VD_SAMPLE_FLOAT32,
                                 .overwrite = settings->output_overwrite,
                                 .threads = settings->render_threads,
                                 .creation_options = creation};
        VD_TRY(vd_format_choose(context, o->path, NULL, &o->format));
        if (o->format != VD_FORMAT_GTIFF)
            return vd_fail(context, VD_ERR_SETTING,
                           "%s: hours of sun are written as a GeoTIFF; name it .tif", o->path);
        for (int k = 0; k < i; k++)
            if (vd_same_file(o->path, (*out)[k].path))
                return vd_fail(context, VD_ERR_SETTING,
                               "%s: is named twice as an output; leave one", o->path);
        VD_TRY(vd_output_check(context, o));
    }
    return VD_OK;
}

static vd_result measure(vd_context *context, const vd_settings *settings,
                         const vd_output_options *options)
{
    vd_scene *scene = NULL;
    vd_sun_path path = {0};
    vd_film *film = NULL;
    vd_result result = vd_scene_load_shape(context, settings, &scene);
    if (result == VD_OK) {
        const vd_dem *dem = scene->terrain->dem;
        result = vd_sun_path_make(context, settings, &dem->info, &scene->frame,
                                  (double)dem->valid_min + dem->base_m,
                                  (double)dem->valid_max + dem->base_m, &path);
    }
    reader r = {
        .scene = scene, .diffuse_whm2 = path.diffuse_whm2, .has_sky = settings->insolation_diffuse};
    if (result == VD_OK) result = vd_sun_hours(context, scene, &path, r.has_sky, &film);
    r.film = film;
    if (result == VD_OK) result = write_all(context, settings, &r, options);
    vd_film_destroy(film);
    vd_sun_path_clear(&path);
    vd_scene_destroy(scene);
    return result;
}

vd_result vd_sun_hours_write(vd_context *context, const vd_settings *settings)
{
    vd_output_options *options = NULL;
    void *creation = NULL;
    vd_context_clear(context);
    VD_TRY(vd_sun_path_check(context, settings));
    const vd_text_list *given = &settings->output_creation;
    VD_TRY(vd_alloc(context, (size_t)given->count + 1, sizeof(char *), "the creation options",
                    &creation));
    for (int i = 0; i < given->count; i++) ((const char **)creation)[i] = given->items[i];
    vd_result result = check_outputs(context, settings, creation, &options);
    if (result == VD_OK) result = measure(context, settings, options);
    free(options);
    free(creation);
    return result;
}
