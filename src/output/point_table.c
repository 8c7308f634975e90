/* Points in the picture as CSV or GeoJSON. Both hold the same: the fields that came with a point,
 * then x, y and z where it is on the map, pixel_x and pixel_y, depth and distance in metres, and
 * its state as a word. What is unknown is empty in CSV and null in GeoJSON, which has no NaN
 * (RFC 8259, 6). A field that came with one of these names is called input_NAME.
 *
 * GeoJSON's geometry is longitude and latitude on WGS 84 (RFC 7946, 4), or null where nobody knows
 * these; the picture's size stands beside the features, as the member "picture". */
#include "output/point_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 8 };
static const char *const columns[COLUMNS] = {"x",       "y",     "z",        "pixel_x",
                                             "pixel_y", "depth", "distance", "state"};
static const char *const states[] = {
    [VD_POINT_VISIBLE] = "visible",         [VD_POINT_HIDDEN] = "hidden",
    [VD_POINT_UNDERGROUND] = "underground", [VD_POINT_NO_GROUND] = "no_ground",
    [VD_POINT_OUTSIDE] = "outside",         [VD_POINT_BEHIND] = "behind",
    [VD_POINT_NOWHERE] = "nowhere"};

static void put(const vd_text_sink *sink, const char *text)
{
    sink->write(sink->user, text, strlen(text));
}

/* A number as C's locale has it, whatever the program's; `unknown` for none. */
static void put_number(const vd_text_sink *sink, const char *format, double value,
                       const char *unknown)
{
    char text[64];
    if (!isfinite(value)) {
        put(sink, unknown);
        return;
    }
    snprintf(text, sizeof(text), format, value);
    for (char *c = text; *c; c++)
        if (!strchr("+-.0123456789e", *c)) *c = '.';
    put(sink, text);
}

/* The numbers of a row in the order of the columns, up to the state. */
static void numbers_of(const vd_point_table *t, int64_t row, double out[COLUMNS - 1])
{
    const vd_projected *p = &t->found[row];
    const double all[] = {t->points[row].x, t->points[row].y, p->z_m, p->x, p->y,
                          p->depth_m,       p->distance_m};
    memcpy(out, all, sizeof(all));
}

/* Coordinates as they were given, to a nanodegree; all else to a millimetre or a thousandth of a
 * pixel. */
static const char *format_of(int column)
{
    return column < 2 ? "%.12g" : "%.3f";
}

static bool is_ours(const char *name)
{
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(name, columns[i]) == 0) return true;
    return false;
}

/* ---- CSV ------------------------------------------------------------------------------------ */

static void put_cell(const vd_text_sink *sink, const char *text)
{
    if (!text) return;
    if (!strpbrk(text, ",\"\r\n")) {
        put(sink, text);
        return;
    }
    put(sink, "\"");
    for (; *text; text++) {
        if (*text == '"') put(sink, "\"");
        sink->write(sink->user, text, 1);
    }
    put(sink, "\"");
}

void vd_point_table_csv(const vd_point_table *t, const vd_text_sink *sink)
{
    double numbers[COLUMNS - 1];
    for (int i = 0; i < t->field_count; i++) {
        if (is_ours(t->fields[i])) put(sink, "input_");
        put_cell(sink, t->fields[i]);
        put(sink, ",");
    }
    for (int i = 0; i < COLUMNS; i++) {
        put(sink, columns[i]);
        put(sink, i + 1 < COLUMNS ? "," : "\n");
    }
    for (int64_t row = 0; row < t->count; row++) {
        for (int i = 0; i < t->field_count; i++) {
            if (row < t->valued) put_cell(sink, t->values[row * t->field_count + i]);
            put(sink, ",");
        }
        numbers_of(t, row, numbers);
        for (int i = 0; i + 1 < COLUMNS; i++) {
            put_number(sink, format_of(i), numbers[i], "");
            put(sink, ",");
        }
        put(sink, states[t->found[row].state]);
        put(sink, "\n");
    }
}

/* ---- GeoJSON -------------------------------------------------------------------------------- */

/* As many bytes as a well-formed sequence of UTF-8 has here; 0 of one that is not. */
static int sequence_of(const unsigned char *c)
{
    int more = *c < 0x80 ? 0 : *c >= 0xc2 && *c < 0xe0 ? 1 : (*c & 0xf0) == 0xe0 ? 2 : 3;
    if ((*c >= 0x80 && *c < 0xc2) || *c > 0xf4) return 0;
    for (int i = 1; i <= more; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    bool is_long = (*c == 0xe0 && c[1] < 0xa0) || (*c == 0xf0 && c[1] < 0x90);
    bool is_none = (*c == 0xed && c[1] >= 0xa0) || (*c == 0xf4 && c[1] >= 0x90);
    return is_long || is_none ? 0 : more + 1;
}

/* A string; bytes that are no UTF-8, which JSON is, become U+FFFD. */
static void put_string(const vd_text_sink *sink, const char *prefix, const char *text)
{
    put(sink, "\"");
    put(sink, prefix);
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        char escaped[8];
        int length = sequence_of(c);
        if (length == 0) {
            put(sink, "\\ufffd");
        } else if (*c < 0x20 || *c == '"' || *c == '\\') {
            snprintf(escaped, sizeof(escaped), "\\u%04x", *c);
            put(sink, escaped);
        } else {
            sink->write(sink->user, (const char *)c, (size_t)length);
        }
        c += length ? length : 1;
    }
    put(sink, "\"");
}

/* Is text a number as JSON writes them? */
static bool is_json_number(const char *text)
{
    const char *c = text + (*text == '-');
    if (*c == '0' && c[1] >= '0' && c[1] <= '9') return false;
    size_t whole = strspn(c, "0123456789");
    c += whole;
    if (whole == 0) return false;
    if (*c == '.') {
        size_t digits = strspn(c + 1, "0123456789");
        if (digits == 0) return false;
        c += 1 + digits;
    }
    if (*c == 'e' || *c == 'E') {
        c += 1 + (c[1] == '+' || c[1] == '-');
        size_t digits = strspn(c, "0123456789");
        if (digits == 0) return false;
        c += digits;
    }
    return !*c;
}

static void put_feature(const vd_point_table *t, int64_t row, const vd_text_sink *sink)
{
    double numbers[COLUMNS - 1];
    put(sink, "{\"type\": \"Feature\", \"geometry\": ");
    if (t->longitude && isfinite(t->longitude[row]) && isfinite(t->latitude[row])) {
        put(sink, "{\"type\": \"Point\", \"coordinates\": [");
        put_number(sink, "%.9f", t->longitude[row], "");
        put(sink, ", ");
        put_number(sink, "%.9f", t->latitude[row], "");
        put(sink, "]}");
    } else {
        put(sink, "null");
    }
    put(sink, ", \"properties\": {");
    for (int i = 0; i < t->field_count; i++) {
        const char *value = row < t->valued ? t->values[row * t->field_count + i] : NULL;
        put_string(sink, is_ours(t->fields[i]) ? "input_" : "", t->fields[i]);
        put(sink, ": ");
        if (!value)
            put(sink, "null");
        else if (t->is_number[i] && is_json_number(value))
            put(sink, value);
        else
            put_string(sink, "", value);
        put(sink, ", ");
    }
    numbers_of(t, row, numbers);
    for (int i = 0; i + 1 < COLUMNS; i++) {
        put_string(sink, "", columns[i]);
        put(sink, ": ");
        put_number(sink, format_of(i), numbers[i], "null");
        put(sink, ", ");
    }
    put(sink, "\"state\": ");
    put_string(sink, "", states[t->found[row].state]);
    put(sink, "}}");
}

void vd_point_table_geojson(const vd_point_table *t, const vd_text_sink *sink)
{
    char picture[96];
    snprintf(picture, sizeof(picture),
             "{\"type\": \"FeatureCollection\", \"picture\": {\"width\": %d, \"height\": %d}",
             t->width, t->height);
    put(sink, picture);
    put(sink, ", \"features\": [");
    for (int64_t row = 0; row < t->count; row++) {
        put(sink, row ? ",\n" : "\n");
        put_feature(t, row, sink);
    }
    put(sink, "\n]}\n");
}
