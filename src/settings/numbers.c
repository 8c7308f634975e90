#include "settings/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

/* What is the same in all frames: where heights come from, how frames are computed and written, and
 * what moves them. */
static const char *const fixed_groups[] = {"dem",       "clip",   "render", "aov",
                                           "compose",   "output", "run",    "animation",
                                           "keyframes", "flight", "shutter"};

/* What moves by itself is so much in each frame. */
static const vd_knob_id fixed_fields[] = {VD_KNOB_OBJECTS_MOTION, VD_KNOB_OBJECTS_CLIMB,
                                          VD_KNOB_OBJECTS_SPIN, VD_KNOB_OBJECTS_DEFORM,
                                          VD_KNOB_CLOUDS_WIND};

static bool is_fixed(const vd_knob *knob)
{
    for (size_t i = 0; i < sizeof(fixed_fields) / sizeof(fixed_fields[0]); i++)
        if (knob->id == fixed_fields[i]) return true;
    for (size_t i = 0; i < sizeof(fixed_groups) / sizeof(fixed_groups[0]); i++)
        if (!strcmp(knob->group, fixed_groups[i])) return true;
    return knob->kind == VD_KIND_SIZE || knob->kind == VD_KIND_INTS;
}

/* suns[2].strength to "suns[].strength" and "2". Returns false if it has no such form. */
static bool split(const char *name, char *row, size_t size, char *item, size_t item_size)
{
    const char *open = strchr(name, '['), *close = open ? strchr(open, ']') : NULL;
    if (!close || close == open + 1 || close[1] != '.') return false;
    size_t length = (size_t)(close - open - 1);
    if (length >= item_size || strlen(name) >= size) return false;
    memcpy(item, open + 1, length);
    item[length] = '\0';
    snprintf(row, size, "%.*s[]%s", (int)(open - name), name, close + 1);
    return true;
}

static const vd_knob *list_of(const vd_knob *field)
{
    while (field->is_field) field--;
    return field;
}

void vd_object_name(const vd_settings *settings, int record, char *text, size_t size)
{
    const vd_objects_item *items = settings->objects.items;
    const char *slash = strrchr(items[record].path, '/');
    const char *file = slash ? slash + 1 : items[record].path;
    int length = (int)strcspn(file, "."), same = 1, used;
    for (int i = 0; i < record; i++) same += strcmp(items[i].path, items[record].path) == 0;
    used = snprintf(text, size, "%.*s", length < 100 ? length : 100, file);
    if (same > 1) snprintf(text + used, size - (size_t)used, "_%d", same);
}

/* The record of that number, or of that name. Returns -1 if there is none. */
static int find_item(const vd_settings *settings, const vd_knob *list, const vd_list *records,
                     const char *item)
{
    char own[128];
    if (!item[strspn(item, "0123456789")]) {
        long number = strtol(item, NULL, 10);
        return number >= 1 && number <= records->count ? (int)number - 1 : -1;
    }
    for (int i = 0; list->id == VD_KNOB_OBJECTS && i < records->count; i++) {
        vd_object_name(settings, i, own, sizeof(own));
        if (strcmp(own, item) == 0) return i;
    }
    const vd_knob *name = NULL;
    for (int i = 0; (name = vd_knob_field(list, i)) != NULL; i++)
        if (name->kind == VD_KIND_TEXT && !strcmp(name->field, "name")) break;
    for (int i = 0; name && i < records->count; i++) {
        vd_value value =
            vd_value_of(name, (const char *)records->items + (size_t)i * list->item_size);
        if (value.text && !strcmp(value.text, item)) return i;
    }
    return -1;
}

static vd_result find_row(vd_context *context, const char *where, const char *name,
                          const vd_knob **out)
{
    char excerpt[68];
    const vd_knob_info *info = vd_knob_find(name);
    const char *nearest = info ? NULL : vd_knob_nearest(name);
    *out = (const vd_knob *)info;
    if (info) return VD_OK;
    return vd_fail(context, VD_ERR_SETTING, "%s: %s is no setting%s%s%s", where,
                   vd_excerpt(name, excerpt), nearest ? "; did you mean " : "",
                   nearest ? nearest : "; `veduta settings` lists them", nearest ? "?" : "");
}

vd_result vd_number_find(vd_context *context, const vd_settings *settings, const char *where,
                         const char *name, vd_number_knob *out)
{
    char row[160], item[100] = "", excerpt[68];
    *out = (vd_number_knob){.knob = NULL};
    bool is_field = split(name, row, sizeof(row), item, sizeof(item));
    const vd_knob *knob;
    VD_TRY(find_row(context, where, is_field ? row : name, &knob));
    const char *shown = vd_excerpt(name, excerpt);
    if (knob->is_field && !is_field)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %s does not say of which record; write %s[1].%s for that of the first",
                       where, shown, knob->group, knob->field);
    VD_TRY(vd_settings_usable(context, settings, list_of(knob), where));
    out->count = vd_kind_numbers(knob->kind);
    if (out->count == 0)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %s holds %s, and only numbers can change from frame to frame", where,
                       shown, knob->kind == VD_KIND_RECORDS ? "records" : knob->info.kind);
    if (knob->field && strcmp(knob->field, "seed") == 0)
        return vd_fail(
            context, VD_ERR_SETTING,
            "%s: %s is a seed, and there is nothing between two of them; set it by itself", where,
            shown);
    if (is_fixed(knob))
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %s is the same in all frames of an animation; set it by itself", where,
                       shown);
    out->knob = knob;
    out->is_place = knob->kind == VD_KIND_PLACE;
    if (out->is_place || knob->kind == VD_KIND_PAINT) out->count = 4;
    out->is_round = out->count == 1 && knob->least == 0.0 && knob->most == 360.0 &&
                    !strcmp(knob->info.unit, "deg");
    if (!is_field) return VD_OK;
    out->list = list_of(knob);
    vd_value records = vd_value_of(out->list, settings);
    out->item = find_item(settings, out->list, &records.list, item);
    if (out->item >= 0) return VD_OK;
    return vd_fail(context, VD_ERR_SETTING,
                   "%s: %s: there is no such record; %s has %d, counted "
                   "from 1",
                   where, shown, out->list->group, records.list.count);
}

vd_knob_id vd_number_id(const vd_number_knob *knob)
{
    return knob->list ? knob->list->id : knob->knob->id;
}

bool vd_number_same(const vd_number_knob *a, const vd_number_knob *b)
{
    return a->knob == b->knob && a->item == b->item;
}

vd_result vd_number_parse(vd_context *context, const vd_number_knob *knob, const char *where,
                          const char *text, double out[VD_NUMBERS_MAX])
{
    vd_value value;
    memset(out, 0, VD_NUMBERS_MAX * sizeof(double));
    VD_TRY(vd_value_parse(context, knob->knob, where, text, &value));
    bool is_word = (knob->knob->kind == VD_KIND_PAINT && value.number[3] > 0.0) ||
                   (knob->is_place && value.number[3] > 1.0);
    if (is_word)
        return vd_value_refuse(context, knob->knob, where, text,
                               "is a word, which has no values between");
    for (int i = 0; i < knob->count; i++)
        out[i] = knob->knob->kind == VD_KIND_INT ? (double)value.integer[i] : value.number[i];
    return VD_OK;
}

vd_result vd_number_put(vd_context *context, vd_settings *settings, const vd_number_knob *number,
                        vd_origin origin, const char *where, const double numbers[VD_NUMBERS_MAX])
{
    const vd_knob *knob = number->knob;
    vd_value value;
    memset(&value, 0, sizeof(value));
    for (int i = 0; i < number->count; i++) {
        /* Curves stay within their keys' values but for rounding. */
        double x = fmin(fmax(numbers[i], knob->least), knob->most);
        if (knob->kind == VD_KIND_INT)
            value.integer[i] = (int)floor(x + 0.5);
        else
            value.number[i] = x;
    }
    if (!number->list)
        return vd_settings_commit(context, settings, knob, origin, where, false, &value);
    vd_value records = vd_value_of(number->list, settings);
    if ((int)origin >= settings->origin[number->list->id] && number->item < records.list.count)
        vd_value_put(knob, value,
                     (char *)records.list.items + (size_t)number->item * number->list->item_size);
    return VD_OK;
}
