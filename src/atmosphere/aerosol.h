/* Optics of haze and dust by its kind: extinction, absorption and phase function by wavelength. */
#ifndef VD_AEROSOL_H
#define VD_AEROSOL_H

#include "base/base.h"

typedef enum vd_aerosol_kind {
    VD_AEROSOL_RURAL,
    VD_AEROSOL_MARITIME,
    VD_AEROSOL_URBAN,
    VD_AEROSOL_DESERT,
    VD_AEROSOL_MARS,
    VD_AEROSOL_KINDS
} vd_aerosol_kind;

#define VD_AEROSOL_WAVELENGTHS 8
#define VD_PHASE_NODES 192 /* of t = sqrt(sin(angle / 2)) from 0 to 1 */

typedef struct vd_aerosol {
    double height_m; /**< scale height of its density */
    /** At each of vd_aerosol_nm: extinction relative to that at 550 nm, and the share scattered. */
    double extinction[VD_AEROSOL_WAVELENGTHS], albedo[VD_AEROSOL_WAVELENGTHS];
    /** Per steradian; linear between nodes, and so normalized: the integral over the sphere is 1.
     */
    float phase[VD_AEROSOL_WAVELENGTHS][VD_PHASE_NODES];
} vd_aerosol;

extern const double vd_aerosol_nm[VD_AEROSOL_WAVELENGTHS]; /* rising */
#define VD_AEROSOL_550 3                                   /* the one that is 550 nm */

/** Computes the optics of a kind, with as many threads (0: one per processor). Takes 0.1 s or so.
 *  Returns VD_OK or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_aerosol_find(vd_context *context, vd_aerosol_kind kind, int threads,
                                      vd_aerosol *out);
/** A phase function of these nodes at the cosine of an angle. */
double vd_phase_at(const float *nodes, double cosine);
/** The coefficients c_l of p = sum of (2 l + 1) c_l P_l / 4 pi, for l = 0..count - 1. */
void vd_phase_moments(const float *nodes, int count, double *moments);

#endif
