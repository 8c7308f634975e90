/* What stands before the first ray: the time of building, and the bytes that are kept.
 *
 * Ours is vd_terrain_create() and the shadows of the sun that rays are measured to, on heights that
 * lie in memory; Embree's is from its buffers to the committed scene, with vertices and indices
 * made outside the time. Bytes of ours are heights and pyramid and the shadows of one sun; of
 * Embree's, all it has allocated and the buffers that it reads. Both its meshes are reported, each
 * with one thread and with all: medians of three builds, or what a single one took if that was
 * long. */
#include <math.h>

#include "bench.h"
#include "mountains.h"

enum { BUILDS = 3 };
#define LONG_S 5.0

/** The median of some builds of ours. Leaves the last one's terrain. */
static vd_result build_ours(vd_context *context, const bench_options *options, int size,
                            int threads, double *seconds, vd_terrain **out)
{
    double times[BUILDS];
    *out = NULL;
    for (int i = 0; i < BUILDS; i++) {
        vd_terrain_destroy(*out);
        VD_TRY(bench_terrain_create(context, size, options->whole, options->kept, threads,
                                    &times[i], out));
        vd_shadows shadows;
        double start = vd_seconds();
        VD_TRY(bench_ours_shadows(context, &(*out)->field, threads, &shadows));
        double took = vd_seconds() - start;
        vd_shadows_clear(&shadows);
        fprintf(stderr, "    of which the shadows of one sun %.3f s\n", took);
        times[i] += took;
    }
    *seconds = bench_median(times, BUILDS);
    return VD_OK;
}

static void report_build(const bench_options *options, int size, int threads, double ours,
                         const bench_mesh *mesh)
{
    bench_result r = {.bench = "build",
                      .size = size,
                      .threads = threads,
                      .ours = ours,
                      .embree = mesh ? mesh->build_s : (double)NAN,
                      .ratio = mesh ? mesh->build_s / ours : (double)NAN,
                      .unit = "s",
                      .variant = mesh ? bench_mesh_names[mesh->kind] : NULL,
                      .library = bench_library(options),
                      .ours_wall = ours,
                      .embree_wall = mesh ? mesh->build_s : (double)NAN};
    if (options->build) bench_report(options, &r);
}

static void report_memory(const bench_options *options, int size, const bench_mesh *mesh)
{
    double cells = (double)size * size;
    /* The mountains are whole numbers only if they are made so. */
    bool is_narrow = options->kept == VD_PRECISION_INT16 ||
                     (options->kept == VD_PRECISION_AUTO && options->whole);
    vd_precision kept = is_narrow ? VD_PRECISION_INT16 : VD_PRECISION_FLOAT32;
    double ours =
        (vd_terrain_bytes(size, size, kept) + vd_shadows_bytes(size + 1, size + 1)) / cells;
    double theirs = mesh ? mesh->bytes / cells : (double)NAN;
    bench_result r = {.bench = "memory",
                      .size = size,
                      .threads = options->threads,
                      .ours = ours,
                      .embree = theirs,
                      .ratio = theirs / ours,
                      .unit = "bytes/cell",
                      .variant = mesh ? bench_mesh_names[mesh->kind] : NULL,
                      .library = bench_library(options),
                      .ours_wall = (double)NAN,
                      .embree_wall = (double)NAN};
    if (!options->memory) return;
    bench_report(options, &r);
    if (mesh) fprintf(stderr, "    and while building %.1f bytes/cell\n", mesh->peak_bytes / cells);
}

/** The same of one of Embree's meshes. */
static vd_result build_mesh(vd_context *context, const vdk_height_field *field,
                            bench_mesh_kind kind, int threads, bench_mesh *mesh)
{
    double times[BUILDS];
    int builds = 0;
    *mesh = (bench_mesh){0};
    do {
        bench_mesh_clear(mesh);
        VD_TRY(bench_mesh_build(context, field, kind, bench_high_quality(field->cells_x - 1),
                                threads, mesh));
        times[builds++] = mesh->build_s;
    } while (builds < BUILDS && mesh->build_s < LONG_S);
    mesh->build_s = bench_median(times, builds);
    return VD_OK;
}

/** Builds Embree's meshes and reports them beside ours; returns how many in *built. */
static vd_result build_meshes(vd_context *context, const bench_options *options, int size,
                              int threads, double ours, int *built)
{
    vd_terrain *terrain;
    double seconds;
    *built = 0;
    if (!bench_library(options)) return VD_OK;
    VD_TRY(bench_terrain_create(context, size, options->whole, options->kept, options->threads,
                                &seconds, &terrain));
    vd_result result = VD_OK;
    for (int kind = 0; kind < BENCH_MESH_KINDS && result == VD_OK; kind++) {
        bench_mesh mesh;
        result = build_mesh(context, &terrain->field, (bench_mesh_kind)kind, threads, &mesh);
        if (result == VD_ERR_MEMORY) {
            fprintf(stderr, "%d: skipped: %s\n", size, vd_context_error(context));
            vd_context_clear(context);
            result = VD_OK;
        } else if (result == VD_OK) {
            ++*built;
            report_build(options, size, threads, ours, &mesh);
            if (threads == options->threads) report_memory(options, size, &mesh);
            bench_mesh_clear(&mesh);
        }
    }
    vd_terrain_destroy(terrain);
    return result;
}

vd_result bench_build(vd_context *context, const bench_options *options, int size)
{
    const int counts[] = {1, options->threads};
    for (int n = options->build && options->threads > 1 ? 0 : 1; n < 2; n++) {
        vd_terrain *terrain;
        double ours;
        int built;
        vd_result result = build_ours(context, options, size, counts[n], &ours, &terrain);
        vd_terrain_destroy(terrain);
        if (result != VD_OK) return result;
        VD_TRY(build_meshes(context, options, size, counts[n], ours, &built));
        if (built > 0) continue;
        report_build(options, size, counts[n], ours, NULL);
        if (n == 1) report_memory(options, size, NULL);
    }
    return VD_OK;
}
