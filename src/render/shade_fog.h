/* Paths over plain ground in fog of known depth, shaded in lanes: the stages of a wave for one
 * instruction set, and kernel/integrator_misty.h, media.h and media_view.h for VD_LANES paths at a
 * time, to the bits of the scalar code (shade_scalar.c), path by path.
 *
 * Paths on the ground and paths in fog share a wave. In a register of slots either kind is shaded
 * if it has any there, so those that go on are put back by kind, fog first: few registers hold
 * both. That is another order than the scalar shader's, which changes nothing (wave.c). Only rays
 * of a lens are begun here; of other cameras, and where AOVs are recorded, the scalar code does it.
 *
 * A file that includes this after shade.h defines VD_FOG_SHADER, the name of the shader. */
#include "render/guide_lanes.h"

/* ---- place --------------------------------------------------------------------------------- */

/** Puts paths into slots i, i + 1, ... where the mask is set, side by side. */
VD_LANE_FN void begin_paths(vd_wave *wave, vd_mask mask, const sampler *s, const position *at,
                            vec wo, int part, vec throughput, vd_ilanes sample)
{
    vd_wave_item *path = wave->path;
    int i = wave->active;
    const vd_ilanes words[] = {(vd_ilanes)s->hash, (vd_ilanes)s->place,
                               (vd_ilanes)s->index_reversed, at->cx, at->cy};
    const vd_lanes floats[] = {at->fx, at->fy, at->z};
    for (int k = 0; k < 5; k++) vd_compress(path[VD_PATH_HASH + k].i + i, mask, words[k]);
    for (int k = 0; k < 3; k++) vd_compress_floats(path[VD_PATH_FX + k].f + i, mask, floats[k]);
    vd_compress_floats(path[VD_PATH_THROUGHPUT].f + i, mask, throughput.x);
    vd_compress_floats(path[VD_PATH_THROUGHPUT + 1].f + i, mask, throughput.y);
    vd_compress_floats(path[VD_PATH_THROUGHPUT + 2].f + i, mask, throughput.z);
    vd_compress_floats(path[VD_PATH_WO].f + i, mask, wo.x);
    vd_compress_floats(path[VD_PATH_WO + 1].f + i, mask, wo.y);
    vd_compress_floats(path[VD_PATH_WO + 2].f + i, mask, wo.z);
    vd_compress(path[VD_PATH_SAMPLE].i + i, mask, sample);
    istore(&path[VD_PATH_PART], i, vd_ilanes_all(part));
    istore(&path[VD_PATH_DEPTH], i, (vd_ilanes){0});
    istore(&path[VD_PATH_CROSSINGS], i, (vd_ilanes){0});
    vec_store(&path[VD_PATH_RADIANCE], i, vec_all(vdk_vec_make(0.0f, 0.0f, 0.0f)));
    wave->active += __builtin_popcount(vd_bits(mask));
}

/** vdk_view_distance() of rays from i on. */
VD_LANE_FN vd_lanes view_distance(const vdk_scene *scene, const position *from, vec d,
                                  const position *hit)
{
    vd_lanes m[4];
    metric_at(&scene->terrain, from->cy, m);
    vd_lanes gx = m[0] * d.x + m[1] * d.y, gy = m[2] * d.x + m[3] * d.y;
    vd_lanes dx = vd_lanes_of(hit->cx - from->cx) + (hit->fx - from->fx);
    vd_lanes dy = vd_lanes_of(hit->cy - from->cy) + (hit->fy - from->fy);
    vd_lanes dz = (hit->z - from->z) * scene->terrain.z_factor;
    vd_lanes distance = vd_select(vd_le(vd_lanes_abs(gy), vd_lanes_abs(gx)), dx / gx, dy / gy);
    distance = vd_select(vd_lt(vd_lanes_all(0.9f), vd_lanes_abs(d.z)), dz / d.z, distance);
    return vd_lanes_abs(distance);
}

/** Positions that lie one after the other. */
VD_LANE_FN position positions_at(const vdk_position *p)
{
    position q;
    for (int i = 0; i < VD_LANES; i++) {
        q.cx[i] = p[i].cx;
        q.cy[i] = p[i].cy;
        q.fx[i] = p[i].fx;
        q.fy[i] = p[i].fy;
        q.z[i] = p[i].z;
    }
    return q;
}

VD_LANE_FN position origins_at(const vd_ray_batch *batch, int i)
{
    return (position){vd_ilanes_load(batch->cx + i), vd_ilanes_load(batch->cy + i),
                      vd_lanes_load(batch->fx + i), vd_lanes_load(batch->fy + i),
                      vd_lanes_load(batch->z + i)};
}

VD_LANE_FN vec directions_at(const vd_ray_batch *batch, int i)
{
    return (vec){vd_lanes_load(batch->dx + i), vd_lanes_load(batch->dy + i),
                 vd_lanes_load(batch->dz + i)};
}

/** Writes down what is seen behind fog where rays from i on of the camera meet nothing. */
static inline void see_through(vd_wave *wave, const vdk_scene *scene, int i, int sample,
                               unsigned missed)
{
    const vd_ray_batch *batch = &wave->sight;
    for (; missed; missed &= missed - 1) {
        int k = __builtin_ctz(missed), ray = i + k;
        vdk_seen *seen = &wave->seen[sample + k];
        float depth = wave->air.depth[sample + k];
        *seen = vdk_view_background(scene,
                                    vdk_vec_make(batch->dx[ray], batch->dy[ray], batch->dz[ray]));
        if (depth > 0.0f) *seen = vdk_view_behind(scene, *seen, depth);
    }
}

/** begin_seen() through fog, of rays i, i + 1, ... whose first sample is n; count of them. */
static inline void begin_through_fog(vd_wave *wave, const vdk_scene *scene, int i, int n, int count)
{
    const vd_ray_batch *batch = &wave->sight;
    vd_wave_air *air = &wave->air;
    const vd_wave_item *kept = wave->vertex;
    vd_mask live = vd_mask_below(count);
    vd_mask hit = live & vd_igt(vd_ilanes_load(batch->hit + i), (vd_ilanes){0});
    position from = origins_at(batch, i), at = positions_at(batch->at + i);
    vec direction = directions_at(batch, i);
    vd_lanes distance =
        vd_select(hit, view_distance(scene, &from, direction, &at), vd_lanes_all(VDK_HUGE));
    vd_lanes depth = fog_depth(scene, live, &from, direction, distance);
    vd_lanes_store(air->distance + n, distance);
    vd_lanes_store(air->depth + n, depth);
    vd_mask waits = live & is_positive(depth);
    vd_compress(air->waiting + air->count, waits, vd_ilanes_count(n));
    air->count += __builtin_popcount(vd_bits(waits));

    sampler s = {scene->pattern, (vd_ulanes)iload(&kept[SIGHT_HASH], i),
                 (vd_ulanes)iload(&kept[SIGHT_PLACE], i), (vd_ulanes)iload(&kept[SIGHT_INDEX], i)};
    vd_lanes left = exp_lanes(-depth);
    begin_paths(wave, hit, &s, &at, vec_scale(direction, vd_lanes_all(-1.0f)), VDK_PART_GROUND,
                (vec){left, left, left}, vd_ilanes_count(n));
    for (unsigned rest = vd_bits(hit); rest; rest &= rest - 1)
        wave->seen[n + __builtin_ctz(rest)].alpha = 1.0f;
    see_through(wave, scene, i, n, vd_bits(live & vd_not(hit)));
}

/** vdk_media_begin() of samples that wait, as many as there are lanes or slots. */
static inline void begin_in_fog(vd_wave *wave, const vd_wave_job *job)
{
    const vdk_scene *scene = job->scene;
    vd_wave_air *air = &wave->air;
    int count = vdk_imin(vdk_imin(VD_LANES, VD_WAVE_SLOTS - wave->active), air->count);
    vd_mask live = vd_mask_below(count);
    vd_ilanes x, y;
    position from;
    vd_lanes metres, distance = {0}, depth = {0};
    air->count -= count;
    vd_ilanes sample = vd_ilanes_where(live, vd_ilanes_load(air->waiting + air->count));
    for (int k = 0; k < VD_LANES; k++) {
        distance[k] = air->distance[sample[k]];
        depth[k] = air->depth[sample[k]];
    }
    sampler s = samplers_of(job, sample, &x, &y);
    vec direction = sight_of(scene, &s, x, y, &from);
    s.hash = hash_combine(s.hash, (vd_ulanes){0} + VDK_MEDIA_SALT);
    vd_lanes share = fog_reach(vd_lanes_all(1.0f), depth);
    vd_lanes u = sample_1d(&s, (vd_ulanes){0} + VDK_PAD_PIXEL);
    fog_line line = fog_along(scene, &from, direction);
    fog_walk(scene, live, &line, distance, -log_lanes(1.0f - u * share), &metres);
    position at = along(&scene->terrain, &from, direction, metres);
    begin_paths(wave, live, &s, &at, vec_scale(direction, vd_lanes_all(-1.0f)), VDK_PART_MEDIUM,
                vec_scale(vec_all(scene->media.albedo), share), sample | VD_WAVE_IN_AIR);
}

static void place_in_fog(vd_wave *wave, const vd_wave_job *job)
{
    if (!is_simple_lens(job->scene)) {
        vd_shader_scalar.place(wave, job);
        return;
    }
    while (wave->air.count > 0 && wave->active < VD_WAVE_SLOTS) begin_in_fog(wave, job);
    wave->first = wave->active;
    int first = wave->next, count = trace_sights(wave, job);
    for (int i = 0; i < count; i += VD_LANES)
        begin_through_fog(wave, job->scene, i, first + i, count - i);
}

/* ---- shade --------------------------------------------------------------------------------- */

/* Where a vertex keeps how far fog lets its ray onward come. Rays are traced no further, and a
 * little more, for the rounding of what they meet. */
enum { FOG_WAY = VD_VERTEX_SUN_TOTAL };

/* What a register of vertices is, of ground or fog. */
typedef struct misty_vertex {
    vd_mask to_sun;
    vec sun_direction, sun_light, direction;
    vd_lanes sun_factor, disc, weight;
    vec albedo;
} misty_vertex;

/** vdk_misty_share() */
VD_LANE_FN vd_lanes misty_share(const vdk_sun *sun, vd_lanes f, vd_lanes pdf)
{
    return f / (pdf + sun->pdf);
}

/** vdk_misty_guide(); of a scene without one only the share is made. */
VD_LANE_FN guide misty_guide(const vdk_scene *scene, vd_lanes z)
{
    guide q = {0};
    return vdk_is_guided(scene) ? guide_make(scene, guide_up(scene, z)) : q;
}

/** vdk_misty_sunlit(): what a ray to the sun that was sampled becomes. */
VD_LANE_FN void misty_sunlit(const vdk_scene *scene, const guide *q, vec normal, sun_ray *ray)
{
    const vdk_sun *sun = &scene->suns[0];
    if (!(sun->cos_half < 1.0f) || !vdk_is_guided(scene)) return;
    vd_lanes f = cosine_pdf(normal, ray->direction);
    vd_lanes pdf = guide_pdf(q, f, guide_lobe(q, ray->direction));
    ray->factor *= (f + sun->pdf) / (pdf + sun->pdf);
}

/** The directions onward of vertices, of ground or fog: vdk_misty_sample(). */
static inline vd_lanes misty_sample(const vdk_scene *scene, const guide *q, const sampler *s,
                                    vd_ulanes pad, int in_fog, vec axis, misty_vertex *out)
{
    vd_lanes u, v, pick;
    guide_choice c;
    sample_2d(s, pad + VDK_PAD_BSDF, &u, &v);
    out->weight = vd_lanes_all(1.0f);
    if (!vdk_is_guided(scene)) {
        const float g = scene->media.phase.g;
        out->direction = in_fog ? phase_sample(g, axis, u, v) : cosine_about(axis, u, v);
        return in_fog ? phase_between(g, axis, out->direction) : cosine_pdf(axis, out->direction);
    }
    pick = sample_1d(s, pad + VDK_PAD_SUN_CHOICE);
    c = in_fog ? guide_phase(q, axis, u, v, pick) : guide_matte(q, axis, u, v, pick);
    out->direction = c.direction;
    out->weight = guide_weight(&c);
    return c.pdf;
}

/** Those of the mask whose directions meet the sun's disc. */
VD_LANE_FN vd_mask disc_covers(const vdk_scene *scene, vd_mask live, vec direction)
{
    const vdk_sun *sun = &scene->suns[0];
    const vd_lanes zero = {0};
    if (!(sun->cos_half < 1.0f) || scene->sun_count == 0) return vd_lt(zero, zero);
    return live & vd_lt(vd_lanes_all(sun->cos_half), vec_dot(vec_all(sun->direction), direction));
}

/** Vertices on the ground, of lanes of the mask. */
static inline void shade_on_ground(const vdk_scene *scene, vd_mask live, const sampler *s,
                                   const position *p, vd_ulanes pad, misty_vertex *out)
{
    const vdk_sun *sun = &scene->suns[0];
    const vd_lanes zero = {0};
    surface ground = surface_at(scene, live, p);
    guide q = misty_guide(scene, p->z);
    vd_lanes total = {0};
    out->albedo = ground.albedo;
    out->to_sun = vd_lt(zero, zero);
    out->disc = out->sun_factor = zero;
    out->sun_light = out->sun_direction = (vec){zero, zero, zero};
    if (scene->sun_count > 0) total = sun_weight(sun, ground.shading);
    if (vd_bits(live & is_positive(total))) {
        sun_ray ray = sample_sun(scene, s, pad, &ground, total);
        misty_sunlit(scene, &q, ground.shading, &ray);
        out->to_sun = live & is_positive(total) & ray.is_due;
        out->sun_direction = ray.direction;
        out->sun_light = ray.light;
        out->sun_factor = ray.factor;
    }
    vd_lanes pdf = misty_sample(scene, &q, s, pad, 0, ground.shading, out);
    vd_mask covered = disc_covers(scene, live & is_positive(total), out->direction);
    if (!vd_bits(covered)) return;
    vd_lanes disc = terminator(&ground, out->direction) * misty_share(sun, pdf, pdf);
    out->disc = vd_lanes_where(covered, disc);
}

/** Vertices in fog, of lanes of the mask. */
static inline void shade_in_fog(const vdk_scene *scene, vd_mask live, const sampler *s,
                                const position *p, vec wo, vd_ulanes pad, misty_vertex *out)
{
    const vdk_sun *sun = &scene->suns[0];
    const vd_lanes zero = {0};
    const int is_disc = sun->cos_half < 1.0f;
    guide q = misty_guide(scene, p->z);
    vd_lanes u, v;
    out->albedo = vec_all(vdk_vec_make(1.0f, 1.0f, 1.0f));
    out->to_sun = vd_lt(zero, zero);
    out->disc = out->sun_factor = zero;
    out->sun_light = out->sun_direction = (vec){zero, zero, zero};
    if (scene->sun_count > 0) {
        out->to_sun = live;
        out->sun_direction = vec_all(sun->direction);
        if (is_disc) {
            chosen_sun chosen = the_only_sun(sun);
            sample_2d(s, pad + VDK_PAD_SUN, &u, &v);
            out->sun_direction = disc_sample(&chosen, u, v);
        }
        vd_lanes to_sun = phase_between(scene->media.phase.g, wo, out->sun_direction), pdf = to_sun;
        if (vdk_is_guided(scene)) pdf = guide_pdf(&q, to_sun, guide_lobe(&q, out->sun_direction));
        out->sun_light = vec_all(is_disc ? sun->radiance : sun->irradiance);
        out->sun_factor = to_sun;
        if (is_disc)
            out->sun_factor = misty_share(sun, to_sun, scene->media.is_single ? zero : pdf);
    }
    vd_lanes pdf = misty_sample(scene, &q, s, pad, 1, wo, out);
    if (scene->media.is_single) return;
    vd_mask covered = disc_covers(scene, live, out->direction);
    if (vd_bits(covered)) out->disc = vd_lanes_where(covered, misty_share(sun, pdf, pdf));
}

VD_LANE_FN misty_vertex either(vd_mask first, const misty_vertex *a, const misty_vertex *b)
{
    misty_vertex v;
    v.to_sun = (first & a->to_sun) | (vd_not(first) & b->to_sun);
    v.sun_direction = vec_select(first, a->sun_direction, b->sun_direction);
    v.sun_light = vec_select(first, a->sun_light, b->sun_light);
    v.direction = vec_select(first, a->direction, b->direction);
    v.sun_factor = vd_select(first, a->sun_factor, b->sun_factor);
    v.disc = vd_select(first, a->disc, b->disc);
    v.weight = vd_select(first, a->weight, b->weight);
    v.albedo = vec_select(first, a->albedo, b->albedo);
    return v;
}

/** How far light comes through fog along rays onward: vdk_fog_way(). */
VD_LANE_FN vd_lanes fog_way(const vdk_scene *scene, vd_mask live, const sampler *s,
                            const position *from, vec direction, vd_ilanes depth)
{
    const vd_lanes far = vd_lanes_all(VDK_HUGE);
    vd_lanes u = sample_1d(s, 0x20000000u + (vd_ulanes)depth); /* vdk_media_pad() */
    vd_lanes metres, deepest = -log_lanes(1.0f - u);
    fog_line line = fog_along(scene, from, direction);
    live = live & is_positive(deepest);
    vd_lanes come = fog_walk(scene, live, &line, far, deepest, &metres);
    return vd_select(live & vd_le(deepest, come), metres, far);
}

/** vdk_misty_shade() of paths from i on; count of them. */
static inline void shade_misty(vd_wave *wave, const vdk_scene *scene, int i, int count)
{
    const vd_wave_item *path = wave->path;
    vd_wave_item *vertex = wave->vertex;
    vd_mask live = vd_mask_below(count);
    sampler s = sampler_of(path, scene, i);
    position p = {iload(&path[VD_PATH_CX], i), iload(&path[VD_PATH_CY], i),
                  load(&path[VD_PATH_FX], i), load(&path[VD_PATH_FY], i),
                  load(&path[VD_PATH_Z], i)};
    vec wo = vec_load(&path[VD_PATH_WO], i);
    vd_ilanes part = iload(&path[VD_PATH_PART], i);
    vd_ilanes depth = iload(&path[VD_PATH_DEPTH], i);
    vd_ulanes pad = vertex_pad(depth);
    vd_mask in_fog = live & vd_ieq(part, vd_ilanes_all(VDK_PART_MEDIUM));
    vd_mask on_ground = live & vd_not(in_fog);
    misty_vertex v, other;
    if (!vd_bits(on_ground)) {
        shade_in_fog(scene, in_fog, &s, &p, wo, pad, &v);
    } else {
        shade_on_ground(scene, on_ground, &s, &p, pad, &v);
        if (vd_bits(in_fog)) {
            shade_in_fog(scene, in_fog, &s, &p, wo, pad, &other);
            v = either(in_fog, &other, &v);
        }
    }
    if (vd_bits(v.to_sun)) {
        vd_lanes fog = fog_depth(scene, v.to_sun, &p, v.sun_direction, vd_lanes_all(VDK_HUGE));
        vd_lanes factor = v.sun_factor * exp_lanes(-fog);
        v.to_sun = v.to_sun & is_positive(factor);
        vec_store(&vertex[VD_VERTEX_SUN_LIGHT], i,
                  vec_scale(vec_mul(v.albedo, v.sun_light), factor));
        vd_compress(wave->to_sun_from + wave->to_sun.count, v.to_sun, part);
        add_rays(&wave->to_sun, v.to_sun, &p, v.sun_direction);
    }
    istore(&vertex[VD_VERTEX_TO_SUN], i, -vd_ilanes_of_mask(v.to_sun));
    vec_store(&vertex[VD_VERTEX_DIRECTION], i, v.direction);
    vec weight = vec_scale(v.albedo, v.weight);
    vec_store(&vertex[VD_VERTEX_WEIGHT], i, weight);
    vec_store(&vertex[VD_VERTEX_DISCS], i,
              vec_scale(vec_mul(weight, vec_all(scene->suns[0].radiance)), v.disc));
    if (!scene->media.is_single) {
        vd_lanes way = fog_way(scene, live, &s, &p, v.direction, depth);
        store(&vertex[FOG_WAY], i, way);
        vd_lanes_store(wave->onward.most + i, way * 1.0001f + 0.01f);
    }
    vd_compress(wave->onward_from + wave->onward.count, live, part);
    add_rays(&wave->onward, live, &p, v.direction);
}

static void shade_in_mist(vd_wave *wave, const vdk_scene *scene)
{
    wave->to_sun.count = wave->onward.count = 0;
    wave->onward.is_bounded = !scene->media.is_single;
    for (int i = 0; i < wave->active; i += VD_LANES) shade_misty(wave, scene, i, wave->active - i);
}

/* ---- advance ------------------------------------------------------------------------------- */

/* A ray onward from vertices, and what it has met. */
typedef struct misty_way {
    vd_ilanes part; /* VDK_MISS, VDK_PART_GROUND or VDK_PART_MEDIUM */
    position at;
    vec weight, discs;
} misty_way;

/** vdk_media_meet(), of rays that have come to what is in `way` so far. fog_way: of fog_way(). */
static inline void meet_fog(const vdk_scene *scene, vd_mask live, vd_lanes fog_way,
                            const position *from, vec direction, misty_way *way)
{
    const vd_lanes zero = {0};
    vd_mask hit = live & vd_igt(way->part, (vd_ilanes){0});
    vec between = metres_between(&scene->terrain, from, &way->at);
    vd_lanes most =
        vd_select(hit, vd_lanes_sqrt(vec_dot(between, between)), vd_lanes_all(VDK_HUGE));
    if (scene->media.is_single) {
        vd_lanes left = exp_lanes(-fog_depth(scene, live, from, direction, most));
        way->weight = vec_scale(way->weight, left);
        way->discs = vec_scale(way->discs, left);
        return;
    }
    vd_mask met = live & vd_lt(fog_way, most);
    if (!vd_bits(met)) return;
    position p = along(&scene->terrain, from, direction, fog_way);
    way->at.cx = vd_iselect(met, p.cx, way->at.cx);
    way->at.cy = vd_iselect(met, p.cy, way->at.cy);
    way->at.fx = vd_select(met, p.fx, way->at.fx);
    way->at.fy = vd_select(met, p.fy, way->at.fy);
    way->at.z = vd_select(met, p.z, way->at.z);
    way->part = vd_iselect(met, vd_ilanes_all(VDK_PART_MEDIUM), way->part);
    way->weight = vec_select(met, vec_mul(way->weight, vec_all(scene->media.albedo)), way->weight);
    way->discs = vec_select(met, (vec){zero, zero, zero}, way->discs);
}

/** vdk_general_onward() but for the place: adds what rays onward have found. Returns those that go
 *  on, by vdk_path_bounce(). */
static inline vd_mask bounce(const vdk_scene *scene, const vd_wave_item *path, int i, vd_mask live,
                             const misty_way *way, vec direction, vd_ilanes from,
                             load_of_light *light)
{
    vd_ilanes depth = iload(&path[VD_PATH_DEPTH], i);
    vd_mask hit = live & vd_igt(way->part, (vd_ilanes){0});
    vec discs = vec_scale(way->discs, visibility(scene, hit));
    light->radiance = vec_add(light->radiance, vec_mul(light->throughput, discs));
    light->throughput = vec_mul(light->throughput, way->weight);
    vec sky = vec_mul(light->throughput, sky_radiance(&scene->sky, direction));
    light->radiance = vec_select(hit, light->radiance, vec_add(light->radiance, sky));
    vd_mask from_fog = vd_ieq(from, vd_ilanes_all(VDK_PART_MEDIUM));
    vd_mask in_fog = vd_ieq(way->part, vd_ilanes_all(VDK_PART_MEDIUM));
    vd_mask goes_on = hit, plays = hit & in_fog;
    if (scene->media.is_single) goes_on = goes_on & vd_not(from_fog);
    if (scene->bounces == VDK_UNLIMITED) {
        plays = hit;
    } else {
        vd_ilanes bounces =
            depth - iload(&path[VD_PATH_CROSSINGS], i) + vd_ilanes_of_mask(from_fog);
        vd_mask is_last = vd_not(vd_igt(vd_ilanes_all(scene->bounces), bounces));
        goes_on = goes_on & vd_not(is_last & vd_not(in_fog));
    }
    vd_mask stays = goes_on & vd_not(plays);
    goes_on =
        stays | roulette(scene, path, i, depth, VDK_ROULETTE_IN_MEDIA, goes_on & plays, light);
    return goes_on & is_positive(vec_max(light->throughput));
}

/** Writes down the radiance of paths that end. */
VD_LANE_FN void finish_misty(vd_wave *wave, int i, vd_mask ended, vec radiance)
{
    float x[VD_LANES], y[VD_LANES], z[VD_LANES];
    vd_lanes_store(x, radiance.x);
    vd_lanes_store(y, radiance.y);
    vd_lanes_store(z, radiance.z);
    for (unsigned left = vd_bits(ended); left; left &= left - 1) {
        int lane = __builtin_ctz(left), sample = wave->path[VD_PATH_SAMPLE].i[i + lane];
        vdk_vec brought = vdk_vec_make(x[lane], y[lane], z[lane]);
        vdk_vec *air = &wave->air.radiance[sample & ~VD_WAVE_IN_AIR];
        if (sample & VD_WAVE_IN_AIR)
            *air = vdk_vec_add(*air, brought);
        else
            wave->seen[sample].radiance = brought;
    }
}

/* Paths that go on, from one register of slots. */
typedef struct misty_paths {
    vd_ilanes hash, place, index, sample, depth, crossings;
    const misty_way *way;
    vec radiance, throughput, wo;
} misty_paths;

/** Puts those of the mask side by side into slots from `to` on. Returns the slot after them. */
VD_LANE_FN int put_misty(vd_wave_item *path, int to, vd_mask mask, const misty_paths *p)
{
    const position *at = &p->way->at;
    const vd_ilanes words[] = {p->hash, p->place, p->index, at->cx, at->cy};
    const vd_lanes floats[] = {at->fx, at->fy, at->z};
    const vec *const vecs[] = {&p->radiance, &p->throughput, &p->wo};
    static const int of_vecs[] = {VD_PATH_RADIANCE, VD_PATH_THROUGHPUT, VD_PATH_WO};
    for (int k = 0; k < 5; k++) vd_compress(path[VD_PATH_HASH + k].i + to, mask, words[k]);
    for (int k = 0; k < 3; k++) vd_compress_floats(path[VD_PATH_FX + k].f + to, mask, floats[k]);
    for (int k = 0; k < 3; k++) {
        vd_compress_floats(path[of_vecs[k]].f + to, mask, vecs[k]->x);
        vd_compress_floats(path[of_vecs[k] + 1].f + to, mask, vecs[k]->y);
        vd_compress_floats(path[of_vecs[k] + 2].f + to, mask, vecs[k]->z);
    }
    vd_compress(path[VD_PATH_SAMPLE].i + to, mask, p->sample);
    vd_compress(path[VD_PATH_DEPTH].i + to, mask, p->depth);
    vd_compress(path[VD_PATH_PART].i + to, mask, p->way->part);
    vd_compress(path[VD_PATH_CROSSINGS].i + to, mask, p->crossings);
    return to + __builtin_popcount(vd_bits(mask));
}

/* Where paths go next: those in fog to the first slots, and those on the ground aside. */
typedef struct misty_places {
    int in_fog, on_ground, to_sun; /* and the next ray to the sun */
    vd_wave_item aside[VD_PATH_ITEMS];
} misty_places;

/** Takes paths from i on along their rays onward. */
static inline void advance_misty(vd_wave *wave, const vdk_scene *scene, int i, misty_places *to)
{
    vd_wave_item *path = wave->path, *vertex = wave->vertex;
    vd_mask live = vd_mask_below(wave->active - i);
    vd_mask lit = mask_load(&vertex[VD_VERTEX_TO_SUN], i);
    vd_mask shadowed =
        vd_igt(vd_expand((vd_ilanes){0}, lit, wave->to_sun.hit + to->to_sun), (vd_ilanes){0});
    load_of_light light = {vec_load(&path[VD_PATH_RADIANCE], i),
                           vec_load(&path[VD_PATH_THROUGHPUT], i)};
    position from = origins_at(&wave->onward, i);
    vec direction = vec_load(&vertex[VD_VERTEX_DIRECTION], i);
    vd_ilanes part = iload(&path[VD_PATH_PART], i);
    misty_way way = {vd_ilanes_where(live, vd_ilanes_load(wave->onward.hit + i)),
                     positions_at(wave->onward.at + i), vec_load(&vertex[VD_VERTEX_WEIGHT], i),
                     vec_load(&vertex[VD_VERTEX_DISCS], i)};
    to->to_sun += __builtin_popcount(vd_bits(lit));
    meet_fog(scene, live, load(&vertex[FOG_WAY], i), &from, direction, &way);
    vec sun = vec_mul(light.throughput, vec_load(&vertex[VD_VERTEX_SUN_LIGHT], i));
    light.radiance = vec_select(
        lit, vec_add(light.radiance, vec_scale(sun, visibility(scene, shadowed))), light.radiance);
    vd_mask goes_on = bounce(scene, path, i, live, &way, direction, part, &light);
    finish_misty(wave, i, live & vd_not(goes_on), light.radiance);

    vd_mask from_fog = vd_ieq(part, vd_ilanes_all(VDK_PART_MEDIUM));
    vd_mask in_fog = vd_ieq(way.part, vd_ilanes_all(VDK_PART_MEDIUM));
    const misty_paths paths = {
        iload(&path[VD_PATH_HASH], i),
        iload(&path[VD_PATH_PLACE], i),
        iload(&path[VD_PATH_INDEX], i),
        iload(&path[VD_PATH_SAMPLE], i),
        iload(&path[VD_PATH_DEPTH], i) + 1,
        iload(&path[VD_PATH_CROSSINGS], i) - vd_ilanes_of_mask(from_fog),
        &way,
        light.radiance,
        light.throughput,
        vec_scale(direction, vd_lanes_all(-1.0f)),
    };
    vd_mask on_ground = goes_on & vd_not(in_fog);
    if (vd_bits(on_ground)) to->on_ground = put_misty(to->aside, to->on_ground, on_ground, &paths);
    to->in_fog = put_misty(path, to->in_fog, goes_on & in_fog, &paths);
}

static void advance_in_mist(vd_wave *wave, const vdk_scene *scene)
{
    misty_places to;
    to.in_fog = to.on_ground = to.to_sun = 0;
    for (int i = 0; i < wave->active; i += VD_LANES) advance_misty(wave, scene, i, &to);
    for (int k = 0; k < VD_PATH_ITEMS; k++)
        memcpy(wave->path[k].i + to.in_fog, to.aside[k].i, (size_t)to.on_ground * sizeof(int32_t));
    wave->active = to.in_fog + to.on_ground;
}

const vd_shader VD_FOG_SHADER = {place_in_fog, shade_in_mist, advance_in_mist};
