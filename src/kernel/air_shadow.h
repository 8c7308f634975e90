/* Shadows in clear air: of the light that aerial.h puts before what the eye sees, and of the sky
 * behind, what mountains, objects, fog and clouds keep the sun from making.
 *
 * The tables know an air that nothing shades. Its light scattered once is
 *     S1(d) = integral from 0 to d of J(t) dt,   J(t) = T(t) s(t) p E(t)
 * for the transmittance T to the eye, the scattering coefficient s, the phase function p and the
 * sun's irradiance E (Nishita et al. 1993, "Display of the Earth Taking into Account Atmospheric
 * Scattering", equation 4), and in the shade it is the integral of J V, for what V(t) of the sun's
 * light comes to t: V of the ground and objects, e^-tau of the media. So what is missing,
 * the integral of J (1 - V), is taken off what the tables say: a point t is drawn in proportion to
 * J, one ray goes from there to the sun, and where it is blocked J(t) over the point's density is
 * taken off. That is without bias; where nothing is in the way nothing is taken, so that air that
 * sees the sun is as free of noise as the tables; and no light is counted twice, since what is
 * taken is a part of what is there. Light scattered more than once is kept: it comes from all
 * around, from air that for the most part sees the sun, and a shadow of kilometres hardly dims it
 * (in a valley shut off from the sky it is too bright by that share). J of the whole has the peak
 * of forward scattering of haze as it is and no loss by it, as atmosphere/tables.c says.
 *
 * J is a table by direction and distance like the air's, per metre: two colours, the second without
 * the phase function of haze. Between two distances it is taken for a power of their ratio, as it
 * is where density and transmittance fall evenly, or for a line where it changes sign or all but
 * ends. Points are drawn where something can shade them alone: below the highest ground or fog.
 *
 * The tables count light that haze turns by next to nothing for light from beyond (write_air() in
 * atmosphere/tables.c), and before ground know of no other than that which haze behind the ground
 * would send: a glow about the sun that shows through a mountain. A third colour says how much that
 * is. It is kept where the last of the air before the ground sees the sun, and else taken off too.
 *
 * Before media T(t) has theirs as a factor. Their share of it that lies before what is seen behind
 * them goes with that and the rest with their own light (media_view.h), so that neither is below 0.
 *
 * What the ground and lakes are lit by, and mirror, is the sky without shadows. From above the air
 * nothing is shaded. Beyond the ground of the planet, where the sky is seen below the horizon,
 * neither. */
#ifndef VDK_AIR_SHADOW_H
#define VDK_AIR_SHADOW_H

#include "media_view.h"

#define VDK_PAD_AIR 0x7ffd0000u /* of the point, and of the sun's disc */
#define VDK_PAD_AIR_SUN 0x7ffd0001u
#define VDK_PAD_AIR_TO_EYE 0x7ffd0002u /* of tracking media */
#define VDK_PAD_AIR_TO_SUN 0x7ffd0003u

/* A point of the air that may be in the shade. */
typedef struct vdk_air_point {
    vdk_position at;
    vdk_vec to_sun; /* unit */
    vdk_vec light;  /* of the sun alone, that it stands for, as the eye would see it */
    float lit;      /* what the media leave of it on its way here */
    float behind;   /* share that goes with what is seen behind the media; the rest is theirs */
} vdk_air_point;

/* A ray in the table: four neighbours and their weights. */
typedef struct vdk_air_line {
    VDK_GLOBAL const float *corner[4];
    float weight[4];
    float phase;
} vdk_air_line;

VD_FN vdk_air_line vdk_air_line_of(VDK_SCENE const vdk_atmosphere *a, vdk_vec direction)
{
    vdk_air_line line;
    float u, v;
    int above = vdk_atmosphere_place(a, direction, &u, &v);
    float y = vdk_min(v, 1.0f) * (float)(VDK_AIR_ROWS - 1), x = u * (float)(VDK_AIR_COLUMNS - 1);
    int row = vdk_imin((int)y, VDK_AIR_ROWS - 2), column = vdk_imin((int)x, VDK_AIR_COLUMNS - 2);
    float s = y - (float)row, t = x - (float)column;
    if (!above) row += VDK_AIR_ROWS;
    for (int k = 0; k < 4; k++) {
        int node = (row + (k >> 1)) * VDK_AIR_COLUMNS + column + (k & 1);
        line.corner[k] = a->once + node * (VDK_AIR_STEPS * VDK_ONCE_FLOATS);
        line.weight[k] = ((k & 2) ? s : 1.0f - s) * ((k & 1) ? t : 1.0f - t);
    }
    line.phase = vdk_atmosphere_phase(a, vdk_vec_dot(direction, a->sun));
    return line;
}

/** J at a step of the table. */
VD_FN vdk_vec vdk_air_line_at(VDK_PRIVATE const vdk_air_line *line, int step)
{
    float sum[6] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    for (int k = 0; k < 4; k++)
        vdk_atmosphere_add(line->corner[k] + step * VDK_ONCE_FLOATS, 6, line->weight[k], sum);
    return vdk_vec_make(sum[0] + line->phase * sum[3], sum[1] + line->phase * sum[4],
                        sum[2] + line->phase * sum[5]);
}

/** How far a step of the table is. */
VD_FN float vdk_air_step_distance(int step)
{
    float part = (float)step * (1.0f / (float)(VDK_AIR_STEPS - 1));
    return VDK_AIR_FARTHEST * part * part;
}

/** Between two values, x of the way. */
VD_FN float vdk_air_between(float a, float b, float x)
{
    if (a > 1.0e-6f * b && b > 1.0e-6f * a) return a * vdk_expf(x * vdk_logf(b / a));
    return vdk_lerp(a, b, x);
}

/* A power from a to b over a unit of length; one that hardly changes is taken for its mean. */

/** Its integral. */
VD_FN float vdk_air_mass(float a, float b)
{
    float ratio = b / a;
    if (vdk_abs(ratio - 1.0f) < 1.0e-2f) return 0.5f * (a + b);
    return (b - a) / vdk_logf(ratio);
}

/** Where the first share u of it ends. */
VD_FN float vdk_air_share(float a, float b, float u)
{
    float ratio = b / a;
    if (vdk_abs(ratio - 1.0f) < 1.0e-2f) return u;
    return vdk_clamp(vdk_logf(1.0f + u * (ratio - 1.0f)) / vdk_logf(ratio), 0.0f, 1.0f);
}

/** The power's value there. */
VD_FN float vdk_air_density(float a, float b, float share)
{
    float ratio = b / a;
    if (vdk_abs(ratio - 1.0f) < 1.0e-2f) return 0.5f * (a + b);
    return a * vdk_expf(share * vdk_logf(ratio));
}

/* The part of one step of the table that is drawn from, and the luminance of J at its ends. */
typedef struct vdk_air_piece {
    float near, length; /* the whole step's */
    float low, high;
    float at_low, at_high;
} vdk_air_piece;

VD_FN vdk_air_piece vdk_air_piece_of(VDK_PRIVATE const float *luminance, int step, float from,
                                     float to)
{
    vdk_air_piece piece;
    float a = luminance[step], b = luminance[step + 1];
    piece.near = vdk_air_step_distance(step);
    piece.length = vdk_air_step_distance(step + 1) - piece.near;
    piece.low = vdk_max(piece.near, from);
    piece.high = vdk_max(vdk_min(piece.near + piece.length, to), piece.low);
    piece.at_low = vdk_air_between(a, b, (piece.low - piece.near) / piece.length);
    piece.at_high = vdk_air_between(a, b, (piece.high - piece.near) / piece.length);
    return piece;
}

/** The step of the table that a distance lies in. */
VD_FN int vdk_air_step_of(float distance)
{
    float part = vdk_sqrtf(vdk_max(distance, 0.0f) * (1.0f / VDK_AIR_FARTHEST));
    return vdk_imin((int)(part * (float)(VDK_AIR_STEPS - 1)), VDK_AIR_STEPS - 2);
}

/** The light from beyond a distance that counts for light of the air before it. */
VD_FN vdk_vec vdk_air_beyond(VDK_PRIVATE const vdk_air_line *line, float distance)
{
    float sum[3] = {0.0f, 0.0f, 0.0f};
    int step = vdk_air_step_of(distance);
    float part = vdk_sqrtf(distance * (1.0f / VDK_AIR_FARTHEST)) * (float)(VDK_AIR_STEPS - 1);
    float t = vdk_min(part - (float)step, 1.0f);
    for (int k = 0; k < 4; k++) {
        VDK_GLOBAL const float *at = line->corner[k] + step * VDK_ONCE_FLOATS + 6;
        vdk_atmosphere_add(at, 3, line->weight[k] * (1.0f - t), sum);
        vdk_atmosphere_add(at + VDK_ONCE_FLOATS, 3, line->weight[k] * t, sum);
    }
    return vdk_vec_make(line->phase * sum[0], line->phase * sum[1], line->phase * sum[2]);
}

/** Draws a distance between two, of the table, in proportion to the luminance of J; or, ahead of
 *  ground at `end` (0: the sky), one just before it for the light from beyond. *light is what it
 *  stands for. Returns 0 where there is no light. */
VD_FN int vdk_air_draw(VDK_SCENE const vdk_atmosphere *a, vdk_vec direction, float from, float to,
                       float end, float u, VDK_PRIVATE float *distance, VDK_PRIVATE vdk_vec *light)
{
    float luminance[VDK_AIR_STEPS], mass[VDK_AIR_STEPS], least = 0.0f, total = 0.0f;
    vdk_air_line line = vdk_air_line_of(a, direction);
    vdk_air_piece piece;
    int first = vdk_air_step_of(from), last = to > from ? vdk_air_step_of(to) : first - 1;
    int step = first;
    for (int i = first; i <= last + 1; i++) {
        luminance[i] = vdk_luminance(vdk_air_line_at(&line, i));
        least = vdk_max(least, 1.0e-4f * luminance[i]);
    }
    if (!(least > 0.0f)) last = first - 1;
    for (int i = first; i <= last + 1; i++) luminance[i] = vdk_max(luminance[i], least);
    for (int i = first; i <= last; i++) {
        piece = vdk_air_piece_of(luminance, i, from, to);
        mass[i] = vdk_air_mass(piece.at_low, piece.at_high) * (piece.high - piece.low);
        total += mass[i];
    }
    vdk_vec beyond = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (end > 0.0f) beyond = vdk_air_beyond(&line, end);
    float at_end = vdk_max(vdk_luminance(beyond), 0.0f), all = total + at_end;
    if (!(all > 0.0f)) return 0;
    u *= all;
    if (u >= total) {
        *distance = 0.99f * end;
        *light = vdk_vec_scale(beyond, a->strength * all / at_end);
        return 1;
    }
    while (step < last && u >= mass[step]) u -= mass[step++];
    piece = vdk_air_piece_of(luminance, step, from, to);
    float share = vdk_air_share(piece.at_low, piece.at_high, vdk_min(u / mass[step], 1.0f));
    float t = piece.low + share * (piece.high - piece.low);
    float density = vdk_air_density(piece.at_low, piece.at_high, share) / all;
    float x = (t - piece.near) / piece.length;
    vdk_vec j0 = vdk_air_line_at(&line, step), j1 = vdk_air_line_at(&line, step + 1);
    *light =
        vdk_vec_scale(vdk_vec_make(vdk_air_between(j0.x, j1.x, x), vdk_air_between(j0.y, j1.y, x),
                                   vdk_air_between(j0.z, j1.z, x)),
                      a->strength / density);
    *distance = t;
    return 1;
}

/** The part of a ray, in metres, in which something can shade it; *high is not above *low if there
 *  is none. */
VD_FN void vdk_air_range(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                         float most, VDK_PRIVATE float *low, VDK_PRIVATE float *high)
{
    float under = (scene->air.shade_top - from.z) * scene->terrain.z_factor;
    *low = 0.0f;
    *high = vdk_min(most, VDK_AIR_FARTHEST / scene->air.distance_scale);
    if (direction.z > 0.0f)
        *high = vdk_max(vdk_min(*high, under / direction.z), 0.0f);
    else if (under < 0.0f)
        *low = direction.z < 0.0f ? vdk_min(under / direction.z, *high) : *high;
}

/** Draws a point of a camera's ray, which ends after so many metres (VDK_HUGE: in the sky) behind
 *  media of a depth, at which its air may be in the shade. Returns 0 if there is none. */
VD_FN int vdk_air_point_draw(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                             float most, float depth, VDK_PRIVATE const vdk_sampler *sampler,
                             VDK_PRIVATE vdk_air_point *point)
{
    float low, high, u, v, unread, distance, scale = scene->air.distance_scale;
    if (!(most < VDK_HUGE) && direction.z < scene->air.seen.horizon) return 0;
    vdk_air_range(scene, from, direction, most, &low, &high);
    if (!(most < VDK_HUGE) && !(high > low)) return 0;
    vdk_sample_2d(sampler, VDK_PAD_AIR, &u, &unread);
    if (!vdk_air_draw(&scene->air.seen, direction, low * scale, high * scale,
                      most < VDK_HUGE ? most * scale : 0.0f, u, &distance, &point->light))
        return 0;
    distance /= scale;
    point->at = vdk_along(&scene->terrain, from, direction, distance);
    vdk_sample_2d(sampler, VDK_PAD_AIR_SUN, &u, &v);
    point->to_sun = vdk_sun_sample(&scene->suns[0], u, v);
    point->lit = point->behind = 1.0f;
    if (!scene->media.is_there) return 1;
    float left = vdk_media_left(scene, from, direction, distance,
                                vdk_stream_make(sampler, VDK_PAD_AIR_TO_EYE));
    if (!(left > 0.0f)) return 0;
    point->lit = vdk_media_left(scene, point->at, point->to_sun, VDK_HUGE,
                                vdk_stream_make(sampler, VDK_PAD_AIR_TO_SUN));
    point->behind = vdk_min(vdk_expf(-depth) / left, 1.0f);
    point->light = vdk_vec_scale(point->light, left);
    return 1;
}

/** What is to be taken off light that goes with what is behind the media, and off theirs, when it
 *  is known whether anything stands between a point and the sun. */
VD_FN vdk_vec vdk_air_point_taken(VDK_SCENE const vdk_scene *scene,
                                  VDK_PRIVATE const vdk_air_point *point, int is_blocked,
                                  VDK_PRIVATE vdk_vec *media)
{
    float lit = point->lit * vdk_visibility(scene, is_blocked);
    vdk_vec taken = vdk_vec_scale(point->light, 1.0f - lit);
    *media = vdk_vec_scale(taken, 1.0f - point->behind);
    return vdk_vec_scale(taken, point->behind);
}

#endif
