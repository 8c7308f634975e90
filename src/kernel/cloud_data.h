/* Clouds, as data: cloud.h says how dense they are where, cloud_track.h takes rays through them,
 * scene/clouds.c makes them.
 *
 * Clouds fill a box: a coarse grid of cells, each with a majorant that no density in it is above
 * and a minorant that none is below. Cells in which these are far apart, at the rims of clouds, may
 * be parted into 4^3 parts with bounds of their own. The grid of clouds that are made up repeats
 * itself along both level axes, that of a file does not. */
#ifndef VDK_CLOUD_DATA_H
#define VDK_CLOUD_DATA_H

#include "height_field.h"
#include "phase.h"

enum {
    VDK_CLOUD_NONE = 0,
    VDK_CLOUD_CUMULUS,
    VDK_CLOUD_STRATUS,
    VDK_CLOUD_CIRRUS,
    VDK_CLOUD_GRID /* of a file */
};

#define VDK_CLOUD_NOISE 64 /* texels along a side of the noise */
#define VDK_CLOUD_HALVED 2 /* so many times is a cell that is parted, along each axis */
#define VDK_CLOUD_PARTS (1 << VDK_CLOUD_HALVED)

typedef struct vdk_cloud {
    int kind;         /* VDK_CLOUD_NONE: the rest is unread */
    float extinction; /* per metre, where density is 1 */
    vdk_vec albedo;
    vdk_phase phase;

    /* The box and its cells. */
    vdk_position about; /* from where its place counts; z is unread */
    float east, north;  /* its first axis, unit; the second is a quarter turn left of that */
    float west, south;  /* its corner, in metres from there along these axes */
    float base;         /* its lower end: a height over the base of heights, less no curvature */
    float cell, cell_z; /* sides of a cell in metres and, upward, in units of heights */
    int across, along;  /* cells along its axes */
    int depth;          /* and up */
    int mask_x, mask_y; /* which bits of a cell's number count: the grid's width less 1 where it
                           repeats itself, all where not */
    int row;            /* cells of the grid in a row of it */
    VDK_GLOBAL const vdk_uchar *majorants; /* in 255ths of density 1, [y][x][up] */
    VDK_GLOBAL const vdk_uchar *minorants; /* what none is below, likewise; NULL: 0. Of an empty
                                              cell, how many cells aside all are empty too */
    int upward;                            /* and up and down so many times as many */
    VDK_GLOBAL const int *parted;      /* likewise: the number of a cell's parts; -1: it has none;
                                          NULL: no cell has */
    VDK_GLOBAL const vdk_uchar *parts; /* by that number: their majorants, [y][x][up], then their
                                          minorants */

    /* Of clouds that are made up: see cloud.h. */
    VDK_GLOBAL const vdk_uint *map;      /* tops and their steepness, [y][x], repeated */
    VDK_GLOBAL const vdk_uchar *billows; /* noise, VDK_CLOUD_NOISE a side, [z][y][x], repeated */
    VDK_GLOBAL const vdk_uchar *wisps;   /* likewise, finer */
    int map_mask;                        /* texels along a side of the map, less 1 */
    float map_per_cell;                  /* texels a cell */
    float billows_per_cell, wisps_per_cell;
    float billows_per_z, wisps_per_z; /* texels a unit of heights */
    float thickness;                  /* units of heights */
    float carve;                      /* metres that noise takes off the smooth shape, at most */
    float foot;                       /* share of that at the base */
    float edge;                       /* metres within which density rises to 1 */
    float thin;                       /* density at the base */
    float shear;                      /* cells that streaks trail behind at the base */

    /* Of a grid of a file: see cloud_grid.h. */
    VDK_GLOBAL const int *places;   /* of cells, as majorants: the number of a brick, or -1 */
    VDK_GLOBAL const float *voxels; /* of bricks, [y][x][up] */
} vdk_cloud;

#endif
