/* Paths shaded in lanes: the stages of a wave for one instruction set.
 *
 * kernel/relief.h and kernel/integrator.h for VD_LANES paths at a time, by the rules of
 * kernel_lanes.h: the bits of the scalar code (shade_scalar.c), path by path. Rays join their
 * batches and paths that go on move together by compressing stores, in the order of their slots, so
 * batches too are the same. Two things are left to the scalar code: what is under a ramp or a
 * drape, and where samples lie in a picture in another CRS than the grid's.
 *
 * A file that includes this defines VD_SHADER, the name of the shader for its instruction set. */
#include "render/kernel_lanes.h"
#include "render/motion_lanes.h"
#include "render/wave_parts.h"

VD_LANE_FN vd_lanes load(const vd_wave_item *item, int i)
{
    return vd_lanes_load(item->f + i);
}
VD_LANE_FN vd_ilanes iload(const vd_wave_item *item, int i)
{
    return vd_ilanes_load(item->i + i);
}
VD_LANE_FN vec vec_load(const vd_wave_item item[3], int i)
{
    return (vec){load(&item[0], i), load(&item[1], i), load(&item[2], i)};
}
VD_LANE_FN void store(vd_wave_item *item, int i, vd_lanes v)
{
    vd_lanes_store(item->f + i, v);
}
VD_LANE_FN void istore(vd_wave_item *item, int i, vd_ilanes v)
{
    vd_ilanes_store(item->i + i, v);
}
VD_LANE_FN void vec_store(vd_wave_item item[3], int i, vec v)
{
    store(&item[0], i, v.x);
    store(&item[1], i, v.y);
    store(&item[2], i, v.z);
}

/* ---- place --------------------------------------------------------------------------------- */

VD_LANE_FN vd_lanes filter_offset(const vdk_filter *filter, vd_lanes u)
{
    vd_lanes x = u * (float)VDK_FILTER_CELLS;
    vd_ilanes i = vd_ilanes_min(ifloor(x), vd_ilanes_all(VDK_FILTER_CELLS - 1));
    return lerp(vd_lanes_gather(filter->offset, i), vd_lanes_gather(filter->offset + 1, i),
                x - vd_lanes_of(i));
}

VD_LANE_FN void shift(vd_ilanes *cell, vd_lanes *fraction, vd_lanes by, int cells)
{
    vd_lanes x = *fraction + by;
    vd_ilanes whole = ifloor(x);
    *cell += whole;
    *fraction = x - vd_lanes_of(whole);
    to_edge(cell, fraction, cells);
}

/** Where samples are seen of pixels (x, y), which has to be in the picture for all lanes. */
VD_LANE_FN position relief_place(const vdk_scene *scene, vd_mask live, vd_ilanes x, vd_ilanes y,
                                 const sampler *s)
{
    const vdk_map_camera *camera = &scene->camera;
    const vdk_height_field *f = &scene->terrain;
    vd_lanes u, v, h[4];
    position p = {{0}, {0}, {0}, {0}, {0}};
    sample_2d(s, (vd_ulanes){0} + VDK_PAD_PIXEL, &u, &v);
    p.cx = vd_gather_words((const uint32_t *)camera->column_cell, x);
    p.cy = vd_gather_words((const uint32_t *)camera->row_cell, y);
    p.fx = vd_lanes_gather(camera->column_fraction, x);
    p.fy = vd_lanes_gather(camera->row_fraction, y);
    shift(&p.cx, &p.fx, filter_offset(&scene->filter, u) * camera->cells_per_pixel_x, f->cells_x);
    shift(&p.cy, &p.fy, filter_offset(&scene->filter, v) * camera->cells_per_pixel_y, f->cells_y);
    patches_at(f, live, p.cx, p.cy, h);
    p.z = patch_height(h, p.fx, p.fy);
    return p;
}

/** a / b, rounded down, for 0 <= a < 2^12 and b > 0: the quotient of floats is not off by as much
 *  as the half that is added. */
VD_LANE_FN vd_ilanes quotient(vd_ilanes a, int b)
{
    return vd_ilanes_of((vd_lanes_of(a) + 0.5f) / (float)b);
}
_Static_assert((int)VD_WAVE_SAMPLES <= 1 << 12, "numbers of samples can be divided as floats");

/** The samplers of samples, and their pixels. */
VD_LANE_FN sampler samplers_of(const vd_wave_job *job, vd_ilanes within, vd_ilanes *x, vd_ilanes *y)
{
    int samples = (int)(job->to - job->from);
    vd_ilanes pixel = quotient(within, samples), row = quotient(pixel, job->width);
    *x = job->x + (pixel - row * job->width);
    *y = job->y + row;
    return sampler_at(job->scene->pattern, job->scene->seed, (vd_ulanes)*x, (vd_ulanes)*y,
                      job->from + (vd_ulanes)(within - pixel * samples));
}

/** The same of samples n, n + 1, .... Lanes from count on, which are too many, take the first
 *  sample. */
VD_LANE_FN sampler sampler_of_samples(const vd_wave_job *job, int n, int count, vd_ilanes *x,
                                      vd_ilanes *y)
{
    return samplers_of(job, vd_ilanes_where(vd_mask_below(count), vd_ilanes_count(n)), x, y);
}

/** New paths for samples n, n + 1, ... in slots i, i + 1, ...; count of them. */
VD_LANE_FN void begin(vd_wave *wave, const vd_wave_job *job, int i, int n, int count)
{
    const vdk_scene *scene = job->scene;
    vd_wave_item *path = wave->path;
    vd_ilanes x, y, sample = vd_ilanes_count(n);
    vd_mask live = vd_mask_below(count);
    sampler s = sampler_of_samples(job, n, count, &x, &y);
    position p = relief_place(scene, live, x, y, &s);
    istore(&path[VD_PATH_HASH], i, (vd_ilanes)s.hash);
    istore(&path[VD_PATH_PLACE], i, (vd_ilanes)s.place);
    istore(&path[VD_PATH_INDEX], i, (vd_ilanes)s.index_reversed);
    istore(&path[VD_PATH_CX], i, p.cx);
    istore(&path[VD_PATH_CY], i, p.cy);
    store(&path[VD_PATH_FX], i, p.fx);
    store(&path[VD_PATH_FY], i, p.fy);
    store(&path[VD_PATH_Z], i, p.z);
    istore(&path[VD_PATH_DEPTH], i, (vd_ilanes){0});
    vec_store(&path[VD_PATH_RADIANCE], i, vec_all(vdk_vec_make(0.0f, 0.0f, 0.0f)));
    vec_store(&path[VD_PATH_THROUGHPUT], i, vec_all(vdk_vec_make(1.0f, 1.0f, 1.0f)));
    istore(&path[VD_PATH_SAMPLE], i, sample);
}

/* What is kept of the rays of a lens while they are traced, where vertices are at other times. */
enum { SIGHT_HASH, SIGHT_PLACE, SIGHT_INDEX };

/** Rays of a lens for samples of pixels: their directions, and where they leave from. */
VD_LANE_FN vec sight_of(const vdk_scene *scene, const sampler *s, vd_ilanes x, vd_ilanes y,
                        position *from)
{
    const vdk_view_camera *camera = &scene->view;
    vd_lanes u, v;
    sample_2d(s, (vd_ulanes){0} + VDK_PAD_PIXEL, &u, &v);
    u = filter_offset(&scene->filter, u);
    v = filter_offset(&scene->filter, v);
    pose p = pose_still(camera);
    if (vdk_camera_moves(camera))
        p = pose_at(&camera->motion, motion_time(&camera->motion, vd_lanes_of(y) + 0.5f + v,
                                                 sample_1d(s, (vd_ulanes){0} + VDK_PAD_TIME)));
    vd_lanes px = (((vd_lanes_of(x) + 0.5f) - p.middle_x) + u) * p.pixel;
    vd_lanes py = ((p.middle_y - (vd_lanes_of(y) + 0.5f)) - v) * p.pixel;
    vd_lanes r = 1.0f / vd_lanes_sqrt(px * px + py * py + 1.0f);
    *from = p.eye;
    return vec_add(vec_add(vec_scale(p.right, px * r), vec_scale(p.up, py * r)),
                   vec_scale(p.forward, r));
}

/** Rays of a lens for samples n, n + 1, ... into the batch from i on; count of them. */
VD_LANE_FN void aim(vd_wave *wave, const vd_wave_job *job, int i, int n, int count)
{
    vd_ray_batch *batch = &wave->sight;
    vd_ilanes x, y;
    position eye;
    sampler s = sampler_of_samples(job, n, count, &x, &y);
    vec direction = sight_of(job->scene, &s, x, y, &eye);
    istore(&wave->vertex[SIGHT_HASH], i, (vd_ilanes)s.hash);
    istore(&wave->vertex[SIGHT_PLACE], i, (vd_ilanes)s.place);
    istore(&wave->vertex[SIGHT_INDEX], i, (vd_ilanes)s.index_reversed);
    vd_ilanes_store(batch->cx + i, eye.cx);
    vd_ilanes_store(batch->cy + i, eye.cy);
    vd_lanes_store(batch->fx + i, eye.fx);
    vd_lanes_store(batch->fy + i, eye.fy);
    vd_lanes_store(batch->z + i, eye.z);
    vd_lanes_store(batch->dx + i, direction.x);
    vd_lanes_store(batch->dy + i, direction.y);
    vd_lanes_store(batch->dz + i, direction.z);
}

/** New paths for those of rays i, i + 1, ... that have met ground; count of them. What is seen
 *  behind it is written down for the others. n: the sample of the batch's first ray. */
static inline void begin_seen(vd_wave *wave, const vdk_scene *scene, int i, int n, int count)
{
    const vd_ray_batch *batch = &wave->sight;
    vd_wave_item *path = wave->path, *kept = wave->vertex;
    vd_mask live = vd_mask_below(count);
    vd_mask hit = live & vd_igt(vd_ilanes_load(batch->hit + i), (vd_ilanes){0});
    int to = wave->active;
    vd_compress(path[VD_PATH_HASH].i + to, hit, iload(&kept[SIGHT_HASH], i));
    vd_compress(path[VD_PATH_PLACE].i + to, hit, iload(&kept[SIGHT_PLACE], i));
    vd_compress(path[VD_PATH_INDEX].i + to, hit, iload(&kept[SIGHT_INDEX], i));
    vd_compress(path[VD_PATH_SAMPLE].i + to, hit, vd_ilanes_count(n + i));
    istore(&path[VD_PATH_DEPTH], to, (vd_ilanes){0});
    vec_store(&path[VD_PATH_RADIANCE], to, vec_all(vdk_vec_make(0.0f, 0.0f, 0.0f)));
    vec_store(&path[VD_PATH_THROUGHPUT], to, vec_all(vdk_vec_make(1.0f, 1.0f, 1.0f)));
    for (unsigned left = vd_bits(hit); left; left &= left - 1, to++) {
        int ray = i + __builtin_ctz(left);
        const vdk_position *at = &batch->at[ray];
        path[VD_PATH_CX].i[to] = at->cx;
        path[VD_PATH_CY].i[to] = at->cy;
        path[VD_PATH_FX].f[to] = at->fx;
        path[VD_PATH_FY].f[to] = at->fy;
        path[VD_PATH_Z].f[to] = at->z;
        wave->seen[n + ray].alpha = 1.0f;
    }
    wave->active = to;
    for (unsigned left = vd_bits(live & vd_not(hit)); left; left &= left - 1) {
        int ray = i + __builtin_ctz(left);
        wave->seen[n + ray] = vdk_view_background(
            scene, vdk_vec_make(batch->dx[ray], batch->dy[ray], batch->dz[ray]));
    }
}

/** Traces as many rays of the camera as there are free slots. Returns their number. */
static inline int trace_sights(vd_wave *wave, const vd_wave_job *job)
{
    vd_ray_batch *batch = &wave->sight;
    int first = wave->next;
    int count = vdk_imin(VD_WAVE_SLOTS - wave->active, vd_wave_sample_count(job) - first);
    for (int i = 0; i < count; i += VD_LANES) aim(wave, job, i, first + i, count - i);
    batch->count = count;
    batch->on_surface = 0;
    batch->any_hit = 0;
    batch->horizon = job->horizon;
    vd_block_rays(wave, job, NULL, batch);
    wave->sights += (uint64_t)count;
    wave->next += count;
    return count;
}

/** Are its rays those of a pinhole that bends nothing? */
VD_LANE_FN bool is_simple_lens(const vdk_scene *scene)
{
    const vdk_lens *lens = &scene->view.lens;
    return scene->view.projection == VDK_PROJECTION_PERSPECTIVE && !lens->is_distorted &&
           !(lens->radius > 0.0f) && !(vdk_abs(lens->aberration) > 0.0f);
}

static void place_in_view(vd_wave *wave, const vd_wave_job *job)
{
    int first = wave->next, count = trace_sights(wave, job);
    for (int i = 0; i < count; i += VD_LANES) begin_seen(wave, job->scene, i, first, count - i);
}

static void place(vd_wave *wave, const vd_wave_job *job)
{
    int projection = job->scene->view.projection;
    if (is_simple_lens(job->scene)) {
        place_in_view(wave, job);
        return;
    }
    if (job->scene->camera.lattice.blocks || projection != VDK_PROJECTION_MAP) {
        vd_shader_scalar.place(wave, job);
        return;
    }
    int count = vdk_imin(VD_WAVE_SLOTS - wave->active, vd_wave_sample_count(job) - wave->next);
    for (int i = 0; i < count; i += VD_LANES)
        begin(wave, job, wave->active + i, wave->next + i, count - i);
    wave->active += count;
    wave->next += count;
}

/* ---- shade --------------------------------------------------------------------------------- */

VD_LANE_FN vd_lanes sun_weight(const vdk_sun *sun, vec normal)
{
    const vd_lanes zero = {0};
    vd_lanes c = vec_dot(vec_all(sun->direction), normal);
    vd_lanes s = vd_lanes_sqrt(vd_lanes_max(1.0f - c * c, zero));
    vd_mask outside = vd_lt(c, vd_lanes_all(sun->cos_half));
    c = vd_select(outside, c * sun->cos_half + s * sun->sin_half, vd_lanes_all(1.0f));
    return vd_select(is_positive(c), c * vdk_luminance(sun->irradiance), zero);
}

/* A sun for each lane, as far as it is needed to sample it, and how likely it was chosen. */
typedef struct chosen_sun {
    vec direction, irradiance, radiance;
    vd_lanes cos_half, pdf, probability;
} chosen_sun;

VD_LANE_FN vec vec_gather(const vdk_vec *first, vd_ilanes index)
{
    return (vec){vd_lanes_gather(&first->x, index), vd_lanes_gather(&first->y, index),
                 vd_lanes_gather(&first->z, index)};
}

/** vdk_sun_choose() among several. */
static inline chosen_sun sun_choose(const vdk_scene *scene, vec normal, vd_lanes total, vd_lanes u)
{
    const int size = sizeof(vdk_sun) / sizeof(float);
    vd_lanes left = u * total, weight = {0};
    vd_ilanes chosen = {0};
    vd_mask open = vd_mask_below(VD_LANES);
    for (int i = 0; i < scene->sun_count; i++) {
        vd_lanes w = sun_weight(&scene->suns[i], normal);
        vd_mask takes = open & vd_not(vd_le(w, (vd_lanes){0})), ends = takes & vd_lt(left, w);
        chosen = vd_iselect(takes, vd_ilanes_all(i), chosen);
        weight = vd_select(takes, w, weight);
        left = vd_select(takes, left - w, left);
        open = open & vd_not(ends);
    }
    const vdk_sun *suns = scene->suns;
    vd_ilanes at = chosen * size;
    return (chosen_sun){vec_gather(&suns->direction, at), vec_gather(&suns->irradiance, at),
                        vec_gather(&suns->radiance, at),  vd_lanes_gather(&suns->cos_half, at),
                        vd_lanes_gather(&suns->pdf, at),  weight / total};
}

VD_LANE_FN chosen_sun the_only_sun(const vdk_sun *sun)
{
    return (chosen_sun){vec_all(sun->direction), vec_all(sun->irradiance),
                        vec_all(sun->radiance),  vd_lanes_all(sun->cos_half),
                        vd_lanes_all(sun->pdf),  vd_lanes_all(1.0f)};
}

/** vdk_sun_sample() of suns that are discs. */
VD_LANE_FN vec disc_sample(const chosen_sun *sun, vd_lanes u, vd_lanes v)
{
    vd_lanes s, c, z = 1.0f - u * (1.0f - sun->cos_half);
    vd_lanes radius = vd_lanes_sqrt(vd_lanes_max(1.0f - z * z, (vd_lanes){0}));
    sincos_turns(v, &s, &c);
    return vec_from_frame(sun->direction, radius * c, radius * s, z);
}

typedef struct sun_ray {
    vd_mask is_due;
    vec direction, light;
    vd_lanes factor;
} sun_ray;

/** vdk_sample_sun() for lanes whose total is positive. */
VD_LANE_FN sun_ray sample_sun(const vdk_scene *scene, const sampler *numbers, vd_ulanes pad,
                              const surface *s, vd_lanes total)
{
    sun_ray ray;
    chosen_sun sun = scene->sun_count > 1 ? sun_choose(scene, s->shading, total,
                                                       sample_1d(numbers, pad + VDK_PAD_SUN_CHOICE))
                                          : the_only_sun(scene->suns);
    vd_mask is_disc = vd_lt(sun.cos_half, vd_lanes_all(1.0f));
    ray.direction = sun.direction;
    ray.light = sun.irradiance;
    if (vd_bits(is_disc)) {
        vd_lanes u, v;
        sample_2d(numbers, pad + VDK_PAD_SUN, &u, &v);
        ray.direction = vec_select(is_disc, disc_sample(&sun, u, v), sun.direction);
        ray.light = vec_select(is_disc, sun.radiance, sun.irradiance);
    }
    vd_lanes cosine = vec_dot(s->shading, ray.direction);
    vd_lanes fade = terminator(s, ray.direction);
    vd_lanes pdf_bsdf = cosine * VDK_INV_PI;
    vd_lanes chosen_pdf = sun.probability * sun.pdf;
    ray.is_due = is_positive(total) & is_positive(cosine) & is_positive(fade);
    ray.factor = cosine * VDK_INV_PI * fade / sun.probability;
    vd_lanes of_disc = ray.factor / sun.pdf * (chosen_pdf / (chosen_pdf + pdf_bsdf));
    ray.factor = vd_select(is_disc, of_disc, ray.factor);
    return ray;
}

VD_LANE_FN vec sample_bsdf(const sampler *numbers, vd_ulanes pad, vec normal)
{
    vd_lanes u, v;
    sample_2d(numbers, pad + VDK_PAD_BSDF, &u, &v);
    return cosine_about(normal, u, v);
}

/** Adds rays of the mask to a batch. */
VD_LANE_FN void add_rays(vd_ray_batch *batch, vd_mask due, const position *p, vec direction)
{
    int i = batch->count;
    vd_compress(batch->cx + i, due, p->cx);
    vd_compress(batch->cy + i, due, p->cy);
    vd_compress_floats(batch->fx + i, due, p->fx);
    vd_compress_floats(batch->fy + i, due, p->fy);
    vd_compress_floats(batch->z + i, due, p->z);
    vd_compress_floats(batch->dx + i, due, direction.x);
    vd_compress_floats(batch->dy + i, due, direction.y);
    vd_compress_floats(batch->dz + i, due, direction.z);
    batch->count += __builtin_popcount(vd_bits(due));
}

VD_LANE_FN sampler sampler_of(const vd_wave_item *path, const vdk_scene *scene, int i)
{
    return (sampler){scene->pattern, (vd_ulanes)iload(&path[VD_PATH_HASH], i),
                     (vd_ulanes)iload(&path[VD_PATH_PLACE], i),
                     (vd_ulanes)iload(&path[VD_PATH_INDEX], i)};
}

VD_LANE_FN vd_ulanes vertex_pad(vd_ilanes depth)
{
    return VDK_PAD_FIRST_VERTEX + (vd_ulanes)depth * VDK_PADS_PER_VERTEX;
}

/** The ground at the vertices of paths from i on; count of them. */
static inline void shade_lanes(vd_wave *wave, const vdk_scene *scene, int light_outside, int i,
                               int count)
{
    const vd_wave_item *path = wave->path;
    vd_wave_item *vertex = wave->vertex;
    vd_mask live = vd_mask_below(count);
    sampler s = sampler_of(path, scene, i);
    position p = {iload(&path[VD_PATH_CX], i), iload(&path[VD_PATH_CY], i),
                  load(&path[VD_PATH_FX], i), load(&path[VD_PATH_FY], i),
                  load(&path[VD_PATH_Z], i)};
    vd_ilanes depth = iload(&path[VD_PATH_DEPTH], i);
    vd_ulanes pad = vertex_pad(depth);
    surface ground = surface_at(scene, live, &p);
    vec_store(&vertex[VD_VERTEX_GEOMETRIC], i, ground.geometric);
    vec_store(&vertex[VD_VERTEX_SHADING], i, ground.shading);
    store(&vertex[VD_VERTEX_AGREEMENT], i, ground.agreement);
    vec_store(&vertex[VD_VERTEX_ALBEDO], i, ground.albedo);

    vd_lanes total = {0};
    for (int k = 0; k < scene->sun_count; k++) total += sun_weight(&scene->suns[k], ground.shading);
    store(&vertex[VD_VERTEX_SUN_TOTAL], i, total);
    vd_mask to_sun = live & is_positive(total);
    if (vd_bits(to_sun)) {
        sun_ray ray = sample_sun(scene, &s, pad, &ground, total);
        to_sun = to_sun & ray.is_due;
        vec_store(&vertex[VD_VERTEX_SUN_LIGHT], i, ray.light);
        store(&vertex[VD_VERTEX_SUN_FACTOR], i, ray.factor);
        add_rays(&wave->to_sun, to_sun, &p, ray.direction);
    }
    istore(&vertex[VD_VERTEX_TO_SUN], i, -vd_ilanes_of_mask(to_sun));

    vd_mask onward = live;
    if (!light_outside) onward = live & vd_not(vd_ieq(depth, vd_ilanes_all(scene->bounces)));
    if (vd_bits(onward)) {
        vec direction = sample_bsdf(&s, pad, ground.shading);
        vec_store(&vertex[VD_VERTEX_DIRECTION], i, direction);
        add_rays(&wave->onward, onward, &p, direction);
    }
    istore(&vertex[VD_VERTEX_ONWARD], i, -vd_ilanes_of_mask(onward));
}

static void shade(vd_wave *wave, const vdk_scene *scene)
{
    int light_outside = vdk_has_light_outside(scene);
    wave->to_sun.count = wave->onward.count = 0;
    for (int i = 0; i < wave->active; i += VD_LANES)
        shade_lanes(wave, scene, light_outside, i, wave->active - i);
}

/* ---- advance ------------------------------------------------------------------------------- */

VD_LANE_FN vd_mask mask_load(const vd_wave_item *item, int i)
{
    return vd_igt(iload(item, i), (vd_ilanes){0});
}

VD_LANE_FN vd_lanes visibility(const vdk_scene *scene, vd_mask blocked)
{
    return vd_select(blocked, vd_lanes_all(1.0f - scene->shadow_strength), vd_lanes_all(1.0f));
}

VD_LANE_FN vec sky_radiance(const vdk_sky *sky, vec direction)
{
    vec zenith = vec_all(sky->zenith);
    if (sky->model == VDK_SKY_UNIFORM) return zenith;
    vd_lanes t = vd_lanes_clamp(direction.z, 0.0f, 1.0f);
    return vec_add(vec_scale(vec_all(sky->horizon), 1.0f - t), vec_scale(zenith, t));
}

/* What a path brings along. */
typedef struct load_of_light {
    vec radiance, throughput;
} load_of_light;

/** vdk_add_discs(), where rays are due; rare enough unless discs are large. */
static inline void add_discs(const vdk_scene *scene, const vd_wave_item *vertex, int i, vd_mask due,
                             vec wi, vd_mask blocked, load_of_light *light)
{
    vd_lanes total = load(&vertex[VD_VERTEX_SUN_TOTAL], i);
    due = due & is_positive(total);
    for (int k = 0; k < scene->sun_count; k++) {
        const vdk_sun *sun = &scene->suns[k];
        if (sun->cos_half >= 1.0f) continue;
        vd_lanes c = vec_dot(vec_all(sun->direction), wi);
        vd_mask covered = due & vd_lt(vd_lanes_all(sun->cos_half), c);
        if (!vd_bits(covered)) continue;
        surface s = {vec_load(&vertex[VD_VERTEX_GEOMETRIC], i),
                     vec_load(&vertex[VD_VERTEX_SHADING], i), load(&vertex[VD_VERTEX_AGREEMENT], i),
                     vec_load(&vertex[VD_VERTEX_ALBEDO], i)};
        vd_lanes pdf_bsdf = cosine_pdf(s.shading, wi);
        vd_lanes pdf_sun = sun_weight(sun, s.shading) / total * sun->pdf;
        vd_lanes factor =
            visibility(scene, blocked) * terminator(&s, wi) * pdf_bsdf / (pdf_sun + pdf_bsdf);
        vec disc = vec_mul(vec_mul(light->throughput, s.albedo), vec_all(sun->radiance));
        light->radiance =
            vec_select(covered, vec_add(light->radiance, vec_scale(disc, factor)), light->radiance);
    }
}

/** vdk_path_light(), where rays to suns were due. */
VD_LANE_FN void add_sun(const vdk_scene *scene, const vd_wave_item *vertex, int i, vd_mask due,
                        vd_mask blocked, vec albedo, load_of_light *light)
{
    vd_lanes factor = load(&vertex[VD_VERTEX_SUN_FACTOR], i) * visibility(scene, blocked);
    vec sun =
        vec_mul(vec_mul(light->throughput, albedo), vec_load(&vertex[VD_VERTEX_SUN_LIGHT], i));
    light->radiance =
        vec_select(due, vec_add(light->radiance, vec_scale(sun, factor)), light->radiance);
}

/** vdk_roulette() for those of the mask. Returns those that survive, or do not play yet. */
static inline vd_mask roulette(const vdk_scene *scene, const vd_wave_item *path, int i,
                               vd_ilanes depth, float most, vd_mask who, load_of_light *light)
{
    vd_mask plays = who & vd_igt(depth, vd_ilanes_all(vdk_roulette_from(scene) - 1));
    if (!vd_bits(plays)) return who;
    sampler s = sampler_of(path, scene, i);
    vd_lanes survival =
        vd_lanes_min(vec_max(light->throughput) * vdk_roulette_odds(scene), vd_lanes_all(most));
    vd_lanes u = sample_1d(&s, vertex_pad(depth) + VDK_PAD_ROULETTE);
    light->throughput =
        vec_select(plays, vec_scale(light->throughput, 1.0f / survival), light->throughput);
    return who & vd_not(plays & vd_le(survival, u));
}

/** vdk_path_onward(), but for the place, where rays onward were due. Returns those that go on. */
VD_LANE_FN vd_mask go_onward(const vdk_scene *scene, const vd_wave *wave, int i, vd_mask due,
                             vd_mask blocked, vec albedo, load_of_light *light)
{
    vec wi = vec_load(&wave->vertex[VD_VERTEX_DIRECTION], i);
    vd_ilanes depth = iload(&wave->path[VD_PATH_DEPTH], i);
    add_discs(scene, wave->vertex, i, due, wi, blocked, light);
    light->throughput = vec_mul(light->throughput, albedo);
    vec sky = vec_mul(light->throughput, sky_radiance(&scene->sky, wi));
    light->radiance =
        vec_select(due & vd_not(blocked), vec_add(light->radiance, sky), light->radiance);
    vd_mask goes_on = due & blocked & vd_not(vd_ieq(depth, vd_ilanes_all(scene->bounces)));
    if (scene->bounces == VDK_UNLIMITED)
        goes_on = roulette(scene, wave->path, i, depth, VDK_ROULETTE_MOST, goes_on, light);
    return goes_on & is_positive(vec_max(light->throughput));
}

/** Writes down the radiance of paths that end. */
VD_LANE_FN void finish(vd_wave *wave, int i, vd_mask ended, vec radiance)
{
    float x[VD_LANES], y[VD_LANES], z[VD_LANES];
    vd_lanes_store(x, radiance.x);
    vd_lanes_store(y, radiance.y);
    vd_lanes_store(z, radiance.z);
    for (unsigned left = vd_bits(ended); left; left &= left - 1) {
        int lane = __builtin_ctz(left);
        wave->seen[wave->path[VD_PATH_SAMPLE].i[i + lane]].radiance =
            vdk_vec_make(x[lane], y[lane], z[lane]);
    }
}

/** Moves paths that go on to the slots from `to` on, which are not above i; their places are those
 *  of the hits. Returns the slot after them.
 *  ray  of the first lane that was due */
static inline int move_on(vd_wave *wave, int i, int to, vd_mask due, vd_mask goes_on, int ray,
                          const load_of_light *light)
{
    static const int as_they_are[] = {VD_PATH_HASH, VD_PATH_PLACE, VD_PATH_INDEX, VD_PATH_SAMPLE};
    vd_wave_item *path = wave->path;
    const vec *r = &light->radiance, *t = &light->throughput;
    const vd_lanes rest[6] = {r->x, r->y, r->z, t->x, t->y, t->z};
    for (int k = 0; k < 4; k++)
        vd_compress(path[as_they_are[k]].i + to, goes_on, iload(&path[as_they_are[k]], i));
    vd_compress(path[VD_PATH_DEPTH].i + to, goes_on, iload(&path[VD_PATH_DEPTH], i) + 1);
    for (int k = 0; k < 6; k++)
        vd_compress_floats(path[VD_PATH_RADIANCE + k].f + to, goes_on, rest[k]);
    unsigned rays = vd_bits(due);
    for (unsigned left = vd_bits(goes_on); left; left &= left - 1, to++) {
        unsigned before = rays & ((left & -left) - 1);
        const vdk_position *at = &wave->onward.at[ray + __builtin_popcount(before)];
        path[VD_PATH_CX].i[to] = at->cx;
        path[VD_PATH_CY].i[to] = at->cy;
        path[VD_PATH_FX].f[to] = at->fx;
        path[VD_PATH_FY].f[to] = at->fy;
        path[VD_PATH_Z].f[to] = at->z;
    }
    return to;
}

static void advance(vd_wave *wave, const vdk_scene *scene)
{
    const vd_ilanes zero = {0};
    int to_sun_at = 0, onward_at = 0, to = 0;
    for (int i = 0; i < wave->active; i += VD_LANES) {
        vd_mask live = vd_mask_below(wave->active - i);
        vd_mask to_sun = mask_load(&wave->vertex[VD_VERTEX_TO_SUN], i);
        vd_mask onward = mask_load(&wave->vertex[VD_VERTEX_ONWARD], i);
        vd_mask shadowed = vd_igt(vd_expand(zero, to_sun, wave->to_sun.hit + to_sun_at), zero);
        vd_mask blocked = vd_igt(vd_expand(zero, onward, wave->onward.hit + onward_at), zero);
        vec albedo = vec_load(&wave->vertex[VD_VERTEX_ALBEDO], i);
        load_of_light light = {vec_load(&wave->path[VD_PATH_RADIANCE], i),
                               vec_load(&wave->path[VD_PATH_THROUGHPUT], i)};
        add_sun(scene, wave->vertex, i, to_sun, shadowed, albedo, &light);
        vd_mask goes_on = go_onward(scene, wave, i, onward, blocked, albedo, &light);
        finish(wave, i, live & vd_not(goes_on), light.radiance);
        to = move_on(wave, i, to, onward, goes_on, onward_at, &light);
        to_sun_at += __builtin_popcount(vd_bits(to_sun));
        onward_at += __builtin_popcount(vd_bits(onward));
    }
    wave->active = to;
}

const vd_shader VD_SHADER = {place, shade, advance};
