#!/bin/sh
# Parts of a DEM: light and shadow still come from all of it, so parts fit together without a seam.
#   sh examples/part_of_a_dem.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# By map coordinates, at 10 m a pixel.
veduta relief "$data/bigtujunga.tif" -o "$out/part_bbox.tif" \
    --bbox 390000,3795000,396000,3799500 --resolution 10

# By cells: two neighbours, three pixels a cell.
veduta relief "$data/bigtujunga.tif" -o "$out/part_west.tif" \
    --srcwin 500,200,100,120 --output-scale 3
veduta relief "$data/bigtujunga.tif" -o "$out/part_east.tif" \
    --srcwin 600,200,100,120 --output-scale 3
