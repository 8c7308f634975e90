/* Drapes of every kind in the right colours, under the right mask, or refused. */
#include "drape_fixture.h"

static void test_encodings(void **state)
{
    static const short palette[4][4] = {
        {0, 0, 0, 255}, {9, 9, 9, 255}, {250, 120, 30, 255}, {7, 7, 7, 0}};
    static const struct {
        const char *name, *creation;
        int bands;
        GDALDataType type;
        GDALColorInterp colours[4];
        double values[4];
        bool palette;
        double expected[3]; /* encoded, or of a float linear */
        bool linear;
    } rows[] = {
        {"grey", NULL, 1, GDT_Byte, {0}, {128}, false, {128, 128, 128}, false},
        {"rgb", NULL, 3, GDT_Byte, {0}, {200, 120, 40}, false, {200, 120, 40}, false},
        {"bgr",
         NULL,
         3,
         GDT_Byte,
         {GCI_BlueBand, GCI_GreenBand, GCI_RedBand},
         {40, 120, 200},
         false,
         {200, 120, 40},
         false},
        {"four bands",
         "ALPHA=NO",
         4,
         GDT_Byte,
         {0},
         {200, 120, 40, 9},
         false,
         {200, 120, 40},
         false},
        {"16 bits", NULL, 3, GDT_UInt16, {0}, {51400, 30840, 10280}, false, {200, 120, 40}, false},
        {"12 bits", "NBITS=12", 1, GDT_UInt16, {0}, {2055}, false, {128, 128, 128}, false},
        {"float", NULL, 3, GDT_Float32, {0}, {0.5, 0.02, 2.0}, false, {0.5, 0.02, 1.0}, true},
        {"palette", NULL, 1, GDT_Byte, {0}, {2}, true, {250, 120, 30}, false},
    };
    (void)state;
    write_ground(UTM);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        raster r = {.path = "drape.tif",
                    .nx = 30,
                    .ny = 30,
                    .bands = rows[i].bands,
                    .type = rows[i].type,
                    .crs = UTM,
                    .value = by_band,
                    .palette = rows[i].palette ? palette : NULL,
                    .creation = rows[i].creation};
        memcpy(r.geotransform, here, sizeof(here));
        memcpy(r.colours, rows[i].colours, sizeof(r.colours));
        memcpy(level, rows[i].values, sizeof(level));
        write_raster(&r);
        test_picture p = test_render("dem.tif", albedo_only, NULL);
        for (int c = 0; c < 3; c++) {
            double expected = rows[i].linear ? rows[i].expected[c] : decoded(rows[i].expected[c]);
            /* Half a step of a byte, at the curve's slope of at most 2.3, where 8 bits are not
             * the drape's own. */
            double tolerance = rows[i].linear ? 2.3 * 0.5 / 255.0 : 1.0e-5;
            for (int k = 0; k < p.width * p.height; k++)
                if (fabs((double)p.rgba[4 * k + c] - expected) > tolerance)
                    fail_msg("%s: part %d is %.6f, expected %.6f", rows[i].name, c,
                             (double)p.rgba[4 * k + c], expected);
        }
        free(p.rgba);
    }
}

/* ---- under the right mask ------------------------------------------------------------------ */

static bool in_hole(int x, int y)
{
    return (x - 50) * (x - 50) + (y - 40) * (y - 40) < 20 * 20;
}

static double white; /* its value */

static double white_with_hole(int x, int y, int band)
{
    (void)band;
    return in_hole(x, y) ? 0.0 : white;
}

static const short hole_palette[4][4] = {
    {0, 0, 0, 255}, {255, 255, 255, 255}, {0, 0, 0, 255}, {0, 0, 0, 255}};

static double index_with_hole(int x, int y, int band)
{
    (void)band;
    return in_hole(x, y) ? 0.0 : 1.0;
}

/* A white drape with a black hole that its mask takes out: over white ground nothing may be seen of
 * it, over black ground just its area is missing. */
static void check_mask(const char *name, const raster *as, const char *const *knobs)
{
    raster r = *as;
    r.path = "drape.tif";
    r.nx = 100;
    r.ny = 80;
    r.crs = UTM;
    memcpy(r.geotransform, here, sizeof(here));
    r.geotransform[1] = 0.25 * 30.0 * 0.96; /* finer than the DEM, and not in step with it */
    r.geotransform[5] = -0.25 * 30.0 * 0.96;
    write_raster(&r);
    double black = 0.0, hole = 0.0, pixel = 0.24 * 0.24;
    test_picture over = test_render("dem.tif", albedo_only,
                                    (const char *[]){"surface.albedo", "1", knobs ? knobs[0] : NULL,
                                                     knobs ? knobs[1] : NULL, NULL});
    for (int i = 0; i < over.width * over.height; i++)
        if (fabs((double)over.rgba[4 * i] - 1.0) > 1.0e-5)
            fail_msg("%s: the hole's edge is %.6f", name, (double)over.rgba[4 * i]);
    test_picture p = test_render("dem.tif", albedo_only,
                                 (const char *[]){"surface.albedo", "0", knobs ? knobs[0] : NULL,
                                                  knobs ? knobs[1] : NULL, NULL});
    for (int i = 0; i < p.width * p.height; i++)
        if (i % p.width < p.width * 23 / 24 && i / p.width < p.height * 18 / 20)
            black += 1.0 - (double)p.rgba[4 * i];
    for (int y = 0; y < 80; y++)
        for (int x = 0; x < 100; x++) hole += in_hole(x, y) ? pixel : 0.0;
    /* In cells. Each of the 80 or so cells on its rim may be off by a twentieth, at random. */
    double area = black * (24.0 / p.width) * (20.0 / p.height);
    printf("%s: hole of %.2f cells, seen as %.2f\n", name, hole, area);
    assert_true(fabs(area - hole) < 0.05 * 9.0);
    free(p.rgba);
    free(over.rgba);
}

static void test_masks(void **state)
{
    static const double zero = 0.0;
    const char *const scale[] = {"camera.output_scale", "9", NULL};
    const char *const nearest[] = {"drape.resampling", "nearest", NULL};
    raster nodata = {.bands = 3, .type = GDT_Byte, .value = white_with_hole, .nodata = &zero};
    raster alpha = {.bands = 4,
                    .type = GDT_Byte,
                    .value = white_with_hole,
                    .colours = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand, GCI_AlphaBand}};
    raster wide = {.bands = 2, .type = GDT_UInt16, .value = white_with_hole, .nodata = &zero};
    raster palette = {.bands = 1,
                      .type = GDT_Byte,
                      .value = index_with_hole,
                      .palette = hole_palette,
                      .nodata = &zero};
    (void)state;
    write_ground(UTM);
    white = 255.0;
    check_mask("NODATA", &nodata, NULL);
    check_mask("NODATA, enlarged", &nodata, scale);
    check_mask("NODATA, nearest", &nodata, nearest);
    check_mask("alpha", &alpha, NULL);
    check_mask("alpha, enlarged", &alpha, scale);
    check_mask("palette", &palette, NULL);
    white = 65535.0;
    check_mask("NODATA of UInt16", &wide, NULL);
}

/* ---- without a place, or in the wrong one ------------------------------------------------- */

static void check_refused(const char *name, const char *words)
{
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings(context, "dem.tif", NULL, NULL);
    test_ok(context, vd_settings_set(context, settings, "drape.path", name));
    vd_result result = vd_scene_load(context, settings, &scene);
    const char *error = vd_context_error(context);
    if (result == VD_OK || strncmp(error, name, strlen(name)) != 0 || !strstr(error, words) ||
        strchr(error, '\n'))
        fail_msg("%s: %s, where '%s' was expected", vd_result_name(result), error, words);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void test_refusals(void **state)
{
    (void)state;
    level[0] = 0.0;
    write_ground(UTM);
    check_refused("missing.tif", "cannot be opened");
    raster r = {
        .path = "r.tif", .nx = 30, .ny = 31, .bands = 1, .type = GDT_Byte, .value = by_band};
    write_raster(&r);
    check_refused("r.tif", "have not the proportions of the DEM");
    r.crs = UTM;
    memcpy(r.geotransform, here, sizeof(here));
    r.geotransform[0] += 24.0 * 30.0;
    write_raster(&r);
    check_refused("r.tif", "does not lie within the part");
    r.geotransform[0] -= 30.0;
    r.nodata = level;
    write_raster(&r);
    check_refused("r.tif", "has no data in the part shown");
    r.type = GDT_Int16;
    write_raster(&r);
    check_refused("r.tif", "gdal_translate -ot Byte -scale");
    r.type = GDT_Byte;
    r.colours[0] = GCI_AlphaBand;
    write_raster(&r);
    check_refused("r.tif", "has no band of colours");
    r.colours[0] = GCI_Undefined;
    write_raster(&r);
    write_ground(NULL);
    check_refused("r.tif", "name the DEM's by --assign-crs");
}

/* A picture that says nothing of its place, but has the DEM's sides, lies over all of it; so does
 * one in the same map units where neither has a CRS. */
static void test_without_crs(void **state)
{
    (void)state;
    for (int placed = 0; placed < 2; placed++) {
        write_ground(NULL);
        raster r = {.path = "drape.tif",
                    .nx = 48,
                    .ny = 40,
                    .bands = 1,
                    .type = GDT_Byte,
                    .value = white_from_column};
        const double same[6] = {here[0], 15.0, 0.0, here[3], 0.0, -15.0};
        if (placed) memcpy(r.geotransform, same, sizeof(same));
        edge = 20;
        write_raster(&r);
        test_picture p = test_render("dem.tif", albedo_only, NULL);
        for (int i = 0; i < p.width * p.height; i++) {
            double expected = i % p.width < 9 ? 0.0 : i % p.width > 10 ? 1.0 : (double)NAN;
            if (fabs((double)p.rgba[4 * i] - expected) > 1.0e-5)
                fail_msg("column %d is %.6f", i % p.width, (double)p.rgba[4 * i]);
        }
        free(p.rgba);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_masks),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_without_crs),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
