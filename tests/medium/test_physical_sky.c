/* A physical sky in pictures: its light is that of its own map as an environment, the air before
 * the ground obeys Bouguer's law, and none of it depends on threads. */
#include <math.h>
#include <unistd.h>

#include "picture.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

static const char *const small[] = {
    "dem.srcwin", "60,60,24,24", "render.samples", "32", "camera.resolution", "30", NULL};

/** Writes a sky's map and returns its figures. */
static vd_sky_figures draw(const char *path, const char *const *knobs)
{
    vd_context *context = NULL;
    vd_settings *settings = NULL;
    vd_sky_figures figures;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_settings_create(context, "sky", &settings));
    test_apply(context, settings, knobs);
    test_ok(context, vd_settings_set(context, settings, "output.path", path));
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_sky_write(context, settings, &figures));
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return figures;
}

/** The mean difference of two pictures over their mean. */
static double difference(const test_picture *a, const test_picture *b)
{
    double sum = 0.0, total = 0.0;
    for (int64_t i = 0; i < 4 * (int64_t)a->width * a->height; i++) {
        if (i % 4 == 3) continue;
        sum += fabs((double)a->rgba[i] - (double)b->rgba[i]);
        total += (double)a->rgba[i];
    }
    return sum / total;
}

/* Without a sun to the last bit: the map that lights the ground is the one written. */
static void twilight_is_its_own_map(void **state)
{
    static const char *const sky[] = {"sun.altitude", "-3", "atmosphere.altitude", "700", NULL};
    static const char *const lit[] = {
        "sky.model", "physical", "sun.altitude", "-3", "atmosphere.altitude", "700", NULL};
    static const char *const by_map[] = {"environment.path", "twilight.exr", NULL};
    (void)state;
    vd_sky_figures figures = draw("twilight.exr", sky);
    assert_true(figures.illuminance_sun_lx <= 0.0 && figures.illuminance_sky_lx > 10.0);
    test_picture a = test_render(WINDOW, small, lit), b = test_render(WINDOW, small, by_map);
    assert_memory_equal(a.rgba, b.rgba, (size_t)a.width * (size_t)a.height * 4 * sizeof(float));
    free(a.rgba);
    free(b.rgba);
}

/* With one up to the rounding of its colour, which may send a path elsewhere. */
static void daylight_is_its_map_and_a_sun(void **state)
{
    char strength[32], colour[96];
    static const char *const sky[] = {
        "sun.altitude",    "25",    "sun.azimuth", "200", "sun.size", "0.53",
        "atmosphere.disc", "false", NULL};
    static const char *const lit[] = {
        "sky.model", "physical", "sun.altitude",        "25", "sun.azimuth", "200",
        "sun.size",  "0.53",     "atmosphere.altitude", "0",  NULL};
    (void)state;
    vd_sky_figures f = draw("day.exr", sky);
    snprintf(strength, sizeof strength, "%.9g", f.sun_rgb[0]);
    snprintf(colour, sizeof colour, "1,%.9g,%.9g", f.sun_rgb[1] / f.sun_rgb[0],
             f.sun_rgb[2] / f.sun_rgb[0]);
    const char *const by_map[] = {"environment.path",
                                  "day.exr",
                                  "sun.altitude",
                                  "25",
                                  "sun.azimuth",
                                  "200",
                                  "sun.size",
                                  "0.53",
                                  "sun.strength",
                                  strength,
                                  "sun.color",
                                  colour,
                                  NULL};
    test_picture a = test_render(WINDOW, small, lit), b = test_render(WINDOW, small, by_map);
    double off = difference(&a, &b);
    if (off > 1e-3) fail_msg("the two are %g off", off);
    free(a.rgba);
    free(b.rgba);
}

static void write_plain(void)
{
    FILE *file = fopen("plain.asc", "w");
    assert_non_null(file);
    fputs("ncols 9\nnrows 9\nxllcorner 500000\nyllcorner 4000000\ncellsize 30\n", file);
    for (int i = 0; i < 81; i++) fputs(i % 9 == 8 ? "0\n" : "0 ", file);
    fclose(file);
}

/** The mean radiance of level ground as far away as the target. */
static double look(const char *target, const char *albedo, const char *aerial, double *distance)
{
    const char *const knobs[] = {"dem.assign_crs",
                                 "EPSG:32632",
                                 "terrain.border",
                                 "extend",
                                 "camera.eye",
                                 "500100,4000100,30",
                                 "camera.target",
                                 target,
                                 "camera.fov",
                                 "0.1",
                                 "camera.size",
                                 "40x40",
                                 "sky.model",
                                 "physical",
                                 "sun.altitude",
                                 "50",
                                 "sun.azimuth",
                                 "90",
                                 "atmosphere.visibility",
                                 "20",
                                 "render.bounces",
                                 "0",
                                 "render.samples",
                                 "64",
                                 "surface.albedo",
                                 albedo,
                                 "atmosphere.aerial",
                                 aerial,
                                 NULL};
    double x;
    assert_int_equal(sscanf(target, "%lf", &x), 1);
    *distance = sqrt((x - 500100.0) * (x - 500100.0) + 900.0);
    test_picture picture = test_render_by("render", "plain.asc", knobs, NULL);
    double mean = 0.0; /* of the middle four: the others are hundreds of metres nearer or farther */
    for (int i = 0; i < 4; i++)
        mean += 0.25 * (double)picture.rgba[4 * ((19 + i / 2) * 40 + 19 + i % 2) + 1];
    free(picture.rgba);
    return mean;
}

/* What is left of the ground's light after a distance d, with what the air adds taken off, is
 * e^-kd, and k is Koschmieder's 3.912 / visibility: of green light to 3 % (its mean wavelength is
 * not quite 550 nm, and there is a little less haze 15 m above the sea). Noise: black ground has
 * none, and that of the others is the same. */
static void air_takes_by_bouguers_law(void **state)
{
    static const char *const target = "507600,4000100,0";
    double d;
    (void)state;
    write_plain();
    double clear = look(target, "0.8", "off", &d), seen = look(target, "0.8", "on", &d);
    double k = -log((seen - look(target, "0", "on", &d)) / clear) / d;
    if (fabs(k / (3.912 / 20000.0) - 1.0) > 0.03) fail_msg("k at %g m is %g /m", d, k);
}

/** A plain 9 cells wide at the sea's height, and as wide a plateau to its east. */
static void write_step(int height)
{
    FILE *file = fopen("step.asc", "w");
    assert_non_null(file);
    fputs("ncols 18\nnrows 9\nxllcorner 500000\nyllcorner 4000000\ncellsize 3000\n", file);
    for (int i = 0; i < 162; i++)
        fprintf(file, "%d%s", i % 18 < 9 ? 0 : height, i % 18 == 17 ? "\n" : " ");
    fclose(file);
}

static double sun_at(const char *altitude)
{
    const char *const knobs[] = {"sun.altitude",        "1.5",    "sun.azimuth", "270",
                                 "atmosphere.altitude", altitude, NULL};
    return draw("unread.exr", knobs).sun_rgb[1];
}

/* Under a low sun in the west level ground has the sun of its own elevation: green light of plain
 * and plateau over that of the sky's own figures, to 1 % (what the table of elevations is off
 * between its steps). The sky is left out. */
static void low_ground_has_less_sun(void **state)
{
    static const char *const lit[] = {"dem.assign_crs",
                                      "EPSG:32632",
                                      "sky.model",
                                      "physical",
                                      "atmosphere.strength",
                                      "0",
                                      "sun.altitude",
                                      "1.5",
                                      "sun.azimuth",
                                      "270",
                                      "sun.size",
                                      "0.53",
                                      "render.bounces",
                                      "0",
                                      "render.samples",
                                      "64",
                                      NULL};
    (void)state;
    write_step(3000);
    test_picture a = test_render("step.asc", lit, NULL);
    double low = (double)a.rgba[4 * (4 * 18 + 3) + 1], high = (double)a.rgba[4 * (4 * 18 + 14) + 1];
    double wanted = sun_at("0") / sun_at("3000");
    free(a.rgba);
    assert_true(wanted < 0.6);
    if (fabs(low / high / wanted - 1.0) > 0.01)
        fail_msg("plain over plateau: %g, not %g", low / high, wanted);
}

/* A mirror before a black wall shows no light but the air's, and as much of it as is seen where the
 * mirrored ray goes: in-scattered light of a ray up to the wall and of its image in the plain, from
 * 60 m over a plain 3 km long; to 5 %, of which the air between eye and mirror is a part. */
static void mirrors_show_the_air(void **state)
{
    static const char *const targets[] = {"525000,4013500,3120", "525000,4013500,-3000"};
    double light[2];
    (void)state;
    write_step(6000);
    FILE *file = fopen("mirror.txt", "w");
    assert_non_null(file);
    fputs("0 255 255 255\n1 0 0 0\n", file);
    fclose(file);
    for (int i = 0; i < 2; i++) {
        const char *const knobs[] = {"dem.assign_crs",
                                     "EPSG:32632",
                                     "camera.eye",
                                     "505000,4013500,60",
                                     "camera.target",
                                     targets[i],
                                     "camera.fov",
                                     "0.2",
                                     "camera.size",
                                     "8x8",
                                     "sky.model",
                                     "physical",
                                     "sun.altitude",
                                     "50",
                                     "sun.azimuth",
                                     "270",
                                     "atmosphere.visibility",
                                     "20",
                                     "surface.ramp",
                                     "mirror.txt",
                                     "surface.metallic",
                                     "1",
                                     "surface.roughness",
                                     "0.01",
                                     "render.samples",
                                     "16",
                                     NULL};
        test_picture a = test_render_by("render", "step.asc", knobs, NULL);
        light[i] = (double)a.rgba[4 * (4 * 8 + 4) + 1];
        free(a.rgba);
    }
    if (!(light[0] > 0.0) || fabs(light[1] / light[0] - 1.0) > 0.05)
        fail_msg("in the mirror %g, before the wall %g", light[1], light[0]);
}

static void threads_change_nothing(void **state)
{
    static const char *const one[] = {
        "sky.model", "physical", "atmosphere.aerial", "on", "render.threads", "1", NULL};
    static const char *const three[] = {
        "sky.model", "physical", "atmosphere.aerial", "on", "render.threads", "3", NULL};
    (void)state;
    test_picture a = test_render(WINDOW, small, one), b = test_render(WINDOW, small, three);
    assert_memory_equal(a.rgba, b.rgba, (size_t)a.width * (size_t)a.height * 4 * sizeof(float));
    free(a.rgba);
    free(b.rgba);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twilight_is_its_own_map),
        cmocka_unit_test(daylight_is_its_map_and_a_sun),
        cmocka_unit_test(air_takes_by_bouguers_law),
        cmocka_unit_test(low_ground_has_less_sun),
        cmocka_unit_test(mirrors_show_the_air),
        cmocka_unit_test(threads_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
