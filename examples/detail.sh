#!/bin/sh
# Ground between the posts of a DEM: a canyon from close by, as the DEM has it and with ledges and
# gullies; and a map finer than its DEM's cells.
#   sh examples/detail.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Cells of 80 m, cut into 16 x 16 where the camera is near. A material says how much of it there is,
# and whether hard beds stand out.
rock="name=rock,color=0.4,0.2,0.1,strata=0.2,strata_scale=150,ledges=0.8"
for detail in 1 16; do
    veduta render "$data/zion.tif" -o "$out/detail_$detail.png" --size 480x270 \
        --eye=-112.955,37.235,agl:350 --target=-112.945,37.275,1600 --fov 50 --terrain-plane none \
        --material "$rock" --layer material=rock --altitude 33 --azimuth 262 \
        --terrain-detail "$detail"
done

# The smooth surface alone: rounder than the DEM's patches, and no relief of its own.
veduta render "$data/zion.tif" -o "$out/detail_smooth.png" --size 480x270 \
    --eye=-112.955,37.235,agl:350 --target=-112.945,37.275,1600 --fov 50 --terrain-plane none \
    --terrain-detail 16 --terrain-detail-strength 0

# A map of one slope, six pixels to a cell.
veduta relief "$data/bigtujunga.tif" -o "$out/detail_map.png" --srcwin 620,240,80,60 \
    --output-scale 6 --terrain-detail 8
