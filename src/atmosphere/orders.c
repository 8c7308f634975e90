/* Light that has been scattered more than once.
 *
 * The radiance at a place depends on the direction, the altitude and the sun's elevation there:
 * five numbers with the wavelength. What gas and haze scatter on is much smoother. A phase function
 * acts on spherical harmonics by one factor a degree (that of Rayleigh has two that are not 0), so
 * the moments of the radiance up to degree 8 hold all that gas can see, and with the forward peak
 * of the haze taken away (columns.c) nearly all that haze can. They are kept by altitude and sun,
 * for suns as high as those under which the picture's atmosphere lies, and found order by order:
 * from the moments of one the source, from the source along straight rays in a round atmosphere the
 * radiance, and from that over a quadrature of directions the moments of the next. The first order
 * is integrated from the sun itself. After the last order the rest is taken for a geometric series.
 *
 * Along a ray the source is known where the ray crosses a level, and taken for linear in optical
 * depth between (Olson & Kunasz 1987, "Short characteristic solution of the non-LTE line transfer
 * problem", equations 5 to 7); how much each crossing contributes depends on level and direction
 * alone, and is computed once (rays.c). The ground is a Lambertian reflector at level 0.
 *
 * Limits: eight degrees are few for the dust of Mars, which is thick and scatters forward. Against
 * brute force its dome is off by 0.7 % and its in-scattered light by 1 % under a sun of 45 degrees,
 * by 2.2 % and 4 % under one of 5; with 14 degrees both are within 2 %, at five times the cost.
 *
 * Cost: levels * suns * directions * crossings * terms * bands, about 1e9 multiplications an order.
 */
#include <stdlib.h>

#include "atmosphere/orders_parts.h"
#include "base/vmath.h"

#define LAST_ORDER 7
#define LATER_DEGREE 4 /* from the third order on, which is smoother */
#define LATER_TERMS ((LATER_DEGREE + 1) * (LATER_DEGREE + 2) / 2)

typedef struct order_search {
    const vd_bands_optics *bands;
    const vd_columns *columns;
    vd_orders *out;
    double radius;
    int order;
    vd_path (*paths)[VD_RAYS];
    vd_spectral share[2][VD_LEVELS]; /* of gas and haze in scattering over all extinction */
    vd_spectral (*source)[VD_SUNS][VD_TERMS];
    vd_spectral (*latest)[VD_SUNS][VD_TERMS];
    vd_spectral ground[VD_SUNS], next_ground[VD_SUNS];
    vd_spectral growth[VD_LEVELS + 1][VD_SUNS]; /* as in *out, but of the source */
} order_search;

void vd_harmonics(double mu, float out[VD_TERMS])
{
    double legendre[VD_DEGREE + 1][VD_DEGREE + 1] = {{0.0}};
    double sine = sqrt(fmax(1.0 - mu * mu, 0.0));
    legendre[0][0] = sqrt(1.0 / (4.0 * VD_PI));
    for (int m = 1; m <= VD_DEGREE; m++)
        legendre[m][m] = legendre[m - 1][m - 1] * sine * sqrt((2.0 * m + 1.0) / (2.0 * m));
    for (int m = 0; m < VD_DEGREE; m++) {
        legendre[m + 1][m] = mu * sqrt(2.0 * m + 3.0) * legendre[m][m];
        for (int l = m + 2; l <= VD_DEGREE; l++) {
            double a = sqrt((4.0 * l * l - 1.0) / ((double)l * l - (double)m * m));
            double b =
                sqrt(((l - 1.0) * (l - 1.0) - (double)m * m) / (4.0 * (l - 1.0) * (l - 1.0) - 1.0));
            legendre[l][m] = a * (mu * legendre[l - 1][m] - b * legendre[l - 2][m]);
        }
    }
    for (int l = 0, at = 0; l <= VD_DEGREE; l++)
        for (int m = 0; m <= l; m++, at++)
            out[at] = (float)(legendre[l][m] * (m > 0 ? sqrt(2.0) : 1.0));
}

/* ---- one order after the other -------------------------------------------------------------- */

/** Where the sun stands as seen from a crossing. */
typedef struct sun_view {
    double sine; /* of its elevation */
    float azimuth_cosine;
} sun_view;

static sun_view view_sun(double r, double mu, double sun_sine, double angle_cosine, double distance)
{
    sun_view v;
    double at = sqrt(r * r + distance * distance + 2.0 * r * distance * mu);
    double here = (r * mu + distance) / at;
    v.sine = (r * sun_sine + distance * angle_cosine) / at;
    double sines = (1.0 - here * here) * (1.0 - v.sine * v.sine);
    double cosine = sines > 1e-12 ? (angle_cosine - here * v.sine) / sqrt(sines) : 1.0;
    v.azimuth_cosine = (float)fmin(fmax(cosine, -1.0), 1.0);
    return v;
}

/** Light scattered once: phase times sunlight at each crossing. */
static void gather_first(const order_search *s, const vd_path *p, double r, double sun_sine,
                         double angle_cosine, vd_spectral *radiance)
{
    vd_spectral gas = vd_spectral_all((float)vd_rayleigh_phase(angle_cosine));
    vd_spectral haze = vd_spectral_all(0.0f);
    double last = 0.0, legendre = 1.0;
    for (int l = 0; l <= VD_DEGREE; l++) {
        vd_spectral_add(&haze, (float)((2.0 * l + 1.0) / (4.0 * VD_PI) * legendre),
                        &s->bands->haze_moment[l]);
        double next = ((2.0 * l + 1.0) * angle_cosine * legendre - l * last) / (l + 1.0);
        last = legendre;
        legendre = next;
    }
    for (int i = 0; i < p->sunlit_count; i++) {
        const vd_sunlit *at = &p->sunlit[i];
        double sine = (r * sun_sine + at->distance * angle_cosine) / at->radius;
        vd_spectral sun;
        if (!vd_columns_sun(s->columns, s->bands->scaled, at->radius, sine, &sun)) continue;
        for (int q = 0; q < VD_FOURS; q++)
            radiance->part[q] +=
                sun.part[q] * (gas.part[q] * at->gas.part[q] + haze.part[q] * at->haze.part[q]);
    }
}

static void gather_later(const order_search *s, const vd_path *p, double r, double sun_sine,
                         double angle_cosine, vd_spectral *radiance)
{
    int degree = s->order == 2 ? VD_DEGREE : LATER_DEGREE;
    int terms = s->order == 2 ? VD_TERMS : LATER_TERMS;
    for (int i = 0; i < p->count; i++) {
        const vd_crossing *c = &p->crossings[i];
        float basis[VD_TERMS];
        sun_view v = view_sun(r, p->mu, sun_sine, angle_cosine, c->distance);
        float place = vd_orders_sun(s->out, v.sine);
        vd_spectral low, high, sum_low = vd_spectral_all(0.0f), sum_high = sum_low;
        int sun = vd_orders_between(s->growth[c->level], s->out->suns, place, &low, &high);
        vd_harmonics_turn(c->upright, v.azimuth_cosine, degree, basis);
        const vd_spectral *a = s->source[c->level][sun], *b = s->source[c->level][sun + 1];
        for (int k = 0; k < terms; k++) {
            for (int q = 0; q < VD_FOURS; q++) {
                sum_low.part[q] += basis[k] * a[k].part[q];
                sum_high.part[q] += basis[k] * b[k].part[q];
            }
        }
        for (int q = 0; q < VD_FOURS; q++)
            radiance->part[q] += c->weight.part[q] *
                                 (low.part[q] * sum_low.part[q] + high.part[q] * sum_high.part[q]);
    }
}

/** The ground where a ray meets it. */
static void gather_ground(const order_search *s, const vd_path *p, double r, double sun_sine,
                          double angle_cosine, vd_spectral *radiance)
{
    sun_view v = view_sun(r, p->mu, sun_sine, angle_cosine, p->ground_distance);
    float place = vd_orders_sun(s->out, v.sine);
    vd_spectral low, high;
    int sun = vd_orders_between(s->growth[VD_LEVELS], s->out->suns, place, &low, &high);
    for (int q = 0; q < VD_FOURS; q++)
        radiance->part[q] += p->ground.part[q] * (low.part[q] * s->ground[sun].part[q] +
                                                  high.part[q] * s->ground[sun + 1].part[q]);
}

static vd_result trace_level(void *state, int thread, int64_t item)
{
    order_search *s = state;
    (void)thread;
    vd_rays_find(s->bands, s->out->level_m, (int)item, s->paths[item]);
    return VD_OK;
}

/** The moments of this order at one level under one sun. */
static vd_result find_moments(void *state, int thread, int64_t item)
{
    order_search *s = state;
    int level = (int)(item / s->out->suns), sun = (int)(item % s->out->suns);
    double sun_sine, sun_cosine, r = s->radius + s->out->level_m[level];
    vd_spectral *moments = s->latest[level][sun], falling = vd_spectral_all(0.0f);
    (void)thread;
    vd_sincos_deg(s->out->sun_deg[sun], &sun_sine, &sun_cosine);
    for (int k = 0; k < VD_TERMS; k++) moments[k] = vd_spectral_all(0.0f);
    for (int ray = 0; ray < VD_RAYS; ray++) {
        const vd_path *p = &s->paths[level][ray];
        double sine = sqrt(1.0 - p->mu * p->mu);
        for (int j = 0; j < VD_AZIMUTHS; j++) {
            double turned, cosine;
            float basis[VD_TERMS];
            vd_sincos_deg(180.0 * (j + 0.5) / VD_AZIMUTHS, &turned, &cosine);
            double angle_cosine = p->mu * sun_sine + sine * sun_cosine * cosine;
            vd_spectral radiance = vd_spectral_all(0.0f);
            (s->order == 1 ? gather_first : gather_later)(s, p, r, sun_sine, angle_cosine,
                                                          &radiance);
            if (p->meets_ground) gather_ground(s, p, r, sun_sine, angle_cosine, &radiance);
            int terms = s->order == 1 ? VD_TERMS : LATER_TERMS;
            vd_harmonics_turn(p->upright, (float)cosine, s->order == 1 ? VD_DEGREE : LATER_DEGREE,
                              basis);
            for (int k = 0; k < terms; k++)
                vd_spectral_add(&moments[k], (float)p->solid_angle * basis[k], &radiance);
            if (level == 0 && p->mu > 0.0)
                vd_spectral_add(&falling, (float)(p->solid_angle * p->mu), &radiance);
        }
    }
    if (level == 0) {
        s->next_ground[sun] = vd_spectral_all(0.0f);
        vd_spectral_add(&s->next_ground[sun], (float)(s->bands->medium->ground_albedo / VD_PI),
                        &falling);
    }
    return VD_OK;
}

static vd_spectral growth_between(const vd_spectral *now, const vd_spectral *next)
{
    vd_spectral out;
    for (int b = 0; b < VD_BANDS; b++) {
        double low = (double)now->part[b / 4][b % 4], high = (double)next->part[b / 4][b % 4];
        bool usable = low > 1e-30 && high > 1e-30;
        double growth = usable ? vd_log(high / low) : 0.0;
        out.part[b / 4][b % 4] = (float)fmin(fmax(growth, -20.0), 20.0);
    }
    return out;
}

static void find_growth(int suns, vd_spectral (*moments)[VD_SUNS][VD_TERMS],
                        const vd_spectral *ground, vd_spectral (*growth)[VD_SUNS])
{
    for (int sun = 0; sun + 1 < suns; sun++) {
        for (int level = 0; level < VD_LEVELS; level++)
            growth[level][sun] =
                growth_between(&moments[level][sun][0], &moments[level][sun + 1][0]);
        growth[VD_LEVELS][sun] = growth_between(&ground[sun], &ground[sun + 1]);
    }
}

/** Adds the latest order to the sum, scaled in each band, and makes it the next one's source. */
static void take_order(order_search *s, const vd_spectral *scale)
{
    for (int level = 0; level < VD_LEVELS; level++) {
        for (int sun = 0; sun < s->out->suns; sun++) {
            for (int l = 0, at = 0; l <= VD_DEGREE; l++) {
                vd_spectral gas =
                    vd_spectral_mul(&s->share[VD_GAS][level], &s->bands->gas_moment[l]);
                vd_spectral haze =
                    vd_spectral_mul(&s->share[VD_HAZE][level], &s->bands->haze_moment[l]);
                vd_spectral_add(&gas, 1.0f, &haze);
                for (int m = 0; m <= l; m++, at++) {
                    const vd_spectral *latest = &s->latest[level][sun][at];
                    vd_spectral scaled = vd_spectral_mul(latest, scale);
                    vd_spectral_add(&s->out->moments[level][sun][at], 1.0f, &scaled);
                    s->source[level][sun][at] = vd_spectral_mul(latest, &gas);
                }
            }
        }
    }
    for (int sun = 0; sun < s->out->suns; sun++) {
        vd_spectral scaled = vd_spectral_mul(&s->next_ground[sun], scale);
        vd_spectral_add(&s->out->ground[sun], 1.0f, &scaled);
        s->ground[sun] = s->next_ground[sun];
    }
}

/** Light of an order, over all the places. */
static vd_spectral total(const order_search *s)
{
    vd_spectral sum = vd_spectral_all(0.0f);
    for (int level = 0; level < VD_LEVELS; level++)
        for (int sun = 0; sun < s->out->suns; sun++)
            vd_spectral_add(&sum, 1.0f, &s->latest[level][sun][0]);
    return sum;
}

static vd_result find_orders(vd_context *context, order_search *s, int threads)
{
    vd_work trace = {NULL, threads, VD_LEVELS, trace_level, s};
    vd_work find = {NULL, threads, VD_LEVELS * (int64_t)s->out->suns, find_moments, s};
    vd_spectral before = vd_spectral_all(0.0f);
    VD_TRY(vd_parallel(context, &trace));
    for (int sun = 0; sun < s->out->suns; sun++) {
        double sine, cosine;
        vd_sincos_deg(s->out->sun_deg[sun], &sine, &cosine);
        vd_columns_sun(s->columns, s->bands->scaled, s->radius, sine, &s->ground[sun]);
        float scale = (float)(fmax(sine, 0.0) * s->bands->medium->ground_albedo / VD_PI);
        for (int i = 0; i < VD_FOURS; i++) s->ground[sun].part[i] *= scale;
        s->out->ground[sun] = s->ground[sun];
    }
    for (int sun = 0; sun + 1 < s->out->suns; sun++)
        s->growth[VD_LEVELS][sun] = growth_between(&s->ground[sun], &s->ground[sun + 1]);
    for (s->order = 1; s->order <= LAST_ORDER; s->order++) {
        vd_spectral scale = vd_spectral_all(1.0f), now;
        VD_TRY(vd_parallel(context, &find));
        now = total(s);
        for (int b = 0; b < VD_BANDS && s->order == LAST_ORDER; b++) {
            float a = before.part[b / 4][b % 4];
            float ratio = a > 0.0f ? now.part[b / 4][b % 4] / a : 0.0f;
            scale.part[b / 4][b % 4] = 1.0f / (1.0f - (ratio < 0.95f ? ratio : 0.95f));
        }
        take_order(s, &scale);
        find_growth(s->out->suns, s->latest, s->ground, s->growth);
        before = now;
    }
    return VD_OK;
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static void choose_levels(vd_orders *out, double top_m)
{
    static const double km[VD_LEVELS] = {0,  0.15, 0.4, 0.8, 1.3, 1.9, 2.6, 3.5, 4.6, 6,  7.6, 9.5,
                                         12, 15,   18,  21,  25,  30,  36,  43,  52,  64, 80,  100};
    for (int i = 0; i < VD_LEVELS; i++) out->level_m[i] = km[i] * top_m / 100.0;
}

/** Elevations of the sun that its places about the picture's see: close together where it sets. */
static void choose_suns(vd_orders *out, double sun_deg, double reach_deg)
{
    double low = fmax(sun_deg - reach_deg, -90.0), high = fmin(sun_deg + reach_deg, 90.0);
    double at = low;
    out->suns = 0;
    while (at < high - 0.3 && out->suns < VD_SUNS - 1) {
        out->sun_deg[out->suns++] = at;
        double away = at > 3.0 ? at - 3.0 : at < -12.0 ? -12.0 - at : 0.0;
        double step = fmin(1.0 + 0.25 * away, 6.0);
        /* Do not step over where it begins to matter. */
        if (at < -12.0 && at + step > -12.0) step = fmax(-12.0 - at, 0.5);
        at += step;
    }
    out->sun_deg[out->suns++] = high;
    for (int i = 0; i <= VD_SUN_LOOKUP; i++) {
        double deg = vd_asin_deg(2.0 * i / VD_SUN_LOOKUP - 1.0);
        int k = 0;
        while (k < out->suns - 2 && out->sun_deg[k + 1] <= deg) k++;
        double t = (deg - out->sun_deg[k]) / (out->sun_deg[k + 1] - out->sun_deg[k]);
        out->sun_place[i] = (float)(k + fmin(fmax(t, 0.0), 1.0));
    }
}

void vd_orders_free(vd_orders *orders)
{
    free(orders->moments);
    free(orders->haze);
    orders->moments = orders->haze = NULL;
}

vd_result vd_orders_find(vd_context *context, const vd_bands_optics *bands,
                         const vd_columns *columns, double sun_deg, double reach_deg, int threads,
                         vd_orders *out)
{
    static const char what[] = "the atmosphere's scattering";
    size_t size = sizeof *out->moments;
    void *state = NULL, *paths = NULL, *source = NULL, *latest = NULL, *sum = NULL, *haze = NULL;
    memset(out, 0, sizeof *out);
    choose_levels(out, bands->medium->top_m);
    choose_suns(out, sun_deg, reach_deg);
    vd_result result = vd_alloc(context, 1, sizeof(order_search), what, &state);
    if (result == VD_OK)
        result = vd_alloc(context, VD_LEVELS, sizeof(vd_path[VD_RAYS]), what, &paths);
    if (result == VD_OK) result = vd_alloc(context, VD_LEVELS, size, what, &source);
    if (result == VD_OK) result = vd_alloc(context, VD_LEVELS, size, what, &latest);
    if (result == VD_OK) result = vd_alloc(context, VD_LEVELS, size, what, &sum);
    if (result == VD_OK) result = vd_alloc(context, VD_LEVELS, size, what, &haze);
    out->moments = sum;
    out->haze = haze;
    if (result == VD_OK) {
        order_search *s = state;
        s->bands = bands;
        s->columns = columns;
        s->out = out;
        s->radius = columns->radius;
        s->paths = paths;
        s->source = source;
        s->latest = latest;
        for (int i = 0; i < VD_LEVELS; i++)
            vd_rays_shares(bands, out->level_m[i], &s->share[VD_GAS][i], &s->share[VD_HAZE][i]);
        result = find_orders(context, s, threads);
    }
    for (int level = 0; level < VD_LEVELS && result == VD_OK; level++)
        for (int sun = 0; sun < out->suns; sun++)
            for (int l = 0, at = 0; l <= VD_DEGREE; l++)
                for (int m = 0; m <= l; m++, at++)
                    out->haze[level][sun][at] =
                        vd_spectral_mul(&out->moments[level][sun][at], &bands->haze_moment[l]);
    if (result == VD_OK) find_growth(out->suns, out->moments, out->ground, out->growth);
    free(state);
    free(paths);
    free(source);
    free(latest);
    if (result != VD_OK) vd_orders_free(out);
    return result;
}

void vd_orders_at(const vd_orders *orders, const vd_bands_optics *bands, double altitude_m,
                  double sun_sine, double mu, float azimuth_cosine, vd_spectral *gas,
                  vd_spectral *haze)
{
    float upright[VD_TERMS], basis[VD_TERMS];
    int level = 0;
    while (level < VD_LEVELS - 2 && orders->level_m[level + 1] <= altitude_m) level++;
    double low = orders->level_m[level], high = orders->level_m[level + 1];
    float up = (float)fmin(fmax((altitude_m - low) / (high - low), 0.0), 1.0);
    float place = vd_orders_sun(orders, sun_sine);
    vd_harmonics(mu, upright);
    vd_harmonics_turn(upright, azimuth_cosine, VD_DEGREE, basis);
    *gas = *haze = vd_spectral_all(0.0f);
    for (int i = 0; i < 2; i++) {
        vd_spectral weights[2];
        float level_weight = i ? up : 1.0f - up;
        if (level_weight == 0.0f) continue;
        int sun = vd_orders_between(orders->growth[level + i], orders->suns, place, &weights[0],
                                    &weights[1]);
        for (int j = 0; j < 2; j++) {
            const vd_spectral *moments = orders->moments[level + i][sun + j];
            const vd_spectral *source = orders->haze[level + i][sun + j];
            vd_spectral sum = vd_spectral_all(0.0f), even = sum;
            for (int k = 3; k < 6; k++) vd_spectral_add(&even, basis[k], &moments[k]);
            even = vd_spectral_mul(&even, &bands->gas_moment[2]);
            vd_spectral_add(&even, basis[0], &moments[0]);
            for (int k = 0; k < VD_TERMS; k++)
                for (int q = 0; q < VD_FOURS; q++) sum.part[q] += basis[k] * source[k].part[q];
            for (int q = 0; q < VD_FOURS; q++) {
                gas->part[q] += level_weight * weights[j].part[q] * even.part[q];
                haze->part[q] += level_weight * weights[j].part[q] * sum.part[q];
            }
        }
    }
}

vd_spectral vd_orders_ground(const vd_orders *orders, double sun_sine)
{
    vd_spectral low, high, out;
    int sun = vd_orders_between(orders->growth[VD_LEVELS], orders->suns,
                                vd_orders_sun(orders, sun_sine), &low, &high);
    for (int q = 0; q < VD_FOURS; q++)
        out.part[q] = low.part[q] * orders->ground[sun].part[q] +
                      high.part[q] * orders->ground[sun + 1].part[q];
    return out;
}
