/* How much gas, haze and ozone lies along a ray to space, tabulated by altitude and direction.
 *
 * The table's axes are those of Bruneton & Neyret 2008, "Precomputed Atmospheric Scattering",
 * section 4, as revised in Bruneton's implementation of 2017: the distance to the horizon, and the
 * distance to the top between its shortest and longest. It holds the logarithm of the mean density
 * along the ray, which is nearly linear between nodes; a ray that first descends is the whole chord
 * through its lowest point less the part behind it.
 *
 * The peak of forward scattering is taken out of the haze by the delta-M method (Wiscombe 1977,
 * "The Delta-M Method", Journal of the Atmospheric Sciences 34, equations 4 to 6): of the phase
 * function a share f, its moment VD_DEGREE + 1, counts as not scattered. */
#include "atmosphere/parts.h"
#include "base/vmath.h"

#define POINTS 12 /* of Gauss's rule in each of the panels */
#define PANELS 6
#define LEAST 1e-30

void vd_bands_optics_find(const vd_medium *medium, vd_bands_optics *out)
{
    memset(out, 0, sizeof *out);
    out->medium = medium;
    vd_spectrum_bands(out->bands);
    for (int b = 0; b < VD_BANDS; b++) {
        double moments[VD_DEGREE + 2] = {1.0};
        int part = b / 4, lane = b % 4;
        vd_optics *o = &out->optics[b];
        vd_medium_optics(medium, out->bands[b].wavelength_nm, o);
        vd_phase_moments(o->phase, VD_DEGREE + 2, moments);
        double peak = moments[VD_DEGREE + 1], lost = peak * o->scattering[VD_HAZE];
        for (int k = 0; k < VD_CONSTITUENTS; k++) {
            double part_lost = k == VD_HAZE ? lost : 0.0;
            out->extinction[k].part[part][lane] = (float)o->extinction[k];
            out->scaled[k].part[part][lane] = (float)(o->extinction[k] - part_lost);
            out->scattering[k].part[part][lane] = (float)(o->scattering[k] - part_lost);
        }
        out->haze_scattering.part[part][lane] = (float)o->scattering[VD_HAZE];
        for (int l = 0; l <= VD_DEGREE; l++) {
            double gas = l == 0 ? 1.0 : l == 2 ? vd_rayleigh_moment() : 0.0;
            out->gas_moment[l].part[part][lane] = (float)gas;
            out->haze_moment[l].part[part][lane] = (float)((moments[l] - peak) / (1.0 - peak));
        }
    }
}

/** From the lowest point of a ray, at radius low, the densities' integrals between two distances.
 */
static void integrate(const vd_medium *medium, double low, double from, double to,
                      double sums[VD_CONSTITUENTS])
{
    static const double at[POINTS / 2] = {0.12523340851146892, 0.36783149899818019,
                                          0.58731795428661745, 0.76990267419430469,
                                          0.90411725637047486, 0.98156063424671925};
    static const double weight[POINTS / 2] = {0.24914704581340278, 0.23349253653835481,
                                              0.20316742672306592, 0.16007832854334623,
                                              0.10693932599531843, 0.04717533638651183};
    for (int k = 0; k < VD_CONSTITUENTS; k++) sums[k] = 0.0;
    /* Panels that grow outward, since densities fall. */
    for (int panel = 0; panel < PANELS; panel++) {
        double a = (double)panel / PANELS, b = (panel + 1.0) / PANELS;
        double near = from + (to - from) * a * a, far = from + (to - from) * b * b;
        for (int i = 0; i < POINTS; i++) {
            double density[VD_CONSTITUENTS];
            double x = (i & 1 ? at[i / 2] : -at[i / 2]);
            double t = 0.5 * (near + far) + 0.5 * (far - near) * x;
            /* sqrt(low^2 + t^2) - radius without its cancellation */
            double rise = t * t / (sqrt(low * low + t * t) + low);
            vd_medium_density(medium, low - medium->radius_m + rise, density);
            for (int k = 0; k < VD_CONSTITUENTS; k++)
                sums[k] += 0.5 * (far - near) * weight[i / 2] * density[k];
        }
    }
}

static vd_result fill_height(void *state, int thread, int64_t item)
{
    vd_columns *c = state;
    (void)thread;
    double horizon = c->reach * (double)item / (VD_COLUMN_HEIGHTS - 1);
    double r = sqrt(c->radius * c->radius + horizon * horizon);
    double nearest = c->outside - r, farthest = horizon + c->reach;
    for (int i = 0; i < VD_COLUMN_ANGLES; i++) {
        double sums[VD_CONSTITUENTS], behind[VD_CONSTITUENTS];
        double d = nearest + (farthest - nearest) * i / (VD_COLUMN_ANGLES - 1);
        double mu = 1.0;
        if (d > 1.0) mu = (c->reach * c->reach - horizon * horizon - d * d) / (2.0 * r * d);
        if (mu > 1.0) mu = 1.0;
        double start = r * mu, low = sqrt(fmax(r * r * (1.0 - mu * mu), 0.0));
        if (d <= 1.0) {
            vd_medium_density(c->medium, r - c->radius, sums);
            d = 1.0;
        } else if (start >= 0.0) {
            integrate(c->medium, low, start, start + d, sums);
        } else {
            integrate(c->medium, low, 0.0, -start, behind);
            integrate(c->medium, low, 0.0, start + d, sums);
            for (int k = 0; k < VD_CONSTITUENTS; k++) sums[k] += behind[k];
        }
        for (int k = 0; k < VD_CONSTITUENTS; k++)
            c->logs[item][i][k] = (float)vd_log(fmax(sums[k] / d, LEAST));
    }
    return VD_OK;
}

vd_result vd_columns_find(vd_context *context, const vd_medium *medium, int threads,
                          vd_columns *out)
{
    vd_work work = {NULL, threads, VD_COLUMN_HEIGHTS, fill_height, out};
    out->medium = medium;
    out->radius = medium->radius_m;
    out->outside = medium->radius_m + medium->top_m;
    out->reach = sqrt(medium->top_m * (out->outside + out->radius));
    return vd_parallel(context, &work);
}

void vd_columns_at(const vd_columns *c, double r, double mu, double out[VD_CONSTITUENTS])
{
    double above = r > c->radius ? r - c->radius : 0.0;
    double horizon = sqrt(above * (2.0 * c->radius + above));
    if (above >= c->medium->top_m) {
        for (int k = 0; k < VD_CONSTITUENTS; k++) out[k] = 0.0;
        return;
    }
    double under = r * r * (mu * mu - 1.0) + c->outside * c->outside;
    double d = sqrt(fmax(under, 0.0)) - r * mu;
    double nearest = c->medium->top_m - above, farthest = horizon + c->reach;
    if (d > farthest) d = farthest;
    double x = (d - nearest) / (farthest - nearest) * (VD_COLUMN_ANGLES - 1);
    double y = horizon / c->reach * (VD_COLUMN_HEIGHTS - 1);
    if (!(x > 0.0)) x = 0.0;
    int i = x < VD_COLUMN_ANGLES - 2 ? (int)x : VD_COLUMN_ANGLES - 2;
    int j = y < VD_COLUMN_HEIGHTS - 2 ? (int)y : VD_COLUMN_HEIGHTS - 2;
    double u = x - i, v = y - j;
    for (int k = 0; k < VD_CONSTITUENTS; k++) {
        double low = (1.0 - u) * (double)c->logs[j][i][k] + u * (double)c->logs[j][i + 1][k];
        double high =
            (1.0 - u) * (double)c->logs[j + 1][i][k] + u * (double)c->logs[j + 1][i + 1][k];
        out[k] = d * vd_exp((1.0 - v) * low + v * high);
    }
}

double vd_columns_seen(const vd_columns *columns, double r, double mu)
{
    double horizon = vd_horizon_mu(columns->radius, r);
    /* Of the disc's centre above the horizon, in half discs; an angle so small is its sine. */
    double x = (mu - horizon) / sqrt(1.0 - horizon * horizon) * (180.0 / VD_PI) / VD_SUN_HALF_DEG;
    if (x <= -1.0) return 0.0;
    return x < 1.0 ? 0.5 + (vd_asin_deg(x) / 180.0 + x * sqrt(1.0 - x * x) / VD_PI) : 1.0;
}

bool vd_columns_sun(const vd_columns *columns, const vd_spectral extinction[VD_CONSTITUENTS],
                    double r, double mu, vd_spectral *out)
{
    double horizon = vd_horizon_mu(columns->radius, r), column[VD_CONSTITUENTS];
    double seen = vd_columns_seen(columns, r, mu);
    if (!(seen > 0.0)) {
        *out = vd_spectral_all(0.0f);
        return false;
    }
    vd_columns_at(columns, r, mu > horizon ? mu : horizon, column);
    vd_spectral depth = vd_spectral_all(0.0f);
    for (int k = 0; k < VD_CONSTITUENTS; k++)
        vd_spectral_add(&depth, (float)column[k], &extinction[k]);
    *out = vd_spectral_exp(&depth);
    for (int i = 0; i < VD_FOURS; i++) out->part[i] *= (float)seen;
    return true;
}
