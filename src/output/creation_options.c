/* NAME=VALUE for the GTiff and COG drivers: which names there are is the driver's to say, and which
 * of them veduta leaves to the user is said here. GDAL itself passes over a name it does not know
 * with a warning; here it is an error, and the nearest known name is offered. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "output/parts.h"

#define MAX_NAME 64

/* Options that would contradict what is written or how. */
static const struct {
    const char *name;
    const char *allowed; /* a value that contradicts nothing, or NULL */
    const char *why;
} refused[] = {
    {"TILING_SCHEME", "CUSTOM", "a picture keeps its own grid; gdalwarp it afterwards"},
    {"TARGET_SRS", NULL, "a picture keeps its own grid; gdalwarp it afterwards"},
    {"RES", NULL, "a picture keeps its own grid; --resolution says how fine it is"},
    {"EXTENT", NULL, "a picture keeps its own grid; --bbox says which part it shows"},
    {"ZOOM_LEVEL", NULL, "a picture keeps its own grid"},
    {"ZOOM_LEVEL_STRATEGY", NULL, "a picture keeps its own grid"},
    {"ALIGNED_LEVELS", NULL, "a picture keeps its own grid"},
    {"WARP_RESAMPLING", NULL, "a picture keeps its own grid"},
    {"ADD_ALPHA", NULL, "alpha is written where the DEM has NODATA"},
    {"PHOTOMETRIC", "RGB", "pictures are RGB"},
    {"ALPHA", NULL, "alpha is written where the DEM has NODATA"},
    {"NBITS", NULL, "--ot says how many bits a sample has"},
    {"PIXELTYPE", "DEFAULT", "--ot says the sample type"},
    {"TFW", "NO", "the GeoTIFF has its georeferencing inside"},
    {"RPB", "NO", "a picture has no RPC model"},
    {"RPCTXT", "NO", "a picture has no RPC model"},
    {"COPY_SRC_OVERVIEWS", "NO", "--overviews makes them"},
    {"STREAMABLE_OUTPUT", "NO", "a picture appears under its name when it is complete"},
};

static vd_result check_known(vd_context *context, const char *driver, const char *option,
                             const char *name, const char *const *known)
{
    vd_nearest nearest = {.unknown = name};
    for (const char *const *at = known; *at; at++) {
        if (strcasecmp(*at, name) == 0) return VD_OK;
        vd_nearest_offer(&nearest, *at, *at);
    }
    if (nearest.found)
        return vd_fail(context, VD_ERR_SETTING,
                       "--co %s: %s has no creation option %s; did you mean %s?", option, driver,
                       name, nearest.found);
    return vd_fail(context, VD_ERR_SETTING,
                   "--co %s: %s has no creation option %s; `gdalinfo --format %s` lists them",
                   option, driver, name, driver);
}

vd_result vd_creation_option_check(vd_context *context, const char *driver, const char *option,
                                   const char *const *known)
{
    const char *equals = strchr(option, '=');
    size_t length = equals ? (size_t)(equals - option) : 0;
    if (length == 0 || length >= MAX_NAME)
        return vd_fail(context, VD_ERR_SETTING,
                       "--co %s: no creation option; write it as NAME=VALUE", option);
    char name[MAX_NAME];
    memcpy(name, option, length);
    name[length] = '\0';

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (strcasecmp(refused[i].name, name) != 0) continue;
        const char *allowed = refused[i].allowed;
        if (allowed && strcasecmp(allowed, equals + 1) == 0) return VD_OK;
        return vd_fail(context, VD_ERR_SETTING,
                       "--co %s: %s cannot be chosen, because %s; leave it out", option,
                       refused[i].name, refused[i].why);
    }
    return check_known(context, driver, option, name, known);
}
