/* Points of the map in the picture, as text for other programs. */
#ifndef VD_POINT_TABLE_H
#define VD_POINT_TABLE_H

#include "base/base.h"

/** Rows to write: what is known of each point, and what was found. */
typedef struct vd_point_table {
    int width, height; /**< of the picture */
    int64_t count;
    const vd_point *points;
    const vd_projected *found;
    const double *longitude, *latitude; /**< [count], on WGS 84; NULL: nobody knows */
    int field_count;
    char *const *fields;   /**< names */
    const bool *is_number; /**< [field_count] */
    char *const *values;   /**< [valued][field_count]; NULL: unset */
    int64_t valued;        /**< the rows from here on have no fields */
} vd_point_table;

typedef struct vd_text_sink {
    void (*write)(void *user, const char *text, size_t length);
    void *user;
} vd_text_sink;

/** A line for the names, then one a point (RFC 4180, but for its line ends). */
void vd_point_table_csv(const vd_point_table *table, const vd_text_sink *sink);
/** A FeatureCollection (RFC 7946). */
void vd_point_table_geojson(const vd_point_table *table, const vd_text_sink *sink);

#endif
