/* What all meshes go through, whoever has read them.
 *
 * A triangle without area has no normal and stops no ray: it is left out. So is one so thin that
 * the cross product of its sides, taken in double precision, is lost against their lengths: Embree
 * and the kernel would give it a normal of rounding errors. */
#include "objects/mesh.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Twice the area over the square of the longest side, below which a triangle is a line. */
#define THIN 1e-9
/* Metres from a mesh's own origin; beyond, single precision is coarser than a decimetre. */
#define FAR 1.0e6f

/* Formats and which way they count upward. */
static const struct {
    const char *ending;
    vd_mesh_up up;
} formats[] = {{".obj", VD_MESH_UP_Y},
               {".gltf", VD_MESH_UP_Y},
               {".glb", VD_MESH_UP_Y},
               {".ply", VD_MESH_UP_Z}};

static const char *ending_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && !strchr(dot, '/') ? dot : "";
}

static vd_mesh_up up_of(const char *path)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcasecmp(ending_of(path), formats[i].ending) == 0) return formats[i].up;
    return VD_MESH_UP_AUTO;
}

vd_result vd_mesh_probe(vd_context *context, const char *path)
{
    if (!vd_mesh_has_reader())
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "%s: objects need Assimp to read them, which this build is without; install "
                       "it by tools/install-deps build and build anew",
                       path);
    if (up_of(path) == VD_MESH_UP_AUTO)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: is no mesh by its name; those end in .obj, .gltf, .glb or .ply", path);
    VD_TRY(vd_refuse_special_file(context, path));
    FILE *file = fopen(path, "rb");
    char first;
    bool is_read = file && fread(&first, 1, 1, file) == 1;
    const char *why = !file ? strerror(errno) : "it is empty, or a folder";
    if (file) fclose(file);
    if (is_read) return VD_OK;
    return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s", path, why);
}

vd_result vd_mesh_create(vd_context *context, const char *path, int64_t points, int64_t triangles,
                         int materials, bool has_normals, bool has_uvs, vd_mesh **out)
{
    void *memory;
    *out = NULL;
    if (points >= INT32_MAX || triangles >= INT32_MAX)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has %lld triangles; a mesh has less than 2^31: part it", path,
                       (long long)triangles);
    VD_TRY(vd_alloc(context, 1, sizeof(vd_mesh), "a mesh", &memory));
    vd_mesh *mesh = memory;
    mesh->point_count = points;
    mesh->triangle_count = triangles;
    mesh->steps = 1;
    mesh->material_count = materials;
    struct {
        size_t count, size;
        void **to;
    } parts[] = {
        /* Embree reads 16 bytes of a point. */
        {3 * (size_t)points + 1, sizeof(float), (void **)&mesh->points},
        {has_normals ? 3 * (size_t)points : 0, sizeof(float), (void **)&mesh->normals},
        {has_uvs ? 2 * (size_t)points : 0, sizeof(float), (void **)&mesh->uvs},
        {3 * (size_t)triangles, sizeof(uint32_t), (void **)&mesh->corners},
        {(size_t)triangles, sizeof(int), (void **)&mesh->slots},
        {(size_t)materials, sizeof(vd_mesh_material), (void **)&mesh->materials},
    };
    vd_result result = VD_OK;
    for (size_t i = 0; result == VD_OK && i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].count > 0)
            result = vd_alloc(context, parts[i].count, parts[i].size, "a mesh", parts[i].to);
    if (result == VD_OK)
        *out = mesh;
    else
        vd_mesh_destroy(mesh);
    return result;
}

void vd_mesh_destroy(vd_mesh *mesh)
{
    if (!mesh) return;
    for (int i = 0; mesh->materials && i < mesh->material_count; i++)
        free(mesh->materials[i].picture);
    free(mesh->materials);
    free(mesh->points);
    free(mesh->normals);
    free(mesh->uvs);
    free(mesh->corners);
    free(mesh->slots);
    free(mesh);
}

uint64_t vd_mesh_checksum(const vd_mesh *mesh)
{
    size_t bytes = 3 * sizeof(float) * (size_t)mesh->point_count * (size_t)mesh->steps;
    uint64_t sum = vd_checksum(mesh->points, bytes, 0);
    if (mesh->normals) sum = vd_checksum(mesh->normals, bytes, sum);
    for (int i = 0; i < mesh->material_count; i++)
        sum = vd_checksum(&mesh->materials[i], offsetof(vd_mesh_material, picture), sum);
    sum = vd_checksum(mesh->slots, sizeof(int) * (size_t)mesh->triangle_count, sum);
    return vd_checksum(mesh->corners, 3 * sizeof(uint32_t) * (size_t)mesh->triangle_count, sum);
}

static bool is_line(const float *a, const float *b, const float *c)
{
    double ab[3], ac[3], longest = 0.0, cross[3];
    for (int i = 0; i < 3; i++) {
        ab[i] = (double)b[i] - (double)a[i];
        ac[i] = (double)c[i] - (double)a[i];
    }
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        cross[i] = ab[j] * ac[k] - ab[k] * ac[j];
        longest = fmax(longest, fmax(fabs(ab[i]), fabs(ac[i])));
    }
    double across = sqrt(cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]);
    return !(across > THIN * longest * longest);
}

static bool is_always_line(const vd_mesh *mesh, const uint32_t *c)
{
    for (int step = 0; step < mesh->steps; step++) {
        const float *p = mesh->points + 3 * step * mesh->point_count;
        if (!is_line(p + 3 * (int64_t)c[0], p + 3 * (int64_t)c[1], p + 3 * (int64_t)c[2]))
            return false;
    }
    return true;
}

void vd_mesh_drop_lines(vd_mesh *mesh)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < mesh->triangle_count; i++) {
        const uint32_t *c = mesh->corners + 3 * i;
        if (is_always_line(mesh, c)) continue;
        memmove(mesh->corners + 3 * kept, c, 3 * sizeof(uint32_t));
        mesh->slots[kept++] = mesh->slots[i];
    }
    mesh->dropped = mesh->triangle_count - kept;
    mesh->triangle_count = kept;
}

/** (x, y up, z to the south) to (x, to the north, up). */
static void turn_up(float *xyz, int64_t count)
{
    for (int64_t i = 0; xyz && i < count; i++) {
        float y = xyz[3 * i + 1];
        xyz[3 * i + 1] = -xyz[3 * i + 2];
        xyz[3 * i + 2] = y;
    }
}

static vd_result check_numbers(vd_context *context, const char *path, const vd_mesh *mesh)
{
    for (int64_t i = 0; i < 3 * mesh->point_count; i++)
        if (!(fabsf(mesh->points[i]) <= FAR))
            return vd_fail(context, VD_ERR_FORMAT,
                           isfinite(mesh->points[i])
                               ? "%s: point %lld is %g m from the mesh's origin; meshes reach "
                                 "1000 km at most: move it to its own origin, and place it by at"
                               : "%s: point %lld is not a number (%g); repair the mesh",
                           path, (long long)(i / 3 + 1), (double)mesh->points[i]);
    for (int64_t i = 0; mesh->uvs && i < 2 * mesh->point_count; i++)
        if (!(fabsf(mesh->uvs[i]) < 1.0e6f)) mesh->uvs[i] = 0.0f;
    for (int64_t i = 0; i < 3 * mesh->triangle_count; i++)
        if (mesh->corners[i] >= (uint64_t)mesh->point_count)
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: triangle %lld has a corner that is no point; repair the mesh", path,
                           (long long)(i / 3 + 1));
    return VD_OK;
}

/** Normals of length 1; none of them if one has no direction. */
static void clean_normals(vd_mesh *mesh)
{
    for (int64_t i = 0; mesh->normals && i < mesh->point_count; i++) {
        float *n = mesh->normals + 3 * i;
        float length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        if (length > 1.0e-6f && length < 1.0e6f) {
            for (int k = 0; k < 3; k++) n[k] /= length;
            continue;
        }
        free(mesh->normals);
        mesh->normals = NULL;
    }
}

void vd_mesh_bound(vd_mesh *mesh)
{
    for (int k = 0; k < 3; k++) {
        mesh->low[k] = HUGE_VALF;
        mesh->high[k] = -HUGE_VALF;
    }
    for (int step = 0; step < mesh->steps; step++) {
        const float *p = mesh->points + 3 * step * mesh->point_count;
        for (int64_t i = 0; i < 3 * mesh->triangle_count; i++)
            for (int k = 0; k < 3; k++) {
                float x = p[3 * (int64_t)mesh->corners[i] + k];
                mesh->low[k] = fminf(mesh->low[k], x);
                mesh->high[k] = fmaxf(mesh->high[k], x);
            }
    }
}

vd_result vd_mesh_finish(vd_context *context, const char *path, vd_mesh_up up, vd_mesh *mesh)
{
    VD_TRY(check_numbers(context, path, mesh));
    if (mesh->faces == 0) vd_mesh_drop_lines(mesh);
    if (mesh->triangle_count == 0)
        return vd_fail(context, VD_ERR_FORMAT,
                       mesh->dropped > 0 ? "%s: all its triangles are without area; repair the mesh"
                                         : "%s: holds no triangles; is it a mesh?",
                       path);
    if (mesh->dropped > 0)
        vd_message(context, VD_LEVEL_WARNING, "%s: %lld triangles without area are left out", path,
                   (long long)mesh->dropped);
    clean_normals(mesh);
    if ((up == VD_MESH_UP_AUTO ? up_of(path) : up) == VD_MESH_UP_Y) {
        turn_up(mesh->points, mesh->point_count);
        turn_up(mesh->normals, mesh->point_count);
    }
    vd_mesh_bound(mesh);
    return VD_OK;
}
