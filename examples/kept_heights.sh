#!/bin/sh
# Several pictures of one large DEM: the first run keeps the heights as rays read them, and those
# that follow start at once. The cache is a folder of your choice, or `auto` for your own.
#   sh examples/kept_heights.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

for azimuth in 225 270 315; do
    veduta relief "$data/bigtujunga.tif" --azimuth "$azimuth" --cache "$out/cache" \
        -o "$out/from-$azimuth.png"
done
ls -l "$out/cache"
