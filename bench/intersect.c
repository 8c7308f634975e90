/* Rays per second, ours beside Embree's.
 *
 * All engines trace the same rays in turns: some tens of thousands by one, the same by the next, A
 * B A B, beginning with another one each time, so that a machine whose speed wanders, or that has
 * other work, wrongs none of them. A pass over all rays gives a rate for each engine and its ratio
 * to ours; of several passes the medians count. With several threads all of them do the same
 * engine's rays at a time.
 *
 * Rates are by the processor time that threads took, times threads: other work on the machine
 * disturbs them less. The clock's are kept beside them. Only one of Embree's scenes is in memory at
 * a time, and ours is measured anew beside each: the ratio reported is that of Embree's fastest
 * variant to ours in the same pass.
 *
 * What an engine makes for all rays of a kind (our camera's horizon) is made anew before each pass,
 * and is part of its time.
 *
 * Engines have to agree: if their shares of rays that hit differ by more than 1.5 %, the run fails.
 * A difference below 0.1 % is usual, since triangles are not bilinear patches; for a low sun it is
 * up to 1 %, because a mesh's rays start 10 to 20 cm above the ground and clear what is just ahead.
 *
 * Denormal numbers are flushed to zero in this program, as Embree's manual asks for (it would be
 * slower without; ours does not care). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "bench.h"
#include "mountains.h"

enum { RAYS_PER_ITEM = 4096, RAYS_PER_TURN = 32768, ENGINES_MAX = 1 + BENCH_MESH_ENGINES };
#define HITS_DIFFER 0.015

/** How one engine did in a pass. */
typedef struct engine_time {
    double cpu_s, wall_s;
    int64_t hits;
} engine_time;

/** Medians of several passes. */
typedef struct figure {
    double rate, wall_rate; /* Mrays/s */
    double ratio;           /* ours by this one's */
} figure;

/** The best of Embree's variants so far, and ours beside it. */
typedef struct comparison {
    figure ours, embree;
    char variant[32];
} comparison;

/* ---- one turn of one engine ---------------------------------------------------------------- */

typedef struct turn {
    const bench_engine *engine;
    const bench_rays *rays;
    int first, last;
    engine_time *of_thread;
} turn;

static double thread_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void flush_denormals(void)
{
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ and DAZ */
#endif
}

static vd_result trace_item(void *state, int thread, int64_t item)
{
    const turn *t = state;
    int first = t->first + (int)item * RAYS_PER_ITEM;
    int last = t->last - first > RAYS_PER_ITEM ? first + RAYS_PER_ITEM : t->last;
    flush_denormals();
    double start = thread_seconds();
    t->of_thread[thread].hits += t->engine->trace(t->engine, t->rays, first, last, thread);
    t->of_thread[thread].cpu_s += thread_seconds() - start;
    return VD_OK;
}

static vd_result take_turn(vd_context *context, const turn *t, int threads, engine_time *total)
{
    int64_t items = (t->last - t->first + RAYS_PER_ITEM - 1) / RAYS_PER_ITEM;
    turn state = *t;
    memset(t->of_thread, 0, sizeof *t->of_thread * (size_t)threads);
    vd_work work = {NULL, threads, items, trace_item, &state};
    double start = vd_seconds();
    VD_TRY(vd_parallel(context, &work));
    total->wall_s += vd_seconds() - start;
    for (int i = 0; i < threads; i++) {
        total->cpu_s += t->of_thread[i].cpu_s;
        total->hits += t->of_thread[i].hits;
    }
    return VD_OK;
}

/** What an engine makes for all threads counts as if each of them had made it. */
static vd_result prepare(vd_context *context, const bench_rays *rays, const bench_engine *engine,
                         int threads, engine_time *total)
{
    if (!engine->prepare) return VD_OK;
    double start = vd_seconds(), cpu_start = thread_seconds();
    VD_TRY(engine->prepare(context, engine, rays));
    total->cpu_s += (thread_seconds() - cpu_start) * threads;
    total->wall_s += vd_seconds() - start;
    return VD_OK;
}

/** All rays once by each engine, in turns. */
static vd_result take_pass(vd_context *context, const bench_rays *rays, const bench_engine *engines,
                           int count, int threads, engine_time *times)
{
    engine_time *of_thread = NULL;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)threads, sizeof *of_thread, "a pass", &memory));
    of_thread = memory;
    memset(times, 0, sizeof *times * (size_t)count);
    vd_result result = VD_OK;
    int step = RAYS_PER_TURN * threads, begin = 0;
    for (int i = 0; i < count && result == VD_OK; i++)
        result = prepare(context, rays, &engines[i], threads, &times[i]);
    for (int first = 0; first < rays->count; first += step, begin++) {
        int last = rays->count - first > step ? first + step : rays->count;
        for (int i = 0; i < count && result == VD_OK; i++) {
            int e = (begin + i) % count;
            turn t = {&engines[e], rays, first, last, of_thread};
            result = take_turn(context, &t, threads, &times[e]);
        }
    }
    free(of_thread);
    return result;
}

/* ---- several passes ------------------------------------------------------------------------ */

static vd_result check_hits(vd_context *context, const bench_rays *rays,
                            const bench_engine *engines, int count, const engine_time *times)
{
    for (int e = 1; e < count; e++) {
        double apart = fabs((double)(times[e].hits - times[0].hits)) / (double)rays->count;
        if (apart > HITS_DIFFER)
            return vd_fail(context, VD_ERR_INTERNAL,
                           "%s: of %d rays %lld hit by our tracer, and %lld by Embree's %s",
                           rays->name, rays->count, (long long)times[0].hits,
                           (long long)times[e].hits, engines[e].name);
    }
    return VD_OK;
}

/** Engine 0 is ours. */
static vd_result measure(vd_context *context, const bench_rays *rays, const bench_engine *engines,
                         int count, const int limits[2], figure *figures)
{
    const int threads = limits[0], repetitions = limits[1];
    double rate[ENGINES_MAX][BENCH_REPETITIONS_MAX], wall[ENGINES_MAX][BENCH_REPETITIONS_MAX];
    double ratio[ENGINES_MAX][BENCH_REPETITIONS_MAX];
    for (int n = 0; n < repetitions; n++) {
        engine_time times[ENGINES_MAX];
        VD_TRY(take_pass(context, rays, engines, count, threads, times));
        VD_TRY(check_hits(context, rays, engines, count, times));
        for (int e = 0; e < count; e++) {
            rate[e][n] = 1e-6 * rays->count / times[e].cpu_s * threads;
            wall[e][n] = 1e-6 * rays->count / times[e].wall_s;
            ratio[e][n] = times[e].cpu_s / times[0].cpu_s;
        }
    }
    for (int e = 0; e < count; e++)
        figures[e] =
            (figure){bench_median(rate[e], repetitions), bench_median(wall[e], repetitions),
                     bench_median(ratio[e], repetitions)};
    return VD_OK;
}

/* ---- all kinds of rays --------------------------------------------------------------------- */

/** What a size is measured with. */
typedef struct bed {
    const bench_options *options;
    int size;
    int thread_counts[2], counts; /* one thread, and all */
    const bench_rays *rays;
    bench_engine ours;
    comparison best[BENCH_RAY_KINDS][2];
} bed;

static void keep_best(comparison *best, const bench_engine *engines, int count,
                      const figure *figures)
{
    if (count == 1) best->ours = figures[0];
    for (int e = 1; e < count; e++) {
        fprintf(stderr, "    %s %.2f (%.2f)", engines[e].name, figures[e].rate, figures[e].ratio);
        if (best->variant[0] && best->embree.ratio <= figures[e].ratio) continue;
        best->ours = figures[0];
        best->embree = figures[e];
        memcpy(best->variant, engines[e].name, sizeof best->variant);
    }
}

static vd_result measure_kinds(vd_context *context, bed *b, const bench_engine *engines, int count)
{
    for (int kind = 0; kind < BENCH_RAY_KINDS; kind++) {
        if (b->rays[kind].count == 0) continue;
        for (int n = 0; n < b->counts; n++) {
            const int limits[2] = {b->thread_counts[n], b->options->repetitions};
            figure figures[ENGINES_MAX];
            VD_TRY(measure(context, &b->rays[kind], engines, count, limits, figures));
            if (count > 1)
                fprintf(stderr, "  %-12s %d: veduta %.2f", b->rays[kind].name, limits[0],
                        figures[0].rate);
            keep_best(&b->best[kind][n], engines, count, figures);
            if (count > 1) fprintf(stderr, "\n");
        }
    }
    return VD_OK;
}

static vd_result measure_beside(vd_context *context, bed *b, const vdk_height_field *field,
                                bench_mesh_kind kind)
{
    bench_engine engines[ENGINES_MAX] = {b->ours};
    bench_mesh mesh;
    vd_result result = bench_mesh_build(context, field, kind, bench_high_quality(b->size),
                                        b->options->threads, &mesh);
    if (result == VD_ERR_MEMORY) {
        fprintf(stderr, "%d: skipped: %s\n", b->size, vd_context_error(context));
        vd_context_clear(context);
        return VD_OK;
    }
    if (result != VD_OK) return result;
    fprintf(stderr, "%d: Embree's %s built in %.1f s\n", b->size, bench_mesh_names[kind],
            mesh.build_s);
    bench_mesh_engines(&mesh, engines + 1);
    result = measure_kinds(context, b, engines, ENGINES_MAX);
    bench_mesh_clear(&mesh);
    return result;
}

static void report(const bed *b)
{
    for (int kind = 0; kind < BENCH_RAY_KINDS; kind++)
        for (int n = 0; n < b->counts && b->rays[kind].count > 0; n++) {
            const comparison *best = &b->best[kind][n];
            bool beside = best->variant[0] != 0;
            bench_result r = {.bench = "intersect",
                              .size = b->size,
                              .rays = b->rays[kind].name,
                              .threads = b->thread_counts[n],
                              .ours = best->ours.rate,
                              .embree = beside ? best->embree.rate : (double)NAN,
                              .ratio = beside ? best->embree.ratio : (double)NAN,
                              .unit = "Mrays/s",
                              .variant = beside ? best->variant : NULL,
                              .isa = bench_ours_isa(&b->ours),
                              .library = bench_library(b->options),
                              .ours_wall = best->ours.wall_rate,
                              .embree_wall = beside ? best->embree.wall_rate : (double)NAN};
            bench_report(b->options, &r);
        }
}

vd_result bench_intersect(vd_context *context, const bench_options *options, int size)
{
    bench_rays rays[BENCH_RAY_KINDS] = {{0}};
    bed b = {.options = options,
             .size = size,
             .thread_counts = {1, options->threads},
             .counts = options->threads > 1 ? 2 : 1,
             .rays = rays};
    vd_terrain *terrain;
    double build_s;
    VD_TRY(bench_terrain_create(context, size, options->whole, options->kept, options->threads,
                                &build_s, &terrain));
    const vdk_height_field *field = &terrain->field;
    vd_result result = bench_rays_make(context, field, options->width, options->height, rays);
    if (result == VD_OK) result = bench_ours_create(context, field, options->threads, &b.ours);
    for (int kind = 0; kind < BENCH_MESH_KINDS && bench_library(options); kind++)
        if (result == VD_OK) result = measure_beside(context, &b, field, (bench_mesh_kind)kind);
    if (result == VD_OK && !b.best[0][0].variant[0])
        result = measure_kinds(context, &b, &b.ours, 1);
    if (result == VD_OK) report(&b);
    bench_ours_clear(&b.ours);
    bench_rays_clear(rays);
    vd_terrain_destroy(terrain);
    return result;
}
