/* Paths shaded one by one, by the kernel as it stands: what all other shaders must agree with. */
#include "render/record.h"
#include "render/wave_parts.h"

static vdk_vec get_vec(const vd_wave_item item[3], int i)
{
    return vdk_vec_make(item[0].f[i], item[1].f[i], item[2].f[i]);
}
static void set_vec(vd_wave_item item[3], int i, vdk_vec v)
{
    item[0].f[i] = v.x;
    item[1].f[i] = v.y;
    item[2].f[i] = v.z;
}

static vdk_path get_path(const vd_wave_item *item, const vdk_scene *scene, int i)
{
    vdk_path path;
    path.sampler.pattern = scene->pattern;
    path.sampler.hash = (vdk_uint)item[VD_PATH_HASH].i[i];
    path.sampler.place = (vdk_uint)item[VD_PATH_PLACE].i[i];
    path.sampler.index_reversed = (vdk_uint)item[VD_PATH_INDEX].i[i];
    path.at.cx = item[VD_PATH_CX].i[i];
    path.at.cy = item[VD_PATH_CY].i[i];
    path.at.fx = item[VD_PATH_FX].f[i];
    path.at.fy = item[VD_PATH_FY].f[i];
    path.at.z = item[VD_PATH_Z].f[i];
    path.wo = get_vec(&item[VD_PATH_WO], i);
    path.spread = item[VD_PATH_SPREAD].f[i];
    path.part = item[VD_PATH_PART].i[i];
    bool has_time = scene->objects.count > 0 || scene->moments;
    path.time = has_time ? item[VD_PATH_TIME].f[i] : 0.0f;
    path.on = path.met = (vdk_object_point){-1, -1, 0.0f, 0.0f, 0.0f};
    if (path.part == VDK_PART_OBJECT) {
        path.on.instance = item[VD_PATH_INSTANCE].i[i];
        path.on.triangle = item[VD_PATH_TRIANGLE].i[i];
        path.on.u = item[VD_PATH_U].f[i];
        path.on.v = item[VD_PATH_V].f[i];
        path.on.time = path.time;
    }
    path.depth = item[VD_PATH_DEPTH].i[i];
    path.crossings =
        scene->water.is_there || scene->media.is_there ? item[VD_PATH_CROSSINGS].i[i] : 0;
    path.radiance = get_vec(&item[VD_PATH_RADIANCE], i);
    path.throughput = get_vec(&item[VD_PATH_THROUGHPUT], i);
    return path;
}
static void set_path(vd_wave_item *item, int i, const vdk_path *path, int sample)
{
    item[VD_PATH_HASH].i[i] = (int32_t)path->sampler.hash;
    item[VD_PATH_PLACE].i[i] = (int32_t)path->sampler.place;
    item[VD_PATH_INDEX].i[i] = (int32_t)path->sampler.index_reversed;
    item[VD_PATH_CX].i[i] = path->at.cx;
    item[VD_PATH_CY].i[i] = path->at.cy;
    item[VD_PATH_FX].f[i] = path->at.fx;
    item[VD_PATH_FY].f[i] = path->at.fy;
    item[VD_PATH_Z].f[i] = path->at.z;
    set_vec(&item[VD_PATH_WO], i, path->wo);
    item[VD_PATH_SPREAD].f[i] = path->spread;
    item[VD_PATH_PART].i[i] = path->part;
    if (path->part == VDK_PART_OBJECT) {
        item[VD_PATH_INSTANCE].i[i] = path->on.instance;
        item[VD_PATH_TRIANGLE].i[i] = path->on.triangle;
        item[VD_PATH_U].f[i] = path->on.u;
        item[VD_PATH_V].f[i] = path->on.v;
    }
    item[VD_PATH_DEPTH].i[i] = path->depth;
    item[VD_PATH_CROSSINGS].i[i] = path->crossings;
    item[VD_PATH_TIME].f[i] = path->time;
    set_vec(&item[VD_PATH_RADIANCE], i, path->radiance);
    set_vec(&item[VD_PATH_THROUGHPUT], i, path->throughput);
    item[VD_PATH_SAMPLE].i[i] = sample;
}

static vdk_vertex get_vertex(const vd_wave_item *item, int i)
{
    vdk_vertex vertex;
    vertex.surface.class_here = 0; /* recorded when it was shaded */
    vertex.surface.layer_material = -1;
    vertex.surface.geometric = get_vec(&item[VD_VERTEX_GEOMETRIC], i);
    vertex.surface.shading = get_vec(&item[VD_VERTEX_SHADING], i);
    vertex.surface.agreement = item[VD_VERTEX_AGREEMENT].f[i];
    vertex.surface.material.base_color = get_vec(&item[VD_VERTEX_ALBEDO], i);
    vertex.sun_total = item[VD_VERTEX_SUN_TOTAL].f[i];
    vertex.to_sun = item[VD_VERTEX_TO_SUN].i[i];
    vertex.sun_direction = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vertex.sun_light = get_vec(&item[VD_VERTEX_SUN_LIGHT], i);
    vertex.sun_factor = item[VD_VERTEX_SUN_FACTOR].f[i];
    vertex.onward = item[VD_VERTEX_ONWARD].i[i];
    vertex.direction = get_vec(&item[VD_VERTEX_DIRECTION], i);
    vertex.weight = get_vec(&item[VD_VERTEX_WEIGHT], i);
    vertex.discs = get_vec(&item[VD_VERTEX_DISCS], i);
    vertex.sky_pdf = item[VD_VERTEX_SKY_PDF].f[i];
    vertex.emitter_pdf = item[VD_VERTEX_EMITTER_PDF].f[i];
    vertex.emitter = item[VD_VERTEX_EMITTER].i[i];
    vertex.light = item[VD_VERTEX_LIGHT].i[i];
    vertex.sun_gloss = get_vec(&item[VD_VERTEX_SUN_GLOSS], i);
    vertex.gloss = get_vec(&item[VD_VERTEX_GLOSS], i);
    return vertex;
}
static void set_vertex(vd_wave_item *item, const vdk_scene *scene, int i, const vdk_vertex *vertex)
{
    set_vec(&item[VD_VERTEX_GEOMETRIC], i, vertex->surface.geometric);
    set_vec(&item[VD_VERTEX_SHADING], i, vertex->surface.shading);
    item[VD_VERTEX_AGREEMENT].f[i] = vertex->surface.agreement;
    set_vec(&item[VD_VERTEX_ALBEDO], i, vertex->surface.material.base_color);
    item[VD_VERTEX_SUN_TOTAL].f[i] = vertex->sun_total;
    item[VD_VERTEX_TO_SUN].i[i] = vertex->to_sun;
    if (!scene->plain) item[VD_VERTEX_EMITTER].i[i] = vertex->emitter;
    if (vertex->to_sun) {
        set_vec(&item[VD_VERTEX_SUN_LIGHT], i, vertex->sun_light);
        item[VD_VERTEX_SUN_FACTOR].f[i] = vertex->sun_factor;
    }
    item[VD_VERTEX_ONWARD].i[i] = vertex->onward;
    if (vertex->onward) set_vec(&item[VD_VERTEX_DIRECTION], i, vertex->direction);
    if (vertex->onward && !scene->plain) {
        set_vec(&item[VD_VERTEX_WEIGHT], i, vertex->weight);
        set_vec(&item[VD_VERTEX_DISCS], i, vertex->discs);
        item[VD_VERTEX_SKY_PDF].f[i] = vertex->sky_pdf;
        item[VD_VERTEX_EMITTER_PDF].f[i] = vertex->emitter_pdf;
    }
    if (scene->splits) {
        item[VD_VERTEX_LIGHT].i[i] = vertex->light;
        set_vec(&item[VD_VERTEX_SUN_GLOSS], i, vertex->sun_gloss);
        set_vec(&item[VD_VERTEX_GLOSS], i, vertex->gloss);
    }
}

/* The sampler of one of the wave's samples, and its pixel. */
static vdk_sampler sampler_of(const vd_wave_job *job, int sample, int *x, int *y)
{
    int samples = (int)(job->to - job->from), pixel = sample / samples;
    *x = job->x + pixel % job->width;
    *y = job->y + pixel / job->width;
    vdk_sampler sampler = vdk_sampler_at(job->scene->pattern, job->scene->seed, *x, *y);
    vdk_sampler_seek(&sampler, job->from + (uint32_t)(sample % samples));
    return sampler;
}

static void place_on_map(vd_wave *wave, const vd_wave_job *job)
{
    for (int total = vd_wave_sample_count(job); wave->active < VD_WAVE_SLOTS && wave->next < total;
         wave->next++) {
        int x, y;
        vdk_path path;
        vdk_sampler sampler = sampler_of(job, wave->next, &x, &y);
        wave->seen[wave->next] = (vdk_seen){{0.0f, 0.0f, 0.0f}, 0.0f}; /* a map's alpha is unread */
        if (vdk_relief_begin(job->scene, x, y, sampler, &path))
            set_path(wave->path, wave->active++, &path, wave->next);
    }
}

/* As many samples of a view as there are free slots; those that meet no ground leave theirs free.
 */
static int aim(vd_wave *wave, const vd_wave_job *job, vdk_sampler *samplers, int *sample,
               float *width)
{
    vd_ray_batch *batch = &wave->sight;
    int total = vd_wave_sample_count(job), room = VD_WAVE_SLOTS - wave->active;
    batch->count = 0;
    for (; batch->count < room && wave->next < total; wave->next++) {
        int x, y, ray = batch->count;
        vdk_sight sight;
        samplers[ray] = sampler_of(job, wave->next, &x, &y);
        wave->seen[wave->next] = (vdk_seen){{0.0f, 0.0f, 0.0f}, 0.0f};
        if (!vdk_view_aim(job->scene, x, y, &samplers[ray], &sight)) continue;
        sample[ray] = wave->next;
        width[ray] = sight.width;
        wave->sight_objects.time[ray] = sight.time;
        vd_batch_add(batch, &sight.from, sight.direction);
    }
    return batch->count;
}

/* Makes the path of light that media scatter into a sample's ray, if any, wait for a slot. */
static void let_wait(vd_wave *wave, int sample, float distance, float depth)
{
    wave->air.distance[sample] = distance;
    wave->air.depth[sample] = depth;
    if (depth > 0.0f) wave->air.waiting[wave->air.count++] = sample;
}

/* Puts paths that wait into free slots. */
static void place_in_air(vd_wave *wave, const vd_wave_job *job)
{
    for (; wave->active < VD_WAVE_SLOTS && wave->air.count > 0; wave->air.count--) {
        int x, y, sample = wave->air.waiting[wave->air.count - 1];
        vdk_sight sight;
        vdk_sampler sampler = sampler_of(job, sample, &x, &y);
        vdk_view_aim(job->scene, x, y, &sampler, &sight); /* as it was, and shows something */
        vdk_path path;
        if (vdk_view_begin_in_air(vd_scene_then(job->scene, sight.time), &sight, sampler,
                                  wave->air.distance[sample], wave->air.depth[sample],
                                  &wave->air.point[sample], &path))
            set_path(wave->path, wave->active++, &path, sample | VD_WAVE_IN_AIR);
    }
    wave->first = wave->active;
}

static void place_in_view(vd_wave *wave, const vd_wave_job *job)
{
    const vdk_scene *scene = job->scene;
    vd_ray_batch *batch = &wave->sight;
    vdk_sampler samplers[VD_WAVE_SLOTS];
    float width[VD_WAVE_SLOTS];
    int sample[VD_WAVE_SLOTS];
    if (aim(wave, job, samplers, sample, width) == 0) return;
    batch->on_surface = 0;
    batch->any_hit = 0;
    batch->horizon = job->horizon;
    vd_block_rays(wave, job, NULL, batch);
    vd_object_rays(job, NULL, &wave->sight_objects, batch);
    wave->sights += (uint64_t)batch->count;
    wave->shade.to_sun.count = 0;
    for (int i = 0; i < batch->count; i++) {
        vdk_sight sight = {{batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]},
                           vdk_vec_make(batch->dx[i], batch->dy[i], batch->dz[i]),
                           width[i],
                           wave->sight_objects.time[i]};
        const vdk_scene *then = vd_scene_then(scene, sight.time);
        float distance = VDK_HUGE, depth = 0.0f;
        if (batch->hit[i] && (scene->media.is_there || scene->air.is_shaded))
            distance = vdk_view_distance(then, &sight, batch->at[i]);
        if (scene->media.is_there) {
            depth =
                vdk_view_depth(then, &sight, &samplers[i], distance, &wave->air.point[sample[i]]);
            let_wait(wave, sample[i], distance, depth);
        }
        if (vdk_view_is_shaded(then, batch->hit[i]))
            vd_shade_add(wave, scene, &sight, &samplers[i], distance, depth, sample[i],
                         batch->hit[i] ? wave->active : -1);
        if (!batch->hit[i]) {
            wave->seen[sample[i]] = vdk_view_background(then, sight.direction);
            if (depth > 0.0f)
                wave->seen[sample[i]] = vdk_view_behind(scene, wave->seen[sample[i]], depth);
            continue;
        }
        vdk_path path =
            vdk_view_begin(then, &sight, samplers[i], batch->hit[i], batch->at[i],
                           vdk_view_spread(then, &sight, batch->at[i]), &wave->seen[sample[i]]);
        if (depth > 0.0f) vdk_media_before(scene, depth, &path);
        if (path.part == VDK_PART_OBJECT)
            vdk_path_begin_on(then, wave->sight_objects.met[i], &path);
        set_path(wave->path, wave->active++, &path, sample[i]);
    }
    if (wave->shade.to_sun.count > 0) vd_shade_end(wave, job);
}

static void place(vd_wave *wave, const vd_wave_job *job)
{
    if (wave->air.count > 0) place_in_air(wave, job);
    if (job->scene->view.projection == VDK_PROJECTION_MAP)
        place_on_map(wave, job);
    else
        place_in_view(wave, job);
}

static void shade(vd_wave *wave, const vdk_scene *scene)
{
    wave->to_sun.count = wave->onward.count = 0;
    for (int i = 0; i < wave->active; i++) {
        vdk_path path = get_path(wave->path, scene, i);
        const vdk_scene *then = vd_scene_then(scene, path.time);
        vdk_vertex vertex;
        wave->onward_from[wave->onward.count] = path.part;
        vdk_path_shade(then, &path, &vertex);
        if (scene->objects.count > 0) {
            wave->to_sun_objects.normal[wave->to_sun.count] = vertex.surface.geometric;
            wave->to_sun_objects.target[wave->to_sun.count] = vertex.emitter;
            wave->to_sun_objects.time[wave->to_sun.count] = path.time;
            wave->onward_objects.normal[wave->onward.count] = vertex.surface.geometric;
            wave->onward_objects.target[wave->onward.count] = -1;
            wave->onward_objects.time[wave->onward.count] = path.time;
        }
        if (vertex.to_sun) {
            wave->to_sun_from[wave->to_sun.count] = vertex.sun_part;
            vd_batch_add(&wave->to_sun, &vertex.sun_from, vertex.sun_direction);
        }
        if (vertex.onward) vd_batch_add(&wave->onward, &path.at, vertex.direction);
        if (wave->recorder && path.depth == 0 && !vdk_part_is_air(path.part))
            vd_record_surface(wave->recorder, then, i, &path, &vertex.surface);
        set_vertex(wave->vertex, scene, i, &vertex);
    }
}

/* To what shade has taken off it, if any. */
static void add_in_air(vd_wave *wave, int sample, vdk_vec radiance)
{
    wave->air.radiance[sample] = vdk_vec_add(wave->air.radiance[sample], radiance);
}

static void advance(vd_wave *wave, const vdk_scene *scene)
{
    int to_sun = 0, onward = 0, left = 0;
    for (int i = 0; i < wave->active; i++) {
        vdk_path path = get_path(wave->path, scene, i);
        const vdk_scene *then = vd_scene_then(scene, path.time);
        vdk_vertex vertex = get_vertex(wave->vertex, i);
        int sample = wave->path[VD_PATH_SAMPLE].i[i];
        bool goes_on = vertex.onward;
        if (vertex.onward && wave->onward.hit[onward] == VDK_PART_OBJECT)
            path.met = wave->onward_objects.met[onward];
        if (vertex.onward && scene->media.is_there)
            wave->onward.hit[onward] = vdk_media_meet(then, &path, wave->onward.hit[onward],
                                                      &wave->onward.at[onward], &vertex);
        if (scene->splits)
            vd_record_split(wave->recorder, then, sample, &path, &vertex, wave->to_sun.hit[to_sun],
                            wave->onward.hit[onward]);
        if (vertex.to_sun) vdk_path_light(then, &vertex, wave->to_sun.hit[to_sun++], &path);
        if (vertex.onward) {
            int ray = onward++;
            goes_on =
                vdk_path_onward(then, &vertex, wave->onward.hit[ray], wave->onward.at[ray], &path);
            goes_on = goes_on && vdk_cloud_walk(then, &path);
        }
        if (goes_on)
            set_path(wave->path, left++, &path, sample);
        else if (sample & VD_WAVE_IN_AIR)
            add_in_air(wave, sample & ~VD_WAVE_IN_AIR, path.radiance);
        else
            wave->seen[sample] = vdk_view_end(then, wave->seen[sample], path.radiance);
    }
    wave->active = left;
}

const vd_shader vd_shader_scalar = {place, shade, advance};
