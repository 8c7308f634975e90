/* The built-in denoiser: what it keeps, what it takes out, and what it may depend on. First on
 * planes of our own, then on pictures against the same pictures with many samples.
 *
 * References have noise too. There are two of each, of other random numbers, a and b: the mean of
 * (x - a) (x - b) is that of (x - truth)^2, since what they are off by is independent. */
#include <math.h>

#include "aov_fixture.h"
#include "post/denoise.h"
#include "random.h"

/* ---- planes of our own ---------------------------------------------------------------------- */

/* Pixels on which one depends lie so far away at most: likes, patches, and blurred noise. */
enum { MARGIN = 8 };

typedef struct planes {
    int width, height, channels;
    bool is_view;
    float *signal, *noise, *albedo, *normal, *depth, *out;
} planes;

static float *plane(const planes *p, int channels)
{
    float *out = calloc((size_t)p->width * (size_t)p->height * (size_t)channels, sizeof(float));
    assert_non_null(out);
    return out;
}

static planes make_planes(int width, int height, int channels, bool is_view)
{
    planes p = {.width = width, .height = height, .channels = channels, .is_view = is_view};
    p.signal = plane(&p, channels);
    p.noise = plane(&p, channels);
    p.albedo = plane(&p, 3);
    p.normal = plane(&p, 3);
    p.depth = plane(&p, 1);
    p.out = plane(&p, channels);
    return p;
}

static void drop_planes(planes *p)
{
    free(p->signal);
    free(p->noise);
    free(p->albedo);
    free(p->normal);
    free(p->depth);
    free(p->out);
}

static void copy_rows(const float *from, int stride, int x, int y, int width, int height,
                      int channels, float *to)
{
    for (int row = 0; row < height; row++)
        memcpy(to + (size_t)row * (size_t)(width * channels),
               from + ((size_t)(y + row) * (size_t)stride + (size_t)x) * (size_t)channels,
               (size_t)(width * channels) * sizeof(float));
}

static vd_result read_planes(vd_context *context, void *state, int x, int y, int width, int height,
                             float *signal, float *noise, float *albedo, float *normal,
                             float *depth)
{
    const planes *p = state;
    (void)context;
    copy_rows(p->signal, p->width, x, y, width, height, p->channels, signal);
    copy_rows(p->noise, p->width, x, y, width, height, p->channels, noise);
    copy_rows(p->albedo, p->width, x, y, width, height, 3, albedo);
    copy_rows(p->normal, p->width, x, y, width, height, 3, normal);
    if (p->is_view) copy_rows(p->depth, p->width, x, y, width, height, 1, depth);
    return VD_OK;
}

static vd_result write_planes(vd_context *context, void *state, int x, int y, int width, int height,
                              const float *signal)
{
    const planes *p = state;
    (void)context;
    for (int row = 0; row < height; row++)
        memcpy(p->out + ((size_t)(y + row) * (size_t)p->width + (size_t)x) * (size_t)p->channels,
               signal + (size_t)row * (size_t)(width * p->channels),
               (size_t)(width * p->channels) * sizeof(float));
    return VD_OK;
}

static void denoise(planes *p, const char *isa, int threads)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_denoise_input input = {.width = p->width,
                              .height = p->height,
                              .channels = p->channels,
                              .has_albedo = p->channels >= 3,
                              .has_depth = p->is_view,
                              .state = p,
                              .read = read_planes,
                              .write = write_planes};
    test_ok(context, vd_denoise(context, &input, isa, threads));
    vd_context_destroy(context);
}

/* A hilly picture of the size of some tiles, with noise, and a hole in the middle. */
static planes make_hills(int width, int height, int channels, bool is_view)
{
    planes p = make_planes(width, height, channels, is_view);
    test_random random = {12345};
    for (int i = 0; i < width * height; i++) {
        int x = i % width, y = i / width;
        bool is_hole = (x - 90) * (x - 90) + (y - 70) * (y - 70) < 30 * 30;
        float *n = p.normal + 3 * i, *a = p.albedo + 3 * i;
        if (!is_hole) {
            n[0] = 0.5f * sinf(0.11f * (float)x) + 0.1f * (float)test_unit(&random);
            n[1] = 0.5f * cosf(0.07f * (float)y);
            n[2] = sqrtf(1.0f - n[0] * n[0] - n[1] * n[1]);
            for (int c = 0; c < 3; c++) a[c] = 0.2f + 0.6f * (float)test_unit(&random);
        }
        p.depth[i] = 100.0f + 3.0f * (float)y;
        for (int c = 0; c < channels; c++) {
            float light = is_hole ? 0.3f : (x > 60 ? 1.0f : 0.25f) * n[2] * (c < 3 ? a[c] : 1.0f);
            float off = 0.1f * ((float)test_unit(&random) - 0.5f);
            p.signal[channels * i + c] = light + off;
            p.noise[channels * i + c] = off * off;
        }
    }
    return p;
}

/* A pixel is the same wherever tiles are cut. */
static void tiles_change_nothing(void **state)
{
    (void)state;
    const int dx = 17, dy = 9;
    planes whole = make_hills(170, 150, 4, true), part = make_planes(140, 135, 4, true);
    const struct {
        const float *from;
        float *to;
        int channels;
    } copies[] = {{whole.signal, part.signal, 4},
                  {whole.noise, part.noise, 4},
                  {whole.albedo, part.albedo, 3},
                  {whole.normal, part.normal, 3},
                  {whole.depth, part.depth, 1}};
    for (int i = 0; i < 5; i++)
        copy_rows(copies[i].from, whole.width, dx, dy, part.width, part.height, copies[i].channels,
                  copies[i].to);
    denoise(&whole, NULL, 0);
    denoise(&part, NULL, 0);
    int compared = 0;
    for (int y = MARGIN; y < part.height - MARGIN; y++)
        for (int x = MARGIN; x < part.width - MARGIN; x++, compared++)
            assert_memory_equal(part.out + 4 * (y * part.width + x),
                                whole.out + 4 * ((y + dy) * whole.width + x + dx),
                                4 * sizeof(float));
    assert_true(compared > 10000);
    drop_planes(&whole);
    drop_planes(&part);
}

static void threads_and_instruction_sets_change_nothing(void **state)
{
    (void)state;
    static const char *const isas[] = {"scalar", "avx2", "avx512"};
    for (int view = 0; view < 2; view++) {
        planes p = make_hills(140, 130, view ? 4 : 3, view);
        size_t bytes = (size_t)(140 * 130 * p.channels) * sizeof(float);
        denoise(&p, NULL, 1);
        uint64_t hash = test_hash(p.out, bytes);
        for (int i = 0; i < 3; i++) {
            memset(p.out, 0, bytes);
            denoise(&p, isas[i], 2);
            if (test_hash(p.out, bytes) != hash) fail_msg("%s gives other pixels", isas[i]);
        }
        drop_planes(&p);
    }
}

/* Sky, paper and what has no data are left alone, and nothing of them gets into the rest. */
static void what_is_not_there_stays(void **state)
{
    (void)state;
    planes p = make_hills(140, 130, 3, false);
    denoise(&p, NULL, 0);
    planes bright = make_hills(140, 130, 3, false);
    for (int i = 0; i < 140 * 130; i++)
        for (int c = 0; bright.normal[3 * i + 2] == 0.0f && c < 3; c++)
            bright.signal[3 * i + c] = 1000.0f;
    denoise(&bright, NULL, 0);
    for (int i = 0; i < 140 * 130; i++) {
        bool is_hole = p.normal[3 * i + 2] == 0.0f;
        const float *wanted = is_hole ? bright.signal : p.out;
        assert_memory_equal(bright.out + 3 * i, wanted + 3 * i, 3 * sizeof(float));
        if (is_hole) assert_memory_equal(p.out + 3 * i, p.signal + 3 * i, 3 * sizeof(float));
    }
    drop_planes(&p);
    drop_planes(&bright);
}

/* A cloud before the sky, of which no feature tells but a depth, loses its noise: a mean over many
 * likes is off by less than half of what a pixel is. Clear sky beside it stays to the bit. */
static void clouds_are_there(void **state)
{
    (void)state;
    planes p = make_planes(96, 64, 3, true);
    test_random random = {11};
    double before = 0.0, after = 0.0;
    for (int i = 0; i < 96 * 64; i++) {
        bool is_cloud = i % 96 >= 48;
        float off = is_cloud ? 0.4f * ((float)test_unit(&random) - 0.5f) : 0.0f;
        p.depth[i] = is_cloud ? 1.0f : 0.0f;
        for (int c = 0; c < 3; c++) {
            p.signal[3 * i + c] = (is_cloud ? 0.8f : 0.3f + 0.001f * (float)(i % 7)) + off;
            p.noise[3 * i + c] = off * off;
        }
    }
    denoise(&p, NULL, 0);
    for (int i = 0; i < 96 * 64; i++) {
        const float *was = p.signal + 3 * i, *is = p.out + 3 * i;
        if (i % 96 < 48) assert_memory_equal(is, was, 3 * sizeof(float));
        if (i % 96 < 48) continue;
        before += ((double)was[0] - 0.8) * ((double)was[0] - 0.8);
        after += ((double)is[0] - 0.8) * ((double)is[0] - 0.8);
    }
    print_message("clouds: %.1f times less error\n", before / after);
    assert_true(after < 0.25 * before);
    drop_planes(&p);
}

/* Light that goes with the normal is kept at any frequency: it is a plane over the features, which
 * a fit without noise gives back, less what its ridge of 1e-4 holds back. Textures are in the
 * albedo and stay exactly. */
static void what_features_say_is_kept(void **state)
{
    (void)state;
    planes p = make_planes(80, 70, 3, false);
    test_random random = {99};
    for (int i = 0; i < 80 * 70; i++) {
        float *n = p.normal + 3 * i;
        n[0] = 0.8f * ((float)test_unit(&random) - 0.5f);
        n[1] = 0.8f * ((float)test_unit(&random) - 0.5f);
        n[2] = sqrtf(1.0f - n[0] * n[0] - n[1] * n[1]);
        for (int c = 0; c < 3; c++) {
            float albedo = p.albedo[3 * i + c] = 0.1f + 0.8f * (float)test_unit(&random);
            p.signal[3 * i + c] = albedo * (0.6f * n[0] - 0.3f * n[1] + 0.7f * n[2] + 0.5f);
            p.noise[3 * i + c] = 0.01f; /* it thinks */
        }
    }
    denoise(&p, NULL, 0);
    for (int i = 0; i < 3 * 80 * 70; i++)
        assert_float_equal(p.out[i], p.signal[i], 0.01f * p.signal[i]);
    drop_planes(&p);
}

/* A shadow's edge that no feature tells of: a step of ten times the noise's deviation. Pixels
 * beside it may not be off by more than noise is, and those further away by a quarter. */
static void edges_of_shadows_stay(void **state)
{
    (void)state;
    const float deviation = 0.05f;
    planes p = make_planes(128, 96, 1, false);
    test_random random = {7};
    for (int i = 0; i < 128 * 96; i++) {
        float off = deviation * sqrtf(12.0f) * ((float)test_unit(&random) - 0.5f);
        p.normal[3 * i + 2] = 1.0f;
        p.signal[i] = (i % 128 >= 64 ? 0.75f : 0.25f) + off;
        p.noise[i] = off * off;
    }
    denoise(&p, NULL, 0);
    double beside = 0.0, away = 0.0;
    int count[2] = {0, 0};
    for (int i = 0; i < 128 * 96; i++) {
        int from_edge = abs(2 * (i % 128) - 127) / 2;
        double off = (double)p.out[i] - (i % 128 >= 64 ? 0.75 : 0.25);
        if (from_edge == 0) beside += off * off;
        if (from_edge > 12) away += off * off;
        count[0] += from_edge == 0;
        count[1] += from_edge > 12;
    }
    double noise = (double)deviation;
    assert_true(sqrt(beside / count[0]) < noise);
    assert_true(sqrt(away / count[1]) < 0.25 * noise);
    drop_planes(&p);
}

/* ---- pictures ------------------------------------------------------------------------------- */

/* A view or a map of a part of real ground, and how many times less its error has to be. */
typedef struct picture_case {
    const char *name, *command, *scene;
    const char *knobs[15];
    const char *reference; /* samples */
    double wanted;
} picture_case;

static shot take_case(const picture_case *c, const char *samples, const char *seed,
                      const char *method, const char *aovs)
{
    shot s = {0};
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    test_ok(s.context, vd_settings_create(s.context, c->command, &s.settings));
    if (c->scene) test_ok(s.context, vd_settings_load(s.context, s.settings, c->scene));
    test_apply(s.context, s.settings, c->knobs);
    const char *more[] = {"render.samples",
                          samples,
                          "denoise.method",
                          method,
                          "render.seed",
                          seed,
                          aovs ? "aov.names" : NULL,
                          aovs,
                          NULL};
    test_apply(s.context, s.settings, more);
    test_ok(s.context, vd_scene_load(s.context, s.settings, &s.scene));
    test_ok(s.context, vd_render(s.context, s.scene, &s.picture));
    s.width = vd_picture_width(s.picture);
    s.height = vd_picture_height(s.picture);
    return s;
}

/* As it was rendered, denoised, and two references. */
enum { NOISY, CLEAN, REFERENCE_A, REFERENCE_B, SHOTS };

static void take_all(const picture_case *c, const char *aovs, shot shots[SHOTS])
{
    shots[NOISY] = take_case(c, "16", "5", "none", aovs);
    shots[CLEAN] = take_case(c, "16", "5", "nlm", aovs);
    shots[REFERENCE_A] = take_case(c, c->reference, "1", "none", aovs);
    shots[REFERENCE_B] = take_case(c, c->reference, "2", "none", aovs);
}

/* Relative mean squared error, as `veduta compare` measures it. */
static double error_of(const float *of, const float *a, const float *b, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        double mean = 0.5 * ((double)a[i] + (double)b[i]);
        sum +=
            ((double)of[i] - (double)a[i]) * ((double)of[i] - (double)b[i]) / (mean * mean + 0.01);
    }
    return sum / count;
}

static void compare_with_truth(const char *name, float *const of[SHOTS], int count, double wanted)
{
    double noisy = error_of(of[NOISY], of[REFERENCE_A], of[REFERENCE_B], count);
    double clean = error_of(of[CLEAN], of[REFERENCE_A], of[REFERENCE_B], count);
    print_message("%s: error %.3g, denoised %.3g: %.2f times less\n", name, noisy, clean,
                  noisy / clean);
    assert_true(clean > 0.0);
    assert_true(noisy > wanted * clean);
}

/* Light over black, to be freed. */
static float *light_of(const shot *s)
{
    float *rgba = beauty_of(s);
    for (int i = 0; i < s->width * s->height; i++)
        for (int k = 0; k < 3; k++) rgba[3 * i + k] = rgba[4 * i + k] * rgba[4 * i + 3];
    return rgba;
}

#define DEM VD_SOURCE_DIR "/data/bigtujunga.tif"
#define SCENES VD_SOURCE_DIR "/examples/scenes/"

/* Of a view the edges of shadows and of what stands before other things are left, where 16 samples
 * say no better how much of a pixel is on either side; they are as they were. */
static void light_has_less_noise(void **state)
{
    (void)state;
    static const picture_case cases[] = {
        {"relief",
         "relief",
         NULL,
         {"dem.path", DEM, "dem.srcwin", "560,200,140,100", NULL},
         "64",
         4.0},
        {"soft shadows",
         "relief",
         NULL,
         {"dem.path", DEM, "dem.srcwin", "560,200,140,100", "sun.altitude", "15", "sun.size", "5",
          NULL},
         "64",
         2.0},
        {"view",
         "render",
         SCENES "zion_strata.yaml",
         {"camera.size", "160x100", "camera.fov", "6", NULL},
         "32",
         1.8},
        {"fog before the same rock",
         "render",
         SCENES "zion_strata.yaml",
         {"camera.size", "96x60", "camera.fov", "20", "fog.kind", "height", "fog.extinction",
          "2e-4", "fog.height", "1500", NULL},
         "32",
         4.5}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        shot shots[SHOTS];
        float *light[SHOTS];
        take_all(&cases[i], NULL, shots);
        for (int k = 0; k < SHOTS; k++) light[k] = light_of(&shots[k]);
        compare_with_truth(cases[i].name, light, 3 * shots[0].width * shots[0].height,
                           cases[i].wanted);
        for (int k = 0; k < SHOTS; k++) {
            free(light[k]);
            drop(&shots[k]);
        }
    }
}

/* Shares that are AOVs, each by itself. */
static void shares_have_less_noise(void **state)
{
    (void)state;
    static const char *const names[] = {"ao", "sun_visibility", "sky_visibility"};
    static const double wanted[] = {8.0, 1.5, 8.0};
    static const picture_case c = {"shares",
                                   "relief",
                                   NULL,
                                   {"dem.path", DEM, "dem.srcwin", "560,200,60,44",
                                    "camera.output_scale", "3", "sun.altitude", "25", "sun.size",
                                    "10", NULL},
                                   "64",
                                   0.0};
    const char *aovs = "ao,sun_visibility,sky_visibility,slope";
    shot shots[SHOTS];
    take_all(&c, aovs, shots);
    int pixels = shots[0].width * shots[0].height;
    for (int i = 0; i < 3; i++) {
        float *shares[SHOTS];
        for (int k = 0; k < SHOTS; k++) shares[k] = aov_of(&shots[k], names[i], NULL);
        compare_with_truth(names[i], shares, pixels, wanted[i]);
        for (int k = 0; k < SHOTS; k++) free(shares[k]);
    }
    /* The rest is as it was, and what only the denoiser wanted is not written. */
    float *slopes[2] = {aov_of(&shots[NOISY], "slope", NULL), aov_of(&shots[CLEAN], "slope", NULL)};
    assert_memory_equal(slopes[0], slopes[1], (size_t)pixels * sizeof(float));
    assert_int_equal(vd_picture_aov_count(shots[CLEAN].picture), 4);
    for (int k = 0; k < 2; k++) free(slopes[k]);
    for (int k = 0; k < SHOTS; k++) drop(&shots[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_change_nothing),
        cmocka_unit_test(threads_and_instruction_sets_change_nothing),
        cmocka_unit_test(what_is_not_there_stays),
        cmocka_unit_test(clouds_are_there),
        cmocka_unit_test(what_features_say_is_kept),
        cmocka_unit_test(edges_of_shadows_stay),
        cmocka_unit_test(light_has_less_noise),
        cmocka_unit_test(shares_have_less_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
