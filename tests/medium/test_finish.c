/* Effects of lens and film in whole pictures: the natural vignette by the camera's own angles, a
 * mask as its pixels say, and composed pictures as they would have been rendered. The effects
 * themselves are tested in unit/test_effects.c. */
#include <gdal.h>
#include <math.h>

#include "composed.h"
#include "raster.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define EXR "finished.exr"
#define PICTURE "finished.tif"
enum { WIDTH = 96, HEIGHT = 64 };
#define SIZE "camera.size", "96x64"
#define EVEN_SKY                                                                                   \
    SIZE, "sky.model", "uniform", "sky.strength", "0.5", "sky.color", "1", "sun.strength", "0",    \
        "camera.eye", "391000,3800000,3000", "camera.target", "391000,3805000,20000",              \
        "background.fill", "sky", "tone.curve", "linear", "tone.auto_exposure", "false",           \
        "output.type", "UInt16", "output.dither", "false"

static void render(const char *const *knobs, const char *const *more)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", WINDOW, knobs, more);
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_settings_set(context, settings, "render.samples", "4"));
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void compose(const char *const *knobs)
{
    static const char *const files[] = {"output.path", PICTURE, "compose.path", EXR, NULL};
    test_composed(files, knobs);
}

/** Green of PICTURE, from its encoded values to linear light. */
static void read_green(double out[HEIGHT][WIDTH])
{
    GDALDatasetH data = GDALOpen(PICTURE, GA_ReadOnly);
    assert_non_null(data);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(data, 2), GF_Read, 0, 0, WIDTH, HEIGHT, out,
                                  WIDTH, HEIGHT, GDT_Float64, 0, 0),
                     CE_None);
    GDALClose(data);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        double v = (&out[0][0])[i] / 65535.0;
        (&out[0][0])[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
}

/* An even sky of 0.5 through a lens of 70 degrees: cos^4 of each pixel's angle, by the angle of
 * view alone. 16 bits are finer than 1e-4 of the light here; 0.5 % is what was asked for. */
static void natural_vignette_is_the_cameras(void **state)
{
    (void)state;
    static double even[HEIGHT][WIDTH], dark[HEIGHT][WIDTH];
    static const char *const sky[] = {EVEN_SKY, "camera.fov", "70", "output.path", PICTURE, NULL};
    static const char *const lens[] = {"effects.vignette", "1", NULL};
    const double half = tan(35.0 * 3.14159265358979323846 / 180.0);
    double worst = 0.0;
    render(sky, NULL);
    read_green(even);
    render(sky, lens);
    read_green(dark);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double u = (x + 0.5 - 0.5 * WIDTH) / (0.5 * WIDTH) * half;
            double v = (y + 0.5 - 0.5 * HEIGHT) / (0.5 * WIDTH) * half;
            double wanted = 1.0 / ((1.0 + u * u + v * v) * (1.0 + u * u + v * v));
            assert_true(fabs(even[y][x] - 0.5) < 1e-3);
            worst = fmax(worst, fabs(dark[y][x] / even[y][x] / wanted - 1.0));
        }
    printf("natural vignette: %.3f %% off cos^4 at most\n", 100.0 * worst);
    assert_true(worst < 2e-4);
}

/* A mask of one pixel for each of the picture's, 8 bits: light is what it says of 255. */
static void mask_is_as_its_pixels_say(void **state)
{
    (void)state;
    static double even[HEIGHT][WIDTH], masked[HEIGHT][WIDTH];
    static unsigned char mask[HEIGHT][WIDTH];
    static const char *const sky[] = {EVEN_SKY, "output.path", PICTURE, NULL};
    static const char *const by_mask[] = {"effects.vignette_mask", "mask.tif", NULL};
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) mask[y][x] = (unsigned char)(37 + (x * 7 + y * 29) % 219);
    GDALDatasetH out =
        GDALCreate(GDALGetDriverByName("GTiff"), "mask.tif", WIDTH, HEIGHT, 1, GDT_Byte, NULL);
    assert_non_null(out);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, 0, WIDTH, HEIGHT, mask,
                                  WIDTH, HEIGHT, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(out);
    render(sky, NULL);
    read_green(even);
    render(sky, by_mask);
    read_green(masked);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double wanted = even[y][x] * mask[y][x] / 255.0;
            assert_true(fabs(masked[y][x] - wanted) < 2e-4 * wanted + 2e-5);
        }
}

/* Knobs that an EXR notes, or that are given to compose, make the picture that a render makes. */
static void composed_is_as_rendered(void **state)
{
    (void)state;
    static const char *const to_both[] = {SIZE,    "output.path", EXR,     "output.path",
                                          PICTURE, "aov.names",   "depth", NULL};
    static const char *const to_picture[] = {SIZE, "output.path", PICTURE, NULL};
    static const char *const to_exr[] = {SIZE, "output.path", EXR, "output.type", "Float32", NULL};
    static const char *const look[] = {"effects.chromatic_aberration",
                                       "1",
                                       "effects.glare",
                                       "0.2",
                                       "effects.glare_spikes",
                                       "5",
                                       "effects.vignette",
                                       "0.8",
                                       "effects.vignette_barrel",
                                       "0.3",
                                       "effects.grain",
                                       "0.2",
                                       "tone.curve",
                                       "aces",
                                       NULL};
    render(to_picture, look);
    uint64_t direct = raster_hash(PICTURE);
    render(to_exr, NULL);
    compose(look);
    assert_true(raster_hash(PICTURE) == direct);
    /* Noted: halves, so each sample of 8 bits is within a step; grain would hide nothing. */
    static unsigned char rendered[HEIGHT][WIDTH][3], composed[HEIGHT][WIDTH][3];
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 0)
            render(to_both, look);
        else
            compose(NULL);
        GDALDatasetH data = GDALOpen(PICTURE, GA_ReadOnly);
        assert_int_equal(GDALDatasetRasterIO(data, GF_Read, 0, 0, WIDTH, HEIGHT,
                                             pass ? composed : rendered, WIDTH, HEIGHT, GDT_Byte, 3,
                                             NULL, 3, 3 * WIDTH, 1),
                         CE_None);
        GDALClose(data);
    }
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        assert_true(abs((&rendered[0][0][0])[i] - (&composed[0][0][0])[i]) <= 1);
}

/* What makes nothing is nothing: effects set to their defaults leave every byte. */
static void none_is_none(void **state)
{
    (void)state;
    static const char *const to_picture[] = {SIZE, "output.path", PICTURE, NULL};
    static const char *const none[] = {"effects.chromatic_aberration",
                                       "0",
                                       "effects.glare",
                                       "0",
                                       "effects.vignette",
                                       "0",
                                       "effects.vignette_strength",
                                       "0",
                                       "effects.grain",
                                       "0",
                                       NULL};
    render(to_picture, NULL);
    uint64_t plain = raster_hash(PICTURE);
    render(to_picture, none);
    assert_true(raster_hash(PICTURE) == plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(natural_vignette_is_the_cameras),
        cmocka_unit_test(mask_is_as_its_pixels_say),
        cmocka_unit_test(composed_is_as_rendered),
        cmocka_unit_test(none_is_none),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
