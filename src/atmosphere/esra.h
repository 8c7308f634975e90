/* How much of the sun's energy comes through a clear sky, by the model of the European Solar
 * Radiation Atlas: Rigollier, Bauer & Wald 2000, "On the clear sky model of the ESRA", Solar Energy
 * 68(1), 33-48, whose equation numbers these are.
 *
 * One number says what is in the air: Linke's turbidity for an air mass of 2, how many clean and
 * dry atmospheres would dim the sun as much. It is 2 for cold mountain air, 3 for clear temperate
 * summers, 5 or more where it is moist or hazy; monthly values for all of the Earth are published.
 * The model was fitted to stations of Europe; its beam is within 5 % of measurements there, and its
 * diffuse light within 10 to 20 % where the sun is above 10 degrees. */
#ifndef VD_ESRA_H
#define VD_ESRA_H

/** The solar constant, W/m2, at the mean distance of the sun. */
#define VD_SOLAR_CONSTANT 1367.0

/** The share of sunlight that comes through the air straight from the sun.
 *  altitude_deg  of the sun as refracted, above 0
 *  elevation_m   of the ground
 *  turbidity     Linke's, above 0 */
double vd_esra_beam(double altitude_deg, double elevation_m, double turbidity);
/** The light of the whole sky on level ground, as a share of the sun's above the air. */
double vd_esra_diffuse(double altitude_deg, double turbidity);

#endif
