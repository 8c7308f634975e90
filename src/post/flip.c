/* FLIP: how different two pictures look to someone who flips between them.
 *
 * Andersson, Nilsson, Akenine-Moller, Oskarsson, Astrom and Fairchild 2020, "FLIP: A Difference
 * Evaluator for Alternating Images" (section numbers below are theirs), and for linear radiance
 * Andersson, Nilsson, Shirley and Akenine-Moller 2021, "Visualizing Errors in Rendered High Dynamic
 * Range Images": the largest of FLIPs of the two pictures brought to the display by a film curve at
 * several exposures, which are found from the reference's luminances.
 *
 * The colour pipeline (4.1): both pictures go to the opponent space YCxCz, are blurred by what the
 * eye does not resolve at the viewing distance, go to L*a*b* with chroma scaled by lightness
 * (Hunt), and are compared by the distance HyAB, mapped to 0..1. The feature pipeline (4.2): edges
 * and points found in the lightness as first and second derivatives of a Gaussian. Feature
 * differences raise colour differences (4.3).
 *
 * Distance is that of the authors' program: 0.7 m from a display 0.7 m wide of 3,840 pixels.
 * Filters are separable. Everything is in floats by libm, as the measure is to four digits.
 * Cost: about 2 s a megapixel for linear pictures of eight exposures, a quarter of a second else.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "post/compare.h"

#define PIXELS_PER_DEGREE (0.7 * 3840.0 / 0.7 * (VD_FLIP_PI / 180.0))
#define VD_FLIP_PI 3.14159265358979323846
/* Exponents and bends of 4.1.3 and 4.2.2. */
#define QC 0.7f
#define PC 0.4f
#define PT 0.95f
#define QF 0.5f
#define FEATURE_WIDTH_DEG 0.082

/* ---- colours ------------------------------------------------------------------------------- */

typedef struct colour {
    float x, y, z;
} colour;

/* Rows: X, Y, Z of linear Rec. 709, from exact rationals; white is their sum. */
static const float to_xyz[3][3] = {
    {10135552.0f / 24577794.0f, 8788810.0f / 24577794.0f, 4435075.0f / 24577794.0f},
    {2613072.0f / 12288897.0f, 8788810.0f / 12288897.0f, 887015.0f / 12288897.0f},
    {1425312.0f / 73733382.0f, 8788810.0f / 73733382.0f, 70074185.0f / 73733382.0f}};
static const float from_xyz[3][3] = {{3.241003275f, -1.537398934f, -0.498615861f},
                                     {-0.969224334f, 1.875930071f, 0.041554224f},
                                     {0.055639423f, -0.204011202f, 1.057148933f}};

static colour transform(const float m[3][3], colour c)
{
    return (colour){m[0][0] * c.x + m[0][1] * c.y + m[0][2] * c.z,
                    m[1][0] * c.x + m[1][1] * c.y + m[1][2] * c.z,
                    m[2][0] * c.x + m[2][1] * c.y + m[2][2] * c.z};
}

static float linear_of_srgb(float v)
{
    return v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
}

static float clamp01(float v)
{
    return v < 0.0f ? 0.0f : v > 1.0f ? 1.0f : v;
}

static colour white(void)
{
    return transform(to_xyz, (colour){1.0f, 1.0f, 1.0f});
}

static colour opponent_of_linear(colour rgb)
{
    colour w = white(), c = transform(to_xyz, rgb);
    c = (colour){c.x / w.x, c.y / w.y, c.z / w.z};
    return (colour){116.0f * c.y - 16.0f, 500.0f * (c.x - c.y), 200.0f * (c.y - c.z)};
}

static colour linear_of_opponent(colour o)
{
    colour w = white();
    float y = (o.x + 16.0f) / 116.0f;
    return transform(from_xyz,
                     (colour){(y + o.y / 500.0f) * w.x, y * w.y, (y - o.z / 200.0f) * w.z});
}

static float lab_curve(float t)
{
    const float delta = 6.0f / 29.0f;
    return t > delta * delta * delta ? cbrtf(t) : t / (3.0f * delta * delta) + 4.0f / 29.0f;
}

/* L*a*b*, a* and b* scaled by a hundredth of L*: Hunt's effect (4.1.2). */
static colour hunt_lab_of_linear(colour rgb)
{
    colour w = white(), c = transform(to_xyz, rgb);
    float x = lab_curve(c.x / w.x), y = lab_curve(c.y / w.y), z = lab_curve(c.z / w.z);
    float l = 116.0f * y - 16.0f;
    return (colour){l, 0.01f * l * 500.0f * (x - y), 0.01f * l * 200.0f * (y - z)};
}

static float hyab(colour a, colour b)
{
    float l = a.x - b.x, u = a.y - b.y, v = a.z - b.z;
    return fabsf(l) + sqrtf(u * u + v * v);
}

/* ---- filters ------------------------------------------------------------------------------- */

#define RADIUS_MAX 32

/* One dimension of a separable filter. */
typedef struct taps {
    int radius;
    float at[2 * RADIUS_MAX + 1];
} taps;

/* exp(-x^2 / (2 s^2)), unscaled, x in pixels. */
static taps gaussian(int radius, double s)
{
    taps t = {radius, {0}};
    for (int i = -radius; i <= radius; i++)
        t.at[i + radius] = (float)exp(-(double)i * i / (2.0 * s * s));
    return t;
}

/* a sqrt(pi / b) exp(-pi^2 x^2 / b), x in degrees (4.1.1); a Gaussian of s^2 = b / (2 pi^2). */
static taps contrast_filter(int radius, double b)
{
    return gaussian(radius, sqrt(b / 2.0) / VD_FLIP_PI * PIXELS_PER_DEGREE);
}

static int contrast_radius(void)
{
    return (int)ceil(3.0 * sqrt(0.04 / (2.0 * VD_FLIP_PI * VD_FLIP_PI)) * PIXELS_PER_DEGREE);
}

static float sum_of(const taps *t)
{
    float sum = 0.0f;
    for (int i = 0; i <= 2 * t->radius; i++) sum += t->at[i];
    return sum;
}

typedef struct plane {
    int width, height;
} plane;

static int inside(int i, int count)
{
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

/* Filters a plane, the nearest edge pixel beyond its edges; scratch is as large. */
static void filter(plane size, const float *in, const taps *along_x, const taps *along_y,
                   float scale, float *scratch, float *out)
{
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++) {
            const float *row = in + (int64_t)y * size.width;
            float sum = 0.0f;
            for (int i = -along_x->radius; i <= along_x->radius; i++)
                sum += along_x->at[i + along_x->radius] * row[inside(x + i, size.width)];
            scratch[(int64_t)y * size.width + x] = sum;
        }
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++) {
            float sum = 0.0f;
            for (int i = -along_y->radius; i <= along_y->radius; i++)
                sum += along_y->at[i + along_y->radius] *
                       scratch[(int64_t)inside(y + i, size.height) * size.width + x];
            out[(int64_t)y * size.width + x] = scale * sum;
        }
}

/* ---- the two pipelines --------------------------------------------------------------------- */

/* What the planes of floats are for; the first of three, or the one. */
enum {
    OPPONENT = 0,
    SEEN_TEST = 3,
    SEEN_REFERENCE = 6,
    EDGES = 9, /* of the reference, and of the test */
    POINTS = 11,
    SCRATCH = 13,
    MORE = 14,
    FLIP = 15,
    PLANES
};

typedef struct work {
    plane size;
    int64_t count;
    float *planes;
    taps contrast[4]; /* Y, Cx, and the two Gaussians of Cz */
    float scale[4];
    taps smooth, edge, point;
    float edge_scale, point_scale[2];
} work;

static float *plane_at(const work *w, int i)
{
    return w->planes + i * w->count;
}

static void make_contrast_filters(work *w)
{
    static const double b[4] = {0.0047, 0.0053, 0.04, 0.025}, a[4] = {1.0, 1.0, 34.1, 13.5};
    int radius = contrast_radius();
    float weight[4];
    for (int k = 0; k < 4; k++) {
        w->contrast[k] = contrast_filter(radius, b[k]);
        float sum = sum_of(&w->contrast[k]);
        weight[k] = (float)(a[k] * sqrt(VD_FLIP_PI / b[k]));
        w->scale[k] = 1.0f / (sum * sum);
    }
    /* Cz: both Gaussians share one normalisation. */
    float sum2 = sum_of(&w->contrast[2]), sum3 = sum_of(&w->contrast[3]);
    float total = weight[2] * sum2 * sum2 + weight[3] * sum3 * sum3;
    w->scale[2] = weight[2] / total;
    w->scale[3] = weight[3] / total;
}

/* Edges: -x g; points: (x^2 / s^2 - 1) g; each scaled so that positive weights add up to 1 and
 * negative ones to -1 (4.2.1). */
static void make_feature_filters(work *w)
{
    double s = 0.5 * FEATURE_WIDTH_DEG * PIXELS_PER_DEGREE;
    int radius = (int)ceil(3.0 * s);
    w->smooth = w->edge = w->point = gaussian(radius, s);
    float positive = 0.0f, negative = 0.0f, edge = 0.0f;
    for (int i = 0; i <= 2 * radius; i++) {
        float x = (float)(i - radius), g = w->smooth.at[i];
        w->edge.at[i] = -x * g;
        w->point.at[i] = ((float)((double)(x * x) / (s * s)) - 1.0f) * g;
        if (w->edge.at[i] > 0.0f) edge += w->edge.at[i];
        *(w->point.at[i] > 0.0f ? &positive : &negative) += fabsf(w->point.at[i]);
    }
    float across = sum_of(&w->smooth);
    w->edge_scale = 1.0f / (edge * across);
    for (int i = 0; i <= 2 * radius; i++)
        w->point.at[i] /= (w->point.at[i] > 0.0f ? positive : negative) * across;
}

/* Opponent colours of a picture of display-linear values, and from them what is seen of them:
 * filtered, perceived colours into those from `first` on. */
static void perceive(const work *w, const colour *rgb, int first)
{
    float *scratch = plane_at(w, SCRATCH), *more = plane_at(w, MORE), *out[3];
    for (int c = 0; c < 3; c++) out[c] = plane_at(w, first + c);
    for (int64_t i = 0; i < w->count; i++) {
        colour o = opponent_of_linear(rgb[i]);
        plane_at(w, 0)[i] = o.x;
        plane_at(w, 1)[i] = o.y;
        plane_at(w, 2)[i] = o.z;
    }
    for (int c = 0; c < 3; c++)
        filter(w->size, plane_at(w, c), &w->contrast[c], &w->contrast[c], w->scale[c], scratch,
               out[c]);
    filter(w->size, plane_at(w, 2), &w->contrast[3], &w->contrast[3], w->scale[3], scratch, more);
    for (int64_t i = 0; i < w->count; i++) {
        colour c = linear_of_opponent((colour){out[0][i], out[1][i], out[2][i] + more[i]});
        c = hunt_lab_of_linear((colour){clamp01(c.x), clamp01(c.y), clamp01(c.z)});
        out[0][i] = c.x;
        out[1][i] = c.y;
        out[2][i] = c.z;
    }
}

/* How strong edges and points are at each pixel, of the lightness that plane 0 holds. */
static void find_features(const work *w, float *edges, float *points)
{
    float *scratch = plane_at(w, SCRATCH), *other = plane_at(w, MORE), *lightness = plane_at(w, 0);
    for (int64_t i = 0; i < w->count; i++) lightness[i] = (lightness[i] + 16.0f) / 116.0f;
    for (int k = 0; k < 2; k++) {
        const taps *shape = k ? &w->point : &w->edge;
        float scale = k ? 1.0f : w->edge_scale, *out = k ? points : edges;
        filter(w->size, lightness, shape, &w->smooth, scale, scratch, out);
        filter(w->size, lightness, &w->smooth, shape, scale, scratch, other);
        for (int64_t i = 0; i < w->count; i++)
            out[i] = sqrtf(out[i] * out[i] + other[i] * other[i]);
    }
}

/* Distances to 0..1, in two straight parts (4.1.3). */
static float redistribute(float distance, float most)
{
    float power = powf(distance, QC), bend = PC * most;
    if (power < bend) return PT / bend * power;
    return PT + (power - bend) / (most - bend) * (1.0f - PT);
}

static float largest_distance(void)
{
    colour green = hunt_lab_of_linear((colour){0.0f, 1.0f, 0.0f});
    colour blue = hunt_lab_of_linear((colour){0.0f, 0.0f, 1.0f});
    return powf(hyab(green, blue), QC);
}

/* FLIP of two pictures of display-linear values; raises map where it is more than what is there. */
static void compare_display(const work *w, const colour *reference, const colour *test, float *map)
{
    float most = largest_distance();
    float *edges[2] = {plane_at(w, EDGES), plane_at(w, EDGES + 1)};
    float *points[2] = {plane_at(w, POINTS), plane_at(w, POINTS + 1)};
    float *a = plane_at(w, SEEN_TEST), *b = plane_at(w, SEEN_REFERENCE);
    perceive(w, reference, SEEN_REFERENCE);
    find_features(w, edges[0], points[0]);
    perceive(w, test, SEEN_TEST);
    find_features(w, edges[1], points[1]);
    for (int64_t i = 0; i < w->count; i++) {
        colour r = {b[i], b[i + w->count], b[i + 2 * w->count]};
        colour t = {a[i], a[i + w->count], a[i + 2 * w->count]};
        float colour_part = redistribute(hyab(r, t), most);
        float feature = fmaxf(fabsf(edges[0][i] - edges[1][i]), fabsf(points[0][i] - points[1][i]));
        feature = powf(clamp01(feature * 0.70710678f), QF);
        float flip = powf(colour_part, 1.0f - feature);
        if (flip > map[i]) map[i] = flip;
    }
}

/* ---- exposures ----------------------------------------------------------------------------- */

/* The film curve that the authors chose (ACES, fitted by Narkowicz, exposure 0.6 in it). */
static const double curve[6] = {0.6 * 0.6 * 2.51, 0.6 * 0.03, 0.0,
                                0.6 * 0.6 * 2.43, 0.6 * 0.59, 0.14};

static float film(float v)
{
    double x = (double)v;
    return clamp01((float)((x * (curve[0] * x + curve[1]) + curve[2]) /
                           (x * (curve[3] * x + curve[4]) + curve[5])));
}

/* The stops between which the reference is looked at: the brightest pixel, and the median, brought
 * to 0.85 of the film curve. */
static void find_exposures(const work *w, const vd_pixels *reference, double *start, double *stop)
{
    const double t = 0.85;
    double qa = curve[0] - t * curve[3], qb = curve[1] - t * curve[4], qc = curve[2] - t * curve[5];
    double d1 = -0.5 * qb / qa, d2 = sqrt(d1 * d1 - qc / qa), most = d1 + d2;
    float *luminance = plane_at(w, 0);
    for (int64_t i = 0; i < w->count; i++) {
        const float *c = reference->rgb + 3 * i;
        luminance[i] = to_xyz[1][0] * c[0] + to_xyz[1][1] * c[1] + to_xyz[1][2] * c[2];
    }
    qsort(luminance, (size_t)w->count, sizeof(float), vd_compare_floats);
    double median = (double)luminance[w->count / 2];
    if (w->count % 2 == 0) median = 0.5 * ((double)luminance[w->count / 2 - 1] + median);
    *start = log2(most / fmax((double)luminance[w->count - 1], 1e-5));
    *stop = log2(most / fmax(median, 1e-5));
}

static void expose(const vd_pixels *in, int64_t count, double stops, colour *out)
{
    float scale = (float)exp2(stops);
    for (int64_t i = 0; i < count; i++) {
        const float *c = in->rgb + 3 * i;
        out[i] = (colour){film(scale * c[0]), film(scale * c[1]), film(scale * c[2])};
    }
}

static void decode(const vd_pixels *in, int64_t count, colour *out)
{
    for (int64_t i = 0; i < count; i++) {
        const float *c = in->rgb + 3 * i;
        out[i] = (colour){linear_of_srgb(c[0]), linear_of_srgb(c[1]), linear_of_srgb(c[2])};
    }
}

static void compare_exposures(const work *w, const vd_pixels *reference, const vd_pixels *test,
                              colour *r, colour *t, float *map)
{
    double start, stop;
    find_exposures(w, reference, &start, &stop);
    int count = (int)fmax(2.0, ceil(stop - start));
    for (int i = 0; i < count; i++) {
        double stops = start + i * (stop - start) / (count - 1);
        expose(reference, w->count, stops, r);
        expose(test, w->count, stops, t);
        compare_display(w, r, t, map);
    }
}

vd_result vd_compare_flip(vd_context *context, const vd_pixels *reference, const vd_pixels *test,
                          float *map, double *out)
{
    work w = {.size = {reference->width, reference->height},
              .count = (int64_t)reference->width * reference->height};
    void *memory;
    size_t count = (size_t)w.count;
    *out = 0.0;
    VD_TRY(vd_alloc(context, count, PLANES * sizeof(float) + 2 * sizeof(colour), "the comparison",
                    &memory));
    w.planes = memory;
    colour *r = (colour *)(void *)plane_at(&w, PLANES), *t = r + count;
    float *own = plane_at(&w, FLIP);
    memset(own, 0, count * sizeof(float));
    make_contrast_filters(&w);
    make_feature_filters(&w);
    if (reference->is_linear) {
        compare_exposures(&w, reference, test, r, t, own);
    } else {
        decode(reference, w.count, r);
        decode(test, w.count, t);
        compare_display(&w, r, t, own);
    }
    double sum = 0.0;
    for (int64_t i = 0; i < w.count; i++) sum += (double)own[i];
    if (map) memcpy(map, own, count * sizeof(float));
    free(memory);
    *out = sum / (double)w.count;
    return VD_OK;
}
