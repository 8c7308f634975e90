#include "animation/tracks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the functions below share: keys as they stand in the list. */
typedef struct maker {
    vd_context *context;
    const vd_settings *settings;
    const double *scale;
    vd_tracks *out;
    int *track_of; /* [keyframes.count] */
    char where[400];
} maker;

/* Begins messages of a key. */
static const char *name_key(maker *m, int index)
{
    const vd_keyframes_item *key = &m->settings->keyframes.items[index];
    snprintf(m->where, sizeof(m->where), "%.300s: key %d, at frame %g",
             m->settings->where[VD_KNOB_KEYFRAMES], index + 1, key->frame);
    return m->where;
}

static vd_result alloc_numbers(vd_context *context, int count, double **out)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(double), "keyframes", &memory));
    *out = memory;
    return VD_OK;
}

/* Which track each key belongs to, and how many keys each has. */
static vd_result sort_keys(maker *m)
{
    const vd_settings *s = m->settings;
    vd_tracks *tracks = m->out;
    for (int i = 0; i < s->keyframes.count; i++) {
        vd_number_knob knob;
        int k = 0;
        VD_TRY(vd_number_find(m->context, s, name_key(m, i), s->keyframes.items[i].knob, &knob));
        while (k < tracks->count && !vd_number_same(&tracks->items[k].knob, &knob)) k++;
        if (k == tracks->count) tracks->items[tracks->count++].knob = knob;
        tracks->items[k].count++;
        m->track_of[i] = k;
    }
    return VD_OK;
}

static vd_result make_room(maker *m, vd_track *t)
{
    void *memory;
    VD_TRY(alloc_numbers(m->context, t->count, &t->frames));
    VD_TRY(vd_alloc(m->context, (size_t)t->count, sizeof(vd_way), "keyframes", &memory));
    t->ways = memory;
    VD_TRY(alloc_numbers(m->context, t->count * VD_NUMBERS_MAX, &t->values));
    VD_TRY(alloc_numbers(m->context, t->count * VD_NUMBERS_MAX, &t->slopes));
    if (!t->knob.is_place) return VD_OK;
    VD_TRY(alloc_numbers(m->context, 3 * t->count, &t->points));
    VD_TRY(alloc_numbers(m->context, t->count, &t->knots));
    return alloc_numbers(m->context, t->count, &t->knot_slopes);
}

/* Adds a key behind the keys that a track has so far, which are *filled. */
static vd_result add_key(maker *m, int index, vd_track *t, int *filled)
{
    const vd_keyframes_item *key = &m->settings->keyframes.items[index];
    double *value = &t->values[*filled * VD_NUMBERS_MAX];
    const char *where = name_key(m, index);
    if (*filled > 0 && !(key->frame > t->frames[*filled - 1]))
        return vd_fail(m->context, VD_ERR_SETTING,
                       "%s: %s has a key before it at frame %g; put its keys in the order of their "
                       "frames",
                       where, key->knob, t->frames[*filled - 1]);
    VD_TRY(vd_number_parse(m->context, &t->knob, where, key->value, value));
    if (t->knob.is_round && *filled > 0) {
        double before = value[-VD_NUMBERS_MAX];
        value[0] = before + remainder(value[0] - before, 360.0);
    }
    if (t->knob.is_place && *filled > 0 && value[3] != value[3 - VD_NUMBERS_MAX])
        return vd_fail(m->context, VD_ERR_SETTING,
                       "%s: %s is above %s, and was above %s the key before; give all of its keys "
                       "agl: or none",
                       where, key->knob, value[3] > 0.0 ? "ground" : "the datum",
                       value[3] > 0.0 ? "the datum" : "ground");
    if (t->points) memcpy(&t->points[3 * *filled], value, 3 * sizeof(double));
    t->frames[*filled] = key->frame;
    t->ways[*filled] = (vd_way)key->way;
    ++*filled;
    return VD_OK;
}

/* The curve through a track's keys. */
static vd_result finish(maker *m, vd_track *t)
{
    const vd_keys keys = {t->count, t->frames, t->ways};
    bool is_steady = m->settings->animation_constant_speed && t->count > 1 && !t->knob.list &&
                     vd_number_id(&t->knob) == VD_KNOB_CAMERA_EYE;
    m->out->last = fmax(m->out->last, t->frames[t->count - 1]);
    for (int c = 0; c < t->knob.count; c++)
        vd_curve_slopes(&keys, t->values + c, VD_NUMBERS_MAX, t->slopes + c);
    if (!t->points) return VD_OK;
    if (is_steady)
        VD_TRY(alloc_numbers(m->context, (t->count - 1) * VD_TRAIL_STEPS + 1, &t->lengths));
    t->trail = (vd_trail){keys,     t->points,      {m->scale[0], m->scale[1], 1.0},
                          t->knots, t->knot_slopes, t->lengths};
    vd_trail_make(&t->trail);
    return VD_OK;
}

static vd_result fill(maker *m, int *filled)
{
    vd_tracks *tracks = m->out;
    VD_TRY(sort_keys(m));
    for (int k = 0; k < tracks->count; k++) VD_TRY(make_room(m, &tracks->items[k]));
    for (int i = 0; i < m->settings->keyframes.count; i++) {
        int k = m->track_of[i];
        VD_TRY(add_key(m, i, &tracks->items[k], &filled[k]));
    }
    for (int k = 0; k < tracks->count; k++) VD_TRY(finish(m, &tracks->items[k]));
    return VD_OK;
}

vd_result vd_tracks_make(vd_context *context, const vd_settings *settings, const double scale[2],
                         vd_tracks *out)
{
    maker m = {.context = context, .settings = settings, .scale = scale, .out = out};
    size_t keys = (size_t)settings->keyframes.count;
    void *memory = NULL, *filled = NULL;
    *out = (vd_tracks){.last = -HUGE_VAL};
    if (keys == 0) return VD_OK;
    vd_result result = vd_alloc(context, keys, sizeof(vd_track), "keyframes", &memory);
    out->items = memory;
    if (result == VD_OK) result = vd_alloc(context, keys, sizeof(int), "keyframes", &memory);
    if (result == VD_OK) m.track_of = memory;
    if (result == VD_OK) result = vd_alloc(context, keys, sizeof(int), "keyframes", &filled);
    if (result == VD_OK) result = fill(&m, filled);
    free(m.track_of);
    free(filled);
    if (result != VD_OK) vd_tracks_clear(out);
    return result;
}

void vd_tracks_clear(vd_tracks *tracks)
{
    for (int k = 0; k < tracks->count; k++) {
        vd_track *t = &tracks->items[k];
        free(t->frames);
        free(t->ways);
        free(t->values);
        free(t->slopes);
        free(t->points);
        free(t->knots);
        free(t->knot_slopes);
        free(t->lengths);
    }
    free(tracks->items);
    *tracks = (vd_tracks){0};
}

void vd_track_at(const vd_track *t, double frame, double out[VD_NUMBERS_MAX])
{
    const vd_keys keys = {t->count, t->frames, t->ways};
    memset(out, 0, VD_NUMBERS_MAX * sizeof(double));
    for (int c = t->points ? 3 : 0; c < t->knob.count; c++)
        out[c] = vd_curve_at(&keys, t->values + c, VD_NUMBERS_MAX, t->slopes + c, frame);
    if (t->points) vd_trail_at(&t->trail, frame, out);
    if (t->knob.is_round) out[0] -= 360.0 * floor(out[0] / 360.0);
}

const vd_track *vd_tracks_find(const vd_tracks *tracks, vd_knob_id knob)
{
    for (int k = 0; k < tracks->count; k++)
        if (!tracks->items[k].knob.list && vd_number_id(&tracks->items[k].knob) == knob)
            return &tracks->items[k];
    return NULL;
}
