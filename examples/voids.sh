#!/bin/sh
# Voids: as they are, filled near their edges, and filled whole.
#   sh examples/voids.sh [OUTDIR]
set -eu
. "$(dirname "$0")/setup"

# Everything between 1500 and 1530 m is taken out of this DEM, to have something to fill.
gdal_translate -q -of AAIGrid -srcwin 150 150 150 150 "$data/zion.tif" "$out/void.asc"
sed '7,$s/ 15[0-2][0-9]\>/ 65535/g' "$out/void.asc" >"$out/voids.asc"
cp "$out/void.prj" "$out/voids.prj"
for cells in 0 2 all; do
    veduta relief "$out/voids.asc" -o "$out/voids_$cells.png" --output-scale 3 --fill-nodata $cells
done
