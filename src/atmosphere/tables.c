/* From the orders of scattering to what one eye sees of them: the tables of kernel/atmosphere.h.
 *
 * Along each ray from the eye light scattered once is integrated in small steps with the exact
 * phase functions and the sun's transmittance at each (columns.c); light scattered before comes
 * from the moments (orders.c). Single scattering has the haze's full phase function while all
 * extinction is without its forward peak: the TMS correction of Nakajima & Tanaka 1988, "Algorithms
 * for radiative intensity calculations in moderately thick atmospheres", Journal of Quantitative
 * Spectroscopy and Radiative Transfer 40, section 3. Transmittances of the air and the sun's own
 * are of the whole extinction. All is spectral until a node is written. A transmittance in three
 * channels is that of light with the sun's spectrum. */
#include "atmosphere/tables.h"

#include <stdlib.h>

#include "atmosphere/parts.h"
#include "base/vmath.h"

#define NEAREST_M 20.0 /* for what the air tends to at the eye */
#define LEAST_TRANSMITTANCE 1e-9

_Static_assert(VDK_AIR_PHASES == VD_PHASE_NODES, "one table of phases");

typedef struct table_search {
    vd_atmosphere *out;
    vd_medium medium;
    vd_bands_optics bands;
    vd_columns columns;
    vd_orders orders;
    double radius, eye; /* of the ground and of the eye, from the planet's centre */
    double sun_sine, sun_cosine;
} table_search;

/** A ray on its way through the air. */
typedef struct march {
    double start;        /* radius at which it enters the air */
    double mu, sun_sine; /* there */
    double angle_cosine; /* to the sun */
    double end, at;      /* distances from there */
    bool meets_ground;
    vd_spectral gas_phase;
    vd_spectral smooth, haze; /* light; the latter still without its phase function */
    vd_spectral scaled, depth;
} march;

/* ---- rays -------------------------------------------------------------------------------------
 */

/** Sets out from the eye into the direction with this cosine from the zenith and this azimuth from
 *  the sun. False: it meets no air. toward_ground says which side of the horizon it is, where mu
 *  alone could not. */
static bool set_out(const table_search *s, double mu, double azimuth_cosine, bool toward_ground,
                    march *m)
{
    double top = s->columns.outside, r = s->eye;
    double sine = sqrt(fmax((1.0 - mu) * (1.0 + mu), 0.0)), low = r * sine, before = 0.0;
    memset(m, 0, sizeof *m);
    m->angle_cosine = mu * s->sun_sine + sine * s->sun_cosine * azimuth_cosine;
    if (r > top) {
        if (mu >= 0.0 || low >= top) return false;
        before = -r * mu - sqrt((top - low) * (top + low));
    }
    m->start = before > 0.0 ? top : r;
    m->mu = fmin(fmax((r * mu + before) / m->start, -1.0), 1.0);
    m->sun_sine = (r * s->sun_sine + before * m->angle_cosine) / m->start;
    double along = m->start * m->mu;
    m->end = sqrt(fmax((top - low) * (top + low), 0.0)) - along;
    m->meets_ground = toward_ground;
    if (toward_ground) m->end = -along - sqrt(fmax((s->radius - low) * (s->radius + low), 0.0));
    m->gas_phase = s->bands.scattering[VD_GAS];
    for (int i = 0; i < VD_FOURS; i++)
        m->gas_phase.part[i] *= (float)vd_rayleigh_phase(m->angle_cosine);
    return true;
}

/** Radius, cosine from the zenith, sine of the sun's elevation and cosine of its azimuth from the
 *  ray's, at a distance. */
typedef struct spot {
    double r, mu, sun_sine;
    float azimuth_cosine;
} spot;

static spot spot_at(const march *m, double distance)
{
    spot p;
    p.r = sqrt(m->start * m->start + distance * (distance + 2.0 * m->start * m->mu));
    p.mu = fmin(fmax((m->start * m->mu + distance) / p.r, -1.0), 1.0);
    p.sun_sine = fmin(fmax((m->start * m->sun_sine + distance * m->angle_cosine) / p.r, -1.0), 1.0);
    double sines = (1.0 - p.mu * p.mu) * (1.0 - p.sun_sine * p.sun_sine);
    double cosine = sines > 1e-14 ? (m->angle_cosine - p.mu * p.sun_sine) / sqrt(sines) : 1.0;
    p.azimuth_cosine = (float)fmin(fmax(cosine, -1.0), 1.0);
    return p;
}

/** The length of a step at which neither altitude nor depth changes much. */
static double step_from(const table_search *s, const march *m)
{
    double density[VD_CONSTITUENTS], blue = 1e-9;
    spot p = spot_at(m, m->at);
    double altitude = fmax(p.r - s->radius, 0.0);
    double rise = 0.0025 * s->medium.top_m + 0.12 * altitude, slope = p.mu < 0.0 ? -p.mu : p.mu;
    double step = 2.0 * rise / (slope + sqrt(slope * slope + 2.0 * rise / p.r));
    vd_medium_density(&s->medium, altitude, density);
    for (int k = 0; k < VD_CONSTITUENTS; k++)
        blue += density[k] * (double)s->bands.extinction[k].part[0][3];
    return fmin(fmin(step, 0.25 / blue), 30000.0);
}

/** Adds the depth of the next step to the march's, and to *scaled unless it is NULL. */
static void add_depth(const table_search *s, march *m, double step, vd_spectral *scaled)
{
    for (int i = 0; i < 2; i++) { /* Gauss's two points */
        double density[VD_CONSTITUENTS];
        spot p = spot_at(m, m->at + step * (i ? 0.78867513459481287 : 0.21132486540518713));
        vd_medium_density(&s->medium, p.r - s->radius, density);
        for (int k = 0; k < VD_CONSTITUENTS; k++) {
            float column = (float)(0.5 * step * density[k]);
            if (scaled) vd_spectral_add(scaled, column, &s->bands.scaled[k]);
            vd_spectral_add(&m->depth, column, &s->bands.extinction[k]);
        }
    }
}

/** What gas and haze of density 1 scatter at a place of the sun's own light, the haze without its
 *  phase function. False: none comes there. */
static bool scatter_sun(const table_search *s, const march *m, const spot *p, vd_spectral *gas,
                        vd_spectral *haze)
{
    vd_spectral sun;
    if (!vd_columns_sun(&s->columns, s->bands.scaled, p->r, p->sun_sine, &sun)) return false;
    *gas = vd_spectral_mul(&sun, &m->gas_phase);
    *haze = vd_spectral_mul(&sun, &s->bands.haze_scattering);
    return true;
}

static void take_step(const table_search *s, march *m, double step)
{
    double density[VD_CONSTITUENTS];
    vd_spectral depth = vd_spectral_all(0.0f), gas, haze;
    add_depth(s, m, step, &depth);
    spot p = spot_at(m, m->at + 0.5 * step);
    double altitude = p.r - s->radius;
    vd_medium_density(&s->medium, altitude, density);
    vd_orders_at(&s->orders, &s->bands, altitude, p.sun_sine, p.mu, p.azimuth_cosine, &gas, &haze);
    gas = vd_spectral_mul(&gas, &s->bands.scattering[VD_GAS]);
    haze = vd_spectral_mul(&haze, &s->bands.scattering[VD_HAZE]);
    vd_spectral light = vd_spectral_all(0.0f), haze_light = vd_spectral_all(0.0f);
    vd_spectral_add(&light, (float)density[VD_GAS], &gas);
    vd_spectral_add(&light, (float)density[VD_HAZE], &haze);
    if (scatter_sun(s, m, &p, &gas, &haze)) {
        vd_spectral_add(&light, (float)density[VD_GAS], &gas);
        vd_spectral_add(&haze_light, (float)density[VD_HAZE], &haze);
    }
    vd_spectral left = vd_spectral_exp(&m->scaled), passed = vd_spectral_exp(&depth);
    for (int i = 0; i < VD_FOURS; i++) {
        /* The light of a metre times the metres it is seen through. */
        vd_four x = depth.part[i], thin = 1.0f - x * (0.5f - x * (1.0f / 6.0f));
        vd_four thick = (1.0f - passed.part[i]) / (x + 1e-20f), share;
        for (int k = 0; k < 4; k++) share[k] = x[k] < 0.02f ? thin[k] : thick[k];
        share = share * left.part[i] * (float)step;
        m->smooth.part[i] += share * light.part[i];
        m->haze.part[i] += share * haze_light.part[i];
        m->scaled.part[i] += x;
    }
    m->at += step;
}

static void go_to(const table_search *s, march *m, double distance)
{
    if (distance > m->end) distance = m->end;
    while (m->at < distance) {
        double step = step_from(s, m), left = distance - m->at;
        if (step * 1.2 >= left) {
            take_step(s, m, left);
            m->at = distance;
        } else {
            take_step(s, m, 2.0 * step > left ? 0.5 * left : step);
        }
    }
}

/** Light in linear Rec. 709, each band times share. */
static void to_rgb(const table_search *s, const vd_spectral *light, const double share[VD_BANDS],
                   double rgb[3])
{
    for (int k = 0; k < 3; k++) rgb[k] = 0.0;
    for (int b = 0; b < VD_BANDS; b++)
        for (int k = 0; k < 3; k++)
            rgb[k] += share[b] * (double)light->part[b / 4][b % 4] * s->bands.bands[b].rgb[k];
}

/** The haze's phase functions towards this angle, over that at 550 nm. */
static void compare_phases(const table_search *s, double angle_cosine, double share[VD_BANDS])
{
    double middle = vd_phase_at(s->out->phases, angle_cosine);
    for (int b = 0; b < VD_BANDS; b++)
        share[b] =
            middle > 0.0 ? vd_phase_at(s->bands.optics[b].phase, angle_cosine) / middle : 0.0;
}

static const double ones[VD_BANDS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/** The direction of a node: the inverse of vdk_atmosphere_place(). */
static void direction_at(const table_search *s, bool above, double v, double u, double *mu,
                         double *azimuth_cosine)
{
    const vdk_atmosphere *k = &s->out->kernel;
    double q = 1.0 - v * v * (above ? 1.0 - (double)k->edge : 1.0);
    double half = q * (double)(above ? k->half_zenith : k->half_nadir);
    *mu = above ? 1.0 - 2.0 * half * half : 2.0 * half * half - 1.0;
    *azimuth_cosine = 1.0 - 2.0 * u * u;
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static void add_ground(const table_search *s, march *m)
{
    spot p = spot_at(m, m->end);
    vd_spectral ground = vd_orders_ground(&s->orders, p.sun_sine);
    vd_spectral left = vd_spectral_exp(&m->scaled);
    ground = vd_spectral_mul(&ground, &left);
    vd_spectral_add(&m->smooth, 1.0f, &ground);
}

/** A node of the sky. */
static vd_result fill_sky(void *state, int thread, int64_t item)
{
    table_search *s = state;
    int row = (int)(item / VDK_SKY_COLUMNS), column = (int)(item % VDK_SKY_COLUMNS);
    bool above = row < VDK_SKY_ABOVE;
    double v =
        above ? (double)row / (VDK_SKY_ABOVE - 1) : (row - VDK_SKY_ABOVE) / (VDK_SKY_BELOW - 1.0);
    double mu, azimuth_cosine, smooth[3], haze[3], share[VD_BANDS];
    float *out = s->out->sky + item * VDK_SKY_FLOATS;
    march m;
    (void)thread;
    direction_at(s, above, v, column / (VDK_SKY_COLUMNS - 1.0), &mu, &azimuth_cosine);
    if (!set_out(s, mu, azimuth_cosine, !above, &m)) return VD_OK;
    go_to(s, &m, m.end);
    if (m.meets_ground) add_ground(s, &m);
    compare_phases(s, m.angle_cosine, share);
    to_rgb(s, &m.smooth, ones, smooth);
    to_rgb(s, &m.haze, share, haze);
    for (int k = 0; k < 3; k++) {
        out[k] = (float)smooth[k];
        out[3 + k] = (float)haze[k];
    }
    return VD_OK;
}

/** Of light with the sun's spectrum, the part that is lost in each channel, and how it is so per
 *  metre of the way. */
static void find_lost(const table_search *s, const vd_spectral *depth, double distance,
                      double lost[3], double extinction[3])
{
    double passed[3], gone[3], white[3];
    vd_spectral left = vd_spectral_exp(depth), all = vd_spectral_all(1.0f), off;
    for (int b = 0; b < VD_BANDS; b++) { /* by its series where little is */
        float x = depth->part[b / 4][b % 4], e = left.part[b / 4][b % 4];
        off.part[b / 4][b % 4] = x < 0.02f ? x * (1.0f - x * (0.5f - x / 6.0f)) : 1.0f - e;
    }
    to_rgb(s, &left, ones, passed);
    to_rgb(s, &off, ones, gone);
    to_rgb(s, &all, ones, white);
    for (int k = 0; k < 3; k++) {
        double g = fmax(gone[k] / white[k], 0.0);
        double t = fmax(passed[k] / white[k], LEAST_TRANSMITTANCE);
        extinction[k] = (g < 1e-4 ? g * (1.0 + 0.5 * g) : -vd_log(t)) / distance;
        lost[k] = fmin(g, 1.0 - LEAST_TRANSMITTANCE);
    }
}

/** Beyond the air nothing more is lost; beyond the ground, where a valley may be, as much as
 * before. */
static double node_distance(const march *m, int step, int steps)
{
    double part = step / (steps - 1.0);
    double distance = step == 0 ? NEAREST_M : (double)VDK_AIR_FARTHEST * part * part;
    return m->meets_ground ? fmax(fmin(distance, m->end), 1.0) : distance;
}

/** What comes through the air at one elevation. */
static vd_result fill_through(void *state, int thread, int64_t item)
{
    table_search *s = state;
    bool above = item < VDK_THROUGH_ROWS;
    double v = (double)(item % VDK_THROUGH_ROWS) / (VDK_THROUGH_ROWS - 1.0), mu, azimuth_cosine;
    float *out = s->out->through + item * VDK_THROUGH_STEPS * 3;
    double lost[3], extinction[3];
    march m;
    (void)thread;
    direction_at(s, above, v, 0.0, &mu, &azimuth_cosine);
    if (!set_out(s, mu, azimuth_cosine, !above, &m)) return VD_OK;
    for (int i = 0; i < VDK_THROUGH_STEPS; i++, out += 3) {
        double distance = node_distance(&m, i, VDK_THROUGH_STEPS), end = fmin(distance, m.end);
        while (m.at < end) {
            double step = 0.25 * step_from(s, &m);
            add_depth(s, &m, fmin(step, end - m.at), NULL);
            m.at = step < end - m.at ? m.at + step : end;
        }
        find_lost(s, &m.depth, distance, lost, extinction);
        for (int k = 0; k < 3; k++) out[k] = (float)extinction[k];
    }
    return VD_OK;
}

/** A node of the air: what the ray has gathered on its way to here, of all that it will have
 * gathered in the end. */
static void write_air(const table_search *s, const march *here, const march *end,
                      const double share[VD_BANDS], double distance, float *out)
{
    double smooth[3], haze[3], lost[3], extinction[3];
    vd_spectral light = here->smooth, haze_light = here->haze, peak = here->depth;
    /* The forward peak is no scattering to the light gathered, but is to what is seen through the
     * air; what it turns hardly changes direction, and so is of the light from beyond. */
    for (int i = 0; i < VD_FOURS; i++) peak.part[i] -= here->scaled.part[i];
    peak = vd_spectral_exp(&peak);
    for (int i = 0; i < VD_FOURS; i++) {
        vd_four turned = 1.0f - peak.part[i];
        light.part[i] += turned * (end->smooth.part[i] - here->smooth.part[i]);
        haze_light.part[i] += turned * (end->haze.part[i] - here->haze.part[i]);
    }
    to_rgb(s, &light, ones, smooth);
    to_rgb(s, &haze_light, share, haze);
    find_lost(s, &here->depth, distance, lost, extinction);
    for (int k = 0; k < 3; k++) {
        out[k] = lost[k] > 0.0 ? (float)(smooth[k] / lost[k]) : 0.0f;
        out[3 + k] = lost[k] > 0.0 ? (float)(haze[k] / lost[k]) : 0.0f;
    }
}

/** What a metre of the ray adds here of the sun's own light; and of what haze beyond makes of it,
 *  the part that write_air() gives to the air before. */
static void write_once(const table_search *s, const march *m, const march *end,
                       const double share[VD_BANDS], float *out)
{
    double density[VD_CONSTITUENTS], rgb[3];
    vd_spectral gas, haze, left = vd_spectral_exp(&m->scaled), turned = m->depth;
    spot p = spot_at(m, m->at);
    for (int i = 0; i < VD_FOURS; i++) turned.part[i] -= m->scaled.part[i];
    turned = vd_spectral_exp(&turned);
    for (int i = 0; i < VD_FOURS; i++)
        turned.part[i] = (1.0f - turned.part[i]) * (end->haze.part[i] - m->haze.part[i]);
    to_rgb(s, &turned, share, rgb);
    for (int k = 0; k < 3; k++) out[6 + k] = (float)rgb[k];
    if (!scatter_sun(s, m, &p, &gas, &haze)) return;
    vd_medium_density(&s->medium, p.r - s->radius, density);
    gas = vd_spectral_mul(&gas, &left);
    haze = vd_spectral_mul(&haze, &left);
    to_rgb(s, &gas, ones, rgb);
    for (int k = 0; k < 3; k++) out[k] = (float)(density[VD_GAS] * rgb[k]);
    to_rgb(s, &haze, share, rgb);
    for (int k = 0; k < 3; k++) out[3 + k] = (float)(density[VD_HAZE] * rgb[k]);
}

/** The air along one direction. */
static vd_result fill_air(void *state, int thread, int64_t item)
{
    table_search *s = state;
    int row = (int)(item / VDK_AIR_COLUMNS), column = (int)(item % VDK_AIR_COLUMNS);
    bool above = row < VDK_AIR_ROWS;
    double v = (row % VDK_AIR_ROWS) / (VDK_AIR_ROWS - 1.0), mu, azimuth_cosine;
    double share[VD_BANDS], distances[VDK_AIR_STEPS];
    float *out = s->out->air + item * VDK_AIR_STEPS * VDK_AIR_FLOATS;
    march m, at[VDK_AIR_STEPS];
    (void)thread;
    direction_at(s, above, v, column / (VDK_AIR_COLUMNS - 1.0), &mu, &azimuth_cosine);
    if (!set_out(s, mu, azimuth_cosine, !above, &m)) return VD_OK;
    compare_phases(s, m.angle_cosine, share);
    for (int i = 0; i < VDK_AIR_STEPS; i++) {
        distances[i] = node_distance(&m, i, VDK_AIR_STEPS);
        go_to(s, &m, distances[i]);
        at[i] = m;
    }
    go_to(s, &m, m.end);
    if (m.meets_ground) add_ground(s, &m);
    for (int i = 0; i < VDK_AIR_STEPS; i++)
        write_air(s, &at[i], &m, share, distances[i], out + i * VDK_AIR_FLOATS);
    out = s->out->once + item * VDK_AIR_STEPS * VDK_ONCE_FLOATS;
    for (int i = 0; i < VDK_AIR_STEPS && s->out->has_once; i++)
        write_once(s, &at[i], &m, share, out + i * VDK_ONCE_FLOATS);
    return VD_OK;
}

/** The sun's light at a radius, by the part of its disc that stands above the horizon. */
static void sunlight(const table_search *s, double r, double rgb[3])
{
    vd_spectral sun;
    vd_columns_sun(&s->columns, s->bands.extinction, r, s->sun_sine, &sun);
    to_rgb(s, &sun, ones, rgb);
}

static void fill_suns(table_search *s)
{
    for (int i = 0; i < VDK_AIR_SUNS; i++) {
        double part = i / (VDK_AIR_SUNS - 1.0), rgb[3];
        sunlight(s, s->radius + s->medium.top_m * part * part, rgb);
        for (int k = 0; k < 3; k++) s->out->suns[3 * i + k] = (float)fmax(rgb[k], 0.0);
    }
    double seen = vd_columns_seen(&s->columns, s->eye, s->sun_sine), here[3] = {0.0};
    if (seen > 0.0) sunlight(s, s->eye, here);
    for (int k = 0; k < 3; k++) here[k] = seen > 0.0 ? fmax(here[k], 0.0) / seen : 0.0;
    s->out->kernel.whole = vdk_vec_make((float)here[0], (float)here[1], (float)here[2]);
}

static void place_eye(table_search *s, const vd_sky_place *place)
{
    vdk_atmosphere *k = &s->out->kernel;
    double sine, cosine, limb[3];
    s->eye = s->radius + fmax(place->altitude_m, 0.0);
    vd_sincos_deg(place->sun_elevation_deg, &s->sun_sine, &s->sun_cosine);
    vd_sincos_deg(place->sun_azimuth_deg, &sine, &cosine);
    k->sun = vdk_vec_make((float)(s->sun_cosine * sine), (float)(s->sun_cosine * cosine),
                          (float)s->sun_sine);
    k->sun_x = (float)sine;
    k->sun_y = (float)cosine;
    double horizon = vd_horizon_mu(s->radius, s->eye);
    k->horizon = (float)horizon;
    k->half_zenith = (float)sqrt(0.5 * (1.0 - horizon));
    k->half_nadir = (float)sqrt(0.5 * (1.0 + horizon));
    if (s->eye > s->columns.outside) {
        double edge = vd_horizon_mu(s->columns.outside, s->eye);
        k->edge = (float)(sqrt(0.5 * (1.0 - edge)) / (double)k->half_zenith);
        k->eye = (float)s->eye;
        k->outside = (float)((s->eye - s->columns.outside) * (s->eye + s->columns.outside));
    }
    k->top = (float)s->medium.top_m;
    vd_spectrum_limb_darkening(limb);
    k->limb = vdk_vec_make((float)limb[0], (float)limb[1], (float)limb[2]);
    vd_sincos_deg(place->sun_half_deg > 0.0 ? place->sun_half_deg : VD_SUN_HALF_DEG, &sine,
                  &cosine);
    k->cos_half = (float)cosine;
    k->strength = (float)place->strength;
    vd_atmosphere_attach(s->out);
}

/** How far about the planet's centre the air lies that an eye sees, and what lights it. */
static double reach_of(const table_search *s, double altitude_m)
{
    double dip = altitude_m > 0.0 ? 90.0 - vd_asin_deg(s->radius / (s->radius + altitude_m)) : 0.0;
    double shell = 90.0 - vd_asin_deg(s->radius / s->columns.outside);
    return dip + shell + 6.0;
}

/** What all eyes under one sun share. */
static vd_result find_light(vd_context *context, table_search *s, const vd_air *air,
                            const vd_sky_place *places, int count, int threads)
{
    double reach = 0.0;
    VD_TRY(vd_medium_find(context, air, threads, &s->medium));
    vd_bands_optics_find(&s->medium, &s->bands);
    for (int b = 0; places[0].moon.is_there && b < VD_BANDS; b++) {
        vd_band *band = &s->bands.bands[b];
        double share = vd_moonlight_share(&places[0].moon, band->wavelength_nm);
        for (int k = 0; k < 3; k++) band->rgb[k] *= share;
    }
    VD_TRY(vd_columns_find(context, &s->medium, threads, &s->columns));
    s->radius = s->columns.radius;
    for (int i = 0; i < count; i++) reach = fmax(reach, reach_of(s, places[i].altitude_m));
    return vd_orders_find(context, &s->bands, &s->columns, places[0].sun_elevation_deg, reach,
                          threads, &s->orders);
}

static vd_result look(vd_context *context, table_search *s, const vd_sky_place *place, int threads)
{
    memcpy(s->out->phases, s->medium.aerosol.phase[VD_AEROSOL_550], sizeof s->out->phases);
    s->out->has_once = place->tells_once;
    place_eye(s, place);
    fill_suns(s);
    vd_work sky = {NULL, threads, VD_SKY_ROWS * VDK_SKY_COLUMNS, fill_sky, s};
    vd_work air_work = {NULL, threads, VD_AIR_NODES, fill_air, s};
    vd_work through = {NULL, threads, 2 * VDK_THROUGH_ROWS, fill_through, s};
    VD_TRY(vd_parallel(context, &sky));
    if (place->sky_alone) return VD_OK;
    VD_TRY(vd_parallel(context, &air_work));
    return vd_parallel(context, &through);
}

vd_result vd_atmospheres_create(vd_context *context, const vd_air *air, const vd_sky_place *places,
                                int count, int threads, vd_atmosphere **out)
{
    void *memory = NULL;
    for (int i = 0; i < count; i++) out[i] = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(table_search), "the sky", &memory));
    table_search *s = memory;
    vd_result result = find_light(context, s, air, places, count, threads);
    for (int i = 0; i < count && result == VD_OK; i++) {
        void *atmosphere;
        result = vd_alloc(context, 1, sizeof(vd_atmosphere), "the sky", &atmosphere);
        if (result != VD_OK) break;
        s->out = out[i] = atmosphere;
        result = look(context, s, &places[i], threads);
    }
    vd_orders_free(&s->orders);
    free(memory);
    for (int i = 0; i < count && result != VD_OK; i++) {
        free(out[i]);
        out[i] = NULL;
    }
    return result;
}

vd_result vd_atmosphere_create(vd_context *context, const vd_air *air, const vd_sky_place *place,
                               int threads, vd_atmosphere **out)
{
    return vd_atmospheres_create(context, air, place, 1, threads, out);
}

void vd_atmosphere_attach(vd_atmosphere *atmosphere)
{
    vdk_atmosphere *k = &atmosphere->kernel;
    k->sky = atmosphere->sky;
    k->air = atmosphere->air;
    k->through = atmosphere->through;
    k->once = atmosphere->has_once ? atmosphere->once : NULL;
    k->phases = atmosphere->phases;
    k->suns = atmosphere->suns;
}

void vd_atmosphere_destroy(vd_atmosphere *atmosphere)
{
    free(atmosphere);
}

const vdk_atmosphere *vd_atmosphere_kernel(const vd_atmosphere *atmosphere)
{
    return &atmosphere->kernel;
}
