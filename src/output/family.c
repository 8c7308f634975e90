/* A picture and its side files under their names, all together.
 *
 * Programs that open a picture also read what lies beside it under names made from its own: a world
 * file, GDAL's .aux.xml, overviews in .ovr. An old one of these would describe the new picture
 * wrongly, so the whole family is claimed at once: any of its files that exists is refused just as
 * an existing picture is, and when overwriting, those that are not written anew are removed. The
 * picture comes last, so that whoever sees it sees its side files too. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/parts.h"

/* A world file's suffix is the picture's with a w, of three letters the first and the last before
 * it; where it has none to speak of, .wld, under which GDAL looks for any. */
static const char *world_suffix(const char *suffix)
{
    static const char *const known[][2] = {
        {".png", ".pgw"}, {".tif", ".tfw"}, {".tiff", ".tiffw"}, {".exr", ".exw"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcasecmp(suffix, known[i][0]) == 0) return known[i][1];
    return ".wld";
}

static vd_result world_path(vd_context *context, const char *path, char **out)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, stem + 8, 1, "a file name", &memory));
    *out = memory;
    snprintf(*out, stem + 8, "%.*s%s", (int)stem, path, world_suffix(dot ? dot : ""));
    return VD_OK;
}

static vd_result suffixed_path(vd_context *context, const char *path, const char *suffix,
                               char **out)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, size, 1, "a file name", &memory));
    *out = memory;
    snprintf(*out, size, "%s%s", path, suffix);
    return VD_OK;
}

static vd_result member_path(vd_context *context, const vd_output_options *options,
                             vd_member member, char **out)
{
    *out = NULL;
    switch (member) {
    case VD_MEMBER_PICTURE: return vd_strdup(context, options->path, out);
    case VD_MEMBER_WORLD: return world_path(context, options->path, out);
    case VD_MEMBER_PAM: return suffixed_path(context, options->path, ".aux.xml", out);
    case VD_MEMBER_OVERVIEWS: return suffixed_path(context, options->path, ".ovr", out);
    case VD_MEMBER_COUNT: break;
    }
    return VD_OK;
}

/* A name that no file can have, be it that of a side file, is found out before the work. */
static vd_result check_length(vd_context *context, const vd_output_options *options,
                              vd_member member, const char *path)
{
    struct stat status;
    bool is_png = options->format == VD_FORMAT_PNG;
    bool is_written = member == VD_MEMBER_PICTURE || (member == VD_MEMBER_PAM && is_png) ||
                      (member == VD_MEMBER_WORLD && (is_png || options->worldfile));
    if (!is_written || lstat(path, &status) == 0 || errno != ENAMETOOLONG) return VD_OK;
    return vd_fail(context, VD_ERR_IO, "cannot write %s: %s; give the picture a shorter name", path,
                   strerror(ENAMETOOLONG));
}

vd_result vd_family_begin(vd_context *context, const vd_output_options *options, vd_family *out)
{
    *out = (vd_family){.overwrite = options->overwrite};
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < VD_MEMBER_COUNT; i++) {
        result = member_path(context, options, (vd_member)i, &out->paths[i]);
        if (result == VD_OK && out->paths[i])
            result = check_length(context, options, (vd_member)i, out->paths[i]);
        if (result == VD_OK && out->paths[i])
            result = vd_whole_begin(context, out->paths[i], options->overwrite, &out->files[i]);
    }
    if (result != VD_OK) vd_family_abort(out);
    return result;
}

vd_result vd_family_commit(vd_context *context, vd_family *family)
{
    vd_result result = VD_OK;
    int i = VD_MEMBER_COUNT - 1;
    for (; result == VD_OK && i >= 0; i--) {
        if (family->written[i])
            result = vd_whole_commit(context, &family->files[i]);
        else if (family->paths[i] && family->overwrite)
            unlink(family->paths[i]);
    }
    if (result != VD_OK)
        for (int done = i + 2; done < VD_MEMBER_COUNT; done++)
            if (family->written[done]) unlink(family->paths[done]);
    vd_family_abort(family);
    return result;
}

void vd_family_abort(vd_family *family)
{
    for (int i = 0; i < VD_MEMBER_COUNT; i++) {
        vd_whole_abort(&family->files[i]);
        free(family->paths[i]);
    }
    *family = (vd_family){0};
}
