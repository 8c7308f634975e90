/* The objects of a scene: their files, each read once; what they are made of; where they stand
 * (object_places.c); and their light (object_lamps.c). */
#include "scene/objects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scene/ground.h"

/* Bytes of mesh and tracer for a byte of a mesh's file, about, and for an instance. */
#define BYTES_PER_BYTE 4.0
#define BYTES_PER_INSTANCE 1500.0

/* ---- checks ------------------------------------------------------------------------------- */

/** Fails if a file is no mesh, and adds its bytes. */
static vd_result check_file(vd_context *context, const char *path, void *sum)
{
    struct stat status;
    if (stat(path, &status) == 0) *(double *)sum += BYTES_PER_BYTE * (double)status.st_size;
    return vd_mesh_probe(context, path);
}

static vd_result check_object(vd_context *context, const vd_settings *settings,
                              const vd_material_book *book, int number, double *sum)
{
    const vd_objects_item *item = &settings->objects.items[number - 1];
    bool has_at = item->at.above_ground < 2.0;
    if (has_at == (item->points != NULL))
        return vd_settings_refuse(context, settings, VD_KNOB_OBJECTS, "object %d (%s): %s", number,
                                  item->path,
                                  has_at ? "has both at and points; leave one out"
                                         : "stands nowhere; give it at, as X,Y, or points");
    if (item->material && !vd_material_find(book, item->material))
        return vd_material_refuse(context, book, VD_KNOB_OBJECTS, "object", number, item->material);
    *sum += BYTES_PER_INSTANCE;
    return vd_objects_check_shapes(context, settings, number - 1, check_file, sum);
}

vd_result vd_scene_check_objects(vd_context *context, const vd_settings *settings, double *bytes)
{
    vd_material_book book;
    double sum = 0.0;
    if (bytes) *bytes = 0.0;
    if (settings->objects.count == 0) return VD_OK;
    VD_TRY(vd_material_book_open(context, settings, &book));
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < settings->objects.count; i++)
        result = check_object(context, settings, &book, i + 1, &sum);
    vd_material_book_close(&book);
    if (result == VD_OK && !vd_object_tracer_is_there()) {
        vd_object_tracer *none;
        vd_object_parts parts = {0};
        return vd_object_tracer_create(context, &parts, &none);
    }
    if (bytes) *bytes = sum;
    return result;
}

/* ---- meshes ------------------------------------------------------------------------------- */

static vd_mesh_up up_of(const vd_objects_item *item)
{
    return item->up == VD_OBJECTS_UP_Y   ? VD_MESH_UP_Y
           : item->up == VD_OBJECTS_UP_Z ? VD_MESH_UP_Z
                                         : VD_MESH_UP_AUTO;
}

/** Reads the file of a record, if no record before it has done so; one that changes its form has a
 *  mesh to itself. */
static vd_result read_mesh(vd_context *context, const vd_settings *settings, int record,
                           vd_objects *o)
{
    const vd_objects_item *items = settings->objects.items, *item = &items[record];
    if (item->shapes.count > 0) {
        int mesh = o->mesh_of[record] = o->mesh_count++;
        return vd_objects_read_shapes(context, settings, record, up_of(item), &o->shapes[mesh],
                                      &o->meshes[mesh]);
    }
    for (int i = 0; i < record; i++)
        if (items[i].shapes.count == 0 && items[i].up == item->up &&
            strcmp(items[i].path, item->path) == 0) {
            o->mesh_of[record] = o->mesh_of[i];
            return VD_OK;
        }
    VD_TRY(vd_mesh_read(context, item->path, up_of(item), &o->meshes[o->mesh_count]));
    o->mesh_of[record] = o->mesh_count++;
    return VD_OK;
}

static vd_result read_meshes(vd_context *context, const vd_settings *settings, vd_objects *o)
{
    size_t count = (size_t)settings->objects.count;
    struct {
        size_t size;
        void **to;
    } parts[] = {
        {sizeof(vd_mesh *), (void **)&o->meshes}, {sizeof(vdk_mesh), (void **)&o->flat_meshes},
        {sizeof(int *), (void **)&o->lamps},      {sizeof(int), (void **)&o->lamp_counts},
        {sizeof(int), (void **)&o->mesh_of},      {sizeof(vd_shapes *), (void **)&o->shapes},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        VD_TRY(vd_alloc(context, count, parts[i].size, "objects", parts[i].to));
    for (int i = 0; i < settings->objects.count; i++) VD_TRY(read_mesh(context, settings, i, o));
    for (int i = 0; i < o->mesh_count; i++) vd_objects_flatten(o, i);
    return VD_OK;
}

/* ---- materials ---------------------------------------------------------------------------- */

static vdk_vec vec(const float v[3])
{
    return vdk_vec_make(v[0], v[1], v[2]);
}

/** Adds a mesh's picture; of one that is not there it says which mesh asks for it. */
static vd_result add_picture(vd_context *context, const vd_settings *settings, vd_objects *o,
                             int mesh, const char *path, int *picture)
{
    struct stat status;
    int record = 0;
    while (o->mesh_of[record] != mesh) record++;
    if (stat(path, &status) != 0)
        return vd_fail(
            context, VD_ERR_INPUT,
            "%s: its picture %s is not there; put it beside the mesh, or give the object "
            "a material",
            settings->objects.items[record].path, path);
    return vd_ground_add_picture(context, o->look, path, picture);
}

/** The materials that files bring; their pictures go to the tiles of the look. */
static vd_result add_own_materials(vd_context *context, const vd_settings *settings, vd_objects *o)
{
    for (int i = 0; i < o->mesh_count; i++) {
        o->flat_meshes[i].first_material = o->material_count;
        for (int k = 0; k < o->meshes[i]->material_count; k++) {
            const vd_mesh_material *m = &o->meshes[i]->materials[k];
            vdk_object_material *out = &o->materials[o->material_count++];
            *out = (vdk_object_material){.base = {.base_color = vec(m->base_color),
                                                  .roughness = m->roughness,
                                                  .metallic = m->metallic,
                                                  .specular = m->specular},
                                         .named = -1,
                                         .picture = -1,
                                         .emission = vec(m->emission)};
            if (m->picture && o->meshes[i]->uvs)
                VD_TRY(add_picture(context, settings, o, i, m->picture, &out->picture));
        }
    }
    return VD_OK;
}

/** The materials that records name, one each. */
static vd_result add_named_materials(vd_context *context, vd_scene *scene,
                                     const vd_material_book *book, int pictures, vd_objects *o)
{
    const vd_settings *settings = scene->settings;
    vdk_ground_layers *look = &scene->flat.objects.look;
    void *memory;
    int count = 0;
    VD_TRY(vd_alloc(context, (size_t)settings->objects.count, sizeof(vd_materials_item *),
                    "materials", &memory));
    const vd_materials_item **items = memory;
    for (int i = 0; i < settings->objects.count; i++)
        if (settings->objects.items[i].material)
            items[count++] = vd_material_find(book, settings->objects.items[i].material);
    vd_result result =
        vd_ground_of_materials(context, scene, items, count, pictures, &o->look, look);
    for (int i = 0; result == VD_OK && i < count; i++) {
        float strength = (float)items[i]->emission_strength;
        const double *c = items[i]->emission;
        o->materials[o->material_count++] = (vdk_object_material){
            .base = look->materials[i].base,
            .named = i,
            .picture = -1,
            .emission = {strength * (float)c[0], strength * (float)c[1], strength * (float)c[2]}};
    }
    free(memory);
    return result;
}

static vd_result make_materials(vd_context *context, vd_scene *scene, vd_objects *o, int *named)
{
    const vd_settings *settings = scene->settings;
    vd_material_book book;
    void *memory;
    int own = 0;
    for (int i = 0; i < o->mesh_count; i++) own += o->meshes[i]->material_count;
    VD_TRY(vd_alloc(context, (size_t)own + (size_t)settings->objects.count,
                    sizeof(vdk_object_material), "materials", &memory));
    o->materials = memory;
    VD_TRY(vd_material_book_open(context, settings, &book));
    vd_result result = add_named_materials(context, scene, &book, own, o);
    vd_material_book_close(&book);
    *named = 0; /* they come first, so that the look has its tiles */
    if (result != VD_OK) return result;
    return add_own_materials(context, scene->settings, o);
}

/* ---- all of it ---------------------------------------------------------------------------- */

/** Single-precision coordinates count from the eye of a lens, where pixels are small; else from the
 *  middle of the objects. */
static void set_origin(vd_scene *scene, const vd_objects *o)
{
    vdk_scene *flat = &scene->flat;
    double sum[3] = {0.0, 0.0, 0.0};
    if (flat->view.projection != VDK_PROJECTION_ORTHO) {
        flat->objects.origin = flat->view.eye;
        return;
    }
    for (int i = 0; i < o->instance_count; i++) {
        const vdk_position *p = &o->instances[i].placed.at;
        const double at[] = {p->cx, p->cy, (double)p->z};
        for (int k = 0; k < 3; k++) sum[k] += at[k] / o->instance_count;
    }
    flat->objects.origin =
        (vdk_position){(int)floor(sum[0]), (int)floor(sum[1]), 0.0f, 0.0f, (float)sum[2]};
}

double vd_objects_reach(const vd_mesh *mesh)
{
    double sum = 0.0;
    for (int k = 0; k < 3; k++) {
        double most = fmax(fabs((double)mesh->low[k]), fabs((double)mesh->high[k]));
        sum += most * most;
    }
    return sqrt(sum);
}

/** How far before the objects' origin all of a mesh is that stands so. */
static double ahead_of(const vdk_scene *flat, const vdk_transform *placed, const vd_mesh *mesh)
{
    const vdk_vec forward = flat->view.forward;
    double at[3];
    vd_objects_metres(flat, placed->at, at);
    return at[0] * (double)forward.x + at[1] * (double)forward.y + at[2] * (double)forward.z -
           (double)placed->scale * vd_objects_reach(mesh);
}

void vd_objects_clear_camera(vd_scene *scene, const vd_objects *o)
{
    vdk_scene *flat = &scene->flat;
    const vdk_vec forward = flat->view.forward;
    double behind = 0.0;
    if (flat->view.projection != VDK_PROJECTION_ORTHO || scene->view.has_eye) return;
    flat->objects.origin = flat->view.eye;
    for (int i = 0; i < o->instance_count; i++) {
        const vdk_instance *instance = &o->instances[i];
        const vd_mesh *mesh = o->meshes[instance->mesh];
        behind = fmax(behind, -ahead_of(flat, &instance->placed, mesh));
        for (int k = 0; instance->way >= 0 && k < instance->steps; k++)
            behind = fmax(behind, -ahead_of(flat, &o->ways[instance->way + k], mesh));
    }
    flat->view.eye =
        vdk_moved(&flat->terrain, flat->view.eye, vdk_vec_scale(forward, -(float)behind));
}

static void find_places(const vd_scene *scene, vd_objects *o)
{
    for (int i = 0; i < o->instance_count; i++) {
        double at[3];
        vd_objects_metres(&scene->flat, o->instances[i].placed.at, at);
        for (int k = 0; k < 3; k++) o->places[i][k] = (float)at[k];
    }
}

static vd_result fill(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    vd_objects *o = scene->objects;
    vdk_objects *flat = &scene->flat.objects;
    int named;
    VD_TRY(read_meshes(context, settings, o));
    VD_TRY(make_materials(context, scene, o, &named));
    for (int i = 0; i < settings->objects.count; i++)
        VD_TRY(vd_objects_place(context, scene, settings, i,
                                settings->objects.items[i].material ? named++ : -1, o));
    vd_objects_clear_camera(scene, o);
    set_origin(scene, o);
    find_places(scene, o);
    flat->meshes = o->flat_meshes;
    flat->instances = o->instances;
    flat->materials = o->materials;
    flat->count = o->instance_count;
    scene->flat.plain = scene->flat.misty = 0;
    VD_TRY(vd_lens_focus_object(context, scene));
    VD_TRY(vd_objects_light(context, scene, o));
    const vd_object_parts parts = {.meshes = o->meshes,
                                   .mesh_count = o->mesh_count,
                                   .instances = o->instances,
                                   .places = (const float(*)[3])o->places,
                                   .instance_count = o->instance_count};
    VD_TRY(vd_object_tracer_create(context, &parts, &o->tracer));
    int64_t triangles = 0;
    for (int i = 0; i < o->mesh_count; i++) triangles += o->meshes[i]->triangle_count;
    vd_message(context, VD_LEVEL_INFO, "objects: %d of %d meshes with %lld triangles%s",
               o->instance_count, o->mesh_count, (long long)triangles,
               o->emitter_count > 0 ? ", some of which give light" : "");
    return VD_OK;
}

vd_result vd_scene_set_objects(vd_context *context, vd_scene *scene)
{
    void *memory;
    if (scene->settings->objects.count == 0) return VD_OK;
    VD_TRY(vd_scene_check_objects(context, scene->settings, NULL));
    VD_TRY(vd_alloc(context, 1, sizeof(vd_objects), "objects", &memory));
    scene->objects = memory;
    return fill(context, scene);
}

void vd_objects_destroy(vd_objects *o)
{
    if (!o) return;
    vd_object_tracer_destroy(o->tracer);
    for (int i = 0; i < o->mesh_count; i++) {
        vd_mesh_destroy(o->meshes[i]);
        vd_shapes_destroy(o->shapes[i]);
        free(o->lamps[i]);
    }
    free(o->shapes);
    vd_ground_destroy(o->look);
    free(o->meshes);
    free(o->flat_meshes);
    free(o->lamps);
    free(o->lamp_counts);
    free(o->mesh_of);
    free(o->instances);
    free(o->places);
    free(o->ways);
    free(o->way_places);
    free(o->materials);
    free(o->emitters);
    free(o->nodes);
    free(o);
}

uint64_t vd_objects_checksum(const vd_objects *o)
{
    if (!o) return 0;
    uint64_t sum = vd_checksum(o->instances, sizeof(*o->instances) * (size_t)o->instance_count, 0);
    sum = vd_checksum(o->ways, sizeof(*o->ways) * (size_t)o->way_count, sum);
    for (int i = 0; i < o->mesh_count; i++) {
        uint64_t mesh = vd_mesh_checksum(o->meshes[i]);
        sum = vd_checksum(&mesh, sizeof(mesh), sum);
    }
    return vd_checksum(o->materials, sizeof(*o->materials) * (size_t)o->material_count, sum);
}
