/* Straight rays through a round atmosphere cut into levels, and how much of the light along them
 * arrives: it does not depend on the sun, so it is computed once for all orders of scattering. The
 * source is linear in optical depth between two places: Olson & Kunasz 1987, "Short characteristic
 * solution of the non-LTE line transfer problem", equations 5 to 7. */
#include "atmosphere/orders_parts.h"
#include "base/vmath.h"

static const double gauss_9[9][2] = {{0.01591988024618696, 0.04063719418078721},
                                     {0.08198444633668212, 0.09032408034742870},
                                     {0.19331428364970482, 0.13030534820146773},
                                     {0.33787328829809554, 0.15617353852000142},
                                     {0.5, 0.16511967750062988},
                                     {0.66212671170190446, 0.15617353852000142},
                                     {0.80668571635029518, 0.13030534820146773},
                                     {0.91801555366331788, 0.09032408034742870},
                                     {0.98408011975381304, 0.04063719418078721}};
static const double gauss_6[6][2] = {
    {0.03376524289842399, 0.08566224618958517}, {0.16939530676686774, 0.18038078652406930},
    {0.38069040695840155, 0.23395696728634552}, {0.61930959304159845, 0.23395696728634552},
    {0.83060469323313226, 0.18038078652406930}, {0.96623475710157601, 0.08566224618958517}};

/** Optical depth of a stretch of the ray from radius r under mu, without the peak. */
static void find_depth(const vd_bands_optics *bands, double r, double mu, double from, double to,
                       vd_spectral *depth)
{
    static const double at[2] = {0.33998104358485626, 0.86113631159405258};
    static const double weight[2] = {0.65214515486254614, 0.34785484513745386};
    *depth = vd_spectral_all(0.0f);
    for (int i = 0; i < 4; i++) {
        double density[VD_CONSTITUENTS];
        double t = 0.5 * (from + to) + 0.5 * (to - from) * (i & 1 ? at[i / 2] : -at[i / 2]);
        double radius = sqrt(r * r + t * t + 2.0 * r * t * mu);
        vd_medium_density(bands->medium, radius - bands->medium->radius_m, density);
        for (int k = 0; k < VD_CONSTITUENTS; k++)
            vd_spectral_add(depth, (float)(0.5 * (to - from) * weight[i / 2] * density[k]),
                            &bands->scaled[k]);
    }
}

/** Adds a stretch's light to the weights at its ends, and takes its depth from the transmittance.
 */
static void add_stretch(const vd_spectral *depth, vd_spectral *transmittance, vd_spectral *near,
                        vd_spectral *far)
{
    vd_spectral left = vd_spectral_exp(depth);
    for (int b = 0; b < VD_BANDS; b++) {
        float x = depth->part[b / 4][b % 4], e = left.part[b / 4][b % 4];
        float all = x < 0.02f ? x * (1.0f - x * (0.5f - x / 6.0f)) : 1.0f - e;
        float second = x < 0.02f ? x * (0.5f - x * (1.0f / 3.0f - 0.125f * x)) : all / x - e;
        float t = transmittance->part[b / 4][b % 4];
        near->part[b / 4][b % 4] += t * (all - second);
        far->part[b / 4][b % 4] += t * second;
        transmittance->part[b / 4][b % 4] = t * e;
    }
}

/** The distance at which a ray from radius r under mu is at radius at, on its way out or in. */
static double distance_to(double r, double mu, double at, bool outward)
{
    double under = at * at - r * r * (1.0 - mu) * (1.0 + mu);
    double root = sqrt(fmax(under, 0.0));
    return outward ? root - r * mu : -root - r * mu;
}

void vd_rays_shares(const vd_bands_optics *bands, double altitude, vd_spectral *gas,
                    vd_spectral *haze)
{
    double density[VD_CONSTITUENTS];
    vd_medium_density(bands->medium, altitude, density);
    for (int b = 0; b < VD_BANDS; b++) {
        float all = 0.0f, part[2];
        for (int k = 0; k < VD_CONSTITUENTS; k++)
            all += (float)density[k] * bands->scaled[k].part[b / 4][b % 4];
        for (int k = VD_GAS; k <= VD_HAZE; k++)
            part[k] = (float)density[k] * bands->scattering[k].part[b / 4][b % 4];
        gas->part[b / 4][b % 4] = all > 0.0f ? part[VD_GAS] / all : 0.0f;
        haze->part[b / 4][b % 4] = all > 0.0f ? part[VD_HAZE] / all : 0.0f;
    }
}

/** Sunlight changes faster than the light it becomes, at dusk above all: it is looked at in more
 *  places. */
static void place_sunlit(const vd_bands_optics *bands, double r, vd_path *p)
{
    vd_spectral transmittance = vd_spectral_all(1.0f), weight[VD_FINE * VD_CROSSINGS], depth;
    int n = p->sunlit_count = (p->count - 1) * VD_FINE + 1;
    for (int i = 0; i < n; i++) {
        const vd_crossing *c = &p->crossings[i / VD_FINE];
        vd_sunlit *at = &p->sunlit[i];
        at->distance = c->distance;
        if (i % VD_FINE) at->distance += (c[1].distance - c->distance) * (i % VD_FINE) / VD_FINE;
        double d = at->distance;
        at->radius = sqrt(r * r + d * d + 2.0 * r * d * p->mu);
        weight[i] = vd_spectral_all(0.0f);
        if (i == 0) continue;
        find_depth(bands, r, p->mu, at[-1].distance, at->distance, &depth);
        add_stretch(&depth, &transmittance, &weight[i - 1], &weight[i]);
    }
    for (int i = 0; i < n; i++) {
        vd_sunlit *at = &p->sunlit[i];
        vd_rays_shares(bands, at->radius - bands->medium->radius_m, &at->gas, &at->haze);
        at->gas = vd_spectral_mul(&at->gas, &weight[i]);
        at->haze = vd_spectral_mul(&at->haze, &weight[i]);
    }
}

static void trace_path(const vd_bands_optics *bands, const double *level_m, int level, vd_path *p)
{
    double radius = bands->medium->radius_m, r = radius + level_m[level], mu = p->mu;
    double low = r * sqrt(fmax((1.0 - mu) * (1.0 + mu), 0.0));
    int n = 0;
    p->crossings[n++] = (vd_crossing){.level = level, .distance = 0.0};
    if (mu < 0.0) {
        for (int i = level - 1; i >= 0 && radius + level_m[i] > low; i--)
            p->crossings[n++] = (vd_crossing){
                .level = i, .distance = distance_to(r, mu, radius + level_m[i], false)};
    }
    /* At level 0 the ground is at once below. */
    p->meets_ground = p->crossings[n - 1].level == 0 && mu < 0.0;
    if (p->meets_ground) p->ground_distance = p->crossings[n - 1].distance;
    int lowest = p->crossings[n - 1].level;
    for (int i = mu < 0.0 ? lowest : lowest + 1; !p->meets_ground && i < VD_LEVELS; i++)
        p->crossings[n++] =
            (vd_crossing){.level = i, .distance = distance_to(r, mu, radius + level_m[i], true)};
    p->count = n;
    vd_spectral transmittance = vd_spectral_all(1.0f);
    for (int i = 0; i < n; i++) {
        vd_crossing *c = &p->crossings[i];
        double at = sqrt(r * r + c->distance * c->distance + 2.0 * r * c->distance * mu);
        c->mu = fmin(fmax((r * mu + c->distance) / at, -1.0), 1.0);
        vd_harmonics(c->mu, c->upright);
        if (i == 0) continue;
        vd_spectral depth;
        find_depth(bands, r, mu, c[-1].distance, c->distance, &depth);
        add_stretch(&depth, &transmittance, &c[-1].weight, &c->weight);
    }
    p->ground = transmittance;
    place_sunlit(bands, r, p);
}

void vd_rays_find(const vd_bands_optics *bands, const double level_m[VD_LEVELS], int level,
                  vd_path paths[VD_RAYS])
{
    double radius = bands->medium->radius_m,
           horizon = vd_horizon_mu(radius, radius + level_m[level]);
    for (int k = 0; k < VD_RAYS; k++) {
        vd_path *p = &paths[k];
        bool up = k < VD_UPWARD;
        /* Dense at the horizon: the square of the quadrature's variable. */
        double x = up ? gauss_9[k][0] : gauss_6[k - VD_UPWARD][0];
        double weight = up ? gauss_9[k][1] : gauss_6[k - VD_UPWARD][1];
        double width = up ? 1.0 - horizon : 1.0 + horizon;
        p->mu = up ? horizon + width * x * x : horizon - width * x * x;
        p->solid_angle = 2.0 * x * weight * width * 2.0 * VD_PI / VD_AZIMUTHS;
        vd_harmonics(p->mu, p->upright);
        trace_path(bands, level_m, level, p);
    }
}
