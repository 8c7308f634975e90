/* Media that differ from place to place: fog in patches, and fog that lies in valleys.
 *
 * No closed form has their optical depth, so it is never computed. Delta tracking (Woodcock et al.
 * 1965) finds how far light comes: collisions are drawn as in a thicker medium, the majorant, whose
 * depth along the ray is known, and each is real by the share that the extinction is of it there.
 * Ratio tracking (Novak, Selle and Jarosz 2014, "Residual Ratio Tracking for Estimating Attenuation
 * in Participating Media", equation 8) goes the same way and multiplies 1 - share: its mean is the
 * transmittance. Both are without bias, whatever the majorant.
 *
 * Patches multiply extinction by 1 - p .. 1 + p for a patchiness p: by three octaves of noise on a
 * lattice of hashes, with slopes of 0 at its points, steepened so that half of a fog of p 1 is
 * clear or nearly so. The majorant is the fog without patches times 1 + p, in closed form
 * (media_fog.h).
 *
 * Fog in valleys lies over their floors, a coarse grid of heights (scene/media_floor.c), bilinear
 * in between: dense below a floor's own height, and above it thinner by e each scale height. Over
 * each cell of that grid a ray's majorant is the extinction that its lowest point would have over
 * the highest of the cell's four corners; so clear air over a valley is passed in few steps. */
#ifndef VDK_MEDIA_TRACK_H
#define VDK_MEDIA_TRACK_H

#include "media_fog.h"
#include "stream.h"

/** How many scale heights over its floor fog in a valley ends. */
#define VDK_FOG_END 16.0f

/* ---- density --------------------------------------------------------------------------------- */

/** Noise in [0, 1]. */
VD_FN float vdk_patch_noise(float x, float y, float z, vdk_uint seed)
{
    float corner[2][2][2];
    int i = vdk_ifloor(x), j = vdk_ifloor(y), k = vdk_ifloor(z);
    float u = x - (float)i, v = y - (float)j, w = z - (float)k;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) {
            vdk_uint column =
                vdk_hash_combine(vdk_hash_combine(seed, (vdk_uint)(i + a)), (vdk_uint)(j + b));
            for (int c = 0; c < 2; c++)
                corner[a][b][c] = vdk_unit_float(vdk_hash_combine(column, (vdk_uint)(k + c)));
        }
    u = u * u * (3.0f - 2.0f * u);
    v = v * v * (3.0f - 2.0f * v);
    w = w * w * (3.0f - 2.0f * w);
    float low = vdk_lerp(vdk_lerp(corner[0][0][0], corner[1][0][0], u),
                         vdk_lerp(corner[0][1][0], corner[1][1][0], u), v);
    float high = vdk_lerp(vdk_lerp(corner[0][0][1], corner[1][0][1], u),
                          vdk_lerp(corner[0][1][1], corner[1][1][1], u), v);
    return vdk_lerp(low, high, w);
}

/** What patches make of extinction at a place of this elevation: 1 - p .. 1 + p. */
VD_FN float vdk_patch_at_place(VDK_SCENE const vdk_media *m, vdk_position p, float elevation)
{
    float x = ((float)p.cx + p.fx) * m->patch_x, y = ((float)p.cy + p.fy) * m->patch_y;
    float z = elevation * m->patch_z, sum = 0.0f;
    sum = 0.57f * vdk_patch_noise(x, y, z, 11u);
    sum += 0.285f * vdk_patch_noise(2.1f * x, 2.1f * y, 2.1f * z, 23u);
    sum += 0.145f * vdk_patch_noise(4.3f * x, 4.3f * y, 4.3f * z, 47u);
    float t = vdk_clamp((sum - 0.3f) * 2.5f, 0.0f, 1.0f);
    t = t * t * (3.0f - 2.0f * t);
    return 1.0f + m->patchiness * (2.0f * t - 1.0f);
}

/** A corner of the grid of floors; beyond it, the nearest. */
VD_FN float vdk_floor_node(VDK_SCENE const vdk_media *m, int i, int j)
{
    i = vdk_imin(vdk_imax(i, 0), m->floor_width - 1);
    j = vdk_imin(vdk_imax(j, 0), m->floor_height - 1);
    return m->floors[(vdk_long)j * m->floor_width + i];
}

/** The floor of fog in valleys at a place, over the base of heights. */
VD_FN float vdk_floor_at(VDK_SCENE const vdk_media *m, vdk_position p)
{
    float x = ((float)p.cx + p.fx) * m->floor_scale, y = ((float)p.cy + p.fy) * m->floor_scale;
    int i = vdk_ifloor(x), j = vdk_ifloor(y);
    float u = x - (float)i, v = y - (float)j;
    return vdk_lerp(vdk_lerp(vdk_floor_node(m, i, j), vdk_floor_node(m, i + 1, j), u),
                    vdk_lerp(vdk_floor_node(m, i, j + 1), vdk_floor_node(m, i + 1, j + 1), u), v);
}

/** What is left of extinction so far above a floor. */
VD_FN float vdk_fog_above(VDK_SCENE const vdk_media *m, float h)
{
    if (h <= 0.0f) return 1.0f;
    return h < VDK_FOG_END * m->scale_height ? vdk_expf(-h / m->scale_height) : 0.0f;
}

/** Extinction at a place. */
VD_FN float vdk_fog_at(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    float elevation = vdk_elevation_at(scene, p), share = 1.0f;
    if (elevation > m->top || elevation < m->base) return 0.0f;
    if (m->fog == VDK_FOG_HEIGHT) share = vdk_expf(-(elevation - m->base) / m->scale_height);
    if (m->fog == VDK_FOG_VALLEY) share = vdk_fog_above(m, elevation - vdk_floor_at(m, p));
    if (m->patchiness > 0.0f && share > 0.0f) share *= vdk_patch_at_place(m, p, elevation);
    return m->extinction * share;
}

/* ---- tracking -------------------------------------------------------------------------------- */

/* A ray on its way through the majorant. */
typedef struct vdk_track {
    vdk_position from;
    vdk_vec direction;
    vdk_fog_line line;
    float t, end; /* where it is, and where the medium ends, in metres */
    float boost;  /* so many times is the majorant thicker than it has to be */
    float depth;  /* of the majorant behind it; of fog in valleys unread */
    float x, y;   /* of fog in valleys: its origin in cells of the grid of floors */
    float gx, gy; /* and those per metre */
    int i, j;     /* the cell where it is */
} vdk_track;

VD_FN vdk_track vdk_track_make(VDK_SCENE const vdk_scene *scene, vdk_position from,
                               vdk_vec direction, float most)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    vdk_track track;
    track.from = from;
    track.direction = direction;
    track.line = vdk_fog_along(scene, from, direction);
    track.t = track.depth = 0.0f;
    track.end = 0.0f;
    track.boost = 1.0f;
    if (track.line.count == 0) return track;
    track.end = vdk_min(most, track.line.to[track.line.count - 1]);
    if (m->fog != VDK_FOG_VALLEY) return track;
    vdk_ray r = vdk_ray_make(&scene->terrain, from, direction, 0);
    track.t = track.line.from[0];
    track.x = ((float)from.cx + from.fx) * m->floor_scale;
    track.y = ((float)from.cy + from.fy) * m->floor_scale;
    track.gx = r.gx * m->floor_scale;
    track.gy = r.gy * m->floor_scale;
    track.i = vdk_ifloor(vdk_clamp(track.x + track.t * track.gx, -1.0e8f, 1.0e8f));
    track.j = vdk_ifloor(vdk_clamp(track.y + track.t * track.gy, -1.0e8f, 1.0e8f));
    return track;
}

/** The majorant of fog in valleys over a cell of floors, from one distance to another. */
VD_FN float vdk_track_bound(VDK_SCENE const vdk_media *m, VDK_PRIVATE const vdk_track *k, float t0,
                            float t1)
{
    VDK_PRIVATE const vdk_fog_line *line = &k->line;
    float near = line->c + t0 * (line->b + t0 * line->a);
    float far = line->c + t1 * (line->b + t1 * line->a);
    float lowest = vdk_min(near, far) - 0.25f * line->a * (t1 - t0) * (t1 - t0);
    float highest =
        vdk_max(vdk_max(vdk_floor_node(m, k->i, k->j), vdk_floor_node(m, k->i + 1, k->j)),
                vdk_max(vdk_floor_node(m, k->i, k->j + 1), vdk_floor_node(m, k->i + 1, k->j + 1)));
    return m->extinction * (1.0f + m->patchiness) * vdk_fog_above(m, lowest + m->base - highest);
}

/** Takes a ray through fog in valleys on by so much depth of the majorant, which it returns; 0 at
 *  the end, when *depth is what was too much. */
VD_FN float vdk_track_valley(VDK_SCENE const vdk_media *m, VDK_PRIVATE vdk_track *k,
                             VDK_PRIVATE float *depth)
{
    while (k->t < k->end) {
        float next_x = ((float)(k->gx > 0.0f ? k->i + 1 : k->i) - k->x) / k->gx;
        float next_y = ((float)(k->gy > 0.0f ? k->j + 1 : k->j) - k->y) / k->gy;
        float next = vdk_min(vdk_min(next_x, next_y), k->end);
        if (next > k->t) {
            float majorant = vdk_track_bound(m, k, k->t, next), more = majorant * (next - k->t);
            if (more > *depth) {
                k->t += *depth / majorant;
                return majorant;
            }
            *depth -= more;
            k->t = next;
        }
        if (next >= k->end) break;
        if (next_x <= next_y)
            k->i += k->gx > 0.0f ? 1 : -1;
        else
            k->j += k->gy > 0.0f ? 1 : -1;
    }
    k->t = k->end;
    return 0.0f;
}

/** Takes a ray to the next collision in the majorant. Returns the share of those there that are
 *  real; -1 if there is none before the end. */
VD_FN float vdk_track_next(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_track *k,
                           VDK_PRIVATE vdk_uint *stream)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    float depth = -vdk_logf(1.0f - vdk_stream_next(stream)) / k->boost;
    if (m->fog == VDK_FOG_VALLEY) {
        float majorant = vdk_track_valley(m, k, &depth);
        if (!(majorant > 0.0f)) return -1.0f;
        vdk_position p = vdk_along(&scene->terrain, k->from, k->direction, k->t);
        return vdk_min(vdk_fog_at(scene, p) / majorant, 1.0f) / k->boost;
    }
    k->depth += depth / (1.0f + m->patchiness);
    if (vdk_fog_walk(m, &k->line, k->end, k->depth, &k->t) < k->depth) return -1.0f;
    vdk_position p = vdk_along(&scene->terrain, k->from, k->direction, k->t);
    float share = vdk_patch_at_place(m, p, vdk_elevation_at(scene, p)) / (1.0f + m->patchiness);
    return share / k->boost;
}

/** How far light comes along a ray, by delta tracking. Returns 0 if it comes to the end. */
VD_FN int vdk_track_collide(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                            float most, vdk_uint stream, VDK_PRIVATE float *metres)
{
    vdk_track track = vdk_track_make(scene, from, direction, most);
    for (;;) {
        float share = vdk_track_next(scene, &track, &stream);
        *metres = track.t;
        if (share < 0.0f) return 0;
        if (vdk_stream_next(&stream) < share) return 1;
    }
}

/** What is left of light at the end of a ray, by ratio tracking; below a hundredth by chance. */
VD_FN float vdk_track_left(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                           float most, vdk_uint stream)
{
    const float little = 0.01f;
    vdk_track track = vdk_track_make(scene, from, direction, most);
    float left = 1.0f;
    while (left > 0.0f) {
        float share = vdk_track_next(scene, &track, &stream);
        if (share < 0.0f) break;
        left *= 1.0f - share;
        if (left < little) {
            if (vdk_stream_next(&stream) * little >= left) return 0.0f;
            left = little;
        }
    }
    return left;
}

/** Makes a ray of so thick a majorant that a few collisions are likely where there is any. */
VD_FN void vdk_track_boost(VDK_SCENE const vdk_media *m, VDK_PRIVATE vdk_track *track)
{
    const float enough = 4.0f, most = 1000.0f, deep = 100.0f;
    vdk_track ahead = *track;
    float depth = deep;
    if (m->fog == VDK_FOG_VALLEY) {
        if (vdk_track_valley(m, &ahead, &depth) > 0.0f) return;
        depth = deep - depth;
    } else {
        depth = vdk_fog_walk(m, &track->line, track->end, deep, &ahead.t) * (1.0f + m->patchiness);
    }
    if (depth < enough && depth > 0.0f) track->boost = vdk_min(enough / depth, most);
}

#endif
