/* Dates as people write them (ISO 8601) and days as algorithms count them. */
#ifndef VD_DATE_H
#define VD_DATE_H

#include <stdbool.h>

/** A moment, and the clock that it was read from. */
typedef struct vd_date {
    double day;     /**< days of UT since J2000.0, 2000-01-01T12:00Z */
    int offset_min; /**< of the clock, east of UTC */
} vd_date;

/** Reads a date of the Gregorian calendar, of the years 1600 to 3000: 2026-06-21T09:30+02:00, with
 *  seconds and a fraction of them if wanted, a blank for the T, Z for UTC, and the offset also as
 *  +0200 or +02. Returns NULL, or what is wrong with it and what to do ("names no ...; add ...");
 *  *out is then zero. */
const char *vd_date_parse(const char *text, vd_date *out);

/** Prints a moment on its own clock to the nearest second, or minute, in the form that
 *  vd_date_parse() reads. Returns buffer. */
const char *vd_date_print(vd_date date, bool seconds, char buffer[40]);

#endif
