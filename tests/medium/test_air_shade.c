/* Shade in clear air against a march of the medium itself: through its densities, with the depths
 * to the sun and to the eye added up step by step, behind a ridge whose shadow is known. */
#include "atmosphere/parts.h"
#include "kernel/view.h"
#include "light_fixture.h"
#include "render/wave.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define EYE_M 800.0 /* above the sea: of the ground that all stand on, and the tables' eye */
#define CELL 100.0
enum { SIDE = 256, RIDGE = 150 };
#define RIDGE_M 900.0

static const double suns_deg[] = {3.0, 12.0};

typedef struct air {
    vd_medium medium;
    vd_bands_optics bands;
    vd_atmosphere *tables[2]; /* under each sun, in the east */
} air;

static air *make_air(void)
{
    vd_context *context = NULL;
    air *a = calloc(1, sizeof *a);
    vd_air what = vd_air_defaults();
    assert_non_null(a);
    what.visibility_km = 25.0;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_medium_find(context, &what, 2, &a->medium), VD_OK);
    vd_bands_optics_find(&a->medium, &a->bands);
    for (int i = 0; i < 2; i++) {
        vd_sky_place place = {.altitude_m = EYE_M,
                              .sun_elevation_deg = suns_deg[i],
                              .sun_azimuth_deg = 90.0,
                              .strength = 3.0,
                              .tells_once = true};
        assert_int_equal(vd_atmosphere_create(context, &what, &place, 2, &a->tables[i]), VD_OK);
    }
    vd_context_destroy(context);
    return a;
}

static double height_ridge(const void *state, int i, int j)
{
    (void)state;
    (void)j;
    return i == RIDGE ? RIDGE_M : 0.0;
}

/** Is a point, in metres from the ridge and above the ground, out of its shadow? The ridge runs
 *  from north to south, the sun is in the east, and its slopes are steeper than its light. */
static bool is_lit(double x, double z, double sun_deg)
{
    return x >= 0.0 || z > RIDGE_M + x * tan(sun_deg * DEGREE);
}

/** Depths of the constituents from a place, in columns of density 1, to the air's end. */
static void columns(const air *a, double r, double sine, double sums[VD_CONSTITUENTS])
{
    double out = a->medium.radius_m + a->medium.top_m, step = 0.0, t = 0.0;
    double end = sqrt(out * out - r * r * (1.0 - sine * sine)) - r * sine;
    for (int k = 0; k < VD_CONSTITUENTS; k++) sums[k] = 0.0;
    for (; t < end; t += step) {
        double density[VD_CONSTITUENTS];
        step = fmin(50.0 + 0.02 * t, end - t);
        double m = t + 0.5 * step, at = sqrt(r * r + m * m + 2.0 * r * m * sine);
        vd_medium_density(&a->medium, at - a->medium.radius_m, density);
        for (int k = 0; k < VD_CONSTITUENTS; k++) sums[k] += step * density[k];
    }
}

#define FOG_TOP_M 150.0

/** The sun's light scattered once into a ray from the eye of so many metres: all of it, and that
 *  part which the ridge keeps out, and fog of an extinction up to FOG_TOP_M over the ground. A ray
 *  that ends sees, behind what is there, as much of haze beyond as haze before turns by so little
 *  that the tables count it for light of no change, unless its end is in the shade. */
static void march(const air *a, double sun_deg, vdk_vec d, double eye_x, double eye_z, double most,
                  double fog, double all[3], double shaded[3])
{
    const int steps = 400;
    double radius = a->medium.radius_m, r0 = radius + EYE_M, before[VD_CONSTITUENTS] = {0.0};
    double sun_z = sin(sun_deg * DEGREE), sun_x = cos(sun_deg * DEGREE), end = 0.0;
    double cosine = (double)d.x * sun_x + (double)d.z * sun_z;
    double gas = vd_rayleigh_phase(cosine), turned[VD_BANDS];
    for (int k = 0; k < 3; k++) all[k] = shaded[k] = 0.0;
    for (int i = 0; end < 120000.0; i++) {
        double low = end, density[VD_CONSTITUENTS], to_sun[VD_CONSTITUENTS];
        double step = 120000.0 * (i + 0.5) / (0.5 * steps * steps);
        end = low < most ? fmin(low + step, most) : fmin(low + step, 120000.0);
        double t = 0.5 * (low + end), dt = end - low, at = low < most ? t : 0.99 * most;
        double r = sqrt(r0 * r0 + t * t + 2.0 * r0 * t * (double)d.z);
        vd_medium_density(&a->medium, r - radius, density);
        columns(a, r, (r0 * sun_z + t * cosine) / r, to_sun);
        double z = eye_z + at * (double)d.z, lit = is_lit(eye_x + at * (double)d.x, z, sun_deg);
        double in_fog = z > FOG_TOP_M ? at * (FOG_TOP_M - eye_z) / (z - eye_z) : at;
        lit *= exp(-fog * fmax(FOG_TOP_M - z, 0.0) / sun_z);
        for (int b = 0; b < VD_BANDS; b++) {
            double depth = 0.0, peak = 0.0, haze, scattered;
            for (int k = 0; k < VD_CONSTITUENTS; k++) {
                double scaled = (double)a->bands.scaled[k].part[b / 4][b % 4];
                depth += scaled * (before[k] + 0.5 * dt * density[k] + to_sun[k]);
                peak += ((double)a->bands.extinction[k].part[b / 4][b % 4] - scaled) * before[k];
            }
            haze = density[VD_HAZE] * a->bands.optics[b].scattering[VD_HAZE] *
                   vd_phase_at(a->bands.optics[b].phase, cosine);
            scattered = density[VD_GAS] * a->bands.optics[b].scattering[VD_GAS] * gas + haze;
            if (low < most) turned[b] = 1.0 - exp(-peak);
            if (low >= most) scattered = haze * turned[b];
            for (int k = 0; k < 3; k++) {
                double more = 3.0 * dt * scattered * exp(-depth) * a->bands.bands[b].rgb[k];
                all[k] += more;
                shaded[k] += more * exp(-fog * in_fog) * (1.0 - lit);
            }
        }
        for (int k = 0; k < VD_CONSTITUENTS; k++) before[k] += dt * density[k];
    }
}

/** A scene of the ridge and this air, whose eye is so far west of it. */
static vdk_scene ridge_scene(const vd_terrain *terrain, const air *a, int sun)
{
    vdk_scene s = scene_of(terrain);
    s.plain = 0;
    s.material.base_color = grey(0.0);
    add_sun(&s, 90.0, suns_deg[sun], 0.0, 3.0);
    s.air.is_there = 1;
    s.air.seen = *vd_atmosphere_kernel(a->tables[sun]);
    s.air.distance_scale = 1.0f;
    s.view.projection = VDK_PROJECTION_PERSPECTIVE;
    s.view.sees_sky = 1;
    s.air.is_shaded = 1;
    s.air.shade_top = s.terrain.max;
    return s;
}

/** What is taken off a ray behind fog of this depth, in the mean of so many samples. */
static void taken_of(const vdk_scene *s, const vdk_sight *sight, double distance, double depth,
                     int samples, double mean[3])
{
    vdk_uint rays = 0;
    vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, 7u, 3, 5);
    for (int k = 0; k < 3; k++) mean[k] = 0.0;
    for (int i = 0; i < samples; i++) {
        vdk_sampler_seek(&sampler, (vdk_uint)i);
        vdk_vec v = vdk_view_shade(s, sight, &sampler, (float)distance, (float)depth, &rays);
        mean[0] += (double)v.x / samples;
        mean[1] += (double)v.y / samples;
        mean[2] += (double)v.z / samples;
    }
}

/** How far what is taken off a ray is from what a march finds in the shade, by luminance, over all
 *  light that the sun sends there at first hand. */
static double off_by(const air *a, const vd_terrain *terrain, int sun, const double ray[3],
                     double fog, double *share)
{
    vdk_scene s = ridge_scene(terrain, a, sun);
    const double weight[3] = {0.2126, 0.7152, 0.0722};
    double az = ray[0] * DEGREE, alt = ray[1] * DEGREE, depth = 0.0;
    double all[3], shaded[3], mean[3], y = 0.0, lost = 0.0, whole = 0.0;
    vdk_sight sight = {.from = ground_at(&s, RIDGE - 6.0, 128.0),
                       .direction = vdk_vec_make((float)(sin(az) * cos(alt)),
                                                 (float)(cos(az) * cos(alt)), (float)sin(alt))};
    sight.from.z = s.terrain.min + 80.0f;
    double most = ray[2] > 0.0 ? ray[2] : 120000.0;
    if (fog > 0.0) {
        s.media.is_there = 1;
        s.media.fog = VDK_FOG_HOMOGENEOUS;
        s.media.extinction = (float)fog;
        s.media.albedo = grey(1.0);
        s.media.base = s.terrain.min;
        s.media.top = s.terrain.min + (float)FOG_TOP_M;
        s.media.piece = VDK_HUGE;
        depth = (double)vdk_fog_depth(&s, sight.from, sight.direction, (float)most);
    }
    march(a, suns_deg[sun], sight.direction, -6.0 * CELL, 80.0, most, fog, all, shaded);
    taken_of(&s, &sight, ray[2] > 0.0 ? ray[2] : (double)VDK_HUGE, depth, 4096, mean);
    for (int k = 0; k < 3; k++) {
        y += weight[k] * mean[k];
        lost += weight[k] * shaded[k];
        whole += weight[k] * all[k];
    }
    printf("sun %2.0f, ray %5.1f %4.1f %5.0f m, fog %g: %.5f taken, should be %.5f of %.5f "
           "(%+.2f %%)\n",
           suns_deg[sun], ray[0], ray[1], ray[2], fog, y, lost, whole, 100.0 * (y - lost) / whole);
    *share = lost / whole;
    return fabs(y - lost) / whole;
}

/* Within 1 %: the table is read between rays and distances where a march is at each, and is up to
 * 0.9 % off near the sun, elsewhere 0.2 %; 4096 scrambled points are 0.1 % off. */
static void test_ridge(void **state)
{
    /* Azimuth, altitude, metres (0: to the sky); none goes through the ridge. */
    static const double rays[][3] = {
        {90.0, 2.0, 500.0},   {90.0, 60.0, 0.0},     {0.0, 0.5, 30000.0},
        {0.0, 3.0, 0.0},      {180.0, 1.5, 8000.0},  {178.5, 5.0, 0.0},
        {270.0, 2.0, 9000.0}, {300.0, 6.0, 20000.0}, {345.0, -0.5, 4000.0}};
    const air *a = *state;
    vd_terrain *terrain =
        test_terrain_square(SIDE, CELL, height_ridge, NULL, (vd_terrain_options){.z_factor = 1.0});
    double worst = 0.0, share;
    int dark = 0;
    for (int sun = 0; sun < 2; sun++)
        for (size_t i = 0; i < sizeof(rays) / sizeof(rays[0]); i++) {
            worst = fmax(worst, off_by(a, terrain, sun, rays[i], 0.0, &share));
            dark += share > 0.3;
        }
    for (size_t i = 2; i < 5; i++)
        worst = fmax(worst, off_by(a, terrain, 1, rays[i], 0.0005, &share));
    printf("at most %.2f %% off\n", 100.0 * worst);
    assert_true(dark > 8);
    assert_true(worst < 0.01);
    vd_terrain_destroy(terrain);
}

/* ---- in pictures ----------------------------------------------------------------------------- */

#define SKY                                                                                        \
    "sky.model", "physical", "sun.azimuth", "80", "sun.size", "0.53", "background.fill", "sky",    \
        "terrain.border", "extend", "render.bounces", "1", "atmosphere.altitude", "900"

/* Where nothing stands before the sun nothing changes, to the bit. */
static void test_open_ground(void **state)
{
    static const char *const on[] = {SKY, "sun.altitude", "89", "atmosphere.aerial", "on", NULL};
    static const char *const shaded[] = {SKY, "sun.altitude", "89", "atmosphere.aerial", "shaded",
                                         NULL};
    static const char *const size[] = {"camera.size", "48x30", "render.samples", "16", NULL};
    (void)state;
    test_picture a = test_render_by("render", WINDOW, size, on);
    test_picture b = test_render_by("render", WINDOW, size, shaded);
    assert_memory_equal(a.rgba, b.rgba, (size_t)a.width * (size_t)a.height * 4 * sizeof(float));
    free(a.rgba);
    free(b.rgba);
}

/* Waves of paths do as a path alone does: to the bit, but before fog, whose light they add last. */
static void test_waves(void **state)
{
    static const char *const scenes[][32] = {
        {SKY, "sun.altitude", "6", "atmosphere.aerial", "shaded", NULL},
        {SKY, "sun.altitude", "6", "atmosphere.aerial", "shaded", "fog.kind", "height",
         "fog.patchiness", "0.5", NULL},
    };
    static const char *const size[] = {"camera.size", "32x20", NULL};
    (void)state;
    for (int k = 0; k < 2; k++) {
        stage s = open_stage(WINDOW, size, scenes[k]);
        const vdk_scene *flat = &s.scene->flat;
        vd_tracer tracer;
        vd_wave *wave = NULL;
        uint64_t rays = 0;
        int shades = 0;
        test_ok(s.context, vd_tracer_choose(s.context, NULL, &flat->terrain, &tracer));
        test_ok(s.context, vd_wave_create(s.context, &wave));
        vd_wave_job job = {.scene = flat,
                           .tracer = &tracer,
                           .shader = vd_shader_of(&tracer, flat),
                           .width = 32,
                           .height = 20,
                           .to = 4};
        const vdk_seen *seen = vd_wave_trace(wave, &job, &rays);
        vdk_scene bright = *flat;
        bright.air.is_shaded = 0;
        for (int i = 0; i < 32 * 20 * 4; i++) {
            int x = i / 4 % 32, y = i / 4 / 32;
            vdk_uint unread = 0;
            vdk_sampler sampler = vdk_sampler_at(flat->pattern, flat->seed, x, y);
            vdk_seen one = vdk_see(flat, x, y, sampler, (vdk_uint)(i % 4), &unread);
            vdk_seen lit = vdk_see(&bright, x, y, sampler, (vdk_uint)(i % 4), &unread);
            double off = fabs((double)one.radiance.y - (double)seen[i].radiance.y);
            double size_of_it = (double)lit.radiance.y + (double)one.radiance.y;
            shades += one.radiance.y < lit.radiance.y;
            if (off > 1e-6 * size_of_it)
                fail_msg("scene %d, pixel %d, %d: %g and %g", k, x, y, (double)one.radiance.y,
                         (double)seen[i].radiance.y);
        }
        printf("waves of paths %d: %d of 2560 samples see shade\n", k, shades);
        assert_true(shades > 100);
        vd_wave_destroy(wave);
        close_stage(&s);
    }
}

static int open_air(void **state)
{
    *state = make_air();
    return 0;
}

static int close_air(void **state)
{
    air *a = *state;
    for (int i = 0; i < 2; i++) vd_atmosphere_destroy(a->tables[i]);
    free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ridge),
        cmocka_unit_test(test_open_ground),
        cmocka_unit_test(test_waves),
    };
    return cmocka_run_group_tests(tests, open_air, close_air);
}
