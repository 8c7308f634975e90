/* The CPU engine.
 *
 * The picture is cut into blocks of 16 x 16 pixels, a fixed grid: with a noise target a block is
 * done when its error is below it, so what is rendered depends on the scene alone. Tiles are whole
 * blocks (a tile size is rounded up), one tile is one thread's work, and each pixel's samples are
 * added in index order by that thread: the picture is the same for any tile size and number of
 * threads.
 *
 * A block's error is the root mean square, over its pixels, of the standard error of the pixel's
 * mean luminance carried to display values by the slope of a 1/2.2 power after exposure. */
#include "render/render.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "kernel/relief.h"

#define BLOCK_PX 16
/* Samples between two looks at a block's error and at the user's wish to stop. */
#define BATCH 16

typedef struct cpu_engine {
    vd_context *context;
    const vd_scene *scene;
    vd_film *film;
    vd_film_pixel **tiles; /* one buffer a thread */
    int tile_px;
    uint32_t samples;
    float noise;
    float exposure; /* factor */
    atomic_bool cancelled;
    _Atomic uint64_t sample_count, ray_count;
} cpu_engine;

/* A pixel while its samples come in. */
typedef struct accumulator {
    double sum[3];
    double mean, m2; /* of luminance: Welford 1962 */
    uint32_t count;
} accumulator;

static void add_sample(accumulator *a, vdk_vec radiance)
{
    a->sum[0] += (double)radiance.x;
    a->sum[1] += (double)radiance.y;
    a->sum[2] += (double)radiance.z;
    double luminance = (double)vdk_luminance(radiance);
    double delta = luminance - a->mean;
    a->count++;
    a->mean += delta / a->count;
    a->m2 += delta * (luminance - a->mean);
}

/** The square of a pixel's standard error, in display values. */
static double display_variance(const cpu_engine *engine, const accumulator *a)
{
    double n = a->count;
    double variance = a->m2 / (n * (n - 1.0));
    float level = vdk_clamp((float)a->mean * engine->exposure, 1.0e-3f, 1.0f);
    double slope = (double)(engine->exposure * vdk_powf(level, 1.0f / 2.2f - 1.0f) / 2.2f);
    return variance * slope * slope;
}

static bool is_quiet(const cpu_engine *engine, const accumulator *pixels, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++) sum += display_variance(engine, &pixels[i]);
    double target = (double)engine->noise;
    return sum <= target * target * count;
}

/** Within a tile, which may take long: the calling thread asks the user, the others look at its
 * answer. */
static bool is_cancelled(cpu_engine *engine, int thread)
{
    if (thread == 0 && vd_progress(engine->context, NULL, 0.0) != VD_OK)
        atomic_store(&engine->cancelled, true);
    return atomic_load(&engine->cancelled);
}

/** Renders the block of width x height pixels at (x, y) of the picture into a tile's buffer.
 *  Returns VD_OK or VD_ERR_CANCELLED. */
static vd_result render_block(cpu_engine *engine, int thread, int x, int y, int width, int height,
                              vd_film_pixel *out, int out_stride, uint64_t *samples, uint64_t *rays)
{
    const vdk_scene *flat = &engine->scene->flat;
    accumulator pixels[BLOCK_PX * BLOCK_PX] = {{{0.0, 0.0, 0.0}, 0.0, 0.0, 0}};
    bool is_empty = vd_coverage_is_empty(engine->scene->coverage, x, y, width, height);
    uint32_t done = 0;
    while (!is_empty && done < engine->samples) {
        uint32_t end = done + BATCH < engine->samples ? done + BATCH : engine->samples;
        if (is_cancelled(engine, thread)) return VD_ERR_CANCELLED;
        for (int i = 0; i < width * height; i++) {
            int px = x + i % width, py = y + i / width;
            vdk_uint hash = vdk_pixel_hash(flat->seed, px, py), traced = 0;
            for (uint32_t s = done; s < end; s++)
                add_sample(&pixels[i], vdk_relief_sample(flat, px, py, hash, s, &traced));
            *rays += traced;
        }
        *samples += (uint64_t)(end - done) * (uint64_t)(width * height);
        done = end;
        if (engine->noise > 0.0f && is_quiet(engine, pixels, width * height)) break;
    }
    for (int i = 0; i < width * height; i++) {
        const accumulator *a = &pixels[i];
        vd_film_pixel *p = &out[(i / width) * out_stride + i % width];
        for (int c = 0; c < 3; c++) p->sum[c] = a->sum[c];
        p->m2 = (float)a->m2;
        p->count = a->count;
    }
    return VD_OK;
}

static vd_result render_tile(void *state, int thread, int64_t tile)
{
    cpu_engine *engine = state;
    vd_film_pixel *pixels = engine->tiles[thread];
    int x, y, width, height;
    uint64_t samples = 0, rays = 0;
    vd_film_tile_rect(engine->film, tile, &x, &y, &width, &height);
    for (int by = 0; by < height; by += BLOCK_PX)
        for (int bx = 0; bx < width; bx += BLOCK_PX) {
            int w = width - bx < BLOCK_PX ? width - bx : BLOCK_PX;
            int h = height - by < BLOCK_PX ? height - by : BLOCK_PX;
            VD_TRY(render_block(engine, thread, x + bx, y + by, w, h,
                                pixels + (int64_t)by * width + bx, width, &samples, &rays));
        }
    atomic_fetch_add(&engine->sample_count, samples);
    atomic_fetch_add(&engine->ray_count, rays);
    return vd_film_store(engine->context, engine->film, tile, pixels);
}

vd_film_options vd_render_film_options(const vd_settings *settings, int width, int height)
{
    return (vd_film_options){
        .width = width,
        .height = height,
        .tile = (settings->render_tile + BLOCK_PX - 1) / BLOCK_PX * BLOCK_PX,
        .memory_budget = settings->render_memory * 1.0e6,
        .spool_dir = settings->render_spool_dir,
        .spool_beside = settings->output_path.count > 0 ? settings->output_path.items[0] : NULL,
    };
}

static vd_result allocate_tiles(vd_context *context, cpu_engine *engine, int threads)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)threads, sizeof(vd_film_pixel *), "the tiles", &memory));
    engine->tiles = memory;
    for (int i = 0; i < threads; i++) {
        VD_TRY(vd_alloc(context, (size_t)engine->tile_px * (size_t)engine->tile_px,
                        sizeof(vd_film_pixel), "a tile", &memory));
        engine->tiles[i] = memory;
    }
    return VD_OK;
}

vd_result vd_render_scene(vd_context *context, const vd_scene *scene, vd_film **out,
                          vd_render_stats *stats)
{
    const vd_settings *settings = scene->settings;
    vd_film_options options =
        vd_render_film_options(settings, scene->frame.width, scene->frame.height);
    int threads = vd_thread_count(settings->render_threads);
    cpu_engine engine = {
        .context = context,
        .scene = scene,
        .tile_px = options.tile,
        .samples = (uint32_t)settings->render_samples,
        .noise = (float)settings->render_noise,
        .exposure = vdk_exp2f((float)settings->tone_exposure),
    };
    double start = vd_seconds();
    *out = NULL;
    *stats = (vd_render_stats){0};
    vd_result result = vd_film_create(context, &options, &engine.film);
    if (result != VD_OK) goto cleanup;
    result = allocate_tiles(context, &engine, threads);
    if (result != VD_OK) goto cleanup;
    vd_work work = {"render", threads, vd_film_tile_count(engine.film), render_tile, &engine};
    result = vd_parallel(context, &work);
    if (result != VD_OK) goto cleanup;
    *stats =
        (vd_render_stats){vd_seconds() - start, engine.sample_count, engine.ray_count, threads};
    *out = engine.film;
    engine.film = NULL;
cleanup:
    for (int i = 0; engine.tiles && i < threads; i++) free(engine.tiles[i]);
    free(engine.tiles);
    vd_film_destroy(engine.film);
    return result;
}
