/* The floors of valleys, over which cold air and its fog gather.
 *
 * A coarse grid of the lowest ground about each of its nodes, first within the node's own cells,
 * then within a reach, which takes the floor of the nearest valley to the slopes beside it; then
 * blurred by as much, so that the fog's surface has no edges. A valley wider than the reach has its
 * own floor, a gorge narrower than that lies under the fog of what it opens into. */
#include <stdlib.h>
#include <string.h>

#include "kernel/surface.h"
#include "scene/media.h"

#define SIDE 128  /* cells of the grid along the longer side, at most */
#define SAMPLES 8 /* posts along a node's side that it is the lowest of */
#define BLURS 2

typedef struct grid {
    int width, height;
    float *node, *other;
} grid;

static float elevation_of(const vdk_scene *flat, int i, int j)
{
    const vdk_height_field *f = &flat->terrain;
    vdk_position p = {vdk_imin(i, f->cells_x - 1), vdk_imin(j, f->cells_y - 1), 0.0f, 0.0f, 0.0f};
    p.fx = (float)(i - p.cx);
    p.fy = (float)(j - p.cy);
    return vdk_post(f, i, j) + vdk_curve_drop(f, &flat->curve, p);
}

/** The lowest post within half a step of a node. */
static float lowest_about(const vdk_scene *flat, int x, int y, int step)
{
    const vdk_height_field *f = &flat->terrain;
    int half = step / 2, stride = vdk_imax(1, step / SAMPLES);
    float lowest = VDK_HUGE;
    for (int j = y - half; j <= y + half; j += stride)
        for (int i = x - half; i <= x + half; i += stride)
            lowest = vdk_min(lowest, elevation_of(flat, vdk_imin(vdk_imax(i, 1), f->cells_x - 1),
                                                  vdk_imin(vdk_imax(j, 1), f->cells_y - 1)));
    return lowest;
}

/** The least or the mean of nodes this near along one axis. */
static void filter(grid *g, int reach, bool along_x, bool is_mean)
{
    int length = along_x ? g->width : g->height;
    for (int j = 0; j < g->height; j++)
        for (int i = 0; i < g->width; i++) {
            int at = along_x ? i : j, from = vdk_imax(at - reach, 0),
                to = vdk_imin(at + reach, length - 1);
            float lowest = VDK_HUGE;
            double sum = 0.0;
            for (int k = from; k <= to; k++) {
                float v = along_x ? g->node[j * g->width + k] : g->node[k * g->width + i];
                lowest = vdk_min(lowest, v);
                sum += (double)v;
            }
            g->other[j * g->width + i] = is_mean ? (float)(sum / (to - from + 1)) : lowest;
        }
    float *swap = g->node;
    g->node = g->other;
    g->other = swap;
}

vd_result vd_media_find_floors(vd_context *context, const vdk_scene *flat, double reach_m,
                               vd_media_floors *out)
{
    const vdk_height_field *f = &flat->terrain;
    int longer = vdk_imax(f->cells_x, f->cells_y), step = (longer + SIDE - 1) / SIDE;
    grid g = {f->cells_x / step + 2, f->cells_y / step + 2, NULL, NULL};
    void *memory;
    *out = (vd_media_floors){.heights = NULL};
    VD_TRY(vd_alloc(context, 2 * (size_t)g.width * (size_t)g.height, sizeof(float),
                    "the floors of valleys", &memory));
    g.node = memory;
    g.other = g.node + g.width * g.height;
    for (int j = 0; j < g.height; j++)
        for (int i = 0; i < g.width; i++)
            g.node[j * g.width + i] = lowest_about(flat, i * step, j * step, step);
    int reach = (int)(reach_m * vd_media_cells_per_metre(flat) / step + 0.5);
    for (int axis = 0; axis < 2; axis++) filter(&g, reach, axis == 0, false);
    for (int i = 0; i < 2 * BLURS; i++) filter(&g, (reach + 1) / 2, (i & 1) == 0, true);
    out->memory = memory;
    out->heights = g.node;
    out->width = g.width;
    out->height = g.height;
    out->scale = 1.0f / (float)step;
    out->lowest = out->highest = g.node[0];
    for (int i = 0; i < g.width * g.height; i++) {
        out->lowest = vdk_min(out->lowest, g.node[i]);
        out->highest = vdk_max(out->highest, g.node[i]);
    }
    return VD_OK;
}
