/* The terrain in Embree 3 or 4, in the ways that its makers recommend: a static scene, closest hits
 * by rtcIntersect and any by rtcOccluded, ray by ray or in packets, told where rays are coherent.
 * Robust and compact scenes, which are slower, are not asked for.
 *
 * The two versions differ in how a query's flags are handed over; trace_one() and trace_packet()
 * hide it. A packet of N rays is fields of N numbers, one after the other, in the order of struct
 * RTCRayHit: so one function fills packets of every width, through a union. */
#include "mesh.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#if VD_BENCH_EMBREE == 4
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

const char *const bench_mesh_names[BENCH_MESH_KINDS] = {"grid", "triangles"};

/* Bytes a cell that Embree may take while building, by quality (medium, high) and kind; measured
 * with 3.13, rounded up. */
static const double peak_bytes_a_cell[2][BENCH_MESH_KINDS] = {{60.0, 220.0}, {60.0, 330.0}};

struct bench_mesh_parts {
    RTCDevice device;
    RTCScene scene;
    float *vertices;
    uint32_t *indices;
    _Atomic int64_t held, peak;
};

static bool count_memory(void *state, ssize_t bytes, bool after)
{
    struct bench_mesh_parts *parts = state;
    (void)after;
    int64_t held = atomic_fetch_add(&parts->held, bytes) + bytes;
    if (held > atomic_load(&parts->peak)) atomic_store(&parts->peak, held);
    return true;
}

static RTCDevice new_device(int threads)
{
    char settings[96] = "";
    const char *isa = getenv("EMBREE_ISA");
    snprintf(settings, sizeof settings, "threads=%d%s%.32s", threads, isa ? ",isa=" : "",
             isa ? isa : "");
    return rtcNewDevice(settings);
}

/* Embree does not name what it has chosen, but says which packets it traces in one piece. */
const char *bench_mesh_library(void)
{
    static char text[64];
    RTCDevice device = new_device(1);
    if (!device) return NULL;
    bool by16 = rtcGetDeviceProperty(device, RTC_DEVICE_PROPERTY_NATIVE_RAY16_SUPPORTED) != 0;
    bool by8 = rtcGetDeviceProperty(device, RTC_DEVICE_PROPERTY_NATIVE_RAY8_SUPPORTED) != 0;
    const char *isa = getenv("EMBREE_ISA");
    if (!isa) isa = by16 ? "avx512" : by8 ? "avx2" : "sse";
    snprintf(text, sizeof text, "Embree %s, %.32s", RTC_VERSION_STRING, isa);
    rtcReleaseDevice(device);
    return text;
}

/* ---- building ------------------------------------------------------------------------------ */

static vd_result make_vertices(vd_context *context, const vdk_height_field *field,
                               struct bench_mesh_parts *parts)
{
    size_t width = (size_t)field->cells_x + 1, height = (size_t)field->cells_y + 1;
    void *memory;
    /* Embree reads 16 bytes a vertex. */
    VD_TRY(vd_alloc(context, width * height * 3 + 1, sizeof(float), "a mesh's vertices", &memory));
    float *v = parts->vertices = memory;
    for (int j = 0; j <= field->cells_y; j++)
        for (int i = 0; i <= field->cells_x; i++) {
            vdk_vec p = bench_world(field, i, j);
            *v++ = p.x;
            *v++ = p.y;
            *v++ = p.z;
        }
    return VD_OK;
}

static vd_result make_indices(vd_context *context, const vdk_height_field *field,
                              struct bench_mesh_parts *parts)
{
    size_t cells = (size_t)field->cells_x * (size_t)field->cells_y;
    void *memory;
    VD_TRY(vd_alloc(context, cells * 6, sizeof(uint32_t), "a mesh's indices", &memory));
    uint32_t *out = parts->indices = memory;
    uint32_t width = (uint32_t)field->cells_x + 1;
    for (uint32_t j = 0; j + 1 <= (uint32_t)field->cells_y; j++)
        for (uint32_t i = 0; i + 1 < width; i++) {
            uint32_t corner = j * width + i;
            const uint32_t two[] = {corner,         corner + 1, corner + width, corner + width + 1,
                                    corner + width, corner + 1};
            for (int k = 0; k < 6; k++) *out++ = two[k];
        }
    return VD_OK;
}

static RTCGeometry make_geometry(const vdk_height_field *field, bench_mesh_kind kind,
                                 enum RTCBuildQuality quality, const struct bench_mesh_parts *parts)
{
    size_t posts = ((size_t)field->cells_x + 1) * ((size_t)field->cells_y + 1);
    RTCGeometry geometry =
        rtcNewGeometry(parts->device, kind == BENCH_TRIANGLES ? RTC_GEOMETRY_TYPE_TRIANGLE
                                                              : RTC_GEOMETRY_TYPE_GRID);
    rtcSetGeometryBuildQuality(geometry, quality);
    rtcSetSharedGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                               parts->vertices, 0, 3 * sizeof(float), posts);
    if (kind == BENCH_TRIANGLES) {
        size_t triangles = 2 * (size_t)field->cells_x * (size_t)field->cells_y;
        rtcSetSharedGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3,
                                   parts->indices, 0, 3 * sizeof(uint32_t), triangles);
    } else {
        struct RTCGrid *grid = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_GRID, 0,
                                                       RTC_FORMAT_GRID, sizeof(struct RTCGrid), 1);
        if (grid)
            *grid = (struct RTCGrid){.startVertexID = 0,
                                     .stride = (unsigned)field->cells_x + 1,
                                     .width = (unsigned short)(field->cells_x + 1),
                                     .height = (unsigned short)(field->cells_y + 1)};
    }
    return geometry;
}

static vd_result commit(vd_context *context, const vdk_height_field *field, bool high,
                        bench_mesh *mesh)
{
    struct bench_mesh_parts *parts = mesh->parts;
    enum RTCBuildQuality quality = high ? RTC_BUILD_QUALITY_HIGH : RTC_BUILD_QUALITY_MEDIUM;
    double start = vd_seconds();
    parts->scene = rtcNewScene(parts->device);
    rtcSetSceneBuildQuality(parts->scene, quality);
    RTCGeometry geometry = make_geometry(field, mesh->kind, quality, parts);
    rtcCommitGeometry(geometry);
    rtcAttachGeometry(parts->scene, geometry);
    rtcReleaseGeometry(geometry);
    rtcCommitScene(parts->scene);
    mesh->build_s = vd_seconds() - start;
    enum RTCError error = rtcGetDeviceError(parts->device);
    if (error == RTC_ERROR_NONE) return VD_OK;
    return vd_fail(context, error == RTC_ERROR_OUT_OF_MEMORY ? VD_ERR_MEMORY : VD_ERR_INTERNAL,
                   "Embree fails to build: its error %d", (int)error);
}

static void count_bytes(const vdk_height_field *field, bench_mesh *mesh)
{
    double cells = (double)field->cells_x * field->cells_y;
    double shared = 12.0 * (field->cells_x + 1.0) * (field->cells_y + 1.0) +
                    (mesh->kind == BENCH_TRIANGLES ? 24.0 * cells : 0.0);
    mesh->bytes = (double)atomic_load(&mesh->parts->held) + shared;
    mesh->peak_bytes = (double)atomic_load(&mesh->parts->peak) + shared;
}

vd_result bench_mesh_build(vd_context *context, const vdk_height_field *field, bench_mesh_kind kind,
                           bool high, int threads, bench_mesh *out)
{
    double needed = peak_bytes_a_cell[high][kind] * (double)field->cells_x * field->cells_y;
    char there[32], wanted[32];
    void *memory;
    *out = (bench_mesh){.kind = kind};
    if (needed > vd_memory_available())
        return vd_fail(context, VD_ERR_MEMORY, "Embree's %s may take %s, and %s are free",
                       bench_mesh_names[kind], vd_format_bytes(needed, wanted),
                       vd_format_bytes(vd_memory_available(), there));
    VD_TRY(vd_alloc(context, 1, sizeof *out->parts, "a mesh", &memory));
    out->parts = memory;
    out->parts->device = new_device(threads);
    vd_result result = VD_OK;
    if (!out->parts->device)
        result = vd_fail(context, VD_ERR_INTERNAL, "Embree does not start: its error %d",
                         (int)rtcGetDeviceError(NULL));
    if (result == VD_OK) result = make_vertices(context, field, out->parts);
    if (result == VD_OK && kind == BENCH_TRIANGLES)
        result = make_indices(context, field, out->parts);
    if (result == VD_OK) {
        rtcSetDeviceMemoryMonitorFunction(out->parts->device, count_memory, out->parts);
        result = commit(context, field, high, out);
    }
    if (result == VD_OK)
        count_bytes(field, out);
    else
        bench_mesh_clear(out);
    return result;
}

void bench_mesh_clear(bench_mesh *mesh)
{
    if (!mesh->parts) return;
    if (mesh->parts->scene) rtcReleaseScene(mesh->parts->scene);
    if (mesh->parts->device) rtcReleaseDevice(mesh->parts->device);
    free(mesh->parts->vertices);
    free(mesh->parts->indices);
    free(mesh->parts);
    *mesh = (bench_mesh){0};
}

/* ---- tracing ------------------------------------------------------------------------------- */

/* The fields of a packet, in order. */
enum {
    ORIGIN_X,
    ORIGIN_Y,
    ORIGIN_Z,
    T_NEAR,
    DIRECTION_X,
    DIRECTION_Y,
    DIRECTION_Z,
    TIME,
    T_FAR,
    MASK,
    RAY_ID,
    RAY_FLAGS,
    NORMAL_X,
    NORMAL_Y,
    NORMAL_Z,
    HIT_U,
    HIT_V,
    PRIMITIVE_ID,
    GEOMETRY_ID,
    INSTANCE_ID
};

typedef union packet {
    struct RTCRayHit by1;
    struct RTCRayHit8 by8;
    struct RTCRayHit16 by16;
    float number[sizeof(struct RTCRayHit16) / sizeof(float)];
    uint32_t word[sizeof(struct RTCRayHit16) / sizeof(uint32_t)];
} packet;

static const float forever = 3.0e38f;

#if VD_BENCH_EMBREE == 4
typedef struct query {
    struct RTCIntersectArguments closest;
    struct RTCOccludedArguments any;
} query;

static void start_query(query *q, bool coherent)
{
    enum RTCRayQueryFlags flags =
        coherent ? RTC_RAY_QUERY_FLAG_COHERENT : RTC_RAY_QUERY_FLAG_INCOHERENT;
    rtcInitIntersectArguments(&q->closest);
    rtcInitOccludedArguments(&q->any);
    q->closest.flags = q->any.flags = flags;
}
#define CLOSEST_TAIL(scene, q, rays) scene, rays, &(q)->closest
#define ANY_TAIL(scene, q, rays) scene, rays, &(q)->any
#else
typedef struct RTCIntersectContext query;

static void start_query(query *q, bool coherent)
{
    rtcInitIntersectContext(q);
    q->flags =
        coherent ? RTC_INTERSECT_CONTEXT_FLAG_COHERENT : RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT;
}
#define CLOSEST_TAIL(scene, q, rays) scene, q, rays
#define ANY_TAIL(scene, q, rays) scene, q, rays
#endif

/* All widths are one function, to be inlined so that strides are constants. */
#define INLINE static inline __attribute__((always_inline))

INLINE void trace_packet(RTCScene scene, query *q, int lanes, bool any, const int *valid, packet *p)
{
    if (lanes == 8 && any)
        rtcOccluded8(valid, ANY_TAIL(scene, q, &p->by8.ray));
    else if (lanes == 8)
        rtcIntersect8(valid, CLOSEST_TAIL(scene, q, &p->by8));
    else if (lanes == 16 && any)
        rtcOccluded16(valid, ANY_TAIL(scene, q, &p->by16.ray));
    else if (lanes == 16)
        rtcIntersect16(valid, CLOSEST_TAIL(scene, q, &p->by16));
    else if (any)
        rtcOccluded1(ANY_TAIL(scene, q, &p->by1.ray));
    else
        rtcIntersect1(CLOSEST_TAIL(scene, q, &p->by1));
}

/** Puts a ray into a lane. */
INLINE void set_lane(packet *p, int lanes, int lane, const vdk_vec *from, const vdk_vec *to)
{
    float *number = p->number + lane;
    uint32_t *word = p->word + lane;
    number[ORIGIN_X * lanes] = from->x;
    number[ORIGIN_Y * lanes] = from->y;
    number[ORIGIN_Z * lanes] = from->z;
    number[T_NEAR * lanes] = 0.0f;
    number[DIRECTION_X * lanes] = to->x;
    number[DIRECTION_Y * lanes] = to->y;
    number[DIRECTION_Z * lanes] = to->z;
    number[TIME * lanes] = 0.0f;
    number[T_FAR * lanes] = forever;
    word[MASK * lanes] = UINT32_MAX;
    word[RAY_ID * lanes] = (uint32_t)lane;
    word[RAY_FLAGS * lanes] = 0;
    word[GEOMETRY_ID * lanes] = RTC_INVALID_GEOMETRY_ID;
    word[INSTANCE_ID * lanes] = RTC_INVALID_GEOMETRY_ID;
}

INLINE int64_t trace_in(int lanes, const bench_engine *engine, const bench_rays *rays, int first,
                        int last)
{
    RTCScene scene = engine->state;
    query q;
    int64_t hits = 0;
    start_query(&q, rays->coherent);
    for (; first < last; first += lanes) {
        _Alignas(64) packet p;
        _Alignas(64) int valid[16];
        int count = last - first < lanes ? last - first : lanes;
        for (int lane = 0; lane < lanes; lane++) {
            int ray = first + (lane < count ? lane : 0);
            valid[lane] = lane < count ? -1 : 0;
            set_lane(&p, lanes, lane, &rays->lifted[ray], &rays->direction[ray]);
        }
        trace_packet(scene, &q, lanes, rays->any_hit, valid, &p);
        for (int lane = 0; lane < count; lane++)
            hits += rays->any_hit ? p.number[T_FAR * lanes + lane] < 0.0f
                                  : p.word[GEOMETRY_ID * lanes + lane] != RTC_INVALID_GEOMETRY_ID;
    }
    return hits;
}

static int64_t trace_1(const bench_engine *engine, const bench_rays *rays, int first, int last,
                       int thread)
{
    (void)thread;
    return trace_in(1, engine, rays, first, last);
}

static int64_t trace_8(const bench_engine *engine, const bench_rays *rays, int first, int last,
                       int thread)
{
    (void)thread;
    return trace_in(8, engine, rays, first, last);
}

static int64_t trace_16(const bench_engine *engine, const bench_rays *rays, int first, int last,
                        int thread)
{
    (void)thread;
    return trace_in(16, engine, rays, first, last);
}

void bench_mesh_engines(bench_mesh *mesh, bench_engine out[BENCH_MESH_ENGINES])
{
    const bench_engine ways[BENCH_MESH_ENGINES] = {{.trace = trace_1, .lanes = 1},
                                                   {.trace = trace_8, .lanes = 8},
                                                   {.trace = trace_16, .lanes = 16}};
    for (int i = 0; i < BENCH_MESH_ENGINES; i++) {
        out[i] = ways[i];
        out[i].state = mesh->parts->scene;
        snprintf(out[i].name, sizeof out[i].name, "%s, %d at once", bench_mesh_names[mesh->kind],
                 ways[i].lanes);
    }
}
