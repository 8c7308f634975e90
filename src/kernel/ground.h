/* The ground's layers at a point: which materials lie there, how much of each, and their colour and
 * fine relief.
 *
 * A layer's rules are turned into one number, its margin: how far the point is inside the nearest
 * limit, in half widths of that limit's edge. Noise at several scales is added to it, so edges
 * wander and break up into patches, and hollows may give way; from -1 to 1 the layer sets in by the
 * smoothstep S. What noise is finer than a pixel moves nothing but makes edges wider: the mean of
 * S(m + s n) over Gaussian n is that of an edge sqrt(1 + 5 s^2) times as wide, since S as a
 * distribution has a variance of 1/5, and variances add. So a meadow with patches of snow is grey
 * in the distance and not one or the other.
 *
 * Layers are taken from the top one down until nothing below can show, so what is hidden costs
 * nothing. Elevation, slope and curvature are those of the land itself, without z_factor.
 *
 * Curvature is the height above the mean of the surroundings, 4 (z - mean) / width: for a ridge of
 * that width about the slope of its sides. The mean is a cubic B-spline over coarse copies of the
 * heights, two of them blended, so it is smooth and of any width.
 *
 * Fine relief tilts the shading normal by the gradient of noise, by the surface's own part of it
 * (Blinn 1978, "Simulation of Wrinkled Surfaces"; Perlin 1985). What of it pixels do not see
 * becomes roughness: a microfacet distribution's alpha^2 grows by twice the lost variance of slope
 * (Olano and Baker 2010, "LEAN Mapping", section 3), so distance dulls and does not sparkle.
 *
 * Pictures that tile are laid on from three sides and blended by the normal ("triplanar", as Geiss
 * 2007 in GPU Gems 3, chapter 1), trilinear between their smaller copies. */
#ifndef VDK_GROUND_H
#define VDK_GROUND_H

#include "facet.h"
#include "rules.h"

/* What rules look at. */
typedef struct vdk_ground_point {
    vdk_position at;                                   /* at its true elevation */
    float drop;                                        /* how much lower it is stored */
    int is_plain;                                      /* level all around, beyond the raster */
    float width;                                       /* of a pixel on the ground, in metres */
    vdk_vec normal;                                    /* to shade with, unit */
    float east, north;                                 /* rise per metre, of the land */
    float slope;                                       /* degrees */
    float curvature, curvature_level, curvature_scale; /* of the last layer that asked */
    int class_here;                                    /* its number; 0: none */
    int material_here; /* of layers, the one that covers most; -1: none covers more than is bare */
} vdk_ground_point;

/* A mixture of materials in the making. */
typedef struct vdk_ground_mix {
    vdk_material material;
    vdk_vec slopes;  /* of fine relief, (east, north, up) */
    float roughened; /* variance of slope that is too fine to be seen */
} vdk_ground_mix;

/** The place in a field of noise. */
VD_FN vdk_noise_place vdk_place_of(VDK_GLOBAL const vdk_noise *noise,
                                   VDK_PRIVATE const vdk_ground_point *point)
{
    return vdk_noise_at(noise, point->at.cx, point->at.fx, point->at.cy, point->at.fy, point->at.z);
}

/* ---- land cover --------------------------------------------------------------------------- */

/** The class at a place. */
VD_FN int vdk_class_at(VDK_SCENE const vdk_class_map *map, int cx, float fx, int cy, float fy)
{
    int level = 0, x, y, unread;
    while (level < map->levels - 1) {
        VDK_SCENE const vdk_texture *t = &map->level[level];
        int i = cx - t->column, j = cy - t->row;
        if (i >= 0 && i <= t->columns && j >= 0 && j <= t->rows) break;
        level++;
    }
    VDK_SCENE const vdk_texture *t = &map->level[level];
    float u = vdk_texture_axis(cx - t->column, fx, t->texels_per_cell, t->cells_per_texel, t->width,
                               &x, &unread);
    x = u < 0.5f ? x : unread;
    float v = vdk_texture_axis(cy - t->row, fy, t->texels_per_cell, t->cells_per_texel, t->height,
                               &y, &unread);
    y = v < 0.5f ? y : unread;
    return map->classes[level][(vdk_long)y * (vdk_long)t->width + (vdk_long)x];
}

/** The class at a point, whose borders wander. */
VD_FN int vdk_wandering_class(VDK_SCENE const vdk_class_map *map, vdk_position p, float width)
{
    if (map->wander) {
        float lost;
        vdk_vec unread;
        vdk_noise_place at = vdk_noise_at(map->wander, p.cx, p.fx, p.cy, p.fy, p.z);
        float x = p.fx + map->wander_x * vdk_noise_sum(map->wander, at, width, &unread, &lost);
        float y = p.fy + map->wander_y * vdk_noise_sum(map->wander + 1, at, width, &unread, &lost);
        int i = vdk_ifloor(x), j = vdk_ifloor(y);
        return vdk_class_at(map, p.cx + i, x - (float)i, p.cy + j, y - (float)j);
    }
    return vdk_class_at(map, p.cx, p.fx, p.cy, p.fy);
}

/* ---- curvature ---------------------------------------------------------------------------- */

/** Weights of a uniform cubic B-spline at a fraction t of a cell. */
VD_FN void vdk_spline_weights(float t, float w[4])
{
    float s = 1.0f - t;
    w[0] = s * s * s * (1.0f / 6.0f);
    w[1] = (4.0f + 3.0f * t * t * (t - 2.0f)) * (1.0f / 6.0f);
    w[2] = (4.0f + 3.0f * s * s * (s - 2.0f)) * (1.0f / 6.0f);
    w[3] = t * t * t * (1.0f / 6.0f);
}

/** Smooth height of a level, from 1 up, at a padded place on the raster. */
VD_FN float vdk_coarse_height(VDK_SCENE const vdk_coarse_heights *coarse, int level, vdk_position p)
{
    float u[4], v[4], sum = 0.0f, size = (float)(1 << level);
    int i = p.cx >> level, j = p.cy >> level;
    float x = ((float)(p.cx - (i << level)) + p.fx + 0.5f) / size - 0.5f;
    float y = ((float)(p.cy - (j << level)) + p.fy + 0.5f) / size - 0.5f;
    if (x < 0.0f) {
        x += 1.0f;
        i--;
    }
    if (y < 0.0f) {
        y += 1.0f;
        j--;
    }
    vdk_spline_weights(x, u);
    vdk_spline_weights(y, v);
    VDK_GLOBAL const float *heights = coarse->heights + coarse->offset[level];
    int width = coarse->width[level], height = coarse->height[level];
    for (int b = 0; b < 4; b++) {
        int row = vdk_imin(vdk_imax(j - 1 + b + VDK_COARSE_RING, 0), height - 1);
        float along = 0.0f;
        for (int a = 0; a < 4; a++) {
            int column = vdk_imin(vdk_imax(i - 1 + a + VDK_COARSE_RING, 0), width - 1);
            along += u[a] * heights[(vdk_long)row * (vdk_long)width + (vdk_long)column];
        }
        sum += v[b] * along;
    }
    return sum;
}

VD_FN float vdk_curvature(VDK_SCENE const vdk_height_field *f,
                          VDK_SCENE const vdk_coarse_heights *coarse,
                          VDK_GLOBAL const vdk_ground_layer *layer,
                          VDK_PRIVATE vdk_ground_point *point)
{
    if (point->is_plain) return 0.0f;
    if (point->curvature_level == layer->curvature_level &&
        point->curvature_scale == layer->curvature_scale)
        return point->curvature;
    vdk_position p = point->at;
    vdk_to_edge(f, &p);
    if (coarse->levels == 0) return 0.0f; /* a few cells have none */
    int level = vdk_imin((int)layer->curvature_level, coarse->levels);
    int next = vdk_imin(level + 1, coarse->levels);
    float t = vdk_min(layer->curvature_level - (float)level, 1.0f);
    float mean =
        vdk_lerp(vdk_coarse_height(coarse, level, p), vdk_coarse_height(coarse, next, p), t);
    point->curvature_level = layer->curvature_level;
    point->curvature_scale = layer->curvature_scale;
    point->curvature = (point->at.z - point->drop - mean) * layer->curvature_scale;
    return point->curvature;
}

/* ---- rules -------------------------------------------------------------------------------- */

VD_FN float vdk_margin(float x, float least, float most, float soft)
{
    return vdk_min(x - least, most - x) / soft;
}

/** How far a slope looks where the layer lies. Flat ground looks nowhere. */
VD_FN float vdk_aspect_margin(VDK_GLOBAL const vdk_ground_layer *layer,
                              VDK_PRIVATE const vdk_ground_point *point)
{
    const float flat = 3.0f, degrees = 180.0f * VDK_INV_PI;
    float along = -(point->east * layer->aspect_east + point->north * layer->aspect_north);
    float across = point->east * layer->aspect_north - point->north * layer->aspect_east;
    float off = degrees * vdk_atan2f(vdk_abs(across), along);
    return vdk_min((layer->aspect_half - off) / layer->aspect_soft, (point->slope - flat) / flat);
}

/** The mean of S(margin + noise) for Gaussian noise of this variance: S itself without noise, and
 *  the nearer to a Gaussian's integral the more of it there is. That integral by a logistic curve
 * of a cubic, within 2e-4. */
VD_FN float vdk_edge(float margin, float variance)
{
    float wider = 5.0f * variance, m = margin / vdk_sqrtf(1.0f + wider);
    float t = vdk_clamp(0.5f + 0.5f * m, 0.0f, 1.0f), x = 2.2360680f * vdk_clamp(m, -4.0f, 4.0f);
    float smooth = t * t * (3.0f - 2.0f * t);
    if (!(wider > 0.0f)) return smooth;
    float gaussian = 1.0f / (1.0f + vdk_expf(-x * (1.5976f + 0.07056f * x * x)));
    return vdk_lerp(smooth, gaussian, wider / (1.0f + wider));
}

/** The margin by all rules that are not left to chance. */
VD_FN float vdk_rules_margin(VDK_SCENE const vdk_height_field *f,
                             VDK_SCENE const vdk_ground_layers *ground,
                             VDK_GLOBAL const vdk_ground_layer *layer,
                             VDK_PRIVATE vdk_ground_point *point)
{
    float margin = layer->only_hollows ? 0.0f : VDK_HUGE;
    if (layer->has_classes) {
        int c = point->class_here;
        if (!((layer->classes[c >> 5] >> (c & 31)) & 1u)) return -VDK_HUGE;
    }
    float z = point->at.z;
    if (layer->aspect_shift > 0.0f || layer->aspect_shift < 0.0f) {
        float facing = -(point->east * layer->aspect_east + point->north * layer->aspect_north);
        z += layer->aspect_shift * vdk_clamp(facing, -1.0f, 1.0f);
    }
    margin = vdk_min(
        margin, vdk_margin(z, layer->elevation_min, layer->elevation_max, layer->elevation_soft));
    margin = vdk_min(
        margin, vdk_margin(point->slope, layer->slope_min, layer->slope_max, layer->slope_soft));
    if (layer->has_aspect) margin = vdk_min(margin, vdk_aspect_margin(layer, point));
    if (!layer->has_curvature) return margin;
    float curvature = vdk_curvature(f, &ground->coarse, layer, point);
    margin = vdk_min(margin, vdk_margin(curvature, layer->curvature_min, layer->curvature_max,
                                        layer->curvature_soft));
    return margin - layer->hollows * curvature;
}

/** How much of the point a layer covers, 0..1. */
VD_FN float vdk_layer_cover(VDK_SCENE const vdk_height_field *f,
                            VDK_SCENE const vdk_ground_layers *ground,
                            VDK_GLOBAL const vdk_ground_layer *layer,
                            VDK_PRIVATE vdk_ground_point *point)
{
    const float reach = 3.5f; /* of noise, in standard deviations */
    const float steep = 4.0f; /* patches have edges of a quarter of a standard deviation */
    float margin = vdk_rules_margin(f, ground, layer, point), lost;
    float wander = margin < VDK_HUGE ? layer->wander : 0.0f;
    if (margin < -1.0f - reach * wander) return 0.0f;
    int is_inside = margin > 1.0f + reach * wander;
    if (is_inside && layer->threshold <= -VDK_HUGE) return layer->opacity;
    /* The noise that still decides something. */
    float low = -VDK_HUGE, high = VDK_HUGE;
    if (layer->threshold > -VDK_HUGE) {
        low = layer->threshold - 1.0f / steep;
        if (is_inside) high = layer->threshold + 1.0f / steep;
    } else if (wander > 0.0f) {
        low = (-1.0f - margin) / wander;
        high = (1.0f - margin) / wander;
    }
    float n = vdk_noise_near(&layer->noise, vdk_place_of(&layer->noise, point), point->width, low,
                             high, &lost);
    float cover = vdk_edge(margin + wander * n, wander * wander * lost);
    if (layer->threshold > -VDK_HUGE)
        cover *= vdk_edge(steep * (n - layer->threshold), steep * steep * lost);
    return layer->opacity * cover;
}

/* ---- pictures that tile ------------------------------------------------------------------- */

/** One of a tile's copies between its four nearest texels, at a fraction of the tile. Bytes as they
 *  are, or what they mean. */
VD_FN vdk_vec vdk_tile_level(VDK_SCENE const vdk_ground_layers *ground,
                             VDK_GLOBAL const vdk_tile *tile, int level, float u, float v,
                             int is_colour)
{
    VDK_GLOBAL const vdk_uchar *texels = tile->texels;
    int width = tile->width, height = tile->height;
    for (int l = 0; l < level; l++) {
        texels += 4 * (vdk_long)width * (vdk_long)height;
        width = vdk_imax(width / 2, 1);
        height = vdk_imax(height / 2, 1);
    }
    float x = u * (float)width - 0.5f, y = v * (float)height - 0.5f;
    int i = vdk_ifloor(x), j = vdk_ifloor(y);
    float fx = x - (float)i, fy = y - (float)j;
    vdk_vec sum = vdk_vec_make(0.0f, 0.0f, 0.0f);
    for (int corner = 0; corner < 4; corner++) {
        int a = corner & 1, b = corner >> 1;
        int column = (i + a + width) % width, row = (j + b + height) % height;
        VDK_GLOBAL const vdk_uchar *t = texels + 4 * ((vdk_long)row * (vdk_long)width + column);
        vdk_vec texel =
            is_colour
                ? vdk_vec_make(ground->linear[t[0]], ground->linear[t[1]], ground->linear[t[2]])
                : vdk_vec_scale(vdk_vec_make((float)t[0], (float)t[1], (float)t[2]), 1.0f / 255.0f);
        sum = vdk_vec_add(sum, vdk_vec_scale(texel, (a ? fx : 1.0f - fx) * (b ? fy : 1.0f - fy)));
    }
    return sum;
}

/** A tile at a place (fractions of it, to the right and up) for pixels of so many tiles' width. */
VD_FN vdk_vec vdk_tile_at(VDK_SCENE const vdk_ground_layers *ground, int index, float u, float v,
                          float width, int is_colour)
{
    VDK_GLOBAL const vdk_tile *tile = ground->tiles + index;
    float texels = vdk_max(width * (float)vdk_imax(tile->width, tile->height), 1.0f);
    float level = vdk_min(vdk_log2f(texels), (float)(tile->levels - 1));
    int below = (int)level;
    float t = level - (float)below;
    vdk_vec near = vdk_tile_level(ground, tile, below, u, 1.0f - v, is_colour);
    if (!(t > 0.0f)) return near;
    vdk_vec far = vdk_tile_level(ground, tile, below + 1, u, 1.0f - v, is_colour);
    return vdk_vec_add(vdk_vec_scale(near, 1.0f - t), vdk_vec_scale(far, t));
}

/** Lays a material's pictures on. The place's axes run east, south and up. */
VD_FN void vdk_add_tiles(VDK_SCENE const vdk_ground_layers *ground,
                         VDK_GLOBAL const vdk_ground_material *from,
                         VDK_PRIVATE const vdk_ground_point *point, VDK_PRIVATE vdk_ground_mix *mix)
{
    vdk_noise_place at = vdk_noise_at(&from->tile, point->at.cx, point->at.fx, point->at.cy,
                                      point->at.fy, point->at.z);
    float x = vdk_noise_fraction(at.x), y = 1.0f - vdk_noise_fraction(at.y);
    float z = vdk_noise_fraction(at.z), width = point->width / from->tile.wavelength;
    vdk_vec n = point->normal, colour = vdk_vec_make(0.0f, 0.0f, 0.0f);
    float weight[3] = {n.x * n.x, n.y * n.y, n.z * n.z}, roughness = 0.0f;
    float total = weight[0] * weight[0] + weight[1] * weight[1] + weight[2] * weight[2];
    for (int side = 0; side < 3; side++) {
        float w = weight[side] * weight[side] / total;
        float u = side == 0 ? y : x, v = side == 2 ? y : z;
        if (w < 0.01f) continue;
        if (from->albedo_map >= 0)
            colour = vdk_vec_add(
                colour, vdk_vec_scale(vdk_tile_at(ground, from->albedo_map, u, v, width, 1), w));
        if (from->roughness_map >= 0)
            roughness += w * vdk_tile_at(ground, from->roughness_map, u, v, width, 0).x;
        if (from->normal_map < 0) continue;
        vdk_vec t = vdk_tile_at(ground, from->normal_map, u, v, width, 0);
        float up = vdk_max(2.0f * t.z - 1.0f, 0.1f);
        float right = w * (1.0f - 2.0f * t.x) / up, ahead = w * (1.0f - 2.0f * t.y) / up;
        vdk_vec slopes = side == 0   ? vdk_vec_make(0.0f, right, ahead)
                         : side == 1 ? vdk_vec_make(right, 0.0f, ahead)
                                     : vdk_vec_make(right, ahead, 0.0f);
        mix->slopes = vdk_vec_add(mix->slopes, slopes);
    }
    if (from->albedo_map >= 0)
        mix->material.base_color = vdk_vec_mul(mix->material.base_color, colour);
    if (from->roughness_map >= 0) mix->material.roughness *= roughness;
}

/* ---- materials ---------------------------------------------------------------------------- */

/** A colour lighter or darker, and warmer or cooler, by noise; at most white, and never much
 * darker.
 */
VD_FN vdk_vec vdk_stray(vdk_vec colour, float lighter, float warmer)
{
    const float tint = 0.35f, least = 0.25f;
    vdk_vec factor = vdk_vec_make(1.0f + lighter + tint * warmer, 1.0f + lighter,
                                  1.0f + lighter - tint * warmer);
    return vdk_vec_make(vdk_min(colour.x * vdk_max(factor.x, least), 1.0f),
                        vdk_min(colour.y * vdk_max(factor.y, least), 1.0f),
                        vdk_min(colour.z * vdk_max(factor.z, least), 1.0f));
}

/** A gradient along columns and rows (of unit length each) and up, as (east, north, up). */
VD_FN vdk_vec vdk_slopes_on_map(VDK_SCENE const vdk_height_field *f, int cy, vdk_vec g)
{
    float m[4];
    vdk_metric_at(f, cy, m);
    float column = 1.0f / vdk_sqrtf(m[0] * m[0] + m[1] * m[1]);
    float row = 1.0f / vdk_sqrtf(m[2] * m[2] + m[3] * m[3]);
    return vdk_vec_make(g.x * m[0] * column + g.y * m[2] * row,
                        g.x * m[1] * column + g.y * m[3] * row, g.z);
}

/** A material at a point. */
VD_FN vdk_ground_mix vdk_material_at(VDK_SCENE const vdk_height_field *f,
                                     VDK_SCENE const vdk_ground_layers *ground,
                                     VDK_GLOBAL const vdk_ground_material *from,
                                     VDK_PRIVATE const vdk_ground_point *point)
{
    vdk_ground_mix mix;
    vdk_vec g;
    float n, lost;
    mix.material = from->base;
    mix.slopes = vdk_vec_make(0.0f, 0.0f, 0.0f);
    mix.roughened = 0.0f;
    if (from->variation > 0.0f) {
        n = vdk_noise_sum(&from->variation_noise, vdk_place_of(&from->variation_noise, point),
                          point->width, &g, &lost);
        mix.material.base_color =
            vdk_stray(mix.material.base_color, from->variation * n, from->variation * g.x);
    }
    if (from->strata > 0.0f) {
        n = vdk_noise_sum(&from->strata_noise, vdk_place_of(&from->strata_noise, point),
                          point->width, &g, &lost);
        mix.material.base_color =
            vdk_stray(mix.material.base_color, from->strata * n, from->strata * g.x);
    }
    if (from->bump > 0.0f) {
        vdk_noise_sum(&from->bump_noise, vdk_place_of(&from->bump_noise, point), point->width, &g,
                      &lost);
        mix.slopes = vdk_slopes_on_map(f, point->at.cy, vdk_vec_scale(g, from->bump));
        mix.roughened = from->bump * from->bump * lost;
    }
    if (from->albedo_map >= 0 || from->roughness_map >= 0 || from->normal_map >= 0)
        vdk_add_tiles(ground, from, point, &mix);
    return mix;
}

/** Adds so much of a mixture to another. */
VD_FN void vdk_mix_add(VDK_PRIVATE vdk_ground_mix *sum, vdk_ground_mix part, float weight)
{
    VDK_PRIVATE vdk_material *to = &sum->material;
    to->base_color = vdk_vec_add(to->base_color, vdk_vec_scale(part.material.base_color, weight));
    to->roughness += weight * part.material.roughness;
    to->metallic += weight * part.material.metallic;
    to->specular += weight * part.material.specular;
    to->diffuse_roughness += weight * part.material.diffuse_roughness;
    sum->slopes = vdk_vec_add(sum->slopes, vdk_vec_scale(part.slopes, weight));
    sum->roughened += weight * part.roughened;
}

/** Tilts a unit normal by fine relief, as far as it can still be seen from wo. */
VD_FN vdk_vec vdk_tilted(vdk_vec normal, vdk_vec slopes, vdk_vec wo)
{
    const float least = 0.01f; /* cosine */
    float out = vdk_vec_dot(slopes, normal);
    vdk_vec along = vdk_vec_add(slopes, vdk_vec_scale(normal, -out));
    vdk_vec tilted = vdk_vec_normalize(vdk_vec_add(normal, vdk_vec_scale(along, -1.0f)));
    float seen = vdk_vec_dot(tilted, wo);
    if (seen >= least) return tilted;
    return vdk_vec_normalize(vdk_vec_add(tilted, vdk_vec_scale(wo, least - seen)));
}

/** What rules look at, at a point with this shading normal, stored lower by drop than it is. */
VD_FN vdk_ground_point vdk_ground_point_at(VDK_SCENE const vdk_height_field *f,
                                           VDK_SCENE const vdk_ground_layers *ground,
                                           vdk_position p, float drop, vdk_vec normal, float width)
{
    vdk_ground_point point;
    float flat = 1.0f / (vdk_max(normal.z, 1.0e-6f) * f->z_factor);
    p.z += drop;
    point.at = p;
    point.drop = drop;
    point.is_plain = 0;
    point.width = width;
    point.normal = normal;
    point.east = -normal.x * flat;
    point.north = -normal.y * flat;
    point.slope = 180.0f * VDK_INV_PI *
                  vdk_atan2f(vdk_sqrtf(point.east * point.east + point.north * point.north), 1.0f);
    point.curvature = 0.0f;
    point.curvature_level = -1.0f;
    point.curvature_scale = 0.0f;
    point.class_here =
        ground->classes.levels > 0 ? vdk_wandering_class(&ground->classes, p, width) : 0;
    return point;
}

/** Turns what a mixture has of fine relief into roughness of the material, and tilts the normal to
 *  shade with. */
VD_FN vdk_vec vdk_ground_finished(VDK_PRIVATE const vdk_ground_mix *sum, vdk_vec normal, vdk_vec wo,
                                  VDK_PRIVATE vdk_material *material)
{
    if (sum->roughened > 0.0f) {
        float alpha = sum->material.roughness * sum->material.roughness;
        alpha = vdk_min(vdk_sqrtf(alpha * alpha + 2.0f * sum->roughened), 1.0f);
        material->roughness = vdk_sqrtf(alpha);
        material->diffuse_roughness =
            vdk_min(vdk_sqrtf(sum->material.diffuse_roughness * sum->material.diffuse_roughness +
                              sum->roughened),
                    1.0f);
    }
    if (!(vdk_vec_dot(sum->slopes, sum->slopes) > 0.0f)) return normal;
    return vdk_tilted(normal, sum->slopes, wo);
}

/** Lays the layers over a material and gives the normal to shade with. */
VD_FN vdk_vec vdk_ground_over(VDK_SCENE const vdk_height_field *f,
                              VDK_SCENE const vdk_ground_layers *ground,
                              VDK_PRIVATE vdk_ground_point *point, vdk_vec wo,
                              VDK_PRIVATE vdk_material *material)
{
    vdk_ground_mix sum, below;
    float left = 1.0f, most = 0.0f;
    point->material_here = -1;
    below.material = *material;
    below.slopes = vdk_vec_make(0.0f, 0.0f, 0.0f);
    below.roughened = 0.0f;
    sum = below;
    sum.material.base_color = below.slopes;
    sum.material.roughness = sum.material.metallic = sum.material.specular = 0.0f;
    sum.material.diffuse_roughness = 0.0f;
    for (int i = 0; i < ground->layer_count && left > 0.0f; i++) {
        VDK_GLOBAL const vdk_ground_layer *layer = ground->layers + i;
        float cover = vdk_layer_cover(f, ground, layer, point);
        if (!(cover > 0.0f)) continue;
        vdk_mix_add(&sum, vdk_material_at(f, ground, ground->materials + layer->material, point),
                    left * cover);
        if (left * cover > most) {
            most = left * cover;
            point->material_here = layer->material;
        }
        left *= 1.0f - cover;
    }
    if (left > 0.0f) vdk_mix_add(&sum, below, left);
    if (left > most) point->material_here = -1;
    *material = sum.material;
    return vdk_ground_finished(&sum, point->normal, wo, material);
}

#endif
