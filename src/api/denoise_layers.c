/* What the denoisers of src/post want to know of a picture, from an OpenEXR file. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

/* Where a picture is read from. */
typedef struct reader {
    const vd_settings *settings;
    const char *path;
    vd_exr_in *in;
    int part; /* of beauty */
    const vd_clean_planes *planes;
} reader;

/* Reads all of a layer. */
static vd_result read_layer(vd_context *context, const reader *r, const char *layer,
                            const char *letters, float *to)
{
    const vd_clean_planes *p = r->planes;
    vd_exr_rows *rows = NULL;
    int channels[4], part;
    if (!vd_exr_in_find_layer(r->in, layer, letters, &part, channels))
        return vd_settings_refuse(
            context, r->settings, VD_KNOB_DENOISE_METHOD,
            "%s has no %s; render it with --aov albedo,normal,beauty_half, "
            "depth if it is a view, and transmittance if it has fog or clouds",
            r->path, layer);
    VD_TRY(vd_exr_rows_open(context, r->in, part, channels, (int)strlen(letters),
                            r->settings->render_threads, &rows));
    vd_result result = vd_exr_rows_check_size(context, rows, layer, p->width, p->height);
    if (result == VD_OK) result = vd_exr_rows_read(context, rows, 0, p->height, to);
    vd_exr_rows_close(rows);
    return result;
}

/* What media before a view change: of the sky something is there if they are before it. */
static vd_result look_through_air(vd_context *context, const reader *r)
{
    const vd_clean_planes *p = r->planes;
    const size_t pixels = (size_t)p->width * (size_t)p->height;
    int channels[4], part;
    void *memory = NULL;
    vd_result result = VD_OK;
    if (vd_exr_in_find_layer(r->in, "transmittance", "Y", &part, channels) ||
        vd_exr_in_text(r->in, r->part, VD_NOTE_MEDIA)) {
        VD_TRY(vd_alloc(context, pixels, sizeof(float), "transmittances", &memory));
        result = read_layer(context, r, "transmittance", "Y", memory);
    }
    const float *left = memory;
    for (size_t i = 0; i < pixels && result == VD_OK; i++) {
        float *n = p->normal + 3 * i;
        bool is_sky = n[0] == 0.0f && n[1] == 0.0f && n[2] == 0.0f;
        if (is_sky)
            p->depth[i] = left && left[i] < VD_CLEAN_AIR ? 1.0f : 0.0f;
        else if (left)
            vd_clean_veil(left[i], p->albedo + 3 * i, n, &p->depth[i]);
    }
    free(memory);
    return result;
}

vd_result vd_clean_planes_read(vd_context *context, const vd_settings *settings, const char *path,
                               vd_exr_in *in, int part, vd_clean_planes *planes)
{
    const reader r = {settings, path, in, part, planes};
    VD_TRY(read_layer(context, &r, "albedo", "RGB", planes->albedo));
    VD_TRY(read_layer(context, &r, "normal", "XYZ", planes->normal));
    VD_TRY(read_layer(context, &r, "beauty_half", planes->channels == 3 ? "RGB" : "RGBA",
                      planes->noise));
    if (!planes->has_depth) return VD_OK;
    VD_TRY(read_layer(context, &r, "depth", "Z", planes->depth));
    return look_through_air(context, &r);
}
