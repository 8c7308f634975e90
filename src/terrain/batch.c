#include "terrain/batch.h"

#include <string.h>

#include "terrain/batch_parts.h"

/* Lanes count float posts, or pairs of 16-bit ones, in 32 bits: enough for 65,000 x 65,000 cells of
 * the former and 92,000 x 92,000 of the latter; and they shift cells as floats. */
#define MOST_POSTS 4294967295.0
#define MOST_CELLS_ASIDE (1 << 24)

#if defined(__x86_64__)
/* What x86-64-v2, -v3 and -v4 ask for beyond the level before, as far as a walk may use it. */
static bool has_v2(void)
{
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("ssse3");
}
static bool has_v3(void)
{
    return has_v2() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}
static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
}
#endif

const size_t vd_batch_work_bytes = sizeof(vd_batch_work);

/* What all others must agree with. */
static void trace_one_by_one(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work)
{
    (void)work;
    for (int i = 0; i < batch->count; i++) {
        vdk_ray ray = vd_batch_ray(f, batch, i);
        batch->hit[i] = vdk_trace(f, &ray, &batch->at[i]) == VDK_HIT;
    }
}

bool vd_tracer_at(int n, vd_tracer *out)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    const struct {
        vd_tracer tracer;
        bool runs;
    } all[] = {
        {{"scalar", trace_one_by_one}, true},
#if defined(__x86_64__)
        {{"sse4", vd_walk_four}, has_v2()},
        {{"avx2", vd_walk_avx2}, has_v3()},
        {{"avx512", vd_walk_avx512}, has_v4()},
#elif defined(__aarch64__)
        {{"neon", vd_walk_four}, true},
#else
        {{"vectors", vd_walk_four}, true},
#endif
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (!all[i].runs || n-- > 0) continue;
        *out = all[i].tracer;
        return true;
    }
    return false;
}

/* Can lanes count all that this terrain has? */
static bool fits_lanes(const vdk_height_field *f)
{
    double posts = (double)f->stride * ((f->cells_y >> 1) + 1);
    return vdk_imax(f->cells_x, f->cells_y) < MOST_CELLS_ASIDE &&
           (f->block_shift ? 0.5 * posts : posts) < MOST_POSTS;
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
    bool fits = fits_lanes(f);
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
