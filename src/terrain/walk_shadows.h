/* Rays to one sun, ended where its shadows (shadows.c) say how. */
#ifndef VD_WALK_SHADOWS_H
#define VD_WALK_SHADOWS_H

#include "terrain/shadows.h"
#include "terrain/walk_cell.h"

/* Lines at which rays are looked up, from the first before them on: most are above the ceiling of
 * one of these. */
static const int lines_of_shadows[] = {0, 1, 3, 8};

/** Is there a table of shadows for these rays? */
static inline int have_shadows(const vd_ray_batch *batch)
{
    return batch->shadows && batch->shadows->words && batch->any_hit;
}

/** Of rays under way in the cell that they leave from: which are certain to be blocked. Lets others
 *  end where they are certain to be clear. */
VD_LANE_FN vd_mask end_by_shadows(const vdk_height_field *f, const vd_shadows *s, group *g,
                                  vd_mask moves)
{
    const int side = 1 << VD_SHADOWS_LINE;
    axis major = axis_of(g, !s->along_x), minor = axis_of(g, s->along_x);
    vd_lanes low = vd_lanes_load(g->of[LOW].f), rise = vd_lanes_load(g->of[RISE].f);
    vd_lanes high = low + vd_lanes_load(g->of[MARGIN].f) * (3.0f / f->quantum);
    vd_lanes end = vd_lanes_load(g->of[LAST].f), last = end;
    vd_mask blocked = vd_lt(end, end), open = moves;
    /* Lines of rays that run towards lower cells are one further on (shadows.c: where pairs of rows
       begin). */
    vd_ilanes odd = major.flip & 1;
    vd_ilanes first =
        vd_shift_left(((major.cell - odd) >> VD_SHADOWS_LINE) + 1, vd_ilanes_all(VD_SHADOWS_LINE)) +
        odd;
    for (unsigned k = 0; k < sizeof(lines_of_shadows) / sizeof(int) && vd_bits(open); k++) {
        vd_ilanes line = vd_wrap_add(first, vd_ilanes_all(lines_of_shadows[k] * side));
        vd_lanes t = time_at(&major, offset_of(&major, line));
        open &= vd_lt(t, end);
        vd_ilanes row = ((line ^ major.flip) - major.flip + odd) >> VD_SHADOWS_LINE;
        vd_ilanes column =
            vd_ilanes_max(vd_wrap_add(next_cell(&minor, t), vd_ilanes_all(-1)), minor.cell) ^
            minor.flip;
        vd_ilanes word = vd_gather_words(
            s->words, vd_ilanes_where(open, vd_index(row, s->width, column >> VD_SHADOWS_SIDE)));
        vd_lanes climbed = t * rise;
        vd_mask clear = open & vd_lt(vd_lanes_of(word & 0xffff), low + climbed);
        blocked |= open & vd_lt(high + climbed, vd_lanes_of((word >> 16) & 0xffff));
        last = vd_select(clear, t, last);
        open &= vd_not(clear | blocked);
    }
    vd_lanes_store(g->of[LAST].f, last);
    return blocked;
}

#endif
