/* The series behind the kernel's functions (math.h), said once for one float and for many side by
 * side (lanes of render/ and atmosphere/), so that both give the same bits. Taylor's, by Horner's
 * rule, each for the range that its users reduce to; arguments are names, which are read often. */
#ifndef VDK_SERIES_H
#define VDK_SERIES_H

#define VDK_POLY1(x, a, b) ((a) * (x) + (b))
#define VDK_POLY2(x, a, b, c) (VDK_POLY1(x, a, b) * (x) + (c))
#define VDK_POLY3(x, a, b, c, d) (VDK_POLY2(x, a, b, c) * (x) + (d))
#define VDK_POLY4(x, a, b, c, d, e) (VDK_POLY3(x, a, b, c, d) * (x) + (e))
#define VDK_POLY5(x, a, b, c, d, e, f) (VDK_POLY4(x, a, b, c, d, e) * (x) + (f))
#define VDK_POLY6(x, a, b, c, d, e, f, g) (VDK_POLY5(x, a, b, c, d, e, f) * (x) + (g))
#define VDK_POLY7(x, a, b, c, d, e, f, g, h) (VDK_POLY6(x, a, b, c, d, e, f, g) * (x) + (h))

/** e^f for |f| <= ln(2) / 2. */
#define VDK_EXP_SERIES(f)                                                                          \
    VDK_POLY7(f, 1.0f / 5040.0f, 1.0f / 720.0f, 1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f,    \
              1.0f, 1.0f)

/** atanh(s) / s of q = s^2, |s| < 0.172. */
#define VDK_ATANH_SERIES(q) VDK_POLY4(q, 1.0f / 9.0f, 1.0f / 7.0f, 1.0f / 5.0f, 1.0f / 3.0f, 1.0f)

/** atan(t) of q = t^2, |t| <= tan(pi / 8). */
#define VDK_ATAN_SERIES(t, q)                                                                      \
    ((t) + (t) * ((q)*VDK_POLY7(q, 1.0f / 17.0f, -1.0f / 15.0f, 1.0f / 13.0f, -1.0f / 11.0f,       \
                                1.0f / 9.0f, -1.0f / 7.0f, 1.0f / 5.0f, -1.0f / 3.0f)))

/** sin(a) of q = a^2, |a| <= pi / 4. */
#define VDK_SIN_SERIES(a, q)                                                                       \
    ((a) +                                                                                         \
     (a) * (VDK_POLY3(q, 1.0f / 362880.0f, -1.0f / 5040.0f, 1.0f / 120.0f, -1.0f / 6.0f) * (q)))

/** cos(a) of q = a^2, |a| <= pi / 4. */
#define VDK_COS_SERIES(q)                                                                          \
    (1.0f +                                                                                        \
     VDK_POLY4(q, -1.0f / 3628800.0f, 1.0f / 40320.0f, -1.0f / 720.0f, 1.0f / 24.0f, -0.5f) * (q))

#endif
