/* Mie's solution, in the notation of Bohren & Huffman 1983, "Absorption and Scattering of Light by
 * Small Particles": coefficients by equation 4.88 with the logarithmic derivative D_n downward
 * (4.89), Riccati-Bessel functions upward, the series ended by Wiscombe's criterion (appendix A),
 * angular functions by 4.47, amplitudes by 4.74. Only the first sine and cosine are transcendental,
 * so the bits are the same everywhere. */
#include "atmosphere/mie.h"

#include <math.h>

#include "base/vmath.h"

#define TERMS 2100

typedef struct complex_number {
    double re, im;
} complex_number;

static complex_number ratio(complex_number a, complex_number b)
{
    double norm = b.re * b.re + b.im * b.im;
    return (complex_number){(a.re * b.re + a.im * b.im) / norm, (a.im * b.re - a.re * b.im) / norm};
}

/** D_1..D_terms of the argument z. */
static void find_derivatives(complex_number z, int terms, complex_number *d)
{
    complex_number at = {0.0, 0.0};
    double size = sqrt(z.re * z.re + z.im * z.im);
    int start = (terms > (int)size ? terms : (int)size) + 16;
    for (int n = start; n >= 1; n--) {
        complex_number step = ratio((complex_number){n, 0.0}, z);
        complex_number low =
            ratio((complex_number){1.0, 0.0}, (complex_number){at.re + step.re, at.im + step.im});
        if (n <= terms) d[n] = at;
        at = (complex_number){step.re - low.re, step.im - low.im};
    }
}

/** a_1, b_1 .. of the series; returns how many. */
static int find_coefficients(double x, double n_re, double k, complex_number *a, complex_number *b)
{
    complex_number d[TERMS + 1], m = {n_re, -k};
    double root = vd_pow(x, 1.0 / 3.0);
    int terms = (int)(x + 4.05 * root + 2.0);
    if (terms > TERMS) terms = TERMS;
    find_derivatives((complex_number){m.re * x, m.im * x}, terms, d);
    double sine, cosine;
    vd_sincos_deg(x * (180.0 / VD_PI), &sine, &cosine);
    /* psi_n = x j_n and chi_n = -x y_n, from n = -1 and 0; xi = psi + i chi for the sign of n - ik.
     */
    double psi0 = cosine, psi1 = sine, chi0 = -sine, chi1 = cosine;
    for (int n = 1; n <= terms; n++) {
        double psi = (2.0 * n - 1.0) * psi1 / x - psi0, chi = (2.0 * n - 1.0) * chi1 / x - chi0;
        complex_number over = ratio(d[n], m);
        complex_number times = {d[n].re * m.re - d[n].im * m.im, d[n].re * m.im + d[n].im * m.re};
        over.re += n / x;
        times.re += n / x;
        a[n] = ratio((complex_number){over.re * psi - psi1, over.im * psi},
                     (complex_number){over.re * psi - over.im * chi - psi1,
                                      over.re * chi + over.im * psi - chi1});
        b[n] = ratio((complex_number){times.re * psi - psi1, times.im * psi},
                     (complex_number){times.re * psi - times.im * chi - psi1,
                                      times.re * chi + times.im * psi - chi1});
        psi0 = psi1;
        psi1 = psi;
        chi0 = chi1;
        chi1 = chi;
    }
    return terms;
}

void vd_mie_add(double size, double n, double k, double weight, const double *cosines, int count,
                double *extinction, double *scattering, double *intensity)
{
    complex_number a[TERMS + 1], b[TERMS + 1];
    complex_number s1[VD_MIE_ANGLES] = {{0.0, 0.0}}, s2[VD_MIE_ANGLES] = {{0.0, 0.0}};
    double pi0[VD_MIE_ANGLES] = {0.0}, pi1[VD_MIE_ANGLES];
    int terms = find_coefficients(size, n, k, a, b);
    double sum_ext = 0.0, sum_sca = 0.0;
    for (int j = 0; j < count; j++) pi1[j] = 1.0;
    for (int i = 1; i <= terms; i++) {
        double share = (2.0 * i + 1.0) / (i * (i + 1.0));
        sum_ext += (2.0 * i + 1.0) * (a[i].re + b[i].re);
        sum_sca += (2.0 * i + 1.0) *
                   (a[i].re * a[i].re + a[i].im * a[i].im + b[i].re * b[i].re + b[i].im * b[i].im);
        double ar = share * a[i].re, ai = share * a[i].im;
        double br = share * b[i].re, bi = share * b[i].im;
        double up = (2.0 * i + 1.0) / i, down = (i + 1.0) / i;
        for (int j = 0; j < count; j++) {
            double mu = cosines[j], p = pi1[j], tau = i * mu * p - (i + 1.0) * pi0[j];
            s1[j].re += ar * p + br * tau;
            s1[j].im += ai * p + bi * tau;
            s2[j].re += ar * tau + br * p;
            s2[j].im += ai * tau + bi * p;
            pi1[j] = up * mu * p - down * pi0[j];
            pi0[j] = p;
        }
    }
    double scale = weight / (size * size);
    *extinction += 2.0 * scale * sum_ext;
    *scattering += 2.0 * scale * sum_sca;
    for (int j = 0; j < count; j++)
        intensity[j] += scale * (s1[j].re * s1[j].re + s1[j].im * s1[j].im + s2[j].re * s2[j].re +
                                 s2[j].im * s2[j].im);
}
