#!/bin/sh
# Views: the whole DEM as a block, from a place in it, all around, and cut out for a layout.
#   sh examples/views.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Everything in frame, from the south-west.
veduta render "$data/bigtujunga.tif" -o "$out/block.png" --size 1200x675

# From 150 m above a ridge, with the curvature of the Earth.
veduta render "$data/bigtujunga.tif" -o "$out/ridge.png" --size 1200x500 \
    --eye 391500,3799500,agl:150 --target 400500,3801500,agl:0 --fov 50 --curvature

# All around from the summit.
veduta render "$data/bigtujunga.tif" -o "$out/panorama.png" --projection cylinder --size 1800x450

# Parallel lines, a dark plinth, and nothing behind but the shadow.
veduta render "$data/zion.tif" -o "$out/axonometric.png" --projection ortho --view-from SE \
    --size 900x900 --background transparent --terrain-plinth 0.1,0.08,0.07
