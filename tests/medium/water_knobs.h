/* Rows of test_knobs.c for water. */
#define OPTICAL "water.level", "1300", "water.style", "optical"

static const knob_row water_rows[] = {
    {"water.level", CHANGES, "1300", {NULL}, NULL, NULL},
    {"water.basins", CHANGES, "true", {"water.level", "1250", NULL}, "pit.tif", NULL},
    {"water.path", CHANGES, "./west.geojson", {NULL}, NULL, NULL},
    {"water.layer", CHANGES, "east", {"water.path", "./both.vrt", NULL}, NULL, "west"},
    {"water.level_field", CHANGES, "level", {"water.path", "./lake.geojson", NULL}, NULL, NULL},
    {"water.min_area", CHANGES, "1000", {"water.level", "1300.25", NULL}, "level.tif", NULL},
    {"water.nodata", CHANGES, "true", {"water.level", "1700", NULL}, "raised.tif", NULL},
    {"water.bathymetry", CHANGES, WINDOW, {"water.level", "1300", NULL}, "level.tif", NULL},
    {"water.bed_slope", CHANGES, "0.5", {"water.level", "1300", NULL}, "level.tif", NULL},
    {"water.bed_depth", CHANGES, "2", {"water.level", "1300", NULL}, "level.tif", NULL},
    {"water.style", CHANGES, "plain", {"water.level", "1300", NULL}, NULL, NULL},
    {"water.color", CHANGES, "lake", {"water.level", "1300", NULL}, NULL, NULL},
    {"water.clarity", CHANGES, "2", {OPTICAL, NULL}, NULL, NULL},
    {"water.wind", CHANGES, "15", {OPTICAL, NULL}, NULL, NULL},
    {"water.wind_from", CHANGES, "N", {OPTICAL, "water.wind", "15", NULL}, NULL, NULL},
    {"water.foam", CHANGES, "0", {OPTICAL, "water.wind", "15", NULL}, NULL, NULL},
    {"water.light", CHANGES, "straight", {OPTICAL, NULL}, NULL, NULL},
    {"water.vignette", CHANGES, "0", {"water.level", "1300", NULL}, NULL, NULL},
};

static const refusal water_refusals[] = {
    {"--water-layer", "west", {"water.level", "1300", NULL}},
    {"--water-level-field", "level", {"water.level", "1300", NULL}},
    {"--water-level-field", "depth", {"water.path", "./lake.geojson", NULL}},
    {"--water-min-area", "1", {"water.path", "./lake.geojson", NULL}},
    {"--water-basins", "true", {NULL}},
    {"--water-basins", "true", {"water.path", "./lake.geojson", NULL}},
    {"--water-nodata", "true", {"water.path", "./lake.geojson", NULL}},
    {"--water-bathymetry", "bed.tif", {NULL}},
    {"--water-bed-slope", "1", {NULL}},
    {"--water-bed-depth", "9", {NULL}},
    {"--water-style", "plain", {NULL}},
    {"--water-color", "lake", {NULL}},
    {"--water-clarity", "3", {"water.level", "1300", NULL}},
    {"--wind", "3", {"water.level", "1300", NULL}},
    {"--water-wind-from", "N", {"water.level", "1300", NULL}},
    {"--water-foam", "1", {"water.level", "1300", NULL}},
    {"--water-light", "straight", {"water.level", "1300", NULL}},
    {"--water-vignette", "1", {"water.level", "1300", "water.style", "plain", NULL}},
    {"--water-level", "9000", {NULL}},
    {"--water-level", "10", {NULL}},
    {"--water", "lakes", {NULL}},
    {"--water", "flats", {NULL}},
    {"--cache", "./kept", {"water.level", "1300", NULL}},
};

/** Heights on the grid of a DEM. */
static void write_like(GDALDatasetH in, const char *path, float *heights)
{
    double geotransform[6];
    GDALDatasetH out =
        GDALCreate(GDALGetDriverByName("GTiff"), path, 256, 256, 1, GDT_Float32, NULL);
    assert_non_null(out);
    GDALGetGeoTransform(in, geotransform);
    GDALSetGeoTransform(out, geotransform);
    GDALSetProjection(out, GDALGetProjectionRef(in));
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, 0, 256, 256, heights, 256,
                                  256, GDT_Float32, 0, 0),
                     CE_None);
    GDALClose(out);
}

/** A lake with a level, a DEM that is level where WINDOW lies below 1300 m, and one that has low
 *  ground at an edge and in a pit. */
static void write_water(void)
{
    static float heights[256 * 256];
    GDALDatasetH in = GDALOpen(WINDOW, GA_ReadOnly);
    assert_non_null(in);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(in, 1), GF_Read, 0, 0, 256, 256, heights, 256,
                                  256, GDT_Float32, 0, 0),
                     CE_None);
    for (int i = 0; i < 256 * 256; i++)
        if (heights[i] < 1300.0f) heights[i] = 1300.0f;
    write_like(in, "level.tif", heights);
    for (int y = 0; y < 256; y++)
        for (int x = 0; x < 256; x++)
            if (x < 20 || (x > 65 && x < 80 && y > 65 && y < 80)) heights[y * 256 + x] = 1200.0f;
    write_like(in, "pit.tif", heights);
    GDALClose(in);
    FILE *file = fopen("lake.geojson", "w");
    assert_non_null(file);
    fputs("{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
          "\"urn:ogc:def:crs:EPSG::32611\"}},\"features\":[{\"type\":\"Feature\",\"properties\":"
          "{\"level\":1400},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[390800,3799800],"
          "[391300,3799800],[391300,3800300],[390800,3800300],[390800,3799800]]]}}]}\n",
          file);
    fclose(file);
}
