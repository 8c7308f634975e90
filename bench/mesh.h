/* The terrain as Embree takes it. Embree is there to be measured against, and nothing else here
 * knows it; without it mesh_none.c stands in for mesh.c. */
#ifndef BENCH_MESH_H
#define BENCH_MESH_H

#include "engine.h"

enum { BENCH_MESH_ENGINES = 3 };

typedef enum bench_mesh_kind {
    BENCH_GRID,      /**< one grid of posts, each cell two triangles on the fly */
    BENCH_TRIANGLES, /**< an indexed mesh */
    BENCH_MESH_KINDS
} bench_mesh_kind;

typedef struct bench_mesh {
    bench_mesh_kind kind;
    double build_s;    /**< what Embree took to build */
    double bytes;      /**< its own and the vertices and indices that it reads */
    double peak_bytes; /**< the most while building */
    struct bench_mesh_parts *parts;
} bench_mesh;

extern const char *const bench_mesh_names[BENCH_MESH_KINDS];

/** Embree's version and the instruction set it uses (EMBREE_ISA forces one); NULL if the program is
 *  built without it. */
const char *bench_mesh_library(void);

/** Builds Embree's scene, of its high quality or of its medium one; free with bench_mesh_clear().
 *  Returns VD_OK, VD_ERR_MEMORY (also where there would not be enough for it), or VD_ERR_INTERNAL
 *  with what Embree says. */
VD_MUST_USE vd_result bench_mesh_build(vd_context *context, const vdk_height_field *field,
                                       bench_mesh_kind kind, bool high, int threads,
                                       bench_mesh *out);
void bench_mesh_clear(bench_mesh *mesh);

/** The ways to trace it: ray by ray, and in packets of 8 and 16. They live as long as the mesh. */
void bench_mesh_engines(bench_mesh *mesh, bench_engine out[BENCH_MESH_ENGINES]);

#endif
