/* The pixel filter as an inverse distribution, for filter importance sampling (Ernst, Stamminger
 * and Greiner 2006): a sample is placed with the filter's density, and all samples weigh the same,
 * so no pixel writes to another. The distribution is summed on a fine grid and inverted piecewise
 * linearly. */
#include "kernel/math.h"
#include "scene/scene.h"

#define FINE_STEPS 4096

/** The filter at x in -1..1 across its width. */
static float filter_value(int shape, float x)
{
    if (shape == VD_FILTER_SHAPE_BOX) return 1.0f;
    if (shape == VD_FILTER_SHAPE_GAUSSIAN) return vdk_expf(-4.5f * x * x); /* width: 6 sigma */
    float s1, c1, s2, c2, s3, c3;
    float turns = 0.5f * (x + 1.0f);
    vdk_sincos_turns(turns, &s1, &c1);
    vdk_sincos_turns(2.0f * turns, &s2, &c2);
    vdk_sincos_turns(3.0f * turns, &s3, &c3);
    float w = 0.35875f - 0.48829f * c1 + 0.14128f * c2 - 0.01168f * c3;
    return vdk_max(w, 0.0f);
}

double vd_scene_filter_width(const vd_settings *settings)
{
    if (vd_settings_is_set(settings, VD_KNOB_FILTER_WIDTH)) return settings->filter_width;
    switch (settings->filter_shape) {
    case VD_FILTER_SHAPE_BOX: return 1.0;
    case VD_FILTER_SHAPE_GAUSSIAN: return 2.0;
    default: return 1.5;
    }
}

void vd_scene_filter(int shape, double width_px, vdk_filter *out)
{
    double sums[FINE_STEPS + 1];
    sums[0] = 0.0;
    for (int i = 0; i < FINE_STEPS; i++) {
        float x = ((float)i + 0.5f) * (2.0f / FINE_STEPS) - 1.0f;
        sums[i + 1] = sums[i] + (double)filter_value(shape, x);
    }
    int i = 0;
    for (int cell = 0; cell <= VDK_FILTER_CELLS; cell++) {
        double wanted = sums[FINE_STEPS] * cell / VDK_FILTER_CELLS;
        while (i < FINE_STEPS - 1 && sums[i + 1] < wanted) i++;
        double step = sums[i + 1] - sums[i];
        double at = i + (step > 0.0 ? (wanted - sums[i]) / step : 0.0);
        out->offset[cell] = (float)(width_px * (at / FINE_STEPS - 0.5));
    }
    out->offset[0] = (float)(-0.5 * width_px);
    out->offset[VDK_FILTER_CELLS] = (float)(0.5 * width_px);
}
