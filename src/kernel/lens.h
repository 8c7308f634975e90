/* The lens of a camera in space: a thin lens with an aperture, tilted or not, and the distortion of
 * a real one.
 *
 * The pixel's own ray is that of a pinhole in the middle of the lens: (x, y, 1) along right, up and
 * forward. Light from one point of the sensor passes through all points of the lens to one point P
 * of that ray, its conjugate, so a sample's ray goes from a random point of the aperture to P. By
 * the thin lens formula distances along the lens's axis a obey 1/f = 1/s + 1/s'. Of a lens whose
 * axis is not the camera's (Scheimpflug's tilt and swing) the point of the sensor behind (x, y, 1)
 * lies at s' = v (x, y, 1).a, if v is how far the sensor is, and P at t (x, y, 1) with
 *     1/t = 1/F + (x a.right + y a.up) / f,
 * where F is what is sharp on the camera's own axis: linear in x and y, which means that all P lie
 * in one plane. It meets the plane through the lens that is parallel to the sensor where
 * y a.up = f: Merklinger's hinge line, f / sin(tilt) from the lens (H. Merklinger 1993, "Focusing
 * the View Camera", equation 4). 1/t may be 0 or less: then the rays are parallel or part, as those
 * of a point at infinity and beyond.
 *
 * The aperture is a disc or a regular polygon of blades, drawn out for an anamorphic lens. Off the
 * axis the rim of the barrel may cover a part of it (cat's eyes): points are drawn until one lies
 * within both circles, so that the picture gets no darker; that is what a vignette is for.
 *
 * Distortion is Brown and Conrady's (D. C. Brown 1966, "Decentering distortion of lenses") as
 * OpenCV writes it, with x to the right and y down. It says where on the sensor a straight ray
 * arrives; pixels ask the other way round, which Newton's method answers: quadratically near the
 * solution, from wherever the map is one to one (scene/lens.c sees to that). Of a lens that was
 * measured (scene/lens_profile.c) the radial factor is
 *     1 + inner + odd1 r + k1 r^2 + odd3 r^3 + k2 r^4 + k3 r^6,
 * which holds the polynomials of all calibrations as they are; that of r is smooth but at the axis,
 * where its slope is that of the rest.
 *
 * Lateral chromatic aberration: a lens magnifies by wavelength, green as it says, red 1 + s times,
 * blue 1 - s times. A sample has the ray of one of the three, picked at random, and three times its
 * light alone: the mean is that of three pictures of three sizes, unbiased, and its colours have
 * the noise of a third of the samples.
 *
 * A fisheye's is Kannala and Brandt's (J. Kannala, S. Brandt 2006, "A generic camera model and
 * calibration method for conventional, wide-angle, and fish-eye lenses", equation 6, whose first
 * coefficient is the focal length), as OpenCV's fisheye has it: light at an angle a from the axis
 * arrives r = a + k1 a^3 + k2 a^5 + k3 a^7 + k4 a^9 focal lengths from the middle. Where that rises
 * (scene/fisheye.c sees to that) Newton's steps find a between bounds that close in on it. */
#ifndef VDK_LENS_H
#define VDK_LENS_H

#include "sampler.h"
#include "scene.h"

/* Random numbers of the lens: so many pads, far from those of vertices. */
enum { VDK_PAD_LENS = 1 << 20, VDK_LENS_TRIES = 16, VDK_PAD_COLOUR = VDK_PAD_LENS + 64 };

#define VDK_LENS_STEPS 10    /* of Newton's method, at most */
#define VDK_FISHEYE_STEPS 40 /* likewise, halving at worst */

/** Where a straight ray (x, y), upwards y, arrives: and how that changes with x and with y. */
VD_FN void vdk_lens_distort(VDK_SCENE const vdk_lens *l, float x, float y, VDK_PRIVATE float *to_x,
                            VDK_PRIVATE float *to_y, VDK_PRIVATE float slopes[3])
{
    float p1 = -l->p1; /* of y downwards */
    float r2 = x * x + y * y;
    float radial = 1.0f + r2 * (l->k1 + r2 * (l->k2 + r2 * l->k3));
    float change = l->k1 + r2 * (2.0f * l->k2 + r2 * (3.0f * l->k3));
    if (l->is_distorted == VDK_DISTORTION_MEASURED) {
        float r = vdk_sqrtf(r2);
        radial += l->inner + r * (l->odd1 + r2 * l->odd3);
        change += r > 0.0f ? 0.5f * l->odd1 / r + 1.5f * l->odd3 * r : 0.0f;
    }
    *to_x = x * radial + 2.0f * p1 * x * y + l->p2 * (r2 + 2.0f * x * x);
    *to_y = y * radial + p1 * (r2 + 2.0f * y * y) + 2.0f * l->p2 * x * y;
    slopes[0] = radial + 2.0f * x * x * change + 2.0f * p1 * y + 6.0f * l->p2 * x;
    slopes[1] = 2.0f * x * y * change + 2.0f * p1 * x + 2.0f * l->p2 * y;
    slopes[2] = radial + 2.0f * y * y * change + 6.0f * p1 * y + 2.0f * l->p2 * x;
}

/** Puts the straight ray in the place of the point where it arrives. Returns how much wider a pixel
 *  is for it. */
VD_FN float vdk_lens_straighten(VDK_SCENE const vdk_lens *l, VDK_PRIVATE float *x,
                                VDK_PRIVATE float *y)
{
    float at_x = *x, at_y = *y, slopes[3], determinant = 1.0f;
    for (int i = 0; i < VDK_LENS_STEPS; i++) {
        float to_x, to_y;
        vdk_lens_distort(l, at_x, at_y, &to_x, &to_y, slopes);
        determinant = slopes[0] * slopes[2] - slopes[1] * slopes[1];
        if (!(determinant > 0.0f)) break;
        float off_x = *x - to_x, off_y = *y - to_y;
        float dx = (slopes[2] * off_x - slopes[1] * off_y) / determinant;
        float dy = (slopes[0] * off_y - slopes[1] * off_x) / determinant;
        at_x += dx;
        at_y += dy;
        if (vdk_abs(dx) + vdk_abs(dy) < 1e-7f) break;
    }
    *x = at_x;
    *y = at_y;
    return determinant > 0.0f ? 1.0f / vdk_sqrtf(determinant) : 1.0f;
}

/** Where light at an angle from a fisheye's axis arrives, and how that changes with the angle. */
VD_FN float vdk_fisheye_radius(VDK_SCENE const vdk_lens *l, float angle, VDK_PRIVATE float *slope)
{
    VDK_SCENE const float *k = l->bend;
    float q = angle * angle;
    *slope = 1.0f + q * (3.0f * k[0] + q * (5.0f * k[1] + q * (7.0f * k[2] + q * 9.0f * k[3])));
    return angle * (1.0f + q * (k[0] + q * (k[1] + q * (k[2] + q * k[3]))));
}

/** The angle from the axis of what arrives so far from the middle; -1 where nothing does. *wider
 *  becomes how much wider a pixel is there than without distortion. */
VD_FN float vdk_fisheye_angle(VDK_SCENE const vdk_lens *l, float radius, VDK_PRIVATE float *wider)
{
    float low = 0.0f, high = l->most_angle, slope, angle = vdk_min(radius, high);
    *wider = 1.0f;
    if (radius > vdk_fisheye_radius(l, high, &slope)) return -1.0f;
    for (int i = 0; i < VDK_FISHEYE_STEPS; i++) {
        float off = vdk_fisheye_radius(l, angle, &slope) - radius;
        float next = angle - off / slope;
        if (off > 0.0f)
            high = angle;
        else
            low = angle;
        if (!(next > low && next < high)) next = 0.5f * (low + high);
        if (vdk_abs(next - angle) < 1e-7f) break;
        angle = next;
    }
    if (radius > 0.0f) *wider = vdk_sqrtf(angle / (radius * slope));
    return angle;
}

/** The colour of a sample of a lens with aberration: 0 red, 1 green, 2 blue. */
VD_FN int vdk_lens_colour(VDK_PRIVATE const vdk_sampler *sampler)
{
    return vdk_imin(vdk_ifloor(3.0f * vdk_sample_1d(sampler, VDK_PAD_COLOUR)), 2);
}

/** What of a sample's light it brings. */
VD_FN vdk_vec vdk_lens_coloured(VDK_PRIVATE const vdk_sampler *sampler, vdk_vec light)
{
    int colour = vdk_lens_colour(sampler);
    return vdk_vec_make(colour == 0 ? 3.0f * light.x : 0.0f, colour == 1 ? 3.0f * light.y : 0.0f,
                        colour == 2 ? 3.0f * light.z : 0.0f);
}

/** How much of the way from the axis to its pixel a sample looks. */
VD_FN float vdk_lens_size(VDK_SCENE const vdk_lens *l, VDK_PRIVATE const vdk_sampler *sampler)
{
    return 1.0f / (1.0f + (float)(1 - vdk_lens_colour(sampler)) * l->aberration);
}

/** One over the distance along the camera's axis at which the ray (x, y, 1) is sharp. */
VD_FN float vdk_lens_nearness(VDK_SCENE const vdk_lens *l, float x, float y)
{
    return l->nearness + x * l->tilt_x + y * l->tilt_y;
}

/** A point of the unit disc, or of the polygon of blades in it, by uniform numbers. */
VD_FN void vdk_lens_point(VDK_SCENE const vdk_lens *l, float u, float v, VDK_PRIVATE float *x,
                          VDK_PRIVATE float *y)
{
    float s, c, s2, c2;
    if (l->blades == 0) {
        float r = vdk_sqrtf(u);
        vdk_sincos_turns(v, &s, &c);
        *x = r * c;
        *y = r * s;
        return;
    }
    float part = u * (float)l->blades;
    int blade = vdk_imin(vdk_ifloor(part), l->blades - 1);
    float r = vdk_sqrtf(part - (float)blade);
    vdk_sincos_turns((float)blade / (float)l->blades + l->turn, &s, &c);
    vdk_sincos_turns((float)(blade + 1) / (float)l->blades + l->turn, &s2, &c2);
    *x = r * (c + v * (c2 - c));
    *y = r * (s + v * (s2 - s));
}

/** A point of the aperture for the ray (x, y, 1), in metres along side and top. */
VD_FN void vdk_lens_sample(VDK_SCENE const vdk_lens *l, VDK_PRIVATE const vdk_sampler *sampler,
                           float x, float y, VDK_PRIVATE float *side, VDK_PRIVATE float *top)
{
    float rim_x = l->cat_eye * x, rim_y = l->cat_eye * y;
    float at_x = 0.0f, at_y = 0.0f;
    for (vdk_uint i = 0; i < VDK_LENS_TRIES; i++) {
        float u, v;
        vdk_sample_2d(sampler, VDK_PAD_LENS + i, &u, &v);
        vdk_lens_point(l, u, v, &at_x, &at_y);
        float dx = at_x + rim_x, dy = at_y + rim_y;
        if (!(dx * dx + dy * dy > 1.0f)) break;
        at_x = -0.5f * rim_x;
        at_y = -0.5f * rim_y;
    }
    *side = l->radius * l->squeeze * at_x;
    *top = l->radius * at_y;
}

#endif
