/* The ground of a scene: materials with their noise and pictures, layers from the top one down, and
 * land cover. */
#include "scene/ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scene/noise.h"
#include "terrain/coarse.h"
#include "terrain/tiles.h"

/* Octaves of a material's noise, and what one has of the amplitude of that before it. */
enum { COLOUR_OCTAVES = 10, STRATA_OCTAVES = 6, BUMP_OCTAVES = 11, CLASS_OCTAVES = 7 };
#define COLOUR_GAIN 0.72
#define STRATA_GAIN 0.75
#define BUMP_GAIN 0.9
#define CLASS_GAIN 0.75
/* Beds are so many times as long as thick. */
#define STRATA_LENGTH 60.0

struct vd_ground {
    vdk_ground_layer *layers;
    vdk_ground_material *materials;
    vdk_tile *tiles;
    uint8_t **texels; /**< of each tile */
    int material_count, tile_count;
    float *coarse;
    vd_class_raster *classes;
    vdk_noise wander[2];
};

void vd_ground_destroy(struct vd_ground *ground)
{
    if (!ground) return;
    for (int i = 0; i < ground->tile_count; i++) free(ground->texels[i]);
    vd_classes_destroy(ground->classes);
    free(ground->texels);
    free(ground->tiles);
    free(ground->coarse);
    free(ground->materials);
    free(ground->layers);
    free(ground);
}

const vd_class_raster *vd_scene_classes(const vd_scene *scene)
{
    return scene->ground ? scene->ground->classes : NULL;
}

/* Materials are numbered as layers first name them. */
const char *vd_scene_material_name(const vd_scene *scene, int index)
{
    const vd_settings *settings = scene->settings;
    for (int i = 0; i < settings->layers.count; i++) {
        int k = 0;
        const char *name = settings->layers.items[i].material;
        while (k < i && strcmp(settings->layers.items[k].material, name) != 0) k++;
        if (k == i && index-- == 0) return name;
    }
    return NULL;
}

static vd_class_options class_options(const vd_settings *settings)
{
    vd_class_options options = {.path = settings->classes_path,
                                .palette = settings->classes_palette,
                                .needs_colours = true,
                                .threads = settings->render_threads};
    for (int i = 0; i < settings->layers.count; i++)
        if (settings->layers.items[i].classes.count > 0) options.needs_colours = false;
    return options;
}

/** Where classes are to be as fine as they are useful: in what a map shows, or everywhere. */
static vd_drape_window class_window(const vd_frame *frame)
{
    vd_drape_window window = vd_scene_window(frame);
    if (frame->is_view) window.pixels_per_cell = 1.0e9;
    return window;
}

static bool uses_curvature(const vd_settings *settings)
{
    for (int i = 0; i < settings->layers.count; i++) {
        const vd_layers_item *l = &settings->layers.items[i];
        if (l->curvature_min > -9.0 || l->curvature_max < 9.0 || l->hollows > 0.0 ||
            l->hollows < 0.0)
            return true;
    }
    return false;
}

/* ---- checks ------------------------------------------------------------------------------- */

static vd_result check_pictures(vd_context *context, const vd_settings *settings,
                                const vd_material_book *book)
{
    for (int i = 0; i < settings->layers.count; i++) {
        const vd_materials_item *m = vd_material_find(book, settings->layers.items[i].material);
        const char *paths[] = {m->albedo_map, m->roughness_map, m->normal_map, m->height_map};
        for (int k = 0; k < 4; k++)
            if (paths[k]) VD_TRY(vd_tile_probe(context, paths[k]));
    }
    return VD_OK;
}

vd_result vd_scene_check_ground(vd_context *context, const vd_settings *settings,
                                const vd_dem_info *dem, const vd_frame *frame, double *bytes)
{
    vd_material_book book;
    if (bytes) *bytes = 0.0;
    VD_TRY(vd_material_book_open(context, settings, &book));
    vd_result result = vd_layers_check(context, settings, &book);
    if (result == VD_OK) result = check_pictures(context, settings, &book);
    vd_material_book_close(&book);
    if (result == VD_OK && settings->classes_path) {
        vd_class_options options = class_options(settings);
        vd_drape_window window = class_window(frame);
        result = vd_classes_probe(context, &options, dem, &window, bytes);
    }
    if (result == VD_OK && bytes && uses_curvature(settings))
        *bytes += vd_coarse_bytes(dem->nx, dem->ny);
    return result;
}

/* ---- materials ---------------------------------------------------------------------------- */

/** Takes a picture into the ground and gives its number, -1 for none. */
static vd_result add_tile(vd_context *context, struct vd_ground *ground, const char *path,
                          vd_tile_kind kind, int *out)
{
    *out = -1;
    if (!path) return VD_OK;
    VD_TRY(vd_tile_load(context, path, kind, &ground->texels[ground->tile_count],
                        &ground->tiles[ground->tile_count]));
    *out = ground->tile_count++;
    return VD_OK;
}

static vdk_noise noise_of(const vd_scene *scene, const vd_materials_item *m, double scale_m,
                          double scale_z_m, double gain, int octaves, int number)
{
    vd_noise_options options = {scale_m, scale_z_m, gain, octaves, m->name, 1000 + number};
    return vd_noise_make(scene->terrain->dem, scene->settings->terrain_z_factor, &options);
}

static vd_result make_material(vd_context *context, const vd_scene *scene,
                               const vd_materials_item *m, struct vd_ground *ground,
                               vdk_ground_material *out)
{
    double true_strata = m->strata_scale * scene->settings->terrain_z_factor;
    memset(out, 0, sizeof(*out));
    out->base = (vdk_material){
        .base_color = {(float)m->color[0], (float)m->color[1], (float)m->color[2]},
        .roughness = (float)m->roughness,
        .metallic = (float)m->metallic,
        .specular = (float)m->specular,
        .diffuse_roughness = (float)m->diffuse_roughness,
    };
    out->variation = (float)m->variation;
    out->variation_noise =
        noise_of(scene, m, m->variation_scale, m->variation_scale, COLOUR_GAIN, COLOUR_OCTAVES, 0);
    out->strata = (float)m->strata;
    out->strata_noise = noise_of(scene, m, STRATA_LENGTH * m->strata_scale, true_strata,
                                 STRATA_GAIN, STRATA_OCTAVES, 1);
    out->strata_noise.wavelength = (float)true_strata; /* the shortest one fades it out */
    out->bump = (float)m->bump;
    out->bump_noise = noise_of(scene, m, m->bump_scale, m->bump_scale, BUMP_GAIN, BUMP_OCTAVES, 2);
    out->tile = noise_of(scene, m, m->tile, m->tile, 1.0, 1, 3);
    VD_TRY(add_tile(context, ground, m->albedo_map, VD_TILE_COLOUR, &out->albedo_map));
    VD_TRY(add_tile(context, ground, m->roughness_map, VD_TILE_DATA, &out->roughness_map));
    VD_TRY(add_tile(context, ground, m->normal_map, VD_TILE_DATA, &out->normal_map));
    out->height = (float)m->height;
    out->detail = (float)m->detail;
    out->ledges = (float)m->ledges;
    out->bed = (float)m->strata_scale;
    return add_tile(context, ground, m->height_map, VD_TILE_DATA, &out->height_map);
}

/** The number of a layer's material, which is made if it is the first to have it. */
static vd_result material_of(vd_context *context, const vd_scene *scene,
                             const vd_materials_item **made, const vd_materials_item *m,
                             struct vd_ground *ground, int *out)
{
    for (*out = 0; *out < ground->material_count; (*out)++)
        if (made[*out] == m) return VD_OK;
    made[ground->material_count++] = m;
    return make_material(context, scene, m, ground, &ground->materials[*out]);
}

/* ---- the ground --------------------------------------------------------------------------- */

/** Room for so many materials, and for more pictures than theirs. */
static vd_result allocate(vd_context *context, int materials, int pictures,
                          struct vd_ground *ground)
{
    void *memory;
    size_t count = (size_t)materials, tiles = 4 * count + (size_t)pictures;
    VD_TRY(vd_alloc(context, count, sizeof(vdk_ground_material), "materials", &memory));
    ground->materials = memory;
    VD_TRY(vd_alloc(context, tiles, sizeof(vdk_tile), "materials", &memory));
    ground->tiles = memory;
    VD_TRY(vd_alloc(context, tiles, sizeof(uint8_t *), "materials", &memory));
    ground->texels = memory;
    return VD_OK;
}

static vd_result make_layers(vd_context *context, vd_scene *scene, const vd_material_book *book,
                             struct vd_ground *ground)
{
    const vd_settings *settings = scene->settings;
    int count = settings->layers.count;
    void *made;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(vd_materials_item *), "materials", &made));
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < count; i++) {
        vdk_ground_layer *layer = &ground->layers[count - 1 - i];
        const vd_materials_item *m = vd_material_find(book, settings->layers.items[i].material);
        result = vd_layer_make(context, settings, scene->terrain, i, ground->classes, layer);
        if (result == VD_OK)
            result = material_of(context, scene, made, m, ground, &layer->material);
    }
    free(made);
    return result;
}

static vd_result set_classes(vd_context *context, vd_scene *scene, struct vd_ground *ground)
{
    const vd_settings *settings = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    vdk_class_map *map = &scene->flat.ground.classes;
    vd_class_options options = class_options(settings);
    vd_drape_window window = class_window(&scene->frame);
    double metres[2];
    VD_TRY(vd_classes_load(context, &options, &dem->info, &window, &ground->classes));
    const vd_class_raster *classes = ground->classes;
    for (int i = 0; i < classes->levels; i++) {
        map->level[i] = classes->level[i];
        map->classes[i] = classes->classes[i];
    }
    map->levels = classes->levels;
    map->colours = classes->colours ? classes->colours[0] : NULL;
    map->opacity = (float)settings->classes_opacity;
    if (!(settings->classes_blend > 0.0)) return VD_OK;
    /* The noise's standard deviation is a third of the blend, its largest waves three times it. */
    double cells = settings->classes_blend / classes->pixels_per_cell;
    vd_dem_metres_per_cell(&dem->info, 0.5 * dem->info.ny - 0.5, metres);
    double scale = 3.0 * cells * sqrt(metres[0] * metres[1]);
    for (int i = 0; i < 2; i++) {
        vd_noise_options noise = {scale, scale, CLASS_GAIN, CLASS_OCTAVES, "classes", i};
        ground->wander[i] = vd_noise_make(dem, settings->terrain_z_factor, &noise);
    }
    map->wander = ground->wander;
    map->wander_x = map->wander_y = (float)(cells / 3.0);
    return VD_OK;
}

static vd_result fill(vd_context *context, vd_scene *scene, const vd_material_book *book)
{
    const vd_settings *settings = scene->settings;
    struct vd_ground *ground = scene->ground;
    vdk_ground_layers *flat = &scene->flat.ground;
    if (settings->classes_path) VD_TRY(set_classes(context, scene, ground));
    if (settings->layers.count == 0) return VD_OK;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)settings->layers.count, sizeof(vdk_ground_layer), "layers",
                    &memory));
    ground->layers = memory;
    VD_TRY(allocate(context, settings->layers.count, 0, ground));
    VD_TRY(make_layers(context, scene, book, ground));
    if (uses_curvature(settings))
        VD_TRY(vd_coarse_build(context, &scene->terrain->field, settings->render_threads,
                               &ground->coarse, &flat->coarse));
    flat->layers = ground->layers;
    flat->materials = ground->materials;
    flat->tiles = ground->tiles;
    flat->layer_count = settings->layers.count;
    vd_drape_decoding(flat->linear);
    return VD_OK;
}

vd_result vd_scene_set_ground(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    vd_material_book book;
    void *memory;
    if (settings->layers.count == 0 && !settings->classes_path) return VD_OK;
    VD_TRY(vd_alloc(context, 1, sizeof(struct vd_ground), "the ground", &memory));
    scene->ground = memory;
    VD_TRY(vd_material_book_open(context, settings, &book));
    vd_result result = fill(context, scene, &book);
    vd_material_book_close(&book);
    return result;
}

/* ---- materials of what is not ground ------------------------------------------------------- */

vd_result vd_ground_of_materials(vd_context *context, const vd_scene *scene,
                                 const vd_materials_item *const *items, int count, int pictures,
                                 struct vd_ground **out, vdk_ground_layers *flat)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(struct vd_ground), "materials", &memory));
    struct vd_ground *ground = *out = memory;
    VD_TRY(allocate(context, count, pictures, ground));
    for (int i = 0; i < count; i++)
        VD_TRY(make_material(context, scene, items[i], ground, &ground->materials[i]));
    flat->materials = ground->materials;
    flat->tiles = ground->tiles;
    vd_drape_decoding(flat->linear);
    return VD_OK;
}

vd_result vd_ground_add_picture(vd_context *context, struct vd_ground *ground, const char *path,
                                int *out)
{
    return add_tile(context, ground, path, VD_TILE_COLOUR, out);
}
