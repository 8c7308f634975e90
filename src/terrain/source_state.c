/* What tells whether a DEM's files are still the same: of each its path, size and time of change.
 *
 * GDAL names the files that make a raster: beside its own those of headers, overviews, masks and
 * notes, and of a virtual raster its sources. Of what is in an archive the archive counts. What has
 * no such state, on the network or in memory, is listed as unknown. */
#include <cpl_string.h>
#include <gdal.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "terrain/dem_parts.h"
#include "terrain/raster.h"

const char *vd_raster_library(void)
{
    return GDALVersionInfo("--version");
}

/* The file on disk that a name of GDAL's lies in; false if there is none. */
static bool find_on_disk(const char *name, char path[PATH_MAX], struct stat *status)
{
    static const char *const archives[] = {"/vsizip/", "/vsitar/", "/vsigzip/"};
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < sizeof archives / sizeof archives[0]; i++)
            if (strncmp(name, archives[i], strlen(archives[i])) == 0) {
                name += strlen(archives[i]);
                found = true;
            }
    }
    if (strncmp(name, "/vsi", 4) == 0) return false;
    if (name[0] == '{') name++; /* /vsizip/{a.zip}/b.tif */
    char text[PATH_MAX];
    if (snprintf(text, sizeof text, "%s", name) >= (int)sizeof text) return false;
    char *brace = strchr(text, '}');
    if (brace) *brace = '\0';
    while (stat(text, status) != 0) {
        char *slash = strrchr(text, '/');
        if (!slash || slash == text) return false;
        *slash = '\0';
    }
    return S_ISREG(status->st_mode) && realpath(text, path);
}

static void list_file(const char *name, FILE *out)
{
    char path[PATH_MAX];
    struct stat status;
    if (!find_on_disk(name, path, &status)) {
        fprintf(out, "?%s\n", name);
        return;
    }
#ifdef __APPLE__
    long nanoseconds = status.st_mtimespec.tv_nsec;
#else
    long nanoseconds = status.st_mtim.tv_nsec;
#endif
    fprintf(out, "%lld bytes, %lld.%09ld: %s\n", (long long)status.st_size,
            (long long)status.st_mtime, nanoseconds, path);
}

void vd_raster_list_sources(vd_raster *raster, FILE *out)
{
    vd_gdal_listen(&raster->words);
    char **files = GDALGetFileList(raster->dataset);
    vd_gdal_leave();
    /* The name itself too: of several rasters in one file it says which. */
    fprintf(out, "raster %s\n", raster->path);
    for (int i = 0; i < CSLCount(files); i++) list_file(files[i], out);
    if (!files) fprintf(out, "?%s\n", raster->path);
    CSLDestroy(files);
}
