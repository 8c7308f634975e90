/* The blue pattern in a picture: its error is of high frequency. Smooth ground under the sun
 * alone is mostly one pad's business: the errors of pixels at 16 samples are as large as in the
 * independent pattern, those of means of 8 x 8 pixels much smaller, and neither is biased. The
 * reference has 512 samples, independent and of another seed, and so a 32nd of the independent
 * pattern's variance, or less. */
#include <math.h>

#include "picture.h"

#define SIDE 64
#define BLOCK 8
#define BLOCKS (SIDE * SIDE / (BLOCK * BLOCK))
#define SEEDS 4

static test_picture render(const char *pattern, const char *seed, const char *samples)
{
    const char *knobs[] = {"dem.srcwin",
                           "40,60,64,64",
                           "dem.smooth",
                           "60",
                           "render.pattern",
                           pattern,
                           "render.seed",
                           seed,
                           "render.samples",
                           samples,
                           "render.bounces",
                           "0",
                           "sky.strength",
                           "0",
                           NULL};
    return test_render(VD_SOURCE_DIR "/tests/data/window.tif", knobs, NULL);
}

typedef struct errors {
    double mean, pixel, block; /* mean square of pixels' and blocks' */
} errors;

static errors errors_of(const char *pattern, const test_picture *reference)
{
    static const char *const seeds[SEEDS] = {"0", "1", "2", "3"};
    errors e = {0.0, 0.0, 0.0};
    const double pixels = SEEDS * SIDE * SIDE;
    for (int s = 0; s < SEEDS; s++) {
        test_picture p = render(pattern, seeds[s], "16");
        double blocks[BLOCKS] = {0.0};
        for (int i = 0; i < SIDE * SIDE; i++) {
            double error = (double)p.rgba[4 * i] - (double)reference->rgba[4 * i];
            e.mean += error / pixels;
            e.pixel += error * error / pixels;
            blocks[i / SIDE / BLOCK * (SIDE / BLOCK) + i % SIDE / BLOCK] += error / (BLOCK * BLOCK);
        }
        for (int i = 0; i < BLOCKS; i++) e.block += blocks[i] * blocks[i] / (SEEDS * BLOCKS);
        free(p.rgba);
    }
    return e;
}

/* Blocks: mean squares of 256 errors are known to 9 %, their ratio to 12 %; that of pixels to 2 %.
 * Four pictures and the reference make the standard error of the difference of means. */
static void test_error_is_of_high_frequency(void **state)
{
    (void)state;
    test_picture reference = render("independent", "99", "512");
    errors independent = errors_of("independent", &reference);
    errors blue = errors_of("blue", &reference);
    free(reference.rgba);
    double mean_error = sqrt(independent.pixel / (SIDE * SIDE) * (1.0 / SEEDS + 1.0 / 32.0));
    printf("blue / independent: pixels %.3f, blocks %.3f of the variance\n",
           blue.pixel / independent.pixel, blue.block / independent.block);
    printf("bias: blue %+.2f, independent %+.2f standard errors\n", blue.mean / mean_error,
           independent.mean / mean_error);
    assert_true(fabs(blue.pixel / independent.pixel - 1.0) < 0.1);
    assert_true(blue.block / independent.block < 0.6);
    assert_true(fabs(blue.mean) < 4.5 * mean_error);
    assert_true(fabs(independent.mean) < 4.5 * mean_error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_error_is_of_high_frequency)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
