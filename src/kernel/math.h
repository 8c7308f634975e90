/* Elementary functions and small vectors, the same bits with every compiler.
 *
 * The functions are argument reduction to a short interval and a polynomial (Taylor's, whose
 * remainder there is below half a unit in the last place of a float), evaluated by Horner's rule
 * without contraction. Error bounds, found by comparing every float (or 10^8 of them) with double
 * precision, stand at each function; tests/unit/test_math.c holds them to it. */
#ifndef VDK_MATH_H
#define VDK_MATH_H

#include "portable.h"
#include "series.h"

#define VDK_PI 3.14159265358979f
#define VDK_INV_PI 0.318309886183791f
#define VDK_BELOW_ONE 0.99999994f /* the largest float that is */
#define VDK_LN2 0.693147180559945f
#define VDK_LOG2E 1.44269504088896f
#define VDK_HUGE 3.0e38f

typedef struct vdk_vec {
    float x, y, z;
} vdk_vec;

/* Ternaries, not fminf: they compile to one instruction and say what NaN does (b is returned). */
VD_FN float vdk_min(float a, float b)
{
    return a < b ? a : b;
}
VD_FN float vdk_max(float a, float b)
{
    return a > b ? a : b;
}
VD_FN float vdk_clamp(float x, float low, float high)
{
    return vdk_min(vdk_max(x, low), high);
}
VD_FN float vdk_abs(float x)
{
    return x < 0.0f ? -x : x;
}
VD_FN float vdk_lerp(float a, float b, float t)
{
    return (1.0f - t) * a + t * b;
}
VD_FN int vdk_imin(int a, int b)
{
    return a < b ? a : b;
}
VD_FN int vdk_imax(int a, int b)
{
    return a > b ? a : b;
}

/** The largest integer not above x; |x| < 2^31. */
VD_FN int vdk_ifloor(float x)
{
    int i = (int)x;
    return i - (x < (float)i ? 1 : 0);
}

/** 2^x; relative error < 1.5e-7 for -126 <= x < 128; 0 below, VDK_HUGE above. */
VD_FN float vdk_exp2f(float x)
{
    if (!(x >= -126.0f)) return 0.0f;
    if (x >= 128.0f) return VDK_HUGE;
    int n = vdk_ifloor(x + 0.5f);
    float f = (x - (float)n) * VDK_LN2;
    float p = VDK_EXP_SERIES(f);
    /* In two factors, so that neither power leaves the range of floats at the ends. */
    int n0 = n / 2;
    return p * VDK_FLOAT_OF_BITS((vdk_uint)(n0 + 127) << 23) *
           VDK_FLOAT_OF_BITS((vdk_uint)(n - n0 + 127) << 23);
}

/** log2(x) for normal x > 0; absolute error < 2e-7 + 1.2e-7 |log2 x|; -VDK_HUGE for x <= 0. */
VD_FN float vdk_log2f(float x)
{
    if (!(x > 1.1754944e-38f)) return -VDK_HUGE;
    vdk_uint bits = VDK_BITS_OF_FLOAT(x);
    int exponent = (int)(bits >> 23) - 127;
    float m = VDK_FLOAT_OF_BITS((bits & 0x007fffffu) | 0x3f800000u);
    if (m > 1.41421356f) {
        m *= 0.5f;
        exponent += 1;
    }
    float s = (m - 1.0f) / (m + 1.0f);
    float q = s * s;
    return (float)exponent + 2.0f * VDK_LOG2E * s * VDK_ATANH_SERIES(q);
}

/** e^x; relative error < 2e-7 + 1e-7 |x|. */
VD_FN float vdk_expf(float x)
{
    return vdk_exp2f(x * VDK_LOG2E);
}
/** ln(x); absolute error < 2e-7 + 1e-7 |ln x|. */
VD_FN float vdk_logf(float x)
{
    return vdk_log2f(x) * VDK_LN2;
}
/** x^y for x >= 0; relative error < 2e-7 (1 + |y log2 x|); 0^y is 0 for y > 0. */
VD_FN float vdk_powf(float x, float y)
{
    if (x <= 0.0f) return y > 0.0f ? 0.0f : 1.0f;
    return vdk_exp2f(y * vdk_log2f(x));
}

/** Sine and cosine of u whole turns (2 pi u), |u| < 2^20; absolute error < 1.5e-7. */
VD_FN void vdk_sincos_turns(float u, VDK_PRIVATE float *sine, VDK_PRIVATE float *cosine)
{
    int quarter = vdk_ifloor(4.0f * u + 0.5f);
    float a = (u - 0.25f * (float)quarter) * (2.0f * VDK_PI);
    float q = a * a;
    float s = VDK_SIN_SERIES(a, q), c = VDK_COS_SERIES(q);
    int k = quarter & 3;
    float sk = (k & 1) ? c : s;
    float ck = (k & 1) ? s : c;
    *sine = (k & 2) ? -sk : sk;
    *cosine = (k == 1 || k == 2) ? -ck : ck;
}

/** The angle of (x, y) from the x axis, in (-pi, pi]; |x|, |y| < 1e38; absolute error < 3e-7; 0 for
 * (0, 0). */
VD_FN float vdk_atan2f(float y, float x)
{
    float ax = vdk_abs(x), ay = vdk_abs(y);
    float high = vdk_max(ax, ay), low = vdk_min(ax, ay);
    if (!(high > 0.0f)) return 0.0f;
    /* An eighth of a turn less above tan(pi / 8): atan t = pi / 4 + atan((t - 1) / (t + 1)). */
    float t = low / high, base = 0.0f;
    if (t > 0.41421356f) {
        t = (low - high) / (low + high);
        base = 0.25f * VDK_PI;
    }
    float q = t * t;
    float angle = base + VDK_ATAN_SERIES(t, q);
    if (ay > ax) angle = 0.5f * VDK_PI - angle;
    if (x < 0.0f) angle = VDK_PI - angle;
    return y < 0.0f ? -angle : angle;
}

VD_FN vdk_vec vdk_vec_make(float x, float y, float z)
{
    vdk_vec v;
    v.x = x;
    v.y = y;
    v.z = z;
    return v;
}
VD_FN vdk_vec vdk_vec_add(vdk_vec a, vdk_vec b)
{
    return vdk_vec_make(a.x + b.x, a.y + b.y, a.z + b.z);
}
VD_FN vdk_vec vdk_vec_scale(vdk_vec a, float s)
{
    return vdk_vec_make(a.x * s, a.y * s, a.z * s);
}
VD_FN vdk_vec vdk_vec_mul(vdk_vec a, vdk_vec b)
{
    return vdk_vec_make(a.x * b.x, a.y * b.y, a.z * b.z);
}
VD_FN float vdk_vec_dot(vdk_vec a, vdk_vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}
VD_FN vdk_vec vdk_vec_normalize(vdk_vec a)
{
    return vdk_vec_scale(a, 1.0f / vdk_sqrtf(vdk_vec_dot(a, a)));
}
VD_FN float vdk_vec_max(vdk_vec a)
{
    return vdk_max(a.x, vdk_max(a.y, a.z));
}
/** A unit vector mirrored in the plane of a unit normal. */
VD_FN vdk_vec vdk_vec_mirror(vdk_vec v, vdk_vec n)
{
    return vdk_vec_add(v, vdk_vec_scale(n, -2.0f * vdk_vec_dot(v, n)));
}
/** Relative luminance of linear Rec. 709 (ITU-R BT.709-6, item 3.2). */
VD_FN float vdk_luminance(vdk_vec c)
{
    return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z;
}

/** The vector with coordinates (a, b, c) in a right-handed frame whose third axis is the unit
 * vector n. Duff et al. 2017, "Building an Orthonormal Basis, Revisited", listing 3. */
VD_FN vdk_vec vdk_vec_from_frame(vdk_vec n, float a, float b, float c)
{
    float sign = n.z < 0.0f ? -1.0f : 1.0f;
    float p = -1.0f / (sign + n.z);
    float q = n.x * n.y * p;
    return vdk_vec_make((1.0f + sign * n.x * n.x * p) * a + q * b + n.x * c,
                        sign * q * a + (sign + n.y * n.y * p) * b + n.y * c,
                        -sign * n.x * a - n.y * b + n.z * c);
}

/** A direction about an axis, by the cosine. */
VD_FN vdk_vec vdk_cosine_about(vdk_vec axis, float u, float v)
{
    float sine, cosine, radius = vdk_sqrtf(u);
    vdk_sincos_turns(v, &sine, &cosine);
    return vdk_vec_from_frame(axis, radius * cosine, radius * sine,
                              vdk_sqrtf(vdk_max(1.0f - u, 0.0f)));
}
/** The density of that. */
VD_FN float vdk_cosine_pdf(vdk_vec axis, vdk_vec direction)
{
    return vdk_max(vdk_vec_dot(axis, direction), 0.0f) * VDK_INV_PI;
}

/** The coordinates of a vector in the frame of vdk_vec_from_frame(). */
VD_FN vdk_vec vdk_vec_to_frame(vdk_vec n, vdk_vec v)
{
    float sign = n.z < 0.0f ? -1.0f : 1.0f;
    float p = -1.0f / (sign + n.z);
    float q = n.x * n.y * p;
    return vdk_vec_make((1.0f + sign * n.x * n.x * p) * v.x + sign * q * v.y - sign * n.x * v.z,
                        q * v.x + (sign + n.y * n.y * p) * v.y - n.y * v.z, vdk_vec_dot(n, v));
}

#endif
