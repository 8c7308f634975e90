/* Triangles that give light: which one to sample from a point, and how likely that was.
 *
 * There may be a million lit windows, so they hang on a binary tree (Conty Estevez and Kulla 2018,
 * "Importance Sampling of Many Lights with Adaptive Tree Splitting"): each node has a ball around
 * its triangles, a cone of their normals, and their power. Seen from a point, a node is about as
 * important as
 *     power cos(receiver) cos(emitter) / max(distance, radius)^2,
 * where both cosines are those of the least angles that the ball and the cone allow; so none that
 * can light the point is left out, and what is behind its horizon is. From the root down a child is
 * taken in proportion to its importance, and the one random number is stretched anew at each node.
 * Of the triangle a point is taken uniformly by area (Arvo 1995); per steradian that is
 * distance^2 / (area cos).
 *
 * A direction that the BSDF has chosen and that meets such a triangle could have come this way too:
 * the triangle's trail says which way down it lies, and the product of the choices is how likely.
 *
 * Of what moves while the shutter is open, balls and cones hold all places and normals of that
 * time: so what is important is never missed, and a point is taken of the triangle as it stands at
 * the path's time, whose area counts.
 *
 * What all of them give a point is wanted, to weigh them against suns and sky: the sum of
 * importances along the way down to the most important triangle, of what is left aside at each
 * node and of that triangle: near a lamp it is the lamp, far from all the power of all. */
#ifndef VDK_EMITTERS_H
#define VDK_EMITTERS_H

#include "object_surface.h"

/* Where light is wanted, in metres from the objects' origin. */
typedef struct vdk_lit_point {
    vdk_vec at, normal; /* of a point in the air, which has none, 0 */
} vdk_lit_point;

VD_FN vdk_lit_point vdk_lit_point_at(VDK_SCENE const vdk_scene *scene, vdk_position at,
                                     vdk_vec normal)
{
    vdk_lit_point p;
    p.at = vdk_metres_between(&scene->terrain, scene->objects.origin, at);
    p.normal = normal;
    return p;
}

/** The cosine of max(a - b, 0) of two angles between 0 and 180 degrees. */
VD_FN float vdk_cosine_of_less(float cos_a, float sin_a, float cos_b, float sin_b)
{
    return cos_a > cos_b ? 1.0f : cos_a * cos_b + sin_a * sin_b;
}

VD_FN float vdk_sine_of(float cosine)
{
    return vdk_sqrtf(vdk_max(1.0f - cosine * cosine, 0.0f));
}

/** About the irradiance that a node gives a point, at most. */
VD_FN float vdk_emitter_importance(VDK_GLOBAL const vdk_emitter_node *node,
                                   VDK_PRIVATE const vdk_lit_point *p)
{
    vdk_vec to = vdk_vec_add(node->centre, vdk_vec_scale(p->at, -1.0f));
    float d2 = vdk_vec_dot(to, to), r2 = node->radius * node->radius;
    if (d2 <= r2) return node->power / vdk_max(r2, 1.0e-12f);
    float d = vdk_sqrtf(d2);
    to = vdk_vec_scale(to, 1.0f / d);
    float sin_ball = node->radius / d, cos_ball = vdk_sine_of(sin_ball);
    float in = 1.0f;
    if (vdk_vec_dot(p->normal, p->normal) > 0.0f) {
        float cos_in = vdk_vec_dot(to, p->normal);
        in = vdk_cosine_of_less(cos_in, vdk_sine_of(cos_in), cos_ball, sin_ball);
    }
    if (!(in > 0.0f)) return 0.0f;
    float cos_out = vdk_abs(vdk_vec_dot(to, node->axis)), sin_out = vdk_sine_of(cos_out);
    float sin_cone = vdk_sine_of(node->cosine);
    float out = vdk_cosine_of_less(cos_out, sin_out, cos_ball, sin_ball);
    if (out < 1.0f) /* what the ball has left of the angle, less the cone's */
        out = vdk_cosine_of_less(out, vdk_sine_of(out), node->cosine, sin_cone);
    return node->power * in * vdk_max(out, 0.0f) / d2;
}

/** About the irradiance that all emitters give a point. */
VD_FN float vdk_emitters_irradiance(VDK_SCENE const vdk_objects *objects,
                                    VDK_PRIVATE const vdk_lit_point *p)
{
    float aside = 0.0f, here = vdk_emitter_importance(objects->nodes, p);
    for (int i = 0; here > 0.0f && objects->nodes[i].second >= 0;) {
        int second = objects->nodes[i].second;
        float a = vdk_emitter_importance(objects->nodes + i + 1, p);
        float b = vdk_emitter_importance(objects->nodes + second, p);
        i = a >= b ? i + 1 : second;
        here = vdk_max(a, b);
        aside += vdk_min(a, b);
    }
    return aside + here;
}

/** Chooses an emitter by a uniform number, which is stretched to another. Returns -1 if none lights
 *  the point. */
VD_FN int vdk_emitter_choose(VDK_SCENE const vdk_objects *objects,
                             VDK_PRIVATE const vdk_lit_point *p, VDK_PRIVATE float *u,
                             VDK_PRIVATE float *probability)
{
    int i = 0;
    *probability = 1.0f;
    while (objects->nodes[i].second >= 0) {
        int second = objects->nodes[i].second;
        float a = vdk_emitter_importance(objects->nodes + i + 1, p);
        float b = vdk_emitter_importance(objects->nodes + second, p);
        if (!(a + b > 0.0f)) return -1;
        float first = a / (a + b);
        if (*u < first) {
            *u = vdk_min(*u / first, VDK_BELOW_ONE);
            *probability *= first;
            i = i + 1;
        } else {
            *u = vdk_clamp((*u - first) / (1.0f - first), 0.0f, VDK_BELOW_ONE);
            *probability *= 1.0f - first;
            i = second;
        }
    }
    return -1 - objects->nodes[i].second;
}

/** How likely vdk_emitter_choose() takes an emitter. */
VD_FN float vdk_emitter_probability(VDK_SCENE const vdk_objects *objects,
                                    VDK_PRIVATE const vdk_lit_point *p, int emitter)
{
    vdk_uint trail = objects->emitters[emitter].trail;
    float probability = 1.0f;
    for (int i = 0; objects->nodes[i].second >= 0; trail >>= 1) {
        int second = objects->nodes[i].second;
        float a = vdk_emitter_importance(objects->nodes + i + 1, p);
        float b = vdk_emitter_importance(objects->nodes + second, p);
        if (!(a + b > 0.0f)) return 0.0f;
        float first = a / (a + b);
        probability *= (trail & 1u) ? 1.0f - first : first;
        i = (trail & 1u) ? second : i + 1;
    }
    return probability;
}

/** Which emitter a point of an object is on; -1: it gives no light. */
VD_FN int vdk_emitter_at(VDK_SCENE const vdk_objects *objects, vdk_object_point on)
{
    VDK_GLOBAL const vdk_instance *object = objects->instances + on.instance;
    VDK_GLOBAL const vdk_mesh *mesh = objects->meshes + object->mesh;
    if (object->first_emitter < 0) return -1;
    int number = object->material >= 0 ? on.triangle : mesh->lamps[on.triangle];
    return number < 0 ? -1 : object->first_emitter + number;
}

/** Points per steradian, as seen from a distance along a unit direction, of one sampled uniformly
 *  from a triangle. */
VD_FN float vdk_emitter_density(VDK_SCENE const vdk_objects *objects, int emitter, float time,
                                vdk_vec direction, float distance2)
{
    VDK_GLOBAL const vdk_emitter *e = objects->emitters + emitter;
    vdk_transform placed = vdk_placed(objects, e->instance, time);
    vdk_triangle t = vdk_triangle_of(objects, e->instance, e->triangle, time, &placed);
    float cosine = vdk_abs(vdk_vec_dot(vdk_triangle_normal(t), direction)), area = e->area;
    if (vdk_object_moves(objects, e->instance)) { /* it may have grown */
        vdk_vec across = vdk_triangle_cross(t);
        area = 0.5f * vdk_sqrtf(vdk_vec_dot(across, across));
    }
    return cosine > 1.0e-6f ? distance2 / (area * cosine) : 0.0f;
}

/* A direction sampled towards an emitter. */
typedef struct vdk_emitter_sampled {
    int emitter; /* -1: there is none */
    vdk_vec wi;
    vdk_vec radiance;
    float pdf;      /* per steradian */
    float distance; /* metres */
} vdk_emitter_sampled;

/** Samples an emitter from a position at a time by three uniform numbers, of which pick chooses it.
 */
VD_FN vdk_emitter_sampled vdk_emitter_sample(VDK_SCENE const vdk_scene *scene, vdk_position at,
                                             vdk_vec normal, float time, float pick, float u,
                                             float v)
{
    VDK_SCENE const vdk_objects *objects = &scene->objects;
    vdk_lit_point p = vdk_lit_point_at(scene, at, normal);
    vdk_emitter_sampled s;
    float probability;
    s.pdf = 0.0f;
    s.emitter = vdk_emitter_choose(objects, &p, &pick, &probability);
    if (s.emitter < 0) return s;
    VDK_GLOBAL const vdk_emitter *e = objects->emitters + s.emitter;
    vdk_transform placed = vdk_placed(objects, e->instance, time);
    vdk_triangle t = vdk_triangle_of(objects, e->instance, e->triangle, time, &placed);
    float root = vdk_sqrtf(u);
    vdk_vec point = vdk_triangle_point(t, root * (1.0f - v), root * v);
    vdk_vec to = vdk_vec_add(vdk_metres_between(&scene->terrain, at, placed.at), point);
    float d2 = vdk_vec_dot(to, to);
    if (!(d2 > 0.0f)) {
        s.emitter = -1;
        return s;
    }
    s.distance = vdk_sqrtf(d2);
    s.wi = vdk_vec_scale(to, 1.0f / s.distance);
    s.pdf = probability * vdk_emitter_density(objects, s.emitter, time, s.wi, d2);
    s.radiance =
        objects->materials[vdk_object_material_of(objects, e->instance, e->triangle)].emission;
    if (!(s.pdf > 0.0f)) s.emitter = -1;
    return s;
}

/** The pdf by which vdk_emitter_sample() takes the direction from a position to a point of an
 *  object; 0 if that gives no light. */
VD_FN float vdk_emitter_pdf(VDK_SCENE const vdk_scene *scene, vdk_position at, vdk_vec normal,
                            vdk_vec direction, vdk_object_point on, vdk_position there)
{
    VDK_SCENE const vdk_objects *objects = &scene->objects;
    int emitter = vdk_emitter_at(objects, on);
    if (emitter < 0) return 0.0f;
    vdk_lit_point p = vdk_lit_point_at(scene, at, normal);
    vdk_vec to = vdk_metres_between(&scene->terrain, at, there);
    return vdk_emitter_probability(objects, &p, emitter) *
           vdk_emitter_density(objects, emitter, on.time, direction, vdk_vec_dot(to, to));
}

#endif
