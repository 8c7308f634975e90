/* How droplets of water scatter light: Jendersie and d'Eon's fit to Lorenz and Mie's theory (2023,
 * "An Approximate Mie Scattering Function for Fog and Cloud Rendering", equations 4 to 7 from 5 to
 * 50 micrometres, 8 to 11 below that), in the mean over colours, which differ little for droplets
 * of water as large as that. Fits for what is below 1.5 micrometres, which is haze and smoke, have
 * lobes that are turned backward, and are left out. */
#include "media/droplets.h"

#include "base/vmath.h"

#define LARGE_UM 5.0
#define DEGREES (180.0 / 3.14159265358979324)

vdk_phase vd_droplets_phase(double micrometres)
{
    double d = micrometres, sine, cosine, turned;
    if (d >= LARGE_UM)
        return (vdk_phase){
            .g = (float)vd_exp(-0.0990567 / (d - 1.67154)),
            .draine = (float)vd_exp(-0.599085 / (d - 0.641583) - 0.665888),
            .draine_g = (float)vd_exp(-2.20679 / (d + 3.91029) - 0.428934),
            .draine_a = (float)vd_exp(3.62489 - 8.29288 / (d + 5.52825)),
        };
    double l = vd_log(d);
    vd_sincos_deg(l * DEGREES, &sine, &cosine);
    turned = vd_cos_deg(5.68947 * (vd_log(l) - 0.0292149) * DEGREES);
    return (vdk_phase){
        .g = (float)(0.0604931 * vd_log(l) + 0.940256),
        .draine = (float)(0.026914 * (l - turned) + 0.376475),
        .draine_g = (float)(0.500411 - 0.081287 / (sine / cosine - 2.0 * l + 1.27551)),
        .draine_a = (float)(7.30354 * l + 6.31675),
    };
}
