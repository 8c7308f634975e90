/* Parts of pictures: their pixels are those of the whole, wherever they are written to, and their
 * place is told. */
#include <gdal.h>

#include "exr_file.h"
#include "picture.h"
#include "raster.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
enum { X = 37, Y = 21, WIDTH = 50, HEIGHT = 41 };
#define CROP "37,21,50,41"

static void make(const char *command, const char *const *knobs, const char *path, const char *crop)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, command, WINDOW, knobs, NULL);
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_settings_set(context, settings, "output.path", path));
    if (crop) test_ok(context, vd_settings_set(context, settings, "camera.crop", crop));
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

/* The samples of a rectangle of a raster, [bands][HEIGHT][WIDTH]; free with free(). */
static double *samples(const char *path, int x, int y, int *bands, double geotransform[6])
{
    GDALDatasetH data = GDALOpen(path, GA_ReadOnly);
    assert_non_null(data);
    *bands = GDALGetRasterCount(data);
    memset(geotransform, 0, 6 * sizeof(geotransform[0]));
    GDALGetGeoTransform(data, geotransform);
    double *out = calloc((size_t)*bands * WIDTH * HEIGHT, sizeof(double));
    assert_non_null(out);
    assert_int_equal(GDALDatasetRasterIO(data, GF_Read, x, y, WIDTH, HEIGHT, out, WIDTH, HEIGHT,
                                         GDT_Float64, *bands, NULL, 0, 0, 0),
                     CE_None);
    if (x == 0) assert_int_equal(GDALGetRasterXSize(data), WIDTH);
    if (x == 0) assert_int_equal(GDALGetRasterYSize(data), HEIGHT);
    GDALClose(data);
    return out;
}

static void assert_is_part(const char *part, const char *whole)
{
    int bands, bands_of_whole;
    double place[6], place_of_whole[6];
    double *is = samples(part, 0, 0, &bands, place);
    double *was = samples(whole, X, Y, &bands_of_whole, place_of_whole);
    assert_int_equal(bands, bands_of_whole);
    assert_memory_equal(is, was, (size_t)bands * WIDTH * HEIGHT * sizeof(double));
    for (int i = 1; i < 6; i++)
        if (i != 3) assert_true(place[i] == place_of_whole[i]);
    for (int i = 0; i < 6; i += 3) {
        double corner = place_of_whole[i];
        if (place_of_whole[1] != 1.0) /* GDAL's for a raster without a place */
            corner += X * place_of_whole[i + 1] + Y * place_of_whole[i + 2];
        /* Text of a world file has 15 digits. */
        assert_true(fabs(place[i] - corner) <= 1e-14 * fabs(corner));
    }
    free(is);
    free(was);
}

/* With a noise target, whose blocks are the whole's; with gaps, which are transparent; with what
 * depends on a pixel's place: dither, a vignette, grain, exposure by the whole picture. */
static void pixels_are_those_of_the_whole(void **state)
{
    (void)state;
    static const struct {
        const char *command, *suffix;
        const char *knobs[15];
    } cases[] = {
        {"relief", "png", {"dem.srcwin", "20,20,120,90", "render.samples", "2", NULL}},
        {"relief",
         "tif",
         {"dem.srcwin", "20,20,120,90", "render.samples", "64", "render.noise", "0.04",
          "effects.grain", "0.3", NULL}},
        {"relief",
         "tif",
         {"camera.crs", "EPSG:4326", "camera.size", "100x80", "render.samples", "2",
          "tone.auto_exposure", "true", NULL}},
        {"render",
         "png",
         {"camera.size", "100x80", "render.samples", "32", "render.noise", "0.06",
          "effects.vignette", "1", "effects.vignette_strength", "0.5", "render.tile", "16", NULL}},
        {"render",
         "png",
         {"camera.size", "100x80", "render.samples", "2", "background.fill", "transparent",
          "camera.projection", "fisheye", NULL}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char whole[32], part[32];
        snprintf(whole, sizeof(whole), "whole.%s", cases[i].suffix);
        snprintf(part, sizeof(part), "part.%s", cases[i].suffix);
        make(cases[i].command, cases[i].knobs, whole, NULL);
        make(cases[i].command, cases[i].knobs, part, CROP);
        assert_is_part(part, whole);
    }
}

static void compose(const char *from, const char *to)
{
    vd_context *context = NULL;
    vd_settings *settings = NULL;
    int width, height;
    const char *const knobs[] = {"compose.path",     from,   "output.path", to,
                                 "output.overwrite", "true", NULL};
    const char *const effects[] = {"effects.grain", "0.4", "effects.vignette_strength", "0.6",
                                   NULL};
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_settings_create(context, "compose", &settings));
    test_apply(context, settings, knobs);
    if (!strstr(to, ".exr")) test_apply(context, settings, effects);
    test_ok(context, vd_outputs_check(context, settings));
    test_ok(context, vd_compose(context, settings, &width, &height));
    if (strncmp(from, "part", 4) == 0) assert_int_equal(width, WIDTH);
    if (strncmp(from, "part", 4) == 0) assert_int_equal(height, HEIGHT);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void assert_windows(const test_exr_channel *c, int width, int height)
{
    assert_int_equal(c->data.min.x, X);
    assert_int_equal(c->data.min.y, Y);
    assert_int_equal(c->data.max.x, X + WIDTH - 1);
    assert_int_equal(c->data.max.y, Y + HEIGHT - 1);
    assert_int_equal(c->display.min.x, 0);
    assert_int_equal(c->display.min.y, 0);
    assert_int_equal(c->display.max.x, width - 1);
    assert_int_equal(c->display.max.y, height - 1);
}

/* Both windows of each part, read back by the format's own library, and the numbers in them. */
static void openexr_has_both_windows(void **state)
{
    (void)state;
    static const char *const knobs[][11] = {
        {"camera.size", "100x80", "render.samples", "3", "aov.names", "depth,lonlat,crypto_object",
         NULL},
        {"camera.size", "100x80", "render.samples", "3", "aov.names", "depth,lonlat,crypto_object",
         "output.exr_layout", "multichannel", "output.exr_tile", "32", NULL}};
    static const char *const names[] = {"R", "depth.Z", "lonlat.lat_low", "crypto_object00.R"};
    for (int layout = 0; layout < 2; layout++) {
        make("render", knobs[layout], "whole.exr", NULL);
        make("render", knobs[layout], "part.exr", CROP);
        for (int i = 0; i < 4; i++) {
            int at = layout == 0 ? i : 0;
            test_exr_channel is = test_exr_read_channel("part.exr", at, names[i]);
            test_exr_channel was = test_exr_read_channel("whole.exr", at, names[i]);
            assert_windows(&is, 100, 80);
            assert_non_null(is.values);
            for (int y = 0; y < HEIGHT; y++)
                assert_memory_equal(is.values + (ptrdiff_t)y * WIDTH,
                                    was.values + (ptrdiff_t)(Y + y) * was.width + X,
                                    WIDTH * sizeof(double));
            free(is.values);
            free(was.values);
        }
        compose("whole.exr", "whole.png");
        compose("part.exr", "part.png");
        assert_is_part("part.png", "whole.png");
    }
    compose("part.exr", "part2.exr");
    test_exr_channel again = test_exr_read_channel("part2.exr", 0, "G");
    assert_windows(&again, 100, 80);
    free(again.values);
}

/* A map's place goes through an OpenEXR and its composition. */
static void composed_maps_know_their_place(void **state)
{
    (void)state;
    const char *const knobs[] = {"dem.srcwin", "20,20,120,90", "render.samples", "2", NULL};
    make("relief", knobs, "whole.exr", NULL);
    make("relief", knobs, "part.exr", CROP);
    compose("whole.exr", "whole.tif");
    compose("part.exr", "part.tif");
    assert_is_part("part.tif", "whole.tif");
}

/* In memory a part is the picture: its size, its pixels and AOVs by its own coordinates. */
static void pictures_in_memory_are_the_part(void **state)
{
    (void)state;
    const char *const knobs[] = {
        "dem.srcwin", "20,20,120,90", "render.samples", "2", "aov.names", "elevation", NULL};
    const char *const crop[] = {"camera.crop", CROP, NULL};
    vd_picture *pictures[2];
    float *values[2], *elevations[2];
    double place[2][6];
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    for (int i = 0; i < 2; i++) {
        vd_scene *scene = NULL;
        int x = i ? 0 : X, y = i ? 0 : Y;
        vd_settings *settings = test_settings(context, WINDOW, knobs, i ? crop : NULL);
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_render(context, scene, &pictures[i]));
        values[i] = calloc(WIDTH * HEIGHT, 4 * sizeof(float));
        elevations[i] = calloc(WIDTH * HEIGHT, sizeof(float));
        test_ok(context, vd_picture_read(context, pictures[i], x, y, WIDTH, HEIGHT, values[i]));
        test_ok(context, vd_picture_read_aov(context, pictures[i], "elevation", x, y, WIDTH, HEIGHT,
                                             elevations[i], NULL));
        assert_int_equal(vd_picture_geotransform(pictures[i], place[i]), 1);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
    }
    assert_int_equal(vd_picture_width(pictures[1]), WIDTH);
    assert_int_equal(vd_picture_height(pictures[1]), HEIGHT);
    assert_memory_equal(values[0], values[1], 4 * WIDTH * HEIGHT * sizeof(float));
    assert_memory_equal(elevations[0], elevations[1], WIDTH * HEIGHT * sizeof(float));
    assert_true(place[1][0] == place[0][0] + X * place[0][1]);
    assert_true(place[1][3] == place[0][3] + Y * place[0][5]);
    assert_int_equal(vd_picture_read(context, pictures[1], 1, 0, WIDTH, HEIGHT, values[0]),
                     VD_ERR_USAGE);
    for (int i = 0; i < 2; i++) {
        vd_picture_destroy(pictures[i]);
        free(values[i]);
        free(elevations[i]);
    }
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_are_those_of_the_whole),
        cmocka_unit_test(openexr_has_both_windows),
        cmocka_unit_test(composed_maps_know_their_place),
        cmocka_unit_test(pictures_in_memory_are_the_part),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
