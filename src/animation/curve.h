/* Curves through keys: numbers over time, and ways through space. */
#ifndef VD_CURVE_H
#define VD_CURVE_H

#include <stdbool.h>

/** How it goes from a key to the next; in the order of the words of keyframes[].way. */
typedef enum vd_way { VD_WAY_SMOOTH, VD_WAY_LINEAR, VD_WAY_EASE, VD_WAY_HOLD } vd_way;

/** Keys at rising times. */
typedef struct vd_keys {
    int count;
    const double *times;
    const vd_way *ways; /**< from each to the next */
} vd_keys;

/** The slope at each key of the curve through values[count * stride], of which every stride-th is
 *  taken, into slopes of the same layout. */
void vd_curve_slopes(const vd_keys *keys, const double *values, int stride, double *slopes);
/** The curve at a time. Before the first key and after the last it stands still; it never leaves
 *  the range of the two keys that it is between. */
double vd_curve_at(const vd_keys *keys, const double *values, int stride, const double *slopes,
                   double time);

enum { VD_TRAIL_STEPS = 64 }; /* a segment, for its length */

/** A way through points of space. */
typedef struct vd_trail {
    vd_keys keys;
    const double *points; /**< [count][3] */
    double scale[3];      /**< metres in a unit of each */
    double *knots;        /**< [count] of the curve: centripetal */
    double *slopes;       /**< of knots over time */
    double *lengths;      /**< [(count - 1) * VD_TRAIL_STEPS + 1] metres up to there; NULL: each key
                             is met at its time */
} vd_trail;

/** Fills knots, slopes and, unless it is NULL, lengths, for which there is room. */
void vd_trail_make(vd_trail *trail);
void vd_trail_at(const vd_trail *trail, double time, double out[3]);

#endif
