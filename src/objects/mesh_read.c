/* Mesh files in, by Assimp. All parts of a file become one mesh, each where its place in the file's
 * scene puts it; polygons become triangles, and points and lines are left out.
 *
 * Of a mesh of several shapes points stay as the file has them, for what one file's corners join
 * may be apart in the next; a sum over its faces tells whether two files join the same points.
 * Assimp gives each corner of an OBJ's face a point of its own, so there the file's own numbers are
 * summed too.
 *
 * Materials are read as glTF means them: base colour, roughness, metal, emission. What a file says
 * nothing of is matte. Pictures of the base colour are those beside the file. */
#include "objects/mesh.h"

#include <assimp/cimport.h>
#include <assimp/config.h>
#include <assimp/material.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool vd_mesh_has_reader(void)
{
    return true;
}

static void get_colour(const struct aiMaterial *from, const char *key, float out[3])
{
    struct aiColor4D c;
    if (aiGetMaterialColor(from, key, 0, 0, &c) != AI_SUCCESS) return;
    const float rgb[] = {c.r, c.g, c.b};
    for (int i = 0; i < 3; i++)
        if (rgb[i] >= 0.0f && rgb[i] <= 1.0e6f) out[i] = rgb[i];
}

/** A number of a material; false if it has none. */
static bool get_number(const struct aiMaterial *from, const char *key, float least, float most,
                       float *out)
{
    ai_real x;
    if (aiGetMaterialFloatArray(from, key, 0, 0, &x, NULL) != AI_SUCCESS || !isfinite(x))
        return false;
    *out = fminf(fmaxf(x, least), most);
    return true;
}

/** A path that counts from the folder of another; free with free(). */
static vd_result path_beside(vd_context *context, const char *path, const char *name, char **out)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash && name[0] != '/' ? (size_t)(slash + 1 - path) : 0;
    void *memory;
    VD_TRY(vd_alloc(context, folder + strlen(name) + 1, 1, "a path", &memory));
    *out = memory;
    memcpy(*out, path, folder);
    strcpy(*out + folder, name);
    return VD_OK;
}

/** The path of a picture beside the file. */
static vd_result get_picture(vd_context *context, const char *path, const struct aiMaterial *from,
                             char **out)
{
    struct aiString name;
    static const enum aiTextureType kinds[] = {aiTextureType_BASE_COLOR, aiTextureType_DIFFUSE};
    *out = NULL;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (aiGetMaterialTexture(from, kinds[i], 0, &name, NULL, NULL, NULL, NULL, NULL, NULL) !=
            AI_SUCCESS)
            continue;
        if (name.data[0] == '*' || name.length == 0) {
            vd_message(context, VD_LEVEL_WARNING,
                       "%s: a picture inside the file is left out; save pictures beside it", path);
            return VD_OK;
        }
        for (char *c = name.data; *c; c++)
            if (*c == '\\') *c = '/';
        return path_beside(context, path, name.data, out);
    }
    return VD_OK;
}

static vd_result read_material(vd_context *context, const char *path, const struct aiMaterial *from,
                               vd_mesh_material *out)
{
    float emission = 1.0f;
    *out = (vd_mesh_material){.base_color = {0.6f, 0.6f, 0.6f}, .roughness = 1.0f};
    get_colour(from, "$clr.diffuse", out->base_color);
    get_colour(from, "$clr.base", out->base_color);
    for (int i = 0; i < 3; i++) out->base_color[i] = fminf(out->base_color[i], 1.0f);
    bool is_glossy = get_number(from, "$mat.roughnessFactor", 0.0f, 1.0f, &out->roughness);
    is_glossy |= get_number(from, "$mat.metallicFactor", 0.0f, 1.0f, &out->metallic);
    if (is_glossy) out->specular = 0.5f;
    get_colour(from, "$clr.emissive", out->emission);
    get_number(from, "$mat.emissiveIntensity", 0.0f, 1.0e6f, &emission);
    for (int i = 0; i < 3; i++) out->emission[i] *= emission;
    return get_picture(context, path, from, &out->picture);
}

/** Do all parts have it? A mesh has normals, or uvs, for all of its points or for none. */
static bool all_have(const struct aiScene *scene, bool normals)
{
    for (unsigned i = 0; i < scene->mNumMeshes; i++)
        if (normals ? !scene->mMeshes[i]->mNormals : !scene->mMeshes[i]->mTextureCoords[0])
            return false;
    return true;
}

static void copy_part(const struct aiMesh *part, int64_t *points, int64_t *triangles, vd_mesh *out)
{
    int64_t first = *points;
    for (unsigned i = 0; i < part->mNumVertices; i++, (*points)++) {
        float *p = out->points + 3 * *points;
        p[0] = part->mVertices[i].x;
        p[1] = part->mVertices[i].y;
        p[2] = part->mVertices[i].z;
        if (out->normals) {
            float *n = out->normals + 3 * *points;
            n[0] = part->mNormals[i].x;
            n[1] = part->mNormals[i].y;
            n[2] = part->mNormals[i].z;
        }
        if (out->uvs) {
            out->uvs[2 * *points] = part->mTextureCoords[0][i].x;
            out->uvs[2 * *points + 1] = part->mTextureCoords[0][i].y;
        }
    }
    for (unsigned i = 0; i < part->mNumFaces; i++) {
        if (part->mFaces[i].mNumIndices != 3) continue;
        for (int k = 0; k < 3; k++)
            out->corners[3 * *triangles + k] = (uint32_t)(first + part->mFaces[i].mIndices[k]);
        out->slots[(*triangles)++] = (int)part->mMaterialIndex;
    }
}

static vd_result convert(vd_context *context, const char *path, vd_mesh_up up, uint64_t faces,
                         const struct aiScene *scene, vd_mesh **out)
{
    int64_t points = 0, triangles = 0;
    for (unsigned i = 0; i < scene->mNumMeshes; i++) {
        points += scene->mMeshes[i]->mNumVertices;
        for (unsigned f = 0; f < scene->mMeshes[i]->mNumFaces; f++)
            triangles += scene->mMeshes[i]->mFaces[f].mNumIndices == 3;
    }
    bool has_normals = all_have(scene, true), has_uvs = all_have(scene, false);
    VD_TRY(vd_mesh_create(context, path, points, triangles,
                          scene->mNumMaterials > 0 ? (int)scene->mNumMaterials : 1, has_normals,
                          has_uvs, out));
    vd_mesh *mesh = *out;
    points = triangles = 0;
    mesh->faces = faces;
    mesh->materials[0] = (vd_mesh_material){.base_color = {0.6f, 0.6f, 0.6f}, .roughness = 1.0f};
    for (unsigned i = 0; i < scene->mNumMeshes; i++)
        copy_part(scene->mMeshes[i], &points, &triangles, mesh);
    for (unsigned i = 0; i < scene->mNumMaterials; i++)
        VD_TRY(read_material(context, path, scene->mMaterials[i], &mesh->materials[i]));
    return vd_mesh_finish(context, path, up, mesh);
}

/** Says so if an OBJ file names materials in a file that is not there, which Assimp passes over. */
static vd_result look_for_materials(vd_context *context, const char *path)
{
    static const char key[] = "mtllib ";
    const size_t word = sizeof(key) - 1;
    char line[512], *beside;
    const char *dot = strrchr(path, '.');
    FILE *file = dot && strcasecmp(dot, ".obj") == 0 ? fopen(path, "rb") : NULL;
    if (!file) return VD_OK;
    bool is_named = false;
    while (!is_named && fgets(line, sizeof(line), file)) is_named = !strncmp(line, key, word);
    fclose(file);
    if (!is_named) return VD_OK;
    line[word + strcspn(line + word, "\r\n")] = '\0';
    VD_TRY(path_beside(context, path, line + word, &beside));
    if (access(beside, R_OK) != 0)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: its materials are in %s, which cannot be read; it is grey", path, beside);
    free(beside);
    return VD_OK;
}

/** A sum over the numbers of places that an OBJ's faces have, so that it does not matter how they
 *  are counted nor which normals stand beside them. */
static uint64_t sum_obj(const char *path, uint64_t sum)
{
    const char *dot = strrchr(path, '.');
    FILE *file = dot && strcasecmp(dot, ".obj") == 0 ? fopen(path, "rb") : NULL;
    char *line = NULL;
    size_t size = 0;
    int64_t places = 0;
    if (!file) return sum;
    while (getline(&line, &size, file) > 0) {
        if (line[0] == 'v' && (line[1] == ' ' || line[1] == '\t')) places++;
        if (line[0] != 'f' || (line[1] != ' ' && line[1] != '\t')) continue;
        for (char *at = line + 1 + strspn(line + 1, " \t\r\n"); *at; at += strspn(at, " \t\r\n")) {
            int64_t place = strtoll(at, NULL, 10);
            if (place < 0) place += places + 1;
            sum = vd_checksum(&place, sizeof(place), sum);
            at += strcspn(at, " \t\r\n");
        }
        sum = vd_checksum("f", 1, sum);
    }
    free(line);
    fclose(file);
    return sum;
}

/** A sum over what joins which points, never 0. */
static uint64_t sum_faces(const char *path, const struct aiScene *scene)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < scene->mNumMeshes; i++) {
        const struct aiMesh *part = scene->mMeshes[i];
        const unsigned head[] = {part->mNumVertices, part->mNumFaces, part->mMaterialIndex};
        sum = vd_checksum(head, sizeof(head), sum);
        for (unsigned f = 0; f < part->mNumFaces; f++)
            sum = vd_checksum(part->mFaces[f].mIndices,
                              part->mFaces[f].mNumIndices * sizeof(unsigned), sum);
    }
    return sum_obj(path, sum) | 1;
}

static vd_result read_file(vd_context *context, const char *path, vd_mesh_up up, bool is_shape,
                           vd_mesh **out)
{
    unsigned steps = aiProcess_SortByPType | aiProcess_PreTransformVertices;
    uint64_t faces = 0;
    if (!is_shape) steps |= aiProcess_Triangulate | aiProcess_JoinIdenticalVertices;
    *out = NULL;
    VD_TRY(vd_mesh_probe(context, path));
    VD_TRY(look_for_materials(context, path));
    struct aiPropertyStore *options = aiCreatePropertyStore();
    aiSetImportPropertyInteger(options, AI_CONFIG_PP_SBP_REMOVE,
                               aiPrimitiveType_POINT | aiPrimitiveType_LINE);
    const struct aiScene *scene = aiImportFileExWithProperties(path, steps, NULL, options);
    aiReleasePropertyStore(options);
    if (scene && is_shape) {
        faces = sum_faces(path, scene);
        scene = aiApplyPostProcessing(scene, aiProcess_Triangulate);
    }
    if (!scene) {
        const char *why = aiGetErrorString();
        return vd_fail(context, VD_ERR_FORMAT, "%s: cannot be read as a mesh: %s", path,
                       why && why[0] ? why : "it is damaged or empty");
    }
    vd_result result = convert(context, path, up, faces, scene, out);
    aiReleaseImport(scene);
    if (result != VD_OK) {
        vd_mesh_destroy(*out);
        *out = NULL;
    }
    return result;
}

vd_result vd_mesh_read(vd_context *context, const char *path, vd_mesh_up up, vd_mesh **out)
{
    return read_file(context, path, up, false, out);
}

vd_result vd_mesh_read_shape(vd_context *context, const char *path, vd_mesh_up up, vd_mesh **out)
{
    return read_file(context, path, up, true, out);
}
