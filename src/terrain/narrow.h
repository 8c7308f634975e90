/* Posts that are 16-bit numbers, in lanes: the bits of vdk_narrow_patch().
 *
 * A word holds the posts of two rows in one column, so the two words of a cell's columns, side by
 * side, are four posts. What a number stands for is its block's: one lookup for all where there is
 * a single block, one a lane where no lane's cell lies across blocks, and else one a corner. */
#ifndef VD_NARROW_H
#define VD_NARROW_H

#include "kernel/height_field.h"
#include "terrain/lanes.h"

typedef struct vd_block_lanes {
    vd_lanes low, step;
} vd_block_lanes;

/** The blocks of posts in these columns and rows of blocks. */
VD_LANE_FN vd_block_lanes vd_blocks_at(const vdk_height_field *f, vd_mask wanted, vd_ilanes column,
                                       vd_ilanes row)
{
    vd_ilanes two[2];
    vd_ilanes index = vd_index(row, f->blocks_x, column);
    index = vd_wrap_add(index, index);
    vd_gather_twos(f->blocks, vd_ilanes_where(wanted, index), two);
    return (vd_block_lanes){(vd_lanes)two[0], (vd_lanes)two[1]};
}

/** Finds the blocks of the corners of cells: 00, 10, 01 and 11. */
VD_LANE_FN void vd_blocks_of_cells(const vdk_height_field *f, vd_mask wanted, vd_ilanes x,
                                   vd_ilanes y, vd_block_lanes out[4])
{
    if (f->block_shift == VDK_ONE_BLOCK) {
        for (int k = 0; k < 4; k++)
            out[k] = (vd_block_lanes){vd_lanes_all(f->blocks[0]), vd_lanes_all(f->blocks[1])};
        return;
    }
    vd_ilanes left = x >> f->block_shift, right = (x + 1) >> f->block_shift;
    vd_ilanes upper = y >> f->block_shift, lower = (y + 1) >> f->block_shift;
    vd_mask within = vd_ieq(left, right) & vd_ieq(upper, lower);
    out[0] = out[1] = out[2] = out[3] = vd_blocks_at(f, wanted, left, upper);
    if (!vd_bits(wanted & vd_not(within))) return;
    out[1] = vd_blocks_at(f, wanted, right, upper);
    out[2] = vd_blocks_at(f, wanted, left, lower);
    out[3] = vd_blocks_at(f, wanted, right, lower);
}

/** vdk_narrow_patch() for the wanted cells, any for others: corners 00, 10, 01 and 11. */
VD_LANE_FN void vd_narrow_patches(const vdk_height_field *f, vd_mask wanted, vd_ilanes x,
                                  vd_ilanes y, vd_lanes h[4])
{
    vd_ilanes upper[2], lower[2];
    int64_t stride = f->stride >> 1;
    vd_gather_twos(f->pairs, vd_ilanes_where(wanted, vd_index(y >> 1, stride, x)), upper);
    vd_gather_twos(
        f->pairs,
        vd_ilanes_where(wanted, vd_index(vd_wrap_add(y, vd_ilanes_all(1)) >> 1, stride, x)), lower);
    vd_mask is_odd = vd_ieq(y & 1, vd_ilanes_all(1)); /* so the upper post is in the upper half */
    vd_block_lanes block[4];
    vd_blocks_of_cells(f, wanted, x, y, block);
    for (int k = 0; k < 4; k++) {
        vd_ilanes word = k < 2 ? upper[k] : lower[k - 2];
        vd_mask in_upper = k < 2 ? is_odd : vd_not(is_odd);
        vd_ilanes steps = vd_iselect(in_upper, (word >> 16) & 0xffff, word & 0xffff);
        h[k] = block[k].low + vd_lanes_of(steps) * block[k].step;
    }
}

/** Posts of both rows of a pair in a column, and in the next: what vdk_narrow_post() says of them.
 */
VD_LANE_FN void vd_narrow_square(const vdk_height_field *f, vd_mask wanted, vd_ilanes column,
                                 vd_ilanes pair, vd_lanes out[4])
{
    vd_ilanes words[2];
    vd_ilanes index = vd_index(pair, f->stride >> 1, column);
    vd_gather_twos(f->pairs, vd_ilanes_where(wanted, index), words);
    vd_ilanes row = (2 * pair) >> f->block_shift;
    for (int k = 0; k < 2; k++) {
        vd_block_lanes block = {vd_lanes_all(f->blocks[0]), vd_lanes_all(f->blocks[1])};
        if (f->block_shift != VDK_ONE_BLOCK)
            block = vd_blocks_at(f, wanted, (column + k) >> f->block_shift, row);
        out[2 * k] = block.low + vd_lanes_of(words[k] & 0xffff) * block.step;
        out[2 * k + 1] = block.low + vd_lanes_of((words[k] >> 16) & 0xffff) * block.step;
    }
}

#endif
