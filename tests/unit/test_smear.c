/* Motion blur after the render at the outlines of what moves, whose pixels are means of both sides:
 * against the blur of the shape itself, which has no teeth. */
#include <math.h>

#include "picture.h"
#include "post/smear.h"

enum { WIDTH = 96, HEIGHT = 24, GONE = 20, LEFT = 36, RIGHT = 60 };

/** How much of a pixel a shape covers whose sides lean by so much of a pixel a row. */
static double cover(int x, double y)
{
    double left = LEFT + fmod(0.37 * y, 1.0), right = RIGHT + fmod(0.61 * y, 1.0);
    return fmax(fmin(x + 1.0, right) - fmax((double)x, left), 0.0);
}

/** A white shape goes to the right by 20 pixels over black ground that stands still. Its outline's
 *  pixels have the mean of both colours, motions and depths. */
static void outlines_have_no_teeth(void **state)
{
    static float motion[2 * WIDTH * HEIGHT], depth[WIDTH * HEIGHT], rgba[4 * WIDTH * HEIGHT];
    vd_smear_options options = {.width = WIDTH, .height = HEIGHT, .threads = 1};
    vd_context *context = NULL;
    double error = 0.0, teeth = 0.0;
    (void)state;
    for (int k = 0; k < VD_SMEAR_TIMES; k++)
        options.times[k] = ((float)k + 0.5f) / (float)VD_SMEAR_TIMES - 0.5f;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        float share = (float)cover(i % WIDTH, i / WIDTH);
        motion[2 * i] = (float)GONE * share;
        depth[i] = 50.0f * share + 200.0f * (1.0f - share);
        for (int c = 0; c < 3; c++) rgba[4 * i + c] = share;
        rgba[4 * i + 3] = 1.0f;
    }
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_smear(context, &options, motion, depth, rgba));
    vd_context_destroy(context);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        double wanted = 0.0, left = 0.0;
        int x = i % WIDTH;
        /* Twenty places in even times are the box that it is blurred by, half a pixel at its ends.
         */
        for (int k = -GONE / 2; k <= GONE / 2; k++)
            wanted += cover(x - k, i / WIDTH) * (abs(k) == GONE / 2 ? 0.5 : 1.0) / GONE;
        double off = (double)rgba[4 * i] - wanted;
        if (i >= WIDTH) left = (double)rgba[4 * (i - WIDTH)] - (double)rgba[4 * i];
        error += fabs(off) / HEIGHT;
        teeth = fmax(teeth, fabs(left));
    }
    print_message("an outline is off by %.3g pixels of a row; a row by %.2g from the next\n", error,
                  teeth);
    /* Of two sides 20 pixels long; a side that leans by a pixel changes a row by 1 / 20, and a
     * pixel of the outline that is taken for the near side by as much. */
    assert_true(error < 0.02 * 2 * GONE);
    assert_true(teeth < 2.0 / GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(outlines_have_no_teeth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
