/* Distortion of a composition: against a picture that is known everywhere, and against rays that
 * are bent as they leave the camera. */
#include <gdal.h>
#include <math.h>

#include "composed.h"
#include "post/bend.h"

#define DEM VD_SOURCE_DIR "/data/bigtujunga.tif"
#define COEFFICIENTS "-0.25,0.05,0.01,-0.006"
enum { WIDTH = 200, HEIGHT = 140 };

/* Waves of 20 pixels across and 26 down. */
static double wave(double x, double y)
{
    return 0.5 +
           0.25 * sin(x * 2.0 * 3.14159265358979 / 20.0) * cos(y * 2.0 * 3.14159265358979 / 26.0);
}

/* Every pixel is the wave where the inverse formula, worked out here in doubles by plain iteration
 * (OpenCV's way), says that its ray comes from. A cubic that keeps parabolas is off a wave of w
 * radians a pixel by less than w^3 / 16 of its amplitude: 0.5 % across, 0.2 % down. */
static void pixels_come_from_where_the_formula_says(void **state)
{
    (void)state;
    const double k1 = -0.12, k2 = 0.03, p1 = 0.004, p2 = -0.003, pixel = 2.0 * 0.5 / WIDTH;
    vd_bend_options options = {.width = WIDTH,
                               .height = HEIGHT,
                               .pixel = (float)pixel,
                               .middle_x = 95.0f,
                               .middle_y = 72.0f};
    options.lens.is_distorted = 1;
    options.lens.k1 = (float)k1;
    options.lens.k2 = (float)k2;
    options.lens.p1 = (float)p1;
    options.lens.p2 = (float)p2;
    float *in = malloc(WIDTH * HEIGHT * 4 * sizeof(float));
    float *out = malloc(WIDTH * HEIGHT * 4 * sizeof(float));
    assert_non_null(in);
    assert_non_null(out);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        for (int c = 0; c < 4; c++)
            in[4 * i + c] =
                c == 3 ? 1.0f : (float)(wave(i % WIDTH + 0.5, i / WIDTH + 0.5) * (c + 1));
    bool is_whole;
    assert_int_equal(vd_bend(NULL, &options, in, out, &is_whole), VD_OK);
    assert_false(is_whole); /* a barrel has empty corners */
    double worst = 0.0;
    int inside = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        double to_x = (i % WIDTH + 0.5 - 95.0) * pixel, to_y = (i / WIDTH + 0.5 - 72.0) * pixel;
        double x = to_x, y = to_y;
        for (int k = 0; k < 60; k++) {
            double r2 = x * x + y * y, radial = 1.0 + r2 * (k1 + r2 * k2);
            double dx = 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x);
            double dy = p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y;
            x = (to_x - dx) / radial;
            y = (to_y - dy) / radial;
        }
        double from_x = 95.0 + x / pixel, from_y = 72.0 + y / pixel;
        double margin = fmin(fmin(from_x, WIDTH - from_x), fmin(from_y, HEIGHT - from_y));
        if (margin < -4.0) assert_true(out[4 * i] == 0.0f && out[4 * i + 3] == 0.0f);
        if (margin < 4.0) continue;
        inside++;
        assert_true(fabs((double)out[4 * i + 3] - 1.0) < 1e-5);
        for (int c = 0; c < 3; c++)
            worst = fmax(worst, fabs((double)out[4 * i + c] / (c + 1) - wave(from_x, from_y)));
    }
    printf("off by %.5f at most, of waves of 0.25\n", worst);
    assert_true(inside > WIDTH * HEIGHT * 3 / 4);
    assert_true(worst < 0.007 * 0.25);
    free(in);
    free(out);
}

static void render(const char *command, const char *path, const char *const *more)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(
        context, command, DEM,
        (const char *[]){"camera.size", "160x100", "output.path", path, "output.overwrite", "true",
                         "output.type", "Float32", "render.samples", "64", NULL},
        more);
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static vd_result bend(const char *from, const char *to, char error[256])
{
    return test_compose((const char *[]){"compose.path", from, "output.path", to, "lens.distortion",
                                         COEFFICIENTS, "output.type", "Float32", NULL},
                        NULL, error);
}

/* Of the middle, where both have pixels. */
static double psnr_of(const char *reference, const char *test)
{
    vd_context *context = NULL;
    vd_comparison found;
    const vd_compare_options options = {.roi = {24, 15, 112, 70}};
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_compare_files(context, reference, test, &options, &found));
    vd_context_destroy(context);
    return found.psnr;
}

/* What is left between them, noise and what resampling takes of details a pixel wide, is less than
 * a quarter, by energy, of what the distortion does; one that bends otherwise does not come near.
 */
static void after_the_fact_as_by_rays(void **state)
{
    (void)state;
    char error[256];
    render("render", "straight.exr", (const char *[]){"camera.fov", "60", NULL});
    render("render", "bent.exr",
           (const char *[]){"camera.fov", "60", "lens.distortion", COEFFICIENTS, NULL});
    assert_int_equal(bend("straight.exr", "after.exr", error), VD_OK);
    double after = psnr_of("bent.exr", "after.exr"), none = psnr_of("bent.exr", "straight.exr");
    printf("psnr against rays: %.2f dB, of the straight picture %.2f dB\n", after, none);
    assert_true(after > none + 6.0);
    assert_int_equal(bend("bent.exr", "again.exr", error), VD_ERR_SETTING);
    assert_non_null(strstr(error, "was rendered through a distorted lens"));
    render("relief", "map.exr", NULL);
    assert_int_equal(bend("map.exr", "again.exr", error), VD_ERR_SETTING);
    assert_non_null(strstr(error, "no lens has made"));
    render("render", "part.exr", (const char *[]){"camera.crop", "10,10,50,50", NULL});
    assert_int_equal(bend("part.exr", "again.exr", error), VD_ERR_SETTING);
    assert_non_null(strstr(error, "distortion: needs pixels beyond"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_come_from_where_the_formula_says),
        cmocka_unit_test(after_the_fact_as_by_rays),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
