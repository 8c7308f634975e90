/* Rendering a block.
 *
 * Each pixel's samples are added in index order, in double precision, by one thread: what a block
 * holds at n samples depends on nothing but the scene and n. It may be put aside after any stage
 * and gone on with later, by another thread or in another process. A stage is a few samples, or
 * with a noise target the way from one look to the next; one that is interrupted is undone, because
 * the next look needs the means as they were at the last. */
#include "render/block.h"

#include <string.h>

#include "render/noise.h"

#define PIXELS (VD_FILM_BLOCK_PX * VD_FILM_BLOCK_PX)
/* Samples between two looks at the user's wish to stop. */
#define BATCH 16u
_Static_assert(PIXELS *BATCH <= (unsigned)VD_WAVE_SAMPLES, "one wave takes them");

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t end_of(const vd_block_plan *plan, const vd_film_block *block)
{
    return block->end ? smaller(block->end, plan->samples) : plan->samples;
}

bool vd_block_is_done(const vd_block_plan *plan, const vd_film_block *block)
{
    return block->count >= end_of(plan, block);
}

static double *sum_at(const vd_block_plan *plan, const vd_block_place *place, int pixel)
{
    int at = (pixel / place->width) * place->stride + pixel % place->width;
    return place->sums + (int64_t)at * plan->channels;
}

/* Adds the samples from `from` on and below `to`. Returns false when told to stop. */
static bool add_samples(const vd_block_plan *plan, int thread, const vd_block_place *place,
                        uint32_t from, uint32_t to, uint64_t *rays)
{
    vd_wave_job job = {.scene = plan->flat,
                       .tracer = &plan->tracer,
                       .shader = vd_shader_of(&plan->tracer, plan->flat),
                       .x = place->x,
                       .y = place->y,
                       .width = place->width,
                       .height = place->height,
                       .horizon = plan->horizon,
                       .shadows = plan->shadows,
                       .objects = plan->objects,
                       .sums = place->sums,
                       .stride = place->stride,
                       .stop = plan->stop,
                       .state = plan->state,
                       .thread = thread};
    for (; from < to; from = job.to) {
        job.from = from;
        job.to = smaller(from + BATCH, to);
        if (plan->stop(plan->state, thread)) return false;
        const vdk_seen *seen = vd_wave_trace(plan->waves[thread], &job, rays);
        if (!seen) return false;
        if (plan->records) continue;
        for (int i = 0; i < place->width * place->height; i++) {
            double *sum = sum_at(plan, place, i);
            for (uint32_t s = job.from; s < job.to; s++, seen++) {
                sum[0] += (double)seen->radiance.x;
                sum[1] += (double)seen->radiance.y;
                sum[2] += (double)seen->radiance.z;
                if (plan->channels > 3) sum[3] += (double)seen->alpha;
            }
        }
    }
    return true;
}

/* Keeps a block's sums, or gives them back. */
static void copy_sums(const vd_block_plan *plan, const vd_block_place *place, double *kept,
                      bool back)
{
    size_t bytes = (size_t)plan->channels * sizeof(double);
    for (int i = 0; i < place->width * place->height; i++, kept += plan->channels) {
        double *sum = sum_at(plan, place, i);
        memcpy(back ? sum : kept, back ? kept : sum, bytes);
    }
}

static void display_of(const vd_block_plan *plan, const double sum[3], uint32_t count, float out[3])
{
    double scale = 1.0 / count;
    float mean[3];
    for (int c = 0; c < 3; c++) mean[c] = (float)(sum[c] * scale);
    plan->display.encode(plan->display.state, mean, out);
}

/* The mean square change of display values since half the samples, which had these sums. */
static double change2(const vd_block_plan *plan, const vd_block_place *place, const double *before,
                      uint32_t count)
{
    int pixels = place->width * place->height;
    double total = 0.0;
    for (int i = 0; i < pixels; i++) {
        float then[3], now[3];
        display_of(plan, before + (int64_t)i * plan->channels, count / 2, then);
        display_of(plan, sum_at(plan, place, i), count, now);
        for (int c = 0; c < 3; c++) {
            double change = (double)now[c] - (double)then[c];
            total += change * change;
        }
    }
    return total / (3.0 * pixels);
}

bool vd_block_render(const vd_block_plan *plan, int thread, const vd_block_place *place,
                     uint32_t goal, vd_film_block *block, uint64_t *rays)
{
    double *before = plan->before[thread];
    if (vd_coverage_is_empty(plan->coverage, place->x, place->y, place->width, place->height)) {
        block->count = smaller(goal, end_of(plan, block)); /* of nothing */
        return true;
    }
    while (!vd_block_is_done(plan, block) && block->count < goal) {
        uint32_t from = block->count, to = smaller(goal, end_of(plan, block));
        bool looks = plan->noise > 0.0 && !block->end;
        to = smaller(to, looks ? vd_noise_next_look(from) : from + BATCH);
        /* A stage of a single batch is interrupted before it has begun. */
        if (looks) copy_sums(plan, place, before, false);
        if (!add_samples(plan, thread, place, from, to, rays)) {
            if (looks) copy_sums(plan, place, before, true);
            return false;
        }
        block->count = to;
        if (!looks) continue;
        double last = block->change2;
        block->change2 = to == 2 * from ? change2(plan, place, before, to) : 0.0;
        if (to == 2 * from) block->end = vd_noise_end(to, block->change2, last, plan->noise);
    }
    return true;
}
