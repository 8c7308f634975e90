/* Where a picture lies on the map, in side files: a PNG's two, a GeoTIFF's one if asked.
 *
 * The world file is six lines of numbers, read by nearly every program: the steps of x and y along
 * a row, then along a column, then the centre of the upper left pixel. It knows no CRS. GDAL's
 * .aux.xml (its "persistent auxiliary metadata") has the geotransform of the pixel's corner and the
 * CRS as WKT, in traditional order of axes when it says nothing about them. Numbers have as many
 * digits as reading them back exactly takes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/parts.h"

/* The shortest of up to 17 digits that reads back as the same double, with a point whatever the
 * locale's decimal sign. */
static const char *format_number(double value, char text[40])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 40, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    char *comma = strchr(text, ',');
    if (comma) *comma = '.';
    return text;
}

static void write_world(FILE *stream, const vd_source *source)
{
    const double *g = source->geotransform;
    const double lines[6] = {
        g[1], g[4], g[2], g[5], g[0] + 0.5 * g[1] + 0.5 * g[2], g[3] + 0.5 * g[4] + 0.5 * g[5]};
    char number[40];
    for (int i = 0; i < 6; i++) fprintf(stream, "%s\n", format_number(lines[i], number));
}

static void write_escaped(FILE *stream, const char *text)
{
    for (; *text; text++) switch (*text) {
        case '&': fputs("&amp;", stream); break;
        case '<': fputs("&lt;", stream); break;
        case '>': fputs("&gt;", stream); break;
        default: fputc(*text, stream);
        }
}

static void write_pam(FILE *stream, const vd_source *source)
{
    char number[40];
    fputs("<PAMDataset>\n", stream);
    if (source->wkt) {
        fputs("  <SRS>", stream);
        write_escaped(stream, source->wkt);
        fputs("</SRS>\n", stream);
    }
    if (source->has_geotransform) {
        fputs("  <GeoTransform>", stream);
        for (int i = 0; i < 6; i++)
            fprintf(stream, "%s%s", i ? ", " : "", format_number(source->geotransform[i], number));
        fputs("</GeoTransform>\n", stream);
    }
    fputs("</PAMDataset>\n", stream);
}

static vd_result write_member(vd_context *context, const vd_source *source, vd_family *family,
                              vd_member member, void (*write)(FILE *, const vd_source *))
{
    FILE *stream = fopen(vd_whole_path(family->files[member]), "w");
    bool good = stream != NULL;
    if (stream) {
        write(stream, source);
        good = !ferror(stream);
        good = fclose(stream) == 0 && good;
    }
    if (!good)
        return vd_fail(context, VD_ERR_IO,
                       "cannot write %s: %s; free some space or choose another folder",
                       family->paths[member], strerror(errno));
    family->written[member] = true;
    return VD_OK;
}

vd_result vd_world_file_write(vd_context *context, const vd_source *source, vd_family *family)
{
    return write_member(context, source, family, VD_MEMBER_WORLD, write_world);
}

vd_result vd_side_files_write(vd_context *context, const vd_source *source, vd_family *family)
{
    if (source->has_geotransform) VD_TRY(vd_world_file_write(context, source, family));
    if (source->has_geotransform || source->wkt)
        VD_TRY(write_member(context, source, family, VD_MEMBER_PAM, write_pam));
    return VD_OK;
}
