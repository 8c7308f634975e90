/* Clouds that are made up, from knobs to data.
 *
 * All lengths follow from the size of a cloud and the layer's thickness. The map repeats every 16
 * sizes, cells of majorants are an eighth of one, billows of noise up to half, wisps down to a
 * fortieth. The layer is a square of 600 km about the middle of the raster, beyond which, over a
 * curved Earth, low clouds are under the horizon. Heights are elevations, as those of fog. */
#include "scene/clouds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scene/droplets.h"

#define REACH_M 300000.0
#define CELLS_UP 16
#define BILLOW_POINTS 4 /* along a side of the texture, of the first of three octaves */
#define WISP_POINTS 8   /* of two */

/* What the knobs leave open, and the rest of a kind's looks. */
typedef struct looks {
    const char *name;
    double base, thickness, size, extinction;
    double carve; /* of the thickness, that noise takes off */
    double foot, edge, thin;
    double shear; /* of the size */
} looks;

static const looks kinds[] = {
    [VDK_CLOUD_CUMULUS] = {"cumulus", 1500.0, 1400.0, 2600.0, 0.03, 0.5, 0.1, 0.02, 0.5, 0.0},
    [VDK_CLOUD_STRATUS] = {"stratus", 900.0, 350.0, 1800.0, 0.03, 0.5, 0.3, 0.12, 0.7, 0.0},
    [VDK_CLOUD_CIRRUS] = {"cirrus", 8000.0, 500.0, 6000.0, 0.002, 0.6, 0.0, 0.0, 0.0, 0.6},
};

/* Of a layer, per metre. */
#define EXTINCTION_MOST 1.0

/** VDK_CLOUD_..., or -1 for a word that is none. */
static int kind_of(const vd_settings *settings)
{
    const char *word = settings->clouds_kind;
    if (!word || strcmp(word, "none") == 0) return VDK_CLOUD_NONE;
    if (vd_cloud_is_file(settings)) return VDK_CLOUD_GRID;
    for (int i = VDK_CLOUD_CUMULUS; i <= VDK_CLOUD_CIRRUS; i++)
        if (strcmp(word, kinds[i].name) == 0) return i;
    return -1;
}

bool vd_clouds_are_asked(const vd_settings *settings)
{
    return kind_of(settings) != VDK_CLOUD_NONE;
}

vd_result vd_clouds_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id all[] = {
        VD_KNOB_CLOUDS_COVERAGE,   VD_KNOB_CLOUDS_BASE,      VD_KNOB_CLOUDS_THICKNESS,
        VD_KNOB_CLOUDS_SIZE,       VD_KNOB_CLOUDS_DIRECTION, VD_KNOB_CLOUDS_SEED,
        VD_KNOB_CLOUDS_EXTINCTION, VD_KNOB_CLOUDS_ALBEDO,    VD_KNOB_CLOUDS_G,
        VD_KNOB_CLOUDS_OFFSET,     VD_KNOB_CLOUDS_DROPLET};
    static const vd_knob_id of_files[] = {VD_KNOB_CLOUDS_AT, VD_KNOB_CLOUDS_SCALE,
                                          VD_KNOB_CLOUDS_UP};
    static const vd_knob_id made_up[] = {VD_KNOB_CLOUDS_COVERAGE,  VD_KNOB_CLOUDS_BASE,
                                         VD_KNOB_CLOUDS_THICKNESS, VD_KNOB_CLOUDS_SIZE,
                                         VD_KNOB_CLOUDS_DIRECTION, VD_KNOB_CLOUDS_SEED};
    int kind = kind_of(settings);
    if (kind < 0)
        return vd_settings_refuse(context, settings, VD_KNOB_CLOUDS_KIND,
                                  "'%s' is no kind of cloud; choose cumulus, stratus or cirrus, or "
                                  "name a .nvdb file",
                                  settings->clouds_kind);
    if (kind == VDK_CLOUD_NONE)
        VD_REFUSE_ALL_WITHOUT(context, settings, all, VD_KNOB_CLOUDS_KIND,
                              "has no use without clouds; add --clouds");
    VD_TRY(vd_droplets_check(context, settings, VD_KNOB_CLOUDS_DROPLET, VD_KNOB_CLOUDS_G,
                             "--no-clouds-g"));
    if (kind != VDK_CLOUD_GRID)
        VD_REFUSE_ALL_WITHOUT(context, settings, of_files, VD_KNOB_CLOUDS_KIND,
                              "has no use without a file of clouds; name one by --clouds");
    if (kind != VDK_CLOUD_NONE && kind != VDK_CLOUD_GRID &&
        settings->clouds_extinction > EXTINCTION_MOST)
        return vd_settings_refuse(context, settings, VD_KNOB_CLOUDS_EXTINCTION,
                                  "%g per metre would throw light about without end in a layer of "
                                  "clouds, which are nowhere denser than 0.2; it is at most %g",
                                  settings->clouds_extinction, EXTINCTION_MOST);
    if (kind == VDK_CLOUD_GRID)
        VD_REFUSE_ALL_WITHOUT(context, settings, made_up, VD_KNOB_CLOUDS_KIND,
                              "has no use with clouds of a file, which have their own shape; see "
                              "--clouds-at and --clouds-scale");
    if (kind == VDK_CLOUD_CUMULUS)
        return vd_settings_refuse_unused(context, settings, VD_KNOB_CLOUDS_DIRECTION,
                                         "has no use with cumulus, which lies no way; choose "
                                         "stratus or cirrus");
    return VD_OK;
}

static double or_else(const vd_settings *settings, vd_knob_id knob, double value, double otherwise)
{
    return vd_settings_is_set(settings, knob) ? value : otherwise;
}

/** The place that clouds count from, and the box about it. */
static void set_box(vd_scene *scene, double size, double base, double thickness)
{
    vdk_scene *flat = &scene->flat;
    vdk_cloud *cloud = &flat->cloud;
    double cell = size / VD_CLOUD_CELLS;
    int cells = VD_CLOUD_SIZES * VD_CLOUD_CELLS;
    cloud->about =
        (vdk_position){flat->terrain.cells_x / 2, flat->terrain.cells_y / 2, 0.0f, 0.0f, 0.0f};
    cloud->across = cloud->along = 2 * (int)ceil(REACH_M / cell);
    cloud->west = cloud->south = (float)(-0.5 * cloud->across * cell);
    cloud->cell = (float)cell;
    cloud->cell_z = (float)(thickness / CELLS_UP);
    cloud->base = (float)base;
    cloud->depth = CELLS_UP;
    cloud->upward = vdk_imax((int)(cell * CELLS_UP / thickness), 1);
    cloud->row = cells;
    cloud->mask_x = cloud->mask_y = cells - 1;
}

/** What lies in its textures, of a size and thickness in metres. */
static void set_looks(vdk_cloud *cloud, const looks *l, double size, double thickness)
{
    double billow = 2.0 * size / VDK_CLOUD_NOISE, wisp = 0.5 * size / VDK_CLOUD_NOISE;
    cloud->map_mask = VD_CLOUD_MAP - 1;
    cloud->map_per_cell = (float)VD_CLOUD_MAP / (float)(cloud->mask_x + 1);
    cloud->billows_per_cell = (float)((double)cloud->cell / billow);
    cloud->wisps_per_cell = (float)((double)cloud->cell / wisp);
    cloud->billows_per_z = (float)(1.0 / billow);
    cloud->wisps_per_z = (float)(1.0 / wisp);
    cloud->thickness = (float)thickness;
    cloud->carve = (float)(cloud->kind == VDK_CLOUD_CIRRUS ? l->carve : l->carve * thickness);
    cloud->foot = (float)l->foot;
    cloud->edge = (float)(l->edge * thickness);
    cloud->thin = (float)l->thin;
    cloud->shear = (float)(l->shear * VD_CLOUD_CELLS);
}

/* So the parts of a cell are as wide as the map's texels and the noise's: cloud_bounds.c. */
_Static_assert(VD_CLOUD_MAP == VD_CLOUD_SIZES * VD_CLOUD_CELLS * VDK_CLOUD_PARTS,
               "texels of the map");
_Static_assert(VDK_CLOUD_NOISE == 2 * VD_CLOUD_CELLS * VDK_CLOUD_PARTS, "texels of billows");

/** Map, noise and bounds. */
static vd_result draw(vd_context *context, vd_scene *scene, const looks *l, double size)
{
    enum { MAP = VD_CLOUD_MAP * VD_CLOUD_MAP, NOISE = VDK_CLOUD_NOISE * VDK_CLOUD_NOISE };
    const vd_settings *s = scene->settings;
    vdk_cloud *cloud = &scene->flat.cloud;
    size_t noise = (size_t)NOISE * VDK_CLOUD_NOISE;
    size_t cells = (size_t)cloud->row * (size_t)cloud->row * (size_t)cloud->depth;
    void *memory;
    size_t bytes = MAP * sizeof(uint32_t) + cells * sizeof(int) + 2 * noise + 2 * cells;
    VD_TRY(vd_alloc(context, bytes, 1, "clouds", &memory));
    scene->clouds = memory;
    uint32_t *map = memory;
    int *parted = (int *)(map + MAP);
    uint8_t *billows = (uint8_t *)(parted + cells), *wisps = billows + noise;
    vd_cloud_bounds bounds = {wisps + noise, wisps + noise + cells, parted, NULL};
    uint32_t seed = (uint32_t)s->clouds_seed;
    vd_cloud_shape shape = {cloud->kind,
                            seed,
                            s->clouds_coverage,
                            size,
                            (double)cloud->thickness,
                            l->carve * (double)cloud->thickness};
    VD_TRY(vd_cloud_draw_map(context, &shape, map));
    VD_TRY(vd_cloud_fill_noise(context, BILLOW_POINTS, 3, seed ^ 0x62696c6cu, billows));
    VD_TRY(vd_cloud_fill_noise(context, WISP_POINTS, 2, seed ^ 0x77697370u, wisps));
    cloud->map = map;
    cloud->billows = billows;
    cloud->wisps = wisps;
    vd_result result = vd_cloud_bound(context, cloud, &bounds);
    scene->cloud_parts = bounds.parts;
    cloud->majorants = bounds.majorants;
    cloud->minorants = bounds.minorants;
    cloud->parted = bounds.parted;
    cloud->parts = bounds.parts;
    return result == VD_OK ? vd_cloud_find_empty(context, cloud, bounds.minorants) : result;
}

vd_result vd_scene_set_clouds(vd_context *context, vd_scene *scene)
{
    const vd_settings *s = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    vdk_scene *flat = &scene->flat;
    vdk_cloud *cloud = &flat->cloud;
    int kind = kind_of(s);
    if (kind == VDK_CLOUD_NONE) return VD_OK;
    if (flat->block.has_plane && flat->block.plane_is_shadow)
        return vd_settings_refuse(context, s, VD_KNOB_CLOUDS_KIND,
                                  "has no use over a plane of shadow alone; add --terrain-plane "
                                  "ground, or none");
    cloud->albedo = (vdk_vec){(float)s->clouds_albedo[0], (float)s->clouds_albedo[1],
                              (float)s->clouds_albedo[2]};
    cloud->phase = vd_phase_asked(s, VD_KNOB_CLOUDS_DROPLET, s->clouds_droplet, s->clouds_g);
    flat->media.is_there = 1;
    flat->media.is_single = s->media_mode == VD_MEDIA_MODE_SHAFTS;
    flat->plain = flat->misty = 0;
    if (kind == VDK_CLOUD_GRID) return vd_scene_set_cloud_grid(context, scene);
    const looks *l = &kinds[kind];
    double base = (double)dem->valid_min + l->base;
    if (vd_settings_is_set(s, VD_KNOB_CLOUDS_BASE)) base = s->clouds_base - dem->base_m;
    double thickness = or_else(s, VD_KNOB_CLOUDS_THICKNESS, s->clouds_thickness, l->thickness);
    double size = or_else(s, VD_KNOB_CLOUDS_SIZE, s->clouds_size, l->size);
    double extinction = or_else(s, VD_KNOB_CLOUDS_EXTINCTION, s->clouds_extinction, l->extinction);
    double turn = (90.0 - s->clouds_direction) * (double)VDK_PI / 180.0;
    cloud->kind = kind;
    cloud->extinction = (float)extinction;
    set_box(scene, size, base, thickness);
    vdk_sincos_turns((float)(turn / (2.0 * (double)VDK_PI)), &cloud->north, &cloud->east);
    set_looks(cloud, l, size, thickness);
    return draw(context, scene, l, size);
}
