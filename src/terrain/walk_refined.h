/* Lanes at refined cells (kernel/facet.h): the scalar test of such a cell, lane by lane.
 *
 * A cell's facets are few and rays seldom pass many of them before they hit or rise above the
 * cell's highest post, so what lanes gain on the pyramid is not worth having twice. Fields without
 * detail never come here. */
#ifndef VD_WALK_REFINED_H
#define VD_WALK_REFINED_H

#include "terrain/walk_cell.h"

/** Of rays over a cell those that hit it: *whole as it comes, but for those over a refined cell,
 *  which the test of that decides; they are taken out of *whole and put where they hit. With own
 *  non-zero rays start on the cell. */
static vd_mask refined_hits(const vdk_height_field *f, const vd_ray_batch *batch, group *g,
                            const over_cell *o, vd_mask over, int own, vd_mask *whole)
{
    item x, y, in, stop;
    unsigned refined = 0, hits = 0;
    vd_ilanes_store(x.i, o->x.cell ^ o->x.flip);
    vd_ilanes_store(y.i, o->y.cell ^ o->y.flip);
    vd_lanes_store(in.f, o->in);
    vd_lanes_store(stop.f, o->stop);
    for (unsigned left = vd_bits(over); left; left &= left - 1) {
        int lane = __builtin_ctz(left);
        vdk_uint word = vdk_detail_word(f, x.i[lane], y.i[lane]);
        if (!word) continue;
        refined |= 1u << lane;
        float t_hit;
        vdk_ray r = vd_batch_ray(f, batch, g->of[RAY].i[lane]);
        if (!vdk_refined_cell_hit(f, &r, word, x.i[lane], y.i[lane], own ? 0.0f : in.f[lane],
                                  stop.f[lane], own, &t_hit))
            continue;
        hits |= 1u << lane;
        if (batch->any_hit) continue;
        vdk_position p = vdk_on_patch(f, &r, x.i[lane], y.i[lane], t_hit);
        g->part[0].f[lane] = p.fx;
        g->part[1].f[lane] = p.fy;
        g->height.f[lane] = p.z;
    }
    *whole &= vd_not(vd_mask_of_bits(refined));
    return *whole | vd_mask_of_bits(hits);
}

#endif
