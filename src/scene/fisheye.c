/* A fisheye's distortion: whether it can be had, and where it brings what (kernel/lens.h). */
#include <math.h>

#include "base/vmath.h"
#include "scene/lens.h"

/* Angles looked at from the axis to the far side of the sphere. */
enum { ANGLES = 4096 };
/* The least that a pixel may be stretched along the radius where it still counts as one. */
#define LEAST_SLOPE 1e-3

static double radius_of(const double k[4], double angle, double *slope)
{
    double q = angle * angle;
    *slope = 1.0 + q * (3.0 * k[0] + q * (5.0 * k[1] + q * (7.0 * k[2] + q * 9.0 * k[3])));
    return angle * (1.0 + q * (k[0] + q * (k[1] + q * (k[2] + q * k[3]))));
}

/** The angle up to which a share of the coefficients is one to one. */
static double most_angle(const double set[4], double share)
{
    double k[4], slope;
    for (int i = 0; i < 4; i++) k[i] = share * set[i];
    for (int i = 1; i <= ANGLES; i++) {
        radius_of(k, VD_PI * i / ANGLES, &slope);
        if (!(slope > LEAST_SLOPE)) return VD_PI * (i - 1) / ANGLES;
    }
    return VD_PI;
}

/** Does it fill the picture, as far as there is anything to be seen at all? */
static bool fills(const double set[4], double share, double corner)
{
    double k[4], slope, angle = most_angle(set, share);
    for (int i = 0; i < 4; i++) k[i] = share * set[i];
    return angle >= VD_PI || radius_of(k, angle, &slope) >= corner;
}

/** How far the picture's farthest corner is from its middle, in focal lengths. */
static double farthest(const vdk_view_camera *camera, const vd_frame *frame)
{
    double left = (double)camera->middle_x, top = (double)camera->middle_y;
    double x = fmax(left, frame->width - left), y = fmax(top, frame->height - top);
    return (double)camera->pixel * sqrt(x * x + y * y);
}

vd_result vd_fisheye_set(vd_context *context, const vd_settings *settings, const vd_frame *frame,
                         vdk_view_camera *camera)
{
    const double *k = settings->lens_distortion_fisheye;
    if (!vd_settings_is_set(settings, VD_KNOB_LENS_DISTORTION_FISHEYE)) return VD_OK;
    double corner = farthest(camera, frame), most = 0.0;
    if (!fills(k, 1.0, corner)) {
        for (double step = 0.5; step > 1e-4; step *= 0.5)
            if (fills(k, most + step, corner)) most += step;
        return vd_settings_refuse(
            context, settings, VD_KNOB_LENS_DISTORTION_FISHEYE,
            "folds the picture over before its edge; the most of it that this angle of view has "
            "room for is %.4g,%.4g,%.4g,%.4g",
            most * k[0], most * k[1], most * k[2], most * k[3]);
    }
    for (int i = 0; i < 4; i++) camera->lens.bend[i] = (float)k[i];
    camera->lens.most_angle = (float)most_angle(k, 1.0);
    return VD_OK;
}

bool vd_fisheye_arrives(const vdk_lens *lens, double angle, double *radius)
{
    double k[4], slope;
    for (int i = 0; i < 4; i++) k[i] = (double)lens->bend[i];
    *radius = radius_of(k, angle, &slope);
    return angle <= (double)lens->most_angle;
}
