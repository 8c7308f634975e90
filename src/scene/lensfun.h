/* What lensfun's database of calibrations says of a lens: rows as they were measured, in its own
 * coordinates. lensfun.c asks the library; a build without it has lensfun_none.c in its place. */
#ifndef VD_LENSFUN_H
#define VD_LENSFUN_H

#include "settings/settings.h"

/** How straight radii are bent, by the names of its models. */
typedef enum vd_lens_model { VD_LENS_POLY3, VD_LENS_POLY5, VD_LENS_PTLENS } vd_lens_model;

typedef struct vd_lens_bend_row {
    double focal_mm;
    vd_lens_model model;
    double terms[3]; /**< k1; k1 and k2; a, b and c */
} vd_lens_bend_row;

typedef struct vd_lens_colour_row {
    double focal_mm;
    double red[3], blue[3]; /**< a radius times terms[0] + terms[1] r + terms[2] r^2 */
} vd_lens_colour_row;

typedef struct vd_lens_light_row {
    double focal_mm, f_stop, distance_m;
    double terms[3]; /**< of r^2, r^4 and r^6 */
} vd_lens_light_row;

enum { VD_LENS_NAME_BYTES = 160 };

/** A lens. Radii of bends and colours are 1 at half the shorter side of the sensor that it was
 *  measured on, those of light at half its diagonal. Clear it with vd_lens_data_clear(). */
typedef struct vd_lens_data {
    char name[VD_LENS_NAME_BYTES];
    double crop, aspect; /**< of that sensor: its crop factor, and longer over shorter side */
    double focal_mm[2], f_stop[2]; /**< what it can be set to; 0: it is not said */
    bool is_straight;              /**< what is straight is meant to stay so: no fisheye */
    int bends, colours, lights;    /**< rows, by rising focal length */
    vd_lens_bend_row *bend;
    vd_lens_colour_row *colour;
    vd_lens_light_row *light;
} vd_lens_data;

/** The lens that lens.profile names, as it was measured on a sensor that is no smaller than one of
 *  this crop factor.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_SETTING (there is none: the nearest names are told) or
 *  VD_ERR_UNSUPPORTED (no library, or no database). *out is empty on failure. */
VD_MUST_USE vd_result vd_lensfun_find(vd_context *context, const vd_settings *settings, double crop,
                                      vd_lens_data *out);
void vd_lens_data_clear(vd_lens_data *data);

#endif
