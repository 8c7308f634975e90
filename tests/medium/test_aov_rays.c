/* AOVs of rays of their own: what is seen of sun, sky and surroundings, against closed forms and
 * against a walk along the ray in double precision. */
#include "aov_fixture.h"

/** The mean of an AOV over a square of pixels around the middle, or over all (half < 0). */
static double mean_of(const shot *s, const char *name, int half)
{
    float *values = aov_of(s, name, NULL);
    double sum = 0.0;
    int count = 0;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            if (half >= 0 && (abs(x - s->width / 2) > half || abs(y - s->height / 2) > half))
                continue;
            sum += (double)values[y * s->width + x];
            count++;
        }
    free(values);
    return sum / count;
}

static void near(const char *what, double truth, double value, double tolerance)
{
    if (!(fabs(truth - value) <= tolerance))
        fail_msg("%s is %.6f, not %.6f (allowed %.2g)", what, value, truth, tolerance);
}

/* ---- sky ----------------------------------------------------------------------------------- */

#define SLOPE 0.6

static double cone(double x, double y)
{
    return SLOPE * hypot(x, y);
}
static double plane(double x, double y)
{
    (void)y;
    return 2000.0 + SLOPE * x;
}
static double valley(double x, double y)
{
    (void)y;
    return SLOPE * fabs(x);
}

/* At the bottom of a cone the horizon is everywhere as high as its sides are steep: of an even sky
 * cos^2 of that arrives. 21 x 21 pixels of 1/16 cell each are within 0.9 cells of the bottom,
 * where the horizon is that of a cone of 1,000 cells' radius seen from off its middle: at most
 * 0.9/1000 of it off. 441 x 256 samples have a standard error of 0.0013; four of them. */
static void test_cone(void **state)
{
    static const char *const knobs[] = {"dem.srcwin",
                                        "1000,1000,2,2",
                                        "camera.output_scale",
                                        "16",
                                        "render.samples",
                                        "256",
                                        "aov.names",
                                        "sky_visibility",
                                        "terrain.border",
                                        "open",
                                        NULL};
    (void)state;
    write_dem("cone.tif", 2002, 10.0, cone);
    shot s = take("relief", "cone.tif", knobs, NULL);
    near("the cone", 1.0 / (1.0 + SLOPE * SLOPE), mean_of(&s, "sky_visibility", 10), 0.0055);
    drop(&s);
}

/* An endless slope sees (1 + cos) / 2 of the sky that level ground sees. Rays across it end where
 * the ground does, which is as far as 1,000 cells: those that it would still stop beyond are below
 * 1 / 1000 of a right angle. */
static void test_plane(void **state)
{
    static const char *const knobs[] = {
        "dem.srcwin",    "990,990,20,20", "render.samples",
        "256",           "aov.names",     "sky_visibility,ao,slope,aspect",
        "aov.ao_radius", "8000",          NULL};
    (void)state;
    write_dem("plane.tif", 2002, 10.0, plane);
    shot s = take("relief", "plane.tif", knobs, NULL);
    double cosine = 1.0 / sqrt(1.0 + SLOPE * SLOPE);
    /* 400 x 256 samples: a standard error of 0.0009. */
    near("the slope's sky", 0.5 * (1.0 + cosine), mean_of(&s, "sky_visibility", -1), 0.0036);
    near("its surroundings", 1.0, mean_of(&s, "ao", -1), 1e-4);
    near("its steepness", atan(SLOPE) / DEGREE, mean_of(&s, "slope", -1), 1e-3);
    near("where it looks", 270.0, mean_of(&s, "aspect", -1), 1e-3);
    drop(&s);
}

/* A point on a slope of a valley shaped like a V sees of its hemisphere what the other slope leaves
 * within a radius: by midpoints over the hemisphere, 400 x 400 by the cosine.
 *  d  how far up the slope it is from the bottom */
static double seen_in_valley(double slope, double d, double radius)
{
    enum { STEPS = 400 };
    double a = atan(slope), c = cos(a), s = sin(a), seen = 0.0;
    /* The point lies on the eastern slope: u = (c, 0, s), its normal n = (-s, 0, c); the western
     * slope's is (s, 0, c). */
    double height = d * (c * s + s * c); /* over the western slope's plane */
    for (int i = 0; i < STEPS; i++)
        for (int j = 0; j < STEPS; j++) {
            double r = sqrt((i + 0.5) / STEPS), phi = 2.0 * PI * (j + 0.5) / STEPS;
            double p = r * cos(phi), up = sqrt(1.0 - r * r);
            double wx = p * c - up * s, wz = p * s + up * c;
            double sinks = -(wx * s + wz * c);
            seen += sinks <= 0.0 || height / sinks > radius;
        }
    return seen / (STEPS * STEPS);
}

static void test_valley(void **state)
{
    static const struct {
        const char *radius;
        double metres;
    } rows[] = {{"1e6", 1e6}, {"400", 400.0}, {"150", 150.0}};
    (void)state;
    write_dem("valley.tif", 2002, 10.0, valley);
    for (int k = 0; k < 3; k++) {
        /* 16 x 16 pixels a cell wide, from 20 cells up the slope on. */
        const char *knobs[] = {
            "dem.srcwin",    "1021,993,16,16", "render.samples", "256", "aov.names", "ao",
            "aov.ao_radius", rows[k].radius,   "filter.shape",   "box", NULL};
        shot s = take("relief", "valley.tif", knobs, NULL);
        float *ao = aov_of(&s, "ao", NULL);
        for (int x = 0; x < 16; x++) {
            double sum = 0.0;
            for (int y = 0; y < 16; y++) sum += (double)ao[16 * y + x];
            double d = (20.5 + x) * 10.0 * sqrt(1.0 + SLOPE * SLOPE);
            /* 16 x 256 samples: a standard error below 0.0078. */
            near("the valley", seen_in_valley(SLOPE, d, rows[k].metres), sum / 16.0, 0.032);
        }
        /* All of it: from down along its own slope, which rises by a, up to the rim of the other,
         * which stands e high, the cosine takes (1 - cos(a + e)) / 2. 16 x 16 x 256 samples have a
         * standard error of 0.0017. */
        double e = atan(SLOPE * (10010.0 - 285.0) / (10010.0 + 285.0));
        if (k == 0)
            near("the whole valley", 0.5 * (1.0 + cos(atan(SLOPE) + e)), mean_of(&s, "ao", -1),
                 0.0068);
        free(ao);
        drop(&s);
    }
}

/* ---- sun ----------------------------------------------------------------------------------- */

/** Does a ray to the sun clear the ground, and by how much of a metre it does at least? Steps of a
 *  twentieth of a cell, in double precision. */
static double clearance(const dem *d, double x, double y, const double to[3], double highest)
{
    double z = dem_at(d, x, y, NULL), least = HUGE_VAL;
    double step = 0.05 * d->geotransform[1] / hypot(to[0], to[1]);
    for (double t = step; z + t * to[2] < highest; t += step) {
        double px = x + t * to[0], py = y + t * to[1];
        double column = (px - d->geotransform[0]) / d->geotransform[1] - 0.5;
        double row = (py - d->geotransform[3]) / d->geotransform[5] - 0.5;
        if (column < 0.0 || row < 0.0 || column >= d->nx - 1 || row >= d->ny - 1) break;
        double above = z + t * to[2] - dem_at(d, px, py, NULL);
        if (above < least) least = above;
    }
    return least;
}

/* A sun that is a point is seen, or not, from where `position` says; where the ray grazes the
 * ground by less than steps and floats can tell it is not asked. */
static void check_sun(const char *const *more)
{
    static const char *const knobs[] = {"render.samples",
                                        "1",
                                        "aov.names",
                                        "sun_visibility,position",
                                        "sun.size",
                                        "0",
                                        "sun.altitude",
                                        "14",
                                        "sun.azimuth",
                                        "250",
                                        "terrain.border",
                                        "open",
                                        NULL};
    const double azimuth = 250.0 * DEGREE, altitude = 14.0 * DEGREE;
    const double to[3] = {sin(azimuth) * cos(altitude), cos(azimuth) * cos(altitude),
                          sin(altitude)};
    double origin[3], highest = 0.0;
    int seen = 0, hidden = 0;
    dem d = read_dem(WINDOW);
    for (int i = 0; i < d.nx * d.ny; i++) highest = fmax(highest, d.heights[i]);
    shot s = take("relief", WINDOW, knobs, more);
    float *position = aov_of(&s, "position", origin);
    float *sun = aov_of(&s, "sun_visibility", NULL);
    for (int i = 0; i < s.width * s.height; i++) {
        double x = origin[0] + (double)position[3 * i], y = origin[1] + (double)position[3 * i + 1];
        double rise[2];
        dem_at(&d, x, y, rise);
        double faces = to[2] - rise[0] * to[0] - rise[1] * to[1];
        double over = faces < 0.0 ? -1.0 : clearance(&d, x, y, to, highest);
        if (fabs(faces) < 1e-3 || (faces > 0.0 && fabs(over) < 0.05 * 1.6)) continue;
        if ((sun[i] > 0.0f) != (over > 0.0))
            fail_msg("pixel %d: sun visibility %g, but clearance %g m", i, (double)sun[i], over);
        seen += over > 0.0;
        hidden += over < 0.0;
    }
    assert_true(seen > 1000 && hidden > 1000);
    free(position);
    free(sun);
    free(d.heights);
    drop(&s);
}

static void test_sun(void **state)
{
    static const char *const plain[] = {"dem.srcwin", "40,40,120,100", NULL};
    static const char *const glossy[] = {"dem.srcwin", "40,40,120,100", "surface.roughness", "0.4",
                                         NULL};
    (void)state;
    check_sun(plain);  /* by rays of the paths */
    check_sun(glossy); /* by its own */
}

/* Rays of the paths and rays of their own see the same: means of all over a window, once on plain
 * ground and once where a gloss so weak that it is none makes it not plain. 120 x 100 x 16 samples
 * each: standard errors below 0.0012, and their difference within 4.5 of both. */
static void test_shared_rays(void **state)
{
    static const char *const knobs[] = {"render.samples",
                                        "16",
                                        "aov.names",
                                        "ao,sun_visibility,sky_visibility",
                                        "dem.srcwin",
                                        "40,40,120,100",
                                        "sun.altitude",
                                        "12",
                                        NULL};
    static const char *const other[] = {"surface.specular", "1e-6", NULL};
    static const char *const names[] = {"ao", "sun_visibility", "sky_visibility"};
    (void)state;
    shot plain = take("relief", WINDOW, knobs, NULL), own = take("relief", WINDOW, knobs, other);
    for (int k = 0; k < 3; k++)
        near(names[k], mean_of(&plain, names[k], -1), mean_of(&own, names[k], -1), 0.0076);
    drop(&plain);
    drop(&own);
}

/* Two suns by their strengths: what each alone shows, weighted. */
static void test_two_suns(void **state)
{
    static const char *const knobs[] = {
        "render.samples", "32", "aov.names", "sun_visibility", "dem.srcwin", "40,40,120,100", NULL};
    static const char *const west[] = {"suns", "270,10,3", NULL};
    static const char *const east[] = {"suns", "90,25,1", NULL};
    static const char *const both[] = {"suns", "270,10,3", "suns", "90,25,1", NULL};
    (void)state;
    shot w = take("relief", WINDOW, knobs, west), e = take("relief", WINDOW, knobs, east);
    shot b = take("relief", WINDOW, knobs, both);
    double a = mean_of(&w, "sun_visibility", -1), c = mean_of(&e, "sun_visibility", -1);
    near("two suns", 0.75 * a + 0.25 * c, mean_of(&b, "sun_visibility", -1), 0.004);
    assert_true(fabs(a - c) > 0.02);
    drop(&w);
    drop(&e);
    drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cone),        cmocka_unit_test(test_plane),
        cmocka_unit_test(test_valley),      cmocka_unit_test(test_sun),
        cmocka_unit_test(test_shared_rays), cmocka_unit_test(test_two_suns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
