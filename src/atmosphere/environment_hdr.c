/* Radiance pictures (.hdr, .pic): RGBE, flat or in either run-length code.
 *
 * The format is that of Ward 1991, "Real Pixels" (Graphics Gems II, section II.5), with the header
 * and the codes of Radiance's own reader: a line "#?RADIANCE" or the like, lines "NAME=value", an
 * empty line, the resolution, then scanlines. A pixel is three mantissas m and an exponent e of
 * all, radiance (m + 1/2) 2^(e - 136). A scanline that begins with the bytes 2, 2 and its own
 * length has its four components one after the other, in runs; in any other, a pixel of mantissas
 * 1, 1, 1 repeats the one before it, e times, and further such pixels count in further digits to
 * base 256.
 *
 * EXPOSURE lines are multiplied together and divided out, so that values are radiance again. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/environment_read.h"

#define LINE_BYTES 512
#define HEADER_LINES 1000

typedef struct reader {
    vd_context *context;
    const char *path;
    FILE *file;
    double exposure;
    int width, height;
    bool from_below, from_right; /**< the first pixel is the last row's, the last column's */
} reader;

static vd_result refuse(const reader *r, const char *problem)
{
    if (ferror(r->file))
        return vd_fail(r->context, VD_ERR_INPUT, "%s: cannot be read: %s; try again", r->path,
                       strerror(errno));
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s: %s; check the Radiance picture in a viewer, or save it anew", r->path,
                   problem);
}

/** A line without its end; false at the end of the file and where a line is too long. */
static bool read_line(const reader *r, char line[LINE_BYTES])
{
    int length = 0;
    for (int c = getc(r->file); c != '\n'; c = getc(r->file)) {
        if (c == EOF || c == '\0' || length == LINE_BYTES - 1) return false;
        line[length++] = (char)c;
    }
    line[length] = '\0';
    return true;
}

static vd_result read_header(reader *r)
{
    char line[LINE_BYTES];
    if (!read_line(r, line)) return refuse(r, "its header is cut short or damaged");
    for (int i = 0; i < HEADER_LINES; i++) {
        if (!read_line(r, line)) return refuse(r, "its header is cut short or damaged");
        if (!line[0]) return VD_OK;
        if (strncmp(line, "FORMAT=", 7) == 0 && strncmp(line + 7, "32-bit_rle_rgbe", 15) != 0)
            return refuse(r, "its format is not 32-bit_rle_rgbe");
        if (strncmp(line, "EXPOSURE=", 9) == 0) {
            double value = vd_strtod(line + 9, NULL);
            if (!(value > 0.0) || !isfinite(r->exposure * value))
                return refuse(r, "its EXPOSURE is no number above 0");
            r->exposure *= value;
        }
        if (strncmp(line, "PRIMARIES=", 10) == 0)
            vd_message(r->context, VD_LEVEL_WARNING,
                       "%s: names primaries of its own; its colours are taken as Rec. 709",
                       r->path);
    }
    return refuse(r, "its header has no end");
}

static vd_result read_resolution(reader *r)
{
    char line[LINE_BYTES], y_sign, x_sign;
    long height = 0, width = 0;
    if (!read_line(r, line)) return refuse(r, "its header is cut short or damaged");
    if (sscanf(line, "%cY %9ld %cX %9ld", &y_sign, &height, &x_sign, &width) != 4 ||
        !strchr("+-", y_sign) || !strchr("+-", x_sign))
        return refuse(r, "its resolution is not of the form -Y rows +X columns");
    if (height < 1 || width < 1 || height > VD_ENVIRONMENT_SIDE_MAX ||
        width > VD_ENVIRONMENT_SIDE_MAX)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s: says that it has %ld x %ld pixels; 1 to %d a side can be read", r->path,
                       width, height, VD_ENVIRONMENT_SIDE_MAX);
    r->height = (int)height;
    r->width = (int)width;
    r->from_below = y_sign == '+';
    r->from_right = x_sign == '-';
    return VD_OK;
}

/** One component of a scanline in runs: a count above 128 repeats a byte, another copies bytes. */
static bool read_runs(const reader *r, unsigned char (*pixels)[4], int component)
{
    for (int x = 0; x < r->width;) {
        int count = getc(r->file);
        bool is_run = count > 128;
        if (is_run) count -= 128;
        if (count < 1 || count > r->width - x) return false; /* also at the end of the file */
        int value = is_run ? getc(r->file) : 0;
        for (int i = 0; i < count; i++) {
            if (!is_run) value = getc(r->file);
            if (value == EOF) return false;
            pixels[x++][component] = (unsigned char)value;
        }
    }
    return true;
}

/** The rest of a scanline from pixel x on, flat or in the older code. */
static bool read_flat(const reader *r, unsigned char (*pixels)[4], int x)
{
    int shift = 0;
    while (x < r->width) {
        unsigned char *pixel = pixels[x];
        if (fread(pixel, 1, 4, r->file) != 4) return false;
        if (pixel[0] != 1 || pixel[1] != 1 || pixel[2] != 1) {
            shift = 0;
            x++;
            continue;
        }
        if (x == 0 || shift > 16) return false;
        int count = pixel[3] << shift;
        if (count > r->width - x) return false;
        for (int i = 0; i < count; i++, x++) memcpy(pixels[x], pixels[x - 1], 4);
        shift += 8;
    }
    return true;
}

static bool read_scanline(const reader *r, unsigned char (*pixels)[4])
{
    unsigned char *first = pixels[0];
    if (r->width < 8 || r->width > 32767) return read_flat(r, pixels, 0);
    if (fread(first, 1, 4, r->file) != 4) return false;
    if (first[0] != 2 || first[1] != 2 || first[2] >= 128) {
        if (first[0] == 1 && first[1] == 1 && first[2] == 1) return false;
        return read_flat(r, pixels, 1);
    }
    if ((first[2] << 8 | first[3]) != r->width) return false;
    for (int component = 0; component < 4; component++)
        if (!read_runs(r, pixels, component)) return false;
    return true;
}

static void decode(const reader *r, unsigned char (*pixels)[4], float *out)
{
    for (int x = 0; x < r->width; x++) {
        const unsigned char *pixel = pixels[r->from_right ? r->width - 1 - x : x];
        double scale = ldexp(1.0, pixel[3] - 136) / r->exposure;
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = pixel[3] ? (float)((pixel[c] + 0.5) * scale) : 0.0f;
    }
}

static vd_result read_pixels(const reader *r, vd_light_picture *out)
{
    size_t columns = (size_t)r->width, rows = (size_t)r->height;
    void *memory, *line;
    /* A damaged size is found out before memory is asked for: a scanline has four bytes at least.
     */
    long at = ftell(r->file), end = -1;
    if (at >= 0 && fseek(r->file, 0, SEEK_END) == 0) end = ftell(r->file);
    if (end < 0 || fseek(r->file, at, SEEK_SET) != 0) return refuse(r, "its size is unknown");
    if ((end - at) / 4 < r->height) return refuse(r, "it is cut short or damaged");
    VD_TRY(vd_alloc(r->context, columns, 4, "a row of the environment", &line));
    vd_result result =
        vd_alloc(r->context, rows * columns, 3 * sizeof(float), "the environment", &memory);
    if (result == VD_OK) *out = (vd_light_picture){r->width, r->height, memory};
    for (int y = 0; result == VD_OK && y < r->height; y++) {
        size_t row = (size_t)(r->from_below ? r->height - 1 - y : y);
        if (read_scanline(r, line))
            decode(r, line, out->rgb + 3 * row * columns);
        else
            result = refuse(r, "it is cut short or damaged");
    }
    free(line);
    return result;
}

vd_result vd_light_picture_read_hdr(vd_context *context, const char *path, vd_light_picture *out)
{
    reader r = {.context = context, .path = path, .file = fopen(path, "rb"), .exposure = 1.0};
    *out = (vd_light_picture){0};
    if (!r.file)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                       strerror(errno));
    vd_result result = read_header(&r);
    if (result == VD_OK) result = read_resolution(&r);
    if (result == VD_OK) result = read_pixels(&r, out);
    fclose(r.file);
    if (result != VD_OK) {
        free(out->rgb);
        *out = (vd_light_picture){0};
    }
    return result;
}
