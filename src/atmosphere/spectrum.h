/* Light by wavelength: the sun's spectrum, and what an eye makes of it.
 *
 * Transport is computed for a sun that gives each band an irradiance of 1. A band knows what such a
 * result means in linear Rec. 709, in units of the luminance of the sun outside the atmosphere: the
 * spectrum within the band is in its weights, so only the medium has to be constant there. */
#ifndef VD_SPECTRUM_H
#define VD_SPECTRUM_H

#define VD_BANDS 20 /* a multiple of 4, for lanes */
#define VD_BAND_FIRST_NM 360
#define VD_BAND_LAST_NM 830

/** The illuminance that the sun's luminance (sun.strength) stands for: on a plane that faces it
 *  outside the atmosphere, at the Earth's mean distance, in lux. */
#define VD_SUN_LUX 133100.0
/** Photometric definition of the lumen (CIE 1924, K_m), lm/W. */
#define VD_LUMEN_PER_WATT 683.0

typedef struct vd_band {
    double wavelength_nm; /**< the mean, weighted by what is seen of the sun */
    double rgb[3];        /**< linear Rec. 709 of a sun in this band only; all bands' Y are 1 */
    double lux;           /**< illuminance by the sun in this band */
} vd_band;

/** The band from..to, which are multiples of 5 from 360 to 830, in nm. */
vd_band vd_spectrum_band(int from_nm, int to_nm);
/** The bands of the tables; they cover 360 to 830 nm. */
void vd_spectrum_bands(vd_band out[VD_BANDS]);
/** Linear Rec. 709 of CIE XYZ; white is D65 (ITU-R BT.709-6, item 1.4). */
void vd_spectrum_rgb_of_xyz(const double xyz[3], double rgb[3]);
/** Exponents a of the sun's limb darkening for the three channels: radiance at the part of the disc
 *  seen under the cosine m from the sun's surface is (2 + a) / 2 m^a times the mean. */
void vd_spectrum_limb_darkening(double out[3]);

#endif
