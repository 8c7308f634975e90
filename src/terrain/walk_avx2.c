/* Rays over the raster, eight side by side.
 *
 * The same walk as kernel/traverse.h, with the same arithmetic, so the same hits to the last bit:
 * each lane holds one ray and its own node; a step takes all lanes of a group one node or one cell
 * on. A lane whose ray is done takes the next of the batch at once, so lanes are nearly always full
 * whatever becomes of single rays. Branches, which cost a scalar walk most of its time because no
 * processor guesses them, become masks. A few groups take turns: while one waits for its loads,
 * another computes.
 *
 * Three stages a batch: prepare() makes rays and tests the cell that each starts on; walk() takes
 * those that left it on to a hit or to their end; finish() places hits on their patches and hands
 * rays that go on beyond the raster, which are few, to the scalar code. */
#include "kernel/border.h"
#include "terrain/batch_parts.h"
#include "terrain/lanes.h"

/* Groups of lanes that take turns, and steps to nodes for each to a cell: about five nodes are
 * visited for one cell, and a lane that has come to a cell early waits. */
#define GROUPS 4
#define NODE_STEPS 2

/* Eight rays. */
typedef struct rays {
    vd_ilanes cx, cy;
    vd_lanes fx, fy, z, gx, gy, gz, ix, iy, margin, end;
} rays;

/* Where eight rays are: in which cell or node, from what time. */
typedef struct places {
    vd_ilanes x, y, level;
    vd_lanes t;
} places;

/* When eight rays cross the lines of their cells: the two on each axis, and that by which they
 * leave. */
typedef struct lines {
    vd_lanes x0, x1, y0, y1, out_x, out_y;
} lines;

/* A group as it is kept between steps. */
typedef struct group {
    int32_t cx[VD_LANES], cy[VD_LANES];
    float fx[VD_LANES], fy[VD_LANES], z[VD_LANES], gx[VD_LANES], gy[VD_LANES], gz[VD_LANES],
        ix[VD_LANES], iy[VD_LANES], margin[VD_LANES], end[VD_LANES];
    int32_t x[VD_LANES], y[VD_LANES], level[VD_LANES];
    float t[VD_LANES];
    int32_t live[VD_LANES], hit[VD_LANES]; /* masks */
    int32_t ray[VD_LANES];                 /* index in the batch */
} group;

/* How nodes of each level lie in the pyramid's memory, in bytes; of no more levels than a table
 * holds, since nothing forces a ray to climb to the top. */
typedef struct layout {
    vd_table start, row, shift;
    vd_table drop;
    int levels;
} layout;

static layout lay_out(const vdk_height_field *f)
{
    int32_t start[VD_TABLE] = {0}, row[VD_TABLE] = {0}, shift[VD_TABLE] = {0}, drop[VD_TABLE];
    int32_t upper = (int32_t)((const char *)f->pyramid - (const char *)f->blocks);
    int levels = vdk_imin(f->levels, VD_TABLE - 1);
    for (int level = 1; level <= levels; level++) {
        start[level] = level > 2 ? upper + (int32_t)(2 * f->level_offset[level]) : 0;
        row[level] = level > 2 ? 2 * f->level_width[level] : 4 * f->blocks_x;
        shift[level] = level > 2 ? 1 : 2;
    }
    for (int n = 0; n < VDK_DROPS; n++) drop[n] = (int32_t)f->drop[n];
    return (layout){vd_table_of(start), vd_table_of(row), vd_table_of(shift), vd_table_of(drop),
                    levels};
}

/* ---- arithmetic of kernel/height_field.h and kernel/traverse.h, in lanes -------------------- */

VD_LANE_FN vd_lanes lerp(vd_lanes a, vd_lanes b, vd_lanes t)
{
    return (1.0f - t) * a + t * b;
}
VD_LANE_FN vd_lanes patch_height(const vd_lanes h[4], vd_lanes u, vd_lanes v)
{
    return lerp(lerp(h[0], h[2], v), lerp(h[1], h[3], v), u);
}
VD_LANE_FN vd_lanes twist_of(const vd_lanes h[4])
{
    return (h[0] - h[1]) - (h[2] - h[3]);
}
VD_LANE_FN vd_lanes time_x(const rays *r, vd_ilanes line)
{
    return (vd_lanes_of(line - r->cx) - r->fx) * r->ix;
}
VD_LANE_FN vd_lanes time_y(const rays *r, vd_ilanes line)
{
    return (vd_lanes_of(line - r->cy) - r->fy) * r->iy;
}
/** -1 where the ray runs towards lower cells, so that x + 1 + back is the line it leaves by. */
VD_LANE_FN vd_ilanes backward(vd_lanes g)
{
    return ~(g > vd_lanes_all(0.0f));
}
VD_LANE_FN vd_lanes fraction(vd_lanes t, vd_lanes t0, vd_lanes t1, vd_lanes offset, vd_lanes g)
{
    vd_lanes inner = vd_lanes_clamp(offset + t * g, 0.0f, 1.0f);
    inner = vd_select(t == t1, vd_lanes_all(1.0f), inner);
    return vd_select(t == t0, vd_lanes_all(0.0f), inner);
}
VD_LANE_FN vd_lanes lowest_of(const rays *r, vd_lanes t0, vd_lanes t1)
{
    return (r->z + vd_select(r->gz >= 0.0f, t0, t1) * r->gz) - r->margin;
}
VD_LANE_FN lines lines_of(const rays *r, vd_ilanes x, vd_ilanes y)
{
    lines l;
    l.x0 = time_x(r, x);
    l.x1 = time_x(r, x + 1);
    l.y0 = time_y(r, y);
    l.y1 = time_y(r, y + 1);
    l.out_x = vd_select(r->gx > 0.0f, l.x1, l.x0);
    l.out_y = vd_select(r->gy > 0.0f, l.y1, l.y0);
    return l;
}

/** vdk_cell_hit() for those of `tested` that are over their cell from t to stop. */
VD_LANE_FN vd_ilanes cell_hits(const vdk_height_field *f, const rays *r, vd_ilanes tested,
                               vd_ilanes x, vd_ilanes y, const lines *l, vd_lanes t, vd_lanes stop,
                               vd_lanes *t_hit)
{
    vd_lanes h[4];
    vd_gather_squares(f->posts, f->stride, tested & x, tested & y, h);
    vd_lanes highest = vd_lanes_max(vd_lanes_max(h[0], h[1]), vd_lanes_max(h[2], h[3]));
    tested &= ~(lowest_of(r, t, stop) > highest);
    vd_lanes ox = r->fx - vd_lanes_of(x - r->cx), oy = r->fy - vd_lanes_of(y - r->cy);
    vd_lanes u0 = fraction(t, l->x0, l->x1, ox, r->gx), v0 = fraction(t, l->y0, l->y1, oy, r->gy);
    vd_lanes u1 = fraction(stop, l->x0, l->x1, ox, r->gx);
    vd_lanes v1 = fraction(stop, l->y0, l->y1, oy, r->gy);
    vd_lanes c = (r->z + t * r->gz) - patch_height(h, u0, v0);
    vd_lanes e = (r->z + stop * r->gz) - patch_height(h, u1, v1);
    vd_lanes b = 0.5f * (c + e + twist_of(h) * (u1 - u0) * (v1 - v0));
    vd_ilanes at_once = (c < 0.0f) | ((c == 0.0f) & (b <= 0.0f));
    vd_ilanes hits = tested & (at_once | (e < 0.0f) | ((b < 0.0f) & (b * b >= c * e)));
    vd_lanes d = vd_lanes_sqrt(vd_lanes_max(b * b - c * e, vd_lanes_all(0.0f)));
    vd_ilanes sags = b < 0.0f;
    vd_lanes s = vd_select(sags, c, b + d) / vd_select(sags, c + (d - b), (b + d) - e);
    *t_hit = vd_select(at_once, t, t + vd_lanes_clamp(s, 0.0f, 1.0f) * (stop - t));
    return hits;
}

/** vdk_own_cell_hit() for those of `tested` that leave their own cell at stop. */
VD_LANE_FN vd_ilanes own_cell_hits(const vdk_height_field *f, const rays *r, vd_ilanes tested,
                                   vd_lanes stop, vd_lanes *t_hit)
{
    vd_lanes h[4];
    vd_gather_squares(f->posts, f->stride, tested & r->cx, tested & r->cy, h);
    vd_lanes hu = lerp(h[1] - h[0], h[3] - h[2], r->fy);
    vd_lanes hv = lerp(h[2] - h[0], h[3] - h[1], r->fx);
    vd_lanes climb = r->gz - (hu * r->gx + hv * r->gy);
    vd_lanes bend = twist_of(h) * r->gx * r->gy;
    vd_ilanes sinks = climb <= 0.0f;
    *t_hit = vd_select(sinks, vd_lanes_all(0.0f), vd_lanes_min(climb / bend, stop));
    return tested & (stop > 0.0f) & (sinks | ~(climb - bend * stop > 0.0f));
}

/* ---- prepare ------------------------------------------------------------------------------ */

/** vdk_ray_make(), and when the ray leaves the raster or its heights. */
VD_LANE_FN rays make_rays(const vdk_height_field *f, const vd_ray_batch *batch, int i)
{
    const vd_lanes zero = vd_lanes_all(0.0f), least = vd_lanes_all(1.0e-20f);
    rays r;
    vd_lanes m[4] = {vd_lanes_all(f->to_grid[0]), vd_lanes_all(f->to_grid[1]),
                     vd_lanes_all(f->to_grid[2]), vd_lanes_all(f->to_grid[3])};
    r.cx = vd_ilanes_load(batch->cx + i);
    r.cy = vd_ilanes_load(batch->cy + i);
    r.fx = vd_lanes_load(batch->fx + i);
    r.fy = vd_lanes_load(batch->fy + i);
    r.z = vd_lanes_load(batch->z + i);
    if (f->metric_rows) {
        vd_ilanes row = vd_ilanes_clamp(r.cy, 0, f->metric_rows - 1);
        m[0] = vd_lanes_gather(f->row_metric, 2 * row);
        m[1] = m[2] = zero;
        m[3] = vd_lanes_gather(f->row_metric + 1, 2 * row);
    }
    vd_lanes dx = vd_lanes_load(batch->dx + i), dy = vd_lanes_load(batch->dy + i);
    r.gx = m[0] * dx + m[1] * dy;
    r.gy = m[2] * dx + m[3] * dy;
    r.gz = vd_lanes_load(batch->dz + i) / f->z_factor;
    r.gx = vd_select(vd_lanes_abs(r.gx) < least, vd_select(r.gx < zero, -least, least), r.gx);
    r.gy = vd_select(vd_lanes_abs(r.gy) < least, vd_select(r.gy < zero, -least, least), r.gy);
    r.ix = 1.0f / r.gx;
    r.iy = 1.0f / r.gy;
    r.margin = 2.0e-6f * (vd_lanes_abs(r.z) + vdk_max(vdk_abs(f->max), vdk_abs(f->min)));
    return r;
}

/** When rays have left all posts below. */
VD_LANE_FN vd_lanes top_of(const vdk_height_field *f, const rays *r)
{
    return vd_select(r->gz > 0.0f, (f->max - r->z + r->margin) / r->gz, vd_lanes_all(VDK_HUGE));
}

/** When rays that start over the raster leave it, or their heights. */
VD_LANE_FN vd_lanes end_of(const vdk_height_field *f, const rays *r, vd_lanes top)
{
    vd_ilanes line_x = vd_iselect(r->gx > 0.0f, vd_ilanes_all(f->cells_x - 1), vd_ilanes_all(0));
    vd_ilanes line_y = vd_iselect(r->gy > 0.0f, vd_ilanes_all(f->cells_y - 1), vd_ilanes_all(0));
    vd_lanes end_x = (vd_lanes_of(line_x - r->cx) + 0.5f - r->fx) * r->ix;
    vd_lanes end_y = (vd_lanes_of(line_y - r->cy) + 0.5f - r->fy) * r->iy;
    return vd_lanes_max(vd_lanes_min(vd_lanes_min(end_x, end_y), top), vd_lanes_all(0.0f));
}

/** Rays that start beyond the raster along one axis: vdk_side() != 0. */
VD_LANE_FN vd_ilanes is_beyond(vd_ilanes cell, vd_lanes part, int cells)
{
    return (cell < 0) | ((cell == 0) & (part < 0.5f)) | (cell >= cells) |
           ((cell == cells - 1) & (part > 0.5f));
}

/** The cell that a ray in the air starts in, along one axis: the next if it starts on its edge. */
VD_LANE_FN vd_ilanes first_cell(vd_ilanes cell, vd_lanes part, vd_lanes g, int cells)
{
    vd_ilanes next = vd_iselect(g > 0.0f, -(part >= 1.0f), part <= 0.0f);
    return vd_ilanes_clamp(cell + next, 0, cells - 1);
}

/** From a cell or node that rays leave at `out` on to the next, and up if that has another parent;
 *  those of `moves` only. */
VD_LANE_FN void leave(const layout *nodes, const rays *r, places *p, vd_ilanes moves,
                      vd_lanes out_x, vd_lanes out_y)
{
    vd_ilanes x = p->x + (moves & (out_x <= out_y) & (2 * backward(r->gx) + 1));
    vd_ilanes y = p->y + (moves & (out_y <= out_x) & (2 * backward(r->gy) + 1));
    vd_ilanes up = moves & ((((x ^ p->x) | (y ^ p->y)) >> 1) != 0) & (p->level < nodes->levels);
    p->x = vd_iselect(up, x >> 1, x);
    p->y = vd_iselect(up, y >> 1, y);
    p->level -= up;
    p->t = vd_select(moves, vd_lanes_min(out_x, out_y), p->t);
}

static void store_rays(vd_batch_work *work, int i, const rays *r)
{
    vd_lanes_store(work->gx + i, r->gx);
    vd_lanes_store(work->gy + i, r->gy);
    vd_lanes_store(work->gz + i, r->gz);
    vd_lanes_store(work->ix + i, r->ix);
    vd_lanes_store(work->iy + i, r->iy);
    vd_lanes_store(work->margin + i, r->margin);
    vd_lanes_store(work->end + i, r->end);
}

static void list_lanes(vd_batch_list *list, vd_ilanes mask, int i, int count)
{
    for (unsigned bits = vd_lanes_bits(mask) & ((1u << count) - 1); bits; bits &= bits - 1)
        list->ray[list->count++] = i + __builtin_ctz(bits);
}

/** Rays i to i + 7, which may be more than the batch has: those of index i + count on are made of
 *  whatever lies there and forgotten. */
static void prepare(const vdk_height_field *f, const layout *nodes, const vd_ray_batch *batch,
                    vd_batch_work *work, int i, int count)
{
    rays r = make_rays(f, batch, i);
    vd_lanes top = top_of(f, &r), out_t;
    r.end = end_of(f, &r, top);
    vd_ilanes outside = is_beyond(r.cx, r.fx, f->cells_x) | is_beyond(r.cy, r.fy, f->cells_y);
    places p = {r.cx, r.cy, vd_ilanes_all(0), vd_lanes_all(0.0f)};
    if (!batch->on_surface) {
        p.x = first_cell(r.cx, r.fx, r.gx, f->cells_x);
        p.y = first_cell(r.cy, r.fy, r.gy, f->cells_y);
    }
    lines l = lines_of(&r, p.x, p.y);
    vd_lanes out = vd_lanes_min(l.out_x, l.out_y), stop = vd_lanes_min(out, r.end);
    vd_ilanes hits = batch->on_surface
                         ? own_cell_hits(f, &r, ~outside, stop, &out_t)
                         : cell_hits(f, &r, ~outside, p.x, p.y, &l, p.t, stop, &out_t);
    vd_ilanes moves = ~outside & ~hits & ~(out >= r.end);
    leave(nodes, &r, &p, moves, l.out_x, l.out_y);
    store_rays(work, i, &r);
    vd_ilanes_store(work->x + i, p.x);
    vd_ilanes_store(work->y + i, p.y);
    vd_ilanes_store(work->level + i, p.level);
    vd_lanes_store(work->t + i, vd_select(hits, out_t, p.t));
    list_lanes(&work->hits, hits, i, count);
    list_lanes(&work->walks, moves, i, count);
    list_lanes(&work->outside, outside, i, count);
    vd_ilanes goes_on = ~(r.end >= top) & -(f->border == VDK_BORDER_EXTEND);
    vd_ilanes_store(work->goes_on + i, goes_on);
    list_lanes(&work->cleared, ~outside & ~hits & ~moves & goes_on, i, count);
}

/* ---- walk --------------------------------------------------------------------------------- */

static void load_lane(const vd_ray_batch *batch, const vd_batch_work *work, group *g, int lane,
                      int i)
{
    g->ray[lane] = i;
    g->cx[lane] = batch->cx[i];
    g->cy[lane] = batch->cy[i];
    g->fx[lane] = batch->fx[i];
    g->fy[lane] = batch->fy[i];
    g->z[lane] = batch->z[i];
    g->gx[lane] = work->gx[i];
    g->gy[lane] = work->gy[i];
    g->gz[lane] = work->gz[i];
    g->ix[lane] = work->ix[i];
    g->iy[lane] = work->iy[i];
    g->margin[lane] = work->margin[i];
    g->end[lane] = work->end[i];
    g->x[lane] = work->x[i];
    g->y[lane] = work->y[i];
    g->level[lane] = work->level[i];
    g->t[lane] = work->t[i];
    g->live[lane] = -1;
    g->hit[lane] = 0;
}

VD_LANE_FN rays rays_of(const group *g)
{
    return (rays){vd_ilanes_load(g->cx), vd_ilanes_load(g->cy),    vd_lanes_load(g->fx),
                  vd_lanes_load(g->fy),  vd_lanes_load(g->z),      vd_lanes_load(g->gx),
                  vd_lanes_load(g->gy),  vd_lanes_load(g->gz),     vd_lanes_load(g->ix),
                  vd_lanes_load(g->iy),  vd_lanes_load(g->margin), vd_lanes_load(g->end)};
}
VD_LANE_FN places places_of(const group *g)
{
    return (places){vd_ilanes_load(g->x), vd_ilanes_load(g->y), vd_ilanes_load(g->level),
                    vd_lanes_load(g->t)};
}
VD_LANE_FN void store_places(group *g, const places *p)
{
    vd_ilanes_store(g->x, p->x);
    vd_ilanes_store(g->y, p->y);
    vd_ilanes_store(g->level, p->level);
    vd_lanes_store(g->t, p->t);
}

/** vdk_node_max() where the level is not 0; anything else elsewhere. */
VD_LANE_FN vd_lanes node_max(const vdk_height_field *f, const layout *nodes, const places *p)
{
    vd_ilanes is_quarter = p->level == 1;
    vd_ilanes x = p->x >> (is_quarter & 1), y = p->y >> (is_quarter & 1);
    vd_ilanes offset = vd_table_at(&nodes->start, p->level) +
                       y * vd_table_at(&nodes->row, p->level) +
                       (x << vd_table_at(&nodes->shift, p->level));
    vd_ilanes word = vd_gather_words(f->blocks, offset);
    vd_ilanes nibble = 16 + 4 * (2 * (p->y & 1) + (p->x & 1));
    vd_ilanes drop = vd_table_at(&nodes->drop, (word >> nibble) & 15) & is_quarter;
    return f->quantum_base + vd_lanes_of((word & 0xffff) - drop) * f->quantum;
}

/** Takes all live rays that are at a node one node on: into it, or past it. */
static inline void node_step(const vdk_height_field *f, const layout *nodes, group *g)
{
    rays r = rays_of(g);
    places p = places_of(g);
    vd_ilanes live = vd_ilanes_load(g->live);
    vd_ilanes at_node = live & (p.level > 0);
    if (!vd_lanes_bits(at_node)) return;
    places safe = {at_node & p.x, at_node & p.y, at_node & p.level, p.t};
    vd_lanes highest = node_max(f, nodes, &safe);
    vd_ilanes back_x = backward(r.gx), back_y = backward(r.gy);
    vd_lanes out_x = time_x(&r, (p.x + 1 + back_x) << p.level);
    vd_lanes out_y = time_y(&r, (p.y + 1 + back_y) << p.level);
    vd_lanes out = vd_lanes_min(out_x, out_y);
    vd_ilanes into = at_node & (lowest_of(&r, p.t, vd_lanes_min(out, r.end)) <= highest);
    vd_ilanes moves = at_node & ~into, below = p.level - 1;
    vd_ilanes past_x = p.t >= time_x(&r, (2 * p.x + 1) << below);
    vd_ilanes past_y = p.t >= time_y(&r, (2 * p.y + 1) << below);
    p.x = vd_iselect(into, 2 * p.x - (past_x ^ back_x), p.x);
    p.y = vd_iselect(into, 2 * p.y - (past_y ^ back_y), p.y);
    p.level = vd_iselect(into, below, p.level);
    leave(nodes, &r, &p, moves, out_x, out_y);
    store_places(g, &p);
    vd_ilanes_store(g->live, live & ~(moves & (out >= r.end)));
}

/** Tests all live rays that are at a cell, and takes those that do not hit it on. */
static inline void cell_step(const vdk_height_field *f, const layout *nodes, group *g)
{
    places p = places_of(g);
    vd_ilanes live = vd_ilanes_load(g->live);
    vd_ilanes at_cell = live & (p.level == 0);
    if (!vd_lanes_bits(at_cell)) return;
    rays r = rays_of(g);
    lines l = lines_of(&r, p.x, p.y);
    vd_lanes out = vd_lanes_min(l.out_x, l.out_y), t_hit;
    vd_ilanes hits = cell_hits(f, &r, at_cell, p.x, p.y, &l, p.t, vd_lanes_min(out, r.end), &t_hit);
    vd_ilanes moves = at_cell & ~hits;
    leave(nodes, &r, &p, moves, l.out_x, l.out_y);
    p.t = vd_select(hits, t_hit, p.t);
    store_places(g, &p);
    vd_ilanes_store(g->hit, vd_ilanes_load(g->hit) | hits);
    vd_ilanes_store(g->live, live & ~hits & ~(moves & (out >= r.end)));
}

/** Writes down what became of the ray in a lane. */
static void retire(const group *g, int lane, vd_batch_work *work)
{
    int i = g->ray[lane];
    if (g->hit[lane]) {
        work->x[i] = g->x[lane];
        work->y[i] = g->y[lane];
        work->t[i] = g->t[lane];
        work->hits.ray[work->hits.count++] = i;
    } else if (work->goes_on[i]) {
        work->cleared.ray[work->cleared.count++] = i;
    }
}

static void walk(const vdk_height_field *f, const layout *nodes, const vd_ray_batch *batch,
                 vd_batch_work *work)
{
    group groups[GROUPS];
    uint32_t alive = 0; /* a bit for each lane */
    int next = 0;
    memset(groups, 0, sizeof(groups));
    for (;;) {
        for (uint32_t idle = ~alive; idle && next < work->walks.count; idle &= idle - 1) {
            int lane = __builtin_ctz(idle);
            load_lane(batch, work, &groups[lane / VD_LANES], lane % VD_LANES,
                      work->walks.ray[next++]);
            alive |= 1u << lane;
        }
        if (!alive) return;
        for (int step = 0; step < NODE_STEPS; step++)
            for (int k = 0; k < GROUPS; k++) node_step(f, nodes, &groups[k]);
        uint32_t still = 0;
        for (int k = 0; k < GROUPS; k++) {
            cell_step(f, nodes, &groups[k]);
            still |= vd_lanes_bits(vd_ilanes_load(groups[k].live)) << (k * VD_LANES);
        }
        for (uint32_t done = alive & ~still; done; done &= done - 1) {
            int lane = __builtin_ctz(done);
            retire(&groups[lane / VD_LANES], lane % VD_LANES, work);
        }
        alive = still;
    }
}

/* ---- finish ------------------------------------------------------------------------------- */

static vdk_ray scalar_ray(const vdk_height_field *f, const vd_ray_batch *batch, int i)
{
    vdk_position origin = {batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
    return vdk_ray_make(f, origin, vdk_vec_make(batch->dx[i], batch->dy[i], batch->dz[i]),
                        batch->on_surface);
}

/** Traces on beyond the raster, where the scalar code does it. */
static void go_beyond(const vdk_height_field *f, vd_ray_batch *batch, const vd_batch_list *list,
                      int cleared)
{
    for (int n = 0; n < list->count; n++) {
        int i = list->ray[n];
        vdk_ray r = scalar_ray(f, batch, i);
        batch->hit[i] = vdk_trace_beyond(f, &r, cleared, &batch->at[i]) == VDK_HIT;
    }
}

/** vdk_on_patch() for eight rays of the list of hits. */
static void place_hits(const vdk_height_field *f, vd_ray_batch *batch, const vd_batch_work *work,
                       const int *list)
{
    rays r = {0};
    vd_ilanes x, y;
    vd_lanes t, h[4];
    for (int k = 0; k < VD_LANES; k++) {
        int i = list[k];
        r.cx[k] = batch->cx[i];
        r.cy[k] = batch->cy[i];
        r.fx[k] = batch->fx[i];
        r.fy[k] = batch->fy[i];
        r.gx[k] = work->gx[i];
        r.gy[k] = work->gy[i];
        r.ix[k] = work->ix[i];
        r.iy[k] = work->iy[i];
        x[k] = work->x[i];
        y[k] = work->y[i];
        t[k] = work->t[i];
    }
    lines l = lines_of(&r, x, y);
    vd_lanes u = fraction(t, l.x0, l.x1, r.fx - vd_lanes_of(x - r.cx), r.gx);
    vd_lanes v = fraction(t, l.y0, l.y1, r.fy - vd_lanes_of(y - r.cy), r.gy);
    vd_gather_squares(f->posts, f->stride, x, y, h);
    vd_lanes z = patch_height(h, u, v);
    for (int k = 0; k < VD_LANES; k++)
        batch->at[list[k]] = (vdk_position){x[k], y[k], u[k], v[k], z[k]};
}

static void finish(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work)
{
    vd_batch_list *hits = &work->hits;
    memset(batch->hit, 0, sizeof(*batch->hit) * (size_t)batch->count);
    for (int n = 0; n < hits->count; n++) batch->hit[hits->ray[n]] = 1;
    if (!batch->any_hit && hits->count > 0) {
        for (int n = 1; n < VD_LANES; n++)
            hits->ray[hits->count - 1 + n] = hits->ray[hits->count - 1];
        for (int n = 0; n < hits->count; n += VD_LANES) place_hits(f, batch, work, hits->ray + n);
    }
    go_beyond(f, batch, &work->outside, 0);
    go_beyond(f, batch, &work->cleared, 1);
}

void vd_walk_avx2(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work)
{
    const layout nodes = lay_out(f);
    work->hits.count = work->walks.count = work->outside.count = work->cleared.count = 0;
    for (int i = 0; i < batch->count; i += VD_LANES) {
        int left = batch->count - i;
        prepare(f, &nodes, batch, work, i, left < VD_LANES ? left : VD_LANES);
    }
    walk(f, &nodes, batch, work);
    finish(f, batch, work);
}
