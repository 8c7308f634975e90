/* Land cover, from GDAL's samples to numbers on the DEM's grid.
 *
 * The raster is found and warped as drapes are (drape_source.c), each place by the nearest pixel,
 * with two texels to a pixel, so that borders of classes are at most a quarter of a pixel off.
 * Values are renumbered from 1 in their order, so a class fits a byte whatever its value is.
 *
 * Colours are those of a palette, a text of lines "value red green blue" as of elevation ramps
 * (ramp_parse.c), or else of the raster's own colour table. */
#include "terrain/classes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/drape_parts.h"
#include "terrain/ramp_parse.h"
#include "terrain/srgb.h"

#define STRIP_BYTES ((size_t)64 << 20)
#define TEXELS_PER_PIXEL 2.0
#define NO_CLASS INT32_MIN

/* A class's colour: linear r, g, b and alpha. */
typedef struct class_colour {
    int32_t value;
    float rgba[4];
} class_colour;

typedef struct class_palette {
    class_colour *colours;
    int count;
} class_palette;

/* ---- palettes ------------------------------------------------------------------------------ */

static vd_result fill_palette(vd_context *context, const char *name, const vd_ramp_text *text,
                              class_palette *out)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)text->count, sizeof(class_colour), "a palette", &memory));
    out->colours = memory;
    for (int i = 0; i < text->count; i++) {
        const vd_ramp_entry *entry = &text->entries[i];
        class_colour *colour = &out->colours[i];
        if (floor(entry->elevation_m) < entry->elevation_m || fabs(entry->elevation_m) > 2.0e9)
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: %g is no number of a class; give whole numbers, one a line", name,
                           entry->elevation_m);
        colour->value = (int32_t)entry->elevation_m;
        for (int c = 0; c < 3; c++) colour->rgba[c] = vd_srgb_decode((float)entry->encoded[c]);
        colour->rgba[3] = (float)entry->encoded[3];
        for (int k = 0; k < i; k++)
            if (out->colours[k].value == colour->value)
                return vd_fail(context, VD_ERR_FORMAT, "%s: class %d is there twice; leave one",
                               name, colour->value);
    }
    out->count = text->count;
    return VD_OK;
}

static vd_result load_palette(vd_context *context, const char *name, class_palette *out)
{
    static const vd_colour_text palettes = {"palettes", "palette", "value"};
    char *text = NULL;
    vd_ramp_text parsed = {0};
    VD_TRY(vd_colour_text_read(context, &palettes, name, &text));
    vd_result result = vd_ramp_parse(context, name, text, 0.0, 100.0, &parsed);
    if (result == VD_OK) result = fill_palette(context, name, &parsed, out);
    free(parsed.entries);
    free(text);
    return result;
}

/** The raster's colour table, by values from 0 on. Entries that cannot be seen are none. */
static vd_result copy_table(vd_context *context, const vd_drape_coding *coding, class_palette *out)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)coding->entries, sizeof(class_colour), "a palette", &memory));
    out->colours = memory;
    for (int i = 0; i < coding->entries; i++) {
        out->colours[i].value = i;
        memcpy(out->colours[i].rgba, coding->entry[i], sizeof(out->colours[i].rgba));
    }
    out->count = coding->entries;
    return VD_OK;
}

static vd_result find_palette(vd_context *context, const vd_class_options *options,
                              const vd_drape_source *source, class_palette *out)
{
    const vd_drape_coding *coding = vd_drape_source_coding(source);
    *out = (class_palette){NULL, 0};
    if (options->palette) return load_palette(context, options->palette, out);
    if (coding->entry) return copy_table(context, coding, out);
    if (!options->needs_colours) return VD_OK;
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: has no colour table; name its palette (--palette esa-worldcover, corine, "
                   "nlcd or a file), or layers for its classes",
                   options->path);
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* Values met so far, by open addressing: what keys a slot is its value, NO_CLASS if it is free. */
enum { SLOTS = 1024 };

typedef struct value_set {
    int32_t value[SLOTS];
    int count;
} value_set;

static bool add_value(value_set *set, int32_t value)
{
    uint32_t slot = (uint32_t)value * 2654435761u >> 22;
    while (set->value[slot] != NO_CLASS && set->value[slot] != value) slot = (slot + 1) % SLOTS;
    if (set->value[slot] == value) return true;
    if (set->count == VD_CLASSES_MAX) return false;
    set->value[slot] = value;
    set->count++;
    return true;
}

static int by_value(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return a < b ? -1 : a > b;
}

static void number_values(const value_set *set, vd_class_raster *classes)
{
    for (int i = 0; i < SLOTS; i++)
        if (set->value[i] != NO_CLASS) classes->value[++classes->count] = set->value[i];
    qsort(classes->value + 1, (size_t)classes->count, sizeof(classes->value[0]), by_value);
}

int vd_class_index(const vd_class_raster *classes, long value)
{
    if (!classes || value < INT32_MIN || value > INT32_MAX) return 0;
    int32_t key = (int32_t)value;
    const int32_t *found = bsearch(&key, classes->value + 1, (size_t)classes->count,
                                   sizeof(classes->value[0]), by_value);
    return found ? (int)(found - classes->value) : 0;
}

/* ---- the raster ---------------------------------------------------------------------------- */

static vd_result take_values(vd_context *context, const char *path, const float *samples,
                             int64_t count, value_set *set, int32_t *out)
{
    for (int64_t i = 0; i < count; i++) {
        float value = samples[2 * i];
        out[i] = NO_CLASS;
        if (!(samples[2 * i + 1] > 0.0f) || !isfinite(value)) continue;
        if (floorf(value) < value || fabsf(value) > 2.0e9f)
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: holds %g, which is no number of a class; name a raster of whole "
                           "numbers",
                           path, (double)value);
        out[i] = (int32_t)value;
        if (i > 0 && out[i] == out[i - 1]) continue;
        if (!add_value(set, out[i]))
            return vd_fail(context, VD_ERR_FORMAT,
                           "%s: has more than %d classes; reclassify it, or lay it over the "
                           "ground as --drape",
                           path, VD_CLASSES_MAX);
    }
    return VD_OK;
}

static vd_result read_level(vd_context *context, const vd_class_options *options,
                            vd_drape_source *source, const vdk_texture *t, value_set *set,
                            int32_t *values)
{
    double step = (double)t->cells_per_texel / t->texels_per_cell;
    vd_drape_grid grid = {.column = t->column, .step = step, .width = t->width, .method = "near"};
    size_t line = (size_t)t->width * 2 * sizeof(float);
    int strip = (int)(STRIP_BYTES / line) + 1;
    void *samples = NULL;
    vd_result result = VD_OK;
    for (int row = 0; result == VD_OK && row < t->height; row += strip) {
        grid.height = row + strip > t->height ? t->height - row : strip;
        grid.row = t->row + row * step;
        result = vd_progress(context, "classes", (double)row / t->height);
        if (result == VD_OK)
            result = vd_alloc(context, (size_t)grid.height, line, "a strip of classes", &samples);
        if (result != VD_OK) break;
        result = vd_drape_source_warp(context, source, &grid, samples);
        if (result == VD_OK)
            result = take_values(context, options->path, samples, (int64_t)grid.width * grid.height,
                                 set, values + (int64_t)row * t->width);
        free(samples);
    }
    return result;
}

static vd_result number_level(vd_context *context, const vdk_texture *t, const int32_t *values,
                              vd_class_raster *classes, int level)
{
    void *memory;
    int64_t count = (int64_t)t->width * t->height;
    int32_t last = NO_CLASS;
    int number = 0;
    VD_TRY(vd_alloc(context, (size_t)count, 1, "classes", &memory));
    classes->classes[level] = memory;
    for (int64_t i = 0; i < count; i++) {
        if (values[i] != last) {
            last = values[i];
            number = last == NO_CLASS ? 0 : vd_class_index(classes, last);
        }
        classes->classes[level][i] = (uint8_t)number;
    }
    return VD_OK;
}

static vd_result read_levels(vd_context *context, const vd_class_options *options,
                             vd_drape_source *source, vd_class_raster *classes)
{
    value_set *set;
    void *memory = NULL;
    int32_t *values[VDK_DRAPE_LEVELS] = {NULL, NULL};
    VD_TRY(vd_alloc(context, 1, sizeof(value_set), "classes", &memory));
    set = memory;
    for (int i = 0; i < SLOTS; i++) set->value[i] = NO_CLASS;
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < classes->levels; i++) {
        const vdk_texture *t = &classes->level[i];
        result = vd_alloc(context, (size_t)t->width * (size_t)t->height, sizeof(int32_t), "classes",
                          &memory);
        if (result != VD_OK) break;
        values[i] = memory;
        result = read_level(context, options, source, t, set, values[i]);
    }
    if (result == VD_OK) number_values(set, classes);
    for (int i = 0; result == VD_OK && i < classes->levels; i++)
        result = number_level(context, &classes->level[i], values[i], classes, i);
    if (result == VD_OK && classes->count == 0)
        result = vd_fail(context, VD_ERR_FORMAT,
                         "%s: has no data on the DEM; check its NODATA and its CRS with gdalinfo",
                         options->path);
    for (int i = 0; i < VDK_DRAPE_LEVELS; i++) free(values[i]);
    free(set);
    return result;
}

/** Gives each class its colour. */
static vd_result colour(vd_context *context, const vd_class_options *options,
                        const class_palette *palette, vd_class_raster *classes)
{
    void *memory;
    char missing[128] = "";
    int absent = 0;
    if (palette->count == 0) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)classes->count + 1, sizeof(classes->colours[0]), "a palette",
                    &memory));
    classes->colours = memory;
    for (int number = 1; number <= classes->count; number++) {
        const class_colour *found = NULL;
        for (int i = 0; !found && i < palette->count; i++)
            if (palette->colours[i].value == classes->value[number]) found = &palette->colours[i];
        if (found) {
            memcpy(classes->colours[number], found->rgba, sizeof(found->rgba));
            continue;
        }
        size_t used = strlen(missing);
        if (absent++ < 8)
            snprintf(missing + used, sizeof(missing) - used, "%s%d", used ? ", " : "",
                     classes->value[number]);
    }
    if (absent == 0) return VD_OK;
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: %s has no colour for class%s %s%s; add lines 'value red green blue' to a "
                   "palette, or choose another by --palette",
                   options->path, options->palette ? options->palette : "its colour table",
                   absent > 1 ? "es" : "", missing, absent > 8 ? ", ..." : "");
}

static vd_result open_source(vd_context *context, const vd_class_options *options,
                             const vd_dem_info *dem, const vd_drape_window *window,
                             vd_class_raster *classes, vd_drape_source **source,
                             class_palette *palette)
{
    vd_drape_options drape = {.path = options->path,
                              .resampling = VD_DRAPE_NEAREST,
                              .are_classes = true,
                              .threads = options->threads};
    VD_TRY(vd_drape_source_open(context, &drape, dem, window, source));
    classes->pixels_per_cell = vd_drape_source_density(*source);
    double wanted = TEXELS_PER_PIXEL * classes->pixels_per_cell;
    if (window->pixels_per_cell < wanted) wanted = window->pixels_per_cell;
    classes->levels = vd_drape_lay_out(context, options->path, wanted, dem, window, classes->level);
    return find_palette(context, options, *source, palette);
}

vd_result vd_classes_probe(vd_context *context, const vd_class_options *options,
                           const vd_dem_info *dem, const vd_drape_window *window, double *bytes)
{
    vd_class_raster classes = {.levels = 0};
    vd_drape_source *source = NULL;
    class_palette palette = {NULL, 0};
    vd_result result = open_source(context, options, dem, window, &classes, &source, &palette);
    if (bytes) *bytes = 0.0;
    for (int i = 0; bytes && i < classes.levels; i++)
        *bytes += 5.0 * classes.level[i].width * classes.level[i].height; /* while they are read */
    vd_drape_source_close(source);
    free(palette.colours);
    return result;
}

vd_result vd_classes_load(vd_context *context, const vd_class_options *options,
                          const vd_dem_info *dem, const vd_drape_window *window,
                          vd_class_raster **out)
{
    void *memory;
    vd_drape_source *source = NULL;
    class_palette palette = {NULL, 0};
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_class_raster), "classes", &memory));
    vd_class_raster *classes = memory;
    vd_result result = open_source(context, options, dem, window, classes, &source, &palette);
    if (result == VD_OK) result = read_levels(context, options, source, classes);
    if (result == VD_OK) result = colour(context, options, &palette, classes);
    if (result == VD_OK) result = vd_progress(context, "classes", 1.0);
    vd_drape_source_close(source);
    free(palette.colours);
    if (result != VD_OK) {
        vd_classes_destroy(classes);
        return result;
    }
    *out = classes;
    return VD_OK;
}

void vd_classes_destroy(vd_class_raster *classes)
{
    if (!classes) return;
    for (int i = 0; i < VDK_DRAPE_LEVELS; i++) free(classes->classes[i]);
    free(classes->colours);
    free(classes);
}
