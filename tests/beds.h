/* Test beds: terrains of every awkward shape, and rays of every awkward kind over them. */
#ifndef TEST_BEDS_H
#define TEST_BEDS_H

#include <math.h>

#include "exact_surface.h"
#include "kernel/border.h"
#include "terrains.h"

/* A hair, in units of the largest coordinate: half a float's spacing. */
#define EPS 0x1p-24

/* ---- terrains ------------------------------------------------------------------------------ */

typedef struct test_bed {
    const char *name;
    vd_terrain *terrain;
    vdk_height_field field;
    vdk_height_field unpruned; /* the same without a pyramid */
    exact_surface exact;
    float *steepness;
    int x0, x1, y0, y1; /* cells that rays start in or near */
    double high_z;      /* the largest absolute height */
    /* For a test to count in. */
    int64_t rays, hits;
    double worst; /* the largest share of the bound that was used */
} test_bed;

static inline double height_terraces(const void *state, int i, int j)
{
    (void)state;
    return floor(60.0 * test_mountains(1, i / 16.0, j / 16.0));
}
static inline double height_spikes(const void *state, int i, int j)
{
    (void)state;
    return 500.0 * test_lattice(2, i, j);
}
static inline double height_alps(const void *state, int i, int j)
{
    (void)state;
    return 3000.0 + 1800.0 * test_mountains(3, i / 24.0, j / 24.0);
}
static inline double height_constant(const void *state, int i, int j)
{
    (void)state;
    (void)i;
    (void)j;
    return 123.456;
}
static inline double height_saddle(const void *state, int i, int j)
{
    (void)state;
    return ((i ^ j) & 1) ? 40.0 : -25.0;
}

static inline float step_between(const vdk_height_field *f, int i, int j)
{
    vdk_patch p = vdk_patch_at(f, i, j);
    float x = vdk_max(vdk_abs(p.h10 - p.h00), vdk_abs(p.h11 - p.h01));
    return vdk_max(x, vdk_max(vdk_abs(p.h01 - p.h00), vdk_abs(p.h11 - p.h10)));
}

static inline float *make_steepness(const vdk_height_field *f)
{
    float *out = calloc((size_t)f->cells_x * (size_t)f->cells_y, sizeof *out);
    assert_non_null(out);
    for (int j = 0; j < f->cells_y; j++)
        for (int i = 0; i < f->cells_x; i++) {
            float step = step_between(f, i, j);
            for (int y = vdk_imax(j - 1, 0); y <= vdk_imin(j + 1, f->cells_y - 1); y++)
                for (int x = vdk_imax(i - 1, 0); x <= vdk_imin(i + 1, f->cells_x - 1); x++)
                    out[y * f->cells_x + x] = vdk_max(out[y * f->cells_x + x], step);
        }
    return out;
}

static inline test_bed bed_of_field(const char *name, vd_terrain *terrain, vdk_height_field field,
                                    double low, double high)
{
    test_bed b = {.name = name, .terrain = terrain, .field = field, .unpruned = field};
    b.unpruned.levels = 0;
    b.x1 = field.cells_x;
    b.y1 = field.cells_y;
    b.exact = (exact_surface){NULL, NULL, low, high};
    b.high_z = fmax(fabs(low), fabs(high));
    return b;
}

static inline test_bed bed_of_terrain(const char *name, vd_terrain *terrain)
{
    test_bed b = bed_of_field(name, terrain, terrain->field, (double)terrain->dem->min,
                              (double)terrain->dem->max);
    b.steepness = make_steepness(&b.field);
    return b;
}

static inline void free_bed(test_bed *b)
{
    vd_terrain_destroy(b->terrain);
    free(b->steepness);
}

static inline vd_terrain *real_terrain(void)
{
    const vd_dem_options options = {
        .path = VD_SOURCE_DIR "/tests/data/window.tif", .band = 1, .threads = 1};
    vd_dem *dem = NULL;
    vd_terrain *terrain = NULL;
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    if (vd_dem_load(context, &options, &dem) != VD_OK) fail_msg("%s", vd_context_error(context));
    assert_int_equal(
        vd_terrain_create(context, &dem, &(vd_terrain_options){.z_factor = 1.0}, &terrain), VD_OK);
    vd_context_destroy(context);
    return terrain;
}

/* ---- kinds of rays ------------------------------------------------------------------------- */

static inline float fraction(test_random *r)
{
    static const float special[] = {0.0f, 0.5f, 1.0f, 0.25f, 0x1p-24f, 1.0f - 0x1p-24f};
    if (test_choice(r, 2)) return (float)test_unit(r);
    return special[test_choice(r, 6)];
}

/** A position on the surface, up to 'margin' cells beyond where the terrain's rays start. */
static inline vdk_position on_surface(const test_bed *b, test_random *r, int margin)
{
    vdk_position p = {b->x0 - margin + test_choice(r, b->x1 - b->x0 + 2 * margin),
                      b->y0 - margin + test_choice(r, b->y1 - b->y0 + 2 * margin), fraction(r),
                      fraction(r), 0.0f};
    vdk_position edge = p;
    int beyond = vdk_to_edge(&b->field, &edge);
    if (beyond && b->field.border == VDK_BORDER_OPEN) p = edge;
    p.z = vdk_height_of(&b->field, edge.cx, edge.cy, edge.fx, edge.fy);
    return p;
}

/** The same, lifted off the ground by anything from a hair to the terrain's whole relief. */
static inline vdk_position in_air(const test_bed *b, test_random *r, int margin)
{
    vdk_position p = on_surface(b, r, margin);
    double relief = b->exact.high - b->exact.low + 10.0;
    p.z = (float)((double)p.z + relief * pow(test_unit(r), 6.0) + 32.0 * EPS * b->high_z);
    return p;
}

static inline vdk_vec unit(double x, double y, double z)
{
    double scale = 1.0 / sqrt(x * x + y * y + z * z);
    return vdk_vec_make((float)(x * scale), (float)(y * scale), (float)(z * scale));
}

static inline vdk_vec any_direction(test_random *r)
{
    double z = test_between(r, -1.0, 1.0), a = test_between(r, 0.0, 6.283185307179586);
    double radius = sqrt(1.0 - z * z);
    return unit(radius * cos(a), radius * sin(a), z);
}

/** Close to the horizontal: from tens of degrees down to nothing at all. */
static inline vdk_vec grazing(test_random *r)
{
    double a = test_between(r, 0.0, 6.283185307179586);
    double z = test_choice(r, 16) ? pow(10.0, -test_between(r, 0.0, 8.0)) : 0.0;
    return unit(cos(a), sin(a), test_choice(r, 2) ? z : -z);
}

static inline vdk_vec axis_parallel(test_random *r, int diagonal)
{
    static const double steps[8][2] = {{1, 0}, {-1, 0}, {0, 1},  {0, -1},
                                       {1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
    const double *s = steps[diagonal * 4 + test_choice(r, 4)];
    double z = test_choice(r, 4)
                   ? test_between(r, -1.0, 1.0) * pow(10.0, -test_between(r, 0.0, 5.0))
                   : 0.0;
    return unit(s[0], s[1], z);
}

static inline vdk_vec nearly_vertical(test_random *r)
{
    double lean = test_choice(r, 3) ? pow(10.0, -test_between(r, 1.0, 25.0)) : 0.0;
    double a = test_between(r, 0.0, 6.283185307179586);
    return unit(lean * cos(a), lean * sin(a), test_choice(r, 4) ? -1.0 : 1.0);
}

/** Towards a post, an edge, a point within a cell, or a little above it. */
static inline vdk_vec aimed(const test_bed *b, test_random *r, vdk_position from)
{
    const float *m = b->field.to_grid;
    vdk_position to = on_surface(b, r, 0);
    double dx = (to.cx - from.cx) + (double)to.fx - (double)from.fx;
    double dy = (to.cy - from.cy) + (double)to.fy - (double)from.fy;
    double dz =
        (double)to.z - (double)from.z + (test_choice(r, 2) ? 0.0 : test_between(r, -0.01, 0.01));
    double det = (double)m[0] * (double)m[3] - (double)m[1] * (double)m[2];
    if (dx == 0.0 && dy == 0.0) dx = 1e-3;
    return unit((dx * (double)m[3] - dy * (double)m[1]) / det,
                (dy * (double)m[0] - dx * (double)m[2]) / det, dz * (double)b->field.z_factor);
}

static const char *const kinds[] = {"any",
                                    "grazing",
                                    "axis-parallel",
                                    "diagonal",
                                    "at posts and edges",
                                    "from surface",
                                    "from surface, grazing",
                                    "from surface, axis-parallel",
                                    "from surface, aimed",
                                    "from beyond",
                                    "from the extended surface",
                                    "vertical"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/** Where a ray of a kind starts and where it goes. */
typedef struct test_ray {
    vdk_position from;
    vdk_vec direction;
    int on_surface;
} test_ray;

static inline test_ray make_ray(const test_bed *b, test_random *r, int kind)
{
    int start_on = (kind >= 5 && kind <= 8) || kind == 10;
    int margin = kind == 9 || kind == 10 ? 1 + test_choice(r, 300) : 0;
    vdk_position p = start_on ? on_surface(b, r, margin) : in_air(b, r, margin);
    vdk_vec d = kind == 0 || kind == 5 || kind == 10 ? any_direction(r)
                : kind == 1 || kind == 6             ? grazing(r)
                : kind == 2 || kind == 7 ? axis_parallel(r, kind == 7 && test_choice(r, 2))
                : kind == 3              ? axis_parallel(r, 1)
                : kind == 11             ? nearly_vertical(r)
                                         : aimed(b, r, p);
    if (kind >= 5 && kind <= 8 && test_choice(r, 8)) d.z = vdk_abs(d.z);
    return (test_ray){p, d, start_on};
}

#endif
