/* Elementary functions: the error bounds that math.h states, against libm in double precision.
 * Floats are swept by their bit patterns with a prime stride, so that every exponent gets its
 * share. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/math.h"
#include "random.h"

#define BITS_STRIDE 2003u
#define TWO_PI 6.283185307179586

/** Calls check for floats of all magnitudes within [low, high], and for low and high. */
static void sweep(float low, float high, void (*check)(float x))
{
    check(low);
    check(high);
    for (uint32_t bits = 0; bits < 0xffffffffu - BITS_STRIDE; bits += BITS_STRIDE) {
        float x = vdk_float_of_bits(bits);
        if (x >= low && x <= high) check(x);
    }
}

/** Fails, with the argument, unless |got - wanted| <= bound. */
static void within(const char *name, double x, double got, double wanted, double bound)
{
    if (fabs(got - wanted) <= bound) return;
    fail_msg("%s(%.9g) = %.9g, not %.9g: off by %.3g, allowed %.3g", name, x, got, wanted,
             fabs(got - wanted), bound);
}

static void check_exp2(float x)
{
    double wanted = exp2((double)x);
    within("exp2", (double)x, (double)vdk_exp2f(x), wanted, 1.5e-7 * wanted);
}

static void check_log2(float x)
{
    double wanted = log2((double)x);
    within("log2", (double)x, (double)vdk_log2f(x), wanted, 2e-7 + 1.2e-7 * fabs(wanted));
}

static void check_exp(float x)
{
    double wanted = exp((double)x);
    within("exp", (double)x, (double)vdk_expf(x), wanted, (2e-7 + 1e-7 * fabs((double)x)) * wanted);
}

static void check_log(float x)
{
    double wanted = log((double)x);
    within("log", (double)x, (double)vdk_logf(x), wanted, 2e-7 + 1e-7 * fabs(wanted));
}

static void check_sincos(float u)
{
    float s, c;
    double turn = (double)u - floor((double)u);
    vdk_sincos_turns(u, &s, &c);
    within("sine of turns", (double)u, (double)s, sin(TWO_PI * turn), 1.5e-7);
    within("cosine of turns", (double)u, (double)c, cos(TWO_PI * turn), 1.5e-7);
}

static void check_atan2(float y, float x)
{
    double wanted = atan2((double)(y + 0.0f), (double)x); /* the kernel's has no minus zero */
    within("atan2", (double)y, (double)vdk_atan2f(y, x), wanted, 3e-7);
}

/** The slope x on both sides of all axes. */
static void check_slope(float x)
{
    for (int i = 0; i < 8; i++) {
        float a = (i & 1) ? -x : x, b = (i & 2) ? -1.0f : 1.0f;
        check_atan2((i & 4) ? a : b, (i & 4) ? b : a);
    }
}

static void error_bounds_hold(void **state)
{
    (void)state;
    sweep(-126.0f, 127.99999f, check_exp2);
    sweep(1.1754945e-38f, 3.4e38f, check_log2);
    sweep(-87.0f, 88.0f, check_exp);
    sweep(1.1754945e-38f, 3.4e38f, check_log);
    sweep(-1048575.9f, 1048575.9f, check_sincos);
    sweep(0.0f, 1e38f, check_slope);
    /* Where logarithms cancel, and arguments of one exponent, which the sweep visits too thinly. */
    for (int i = -200000; i <= 200000; i++) {
        check_log2(1.0f + (float)i * 0x1p-23f);
        check_log2(1.41421356f + (float)i * 0x1p-23f);
        check_exp2((float)i * 5e-4f);
        check_sincos((float)i * 1e-5f);
        check_slope(fabsf((float)i) * 5e-6f);
    }
}

static void power_is_within_its_bound(void **state)
{
    test_random r = {11};
    (void)state;
    for (int i = 0; i < 500000; i++) {
        float x = (float)exp2(test_between(&r, -20.0, 20.0));
        float y = (float)test_between(&r, -6.0, 6.0);
        double wanted = pow((double)x, (double)y);
        double size = fabs((double)y * log2((double)x));
        within("pow", (double)x, (double)vdk_powf(x, y), wanted, 2e-7 * (1.0 + size) * wanted);
    }
    for (float y = 0.1f; y < 5.0f; y += 0.1f) {
        assert_true(vdk_powf(0.0f, y) == 0.0f);
        assert_true(vdk_powf(1.0f, y) == 1.0f);
    }
    assert_true(vdk_powf(0.0f, 0.0f) == 1.0f);
}

static void whole_powers_and_quarters_are_exact(void **state)
{
    float s, c;
    (void)state;
    for (int n = -126; n < 128; n++) {
        assert_true(vdk_exp2f((float)n) == ldexpf(1.0f, n));
        if (n > -126) assert_true(vdk_log2f(ldexpf(1.0f, n)) == (float)n);
    }
    for (int n = -1000; n <= 1000; n++) {
        static const float sines[] = {0.0f, 1.0f, 0.0f, -1.0f};
        vdk_sincos_turns(0.25f * (float)n, &s, &c);
        assert_true(s == sines[n & 3]);
        assert_true(c == sines[(n + 1) & 3]);
    }
}

static void values_out_of_range_are_those_promised(void **state)
{
    (void)state;
    assert_true(vdk_exp2f(-126.001f) == 0.0f);
    assert_true(vdk_exp2f(-INFINITY) == 0.0f);
    assert_true(vdk_exp2f(NAN) == 0.0f);
    assert_true(vdk_exp2f(128.0f) == VDK_HUGE);
    assert_true(vdk_exp2f(INFINITY) == VDK_HUGE);
    assert_true(vdk_expf(-1000.0f) == 0.0f);
    assert_true(vdk_log2f(0.0f) == -VDK_HUGE);
    assert_true(vdk_log2f(-1.0f) == -VDK_HUGE);
    assert_true(vdk_log2f(NAN) == -VDK_HUGE);
    assert_true(vdk_atan2f(0.0f, 0.0f) == 0.0f);
    assert_true(vdk_atan2f(0.0f, -1.0f) == VDK_PI);
}

static void floor_is_the_floor(void **state)
{
    static const float values[] = {0.0f,         -0.0f,          0.5f,         -0.5f,
                                   1.0f,         -1.0f,          0x1p-149f,    -0x1p-149f,
                                   -16777215.0f, 8388607.5f,     -8388607.5f,  0.99999994f,
                                   -0.99999994f, -2147483648.0f, 2147483520.0f};
    test_random r = {12};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        assert_int_equal(vdk_ifloor(values[i]), (int)floor((double)values[i]));
    for (int i = 0; i < 100000; i++) {
        float x = (float)test_between(&r, -1e5, 1e5);
        assert_int_equal(vdk_ifloor(x), (int)floor((double)x));
    }
}

/* (1 - t) a + t b gives both ends exactly: what makes neighbouring patches meet without a gap. */
static void interpolation_meets_its_ends(void **state)
{
    test_random r = {13};
    (void)state;
    for (int i = 0; i < 100000; i++) {
        float a = (float)test_between(&r, -9000.0, 9000.0);
        float b = (float)test_between(&r, -9000.0, 9000.0);
        assert_true(vdk_lerp(a, b, 0.0f) == a);
        assert_true(vdk_lerp(a, b, 1.0f) == b);
    }
    assert_true(vdk_min(NAN, 2.0f) == 2.0f && vdk_max(NAN, 2.0f) == 2.0f);
    assert_true(vdk_clamp(5.0f, 0.0f, 1.0f) == 1.0f && vdk_clamp(-5.0f, 0.0f, 1.0f) == 0.0f);
}

static void frame_is_orthonormal_and_right_handed(vdk_vec n)
{
    /* Each coordinate is a few roundings of numbers up to 1, plus what n is short of unit length.
     */
    const double bound = 8.0 * 0x1p-24;
    vdk_vec x = vdk_vec_from_frame(n, 1.0f, 0.0f, 0.0f);
    vdk_vec y = vdk_vec_from_frame(n, 0.0f, 1.0f, 0.0f);
    vdk_vec z = vdk_vec_from_frame(n, 0.0f, 0.0f, 1.0f);
    assert_true(z.x == n.x && z.y == n.y && z.z == n.z);
    assert_true(fabs((double)vdk_vec_dot(x, x) - 1.0) < bound);
    assert_true(fabs((double)vdk_vec_dot(y, y) - 1.0) < bound);
    assert_true(fabs((double)vdk_vec_dot(x, y)) < bound);
    assert_true(fabs((double)vdk_vec_dot(x, z)) < bound);
    assert_true(fabs((double)vdk_vec_dot(y, z)) < bound);
    vdk_vec cross =
        vdk_vec_make(x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x);
    assert_true((double)vdk_vec_dot(cross, z) > 1.0 - bound);
}

static void frames_are_orthonormal(void **state)
{
    test_random r = {14};
    (void)state;
    for (int axis = 0; axis < 6; axis++) {
        float s = (axis & 1) ? -1.0f : 1.0f;
        frame_is_orthonormal_and_right_handed(vdk_vec_make(
            axis / 2 == 0 ? s : 0.0f, axis / 2 == 1 ? s : 0.0f, axis / 2 == 2 ? s : 0.0f));
    }
    for (int i = 0; i < 200000; i++) {
        /* Every fourth one close to the pole where a basis without the sign would fail. */
        double z =
            (i & 3) ? test_between(&r, -1.0, 1.0) : -1.0 + exp2(test_between(&r, -24.0, 0.0));
        double angle = test_between(&r, 0.0, TWO_PI), radius = sqrt(1.0 - z * z);
        frame_is_orthonormal_and_right_handed(vdk_vec_normalize(
            vdk_vec_make((float)(radius * cos(angle)), (float)(radius * sin(angle)), (float)z)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_bounds_hold),
        cmocka_unit_test(power_is_within_its_bound),
        cmocka_unit_test(whole_powers_and_quarters_are_exact),
        cmocka_unit_test(values_out_of_range_are_those_promised),
        cmocka_unit_test(floor_is_the_floor),
        cmocka_unit_test(interpolation_meets_its_ends),
        cmocka_unit_test(frames_are_orthonormal),
    };
    return cmocka_run_group_tests_name("math", tests, NULL, NULL);
}
