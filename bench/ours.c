/* Our tracer as the renderer calls it: rays gathered into batches, hits read from them. */
#include <stdlib.h>

#include "engine.h"
#include "terrain/batch.h"
#include "terrain/horizon.h"
#include "terrain/shadows.h"

typedef struct ours {
    const vdk_height_field *field;
    vd_tracer tracer;
    int threads;
    vd_horizon horizon;
    vd_shadows shadows;
    vd_ray_batch **batch; /* one for each thread */
    vd_batch_work **work;
} ours;

static int64_t trace(const bench_engine *engine, const bench_rays *rays, int first, int last,
                     int thread)
{
    const ours *o = engine->state;
    vd_ray_batch *batch = o->batch[thread];
    int64_t hits = 0;
    batch->on_surface = rays->on_surface;
    batch->any_hit = rays->any_hit;
    batch->horizon = rays->from_eye ? &o->horizon : NULL;
    batch->shadows = rays->to_sun ? &o->shadows : NULL;
    while (first < last) {
        int end = last - first > VD_BATCH_RAYS ? first + VD_BATCH_RAYS : last;
        batch->count = 0;
        for (; first < end; first++)
            vd_batch_add(batch, &rays->from[first], rays->direction[first]);
        o->tracer.trace(o->field, batch, o->work[thread]);
        for (int i = 0; i < batch->count; i++) hits += batch->hit[i];
    }
    return hits;
}

/** A camera's horizon. One thread makes it, so that its time is this one's. */
static vd_result prepare(vd_context *context, const bench_engine *engine, const bench_rays *rays)
{
    ours *o = engine->state;
    if (!rays->from_eye || rays->count == 0) return VD_OK;
    vd_horizon_clear(&o->horizon);
    return vd_horizon_build(context, o->field, &rays->from[0], 1, &o->horizon);
}

static vd_result allocate(vd_context *context, ours *o)
{
    const char *what = "a tracer's batches";
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)o->threads, sizeof *o->batch, what, &memory));
    o->batch = memory;
    VD_TRY(vd_alloc(context, (size_t)o->threads, sizeof *o->work, what, &memory));
    o->work = memory;
    for (int i = 0; i < o->threads; i++) {
        VD_TRY(vd_alloc(context, 1, sizeof *o->batch[i], what, &memory));
        o->batch[i] = memory;
        VD_TRY(vd_alloc(context, 1, vd_batch_work_bytes, what, &memory));
        o->work[i] = memory;
    }
    return VD_OK;
}

vd_result bench_ours_shadows(vd_context *context, const vdk_height_field *field, int threads,
                             vd_shadows *out)
{
    float sin_half;
    vdk_vec sun = bench_sun(&sin_half);
    return vd_shadows_build(context, field, sun, sin_half, threads, out);
}

vd_result bench_ours_create(vd_context *context, const vdk_height_field *field, int threads,
                            bench_engine *out)
{
    void *memory;
    *out = (bench_engine){.name = "veduta", .trace = trace, .prepare = prepare};
    VD_TRY(vd_alloc(context, 1, sizeof(ours), "a tracer", &memory));
    ours *o = out->state = memory;
    o->field = field;
    o->threads = threads;
    vd_result result = vd_tracer_choose(context, getenv("VEDUTA_ISA"), field, &o->tracer);
    if (result == VD_OK) result = allocate(context, o);
    if (result == VD_OK) result = bench_ours_shadows(context, field, threads, &o->shadows);
    if (result != VD_OK) bench_ours_clear(out);
    return result;
}

void bench_ours_clear(bench_engine *engine)
{
    ours *o = engine->state;
    if (!o) return;
    for (int i = 0; i < o->threads; i++) {
        if (o->batch) free(o->batch[i]);
        if (o->work) free(o->work[i]);
    }
    vd_horizon_clear(&o->horizon);
    vd_shadows_clear(&o->shadows);
    free(o->batch);
    free(o->work);
    free(o);
    engine->state = NULL;
}

const char *bench_ours_isa(const bench_engine *engine)
{
    const ours *o = engine->state;
    return o->tracer.isa;
}
