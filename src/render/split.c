/* Light told apart by its kind, vertex by vertex, in scalars: of suns and objects if there are
 * several lights to tell apart or ground that is not plain, and of gloss.
 *
 * Gloss is told by the first vertex alone, which is what the eye sees: a share of what each ray
 * from there brings, and of all that a path still gets after its ray onward. What media scatter
 * into a camera's ray is light of its lights, and no gloss. */
#include "kernel/split.h"
#include "render/record.h"

static void add_to(vdk_vec *sum, vdk_vec v)
{
    *sum = vdk_vec_add(*sum, v);
}

/* The suns that the ray onward meets, each by itself. */
static void split_discs(vd_recorder *recorder, const vdk_scene *scene, int sample,
                        const vdk_path *path, const vdk_vertex *vertex, int is_blocked)
{
    int first = 0, count = vdk_split_covering(scene, vertex->direction, &first);
    for (int i = first; count > 0 && i < scene->sun_count && i < recorder->plan->suns; i++)
        if (vdk_sun_covers(&scene->suns[i], vertex->direction))
            add_to(&recorder->suns[i * VD_WAVE_SAMPLES + sample],
                   vdk_split_disc(scene, *path, vertex, is_blocked, i, count == 1));
}

void vd_record_split(vd_recorder *recorder, const vdk_scene *scene, int sample,
                     const vdk_path *path, const vdk_vertex *vertex, int sun_hit, int onward_hit)
{
    const vd_record_plan *plan = recorder->plan;
    const bool in_air = sample & VD_WAVE_IN_AIR;
    sample &= ~VD_WAVE_IN_AIR;
    vdk_vec light = vdk_vec_make(0.0f, 0.0f, 0.0f), onward = light;
    if (vertex->to_sun) {
        light = vdk_split_light(scene, *path, vertex, sun_hit);
        if (plan->emitters >= 0 && vertex->emitter >= 0)
            add_to(&recorder->emitters[sample], light);
        else if (recorder->suns && vertex->light < plan->suns && vertex->light < scene->sun_count)
            add_to(&recorder->suns[vertex->light * VD_WAVE_SAMPLES + sample], light);
    }
    if (vertex->onward && recorder->suns)
        split_discs(recorder, scene, sample, path, vertex, onward_hit);
    if (vertex->onward && plan->emitters >= 0 && onward_hit == VDK_PART_OBJECT)
        add_to(&recorder->emitters[sample], vdk_split_emission(scene, *path, vertex));
    if (scene->plain || plan->specular < 0 || in_air) return;
    if (vertex->onward) onward = vdk_split_onward(scene, *path, vertex, onward_hit);
    if (path->depth == 0) {
        vdk_vec gloss = vertex->onward ? vertex->gloss : onward;
        recorder->gloss[sample] = gloss;
        if (vertex->to_sun)
            add_to(&recorder->specular[sample], vdk_vec_mul(light, vertex->sun_gloss));
        add_to(&recorder->specular[sample], vdk_vec_mul(onward, gloss));
        return;
    }
    add_to(&recorder->specular[sample],
           vdk_vec_mul(vdk_vec_add(light, onward), recorder->gloss[sample]));
}
