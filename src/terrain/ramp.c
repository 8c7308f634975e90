/* Elevation ramps: from a text's entries to stops that a renderer can interpolate in linear light.
 *
 * gdaldem interpolates the encoded values, so that is what its files mean; light is added in linear
 * ones. Each span between two entries is therefore cut so finely that linear interpolation of
 * decoded colour follows the decoded interpolation. With a step d of an encoded value x, the chord
 * of the sRGB curve f leaves it by at most d^2 f''/8; seen in encoded values that is d^2/8 f''/f',
 * and f''/f' is largest just above the toe, 1.4 / (0.04045 + 0.055) = 14.7. d = 1/48 keeps it below
 * 0.0008.
 *
 * Nearest-entry ramps become sharp edges half-way between entries. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "terrain/ramp.h"
#include "terrain/ramp_parse.h"
#include "terrain/srgb.h"

#define STEPS_PER_UNIT 48.0
enum { MAX_FILE_BYTES = 1 << 20 };

/* ---- the text ------------------------------------------------------------------------------ */

static vd_result unknown(vd_context *context, const vd_colour_text *what, const char *name)
{
    char list[256] = "";
    size_t used = 0;
    for (const vd_embedded_file *file = vd_embedded_files; file->name; file++) {
        if (strcmp(file->folder, what->folder) != 0) continue;
        int wrote = snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", file->name);
        if (wrote < 0 || (size_t)wrote >= sizeof list - used) break;
        used += (size_t)wrote;
    }
    return vd_fail(context, VD_ERR_SETTING,
                   "%s '%s': neither a file nor a built-in %s; choose one of %s, or give a "
                   "file's path",
                   what->noun, name, what->noun, list);
}

static vd_result read_file(vd_context *context, const vd_colour_text *what, const char *path,
                           char **out)
{
    void *memory = NULL;
    VD_TRY(vd_refuse_special_file(context, path));
    FILE *file = fopen(path, "rb");
    if (!file) {
        if (errno == ENOENT && !strchr(path, '/')) return unknown(context, what, path);
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                       strerror(errno));
    }
    vd_result result = vd_alloc(context, MAX_FILE_BYTES + 1, 1, what->noun, &memory);
    if (result != VD_OK) goto cleanup;
    size_t length = fread(memory, 1, MAX_FILE_BYTES, file);
    if (ferror(file))
        result = vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check that it is a file",
                         path, strerror(errno));
    else if (length == MAX_FILE_BYTES)
        result = vd_fail(context, VD_ERR_FORMAT,
                         "%s: is larger than 1 MB; a %s is lines '%s red green blue'", path,
                         what->noun, what->key);

cleanup:
    fclose(file);
    if (result != VD_OK) {
        free(memory);
        memory = NULL;
    }
    *out = memory;
    return result;
}

vd_result vd_colour_text_read(vd_context *context, const vd_colour_text *what, const char *name,
                              char **out)
{
    const char *built_in = vd_embedded_find(what->folder, name);
    *out = NULL;
    return built_in ? vd_strdup(context, built_in, out) : read_file(context, what, name, out);
}

/* ---- stops --------------------------------------------------------------------------------- */

static void decode(const double encoded[4], float out[4])
{
    for (int c = 0; c < 3; c++) out[c] = vd_srgb_decode((float)encoded[c]);
    out[3] = (float)encoded[3];
}

static void add_stop(vd_ramp *ramp, double elevation_m, const double encoded[4])
{
    ramp->elevation_m[ramp->count] = (float)elevation_m;
    decode(encoded, ramp->rgb[ramp->count]);
    ramp->count++;
}

static int by_elevation(const void *left, const void *right)
{
    const vd_ramp_entry *a = left, *b = right;
    if (a->elevation_m < b->elevation_m) return -1;
    if (a->elevation_m > b->elevation_m) return 1;
    return a->order - b->order;
}

/* Pieces that a span is cut into. */
static int pieces_between(const vd_ramp_entry *a, const vd_ramp_entry *b)
{
    double most = 0.0;
    for (int c = 0; c < 3; c++) {
        double step = fabs(b->encoded[c] - a->encoded[c]);
        if (step > most) most = step;
    }
    int pieces = (int)ceil(most * STEPS_PER_UNIT);
    return pieces > 0 && b->elevation_m > a->elevation_m ? pieces : 1;
}

static void add_linear_span(vd_ramp *ramp, const vd_ramp_entry *a, const vd_ramp_entry *b,
                            double base_m)
{
    int pieces = pieces_between(a, b);
    for (int k = 1; k <= pieces; k++) {
        double t = (double)k / pieces, encoded[4];
        for (int c = 0; c < 4; c++) encoded[c] = (1.0 - t) * a->encoded[c] + t * b->encoded[c];
        double elevation_m = (1.0 - t) * a->elevation_m + t * b->elevation_m;
        add_stop(ramp, (k < pieces ? elevation_m : b->elevation_m) - base_m, encoded);
    }
}

static void add_edge(vd_ramp *ramp, const vd_ramp_entry *a, const vd_ramp_entry *b, double base_m)
{
    double middle = 0.5 * a->elevation_m + 0.5 * b->elevation_m - base_m;
    add_stop(ramp, middle, a->encoded);
    add_stop(ramp, middle, b->encoded);
}

static vd_result make_stops(vd_context *context, vd_ramp_text *text, vd_ramp_match match,
                            double base_m, vd_ramp *ramp)
{
    void *memory = NULL;
    qsort(text->entries, (size_t)text->count, sizeof *text->entries, by_elevation);
    size_t most = 1;
    for (int i = 1; i < text->count; i++)
        most += 2 + (size_t)pieces_between(&text->entries[i - 1], &text->entries[i]);
    VD_TRY(vd_alloc(context, most, sizeof(float), "a ramp", &memory));
    ramp->elevation_m = memory;
    VD_TRY(vd_alloc(context, most, sizeof *ramp->rgb, "a ramp", &memory));
    ramp->rgb = memory;

    const vd_ramp_entry *entries = text->entries;
    if (match == VD_RAMP_LINEAR || text->count == 1)
        add_stop(ramp, entries[0].elevation_m - base_m, entries[0].encoded);
    for (int i = 1; i < text->count; i++) {
        if (match == VD_RAMP_LINEAR)
            add_linear_span(ramp, &entries[i - 1], &entries[i], base_m);
        else
            add_edge(ramp, &entries[i - 1], &entries[i], base_m);
    }
    ramp->has_nodata = text->has_nodata;
    if (text->has_nodata) decode(text->nodata, ramp->nodata_rgb);
    return VD_OK;
}

vd_result vd_ramp_load(vd_context *context, const char *name, vd_ramp_match match, double min_m,
                       double max_m, double base_m, vd_ramp **out)
{
    *out = NULL;
    char *text = NULL;
    vd_ramp *ramp = NULL;
    void *memory = NULL;
    vd_ramp_text parsed = {0};
    static const vd_colour_text ramps = {"ramps", "ramp", "elevation"};
    vd_result result = vd_colour_text_read(context, &ramps, name, &text);
    if (result != VD_OK) goto cleanup;
    result = vd_ramp_parse(context, name, text, min_m, max_m, &parsed);
    if (result != VD_OK) goto cleanup;
    result = vd_alloc(context, 1, sizeof(vd_ramp), "a ramp", &memory);
    if (result != VD_OK) goto cleanup;
    ramp = memory;
    result = make_stops(context, &parsed, match, base_m, ramp);

cleanup:
    free(text);
    free(parsed.entries);
    if (result != VD_OK) {
        vd_ramp_destroy(ramp);
        ramp = NULL;
    }
    *out = ramp;
    return result;
}

void vd_ramp_destroy(vd_ramp *ramp)
{
    if (!ramp) return;
    free(ramp->elevation_m);
    free(ramp->rgb);
    free(ramp);
}
