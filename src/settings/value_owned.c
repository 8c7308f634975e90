/* Values of every kind in the struct, and who owns their texts and items: getting, putting,
 * copying, comparing, adding to. */
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

#define LIST_MAX 4096 /* items of a list */

vd_value vd_value_of(const vd_knob *knob, const void *base)
{
    vd_value value = {0};
    memcpy(&value, (const char *)base + knob->offset, vd_kind_bytes(knob->kind));
    return value;
}

void vd_value_put(const vd_knob *knob, vd_value value, void *base)
{
    memcpy((char *)base + knob->offset, &value, vd_kind_bytes(knob->kind));
}

static bool is_list(const vd_knob *knob)
{
    return knob->item_size > 0;
}

static char *item_at(const vd_knob *knob, const vd_list *list, int index)
{
    return (char *)list->items + (size_t)index * knob->item_size;
}

/* The text that is an item of a list of texts. */
static char *text_at(const vd_knob *knob, const vd_list *list, int index)
{
    char *text;
    memcpy(&text, item_at(knob, list, index), sizeof(text));
    return text;
}

void vd_value_clear(const vd_knob *knob, vd_value *value)
{
    if (is_list(knob)) {
        for (int i = 0; i < value->list.count; i++) {
            const vd_knob *field;
            if (knob->kind != VD_KIND_RECORDS) free(text_at(knob, &value->list, i));
            for (int f = 0; (field = vd_knob_field(knob, f)) != NULL; f++) {
                vd_value inner = vd_value_of(field, item_at(knob, &value->list, i));
                vd_value_clear(field, &inner);
            }
        }
        free(value->list.items);
    } else if (vd_kind_is_text(knob->kind))
        free(value->text);
    memset(value, 0, sizeof(*value));
}

/* Copies into a zeroed item. */
static vd_result copy_item(vd_context *context, const vd_knob *knob, const char *from, char *to)
{
    const vd_knob *field;
    if (knob->kind != VD_KIND_RECORDS) {
        char *text, *copy = NULL;
        memcpy(&text, from, sizeof(text));
        VD_TRY(vd_strdup(context, text, &copy));
        memcpy(to, &copy, sizeof(copy));
    }
    for (int i = 0; (field = vd_knob_field(knob, i)) != NULL; i++) {
        vd_value value = vd_value_of(field, from), copy = {0};
        VD_TRY(vd_value_copy(context, field, &value, &copy));
        vd_value_put(field, copy, to);
    }
    return VD_OK;
}

vd_result vd_value_copy(vd_context *context, const vd_knob *knob, const vd_value *value,
                        vd_value *out)
{
    vd_result result = VD_OK;
    memset(out, 0, sizeof(*out));
    if (is_list(knob) && value->list.count > 0) {
        VD_TRY(vd_alloc(context, (size_t)value->list.count, knob->item_size, knob->info.name,
                        &out->list.items));
        out->list.count = value->list.count;
        for (int i = 0; i < value->list.count && result == VD_OK; i++)
            result = copy_item(context, knob, item_at(knob, &value->list, i),
                               item_at(knob, &out->list, i));
    } else if (vd_kind_is_text(knob->kind) && !is_list(knob)) {
        if (value->text) result = vd_strdup(context, value->text, &out->text);
    } else if (!is_list(knob))
        *out = *value;
    if (result != VD_OK) vd_value_clear(knob, out);
    return result;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static bool same_item(const vd_knob *knob, const vd_list *a, const vd_list *b, int index)
{
    const vd_knob *field;
    if (knob->kind != VD_KIND_RECORDS)
        return same_text(text_at(knob, a, index), text_at(knob, b, index));
    for (int i = 0; (field = vd_knob_field(knob, i)) != NULL; i++) {
        vd_value left = vd_value_of(field, item_at(knob, a, index));
        vd_value right = vd_value_of(field, item_at(knob, b, index));
        if (!vd_value_equal(field, &left, &right)) return false;
    }
    return true;
}

bool vd_value_equal(const vd_knob *knob, const vd_value *a, const vd_value *b)
{
    if (is_list(knob)) {
        bool same = a->list.count == b->list.count;
        for (int i = 0; i < a->list.count && same; i++)
            same = same_item(knob, &a->list, &b->list, i);
        return same;
    }
    if (vd_kind_is_text(knob->kind)) return same_text(a->text, b->text);
    /* No padding, no NaN and no negative zero: equal values have equal bytes. */
    return !memcmp(a, b, vd_kind_bytes(knob->kind));
}

vd_result vd_value_append(vd_context *context, const vd_knob *knob, const char *where,
                          vd_value *list, vd_value *more)
{
    vd_result result = VD_OK;
    size_t have = (size_t)list->list.count, added = (size_t)more->list.count;
    void *items = NULL;
    if (added == 0) goto cleanup;
    if (have + added > LIST_MAX) {
        result =
            vd_fail(context, VD_ERR_SETTING, "%s: more than %d items; give fewer", where, LIST_MAX);
        goto cleanup;
    }
    items = realloc(list->list.items, (have + added) * knob->item_size);
    if (!items) {
        result = vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory", where);
        goto cleanup;
    }
    memcpy((char *)items + have * knob->item_size, more->list.items, added * knob->item_size);
    list->list = (vd_list){.count = (int)(have + added), .items = items};
    more->list.count = 0; /* their texts have moved */
cleanup:
    vd_value_clear(knob, more);
    return result;
}
