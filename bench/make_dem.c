/* make_dem: writes the mountains as a GeoTIFF.
 *
 *     make_dem SIZE OUT.tif [int16]
 *
 * SIZE x SIZE cells of 10 m in UTM zone 32, tiled, uncompressed, in metres: float32, or rounded to
 * int16. A strip at a time, so that a DEM larger than memory can be made. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "mountains.h"

enum { STRIP = 256, LARGEST = 200000 };

typedef struct strip {
    int size, first, rows;
    float *heights;
    bool whole; /* rounded to metres */
} strip;

static vd_result make_row(void *state, int thread, int64_t item)
{
    const strip *s = state;
    float *row = s->heights + item * s->size;
    (void)thread;
    bench_mountains_row(0, s->first + (int)item, s->size, row);
    for (int i = 0; s->whole && i < s->size; i++) row[i] = roundf(row[i]);
    return VD_OK;
}

static GDALDatasetH create(const char *path, int size, bool whole)
{
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    char **options = CSLSetNameValue(NULL, "TILED", "YES");
    options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    GDALDatasetH out =
        driver ? GDALCreate(driver, path, size, size, 1, whole ? GDT_Int16 : GDT_Float32, options)
               : NULL;
    CSLDestroy(options);
    if (!out) return NULL;
    double transform[6] = {300000.0, BENCH_CELL_M, 0.0, 5400000.0, 0.0, -BENCH_CELL_M};
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 32632);
    GDALSetSpatialRef(out, crs);
    OSRDestroySpatialReference(crs);
    GDALSetGeoTransform(out, transform);
    return out;
}

static bool fill(GDALDatasetH out, int size, bool whole)
{
    strip s = {.size = size, .whole = whole};
    bool good = true;
    s.heights = malloc(sizeof *s.heights * (size_t)STRIP * (size_t)size);
    if (!s.heights) return false;
    GDALRasterBandH band = GDALGetRasterBand(out, 1);
    for (s.first = 0; s.first < size && good; s.first += STRIP) {
        s.rows = size - s.first < STRIP ? size - s.first : STRIP;
        vd_work work = {NULL, 0, s.rows, make_row, &s};
        good = vd_parallel(NULL, &work) == VD_OK &&
               GDALRasterIO(band, GF_Write, 0, s.first, size, s.rows, s.heights, size, s.rows,
                            GDT_Float32, 0, 0) == CE_None;
    }
    free(s.heights);
    return good;
}

int main(int argc, char **argv)
{
    int size = argc > 2 ? atoi(argv[1]) : 0;
    bool whole = argc == 4 && strcmp(argv[3], "int16") == 0;
    if (size < 2 || size > LARGEST || argc > 4 || (argc == 4 && !whole)) {
        fprintf(stderr, "make_dem SIZE OUT.tif [int16]: 2 to %d cells a side\n", LARGEST);
        return 2;
    }
    GDALAllRegister();
    GDALDatasetH out = create(argv[2], size, whole);
    bool good = out && fill(out, size, whole);
    if (out) GDALClose(out);
    if (!good) fprintf(stderr, "make_dem: cannot write %s\n", argv[2]);
    return good ? 0 : 1;
}
