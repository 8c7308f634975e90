/* From a file to a map: which kind of file, and whether what it holds is light. */
#include "atmosphere/environment_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/environment.h"

/* Beyond this, products of light and sums over a sphere leave the range of floats. */
#define BRIGHTEST 1e20
/* Negative values this small beside the picture's mean are the rounding of lossy compression. */
#define ROUNDING 1e-3

static bool is_exr(const unsigned char magic[4])
{
    return memcmp(magic, "\x76\x2f\x31\x01", 4) == 0;
}

static bool is_hdr(const unsigned char magic[4])
{
    return memcmp(magic, "#?", 2) == 0;
}

bool vd_light_picture_is(const char *path)
{
    unsigned char magic[4] = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    size_t got = fread(magic, 1, sizeof(magic), file);
    fclose(file);
    return got == 4 && (is_exr(magic) || is_hdr(magic));
}

vd_result vd_light_picture_read(vd_context *context, const char *path, vd_light_picture *out)
{
    unsigned char magic[4] = {0};
    *out = (vd_light_picture){0};
    VD_TRY(vd_refuse_special_file(context, path));
    FILE *file = fopen(path, "rb");
    if (!file)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                       strerror(errno));
    errno = 0;
    size_t got = fread(magic, 1, sizeof(magic), file);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check that it is a file",
                       path, strerror(error));
    if (got == 4 && is_exr(magic)) return vd_light_picture_read_exr(context, path, out);
    if (got >= 2 && is_hdr(magic)) return vd_light_picture_read_hdr(context, path, out);
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: is neither OpenEXR nor a Radiance picture; convert it to one of them",
                   path);
}

static vd_result refuse_pixel(vd_context *context, const char *path, const vd_light_picture *p,
                              size_t at, const char *what)
{
    size_t pixel = at / 3, width = (size_t)p->width;
    static const char *const names[] = {"red", "green", "blue"};
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: the %s of pixel %zu,%zu (from the upper left, which is 0,0) %s; mend it in "
                   "an image editor",
                   path, names[at % 3], pixel % width, pixel / width, what);
}

static vd_result check_light(vd_context *context, const char *path, vd_light_picture *p)
{
    size_t count = 3 * (size_t)p->width * (size_t)p->height;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(p->rgb[i])) return refuse_pixel(context, path, p, i, "is not a number");
        if (isinf(p->rgb[i])) return refuse_pixel(context, path, p, i, "is infinite");
        if (p->rgb[i] > 0.0f) sum += (double)p->rgb[i];
    }
    double least = -ROUNDING * sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        if (p->rgb[i] >= 0.0f) continue;
        if ((double)p->rgb[i] < least)
            return refuse_pixel(context, path, p, i, "is negative, which no light is");
        p->rgb[i] = 0.0f;
    }
    return VD_OK;
}

static vd_result make_stronger(vd_context *context, const char *path, vd_light_picture *p,
                               double strength)
{
    size_t count = 3 * (size_t)p->width * (size_t)p->height;
    for (size_t i = 0; i < count; i++) {
        double value = (double)p->rgb[i] * strength;
        if (value > BRIGHTEST) {
            char what[80];
            snprintf(what, sizeof(what), "is %g%s, and %g is the most", (double)p->rgb[i],
                     strength != 1.0 ? " before environment.strength" : "", BRIGHTEST);
            return refuse_pixel(context, path, p, i, what);
        }
        p->rgb[i] = (float)value;
    }
    return VD_OK;
}

vd_result vd_environment_load(vd_context *context, const char *path, double strength,
                              vd_environment **out)
{
    vd_light_picture picture;
    *out = NULL;
    VD_TRY(vd_light_picture_read(context, path, &picture));
    vd_result result = check_light(context, path, &picture);
    if (result == VD_OK) result = make_stronger(context, path, &picture, strength);
    if (result != VD_OK) {
        free(picture.rgb);
        return result;
    }
    if (picture.width != 2 * picture.height)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: is %d x %d pixels; a map of latitude and longitude is twice as wide as "
                   "high, and this one is stretched to that",
                   path, picture.width, picture.height);
    VD_TRY(vd_environment_create(context, picture.width, picture.height, picture.rgb, out));
    if (strength > 0.0 && !((*out)->luminance > 0.0))
        vd_message(context, VD_LEVEL_WARNING, "%s: is black everywhere", path);
    return VD_OK;
}
