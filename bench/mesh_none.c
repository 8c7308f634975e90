/* Without Embree: there is nothing to measure against. */
#include "mesh.h"

const char *const bench_mesh_names[BENCH_MESH_KINDS] = {"grid", "triangles"};

const char *bench_mesh_library(void)
{
    return NULL;
}

vd_result bench_mesh_build(vd_context *context, const vdk_height_field *field, bench_mesh_kind kind,
                           bool high, int threads, bench_mesh *out)
{
    (void)field;
    (void)high;
    (void)threads;
    *out = (bench_mesh){.kind = kind};
    return vd_fail(context, VD_ERR_UNSUPPORTED, "built without Embree");
}

void bench_mesh_clear(bench_mesh *mesh)
{
    *mesh = (bench_mesh){0};
}

void bench_mesh_engines(bench_mesh *mesh, bench_engine out[BENCH_MESH_ENGINES])
{
    (void)mesh;
    for (int i = 0; i < BENCH_MESH_ENGINES; i++) out[i] = (bench_engine){0};
}
