/* Knobs that hold numbers, by name: what can be keyframed, without a list of them. */
#ifndef VD_NUMBERS_H
#define VD_NUMBERS_H

#include "settings/settings.h"

enum { VD_NUMBERS_MAX = 5 };

/** A knob of numbers, or a field of one record of a list. */
typedef struct vd_number_knob {
    const struct vd_knob *knob;
    const struct vd_knob *list; /**< that it is a field of; NULL: of none */
    int item;                   /**< of the list */
    int count;                  /**< of its numbers */
    bool is_place;              /**< X, Y, Z, and whether Z is above the ground */
    bool is_round;              /**< an angle that comes back to itself */
} vd_number_knob;

/** The name of an object's record, as keyframes, AOVs and --focus have it: its file's without
 * folder and suffix, and numbered if another has the same. */
void vd_object_name(const vd_settings *settings, int record, char *text, size_t size);

/** Finds one by its name: camera.fov, or suns[2].strength, counted from 1, or of a list whose
 *  records have names by that: materials[rock].roughness, objects[house].at.
 *  where  begins messages
 *  Returns VD_OK or VD_ERR_SETTING (none of that name, of no numbers, or nothing that can change
 *  from frame to frame). */
VD_MUST_USE vd_result vd_number_find(vd_context *context, const vd_settings *settings,
                                     const char *where, const char *name, vd_number_knob *out);
/** The row of the knob, or of the list that it is a field of. */
vd_knob_id vd_number_id(const vd_number_knob *knob);
bool vd_number_same(const vd_number_knob *a, const vd_number_knob *b);
/** Reads text as the knob's value. Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_number_parse(vd_context *context, const vd_number_knob *knob,
                                      const char *where, const char *text,
                                      double out[VD_NUMBERS_MAX]);
/** Gives the knob numbers within its range on behalf of origin; whole ones are rounded. They take
 *  effect if no higher origin has set it. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_number_put(vd_context *context, vd_settings *settings,
                                    const vd_number_knob *knob, vd_origin origin, const char *where,
                                    const double numbers[VD_NUMBERS_MAX]);

#endif
