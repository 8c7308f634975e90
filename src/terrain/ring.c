/* The last steps of loading: the ring of posts around the raster, and the range of heights.
 *
 * Rows get their ends first, then whole rows are added above and below with the ring's own ends,
 * which makes the corners bilinear. The range is found on the way, since all there is to it is
 * going through memory once: least and highest of each of 128 columns, which the compiler turns
 * into vectors, and of those at the end. */
#include <stdlib.h>

#include "terrain/dem_parts.h"

enum { LANES = 128, ROWS_PER_ITEM = 64 };

typedef struct range {
    float min, max;
} range;

/* What a thread has seen. */
typedef struct ring_part {
    range all, valid; /* posts; valid cells. Of neither if min > max */
    char apart[64 - 2 * sizeof(range)];
} ring_part;

typedef struct ring_job {
    vd_dem *dem;
    ring_part *parts;
} ring_job;

static const range nothing = {3.402823466e+38f, -3.402823466e+38f};

static range both(range a, range b)
{
    return (range){a.min < b.min ? a.min : b.min, a.max > b.max ? a.max : b.max};
}

static range with(range a, float height)
{
    return both(a, (range){height, height});
}

static void widen(float *restrict low, float *restrict high, const float *restrict posts)
{
    for (int k = 0; k < LANES; k++) {
        float h = posts[k];
        low[k] = h < low[k] ? h : low[k];
        high[k] = h > high[k] ? h : high[k];
    }
}

static range range_of(const float *posts, int64_t count)
{
    float low[LANES], high[LANES];
    range r = nothing;
    for (int k = 0; k < LANES; k++) {
        low[k] = r.min;
        high[k] = r.max;
    }
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) widen(low, high, posts + i);
    for (int k = 0; k < LANES; k++) r = both(r, (range){low[k], high[k]});
    for (; i < count; i++) r = with(r, posts[i]);
    return r;
}

/* Of the cells whose bits are set. */
static range range_of_valid(const float *posts, const uint8_t *bits, int count)
{
    range r = nothing;
    for (int i = 0; i < count;) {
        int from = i;
        while (i + 8 <= count && bits[i >> 3] == 0xff) i += 8;
        if (i > from) r = both(r, range_of(posts + from, i - from));
        for (int last = i + 8 < count ? i + 8 : count; i < last; i++)
            if ((bits[i >> 3] >> (i & 7)) & 1) r = with(r, posts[i]);
    }
    return r;
}

static vd_result ring_rows(void *state, int thread, int64_t item)
{
    const ring_job *job = state;
    vd_dem *dem = job->dem;
    ring_part *part = &job->parts[thread];
    int nx = dem->info.nx, first = (int)item * ROWS_PER_ITEM, last = first + ROWS_PER_ITEM;
    for (int row = first; row < last && row < dem->info.ny; row++) {
        float *post = vd_dem_post(dem, 0, row);
        post[-1] = 2.0f * post[0] - post[1];
        post[nx] = 2.0f * post[nx - 1] - post[nx - 2];
        range inside = range_of(post, nx);
        part->all = both(part->all, with(with(inside, post[-1]), post[nx]));
        if (dem->valid) inside = range_of_valid(post, dem->valid + row * dem->valid_stride, nx);
        part->valid = both(part->valid, inside);
    }
    return VD_OK;
}

static void add_first_and_last(vd_dem *dem)
{
    float *top = dem->posts;
    float *bottom = dem->posts + (dem->info.ny + 1) * dem->stride;
    for (int64_t i = 0; i < dem->stride; i++) {
        top[i] = 2.0f * top[dem->stride + i] - top[2 * dem->stride + i];
        bottom[i] = 2.0f * bottom[i - dem->stride] - bottom[i - 2 * dem->stride];
    }
}

vd_result vd_dem_add_ring(vd_context *context, vd_dem *dem, int threads)
{
    int workers = vd_thread_count(threads);
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)workers, sizeof(ring_part), "the range of heights", &memory));
    ring_job job = {dem, memory};
    for (int i = 0; i < workers; i++) job.parts[i].all = job.parts[i].valid = nothing;
    vd_work work = {NULL, dem->info.ny < 256 ? 1 : workers,
                    (dem->info.ny + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM, ring_rows, &job};
    vd_result result = vd_parallel(context, &work);
    range all = nothing, valid = nothing;
    for (int i = 0; i < workers; i++) {
        all = both(all, job.parts[i].all);
        valid = both(valid, job.parts[i].valid);
    }
    free(job.parts);
    if (result != VD_OK) return result;
    add_first_and_last(dem);
    all = both(all, range_of(dem->posts, dem->stride));
    all = both(all, range_of(dem->posts + (dem->info.ny + 1) * dem->stride, dem->stride));
    dem->min = all.min;
    dem->max = all.max;
    dem->valid_min = valid.min;
    dem->valid_max = valid.max;
    return VD_OK;
}
