/* Where objects stand.
 *
 * An instance stands on the ground as rays meet it: lowered for the Earth's curvature, exaggerated
 * by z_factor, which moves objects but never stretches them. On a slope its foot, the part of the
 * mesh that is not above its origin, would hang in the air on one side; so it is lowered to the
 * least height of the ground under the foot's rectangle.
 *
 * What varies from one to the next is hashed from the record's seed and the instance's number, so
 * that neither threads nor the picture's seed move a tree. */
#include <math.h>
#include <stdlib.h>

#include "base/vmath.h"
#include "kernel/block.h"
#include "kernel/hash.h"
#include "kernel/sampler.h"
#include "scene/objects.h"
#include "scene/view_parts.h"
#include "terrain/map_transform.h"
#include "terrain/vector_points.h"

/* The foot is what is below this share of a mesh's height. */
#define FOOT 0.02f
/* Above or below datum or ground; floats count from the eye. */
#define HIGHEST_M 1.0e6
/* Ground is looked at in so many places along each side of it. */
#define PROBES 3

typedef struct placer {
    vd_context *context;
    const vd_scene *scene;
    const vd_settings *settings; /* of the scene, or of another moment */
    vd_objects *objects;
    const vd_objects_item *item;
    int record; /* from 0 */
    int mesh, material;
    float foot[4]; /* of the mesh: west, south, east, north */
    bool has_foot;
    int64_t outside;
} placer;

static void find_foot(placer *p)
{
    /* Of what changes its form it is the first shape's, or it would bob up and down on a slope. */
    const vd_shapes *shapes = p->objects->shapes[p->mesh];
    const vd_mesh *mesh = shapes ? shapes->first : p->objects->meshes[p->mesh];
    float top = FOOT * fmaxf(mesh->high[2], 0.0f);
    float *f = p->foot;
    f[0] = f[1] = HUGE_VALF;
    f[2] = f[3] = -HUGE_VALF;
    for (int64_t i = 0; i < 3 * mesh->triangle_count; i++) {
        const float *at = mesh->points + 3 * (int64_t)mesh->corners[i];
        if (at[2] > top) continue;
        p->has_foot = true;
        f[0] = fminf(f[0], at[0]);
        f[1] = fminf(f[1], at[1]);
        f[2] = fmaxf(f[2], at[0]);
        f[3] = fmaxf(f[3], at[1]);
    }
}

static void set_turn(double angle_deg, double scale, vdk_transform *out)
{
    double s, c;
    vd_sincos_deg(angle_deg, &s, &c);
    const double turn[9] = {c, s, 0.0, -s, c, 0.0, 0.0, 0.0, 1.0};
    for (int i = 0; i < 9; i++) out->turn[i] = (float)(scale * turn[i]);
    out->scale = (float)scale;
}

/** The lowest ground under the foot of what stands there. */
static double ground_under(const placer *p, vd_spot spot, const vdk_transform *t)
{
    const vd_terrain *terrain = p->scene->terrain;
    double lowest = vd_spot_ground(terrain, spot), middle[3];
    if (!p->has_foot) return lowest;
    vd_spot_to_world(terrain, spot, middle);
    for (int j = 0; j < PROBES; j++)
        for (int i = 0; i < PROBES; i++) {
            double x =
                (double)p->foot[0] + i * ((double)p->foot[2] - (double)p->foot[0]) / (PROBES - 1);
            double y =
                (double)p->foot[1] + j * ((double)p->foot[3] - (double)p->foot[1]) / (PROBES - 1);
            double w[3] = {middle[0] + (double)t->turn[0] * x + (double)t->turn[1] * y,
                           middle[1] + (double)t->turn[3] * x + (double)t->turn[4] * y, middle[2]};
            lowest = fmin(lowest, vd_spot_ground(terrain, vd_spot_of_world(terrain, w)));
        }
    return lowest;
}

static vd_result grow(placer *p, int64_t more)
{
    vd_objects *o = p->objects;
    int64_t wanted = o->instance_count + more;
    if (wanted > INT32_MAX / 2)
        return vd_fail(p->context, VD_ERR_MEMORY, "there are more than 10^9 objects");
    if (wanted <= o->instance_capacity) return VD_OK;
    vdk_instance *instances = realloc(o->instances, (size_t)wanted * sizeof(*instances));
    if (instances) o->instances = instances;
    void *places = instances ? realloc(o->places, (size_t)wanted * sizeof(*o->places)) : NULL;
    if (places) o->places = places;
    if (!places) return vd_fail(p->context, VD_ERR_MEMORY, "the objects do not fit into memory");
    o->instance_capacity = (int)wanted;
    return VD_OK;
}

/** Adds an instance; its spot has a height if that is not of the ground. */
static void add(placer *p, vd_spot spot, bool has_height, double above_ground_m, uint32_t number)
{
    const vd_objects_item *item = p->item;
    double z_factor = (double)p->scene->terrain->field.z_factor;
    uint32_t hash = vdk_hash_combine(vdk_hash((uint32_t)item->seed), number);
    double size = 2.0 * (double)vdk_unit_float(vdk_hash_combine(hash, 1)) - 1.0;
    double turn = 2.0 * (double)vdk_unit_float(vdk_hash_combine(hash, 2)) - 1.0;
    vdk_instance *out = &p->objects->instances[p->objects->instance_count++];
    *out = (vdk_instance){.way = -1,
                          .mesh = p->mesh,
                          .material = p->material,
                          .first_emitter = -1,
                          .record = p->record};
    set_turn(item->rotate + turn * item->rotate_jitter,
             item->scale * (1.0 + size * item->scale_jitter), &out->placed);
    if (!has_height && above_ground_m == 0.0 && item->on_ground)
        spot.z = ground_under(p, spot, &out->placed);
    else if (!has_height)
        spot.z = vd_spot_ground(p->scene->terrain, spot) + above_ground_m / z_factor;
    out->placed.at = vd_spot_position(spot);
}

static bool is_over(const placer *p, vd_spot spot)
{
    return isfinite(spot.column) && fabs(spot.column) < 1e9 && fabs(spot.row) < 1e9 &&
           vdk_is_over(&p->scene->terrain->field, vd_spot_position(spot));
}

static vd_result place_one(placer *p)
{
    const vd_settings *settings = p->settings;
    const vd_scene_ground ground = {p->scene->terrain, &p->scene->flat.curve};
    vd_spot spot;
    VD_TRY(vd_spot_of_place(p->context, settings, VD_KNOB_OBJECTS, &p->item->at, &ground, &spot));
    if (!is_over(p, spot))
        return vd_settings_refuse(p->context, settings, VD_KNOB_OBJECTS,
                                  "object %d (%s): %.10g,%.10g is outside the DEM%s", p->record + 1,
                                  p->item->path, p->item->at.x, p->item->at.y,
                                  settings == p->scene->settings
                                      ? ""
                                      : ", where its motion takes it while the shutter is open");
    if (!(fabs(p->item->at.z_m) <= HIGHEST_M))
        return vd_settings_refuse(p->context, settings, VD_KNOB_OBJECTS,
                                  "object %d (%s): a height of %g m is no place to stand; give one "
                                  "within %g m",
                                  p->record + 1, p->item->path, p->item->at.z_m, HIGHEST_M);
    VD_TRY(grow(p, 1));
    bool is_above_ground = p->item->at.above_ground > 0.0;
    add(p, spot, !is_above_ground, is_above_ground ? p->item->at.z_m : 0.0, 0);
    return VD_OK;
}

/** Stands one at each point; those outside the DEM are left out and counted. */
static vd_result place_points(placer *p, const vd_vector_points *points)
{
    const vd_dem_info *info = &p->scene->terrain->dem->info;
    const double *g = info->geotransform;
    double det = g[1] * g[5] - g[2] * g[4];
    vd_map_transform *transform = NULL;
    /* Of a layer without a CRS the numbers are the DEM's own. */
    const char *from = points->wkt ? points->wkt : info->source_wkt;
    VD_TRY(grow(p, points->count));
    if (from && info->wkt) VD_TRY(vd_map_transform_create(p->context, from, info->wkt, &transform));
    for (int64_t i = 0; i < points->count; i++) {
        double x = points->points[i].x, y = points->points[i].y;
        if (transform) vd_map_transform_points(transform, 1, &x, &y);
        double dx = x - g[0], dy = y - g[3];
        vd_spot spot = {(g[5] * dx - g[2] * dy) / det + 0.5, (g[1] * dy - g[4] * dx) / det + 0.5,
                        0.0};
        if (is_over(p, spot))
            add(p, spot, false, 0.0, (uint32_t)i);
        else
            p->outside++;
    }
    vd_map_transform_destroy(transform);
    return VD_OK;
}

static vd_result place_many(placer *p)
{
    vd_vector_points points;
    const vd_settings *settings = p->settings;
    VD_TRY(vd_vector_points_read(p->context, p->item->points, NULL, "ogr2ogr", &points));
    int64_t count = points.count;
    vd_result result =
        count > 0 ? place_points(p, &points)
                  : vd_fail(p->context, VD_ERR_FORMAT, "%s: holds no points", p->item->points);
    vd_vector_points_clear(&points);
    if (result != VD_OK) return result;
    if (p->outside == count)
        return vd_settings_refuse(p->context, settings, VD_KNOB_OBJECTS,
                                  "object %d (%s): all points of %s are outside the DEM",
                                  p->record + 1, p->item->path, p->item->points);
    if (p->outside > 0 && settings == p->scene->settings) /* else it has been said */
        vd_message(p->context, VD_LEVEL_WARNING,
                   "%s: %lld of %lld points are outside the DEM and left out", p->item->points,
                   (long long)p->outside, (long long)count);
    return VD_OK;
}

vd_result vd_objects_place(vd_context *context, const vd_scene *scene, const vd_settings *settings,
                           int record, int material, vd_objects *objects)
{
    placer p = {.context = context,
                .scene = scene,
                .settings = settings,
                .objects = objects,
                .item = &settings->objects.items[record],
                .record = record,
                .mesh = objects->mesh_of[record],
                .material = material};
    find_foot(&p);
    return p.item->points ? place_many(&p) : place_one(&p);
}
