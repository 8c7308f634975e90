/* Layers: from records of the settings to rules.
 *
 * A limit that is not set lies so far away that it never counts. Heights and widths are turned into
 * those of the stored grid, metres above its base. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vmath.h"
#include "scene/ground.h"
#include "scene/noise.h"

/* Octaves of the noise that moves edges, and what one has of the amplitude of that before it. */
enum { EDGE_OCTAVES = 10 };
#define EDGE_GAIN 0.72
#define FAR 3.0e38

/* ---- materials by name -------------------------------------------------------------------- */

vd_result vd_material_book_open(vd_context *context, const vd_settings *settings,
                                vd_material_book *out)
{
    out->settings = settings;
    return vd_settings_builtin_materials(context, &out->builtin);
}

void vd_material_book_close(vd_material_book *book)
{
    vd_settings_destroy(book->builtin);
    book->builtin = NULL;
}

const vd_materials_item *vd_material_find(const vd_material_book *book, const char *name)
{
    const vd_settings *from[] = {book->settings, book->builtin};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < from[i]->materials.count; k++)
            if (strcmp(from[i]->materials.items[k].name, name) == 0)
                return &from[i]->materials.items[k];
    return NULL;
}

vd_result vd_material_refuse(vd_context *context, const vd_material_book *book, vd_knob_id list,
                             const char *item, int number, const char *name)
{
    char known[512] = "";
    vd_nearest nearest = {.unknown = name};
    const vd_settings *from[] = {book->settings, book->builtin};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < from[i]->materials.count; k++) {
            const char *other = from[i]->materials.items[k].name;
            size_t used = strlen(known);
            snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", other);
            vd_nearest_offer(&nearest, other, other);
        }
    return vd_settings_refuse(context, book->settings, list,
                              "%s %d: there is no material \"%.60s\"%s%s%s; there are %s", item,
                              number, name, nearest.found ? "; did you mean " : "",
                              nearest.found ? nearest.found : "", nearest.found ? "?" : "", known);
}

/* ---- elevations --------------------------------------------------------------------------- */

/* "1800" in metres, or "60%" of the DEM's range. */
typedef struct elevation {
    double number;
    bool is_percent;
} elevation;

static bool parse_elevation(const char *text, elevation *out)
{
    char *end;
    out->number = vd_strtod(text, &end);
    out->is_percent = end != text && *end == '%';
    if (out->is_percent) end++;
    return end != text && !*end && isfinite(out->number) && fabs(out->number) < 1.0e7;
}

/** Metres above the base, of a height, or of a difference of heights. */
static float elevation_of(const vd_dem *dem, const char *text, double unset, bool is_difference)
{
    elevation e;
    double range = (double)dem->valid_max - (double)dem->valid_min;
    if (!text || !parse_elevation(text, &e)) return (float)unset;
    double metres = e.is_percent ? 0.01 * e.number * range : e.number;
    if (is_difference) return (float)metres;
    return (float)(e.is_percent ? (double)dem->valid_min + metres : metres - dem->base_m);
}

/* ---- checks ------------------------------------------------------------------------------- */

static vd_result refuse(vd_context *context, const vd_settings *settings, int number,
                        const char *field, const char *why)
{
    return vd_settings_refuse(context, settings, VD_KNOB_LAYERS, "layer %d (%.60s): %s %s", number,
                              settings->layers.items[number - 1].material, field, why);
}

static vd_result check_elevations(vd_context *context, const vd_settings *settings, int number,
                                  const vd_layers_item *l)
{
    static const char wanted[] =
        "is neither metres nor a percentage of the DEM's range, like 1800 or 60%";
    elevation low = {0}, high = {0}, other;
    if (l->elevation_min && !parse_elevation(l->elevation_min, &low))
        return refuse(context, settings, number, "elevation_min", wanted);
    if (l->elevation_max && !parse_elevation(l->elevation_max, &high))
        return refuse(context, settings, number, "elevation_max", wanted);
    if (!l->elevation_soft || !parse_elevation(l->elevation_soft, &other) || !(other.number > 0.0))
        return refuse(context, settings, number, "elevation_soft",
                      "is neither metres nor a percentage above 0, like 50 or 4%");
    if (!l->aspect_shift || !parse_elevation(l->aspect_shift, &other))
        return refuse(context, settings, number, "aspect_shift", wanted);
    if (l->elevation_min && l->elevation_max && low.is_percent == high.is_percent &&
        low.number >= high.number)
        return refuse(context, settings, number, "elevation_min",
                      "is not below its elevation_max; exchange them");
    return VD_OK;
}

static bool has_limits(const vd_layers_item *l)
{
    return l->elevation_min || l->elevation_max || l->slope_min > 0.0 || l->slope_max < 90.0 ||
           l->aspect_width < 360.0 || l->curvature_min > -9.0 || l->curvature_max < 9.0 ||
           l->classes.count > 0;
}

static bool has_hollows(const vd_layers_item *l)
{
    return l->hollows > 0.0 || l->hollows < 0.0;
}

/** Are all classes of a list whole numbers? */
static bool are_classes(const vd_text_list *classes)
{
    for (int i = 0; i < classes->count; i++)
        for (const char *at = classes->items[i], *end; *at; at = *end ? end + 1 : end) {
            strtol(at, (char **)&end, 10);
            if (end == at || (*end && *end != ',')) return false;
        }
    return true;
}

static vd_result check_layer(vd_context *context, const vd_settings *settings,
                             const vd_material_book *book, int number)
{
    const vd_layers_item *l = &settings->layers.items[number - 1];
    if (!vd_material_find(book, l->material))
        return vd_material_refuse(context, book, VD_KNOB_LAYERS, "layer", number, l->material);
    const double *light = vd_material_find(book, l->material)->emission;
    if (light[0] + light[1] + light[2] > 0.0)
        return refuse(context, settings, number, "its material",
                      "gives light (emission), which ground cannot; leave that to objects");
    VD_TRY(check_elevations(context, settings, number, l));
    if (l->slope_min >= l->slope_max)
        return refuse(context, settings, number, "slope_min",
                      "is not below its slope_max; exchange them");
    if (l->curvature_min >= l->curvature_max)
        return refuse(context, settings, number, "curvature_min",
                      "is not below its curvature_max; exchange them");
    if (!are_classes(&l->classes))
        return refuse(context, settings, number, "classes",
                      "are not whole numbers, like [41, 42, 43]");
    if (l->classes.count > 0 && !settings->classes_path)
        return refuse(context, settings, number, "classes",
                      "need a raster of classes; add --classes");
    bool everywhere = !has_limits(l) && !has_hollows(l) && l->share >= 1.0;
    if (!(l->opacity > 0.0) || !(l->share > 0.0) || !(l->aspect_width > 0.0))
        return refuse(context, settings, number, "with opacity, share or aspect_width 0",
                      "shows nowhere; leave it out");
    if (everywhere && l->opacity >= 1.0 && number > 1)
        return refuse(context, settings, number, "without a rule",
                      "hides all layers before it; give it a rule, or put it first");
    return VD_OK;
}

vd_result vd_layers_check(vd_context *context, const vd_settings *settings,
                          const vd_material_book *book)
{
    if (settings->layers.count == 0 && settings->objects.count == 0)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_MATERIALS,
                                         "has no use without layers; add --layer"));
    for (int i = 0; i < settings->materials.count; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(settings->materials.items[i].name, settings->materials.items[k].name) == 0)
                return vd_settings_refuse(context, settings, VD_KNOB_MATERIALS,
                                          "there are two materials \"%.60s\"; rename one",
                                          settings->materials.items[i].name);
    for (int i = 0; i < settings->layers.count; i++)
        VD_TRY(check_layer(context, settings, book, i + 1));
    return VD_OK;
}

/* ---- rules -------------------------------------------------------------------------------- */

static void set_curvature(const vd_terrain *terrain, const vd_layers_item *l, vdk_ground_layer *out)
{
    /* A cubic B-spline over squares of 2^l cells blurs by 2^l 0.64 cells, nearly; the mean around a
     * ridge is taken over a blur of half its width. */
    const double blur = 0.64;
    double metres[2];
    const vd_dem_info *info = &terrain->dem->info;
    vd_dem_metres_per_cell(info, 0.5 * info->ny - 0.5, metres);
    double cell = sqrt(metres[0] * metres[1]);
    double cells = fmax(0.5 * l->curvature_scale / (cell * blur), 2.0);
    out->has_curvature = l->curvature_min > -9.0 || l->curvature_max < 9.0 || has_hollows(l);
    out->curvature_level = vdk_log2f((float)cells);
    out->curvature_scale = (float)(4.0 / (2.0 * cells * blur * cell));
    out->curvature_min = l->curvature_min > -9.0 ? (float)l->curvature_min : -(float)FAR;
    out->curvature_max = l->curvature_max < 9.0 ? (float)l->curvature_max : (float)FAR;
    out->curvature_soft = (float)l->curvature_soft;
    out->hollows = (float)l->hollows;
}

static vd_result set_classes(vd_context *context, const vd_settings *settings, int number,
                             const vd_class_raster *classes, vdk_ground_layer *out)
{
    const vd_text_list *list = &settings->layers.items[number - 1].classes;
    bool any = list->count == 0;
    for (int i = 0; i < list->count; i++)
        for (const char *at = list->items[i], *end; *at; at = *end ? end + 1 : end) {
            int index = vd_class_index(classes, strtol(at, (char **)&end, 10));
            if (index > 0) out->classes[index >> 5] |= 1u << (index & 31);
            any |= index > 0;
        }
    out->has_classes = list->count > 0;
    if (!any)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: layer %d (%.60s): the raster has none of its classes here",
                   settings->where[VD_KNOB_LAYERS], number,
                   settings->layers.items[number - 1].material);
    return VD_OK;
}

vd_result vd_layer_make(vd_context *context, const vd_settings *settings, const vd_terrain *terrain,
                        int order, const vd_class_raster *classes, vdk_ground_layer *out)
{
    const vd_layers_item *l = &settings->layers.items[order];
    const vd_dem *dem = terrain->dem;
    double east, north;
    vd_noise_options noise = {l->noise_scale, l->noise_scale, EDGE_GAIN,
                              EDGE_OCTAVES,   l->material,    order};
    vd_sincos_deg(l->aspect, &east, &north);
    memset(out, 0, sizeof(*out));
    out->opacity = (float)l->opacity;
    out->elevation_min = elevation_of(dem, l->elevation_min, -FAR, false);
    out->elevation_max = elevation_of(dem, l->elevation_max, FAR, false);
    out->elevation_soft = fmaxf(elevation_of(dem, l->elevation_soft, 1.0, true), 1.0e-6f);
    out->slope_min = l->slope_min > 0.0 ? (float)l->slope_min : -(float)FAR;
    out->slope_max = l->slope_max < 90.0 ? (float)l->slope_max : (float)FAR;
    out->slope_soft = (float)l->slope_soft;
    out->aspect_east = (float)east;
    out->aspect_north = (float)north;
    out->aspect_half = (float)(0.5 * l->aspect_width);
    out->aspect_soft = (float)l->aspect_soft;
    out->has_aspect = l->aspect_width < 360.0;
    out->aspect_shift = elevation_of(dem, l->aspect_shift, 0.0, true);
    out->only_hollows = has_hollows(l) && !has_limits(l) && l->share >= 1.0;
    out->threshold =
        l->share < 1.0 ? (float)(1.006 * vd_gaussian_threshold(l->share)) : -(float)FAR;
    out->wander = (float)l->noise;
    out->noise = vd_noise_make(dem, (double)terrain->field.z_factor, &noise);
    set_curvature(terrain, l, out);
    return set_classes(context, settings, order + 1, classes, out);
}
