/* From what a user names to rasters that GDAL opens.
 *
 * GDAL reads from archives, compressed files and the network when a path says so by a prefix
 * (/vsizip/, /vsitar/, /vsigzip/, /vsicurl/). Here the prefix is put before names that need one:
 *
 *     a folder              every raster in it, but not in folders below
 *     x.zip x.tar x.tgz     every raster in it, also in its folders, as archives pack them
 *     x.gz                  the raster inside
 *     http(s)://, ftp://    the raster there, read in pieces and not downloaded whole
 *
 * What a driver takes as it is (a folder of an ESRI grid, an SRTM tile in its zip) is left to it.
 * Rasters are sorted by name in byte order, so that which one wins where two overlap does not
 * depend on a file system. */
#include "terrain/sources.h"

#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "terrain/dem_parts.h"
#include "terrain/gdal_words.h"

void vd_sources_clear(vd_source_list *list)
{
    for (int i = 0; i < list->count; i++) free(list->paths[i]);
    free(list->paths);
    free(list->left_out_path);
    *list = (vd_source_list){0};
}

/* Appends "a", or "a/b" of two parts. */
static vd_result add(vd_context *context, vd_source_list *list, const char *a, const char *b)
{
    /* Room is made at every power of two. */
    if ((list->count & (list->count - 1)) == 0) {
        size_t room = list->count ? 2 * (size_t)list->count : 1;
        char **paths = realloc(list->paths, room * sizeof *paths);
        if (!paths) return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory", a);
        list->paths = paths;
    }
    void *memory = NULL;
    size_t size = strlen(a) + (b ? strlen(b) : 0) + 2;
    VD_TRY(vd_alloc(context, size, 1, "a file's name", &memory));
    bool joined = !b || a[strlen(a) - 1] == '/';
    snprintf(memory, size, "%s%s%s", a, joined ? "" : "/", b ? b : "");
    list->paths[list->count++] = memory;
    return VD_OK;
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    return length > tail && strcasecmp(name + length - tail, suffix) == 0;
}

static bool has_driver(const char *path)
{
    return GDALIdentifyDriverEx(path, GDAL_OF_RASTER, NULL, NULL) != NULL;
}

/* Overviews, masks and notes stand beside their raster and are rasters by themselves. */
static bool is_side_file(const char *entry)
{
    const char *slash = strrchr(entry, '/');
    const char *name = slash ? slash + 1 : entry;
    return name[0] == '.' || has_suffix(name, ".ovr") || has_suffix(name, ".msk") ||
           has_suffix(name, ".aux.xml");
}

/* Is it something that veduta wrote? GeoTIFF, COG and PNG each say so in their own way. */
static bool is_own_picture(const char *path)
{
    static const char *const software[] = {"TIFFTAG_SOFTWARE", "Software"};
    bool found = false;
    GDALDatasetH dataset = GDALOpenEx(path, GDAL_OF_RASTER, NULL, NULL, NULL);
    for (size_t i = 0; dataset && i < sizeof software / sizeof software[0]; i++) {
        const char *by = GDALGetMetadataItem(dataset, software[i], NULL);
        found |= by && strncmp(by, "veduta ", 7) == 0;
    }
    if (dataset) GDALClose(dataset);
    return found;
}

/* Is it a raster to take? If it is a picture of veduta's, it is counted and its path kept. */
static bool is_wanted(vd_source_list *list, const char *path)
{
    VSIStatBufL status;
    if (VSIStatL(path, &status) != 0 || !VSI_ISREG(status.st_mode) || !has_driver(path))
        return false;
    if (!is_own_picture(path)) return true;
    if (list->left_out++ == 0) list->left_out_path = strdup(path);
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static vd_result add_rasters_in(vd_context *context, vd_source_list *list, const char *folder,
                                bool with_subfolders)
{
    int first = list->count;
    vd_result result = VD_OK;
    char **names = with_subfolders ? VSIReadDirRecursive(folder) : VSIReadDirEx(folder, 0);
    for (int i = 0; i < CSLCount(names) && result == VD_OK; i++) {
        if (is_side_file(names[i])) continue;
        result = add(context, list, folder, names[i]);
        if (result != VD_OK) break;
        char *path = list->paths[list->count - 1];
        if (is_wanted(list, path)) continue;
        free(path);
        list->count--;
    }
    CSLDestroy(names);
    if (!names)
        return vd_fail(
            context, VD_ERR_INPUT,
            "%s: cannot be listed; is it whole, and if it is on a server, does that give "
            "parts of files?",
            folder);
    if (result == VD_OK && list->count == first)
        return vd_fail(context, VD_ERR_INPUT,
                       "%s: holds no raster that GDAL knows%s; give a raster, or a folder of them",
                       folder, list->left_out ? " but pictures of veduta" : "");
    if (result == VD_OK)
        qsort(list->paths + first, (size_t)(list->count - first), sizeof *list->paths,
              compare_names);
    return result;
}

/* The prefix for what a name's suffix says it is, or NULL. */
static const char *archive_prefix(const char *path)
{
    static const char *const archives[][2] = {
        {".zip", "/vsizip/"}, {".tar", "/vsitar/"}, {".tgz", "/vsitar/"}, {".tar.gz", "/vsitar/"}};
    for (size_t i = 0; i < sizeof archives / sizeof archives[0]; i++)
        if (has_suffix(path, archives[i][0])) return archives[i][1];
    return NULL;
}

static bool is_url(const char *path)
{
    return strncasecmp(path, "http://", 7) == 0 || strncasecmp(path, "https://", 8) == 0 ||
           strncasecmp(path, "ftp://", 6) == 0;
}

static vd_result with_prefix(vd_context *context, const char *prefix, const char *path, char **out)
{
    void *memory = NULL;
    size_t size = strlen(prefix) + strlen(path) + 1;
    VD_TRY(vd_alloc(context, size, 1, "a file's name", &memory));
    snprintf(memory, size, "%s%s", prefix, path);
    *out = memory;
    return VD_OK;
}

static vd_result add_input(vd_context *context, vd_source_list *list, const char *path)
{
    VSIStatBufL status;
    char *inner = NULL;
    const char *archive = archive_prefix(path);
    bool is_gzip = !archive && has_suffix(path, ".gz");
    if (VSIStatL(path, &status) != 0) return add(context, list, path, NULL);
    if (VSI_ISDIR(status.st_mode) && !has_driver(path))
        return add_rasters_in(context, list, path, strncmp(path, "/vsi", 4) == 0);
    if ((!archive && !is_gzip) || has_driver(path)) return add(context, list, path, NULL);

    VD_TRY(with_prefix(context, archive ? archive : "/vsigzip/", path, &inner));
    vd_result result =
        archive ? add_rasters_in(context, list, inner, true) : add(context, list, inner, NULL);
    free(inner);
    return result;
}

vd_result vd_sources_find(vd_context *context, const char *const *inputs, int count,
                          vd_source_list *out)
{
    vd_gdal_words words;
    vd_result result = VD_OK;
    *out = (vd_source_list){0};
    vd_raster_register();
    vd_gdal_listen(&words);
    for (int i = 0; i < count && result == VD_OK; i++) {
        char *remote = NULL;
        if (is_url(inputs[i])) result = with_prefix(context, "/vsicurl/", inputs[i], &remote);
        if (result == VD_OK) result = vd_refuse_special_file(context, inputs[i]);
        if (result == VD_OK) result = add_input(context, out, remote ? remote : inputs[i]);
        free(remote);
    }
    vd_gdal_leave();
    if (result != VD_OK) vd_sources_clear(out);
    return result;
}
