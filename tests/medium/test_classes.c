/* Land cover on the right place, in the colours of palettes, and what layers make of it. */
#include "settings/settings.h"
#include "terrain/classes.h"

#include "drape_fixture.h"

static const char *const colours_only[] = {"sun.strength",
                                           "0",
                                           "sky.strength",
                                           "1",
                                           "render.bounces",
                                           "0",
                                           "filter.shape",
                                           "box",
                                           "classes.path",
                                           "classes.tif",
                                           "render.samples",
                                           "16",
                                           NULL};

static int columns_east; /* of the edge between the two classes */

static double two_classes(int x, int y, int band)
{
    (void)y, (void)band;
    return x >= columns_east ? 42.0 : 11.0;
}

static void write_palette(const char *text)
{
    FILE *file = fopen("palette.txt", "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void write_classes(const char *crs, double x, double y, double step, int nx, int ny)
{
    raster r = {.path = "classes.tif",
                .nx = nx,
                .ny = ny,
                .bands = 1,
                .type = GDT_Int16,
                .geotransform = {x, step, 0.0, y, 0.0, -step},
                .crs = crs,
                .value = two_classes};
    write_raster(&r);
}

/* An edge between two classes lies where PROJ puts it, in a raster of pixels of two thirds of a
 * cell or of three cells, in degrees or in metres: less than half a pixel of it off. A row of
 * pixels shows how much of it is white; texels are half a pixel, or a pixel of the picture. */
static void check_edge(const char *crs, double x, double y, double step, int nx, int ny, int column)
{
    static const char *const scale[] = {"camera.output_scale", "4", "classes.palette",
                                        "palette.txt", NULL};
    vd_map_transform *transform = NULL;
    write_ground(UTM);
    columns_east = column;
    write_classes(crs, x, y, step, nx, ny);
    write_palette("11 0 0 0\n42 255 255 255\n");
    test_picture p = test_render("dem.tif", colours_only, scale);
    assert_int_equal(vd_map_transform_create(NULL, UTM, crs, &transform), VD_OK);
    double worst = 0.0;
    for (int row = 8; row < p.height - 8; row += 9) {
        double white = 0.0, low = 0.0, high = p.width;
        for (int i = 0; i < p.width; i++) white += (double)p.rgba[4 * (row * p.width + i)];
        /* The picture's column at which the edge lies in this row, by bisection. */
        for (int k = 0; k < 50; k++) {
            double middle = 0.5 * (low + high);
            double mx = here[0] + middle / 4.0 * here[1];
            double my = here[3] + (row + 0.5) / 4.0 * here[5];
            vd_map_transform_points(transform, 1, &mx, &my);
            if ((mx - x) / step < column)
                low = middle;
            else
                high = middle;
        }
        double cells = fabs((p.width - white) - low) / 4.0;
        double pixel = step * (strcmp(crs, UTM) ? 92000.0 : 1.0) / 30.0; /* in cells */
        worst = fmax(worst, cells / pixel);
    }
    printf("%s, pixels of %g: off by %.3f of them\n", crs, step, worst);
    assert_true(worst < 0.5);
    vd_map_transform_destroy(transform);
    free(p.rgba);
}

static void test_registration(void **state)
{
    (void)state;
    check_edge(UTM, 414900.0, 3797100.0, 20.0, 60, 60, 23);
    check_edge(UTM, 414907.0, 3797111.0, 90.0, 14, 14, 5);
    check_edge(DEGREES, -117.93, 34.318, 0.00022, 90, 90, 44);
    check_edge(DEGREES, -117.93, 34.318, 0.0009, 30, 20, 11);
}

/* A palette's colours are those of its text, linear. */
static void test_palette(void **state)
{
    static const char *const palette[] = {"classes.palette", "palette.txt", NULL};
    static const char *const nlcd[] = {"classes.palette", "nlcd", NULL};
    static const char *const half[] = {
        "classes.palette", "nlcd", "classes.opacity", "0.5", "surface.albedo", "0.2", NULL};
    (void)state;
    write_ground(UTM);
    columns_east = 12;
    write_classes(UTM, here[0], here[3], 30.0, 24, 20);
    write_palette("# two\n 11 10,20:30\n42 orange\n");
    test_picture p = test_render("dem.tif", colours_only, palette);
    assert_true(fabs((double)p.rgba[0] - decoded(10)) < 1e-5);
    assert_true(fabs((double)p.rgba[1] - decoded(20)) < 1e-5);
    assert_true(fabs((double)p.rgba[2] - decoded(30)) < 1e-5);
    assert_true(fabs((double)p.rgba[4 * 20 + 1] - decoded(127)) < 1e-5);
    free(p.rgba);
    p = test_render("dem.tif", colours_only, nlcd);
    assert_true(fabs((double)p.rgba[0] - decoded(70)) < 1e-5);
    assert_true(fabs((double)p.rgba[4 * 20 + 1] - decoded(95)) < 1e-5);
    free(p.rgba);
    p = test_render("dem.tif", colours_only, half);
    assert_true(fabs((double)p.rgba[0] - 0.5 * (0.2 + decoded(70))) < 1e-5);
    free(p.rgba);
}

/* All built-in palettes are whole, and know their classes. */
static void test_builtin(void **state)
{
    static const struct {
        const char *name;
        int value, count;
    } palettes[] = {{"nlcd", 95, 20}, {"esa-worldcover", 100, 11}, {"corine", 523, 44}};
    (void)state;
    write_ground(UTM);
    for (size_t i = 0; i < sizeof(palettes) / sizeof(palettes[0]); i++) {
        vd_class_options options = {
            .path = "classes.tif", .palette = palettes[i].name, .threads = 1};
        vd_dem_options dem_options = {.path = "dem.tif", .band = 1, .threads = 1};
        vd_dem_info dem = {0};
        vd_drape_window window = {0, 0, 24, 20, 1.0};
        vd_class_raster *classes = NULL;
        level[0] = palettes[i].value;
        raster r = {.path = "classes.tif",
                    .nx = 24,
                    .ny = 20,
                    .bands = 1,
                    .type = GDT_Int16,
                    .crs = UTM,
                    .value = by_band};
        memcpy(r.geotransform, here, sizeof(here));
        write_raster(&r);
        assert_int_equal(vd_dem_probe(NULL, &dem_options, &dem), VD_OK);
        assert_int_equal(vd_classes_load(NULL, &options, &dem, &window, &classes), VD_OK);
        assert_int_equal(classes->count, 1);
        assert_int_equal(vd_class_index(classes, palettes[i].value), 1);
        assert_int_equal(vd_class_index(classes, 7), 0);
        vd_classes_destroy(classes);
        vd_dem_info_clear(&dem);
    }
}

/* What cannot be shown is said. */
static void test_failures(void **state)
{
    static const struct {
        const char *palette, *words;
    } cases[] = {
        {"11 1 2 3\n", "no colour for class 42"},
        {"12 1 2 3\n", "no colour for classes 11, 42"},
        {"11 1 2 3\n42 1 2 3\n11 4 5 6\n", "class 11 is there twice"},
        {"11.5 1 2 3\n", "11.5 is no number of a class"},
        {"11 1 2\n", "line 1"},
        {NULL, "has no colour table"},
    };
    (void)state;
    write_ground(UTM);
    columns_east = 12;
    write_classes(UTM, here[0], here[3], 30.0, 24, 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings(context, "dem.tif", colours_only, NULL);
        if (cases[i].palette) {
            write_palette(cases[i].palette);
            test_ok(context, vd_settings_set(context, settings, "--palette", "palette.txt"));
        }
        assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_FORMAT);
        if (!strstr(vd_context_error(context), cases[i].words))
            fail_msg("'%s' does not say '%s'", vd_context_error(context), cases[i].words);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

/* Layers lie on their classes alone; without a palette then. NODATA is of no class. */
static void test_layers(void **state)
{
    static const char *const layers[] = {"materials",
                                         "name=white,color=1",
                                         "layers",
                                         "material=white,classes=42,41",
                                         "surface.albedo",
                                         "0.25",
                                         NULL};
    (void)state;
    write_ground(UTM);
    columns_east = 12;
    write_classes(UTM, here[0], here[3], 30.0, 24, 20);
    test_picture p = test_render("dem.tif", colours_only, layers);
    assert_true(fabsf(p.rgba[0] - 0.25f) < 1e-5f && fabsf(p.rgba[4 * 20] - 1.0f) < 1e-5f);
    free(p.rgba);
    write_classes(UTM, here[0] + 300.0, here[3], 30.0, 4, 20); /* less than the DEM; 11 alone */
    p = test_render("dem.tif", colours_only, layers);
    assert_true(fabsf(p.rgba[4 * 12] - 0.25f) < 1e-5f && fabsf(p.rgba[4 * 20] - 0.25f) < 1e-5f);
    free(p.rgba);
}

/* Blended, classes keep their share of the ground, and their border is no longer straight. */
static void test_blend(void **state)
{
    static const char *const blend[] = {
        "classes.palette", "palette.txt", "classes.blend", "4", "camera.output_scale", "3", NULL};
    (void)state;
    write_ground(UTM);
    columns_east = 12;
    write_classes(UTM, here[0], here[3], 30.0, 24, 20);
    write_palette("11 0 0 0\n42 255 255 255\n");
    test_picture p = test_render("dem.tif", colours_only, blend);
    double sum = 0.0, far = 0.0;
    int mixed = 0;
    for (int i = 0; i < p.width * p.height; i++) {
        sum += (double)p.rgba[4 * i];
        mixed += p.rgba[4 * i] > 0.1f && p.rgba[4 * i] < 0.9f;
        if (i % p.width < 6) far += (double)p.rgba[4 * i];
    }
    printf("blended: %.3f white, %d mixed pixels\n", sum / (p.width * p.height), mixed);
    /* 20 rows of waves of 12: five independent ones, each off by up to 4/3 of 24 columns. */
    assert_true(fabs(sum / (p.width * p.height) - 0.5) < 0.06);
    assert_true(mixed > 60 && far == 0.0);
    free(p.rgba);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registration), cmocka_unit_test(test_palette),
        cmocka_unit_test(test_builtin),      cmocka_unit_test(test_failures),
        cmocka_unit_test(test_layers),       cmocka_unit_test(test_blend),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
