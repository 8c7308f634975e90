/* Clouds of a file against a march through the numbers that the file was made of. */
#include <math.h>

#include "kernel/view.h"
#include "media/voxels.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define PUFF VD_SOURCE_DIR "/tests/data/puff.nvdb"

/* The file's voxels: of 0.25, the first at 1, 2, 3. */
static double puff(int i, int j, int k)
{
    double x = i - 3.0, y = (j + 2.0) / 1.5, z = k - 9.0, d = sqrt(x * x + y * y + z * z);
    bool inside = i >= -16 && i <= 20 && j >= -24 && j <= 20 && k >= -8 && k <= 24;
    return d < 12.0 && inside ? 0.8 * (1.0 - d / 12.0) : 0.0;
}

/* Between them, at a place in the file's unit. */
static double density(const double at[3])
{
    double v[3], f[3], sum = 0.0;
    for (int k = 0; k < 3; k++) {
        v[k] = (at[k] - (1.0 + k)) / 0.25;
        f[k] = v[k] - floor(v[k]);
    }
    for (int n = 0; n < 8; n++)
        sum += (n & 1 ? f[0] : 1.0 - f[0]) * (n & 2 ? f[1] : 1.0 - f[1]) *
               (n & 4 ? f[2] : 1.0 - f[2]) *
               puff((int)floor(v[0]) + (n & 1), (int)floor(v[1]) + (n >> 1 & 1),
                    (int)floor(v[2]) + (n >> 2));
    return sum;
}

/* A scene and the place of its cloud's origin. */
typedef struct place {
    const char *at, *scale, *up, *z_factor;
    double x, y, z; /* on the map; the eye's height counts as z does */
} place;

#define EYE_X 392150.0
#define EYE_Y 3798180.0
#define EYE_Z 2900.0
#define EXTINCTION 0.005

/** Where a point so many metres from the eye is in the file's unit. */
static void to_file(const place *p, const double metres[3], double out[3])
{
    double scale = atof(p->scale), factor = atof(p->z_factor);
    double east = (EYE_X + metres[0] - p->x) / scale, north = (EYE_Y + metres[1] - p->y) / scale;
    double up = ((EYE_Z - p->z) * factor + metres[2]) / scale;
    out[0] = east;
    out[1] = p->up[0] == 'y' ? up : north;
    out[2] = p->up[0] == 'y' ? -north : up;
}

/** The depth of so many metres of a ray from a point that counts from the eye. */
static double march(const place *p, const double from[3], const double direction[3], double most)
{
    const int steps = 4000;
    double sum = 0.0;
    for (int i = 0; i < steps; i++) {
        double t = most * (i + 0.5) / steps, metres[3], at[3];
        for (int k = 0; k < 3; k++) metres[k] = from[k] + t * direction[k];
        to_file(p, metres, at);
        sum += EXTINCTION * density(at) * most / steps;
    }
    return sum;
}

static const place places[] = {
    {"392750,3798380,2600", "40", "z", "1", 392750.0, 3798380.0, 2600.0},
    {"392750,3798380,2600", "60", "y", "1", 392750.0, 3798380.0, 2600.0},
    {"392550,3798280,2750", "25", "z", "2", 392550.0, 3798280.0, 2750.0},
};

static stage open_place(const place *p, const char *const *more)
{
    const char *const knobs[] = {"camera.eye",
                                 "392150,3798180,2900",
                                 "camera.target",
                                 "392800,3798400,2900",
                                 "background.fill",
                                 "sky",
                                 "clouds.kind",
                                 PUFF,
                                 "clouds.at",
                                 p->at,
                                 "clouds.scale",
                                 p->scale,
                                 "clouds.up",
                                 p->up,
                                 "clouds.extinction",
                                 "0.005",
                                 "terrain.z_factor",
                                 p->z_factor,
                                 NULL};
    return open_stage(WINDOW, knobs, more);
}

/** From the eye to a point of the file. */
static double aim_at(const place *p, const double file[3], double direction[3])
{
    double scale = atof(p->scale), factor = atof(p->z_factor), length = 0.0;
    double north = p->up[0] == 'y' ? -file[2] : file[1], up = p->up[0] == 'y' ? file[1] : file[2];
    direction[0] = p->x + scale * file[0] - EYE_X;
    direction[1] = p->y + scale * north - EYE_Y;
    direction[2] = (p->z - EYE_Z) * factor + scale * up;
    for (int k = 0; k < 3; k++) length += direction[k] * direction[k];
    for (int k = 0; k < 3; k++) direction[k] /= sqrt(length);
    return sqrt(length);
}

/* Transmittance of rays through, past and up to the middle of the cloud: within 1 % (0.3 % and four
 * standard errors of 327680 samples are below that). */
static void test_transmittance(void **state)
{
    (void)state;
    /* In the file: the middle is at 1.75, 1.5, 5.25, and the radius 3, along y 4.5. */
    static const double targets[][3] = {{1.75, 1.5, 5.25}, {3.0, 1.0, 5.0}, {1.0, 3.5, 6.5},
                                        {2.0, 1.0, 3.5},   {0.0, 0.0, 7.5}, {2.0, 5.9, 5.25},
                                        {9.0, 9.0, 9.0}};
    for (size_t n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
        stage s = open_place(&places[n], NULL);
        const vdk_scene *flat = &s.scene->flat;
        assert_int_equal(flat->cloud.kind, VDK_CLOUD_GRID);
        int dense = 0;
        for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
            const double origin[3] = {0.0, 0.0, 0.0};
            double d[3], far = aim_at(&places[n], targets[i], d), sum = 0.0, squares = 0.0;
            double most = i % 3 == 2 ? far : 2000.0;
            double truth = exp(-march(&places[n], origin, d, most));
            vdk_vec direction = vdk_vec_make((float)d[0], (float)d[1], (float)d[2]);
            const int samples = 327680;
            for (int k = 0; k < samples; k++) {
                double left = (double)vdk_media_left(flat, flat->view.eye, direction, (float)most,
                                                     vdk_hash((vdk_uint)(k + 1000000 * (int)i)));
                sum += left / samples;
                squares += left * left / samples;
            }
            double error = sqrt(fmax(squares - sum * sum, 0.0) / samples);
            printf("place %zu, ray %zu: %.5f +- %.5f, should be %.5f (%+.2f %%)\n", n, i, sum,
                   error, truth, 100.0 * (sum / truth - 1.0));
            dense += truth < 0.8;
            assert_true(fabs(sum - truth) < 0.003 * truth + 4.0 * error + 1e-6);
            assert_true(4.0 * error < 0.007 * truth + 1e-6);
        }
        assert_true(dense >= 1);
        close_stage(&s);
    }
}

/* Light of a sun scattered once into a ray through the middle, within 1 %. */
static void test_scattered_once(void **state)
{
    (void)state;
    static const char *const knobs[] = {"media.mode",
                                        "shafts",
                                        "sun.azimuth",
                                        "200",
                                        "sun.altitude",
                                        "35",
                                        "sun.size",
                                        "0",
                                        "sun.strength",
                                        "3",
                                        "sky.model",
                                        "uniform",
                                        "sky.strength",
                                        "0",
                                        "surface.albedo",
                                        "0",
                                        "render.bounces",
                                        "0",
                                        "clouds.g",
                                        "0.3",
                                        "clouds.albedo",
                                        "0.9",
                                        "camera.size",
                                        "1x1",
                                        "camera.fov",
                                        "0.1",
                                        NULL};
    const place *p = &places[0];
    stage s = open_place(p, knobs);
    const vdk_scene *flat = &s.scene->flat;
    const int steps = 400, samples = 65536;
    vdk_uint rays = 0;
    double d[3] = {650.0, 220.0, 0.0}, length = hypot(d[0], d[1]), truth = 0.0, depth = 0.0;
    for (int k = 0; k < 3; k++) d[k] /= length;
    const double *none = (const double[]){0.0, 0.0, 0.0};
    const vdk_vec sun = flat->suns[0].direction;
    const double to_sun[3] = {(double)sun.x, (double)sun.y, (double)sun.z};
    double phase =
        (double)vdk_lobe(0.3f, (float)(d[0] * to_sun[0] + d[1] * to_sun[1] + d[2] * to_sun[2]));
    for (int i = 0; i < steps; i++) {
        double t = 1200.0 * (i + 0.5) / steps, at[3], file[3];
        for (int k = 0; k < 3; k++) at[k] = t * d[k];
        to_file(p, at, file);
        double here = EXTINCTION * density(file) * 1200.0 / steps;
        if (!(here > 0.0)) continue;
        depth = march(p, none, d, t);
        truth += 0.9 * 3.0 * phase * here * exp(-depth - march(p, at, to_sun, 800.0));
    }
    double values[64] = {0.0};
    for (int i = 0; i < 64; i++)
        for (int k = 0; k < samples / 64; k++) {
            vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, 1u, i, 3);
            values[i] += 64.0 / samples *
                         (double)vdk_see(flat, 0, 0, sampler, (vdk_uint)k, &rays).radiance.y;
        }
    double mean = 0.0, spread = 0.0;
    for (int i = 0; i < 64; i++) mean += values[i] / 64.0;
    for (int i = 0; i < 64; i++) spread += (values[i] - mean) * (values[i] - mean);
    double error = sqrt(spread / 63.0 / 64.0);
    printf("scattered once: %.6f +- %.6f, should be %.6f (%+.2f %%)\n", mean, error, truth,
           100.0 * (mean / truth - 1.0));
    assert_true(fabs(mean - truth) < 0.01 * truth && error < 0.0035 * truth);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transmittance),
        cmocka_unit_test(test_scattered_once),
    };
    if (!vd_voxels_have_reader()) return 0; /* nothing to test in a build without NanoVDB */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
