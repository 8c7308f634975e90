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
 * alone, and is computed once. The ground is a Lambertian reflector at level 0.
 *
 * Cost: levels * suns * directions * crossings * terms * bands, about 1e9 multiplications an order.
 */
#include <stdlib.h>

#include "atmosphere/parts.h"
#include "base/vmath.h"

#define UPWARD 9   /* directions above the horizon */
#define DOWNWARD 6 /* and below */
#define RAYS (UPWARD + DOWNWARD)
#define AZIMUTHS 10 /* in half a turn */
#define CROSSINGS (2 * VD_LEVELS + 1)
#define LAST_ORDER 7
#define LATER_DEGREE 4 /* from the third order on, which is smoother */
#define LATER_TERMS ((LATER_DEGREE + 1) * (LATER_DEGREE + 2) / 2)

/** Where a ray crosses a level, and the weight of the source there. */
typedef struct crossing {
    int level;
    double distance;
    double mu;
    float upright[VD_TERMS];
    vd_spectral weight;
} crossing;

typedef struct path {
    double mu, solid_angle; /* the latter for each azimuth */
    float upright[VD_TERMS];
    int count;
    bool meets_ground;
    double ground_distance;
    vd_spectral ground; /* transmittance to it */
    crossing crossings[CROSSINGS];
} path;

typedef struct order_search {
    const vd_bands_optics *bands;
    const vd_columns *columns;
    vd_orders *out;
    double radius;
    int order;
    path (*paths)[RAYS];
    vd_spectral share[2][VD_LEVELS]; /* of gas and haze in scattering over all extinction */
    vd_spectral (*source)[VD_SUNS][VD_TERMS];
    vd_spectral (*latest)[VD_SUNS][VD_TERMS];
    vd_spectral ground[VD_SUNS], next_ground[VD_SUNS];
} order_search;

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

/* ---- rays through the levels ---------------------------------------------------------------- */

/** Optical depth of a stretch of the ray from radius r under mu, without the peak. */
static void find_depth(const order_search *s, double r, double mu, double from, double to,
                       vd_spectral *depth)
{
    static const double at[2] = {0.33998104358485626, 0.86113631159405258};
    static const double weight[2] = {0.65214515486254614, 0.34785484513745386};
    *depth = vd_spectral_all(0.0f);
    for (int i = 0; i < 4; i++) {
        double density[VD_CONSTITUENTS];
        double t = 0.5 * (from + to) + 0.5 * (to - from) * (i & 1 ? at[i / 2] : -at[i / 2]);
        double radius = sqrt(r * r + t * t + 2.0 * r * t * mu);
        vd_medium_density(s->bands->medium, radius - s->radius, density);
        for (int k = 0; k < VD_CONSTITUENTS; k++)
            vd_spectral_add(depth, (float)(0.5 * (to - from) * weight[i / 2] * density[k]),
                            &s->bands->scaled[k]);
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

static void trace_path(const order_search *s, int level, path *p)
{
    double r = s->radius + s->out->level_m[level], mu = p->mu;
    double low = r * sqrt(fmax((1.0 - mu) * (1.0 + mu), 0.0));
    int n = 0;
    p->crossings[n++] = (crossing){.level = level, .distance = 0.0};
    if (mu < 0.0) {
        for (int i = level - 1; i >= 0 && s->radius + s->out->level_m[i] > low; i--)
            p->crossings[n++] = (crossing){
                .level = i, .distance = distance_to(r, mu, s->radius + s->out->level_m[i], false)};
    }
    /* At level 0 the ground is at once below. */
    p->meets_ground = p->crossings[n - 1].level == 0 && mu < 0.0;
    if (p->meets_ground) p->ground_distance = p->crossings[n - 1].distance;
    int lowest = p->crossings[n - 1].level;
    for (int i = mu < 0.0 ? lowest : lowest + 1; !p->meets_ground && i < VD_LEVELS; i++)
        p->crossings[n++] = (crossing){
            .level = i, .distance = distance_to(r, mu, s->radius + s->out->level_m[i], true)};
    p->count = n;
    vd_spectral transmittance = vd_spectral_all(1.0f);
    for (int i = 0; i < n; i++) {
        crossing *c = &p->crossings[i];
        double at = sqrt(r * r + c->distance * c->distance + 2.0 * r * c->distance * mu);
        c->mu = fmin(fmax((r * mu + c->distance) / at, -1.0), 1.0);
        vd_harmonics(c->mu, c->upright);
        if (i == 0) continue;
        vd_spectral depth;
        find_depth(s, r, mu, c[-1].distance, c->distance, &depth);
        add_stretch(&depth, &transmittance, &c[-1].weight, &c->weight);
    }
    p->ground = transmittance;
}

static vd_result trace_level(void *state, int thread, int64_t item)
{
    order_search *s = state;
    int level = (int)item;
    (void)thread;
    double horizon = vd_horizon_mu(s->radius, s->radius + s->out->level_m[level]);
    for (int k = 0; k < RAYS; k++) {
        path *p = &s->paths[level][k];
        bool up = k < UPWARD;
        /* Dense at the horizon: the square of the quadrature's variable. */
        double x = up ? gauss_9[k][0] : gauss_6[k - UPWARD][0];
        double weight = up ? gauss_9[k][1] : gauss_6[k - UPWARD][1];
        double width = up ? 1.0 - horizon : 1.0 + horizon;
        p->mu = up ? horizon + width * x * x : horizon - width * x * x;
        p->solid_angle = 2.0 * x * weight * width * 2.0 * VD_PI / AZIMUTHS;
        vd_harmonics(p->mu, p->upright);
        trace_path(s, level, p);
    }
    return VD_OK;
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
static void gather_first(const order_search *s, const path *p, double r, double sun_sine,
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
    for (int i = 0; i < p->count; i++) {
        const crossing *c = &p->crossings[i];
        sun_view v = view_sun(r, p->mu, sun_sine, angle_cosine, c->distance);
        vd_spectral sun;
        double at = s->radius + s->out->level_m[c->level];
        if (!vd_columns_sun(s->columns, s->bands->scaled, at, v.sine, &sun)) continue;
        vd_spectral a = vd_spectral_mul(&gas, &s->share[VD_GAS][c->level]);
        vd_spectral b = vd_spectral_mul(&haze, &s->share[VD_HAZE][c->level]);
        vd_spectral_add(&a, 1.0f, &b);
        a = vd_spectral_mul(&a, &sun);
        a = vd_spectral_mul(&a, &c->weight);
        vd_spectral_add(radiance, 1.0f, &a);
    }
}

static void gather_later(const order_search *s, const path *p, double r, double sun_sine,
                         double angle_cosine, vd_spectral *radiance)
{
    int degree = s->order == 2 ? VD_DEGREE : LATER_DEGREE;
    int terms = s->order == 2 ? VD_TERMS : LATER_TERMS;
    for (int i = 0; i < p->count; i++) {
        const crossing *c = &p->crossings[i];
        float basis[VD_TERMS];
        sun_view v = view_sun(r, p->mu, sun_sine, angle_cosine, c->distance);
        float place = vd_orders_sun(s->out, v.sine);
        int sun = (int)place < s->out->suns - 2 ? (int)place : s->out->suns - 2;
        float t = place - (float)sun;
        vd_harmonics_turn(c->upright, v.azimuth_cosine, degree, basis);
        const vd_spectral *a = s->source[c->level][sun], *b = s->source[c->level][sun + 1];
        vd_spectral sum = vd_spectral_all(0.0f);
        for (int k = 0; k < terms; k++) {
            float near = (1.0f - t) * basis[k], far = t * basis[k];
            for (int q = 0; q < VD_FOURS; q++)
                sum.part[q] += near * a[k].part[q] + far * b[k].part[q];
        }
        sum = vd_spectral_mul(&sum, &c->weight);
        vd_spectral_add(radiance, 1.0f, &sum);
    }
}

/** The ground where a ray meets it. */
static void gather_ground(const order_search *s, const path *p, double r, double sun_sine,
                          double angle_cosine, vd_spectral *radiance)
{
    sun_view v = view_sun(r, p->mu, sun_sine, angle_cosine, p->ground_distance);
    float place = vd_orders_sun(s->out, v.sine);
    int sun = (int)place < s->out->suns - 2 ? (int)place : s->out->suns - 2;
    float t = place - (float)sun;
    vd_spectral a = vd_spectral_mul(&s->ground[sun], &p->ground);
    vd_spectral b = vd_spectral_mul(&s->ground[sun + 1], &p->ground);
    vd_spectral_add(radiance, 1.0f - t, &a);
    vd_spectral_add(radiance, t, &b);
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
    for (int ray = 0; ray < RAYS; ray++) {
        const path *p = &s->paths[level][ray];
        double sine = sqrt(1.0 - p->mu * p->mu);
        for (int j = 0; j < AZIMUTHS; j++) {
            double turned, cosine;
            float basis[VD_TERMS];
            vd_sincos_deg(180.0 * (j + 0.5) / AZIMUTHS, &turned, &cosine);
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

static void find_shares(order_search *s)
{
    for (int level = 0; level < VD_LEVELS; level++) {
        double density[VD_CONSTITUENTS];
        vd_medium_density(s->bands->medium, s->out->level_m[level], density);
        for (int b = 0; b < VD_BANDS; b++) {
            float all = 0.0f;
            for (int k = 0; k < VD_CONSTITUENTS; k++)
                all += (float)density[k] * s->bands->scaled[k].part[b / 4][b % 4];
            for (int k = VD_GAS; k <= VD_HAZE; k++) {
                float part = (float)density[k] * s->bands->scattering[k].part[b / 4][b % 4];
                s->share[k][level].part[b / 4][b % 4] = all > 0.0f ? part / all : 0.0f;
            }
        }
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
    if (result == VD_OK) result = vd_alloc(context, VD_LEVELS, sizeof(path[RAYS]), what, &paths);
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
        find_shares(s);
        result = find_orders(context, s, threads);
    }
    for (int level = 0; level < VD_LEVELS && result == VD_OK; level++)
        for (int sun = 0; sun < out->suns; sun++)
            for (int l = 0, at = 0; l <= VD_DEGREE; l++)
                for (int m = 0; m <= l; m++, at++)
                    out->haze[level][sun][at] =
                        vd_spectral_mul(&out->moments[level][sun][at], &bands->haze_moment[l]);
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
    int sun = (int)place < orders->suns - 2 ? (int)place : orders->suns - 2;
    float t = place - (float)sun;
    vd_harmonics(mu, upright);
    vd_harmonics_turn(upright, azimuth_cosine, VD_DEGREE, basis);
    *gas = *haze = vd_spectral_all(0.0f);
    for (int corner = 0; corner < 4; corner++) {
        int i = level + (corner >> 1), j = sun + (corner & 1);
        float weight = (corner >> 1 ? up : 1.0f - up) * (corner & 1 ? t : 1.0f - t);
        if (weight == 0.0f) continue;
        const vd_spectral *moments = orders->moments[i][j], *source = orders->haze[i][j];
        vd_spectral even = vd_spectral_all(0.0f);
        for (int k = 3; k < 6; k++) vd_spectral_add(&even, weight * basis[k], &moments[k]);
        even = vd_spectral_mul(&even, &bands->gas_moment[2]);
        vd_spectral_add(gas, 1.0f, &even);
        vd_spectral_add(gas, weight * basis[0], &moments[0]);
        for (int k = 0; k < VD_TERMS; k++) {
            float scale = weight * basis[k];
            for (int q = 0; q < VD_FOURS; q++) haze->part[q] += scale * source[k].part[q];
        }
    }
}
