/* The rays that are measured: what a renderer sends, on a map and in a landscape view.
 *
 * Primary rays go through pixel centres: straight down from above all ground, on a map of the whole
 * terrain; from a camera 250 m above it, over the long way, in a view. Where they meet the ground
 * three more begin: to a sun 15 degrees high (anywhere on its disc of 0.54 degrees, any hit; not
 * from ground that faces away from it, since nobody would ask), cosine-weighted about the surface's
 * normal (ambient occlusion, any hit), and again (bounce, closest hit). Pixels are taken tile by
 * tile of 4 x 4, so that 8 or 16 rays in a row lie close together, as a packet's should.
 *
 * Ours start on the surface, in the cell that they leave. A mesh's rays need a lift: 5 cm along the
 * normal, and 10 cm above the patch and both ways to cut it into triangles, without which each of
 * them would often hit the triangle that it comes from.
 *
 * The random numbers are a function of pixel and purpose: the same rays in every run. */
#include "rays.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/facet.h"
#include "kernel/hash.h"
#include "terrain/batch.h"

#define SUN_AZIMUTH_DEG 210.0f
#define SUN_ALTITUDE_DEG 15.0f
#define SUN_RADIUS_DEG 0.27f
#define CAMERA_CLEARANCE_M 250.0f
#define DEG (VDK_PI / 180.0f)

enum { PRIMARY, SUN, AO, BOUNCE, KINDS_A_CAMERA };

typedef struct camera {
    const char *const *names;
    bool map;
    int width, height;
    float spread_x, spread_y; /* tangents of half the fields of view */
    vdk_position at;
    vdk_vec forward, right, up;
} camera;

static const char *const map_names[] = {"map-primary", "map-sun", "map-ao", "map-bounce"};
static const char *const view_names[] = {"view-primary", "view-sun", "view-ao", "view-bounce"};

vdk_vec bench_world(const vdk_height_field *field, int i, int j)
{
    return vdk_vec_make((float)i / field->to_grid[0], (float)j / field->to_grid[3],
                        vdk_post(field, i, j));
}

static float random_unit(uint32_t pixel, uint32_t purpose)
{
    uint32_t h = pixel * 0x9e3779b1u ^ (purpose + 1) * 0x85ebca77u;
    h = (h ^ (h >> 16)) * 0x7feb352du;
    h = (h ^ (h >> 15)) * 0x846ca68bu;
    return (float)((h ^ (h >> 16)) >> 8) * (1.0f / 16777216.0f);
}

/* ---- cameras ------------------------------------------------------------------------------- */

/** Where the map's pixel lies, at a height above all ground. */
static vdk_position above_pixel(const vdk_height_field *field, const camera *c, float x, float y)
{
    /* The raster begins half a cell inside the padded grid. */
    float column = 0.5f + x / (float)c->width * (float)(field->cells_x - 1);
    float row = 0.5f + y / (float)c->height * (float)(field->cells_y - 1);
    int cx = (int)column, cy = (int)row;
    return (vdk_position){cx, cy, column - (float)cx, row - (float)cy, field->max + 1000.0f};
}

static void set_primary(const vdk_height_field *field, const camera *c, int pixel, bench_rays *rays)
{
    int tile = pixel / 16, inside = pixel % 16, tiles_x = c->width / 4;
    float x = (float)(tile % tiles_x * 4 + inside % 4) + 0.5f;
    float y = (float)(tile / tiles_x * 4 + inside / 4) + 0.5f;
    if (c->map) {
        rays->from[pixel] = above_pixel(field, c, x, y);
        rays->direction[pixel] = vdk_vec_make(0.0f, 0.0f, -1.0f);
    } else {
        float right = c->spread_x * (2.0f * x / (float)c->width - 1.0f);
        float up = c->spread_y * (1.0f - 2.0f * y / (float)c->height);
        vdk_vec across = vdk_vec_add(vdk_vec_scale(c->right, right), vdk_vec_scale(c->up, up));
        rays->from[pixel] = c->at;
        rays->direction[pixel] = vdk_vec_normalize(vdk_vec_add(c->forward, across));
    }
    vdk_position p = rays->from[pixel];
    rays->lifted[pixel] = vdk_vec_make(((float)p.cx + p.fx) / field->to_grid[0],
                                       ((float)p.cy + p.fy) / field->to_grid[3], p.z);
}

static camera map_camera(int width, int height)
{
    return (camera){.names = map_names, .map = true, .width = width, .height = height};
}

/** A quarter of the way in from the north-west, looking south-east and a little down. */
static camera view_camera(const vdk_height_field *field, int width, int height)
{
    const float pitch = -8.0f * DEG, heading = 130.0f * DEG;
    camera c = {.names = view_names, .width = width, .height = height};
    int cx = field->cells_x / 4, cy = field->cells_y / 4, reach = vdk_imin(20, vdk_imin(cx, cy));
    float highest = field->min;
    for (int j = cy - reach; j <= cy + reach; j++)
        for (int i = cx - reach; i <= cx + reach; i++)
            highest = vdk_max(highest, vdk_post(field, i, j));
    c.at = (vdk_position){cx, cy, 0.5f, 0.5f, highest + CAMERA_CLEARANCE_M};
    c.forward = vdk_vec_make(sinf(heading) * cosf(pitch), cosf(heading) * cosf(pitch), sinf(pitch));
    c.right = vdk_vec_make(cosf(heading), -sinf(heading), 0.0f);
    c.up = vdk_vec_make(-sinf(heading) * sinf(pitch), -cosf(heading) * sinf(pitch), cosf(pitch));
    c.spread_y = tanf(30.0f * DEG);
    c.spread_x = c.spread_y * 1.6f;
    return c;
}

/* ---- rays that leave the ground ------------------------------------------------------------ */

vdk_vec bench_sun(float *sin_half)
{
    float altitude = SUN_ALTITUDE_DEG * DEG, azimuth = SUN_AZIMUTH_DEG * DEG;
    *sin_half = sinf(SUN_RADIUS_DEG * DEG) * 1.01f;
    return vdk_vec_make(sinf(azimuth) * cosf(altitude), cosf(azimuth) * cosf(altitude),
                        sinf(altitude));
}

static vdk_vec towards_sun(uint32_t pixel)
{
    float radius = SUN_RADIUS_DEG * DEG * sqrtf(random_unit(pixel, 0));
    float turn = 2.0f * VDK_PI * random_unit(pixel, 1);
    float altitude = SUN_ALTITUDE_DEG * DEG + radius * sinf(turn);
    float azimuth = SUN_AZIMUTH_DEG * DEG + radius * cosf(turn) / cosf(altitude);
    return vdk_vec_make(sinf(azimuth) * cosf(altitude), cosf(azimuth) * cosf(altitude),
                        sinf(altitude));
}

static vdk_vec cosine_weighted(vdk_vec normal, uint32_t pixel, uint32_t purpose)
{
    float u = random_unit(pixel, purpose), radius = sqrtf(u);
    float turn = 2.0f * VDK_PI * random_unit(pixel, purpose + 1);
    return vdk_vec_from_frame(normal, radius * cosf(turn), radius * sinf(turn), sqrtf(1.0f - u));
}

/** A point that lies above the patch and above its triangles, whichever diagonal cuts it. */
static vdk_vec lift(const vdk_height_field *field, vdk_position p, vdk_vec normal)
{
    vdk_patch h = vdk_patch_at(field, p.cx, p.cy);
    float u = p.fx, v = p.fy;
    float falling = u + v <= 1.0f ? h.h00 + (h.h10 - h.h00) * u + (h.h01 - h.h00) * v
                                  : h.h11 + (h.h01 - h.h11) * (1 - u) + (h.h10 - h.h11) * (1 - v);
    float rising = u >= v ? h.h00 + (h.h10 - h.h00) * u + (h.h11 - h.h10) * v
                          : h.h00 + (h.h01 - h.h00) * v + (h.h11 - h.h01) * u;
    float top = vdk_max(vdk_patch_height(h, u, v), vdk_max(falling, rising));
    return vdk_vec_make(((float)p.cx + u) / field->to_grid[0] + 0.05f * normal.x,
                        ((float)p.cy + v) / field->to_grid[3] + 0.05f * normal.y, top + 0.1f);
}

static void leave_ground(const vdk_height_field *field, vdk_position from, uint32_t pixel,
                         bench_rays rays[KINDS_A_CAMERA])
{
    vdk_vec normal = vdk_geometric_normal(field, from);
    const vdk_vec directions[] = {vdk_vec_make(0.0f, 0.0f, 0.0f), towards_sun(pixel),
                                  cosine_weighted(normal, pixel, 2),
                                  cosine_weighted(normal, pixel, 4)};
    for (int kind = SUN; kind <= BOUNCE; kind++) {
        if (vdk_vec_dot(directions[kind], normal) <= 0.0f) continue;
        int i = rays[kind].count++;
        rays[kind].from[i] = from;
        rays[kind].lifted[i] = lift(field, from, normal);
        rays[kind].direction[i] = directions[kind];
    }
}

/** Traces the primary rays, and lets others begin where they end. */
static void follow(const vdk_height_field *field, const vd_tracer *tracer, vd_ray_batch *batch,
                   vd_batch_work *work, bench_rays rays[KINDS_A_CAMERA])
{
    const bench_rays *primary = &rays[PRIMARY];
    batch->on_surface = batch->any_hit = 0;
    batch->horizon = NULL;
    batch->shadows = NULL;
    for (int first = 0; first < primary->count; first += VD_BATCH_RAYS) {
        batch->count = 0;
        for (int i = first; i < primary->count && batch->count < VD_BATCH_RAYS; i++)
            vd_batch_add(batch, &primary->from[i], primary->direction[i]);
        tracer->trace(field, batch, work);
        for (int i = 0; i < batch->count; i++)
            if (batch->hit[i]) leave_ground(field, batch->at[i], (uint32_t)(first + i), rays);
    }
}

/* ---- all of them --------------------------------------------------------------------------- */

static vd_result allocate(vd_context *context, int count, bench_rays *rays)
{
    const char *what = "the rays to measure";
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(vdk_position), what, &memory));
    rays->from = memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(vdk_vec), what, &memory));
    rays->lifted = memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(vdk_vec), what, &memory));
    rays->direction = memory;
    return VD_OK;
}

static vd_result make_for(vd_context *context, const vdk_height_field *field, const camera *c,
                          bench_rays rays[KINDS_A_CAMERA])
{
    int pixels = c->width * c->height;
    vd_tracer tracer;
    void *batch = NULL, *work = NULL;
    for (int kind = 0; kind < KINDS_A_CAMERA; kind++) {
        rays[kind] = (bench_rays){.name = c->names[kind],
                                  .on_surface = kind != PRIMARY,
                                  .any_hit = kind == SUN || kind == AO,
                                  .from_eye = kind == PRIMARY && !c->map,
                                  .to_sun = kind == SUN,
                                  .coherent = kind == PRIMARY || kind == SUN};
        VD_TRY(allocate(context, pixels, &rays[kind]));
    }
    for (int pixel = 0; pixel < pixels; pixel++) set_primary(field, c, pixel, &rays[PRIMARY]);
    rays[PRIMARY].count = pixels;

    VD_TRY(vd_tracer_choose(context, getenv("VEDUTA_ISA"), field, &tracer));
    vd_result result = vd_alloc(context, 1, sizeof(vd_ray_batch), "a batch", &batch);
    if (result == VD_OK) result = vd_alloc(context, 1, vd_batch_work_bytes, "a batch", &work);
    if (result == VD_OK) follow(field, &tracer, batch, work, rays);
    free(batch);
    free(work);
    return result;
}

vd_result bench_rays_make(vd_context *context, const vdk_height_field *field, int width, int height,
                          bench_rays out[BENCH_RAY_KINDS])
{
    camera map = map_camera(width, height), view = view_camera(field, width, height);
    VD_TRY(make_for(context, field, &map, out));
    return make_for(context, field, &view, out + KINDS_A_CAMERA);
}

void bench_rays_clear(bench_rays rays[BENCH_RAY_KINDS])
{
    for (int kind = 0; kind < BENCH_RAY_KINDS; kind++) {
        free(rays[kind].from);
        free(rays[kind].lifted);
        free(rays[kind].direction);
        rays[kind] = (bench_rays){0};
    }
}
