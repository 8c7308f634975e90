/* Cloud-optimised GeoTIFF: headers first, overviews before the picture, so that a reader over the
 * network gets what it needs in a few requests. That order can only be written once all is known,
 * which is why GDAL's COG driver copies finished pictures and makes none: here a GeoTIFF with
 * overviews (overviews.c) is written under a hidden name beside the output, copied, and removed.
 * For that while the disk holds the picture twice, and the driver reads through GDAL's cache, which
 * may take its twentieth of the machine's memory (GDAL_CACHEMAX).
 *
 * Where creation options speak of overviews, the driver makes them, or none, as they say. */
#include <stdlib.h>

#include <cpl_string.h>

#include "output/gdal_parts.h"

/* A COG's overviews end with one that fits into a tile, of 512 pixels unless BLOCKSIZE says. */
#define BLOCK 512

typedef struct copy_progress {
    vd_context *context;
    vd_result result;
} copy_progress;

static int CPL_STDCALL report(double fraction, const char *text, void *user)
{
    (void)text;
    copy_progress *progress = user;
    progress->result = vd_progress(progress->context, "cog", fraction);
    return progress->result == VD_OK;
}

static bool speak_of_overviews(char **list)
{
    return CSLFetchNameValue(list, "OVERVIEWS") || CSLFetchNameValue(list, "OVERVIEW_COUNT") ||
           CSLFetchNameValue(list, "OVERVIEW_RESAMPLING") || CSLFetchNameValue(list, "RESAMPLING");
}

/* The picture to copy from, packed lightly since it is soon gone. */
static vd_result write_original(vd_context *context, const vd_encoder *encoder, char **list,
                                vd_gdal_trap *trap)
{
    const char *const light[] = {"ZLEVEL=1", NULL};
    vd_output_options options = *encoder->options;
    options.format = VD_FORMAT_GTIFF;
    options.creation_options = light;
    const char *block = CSLFetchNameValue(list, "BLOCKSIZE");
    char **original = vd_creation_list(&options, encoder->source);
    vd_result result = vd_gtiff_create(context, encoder, original, !speak_of_overviews(list),
                                       block ? atoi(block) + 1 : BLOCK + 1, trap);
    CSLDestroy(original);
    return result;
}

static vd_result copy(vd_context *context, char **list, const char *from, vd_gdal_trap *trap)
{
    copy_progress progress = {.context = context};
    GDALDatasetH made = NULL;
    vd_gdal_trap_set(trap);
    GDALDatasetH original = GDALOpen(from, GA_ReadOnly);
    if (original)
        made = GDALCreateCopy(vd_gdal_driver("COG"), trap->part_path, original, FALSE, list, report,
                              &progress);
    if (made) GDALClose(made);
    if (original) GDALClose(original);
    vd_gdal_trap_release();
    if (progress.result != VD_OK) return progress.result;
    return made && !trap->failed ? VD_OK : vd_gdal_fail(context, trap);
}

vd_result vd_cog_write(vd_context *context, const vd_encoder *encoder, vd_family *family)
{
    const char *path = family->paths[VD_MEMBER_PICTURE];
    const char *part_path = vd_whole_path(family->files[VD_MEMBER_PICTURE]);
    vd_whole_file *hidden = NULL;
    char **list = vd_creation_list(encoder->options, encoder->source);
    vd_result result = vd_whole_begin(context, path, family->overwrite, &hidden);
    if (result != VD_OK) goto cleanup;

    const char *from = vd_whole_path(hidden);
    vd_gdal_trap writing = {.context = context, .path = path, .part_path = from};
    vd_gdal_trap copying = {.context = context, .path = path, .part_path = part_path};
    family->written[VD_MEMBER_PICTURE] = true;
    result = write_original(context, encoder, list, &writing);
    if (result == VD_OK) result = copy(context, list, from, &copying);
    vd_result adopted = vd_gdal_adopt_pam(context, family, part_path, result == VD_OK);
    if (result == VD_OK) result = adopted;
    adopted = vd_gdal_adopt_pam(context, family, from, false);
    if (result == VD_OK) result = adopted;
cleanup:
    vd_whole_abort(&hidden);
    CSLDestroy(list);
    return result;
}
