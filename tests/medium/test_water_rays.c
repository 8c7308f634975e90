/* Rays and water: against marching in small steps, and the rays of waves against single ones. */
#include <math.h>

#include "kernel/view.h"
#include "random.h"
#include "render/wave.h"
#include "stage.h"
#include "terrains.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

enum { SIDE = 24 };
#define CELL_M 30.0

static double height_islands(const void *state, int i, int j)
{
    (void)state;
    return 100.0 * test_mountains(5, i / 6.0, j / 6.0);
}

/* ---- against marching ------------------------------------------------------------------------ */

/* Bed and surface in double precision at grid coordinates. */
static double bed_at(const vdk_scene *s, double x, double y)
{
    x = fmin(fmax(x, 0.5), SIDE + 0.5);
    y = fmin(fmax(y, 0.5), SIDE + 0.5);
    int i = (int)fmin(x, SIDE), j = (int)fmin(y, SIDE);
    double u = x - i, v = y - j;
    const vdk_height_field *f = &s->terrain;
    double a = (double)vdk_post(f, i, j) * (1.0 - v) + (double)vdk_post(f, i, j + 1) * v;
    double b = (double)vdk_post(f, i + 1, j) * (1.0 - v) + (double)vdk_post(f, i + 1, j + 1) * v;
    return a * (1.0 - u) + b * u;
}

static double surface_at(const vdk_scene *s, double x, double y)
{
    double dx = (x - ((double)s->curve.about.fx + s->curve.about.cx)) * CELL_M;
    double dy = (y - ((double)s->curve.about.fy + s->curve.about.cy)) * CELL_M;
    return (double)s->water.body[0].level - (double)s->curve.per_m2 * (dx * dx + dy * dy);
}

/* The first of ground and water that a ray is at or below; *near is how far apart they are there,
 * in metres of height. */
static int march(const vdk_scene *s, vdk_position o, vdk_vec d, double *distance, double *near)
{
    const double step = 0.05, far = 3000.0;
    for (*distance = 0.0; *distance < far; *distance += step) {
        double x = (double)o.fx + o.cx + *distance * (double)d.x / CELL_M;
        double y = (double)o.fy + o.cy - *distance * (double)d.y / CELL_M;
        double z = (double)o.z + *distance * (double)d.z;
        double bed = bed_at(s, x, y), surface = surface_at(s, x, y);
        if (z > bed && z > surface) continue;
        *near = fabs(bed - surface);
        return bed >= surface ? VDK_PART_GROUND : VDK_PART_WATER;
    }
    return VDK_MISS;
}

/* Parts and distances of rays from above an archipelago, flat and on a planet so small that rays
 * dip into its sea and out again. A step of 5 cm may err by so much along the ray, and rays that
 * graze something or meet it within 10 cm of the shore are left out. */
static void check_marching(float per_m2)
{
    vd_terrain *terrain = test_terrain_square(SIDE, CELL_M, height_islands, NULL,
                                              (vd_terrain_options){.z_factor = 1.0});
    vdk_water_body sea = {48.0f, 1.0e6f};
    vdk_scene s = {.terrain = terrain->field};
    s.water.is_there = s.water.has_sea = s.water.is_optical = 1;
    s.water.body = &sea;
    s.curve.about = (vdk_position){SIDE / 2, SIDE / 2, 0.0f, 0.0f, 0.0f};
    s.curve.per_m2 = per_m2;
    test_random r = {77};
    int counts[VDK_PART_IN_WATER + 1] = {0}, skipped = 0;
    enum { RAYS = 400 };
    for (int k = 0; k < RAYS; k++) {
        vdk_position o = {(int)(test_unit(&r) * SIDE), (int)(test_unit(&r) * SIDE),
                          (float)test_unit(&r), (float)test_unit(&r), 0.0f};
        double low = fmax(bed_at(&s, (double)o.fx + o.cx, (double)o.fy + o.cy),
                          surface_at(&s, (double)o.fx + o.cx, (double)o.fy + o.cy));
        o.z = (float)(low + 1.0 + 40.0 * test_unit(&r));
        double az = 6.2831853 * test_unit(&r), alt = -0.02 - 0.5 * test_unit(&r) * test_unit(&r);
        vdk_vec d =
            vdk_vec_make((float)(sin(az) * cos(alt)), (float)(cos(az) * cos(alt)), (float)sin(alt));
        double distance, near = HUGE_VAL;
        int expected = march(&s, o, d, &distance, &near);
        vdk_position hit;
        int part = vdk_scene_trace(&s, VDK_MISS, o, d, &hit);
        if (expected == VDK_MISS || near < 0.1) {
            skipped++;
            continue;
        }
        vdk_vec way = vdk_metres_between(&s.terrain, o, hit);
        double away = sqrt((double)vdk_vec_dot(way, way));
        /* A ray that marching lets graze a crest may have met it by less than a step sees. */
        bool is_grazing = part == expected && fabs(away - distance) > 0.06;
        skipped += is_grazing;
        if (part != expected)
            fail_msg("ray %d: part %d at %.3f m, marching %d at %.3f", k, part, away, expected,
                     distance);
        if (is_grazing) continue;
        counts[part]++;
    }
    printf("marching, %g per m2: %d rays meet water, %d ground; %d of %d undecided\n",
           (double)per_m2, counts[VDK_PART_WATER], counts[VDK_PART_GROUND], skipped, RAYS);
    assert_true(counts[VDK_PART_WATER] > 100 && counts[VDK_PART_GROUND] > 50 && skipped < RAYS / 4);
    vd_terrain_destroy(terrain);
}

static void test_marching(void **state)
{
    (void)state;
    check_marching(0.0f);
    check_marching(4.0e-5f);
}

/* ---- waves of paths -------------------------------------------------------------------------- */

/* Pictures made by waves of paths have the bits of single paths, over sea and lakes, on land and
 * beyond it, of a block and of a map. */
static void test_waves_of_paths(void **state)
{
    static const char *const scenes[][13] = {
        {"water.level", "900", "camera.eye", "392000,3800000,agl:150", "camera.target",
         "390000,3797000,900", "camera.fov", "70", NULL},
        {"water.level", "900", "camera.eye", "380000,3790000,1500", "camera.target",
         "390000,3797000,900", "camera.curvature", "true", NULL},
        {"water.level", "900", NULL},
        {"water.level", "900", "terrain.border", "extend", "water.light", "straight", "water.color",
         "0.1,0.4,0.5", NULL},
        {"water.path", "./lake.geojson", "water.level_field", "level", "water.level", "700",
         "terrain.border", "open", NULL},
    };
    (void)state;
    FILE *file = fopen("lake.geojson", "w");
    assert_non_null(file);
    fputs("{\"type\": \"Feature\", \"properties\": {\"level\": 1050}, \"geometry\": {\"type\": "
          "\"Polygon\", \"coordinates\": [[[-118.19, 34.3], [-118.14, 34.3], [-118.14, 34.34], "
          "[-118.19, 34.34], [-118.19, 34.3]]]}}\n",
          file);
    fclose(file);
    for (size_t k = 0; k < sizeof(scenes) / sizeof(scenes[0]); k++) {
        static const char *const size[] = {"camera.size", "32x20", NULL};
        stage s = open_stage(WINDOW, size, scenes[k]);
        const vdk_scene *flat = &s.scene->flat;
        vd_tracer tracer;
        vd_wave *wave = NULL;
        int waters = 0;
        test_ok(s.context, vd_tracer_choose(s.context, NULL, &flat->terrain, &tracer));
        test_ok(s.context, vd_wave_create(s.context, &wave));
        vd_wave_job job = {.scene = flat,
                           .tracer = &tracer,
                           .shader = vd_shader_of(&tracer, flat),
                           .width = 32,
                           .height = 20,
                           .to = 4};
        uint64_t rays = 0;
        const vdk_seen *seen = vd_wave_trace(wave, &job, &rays);
        for (int i = 0; i < 32 * 20 * 4; i++) {
            int x = i / 4 % 32, y = i / 4 / 32;
            vdk_uint single = 0;
            vdk_seen one = vdk_see(flat, x, y, vdk_sampler_at(flat->pattern, flat->seed, x, y),
                                   (vdk_uint)(i % 4), &single);
            vdk_sight sight = {.width = 0.0f};
            vdk_position hit;
            if (vdk_view_ray(flat, x, y, 0.0f, 0.0f, &sight))
                waters += vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &hit) ==
                          VDK_PART_WATER;
            if (memcmp(&one, &seen[i], sizeof(one)) != 0)
                fail_msg("scene %zu, pixel %d, %d: %g and %g", k, x, y, (double)one.radiance.y,
                         (double)seen[i].radiance.y);
        }
        printf("waves of paths %zu: %d of 2560 samples see water\n", k, waters);
        assert_true(waters > 100);
        vd_wave_destroy(wave);
        close_stage(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marching),
        cmocka_unit_test(test_waves_of_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
