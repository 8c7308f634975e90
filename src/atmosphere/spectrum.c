/* Limb darkening: Hestroffer & Magnan 1998, "Wavelength dependency of the Solar limb darkening",
 * Astronomy & Astrophysics 333, equations 1 and 6: I(m) / I(1) = m^a, a falling with wavelength. */
#include "atmosphere/spectrum.h"

#include "atmosphere/spectrum_data.h"

void vd_spectrum_rgb_of_xyz(const double xyz[3], double rgb[3])
{
    static const double m[3][3] = {{3.2404542, -1.5371385, -0.4985314},
                                   {-0.9692660, 1.8760108, 0.0415560},
                                   {0.0556434, -0.2040259, 1.0572252}};
    for (int i = 0; i < 3; i++) rgb[i] = m[i][0] * xyz[0] + m[i][1] * xyz[1] + m[i][2] * xyz[2];
}

static double sun_luminance(void)
{
    double sum = 0.0;
    for (int i = 0; i < STEPS; i++) sum += STEP_NM * (double)spectra[i][0] * (double)spectra[i][2];
    return sum;
}

vd_band vd_spectrum_band(int from_nm, int to_nm)
{
    vd_band band = {0.0, {0.0, 0.0, 0.0}, 0.0};
    double xyz[3] = {0.0, 0.0, 0.0}, weights = 0.0;
    for (int nm = from_nm; nm < to_nm; nm += STEP_NM) {
        const float *row = spectra[(nm - FIRST_NM) / STEP_NM];
        double power = STEP_NM * (double)row[0], seen = 0.0;
        for (int k = 0; k < 3; k++) {
            xyz[k] += power * (double)row[1 + k];
            seen += power * (double)row[1 + k];
        }
        weights += seen;
        band.wavelength_nm += seen * (nm + 0.5 * STEP_NM);
    }
    band.wavelength_nm /= weights;
    band.lux = VD_LUMEN_PER_WATT * xyz[1];
    for (int k = 0; k < 3; k++) xyz[k] /= sun_luminance();
    vd_spectrum_rgb_of_xyz(xyz, band.rgb);
    return band;
}

void vd_spectrum_bands(vd_band out[VD_BANDS])
{
    /* Narrow where the eye is keen. */
    static const int edges[VD_BANDS + 1] = {360, 390, 410, 430, 450, 470, 490, 510, 530, 550, 570,
                                            590, 610, 630, 650, 670, 690, 715, 745, 785, 830};
    for (int i = 0; i < VD_BANDS; i++) out[i] = vd_spectrum_band(edges[i], edges[i + 1]);
}

void vd_spectrum_limb_darkening(double out[3])
{
    for (int k = 0; k < 3; k++) {
        double weights = 0.0, sum = 0.0;
        for (int nm = VD_BAND_FIRST_NM; nm < VD_BAND_LAST_NM; nm += STEP_NM) {
            vd_band band = vd_spectrum_band(nm, nm + STEP_NM);
            weights += band.rgb[k];
            sum += band.rgb[k] * (-0.023 + 292.0 / band.wavelength_nm);
        }
        out[k] = sum / weights;
    }
}
