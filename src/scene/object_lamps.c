/* Which triangles give light: those of an instance whose material does, each with its area as it
 * stands there, and its corners at all times where its way or its form has a step. Both have 2^k +
 * 1 steps, so those of the finer hold the others. Where both change, with transforms A, B and
 * corners p, q at two times, a corner is (1-t)^2 Ap + 2t(1-t) (Aq + Bp) / 2 + t^2 Bq between them:
 * a Bezier curve, which stays in the hull of its three points, so the middle one is kept too. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/** At how many times an instance's corners are known. */
static int times_of(const vd_objects *o, const vdk_instance *instance)
{
    int ways = instance->way < 0 ? 1 : instance->steps, forms = o->meshes[instance->mesh]->steps;
    return ways > forms ? ways : forms;
}

static bool moves_and_deforms(const vd_objects *o, const vdk_instance *instance)
{
    return instance->way >= 0 && o->meshes[instance->mesh]->steps > 1;
}

static int steps_of(const vd_objects *o, const vdk_instance *instance)
{
    int times = times_of(o, instance);
    return moves_and_deforms(o, instance) ? 2 * times - 1 : times;
}

/* How an instance stands, and what form it has, at one of these times. */
typedef struct moment {
    vdk_transform placed;
    float place[3];
    const vd_mesh *mesh;
    int form; /* between this step of the mesh and the next */
    float t;  /* so far */
} moment;

static moment moment_at(const vd_objects *o, int number, int index)
{
    const vdk_instance *instance = &o->instances[number];
    moment m = {.mesh = o->meshes[instance->mesh], .placed = instance->placed};
    int last = times_of(o, instance) - 1;
    memcpy(m.place, o->places[number], sizeof(m.place));
    if (m.mesh->steps > 1) {
        int each = last / (m.mesh->steps - 1);
        m.form = index == last ? m.mesh->steps - 2 : index / each;
        m.t = (float)(index - m.form * each) / (float)each;
    }
    if (instance->way < 0) return m;
    int each = last / (instance->steps - 1);
    int step = index == last ? instance->steps - 2 : index / each;
    float t = (float)(index - step * each) / (float)each;
    const vdk_transform *a = &o->ways[instance->way + step];
    const float(*at)[3] = (const float(*)[3])o->way_places + instance->way + step;
    for (int k = 0; k < 9; k++) m.placed.turn[k] = vdk_lerp(a[0].turn[k], a[1].turn[k], t);
    for (int k = 0; k < 3; k++) m.place[k] = vdk_lerp(at[0][k], at[1][k], t);
    return m;
}

/** Where a triangle's corners are, from where its object stands and from the origin. */
static void find_corners(const moment *at, int64_t triangle, double corner[3][3], float out[3][3])
{
    const float *m = at->placed.turn, *place = at->place;
    const vd_mesh *mesh = at->mesh;
    const int64_t step = 3 * mesh->point_count;
    for (int k = 0; k < 3; k++) {
        const float *from =
            mesh->points + step * at->form + 3 * (int64_t)mesh->corners[3 * triangle + k];
        float p[3];
        for (int i = 0; i < 3; i++)
            p[i] = at->t > 0.0f ? vdk_lerp(from[i], from[step + i], at->t) : from[i];
        for (int i = 0; i < 3; i++) {
            corner[k][i] = (double)m[3 * i] * (double)p[0] + (double)m[3 * i + 1] * (double)p[1] +
                           (double)m[3 * i + 2] * (double)p[2];
            out[k][i] = (float)(corner[k][i] + (double)place[i]);
        }
    }
}

static double area_of(double corner[3][3])
{
    double cross[3];
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        cross[i] = (corner[1][j] - corner[0][j]) * (corner[2][k] - corner[0][k]) -
                   (corner[1][k] - corner[0][k]) * (corner[2][j] - corner[0][j]);
    }
    return 0.5 * sqrt(cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]);
}

static void add_lamp(const vd_objects *o, int number, int64_t triangle, float (*corners)[3][3],
                     vd_lamp *out)
{
    const vdk_instance *instance = &o->instances[number];
    const vd_mesh *mesh = o->meshes[instance->mesh];
    double corner[3][3], area = 0.0; /* the greatest, so that no lamp is taken for none */
    bool has_middles = moves_and_deforms(o, instance);
    int times = times_of(o, instance);
    out->corners = (const float(*)[3][3])corners;
    out->steps = steps_of(o, instance);
    for (int k = 0; k < times; k++) {
        moment now = moment_at(o, number, k);
        find_corners(&now, triangle, corner, *corners++);
        area = fmax(area, area_of(corner));
        if (!has_middles || k + 1 == times) continue;
        moment next = moment_at(o, number, k + 1), mixed[2] = {now, next};
        float ends[2][3][3];
        memcpy(mixed[0].placed.turn, next.placed.turn, sizeof(next.placed.turn));
        memcpy(mixed[1].placed.turn, now.placed.turn, sizeof(now.placed.turn));
        for (int i = 0; i < 2; i++) find_corners(&mixed[i], triangle, corner, ends[i]);
        for (int i = 0; i < 9; i++)
            (*corners)[i / 3][i % 3] = 0.5f * (ends[0][i / 3][i % 3] + ends[1][i / 3][i % 3]);
        corners++;
    }
    out->emitter = (vdk_emitter){number, (int)triangle, 0, (float)area};
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
                corners += steps_of(o, instance);
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
        steps += lamps * steps_of(o, &o->instances[i]);
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
