/* Which names mean the same file, and which mean no file at all. */
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"

static bool same_inode(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Where the last part of a path begins. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What is known of the folder that a path lies in. */
static bool stat_folder(const char *path, struct stat *out)
{
    char folder[4096];
    size_t length = (size_t)(last_part(path) - path);
    if (length >= sizeof(folder)) return false;
    memcpy(folder, path, length);
    folder[length] = '\0';
    return stat(length ? folder : ".", out) == 0;
}

/* GDAL reads through prefixes: /vsigzip/dem.tif.gz is what is packed in dem.tif.gz. */
static const char *skip_prefixes(const char *path)
{
    while (strncmp(path, "/vsi", 4) == 0) {
        const char *slash = strchr(path + 4, '/');
        if (!slash) break;
        path = slash + 1;
    }
    return path;
}

bool vd_same_file(const char *a, const char *b)
{
    a = skip_prefixes(a);
    b = skip_prefixes(b);
    struct stat of_a, of_b;
    bool has_a = stat(a, &of_a) == 0, has_b = stat(b, &of_b) == 0;
    if (has_a && has_b) return same_inode(&of_a, &of_b);
    if (has_a != has_b || strcmp(last_part(a), last_part(b)) != 0) return false;
    return stat_folder(a, &of_a) && stat_folder(b, &of_b) && same_inode(&of_a, &of_b);
}

bool vd_is_empty_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

bool vd_is_lent(const char *path)
{
    return path && strncmp(path, VD_LENT_PREFIX, strlen(VD_LENT_PREFIX)) == 0;
}

vd_result vd_refuse_special_file(vd_context *context, const char *path)
{
    struct stat status;
    if (strcmp(path, "-") == 0)
        return vd_fail(context, VD_ERR_INPUT,
                       "-: standard input cannot be read; write what it gives to a file first (one "
                       "of that name is ./-)");
    if (strncmp(path, "/vsistdin", 9) != 0) {
        if (stat(skip_prefixes(path), &status) != 0) return VD_OK;
        if (!S_ISFIFO(status.st_mode) && !S_ISSOCK(status.st_mode) && !S_ISCHR(status.st_mode))
            return VD_OK;
    }
    return vd_fail(context, VD_ERR_INPUT,
                   "%s: is a pipe, socket or device; write what it gives to a file first", path);
}
