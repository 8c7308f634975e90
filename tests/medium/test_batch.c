/* Batches of rays: every tracer gives the bits of the scalar one.
 *
 * Rays of all kinds over all terrains of beds.h, a few million of them, or as many as
 * VEDUTA_TEST_RAYS says: for each, whether it hits and where must be the same. Batches are of one
 * kind, because origins of a batch lie on the surface or do not; their sizes run through all
 * numbers, since the last lanes of a batch are the ones that are easily forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "beds.h"
#include "kernel/lights.h"
#include "refined.h"
#include "terrain/batch.h"
#include "terrain/horizon.h"
#include "terrain/shadows.h"

typedef struct rig {
    vd_ray_batch batch, expected;
    vd_batch_work *work;
} rig;

static rig *make_rig(void)
{
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->work = calloc(1, vd_batch_work_bytes);
    assert_non_null(r->work);
    return r;
}

static void free_rig(rig *r)
{
    free(r->work);
    free(r);
}

/** Traces the batch by both and compares. Returns the index of a ray that differs, or -1. */
static int compare(rig *r, const vdk_height_field *f, const vd_tracer *tracer)
{
    vd_tracer scalar;
    assert_true(vd_tracer_at(0, &scalar));
    r->expected = r->batch;
    scalar.trace(f, &r->expected, r->work);
    tracer->trace(f, &r->batch, r->work);
    for (int i = 0; i < r->batch.count; i++) {
        const vdk_position *a = &r->batch.at[i], *b = &r->expected.at[i];
        if (r->batch.hit[i] != r->expected.hit[i]) return i;
        if (r->batch.hit[i] && !r->batch.any_hit && memcmp(a, b, sizeof *a) != 0) return i;
    }
    return -1;
}

static void report_wrong(const rig *r, const test_bed *b, const vd_tracer *tracer, const char *kind,
                         int wrong)
{
    const vd_ray_batch *q = &r->batch, *e = &r->expected;
    fail_msg("%s, %s, %s, batch of %d, ray %d: origin %d+%a %d+%a %a, direction %a %a %a: "
             "hit %d at %d+%a %d+%a %a, not %d at %d+%a %d+%a %a",
             tracer->isa, b->name, kind, q->count, wrong, q->cx[wrong], (double)q->fx[wrong],
             q->cy[wrong], (double)q->fy[wrong], (double)q->z[wrong], (double)q->dx[wrong],
             (double)q->dy[wrong], (double)q->dz[wrong], q->hit[wrong], q->at[wrong].cx,
             (double)q->at[wrong].fx, q->at[wrong].cy, (double)q->at[wrong].fy,
             (double)q->at[wrong].z, e->hit[wrong], e->at[wrong].cx, (double)e->at[wrong].fx,
             e->at[wrong].cy, (double)e->at[wrong].fy, (double)e->at[wrong].z);
}

static void try_tracer(const test_bed *b, const vd_tracer *tracer, int64_t count)
{
    test_random random = {11};
    rig *r = make_rig();
    int64_t hits = 0, rays = 0;
    for (int n = 0; rays < count; n++) {
        int kind = n % KINDS, size = 1 + (n * 37) % VD_BATCH_RAYS;
        r->batch.count = 0;
        r->batch.any_hit = n % 3 == 0;
        while (r->batch.count < size) {
            test_ray ray = make_ray(b, &random, kind);
            r->batch.on_surface = ray.on_surface;
            vd_batch_add(&r->batch, &ray.from, ray.direction);
        }
        int wrong = compare(r, &b->field, tracer);
        if (wrong >= 0) report_wrong(r, b, tracer, kinds[kind], wrong);
        for (int i = 0; i < size; i++) hits += r->batch.hit[i];
        rays += size;
    }
    print_message("%-10s %-8s %9lld rays, %5.1f %% hit\n", b->name, tracer->isa, (long long)rays,
                  100.0 * (double)hits / (double)rays);
    free_rig(r);
}

/** Mountains that cast long shadows. */
static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return 5000.0 * test_mountains(5, i / 90.0, j / 90.0);
}

static vdk_vec from_eye(const test_bed *b, test_random *r, vdk_position eye)
{
    switch (test_choice(r, 6)) {
    case 0: return any_direction(r);
    case 1: return grazing(r);
    case 2: return axis_parallel(r, test_choice(r, 2));
    case 3: return nearly_vertical(r);
    default: return aimed(b, r, eye);
    }
}

/** Rays of eyes that have a horizon: everywhere over the bed, up to far above it. */
static void try_eyes(const test_bed *b, const vd_tracer *tracer, int eyes)
{
    test_random random = {23};
    rig *r = make_rig();
    vd_context *context = NULL;
    int useful = 0;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    for (int n = 0; n < eyes; n++) {
        vd_horizon horizon;
        vdk_position eye = in_air(b, &random, 0);
        if (n % 4 == 0) eye.z += (float)((b->exact.high - b->exact.low) * pow(10.0, n % 3));
        assert_int_equal(vd_horizon_build(context, &b->field, &eye, 1, &horizon), VD_OK);
        useful += horizon.steps != NULL;
        r->batch.horizon = &horizon;
        r->batch.count = 0;
        r->batch.any_hit = n % 3 == 0;
        int size = VD_BATCH_RAYS - n % 20;
        while (r->batch.count < size) vd_batch_add(&r->batch, &eye, from_eye(b, &random, eye));
        int wrong = compare(r, &b->field, tracer);
        if (wrong >= 0) report_wrong(r, b, tracer, "from an eye", wrong);
        vd_horizon_clear(&horizon);
    }
    print_message("%-10s %-8s %9d eyes, %d of them with a horizon\n", b->name, tracer->isa, eyes,
                  useful);
    vd_context_destroy(context);
    free_rig(r);
}

/** Another row has another metric: a map in degrees. */
static void try_in_degrees(test_bed b, const vd_tracer *tracer, double change, int count,
                           void (*attempt)(const test_bed *, const vd_tracer *, int))
{
    int rows = b.field.cells_y;
    float *metric = calloc((size_t)rows, 2 * sizeof *metric);
    assert_non_null(metric);
    for (int y = 0; y < rows; y++) {
        metric[2 * y] = 0.02f + (float)change * (float)y / (float)rows;
        metric[2 * y + 1] = -0.03f;
    }
    b.field.row_metric = metric;
    b.field.metric_rows = rows;
    attempt(&b, tracer, count);
    free(metric);
}

/** A narrow sun, anywhere, more often low; its disc is a point at times. */
static vdk_sun any_sun(test_random *r)
{
    const double turn = 6.283185307179586;
    double azimuth = turn * test_unit(r), altitude = 0.25 * turn * pow(test_unit(r), 3.0);
    if (test_choice(r, 4) == 0) azimuth = 0.125 * turn * test_choice(r, 8);
    double half = test_choice(r, 3) == 0 ? 0.0 : 0.03 * test_unit(r) * test_unit(r);
    vdk_sun sun = {.cos_half = (float)cos(half), .sin_half = (float)sin(half)};
    sun.direction = unit(sin(azimuth) * cos(altitude), cos(azimuth) * cos(altitude), sin(altitude));
    if (!(sun.cos_half < 1.0f)) sun.sin_half = 0.0f;
    return sun;
}

/** Rays to suns that have shadows, from everywhere on the surface. */
static void try_suns(const test_bed *b, const vd_tracer *tracer, int suns)
{
    test_random random = {29};
    rig *r = make_rig();
    int useful = 0, hits = 0, rays = 0;
    for (int n = 0; n < suns; n++) {
        vd_shadows shadows;
        vdk_sun sun = any_sun(&random);
        assert_int_equal(
            vd_shadows_build(NULL, &b->field, sun.direction, sun.sin_half, 1, &shadows), VD_OK);
        useful += shadows.words != NULL;
        r->batch.shadows = &shadows;
        r->batch.on_surface = r->batch.any_hit = 1;
        for (int k = 0; k < 4; k++) {
            r->batch.count = 0;
            int size = VD_BATCH_RAYS - n % 20;
            while (r->batch.count < size) {
                vdk_position from = on_surface(b, &random, 1);
                vdk_vec to =
                    vdk_sun_sample(&sun, (float)test_unit(&random), (float)test_unit(&random));
                vd_batch_add(&r->batch, &from, to);
            }
            int wrong = compare(r, &b->field, tracer);
            if (wrong >= 0) report_wrong(r, b, tracer, "to a sun", wrong);
            for (int i = 0; i < size; i++) hits += r->batch.hit[i];
            rays += size;
        }
        vd_shadows_clear(&shadows);
    }
    print_message("%-10s %-8s %9d suns, %d of them with shadows, %5.1f %% hit\n", b->name,
                  tracer->isa, suns, useful, 100.0 * hits / rays);
    free_rig(r);
}

static void try_bed(test_bed b)
{
    const char *text = getenv("VEDUTA_TEST_RAYS");
    int64_t rays = (int64_t)(text ? atof(text) : 2e6) / 8 + 1;
    vd_tracer tracer;
    b.exact.field = &b.field;
    b.exact.steepness = b.steepness;
    for (int n = 1; vd_tracer_at(n, &tracer); n++) {
        try_tracer(&b, &tracer, rays);
        vdk_height_field whole = b.field;
        b.field = b.unpruned;
        try_tracer(&b, &tracer, rays / 16 + 1);
        try_eyes(&b, &tracer, (int)(rays / 50000) + 1);
        b.field = whole;
        try_eyes(&b, &tracer, (int)(rays / 5000) + 1);
        try_in_degrees(b, &tracer, 0.01, (int)(rays / 25000) + 1, try_eyes);
        if (b.field.detail.tiles) continue; /* no shadows know of that */
        try_suns(&b, &tracer, (int)(rays / 2000) + 2);
        try_in_degrees(b, &tracer, 0.0005, (int)(rays / 10000) + 2, try_suns);
    }
    free_bed(&b);
}

static void tracers_agree(void **state)
{
    const double square[2] = {32.0, 32.0}, oblong[2] = {30.0, 60.0};
    const double north[2] = {1.0, 0.0}, turn[2] = {0.8660254037844387, 0.5};
    vd_terrain_options plain = {.z_factor = 1.0}, open = {.z_factor = 1.0, .open_border = true};
    vd_terrain_options high = {.z_factor = 2.5};
    vd_terrain_options narrow = {.z_factor = 1.0, .precision = VD_PRECISION_INT16};
    (void)state;
    try_bed(bed_of_terrain("real", real_terrain()));
    try_bed(bed_of_terrain("terraces",
                           test_terrain(100, 70, square, north, height_terraces, NULL, plain)));
    try_bed(bed_of_terrain("spikes", test_terrain_square(50, 10.0, height_spikes, NULL, open)));
    try_bed(bed_of_terrain("turned", test_terrain(90, 60, oblong, turn, height_alps, NULL, high)));
    try_bed(bed_of_terrain("constant", test_terrain_square(20, 7.0, height_constant, NULL, plain)));
    try_bed(bed_of_terrain("saddles", test_terrain_square(33, 32.0, height_saddle, NULL, plain)));
    try_bed(bed_of_terrain("smallest", test_terrain_square(2, 1.0, height_terraces, NULL, plain)));
    /* Wide enough for a skyline, and all rays near an edge: many leave in the cell they start in.
     */
    test_bed wide = bed_of_terrain(
        "wide", test_terrain(700, 500, square, north, height_mountains, NULL, plain));
    try_bed(wide);
    try_bed(bed_of_terrain("wide 16",
                           test_terrain(500, 701, square, turn, height_mountains, NULL, narrow)));
    test_bed edge =
        bed_of_terrain("edge", test_terrain(900, 30, square, north, height_alps, NULL, plain));
    edge.y1 = 1;
    try_bed(edge);
    vd_terrain *cut = test_terrain(230, 140, oblong, turn, height_alps, NULL, plain);
    test_refine(cut, 3, 25.0, 1);
    try_bed(bed_of_terrain("detail", cut));
    try_bed(bed_of_terrain("long", test_terrain(5000, 9, square, north, height_alps, NULL, plain)));
    /* 16-bit posts: one block exactly, blocks that they all lie across, and the narrowest of them.
     */
    try_bed(bed_of_terrain("narrow",
                           test_terrain(100, 70, square, north, height_terraces, NULL, narrow)));
    try_bed(
        bed_of_terrain("blocks", test_terrain(190, 150, oblong, turn, height_alps, NULL, narrow)));
    try_bed(
        bed_of_terrain("strip", test_terrain(5000, 9, square, north, height_alps, NULL, narrow)));
}

static void instruction_sets_are_chosen_by_name(void **state)
{
    vd_terrain_options plain = {.z_factor = 1.0};
    vd_terrain *terrain = test_terrain_square(20, 7.0, height_constant, NULL, plain);
    vd_tracer best, named;
    vd_context *context = NULL;
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_tracer_choose(context, NULL, &terrain->field, &best), VD_OK);
    assert_int_equal(vd_tracer_choose(context, best.isa, &terrain->field, &named), VD_OK);
    assert_true(named.trace == best.trace);
    assert_int_equal(vd_tracer_choose(context, "scalar", &terrain->field, &named), VD_OK);
    assert_string_equal(named.isa, "scalar");
    assert_int_equal(vd_tracer_choose(context, "z80", &terrain->field, &named), VD_ERR_SETTING);
    assert_non_null(strstr(vd_context_error(context), "VEDUTA_ISA: 'z80' is none"));
    /* Past the lanes' reach only the scalar one will do. */
    vdk_height_field vast = terrain->field;
    vast.cells_x = vast.cells_y = 70000;
    vast.stride = 2 * 70001;
    assert_int_equal(vd_tracer_choose(context, NULL, &vast, &named), VD_OK);
    assert_string_equal(named.isa, "scalar");
    /* Posts are too many before words of the pyramid are, and half as many words are not. */
    vast.cells_x = vast.cells_y = 80000;
    vast.stride = 2 * 80001;
    assert_int_equal(vd_tracer_choose(context, NULL, &vast, &named), VD_OK);
    assert_string_equal(named.isa, "scalar");
    vast.block_shift = VDK_ONE_BLOCK;
    assert_int_equal(vd_tracer_choose(context, NULL, &vast, &named), VD_OK);
    assert_string_equal(named.isa, best.isa);
    vd_context_destroy(context);
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracers_agree),
        cmocka_unit_test(instruction_sets_are_chosen_by_name),
    };
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
