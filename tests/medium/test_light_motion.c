/* Suns and clouds that move while the shutter is open: the profile of a shadow's edge, and light in
 * the mean, against closed forms and against many moments; and what stands still, or seems to. */
#include "object_fixture.h"
#include "scene/scene.h"

/* From straight above, a pixel a metre, matte ground under a sun alone. */
static const char *const from_above[] = {
    SEEN_FROM_ABOVE, "sun.strength", "2",    "sky.strength", "0",  "surface.albedo",
    "0.5",           "camera.size",  "60x8", "camera.width", "60", NULL};
enum { WIDTH = 60 };
#define KEY(frame, knob, value) "keyframes", "frame=" frame ",knob=" knob ",way=linear,value=" value
#define DEG (3.14159265358979 / 180.0)

static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

/* A wall of 40 m along the west, whose shadow falls east. */
static double height_wall(int column, int row)
{
    return column + row == 0 ? 130.0 : column == 47 ? 140.0 : 100.0;
}

static test_picture render(const char *dem, const char *const *knobs)
{
    return test_render_by("render", dem, from_above, knobs);
}

static uint64_t hash_of(const char *dem, const char *const *knobs)
{
    test_picture p = render(dem, knobs);
    uint64_t hash = test_picture_hash(&p);
    free(p.rgba);
    return hash;
}

static double column_mean(const test_picture *p, int x)
{
    double sum = 0.0;
    for (int y = 0; y < p->height; y++) sum += (double)p->rgba[4 * (y * p->width + x) + 1];
    return sum / p->height;
}

/** The sun in the west rises from 30 to 60 degrees: the shadow of a level square's east edge, 30 m
 *  above the ground, draws back over it. At x it is lit once 30 cot a < x - edge, by
 *  E sin a albedo / pi. With a box, a trapezoid, and a part of the frame. */
static void a_shadow_draws_back(void **state)
{
    static const struct {
        const char *knobs[5];
        double from, to, ramp;
    } shutters[] = {{{"shutter.interval", "0,1"}, 0.0, 1.0, 0.0},
                    {{"shutter.interval", "0.25,0.75"}, 0.25, 0.75, 0.0},
                    {{"shutter.interval", "0,1", "shutter.shape", "trapezoid"}, 0.0, 1.0, 0.25}};
    enum { TIMES = 4096, PLACES = 8 };
    (void)state;
    for (size_t k = 0; k < sizeof(shutters) / sizeof(shutters[0]); k++) {
        const char *knobs[32] = {"objects",
                                 "path=high.ply,at=500440,3999500",
                                 "render.samples",
                                 "512",
                                 "sun.azimuth",
                                 "270",
                                 KEY("1", "sun.altitude", "30"),
                                 KEY("2", "sun.altitude", "60")};
        double error = 0.0, all = 0.0, most = 0.0;
        memcpy(knobs + 10, shutters[k].knobs, sizeof(shutters[k].knobs));
        test_picture p = render("flat.tif", knobs);
        for (int x = 0; x < WIDTH; x++) {
            double wanted = 0.0, weight = 0.0;
            for (int t = 0; t < TIMES; t++) {
                double share = (t + 0.5) / TIMES, r = shutters[k].ramp;
                double open = r > 0.0 ? fmin(1.0, fmin(share, 1.0 - share) / r) : 1.0;
                double time = shutters[k].from + share * (shutters[k].to - shutters[k].from);
                double angle = (30.0 + 30.0 * time) * DEG;
                for (int i = 0; i < PLACES; i++) {
                    /* The square is from -90 to -30 m of the middle; its shadow so much east. */
                    double at = x - 0.5 * WIDTH + (i + 0.5) / PLACES, to_edge = at + 30.0;
                    bool is_lit = to_edge > 30.0 / tan(angle);
                    wanted += open * is_lit * 2.0 * sin(angle) * 0.5 / 3.14159265358979;
                    weight += open;
                }
            }
            double off = fabs(column_mean(&p, x) - wanted / weight);
            most = fmax(most, off * weight / fmax(wanted, 0.05 * weight));
            error += off;
            all += wanted / weight;
        }
        free(p.rgba);
        print_message("shutter %zu: the profile is off by %.2g of the light, %.2g at most\n", k,
                      error / all, most);
        /* 4096 samples a column, stratified in time; steps of the sun, a 256th of the way each. */
        assert_true(error < 0.005 * all);
    }
}

/** In lanes' stead plain ground is shaded in scalars, with the table of shadows widened or without:
 * a wall's shadow by a sun that goes over a small and a wide arc is the mean of moments. */
static void plain_ground_is_the_mean_of_moments(void **state)
{
    enum { MOMENTS = 32 };
    static const char *const ways[][2] = {{"30", "33"}, {"20", "80"}};
    (void)state;
    for (int k = 0; k < 2; k++) {
        char from[80], to[80], frame[32];
        snprintf(from, sizeof(from), "frame=1,knob=sun.altitude,way=linear,value=%s", ways[k][0]);
        snprintf(to, sizeof(to), "frame=2,knob=sun.altitude,way=linear,value=%s", ways[k][1]);
        const char *knobs[24] = {"keyframes",        from,  "keyframes",      to,
                                 "sun.azimuth",      "270", "sun.size",       "0.5",
                                 "sky.strength",     "0.2", "render.bounces", "1",
                                 "shutter.interval", "0,1", "render.samples", "256"};
        double wanted[WIDTH] = {0.0}, error = 0.0, all = 0.0;
        test_picture p = render("wall.tif", knobs);
        knobs[12] = "animation.frame";
        knobs[13] = frame;
        knobs[15] = "16";
        for (int m = 0; m < MOMENTS; m++) {
            snprintf(frame, sizeof(frame), "%.9f", 1.0 + (m + 0.5) / MOMENTS);
            test_picture q = render("wall.tif", knobs);
            for (int x = 0; x < WIDTH; x++) wanted[x] += column_mean(&q, x) / MOMENTS;
            free(q.rgba);
        }
        for (int x = 0; x < WIDTH; x++) {
            error += fabs(column_mean(&p, x) - wanted[x]);
            all += wanted[x];
        }
        free(p.rgba);
        print_message("way %d: off by %.2g of the light\n", k, error / all);
        /* Moments draw the edge in 32 steps, of which a column sees a few; 2048 and 4096 samples.
         */
        assert_true(error < 0.02 * all);
    }
}

/** Under a physical sky both sun and sky are in the mean what they are at many moments. */
static void a_physical_sky_goes_with_its_sun(void **state)
{
    enum { MOMENTS = 3 };
    const char *knobs[32] = {"sky.model",
                             "physical",
                             "sun.size",
                             "0.53",
                             "render.samples",
                             "512",
                             KEY("1", "sun.altitude", "10"),
                             KEY("2", "sun.altitude", "14"),
                             KEY("1", "sun.azimuth", "100"),
                             KEY("2", "sun.azimuth", "160"),
                             "shutter.interval",
                             "0,1"};
    double is[3] = {0.0}, wanted[3] = {0.0};
    int strength = 10;
    (void)state;
    const char *basis[64];
    /* A physical sky has a strength and a size of its own. */
    for (strength = 0; from_above[strength]; strength++) basis[strength] = from_above[strength];
    basis[strength] = NULL;
    for (int i = 0; basis[i]; i += 2)
        if (!strcmp(basis[i], "sky.strength")) basis[i] = "render.seed", basis[i + 1] = "0";
    test_picture p = test_render_by("render", "flat.tif", basis, knobs);
    for (int i = 0; i < p.width * p.height; i++)
        for (int c = 0; c < 3; c++) is[c] += (double)p.rgba[4 * i + c];
    free(p.rgba);
    for (int m = 0; m < MOMENTS; m++) {
        char frame[32];
        snprintf(frame, sizeof(frame), "%.9f", 1.0 + (m + 0.5) / MOMENTS);
        knobs[14] = "animation.frame";
        knobs[15] = frame;
        knobs[5] = "32";
        p = test_render_by("render", "flat.tif", basis, knobs);
        for (int i = 0; i < p.width * p.height; i++)
            for (int c = 0; c < 3; c++) wanted[c] += (double)p.rgba[4 * i + c] / MOMENTS;
        free(p.rgba);
    }
    print_message("red %.5g, %.5g; green %.5g, %.5g; blue %.5g, %.5g\n", is[0], wanted[0], is[1],
                  wanted[1], is[2], wanted[2]);
    /* The mean of 3 moments is that of a smooth curve to 0.3 %, nearest skies to 0.3 %, noise to
     * 0.2 %. */
    for (int c = 0; c < 3; c++) assert_true(fabs(is[c] - wanted[c]) < 0.01 * wanted[c]);
}

/** Clouds that drift shade the ground as they do at many moments, in the mean; and a field of
 * clouds is moved as a whole: in frame 3 of a wind it is where the offset of two frames has it. */
static void clouds_drift(void **state)
{
    enum { MOMENTS = 6 };
#define CLOUDS                                                                                     \
    "clouds.kind", "stratus", "clouds.base", "400", "clouds.thickness", "100", "clouds.size",      \
        "400", "clouds.coverage", "0.4", "sun.altitude", "60", "sun.azimuth", "200",               \
        "camera.width", "900"
    const char *knobs[32] = {CLOUDS, "clouds.wind",    "300,100", "shutter.interval",
                             "0,1",  "render.samples", "48"};
    double is = 0.0, wanted = 0.0;
    (void)state;
    test_picture p = render("flat.tif", knobs);
    for (int x = 0; x < WIDTH; x++) is += column_mean(&p, x);
    free(p.rgba);
    for (int m = 0; m < MOMENTS; m++) {
        char frame[32];
        snprintf(frame, sizeof(frame), "%.9f", 1.0 + (m + 0.5) / MOMENTS);
        knobs[18] = "animation.frame";
        knobs[19] = frame;
        knobs[21] = "8";
        p = render("flat.tif", knobs);
        for (int x = 0; x < WIDTH; x++) wanted += column_mean(&p, x) / MOMENTS;
        free(p.rgba);
    }
    print_message("clouds: %.5g, at moments %.5g\n", is, wanted);
    /* 23,000 samples each of light that is there or not: 0.5 %; and as much for what six steps of
     * 50 m miss of clouds 400 m apart. */
    assert_true(fabs(is - wanted) < 0.03 * wanted);
    static const char *const blown[] = {CLOUDS, "clouds.wind",    "300,100", "animation.frame",
                                        "3",    "render.samples", "1",       NULL};
    static const char *const moved[] = {CLOUDS,
                                        "clouds.offset",
                                        "600,200",
                                        "render.samples",
                                        "1",
                                        "keyframes",
                                        "frame=1,knob=sun.altitude,value=60",
                                        "animation.frame",
                                        "3",
                                        NULL};
    assert_true(hash_of("flat.tif", blown) == hash_of("flat.tif", moved));
}

/** What does not move while the shutter is open has the bytes of a picture without one; threads and
 *  tiles change nothing of what does. */
static void what_stands_still_is_the_same(void **state)
{
#define SMALL "render.samples", "4", "sky.strength", "0.3", "sun.size", "5", "render.bounces", "2"
    static const char *const still[][16] = {
        {SMALL, KEY("1", "sun.altitude", "30"), KEY("2", "sun.altitude", "30")},
        {SMALL, KEY("1", "sun.altitude", "30"), KEY("2", "sun.altitude", "30"), "shutter.interval",
         "0,1"},
    };
    static const char *const goes[][20] = {
        {SMALL, KEY("1", "sun.altitude", "30"), KEY("2", "sun.altitude", "50"), "shutter.interval",
         "0,1"},
        {SMALL, KEY("1", "sun.altitude", "30"), KEY("2", "sun.altitude", "50"), "shutter.interval",
         "0,1", "render.threads", "1", "render.tile", "16"},
    };
    (void)state;
    uint64_t one = hash_of("wall.tif", still[0]), moving = hash_of("wall.tif", goes[0]);
    assert_true(hash_of("wall.tif", still[1]) == one);
    assert_true(hash_of("wall.tif", goes[1]) == moving);
    assert_true(moving != one);
}

static int set_up(void **state)
{
    (void)state;
    write_dem("flat.tif", 100, 10.0, height_flat);
    write_dem("wall.tif", 100, 10.0, height_wall);
    write_rectangle("high.ply", 30.0, 30.0, 30.0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shadow_draws_back),
        cmocka_unit_test(plain_ground_is_the_mean_of_moments),
        cmocka_unit_test(a_physical_sky_goes_with_its_sun),
        cmocka_unit_test(clouds_drift),
        cmocka_unit_test(what_stands_still_is_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
