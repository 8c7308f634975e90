/* The CPU engine.
 *
 * The picture is cut into blocks of 16 x 16 pixels, a fixed grid, and how many samples a block gets
 * depends on the scene and its settings alone (block.c, noise.c). Tiles are whole blocks (a tile
 * size is rounded up) and one tile is one thread's work, so the picture is the same for any tile
 * size and number of threads.
 *
 * Without a time limit there is one pass over the tiles, each rendered to its end. With one, each
 * pass doubles the samples of all blocks, until all have enough or the time is over: then no block
 * is begun any more, and the picture is what there is. Only the first pass, of a few samples, goes
 * to its end whatever the time, so that no pixel is left empty.
 *
 * A tile that is gone on with is loaded, in later passes and from a checkpoint; a checkpoint
 * gets what a tile has when it is finished, or when the run is told to stop. */
#include "render/render.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/block.h"
#include "render/checkpoint.h"
#include "render/record.h"
#include "scene/objects.h"
#include "terrain/shadows.h"

#define FIRST_PASS 4u
#define BLOCK_PIXELS ((size_t)VD_FILM_BLOCK_PX * VD_FILM_BLOCK_PX)
/* Shadows of a sun pay where at least one sample is due for so many cells: making them takes the
 * time of a ray for some 50 cells, and they spare half of each. */
#define CELLS_PER_SAMPLE 16.0

/* A thread's tile in the making. */
typedef struct tile_buffer {
    double *sums;
    vd_film_block *blocks;
} tile_buffer;

typedef struct cpu_engine {
    vd_context *context;
    const vd_settings *settings;
    const vd_aov_set *aovs;
    vd_record_plan record;
    vdk_scene *splitting; /* the scene, made to tell kinds of light apart; NULL: it need not */
    vd_film *film;
    vd_block_plan plan;
    vd_horizon horizon; /* of a view's eye */
    vd_shadows shadows;
    tile_buffer *buffers; /* one a thread */
    int threads;
    bool loads;                              /* tiles hold something from earlier passes or runs */
    bool is_first;                           /* pass, which no deadline ends */
    uint32_t goal;                           /* of this pass, samples */
    uint32_t before;                         /* of the one before */
    double start, deadline;                  /* seconds; deadline 0: none */
    _Atomic int64_t tiles_done, blocks_left; /* in this pass; blocks that want more samples */
    _Atomic uint64_t sample_count, ray_count;
} cpu_engine;

/* How far the whole is: by samples, or by the time limit if that is nearer. */
static double fraction_done(cpu_engine *engine)
{
    double pass =
        (double)atomic_load(&engine->tiles_done) / (double)vd_film_tile_count(engine->film);
    double done = (engine->before + pass * (engine->goal - engine->before)) / engine->plan.samples;
    if (!(engine->deadline > 0.0)) return done;
    double time = (vd_seconds() - engine->start) / (engine->deadline - engine->start);
    return time > done ? time < 1.0 ? time : 1.0 : done;
}

/* Within a tile, which may take long: the calling thread asks the user, the others look at the
 * answer. */
static bool must_stop(void *state, int thread)
{
    cpu_engine *engine = state;
    if (thread == 0 && vd_progress(engine->context, "render", fraction_done(engine)) != VD_OK)
        return true;
    return vd_is_cancelled(engine->context);
}

static bool is_late(const cpu_engine *engine)
{
    return engine->deadline > 0.0 && !engine->is_first && vd_seconds() >= engine->deadline;
}

static vd_result load_tile(cpu_engine *engine, int64_t tile, const tile_buffer *buffer, int pixels,
                           int blocks)
{
    if (!engine->loads) {
        memset(buffer->sums, 0,
               (size_t)pixels * (size_t)engine->plan.channels * sizeof(*buffer->sums));
        memset(buffer->blocks, 0, (size_t)blocks * sizeof(*buffer->blocks));
        return VD_OK;
    }
    VD_TRY(vd_film_load(engine->context, engine->film, tile, buffer->sums, buffer->blocks));
    for (int i = 0; i < blocks; i++)
        if (buffer->blocks[i].count > engine->plan.samples)
            return vd_fail(engine->context, VD_ERR_SETTING,
                           "%s: has pixels of %u samples already, more than --samples %u; ask for "
                           "as many",
                           engine->settings->render_checkpoint, buffer->blocks[i].count,
                           engine->plan.samples);
    return VD_OK;
}

/* Goes on with each block of a tile. Returns false when told to stop; *changed is set if any got
 * samples. */
static bool render_blocks(cpu_engine *engine, int thread, const vd_block_place *tile, bool *changed)
{
    tile_buffer *buffer = &engine->buffers[thread];
    uint64_t samples = 0, rays = 0;
    int64_t left = 0;
    bool goes_on = true;
    *changed = false;
    vd_film_block *block = buffer->blocks;
    for (int by = 0; by < tile->height; by += VD_FILM_BLOCK_PX)
        for (int bx = 0; bx < tile->width; bx += VD_FILM_BLOCK_PX, block++) {
            int w = tile->width - bx < VD_FILM_BLOCK_PX ? tile->width - bx : VD_FILM_BLOCK_PX;
            int h = tile->height - by < VD_FILM_BLOCK_PX ? tile->height - by : VD_FILM_BLOCK_PX;
            vd_block_place place = {tile->x + bx,
                                    tile->y + by,
                                    w,
                                    h,
                                    tile->sums +
                                        ((int64_t)by * tile->stride + bx) * engine->plan.channels,
                                    tile->stride};
            uint32_t before = block->count;
            uint64_t traced = rays;
            if (goes_on && !is_late(engine))
                goes_on =
                    vd_block_render(&engine->plan, thread, &place, engine->goal, block, &rays);
            *changed |= block->count > before;
            if (rays > traced) samples += (uint64_t)(block->count - before) * (uint64_t)(w * h);
            left += !vd_block_is_done(&engine->plan, block);
        }
    atomic_fetch_add(&engine->sample_count, samples);
    atomic_fetch_add(&engine->ray_count, rays);
    atomic_fetch_add(&engine->blocks_left, left);
    return goes_on;
}

static vd_result render_tile(void *state, int thread, int64_t tile)
{
    cpu_engine *engine = state;
    tile_buffer *buffer = &engine->buffers[thread];
    vd_block_place place = {.sums = buffer->sums};
    bool changed, goes_on;
    if (is_late(engine)) {
        atomic_fetch_add(&engine->blocks_left, 1);
        return VD_OK;
    }
    vd_film_tile_rect(engine->film, tile, &place.x, &place.y, &place.width, &place.height);
    place.stride = place.width;
    VD_TRY(load_tile(engine, tile, buffer, place.width * place.height,
                     vd_film_blocks(place.width) * vd_film_blocks(place.height)));
    goes_on = render_blocks(engine, thread, &place, &changed);
    if (changed && (goes_on || engine->settings->render_checkpoint))
        VD_TRY(vd_film_store(engine->context, engine->film, tile, buffer->sums, buffer->blocks));
    atomic_fetch_add(&engine->tiles_done, 1);
    if (goes_on && thread == 0) goes_on = !must_stop(engine, thread);
    return goes_on ? VD_OK : VD_ERR_CANCELLED;
}

vd_result vd_render_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id places[] = {VD_KNOB_RENDER_MEMORY, VD_KNOB_RENDER_SPOOL_DIR};
    if (!settings->render_checkpoint && settings->render_resume)
        return vd_settings_refuse(context, settings, VD_KNOB_RENDER_RESUME,
                                  "has no use without a file to go on from; add --checkpoint FILE");
    if (settings->denoise_method != VD_DENOISE_METHOD_NONE && settings->render_samples < 2)
        return vd_settings_refuse(context, settings, VD_KNOB_DENOISE_METHOD,
                                  "tells noise from detail by two halves of the samples; raise "
                                  "--samples to 2 or, better, 16");
    if (settings->render_checkpoint)
        VD_REFUSE_ALL_UNUSED(
            context, settings, places,
            "has no use beside --checkpoint, whose file holds the picture; leave one out");
    return VD_OK;
}

vd_film_options vd_render_film_options(const vd_settings *settings, const vd_frame *frame,
                                       const vd_aov_set *aovs)
{
    int tile = settings->render_tile, x = frame->crop_x, y = frame->crop_y;
    int right = x + frame->crop_width, bottom = y + frame->crop_height;
    if (settings->render_noise > 0.0) { /* which is of whole blocks of the picture */
        x -= x % VD_FILM_BLOCK_PX;
        y -= y % VD_FILM_BLOCK_PX;
        right = vdk_imin(vd_film_blocks(right) * VD_FILM_BLOCK_PX, frame->width);
        bottom = vdk_imin(vd_film_blocks(bottom) * VD_FILM_BLOCK_PX, frame->height);
    }
    return (vd_film_options){
        .x = x,
        .y = y,
        .width = right - x,
        .height = bottom - y,
        .channels = aovs->channels,
        .tile = (tile + VD_FILM_BLOCK_PX - 1) / VD_FILM_BLOCK_PX * VD_FILM_BLOCK_PX,
        .keeps_sums = settings->render_time_limit > 0.0,
        .memory_budget = settings->render_memory * 1.0e6,
        .spool_dir = settings->render_spool_dir,
        .spool_beside = settings->output_path.count > 0 ? settings->output_path.items[0] : NULL,
        .checkpoint = settings->render_checkpoint,
        .overwrite = settings->output_overwrite,
    };
}

/* A new film, or that of the checkpoint to resume. */
static vd_result open_film(vd_context *context, const vd_scene *scene, cpu_engine *engine)
{
    const vd_settings *settings = scene->settings;
    const char *path = settings->render_checkpoint;
    char *here = NULL, *there = NULL;
    vd_film_options options = vd_render_film_options(settings, &scene->frame, engine->aovs);
    if (!path) return vd_film_create(context, &options, &engine->film);

    bool exists = access(path, F_OK) == 0, is_empty = vd_is_empty_file(path);
    VD_TRY(vd_identity_make(context, scene, engine->aovs, &here));
    options.identity = here;
    vd_result result = VD_OK;
    if (settings->render_resume && exists && !is_empty) {
        result = vd_film_resume(context, path, &engine->film, &there);
        if (result == VD_OK) result = vd_identity_compare(context, path, there, here);
        if (result == VD_OK) vd_film_place(engine->film, options.x, options.y);
        engine->loads = true;
    } else {
        if (settings->render_resume)
            vd_message(context, VD_LEVEL_INFO, "%s: is %s; starting anew", path,
                       is_empty ? "empty" : "not there yet");
        options.overwrite = options.overwrite || (settings->render_resume && is_empty);
        result = vd_film_create(context, &options, &engine->film);
    }
    free(here);
    free(there);
    return result;
}

static vd_result allocate_buffers(vd_context *context, cpu_engine *engine)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)engine->threads, sizeof(vd_wave *), "the waves", &memory));
    engine->plan.waves = memory;
    VD_TRY(vd_alloc(context, (size_t)engine->threads, sizeof(double *), "the waves", &memory));
    engine->plan.before = memory;
    for (int i = 0; i < engine->threads; i++) {
        vd_recorder *recorder;
        VD_TRY(vd_wave_create(context, &engine->plan.waves[i]));
        VD_TRY(vd_alloc(context, (size_t)engine->plan.channels * BLOCK_PIXELS, sizeof(double),
                        "a block", &memory));
        engine->plan.before[i] = memory;
        if (!engine->plan.records) continue;
        VD_TRY(vd_recorder_create(context, &engine->record, &recorder));
        vd_wave_record(engine->plan.waves[i], recorder);
    }
    size_t side = (size_t)vd_film_tile_px(engine->film), blocks = side / VD_FILM_BLOCK_PX;
    VD_TRY(vd_alloc(context, (size_t)engine->threads, sizeof(tile_buffer), "the tiles", &memory));
    engine->buffers = memory;
    for (int i = 0; i < engine->threads; i++) {
        VD_TRY(vd_alloc(context, side * side * (size_t)engine->plan.channels, sizeof(double),
                        "a tile", &memory));
        engine->buffers[i].sums = memory;
        VD_TRY(vd_alloc(context, blocks * blocks, sizeof(vd_film_block), "a tile", &memory));
        engine->buffers[i].blocks = memory;
    }
    return VD_OK;
}

/* How far ground hides the sky for the AOV ao, in metres. */
static float ao_radius(const vd_scene *scene)
{
    double metres[2];
    const vd_dem_info *info = &scene->terrain->dem->info;
    if (scene->settings->aov_ao_radius > 0.0) return (float)scene->settings->aov_ao_radius;
    vd_dem_metres_per_cell(info, 0.5 * info->ny - 0.5, metres);
    return (float)(0.1 * fmin(info->nx * metres[0], info->ny * metres[1]));
}

/* What the film wants beside beauty. */
static vd_result plan_aovs(vd_context *context, const vd_scene *scene, cpu_engine *engine)
{
    void *memory;
    engine->plan.records = engine->aovs->all > 0;
    vd_record_plan_make(engine->aovs, &scene->flat, ao_radius(scene), &engine->record);
    if (!engine->record.splits) return VD_OK;
    int moments = scene->flat.moment_count;
    VD_TRY(vd_alloc(context, 1 + (size_t)moments, sizeof(vdk_scene), "the scene", &memory));
    vdk_scene *splitting = engine->splitting = memory;
    *splitting = scene->flat;
    if (moments > 0) {
        memcpy(splitting + 1, scene->flat.moments, (size_t)moments * sizeof(vdk_scene));
        splitting->moments = splitting + 1;
    }
    for (int i = 0; i <= moments; i++) splitting[i].splits = 1;
    engine->plan.flat = engine->splitting;
    return VD_OK;
}

/* Does the eye stay where it is while the shutter is open? */
static bool stays(const vdk_view_camera *view)
{
    for (int i = 0; vdk_camera_moves(view) && i < view->motion.count; i++)
        if (memcmp(&view->motion.poses[i].eye, &view->eye, sizeof(view->eye)) != 0) return false;
    return true;
}

/* All rays of a pinhole that goes nowhere leave from its eye. */
static vd_result look_around(vd_context *context, const vd_scene *scene, cpu_engine *engine)
{
    const vdk_view_camera *view = &scene->flat.view;
    if (view->projection == VDK_PROJECTION_MAP || view->projection == VDK_PROJECTION_ORTHO ||
        view->lens.radius > 0.0f || !stays(view))
        return VD_OK;
    engine->plan.horizon = &engine->horizon;
    return vd_horizon_build(context, &scene->flat.terrain, &view->eye, engine->threads,
                            &engine->horizon);
}

/* A cone that holds all directions of the scene's sun, by the sine of half its angle; more than 1
 * where it has none. */
static vdk_vec cone_of(const vdk_scene *flat, float *sin_half)
{
    vdk_vec mean = flat->suns[0].direction;
    float cosine = 1.0f, half = flat->suns[0].cos_half, sine;
    *sin_half = flat->suns[0].sin_half;
    if (!flat->moments) return mean;
    for (int i = 0; i < flat->moment_count; i++)
        if (flat->moments[i].sun_count > 0)
            mean = vdk_vec_add(mean, flat->moments[i].suns[0].direction);
    mean = vdk_vec_normalize(mean);
    cosine = vdk_vec_dot(mean, flat->suns[0].direction);
    for (int i = 0; i < flat->moment_count; i++) {
        const vdk_sun *sun = &flat->moments[i].suns[0];
        if (flat->moments[i].sun_count != 1) continue;
        cosine = vdk_min(cosine, vdk_vec_dot(mean, sun->direction));
        half = vdk_min(half, sun->cos_half);
    }
    /* The sine of the sum of both angles, and a little for rounding. */
    cosine = vdk_min(cosine, 1.0f) - 1.0e-6f;
    sine = vdk_sqrtf(vdk_max(1.0f - cosine * cosine, 0.0f));
    *sin_half = sine * half + cosine * vdk_sqrtf(vdk_max(1.0f - half * half, 0.0f));
    if (!(cosine * half - sine * vdk_sqrtf(vdk_max(1.0f - half * half, 0.0f)) > 0.0f))
        *sin_half = 2.0f;
    return mean;
}

/* The shadows of the scene's sun, if it has a single one and there are rays enough. */
static vd_result make_shadows(vd_context *context, const vd_scene *scene, cpu_engine *engine)
{
    const vdk_scene *flat = &scene->flat;
    double pixels = (double)vd_film_width(engine->film) * vd_film_height(engine->film);
    double samples = pixels * engine->plan.samples;
    double cells = (double)flat->terrain.cells_x * flat->terrain.cells_y;
    if (flat->sun_count != 1 || vdk_light_count(flat) != 1 || flat->terrain.detail.tiles ||
        samples * CELLS_PER_SAMPLE < cells)
        return VD_OK;
    float sin_half;
    vdk_vec direction = cone_of(flat, &sin_half);
    if (sin_half > 1.0f) return VD_OK;
    VD_TRY(vd_shadows_build(context, &flat->terrain, direction, sin_half, engine->threads,
                            &engine->shadows));
    engine->plan.shadows = &engine->shadows;
    return VD_OK;
}

static void free_buffers(cpu_engine *engine)
{
    vd_shadows_clear(&engine->shadows);
    for (int i = 0; engine->buffers && i < engine->threads; i++) {
        free(engine->buffers[i].sums);
        free(engine->buffers[i].blocks);
    }
    free(engine->buffers);
    for (int i = 0; engine->plan.waves && i < engine->threads; i++)
        vd_wave_destroy(engine->plan.waves[i]);
    free(engine->plan.waves);
    for (int i = 0; engine->plan.before && i < engine->threads; i++) free(engine->plan.before[i]);
    free(engine->plan.before);
    free(engine->splitting);
    vd_horizon_clear(&engine->horizon);
}

/* Where the next pass goes after one that took so long for so many samples: to the double, or, if
 * that will not fit into the time left, as far as will for all pixels alike, so that no part of the
 * picture is noisier than another. Blocks with a noise target are only ever looked at by doubles.
 * Returns the goal there was if it is not worth going on. */
static uint32_t next_goal(const cpu_engine *engine, double seconds, uint64_t samples)
{
    uint32_t goal = engine->goal, most = engine->plan.samples;
    uint32_t next = goal > most / 2 ? most : 2 * goal;
    if (!(engine->deadline > 0.0) || engine->plan.noise > 0.0 || samples == 0) return next;
    double pixels = (double)vd_film_width(engine->film) * vd_film_height(engine->film);
    double needed = (next - goal) * pixels * seconds / (double)samples;
    double left = engine->deadline - vd_seconds();
    if (needed <= left) return next;
    uint32_t more = (uint32_t)((next - goal) * (0.95 * left / needed));
    return more >= goal / 16 + 1 ? goal + more : goal;
}

/* Renders passes until all is done or the time is over. */
static vd_result render_passes(vd_context *context, cpu_engine *engine)
{
    uint32_t samples = engine->plan.samples;
    bool limited = engine->deadline > 0.0;
    engine->goal = limited && samples > FIRST_PASS ? FIRST_PASS : samples;
    engine->is_first = true;
    for (uint32_t next; engine->goal != engine->before; engine->goal = next) {
        vd_work work = {NULL, engine->threads, vd_film_tile_count(engine->film), render_tile,
                        engine};
        double start = vd_seconds();
        uint64_t traced = atomic_load(&engine->sample_count);
        atomic_store(&engine->tiles_done, 0);
        atomic_store(&engine->blocks_left, 0);
        VD_TRY(vd_parallel(context, &work));
        if (limited && engine->is_first && vd_seconds() > engine->deadline)
            vd_message(context, VD_LEVEL_WARNING,
                       "the first %u samples a pixel took %.3g s, longer than --time-limit",
                       engine->goal, vd_seconds() - engine->start);
        engine->is_first = false;
        if (atomic_load(&engine->blocks_left) == 0 || is_late(engine)) break;
        next = next_goal(engine, vd_seconds() - start, atomic_load(&engine->sample_count) - traced);
        engine->before = engine->goal;
        engine->loads = true;
    }
    return vd_progress(context, "render", 1.0);
}

static vd_result sum_up(vd_context *context, cpu_engine *engine, vd_render_stats *stats)
{
    *stats = (vd_render_stats){.seconds = vd_seconds() - engine->start,
                               .samples = atomic_load(&engine->sample_count),
                               .rays = atomic_load(&engine->ray_count),
                               .threads = engine->threads,
                               .complete = atomic_load(&engine->blocks_left) == 0};
    VD_TRY(vd_film_count_samples(context, engine->film, &stats->film));
    if (!stats->complete)
        vd_message(context, VD_LEVEL_INFO,
                   "stopped by --time-limit: %.3g samples a pixel on average, %u to %u",
                   stats->film.mean, stats->film.least, stats->film.most);
    return VD_OK;
}

void vd_render_tell_lost(vd_context *context, const char *path)
{
    vd_message(context, VD_LEVEL_WARNING,
               "%s was removed while the picture was made, so nothing of it is kept; the next run "
               "starts anew",
               path);
}

/* Says what a checkpoint keeps of a run that was told to stop. */
static void tell_kept(vd_context *context, cpu_engine *engine)
{
    const char *path = engine->settings->render_checkpoint;
    if (path && !vd_film_has_checkpoint(engine->film))
        vd_render_tell_lost(context, path);
    else if (path)
        vd_message(context, VD_LEVEL_INFO,
                   "%s keeps the picture at %.0f %%; the same command with --resume goes on", path,
                   100.0 * fraction_done(engine));
}

vd_result vd_render_scene(vd_context *context, const vd_scene *scene, const vd_aov_set *aovs,
                          const vd_render_display *display, vd_film **out, vd_render_stats *stats)
{
    const vd_settings *settings = scene->settings;
    cpu_engine engine = {
        .context = context,
        .settings = settings,
        .aovs = aovs,
        .plan = {.flat = &scene->flat,
                 .coverage = scene->coverage,
                 .objects = scene->objects ? scene->objects->tracer : NULL,
                 .samples = (uint32_t)settings->render_samples,
                 .noise = settings->render_noise,
                 .stop = must_stop},
        .threads = vd_thread_count(settings->render_threads),
        .start = vd_seconds(),
    };
    engine.plan.state = &engine;
    if (display) engine.plan.display = *display;
    if (settings->render_time_limit > 0.0)
        engine.deadline = engine.start + settings->render_time_limit;
    *out = NULL;
    *stats = (vd_render_stats){0};
    vd_result result =
        vd_tracer_choose(context, getenv("VEDUTA_ISA"), &scene->flat.terrain, &engine.plan.tracer);
    if (result == VD_OK) result = open_film(context, scene, &engine);
    if (result == VD_OK) engine.plan.channels = vd_film_channels(engine.film);
    if (result == VD_OK) result = plan_aovs(context, scene, &engine);
    if (result == VD_OK) result = allocate_buffers(context, &engine);
    if (result == VD_OK) result = look_around(context, scene, &engine);
    if (result == VD_OK) result = make_shadows(context, scene, &engine);
    if (result == VD_OK) {
        result = render_passes(context, &engine);
        if (result == VD_ERR_CANCELLED) tell_kept(context, &engine);
    }
    if (result == VD_OK) result = sum_up(context, &engine, stats);
    free_buffers(&engine);
    if (result == VD_OK)
        *out = engine.film;
    else
        vd_film_destroy(engine.film);
    return result;
}
