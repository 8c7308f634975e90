/* A part of a picture as a picture of its own, which knows where it lies in the whole: an OpenEXR
 * says so by its two windows, dither is that of the whole, and a map has its own place. Rows are
 * read as the whole has them, since effects count from its edges, and cut here. */
#include <stdlib.h>
#include <string.h>

#include "output/parts.h"

/* Room for rows of the whole. */
static vd_result make_room(vd_context *context, const vd_cropped *c, int rows, int channels,
                           float **out)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)rows * (size_t)c->whole->width,
                    (size_t)channels * sizeof(float), "rows of the picture", &memory));
    *out = memory;
    return VD_OK;
}

/* Frees rows of the whole, of which the part is taken. */
static void take_part(const vd_cropped *c, int rows, int channels, float *from, float *to)
{
    size_t row = (size_t)c->source.width * (size_t)channels;
    size_t whole = (size_t)c->whole->width * (size_t)channels;
    size_t left = (size_t)c->source.cut.x * (size_t)channels;
    for (size_t y = 0; y < (size_t)rows; y++)
        memcpy(to + y * row, from + y * whole + left, row * sizeof(float));
    free(from);
}

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *values)
{
    const vd_cropped *c = state;
    int channels = c->whole->layer ? c->whole->layer->channels : 4;
    float *all;
    VD_TRY(make_room(context, c, rows, channels, &all));
    vd_result result =
        c->whole->read_rows(context, c->whole->state, y + c->source.cut.y, rows, all);
    take_part(c, rows, channels, all, values);
    return result;
}

static vd_result read_coverage(vd_context *context, void *state, int y, int rows, float *coverage)
{
    const vd_cropped *c = state;
    float *all;
    VD_TRY(make_room(context, c, rows, 1, &all));
    vd_result result =
        c->whole->read_coverage(context, c->whole->state, y + c->source.cut.y, rows, all);
    take_part(c, rows, 1, all, coverage);
    return result;
}

static vd_result read_aov(vd_context *context, void *state, int part, int y, int rows,
                          float *values)
{
    const vd_cropped *c = state;
    const vd_aov_source *aovs = c->whole->aovs;
    int channels = vd_aov_value_count(aovs->set->parts[part].id);
    float *all;
    VD_TRY(make_room(context, c, rows, channels, &all));
    vd_result result = aovs->read_rows(context, aovs->state, part, y + c->source.cut.y, rows, all);
    take_part(c, rows, channels, all, values);
    return result;
}

void vd_crop(const vd_source *whole, vd_cropped *out)
{
    const vd_rect *crop = &whole->crop;
    const double *g = whole->geotransform;
    *out = (vd_cropped){.source = *whole, .whole = whole};
    if (crop->width == 0) return;
    vd_source *source = &out->source;
    source->width = crop->width;
    source->height = crop->height;
    source->cut = (vd_rect){crop->x, crop->y, whole->width, whole->height};
    source->crop = (vd_rect){0};
    source->geotransform[0] += crop->x * g[1] + crop->y * g[2];
    source->geotransform[3] += crop->x * g[4] + crop->y * g[5];
    source->state = out;
    source->read_rows = read_rows;
    if (whole->read_coverage) source->read_coverage = read_coverage;
    if (!whole->aovs) return;
    out->aovs = *whole->aovs;
    out->aovs.state = out;
    out->aovs.read_rows = read_aov;
    source->aovs = &out->aovs;
}
