/* Drapes in, by GDAL: which bands are colours, where they lie on the DEM's map, and samples warped
 * to its grid.
 *
 * The file is seen through a VRT in memory that holds its colours and its alpha alone, a place
 * where the file itself has none, and, in a look-up table, the sRGB encoding: so GDAL interpolates
 * and averages linear light, where the edge between black and white stays in its place (between
 * encoded values it moves by a fifth of a pixel). Palettes are warped as indices, nearest alone.
 * GDAL's warper honours NODATA, alpha and mask bands alike and hands them on as one mask; it takes
 * overviews where the samples are coarser than the file. Its transformer is the exact one (no
 * approximation over a row), in the DEM's CRS as the DEM's reader understood it.
 *
 * GDAL takes a geotransform of whole cells from 0, 0 for none. A DEM without a place has just that;
 * here it is moved by one cell, and so is the drape. */
#include <cpl_conv.h>
#include <cpl_minixml.h>
#include <cpl_string.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <gdal_utils.h>
#include <ogr_srs_api.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/drape_parts.h"
#include "terrain/gdal_words.h"
#include "terrain/srgb.h"

/* Points a side by which a drape is found on the DEM. */
enum { POINTS = 11 };
#define OUTSIDE_LIGHT "-1"

struct vd_drape_source {
    GDALDatasetH file, view; /**< the VRT refers to the file */
    const char *path;        /**< the options' */
    const char *wkt;         /**< the DEM's, or NULL */
    double place[6];         /**< the DEM's geotransform, as GDAL is told it */
    int bands[4];            /**< colours, then alpha, or 0 */
    int threads;
    bool is_float;
    int encoded_white; /**< of sRGB bands, 255 or 65535 mostly; 0: linear, or a palette */
    double density;
    double most; /**< the largest value seen */
    vd_drape_coding coding;
    vd_gdal_words words;
};

const vd_drape_coding *vd_drape_source_coding(const vd_drape_source *source)
{
    return &source->coding;
}

double vd_drape_source_density(const vd_drape_source *source)
{
    return source->density;
}

/* ---- colours ------------------------------------------------------------------------------- */

void vd_drape_decode(const vd_drape_coding *coding, const float *sample, float rgba[4])
{
    rgba[3] = vdk_clamp(sample[coding->colours] / 255.0f, 0.0f, 1.0f);
    if (!(rgba[3] > 0.0f)) {
        rgba[0] = rgba[1] = rgba[2] = 0.0f;
        return;
    }
    if (coding->entry) {
        int index = (int)(sample[0] + 0.5f);
        bool known = index >= 0 && index < coding->entries;
        for (int c = 0; c < 3; c++) rgba[c] = known ? coding->entry[index][c] : 0.0f;
        rgba[3] *= known ? coding->entry[index][3] : 0.0f;
        return;
    }
    for (int c = 0; c < 3; c++) {
        float x = sample[c < coding->colours ? c : 0];
        rgba[c] = vdk_clamp(x, 0.0f, 1.0f);
        if (!isfinite(x)) rgba[c] = rgba[3] = 0.0f;
    }
}

static vd_result read_palette(vd_context *context, vd_drape_source *source, GDALColorTableH table)
{
    void *memory;
    vd_drape_coding *coding = &source->coding;
    coding->entries = GDALGetColorEntryCount(table);
    VD_TRY(vd_alloc(context, (size_t)coding->entries, sizeof(*coding->entry), "a colour table",
                    &memory));
    coding->entry = memory;
    for (int i = 0; i < coding->entries; i++) {
        GDALColorEntry e = {0, 0, 0, 0};
        GDALGetColorEntryAsRGB(table, i, &e);
        const short encoded[3] = {e.c1, e.c2, e.c3};
        for (int c = 0; c < 3; c++)
            coding->entry[i][c] = vd_srgb_decode((float)encoded[c] / 255.0f);
        coding->entry[i][3] = (float)e.c4 / 255.0f;
    }
    return VD_OK;
}

/** Which bands are red, green and blue (or grey), and which is alpha. */
static vd_result choose_bands(vd_context *context, vd_drape_source *source)
{
    int count = GDALGetRasterCount(source->file), alpha = 0, opaque = 0;
    int first[3] = {0, 0, 0}, named[3] = {0, 0, 0};
    for (int i = 1; i <= count; i++) {
        int colour = (int)GDALGetRasterColorInterpretation(GDALGetRasterBand(source->file, i));
        if (colour == GCI_AlphaBand) {
            if (!alpha) alpha = i;
            continue;
        }
        if (opaque < 3) first[opaque] = i;
        opaque++;
        int c = colour - GCI_RedBand;
        if (c >= 0 && c < 3 && !named[c]) named[c] = i;
    }
    if (opaque == 0)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has no band of colours; a drape has one (grey, or a colour table) or "
                       "three (red, green, blue)",
                       source->path);
    bool is_named = named[0] && named[1] && named[2];
    source->coding.colours = opaque >= 3 ? 3 : 1;
    for (int c = 0; c < source->coding.colours; c++)
        source->bands[c] = is_named ? named[c] : first[c];
    source->bands[source->coding.colours] = alpha;
    return VD_OK;
}

/** The one band of classes, and a colour table if it has one. */
static vd_result choose_classes(vd_context *context, vd_drape_source *source)
{
    GDALRasterBandH band = GDALGetRasterBand(source->file, 1);
    GDALColorTableH table = band ? GDALGetRasterColorTable(band) : NULL;
    if (!band)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has no band of classes; name a raster of class numbers", source->path);
    source->coding.colours = 1;
    source->bands[0] = 1;
    return table ? read_palette(context, source, table) : VD_OK;
}

static vd_result choose_coding(vd_context *context, const vd_drape_options *options,
                               vd_drape_source *source)
{
    if (options->are_classes) return choose_classes(context, source);
    VD_TRY(choose_bands(context, source));
    GDALRasterBandH band = GDALGetRasterBand(source->file, source->bands[0]);
    GDALDataType type = GDALGetRasterDataType(band);
    GDALColorTableH table = GDALGetRasterColorTable(band);
    source->is_float = type == GDT_Float32 || type == GDT_Float64;
    if (table && source->coding.colours == 1) {
        if (options->resampling == VD_DRAPE_CUBIC)
            return vd_fail(context, VD_ERR_SETTING,
                           "--drape-resampling cubic: %s has a colour table, and there is nothing "
                           "between two of its entries; leave it out",
                           source->path);
        return read_palette(context, source, table);
    }
    if (source->is_float) return VD_OK;
    if (type != GDT_Byte && type != GDT_UInt16)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its bands are %s; colours are Byte, UInt16 or Float32: convert them by "
                       "gdal_translate -ot Byte -scale",
                       source->path, GDALGetDataTypeName(type));
    const char *bits = GDALGetMetadataItem(band, "NBITS", "IMAGE_STRUCTURE");
    int depth = bits ? atoi(bits) : 0;
    if (depth < 1 || depth > 16) depth = type == GDT_Byte ? 8 : 16;
    source->encoded_white = (1 << depth) - 1;
    return VD_OK;
}

/* ---- place --------------------------------------------------------------------------------- */

/** "0:0,1:0.0003,...": linear light of 256 steps of the encoded values. Between them, in 16 bits, a
 * straight line is right to 3e-6. */
static void write_decoding(int white, char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < 256; i++) {
        int wrote =
            CPLsnprintf(text + used, size - used, "%s%.17g:%.9g", i ? "," : "",
                        (double)i * white / 255.0, (double)vd_srgb_decode((float)i / 255.0f));
        used += (size_t)wrote;
    }
}

/** Has a band of a VRT look its values up. What is NODATA passes by the table, as a value that no
 * light has. */
static void decode_band(CPLXMLNode *band, const char *table)
{
    CPLXMLNode *values = CPLGetXMLNode(band, "SimpleSource");
    if (!values) values = CPLGetXMLNode(band, "ComplexSource");
    CPLXMLNode *nodata = CPLGetXMLNode(band, "NoDataValue");
    if (!values) return;
    CPLFree(values->pszValue);
    values->pszValue = CPLStrdup("ComplexSource");
    if (nodata) {
        CPLSetXMLValue(values, "NODATA", CPLGetXMLValue(nodata, NULL, ""));
        CPLSetXMLValue(band, "NoDataValue", OUTSIDE_LIGHT);
    }
    CPLSetXMLValue(values, "LUT", table);
}

/** Replaces the VRT by one whose colours are decoded. It stays as it was on failure. */
static bool decode_view(vd_drape_source *source)
{
    char table[256 * 48];
    char **text = GDALGetMetadata(source->view, "xml:VRT");
    CPLXMLNode *root = text && text[0] ? CPLParseXMLString(text[0]) : NULL;
    if (!root) return false;
    write_decoding(source->encoded_white, table, sizeof(table));
    int band = 0;
    for (CPLXMLNode *node = root->psChild; node; node = node->psNext)
        if (strcmp(node->pszValue, "VRTRasterBand") == 0 && ++band <= source->coding.colours)
            decode_band(node, table);
    char *decoded = CPLSerializeXMLTree(root);
    CPLDestroyXMLNode(root);
    GDALDatasetH view = decoded ? GDALOpen(decoded, GA_ReadOnly) : NULL;
    CPLFree(decoded);
    if (!view) return false;
    GDALClose(source->view);
    source->view = view;
    return true;
}

/** The VRT of the bands that count. */
static vd_result make_view(vd_context *context, vd_drape_source *source)
{
    char number[4][16];
    char *arguments[16] = {"-of", "VRT", "-ot", "Float32"};
    int n = 4, usage = 0;
    for (int i = 0; i <= source->coding.colours; i++) {
        if (!source->bands[i]) continue;
        snprintf(number[i], sizeof(number[i]), "%d", source->bands[i]);
        arguments[n++] = "-b";
        arguments[n++] = number[i];
    }
    GDALTranslateOptions *options = GDALTranslateOptionsNew(arguments, NULL);
    if (options) source->view = GDALTranslate("", source->file, options, &usage);
    GDALTranslateOptionsFree(options);
    if (source->view && (!source->encoded_white || decode_view(source))) return VD_OK;
    return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check it with gdalinfo",
                   source->path, vd_gdal_words_or(&source->words, "no reason given"));
}

/** Takes a picture that says nothing of its place for one of the whole DEM, if its sides say so. */
static vd_result place_over_dem(vd_context *context, vd_drape_source *source,
                                const vd_dem_info *dem)
{
    int nx = GDALGetRasterXSize(source->file), ny = GDALGetRasterYSize(source->file);
    double cells_x = (double)dem->nx / nx, cells_y = (double)dem->ny / ny;
    if (fabs(ny * cells_x - dem->ny) >= 1.0 && fabs(nx * cells_y - dem->nx) >= 1.0)
        return vd_fail(
            context, VD_ERR_FORMAT,
            "%s: does not say where it lies, and its %d x %d pixels have not the "
            "proportions of the DEM (%d x %d cells); give it its place by gdal_translate -a_ullr "
            "and -a_srs",
            source->path, nx, ny, dem->nx, dem->ny);
    vd_message(
        context, VD_LEVEL_INFO,
        "%s: does not say where it lies; having the DEM's proportions, it is laid over all of it",
        source->path);
    double g[6];
    memcpy(g, source->place, sizeof(g));
    g[1] *= cells_x;
    g[4] *= cells_x;
    g[2] *= cells_y;
    g[5] *= cells_y;
    GDALSetGeoTransform(source->view, g);
    GDALSetProjection(source->view, source->wkt ? source->wkt : "");
    return VD_OK;
}

static vd_result place(vd_context *context, vd_drape_source *source, const vd_dem_info *dem)
{
    static const double identity[6] = {0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
    double g[6];
    bool has_gcps = GDALGetGCPCount(source->file) > 0;
    bool has_place = has_gcps || (GDALGetGeoTransform(source->file, g) == CE_None &&
                                  memcmp(g, identity, sizeof(g)) != 0);
    OGRSpatialReferenceH crs =
        has_gcps ? GDALGetGCPSpatialRef(source->file) : GDALGetSpatialRef(source->file);
    memcpy(source->place, dem->geotransform, sizeof(source->place));
    if (!dem->has_geotransform) {
        source->place[0] += 1.0;
        source->place[3] += 1.0;
    }
    source->wkt = dem->wkt;
    if (!has_place) return place_over_dem(context, source, dem);
    if (!dem->has_geotransform)
        return vd_fail(
            context, VD_ERR_FORMAT,
            "%s: lies on a map, but the DEM does not say where it lies; give the DEM its "
            "place by gdal_translate -a_ullr and -a_srs",
            source->path);
    if (crs && !dem->wkt)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has a CRS ('%s') and the DEM has none; name the DEM's by --assign-crs",
                       source->path, OSRGetName(crs) ? OSRGetName(crs) : "unnamed");
    if (!crs && dem->wkt) {
        vd_message(context, VD_LEVEL_INFO, "%s: has no CRS; the DEM's is taken for its own (%s)",
                   source->path, dem->crs_name);
        GDALSetProjection(source->view, dem->wkt);
    }
    return VD_OK;
}

static bool is_between(double x, double low, double high)
{
    return x >= low && x <= high;
}

/** Does a point of the window lie in the drape? Its pixels per cell there, too. */
static void look_back(vd_drape_source *source, void *transformer, double column, double row,
                      bool *is_inside)
{
    const double *g = source->place;
    double x[5], y[5], z[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
    int good[5] = {0, 0, 0, 0, 0};
    for (int i = 0; i < 5; i++) {
        double c = column + (i == 1 ? -0.5 : i == 2 ? 0.5 : 0.0);
        double r = row + (i == 3 ? -0.5 : i == 4 ? 0.5 : 0.0);
        x[i] = g[0] + c * g[1] + r * g[2];
        y[i] = g[3] + c * g[4] + r * g[5];
    }
    GDALGenImgProjTransform(transformer, TRUE, 5, x, y, z, good);
    if (good[0] && is_between(x[0], 0.0, GDALGetRasterXSize(source->view)) &&
        is_between(y[0], 0.0, GDALGetRasterYSize(source->view)))
        *is_inside = true;
    for (int i = 1; i < 5; i += 2) {
        double density = hypot(x[i + 1] - x[i], y[i + 1] - y[i]);
        if (good[i] && good[i + 1] && density > source->density && isfinite(density))
            source->density = density;
    }
}

/** Do the drape's points span a rectangle that meets the window? */
static bool meets_window(vd_drape_source *source, void *transformer, const vd_drape_window *window)
{
    const double *g = source->place;
    double det = g[1] * g[5] - g[2] * g[4];
    double least[2] = {HUGE_VAL, HUGE_VAL}, most[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int i = 0; i < POINTS * POINTS; i++) {
        double x = GDALGetRasterXSize(source->view) * (double)(i % POINTS) / (POINTS - 1);
        double y = GDALGetRasterYSize(source->view) * (double)(i / POINTS) / (POINTS - 1);
        double z = 0.0;
        int good = 0;
        GDALGenImgProjTransform(transformer, FALSE, 1, &x, &y, &z, &good);
        if (!good || !isfinite(x) || !isfinite(y)) continue;
        double dx = x - g[0], dy = y - g[3];
        double cell[2] = {(dx * g[5] - dy * g[2]) / det, (dy * g[1] - dx * g[4]) / det};
        for (int c = 0; c < 2; c++) {
            least[c] = fmin(least[c], cell[c]);
            most[c] = fmax(most[c], cell[c]);
        }
    }
    return least[0] < window->column + window->columns && most[0] > window->column &&
           least[1] < window->row + window->rows && most[1] > window->row;
}

/** Finds the drape in the window, by points of either in the other. */
static vd_result find(vd_context *context, vd_drape_source *source, const vd_drape_window *window)
{
    char **options = NULL;
    bool is_inside = false;
    if (source->wkt) options = CSLSetNameValue(options, "DST_SRS", source->wkt);
    void *transformer = GDALCreateGenImgProjTransformer2(source->view, NULL, options);
    CSLDestroy(options);
    if (!transformer)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: cannot be brought to the DEM's CRS: %s; warp it with gdalwarp -t_srs",
                       source->path, vd_gdal_words_or(&source->words, "no reason given"));
    for (int i = 0; i < POINTS * POINTS; i++)
        look_back(source, transformer,
                  window->column + window->columns * (i % POINTS + 0.5) / POINTS,
                  window->row + window->rows * (i / POINTS + 0.5) / POINTS, &is_inside);
    if (!is_inside) is_inside = meets_window(source, transformer, window);
    GDALDestroyGenImgProjTransformer(transformer);
    if (is_inside && source->density > 0.0) return VD_OK;
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: does not lie within the part of the DEM that is shown; compare both by "
                   "gdalinfo, and check their CRSs",
                   source->path);
}

/* ---- the file ------------------------------------------------------------------------------ */

static vd_result describe(vd_context *context, const vd_drape_options *options,
                          const vd_dem_info *dem, const vd_drape_window *window,
                          vd_drape_source *source)
{
    VD_TRY(vd_refuse_special_file(context, source->path));
    source->file =
        GDALOpenEx(source->path, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    if (!source->file)
        return vd_fail(context, VD_ERR_INPUT,
                       "%s: cannot be opened as a raster: %s; check its name", source->path,
                       vd_gdal_words_or(&source->words, "no driver knows it"));
    VD_TRY(choose_coding(context, options, source));
    VD_TRY(make_view(context, source));
    VD_TRY(place(context, source, dem));
    return find(context, source, window);
}

vd_result vd_drape_source_open(vd_context *context, const vd_drape_options *options,
                               const vd_dem_info *dem, const vd_drape_window *window,
                               vd_drape_source **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_drape_source), "a drape's description", &memory));
    vd_drape_source *source = memory;
    source->path = options->path;
    source->threads = vd_thread_count(options->threads);
    vd_raster_register();
    vd_gdal_listen(&source->words);
    vd_result result = describe(context, options, dem, window, source);
    vd_gdal_leave();
    if (result != VD_OK) {
        vd_drape_source_close(source);
        return result;
    }
    *out = source;
    return VD_OK;
}

void vd_drape_source_close(vd_drape_source *source)
{
    if (!source) return;
    vd_gdal_listen(&source->words);
    if (source->view) GDALClose(source->view);
    if (source->file) GDALClose(source->file);
    vd_gdal_leave();
    free(source->coding.entry);
    free(source);
}

/* ---- warping ------------------------------------------------------------------------------- */

/** A raster in memory whose bands are the samples' floats; NULL on failure. */
static GDALDatasetH wrap_samples(const vd_drape_source *source, const vd_drape_grid *grid,
                                 float *samples)
{
    const double *g = source->place;
    int bands = vd_drape_sample_floats(&source->coding);
    double placed[6] = {
        g[0] + grid->column * g[1] + grid->row * g[2], g[1] * grid->step, g[2] * grid->step,
        g[3] + grid->column * g[4] + grid->row * g[5], g[4] * grid->step, g[5] * grid->step};
    GDALDatasetH target =
        GDALCreate(GDALGetDriverByName("MEM"), "", grid->width, grid->height, 0, GDT_Float32, NULL);
    if (!target) return NULL;
    GDALSetGeoTransform(target, placed);
    if (source->wkt) GDALSetProjection(target, source->wkt);
    size_t pixel = (size_t)bands * sizeof(float);
    for (int i = 0; i < bands; i++) {
        char address[64] = "", pointer[96], pixel_step[64], line_step[64];
        CPLPrintPointer(address, samples + i, sizeof(address) - 1);
        snprintf(pointer, sizeof(pointer), "DATAPOINTER=%s", address);
        snprintf(pixel_step, sizeof(pixel_step), "PIXELOFFSET=%zu", pixel);
        snprintf(line_step, sizeof(line_step), "LINEOFFSET=%zu", pixel * (size_t)grid->width);
        char *options[] = {pointer, pixel_step, line_step, NULL};
        if (GDALAddBand(target, GDT_Float32, options) != CE_None) {
            GDALClose(target);
            return NULL;
        }
    }
    GDALSetRasterColorInterpretation(GDALGetRasterBand(target, bands), GCI_AlphaBand);
    return target;
}

static void find_most(vd_drape_source *source, const vd_drape_grid *grid, const float *samples)
{
    int floats = vd_drape_sample_floats(&source->coding);
    int64_t count = (int64_t)grid->width * grid->height;
    for (int64_t i = 0; i < count; i++) {
        const float *sample = samples + i * floats;
        if (!(sample[source->coding.colours] > 0.0f)) continue;
        for (int c = 0; c < source->coding.colours; c++)
            if ((double)sample[c] > source->most) source->most = (double)sample[c];
    }
}

vd_result vd_drape_source_warp(vd_context *context, vd_drape_source *source,
                               const vd_drape_grid *grid, float *samples)
{
    char threads[32], method[16];
    int usage = 0;
    vd_result result = VD_OK;
    snprintf(threads, sizeof(threads), "NUM_THREADS=%d", vd_thread_room(source->threads));
    snprintf(method, sizeof(method), "%s", grid->method);
    char *arguments[] = {"-r",
                         method,
                         "-et",
                         "0",
                         "-wo",
                         threads,
                         "-wo",
                         "DST_ALPHA_MAX=255",
                         source->is_float ? "-wo" : NULL,
                         "SRC_ALPHA_MAX=1",
                         NULL};
    vd_gdal_listen(&source->words);
    GDALDatasetH target = wrap_samples(source, grid, samples);
    GDALWarpAppOptions *options = GDALWarpAppOptionsNew(arguments, NULL);
    if (!target || !options) {
        result = vd_fail(context, VD_ERR_MEMORY, "%s: no memory to warp it", source->path);
        goto cleanup;
    }
    if (!GDALWarp(NULL, target, 1, &source->view, options, &usage))
        result =
            vd_fail(context, VD_ERR_INPUT,
                    "%s: cannot be warped to the DEM: %s; the file may be truncated or damaged",
                    source->path, vd_gdal_words_or(&source->words, "no reason given"));
cleanup:
    GDALWarpAppOptionsFree(options);
    if (target) GDALClose(target);
    vd_gdal_leave();
    if (result == VD_OK) find_most(source, grid, samples);
    return result;
}

void vd_drape_source_report(vd_context *context, const vd_drape_source *source)
{
    double encoded = (double)vd_srgb_encode((float)source->most);
    if (source->encoded_white && encoded < 0.125)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: its values reach %.0f of %d, which is nearly black; stretch them by "
                   "gdal_translate -scale",
                   source->path, encoded * source->encoded_white, source->encoded_white);
    if (source->is_float && source->most > 1.01)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: its values reach %g, but floats are linear light of 0..1; larger ones "
                   "become white (gdaldem color-relief makes colours of other data)",
                   source->path, source->most);
}
