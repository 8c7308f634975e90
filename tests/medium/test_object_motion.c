/* Objects that move while the shutter is open: how long they cover what is behind them, and their
 * shadow and light what is below, against closed forms; how near to where they should be they are
 * between the steps of their ways; and what stands still. */
#include "kernel/object_surface.h"
#include "object_fixture.h"
#include "scene/objects.h"

/* From straight above, a pixel a metre, over ground that gives back nothing. */
static const char *const from_above[] = {SEEN_FROM_ABOVE,
                                         "sun.strength",
                                         "0",
                                         "sky.model",
                                         "uniform",
                                         "sky.strength",
                                         "0",
                                         "sky.color",
                                         "1",
                                         "surface.albedo",
                                         "0",
                                         "materials",
                                         "name=lamp,color=0,emission=1",
                                         NULL};

/** Flat, but for a corner from above which a fitted camera looks. */
static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

/** One list of knobs behind the other; free with free(). */
static const char **joined(const char *const *a, const char *const *b)
{
    size_t count = 0, before = 0;
    while (a[before]) before++;
    while (b[count]) count++;
    const char **all = calloc(before + count + 1, sizeof(*all));
    assert_non_null(all);
    memcpy(all, a, before * sizeof(*all));
    memcpy(all + before, b, count * sizeof(*all));
    return all;
}

static test_picture render(const char *const *knobs, const char *const *more)
{
    const char **all = joined(from_above, knobs);
    test_picture p = test_render_by("render", "flat.tif", all, more);
    free(all);
    return p;
}

/* The mean of columns' pixels. */
static double column_mean(const test_picture *p, int x)
{
    double sum = 0.0;
    for (int y = 0; y < p->height; y++) sum += (double)p->rgba[4 * (y * p->width + x) + 1];
    return sum / p->height;
}

typedef struct shutter {
    const char *knobs[7];
    double ramp;     /* share of its time at either end; 0: it opens and closes at once */
    double from, to; /* in frames */
} shutter;

static const shutter shutters[] = {
    {{"shutter.interval", "0,1"}, 0.0, 0.0, 1.0},
    {{"shutter.interval", "0.25,0.75"}, 0.0, 0.25, 0.75},
    {{"shutter.interval", "-0.5,1", "shutter.shape", "trapezoid"}, 0.25, -0.5, 1.0},
};

/** The share of all light that has come in by a time. */
static double light_by(const shutter *s, double time)
{
    double t = fmin(fmax((time - s->from) / (s->to - s->from), 0.0), 1.0), r = s->ramp;
    if (r == 0.0) return t;
    double whole = 1.0 - r;
    if (t < r) return 0.5 * t * t / r / whole;
    if (t > 1.0 - r) return 1.0 - 0.5 * (1.0 - t) * (1.0 - t) / r / whole;
    return (t - 0.5 * r) / whole;
}

/** How much of a shutter's light a point is covered for by what is 10 m wide and comes by: its
 *  middle is at `start` at time 0 and goes `speed` in a frame. A mean over a pixel. */
static double covered(const shutter *s, double start, double speed, double x)
{
    enum { PLACES = 16 };
    double sum = 0.0;
    for (int i = 0; i < PLACES; i++) {
        double at = x + (i + 0.5) / PLACES - 0.5;
        sum += light_by(s, (at + 5.0 - start) / speed) - light_by(s, (at - 5.0 - start) / speed);
    }
    return sum / PLACES;
}

/** A white square over black ground: how bright a pixel is says how long it is covered. */
static void a_square_covers_as_long_as_it_is_there(void **state)
{
    static const char *const knobs[] = {
        "camera.size",
        "100x8",
        "camera.width",
        "100",
        "render.samples",
        "512",
        "objects",
        "path=square.ply,at=500480,3999500,motion=40,0,material=lamp",
        NULL};
    (void)state;
    for (size_t k = 0; k < sizeof(shutters) / sizeof(shutters[0]); k++) {
        test_picture p = render(knobs, shutters[k].knobs);
        double error = 0.0, whole = 0.0;
        for (int x = 0; x < p.width; x++) {
            double is = column_mean(&p, x);
            double wanted = covered(&shutters[k], -20.0, 40.0, x - 49.5);
            /* 8 pixels of 512 samples, stratified in time: a column's standard error is below
             * 0.002. */
            if (!(fabs(is - wanted) < 0.01)) fail_msg("%zu, %d: %g, not %g", k, x, is, wanted);
            error += fabs(is - wanted);
            whole += is;
        }
        if (!(error < 0.01 * 10.0)) fail_msg("shutter %zu: integral error %g of 10", k, error);
        assert_true(fabs(whole - 10.0) < 0.02);
        free(p.rgba);
    }
}

/** Its shadow on the ground, under a sun at 45 degrees in the west, 30 m beside it. */
static void its_shadow_goes_with_it(void **state)
{
    static const char *const knobs[] = {"camera.size",
                                        "100x8",
                                        "camera.width",
                                        "100",
                                        "render.samples",
                                        "512",
                                        "surface.albedo",
                                        "0.5",
                                        "sun.strength",
                                        "2",
                                        "sun.azimuth",
                                        "270",
                                        "sun.altitude",
                                        "45",
                                        "objects",
                                        "path=high.ply,at=500475,3999500,motion=20,0",
                                        NULL};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        test_picture p = render(knobs, shutters[k].knobs);
        double error = 0.0, lit = column_mean(&p, 99);
        for (int x = 51; x < p.width; x++) {
            double is = 1.0 - column_mean(&p, x) / lit;
            error += fabs(is - covered(&shutters[k], 5.0, 20.0, x - 49.5));
        }
        if (!(error < 0.01 * 10.0)) fail_msg("shutter %zu: integral error %g of 10", k, error);
        free(p.rgba);
    }
}

/** A bar of 40 x 4 m turns by 90 degrees: a point is covered while the bar's middle line is within
 *  2 m of it, and its end beyond. */
static void a_bar_turns(void **state)
{
    enum { SIDE = 48, BLOCK = 4, PLACES = 4, TIMES = 360 };
    static const char *const knobs[] = {"camera.size",
                                        "48x48",
                                        "camera.width",
                                        "48",
                                        "render.samples",
                                        "256",
                                        "objects",
                                        "path=bar.ply,at=500500,3999500,spin=90,material=lamp",
                                        "shutter.interval",
                                        "0,1",
                                        NULL};
    double error = 0.0;
    (void)state;
    test_picture p = render(knobs, NULL);
    for (int j = 0; j < SIDE; j += BLOCK)
        for (int i = 0; i < SIDE; i += BLOCK) {
            double is = 0.0, wanted = 0.0;
            for (int k = 0; k < BLOCK * BLOCK; k++)
                is += (double)p.rgba[4 * ((j + k / BLOCK) * SIDE + i + k % BLOCK) + 1];
            for (int k = 0; k < BLOCK * PLACES * BLOCK * PLACES; k++) {
                double x = i - 24 + (k % (BLOCK * PLACES) + 0.5) / PLACES;
                double y = 24 - j - (k / (BLOCK * PLACES) + 0.5) / PLACES;
                for (int t = 0; t < TIMES; t++) {
                    double angle = -(t + 0.5) / TIMES * 0.5 * 3.14159265358979;
                    double along = x * cos(angle) + y * sin(angle);
                    double across = y * cos(angle) - x * sin(angle);
                    wanted += fabs(along) < 20.0 && fabs(across) < 2.0;
                }
            }
            is /= BLOCK * BLOCK;
            wanted /= BLOCK * PLACES * BLOCK * PLACES * (double)TIMES;
            /* 4096 samples, of which a share of a half at most: 0.008 if they were not stratified.
             */
            if (!(fabs(is - wanted) < 0.01)) fail_msg("%d,%d: %g, not %g", i, j, is, wanted);
            error += fabs(is - wanted) * BLOCK * BLOCK;
        }
    free(p.rgba);
    print_message("a turning bar is off by %.2g of its area\n", error / 160.0);
    assert_true(error < 0.01 * 160.0);
}

/** A lamp that goes by and turns lights the ground as it does at many moments, in the mean; light
 *  comes by rays to it, and by rays of the ground's that meet it. */
static void a_lamp_lights_where_it_goes(void **state)
{
    enum { MOMENTS = 32, COLUMNS = 32 };
    static const char *const knobs[] = {
        "camera.size",
        "32x16",
        "camera.width",
        "96",
        "surface.albedo",
        "0.5",
        "render.bounces",
        "1",
        "materials",
        "name=bright,color=0.5,emission=1,emission_strength=20",
        "objects",
        "path=upright.ply,at=500490,3999500,motion=20,0,spin=60,material=bright",
        NULL};
    static const char *const blurred[] = {"shutter.interval", "0,1", "render.samples", "2048",
                                          NULL};
    double is[COLUMNS], wanted[COLUMNS] = {0.0}, all = 0.0, all_wanted = 0.0;
    (void)state;
    test_picture p = render(knobs, blurred);
    for (int x = 0; x < COLUMNS; x++) is[x] = column_mean(&p, x);
    free(p.rgba);
    for (int k = 0; k < MOMENTS; k++) {
        char frame[32];
        snprintf(frame, sizeof(frame), "%.9f", 1.0 + (k + 0.5) / MOMENTS);
        p = render(knobs, (const char *[]){"animation.frame", frame, "render.samples", "64", NULL});
        for (int x = 0; x < COLUMNS; x++) wanted[x] += column_mean(&p, x) / MOMENTS;
        free(p.rgba);
    }
    for (int x = 0; x < COLUMNS; x++) {
        if (x >= 10 && x < 22) continue; /* where the lamp itself is seen */
        all += is[x];
        all_wanted += wanted[x];
        /* Standard errors of both, as their scatter from column to column shows them, are about
         * 0.9 % each; of the sum a fifth of that. */
        if (!(fabs(is[x] - wanted[x]) < 0.05 * wanted[x]))
            fail_msg("column %d: %g, not %g", x, is[x], wanted[x]);
    }
    print_message("a moving lamp's light: %.5g, at moments %.5g\n", all, all_wanted);
    assert_true(fabs(all - all_wanted) < 0.008 * all_wanted);
}

/** The distance of an object's farthest corner from where the settings of the time put it, as a
 *  share of its size. */
static double off_at(const stage *moving, const char *const *knobs, double time)
{
    char frame[32];
    double p[3], q[3], off = 0.0, size = 0.0;
    snprintf(frame, sizeof(frame), "%.9f", 1.0 + time);
    const char **all = joined(from_above, knobs);
    stage exact = open_stage("flat.tif", all, (const char *[]){"animation.frame", frame, NULL});
    free(all);
    const vdk_objects *o = &exact.scene->flat.objects;
    vdk_transform is = vdk_placed(&moving->scene->flat.objects, 0, (float)time);
    vdk_transform wanted = vdk_placed(o, 0, 0.0f);
    vdk_vec corner = vdk_vec_make(20.0f, 2.0f, 10.0f);
    vdk_vec a = vdk_turned(&is, corner), b = vdk_turned(&wanted, corner);
    vd_objects_metres(&exact.scene->flat, is.at, p);
    vd_objects_metres(&exact.scene->flat, wanted.at, q);
    const double d[3] = {(double)a.x - (double)b.x, (double)a.y - (double)b.y,
                         (double)a.z - (double)b.z};
    for (int k = 0; k < 3; k++) off += pow(p[k] - q[k] + d[k], 2.0);
    size = vd_objects_reach(exact.scene->objects->meshes[0]) * (double)wanted.scale;
    close_stage(&exact);
    return sqrt(off) / size;
}

/** What goes straight has two steps, what swerves as many as keep it within a thousandth. */
static void ways_are_as_near_as_they_say(void **state)
{
#define BAR "path=bar.ply,at=500500,3999500,agl:5"
#define KEY(frame, knob, value) "keyframes", "frame=" frame ",knob=objects[1]." knob ",value=" value
    static const struct {
        const char *knobs[20];
        int least, most; /* steps */
    } cases[] = {
        {{"objects", BAR ",motion=30,-7,climb=3"}, 2, 2},
        {{"objects", BAR ",spin=90"}, 17, 33},
        {{"objects", BAR ",spin=-350,motion=5,0"}, 65, 129},
        {{"objects", BAR, KEY("1", "at", "500500,3999500,agl:5"),
          KEY("1.5", "at", "500520,3999510,agl:9"), KEY("2", "at", "500500,3999520,agl:5"),
          KEY("1", "rotate", "0"), KEY("2", "rotate", "100"), KEY("1", "scale", "1"),
          KEY("2", "scale", "1.5")},
         17,
         129},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char **all = joined(from_above, cases[i].knobs);
        stage s = open_stage("flat.tif", all, (const char *[]){"shutter.interval", "0,1", NULL});
        free(all);
        int steps = s.scene->objects->instances[0].steps;
        double most = 0.0;
        for (int k = 0; k <= 22; k++) most = fmax(most, off_at(&s, cases[i].knobs, k / 22.0));
        print_message("way %zu: %d steps, off by %.2g of its size\n", i, steps, most);
        assert_in_range(steps, cases[i].least, cases[i].most);
        /* 1e-3 where it is looked at, and floats of a place. */
        assert_true(most < 1.1e-3);
        close_stage(&s);
    }
}

/** A shutter changes nothing where all stands still, and threads and tiles nothing of motion. */
static void what_stands_still_is_the_same(void **state)
{
    static const char *const still[] = {"camera.size",
                                        "40x30",
                                        "camera.width",
                                        "60",
                                        "surface.albedo",
                                        "0.5",
                                        "render.bounces",
                                        "2",
                                        "render.samples",
                                        "8",
                                        "objects",
                                        "path=bar.ply,at=500500,3999500,material=lamp",
                                        "objects",
                                        "path=square.ply,at=500510,3999510,rotate=20",
                                        NULL};
    static const char *const goes[] = {"camera.size",
                                       "40x30",
                                       "camera.width",
                                       "60",
                                       "surface.albedo",
                                       "0.5",
                                       "render.bounces",
                                       "2",
                                       "render.samples",
                                       "8",
                                       "objects",
                                       "path=bar.ply,at=500500,3999500,material=lamp,spin=70",
                                       "shutter.interval",
                                       "0,1",
                                       NULL};
    static const struct {
        const char *const *knobs;
        const char *more[2][5];
    } cases[] = {{still, {{NULL}, {"shutter.interval", "0,1", NULL}}},
                 {goes, {{NULL}, {"render.threads", "1", "render.tile", "16", NULL}}}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t hash[2];
        for (int k = 0; k < 2; k++) {
            test_picture p = render(cases[i].knobs, cases[i].more[k]);
            hash[k] = test_picture_hash(&p);
            free(p.rgba);
        }
        assert_true(hash[0] == hash[1]);
    }
}

static int set_up(void **state)
{
    const double low[3] = {-5.0, -0.5, 5.0}, high[3] = {5.0, 0.5, 15.0};
    (void)state;
    write_dem("flat.tif", 100, 10.0, height_flat);
    write_rectangle("square.ply", 5.0, 5.0, 10.0);
    write_rectangle("high.ply", 5.0, 5.0, 30.0);
    write_rectangle("bar.ply", 20.0, 2.0, 10.0);
    write_box("upright.ply", low, high);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_square_covers_as_long_as_it_is_there),
        cmocka_unit_test(its_shadow_goes_with_it),
        cmocka_unit_test(a_bar_turns),
        cmocka_unit_test(a_lamp_lights_where_it_goes),
        cmocka_unit_test(ways_are_as_near_as_they_say),
        cmocka_unit_test(what_stands_still_is_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
