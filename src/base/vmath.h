/* Elementary functions in double precision that give the same bits with every compiler, for tables
 * and measures computed once on the host. libm promises no particular last bit, and a metric that
 * differs in the last bit moves rays; these use only + - * /, square roots and comparisons, which
 * IEEE 754 fixes.
 * The method is the kernel's (argument reduction, then Taylor's series by Horner's rule). */
#ifndef VD_VMATH_H
#define VD_VMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define VD_PI 3.14159265358979323846

/** Sine and cosine of an angle in degrees, |degrees| < 1e9; absolute error < 3e-16 for the angle as
 *  reduced, which is exact. */
static inline void vd_sincos_deg(double degrees, double *sine, double *cosine)
{
    int64_t quarter = (int64_t)(degrees / 90.0 + (degrees < 0.0 ? -0.5 : 0.5));
    double a = (degrees - 90.0 * (double)quarter) * (VD_PI / 180.0);
    double q = a * a;
    /* |a| <= pi/4: the first terms left out are below 1e-19. */
    double s = 0.0;
    for (int n = 17; n >= 3; n -= 2) s = -(1.0 + s) * q / (n * (n - 1.0));
    s = a + a * s;
    double c = 0.0;
    for (int n = 18; n >= 2; n -= 2) c = -(1.0 + c) * q / (n * (n - 1.0));
    c = 1.0 + c;
    int k = (int)(quarter & 3);
    double sk = (k & 1) ? c : s;
    double ck = (k & 1) ? s : c;
    *sine = (k & 2) ? -sk : sk;
    *cosine = (k == 1 || k == 2) ? -ck : ck;
}

static inline double vd_sin_deg(double degrees)
{
    double sine, cosine;
    vd_sincos_deg(degrees, &sine, &cosine);
    return sine;
}

static inline double vd_cos_deg(double degrees)
{
    double sine, cosine;
    vd_sincos_deg(degrees, &sine, &cosine);
    return cosine;
}

/** An angle in degrees as one of 0 to below 360. */
static inline double vd_full_turn(double degrees)
{
    double turned = degrees - 360.0 * floor(degrees / 360.0);
    return turned < 360.0 ? turned : 0.0;
}

/** Direction of the point (x, y) in degrees, anticlockwise from the x axis: -180..180, and 0 at the
 *  origin; relative error < 1e-15 of the angle to the nearest axis, 3e-14 degrees in all. */
static inline double vd_atan2_deg(double y, double x)
{
    double width = x < 0.0 ? -x : x, height = y < 0.0 ? -y : y;
    double low = width < height ? width : height, high = width < height ? height : width;
    if (!(high > 0.0)) return 0.0;
    /* The tangent of a quarter of the angle: at most 0.199, whose series is short. */
    double t = low / high;
    for (int i = 0; i < 2; i++) t = t / (1.0 + sqrt(1.0 + t * t));
    double q = t * t, series = 0.0;
    for (int n = 21; n >= 1; n -= 2) series = 1.0 / n - q * series;
    double angle = 4.0 * (180.0 / VD_PI) * t * series;
    if (width < height) angle = 90.0 - angle;
    if (x < 0.0) angle = 180.0 - angle;
    return y < 0.0 ? -angle : angle;
}

/** Arc sine in degrees; beyond -1..1 that of the nearest end. Error as of vd_atan2_deg(). */
static inline double vd_asin_deg(double x)
{
    double cosine2 = (1.0 - x) * (1.0 + x);
    return vd_atan2_deg(x, cosine2 > 0.0 ? sqrt(cosine2) : 0.0);
}

/** e^x; relative error < 1e-15 for -700 < x < 700; 0 below, e^700 above. */
static inline double vd_exp(double x)
{
    if (!(x > -700.0)) return 0.0;
    if (x > 700.0) x = 700.0;
    int n = (int)(x * 1.4426950408889634 + (x < 0.0 ? -0.5 : 0.5));
    /* ln 2 in two parts, the first short enough that n times it is exact. */
    double r = x - n * 0.693145751953125 - n * 1.42860682030941723212e-6;
    double p = 0.0;
    for (int i = 14; i >= 1; i--) p = (p + 1.0) * r / i;
    p += 1.0;
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

/** ln(x) for normal x > 0; error < 2e-16 + 2e-16 |ln x|; -700 for x <= 0. */
static inline double vd_log(double x)
{
    uint64_t bits;
    if (!(x > 2.2250738585072014e-308)) return -700.0;
    memcpy(&bits, &x, sizeof bits);
    int n = (int)(bits >> 52) - 1023;
    bits = (bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
    memcpy(&x, &bits, sizeof x);
    if (x > 1.4142135623730951) {
        x *= 0.5;
        n++;
    }
    /* ln x = 2 artanh(s), |s| < 0.172: the first term left out is below 1e-18. */
    double s = (x - 1.0) / (x + 1.0), q = s * s, series = 0.0;
    for (int i = 21; i >= 3; i -= 2) series = (series + 1.0 / i) * q;
    return n * 0.693145751953125 + (n * 1.42860682030941723212e-6 + 2.0 * s * series + 2.0 * s);
}

/** x^y for x > 0; relative error < 1e-15 (1 + |y ln x|); 0 for x <= 0. */
static inline double vd_pow(double x, double y)
{
    return x > 0.0 ? vd_exp(y * vd_log(x)) : 0.0;
}

#endif
