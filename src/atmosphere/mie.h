/* Scattering of light by one homogeneous sphere. */
#ifndef VD_MIE_H
#define VD_MIE_H

#define VD_MIE_ANGLES 192 /* at most */

/** Adds one sphere's cross sections over pi r^2 (the efficiencies Q), and its scattering into each
 *  angle, both times weight.
 *  size      2 pi r / wavelength, up to 2000
 *  n, k      refractive index n - ik relative to the air, k >= 0
 *  cosines   of the angles of scattering, count of them
 *  intensity (|S1|^2 + |S2|^2) / size^2 for each: its integral over the sphere is 2 pi Q_sca */
void vd_mie_add(double size, double n, double k, double weight, const double *cosines, int count,
                double *extinction, double *scattering, double *intensity);

#endif
