/* The phase function of droplets against quadrature, Lorenz and Mie's theory and a walk of photons;
 * fog and clouds of droplets against closed forms. */
#include "media/droplets.h"

#include "chi_square.h"
#include "cloud_fixture.h"

static const double sizes_um[] = {1.5, 2.0, 3.5, 5.0, 10.0, 20.0, 50.0};
#define SIZES (int)(sizeof(sizes_um) / sizeof(sizes_um[0]))

/* ---- the function ---------------------------------------------------------------------------- */

enum { NODES = 20000 };

/* The distribution of x = 1 - cosine, by the midpoint rule over the logarithm of x from 1e-9 on,
 * below which is a share of 1e-4 at most: of that, the function is taken for even. */
typedef struct spread {
    double x[NODES + 1], below[NODES + 1]; /* and the chance to be below it */
    double cosine;
} spread;

static void spread_of(const vdk_phase *p, spread *s)
{
    const double from = 1e-9, ratio = pow(2.0 / from, 1.0 / NODES);
    s->x[0] = from;
    s->below[0] = 2.0 * PI * from * (double)vdk_droplets(p, 0.0f);
    s->cosine = s->below[0];
    for (int i = 0; i < NODES; i++) {
        double middle = s->x[i] * sqrt(ratio), width = s->x[i] * (ratio - 1.0);
        double more = 2.0 * PI * width * (double)vdk_droplets(p, (float)middle);
        s->x[i + 1] = s->x[i] * ratio;
        s->below[i + 1] = s->below[i] + more;
        s->cosine += more * (1.0 - middle);
    }
}

static double chance_below(const spread *s, double x)
{
    if (x <= s->x[0]) return s->below[0] * fmax(x, 0.0) / s->x[0];
    double at = log(x / s->x[0]) / log(2.0 / s->x[0]) * NODES;
    int i = (int)fmin(at, NODES - 1);
    return s->below[i] + (s->below[i + 1] - s->below[i]) * fmin(at - i, 1.0);
}

/** The x that so much is below. */
static double x_below(const spread *s, double chance)
{
    int low = 0, high = NODES;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (s->below[middle] < chance)
            low = middle;
        else
            high = middle;
    }
    double part = (chance - s->below[low]) / (s->below[high] - s->below[low]);
    return s->x[low] * pow(s->x[high] / s->x[low], fmin(fmax(part, 0.0), 1.0));
}

/* What a sphere of water scatters, of a size that is its circumference in wavelengths, in units of
 * the square of these, by Lorenz and Mie (Bohren and Huffman 1983, equations 4.53, 4.61, 4.62 and
 * section 4.5). Logarithmic derivatives of Bessel's functions inside come downward. Returns that
 * times the mean cosine. */
static double mie(double size, double index, double *scattered)
{
    enum { MOST = 1200 };
    double inside[MOST + 1] = {0.0}, sum = 0.0;
    *scattered = 0.0;
    int terms = (int)(size + 4.0 * cbrt(size) + 2.0);
    for (int n = MOST; n > 0; n--) {
        double k = n / (index * size);
        inside[n - 1] = k - 1.0 / (inside[n] + k);
    }
    double psi0 = cos(size), psi1 = sin(size), chi0 = -sin(size), chi1 = cos(size);
    double last[4] = {0.0};
    for (int n = 1; n <= terms; n++) {
        double psi = (2 * n - 1) * psi1 / size - psi0, chi = (2 * n - 1) * chi1 / size - chi0;
        double ab[4]; /* a and b, real and imaginary */
        for (int k = 0; k < 2; k++) {
            double f = (k ? inside[n] * index : inside[n] / index) + n / size;
            double up = f * psi - psi1, side = f * chi - chi1, d = up * up + side * side;
            ab[2 * k] = up * up / d; /* up / (up - i side) */
            ab[2 * k + 1] = up * side / d;
        }
        double m = n - 1.0;
        if (n > 1)
            sum += m * (m + 2.0) / (m + 1.0) *
                   (last[0] * ab[0] + last[1] * ab[1] + last[2] * ab[2] + last[3] * ab[3]);
        sum += (2.0 * n + 1.0) / (n * (n + 1.0)) * (ab[0] * ab[2] + ab[1] * ab[3]);
        *scattered +=
            (2.0 * n + 1.0) * (ab[0] * ab[0] + ab[1] * ab[1] + ab[2] * ab[2] + ab[3] * ab[3]);
        for (int k = 0; k < 4; k++) last[k] = ab[k];
        psi0 = psi1;
        psi1 = psi;
        chi0 = chi1;
        chi1 = chi;
    }
    return 2.0 * sum;
}

/** The mean cosine of light of three colours by droplets of sizes about one, as resonances differ.
 */
static double mie_cosine(double micrometres)
{
    static const double colours_um[] = {0.45, 0.55, 0.62};
    double sum = 0.0, all = 0.0, scattered;
    for (int i = 0; i < 123; i++) {
        double colour = colours_um[i % 3], d = micrometres * exp((i / 3 - 20) / 40.0);
        sum += colour * colour * mie(PI * d / colour, 1.333, &scattered);
        all += colour * colour * scattered;
    }
    return sum / all;
}

static void test_function(void **state)
{
    static spread s;
    (void)state;
    for (int i = 0; i < SIZES; i++) {
        vdk_phase p = vd_droplets_phase(sizes_um[i]);
        double g = (double)p.draine_g, a = (double)p.draine_a, w = (double)p.draine;
        double closed = (1.0 - w) * (double)p.g + w * g * (1.0 + a * (3.0 + 2.0 * g * g) / 5.0) /
                                                      (1.0 + a * (1.0 + 2.0 * g * g) / 3.0);
        spread_of(&p, &s);
        double theory = mie_cosine(sizes_um[i]);
        double forward = (double)vdk_droplets(&p, 0.0f), aside = (double)vdk_droplets(&p, 1.0f);
        printf("droplets of %.1f um: integral %.6f, mean cosine %.5f (closed form %.5f, Mie "
               "%.3f), forward %.0f times aside\n",
               sizes_um[i], s.below[NODES], s.cosine, closed, theory, forward / aside);
        assert_true(fabs(s.below[NODES] - 1.0) < 1e-4);
        assert_true(fabs(s.cosine - closed) < 1e-4);
        assert_true(fabs(s.cosine - theory) < 0.02); /* what the fit leaves out: bow and glory */
        assert_true(forward > 500.0 * aside);
    }
}

/* ---- sampled --------------------------------------------------------------------------------- */

/* A number makes the cosine that so much is below: the inverse of the distribution, to a float's
 * precision where that has little density. */
static void test_inverse(void **state)
{
    static spread s;
    (void)state;
    for (int i = 0; i < SIZES; i++) {
        double worst = 0.0;
        vdk_phase p = vd_droplets_phase(sizes_um[i]), draine = p;
        draine.draine = 1.0f;
        spread_of(&draine, &s);
        for (int k = 0; k <= 5000; k++) {
            float u = (float)(k / 5000.0), x = vdk_draine_sample(p.draine_g, p.draine_a, u);
            worst = fmax(worst, fabs(chance_below(&s, (double)x) - (double)u));
        }
        printf("droplets of %.1f um: Draine's inverse is off by %.1e of 1\n", sizes_um[i], worst);
        assert_true(worst < 1e-4);
    }
}

static void test_directions(void **state)
{
    static spread s;
    (void)state;
    for (int i = 0; i < SIZES; i++) {
        enum { SAMPLES = 400000, BINS = 64, TURNS = 8 };
        double expected[BINS], even = 1.0 / TURNS;
        int counts[BINS] = {0}, turns[TURNS] = {0};
        test_random random = {(uint64_t)i + 5};
        vdk_vec wo = unit(70.0, 25.0);
        vdk_phase p = vd_droplets_phase(sizes_um[i]);
        spread_of(&p, &s);
        for (int k = 0; k < BINS; k++) expected[k] = (double)SAMPLES / BINS;
        double edges[BINS];
        for (int k = 0; k < BINS; k++) edges[k] = x_below(&s, (k + 1.0) / BINS * s.below[NODES]);
        for (int k = 0; k < SAMPLES; k++) {
            double u = test_unit(&random), v = test_unit(&random);
            vdk_vec wi = vdk_phase_sample(&p, wo, (float)u, (float)v);
            double c[3] = {(double)wo.x + (double)wi.x, (double)wo.y + (double)wi.y,
                           (double)wo.z + (double)wi.z};
            double x = 0.5 * (c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
            int bin = 0;
            while (bin < BINS - 1 && x > edges[bin]) bin++;
            counts[bin]++;
            vdk_vec local = vdk_vec_to_frame(wo, wi);
            double turn = atan2((double)local.y, (double)local.x) / (2.0 * PI) + 0.5;
            turns[(int)fmin(turn * TURNS, TURNS - 1)]++;
        }
        double off = chi_square_deviate_from(counts, expected, BINS);
        double about = chi_square_deviate(turns, TURNS, SAMPLES * even * TURNS);
        printf("droplets of %.1f um: directions %.2f deviates off, about the axis %.2f\n",
               sizes_um[i], off, about);
        assert_true(off < DEVIATE_LIMIT && about < DEVIATE_LIMIT);
    }
}

/* ---- in fog and clouds -------------------------------------------------------------------------
 */

/** Fog of droplets over black ground in a black sky. */
static vdk_scene droplet_fog(const vd_terrain *terrain, int kind, double extinction, double albedo,
                             double top, double micrometres)
{
    vdk_scene s = scene_of(terrain);
    s.material.base_color = grey(0.0);
    s.bounces = VDK_UNLIMITED;
    add_fog(&s, kind, extinction, albedo, 0.0, top);
    s.media.phase = vd_droplets_phase(micrometres);
    return s;
}

/* One scattering in a slab, as in test_fog.c: p E (1 - e^(-tau (1 + 1/m))) / (1 + 1/m) seen
 * straight down, and seen up to a point sun, at an angle of a, p E t e^(-t) for a way of depth t.
 */
static void test_single(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int i = 0; i < SIZES; i += 2) {
        const double albedo = 1e-5, tau = 0.8, m = 0.5, sum = 1.0 + 1.0 / m;
        vdk_scene s =
            droplet_fog(terrain, VDK_FOG_HOMOGENEOUS, tau / 10.0, albedo, 10.0, sizes_um[i]);
        add_sun(&s, 90.0, 30.0, i & 2 ? 0.53 : 0.0, 3.0);
        look(&s, 8.0, 8.0, 50.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
        double p = (double)vdk_droplets(&s.media.phase, 1.5f);
        assert_is("single scattering, slab", seen(&s, 256),
                  albedo * p * 3.0 * (1.0 - exp(-tau * sum)) / sum, 0.002);
        s.media.is_single = 1; /* --media-mode shafts: so much of any albedo */
        s.media.albedo = grey(0.9);
        assert_is("the same alone", seen(&s, 256), 0.9 * p * 3.0 * (1.0 - exp(-tau * sum)) / sum,
                  0.002);
        s = droplet_fog(terrain, VDK_FOG_HOMOGENEOUS, tau / 10.0, 1e-7, 10.0, sizes_um[i]);
        add_sun(&s, 90.0, 30.0, 0.0, 3.0);
        look(&s, 8.0, 8.0, 0.0, unit(92.0, 30.0));
        double t = tau / m, x = 1.0 - (double)vdk_vec_dot(s.view.forward, s.suns[0].direction);
        p = (double)vdk_droplets(&s.media.phase, (float)x);
        assert_is("single scattering, towards the sun", seen(&s, 256), 1e-7 * p * 3.0 * t * exp(-t),
                  0.002);
    }
    vd_terrain_destroy(terrain);
}

/** The light of a sun from above that ground under a slab has, in units of the sun's on a plane
 * that faces it, and of many photons that are followed one by one. */
static estimate walked(const vdk_phase *phase, double tau, double albedo, double ground,
                       vdk_vec sun)
{
    enum { GROUPS = 16, PHOTONS = 30000 };
    double values[GROUPS];
    test_random random = {77};
    for (int group = 0; group < GROUPS; group++) {
        double hits = 0.0;
        for (int k = 0; k < PHOTONS; k++) {
            vdk_vec d = vdk_vec_scale(sun, -1.0f);
            double depth = tau, weight = 1.0;
            for (;;) {
                depth -= log(1.0 - test_unit(&random)) * (double)d.z;
                if (depth > tau) break;
                float u = (float)test_unit(&random), v = (float)test_unit(&random);
                if (depth > 0.0) {
                    weight *= albedo;
                    d = vdk_phase_sample(phase, vdk_vec_scale(d, -1.0f), u, v);
                    continue;
                }
                hits += weight;
                weight *= ground;
                depth = 0.0;
                float r = sqrtf(u), sine, cosine;
                vdk_sincos_turns(v, &sine, &cosine);
                d = vdk_vec_make(r * cosine, r * sine, sqrtf(1.0f - u));
            }
        }
        values[group] = hits / PHOTONS * (double)sun.z;
    }
    return estimate_of(values, GROUPS);
}

/* Light that is scattered many times, on the ground and above, against photons. Clouds of a file
 * and fog go the same ways. */
static void test_many(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int i = 0; i < 4; i += 1 + (i == 1)) {
        const double um = i & 1 ? 20.0 : 5.0, tau = i & 2 ? 1.5 : 0.5, albedo = 0.95, ground = 0.6;
        vdk_scene s = droplet_fog(terrain, VDK_FOG_HOMOGENEOUS, tau / 10.0, albedo, 10.0, um);
        s.material.base_color = grey(ground);
        add_sun(&s, 90.0, 40.0, i & 1 ? 0.53 : 0.0, 3.0);
        look(&s, 8.0, 8.0, 1e-3, vdk_vec_make(0.0f, 0.0f, -1.0f));
        estimate truth = walked(&s.media.phase, tau, albedo, ground, s.suns[0].direction);
        truth.mean *= 3.0 * ground / PI;
        truth.error *= 3.0 * ground / PI;
        printf("photons: %.5f +- %.5f\n", truth.mean, truth.error);
        assert_true(truth.error < 0.001 * truth.mean);
        assert_is("many scatterings", seen(&s, 4096), truth.mean, 0.01);
    }
    vd_terrain_destroy(terrain);
}

/* White mist over white ground in a white sky is not to be seen, nor are white clouds. */
static void test_furnace(void **state)
{
    (void)state;
    vd_terrain *terrain = rough_terrain();
    vdk_scene s = droplet_fog(terrain, VDK_FOG_HEIGHT, 0.004, 1.0, 1600.0, 10.0);
    s.material.base_color = grey(1.0);
    s.sky.zenith = s.sky.horizon = grey(1.0);
    look(&s, 20.0, 20.0, 450.0, unit(90.0, -10.0));
    assert_is("furnace", seen(&s, 400), 1.0, 0.005);
    vd_terrain_destroy(terrain);
    static const char *const more[] = {
        "clouds.droplet", "15", "clouds.coverage", "0.8", "clouds.extinction", "0.01", NULL};
    stage clouds = cloudy("stratus", more);
    vdk_scene *flat = &clouds.scene->flat;
    assert_true(flat->cloud.phase.draine > 0.0f);
    flat->material.base_color = flat->sky.zenith = flat->sky.horizon = grey(1.0);
    flat->bounces = VDK_UNLIMITED;
    look(flat, 8.0, 8.0, 100.0, unit(60.0, 25.0));
    assert_is("furnace of clouds", seen(flat, 64), 1.0, 0.005);
    close_stage(&clouds);
}

/* Light and eye change places. */
static void test_reciprocity(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    const double altitudes[2] = {60.0, 20.0}, azimuths[2] = {80.0, 300.0};
    estimate both[2];
    for (int v = 0; v < 2; v++) {
        vdk_vec eye = unit(azimuths[v], altitudes[v]);
        vdk_scene s = droplet_fog(terrain, VDK_FOG_HOMOGENEOUS, 0.01, 0.9, 100.0, 8.0);
        s.material.base_color = grey(0.6);
        add_sun(&s, azimuths[1 - v], altitudes[1 - v], 0.0, 3.0);
        look(&s, 8.0, 8.0, 900.0, vdk_vec_scale(eye, -1.0f));
        both[v] = seen(&s, 1024);
        double scale = 1.0 / sin(altitudes[1 - v] * DEGREE);
        both[v].mean *= scale;
        both[v].error *= scale;
    }
    printf("reciprocity: %.5f +- %.5f and %.5f +- %.5f\n", both[0].mean, both[0].error,
           both[1].mean, both[1].error);
    assert_true(both[0].error < 0.01 * both[0].mean && both[1].error < 0.01 * both[1].mean);
    assert_agree("light and eye exchanged", both[0], both[1]);
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_function),    cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_directions),  cmocka_unit_test(test_single),
        cmocka_unit_test(test_many),        cmocka_unit_test(test_furnace),
        cmocka_unit_test(test_reciprocity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
