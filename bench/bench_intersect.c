/* Rays per second of vdk_trace() on one thread: shadow rays to a sun 45 degrees high, and bounce
 * rays with a cosine distribution, from points spread over mountains. Primary rays of a map are not
 * traced.
 *
 *     bench_intersect [SIDE [RAYS]]     cells a side, 2048; rays of each kind, 2 million */
#include <math.h>
#include <stdio.h>

#include "kernel/border.h"
#include "terrains.h"

#define POINTS 65536

static double height(const void *state, int i, int j)
{
    (void)state;
    return 3000.0 * test_mountains(1, i / 128.0, j / 128.0);
}

static vdk_position point_on(const vdk_height_field *f, test_random *r)
{
    vdk_position p = {1 + test_choice(r, f->cells_x - 2), 1 + test_choice(r, f->cells_y - 2),
                      (float)test_unit(r), (float)test_unit(r), 0.0f};
    p.z = vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
    return p;
}

static vdk_ray shadow_ray(const vdk_height_field *f, vdk_position p, test_random *r)
{
    (void)r;
    return vdk_ray_make(f, p, vdk_vec_make(-0.5f, 0.5f, 0.70710678f), 1);
}

static vdk_ray bounce_ray(const vdk_height_field *f, vdk_position p, test_random *r)
{
    float s, c, u = (float)test_unit(r), radius = vdk_sqrtf(u);
    vdk_sincos_turns((float)test_unit(r), &s, &c);
    vdk_vec normal = vdk_geometric_normal(f, p);
    return vdk_ray_make(f, p,
                        vdk_vec_from_frame(normal, radius * c, radius * s, vdk_sqrtf(1.0f - u)), 1);
}

static void measure(const char *name, const vdk_height_field *f, long count,
                    vdk_ray (*make)(const vdk_height_field *, vdk_position, test_random *))
{
    vdk_ray *rays = malloc(POINTS * sizeof *rays);
    test_random r = {2};
    long hits = 0;
    if (!rays) abort();
    for (int i = 0; i < POINTS; i++) rays[i] = make(f, point_on(f, &r), &r);
    double start = vd_seconds();
    for (long n = 0; n < count; n++) {
        vdk_position hit;
        hits += vdk_trace(f, &rays[n % POINTS], &hit);
    }
    double seconds = vd_seconds() - start;
    printf("%-18s %7.2f Mrays/s, %.1f %% hit\n", name, (double)count / seconds * 1e-6,
           100.0 * (double)hits / (double)count);
    free(rays);
}

int main(int argc, char **argv)
{
    int side = argc > 1 ? atoi(argv[1]) : 2048;
    long count = argc > 2 ? atol(argv[2]) : 2000000;
    if (side < 2 || side > 30000 || count < 1) {
        fprintf(stderr,
                "bench_intersect [SIDE [RAYS]]: 2 to 30000 cells a side, at least one ray\n");
        return 2;
    }
    vd_terrain *terrain =
        test_terrain_square(side, 30.0, height, NULL, (vd_terrain_options){.z_factor = 1.0});
    printf("%d x %d cells, one thread\n", side, side);
    measure("sun 45 deg", &terrain->field, count, shadow_ray);
    measure("cosine bounce", &terrain->field, count, bounce_ray);
    vd_terrain_destroy(terrain);
    return 0;
}
