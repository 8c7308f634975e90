/* Our reliefs against another renderer's (tests/data/references.txt says whose and how).
 *
 * Limits: blocks of 8 x 8 pixels differ by less than 1 % on average, the means by less than 0.3 %.
 * At 64 samples our own noise is 0.3 % of a block in the noisiest scene and below 0.02 % of the
 * mean. VEDUTA_TEST_SAMPLES asks for more. */
#include <math.h>

#include "picture.h"

#define BLOCKS 30
#define BORDER 8
#define BLOCK 8

static const char *const common[] = {"terrain.normals",
                                     "flat",
                                     "terrain.border",
                                     "open",
                                     "filter.shape",
                                     "box",
                                     "filter.width",
                                     "1",
                                     "sun.size",
                                     "0.53",
                                     "sky.color",
                                     "1,1,1",
                                     "sun.color",
                                     "1,1,1",
                                     NULL};

static const struct reference {
    const char *name;
    const char *knobs[16];
} references[] = {
    {"relief",
     {"surface.albedo", "0.6", "suns", "315,45,3", "sky.strength", "0.3", "render.bounces", "4",
      NULL}},
    {"relief_direct",
     {"surface.albedo", "0.6", "suns", "315,45,3", "sky.strength", "0", "render.bounces", "0",
      NULL}},
    {"relief_sky",
     {"surface.albedo", "0.6", "sun.strength", "0", "sky.strength", "1", "render.bounces", "0",
      NULL}},
    {"relief_exaggerated_two_suns",
     {"surface.albedo", "0.8,0.6,0.4", "suns", "315,30,2", "suns", "225,20,1", "sky.strength",
      "0.2", "terrain.z_factor", "2", "render.bounces", "6", NULL}},
};

/** Reads the blocks of a scene and the samples of the other renderer. */
static void read_reference(const char *name, double blocks[BLOCKS][BLOCKS][3], int *samples)
{
    FILE *file = fopen(VD_SOURCE_DIR "/tests/data/references.txt", "r");
    char line[256], found[64] = "";
    assert_non_null(file);
    while (strcmp(found, name) != 0) {
        assert_non_null(fgets(line, sizeof(line), file));
        if (sscanf(line, "scene %63s %d", found, samples) != 2) found[0] = '\0';
    }
    for (int i = 0; i < BLOCKS * BLOCKS * 3; i++)
        assert_int_equal(fscanf(file, "%lf", &((double *)blocks)[i]), 1);
    fclose(file);
}

static double block_mean(const test_picture *p, int bx, int by, int channel)
{
    double sum = 0.0;
    for (int y = 0; y < BLOCK; y++)
        for (int x = 0; x < BLOCK; x++) {
            int at = (BORDER + by * BLOCK + y) * p->width + BORDER + bx * BLOCK + x;
            sum += (double)p->rgba[4 * at + channel];
        }
    return sum / (BLOCK * BLOCK);
}

static void compare(const struct reference *reference)
{
    double blocks[BLOCKS][BLOCKS][3], difference = 0.0, ours = 0.0, theirs = 0.0;
    int theirs_samples;
    char samples[32];
    read_reference(reference->name, blocks, &theirs_samples);
    int count = test_env("VEDUTA_TEST_SAMPLES", 64);
    snprintf(samples, sizeof(samples), "%d", count < theirs_samples ? count : theirs_samples);
    const char *knobs[20] = {"render.samples", samples};
    memcpy(knobs + 2, reference->knobs, sizeof(reference->knobs));
    test_picture p = test_render(VD_SOURCE_DIR "/tests/data/window.tif", common, knobs);
    assert_int_equal(p.width, 256);
    assert_int_equal(p.height, 256);
    for (int y = 0; y < BLOCKS; y++)
        for (int x = 0; x < BLOCKS; x++)
            for (int c = 0; c < 3; c++) {
                double mean = block_mean(&p, x, y, c);
                difference += fabs(mean - blocks[y][x][c]);
                ours += mean;
                theirs += blocks[y][x][c];
            }
    free(p.rgba);
    double bias = 100.0 * (ours / theirs - 1.0), blockwise = 100.0 * difference / theirs;
    printf("%-28s %s spp: bias %+.3f %%, blocks %.3f %%\n", reference->name, samples, bias,
           blockwise);
    assert_true(fabs(bias) < 0.3);
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
