/* Clouds out of a file: where a grid of densities is put.
 *
 * The grid's own unit is the metre, times clouds.scale, and its origin is at the place clouds.at.
 * Its shape is not exaggerated as heights are; it stands on the curved Earth. Densities are shares
 * of the greatest, and that is in the extinction. */
#include "kernel/cloud_grid.h"
#include "kernel/surface.h"

#include <stdlib.h>
#include <string.h>

#include "media/voxels.h"
#include "scene/clouds.h"
#include "scene/view_parts.h"

_Static_assert(VDK_BRICK == VD_BRICK, "the kernel's bricks are the reader's");

bool vd_cloud_is_file(const vd_settings *settings)
{
    const char *word = settings->clouds_kind, *dot = word ? strrchr(word, '.') : NULL;
    return dot && (strcmp(dot, ".nvdb") == 0 || strcmp(dot, ".vdb") == 0);
}

/** The box about the grid, from the place of its origin. */
static void put(vd_scene *scene, const vd_voxels *v, vd_spot spot)
{
    vdk_scene *flat = &scene->flat;
    vdk_cloud *c = &flat->cloud;
    double scale = scene->settings->clouds_scale, z_factor = (double)flat->terrain.z_factor;
    vdk_position at = vd_spot_position(spot);
    double side = VD_BRICK * v->side * scale;
    spot.z += (double)vdk_curve_drop(&flat->terrain, &flat->curve, at);
    c->about = at;
    c->east = 1.0f;
    c->north = 0.0f;
    c->west = (float)(scale * v->corner[0]);
    c->south = (float)(scale * v->corner[1]);
    c->base = (float)(spot.z + scale * v->corner[2] / z_factor);
    c->cell = (float)side;
    c->cell_z = (float)(side / z_factor);
    c->across = c->row = v->bricks[0];
    c->along = v->bricks[1];
    c->depth = v->bricks[2];
    c->mask_x = c->mask_y = 0x7fffffff;
    c->majorants = v->bounds;
    c->upward = 1;
    c->places = v->places;
    c->voxels = v->values;
}

/** Lets rays leap over empty bricks. */
static vd_result find_empty(vd_context *context, vd_scene *scene)
{
    vdk_cloud *c = &scene->flat.cloud;
    size_t columns = (size_t)c->row * (size_t)c->along;
    void *memory;
    VD_TRY(vd_alloc(context, columns, (size_t)c->depth, "empty bricks of clouds", &memory));
    memset(memory, 0, columns * (size_t)c->depth);
    scene->cloud_parts = memory;
    c->minorants = memory;
    return vd_cloud_find_empty(context, c, memory);
}

vd_result vd_scene_set_cloud_grid(vd_context *context, vd_scene *scene)
{
    const vd_settings *s = scene->settings;
    const vd_scene_ground ground = {scene->terrain, &scene->flat.curve};
    vd_spot spot = vd_spot_middle(scene->terrain);
    vd_voxels v;
    if (vd_settings_is_set(s, VD_KNOB_CLOUDS_AT))
        VD_TRY(vd_spot_of_place(context, s, VD_KNOB_CLOUDS_AT, &s->clouds_at, &ground, &spot));
    VD_TRY(vd_voxels_read(context, s->clouds_kind, s->clouds_up == VD_CLOUDS_UP_Y, &v));
    scene->clouds = v.memory;
    scene->flat.cloud.kind = VDK_CLOUD_GRID;
    scene->flat.cloud.extinction = v.most;
    if (vd_settings_is_set(s, VD_KNOB_CLOUDS_EXTINCTION))
        scene->flat.cloud.extinction *= (float)s->clouds_extinction;
    put(scene, &v, spot);
    VD_TRY(find_empty(context, scene));
    vd_message(context, VD_LEVEL_INFO, "%s: %d bricks of 8^3 voxels of %g m, density to %g",
               s->clouds_kind, v.count, v.side * s->clouds_scale, (double)v.most);
    return VD_OK;
}
