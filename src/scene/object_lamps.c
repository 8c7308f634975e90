/* Which triangles give light: those of an instance whose material does, each with its area as it
 * stands there, and its corners at all steps of its way if it moves. */
#include <math.h>
#include <stdlib.h>

#include "objects/emitters.h"
#include "scene/objects.h"

static float luminance_of(const vd_objects *o, int material)
{
    return vdk_luminance(o->materials[material].emission);
}

/** Numbers the triangles of a mesh that give light by its own materials. */
static vd_result number_lamps(vd_context *context, vd_objects *o, int mesh)
{
    const vd_mesh *from = o->meshes[mesh];
    vdk_mesh *flat = &o->flat_meshes[mesh];
    void *memory;
    bool any = false;
    for (int i = 0; i < from->material_count; i++)
        any |= luminance_of(o, flat->first_material + i) > 0.0f;
    if (!any) return VD_OK;
    if (o->lamps[mesh]) return VD_OK; /* they have their numbers */
    VD_TRY(vd_alloc(context, (size_t)from->triangle_count, sizeof(int), "lamps", &memory));
    int *numbers = o->lamps[mesh] = memory;
    for (int64_t i = 0; i < from->triangle_count; i++)
        numbers[i] = luminance_of(o, flat->first_material + from->slots[i]) > 0.0f
                         ? o->lamp_counts[mesh]++
                         : -1;
    flat->lamps = numbers;
    return VD_OK;
}

/** How many triangles of an instance give light. */
static int64_t lamps_of(const vd_objects *o, const vdk_instance *instance)
{
    if (instance->material < 0) return o->lamp_counts[instance->mesh];
    return luminance_of(o, instance->material) > 0.0f ? o->meshes[instance->mesh]->triangle_count
                                                      : 0;
}

static int steps_of(const vdk_instance *instance)
{
    return instance->way < 0 ? 1 : instance->steps;
}

/** Where a triangle's corners are, from where its object stands and from the origin. */
static void find_corners(const vd_mesh *mesh, int64_t triangle, const vdk_transform *placed,
                         const float place[3], double corner[3][3], float out[3][3])
{
    const float *m = placed->turn;
    for (int k = 0; k < 3; k++) {
        const float *p = mesh->points + 3 * (int64_t)mesh->corners[3 * triangle + k];
        for (int i = 0; i < 3; i++) {
            corner[k][i] = (double)m[3 * i] * (double)p[0] + (double)m[3 * i + 1] * (double)p[1] +
                           (double)m[3 * i + 2] * (double)p[2];
            out[k][i] = (float)(corner[k][i] + (double)place[i]);
        }
    }
}

static void add_lamp(const vd_objects *o, int number, int64_t triangle, float (*corners)[3][3],
                     vd_lamp *out)
{
    const vdk_instance *instance = &o->instances[number];
    const vd_mesh *mesh = o->meshes[instance->mesh];
    double corner[3][3], cross[3];
    out->corners = (const float(*)[3][3])corners;
    out->steps = steps_of(instance);
    for (int k = 0; instance->way >= 0 && k < instance->steps; k++)
        find_corners(mesh, triangle, &o->ways[instance->way + k], o->way_places[instance->way + k],
                     corner, corners[k]);
    if (instance->way < 0)
        find_corners(mesh, triangle, &instance->placed, o->places[number], corner, corners[0]);
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        cross[i] = (corner[1][j] - corner[0][j]) * (corner[2][k] - corner[0][k]) -
                   (corner[1][k] - corner[0][k]) * (corner[2][j] - corner[0][j]);
    }
    double twice = sqrt(cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]);
    out->emitter = (vdk_emitter){number, (int)triangle, 0, (float)(0.5 * twice)};
    out->luminance =
        luminance_of(o, instance->material >= 0 ? instance->material
                                                : o->flat_meshes[instance->mesh].first_material +
                                                      mesh->slots[triangle]);
}

static void add_lamps(vd_objects *o, float (*corners)[3][3], vd_lamp *lamps)
{
    int count = 0;
    for (int i = 0; i < o->instance_count; i++) {
        vdk_instance *instance = &o->instances[i];
        const int *numbers = instance->material < 0 ? o->lamps[instance->mesh] : NULL;
        if (lamps_of(o, instance) == 0) continue;
        instance->first_emitter = count;
        for (int64_t t = 0; t < o->meshes[instance->mesh]->triangle_count; t++)
            if (!numbers || numbers[t] >= 0) {
                add_lamp(o, i, t, corners, &lamps[count++]);
                corners += steps_of(instance);
            }
    }
}

vd_result vd_objects_light(vd_context *context, vd_scene *scene, vd_objects *o)
{
    void *memory, *corners;
    int64_t count = 0, steps = 0;
    for (int i = 0; i < o->mesh_count; i++) VD_TRY(number_lamps(context, o, i));
    for (int i = 0; i < o->instance_count; i++) {
        int64_t lamps = lamps_of(o, &o->instances[i]);
        count += lamps;
        steps += lamps * steps_of(&o->instances[i]);
    }
    if (count == 0) return VD_OK;
    if (count > INT32_MAX / 4)
        return vd_fail(context, VD_ERR_MEMORY, "%lld triangles give light; 5 10^8 can",
                       (long long)count);
    VD_TRY(vd_alloc(context, (size_t)steps, 9 * sizeof(float), "lamps", &corners));
    vd_result result = vd_alloc(context, (size_t)count, sizeof(vd_lamp), "lamps", &memory);
    if (result != VD_OK) {
        free(corners);
        return result;
    }
    vd_lamp *lamps = memory;
    add_lamps(o, corners, lamps);
    free(o->nodes);
    result = vd_emitter_tree(context, lamps, (int)count, &o->nodes);
    free(corners);
    if (result == VD_OK)
        result = vd_alloc(context, (size_t)count, sizeof(vdk_emitter), "lamps", &memory);
    if (result == VD_OK) {
        free(o->emitters);
        o->emitters = memory;
        for (int64_t i = 0; i < count; i++) o->emitters[i] = lamps[i].emitter;
        o->emitter_count = (int)count;
        scene->flat.objects.emitters = o->emitters;
        scene->flat.objects.nodes = o->nodes;
        scene->flat.objects.emitter_count = o->emitter_count;
    }
    free(lamps);
    return result;
}
