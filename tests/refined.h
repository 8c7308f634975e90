/* Terrains refined at random: tiles of all levels and of none side by side, with a shape that is
 * rough down to the finest post. */
#ifndef TEST_REFINED_H
#define TEST_REFINED_H

#include "terrain/detail.h"
#include "terrains.h"

typedef struct test_rough_shape {
    const vdk_height_field *field;
    double amplitude;
} test_rough_shape;

static inline float test_rough_height(const test_rough_shape *s, vdk_position p)
{
    float base = vdk_patch_height(vdk_patch_at(s->field, p.cx, p.cy), p.fx, p.fy);
    int x = p.cx * 64 + (int)(p.fx * 64.0f), y = p.cy * 64 + (int)(p.fy * 64.0f);
    double rough = test_noise(17, x / 40.0, y / 40.0) - 0.5 + 0.1 * (test_lattice(5, x, y) - 0.5);
    return base + (float)(s->amplitude * rough);
}

static inline vd_result test_rough_heights(const void *state, const vd_detail_tile *tile)
{
    const test_rough_shape *s = state;
    const int side = VDK_TILE_CELLS << tile->level;
    for (int j = -1; j <= side + 1; j++)
        for (int i = -1; i <= side + 1; i++)
            tile->posts[j * tile->stride + i] =
                test_rough_height(s, vd_detail_place(s->field, tile, i, j));
    return VD_OK;
}

/** Every third tile or so as the DEM has it, others of any level up to most. */
static inline void test_refine(vd_terrain *terrain, int most, double amplitude, int threads)
{
    test_random random = {41};
    vd_detail_plan plan;
    const test_rough_shape shape = {&terrain->field, amplitude};
    if (vd_detail_plan_make(NULL, &terrain->field, &plan) != VD_OK) abort();
    for (int i = 0; i < plan.tiles_x * plan.tiles_y; i++)
        plan.levels[i] = (uint8_t)(test_choice(&random, 3) ? 1 + test_choice(&random, most) : 0);
    if (vd_terrain_refine(NULL, terrain, &plan, test_rough_heights, &shape, threads) != VD_OK)
        abort();
    vd_detail_plan_clear(&plan);
}

#endif
