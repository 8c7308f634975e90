/* Hours of sun, by rays.
 *
 * From each cell's centre a ray goes to the sun in the middle of each step of its path; if nothing
 * is hit, the cell has the sun for that step: for so many hours, and if its shading normal faces
 * the sun, for the beam's energy times the cosine. The disc counts as the point in its middle. All
 * rays of a step go one way, so the table of that sun's shadows (terrain/shadows.h) lets most of
 * them end where they begin. The sky is 128 more such suns, spread over the upper hemisphere:
 * shares of unobstructed isotropic light, which level open ground sees whole.
 *
 * The tables of as many steps as fit into a budget are made together; then every tile of the film
 * is taken once for all of these. So the film may lie in a spool file, and memory does not grow
 * with the number of days. A tile's numbers are added in the order of the steps, which groups and
 * threads do not change. */
#include "render/sun_hours.h"

#include <stdio.h>
#include <stdlib.h>

#include "render/render.h"
#include "terrain/batch.h"
#include "terrain/shadows.h"

#define TABLE_BYTES 256.0e6
#define TILE_PX 256
#define CELLS (TILE_PX * TILE_PX)
#define SKY_RINGS 8
#define SKY_SECTORS 16

/* One direction that all cells look in. */
typedef struct look {
    vdk_vec direction;
    float hours;
    const float *beam; /* W/m2 by elevation; NULL: of the sky, and then a cell that faces it gets
                          this share of the sky times the cosine: */
    float share;
} look;

typedef struct job {
    vd_context *context;
    const vd_scene *scene;
    const vd_sun_path *path;
    vd_film *film;
    int channels;
    vd_tracer tracer;
    look *looks; /* of the group */
    vd_shadows *shadows;
    int64_t count;
    int threads;
    struct worker *workers;
} job;

/* What a thread works with; cells with data come first in the last four. */
typedef struct worker {
    double sums[CELLS * VD_SUN_HOURS_CHANNELS];
    vd_film_block blocks[CELLS / VD_FILM_BLOCK_PX];
    vd_ray_batch batch;
    int32_t which[CELLS]; /* cell of the tile it is */
    vdk_vec normals[CELLS];
    float elevation[CELLS];   /* where it lies in the table of beams */
    vdk_position from[CELLS]; /* its centre */
    vd_batch_work *work;
} worker;

/* ---- a tile --------------------------------------------------------------------------------- */

/** Fills where the cells of a tile are that have data, and how they lie; returns their number. */
static int lay_out(const job *j, worker *w, int x, int y, int width, int height)
{
    const vd_scene *scene = j->scene;
    const vd_dem *dem = scene->terrain->dem;
    const vdk_height_field *f = &scene->terrain->field;
    const double low = j->path->low_m - dem->base_m;
    const double scale = (VD_SUN_PATH_LEVELS - 1) / (j->path->high_m - j->path->low_m);
    int count = 0;
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            int cx = (int)scene->frame.column + x + column, cy = (int)scene->frame.row + y + row;
            if (!vd_dem_is_valid(dem, cx, cy)) continue;
            vdk_position p = {cx + 1, cy + 1, 0.0f, 0.0f, vdk_post(f, cx + 1, cy + 1)};
            float hu, hv;
            vdk_post_gradient(f, p.cx, p.cy, &hu, &hv);
            w->normals[count] = vdk_normal_from_gradient(f, p.cy, hu, hv);
            w->elevation[count] = (float)(((double)p.z - low) * scale);
            w->from[count] = p;
            w->which[count++] = row * width + column;
        }
    return count;
}

static float beam_at(const float *beam, float level)
{
    int i = vdk_imin(vdk_imax(vdk_ifloor(level), 0), VD_SUN_PATH_LEVELS - 2);
    float t = vdk_clamp(level - (float)i, 0.0f, 1.0f);
    return vdk_lerp(beam[i], beam[i + 1], t);
}

/** Adds what the rays of a step have brought to some cells. */
static void add_light(const job *j, worker *w, const look *to, int first)
{
    const vd_ray_batch *batch = &w->batch;
    for (int k = 0; k < batch->count; k++) {
        int i = first + k;
        if (batch->hit[k]) continue;
        double *sums = w->sums + (int64_t)w->which[i] * j->channels;
        float cosine = vdk_max(vdk_vec_dot(w->normals[i], to->direction), 0.0f);
        if (to->beam) {
            sums[VD_SUN_HOURS_DIRECT] += (double)to->hours;
            sums[VD_SUN_HOURS_BEAM] +=
                (double)(to->hours * cosine * beam_at(to->beam, w->elevation[i]));
        } else {
            sums[VD_SUN_HOURS_SKY] += (double)(to->share * cosine);
        }
    }
}

/** All steps of the group for some cells. */
static void add_cells(const job *j, worker *w, int first, int count)
{
    vd_ray_batch *batch = &w->batch;
    batch->count = 0;
    batch->on_surface = batch->any_hit = 1;
    for (int i = first; i < first + count; i++)
        vd_batch_add(batch, &w->from[i], j->looks[0].direction);
    for (int64_t step = 0; step < j->count; step++) {
        vdk_vec d = j->looks[step].direction;
        for (int k = 0; k < count; k++) batch->dx[k] = d.x;
        for (int k = 0; k < count; k++) batch->dy[k] = d.y;
        for (int k = 0; k < count; k++) batch->dz[k] = d.z;
        batch->shadows = j->shadows[step].words ? &j->shadows[step] : NULL;
        j->tracer.trace(&j->scene->terrain->field, batch, w->work);
        add_light(j, w, &j->looks[step], first);
    }
}

static vd_result add_tile(void *state, int thread, int64_t tile)
{
    const job *j = state;
    worker *w = &j->workers[thread];
    int x, y, width, height;
    vd_film_tile_rect(j->film, tile, &x, &y, &width, &height);
    VD_TRY(vd_film_load(j->context, j->film, tile, w->sums, w->blocks));
    int count = lay_out(j, w, x, y, width, height);
    for (int i = 0; i < count && !vd_is_cancelled(j->context); i += VD_BATCH_RAYS)
        add_cells(j, w, i, vdk_imin(count - i, VD_BATCH_RAYS));
    int blocks = vd_film_blocks(width) * vd_film_blocks(height);
    for (int i = 0; i < blocks; i++) w->blocks[i].count = 1;
    return vd_film_store(j->context, j->film, tile, w->sums, w->blocks);
}

/* ---- groups of steps ------------------------------------------------------------------------ */

/** The sky's directions: by equal shares of solid angle, in rings of the sine of the altitude, each
 *  direction of a ring at another height in it. */
static int list_sky(look *out)
{
    float whole = 0.0f;
    int count = 0;
    for (int ring = 0; ring < SKY_RINGS; ring++)
        for (int k = 0; k < SKY_SECTORS; k++) {
            float sine, cosine;
            float height = ((float)((5 * k + 3 * ring) % SKY_SECTORS) + 0.5f) / SKY_SECTORS;
            float z = ((float)ring + height) / SKY_RINGS;
            float turn = ((float)k + 0.618034f * (float)ring) / SKY_SECTORS;
            float level = vdk_sqrtf(1.0f - z * z);
            vdk_sincos_turns(turn - (float)vdk_ifloor(turn), &sine, &cosine);
            out[count++] = (look){vdk_vec_make(level * sine, level * cosine, z), 0.0f, NULL, 0.0f};
            whole += z;
        }
    for (int i = 0; i < count; i++) out[i].share = 1.0f / whole;
    return count;
}

static vd_result build_tables(job *j)
{
    for (int64_t k = 0; k < j->count; k++) {
        VD_TRY(vd_shadows_build(j->context, &j->scene->terrain->field, j->looks[k].direction, 0.0f,
                                j->threads, &j->shadows[k]));
        VD_TRY(vd_progress(j->context, NULL, 0.0));
    }
    return VD_OK;
}

static vd_result add_group(job *j, const char *phase)
{
    vd_result result = build_tables(j);
    vd_work work = {phase, j->threads, vd_film_tile_count(j->film), add_tile, j};
    if (result == VD_OK) result = vd_parallel(j->context, &work);
    for (int64_t k = 0; k < j->count; k++) vd_shadows_clear(&j->shadows[k]);
    return result;
}

/** All looks, in groups. */
static vd_result add_all(job *j, look *looks, int64_t count)
{
    const vdk_height_field *f = &j->scene->terrain->field;
    int64_t at_once = (int64_t)(TABLE_BYTES / vd_shadows_bytes(f->cells_x, f->cells_y));
    at_once = at_once < 1 ? 1 : at_once > count ? count : at_once;
    void *memory;
    VD_TRY(vd_alloc(j->context, (size_t)at_once, sizeof(vd_shadows), "the shadows", &memory));
    j->shadows = memory;
    vd_result result = VD_OK;
    for (int64_t first = 0; result == VD_OK && first < count; first += at_once) {
        char phase[32];
        int64_t groups = (count + at_once - 1) / at_once;
        snprintf(phase, sizeof(phase), groups > 1 ? "sun %lld/%lld" : "sun",
                 (long long)(first / at_once + 1), (long long)groups);
        j->looks = looks + first;
        j->count = count - first < at_once ? count - first : at_once;
        result = add_group(j, phase);
    }
    free(j->shadows);
    return result;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static vd_result make_workers(job *j)
{
    void *memory;
    VD_TRY(vd_alloc(j->context, (size_t)j->threads, sizeof(worker), "tiles", &memory));
    j->workers = memory;
    for (int i = 0; i < j->threads; i++) {
        VD_TRY(vd_alloc(j->context, 1, vd_batch_work_bytes, "rays on their way", &memory));
        j->workers[i].work = memory;
    }
    return VD_OK;
}

static void free_workers(job *j)
{
    for (int i = 0; j->workers && i < j->threads; i++) free(j->workers[i].work);
    free(j->workers);
}

/** Looks into the sky, then to the sun. */
static vd_result add_looks(job *j, bool has_sky)
{
    const vd_sun_path *path = j->path;
    size_t most = (size_t)path->count + SKY_RINGS * SKY_SECTORS;
    void *memory;
    VD_TRY(vd_alloc(j->context, most, sizeof(look), "steps of the sun", &memory));
    look *looks = memory;
    int64_t count = has_sky ? list_sky(looks) : 0;
    for (int64_t i = 0; i < path->count; i++) {
        const vd_sun_step *step = &path->steps[i];
        looks[count++] = (look){step->direction, step->hours, step->beam, 0.0f};
    }
    vd_result result = count > 0 ? add_all(j, looks, count) : VD_OK;
    free(looks);
    return result;
}

vd_result vd_sun_hours(vd_context *context, const vd_scene *scene, const vd_sun_path *path,
                       bool has_sky, vd_film **out)
{
    const vd_settings *s = scene->settings;
    job j = {.context = context,
             .scene = scene,
             .path = path,
             .channels = has_sky ? VD_SUN_HOURS_CHANNELS : VD_SUN_HOURS_SKY,
             .threads = vd_thread_count(s->render_threads)};
    const vd_aov_set none = {.alpha = -1, .hits = -1};
    vd_film_options options = vd_render_film_options(s, &scene->frame, &none);
    options.tile = TILE_PX;
    options.channels = j.channels;
    options.keeps_sums = true;
    VD_TRY(vd_tracer_choose(context, getenv("VEDUTA_ISA"), &scene->terrain->field, &j.tracer));
    VD_TRY(vd_film_create(context, &options, &j.film));
    vd_result result = make_workers(&j);
    if (result == VD_OK) result = add_looks(&j, has_sky);
    free_workers(&j);
    if (result != VD_OK) {
        vd_film_destroy(j.film);
        return result;
    }
    *out = j.film;
    return VD_OK;
}
