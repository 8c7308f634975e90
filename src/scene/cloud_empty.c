/* How far about an empty cell of clouds there is none that is not: so rays cross clear air between
 * clouds in a few steps (Cohen and Sheffer 1994, "Proximity clouds - an acceleration technique for
 * 3D grid traversal").
 *
 * Cells that are not empty swell, step by step, to boxes: by one cell aside and by so many up and
 * down as are about as long. An empty cell's reach is the last step at which none has come to it.
 * Above, below and beyond a grid that does not repeat itself nothing is. */
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "scene/clouds.h"

#define REACH_MOST 24 /* further is seldom clear, and few steps */

/* A grid of columns of cells, and whether each is reached: before, after. */
typedef struct swelling {
    const vdk_cloud *cloud;
    int width, height; /* columns */
    bool repeats;
    uint8_t *full, *next;
} swelling;

static uint8_t *column(const swelling *s, uint8_t *cells, int i, int j)
{
    return cells + ((int64_t)j * s->width + i) * s->cloud->depth;
}

/** Up and down. */
static void swell_column(const vdk_cloud *c, const uint8_t *from, uint8_t *to)
{
    memset(to, 0, (size_t)c->depth);
    for (int k = 0; k < c->depth; k++) {
        if (!from[k]) continue;
        int low = vdk_imax(k - c->upward, 0), high = vdk_imin(k + c->upward, c->depth - 1);
        memset(to + low, 1, (size_t)(high - low + 1));
    }
}

/** Lets a column have what its neighbour has, if there is one. */
static void swell_aside(const swelling *s, int i, int j, int aside, int along, uint8_t *to)
{
    int x = i + aside, y = j + along;
    if (s->repeats) {
        x = (x + s->width) % s->width;
        y = (y + s->height) % s->height;
    }
    if (x < 0 || y < 0 || x >= s->width || y >= s->height) return;
    const uint8_t *from = column(s, s->full, x, y);
    for (int k = 0; k < s->cloud->depth; k++) to[k] |= from[k];
}

static void turn(swelling *s)
{
    uint8_t *was = s->full;
    s->full = s->next;
    s->next = was;
}

/** Takes all columns and their neighbours of one axis, or none, a step on. */
static void swell(swelling *s, int aside, int along)
{
    for (int j = 0; j < s->height; j++)
        for (int i = 0; i < s->width; i++) {
            uint8_t *to = column(s, s->next, i, j);
            if (!aside && !along) {
                swell_column(s->cloud, column(s, s->full, i, j), to);
                continue;
            }
            memcpy(to, column(s, s->full, i, j), (size_t)s->cloud->depth);
            swell_aside(s, i, j, -aside, -along, to);
            swell_aside(s, i, j, aside, along, to);
        }
    turn(s);
}

vd_result vd_cloud_find_empty(vd_context *context, const vdk_cloud *cloud, uint8_t *minorants)
{
    bool repeats = cloud->kind != VDK_CLOUD_GRID;
    int width = cloud->row, height = repeats ? cloud->mask_y + 1 : cloud->along;
    size_t cells = (size_t)width * (size_t)height * (size_t)cloud->depth, left = 1;
    void *memory;
    VD_TRY(vd_alloc(context, cells, 2, "empty cells of clouds", &memory));
    uint8_t *both = memory;
    swelling s = {cloud, width, height, repeats, both, both + cells};
    for (size_t at = 0; at < cells; at++) s.full[at] = cloud->majorants[at] > 0;
    for (uint8_t step = 1; step <= REACH_MOST && left > 0; step++) {
        swell(&s, 0, 0);
        swell(&s, 1, 0);
        swell(&s, 0, 1);
        left = 0;
        for (size_t at = 0; at < cells; at++) {
            if (s.full[at]) continue;
            minorants[at] = step;
            left++;
        }
    }
    free(memory);
    return VD_OK;
}
