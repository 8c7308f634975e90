/* What the writers that stand on GDAL share: GeoTIFF, its overviews, and the cloud-optimised one.
 */
#ifndef VD_GDAL_PARTS_H
#define VD_GDAL_PARTS_H

#include <gdal.h>

#include "output/parts.h"

/* ---- gdal_errors.c ------------------------------------------------------------------------ */

/** GDAL's errors while it is set: the first is kept as the cause, warnings become messages. */
typedef struct vd_gdal_trap {
    vd_context *context;   /**< for warnings; NULL: they are passed over */
    const char *path;      /**< as the user knows it */
    const char *part_path; /**< as GDAL knows it */
    bool strict;           /**< warnings are errors */
    bool failed;
    char cause[400]; /**< of the first error */
} vd_gdal_trap;

/** Catches this thread's errors until vd_gdal_trap_release(). */
void vd_gdal_trap_set(vd_gdal_trap *trap);
void vd_gdal_trap_release(void);
/** Says that trap->path cannot be written and why. Returns VD_ERR_IO. */
VD_MUST_USE vd_result vd_gdal_fail(vd_context *context, const vd_gdal_trap *trap);

/** Names a driver, with all drivers registered if need be; NULL if this GDAL has none. */
GDALDriverH vd_gdal_driver(const char *name);
GDALDataType vd_gdal_type(vd_sample_type type);

/* ---- gdal_creation.c ---------------------------------------------------------------------- */

/** Creation options for the format: ours, then the user's over them. Free with CSLDestroy(). */
char **vd_creation_list(const vd_output_options *options, const vd_source *source);

/* ---- geotiff.c ---------------------------------------------------------------------------- */

/** Says in a new dataset where the source lies and how it was made; before its pixels, so that tags
 *  need not move. cog: as a COG will hold it. Returns false if GDAL does not. */
bool vd_gdal_describe(GDALDatasetH dataset, const vd_source *source, bool cog);
/** Writes the picture as a GeoTIFF to trap->part_path, with these creation options and, if asked,
 *  overviews down to less than coarsest_px. The trap is set and released here.
 *  Returns VD_OK, VD_ERR_IO, VD_ERR_MEMORY, VD_ERR_CANCELLED or what the source says. */
VD_MUST_USE vd_result vd_gtiff_create(vd_context *context, const vd_encoder *encoder, char **list,
                                      bool overviews, int coarsest_px, vd_gdal_trap *trap);
/** Gives the .aux.xml that GDAL may have left beside the temporary picture its place in the family,
 *  or removes it. Returns VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_gdal_adopt_pam(vd_context *context, vd_family *family,
                                        const char *part_path, bool keep);

/* ---- overviews.c -------------------------------------------------------------------------- */

/** Builds overviews within an open GeoTIFF, each half the one before, until one's longer side is
 *  less than coarsest_px. With alpha the last band weighs the others. Reports progress in the phase
 *  "overviews". Returns VD_OK, VD_ERR_IO, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_overviews_build(vd_context *context, GDALDatasetH dataset, bool alpha,
                                         int coarsest_px, const vd_gdal_trap *trap);

#endif
