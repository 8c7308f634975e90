/* Independent of the tables in all but the medium's coefficients: 94 wavelengths instead of 20
 * bands, paths instead of moments, depths by quadrature along each ray instead of look-ups, a disc
 * of a sun instead of a factor.
 *
 * A path's first length is drawn in proportion to what scatters along the camera's ray
 * (stratified); the others by delta tracking (Woodcock et al. 1965) with a majorant for each of the
 * shells that the atmosphere is cut into; see Fong, Wrenninge, Kulla & Habel 2017, "Production
 * Volume Rendering", section 5. At each vertex the sun is asked for light through a depth
 * integrated in 64 steps. */
#include "atmosphere_paths.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/spectrum.h"

#define WAVELENGTHS 94
#define SHELLS 20
#define CAMERA_STEPS 600
#define SUN_STEPS 64
#define BATCHES 8
#define PI 3.14159265358979323846
#define SUN_HALF_DEG 0.2666

typedef struct vector {
    double x, y, z;
} vector;

typedef struct wave {
    vd_band band;
    vd_optics optics;
    double majorant[SHELLS];
    double phase_sum[VD_PHASE_NODES]; /* of haze, over its nodes */
} wave;

struct bench_atmosphere {
    vd_medium medium;
    double shell_m[SHELLS + 1];
    wave waves[WAVELENGTHS];
};

typedef struct tracer {
    const bench_atmosphere *a;
    const wave *wave;
    vector sun;
    uint64_t random;
} tracer;

static double draw(tracer *t)
{
    t->random = t->random * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = t->random;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return ((double)(x >> 11) + 0.5) * 0x1p-53;
}

static vector along(vector a, vector d, double t)
{
    return (vector){a.x + t * d.x, a.y + t * d.y, a.z + t * d.z};
}
static double dot(vector a, vector b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
static double length(vector a)
{
    return sqrt(dot(a, a));
}

/** The direction with this cosine from axis and this azimuth about it. */
static vector about(vector axis, double cosine, double turn)
{
    double sine = sqrt(fmax(1.0 - cosine * cosine, 0.0));
    vector u = fabs(axis.z) < 0.9 ? (vector){-axis.y, axis.x, 0.0} : (vector){0.0, -axis.z, axis.y};
    double scale = 1.0 / length(u);
    u = (vector){u.x * scale, u.y * scale, u.z * scale};
    vector v = {axis.y * u.z - axis.z * u.y, axis.z * u.x - axis.x * u.z,
                axis.x * u.y - axis.y * u.x};
    double c = sine * cos(turn), s = sine * sin(turn);
    return (vector){cosine * axis.x + c * u.x + s * v.x, cosine * axis.y + c * u.y + s * v.y,
                    cosine * axis.z + c * u.z + s * v.z};
}

/** The distance at which a ray meets the sphere about the centre: the first (or the second) ahead;
 *  negative: none. */
static double meet(vector p, vector d, double radius, bool second)
{
    double b = dot(p, d), r = length(p);
    double under = b * b - (r - radius) * (r + radius);
    if (under < 0.0) return -1.0;
    return second ? -b + sqrt(under) : -b - sqrt(under);
}

static double extinction_at(const tracer *t, double altitude, double scattering[2])
{
    double density[VD_CONSTITUENTS];
    vd_medium_density(&t->a->medium, altitude, density);
    double sum = 0.0;
    for (int k = 0; k < VD_CONSTITUENTS; k++) sum += density[k] * t->wave->optics.extinction[k];
    for (int k = 0; k < 2; k++) scattering[k] = density[k] * t->wave->optics.scattering[k];
    return sum;
}

/** Adds to the columns along part of a ray; steps grow with the distance from its start. */
static void add_columns(const tracer *t, vector p, vector d, double end, int steps, double *columns)
{
    for (int i = 0; i < steps; i++) {
        double a = (double)i / steps, b = (i + 1.0) / steps, m = 0.5 * (a + b), density[3];
        double at = length(along(p, d, end * m * m)) - t->a->medium.radius_m;
        vd_medium_density(&t->a->medium, at, density);
        for (int k = 0; k < VD_CONSTITUENTS; k++) columns[k] += end * (b * b - a * a) * density[k];
    }
}

/** The sun's light at a place, from a point of its disc; *to becomes its direction. */
static double sunlight(tracer *t, vector p, vector *to)
{
    double edge = cos(SUN_HALF_DEG * PI / 180.0), u = draw(t), v = draw(t);
    double columns[VD_CONSTITUENTS] = {0.0}, depth = 0.0;
    const vd_medium *m = &t->a->medium;
    *to = about(t->sun, 1.0 - u * (1.0 - edge), 2.0 * PI * v);
    double r = length(p), mu = dot(p, *to) / r;
    if (mu < 0.0 && r * sqrt(1.0 - mu * mu) < m->radius_m) return 0.0;
    double out = meet(p, *to, m->radius_m + m->top_m, true);
    double lowest = -dot(p, *to);
    if (lowest > 0.0) {
        vector q = along(p, *to, lowest), back = {-to->x, -to->y, -to->z};
        add_columns(t, q, back, lowest, SUN_STEPS, columns);
        add_columns(t, q, *to, out - lowest, SUN_STEPS, columns);
    } else {
        add_columns(t, p, *to, out, SUN_STEPS, columns);
    }
    for (int k = 0; k < VD_CONSTITUENTS; k++) depth += columns[k] * t->wave->optics.extinction[k];
    return exp(-depth);
}

/** Moves *p to the next collision by delta tracking. 1: there it is; 0: gone; -1: the ground. */
static int fly(tracer *t, vector *p, vector d)
{
    const bench_atmosphere *a = t->a;
    double radius = a->medium.radius_m, altitude = length(*p) - radius;
    int shell = 0;
    while (shell < SHELLS - 1 && a->shell_m[shell + 1] <= altitude) shell++;
    for (;;) {
        double in = meet(*p, d, radius + a->shell_m[shell], false);
        bool inward = in > 0.0 && dot(*p, d) < 0.0;
        double border = inward ? in : meet(*p, d, radius + a->shell_m[shell + 1], true);
        double majorant = t->wave->majorant[shell];
        double step = majorant > 0.0 ? -log(draw(t)) / majorant : border;
        if (step < border) {
            double scattering[2];
            *p = along(*p, d, step);
            double here = extinction_at(t, length(*p) - radius, scattering);
            if (draw(t) * majorant < here) return 1;
            continue;
        }
        *p = along(*p, d, fmax(border, 0.0));
        shell += inward ? -1 : 1;
        if (shell < 0) return -1;
        if (shell >= SHELLS) return 0;
        /* On the border to the last digit, so that it is not met again. */
        double scale = (radius + a->shell_m[inward ? shell + 1 : shell]) / length(*p);
        *p = (vector){p->x * scale, p->y * scale, p->z * scale};
        *p = along(*p, d, 1e-3);
    }
}

/** A cosine of scattering by the gas (of = 0) or haze; the phase function over the density it is
 *  drawn with goes to *weight. */
static double draw_cosine(tracer *t, int of, double *weight)
{
    if (of == VD_GAS) {
        double c = 2.0 * draw(t) - 1.0;
        *weight = vd_rayleigh_phase(c) * 4.0 * PI;
        return c;
    }
    const double *sum = t->wave->phase_sum;
    double u = draw(t);
    int low = 0, high = VD_PHASE_NODES - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (sum[middle] <= u)
            low = middle;
        else
            high = middle;
    }
    double x = (low + draw(t)) / (VD_PHASE_NODES - 1.0), c = 1.0 - 2.0 * x * x * x * x;
    *weight = vd_phase_at(t->wave->optics.phase, c) * 16.0 * PI * x * x * x /
              ((VD_PHASE_NODES - 1.0) * (sum[low + 1] - sum[low]));
    return c;
}

/** Light of a path from a collision at p (or the ground there), having come along d. */
static double follow(tracer *t, vector p, vector d, int what)
{
    double light = 0.0, share = 1.0;
    const vd_medium *m = &t->a->medium;
    for (int depth = 0; depth < 200 && what != 0; depth++) {
        vector to;
        double sun;
        if (what > 0) {
            double s[2], weight;
            double all = extinction_at(t, length(p) - m->radius_m, s), scattered = s[0] + s[1];
            if (!(scattered > 0.0)) break;
            sun = sunlight(t, p, &to);
            double c = dot(d, to);
            share *= scattered / all;
            light += share * sun *
                     (s[0] * vd_rayleigh_phase(c) + s[1] * vd_phase_at(t->wave->optics.phase, c)) /
                     scattered;
            int of = draw(t) * scattered < s[0] ? VD_GAS : VD_HAZE;
            double cosine = draw_cosine(t, of, &weight);
            share *= weight;
            d = about(d, cosine, 2.0 * PI * draw(t));
        } else {
            double r = length(p);
            vector up = {p.x / r, p.y / r, p.z / r};
            p = along((vector){0.0, 0.0, 0.0}, up, m->radius_m + 1e-3);
            sun = sunlight(t, p, &to);
            share *= m->ground_albedo;
            light += share * sun * fmax(dot(up, to), 0.0) / PI;
            d = about(up, sqrt(draw(t)), 2.0 * PI * draw(t));
        }
        if (share < 0.1) {
            if (draw(t) > share / 0.2) break;
            share = 0.2;
        }
        what = fly(t, &p, d);
    }
    return light;
}

/** Depths along the camera's ray. */
typedef struct camera_ray {
    vector p, d;
    double at[CAMERA_STEPS + 1], columns[CAMERA_STEPS + 1][VD_CONSTITUENTS];
    bool ground;
} camera_ray;

/** False: the ray meets no air. */
static bool prepare(const bench_atmosphere *a, const bench_ray *ray, camera_ray *out)
{
    const vd_medium *m = &a->medium;
    double e = ray->elevation_deg * PI / 180.0, z = ray->azimuth_deg * PI / 180.0;
    out->p = (vector){0.0, 0.0, m->radius_m + ray->altitude_m};
    out->d = (vector){cos(e) * cos(z), cos(e) * sin(z), sin(e)};
    if (ray->altitude_m > m->top_m) {
        double in = meet(out->p, out->d, m->radius_m + m->top_m, false);
        if (in <= 0.0) return false;
        out->p = along(out->p, out->d, in + 1e-3);
    }
    double end = meet(out->p, out->d, m->radius_m + m->top_m, true);
    double down = meet(out->p, out->d, m->radius_m, false);
    out->ground = dot(out->p, out->d) < 0.0 && down >= 0.0;
    if (out->ground) end = down;
    if (ray->length_m > 0.0) {
        end = fmin(end, ray->length_m);
        out->ground = false;
    }
    /* Fine at the eye and at the lowest point. */
    double lowest = fmin(fmax(-dot(out->p, out->d), 0.0), end);
    for (int i = 0; i <= CAMERA_STEPS; i++) {
        double x = 2.0 * i / CAMERA_STEPS - 1.0, s = (x + 1.0) / 2.0;
        out->at[i] = lowest > 0.0 && lowest < end
                         ? (x < 0.0 ? lowest * (1.0 - x * x) : lowest + (end - lowest) * x * x)
                         : end * (lowest > 0.0 ? 1.0 - (1.0 - s) * (1.0 - s) : s * s);
        for (int k = 0; k < VD_CONSTITUENTS; k++)
            out->columns[i][k] = i > 0 ? out->columns[i - 1][k] : 0.0;
        for (int g = 0; g < 2 && i > 0; g++) {
            double density[3], step = out->at[i] - out->at[i - 1];
            double at = out->at[i - 1] + step * (g ? 0.78867513459481287 : 0.21132486540518713);
            vd_medium_density(m, length(along(out->p, out->d, at)) - m->radius_m, density);
            for (int k = 0; k < VD_CONSTITUENTS; k++) out->columns[i][k] += 0.5 * step * density[k];
        }
    }
    return true;
}

static double camera_depth(const camera_ray *c, const wave *w, int i)
{
    double sum = 0.0;
    for (int k = 0; k < VD_CONSTITUENTS; k++) sum += c->columns[i][k] * w->optics.extinction[k];
    return sum;
}

/** One path; u in 0..1 says how far along the ray it begins. */
static double trace(tracer *t, const camera_ray *c, double u)
{
    double all = camera_depth(c, t->wave, CAMERA_STEPS), left = exp(-all), light = 0.0;
    double wanted = -log(1.0 - u * (1.0 - left));
    int low = 0, high = CAMERA_STEPS;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (camera_depth(c, t->wave, middle) <= wanted)
            low = middle;
        else
            high = middle;
    }
    double a = camera_depth(c, t->wave, low), b = camera_depth(c, t->wave, high);
    double x = b > a ? (wanted - a) / (b - a) : 0.5;
    vector p = along(c->p, c->d, c->at[low] + x * (c->at[high] - c->at[low]));
    if (all > 0.0) light = (1.0 - left) * follow(t, p, c->d, 1);
    if (c->ground) light += left * follow(t, along(c->p, c->d, c->at[CAMERA_STEPS]), c->d, -1);
    return light;
}

bench_light bench_atmosphere_trace(const bench_atmosphere *a, const bench_ray *ray)
{
    bench_light out = {{0.0, 0.0, 0.0}, 0.0, {0.0, 0.0, 0.0}};
    double e = ray->sun_elevation_deg * PI / 180.0, batch[BATCHES] = {0.0}, white[3] = {0.0};
    camera_ray camera;
    if (!prepare(a, ray, &camera)) return out;
    tracer t = {a, NULL, {cos(e), 0.0, sin(e)}, ray->seed * 0x9e3779b97f4a7c15u + 1};
    for (int w = 0; w < WAVELENGTHS; w++) {
        t.wave = &a->waves[w];
        const double *rgb = t.wave->band.rgb;
        double left = exp(-camera_depth(&camera, t.wave, CAMERA_STEPS)), sum = 0.0;
        for (int i = 0; i < ray->paths; i++) {
            double light = trace(&t, &camera, (i + draw(&t)) / ray->paths);
            sum += light / ray->paths;
            batch[i % BATCHES] += light * (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) *
                                  BATCHES / ray->paths;
        }
        for (int k = 0; k < 3; k++) {
            out.rgb[k] += sum * rgb[k];
            out.transmittance[k] += left * rgb[k];
            white[k] += rgb[k];
        }
    }
    double mean = 0.0, square = 0.0;
    for (int i = 0; i < BATCHES; i++) mean += batch[i] / BATCHES;
    for (int i = 0; i < BATCHES; i++) square += (batch[i] - mean) * (batch[i] - mean);
    if (mean > 0.0) out.error = sqrt(square / (BATCHES * (BATCHES - 1.0))) / mean;
    for (int k = 0; k < 3; k++) out.transmittance[k] /= white[k];
    return out;
}

bench_atmosphere *bench_atmosphere_create(const vd_air *air)
{
    static const double km[SHELLS + 1] = {0,  0.3, 0.6, 1,  1.5, 2,  3,  4,  5.5, 7.5, 10,
                                          13, 16,  20,  25, 30,  36, 45, 60, 80,  100};
    bench_atmosphere *a = calloc(1, sizeof *a);
    if (!a || vd_medium_find(NULL, air, 0, &a->medium) != VD_OK) {
        free(a);
        return NULL;
    }
    for (int i = 0; i <= SHELLS; i++) a->shell_m[i] = km[i] * a->medium.top_m / 100.0;
    for (int w = 0; w < WAVELENGTHS; w++) {
        wave *v = &a->waves[w];
        tracer t = {a, v, {0.0, 0.0, 1.0}, 0};
        v->band = vd_spectrum_band(VD_BAND_FIRST_NM + 5 * w, VD_BAND_FIRST_NM + 5 * w + 5);
        vd_medium_optics(&a->medium, v->band.wavelength_nm, &v->optics);
        for (int i = 0; i < SHELLS; i++) {
            for (int j = 0; j <= 100; j++) {
                double s[2];
                double at = a->shell_m[i] + (a->shell_m[i + 1] - a->shell_m[i]) * j / 100.0;
                v->majorant[i] = fmax(v->majorant[i], 1.001 * extinction_at(&t, at, s));
            }
        }
        for (int i = 1; i < VD_PHASE_NODES; i++) {
            double x = (i - 0.5) / (VD_PHASE_NODES - 1.0);
            double p = vd_phase_at(v->optics.phase, 1.0 - 2.0 * x * x * x * x);
            v->phase_sum[i] = v->phase_sum[i - 1] + p * x * x * x + 1e-12;
        }
        for (int i = 0; i < VD_PHASE_NODES; i++)
            v->phase_sum[i] /= v->phase_sum[VD_PHASE_NODES - 1];
    }
    return a;
}
