/* First vertices into the sums of AOVs, in lanes, for one instruction set.
 *
 * kernel/record.h for VD_LANES paths at a time, by the rules of kernel_lanes.h. New paths stand in
 * the order of their samples, so that lanes side by side are mostly of one pixel, and what they
 * have is added to its sums at once. That is free in its order because sums are exact: each number
 * is rounded to a multiple of a small power of two (vd_lanes_total()), of which a double can hold
 * the sum of 65,536 samples. So a pixel has the same bits whatever the number of lanes, and however
 * its samples came in passes.
 *
 * Where only some samples meet a surface, ids and the like of the first that does are added once
 * for each that does, and divided by their number when they are read; a least depth likewise. Of a
 * place first comes the block of PLACE_CELLS cells where its first sample is, and then the mean
 * distance from that block, in cells: two floats that are as precise as a double.
 *
 * A file that includes this defines VD_RECORDING. */
#include "kernel/record.h"
#include "render/kernel_lanes.h"
#include "render/record.h"

#define PLACE_BITS 6

VD_LANE_FN vd_lanes item(const vd_wave_item *of, int i)
{
    return vd_lanes_load(of->f + i);
}
VD_LANE_FN vd_ilanes whole_item(const vd_wave_item *of, int i)
{
    return vd_ilanes_load(of->i + i);
}
VD_LANE_FN vec vec_item(const vd_wave_item of[3], int i)
{
    return (vec){item(&of[0], i), item(&of[1], i), item(&of[2], i)};
}
VD_LANE_FN position position_of(const vd_wave_item *path, int i)
{
    return (position){whole_item(&path[VD_PATH_CX], i), whole_item(&path[VD_PATH_CY], i),
                      item(&path[VD_PATH_FX], i), item(&path[VD_PATH_FY], i),
                      item(&path[VD_PATH_Z], i)};
}
/** Shaders of plain ground do not say that it is ground. */
VD_LANE_FN vd_ilanes parts_of(const vdk_scene *scene, const vd_wave_item *path, int i)
{
    return scene->plain ? vd_ilanes_all(VDK_PART_GROUND) : whole_item(&path[VD_PATH_PART], i);
}

/* ---- rays ---------------------------------------------------------------------------------- */

/** vdk_sun_seen_direction() of a single sun that is a disc. */
VD_LANE_FN vec disc_direction(const vdk_sun *sun, vd_lanes u, vd_lanes v)
{
    vd_lanes sine, cosine, z = 1.0f - u * (1.0f - sun->cos_half);
    vd_lanes radius = vd_lanes_sqrt(vd_lanes_max(1.0f - z * z, (vd_lanes){0}));
    sincos_turns(v, &sine, &cosine);
    return vec_from_frame(vec_all(sun->direction), radius * cosine, radius * sine, z);
}

/** Several suns, and points, are left to the scalar code. */
static inline vec sun_direction(const vdk_scene *scene, const sampler *s, int count)
{
    const vdk_sun *only = scene->suns;
    vec direction = vec_all(only->direction);
    if (scene->sun_count == 1) {
        vd_lanes u, v;
        if (only->cos_half >= 1.0f) return direction;
        sample_2d(s, (vd_ulanes){0} + (vdk_uint)vdk_sun_seen_pad(scene), &u, &v);
        return disc_direction(only, u, v);
    }
    for (int i = 0; i < VD_LANES && i < count; i++) {
        vdk_sampler one = {s->pattern, s->hash[i], s->place[i], s->index_reversed[i]};
        vdk_vec d = vdk_sun_seen_direction(scene, &one);
        direction.x[i] = d.x;
        direction.y[i] = d.y;
        direction.z[i] = d.z;
    }
    return direction;
}

static void aim(const vd_wave *wave, const vd_wave_job *job, int kind, int first,
                vd_ray_batch *batch, int32_t *from)
{
    const vdk_scene *scene = job->scene;
    const vd_wave_item *path = wave->path;
    int ray = batch->count;
    batch->count += wave->active - first;
    for (int i = first; i < wave->active; i += VD_LANES, ray += VD_LANES) {
        vd_lanes u, v;
        vec direction;
        position p = position_of(path, i);
        sampler s = {scene->pattern, (vd_ulanes)whole_item(&path[VD_PATH_HASH], i),
                     (vd_ulanes)whole_item(&path[VD_PATH_PLACE], i),
                     (vd_ulanes)whole_item(&path[VD_PATH_INDEX], i)};
        if (kind == VD_LOOK_SUN) {
            direction = sun_direction(scene, &s, wave->active - i);
        } else if (kind == VD_LOOK_AO) {
            sample_2d(&s, (vd_ulanes){0} + VDK_PAD_AO, &u, &v);
            direction = cosine_about(vec_item(&wave->vertex[VD_VERTEX_SHADING], i), u, v);
        } else {
            sample_2d(&s, (vd_ulanes){0} + VDK_PAD_SKY_SEEN, &u, &v);
            direction = cosine_about(vec_all(vdk_vec_make(0.0f, 0.0f, 1.0f)), u, v);
        }
        vd_ilanes_store(batch->cx + ray, p.cx);
        vd_ilanes_store(batch->cy + ray, p.cy);
        vd_lanes_store(batch->fx + ray, p.fx);
        vd_lanes_store(batch->fy + ray, p.fy);
        vd_lanes_store(batch->z + ray, p.z);
        vd_lanes_store(batch->dx + ray, direction.x);
        vd_lanes_store(batch->dy + ray, direction.y);
        vd_lanes_store(batch->dz + ray, direction.z);
        vd_ilanes_store(from + ray, parts_of(scene, path, i));
    }
}

/* ---- features ------------------------------------------------------------------------------ */

/** vdk_metres_between(), from a place of views, whose metric is the same everywhere. */
VD_LANE_FN vec metres_from(const vdk_height_field *f, const vdk_position *from, const position *to)
{
    const float *m = f->to_grid;
    float det = m[0] * m[3] - m[1] * m[2];
    vd_lanes dx = vd_lanes_of(to->cx - from->cx) + (to->fx - from->fx);
    vd_lanes dy = vd_lanes_of(to->cy - from->cy) + (to->fy - from->fy);
    return (vec){(m[3] * dx - m[1] * dy) / det, (m[0] * dy - m[2] * dx) / det,
                 (to->z - from->z) * f->z_factor};
}

VD_LANE_FN vd_lanes depth_of(const vdk_scene *scene, const position *p)
{
    const vdk_view_camera *view = &scene->view;
    vec d = metres_from(&scene->terrain, &view->eye, p);
    if (view->projection == VDK_PROJECTION_PERSPECTIVE || view->projection == VDK_PROJECTION_ORTHO)
        return vec_dot(vec_all(view->forward), d);
    return vd_lanes_sqrt(vec_dot(d, d));
}

VD_LANE_FN vd_lanes elevation_of(const vdk_scene *scene, const position *p, vd_ilanes part)
{
    const vdk_curve *curve = &scene->curve;
    if (!(curve->per_m2 > 0.0f)) return p->z;
    vec d = metres_from(&scene->terrain, &curve->about, p);
    vd_lanes drop = curve->per_m2 * (d.x * d.x + d.y * d.y);
    vd_mask level = vd_ieq(part, vd_ilanes_all(VDK_PART_PLANE)) |
                    vd_ieq(part, vd_ilanes_all(VDK_PART_UNDERSIDE));
    return vd_select(level, p->z, p->z + drop);
}

VD_LANE_FN void rise_of(const vdk_scene *scene, const position *p, vd_ilanes part, vec normal,
                        float least, vd_lanes rise[2])
{
    const vdk_curve *curve = &scene->curve;
    vd_lanes flat = 1.0f / (vd_lanes_max(normal.z, vd_lanes_all(least)) * scene->terrain.z_factor);
    rise[0] = -normal.x * flat;
    rise[1] = -normal.y * flat;
    if (!(curve->per_m2 > 0.0f)) return;
    vd_mask ground = vd_ieq(part, vd_ilanes_all(VDK_PART_GROUND));
    vec d = metres_from(&scene->terrain, &curve->about, p);
    rise[0] = vd_select(ground, rise[0] + 2.0f * curve->per_m2 * d.x, rise[0]);
    rise[1] = vd_select(ground, rise[1] + 2.0f * curve->per_m2 * d.y, rise[1]);
}

/** vdk_atan2f(rise, 1), rise >= 0, in degrees. */
VD_LANE_FN vd_lanes degrees_of(vd_lanes rise)
{
    const vd_lanes one = vd_lanes_all(1.0f);
    vd_lanes high = vd_lanes_max(one, rise), low = vd_lanes_min(one, rise), t = low / high;
    vd_mask big = vd_lt(vd_lanes_all(0.41421356f), t);
    t = vd_select(big, (low - high) / (low + high), t);
    vd_lanes base = vd_select(big, vd_lanes_all(0.25f * VDK_PI), (vd_lanes){0});
    vd_lanes q = t * t, angle = base + VDK_ATAN_SERIES(t, q);
    angle = vd_select(vd_lt(one, rise), 0.5f * VDK_PI - angle, angle);
    return 180.0f * VDK_INV_PI * angle;
}

/* Of paths side by side. */
typedef struct found {
    vd_lanes feature[VD_FEATURES];
    position at;
    vd_ilanes id[3]; /* class, material, object */
} found;

static inline void find_ids(const vdk_scene *scene, const vd_recorder *recorder, int i, found *f)
{
    f->id[0] = (vd_ilanes){0};
    f->id[1] = vd_ilanes_all(VDK_MATERIAL_GROUND);
    f->id[2] = vd_ilanes_all(VDK_OBJECT_TERRAIN);
    if (scene->plain) return;
    f->id[0] = whole_item(&recorder->class_here, i);
    f->id[1] = whole_item(&recorder->material, i);
    f->id[2] = whole_item(&recorder->object, i);
}

static inline void find(const vd_wave *wave, const vdk_scene *scene, int i, vd_ilanes part,
                        found *f)
{
    const vd_recorder *recorder = wave->recorder;
    const bool *computes = recorder->plan->computes;
    const vdk_view_camera *view = &scene->view;
    vd_lanes *feature = f->feature;
    f->at = position_of(wave->path, i);
    find_ids(scene, recorder, i, f);
    for (int k = 0; k < 3; k++) {
        feature[VD_FEATURE_ALBEDO + k] = item(&wave->vertex[VD_VERTEX_ALBEDO + k], i);
        feature[VD_FEATURE_NORMAL + k] = item(&wave->vertex[VD_VERTEX_SHADING + k], i);
        feature[VD_FEATURE_LOOKS + k] = item(&recorder->looks[k], i);
    }
    for (int k = 0; k < 2 && computes[VD_FEATURE_MOTION]; k++)
        feature[VD_FEATURE_MOTION + k] = item(&recorder->motion[k], i);
    vec shading = vec_item(&wave->vertex[VD_VERTEX_SHADING], i);
    vec geometric = vec_item(&wave->vertex[VD_VERTEX_GEOMETRIC], i);
    if (computes[VD_FEATURE_NORMAL_CAMERA]) {
        feature[VD_FEATURE_NORMAL_CAMERA] = vec_dot(vec_all(view->right), shading);
        feature[VD_FEATURE_NORMAL_CAMERA + 1] = vec_dot(vec_all(view->up), shading);
        feature[VD_FEATURE_NORMAL_CAMERA + 2] = -vec_dot(vec_all(view->forward), shading);
    }
    if (computes[VD_FEATURE_RISE])
        rise_of(scene, &f->at, part, geometric, 0.00390625f, &feature[VD_FEATURE_RISE]);
    if (computes[VD_FEATURE_SLOPE]) {
        vd_lanes rise[2];
        rise_of(scene, &f->at, part, geometric, 1.0e-6f, rise);
        feature[VD_FEATURE_SLOPE] =
            degrees_of(vd_lanes_sqrt(rise[0] * rise[0] + rise[1] * rise[1]));
    }
    if (computes[VD_FEATURE_UV]) {
        const vdk_height_field *g = &scene->terrain;
        feature[VD_FEATURE_UV] =
            (vd_lanes_of(f->at.cx) + f->at.fx - 0.5f) / (float)(g->cells_x - 1);
        feature[VD_FEATURE_UV + 1] =
            1.0f - (vd_lanes_of(f->at.cy) + f->at.fy - 0.5f) / (float)(g->cells_y - 1);
    }
    if (computes[VD_FEATURE_DEPTH]) feature[VD_FEATURE_DEPTH] = depth_of(scene, &f->at);
    if (computes[VD_FEATURE_ELEVATION])
        feature[VD_FEATURE_ELEVATION] = elevation_of(scene, &f->at, part);
    if (scene->plain) {
        feature[VD_FEATURE_ROUGHNESS] = vd_lanes_all(1.0f);
        feature[VD_FEATURE_METALLIC] = (vd_lanes){0};
    } else {
        feature[VD_FEATURE_ROUGHNESS] = item(&recorder->roughness, i);
        feature[VD_FEATURE_METALLIC] = item(&recorder->metallic, i);
    }
}

/* ---- sums ---------------------------------------------------------------------------------- */

/** The nearest whole number to one that is only rounding off it. */
VD_LANE_FN int whole(double x)
{
    return (int)(x < 0.0 ? x - 0.5 : x + 0.5);
}

/** One that stands for all samples that met a surface: what it is, of those before and this. */
VD_LANE_FN int first_of(double *sum, double before, int count, int own)
{
    int first = before > 0.0 ? whole(*sum / before) : own;
    *sum += (double)first * count;
    return first;
}

VD_LANE_FN void add_place(double *to, double before, int count, int lane, vd_mask in,
                          const position *at)
{
    const double rounder = 0x1.8p35; /* 2^-17 cells */
    int column = first_of(&to[0], before, count, at->cx[lane] >> PLACE_BITS);
    int row = first_of(&to[2], before, count, at->cy[lane] >> PLACE_BITS);
    vd_lanes x = vd_lanes_of(at->cx - column * (1 << PLACE_BITS)) + at->fx;
    vd_lanes y = vd_lanes_of(at->cy - row * (1 << PLACE_BITS)) + at->fy;
    to[1] += vd_lanes_total(vd_lanes_where(in, x), rounder);
    to[3] += vd_lanes_total(vd_lanes_where(in, y), rounder);
}

/** The places of position and lonlat are the same. */
VD_LANE_FN void add_places(double *sums, const int places[2], double before, int count, int lane,
                           vd_mask in, const position *at)
{
    int first = places[0] >= 0 ? places[0] : places[1];
    if (first < 0) return;
    add_place(sums + first, before, count, lane, in, at);
    if (places[1] >= 0 && places[1] != first)
        memcpy(sums + places[1], sums + first, 4 * sizeof(double));
}

/** Samples of an id, among pairs of the sums of id and coverage; what no pair is left for is left
 *  out, and what has no id. */
VD_LANE_FN void add_rank(double *pairs, int id, int count)
{
    if (id == 0) return;
    for (int k = 0; k < VD_AOV_RANKS; k++, pairs += 2) {
        if (pairs[1] > 0.0 && whole(pairs[0] / pairs[1]) != id) continue;
        pairs[0] += (double)id * count;
        pairs[1] += count;
        return;
    }
}

VD_LANE_FN void add_ids(const vd_record_plan *plan, double *sums, double before, vd_mask in,
                        const found *f)
{
    unsigned bits = vd_bits(in);
    int count = __builtin_popcount(bits), lane = __builtin_ctz(bits);
    for (int k = 0; k < 3; k++) {
        if (plan->ids[k] >= 0) first_of(&sums[plan->ids[k]], before, count, f->id[k][lane]);
        if (plan->ranks[k] < 0) continue;
        if (!vd_bits(in & vd_not(vd_ieq(f->id[k], vd_ilanes_all(f->id[k][lane])))))
            add_rank(sums + plan->ranks[k], f->id[k][lane], count);
        else
            for (unsigned left = bits; left; left &= left - 1)
                add_rank(sums + plan->ranks[k], f->id[k][__builtin_ctz(left)], 1);
    }
    if (plan->mask < 0) return;
    for (unsigned left = bits; left;) {
        int object = f->id[2][__builtin_ctz(left)];
        unsigned same = left & vd_bits(vd_ieq(f->id[2], vd_ilanes_all(object)));
        sums[plan->mask + vdk_mask_of(object)] += __builtin_popcount(same);
        left &= ~same;
    }
}

VD_LANE_FN void add_nearest(double *sum, double before, vd_mask in, vd_lanes depth)
{
    double least = before > 0.0 ? *sum / before : (double)VDK_HUGE;
    unsigned bits = vd_bits(in);
    for (unsigned left = bits; left; left &= left - 1) {
        double own = (double)depth[__builtin_ctz(left)];
        least = own < least ? own : least;
    }
    *sum = least * (before + __builtin_popcount(bits));
}

/** Adds lanes that are all of one pixel; odd are samples 1, 3, 5, ... */
static inline void add(const vd_record_plan *plan, double *sums, vd_mask in, vd_mask odd,
                       const found *f)
{
    int count = __builtin_popcount(vd_bits(in)), lane = __builtin_ctz(vd_bits(in));
    double before = 0.0;
    if (plan->hits >= 0) {
        before = sums[plan->hits];
        sums[plan->hits] += count;
        add_places(sums, plan->places, before, count, lane, in, &f->at);
        if (plan->nearest >= 0)
            add_nearest(&sums[plan->nearest], before, in, f->feature[VD_FEATURE_DEPTH]);
    }
    for (int k = 0; k < plan->constant_count; k++)
        sums[plan->constants[k].channel] += count * plan->constants[k].value;
    if (!plan->is_plain) add_ids(plan, sums, before, in, f);
    for (int k = 0; k < plan->sum_count; k++) {
        const vd_record_sum *s = &plan->sums[k];
        vd_mask of = s->is_half ? in & odd : in;
        sums[s->channel] += vd_lanes_total(vd_lanes_where(of, f->feature[s->feature]), s->rounder);
    }
}

static void record(vd_wave *wave, const vd_wave_job *job, int first)
{
    const vd_recorder *recorder = wave->recorder;
    const vdk_scene *scene = job->scene;
    const int samples = (int)(job->to - job->from);
    for (int i = first; i < wave->active; i += VD_LANES) {
        found f;
        vd_ilanes part = parts_of(scene, wave->path, i);
        vd_ilanes sample = whole_item(&wave->path[VD_PATH_SAMPLE], i);
        vd_mask live = vd_mask_below(wave->active - i);
        if (scene->block.plane_is_shadow)
            live = live & vd_not(vd_ieq(part, vd_ilanes_all(VDK_PART_PLANE)));
        find(wave, scene, i, part, &f);
        while (vd_bits(live)) {
            int pixel = sample[__builtin_ctz(vd_bits(live))] / samples;
            vd_mask in = live & vd_igt(vd_ilanes_all((pixel + 1) * samples), sample);
            int at = (pixel / job->width) * recorder->stride + pixel % job->width;
            vd_ilanes index = sample - (pixel * samples - (int)(job->from & 1));
            vd_mask odd = vd_ieq(index & 1, vd_ilanes_all(1));
            add(recorder->plan, recorder->sums + (int64_t)at * recorder->plan->channels, in, odd,
                &f);
            live = live & vd_not(in);
        }
    }
}

const vd_recording VD_RECORDING = {aim, record};
