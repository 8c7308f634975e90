#include "terrain/detail_shape.h"

/* Octaves are seen while they are so many pixels long: in full, and at all. */
#define PIXELS_FULL 6.0f
#define PIXELS_LEAST 3.0f
/* The tangent by which gullies stray from the slope, for a lump of one standard deviation. */
#define ASTRAY 0.3f
/* Cells from the raster's edge over which all is faded in. */
#define EDGE_CELLS 3.0f

/* ---- the smooth surface --------------------------------------------------------------------- */

typedef struct smooth {
    float z;
    float hu, hv; /* slopes, in heights a cell */
} smooth;

/** Weights of four posts at a fraction between the middle two, and their slopes: the cubic of
 *  Catmull and Rom 1974. */
static void cubic(float t, float w[4], float d[4])
{
    float t2 = t * t, t3 = t2 * t;
    w[0] = -0.5f * t3 + t2 - 0.5f * t;
    w[1] = 1.5f * t3 - 2.5f * t2 + 1.0f;
    w[2] = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
    w[3] = 0.5f * t3 - 0.5f * t2;
    d[0] = -1.5f * t2 + 2.0f * t - 0.5f;
    d[1] = 4.5f * t2 - 5.0f * t;
    d[2] = -4.5f * t2 + 4.0f * t + 0.5f;
    d[3] = 1.5f * t2 - t;
}

static smooth smooth_at(const vdk_height_field *f, int cx, int cy, float fx, float fy)
{
    float wx[4], wy[4], dx[4], dy[4];
    smooth s = {0.0f, 0.0f, 0.0f};
    cubic(fx, wx, dx);
    cubic(fy, wy, dy);
    for (int j = 0; j < 4; j++) {
        float row = 0.0f, slope = 0.0f;
        int y = vdk_imin(vdk_imax(cy + j - 1, 0), f->cells_y);
        for (int i = 0; i < 4; i++) {
            float h = vdk_post(f, vdk_imin(vdk_imax(cx + i - 1, 0), f->cells_x), y);
            row += wx[i] * h;
            slope += dx[i] * h;
        }
        s.z += wy[j] * row;
        s.hu += wy[j] * slope;
        s.hv += dy[j] * row;
    }
    return s;
}

/* ---- stripes -------------------------------------------------------------------------------- */

/* Where kernels are too sparse for it their sum is not brought to a variance of 1. */
#define SPARSE 0.1f
/* What the size of the sum is on average, by quadrature. */
#define MEAN_SIZE 0.7f

/* What an octave adds: a value and its slopes per lattice unit. */
typedef struct bump {
    float value, gx, gy;
} bump;

static vdk_uint lattice_hash(vdk_uint x, vdk_uint y, vdk_uint seed)
{
    vdk_uint h = (x * 0x8da6b343u) ^ (y * 0xd8163841u) ^ seed;
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/** Sparse kernels, each a window over waves across the unit direction (sx, sy): of a mean of 0, and
 *  about 1 high. Creased: how sharp furrows are (above 0) or ribs (below). */
static bump stripes_at(vdk_noise_place at, vdk_uint seed, float sx, float sy, float creased)
{
    float tx = vdk_noise_fraction(at.x), ty = vdk_noise_fraction(at.y);
    float value = 0.0f, slope = 0.0f, power = 0.0f;
    vdk_uint x = (vdk_uint)(at.x >> 32), y = (vdk_uint)(at.y >> 32);
    for (int k = 0; k < 9; k++) {
        int i = k % 3 - 1, j = k / 3 - 1;
        vdk_uint h = lattice_hash(x + (vdk_uint)i, y + (vdk_uint)j, seed);
        float px = (float)i + (float)(int)(h & 1023u) * (1.0f / 1024.0f) - tx;
        float py = (float)j + (float)(int)((h >> 10) & 1023u) * (1.0f / 1024.0f) - ty;
        float inside = 1.0f - (px * px + py * py), sine, cosine;
        if (inside <= 0.0f) continue;
        float window = inside * inside;
        float turns = px * sx + py * sy + (float)(int)(h >> 20) * (1.0f / 4096.0f);
        vdk_sincos_turns(turns - (float)vdk_ifloor(turns), &sine, &cosine);
        value += window * cosine;
        slope += window * sine;
        power += window * window;
    }
    float scale = 1.0f / vdk_sqrtf(0.5f * power + SPARSE);
    float plain = 1.0f - vdk_abs(creased), sign = value < 0.0f ? -creased : creased;
    value *= scale;
    slope *= scale * 2.0f * VDK_PI * (plain + sign);
    return (bump){plain * value + creased * (vdk_abs(value) - MEAN_SIZE), slope * sx, slope * sy};
}

void vd_detail_shape_begin(vd_detail_shape *shape, int level)
{
    float cell = vdk_sqrtf(shape->metres[0] * shape->metres[1]);
    float wavelength = shape->stripes.wavelength;
    shape->octaves = level;
    shape->finest = cell / (float)(1 << level);
    for (int i = 0; i < level; i++, wavelength *= 0.5f)
        shape->size[i] = vdk_powf(wavelength / (4.0f * cell), shape->roughness->exponent);
}

/* ---- the whole ------------------------------------------------------------------------------ */

float vd_detail_pixel(const vd_detail_shape *shape, int cx, int cy, float fx, float fy, float z)
{
    const vd_detail_sight *sight = &shape->sight;
    if (sight->is_parallel) return sight->width;
    float dx = ((float)(cx - sight->eye.cx) + (fx - sight->eye.fx)) * shape->metres[0];
    float dy = ((float)(cy - sight->eye.cy) + (fy - sight->eye.fy)) * shape->metres[1];
    float dz = (z - sight->eye.z) * shape->field->z_factor;
    return sight->width * vdk_sqrtf(dx * dx + dy * dy + dz * dz);
}

static float step_between(float low, float high, float x)
{
    float t = vdk_clamp((x - low) / (high - low), 0.0f, 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** How near the raster's edge lets detail come to its full strength. */
static float far_from_edge(const vdk_height_field *f, int cx, int cy, float fx, float fy)
{
    float x = vdk_min((float)(cx - 1) + fx, (float)(f->cells_x - 1 - cx) - fx);
    float y = vdk_min((float)(cy - 1) + fy, (float)(f->cells_y - 1 - cy) - fy);
    return step_between(0.0f, EDGE_CELLS, vdk_min(x, y));
}

/** A step from 0 to 1 with the slope 1 / sharp at its ends and `sharp` in its middle, antisymmetric
 *  about that, so that its mean is that of a straight one (Schlick 1994, "Fast Alternatives to
 *  Perlin's Bias and Gain Functions"). */
static float gain(float t, float sharp)
{
    float u = t < 0.5f ? 2.0f * t : 2.0f - 2.0f * t;
    float half = 0.5f * u / (u + sharp * (1.0f - u));
    return t < 0.5f ? half : 1.0f - half;
}

/** How far a height is moved away from the middle of its bed's cliff, onto ledges at its ends. */
static float ledge_at(float z, float bed, float wander, vdk_uint seed, float ledges)
{
    float b = z / bed + wander;
    int i = vdk_ifloor(b);
    float hard = (float)(int)(lattice_hash((vdk_uint)i, 7u, seed) & 1023u) * (1.0f / 1023.0f);
    float t = b - (float)i;
    return bed * (gain(t, 1.0f + 4.0f * ledges * hard) - t);
}

/* A post in the making. */
typedef struct making {
    const vd_detail_shape *shape;
    vdk_position p; /* with the height of the smooth surface */
    vd_detail_cover cover;
    float amount; /* of all that is added */
    float finest; /* length that can be seen, or be held by posts */
    float gx, gy; /* slopes, of what is there so far */
} making;

/** Gullies and ribs, and lumps that have no direction: octave by octave, each on the slopes of
 * those before it, so that small gullies run into large ones. */
static float furrows_at(making *m)
{
    const vd_detail_shape *s = m->shape;
    vdk_position p = m->p;
    vdk_noise_place stripes = vdk_noise_at(&s->stripes, p.cx, p.fx, p.cy, p.fy, p.z);
    vdk_noise_place lumps = vdk_noise_at(&s->lumps, p.cx, p.fx, p.cy, p.fy, p.z);
    vdk_noise_place kind = vdk_noise_at(&s->warp, p.cx, p.fx, p.cy, p.fy, 0.0f);
    float wavelength = s->stripes.wavelength, z = 0.0f;
    float creased = 0.3f + 0.4f * vdk_noise_value(vdk_noise_finer(kind), s->warp.seed + 9u);
    float rough = vd_roughness_at(s->roughness, p.cx, p.cy, p.fx, p.fy);
    creased = vdk_clamp(creased, -0.6f, 0.85f);
    for (int octave = 0; octave < s->octaves; octave++, wavelength *= 0.5f) {
        float seen = step_between(PIXELS_LEAST * m->finest, PIXELS_FULL * m->finest, wavelength);
        if (!(seen > 0.0f)) break;
        float steep = vdk_sqrtf(m->gx * m->gx + m->gy * m->gy), down = 1.0f / (steep + 1.0e-6f);
        float sigma = m->amount * m->cover.amount * seen * rough * s->size[octave];
        float lump = vdk_noise_value(lumps, s->lumps.seed + (vdk_uint)octave);
        /* Down the slope, but for a little to the left or the right. */
        float dx = down * (m->gx - ASTRAY * lump * m->gy);
        float dy = down * (m->gy + ASTRAY * lump * m->gx);
        bump b = stripes_at(stripes, s->stripes.seed + (vdk_uint)octave, -dy, dx, creased);
        float a = sigma * 2.0f * steep / (steep + 0.35f);
        z += a * b.value;
        m->gx += a * b.gx / wavelength;
        m->gy += a * b.gy / wavelength;
        z += lump * sigma *
             (0.35f * step_between(0.02f, 0.3f, steep) + 0.3f * step_between(0.6f, 1.5f, steep));
        stripes = vdk_noise_finer(stripes);
        lumps = vdk_noise_finer(lumps);
    }
    return z;
}

/** Beds that stand out, thick ones and thinner ones between them, at a height with its furrows. */
static float ledges_at(const making *m, float slope, float z)
{
    const vd_detail_shape *s = m->shape;
    float ledges = m->amount * m->cover.ledges * step_between(0.25f, 0.7f, slope), sum = 0.0f;
    if (!(ledges > 0.0f)) return 0.0f;
    vdk_noise_place at = vdk_noise_at(&s->warp, m->p.cx, m->p.fx, m->p.cy, m->p.fy, 0.0f);
    float wander = 0.35f * vdk_noise_value(at, s->warp.seed);
    float wedge = 0.85f + 0.5f * vdk_noise_value(vdk_noise_finer(at), s->warp.seed + 1u);
    float bed = m->cover.bed;
    for (int k = 0; k < 3; k++, bed *= 0.37f, wander *= 1.7f) {
        float seen =
            step_between(PIXELS_LEAST * m->finest, PIXELS_FULL * m->finest, 2.0f * bed / slope);
        if (!(seen > 0.0f)) break;
        sum += seen * ledge_at(z + sum, bed, wander, s->warp.seed + 5u * (vdk_uint)k,
                               ledges * vdk_clamp(wedge, 0.0f, 1.0f));
    }
    return sum;
}

/** A post at a place, whose height is unread. */
static float height_at(const vd_detail_shape *s, vdk_position p, vd_detail_cover cover)
{
    const vdk_height_field *f = s->field;
    smooth base = smooth_at(f, p.cx, p.cy, p.fx, p.fy);
    p.z = base.z;
    making m = {s, p, cover, 0.0f, 0.0f, base.hu / s->metres[0], base.hv / s->metres[1]};
    m.amount = s->strength * far_from_edge(f, p.cx, p.cy, p.fx, p.fy);
    if (!(m.amount > 0.0f)) return p.z;
    m.finest = vdk_max(vd_detail_pixel(s, p.cx, p.cy, p.fx, p.fy, p.z), s->finest);
    float slope = vdk_sqrtf(m.gx * m.gx + m.gy * m.gy);
    float z = p.z + furrows_at(&m);
    z += ledges_at(&m, slope, z) + m.amount * cover.raised;
    return vdk_max(z, f->min); /* a block may stand at the lowest ground */
}

/* ---- tiles ---------------------------------------------------------------------------------- */

/* The cover is asked for at points so many a cell, and is bilinear between them. */
#define COVERS_SHIFT 1
#define COVERS_SIDE ((VDK_TILE_CELLS << COVERS_SHIFT) + 3)

typedef struct covers {
    vd_detail_cover at[COVERS_SIDE][COVERS_SIDE]; /* from one point before the tile on */
} covers;

static vd_detail_cover bare = {1.0f, 0.0f, 0.0f, 0.0f};

static vd_detail_cover cover_at(const vd_detail_shape *s, vdk_position p)
{
    const vdk_height_field *f = s->field;
    smooth base = smooth_at(f, p.cx, p.cy, p.fx, p.fy);
    p.z = base.z;
    return s->cover(s->ground, p, vdk_normal_from_gradient(f, p.cy, base.hu, base.hv),
                    vd_detail_pixel(s, p.cx, p.cy, p.fx, p.fy, p.z));
}

static void find_covers(const vd_detail_shape *s, const vd_detail_tile *tile, covers *out)
{
    const vd_detail_tile coarse = {tile->cx, tile->cy, COVERS_SHIFT, NULL, 0};
    for (int j = 0; j < COVERS_SIDE; j++)
        for (int i = 0; i < COVERS_SIDE; i++)
            out->at[j][i] =
                s->cover ? cover_at(s, vd_detail_place(s->field, &coarse, i - 1, j - 1)) : bare;
}

static vd_detail_cover between(vd_detail_cover a, vd_detail_cover b, float t)
{
    return (vd_detail_cover){vdk_lerp(a.amount, b.amount, t), vdk_lerp(a.ledges, b.ledges, t),
                             vdk_lerp(a.bed, b.bed, t), 0.0f};
}

/** The cover at a tile's post: bits that every tile gets which has it, since on a line between
 *  points the others count for nothing. */
static vd_detail_cover cover_of_post(const covers *c, const vd_detail_tile *tile, int i, int j)
{
    const float per_post = (float)(1 << COVERS_SHIFT) / (float)(1 << tile->level);
    float x = (float)i * per_post + 1.0f, y = (float)j * per_post + 1.0f;
    int a = vdk_imin((int)x, COVERS_SIDE - 2), b = vdk_imin((int)y, COVERS_SIDE - 2);
    float u = x - (float)a, v = y - (float)b;
    return between(between(c->at[b][a], c->at[b][a + 1], u),
                   between(c->at[b + 1][a], c->at[b + 1][a + 1], u), v);
}

vd_result vd_detail_shape_heights(const void *state, const vd_detail_tile *tile)
{
    const vd_detail_shape *s = state;
    const int side = VDK_TILE_CELLS << tile->level;
    covers c;
    find_covers(s, tile, &c);
    for (int j = -1; j <= side + 1; j++)
        for (int i = -1; i <= side + 1; i++) {
            vdk_position p = vd_detail_place(s->field, tile, i, j);
            vd_detail_cover cover = cover_of_post(&c, tile, i, j);
            if (s->has_raised) cover.raised = cover_at(s, p).raised;
            tile->posts[(int64_t)j * tile->stride + i] = height_at(s, p, cover);
        }
    return VD_OK;
}
