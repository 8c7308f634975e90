/* Hours of sun: level ground has the astronomical day, each cell of a real DEM what an exact walk
 * along its horizon in doubles says, slopes the closed forms of beam and sky. */
#include <gdal.h>
#include <math.h>

#include "picture.h"

#include "api/api.h"
#include "atmosphere/esra.h"
#include "atmosphere/solar.h"
#include "random.h"
#include "render/sun_hours.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
static const double DEG = 3.14159265358979323846 / 180.0;

typedef struct result {
    vd_context *context;
    vd_settings *settings;
    vd_scene *scene;
    vd_sun_path path;
    vd_film *film;
} result;

static result measure(const char *dem, const char *const *knobs)
{
    result r = {0};
    assert_int_equal(vd_context_create(NULL, &r.context), VD_OK);
    r.settings = test_settings_for(r.context, "sun-hours", dem, knobs, NULL);
    test_ok(r.context, vd_scene_load_shape(r.context, r.settings, &r.scene));
    const vd_dem *d = r.scene->terrain->dem;
    test_ok(r.context, vd_sun_path_make(r.context, r.settings, &d->info, &r.scene->frame,
                                        (double)d->valid_min + d->base_m,
                                        (double)d->valid_max + d->base_m, &r.path));
    test_ok(r.context, vd_sun_hours(r.context, r.scene, &r.path, true, &r.film));
    return r;
}

static void done(result *r)
{
    vd_film_destroy(r->film);
    vd_sun_path_clear(&r->path);
    vd_scene_destroy(r->scene);
    vd_settings_destroy(r->settings);
    vd_context_destroy(r->context);
}

static void cell_of(const result *r, int x, int y, float out[VD_SUN_HOURS_CHANNELS])
{
    test_ok(r->context,
            vd_film_means(r->context, r->film, 0, VD_SUN_HOURS_CHANNELS, x, y, 1, 1, out));
}

/* A square DEM without a CRS, its heights by column and row. */
enum { SIDE = 96 };
static void write_dem(const char *name, double (*height)(int, int))
{
    static float heights[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) heights[i] = (float)height(i % SIDE, i / SIDE);
    GDALAllRegister();
    GDALDatasetH data =
        GDALCreate(GDALGetDriverByName("GTiff"), name, SIDE, SIDE, 1, GDT_Float32, NULL);
    assert_non_null(data);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(data, 1), GF_Write, 0, 0, SIDE, SIDE, heights,
                                  SIDE, SIDE, GDT_Float32, 0, 0),
                     CE_None);
    GDALClose(data);
}
static double level(int x, int y)
{
    (void)x;
    (void)y;
    return 0.0;
}
/* A slope of 30 degrees that looks south, and a valley from north to south with such sides. */
static double south_slope(int x, int y)
{
    (void)x;
    return -30.0 * tan(30.0 * DEG) * y;
}
static double valley(int x, int y)
{
    (void)y;
    return 30.0 * tan(30.0 * DEG) * abs(x - SIDE / 2);
}

/* ---- the day -------------------------------------------------------------------------------- */

/* Hours in which the sun's centre stands above an altitude, by the textbook, with the declination
 * of noon. That changes by 0.4 degrees a day at most, one way before noon and the other way after.
 */
static double day_length(double day, double latitude, double altitude)
{
    vd_solar_ephemeris sun;
    vd_solar_ephemeris_at(day, vd_solar_delta_t(day), &sun);
    double f = latitude * DEG, d = sun.declination * DEG;
    double c = (sin(altitude * DEG) - sin(f) * sin(d)) / (cos(f) * cos(d));
    return c <= -1.0 ? 24.0 : c >= 1.0 ? 0.0 : 2.0 * acos(c) / DEG / 15.0;
}

static void test_level_ground(void **state)
{
    (void)state;
    static const struct {
        const char *date, *place, *step;
        double day, latitude;
    } rows[] = {
        {"2026-06-21", "8,46.5", "15m", 9668.0, 46.5},
        {"2026-12-21", "8,46.5", "15m", 9851.0, 46.5},
        {"2026-12-21", "8,46.5", "1h", 9851.0, 46.5},
        {"2026-03-20", "-70,0", "20m", 9575.0, 0.0},
        {"2026-06-21", "25,75", "15m", 9668.0, 75.0},
        {"2026-12-21", "25,75", "15m", 9851.0, 75.0},
        {"2026-06-21", "140,-66", "1h", 9668.0, -66.0},
    };
    write_dem("level.tif", level);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        float got[VD_SUN_HOURS_CHANNELS];
        result r = measure("level.tif", (const char *[]){"dem.cell_size", "30", "insolation.date",
                                                         rows[i].date, "sun.place", rows[i].place,
                                                         "insolation.step", rows[i].step, NULL});
        cell_of(&r, SIDE / 2, SIDE / 2, got);
        double want = day_length(rows[i].day, rows[i].latitude, -0.5667);
        double beam = 0.0;
        for (int64_t k = 0; k < r.path.count; k++) {
            const vd_sun_step *s = &r.path.steps[k];
            beam += (double)(s->hours * s->beam[0] * s->direction.z);
        }
        printf("%s at %s by %s: %.4f h, not %.4f; %.1f Wh/m2\n", rows[i].date, rows[i].place,
               rows[i].step, (double)got[0], want, beam);
        /* Near the polar circle the sun skims the horizon, where refraction counts most. */
        assert_true(fabs((double)got[0] - want) < (fabs(rows[i].latitude) > 60.0 ? 0.1 : 0.01));
        assert_true(fabs((double)got[1] - beam) <= 1e-4 * beam);
        assert_true(fabs((double)got[2] - 1.0) < 1e-5);
        done(&r);
    }
}

/* Days that stand for others weigh as many. */
static void test_days(void **state)
{
    (void)state;
    float each[VD_SUN_HOURS_CHANNELS], some[VD_SUN_HOURS_CHANNELS];
#define MARCH "insolation.date", "2026-03-01", "insolation.to", "2026-03-20", "sun.place", "8,46.5"
    result r = measure(
        "level.tif", (const char *[]){"dem.cell_size", "30", MARCH, "insolation.step", "2h", NULL});
    assert_int_equal(r.path.days, 20);
    cell_of(&r, 5, 5, each);
    done(&r);
    r = measure("level.tif", (const char *[]){"dem.cell_size", "30", MARCH, "insolation.step", "2h",
                                              "insolation.every", "7", NULL});
    assert_int_equal(r.path.days, 3);
    cell_of(&r, 5, 5, some);
    done(&r);
    /* The day's length goes up by the same minutes each day, but for 0.1 %. */
    assert_true(fabs((double)(some[0] / each[0]) - 1.0) < 1e-3);
    assert_true(each[0] > 20.0f * 10.9f && each[0] < 20.0f * 12.3f);
}

/* ---- slopes --------------------------------------------------------------------------------- */

static void test_slopes(void **state)
{
    (void)state;
    float got[VD_SUN_HOURS_CHANNELS];
    const char *const knobs[] = {
        "dem.cell_size", "30", "insolation.date", "2026-06-21", "sun.place", "8,46.5", NULL};
    write_dem("slope.tif", south_slope);
    write_dem("valley.tif", valley);
    result r = measure("slope.tif", knobs);
    cell_of(&r, SIDE / 2, SIDE / 2, got);
    double hours = 0.0, beam = 0.0, elevation = south_slope(SIDE / 2, SIDE / 2);
    for (int64_t k = 0; k < r.path.count; k++) {
        const vd_sun_step *s = &r.path.steps[k];
        double cosine =
            -(double)s->direction.y * sin(30.0 * DEG) + (double)s->direction.z * cos(30.0 * DEG);
        if (cosine <= 0.0) continue;
        double at =
            (elevation - r.path.low_m) / (r.path.high_m - r.path.low_m) * (VD_SUN_PATH_LEVELS - 1);
        int i = (int)at;
        double normal =
            (double)s->beam[i] + (at - i) * ((double)s->beam[i + 1] - (double)s->beam[i]);
        hours += (double)s->hours;
        beam += (double)s->hours * cosine * normal;
    }
    printf("slope: %.4f h (%.4f), %.2f Wh/m2 (%.2f), sky %.4f (%.4f)\n", (double)got[0], hours,
           (double)got[1], beam, (double)got[2], 0.5 * (1.0 + cos(30.0 * DEG)));
    assert_true(fabs((double)got[0] - hours) < 1e-4);
    assert_true(fabs((double)got[1] - beam) < 1e-3 * beam);
    /* 128 directions stand for the sky: one of them is 0.8 % of it. */
    assert_true(fabs((double)got[2] - 0.5 * (1.0 + cos(30.0 * DEG))) < 0.01);
    done(&r);
    /* On the floor of an endless valley the sky counts by the cosine of its sides' slope. */
    r = measure("valley.tif", knobs);
    cell_of(&r, SIDE / 2, SIDE / 2, got);
    printf("valley: sky %.4f (%.4f)\n", (double)got[2], cos(30.0 * DEG));
    assert_true(fabs((double)got[2] - cos(30.0 * DEG)) < 0.01);
    done(&r);
}

/* The share of the beam that ESRA lets through, worked out by hand for one sun. */
static void test_model(void **state)
{
    (void)state;
    double m = 1.0 / (sin(60.0 * DEG) + 0.50572 * pow(66.07995, -1.6364));
    double thickness =
        1.0 / (6.6296 + 1.7513 * m - 0.1202 * m * m + 0.0065 * m * m * m - 0.00013 * m * m * m * m);
    assert_true(fabs(vd_esra_beam(60.0, 0.0, 3.0) - exp(-0.8662 * 3.0 * m * thickness)) < 1e-12);
    /* 1367 W/m2 outside: 960 arrive, and more in the mountains, less in haze and when it is low. */
    assert_true(fabs(VD_SOLAR_CONSTANT * vd_esra_beam(60.0, 0.0, 3.0) - 960.0) < 2.0);
    assert_true(vd_esra_beam(60.0, 3000.0, 3.0) > vd_esra_beam(60.0, 0.0, 3.0));
    assert_true(vd_esra_beam(60.0, 0.0, 5.0) < vd_esra_beam(60.0, 0.0, 3.0));
    assert_true(vd_esra_beam(0.001, 0.0, 3.0) < 0.08 && vd_esra_beam(0.001, 0.0, 3.0) > 0.0);
    double sky = VD_SOLAR_CONSTANT * vd_esra_diffuse(60.0, 3.0);
    assert_true(sky > 90.0 && sky < 150.0);
    /* From one thickness formula to the other, at an air mass of 20, there is no step. */
    double before = vd_esra_beam(1.4, 0.0, 3.0), behind = vd_esra_beam(1.3, 0.0, 3.0);
    assert_true(before > behind && before - behind < 0.01);
}

/* ---- real ground ---------------------------------------------------------------------------- */

/* The least that a line from a post rises above the ground, by distance, as a tangent: exactly,
 * from one line of the grid to the next, between which the surface is a parabola. */
static double margin_of(const vdk_height_field *f, int cx, int cy, vdk_vec direction)
{
    const double m[4] = {(double)f->to_grid[0], (double)f->to_grid[1], (double)f->to_grid[2],
                         (double)f->to_grid[3]};
    const double d[3] = {(double)direction.x, (double)direction.y, (double)direction.z};
    const double gx = m[0] * d[0] + m[1] * d[1], gy = m[2] * d[0] + m[3] * d[1];
    const double z = (double)vdk_post(f, cx, cy), across = hypot(d[0], d[1]);
    double t = 0.0, least = HUGE_VAL;
    for (;;) {
        double x = cx + t * gx, y = cy + t * gy;
        double tx = ((gx > 0.0 ? floor(x + 1e-9) + 1.0 : ceil(x - 1e-9) - 1.0) - cx) / gx;
        double ty = ((gy > 0.0 ? floor(y + 1e-9) + 1.0 : ceil(y - 1e-9) - 1.0) - cy) / gy;
        double next = fmin(tx, ty), middle = 0.5 * (t + next), c[3];
        int i = (int)floor(cx + middle * gx), j = (int)floor(cy + middle * gy);
        if (i < 0 || j < 0 || i >= f->cells_x || j >= f->cells_y) return least;
        vdk_patch h = vdk_patch_at(f, i, j);
        for (int k = 0; k < 3; k++) {
            double at = t + 0.5 * k * (next - t), u = cx + at * gx - i, v = cy + at * gy - j;
            double ground = (1.0 - v) * ((1.0 - u) * (double)h.h00 + u * (double)h.h10) +
                            v * ((1.0 - u) * (double)h.h01 + u * (double)h.h11);
            c[k] = z + at * d[2] - ground;
        }
        /* c(s) = c0 + b s + a s^2 for s in 0..1, by distance. */
        double a = 2.0 * (c[0] - 2.0 * c[1] + c[2]), b = c[2] - c[0] - a;
        if (t == 0.0) least = b / (next * across); /* as it leaves */
        for (int k = 1; k <= 64; k++) {
            double s = k / 64.0, at = t + s * (next - t);
            double px = cx + at * gx, py = cy + at * gy;
            /* The ground ends half a cell within the outermost lines. */
            if (px < 0.5 || py < 0.5 || px > f->cells_x - 0.5 || py > f->cells_y - 0.5)
                return least;
            least = fmin(least, (c[0] + s * (b + s * a)) / (at * across));
        }
        t = next;
    }
}

static void test_horizon(void **state)
{
    (void)state;
    result r = measure(WINDOW, (const char *[]){"insolation.date", "2026-12-21", "insolation.step",
                                                "20m", "terrain.border", "open", NULL});
    const vdk_height_field *f = &r.scene->terrain->field;
    test_random random = {11};
    double most = 0.0, least = 24.0;
    int unsure = 0, steps = 0;
    for (int i = 0; i < 300; i++) {
        int x = (int)(test_unit(&random) * (f->cells_x - 1));
        int y = (int)(test_unit(&random) * (f->cells_y - 1));
        float got[VD_SUN_HOURS_CHANNELS];
        double low = 0.0, high = 0.0;
        cell_of(&r, x, y, got);
        for (int64_t k = 0; k < r.path.count; k++) {
            const vd_sun_step *s = &r.path.steps[k];
            double margin = margin_of(f, x + 1, y + 1, s->direction);
            /* Floats have 24 bits of a direction and of 2 km of height over some cells. */
            bool is_unsure = fabs(margin) < 1e-4;
            if (margin > 0.0 && !is_unsure) low += (double)s->hours;
            if (margin > 0.0 || is_unsure) high += (double)s->hours;
            unsure += is_unsure;
            steps++;
        }
        if ((double)got[0] < low - 1e-4 || (double)got[0] > high + 1e-4)
            fail_msg("cell %d,%d: %.4f h, not %.4f to %.4f", x, y, (double)got[0], low, high);
        most = fmax(most, (double)got[0]);
        least = fmin(least, (double)got[0]);
    }
    printf("%.2f to %.2f hours as the horizon says; %d of %d steps too near to tell\n", least, most,
           unsure, steps);
    assert_true(unsure < steps / 100 && least < 2.0 && most > 9.0);
    done(&r);
}

/* The numbers are the same for any number of threads, and from a spool file. */
static void test_repeatable(void **state)
{
    (void)state;
    const char *const ways[][6] = {{"render.threads", "1", NULL},
                                   {"render.threads", "3", NULL},
                                   {"render.memory", "0", "render.spool_dir", ".", NULL}};
    uint64_t first = 0;
    for (size_t i = 0; i < 3; i++) {
        const char *knobs[] = {"insolation.date", "2026-12-21", "insolation.step", "2h", ways[i][0],
                               ways[i][1],        ways[i][2],   ways[i][3],        NULL};
        result r = measure(WINDOW, knobs);
        static float all[256 * 256 * VD_SUN_HOURS_CHANNELS];
        test_ok(r.context,
                vd_film_means(r.context, r.film, 0, VD_SUN_HOURS_CHANNELS, 0, 0, 256, 256, all));
        uint64_t sum = vd_checksum(all, sizeof all, 0);
        assert_int_equal(vd_film_is_spooled(r.film), i == 2);
        if (i == 0) first = sum;
        assert_true(sum == first);
        done(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_ground), cmocka_unit_test(test_days),
        cmocka_unit_test(test_slopes),       cmocka_unit_test(test_model),
        cmocka_unit_test(test_horizon),      cmocka_unit_test(test_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
