/* The chain: each step reads from the one before it, by rows. What looks at neighbours keeps the
 * rows it has read, since writers go from top to bottom. */
#include "post/effects_parts.h"

#include <stdlib.h>
#include <string.h>

struct vd_effects {
    vd_effects_options options;
    vd_glare glare;
    float *window; /* rows of the picture, for aberration */
    int first, count, capacity;
};

bool vd_effects_are_any(const vd_effects_options *o)
{
    return vd_aberration_is_any(o) || o->glare > 0.0f || o->grain > 0.0f || vd_vignette_is_any(o);
}

static int imax(int a, int b)
{
    return a > b ? a : b;
}

static int imin(int a, int b)
{
    return a < b ? a : b;
}

/** Has rows from top to bottom - 1 in the window, keeping those that it has. */
static vd_result fill_window(vd_context *context, vd_effects *e, int top, int bottom)
{
    const vd_effects_options *o = &e->options;
    size_t row = (size_t)o->width * 4;
    if (bottom - top > e->capacity) {
        void *memory;
        VD_TRY(vd_alloc(context, (size_t)(bottom - top) * row, sizeof(float), "rows", &memory));
        if (e->count > 0) memcpy(memory, e->window, (size_t)e->count * row * sizeof(float));
        free(e->window);
        e->window = memory;
        e->capacity = bottom - top;
    }
    bool goes_on = top >= e->first && top <= e->first + e->count;
    int kept = goes_on ? imin(e->first + e->count, bottom) - top : 0;
    if (kept > 0)
        memmove(e->window, e->window + (size_t)(top - e->first) * row,
                (size_t)kept * row * sizeof(float));
    e->first = top;
    e->count = kept;
    if (kept < bottom - top)
        VD_TRY(o->read(context, o->state, top + kept, bottom - top - kept,
                       e->window + (size_t)kept * row));
    e->count = bottom - top;
    return VD_OK;
}

static vd_result read_aberrated(vd_context *context, void *state, int y, int rows, float *rgba)
{
    vd_effects *e = state;
    const vd_effects_options *o = &e->options;
    if (!vd_aberration_is_any(o)) return o->read(context, o->state, y, rows, rgba);
    int margin = vd_aberration_margin(o);
    VD_TRY(fill_window(context, e, imax(y - margin, 0), imin(y + rows + margin, o->height)));
    vd_aberration_rows(o, e->window, e->first, e->count, y, rows, rgba);
    return VD_OK;
}

vd_result vd_effects_create(vd_context *context, const vd_effects_options *options,
                            vd_effects **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_effects), "effects", &memory));
    vd_effects *e = memory;
    *e = (vd_effects){.options = *options};
    vd_result result = VD_OK;
    if (options->glare > 0.0f)
        result = vd_glare_make(context, options, read_aberrated, e, &e->glare);
    if (result == VD_OK)
        *out = e;
    else
        vd_effects_destroy(e);
    return result;
}

void vd_effects_destroy(vd_effects *e)
{
    if (!e) return;
    vd_glare_clear(&e->glare);
    free(e->window);
    free(e);
}

vd_result vd_effects_read(vd_context *context, void *state, int y, int rows, float *rgba)
{
    vd_effects *e = state;
    const vd_effects_options *o = &e->options;
    VD_TRY(read_aberrated(context, e, y, rows, rgba));
    if (o->glare > 0.0f) vd_glare_rows(o, &e->glare, y, rows, rgba);
    if (vd_vignette_is_any(o)) vd_vignette_rows(o, y, rows, rgba);
    if (o->grain > 0.0f) vd_grain_rows(o, y, rows, rgba);
    return VD_OK;
}
