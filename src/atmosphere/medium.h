/* What an atmosphere is made of: gas, haze and ozone by altitude and wavelength, over a round
 * planet. Both the tables (tables.h) and the brute force that they are measured against read it. */
#ifndef VD_MEDIUM_H
#define VD_MEDIUM_H

#include "atmosphere/aerosol.h"

typedef enum vd_planet { VD_PLANET_EARTH, VD_PLANET_MARS, VD_PLANET_MOON } vd_planet;

/** What can be asked of an atmosphere. vd_air_defaults() fills it in. */
typedef struct vd_air {
    vd_planet planet;
    vd_aerosol_kind aerosol; /**< on the Earth; Mars has its dust, the Moon nothing */
    double visibility_km;    /**< meteorological, at sea level; 0: by turbidity */
    double turbidity;     /**< optical depth at 550 nm over that of the gas alone; 1 is no haze */
    double ozone_du;      /**< Dobson units */
    double ground_albedo; /**< 0..1, Lambertian, of all wavelengths */
} vd_air;

enum { VD_GAS, VD_HAZE, VD_OZONE, VD_CONSTITUENTS };
#define VD_PROFILE_NODES 2001 /* of altitude, from the ground to the top; linear between them */

typedef struct vd_medium {
    vd_planet planet;
    double radius_m, top_m; /**< of the planet; altitude above which there is nothing */
    double ground_albedo;
    double gas_scale;    /**< of Rayleigh's cross section, molecules' number at the ground in it */
    double haze;         /**< extinction at 550 nm at the ground, 1/m */
    double ozone_number; /**< molecules per m3 where their profile is 1 */
    vd_aerosol aerosol;
    double profile[VD_CONSTITUENTS][VD_PROFILE_NODES]; /**< density relative to its reference */
} vd_medium;

/** Coefficients at one wavelength where each profile is 1, in 1/m. */
typedef struct vd_optics {
    double extinction[VD_CONSTITUENTS];
    double scattering[VD_CONSTITUENTS];
    float phase[VD_PHASE_NODES]; /**< of the haze */
} vd_optics;

/** The Earth at 40 km of visibility over rural haze, 300 DU, ground of albedo 0.3. */
vd_air vd_air_defaults(void);
/** The Mars preset: dust of optical depth 0.5 under its usual name, ground of albedo 0.25. */
vd_air vd_air_mars(void);
/** Computes what an atmosphere is made of. threads 0: one per processor.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_medium_find(vd_context *context, const vd_air *air, int threads,
                                     vd_medium *out);
/** Density of each constituent at an altitude (the nearest within the atmosphere). */
void vd_medium_density(const vd_medium *medium, double altitude_m, double out[VD_CONSTITUENTS]);
/** Coefficients and phase function at a wavelength of 360 to 830 nm. */
void vd_medium_optics(const vd_medium *medium, double nm, vd_optics *out);
/** Rayleigh's phase function with the depolarization of air, per steradian. */
double vd_rayleigh_phase(double cosine);
/** Its coefficient of the second Legendre polynomial (that of the first is 0), as of
 *  vd_phase_moments(). */
double vd_rayleigh_moment(void);
/** Depth of a constituent through the whole profile, in metres of density 1. */
double vd_medium_column(const vd_medium *medium, int constituent);

#endif
