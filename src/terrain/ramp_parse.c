/* The text of elevation ramps, by the rules of `gdaldem color-relief`:
 *
 *     # comment, as is a line that begins with /
 *     3500   white            name, in any case, with an alpha of 0..255 if wanted
 *     2500   235:220:175      fields are separated by blanks, tabs, commas or colons
 *     50%    190 185 135 255  percent of the way from the DEM's lowest to its highest height
 *     nv     0 0 0 0          where the DEM has no value ("nan" too)
 *
 * in any order of elevations. After a comment with COLOR_MODEL = RGB, or with eight fields, a line
 * is one of a GMT colour table: elevation, r, g, b, elevation, r, g, b; its B and F lines are
 * passed over and N is nv. Where gdaldem would read nonsense as 0, this says which line it is.
 *
 * Names of colours stand for gdaldem's values, which are not those of the web. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#include "terrain/ramp_parse.h"

enum { MAX_FIELDS = 9 };

static const struct {
    const char *name;
    unsigned char rgb[3];
} colour_names[] = {
    {"white", {255, 255, 255}}, {"black", {0, 0, 0}},      {"red", {255, 0, 0}},
    {"green", {0, 255, 0}},     {"blue", {0, 0, 255}},     {"yellow", {255, 255, 0}},
    {"magenta", {255, 0, 255}}, {"cyan", {0, 255, 255}},   {"aqua", {0, 191, 191}},
    {"grey", {191, 191, 191}},  {"gray", {191, 191, 191}}, {"orange", {255, 127, 0}},
    {"brown", {191, 127, 63}},  {"purple", {127, 0, 255}}, {"violet", {127, 0, 255}},
    {"indigo", {0, 127, 255}},
};

typedef struct parser {
    vd_context *context;
    const char *name;
    int line;
    double min_m, max_m;
    bool is_cpt;
    char *fields[MAX_FIELDS];
    int count; /* MAX_FIELDS: that many or more */
    vd_ramp_text *out;
} parser;

/* The whole field as a finite number. The caller has set the "C" locale. */
static bool to_number(const char *field, double *out)
{
    char *end = NULL;
    *out = strtod(field, &end);
    return end != field && *end == '\0' && isfinite(*out);
}

static vd_result to_component(const parser *p, const char *field, double *out)
{
    double value;
    if (!to_number(field, &value) || value < 0.0 || value > 255.0)
        return vd_fail(p->context, VD_ERR_FORMAT,
                       "%s, line %d: '%s' is not a colour value; give a number of 0..255", p->name,
                       p->line, field);
    *out = value / 255.0;
    return VD_OK;
}

static vd_result to_components(const parser *p, int first, int count, double out[4])
{
    out[3] = 1.0;
    for (int i = 0; i < count; i++) VD_TRY(to_component(p, p->fields[first + i], &out[i]));
    return VD_OK;
}

static vd_result add_entry(parser *p, double elevation_m, const double encoded[4])
{
    vd_ramp_text *out = p->out;
    if (out->count == out->capacity) {
        void *larger = NULL;
        int capacity = out->capacity ? 2 * out->capacity : 64;
        VD_TRY(vd_alloc(p->context, (size_t)capacity, sizeof *out->entries, "a ramp", &larger));
        if (out->count) memcpy(larger, out->entries, (size_t)out->count * sizeof *out->entries);
        free(out->entries);
        out->entries = larger;
        out->capacity = capacity;
    }
    vd_ramp_entry *entry = &out->entries[out->count];
    entry->elevation_m = elevation_m;
    memcpy(entry->encoded, encoded, sizeof entry->encoded);
    entry->order = out->count++;
    return VD_OK;
}

/* The colour from field 1 on: three numbers or a name, then alpha if there is one. */
static vd_result parse_colour(const parser *p, double out[4])
{
    double number;
    if (p->count >= 4 && to_number(p->fields[1], &number))
        return to_components(p, 1, p->count > 4 ? 4 : 3, out);
    for (size_t i = 0; i < sizeof colour_names / sizeof colour_names[0]; i++) {
        if (strcasecmp(p->fields[1], colour_names[i].name) != 0) continue;
        for (int c = 0; c < 3; c++) out[c] = colour_names[i].rgb[c] / 255.0;
        out[3] = 1.0;
        return p->count > 2 ? to_component(p, p->fields[2], &out[3]) : VD_OK;
    }
    return vd_fail(p->context, VD_ERR_FORMAT,
                   "%s, line %d: '%s' begins no colour; give red green blue of 0..255, or one of "
                   "white black red green blue yellow magenta cyan aqua grey orange brown purple "
                   "violet indigo",
                   p->name, p->line, p->fields[1]);
}

static vd_result parse_elevation(const parser *p, char *field, double *out)
{
    size_t length = strlen(field);
    bool percent = length > 1 && field[length - 1] == '%';
    if (percent) field[length - 1] = '\0';
    if (!to_number(field, out))
        return vd_fail(p->context, VD_ERR_FORMAT,
                       "%s, line %d: '%s' is not an elevation; give a number, a percentage or nv",
                       p->name, p->line, field);
    if (percent && (*out < 0.0 || *out > 100.0))
        return vd_fail(p->context, VD_ERR_FORMAT,
                       "%s, line %d: %s%% is not between the lowest (0%%) and highest (100%%) "
                       "elevation",
                       p->name, p->line, field);
    if (percent) *out = p->min_m + *out / 100.0 * (p->max_m - p->min_m);
    return VD_OK;
}

static vd_result parse_cpt_slice(parser *p)
{
    for (int first = 0; first <= 4; first += 4) {
        double elevation_m, encoded[4];
        VD_TRY(parse_elevation(p, p->fields[first], &elevation_m));
        VD_TRY(to_components(p, first + 1, 3, encoded));
        VD_TRY(add_entry(p, elevation_m, encoded));
    }
    return VD_OK;
}

static vd_result parse_fields(parser *p)
{
    const char *key = p->fields[0];
    bool is_nodata = strcasecmp(key, "nv") == 0 || strcasecmp(key, "nan") == 0;
    if (p->count == 8) return parse_cpt_slice(p);
    if (p->is_cpt) {
        if (strcasecmp(key, "B") == 0 || strcasecmp(key, "F") == 0) return VD_OK;
        is_nodata = strcasecmp(key, "N") == 0;
        if (!is_nodata || p->count != 4)
            return vd_fail(p->context, VD_ERR_FORMAT,
                           "%s, line %d: not a line of a GMT colour table in RGB; write elevation "
                           "red green blue twice",
                           p->name, p->line);
    }
    if (p->count < 2)
        return vd_fail(p->context, VD_ERR_FORMAT,
                       "%s, line %d: '%s' has no colour after it; give red green blue or a name",
                       p->name, p->line, key);
    double elevation_m = 0.0, encoded[4];
    if (!is_nodata) VD_TRY(parse_elevation(p, p->fields[0], &elevation_m));
    VD_TRY(parse_colour(p, encoded));
    if (!is_nodata) return add_entry(p, elevation_m, encoded);
    p->out->has_nodata = true;
    memcpy(p->out->nodata, encoded, sizeof encoded);
    return VD_OK;
}

static vd_result parse_line(parser *p, char *line)
{
    if (line[0] == '#' && strstr(line, "COLOR_MODEL")) {
        p->is_cpt = strstr(line, "RGB") != NULL;
        if (!p->is_cpt)
            return vd_fail(p->context, VD_ERR_FORMAT,
                           "%s, line %d: only colour tables with COLOR_MODEL = RGB are understood",
                           p->name, p->line);
        return VD_OK;
    }
    char *rest = NULL;
    p->count = 0;
    for (char *field = strtok_r(line, " \t,:\r", &rest); field && p->count < MAX_FIELDS;
         field = strtok_r(NULL, " \t,:\r", &rest)) {
        if (field[0] == '#' || (p->count == 0 && field[0] == '/')) break;
        p->fields[p->count++] = field;
    }
    return p->count == 0 ? VD_OK : parse_fields(p);
}

static vd_result parse_lines(parser *p, char *text)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (strncmp(text, byte_order_mark, 3) == 0) text += 3;
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end) *end = '\0';
        p->line++;
        VD_TRY(parse_line(p, line));
        line = end ? end + 1 : NULL;
    }
    if (p->out->count == 0)
        return vd_fail(p->context, VD_ERR_FORMAT,
                       "%s: holds no line 'elevation red green blue'; give it at least one",
                       p->name);
    return VD_OK;
}

vd_result vd_ramp_parse(vd_context *context, const char *name, char *text, double min_m,
                        double max_m, vd_ramp_text *out)
{
    memset(out, 0, sizeof *out);
    parser p = {.context = context, .name = name, .min_m = min_m, .max_m = max_m, .out = out};
    /* A program that has set a locale with decimal commas must not change what a file says. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0)
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory to read it", name);
    locale_t before = uselocale(plain);
    vd_result result = parse_lines(&p, text);
    uselocale(before);
    freelocale(plain);
    return result;
}
