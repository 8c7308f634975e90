/* Rays against meshes by Embree 3 or 4: a scene of instances over a scene for each mesh, robust, so
 * that no ray slips between triangles that share an edge.
 *
 * What moves is an instance of several time steps, what changes its form a mesh of several, which
 * Embree's trees hold as boxes that move.
 *
 * Everything is built by one thread: where two triangles are met at the same distance, as at an
 * edge, the one that is looked at first counts, which depends on the tree, and a tree built by
 * several threads may depend on them. */
#include "objects/tracer.h"

#if VD_EMBREE == 4
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

#include <math.h>
#include <stdlib.h>

struct vd_object_tracer {
    RTCDevice device;
    RTCScene top;
    RTCScene *meshes;
    int mesh_count;
};

bool vd_object_tracer_is_there(void)
{
    return true;
}

static vd_result check_device(vd_context *context, const vd_object_tracer *tracer)
{
    enum RTCError error = rtcGetDeviceError(tracer->device);
    if (error == RTC_ERROR_NONE) return VD_OK;
    if (error == RTC_ERROR_OUT_OF_MEMORY)
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory to look for objects");
    return vd_fail(context, VD_ERR_INTERNAL, "Embree cannot build the objects (error %d)",
                   (int)error);
}

static RTCScene new_scene(const vd_object_tracer *tracer)
{
    RTCScene scene = rtcNewScene(tracer->device);
    rtcSetSceneFlags(scene, RTC_SCENE_FLAG_ROBUST);
    return scene;
}

static RTCScene make_mesh(const vd_object_tracer *tracer, const vd_mesh *mesh)
{
    RTCScene scene = new_scene(tracer);
    RTCGeometry geometry = rtcNewGeometry(tracer->device, RTC_GEOMETRY_TYPE_TRIANGLE);
    const size_t point = 3 * sizeof(float), points = (size_t)mesh->point_count;
    rtcSetGeometryTimeStepCount(geometry, (unsigned)mesh->steps);
    for (int k = 0; k < mesh->steps; k++)
        rtcSetSharedGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, (unsigned)k, RTC_FORMAT_FLOAT3,
                                   mesh->points, (size_t)k * point * points, point, points);
    rtcSetSharedGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, mesh->corners,
                               0, 3 * sizeof(uint32_t), (size_t)mesh->triangle_count);
    rtcCommitGeometry(geometry);
    rtcAttachGeometryByID(scene, geometry, 0);
    rtcReleaseGeometry(geometry);
    rtcCommitScene(scene);
    return scene;
}

static void set_transform(RTCGeometry geometry, unsigned step, const vdk_transform *t,
                          const float place[3])
{
    const float *m = t->turn;
    const float rows[12] = {m[0], m[1],     m[2], place[0], m[3], m[4],
                            m[5], place[1], m[6], m[7],     m[8], place[2]};
    rtcSetGeometryTransform(geometry, step, RTC_FORMAT_FLOAT3X4_ROW_MAJOR, rows);
}

static void add_instance(const vd_object_tracer *tracer, const vdk_instance *instance,
                         const float place[3], unsigned number)
{
    RTCGeometry geometry = rtcNewGeometry(tracer->device, RTC_GEOMETRY_TYPE_INSTANCE);
    rtcSetGeometryInstancedScene(geometry, tracer->meshes[instance->mesh]);
    rtcSetGeometryTimeStepCount(geometry, 1);
    set_transform(geometry, 0, &instance->placed, place);
    rtcCommitGeometry(geometry);
    rtcAttachGeometryByID(tracer->top, geometry, number);
    rtcReleaseGeometry(geometry);
}

static vd_result build(vd_context *context, const vd_object_parts *parts, vd_object_tracer *tracer)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)parts->mesh_count, sizeof(RTCScene), "objects", &memory));
    tracer->meshes = memory;
    tracer->mesh_count = parts->mesh_count;
    for (int i = 0; i < parts->mesh_count; i++)
        tracer->meshes[i] = make_mesh(tracer, parts->meshes[i]);
    VD_TRY(check_device(context, tracer));
    tracer->top = new_scene(tracer);
    for (int i = 0; i < parts->instance_count; i++)
        add_instance(tracer, &parts->instances[i], parts->places[i], (unsigned)i);
    rtcCommitScene(tracer->top);
    return check_device(context, tracer);
}

vd_result vd_object_tracer_create(vd_context *context, const vd_object_parts *parts,
                                  vd_object_tracer **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_object_tracer), "objects", &memory));
    vd_object_tracer *tracer = memory;
    tracer->device = rtcNewDevice("threads=1");
    if (!tracer->device) {
        free(tracer);
        return vd_fail(context, VD_ERR_INTERNAL, "Embree does not start (error %d)",
                       (int)rtcGetDeviceError(NULL));
    }
    vd_result result = build(context, parts, tracer);
    if (result != VD_OK) {
        vd_object_tracer_destroy(tracer);
        return result;
    }
    *out = tracer;
    return VD_OK;
}

/* Embree goes from step to step by straight lines from number to number too (vdk_placed(),
 * vdk_mesh_vec_at()). */
vd_result vd_object_tracer_move(vd_context *context, const vd_object_parts *parts,
                                vd_object_tracer *tracer)
{
    for (int i = 0; i < parts->mesh_count; i++) {
        if (parts->meshes[i]->steps < 2) continue;
        rtcReleaseScene(tracer->meshes[i]);
        tracer->meshes[i] = make_mesh(tracer, parts->meshes[i]);
    }
    for (int i = 0; i < parts->instance_count; i++) {
        const vdk_instance *instance = &parts->instances[i];
        if (instance->way < 0 && parts->meshes[instance->mesh]->steps < 2) continue;
        RTCGeometry geometry = rtcGetGeometry(tracer->top, (unsigned)i);
        rtcSetGeometryInstancedScene(geometry, tracer->meshes[instance->mesh]);
        if (instance->way >= 0) rtcSetGeometryTimeStepCount(geometry, (unsigned)instance->steps);
        for (int k = 0; instance->way >= 0 && k < instance->steps; k++)
            set_transform(geometry, (unsigned)k, &parts->ways[instance->way + k],
                          parts->way_places[instance->way + k]);
        rtcCommitGeometry(geometry);
    }
    rtcCommitScene(tracer->top);
    return check_device(context, tracer);
}

void vd_object_tracer_destroy(vd_object_tracer *tracer)
{
    if (!tracer) return;
    if (tracer->top) rtcReleaseScene(tracer->top);
    for (int i = 0; tracer->meshes && i < tracer->mesh_count; i++)
        if (tracer->meshes[i]) rtcReleaseScene(tracer->meshes[i]);
    free(tracer->meshes);
    rtcReleaseDevice(tracer->device);
    free(tracer);
}

static struct RTCRay ray_of(const vd_object_ray *ray)
{
    return (struct RTCRay){.org_x = ray->origin[0],
                           .org_y = ray->origin[1],
                           .org_z = ray->origin[2],
                           .tnear = 0.0f,
                           .dir_x = ray->direction[0],
                           .dir_y = ray->direction[1],
                           .dir_z = ray->direction[2],
                           .time = ray->time,
                           .tfar = ray->far,
                           .mask = 0xffffffffu};
}

bool vd_object_hit(const vd_object_tracer *tracer, const vd_object_ray *ray, vdk_object_point *out)
{
    struct RTCRayHit query = {
        .ray = ray_of(ray),
        .hit = {.geomID = RTC_INVALID_GEOMETRY_ID, .instID = {RTC_INVALID_GEOMETRY_ID}}};
#if VD_EMBREE == 4
    rtcIntersect1(tracer->top, &query, NULL);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcIntersect1(tracer->top, &context, &query);
#endif
    if (query.hit.geomID == RTC_INVALID_GEOMETRY_ID) return false;
    *out = (vdk_object_point){(int)query.hit.instID[0], (int)query.hit.primID, query.hit.u,
                              query.hit.v, ray->time};
    return true;
}

bool vd_object_blocks(const vd_object_tracer *tracer, const vd_object_ray *ray)
{
    struct RTCRay query = ray_of(ray);
#if VD_EMBREE == 4
    rtcOccluded1(tracer->top, &query, NULL);
#else
    struct RTCIntersectContext context;
    rtcInitIntersectContext(&context);
    rtcOccluded1(tracer->top, &context, &query);
#endif
    return query.tfar < 0.0f;
}
