/* What the header of an OpenEXR file says of the picture in it.
 *
 * For compositors: a view's camera, as renderers note it, and its suns. World coordinates are
 * metres east, north and up from worldOrigin, which is map coordinates and an elevation;
 * worldToCamera takes them to metres to the right, up and forward of the eye, and worldToNDC to the
 * picture: x from 0 at its left edge to 1, y from 0 at its upper edge to 1, after division by the
 * fourth coordinate. Both are for row vectors, as in OpenEXR's own library.
 *
 * For `veduta compose`: the knobs of group tone (veduta:tone), the stops that automatic exposure
 * added (veduta:autoExposure), the paper that the picture is laid on (veduta:paper), and which
 * lights make up beauty (veduta:lights). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "atmosphere/date.h"

/* A place for one more note; NULL when there is none left. */
static vd_note *add(vd_picture_notes *notes, const char *name, int count)
{
    if (notes->count == VD_PICTURE_NOTES_MAX) return NULL;
    vd_note *note = &notes->items[notes->count++];
    *note = (vd_note){.name = name, .count = count};
    return note;
}

static void add_text(vd_picture_notes *notes, const char *name, const char *text)
{
    vd_note *note = text && *text ? add(notes, name, 0) : NULL;
    if (note) note->text = text;
}

static void add_vector(vd_picture_notes *notes, const char *name, double x, double y, double z,
                       bool is_place)
{
    vd_note *note = add(notes, name, 3);
    if (!note) return;
    note->is_place = is_place;
    note->numbers[0] = x, note->numbers[1] = y, note->numbers[2] = z;
}

/* The tone as it takes effect: with the white balance that a physical sky brings. */
static vd_result note_tone(vd_context *context, const vd_settings *settings,
                           vd_picture_notes *notes)
{
    vd_settings *copy = NULL;
    char text[32];
    double kelvin = vd_picture_white_balance(settings);
    VD_TRY(vd_settings_copy(context, settings, &copy));
    vd_result result = VD_OK;
    if (kelvin > 0.0) {
        snprintf(text, sizeof(text), "%.17g", kelvin);
        result = vd_settings_set(context, copy, "tone.white_balance", text);
    }
    if (result == VD_OK) result = vd_settings_group_text(context, copy, "tone", &notes->tone);
    vd_settings_destroy(copy);
    add_text(notes, VD_NOTE_TONE, notes->tone);
    return result;
}

/* The lights' parts by blanks. */
static void note_lights(const vd_aov_set *set, vd_picture_notes *notes)
{
    size_t used = 0;
    for (int i = 0; i < set->count; i++)
        if (set->parts[i].id == VD_AOV_LIGHTS && used < sizeof(notes->lights))
            used += (size_t)snprintf(notes->lights + used, sizeof(notes->lights) - used, "%s%s",
                                     used ? " " : "", set->parts[i].name);
    add_text(notes, VD_NOTE_LIGHTS, notes->lights);
}

static void note_suns(const vdk_scene *flat, vd_picture_notes *notes)
{
    for (int i = 0; i < flat->sun_count && i < VD_NOTED_SUNS; i++) {
        vdk_vec at = flat->suns[i].direction;
        snprintf(notes->sun_names[i], sizeof(notes->sun_names[i]),
                 flat->sun_count > 1 ? "sunDirection%d" : "sunDirection", i + 1);
        add_vector(notes, notes->sun_names[i], (double)at.x, (double)at.y, (double)at.z, false);
    }
}

/* When the sun stands where it does, in the format's own attributes. */
static void note_date(const vd_settings *settings, vd_picture_notes *notes)
{
    vd_date date;
    char text[40];
    if (!settings->sun_time || vd_date_parse(settings->sun_time, &date) != NULL) return;
    vd_date_print(date, true, text); /* 2026-06-21T09:30:00+02:00 */
    snprintf(notes->date, sizeof(notes->date), "%.4s:%.2s:%.2s %.8s", text, text + 5, text + 8,
             text + 11);
    add_text(notes, "capDate", notes->date);
    vd_note *offset = add(notes, "utcOffset", 1); /* local time and this make UTC */
    if (offset) offset->numbers[0] = -60.0 * date.offset_min;
}

vd_result vd_picture_note(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    vd_picture_notes *notes = &picture->notes;
    VD_TRY(note_tone(context, scene->settings, notes));
    if (scene->settings->tone_auto_exposure) {
        vd_note *note = add(notes, VD_NOTE_EXPOSURE, 1);
        if (note) note->numbers[0] = (double)picture->metered_stops;
    }
    if (picture->has_paper)
        add_vector(notes, VD_NOTE_PAPER, (double)picture->paper[0], (double)picture->paper[1],
                   (double)picture->paper[2], false);
    note_lights(&picture->aovs, notes);
    note_suns(&scene->flat, notes);
    note_date(scene->settings, notes);
    return VD_OK;
}

void vd_picture_clear_notes(vd_picture_notes *notes)
{
    free(notes->tone);
    notes->tone = NULL;
    notes->count = 0;
}
