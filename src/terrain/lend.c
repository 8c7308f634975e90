/* Data in memory under a path, so that all that reads files reads it too.
 *
 * GDAL has a file system in memory, whose files may be memory of others: nothing is copied. A
 * raster is two such files in a folder of their own, the bare cells and a virtual raster that says
 * how they lie, which takes any steps between columns, rows and bands. Folders are named by the
 * address of their handle, which no other living one has; so there is no list of what is lent, and
 * threads do not meet.
 *
 * Such a path means nothing to another process: settings that are written leave it out
 * (vd_is_lent()). */
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal_utils.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/gdal_words.h"
#include "terrain/map_transform.h"

#define CELLS_FILE "cells"

struct vd_lent {
    char *folder; /* "/vsimem/veduta-55d0.../" */
    char *path;
    char *text; /* the virtual raster; NULL of bytes */
};

static const struct {
    const char *gdal;
    int bytes;
} kinds[] = {
    [VD_CELLS_UINT8] = {"Byte", 1},      [VD_CELLS_UINT16] = {"UInt16", 2},
    [VD_CELLS_INT16] = {"Int16", 2},     [VD_CELLS_UINT32] = {"UInt32", 4},
    [VD_CELLS_INT32] = {"Int32", 4},     [VD_CELLS_FLOAT32] = {"Float32", 4},
    [VD_CELLS_FLOAT64] = {"Float64", 8},
};

static bool is_label(const char *label)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_-.";
    size_t length = label ? strlen(label) : 0;
    return length > 0 && length < 64 && label[0] != '.' && strspn(label, allowed) == length &&
           strcmp(label, CELLS_FILE) != 0;
}

/* A handle with its folder and path, nothing in them yet. */
static vd_result begin(vd_context *context, const char *label, vd_lent **out)
{
    void *memory = NULL;
    *out = NULL;
    if (!is_label(label))
        return vd_fail(context, VD_ERR_USAGE,
                       "%.60s: no label for data in memory; use letters, digits, '_', '-' and '.'",
                       label ? label : "NULL");
    VD_TRY(vd_alloc(context, 1, sizeof(vd_lent), label, &memory));
    vd_lent *lent = memory;
    if (asprintf(&lent->folder, VD_LENT_PREFIX "%p/", memory) < 0) lent->folder = NULL;
    if (lent->folder && asprintf(&lent->path, "%s%s", lent->folder, label) < 0) lent->path = NULL;
    if (lent->path) {
        *out = lent;
        return VD_OK;
    }
    vd_lent_destroy(lent);
    return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory for its path", label);
}

/* Puts bytes under a name; they are only read. */
static vd_result put(vd_context *context, const char *label, const char *path, const void *bytes,
                     size_t length)
{
    VSILFILE *file = VSIFileFromMemBuffer(path, (GByte *)(uintptr_t)bytes, length, FALSE);
    if (!file) return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory to lend it", label);
    VSIFCloseL(file);
    return VD_OK;
}

const char *vd_lent_path(const vd_lent *lent)
{
    return lent->path;
}

void vd_lent_destroy(vd_lent *lent)
{
    char *cells = NULL;
    if (!lent) return;
    if (lent->text && asprintf(&cells, "%s" CELLS_FILE, lent->folder) >= 0) {
        VSIUnlink(cells);
        free(cells);
    }
    if (lent->path) VSIUnlink(lent->path);
    if (lent->folder) VSIRmdir(lent->folder);
    free(lent->folder);
    free(lent->path);
    free(lent->text);
    free(lent);
}

vd_result vd_bytes_lend(vd_context *context, const char *label, const void *bytes, size_t length,
                        vd_lent **out)
{
    vd_context_clear(context);
    VD_TRY(begin(context, label, out));
    vd_result result = put(context, label, (*out)->path, bytes, length);
    if (result == VD_OK) return VD_OK;
    vd_lent_destroy(*out);
    *out = NULL;
    return result;
}

/* ---- rasters ------------------------------------------------------------------------------- */

static vd_result check_raster(vd_context *context, const vd_raster_data *r, size_t *length)
{
    bool known = (unsigned)r->kind < sizeof kinds / sizeof kinds[0];
    int64_t bytes = known ? kinds[r->kind].bytes : 1;
    bool sizes = r->width > 0 && r->height > 0 && r->bands > 0;
    bool steps = r->column_step >= bytes && r->column_step <= INT32_MAX && r->row_step >= bytes &&
                 r->row_step <= INT32_MAX && (r->bands == 1 || r->band_step >= bytes);
    *length = 0;
    if (!known || !sizes || !steps || !r->data)
        return vd_fail(
            context, VD_ERR_USAGE,
            "%s: %d x %d cells in %d bands of kind %d, %lld and %lld bytes apart, are no "
            "raster in memory; see vd_raster_data",
            r->label, r->width, r->height, r->bands, (int)r->kind, (long long)r->column_step,
            (long long)r->row_step);
    double end = (double)r->column_step * (r->width - 1) + (double)r->row_step * (r->height - 1) +
                 (double)r->band_step * (r->bands - 1) + (double)bytes;
    if (end > (double)(SIZE_MAX / 2))
        return vd_fail(context, VD_ERR_USAGE, "%s: its steps lead out of memory", r->label);
    *length = (size_t)(r->column_step * (r->width - 1) + r->row_step * (r->height - 1) +
                       (r->bands > 1 ? r->band_step * (r->bands - 1) : 0) + bytes);
    return VD_OK;
}

/* Text between tags, with what XML means otherwise escaped. */
static void print_element(FILE *out, const char *tag, const char *text)
{
    char *escaped = CPLEscapeString(text, -1, CPLES_XML);
    fprintf(out, "<%s>%s</%s>\n", tag, escaped, tag);
    CPLFree(escaped);
}

/* A decimal that reads back to the same double, whatever the locale. */
static void print_double(FILE *out, double value)
{
    char text[64];
    CPLsnprintf(text, sizeof text, "%.17g", value);
    fputs(text, out);
}

static void print_band(FILE *out, const vd_raster_data *r, int band)
{
    const uint16_t one = 1;
    bool is_little = *(const uint8_t *)&one == 1;
    fprintf(out,
            "<VRTRasterBand dataType=\"%s\" band=\"%d\" subClass=\"VRTRawRasterBand\">\n"
            "<SourceFilename relativeToVRT=\"1\">" CELLS_FILE "</SourceFilename>\n"
            "<ImageOffset>%lld</ImageOffset><PixelOffset>%lld</PixelOffset>"
            "<LineOffset>%lld</LineOffset><ByteOrder>%s</ByteOrder>\n",
            kinds[r->kind].gdal, band + 1, (long long)(band > 0 ? r->band_step * band : 0),
            (long long)r->column_step, (long long)r->row_step, is_little ? "LSB" : "MSB");
    if (r->nodata) {
        fputs("<NoDataValue>", out);
        print_double(out, *r->nodata);
        fputs("</NoDataValue>\n", out);
    }
    if (r->unit) print_element(out, "UnitType", r->unit);
    fputs("</VRTRasterBand>\n", out);
}

static vd_result describe(vd_context *context, const vd_raster_data *r, const char *wkt, char **out)
{
    size_t length = 0;
    FILE *stream = open_memstream(out, &length);
    if (!stream) return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory", r->label);
    fprintf(stream, "<VRTDataset rasterXSize=\"%d\" rasterYSize=\"%d\">\n", r->width, r->height);
    if (wkt) print_element(stream, "SRS", wkt);
    if (r->geotransform) {
        fputs("<GeoTransform>", stream);
        for (int i = 0; i < 6; i++) {
            if (i) fputs(", ", stream);
            print_double(stream, r->geotransform[i]);
        }
        fputs("</GeoTransform>\n", stream);
    }
    for (int band = 0; band < r->bands; band++) print_band(stream, r, band);
    fputs("</VRTDataset>\n", stream);
    if (fclose(stream) == 0) return VD_OK;
    return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory", r->label);
}

static vd_result lend(vd_context *context, const vd_raster_data *r, size_t length, vd_lent *lent)
{
    char *cells = NULL;
    vd_crs_info crs = {0};
    if (r->crs) VD_TRY(vd_crs_describe(context, r->crs, &crs));
    vd_result result = describe(context, r, crs.wkt, &lent->text);
    free(crs.wkt);
    if (result != VD_OK) return result;
    if (asprintf(&cells, "%s" CELLS_FILE, lent->folder) < 0)
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory for its path", r->label);
    result = put(context, r->label, cells, r->data, length);
    free(cells);
    if (result != VD_OK) return result;
    return put(context, r->label, lent->path, lent->text, strlen(lent->text));
}

vd_result vd_raster_lend(vd_context *context, const vd_raster_data *raster, vd_lent **out)
{
    size_t length;
    vd_context_clear(context);
    VD_TRY(begin(context, raster->label, out));
    vd_result result = check_raster(context, raster, &length);
    if (result == VD_OK) result = lend(context, raster, length, *out);
    if (result == VD_OK) return VD_OK;
    vd_lent_destroy(*out);
    *out = NULL;
    return result;
}

/* ---- classes of polygons ------------------------------------------------------------------- */

static GDALDatasetH burn(GDALDatasetH vector, const char *field, double resolution,
                         const char *path)
{
    char side[64];
    CPLsnprintf(side, sizeof side, "%.17g", resolution);
    const char *const words[] = {"-a",    field,          "-tr", side,        side, "-tap", "-ot",
                                 "Int32", "-init",        "0",   "-a_nodata", "0",  "-of",  "GTiff",
                                 "-co",   "COMPRESS=LZW", NULL};
    char **arguments = NULL;
    for (int i = 0; words[i]; i++) arguments = CSLAddString(arguments, words[i]);
    GDALRasterizeOptions *options = GDALRasterizeOptionsNew(arguments, NULL);
    CSLDestroy(arguments);
    GDALDatasetH raster = options ? GDALRasterize(path, NULL, vector, options, NULL) : NULL;
    GDALRasterizeOptionsFree(options);
    return raster;
}

vd_result vd_classes_lend(vd_context *context, const char *label, const char *path,
                          const char *field, double resolution, vd_lent **out)
{
    vd_gdal_words words;
    vd_result result = VD_OK;
    vd_context_clear(context);
    VD_TRY(begin(context, label, out));
    vd_raster_register();
    vd_gdal_listen(&words);
    GDALDatasetH vector = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL), raster = NULL;
    OGRLayerH layer = vector ? GDALDatasetGetLayer(vector, 0) : NULL;
    if (!(resolution > 0.0) || !isfinite(resolution))
        result = vd_fail(context, VD_ERR_USAGE, "%s: cells of %g are none; give their side", label,
                         resolution);
    else if (!layer)
        result = vd_fail(context, VD_ERR_INPUT, "%s: cannot be read as polygons: %s", path,
                         vd_gdal_words_or(&words, "no driver knows it"));
    else if (OGR_L_FindFieldIndex(layer, field, TRUE) < 0)
        result =
            vd_fail(context, VD_ERR_FORMAT, "%s: its polygons have no field '%s'", path, field);
    if (result == VD_OK) raster = burn(vector, field, resolution, (*out)->path);
    if (result == VD_OK && (!raster || words.text[0]))
        result = vd_fail(context, VD_ERR_FORMAT, "%s: no raster of cells of %g comes of it: %s",
                         path, resolution, vd_gdal_words_or(&words, "no reason given"));
    if (raster) GDALClose(raster);
    if (vector) GDALClose(vector);
    vd_gdal_leave();
    if (result == VD_OK) return VD_OK;
    vd_lent_destroy(*out);
    *out = NULL;
    return result;
}
