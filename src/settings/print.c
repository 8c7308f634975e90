/* Values as text: what a flag takes, YAML that is nearly JSON, or JSON. Numbers are the shortest
 * decimals that read back to the same double, with a point in every locale. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

void vd_print_number(FILE *out, double number)
{
    char digits[32] = "";
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = uselocale(plain);
    for (int precision = 6; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, number);
        if (!(strtod(digits, NULL) < number) && !(strtod(digits, NULL) > number)) break;
    }
    uselocale(before);
    if (plain) freelocale(plain);
    fputs(digits, out);
}

void vd_print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (int length = 1; *text; text += length) {
        uint32_t code = 0;
        length = vd_utf8_decode(text, &code);
        if (length == 0) length = 1; /* not UTF-8: nothing that was set */
        bool awkward = code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 ||
                       code == 0x2029 || code == 0xfeff || code >= 0xfffe;
        if (code == '"' || code == '\\')
            fprintf(out, "\\%c", (char)code);
        else if (awkward && code < 0x10000)
            fprintf(out, "\\u%04X", (unsigned)code);
        else
            fwrite(text, 1, (size_t)length, out);
    }
    fputc('"', out);
}

static bool has_brackets(vd_print_style style)
{
    return style != VD_PRINT_FLAG;
}

/* A bare word of so many characters, which in JSON is a string. */
static void print_word(FILE *out, const char *word, size_t length, vd_print_style style)
{
    const char *quote = style == VD_PRINT_JSON ? "\"" : "";
    fprintf(out, "%s%.*s%s", quote, (int)length, word, quote);
}

static void print_numbers(FILE *out, const vd_knob *knob, const vd_value *value,
                          vd_print_style style)
{
    bool colour = knob->kind == VD_KIND_COLOR || knob->kind == VD_KIND_PAINT;
    int count = vd_kind_numbers(knob->kind);
    bool whole = knob->kind == VD_KIND_SIZE || knob->kind == VD_KIND_INTS;
    const char *separator = knob->kind == VD_KIND_SIZE ? "x" : ",";
    const double *n = value->number;
    if (colour && !(n[0] < n[1]) && !(n[0] > n[1]) && !(n[0] < n[2]) && !(n[0] > n[2])) {
        vd_print_number(out, n[0]);
        return;
    }
    if (has_brackets(style)) fputc('[', out);
    for (int i = 0; i < count; i++) {
        if (i) fputs(has_brackets(style) ? ", " : separator, out);
        if (whole)
            fprintf(out, "%d", value->integer[i]);
        else
            vd_print_number(out, n[i]);
    }
    if (has_brackets(style)) fputc(']', out);
}

static void print_choice(FILE *out, const vd_knob *knob, int index, vd_print_style style)
{
    const char *word = knob->info.choices;
    for (; index > 0; index--) word = strchr(word, '|') + 1;
    print_word(out, word, strcspn(word, "|"), style);
}

/* As a wind where it is one. */
static void print_bearing(FILE *out, double degrees, vd_print_style style)
{
    for (int i = 0; i < VD_WINDS; i++) {
        double wind = 360.0 / VD_WINDS * i;
        if (degrees < wind || degrees > wind) continue;
        print_word(out, vd_winds[i], strlen(vd_winds[i]), style);
        return;
    }
    vd_print_number(out, degrees);
}

static void print_place(FILE *out, const double n[4], vd_print_style style)
{
    const char *quote = style == VD_PRINT_JSON && n[3] > 0.0 ? "\"" : "";
    if (has_brackets(style)) fputc('[', out);
    for (int i = 0; i < 3; i++) {
        if (i) fputs(has_brackets(style) ? ", " : ",", out);
        if (i == 2) fprintf(out, "%s%s", quote, n[3] > 0.0 ? "agl:" : "");
        vd_print_number(out, n[i]);
    }
    fputs(quote, out);
    if (has_brackets(style)) fputc(']', out);
}

/* On the command line a record of numbers goes by position, one of texts by names, without those
 * fields that are as if left out. */
static void print_record(FILE *out, const vd_knob *knob, const char *record, vd_print_style style)
{
    const vd_knob *field = vd_knob_field(knob, 0);
    bool is_flow = has_brackets(style), named = is_flow || vd_kind_is_text(field->kind);
    bool is_short = style == VD_PRINT_JSON || vd_kind_is_text(field->kind), any = false;
    if (is_flow) fputc('{', out);
    for (int i = 0; (field = vd_knob_field(knob, i)) != NULL; i++) {
        vd_value value = vd_value_of(field, record);
        if (is_short && vd_value_is_fallback(field, &value)) continue;
        if (any) fputs(is_flow ? ", " : ",", out);
        if (named) print_word(out, field->field, strlen(field->field), style);
        if (named) fputs(is_flow ? ": " : "=", out);
        vd_value_print(out, field, &value, style);
        any = true;
    }
    if (is_flow) fputc('}', out);
}

static void print_text(FILE *out, const char *text, vd_print_style style)
{
    if (has_brackets(style))
        vd_print_quoted(out, text);
    else
        fputs(text, out);
}

static void print_list(FILE *out, const vd_knob *knob, const vd_list *list, vd_print_style style)
{
    if (has_brackets(style)) fputc('[', out);
    for (int i = 0; i < list->count; i++) {
        const char *item = (const char *)list->items + (size_t)i * knob->item_size;
        if (i) fputs(has_brackets(style) ? ", " : knob->is_field ? "," : "\n", out);
        if (knob->kind == VD_KIND_RECORDS)
            print_record(out, knob, item, style);
        else {
            char *text;
            memcpy(&text, item, sizeof(text));
            print_text(out, text, style);
        }
    }
    if (has_brackets(style)) fputc(']', out);
}

void vd_value_print(FILE *out, const vd_knob *knob, const vd_value *value, vd_print_style style)
{
    switch (knob->kind) {
    case VD_KIND_BOOL: fputs(value->flag ? "true" : "false", out); break;
    case VD_KIND_INT:
        if (knob->word && value->integer[0] == knob->meaning)
            print_word(out, knob->word, strlen(knob->word), style);
        else
            fprintf(out, "%d", value->integer[0]);
        break;
    case VD_KIND_BEARING: print_bearing(out, value->number[0], style); break;
    case VD_KIND_FLOAT: vd_print_number(out, value->number[0]); break;
    case VD_KIND_CHOICE: print_choice(out, knob, value->integer[0], style); break;
    case VD_KIND_PLACE: print_place(out, value->number, style); break;
    case VD_KIND_PAINT:
        if (value->number[3] > 0.0)
            print_choice(out, knob, (int)value->number[3] - 1, style);
        else
            print_numbers(out, knob, value, style);
        break;
    case VD_KIND_TEXT:
    case VD_KIND_PATH:
    case VD_KIND_NAME: print_text(out, value->text ? value->text : "", style); break;
    case VD_KIND_COLOR:
    case VD_KIND_PAIR:
    case VD_KIND_FLOATS:
    case VD_KIND_DISTORTION:
    case VD_KIND_INTS:
    case VD_KIND_SIZE: print_numbers(out, knob, value, style); break;
    case VD_KIND_TEXTS:
    case VD_KIND_PATHS:
    case VD_KIND_RECORDS: print_list(out, knob, &value->list, style); break;
    }
}
