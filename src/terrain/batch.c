#include "terrain/batch.h"

#include <string.h>

#include "kernel/border.h"
#include "terrain/batch_parts.h"
#include "terrain/pyramid.h"

#if defined(__x86_64__)
#define HAS_AVX2 (__builtin_cpu_init(), __builtin_cpu_supports("avx2") != 0)
#endif

/* Lanes count a pyramid's bytes in 31 bits: enough for 85,000 x 85,000 cells. */
#define MOST_PYRAMID_BYTES 2.1e9

const size_t vd_batch_work_bytes = sizeof(vd_batch_work);

/* What all others must agree with. */
static void trace_one_by_one(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work)
{
    (void)work;
    for (int i = 0; i < batch->count; i++) {
        vdk_position from = {batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
        vdk_ray ray = vdk_ray_make(f, from, vdk_vec_make(batch->dx[i], batch->dy[i], batch->dz[i]),
                                   batch->on_surface);
        batch->hit[i] = vdk_trace(f, &ray, &batch->at[i]) == VDK_HIT;
    }
}

bool vd_tracer_at(int n, vd_tracer *out)
{
    const struct {
        vd_tracer tracer;
        bool runs;
    } all[] = {
        {{"scalar", trace_one_by_one}, true},
#if defined(__x86_64__)
        {{"avx2", vd_walk_avx2}, HAS_AVX2},
#endif
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (!all[i].runs || n-- > 0) continue;
        *out = all[i].tracer;
        return true;
    }
    return false;
}

/* Appends a name to a list; a list that is too long for its place is cut short. */
static void list_name(char *list, size_t size, const char *name)
{
    size_t used = strlen(list);
    if (used + strlen(name) + 3 > size) return;
    if (used > 0) strcpy(list + used, ", ");
    strcat(list, name);
}

vd_result vd_tracer_choose(vd_context *context, const char *isa, const vdk_height_field *f,
                           vd_tracer *out)
{
    char names[64] = "";
    bool fits = vd_pyramid_bytes(f->cells_x, f->cells_y) < MOST_PYRAMID_BYTES;
    vd_tracer tracer;
    for (int n = 0; vd_tracer_at(n, &tracer); n++) {
        if (n > 0 && !fits) break;
        list_name(names, sizeof(names), tracer.isa);
        if (isa && strcmp(isa, tracer.isa) == 0) {
            *out = tracer;
            return VD_OK;
        }
        if (!isa) *out = tracer;
    }
    if (!isa) return VD_OK;
    return vd_fail(context, VD_ERR_SETTING,
                   "VEDUTA_ISA: '%s' is none of the instruction sets here: %s", isa, names);
}
