/* DEMs and meshes for tests of objects, written into the working folder. */
#ifndef VD_TESTS_OBJECT_FIXTURE_H
#define VD_TESTS_OBJECT_FIXTURE_H

#include <cpl_vsi.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>

#include "stage.h"

/* The raster's north-west corner on the map. */
#define FIXTURE_WEST 500000.0
#define FIXTURE_NORTH 4000000.0

/* Knobs: from straight above, on points alone and without bounces, under a sun that is one. */
#define SEEN_FROM_ABOVE                                                                            \
    "camera.projection", "ortho", "camera.tilt", "90", "camera.view_from", "S", "camera.target",   \
        "500500,3999500,agl:0", "terrain.border", "open", "terrain.normals", "flat", "sun.size",   \
        "0", "render.bounces", "0", "filter.shape", "box", "filter.width", "1",                    \
        "tone.auto_exposure", "false"

typedef double (*fixture_height)(int column, int row);

/** A DEM in UTM of side x side cells of cell_m metres. */
static inline void write_dem(const char *path, int side, double cell_m, fixture_height height)
{
    double geotransform[6] = {FIXTURE_WEST, cell_m, 0.0, FIXTURE_NORTH, 0.0, -cell_m};
    char *wkt = NULL;
    GDALAllRegister();
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 32632);
    OSRExportToWkt(crs, &wkt);
    GDALDatasetH out =
        GDALCreate(GDALGetDriverByName("GTiff"), path, side, side, 1, GDT_Float32, NULL);
    assert_non_null(out);
    GDALSetGeoTransform(out, geotransform);
    GDALSetProjection(out, wkt);
    float *row = malloc((size_t)side * sizeof(float));
    assert_non_null(row);
    for (int j = 0; j < side; j++) {
        for (int i = 0; i < side; i++) row[i] = (float)height(i, j);
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, j, side, 1, row, side,
                                      1, GDT_Float32, 0, 0),
                         CE_None);
    }
    free(row);
    GDALClose(out);
    VSIFree(wkt);
    OSRDestroySpatialReference(crs);
}

/** A box on the ground, z up, in a PLY file; its sides are along the axes. */
static inline void write_box(const char *path, const double low[3], const double high[3])
{
    static const int faces[6][4] = {{0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4},
                                    {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}};
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, "ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nproperty float y\n"
                 "property float z\nelement face 6\nproperty list uchar int vertex_index\n"
                 "end_header\n");
    for (int i = 0; i < 8; i++)
        fprintf(out, "%g %g %g\n", (i & 1) ? high[0] : low[0], (i & 2) ? high[1] : low[1],
                (i & 4) ? high[2] : low[2]);
    for (int i = 0; i < 6; i++)
        fprintf(out, "4 %d %d %d %d\n", faces[i][0], faces[i][1], faces[i][2], faces[i][3]);
    fclose(out);
}

/** A level rectangle about the origin at a height, looking down. */
static inline void write_rectangle(const char *path, double half_x, double half_y, double z)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out,
            "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n"
            "property float z\nelement face 1\nproperty list uchar int vertex_index\nend_header\n"
            "%g %g %g\n%g %g %g\n%g %g %g\n%g %g %g\n4 0 3 2 1\n",
            -half_x, -half_y, z, half_x, -half_y, z, half_x, half_y, z, -half_x, half_y, z);
    fclose(out);
}

#endif
