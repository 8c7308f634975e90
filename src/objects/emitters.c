/* The tree over triangles that give light.
 *
 * From the top down lamps are halved at the median of their middles along the longest side of the
 * box around those: so the tree is as deep as log2 of their number, and a trail fits 32 bits. Equal
 * places keep the order of the lamps, so that the tree depends on nothing but them. Balls and cones
 * are put together from the bottom up: the ball around two balls, and a cone about the mean of two
 * axes, of which the second is turned over if that makes it narrower. */
#include "objects/emitters.h"

#include <stdlib.h>

#include "kernel/math.h"

/* Bounds must not be missed by rounding. */
#define WIDER 1.0001f
#define NARROWER 1.0e-5f

typedef struct entry {
    float key; /* where its middle is along the side by which the entries are halved */
    int lamp;
} entry;

typedef struct builder {
    vd_lamp *lamps;
    entry *entries;
    vdk_emitter_node *nodes;
    int next;
} builder;

static vdk_vec vec(const float v[3])
{
    return vdk_vec_make(v[0], v[1], v[2]);
}

static vdk_vec minus(vdk_vec a, vdk_vec b)
{
    return vdk_vec_add(a, vdk_vec_scale(b, -1.0f));
}

static float length(vdk_vec v)
{
    return vdk_sqrtf(vdk_vec_dot(v, v));
}

/* Of one that moves, where it is half-way. */
static const float (*corners_of(const vd_lamp *lamp))[3]
{
    return lamp->corners[lamp->steps / 2];
}

/** The normal of a triangle; 0 if it is too small to have one. */
static vdk_vec normal_of(const float corners[3][3])
{
    vdk_vec a = vec(corners[0]), p = minus(vec(corners[1]), a), q = minus(vec(corners[2]), a);
    vdk_vec n = vdk_vec_make(p.y * q.z - p.z * q.y, p.z * q.x - p.x * q.z, p.x * q.y - p.y * q.x);
    float across = length(n);
    return vdk_vec_scale(n, across > 0.0f ? 1.0f / across : 0.0f);
}

/** Makes a leaf hold all steps of a way. Between two of them corners go straight, which a ball
 *  holds; normals turn about as far as from one to the other, by which the cone is made wider. */
static void hold_way(const vd_lamp *lamp, vdk_emitter_node *leaf)
{
    vdk_vec before = normal_of(lamp->corners[0]);
    float most = 0.0f, turn = 0.0f; /* sine of the angle to the axis, and from step to step */
    for (int k = 0; k < lamp->steps; k++) {
        vdk_vec n = normal_of(lamp->corners[k]);
        for (int i = 0; i < 3; i++)
            leaf->radius = vdk_max(leaf->radius,
                                   WIDER * length(minus(vec(lamp->corners[k][i]), leaf->centre)));
        most = vdk_max(most, 1.0f - vdk_abs(vdk_vec_dot(n, leaf->axis)));
        turn = vdk_max(turn, 1.0f - vdk_abs(vdk_vec_dot(n, before)));
        before = n;
    }
    float c = 1.0f - most, k = 1.0f - turn;
    float sines = vdk_sqrtf(vdk_max(1.0f - c * c, 0.0f)) * vdk_sqrtf(vdk_max(1.0f - k * k, 0.0f));
    leaf->cosine = vdk_max(c * k - sines - NARROWER, 0.0f);
}

static vdk_emitter_node leaf_of(const vd_lamp *lamp, int index)
{
    const float(*corners)[3] = corners_of(lamp);
    vdk_vec a = vec(corners[0]), b = vec(corners[1]), c = vec(corners[2]);
    vdk_emitter_node node = {.second = -1 - index, .cosine = 1.0f - NARROWER};
    node.centre = vdk_vec_scale(vdk_vec_add(a, vdk_vec_add(b, c)), 1.0f / 3.0f);
    node.radius =
        WIDER * vdk_max(length(minus(a, node.centre)),
                        vdk_max(length(minus(b, node.centre)), length(minus(c, node.centre))));
    /* Coordinates far from the origin may be too coarse for a small triangle: then any normal. */
    node.axis = normal_of(corners);
    if (!(length(node.axis) > 0.0f)) {
        node.axis = vdk_vec_make(0.0f, 0.0f, 1.0f);
        node.cosine = 0.0f;
    }
    if (lamp->steps > 1) hold_way(lamp, &node);
    node.power = lamp->luminance * lamp->emitter.area;
    return node;
}

static void ball_around(const vdk_emitter_node *a, const vdk_emitter_node *b, vdk_emitter_node *out)
{
    vdk_vec between = minus(b->centre, a->centre);
    float d = length(between);
    const vdk_emitter_node *outer = a->radius >= b->radius ? a : b;
    if (d + vdk_min(a->radius, b->radius) <= outer->radius) {
        out->centre = outer->centre;
        out->radius = outer->radius;
        return;
    }
    float radius = 0.5f * (d + a->radius + b->radius);
    out->centre =
        vdk_vec_add(a->centre, vdk_vec_scale(between, d > 0.0f ? (radius - a->radius) / d : 0.0f));
    out->radius = WIDER * radius;
}

/** The cosine of how far a cone reaches from another axis. */
static float reach(const vdk_emitter_node *cone, vdk_vec axis)
{
    float c = vdk_min(vdk_abs(vdk_vec_dot(cone->axis, axis)), 1.0f), k = cone->cosine;
    return c * k - vdk_sqrtf(1.0f - c * c) * vdk_sqrtf(vdk_max(1.0f - k * k, 0.0f));
}

static void cone_around(const vdk_emitter_node *a, const vdk_emitter_node *b, vdk_emitter_node *out)
{
    vdk_vec other = b->axis;
    if (vdk_vec_dot(a->axis, other) < 0.0f) other = vdk_vec_scale(other, -1.0f);
    out->axis = vdk_vec_normalize(vdk_vec_add(a->axis, other));
    out->cosine = vdk_max(vdk_min(reach(a, out->axis), reach(b, out->axis)) - NARROWER, 0.0f);
}

static float middle_of(const vd_lamp *lamp, int axis)
{
    const float(*corners)[3] = corners_of(lamp);
    return (corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3.0f;
}

static int longest_side(const builder *b, const entry *entries, int count)
{
    float side[3];
    for (int axis = 0; axis < 3; axis++) {
        float low = VDK_HUGE, high = -VDK_HUGE;
        for (int i = 0; i < count; i++) {
            float x = middle_of(&b->lamps[entries[i].lamp], axis);
            low = vdk_min(low, x);
            high = vdk_max(high, x);
        }
        side[axis] = high - low;
    }
    return side[0] >= side[1] && side[0] >= side[2] ? 0 : side[1] >= side[2] ? 1 : 2;
}

static int compare(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->key < y->key || x->key > y->key) return x->key < y->key ? -1 : 1;
    return (x->lamp > y->lamp) - (x->lamp < y->lamp);
}

/** Makes the node over some entries, with all below it; returns its number. */
static int make_node(builder *b, entry *entries, int count, int depth, vdk_uint trail)
{
    int number = b->next++;
    if (count == 1) {
        b->lamps[entries->lamp].emitter.trail = trail;
        b->nodes[number] = leaf_of(&b->lamps[entries->lamp], entries->lamp);
        return number;
    }
    int axis = longest_side(b, entries, count), half = count / 2;
    for (int i = 0; i < count; i++) entries[i].key = middle_of(&b->lamps[entries[i].lamp], axis);
    qsort(entries, (size_t)count, sizeof(entry), compare);
    int first = make_node(b, entries, half, depth + 1, trail);
    int second =
        make_node(b, entries + half, count - half, depth + 1, trail | (vdk_uint)1 << depth);
    vdk_emitter_node *node = &b->nodes[number];
    const vdk_emitter_node *one = &b->nodes[first], *other = &b->nodes[second];
    ball_around(one, other, node);
    cone_around(one, other, node);
    node->power = one->power + other->power;
    node->second = second;
    return number;
}

vd_result vd_emitter_tree(vd_context *context, vd_lamp *lamps, int count, vdk_emitter_node **out)
{
    void *memory, *nodes;
    *out = NULL;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(entry), "lamps", &memory));
    vd_result result =
        vd_alloc(context, 2 * (size_t)count - 1, sizeof(vdk_emitter_node), "lamps", &nodes);
    if (result == VD_OK) {
        builder b = {lamps, memory, nodes, 0};
        for (int i = 0; i < count; i++) b.entries[i].lamp = i;
        make_node(&b, b.entries, count, 0, 0);
        *out = nodes;
    }
    free(memory);
    return result;
}
