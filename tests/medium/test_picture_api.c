/* A picture beyond its radiance: display values, place, outputs under other settings; a sky in
 * memory; the sun by itself. */
#include <math.h>
#include <unistd.h>

#include "output/picture_in.h"
#include "picture.h"

#define DEM VD_SOURCE_DIR "/tests/data/window.tif"

static const char *const quick[] = {"--samples", "2", "--bbox", "388913,3799000,391913,3802217",
                                    NULL};

typedef struct stage {
    vd_context *context;
    vd_settings *settings;
    vd_picture *picture;
} stage;

static void render(stage *s, const char *const *more)
{
    vd_scene *scene = NULL;
    assert_int_equal(vd_context_create(NULL, &s->context), VD_OK);
    s->settings = test_settings(s->context, DEM, quick, more);
    test_ok(s->context, vd_scene_load(s->context, s->settings, &scene));
    test_ok(s->context, vd_render(s->context, scene, &s->picture));
    vd_scene_destroy(scene);
}

static void end(stage *s)
{
    vd_picture_destroy(s->picture);
    vd_settings_destroy(s->settings);
    vd_context_destroy(s->context);
}

static void assert_said(const stage *s, const char *words)
{
    if (!strstr(vd_context_error(s->context), words))
        fail_msg("'%s' does not say '%s'", vd_context_error(s->context), words);
}

/* Display values are those that a PNG holds, to the bit: each value v / 255 of one that is read. */
static void test_display_is_the_png(void **state)
{
    (void)state;
    stage s;
    vd_pixels png;
    render(&s, NULL);
    int width = vd_picture_width(s.picture), height = vd_picture_height(s.picture);
    assert_int_equal(vd_picture_display_channels(s.picture), 3);
    size_t count = 3 * (size_t)width * (size_t)height;
    uint8_t *bytes = malloc(count);
    assert_non_null(bytes);
    test_ok(s.context, vd_picture_display(s.context, s.picture, 8, bytes));
    vd_settings *to_png = test_settings(s.context, DEM, quick, NULL);
    test_ok(s.context, vd_settings_set(s.context, to_png, "-o", "display.png"));
    test_ok(s.context, vd_picture_write_as(s.context, s.picture, to_png));
    test_ok(s.context, vd_picture_in_read(s.context, "display.png", NULL, &png));
    assert_int_equal(png.width, width);
    for (size_t i = 0; i < count; i++) assert_int_equal(bytes[i], (int)lrintf(255.0f * png.rgb[i]));
    assert_int_equal(vd_picture_display(s.context, s.picture, 12, bytes), VD_ERR_USAGE);
    assert_said(&s, "ask for 8 or 16");
    free(png.rgb);
    free(bytes);
    vd_settings_destroy(to_png);
    unlink("display.png");
    unlink("display.png.aux.xml");
    unlink("display.pgw");
    end(&s);
}

static void test_place(void **state)
{
    (void)state;
    stage s;
    double g[6];
    render(&s, NULL);
    assert_int_equal(vd_picture_geotransform(s.picture, g), 1);
    assert_true(fabs(g[1] - 30.0) < 1e-9 && fabs(g[5] + 30.0) < 1e-9);
    assert_non_null(strstr(vd_picture_crs(s.picture), "UTM zone 11N"));
    end(&s);
}

/* Tone and outputs may change afterwards, light may not. */
static void test_other_settings(void **state)
{
    (void)state;
    static const struct {
        const char *knob, *value, *words;
    } rows[] = {
        {"sun.azimuth", "300", "sun.azimuth: 300: the picture was rendered with sun.azimuth: 315"},
        {"render.samples", "3", "rendered with render.samples: 2"},
        {"tone.auto_exposure", "true", "was off when the picture was rendered"},
    };
    stage s;
    render(&s, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        vd_settings *other = test_settings(s.context, DEM, quick, NULL);
        test_ok(s.context, vd_settings_set(s.context, other, "-o", "other.tif"));
        test_ok(s.context, vd_settings_set(s.context, other, rows[i].knob, rows[i].value));
        assert_int_equal(vd_picture_write_as(s.context, s.picture, other), VD_ERR_SETTING);
        assert_said(&s, rows[i].words);
        assert_int_not_equal(access("other.tif", F_OK), 0);
        vd_settings_destroy(other);
    }
    vd_settings *view = NULL;
    test_ok(s.context, vd_settings_create(s.context, "render", &view));
    assert_int_equal(vd_picture_write_as(s.context, s.picture, view), VD_ERR_SETTING);
    assert_said(&s, "another command");
    vd_settings_destroy(view);
    end(&s);
}

/* A picture written under other settings is the one rendered under them: the same file. */
static void test_exposed_afterwards(void **state)
{
    (void)state;
    static const char *const exposed[] = {"--exposure", "1", "-o", "exposed.tif", NULL};
    const char *names[2] = {"exposed.tif", "kept.tif"};
    char *files[2];
    size_t sizes[2];
    stage s;
    for (int i = 0; i < 2; i++) {
        render(&s, i == 0 ? exposed : NULL);
        vd_settings *other = test_settings(s.context, DEM, quick, exposed);
        test_ok(s.context, i == 0 ? vd_picture_write(s.context, s.picture)
                                  : vd_picture_write_as(s.context, s.picture, other));
        FILE *file = fopen("exposed.tif", "rb");
        assert_non_null(file);
        files[i] = calloc(1, 1 << 20);
        sizes[i] = fread(files[i], 1, 1 << 20, file);
        fclose(file);
        rename("exposed.tif", names[i]);
        unlink("exposed.tif");
        vd_settings_destroy(other);
        end(&s);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(files[0], files[1], sizes[0]);
    free(files[0]);
    free(files[1]);
    unlink("kept.tif");
}

/* The map in memory is that of the file: its light on level ground, by its own sum, is the sky's.
 */
static void test_sky_in_memory(void **state)
{
    (void)state;
    enum { WIDTH = 64, HEIGHT = 32 };
    static float rgb[HEIGHT][WIDTH][3];
    stage s = {0};
    vd_sky_figures figures;
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    test_ok(s.context, vd_settings_create(s.context, "sky", &s.settings));
    static const char *const knobs[] = {"--size", "64x32", "--no-disc", NULL, NULL};
    test_ok(s.context, vd_settings_set(s.context, s.settings, knobs[0], knobs[1]));
    test_ok(s.context, vd_settings_set(s.context, s.settings, knobs[2], NULL));
    test_ok(s.context, vd_sky_read(s.context, s.settings, &rgb[0][0][0], &figures));
    const double pi = 3.14159265358979323846;
    double level = 0.0;
    for (int j = 0; j < HEIGHT / 2; j++)
        for (int i = 0; i < WIDTH; i++) {
            double zenith = pi * (j + 0.5) / HEIGHT;
            double weight = cos(zenith) * sin(zenith) * (pi / HEIGHT) * (2.0 * pi / WIDTH);
            level += weight * (0.2126 * (double)rgb[j][i][0] + 0.7152 * (double)rgb[j][i][1] +
                               0.0722 * (double)rgb[j][i][2]);
        }
    /* The unit: the sun above the air, of sun.strength 3, is 133,100 lx or so. The midpoint rule
     * over 5.6 degrees is off by less than 3 % on a sky that is brightest around the sun. */
    double lux_per_unit = figures.illuminance_sky_lx / level;
    assert_true(fabs(lux_per_unit / (133100.0 / 3.0) - 1.0) < 0.06);
    end(&s);
}

/* Reda & Andreas 2004, their example (table A5.1): zenith 50.11162 refracted, azimuth 194.34024. */
static void test_sun(void **state)
{
    (void)state;
    stage s = {0};
    vd_sun_place sun;
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    test_ok(s.context,
            vd_sun_find(s.context, "2003-10-17T12:30:30-07:00", -105.1786, 39.742476, &sun));
    /* Another elevation, pressure and temperature than theirs: hence 0.01 of refraction. */
    assert_true(fabs(sun.azimuth - 194.34024) < 0.001);
    assert_true(fabs(sun.refracted_altitude - (90.0 - 50.11162)) < 0.01);
    assert_int_equal(vd_sun_find(s.context, "2003-10-17T12:30", 0, 0, &sun), VD_ERR_SETTING);
    assert_said(&s, "time: \"2003-10-17T12:30\"");
    assert_int_equal(vd_sun_find(s.context, "2003-10-17T12:30Z", 0, 91, &sun), VD_ERR_SETTING);
    assert_said(&s, "0,91 is no place");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_display_is_the_png), cmocka_unit_test(test_place),
        cmocka_unit_test(test_other_settings),     cmocka_unit_test(test_exposed_afterwards),
        cmocka_unit_test(test_sky_in_memory),      cmocka_unit_test(test_sun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
