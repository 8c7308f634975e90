/* The kernel in lanes: mathematics, random numbers and the ground.
 *
 * Each function here is the one of its name in the kernel (vdk_ and all), for VD_LANES paths side
 * by side, with the same operations in the same order, so that each lane has the bits that the
 * scalar function would give. Where that branches both ways are taken and a mask selects; where the
 * answer is the same for all paths of a scene the branch stays. Lanes that hold no path compute
 * something from what lies there, so only indices of loads are kept from them. */
#ifndef VD_KERNEL_LANES_H
#define VD_KERNEL_LANES_H

#include "kernel/view.h"
#include "terrain/field_lanes.h"

/* ---- kernel/math.h ------------------------------------------------------------------------- */

typedef struct vec {
    vd_lanes x, y, z;
} vec;

VD_LANE_FN vec vec_all(vdk_vec v)
{
    return (vec){vd_lanes_all(v.x), vd_lanes_all(v.y), vd_lanes_all(v.z)};
}
VD_LANE_FN vec vec_add(vec a, vec b)
{
    return (vec){a.x + b.x, a.y + b.y, a.z + b.z};
}
VD_LANE_FN vec vec_scale(vec a, vd_lanes s)
{
    return (vec){a.x * s, a.y * s, a.z * s};
}
VD_LANE_FN vec vec_mul(vec a, vec b)
{
    return (vec){a.x * b.x, a.y * b.y, a.z * b.z};
}
VD_LANE_FN vd_lanes vec_dot(vec a, vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
VD_LANE_FN vec vec_normalize(vec a)
{
    return vec_scale(a, 1.0f / vd_lanes_sqrt(vec_dot(a, a)));
}
VD_LANE_FN vd_lanes vec_max(vec a)
{
    return vd_lanes_max(a.x, vd_lanes_max(a.y, a.z));
}
VD_LANE_FN vec vec_select(vd_mask mask, vec a, vec b)
{
    return (vec){vd_select(mask, a.x, b.x), vd_select(mask, a.y, b.y), vd_select(mask, a.z, b.z)};
}

VD_LANE_FN vd_ilanes ifloor(vd_lanes x)
{
    vd_ilanes i = vd_ilanes_of(x);
    return i + vd_ilanes_of_mask(vd_lt(x, vd_lanes_of(i)));
}

VD_LANE_FN vd_lanes exp2_lanes(vd_lanes x)
{
    vd_mask low = vd_not(vd_le(vd_lanes_all(-126.0f), x)), high = vd_le(vd_lanes_all(128.0f), x);
    x = vd_lanes_clamp(x, -126.0f, 128.0f);
    vd_ilanes n = ifloor(x + 0.5f);
    vd_lanes f = (x - vd_lanes_of(n)) * VDK_LN2;
    vd_lanes p = VDK_EXP_SERIES(f);
    vd_ilanes n0 = (n - (n >> 31)) >> 1; /* n / 2, towards zero */
    p = p * (vd_lanes)(vd_ilanes)((vd_ulanes)(n0 + 127) << 23) *
        (vd_lanes)(vd_ilanes)((vd_ulanes)(n - n0 + 127) << 23);
    return vd_select(low, (vd_lanes){0}, vd_select(high, vd_lanes_all(VDK_HUGE), p));
}

VD_LANE_FN vd_lanes log2_lanes(vd_lanes x)
{
    vd_mask is_normal = vd_lt(vd_lanes_all(1.1754944e-38f), x);
    vd_ulanes bits = (vd_ulanes)(vd_ilanes)x;
    vd_ilanes exponent = (vd_ilanes)(bits >> 23) - 127;
    vd_lanes m = (vd_lanes)(vd_ilanes)((bits & 0x007fffffu) | 0x3f800000u);
    vd_mask above = vd_lt(vd_lanes_all(1.41421356f), m);
    m = vd_select(above, m * 0.5f, m);
    exponent = exponent - vd_ilanes_of_mask(above);
    vd_lanes s = (m - 1.0f) / (m + 1.0f);
    vd_lanes q = s * s;
    return vd_select(is_normal, vd_lanes_of(exponent) + 2.0f * VDK_LOG2E * s * VDK_ATANH_SERIES(q),
                     vd_lanes_all(-VDK_HUGE));
}

/** vdk_expf() and vdk_logf() */
VD_LANE_FN vd_lanes exp_lanes(vd_lanes x)
{
    return exp2_lanes(x * VDK_LOG2E);
}
VD_LANE_FN vd_lanes log_lanes(vd_lanes x)
{
    return log2_lanes(x) * VDK_LN2;
}

VD_LANE_FN void sincos_turns(vd_lanes u, vd_lanes *sine, vd_lanes *cosine)
{
    vd_ilanes quarter = ifloor(4.0f * u + 0.5f);
    vd_lanes a = (u - 0.25f * vd_lanes_of(quarter)) * (2.0f * VDK_PI);
    vd_lanes q = a * a;
    vd_lanes s = VDK_SIN_SERIES(a, q), c = VDK_COS_SERIES(q);
    vd_mask swap = vd_ieq(quarter & 1, vd_ilanes_all(1));
    /* The sign bit: sines of quarters 2 and 3 are negative, cosines of 1 and 2. */
    vd_ulanes turn = (vd_ulanes)quarter;
    vd_ilanes sine_sign = (vd_ilanes)((turn & 2u) << 30);
    vd_ilanes cosine_sign = (vd_ilanes)(((turn + 1u) & 2u) << 30);
    *sine = (vd_lanes)((vd_ilanes)vd_select(swap, c, s) ^ sine_sign);
    *cosine = (vd_lanes)((vd_ilanes)vd_select(swap, s, c) ^ cosine_sign);
}

VD_LANE_FN vec vec_from_frame(vec n, vd_lanes a, vd_lanes b, vd_lanes c)
{
    vd_lanes sign = vd_select(vd_lt(n.z, (vd_lanes){0}), vd_lanes_all(-1.0f), vd_lanes_all(1.0f));
    vd_lanes p = -1.0f / (sign + n.z);
    vd_lanes q = n.x * n.y * p;
    return (vec){(1.0f + sign * n.x * n.x * p) * a + q * b + n.x * c,
                 sign * q * a + (sign + n.y * n.y * p) * b + n.y * c,
                 -sign * n.x * a - n.y * b + n.z * c};
}

/** vdk_cosine_about() */
VD_LANE_FN vec cosine_about(vec axis, vd_lanes u, vd_lanes v)
{
    vd_lanes sine, cosine, radius = vd_lanes_sqrt(u);
    sincos_turns(v, &sine, &cosine);
    return vec_from_frame(axis, radius * cosine, radius * sine,
                          vd_lanes_sqrt(vd_lanes_max(1.0f - u, (vd_lanes){0})));
}

/** vdk_cosine_pdf() */
VD_LANE_FN vd_lanes cosine_pdf(vec axis, vec direction)
{
    return vd_lanes_max(vec_dot(axis, direction), (vd_lanes){0}) * VDK_INV_PI;
}

/* ---- kernel/hash.h, kernel/blue_index.h and kernel/sampler.h -------------------------------- */

typedef struct sampler {
    int pattern;
    vd_ulanes hash, place, index_reversed;
} sampler;

VD_LANE_FN vd_ulanes reverse_bits(vd_ulanes x)
{
    return (vd_ulanes)vd_reverse_bits((vd_ilanes)x);
}
VD_LANE_FN vd_ulanes laine_karras(vd_ulanes x, vd_ulanes seed)
{
    x += seed;
    x ^= x * 0x6c50b47cu;
    x ^= x * 0xb82f1e52u;
    x ^= x * 0xc7afe638u;
    x ^= x * 0x8d22f6e6u;
    return x;
}
VD_LANE_FN vd_ulanes hash_combine(vd_ulanes h, vd_ulanes x)
{
    x = h ^ (x + 0x9e3779b9u + (h << 6) + (h >> 2));
    x ^= x >> 16;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    return x ^ (x >> 16);
}
VD_LANE_FN vd_lanes unit_float(vd_ulanes x)
{
    return vd_lanes_of((vd_ilanes)(x >> 8)) * (1.0f / 16777216.0f);
}
VD_LANE_FN vd_ulanes sobol_second_reversed(vd_ulanes index)
{
    index ^= (index >> 16) & 0x0000ffffu;
    index ^= (index >> 8) & 0x00ff00ffu;
    index ^= (index >> 4) & 0x0f0f0f0fu;
    index ^= (index >> 2) & 0x33333333u;
    return index ^ ((index >> 1) & 0x55555555u);
}

VD_LANE_FN vd_ulanes blue_place(vd_ulanes x, vd_ulanes y)
{
    vd_ulanes place = {0};
    for (int i = 0; i < VDK_BLUE_BITS / 2; i++)
        place |= ((x >> (3 - i)) & 1u) << (2 * i) | ((y >> (3 - i)) & 1u) << (2 * i + 1);
    return place;
}
VD_LANE_FN vd_ulanes blue_turn(vd_ulanes place, vd_ulanes mask)
{
    vd_ulanes b = place & 0x55u, c = (place >> 1) & 0x55u;
    return place ^ ((b ^ c ^ (b << 1)) & mask);
}
VD_LANE_FN vd_ulanes blue_scramble(vd_ulanes place, vd_ulanes seed)
{
    vd_ulanes turns = laine_karras(place, seed * 0x27d4eb2fu + 3u) << 2 | seed >> 30;
    place = blue_turn(place, (turns & 0x55u) * 3u);
    place = blue_turn(place, (turns >> 1 & 0x55u) * 3u);
    return laine_karras(place, seed * 0xc2b2ae3du + 4u) & 0xffu;
}
VD_LANE_FN vd_ulanes blue_index(vd_ulanes place, vd_ulanes sample)
{
    vd_ulanes high = (place >> 2) & 0x33u;
    place ^= high ^ high << 1;
    high = place >> 4;
    place ^= high ^ high << 2;
    return sample << 8 ^ sample << 4 ^ sample ^ place;
}

/** vdk_sampler_at() and vdk_sampler_seek(). */
VD_LANE_FN sampler sampler_at(int pattern, vdk_uint seed, vd_ulanes x, vd_ulanes y,
                              vd_ulanes sample)
{
    sampler s = {pattern, (vd_ulanes){0} + vdk_hash(seed), {0}, reverse_bits(sample)};
    if (pattern != VDK_PATTERN_INDEPENDENT) {
        s.place = blue_place(x, y);
        x /= VDK_BLUE_TILE;
        y /= VDK_BLUE_TILE;
    }
    s.hash = hash_combine(hash_combine(s.hash, x), y);
    return s;
}

VD_LANE_FN vd_ulanes sample_index(const sampler *s, vd_ulanes seed)
{
    if (s->pattern == VDK_PATTERN_INDEPENDENT)
        return reverse_bits(laine_karras(s->index_reversed, seed));
    vd_ulanes sample = laine_karras(s->index_reversed >> VDK_BLUE_BITS, seed) << VDK_BLUE_BITS;
    return blue_index(blue_scramble(s->place, seed), reverse_bits(sample));
}
VD_LANE_FN void sample_2d(const sampler *s, vd_ulanes pad, vd_lanes *u, vd_lanes *v)
{
    vd_ulanes seed = hash_combine(s->hash, pad);
    vd_ulanes index = sample_index(s, seed);
    *u = unit_float(reverse_bits(laine_karras(index, seed * 0x9e3779b1u + 1u)));
    *v = unit_float(
        reverse_bits(laine_karras(sobol_second_reversed(index), seed * 0x85ebca77u + 2u)));
}
VD_LANE_FN vd_lanes sample_1d(const sampler *s, vd_ulanes pad)
{
    vd_ulanes seed = hash_combine(s->hash, pad);
    vd_ulanes index = sample_index(s, seed);
    return unit_float(reverse_bits(laine_karras(index, seed * 0x9e3779b1u + 1u)));
}

/* ---- kernel/height_field.h and kernel/surface.h --------------------------------------------- */

typedef struct position {
    vd_ilanes cx, cy;
    vd_lanes fx, fy, z;
} position;

typedef struct surface {
    vec geometric, shading;
    vd_lanes agreement;
    vec albedo;
} surface;

/* Four posts: [0] and [1] in a column of a pair of rows (vdk_post_index()), [2] and [3] in the
 * next.
 */
typedef struct square {
    vd_lanes of[4];
} square;

/** Posts from (column, 2 pair) on of lanes that are `live`, something for others: all posts that
 * are read here come through this. */
VD_LANE_FN square square_at(const vdk_height_field *f, vd_mask live, vd_ilanes column,
                            vd_ilanes pair)
{
    square s;
    if (f->block_shift) {
        vd_narrow_square(f, live, column, pair, s.of);
        return s;
    }
    vd_ulanes index = (vd_ulanes)pair * (uint32_t)f->stride + 2u * (vd_ulanes)column;
    vd_gather_fours(f->posts, vd_ilanes_where(live, (vd_ilanes)index), s.of);
    return s;
}

/** Moves lanes beyond the raster along one axis to its edge. Returns which were: vdk_side() != 0.
 */
VD_LANE_FN vd_mask to_edge(vd_ilanes *cell, vd_lanes *fraction, int cells)
{
    const vd_ilanes zero = {0}, last = vd_ilanes_all(cells - 1);
    const vd_lanes half = vd_lanes_all(0.5f);
    vd_mask low = vd_igt(zero, *cell) | (vd_ieq(*cell, zero) & vd_lt(*fraction, half));
    vd_mask high = vd_igt(*cell, last) | (vd_ieq(*cell, last) & vd_lt(half, *fraction));
    *cell = vd_iselect(low, zero, vd_iselect(high, last, *cell));
    *fraction = vd_select(low | high, half, *fraction);
    return low | high;
}

VD_LANE_FN vec normal_from_gradient(const vdk_height_field *f, const vd_lanes m[4], vd_lanes hu,
                                    vd_lanes hv)
{
    return vec_normalize((vec){-f->z_factor * (hu * m[0] + hv * m[2]),
                               -f->z_factor * (hu * m[1] + hv * m[3]), vd_lanes_all(1.0f)});
}

/* The posts that the slopes at a cell's corners are taken from, where it counts those from the one
 * before the cell to the one after: h[row][column], the cell's corners at [1][1] to [2][2], none
 * diagonal to them. At the raster's edge a post is its own neighbour. */
typedef struct surroundings {
    vd_mask first_x, last_x, first_y, last_y; /* rows and columns of cells */
    vd_lanes h[4][4];
} surroundings;

/** Four columns of an upper (0) or lower (1) row of a pair, from squares with the first two and the
 *  last two of them; at the raster's edge those are a column off. */
VD_LANE_FN void columns_of(const surroundings *s, const square squares[2], int row, vd_lanes out[4])
{
    const vd_lanes *left = squares[0].of, *right = squares[1].of;
    out[0] = left[row];
    out[1] = vd_select(s->first_x, left[row], left[2 + row]);
    out[2] = vd_select(s->last_x, right[2 + row], right[row]);
    out[3] = right[2 + row];
}

/** The posts around cells of the raster. They lie in two pairs of rows if the cell's row is odd; if
 *  it is even its corners are all in one, and the rows before and after in the pairs beside it. */
VD_LANE_FN surroundings surroundings_of(const vdk_height_field *f, vd_mask live, vd_ilanes cx,
                                        vd_ilanes cy)
{
    const vd_ilanes zero = {0}, last = vd_ilanes_all(f->cells_x - 1);
    surroundings s = {.first_x = vd_ieq(cx, zero),
                      .last_x = vd_ieq(cx, last),
                      .first_y = vd_ieq(cy, zero),
                      .last_y = vd_ieq(cy, vd_ilanes_all(f->cells_y - 1))};
    vd_mask is_odd = vd_ieq(cy & 1, vd_ilanes_all(1));
    vd_ilanes before = vd_ilanes_max(cx - 1, zero), after = vd_ilanes_min(cx + 1, last);
    vd_ilanes pair = cy >> 1, pair_before = vd_ilanes_max(pair - 1, zero);
    vd_ilanes pair_after = vd_ilanes_min(pair + 1, vd_ilanes_all(f->cells_y >> 1));
    square own[2] = {square_at(f, live, before, pair), square_at(f, live, after, pair)};
    square next[2] = {square_at(f, live, before, pair_after),
                      square_at(f, live, after, pair_after)};
    square previous = square_at(f, live, cx, pair_before);
    vd_lanes own_row[2][4], next_row[2][4];
    for (int row = 0; row < 2; row++) {
        columns_of(&s, own, row, own_row[row]);
        columns_of(&s, next, row, next_row[row]);
    }
    for (int i = 0; i < 4; i++) {
        s.h[1][i] = vd_select(is_odd, own_row[1][i], own_row[0][i]);
        s.h[2][i] = vd_select(is_odd, next_row[0][i], own_row[1][i]);
    }
    for (int i = 1; i <= 2; i++) {
        vd_lanes upper = vd_select(is_odd, own_row[0][i], previous.of[2 * i - 1]);
        vd_lanes lower = vd_select(is_odd, next_row[1][i], next_row[0][i]);
        s.h[0][i] = vd_select(s.first_y, s.h[1][i], upper);
        s.h[3][i] = vd_select(s.last_y, s.h[2][i], lower);
    }
    return s;
}

/** vdk_post_gradient() at a cell's corners, and between them. The numbers of cells that slopes are
 *  taken over are 1 or 2, so that multiplying by the inverse is dividing. */
VD_LANE_FN void smooth_gradient(const surroundings *s, vd_lanes fx, vd_lanes fy, vd_lanes *hu,
                                vd_lanes *hv)
{
    const vd_lanes one = vd_lanes_all(1.0f), half = vd_lanes_all(0.5f);
    vd_lanes left = vd_select(s->first_x, one, half), right = vd_select(s->last_x, one, half);
    vd_lanes upper = vd_select(s->first_y, one, half), lower = vd_select(s->last_y, one, half);
    vd_lanes u[4], v[4];
    for (int k = 0; k < 2; k++) {
        u[2 * k] = (s->h[1 + k][2] - s->h[1 + k][0]) * left;
        u[2 * k + 1] = (s->h[1 + k][3] - s->h[1 + k][1]) * right;
        v[k] = (s->h[2][1 + k] - s->h[0][1 + k]) * upper;
        v[2 + k] = (s->h[3][1 + k] - s->h[1][1 + k]) * lower;
    }
    *hu = lerp(lerp(u[0], u[1], fx), lerp(u[2], u[3], fx), fy);
    *hv = lerp(lerp(v[0], v[1], fx), lerp(v[2], v[3], fx), fy);
}

/** vdk_albedo_at(); what is under a ramp or a drape is looked up path by path. */
VD_LANE_FN vec albedo_at(const vdk_scene *scene, vd_mask live, const position *p)
{
    if (scene->ramp.count == 0 && scene->drape.levels == 0)
        return vec_all(scene->material.base_color);
    vec albedo = {{0}, {0}, {0}};
    for (unsigned left = vd_bits(live); left; left &= left - 1) {
        int i = __builtin_ctz(left);
        vdk_position at = {p->cx[i], p->cy[i], p->fx[i], p->fy[i], p->z[i]};
        vdk_vec of = vdk_albedo_at(scene, at);
        albedo.x[i] = of.x;
        albedo.y[i] = of.y;
        albedo.z[i] = of.z;
    }
    return albedo;
}

/** vdk_patch_gradient() */
VD_LANE_FN void patch_gradient(vd_lanes h00, vd_lanes h10, vd_lanes h01, vd_lanes h11, vd_lanes u,
                               vd_lanes v, vd_lanes *hu, vd_lanes *hv)
{
    *hu = lerp(h10 - h00, h11 - h01, v);
    *hv = lerp(h01 - h00, h11 - h10, u);
}

VD_LANE_FN surface surface_at(const vdk_scene *scene, vd_mask live, const position *p)
{
    const vdk_height_field *f = &scene->terrain;
    const vd_lanes zero = {0};
    position at = *p;
    surface s;
    vd_lanes m[4], hu, hv;
    vd_mask beyond_x = to_edge(&at.cx, &at.fx, f->cells_x);
    vd_mask beyond_y = to_edge(&at.cy, &at.fy, f->cells_y);
    metric_at(f, at.cy, m);
    s.albedo = albedo_at(scene, live, p);
    if (!f->smooth_normals) {
        vd_lanes h[4];
        patches_at(f, live, at.cx, at.cy, h);
        patch_gradient(h[0], h[1], h[2], h[3], at.fx, at.fy, &hu, &hv);
        s.geometric = normal_from_gradient(f, m, vd_select(beyond_x, zero, hu),
                                           vd_select(beyond_y, zero, hv));
        s.shading = s.geometric;
        s.agreement = vd_lanes_all(1.0f);
        return s;
    }
    surroundings around = surroundings_of(f, live, at.cx, at.cy);
    patch_gradient(around.h[1][1], around.h[1][2], around.h[2][1], around.h[2][2], at.fx, at.fy,
                   &hu, &hv);
    s.geometric =
        normal_from_gradient(f, m, vd_select(beyond_x, zero, hu), vd_select(beyond_y, zero, hv));
    smooth_gradient(&around, at.fx, at.fy, &hu, &hv);
    s.shading = vec_select(beyond_x | beyond_y, s.geometric, normal_from_gradient(f, m, hu, hv));
    s.agreement = vec_dot(s.geometric, s.shading);
    return s;
}

VD_LANE_FN vd_lanes terminator(const surface *s, vec wi)
{
    const vd_lanes zero = {0};
    vd_lanes cos_geometric = vec_dot(s->geometric, wi);
    vd_lanes cos_shading = vec_dot(s->shading, wi);
    vd_lanes unfaded = cos_shading * s->agreement;
    vd_lanes g = cos_geometric / unfaded;
    vd_lanes faded =
        vd_select(vd_le(unfaded, cos_geometric), vd_lanes_all(1.0f), g * (1.0f + g * (1.0f - g)));
    return vd_select(vd_le(cos_geometric, zero) | vd_le(cos_shading, zero), zero, faded);
}

#endif
