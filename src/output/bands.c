/* A row of tiles at a time goes to GDAL, band by band, and is flushed, as geotiff.c does it. */
#include "output/bands.h"

#include <stdlib.h>

#include <cpl_string.h>

#include "output/gdal_parts.h"

#define TILE 256

static bool describe_bands(GDALDatasetH dataset, const vd_bands *bands)
{
    for (int i = 0; i < bands->count; i++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, i + 1);
        GDALSetDescription(band, bands->bands[i].description);
        if (GDALSetRasterNoDataValue(band, (double)bands->nodata) != CE_None ||
            GDALSetRasterUnitType(band, bands->bands[i].unit) != CE_None)
            return false;
    }
    return true;
}

static bool give_rows(GDALDatasetH dataset, const vd_bands *bands, int y, int rows, float *values)
{
    for (int i = 0; i < bands->count; i++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, i + 1);
        float *at = values + (int64_t)i * rows * bands->width;
        if (GDALRasterIO(band, GF_Write, 0, y, bands->width, rows, at, bands->width, rows,
                         GDT_Float32, 0, 0) != CE_None ||
            GDALFlushRasterCache(band) != CE_None)
            return false;
    }
    return true;
}

static vd_result write_values(vd_context *context, GDALDatasetH dataset, const vd_bands *bands,
                              const vd_gdal_trap *trap)
{
    void *values = NULL;
    vd_result result = vd_alloc(context, (size_t)bands->width * TILE,
                                (size_t)bands->count * sizeof(float), "rows of bands", &values);
    for (int y = 0; result == VD_OK && y < bands->height; y += TILE) {
        int rows = bands->height - y < TILE ? bands->height - y : TILE;
        result = bands->read_rows(context, bands->state, y, rows, values);
        if (result == VD_OK && (!give_rows(dataset, bands, y, rows, values) || trap->failed))
            result = vd_gdal_fail(context, trap);
        if (result == VD_OK)
            result = vd_progress(context, "write", (double)(y + rows) / bands->height);
    }
    free(values);
    return result;
}

static vd_result create(vd_context *context, const vd_bands *bands,
                        const vd_output_options *options, vd_gdal_trap *trap)
{
    vd_source place = {.has_geotransform = bands->has_geotransform,
                       .wkt = bands->wkt,
                       .settings_text = bands->settings_text};
    for (int i = 0; i < 6; i++) place.geotransform[i] = bands->geotransform[i];
    char **list = vd_creation_list(options, false);
    list = CSLSetNameValue(list, "PHOTOMETRIC", "MINISBLACK");
    if (!CSLFetchNameValue(list, "INTERLEAVE")) list = CSLSetNameValue(list, "INTERLEAVE", "BAND");
    vd_result result = VD_OK;
    vd_gdal_trap_set(trap);
    GDALDatasetH dataset = GDALCreate(vd_gdal_driver("GTiff"), trap->part_path, bands->width,
                                      bands->height, bands->count, GDT_Float32, list);
    if (!dataset || !vd_gdal_describe(dataset, &place, false) || !describe_bands(dataset, bands))
        result = vd_gdal_fail(context, trap);
    if (result == VD_OK) result = write_values(context, dataset, bands, trap);
    if (dataset) GDALClose(dataset);
    vd_gdal_trap_release();
    CSLDestroy(list);
    return result == VD_OK && trap->failed ? vd_gdal_fail(context, trap) : result;
}

vd_result vd_bands_write(vd_context *context, const vd_bands *bands,
                         const vd_output_options *options)
{
    vd_family family;
    VD_TRY(vd_family_begin(context, options, &family));
    vd_gdal_trap trap = {.context = context,
                         .path = family.paths[VD_MEMBER_PICTURE],
                         .part_path = vd_whole_path(family.files[VD_MEMBER_PICTURE])};
    family.written[VD_MEMBER_PICTURE] = true;
    vd_result result = create(context, bands, options, &trap);
    vd_result adopted = vd_gdal_adopt_pam(context, &family, trap.part_path, result == VD_OK);
    if (result == VD_OK) result = adopted;
    if (result == VD_OK) return vd_family_commit(context, &family);
    vd_family_abort(&family);
    return result;
}
