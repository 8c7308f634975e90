/* OpenEXR pictures of light. Of a file of several parts the first is taken that has channels R, G
 * and B, or Y alone, each for every pixel. The picture is the display window; what the data window
 * leaves of it is black. Colours are taken as Rec. 709; the user is told of a file that says
 * otherwise. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/environment_read.h"
#include "base/exr_in.h"

/** Does a part hold light? Finds its channels, of red, green and blue. */
static bool has_light(const vd_exr_in *in, int part, int channels[3])
{
    static const char *const names[] = {"R", "G", "B"};
    const char *name;
    if (!vd_exr_in_is_flat(in, part)) return false;
    for (int c = 0; c < 3; c++) channels[c] = vd_exr_in_find(in, part, names[c]);
    if (channels[0] >= 0 && channels[1] >= 0 && channels[2] >= 0) return true;
    for (int i = 0; (name = vd_exr_in_channel(in, part, i)); i++)
        if (strcmp(name, "RY") == 0) return false; /* luminance beside chroma is no grey */
    for (int c = 0; c < 3; c++) channels[c] = vd_exr_in_find(in, part, "Y");
    return channels[0] >= 0;
}

/** The user may want to know that the picture was meant otherwise than it is taken. */
static vd_result check_meaning(vd_context *context, const char *path, const vd_exr_in *in, int part)
{
    static const float rec709[8] = {0.64f, 0.33f, 0.30f, 0.60f, 0.15f, 0.06f, 0.3127f, 0.3290f};
    float says[8];
    if (vd_exr_in_is_cube_map(in, part))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: is a cube map; convert it to latitude and longitude (exrenvmap does)",
                       path);
    if (!vd_exr_in_chromaticities(in, part, says)) return VD_OK;
    for (int i = 0; i < 8; i++)
        if (fabsf(says[i] - rec709[i]) > 0.005f) {
            vd_message(context, VD_LEVEL_WARNING,
                       "%s: has other primaries than Rec. 709; its colours are taken as if it had "
                       "those",
                       path);
            break;
        }
    return VD_OK;
}

static vd_result read_part(vd_context *context, vd_exr_in *in, int part, const int channels[3],
                           vd_light_picture *out)
{
    vd_exr_rows *rows;
    void *memory;
    VD_TRY(vd_exr_rows_open(context, in, part, channels, 3, 0, &rows));
    int width = vd_exr_rows_width(rows), height = vd_exr_rows_height(rows);
    vd_result result = vd_alloc(context, (size_t)width * (size_t)height, 3 * sizeof(float),
                                "the environment", &memory);
    if (result == VD_OK) {
        *out = (vd_light_picture){width, height, memory};
        result = vd_exr_rows_read(context, rows, 0, height, out->rgb);
    }
    vd_exr_rows_close(rows);
    return result;
}

static vd_result read_file(vd_context *context, const char *path, vd_exr_in *in,
                           vd_light_picture *out)
{
    int channels[3];
    for (int part = 0; part < vd_exr_in_parts(in); part++) {
        if (!has_light(in, part, channels)) continue;
        VD_TRY(check_meaning(context, path, in, part));
        return read_part(context, in, part, channels, out);
    }
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: no part of it has channels R, G and B, or Y, in half or float for every "
                   "pixel; save it as plain RGB",
                   path);
}

vd_result vd_light_picture_read_exr(vd_context *context, const char *path, vd_light_picture *out)
{
    vd_exr_in *in;
    *out = (vd_light_picture){0};
    VD_TRY(vd_exr_in_open(context, path, &in));
    vd_result result = read_file(context, path, in, out);
    vd_exr_in_close(in);
    if (result != VD_OK) {
        free(out->rgb);
        *out = (vd_light_picture){0};
    }
    return result;
}
