/* How much of the sun's light the moon sends down, by wavelength and phase. */
#ifndef VD_MOONLIGHT_H
#define VD_MOONLIGHT_H

#include <stdbool.h>

/** The moon as a light. */
typedef struct vd_moonlight {
    bool is_there; /**< false: the sun is the light, and the rest unread */
    double phase;  /**< angle at the moon between sun and Earth: 0 full to 180 new */
    bool waxes;
    double distance_km;     /**< from the Earth; 0: the mean of 384400 */
    double sun_distance_au; /**< 0: 1 */
} vd_moonlight;

/** Irradiance by the moon over that by the sun at its mean distance, outside the air. */
double vd_moonlight_share(const vd_moonlight *moon, double wavelength_nm);

#endif
