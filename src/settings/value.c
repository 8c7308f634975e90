/* Values of every kind: reading them from text, checking their range.
 *
 * Numbers are decimal and read the same in every locale: sign, digits, point, exponent, and nothing
 * before or after. Whatever is outside a knob's range is refused; nothing is ever clamped. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

#define TEXT_MAX 65535 /* bytes of a text */
#define NUMBER_MAX 63  /* characters of a number */

_Static_assert(sizeof(vd_place) == 4 * sizeof(double) && sizeof(vd_paint) == 4 * sizeof(double),
               "a place and a paint are four numbers");
_Static_assert(sizeof(vd_list) == sizeof(vd_text_list), "all lists have one layout");
_Static_assert(offsetof(vd_list, items) == offsetof(vd_text_list, items),
               "all lists have one layout");

/* How a kind is laid out, and what it is called in "it takes ...". */
typedef struct kind_traits {
    size_t size;
    int numbers; /* how many it holds */
    bool whole;
    const char *wanted;
} kind_traits;

static const kind_traits traits_of[] = {
    [VD_KIND_BOOL] = {sizeof(bool), 0, false, "true or false"},
    [VD_KIND_INT] = {sizeof(int), 1, true, "a whole number"},
    [VD_KIND_FLOAT] = {sizeof(double), 1, false, "a number"},
    [VD_KIND_CHOICE] = {sizeof(int), 0, false, "one of"},
    [VD_KIND_TEXT] = {sizeof(char *), 0, false, "text"},
    [VD_KIND_PATH] = {sizeof(char *), 0, false, "a path"},
    [VD_KIND_NAME] = {sizeof(char *), 0, false, "a name or a path"},
    [VD_KIND_COLOR] = {3 * sizeof(double), 3, false, "one number or three as r,g,b"},
    [VD_KIND_PAIR] = {2 * sizeof(double), 2, false, "two numbers as x,y"},
    [VD_KIND_FLOATS] = {4 * sizeof(double), 4, false, "four numbers as a,b,c,d"},
    [VD_KIND_DISTORTION] = {5 * sizeof(double), 5, false,
                            "up to five numbers as k1,k2,p1,p2,k3, those left out 0"},
    [VD_KIND_INTS] = {4 * sizeof(int), 4, true, "four whole numbers as a,b,c,d"},
    [VD_KIND_SIZE] = {2 * sizeof(int), 2, true, "two whole numbers as WIDTHxHEIGHT"},
    [VD_KIND_BEARING] = {sizeof(double), 1, false, "degrees from north or a compass word (SW)"},
    [VD_KIND_PLACE] = {sizeof(vd_place), 3, false,
                       "X,Y,Z in map coordinates and metres, or X,Y,agl:Z above ground"},
    [VD_KIND_PAINT] = {sizeof(vd_paint), 3, false, "one number or three as r,g,b"},
    [VD_KIND_TEXTS] = {sizeof(vd_list), 0, false, "text"},
    [VD_KIND_PATHS] = {sizeof(vd_list), 0, false, "a path"},
    [VD_KIND_RECORDS] = {sizeof(vd_list), 0, false, "values as"},
};

size_t vd_kind_bytes(vd_kind kind)
{
    return traits_of[kind].size;
}

int vd_kind_numbers(vd_kind kind)
{
    return traits_of[kind].numbers;
}

bool vd_kind_is_text(vd_kind kind)
{
    return kind == VD_KIND_TEXT || kind == VD_KIND_PATH || kind == VD_KIND_NAME ||
           kind == VD_KIND_TEXTS || kind == VD_KIND_PATHS;
}

/* ---- messages ----------------------------------------------------------------------------- */

int vd_utf8_decode(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text[0];
    int length = first < 0x80   ? 1
                 : first < 0xc2 ? 0
                 : first < 0xe0 ? 2
                 : first < 0xf0 ? 3
                 : first < 0xf5 ? 4
                                : 0;
    if (length == 0) return 0;
    uint32_t value = length == 1 ? first : first & (0x7fU >> length);
    for (int i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80) return 0;
        value = value << 6 | (next & 0x3fU);
    }
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *code = value;
    return length;
}

const char *vd_excerpt(const char *text, char buffer[68])
{
    size_t n = 0;
    for (const char *at = text; *at; n++) {
        uint32_t code = 0;
        int length = vd_utf8_decode(at, &code);
        if (n + 4 > 60) {
            memcpy(buffer + n, "...", 3);
            n += 3;
            break;
        }
        bool plain = length > 0 && code >= 0x20 && (code < 0x7f || code >= 0xa0);
        if (!plain)
            buffer[n] = '?';
        else
            memcpy(buffer + n, at, (size_t)length);
        n += plain ? (size_t)length - 1 : 0;
        at += length > 0 ? length : 1;
    }
    buffer[n] = 0;
    return buffer;
}

/* "azimuth,altitude[,strength]"; of a record of many fields "name=VALUE[,color=VALUE][,...]". */
static void describe_fields(const vd_knob *list, char *out, size_t size)
{
    const vd_knob *field;
    bool many = vd_knob_field(list, 8) != NULL;
    for (int i = 0; (field = vd_knob_field(list, i)) != NULL; i++) {
        size_t used = strlen(out);
        bool optional = field->info.fallback[0] != 0;
        bool cut = many && i == 2;
        snprintf(out + used, size - used, "%s%s%s%s%s", optional ? "[" : "", i ? "," : "",
                 cut ? "..." : field->field, many && !cut ? "=VALUE" : "", optional ? "]" : "");
        if (cut) break;
    }
}

vd_result vd_value_refuse(vd_context *context, const vd_knob *knob, const char *where,
                          const char *text, const char *problem)
{
    char excerpt[68], detail[160] = "";
    if (knob->kind == VD_KIND_CHOICE)
        snprintf(detail, sizeof(detail), " %s", knob->info.choices);
    else if (knob->kind == VD_KIND_RECORDS) {
        detail[0] = ' ';
        detail[1] = 0;
        describe_fields(knob, detail, sizeof(detail));
    } else if (knob->info.range[0])
        snprintf(detail, sizeof(detail), ", %s%s%s%s%s", knob->info.range,
                 knob->info.unit[0] ? " " : "", knob->info.unit,
                 knob->kind == VD_KIND_PAINT ? ", or " : "", knob->info.choices);
    return vd_fail(context, VD_ERR_SETTING, "%s: \"%s\" %s; it takes %s%s", where,
                   vd_excerpt(text, excerpt), problem, traits_of[knob->kind].wanted, detail);
}

/* ---- reading ------------------------------------------------------------------------------ */

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9') at++;
    return at;
}

/* Whether text is a decimal number and nothing else. */
static bool is_decimal(const char *text, bool whole)
{
    const char *start = text + (*text == '+' || *text == '-');
    const char *at = skip_digits(start);
    size_t digits = (size_t)(at - start);
    if (whole) return digits > 0 && !*at;
    if (*at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction);
        digits += (size_t)(at - fraction);
    }
    if (digits == 0) return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        if (skip_digits(at) == at) return false;
        at = skip_digits(at);
    }
    return !*at;
}

/* One number of a knob, from length characters; whole is the whole value, for the message. */
static vd_result parse_number(vd_context *context, const vd_knob *knob, const char *where,
                              const char *value, const char *text, size_t length, double *out)
{
    bool whole = traits_of[knob->kind].whole;
    char digits[NUMBER_MAX + 1];
    if (length > NUMBER_MAX) return vd_value_refuse(context, knob, where, value, "is too long");
    memcpy(digits, text, length);
    digits[length] = 0;
    if (!is_decimal(digits, whole))
        return vd_value_refuse(context, knob, where, value,
                               whole ? "is not a whole number" : "is not a number");
    char *end;
    double number = vd_strtod(digits, &end) + 0.0; /* -0 becomes 0 */
    if (end == digits) return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory", where);
    bool fits = isfinite(number) && (!whole || (number >= INT_MIN && number <= INT_MAX));
    if (!fits || number < knob->least || number > knob->most ||
        (knob->open && number <= knob->least))
        return vd_value_refuse(context, knob, where, value, "is out of range");
    *out = number;
    return VD_OK;
}

static vd_result parse_numbers(vd_context *context, const vd_knob *knob, const char *where,
                               const char *text, vd_value *out)
{
    const kind_traits *traits = &traits_of[knob->kind];
    double numbers[5] = {0};
    int count = 0;
    for (const char *at = text, *end = text; end; at = end + 1) {
        end = traits->numbers > 1 ? strchr(at, knob->kind == VD_KIND_SIZE ? 'x' : ',') : NULL;
        if (count == traits->numbers)
            return vd_value_refuse(context, knob, where, text, "has too many numbers");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        VD_TRY(parse_number(context, knob, where, text, at, length, &numbers[count++]));
        if (!end) break;
    }
    bool colour = knob->kind == VD_KIND_COLOR || knob->kind == VD_KIND_PAINT;
    if (colour && count == 1) {
        numbers[1] = numbers[2] = numbers[0];
        count = 3;
    }
    if (knob->kind == VD_KIND_DISTORTION) count = traits->numbers;
    if (count < traits->numbers)
        return vd_value_refuse(context, knob, where, text, "has too few numbers");
    for (int i = 0; i < count; i++) {
        if (traits->whole)
            out->integer[i] = (int)numbers[i];
        else
            out->number[i] = numbers[i];
    }
    return VD_OK;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The index of one of a knob's words, in upper or lower case, as GDAL has it ("byte"); or -1. */
static int find_choice(const vd_knob *knob, const char *text)
{
    int index = 0;
    for (const char *word = knob->info.choices; *word; index++) {
        size_t length = strcspn(word, "|"), same = 0;
        while (same < length && lower(text[same]) == lower(word[same])) same++;
        if (same == length && !text[length]) return index;
        word += length + (word[length] == '|');
    }
    return -1;
}

static vd_result parse_choice(vd_context *context, const vd_knob *knob, const char *where,
                              const char *text, vd_value *out)
{
    out->integer[0] = find_choice(knob, text);
    if (out->integer[0] >= 0) return VD_OK;
    return vd_value_refuse(context, knob, where, text, "is none of its words");
}

static vd_result parse_paint(vd_context *context, const vd_knob *knob, const char *where,
                             const char *text, vd_value *out)
{
    int word = find_choice(knob, text);
    if (word < 0) return parse_numbers(context, knob, where, text, out);
    out->number[3] = word + 1;
    return VD_OK;
}

const char *const vd_winds[VD_WINDS] = {"N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                        "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"};

/* A wind, in upper or lower case, or degrees. */
static vd_result parse_bearing(vd_context *context, const vd_knob *knob, const char *where,
                               const char *text, vd_value *out)
{
    for (int i = 0; i < VD_WINDS; i++) {
        size_t same = 0;
        const char *wind = vd_winds[i];
        while (wind[same] && lower(text[same]) == lower(wind[same])) same++;
        if (wind[same] || text[same]) continue;
        out->number[0] = 360.0 / VD_WINDS * i;
        return VD_OK;
    }
    return parse_numbers(context, knob, where, text, out);
}

/* X,Y,Z or X,Y,agl:Z. */
static vd_result parse_place(vd_context *context, const vd_knob *knob, const char *where,
                             const char *text, vd_value *out)
{
    static const char above_ground[] = "agl:";
    const size_t prefix = sizeof(above_ground) - 1;
    const char *at = text;
    for (int i = 0; i < 3; i++) {
        if (i == 2 && strncmp(at, above_ground, prefix) == 0) {
            out->number[3] = 1.0;
            at += prefix;
        }
        size_t length = strcspn(at, ",");
        if (i == 1 && knob->is_field && !at[length]) { /* on the ground */
            out->number[3] = 1.0;
            return parse_number(context, knob, where, text, at, length, &out->number[1]);
        }
        if (i < 2 && !at[length])
            return vd_value_refuse(context, knob, where, text, "has too few numbers");
        if (i == 2 && at[length])
            return vd_value_refuse(context, knob, where, text, "has too many numbers");
        VD_TRY(parse_number(context, knob, where, text, at, length, &out->number[i]));
        at += length + 1;
    }
    return VD_OK;
}

static vd_result parse_text(vd_context *context, const vd_knob *knob, const char *where,
                            const char *text, char **out)
{
    uint32_t code = 0;
    int length = 0;
    if (strlen(text) > TEXT_MAX)
        return vd_value_refuse(context, knob, where, text, "is too long (65535 bytes)");
    for (const char *at = text; *at; at += length)
        if ((length = vd_utf8_decode(at, &code)) == 0)
            return vd_value_refuse(context, knob, where, text, "is not UTF-8");
    return vd_strdup(context, text, out);
}

static vd_result parse_item(vd_context *context, const vd_knob *knob, const char *where,
                            const char *text, void *item);

/* A list of one item. */
static vd_result parse_list(vd_context *context, const vd_knob *knob, const char *where,
                            const char *text, vd_value *out)
{
    void *items = NULL;
    VD_TRY(vd_alloc(context, 1, knob->item_size, knob->info.name, &items));
    out->list = (vd_list){.count = 1, .items = items};
    return parse_item(context, knob, where, text, items);
}

vd_result vd_value_parse(vd_context *context, const vd_knob *knob, const char *where,
                         const char *text, vd_value *out)
{
    vd_result result = VD_ERR_INTERNAL;
    memset(out, 0, sizeof(*out));
    if (!*text) return vd_value_refuse(context, knob, where, text, "is empty");
    if (knob->word && !strcmp(text, knob->word)) {
        out->integer[0] = knob->meaning;
        return VD_OK;
    }
    switch (knob->kind) {
    case VD_KIND_BOOL:
        out->flag = !strcmp(text, "true");
        result = out->flag || !strcmp(text, "false")
                     ? VD_OK
                     : vd_value_refuse(context, knob, where, text, "is neither");
        break;
    case VD_KIND_INT:
    case VD_KIND_FLOAT:
    case VD_KIND_COLOR:
    case VD_KIND_PAIR:
    case VD_KIND_FLOATS:
    case VD_KIND_DISTORTION:
    case VD_KIND_INTS:
    case VD_KIND_SIZE: result = parse_numbers(context, knob, where, text, out); break;
    case VD_KIND_BEARING: result = parse_bearing(context, knob, where, text, out); break;
    case VD_KIND_PLACE: result = parse_place(context, knob, where, text, out); break;
    case VD_KIND_PAINT: result = parse_paint(context, knob, where, text, out); break;
    case VD_KIND_CHOICE: result = parse_choice(context, knob, where, text, out); break;
    case VD_KIND_TEXT:
    case VD_KIND_PATH:
    case VD_KIND_NAME: result = parse_text(context, knob, where, text, &out->text); break;
    case VD_KIND_TEXTS:
    case VD_KIND_PATHS:
    case VD_KIND_RECORDS: result = parse_list(context, knob, where, text, out); break;
    }
    if (result != VD_OK) vd_value_clear(knob, out);
    return result;
}

vd_result vd_value_fallback(vd_context *context, const vd_knob *field, const char *where,
                            vd_value *out)
{
    const char *fallback = field->info.fallback;
    memset(out, 0, sizeof(*out));
    if (vd_kind_is_text(field->kind) && !strcmp(fallback, "none")) return VD_OK;
    if (field->kind == VD_KIND_PLACE && !strcmp(fallback, "none")) {
        out->number[3] = 2.0;
        return VD_OK;
    }
    if (fallback[0]) return vd_value_parse(context, field, where, fallback, out);
    return vd_fail(context, VD_ERR_SETTING, "%s: an item without %s; give it", where, field->field);
}

bool vd_value_is_fallback(const vd_knob *field, const vd_value *value)
{
    vd_value fallback;
    if (!field->info.fallback[0]) return false;
    if (vd_value_fallback(NULL, field, "", &fallback) != VD_OK) return false;
    bool same = vd_value_equal(field, value, &fallback);
    vd_value_clear(field, &fallback);
    return same;
}

/* A record from its fields by position; those left out at the end take their defaults. */
static vd_result parse_positions(vd_context *context, const vd_knob *knob, const char *where,
                                 const char *text, char *copy, void *record)
{
    const vd_knob *field;
    char *at = copy;
    for (int i = 0; (field = vd_knob_field(knob, i)) != NULL; i++) {
        vd_value value;
        char *end = at ? strchr(at, ',') : NULL;
        if (end) *end = '\0';
        if (!at && !field->info.fallback[0])
            return vd_value_refuse(context, knob, where, text, "has too few numbers");
        VD_TRY(at ? vd_value_parse(context, field, where, at, &value)
                  : vd_value_fallback(context, field, where, &value));
        vd_value_put(field, value, record);
        at = end ? end + 1 : NULL;
    }
    return at ? vd_value_refuse(context, knob, where, text, "has too many numbers") : VD_OK;
}

/* Cuts "color=0.1,0.2,0.3" from "color=0.1,0.2,0.3,bump=1" and returns the rest, or NULL: a comma
 * ends a value if a name and '=' follow it. */
static char *cut_pair(char *at)
{
    for (char *comma = strchr(at, ','); comma; comma = strchr(comma + 1, ',')) {
        size_t name = strspn(comma + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (name == 0 || comma[1 + name] != '=') continue;
        *comma = '\0';
        return comma + 1;
    }
    return NULL;
}

/* A record from NAME=VALUE,NAME=VALUE; those left out take their defaults. */
static vd_result parse_pairs(vd_context *context, const vd_knob *knob, const char *where,
                             char *copy, void *record)
{
    const vd_knob *field;
    bool given[VD_FIELDS_MAX] = {false};
    vd_value value;
    for (char *at = copy, *rest; at; at = rest) {
        int i = 0;
        rest = cut_pair(at);
        char *equals = strchr(at, '='); /* it has one, or it would belong to the pair before */
        *equals = '\0';
        while ((field = vd_knob_field(knob, i)) != NULL && strcmp(field->field, at) != 0) i++;
        if (!field || given[i]) {
            char excerpt[68];
            return vd_fail(context, VD_ERR_SETTING, "%s: \"%s\" %s; see `veduta settings` for %s[]",
                           where, vd_excerpt(at, excerpt),
                           field ? "is given twice" : "is no field of it", knob->group);
        }
        VD_TRY(vd_value_parse(context, field, where, equals + 1, &value));
        vd_value_put(field, value, record);
        given[i] = true;
    }
    for (int i = 0; (field = vd_knob_field(knob, i)) != NULL; i++) {
        if (given[i]) continue;
        VD_TRY(vd_value_fallback(context, field, where, &value));
        vd_value_put(field, value, record);
    }
    return VD_OK;
}

static vd_result parse_record(vd_context *context, const vd_knob *knob, const char *where,
                              const char *text, void *record)
{
    char *copy = NULL;
    size_t name = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    VD_TRY(parse_text(context, knob, where, text, &copy));
    vd_result result = name > 0 && text[name] == '='
                           ? parse_pairs(context, knob, where, copy, record)
                           : parse_positions(context, knob, where, text, copy, record);
    free(copy);
    return result;
}

static vd_result parse_item(vd_context *context, const vd_knob *knob, const char *where,
                            const char *text, void *item)
{
    if (knob->kind == VD_KIND_RECORDS) return parse_record(context, knob, where, text, item);
    char *copy = NULL;
    VD_TRY(parse_text(context, knob, where, text, &copy));
    memcpy(item, &copy, sizeof(copy));
    return VD_OK;
}
