/* Rays over the raster, as many side by side as a register has lanes.
 *
 * The same hits as kernel/traverse.h to the last bit, by another way. Each lane holds one ray, the
 * cell it has come to and a level; a step takes all lanes of a group past one node, or into it, or
 * past one cell. Branches, which cost a scalar walk most of its time because no processor guesses
 * them, become masks. When enough lanes of a group are done they take the next rays of the batch,
 * so lanes are nearly always full; and a few groups take turns, so that one computes while another
 * waits for its loads.
 *
 * Mirrors. Along each axis coordinates are mirrored where the ray runs towards lower numbers: cell
 * x becomes ~x, which commutes with shifts, and every ray runs towards higher ones. Times of lines
 * stay the same to the bit, since negation is exact.
 *
 * What may be inexact. The test of a cell depends on the ray and the cell alone: it is over it from
 * the later of the two lines by which it enters to the earlier of those by which it leaves. So it
 * does not matter how a lane has come to a cell, nor when it thinks it has, as long as no cell that
 * the ray is over is left out and they come in their order. Therefore a lane that passes a node by
 * a line of x takes the cell's x from that line and its y from where the ray is then, rounded, and
 * lowered by more than rounding can have raised it (SHORTFALL); a cell too early is passed by the
 * lines' times as any other. A cell that the ray is over for no time at all is not tested: the
 * scalar walk does not come to it.
 *
 * Heights are taken in quanta of the pyramid, as far as they only prune, with a margin for what
 * that rounds.
 *
 * A file that includes this defines VD_WALK, the name of the tracer for its instruction set. */
#include <string.h>

#include "terrain/walk_cell.h"
#include "terrain/walk_horizon.h"
#include "terrain/walk_refined.h"
#include "terrain/walk_shadows.h"

/* Groups that take turns. */
#define GROUPS 4
/* Lanes of a group that have to be idle before new rays are fetched. */
#define REFILL_AT (VD_LANES * 3 / 8)
/* Where rays in the air begin: a ray that clears nodes of this level is likely to clear many. */
#define LEVEL_IN_AIR 6
/* A word of the pyramid at this level or above is none that the tables hold. */
#define LEVEL_TOP 16

/* Where words of each level begin, and how many there are in a row. Levels that are a multiple of
 * eight share their place; no word of level 0 is ever looked for. */
typedef struct layout {
    int32_t start[VD_TABLE], width[VD_TABLE];
    float drop[VD_TABLE];
    int levels;
} layout;

static layout lay_out(const vdk_height_field *f)
{
    layout l = {{0}, {0}, {0}, vdk_imin(f->levels, LEVEL_TOP)};
    for (int w = 1; 2 * w - 1 <= l.levels; w++)
        for (int k = w & 7; k < VD_TABLE; k += 8) {
            l.start[k] = (int32_t)(uint32_t)f->word_offset[w];
            l.width[k] = f->word_width[w];
            l.drop[k] = (float)f->drop_unit[w];
        }
    return l;
}

/* ---- steps --------------------------------------------------------------------------------- */

/** The level of rays that pass a cell or node, of those that move: one up if they come into another
 *  parent, or rise: what is above a node on its way up is likely to be above more. */
VD_LANE_FN vd_ilanes level_past(const layout *nodes, const group *g, vd_ilanes level,
                                vd_ilanes turned, vd_mask moves)
{
    vd_mask up = vd_igt(vd_shift_right(turned, level + 1), (vd_ilanes){0});
    up |= is_positive(vd_lanes_load(g->of[RISE].f));
    return vd_ilanes_min(level - vd_ilanes_of_mask(moves & up), vd_ilanes_all(nodes->levels));
}

/* Where rays that pass a cell are then. */
typedef struct move {
    vd_ilanes x, y, turned;
} move;

VD_LANE_FN move past_cells(const over_cell *o, vd_mask moves)
{
    move m;
    m.x = o->x.cell - vd_ilanes_of_mask(moves & vd_le(o->sx.out, o->sy.out));
    m.y = o->y.cell - vd_ilanes_of_mask(moves & vd_le(o->sy.out, o->sx.out));
    m.turned = (m.x ^ o->x.cell) | (m.y ^ o->y.cell);
    return m;
}

/** Takes a group's live rays that have to test a cell past it, unless they hit it. */
static inline void cell_step(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                             group *g)
{
    vd_ilanes level = vd_ilanes_load(g->of[LEVEL].i);
    vd_mask at_cell = vd_mask_of_bits(g->live) & vd_ieq(level, (vd_ilanes){0});
    over_cell o = over_cells(f, g, at_cell);
    arc a;
    vd_mask over = at_cell & vd_lt(o.in, o.stop), hits = over & cell_hits(&o, &a);
    vd_mask whole = hits; /* of cells that are one patch */
    if (f->detail.tiles) hits = refined_hits(f, batch, g, &o, over, 0, &whole);
    vd_mask moves = at_cell & vd_not(hits);
    move m = past_cells(&o, moves);
    unsigned hit = vd_bits(hits);
    vd_ilanes_store(g->of[CELL].i, m.x);
    vd_ilanes_store(g->of[CELL + 1].i, m.y);
    vd_ilanes_store(g->of[LEVEL].i, level_past(nodes, g, level, m.turned, moves));
    vd_lanes_store(g->of[TIME].f, vd_select(moves, o.out, vd_lanes_load(g->of[TIME].f)));
    if (hit && !batch->any_hit) place_hits(g, &o, whole, time_of_hit(&o, &a));
    g->hit |= hit;
    g->live &= ~(hit | vd_bits(moves & vd_le(vd_lanes_load(g->of[LAST].f), o.out)));
}

/** vdk_node_max() of lanes at a node, in quanta; anything of others. */
VD_LANE_FN vd_lanes node_max(const vdk_height_field *f, const layout *nodes, vd_mask at_node,
                             vd_ilanes level, vd_ilanes x, vd_ilanes y)
{
    vd_ilanes w = (level + 1) >> 1, shift = 2 * w;
    vd_ulanes row = (vd_ulanes)vd_shift_right(y, shift) * (vd_ulanes)vd_table_at(nodes->width, w);
    vd_ilanes index = vd_wrap_add((vd_ilanes)row, vd_shift_right(x, shift));
    index = vd_wrap_add(index, vd_table_at(nodes->start, w));
    vd_ilanes word = vd_gather_words(f->pyramid, vd_ilanes_where(at_node, index));
    /* Past the word for a whole one, whose drop is 0. */
    vd_ilanes quarter = 2 * (vd_shift_right(y, level) & 1) + (vd_shift_right(x, level) & 1);
    vd_ilanes whole = ~level & 1;
    vd_ilanes drop = vd_nibble(word, 4 + quarter) & (whole - 1);
    vd_lanes unit = (vd_lanes)vd_table_at((const int32_t *)nodes->drop, w);
    return vd_lanes_near(-vd_lanes_of(vd_drop_units(drop)), unit, vd_lanes_of(word & 0xffff));
}

/** The cell in which rays come past a node, over its line or the other axis's before time t. */
VD_LANE_FN vd_ilanes cell_past(const axis *a, vd_ilanes line, vd_mask crosses, vd_lanes t)
{
    vd_ilanes next = vd_ilanes_min(next_cell(a, t), line);
    return vd_iselect(crosses, line, vd_ilanes_max(a->cell, next - 1));
}

/** Takes a group's live rays that are at a node into it, or past it. */
static inline void node_step(const vdk_height_field *f, const layout *nodes, group *g)
{
    axis x = axis_of(g, 0), y = axis_of(g, 1);
    vd_ilanes level = vd_ilanes_load(g->of[LEVEL].i);
    vd_lanes t = vd_lanes_load(g->of[TIME].f), end = vd_lanes_load(g->of[LAST].f);
    vd_lanes rise = vd_lanes_load(g->of[RISE].f), low = vd_lanes_load(g->of[LOW].f);
    vd_mask at_node = vd_mask_of_bits(g->live) & vd_igt(level, (vd_ilanes){0});
    vd_lanes highest = node_max(f, nodes, at_node, level, x.cell ^ x.flip, y.cell ^ y.flip);
    vd_ilanes line_x = vd_shift_left(vd_shift_right(x.cell, level) + 1, level);
    vd_ilanes line_y = vd_shift_left(vd_shift_right(y.cell, level) + 1, level);
    vd_lanes out_x = time_at(&x, offset_of(&x, line_x));
    vd_lanes out_y = time_at(&y, offset_of(&y, line_y));
    vd_lanes out = vd_lanes_min(out_x, out_y), stop = vd_lanes_min(out, end);
    vd_lanes lowest = vd_lanes_min(vd_lanes_near(t, rise, low), vd_lanes_near(stop, rise, low));
    vd_mask clear = vd_lt(highest, lowest);
    vd_mask into = at_node & vd_not(clear), moves = at_node & clear;
    vd_lanes before = stop * (1.0f - SHORTFALL);
    vd_ilanes past_x = cell_past(&x, line_x, vd_le(out_x, out_y), before);
    vd_ilanes past_y = cell_past(&y, line_y, vd_le(out_y, out_x), before);
    vd_ilanes turned = (past_x ^ x.cell) | (past_y ^ y.cell);
    level = level_past(nodes, g, level + vd_ilanes_of_mask(into), turned, moves);
    vd_ilanes_store(g->of[CELL].i, vd_iselect(moves, past_x, x.cell));
    vd_ilanes_store(g->of[CELL + 1].i, vd_iselect(moves, past_y, y.cell));
    vd_ilanes_store(g->of[LEVEL].i, level);
    vd_lanes_store(g->of[TIME].f, vd_lanes_max(t, vd_lanes_where(moves, out)));
    g->live &= ~vd_bits(moves & vd_le(end, out));
}

/* ---- a batch ------------------------------------------------------------------------------- */

/** vdk_ray_make() along both axes: cells per metre. */
VD_LANE_FN void speeds_of(const vdk_height_field *f, const vd_ray_batch *batch, int i,
                          vd_lanes speed[2])
{
    vd_lanes m[4];
    metric_at(f, vd_ilanes_load(batch->cy + i), m);
    vd_lanes dx = vd_lanes_load(batch->dx + i), dy = vd_lanes_load(batch->dy + i);
    speed[0] = m[0] * dx + m[1] * dy;
    speed[1] = m[2] * dx + m[3] * dy;
    for (int k = 0; k < 2; k++) {
        vd_mask negative = vd_lt(speed[k], (vd_lanes){0});
        vd_lanes least = vd_select(negative, vd_lanes_all(-1.0e-20f), vd_lanes_all(1.0e-20f));
        speed[k] =
            vd_select(vd_lt(vd_lanes_abs(speed[k]), vd_lanes_all(1.0e-20f)), least, speed[k]);
    }
}

/** Rays that start beyond the raster along one axis: vdk_side() != 0. */
VD_LANE_FN vd_mask is_beyond(vd_ilanes cell, vd_lanes part, int cells)
{
    const vd_ilanes zero = {0}, last = vd_ilanes_all(cells - 1);
    const vd_lanes half = vd_lanes_all(0.5f);
    return vd_igt(zero, cell) | (vd_ieq(cell, zero) & vd_lt(part, half)) | vd_igt(cell, last) |
           (vd_ieq(cell, last) & vd_lt(half, part));
}

/** Fills in an axis of rays. Returns when they leave the raster along it. */
VD_LANE_FN vd_lanes begin_axis(group *g, int k, vd_lanes speed, vd_ilanes cell, vd_lanes part,
                               int cells, int on_surface)
{
    const vd_lanes zero = {0}, one = vd_lanes_all(1.0f);
    vd_mask backward = vd_not(is_positive(speed));
    vd_ilanes flip = vd_ilanes_of_mask(backward), first = cell;
    vd_lanes inverse = 1.0f / speed;
    if (!on_surface) { /* a ray from the edge of a cell may begin in the next */
        vd_mask ahead = vd_not(backward) & vd_le(one, part), behind = backward & vd_le(part, zero);
        first += vd_ilanes_of_mask(behind) - vd_ilanes_of_mask(ahead);
        first = vd_ilanes_clamp(first, 0, cells - 1);
    }
    vd_ilanes_store(g->of[CELL + k].i, first ^ flip);
    vd_ilanes_store(g->of[FLIP + k].i, flip);
    vd_ilanes_store(g->of[ORIGIN + k].i, (cell ^ flip) - flip);
    vd_lanes_store(g->of[PART + k].f, vd_lanes_flip(part, flip));
    vd_lanes_store(g->of[INVERSE + k].f, vd_lanes_flip(inverse, flip));
    vd_lanes_store(g->of[SPEED + k].f, vd_lanes_flip(speed, flip));
    vd_ilanes edge = vd_iselect(backward, (vd_ilanes){0}, vd_ilanes_all(cells - 1));
    return (vd_lanes_of(edge - cell) + 0.5f - part) * inverse;
}

/** Ends rays of a group where they have come above all land, by the skyline; they go on nowhere. */
VD_LANE_FN void end_when_clear(const vdk_height_field *f, vd_mask moves, group *g, vd_ilanes cx,
                               vd_ilanes cy)
{
    int width = ((f->cells_x - 1) >> VDK_SKYLINE_LEVEL) + 1;
    vd_ilanes index = vd_index(cy >> VDK_SKYLINE_LEVEL, width, cx >> VDK_SKYLINE_LEVEL);
    vd_ilanes word = vd_gather_words(f->skyline, vd_ilanes_where(moves, index));
    vd_lanes high = vd_lanes_of(word & 0xffff), steep = vd_lanes_of((word >> 16) & 0xffff);
    vd_lanes gx = vd_lanes_load(g->of[SPEED].f), gy = vd_lanes_load(g->of[SPEED + 1].f);
    vd_lanes cells = vd_lanes_sqrt(gx * gx + gy * gy);
    /* Each a little off the way that a ray is followed for longer. */
    vd_lanes gains = vd_lanes_load(g->of[RISE].f) - steep * (1.00001f / 16.0f) * cells;
    vd_lanes lacks = vd_lanes_max(high - vd_lanes_load(g->of[LOW].f), (vd_lanes){0});
    vd_lanes clear = lacks / gains * 1.00001f, last = vd_lanes_load(g->of[LAST].f);
    vd_mask helps = moves & is_positive(gains) & vd_lt(clear, last);
    helps &= vd_lt(steep, vd_lanes_all(65535.0f));
    vd_lanes_store(g->of[LAST].f, vd_select(helps, clear, last));
    vd_ilanes_store(g->of[GOES_ON].i,
                    vd_ilanes_where(vd_not(helps), vd_ilanes_load(g->of[GOES_ON].i)));
}

/** Makes rays i to i + VD_LANES - 1 of the batch and puts them into a group at their first cell.
 *  Returns those that start over the raster. */
VD_LANE_FN vd_mask begin_rays(const vdk_height_field *f, const vd_ray_batch *batch, int i, group *g)
{
    vd_lanes speed[2];
    vd_ilanes cx = vd_ilanes_load(batch->cx + i), cy = vd_ilanes_load(batch->cy + i);
    vd_lanes fx = vd_lanes_load(batch->fx + i), fy = vd_lanes_load(batch->fy + i);
    vd_lanes z = vd_lanes_load(batch->z + i);
    vd_lanes climb = vd_lanes_load(batch->dz + i) / f->z_factor;
    vd_lanes margin = 2.0e-6f * (vd_lanes_abs(z) + vdk_max(vdk_abs(f->max), vdk_abs(f->min)));
    vd_lanes top =
        vd_select(is_positive(climb), (f->max - z + margin) / climb, vd_lanes_all(VDK_HUGE));
    speeds_of(f, batch, i, speed);
    vd_lanes end_x = begin_axis(g, 0, speed[0], cx, fx, f->cells_x, batch->on_surface);
    vd_lanes end_y = begin_axis(g, 1, speed[1], cy, fy, f->cells_y, batch->on_surface);
    vd_lanes end = vd_lanes_max(vd_lanes_min(vd_lanes_min(end_x, end_y), top), (vd_lanes){0});
    const float per_quantum = 1.0f / f->quantum;
    vd_lanes_store(g->of[END].f, end);
    vd_lanes_store(g->of[Z].f, z);
    vd_lanes_store(g->of[CLIMB].f, climb);
    vd_lanes_store(g->of[MARGIN].f, margin);
    vd_lanes_store(g->of[LOW].f, (z - 1.5f * margin - f->quantum_base) * per_quantum);
    vd_lanes_store(g->of[RISE].f, climb * per_quantum);
    vd_lanes last = end;
    if (batch->is_bounded) last = vd_lanes_min(end, vd_lanes_load(batch->most + i));
    vd_lanes_store(g->of[LAST].f, last);
    /* Rays that rise and leave the raster above all of its edge meet nothing beyond. */
    float edge = (f->max - f->edge_drop - f->quantum_base) * per_quantum + 1.0f;
    vd_lanes rise = vd_lanes_load(g->of[RISE].f);
    vd_lanes leaves = vd_lanes_load(g->of[LOW].f) + end * rise;
    vd_mask goes_on = vd_lt(end, top) & vd_le(end, last) &
                      vd_not(is_positive(rise) & vd_lt(vd_lanes_all(edge), leaves));
    vd_ilanes_store(g->of[GOES_ON].i,
                    -vd_ilanes_of_mask(goes_on) & (f->border == VDK_BORDER_EXTEND));
    vd_ilanes_store(g->of[RAY].i, vd_ilanes_count(i));
    vd_lanes_store(g->of[TIME].f, (vd_lanes){0});
    return vd_not(is_beyond(cx, fx, f->cells_x) | is_beyond(cy, fy, f->cells_y));
}

static void list_lanes(vd_batch_list *list, const group *g, vd_mask mask)
{
    vd_compress(list->ray + list->count, mask, vd_ilanes_load(g->of[RAY].i));
    list->count += __builtin_popcount(vd_bits(mask));
}

/** Writes down what became of rays that are done: hits, and those that reach the raster's edge. */
static void report(vd_ray_batch *batch, vd_batch_work *work, group *g, unsigned done)
{
    for (unsigned hits = g->hit & done; hits; hits &= hits - 1) {
        int lane = __builtin_ctz(hits), i = g->of[RAY].i[lane];
        batch->hit[i] = 1;
        if (batch->any_hit) continue;
        batch->at[i] = (vdk_position){g->of[CELL].i[lane] ^ g->of[FLIP].i[lane],
                                      g->of[CELL + 1].i[lane] ^ g->of[FLIP + 1].i[lane],
                                      g->part[0].f[lane], g->part[1].f[lane], g->height.f[lane]};
    }
    vd_mask goes_on = vd_igt(vd_ilanes_load(g->of[GOES_ON].i), (vd_ilanes){0});
    list_lanes(&work->cleared, g, goes_on & vd_mask_of_bits(done & ~g->hit));
    g->hit &= ~done;
}

static void queue_rays(vd_batch_work *work, const group *g, vd_mask moves)
{
    for (int k = 0; k < ITEMS; k++)
        vd_compress(work->queue[k] + work->queued, moves, vd_ilanes_load(g->of[k].i));
    work->queued += __builtin_popcount(vd_bits(moves));
}

/** Rays i to i + count - 1 of the batch, at most VD_LANES, past the cell they start in; those that
 *  go on from there join the queue. Lanes from count on are made of whatever lies there. */
static void begin(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                  vd_batch_work *work, int i, int count)
{
    group g;
    g.part[0] = g.part[1] = g.height = (item){{0}};
    vd_lanes t_hit = {0};
    vd_mask here = vd_mask_of_bits((1u << count) - 1u), over = here & begin_rays(f, batch, i, &g);
    list_lanes(&work->outside, &g, here & vd_not(over));
    over_cell o = over_cells(f, &g, over);
    arc a;
    vd_mask hits = over & (batch->on_surface ? own_cell_hits(&o, vd_lanes_load(batch->fx + i),
                                                             vd_lanes_load(batch->fy + i), &t_hit)
                                             : cell_hits(&o, &a));
    vd_mask whole = hits;
    if (f->detail.tiles) hits = refined_hits(f, batch, &g, &o, over, batch->on_surface, &whole);
    vd_mask moves = over & vd_not(hits) & vd_lt(o.out, vd_lanes_load(g.of[LAST].f));
    if (have_shadows(batch)) {
        hits |= end_by_shadows(f, batch->shadows, &g, moves);
        moves &= vd_not(hits) & vd_lt(o.out, vd_lanes_load(g.of[LAST].f));
    } else if (f->skyline && vd_bits(moves)) {
        end_when_clear(f, moves, &g, vd_ilanes_load(batch->cx + i), vd_ilanes_load(batch->cy + i));
        moves &= vd_lt(o.out, vd_lanes_load(g.of[LAST].f));
    }
    move m = past_cells(&o, moves);
    vd_ilanes level = level_past(nodes, &g, (vd_ilanes){0}, m.turned, moves);
    if (!batch->on_surface) level = vd_ilanes_all(vdk_imin(LEVEL_IN_AIR, nodes->levels));
    vd_ilanes_store(g.of[CELL].i, m.x);
    vd_ilanes_store(g.of[CELL + 1].i, m.y);
    vd_ilanes_store(g.of[LEVEL].i, level);
    vd_lanes_store(g.of[TIME].f, o.out);
    g.hit = vd_bits(hits);
    if (g.hit && !batch->any_hit)
        place_hits(&g, &o, whole, batch->on_surface ? t_hit : time_of_hit(&o, &a));
    report(batch, work, &g, vd_bits(over & vd_not(moves)));
    queue_rays(work, &g, moves);
}

/** Gives idle lanes the next rays of the queue, when they have reported their old ones. */
static void refill(vd_ray_batch *batch, vd_batch_work *work, group *g, int *next)
{
    const unsigned all = (unsigned)((1ull << VD_LANES) - 1);
    unsigned idle = all & ~g->live;
    report(batch, work, g, idle);
    for (int k = 0; k < VD_LANES && __builtin_popcount(idle) > work->queued - *next; k++)
        idle &= ~((1u << VD_LANES >> 1) >> k);
    vd_mask mask = vd_mask_of_bits(idle);
    for (int k = 0; k < ITEMS; k++)
        vd_ilanes_store(g->of[k].i,
                        vd_expand(vd_ilanes_load(g->of[k].i), mask, work->queue[k] + *next));
    *next += __builtin_popcount(idle);
    g->live |= idle;
    /* Lanes that stay idle have nothing more to report. */
    vd_ilanes_store(g->of[GOES_ON].i,
                    vd_ilanes_where(vd_mask_of_bits(g->live), vd_ilanes_load(g->of[GOES_ON].i)));
}

/** Takes a group's live rays a step on: those at a cell or those at a node, whichever are more. */
static inline void step(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                        group *g)
{
    vd_mask low = vd_ieq(vd_ilanes_load(g->of[LEVEL].i), (vd_ilanes){0});
    unsigned at_cell = vd_bits(low) & g->live;
    if (2 * __builtin_popcount(at_cell) > __builtin_popcount(g->live))
        cell_step(f, nodes, batch, g);
    else
        node_step(f, nodes, g);
}

static void walk(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                 vd_batch_work *work)
{
    group groups[GROUPS];
    int next = 0, busy;
    memset(groups, 0, sizeof(groups));
    do {
        busy = 0;
        for (int k = 0; k < GROUPS; k++) {
            group *g = &groups[k];
            if (next < work->queued && __builtin_popcount(g->live) <= VD_LANES - REFILL_AT)
                refill(batch, work, g, &next);
            if (!g->live) continue;
            busy = 1;
            step(f, nodes, batch, g);
        }
    } while (busy);
    for (int k = 0; k < GROUPS; k++) report(batch, work, &groups[k], ~0u);
}

/* ---- rays of one eye ----------------------------------------------------------------------- */

/** Puts rays i to i + count - 1 of the batch, at most VD_LANES, into a group where they come to
 *  land by the eye's horizon. They miss the cell of the eye, or take it there as any other. */
static void begin_at_land(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                          group *g, int i, int count)
{
    vd_mask here = vd_mask_of_bits((1u << count) - 1u);
    vd_mask over = here & begin_rays(f, batch, i, g);
    vd_lanes land = time_of_land(batch->horizon, g), end = vd_lanes_load(g->of[END].f);
    vd_lanes t = vd_lanes_min(land, end) * (1.0f - SHORTFALL);
    axis x = axis_of(g, 0), y = axis_of(g, 1);
    vd_ilanes_store(g->of[CELL].i, vd_ilanes_max(x.cell, next_cell(&x, t) - 1));
    vd_ilanes_store(g->of[CELL + 1].i, vd_ilanes_max(y.cell, next_cell(&y, t) - 1));
    vd_ilanes_store(g->of[LEVEL].i, vd_ilanes_all(vdk_imin(LEVEL_AT_LAND, nodes->levels)));
    vd_lanes_store(g->of[TIME].f, t);
    vd_ilanes_store(g->of[GOES_ON].i, vd_ilanes_where(over, vd_ilanes_load(g->of[GOES_ON].i)));
    g->live = vd_bits(over & vd_lt(land, end));
    g->hit = 0;
}

/** Rays of one eye, so many of them side by side as they lie in the batch: they go much the same
 *  way, so lanes are done at much the same time. The last of a group join the queue. */
static void walk_from_eye(const vdk_height_field *f, const layout *nodes, vd_ray_batch *batch,
                          vd_batch_work *work)
{
    const unsigned all = (unsigned)((1ull << VD_LANES) - 1);
    group groups[GROUPS_OF_EYE];
    int next = 0, busy;
    memset(groups, 0, sizeof(groups));
    do {
        busy = 0;
        for (int k = 0; k < GROUPS_OF_EYE; k++) {
            group *g = &groups[k];
            if (__builtin_popcount(g->live) <= LEFT_TO_QUEUE) {
                if (g->live) queue_rays(work, g, vd_mask_of_bits(g->live));
                report(batch, work, g, all & ~g->live);
                g->live = 0;
                g->of[GOES_ON] = (item){{0}};
                if (next >= batch->count) continue;
                int count = vdk_imin(batch->count - next, VD_LANES);
                begin_at_land(f, nodes, batch, g, next, count);
                next += count;
            }
            busy = 1;
            if (g->live) step(f, nodes, batch, g);
        }
    } while (busy);
}

/** Traces on beyond the raster, where the scalar code does it. */
static void go_beyond(const vdk_height_field *f, vd_ray_batch *batch, const vd_batch_list *list,
                      int cleared)
{
    for (int n = 0; n < list->count; n++) {
        int i = list->ray[n];
        vdk_ray r = vd_batch_ray(f, batch, i);
        batch->hit[i] = vdk_trace_beyond(f, &r, cleared, &batch->at[i]) == VDK_HIT;
    }
}

void VD_WALK(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work)
{
    const layout nodes = lay_out(f);
    work->queued = work->outside.count = work->cleared.count = 0;
    memset(batch->hit, 0, sizeof(*batch->hit) * (size_t)batch->count);
    if (is_from_eye(batch))
        walk_from_eye(f, &nodes, batch, work);
    else
        for (int i = 0; i < batch->count; i += VD_LANES)
            begin(f, &nodes, batch, work, i, vdk_imin(batch->count - i, VD_LANES));
    walk(f, &nodes, batch, work);
    go_beyond(f, batch, &work->outside, 0);
    go_beyond(f, batch, &work->cleared, 1);
}
