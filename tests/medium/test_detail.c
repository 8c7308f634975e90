/* Refined cells: one surface without gaps, whatever the levels of its cells, that all tracers see
 * alike; and a shape between the posts that keeps to the DEM's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "beds.h"
#include "kernel/view.h"
#include "refined.h"
#include "stage.h"
#include "terrain/batch.h"
#include "terrain/detail_shape.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define SIDE 90
#define CELL_M 30.0

static vd_terrain *rough_terrain(int most, double amplitude, int threads)
{
    const double cells[2] = {CELL_M, 0.7 * CELL_M}, turn[2] = {0.8, 0.6};
    vd_terrain *t = test_terrain(SIDE, SIDE - 11, cells, turn, height_alps, NULL,
                                 (vd_terrain_options){.z_factor = 1.3, .smooth_normals = true});
    test_refine(t, most, amplitude, threads);
    return t;
}

/* ---- one surface --------------------------------------------------------------------------- */

static double height_in_double(const vdk_height_field *f, int cx, int cy, double fx, double fy)
{
    vdk_facet facet = vdk_facet_at(f, cx, cy, (float)fx, (float)fy);
    vdk_patch p = vdk_patch_of(f, cx, cy, &facet);
    double u = fx * (double)facet.per_cell - facet.i, v = fy * (double)facet.per_cell - facet.j;
    return ((double)p.h00 * (1.0 - v) + (double)p.h01 * v) * (1.0 - u) +
           ((double)p.h10 * (1.0 - v) + (double)p.h11 * v) * u;
}

/** Cells of whatever levels have the same height on the line between them, but for how a point of a
 *  straight line is rounded: three operations on heights. */
static void cells_meet(void **state)
{
    vd_terrain *t = rough_terrain(VDK_DETAIL_LEVELS, 60.0, 1);
    const vdk_height_field *f = &t->field;
    const double hair = 4.0 * EPS * (double)vdk_max(vdk_abs(f->min), vdk_abs(f->max));
    double worst = 0.0;
    int pairs = 0;
    (void)state;
    for (int y = 0; y < f->cells_y - 1; y++)
        for (int x = 0; x < f->cells_x - 1; x++)
            for (int k = 0; k <= 128; k++) {
                float at = (float)k / 128.0f;
                double east = fabs((double)vdk_height_of(f, x, y, 1.0f, at) -
                                   (double)vdk_height_of(f, x + 1, y, 0.0f, at));
                double south = fabs((double)vdk_height_of(f, x, y, at, 1.0f) -
                                    (double)vdk_height_of(f, x, y + 1, at, 0.0f));
                worst = fmax(worst, fmax(east, south));
                pairs++;
            }
    print_message("%d pairs of points, at most %.2g m apart, %.2g allowed\n", 2 * pairs, worst,
                  hair);
    assert_true(worst <= hair);
    vd_terrain_destroy(t);
}

/** Maxima bound their cells, and the pyramid and the field all of them. */
static void bounds_hold(void **state)
{
    vd_terrain *t = rough_terrain(4, 200.0, 1);
    const vdk_height_field *f = &t->field;
    (void)state;
    for (int y = 0; y < f->cells_y; y++)
        for (int x = 0; x < f->cells_x; x++) {
            float most = vdk_cell_max(f, x, y);
            for (int k = 0; k <= 16 * 16; k++)
                assert_true(vdk_height_of(f, x, y, (float)(k % 16) / 16.0f,
                                          (float)(k / 16) / 16.0f) <= most);
            for (int level = 1; level <= f->levels; level++)
                assert_true(most <= vdk_node_max(f, level, x >> level, y >> level));
            assert_true(most <= f->max);
        }
    vd_terrain_destroy(t);
}

/* ---- rays ---------------------------------------------------------------------------------- */

/** A ray in double precision, in cells. */
typedef struct line {
    double x, y, z, gx, gy, gz;
} line;

static line line_of(const vdk_height_field *f, const vdk_ray *r)
{
    (void)f;
    return (line){r->origin.cx + (double)r->origin.fx,
                  r->origin.cy + (double)r->origin.fy,
                  (double)r->origin.z,
                  (double)r->gx,
                  (double)r->gy,
                  (double)r->gz};
}

/** How far a ray stays above the surface between two times, looked at densely: each facet that it
 *  passes at its ends and at the vertex of the parabola between them. */
static double clearance(const vdk_height_field *f, const line *l, double t0, double t1, int n)
{
    double least = HUGE_VAL, t = t0;
    while (t < t1) {
        /* To the next of all lines that any level has. */
        double x = (l->x + t * l->gx) * n, y = (l->y + t * l->gy) * n, step = HUGE_VAL;
        double to_x = l->gx > 0.0 ? floor(x + 1e-7) + 1.0 - x : x - ceil(x - 1e-7) + 1.0;
        double to_y = l->gy > 0.0 ? floor(y + 1e-7) + 1.0 - y : y - ceil(y - 1e-7) + 1.0;
        step = fmin(to_x / (fabs(l->gx) * n), to_y / (fabs(l->gy) * n));
        double end = fmin(t + step, t1), c[3];
        for (int k = 0; k < 3; k++) {
            double s = t + (end - t) * (k == 0 ? 1e-6 : k == 1 ? 0.5 : 1.0 - 1e-6);
            double px = l->x + s * l->gx, py = l->y + s * l->gy;
            c[k] =
                l->z + s * l->gz -
                height_in_double(f, (int)floor(px), (int)floor(py), px - floor(px), py - floor(py));
            least = fmin(least, c[k]);
        }
        double bend = 2.0 * (c[0] + c[2] - 2.0 * c[1]), slope = c[2] - c[0] - bend;
        double vertex = bend > 0.0 ? -0.5 * slope / bend : -1.0;
        if (vertex > 0.0 && vertex < 1.0) least = fmin(least, c[0] + 0.5 * slope * vertex);
        t = end;
    }
    return least;
}

/** When a ray leaves the raster's inside. */
static double end_of(const vdk_height_field *f, const line *l)
{
    double x = (l->gx > 0.0 ? f->cells_x - 0.5 : 0.5) - l->x;
    double y = (l->gy > 0.0 ? f->cells_y - 0.5 : 0.5) - l->y;
    return fmax(fmin(x / l->gx, y / l->gy), 0.0);
}

/** Scalar hits against a dense look in double precision: what is hit is on the surface, nothing was
 *  in front of it, and what is missed is nowhere. The hair: heights are rounded a few times, and
 *  positions by as much of a cell, which the steepest facet makes so much height. */
static void rays_hit_what_they_meet_first(void **state)
{
    vd_terrain *t = rough_terrain(4, 60.0, 1);
    test_bed b = bed_of_terrain("detail", t);
    test_random random = {3};
    const vdk_height_field *f = &b.field;
    const double steepest = 60.0 * 16.0;
    const double hair = 16.0 * EPS * ((double)f->max + SIDE * steepest);
    double worst = 0.0;
    int hits = 0, rays = 0;
    (void)state;
    for (int n = 0; n < 40000; n++) {
        test_ray q = make_ray(&b, &random, n % 9);
        vdk_ray r = vdk_ray_make(f, q.from, q.direction, q.on_surface);
        if (vdk_side(q.from.cx, q.from.fx, f->cells_x) ||
            vdk_side(q.from.cy, q.from.fy, f->cells_y))
            continue;
        vdk_position at;
        line l = line_of(f, &r);
        double end = end_of(f, &l);
        rays++;
        if (vdk_trace(f, &r, &at) && !vdk_side(at.cx, at.fx, f->cells_x) &&
            !vdk_side(at.cy, at.fy, f->cells_y)) {
            double x = at.cx + (double)at.fx - l.x, y = at.cy + (double)at.fy - l.y;
            end = fabs(l.gx) > fabs(l.gy) ? x / l.gx : y / l.gy;
            double off = fabs(l.z + end * l.gz - (double)at.z);
            worst = fmax(worst, off);
            if (off > hair) fail_msg("ray %d hits %g m off the surface, %g allowed", n, off, hair);
            hits++;
        }
        /* The first facet of a ray that starts on it is divided out. */
        double from = q.on_surface ? 1e-4 * end : 0.0;
        double least = clearance(f, &l, from, end * (1.0 - 1e-6), 16);
        if (least < -hair) fail_msg("ray %d passes %g m under the surface", n, -least);
    }
    print_message("%d rays, %d hit, at most %.2g m off, %.2g allowed\n", rays, hits, worst, hair);
    assert_true(hits > rays / 3);
    free_bed(&b);
}

/** Millions of rays from the air at points on the lines between cells of different levels, and a
 *  hair under them: none comes through. */
static void no_ray_slips_between_levels(void **state)
{
    vd_terrain *t = rough_terrain(4, 60.0, 1);
    test_bed b = bed_of_terrain("detail", t);
    test_random random = {7};
    const vdk_height_field *f = &b.field;
    const char *asked = getenv("VEDUTA_TEST_RAYS");
    const int64_t count = asked ? atoll(asked) : 1500000;
    vd_tracer tracer;
    vd_ray_batch *batch = calloc(1, sizeof *batch);
    vd_batch_work *work = calloc(1, vd_batch_work_bytes);
    assert_int_equal(vd_tracer_choose(NULL, NULL, f, &tracer), VD_OK);
    int64_t rays = 0;
    (void)state;
    while (rays < count) {
        batch->count = 0;
        while (batch->count < VD_BATCH_RAYS) {
            int along_x = test_choice(&random, 2);
            vdk_position to = {1 + test_choice(&random, f->cells_x - 2),
                               1 + test_choice(&random, f->cells_y - 2), 0.0f, fraction(&random),
                               0.0f};
            /* Lines of tiles, and those around the raster's outermost cells. */
            to.cx = vdk_imin(vdk_imax(to.cx & ~7, 1), f->cells_x - 2);
            if (along_x) {
                float swap = to.fx;
                to.cx = 1 + test_choice(&random, f->cells_x - 2);
                to.cy = vdk_imin(vdk_imax(to.cy & ~7, 1), f->cells_y - 2);
                to.fx = to.fy;
                to.fy = swap;
            }
            to.z = vdk_height_of(f, to.cx, to.cy, to.fx, to.fy);
            vdk_position from = in_air(&b, &random, 0);
            from.z += 60.0f;
            double dx = to.cx - from.cx + (double)to.fx - (double)from.fx;
            double dy = to.cy - from.cy + (double)to.fy - (double)from.fy;
            double dz = ((double)to.z - (double)from.z - 0.01) * (double)f->z_factor;
            const float *m = f->to_grid;
            double det = (double)m[0] * (double)m[3] - (double)m[1] * (double)m[2];
            if (fabs(dx) + fabs(dy) < 0.01) continue;
            vd_batch_add(batch, &from,
                         unit((dx * (double)m[3] - dy * (double)m[1]) / det,
                              (dy * (double)m[0] - dx * (double)m[2]) / det, dz));
        }
        tracer.trace(f, batch, work);
        for (int i = 0; i < batch->count; i++) {
            if (!batch->hit[i])
                fail_msg("ray %lld came through the surface", (long long)(rays + i));
            /* And not beyond its target, where it would have been under the ground. */
            vdk_position p = batch->at[i];
            if (p.z < f->min) fail_msg("ray %lld hits below all ground", (long long)(rays + i));
        }
        rays += batch->count;
    }
    print_message("%lld rays at lines between levels (%s), none through\n", (long long)rays,
                  tracer.isa);
    free(work);
    free(batch);
    free_bed(&b);
}

static void threads_change_nothing(void **state)
{
    vd_terrain *a = rough_terrain(3, 60.0, 1), *b = rough_terrain(3, 60.0, 3);
    (void)state;
    for (int y = 0; y < a->field.cells_y; y++)
        for (int x = 0; x < a->field.cells_x; x++)
            for (int k = 0; k < 64; k++) {
                float u = (float)(k & 7) / 8.0f, v = (float)(k >> 3) / 8.0f;
                float h = vdk_height_of(&a->field, x, y, u, v);
                float g = vdk_height_of(&b->field, x, y, u, v);
                assert_memory_equal(&h, &g, sizeof h);
            }
    vd_terrain_destroy(a);
    vd_terrain_destroy(b);
}

/* ---- the shape ----------------------------------------------------------------------------- */

static double height_bowl(const void *state, int i, int j)
{
    (void)state;
    return 0.25 * i * i - 0.125 * i * j + 0.5 * j;
}

/** The tile of cells (8, 8) to (15, 15), cut into 4 x 4 facets, as a shape has it. */
static void fill_tile_of(const vd_detail_shape *shape, float posts[35 * 35])
{
    const vd_detail_tile tile = {8, 8, 2, posts + 36, 35};
    assert_int_equal(vd_detail_shape_heights(shape, &tile), VD_OK);
}

static vd_detail_shape plain_shape(const vd_terrain *t, const vd_roughness *roughness,
                                   float strength)
{
    vd_detail_shape shape = {.field = &t->field,
                             .roughness = roughness,
                             .sight = {.is_parallel = true, .width = 1.0f},
                             .metres = {30.0f, 30.0f},
                             .strength = strength};
    shape.stripes = (vdk_noise){.step_x = 1431655765u,
                                .step_y = 1431655765u,
                                .part_x = 1431655765.0f,
                                .part_y = 1431655765.0f,
                                .wavelength = 90.0f};
    shape.lumps = shape.warp = shape.stripes;
    vd_detail_shape_begin(&shape, 2);
    return shape;
}

/** Posts are kept and a parabola is its own, which the cubic of Catmull and Rom does to the bit's
 *  rounding; and where a DEM has no roughness none is added, whatever the strength. */
static void smooth_land_stays_what_it_is(void **state)
{
    float posts[35 * 35];
    vd_terrain_options plain = {.z_factor = 1.0};
    vd_terrain *t = test_terrain_square(40, 30.0, height_bowl, NULL, plain);
    vd_roughness roughness;
    (void)state;
    assert_int_equal(vd_roughness_measure(NULL, &t->field, 0.0f, 1, &roughness), VD_OK);
    vd_detail_shape shape = plain_shape(t, &roughness, 0.0f);
    fill_tile_of(&shape, posts);
    for (int j = -1; j <= 33; j++)
        for (int i = -1; i <= 33; i++) {
            double x = 8 + i / 4.0, y = 8 + j / 4.0;
            double want = 0.25 * x * x - 0.125 * x * y + 0.5 * y;
            double got = (double)posts[(j + 1) * 35 + i + 1];
            assert_true(fabs(got - want) <= 32.0 * EPS * 900.0);
        }
    vd_roughness_clear(&roughness);
    vd_terrain_destroy(t);

    t = test_terrain_square(40, 30.0, height_constant, NULL, plain);
    assert_int_equal(vd_roughness_measure(NULL, &t->field, 0.0f, 1, &roughness), VD_OK);
    shape = plain_shape(t, &roughness, 4.0f);
    fill_tile_of(&shape, posts);
    for (int k = 0; k < 35 * 35; k++) assert_true(fabs((double)posts[k] - 123.456) <= 1e-4);
    vd_roughness_clear(&roughness);
    vd_terrain_destroy(t);
}

/** What is finer than pixels is left out: with pixels of a third of the longest wave all of it. */
static void distance_takes_detail_away(void **state)
{
    float near[35 * 35], far[35 * 35], smooth[35 * 35];
    vd_terrain_options plain = {.z_factor = 1.0};
    vd_terrain *t = test_terrain_square(40, 30.0, height_alps, NULL, plain);
    vd_roughness roughness;
    double added = 0.0;
    (void)state;
    assert_int_equal(vd_roughness_measure(NULL, &t->field, 0.0f, 1, &roughness), VD_OK);
    vd_detail_shape shape = plain_shape(t, &roughness, 1.0f);
    fill_tile_of(&shape, near);
    shape.sight.width = 30.0f;
    fill_tile_of(&shape, far);
    shape.strength = 0.0f;
    fill_tile_of(&shape, smooth);
    assert_memory_equal(far, smooth, sizeof far);
    for (int k = 0; k < 35 * 35; k++) added += fabs((double)near[k] - (double)smooth[k]);
    assert_true(added / (35 * 35) > 1.0);
    vd_roughness_clear(&roughness);
    vd_terrain_destroy(t);
}

static const char *const close_view[] = {
    "camera.eye", "392500,3796500,agl:250", "camera.target", "394500,3798500,agl:0", "camera.size",
    "320x180",    "terrain.plane",          "none",          "sun.altitude",         "20",
    NULL};

/** The mean of the surface is the DEM's, within 2 % of a cell. */
static void the_mean_stays(void **state)
{
    (void)state;
    static const char *const cuts[] = {"2", "4", "8"};
    stage base = open_stage(WINDOW, close_view, NULL);
    for (int k = 0; k < 3; k++) {
        const char *const detail[] = {"terrain.detail", cuts[k], NULL};
        stage s = open_stage(WINDOW, close_view, detail);
        const vdk_height_field *f = &s.scene->flat.terrain, *g = &base.scene->flat.terrain;
        double sum = 0.0, moved = 0.0, count = 0.0;
        for (int y = 0; y < f->cells_y; y++)
            for (int x = 0; x < f->cells_x; x++) {
                if (!vdk_detail_word(f, x, y)) continue;
                for (int p = 0; p < 256; p++) {
                    float u = ((float)(p & 15) + 0.5f) / 16.0f,
                          v = ((float)(p >> 4) + 0.5f) / 16.0f;
                    double d =
                        (double)vdk_height_of(f, x, y, u, v) - (double)vdk_height_of(g, x, y, u, v);
                    sum += d;
                    moved += d * d;
                    count += 1.0;
                }
            }
        print_message("detail %s: %.0f cells, mean %+.4f m (%.2f %% of a cell), moved by %.2f m\n",
                      cuts[k], count / 256.0, sum / count, 100.0 * sum / count / 30.0,
                      sqrt(moved / count));
        assert_true(count > 256.0 * 1000.0);
        assert_true(fabs(sum / count) <= 0.02 * 30.0);
        close_stage(&s);
    }
    close_stage(&base);
}

/** Refined ground is its own silhouette and throws its own shadow: rays of the camera and to the
 * sun find other than the DEM's. */
static void silhouettes_and_shadows_are_refined(void **state)
{
    const char *const detail[] = {"terrain.detail", "8", NULL};
    stage a = open_stage(WINDOW, close_view, NULL), b = open_stage(WINDOW, close_view, detail);
    int outline = 0, shadow = 0, both = 0;
    (void)state;
    for (int y = 0; y < 180; y++)
        for (int x = 0; x < 320; x++) {
            const vdk_scene *scenes[] = {&a.scene->flat, &b.scene->flat};
            int hit[2], dark[2];
            for (int k = 0; k < 2; k++) {
                vdk_sight sight = {0};
                vdk_position at, unused;
                assert_true(vdk_view_ray(scenes[k], x, y, 0.0f, 0.0f, &sight));
                hit[k] = vdk_scene_trace(scenes[k], VDK_MISS, sight.from, sight.direction, &at);
                dark[k] = hit[k] && vdk_scene_trace(scenes[k], hit[k], at,
                                                    scenes[k]->suns[0].direction, &unused);
            }
            outline += hit[0] != hit[1];
            both += hit[0] && hit[1];
            shadow += hit[0] && hit[1] && dark[0] != dark[1];
        }
    print_message("%d pixels of another outline, %.1f %% of the ground in other shadow\n", outline,
                  100.0 * shadow / both);
    assert_true(outline > 20);
    assert_true(shadow > both / 100);
    close_stage(&a);
    close_stage(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_meet),
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(rays_hit_what_they_meet_first),
        cmocka_unit_test(no_ray_slips_between_levels),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(smooth_land_stays_what_it_is),
        cmocka_unit_test(distance_takes_detail_away),
        cmocka_unit_test(the_mean_stays),
        cmocka_unit_test(silhouettes_and_shadows_are_refined),
    };
    return cmocka_run_group_tests_name("detail", tests, NULL, NULL);
}
