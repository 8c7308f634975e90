/* Map coordinates of one CRS as those of another, by PROJ through GDAL.
 *
 * Coordinates are in the order of GIS data whatever the CRS's own: x is easting or longitude, y
 * northing or latitude. PROJ's versions and grids may differ in the last digits, so nothing that a
 * default picture shows comes through here. */
#ifndef VD_MAP_TRANSFORM_H
#define VD_MAP_TRANSFORM_H

#include "base/base.h"

typedef struct vd_map_transform vd_map_transform;

/** A transform from one CRS to another. One transform belongs to one thread at a time.
 *  from, to  WKT, "EPSG:4326", PROJ strings: whatever GDAL takes for a CRS
 *  Returns VD_OK, VD_ERR_SETTING (a CRS that is none, or no way between the two) or VD_ERR_MEMORY;
 *  the message names what was not understood and says nothing of knobs. */
VD_MUST_USE vd_result vd_map_transform_create(vd_context *context, const char *from, const char *to,
                                              vd_map_transform **out);
void vd_map_transform_destroy(vd_map_transform *transform);
/** Transforms count points in place. Points that have no place in the other CRS become NaN. */
void vd_map_transform_points(vd_map_transform *transform, int count, double *x, double *y);

/** What is to be known of a CRS before a raster is laid out in it. */
typedef struct vd_crs_info {
    char *wkt; /**< WKT2; free with free() */
    char name[256];
    char unit[64];
    bool is_geographic;      /**< its axes are angles */
    double metres_per_unit;  /**< of a projected CRS's axes; 0 of a geographic one */
    double degrees_per_unit; /**< of a geographic CRS's axes; 0 of a projected one */
    double semi_major_m;     /**< of its ellipsoid */
} vd_crs_info;

/** Describes a CRS given in any way that GDAL takes. *out is zero on failure.
 *  Returns VD_OK, VD_ERR_SETTING (not a CRS, or neither projected nor geographic) or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_crs_describe(vd_context *context, const char *crs, vd_crs_info *out);
/** A transverse Mercator CRS on the datum of a geographic one, true to scale at its middle, which
 * is 0,0, in metres. *out is WKT2, freed with free(), NULL on failure. Returns VD_OK,
 * VD_ERR_SETTING (not a geographic CRS) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_crs_local(vd_context *context, const char *geographic, const char *name,
                                   double latitude_deg, double longitude_deg, char **out);
/** Whether two CRSs, given in any way that GDAL takes, give every place the same coordinates. */
bool vd_crs_is_same(const char *a, const char *b);

#endif
