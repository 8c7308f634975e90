/* What traces rays: our tracer, or Embree in one of its ways. */
#ifndef BENCH_ENGINE_H
#define BENCH_ENGINE_H

#include "rays.h"
#include "terrain/shadows.h"

typedef struct bench_engine bench_engine;
struct bench_engine {
    char name[32];
    /** Traces rays [first, last), and returns how many hit. What an engine needs of a ray is taken
     *  from its plain form in here, and so is part of the time. */
    int64_t (*trace)(const bench_engine *engine, const bench_rays *rays, int first, int last,
                     int thread);
    /** Makes what all rays of a kind share; called before each pass, and part of its time. May be
     *  NULL. Returns VD_OK or VD_ERR_MEMORY. */
    vd_result (*prepare)(vd_context *context, const bench_engine *engine, const bench_rays *rays);
    void *state;
    int lanes; /**< rays in a packet */
};

/** Our tracer, by the instruction set of VEDUTA_ISA. Free with bench_ours_clear().
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result bench_ours_create(vd_context *context, const vdk_height_field *field,
                                        int threads, bench_engine *out);
/** The shadows of the sun that rays are measured to. */
VD_MUST_USE vd_result bench_ours_shadows(vd_context *context, const vdk_height_field *field,
                                         int threads, vd_shadows *out);
void bench_ours_clear(bench_engine *engine);
/** The instruction set it uses. */
const char *bench_ours_isa(const bench_engine *engine);

#endif
