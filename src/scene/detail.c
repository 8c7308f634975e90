#include "scene/detail.h"

#include <math.h>
#include <stdlib.h>

#include "base/vmath.h"
#include "kernel/view.h"
#include "scene/noise.h"
#include "terrain/detail_shape.h"

/* Pixels between the rays that look for what is seen. */
#define PIXELS_BETWEEN 2
/* Posts in the width of a pixel. */
#define POSTS_PER_PIXEL 1.0f
/* The longest gullies, in cells. */
#define LONGEST_CELLS 3.0
#define LUMPS_CELLS 2.0
/* Over so many cells beds wander. */
#define WARP_CELLS 24.0
/* Layers are asked for as if pixels were at least so wide, in metres: their finest patches shape
   nothing. */
#define COVER_WIDTH 20.0f

vd_result vd_scene_check_detail(vd_context *context, const vd_settings *settings)
{
    int n = settings->terrain_detail;
    if (n & (n - 1))
        return vd_settings_refuse(context, settings, VD_KNOB_TERRAIN_DETAIL,
                                  "%d is no power of two; give 2, 4, 8, 16, 32 or 64", n);
    for (int i = 0; i < settings->materials.count; i++) {
        const vd_materials_item *m = &settings->materials.items[i];
        if (n == 1 && m->height_map)
            return vd_settings_refuse(context, settings, VD_KNOB_MATERIALS,
                                      "the height_map of \"%.60s\" has no use without detail; add "
                                      "--terrain-detail",
                                      m->name);
        if (!m->height_map && (m->height < 1.0 || m->height > 1.0))
            return vd_settings_refuse(
                context, settings, VD_KNOB_MATERIALS,
                "\"%.60s\" has a height but no height_map that it is of; give "
                "one, or leave it out",
                m->name);
    }
    if (n == 1)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_TERRAIN_DETAIL_STRENGTH,
                                         "has no use without detail; add --terrain-detail"));
    return VD_OK;
}

static int level_of(const vd_settings *settings)
{
    int level = 0;
    while (1 << level < settings->terrain_detail) level++;
    return level;
}

static vd_result check_memory(vd_context *context, const vd_settings *settings, double bytes)
{
    char needed[32], left[32];
    double available = vd_memory_available();
    if (bytes <= available) return VD_OK;
    return vd_settings_refuse(context, settings, VD_KNOB_TERRAIN_DETAIL,
                              "%d would take %s here and only %s of memory are free; take half of "
                              "it, or a smaller picture",
                              settings->terrain_detail, vd_format_bytes(bytes, needed),
                              vd_format_bytes(available, left));
}

/* ---- before heights are known --------------------------------------------------------------- */

/** Bytes of the tiles that a map's frame touches, and of those beside them. */
static double bytes_of_map(const vd_settings *settings, const vd_dem_info *dem,
                           const vd_frame *frame)
{
    const double beside = 4.0 * VDK_TILE_CELLS;
    double width = frame->is_warped ? frame->columns : frame->width * frame->cells_per_pixel_x;
    double height = frame->is_warped ? frame->rows : frame->height * frame->cells_per_pixel_y;
    double cells = fmin(width + beside, dem->nx) * fmin(height + beside, dem->ny);
    double pixel = sqrt(frame->cells_per_pixel_x * frame->cells_per_pixel_y);
    int level = 0;
    while (level < level_of(settings) && 1.0 / (1 << level) > pixel * (double)POSTS_PER_PIXEL)
        level++;
    return vd_detail_bytes_of(cells, level);
}

/** Bytes for a view: those of the whole DEM, or what its pixels let it have. Tiles whose pixels are
 *  as wide as a post's step, up to twice that, lie in a ring around the eye of three times the
 *  square of the nearer distance over two, for each radian of angle; so a level has 1.5 posts a
 *  radian and square of a pixel's angle, the finest 2, whatever the size of cells. */
static double bytes_of_view(const vd_settings *settings, const vd_dem_info *dem,
                            const vd_frame *frame)
{
    const double slack = 1.5; /* tiles at edges, and what lies beside the picture */
    int level = level_of(settings);
    double all = vd_detail_bytes_of((double)dem->nx * dem->ny, level);
    double pixel = vd_view_pixel(settings, frame);
    if (settings->camera_projection == VD_CAMERA_PROJECTION_ORTHO || !(pixel > 0.0)) return all;
    double angle = fmin(2.0 * pixel * (frame->width + frame->height), 2.0 * VD_PI);
    double posts = slack * angle * (2.0 + 1.5 * (level - 1)) / (pixel * pixel);
    return fmin(all, posts * vd_detail_bytes_of(1.0, level) / (double)(1 << 2 * level));
}

vd_result vd_scene_plan_detail(vd_context *context, const vd_settings *settings,
                               const vd_dem_info *dem, const vd_frame *frame, double *bytes)
{
    if (bytes) *bytes = 0.0;
    if (settings->terrain_detail == 1) return VD_OK;
    double cells = sqrt(frame->cells_per_pixel_x * frame->cells_per_pixel_y);
    if (!frame->is_view && cells >= 1.0)
        return vd_settings_refuse_unused(context, settings, VD_KNOB_TERRAIN_DETAIL,
                                         "adds nothing where pixels are no finer than the DEM's "
                                         "cells; give an --output-scale above 1, or leave it out");
    double most =
        frame->is_view ? bytes_of_view(settings, dem, frame) : bytes_of_map(settings, dem, frame);
    if (!frame->is_view) VD_TRY(check_memory(context, settings, most));
    if (bytes) *bytes = most;
    return VD_OK;
}

/* ---- what is seen --------------------------------------------------------------------------- */

typedef struct look {
    const vd_scene *scene;
    const vd_detail_plan *plan;
    uint8_t *seen; /* a plan's tiles for each thread */
} look;

static void see(const look *l, uint8_t *seen, vdk_position p)
{
    int x = p.cx >> VDK_TILE_SHIFT, y = p.cy >> VDK_TILE_SHIFT;
    if (p.cx < 0 || p.cy < 0 || x >= l->plan->tiles_x || y >= l->plan->tiles_y) return;
    seen[(int64_t)y * l->plan->tiles_x + x] = 1;
}

static vd_result look_along_row(void *state, int thread, int64_t item)
{
    const look *l = state;
    const vd_scene *scene = l->scene;
    const vdk_scene *flat = &scene->flat;
    uint8_t *seen = l->seen + (int64_t)thread * l->plan->tiles_x * l->plan->tiles_y;
    int y = (int)item * PIXELS_BETWEEN;
    for (int x = 0; x < scene->frame.width; x += PIXELS_BETWEEN) {
        vdk_position p;
        vdk_sight sight;
        if (flat->view.projection == VDK_PROJECTION_MAP) {
            if (vdk_map_place(flat, x, y, 0.0f, 0.0f, &p)) see(l, seen, p);
        } else if (vdk_view_ray(flat, x, y, 0.0f, 0.0f, &sight) &&
                   vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &p) ==
                       VDK_PART_GROUND) {
            see(l, seen, p);
        }
    }
    return VD_OK;
}

/** Marks tiles that are seen and those beside them. */
static vd_result look_around(vd_context *context, const vd_scene *scene, vd_detail_plan *plan)
{
    void *memory;
    int threads = vd_thread_count(scene->settings->render_threads);
    int64_t all = (int64_t)plan->tiles_x * plan->tiles_y;
    VD_TRY(vd_alloc(context, (size_t)threads, (size_t)all, "the plan of the detail", &memory));
    look l = {scene, plan, memory};
    vd_work work = {NULL, threads, (scene->frame.height + PIXELS_BETWEEN - 1) / PIXELS_BETWEEN,
                    look_along_row, &l};
    vd_result result = vd_parallel(context, &work);
    for (int64_t i = 0; i < all; i++) {
        int x = (int)(i % plan->tiles_x), y = (int)(i / plan->tiles_x), seen = 0;
        for (int k = 0; k < 9 * threads && !seen; k++) {
            int nx = x + k % 3 - 1, ny = y + k % 9 / 3 - 1;
            if (nx < 0 || ny < 0 || nx >= plan->tiles_x || ny >= plan->tiles_y) continue;
            seen = l.seen[(k / 9) * all + (int64_t)ny * plan->tiles_x + nx];
        }
        plan->levels[i] = (uint8_t)seen;
    }
    free(memory);
    return result;
}

/** The place of a tile nearest to the eye. */
static vdk_position nearest_of_tile(const vdk_height_field *f, vdk_position eye, int tx, int ty)
{
    const int first_x = tx << VDK_TILE_SHIFT, first_y = ty << VDK_TILE_SHIFT;
    vdk_position p = eye;
    if (eye.cx < first_x || eye.cx >= first_x + VDK_TILE_CELLS) {
        p.cx = eye.cx < first_x ? first_x : first_x + VDK_TILE_CELLS;
        p.fx = 0.0f;
    }
    if (eye.cy < first_y || eye.cy >= first_y + VDK_TILE_CELLS) {
        p.cy = eye.cy < first_y ? first_y : first_y + VDK_TILE_CELLS;
        p.fy = 0.0f;
    }
    if (f->levels >= VDK_TILE_SHIFT) p.z = vdk_min(eye.z, vdk_node_max(f, VDK_TILE_SHIFT, tx, ty));
    return p;
}

/** Cuts tiles that are marked as finely as pixels there ask. Returns how many are cut. */
static int64_t choose_levels(const vd_detail_shape *shape, int most, vd_detail_plan *plan)
{
    int64_t count = 0;
    float cell = vdk_sqrtf(shape->metres[0] * shape->metres[1]);
    for (int64_t i = 0; i < (int64_t)plan->tiles_x * plan->tiles_y; i++) {
        int level = 0;
        if (!plan->levels[i]) continue;
        vdk_position p = nearest_of_tile(shape->field, shape->sight.eye, (int)(i % plan->tiles_x),
                                         (int)(i / plan->tiles_x));
        float pixel = vd_detail_pixel(shape, p.cx, p.cy, p.fx, p.fy, p.z);
        while (level < most && cell / (float)(1 << level) * POSTS_PER_PIXEL > pixel) level++;
        plan->levels[i] = (uint8_t)level;
        count += level > 0;
    }
    return count;
}

/* ---- what lies on the ground ---------------------------------------------------------------- */

/** Greys of a material's picture, from their mean, in heights. */
static float raised_by(const vdk_scene *flat, const vdk_ground_material *m, vdk_position p,
                       vdk_vec n, float pixel)
{
    const vdk_ground_layers *ground = &flat->ground;
    const vdk_tile *tile = &ground->tiles[m->height_map];
    vdk_noise_place at = vdk_noise_at(&m->tile, p.cx, p.fx, p.cy, p.fy, p.z);
    float x = vdk_noise_fraction(at.x), y = 1.0f - vdk_noise_fraction(at.y);
    float z = vdk_noise_fraction(at.z), width = pixel / m->tile.wavelength;
    float weight[3] = {n.x * n.x, n.y * n.y, n.z * n.z}, sum = 0.0f;
    float total = weight[0] * weight[0] + weight[1] * weight[1] + weight[2] * weight[2];
    float mean = vdk_tile_level(ground, tile, tile->levels - 1, 0.0f, 0.0f, 0).x;
    for (int side = 0; side < 3; side++) {
        float w = weight[side] * weight[side] / total;
        if (w < 0.01f) continue;
        sum +=
            w *
            (vdk_tile_at(ground, m->height_map, side == 0 ? y : x, side == 2 ? y : z, width, 0).x -
             mean);
    }
    return m->height * sum;
}

/** The layers at a place, as vdk_ground_over() lays them; a vd_detail_cover_at. */
static vd_detail_cover cover_at(const void *state, vdk_position p, vdk_vec normal, float pixel)
{
    const vdk_scene *flat = state;
    const vdk_height_field *f = &flat->terrain;
    const vdk_ground_layers *ground = &flat->ground;
    vd_detail_cover sum = {0.0f, 0.0f, 0.0f, 0.0f};
    float left = 1.0f;
    vdk_ground_point point = vdk_ground_point_at(f, ground, p, vdk_curve_drop(f, &flat->curve, p),
                                                 normal, vdk_max(pixel, COVER_WIDTH));
    for (int i = 0; i < ground->layer_count && left > 0.0f; i++) {
        const vdk_ground_material *m = ground->materials + ground->layers[i].material;
        float cover = left * vdk_layer_cover(f, ground, &ground->layers[i], &point);
        if (!(cover > 0.0f)) continue;
        sum.amount += cover * m->detail;
        sum.bed += cover * m->ledges * m->bed;
        sum.ledges += cover * m->ledges;
        if (m->height_map >= 0) sum.raised += cover * raised_by(flat, m, p, normal, pixel);
        left -= cover;
    }
    if (sum.ledges > 0.0f) sum.bed /= sum.ledges;
    sum.amount += left;
    return sum;
}

/* ---- the shape ------------------------------------------------------------------------------ */

static vd_detail_sight sight_of(const vdk_scene *flat)
{
    const vdk_view_camera *view = &flat->view;
    vd_detail_sight sight = {.eye = view->eye, .width = view->pixel};
    if (view->projection == VDK_PROJECTION_MAP) {
        sight.is_parallel = true;
        sight.width = 2.0f * flat->camera.spread;
    }
    if (view->projection == VDK_PROJECTION_ORTHO) sight.is_parallel = true;
    return sight;
}

static bool has_pictures(const vdk_ground_layers *ground)
{
    for (int i = 0; i < ground->layer_count; i++)
        if (ground->materials[ground->layers[i].material].height_map >= 0) return true;
    return false;
}

static vd_detail_shape shape_of(const vd_scene *scene, const vd_roughness *roughness)
{
    const vd_settings *settings = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    double metres[2], z = settings->terrain_z_factor;
    vd_dem_metres_per_cell(&dem->info, 0.5 * dem->info.ny - 0.5, metres);
    double cell = sqrt(metres[0] * metres[1]);
    vd_noise_options stripes = {
        LONGEST_CELLS * cell, LONGEST_CELLS * cell * z, 0.5, 1, "detail", 0};
    vd_noise_options lumps = {LUMPS_CELLS * cell, LUMPS_CELLS * cell * z, 0.5, 1, "detail", 1};
    vd_noise_options warp = {WARP_CELLS * cell, WARP_CELLS * cell * z, 0.5, 1, "detail", 2};
    vd_detail_shape shape = {
        .field = &scene->terrain->field,
        .roughness = roughness,
        .sight = sight_of(&scene->flat),
        .metres = {(float)metres[0], (float)metres[1]},
        .strength = (float)settings->terrain_detail_strength,
        .stripes = vd_noise_make(dem, z, &stripes),
        .lumps = vd_noise_make(dem, z, &lumps),
        .warp = vd_noise_make(dem, z, &warp),
        .cover = scene->flat.ground.layer_count > 0 ? cover_at : NULL,
        .ground = &scene->flat,
        .has_raised = has_pictures(&scene->flat.ground),
    };
    vd_detail_shape_begin(&shape, level_of(settings));
    return shape;
}

/** Refines the scene's ground and puts its camera on it. */
static vd_result refine(vd_context *context, vd_scene *scene, vd_detail_plan *plan,
                        const vd_detail_shape *shape)
{
    const vd_settings *settings = scene->settings;
    VD_TRY(look_around(context, scene, plan));
    if (choose_levels(shape, level_of(settings), plan) == 0) {
        if (scene->frame.is_view)
            vd_message(
                context, VD_LEVEL_WARNING,
                "--terrain-detail adds nothing here: no pixel is finer than the DEM's cells");
        return VD_OK;
    }
    VD_TRY(check_memory(context, settings, vd_detail_bytes(plan)));
    double before = vd_view_ground(scene->terrain, &scene->flat);
    VD_TRY(vd_terrain_refine(context, scene->terrain, plan, vd_detail_shape_heights, shape,
                             settings->render_threads));
    scene->flat.terrain = scene->terrain->field;
    scene->flat.plain = scene->flat.misty = 0;
    if (!scene->frame.is_view) return VD_OK;
    return vd_view_settle(context, settings, &scene->view, scene->terrain, before, &scene->flat);
}

/** The step of the DEM's heights: what its file says, or whole metres where a file of decimal
 *  numbers has no others. 0: none. */
static float step_of(const vd_scene *scene)
{
    const vd_dem_info *info = &scene->terrain->dem->info;
    const vdk_height_field *f = &scene->terrain->field;
    enum { LOOKS = 64 };
    if (info->height_step_m > 0.0) return (float)info->height_step_m;
    float first = vdk_post(f, 1, 1), least = first, most = first;
    for (int k = 0; k < LOOKS * LOOKS; k++) {
        int i = 1 + (int)((int64_t)(k % LOOKS) * (f->cells_x - 2) / LOOKS);
        int j = 1 + (int)((int64_t)(k / LOOKS) * (f->cells_y - 2) / LOOKS);
        float up = vdk_post(f, i, j) - first;
        least = vdk_min(least, up);
        most = vdk_max(most, up);
        if (fabsf(up - rintf(up)) > 1e-3f) return 0.0f;
    }
    return most > least ? 1.0f : 0.0f;
}

vd_result vd_scene_refine(vd_context *context, vd_scene *scene)
{
    vd_roughness roughness = {0};
    vd_detail_plan plan = {0};
    const vd_settings *settings = scene->settings;
    if (settings->terrain_detail == 1) return VD_OK;
    vd_result result = vd_roughness_measure(context, &scene->terrain->field, step_of(scene),
                                            settings->render_threads, &roughness);
    if (result == VD_OK) result = vd_detail_plan_make(context, &scene->terrain->field, &plan);
    if (result == VD_OK) {
        vd_detail_shape shape = shape_of(scene, &roughness);
        result = refine(context, scene, &plan, &shape);
    }
    vd_detail_plan_clear(&plan);
    vd_roughness_clear(&roughness);
    return result;
}
