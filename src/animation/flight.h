/* A flight over ground along a line. */
#ifndef VD_FLIGHT_H
#define VD_FLIGHT_H

#include "base/base.h"

typedef struct vd_flight vd_flight;

/** A line on the map, and what is asked of the way over it. */
typedef struct vd_flight_plan {
    int count; /**< of its points, two at least */
    const double *x, *y;
    double scale[2];    /**< metres in a unit of the map along x and y */
    double smoothing_m; /**< of bends in line and ground */
    double height;      /**< above the ground, in its own unit of heights */
    void *state;
    /** The ground's height at a place of the map. */
    double (*ground)(void *state, double x, double y);
} vd_flight_plan;

/** Returns VD_OK or VD_ERR_MEMORY. *out is NULL on failure. */
VD_MUST_USE vd_result vd_flight_create(vd_context *context, const vd_flight_plan *plan,
                                       vd_flight **out);
void vd_flight_destroy(vd_flight *flight);

/** Metres of all the way. */
double vd_flight_length(const vd_flight *flight);
/** The place so many metres on, x and y on the map and the height; before its beginning and behind
 *  its end the way goes straight on. */
void vd_flight_at(const vd_flight *flight, double metres, double out[3]);
/** Metres on the map between two places. */
double vd_flight_distance(const vd_flight *flight, const double a[3], const double b[3]);

#endif
