/* The block: no light is lost or gained in it, its rays meet what a polyhedron's would, and its
 * plane shows the shadow that it should. */
#include <math.h>

#include "kernel/view.h"
#include "random.h"
#include "render/wave.h"
#include "stage.h"
#include "terrains.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

/* ---- furnace -------------------------------------------------------------------------------- */

/* A white block in a white sky is not to be seen, from above or below; nor is one on a white plain.
 * Only what ends unlimited paths is noise. */
static void test_furnace(void **state)
{
    static const char *const white[] = {"camera.size",
                                        "40x30",
                                        "surface.albedo",
                                        "1",
                                        "terrain.plinth",
                                        "1",
                                        "sky.model",
                                        "uniform",
                                        "sky.strength",
                                        "1",
                                        "sky.color",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "render.bounces",
                                        "unlimited",
                                        "terrain.normals",
                                        "flat",
                                        "background.fill",
                                        "sky",
                                        "terrain.z_factor",
                                        "3",
                                        "tone.auto_exposure",
                                        "false",
                                        NULL};
    static const char *const views[][7] = {
        {"terrain.plane", "none", NULL},
        {"terrain.plane", "none", "camera.tilt", "-30", "camera.fov", "60", NULL},
        {"terrain.plane", "none", "camera.tilt", "-90", "camera.view_from", "10", NULL},
        {"terrain.plane", "ground", "camera.tilt", "10", NULL},
        {"terrain.plane", "ground", "camera.tilt", "3", "camera.view_from", "NE", NULL}};
    (void)state;
    for (size_t v = 0; v < sizeof(views) / sizeof(views[0]); v++) {
        stage s = open_stage(WINDOW, white, views[v]);
        const vdk_scene *flat = &s.scene->flat;
        double sum = 0.0, squares = 0.0;
        int count = 0;
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++) {
                vdk_sampler sampler = vdk_sampler_at(flat->pattern, flat->seed, x, y);
                vdk_uint rays = 0;
                for (vdk_uint i = 0; i < 16; i++, count++) {
                    double value = (double)vdk_see(flat, x, y, sampler, i, &rays).radiance.y - 1.0;
                    sum += value;
                    squares += value * value;
                }
            }
        double mean = sum / count, error = sqrt(squares) / count;
        printf("furnace %zu: 1 %+.6f, standard error %.6f\n", v, mean, error);
        assert_true(fabs(mean) <= 5.0 * error + 1e-6);
        assert_true(error < 2e-3);
        close_stage(&s);
    }
}

/* ---- against a polyhedron ------------------------------------------------------------------- */

/* Ground that is one plane makes the block a convex polyhedron of six faces. */
enum { SIDE = 24 };
static const double CELL = 10.0, TILT_X = 1.5, TILT_Y = -0.7, BASE = -60.0;

static double height_tilted(const void *state, int i, int j)
{
    (void)state;
    return TILT_X * i + TILT_Y * j;
}

typedef struct face {
    int part;
    double n[3], d; /* inside: n . p < d */
} face;

static const face *faces(void)
{
    /* Coordinates: columns, rows, height. */
    static face f[6];
    f[0] = (face){VDK_PART_WEST, {-1, 0, 0}, -0.5};
    f[1] = (face){VDK_PART_EAST, {1, 0, 0}, SIDE + 0.5};
    f[2] = (face){VDK_PART_NORTH, {0, -1, 0}, -0.5};
    f[3] = (face){VDK_PART_SOUTH, {0, 1, 0}, SIDE + 0.5};
    f[4] = (face){VDK_PART_UNDERSIDE, {0, 0, -1}, -BASE};
    f[5] = (face){VDK_PART_GROUND, {-TILT_X, -TILT_Y, 1}, 0.0};
    return f;
}

/* The face by which a ray from outside comes into all six half spaces. near is how little decides.
 */
static int enter(const double o[3], const double g[3], double *t, double *near)
{
    double in = 0.0, out = HUGE_VAL, second = 0.0;
    int part = VDK_MISS;
    const face *f = faces();
    *near = HUGE_VAL;
    for (int k = 0; k < 6; k++) {
        double slope = f[k].n[0] * g[0] + f[k].n[1] * g[1] + f[k].n[2] * g[2];
        double ahead = f[k].d - (f[k].n[0] * o[0] + f[k].n[1] * o[1] + f[k].n[2] * o[2]);
        double when = ahead / slope;
        *near = fmin(*near, fabs(slope) * 1e3);
        if (slope < 0.0) {
            if (when > in) {
                second = in;
                in = when;
                part = f[k].part;
            } else {
                second = fmax(second, when);
            }
        } else {
            out = fmin(out, when);
        }
    }
    *near = fmin(*near, fmin(fabs(in - out), part ? in - second : HUGE_VAL));
    *t = in;
    return in < out ? part : VDK_MISS;
}

static vdk_position at(double x, double y, double z)
{
    return (vdk_position){(int)floor(x), (int)floor(y), (float)(x - floor(x)),
                          (float)(y - floor(y)), (float)z};
}

static void test_polyhedron(void **state)
{
    static vdk_scene scene;
    (void)state;
    vd_terrain *terrain = test_terrain_square(SIDE, CELL, height_tilted, NULL,
                                              (vd_terrain_options){1.0, true, false, 0, 1});
    scene.terrain = terrain->field;
    scene.block.is_there = 1;
    scene.block.base = (float)BASE;
    test_random random = {11};
    int met[VDK_PART_PLANE + 1] = {0}, unsure = 0;
    for (int n = 0; n < 400000; n++) {
        scene.block.has_plane = n & 1;
        double o[3] = {test_unit(&random) * 70.0 - 23.0, test_unit(&random) * 70.0 - 23.0,
                       test_unit(&random) * 300.0 - 150.0};
        double z = 2.0 * test_unit(&random) - 1.0, turn = 6.283185307179586 * test_unit(&random);
        double r = sqrt(1.0 - z * z), d[3] = {r * cos(turn), r * sin(turn), z};
        double g[3] = {d[0] / CELL, -d[1] / CELL, d[2]}, t, near;
        bool inside = true;
        const face *f = faces();
        for (int k = 0; k < 6; k++)
            inside &= f[k].n[0] * o[0] + f[k].n[1] * o[1] + f[k].n[2] * o[2] < f[k].d;
        if (inside || (scene.block.has_plane && o[2] <= BASE)) continue;
        int part = enter(o, g, &t, &near);
        double t_plane = (BASE - o[2]) / g[2];
        if (scene.block.has_plane && g[2] < 0.0 && (!part || t_plane < t)) {
            near = part ? fmin(near, t - t_plane) : near;
            part = VDK_PART_PLANE;
            t = t_plane;
        }
        if (near < 1e-2) { /* of a metre: an edge */
            unsure++;
            continue;
        }
        vdk_position hit;
        int got = vdk_scene_trace(&scene, VDK_MISS, at(o[0], o[1], o[2]),
                                  vdk_vec_make((float)d[0], (float)d[1], (float)d[2]), &hit);
        if (got != part) fail_msg("ray %d meets part %d, not %d", n, got, part);
        met[part]++;
        if (!part || t > 1e4) continue;
        double dx = hit.cx + (double)hit.fx - (o[0] + t * g[0]);
        double dy = hit.cy + (double)hit.fy - (o[1] + t * g[1]);
        double dz = (double)hit.z - (o[2] + t * g[2]);
        double slack = 1e-5 * (1.0 + t / fmin(1.0, fabs(d[2]) + (part < VDK_PART_UNDERSIDE)));
        if (!(fabs(dx) < slack && fabs(dy) < slack && fabs(dz) < 10.0 * slack))
            fail_msg("ray %d meets part %d off by %g %g %g", n, part, dx, dy, dz);
    }
    printf("polyhedron: ground %d, sides %d %d %d %d, underside %d, plane %d, nothing %d; at an "
           "edge %d\n",
           met[1], met[2], met[3], met[4], met[5], met[6], met[7], met[0], unsure);
    for (int part = 0; part <= VDK_PART_PLANE; part++) assert_true(met[part] > 500);
    vd_terrain_destroy(terrain);
}

/* Out of the block no ray comes in: from every part outwards only the plane is met, and from the
 * plane every ray that points at a side meets it, down to its foot. */
static void test_leaving(void **state)
{
    static vdk_scene scene;
    (void)state;
    vd_terrain *terrain = test_terrain_square(SIDE, CELL, height_tilted, NULL,
                                              (vd_terrain_options){1.0, true, false, 0, 1});
    scene.terrain = terrain->field;
    scene.block = (vdk_block){.is_there = 1, .has_plane = 1, .base = (float)BASE};
    test_random random = {5};
    for (int n = 0; n < 100000; n++) {
        vdk_position hit, foot;
        double along = 0.5 + SIDE * test_unit(&random), z = BASE + 30.0 * test_unit(&random);
        vdk_position side = at(along, 0.0, n % 3 ? z : BASE);
        side.cy = 0;
        side.fy = 0.5f;
        float up = 2.0f * (float)test_unit(&random) - 1.0f;
        vdk_vec out = vdk_vec_normalize(
            vdk_vec_make((float)test_unit(&random) - 0.5f, (float)test_unit(&random) + 1e-6f, up));
        int part = vdk_scene_trace(&scene, VDK_PART_NORTH, side, out, &foot);
        assert_int_equal(part, out.z < 0.0f ? VDK_PART_PLANE : VDK_MISS);
        if (!part) continue;
        assert_false(vdk_side(foot.cx, foot.fx, SIDE + 1) == 0 && foot.cy >= 0 &&
                     vdk_side(foot.cy, foot.fy, SIDE + 1) == 0 && (foot.cy > 0 || foot.fy > 0.5f));
        /* Straight back to the wall's foot. */
        vdk_vec in = vdk_vec_normalize(vdk_vec_make(0.0f, -1.0f, 1e-4f));
        if (vdk_side(foot.cx, foot.fx, SIDE + 1) != 0) continue;
        assert_int_equal(vdk_scene_trace(&scene, VDK_PART_PLANE, foot, in, &hit), VDK_PART_NORTH);
    }
    vd_terrain_destroy(terrain);
}

/* ---- the shadow on the plane ---------------------------------------------------------------- */

/* A flat black block from straight above: its shadow is its footprint moved along, and so large. */
static void test_shadow(void **state)
{
    static const char *const knobs[] = {"camera.size",
                                        "300x300",
                                        "camera.projection",
                                        "ortho",
                                        "camera.tilt",
                                        "90",
                                        "camera.view_from",
                                        "S",
                                        "camera.width",
                                        "12000",
                                        "terrain.z_factor",
                                        "1e-6",
                                        "terrain.border",
                                        "block",
                                        "background.fill",
                                        "transparent",
                                        "surface.albedo",
                                        "0",
                                        "terrain.plinth",
                                        "0",
                                        "suns",
                                        "120,20,2",
                                        "sun.size",
                                        "0",
                                        "sky.strength",
                                        "0",
                                        "render.samples",
                                        "16",
                                        NULL};
    (void)state;
    stage s = open_stage(WINDOW, knobs, NULL);
    const vdk_scene *flat = &s.scene->flat;
    double side = 30.0 * s.scene->terrain->dem->info.nx;
    double high =
        ((double)flat->terrain.min - (double)flat->block.base) * (double)flat->terrain.z_factor;
    double reach = high / tan(20.0 * acos(-1.0) / 180.0), angle = 120.0 * acos(-1.0) / 180.0;
    double expected = side * side + side * reach * (fabs(sin(angle)) + fabs(cos(angle)));
    close_stage(&s);
    test_picture p = test_render_by("render", WINDOW, knobs, NULL);
    double area = 0.0;
    for (int i = 0; i < p.width * p.height; i++) {
        float alpha = p.rgba[4 * i + 3];
        assert_true(alpha >= 0.0f && alpha <= 1.0f);
        assert_true(p.rgba[4 * i] < 1e-6f && p.rgba[4 * i] > -1e-6f);
        area += (double)alpha * 40.0 * 40.0;
    }
    printf("shadow: %.0f m2, expected %.0f, of which the block is %.0f\n", area, expected,
           side * side);
    assert_true(expected > 1.05 * side * side);
    assert_true(fabs(area / expected - 1.0) < 1e-3); /* 1200 pixels of edge, each off by 0.1 */
    assert_true(p.rgba[3] < 1e-6f);
    free(p.rgba);
}

/* Under a white sky a white block on the plane takes some light and gives some back: alpha stays a
 * share, and is gone far away. */
static void test_soft_shadow(void **state)
{
    static const char *const knobs[] = {"camera.size",
                                        "64x36",
                                        "background.fill",
                                        "transparent",
                                        "sky.model",
                                        "uniform",
                                        "sky.color",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "render.samples",
                                        "64",
                                        "terrain.z_factor",
                                        "4",
                                        "camera.fov",
                                        "60",
                                        NULL};
    (void)state;
    test_picture p = test_render_by("render", WINDOW, knobs, NULL);
    float most = 0.0f;
    for (int i = 0; i < p.width * p.height; i++) {
        float alpha = p.rgba[4 * i + 3];
        assert_true(alpha >= 0.0f && alpha <= 1.0f);
        if (p.rgba[4 * i] < 1e-6f) most = vdk_max(most, alpha);
    }
    printf("soft shadow: up to %.3f\n", (double)most);
    assert_true(most > 0.1f && p.rgba[3] < 0.02f);
    free(p.rgba);
}

/* ---- engines -------------------------------------------------------------------------------- */

/* Rays in lanes, and any number of threads, make the scalar picture. */
static void test_same_bits(void **state)
{
    static const char *const cases[][11] = {
        {NULL},
        {"camera.tilt", "8", "background.fill", "sky", "sun.multidirectional", "true", NULL},
        {"terrain.border", "open", "background.fill", "sky", NULL},
        {"terrain.plane", "none", "camera.tilt", "-20", "background.fill", "sky", NULL},
        {"camera.eye", "391000,3799000,agl:500", "camera.target", "393000,3800500,agl:0", NULL},
        {"camera.projection", "ortho", NULL},
        {"camera.eye", "391000,3799000,agl:500", "terrain.border", "extend", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static const char *const small[] = {"camera.size", "96x54", "render.samples", "4", NULL};
        const char *const threads[][3] = {{"render.threads", "1", NULL},
                                          {"render.threads", "3", NULL}};
        uint64_t hash[3];
        for (int k = 0; k < 3; k++) {
            const char *knobs[16] = {0};
            int n = 0;
            for (; n < 4; n++) knobs[n] = small[n];
            knobs[n++] = threads[k == 1][0];
            knobs[n++] = threads[k == 1][1];
            if (k == 2) setenv("VEDUTA_ISA", "scalar", 1);
            test_picture p = test_render_by("render", WINDOW, knobs, cases[i]);
            unsetenv("VEDUTA_ISA");
            hash[k] = test_picture_hash(&p);
            free(p.rgba);
        }
        if (hash[0] != hash[1]) fail_msg("case %zu depends on threads", i);
        if (hash[0] != hash[2]) fail_msg("case %zu differs in scalars", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_furnace),     cmocka_unit_test(test_polyhedron),
        cmocka_unit_test(test_leaving),     cmocka_unit_test(test_shadow),
        cmocka_unit_test(test_soft_shadow), cmocka_unit_test(test_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
