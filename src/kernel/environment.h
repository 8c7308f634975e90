/* Light from a picture of everything around: a latitude-longitude map, its radiance by direction,
 * and directions chosen in proportion to it (Pharr, Jakob, Humphreys 2023, "Physically Based
 * Rendering", 4th ed., section 12.5.2 and appendix A.5).
 *
 * Row 0 is at the zenith and the last at the nadir; a row's columns go east from north, which is
 * the left edge of column 0 as the map lies, or `turn` of a whole turn clockwise of north. Texels
 * are areas: their values hold at their centres, and between four centres radiance is bilinear,
 * round the horizon without a seam; beyond the outermost rows' centres it is those rows'.
 *
 * Directions are chosen by the cumulative distribution of the rows, then by that of a row's
 * columns, and uniformly in solid angle within the texel found, so a small change of (u, v) moves
 * the direction by little and good patterns stay good. A texel's share is its solid angle times the
 * luminance of the bilinear surface's mean over it, which is above zero wherever radiance is. So
 * the density of directions is a constant in each texel, and exactly what the tables say, while
 * radiance is smooth: an estimator radiance / pdf is unbiased, and bounded at sixteen times its
 * mean around a single bright texel. Near the poles a direction is reckoned from the pole, where
 * the cosine has no digits left.
 *
 * The shares have 24 bits: a texel that has less than 2^-24 of its row is chosen too seldom or
 * never and has a pdf to say so; what samples the BSDF too and weighs both loses nothing by that.
 */
#ifndef VDK_ENVIRONMENT_H
#define VDK_ENVIRONMENT_H

#include "scene.h"

/** A direction's place on the map, in columns and rows from its upper left corner. */
VD_FN void vdk_environment_place(VDK_SCENE const vdk_environment *e, vdk_vec direction,
                                 VDK_PRIVATE float *column, VDK_PRIVATE float *row)
{
    float turns = vdk_atan2f(direction.x, direction.y) * (0.5f * VDK_INV_PI) - e->turn;
    float level = vdk_sqrtf(direction.x * direction.x + direction.y * direction.y);
    turns -= (float)vdk_ifloor(turns);
    *column = turns * (float)e->width;
    *row = (0.5f - vdk_atan2f(direction.z, level) * VDK_INV_PI) * (float)e->height;
}

VD_FN vdk_vec vdk_environment_texel(VDK_SCENE const vdk_environment *e, int column, int row)
{
    vdk_long texel = (vdk_long)row * e->width + column;
    VDK_GLOBAL const float *rgb = e->texels + 3 * texel;
    return vdk_vec_make(rgb[0], rgb[1], rgb[2]);
}

/** Radiance from a direction (unit). */
VD_FN vdk_vec vdk_environment_radiance(VDK_SCENE const vdk_environment *e, vdk_vec direction)
{
    float x, y;
    vdk_environment_place(e, direction, &x, &y);
    x -= 0.5f;
    y = vdk_clamp(y - 0.5f, 0.0f, (float)(e->height - 1));
    int column = vdk_ifloor(x), row = vdk_imin((int)y, vdk_imax(e->height - 2, 0));
    float fx = x - (float)column, fy = y - (float)row;
    int west = column < 0 ? e->width - 1 : vdk_imin(column, e->width - 1);
    int east = west + 1 < e->width ? west + 1 : 0, below = vdk_imin(row + 1, e->height - 1);
    vdk_vec a = vdk_vec_add(vdk_vec_scale(vdk_environment_texel(e, west, row), 1.0f - fx),
                            vdk_vec_scale(vdk_environment_texel(e, east, row), fx));
    vdk_vec b = vdk_vec_add(vdk_vec_scale(vdk_environment_texel(e, west, below), 1.0f - fx),
                            vdk_vec_scale(vdk_environment_texel(e, east, below), fx));
    return vdk_vec_add(vdk_vec_scale(a, 1.0f - fy), vdk_vec_scale(b, fy));
}

/** The share of an entry of a cumulative distribution. */
VD_FN float vdk_environment_share(VDK_GLOBAL const float *sums, int at)
{
    return at > 0 ? sums[at] - sums[at - 1] : sums[0];
}

/** The entry of a cumulative distribution where u in [0, 1) lies, and how far across it. */
VD_FN int vdk_environment_choose(VDK_GLOBAL const float *sums, int count, float u,
                                 VDK_PRIVATE float *across)
{
    int low = 0, high = count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (u < sums[middle])
            high = middle;
        else
            low = middle + 1;
    }
    float before = low > 0 ? sums[low - 1] : 0.0f;
    *across = (u - before) / (sums[low] - before);
    return low;
}

/** Solid angle of one texel of a row: 2 pi / width of the sphere's zone, whose height
 *  cos a - cos b is written as a product that keeps its digits. */
VD_FN float vdk_environment_solid_angle(VDK_SCENE const vdk_environment *e, int row)
{
    float middle, half_height, unused;
    int from_pole = vdk_imin(row, e->height - 1 - row);
    vdk_sincos_turns(((float)from_pole + 0.5f) / (float)(2 * e->height), &middle, &unused);
    vdk_sincos_turns(0.25f / (float)e->height, &half_height, &unused);
    return 4.0f * VDK_PI / (float)e->width * middle * half_height;
}

/** Density, per steradian, of the directions that vdk_environment_sample() chooses. */
VD_FN float vdk_environment_pdf(VDK_SCENE const vdk_environment *e, vdk_vec direction)
{
    float x, y;
    vdk_environment_place(e, direction, &x, &y);
    int column = vdk_imin((int)x, e->width - 1);
    int row = vdk_imax(0, vdk_imin((int)y, e->height - 1));
    return vdk_environment_share(e->rows, row) *
           vdk_environment_share(e->columns + (vdk_long)row * e->width, column) /
           vdk_environment_solid_angle(e, row);
}

/** A direction (unit) in proportion to the light from there, for (u, v) in [0, 1), and its density
 *  per steradian: that of the texel chosen, also where rounding takes the direction over its edge.
 */
VD_FN vdk_vec vdk_environment_sample(VDK_SCENE const vdk_environment *e, float u, float v,
                                     VDK_PRIVATE float *pdf)
{
    float across_row, across_column, upper, lower, unused, s, c;
    int row = vdk_environment_choose(e->rows, e->height, u, &across_row);
    VDK_GLOBAL const float *columns = e->columns + (vdk_long)row * e->width;
    int column = vdk_environment_choose(columns, e->width, v, &across_column);
    *pdf = vdk_environment_share(e->rows, row) * vdk_environment_share(columns, column) /
           vdk_environment_solid_angle(e, row);

    /* sin^2 of half the angle to the nearer pole grows with solid angle. */
    int from_pole = vdk_imin(row, e->height - 1 - row);
    float t = row == from_pole ? across_row : 1.0f - across_row;
    vdk_sincos_turns((float)from_pole / (float)(4 * e->height), &upper, &unused);
    vdk_sincos_turns((float)(from_pole + 1) / (float)(4 * e->height), &lower, &unused);
    float h = vdk_lerp(upper * upper, lower * lower, t);
    float level = 2.0f * vdk_sqrtf(h * (1.0f - h)), z = 1.0f - 2.0f * h;
    vdk_sincos_turns(((float)column + across_column) / (float)e->width + e->turn, &s, &c);
    return vdk_vec_make(level * s, level * c, row == from_pole ? z : -z);
}

#endif
