/* Our views against another renderer's (tests/data/reference_views.txt says whose and how).
 *
 * Limits: blocks of 8 x 8 pixels differ by less than 1 % on average, the means by less than 0.4 %.
 * Of metal the means too by less than 1 %: the other's microfacets mask and shadow each other
 * without correlation, which makes them darker by 0.85 %. (With that formula in the place of ours
 * the means differ by 0.02 % and the blocks by 0.1 %.) */
#include <math.h>

#include "picture.h"

#define BLOCK 8
#define BLOCKS_MAX 4096

static const char *const common[] = {"terrain.normals",
                                     "flat",
                                     "terrain.border",
                                     "open",
                                     "filter.shape",
                                     "box",
                                     "filter.width",
                                     "1",
                                     "camera.eye",
                                     "391253.6554542635,3794777.8276283755,1900",
                                     "camera.target",
                                     "393053.6554542635,3798377.8276283755,900",
                                     "camera.fov",
                                     "50",
                                     "suns",
                                     "250,15,3",
                                     "sun.size",
                                     "0.53",
                                     "sky.model",
                                     "uniform",
                                     "sky.strength",
                                     "0.3",
                                     "sky.color",
                                     "1",
                                     NULL};

static const struct reference {
    const char *name;
    double bias_limit; /* % */
    const char *knobs[16];
} references[] = {
    {"view", 0.4, {"camera.size", "480x270", "surface.albedo", "0.6", "render.bounces", "4", NULL}},
    {"view_thin_lens",
     0.4,
     {"camera.size", "480x270", "surface.albedo", "0.6", "render.bounces", "4", "lens.dof",
      "thin-lens", "lens.aperture", "40", "lens.focus", "3000", NULL}},
    {"view_metal",
     1.0,
     {"camera.size", "240x135", "surface.albedo", "1", "surface.metallic", "1", "surface.roughness",
      "0.547722558", "surface.multiscatter", "false", "render.bounces", "1", NULL}},
};

/** Reads the blocks of a scene. */
static void read_reference(const char *name, double *blocks, int *columns, int *rows)
{
    FILE *file = fopen(VD_SOURCE_DIR "/tests/data/reference_views.txt", "r");
    char line[1024], found[64] = "";
    assert_non_null(file);
    while (strcmp(found, name) != 0) {
        assert_non_null(fgets(line, sizeof(line), file));
        if (sscanf(line, "scene %63s %*d %d %d", found, columns, rows) != 3) found[0] = '\0';
    }
    assert_true(*columns * *rows <= BLOCKS_MAX);
    for (int i = 0; i < *columns * *rows; i++) assert_int_equal(fscanf(file, "%lf", &blocks[i]), 1);
    fclose(file);
}

static double block_mean(const test_picture *p, int bx, int by)
{
    double sum = 0.0;
    for (int y = 0; y < BLOCK; y++)
        for (int x = 0; x < BLOCK; x++)
            sum += (double)p->rgba[4 * ((by * BLOCK + y) * p->width + bx * BLOCK + x) + 1];
    return sum / (BLOCK * BLOCK);
}

static void compare(const struct reference *reference)
{
    static double blocks[BLOCKS_MAX];
    double difference = 0.0, ours = 0.0, theirs = 0.0;
    int columns = 0, rows = 0;
    char samples[32];
    read_reference(reference->name, blocks, &columns, &rows);
    snprintf(samples, sizeof(samples), "%d", test_env("VEDUTA_TEST_SAMPLES", 64));
    const char *knobs[20] = {"render.samples", samples};
    memcpy(knobs + 2, reference->knobs, sizeof(reference->knobs));
    test_picture p =
        test_render_by("render", VD_SOURCE_DIR "/tests/data/window.tif", common, knobs);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++) {
            double mean = block_mean(&p, x, y), wanted = blocks[y * columns + x];
            difference += fabs(mean - wanted);
            ours += mean;
            theirs += wanted;
        }
    free(p.rgba);
    double bias = 100.0 * (ours / theirs - 1.0), blockwise = 100.0 * difference / theirs;
    printf("%-12s %s spp: bias %+.3f %%, blocks %.3f %%\n", reference->name, samples, bias,
           blockwise);
    assert_true(fabs(bias) < reference->bias_limit);
    assert_true(blockwise < 1.0);
}

static void test_references(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) compare(&references[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_references)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
