/* Where paths in fog look for light (kernel/media_guide.h): without bias, and with less noise than
 * without a guide. */
#include "fog_fixture.h"

enum { DRAWS = 40000 };

/* The mean of what draws bring, its standard error, and their variance. */
typedef struct brought {
    double mean, error, variance;
} brought;

/* A point, and what it sends light to: in fog a direction, on the ground a normal. */
typedef struct point {
    vdk_guide guide;
    vdk_vec axis;
    int in_fog;
} point;

static double one(const point *p, vdk_vec wi)
{
    (void)p;
    (void)wi;
    return 1.0;
}

/* What the next point along wi scatters of the sun's light, if that comes to any as bright. */
static double scatters_sun(const point *p, vdk_vec wi)
{
    return (double)vdk_lobe(p->guide.g, vdk_vec_dot(p->guide.sun, wi));
}

static double cosine(const point *p, vdk_vec wi)
{
    return (double)vdk_vec_dot(p->axis, wi);
}

/** What draws bring of f times a function, by the guide or by f alone. */
static brought draw(const point *p, double (*function)(const point *, vdk_vec), int is_guided)
{
    test_random random = {91};
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < DRAWS; i++) {
        float u = (float)(0.99999994 * test_unit(&random)),
              v = (float)(0.99999994 * test_unit(&random));
        float pick = (float)(0.99999994 * test_unit(&random));
        double weight = 1.0;
        vdk_vec wi;
        if (is_guided) {
            vdk_guide_choice c = p->in_fog ? vdk_guide_phase(&p->guide, p->axis, u, v, pick)
                                           : vdk_guide_matte(&p->guide, p->axis, u, v, pick);
            wi = c.direction;
            weight = (double)vdk_guide_weight(&c);
        } else {
            wi = p->in_fog ? vdk_lobe_sample(p->guide.g, vdk_vec_scale(p->axis, -1.0f), u, v)
                           : vdk_cosine_about(p->axis, u, v);
        }
        double value = weight > 0.0 ? weight * function(p, wi) : 0.0;
        sum += value;
        squares += value * value;
    }
    brought b;
    b.mean = sum / DRAWS;
    b.variance = squares / DRAWS - b.mean * b.mean;
    b.error = sqrt(b.variance / DRAWS);
    return b;
}

/** Fails unless draws bring the truth, within 5 standard errors and the rounding of floats. */
static void assert_brings(const char *what, brought b, double truth)
{
    if (fabs(b.mean - truth) > 5.0 * b.error + 1e-5 * truth)
        fail_msg("%s: %.5f +- %.5f, should be %.5f", what, b.mean, b.error, truth);
}

static vdk_scene guided_scene(const vd_terrain *terrain, double g, double extinction,
                              double altitude)
{
    vdk_scene s = scene_of(terrain);
    add_sun(&s, 250.0, altitude, 0.53, 3.0);
    s.sky.zenith = s.sky.horizon = grey(0.3);
    add_fog(&s, VDK_FOG_HEIGHT, extinction, 0.9, g, 1600.0);
    s.misty = 1;
    return s;
}

/* Phase functions fold into each other: light that is scattered twice goes as by one whose mean
 * cosine is the product of theirs (Legendre moments of Henyey and Greenstein's function are g^n).
 * So what a point in fog gathers of sunlight that fog about it scatters is known, and so are the
 * integrals of phase function and cosine alone. All of that for suns high and low, views from all
 * about them, and fog of any thickness. */
static void test_without_bias(void **state)
{
    (void)state;
    static const double cosines[] = {0.9, 0.6, -0.4}, extinctions[] = {1e-5, 0.003, 0.3};
    vd_terrain *terrain = flat_terrain();
    for (int i = 0; i < 36; i++) {
        vdk_scene s =
            guided_scene(terrain, cosines[i % 3], extinctions[i / 3 % 3], i & 1 ? 8.0 : 50.0);
        assert_true(vdk_is_guided(&s));
        point p;
        p.guide = vdk_guide_make(&s, vdk_guide_up(&s, s.media.base + 40.0f));
        p.axis = unit(37.0 * i, 70.0 * sin(i));
        p.in_fog = 1;
        assert_brings("phase function", draw(&p, one, 1), 1.0);
        float folded = p.guide.g * p.guide.g, away = -vdk_vec_dot(p.axis, p.guide.sun);
        assert_brings("light scattered twice", draw(&p, scatters_sun, 1),
                      (double)vdk_lobe(folded, away));
        p.in_fog = 0;
        assert_brings("cosine", draw(&p, one, 1), 1.0);
        assert_brings("cosine, squared", draw(&p, cosine, 1), 2.0 / 3.0);
    }
    vd_terrain_destroy(terrain);
}

/* Across the sun's light, at a mean cosine of 0.8, most directions of the phase function see little
 * of the lobe. With candidates half about each axis, f l / q is at most twice the lesser of the two
 * lobes; the guide leaves a tenth of the variance, and both are known to 5 % from so many draws. */
static void test_less_noise(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    vdk_scene s = guided_scene(terrain, 0.8, 0.004, 15.0);
    point p;
    p.guide = vdk_guide_make(&s, vdk_guide_up(&s, s.media.base));
    p.axis = unit(340.0, 5.0);
    p.in_fog = 1;
    brought by_phase = draw(&p, scatters_sun, 0), by_guide = draw(&p, scatters_sun, 1);
    printf("light scattered twice: variance %.5f, with a guide %.5f\n", by_phase.variance,
           by_guide.variance);
    assert_true(by_guide.variance < 0.25 * by_phase.variance);
    vd_terrain_destroy(terrain);
}

/* Pixels of 4 samples each in fog by height, of which each is scattered as often as it comes. By
 * the phase function and the cosine alone their relative variance is 0.31 +- 0.01. */
static void test_picture(void **state)
{
    (void)state;
    enum { PIXELS = 4000 };
    vd_terrain *terrain = flat_terrain();
    vdk_scene s = guided_scene(terrain, 0.8, 0.004, 15.0);
    s.bounces = VDK_UNLIMITED;
    look(&s, 8.0, 8.0, 40.0, unit(340.0, -1.0));
    double sum = 0.0, squares = 0.0;
    for (vdk_uint i = 0; i < PIXELS; i++) {
        double value = seen_by(&s, i, 4);
        sum += value;
        squares += value * value;
    }
    double mean = sum / PIXELS, variance = squares / PIXELS - mean * mean;
    printf("pixels of 4 samples: %.4f, relative variance %.4f\n", mean, variance / (mean * mean));
    assert_true(variance < 0.12 * mean * mean);
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_bias),
        cmocka_unit_test(test_less_noise),
        cmocka_unit_test(test_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
