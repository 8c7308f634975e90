/* Rays of every awkward kind against the exact surface of exact_surface.h.
 *
 * What is asked of a ray. Its clearance d(t) is its height over the surface at time t, in double
 * precision, the float ray taken as exact. If the kernel says it misses, d must not fall below
 * -bound anywhere: no leak. If the kernel says it hits at t, then |d(t)| <= bound and d >= -bound
 * before: the ray of double precision touches there too, or passes closer than the bound. A ray
 * that starts on the surface may be stopped at its origin only if it does not climb from there.
 *
 * The bound. Let e = 2^-24, Z the largest of |ray's origin|, |posts|; S the largest step between
 * posts about the cell; D the cells gone from the origin cell. To first order in e:
 *   - a grid line's time is ((line - cell) - fraction) * (1 / g): three roundings, 3 e D cells
 * along the ray; a fraction is (fraction - whole) + t g: (2 D + 1) e. So patches are taken (5 D +
 * 1) e cells from where the ray is: (5 D + 1) e S in height;
 *   - the ray's height z + t g: 3 e Z (|t g| <= 2 Z near the ground); the patch's two nested
 *     interpolations, each (1 - t) a + t b with four roundings, three in a row: 6 e Z; their
 * difference: e Z. So ordinates c and e of the clearance's Bernstein form are known to 10 e Z + (5
 * D + 1) e S, and as those polynomials are a partition of unity, so is the clearance between them.
 * Where the ray is far below at the cell's end, the error relative to that depth moves the root by
 * the same relative amount: as much as 3 e of the clearance at the cell's begin;
 *   - the middle ordinate adds 6 e S (twist) and 4 e Z (sums); b b >= c e is a relative 2 e of
 * either: 2 e Z. Together, for the decision alone: 16 e Z + 7 e S (D + 1);
 *   - the root's formulas are backward stable (2 e in c or e) and end in four roundings: 16 e Z;
 * time of the hit, t0 + s (t1 - t0): 3 e D cells and 6 e Z; fractions there: (2 D + 1) e; z of the
 * patch: 6 e Z. Together, for a hit: 44 e Z + 12 e S (D + 1). Hence bound = e (44 Z + 12 S (D +
 * 1)): k = 56 units of 2^-24 of the largest coordinate, Z or S (D + 1). At the origin of a surface
 * ray the climb gz - (hu gx + hv gy) is a sum of three terms of four roundings at most: 8 e (|gz| +
 * S (|gx| + |gy|)). A ray that starts on an edge and leaves over it meets the next patch as any
 * other: it must climb by more than the bound until it leaves that.
 *
 * Rays: a million, or as many as VEDUTA_TEST_RAYS says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "beds.h"

#define K_HEIGHT 44.0
#define K_SLOPE 12.0
#define K_CLIMB 8.0
/* Beyond so many cells a position on the extended border is clamped (border.h). */
#define CLAMPED_CELLS 0.9e9

/* ---- judging a ray ------------------------------------------------------------------------- */

typedef struct verdict {
    const test_bed *bed;
    exact_ray ray;
    double z;     /* Z of the bound */
    double worst; /* largest -d / bound so far */
} verdict;

static double cells_gone(const exact_ray *r, double t)
{
    return fmax(fabs(r->x + t * r->gx - r->cell_x), fabs(r->y + t * r->gy - r->cell_y));
}

static double slope_at(const test_bed *b, int i, int j)
{
    return b->steepness ? (double)b->steepness[j * b->field.cells_x + i]
                        : b->exact.high - b->exact.low;
}

static double bound_at(const verdict *v, int i, int j, double t)
{
    return EPS *
           (K_HEIGHT * v->z + K_SLOPE * slope_at(v->bed, i, j) * (cells_gone(&v->ray, t) + 1.0));
}

static int judge_piece(void *state, const exact_piece *piece)
{
    verdict *v = state;
    double used = -exact_piece_lowest(piece) / bound_at(v, piece->i, piece->j, piece->t1);
    v->worst = fmax(v->worst, used);
    return used > 1.0;
}

/** Does a ray start on an edge of its cell, or of the raster? */
static int on_edge(const vdk_ray *ray)
{
    float x = 2.0f * ray->origin.fx, y = 2.0f * ray->origin.fy;
    return x == 0.0f || x == 1.0f || x == 2.0f || y == 0.0f || y == 1.0f || y == 2.0f;
}

/** Judges a hit: where it is and what went before. Returns what is wrong, or NULL. */
static const char *judge_hit(verdict *v, const vdk_ray *ray, const vdk_position *hit)
{
    const test_bed *b = v->bed;
    const exact_ray *r = &v->ray;
    double x = (double)hit->fx + hit->cx, y = (double)hit->fy + hit->cy;
    int i = exact_cell(x, b->field.cells_x), j = exact_cell(y, b->field.cells_y);
    double slope = slope_at(b, i, j), across = fabs(r->gx) + fabs(r->gy);
    int steep = fabs(r->gz) > slope * across;
    double t = steep                       ? ((double)hit->z - r->z) / r->gz
               : fabs(r->gx) > fabs(r->gy) ? (x - r->x) / r->gx
                                           : (y - r->y) / r->gy;
    t = fmax(t, 0.0);
    double gone = cells_gone(r, t), bound = bound_at(v, i, j, t);
    double sideways = EPS * K_SLOPE * (gone + 1.0) + (steep ? bound * across / fabs(r->gz) : 0.0);
    /* At the raster's edge rounding may put a hit on the other side of it, where H has another
     * slope. */
    int at_edge = fabs(x - 0.5) <= sideways || fabs(x - b->field.cells_x + 0.5) <= sideways ||
                  fabs(y - 0.5) <= sideways || fabs(y - b->field.cells_y + 0.5) <= sideways;
    if (!(fabs((double)hit->z - exact_height(&b->exact, x, y)) <=
          8.0 * EPS * v->z + (at_edge ? slope * sideways : 0.0)))
        return "the hit is not on its patch";
    if (gone < CLAMPED_CELLS &&
        !(fabs(r->x + t * r->gx - x) <= sideways && fabs(r->y + t * r->gy - y) <= sideways))
        return "the hit is beside the ray";
    double leaves, d = exact_clearance(&b->exact, r, t);
    v->worst = fmax(v->worst, fabs(d) / bound);
    if (!(fabs(d) <= bound)) return "the ray is not at the surface where it hits";
    exact_walk(&b->exact, r, t, judge_piece, v);
    if (v->worst > 1.0) return "the ray was below the surface before it hit";
    if (ray->on_surface && x == r->x && y == r->y &&
        exact_climb(&b->exact, r, &leaves) >
            EPS * K_CLIMB * (fabs(r->gz) + slope * across) + (on_edge(ray) ? bound / leaves : 0.0))
        return "the ray was stopped where it started, though it climbs";
    return NULL;
}

static const char *judge(test_bed *b, const vdk_ray *ray)
{
    vdk_position hit, plain;
    verdict v = {b, exact_ray_of(ray), fmax(b->high_z, fabs((double)ray->origin.z)), 0.0};
    const char *wrong = NULL;
    memset(&hit, 0, sizeof hit);
    memset(&plain, 0, sizeof plain);
    int is_hit = vdk_trace(&b->field, ray, &hit);
    b->rays++;
    b->hits += is_hit;
    if (is_hit) {
        wrong = judge_hit(&v, ray, &hit);
    } else {
        exact_walk(&b->exact, &v.ray, HUGE_VAL, judge_piece, &v);
        if (v.worst > 1.0) wrong = "a leak: the ray goes below the surface and is not stopped";
    }
    b->worst = fmax(b->worst, v.worst);
    if (!wrong && b->field.levels > 0 &&
        (vdk_trace(&b->unpruned, ray, &plain) != is_hit || memcmp(&hit, &plain, sizeof hit) != 0))
        wrong = "the pyramid changes what is hit";
    return wrong;
}

static int try_rays(test_bed *b, int64_t count, uint64_t seed)
{
    test_random r = {seed};
    int failures = 0;
    for (int64_t n = 0; n < count && failures < 5; n++) {
        int kind = (int)(n % KINDS);
        test_ray made = make_ray(b, &r, kind);
        vdk_ray ray = vdk_ray_make(&b->field, made.from, made.direction, made.on_surface);
        const char *wrong = judge(b, &ray);
        if (!wrong) continue;
        failures++;
        print_error("%s, %s, ray %lld: %s\n  origin %d+%a %d+%a %a, g %a %a %a, on surface %d\n",
                    b->name, kinds[kind], (long long)n, wrong, ray.origin.cx, (double)ray.origin.fx,
                    ray.origin.cy, (double)ray.origin.fy, (double)ray.origin.z, (double)ray.gx,
                    (double)ray.gy, (double)ray.gz, ray.on_surface);
    }
    print_message("%-10s %9lld rays, %5.1f %% hit, at most %.2f of the bound\n", b->name,
                  (long long)b->rays, 100.0 * (double)b->hits / (double)b->rays, b->worst);
    return failures;
}

static void try_bed(test_bed b, double share)
{
    const char *text = getenv("VEDUTA_TEST_RAYS");
    double rays = text ? atof(text) : 1e6;
    b.exact.field = &b.field;
    b.exact.steepness = b.steepness;
    int failures = try_rays(&b, (int64_t)(share * rays) + 1, 42);
    free_bed(&b);
    assert_int_equal(failures, 0);
}

/* ---- the tests ----------------------------------------------------------------------------- */

static void real_heights(void **state)
{
    (void)state;
    try_bed(bed_of_terrain("real", real_terrain()), 0.3);
}

static void terraces(void **state)
{
    (void)state;
    /* A power of two for a cell: grid lines are crossed at exactly the same time. */
    const double cell[2] = {32.0, 32.0}, north[2] = {1.0, 0.0};
    try_bed(bed_of_terrain("terraces", test_terrain(100, 70, cell, north, height_terraces, NULL,
                                                    (vd_terrain_options){.z_factor = 1.0})),
            0.2);
}

static void spikes_with_open_border(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0, .open_border = true};
    try_bed(bed_of_terrain("spikes", test_terrain_square(50, 10.0, height_spikes, NULL, options)),
            0.15);
}

static void turned_oblong_cells_exaggerated(void **state)
{
    (void)state;
    const double cell[2] = {30.0, 60.0}, turn[2] = {0.8660254037844387, 0.5};
    try_bed(bed_of_terrain("turned", test_terrain(90, 60, cell, turn, height_alps, NULL,
                                                  (vd_terrain_options){.z_factor = 2.5})),
            0.15);
}

static void equal_heights(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0};
    try_bed(
        bed_of_terrain("constant", test_terrain_square(20, 7.0, height_constant, NULL, options)),
        0.05);
}

static void saddles(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0};
    try_bed(bed_of_terrain("saddles", test_terrain_square(33, 32.0, height_saddle, NULL, options)),
            0.1);
}

/* Blocks of 16-bit numbers: each post decodes to one height, whichever cell asks. */
static void posts_of_16_bits(void **state)
{
    (void)state;
    const double cell[2] = {30.0, 30.0}, north[2] = {1.0, 0.0};
    vd_terrain_options options = {.z_factor = 1.0, .precision = VD_PRECISION_INT16};
    try_bed(
        bed_of_terrain("blocks", test_terrain(190, 150, cell, north, height_alps, NULL, options)),
        0.15);
    try_bed(bed_of_terrain("narrow",
                           test_terrain(100, 70, cell, north, height_terraces, NULL, options)),
            0.05);
}

static void smallest_raster(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0};
    try_bed(bed_of_terrain("smallest", test_terrain_square(2, 1.0, height_terraces, NULL, options)),
            0.04);
}

/* The far corner of 20,000 x 20,000 cells. So that this fits, each pair of rows begins 97 posts
 * after the one before in the same array; what that does to the shape of the land is no matter. */
static void corner_of_a_large_grid(void **state)
{
    enum { CELLS = 20000, STRIDE = 97, COUNT = STRIDE * (CELLS / 2 + 1) + 2 * CELLS + 4 };
    float *posts = malloc(COUNT * sizeof *posts);
    (void)state;
    assert_non_null(posts);
    for (int i = 0; i < COUNT; i++) posts[i] = (float)(40.0 * test_lattice(5, i, 0));
    vdk_height_field field = {.posts = posts,
                              .stride = STRIDE,
                              .cells_x = CELLS,
                              .cells_y = CELLS,
                              .to_grid = {1.0f / 30.0f, 0.0f, 0.0f, -1.0f / 30.0f},
                              .z_factor = 1.0f,
                              .max = 40.0f};
    test_bed b = bed_of_field("corner", NULL, field, 0.0, 40.0);
    b.x0 = b.y0 = CELLS - 60;
    try_bed(b, 0.01);
    free(posts);
}

/* Downward from the air there is always ground, wherever the border is extended. */
static void all_that_falls_lands(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0};
    test_bed b =
        bed_of_terrain("falls", test_terrain_square(50, 10.0, height_spikes, NULL, options));
    test_random r = {7};
    for (int n = 0; n < 100000; n++) {
        vdk_position hit, p = in_air(&b, &r, 40);
        vdk_vec d = n & 1 ? any_direction(&r) : nearly_vertical(&r);
        d.z = -vdk_abs(d.z) - 1e-6f;
        vdk_ray ray = vdk_ray_make(&b.field, p, d, 0);
        assert_int_equal(vdk_trace(&b.field, &ray, &hit), VDK_HIT);
    }
    free_bed(&b);
}

/* Two cells that share an edge see a ray cross it at the same height, to the last bit: the
 * clearance with which it leaves the one is that with which it enters the other. */
static void neighbours_agree_on_their_edge(void **state)
{
    (void)state;
    vd_terrain_options options = {.z_factor = 1.0};
    test_bed b =
        bed_of_terrain("edges", test_terrain_square(50, 30.0, height_spikes, NULL, options));
    test_random r = {8};
    for (int n = 0; n < 200000; n++) {
        vdk_ray ray = vdk_ray_make(&b.field, in_air(&b, &r, 0), any_direction(&r), 0);
        int line = 1 + test_choice(&r, b.field.cells_x - 1);
        float t = vdk_time_x(&ray, line, 0.0f);
        int y = vdk_cell_at_y(&b.field, &ray, t);
        vdk_position west = vdk_on_patch(&b.field, &ray, line - 1, y, t);
        vdk_position east = vdk_on_patch(&b.field, &ray, line, y, t);
        assert_true(west.fx == 1.0f && east.fx == 0.0f && west.fy == east.fy && west.z == east.z);
        t = vdk_time_y(&ray, line, 0.0f);
        int x = vdk_cell_at_x(&b.field, &ray, t);
        vdk_position north = vdk_on_patch(&b.field, &ray, x, line - 1, t);
        vdk_position south = vdk_on_patch(&b.field, &ray, x, line, t);
        assert_true(north.fy == 1.0f && south.fy == 0.0f && north.fx == south.fx &&
                    north.z == south.z);
    }
    free_bed(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_heights),
        cmocka_unit_test(terraces),
        cmocka_unit_test(spikes_with_open_border),
        cmocka_unit_test(turned_oblong_cells_exaggerated),
        cmocka_unit_test(equal_heights),
        cmocka_unit_test(saddles),
        cmocka_unit_test(posts_of_16_bits),
        cmocka_unit_test(smallest_raster),
        cmocka_unit_test(corner_of_a_large_grid),
        cmocka_unit_test(all_that_falls_lands),
        cmocka_unit_test(neighbours_agree_on_their_edge),
    };
    return cmocka_run_group_tests_name("intersect", tests, NULL, NULL);
}
