/* .cube files: a list of colours on a lattice, red running fastest.
 *
 * Between the points of a cube the colour is interpolated in the tetrahedron that it lies in, one
 * of the six into which the order of its three fractions parts a cell (Sakamoto and Itooka 1981;
 * Kang 2006, "Computational Color Technology", section 9.4). All six share the diagonal from black
 * to white, so that greys are interpolated between greys alone; trilinear interpolation would tint
 * them. */
#include "post/lut.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"

enum { LINE_MAX_BYTES = 1024, SIZE_1D_MAX = 65536, SIZE_3D_MAX = 256 };

struct vd_lut {
    int size; /* points along an axis */
    bool is_cube;
    float low[3], scale[3]; /* from a colour to lattice units */
    float *rgb;             /* [points][3] */
};

/* ---- reading ------------------------------------------------------------------------------- */

typedef struct reader {
    vd_context *context;
    const char *path;
    int line;
    int64_t wanted, count; /* of points */
    double low[3], high[3];
    vd_lut *lut;
} reader;

static vd_result refuse(const reader *r, const char *problem)
{
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s:%d: %s; a .cube file has LUT_3D_SIZE or LUT_1D_SIZE, then lines of three "
                   "numbers",
                   r->path, r->line, problem);
}

/** Three numbers and nothing else. */
static bool read_three(const char *text, double out[3])
{
    for (int i = 0; i < 3; i++) {
        char *end;
        out[i] = vd_strtod(text, &end);
        if (end == text || !isfinite(out[i])) return false;
        text = end;
    }
    return text[strspn(text, " \t\r\n")] == '\0';
}

static vd_result read_size(reader *r, const char *text, bool is_cube)
{
    char *end;
    void *memory;
    long size = strtol(text, &end, 10);
    long most = is_cube ? SIZE_3D_MAX : SIZE_1D_MAX;
    if (r->lut->rgb) return refuse(r, "has a size twice");
    if (end == text || end[strspn(end, " \t\r\n")] != '\0' || size < 2 || size > most)
        return refuse(r,
                      is_cube ? "the size of a cube is 2..256" : "the size of a table is 2..65536");
    r->lut->size = (int)size;
    r->lut->is_cube = is_cube;
    r->wanted = is_cube ? (int64_t)size * size * size : size;
    VD_TRY(vd_alloc(r->context, (size_t)r->wanted, 3 * sizeof(float), "a look-up table", &memory));
    r->lut->rgb = memory;
    return VD_OK;
}

/** What follows a keyword that a line begins with, or NULL. */
static const char *after(const char *line, const char *keyword)
{
    size_t length = strlen(keyword);
    if (strncmp(line, keyword, length) != 0) return NULL;
    return line[length] == ' ' || line[length] == '\t' ? line + length : NULL;
}

static vd_result read_point(reader *r, const char *line)
{
    double rgb[3];
    if (!read_three(line, rgb)) return refuse(r, "is neither a keyword nor three numbers");
    if (!r->lut->rgb) return refuse(r, "has colours before its size");
    if (r->count == r->wanted) return refuse(r, "has more colours than its size says");
    for (int i = 0; i < 3; i++) r->lut->rgb[3 * r->count + i] = (float)rgb[i];
    r->count++;
    return VD_OK;
}

static vd_result read_line(reader *r, const char *line)
{
    const char *rest;
    if (r->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) line += 3; /* a byte order mark */
    line += strspn(line, " \t\r\n");
    if (!*line || *line == '#') return VD_OK;
    if (strncmp(line, "TITLE", 5) == 0) return VD_OK;
    if ((rest = after(line, "LUT_3D_SIZE"))) return read_size(r, rest, true);
    if ((rest = after(line, "LUT_1D_SIZE"))) return read_size(r, rest, false);
    if ((rest = after(line, "DOMAIN_MIN")))
        return read_three(rest, r->low) ? VD_OK : refuse(r, "DOMAIN_MIN takes three numbers");
    if ((rest = after(line, "DOMAIN_MAX")))
        return read_three(rest, r->high) ? VD_OK : refuse(r, "DOMAIN_MAX takes three numbers");
    return read_point(r, line);
}

static vd_result finish(reader *r)
{
    if (r->count < r->wanted || !r->lut->rgb)
        return vd_fail(r->context, VD_ERR_FORMAT, "%s: ends after %lld of %lld colours", r->path,
                       (long long)r->count, (long long)r->wanted);
    for (int i = 0; i < 3; i++) {
        if (!(r->high[i] > r->low[i]))
            return vd_fail(r->context, VD_ERR_FORMAT,
                           "%s: its domain is empty: DOMAIN_MAX must lie above DOMAIN_MIN",
                           r->path);
        r->lut->low[i] = (float)r->low[i];
        r->lut->scale[i] = (float)((r->lut->size - 1) / (r->high[i] - r->low[i]));
    }
    return VD_OK;
}

static vd_result read_all(reader *r, FILE *file)
{
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof(line), file)) {
        r->line++;
        if (strlen(line) == sizeof(line) - 1) return refuse(r, "has a line that is too long");
        VD_TRY(read_line(r, line));
    }
    if (ferror(file))
        return vd_fail(r->context, VD_ERR_INPUT, "%s: cannot be read: %s; give a .cube file",
                       r->path, strerror(errno));
    return finish(r);
}

vd_result vd_lut_load(vd_context *context, const char *path, vd_lut **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_refuse_special_file(context, path));
    FILE *file = fopen(path, "rb");
    if (!file)
        return vd_fail(context, VD_ERR_INPUT,
                       "%s: cannot be read; give a .cube file, of one dimension or three", path);
    reader r = {.context = context, .path = path, .high = {1.0, 1.0, 1.0}};
    vd_result result = vd_alloc(context, 1, sizeof(vd_lut), "a look-up table", &memory);
    if (result == VD_OK) {
        r.lut = memory;
        result = read_all(&r, file);
    }
    fclose(file);
    if (result == VD_OK)
        *out = r.lut;
    else
        vd_lut_destroy(r.lut);
    return result;
}

void vd_lut_destroy(vd_lut *lut)
{
    if (lut) free(lut->rgb);
    free(lut);
}

/* ---- looking up ---------------------------------------------------------------------------- */

/** A channel's place: the lattice point at or below it, one before the last at most, and how far on
 *  it is. NaN is at the first. */
static int place(const vd_lut *lut, int channel, float value, float *fraction)
{
    float x = (value - lut->low[channel]) * lut->scale[channel];
    x = x > 0.0f ? vdk_min(x, (float)(lut->size - 1)) : 0.0f;
    int i = vdk_imin(vdk_ifloor(x), lut->size - 2);
    *fraction = x - (float)i;
    return i;
}

static void apply_table(const vd_lut *lut, float rgb[3])
{
    for (int i = 0; i < 3; i++) {
        float f;
        const float *at = lut->rgb + 3 * place(lut, i, rgb[i], &f) + i;
        rgb[i] = at[0] + f * (at[3] - at[0]);
    }
}

static void apply_cube(const vd_lut *lut, float rgb[3])
{
    const int64_t strides[3] = {1, lut->size, (int64_t)lut->size * lut->size};
    float f[3];
    int64_t at = 0;
    int order[3] = {0, 1, 2};
    for (int i = 0; i < 3; i++) at += strides[i] * place(lut, i, rgb[i], &f[i]);
    /* From the cell's first point to its last along the axes, the longest way first. */
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2 - i; k++)
            if (f[order[k]] < f[order[k + 1]]) {
                int swap = order[k];
                order[k] = order[k + 1];
                order[k + 1] = swap;
            }
    const float *here = lut->rgb + 3 * at;
    for (int i = 0; i < 3; i++) rgb[i] = here[i];
    for (int k = 0; k < 3; k++) {
        const float *next = here + 3 * strides[order[k]];
        for (int i = 0; i < 3; i++) rgb[i] += f[order[k]] * (next[i] - here[i]);
        here = next;
    }
}

void vd_lut_apply(const vd_lut *lut, float rgb[3])
{
    if (lut->is_cube)
        apply_cube(lut, rgb);
    else
        apply_table(lut, rgb);
}
