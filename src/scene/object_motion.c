/* The ways of objects that move while the shutter is open.
 *
 * Where a record's instances stand at a time is worked out as for a picture of that time, from the
 * settings of the moment; so whatever moves objects does so here. A way is kept as transforms at
 * even times, between which tracer and kernel go straight from number to number: a point on a
 * circle of radius r that turns by an angle a a step comes r a^2 / 8 too near to its centre. How
 * many steps there are is found by trying: 2, 3, 5, ... up to 129, until no point of the object is
 * off by more than a thousandth of its size (how far its farthest point is from its origin), at
 * times twice as dense or denser, where the way is known. Straight and even motion has two steps;
 * a full turn 129, with an error of 0.0003. Where 129 are too few, what is left of the error is
 * said.
 *
 * What changes its form has a mesh of as many steps, found likewise: two are exact between two of
 * its shapes, and more are needed where it comes by one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/object_surface.h"
#include "scene/objects.h"

#define LAST (VD_OBJECT_STEPS_MAX - 1)
/* At so many times ways are looked at first: a divisor of LAST. */
#define FIRST_TIMES 16
#define TOLERANCE 1e-3

typedef struct mover {
    vd_context *context;
    const vd_animation *animation;
    double frame, span; /* of the whole time, in frames */
    const vd_scene *scene;
    vd_objects *objects;
    vd_settings *moments[VD_OBJECT_STEPS_MAX]; /* of times k / LAST; NULL: unknown so far */
    vdk_instance *stand[VD_OBJECT_STEPS_MAX];  /* and a record's instances then */
    int record, first, count;                  /* its instances among all */
    vd_mesh *
        *former; /* those of meshes that changed, which the tracer holds until it has the new */
    bool deforms;
} mover;

static vd_result find_moment(mover *m, int k)
{
    if (m->moments[k]) return VD_OK;
    return vd_animation_at(m->context, m->animation, m->frame + m->span * k / LAST, &m->moments[k]);
}

static bool stand_alike(const vd_objects_item *a, const vd_objects_item *b)
{
    return memcmp(&a->at, &b->at, sizeof(a->at)) == 0 &&
           memcmp(&a->scale, &b->scale, sizeof(double)) == 0 &&
           memcmp(&a->scale_jitter, &b->scale_jitter, sizeof(double)) == 0 &&
           memcmp(&a->rotate, &b->rotate, sizeof(double)) == 0 &&
           memcmp(&a->rotate_jitter, &b->rotate_jitter, sizeof(double)) == 0 &&
           a->on_ground == b->on_ground && a->seed == b->seed;
}

/** Does the mover's record stand elsewhere at any of the times that are looked at first than it
 * does in the scene? */
static vd_result find_motion(mover *m, bool *moves)
{
    *moves = false;
    for (int k = 0; k <= LAST; k += LAST / FIRST_TIMES) {
        VD_TRY(find_moment(m, k));
        *moves |= !stand_alike(&m->moments[k]->objects.items[m->record],
                               &m->scene->settings->objects.items[m->record]);
    }
    return VD_OK;
}

/** Where the record's instances are at a time. */
static vd_result find_stand(mover *m, int k)
{
    vd_objects then = {
        .meshes = m->objects->meshes, .shapes = m->objects->shapes, .mesh_of = m->objects->mesh_of};
    if (m->stand[k]) return VD_OK;
    VD_TRY(find_moment(m, k));
    vd_result result = vd_objects_place(m->context, m->scene, m->moments[k], m->record, -1, &then);
    free(then.places);
    if (result == VD_OK && then.instance_count != m->count)
        result = vd_fail(m->context, VD_ERR_SETTING,
                         "object %d (%s): some of its points leave the DEM while the shutter is "
                         "open; leave those out",
                         m->record + 1, m->moments[k]->objects.items[m->record].path);
    if (result == VD_OK)
        m->stand[k] = then.instances;
    else
        free(then.instances);
    return result;
}

/** How far a transform is from what a step has there, as a share of the mesh's size. */
static double error_at(const mover *m, const vdk_transform *a, const vdk_transform *b,
                       const vdk_transform *wanted, double t, double reach)
{
    double from[3], to[3], is[3], off = 0.0, turned = 0.0;
    vd_objects_metres(&m->scene->flat, a->at, from);
    vd_objects_metres(&m->scene->flat, b->at, to);
    vd_objects_metres(&m->scene->flat, wanted->at, is);
    for (int k = 0; k < 3; k++) off += pow(from[k] + t * (to[k] - from[k]) - is[k], 2.0);
    for (int k = 0; k < 9; k++) {
        double p = (double)a->turn[k], q = (double)b->turn[k];
        turned += pow(p + t * (q - p) - (double)wanted->turn[k], 2.0);
    }
    return (sqrt(off) / reach + sqrt(turned)) / (double)wanted->scale;
}

/** The error of ways in steps of so many times, where they are known: at every apart-th time. */
static double error_of(const mover *m, int step, int apart)
{
    double most = 0.0;
    const vd_mesh *mesh = m->objects->meshes[m->objects->mesh_of[m->record]];
    double reach = vd_objects_reach(mesh);
    for (int k = 0; k < LAST; k += apart) {
        int from = k / step * step;
        for (int i = 0; i < m->count && k > from; i++)
            most =
                fmax(most, error_at(m, &m->stand[from][i].placed, &m->stand[from + step][i].placed,
                                    &m->stand[k][i].placed, (double)(k - from) / step, reach));
    }
    return most;
}

/** Finds the longest step, in times, that is good enough. */
static vd_result find_step(mover *m, int *out)
{
    for (int apart = LAST / FIRST_TIMES;; apart /= 2) {
        for (int k = 0; k <= LAST; k += apart) VD_TRY(find_stand(m, k));
        for (*out = LAST; *out > apart; *out /= 2)
            if (error_of(m, *out, apart) <= TOLERANCE) return VD_OK;
        if (apart == 1) break;
    }
    /* Half a step has a quarter of the error. */
    double error = 0.25 * error_of(m, 2, 1);
    if (error > TOLERANCE)
        vd_message(m->context, VD_LEVEL_WARNING,
                   "object %d (%s): turns so far while the shutter is open that the %d steps which "
                   "its way has are off by up to %.2g of its size; open the shutter for less",
                   m->record + 1, m->scene->settings->objects.items[m->record].path, LAST, error);
    *out = 1;
    return VD_OK;
}

static vd_result grow(mover *m, int more)
{
    vd_objects *o = m->objects;
    if (more > INT32_MAX - o->way_count)
        return vd_fail(m->context, VD_ERR_MEMORY, "too many objects move");
    int wanted = o->way_count + more;
    if (wanted <= o->way_capacity) return VD_OK;
    vdk_transform *ways = realloc(o->ways, (size_t)wanted * sizeof(*ways));
    if (ways) o->ways = ways;
    void *places = ways ? realloc(o->way_places, (size_t)wanted * sizeof(*o->way_places)) : NULL;
    if (places) o->way_places = places;
    if (!places)
        return vd_fail(m->context, VD_ERR_MEMORY, "the ways of objects do not fit into memory");
    o->way_capacity = wanted;
    return VD_OK;
}

static vd_result add_ways(mover *m, int step)
{
    vd_objects *o = m->objects;
    int steps = LAST / step + 1;
    if (m->count > INT32_MAX / steps)
        return vd_fail(m->context, VD_ERR_MEMORY, "too many objects move");
    VD_TRY(grow(m, m->count * steps));
    for (int i = 0; i < m->count; i++) {
        o->instances[m->first + i].way = o->way_count;
        o->instances[m->first + i].steps = steps;
        for (int k = 0; k < steps; k++) o->ways[o->way_count++] = m->stand[k * step][i].placed;
    }
    return VD_OK;
}

static vd_result move_record(mover *m)
{
    bool moves;
    int step;
    while (m->first < m->objects->instance_count &&
           m->objects->instances[m->first].record < m->record)
        m->first++;
    m->count = 0;
    while (m->first + m->count < m->objects->instance_count &&
           m->objects->instances[m->first + m->count].record == m->record)
        m->count++;
    VD_TRY(find_motion(m, &moves));
    if (!moves) return VD_OK;
    vd_result result = find_step(m, &step);
    if (result == VD_OK) result = add_ways(m, step);
    for (int k = 0; k <= LAST; k++) {
        free(m->stand[k]);
        m->stand[k] = NULL;
    }
    return result;
}

/** The error of a mesh in steps of so many times. */
static double error_of_shapes(const vd_shapes *shapes, bool is_cycle, const double *at, int step)
{
    double most = 0.0;
    for (int k = 0; k < LAST; k++) {
        int from = k / step * step;
        most = fmax(most, vd_shapes_error(shapes, is_cycle, at[from], at[from + step], at[k],
                                          (double)(k - from) / step));
    }
    return most;
}

/** Lets a record's mesh change its form if it does; it takes the place of the one it had. */
static vd_result deform_record(mover *m)
{
    vd_objects *o = m->objects;
    int mesh = o->mesh_of[m->record], steps = 0, step = LAST;
    const vd_shapes *shapes = o->shapes[mesh];
    const vd_objects_item *item = &m->scene->settings->objects.items[m->record];
    double at[VD_OBJECT_STEPS_MAX], size;
    bool changes = false;
    if (!shapes) return VD_OK;
    for (int k = 0; k <= LAST; k++) {
        VD_TRY(find_moment(m, k));
        at[k] = m->moments[k]->objects.items[m->record].shape;
        changes |= vd_shapes_error(shapes, item->cycle, item->shape, item->shape, at[k], 0.0) > 0.0;
    }
    if (!changes) return VD_OK;
    size = vd_objects_reach(shapes->first);
    while (step > 1 && error_of_shapes(shapes, item->cycle, at, step) > TOLERANCE * size) step /= 2;
    /* Half a step has half of the error where a bend is cut. */
    double error = step > 1 ? 0.0 : 0.5 * error_of_shapes(shapes, item->cycle, at, 2) / size;
    if (error > TOLERANCE)
        vd_message(
            m->context, VD_LEVEL_WARNING,
            "object %d (%s): goes through so many shapes while the shutter is open that the "
            "%d steps of its mesh are off by up to %.2g of its size; open the shutter for less",
            m->record + 1, item->path, LAST, error);
    for (int k = 0; k <= LAST; k += step) at[steps++] = at[k];
    m->former[mesh] = o->meshes[mesh];
    vd_result result = vd_shapes_mesh(m->context, shapes, item->cycle, at, steps, &o->meshes[mesh]);
    if (result != VD_OK) {
        o->meshes[mesh] = m->former[mesh];
        m->former[mesh] = NULL;
        return result;
    }
    vd_objects_flatten(o, mesh);
    free(o->lamps[mesh]); /* they are numbered anew */
    o->lamps[mesh] = NULL;
    o->lamp_counts[mesh] = 0;
    o->flat_meshes[mesh].lamps = NULL;
    m->deforms = true;
    return VD_OK;
}

/** Puts the ways into the scene: where they are from its origin, lamps, and tracer. */
static vd_result use_ways(vd_context *context, vd_scene *scene)
{
    vd_objects *o = scene->objects;
    const vdk_position origin = scene->flat.objects.origin;
    vd_objects_clear_camera(scene, o);
    scene->flat.objects.origin = origin;
    scene->flat.objects.ways = o->ways;
    for (int i = 0; i < o->way_count; i++) {
        double at[3];
        vd_objects_metres(&scene->flat, o->ways[i].at, at);
        for (int k = 0; k < 3; k++) o->way_places[i][k] = (float)at[k];
    }
    VD_TRY(vd_objects_light(context, scene, o));
    const vd_object_parts parts = {.meshes = o->meshes,
                                   .mesh_count = o->mesh_count,
                                   .instances = o->instances,
                                   .instance_count = o->instance_count,
                                   .ways = o->ways,
                                   .way_places = (const float(*)[3])o->way_places};
    return vd_object_tracer_move(context, &parts, o->tracer);
}

vd_result vd_objects_move(vd_context *context, const vd_animation *animation, double frame,
                          double span, vd_scene *scene, bool *moved)
{
    void *memory;
    *moved = false;
    if (!scene->objects) return VD_OK;
    VD_TRY(vd_alloc(context, 1, sizeof(mover), "objects that move", &memory));
    mover *m = memory;
    *m = (mover){.context = context,
                 .animation = animation,
                 .frame = frame,
                 .span = span,
                 .scene = scene,
                 .objects = scene->objects};
    int meshes = scene->objects->mesh_count;
    vd_result result =
        vd_alloc(context, (size_t)meshes, sizeof(vd_mesh *), "objects that move", &memory);
    if (result == VD_OK) m->former = memory;
    for (; result == VD_OK && m->record < scene->settings->objects.count; m->record++) {
        result = move_record(m);
        if (result == VD_OK) result = deform_record(m);
    }
    for (int k = 0; k <= LAST; k++) vd_settings_destroy(m->moments[k]);
    *moved = scene->objects->way_count > 0 || m->deforms;
    if (result == VD_OK && *moved) result = use_ways(context, scene);
    for (int i = 0; m->former && i < meshes; i++) vd_mesh_destroy(m->former[i]);
    free(m->former);
    free(m);
    return result;
}
