/* Meshes that change their form, as a simulation or a modeller has saved them: one file a shape.
 *
 * Each file's faces have to join the same points in the same order; nothing else would say which
 * point goes where. Between two shapes points go straight, and normals too, which makes of n shapes
 * a broken line through as many places. What the tracer holds is such a line as well, at even
 * times: it is exact where each bend is on one of its steps, and else cuts the bend's corner. How
 * far off that is follows from the weights of the shapes alone. A point is sum w_i P_i, so with the
 * weights' error e_i, whose sum is 0, it is off by |sum e_i P_i| = |sum E_i (P_i+1 - P_i)| <= sum
 * |E_i| D_i,  E_i = e_0 + ... + e_i, where D_i is the longest way of any point from shape i to the
 * next: no point need be looked at. */
#include "objects/shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ------------------------------------------------------------------------------ */

/** Fails where two files do not join the same points. */
static vd_result compare(vd_context *context, const char *const *paths, int number,
                         const vd_mesh *first, const vd_mesh *mesh)
{
    long long points = first->point_count, triangles = first->triangle_count;
    if (mesh->point_count != points || mesh->triangle_count != triangles)
        return vd_fail(
            context, VD_ERR_FORMAT,
            "%s: has %lld triangles over %lld corners, and the first shape, %s, has %lld "
            "over %lld; shapes of one mesh join the same points: save them all from one",
            paths[number], (long long)mesh->triangle_count, (long long)mesh->point_count, paths[0],
            triangles, points);
    if (mesh->faces == first->faces && mesh->material_count == first->material_count) return VD_OK;
    return vd_fail(
        context, VD_ERR_FORMAT,
        "%s: has as many triangles as the first shape, %s, but they join other points or "
        "are of other materials; save all shapes from one mesh, with its points in order",
        paths[number], paths[0]);
}

static vd_result make_room(vd_context *context, int count, vd_shapes *s)
{
    void *memory;
    size_t numbers = 3 * (size_t)s->first->point_count * (size_t)count;
    VD_TRY(vd_alloc(context, numbers, sizeof(float), "a mesh's shapes", &memory));
    s->points = memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(double), "a mesh's shapes", &memory));
    s->strides = memory;
    if (!s->first->normals) return VD_OK;
    VD_TRY(vd_alloc(context, numbers, sizeof(float), "a mesh's shapes", &memory));
    s->normals = memory;
    return VD_OK;
}

static void take(vd_shapes *s, int number, const vd_mesh *mesh)
{
    size_t numbers = 3 * (size_t)mesh->point_count;
    memcpy(s->points + numbers * (size_t)number, mesh->points, numbers * sizeof(float));
    if (s->normals && mesh->normals) {
        memcpy(s->normals + numbers * (size_t)number, mesh->normals, numbers * sizeof(float));
    } else {
        free(s->normals);
        s->normals = NULL;
    }
}

static void measure(vd_shapes *s)
{
    int64_t points = s->first->point_count;
    for (int i = 0; i + 1 < s->count; i++) {
        const float *a = s->points + 3 * points * i, *b = a + 3 * points;
        double most = 0.0;
        for (int64_t p = 0; p < 3 * points; p += 3) {
            double d2 = 0.0;
            for (int k = 0; k < 3; k++) d2 += pow((double)b[p + k] - (double)a[p + k], 2.0);
            most = fmax(most, d2);
        }
        s->strides[i] = sqrt(most);
    }
}

static vd_result read_all(vd_context *context, const char *const *paths, int count, vd_mesh_up up,
                          vd_shapes *s)
{
    VD_TRY(vd_mesh_read_shape(context, paths[0], up, &s->first));
    VD_TRY(make_room(context, count, s));
    s->count = count;
    take(s, 0, s->first);
    for (int i = 1; i < count; i++) {
        vd_mesh *mesh;
        VD_TRY(vd_mesh_read_shape(context, paths[i], up, &mesh));
        vd_result result = compare(context, paths, i, s->first, mesh);
        if (result == VD_OK) take(s, i, mesh);
        vd_mesh_destroy(mesh);
        if (result != VD_OK) return result;
    }
    measure(s);
    return VD_OK;
}

vd_result vd_shapes_read(vd_context *context, const char *const *paths, int count, vd_mesh_up up,
                         vd_shapes **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_shapes), "a mesh's shapes", &memory));
    vd_result result = read_all(context, paths, count, up, memory);
    if (result == VD_OK)
        *out = memory;
    else
        vd_shapes_destroy(memory);
    return result;
}

void vd_shapes_destroy(vd_shapes *shapes)
{
    if (!shapes) return;
    vd_mesh_destroy(shapes->first);
    free(shapes->points);
    free(shapes->normals);
    free(shapes->strides);
    free(shapes);
}

/* ---- between them ------------------------------------------------------------------------- */

/** The two shapes that something so far on is between, and the second one's share. */
static double between(const vd_shapes *s, bool is_cycle, double at, int *a, int *b)
{
    if (is_cycle)
        at -= s->count * floor(at / s->count);
    else
        at = fmin(fmax(at, 0.0), s->count - 1.0);
    *a = (int)fmin(floor(at), s->count - 1.0);
    *b = *a + 1 < s->count ? *a + 1 : is_cycle ? 0 : *a;
    return at - *a;
}

static void mix(const vd_shapes *s, const float *shapes, bool is_cycle, double at, float *out)
{
    int a, b;
    float t = (float)between(s, is_cycle, at, &a, &b);
    int64_t numbers = 3 * s->first->point_count;
    const float *from = shapes + numbers * a, *to = shapes + numbers * b;
    for (int64_t i = 0; i < numbers; i++) out[i] = from[i] + t * (to[i] - from[i]);
}

/** What all shapes have in common. */
static vd_result copy_rest(vd_context *context, const vd_mesh *from, vd_mesh *out)
{
    size_t points = (size_t)from->point_count, triangles = (size_t)from->triangle_count;
    if (from->uvs) memcpy(out->uvs, from->uvs, 2 * points * sizeof(float));
    memcpy(out->corners, from->corners, 3 * triangles * sizeof(uint32_t));
    memcpy(out->slots, from->slots, triangles * sizeof(int));
    for (int i = 0; i < from->material_count; i++) {
        out->materials[i] = from->materials[i];
        out->materials[i].picture = NULL;
        if (from->materials[i].picture)
            VD_TRY(vd_strdup(context, from->materials[i].picture, &out->materials[i].picture));
    }
    return VD_OK;
}

/** Room for more steps than the one that a new mesh has. */
static vd_result stretch(vd_context *context, vd_mesh *mesh, int steps)
{
    size_t numbers = 3 * (size_t)mesh->point_count * (size_t)steps;
    float **all[] = {&mesh->points, &mesh->normals};
    for (int i = 0; i < 2; i++) {
        void *memory;
        if (!*all[i]) continue;
        VD_TRY(vd_alloc(context, numbers + 1, sizeof(float), "a mesh's shapes", &memory));
        free(*all[i]);
        *all[i] = memory;
    }
    mesh->steps = steps;
    return VD_OK;
}

vd_result vd_shapes_mesh(vd_context *context, const vd_shapes *s, bool is_cycle, const double *at,
                         int steps, vd_mesh **out)
{
    const vd_mesh *first = s->first;
    VD_TRY(vd_mesh_create(context, "", first->point_count, first->triangle_count,
                          first->material_count, s->normals != NULL, first->uvs != NULL, out));
    vd_mesh *mesh = *out;
    vd_result result = copy_rest(context, first, mesh);
    if (result == VD_OK) result = stretch(context, mesh, steps);
    if (result != VD_OK) {
        vd_mesh_destroy(mesh);
        *out = NULL;
        return result;
    }
    int64_t numbers = 3 * first->point_count;
    for (int k = 0; k < steps; k++) {
        mix(s, s->points, is_cycle, at[k], mesh->points + numbers * k);
        if (s->normals) mix(s, s->normals, is_cycle, at[k], mesh->normals + numbers * k);
    }
    vd_mesh_drop_lines(mesh);
    if (mesh->triangle_count == 0) { /* it has shrunk to nothing, and stops no ray as it is */
        memcpy(mesh->corners, first->corners, (size_t)first->triangle_count * 3 * sizeof(uint32_t));
        memcpy(mesh->slots, first->slots, (size_t)first->triangle_count * sizeof(int));
        mesh->triangle_count = first->triangle_count;
    }
    vd_mesh_bound(mesh);
    return VD_OK;
}

double vd_shapes_error(const vd_shapes *s, bool is_cycle, double from, double to, double wanted,
                       double t)
{
    const double at[3] = {from, to, wanted}, share[3] = {1.0 - t, t, -1.0};
    int shape[6];
    double weight[6], error = 0.0;
    for (int i = 0; i < 3; i++) {
        double f = between(s, is_cycle, at[i], &shape[2 * i], &shape[2 * i + 1]);
        weight[2 * i] = share[i] * (1.0 - f);
        weight[2 * i + 1] = share[i] * f;
    }
    for (int i = 0; i + 1 < s->count; i++) {
        double sum = 0.0;
        for (int k = 0; k < 6; k++) sum += shape[k] <= i ? weight[k] : 0.0;
        error += fabs(sum) * s->strides[i];
    }
    return error;
}
